"""Replays of instruments of the gallery, each with its sources in its own text: what the response of each came to."""

from __future__ import annotations

from pathlib import Path

import pytest

from casus.language.check import check
from casus.language.parse import read
from casus.language.variants import choose
from casus.state.scenarios import run_scenario

NORMS = Path(__file__).resolve().parents[2] / "agreements" / "norms"
REPLAYS = [
    ("iran-snapback-2015.casus.md", "2025 the notice is met and the vote of 4 to 9 does not continue the relief"),
    ("iran-snapback-2015.casus.md", "2025 whether the steps were gone through is not on record so nothing is met or denied"),
    ("ceasefire-measures-2020.casus.md", "fire is lawful only at the end of the chain"),
    ("korea-1953.casus.md", "hypothetical a recess ends a day after notice"),
]


@pytest.mark.parametrize(("file", "name"), REPLAYS, ids=[f"{file.split('.')[0]}: {name[:30]}" for file, name in REPLAYS])
def test_what_the_sources_say_happened_comes_out_of_the_text(file: str, name: str) -> None:
    document = read(NORMS / file)
    scenario = next(x for x in document.scenarios if x.name == name)
    chosen = choose(document, (scenario.variant,)) if scenario.variant is not None else document
    agreement = check(chosen, NORMS).agreement
    assert agreement is not None
    found = run_scenario(agreement, scenario)
    assert found.results
    assert [x.actual for x in found.results if not x.passed] == []


def test_the_two_readings_of_2025_differ_on_what_a_notice_needs() -> None:
    """Whether the notice is valid is not decided: it is chosen, and each choice has its own scenario."""
    document = read(NORMS / "iran-snapback-2015.casus.md")
    variants = {scenario.variant for scenario in document.scenarios if scenario.name.startswith("2025")}
    assert len(variants - {None}) == 2
