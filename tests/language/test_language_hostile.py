"""Texts that nobody writes by accident: they get a clear answer, never a crash, and no norm in them is lost in silence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language_files import casus, often

from casus.language.chunks import MAX_NESTING
from casus.language.format import format_text
from casus.language.parse import parse, read
from casus.language.printer import print_node
from casus.language.source import MAX_BYTES
from casus.language.tree_json import from_json, to_json


def codes(text: str) -> list[str]:
    return [found.code for found in parse(text).diagnostics]


# ---------------------------------------------------------------- size and encoding


def test_a_file_above_the_limit_is_refused_without_being_loaded(tmp_path: Path):
    file = tmp_path / "large.casus.md"
    with file.open("wb") as out:
        out.truncate(50 * 1024 * 1024 * 1024)  # a sparse file: reading it whole would fail the test by itself
    (found,) = read(file).diagnostics
    assert found.code == "E102"
    assert "8 MiB" in found.message


def test_the_limit_counts_bytes_and_includes_its_last_one(tmp_path: Path):
    file = tmp_path / "full.casus.md"
    for extra, expected in ((0, []), (1, ["E102"])):
        text = "é" * (MAX_BYTES // 2) + "x" * extra
        file.write_text(text, encoding="utf-8")
        assert [found.code for found in read(file).diagnostics] == expected
        assert codes(text) == expected


def test_a_text_above_the_limit_is_left_alone_by_the_formatter():
    text = casus("role   a") + "x" * MAX_BYTES
    assert format_text(text) == text


def test_a_missing_file_and_a_folder_say_so(tmp_path: Path):
    for path in (tmp_path / "none.casus.md", tmp_path):
        (found,) = read(path).diagnostics
        assert found.code == "E100"
        assert path.as_posix() in found.message


def test_what_is_not_utf_8_is_named_by_byte_and_line(tmp_path: Path):
    file = tmp_path / "latin.casus.md"
    file.write_bytes("# Ø\r\nétat d’".encode() + b"\xe9tat")
    (found,) = read(file).diagnostics
    assert found.code == "E101"
    assert "byte 16 (0xE9), in line 2," in found.message
    assert (found.span.line, found.span.col) == (2, 8)


def test_a_byte_order_mark_and_crlf_change_nothing():
    plain = casus("role a", "# c", "define b", "  means c")
    marked = "\ufeff" + plain.replace("\n", "\r\n")
    assert parse(marked) == parse(plain)
    assert format_text(marked) == marked


def test_crlf_is_kept_where_a_line_is_laid_out_anew():
    assert format_text("```casus\r\n  role   a\r\nrole b\n```\r\n") == "```casus\r\nrole a\r\nrole b\n```\r\n"


@pytest.mark.parametrize(
    ("text", "code", "line", "col"),
    [
        ("a\n\0b", "E103", 2, 1),
        ("x\ry", "E103", 1, 2),
        ("a\n\x1b[31m", "E103", 2, 1),
        ("a\x9bb", "E103", 1, 2),
        ("\n\n b\u202ec", "W110", 3, 3),
    ],
)
def test_characters_that_hide_what_a_text_says_are_reported(text: str, code: str, line: int, col: int):
    (found,) = parse(text).diagnostics
    assert (found.code, found.span.line, found.span.col) == (code, line, col)


def test_tabs_form_feeds_and_blank_lines_are_white_space():
    document = parse(casus("\trole\ta", "\f", "", "role\fb"))
    assert document.diagnostics == ()
    assert len(document.declarations) == 2


def test_lines_end_only_where_markdown_ends_them():
    """Python's own idea of a line would put these places wrong."""
    (found,) = parse(casus('nonparty OSK "a\u2028b\u2029c"', "triger")).diagnostics
    assert (found.span.line, found.span.col) == (5, 1)


# ---------------------------------------------------------------- depth and length


@pytest.mark.parametrize(
    "line",
    [
        "define a means b where " + "(" * 10_000 + "x" + ")" * 10_000,
        "define a means b where " + "(" * 10_000,
        "define a means b where " + "(x or " * 10_000,
        "define a means b where " + "not " * 10_000 + "x",
        "trigger a severity 1 when " + "(any x or not (any y and " * 5_000 + "any z" + "))" * 5_000,
        "zone a = " + "(" * 10_000 + "b" + ")" * 10_000,
        "zone a = b" + " plus b" * 10_000,
        "zone a = b" + " minus b" * 10_000,
        "obligation a to deploy in b" + " minus b" * 10_000,
        "define a means b where at in (c" + " plus c" * 10_000 + ")",
    ],
    ids=lambda line: line[:36],
)
def test_deep_nesting_is_a_finding_and_not_a_crash(line: str):
    document = parse(casus(line, "role kept"))
    assert [found.code for found in document.diagnostics] == ["E132"]
    assert [decl.kind for decl in document.declarations] == ["role"]
    assert format_text(casus(line, "role kept")) == casus(line, "role kept")


def test_a_name_at_the_start_of_each_line_does_not_hide_the_depth():
    document = parse(casus("define a means b where (x or", *["y or (z or"] * 5_000, "x"))
    assert "E132" in {found.code for found in document.diagnostics}


@pytest.mark.parametrize(
    "line",
    [
        "define a means b where " + "(a or b and " * MAX_NESTING + "x" + ")" * MAX_NESTING,
        "define a means b where " + "not (a and " * (MAX_NESTING // 2) + "x" + ")" * (MAX_NESTING // 2),
        "trigger t severity 1 when " + "(any a or any b and " * MAX_NESTING + "any x" + ")" * MAX_NESTING,
        "zone z = " + "(a minus " * MAX_NESTING + "b" + ")" * MAX_NESTING,
        "zone z = a" + " plus b" * MAX_NESTING,
    ],
    ids=lambda line: line[:36],
)
def test_the_deepest_tree_can_be_compared_hashed_printed_and_sent(line: str):
    """With Python's own limit of recursion, from as deep in the stack as a test runs."""
    assert sys.getrecursionlimit() == 1000
    one, other = parse(casus(line)), parse(casus(line))
    assert one.diagnostics == ()
    assert one == other
    assert hash(one.declarations) == hash(other.declarations)
    assert repr(one) == repr(other)
    assert parse(casus(*map(print_node, one.declarations))).declarations == one.declarations
    assert from_json(to_json(one)) == one


def test_long_lists_are_no_depth():
    document = parse(casus("define a means b where x" + " or x" * 3_000, "role c" + ",\nd" * 3_000))
    assert document.diagnostics == ()
    define, role = document.declarations
    assert (len(define.where.parts), len(role.names)) == (3_001, 3_001)


def test_a_number_of_thousands_of_digits_is_a_finding():
    document = parse(
        casus("trigger a severity " + "9" * 10_000 + " when any x", "suspension by a for at most " + "9" * 20 + " days")
    )
    assert [found.code for found in document.diagnostics] == ["E127", "E127"]


# ---------------------------------------------------------------- fences that are not read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n  ```casus\n  role a\n  ```\n", ["E105"]),
        ("1. a\n\n   ```casus-test\n   scenario a\n   ```\n", ["E105"]),
        ("> ```casus\n> role a\n> ```\n", ["E105"]),
        (" ```casus\n role a\n ```\n", ["E105"]),
        ("    ```casus\n    role a\n    ```\n", ["E105"]),
        ("<div>\n```casus\nrole a\n```\n</div>\n", ["E105"]),
        ("<!--\n```casus\nrole a\n```\n-->\n", ["E105"]),
        ("```text\n```casus\nrole a\n```\n", ["W107"]),
        ("```text\n```casus\nrole a\n", ["E104", "E107"]),
        ("```casus\nrole a\n", ["E104"]),
        ("```casus\nrole a\n\n```casus\nrole b\n```\n", ["E107", "E125"]),
        ("```Casus\nrole a\n```\n", ["W106"]),
        ("```casus_test\n```\n", ["W106"]),
        ("```{.casus}\n```\n", ["W106"]),
        ("```casus role b\nrole a\n```\n", ["W106"]),
        ("````md\n```casus\nrole a\n```\n````\n", []),
        ("~~~md\n```casus\nrole a\n```\n~~~\n", []),
        ("~~~casus\nrole a\n~~~\n", []),
        ("```python\ncasus = 1\n```\n", []),
        ("The word ```casus``` in a line.\n", []),
    ],
    ids=lambda part: part[:28] if isinstance(part, str) else "",
)
def test_a_fence_that_is_not_read_is_reported(text: str, expected: list[str]):
    assert codes(text) == expected


MARKS = [*("", "```", "```casus", "```casus-test", "```text", "````", "~~~", "> ", "- ", "  ", "    ", "\t", "==="), "<div>"]
MARKS += ["</div>", "<!--", "-->", "# A", "| a |", "|---|", "role a", "a"]


@often
@given(st.lists(st.sampled_from(MARKS), max_size=12))
def test_no_opening_of_a_casus_fence_is_passed_over(rows: list[str]):
    """Each line that opens one is read as a fence, reported, or part of another fence that is longer or reported."""
    document = parse("\n".join(rows) + "\n")
    read_at = {fence.line - 1 for fence in document.fences}
    reported = {found.span.line for found in document.diagnostics}
    inside = {
        fence.line + number for fence in document.fences for number in range(fence.content.count("\n"))
    }  # content of fences that were read: an opening in it is code, and code is checked
    for number, row in enumerate(rows, 1):
        if row in ("```casus", "```casus-test"):
            assert number in read_at | reported | inside, rows
