"""Who can stop what: each lever where it is, no lever where there is none, and what is said of the way that is left."""

from __future__ import annotations

from pathlib import Path

from casus.language.agreement import Agreement
from casus.language.check import check
from casus.language.parse import parse
from casus.time import Duration, Period
from casus.voting import Path as Way
from casus.voting import Wait, analyse, levers
from casus.voting.absence import without

EXAMPLE = Path(__file__).parents[1] / "cli" / "compact" / "model-compact.casus.md"

HEAD = """
agreement small
  language 1
  instrument treaty
  clock UTC  rounding down
role beneficiary, guarantor, verifier
party VDR "Valdria" as beneficiary
party KST "Kestria" as guarantor
party LYS "Lysmark" as guarantor
party MRV "Morvane" as guarantor
body mission "Joint Mission" as verifier
body court "Court" as verifier
nonparty OSK "Oskovia"
group guarantors = every guarantor
event strike by actor
ladder occurrence = reported < confirmed
  level confirmed by mission
trigger attack severity 3
  when any strike by OSK
  needs occurrence reported
  rearm after 0 hours
"""
ASSIST = """
obligation assist
  upon {}
  debtor every guarantor  creditor VDR
  to supply
  due 14 days after activation
"""


def agreement(body: str, head: str = HEAD) -> Agreement:
    checked = check(parse(f"# Small\n\n```casus\n{head.strip()}\n{body.strip()}\n```\n", "small.casus.md"), None)
    assert checked.agreement is not None, [d.message for d in checked.errors]
    return checked.agreement


def ways(body: str, head: str = HEAD) -> list[Way]:
    return [x for x in levers(agreement(body, head)) if x.lever != "refusal"]


def said(found: list[Way]) -> set[tuple[str, str, str, str]]:
    return {(x.consequence, x.actor, x.lever, x.at) for x in found}


MEASURES = """
decision measures of guarantors
  adopts by {}
  opens upon attack  closes 72 hours after opening
"""


def test_under_unanimity_each_member_stops_what_hangs_on_the_vote():
    found = ways(MEASURES.format("unanimity") + ASSIST.format("measures adopted"))
    assert said(found) == {("assist", x, "vote", "measures") for x in ("KST", "LYS", "MRV")}
    assert all(x.stops and x.start == "attack" and not x.fallback for x in found)
    assert [station.name for station in found[0].steps] == ["attack", "measures", "measures", "assist"]
    assert found[0].steps[-1].span is not None


def test_where_one_may_object_nobody_stops_it_alone():
    assert not ways(MEASURES.format("consensus minus 1") + ASSIST.format("measures adopted"))


def test_a_quorum_of_all_is_a_lever_of_those_who_stay_away():
    found = ways(MEASURES.format("majority  quorum 3") + ASSIST.format("measures adopted"))
    assert said(found) == {("assist", x, "absence", "measures") for x in ("KST", "LYS", "MRV")}


def test_a_rejection_that_goes_on_to_another_vote_only_costs_time():
    body = """
decision measures of guarantors
  adopts by unanimity
  opens upon attack  closes 72 hours after opening
  if silent escalates to council
  if rejected escalates to council
decision council of guarantors
  adopts by majority
  closes 1 months after opening
"""
    found = ways(body + ASSIST.format("measures adopted or council adopted"))
    assert {x.actor for x in found} == {"KST", "LYS", "MRV"}
    assert all(not x.permanent and not x.stops for x in found)
    assert {x.delay for x in found} == {Wait(Duration.of(hours=72), Period(1))}
    assert str(found[0].delay) == "1 month and 72 hours"
    assert [s.what for s in found[0].fallback][-2:] == ["council is adopted", "assist is activated"]


def test_a_veto_in_a_reverse_vote_stops_nothing():
    body = """
package old_measures items "Annex I"
decision continue_relief of guarantors
  adopts by 2 votes  veto KST
  opens upon attack  closes 30 days after opening
automatic back
  upon attack
  reinstate old_measures  at 31 days after activation
  unless continue_relief adopted
"""
    assert not ways(body)


def test_who_alone_adopts_what_stops_an_effect_stops_it():
    body = """
package old_measures items "Annex I"
decision continue_relief of guarantors
  adopts by 1 votes
  opens upon attack  closes 30 days after opening
automatic back
  upon attack
  reinstate old_measures  at 31 days after activation
  unless continue_relief adopted
"""
    assert said(ways(body)) == {("back", x, "adoption", "continue_relief") for x in ("KST", "LYS", "MRV")}


def test_an_effect_unless_a_vote_is_rejected_hangs_on_each_who_can_have_it_rejected():
    body = """
package old_measures items "Annex I"
decision go_on of guarantors
  adopts by unanimity
  opens upon attack  closes 30 days after opening
automatic back
  upon attack
  reinstate old_measures  at 31 days after activation
  unless go_on rejected
"""
    assert said(ways(body)) == {("back", x, "adoption", "go_on") for x in ("KST", "LYS", "MRV")}


DETERMINED = "determination attack_case of attack by court due 24 hours after activation if silent {}\n"


def test_a_silent_body_stops_what_only_it_determines():
    found = ways(DETERMINED.format("lapses") + ASSIST.format("attack_case determined"))
    assert said(found) == {("assist", "court", "silence", "attack_case")}
    assert found[0].stops


def test_silence_that_escalates_costs_the_time_of_both():
    body = (
        DETERMINED.format("escalates to council")
        + "decision council of guarantors\n  adopts by unanimity\n  closes 48 hours after opening\n"
        + ASSIST.format("attack_case determined")
    )
    found = ways(body)
    assert said(found) == {("assist", "court", "silence", "attack_case")}, "a member blocks only where the court is silent too"
    assert found[0].delay == Wait(Duration.of(hours=72))


def test_a_body_that_may_answer_no_can_always_do_so():
    body = DETERMINED.format("escalates to mission") + ASSIST.format("attack_case determined")
    refusing = [x for x in levers(agreement(body)) if x.lever == "refusal"]
    assert ("assist", "court", "refusal", "attack_case") in said(refusing)
    assert ("assist", "mission", "refusal", "attack") in said(refusing), (
        "what it rejects counts nowhere, also at the lowest rung"
    )
    assert all(x.stops for x in refusing)


GRAVE = """
trigger grave severity 3
  when any strike by OSK
  needs occurrence confirmed
determination grave_case of grave by court due 24 hours after activation if silent escalates to mission
"""


def test_a_rung_that_one_body_grants_is_its_lever():
    found = ways(GRAVE + ASSIST.format("grave_case determined"))
    assert ("assist", "mission", "silence", "grave") in said(found)


def test_a_rung_that_sources_grant_as_well_is_not():
    head = HEAD.replace("confirmed by mission", "confirmed by 2 independent sources or mission")
    found = ways(GRAVE + ASSIST.format("grave_case determined"), head)
    assert ("assist", "mission", "silence", "grave") not in said(found)


def test_a_presumption_against_is_a_lever_of_the_body_and_one_in_favour_is_not():
    body = """
finding deliberate on strike by court due 72 hours after report else {}
define meant means strike where deliberate
trigger grave severity 3
  when any meant by OSK
  needs occurrence reported
determination grave_case of grave by mission due 24 hours after activation if silent escalates to court
"""
    against = ways(body.format("presumed_no") + ASSIST.format("grave_case determined"))
    favour = ways(body.format("presumed_yes") + ASSIST.format("grave_case determined"))
    assert ("assist", "court", "silence", "grave") in said(against)
    assert ("assist", "court", "silence", "grave") not in said(favour)


def test_another_trigger_that_brings_it_about_is_named():
    head = HEAD + DETERMINED.format("lapses").replace("attack_case", "first").replace("court", "mission")
    body = "trigger worse severity 4\n  when any strike by OSK\n  needs occurrence reported\n"
    body += DETERMINED.format("lapses").replace("of attack", "of worse") + ASSIST.format(
        "first determined or attack_case determined"
    )
    found = ways(body, head)
    assert {(x.actor, x.start, x.permanent, x.elsewhere, x.stops) for x in found} == {
        ("mission", "attack", True, ("worse",), False),
        ("court", "worse", True, ("attack",), False),
    }


def test_force_hangs_on_each_who_has_to_ratify_and_extension_on_each_who_may_object():
    body = MEASURES.format("majority") + ASSIST.format("measures adopted")
    body += """
term in force when ratified by VDR and 2 of guarantors
  lasts 5 years
  extends by 5 years unless objection by 1 of guarantors 180 days before expiry
  withdrawal after 12 months notice
"""
    found = ways(body)
    assert said([x for x in found if not x.own]) == {
        ("assist", "VDR", "consent", "term"),
        *(("assist", x, "objection", "term") for x in ("KST", "LYS", "MRV")),
    }
    assert {(x.actor, x.lever) for x in found if x.own} == {(x, "withdrawal") for x in ("KST", "LYS", "MRV")}


def test_conduct_on_which_a_duty_falls_is_the_lever_of_whoever_the_definition_names():
    body = "define provocation means strike where by = VDR\n" + MEASURES.format("majority")
    named = ways(body + ASSIST.format("measures adopted") + "  unless provocation\n")
    anybody = ways(MEASURES.format("majority") + ASSIST.format("measures adopted") + "  unless strike\n")
    assert said(named) == {("assist", "VDR", "conduct", "provocation")}
    assert said(anybody) == {("assist", "anyone", "conduct", "strike")}


def test_suspension_by_one_lasts_as_long_as_it_can_be_renewed():
    body = MEASURES.format("majority") + ASSIST.format("measures adopted")
    body += """
decision pause of guarantors
  adopts by 1 votes
  opens on request of guarantors  closes 7 days after opening
suspension by pause for at most 30 days
  renewable 2 times
"""
    found = [x for x in ways(body) if x.lever == "suspension"]
    assert {(x.actor, x.permanent, x.delay) for x in found} == {
        (x, False, Wait(Duration.of(days=90))) for x in ("KST", "LYS", "MRV")
    }


def test_what_opens_on_the_request_of_one_hangs_on_that_request():
    body = MEASURES.format("majority").replace("upon attack", "on request of KST") + ASSIST.format("measures adopted")
    assert said(ways(body)) == {("assist", "KST", "request", "measures")}
    two = body.replace("on request of KST", "on request of 3 of guarantors")
    assert {(x.actor, x.lever) for x in ways(two)} == {(x, "request") for x in ("KST", "LYS", "MRV")}
    assert not ways(body.replace("on request of KST", "on request of guarantors"))


def test_a_vote_that_no_time_closes_is_stopped_by_whoever_leaves_it_open():
    body = MEASURES.format("unanimity  early").replace("  closes 72 hours after opening", "") + ASSIST.format(
        "measures adopted"
    )
    found = agreement(body)
    power = analyse(found, "measures")
    assert power.unanswered.outcome == "open"
    assert [(row.absent, row.adopting) for row in power.attendance] == [(0, 1), (1, 0), (2, 0), (3, 0)]
    assert {x.actor for x in levers(found) if x.lever == "vote"} == {"KST", "LYS", "MRV"}


def test_of_a_rule_that_the_text_leaves_open_only_the_declared_veto_is_said():
    body = """
decision measures of guarantors
  veto KST
  opens upon attack  closes 72 hours after opening
open rule of measures "How they decide is not said"
"""
    found = agreement(body + ASSIST.format("measures adopted"))
    power = analyse(found, "measures")
    assert not power.stated
    assert power.open == ("rule: How they decide is not said",)
    assert power.stoppers == ("KST",)
    assert {(x.actor, x.lever) for x in levers(found) if x.at == "measures"} == {("KST", "vote")}


def test_the_example_hangs_on_no_single_guarantor():
    checked = check(parse(EXAMPLE.read_text(encoding="utf-8"), str(EXAMPLE)), EXAMPLE.parent)
    assert checked.agreement is not None
    found = levers(checked.agreement)
    voting = {"KST", "LYS", "MRV", "TRN"}
    assert not [x for x in found if x.actor in voting and not x.own]
    silent = next(
        x for x in found if (x.consequence, x.actor, x.lever, x.start) == ("assist", "commission", "silence", "attack")
    )
    assert not silent.permanent
    assert silent.delay == Wait(Duration.of(hours=48))


def test_power_follows_escalation_to_its_end_and_adds_the_times():
    body = """
decision measures of guarantors
  adopts by unanimity
  opens upon attack  closes 24 hours after opening
  if silent escalates to council
decision council of guarantors and VDR
  adopts by consensus  quorum 2
  closes 1 months after opening
  if rejected escalates to measures
"""
    power = analyse(agreement(body), "measures")
    course = power.unanswered
    assert [(link.decision, link.outcome) for link in course.links] == [("measures", "escalated"), ("council", "rejected")]
    assert course.circular
    assert str(course.total) == "1 month and 24 hours"
    assert [(row.absent, row.adopting, row.choices) for row in power.attendance] == [(0, 1, 1), (1, 0, 3), (2, 0, 3), (3, 0, 1)]
    assert power.attendance[1].otherwise is not None
    assert [link.outcome for link in power.attendance[1].otherwise.links] == ["rejected"]


def test_absence_of_some_makes_others_indispensable():
    found = agreement(MEASURES.format("consensus  quorum 2"))
    gone = without(found, "measures", frozenset({"KST"}))
    assert gone.absent == ("KST",)
    assert gone.course.outcome == "adopted"
    assert gone.blocking.alone == ("LYS", "MRV")
    assert without(found, "measures", frozenset({"KST", "LYS"})).course.outcome == "rejected"


def test_with_weights_it_depends_on_who_is_absent():
    head = HEAD + 'weights share from table "annex-i" key party value share\n'
    text = f"""# Small

```casus
{head.strip()}
{MEASURES.format("60 percent of weights share").strip()}
```

## Annex I

| party | share |
|-------|-------|
| KST   | 5     |
| LYS   | 3     |
| MRV   | 1     |
"""
    checked = check(parse(text, "small.casus.md"), None)
    assert checked.agreement is not None, [d.message for d in checked.errors]
    power = analyse(checked.agreement, "measures")
    assert [(row.adopting, row.choices) for row in power.attendance] == [(1, 1), (2, 3), (0, 3), (0, 1)]
    assert [c.text for c in power.winning.minimal] == ["KST and LYS", "KST and MRV"]
    assert [c.text for c in power.blocking.minimal] == ["KST", "LYS and MRV"]
    assert power.stoppers == ("KST",)


def test_early_lets_it_close_at_once_where_the_absent_could_change_nothing():
    power = analyse(agreement(MEASURES.format("majority  early")), "measures")
    assert [(row.adopting == row.choices, row.earliest.nothing) for row in power.attendance] == [
        (True, True),
        (True, True),  # two yes of three: the third cannot change it
        (True, False),  # one yes: the two others could
        (False, False),
    ]


def test_who_is_recused_has_no_part_and_a_veto_of_the_recused_none():
    power = analyse(agreement(MEASURES.format("majority  veto VDR and KST  recused KST")), "measures")
    assert (power.members, power.recused, power.vetoes, power.outside) == (("LYS", "MRV"), ("KST",), ("VDR",), ("VDR",))
    assert power.players == ("LYS", "MRV", "VDR")
    assert "VDR" in power.blocking.alone
    assert not power.by_silence.alone, "a veto is a no: staying away is none"


def test_a_member_that_never_makes_a_difference_is_a_dummy():
    power = analyse(agreement(MEASURES.format("1 votes  veto VDR")), "measures")
    assert power.dummies == ()
    alone = analyse(agreement(MEASURES.format("0 percent of members  veto VDR")), "measures")
    assert alone.dummies == ("KST", "LYS", "MRV")
