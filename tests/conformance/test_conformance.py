"""Every scenario of the conformance agreements holds, and no longer holds when its expectation is altered.

The files beside this one are small agreements over invented states; each scenario stands at one edge of
docs/semantics.md. The sample and the worked example that come with the design are run too where they are present.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from casus.acts.shapes import Coverage
from casus.language.agreement import Agreement
from casus.language.load import load
from casus.language.nodes import Moment
from casus.language.scenario import Expect, Line, Scenario
from casus.state.scenarios import run_scenario
from casus.time import Instant

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("CASUS_SHARED", HERE.parents[1].parent / "shared"))
OWN = sorted(HERE.glob("*.casus.md"))
GIVEN = sorted((SHARED / "conformance").glob("*.casus.md")) + sorted((SHARED / "design" / "example").glob("*.casus.md"))


@dataclass(frozen=True)
class Case:
    path: Path
    name: str
    index: int


@cache
def loaded(path: Path) -> Agreement:
    checked = load(path)
    errors = [found for found in checked.diagnostics if found.severity == "error"]
    assert checked.agreement is not None, f"{path.name} does not load: {errors}"
    return checked.agreement


def cases() -> Iterator[object]:
    """One case per scenario, read without the parser: a file that does not load fails as a test, not at collection."""
    for path in [*OWN, *GIVEN]:
        names = [
            line.removeprefix("scenario ").strip()
            for line in path.read_text("utf-8").splitlines()
            if line.startswith("scenario ")
        ]
        for index, name in enumerate(names):
            yield pytest.param(Case(path, name, index), id=f"{path.name.removesuffix('.casus.md')}: {name}")


CASES = list(cases())


def scenario_of(case: Case) -> Scenario:
    scenarios = loaded(case.path).scenarios
    assert len(scenarios) == sum(1 for line in case.path.read_text("utf-8").splitlines() if line.startswith("scenario "))
    return scenarios[case.index]


def other_instant(instant: Moment) -> Moment:
    """A day of the month that cannot be the same instant."""
    day = "17" if instant.text[8:10] != "17" else "18"
    return replace(instant, text=instant.text[:8] + day + instant.text[10:])


def altered(expect: Expect, agreement: Agreement) -> Iterator[Expect]:
    """Expectations that must be false where this one is true."""
    match expect.kind:
        case "met" if expect.hindsight:
            yield replace(expect, times=0 if expect.times else 1)
        case "met" | "effective" | "reversed":
            yield replace(expect, times=expect.times + 1)
            if expect.times:
                yield replace(expect, times=expect.times - 1)
        case "first_known" | "first_occurred":
            assert expect.instant is not None
            yield replace(expect, instant=other_instant(expect.instant))
        case "witnesses":
            yield replace(expect, names=(*expect.names, "nobody"))
            yield replace(expect, names=expect.names[1:])
        case "norm":
            yield replace(expect, state="lapsed" if expect.state != "lapsed" else "fulfilled")
            yield replace(expect, state="none" if expect.state != "none" else "in_force")
        case "norm_due":
            assert expect.instant is not None
            yield replace(expect, instant=other_instant(expect.instant))
        case "status":
            yield replace(expect, negated=not expect.negated)
        case "no_trigger":
            for name in agreement.triggers:
                yield replace(expect, kind="met", name=name, times=1)


def run(agreement: Agreement, scenario: Scenario) -> list[str]:
    """What failed, in words."""
    done = run_scenario(agreement, scenario)
    return [
        f"{found.expect.text}: {found.actual} (at {found.at}, known {found.known_at})"
        for found in done.results
        if not found.passed
    ]


def test_there_are_conformance_files() -> None:
    assert len(OWN) >= 15


@pytest.mark.parametrize("case", CASES)
def test_each_scenario_holds(case: Case) -> None:
    scenario = scenario_of(case)
    assert any(isinstance(item, Expect) for item in scenario.items), "a scenario without an expectation proves nothing"
    assert run(loaded(case.path), scenario) == []


@pytest.mark.parametrize("case", CASES)
def test_each_expectation_fails_when_it_is_altered(case: Case) -> None:
    """All alterations stand in one scenario, each in the place of the one it alters: each is judged for itself."""
    agreement, scenario = loaded(case.path), scenario_of(case)
    items: list[Line | Expect] = []
    for item in scenario.items:
        items += altered(item, agreement) if isinstance(item, Expect) else [item]
    results = run_scenario(agreement, replace(scenario, items=tuple(items))).results
    assert results
    assert not [found.expect for found in results if found.passed], "an altered expectation still holds"


def explicit(agreement: Agreement, scenario: Scenario) -> tuple[list[Line], list[Expect], list[str]]:
    """The lines, the expectations each with its own `at` and `known`, and what they find."""
    results = run_scenario(agreement, scenario).results
    lines = [item for item in scenario.items if isinstance(item, Line)]
    asked = [replace(found.expect, at=Moment(str(found.at)), known=Moment(str(found.known_at))) for found in results]
    return lines, asked, [found.actual for found in results]


@pytest.mark.parametrize("path", [*OWN, *GIVEN], ids=lambda path: path.name.removesuffix(".casus.md"))
def test_the_order_of_the_lines_says_nothing(path: Path) -> None:
    agreement = loaded(path)
    for scenario in agreement.scenarios:
        lines, asked, found = explicit(agreement, scenario)
        turned = run_scenario(agreement, replace(scenario, items=(*reversed(lines), *asked)))
        assert [result.actual for result in turned.results] == found, scenario.name


@pytest.mark.parametrize("path", [*OWN, *GIVEN], ids=lambda path: path.name.removesuffix(".casus.md"))
def test_an_instant_at_which_nothing_is_due_changes_nothing(path: Path) -> None:
    """A body says that it watched during no time at all, a little before and after whatever becomes known."""
    agreement = loaded(path)
    if not agreement.events or not agreement.bodies:
        pytest.skip("the agreement knows no event that a body could watch for")
    nothing = Coverage(sorted(agreement.bodies)[0], sorted(agreement.events)[0])
    for scenario in agreement.scenarios:
        lines, asked, found = explicit(agreement, scenario)
        around = {
            Instant(agreement.instant(line.known or line.end or line.start).us + seconds * 1_000_000)
            for line in lines
            for seconds in (-4321, 1)
        }
        more = [Line(Moment(str(instant)), None, None, nothing) for instant in sorted(around)]
        result = run_scenario(agreement, replace(scenario, items=(*lines, *more, *asked)))
        assert [result.actual for result in result.results] == found, scenario.name


def test_the_given_sample_is_there() -> None:
    if not GIVEN:
        pytest.skip(f"the sample is absent: no files under {SHARED}")
    assert {path.name for path in GIVEN} >= {"02-rearm.casus.md", "06-defence.casus.md", "10-measures.casus.md"}
