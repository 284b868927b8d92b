"""The columnar executor beyond one machine: sealed segments, judged unit by unit under Spark (extra `spark`).

What can be judged apart is a *unit*: a trigger with all whose activations it counts (`segments.units`), or one key of a keyed
count clause, where every key is a trigger of its own. Spark reads the segments that were known by K, brings the rows of a unit
together (`groupBy(…).applyInArrow`) and calls the very functions that judge them here: `judged` and `counted` take the rows of
a unit in any order and give its activations with witnesses and reversals. `apart` and `counted_here` call them without Spark,
one unit after the other.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from casus.triggers import packing
from casus.triggers.book import Activation, Event
from casus.triggers.columnar import Columnar, history
from casus.triggers.counting import Keyed, Log, hits, replay
from casus.triggers.live import Live
from casus.triggers.plan import FAR, Plan
from casus.triggers.segments import KNOWN, MANIFEST, Sealed, SegmentsRefused, stream_of_unit
from casus.triggers.stream import Stream
from casus.triggers.tally import CountClause

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Seam = Callable[[pl.DataFrame], pl.DataFrame]
"""Rows of one group in any order → its answer."""
JUDGED: Final[dict[str, Any]] = {
    "clause": pl.Int32,
    "number": pl.Int64,
    "id": pl.String,
    "t": pl.Int64,
    "s": pl.Int64,
    "witnesses": pl.List(pl.String),
    "counted": pl.List(pl.String),
    "spans": pl.List(pl.Int64),
    "effective": pl.Boolean,
    "reversed": pl.Int64,
    "told": pl.String,
}
COUNTED: Final[dict[str, Any]] = {
    "key": pl.String,
    "number": pl.Int64,
    "t": pl.Int64,
    "s": pl.Int64,
    "witnesses": pl.List(pl.Int64),
    "reversed": pl.Int64,
}
FULL: Final[dict[str, Any]] = {"key": pl.String, "ts": pl.Int64, "id": pl.Int64}
_SPARK: Final[dict[Any, str]] = {pl.Int32: "int", pl.Int64: "bigint", pl.String: "string", pl.Boolean: "boolean"}


class ClusterRefused(ValueError):
    """Spark cannot be had, or was asked for what it is not given; the message says what helps."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An activation and all that happened to it: met, revised, reversed."""

    activation: Activation
    told: tuple[Event, ...]


# ---------------------------------------------------------------- what is called for each group


def judged(plan: Plan, until: int, rows: pl.DataFrame) -> pl.DataFrame:
    """The activations of one unit by `until` (columns `JUDGED`)."""
    numbers, stream = stream_of_unit(plan, rows.filter(pl.col("t") <= until))
    executor = _walked(stream, until)
    told: dict[str, list[Event]] = {}
    for event in executor.told:
        told.setdefault(event.activation, []).append(event)
    number_of = {plan.clauses[number].name: number for number in numbers}
    seen = dict.fromkeys(number_of.values(), 0)
    found = []
    for met in executor.activations:
        clause = number_of[met.trigger]
        lists = list(met.witnesses), sorted(met.counted), sorted(met.spans)
        happened = json.dumps(packing.pack(tuple(told[met.id])), separators=(",", ":"))
        found.append((clause, seen[clause], met.id, met.t, met.s, *lists, met.effective, met.reversed, happened))
        seen[clause] += 1
    return pl.DataFrame(found, schema=JUDGED, orient="row")


class _Noting(Live):
    """The live executor, which keeps everything that happened."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.told: list[Event] = []

    def _told(self, event: Event) -> None:
        self.told.append(event)


def _walked(stream: Stream, until: int) -> Columnar | _Noting:
    """Sieved in columns; then walked window by window where every window ends, else all candidates asked together.

    Both give the same; a step of the one costs what lies in its windows, of the other what the unit holds.
    """
    if any(clause.reach >= FAR for clause in stream.plan.clauses):
        return history(stream, until)
    executor = _Noting(stream.plan)
    executor.run(Columnar(stream, until).steps, until)
    return executor


def counted(clause: CountClause, until: int, rows: pl.DataFrame) -> pl.DataFrame:
    """The activations of some keys of a count clause by `until` (columns `COUNTED`)."""
    keys, log = _log(rows, until)
    found = [
        (keys[key], number, met.t, met.s, sorted(met.witnesses), met.reversed)
        for key, of in replay(log, clause).items()
        for number, met in enumerate(of)
    ]
    return pl.DataFrame(found, schema=COUNTED, orient="row")


def full(clause: CountClause, until: int, rows: pl.DataFrame) -> pl.DataFrame:
    """Of some keys, each event whose own window is full as known at `until`, consumption aside (columns `FULL`)."""
    keys, log = _log(rows, until)
    log = log.as_known(until)
    found = hits(Keyed.of(log.key, log.ts, clause.window, log.counts), clause)
    names = pl.Series("key", keys, pl.String).gather(log.key[found])
    return pl.DataFrame([names, pl.Series("ts", log.ts[found]), pl.Series("id", log.id[found])], schema=FULL)


def _log(rows: pl.DataFrame, until: int) -> tuple[list[str], Log]:
    """Keys numbered in their order, and the log: at one instant a key is left before another is entered."""
    rows = rows.filter(pl.col("known") <= until).sort("known", "counts", maintain_order=True)
    keys = rows["key"].unique().sort()
    codes = rows["key"].cast(pl.Enum(keys)).to_physical().to_numpy()
    known, name, ts = (rows[column].to_numpy() for column in ("known", "id", "ts"))
    return keys.to_list(), Log(known, name, codes, ts, rows["counts"].to_numpy().astype(np.bool_))


# ---------------------------------------------------------------- without Spark


def apart(sealed: Sealed, until: int) -> list[Judged]:
    """Everything that was met by `until`, unit by unit on this machine."""
    plan = _plan(sealed)
    parts = sealed.frame(until).partition_by("unit", maintain_order=True)
    return _activations(plan, [judged(plan, until, part) for part in parts])


def counted_here(sealed: Sealed, clause: CountClause, until: int) -> pl.DataFrame:
    """The activations of every key on this machine, ordered by key and number."""
    _needs_log(sealed)
    parts = sealed.frame(until).partition_by("key", maintain_order=True)
    return _joined([counted(clause, until, part) for part in parts], COUNTED).sort("key", "number")


# ---------------------------------------------------------------- under Spark


def missing() -> str | None:
    """Why Spark cannot run here, and what helps; None where it can."""
    absent = [name for name in ("pyspark", "pandas", "pyarrow") if find_spec(name) is None]
    if absent:
        return f"{', '.join(absent)} not installed: pip install 'casus[spark]'"
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and shutil.which("java", path=os.path.join(home, "bin"))):
        return "there is no Java: install a Java 17 runtime, or set JAVA_HOME"
    return None


@contextmanager
def session(cores: int | None = None, memory: str = "2g", settings: dict[str, str] | None = None) -> Iterator[SparkSession]:
    """A Spark on this machine, stopped at the end; on a cluster of yours pass your own session to the functions below."""
    why = missing()
    if why is not None:
        raise ClusterRefused(f"Spark cannot be started: {why}")
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    cores = cores or os.cpu_count() or 1
    said = {
        "spark.driver.memory": memory,
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": str(2 * cores),
        # Merging small partitions would leave cores without work: what a unit costs does not follow from its bytes.
        "spark.sql.adaptive.coalescePartitions.enabled": "false",
        **(settings or {}),
    }
    builder = SparkSession.builder.master(f"local[{cores}]").appName("casus")
    for name, value in said.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def on_spark(spark: SparkSession, sealed: Sealed, until: int) -> list[Judged]:
    """Everything that was met by `until`: a group is a unit of the plan."""
    plan = _plan(sealed)
    rows = _read(spark, sealed, until)
    if rows is None:
        return []
    return _activations(plan, [_grouped(rows, "unit", lambda part: judged(plan, until, part), JUDGED)])


def counted_on_spark(
    spark: SparkSession, sealed: Sealed, clause: CountClause, until: int, groups: int | None = None
) -> pl.DataFrame:
    """The activations of every key. A group is one key, or with `groups` that many handfuls of keys by their hash."""
    _needs_log(sealed)
    return _by_key(spark, sealed, until, groups, lambda part: counted(clause, until, part), COUNTED).sort("key", "number")


def full_on_spark(
    spark: SparkSession, sealed: Sealed, clause: CountClause, until: int, groups: int | None = None
) -> pl.DataFrame:
    """Each event whose own window is full as known at `until`, ordered by key, instant and event."""
    _needs_log(sealed)
    return _by_key(spark, sealed, until, groups, lambda part: full(clause, until, part), FULL).sort("key", "ts", "id")


def verify_on_spark(spark: SparkSession, sealed: Sealed, until: int) -> None:
    """Check the hashes where the files are; raise where a file is not the one that was sealed."""
    files = spark.read.format("binaryFile").option("pathGlobFilter", "*.parquet").load(str(sealed.folder.absolute()))
    found = {path.rpartition("/")[2]: said for path, said in files.selectExpr("path", "sha2(content, 256)").collect()}
    for segment in sealed.upto(until):
        sealed.compare(segment, found.get(segment.file))


def _read(spark: SparkSession, sealed: Sealed, until: int) -> DataFrame | None:
    verify_on_spark(spark, sealed, until)
    segments = sealed.upto(until)
    if not segments:
        return None
    rows = spark.read.parquet(*(str((sealed.folder / segment.file).absolute()) for segment in segments))
    return rows.where(rows[KNOWN[sealed.kind]] <= until)


def _by_key(
    spark: SparkSession, sealed: Sealed, until: int, groups: int | None, seam: Seam, schema: dict[str, Any]
) -> pl.DataFrame:
    if groups is not None and groups < 1:
        raise ClusterRefused(f"groups: {groups} is less than one")
    rows = _read(spark, sealed, until)
    if rows is None:
        return pl.DataFrame(schema=schema)
    from pyspark.sql import functions as f

    group = f.col("key") if groups is None else f.pmod(f.xxhash64("key"), f.lit(groups))
    return _grouped(rows, group, seam, schema)


def _grouped(rows: DataFrame, group: Any, seam: Seam, schema: dict[str, Any]) -> pl.DataFrame:
    """The seam over each group; what Spark asks of types is said here and nowhere else."""
    spoken = ", ".join(f"{name} {_spoken(dtype)}" for name, dtype in schema.items())
    import pyarrow as pa

    of: dict[Any, Any] = {pl.Int32: pa.int32(), pl.Int64: pa.int64(), pl.String: pa.string(), pl.Boolean: pa.bool_()}
    arrow = pa.schema([(name, pa.list_(of[d.inner]) if isinstance(d, pl.List) else of[d]) for name, d in schema.items()])

    def call(table: pa.Table) -> pa.Table:
        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        return seam(frame).to_arrow().cast(arrow)

    answer = pl.from_arrow(rows.groupBy(group).applyInArrow(call, spoken).toArrow())
    assert isinstance(answer, pl.DataFrame)
    return answer.cast(pl.Schema(schema))


def _spoken(dtype: Any) -> str:
    return f"array<{_SPARK[dtype.inner]}>" if isinstance(dtype, pl.List) else _SPARK[dtype]


# ---------------------------------------------------------------- what comes back


def _activations(plan: Plan, frames: list[pl.DataFrame]) -> list[Judged]:
    """In the order of knowledge, then of the triggers in the text."""
    found = []
    rows = _joined(frames, JUDGED).sort("t", "clause", "number")
    for clause, _, name, t, s, witnesses, others, spans, effective, gone, told in rows.iter_rows():
        trigger = plan.clauses[clause].name
        sets = frozenset(others), frozenset(spans)
        met = Activation(name, trigger, t, s, tuple(witnesses), *sets, effective, gone)
        found.append(Judged(met, packing.unpack(json.loads(told))))
    return found


def _joined(frames: list[pl.DataFrame], schema: dict[str, Any]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=schema), *frames])


def _plan(sealed: Sealed) -> Plan:
    if sealed.plan is None:
        raise SegmentsRefused(f"{sealed.folder / MANIFEST} seals a log of keyed events; triggers need the kind stream")
    return sealed.plan


def _needs_log(sealed: Sealed) -> None:
    if sealed.kind != "log":
        raise SegmentsRefused(f"{sealed.folder / MANIFEST} seals the stream of an agreement; a keyed count needs the kind log")
