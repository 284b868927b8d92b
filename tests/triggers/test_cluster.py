"""Sealed segments, and what is judged from them unit by unit: here, and under Spark where it can be had."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from casus.language.agreement import Agreement
from casus.state.stream import stream_of
from casus.triggers import packing
from casus.triggers.cluster import (
    ClusterRefused,
    Judged,
    apart,
    counted,
    counted_here,
    counted_on_spark,
    full,
    full_on_spark,
    judged,
    missing,
    on_spark,
    session,
)
from casus.triggers.columnar import history
from casus.triggers.counting import Keyed, Log, hits, replay
from casus.triggers.segments import SCHEMAS, Sealed, SegmentsRefused, leaving, open_sealed, seal_log, seal_stream, units
from casus.triggers.stream import Stream
from casus.triggers.tally import CountClause
from tests.state import records as rich
from tests.state.records import hours, view
from tests.triggers.clauses import HEAD, agreement_of, records_of

END = hours(220)
MIDDLE = hours(30)
WHY = missing()
needs_spark = pytest.mark.skipif(WHY is not None and "CASUS_NEEDS_SPARK" not in os.environ, reason=f"SPARK IS ABSENT: {WHY}")
"""With CASUS_NEEDS_SPARK set these tests run, and fail where Spark is absent."""


of_spark = pytest.mark.filterwarnings("default", "ignore:unclosed:ResourceWarning")
"""What Spark's own modules warn of is not ours to mend."""


def streams(seeds: range) -> Iterator[Stream]:
    for seed in seeds:
        agreement = agreement_of(seed % 400)
        if agreement is not None:
            yield stream_of(agreement, view(records_of(seed), END), END)


@cache
def one_stream() -> Stream:
    """One with activations, reversals and revisions."""
    for stream in streams(range(200, 800)):
        if {event.kind for event in history(stream, END.us).told} == {"met", "revised", "reversed"}:
            return stream
    raise AssertionError("no such stream among the seeds")


def in_order(stream: Stream, until: int) -> list[Judged]:
    """The columnar executor over the whole plan; of one instant and one trigger the order stays."""
    executor = history(stream, until)
    number = {clause.name: index for index, clause in enumerate(stream.plan.clauses)}
    told: dict[str, list[Any]] = {}
    for event in executor.told:
        told.setdefault(event.activation, []).append(event)
    found = [Judged(met, tuple(told[met.id])) for met in executor.activations]
    return sorted(found, key=lambda one: (one.activation.t, number[one.activation.trigger]))


# ---------------------------------------------------------------- units apart


@pytest.mark.parametrize("batch", range(8))
def test_units_from_segments_give_what_the_columnar_executor_gives_over_the_whole(batch: int, tmp_path: Path) -> None:
    """Activations, witnesses, reversals, revisions; at the end and as known in the middle; rows in any order."""
    compared = 0
    for number, stream in enumerate(streams(range(batch * 40, batch * 40 + 40))):
        sealed = seal_stream(tmp_path / str(number), stream, rows=7)
        for until in (MIDDLE.us, END.us):
            expected = in_order(stream, until)
            assert apart(open_sealed(sealed.folder), until) == expected
            compared += len(expected)
    assert compared > 40


def test_rows_of_a_unit_may_come_in_any_order(tmp_path: Path) -> None:
    stream = one_stream()
    sealed = seal_stream(tmp_path, stream)
    for part in sealed.frame(END.us).partition_by("unit"):
        mixed = part.sample(fraction=1, shuffle=True, seed=3)
        assert judged(stream.plan, END.us, mixed).equals(judged(stream.plan, END.us, part))


def test_a_trigger_stays_with_those_whose_activations_it_counts() -> None:
    text = HEAD.format(
        header="",
        force="from 2030-01-01",
        until="2030-01-02T00:00Z",
        triggers="\n".join(
            [
                "trigger one severity 1 when any raid rearm after 0 hours",
                "trigger two severity 1 when any foray",
                "trigger three severity 1 when one met 2 times since in_force rearm after 0 hours",
                "trigger four severity 1 when three met 1 times since in_force",
                "trigger five severity 1 when any meeting",
            ]
        ),
    )
    agreement: Agreement = rich.agreement(text)
    stream = stream_of(agreement, view(records_of(1), END), END)
    names = [[stream.plan.clauses[number].name for number in unit] for unit in units(stream.plan)]
    assert names == [["one", "three", "four"], ["two"], ["five"]]


# ---------------------------------------------------------------- segments


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    sealed = seal_stream(tmp_path, one_stream(), rows=7)
    path = tmp_path / sealed.segments[1].file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(SegmentsRefused, match=r"stream-000001\.parquet is not what was sealed"):
        apart(open_sealed(tmp_path), END.us)
    path.unlink()
    with pytest.raises(SegmentsRefused, match="not there"):
        apart(open_sealed(tmp_path), END.us)


def test_a_segment_put_in_the_place_of_another_is_refused_even_with_its_hash(tmp_path: Path) -> None:
    seal_stream(tmp_path, one_stream(), rows=7)
    path = tmp_path / "sealed.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    said["segments"][0]["sha256"] = said["segments"][1]["sha256"]
    path.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(SegmentsRefused, match=r"the seal of stream-000000\.parquet"):
        open_sealed(tmp_path)


def test_the_plan_is_sealed_too(tmp_path: Path) -> None:
    seal_stream(tmp_path, one_stream())
    path = tmp_path / "sealed.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    said["plan"]["clauses"][0]["rearm"] = 12_345
    path.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(SegmentsRefused, match="seal"):
        open_sealed(tmp_path)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"format": "casus-segments", "version": 2}, "version 2; this Casus reads version 1"),
        ({"format": "something"}, "not a manifest"),
        ({"format": "casus-segments", "version": 1}, "damaged"),
        ({"format": "casus-segments", "version": 1, "kind": "log", "columns": {}, "plan": None, "segments": []}, "columns"),
        (
            {"format": "casus-segments", "version": 1, "kind": "stream", "columns": {}, "plan": {"is": "os"}, "segments": []},
            "none of the values",
        ),
    ],
)
def test_what_is_not_of_this_version_is_refused(said: dict[str, Any], why: str, tmp_path: Path) -> None:
    (tmp_path / "sealed.json").write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(SegmentsRefused, match=why):
        open_sealed(tmp_path)


def test_a_folder_is_sealed_once(tmp_path: Path) -> None:
    seal_stream(tmp_path, one_stream())
    with pytest.raises(SegmentsRefused, match="never written again"):
        seal_stream(tmp_path, one_stream())


def test_segments_known_later_are_not_read(tmp_path: Path) -> None:
    """What is known at K needs no file of what became known after it."""
    sealed = seal_stream(tmp_path, one_stream(), rows=7)
    until = sealed.segments[-1].first - 1
    expected = apart(sealed, until)
    (tmp_path / sealed.segments[-1].file).unlink()
    assert apart(open_sealed(tmp_path), until) == expected


def test_every_plan_is_the_same_after_json() -> None:
    for stream in streams(range(40)):
        assert packing.unpack(json.loads(json.dumps(packing.pack(stream.plan)))) == stream.plan
    assert packing.unpack(packing.pack((Decimal("1.50"), None, (True, "x", -3)))) == (Decimal("1.50"), None, (True, "x", -3))
    with pytest.raises(packing.PackingRefused, match="float"):
        packing.pack(1.5)
    with pytest.raises(packing.PackingRefused, match="no number"):
        packing.unpack({"is": "Decimal", "digits": "many"})


# ---------------------------------------------------------------- keyed counts


def words_of(seed: int, most: int = 60) -> pl.DataFrame:
    """Words on events in the order of knowledge: late, withdrawn, moved in time, moved to another key."""
    rng = random.Random(seed)
    rows: dict[tuple[int, int], tuple[int, int, str, int, bool]] = {}
    last: dict[int, tuple[int, int, str, int, bool]] = {}
    t = 0
    for name in range(most):
        t += rng.choice([0, 0, 1, 2, 5])
        row = (t, name, rng.choice("abcd"), max(t - rng.choice([0, 0, 0, 3, 9]), 0), True)
        if last and rng.random() < 0.3:
            _, of, key, at, counts = last[rng.choice(sorted(last))]
            row = rng.choice(
                [
                    (t, of, key, at, not counts),
                    (t, of, key, rng.randint(0, t), counts),
                    (t, of, rng.choice("abcd"), at, True),
                ]
            )
        if (row[0], row[1]) not in rows:
            rows[row[0], row[1]] = last[row[1]] = row
    return pl.DataFrame(list(rows.values()), schema=SCHEMAS["log"], orient="row")


def whole(words: pl.DataFrame, until: int) -> Log:
    """The same words as one log, without the rows for keys that are left."""
    words = words.filter(pl.col("known") <= until)
    codes = np.array(["abcd".index(key) for key in words["key"]], np.uint8)
    known, name, ts = (words[column].to_numpy() for column in ("known", "id", "ts"))
    return Log(known, name, codes, ts, words["counts"].to_numpy())


def of_keys(log: Log, clause: CountClause) -> list[tuple[Any, ...]]:
    return [
        ("abcd"[key], number, met.t, met.s, sorted(met.witnesses), met.reversed)
        for key, of in replay(log, clause).items()
        for number, met in enumerate(of)
    ]


CLAUSES = (CountClause(2, 5), CountClause(3, 10, closed=True), CountClause(4, 12))


def sealed_words(words: pl.DataFrame, folder: Path) -> Sealed:
    rows = leaving(words)
    return seal_log(folder, [rows[begin : begin + 20] for begin in range(0, rows.height, 20)])


@pytest.mark.parametrize("batch", range(4))
def test_keys_apart_give_what_they_give_together(batch: int, tmp_path: Path) -> None:
    compared = 0
    for seed in range(batch * 25, batch * 25 + 25):
        words = words_of(seed)
        sealed = sealed_words(words, tmp_path / str(seed))
        for clause in CLAUSES:
            for until in (40, 10_000):
                expected = of_keys(whole(words, until), clause)
                assert counted_here(sealed, clause, until).rows() == expected
                compared += len(expected)
    assert compared > 500


def test_keys_that_share_a_group_do_not_mix(tmp_path: Path) -> None:
    """Handfuls of keys, rows in any order."""
    for seed in range(20):
        words = words_of(seed)
        rows = sealed_words(words, tmp_path / str(seed)).frame(10_000).sample(fraction=1, shuffle=True, seed=seed)
        for clause in CLAUSES:
            parts = [counted(clause, 10_000, rows.filter(pl.col("key").is_in(keys))) for keys in (["a", "c"], ["b", "d"])]
            found = pl.concat(parts).sort("key", "number").rows()
            assert found == of_keys(whole(words, 10_000), clause)


def test_full_windows_as_known_at_an_instant_are_those_of_the_whole_log(tmp_path: Path) -> None:
    seen = 0
    for seed in range(20):
        words = words_of(seed)
        rows = sealed_words(words, tmp_path / str(seed)).frame(10_000)
        for clause in CLAUSES:
            for until in (40, 10_000):
                log = whole(words, until).as_known(until)
                marked = hits(Keyed.of(log.key, log.ts, clause.window, log.counts), clause)
                expected = sorted(("abcd"[log.key[i]], int(log.ts[i]), int(log.id[i])) for i in marked)
                parts = [full(clause, until, part) for part in rows.partition_by("key")]
                assert sorted(pl.concat(parts).rows()) == expected
                seen += len(expected)
    assert seen > 500


def test_a_log_out_of_the_order_of_knowledge_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SegmentsRefused, match="sort by known"):
        seal_log(tmp_path / "one", [words_of(1).reverse()])
    words = words_of(1)
    with pytest.raises(SegmentsRefused, match="sort by known"):
        seal_log(tmp_path / "two", [words[20:], words[:20]])


def test_the_kinds_are_not_mistaken_for_each_other(tmp_path: Path) -> None:
    log, stream = seal_log(tmp_path / "log", [words_of(1)]), seal_stream(tmp_path / "stream", one_stream())
    with pytest.raises(SegmentsRefused, match="kind stream"):
        apart(log, END.us)
    with pytest.raises(SegmentsRefused, match="kind log"):
        counted_here(stream, CLAUSES[0], 1)


# ---------------------------------------------------------------- under Spark


def test_without_spark_it_is_said_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casus.triggers.cluster.find_spec", lambda name: None)
    with pytest.raises(ClusterRefused, match=r"pip install 'casus\[spark\]'"), session(1):
        pass


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with session(2) as started:
        started.sparkContext.setLogLevel("ERROR")
        yield started


@needs_spark
@of_spark
def test_spark_gives_the_activations_of_the_columnar_executor(spark: Any, tmp_path: Path) -> None:
    compared = 0
    for number, stream in enumerate([one_stream(), *streams(range(300, 312))]):
        sealed = seal_stream(tmp_path / str(number), stream, rows=7)
        for until in (MIDDLE.us, END.us):
            expected = in_order(stream, until)
            assert on_spark(spark, sealed, until) == expected
            compared += len(expected)
    assert compared > 20


@needs_spark
@of_spark
@pytest.mark.parametrize("groups", [None, 1, 3])
def test_spark_counts_keys_as_they_are_counted_here(spark: Any, groups: int | None, tmp_path: Path) -> None:
    for seed in range(3):
        words = words_of(seed, 200)
        sealed = sealed_words(words, tmp_path / str(seed))
        for until in (40, 10_000):
            expected = counted_here(sealed, CLAUSES[1], until)
            assert expected.rows() == of_keys(whole(words, until), CLAUSES[1])
            assert counted_on_spark(spark, sealed, CLAUSES[1], until, groups).equals(expected)
            rows = full(CLAUSES[1], until, sealed.frame(until)).sort("key", "ts", "id")
            assert full_on_spark(spark, sealed, CLAUSES[1], until, groups).equals(rows)


@needs_spark
@of_spark
def test_spark_refuses_a_changed_file(spark: Any, tmp_path: Path) -> None:
    sealed = sealed_words(words_of(1), tmp_path)
    path = tmp_path / sealed.segments[0].file
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(SegmentsRefused, match="is not what was sealed"):
        counted_on_spark(spark, sealed, CLAUSES[0], 10_000)


@needs_spark
@of_spark
def test_an_instant_before_every_segment_gives_nothing(spark: Any, tmp_path: Path) -> None:
    assert counted_on_spark(spark, sealed_words(words_of(1), tmp_path), CLAUSES[0], -1).height == 0
