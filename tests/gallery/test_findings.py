"""What the rules find in the gallery is what stands in `findings/`: a change of a rule or of a text shows as a difference.

`CASUS_SNAPSHOTS=write` writes the files anew; read the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from casus.language.parse import read
from casus.lint.review import review
from casus.state.scenarios import run_scenario

ROOT = Path(__file__).resolve().parents[2]
SHOULD = Path(__file__).parent / "findings"
TEXTS = sorted((ROOT / "agreements").rglob("*.casus.md"))


def found_in(path: Path) -> tuple[str, list[str]]:
    """The findings of a text, one a line, and the witnesses that do not replay."""
    reviewed = review(read(path), path.parent)
    lines = [f"{d.code} {d.name}: {d.message}" for d in reviewed.diagnostics]
    lines += [f"allowed {d.code} {d.name}: {d.message}" for d in reviewed.allowed]
    dead = [
        f"{exhibit.shown.rule.code}: {result.expect.text}: {result.actual}"
        for exhibit in reviewed.exhibits
        for result in run_scenario(exhibit.edition.agreement, exhibit.shown.witness.scenario).results
        if not result.passed
    ]
    return "".join(f"{line}\n" for line in lines), dead


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name.removesuffix(".casus.md"))
def test_the_findings_are_those_on_record_and_every_witness_replays(path):
    lines, dead = found_in(path)
    assert dead == []
    record = SHOULD / f"{path.name.removesuffix('.casus.md')}.txt"
    if os.environ.get("CASUS_SNAPSHOTS") == "write":
        record.parent.mkdir(exist_ok=True)
        record.write_text(lines, encoding="utf-8")
    assert record.is_file(), f"no record of the findings in {path.name}: CASUS_SNAPSHOTS=write makes one"
    assert lines == record.read_text(encoding="utf-8")


def test_no_record_is_of_a_text_that_is_gone():
    names = {path.name.removesuffix(".casus.md") for path in TEXTS}
    assert {path.stem for path in SHOULD.glob("*.txt")} == names


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name.removesuffix(".casus.md"))
def test_no_rule_stops_by_a_fault_of_its_own(path):
    for edition in review(read(path), path.parent).editions:
        assert dict(edition.linted.broken) == {}
