"""The page says what the text says, whose opinion each grade is, and what is left where only legal clauses count."""

from __future__ import annotations

import json
import re

import pytest
from compare_texts import PACT, altered, draft, swapped

from casus.cli.main import run_command
from casus.compare.binding import binding
from casus.compare.clocks import clocks
from casus.compare.shapes import ShowJson
from casus.compare.sheet import sheet, sheet_json
from casus.compare.strip import strip

POLITICAL = (('  to consult "at the highest level"', '  grade political\n  to consult "at the highest level"'),)


def scope(page):
    return {cell.feature.id: cell.state for cell in page.scope}


def test_the_page_says_who_does_what_by_when(tmp_path):
    page = sheet(draft(tmp_path))
    said = {answer.about: answer.text for answer in page.consequences}
    assert said["consult"] == (
        'If tension or attack is met, then each of KST, LYS and MRV shall consult "at the highest level" towards VDR '
        "within 24 hours after activation"
    )
    assert said["explain_why"].startswith("If consult is breached, then ")
    assert said["measures"].endswith("by consensus with at most 1 against; silence: it is rejected")
    assert [answer.about for answer in page.own_duties] == ["restraint"]


def test_triggers_are_said_with_threshold_window_and_rung(tmp_path):
    said = {answer.about: answer.text for answer in sheet(draft(tmp_path)).triggers}
    assert said["tension"] == (
        "tension: strike by OSK at least 3 times within any 72 hours; each at least reported (occurrence); again after 7 days"
    )


def test_a_point_that_no_clause_answers_is_silent_and_one_left_open_is_open(tmp_path):
    states = scope(sheet(draft(tmp_path)))
    assert states["territory"] == "silent"
    assert states["attribution"] == "silent"
    assert states["forum"] == "said"
    text = altered(("event meeting by actor", 'event meeting by actor\nopen territory "the zone of the Two Rivers"'))
    page = sheet(draft(tmp_path, text))
    assert scope(page)["territory"] == "open"
    assert [answer.text for answer in page.open] == ["territory: the zone of the Two Rivers"]


def test_every_length_of_time_of_the_text_is_a_clock_with_its_anchor(tmp_path):
    found = {(clock.of, clock.part): clock for clock in clocks(draft(tmp_path).agreement)}
    assert found["consult", "due"].kind == "meet"
    assert found["measures", "closes"].anchor == "opening"
    assert found["assist", "due"].kind == "deliver"
    assert {part for of, part in found if of == "term"} == {"lasts", "withdrawal_notice", "survives assist"}
    assert found["occurrence", "silence"].anchor == "report"


def test_a_grade_that_nobody_states_is_derived_and_says_so(tmp_path):
    clause = binding(draft(tmp_path).agreement).clause("assist")
    assert (clause.verdict, clause.because) == ("legal", "derived from the instrument: treaty")


def test_a_memorandum_lets_nobody_expect_a_grade(tmp_path):
    clause = binding(draft(tmp_path, altered(("instrument treaty", "instrument memorandum"))).agreement).clause("assist")
    assert clause.verdict == "not determined"


OPINIONS = (
    "consent by ratification",
    'consent by ratification\n  held legal according to "Valdria"\n  held political according to "Kestria"',
)


def test_two_opinions_make_a_clause_disputed_and_one_holder_can_be_followed(tmp_path):
    agreement = draft(tmp_path, altered(OPINIONS)).agreement
    assert binding(agreement).clause("assist").verdict == "disputed"
    assert binding(agreement, "Valdria").clause("assist").verdict == "legal"
    assert binding(agreement, "Kestria").clause("assist").verdict == "political"


def test_what_the_clause_says_of_itself_goes_before_what_is_said_of_the_whole(tmp_path):
    agreement = draft(tmp_path, altered(OPINIONS, *POLITICAL)).agreement
    assert binding(agreement).clause("consult").verdict == "political"
    assert binding(agreement).clause("consult").because == "stated in the text"


def test_binding_only_takes_out_the_political_clause_and_what_hung_on_it(tmp_path):
    stripped = strip(draft(tmp_path, altered(*POLITICAL)).agreement)
    assert [clause.name for clause in stripped.lost] == ["consult"]
    assert {(h.name, h.gone) for h in stripped.hanging} == {("explain_why", True), ("tension", False)}
    assert {clause.name for clause in stripped.remaining} == {"measures", "assist", "restraint"}
    assert "consult" not in stripped.agreement.norms


def test_binding_only_of_a_text_that_is_legal_throughout_loses_nothing(tmp_path):
    stripped = strip(draft(tmp_path).agreement)
    assert not stripped.lost
    assert not stripped.hanging
    assert len(stripped.remaining) == 5


SECOND = """
```casus
obligation second
  upon breach of explain_why
  debtor every guarantor  creditor VDR
  to report
  due 1 days after activation
```
"""


def test_binding_only_follows_a_chain_of_causes_to_its_end(tmp_path):
    stripped = strip(draft(tmp_path, altered(*POLITICAL) + SECOND).agreement)
    assert {h.name for h in stripped.hanging if h.gone} == {"explain_why", "second"}


def test_swapping_two_parties_swaps_them_on_the_page_and_nothing_else(tmp_path):
    ours = sheet_json(sheet(draft(tmp_path)))
    theirs = sheet_json(sheet(draft(tmp_path, swapped(PACT))))
    for key in ("clocks", "open", "scope", "blockers"):
        assert [words(x) for x in ours[key]] == [words(x, swapped) for x in theirs[key]]


def words(value, through=lambda text: text):
    """The words of a JSON value, sorted: names in a list stand in the order of the alphabet, whosever they are."""
    return sorted(re.findall(r"\w+", through(json.dumps(value))))


@pytest.mark.parametrize("options", [[], ["--binding-only"]])
def test_the_json_has_the_published_shape(tmp_path, capsys, options):
    draft(tmp_path, altered(OPINIONS))
    assert run_command(["show", str(tmp_path / "pact.casus.md"), "--json", *options]) == 0
    ShowJson.model_validate_json(capsys.readouterr().out)


def test_show_prints_the_page_and_names_what_is_missing(tmp_path, capsys):
    draft(tmp_path)
    assert run_command(["show", str(tmp_path / "pact.casus.md")]) == 0
    out = capsys.readouterr().out
    assert "Territory: the text is silent" in out
    assert "measures: any 2 of KST, LYS, MRV by voting no" in out


def test_an_unknown_holder_of_an_opinion_is_an_error_that_names_those_there_are(tmp_path, capsys):
    draft(tmp_path, altered(OPINIONS))
    assert run_command(["show", str(tmp_path / "pact.casus.md"), "--according-to", "Lysmark"]) == 2
    assert '"Kestria", "Valdria"' in capsys.readouterr().err
