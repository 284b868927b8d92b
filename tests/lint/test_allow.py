"""`# casus: allow CODE because …`: what it holds for, and what is said of it."""

from __future__ import annotations

import pytest
from lint_texts import TESTS, small, text_from

from casus.language.document import Document
from casus.language.parse import parse
from casus.lint.review import Reviewed, review
from casus.lint.run import QUICK

PARTIES = 'party VDR "Valdria" as side\nparty KST "Kestria" as side\nrole side\n'
WEEKLY = "event strike by actor\ntrigger incident severity 1\n  when count of strike by KST >= 5 within fixed 7 days\n"
WHY = "because the sides report by week"


def reviewed(declarations: str, head: str = "", prose: str = "Nothing else is said.") -> Reviewed:
    return review(document(declarations, head, prose), None, kinds=QUICK)


def document(declarations: str, head: str = "", prose: str = "Nothing else is said.") -> Document:
    return parse(
        f"# A text\n\n```casus\n{head}agreement small\n  language 1\n  clock UTC\n  rounding down\n```\n\n"
        f"## Article 1. Incidents\n\n{prose}\n\n```casus\n{PARTIES}{declarations}```\n",
        "small.casus.md",
    )


def codes(of: Reviewed) -> set[str]:
    return {d.code for d in of.diagnostics} & {"T205", "A001", "A002", "A003", "W613", "W602"}


def test_a_finding_stands_where_nothing_is_allowed():
    assert codes(reviewed(WEEKLY)) == {"T205"}


@pytest.mark.parametrize("code", ["T205", "window-straddle", "T205, T205", "X110 , T205"])
def test_a_comment_right_before_a_declaration_allows_it(code):
    found = reviewed(WEEKLY.replace("trigger", f"# casus: allow {code} {WHY}\ntrigger"))
    assert "T205" not in codes(found)
    assert "T205" in {d.code for d in found.allowed}


def test_a_comment_inside_a_declaration_allows_it():
    text = WEEKLY.replace(
        "  when count of strike by KST >= 5 ", f"  # casus: allow T205 {WHY}\n  when count of strike by KST >= 5 "
    )
    assert codes(reviewed(text)) == set()


def test_a_comment_in_the_head_allows_in_the_whole_text():
    assert codes(reviewed(WEEKLY, head=f"# casus: allow T205 {WHY}\n")) == set()


def test_a_comment_of_another_declaration_allows_nothing_and_is_said_to_be_unused():
    found = reviewed(f"# casus: allow T205 {WHY}\n{WEEKLY}")
    assert codes(found) == {"T205", "A001"}
    unused = next(d for d in found.diagnostics if d.code == "A001")
    assert unused.severity == "warning"
    assert unused.span is not None
    assert "# casus: allow T205" in document(f"# casus: allow T205 {WHY}\n{WEEKLY}").text.split("\n")[unused.span.line - 1]


def test_a_warning_of_the_checker_is_allowed_in_the_same_way():
    warned = "event quake killed count\ntrigger harm severity 1\n  when any quake by KST\n"
    assert codes(reviewed(warned)) == {"W613"}
    assert codes(reviewed(warned.replace("trigger", "# casus: allow W613 because nobody makes a quake\ntrigger"))) == set()


def test_an_error_is_never_allowed():
    faulty = "# casus: allow E203 because it will be declared\ntrigger incident severity 1\n  when any strike\n"
    found = reviewed(faulty)
    assert {"E203", "A003"} <= {d.code for d in found.diagnostics}
    assert not found.allowed


def test_a_rule_whose_code_begins_like_an_error_can_be_allowed():
    term = "term in force when ratified by VDR and KST\n  lasts 5 years\n"
    assert "A003" not in codes(reviewed(f"# casus: allow E601 because it is a trial\n{term}"))


def test_without_a_reason_nothing_is_allowed():
    for words in ("allow T205", "allow T205 because", "allow T205 because  "):
        assert codes(reviewed(WEEKLY.replace("trigger", f"# casus: {words}\ntrigger"))) == {"T205", "A002"}


def test_an_unknown_code_is_said_with_the_nearest():
    found = reviewed(WEEKLY.replace("trigger", f"# casus: allow windw-straddle {WHY}\ntrigger"))
    assert codes(found) == {"T205", "A003"}
    assert next(d for d in found.diagnostics if d.code == "A003").help == "did you mean window-straddle?"


@pytest.mark.parametrize("words", ["allow because of it", "allow A001 because it is so"])
def test_what_cannot_be_allowed_is_said(words):
    assert "A003" in codes(reviewed(WEEKLY.replace("trigger", f"# casus: {words}\ntrigger")))


def test_a_code_that_was_not_looked_for_is_not_said_to_be_unused():
    text = document(WEEKLY.replace("trigger", f"# casus: allow T205 {WHY}\ntrigger").replace("fixed", "rolling"))
    assert "A001" in {d.code for d in review(text, None, kinds={"S"}).diagnostics}
    assert "A001" not in {d.code for d in review(text, None, kinds={"X"}).diagnostics}


def test_a_finding_in_prose_is_allowed_by_a_declaration_of_its_article():
    prose = "Each side keeps away for forty days."
    assert "X110" in {d.code for d in reviewed(WEEKLY, prose=prose).diagnostics}
    allowing = f"# casus: allow X110 because the forty days are custom\n{WEEKLY}"
    assert "X110" not in {d.code for d in reviewed(allowing, prose=prose).diagnostics}


def test_a_comment_about_something_else_allows_nothing():
    assert codes(reviewed(WEEKLY.replace("trigger", "# casus is a text: allow T205 because of this\ntrigger"))) == {"T205"}


def test_an_allowed_finding_has_no_witness_to_write():
    linted = small(PARTIES + WEEKLY.replace("trigger", f"# casus: allow T205 {WHY}\ntrigger")).lint({"T205"})
    assert not linted.found
    assert linted.allowed
    assert not linted.witnesses


def test_the_same_comment_counts_in_a_text_with_other_line_ends():
    text = (TESTS / "lint" / "rules" / "T205" / "speaks.casus.md").read_text("utf-8")
    allowing = text.replace("trigger incident", f"# casus: allow T205 {WHY}\ntrigger incident").replace("\n", "\r\n")
    assert len(text_from(allowing).lint({"T205"}).found) == 1
