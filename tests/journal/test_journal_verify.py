"""Nothing on the record can be changed without the verification naming the first bad entry."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_files import attack, small_journal
from journal_samples import LATE, START, hours, report

from casus.journal import (
    Checkpoint,
    JournalDamaged,
    JournalError,
    Reader,
    UnreadablePayload,
    VerifyReport,
    create_journal,
    open_journal,
)
from casus.journal.canonical import canonical
from casus.journal.leaf import commit, entry_header, fingerprint, payload_bytes
from casus.journal.merkle import Frontier, leaf_hash


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("original") / "journal.db"
    small_journal(path)
    return path


def copied(original: Path, tmp: Path) -> Path:
    target = tmp / f"copy{len(list(tmp.iterdir()))}.db"
    shutil.copy(original, target)
    return target


def verified(path: Path, against: Checkpoint | None = None) -> VerifyReport:
    with open_journal(path) as journal:
        return journal.verify(against)


def test_an_untouched_journal_is_intact_and_the_report_says_what_was_checked(original: Path) -> None:
    found = verified(original)
    assert found.ok
    assert (found.entries, found.erased, found.batches, found.bad, found.unreadable) == (9, 1, 5, (), ())
    with open_journal(original) as journal:
        assert found.checkpoint == journal.checkpoint() == Checkpoint(11, found.checkpoint.root)  # type: ignore[union-attr]


# ---------------------------------------------------------------- one byte

_TEXTS = [("entries", "author"), ("entries", "marking"), ("payloads", "salt"), ("payloads", "payload")]
_BLOBS = [("entries", "commitment"), ("entries", "leaf")]
_NUMBERS = [("entries", column) for column in ("lo", "hi", "known", "recorded")] + [("payloads", "fingerprint")]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(_TEXTS + _BLOBS + _NUMBERS),
    st.sampled_from([1, 2, 3, 4, 6, 7, 8, 9]),
    st.integers(0, 10_000),
    st.integers(0, 7),
)
def test_any_byte_of_a_stored_entry_that_changes_is_found_and_its_entry_named(
    tmp_path_factory: pytest.TempPathFactory, original: Path, column: tuple[str, str], index: int, place: int, bit: int
) -> None:
    path = copied(original, tmp_path_factory.mktemp("flip"))
    table, name = column
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        (before,) = connection.execute(f"SELECT {name} FROM {table} WHERE idx = ?", (index,)).fetchone()
    if isinstance(before, int):
        after: object = before ^ (1 << (place % 50))
        sql = f"UPDATE {table} SET {name} = ? WHERE idx = ?"
    else:
        changed = bytearray(before)
        changed[place % len(changed)] ^= 1 << bit
        after = bytes(changed)
        kind = "TEXT" if name in ("author", "marking") else "BLOB"
        sql = f"UPDATE {table} SET {name} = CAST(? AS {kind}) WHERE idx = ?"
    attack(path, (sql, (after, index)))
    found = verified(path)
    assert not found.intact
    assert found.first_bad is not None
    assert found.first_bad.index == index, found.first_bad
    expected = {"leaf": {"leaf"}, "salt": {"payload"}, "payload": {"payload"}, "fingerprint": {"payload"}}
    assert found.first_bad.what in expected.get(name, {"header", "file"})
    if name != "fingerprint":
        with open_journal(path) as journal, pytest.raises(JournalDamaged, match=f"entry {index}|malformed|decode"):
            journal.view(LATE)


@pytest.mark.parametrize("seed", range(4))
def test_a_flipped_byte_of_the_file_is_found_or_changes_nothing_that_is_read(original: Path, tmp_path: Path, seed: int) -> None:
    """Pages have unused room; a byte there is nobody's. All others must be found, and never end in a traceback."""
    chance = random.Random(seed)
    raw = original.read_bytes()
    with open_journal(original) as journal:
        stream = BytesIO()
        journal.export(stream)
        view = journal.view(LATE)
    payload = raw.index(b'{"act":')  # one that stands
    places = [chance.randrange(100) for _ in range(8)] + [payload + 20] + [chance.randrange(len(raw)) for _ in range(60)]
    unfound = set()
    for number, place in enumerate(places):
        path = tmp_path / f"{number}.db"
        damaged = bytearray(raw)
        damaged[place] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        if outcome(path) == "intact":
            unfound.add(place)
            with open_journal(path) as journal:
                again = BytesIO()
                journal.export(again)
                assert (again.getvalue(), journal.view(LATE)) == (stream.getvalue(), view), place
    assert payload + 20 not in unfound
    assert len(unfound) < len(places)


def outcome(path: Path) -> str:
    """How an attempt to verify ends: `intact`, `bad`, or the reason of the error."""
    try:
        with open_journal(path) as journal:
            return "intact" if journal.verify().intact else "bad"
    except JournalError as problem:
        return f"{problem.reason} {problem.help}"


@pytest.mark.parametrize("length", [0, 1, 99, 100, 4096, 8192, 20_000, -1])
def test_a_file_that_was_cut_off_ends_in_a_clear_error(original: Path, tmp_path: Path, length: int) -> None:
    path = tmp_path / "cut.db"
    path.write_bytes(original.read_bytes()[:length])
    assert outcome(path) != "intact"


# ---------------------------------------------------------------- whole entries


def test_a_missing_entry_is_named(original: Path, tmp_path: Path) -> None:
    path = copied(original, tmp_path)
    attack(path, ("DELETE FROM payloads WHERE idx = 4", ()), ("DELETE FROM entries WHERE idx = 4", ()))
    found = verified(path)
    assert (found.first_bad.index, found.first_bad.what) == (4, "missing")  # type: ignore[union-attr]
    assert found.checkpoint is None
    with open_journal(path) as journal, pytest.raises(JournalDamaged, match="entry 4: the entry is missing"):
        journal.view(LATE)


def test_two_entries_that_changed_places_are_named(original: Path, tmp_path: Path) -> None:
    path = copied(original, tmp_path)
    swap = [
        (f"UPDATE {table} SET idx = ? WHERE idx = ?", pair)
        for table in ("entries", "payloads")
        for pair in ((99, 2), (2, 3), (3, 99))
    ]
    attack(path, *swap)  # type: ignore[arg-type]
    found = verified(path)
    assert (found.first_bad.what, found.first_bad.index) == ("root", 1)  # type: ignore[union-attr]
    with open_journal(path) as journal, pytest.raises(JournalDamaged, match="do not have the root of that batch"):
        journal.view(LATE)


def test_an_entry_written_after_the_last_batch_is_named(original: Path, tmp_path: Path) -> None:
    path = copied(original, tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        columns = "kind, recorded, lo, hi, known, author, marking, commitment, target, note, leaf"
        connection.execute(f"INSERT INTO entries (idx, {columns}) SELECT 11, {columns} FROM entries WHERE idx = 1")
        connection.commit()
    with pytest.raises(JournalDamaged, match="it ends at entry 10, but the last one stored is 11"):
        open_journal(path)


def test_a_payload_taken_away_without_an_erasure_is_named(original: Path, tmp_path: Path) -> None:
    path = copied(original, tmp_path)
    attack(path, ("UPDATE payloads SET salt = NULL, payload = NULL, fingerprint = NULL WHERE idx = 7", ()))
    assert str(verified(path).first_bad).endswith("payload: its payload is gone without an erasure")
    other = copied(original, tmp_path)
    attack(other, ("UPDATE payloads SET salt = NULL, payload = NULL, erased = 10 WHERE idx = 7", ()))
    found = verified(other).first_bad
    assert (found.index, found.what) == (7, "payload")  # type: ignore[union-attr]
    with open_journal(other) as journal, pytest.raises(JournalDamaged, match="the erasure it names is not on the record"):
        journal.view(LATE)


def test_an_erased_payload_that_came_back_is_named(original: Path, tmp_path: Path) -> None:
    path = copied(original, tmp_path)
    attack(path, ("UPDATE payloads SET salt = ?, payload = ?, erased = NULL WHERE idx = 5", (bytes(32), b"{}")))
    assert [(bad.index, bad.what) for bad in verified(path).bad] == [(5, "payload"), (10, "payload")]


@pytest.mark.parametrize("column", ["recorded", "size", "root", "peaks"])
def test_a_changed_batch_is_named(original: Path, tmp_path: Path, column: str) -> None:
    path = copied(original, tmp_path)
    value = "size + 1" if column == "size" else "recorded + 1" if column == "recorded" else "randomblob(32)"
    attack(path, (f"UPDATE batches SET {column} = {value} WHERE size = 7", ()))
    found = verified(path).first_bad
    assert (found.index, found.what) == (4, "order" if column == "recorded" else "root")  # type: ignore[union-attr]


def test_a_rewritten_entry_with_a_fitting_leaf_is_found_by_the_root_of_its_batch(original: Path, tmp_path: Path) -> None:
    path = copied(original, tmp_path)
    _rewrite(path, batches=False)
    found = verified(path)
    assert [(bad.index, bad.what) for bad in found.bad] == [(1, "root")]


def test_a_journal_rewritten_from_end_to_end_is_found_by_a_checkpoint_kept_elsewhere(original: Path, tmp_path: Path) -> None:
    path = copied(original, tmp_path)
    kept = verified(original).checkpoint
    _rewrite(path, batches=True)
    assert verified(path).ok, "without a checkpoint nobody can see it"
    found = verified(path, kept)
    assert found.first_bad is not None
    assert f"do not have the root {kept.root} kept elsewhere" in found.first_bad.why  # type: ignore[union-attr]


def test_a_journal_cut_back_to_an_earlier_batch_is_found_by_a_checkpoint_kept_elsewhere(tmp_path: Path) -> None:
    with create_journal(tmp_path / "journal.db", "recorded", START) as journal:
        journal.append([report("a")], hours(10))
    shutil.copy(tmp_path / "journal.db", tmp_path / "old.db")
    with open_journal(tmp_path / "journal.db") as journal:
        journal.append([report("b")], hours(11))
        kept = journal.checkpoint()
        assert journal.verify(kept).ok
        assert journal.verify(Checkpoint(2, "00" * 32)).first_bad is not None
    found = verified(tmp_path / "old.db", kept)
    assert (found.first_bad.index, found.first_bad.what) == (2, "missing")  # type: ignore[union-attr]


def _rewrite(path: Path, batches: bool) -> None:
    """Let entry 2 say something else, with salt, commitment and leaf to match; and, if asked, every root as well."""
    with closing(sqlite3.connect(path)) as connection:
        lo, hi, known, recorded, author, marking = connection.execute(
            "SELECT lo, hi, known, recorded, author, marking FROM entries WHERE idx = 2"
        ).fetchone()
        leaves = [leaf for (leaf,) in connection.execute("SELECT leaf FROM entries ORDER BY idx")]
        sizes = [size for (size,) in connection.execute("SELECT size FROM batches ORDER BY size")]
        (payload,) = connection.execute("SELECT payload FROM payloads WHERE idx = 2").fetchone()
    lie = payload.replace(b'"OSK"', b'"KST"')
    assert lie != payload
    commitment = commit(bytes(32), lie)
    leaves[2] = leaf_hash(entry_header(lo, hi, known, recorded, author, marking, commitment))
    statements: list[tuple[str, tuple[object, ...]]] = [
        ("UPDATE entries SET commitment = ?, leaf = ? WHERE idx = 2", (commitment, leaves[2])),
        ("UPDATE payloads SET salt = ?, payload = ?, fingerprint = fingerprint WHERE idx = 2", (bytes(32), lie)),
    ]
    act = lie[len(b'{"act":') : lie.rindex(b',"origin"')]
    mark = fingerprint(lo, hi, None, author, marking, act)
    statements.append(("UPDATE payloads SET fingerprint = ? WHERE idx = 2", (mark,)))
    for size in sizes if batches else []:
        frontier = Frontier().extend(leaves[:size])
        values = (frontier.root(), b"".join(frontier.peaks), size)
        statements.append(("UPDATE batches SET root = ?, peaks = ? WHERE size = ?", values))
    attack(path, *statements)


# ---------------------------------------------------------------- schema and format


def test_a_journal_without_its_triggers_is_refused(original: Path, tmp_path: Path) -> None:
    path = copied(original, tmp_path)
    with open_journal(path) as journal:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TRIGGER entries_no_delete")
            connection.execute("CREATE TABLE notes (text)")
            connection.commit()
        assert journal.verify().file_faults == ("schema: entries_no_delete is missing", "schema: notes was added")
    with pytest.raises(JournalDamaged, match="its schema was altered: entries_no_delete is missing, notes was added"):
        open_journal(path)


def test_a_payload_that_a_later_version_wrote_is_named_and_stops_only_a_view_that_needs_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with create_journal(path, "recorded", START) as journal:
        journal.append([report("a"), report("b", marking="RED")], hours(10))
    _replace_payload(path, 2, payload_bytes(canonical({"kind": "omen", "of": "rain"}), None))
    with open_journal(path) as journal:
        found = journal.verify()
        assert found.intact
        assert not found.ok
        assert [(bad.index, "omen" in bad.reason) for bad in found.unreadable] == [(2, True)]
        with pytest.raises(UnreadablePayload, match=r"entry 2 \(e.*cannot be read: kind: .*omen"):
            journal.view(LATE)
        shown = journal.show(2)
        assert shown.entry is None
        assert "omen" in str(shown.problem)
        assert journal.view(LATE, Reader("desk", "CLEAR")).withheld == 1


def test_a_payload_of_a_later_envelope_is_named(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with create_journal(path, "recorded", START) as journal:
        journal.append([report("a")], hours(10))
    _replace_payload(path, 1, b'{"act":{"kind":"vote"},"v":99}')
    with open_journal(path) as journal:
        assert "has version 99; this version of Casus reads up to 2" in journal.verify().unreadable[0].reason


def _replace_payload(path: Path, index: int, payload: bytes) -> None:
    """What the journal would look like had a later version written this payload."""
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute(
            "SELECT lo, hi, known, recorded, author, marking FROM entries WHERE idx = ?", (index,)
        ).fetchone()
        leaves = [leaf for (leaf,) in connection.execute("SELECT leaf FROM entries ORDER BY idx")]
    commitment = commit(bytes(32), payload)
    leaves[index] = leaf_hash(entry_header(*row, commitment))
    frontier = Frontier().extend(leaves)
    attack(
        path,
        ("UPDATE entries SET commitment = ?, leaf = ? WHERE idx = ?", (commitment, leaves[index], index)),
        ("UPDATE payloads SET salt = ?, payload = ? WHERE idx = ?", (bytes(32), payload, index)),
        ("UPDATE batches SET root = ?, peaks = ? WHERE size = ?", (frontier.root(), b"".join(frontier.peaks), len(leaves))),
    )
