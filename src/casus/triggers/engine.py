"""When a trigger is met and when that is reversed: activations with their witnesses, what they consume, and the waits.

The engine is stepped by the fold at each knowledge instant. `update` takes in what changed, `reversals` and `activations`
follow the order of semantics section 2. Nothing is evaluated twice at an s at which nothing can have changed: the truth at s
hangs only on events that begin at or before s, so a change at x asks for s ≥ x again (a property test compares with asking
for all).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import takewhile
from typing import Protocol

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.time import BEGINNING, Instant
from casus.triggers.conditions import atoms, names_in, only_grows, weigh
from casus.triggers.measure import Item, Measure, Span, Weighed
from casus.triggers.membership import Membership
from casus.triggers.verdict import Reason, Unknown, Verdict, all_hold, negation
from casus.verification import Facts, Stock


@dataclass(slots=True)
class Met:
    """An activation: known at t, at s of the world. Mutable in what a reversal changes; owned by the engine."""

    id: str
    trigger: str
    t: Instant
    s: Instant
    witnesses: tuple[str, ...]
    counted: frozenset[str]
    """Activations of other triggers that it counted."""
    spans: frozenset[int]
    measures: tuple[Measure, ...]
    effective: bool
    reversed: Instant | None = None
    why: str | None = None


@dataclass(slots=True)
class _Pool:
    """The qualifying events of one name and actor, at one trigger's rungs, ordered by (hi, id)."""

    items: dict[str, Item] = field(default_factory=dict)
    order: list[tuple[int, str]] = field(default_factory=list)
    widest: int = 0

    def put(self, identity: str, item: Item | None) -> Item | None:
        """Replace what is held of an incident; gives what was held before."""
        before = self.items.pop(identity, None)
        if before is not None:
            del self.order[bisect_left(self.order, (before.hi, identity))]
        if item is not None:
            self.items[identity] = item
            insort(self.order, (item.hi, identity))
            self.widest = max(self.widest, item.hi - item.lo)
        return before

    def between(self, start: int, end: int) -> Iterator[Item]:
        """Items with hi ≥ start and lo ≤ end."""
        for index in range(bisect_left(self.order, (start, "")), len(self.order)):
            hi, identity = self.order[index]
            if hi > end + self.widest:
                return
            item = self.items[identity]
            if item.lo <= end:
                yield item


PoolKey = tuple[str, n.By | None]


class _State:
    """One trigger: its pools, its activations and what they consumed."""

    def __init__(self, decl: n.TriggerDecl, membership: Membership) -> None:
        self.decl = decl
        self.needs = membership.needs(decl)
        self.atoms = [atom for atom, _ in atoms(decl.when)]
        self.pools: dict[PoolKey, _Pool] = {key: _Pool() for atom in self.atoms for key in names_in(atom)}
        self.grows = only_grows(decl.when)
        self.quiet = [atom for atom in self.atoms if isinstance(atom, n.TQuiet)]
        self.absent = [atom for atom in self.atoms if isinstance(atom, n.TAbsent)]
        self.stocks = {atom.name for atom in self.atoms if isinstance(atom, n.TLatest | n.THolds)}
        self.counts = {atom.name for atom in self.atoms if isinstance(atom, n.TMet)}
        self.baselines = {atom.baseline for atom in self.atoms if isinstance(atom, n.TRate)}
        self.activations: list[Met] = []
        self.standing: list[Met] = []
        """The unreversed activations, oldest first."""
        self.rearm = decl.rearm.duration if decl.rearm is not None else None
        self.consumed: dict[str, Met] = {}
        self.dirty: int | None = None
        """The earliest s (µs) at which the condition may have become true since it was last asked."""
        self.changed: set[str] = set()
        """What changed since the activations were last re-examined."""
        self.verified: dict[str, Instant] = {}
        """Since when an incident certainly qualifies."""
        self.version = 0
        """Counts what changed, for whoever remembers an answer."""
        self.moved = False
        """Whether estimates, coverage, baselines or counted activations changed since then."""

    def soil(self, us: int) -> None:
        self.version += 1
        self.dirty = us if self.dirty is None else min(self.dirty, us)

    def waits(self, t: Instant) -> bool:
        """Whether it may not be met at t: a wait runs, or, without `rearm`, an activation stands."""
        if not self.standing:
            return False
        return self.rearm is None or self.standing[-1].t + self.rearm > t


@dataclass(frozen=True, slots=True)
class Act:
    """What happened to a trigger at an instant: it was met, or an activation was reversed."""

    kind: str
    met: Met


class Life(Protocol):
    """What the engine asks about the agreement's own life."""

    @property
    def counts_from(self) -> Instant | None: ...

    def in_force(self, t: Instant) -> bool: ...

    def active(self, t: Instant) -> bool: ...


class Engine:
    """All triggers of one agreement, over one evaluation."""

    def __init__(self, agreement: Agreement, facts: Facts, membership: Membership, life: Life) -> None:
        self.agreement = agreement
        self.facts = facts
        self.membership = membership
        self.life = life
        self.states = {name: _State(decl, membership) for name, decl in agreement.triggers.items()}
        self.by_id: dict[str, Met] = {}
        self._by_type: dict[str, list[tuple[_State, PoolKey, _Pool]]] = {}
        for state in self.states.values():
            for key, pool in state.pools.items():
                for kind in agreement.event_types(key[0]):
                    self._by_type.setdefault(kind, []).append((state, key, pool))
        self._baseline: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
        self._in_baseline: dict[tuple[str, str], frozenset[str]] = {}
        stale = agreement.header.stale_after
        self._stale = stale.duration.us if stale is not None else None

    # ------------------------------------------------------------ taking in what changed

    def update(self, t: Instant, incidents: set[str], stocks: set[str], coverage: int | None) -> set[int]:
        """Take in changed incidents, estimates and coverage (its earliest µs); gives the instants at which to look again."""
        ahead: set[int] = set()
        for identity in incidents:
            incident = self.facts.incidents.get(identity)
            if incident is None:
                continue
            for state, key, pool in self._by_type.get(incident.type, ()):
                self._put(t, state, key, pool, identity)
        for state in self.states.values():
            if moved := [name for name in state.baselines if self._moves_baseline(state, name, incidents)]:
                for name in moved:
                    self._baseline.pop((state.decl.name, name), None)
                state.soil(BEGINNING.us)
                state.moved = True
            for identity in stocks:
                stock = self.facts.stocks[identity]
                if stock.estimate in state.stocks:
                    state.soil(stock.occurred.lo.us)
                    state.moved = True
            if coverage is not None and state.quiet:
                state.soil(coverage)
                state.moved = True
            if state.dirty is not None and (state.quiet or state.absent):
                ahead |= {s for s in self._absences(state) if s > t.us}
        return ahead

    def begin(self, t: Instant) -> set[int]:
        """Events begin to count (F is known now): everything is to be asked."""
        ahead: set[int] = set()
        for state in self.states.values():
            state.soil(BEGINNING.us)
            ahead |= {s for s in self._absences(state) if s > t.us}
        return ahead

    def look_again(self, t: Instant) -> None:
        """A timer of an absence is due: ask at t."""
        for state in self.states.values():
            if state.quiet or state.absent:
                state.soil(t.us)

    def complete_baselines(self) -> None:
        """A baseline's span has ended: every window may be compared with it now."""
        for state in self.states.values():
            if state.baselines:
                state.soil(BEGINNING.us)

    def _put(self, t: Instant, state: _State, key: PoolKey, pool: _Pool, identity: str) -> None:
        incident = self.facts.incidents[identity]
        name, by = key
        membership = self.membership
        who = membership.by(incident, self.agreement.by(by))
        verdict: Verdict = False if who is False else all_hold([who, membership.holds(identity, name, state.needs)])
        for out in state.decl.excluding:
            if verdict is not False and incident.type in self.agreement.event_types(out):
                verdict = all_hold([verdict, negation(membership.holds(identity, out, state.needs))])
        if isinstance(verdict, Unknown) and verdict.provisional and state.decl.counting_provisional:
            verdict = True
        lo, hi = incident.occurred.lo.us, incident.occurred.hi.us
        item = Item(lo, hi, identity, incident, verdict) if verdict is not False else None
        before = pool.put(identity, item)
        if verdict is True:
            state.verified.setdefault(identity, t)
        else:
            state.verified.pop(identity, None)
        if before != item:
            state.changed.add(identity)
            state.soil(min(x.lo for x in (before, item) if x is not None))

    # ------------------------------------------------------------ stepping

    def reversals(self, t: Instant) -> list[Act]:
        """Re-examine every unreversed activation that something touched; those that counted a reversed one, too."""
        found: list[Act] = []
        for state in self.states.values():
            touched, state.changed = state.changed, set()
            moved, state.moved = state.moved, False
            if not touched and not moved:
                continue
            asked = list(state.standing)
            if state.grows and not moved:
                owners = {owner.id for x in touched if (owner := state.consumed.get(x)) is not None}
                asked = [met for met in asked if met.id in owners] if owners else []
            found += [act for met in asked if (act := self._examine(state, met, t)) is not None]
        return found

    def _examine(self, state: _State, met: Met, t: Instant) -> Act | None:
        reading = _Reading(self, state, t, met)
        weighed = weigh(self.agreement, reading, state.decl.when, met.s.us)
        if weighed.verdict is not False:
            lost = set(met.witnesses) - weighed.witnesses - weighed.possible
            if lost:
                for identity in met.witnesses:
                    state.consumed.pop(identity, None)
                kept = (set(met.witnesses) - lost) | weighed.witnesses
                met.witnesses = self._ordered(kept)
                for identity in met.witnesses:
                    state.consumed[identity] = met
                state.soil(BEGINNING.us)
            return None
        met.reversed = t
        state.standing.remove(met)
        met.why = "; ".join(f"{m.what} is {m.low.normalize():f} ({m.threshold} needed)" for m in weighed.measures)
        for identity in [name for name, owner in state.consumed.items() if owner is met]:
            del state.consumed[identity]
        state.soil(BEGINNING.us)
        for other in self.states.values():
            if state.decl.name in other.counts:
                other.moved = True
                other.soil(BEGINNING.us)
        return Act("reversed", met)

    def activations(self, t: Instant) -> list[Act]:
        """In dependency order, repeatedly: the smallest s at which the condition over unconsumed events is true."""
        found: list[Act] = []
        if self.life.counts_from is None:
            return found
        for state in self.states.values():
            while (met := self._next(state, t)) is not None:
                found.append(Act("met", met))
        return found

    def _next(self, state: _State, t: Instant) -> Met | None:
        if state.dirty is None or state.waits(t):
            return None
        reading = _Reading(self, state, t, None)
        for s in self._candidates(state, t, reading, state.dirty):
            weighed = weigh(self.agreement, reading, state.decl.when, s)
            if weighed.verdict is True and weighed.consumes:
                state.dirty = s if state.grows else BEGINNING.us
                return self._activate(state, t, s, weighed)
        state.dirty = None
        return None

    def _activate(self, state: _State, t: Instant, s: int, weighed: Weighed) -> Met:
        instant = Instant(s)
        name = state.decl.name
        number = sum(1 for met in state.activations if met.t == t and met.s == instant)
        met = Met(
            id=f"{name}@{t}@{instant}" + (f"#{number + 1}" if number else ""),
            trigger=name,
            t=t,
            s=instant,
            witnesses=self._ordered(weighed.witnesses),
            counted=weighed.activations,
            spans=weighed.spans,
            measures=weighed.measures,
            effective=self.life.active(t),
        )
        state.activations.append(met)
        state.standing.append(met)
        self.by_id[met.id] = met
        for identity in (*met.witnesses, *met.counted):
            state.consumed[identity] = met
        for other in self.states.values():
            if name in other.counts:
                other.soil(s)
                other.moved = True
        return met

    def _ordered(self, names: Sequence[str] | set[str] | frozenset[str]) -> tuple[str, ...]:
        """By (occurred, id)."""

        def key(name: str) -> tuple[int, int, str]:
            known = self.facts.incidents.get(name) or self.facts.stocks.get(name)
            return (known.occurred.lo.us, known.occurred.hi.us, name) if known is not None else (0, 0, name)

        return tuple(sorted(names, key=key))

    # ------------------------------------------------------------ candidates

    def _candidates(self, state: _State, t: Instant, reading: _Reading, since: int) -> list[int]:
        found: set[int] = set()
        for pool in state.pools.values():
            for index in range(bisect_left(pool.order, (since, "")), len(pool.order)):
                hi, identity = pool.order[index]
                if identity not in state.consumed and pool.items[identity].certain:
                    found.add(hi)
        for stock in self.facts.stocks.values():
            if stock.estimate in state.stocks and stock.id not in state.consumed:
                found.add(stock.occurred.hi.us)
        for name in state.counts:
            found |= {s for s, _ in reading.met(name)}
        found |= {s for s in self._absences(state) if s <= t.us}
        return sorted(s for s in found if s >= since and not self._is_stale(t, s))

    def _is_stale(self, t: Instant, s: int) -> bool:
        return self._stale is not None and t.us - s > self._stale

    def _absences(self, state: _State) -> set[int]:
        """The instants at which an absence can become complete."""
        start = self.life.counts_from
        if start is None:
            return set()
        found: set[int] = set()
        for quiet in state.quiet:
            begins = {start.us, max((s for met in state.standing for s in met.spans), default=start.us)}
            begins |= {item.hi for item in state.pools[quiet.name, quiet.by].items.values()}
            begins |= {lo for lo, _ in self.facts.covered(quiet.name, quiet.observer)}
            found |= {begin + quiet.dur.duration.us for begin in begins if begin >= start.us}
        for absent in state.absent:
            found |= {item.hi + absent.dur.duration.us for item in state.pools[absent.after, None].items.values()}
        return found

    # ------------------------------------------------------------ asked for

    def completing(self, met: Met) -> tuple[Instant, Instant, Instant]:
        """Occurrence, report and verification of the event that completed an activation; s, t and t where none did."""
        last = next((self.facts.incidents[x] for x in reversed(met.witnesses) if x in self.facts.incidents), None)
        if last is None:
            return met.s, met.t, met.t
        return last.occurred.hi, last.first_known, self.states[met.trigger].verified.get(last.id, met.t)

    def unknown_at(self, name: str, t: Instant, only: Sequence[int] | None = None) -> list[tuple[int, Weighed]]:
        """The instants s at which the condition is unknown now (`only`: among these), with why."""
        return [(s, w) for s, w in self.weighed_everywhere(name, t, only) if isinstance(w.verdict, Unknown)]

    def weighed_everywhere(self, name: str, t: Instant, only: Sequence[int] | None = None) -> Iterator[tuple[int, Weighed]]:
        """The condition at each instant at which it can be unknown or true: beginnings and ends of events, estimates, absences.

        For counts the beginnings suffice beside the ends: if some choice of instants satisfies a window, so does the one
        that moves every event as early as it may lie.
        """
        state = self.states[name]
        if self.life.counts_from is None:
            return
        reading = _Reading(self, state, t, None)
        if only is None:
            found: set[int] = set(self._candidates(state, t, reading, BEGINNING.us))
            for pool in state.pools.values():
                for item in pool.items.values():
                    if item.id not in state.consumed:
                        found |= {item.lo, item.hi}
            for stock in self.facts.stocks.values():
                if stock.estimate in state.stocks:
                    found |= {stock.occurred.lo.us, stock.occurred.hi.us}
            only = sorted(s for s in found if not self._is_stale(t, s))
        for s in only:
            yield s, weigh(self.agreement, reading, state.decl.when, s)

    def holds_by(self, name: str, t: Instant, at: Instant) -> bool:
        """Hindsight: whether the condition holds at some s ≤ at, consumption and rearm aside."""
        state = self.states[name]
        if self.life.counts_from is None:
            return False
        fresh = _State(state.decl, self.membership)
        fresh.pools = state.pools
        reading = _Reading(self, fresh, t, None)
        candidates = (s for s in self._candidates(fresh, t, reading, BEGINNING.us) if s <= at.us)
        return any(weigh(self.agreement, reading, state.decl.when, s).verdict is True for s in candidates)

    def baseline(self, state: _State, name: str) -> tuple[Decimal, Decimal]:
        """Certain and possible count of a baseline's events in [start, end), at the trigger's rungs, in force or not."""
        key = state.decl.name, name
        if key not in self._baseline:
            decl = self.agreement.baselines[name]
            start, end = self.agreement.instant(decl.start), self.agreement.instant(decl.end)
            counted: set[str] = set()
            low = high = 0
            for incident, verdict in self.membership.members(decl.of, state.needs):
                both = all_hold([verdict, self.membership.by(incident, self.agreement.by(decl.by))])
                if both is not False and incident.occurred.hi >= start and incident.occurred.lo < end:
                    counted.add(incident.id)
                    high += 1
                    low += both is True and incident.occurred.lo >= start and incident.occurred.hi < end
            self._baseline[key] = Decimal(low), Decimal(high)
            self._in_baseline[key] = frozenset(counted)
        return self._baseline[key]

    def _moves_baseline(self, state: _State, name: str, incidents: set[str]) -> bool:
        """Whether one of the changed incidents was counted in the baseline, or lies in its span now."""
        decl = self.agreement.baselines[name]
        start, end = self.agreement.instant(decl.start), self.agreement.instant(decl.end)
        types = self.agreement.event_types(decl.of)
        counted = self._in_baseline.get((state.decl.name, name), frozenset())
        for identity in incidents:
            incident = self.facts.incidents.get(identity)
            if incident is None:
                continue
            if identity in counted or (incident.type in types and incident.occurred.hi >= start and incident.occurred.lo < end):
                return True
        return False


class _Reading:
    """`Sources` for one trigger at one instant; `again` is the activation that is being re-examined, if any."""

    def __init__(self, engine: Engine, state: _State, t: Instant, again: Met | None) -> None:
        self.engine = engine
        self.state = state
        self.t = t
        self.again = again

    @property
    def start(self) -> int:
        start = self.engine.life.counts_from
        return start.us if start is not None else BEGINNING.us

    def _free(self, identity: str) -> bool:
        owner = self.state.consumed.get(identity)
        return owner is None or owner is self.again

    def items(self, name: str, by: n.By | None, span: Span, *, consumed: bool = False) -> Sequence[Item]:
        pool = self.state.pools[name, by]
        return [item for item in pool.between(span.start, span.end) if consumed or self._free(item.id)]

    def stocks(self, name: str, by: n.By | None) -> Sequence[tuple[Stock, Verdict]]:
        found: list[tuple[Stock, Verdict]] = []
        codes = self.engine.agreement.by(by)
        for stock in self.engine.facts.stocks.values():
            if stock.estimate != name or stock.withdrawn or not self._reaches(stock):
                continue
            if codes is None:
                found.append((stock, True))
            elif stock.actor is None:
                found.append((stock, Unknown(frozenset({Reason("actor", f"whose stock {stock.id[:12]} is, is not known")}))))
            elif stock.actor in codes or any(self.engine.facts.attributed.get((stock.actor, code)) for code in codes):
                found.append((stock, True))
        return found

    def _reaches(self, stock: Stock) -> bool:
        for ladder, index in self.state.needs:
            rungs = self.engine.agreement.ladders[ladder].rungs
            stated = max((rungs.index(word) for word in stock.stands_for if word in rungs), default=0)
            if stated < index:
                return False
        return True

    def covered(self, name: str, observer: str | None) -> Sequence[tuple[int, int]]:
        return self.engine.facts.covered(name, observer)

    def met(self, name: str) -> Sequence[tuple[int, str]]:
        return [
            (met.s.us, met.id)
            for met in self.engine.states[name].standing
            if met.effective and met.t <= self.t and self._free(met.id)
        ]

    def free_from(self) -> int:
        before = takewhile(lambda met: met is not self.again, self.state.standing)
        return max((s for met in before for s in met.spans), default=BEGINNING.us)

    def baseline(self, name: str) -> tuple[Decimal, Decimal] | None:
        agreement = self.engine.agreement
        if self.t < agreement.instant(agreement.baselines[name].end):
            return None
        return self.engine.baseline(self.state, name)
