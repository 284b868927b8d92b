"""What a definition can be worth for one event: every outcome that knowledge nobody has to give could still bring.

A search asks this thousands of times, so it is worked out on the event alone, without a record. What hangs on other events
or on answers is taken as *free* (it may come out either way) or as it stands while nobody acts; the reference engine judges
whatever a search finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Final, Literal

from casus.acts import Code, Length, Place, Quantity, Value, Word
from casus.kleene import Truth, all_of, any_of, negate
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.lint.search.places import region_of
from casus.triggers.membership import COMPARE, TRUE_WORDS

Outcomes = frozenset[Truth]
"""Those of true, false and unknown (None) that are possible."""

TRUE: Final[Outcomes] = frozenset({True})
FALSE: Final[Outcomes] = frozenset({False})
EITHER: Final[Outcomes] = frozenset({True, False})


@dataclass(frozen=True, slots=True)
class Assume:
    """How a search takes what the event itself does not settle.

    `findings`: `unanswered` (nobody answers; what is presumed is presumed at its due) or `free`. `others`: whether what other
    events do to this one is `free`, or left out: nothing that somebody else did before, and no cure.
    `zones`: whether a zone without a boundary is `held` to contain the point (a gap that is only the text's silence is another
    rule's), or `free`. `given`: answers that are certain whatever else is assumed.
    """

    findings: Literal["unanswered", "free"] = "unanswered"
    others: Literal["free", "none"] = "none"
    zones: Literal["held", "free"] = "held"
    given: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """An event to ask about: its type, who did it, its fields."""

    event: str
    actor: str | None
    fields: Mapping[str, Value]


class Judge:
    """Answers for one agreement; remembers which points lie in which zones."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self._places: dict[tuple[n.CIn | n.CNear, Place], Truth] = {}

    def holds(self, sample: Sample, name: str, assume: Assume) -> Outcomes:
        """Whether the event is of an event type, definition or exception, at rungs that it has."""
        a = self.agreement
        if name in a.exceptions:
            exception = a.exceptions[name]
            return _all([self.cond(sample, exception.when, assume), _not(self.excepted(sample, name, assume))])
        return _all([self.before_exceptions(sample, name, assume), _not(self.excepted(sample, name, assume))])

    def before_exceptions(self, sample: Sample, name: str, assume: Assume) -> Outcomes:
        a = self.agreement
        if name in a.events:
            return TRUE if sample.event == name else FALSE
        decl = a.definitions[name]
        means = _any(self.holds(sample, part, assume) for part in decl.means)
        if decl.where is None or means == FALSE:
            return means
        return _all([means, self.cond(sample, decl.where, assume)])

    def excepted(self, sample: Sample, name: str, assume: Assume) -> Outcomes:
        return _any(self.holds(sample, e.name, assume) for e in self.agreement.exceptions_to(name))

    def by(self, sample: Sample, codes: frozenset[str] | None) -> Outcomes:
        if codes is None:
            return TRUE
        if sample.actor is None:
            return frozenset({None})
        return TRUE if sample.actor in codes else FALSE

    def cond(self, sample: Sample, cond: n.Cond, assume: Assume) -> Outcomes:
        match cond:
            case n.COr(parts):
                return _any(self.cond(sample, part, assume) for part in parts)
            case n.CAnd(parts):
                return _all(self.cond(sample, part, assume) for part in parts)
            case n.CNot(part):
                return _not(self.cond(sample, part, assume))
            case n.CBy(codes):
                return self.by(sample, frozenset(codes))
            case n.CRef(name):
                return self._named(sample, name, assume)
            case n.CFollows(by=by):
                own = by is not None and sample.actor in (self.agreement.by(by) or ())
                return EITHER if own or assume.others == "free" else FALSE
            case n.CCured():
                return EITHER if assume.others == "free" else FALSE
            case n.CRepeated():
                return EITHER
            case _:
                return self._field(sample, cond, assume)

    def _named(self, sample: Sample, name: str, assume: Assume) -> Outcomes:
        a = self.agreement
        if name in a.findings:
            if name in assume.given:
                return frozenset({assume.given[name]})
            if assume.findings == "free":
                return EITHER
            presumed = a.findings[name].presumed
            return frozenset({None, presumed})
        if name in a.definitions or name in a.exceptions or name in a.events:
            return self.holds(sample, name, assume)
        if a.events[sample.event].field_named(name) is None:
            return FALSE
        value = sample.fields.get(name)
        return frozenset({value.word in TRUE_WORDS}) if isinstance(value, Word) else frozenset({None})

    def _field(
        self, sample: Sample, cond: n.CCompare | n.CCompareDuration | n.COneOf | n.CIs | n.CIn | n.CNear, assume: Assume
    ) -> Outcomes:
        if isinstance(cond, n.CIs) and cond.field == "by":
            return self.by(sample, frozenset({cond.code}))
        if self.agreement.events[sample.event].field_named(cond.field) is None:
            return FALSE
        value = sample.fields.get(cond.field)
        match cond, value:
            case ((n.CIn() | n.CNear()), Place()):
                return self._at(cond, value, assume)
            case ((n.CIn() | n.CNear()), _):
                return _without_boundary(assume)  # no point is given only where no zone has a boundary
            case n.CCompare(op=op, number=number), Quantity(low=low):
                return frozenset({COMPARE[op](low, number.value)})
            case n.CCompareDuration(op=op, dur=dur), Length(us=us):
                return frozenset({COMPARE[op](Decimal(us), Decimal(dur.duration.us))})
            case n.COneOf(values=values), Word(word=word):
                return frozenset({word in values})
            case n.CIs(code=code), Code(code=given):
                return frozenset({given == code})
            case _:
                return frozenset({None})

    def _at(self, cond: n.CIn | n.CNear, place: Place, assume: Assume) -> Outcomes:
        key = cond, place
        if key not in self._places:
            region = region_of(self.agreement, cond)
            self._places[key] = region.holds(float(place.lat), float(place.lon), float(place.radius))
        truth = self._places[key]
        return _without_boundary(assume) if truth is None else frozenset({truth})


def _without_boundary(assume: Assume) -> Outcomes:
    return TRUE if assume.zones == "held" else EITHER


def _not(part: Outcomes) -> Outcomes:
    return frozenset({negate(value) for value in part})


def _all(parts: Iterable[Outcomes]) -> Outcomes:
    return _joined(parts, all_of)


def _any(parts: Iterable[Outcomes]) -> Outcomes:
    return _joined(parts, any_of)


def _joined(parts: Iterable[Outcomes], join: Callable[[Iterable[Truth]], Truth]) -> Outcomes:
    """Parts are taken as independent; two at a time, so that the work stays small."""
    found: Outcomes = frozenset({join(())})
    for part in parts:
        found = frozenset({join(pair) for pair in product(found, part)})
    return found
