"""Seeded draws that give the same values on every machine: everything is made from `Random.random`, which is stable."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from typing import TypeVar

from casus.time import MINUTE, Duration, Instant

T = TypeVar("T")


class Draws:
    """One stream for one part of the year: what one part draws does not move another (`Draws(1, "fire")`)."""

    def __init__(self, seed: int, part: str) -> None:
        self._random = Random(f"casus demo {seed} {part}").random

    def unit(self) -> float:
        """From 0 to below 1."""
        return self._random()

    def chance(self, share: float) -> bool:
        return self._random() < share

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random()

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._random() * (high - low + 1))

    def one_of(self, items: Sequence[T]) -> T:
        return items[int(self._random() * len(items))]

    def weighted(self, items: Sequence[tuple[T, float]]) -> T:
        """One of the items, each with its weight."""
        mark = self._random() * sum(weight for _, weight in items)
        for item, weight in items:
            mark -= weight
            if mark < 0:
                return item
        return items[-1][0]

    def poisson(self, mean: float) -> int:
        """How many happen where `mean` happen on average (Knuth's product of uniforms; the mean is below 700)."""
        limit, product, n = math.exp(-mean), self._random(), 0
        while product > limit:
            product *= self._random()
            n += 1
        return n

    def later(self, instant: Instant, low: Duration, high: Duration) -> Instant:
        """An instant `low` to `high` after another, on the whole minute."""
        return instant + MINUTE * self.whole(low.us // MINUTE.us, high.us // MINUTE.us)
