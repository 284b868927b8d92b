"""Which events belong to a definition, at the rungs asked for: true, false, or unknown with reasons.

A definition is its event types, its `where`, and what its exceptions take away; an exception to an exception restores.
`follows` may lead from one event to another and, where instants are uncertain, back again: such a circle is resolved to
its least fixed point, so nothing depends on where the question starts.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, Protocol

from casus.acts import Code, Length, Place, Quantity, Word
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.time import Instant
from casus.triggers.verdict import Unknown, Verdict, all_hold, any_holds, negation
from casus.verification import Facts, IncidentFacts, Needs, rung_of

COMPARE: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
TRUE_WORDS: Final = frozenset({"yes", "true"})


class Findings(Protocol):
    """Who knows what a finding's question on an event is worth now (the fold: bodies, presumptions, decisions)."""

    def value(self, finding: str, incident: str) -> bool | None: ...


def interval_truth(op: str, low: Decimal, high: Decimal | None, bound: Decimal) -> bool | None:
    """`x op bound` for an x somewhere in [low, high] (high None: no bound above)."""
    if op in (">=", ">"):
        if COMPARE[op](low, bound):
            return True
        return None if high is None or COMPARE[op](high, bound) else False
    if high is not None and COMPARE[op](high, bound):
        return True
    return None if COMPARE[op](low, bound) else False


class Membership:
    """Answers for the present instant `now`; `forget` what may have changed before asking again."""

    def __init__(self, agreement: Agreement, facts: Facts, findings: Findings) -> None:
        self.agreement = agreement
        self.facts = facts
        self.findings = findings
        self.now = Instant(0)
        self.lowest: Needs = tuple(sorted((ladder, 0) for ladder in agreement.ladders))
        self._memo: dict[str, dict[tuple[str, Needs], Verdict]] = {}
        self._rungs: dict[str, dict[str, int]] = {}
        self._open: dict[tuple[str, str, Needs], int] = {}
        self._guess: dict[tuple[str, str, Needs], Verdict] = {}
        self._circular: int | None = None
        self._reached: dict[tuple[str, Needs], Instant] = {}
        """Since when an incident holds the rungs asked for: its verification."""
        self._places: dict[tuple[n.ZoneExpr, n.Length | None, Place], bool | None] = {}
        self._by_type: dict[str, dict[str, None]] = {}
        self.reach = _reaches_back(agreement)
        """Whether an event's membership can depend on other events before it."""

    def needs(self, trigger: n.TriggerDecl) -> Needs:
        """The rungs a trigger asks for; the lowest of each ladder that it does not name."""
        stated = {need.ladder: self.agreement.ladders[need.ladder].rungs.index(need.rung) for need in trigger.needs}
        return tuple((ladder, stated.get(ladder, low)) for ladder, low in self.lowest)

    def forget(self, incidents: set[str] | None) -> None:
        """Drop what is remembered of these incidents (None: of all)."""
        if incidents is None:
            self._memo.clear()
            self._rungs.clear()
        else:
            for name in incidents:
                self._rungs.pop(name, None)
                self._memo.pop(name, None)
        for name in self.facts.incidents if incidents is None else incidents:
            known = self.facts.incidents.get(name)
            if known is not None:
                self._by_type.setdefault(known.type, {})[name] = None

    # ------------------------------------------------------------ one event

    def holds(self, incident: str, name: str, needs: Needs) -> Verdict:
        """Whether the incident belongs to an event type, a definition or an exception `name`, at these rungs."""
        memo = self._memo.setdefault(incident, {})
        if (name, needs) in memo:
            return memo[name, needs]
        key = (incident, name, needs)
        if key in self._open:
            depth = self._open[key]
            self._circular = depth if self._circular is None else min(self._circular, depth)
            return self._guess.get(key, Unknown.because("circular", f"{incident} and others may each answer the other"))
        depth = len(self._open)
        self._open[key] = depth
        outer, self._circular = self._circular, None
        try:
            value = self._compute(self.facts.incidents[incident], name, needs)
            while self._circular is not None and self._circular >= depth and value != self._guess.get(key):
                self._guess[key] = value
                value = self._compute(self.facts.incidents[incident], name, needs)
        finally:
            del self._open[key]
            self._guess.pop(key, None)
        if self._circular is None or self._circular >= depth:
            memo[name, needs] = value
            self._circular = outer
        else:
            self._circular = self._circular if outer is None else min(outer, self._circular)
        return value

    def _compute(self, incident: IncidentFacts, name: str, needs: Needs) -> Verdict:
        agreement = self.agreement
        if name in agreement.exceptions:
            exception = agreement.exceptions[name]
            applies = self._condition(incident, exception.when, needs, self._start_of_chain(exception))
            return all_hold([applies, negation(self._excepted(incident, name, needs))]) if applies is not False else False
        before = self.before_exceptions(incident, name, needs)
        return False if before is False else all_hold([before, negation(self._excepted(incident, name, needs))])

    def before_exceptions(self, incident: IncidentFacts, name: str, needs: Needs) -> Verdict:
        """Types, rungs and `where` alone."""
        if not self.reaches(incident, needs):
            return False
        if name in self.agreement.events:
            return incident.type == name
        decl = self.agreement.definitions[name]
        parts: list[Verdict] = [any_holds(self.holds(incident.id, part, needs) for part in decl.means)]
        if parts[0] is not False and decl.where is not None:
            parts.append(self._condition(incident, decl.where, needs, name))
        return all_hold(parts)

    def _excepted(self, incident: IncidentFacts, name: str, needs: Needs) -> Verdict:
        return any_holds(self.holds(incident.id, e.name, needs) for e in self.agreement.exceptions_to(name))

    def _start_of_chain(self, exception: n.ExceptionDecl) -> str:
        """`repeated` in an exception to an exception reads the definition at the start of the chain."""
        to = exception.to
        while to in self.agreement.exceptions:
            to = self.agreement.exceptions[to].to
        return to

    def reaches(self, incident: IncidentFacts, needs: Needs) -> bool:
        """Not withdrawn, and at or above every rung asked for."""
        if incident.withdrawn:
            return False
        rungs = self._rungs.get(incident.id)
        if rungs is None:
            actors = self.facts.actors(incident)
            rungs = {ladder: rung_of(self.agreement, ladder, incident, actors) for ladder in self.agreement.ladders}
            self._rungs[incident.id] = rungs
        reached = all(rungs[ladder] >= index for ladder, index in needs)
        if reached:
            self._reached.setdefault((incident.id, needs), self.now)
        return reached

    def by(self, incident: IncidentFacts, codes: frozenset[str] | None) -> Verdict:
        """An event without a known actor is possible for every party, certain for none."""
        if codes is None:
            return True
        if incident.actor is None:
            return Unknown.because("actor", f"who did {incident.id} is not known")
        return bool(codes & self.facts.actors(incident))

    def members(self, name: str, needs: Needs) -> Iterator[tuple[IncidentFacts, Verdict]]:
        """Every incident that is or may be in `name`."""
        for kind in sorted(self.agreement.event_types(name)):
            for identity in list(self._by_type.get(kind, ())):
                value = self.holds(identity, name, needs)
                if value is not False:
                    yield self.facts.incidents[identity], value

    # ------------------------------------------------------------ conditions on one event

    def _condition(self, incident: IncidentFacts, cond: n.Cond, needs: Needs, chain: str) -> Verdict:
        match cond:
            case n.COr(parts):
                return any_holds(self._condition(incident, part, needs, chain) for part in parts)
            case n.CAnd(parts):
                return all_hold(self._condition(incident, part, needs, chain) for part in parts)
            case n.CNot(part):
                return negation(self._condition(incident, part, needs, chain))
            case n.CCompare() | n.CCompareDuration() | n.COneOf() | n.CIs() | n.CIn() | n.CNear():
                return self._field(incident, cond)
            case n.CBy(codes):
                return self.by(incident, frozenset(codes))
            case n.CRef(name):
                return self._named(incident, name, needs)
            case n.CFollows():
                return self._follows(incident, cond, needs)
            case n.CCured():
                return self._cured(incident, cond, needs)
            case n.CRepeated(dur):
                return self._repeated(incident, chain, dur.duration.us, needs)

    def _field(
        self, incident: IncidentFacts, cond: n.CCompare | n.CCompareDuration | n.COneOf | n.CIs | n.CIn | n.CNear
    ) -> Verdict:
        if self.agreement.events[incident.type].field_named(cond.field) is None:
            return False
        value = incident.fields.get(cond.field)
        match cond, value:
            case n.CIs(code=code), _ if cond.field == "by":
                return self.by(incident, frozenset({code}))
            case ((n.CIn() | n.CNear()), Place() as place):
                return self._at(incident, cond, place)
            case ((n.CIn() | n.CNear()), _):
                return Unknown.because("place", f"where {incident.id} happened is not reported")
            case n.CCompare(op=op, number=number), Quantity(low=low, high=high):
                return self._judged(interval_truth(op, low, high, number.value), incident, cond.field)
            case n.CCompareDuration(op=op, dur=dur), Length(us=us):
                return COMPARE[op](Decimal(us), Decimal(dur.duration.us))
            case n.COneOf(values=values), Word(word=word):
                return word in values
            case n.CIs(code=code), Code(code=given):
                return code == given
            case n.CCompare(op=op, number=number), _:
                return self._judged(interval_truth(op, Decimal(0), None, number.value), incident, cond.field)
            case n.CCompareDuration(op=op, dur=dur), _:
                return self._judged(interval_truth(op, Decimal(0), None, Decimal(dur.duration.us)), incident, cond.field)
            case _:
                return Unknown.because("quantity", f"{cond.field} of {incident.id} is not reported")

    def _judged(self, truth: bool | None, incident: IncidentFacts, field: str) -> Verdict:
        return Unknown.because("quantity", f"{field} of {incident.id} is not known exactly enough") if truth is None else truth

    def _at(self, incident: IncidentFacts, cond: n.CIn | n.CNear, place: Place) -> Verdict:
        key = (cond.zone, cond.length if isinstance(cond, n.CNear) else None, place)
        if key not in self._places:
            region = (
                self.agreement.near(cond.length, cond.zone) if isinstance(cond, n.CNear) else self.agreement.region(cond.zone)
            )
            self._places[key] = region.holds(float(place.lat), float(place.lon), float(place.radius))
        truth = self._places[key]
        return Unknown.because("place", f"the place of {incident.id} is not known exactly enough") if truth is None else truth

    def _named(self, incident: IncidentFacts, name: str, needs: Needs) -> Verdict:
        agreement = self.agreement
        if name in agreement.findings:
            answer = self.findings.value(name, incident.id)
            by = agreement.findings[name].body
            return Unknown.because("finding", f"{name} of {incident.id} is open ({by})") if answer is None else answer
        if name in agreement.definitions or name in agreement.exceptions or name in agreement.events:
            return self.holds(incident.id, name, needs)
        declared = agreement.events[incident.type].field_named(name)
        if declared is None:
            return False
        value = incident.fields.get(name)
        if isinstance(value, Word):
            return value.word in TRUE_WORDS
        return Unknown.because("quantity", f"{name} of {incident.id} is not reported")

    # ------------------------------------------------------------ conditions that look at other events

    def _others(self, incident: IncidentFacts, name: str, reach: int) -> Iterator[tuple[IncidentFacts, bool]]:
        """Incidents of `name`'s types possibly in (o−reach, o), with whether they certainly are."""
        lo, hi = incident.occurred.lo.us, incident.occurred.hi.us
        for kind in self.agreement.event_types(name):
            for identity in list(self._by_type.get(kind, ())):
                other = self.facts.incidents[identity]
                if identity != incident.id and other.occurred.hi.us > lo - reach and other.occurred.lo.us < hi:
                    yield other, other.occurred.lo.us > hi - reach and other.occurred.hi.us < lo

    def _follows(self, incident: IncidentFacts, cond: n.CFollows, needs: Needs) -> Verdict:
        by = self.agreement.by(cond.by)
        found: list[Verdict] = []
        for other, certain in self._others(incident, cond.name, cond.dur.duration.us):
            who = self.by(other, by) if by is not None else negation(self._same_actor(incident, other))
            if who is False:
                continue
            when = True if certain else Unknown.because("time", f"whether {other.id} came before {incident.id} is uncertain")
            found.append(all_hold([who, when, self.holds(other.id, cond.name, needs)]))
            if found[-1] is True:
                return True
        return any_holds(found)

    def _repeated(self, incident: IncidentFacts, name: str, reach: int, needs: Needs) -> Verdict:
        found: list[Verdict] = []
        for other, certain in self._others(incident, name, reach):
            same = self._same_actor(incident, other)
            if same is not False:
                when = (
                    True if certain else Unknown.because("time", f"whether {other.id} came before {incident.id} is uncertain")
                )
                found.append(all_hold([same, when, self.before_exceptions(other, name, needs)]))
        return any_holds(found)

    def _same_actor(self, left: IncidentFacts, right: IncidentFacts) -> Verdict:
        if left.actor is None or right.actor is None:
            unknown = left if left.actor is None else right
            return Unknown.because("actor", f"who did {unknown.id} is not known")
        return bool(self.facts.actors(left) & self.facts.actors(right))

    def _cured(self, incident: IncidentFacts, cond: n.CCured, needs: Needs) -> Verdict:
        deadline = self.cure_deadline(incident, cond, needs)
        found: list[Verdict] = []
        for identity in sorted(self.facts.references.get(incident.id, ())):
            cure = self.facts.incidents[identity]
            inside = cure.occurred.lo >= incident.occurred.hi and cure.occurred.hi <= deadline
            outside = cure.occurred.hi < incident.occurred.lo or cure.occurred.lo > deadline
            if outside or identity == incident.id:
                continue
            when = True if inside else Unknown.because("time", f"whether {cure.id} came in time is uncertain")
            found.append(all_hold([when, self._same_actor(incident, cure), self.holds(cure.id, cond.name, needs)]))
        known = any_holds(found)
        if known is False and self.now < deadline:
            return Unknown.because("cure", f"{incident.id} may be cured until {deadline}")
        return known

    def cure_deadline(self, incident: IncidentFacts, cond: n.CCured, needs: Needs) -> Instant:
        """`report` is the event's own first knowledge instant, `verification` the first at which it held the rungs."""
        match cond.due:
            case n.DueAfter(length, anchor):
                start = self._anchor(incident, anchor, needs)
                if isinstance(length, n.Dur):
                    return start + length.duration
                return self.agreement.clock.add(start, length.period)
            case n.DueAt(anchor=anchor):
                return self._anchor(incident, anchor, needs)
            case n.DueOn(moment=moment):
                return self.agreement.instant(moment)

    def _anchor(self, incident: IncidentFacts, anchor: n.Anchor, needs: Needs) -> Instant:
        if anchor == "occurrence":
            return incident.occurred.hi
        return (
            self._reached.get((incident.id, needs), incident.first_known) if anchor == "verification" else incident.first_known
        )


def cures_in(cond: n.Cond | None) -> Iterator[n.CCured]:
    """Every `cured by` in a condition."""
    match cond:
        case n.COr(parts) | n.CAnd(parts):
            for part in parts:
                yield from cures_in(part)
        case n.CNot(part):
            yield from cures_in(part)
        case n.CCured():
            yield cond
        case _:
            return


def _reaches_back(agreement: Agreement) -> bool:
    def looks(cond: n.Cond | None) -> bool:
        match cond:
            case n.COr(parts) | n.CAnd(parts):
                return any(looks(part) for part in parts)
            case n.CNot(part):
                return looks(part)
            case n.CFollows() | n.CRepeated():
                return True
            case _:
                return False

    return any(looks(e.when) for e in agreement.exceptions.values()) or any(
        looks(d.where) for d in agreement.definitions.values()
    )
