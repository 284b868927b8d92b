"""Probabilities against the enumeration of every case, and the reasons for which none is shown."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from math import prod
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casus import acts as a
from casus.analysis.chance import (
    Refused,
    at_least,
    chance,
    clusters,
    distribution_together,
    reaching,
    read_calibration,
    rueger,
    sum_bounds,
)
from casus.time import Occurred
from tests.analysis.test_flips import END, fords
from tests.state.records import entries, hours, view

shares = st.lists(st.floats(0, 1), min_size=1, max_size=7)
GOOD = """
calibration = 1
source = "600 adjudicated reports of an exercise"
[[rung]]
ladder = "occurrence"
rung = "reported"
probability = "0.5"
adjudications = 300
[[rung]]
ladder = "occurrence"
rung = "confirmed"
probability = "0.9"
adjudications = 300
"""


def cases(of: list[float]) -> list[tuple[tuple[int, ...], float]]:
    made = []
    for outcome in product((0, 1), repeat=len(of)):
        made.append((outcome, prod(p if x else 1 - p for x, p in zip(outcome, of, strict=True))))
    return made


@given(shares, st.integers(0, 8))
def test_a_count_is_the_sum_over_every_case(of: list[float], k: int) -> None:
    assert at_least(of, k) == pytest.approx(sum(p for outcome, p in cases(of) if sum(outcome) >= k), abs=1e-9)


@given(shares, st.lists(st.sampled_from(["0", "1", "2.5", "7"]), min_size=7, max_size=7), st.integers(0, 20), st.booleans())
def test_a_sum_is_the_sum_over_every_case(of: list[float], values: list[str], bound: int, strict: bool) -> None:
    weights = [Decimal(value) for value in values[: len(of)]]
    parts = [{Decimal(0): 1 - p, w: p} if w else {Decimal(0): 1.0} for w, p in zip(weights, of, strict=True)]
    whole = 0.0
    for outcome, p in cases(of):
        total = sum((w for x, w in zip(outcome, weights, strict=True) if x), Decimal(0))
        whole += p if (total > bound if strict else total >= bound) else 0.0
    assert reaching(parts, Decimal(bound), strict) == pytest.approx(whole, abs=1e-9)


@settings(max_examples=200)
@given(
    st.integers(1, 5).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.integers(0, 20), min_size=2**n, max_size=2**n))),
    st.data(),
)
def test_no_joint_distribution_leaves_the_bounds(drawn: tuple[int, list[int]], data: st.DataObject) -> None:
    count, masses = drawn
    whole = sum(masses) or 1
    joint = [m / whole for m in masses] if sum(masses) else [1.0] + [0.0] * (2**count - 1)
    outcomes = list(product((0, 1), repeat=count))
    marginals = [min(1.0, sum(p for o, p in zip(outcomes, joint, strict=True) if o[i])) for i in range(count)]
    k = data.draw(st.integers(0, count + 1))
    truth = sum(p for o, p in zip(outcomes, joint, strict=True) if sum(o) >= k)
    low, high = rueger(marginals, k)
    assert low - 1e-9 <= truth <= high + 1e-9
    weights = [Decimal(data.draw(st.integers(0, 5))) for _ in range(count)]
    bound, strict = Decimal(data.draw(st.integers(0, 12))), data.draw(st.booleans())
    reached = 0.0
    for o, p in zip(outcomes, joint, strict=True):
        total = sum((w for x, w in zip(o, weights, strict=True) if x), Decimal(0))
        reached += p if (total > bound if strict else total >= bound) else 0.0
    low, high = sum_bounds(weights, marginals, bound, strict)
    assert low - 1e-9 <= reached <= high + 1e-9


@given(st.floats(0, 1), st.floats(0, 1))
def test_for_two_events_the_bounds_are_those_of_frechet(p: float, q: float) -> None:
    assert rueger([p, q], 2) == pytest.approx((max(0.0, p + q - 1), min(p, q)), abs=1e-9)
    assert rueger([p, q], 1) == pytest.approx((max(p, q), min(1.0, p + q)), abs=1e-9)


@given(st.floats(0.01, 0.99), st.integers(1, 8), st.data())
def test_for_equal_shares_the_upper_bound_is_attained(p: float, count: int, data: st.DataObject) -> None:
    """Exactly k at a time, as often as the shares allow: P(at least k) = min(1, n·p/k)."""
    k = data.draw(st.integers(1, count))
    assert rueger([p] * count, k)[1] == pytest.approx(min(1.0, count * p / k), abs=1e-9)


@given(shares)
def test_events_that_err_together_keep_their_shares(of: list[float]) -> None:
    weights = [Decimal(1)] * len(of)
    made = distribution_together(weights, of)
    assert sum(made.values()) == pytest.approx(1)
    assert sum(float(value) * p for value, p in made.items()) == pytest.approx(sum(of))
    assert reaching([made], Decimal(len(of)), False) == pytest.approx(min(of), abs=1e-9)
    low, high = rueger(of, len(of))
    assert low - 1e-9 <= min(of) <= high + 1e-9


def test_events_share_a_cluster_through_others() -> None:
    labels = [frozenset({"a"}), frozenset({"b"}), frozenset({"a", "b"}), frozenset({"c"}), frozenset()]
    assert clusters(labels) == [[0, 1, 2], [3], [4]]


# ---------------------------------------------------------------- a condition


def file(tmp_path: Path, text: str = GOOD) -> Path:
    path = tmp_path / "calibration.toml"
    path.write_text(text, encoding="utf-8")
    return path


def raids(*stands: tuple[str, ...], lineage: str | None = None) -> object:
    found = []
    for index, rungs in enumerate(stands):
        source = a.Source(f"s{index}", lineage=None if lineage is None else f"{lineage}{index}", group=lineage)
        report = a.Report("raid", f"r{index}", "OSK", {}, (source,), stands_for=rungs)
        found.append((Occurred.at(hours(index)), hours(index), report))
    return view(entries(found), END)


def test_the_chance_of_a_count_is_over_what_was_reported_at_every_rung(tmp_path: Path) -> None:
    calibration = read_calibration(file(tmp_path))
    said = chance(fords(), raids(("confirmed",), ("confirmed",), ()), END, "many", calibration, hours(2))
    assert said.exact == pytest.approx(0.9 * 0.9 * 0.5)
    assert (said.low, said.high) == pytest.approx((0.3, 0.5))
    assert [(x.id, x.probability) for x in said.events] == [("r0", 0.9), ("r1", 0.9), ("r2", 0.5)]
    assert "independence" in said.assumes[0]


def test_reports_of_one_group_are_right_or_wrong_together(tmp_path: Path) -> None:
    calibration = read_calibration(file(tmp_path))
    said = chance(fords(), raids(("confirmed",), ("confirmed",), (), lineage="post"), END, "many", calibration, hours(2))
    assert said.exact == pytest.approx(0.405)
    assert said.by_lineage == pytest.approx(0.5)


def test_of_a_condition_put_together_only_bounds_are_said(tmp_path: Path) -> None:
    said = chance(fords(), raids(("confirmed",), ("confirmed",)), END, "either", read_calibration(file(tmp_path)), hours(1))
    assert said.exact is None
    assert (said.low, said.high) == pytest.approx((0.8, 0.9))


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("adjudications = 300", "adjudications = 299", "299 adjudications are too few"),
        ('probability = "0.5"', 'probability = "1.5"', "between 0 and 1"),
        ("calibration = 1", "calibration = 2", "calibration = 1"),
        ('rung = "reported"', "", "has ladder, rung, probability"),
        ("[[rung]]", "[[rung", "cannot be read as TOML"),
    ],
)
def test_what_is_no_calibration_is_refused_with_the_reason(tmp_path: Path, before: str, after: str, why: str) -> None:
    with pytest.raises(Refused, match=why.replace("[", r"\[")):
        read_calibration(file(tmp_path, GOOD.replace(before, after)))


def test_a_rung_that_nobody_calibrated_refuses(tmp_path: Path) -> None:
    calibration = read_calibration(file(tmp_path, GOOD.replace('"reported"', '"rumoured"')))
    with pytest.raises(Refused, match="r0 stands on occurrence reported, for which there is no calibration"):
        chance(fords(), raids((), ()), END, "many", calibration, hours(1))
