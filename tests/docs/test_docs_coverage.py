"""docs/coverage.md holds every mechanism once, and a command in every row that works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from house_pages import DOCS, ROOT

IDS = [
    *(f"S{text}-{number:02d}" for text, count in enumerate((45, 31, 37, 34, 18)) for number in range(1, count + 1)),
    *(f"X-{number:02d}" for number in range(1, 25)),
]
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in (DOCS / "coverage.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| (S\d|X)-\d\d \|", line)
]


def test_there_are_165_mechanisms_and_24_contradictions():
    assert len([name for name in IDS if name[0] == "S"]) == 165
    assert len([name for name in IDS if name[0] == "X"]) == 24


def test_every_mechanism_has_one_row_in_order():
    assert [row[0] for row in ROWS] == IDS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_says_whether_it_works_and_how_to_see_it(row):
    _, mechanism, status, command, test = row
    assert mechanism
    assert re.fullmatch(r"works|partly: .+|not yet", status), f"{status!r} is no status"
    if status != "not yet":
        assert re.search(r"`(casus|make) [^`]+`", command), "a row that works names the command that shows it"
    else:
        assert not command, "a row that does not work yet claims nothing"
        assert not test
    for name in re.findall(r"`(tests/[^`]+)`", test):
        path, _, function = name.partition("::")
        assert (ROOT / path).is_file(), f"{path} is not there"
        if function:
            assert f"def {function}(" in Path(ROOT / path).read_text(encoding="utf-8"), f"{path} has no {function}"


def test_the_totals_in_the_text_are_those_of_the_rows():
    text = (DOCS / "coverage.md").read_text(encoding="utf-8")
    counted = {status: len([row for row in ROWS if row[2].startswith(status)]) for status in ("works", "partly", "not yet")}
    words = f"Now {counted['works']} rows work, {counted['partly']} work partly, {counted['not yet']} not yet."
    assert words in text
