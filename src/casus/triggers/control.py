"""What the executors share: the order of one test at one instant, consumption, waits, reversal (semantics, 2 and 5).

`Executor` takes the steps of a stream and keeps one `Book` for each trigger. How the smallest s at which a condition is true
is found is left to those who inherit (`_first`): live searches the windows that hold what changed, columnar asks all
candidates at once. The timers of absences and of `rearm` are its own: `advance` lets them run.
"""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from collections.abc import Iterable

from casus.time import Instant
from casus.triggers.book import Activation, Book, Event, Found
from casus.triggers.plan import Clause, Plan
from casus.triggers.stream import Step, Tables, Update
from casus.triggers.weighing import weigh


class Executor(ABC):
    """All triggers of one plan, over one stream."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.books = [self._book(clause) for clause in plan.clauses]
        by_name = {book.clause.name: book for book in self.books}
        for book in self.books:
            book.others = {name: by_name[name] for name in book.clause.counts}
        self.activations: list[Activation] = []
        self.force = False
        self.events: list[Event] = []
        self._timers: list[int] = []
        self._absent: set[int] = set()
        self._numbers: dict[str, int] = {}

    def _book(self, clause: Clause) -> Book:
        return Book(clause)

    # ------------------------------------------------------------ walking

    def run(self, steps: Iterable[Step], until: int) -> None:
        """Take every step up to and including `until`, and the timers on the way."""
        for step in steps:
            if step.t > until:
                break
            self.take(step)
        self.advance(until)

    def take(self, step: Step) -> list[Event]:
        """One step; the timers before it run first. Gives what happened since the last call."""
        self.advance(step.t - 1)
        self._learn(step)
        while self._timers and self._timers[0] <= step.t:
            self._ring(heapq.heappop(self._timers))
        self._test(step.t)
        return self._given()

    def advance(self, until: int) -> list[Event]:
        """Let time pass: absences that complete and waits that end, up to and including `until`."""
        while self._timers and self._timers[0] <= until:
            t = self._timers[0]
            while self._timers and self._timers[0] == t:
                self._ring(heapq.heappop(self._timers))
            self._test(t)
        return self._given()

    def _given(self) -> list[Event]:
        given, self.events = self.events, []
        return given

    def _ring(self, t: int) -> None:
        if t in self._absent:
            self._absent.discard(t)
            for book in self.books:
                if book.clause.absences:
                    book.soil(t)

    def _set(self, t: int) -> None:
        heapq.heappush(self._timers, t)

    # ------------------------------------------------------------ taking in what changed

    def _learn(self, step: Step) -> None:
        if step.start is not None:
            for book in self.books:
                book.start = step.start
                book.soil()
        if step.look:
            for book in self.books:
                if book.clause.absences:
                    book.soil(step.t)
        if step.complete:
            for book in self.books:
                if book.clause.baselines:
                    book.soil()
        self._tables(step.tables)
        for update in step.updates:
            self._update(update)
        if step.start is not None or step.updates:
            self._look_ahead(step.t)

    def _tables(self, tables: Tables) -> None:
        if tables.force is not None:
            self.force = tables.force
        for clause, index, stocks in tables.stocks:
            self.books[clause].stocks[index] = stocks
        for clause, index, stretches in tables.covers:
            self.books[clause].covers[index] = stretches
        for clause, name, low, high in tables.baselines:
            self.books[clause].baselines[name] = low, high

    def _update(self, update: Update) -> None:
        books = self.books
        for clause, pool, name, row in update.changes:
            books[clause].put(pool, name, row)
        for clause in update.rebased:
            books[clause].soil()
            books[clause].moved = True
        for clause, us in update.soiled:
            books[clause].soil(us)
            books[clause].moved = True
        if update.coverage is not None:
            for book in books:
                if book.clause.covers:
                    book.soil(update.coverage)
                    book.moved = True

    def _look_ahead(self, t: int) -> None:
        """Timers for the absences that may complete after t."""
        for book in self.books:
            if book.clause.absences and book.soils:
                for s in book.absences():
                    if s > t and s not in self._absent:
                        self._absent.add(s)
                        self._set(s)

    # ------------------------------------------------------------ one test

    def _test(self, t: int) -> None:
        """Reversals, then activations in dependency order, until nothing new happens."""
        self._reversals(t)
        while True:
            if all(book.start is None or not book.soils for book in self.books):
                return
            for book in self.books:
                while self._next(book, t):
                    pass
            if not self._reversals(t):
                return

    def _reversals(self, t: int) -> bool:
        """Re-examine every unreversed activation that something touched."""
        found = False
        for book in self.books:
            touched, book.touched = book.touched, {}
            if touched:
                book.because = tuple(touched)
            moved, book.moved = book.moved, False
            if not touched and not moved:
                continue
            asked = list(book.standing)
            if book.clause.grows and not moved:
                owners = {owner.id for name in touched if (owner := book.consumed.get(name)) is not None}
                asked = [met for met in asked if met.id in owners] if owners else []
            for met in asked:
                found |= self._examine(book, met, t, tuple(touched))
        return found

    def _examine(self, book: Book, met: Activation, t: int, because: tuple[str, ...]) -> bool:
        book.again = met
        found = weigh(book, book.clause.when, met.s, t)
        book.again = None
        if found.truth != -1:
            lost = set(met.witnesses) - found.witnesses - found.possible
            if lost:
                before = met.witnesses
                for name in before:
                    book.let_go(name)
                met.witnesses = book.ordered((set(before) - lost) | found.witnesses)
                for name in met.witnesses:
                    book.consume(name, met)
                self._release(book, before)
                self._told(Event("revised", t, met.id, before, met.witnesses, because))
            return False
        met.reversed = t
        book.standing.remove(met)
        released = [name for name in (*met.witnesses, *met.counted) if book.consumed.get(name) is met]
        for name in released:
            book.let_go(name)
        self._release(book, released if not (met.counted or met.spans) else None)
        for other in self.books:
            if book.clause.name in other.clause.counts:
                other.moved = True
                other.soil()
        self._told(Event("reversed", t, met.id, met.witnesses, (), because))
        return True

    def _release(self, book: Book, names: Iterable[str] | None) -> None:
        """Ask again where released events count; everywhere, where more than events was released."""
        if names is None or not book.clause.grows or book.clause.stocks:
            book.soil()
            return
        for name in names:
            for pool in book.pools:
                row = pool.rows.get(name)
                if row is not None:
                    book.soil_row(row)

    def _next(self, book: Book, t: int) -> bool:
        if book.start is None or not book.soils or book.waits(t):
            return False
        first = self._first(book, t)
        if first is None:
            book.soils = []
            return False
        s, found = first
        if book.clause.grows:
            book.soils = [(max(a, s), b) for a, b in book.soils if b > s]
        else:
            book.soils = []
            book.soil()
        self._activate(book, t, s, found)
        return True

    @abstractmethod
    def _first(self, book: Book, t: int) -> tuple[int, Found] | None:
        """The smallest s in the soiled stretches at which the condition is true, with what it is worth there."""

    def _activate(self, book: Book, t: int, s: int, found: Found) -> None:
        name = book.clause.name
        base = f"{name}@{Instant(t)}@{Instant(s)}"
        number = self._numbers[base] = self._numbers.get(base, 0) + 1
        witnesses = book.ordered(found.witnesses)
        met = Activation(
            base + (f"#{number}" if number > 1 else ""),
            name,
            t,
            s,
            witnesses,
            frozenset(found.counted),
            frozenset(found.spans),
            self.force,
        )
        self.activations.append(met)
        book.standing.append(met)
        for used in (*witnesses, *met.counted):
            book.consume(used, met)
        for other in self.books:
            if name in other.clause.counts:
                other.soil(s)
                other.moved = True
        if book.clause.rearm is not None and book.clause.rearm > 0:
            self._set(t + book.clause.rearm)
        self._told(Event("met", t, met.id, (), witnesses, book.because))

    def _told(self, event: Event) -> None:
        self.events.append(event)
