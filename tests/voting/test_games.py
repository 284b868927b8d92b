"""Coalitions and indices, against every choice counted by hand and against values in the literature."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import partial
from math import comb

from hypothesis import given, settings
from hypothesis import strategies as st

from casus.language import nodes as n
from casus.norms.decisions import Electorate
from casus.voting import coalitions
from casus.voting.coalitions import minimal
from casus.voting.diagrams import MOST_WEIGHED
from casus.voting.games import game
from casus.voting.power import _alone, _blocking, _shapley, _swings
from tests.voting.voting_games import adopts, ballots, decision, minimal_of, percent, prevents, shapley_by_orders, subsets

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
        assert set(sets) == minimal_of(of.players, partial(adopts, decl, electorate, rest=rest))


@settings(max_examples=120, deadline=None)
@given(ballots(most=4))
def test_a_blocking_coalition_prevents_adoption_whatever_the_others_do_and_no_smaller_one_does(ballot):
    decl, electorate = ballot
    for word in ("no", "silent", "abstain"):
        of = game(decl, electorate, word)
        found = {one for c in _blocking(decl, electorate, of, word).minimal for one in c.sets()}
        assert found == minimal_of(of.players, partial(prevents, decl, electorate, word=word))


@MANY
@given(ballots())
def test_who_stops_it_alone_is_found_without_listing_coalitions(ballot):
    decl, electorate = ballot
    words = ("no", "silent", "abstain")
    found = {x for word in words for x in _alone(decl, electorate, game(decl, electorate, word), word)}
    listed = [_blocking(decl, electorate, game(decl, electorate, word), word) for word in words]
    assert found == {x for one in listed for x in one.alone}


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
    """4/2145 for an elected member, so 421/2145 = 0.1963 for a permanent one (gonitsora.com, "Veto starting to sound really
    good"; the value follows from C(9,3) · 8! · 6! orders in which an elected member is the ninth).
    """
    decl, electorate = security_council()
    of = game(decl, electorate, "no")
    shapley = _shapley(of)
    assert shapley["P0"] == Fraction(421, 2145)
    assert shapley["E0"] == Fraction(4, 2145)
    assert sum(shapley.values()) == 1
    swings = _swings(of)
    # 84 = C(9,3) sets with all permanent members and three other elected ones; 848 = the sum of C(10,k) for k from 4 to 10
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
    """EEC 1958 to 1972: weights 4, 4, 4, 2, 2, 1, twelve needed; Luxembourg a null player ("Luxembourg in the Early Days of
    the EEC: Null Player or Not?", Games 9(2), 29, 2018).
    """
    votes = {"DE": 4, "FR": 4, "IT": 4, "BE": 2, "NL": 2, "LU": 1}
    decl = decision(n.Shares((percent("70.5", "weights", "w"),)))  # 11.985 of 17: twelve are needed
    electorate = Electorate(tuple(votes), (), {"w": {x: Decimal(v) for x, v in votes.items()}})
    of = game(decl, electorate, "no")
    shapley = _shapley(of)
    assert shapley["DE"] == shapley["FR"] == shapley["IT"] == Fraction(14, 60)
    assert shapley["BE"] == shapley["NL"] == Fraction(9, 60)
    assert shapley["LU"] == 0
    assert _swings(of)["LU"] == 0


def council_of_27() -> tuple[n.DecisionDecl, Electorate]:
    """55 percent of 27 members with 65 percent of the people. Populations as of 2020, rounded to ten thousand: general
    knowledge, here only for their proportions.
    """
    people = (
        "8317 6710 6024 4733 3796 1932 1741 1155 1072 1069 1033 1030 977 890 695 582 553 546 496 406 279 210 191 133 89 63 51"
    )
    weights = {f"S{i:02}": Decimal(x) for i, x in enumerate(people.split(), 1)}
    rule = n.Shares((percent("55", "members"), percent("65", "weights", "people")))
    return decision(rule), Electorate(tuple(weights), (), {"people": weights})


def test_in_a_council_of_27_every_coalition_is_counted():
    """13.2 percent of all coalitions win ("Voting power in the Council of the European Union: A comprehensive sensitivity
    analysis", abstract); none with fewer than fifteen members; three of the largest block.
    """
    decl, electorate = council_of_27()
    of = game(decl, electorate, "no")
    winning = sum(of.counts.winning)
    assert round(Fraction(winning, 2**27) * 1000) == 132
    assert next(size for size, count in enumerate(of.counts.winning) if count) == 15
    shapley = _shapley(of)
    assert sum(shapley.values()) == 1
    assert sorted(shapley.values(), reverse=True) == [shapley[x] for x in electorate.members]
    blocking = _blocking(decl, electorate, of, "no")
    assert not blocking.complete
    assert {c.size for c in blocking.minimal} == {3}


def test_with_forty_members_of_one_weight_the_diagram_counts_what_binomials_count():
    members = tuple(f"S{i:02}" for i in range(40))
    decl = decision(n.Shares((percent("60", "weights", "w"), percent("55", "members"))))
    of = game(decl, Electorate(members, (), {"w": dict.fromkeys(members, Decimal(3))}), "no")
    assert of.counts.winning == tuple(comb(40, k) if k >= 24 else 0 for k in range(41))
    assert set(_shapley(of).values()) == {Fraction(1, 40)}


WEIGHTS = st.lists(st.integers(1, 40).map(Decimal), min_size=9, max_size=9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(20, 90), WEIGHTS), min_size=1, max_size=2))
def test_the_coalitions_listed_of_unlike_players_are_the_smallest_and_minimal(weightings):
    members = tuple(f"M{i}" for i in range(9))
    shares = [percent(str(share), "weights", f"w{i}") for i, (share, _) in enumerate(weightings)]
    tables = {f"w{i}": dict(zip(members, weights, strict=True)) for i, (_, weights) in enumerate(weightings)}
    of = game(decision(n.Shares(tuple(shares))), Electorate(members, (), tables), "no")
    listed = coalitions._smallest([x for kind in of.kinds for x in kind], of.wins, ordered=of.ordered)
    true = sorted((one for one in minimal_of(members, of.wins)), key=len)
    sets = [one for c in listed.minimal for one in c.sets()]
    assert set(sets) <= set(true)
    assert [len(one) for one in sets] == [len(one) for one in true][: len(sets)]
    assert len(sets) == min(len(true), coalitions.LISTED)


def test_of_members_too_unlike_to_count_the_coalitions_the_smallest_are_listed_all_the_same():
    """Sixty members with weights of no pattern: more sums than can be looked at."""
    members = tuple(f"S{i:02}" for i in range(60))
    weights = {x: Decimal(pow(7919, i + 3, 999_983)) for i, x in enumerate(members)}
    of = game(decision(n.Shares((percent("65", "weights", "w"),))), Electorate(members, (), {"w": weights}), "no")
    assert of.counts is None
    assert _shapley(of) == {}
    listed = minimal(of.kinds, of.wins, ordered=of.ordered)
    heaviest = sorted(members, key=lambda x: -weights[x])
    least = next(size for size in range(61) if of.wins(frozenset(heaviest[:size])))
    assert not listed.complete
    assert {c.size for c in listed.minimal} == {least}


def test_a_thousand_equal_members_are_counted_and_a_thousand_with_weights_are_not():
    members = tuple(f"S{i:03}" for i in range(1000))
    equal = game(decision(n.Votes(n.Number("501"))), Electorate(members), "no")
    assert set(_shapley(equal).values()) == {Fraction(1, 1000)}
    assert len(members) > MOST_WEIGHED
    weighted = Electorate(members, (), {"w": dict.fromkeys(members, Decimal(1))})
    assert game(decision(n.Shares((percent("50", "weights", "w"),))), weighted, "no").counts is None
