"""What the NumPy kernels count at many instants is what looking at each instant counts."""

from __future__ import annotations

import random
from decimal import Decimal

import numpy as np
import pytest

from casus.triggers.kernels import between, certainly, compared, possibly, scaled, stabbed, stabbed_keys, stabbed_sum
from casus.triggers.plan import Window
from casus.triggers.weighing import interval, ratio

WINDOWS = [
    Window("rolling", 7),
    Window("rolling", 7, closed=True),
    Window("fixed", 7),
    Window("since"),
    Window("since", moment=9),
]


def column(values: list[int]) -> np.ndarray:
    return np.array(values, np.int64)


@pytest.mark.parametrize("window", WINDOWS)
def test_an_event_lies_in_a_window_at_the_instants_of_its_stretches(window: Window) -> None:
    start = 3
    for lo in range(-2, 25):
        for hi in (lo, lo + 1, lo + 9):
            sure = certainly(window, column([lo]), column([hi]), start)
            maybe = possibly(window, column([lo]), column([hi]), start)
            for s in range(-5, 60):
                floor = window.floor(s, start)
                at = column([s])
                assert stabbed(*sure, at)[0] == (lo >= floor and hi <= s), (lo, hi, s)
                assert stabbed(*maybe, at)[0] == (hi >= floor and lo <= s), (lo, hi, s)


def test_sums_and_keys_over_stretches_are_those_of_each_instant() -> None:
    rng = random.Random(5)
    at = column(list(range(-2, 40)))
    for _ in range(300):
        size = rng.randint(0, 9)
        begin = [rng.randint(0, 20) for _ in range(size)]
        end = [b + rng.choice([-3, 0, 1, 4, 15]) for b in begin]
        key = [rng.randrange(3) for _ in range(size)]
        weight = [rng.choice([1, 5, 10**30]) for _ in range(size)]
        there = [[i for i in range(size) if begin[i] <= s < end[i]] for s in at.tolist()]
        assert stabbed(column(begin), column(end), at).tolist() == [len(of) for of in there]
        assert stabbed_keys(column(begin), column(end), column(key), at).tolist() == [len({key[i] for i in of}) for of in there]
        sums = stabbed_sum(column(begin), column(end), np.array(weight, object), at)
        assert sums.tolist() == [sum(weight[i] for i in of) for of in there]


def test_ranges_compare_with_bounds_as_the_evaluator_of_one_instant_does() -> None:
    bounds = [Decimal(0), Decimal("1.5"), Decimal(2), Decimal("2.5")]
    for op in (">=", ">", "<=", "<"):
        for low in range(4):
            for high in range(low, 4):
                for bound in bounds:
                    assert compared(op, column([low]), column([high]), bound)[0] == interval(op, low, high, bound)
                    open_ = compared(op, column([low]), column([high]), bound, np.array([True]))[0]
                    assert open_ == interval(op, low, None, bound)
                for least in bounds:
                    for most in bounds:
                        if least <= most:
                            found = between(op, column([low]), column([high]), least, most)[0]
                            assert found == ratio(op, Decimal(low), Decimal(high), least, most)


def test_decimals_are_scaled_exactly_also_beyond_64_bits() -> None:
    small, exponent = scaled([Decimal("1.25"), Decimal(3)])
    assert (small.tolist(), exponent, small.dtype) == ([125, 300], 2, np.int64)
    large, exponent = scaled([Decimal(10) ** 25, Decimal("0.1")])
    assert (large.tolist(), exponent, large.dtype) == ([10**26, 1], 1, object)
