"""The journal: append to it, look at it as known at an instant to a reader, destroy a payload, prove what stands.

One SQLite file, one writer at a time, any number of readers. Nothing here has a clock: `now` is an argument, and the
randomness of the salts is one too (the system's, unless a reconstruction that has to come out the same gives its own).
"""

from __future__ import annotations

import gc
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

from casus.journal.database import (
    HELP_DAMAGED,
    begin_file,
    check_file,
    check_identity,
    connect,
    create_file,
    schema_faults,
    told,
)
from casus.journal.drafts import Duplicate, Prepared, Rejected, prepare, sort_out
from casus.journal.entry import Axis, Checkpoint, Draft, Entry, Reader, View
from casus.journal.errors import EntryNotFound, JournalBusy, JournalDamaged, JournalError, JournalFull, UnreadablePayload
from casus.journal.export import export_lines
from casus.journal.leaf import SALT_BYTES, commit, entry_header, entry_id, erasure_header, genesis_header
from casus.journal.lookup import Lookup, find_row, last_batch, moment
from casus.journal.marking import readable
from casus.journal.merkle import EMPTY_ROOT, Frontier, consistency_proof, inclusion_proof, leaf_hash, tree_root
from casus.journal.proof import consistency, inclusion
from casus.journal.results import AppendResult, BatchInfo, Erasure, Genesis, Stored
from casus.journal.rows import Batch, Row, erasure_fault, parsed_header, read_rows, row_fault, to_entry
from casus.journal.signing import fault_of
from casus.journal.verify import VerifyReport, verify_rows
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
                begin_file(connection)
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
        with _without_collection():
            sound, unfit = prepare(drafts)
            sound, unsigned = self._signed_rightly(sound)
            unfit += unsigned
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
        with self._reading(), _without_collection():
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
            leaves.append(self._sound(row).leaf)
            yield row
        if Frontier().extend(leaves).root() != batch.root:
            reason = f"the entries of the first {batch.size} do not have the root of that batch"
            raise JournalDamaged(f"{self.path} batch of {moment(batch.recorded)}", reason, HELP_DAMAGED)

    def _sound(self, row: Row) -> Row:
        fault = row_fault(row)
        if fault is None and row.erased is not None:
            fault = erasure_fault(self._connection, row)
        if fault is not None:
            raise JournalDamaged(self._place(row), fault.why, HELP_DAMAGED)
        return row

    def _entry(self, row: Row) -> Entry:
        try:
            return to_entry(row)
        except ValueError as problem:
            raise UnreadablePayload(
                self._place(row), f"its payload is as it was recorded, but cannot be read: {problem}", _HELP_UNREADABLE
            ) from None

    def _place(self, row: Row) -> str:
        return f"{self.path} entry {row.idx} ({row.id[:13]}…)"

    def show(self, which: str | int) -> Stored:
        """What stands at an index, an id or the beginning of an id (raises EntryNotFound, JournalDamaged)."""
        with self._reading():
            return self._stored(self._sound(find_row(self._connection, self.path, which)))

    def history(self, first: int = 0, limit: int = 100) -> tuple[Stored, ...]:
        """At most `limit` of what stands, from index `first` on, in the order of the journal (raises JournalDamaged)."""
        with self._reading():
            rows = read_rows(self._connection, first + limit, first)
            return tuple(self._stored(self._sound(row)) for row in rows)

    def batches(self) -> tuple[BatchInfo, ...]:
        """All appends in order, the genesis first."""
        with self._reading():
            rows = self._connection.execute("SELECT recorded, size, root FROM batches ORDER BY recorded").fetchall()
        return tuple(BatchInfo(Recorded(Instant(recorded)), Checkpoint(size, root.hex())) for recorded, size, root in rows)

    # ------------------------------------------------------------ proving

    def verify(self, against: Checkpoint | None = None, payloads: bool = True) -> VerifyReport:
        """Recompute everything; the report names the first bad entry. Never raises for damage.

        `against`: a checkpoint kept elsewhere, without which nobody can see that the whole file was replaced, or cut back
        to an earlier batch. `payloads`: read every payload too.
        """
        with self._reading(), _without_collection():
            return verify_rows(self._connection, against, payloads)

    def prove(self, which: str | int, size: int | None = None, reveal: bool = True) -> dict[str, Any]:
        """An inclusion proof of one entry for the checkpoint of `size` entries (the last one), as JSON values.

        Without `reveal` the payload stays out of it. Raises EntryNotFound, JournalError (no such size), JournalDamaged.
        """
        with self._reading():
            row = self._sound(find_row(self._connection, self.path, which))
            leaves, checkpoint = self._leaves(size)
            if row.idx >= checkpoint.size:
                raise JournalError(self._place(row), f"it came after the first {size} entries", "ask for a later checkpoint")
            payload = None if row.payload is None or not reveal else json.loads(row.payload)
            path = inclusion_proof(leaves, row.idx)
        salt = row.salt if payload is not None else None
        return inclusion(parsed_header(row), payload, salt, row.leaf, row.idx, path, checkpoint)

    def prove_consistency(self, first: int, second: int | None = None) -> dict[str, Any]:
        """A proof that the checkpoint of `second` entries (the last) only appends to that of `first`, as JSON values."""
        with self._reading():
            leaves, later = self._leaves(second)
            if not 1 <= first <= later.size:
                raise JournalError(str(self.path), f"no {first} entries lie inside {later.size}", "give 1 or more, and no more")
        earlier = Checkpoint(first, tree_root(leaves[:first]).hex())
        return consistency(earlier, later, consistency_proof(leaves, first))

    def export(self, target: Path | str | BinaryIO, reader: Reader = Reader()) -> Checkpoint:  # noqa: B008 - frozen
        """Write everything as JSON Lines and give the checkpoint it ends with; a file is created and never replaced.

        What the reader may not see goes out as its leaf hash. Raises JournalExists, JournalDenied, JournalFull,
        UnknownMarking, JournalDamaged.
        """
        allowed = readable(reader.clearance)
        with self._reading(), _opened(target) as stream:
            tail, _frontier = self._tail()
            checkpoint = _checkpoint(tail)
            for line in export_lines(self._sound_rows(tail), allowed, checkpoint):
                stream.write(line)
        return checkpoint

    def _leaves(self, size: int | None) -> tuple[list[bytes], Checkpoint]:
        """The leaf hashes of the first `size` entries, held against the last batch's root."""
        tail, _frontier = self._tail()
        leaves = [leaf for (leaf,) in self._connection.execute("SELECT leaf FROM entries ORDER BY idx")]
        if tree_root(leaves) != tail.root:
            raise JournalDamaged(str(self.path), "the leaf hashes do not have the root of the last batch", HELP_DAMAGED)
        if size is None:
            return leaves, _checkpoint(tail)
        if not 1 <= size <= len(leaves):
            raise JournalError(str(self.path), f"it has {len(leaves)} entries, not {size}", "give 1 or more, and no more")
        return leaves[:size], Checkpoint(size, tree_root(leaves[:size]).hex())

    # ------------------------------------------------------------ inside

    def _stored(self, row: Row) -> Stored:
        if row.kind != "entry":
            return Stored(row.idx, row.id, row.kind, parsed_header(row), None, None, None)
        erased = None
        if row.erased is not None:
            note = parsed_header(find_row(self._connection, self.path, row.erased))
            erased = f"{note['recorded']}: {note['reason']}"
        try:
            payload = None if row.payload is None else json.loads(row.payload)
            return Stored(row.idx, row.id, row.kind, parsed_header(row), payload, to_entry(row), erased)
        except ValueError as problem:
            return Stored(row.idx, row.id, row.kind, parsed_header(row), None, None, erased, str(problem))

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

    def _signed_rightly(self, drafts: Sequence[Prepared]) -> tuple[list[Prepared], list[Rejected]]:
        """A signature that does not hold never gets on the record."""
        sound: list[Prepared] = []
        rejected: list[Rejected] = []
        for one in drafts:
            d = one.draft
            fault = fault_of(
                d.act, d.signed, d.occurred, [d.known], d.author, d.marking, d.agreement, d.origin, self.genesis.journal
            )
            if fault is None:
                sound.append(one)
            else:
                rejected.append(Rejected(one.place, fault))
        return sound, rejected

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
                    draft.agreement,
                    draft.signed,
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
        try:
            row = find_row(self._connection, self.path, 0)
        except EntryNotFound:
            raise JournalDamaged(str(self.path), "its genesis is missing", HELP_DAMAGED) from None
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


@contextmanager
def _opened(target: Path | str | BinaryIO) -> Iterator[BinaryIO]:
    """The stream itself, or a new file that is gone again if writing it fails."""
    if not isinstance(target, (str, Path)):
        yield target
        return
    path = Path(target)
    create_file(path)
    try:
        with path.open("wb") as stream:
            yield stream
    except OSError as problem:
        path.unlink(missing_ok=True)
        raise JournalFull(str(path), f"cannot be written ({problem.strerror})", "check the medium") from problem
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextmanager
def _without_collection() -> Iterator[None]:
    """Without looking for cycles: entries make none, and looking through them all again and again costs 40 % of the time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _checkpoint(batch: Batch | None) -> Checkpoint:
    return Checkpoint(0, EMPTY_ROOT.hex()) if batch is None else Checkpoint(batch.size, batch.root.hex())


def _check_instant(path: Path, now: Instant) -> None:
    if not BEGINNING <= now < END:
        raise JournalError(str(path), f"{now.us} µs is no instant to record at", "give an instant of the years 1 to 9999")
