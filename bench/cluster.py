"""Triggers under Spark on this machine: `python bench/cluster.py [--events N] [--log LOG.parquet] [--cores 2] [--out FILE]`.

Two questions, each answered by Spark and by one process, compared before anything is printed: the count clause P1 (20 verified
shellings of calibre 100 or more of one party in one zone within closed 72 hours) for every key, with consumption and reversals;
and whole triggers, one for each key and kind of event, so that a group is a trigger. Without --log the log is made here;
with it, a Parquet file of the same columns (and LOG.corrections.parquet beside it). Needs the extra `spark` and Java 17.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import polars as pl
from triggers_log import CALIBRES, events

from casus.triggers.cluster import apart, counted_on_spark, full_on_spark, on_spark, session, verify_on_spark
from casus.triggers.counting import Keyed, Log, hits, replay
from casus.triggers.plan import Clause, Count, Plan, Window
from casus.triggers.segments import SCHEMAS, Sealed, seal, seal_log
from casus.triggers.tally import CountClause

T = TypeVar("T")
P1 = CountClause(20, 72 * 3600, closed=True)
LAST = 1 << 61
SECOND = 1_000_000
ROWS = 1_000_000


class Spent(NamedTuple):
    """Wall seconds, and CPU seconds of this process and all it started."""

    wall: float
    cpu: float

    def over(self, rows: int) -> dict[str, Any]:
        return self.plain() | {"rows/s": int(rows / self.wall), "rows/CPU s": int(rows / self.cpu)}

    def plain(self) -> dict[str, Any]:
        return {"s": round(self.wall, 2), "CPU s": round(self.cpu, 2)}


def timed(work: Callable[[], T]) -> tuple[Spent, T]:
    start, used = time.perf_counter(), cpu()
    result = work()
    return Spent(time.perf_counter() - start, cpu() - used), result


class Process(NamedTuple):
    """Of one process of this run: the most memory it ever held, and its CPU seconds."""

    name: str
    mib: int
    cpu: float


def processes() -> list[Process]:
    """This process and all it started that still run (Linux only)."""
    parents: dict[int, int] = {}
    said: dict[int, Process] = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            status, stat = (path / "status").read_text(encoding="utf-8"), (path / "stat").read_text(encoding="utf-8")
        except OSError:
            continue
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        numbers = stat.rpartition(")")[2].split()
        parents[int(path.name)] = int(fields["PPid"])
        used = (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")
        said[int(path.name)] = Process(fields["Name"].strip(), int(fields.get("VmHWM", "0 kB").split()[0]) // 1024, used)
    ours, fresh = {os.getpid()}, True
    while fresh:
        found = {pid for pid, parent in parents.items() if parent in ours} - ours
        ours, fresh = ours | found, bool(found)
    return [said[pid] for pid in sorted(ours & set(said))]


def cpu() -> float:
    return sum(process.cpu for process in processes())


# ---------------------------------------------------------------- the log


def made(n: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The log and its corrections: a tenth of all events, about a day later."""
    log = events(n).frame(text=True)
    rng = np.random.default_rng(9)
    again = np.flatnonzero(rng.random(n) < 0.1)
    of = log[again]
    flip = rng.random(len(again)) < 0.5
    verified, calibre = of["verified"].to_numpy(), of["calibre"].to_numpy()
    corrected = pl.DataFrame(
        {
            "ref_seq": again,
            "rts": of["rts"].to_numpy() + rng.exponential(86_400, len(again)).astype(np.int64) + 1,
            "verified": np.where(flip, 1 - verified, verified),
            "calibre": np.where(flip, calibre, rng.choice(CALIBRES, len(again))),
        }
    )
    return log, corrected


def words(log: pl.DataFrame, corrected: pl.DataFrame | None) -> pl.DataFrame:
    """Every report and correction as a word on an event: whether it counts, in the order of knowledge."""
    counts = (pl.col("kind") == "shelling") & (pl.col("verified") == 1) & (pl.col("calibre") >= 100)
    key = pl.concat_str("party", "zone", separator=" ")
    said = log.select(known="rts", id=pl.col("seq").cast(pl.Int64), key=key, ts="ts", counts=counts)
    if corrected is not None:
        of = corrected.join(log.select("seq", "kind", "party", "zone", "ts"), left_on="ref_seq", right_on="seq")
        later = of.select(known="rts", id=pl.col("ref_seq").cast(pl.Int64), key=key, ts="ts", counts=counts)
        said = pl.concat([said, later]).unique(["known", "id"], keep="last", maintain_order=True)
    return said.sort("known", "id")


def pieces(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for begin in range(0, frame.height, ROWS):
        yield frame[begin : begin + ROWS]


# ---------------------------------------------------------------- P1, keyed


def by_columns(said: pl.DataFrame) -> tuple[list[tuple[Any, ...]], int]:
    """The columnar executor over all keys at once, in one process; and how many windows are full at the end."""
    keys = said["key"].unique().sort()
    codes = said["key"].cast(pl.Enum(keys)).to_physical().to_numpy()
    known, name, ts = (said[column].to_numpy() for column in ("known", "id", "ts"))
    log = Log(known, name, codes, ts, said["counts"].to_numpy())
    found = [
        (keys[key], number, met.t, met.s, sorted(met.witnesses), met.reversed)
        for key, of in replay(log, P1).items()
        for number, met in enumerate(of)
    ]
    last = log.as_known(LAST)
    return found, len(hits(Keyed.of(last.key, last.ts, P1.window, last.counts), P1))


# ---------------------------------------------------------------- whole triggers


KINDS = {"shelling": 40, "small_arms": 20, "drone": 14}


def plan(keys: list[str]) -> Plan:
    """A trigger for each key and each of three kinds: count of it ≥ n within closed rolling 72 hours, rearm after 0 hours."""
    window = Window("rolling", 72 * 3600 * SECOND, closed=True)
    one = Clause("", Count(0, ">=", Decimal(1), window), ((("event"), None),), ((),), (), (), (), (), True, 0, None, 0, False)
    found = []
    for kind, least in KINDS.items():
        when = Count(0, ">=", Decimal(least), window)
        named = replace(one, when=when, reach=window.reach)
        found += [replace(named, name=f"{kind} {key}", pools=((kind, None),)) for key in keys]
    return Plan(tuple(found))


def stream_frame(log: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The stream of these triggers in columns: a step for each instant of knowledge, one change for each event."""
    rank = {f"{kind} {key}": number for number, (kind, key) in enumerate((kind, key) for kind in KINDS for key in keys)}
    name = pl.concat_str("kind", "party", "zone", separator=" ")
    rows = log.filter(pl.col("kind").is_in(list(KINDS))).sort("rts", "seq", maintain_order=True)
    clause = rows.select(name.replace_strict(rank, return_dtype=pl.Int32)).to_series()
    changes = rows.select(
        unit=clause,
        step=(pl.col("rts").rank("dense")).cast(pl.Int64),
        t=pl.col("rts") * SECOND,
        part=pl.lit(0, pl.Int32),
        clause=clause,
        pool=pl.lit(0, pl.Int32),
        id=pl.format("e{}", "seq"),
        lo=pl.col("ts") * SECOND,
        hi=pl.col("ts") * SECOND,
        sure=pl.lit(True),
        values=pl.lit(None, pl.String),
        body=pl.lit(None, pl.String),
    )
    begins = int(changes["t"][0])
    body = {"is": "Step", "t": begins, "start": 0, "look": False, "complete": False, "updates": []}
    tables = {"is": "Tables", "force": True, "stocks": [], "covers": [], "baselines": []}
    start = pl.DataFrame({"unit": range(len(rank))}).select(
        unit=pl.col("unit").cast(pl.Int32),
        step=pl.lit(0, pl.Int64),
        t=pl.lit(begins, pl.Int64),
        part=pl.lit(-1, pl.Int32),
        **{n: pl.lit(None, SCHEMAS["stream"][n]) for n in ("clause", "pool", "id", "lo", "hi", "sure", "values")},
        body=pl.lit(json.dumps({**body, "tables": tables})),
    )
    return pl.concat([start, changes]).with_row_index("row").cast({"row": pl.Int64})


# ---------------------------------------------------------------- the run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--groups", type=int, default=8)
    parser.add_argument("--memory", default="3g")
    parser.add_argument("--triggers", type=int, default=1_000_000, help="events of the log that go to whole triggers")
    parser.add_argument("--out", type=Path)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(said, Path(folder))
    print(json.dumps(found, indent=1))
    if said.out is not None:
        said.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def run(said: argparse.Namespace, folder: Path) -> dict[str, Any]:
    if said.log is not None:
        beside = said.log.with_suffix(".corrections.parquet")
        log, corrected = pl.read_parquet(said.log), pl.read_parquet(beside) if beside.exists() else None
    else:
        log, corrected = made(said.events)
    size = log.height
    keys = log.select(pl.concat_str("party", "zone", separator=" ").unique().sort()).to_series().to_list()
    told = words(log, corrected)
    found: dict[str, Any] = {"events": size, "words": told.height, "keys": len(keys), "cores": said.cores}
    spent, keyed = timed(partial(seal_log, folder / "log", pieces(told)))
    found["seal log"] = weight(keyed, spent)
    frame = stream_frame(log[: said.triggers], keys)
    spent, stream = timed(partial(seal, folder / "stream", "stream", plan(keys), pieces(frame)))
    found["seal stream"] = weight(stream, spent)
    spent, (expected, full_windows) = timed(partial(by_columns, told))
    found["P1, one process"] = spent.over(size)
    reversals = sum(1 for row in expected if row[-1] is not None)
    found["P1 found"] = {"activations": len(expected), "reversed": reversals, "full windows at the end": full_windows}
    del log, corrected, told, frame

    start = time.perf_counter()
    with session(said.cores, said.memory) as spark:
        spark.sparkContext.setLogLevel("ERROR")
        found["start: session"] = {"s": round(time.perf_counter() - start, 2)}
        tiny = seal_log(folder / "tiny", [pl.DataFrame([(0, 0, "a", 0, True)], schema=SCHEMAS["log"], orient="row")])
        for number in ("first", "second"):
            found[f"start: {number} job"] = timed(partial(counted_on_spark, spark, tiny, P1, LAST))[0].plain()
        found["verify log"] = timed(partial(verify_on_spark, spark, keyed, LAST))[0].plain()
        found["read log"] = timed(partial(read_only, spark, keyed))[0].plain()
        found["shuffle log"] = timed(partial(shuffled, spark, keyed, said.groups))[0].plain()
        for name, groups in (("by key", None), (f"in {said.groups} groups", said.groups)):
            spent, answer = timed(partial(counted_on_spark, spark, keyed, P1, LAST, groups))
            assert answer.rows() == expected, f"P1 {name}: Spark and the columnar executor differ"
            found[f"P1, {name}"] = spent.over(size)
        spent, answer = timed(partial(full_on_spark, spark, keyed, P1, LAST, said.groups))
        assert answer.height == full_windows, "full windows: Spark and the columnar kernel differ"
        found["full windows"] = spent.over(size)
        rows = found["seal stream"]["rows"]
        spent, triggers = timed(partial(on_spark, spark, stream, LAST))
        found["triggers"] = spent.over(rows)
        found["peak MiB"] = [(process.name, process.mib) for process in processes()]
    spent, here = timed(partial(apart, stream, LAST))
    assert here == triggers, "triggers: Spark and one process differ"
    found["triggers, one process"] = spent.over(rows)
    gone = sum(1 for one in here if one.activation.reversed is not None)
    found["triggers found"] = {"triggers": 3 * len(keys), "activations": len(here), "reversed": gone}
    said_by_java = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    return found | {"java": said_by_java.partition("\n")[0]}


def read_only(spark: Any, sealed: Sealed) -> None:
    spark.read.parquet(*sealed.paths(LAST)).write.format("noop").mode("overwrite").save()


def shuffled(spark: Any, sealed: Sealed, groups: int) -> None:
    """Read, brought together by key, handed to Python as Arrow, and nothing done with it."""
    from pyspark.sql import functions as f

    rows = spark.read.parquet(*sealed.paths(LAST)).groupBy(f.pmod(f.xxhash64("key"), f.lit(groups)))
    rows.applyInArrow(
        lambda table: table.slice(0, 1), "known bigint, id bigint, key string, ts bigint, counts boolean"
    ).toArrow()


def weight(sealed: Sealed, spent: Spent) -> dict[str, Any]:
    rows, size = sum(s.rows for s in sealed.segments), sum(s.size for s in sealed.segments)
    return spent.plain() | {"rows": rows, "MB": round(size / 1e6, 1), "segments": len(sealed.segments)}


if __name__ == "__main__":
    main()
