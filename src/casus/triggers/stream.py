"""What verification and membership say of each trigger, as it changes over knowledge time: the input of the executors.

A `Stream` is a `Plan` and steps in the order of knowledge. A step says what is so from its instant on: the events of each
pool (`Row`, or None: no longer), estimates, coverage, baselines, F, and whether the agreement is in force. `Recording` is an
engine that writes a stream down while a fold runs, so that rungs, findings, definitions and attribution are asked of the
very code that the reference executor asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from casus.acts import Length, Quantity
from casus.language.agreement import Agreement
from casus.time import Instant
from casus.triggers.engine import Act, Engine, Life, _Pool, _State
from casus.triggers.measure import Item
from casus.triggers.membership import Membership
from casus.triggers.plan import Plan, PoolKey, Reading, compile_plan
from casus.triggers.verdict import Unknown
from casus.verification import Facts

UNDECLARED = "undeclared"
"""The event's type has no such field."""
Value = tuple[Decimal, Decimal | None] | int | str | None
"""A quantity low..high (None: no bound), µs, or a key; None where it is not reported."""


class Row(NamedTuple):
    """A qualifying event: its bracket in µs, whether it certainly qualifies, and what the pool's readings say of it."""

    lo: int
    hi: int
    sure: bool
    values: tuple[Value, ...] = ()


class Stock(NamedTuple):
    """An estimate; `counts` True: certainly, False: possibly, None: not at all (its s is a candidate all the same)."""

    id: str
    lo: int
    hi: int
    low: Decimal
    high: Decimal | None
    place: str
    known: int
    counts: bool | None


class Change(NamedTuple):
    """The event `id` of a clause's pool is `row` from now on."""

    clause: int
    pool: int
    id: str
    row: Row | None


@dataclass(frozen=True, slots=True)
class Update:
    """What entries changed. `soiled`: (clause, µs) of estimates that changed; `coverage`: the earliest µs of new coverage."""

    changes: tuple[Change, ...] = ()
    soiled: tuple[tuple[int, int], ...] = ()
    rebased: tuple[int, ...] = ()
    """Clauses whose baseline may have moved."""
    coverage: int | None = None


@dataclass(frozen=True, slots=True)
class Tables:
    """The estimates, coverage and baselines of a clause that are not what they were; `force`: whether it is in force."""

    force: bool | None = None
    stocks: tuple[tuple[int, int, tuple[Stock, ...]], ...] = ()
    covers: tuple[tuple[int, int, tuple[tuple[int, int], ...]], ...] = ()
    baselines: tuple[tuple[int, str, Decimal, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One pass at t: F where events begin to count, what changed, then a test. `look`: absences; `complete`: baselines."""

    t: int
    start: int | None = None
    look: bool = False
    complete: bool = False
    updates: tuple[Update, ...] = ()
    tables: Tables = Tables()


@dataclass(slots=True)
class Stream:
    """Steps in the order of knowledge; several may share an instant (a decision at t may answer a finding at t)."""

    plan: Plan
    steps: list[Step] = field(default_factory=list)


class Recording(Engine):
    """An engine that writes down what it is told. With `judge` it is the reference as well; without, no trigger is met."""

    def __init__(self, agreement: Agreement, facts: Facts, membership: Membership, life: Life, judge: bool = True) -> None:
        super().__init__(agreement, facts, membership, life)
        self.stream = Stream(compile_plan(agreement))
        self._judge = judge
        self._number = {name: index for index, name in enumerate(self.states)}
        self._pools = [{key: i for i, key in enumerate(clause.pools)} for clause in self.stream.plan.clauses]
        self._told: dict[tuple[str, int, int | str], object] = {}
        self._force: bool | None = None
        self._changes: list[Change] = []
        self._rebased: list[int] = []
        self._draft: dict[str, object] = {}
        self._updates: list[Update] = []
        self._stale_baselines: set[tuple[str, str]] = {(s.decl.name, b) for s in self.states.values() for b in s.baselines}

    # ------------------------------------------------------------ told by the fold

    def update(self, t: Instant, incidents: set[str], stocks: set[str], coverage: int | None) -> set[int]:
        ahead = super().update(t, incidents, stocks, coverage)
        soiled = [
            (self._number[state.decl.name], self.facts.stocks[identity].occurred.lo.us)
            for state in self.states.values()
            for identity in sorted(stocks)
            if self.facts.stocks[identity].estimate in state.stocks
        ]
        if self._changes or soiled or self._rebased or coverage is not None:
            self._updates.append(Update(tuple(self._changes), tuple(soiled), tuple(self._rebased), coverage))
        self._changes, self._rebased = [], []
        return ahead

    def begin(self, t: Instant) -> set[int]:
        start = self.life.counts_from
        assert start is not None
        self._draft["start"] = start.us
        return super().begin(t)

    def look_again(self, t: Instant) -> None:
        self._draft["look"] = True
        super().look_again(t)

    def complete_baselines(self) -> None:
        self._draft["complete"] = True
        super().complete_baselines()

    def reversals(self, t: Instant) -> list[Act]:
        self._close(t)
        if self._judge:
            return super().reversals(t)
        for state in self.states.values():
            state.changed.clear()
            state.moved = False
        return []

    def activations(self, t: Instant) -> list[Act]:
        return super().activations(t) if self._judge else []

    def _absences(self, state: _State) -> set[int]:
        return super()._absences(state) if self._judge else set()

    # ------------------------------------------------------------ written down

    def _close(self, t: Instant) -> None:
        tables = self._tables(t)
        if self._draft or self._updates or tables != Tables():
            draft, updates = self._draft, tuple(self._updates)
            self._draft, self._updates = {}, []
            start = draft.get("start")
            self.stream.steps.append(
                Step(t.us, start if isinstance(start, int) else None, "look" in draft, "complete" in draft, updates, tables)
            )

    def _put(self, t: Instant, state: _State, key: PoolKey, pool: _Pool, identity: str) -> None:
        before = pool.items.get(identity)
        super()._put(t, state, key, pool, identity)
        after = pool.items.get(identity)
        if before != after:
            clause = self._number[state.decl.name]
            number = self._pools[clause][key]
            readings = self.stream.plan.clauses[clause].readings[number]
            row = None if after is None else self._row(after, readings)
            self._changes.append(Change(clause, number, identity, row))

    def _moves_baseline(self, state: _State, name: str, incidents: set[str]) -> bool:
        moved = super()._moves_baseline(state, name, incidents)
        if moved:
            self._stale_baselines.add((state.decl.name, name))
            number = self._number[state.decl.name]
            if number not in self._rebased:
                self._rebased.append(number)
        return moved

    def _row(self, item: Item, readings: Sequence[Reading]) -> Row:
        return Row(item.lo, item.hi, item.certain, tuple(self._value(item, reading) for reading in readings))

    def _value(self, item: Item, reading: Reading) -> Value:
        """As the reference reads it: an undeclared field is 0 in a sum, an unreported one is anything."""
        if reading.what == "days":
            return self.agreement.clock.day_of(Instant(item.hi)).isoformat()
        place = item.event.place
        if reading.what == "places":
            return None if place is None else f"{(place.lat + 0).normalize():f} {(place.lon + 0).normalize():f}"
        if reading.what == "cells":
            return None if place is None else f"{(place.lat * 10).__floor__()} {(place.lon * 10).__floor__()}"
        declared = self.agreement.events[item.event.type].field_named(reading.field) is not None
        value = item.event.fields.get(reading.field)
        if reading.what == "duration":
            return UNDECLARED if not declared else value.us if isinstance(value, Length) else None
        if not declared:
            return Decimal(0), Decimal(0)
        if isinstance(value, Quantity):
            return value.low, value.high
        if isinstance(value, Length):
            return Decimal(value.us), Decimal(value.us)
        return Decimal(0), None

    def _new(self, kind: str, clause: int, number: int | str, value: object) -> bool:
        if self._told.get((kind, clause, number)) == value:
            return False
        self._told[kind, clause, number] = value
        return True

    def _tables(self, t: Instant) -> Tables:
        force = self.life.active(t)
        stocks, covers, baselines = [], [], []
        for number, (clause, state) in enumerate(zip(self.stream.plan.clauses, self.states.values(), strict=True)):
            for index, (name, by) in enumerate(clause.stocks):
                table = tuple(self._stock_rows(state, name, by))
                if self._new("stock", number, index, table):
                    stocks.append((number, index, table))
            for index, (name, observer) in enumerate(clause.covers):
                stretches = self.facts.covered(name, observer)
                if self._new("cover", number, index, stretches):
                    covers.append((number, index, stretches))
            for name in clause.baselines:
                if (clause.name, name) in self._stale_baselines and t >= self.agreement.instant(
                    self.agreement.baselines[name].end
                ):
                    self._stale_baselines.discard((clause.name, name))
                    counted = self.baseline(state, name)
                    if self._new("baseline", number, name, counted):
                        baselines.append((number, name, *counted))
        changed = force if force != self._force else None
        self._force = force
        return Tables(changed, tuple(stocks), tuple(covers), tuple(baselines))

    def _stock_rows(self, state: _State, name: str, by: object) -> list[Stock]:
        codes = self.agreement.by(by)  # type: ignore[arg-type]
        found = []
        for stock in self.facts.stocks.values():
            if stock.estimate != name:
                continue
            counts: bool | None = True
            if stock.withdrawn or not self._reached(state, stock.stands_for):
                counts = None
            elif codes is not None:
                if stock.actor is None:
                    counts = False
                elif not (stock.actor in codes or any(self.facts.attributed.get((stock.actor, code)) for code in codes)):
                    counts = None
            high = None if stock.high is None else Decimal(stock.high)
            lo, hi = stock.occurred.lo.us, stock.occurred.hi.us
            found.append(Stock(stock.id, lo, hi, Decimal(stock.low), high, stock.place, stock.known.us, counts))
        return found

    def _reached(self, state: _State, stands_for: Sequence[str]) -> bool:
        for ladder, index in state.needs:
            rungs = self.agreement.ladders[ladder].rungs
            if max((rungs.index(word) for word in stands_for if word in rungs), default=0) < index:
                return False
        return True


__all__ = ["Change", "Recording", "Row", "Step", "Stock", "Stream", "Tables", "Unknown", "Update"]
