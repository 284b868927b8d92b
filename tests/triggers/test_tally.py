"""The count clause for many keys: live, in columns and by the reference, over logs in any order, with corrections."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from casus import acts as a
from casus.journal import Entry
from casus.language.agreement import Agreement
from casus.state.fold import Fold
from casus.time import HOUR, Occurred
from casus.triggers.counting import Keyed, Log, hits, met, replay
from casus.triggers.tables import load, numbered
from casus.triggers.tally import CountClause, Tally
from tests.state import records as rich
from tests.state.records import START, hours, view
from tests.triggers.clauses import HEAD

ACTORS = ("OSK", "FRM", "VDR")
Line = tuple[int, int, int, tuple[int, ...], int | None]
Row = tuple[int, int, int, int, bool]
"""(known, id, key, instant, counts), in hours."""


def log_of(seed: int, most: int = 30) -> list[Row]:
    rng = random.Random(seed)
    rows: dict[tuple[int, int], Row] = {}
    last: dict[int, Row] = {}
    t = 0
    for number in range(rng.choice([4, most, most])):
        t += rng.choice([0, 0, 1, 2, 5])
        if not last or rng.random() < 0.7:
            row = (t, number, rng.randrange(3), max(t - rng.choice([0, 0, 0, 3, 9]), 0), True)
        else:
            _, name, key, at, counts = last[rng.choice(sorted(last))]
            kind = rng.random()
            if kind < 0.6:
                row = (t, name, key, at, not counts)
            elif kind < 0.8:
                row = (t, name, key, rng.randint(0, t), counts)
            else:
                row = (t, name, rng.randrange(3), at, counts)
        if (row[0], row[1]) not in rows:
            rows[row[0], row[1]] = last[row[1]] = row
    return list(rows.values())


def arrays(rows: list[Row]) -> Log:
    columns = list(zip(*rows, strict=True))
    known, name, key, ts = (np.array(column, np.int64) for column in columns[:4])
    return Log(known, name, key.astype(np.uint8), ts, np.array(columns[4], np.bool_))


@cache
def agreement(clause: CountClause) -> Agreement:
    wait = "" if clause.rearm is None else f"rearm after {clause.rearm} hours"
    window = f"{'closed ' if clause.closed else ''}rolling {clause.window} hours"
    triggers = [
        f"trigger k{i} severity 1 when count of foray by {actor} >= {clause.least} within {window} {wait}"
        for i, actor in enumerate(ACTORS)
    ]
    return rich.agreement(HEAD.format(header="", force="from 2030-01-01", until="2030-01-02", triggers="\n".join(triggers)))


def entries(rows: list[Row]) -> tuple[Entry, ...]:
    """The same log as reports, corrections and words of a body."""
    found = []
    last: dict[int, Row] = {}
    for row in rows:
        t, name, key, at, counts = row
        before = last.get(name)
        last[name] = row
        occurred = Occurred.at(hours(at))
        if before is None:
            fields = {"killed": a.Quantity(Decimal(1), Decimal(1))}
            found.append((occurred, hours(t), a.Report(event="foray", id=f"e{name:03}", actor=ACTORS[key], fields=fields)))
        if before is not None and (before[2] != key or before[3] != at):
            fields = {"by": a.Code(ACTORS[key])} if before[2] != key else {}
            found.append((occurred, hours(t), a.Correction(f"e{name:03}", fields, occurred=before[3] != at)))
        if before is not None and before[4] != counts:
            word = "lifted" if counts else "rejected"
            found.append((Occurred.at(hours(t)), hours(t), a.Adjudication("mission", f"e{name:03}", word)))
    return rich.entries(found)


def by_reference(rows: list[Row], clause: CountClause) -> list[Line]:
    seen = entries(rows)
    fold = Fold(agreement(clause), view(seen, hours(rows[-1][0])))
    fold.run(seen, hours(rows[-1][0]))

    def hour(us: int) -> int:
        return (us - START.us) // HOUR.us

    return sorted(
        (
            int(m.trigger[1:]),
            hour(m.t.us),
            hour(m.s.us),
            tuple(sorted(int(name[1:]) for name in m.witnesses)),
            None if m.reversed is None else hour(m.reversed.us),
        )
        for m in fold.engine.by_id.values()
    )


def feed(tally: Tally, rows: list[Row]) -> None:
    known, ids, keys, ts, counts = ([row[i] for row in rows] for i in range(5))
    tally.take(known, ids, keys, ts, counts)  # type: ignore[arg-type]
    if known:
        tally.advance(known[-1])


def lines(tally: Tally) -> list[Line]:
    return sorted(
        (key, m.t, m.s, tuple(sorted(m.witnesses)) if m.reversed is None else (), m.reversed)
        for key, of in tally.activations.items()
        for m in of
    )


def unreversed(of: list[Line]) -> list[Line]:
    """The witnesses of a reversed activation are those at its reversal, which only the reference keeps as they were."""
    return sorted((k, t, s, w if gone is None else (), gone) for k, t, s, w, gone in of)


CLAUSES = [CountClause(2, 6), CountClause(3, 10, closed=True), CountClause(2, 4, rearm=5), CountClause(2, 8, rearm=None)]


@pytest.mark.parametrize("clause", CLAUSES)
def test_live_counts_of_many_keys_are_those_of_the_reference(clause: CountClause) -> None:
    reversed_, met_ = 0, 0
    for seed in range(130):
        rows = log_of(seed)
        tally = Tally(clause)
        feed(tally, rows)
        expected = unreversed(by_reference(rows, clause))
        assert lines(tally) == expected, seed
        met_ += len(expected)
        reversed_ += sum(1 for line in expected if line[4] is not None)
    assert met_ > 100
    assert reversed_ > 10


def test_settling_and_resuming_at_any_instant_changes_nothing() -> None:
    for seed in range(200):
        clause = CLAUSES[seed % 4]
        rows = log_of(seed)
        cut = seed % len(rows)
        while 0 < cut < len(rows) and rows[cut][0] == rows[cut - 1][0]:
            cut += 1
        plain = Tally(clause)
        feed(plain, rows)
        first = Tally(clause)
        feed(first, rows[:cut])
        first.settle(rows[cut - 1][0] - 1 if cut else 0)
        again = Tally.resume(json.loads(json.dumps(first.save())))
        again.settle(rows[cut - 1][0] if cut else 0)
        feed(again, rows[cut:])
        assert lines(again) == lines(plain), seed


def test_a_replay_in_columns_is_what_the_live_executor_found() -> None:
    found = 0
    for seed in range(400):
        clause = CLAUSES[seed % 2]
        rows = log_of(seed, most=60)
        tally = Tally(clause)
        feed(tally, rows)
        replayed = [
            (key, m.t, m.s, tuple(sorted(m.witnesses)) if m.reversed is None else (), m.reversed)
            for key, of in replay(arrays(rows), clause).items()
            for m in of
        ]
        assert sorted(replayed, key=repr) == sorted(lines(tally), key=repr), seed
        found += len(replayed)
    assert found > 400


def test_events_known_in_order_are_met_where_a_replay_meets_them() -> None:
    found = 0
    for seed in range(200):
        rng = random.Random(seed)
        clause = CLAUSES[seed % 2]
        instants = sorted(rng.randint(0, 80) for _ in range(40))
        rows = [(t, i, rng.randrange(3), t, True) for i, t in enumerate(instants)]
        log = arrays(rows)
        events = Keyed.of(log.key, log.ts, clause.window)
        columns = [(key, t, s, tuple(sorted(names))) for key, t, s, names in met(events, clause, log.known)]
        walked = [(key, m.t, m.s, tuple(sorted(m.witnesses))) for key, of in replay(log, clause).items() for m in of]
        assert sorted(columns) == sorted(walked), seed
        found += len(columns)
    assert found > 200


def test_hits_are_the_events_whose_own_window_is_full() -> None:
    for seed in range(100):
        log = arrays(log_of(seed, most=60)).as_known(60)
        clause = CLAUSES[seed % 2]
        events = Keyed.of(log.key, log.ts, clause.window, log.counts)
        naive = [
            i
            for i in range(len(log.ts))
            if log.counts[i]
            and sum(
                bool(log.counts[j] and log.key[j] == log.key[i] and 0 <= log.ts[i] - log.ts[j] <= clause.width)
                for j in range(len(log.ts))
            )
            >= clause.least
        ]
        assert hits(events, clause).tolist() == naive


def test_what_changed_is_told_with_its_cause() -> None:
    tally = Tally(CountClause(2, 10))
    tally.arrive(5, 0, 1, 5)
    tally.arrive(6, 0, 2, 6)
    tally.arrive(7, 0, 3, 3)
    tally.leave(8, 0, 1, 5)
    tally.leave(9, 0, 3, 3)
    assert tally.told is not None
    assert [(told.kind, told.t, told.before, told.after, told.because) for told in tally.told] == [
        ("met", 6, (), (1, 2), 2),
        ("revised", 8, (1, 2), (2, 3), 1),
        ("reversed", 9, (2, 3), (), 3),
    ]


def test_order_that_the_fast_path_cannot_answer_is_refused() -> None:
    key, ts = np.zeros(2, np.uint8), np.array([5, 9], np.int64)
    events = Keyed.of(key, ts, 10)
    with pytest.raises(ValueError, match="any order"):
        met(events, CountClause(2, 10), np.array([9, 5]))


def test_columns_are_the_same_from_a_file_a_frame_and_arrow(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    size = 3_000
    frame = pl.DataFrame(
        {
            "seq": np.arange(size),
            "ts": np.sort(rng.integers(0, 20_000, size)),
            "party": rng.choice(["VDR", "KST"], size),
            "zone": rng.choice([f"z{i}" for i in range(9)], size),
            "calibre": rng.integers(60, 160, size),
        }
    )
    frame.write_parquet(tmp_path / "log.parquet")

    class Arrow:
        def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
            return frame.__arrow_c_stream__(requested_schema)

    clause = CountClause(4, 300, closed=True)
    counted = pl.len().rolling("ts", period="300i", closed="both").over("party", "zone")
    where = pl.col("calibre") >= 100
    expected = frame.filter(where).select("seq", n=counted).filter(pl.col("n") >= 4)["seq"].sort().to_list()
    assert expected
    coded = frame.with_columns(pl.col("party").cast(pl.Enum(["KST", "VDR"])), pl.col("zone").str.slice(1).cast(pl.Int64) + 300)
    for source in (tmp_path / "log.parquet", str(tmp_path / "log.parquet"), frame, coded, Arrow()):
        table = load(source, ["party", "zone"], "ts", where, ["seq"])
        assert table.key.dtype.itemsize == 1
        assert table.extra["seq"][hits(Keyed.of(table.key, table.ts, 300), clause)].tolist() == expected


def test_what_is_settled_takes_sixteen_bytes_an_event_and_comes_back() -> None:
    tally = Tally(CountClause(5, 10))
    for i in range(1_000):
        tally.arrive(i * 10, 0, i, i * 10)
    tally.settle(9_990)
    book = tally.keys[0]
    assert len(book.ts) <= 2
    assert len(book.cold_ts) + len(book.ts) == 1_000
    assert book.cold_ts.itemsize + book.cold_ids.itemsize == 16
    for extra in range(4):
        tally.arrive(10_000 + extra, 0, 2_000 + extra, 500 + extra)
    assert [(m.s, sorted(m.witnesses)) for m in tally.activations[0]] == [(503, [50, 2000, 2001, 2002, 2003])]


def test_key_columns_of_many_values_are_numbered_densely() -> None:
    wide = np.array([5_000_000_000, 7, 5_000_000_000, 900], np.int64)
    both = numbered([wide, np.array([1, 0, 1, 1], np.uint8)])
    assert both.dtype == np.uint8
    assert both[0] == both[2]
    assert len({*both.tolist()}) == 3
