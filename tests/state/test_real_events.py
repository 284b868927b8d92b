"""Hypothetical clauses over real events: what the executor counts, counted another way with polars.

The data sets stand beside the repository and are not part of it; where they are absent these tests are skipped, loudly.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from casus.intake import Accepted, KnownRule, read_rows
from casus.journal import Checkpoint, Entry, Reader, View
from casus.language.agreement import Agreement
from casus.language.load import load
from casus.state import State, evaluate
from casus.state.fold import Fold
from casus.time import Instant, Known, Recorded

SHARED = Path(os.environ.get("CASUS_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
GED = SHARED / "data" / "ucdp_ged_ukraine" / "ged_ukraine_2014_201904.csv.gz"
SIRENS = SHARED / "data" / "sirens_ukraine" / "official_en.csv.gz"
HERE = Path(__file__).parent / "agreements"
HOUR = 3_600_000_000
needs_ged = pytest.mark.skipif(not GED.exists(), reason=f"THE DATA SET IS ABSENT: {GED.name}")
needs_sirens = pytest.mark.skipif(not SIRENS.exists(), reason=f"THE DATA SET IS ABSENT: {SIRENS.name}")


def text(name: str) -> Agreement:
    checked = load(HERE / name)
    assert checked.agreement is not None, checked.diagnostics
    return checked.agreement


def read(path: Path, form: str) -> Iterator[Entry]:
    for row in read_rows(path, form, {}, KnownRule.parse("occurred-end")):
        if isinstance(row, Accepted):
            known = row.draft.known
            assert known is not None
            yield Entry(f"row{row.row}", row.row, row.draft.occurred, known, Recorded(known), "test", "CLEAR", row.draft.act)


def view(entries: list[Entry]) -> View:
    entries = sorted(entries, key=lambda e: (e.known.us, e.index))
    return View("known", entries[-1].known, Reader(), tuple(entries), 0, Checkpoint(len(entries), "0"))


@cache
def fatal() -> tuple[Agreement, View, State]:
    agreement, seen = text("fatal-events.casus.md"), view(list(read(GED, "ucdp-ged")))
    return agreement, seen, evaluate(agreement, seen, seen.known_at)


@cache
def fatal_frame() -> pl.DataFrame:
    """The rows straight from the file: whole days in UTC as the bracket, the low figure as the certain one."""
    start, end = pl.col("date_start").str.to_date(), pl.col("date_end").str.to_date()
    day = 24 * HOUR
    return pl.read_csv(GED, infer_schema_length=None).select(
        pl.format("ged_{}", pl.col("id")).alias("id"),
        (start.cast(pl.Datetime("us")).cast(pl.Int64)).alias("lo"),
        (end.cast(pl.Datetime("us")).cast(pl.Int64) + day - 1).alias("hi"),
        pl.min_horizontal("low", "best", "high").alias("low"),
    )


@needs_ged
def test_what_was_met_after_15_february_2015_has_the_witnesses_that_polars_counts() -> None:
    agreement, _, state = fatal()
    start = agreement.clock.parse("2015-02-15").us
    frame = fatal_frame()
    for trigger, hours, needed, column in (("deadly_days", 72, 25, "low"), ("relapse", 168, 10, None)):
        consumed: set[str] = set()
        met = [x for x in state.activations if x.trigger == trigger]
        assert len(met) >= 3
        for activation in met:
            s = activation.s.us
            window = frame.filter(
                (pl.col("lo") >= start)
                & (pl.col("lo") > s - hours * HOUR)
                & (pl.col("hi") <= s)
                & (pl.col("hi") <= activation.t.us)
                & ~pl.col("id").is_in(sorted(consumed))
            )
            assert set(activation.witnesses) == set(window["id"])
            counted = window[column].sum() if column else window.height
            assert counted >= needed
            assert activation.measured[0].low == str(counted)
            consumed |= set(window["id"])


@needs_ged
def test_every_window_of_three_days_counts_what_polars_counts() -> None:
    """At each end of an event, met or not: the certain sum and the possible one (a threshold that nothing reaches)."""
    agreement, seen, _ = fatal()
    source = (HERE / "fatal-events.casus.md").read_text(encoding="utf-8").replace(">= 25 within", ">= 999999 within")
    from casus.language.check import check
    from casus.language.parse import parse

    unreachable = check(parse(source, "x.casus.md"), HERE).agreement
    assert unreachable is not None
    fold = Fold(unreachable, seen)
    fold.run(seen.entries, seen.known_at)
    start, width = agreement.clock.parse("2015-02-15").us, 72 * HOUR
    frame = fatal_frame().filter(pl.col("hi") >= start)
    high = pl.read_csv(GED, infer_schema_length=None).select(
        pl.format("ged_{}", pl.col("id")).alias("id"), pl.max_horizontal("low", "best", "high").alias("high")
    )
    frame = frame.join(high, on="id")
    instants = frame.select(pl.col("hi").alias("s")).unique()
    pairs = instants.join(frame, how="cross").filter((pl.col("hi") > pl.col("s") - width) & (pl.col("lo") <= pl.col("s")))
    sure = (pl.col("lo") > pl.col("s") - width) & (pl.col("hi") <= pl.col("s")) & (pl.col("lo") >= start)
    expected = {
        s: (low, most)
        for s, low, most in pairs.group_by("s")
        .agg(pl.col("low").filter(sure).sum().alias("low"), pl.col("high").sum().alias("high"))
        .iter_rows()
    }
    found = {
        s: (int(w.measures[0].low), int(w.measures[0].high or 0))
        for s, w in fold.engine.weighed_everywhere("deadly_days", seen.known_at)
        if s in expected
    }
    assert len(found) > 300
    assert found == expected


@needs_ged
def test_events_over_several_days_leave_the_mass_clause_undecided_with_reasons() -> None:
    _, _, state = fatal()
    mass = next(x for x in state.assessments if x.trigger == "mass")
    assert mass.assessment == "undecided"
    assert any("falls into the window is uncertain" in reason for reason in mass.reasons)


@needs_ged
def test_nothing_is_said_of_any_party() -> None:
    _, _, state = fatal()
    assert all(x.actor is None and not x.actors for x in state.incidents)


@needs_sirens
def test_sirens_are_met_where_polars_first_counts_enough() -> None:
    agreement = text("sirens.casus.md")
    seen = view([e for e in read(SIRENS, "sirens") if e.occurred.lo < Instant.parse("2022-07-01T00:00Z")])
    state = evaluate(agreement, replace(seen), seen.known_at)
    frame = (
        pl.read_csv(SIRENS)
        .select(
            pl.col("started_at").str.to_datetime(time_unit="us", time_zone="UTC").cast(pl.Int64).alias("s"),
            pl.col("finished_at").str.to_datetime(time_unit="us", time_zone="UTC").cast(pl.Int64).alias("end"),
        )
        .filter(pl.col("s") < Instant.parse("2022-07-01T00:00Z").us)
        .sort("s")
    )
    rolling = frame.with_columns(pl.col("s").cast(pl.Datetime("us")).alias("at")).rolling("at", period="24h").agg(pl.len())
    first = rolling.filter(pl.col("len") >= 120)["at"].min()
    met = [x for x in state.activations if x.trigger == "alarmed"]
    assert met
    assert met[0].s.us == int(pl.Series([first]).cast(pl.Int64)[0])
    assert Known(met[0].t) >= met[0].s
    for x in met:
        inside = frame.filter((pl.col("s") > x.s.us - 24 * HOUR) & (pl.col("s") <= x.s.us))
        assert len(x.witnesses) <= inside.height
        assert len(x.witnesses) >= 120
