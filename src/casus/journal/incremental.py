"""Reading on from a checkpoint: what came after it, without reading again what was verified before.

Every stored leaf hash is read each time, and the roots over the first part and over all of it are recomputed; so the part that
was verified once is still the same list of leaves. Headers and payloads are held against their leaf hash when they are read:
all that came after the checkpoint, and of what came before exactly those entries that are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casus.journal.database import HELP_DAMAGED
from casus.journal.entry import Checkpoint, Entry
from casus.journal.errors import JournalDamaged
from casus.journal.merkle import tree_root
from casus.journal.rows import SELECT, Row, read_rows
from casus.journal.store import Journal

_CHUNK = 500  # below the number of variables that the oldest SQLite takes


@dataclass(frozen=True, slots=True)
class Since:
    """What came after a checkpoint: the entries, and the checkpoint that they lead to. `erased`: something was destroyed."""

    entries: tuple[Entry, ...]
    checkpoint: Checkpoint
    erased: bool


def since(journal: Journal, known: Checkpoint) -> Since | None:
    """The entries after a checkpoint; None where the journal does not begin with it. Raises JournalDamaged."""
    with journal._reading():
        tail, _frontier = journal._tail()
        leaves = [leaf for (leaf,) in journal._connection.execute("SELECT leaf FROM entries ORDER BY idx")]
        if len(leaves) != tail.size or tree_root(leaves) != tail.root:
            raise JournalDamaged(str(journal.path), "the leaf hashes do not have the root of the last batch", HELP_DAMAGED)
        if known.size > len(leaves) or tree_root(leaves[: known.size]).hex() != known.root:
            return None
        rows = [journal._sound(row) for row in read_rows(journal._connection, tail.size, known.size)]
        entries = tuple(journal._entry(row) for row in rows if row.kind == "entry")
        return Since(entries, Checkpoint(tail.size, tail.root.hex()), any(row.kind == "erasure" for row in rows))


def entries_at(journal: Journal, places: Sequence[int]) -> Iterator[Entry]:
    """The entries at these places, in the order of the journal, each held against its leaf hash. Raises JournalDamaged."""
    with journal._reading():
        for start in range(0, len(places), _CHUNK):
            chunk = sorted(places)[start : start + _CHUNK]
            query = f"{SELECT} WHERE e.idx IN ({','.join('?' * len(chunk))}) ORDER BY e.idx"
            for row in map(Row._make, journal._connection.execute(query, chunk).fetchall()):
                yield journal._entry(journal._sound(row))
