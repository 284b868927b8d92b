"""Proofs that stand without the journal, the export, and looking at single entries."""

from __future__ import annotations

import copy
import json
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_files import attack, small_journal
from journal_samples import IN_MEMORY, LATE, START, batches, hours

from casus.journal import (
    Checkpoint,
    EntryNotFound,
    Journal,
    JournalDamaged,
    JournalError,
    JournalExists,
    Reader,
    check_consistency,
    check_proof,
    create_journal,
    open_journal,
    verify_export,
)
from casus.journal.canonical import canonical


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    small_journal(tmp_path / "journal.db")
    return open_journal(tmp_path / "journal.db")


def exported(journal: Journal, clearance: str = "RED") -> list[bytes]:
    stream = BytesIO()
    journal.export(stream, Reader("desk", clearance))
    return stream.getvalue().splitlines(keepends=True)


# ---------------------------------------------------------------- properties


@settings(max_examples=25, deadline=None)
@given(batches, st.data())
def test_any_sequence_of_batches_has_the_root_of_another_implementation_and_proofs_that_hold(given: Any, data: Any) -> None:
    with TemporaryDirectory(dir=IN_MEMORY) as folder, create_journal(Path(folder) / "journal.db", "recorded", START) as journal:
        for number, batch in enumerate(given):
            journal.append(batch, hours(300 + number))
        tree = pymerkle.InmemoryTree(algorithm="sha256")
        for stored in journal.history(0, 1000):
            tree.append_entry(canonical(stored.header))
        last = journal.checkpoint()
        assert last == Checkpoint(tree.get_size(), tree.get_root().hex())
        assert journal.verify(last).ok
        for batch in journal.batches():
            assert batch.checkpoint.root == tree.get_root(batch.checkpoint.size).hex()
            assert check_consistency(journal.prove_consistency(batch.checkpoint.size), last).valid
            assert journal.verify(batch.checkpoint).ok
        index = data.draw(st.integers(0, last.size - 1))
        proof = json.loads(canonical(journal.prove(index)))
        checked = check_proof(proof, last)
        assert (checked.valid, checked.index, checked.id) == (True, index, journal.show(index).id)
        assert verify_export(exported(journal), last).ok


def _mutations(value: Any, path: tuple[Any, ...] = ()) -> Any:
    """Every place of a JSON value."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _mutations(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _mutations(inner, (*path, place))


def _changed(value: Any) -> Any:
    if isinstance(value, str):
        digit = "1" if value[:1] == "0" else "0"
        return digit + value[1:]
    if isinstance(value, bool) or value is None:
        return "changed"
    if isinstance(value, int):
        return value + 1
    return [*value, "changed"] if isinstance(value, list) else {**value, "changed": 1}


@pytest.mark.parametrize("index", [0, 1, 3, 5, 9, 10])
def test_every_proof_that_was_changed_anywhere_fails(journal: Journal, index: int) -> None:
    proof, trusted = journal.prove(index), journal.checkpoint()
    assert check_proof(proof, trusted).valid
    for place in _mutations(proof):
        changed: Any = copy.deepcopy(proof)
        if not place:
            changed = _changed(changed)
        else:
            inner = changed
            for step in place[:-1]:
                inner = inner[step]
            inner[place[-1]] = _changed(inner[place[-1]])
        assert not check_proof(changed, trusted).valid, place


def test_every_consistency_proof_that_was_changed_anywhere_fails(journal: Journal) -> None:
    trusted = journal.checkpoint()
    for first in range(1, trusted.size):
        proof = journal.prove_consistency(first)
        assert check_consistency(proof, trusted).valid
        for place in _mutations(proof):
            changed: Any = copy.deepcopy(proof)
            inner = changed
            for step in place[:-1]:
                inner = inner[step]
            if place:
                inner[place[-1]] = _changed(inner[place[-1]])
            else:
                changed = _changed(changed)
            # the first size may be another one with the same root only if there is a proof for that too: there is none
            assert not check_consistency(changed, trusted).valid, (first, place)


def test_every_line_of_an_export_that_was_changed_anywhere_is_found_and_named(journal: Journal) -> None:
    lines = exported(journal)
    assert verify_export(lines).ok
    for number, line in enumerate(lines):
        value = json.loads(line)
        for place in _mutations(value):
            changed: Any = copy.deepcopy(value)
            inner = changed
            for step in place[:-1]:
                inner = inner[step]
            if place:
                inner[place[-1]] = _changed(inner[place[-1]])
            else:
                changed = _changed(changed)
            found = verify_export([*lines[:number], canonical(changed) + b"\n", *lines[number + 1 :]])
            assert not found.intact, (number, place)
            if number < len(lines) - 1:
                assert found.first_bad is not None
                assert found.first_bad.index in (number, 0, 5), (number, place, found.first_bad)


# ---------------------------------------------------------------- proofs


def test_a_proof_is_about_the_checkpoint_it_was_made_for(journal: Journal) -> None:
    early = journal.batches()[1].checkpoint
    proof = journal.prove(2, size=early.size)
    assert check_proof(proof, early).valid
    assert not check_proof(proof, journal.checkpoint()).valid
    with pytest.raises(JournalError, match="came after the first 4 entries"):
        journal.prove(7, size=4)
    with pytest.raises(JournalError, match="it has 11 entries, not 12"):
        journal.prove(7, size=12)
    with pytest.raises(JournalError, match="no 12 entries lie inside 11"):
        journal.prove_consistency(12)


def test_a_proof_without_a_trusted_checkpoint_asks_for_one(journal: Journal) -> None:
    checked = check_proof(journal.prove(1))
    assert checked.valid
    assert "compare this checkpoint with one that was published or kept" in checked.reason


def test_a_proof_need_not_reveal_the_payload(journal: Journal) -> None:
    proof = journal.prove(1, reveal=False)
    checked = check_proof(proof, journal.checkpoint())
    assert (checked.valid, checked.payload_shown) == (True, False)
    assert (proof["payload"], proof["salt"]) == (None, None)
    assert "r00" not in json.dumps(proof)


@pytest.mark.parametrize("bad", [{}, {"format": "something else"}, {"format": "casus inclusion proof 1"}])
def test_what_is_no_proof_is_said_to_be_none(bad: dict[str, Any]) -> None:
    assert not check_proof(bad).valid
    assert not check_consistency(bad).valid


def test_no_proof_is_made_from_a_damaged_file(journal: Journal) -> None:
    attack(journal.path, ("UPDATE entries SET leaf = x'00' WHERE idx = 1", ()))
    with pytest.raises(JournalDamaged, match="do not have the root of the last batch"):
        journal.prove(2)
    with pytest.raises(JournalDamaged, match="entry 1"):
        journal.prove(1)


# ---------------------------------------------------------------- export


def test_an_export_verifies_by_itself_and_ends_with_the_checkpoint(journal: Journal, tmp_path: Path) -> None:
    checkpoint = journal.export(tmp_path / "journal.jsonl")
    with (tmp_path / "journal.jsonl").open("rb") as lines:
        found = verify_export(lines, journal.checkpoint())
    assert found.ok
    assert (found.checkpoint, found.entries, found.erased, found.batches) == (checkpoint, 9, 1, 5)
    text = (tmp_path / "journal.jsonl").read_text(encoding="utf-8")
    assert verify_export(text.splitlines()).ok
    assert verify_export(text.replace("\n", "\r\n").splitlines(keepends=True)).ok


def test_an_export_for_a_reader_holds_hashes_alone_of_what_is_withheld_and_still_verifies(journal: Journal) -> None:
    lines = exported(journal, "CLEAR")
    found = verify_export(lines, journal.checkpoint())
    assert (found.ok, found.withheld, found.entries) == (True, 3, 6)
    assert b"AMBER" not in b"".join(lines)
    assert b"VDR" not in b"".join(lines)


@pytest.mark.parametrize("cut", range(12))
def test_an_export_that_was_cut_off_is_found(journal: Journal, cut: int) -> None:
    found = verify_export(exported(journal)[:cut])
    assert any("was cut off" in fault for fault in found.file_faults)


def test_lines_that_were_left_out_repeated_or_changed_places_are_found(journal: Journal) -> None:
    lines = exported(journal)
    for number in range(len(lines) - 1):
        assert not verify_export([*lines[:number], *lines[number + 1 :]]).intact
        assert not verify_export([*lines[: number + 1], *lines[number:]]).intact
    for number in range(len(lines) - 2):
        swapped = [*lines[:number], lines[number + 1], lines[number], *lines[number + 2 :]]
        assert not verify_export(swapped).intact
    assert not verify_export([*lines, lines[-1]]).intact


@pytest.mark.parametrize("line", [b"", b"[]\n", b"{", b'{"a": 1}\n', b'{"a":1,"a":1}\n', b"\xff\n", "\ud800"])
def test_a_line_that_is_no_canonical_object_is_named(journal: Journal, line: bytes | str) -> None:
    lines: list[bytes | str] = [*exported(journal)]
    lines[3] = line
    found = verify_export(lines)
    assert (found.first_bad.index, found.first_bad.what) == (3, "file")  # type: ignore[union-attr]


def test_an_export_never_replaces_a_file_and_a_damaged_journal_leaves_none(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "there.jsonl").write_text("mine")
    with pytest.raises(JournalExists):
        journal.export(tmp_path / "there.jsonl")
    assert (tmp_path / "there.jsonl").read_text() == "mine"
    attack(journal.path, ("UPDATE entries SET author = 'VDR' WHERE idx = 1", ()))
    with pytest.raises(JournalDamaged):
        journal.export(tmp_path / "new.jsonl")
    assert not (tmp_path / "new.jsonl").exists()


# ---------------------------------------------------------------- looking


def test_an_entry_is_found_by_index_id_and_the_beginning_of_its_id(journal: Journal) -> None:
    entry = journal.view(LATE).entries[1]
    for which in (2, "2", entry.id, entry.id[:9], entry.id.upper().replace("E", "e", 1)):
        assert journal.show(which).entry == entry
    assert journal.show(2).payload["origin"] == "strikes.csv row 1"  # type: ignore[index]


@pytest.mark.parametrize("which", ["e", "e12", "strike", "", 99, -1, 2**70, "e" + "0" * 64, "²"])
def test_what_names_no_entry_is_said(journal: Journal, which: str | int) -> None:
    with pytest.raises(EntryNotFound, match="entry"):
        journal.show(which)


def test_a_beginning_that_two_entries_share_is_refused(journal: Journal) -> None:
    from casus.journal.lookup import find_row

    leaf = journal.show(2).id[1:5]
    attack(journal.path, ("UPDATE entries SET leaf = CAST(x'" + leaf + "' || substr(leaf, 3) AS BLOB) WHERE idx = 3", ()))
    with pytest.raises(EntryNotFound, match="more than one entry begins like this"):
        find_row(journal._connection, journal.path, f"e{leaf}")


def test_the_history_is_in_the_order_of_the_record(journal: Journal) -> None:
    kinds = [stored.kind for stored in journal.history()]
    assert kinds == ["genesis", *["entry"] * 9, "erasure"]
    assert [stored.index for stored in journal.history(4, 3)] == [4, 5, 6]
    assert journal.history(50) == ()
