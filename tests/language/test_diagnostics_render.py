"""Diagnostics as text, JSON and SARIF."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language_files import often
from pydantic import TypeAdapter

from casus.diagnostics import Diagnostic, Related, Span, json_schema, render_text, to_json, to_sarif
from casus.diagnostics.render import MAX_WIDTH


def at(line: int, col: int, end_col: int, *, end_line: int | None = None, file: str = "a.md") -> Span:
    return Span(file, line, col, end_line or line, end_col)


def shown(source: str, col: int, end_col: int) -> list[str]:
    found = Diagnostic("E1", "a-name", "what", at(1, col, end_col))
    return render_text([found], {"a.md": source}).split("\n")


def columns(text: str) -> int:
    """Width on a screen, by the standard's categories."""
    zero = ("Mn", "Me", "Cf")
    wide = ("W", "F")
    return sum(0 if unicodedata.category(c) in zero else 2 if unicodedata.east_asian_width(c) in wide else 1 for c in text)


WHOLE = """\
a.md:2:3: error[E130] duplicate-clause: `debtor` stands twice
  2 |   debtor VDR
    |   ^^^^^^^^^^
  because, line 1: the first stands here
  1 | one debtor
    |     ------
  because, b.md:1:1: and another
  because: of nothing in particular
  help: keep one
"""


def test_a_diagnostic_shows_its_line_its_reasons_and_what_helps():
    because = (
        Related("the first stands here", at(1, 5, 11)),
        Related("and another", at(1, 1, 2, file="b.md")),
        Related("of nothing in particular"),
    )
    found = Diagnostic("E130", "duplicate-clause", "`debtor` stands twice", at(2, 3, 13), "error", because, "keep one")
    assert render_text([found], {"a.md": "one debtor\n  debtor VDR\n"}) == WHOLE


def test_several_diagnostics_are_a_blank_line_apart_and_none_are_nothing():
    found = Diagnostic("W1", "a-name", "what", None, "warning")
    assert render_text([found, found], {}) == "warning[W1] a-name: what\n\nwarning[W1] a-name: what\n"
    assert render_text([], {}) == ""


def test_colour_changes_nothing_but_the_colour():
    found = Diagnostic("E1", "a-name", "what", at(1, 1, 3), "error", (Related("why", at(1, 3, 4)),), "help")
    plain = render_text([found], {"a.md": "abcd"})
    coloured = render_text([found], {"a.md": "abcd"}, True)
    assert coloured != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize(
    ("source", "col", "end_col", "line", "mark"),
    [
        ("abc def", 5, 8, "abc def", "    ^^^"),
        ("\tabc", 2, 5, "    abc", "    ^^^"),
        ("a\tb", 3, 4, "a   b", "    ^"),
        ("a\tb", 2, 3, "a   b", " ^^^"),
        ("日本 x", 4, 5, "日本 x", "     ^"),
        ("日本 x", 2, 3, "日本 x", "  ^^"),
        ("Юг x", 4, 5, "Юг x", "   ^"),
        ("e\u0301 x", 4, 5, "e\u0301 x", "  ^"),
        ("abc", 4, 4, "abc", "   ^"),
        ("abc", 4, 9, "abc", "   ^"),
        ("a\x1b[31mb", 2, 3, "a␛[31mb", " ^"),
        ("a\u202eb c", 5, 6, "a\ufffdb c", "    ^"),
        ("", 1, 1, "", "^"),
    ],
)
def test_the_mark_stands_under_what_is_meant(source: str, col: int, end_col: int, line: str, mark: str):
    _, first, second, _ = shown(source, col, end_col)
    assert (first, second) == (f"  1 | {line}".rstrip(), f"    | {mark}")


@pytest.mark.parametrize("position", [1, 100, 200, 5_000, 999_990])
def test_a_very_long_line_is_cut_around_the_place(position: int):
    source = "x" * (position - 1) + "WORD" + "y" * 1_000_000
    _, first, second, _ = shown(source, position, position + 4)
    assert len(first) <= MAX_WIDTH + 12
    assert first[second.index("^") :].startswith("WORD")
    assert second.count("^") == 4
    assert first.endswith(" …")
    assert ("| … " in first) == (position > 1)


def test_a_span_of_several_lines_is_marked_on_its_first():
    found = Diagnostic("E1", "a-name", "what", at(1, 3, 2, end_line=3))
    assert render_text([found], {"a.md": "ab cd\nx\ny"}).split("\n")[1:3] == ["  1 | ab cd", "    |   ^^^ …"]


@pytest.mark.parametrize("sources", [{}, {"a.md": "one line"}])
def test_a_place_that_no_source_has_is_shown_without_a_line(sources: dict[str, str]):
    found = Diagnostic("E1", "a-name", "what", at(7, 1, 2))
    assert render_text([found], sources) == "a.md:7:1: error[E1] a-name: what\n"


def test_lines_are_those_of_the_reader_whatever_ends_them():
    for end in ("\n", "\r\n", "\r"):
        found = Diagnostic("E1", "a-name", "what", at(2, 1, 4))
        text = render_text([found], {"a.md": f"\ufeffone\u2028x{end}two{end}"})
        assert text.split("\n")[1] == "  2 | two"


@often
@given(st.text(max_size=300), st.integers(1, 320), st.integers(0, 30), st.text(max_size=20))
def test_any_line_is_shown_safely_and_marked_within_it(source: str, col: int, length: int, message: str):
    found = Diagnostic("E1", "a-name", message, at(1, col, col + length), "error", (), message)
    text = render_text([found], {"a.md": source})
    for row in text.split("\n"):
        assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in row)
        assert columns(row) <= MAX_WIDTH + len(message) * 2 + 60
    marked = [row for row in text.split("\n") if re.fullmatch(r"    \| +\^+|    \| \^+", row)]
    assert len(marked) == 1


# ---------------------------------------------------------------- for programs

WITH_ALL = Diagnostic("W9", "a-name", "what", at(1, 2, 3), "warning", (Related("why", at(4, 5, 6)), Related("so")), "help")
BARE = Diagnostic("E1", "other", "what")


@pytest.mark.parametrize("found", [WITH_ALL, BARE])
def test_json_holds_everything_and_can_be_read_back(found: Diagnostic):
    values = to_json(found)
    assert TypeAdapter(Diagnostic).validate_python(values) == found
    assert set(values) == set(json_schema()["properties"])


def test_sarif_has_the_rules_levels_places_and_reasons():
    log = to_sarif([WITH_ALL, BARE, WITH_ALL], "1.2.3")
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["tool"]["driver"] == {
        "name": "casus",
        "version": "1.2.3",
        "rules": [{"id": "E1", "name": "other"}, {"id": "W9", "name": "a-name"}],
    }
    first, second, third = run["results"]
    assert first == third
    assert first == {
        "ruleId": "W9",
        "ruleIndex": 1,
        "level": "warning",
        "message": {"text": "what\nhelp: help\nbecause: so"},
        "locations": [{"physicalLocation": place(1, 2, 3)}],
        "relatedLocations": [{"id": 0, "message": {"text": "why"}, "physicalLocation": place(4, 5, 6)}],
    }
    assert second == {"ruleId": "E1", "ruleIndex": 0, "level": "error", "message": {"text": "what"}}


def place(line: int, col: int, end_col: int) -> dict[str, object]:
    region = {"startLine": line, "startColumn": col, "endLine": line, "endColumn": end_col}
    return {"artifactLocation": {"uri": "a.md"}, "region": region}


def test_sarif_names_files_by_uri():
    (run,) = to_sarif([Diagnostic("E1", "a", "b", Span("a b/ü<1>.md", 1, 1, 1, 2))])["runs"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/%C3%BC%3C1%3E.md"
