"""Sealed segments: what verification and membership said of each trigger, as Parquet files that are never written again.

A folder holds segments in the order of knowledge and `sealed.json`, which names each with its rows, its span of knowledge and
its SHA-256; the seal of a segment covers that of the one before. What is known at K needs only the segments that begin by K.
Two kinds: `stream` (the steps of a `Stream`, cut into units that can be judged apart) and `log` (events of a keyed count
clause). A file that is not what was sealed, or a version that is not known, is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Final

import polars as pl

from casus.triggers import packing
from casus.triggers.plan import Plan
from casus.triggers.stream import Change, Row, Step, Stream, Tables, Update

VERSION: Final = 1
MANIFEST: Final = "sealed.json"
ROWS: Final = 1_000_000
SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "stream": {
        "row": pl.Int64,
        "unit": pl.Int32,
        "step": pl.Int64,
        "t": pl.Int64,
        "part": pl.Int32,
        "clause": pl.Int32,
        "pool": pl.Int32,
        "id": pl.String,
        "lo": pl.Int64,
        "hi": pl.Int64,
        "sure": pl.Boolean,
        "values": pl.String,
        "body": pl.String,
    },
    "log": {"known": pl.Int64, "id": pl.Int64, "key": pl.String, "ts": pl.Int64, "counts": pl.Boolean},
}
"""Kind → columns. Stream: `row` numbers the rows in their order, a row with `body` is what a step says beside changes, `hi`
null means that the event is there no longer. Log: one word on an event at one instant, and for a key that it leaves another."""
KNOWN: Final = {"stream": "t", "log": "known"}
"""Kind → the column of knowledge, by which segments follow each other."""


class SegmentsRefused(ValueError):
    """A folder of segments cannot be read or written; the message says what is wrong and what helps."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One sealed file; `first` and `last` are its span of knowledge (µs, or the unit of the log)."""

    file: str
    rows: int
    size: int
    first: int
    last: int
    sha256: str
    seal: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A folder of segments; `plan` for the kind `stream`."""

    folder: Path
    kind: str
    plan: Plan | None
    segments: tuple[Segment, ...]

    def upto(self, until: int) -> tuple[Segment, ...]:
        """The segments that hold something known by `until`."""
        return tuple(segment for segment in self.segments if segment.first <= until)

    def paths(self, until: int) -> list[str]:
        return [str(self.folder / segment.file) for segment in self.upto(until)]

    def frame(self, until: int) -> pl.DataFrame:
        """What was known by `until`, every file checked against its hash first."""
        self.verify(until)
        known, paths = KNOWN[self.kind], self.paths(until)
        if not paths:
            return pl.DataFrame(schema=SCHEMAS[self.kind])
        return pl.scan_parquet(paths).filter(pl.col(known) <= until).collect()

    def verify(self, until: int) -> None:
        """Raise where a file is not the one that was sealed."""
        for segment in self.upto(until):
            self.compare(segment, _sha256(self.folder / segment.file))

    def compare(self, segment: Segment, found: str | None) -> None:
        """`found`: the SHA-256 of the file as it is now; None where it is not there."""
        if found is None:
            raise SegmentsRefused(f"{segment.file} is named in {MANIFEST} and not there: restore it, or seal the folder anew")
        if found != segment.sha256:
            raise SegmentsRefused(
                f"{segment.file} is not what was sealed (SHA-256 {found[:12]}…, sealed {segment.sha256[:12]}…):"
                " restore it, or seal the folder anew"
            )


def open_sealed(folder: Path) -> Sealed:
    """The folder's manifest, with its seals checked. Files are checked when they are read."""
    path = folder / MANIFEST
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SegmentsRefused(f"{path} cannot be read as a manifest of sealed segments ({error})") from None
    if not isinstance(said, dict) or said.get("format") != "casus-segments":
        raise SegmentsRefused(f"{path} is not a manifest of sealed segments")
    if said.get("version") != VERSION:
        raise SegmentsRefused(f"{path} has version {said.get('version')}; this Casus reads version {VERSION}")
    try:
        kind, packed = said["kind"], said["plan"]
        segments = tuple(Segment(**one) for one in said["segments"])
        columns = said["columns"]
        plan = None if packed is None else packing.unpack(packed)
    except (KeyError, TypeError, packing.PackingRefused) as error:
        raise SegmentsRefused(f"{path} is damaged ({error})") from None
    if kind not in SCHEMAS or columns != _columns(kind) or (kind == "stream") != isinstance(plan, Plan):
        raise SegmentsRefused(f"{path} describes other columns than version {VERSION} has")
    seal = _origin(kind, packed)
    for segment in segments:
        seal = _seal(seal, segment)
        if seal != segment.seal:
            raise SegmentsRefused(f"{path}: the seal of {segment.file} does not follow from what is before it")
    return Sealed(folder, kind, plan, segments)


def seal_log(folder: Path, frames: Iterable[pl.DataFrame]) -> Sealed:
    """Each frame (columns of the kind `log`, ordered by `known`, each beginning no earlier than the last ended) a segment."""
    return seal(folder, "log", None, frames)


def leaving(words: pl.DataFrame) -> pl.DataFrame:
    """Words on events, one per event and instant; where an event changes its key, a row says that it left the old one."""
    before = pl.col("key").shift(1).over("id", order_by="known")
    left = words.with_columns(before=before).filter(pl.col("before") != pl.col("key"))
    left = left.with_columns(key=pl.col("before"), counts=pl.lit(False)).select(words.columns)
    return pl.concat([words, left]).sort("known", "id", "counts", "key")


def seal_stream(folder: Path, stream: Stream, rows: int = ROWS) -> Sealed:
    """A stream as segments of about `rows` rows; a step is never cut."""
    return seal(folder, "stream", stream.plan, _frames(stream, rows))


def seal(folder: Path, kind: str, plan: Plan | None, frames: Iterable[pl.DataFrame]) -> Sealed:
    """Each frame becomes a segment; the manifest is written last, so that a folder without it is not sealed."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / MANIFEST).exists():
        raise SegmentsRefused(f"{folder} holds sealed segments already; they are never written again: choose another folder")
    packed = None if plan is None else packing.pack(plan)
    seal, segments = _origin(kind, packed), list[Segment]()
    known = KNOWN[kind]
    for frame in frames:
        if dict(frame.schema) != SCHEMAS[kind]:
            raise SegmentsRefused(f"a segment of kind {kind} has the columns {', '.join(_columns(kind))}")
        if not frame.height:
            continue
        column = frame[known]
        first, last = column[0], column[-1]
        if not column.is_sorted() or (segments and first < segments[-1].last):
            raise SegmentsRefused(f"segments follow the order of knowledge: sort by {known} first")
        path = folder / f"{kind}-{len(segments):06d}.parquet"
        frame.write_parquet(path, compression="zstd", statistics=True)
        found = _sha256(path)
        assert found is not None
        segment = Segment(path.name, frame.height, path.stat().st_size, first, last, found, "")
        seal = _seal(seal, segment)
        segments.append(replace(segment, seal=seal))
    said = {
        "format": "casus-segments",
        "version": VERSION,
        "kind": kind,
        "columns": _columns(kind),
        "plan": packed,
        "segments": [{name: getattr(s, name) for name in Segment.__slots__} for s in segments],
    }
    (folder / MANIFEST).write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return Sealed(folder, kind, plan, tuple(segments))


def _columns(kind: str) -> dict[str, str]:
    return {name: str(dtype) for name, dtype in SCHEMAS[kind].items()}


def _origin(kind: str, packed: object) -> str:
    return _digest(["casus-segments", VERSION, kind, _columns(kind), packed])


def _seal(before: str, segment: Segment) -> str:
    return _digest([before, segment.file, segment.rows, segment.size, segment.first, segment.last, segment.sha256])


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _sha256(path: Path) -> str | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ---------------------------------------------------------------- units: what has to stay together


def units(plan: Plan) -> list[tuple[int, ...]]:
    """The smallest groups of triggers that can be judged apart: a trigger with all whose activations it counts.

    A trigger is never cut by the actor or the place of its events: one consumption, one wait and one count hold for all.
    """
    of = {clause.name: number for number, clause in enumerate(plan.clauses)}
    root = list(range(len(plan.clauses)))

    def top(number: int) -> int:
        while root[number] != number:
            number = root[number]
        return number

    for number, clause in enumerate(plan.clauses):
        for name in clause.counts:
            one, other = top(number), top(of[name])
            root[max(one, other)] = min(one, other)
    found: dict[int, list[int]] = {}
    for number in range(len(plan.clauses)):
        found.setdefault(top(number), []).append(number)
    return [tuple(found[number]) for number in sorted(found)]


def _frames(stream: Stream, rows: int) -> Iterator[pl.DataFrame]:
    parts = units(stream.plan)
    unit_of = {number: unit for unit, numbers in enumerate(parts) for number in numbers}
    held: list[tuple[object, ...]] = []
    row_number = count()
    for index, step in enumerate(stream.steps):
        for unit, numbers in enumerate(parts):
            said = _beside(step, frozenset(numbers))
            if said is not None:
                body = json.dumps(packing.pack(said), separators=(",", ":"))
                held.append((next(row_number), unit, index, step.t, -1, *[None] * 7, body))
        for part, update in enumerate(step.updates):
            for clause, pool, name, row in update.changes:
                there = (None, None, None, None) if row is None else (row.lo, row.hi, row.sure, _values(row))
                held.append((next(row_number), unit_of[clause], index, step.t, part, clause, pool, name, *there, None))
        if len(held) >= rows:
            yield pl.DataFrame(held, schema=SCHEMAS["stream"], orient="row")
            held = []
    if held:
        yield pl.DataFrame(held, schema=SCHEMAS["stream"], orient="row")


def _values(row: Row) -> str | None:
    return json.dumps(packing.pack(row.values), separators=(",", ":")) if row.values else None


def _beside(step: Step, numbers: frozenset[int]) -> Step | None:
    """What the step says to these triggers beside changes of events; None for nothing."""
    updates = tuple(
        Update(
            soiled=tuple(pair for pair in update.soiled if pair[0] in numbers),
            rebased=tuple(clause for clause in update.rebased if clause in numbers),
            coverage=update.coverage,
        )
        for update in step.updates
    )
    tables = Tables(
        step.tables.force,
        tuple(row for row in step.tables.stocks if row[0] in numbers),
        tuple(row for row in step.tables.covers if row[0] in numbers),
        tuple(row for row in step.tables.baselines if row[0] in numbers),
    )
    said = replace(step, updates=updates, tables=tables)
    bare = Step(step.t, updates=(Update(),) * len(updates))
    return None if said == bare else said


def stream_of_unit(plan: Plan, frame: pl.DataFrame) -> tuple[tuple[int, ...], Stream]:
    """The stream of one unit from its rows in any order, and the numbers its triggers have in the plan."""
    numbers = units(plan)[frame["unit"][0]]
    steps: dict[int, Step] = {}
    changes: dict[int, dict[int, list[Change]]] = {}
    renumbered = {number: index for index, number in enumerate(numbers)}
    for _, _, index, t, part, clause, pool, name, lo, hi, sure, values, body in frame.sort("row").iter_rows():
        if body is not None:
            steps[index] = _renumbered(packing.unpack(json.loads(body)), renumbered)
            continue
        steps.setdefault(index, Step(t))
        row = None if hi is None else Row(lo, hi, sure, packing.unpack(json.loads(values)) if values else ())
        changes.setdefault(index, {}).setdefault(part, []).append(Change(renumbered[clause], pool, name, row))
    found = []
    for index in sorted(steps):
        step, of = steps[index], changes.get(index, {})
        updates = list(step.updates) + [Update()] * (max(of, default=-1) + 1 - len(step.updates))
        filled = (replace(update, changes=tuple(of.get(part, ()))) for part, update in enumerate(updates))
        found.append(replace(step, updates=tuple(update for update in filled if update != Update())))
    return numbers, Stream(Plan(tuple(plan.clauses[number] for number in numbers)), found)


def _renumbered(step: Step, numbers: dict[int, int]) -> Step:
    tables = step.tables

    def of(rows: Sequence[tuple[int, *tuple[Any, ...]]]) -> tuple[Any, ...]:
        return tuple((numbers[row[0]], *row[1:]) for row in rows)

    updates = tuple(
        replace(update, soiled=of(update.soiled), rebased=tuple(numbers[clause] for clause in update.rebased))
        for update in step.updates
    )
    fresh = Tables(tables.force, of(tables.stocks), of(tables.covers), of(tables.baselines))
    return replace(step, updates=updates, tables=fresh)
