"""The minimal coalitions of a kind: those that have a property which every larger coalition has as well.

Where few kinds of players differ, coalitions that differ in like players only are one entry and the list is complete. Where
every player has a weight of its own there can be millions: then the smallest are listed, and the list says that there are more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod
from typing import Final

from casus.voting.model import Coalition, Coalitions, Part

LISTED: Final = 12
"""How many coalitions are listed where they are not all."""

_VECTORS: Final = 5000
"""Up to so many choices of numbers of like players all are looked at."""

_TRIED: Final = 1_000_000
"""How many players the coalitions of unlike players that are tried have in all, at the most."""

Holds = Callable[[frozenset[str]], bool]


def minimal(kinds: Sequence[Sequence[str]], holds: Holds, *, ordered: bool = False) -> Coalitions:
    """The minimal coalitions with a property; `kinds` are players that it cannot tell apart, together.

    `ordered`: a player of an earlier kind in the place of one of a later kind never takes the property away.
    """
    everybody = frozenset(x for kind in kinds for x in kind)
    if not holds(everybody):
        return Coalitions(())
    if prod(len(kind) + 1 for kind in kinds) <= _VECTORS:
        return Coalitions(tuple(_by_numbers(kinds, holds)))
    return _smallest([x for kind in kinds for x in kind], holds, ordered=ordered)


def _by_numbers(kinds: Sequence[Sequence[str]], holds: Holds) -> Iterator[Coalition]:
    found: list[tuple[int, ...]] = []
    choices = product(*(range(len(kind) + 1) for kind in kinds))
    for numbers in sorted(choices, key=lambda c: (sum(c), tuple(-x for x in c))):
        if any(all(a <= b for a, b in zip(less, numbers, strict=True)) for less in found):
            continue
        if holds(frozenset(x for kind, number in zip(kinds, numbers, strict=True) for x in kind[:number])):
            found.append(numbers)
            parts = (Part(number, tuple(sorted(kind))) for kind, number in zip(kinds, numbers, strict=True) if number)
            yield Coalition(tuple(parts))


def _smallest(players: Sequence[str], holds: Holds, *, ordered: bool) -> Coalitions:
    """The smallest ones, size after size, each in the order of the players; stops where enough are found or tried."""
    found: list[Coalition] = []
    tried = 0

    class Enough(Exception):
        pass

    def asked(coalition: frozenset[str]) -> bool:
        nonlocal tried
        tried += 1
        if tried * len(players) > _TRIED:
            raise Enough
        return holds(coalition)

    def choose(chosen: tuple[str, ...], index: int, more: int) -> None:
        if more == 0:
            one = frozenset(chosen)
            if asked(one) and not any(asked(one - {x}) for x in chosen):
                found.append(Coalition(tuple(Part(1, (x,)) for x in chosen)))
                if len(found) == LISTED:
                    raise Enough
            return
        for i in range(index, len(players) - more + 1):
            best = players[i : i + more] if ordered else players[i:]
            if not asked(frozenset(chosen) | set(best)):
                return
            choose((*chosen, players[i]), i + 1, more - 1)

    try:
        for size in range(len(players) + 1):
            choose((), 0, size)
    except Enough:
        return Coalitions(tuple(found), complete=False)
    return Coalitions(tuple(found))
