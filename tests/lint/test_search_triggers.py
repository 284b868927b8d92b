"""The search for campaigns: as heavy as the limits let it be, never above them, by the reference engine's judgement."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lint_texts import EXAMPLE, small, text_of

from casus.language.check.walk import atoms
from casus.lint.draft import Draft
from casus.lint.rules.t204_salami_gap import salami_gap
from casus.lint.search.heaviest import Gap, Search
from casus.lint.search.limits import Limit, Moment, peak
from casus.state.scenarios import run_scenario

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
