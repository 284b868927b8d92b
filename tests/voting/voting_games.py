"""Decisions to test with: built as trees, and votes counted by brute force over every choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations, permutations, product

from hypothesis import strategies as st

from casus.language import nodes as n
from casus.norms.decisions import Electorate, final, outcome


def decision(rule: n.Rule, **clauses: object) -> n.DecisionDecl:
    return n.DecisionDecl(name="d", members=n.PartySet(()), rule=rule, **clauses)  # type: ignore[arg-type]


def percent(text: str, base: str, weights: str | None = None) -> n.Share:
    return n.Share(n.Number(text), base, weights)  # type: ignore[arg-type]


def subsets(players: Sequence[str]) -> Iterator[frozenset[str]]:
    return (frozenset(x) for x in chain.from_iterable(combinations(players, k) for k in range(len(players) + 1)))


def votes_of(electorate: Electorate, yes: frozenset[str], rest: str) -> dict[str, str]:
    everybody = dict.fromkeys((*electorate.members, *electorate.vetoes))
    votes = {x: "yes" if x in yes else rest for x in everybody}
    return {x: word for x, word in votes.items() if word != "silent"}


def adopts(decl: n.DecisionDecl, electorate: Electorate, yes: frozenset[str], rest: str) -> bool:
    return outcome(decl, electorate, votes_of(electorate, yes, rest))[0] == "adopted"  # type: ignore[arg-type]


def prevents(decl: n.DecisionDecl, electorate: Electorate, who: frozenset[str], word: str) -> bool:
    """Over every answer of the others: yes, no, abstain, or nothing."""
    others = [x for x in dict.fromkeys((*electorate.members, *electorate.vetoes)) if x not in who]
    own = {} if word == "silent" else dict.fromkeys(who, word)
    for words in product(("yes", "no", "abstain", None), repeat=len(others)):
        votes = {**own, **{x: w for x, w in zip(others, words, strict=True) if w}}
        if final(decl, outcome(decl, electorate, votes)[0]) == "adopted":  # type: ignore[arg-type]
            return False
    return True


def minimal_of(players: Sequence[str], holds: Callable[[frozenset[str]], bool]) -> set[frozenset[str]]:
    having = [one for one in subsets(players) if holds(one)]
    return {one for one in having if not any(less < one for less in having)}


def shapley_by_orders(players: Sequence[str], wins: Callable[[frozenset[str]], bool]) -> dict[str, Fraction]:
    pivots = dict.fromkeys(players, 0)
    orders = 0
    for order in permutations(players):
        orders += 1
        for i, x in enumerate(order):
            if wins(frozenset(order[: i + 1])):
                pivots[x] += 1 if not wins(frozenset(order[:i])) else 0
                break
    return {x: Fraction(count, orders) for x, count in pivots.items()}


@st.composite
def ballots(draw: st.DrawFn, most: int = 5) -> tuple[n.DecisionDecl, Electorate]:
    """A decision of a few members: every kind of rule, quorum, abstention, veto, weights and answer to silence."""
    members = tuple(f"M{i}" for i in range(draw(st.integers(1, most))))
    number = st.integers(0, len(members) + 1).map(lambda x: n.Number(str(x)))
    share = st.builds(
        percent,
        st.integers(0, 100).map(str),
        st.sampled_from(["members", "present", "cast", "weights"]),
    ).map(lambda s: n.Share(s.percent, s.base, "w" if s.base == "weights" else None))
    rule = draw(
        st.one_of(
            st.just(n.Unanimity()),
            st.just(n.Majority()),
            st.builds(n.Consensus, st.one_of(st.none(), number)),
            st.builds(n.Votes, number),
            st.lists(share, min_size=1, max_size=3).map(lambda s: n.Shares(tuple(s))),
        )
    )
    quorum = draw(st.one_of(st.none(), number))
    silent = draw(st.sampled_from([None, "adopted", "rejected", "X"]))
    if quorum is not None and int(quorum) == 0:
        silent = None  # refused by the checker (E409)
    decl = decision(
        rule,
        quorum=quorum,
        abstention=draw(st.sampled_from([None, "counts_for_quorum", "counts_as_no", "ignored"])),
        if_silent=None if silent == "X" else silent,
        if_silent_escalates_to="x" if silent == "X" else None,
        early=True,
    )
    vetoes = tuple(draw(st.lists(st.sampled_from([*members, "OUT"]), unique=True, max_size=3)))
    weights = {x: Decimal(draw(st.integers(0, 6))) / draw(st.sampled_from([1, 2])) for x in members}
    return decl, Electorate(members, vetoes, {"w": weights})
