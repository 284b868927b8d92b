"""Rows as they are stored: reading them back, checking each against its hashes, and turning it into an entry."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from casus.acts import Act, from_payload
from casus.journal.entry import Entry
from casus.journal.leaf import SALT_BYTES, Envelope, commit, entry_header, entry_id, open_payload, timestamp
from casus.journal.merkle import Frontier, leaf_hash
from casus.time import Instant, Known, Occurred, Recorded

What = Literal["header", "leaf", "payload", "signature", "order", "root", "missing", "file", "schema"]
"""What differs where a check fails: see `docs/journal.md`."""


class Row(NamedTuple):
    """One leaf with what belongs to it. Instants are µs since 1970; `stored` is None where no payload row is."""

    idx: int
    kind: str
    recorded: int
    lo: int
    hi: int
    known: int
    author: str
    marking: str
    commitment: bytes | None
    target: int | None
    note: str | None
    leaf: bytes
    stored: int | None
    salt: bytes | None
    payload: bytes | None
    fingerprint: int | None
    slot: str | None
    erased: int | None

    @property
    def id(self) -> str:
        """Its id as stored; a damaged file may hold no hash here."""
        return entry_id(self.leaf) if type(self.leaf) is bytes else f"e? ({self.leaf!r})"


_COLUMNS = (
    "e.idx, e.kind, e.recorded, e.lo, e.hi, e.known, e.author, e.marking, e.commitment, e.target, e.note, e.leaf,"
    " p.idx, p.salt, p.payload, p.fingerprint, p.slot, p.erased"
)
SELECT = f"SELECT {_COLUMNS} FROM entries e LEFT JOIN payloads p ON p.idx = e.idx "


def read_rows(connection: sqlite3.Connection, below: int, first: int = 0) -> Iterator[Row]:
    """The rows with first ≤ index < below, in order (raises sqlite3.Error)."""
    cursor = connection.execute(SELECT + "WHERE e.idx >= ? AND e.idx < ? ORDER BY e.idx", (first, below))
    return map(Row._make, cursor)


class Batch(NamedTuple):
    """One append: its instant (µs since 1970), and size, root and peaks of the journal after it."""

    recorded: int
    size: int
    root: bytes
    peaks: bytes

    def frontier(self) -> Frontier:
        """Raises ValueError where size, peaks and root do not belong together."""
        if type(self.peaks) is not bytes or type(self.size) is not int or len(self.peaks) % 32:
            raise ValueError("its peaks are no hashes")
        frontier = Frontier(self.size, tuple(self.peaks[i : i + 32] for i in range(0, len(self.peaks), 32)))
        if frontier.root() != self.root:
            raise ValueError("its root is not the root of its peaks")
        return frontier


@dataclass(frozen=True, slots=True)
class Fault:
    """What differs in one row, and how."""

    what: What
    why: str


def header_of(row: Row) -> bytes:
    """The header that the columns make (raises TypeError, ValueError, OverflowError, AttributeError where they make none)."""
    if row.kind == "entry":
        if row.note is not None or row.target is not None:
            raise ValueError("an entry has neither note nor target")
        if row.commitment is None:
            raise ValueError("it has no commitment")
        return entry_header(row.lo, row.hi, row.known, row.recorded, row.author, row.marking, row.commitment)
    if row.note is None:
        raise ValueError(f"the header of a {row.kind} is missing")
    return row.note.encode()


def row_fault(row: Row) -> Fault | None:
    """Check a row against its leaf hash and its payload against the commitment in its header."""
    try:
        if leaf_hash(header_of(row)) != row.leaf:
            return Fault("header", "its header does not have the leaf hash that is stored")
        if row.kind != "entry":
            return _note_fault(row)
    except (TypeError, ValueError, OverflowError, AttributeError) as problem:
        return Fault("header", f"its columns make no header ({problem})")
    if row.payload is None and row.salt is None:
        if row.stored is None:
            return Fault("missing", "its payload is gone without an erasure")
        return Fault("payload", "its payload is gone without an erasure") if row.erased is None else None
    if row.erased is not None:
        return Fault("payload", "its payload stands though its erasure is on the record")
    if type(row.salt) is not bytes or type(row.payload) is not bytes or len(row.salt) != SALT_BYTES:
        return Fault("payload", "salt and payload are not as they were written")
    if commit(row.salt, row.payload) != row.commitment:
        return Fault("payload", "its payload is not the one its header commits to")
    return None


def _note_fault(row: Row) -> Fault | None:
    """A genesis and an erasure say in their header what their columns say."""
    if row.stored is not None:
        return Fault("payload", f"a payload stands at the {row.kind}")
    header = parsed_header(row)
    said = (header.get("kind"), header.get("recorded"), header.get("of"))
    if said != (row.kind, timestamp(row.recorded), row.target) or (row.kind == "genesis") != (row.idx == 0):
        return Fault("header", "its header says something else than its columns")
    return None


def erasure_fault(connection: sqlite3.Connection, row: Row) -> Fault | None:
    """Whether the erasure that an erased payload names stands on the record and is about it (raises sqlite3.Error)."""
    found = connection.execute(SELECT + "WHERE e.idx = ?", (row.erased,)).fetchone()
    erasure = None if found is None else Row._make(found)
    if erasure is None or erasure.kind != "erasure" or row_fault(erasure) is not None or erasure.target != row.idx:
        return Fault("payload", "its payload is gone, and the erasure it names is not on the record")
    return None


def parsed_header(row: Row) -> dict[str, Any]:
    """The header as an object (raises ValueError)."""
    header = json.loads(header_of(row))
    if not isinstance(header, dict):
        raise ValueError("its header is no object")
    return header


def read_payload(payload: bytes) -> tuple[Act, Envelope]:
    """The act of a payload and what stands around it (raises ValueError, of which InvalidAct is one)."""
    parsed: Any = json.loads(payload)
    if not isinstance(parsed, dict):
        raise ValueError("its payload is no object")
    envelope = open_payload(parsed)
    return from_payload(envelope.act), envelope


def to_entry(row: Row) -> Entry:
    """The entry of a row of kind `entry` (raises ValueError where this version cannot read its payload)."""
    act, around = (None, None) if row.payload is None else read_payload(row.payload)
    lo = Instant(row.lo)
    occurred = Occurred(lo, lo if row.hi == row.lo else Instant(row.hi))
    return Entry(
        row.id,
        row.idx,
        occurred,
        Known(Instant(row.known)),
        Recorded(Instant(row.recorded)),
        row.author,
        row.marking,
        act,
        around.origin if around is not None else None,
        around.agreement if around is not None else None,
        around.signed if around is not None else None,
    )
