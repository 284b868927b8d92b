"""What stands on the record, found by fingerprint, slot, id or index."""

from __future__ import annotations

import sqlite3
import string
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from casus.journal.database import HELP_DAMAGED
from casus.journal.drafts import Standing
from casus.journal.entry import Axis
from casus.journal.errors import EntryNotFound, JournalDamaged
from casus.journal.leaf import entry_id
from casus.journal.merkle import Frontier
from casus.journal.rows import SELECT, Batch, Row
from casus.time import Instant

_CHUNK = 500  # below the number of variables that the oldest SQLite takes


@dataclass(frozen=True, slots=True)
class Lookup:
    """The record as `casus.journal.drafts` asks for it (raises sqlite3.Error)."""

    connection: sqlite3.Connection
    axis: Axis

    def with_fingerprints(self, fingerprints: Sequence[int]) -> Mapping[int, Sequence[Standing]]:
        """The entries that stand, by the fingerprint of their content."""
        found: dict[int, list[Standing]] = defaultdict(list)
        for start in range(0, len(fingerprints), _CHUNK):
            chunk = fingerprints[start : start + _CHUNK]
            query = (
                "SELECT p.fingerprint, e.leaf, e.lo, e.hi, e.known, e.recorded, e.author, e.marking, p.payload"
                " FROM payloads p JOIN entries e ON e.idx = p.idx"
                f" WHERE p.fingerprint IN ({','.join('?' * len(chunk))}) ORDER BY p.idx"
            )
            for mark, leaf, *content in self.connection.execute(query, chunk):
                found[mark].append(Standing(entry_id(leaf), *content))
        return found

    def with_slots(self, slots: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], str]:
        """The ids of entries that stand, by (slot, knowledge instant in µs)."""
        query = (
            "SELECT e.leaf FROM payloads p JOIN entries e ON e.idx = p.idx"
            f" WHERE p.slot = ? AND e.{self.axis} = ? ORDER BY p.idx"
        )
        found: dict[tuple[str, int], str] = {}
        for slot in slots:
            row = self.connection.execute(query, slot).fetchone()
            if row is not None:
                found[slot] = entry_id(row[0])
        return found


def last_batch(connection: sqlite3.Connection, path: Path, until: Instant | None = None) -> tuple[Batch, Frontier] | None:
    """The last batch (recorded at `until` at the latest) with its frontier; None where there is none.

    Raises JournalDamaged where size, peaks and root do not belong together, or entries are missing.
    """
    query = "SELECT recorded, size, root, peaks FROM batches {} ORDER BY recorded DESC LIMIT 1"
    if until is None:
        row = connection.execute(query.format("")).fetchone()
    else:
        row = connection.execute(query.format("WHERE recorded <= ?"), (until.us,)).fetchone()
    if row is None:
        return None
    batch = Batch._make(row)
    try:
        frontier = batch.frontier()
        if until is None:
            last = connection.execute("SELECT max(idx) FROM entries").fetchone()[0]
            if last is None or last + 1 != batch.size:
                raise ValueError(f"it ends at entry {batch.size - 1}, but the last one stored is {last}")
    except (ValueError, TypeError) as problem:
        raise JournalDamaged(
            f"{path} batch of {moment(batch.recorded)}", f"the batch is not as it was written: {problem}", HELP_DAMAGED
        ) from None
    return batch, frontier


def find_row(connection: sqlite3.Connection, path: Path, which: str | int) -> Row:
    """The row with that index, id or beginning of an id (at least `e` and 4 digits). Raises EntryNotFound."""
    text = str(which)
    place = f"{path} entry {text}"
    if isinstance(which, int) or (text.isascii() and text.isdigit()):
        rows = connection.execute(SELECT + "WHERE e.idx = ?", (min(int(which), 2**63 - 1),)).fetchall()
    else:
        digits = text[1:]
        if not text.startswith("e") or not 4 <= len(digits) <= 64 or not set(digits) <= set(string.hexdigits):
            raise EntryNotFound(place, "this is neither an index nor the beginning of an id", "ids look like e3f0a9c…")
        bounds = (bytes.fromhex(digits.ljust(64, "0")), bytes.fromhex(digits.ljust(64, "f")))
        # Without an index on hashes: it would cost every append more than a look through the file costs here.
        rows = connection.execute(SELECT + "WHERE e.leaf BETWEEN ? AND ? ORDER BY e.idx LIMIT 2", bounds).fetchall()
    if not rows:
        raise EntryNotFound(place, "there is no such entry", "`casus log` lists the entries")
    if len(rows) > 1:
        raise EntryNotFound(place, "more than one entry begins like this", "give more of the id")
    return Row._make(rows[0])


def moment(us: object) -> str:
    """An instant for a message, whatever a damaged file says."""
    if type(us) is int:
        try:
            return str(Instant(us))
        except OverflowError:
            pass
    return f"{us!r} µs"
