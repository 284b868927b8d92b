"""Decision records have a status, an implementation line, a running number and a place in the index."""

from __future__ import annotations

import re

import pytest
from house_pages import DOCS, INDEX, links

RECORDS = sorted((DOCS / "adr").glob("*.md"))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_record_has_status_and_sections(record):
    text = record.read_text(encoding="utf-8")
    number = record.name[:4]
    assert re.match(rf"# {number}\. \S", text), f"the title of {record.name} begins with its number"
    assert re.search(r"^- status: (proposed|accepted|rejected|superseded by \d{4})$", text, re.MULTILINE)
    assert re.search(r"^- implementation: (none|partly|done)\b", text, re.MULTILINE)
    for section in ("Context", "Decision", "Consequences"):
        assert f"\n## {section}\n" in text


def test_numbers_run_without_gap_or_repetition():
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


def test_every_record_is_in_the_index():
    assert set(RECORDS) <= {target for target, _ in links(INDEX)}
