"""`casus explain TRIGGER`: what would change the answer, and how likely it is, in text and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from casus.state.explanation import ExplanationJson

RUNGS = "".join(
    f'[[rung]]\nladder = "{ladder}"\nrung = "{rung}"\nprobability = "{p}"\nadjudications = 350\n'
    for ladder, rung, p in (
        ("occurrence", "reported", "0.6"),
        ("occurrence", "corroborated", "0.8"),
        ("occurrence", "confirmed", "0.95"),
        ("attribution", "alleged", "0.5"),
        ("attribution", "attributed", "0.9"),
        ("attribution", "adjudicated", "0.95"),
    )
)
CALIBRATION = f'calibration = 1\nsource = "an exercise"\n{RUNGS}'


def test_what_would_change_the_answer_is_said_and_published(casus, compact: Path) -> None:
    said = casus("explain", "-w", compact, "incident")
    assert said.code == 0, said.err
    assert "What would change this" in said.out
    assert "Without 1 event" in said.out
    told = ExplanationJson.model_validate_json(casus("explain", "-w", compact, "incident", "--json").out)
    assert told.change is not None
    assert (told.change.now, told.change.how, len(told.change.events)) == ("met", "reject", 1)
    assert told.change.becomes != "met"
    assert told.change.events[0].entries


def test_how_likely_it_is_is_said_with_its_bounds_and_what_it_assumes(casus, compact: Path, tmp_path: Path) -> None:
    file = tmp_path / "calibration.toml"
    file.write_text(CALIBRATION, encoding="utf-8")
    said = casus("explain", "-w", compact, "incident", "--chance", file)
    assert said.code == 0, said.err
    assert "How likely (analysis; it binds nobody)" in said.out
    assert "independence" in said.flat
    told = json.loads(casus("explain", "-w", compact, "incident", "--chance", file, "--json").out)["chance"]
    assert 0 <= told["low"] <= told["exact"] <= told["high"] <= 1


@pytest.mark.parametrize(
    ("text", "asked", "why"),
    [
        (CALIBRATION.replace("350", "299"), "incident", "299 adjudications are too few"),
        (CALIBRATION, "KST", "is no trigger"),
    ],
)
def test_where_no_probability_is_shown_the_reason_is(casus, compact: Path, tmp_path: Path, text, asked, why) -> None:
    file = tmp_path / "calibration.toml"
    file.write_text(text, encoding="utf-8")
    ended = casus("explain", "-w", compact, asked, "--chance", file)
    assert (ended.code, why in " ".join(ended.err.split())) == (2, True), ended.err
