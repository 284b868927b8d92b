"""The shapes that an event can have as far as a text can tell: one for each combination of answers to its conditions.

A count matters only by the side of each threshold on which it lies, a point by its zones, a word by whether it is listed.
So an event type has few shapes. A `Shape` leaves its counts as ranges; `sample` puts numbers in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from itertools import islice, product
from typing import Final

from casus.acts import Code, Length, Value, Word
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.check.walk import atoms, conditions
from casus.lint.search.outcomes import Judge, Sample
from casus.lint.search.places import SIDE, Placed, points
from casus.lint.search.words import harmful
from casus.lint.stage import quantity

_MOST_SHAPES: Final = 3000
_MINUTE: Final = 60_000_000


@dataclass(frozen=True, slots=True)
class Range:
    """A count from `low` to `high` (None: without bound) within which no condition tells numbers apart."""

    field: str
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Shape:
    """`fields` are settled, `ranges` are the counts that conditions and sums read."""

    event: str
    fields: tuple[tuple[str, Value], ...]
    ranges: tuple[Range, ...]

    def range(self, field: str) -> Range | None:
        return next((r for r in self.ranges if r.field == field), None)

    def sample(self, actor: str | None, levels: Mapping[str, int] | None = None) -> Sample:
        """An event of this shape, each count at its level, else at its lowest."""
        counts = {r.field: quantity((levels or {}).get(r.field, r.low)) for r in self.ranges}
        return Sample(self.event, actor, {**dict(self.fields), **counts})


class Shapes:
    """The shapes of one agreement's event types, worked out once."""

    def __init__(self, agreement: Agreement, side: int = SIDE) -> None:
        self.agreement = agreement
        self.side = side
        self.judge = Judge(agreement)
        self.cut_short: set[str] = set()
        """Event types of which only some of the shapes are tried."""
        self._found: dict[str, tuple[Shape, ...]] = {}
        self._points: dict[tuple[Placed, ...], tuple[Value, ...]] = {}

    @cached_property
    def asked(self) -> tuple[n.Cond, ...]:
        """Every atom of every condition on an event that the text has."""
        a = self.agreement
        found: list[n.Cond] = []
        for definition in a.definitions.values():
            found += conditions(definition.where)
        for exception in a.exceptions.values():
            found += conditions(exception.when)
        return tuple(found)

    @cached_property
    def summed(self) -> frozenset[str]:
        """The fields that some trigger adds up."""
        return frozenset(
            atom.quantity
            for trigger in self.agreement.triggers.values()
            for atom in atoms(trigger.when)
            if isinstance(atom, n.TSum)
        )

    @cached_property
    def _lengths(self) -> frozenset[int]:
        """The durations (µs) that something is held against: by `holds for`."""
        return frozenset(
            atom.dur.duration.us
            for trigger in self.agreement.triggers.values()
            for atom in atoms(trigger.when)
            if isinstance(atom, n.THolds)
        )

    def of(self, event: str) -> tuple[Shape, ...]:
        if event not in self._found:
            dims = [list(self._choices(field)) for field in self.agreement.events[event].fields]
            shapes: list[Shape] = []
            for chosen in islice(product(*[d for d in dims if d]), _MOST_SHAPES + 1):
                if len(shapes) == _MOST_SHAPES:
                    self.cut_short.add(event)
                    break
                settled = tuple(x for x in chosen if isinstance(x, tuple))
                shapes.append(Shape(event, settled, tuple(x for x in chosen if isinstance(x, Range))))
            self._found[event] = tuple(shapes)
        return self._found[event]

    def of_all(self, events: Sequence[str]) -> tuple[Shape, ...]:
        return tuple(shape for event in events for shape in self.of(event))

    # ------------------------------------------------------------ one field

    def _choices(self, field: n.FieldDecl) -> Iterator[tuple[str, Value] | Range]:
        """The values of a field that the text can tell apart; none where it asks nothing about it."""
        name = field.name
        match field.type:
            case "count":
                cuts = self._cuts(name)
                if cuts or name in self.summed or harmful(name):
                    for low, high in zip([0, *cuts], [*(c - 1 for c in cuts), None], strict=True):
                        yield Range(name, low, high)
            case "duration":
                lengths = {c.dur.duration.us for c in self.asked if isinstance(c, n.CCompareDuration) and c.field == name}
                lengths |= self._lengths
                values = {0} | {us + step for us in lengths for step in (-_MINUTE, 0, _MINUTE)} if lengths else set()
                for us in sorted(x for x in values if x >= 0):
                    yield name, Length(us)
            case "point":
                for place in self.points(name):
                    yield name, place
            case "flag":
                if any(isinstance(c, n.CRef) and c.name == name for c in self.asked):
                    yield name, Word("no")
                    yield name, Word("yes")
            case "one_of":
                listed = [v for c in self.asked if isinstance(c, n.COneOf) and c.field == name for v in c.values]
                if listed:
                    other = [v for v in field.values if v not in listed][:1]
                    for word in [*other, *dict.fromkeys(listed)]:
                        yield name, Word(word)
            case "actor":
                codes = sorted({c.code for c in self.asked if isinstance(c, n.CIs) and c.field == name})
                if codes and name != "by":
                    everybody = sorted({*self.agreement.parties, *self.agreement.nonparties})
                    for code in [*codes, *[x for x in everybody if x not in codes][:1]]:
                        yield name, Code(code)
            case _:
                return

    def _cuts(self, name: str) -> list[int]:
        """The whole numbers at which an answer changes, above zero."""
        found = set()
        for cond in self.asked:
            if isinstance(cond, n.CCompare) and cond.field == name:
                found.add(least_over(cond.op, cond.number.value))
        return sorted(x for x in found if x > 0)

    def points(self, name: str) -> tuple[Value, ...]:
        conds = tuple(dict.fromkeys(c for c in self.asked if isinstance(c, n.CIn | n.CNear) and c.field == name))
        if conds not in self._points:
            self._points[conds] = points(self.agreement, conds, self.side)
        return self._points[conds]


def least_over(op: str, bound: Decimal) -> int:
    """The least whole number on the upper side of a comparison: `>= 5` and `< 5` change at 5, `> 5` and `<= 5` at 6."""
    whole = int(bound.to_integral_value(ROUND_CEILING))
    return whole if op in (">=", "<") else int(bound.to_integral_value(ROUND_FLOOR)) + 1


def edge(threshold: n.Threshold) -> int:
    """The whole number at which the answer to a threshold changes."""
    return least_over(threshold.op, threshold.number.value)
