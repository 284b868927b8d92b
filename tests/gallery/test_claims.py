"""Claim sheets: every claim has a source with a standing, quotes are verbatim, and what contradicts stands side by side."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from casus.language import nodes as n
from casus.language.load import load

ROOT = Path(__file__).resolve().parents[2]
SHEETS = sorted((ROOT / "agreements" / "claims").glob("*.casus.md"))
SOURCES = ROOT.parent / "shared" / "sources"
TEXTS = {"s0": "000", "s1": "001", "s2": "002", "s3": "003", "s4": "004"}
LOADED = {path.name: load(path) for path in SHEETS}

# Which of the five texts speak to each question on which they differ.
DIFFER = {
    "x_01": {"s1", "s3", "s4"},
    "x_02": {"s0", "s1", "s2", "s3", "s4"},
    "x_03": {"s0", "s1", "s2", "s3", "s4"},
    "x_04": {"s0", "s2", "s3", "s4"},
    "x_05": {"s0", "s1", "s2", "s3"},
    "x_06": {"s0", "s1", "s2", "s3", "s4"},
    "x_07": {"s0", "s1", "s2", "s3", "s4"},
    "x_08": {"s0", "s1", "s2", "s3", "s4"},
    "x_09": {"s0", "s1", "s2", "s3", "s4"},
    "x_10": {"s0", "s1", "s2", "s3", "s4"},
    "x_11": {"s0"},
    "x_12": {"s0", "s3"},
    "x_13": {"s0", "s2", "s3"},
    "x_14": {"s0", "s2", "s3"},
    "x_15": {"s0", "s1", "s4"},
    "x_16": {"s4"},
    "x_17": {"s0", "s3", "s4"},
    "x_18": {"s0", "s1", "s2", "s3"},
    "x_19": {"s2"},
    "x_20": {"s1", "s2", "s3", "s4"},
    "x_21": {"s2", "s3", "s4"},
    "x_22": {"s2", "s3", "s4"},
    "x_23": {"s1", "s2", "s3"},
    "x_24": {"s0", "s1", "s2"},
}


def agreement(name: str):
    checked = LOADED[name]
    assert checked.agreement is not None, [d.message for d in checked.errors]
    return checked.agreement


@pytest.mark.parametrize("name", LOADED)
def test_a_sheet_checks_and_holds_claims_and_nothing_that_is_executed(name):
    sheet = agreement(name)
    assert sheet.header.instrument == "claims"
    assert sheet.claims
    assert not any((sheet.norms, sheet.triggers, sheet.decisions, sheet.automatics, sheet.term))


@pytest.mark.parametrize("name", LOADED)
def test_every_claim_has_a_source_and_every_source_a_standing_and_a_use(name):
    sheet = agreement(name)
    used = (
        {claim.by for claim in sheet.claims.values()}
        | {p.source for p in sheet.positions}
        | {c.source for c in sheet.concessions.values()}
    )
    assert used - {None} == set(sheet.sources)
    assert all(source.standing for source in sheet.sources.values())


def test_a_question_is_put_in_the_same_words_on_every_sheet():
    words: dict[str, set[str]] = defaultdict(set)
    for name in LOADED:
        for question in agreement(name).questions.values():
            words[question.name].add(question.text)
    assert {name: said for name, said in words.items() if len(said) > 1} == {}


def test_the_24_points_of_difference_stand_side_by_side_with_every_text_that_speaks_to_them():
    found: dict[str, set[str]] = defaultdict(set)
    for name in LOADED:
        for claim in agreement(name).claims.values():
            if claim.by in TEXTS and claim.on.startswith("x_"):
                found[claim.on].add(claim.by)
    assert dict(sorted(found.items())) == DIFFER


@pytest.mark.parametrize("name", LOADED)
def test_a_quotation_is_short(name):
    for claim in agreement(name).claims.values():
        assert len((claim.quotes or "").split()) <= 12, claim.name


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the five texts lie beside the repository, in shared/sources")
@pytest.mark.parametrize("name", LOADED)
def test_a_quotation_stands_word_for_word_in_its_text(name):
    for claim in agreement(name).claims.values():
        if claim.by not in TEXTS or claim.quotes is None:
            continue
        text = next(SOURCES.glob(f"{TEXTS[claim.by]}_*.txt")).read_text(encoding="utf-8")
        assert _plain(claim.quotes) in _plain(text), f"{claim.name}: {claim.quotes}"


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the five texts lie beside the repository, in shared/sources")
def test_the_five_texts_each_have_a_sheet_that_quotes_them():
    quoted = {c.by for name in LOADED for c in agreement(name).claims.values() if c.quotes}
    assert set(TEXTS) <= quoted


def test_a_claim_never_becomes_a_rule():
    assert not issubclass(n.ClaimDecl, n.NormDecl)
    for name in LOADED:
        assert not agreement(name).scenarios


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'}))
