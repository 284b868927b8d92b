"""The journal: append to it, look at it as known at an instant to a reader, destroy a payload, prove what stands.

One SQLite file, one writer at a time, any number of readers. Nothing here has a clock: `now` is an argument, and the
randomness of the salts is one too (the system's, unless a reconstruction that has to come out the same gives its own).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from casus.journal.database import (
    HELP_DAMAGED,
    SCHEMA,
    check_file,
    check_identity,
    connect,
    create_file,
    lay_out,
    schema_faults,
    told,
)
from casus.journal.drafts import Duplicate, Prepared, Rejected, prepare, sort_out
from casus.journal.entry import Axis, Checkpoint, Draft, Entry, Reader, View
from casus.journal.errors import JournalBusy, JournalDamaged, JournalError, UnreadablePayload
from casus.journal.leaf import SALT_BYTES, commit, entry_header, entry_id, erasure_header, genesis_header
from casus.journal.lookup import Lookup, find_row, last_batch, moment
from casus.journal.marking import readable
from casus.journal.merkle import EMPTY_ROOT, Frontier, leaf_hash
from casus.journal.rows import Batch, Row, erasure_fault, parsed_header, read_rows, row_fault, to_entry
from casus.time import BEGINNING, END, Instant, Known, Recorded

_INSERT_BATCH: Final = "INSERT INTO batches (recorded, size, root, peaks) VALUES (?, ?, ?, ?)"
_INSERT_NOTE: Final = "INSERT INTO entries (idx, kind, recorded, target, note, leaf) VALUES (?, ?, ?, ?, ?, ?)"
_INSERT_ENTRY: Final = (
    "INSERT INTO entries (idx, kind, recorded, lo, hi, known, author, marking, commitment, leaf)"
    " VALUES (?, 'entry', ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_PAYLOAD: Final = "INSERT INTO payloads (idx, salt, payload, fingerprint, slot) VALUES (?, ?, ?, ?, ?)"

Entropy = Callable[[int], bytes]
"""Gives so many random bytes. Salts made of anything guessable leave an erased payload open to guessing."""


@dataclass(frozen=True, slots=True)
class AppendResult:
    """What became of a batch. `recorded` is None where nothing was accepted: then nothing was written."""

    accepted: tuple[Entry, ...]
    duplicates: tuple[Duplicate, ...]
    rejected: tuple[Rejected, ...]
    recorded: Recorded | None
    notes: tuple[str, ...] = ()
    """What the user should be told besides: a recording instant moved on, a copy into the main file that has to wait."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """A destroyed payload: the entry, the reason, and the erasure's own index and instant on the record."""

    entry: str
    of: int
    reason: str
    index: int
    recorded: Recorded
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Genesis:
    """What leaf 0 says. `predecessor`: the checkpoint of the journal that this one succeeds."""

    journal: str
    axis: Axis
    recorded: Recorded
    lineage: str | None
    predecessor: Checkpoint | None


def create_journal(
    path: Path | str,
    axis: Axis,
    at: Instant,
    *,
    lineage: str | None = None,
    predecessor: Checkpoint | None = None,
    busy_seconds: float = 5.0,
    entropy: Entropy = os.urandom,
) -> Journal:
    """Create a journal whose genesis is recorded at `at`.

    `axis` is `recorded` (live) or `known` (a reconstruction) and never changes. `lineage` names the agreement it is kept
    for. Raises JournalExists, JournalNotFound (no folder), JournalDenied, JournalFull.
    """
    file = Path(path)
    _check_instant(file, at)
    header = genesis_header(entropy(16).hex(), axis, at, lineage, predecessor)
    leaf = leaf_hash(header)
    frontier = Frontier().extend([leaf])
    create_file(file)
    try:
        connection = connect(file, busy_seconds, read_only=False)
        with told(file):
            try:
                lay_out(connection)
                connection.execute("BEGIN IMMEDIATE")
                for statement in SCHEMA:
                    connection.execute(statement)
                _insert_batch(connection, at.us, frontier)
                connection.execute(_INSERT_NOTE, (0, "genesis", at.us, None, header.decode(), leaf))
                connection.execute("COMMIT")
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            finally:
                connection.close()
    except JournalError:
        for suffix in ("", "-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
        raise
    return open_journal(file, busy_seconds=busy_seconds, entropy=entropy)


def open_journal(
    path: Path | str, *, read_only: bool = False, busy_seconds: float = 5.0, entropy: Entropy = os.urandom
) -> Journal:
    """Open a journal and check that it is one, with all its triggers and a last batch that makes sense.

    A writer that finds another one at work waits `busy_seconds`, then raises JournalBusy. Raises the JournalError family.
    """
    file = Path(path)
    check_file(file)
    connection = connect(file, busy_seconds, read_only)
    try:
        with told(file):
            check_identity(connection, file)
            faults = schema_faults(connection)
            if faults:
                raise JournalDamaged(
                    str(file),
                    f"its schema was altered: {', '.join(faults)}",
                    "go back to a copy; someone changed the file by hand",
                )
            return Journal(file, connection, entropy)
    except BaseException:
        connection.close()
        raise


class Journal:
    """An open journal; close it, or use it in a `with`. Not shared between threads."""

    def __init__(self, path: Path, connection: sqlite3.Connection, entropy: Entropy) -> None:
        """Use `open_journal` or `create_journal`."""
        self.path: Final = path
        self._connection: Final = connection
        self._entropy: Final = entropy
        self.genesis: Final = self._read_genesis()
        self._tail()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; further calls fail."""
        self._connection.close()

    @property
    def axis(self) -> Axis:
        return self.genesis.axis

    # ------------------------------------------------------------ writing

    def append(self, drafts: Iterable[Draft], now: Instant, dedup: bool = True) -> AppendResult:
        """Put a batch on the record, whole or not at all; on return it is on the disk.

        All accepted drafts get one `recorded` instant: `now`, or one microsecond after the last batch where that is later
        (told in `notes`). Rejected are drafts that break lo ≤ known ≤ recorded, have an unknown marking or no author, or
        are a second act of one member on one instance at one knowledge instant. With `dedup`, what stands already is
        listed in `duplicates` and adds nothing. A batch is held in memory. Raises JournalBusy, JournalFull, JournalDenied,
        JournalDamaged.
        """
        _check_instant(self.path, now)
        sound, unfit = prepare(drafts)
        with self._writing():
            tail, frontier = self._tail()
            recorded, notes = _next_instant(tail, now)
            decided = sort_out(sound, recorded, self.axis, dedup, Lookup(self._connection, self.axis))
            accepted = self._insert_entries(frontier, recorded, decided.taken) if decided.taken else ()
        if accepted:
            notes += self._copy_into_main_file()
        ids = {draft.place: entry.id for draft, entry in zip(decided.taken, accepted, strict=True)}
        repeats = [Duplicate(place, ids[other]) for place, other in decided.repeats]
        return AppendResult(
            accepted,
            tuple(sorted([*decided.duplicates, *repeats])),
            tuple(sorted([*unfit, *decided.rejected])),
            Recorded(Instant(recorded)) if accepted else None,
            notes if accepted else (),
        )

    def erase(self, which: str | int, reason: str, now: Instant) -> Erasure:
        """Destroy salt and payload of an entry for good; its header and every proof remain.

        First the erasure is put on the record as a leaf of its own, with `reason` (which must not repeat what is
        destroyed: it stays) and its instant; then the bytes are overwritten and the file is rewritten without them.
        Raises EntryNotFound, JournalError (no payload, no reason), JournalBusy, JournalFull, JournalDenied.
        """
        _check_instant(self.path, now)
        if not reason.strip():
            raise JournalError(str(self.path), "an erasure needs a reason", "say on whose decision and why, not what is erased")
        with self._writing():
            row = find_row(self._connection, self.path, which)
            if row.kind != "entry" or row.payload is None:
                raise JournalError(self._place(row), "it has no payload to destroy", "`casus log show` says what stands there")
            tail, frontier = self._tail()
            recorded, notes = _next_instant(tail, now)
            header = erasure_header(row.idx, row.id, reason, recorded)
            leaf = leaf_hash(header)
            _insert_batch(self._connection, recorded, frontier.extend([leaf]))
            self._connection.execute(_INSERT_NOTE, (tail.size, "erasure", recorded, row.idx, header.decode(), leaf))
            self._connection.execute(
                "UPDATE payloads SET salt = NULL, payload = NULL, fingerprint = NULL, slot = NULL, erased = ? WHERE idx = ?",
                (tail.size, row.idx),
            )
        try:
            self.compact()
        except JournalError as problem:
            notes += (f"the payload is destroyed, but its bytes may linger in the file: {problem.reason}; compact it later",)
        return Erasure(row.id, row.idx, reason, tail.size, Recorded(Instant(recorded)), notes)

    def compact(self) -> None:
        """Rewrite the file so that it holds nothing but what stands, and empty its -wal (raises the JournalError family)."""
        with told(self.path):
            self._connection.execute("VACUUM")
            blocked = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if blocked:
            raise JournalBusy(str(self.path), "a reader still holds the -wal file", "repeat when it has ended")

    # ------------------------------------------------------------ reading

    def checkpoint(self, until: Instant | None = None) -> Checkpoint:
        """Size and root after the last batch (recorded at `until` at the latest; before the genesis: of nothing)."""
        with self._reading():
            found = last_batch(self._connection, self.path, until)
        return _checkpoint(found[0] if found else None)

    def view(self, known_at: Instant, reader: Reader = Reader()) -> View:  # noqa: B008 - frozen
        """The journal as known at an instant to a reader.

        Entries whose place on the knowledge axis is `known_at` at the latest, ordered by (knowledge instant, index); those
        above the reader's clearance are only counted. On the `recorded` axis the checkpoint is that of the last batch by
        then, on the `known` axis that of the whole journal. Every leaf, every payload and the root are recomputed on the
        way, so that nothing altered ever enters an assessment. Raises UnknownMarking, JournalDamaged, UnreadablePayload.
        """
        allowed = readable(reader.clearance)
        entries: list[Entry] = []
        withheld = 0
        with self._reading():
            live = self.axis == "recorded"
            found = last_batch(self._connection, self.path, known_at if live else None)
            if found is None:
                return View(self.axis, known_at, reader, (), 0, _checkpoint(None))
            for row in self._sound_rows(found[0]):
                if row.kind != "entry" or not (live or row.known <= known_at.us):
                    continue
                if row.marking in allowed:
                    entries.append(self._entry(row))
                else:
                    withheld += 1
        if not live:
            entries.sort(key=lambda entry: (entry.known.us, entry.index))
        return View(self.axis, known_at, reader, tuple(entries), withheld, _checkpoint(found[0]))

    def _sound_rows(self, batch: Batch) -> Iterator[Row]:
        """The rows up to a batch, each checked, and at the end the root over all (raises JournalDamaged)."""
        leaves: list[bytes] = []
        for row in read_rows(self._connection, batch.size):
            if row.idx != len(leaves):
                raise JournalDamaged(f"{self.path} entry {len(leaves)}", "the entry is missing", HELP_DAMAGED)
            fault = row_fault(row)
            if fault is None and row.erased is not None:
                fault = erasure_fault(self._connection, row)
            if fault is not None:
                raise JournalDamaged(self._place(row), fault.why, HELP_DAMAGED)
            leaves.append(row.leaf)
            yield row
        if Frontier().extend(leaves).root() != batch.root:
            reason = f"the entries of the first {batch.size} do not have the root of that batch"
            raise JournalDamaged(f"{self.path} batch of {moment(batch.recorded)}", reason, HELP_DAMAGED)

    def _entry(self, row: Row) -> Entry:
        try:
            return to_entry(row)
        except ValueError as problem:
            raise UnreadablePayload(
                self._place(row), f"its payload is as it was recorded, but cannot be read: {problem}", _HELP_UNREADABLE
            ) from None

    def _place(self, row: Row) -> str:
        return f"{self.path} entry {row.idx} ({row.id[:13]}…)"

    # ------------------------------------------------------------ inside

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with told(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # SQLite has already gone back where the disk was full
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One snapshot for all that is read inside."""
        with told(self.path):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _tail(self) -> tuple[Batch, Frontier]:
        found = last_batch(self._connection, self.path)
        if found is None:
            raise JournalDamaged(str(self.path), "it has no batch, not even the genesis", HELP_DAMAGED)
        return found

    def _insert_entries(self, frontier: Frontier, recorded: int, taken: Sequence[Prepared]) -> tuple[Entry, ...]:
        salts = self._entropy(SALT_BYTES * len(taken))
        if len(salts) != SALT_BYTES * len(taken):
            raise ValueError("the source of randomness gave too few bytes")
        instant = Recorded(Instant(recorded))
        leaves: list[bytes] = []
        headers: list[tuple[object, ...]] = []
        payloads: list[tuple[object, ...]] = []
        entries: list[Entry] = []
        for place, prepared in enumerate(taken):
            draft, index = prepared.draft, frontier.size + place
            lo, hi = draft.occurred.lo.us, draft.occurred.hi.us
            known = recorded if prepared.claimed is None else prepared.claimed
            salt = salts[SALT_BYTES * place : SALT_BYTES * (place + 1)]
            commitment = commit(salt, prepared.payload)
            leaf = leaf_hash(entry_header(lo, hi, known, recorded, draft.author, draft.marking, commitment))
            leaves.append(leaf)
            headers.append((index, recorded, lo, hi, known, draft.author, draft.marking, commitment, leaf))
            payloads.append((index, salt, prepared.payload, prepared.fingerprint, prepared.slot))
            entries.append(
                Entry(
                    entry_id(leaf),
                    index,
                    draft.occurred,
                    Known(instant) if draft.known is None else draft.known,
                    instant,
                    draft.author,
                    draft.marking,
                    draft.act,
                    draft.origin,
                )
            )
        _insert_batch(self._connection, recorded, frontier.extend(leaves))
        self._connection.executemany(_INSERT_ENTRY, headers)
        self._connection.executemany(_INSERT_PAYLOAD, payloads)
        return tuple(entries)

    def _copy_into_main_file(self) -> tuple[str, ...]:
        """So that a copy of the main file alone is complete. The batch is safe in the -wal file already."""
        try:
            with told(self.path):
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except JournalError as problem:
            return (f"the batch is safe in {self.path.name}-wal but not yet in {self.path.name}: {problem.reason}",)
        return ()

    def _read_genesis(self) -> Genesis:
        row = find_row(self._connection, self.path, 0)
        fault = row_fault(row)
        if fault is not None or row.kind != "genesis":
            raise JournalDamaged(str(self.path), f"its genesis is damaged: {fault.why if fault else row.kind}", HELP_DAMAGED)
        header = parsed_header(row)
        before: dict[str, Any] | None = header.get("predecessor")
        return Genesis(
            header["journal"],
            header["axis"],
            Recorded(Instant(row.recorded)),
            header.get("lineage"),
            None if before is None else Checkpoint(before["size"], before["root"]),
        )


_HELP_UNREADABLE: Final = "a later version of Casus wrote it: install that version"


def _insert_batch(connection: sqlite3.Connection, recorded: int, frontier: Frontier) -> None:
    connection.execute(_INSERT_BATCH, (recorded, frontier.size, frontier.root(), b"".join(frontier.peaks)))


def _next_instant(tail: Batch, now: Instant) -> tuple[int, tuple[str, ...]]:
    """The instant of the next batch in µs: strictly after the last, and a note where that is not `now`."""
    if now.us > tail.recorded:
        return now.us, ()
    after = tail.recorded + 1
    note = f"recorded at {Instant(after)}, one microsecond after the last batch, because the given instant {now} is not later"
    return after, (note,)


def _checkpoint(batch: Batch | None) -> Checkpoint:
    return Checkpoint(0, EMPTY_ROOT.hex()) if batch is None else Checkpoint(batch.size, batch.root.hex())


def _check_instant(path: Path, now: Instant) -> None:
    if not BEGINNING <= now < END:
        raise JournalError(str(path), f"{now.us} µs is no instant to record at", "give an instant of the years 1 to 9999")
