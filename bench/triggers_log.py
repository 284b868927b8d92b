"""A synthetic log for benchmarks of triggers, the same for the same seed: arrival order, late rows, later corrections.

One row is a reported event: `seq`, `ts` (when it happened, whole seconds, each second at most once), `rts` (when it became
known), `kind`, `party` (2), `zone` (50), `calibre`, `verified`. Shellings come in bursts of one party and zone, so that the
count clause is met and left again: 63 % are shellings, a third of all qualify, windows hold 20 on average.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

KINDS = ["shelling", "small_arms", "drone", "violation", "inspection"]
CALIBRES = np.array([60, 82, 100, 105, 120, 122, 152, 155], np.int32)
PARTIES = ["A", "B"]
ZONES = [f"z{i:02d}" for i in range(50)]
EPOCH = 1_767_225_600


@dataclass(frozen=True, slots=True)
class Events:
    """Columns, in the order in which the rows arrived."""

    ts: NDArray[np.int64]
    rts: NDArray[np.int64]
    kind: NDArray[np.uint8]
    party: NDArray[np.uint8]
    zone: NDArray[np.uint8]
    calibre: NDArray[np.int32]
    verified: NDArray[np.int8]

    def taken(self, rows: NDArray[np.intp]) -> Events:
        return Events(*(getattr(self, name)[rows] for name in self.__slots__))

    def frame(self, *, text: bool) -> pl.DataFrame:
        """With names as text, as a file has them, or as enumerations, as an engine would hold them."""
        names = {"kind": KINDS, "party": PARTIES, "zone": ZONES}
        columns = {name: getattr(self, name) for name in self.__slots__ if name not in names}
        coded = [pl.Series(n, np.array(of)[getattr(self, n)], dtype=pl.Enum(of)) for n, of in names.items()]
        frame = pl.DataFrame({"seq": np.arange(len(self.ts)), **columns}).with_columns(coded)
        return frame.with_columns(pl.col(list(names)).cast(pl.String)) if text else frame


def events(n: int, seed: int = 7) -> Events:
    """In the order of occurrence; one day for a thousand events."""
    rng = np.random.default_rng(seed)
    violations, span = n // 20, n * 86_400 // 1000
    broken = np.sort(rng.integers(0, span, violations))
    answered = (broken + rng.exponential(8 * 3600, violations).astype(np.int64) + 1)[rng.random(violations) >= 0.05]
    answered = answered[answered < span]
    planned = violations + len(answered)
    others = n - planned
    burst = int(others * 0.4)
    centres = max(1, burst // 60)
    at, by, zone = rng.integers(0, span, centres), rng.integers(0, 2, centres), rng.integers(0, len(ZONES), centres)
    which = rng.integers(0, centres, burst)
    bursts = np.clip(at[which] + rng.normal(0, 18 * 3600, burst).astype(np.int64), 0, span - 1)
    ts = np.concatenate([broken, answered, bursts, rng.integers(0, span, others - burst)])
    kind = np.concatenate(
        [
            np.full(violations, 3),
            np.full(len(answered), 4),
            np.zeros(burst, int),
            rng.choice(3, others - burst, p=[0.5, 0.3, 0.2]),
        ]
    )
    party = np.concatenate([rng.integers(0, 2, planned), by[which], rng.integers(0, 2, others - burst)])
    zones = np.concatenate([rng.integers(0, len(ZONES), planned), zone[which], rng.integers(0, len(ZONES), others - burst)])
    calibre = np.where(kind == 0, rng.choice(CALIBRES, n), 0)
    verified = rng.random(n) < 0.7
    order = np.lexsort((kind, ts))
    ts = ts[order]
    ts = np.maximum.accumulate(ts - np.arange(n)) + np.arange(n) + EPOCH
    return Events(
        ts,
        ts + rng.exponential(1800, n).astype(np.int64),
        kind[order].astype(np.uint8),
        party[order].astype(np.uint8),
        zones[order].astype(np.uint8),
        calibre[order].astype(np.int32),
        verified[order].astype(np.int8),
    )


@dataclass(frozen=True, slots=True)
class Versions:
    """Rows in the order of knowledge: the event `id` as it is held from `known` on."""

    known: NDArray[np.int64]
    id: NDArray[np.int64]
    calibre: NDArray[np.int32]
    verified: NDArray[np.int8]
    corrects: NDArray[np.bool_]


def versions(of: Events, late: float, corrected: float, seed: int = 8) -> Versions:
    """Each event as it becomes known: in order; a share up to six hours late; a share corrected about a day after."""
    rng = np.random.default_rng(seed)
    n = len(of.ts)
    known = of.ts + np.where(rng.random(n) < late, rng.integers(1, 6 * 3600 + 1, n), 0)
    again = np.flatnonzero(rng.random(n) < corrected)
    flip = rng.random(len(again)) < 0.5
    verified = np.where(flip, 1 - of.verified[again], of.verified[again]).astype(np.int8)
    calibre = np.where(flip, of.calibre[again], rng.choice(CALIBRES, len(again))).astype(np.int32)
    when = known[again] + rng.exponential(86_400, len(again)).astype(np.int64) + 1
    columns = (
        np.concatenate([known, when]),
        np.concatenate([np.arange(n), again]),
        np.concatenate([of.calibre, calibre]),
        np.concatenate([of.verified, verified]),
        np.concatenate([np.zeros(n, np.bool_), np.ones(len(again), np.bool_)]),
    )
    order = np.argsort(columns[0], kind="stable")
    return Versions(*(column[order] for column in columns))


def write(of: Events, path: Path) -> None:
    of.frame(text=True).write_parquet(path)
