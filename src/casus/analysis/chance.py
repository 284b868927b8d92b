"""How likely a condition is, given how often reports of each rung turned out right: beside the assessment, never instead of it.

A calibration says of a rung what share of adjudicated reports held, and of how many; fewer than 300 are refused.
The question is whether what was reported happened so often (or so much) in the window, whatever rung it holds. Counts are
Poisson-binomial (a recursion over events), sums a convolution, distinct days, cells and places Poisson-binomial over keys. Each
is exact for errors that are independent, which is an assumption; beside it stand the sharp bounds for any dependence
(Rüger, Das maximale Signifikanzniveau des Tests "Lehne H0 ab, wenn k unter n gegebenen Tests zur Ablehnung führen", 1978)
and the value if reports of one lineage are right or wrong together.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

import numpy as np

from casus.analysis.flips import _bound, _key, _least
from casus.analysis.model import Supposed, suppose
from casus.journal.entry import View
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.state.explanation import Chance, ChanceOf
from casus.state.fold import Fold
from casus.time import Instant
from casus.triggers.conditions import window_span
from casus.triggers.measure import Item
from casus.verification import rungs_by_ladder

LEAST_ADJUDICATIONS: Final = 300


class Refused(Exception):
    """No probability is shown; the message says why."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """(ladder, rung) → the share of adjudicated reports on it that held, and how many were adjudicated."""

    source: str
    rungs: Mapping[tuple[str, str], tuple[float, int]]


def read_calibration(path: Path) -> Calibration:
    """Read `calibration = 1`, `source` and `[[rung]]` tables (raises Refused with the reason)."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise Refused(f"the calibration cannot be read as TOML: {problem}") from None
    if said.get("calibration") != 1 or not isinstance(said.get("source"), str) or not isinstance(said.get("rung"), list):
        raise Refused("a calibration has calibration = 1, a source, and a table [[rung]] for each rung")
    found: dict[tuple[str, str], tuple[float, int]] = {}
    for row in said["rung"]:
        try:
            ladder, rung, number = str(row["ladder"]), str(row["rung"]), row["adjudications"]
            share = Decimal(str(row["probability"]))
        except (KeyError, TypeError, InvalidOperation):
            raise Refused("a [[rung]] has ladder, rung, probability and adjudications") from None
        if not isinstance(number, int) or isinstance(number, bool) or not share.is_finite() or not 0 <= share <= 1:
            raise Refused(f"{ladder} {rung}: a probability lies between 0 and 1, adjudications are a whole number")
        if number < LEAST_ADJUDICATIONS:
            raise Refused(
                f"{ladder} {rung}: {number} adjudications are too few to say how often such reports hold;"
                f" {LEAST_ADJUDICATIONS} are needed"
            )
        found[ladder, rung] = float(share), number
    return Calibration(said["source"], found)


def chance(agreement: Agreement, view: View, at: Instant, name: str, calibration: Calibration, s: Instant | None) -> Chance:
    """The probability that the trigger's condition is true at s (None: where it comes nearest). Raises Refused."""
    if s is None:
        raise Refused("nothing is on the record that could count")
    fold = Fold(agreement, view)
    fold.run([entry for entry in view.entries if view.knowledge(entry) <= min(at, view.known_at)], at)
    fold.now = at
    model = suppose(fold, name, at)
    found = _Reckoning(model, calibration, s.us)
    exact, low, high, lineage = found.of(model.state.decl.when)
    assumes = ["whether one report is right says nothing about another (independence); the bounds do not assume it"]
    if len({ladder for ladder, _ in calibration.rungs}) > 1:
        assumes.append("that it happened and who did it are judged independently of each other")
    if exact is None:
        assumes.append("of a condition put together only bounds are said, from those of its parts")
    return Chance(
        s=s,
        exact=exact,
        low=low,
        high=high,
        by_lineage=lineage,
        assumes=tuple(assumes),
        source=calibration.source,
        events=tuple(ChanceOf(identity, p) for identity, p in sorted(found.used.items())),
        left_out=tuple(sorted(found.left_out)),
    )


Answer = tuple[float | None, float, float, float | None]
"""Exact under independence, sharp or valid bounds under any dependence, exact where lineages err together."""


class _Reckoning:
    def __init__(self, model: Supposed, calibration: Calibration, s: int) -> None:
        self.model, self.calibration, self.s = model, calibration, s
        self.used: dict[str, float] = {}
        self.left_out: set[str] = set()

    def of(self, cond: n.TCond) -> Answer:
        match cond:
            case n.TAnd(parts):
                answers = [self.of(part) for part in parts]
                low = max(0.0, sum(a[1] for a in answers) - (len(answers) - 1))
                return None, low, min(a[2] for a in answers), None
            case n.TOr(parts):
                answers = [self.of(part) for part in parts]
                return None, max(a[1] for a in answers), min(1.0, sum(a[2] for a in answers)), None
            case n.TAny() | n.TCount() | n.TDistinct() | n.TSum() if _bound(cond) is not None:
                return self._atom(cond)
            case _:
                raise Refused(
                    "a probability is reckoned for counts, sums and distinct days, cells or places that reach a number"
                )

    def _atom(self, atom: n.TAny | n.TCount | n.TDistinct | n.TSum) -> Answer:
        items = self._items(atom)
        shares = [self._share(item) for item in items]
        self.used |= {item.id: share for item, share in zip(items, shares, strict=True)}
        bound = _bound(atom)
        assert bound is not None
        groups = clusters([self._lineages(item) for item in items])
        if isinstance(atom, n.TSum):
            weights = [_least(self.model, atom, item) for item in items]
            strict = atom.threshold.op == ">"
            low, high = sum_bounds(weights, shares, bound, strict)
            together = [distribution_together([weights[i] for i in g], [shares[i] for i in g]) for g in groups]
            alone = [{Decimal(0): 1 - p, w: p} if w else {Decimal(0): 1.0} for w, p in zip(weights, shares, strict=True)]
            return reaching(alone, bound, strict), low, high, reaching(together, bound, strict)
        needed = int(bound)
        if isinstance(atom, n.TDistinct):
            keys: dict[object, list[float]] = {}
            for item, share in zip(items, shares, strict=True):
                keys.setdefault(_key(self.model, atom, item), []).append(share)
            some = [1 - float(np.prod([1 - p for p in of])) for of in keys.values()]
            highs = rueger([min(1.0, sum(of)) for of in keys.values()], needed)[1]
            return at_least(some, needed), rueger([max(of) for of in keys.values()], needed)[0], highs, None
        ones = [distribution_together([Decimal(1)] * len(g), [shares[i] for i in g]) for g in groups]
        low, high = rueger(shares, needed)
        return at_least(shares, needed), low, high, reaching(ones, Decimal(needed), False)

    def _items(self, atom: n.TAny | n.TCount | n.TDistinct | n.TSum) -> list[Item]:
        """Every event that is said to lie in the window, at whatever rung; what is not sure otherwise is left out and named."""
        window = n.Since(None) if isinstance(atom, n.TAny) else atom.window
        span = window_span(self.model.agreement, window, self.s, self.model.start)
        pool = [i for i in self.model.state.pools[atom.name, atom.by].between(span.start, span.end) if span.maybe(i)]
        low = [b.item for b in self.model.below[atom.name, atom.by].values() if span.maybe(b.item)]
        taken = [item for item in pool if item.certain and span.surely(item)] + [item for item in low if span.surely(item)]
        if isinstance(atom, n.TDistinct):
            taken = [item for item in taken if _key(self.model, atom, item) is not None]
        ids = {item.id for item in taken}
        self.left_out |= {item.id for item in (*pool, *low) if item.id not in ids}
        return sorted(taken, key=lambda item: (item.lo, item.hi, item.id))

    def _share(self, item: Item) -> float:
        """The product over the calibrated ladders; a ladder that the trigger needs and nobody calibrated refuses."""
        incident = item.event
        agreement = self.model.agreement
        rungs = rungs_by_ladder(agreement, incident, self.model.fold.facts.actors(incident))
        calibrated = {ladder for ladder, _ in self.calibration.rungs}
        needed = {need.ladder for need in self.model.state.decl.needs}
        share = 1.0
        for ladder in sorted(calibrated & set(rungs) | needed):
            if (ladder, rungs[ladder]) not in self.calibration.rungs:
                raise Refused(f"{item.id} stands on {ladder} {rungs[ladder]}, for which there is no calibration")
            share *= self.calibration.rungs[ladder, rungs[ladder]][0]
        if not calibrated & set(rungs):
            raise Refused("the calibration is about none of this agreement's ladders")
        return share

    def _lineages(self, item: Item) -> frozenset[str]:
        """What ties its reports to others: originals that they repeat, who stands behind them, else the source itself."""
        said = [(s.lineage and f"lineage {s.lineage}", s.group and f"group {s.group}", s.name) for s in item.event.sources]
        return frozenset(
            tie for lineage, group, name in said for tie in (lineage, group, None if lineage or group else name) if tie
        )


# ---------------------------------------------------------------- numbers


def at_least(shares: Sequence[float], k: int) -> float:
    """P(at least k of independent events), the Poisson-binomial tail; O(n·k) time."""
    if k <= 0:
        return 1.0
    below = np.zeros(k)
    below[0] = 1.0
    for p in shares:
        below[1:] = below[1:] * (1 - p) + below[:-1] * p
        below[0] *= 1 - p
    return float(min(1.0, max(0.0, 1.0 - float(below.sum()))))


def rueger(shares: Sequence[float], k: int) -> tuple[float, float]:
    """The least and the greatest P(at least k) over all joint distributions with these marginals; both are attained."""
    count = len(shares)
    if k <= 0:
        return 1.0, 1.0
    if k > count:
        return 0.0, 0.0
    return max(0.0, 1.0 - _most([1 - p for p in shares], count - k + 1)), _most(shares, k)


def _most(shares: Sequence[float], k: int) -> float:
    ordered = sorted(shares)
    return min(1.0, *(sum(ordered[: len(ordered) - r]) / (k - r) for r in range(k)))


def sum_bounds(weights: Sequence[Decimal], shares: Sequence[float], bound: Decimal, strict: bool) -> tuple[float, float]:
    """Bounds of P(sum reaches the bound) under any dependence, by Markov's inequality on both sides: valid, not sharp."""
    whole = sum(weights, Decimal(0))
    if bound < 0 or (bound == 0 and not strict):
        return 1.0, 1.0
    if whole < bound or (whole == bound and strict):
        return 0.0, 0.0
    mean = sum(float(w) * p for w, p in zip(weights, shares, strict=True))
    spare = float(whole - bound)
    low = max(0.0, 1.0 - (float(whole) - mean) / spare) if spare > 0 else max(0.0, 1.0 - sum(1 - p for p in shares))
    return low, min(1.0, mean / float(bound)) if bound > 0 else 1.0


def reaching(parts: Iterable[Mapping[Decimal, float]], bound: Decimal, strict: bool) -> float:
    """P(the sum of independent parts reaches the bound), by convolution; what has reached it is kept as one value."""
    done = 0.0
    open_: dict[Decimal, float] = {Decimal(0): 1.0}

    def over(total: Decimal) -> bool:
        return total > bound if strict else total >= bound

    if over(Decimal(0)):
        return 1.0
    for part in parts:
        following: dict[Decimal, float] = {}
        for total, p in open_.items():
            for value, q in part.items():
                if over(total + value):
                    done += p * q
                else:
                    following[total + value] = following.get(total + value, 0.0) + p * q
        open_ = following
    return min(1.0, done)


def distribution_together(weights: Sequence[Decimal], shares: Sequence[float]) -> dict[Decimal, float]:
    """The sum of events that are right or wrong together: if one holds, so do all that are likelier (comonotone)."""
    found: dict[Decimal, float] = {}
    total, before = sum(weights, Decimal(0)), 0.0
    for share, weight in sorted(zip(shares, weights, strict=True), key=lambda pair: pair[0]):
        found[total] = found.get(total, 0.0) + share - before
        total, before = total - weight, share
    found[total] = found.get(total, 0.0) + 1.0 - before
    return found


def clusters(labels: Sequence[frozenset[str]]) -> list[list[int]]:
    """Events that share a label, directly or through others; one without a label stands alone."""
    groups: list[tuple[set[str], list[int]]] = []
    for index, of in enumerate(labels):
        joined = [group for group in groups if group[0] & of]
        groups = [group for group in groups if not group[0] & of]
        merged = set(of).union(*(group[0] for group in joined)), sorted([index, *(i for group in joined for i in group[1])])
        groups.append(merged)
    return sorted(group[1] for group in groups)
