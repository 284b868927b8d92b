"""Canonical JSON: one value, one sequence of bytes, so that a hash means the value (RFC 8785).

Only strings, integers of the I-JSON range, true, false, null, arrays and objects are taken. A float is refused, because
an exact number is a string here. Text goes out as UTF-8, keys in the order of their UTF-16 code units, without blanks.
"""

from __future__ import annotations

from functools import lru_cache
from json.encoder import encode_basestring as _quoted  # the escapes of RFC 8785, section 3.2.2.2
from typing import Any, Final

SAFE_INTEGER: Final = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 7493)."""


class NotCanonical(ValueError):
    """The value has no canonical form here; the message names the place inside it."""


def canonical(value: Any) -> bytes:
    """The canonical UTF-8 bytes of a JSON value (raises NotCanonical: floats, large integers, lone surrogates, other types)."""
    text = _text(value)
    try:
        return text.encode()
    except UnicodeEncodeError as problem:
        raise NotCanonical(
            f"text holds half of a surrogate pair: {text[max(0, problem.start - 20) : problem.start]!r}…"
        ) from None


def _text(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return _quoted(value)
    if kind is dict:
        try:
            members = _members(tuple(value))
        except TypeError:
            raise NotCanonical(f"a key of an object is no text: {list(value)!r}") from None
        # Most values are texts; the call they are spared here is half the cost of a payload.
        return (
            "{" + ",".join([head + (_quoted(v) if type(v := value[key]) is str else _text(v)) for key, head in members]) + "}"
        )
    if kind is list or kind is tuple:
        return "[" + ",".join([_text(item) for item in value]) + "]"
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        if not -SAFE_INTEGER <= value <= SAFE_INTEGER:
            raise NotCanonical(f"the integer {value} is not exact for every reader; write it as text")
        return str(value)
    if kind is float:
        raise NotCanonical(f"the number {value!r} is a float; write exact numbers as text")
    raise NotCanonical(f"{value!r} is no JSON value ({kind.__name__})")


@lru_cache(maxsize=4096)
def _members(keys: tuple[Any, ...]) -> tuple[tuple[str, str], ...]:
    """The keys in canonical order, each with its text before the value. Payloads have few shapes, so this is remembered."""
    if any(type(key) is not str for key in keys):
        raise TypeError
    # "surrogatepass": half a surrogate pair is refused later, with its place, when the whole text is encoded.
    return tuple((key, _quoted(key) + ":") for key in sorted(keys, key=lambda key: key.encode("utf-16-be", "surrogatepass")))
