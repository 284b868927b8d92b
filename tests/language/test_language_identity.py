"""One file holds every word of the language, and every text of the repository reads and formats as it should."""

from __future__ import annotations

from pathlib import Path

import pytest
from language_files import IDENTITY, OWN_TEXTS, shared

from casus.language.format import format_text
from casus.language.grammar import grammar
from casus.language.parse import parse, read
from casus.language.scan import scan
from casus.language.tree_json import from_json, to_json

SHARED = [("design", "example", "model-compact.casus.md")] + [
    ("conformance", name) for name in ("02-rearm.casus.md", "06-defence.casus.md", "10-measures.casus.md")
]


def test_the_identity_file_parses_without_a_finding():
    assert read(IDENTITY).diagnostics == ()


def test_the_identity_file_is_a_fixed_point_of_the_formatter():
    text = IDENTITY.read_text(encoding="utf-8")
    assert format_text(text) == text


@pytest.mark.parametrize("language", ["casus", "casus-test"])
def test_the_identity_file_holds_every_word_of_the_grammar(language):
    fences = [fence for fence in read(IDENTITY).fences if fence.info == language]
    used = {token.text for fence in fences for token in scan(fence.content)}
    # every act is spelled in one list, of which the file shows a few
    acts = set(grammar(language).spelling.get("ACT", ()))
    assert grammar(language).keywords - acts - used == set()


@pytest.mark.parametrize("path", OWN_TEXTS, ids=lambda path: path.name)
def test_every_text_of_the_repository_parses_without_an_error(path: Path):
    document = read(path)
    assert [found for found in document.diagnostics if found.severity == "error"] == []
    assert document.declarations or document.scenarios


@pytest.mark.parametrize("path", OWN_TEXTS, ids=lambda path: path.name)
def test_formatting_a_text_of_the_repository_changes_nothing_that_it_says(path: Path):
    text = path.read_text(encoding="utf-8")
    once = format_text(text)
    before, after = parse(text), parse(once)
    assert after.declarations == before.declarations
    assert after.scenarios == before.scenarios
    assert [d.comments for d in after.declarations] == [d.comments for d in before.declarations]
    assert (after.articles, after.tables) == (before.articles, before.tables)
    assert format_text(once) == once


@pytest.mark.parametrize("names", SHARED, ids=lambda names: names[-1])
def test_the_shared_texts_parse_without_a_finding(names):
    document = read(shared(*names))
    assert document.diagnostics == ()
    assert document.scenarios


def test_the_worked_example_is_a_fixed_point_of_the_formatter():
    text = shared(*SHARED[0]).read_bytes().decode("utf-8")
    assert format_text(text) == text


@pytest.mark.parametrize("path", OWN_TEXTS, ids=lambda path: path.name)
def test_every_text_survives_the_way_through_json(path: Path):
    document = read(path)
    assert from_json(to_json(document)) == document
