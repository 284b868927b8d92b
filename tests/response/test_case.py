"""Case files: every step with its entry, dissent and reply; and which cases nothing moves any more."""

from __future__ import annotations

import re

from records import ATTACKS, IN_FORCE, at, with_lines

from casus.response.case import PHASES, case_file, standing, stuck
from casus.response.letters import BLANK, as_markdown, letters
from casus.state.evaluate import evaluate
from casus.time import HOUR

ATTACK = "attack@2027-03-01T02:10Z@2027-03-01T02:10Z"
ANSWERED = (
    *IN_FORCE,
    "2027-03-01T02:10Z strike by OSK id s1 at 46.05 -26.30 weapon uav killed 12 as confirmed",
    "2027-03-01T02:30Z mission says attributed on s1",
    "2027-03-01T04:00Z commission finds proportionate no on s1",
    "2027-03-01T05:00Z commission determines attack_case yes",
    "2027-03-01T06:00Z attendance by KST",
    "2027-03-01T07:00Z KST votes yes on measures",
    "2027-03-01T07:10Z LYS votes yes on measures",
    "2027-03-01T07:20Z MRV votes no on measures",
)


def told(lines, instant=None, case=None, reply=None):
    agreement, view = with_lines(lines)
    state = evaluate(agreement, view, at(instant) if instant else view.known_at)
    found = case_file(agreement, view, state, case or state.activations[0].id, reply)
    assert found is not None
    return agreement, view, state, found


def test_a_case_runs_from_evidence_to_consequence_and_every_entry_is_on_the_record():
    _, view, _, case = told(ANSWERED, "2027-03-02T12:00Z")
    assert [p for p in PHASES if p in {s.phase for s in case.steps}] == [
        "evidence",
        "finding",
        "attribution",
        "determination",
        "decision",
        "consequence",
    ]
    on_record = {e.id for e in view.entries}
    assert {entry for step in case.steps for entry in step.entries} <= on_record
    spoken = {e.act.kind for e in view.entries for s in case.steps if e.id in s.entries}
    assert spoken == {"report", "adjudication", "finding", "determination", "vote"}
    assert case.steps == tuple(sorted(case.steps, key=lambda s: (PHASES.index(s.phase), s.at.us, s.text)))


def test_who_voted_against_the_outcome_dissents():
    *_, case = told(ANSWERED, "2027-03-02T12:00Z")
    assert [s.text for s in case.dissent] == ["MRV votes no on measures, which is adopted"]
    _, view, *_ = told(ANSWERED)
    assert view.entries[-1].id in case.dissent[0].entries


def test_a_body_that_takes_its_word_back_dissents_from_what_counts():
    *_, case = told([*ANSWERED, "2027-03-01T08:00Z mission says occurrence lifted on s1"])
    assert [s.text for s in case.dissent if s.phase == "finding"] == ["mission says occurrence lifted on s1 (scenario)"]


def test_the_time_for_a_reply_runs_from_when_the_case_was_known_and_ends_when_it_is_set():
    *_, case = told([*IN_FORCE, ATTACKS[0]], reply=HOUR * 72)
    assert case.reply.who == ("OSK",)
    assert case.reply.until == case.reply.since + HOUR * 72
    *_, without = told([*IN_FORCE, ATTACKS[0]])
    assert without.reply.until is None
    assert without.reply.entries == ()


def test_a_case_with_a_clock_is_open_and_names_its_next_steps():
    agreement, _, state, case = told([*IN_FORCE, ATTACKS[0]])
    assert case.standing.status == "open"
    assert {n.at for n in case.standing.next if n.at} <= {c.at for c in state.coming}
    assert stuck(agreement, state) == ()


def test_a_case_that_nothing_moves_any_more_and_that_is_not_closed_is_stuck():
    lines = [*IN_FORCE, "2027-03-01T02:10Z strike by OSK id s1 at 46.05 -26.30 weapon uav killed 12 as confirmed attributed"]
    agreement, _, state, case = told(lines, "2028-03-01T00:00Z")
    assert case.standing.status == "stuck"
    assert case.standing.next == ()
    assert "consult of KST is breached" in case.standing.unsettled
    assert [s.id for s in stuck(agreement, state)] == [ATTACK]


def test_a_reversed_case_is_closed_once_nothing_of_it_runs():
    agreement, view = with_lines([*IN_FORCE, ATTACKS[0], "2027-03-09T00:00Z withdraw s1"])
    state = evaluate(agreement, view, at("2027-05-01T00:00Z"))
    [only] = standing(agreement, state)
    assert (only.status, only.closed) == ("closed", "reversed 2027-03-09 00:00 UTC")


def test_a_reversed_case_in_which_something_still_runs_is_not_closed():
    *_, case = told([*IN_FORCE, ATTACKS[0], "2027-03-01T03:00Z withdraw s1"])
    assert case.activation.reversed is not None
    assert case.standing.status == "open"


# ---------------------------------------------------------------- letters

_SENTENCE = re.compile(r"^(?!#|\*\*|- `|From:|To:|Place and date|Reference|Case |\d+ entries, root)(.+)$", re.MULTILINE)


def test_every_sentence_of_every_letter_points_to_an_entry_or_an_article_or_is_left_blank():
    agreement, view, state, case = told(ANSWERED, "2027-03-02T12:00Z")
    known = {e.id for e in view.entries} | set(agreement.articles)
    pack = letters(agreement, view, state, case)
    assert [x.name for x in pack] == ["request", "article-51", "convening", "parliament"]
    for letter in pack:
        for _, sentences in letter.parts:
            assert sentences
            for sentence in sentences:
                assert sentence.rests_on or BLANK in sentence.text, sentence.text
                assert set(sentence.rests_on) <= known
        page = as_markdown(letter, view, state, case)
        assert "DRAFT" in page
        assert "A RECONSTRUCTION" in page
        for line in _SENTENCE.findall(page):
            assert BLANK in line or re.search(r"\[(e[0-9a-f]{11}|[a-z]+-[\w]+)\]", line), line


def test_letters_say_what_was_determined_and_leave_blank_what_nobody_said():
    _, view, state, case = told(ANSWERED, "2027-03-02T12:00Z")
    agreement, *_ = told(ANSWERED)
    pages = {x.name: as_markdown(x, view, state, case) for x in letters(agreement, view, state, case)}
    determined = next(e.id for e in view.entries if e.act.kind == "determination")
    assert f"[{determined[:12]}]" in pages["article-51"]
    assert f"Measures taken in the exercise of the right: {BLANK}" in pages["article-51"]
    assert "an assessment by computation, not a determination" in pages["request"]
    assert "No reply of Oskovia (OSK) is on the record" in pages["article-51"]
    assert "military assistance" in pages["request"]


def test_a_record_that_lost_its_vote_loses_the_sentence_too():
    agreement, view, state, case = told(ANSWERED[:-1], "2027-03-02T12:00Z")
    page = as_markdown(letters(agreement, view, state, case)[2], view, state, case)
    assert "MRV votes" not in page
