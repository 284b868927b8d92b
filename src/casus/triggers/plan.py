"""Triggers compiled for the executors: conditions lowered to atoms over pools, instants as µs, nothing left to look up.

A `Plan` is plain data (no agreement, no facts): it can be stored beside a stream and sent to another process. Every window
becomes one of three kinds of `Window`, which know the earliest instant that still counts at s and the first s at which an
instant has left again; `any`, and `holds` over a duration field, are counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.triggers.conditions import atoms, names_in, only_grows

FAR: Final = 1 << 62
"""Later than every instant."""

PoolKey = tuple[str, n.By | None]
What = Literal["quantity", "duration", "days", "cells", "places"]


@dataclass(frozen=True, slots=True)
class Window:
    """`rolling` and `fixed` have a length `us`; `since` may have an instant of its own."""

    kind: Literal["rolling", "fixed", "since"]
    us: int = 0
    closed: bool = False
    moment: int | None = None

    def floor(self, s: int, start: int) -> int:
        """The earliest µs that lies in the window at s; never before F (`start`)."""
        if self.kind == "rolling":
            begins = s - self.us + (0 if self.closed else 1)
        elif self.kind == "fixed":
            before = start + (-((start - s) // self.us) - 1) * self.us
            begins = before + 1 if before >= start else start
        else:
            begins = start if self.moment is None else self.moment
        return max(begins, start)

    def leaves(self, x: int, start: int) -> int:
        """The first s at which an instant x ≥ F is no longer in the window."""
        if self.kind == "rolling":
            return x + self.us + (1 if self.closed else 0)
        if self.kind == "fixed":
            return start - ((start - x) // self.us) * self.us + 1
        return FAR

    @property
    def reach(self) -> int:
        """No window at s ≥ x + reach holds x."""
        return FAR if self.kind == "since" else self.us + 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pool has to know of each of its events: a quantity, a duration, or the day, cell or place."""

    what: What
    field: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """`any`, `count`; with `lasting` (slot, µs) only of what lasted at least that long."""

    pool: int
    op: str
    bound: Decimal
    window: Window
    lasting: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """`sum` of slot."""

    pool: int
    slot: int
    op: str
    bound: Decimal
    window: Window


@dataclass(frozen=True, slots=True)
class Distinct:
    pool: int
    slot: int
    op: str
    bound: Decimal
    window: Window


@dataclass(frozen=True, slots=True)
class Rate:
    pool: int
    op: str
    factor: Decimal
    baseline: str
    length: Decimal
    ends: int
    window: Window


@dataclass(frozen=True, slots=True)
class Ratio:
    pool: int
    other: int
    op: str
    factor: Decimal
    window: Window


@dataclass(frozen=True, slots=True)
class Quiet:
    """`no E for d`; `cover` numbers the coverage it needs."""

    pool: int
    us: int
    cover: int


@dataclass(frozen=True, slots=True)
class Absent:
    """`no E within d after F`."""

    pool: int
    after: int
    us: int


@dataclass(frozen=True, slots=True)
class Then:
    first: int
    second: int
    us: int


@dataclass(frozen=True, slots=True)
class Run:
    """`D holds for at least d` over successive events."""

    pool: int
    us: int


@dataclass(frozen=True, slots=True)
class Latest:
    """`latest X`, and `holds` over an estimate; `stock` numbers the estimates it reads."""

    stock: int
    op: str
    bound: Decimal
    valid: int


@dataclass(frozen=True, slots=True)
class Times:
    """`X met n times`."""

    trigger: str
    times: Decimal
    window: Window


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


Windowed = Count | Total | Distinct | Rate | Ratio | Times
Atom = Windowed | Quiet | Absent | Then | Run | Latest
Node = Atom | Or | And | Not


@dataclass(frozen=True, slots=True)
class Clause:
    """One trigger. `pools`, `covers` and `stocks` say what its stream carries, in the order of the atoms' numbers."""

    name: str
    when: Node
    pools: tuple[PoolKey, ...]
    readings: tuple[tuple[Reading, ...], ...]
    covers: tuple[tuple[str, str | None], ...]
    stocks: tuple[PoolKey, ...]
    baselines: tuple[str, ...]
    counts: tuple[str, ...]
    """Triggers whose activations it counts."""
    grows: bool
    """More events can only make it truer."""
    rearm: int | None
    stale: int | None
    reach: int
    """An event [lo, hi] changes nothing at s < lo and, brackets of others aside, at s ≥ hi + reach."""
    pairs: bool
    """Whether it compares events with each other, so that s lies past the end of another event's bracket."""

    def leaves(self) -> Iterator[Atom]:
        yield from leaves(self.when)

    @property
    def absences(self) -> bool:
        return any(isinstance(atom, Quiet | Absent) for atom in self.leaves())


@dataclass(frozen=True, slots=True)
class Plan:
    """All triggers of an agreement, in the order in which they are tested."""

    clauses: tuple[Clause, ...]


def leaves(node: Node) -> Iterator[Atom]:
    """Every atom of a lowered condition."""
    match node:
        case Or(parts) | And(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield node


def compile_plan(agreement: Agreement) -> Plan:
    return Plan(tuple(_Lowering(agreement, decl).clause() for decl in agreement.triggers.values()))


class _Lowering:
    """One trigger's condition, lowered."""

    def __init__(self, agreement: Agreement, decl: n.TriggerDecl) -> None:
        self.agreement = agreement
        self.decl = decl
        self.pools: dict[PoolKey, int] = {}
        self.readings: list[list[Reading]] = []
        self.covers: dict[tuple[str, str | None], int] = {}
        self.stocks: dict[PoolKey, int] = {}
        for atom, _ in atoms(decl.when):
            for key in names_in(atom):
                self._pool(*key)

    def clause(self) -> Clause:
        when = self._node(self.decl.when)
        stale = self.agreement.header.stale_after
        return Clause(
            name=self.decl.name,
            when=when,
            pools=tuple(self.pools),
            readings=tuple(tuple(of) for of in self.readings),
            covers=tuple(self.covers),
            stocks=tuple(self.stocks),
            baselines=tuple(dict.fromkeys(a.baseline for a in leaves(when) if isinstance(a, Rate))),
            counts=tuple(dict.fromkeys(a.trigger for a in leaves(when) if isinstance(a, Times))),
            grows=only_grows(self.decl.when),
            rearm=self.decl.rearm.duration.us if self.decl.rearm is not None else None,
            stale=stale.duration.us if stale is not None else None,
            reach=max(_reach(atom) for atom in leaves(when)),
            pairs=any(isinstance(atom, Absent | Then) for atom in leaves(when)),
        )

    def _pool(self, name: str, by: n.By | None) -> int:
        if (name, by) not in self.pools:
            self.pools[name, by] = len(self.pools)
            self.readings.append([])
        return self.pools[name, by]

    def _slot(self, pool: int, what: What, field: str = "") -> int:
        reading = Reading(what, field)
        if reading not in self.readings[pool]:
            self.readings[pool].append(reading)
        return self.readings[pool].index(reading)

    def _window(self, window: n.Window) -> Window:
        match window:
            case n.Rolling(dur, closed):
                return Window("rolling", dur.duration.us, closed)
            case n.Fixed(dur):
                return Window("fixed", dur.duration.us)
            case n.Since(moment):
                return Window("since", moment=None if moment is None else self.agreement.instant(moment).us)

    def _node(self, cond: n.TCond) -> Node:
        match cond:
            case n.TOr(parts):
                return Or(tuple(self._node(part) for part in parts))
            case n.TAnd(parts):
                return And(tuple(self._node(part) for part in parts))
            case n.TNot(part):
                return Not(self._node(part))
            case _:
                return self._atom(cond)

    def _atom(self, atom: n.TAtom) -> Atom:
        match atom:
            case n.TAny(name, by):
                return Count(self._pool(name, by), ">=", Decimal(1), Window("since"))
            case n.TCount(name, by, threshold, window):
                return Count(self._pool(name, by), threshold.op, threshold.number.value, self._window(window))
            case n.TSum(quantity, name, by, threshold, window):
                pool = self._pool(name, by)
                slot = self._slot(pool, "quantity", quantity)
                return Total(pool, slot, threshold.op, threshold.number.value, self._window(window))
            case n.TDistinct(what, name, by, threshold, window):
                pool = self._pool(name, by)
                return Distinct(pool, self._slot(pool, what), threshold.op, threshold.number.value, self._window(window))
            case n.TRate():
                return self._rate(atom)
            case n.TRatio(name, by, op, factor, other, other_by, window):
                pools = self._pool(name, by), self._pool(other, other_by)
                return Ratio(*pools, op, factor.value, self._window(window))
            case n.TQuiet(name, by, dur, observer):
                cover = self.covers.setdefault((name, observer), len(self.covers))
                return Quiet(self._pool(name, by), dur.duration.us, cover)
            case n.TAbsent(name, by, dur, after):
                return Absent(self._pool(name, by), self._pool(after, None), dur.duration.us)
            case n.THolds():
                return self._holds(atom)
            case n.TThen(first, second, dur):
                return Then(self._pool(first, None), self._pool(second, None), dur.duration.us)
            case n.TLatest(name, by, threshold):
                return self._latest(name, by, threshold.op, threshold.number.value)
            case n.TMet(name, times, window):
                return Times(name, times.value, self._window(window))

    def _rate(self, atom: n.TRate) -> Rate:
        decl = self.agreement.baselines[atom.baseline]
        start, end = self.agreement.instant(decl.start).us, self.agreement.instant(decl.end).us
        pool = self._pool(atom.name, atom.by)
        window = self._window(atom.window)
        return Rate(pool, atom.op, atom.factor.value, atom.baseline, Decimal(end - start), end, window)

    def _holds(self, atom: n.THolds) -> Atom:
        need = atom.dur.duration.us
        if atom.name in self.agreement.estimates:
            unit = {"minutes": 60_000_000, "hours": 3_600_000_000, "days": 86_400_000_000}
            bound = Decimal(need) / unit[self.agreement.estimates[atom.name].unit]
            return self._latest(atom.name, None, ">=", bound)
        pool = self._pool(atom.name, None)
        for kind in sorted(self.agreement.event_types(atom.name)):
            for declared in self.agreement.events[kind].fields:
                if declared.type == "duration":
                    slot = self._slot(pool, "duration", declared.name)
                    return Count(pool, ">=", Decimal(1), Window("since"), lasting=(slot, need))
        return Run(pool, need)

    def _latest(self, name: str, by: n.By | None, op: str, bound: Decimal) -> Latest:
        stock = self.stocks.setdefault((name, by), len(self.stocks))
        return Latest(stock, op, bound, self.agreement.estimates[name].valid.duration.us)


def _reach(atom: Atom) -> int:
    match atom:
        case Count(window=window) | Total(window=window) | Distinct(window=window) | Rate(window=window):
            return window.reach
        case Ratio(window=window) | Times(window=window):
            return window.reach
        case Absent(us=us) | Then(us=us) | Quiet(us=us):
            return us + 1
        case Run():
            return FAR
        case Latest():
            return 1
