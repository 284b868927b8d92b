"""A file onto a real journal: every row is accounted for, twice is once, a rehearsal writes nothing."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_samples import GOOD, HEADER, NOW, agreement, event, mapping_file, write

from casus.acts import Correction, Text
from casus.intake import ImportReport, KnownRule, UnreadableFile, import_file
from casus.journal import Draft, Journal, JournalError, JournalFull, create_journal
from casus.time import END, Duration, Instant, Occurred

START = Instant.parse("2026-01-01T00:00Z")
LINES = [f"a{i},2027-03-01T02:{i:02}Z,50.{i},30.2,Oskovian army,{i}" for i in range(10)]


@pytest.fixture
def journal(tmp_path: Path):
    with create_journal(tmp_path / "journal.db", "recorded", START) as made:
        yield made


def load(journal: Journal | None, folder: Path, lines: list[str], known: str | None = None, **more: object) -> ImportReport:
    path = write(folder, "\n".join([HEADER, *lines]) + "\n")
    more.setdefault("now", NOW)
    options = {"mapping": mapping_file(folder)}
    return import_file(journal, path, "csv", options=options, known=KnownRule.parse(known), **more)  # type: ignore[arg-type]


def balanced(report: ImportReport) -> bool:
    return report.read == report.accepted + report.duplicates + report.rejected + report.skipped


def test_a_file_is_one_batch_with_everything_told(journal: Journal, tmp_path: Path) -> None:
    report = load(journal, tmp_path, [*LINES, "bad", ""])
    assert (report.read, report.accepted, report.rejected, report.skipped) == (12, 10, 1, 1)
    assert balanced(report)
    assert report.before.size == 1  # type: ignore[union-attr]
    assert report.after == journal.checkpoint()
    assert report.after.size == 11  # type: ignore[union-attr]
    assert (str(report.first), str(report.last)) == ("2027-03-01T02:00Z", "2027-03-01T02:09Z")
    assert report.digest.startswith("sha256:")
    assert report.skips == {"blank line": 1}
    entries = journal.view(END).entries
    assert [entry.origin for entry in entries][:2] == ["rows.csv row 1", "rows.csv row 2"]
    assert len({entry.recorded for entry in entries}) == 1


def test_the_same_file_again_adds_nothing(journal: Journal, tmp_path: Path) -> None:
    first = load(journal, tmp_path, LINES)
    again = load(journal, tmp_path, LINES)
    moved = load(journal, tmp_path, ["", *reversed(LINES)], now=NOW + Duration.of(days=3))
    assert (again.accepted, again.duplicates) == (moved.accepted, moved.duplicates) == (0, 10)
    assert again.after == moved.after == first.after


def test_a_rehearsal_says_the_same_and_writes_nothing(journal: Journal, tmp_path: Path) -> None:
    lines = [*LINES, "bad", LINES[0], "z,2029-01-01T00:00Z,50,30,Oskovian army,1"]
    rehearsed = load(journal, tmp_path, lines, dry_run=True)
    assert journal.checkpoint() == rehearsed.before == rehearsed.after
    done = load(journal, tmp_path, lines)
    for name in ("read", "accepted", "duplicates", "rejected", "skipped", "losses", "reasons", "first", "last"):
        assert getattr(rehearsed, name) == getattr(done, name), name
    again = load(journal, tmp_path, lines, dry_run=True)
    assert (again.accepted, again.duplicates, again.rejected) == (0, 11, 2)


def test_a_rehearsal_needs_no_journal(tmp_path: Path) -> None:
    report = load(None, tmp_path, [*LINES, "z,2029-01-01T00:00Z,50,30,Oskovian army,1"], dry_run=True)
    assert (report.accepted, report.rejected, report.before) == (10, 1, None)
    with pytest.raises(ValueError, match="only be a dry run"):
        load(None, tmp_path, LINES)


def test_what_the_journal_refuses_lands_among_the_rejects(journal: Journal, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    report = load(journal, tmp_path, [GOOD, "z,2029-01-01T00:00Z,50,30,Oskovian army,1"], rejects_path=rejects)
    assert (report.accepted, report.rejected) == (1, 1)
    with rejects.open(newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["row"], row["line"]) == ("2", "3")
    assert "it occurred at 2029-01-01T00:00Z or later" in row["reason"]
    assert row["raw"] == "z,2029-01-01T00:00Z,50,30,Oskovian army,1"


def test_a_row_known_before_it_happened_or_after_it_is_recorded_is_rejected(tmp_path: Path) -> None:
    with create_journal(tmp_path / "j.db", "known", START) as journal:
        path = write(tmp_path, f"{HEADER},pub\n{GOOD},2027-02-01\n{GOOD.replace('a1', 'a2')},2030-01-01\n")
        options = {"mapping": mapping_file(tmp_path)}
        report = import_file(journal, path, "csv", options=options, known=KnownRule.parse("pub"), now=NOW)
    assert (report.accepted, report.rejected) == (0, 2)
    assert {reject.help[:20] for reject in report.first_rejects} == {"nothing is known bef", "the row speaks of th"}


def test_a_repeated_row_is_a_duplicate_and_another_row_of_its_id_is_rejected(journal: Journal, tmp_path: Path) -> None:
    report = load(journal, tmp_path, [GOOD, GOOD, GOOD[:-1] + "4"])
    assert (report.accepted, report.duplicates, report.rejected) == (1, 1, 1)
    assert report.first_rejects[0].reason == "its id a1 is that of row 1, with other content"
    changed = load(journal, tmp_path, [GOOD[:-1] + "4"])
    assert changed.rejected == 1
    assert "a report a1 is on the record with other content (entry e" in changed.first_rejects[0].reason
    assert "correction" in changed.first_rejects[0].help


def test_a_row_that_repeats_a_rejected_one_shares_its_fate(journal: Journal, tmp_path: Path) -> None:
    late = "z,2029-01-01T00:00Z,50,30,Oskovian army,1"
    for dry_run in (True, False):
        report = load(journal, tmp_path, [late, late], dry_run=dry_run)
        assert (report.accepted, report.duplicates, report.rejected) == (0, 0, 2)


def test_a_correction_on_the_record_does_not_stand_in_the_way(journal: Journal, tmp_path: Path) -> None:
    load(journal, tmp_path, [GOOD])
    act = Correction("a1", {"remark": Text("two")})
    journal.append([Draft(Occurred.at(Instant.parse("2027-03-01T02:10Z")), act, "mission")], NOW + Duration(5))
    assert load(journal, tmp_path, [GOOD], now=NOW + Duration(9)).duplicates == 1


def test_an_agreement_decides_what_a_row_can_say(journal: Journal, tmp_path: Path) -> None:
    text = agreement(event("strike", by="actor", at="point"))
    report = load(journal, tmp_path, [GOOD, GOOD.replace("a1", "a2")], agreement=text)
    assert report.losses == {"the field killed has no effect: strike does not declare it": 2}
    other = load(journal, tmp_path, [GOOD.replace("a1", "a3")], agreement=agreement(event("siren", region="text")))
    assert other.rejected == 1
    assert "the agreement knows no event 'strike'" in other.first_rejects[0].reason


def test_rejects_are_written_as_lines_of_json_too(tmp_path: Path) -> None:
    path = tmp_path / "rejects.jsonl"
    load(None, tmp_path, ["bad", GOOD, "wörse\0"], dry_run=True, rejects_path=path)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(row["row"], row["raw"]) for row in rows] == [(1, "bad"), (3, "wörse\0")]
    assert list(rows[0]) == ["row", "line", "reason", "help", "raw"]


def test_mended_rejects_can_be_imported_by_themselves(journal: Journal, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    load(journal, tmp_path, [LINES[0], LINES[1].replace("50.1", "150.1")], rejects_path=rejects)
    with rejects.open(newline="") as file:
        mended = [row["raw"].replace("150.1", "50.1") for row in csv.DictReader(file)]
    assert load(journal, tmp_path, mended).accepted == 1


def test_rejects_never_overwrite_the_source(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="would overwrite the file that is read"):
        load(None, tmp_path, LINES, dry_run=True, rejects_path=tmp_path / "rows.csv")
    assert (tmp_path / "rows.csv").read_text().startswith(HEADER)
    with pytest.raises(UnreadableFile, match="cannot be written"):
        load(None, tmp_path, LINES, dry_run=True, rejects_path=tmp_path / "none" / "rejects.csv")


def test_a_large_file_goes_in_several_batches(journal: Journal, tmp_path: Path) -> None:
    report = load(journal, tmp_path, LINES, batch=4)
    assert (report.accepted, report.batches) == (10, 3)
    recorded = [entry.recorded.us for entry in journal.view(END).entries]
    assert len(set(recorded)) == 3
    assert load(journal, tmp_path, LINES, batch=4).duplicates == 10


def test_a_journal_that_refuses_the_first_batch_takes_nothing(journal: Journal, tmp_path: Path, monkeypatch) -> None:
    def full(self: Journal, drafts: object, now: object) -> None:
        raise JournalFull("journal.db", "the medium refused", "free space")

    monkeypatch.setattr(Journal, "append", full)
    with pytest.raises(JournalError):
        load(journal, tmp_path, LINES)


def test_a_journal_that_refuses_a_later_batch_keeps_the_earlier_ones_and_says_so(
    journal: Journal, tmp_path: Path, monkeypatch
) -> None:
    append, calls = Journal.append, []

    def once(self: Journal, drafts, now):
        calls.append(1)
        if len(calls) > 1:
            raise JournalFull("journal.db", "the medium refused", "free space")
        return append(self, drafts, now)

    monkeypatch.setattr(Journal, "append", once)
    report = load(journal, tmp_path, LINES, batch=4)
    assert report.stopped is not None
    assert "took 1 batches" in report.stopped
    assert (report.read, report.accepted, report.rejected) == (8, 4, 4)
    monkeypatch.undo()
    again = load(journal, tmp_path, LINES)
    assert (again.accepted, again.duplicates) == (6, 4)


def test_damage_is_told_in_the_report(tmp_path: Path) -> None:
    path = write(tmp_path, "\n".join([HEADER, *LINES * 500]), "rows.csv.gz", packed=True)
    path.write_bytes(path.read_bytes()[:-30])
    report = import_file(None, path, "csv", options={"mapping": mapping_file(tmp_path)}, now=NOW, dry_run=True)
    assert report.damaged is not None
    assert balanced(report)


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    told: list[int] = []
    lines = [GOOD.replace("a1", f"a{i}") for i in range(2_500)]
    load(None, tmp_path, lines, dry_run=True, progress=told.append)
    assert told == [1_000, 2_000, 2_500]


def test_reasons_are_counted_by_kind(tmp_path: Path) -> None:
    lines = [f"a{i},2027-03-01T02:10Z,{100 + i},30.2,Oskovian army,1" for i in range(5)]
    reasons = load(None, tmp_path, lines, dry_run=True).reasons
    assert list(reasons.values()) == [5]
    assert "swapped" in next(iter(reasons))


_rows = st.lists(
    st.one_of(
        st.sampled_from([GOOD, "bad", "", '"', LINES[0], LINES[1], "z,2029-01-01,50,30,Oskovian army,1", GOOD[:-1] + "9"]),
        st.integers(0, 20).map(lambda i: f"b{i},2027-03-01,50,30,Valdrian army,{i}"),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(_rows, st.integers(1, 6))
def test_the_account_always_balances_and_a_rehearsal_foretells_it(tmp_path_factory, lines: list[str], batch: int) -> None:
    folder = tmp_path_factory.mktemp("any")
    with create_journal(folder / "j.db", "recorded", START) as journal:
        rehearsed = load(journal, folder, lines, dry_run=True, batch=batch)
        done = load(journal, folder, lines, batch=batch)
        again = load(journal, folder, lines, batch=batch)
        assert balanced(rehearsed)
        assert balanced(done)
        assert balanced(again)
        assert (rehearsed.accepted, rehearsed.duplicates) == (done.accepted, done.duplicates)
        assert len(journal.view(END).entries) == done.accepted
        assert again.accepted == 0
        assert again.after == done.after
