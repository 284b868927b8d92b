"""Plans and steps as plain JSON and back: what is stored beside segments and sent to other processes.

A value of one of the known classes is written with its name and its fields, a `Decimal` by its digits; anything else that is
read is refused, so that nothing is ever run from a file.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from casus.language import nodes as n
from casus.triggers import book, plan, stream

_CLASSES: Final[dict[str, type]] = {
    kind.__name__: kind
    for kind in (
        *(plan.Plan, plan.Clause, plan.Window, plan.Reading, plan.Or, plan.And, plan.Not, n.By),
        *(plan.Count, plan.Total, plan.Distinct, plan.Rate, plan.Ratio, plan.Times),
        *(plan.Quiet, plan.Absent, plan.Then, plan.Run, plan.Latest),
        *(stream.Step, stream.Update, stream.Tables, stream.Stock, book.Event),
    )
}


class PackingRefused(ValueError):
    """What was read is none of the known values."""


def pack(value: Any) -> Any:
    """Plain JSON values: objects, lists, texts, numbers, true, false and null."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return {"is": "Decimal", "digits": str(value)}
    kind = type(value).__name__
    if _CLASSES.get(kind) is type(value):
        return {"is": kind} | {name: pack(getattr(value, name)) for name in _names(type(value))}
    if type(value) is tuple:
        return [pack(one) for one in value]
    raise PackingRefused(f"{kind} is not stored beside segments")


def unpack(said: Any) -> Any:
    """The value that was packed; lists become tuples."""
    if said is None or isinstance(said, bool | int | str):
        return said
    if isinstance(said, list):
        return tuple(unpack(one) for one in said)
    if isinstance(said, dict):
        kind = said.get("is")
        if kind == "Decimal":
            try:
                return Decimal(said["digits"])
            except (KeyError, TypeError, InvalidOperation):
                raise PackingRefused(f"{said} is no number") from None
        of = _CLASSES.get(kind) if isinstance(kind, str) else None
        if of is not None and set(said) == {"is", *_names(of)}:
            return of(**{name: unpack(part) for name, part in said.items() if name != "is"})
    raise PackingRefused(f"{str(said)[:80]} is none of the values that are stored beside segments")


def _names(kind: type) -> tuple[str, ...]:
    if is_dataclass(kind):
        return tuple(field.name for field in fields(kind) if field.init)
    names: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]
    return names
