"""What the journal takes, what it refuses, and what a reader sees as known at an instant."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_samples import IN_MEMORY, LATE, START, batches, drafts, hours, report, vote

from casus.acts import Length, Money, Report, Text
from casus.journal import (
    MARKINGS,
    Checkpoint,
    Draft,
    Journal,
    JournalError,
    Reader,
    UnknownMarking,
    create_journal,
    open_journal,
)
from casus.time import BEGINNING, Duration, Instant, Known, Occurred


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return create_journal(tmp_path / "journal.db", "recorded", START)


@pytest.fixture
def history(tmp_path: Path) -> Journal:
    """A reconstruction."""
    return create_journal(tmp_path / "history.db", "known", START)


def filled(folder: str, axis: str, given: list[list[Draft]]) -> Journal:
    journal = create_journal(Path(folder) / "journal.db", axis, START)  # type: ignore[arg-type]
    for number, batch in enumerate(given):
        journal.append(batch, hours(300 + number))
    return journal


# ---------------------------------------------------------------- properties


@settings(max_examples=30, deadline=None)
@given(batches, st.sampled_from(["recorded", "known"]), st.sampled_from(MARKINGS))
def test_what_was_accepted_is_what_is_seen_and_the_rest_is_counted(given: list[list[Draft]], axis: str, clearance: str) -> None:
    with TemporaryDirectory(dir=IN_MEMORY) as folder:
        with create_journal(Path(folder) / "journal.db", axis, START) as journal:  # type: ignore[arg-type]
            accepted = []
            for number, batch in enumerate(given):
                result = journal.append(batch, hours(300 + number))
                accepted += result.accepted
                told = len(result.accepted) + len(result.duplicates) + len(result.rejected)
                assert told == len(batch)
        with open_journal(Path(folder) / "journal.db") as journal:
            view = journal.view(LATE, Reader("desk", clearance))
        allowed = MARKINGS[: MARKINGS.index(clearance) + 1]
        assert sorted(view.entries, key=lambda entry: entry.index) == [entry for entry in accepted if entry.marking in allowed]
        assert view.withheld == len(accepted) - len(view.entries)
        order = [(view.knowledge(entry).us, entry.index) for entry in view.entries]
        assert order == sorted(order)


@settings(max_examples=30, deadline=None)
@given(st.lists(drafts(), max_size=8), st.randoms(use_true_random=False), st.sampled_from(["recorded", "known"]))
def test_the_order_inside_a_batch_does_not_decide_what_is_seen(given: list[Draft], random: object, axis: str) -> None:
    shuffled = list(given)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    def seen(batch: list[Draft]) -> set[str]:
        with TemporaryDirectory(dir=IN_MEMORY) as folder, filled(folder, axis, [batch]) as journal:
            return {repr(replace(entry, id="", index=0)) for entry in journal.view(LATE).entries}

    assert seen(given) == seen(shuffled)


@settings(max_examples=30, deadline=None)
@given(batches, st.lists(drafts(), min_size=1, max_size=4))
def test_a_late_entry_never_changes_what_was_shown_before(given: list[list[Draft]], late: list[Draft]) -> None:
    with TemporaryDirectory(dir=IN_MEMORY) as folder, filled(folder, "recorded", given) as journal:
        instants = [hours(300 + number) for number in range(len(given) + 1)]
        before = [journal.view(instant) for instant in instants]
        journal.append(late, hours(400))
        assert [journal.view(instant) for instant in instants] == before


@settings(max_examples=25, deadline=None)
@given(batches)
def test_importing_the_same_again_adds_nothing(given: list[list[Draft]]) -> None:
    with TemporaryDirectory(dir=IN_MEMORY) as folder, filled(folder, "known", given) as journal:
        before = journal.checkpoint()
        for batch in given:
            assert journal.append(batch, hours(500)).accepted == ()
        assert journal.checkpoint() == before


# ---------------------------------------------------------------- time


def test_one_recorded_instant_per_batch_strictly_increasing_and_said_so(journal: Journal) -> None:
    first = journal.append([report("a"), report("b")], hours(10))
    second = journal.append([report("c")], hours(10))
    assert {entry.recorded for entry in first.accepted} == {hours(10)}
    assert first.notes == ()
    assert second.recorded == hours(10) + Duration(1)
    assert "one microsecond after the last batch" in second.notes[0]


def test_known_defaults_to_recorded(journal: Journal) -> None:
    assert journal.append([report()], hours(10)).accepted[0].known == hours(10)


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (report(at=11), "occurred at 2027-01-01T11:00Z or later, after it is recorded (2027-01-01T10:00Z)"),
        (report(at=1, known=11), "said to be known at 2027-01-01T11:00Z, after it is recorded"),
        (report(at=5, known=4), "occurred at 2027-01-01T05:00Z or later, after it is said to be known"),
        (replace(report(), marking="SECRET"), "'SECRET' is none of CLEAR, GREEN, AMBER, AMBER+STRICT, RED"),
        (replace(report(), author="  "), "it has no author"),
        (replace(report(), author="\ud800"), "half of a surrogate pair"),
        (replace(report(), origin="\ud800"), "half of a surrogate pair"),
        (replace(report(), act=Report("strike", "r", fields={"note": Text("\udfff")})), "half of a surrogate pair"),
        (replace(report(), act=Report("strike", "r", fields={"paid": Money("EUR", Report)})), "Unable to serialize"),  # type: ignore[arg-type]
        (replace(report(), act=Report("strike", 5)), "Expected `str`"),  # type: ignore[arg-type]
        (replace(report(), act=Report("strike", "r", fields={"lasted": Length(2**53)})), "9007199254740992 is not exact"),
        (replace(report(), act="a strike"), "another type than declared"),  # type: ignore[arg-type]
    ],
)
def test_a_draft_is_rejected_with_its_reason_and_the_others_stand(journal: Journal, draft: Draft, reason: str) -> None:
    result = journal.append([report("good"), draft], hours(10))
    assert [reject.draft for reject in result.rejected] == [1]
    assert reason in result.rejected[0].reason
    assert len(result.accepted) == 1


def test_an_amount_that_is_no_number_is_rejected_before_it_can_stop_every_view(journal: Journal) -> None:
    draft = replace(report(), act=Report("strike", "r", fields={"paid": Money("EUR", Decimal("NaN"))}))
    assert "finite" in journal.append([draft], hours(10)).rejected[0].reason
    assert journal.view(LATE).entries == ()


def test_a_bracket_may_end_after_it_became_known(journal: Journal) -> None:
    draft = replace(report(), occurred=Occurred(hours(1), hours(50)), known=Known(hours(2)))
    assert len(journal.append([draft], hours(10)).accepted) == 1


def test_nothing_accepted_writes_nothing(journal: Journal) -> None:
    before = journal.checkpoint()
    result = journal.append([report(at=11)], hours(10))
    assert (result.recorded, result.accepted) == (None, ())
    assert journal.append([], hours(10)).rejected == ()
    assert journal.checkpoint() == before


def test_an_instant_outside_the_calendar_is_refused(journal: Journal) -> None:
    with pytest.raises(JournalError, match="no instant to record at"):
        journal.append([report()], Instant(BEGINNING.us - 1))


# ---------------------------------------------------------------- one act of one member at one instant


def test_two_votes_of_one_member_at_one_instant_exclude_each_other(journal: Journal) -> None:
    result = journal.append([vote(word="yes"), report(), vote(word="no")], hours(10))
    assert [reject.draft for reject in result.rejected] == [0, 2]
    assert "drafts 0, 2 of this batch exclude each other" in result.rejected[0].reason
    assert [type(entry.act) for entry in result.accepted] == [Report]


def test_a_changed_vote_in_a_later_batch_stands_on_the_live_axis(journal: Journal) -> None:
    journal.append([vote(word="yes")], hours(10))
    assert len(journal.append([vote(word="no")], hours(11)).accepted) == 1


def test_in_a_reconstruction_a_vote_collides_with_one_that_stands_at_its_knowledge_instant(history: Journal) -> None:
    stands = history.append([vote(word="yes", known=2)], hours(10)).accepted[0]
    result = history.append([vote(word="no", known=2), vote(word="no", known=3)], hours(11))
    assert [reject.draft for reject in result.rejected] == [0]
    assert f"entry {stands.id} stands already" in result.rejected[0].reason
    assert len(result.accepted) == 1


def test_a_repeat_of_a_rejected_draft_is_rejected_too(journal: Journal) -> None:
    result = journal.append([vote(word="yes"), vote(word="yes"), vote(word="no")], hours(10))
    assert [reject.draft for reject in result.rejected] == [0, 1, 2]
    assert "repeats draft 0" in result.rejected[1].reason


# ---------------------------------------------------------------- the same again


def test_identical_sightings_of_one_file_stay_where_their_rows_differ(journal: Journal) -> None:
    rows = [report(origin="a.csv row 1"), report(origin="a.csv row 2"), report(origin="a.csv row 2")]
    result = journal.append(rows, hours(10))
    assert len(result.accepted) == 2
    assert [(duplicate.draft, duplicate.entry) for duplicate in result.duplicates] == [(2, result.accepted[1].id)]


def test_rows_that_moved_or_a_file_that_was_renamed_add_nothing(journal: Journal) -> None:
    journal.append([report(origin="a.csv row 1"), report(origin="a.csv row 2")], hours(10))
    moved = [report(origin="a.csv row 2"), report(origin="b.csv row 3")]
    result = journal.append(moved, hours(11))
    assert (len(result.accepted), len(result.duplicates)) == (0, 2)


def test_one_more_identical_sighting_than_stands_is_added_under_its_own_origin(journal: Journal) -> None:
    journal.append([report(origin="a.csv row 1")], hours(10))
    result = journal.append([report(origin="a.csv row 0"), report(origin="a.csv row 1")], hours(11))
    assert [entry.origin for entry in result.accepted] == ["a.csv row 0"]
    assert [duplicate.draft for duplicate in result.duplicates] == [1]


@pytest.mark.parametrize("field", ["author", "marking", "known", "occurred"])
def test_another_author_marking_or_instant_is_another_entry(journal: Journal, field: str) -> None:
    journal.append([report()], hours(10))
    other = {"author": "VDR", "marking": "GREEN", "known": Known(hours(10)), "occurred": Occurred(hours(0), hours(1))}
    assert len(journal.append([replace(report(), **{field: other[field]})], hours(11)).accepted) == 1  # type: ignore[arg-type]


def test_without_dedup_the_same_again_is_another_entry(journal: Journal) -> None:
    journal.append([report()], hours(10), dedup=False)
    assert len(journal.append([report(), report()], hours(11), dedup=False).accepted) == 2
    assert len({entry.id for entry in journal.view(LATE).entries}) == 3


# ---------------------------------------------------------------- views


def test_a_live_view_has_the_checkpoint_of_its_instant_and_a_reconstruction_that_of_the_whole(tmp_path: Path) -> None:
    for axis in ("recorded", "known"):
        with create_journal(tmp_path / f"{axis}.db", axis, START) as journal:  # type: ignore[arg-type]
            genesis = journal.checkpoint()
            journal.append([report("a", known=2)], hours(10))
            first = journal.checkpoint()
            journal.append([report("b", known=3)], hours(20))
            last = journal.checkpoint()
            assert (genesis.size, first.size, last.size) == (1, 2, 3)
            views = [journal.view(hours(instant)).checkpoint for instant in (5, 15, 25)]
            assert views == ([genesis, first, last] if axis == "recorded" else [last, last, last])


def test_a_reconstruction_shows_entries_by_the_instant_they_are_said_to_be_known(history: Journal) -> None:
    history.append([report("late", known=9), report("early", known=2)], hours(10))
    history.append([report("between", known=5)], hours(20))
    names = [entry.act.id for entry in history.view(hours(8)).entries if isinstance(entry.act, Report)]
    assert names == ["early", "between"]


def test_before_the_genesis_nothing_is_known(journal: Journal) -> None:
    view = journal.view(Instant(START.us - 1))
    assert (view.entries, view.withheld) == ((), 0)
    assert view.checkpoint == Checkpoint(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


def test_an_unknown_clearance_shows_nothing(journal: Journal) -> None:
    with pytest.raises(UnknownMarking, match="use one of CLEAR, GREEN"):
        journal.view(LATE, Reader("desk", "TOP SECRET"))


def test_equal_salts_make_equal_journals(tmp_path: Path) -> None:
    roots = set()
    for name in ("one", "two"):
        with create_journal(tmp_path / name, "known", START, entropy=lambda count: b"7" * count) as journal:
            journal.append([report(), vote()], hours(10))
            roots.add(journal.checkpoint().root)
    assert len(roots) == 1
