"""Recompute everything and name the first bad entry.

`verify_rows` walks once through the file: every header against its leaf hash, every payload against the commitment in
its header, the order, every batch's root. It never stops at the first fault it can step over, and it trusts nothing that
is stored but the shape of the tables.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from casus.acts import from_payload
from casus.journal.canonical import canonical
from casus.journal.database import UNREADABLE, schema_faults
from casus.journal.entry import Checkpoint
from casus.journal.leaf import fingerprint, open_payload, payload_bytes, slot_text
from casus.journal.marking import MARKINGS
from casus.journal.merkle import Frontier, leaf_hash, tree_root
from casus.journal.rows import Batch, Row, What, erasure_fault, header_of, parsed_header, read_rows, row_fault, to_entry
from casus.journal.signing import signature_fault

LISTED: Final = 20
"""So many bad entries are listed; the rest is only counted."""


@dataclass(frozen=True, slots=True)
class BadEntry:
    """An entry that is not as it was recorded, and what differs. `id` None: it is missing or cannot be read."""

    index: int
    id: str | None
    what: What
    why: str

    def __str__(self) -> str:
        return f"entry {self.index}{'' if self.id is None else f' ({self.id})'}: {self.what}: {self.why}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A payload that is what was recorded, but that this version of Casus cannot read as an act."""

    index: int
    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a verification found. `checkpoint`: what the entries that are there amount to, None where that cannot be said."""

    checkpoint: Checkpoint | None
    entries: int
    erased: int
    batches: int
    withheld: int
    bad: tuple[BadEntry, ...]
    """In the order of the journal, the first `LISTED` of `bad_count`."""
    bad_count: int
    file_faults: tuple[str, ...]
    """What is wrong with the file as a whole: its pages, its schema."""
    unreadable: tuple[Unreadable, ...]

    @property
    def first_bad(self) -> BadEntry | None:
        return self.bad[0] if self.bad else None

    @property
    def intact(self) -> bool:
        """Everything is as it was recorded."""
        return not self.bad and not self.file_faults

    @property
    def ok(self) -> bool:
        """Intact, and this version can read every payload."""
        return self.intact and not self.unreadable


@dataclass
class Findings:
    """What a walk has found so far."""

    bad: list[BadEntry] = field(default_factory=list)
    count: int = 0
    file_faults: list[str] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    entries: int = 0
    erased: int = 0
    withheld: int = 0
    reached: int = -1
    """The last index that could be read."""
    journal: str = ""
    """The id of the journal, which signatures name."""

    def note(self, index: int, entry_id: str | None, what: What, why: str) -> None:
        self.count += 1
        if len(self.bad) < LISTED:
            self.bad.append(BadEntry(index, entry_id, what, why))

    def report(self, checkpoint: Checkpoint | None, batches: int) -> VerifyReport:
        return VerifyReport(
            checkpoint,
            self.entries,
            self.erased,
            batches,
            self.withheld,
            tuple(sorted(self.bad, key=lambda bad: bad.index)),
            self.count,
            tuple(self.file_faults),
            tuple(self.unreadable),
        )


def verify_rows(connection: sqlite3.Connection, against: Checkpoint | None, payloads: bool) -> VerifyReport:
    """Verify a journal inside one read transaction.

    `against` is a checkpoint kept elsewhere: only with one can it be seen that the whole file was replaced or cut back to
    an earlier batch. `payloads`: read every payload too, and hold what was derived from it against it. SQLite's own
    errors end up in the report.
    """
    found = Findings()
    leaves: list[bytes] | None = []
    batches: list[Batch] = []
    try:
        found.file_faults += [f"schema: {fault}" for fault in schema_faults(connection)]
        found.file_faults += [text for (text,) in connection.execute("PRAGMA integrity_check(10)") if text != "ok"]
    except UNREADABLE as problem:
        found.file_faults.append(f"its pages cannot be checked ({problem})")
    try:
        rows = connection.execute("SELECT recorded, size, root, peaks FROM batches ORDER BY recorded")
        batches = list(map(Batch._make, rows))
        leaves = _walk(connection, batches, payloads, found)
    except UNREADABLE as problem:
        found.note(found.reached + 1, None, "file", f"it cannot be read ({problem})")
        leaves = None
    checkpoint = None
    if leaves is not None:
        root = tree_root(leaves) if found.count or not batches else batches[-1].root  # already recomputed where nothing is bad
        checkpoint = Checkpoint(len(leaves), root.hex())
    if against is not None and leaves is not None:
        _compare(leaves, against, found)
    return found.report(checkpoint, len(batches))


def _walk(connection: sqlite3.Connection, batches: Sequence[Batch], payloads: bool, found: Findings) -> list[bytes] | None:
    """Check every row and every batch's root; the leaves as stored, or None where one is missing."""
    rows = read_rows(connection, _EVERYTHING)
    row = next(rows, None)
    frontier = Frontier()
    leaves: list[bytes] = []
    whole = True
    for stretch in _stretches(batches, found):
        first, expected = frontier.size, frontier.size
        altered: dict[int, _Altered] = {}
        complete = True
        while row is not None and row.idx < stretch.end.size:
            if row.idx != expected:
                complete = False
                _note_gap(expected, row, found)
            fault = _check(connection, row, stretch.instants, payloads, found)
            if fault is not None:
                altered[len(leaves)] = fault
            leaves.append(row.leaf if fault is None or _is_hash(row.leaf) else bytes(32))
            found.reached = row.idx
            expected = row.idx + 1
            row = next(rows, None)
        if expected != stretch.end.size:
            complete = False
            found.note(expected, None, "missing", f"the entries up to {stretch.end.size - 1} of its batch are missing")
        _close(frontier, leaves, first, altered, stretch, complete, found)
        whole = whole and complete
        frontier = stretch.end
    while row is not None:  # no batch is left for them, or the last one is not as it was written
        found.note(row.idx, row.id, "order", "it stands after the last batch")
        leaves.append(row.leaf)
        row = next(rows, None)
    count = connection.execute("SELECT count(*) FROM payloads").fetchone()[0]
    if not found.count and count != found.entries:
        found.file_faults.append(f"there are {count} payloads for {found.entries} entries")
    return leaves if whole and all(map(_is_hash, leaves)) else None


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The entries up to the end of a batch that is in itself sound; `instants`: when they may have been recorded."""

    end: Frontier
    instants: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Altered:
    """A row whose header and leaf hash differ. `computed`: the header's leaf hash, None where the columns make no header."""

    index: int
    id: str
    why: str
    computed: bytes | None


def _stretches(batches: Sequence[Batch], found: Findings) -> Iterator[_Stretch]:
    """The batches whose size, peaks and root agree; what lies before one that does not falls to the next."""
    size, instants = 0, []
    for batch in batches:
        instants.append(batch.recorded)
        try:
            frontier = batch.frontier()
            if batch.size <= size:
                raise ValueError("its size is not above that of the batch before")
        except (ValueError, TypeError) as problem:
            found.note(size, None, "root", f"the batch that begins here is not as it was written: {problem}")
            continue
        yield _Stretch(frontier, frozenset(instants))
        size, instants = batch.size, []


def _note_gap(expected: int, row: Row, found: Findings) -> None:
    if row.idx > expected:
        until = "" if row.idx == expected + 1 else f", and so are all up to {row.idx - 1}"
        found.note(expected, None, "missing", f"the entry is missing{until}")
    else:
        found.note(row.idx, row.id, "order", f"it stands after entry {expected - 1}")


def _check(
    connection: sqlite3.Connection, row: Row, instants: frozenset[int], payloads: bool, found: Findings
) -> _Altered | None:
    """Check one row; what concerns the header is given back, because only the batch's root tells which side was altered."""
    found.entries += row.kind == "entry"
    fault = row_fault(row)
    if row.idx == 0 and fault is None and row.kind == "genesis":
        found.journal = str(parsed_header(row).get("journal"))
    if fault is not None:
        if fault.what == "header":
            return _Altered(row.idx, row.id, fault.why, _computed(row))
        found.note(row.idx, row.id, fault.what, fault.why)
    if row.recorded not in instants:
        found.note(row.idx, row.id, "order", "it was not recorded at the instant of its batch")
    if row.kind == "entry":
        if not row.lo <= row.known <= row.recorded or row.hi < row.lo:
            found.note(row.idx, row.id, "order", "it is not true that it occurred before it was known and recorded")
        if row.marking not in MARKINGS:
            found.note(row.idx, row.id, "header", f"its marking {row.marking!r} is none of TLP 2.0")
        if row.erased is not None:
            found.erased += 1
            missing = erasure_fault(connection, row)
            if missing is not None:
                found.note(row.idx, row.id, missing.what, missing.why)
        elif payloads and fault is None:
            _check_payload(row, found)
    elif row.kind == "erasure":
        erased = connection.execute("SELECT erased FROM payloads WHERE idx = ?", (row.target,)).fetchone()
        if erased is None or erased[0] != row.idx:
            found.note(row.idx, row.id, "payload", f"the payload of entry {row.target}, which it says was destroyed, was not")
    return None


def _check_payload(row: Row, found: Findings) -> None:
    """Whether the payload can be read, and whether what was derived from it is what it says."""
    assert row.payload is not None  # only called for a payload that is what its header commits to
    try:
        parsed: Any = json.loads(row.payload)
        act_json, origin, agreement, signed = open_payload(parsed if isinstance(parsed, dict) else {})
        act = from_payload(act_json)
    except ValueError as problem:
        found.unreadable.append(Unreadable(row.idx, row.id, str(problem)))
        return
    said = canonical(act_json)
    possible = {fingerprint(row.lo, row.hi, row.known, row.author, row.marking, said, agreement)}
    if row.known == row.recorded:
        possible.add(fingerprint(row.lo, row.hi, None, row.author, row.marking, said, agreement))
    kept = row.fingerprint in possible and row.slot == slot_text(act, agreement)
    if not kept or payload_bytes(said, origin, agreement, signed) != row.payload:
        found.note(row.idx, row.id, "payload", "the fingerprint or the slot stored with its payload is not that of its payload")
    fault = signature_fault(to_entry(row), found.journal)
    if fault is not None:
        found.note(row.idx, row.id, "signature", fault)


def _close(
    frontier: Frontier,
    leaves: list[bytes],
    first: int,
    altered: dict[int, _Altered],
    stretch: _Stretch,
    complete: bool,
    found: Findings,
) -> None:
    """Hold a stretch against its root, and tell an altered header from an altered leaf hash."""
    what: What = "header"
    if complete:
        chunk = leaves[len(leaves) - (stretch.end.size - first) :]
        start = len(leaves) - len(chunk)
        matches = frontier.extend(chunk) == stretch.end
        if not matches and not altered:
            found.note(
                first, None, "root", f"the entries {first} to {stretch.end.size - 1} do not have the root of their batch"
            )
        if not matches and altered:
            repaired = [altered[start + i].computed or leaf if start + i in altered else leaf for i, leaf in enumerate(chunk)]
            if frontier.extend(repaired) == stretch.end:
                what = "leaf"
                leaves[start:] = repaired
    for fault in altered.values():
        why = "its leaf hash is not that of its header" if what == "leaf" else fault.why
        found.note(fault.index, fault.id, what, why)


def _computed(row: Row) -> bytes | None:
    try:
        return leaf_hash(header_of(row))
    except (TypeError, ValueError, OverflowError, AttributeError):
        return None


def _is_hash(value: object) -> bool:
    return type(value) is bytes and len(value) == 32


def _compare(leaves: Sequence[bytes], against: Checkpoint, found: Findings) -> None:
    """Hold the journal against a checkpoint that was kept elsewhere."""
    if against.size > len(leaves):
        why = f"the checkpoint kept elsewhere has {against.size} entries, the journal {len(leaves)}"
        found.note(len(leaves), None, "missing", why)
    elif tree_root(leaves[: against.size]).hex() != against.root:
        found.note(0, None, "root", f"the first {against.size} entries do not have the root {against.root} kept elsewhere")


_EVERYTHING: Final = 2**62
