"""A fold that keeps what it went by: each qualifying event from when to when, and every activation, reversal and new witness.

`Keeping` is the reference engine, told as ever by the fold; nothing it decides differs. A *step* is one pass over the triggers:
several may share an instant (a decision taken at t may answer a finding at t). What is kept is numbered by steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from casus.acts import Length, Quantity
from casus.analysis.lowering import Json, Lowered, PoolKey
from casus.journal.entry import View
from casus.language.agreement import Agreement
from casus.state.fold import Fold
from casus.state.snapshot import number
from casus.time import BEGINNING, Instant
from casus.triggers import Engine, Membership
from casus.triggers.engine import Act, Life, Met, _Pool, _Reading, _State
from casus.triggers.measure import Item, Weighed
from casus.triggers.verdict import Unknown
from casus.verification import Facts


@dataclass(slots=True)
class Kept:
    """What one trigger read: id → states of each pool, estimates, stretches of coverage, counts of baselines."""

    lowered: Lowered
    pools: list[dict[str, list[Json]]]
    stocks: list[dict[str, list[Json]]]
    covers: list[list[Json]] = field(default_factory=list)
    baselines: list[list[Json]] = field(default_factory=list)


class Keeping(Engine):
    """The reference engine with a memory. `steps` are the instants of its passes, `acts` what came of them, in order."""

    def __init__(self, agreement: Agreement, facts: Facts, membership: Membership, life: Life) -> None:
        super().__init__(agreement, facts, membership, life)
        self.steps: list[Instant] = []
        self.acts: list[Json] = []
        self.kept: dict[str, Kept] = {}
        self.begins: int | None = None
        for name, state in self.states.items():
            lowered = Lowered(agreement, state.decl)
            made = Kept(lowered, [{} for _ in lowered.pools], [{} for _ in lowered.stocks])
            made.covers = [[] for _ in lowered.covers]
            made.baselines = [[] for _ in lowered.baselines]
            self.kept[name] = made
        self._pending: dict[tuple[str, int, str], Json] = {}
        self._told = False

    def update(self, t: Instant, incidents: set[str], stocks: set[str], coverage: int | None) -> set[int]:
        self._told = True
        return super().update(t, incidents, stocks, coverage)

    def begin(self, t: Instant) -> set[int]:
        self._told = True
        return super().begin(t)

    def _put(self, t: Instant, state: _State, key: PoolKey, pool: _Pool, identity: str) -> None:
        before = pool.items.get(identity)
        super()._put(t, state, key, pool, identity)
        after = pool.items.get(identity)
        if before != after:
            lowered = self.kept[state.decl.name].lowered
            self._pending[state.decl.name, lowered.pools.index(key), identity] = self._row(after, lowered.values[key])

    def reversals(self, t: Instant) -> list[Act]:
        if self._told or not self.steps or self.steps[-1] != t:
            self.steps.append(t)
            self._write_down(t, len(self.steps) - 1)
            self._told = False
        found = super().reversals(t)
        self.acts += [self._act("reversed", act.met, why=act.met.why) for act in found]
        return found

    def _examine(self, state: _State, met: Met, t: Instant) -> Act | None:
        before = met.witnesses
        found = super()._examine(state, met, t)
        if met.witnesses != before:
            self.acts.append(self._act("witnesses", met, witnesses=list(met.witnesses)))
        return found

    def _activate(self, state: _State, t: Instant, s: int, weighed: Weighed) -> Met:
        met = super()._activate(state, t, s, weighed)
        said = {"t": str(t), "s": str(met.s), "effective": met.effective}
        counted = {"witnesses": list(met.witnesses), "counted": sorted(met.counted)}
        self.acts.append(
            self._act("met", met, **said, **counted, measured=measured(weighed, self.kept[state.decl.name].lowered.leaves))
        )
        return met

    def _act(self, kind: str, met: Met, **more: Any) -> Json:
        return {"step": len(self.steps) - 1, "kind": kind, "trigger": met.trigger, "activation": met.id, **more}

    # ------------------------------------------------------------ written down

    def _write_down(self, t: Instant, step: int) -> None:
        if self.begins is None and self.life.counts_from is not None:
            self.begins = step
        for (name, pool, identity), row in self._pending.items():
            self.kept[name].pools[pool].setdefault(identity, []).append({"step": step, **row})
        self._pending.clear()
        for name, kept in self.kept.items():
            state = self.states[name]
            for numbered, baseline in zip(kept.baselines, kept.lowered.baselines, strict=True):
                if t >= self.agreement.instant(self.agreement.baselines[baseline].end):
                    low, high = self.baseline(state, baseline)
                    _changed(numbered, step, {"low": number(low), "high": number(high)})
            if self._told:
                for stretches, (of, observer) in zip(kept.covers, kept.lowered.covers, strict=True):
                    known = [[str(Instant(lo)), str(Instant(hi))] for lo, hi in self.facts.covered(of, observer)]
                    _changed(stretches, step, {"stretches": known})
                for rows, key in zip(kept.stocks, kept.lowered.stocks, strict=True):
                    for identity, row in self._stock_rows(state, key).items():
                        _changed(rows.setdefault(identity, []), step, row)

    def _row(self, item: Item | None, values: Sequence[tuple[str, str]]) -> Json:
        if item is None:
            return {"out": True}
        said = {field: self._value(item, what, field) for what, field in values}
        row: Json = {"lo": str(Instant(item.lo)), "hi": str(Instant(item.hi)), "sure": item.certain}
        if isinstance(item.verdict, Unknown):
            row["why"] = sorted({reason.text for reason in item.verdict.reasons})
        return {**row, "values": said} if said else row

    def _value(self, item: Item, what: str, field: str) -> Any:
        """As the reference reads it: an undeclared field is 0 in a sum, an unreported one is anything."""
        if what == "days":
            return self.agreement.clock.day_of(Instant(item.hi)).isoformat()
        place = item.event.place
        if what in ("places", "cells"):
            if place is None:
                return None
            if what == "places":
                return f"{number(place.lat)} {number(place.lon)}"
            return f"{(place.lat * 10).__floor__()} {(place.lon * 10).__floor__()}"
        declared = self.agreement.events[item.event.type].field_named(field) is not None
        value = item.event.fields.get(field)
        if what == "lasting":
            return "undeclared" if not declared else value.us if isinstance(value, Length) else None
        return list(bounds(declared, value))

    def _stock_rows(self, state: _State, key: PoolKey) -> dict[str, Json]:
        """`counts` None: it does not (its s is a candidate all the same), False: it may."""
        name, by = key
        reading = self.reading(state)
        counting = {stock.id: verdict is True for stock, verdict in reading.stocks(name, by)}
        return {
            stock.id: {
                "lo": str(stock.occurred.lo),
                "hi": str(stock.occurred.hi),
                "low": number(Decimal(stock.low)),
                "high": None if stock.high is None else number(Decimal(stock.high)),
                "place": stock.place,
                "known": str(stock.known),
                "counts": counting.get(stock.id),
            }
            for stock in self.facts.stocks.values()
            if stock.estimate == name
        }

    def reading(self, state: _State) -> _Reading:
        """What the trigger reads at the last step, over unconsumed events."""
        return _Reading(self, state, self.steps[-1], None)


def bounds(declared: bool, value: object) -> tuple[str, str | None]:
    """A field in a sum, low and high (None: no bound)."""
    if not declared:
        return "0", "0"
    if isinstance(value, Quantity):
        return number(value.low), None if value.high is None else number(value.high)
    if isinstance(value, Length):
        return number(Decimal(value.us)), number(Decimal(value.us))
    return "0", None


def measured(weighed: Weighed, leaves: Sequence[Json]) -> list[Json]:
    """What each atom counted, in the order in which they stand in the condition; of absences and sequences the window only."""
    made: list[Json] = []
    for m, leaf in zip(weighed.measures, leaves, strict=True):
        truth = None if isinstance(m.verdict, Unknown) else m.verdict
        window = None if m.window is None else [str(Instant(max(m.window[0], BEGINNING.us))), str(Instant(m.window[1]))]
        row: Json = {"truth": truth, "window": window}
        if leaf["kind"] not in ("quiet", "absent", "then"):
            nothing = leaf["kind"] == "latest" and leaf["op"][0] == "<" and truth is None and m.high == m.low == 0
            high = None if m.high is None or nothing else number(m.high)  # where there is no estimate it may be anything
            counted = {"witnesses": list(m.witnesses), "possible": sorted(set(m.possible))}
            row |= {"low": number(m.low), "high": high, **counted}
        made.append(row)
    return made


def _changed(states: list[Json], step: int, row: Json) -> None:
    """Put a state down where it differs from the one before."""
    if not states or {k: v for k, v in states[-1].items() if k != "step"} != row:
        states.append({"step": step, **row})


def keep(agreement: Agreement, view: View, at: Instant) -> tuple[Fold, Keeping]:
    """Run the fold as `evaluate` does, keeping what it went by."""
    fold = Fold(agreement, view)
    keeping = Keeping(agreement, fold.facts, fold.membership, fold.life)
    fold.engine = keeping
    horizon = min(at, view.known_at)
    fold.run([entry for entry in view.entries if view.knowledge(entry) <= horizon], at)
    fold.now = at
    return fold, keeping
