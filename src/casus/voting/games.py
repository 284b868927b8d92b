"""A decision as a game: which sets of players adopt it by voting yes, when everybody else does one and the same thing.

The arithmetic of a vote stands in `casus.norms.decisions` and is asked there: how many yes votes a rule needs is found by
trying. What the players are like enough to be counted together is used; with weights, coalitions are counted on a decision
diagram in which needs of weight that no remaining player tells apart are one node, and numbers of coalitions by their size
are generating functions. All numbers are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import ceil, gcd, lcm
from typing import Literal

from casus.language import nodes as n
from casus.norms.decisions import Electorate, outcome
from casus.voting.diagrams import TooManyCases, count_subsets

Rest = Literal["no", "silent", "abstain"]
"""What everybody outside of a coalition does."""


@dataclass(frozen=True, slots=True)
class Quota:
    """A share of weights that has to be reached, in whole numbers."""

    name: str
    weights: Mapping[str, int]
    needed: int


@dataclass(frozen=True)
class Game:
    """`players`: the members, then the holders of a veto that are no members: where the rest abstains or is silent those can
    do nothing, and are left out. `forced`: without their yes nothing is adopted.

    `need`: how many members have to say yes; None where no number is enough.
    """

    players: tuple[str, ...]
    members: frozenset[str]
    forced: frozenset[str]
    need: int | None
    quotas: tuple[Quota, ...]

    def wins(self, yes: frozenset[str]) -> bool:
        if self.need is None or not self.forced <= yes or len(yes & self.members) < self.need:
            return False
        return all(sum(quota.weights[x] for x in yes if x in self.members) >= quota.needed for quota in self.quotas)

    @cached_property
    def kinds(self) -> tuple[tuple[str, ...], ...]:
        """The players that the game cannot tell apart, together; those that can do most first."""
        found: dict[tuple[bool, bool, tuple[int, ...]], list[str]] = {}
        for x in self.players:
            weights = tuple(-quota.weights.get(x, 0) for quota in self.quotas)
            found.setdefault((x not in self.forced, x not in self.members, weights), []).append(x)
        return tuple(tuple(found[key]) for key in sorted(found))

    @cached_property
    def ordered(self) -> bool:
        """Whether a player of an earlier kind can do all that one of a later kind can: so with one weighting, or with several
        that agree on who is heavier. Without a player in `forced` nothing wins, so that those can do most.
        """
        free = [kind[0] for kind in self.kinds if kind[0] not in self.forced]
        return all(
            quota.weights.get(one, 0) >= quota.weights.get(other, 0) for one, other in pairwise(free) for quota in self.quotas
        )

    @cached_property
    def counts(self) -> Counts | None:
        """None where the players are too many, or their weights too unlike, to count."""
        try:
            return _count(self)
        except TooManyCases:
            return None


@dataclass(frozen=True, slots=True)
class Counts:
    """`winning[s]`: winning coalitions of s players; `with_player[x][s]`: those of them in which x is."""

    winning: tuple[int, ...]
    with_player: Mapping[str, tuple[int, ...]]


def game(decl: n.DecisionDecl, electorate: Electorate, rest: Rest) -> Game:
    """The game in which the rest votes no, stays silent, or abstains. No player is recused."""
    vetoes = electorate.vetoes if rest == "no" else ()
    outside = tuple(x for x in vetoes if x not in electorate.members)
    plain, quotas = _parts(decl, electorate)
    need = None if quotas is None else _need(plain, electorate.members, rest)
    return Game((*electorate.members, *outside), frozenset(electorate.members), frozenset(vetoes), need, quotas or ())


def _parts(decl: n.DecisionDecl, electorate: Electorate) -> tuple[n.DecisionDecl, tuple[Quota, ...] | None]:
    """The decision with its shares of weights taken out, and those; None where nobody in it has any weight."""
    if not isinstance(decl.rule, n.Shares):
        return decl, ()
    kept = tuple(share for share in decl.rule.shares if share.base != "weights")
    rule: n.Rule = n.Shares(kept) if kept else n.Votes(n.Number("0"))
    quotas = []
    for share in decl.rule.shares:
        if share.base == "weights":
            table = (electorate.weights or {}).get(share.weights or "", {})
            quota = _quota(share, {x: table.get(x, Decimal(0)) for x in electorate.members})
            if quota is None:
                return decl, None
            quotas.append(quota)
    return replace(decl, rule=rule), tuple(quotas)


def _quota(share: n.Share, weights: Mapping[str, Decimal]) -> Quota | None:
    exact = {x: Fraction(weight) for x, weight in weights.items()}
    base = sum(exact.values(), Fraction(0))
    if base <= 0:
        return None
    scale = lcm(*(weight.denominator for weight in exact.values()))
    whole = {x: int(weight * scale) for x, weight in exact.items()}
    unit = gcd(*whole.values())
    needed = ceil(base * scale * Fraction(share.percent.value) / 100 / unit)
    return Quota(share.weights or "", {x: weight // unit for x, weight in whole.items()}, needed)


def _need(decl: n.DecisionDecl, members: tuple[str, ...], rest: Rest) -> int | None:
    """The least number of yes votes that adopts, by asking the rule itself; yes instead of the rest's act never harms."""
    for yes in range(len(members) + 1):
        votes = {x: "yes" if i < yes else rest for i, x in enumerate(members)}
        cast = {x: word for x, word in votes.items() if word != "silent"}
        if outcome(decl, Electorate(members), cast)[0] == "adopted":  # type: ignore[arg-type]
            return yes
    return None


# ---------------------------------------------------------------- counting


def _count(game: Game) -> Counts:
    players = len(game.players)
    nothing = (0,) * (players + 1)
    if game.need is None:
        return Counts(nothing, dict.fromkeys(game.players, nothing))
    free = sorted((x for x in game.players if x not in game.forced), key=lambda x: (_weight_order(game, x), x))
    given = game.forced & game.members
    found = count_subsets(
        [[quota.weights[x] for x in free] for quota in game.quotas],
        [quota.needed - sum(quota.weights[x] for x in given) for quota in game.quotas],
        len(free),
    )

    def whole(by_size: list[int]) -> tuple[int, ...]:
        """Of coalitions instead of their free part, those with too few yes votes left out."""
        counts = [0] * (players + 1)
        for size, number in enumerate(by_size):
            if size + len(given) >= (game.need or 0):
                counts[size + len(game.forced)] = number
        return tuple(counts)

    winning = whole(found[0])
    with_player = {x: whole(by_size) for x, by_size in zip(free, found[1], strict=True)}
    return Counts(winning, {x: with_player.get(x, winning) for x in game.players})


def _weight_order(game: Game, player: str) -> tuple[int, ...]:
    return tuple(-quota.weights.get(player, 0) for quota in game.quotas)
