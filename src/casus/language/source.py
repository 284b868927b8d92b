"""From bytes or text as given to clean lines: size, encoding, line ends and characters that hide what a text says."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from casus.diagnostics import Diagnostic, Span
from casus.language.faults import fault

MAX_BYTES: Final = 8 * 1024 * 1024
"""An agreement is a text that people read; the longest treaty in force is well below this."""

_HIDDEN: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r")
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Source:
    """`text` has its lines ended by `\\n` and no byte order mark; None where it could not be read at all."""

    text: str | None
    diagnostics: tuple[Diagnostic, ...]


def read_source(path: Path) -> Source:
    """The text of a file. Never loads more than the limit and one byte."""
    name = path.as_posix()
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        help_text = "check the path and that the file may be read"
        return Source(None, (fault("E100", f"{name}: {reason}", None, help_text),))
    if len(data) > MAX_BYTES:
        return Source(None, (_too_large(name),))
    try:
        return clean(data.decode("utf-8"), name)
    except UnicodeDecodeError as problem:
        before = data[: problem.start]
        line = before.count(b"\n") + 1
        col = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
        message = f"byte {problem.start} (0x{data[problem.start]:02X}), in line {line}, is not UTF-8"
        span = Span(name, line, col, line, col + 1)
        return Source(None, (fault("E101", message, span, "save the file as UTF-8"),))


def clean(text: str, path: str) -> Source:
    """The text with `\\n` at the end of each line. Characters that hide what a text says are reported."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return Source(None, (_too_large(path),))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    found = tuple(_hidden(text, path)) if _HIDDEN.search(text) else ()
    return Source(text.replace("\r", "\n"), found)


def _too_large(path: str) -> Diagnostic:
    message = f"the text is larger than {MAX_BYTES // 1024 // 1024} MiB ({MAX_BYTES} bytes) and was not read"
    return fault("E102", message, Span(path, 1, 1, 1, 1), "split it, or move data out of the text")


def _hidden(text: str, path: str) -> list[Diagnostic]:
    """One finding for each kind of such a character, at its first place, with how often it stands there."""
    seen: dict[str, list[int]] = {}
    for match in _HIDDEN.finditer(text):
        seen.setdefault(match[0], []).append(match.start())
    return [_hidden_character(text, path, character, places) for character, places in seen.items()]


def _hidden_character(text: str, path: str, character: str, places: list[int]) -> Diagnostic:
    before = text[: places[0]]
    line = before.count("\n") + (before.count("\r")) + 1
    col = places[0] - max(before.rfind("\n"), before.rfind("\r"))
    span = Span(path, line, col, line, col + 1)
    times = "" if len(places) == 1 else f" (and {len(places) - 1} more)"
    if character == "\r":
        message, help_text = f"a carriage return without a line feed{times}", "end the lines with LF or CR LF"
        return fault("E103", message, span, help_text)
    name = unicodedata.name(character, "").lower() or f"control character U+{ord(character):04X}"
    if _TURNING.match(character):
        message = f"{name}{times}: the text is shown in another order than it is read in"
        return fault("W110", message, span, "remove it, and see what the line then says")
    return fault("E103", f"{name} in the text{times}", span, "remove it")
