"""Coalitions and indices, against every choice counted by hand and against values in the literature."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from tests.voting.voting_games import adopts, ballots, decision, minimal_of, percent, prevents, shapley_by_orders, subsets

from casus.language import nodes as n
from casus.norms.decisions import Electorate
from casus.voting.coalitions import minimal
from casus.voting.games import game
from casus.voting.power import _blocking, _shapley, _swings

MANY = settings(max_examples=250, deadline=None)


@MANY
@given(ballots())
def test_a_game_wins_where_the_rule_adopts(ballot):
    decl, electorate = ballot
    for rest in ("no", "silent", "abstain"):
        of = game(decl, electorate, rest)
        for yes in subsets(of.players):
            assert of.wins(yes) == adopts(decl, electorate, yes, rest)


@MANY
@given(ballots())
def test_minimal_winning_coalitions_are_those_that_the_rule_gives(ballot):
    decl, electorate = ballot
    for rest in ("no", "silent", "abstain"):
        of = game(decl, electorate, rest)
        listed = minimal(of.kinds, of.wins)
        assert listed.complete
        sets = [one for c in listed.minimal for one in c.sets()]
        assert len(sets) == len(set(sets)) == sum(c.number for c in listed.minimal)
        assert set(sets) == minimal_of(of.players, lambda yes: adopts(decl, electorate, yes, rest))


@settings(max_examples=120, deadline=None)
@given(ballots(most=4))
def test_a_blocking_coalition_prevents_adoption_whatever_the_others_do_and_no_smaller_one_does(ballot):
    decl, electorate = ballot
    for word in ("no", "silent", "abstain"):
        of = game(decl, electorate, word)
        found = {one for c in _blocking(decl, electorate, of, word).minimal for one in c.sets()}
        assert found == minimal_of(of.players, lambda who: prevents(decl, electorate, who, word))


@MANY
@given(ballots())
def test_indices_are_those_of_every_order_and_every_coalition(ballot):
    decl, electorate = ballot
    of = game(decl, electorate, "no")
    swings = _swings(of)
    for x in of.players:
        others = [y for y in of.players if y != x]
        assert swings[x] == sum(of.wins(one | {x}) and not of.wins(one) for one in subsets(others))
    if of.wins(frozenset(of.players)) and not of.wins(frozenset()):
        assert _shapley(of) == shapley_by_orders(of.players, of.wins)


def security_council() -> tuple[n.DecisionDecl, Electorate]:
    permanent = tuple(f"P{i}" for i in range(5))
    return decision(n.Votes(n.Number("9"))), Electorate((*permanent, *(f"E{i}" for i in range(10))), permanent)


def test_the_security_council_has_its_published_indices():
    """421/2145 = 0.1963 and 4/2145 = 0.00186: Taylor and Pacelli, Mathematics and Politics (2nd ed. 2008), chapter 3; of 9 of 15."""
    decl, electorate = security_council()
    of = game(decl, electorate, "no")
    shapley = _shapley(of)
    assert shapley["P0"] == Fraction(421, 2145)
    assert shapley["E0"] == Fraction(4, 2145)
    assert sum(shapley.values()) == 1
    swings = _swings(of)
    # 848 and 84 swings: Banzhaf 848/5080 = 0.1669 and 84/5080 = 0.0165 (the same source)
    assert (swings["P0"], swings["E0"]) == (848, 84)


def test_in_the_security_council_one_permanent_member_or_seven_others_block():
    decl, electorate = security_council()
    of = game(decl, electorate, "no")
    texts = [c.text for c in _blocking(decl, electorate, of, "no").minimal]
    assert texts == [
        "any 1 of P0, P1, P2, P3, P4",
        "any 7 of E0, E1, E2, E3, E4, E5, E6, E7, E8, E9",
    ]
    assert [c.text for c in minimal(of.kinds, of.wins).minimal] == [
        "P0, P1, P2, P3, P4 and any 4 of E0, E1, E2, E3, E4, E5, E6, E7, E8, E9"
    ]


def test_in_the_security_council_absence_is_no_veto():
    decl, electorate = security_council()
    by_silence = _blocking(decl, electorate, game(decl, electorate, "silent"), "silent")
    assert [c.size for c in by_silence.minimal] == [7]


def test_in_the_council_of_the_six_luxembourg_counted_for_nothing():
    """EEC 1958: weights 4, 4, 4, 2, 2, 1, 12 of 17 needed. Shapley 14/60, 9/60, 0 (Brams, Game Theory and Politics, 1975, ch. 5)."""
    votes = {"DE": 4, "FR": 4, "IT": 4, "BE": 2, "NL": 2, "LU": 1}
    decl = decision(n.Shares((percent("70.5", "weights", "w"),)))  # 11.985 of 17: twelve are needed
    electorate = Electorate(tuple(votes), (), {"w": {x: Decimal(v) for x, v in votes.items()}})
    shapley = _shapley(game(decl, electorate, "no"))
    assert shapley["DE"] == shapley["FR"] == shapley["IT"] == Fraction(14, 60)
    assert shapley["BE"] == shapley["NL"] == Fraction(9, 60)
    assert shapley["LU"] == 0
