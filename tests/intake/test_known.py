"""When a row became known."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_samples import GOOD, HEADER, read_csv, refused, taken

from casus.intake import KnownRule, UnreadableFile
from casus.intake.rows import BadValue
from casus.time import Instant, Occurred

BRACKET = Occurred(Instant.parse("2027-03-01T00:00Z"), Instant.parse("2027-03-02T00:00Z"))


def known(rule: str | None, cell: str = "") -> str:
    return str(KnownRule.parse(rule).apply(BRACKET, cell, None))


def test_without_a_rule_the_journal_says_when() -> None:
    assert known(None) == known("recorded") == "None"


@pytest.mark.parametrize(
    ("rule", "instant"),
    [
        ("occurred-end", "2027-03-02T00:00Z"),
        ("+72h", "2027-03-05T00:00Z"),
        ("+3 days", "2027-03-05T00:00Z"),
        ("+ 90 minutes", "2027-03-02T01:30Z"),
        ("+0h", "2027-03-02T00:00Z"),
    ],
)
def test_a_length_counts_from_the_end_of_the_bracket(rule: str, instant: str) -> None:
    assert known(rule) == instant


@given(st.integers(0, 10_000))
def test_hours_and_days_mean_the_same_length(days: int) -> None:
    assert known(f"+{days} days") == known(f"+{days * 24}h")


@pytest.mark.parametrize("rule", ["+3", "+3 months", "+h", "+-1h", "+1 year", "+1.5h"])
def test_a_length_that_is_none_is_told(rule: str) -> None:
    with pytest.raises(UnreadableFile, match="not a length"):
        KnownRule.parse(rule)


def test_a_date_is_the_end_of_its_day_and_an_instant_itself() -> None:
    assert known("published", "2027-03-04") == "2027-03-04T23:59:59.999999Z"
    assert known("published", "2027-03-04T06:00+02:00") == "2027-03-04T04:00Z"


def test_of_several_dates_the_last_counts_unless_the_first_is_asked_for() -> None:
    cell = "2027-03-04;2027-03-09; 2027-03-06"
    assert known("published", cell) == known("last(published)", cell) == "2027-03-09T23:59:59.999999Z"
    assert known("first(published)", cell) == "2027-03-04T23:59:59.999999Z"


@pytest.mark.parametrize("cell", ["", "soon", "2027-13-01", "2027-03-04T06:00", "2027-03-04;soon"])
def test_a_cell_that_says_no_instant_rejects_its_row(cell: str) -> None:
    with pytest.raises(BadValue):
        known("published", cell)


def test_a_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"no column 'published'"):
        read_csv(tmp_path, f"{HEADER}\n{GOOD}\n", known="published")


def test_the_rule_reaches_the_draft_and_a_bad_cell_its_row_only(tmp_path: Path) -> None:
    rows = read_csv(tmp_path, f"{HEADER},published\n{GOOD},2027-03-04\n{GOOD.replace('a1', 'a2')},\n", known="published")
    assert [str(row.draft.known) for row in taken(rows)] == ["2027-03-04T23:59:59.999999Z"]
    assert "published is empty" in refused(rows)[0].reason


def test_a_rule_says_itself_in_words() -> None:
    assert str(KnownRule.parse("+72h")) == "72 hours after the end of the occurrence"
    assert str(KnownRule.parse("published")) == "the last date of the column published"
    assert str(KnownRule.parse(None)) == "when recorded"
