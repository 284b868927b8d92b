"""The count clause, side by side: Casus, polars, DuckDB and a deque; live; late and corrected; how cost grows.

    python bench/triggers.py [--quick] [--out FOLDER]

The question of the first part is one that all can answer: every verified shelling of calibre 100 or more whose closed window of
72 hours, same party and zone, holds at least 20. Each engine gives the sorted event numbers, which are compared. The best of
several rounds counts, rounds of all engines alternate; CPU seconds are those of the same round. The second part is what only
Casus answers: activations that consume their witnesses, over a log in which 30 % arrives late and 10 % is corrected.
Writes `results.json` and `triggers.svg` to the folder and the table in `docs/scale.md`.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from triggers_chart import chart
from triggers_log import KINDS, PARTIES, ZONES, Events, Versions, events, versions, write
from triggers_reference import by_reference

import casus
from casus.triggers.counting import Keyed, Log, hits, met, replay
from casus.triggers.tables import load
from casus.triggers.tally import CountClause, Tally

ROOT = Path(__file__).parent.parent
CLAUSE = CountClause(20, 259_200, closed=True)
THREE = (CLAUSE, CountClause(8, 86_400, closed=True), CountClause(40, 604_800, closed=True))
WHERE = (pl.col("kind") == "shelling") & (pl.col("verified") == 1) & (pl.col("calibre") >= 100)
SQL = """select seq from (
  select seq, count(*) over (partition by party, zone order by ts range between 259200 preceding and current row) n
  from {} where kind = 'shelling' and verified = 1 and calibre >= 100
) where n >= 20"""
Rows = NDArray[np.int64]


def key_of(of: Events) -> NDArray[np.uint8]:
    return of.party * np.uint8(len(ZONES)) + of.zone


def qualifies(of: Events) -> NDArray[np.bool_]:
    return (of.kind == 0) & (of.verified == 1) & (of.calibre >= 100)


# ---------------------------------------------------------------- the same question, four engines


def by_casus(of: Events, *clauses: CountClause) -> list[Rows]:
    widest = max(clause.window for clause in clauses)
    keyed = Keyed.of(key_of(of), of.ts, widest, qualifies(of))
    return [hits(keyed, clause) for clause in clauses]


def by_casus_from(path: Path, *clauses: CountClause) -> list[Rows]:
    table = load(path, ["party", "zone"], "ts", WHERE, ["seq"])
    keyed = Keyed.of(table.key, table.ts, max(clause.window for clause in clauses))
    return [table.extra["seq"][hits(keyed, clause)] for clause in clauses]


def polars_group(frame: pl.LazyFrame) -> Rows:
    """`rolling` with `group_by`: the form that its documentation shows for windows by key."""
    rolled = frame.filter(WHERE).rolling("ts", period="259200i", closed="both", group_by=["party", "zone"])
    found = rolled.agg(pl.len(), pl.col("seq").last()).filter(pl.col("len") >= 20).select("seq").collect()
    return found["seq"].sort().to_numpy()


def polars_over(frame: pl.LazyFrame) -> Rows:
    """`count().rolling().over()`: the fastest form found that counts."""
    count = pl.col("seq").count().rolling("ts", period="259200i", closed="both").over("party", "zone")
    found = frame.filter(WHERE).select("seq", count.alias("n")).filter(pl.col("n") >= 20).collect()
    return found["seq"].sort().to_numpy()


def polars_shift(frame: pl.LazyFrame) -> Rows:
    """Our own idea written in polars: it does not count, and events of one instant would need more."""
    distance = pl.col("ts") - pl.col("ts").shift(19).over("party", "zone")
    found = frame.filter(WHERE).select("seq", distance.alias("d")).filter(pl.col("d") <= 259_200).collect()
    return found["seq"].sort().to_numpy()


def by_duckdb(connection: duckdb.DuckDBPyConnection, source: str) -> Rows:
    return np.sort(connection.execute(SQL.format(source)).fetchnumpy()["seq"])


def by_deque(rows: list[tuple[int, int]], seq: list[int]) -> list[int]:
    """Plain Python over rows that are filtered already."""
    windows: dict[int, deque[int]] = {}
    found = []
    for (key, ts), number in zip(rows, seq, strict=True):
        window = windows.get(key)
        if window is None:
            window = windows[key] = deque()
        window.append(ts)
        while window[0] < ts - 259_200:
            window.popleft()
        if len(window) >= 20:
            found.append(number)
    return found


# ---------------------------------------------------------------- measuring


def measured(n: int, rounds: int, works: dict[str, Callable[[], Any]]) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
    """Events per second and CPU seconds of each, best of alternating rounds; what each gave."""
    best: dict[str, dict[str, float]] = {}
    given: dict[str, Any] = {}
    for _ in range(rounds):
        for name, work in works.items():
            gc.collect()
            wall, cpu = time.perf_counter(), time.process_time()
            given[name] = work()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            if name not in best or wall < best[name]["seconds"]:
                best[name] = {"seconds": wall, "cpu_seconds": cpu, "per_second": n / wall}
    return best, given


def side_by_side(of: Events, folder: Path, rounds: int) -> dict[str, Any]:
    n = len(of.ts)
    path = folder / f"log{n}.parquet"
    write(of, path)
    frame = of.frame(text=False)
    connection = duckdb.connect()
    connection.execute(f"set threads = {os.cpu_count()}")
    for name, values in (("kind", KINDS), ("party", PARTIES), ("zone", ZONES)):
        connection.execute(f"create type {name}s as enum ({', '.join(repr(value) for value in values)})")
    coded = "kind::kinds as kind, party::partys as party, zone::zones as zone"
    connection.execute(f"create table log as select * replace ({coded}) from '{path}'")
    where = qualifies(of)
    rows = list(zip(key_of(of)[where].tolist(), of.ts[where].tolist(), strict=True))
    numbers = np.flatnonzero(where).tolist()
    memory, given = measured(
        n,
        rounds,
        {
            "casus": lambda: by_casus(of, CLAUSE)[0],
            "casus, three clauses": lambda: by_casus(of, *THREE),
            "polars rolling over": lambda: polars_over(frame.lazy()),
            "polars rolling group_by": lambda: polars_group(frame.lazy()),
            "polars shift (our idea)": lambda: polars_shift(frame.lazy()),
            "duckdb": lambda: by_duckdb(connection, "log"),
            "deque, filtered before": lambda: by_deque(rows, numbers),
        },
    )
    file, read = measured(
        n,
        rounds,
        {
            "casus": lambda: by_casus_from(path, CLAUSE)[0],
            "casus, three clauses": lambda: by_casus_from(path, *THREE),
            "polars rolling over": lambda: polars_over(pl.scan_parquet(path)),
            "polars rolling group_by": lambda: polars_group(pl.scan_parquet(path)),
            "polars shift (our idea)": lambda: polars_shift(pl.scan_parquet(path)),
            "duckdb": lambda: by_duckdb(connection, f"'{path}'"),
        },
    )
    expected = given["casus"]
    for name, rows_ in [*given.items(), *read.items()]:
        assert np.array_equal(rows_[0] if "three" in name else rows_, expected), f"{name} disagrees"
    return {"events": n, "qualifying": int(where.sum()), "hits": len(expected), "memory": memory, "parquet": file}


# ---------------------------------------------------------------- live, late, corrected


def log_of(of: Events, seen: Versions) -> Log:
    counts = (of.kind[seen.id] == 0) & (seen.verified == 1) & (seen.calibre >= 100)
    return Log(seen.known, seen.id, key_of(of)[seen.id], of.ts[seen.id], counts)


def lists(log: Log) -> tuple[list[Any], ...]:
    return tuple(column.tolist() for column in (log.known, log.id, log.key, log.ts, log.counts))


def live(of: Events, rounds: int) -> dict[str, Any]:
    """Arrivals in order, arrivals 30 % late, and the corrections alone, each over the state that the rest left."""
    n = len(of.ts)
    found: dict[str, Any] = {}
    for name, late in (("in order", 0.0), ("30 % late", 0.3)):
        rows = lists(log_of(of, versions(of, late, 0.0)))
        best, given = measured(n, rounds, {name: lambda rows=rows: fed(Tally(CLAUSE), rows)})  # type: ignore[misc]
        found[f"arrivals, {name}"] = {**best[name], "activations": activations(given[name])}
    seen = versions(of, 0.3, 0.1)
    log = log_of(of, seen)
    first, then = (lists(Log(*(getattr(log, c)[part] for c in Log.__slots__))) for part in (~seen.corrects, seen.corrects))
    best_cpu: dict[str, float] = {}
    for _ in range(rounds):
        tally = fed(Tally(CLAUSE), first)
        told = len(tally.told or ())
        wall, cpu = time.perf_counter(), time.process_time()
        fed(tally, then)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        if not best_cpu or wall < best_cpu["seconds"]:
            best_cpu = {"seconds": wall, "cpu_seconds": cpu, "per_second": len(then[0]) / wall}
    assert tally.told is not None
    found["corrections"] = {**best_cpu, "corrections": len(then[0]), "told": len(tally.told) - told}
    return found


def fed(tally: Tally, rows: tuple[list[Any], ...]) -> Tally:
    tally.take(*rows)
    return tally


def activations(tally: Tally) -> int:
    return sum(len(of) for of in tally.activations.values())


def exactness(of: Events, keys: int) -> dict[str, Any]:
    """30 % late, 10 % corrected: live against the replay in columns on all, and against the reference on some keys."""
    log = log_of(of, versions(of, 0.3, 0.1))
    rows = lists(log)
    best, given = measured(len(log.known), 1, {"live": lambda: fed(Tally(CLAUSE), rows), "replay": lambda: replay(log, CLAUSE)})
    tally = given["live"]
    ours = {
        (k, m.t, m.s, frozenset(m.witnesses), m.reversed)
        for k, of_ in tally.activations.items()
        for m in of_
        if m.reversed is None
    }
    ours |= {
        (k, m.t, m.s, frozenset(), m.reversed) for k, of_ in tally.activations.items() for m in of_ if m.reversed is not None
    }
    theirs = {
        (k, m.t, m.s, m.witnesses if m.reversed is None else frozenset(), m.reversed)
        for k, of_ in given["replay"].items()
        for m in of_
    }
    judged = [by_reference(log, CLAUSE, key, most=2_500) for key in range(0, 100, 100 // keys)]
    told = tally.told or []
    return {
        "events": len(of.ts),
        "rows": len(log.known),
        "activations": len(ours),
        "reversed": sum(1 for line in ours if line[4] is not None),
        "told": {kind: sum(1 for x in told if x.kind == kind) for kind in ("met", "revised", "reversed")},
        "without_cause": sum(1 for x in told if x.because < 0),
        "missed": len(theirs - ours),
        "spurious": len(ours - theirs),
        "live": best["live"],
        "replay": best["replay"],
        "reference": {
            "keys": keys,
            "rows": sum(found.rows for found in judged),
            "activations": sum(len(found.expected) for found in judged),
            "missed": sum(len(found.expected - found.live) for found in judged),
            "spurious": sum(len(found.live - found.expected) for found in judged),
        },
    }


def growth(sizes: list[int], rounds: int) -> list[dict[str, Any]]:
    found = []
    for n in sizes:
        of = events(n)
        best, _ = measured(
            n,
            rounds,
            {
                "hits": lambda of=of: by_casus(of, CLAUSE),  # type: ignore[misc]
                "activations": lambda of=of: met(  # type: ignore[misc]
                    Keyed.of(key_of(of), of.ts, CLAUSE.window, qualifies(of)), CLAUSE, of.ts
                ),
            },
        )
        if n <= 10_000_000:
            rows = lists(log_of(of, versions(of, 0.3, 0.0)))
            more, _ = measured(n, 1, {"live": lambda rows=rows: fed(Tally(CLAUSE, told=False), rows)})  # type: ignore[misc]
            best |= more
        found.append({"events": n, **{name: value["seconds"] / n * 1e9 for name, value in best.items()}})
    return found


# ---------------------------------------------------------------- told


def table(results: dict[str, Any]) -> str:
    """The Markdown of docs/scale.md between its marks."""
    lines = [
        "| engine | in memory, events/s | CPU s | from Parquet, events/s | CPU s |",
        "| --- | --- | --- | --- | --- |",
    ]
    both = results["side_by_side"]
    for name, memory in both["memory"].items():
        file = both["parquet"].get(name)
        read = f"{file['per_second'] / 1e6:.1f} M | {file['cpu_seconds']:.3f}" if file else "– | –"
        lines.append(f"| {name} | {memory['per_second'] / 1e6:.1f} M | {memory['cpu_seconds']:.3f} | {read} |")
    lines += ["", "| live | rows/s | CPU s |", "| --- | --- | --- |"]
    lines += [f"| {name} | {x['per_second'] / 1e6:.2f} M | {x['cpu_seconds']:.2f} |" for name, x in results["live"].items()]
    exact = results["exactness"]
    judged = exact["reference"]
    lines += [
        "",
        f"30 % late, 10 % corrected, {exact['events']:,} events: {exact['activations']:,} activations,",
        f"{exact['reversed']:,} of them reversed, {exact['told']['revised']:,} with other witnesses later.",
        f"Against the replay in columns on all: {exact['missed']} missed, {exact['spurious']} spurious.",
        f"Against the reference on {judged['rows']:,} rows of {judged['keys']} keys ({judged['activations']} activations):",
        f"{judged['missed']} missed, {judged['spurious']} spurious. Changes told without a cause: {exact['without_cause']}.",
        "",
        "| ns an event | " + " | ".join(f"{x['events']:,}" for x in results["growth"]) + " |",
        "| --- |" + " --- |" * len(results["growth"]),
    ]
    for name in ("hits", "activations", "live"):
        lines.append(f"| {name} | " + " | ".join(f"{x[name]:.0f}" if name in x else "–" for x in results["growth"]) + " |")
    lines += ["", "| ratio | measured | aim |", "| --- | --- | --- |"]
    lines += [f"| {name} | {value:.2f} | {aim} |" for name, value, aim in ratios(results)]
    return "\n".join(lines)


def ratios(results: dict[str, Any]) -> list[tuple[str, float, str]]:
    both, grown = results["side_by_side"], results["growth"]

    def speed(where: str, name: str) -> float:
        return float(both[where][name]["per_second"])

    found = [
        ("in memory: casus to polars `rolling over`", speed("memory", "casus") / speed("memory", "polars rolling over"), "≥ 2"),
        (
            "in memory: casus to polars `rolling group_by`",
            speed("memory", "casus") / speed("memory", "polars rolling group_by"),
            "≥ 2",
        ),
        (
            "in memory: casus to our idea in polars",
            speed("memory", "casus") / speed("memory", "polars shift (our idea)"),
            "none set",
        ),
        ("in memory: casus to DuckDB", speed("memory", "casus") / speed("memory", "duckdb"), "≥ 3"),
        (
            "from Parquet: casus to polars `rolling over`",
            speed("parquet", "casus") / speed("parquet", "polars rolling over"),
            "≥ 1",
        ),
        (
            "from Parquet: casus to our idea in polars",
            speed("parquet", "casus") / speed("parquet", "polars shift (our idea)"),
            "none set",
        ),
        (
            "in memory: three clauses to one, seconds",
            speed("memory", "casus") / speed("memory", "casus, three clauses"),
            "< 1.8",
        ),
        (
            "from Parquet: three clauses to one, seconds",
            speed("parquet", "casus") / speed("parquet", "casus, three clauses"),
            "< 1.8",
        ),
        ("live arrivals, 30 % late, to 500 000/s", results["live"]["arrivals, 30 % late"]["per_second"] / 500_000, "≥ 1"),
        ("live corrections to 100 000/s", results["live"]["corrections"]["per_second"] / 100_000, "≥ 1"),
    ]
    for name in ("hits", "activations", "live"):
        of = [x[name] for x in grown if name in x]
        found.append((f"cost of an event, largest log to smallest: {name}", of[-1] / of[0], "≤ 3"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="benchmarks of the trigger executors")
    parser.add_argument("--quick", action="store_true", help="a tenth of the events; writes no page")
    parser.add_argument("--out", type=Path, default=ROOT / "bench", help="where results.json and triggers.svg go")
    given = parser.parse_args()
    n, sizes = (100_000, [10_000, 100_000]) if given.quick else (1_000_000, [100_000, 1_000_000, 10_000_000])
    of = events(n)
    with tempfile.TemporaryDirectory() as folder:
        results: dict[str, Any] = {
            "casus": casus.__version__,
            "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()[0]},
            "versions": {"polars": pl.__version__, "duckdb": duckdb.__version__, "numpy": np.__version__},
            "side_by_side": side_by_side(of, Path(folder), 7),
            "live": live(of, 3),
            "exactness": exactness(of, 4),
            "growth": growth(sizes, 3),
        }
    results["ratios"] = {name: round(value, 3) for name, value, _ in ratios(results)}
    text = table(results)
    print(text)
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (given.out / "triggers.svg").write_text(chart(results["growth"]), encoding="utf-8")
    page = ROOT / "docs" / "scale.md"
    if not given.quick and page.exists():
        before, _, rest = page.read_text(encoding="utf-8").partition("<!-- measured -->\n")
        _, _, after = rest.partition("<!-- end -->")
        page.write_text(f"{before}<!-- measured -->\n{text}\n<!-- end -->{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
