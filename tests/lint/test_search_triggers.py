"""The search for campaigns: as heavy as the limits let it be, never above them, by the reference engine's judgement."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lint_texts import CONFORMANCE, EXAMPLE, small, text_of

from casus.language.check.walk import atoms
from casus.lint.draft import Draft, Settings
from casus.lint.rules.t204_salami_gap import salami_gap
from casus.lint.search.context import judged
from casus.lint.search.heaviest import Gap, Search
from casus.lint.search.limits import Limit, Moment, peak
from casus.lint.search.meet import Meeter
from casus.lint.search.outcomes import Assume
from casus.lint.search.possible import Possible
from casus.state.scenarios import run_scenario
from casus.time import DAY

HEAD = """role beneficiary, guarantor
party VDR "Valdria" as beneficiary
party KST "Kestria" as guarantor
nonparty OSK "Oskovia"
event strike by actor, killed count
event raid by actor
"""
DUTY = """obligation talk
  upon incident
  debtor KST  creditor VDR
  to consult
  due 24 hours after activation
"""


def gaps(condition: str, more: str = "") -> tuple[Search, list[Gap]]:
    text = small(f"{HEAD}{more}trigger incident severity 1\n  when {condition}\n  rearm after 0 hours\n{DUTY}")
    search = Search(Draft(text.agreement, text.document))
    return search, list(search.gaps())


def test_the_example_leaves_forty_strikes_and_forty_nine_killed_in_thirty_days():
    text = text_of(EXAMPLE)
    (gap,) = Search(Draft(text.agreement, text.document)).gaps()
    assert (gap.campaign.count, gap.campaign.total("killed")) >= (40, 49)
    assert gap.campaign.stretch.us == 30 * 86_400_000_000
    (finding, _) = salami_gap.find(Draft(text.agreement, text.document))
    result = run_scenario(text.agreement, finding.witness.scenario)
    assert result.passed
    assert result.results[0].expect.kind == "no_trigger"


def test_one_more_event_in_the_heaviest_campaign_meets_a_trigger():
    search, (gap,) = gaps("count of strike by OSK >= 4 within rolling 48 hours")
    campaign = gap.campaign
    assert search.stays_unmet(campaign)
    lines = search.lines(campaign.events, "OSK")
    for instant in (campaign.events[3].at, campaign.events[10].at):
        extra = search.stage.report(type(campaign.start)(instant), "strike", "one_more", "OSK")
        state = search.evaluate((*lines, extra), campaign.end)
        assert [x.trigger for x in state.activations]


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("count of strike by OSK >= 5 within rolling 72 hours", 40),
        ("count of strike by OSK >= 5 within rolling 7 days", 20),
        ("count of strike by OSK > 5 within rolling 7 days", 25),
        ("count of strike by OSK >= 5 within fixed 7 days", 24),
        ("count of strike by OSK >= 5 within rolling 72 hours or count of strike by OSK >= 21 within rolling 30 days", 20),
        ("count of strike by OSK >= 3 within rolling 24 hours or count of strike by OSK >= 6 within rolling 7 days", 24),
        ("distinct days of strike by OSK >= 3 within rolling 14 days", 6),
        ("count of strike by OSK >= 5 within rolling 72 hours or count of raid by OSK >= 2 within rolling 10 days", 40),
    ],
)
def test_as_many_events_are_packed_as_the_windows_hold(condition: str, count: int):
    _, found = gaps(condition)
    assert found[0].campaign.count == count


@pytest.mark.parametrize(
    "condition",
    [
        "any strike by OSK",
        "count of strike by OSK >= 1 within rolling 7 days",
        "count of strike by OSK >= 5 within rolling 72 hours or count of strike by OSK >= 20 since in_force",
        "count of strike by OSK < 3 within rolling 7 days",
        "count of strike by OSK >= 2 times count of strike by VDR within rolling 7 days",
        "no raid within 24 hours after strike",
    ],
)
def test_what_a_single_event_or_a_lifetime_count_closes_leaves_nothing(condition: str):
    _, found = gaps(condition)
    assert not found


def test_a_lifetime_sum_of_killed_leaves_a_campaign_without_killed():
    _, (gap,) = gaps(
        "count of strike by OSK >= 5 within rolling 72 hours or sum of killed over strike by OSK >= 9 since in_force"
    )
    assert gap.campaign.count == 40
    assert gap.campaign.total("killed") == 0


def test_a_sum_alone_is_stayed_under_by_events_that_add_to_it():
    _, (gap,) = gaps("sum of killed over strike by OSK >= 10 within rolling 30 days")
    assert gap.campaign.count == gap.campaign.total("killed") == 9


@pytest.mark.parametrize(
    ("condition", "count", "killed"),
    [
        ("count of strike by OSK >= 400 within rolling 24 hours", 288, None),
        ("sum of killed over strike by OSK >= 50000 within rolling 30 days", 300, 49_999),
    ],
)
def test_where_more_would_pass_than_a_record_can_show_it_shows_what_it_can(condition: str, count: int, killed: int | None):
    _, (gap,) = gaps(condition)
    assert gap.campaign.count == count
    assert killed is None or gap.campaign.total("killed") == killed


def test_one_part_of_a_conjunction_kept_unmet_is_enough():
    _, (gap,) = gaps("count of strike by OSK >= 5 within rolling 72 hours and count of raid by OSK >= 9 within rolling 3 days")
    assert "" in gap.campaign.unbounded


def test_an_estimate_beside_the_count_closes_the_gap():
    more = "estimate force unit persons valid 14 days\n"
    search, found = gaps("count of strike by OSK >= 5 within rolling 72 hours or latest force by OSK >= 900", more)
    assert not found
    assert "estimate" in search.extent.closed[0]


@pytest.mark.parametrize(("presumed", "open_"), [("presumed_no", True), ("presumed_yes", False)])
def test_a_finding_that_nobody_must_answer_is_a_gap(presumed: str, open_: bool):
    more = (
        'body council "Council" as guarantor\n'
        f"finding grave on strike by council due 7 days after report else {presumed}\n"
        "define grave_strike means strike where grave\n"
    )
    _, found = gaps("any grave_strike by OSK", more)
    assert bool(found) is open_
    if open_:
        assert found[0].findings == ("grave",)
        assert "" in found[0].campaign.unbounded


def test_a_party_whose_breach_has_a_consequence_repeats_nothing():
    more = (
        "prohibition no_strikes\n  always\n  debtor KST\n  forbids strike\n"
        "obligation tell\n  upon breach of no_strikes\n  debtor VDR\n  to publish\n  due 24 hours after activation\n"
    )
    _, found = gaps("count of strike by KST >= 5 within rolling 72 hours", more)
    assert not found
    assert gaps("count of strike by KST >= 5 within rolling 72 hours")[1]


@settings(max_examples=12, deadline=None)
@given(
    st.integers(2, 5), st.integers(1, 9), st.integers(2, 30), st.integers(5, 30), st.sampled_from(["rolling", "fixed"]),
    st.sampled_from(["rolling", "closed rolling", "fixed"]),
)  # fmt: skip
def test_whatever_the_limits_the_engine_meets_nothing_in_two_stretches(many, days, killed, over, kind, other):
    within = f"within {other} {over} days"
    condition = (
        f"count of strike by OSK >= {many} within {kind} {days} days or sum of killed over strike by OSK >= {killed} {within}"
    )
    search, found = gaps(condition)
    assert found, "a campaign that the engine refused is not shown, so a fault of the packing would show here"
    assert found[0].campaign.total("killed") >= killed - 1
    assert search.extent.evaluations == 1, "the first campaign proposed is the one that stands"


def test_the_peak_of_a_window_is_that_of_its_fullest_stretch():
    text = small(f"{HEAD}trigger incident severity 1\n  when count of strike by OSK >= 5 within rolling 2 days\n{DUTY}")
    (atom,) = atoms(text.agreement.triggers["incident"].when)
    limit = Limit("incident", "strike", None, 4, atom.window)
    day = 86_400_000_000
    assert peak(limit, [Moment(0, 1), Moment(2 * day - 1, 1), Moment(2 * day, 1)], 0) == 2
    assert peak(limit, [Moment(0, 1), Moment(day, 1), Moment(2 * day - 1, 1)], 0) == 3


# ---------------------------------------------------------------- what is worked out without a record, judged by the engine


ALONE = [path for path in CONFORMANCE[:20] if "after verification" not in path.read_text("utf-8")]
"""A cure that runs from an event's verification runs from when its rungs were first asked for, which here is too late."""


@pytest.mark.parametrize("path", [*ALONE, EXAMPLE], ids=lambda path: path.name.split(".")[0])
def test_what_a_definition_is_worth_for_an_event_is_among_the_outcomes_worked_out(path):
    text = text_of(path)
    meeter = Meeter(Draft(text.agreement, text.document))
    a = text.agreement
    codes = [*sorted(a.nonparties)[:1], *sorted(a.parties)[:1]]
    at = meeter.stage.start + DAY * 5
    for kind, decl in a.events.items():
        for shape in meeter.shapes.of(kind)[:10]:
            for actor in codes if decl.field_named("by") is not None else [None]:
                sample = shape.sample(actor)
                stated = {f.name: sample.fields[f.name] for f in decl.fields if f.name in sample.fields}
                line = meeter.stage.report(at, kind, "alone", actor, stated, meeter.stage.top_rungs())
                for name in (*a.definitions, *a.exceptions):
                    if kind not in a.event_types(name):
                        continue
                    outcomes = meeter.shapes.judge.holds(sample, name, Assume(zones="free"))
                    verdict = judged(meeter, (line,), at + DAY * 365, "alone", name)
                    truth = verdict if isinstance(verdict, bool) else None
                    open_zone = truth is None and len(outcomes) == 2
                    assert truth in outcomes or open_zone, (name, shape, actor)


@pytest.mark.parametrize("path", [*CONFORMANCE, EXAMPLE], ids=lambda path: path.name.split(".")[0])
def test_a_trigger_that_some_record_meets_is_never_said_to_be_impossible(path):
    text = text_of(path)
    meeter = Meeter(Draft(text.agreement, text.document))
    possible = Possible(text.agreement)
    for name in text.agreement.triggers:
        if next(meeter.meetings(name), None) is not None:
            assert possible.why_never(name) is None


def test_every_trigger_of_the_example_is_met_by_a_small_record():
    text = text_of(EXAMPLE)
    meeter = Meeter(Draft(text.agreement, text.document))
    met = {name: meeter.meeting(name) for name in text.agreement.triggers}
    assert {name: len(found.lines) for name, found in met.items()} == {
        "incident": 5,
        "build_up": 1,
        "attack": 1,
        "aggression": 1,
    }


@pytest.mark.parametrize(
    ("condition", "more"),
    [
        ("distinct places of raid by OSK >= 3 within rolling 2 days", ""),
        ("sum of killed over strike by OSK >= 40 within rolling 2 days", ""),
        ("no strike by OSK for 10 days", 'body mission "Mission" as guarantor\n'),
        ("no raid within 24 hours after strike", ""),
        ("raid then strike within 2 hours", ""),
        ("latest force by OSK >= 900", 'estimate force unit persons valid 14 days\nbody mission "Mission" as guarantor\n'),
        ("any strike by OSK and count of raid by KST >= 2 within rolling 3 days", ""),
    ],
)
def test_a_record_is_built_for_every_kind_of_condition(condition, more):
    text = small(f"{HEAD.replace('event raid by actor', 'event raid by actor, at point')}{more}trigger incident severity 1\n"
                 f"  when {condition}\n{DUTY}")  # fmt: skip
    meeter = Meeter(Draft(text.agreement, text.document))
    assert meeter.meeting("incident") is not None


def test_a_search_ends_where_the_settings_say():
    text = text_of(EXAMPLE)
    meeter = Meeter(Draft(text.agreement, text.document, Settings(budget=1)))
    found = [m for name in text.agreement.triggers for m in meeter.meetings(name)]
    assert len(found) <= meeter.evaluations == 1
    assert meeter.spent
    assert "all that were allowed" in meeter.extent


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("any far by OSK", "no event by OSK can be far"),
        ("sum of killed over bloodless by OSK >= 3 within rolling 2 days", "has any killed"),
        ("distinct days of strike by OSK >= 4 within rolling 48 hours", "never touch 4 days"),
        ("any strike by OSK and not any strike by OSK", "negation"),
        ("count of raid >= 5 within rolling 2 days and count of raid < 5 within rolling 2 days", "above and below"),
    ],
)
def test_why_a_trigger_can_never_be_met_is_said(condition, reason):
    more = "define far means strike where by = KST\ndefine bloodless means strike where killed < 1\n"
    text = small(f"{HEAD}{more}trigger incident severity 1\n  when {condition}\n{DUTY}")
    assert reason in Possible(text.agreement).why_never("incident")
