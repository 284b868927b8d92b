"""A payload can be destroyed for good; every proof stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_files import small_journal
from journal_samples import LATE, START, hours, report

from casus.acts import Report, Text
from casus.journal import Draft, EntryNotFound, Journal, JournalError, check_proof, create_journal, open_journal
from casus.time import Occurred


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    small_journal(tmp_path / "journal.db")
    return open_journal(tmp_path / "journal.db")


@pytest.mark.parametrize("index", [1, 2, 3, 4, 6, 7, 8, 9])
def test_destroying_any_payload_leaves_the_journal_and_every_proof_intact(journal: Journal, index: int) -> None:
    before = journal.checkpoint()
    proofs = [journal.prove(other, reveal=False) for other in range(before.size)]
    shown = journal.show(index)
    erasure = journal.erase(index, "ordered by the court", hours(30))
    assert journal.verify(before).ok
    assert [check_proof(proof, before).valid for proof in proofs] == [True] * before.size
    after = journal.show(index)
    assert (after.id, after.header) == (shown.id, shown.header)
    assert (after.payload, after.entry.act, after.entry.origin) == (None, None, None)  # type: ignore[union-attr]
    assert after.erased == "2027-01-02T06:00:00.000000Z: ordered by the court"
    assert (erasure.of, erasure.index, erasure.recorded, erasure.notes) == (index, before.size, hours(30), ())
    assert check_proof(journal.prove(index), journal.checkpoint()).valid


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 40_000), st.integers(0, 4), st.integers(0, 60))
def test_nothing_of_a_destroyed_payload_is_left_in_the_files(
    tmp_path_factory: pytest.TempPathFactory, length: int, which: int, before: int
) -> None:
    """Whatever its size: inside a page, or over many."""
    folder = tmp_path_factory.mktemp("erase")
    secret = "the name of the witness "
    with create_journal(folder / "journal.db", "recorded", START) as journal:
        journal.append([report(f"x{number}") for number in range(before + 1)], hours(5))
        drafts = [
            Draft(
                Occurred.at(hours(1)), Report("strike", f"r{i}", fields={"note": Text(f"{secret}{i} " + "z" * length)}), "desk"
            )
            for i in range(5)
        ]
        entries = journal.append(drafts, hours(10)).accepted
        with closing(sqlite3.connect(folder / "journal.db")) as connection:
            salt, mark = connection.execute(
                "SELECT salt, fingerprint FROM payloads WHERE idx = ?", (entries[which].index,)
            ).fetchone()
        journal.erase(entries[which].id, "a witness at risk", hours(20))
        assert journal.verify().ok
    kept = b"".join(file.read_bytes() for file in folder.iterdir())
    assert f"{secret}{which}".encode() not in kept
    assert salt not in kept
    assert mark.to_bytes(8, "big", signed=True) not in kept
    assert all(f"{secret}{other}".encode() in kept for other in range(5) if other != which)


def test_what_was_destroyed_is_still_there_as_an_entry_without_an_act(journal: Journal) -> None:
    view = journal.view(LATE)
    assert [(entry.index, entry.act is None) for entry in view.entries] == [(index, index == 5) for index in range(1, 10)]


def test_an_erasure_does_not_change_a_checkpoint_that_was_shown(journal: Journal) -> None:
    before = journal.view(hours(13))
    journal.erase(1, "ordered by the court", hours(30))
    after = journal.view(hours(13))
    assert (after.checkpoint, len(after.entries)) == (before.checkpoint, len(before.entries))


def test_a_destroyed_payload_is_forgotten_so_the_same_content_is_new_again(journal: Journal) -> None:
    draft = report("r00", at=1, origin="strikes.csv row 0")
    assert journal.append([draft], hours(25)).duplicates[0].draft == 0
    journal.erase(1, "ordered by the court", hours(30))
    assert len(journal.append([draft], hours(31)).accepted) == 1


@pytest.mark.parametrize("which", [0, 5, 10])
def test_only_an_entry_that_has_its_payload_can_lose_it(journal: Journal, which: int) -> None:
    before = journal.checkpoint()
    with pytest.raises(JournalError, match=f"entry {which} .*it has no payload to destroy"):
        journal.erase(which, "again", hours(30))
    assert journal.checkpoint() == before


def test_an_erasure_needs_a_reason_and_an_entry(journal: Journal) -> None:
    with pytest.raises(JournalError, match="an erasure needs a reason"):
        journal.erase(1, " ", hours(30))
    with pytest.raises(EntryNotFound):
        journal.erase(99, "a reason", hours(30))


def test_an_erasure_says_what_it_destroyed_and_why_for_ever(journal: Journal) -> None:
    shown = journal.show(10)
    assert shown.kind == "erasure"
    assert shown.header == {
        "id": journal.show(5).id,
        "kind": "erasure",
        "of": 5,
        "reason": "ordered by the court",
        "recorded": "2027-01-01T20:00:00.000000Z",
        "v": 1,
    }


def test_bytes_that_a_reader_keeps_alive_are_told_and_can_be_removed_later(journal: Journal) -> None:
    with open_journal(journal.path) as reader, open_journal(journal.path, busy_seconds=0.05) as writer:
        reader._connection.execute("BEGIN")
        reader._connection.execute("SELECT count(*) FROM entries").fetchone()
        erasure = writer.erase(1, "ordered by the court", hours(30))
        assert "its bytes may linger in the file" in erasure.notes[0]
        reader._connection.execute("ROLLBACK")
        writer.compact()
        assert b'"r00"' not in b"".join(file.read_bytes() for file in journal.path.parent.iterdir())
        assert writer.verify().ok
