"""Rules about duties and their time: what they say of the example, in which words, and on what the help they rest on holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from lint_texts import EXAMPLE, RULES, small, text_from, text_of

from casus.acts import Report
from casus.language.scenario import Expect, Line
from casus.lint.draft import Draft, Settings
from casus.lint.life import Play
from casus.lint.norms import circles, consequences, never, proof, waits_for
from casus.state.scenarios import run_scenario
from casus.time import Duration, Period

MINE = [
    "E601",
    "L12",
    "L15",
    "L16",
    "L19",
    "L20",
    "L21",
    "L22",
    "L24",
    "L33",
    "L38",
    "L40",
    "L41",
    "L42",
    "L44",
    "N503",
    "N504",
    "V303",
]


def said(code: str, text=None) -> list:
    return list((text or text_of(EXAMPLE)).lint({code}).found)


def of_duties():
    return next(x for x in said("E601") if "consult" in x.finding.about)


def play(text) -> Play:
    return Play(Draft(text.agreement, text.document))


# ---------------------------------------------------------------- the example


def test_on_the_example_consult_and_deploy_do_not_survive_the_expiry_while_pending():
    first = of_duties()
    assert set(first.finding.about) == {"consult", "deploy"}
    assert "only assist and snapback survive" in first.finding.message
    expects = [x.text for x in first.finding.witness.scenario.items if isinstance(x, Expect)]
    assert any("consult of KST is lapsed" in x for x in expects)
    assert any("deploy of KST is lapsed" in x for x in expects)


def test_on_the_example_the_expiry_comes_by_two_objections_which_the_witness_contains():
    witness = of_duties().finding.witness
    kinds = [line.act.kind for line in witness.scenario.items if isinstance(line, Line)]
    assert kinds.count("objection") == 2
    without = [x for x in witness.scenario.items if isinstance(x, Expect) or x.act.kind != "objection"]
    changed = type(witness.scenario)(witness.scenario.name, tuple(without))
    assert not run_scenario(text_of(EXAMPLE).agreement, changed).passed


def test_on_the_example_an_answer_after_the_expiry_calls_nothing_that_survives():
    found = next(x for x in said("E601") if x.finding.about[0] == "attack_case")
    assert found.finding.about[1:] == ("assist", "snapback")


def test_on_the_example_a_cure_in_time_is_proven_too_late():
    (found,) = said("V303")
    assert found.finding.about[:2] == ("accident", "incident")
    lines = [x.act for x in found.finding.witness.scenario.items if isinstance(x, Line)]
    assert [x.event for x in lines if isinstance(x, Report)].count("cure") == 1


@pytest.mark.parametrize(
    ("code", "about"),
    [
        ("N503", [("substitute_aid",)]),
        ("L24", [("snapback", "access_denied")]),
        ("L38", [("assist", "aggression")]),
        ("L41", [("snapback", "sanctions")]),
        *((code, []) for code in ["N504", "L12", "L15", "L16", "L19", "L20", "L21", "L22", "L33", "L40", "L42", "L44"]),
    ],
)
def test_what_the_rules_say_of_the_example(code, about):
    assert [x.finding.about for x in said(code)] == about


# ---------------------------------------------------------------- precision


def test_a_longer_preparation_makes_a_notice_short():
    assert said("L12") == []
    longer = text_of(EXAMPLE).lint({"L12"}, settings=Settings(preparation=Period(18))).found
    assert [x.rule.code for x in longer] == ["L12"]


def test_a_budget_of_nothing_is_kept_and_said():
    text = text_of(RULES / "E601" / "speaks-2.casus.md")
    linted = text.lint({"E601"}, settings=Settings(budget=0))
    assert not linted.found
    assert "E601" in linted.searched


def test_a_searching_rule_says_how_far_it_looked_where_it_found_nothing():
    for code in ("E601", "L21", "L22", "N503", "N504", "V303"):
        extents = text_of(RULES / code / "silent.casus.md").lint({code}).searched[code]
        assert all(any(c.isdigit() for c in extent) for extent in extents)


def test_money_for_two_of_three_years_is_two_thirds():
    text = small(
        'party VDR "Valdria" as a\nparty KST "Kestria" as b\nrole a, b\n'
        "obligation first\n  always\n  debtor KST  creditor VDR\n  to finance  amount EUR 5\n  due on 2027-12-31\n"
        "obligation second\n  always\n  debtor KST  creditor VDR\n  to finance  amount EUR 5\n  due on 2028-12-31\n"
        "term in force from 2027-01-01\n  lasts 3 years"
    )
    (found,) = said("L15", text)
    assert "2 of 3 years" in found.finding.message
    assert "67 percent" in found.finding.message


def test_a_ceiling_in_the_prose_of_an_article_is_one_of_its_only_sum():
    declarations = (
        'party VDR "Valdria" as a\nparty KST "Kestria" as b\nrole a, b\n'
        "obligation aid\n  always\n  debtor KST  creditor VDR\n  to finance  amount EUR 5\n  due on 2027-12-31\n"
    )
    assert said("L15", small(declarations, "Kestria gives up to EUR 5 each year."))
    assert not said("L15", small(declarations, "Kestria gives EUR 5, and up to the last day keeps the peace."))


def test_two_steps_that_wait_for_each_other_are_a_deadlock_and_not_a_circle_of_force():
    text = small(
        'party VDR "Valdria" as a\nparty KST "Kestria" as b\nrole a, b\n'
        'step one "x" by VDR  after two\nstep two "y" by KST  after one'
    )
    assert [x.finding.about for x in said("L33", text)] == [("one", "two")]
    assert not said("L19", text)


def test_an_act_of_one_side_ends_a_limit_for_both_only_if_it_is_named():
    speaks = (RULES / "L44" / "speaks.casus.md").read_text("utf-8")
    assert said("L44", text_from(speaks))
    assert not said("L44", text_from(speaks.replace("means declaration where by = KST", "means declaration")))


def test_neither_a_finding_nor_a_treaty_is_a_void_clause():
    speaks = (RULES / "L21" / "speaks.casus.md").read_text("utf-8")
    assert said("L21", text_from(speaks))
    others = speaks.replace("strike where by = VDR", "strike where by = OSK")
    assert others != speaks
    assert not said("L21", text_from(others))


@pytest.mark.parametrize("code", MINE)
def test_the_findings_name_what_is_declared(code):
    for path in sorted((RULES / code).glob("speaks*.casus.md")):
        text = text_of(path)
        known = {*Draft(text.agreement, text.document).declarations, text.agreement.name}
        for found in said(code, text):
            assert set(found.finding.about) <= known
            assert found.finding.span is not None
            assert found.finding.help


# ---------------------------------------------------------------- what the rules rest on


def test_every_norm_of_the_example_can_be_brought_into_force_and_done():
    for name, norm in text_of(EXAMPLE).agreement.norms.items():
        own = play(text_of(EXAMPLE))
        active = own.active(name, own.start)
        assert active is not None, name
        assert active.instance.state == "in_force"
        done = own.done(name, own.start)
        assert done is not None, name
        assert done.instance.state == ("exercised" if norm.kind == "power" else "fulfilled")


def test_a_breach_is_brought_about_where_there_is_a_date():
    own = play(text_of(EXAMPLE))
    assert own.breached("consult", own.start).instance.state == "breached"
    assert own.breached("deploy", own.start) is None


def test_a_play_stops_at_its_budget():
    text = text_of(EXAMPLE)
    own = Play(Draft(text.agreement, text.document, Settings(budget=0)))
    assert own.met("attack", own.start) is None
    assert own.tried == 0


def test_a_trigger_that_waits_for_a_cure_is_met_when_its_time_is_over():
    own = play(text_of(EXAMPLE))
    met = own.met("incident", own.start)
    assert met.at - own.start >= Duration.of(hours=24)


def test_consequences_are_what_is_called_what_waits_and_what_is_read():
    a = text_of(EXAMPLE)
    draft = Draft(a.agreement, a.document)
    assert consequences(draft, a.agreement.norms["consult"]) == ("publish_default",)
    assert consequences(draft, a.agreement.norms["substitute_aid"]) == ()


def test_the_longest_proof_is_that_of_the_slowest_ladder():
    text = text_of(EXAMPLE)
    draft = Draft(text.agreement, text.document)
    assert proof(draft, text.agreement.triggers["incident"]).length == Duration.of(hours=72)
    assert proof(draft, text.agreement.triggers["build_up"]).length == Duration.of(hours=48)


def test_what_has_one_way_in_is_in_no_circle():
    waiting = {"a": (frozenset({"b", "free"}),), "b": (frozenset({"a"}),), "free": ()}
    assert never(waiting) == frozenset()
    closed = {"a": (frozenset({"b"}), frozenset({"free"})), "b": (frozenset({"a"}),), "free": ()}
    assert never(closed) == {"a", "b"}
    assert list(circles(closed)) == [("a", "b")]


def test_what_waits_for_a_circle_is_not_itself_one():
    waiting = {"a": (frozenset({"b"}),), "b": (frozenset({"a"}),), "after": (frozenset({"a"}),)}
    assert list(circles(waiting)) == [("a", "b")]


def test_nothing_in_the_example_waits_for_itself():
    text = text_of(EXAMPLE)
    assert never(waits_for(Draft(text.agreement, text.document))) == frozenset()


@pytest.mark.parametrize("path", sorted(RULES.glob("*/silent*.casus.md")), ids=lambda p: f"{p.parent.name}-{p.name[:8]}")
def test_only_texts_made_for_it_have_circles(path: Path):
    text = text_of(path)
    assert list(circles(waits_for(Draft(text.agreement, text.document)))) == []
