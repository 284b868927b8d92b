"""What the names of counts say: which count people, and which measure a property that does not add up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_HARM: Final = ("killed", "dead", "deaths", "fatalities", "casualties", "wounded", "injured", "hurt", "victims", "civilians")
_INTENSIVE: Final = frozenset(
    (
        *("calibre", "caliber", "mm", "cm", "km", "range", "distance", "height", "altitude", "speed", "depth"),
        *("percent", "share", "rate", "magnitude", "yield", "age", "mach", "radius"),
    )
)

_WHOLE: Final = frozenset(
    (
        *("total", "sum", "strength", "size", "level", "stock", "stocks", "holdings", "inventory", "balance", "ceiling"),
        *("day", "daily", "week", "weekly", "month", "monthly", "quarter", "quarterly", "year", "yearly", "annual"),
    )
)


def by_gravity(names: Iterable[str]) -> tuple[str, ...]:
    """Counts of people harmed first, the gravest of them first; the others by name."""
    return tuple(sorted(names, key=lambda name: (_harm(name), name)))


def harmful(name: str) -> bool:
    return _harm(name) < len(_HARM)


def intensive(name: str) -> bool:
    """Whether the name is one of a size, range or speed: twice as many of them do not make it twice as large."""
    return any(part in _INTENSIVE for part in name.split("_"))


def whole(name: str) -> bool:
    """Whether the name is one of a total: of a stock, or over a period. It is added up already."""
    return any(part in _WHOLE for part in name.split("_"))


def _harm(name: str) -> int:
    parts = name.split("_")
    return min((_HARM.index(part) for part in parts if part in _HARM), default=len(_HARM))
