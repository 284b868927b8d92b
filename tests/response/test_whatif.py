"""What if: a branch equals the record on which the supposed acts really stand, and touches nothing."""

from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st
from records import ATTACKS, IN_FORCE, at, with_lines

from casus.response.statediff import changes
from casus.response.whatif import Denial, Happening, Supposition, Voting, branch
from casus.state.evaluate import evaluate
from casus.time import Occurred

UNTIL = at("2027-03-04T02:00Z")
RECORD = (*IN_FORCE, *ATTACKS, "2027-03-03T03:00Z KST votes yes on measures")


def branched(supposed: Supposition, until=UNTIL, record=RECORD):
    agreement, view = with_lines(record)
    return agreement, view, branch(agreement, view, view.known_at, until, supposed)


def facts(state):
    """A State without what names entries, instants of asking and the record."""
    votes = tuple(replace(d, votes=tuple(replace(v, entry="") for v in d.votes)) for d in state.decisions)
    plain = replace(state, decisions=votes, checkpoint=None, known_at=None, projected=False, reader="", agreement_hash="")
    return {field.name: getattr(plain, field.name) for field in fields(plain)}


def test_a_supposed_vote_gives_the_state_that_the_same_vote_on_the_record_gives():
    supposed = Supposition(votes=(Voting("LYS", "yes", "measures"), Voting("MRV", "no", "measures")))
    _, _, found = branched(supposed)
    agreement, view = with_lines(
        [*RECORD, "2027-03-03T03:00:01Z LYS votes yes on measures", "2027-03-03T03:00:01Z MRV votes no on measures"]
    )
    real = evaluate(agreement, replace(view, known_at=UNTIL), UNTIL)
    assert facts(found.after) == facts(real)


def test_a_vote_that_changes_the_outcome_is_told_with_both_outcomes():
    supposed = Supposition(votes=(Voting("LYS", "yes", "measures"), Voting("MRV", "yes", "measures")))
    _, _, found = branched(supposed, at("2027-03-04T02:10Z"))
    [decision] = [c for c in found.changes if c.kind == "decision" and c.id == "measures@2027-03-03T02:10Z"]
    assert decision.before is not None
    assert decision.before.startswith("rejected (quorum 3 not reached")
    assert decision.after is not None
    assert decision.after.startswith("adopted")


def test_votes_go_into_ballots_that_open_only_later():
    _, _, found = branched(Supposition(votes=(Voting("MRV", "no"),)), at("2027-03-06T00:00Z"))
    still = [d for d in found.after.decisions if d.closed is None or d.closed > at("2027-03-03T03:00Z")]
    ballots = {d.id: {v.member: v.vote for v in d.votes} for d in still}
    assert len([b for b in ballots if b.startswith("measures@")]) >= 2
    assert all(votes == {"MRV": "no"} for identity, votes in ballots.items() if identity != "measures@2027-03-03T02:10Z")


def test_who_is_absent_has_cast_no_vote_in_what_is_open():
    _, view, found = branched(Supposition(absent=("KST",)))
    assert [e.act.member for e in found.left_out] == ["KST"]
    assert any(v.member == "KST" for d in found.before.decisions for v in d.votes)
    assert all(v.member != "KST" for d in found.after.decisions for v in d.votes)
    assert view.entries  # the view itself is as it was


def test_a_closed_ballot_is_not_reopened_by_an_absence():
    record = [*RECORD, "2027-03-05T00:00Z TRN ratifies"]
    _, _, found = branched(Supposition(absent=("KST",)), at("2027-03-06T00:00Z"), record)
    assert "measures@2027-03-03T02:10Z" not in {c.id for c in found.changes}


def test_a_denied_approval_brings_what_the_refusal_brings():
    _, _, found = branched(Supposition(denials=(Denial("KST", "deploy"),)))
    told = {c.id.split("/")[0]: c for c in found.changes if c.kind == "norm"}
    assert told["deploy"].after == "refused"
    assert told["substitute_aid"].before is None
    assert "KST" in told["substitute_aid"].what


def test_a_happening_is_taken_like_any_entry():
    agreement, view = with_lines([*IN_FORCE, ATTACKS[0]])
    attack = next(e for e in view.entries if e.act.kind == "report")
    supposed = []
    for number in (1, 2):
        instant = at(f"2027-03-02T0{number}:00Z")
        supposed.append(Happening(Occurred(instant, instant), instant, replace(attack.act, id=f"x{number}")))
    found = branch(agreement, view, view.known_at, at("2027-03-02T03:00Z"), Supposition(happenings=tuple(supposed)))
    assert [c for c in found.changes if c.kind == "activation" and c.what.startswith("aggression")]


def test_nothing_supposed_changes_nothing():
    _, _, found = branched(Supposition())
    assert found.changes == ()
    assert found.supposed == ()


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.sampled_from(["KST", "LYS", "MRV", "VDR"]), unique=True, max_size=4),
    st.lists(st.sampled_from(["yes", "no", "abstain"]), min_size=4, max_size=4),
)
def test_a_difference_is_empty_only_for_equal_facts_and_turns_with_its_sides(members, words):
    votes = tuple(Voting(m, w) for m, w in zip(members, words, strict=False))
    agreement, _, found = branched(Supposition(votes=votes), at("2027-03-05T06:00Z"))
    there = changes(found.before, found.after, agreement)
    back = changes(found.after, found.before, agreement)
    assert [(c.kind, c.id, c.before, c.after) for c in there] == [(c.kind, c.id, c.after, c.before) for c in back]
    same = {d.id: (d.state, d.why) for d in found.before.decisions} == {d.id: (d.state, d.why) for d in found.after.decisions}
    assert same or there
