"""What became of each notice on its way: attempts, the last refusal, the instant at which a channel took it.

That a notice was issued stands in the journal, once. This file, `notices.db` beside it, only remembers the sending: it is
written before an attempt and after a success, so that a crash between the two sends again, with the same key, and never not at
all. Removing the file has one price: everything on the record is sent once more. One process at a time sends.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from casus.time import Instant

_SCHEMA: Final = """CREATE TABLE IF NOT EXISTS deliveries (
  key TEXT PRIMARY KEY,
  attempts INTEGER NOT NULL DEFAULT 0,
  tried INTEGER,
  sent INTEGER,
  problem TEXT
)"""


class Busy(Exception):
    """Another process is sending."""


@dataclass(frozen=True, slots=True)
class Delivery:
    key: str
    attempts: int = 0
    tried: Instant | None = None
    sent: Instant | None = None
    problem: str | None = None


class Outbox:
    """Open it in a `with`; `writing` takes the lock for the whole time (raises Busy)."""

    def __init__(self, path: Path, *, writing: bool) -> None:
        self._lock: sqlite3.Connection | None = None
        if writing:
            lock = sqlite3.connect(path.with_name(path.name + "-lock"), timeout=0, isolation_level=None)
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                lock.close()
                raise Busy(str(path)) from None
            self._lock = lock
        self._connection = sqlite3.connect(path if writing or path.exists() else ":memory:", isolation_level=None)
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()
        if self._lock is not None:
            self._lock.close()

    def of(self, key: str) -> Delivery:
        query = "SELECT key, attempts, tried, sent, problem FROM deliveries WHERE key = ?"
        row = self._connection.execute(query, (key,)).fetchone()
        if row is None:
            return Delivery(key)
        tried, sent = (None if us is None else Instant(us) for us in row[2:4])
        return Delivery(row[0], row[1], tried, sent, row[4])

    def deliver(self, key: str, send: Callable[[], None], now: Callable[[], Instant]) -> Delivery:
        """Send unless that has succeeded before. What `send` raises as an OSError is kept as the problem."""
        if self.of(key).sent is not None:
            return self.of(key)
        started = "INSERT INTO deliveries (key, attempts, tried) VALUES (?, 1, ?)"
        started += " ON CONFLICT (key) DO UPDATE SET attempts = attempts + 1, tried = excluded.tried"
        self._connection.execute(started, (key, now().us))
        try:
            send()
        except OSError as problem:
            self._connection.execute("UPDATE deliveries SET problem = ? WHERE key = ?", (str(problem), key))
        else:
            self._connection.execute("UPDATE deliveries SET sent = ?, problem = NULL WHERE key = ?", (now().us, key))
        return self.of(key)
