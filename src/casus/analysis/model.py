"""A trigger's condition over any choice of events: what it would be worth without some, or with others counted for certain.

`Supposed` is the same `Sources` that the engine reads, with nothing used up. It answers what-if questions about one condition;
whether the whole assessment would change is asked of `evaluate`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from casus.analysis.lowering import PoolKey
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.state.fold import Fold
from casus.time import BEGINNING, Instant
from casus.triggers.conditions import weigh
from casus.triggers.engine import _Reading, _State
from casus.triggers.measure import Item, Span, Weighed
from casus.triggers.verdict import Unknown, Verdict
from casus.verification import Stock


@dataclass(frozen=True, slots=True)
class Below:
    """An event that would count if it held the rungs that the trigger needs."""

    item: Item
    lacking: Mapping[str, str]
    """Ladder → the rung that is needed and not held."""


@dataclass(slots=True)
class Supposed:
    """The pools of one trigger at the end of a fold. `without`: left out; `certain`: counted for certain."""

    fold: Fold
    state: _State
    t: Instant
    below: Mapping[PoolKey, Mapping[str, Below]] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    certain: frozenset[str] = frozenset()

    @property
    def agreement(self) -> Agreement:
        return self.fold.agreement

    @property
    def reading(self) -> _Reading:
        return _Reading(self.fold.engine, self.state, self.t, None)

    @property
    def start(self) -> int:
        return self.reading.start

    def weigh(self, cond: n.TCond, s: int, without: frozenset[str] = frozenset(), certain: Iterable[str] = ()) -> Weighed:
        self.without, self.certain = without, frozenset(certain)
        return weigh(self.agreement, self, cond, s)

    def items(self, name: str, by: n.By | None, span: Span, *, consumed: bool = False) -> Sequence[Item]:
        pool = self.state.pools[name, by]
        found = [self._as(item) for item in pool.between(span.start, span.end) if item.id not in self.without]
        more = [self._as(b.item) for b in self.below.get((name, by), {}).values() if b.item.id in self.certain]
        return [*found, *more]

    def _as(self, item: Item) -> Item:
        return Item(item.lo, item.hi, item.id, item.event, True) if item.id in self.certain else item

    def stocks(self, name: str, by: n.By | None) -> Sequence[tuple[Stock, Verdict]]:
        return [(stock, verdict) for stock, verdict in self.reading.stocks(name, by) if stock.id not in self.without]

    def covered(self, name: str, observer: str | None) -> Sequence[tuple[int, int]]:
        return self.reading.covered(name, observer)

    def met(self, name: str) -> Sequence[tuple[int, str]]:
        return [(met.s.us, met.id) for met in self.fold.engine.states[name].standing if met.effective]

    def free_from(self) -> int:
        return BEGINNING.us

    def baseline(self, name: str) -> tuple[Decimal, Decimal] | None:
        return self.reading.baseline(name)

    def instants(self, everywhere: bool = False) -> list[int]:
        """The instants at which the condition can be met, consumption aside; `everywhere`: and those of what may count."""
        engine = self.fold.engine
        fresh = _State(self.state.decl, engine.membership)
        fresh.pools = self.state.pools
        found = set(engine._candidates(fresh, self.t, _Reading(engine, fresh, self.t, None), BEGINNING.us))
        if everywhere:
            found |= {item.hi for pool in self.state.pools.values() for item in pool.items.values()}
            found |= {b.item.hi for kept in self.below.values() for b in kept.values()}
        return sorted(s for s in found if s <= self.t.us)


def suppose(fold: Fold, name: str, at: Instant) -> Supposed:
    """The condition of a trigger over what is known, with the events that only their rungs keep out."""
    state = fold.engine.states[name]
    return Supposed(fold, state, at, {key: _below(fold, state, key) for key in state.pools})


def _below(fold: Fold, state: _State, key: PoolKey) -> dict[str, Below]:
    """Events of the pool's name and actor that are too low on a ladder: reported, and not rejected by anybody."""
    name, by = key
    membership, agreement = fold.membership, fold.agreement
    codes = agreement.by(by)
    found: dict[str, Below] = {}
    for kind in sorted(agreement.event_types(name)):
        for incident in sorted((x for x in fold.facts.incidents.values() if x.type == kind), key=lambda x: x.id):
            if incident.id in state.pools[key].items or membership.reaches(incident, state.needs):
                continue
            if membership.holds(incident.id, name, membership.lowest) is not True or membership.by(incident, codes) is not True:
                continue
            if any(
                membership.holds(incident.id, out, membership.lowest) is not False
                for out in state.decl.excluding
                if kind in agreement.event_types(out)
            ):
                continue
            lacking = {
                ladder: agreement.ladders[ladder].rungs[index]
                for ladder, index in state.needs
                if not membership.reaches(incident, ((ladder, index),))
            }
            item = Item(
                incident.occurred.lo.us,
                incident.occurred.hi.us,
                incident.id,
                incident,
                Unknown.because("finding", f"{incident.id} is too low"),
            )
            found[incident.id] = Below(item, lacking)
    return found
