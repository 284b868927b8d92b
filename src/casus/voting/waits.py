"""How long a vote, an answer or a way takes: exact durations and calendar periods side by side, and what has no length.

A wait is counted from the opening of what is waited for. A closing that hangs on a date of the text, on entry into force or
on expiry has no length that the text alone gives: it is kept in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from casus.language import nodes as n
from casus.language import phrases
from casus.time import Duration, Period

_MONTH_US: Final = 30 * 86_400_000_000 + 37_800_000_000
"""A mean month, to say which of two waits is the longer; never shown, never added to an instant."""


@dataclass(frozen=True, slots=True)
class Wait:
    """`open_ended`: parts without a length, in the words of the text (`on 2027-03-01`, `no time limit`)."""

    duration: Duration = field(default=Duration(0))
    period: Period = field(default=Period(0))
    open_ended: tuple[str, ...] = ()

    def __add__(self, other: Wait) -> Wait:
        return Wait(
            self.duration + other.duration,
            Period(self.period.months + other.period.months),
            tuple(dict.fromkeys(self.open_ended + other.open_ended)),
        )

    @property
    def order(self) -> tuple[int, int]:
        """What is open-ended is the longest."""
        return len(self.open_ended), self.duration.us + self.period.months * _MONTH_US

    @property
    def nothing(self) -> bool:
        return self == Wait()

    def __str__(self) -> str:
        parts = [str(self.period)] if self.period.months else []
        parts += [str(self.duration)] if self.duration.us else []
        parts += self.open_ended
        return " and ".join(parts) or "no time"


NONE: Final = Wait()
WITHOUT_LIMIT: Final = Wait(open_ended=("no time limit",))


def wait_of(due: n.Due | n.DueColumn | None) -> Wait:
    """From the opening (or activation) to a due, at the most: an anchor that lies before it leaves no more than that."""
    match due:
        case None:
            return NONE
        case n.DueAfter(length=length, anchor=anchor) if anchor not in ("deposit", "expiry"):
            return length_of(length)
        case n.DueAt(anchor=anchor) if anchor not in ("deposit", "expiry"):
            return NONE
        case _:
            return Wait(open_ended=(f"until {phrases.due(due)}",))


def closing(decl: n.DecisionDecl) -> Wait:
    """From the opening of a decision to its closing, at the most; without a time only votes close it."""
    return WITHOUT_LIMIT if decl.closes is None else wait_of(decl.closes)


def length_of(length: n.Dur | n.Cal) -> Wait:
    return Wait(duration=length.duration) if isinstance(length, n.Dur) else Wait(period=length.period)


def total(waits: Iterable[Wait]) -> Wait:
    added = NONE
    for wait in waits:
        added = added + wait
    return added
