"""The grammar itself: no conflicts, the same answers as Lark's own lexer, every word in the reference."""

from __future__ import annotations

import logging
import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from language_files import OWN_TEXTS, REPOSITORY, shared
from lark import Lark, logger

from casus.language.faults import CODES
from casus.language.grammar import grammar
from casus.language.markdown import outline
from casus.language.scan import escape, scan, unescape

FILES = {"casus": "casus.lark", "casus-test": "casus_test.lark"}
REFERENCE = REPOSITORY / "docs" / "language.md"


def source(language: str) -> str:
    return files("casus.language").joinpath(FILES[language]).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", FILES)
def test_the_grammar_has_no_conflicts(language: str, caplog: pytest.LogCaptureFixture):
    """Lark resolves a shift/reduce conflict in silence, except in its log."""
    level = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(caplog.handler)
    try:
        Lark(source(language), parser="lalr", debug=True)
    finally:
        logger.removeHandler(caplog.handler)
        logger.setLevel(level)
    assert [record.getMessage() for record in caplog.records if "conflict" in record.getMessage().lower()] == []


def test_the_search_for_conflicts_finds_one(caplog: pytest.LogCaptureFixture):
    level = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(caplog.handler)
    try:
        Lark('start: e\ne: e "+" e | "x"', parser="lalr", debug=True)
    finally:
        logger.removeHandler(caplog.handler)
        logger.setLevel(level)
    assert any("conflict" in record.getMessage().lower() for record in caplog.records)


@cache
def by_lark(language: str) -> Lark:
    return Lark(source(language), parser="lalr", maybe_placeholders=False)


@pytest.mark.parametrize("path", OWN_TEXTS, ids=lambda path: path.name)
def test_our_way_of_choosing_terminals_gives_the_tree_of_lark_s_own_lexer(path: Path):
    text = path.read_text(encoding="utf-8")
    for fence in outline(text, "").fences:
        if fence.info in FILES:
            tokens = [token for token in scan(fence.content) if token.kind != "comment"]
            assert grammar(fence.info).parse(tokens) == by_lark(fence.info).parse(fence.content)


@pytest.mark.parametrize("language", FILES)
def test_what_the_first_grammar_takes_is_still_taken(language: str):
    """The grammar may grow: the one that the design began with accepts nothing that this one refuses."""
    first = Lark(shared("design", FILES[language]).read_text(encoding="utf-8"), parser="lalr", maybe_placeholders=False)
    paths = [shared("design", "example", "model-compact.casus.md")]
    paths += [shared("conformance", f"{name}.casus.md") for name in ("02-rearm", "06-defence", "10-measures")]
    for path in paths:
        for fence in outline(path.read_text(encoding="utf-8"), "").fences:
            if fence.info == language:
                first.parse(fence.content)
                tokens = [token for token in scan(fence.content) if token.kind != "comment"]
                assert hasattr(grammar(language).parse(tokens), "children")


def test_a_keyword_never_ends_inside_another_word():
    tokens = list(scan("define a means b orc"))
    assert not hasattr(grammar("casus").parse(tokens), "children")


@pytest.mark.parametrize("text", ["", "a", 'a "b"', "a\\", '\\"', "\\\\", "\\n", "Юг 日本"])
def test_a_text_is_escaped_and_read_back(text: str):
    (token,) = scan(escape(text))
    assert token.kind == "string"
    assert unescape(token.text) == text


def test_places_of_tokens_count_characters_from_1():
    tokens = [(token.text, token.line, token.col) for token in scan('a\n  "Юг" b # c\n\nd', 10)]
    assert tokens == [("a", 10, 1), ('"Юг"', 11, 3), ("b", 11, 8), ("# c", 11, 10), ("d", 13, 1)]


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("language", FILES)
def test_every_word_of_the_grammar_stands_in_the_reference(language: str):
    text = REFERENCE.read_text(encoding="utf-8")
    fences = [match[2] for match in re.finditer(r"^(`{3,})[^\n]*\n(.*?)^\1$", text, re.MULTILINE | re.DOTALL)]
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^(`{3,}).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL))
    words = set(re.findall(r"[a-z_]+|UTC", " ".join([*fences, *spans])))
    assert grammar(language).keywords - words == set()


def test_every_message_of_the_reader_stands_in_the_reference():
    text = REFERENCE.read_text(encoding="utf-8")
    assert [code for code, name in CODES.items() if not re.search(rf"^\| {code} \| {name} \|", text, re.MULTILINE)] == []
    assert set(re.findall(r"^\| ([EW]1\d\d) \|", text, re.MULTILINE)) == set(CODES)


def test_every_declaration_has_its_heading_in_the_reference():
    headings = re.findall(r"^#{2,4} (.*)$", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    titled = set(re.findall(r"`([a-z]+)`", " ".join(headings)))
    assert grammar("casus").declarations - titled == set()


@pytest.mark.parametrize("text", ["٢٠٣٠-٠١-٠١", "２０３０", "72½"])
def test_digits_of_other_scripts_are_no_numbers(text: str):
    assert all(token.kind not in ("instant", "number") or token.text.isascii() for token in scan(text))
