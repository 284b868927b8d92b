"""What would change the answer about a trigger: the fewest events without which it is not met, or with which it is.

*Without*: a set of events must be hit so often that no window reaches its threshold any more. The least number is found by
a greedy choice with a proof (windows that share no event, or the exchange argument), else by a bounded search; where neither
ends, what is proved is said: at least k. Every set that is named has been tried: the record is evaluated without it.
*With*: at each instant how many events more would do, first of those that are on the record and not certain, then new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from casus.acts import Length, Quantity, Report
from casus.analysis.model import Supposed, suppose
from casus.journal.entry import View
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.state.evaluate import evaluate
from casus.state.explanation import Change, Near, Unit
from casus.state.fold import Fold
from casus.state.model import Assessment
from casus.state.snapshot import measured, number
from casus.time import Instant
from casus.triggers.conditions import _window_text, atoms, only_grows, window_span
from casus.triggers.measure import Item, Span
from casus.triggers.membership import cures_in

MOST_NODES = 4000
"""How far the search for a smaller set goes."""
MOST_TRIES = 12
"""How often a set is enlarged that the evaluation does not confirm."""

Demand = tuple[frozenset[str], int]
"""Of these events at least so many have to go."""


def changes(agreement: Agreement, view: View, at: Instant, name: str) -> tuple[Near | None, Change | None]:
    """How near the trigger is to its threshold, and what would change the answer. Neither before F."""
    fold = Fold(agreement, view)
    fold.run([entry for entry in view.entries if view.knowledge(entry) <= min(at, view.known_at)], at)
    fold.now = at
    if fold.life.counts_from is None:
        return None, None
    model = suppose(fold, name, at)
    if fold.engine.states[name].standing:
        return _nearest(model), _without(model, view, at)
    return _nearest(model), _with(model, view, at)


# ---------------------------------------------------------------- how near


def _nearest(model: Supposed) -> Near | None:
    """The instant at which the fewest are missing (or, where it is met, the most are to spare), with its measures."""
    cond = model.state.decl.when
    best: tuple[tuple[Decimal, int], int] | None = None
    for s in model.instants(everywhere=True):
        weighed = model.weigh(cond, s)
        share = min(
            (_share(atom, m.low) for (atom, _), m in zip(atoms(cond), weighed.measures, strict=True)), default=Decimal(0)
        )
        key = (share, s)
        if best is None or key > best[0]:
            best = key, s
    if best is None:
        return None
    weighed = model.weigh(cond, best[1])
    missing = [
        f"{number(lack)} more: {m.what} is {number(m.low)} ({m.threshold} needed)"
        for (atom, negated), m in zip(atoms(cond), weighed.measures, strict=True)
        if not negated and (bound := _bound(atom)) is not None and (lack := bound - m.low) > 0
    ]
    return Near(Instant(best[1]), tuple(measured(m) for m in weighed.measures), tuple(missing))


def _share(atom: n.TAtom, low: Decimal) -> Decimal:
    bound = _bound(atom)
    return low / bound if bound else low


def _bound(atom: n.TAtom) -> Decimal | None:
    """The least value that reaches the threshold of a condition that more can only make truer."""
    match atom:
        case n.TAny():
            return Decimal(1)
        case n.TCount(threshold=t) | n.TDistinct(threshold=t) if t.op in (">=", ">"):
            return t.number.value.to_integral_value(rounding="ROUND_CEILING") if t.op == ">=" else _next(t.number.value)
        case n.TSum(threshold=t) if t.op in (">=", ">"):
            return t.number.value
        case _:
            return None


def _next(value: Decimal) -> Decimal:
    return value.to_integral_value(rounding="ROUND_FLOOR") + 1


# ---------------------------------------------------------------- without


def _without(model: Supposed, view: View, at: Instant) -> Change:
    """The smallest set of events whose rejection leaves the trigger not met."""
    cond = model.state.decl.when
    instants = model.instants()
    search = _Search(model, cond, instants)
    chosen = search.greedy()
    proof = "no fewer would do: windows that share no event each need as many" if search.packing() == len(chosen) else None
    if proof is None and search.exchange():
        proof = "no fewer would do: at each window the latest events were taken, which serve every later window as well"
    if proof is None:
        chosen, whole = search.smaller(chosen)
        proof = "no fewer would do: every smaller set was tried" if whole else None
    least = len(chosen) if proof is not None else search.packing()
    certain = proof is not None
    if (doubt := _not_alone(model)) is not None:
        least, certain, proof = 1, len(chosen) == 1, doubt
    chosen, after, tries = _until_it_flips(model, view, at, chosen)
    if after == "met":
        return Change("met", "reject", (), (), 1, False, "no set of events was found without which it would not be met", None)
    if tries:
        certain, proof = False, "what stands rests on events as they were known at the time, too"
    units = tuple(_unit(model, view, identity, ()) for identity in sorted(chosen, key=lambda x: _when(model, x)))
    said = proof or f"at least {least}: a smaller set was not found, and not excluded"
    return Change("met", "reject", units, (), least if not certain else len(units), certain, said, after)


def _until_it_flips(model: Supposed, view: View, at: Instant, chosen: frozenset[str]) -> tuple[frozenset[str], Assessment, int]:
    """Evaluate the record without the set; where the trigger is met all the same, witnesses of that go, too."""
    name = model.state.decl.name
    for tries in range(MOST_TRIES):
        state = evaluate(model.agreement, without(model, view, chosen), at)
        answer = next(a.assessment for a in state.assessments if a.trigger == name)
        if answer != "met":
            return chosen, answer, tries
        standing = [a for a in state.activations if a.trigger == name and a.reversed is None]
        more = {
            w for a in standing for w in a.witnesses[-1:] if w in model.fold.facts.incidents or w in model.fold.facts.stocks
        }
        if not more - chosen:
            break
        chosen |= more
    return chosen, "met", MOST_TRIES


def without(model: Supposed, view: View, chosen: frozenset[str]) -> View:
    """The view without the reports (or estimates) of these events."""
    gone = {entry for identity in chosen for entry in _entries(model, view, identity)}
    return replace(view, entries=tuple(entry for entry in view.entries if entry.id not in gone))


def _entries(model: Supposed, view: View, identity: str) -> tuple[str, ...]:
    """The reports behind an event; an estimate is its own entry."""
    incident = model.fold.facts.incidents.get(identity)
    if incident is None:
        return (identity,)
    reports = {entry.id for entry in view.entries if isinstance(entry.act, Report)}
    return tuple(entry for entry in incident.entries if entry in reports)


def _not_alone(model: Supposed) -> str | None:
    """Why a single event may decide about others, so that counting windows proves no least number."""
    agreement, decl = model.agreement, model.state.decl
    if not only_grows(decl.when):
        return "events fewer may also make parts of this condition truer"
    if agreement.header.stale_after is not None:
        return "what is stale now may have counted when it became known"
    if any(not isinstance(atom, n.TAny | n.TCount | n.TSum | n.TDistinct) for atom, _ in atoms(decl.when)):
        return "no least number is proved for this kind of condition"
    types = {kind for key in model.state.pools for kind in agreement.event_types(key[0])}
    if agreement.term is not None and types & set(agreement.term.requires):
        return "force itself rests on such an event"
    conds = [e.when for e in agreement.exceptions.values()] + [d.where for d in agreement.definitions.values()]
    if model.fold.membership.reach or any(True for cond in conds for _ in cures_in(cond)):
        return "an event may decide whether another one counts"
    return None


class _Search:
    """The least number of events that have to go."""

    def __init__(self, model: Supposed, cond: n.TCond, instants: Sequence[int]) -> None:
        self.model, self.cond, self.instants = model, cond, instants
        self.demands = [demand for s in instants if (demand := self.demand(s, frozenset())) is not None]
        self.nodes = 0

    def demand(self, s: int, gone: frozenset[str]) -> Demand | None:
        if self.model.weigh(self.cond, s, gone).verdict is not True:
            return None
        return _demand(self.model, self.cond, s, gone)

    def violated(self, gone: frozenset[str], first: int = 0) -> tuple[int, Demand] | None:
        for index in range(first, len(self.instants)):
            if (demand := self.demand(self.instants[index], gone)) is not None:
                return index, demand
        return None

    def greedy(self) -> frozenset[str]:
        """At the first window that is still met the latest events go, those of greatest weight first where weights differ."""
        gone: frozenset[str] = frozenset()
        index = 0
        while (found := self.violated(gone, index)) is not None:
            index, (among, least) = found
            gone |= set(sorted(among, key=lambda x: self._order(x), reverse=True)[:least])
        return gone

    def _order(self, identity: str) -> tuple[Decimal, int, str]:
        return _weight(self.model, self.cond, identity), _when(self.model, identity)[1], identity

    def packing(self) -> int:
        """A lower bound: demands on sets that share no event add up."""
        taken: set[str] = set()
        total = 0
        for among, least in sorted(self.demands, key=lambda d: (-d[1], len(d[0]), sorted(d[0]))):
            if not among & taken:
                taken |= among
                total += least
        return total

    def exchange(self) -> bool:
        """One count over events at exact instants: in any solution an event may be exchanged for a later one of its window."""
        if not isinstance(self.cond, n.TAny | n.TCount):
            return False
        return all(item.lo == item.hi for pool in self.model.state.pools.values() for item in pool.items.values())

    def smaller(self, found: frozenset[str]) -> tuple[frozenset[str], bool]:
        """A smaller set, and whether every smaller one was tried."""
        best, k = found, len(found) - 1
        while k >= self.packing():
            answer = self._reach(frozenset(), frozenset(), k)
            if self.nodes > MOST_NODES:
                return best, False
            if answer is None:
                return best, True
            best, k = answer, len(answer) - 1
        return best, True

    def _reach(self, gone: frozenset[str], kept: frozenset[str], left: int) -> frozenset[str] | None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            return None
        found = self.violated(gone)
        if found is None:
            return gone
        among, least = found[1]
        free = sorted(among - kept, key=self._order, reverse=True)
        if least > left or len(free) < least:
            return None
        for index, identity in enumerate(free):
            answer = self._reach(gone | {identity}, kept | set(free[:index]), left - 1)
            if answer is not None:
                return answer
        return None


def _demand(model: Supposed, cond: n.TCond, s: int, gone: frozenset[str]) -> Demand:
    """Of which events how many have to go at the least, so that a condition that is met at s is not."""
    match cond:
        case n.TOr(parts):
            return next(_demand(model, p, s, gone) for p in parts if model.weigh(p, s, gone).verdict is True)
        case n.TAnd(parts):
            demands = [_demand(model, part, s, gone) for part in parts if not isinstance(part, n.TNot)]
            return frozenset[str]().union(*(among for among, _ in demands)), min(least for _, least in demands)
        case n.TAny() | n.TCount() | n.TSum() | n.TDistinct():
            return _of_atom(model, cond, s, gone)
        case _:
            weighed = model.weigh(cond, s, gone)
            return weighed.witnesses, 1


def _of_atom(model: Supposed, atom: n.TAny | n.TCount | n.TSum | n.TDistinct, s: int, gone: frozenset[str]) -> Demand:
    sure = [item for item in _inside(model, atom, s) if item.certain and item.id not in gone]
    ids = frozenset(item.id for item in sure)
    bound = _bound(atom)
    assert bound is not None
    if isinstance(atom, n.TSum):
        total = sum((_least(model, atom, item) for item in sure), Decimal(0))
        strict = atom.threshold.op == ">"
        count = 0
        for weight in sorted((_least(model, atom, item) for item in sure), reverse=True):
            if total < bound or (strict and total == bound):
                break
            total -= weight
            count += 1
        return ids, max(count, 1)
    if isinstance(atom, n.TDistinct):
        keys: dict[object, int] = {}
        for item in sure:
            key = _key(model, atom, item)
            keys[key] = keys.get(key, 0) + 1
        known = sorted(size for key, size in keys.items() if key is not None)
        over = len(known) - int(bound) + 1
        return (ids, sum(known[:over])) if over >= 1 and None not in keys else (ids, 1)
    return ids, len(sure) - int(bound) + 1


def _inside(model: Supposed, atom: n.TAny | n.TCount | n.TSum | n.TDistinct, s: int, maybe: bool = False) -> Iterator[Item]:
    """The events surely in the atom's window at s; with `maybe` those that may be."""
    window = n.Since(None) if isinstance(atom, n.TAny) else atom.window
    span: Span = window_span(model.agreement, window, s, model.start)
    for item in model.state.pools[atom.name, atom.by].between(span.start, span.end):
        if span.maybe(item) if maybe else span.surely(item):
            yield item


def _least(model: Supposed, atom: n.TSum, item: Item) -> Decimal:
    if model.agreement.events[item.event.type].field_named(atom.quantity) is None:
        return Decimal(0)
    value = item.event.fields.get(atom.quantity)
    return value.low if isinstance(value, Quantity) else Decimal(value.us) if isinstance(value, Length) else Decimal(0)


def _key(model: Supposed, atom: n.TDistinct, item: Item) -> object | None:
    if atom.what == "days":
        return model.agreement.clock.day_of(Instant(item.hi))
    place = item.event.place
    if place is None:
        return None
    return (place.lat, place.lon) if atom.what == "places" else ((place.lat * 10).__floor__(), (place.lon * 10).__floor__())


def _weight(model: Supposed, cond: n.TCond, identity: str) -> Decimal:
    """What an event brings to a sum; 0 where only counting matters."""
    sums = [atom for atom, _ in atoms(cond) if isinstance(atom, n.TSum)]
    items = [(atom, model.state.pools[atom.name, atom.by].items.get(identity)) for atom in sums]
    return max((_least(model, atom, item) for atom, item in items if item is not None), default=Decimal(0))


def _when(model: Supposed, identity: str) -> tuple[int, int, str]:
    known = model.fold.facts.incidents.get(identity) or model.fold.facts.stocks.get(identity)
    return (known.occurred.lo.us, known.occurred.hi.us, identity) if known is not None else (0, 0, identity)


# ---------------------------------------------------------------- with


@dataclass(frozen=True, slots=True)
class _Lack:
    """What is wanting at s: events to be made certain, and others that are not on the record."""

    confirm: tuple[str, ...]
    add: tuple[tuple[int, str], ...]

    @property
    def size(self) -> tuple[int, int]:
        added = sum(count for count, _ in self.add)
        return len(self.confirm) + added, added


def _with(model: Supposed, view: View, at: Instant) -> Change | None:
    """The fewest events more that would meet it: of those on the record first, then new ones."""
    cond = model.state.decl.when
    best: tuple[tuple[int, int, int], _Lack] | None = None
    for s in model.instants(everywhere=True) or [at.us]:
        lack = _lack(model, cond, s)
        if lack is not None and (best is None or (*lack.size, -s) < best[0]):
            best = (*lack.size, -s), lack
    if best is None:
        return None
    lack = best[1]
    units = tuple(_unit(model, view, identity, _reasons(model, identity)) for identity in lack.confirm)
    add = tuple(f"{count} × {text}" for count, text in lack.add)
    if add:
        exact, why = True, "no fewer events would do at any instant at which something is on the record"
    else:
        exact, why = True, "no fewer would do at any instant"
    if not all(isinstance(atom, n.TAny | n.TCount | n.TSum | n.TDistinct) for atom, _ in atoms(cond)):
        exact, why = False, "one way to it; no least number is proved for this kind of condition"
    answer = next(a.assessment for a in evaluate(model.agreement, view, at).assessments if a.trigger == model.state.decl.name)
    return Change(answer, "confirm", units, add, best[0][0] if exact else 1, exact, why, None)


def _lack(model: Supposed, cond: n.TCond, s: int) -> _Lack | None:
    match cond:
        case n.TOr(parts):
            ways = [lack for part in parts if (lack := _lack(model, part, s)) is not None]
            return min(ways, key=lambda lack: lack.size, default=None)
        case n.TAnd(parts):
            every = [_lack(model, part, s) for part in parts]
            if any(lack is None for lack in every):
                return None
            known = [lack for lack in every if lack is not None]
            confirm = tuple(dict.fromkeys(x for lack in known for x in lack.confirm))
            return _Lack(confirm, tuple(x for lack in known for x in lack.add))
        case n.TAny() | n.TCount() | n.TSum() | n.TDistinct() if _bound(cond) is not None:
            return _lack_of(model, cond, s)
        case _:
            return _Lack((), ()) if model.weigh(cond, s).verdict is True else None


def _lack_of(model: Supposed, atom: n.TAny | n.TCount | n.TSum | n.TDistinct, s: int) -> _Lack | None:
    """Those that would bring the most come first."""
    bound = _bound(atom)
    assert bound is not None
    low = model.weigh(atom, s).measures[0].low
    window = n.Since(None) if isinstance(atom, n.TAny) else atom.window
    span = window_span(model.agreement, window, s, model.start)
    sure = {item.id for item in _inside(model, atom, s) if item.certain}
    more = [item for item in _inside(model, atom, s, maybe=True) if item.id not in sure and span.surely(item)]
    more += [b.item for b in model.below[atom.name, atom.by].values() if span.surely(b.item)]
    weigh: Callable[[Item], Decimal] = (
        (lambda item: _least(model, atom, item)) if isinstance(atom, n.TSum) else (lambda _: Decimal(1))
    )
    seen = (
        {_key(model, atom, item) for item in _inside(model, atom, s) if item.certain}
        if isinstance(atom, n.TDistinct)
        else set()
    )
    chosen: list[str] = []
    strict = isinstance(atom, n.TSum) and atom.threshold.op == ">"
    for item in sorted(more, key=lambda item: (-weigh(item), item.lo, item.id)):
        if low > bound or (low == bound and not strict):
            break
        if isinstance(atom, n.TDistinct):
            key = _key(model, atom, item)
            if key is None or key in seen:
                continue
            seen.add(key)
        if weigh(item) > 0:
            low += weigh(item)
            chosen.append(item.id)
    if low > bound or (low == bound and not strict):
        return _Lack(tuple(chosen), ())
    until = f"{_window_text(window)} up to {Instant(s)}"
    if isinstance(atom, n.TSum):
        return _Lack(tuple(chosen), ((1, f"{atom.name} with {atom.quantity} of {number(bound - low)} or more {until}"),))
    other = f" on other {atom.what}" if isinstance(atom, n.TDistinct) else ""
    return _Lack(tuple(chosen), ((int(bound - low), f"{atom.name}{other} {until}"),))


def _reasons(model: Supposed, identity: str) -> tuple[str, ...]:
    """What keeps an event from counting."""
    for kept in model.below.values():
        if identity in kept:
            return tuple(f"{ladder} {rung} is needed" for ladder, rung in sorted(kept[identity].lacking.items()))
    for pool in model.state.pools.values():
        item = pool.items.get(identity)
        if item is not None and not isinstance(item.verdict, bool):
            return tuple(sorted(reason.text for reason in item.verdict.reasons))
    return ()


def _unit(model: Supposed, view: View, identity: str, why: tuple[str, ...]) -> Unit:
    return Unit(identity, _entries(model, view, identity), why)


__all__ = ["changes", "suppose", "without"]
