"""The columnar executor: a whole history over knowledge time, asked in columns.

`history` gives every activation and reversal up to an instant, so "as known at K" is `history(stream, K)`. Where more events
can only make a condition truer, a *sieve* first asks, over everything that was ever known and in one pass, at which s the
condition could be true at all; what counts at none of them is left out. What remains is taken in the order of knowledge, and
at each step all candidates are asked together (`casus.triggers.kernels`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from functools import reduce

import numpy as np

from casus.triggers.book import Activation, Book, Event, Found
from casus.triggers.control import Executor
from casus.triggers.kernels import (
    Ints,
    Marks,
    Truths,
    between,
    certainly,
    compared,
    possibly,
    scaled,
    stabbed,
    stabbed_keys,
    stabbed_sum,
)
from casus.triggers.plan import (
    And,
    Atom,
    Clause,
    Count,
    Distinct,
    Node,
    Not,
    Or,
    Plan,
    Quiet,
    Rate,
    Ratio,
    Times,
    Total,
    Window,
)
from casus.triggers.stream import UNDECLARED, Row, Step, Stream, Tables
from casus.triggers.weighing import weigh


def history(stream: Stream, until: int) -> Columnar:
    """Everything that was met and reversed up to and including `until` (µs)."""
    executor = Columnar(stream, until)
    executor.run(executor.steps, until)
    return executor


class Columnar(Executor):
    """Made for one stream as known at one instant."""

    def __init__(self, stream: Stream, until: int) -> None:
        self._known: list[list[list[tuple[str, Row]]]] = [[[] for _ in clause.pools] for clause in stream.plan.clauses]
        steps = [step for step in stream.steps if step.t <= until]
        for step in steps:
            for update in step.updates:
                for clause, pool, name, row in update.changes:
                    if row is not None:
                        self._known[clause][pool].append((name, row))
        self._columns: list[ColumnBook] = []
        super().__init__(stream.plan)
        start = max((step.start for step in steps if step.start is not None), default=None)
        sieves = [book.sieve(start) if start is not None else None for book in self._columns]
        self.steps = sieved(stream.plan, steps, sieves)
        self.told: list[Event] = []
        """Everything that happened, in order."""

    def _book(self, clause: Clause) -> Book:
        book = ColumnBook(clause, self._known[len(self._columns)])
        self._columns.append(book)
        return book

    def _told(self, event: Event) -> None:
        self.told.append(event)

    def _first(self, book: Book, t: int) -> tuple[int, Found] | None:
        assert isinstance(book, ColumnBook)
        places: set[int] = set()
        for begin, end in book.soils:
            places |= book.candidates(t, begin, end)
        at = np.array(sorted(places), np.int64)
        if book.ever is not None:
            at = at[np.isin(at, book.ever)]
        if not len(at):
            return None
        for index in np.flatnonzero(book.truths(book.clause.when, at, t) == 1):
            s = int(at[index])
            found = weigh(book, book.clause.when, s, t)
            if found.consumes:
                return s, found
        return None


class _Columns:
    """Every version of a pool's events that was ever known, ordered by (hi, lo); which of them stand and are unconsumed."""

    def __init__(self, known: Sequence[tuple[str, Row]]) -> None:
        self.rows = sorted(set(known), key=lambda pair: (pair[1].hi, pair[1].lo, pair[0]))
        self.lo = np.array([row.lo for _, row in self.rows], np.int64)
        self.hi = np.array([row.hi for _, row in self.rows], np.int64)
        self.sure = np.array([row.sure for _, row in self.rows], np.bool_)
        self.stands = np.zeros(len(self.rows), np.bool_)
        self.free = np.ones(len(self.rows), np.bool_)
        self.index = {(name, row): i for i, (name, row) in enumerate(self.rows)}
        self.of: dict[str, list[int]] = {}
        for i, (name, _) in enumerate(self.rows):
            self.of.setdefault(name, []).append(i)

    def keys(self, slot: int) -> Ints:
        """The key of a slot as numbers; -1 where it is not known."""
        numbers: dict[object, int] = {None: -1}
        return np.array([numbers.setdefault(row.values[slot], len(numbers)) for _, row in self.rows], np.int64)


class ColumnBook(Book):
    """A book with columns beside its pools."""

    def __init__(self, clause: Clause, known: Sequence[Sequence[tuple[str, Row]]]) -> None:
        super().__init__(clause)
        self.columns = [_Columns(rows) for rows in known]
        self.ever: Ints | None = None
        """The s at which the condition could be true at all; None: anywhere."""
        self._masks: list[Marks] = []
        self._keys: dict[tuple[int, int], Ints] = {}

    def put(self, pool: int, name: str, row: Row | None) -> None:
        columns = self.columns[pool]
        before = self.pools[pool].rows.get(name)
        if before is not None:
            columns.stands[columns.index[name, before]] = False
        if row is not None:
            columns.stands[columns.index[name, row]] = True
        super().put(pool, name, row)

    def consume(self, name: str, met: Activation) -> None:
        super().consume(name, met)
        self._mark(name, False)

    def let_go(self, name: str) -> None:
        super().let_go(name)
        self._mark(name, True)

    def _mark(self, name: str, free: bool) -> None:
        for columns in self.columns:
            for index in columns.of.get(name, ()):
                columns.free[index] = free

    # ------------------------------------------------------------ the sieve

    def sieve(self, start: int) -> Ints | None:
        """The s at which the condition could be true over everything ever known; None where more can make it falser."""
        if not (self.clause.grows and all(isinstance(a, Count | Total | Distinct) for a in self.clause.leaves())):
            return None
        self.start = start
        at = np.unique(np.concatenate([c.hi[c.sure] for c in self.columns]))
        for columns in self.columns:
            columns.stands[:] = True
        self.ever = at[self.truths(self.clause.when, at, 0) == 1]
        for columns in self.columns:
            columns.stands[:] = False
        self.start = None
        return self.ever

    # ------------------------------------------------------------ truth at many s

    def truths(self, node: Node, at: Ints, t: int) -> Truths:
        match node:
            case Or(parts):
                return reduce(np.maximum, [self.truths(part, at, t) for part in parts])
            case And(parts):
                return reduce(np.minimum, [self.truths(part, at, t) for part in parts])
            case Not(part):
                return -self.truths(part, at, t)
            case Count(pool, op, bound, window, lasting):
                low, high = self._counts(pool, window, at, lasting)
                return compared(op, low, high, bound)
            case Total():
                return self._total(node, at)
            case Distinct():
                return self._distinct(node, at)
            case Rate() if node.window.kind != "since":
                return self._rate(node, at, t)
            case Ratio():
                return self._ratio(node, at)
            case Quiet():
                return self._quiet(node, at)
            case Times(trigger, times, window):
                met = np.array([s for s, _ in self.met(trigger, t)], np.int64)
                count = stabbed(*certainly(window, met, met, self._start), at)
                return compared(">=", count, count, times)
            case _:
                return self._one_by_one(node, at, t)

    @property
    def _start(self) -> int:
        assert self.start is not None
        return self.start

    def _one_by_one(self, atom: Atom, at: Ints, t: int) -> Truths:
        """Conditions that compare events with each other, and estimates."""
        return np.array([weigh(self, atom, int(s), t).truth for s in at], np.int8)

    def _standing(self, pool: int, consumed: bool = False) -> Marks:
        columns = self.columns[pool]
        return columns.stands if consumed else columns.stands & columns.free

    def _counts(self, pool: int, window: Window, at: Ints, lasting: tuple[int, int] | None = None) -> tuple[Ints, Ints]:
        """How many events certainly, and how many possibly, lie in the window at each s."""
        columns = self.columns[pool]
        there, sure = self._standing(pool), columns.sure
        if lasting is not None:
            long, known = self._lasting(pool, lasting)
            there, sure = there & long, sure & known
        surely = there & sure
        low = stabbed(*certainly(window, columns.lo[surely], columns.hi[surely], self._start), at)
        high = stabbed(*possibly(window, columns.lo[there], columns.hi[there], self._start), at)
        return low, high

    def _lasting(self, pool: int, lasting: tuple[int, int]) -> tuple[Marks, Marks]:
        slot, need = lasting
        values = [row.values[slot] for _, row in self.columns[pool].rows]
        long = np.array([v != UNDECLARED and not (isinstance(v, int) and v < need) for v in values], np.bool_)
        return long, np.array([isinstance(v, int) for v in values], np.bool_)

    def _total(self, atom: Total, at: Ints) -> Truths:
        columns = self.columns[atom.pool]
        there = self._standing(atom.pool)
        values = [row.values[atom.slot] for _, row in columns.rows]
        pairs = [v if isinstance(v, tuple) else (Decimal(0), Decimal(0)) for v in values]
        with localcontext() as context:
            context.prec = 100
            both, exponent = scaled([low for low, _ in pairs] + [high if high is not None else Decimal(0) for _, high in pairs])
            bound = atom.bound.scaleb(exponent)
        least, most = both[: len(pairs)], both[len(pairs) :]
        open_ = there & np.array([high is None for _, high in pairs], np.bool_)
        surely = there & columns.sure
        start, window = self._start, atom.window
        low = stabbed_sum(*certainly(window, columns.lo[surely], columns.hi[surely], start), least[surely], at)
        high = stabbed_sum(*possibly(window, columns.lo[there], columns.hi[there], start), most[there], at)
        unbounded = stabbed(*possibly(window, columns.lo[open_], columns.hi[open_], start), at) > 0
        return compared(atom.op, low, high, bound, unbounded)  # type: ignore[arg-type]

    def _distinct(self, atom: Distinct, at: Ints) -> Truths:
        columns = self.columns[atom.pool]
        if (atom.pool, atom.slot) not in self._keys:
            self._keys[atom.pool, atom.slot] = columns.keys(atom.slot)
        key = self._keys[atom.pool, atom.slot]
        there = self._standing(atom.pool)
        surely, nowhere = there & columns.sure, there & (key < 0)
        somewhere, certain = there & (key >= 0), there & columns.sure & (key >= 0)
        start, window = self._start, atom.window

        def sure(marks: Marks) -> tuple[Ints, Ints]:
            return certainly(window, columns.lo[marks], columns.hi[marks], start)

        def maybe(marks: Marks) -> tuple[Ints, Ints]:
            return possibly(window, columns.lo[marks], columns.hi[marks], start)

        low = np.maximum(stabbed_keys(*sure(certain), key[certain], at), np.minimum(stabbed(*sure(surely), at), 1))
        high = stabbed_keys(*maybe(somewhere), key[somewhere], at) + stabbed(*maybe(nowhere), at)
        return compared(atom.op, low, high, atom.bound)

    def _rate(self, atom: Rate, at: Ints, t: int) -> Truths:
        low, high = self._counts(atom.pool, atom.window, at)
        counted = self.baselines.get(atom.baseline) if t >= atom.ends else None
        if counted is None:
            return np.where(high > 0, 0, -1).astype(np.int8)
        length, scale = int(atom.length), atom.factor * atom.window.us
        truth = between(atom.op, low * length, high * length, counted[0] * scale, counted[1] * scale)
        return _needs_one(truth, low, high) if atom.op in (">=", ">") else truth

    def _ratio(self, atom: Ratio, at: Ints) -> Truths:
        low, high = self._counts(atom.pool, atom.window, at)
        other_low, other_high = self._counts(atom.other, atom.window, at)
        over, under = atom.factor.as_integer_ratio()
        if atom.op in (">=", ">"):
            surely, maybe = low * under - other_high * over, high * under - other_low * over
        else:
            surely, maybe = high * under - other_low * over, low * under - other_high * over
        zero = Decimal(0)
        truth = np.where(compared(atom.op, surely, surely, zero) == 1, 1, compared(atom.op, maybe, maybe, zero).clip(max=0))
        return _needs_one(truth.astype(np.int8), low, high)

    def _quiet(self, atom: Quiet, at: Ints) -> Truths:
        columns = self.columns[atom.pool]
        there = self._standing(atom.pool, consumed=True)
        surely = there & columns.sure
        begins = at - atom.us
        sure = stabbed(columns.hi[surely], columns.lo[surely] + atom.us, at) > 0
        maybe = stabbed(columns.lo[there], columns.hi[there] + atom.us, at) > 0
        stretches = np.array(self.covers[atom.cover], np.int64).reshape(-1, 2)
        holding = np.searchsorted(stretches[:, 0], begins, "right") - 1
        covered = (holding >= 0) & (at <= np.append(stretches[:, 1], np.int64(-(1 << 62)))[holding])
        truth = np.where(sure, -1, np.where(maybe | ~covered, 0, 1))
        return np.where((begins < self._start) | (begins < self.free_from()), -1, truth).astype(np.int8)


def _needs_one(truth: Truths, low: Ints, high: Ints) -> Truths:
    """Without a certain event on the left it is unknown at best, without a possible one false."""
    none = np.where((truth != -1) & (high > 0), 0, -1)
    return np.where(low > 0, truth, none).astype(np.int8)


def sieved(plan: Plan, steps: Sequence[Step], sieves: Sequence[Ints | None]) -> list[Step]:
    """The steps without the events that count at no s at which their clause could be true; empty steps are left out."""
    if all(sieve is None for sieve in sieves):
        return list(steps)
    kept: list[Step] = []
    there: set[tuple[int, int, str]] = set()
    ever = [None if sieve is None else sieve.tolist() for sieve in sieves]

    def cold(clause: int, row: Row) -> bool:
        """Whether the stretch from its beginning to the end of its last window holds no s of the sieve."""
        of = ever[clause] or []
        first = bisect_left(of, row.lo)
        return first == len(of) or of[first] >= row.hi + plan.clauses[clause].reach

    for step in steps:
        updates = []
        for update in step.updates:
            changes = []
            for change in update.changes:
                key = (change.clause, change.pool, change.id)
                if sieves[change.clause] is None:
                    changes.append(change)
                elif change.row is None or cold(change.clause, change.row):
                    if key in there:
                        there.discard(key)
                        changes.append(change._replace(row=None))
                else:
                    there.add(key)
                    changes.append(change)
            lean = replace(update, changes=tuple(changes))
            if changes or lean.soiled or lean.rebased or lean.coverage is not None:
                updates.append(lean)
        lean_step = replace(step, updates=tuple(updates))
        if updates or step.start is not None or step.look or step.complete or step.tables != Tables():
            kept.append(lean_step)
    return kept
