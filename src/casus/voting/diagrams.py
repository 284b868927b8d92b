"""Counts subsets that reach weights, by their size, exactly: a decision diagram for each weighting, walked together.

Players are taken in order. What is still needed at a player only matters by what the players after it can give: needs that
no choice of theirs tells apart are one node (an interval of needs), so that the diagram of a union of 27 states with
populations to the person has thousands of nodes instead of millions of sums. Numbers of subsets by size are generating
functions, packed into whole numbers: the digit number s, in a base above any count, is the number of subsets of size s.

Where so many players have so unlike weights that even this grows beyond bounds, nothing is counted: `TooManyCases`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import comb
from typing import Final

MOST_CASES: Final = 150_000
"""More nodes than these are not looked at: some seconds, and the union of 27 states has a tenth of them."""

MOST_WEIGHED: Final = 400
"""More players with weights than these are not counted: a diagram is as deep as they are many."""

_MET: Final = -1
_FAILED: Final = -2
_Node = tuple[int, ...]
"""A node of each weighting's diagram."""


class TooManyCases(Exception):
    """The players are too many, or their weights too unlike, to count the subsets."""


@dataclass(slots=True)
class _Level:
    """The nodes of a level, in the order of their intervals of needs (above `lows[i]`, up to `highs[i]`)."""

    highs: list[int] = field(default_factory=list)
    lows: list[int] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    children: list[tuple[int, int]] = field(default_factory=list)
    """By id: the node if the player joins, and if not."""


class _Diagram:
    """Of one weighting. `weights` in the order of the players."""

    def __init__(self, weights: Sequence[int], needed: int) -> None:
        self.weights = weights
        self.left = [sum(weights[i:]) for i in range(len(weights) + 1)]
        self.levels = [_Level() for _ in weights]
        self.nodes = 0
        self.root = self._node(0, needed)[0]

    def _node(self, i: int, need: int) -> tuple[int, int | None, int | None]:
        """The node of a need at player i, and the interval of needs that share it; None: without end."""
        if need <= 0:
            return _MET, None, 0
        if need > self.left[i]:
            return _FAILED, self.left[i], None
        level = self.levels[i]
        at = bisect_left(level.highs, need)
        if at < len(level.highs) and level.lows[at] < need:
            return level.ids[at], level.lows[at], level.highs[at]
        weight = self.weights[i]
        high, high_low, high_up = self._node(i + 1, need - weight)
        low, low_low, low_up = self._node(i + 1, need)
        lower = max(x for x in (None if high_low is None else high_low + weight, low_low, 0) if x is not None)
        upper = min(x for x in (None if high_up is None else high_up + weight, low_up, self.left[i]) if x is not None)
        self.nodes += 1
        if self.nodes > MOST_CASES:
            raise TooManyCases
        at = bisect_left(level.highs, upper)
        level.highs.insert(at, upper)
        level.lows.insert(at, lower)
        level.ids.insert(at, len(level.children))
        level.children.append((high, low))
        return len(level.children) - 1, lower, upper

    def step(self, i: int, node: int, joins: bool) -> int:
        return node if node < 0 else self.levels[i].children[node][0 if joins else 1]


def count_subsets(weightings: Sequence[Sequence[int]], needed: Sequence[int], size: int) -> tuple[list[int], list[list[int]]]:
    """The subsets of `size` players that reach every need, by their size; and for each player those in which it is.

    Raises TooManyCases.
    """
    if not weightings:
        with_one = [comb(size - 1, s - 1) if s else 0 for s in range(size + 1)]
        return [comb(size, s) for s in range(size + 1)], [with_one] * size
    if size > MOST_WEIGHED:
        raise TooManyCases
    slot = size + 2
    diagrams = [_Diagram(weights, need) for weights, need in zip(weightings, needed, strict=True)]
    root = tuple(diagram.root for diagram in diagrams)
    layers: list[dict[_Node, tuple[_Node, _Node]]] = []
    here = {root} if _FAILED not in root else set()
    for i in range(size):
        layers.append(
            {
                node: (
                    tuple(d.step(i, x, True) for d, x in zip(diagrams, node, strict=True)),
                    tuple(d.step(i, x, False) for d, x in zip(diagrams, node, strict=True)),
                )
                for node in here
            }
        )
        here = {child for children in layers[i].values() for child in children if _FAILED not in child}
        if sum(len(layer) for layer in layers) + len(here) > MOST_CASES:
            raise TooManyCases
    after: list[dict[_Node, int]] = [{} for _ in range(size)] + [dict.fromkeys(here, 1)]
    for i in reversed(range(size)):
        following = after[i + 1]
        after[i] = {node: (following.get(high, 0) << slot) + following.get(low, 0) for node, (high, low) in layers[i].items()}
    before: dict[_Node, int] = {root: 1}
    with_player = []
    for i in range(size):
        joined, following_before = 0, dict[_Node, int]()
        for node, (high, low) in layers[i].items():
            ways = before[node]
            if high in after[i + 1]:
                joined += (ways << slot) * after[i + 1][high]
                following_before[high] = following_before.get(high, 0) + (ways << slot)
            if low in after[i + 1]:
                following_before[low] = following_before.get(low, 0) + ways
        with_player.append(_digits(joined, slot, size))
        before = following_before
    return _digits(after[0].get(root, 0), slot, size), with_player


def _digits(packed: int, slot: int, size: int) -> list[int]:
    mask = (1 << slot) - 1
    return [(packed >> (slot * i)) & mask for i in range(size + 1)]
