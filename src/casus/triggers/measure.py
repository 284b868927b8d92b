"""What conditions read and give: qualifying events, spans of time, measures, and the sources they come from.

Instants inside are microseconds, so that comparing is cheap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from casus.language import nodes as n
from casus.triggers.verdict import Verdict
from casus.verification import IncidentFacts, Stock


@dataclass(frozen=True, slots=True)
class Item:
    """A qualifying event: its bracket in µs, and whether it certainly qualifies (else why it only may)."""

    lo: int
    hi: int
    id: str
    event: IncidentFacts
    verdict: Verdict

    @property
    def certain(self) -> bool:
        return self.verdict is True


@dataclass(frozen=True, slots=True)
class Span:
    """The instants after `start` (at it, too, where `closed`) up to `end`."""

    start: int
    end: int
    closed: bool = False

    def surely(self, item: Item) -> bool:
        return (item.lo > self.start or (self.closed and item.lo == self.start)) and item.hi <= self.end

    def maybe(self, item: Item) -> bool:
        return (item.hi > self.start or (self.closed and item.hi == self.start)) and item.lo <= self.end


@dataclass(frozen=True, slots=True)
class Measure:
    """One condition, measured: low..high (None: no bound) of what was counted against its threshold."""

    what: str
    verdict: Verdict
    low: Decimal
    high: Decimal | None
    threshold: str
    window: tuple[int, int] | None
    witnesses: tuple[str, ...]
    possible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """`witnesses` of the satisfied branches; `spans` the starts (µs) of the absences that were met."""

    verdict: Verdict
    witnesses: frozenset[str] = frozenset()
    activations: frozenset[str] = frozenset()
    spans: frozenset[int] = frozenset()
    measures: tuple[Measure, ...] = field(default=(), compare=False)

    @property
    def consumes(self) -> bool:
        """Whether an activation would use anything up; one that uses nothing up would come again without end."""
        return bool(self.witnesses or self.activations or self.spans)

    @property
    def possible(self) -> frozenset[str]:
        return frozenset(name for measure in self.measures for name in measure.possible)


class Sources(Protocol):
    """Where the conditions of one trigger read from, for the present instant of the fold."""

    @property
    def start(self) -> int:
        """F in µs: events before it never count."""
        ...

    def items(self, name: str, by: n.By | None, span: Span, *, consumed: bool = False) -> Sequence[Item]:
        """Items of `name` by `by` that may lie in the span, ordered by (hi, id); the consumed ones only on demand."""
        ...

    def stocks(self, name: str, by: n.By | None) -> Sequence[tuple[Stock, Verdict]]:
        """Estimates that count, with whether their actor is certain."""
        ...

    def covered(self, name: str, observer: str | None) -> Sequence[tuple[int, int]]: ...

    def met(self, name: str) -> Sequence[tuple[int, str]]:
        """(s in µs, id) of the activations of a trigger that count and are unconsumed."""
        ...

    def free_from(self) -> int:
        """The latest s (µs) of an absence that is consumed."""
        ...

    def baseline(self, name: str) -> tuple[Decimal, Decimal] | None:
        """Certain and possible count of a baseline's events over its span; None while the span has not ended."""
        ...
