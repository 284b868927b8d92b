"""What several agreements over one journal come to, kept beside the journal so that a new entry costs little.

The file can be removed at any time: then everything is computed anew, to the same result. It holds no text and no payload:
which names each entry needs, which entries each agreement reads (as a chain of hashes), and each agreement's line with the
instant until which it holds. What it says is used only where the journal still begins with the checkpoint that it was made
from, for the same version of Casus, the same clearance, and the same bytes of the agreement's files.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from casus import __version__
from casus.acts import Report
from casus.journal.entry import Checkpoint, Entry
from casus.response.relevance import needs, refers_to
from casus.time import Instant

FORMAT: Final = 1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS needs (id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE, chain BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS entries (
  idx INTEGER PRIMARY KEY, needs INTEGER NOT NULL, visible INTEGER NOT NULL, known INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS entries_needs ON entries (needs);
CREATE INDEX IF NOT EXISTS entries_hidden ON entries (needs) WHERE visible = 0;
CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, event TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS asked (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS texts (path TEXT PRIMARY KEY, digest TEXT NOT NULL, name TEXT NOT NULL, said TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS lines (path TEXT PRIMARY KEY, chain TEXT NOT NULL, at INTEGER, until INTEGER, line TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Text:
    """What is remembered of an agreement's file: its digest, its name and hash, the names that it knows."""

    path: str
    digest: str
    name: str
    hash: str
    zone: str
    files: tuple[str, ...]
    offers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Line:
    """An agreement's line, made at `at` from the entries of `chain`, and good until `until`."""

    chain: str
    at: Instant
    until: Instant
    line: Mapping[str, Any]


class Cache:
    """Open it in a `with`; what is not kept by `save` is lost. A file that cannot be read is begun anew."""

    def __init__(self, path: Path, key: Mapping[str, str]) -> None:
        """`key`: what everything hangs on (journal, axis, clearance); another one empties the file."""
        self._connection = _open(path)
        self._key = {"format": str(FORMAT), "version": __version__, **key}
        stored = dict(self._connection.execute("SELECT name, value FROM meta"))
        if any(stored.get(name) != value for name, value in self._key.items()):
            self.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def save(self) -> None:
        self._connection.commit()

    def clear(self) -> None:
        """Forget the record and every line; the texts are checked by their own digest and stay."""
        for table in ("meta", "needs", "entries", "events", "asked", "lines"):
            self._connection.execute(f"DELETE FROM {table}")
        self._connection.executemany("INSERT INTO meta VALUES (?, ?)", list(self._key.items()))

    # ------------------------------------------------------------ the record

    @property
    def checkpoint(self) -> Checkpoint | None:
        found = dict(self._connection.execute("SELECT name, value FROM meta WHERE name IN ('size', 'root')"))
        return Checkpoint(int(found["size"]), found["root"]) if len(found) == 2 else None

    @property
    def latest(self) -> Instant | None:
        """The latest claimed knowledge instant among what the reader may see."""
        found = self._connection.execute("SELECT value FROM meta WHERE name = 'latest'").fetchone()
        return None if found is None else Instant(int(found[0]))

    def add(self, entries: Iterable[Entry], visible: frozenset[str], checkpoint: Checkpoint) -> bool:
        """Take what came after the checkpoint. False: an earlier entry spoke of a report that only now is here; begin anew."""
        listed = list(entries)
        reports = [(e.act.id, e.act.event) for e in listed if isinstance(e.act, Report)]
        asked = {name for (name,) in self._connection.execute("SELECT id FROM asked")}
        if asked and any(name in asked for name, _ in reports):
            return False
        self._connection.executemany("INSERT OR IGNORE INTO events VALUES (?, ?)", reports)
        chains: dict[str, tuple[int, bytes]] = {
            names: (number, chain) for number, names, chain in self._connection.execute("SELECT id, names, chain FROM needs")
        }
        rows = []
        latest = self.latest
        for entry in listed:
            about = refers_to(entry.act)
            if about is not None and self._event(about) is None:
                self._connection.execute("INSERT OR IGNORE INTO asked VALUES (?)", (about,))
            names = " ".join(sorted(needs(entry, self._event)))
            number, chain = chains.get(names, (len(chains) + 1, b""))
            seen = entry.marking in visible
            chains[names] = number, hashlib.sha256(chain + bytes.fromhex(entry.id[1:]) + bytes([seen])).digest()
            rows.append((entry.index, number, int(seen), entry.known.us))
            if seen and (latest is None or entry.known > latest):
                latest = Instant(entry.known.us)
        kinds = [(number, names, chain) for names, (number, chain) in chains.items()]
        self._connection.executemany("INSERT OR REPLACE INTO needs VALUES (?, ?, ?)", kinds)
        self._connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", rows)
        said = [("size", str(checkpoint.size)), ("root", checkpoint.root)]
        said += [("latest", str(latest.us))] if latest is not None else []
        self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", said)
        return True

    def _event(self, report: str) -> str | None:
        found = self._connection.execute("SELECT event FROM events WHERE id = ?", (report,)).fetchone()
        return None if found is None else str(found[0])

    def kinds(self) -> dict[int, tuple[frozenset[str], bytes]]:
        """Each kind of entry by the names that it needs: their set, and the chain of hashes over its entries."""
        rows = self._connection.execute("SELECT id, names, chain FROM needs")
        return {number: (frozenset(names.split()), chain) for number, names, chain in rows}

    def places(self, kinds: Iterable[int]) -> list[int]:
        """The places of the entries of these kinds that the reader may see."""
        query = "SELECT idx FROM entries WHERE needs = ? AND visible = 1"
        return sorted(index for kind in kinds for (index,) in self._connection.execute(query, (kind,)))

    def hidden(self, at: Instant) -> dict[int, int]:
        """How many entries of each kind, claimed to be known by an instant, the reader may not see."""
        query = "SELECT needs, count(*) FROM entries WHERE visible = 0 AND known <= ? GROUP BY needs"
        return dict(self._connection.execute(query, (at.us,)))

    # ------------------------------------------------------------ texts and lines

    def text(self, path: Path, options: tuple[str, ...] = ()) -> Text | None:
        """What is remembered of a file, if it and all that it is pinned to are as they were."""
        row = self._connection.execute("SELECT digest, name, said FROM texts WHERE path = ?", (str(path),)).fetchone()
        if row is None:
            return None
        said = json.loads(row[2])
        text = Text(str(path), row[0], row[1], said["hash"], said["zone"], tuple(said["files"]), frozenset(said["offers"]))
        return text if digest_of(path, text.files, options) == text.digest else None

    def keep_text(self, text: Text) -> None:
        said = {"hash": text.hash, "zone": text.zone, "files": list(text.files), "offers": sorted(text.offers)}
        self._connection.execute(
            "INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)", (text.path, text.digest, text.name, json.dumps(said))
        )

    def line(self, path: Path) -> Line | None:
        row = self._connection.execute("SELECT chain, at, until, line FROM lines WHERE path = ?", (str(path),)).fetchone()
        return None if row is None else Line(row[0], Instant(row[1]), Instant(row[2]), json.loads(row[3]))

    def keep_line(self, path: Path, line: Line) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO lines VALUES (?, ?, ?, ?, ?)",
            (str(path), line.chain, line.at.us, line.until.us, json.dumps(dict(line.line))),
        )


def digest_of(path: Path, files: Iterable[str], options: tuple[str, ...] = ()) -> str:
    """Over the bytes of an agreement's file, of the files that it is pinned to, and the options chosen in it."""
    whole = hashlib.sha256(path.read_bytes())
    whole.update("\n".join(options).encode())
    for name in sorted(files):
        file = path.parent / name
        whole.update(name.encode() + (hashlib.sha256(file.read_bytes()).digest() if file.is_file() else b"gone"))
    return whole.hexdigest()


def _open(path: Path) -> sqlite3.Connection:
    for again in (True, False):
        connection = sqlite3.connect(path, timeout=30)
        try:
            connection.executescript(_SCHEMA)
            connection.execute("SELECT count(*) FROM lines").fetchone()
        except sqlite3.DatabaseError as problem:
            connection.close()
            if not again or isinstance(problem, sqlite3.OperationalError):
                raise
            path.unlink(missing_ok=True)  # no cache of ours, or a damaged one: nothing is lost with it
        else:
            connection.execute("PRAGMA synchronous = OFF")
            return connection
    raise AssertionError("the second attempt returns or raises")
