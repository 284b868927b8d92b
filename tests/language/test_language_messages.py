"""Faulty texts and exactly what is said about them. CASUS_UPDATE=1 writes the expected output anew, for reading in review."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from language_files import BAD, REPOSITORY, casus

from casus.diagnostics import render_text
from casus.language.faults import CODES
from casus.language.parse import MAX_FAULTS, parse, read

EXAMPLES = [
    # (line, place in it, code, what the message or the help says)
    ("trigger a severity 1 when any strike verify x y", 38, "E121", "did you mean `needs`?"),
    ("trigger a severity 1 when any strike quorum 3", 38, "E121", "it is a clause of `decision`"),
    ("triger a severity 1 when any strike", 1, "E120", "did you mean `trigger`?"),
    ("trigger a severity 1 when any x rearm after 3 months", 47, "E128", "an exact duration is needed here"),
    ("trigger a severity 1 when any x rearm after 1 hour", 47, "E128", "write `hours`"),
    ("term lasts 10 days", 15, "E128", "a calendar period is needed here"),
    ('party VDR "Valdria as x', 11, "E124", "no closing quotation mark"),
    ("trigger a severity 1 when count of x >= 1,000 within rolling 3 days", 42, "E127", "`1_000`"),
    ("obligation a upon breach due at activation", 26, "E122", "write `breach of …`"),
    ("trigger STRIKE severity 1 when any x", 9, "E126", "`strike`"),
    ("event strikе by actor", 7, "E126", "cyrillic small letter ie"),
    ("obligation a debtor VDR debtor KST", 25, "E130", "keep one of the two"),
    ("decision a of b", 15, "E123", "needs at least one clause"),
    ('open deadline of a "x"', 6, "E122", "did you mean `due`?"),
    ('open definitoin of a "x"', 6, "E122", "did you mean `definition`?"),
    ('wording a "x" EN "y"', 15, "E126", "`en`"),
    ('wording a "x" en "y", ua', 23, "E123", "quotation marks"),
    ('source a "x" by "y"', 17, "E123", "`standing`"),
    ('source a "x" standing good', 23, "E122", "`general_knowledge`"),
    ('source a "x" standing weak standing party', 28, "E122", "not expected"),
    ('source a "x" dated 2027-01-01 dated 2027-01-02 standing weak', 31, "E130", "keep one of the two"),
    ('claim a on b by c says "d" holder "e" holder VDR', 39, "E130", "keep one of the two"),
    ("position VDR on a acepts", 19, "E122", "did you mean `accepts`?"),
    ('concession a by VDR "b" for c', 25, "E122", "`irreversible`"),
    ('step a "b" afer c', 12, "E121", "did you mean `after`?"),
    ('zone a opens "b"', 8, "E122", "did you mean `open`?"),
    ("term requires a requires b", 17, "E130", "keep one of the two"),
]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name.split(".")[0])
def test_a_faulty_text_is_answered_with_these_messages(path: Path):
    name = path.relative_to(REPOSITORY).as_posix()
    text = path.read_text(encoding="utf-8")
    answer = render_text(parse(text, name).diagnostics, {name: text})
    expected = path.with_name(path.name.replace(".casus.md", ".expected.txt"))
    if os.environ.get("CASUS_UPDATE"):
        expected.write_text(answer, encoding="utf-8")
    assert answer == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize(("line", "col", "code", "said"), EXAMPLES, ids=[row[0][:40] for row in EXAMPLES])
def test_a_slip_is_named_where_it_stands_with_what_helps(line: str, col: int, code: str, said: str):
    (found,) = parse(casus(line), "a.casus.md").diagnostics
    assert (str(found.span), found.code) == (f"a.casus.md:4:{col}", code)
    assert said in f"{found.message} {found.help}"


def test_every_finding_has_a_registered_code_a_place_and_a_help():
    for path in BAD:
        for found in read(path).diagnostics:
            assert CODES[found.code] == found.name
            assert found.severity == ("warning" if found.code.startswith("W") else "error")
            assert found.span is not None
            assert found.help


def test_the_faulty_texts_show_every_code_but_those_of_unreadable_files():
    shown = {found.code for path in BAD for found in read(path).diagnostics}
    assert set(CODES) - shown == {"E100", "E101", "E102", "E103", "E107", "W110", "E133"}


def test_one_bad_declaration_does_not_hide_the_others():
    document = read(next(path for path in BAD if path.name == "declarations.casus.md"))
    assert len({found.span.line for found in document.diagnostics if found.span}) >= 9
    names = [getattr(decl, "name", getattr(decl, "names", None)) for decl in document.declarations]
    assert names == [("kept", "kept_too"), "also_kept", "z"]


def test_the_names_of_declarations_that_do_not_parse_are_known():
    document = parse(casus("trigger lost severity x", "define used means lost", 'party VDR "x'))
    assert document.broken == {"lost", "VDR"}
    assert [decl.kind for decl in document.declarations] == ["define"]


def test_after_many_faults_the_rest_is_not_read_and_says_so():
    document = parse(casus(*(f"trigger t{number}" for number in range(MAX_FAULTS + 50)), "role unread"))
    assert [found.code for found in document.diagnostics] == ["E123"] * MAX_FAULTS + ["E133"]
    assert document.declarations == ()


def test_a_name_that_continues_a_line_in_column_1_still_belongs_to_it():
    document = parse(casus("role first,", "second", "define a means b or", "c", "where", "d"))
    assert document.diagnostics == ()
    assert [decl.kind for decl in document.declarations] == ["role", "define"]


def test_declarations_may_share_a_line_or_be_indented():
    document = parse(casus("  role a  role b", "  role c", "    define d", "    means e"))
    assert document.diagnostics == ()
    assert [decl.kind for decl in document.declarations] == ["role", "role", "role", "define"]


def test_places_of_clauses_are_those_of_the_file():
    (decl,) = parse(casus("obligation a", "  debtor VDR  creditor KST", "  due at activation"), "f.md").declarations
    places = {name: str(span) for name, span in decl.clause_spans.items()}
    where = {"name": "f.md:4:12", "debtor": "f.md:5:3", "creditor": "f.md:5:15", "due": "f.md:6:3"}
    assert places == where
    assert decl.place("amount", "due") == decl.clause_spans["due"]
    assert decl.place("amount") == decl.span


def test_comments_belong_to_the_declaration_they_stand_before_or_in():
    lines = ["# one", "", "#two", "role a  # behind", "# three", "define b", "  # inside", "  means c", "# last"]
    first, second = parse(casus(*lines)).declarations
    assert first.comments == ("one", "two", "behind")
    assert second.comments == ("three", "inside", "last")


def test_each_message_is_one_line_of_plain_words():
    for path in BAD:
        for found in read(path).diagnostics:
            for text in (found.message, found.help or "", *(related.message for related in found.because)):
                assert "\n" not in text
                assert not re.search(r"__ANON|\b[A-Z]{4,}_|Token\(|Tree\(", text)
