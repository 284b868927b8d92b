"""Journals on the disk for the tests, and what an attacker or a failing disk does to them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from journal_samples import IN_MEMORY, START, hours, report, vote

from casus.journal import create_journal


def small_journal(path: Path) -> None:
    """A genesis, three batches of three entries (indices 1 to 9), and the erasure (10) of entry 5."""
    path.write_bytes(_small_journal())


@cache
def _small_journal() -> bytes:
    with TemporaryDirectory(dir=IN_MEMORY) as folder:
        _build(Path(folder) / "journal.db")
        return (Path(folder) / "journal.db").read_bytes()


def _build(path: Path) -> None:
    with create_journal(path, "recorded", START) as journal:
        for number in range(3):
            rows = [report(f"r{number}{i}", at=1 + i, origin=f"strikes.csv row {i}") for i in range(2)]
            journal.append([*rows, vote(at=1 + number, marking="AMBER")], hours(10 + number))
        journal.erase(5, "ordered by the court", hours(20))


def attack(path: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    """Change the file with the triggers out of the way and then put back, as somebody with the file could."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for sql, values in statements:
            connection.execute(sql, values)
        for _name, sql in triggers:
            connection.execute(sql)
        connection.commit()
