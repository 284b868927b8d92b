"""The present knowledge of one trigger as an executor holds it: pools, estimates, coverage, what is consumed and waits.

A `Book` answers what a condition is worth at one s (`casus.triggers.weighing` reads it) and where something changed since it
was last asked. It holds rows of a stream, nothing of the agreement.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import takewhile

from casus.time import BEGINNING
from casus.triggers.plan import FAR, Absent, Clause, Quiet
from casus.triggers.stream import Row, Stock


@dataclass(slots=True)
class Activation:
    """An activation: known at t, at s of the world (µs). `witnesses` are those of now, ordered (occurred, id)."""

    id: str
    trigger: str
    t: int
    s: int
    witnesses: tuple[str, ...]
    counted: frozenset[str]
    spans: frozenset[int]
    effective: bool
    reversed: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What a step did to an activation: `met`, `revised` (other witnesses) or `reversed`; `because`: what had changed."""

    kind: str
    t: int
    activation: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    because: tuple[str, ...] = ()


class Pool:
    """The qualifying events of one name and actor, ordered by (hi, id)."""

    __slots__ = ("order", "rows", "widest")

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.order: list[tuple[int, str]] = []
        self.widest = 0

    def put(self, name: str, row: Row | None) -> Row | None:
        """Replace what is held of an event; gives what was held before."""
        before = self.rows.pop(name, None)
        if before is not None:
            del self.order[bisect_left(self.order, (before.hi, name))]
        if row is not None:
            self.rows[name] = row
            if not self.order or self.order[-1] < (row.hi, name):
                self.order.append((row.hi, name))
            else:
                insort(self.order, (row.hi, name))
            if row.hi - row.lo > self.widest:
                self.widest = row.hi - row.lo
        return before

    def between(self, start: int, end: int) -> Iterator[tuple[str, Row]]:
        """Events with hi ≥ start and lo ≤ end, ordered by (hi, id)."""
        order, rows, last = self.order, self.rows, end + self.widest
        for index in range(bisect_left(order, (start,)), len(order)):
            hi, name = order[index]
            if hi > last:
                return
            row = rows[name]
            if row.lo <= end:
                yield name, row


class Book:
    """One trigger: its knowledge, its activations and what they consumed."""

    def __init__(self, clause: Clause) -> None:
        self.clause = clause
        self.start: int | None = None
        self.pools = [Pool() for _ in clause.pools]
        self.stocks: list[tuple[Stock, ...]] = [()] * len(clause.stocks)
        self.covers: list[tuple[tuple[int, int], ...]] = [()] * len(clause.covers)
        self.baselines: dict[str, tuple[Decimal, Decimal]] = {}
        self.standing: list[Activation] = []
        self.consumed: dict[str, Activation] = {}
        self.others: dict[str, Book] = {}
        """The books of the triggers whose activations it counts."""
        self.again: Activation | None = None
        """The activation that is re-examined at present."""
        self.soils: list[tuple[int, int]] = []
        """Stretches [a, b) of s in which the condition may have become true since it was last asked."""
        self.touched: dict[str, None] = {}
        """What changed since the activations were last re-examined."""
        self.because: tuple[str, ...] = ()
        """What had changed when something was last touched."""
        self.moved = False

    # ------------------------------------------------------------ what changed

    def put(self, pool: int, name: str, row: Row | None) -> None:
        before = self.pools[pool].put(name, row)
        self.touched[name] = None
        for one in (before, row):
            if one is not None:
                self.soil_row(one)

    def soil_row(self, row: Row) -> None:
        """Ask again wherever this event may count."""
        wide = max(pool.widest for pool in self.pools) if self.clause.pairs else 0
        self.soil(row.lo, row.hi + self.clause.reach + wide)

    def soil(self, begin: int = BEGINNING.us, end: int = FAR) -> None:
        """Ask again at s in [begin, end)."""
        self.soils.append((begin, end))
        if len(self.soils) > 64:
            self.soils = [(min(a for a, _ in self.soils), max(b for _, b in self.soils))]

    def waits(self, t: int) -> bool:
        """Whether it may not be met at t: a wait runs, or, without `rearm`, an activation stands."""
        if not self.standing:
            return False
        return self.clause.rearm is None or self.standing[-1].t + self.clause.rearm > t

    def is_stale(self, t: int, s: int) -> bool:
        return self.clause.stale is not None and t - s > self.clause.stale

    def consume(self, name: str, met: Activation) -> None:
        self.consumed[name] = met

    def let_go(self, name: str) -> None:
        self.consumed.pop(name, None)

    # ------------------------------------------------------------ asked for

    def free(self, name: str) -> bool:
        owner = self.consumed.get(name)
        return owner is None or owner is self.again

    def free_from(self) -> int:
        """The latest s of an absence that is consumed."""
        before = takewhile(lambda met: met is not self.again, self.standing)
        return max((s for met in before for s in met.spans), default=BEGINNING.us)

    def met(self, name: str, t: int) -> list[tuple[int, str]]:
        """(s, id) of the activations of a trigger that count and are unconsumed."""
        return [(met.s, met.id) for met in self.others[name].standing if met.effective and met.t <= t and self.free(met.id)]

    def absences(self) -> set[int]:
        """The instants at which an absence can become complete."""
        if self.start is None:
            return set()
        found: set[int] = set()
        for atom in self.clause.leaves():
            if isinstance(atom, Quiet):
                begins = {self.start, max((s for met in self.standing for s in met.spans), default=self.start)}
                begins |= {row.hi for row in self.pools[atom.pool].rows.values()}
                begins |= {lo for lo, _ in self.covers[atom.cover]}
                found |= {begin + atom.us for begin in begins if begin >= self.start}
            elif isinstance(atom, Absent):
                found |= {row.hi + atom.us for row in self.pools[atom.after].rows.values()}
        return found

    def candidates(self, t: int, begin: int, end: int) -> set[int]:
        """The s in [begin, end) at which the condition can become true."""
        found: set[int] = set()
        consumed = self.consumed
        for pool in self.pools:
            order, rows = pool.order, pool.rows
            for index in range(bisect_left(order, (begin,)), len(order)):
                hi, name = order[index]
                if hi >= end:
                    break
                if name not in consumed and rows[name].sure:
                    found.add(hi)
        for table in self.stocks:
            found |= {stock.hi for stock in table if begin <= stock.hi < end and stock.id not in consumed}
        for name in self.clause.counts:
            found |= {s for s, _ in self.met(name, t) if begin <= s < end}
        if self.clause.absences:
            found |= {s for s in self.absences() if begin <= s < end and s <= t}
        return {s for s in found if not self.is_stale(t, s)} if self.clause.stale is not None else found

    def ordered(self, names: set[str]) -> tuple[str, ...]:
        """By (occurred, id)."""
        return tuple(sorted(names, key=self._occurred))

    def _occurred(self, name: str) -> tuple[int, int, str]:
        for pool in self.pools:
            row = pool.rows.get(name)
            if row is not None:
                return row.lo, row.hi, name
        for table in self.stocks:
            for stock in table:
                if stock.id == name:
                    return stock.lo, stock.hi, name
        return 0, 0, name


@dataclass(slots=True)
class Found:
    """What a condition is worth at s: 1 true, 0 unknown, -1 false; the witnesses of the satisfied branches."""

    truth: int
    witnesses: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)
    counted: set[str] = field(default_factory=set)
    spans: set[int] = field(default_factory=set)

    @property
    def consumes(self) -> bool:
        """Whether an activation would use anything up."""
        return bool(self.witnesses or self.counted or self.spans)
