"""The SQLite file of a journal: its schema, how it is opened, and SQLite's errors in the journal's words.

The file itself refuses to forget: triggers abort every UPDATE and DELETE, and an INSERT anywhere but at the end. The one
change they let through destroys a salt and a payload, and only once an erasure stands on the record.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from casus.journal.errors import (
    JournalBusy,
    JournalDamaged,
    JournalDenied,
    JournalError,
    JournalExists,
    JournalFull,
    JournalNotFound,
    JournalTooNew,
    NotAJournal,
)

APPLICATION_ID: Final = int.from_bytes(b"CSUS", "big")
SCHEMA_VERSION: Final = 1

_TABLES: Final = (
    # A batch is one append: its instant, and size, root and peaks (see merkle.Frontier) of the journal after it.
    """CREATE TABLE batches (
  recorded INTEGER PRIMARY KEY,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  peaks BLOB NOT NULL
)""",
    # One row a leaf. `note` holds the whole header of a genesis or an erasure; an entry's header is made of its columns.
    """CREATE TABLE entries (
  idx INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('genesis', 'entry', 'erasure')),
  recorded INTEGER NOT NULL REFERENCES batches (recorded),
  lo INTEGER,
  hi INTEGER,
  known INTEGER,
  author TEXT,
  marking TEXT,
  commitment BLOB,
  target INTEGER REFERENCES entries (idx),
  note TEXT,
  leaf BLOB NOT NULL
)""",
    # What may be destroyed. `erased` is the index of the erasure that says why.
    """CREATE TABLE payloads (
  idx INTEGER PRIMARY KEY REFERENCES entries (idx),
  salt BLOB,
  payload BLOB,
  fingerprint INTEGER,
  slot TEXT,
  erased INTEGER REFERENCES entries (idx)
)""",
    "CREATE INDEX payloads_fingerprint ON payloads (fingerprint) WHERE fingerprint IS NOT NULL",
    "CREATE INDEX payloads_slot ON payloads (slot) WHERE slot IS NOT NULL",
)

_REFUSAL: Final = "CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} {when}BEGIN SELECT RAISE(ABORT, '{why}'); END"


def _refuse(table: str, name: str, event: str, why: str, when: str = "") -> str:
    return _REFUSAL.format(table=table, name=name, event=event, why=why, when=f"WHEN {when} " if when else "")


_TRIGGERS: Final = (
    _refuse("batches", "update", "UPDATE", "a batch never changes"),
    _refuse("batches", "delete", "DELETE", "a batch is never deleted"),
    _refuse(
        "batches",
        "insertion",
        "INSERT",
        "a batch comes after all others",
        "NEW.recorded <= (SELECT max(recorded) FROM batches)"
        " OR NEW.size <= (SELECT size FROM batches ORDER BY recorded DESC LIMIT 1)",
    ),
    _refuse("entries", "update", "UPDATE", "an entry never changes"),
    _refuse("entries", "delete", "DELETE", "an entry is never deleted"),
    _refuse(
        "entries",
        "insertion",
        "INSERT",
        "an entry comes after all others",
        "NEW.idx IS NOT (SELECT coalesce(max(idx) + 1, 0) FROM entries)",
    ),
    _refuse("payloads", "delete", "DELETE", "a payload is erased, never deleted"),
    _refuse(
        "payloads",
        "replacement",
        "INSERT",
        "a payload is never replaced",
        "EXISTS (SELECT 1 FROM payloads WHERE idx = NEW.idx)",
    ),
    _refuse(
        "payloads",
        "update",
        "UPDATE",
        "a payload is only ever destroyed, after its erasure is on the record",
        "OLD.erased IS NOT NULL OR NEW.idx IS NOT OLD.idx OR NEW.salt IS NOT NULL OR NEW.payload IS NOT NULL"
        " OR NEW.fingerprint IS NOT NULL OR NEW.slot IS NOT NULL"
        " OR NOT EXISTS (SELECT 1 FROM entries WHERE idx = NEW.erased AND kind = 'erasure' AND target = OLD.idx)",
    ),
)

SCHEMA: Final = (*_TABLES, *_TRIGGERS)

_WHY_DENIED: Final = "check who owns the file and its folder; a reader too needs to write beside the file (-wal, -shm)"
HELP_DAMAGED: Final = "keep the file as it is for inquiry and go back to a copy; `casus log verify` names the first bad entry"


UNREADABLE: Final = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged file raises: the second where SQLite quotes damaged bytes in its message."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Run SQLite calls; whatever SQLite says is raised as a JournalError that names the file."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a closed connection or a wrong thread is a fault of the caller's code, not of the file
    except UNREADABLE as problem:
        raise as_journal_error(path, problem) from problem


def as_journal_error(path: Path, problem: Exception) -> JournalError:
    """SQLite's error in the journal's words."""
    place = str(path)
    code = getattr(problem, "sqlite_errorcode", None)
    name = getattr(problem, "sqlite_errorname", "") or ""
    primary = None if code is None else code & 0xFF
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return JournalBusy(place, "another process is writing; nothing was written", "wait for it to end and repeat")
    if primary == sqlite3.SQLITE_FULL or name in ("SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE", "SQLITE_IOERR_SHMSIZE"):
        return JournalFull(
            place,
            f"the medium refused to take more ({problem}); nothing of this batch was kept, all before it stands",
            "free space or raise the quota or limit of file size, then append again",
        )
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return JournalDenied(place, f"the system refuses access ({problem})", _WHY_DENIED)
    if primary == sqlite3.SQLITE_NOTADB:
        return NotAJournal(
            place, "is no SQLite file, or its first page was destroyed", "is this the journal.db of a workspace?"
        )
    return JournalDamaged(place, f"the file cannot be read as it was written ({problem})", HELP_DAMAGED)


def create_file(path: Path) -> None:
    """An empty file where none was (raises JournalExists, JournalNotFound, JournalDenied, JournalFull)."""
    if not path.parent.is_dir():
        raise JournalNotFound(str(path), f"the folder {path.parent} does not exist", "create the folder first")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o644))
    except FileExistsError:
        raise JournalExists(str(path), "there is a file already", "open it, or choose another name") from None
    except PermissionError as problem:
        raise JournalDenied(str(path), f"the system refuses access ({problem.strerror})", _WHY_DENIED) from None
    except OSError as problem:
        raise JournalFull(str(path), f"cannot be created ({problem.strerror})", "check the medium") from None


def check_file(path: Path) -> None:
    """Say early and plainly what stands in the way of opening. Never opens the file: closing it would drop SQLite's locks."""
    place = str(path)
    if not path.exists():
        what = "there is no such file" if path.parent.is_dir() else f"the folder {path.parent} does not exist"
        raise JournalNotFound(place, what, "check the path, or create a journal there")
    if not path.is_file():
        raise NotAJournal(place, "is no file", "name the journal.db of a workspace")
    if path.stat().st_size == 0:
        raise NotAJournal(
            place, "is empty: its creation was interrupted, or it was cut off", "delete it and create the journal again"
        )
    if not os.access(path, os.R_OK):
        raise JournalDenied(place, "the system refuses to read it", _WHY_DENIED)


def connect(path: Path, busy_seconds: float, read_only: bool) -> sqlite3.Connection:
    """A connection in autocommit; every transaction here is written out. Raises the JournalError family."""
    with told(path):
        uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
        connection = sqlite3.connect(uri, uri=True, timeout=busy_seconds, isolation_level=None)
        try:
            for pragma in (
                "synchronous = FULL",
                "foreign_keys = ON",
                "secure_delete = ON",
                "recursive_triggers = ON",
                "cell_size_check = ON",
                "trusted_schema = OFF",
                "wal_autocheckpoint = 0",  # copied into the main file after each append, where a failure can be told
                "cache_size = -65536",
            ):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
    return connection


def begin_file(connection: sqlite3.Connection) -> None:
    """Begin the one transaction in which an empty file becomes a journal: its identity and schema, and then the genesis."""
    connection.execute("PRAGMA page_size = 8192")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    for statement in SCHEMA:
        connection.execute(statement)


def check_identity(connection: sqlite3.Connection, path: Path) -> None:
    """That the file is a journal of a format this version knows (raises NotAJournal, JournalTooNew)."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION_ID:
        raise NotAJournal(str(path), "is an SQLite file of another application", "is this the journal.db of a workspace?")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise JournalTooNew(
            str(path), f"has format {version}; this version of Casus knows up to {SCHEMA_VERSION}", "install a newer Casus"
        )
    if version != SCHEMA_VERSION:
        raise JournalDamaged(str(path), f"says that it has format {version}, which never existed", HELP_DAMAGED)


def schema_faults(connection: sqlite3.Connection) -> list[str]:
    """What of the schema is missing, changed or added: a journal without its triggers is not append-only."""
    expected = {sql.split()[2]: sql for sql in SCHEMA}
    query = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    found = dict(connection.execute(query).fetchall())
    faults = [f"{name} is missing" for name in expected if name not in found]
    faults += [f"{name} was changed" for name, sql in found.items() if name in expected and expected[name] != sql]
    faults += [f"{name} was added" for name in found if name not in expected]
    return faults
