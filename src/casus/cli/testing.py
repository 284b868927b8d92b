"""`casus test`: runs the scenarios of `casus-test` fences and tells every expectation that does not hold, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from casus.cli.console import say, say_json, styled
from casus.cli.errors import FINDINGS, FINE, Stop
from casus.cli.workspace import load_scenarios, texts

if TYPE_CHECKING:
    from casus.cli.shapes import ExpectationJson, ScenarioJson
    from casus.language.agreement import Agreement
    from casus.language.scenario import Expect, Scenario
    from casus.state.scenarios import ExpectResult


def test_files(
    files: list[Path], folder: Path, only: str | None, pages: list[Path], options: Sequence[str], *, as_json: bool
) -> int:
    paths = texts(files, folder, options)
    for path, _ in paths:
        if path.is_dir():
            raise Stop("this folder is no workspace", place=path, help="name agreements, or a folder with casus.toml")
    if pages and len(paths) != 1:
        raise Stop("a page with scenarios is run over one agreement", place="--with", help="name one agreement")
    if pages and options:
        raise Stop("a page says itself over which variant it is run", place="--option", help="leave out --option")
    done: list[ScenarioJson] = []
    unreadable = 0
    for path, agreement, scenarios, faults in _of_pages(pages, paths[0][0]) if pages else _of_agreements(paths):
        unreadable += faults
        for scenario in scenarios:
            if only is None or only.casefold() in scenario.name.casefold():
                done.append(_run(agreement, scenario, path))
                if not as_json:
                    _say_scenario(done[-1])
    failed = sum(not e.held for s in done for e in s.expectations)
    counts = {
        "scenarios": len(done),
        "expectations": sum(len(s.expectations) for s in done),
        "failed": failed,
        "faults": unreadable,
    }
    if as_json:
        from casus.cli.shapes import ScenariosJson

        whole = ScenariosJson(format="casus-test/1", scenarios=done, passed=not failed and not unreadable, counts=counts)
        say_json(whole.model_dump(mode="json"))
    else:
        _say_counts(counts, only)
    return FINDINGS if failed or unreadable else FINE


_Case = tuple[Path, "Agreement", "tuple[Scenario, ...]", int]


def _of_agreements(paths: Sequence[tuple[Path, Sequence[str]]]) -> Iterator[_Case]:
    """The file, the agreement, its scenarios, and how many of these are at fault."""
    for path, options in paths:
        agreement, faults = load_scenarios(path, options)
        yield path, agreement, agreement.scenarios, faults


def _of_pages(pages: list[Path], file: Path) -> Iterator[_Case]:
    """The same for pages whose scenarios are run over the agreement of `file`."""
    from casus.cli.replaying import scenarios_with

    for page in pages:
        yield page, *scenarios_with(page, file)


def _run(agreement: Agreement, scenario: Scenario, path: Path) -> ScenarioJson:
    from casus.cli.shapes import ScenarioJson
    from casus.state.scenarios import run_scenario

    results = run_scenario(agreement, scenario).results
    expectations = [_expectation(agreement, scenario, result, path) for result in results]
    line = scenario.span.line if scenario.span is not None else 0
    passed = all(e.held for e in expectations)
    return ScenarioJson(name=scenario.name, file=str(path), line=line, passed=passed, expectations=expectations)


def _expectation(agreement: Agreement, scenario: Scenario, result: ExpectResult, path: Path) -> ExpectationJson:
    from casus.cli.shapes import ExpectationJson

    expect = result.expect
    return ExpectationJson(
        text=expect.text or expect.kind,
        file=str(path),
        line=expect.span.line if expect.span is not None else 0,
        held=result.passed,
        actual=result.actual,
        at=str(result.at),
        known_at=str(result.known_at),
        why=[] if result.passed else _why(agreement, scenario, result),
    )


def _why(agreement: Agreement, scenario: Scenario, result: ExpectResult) -> list[str]:
    """What the State says of the thing that was expected otherwise."""
    from casus.state import words as w
    from casus.state.evaluate import evaluate
    from casus.state.explain import explain
    from casus.state.explanation import Unknown
    from casus.state.scenarios import entries_of, view_of

    view = view_of(entries_of(agreement, scenario), result.known_at)
    state = evaluate(agreement, view, result.at)
    found = []
    for name in _subjects(agreement, result.expect, sorted({a.trigger for a in state.activations if a.reversed is None})):
        explained = explain(state, view, agreement, name)
        if not isinstance(explained, Unknown):
            found.append(explained.headline)
            found += [
                f"{w.when(at)}: {w.state_word(what)}" + (f", {w.plain(why)}" if why else "")
                for at, what, why in explained.history
            ]
    found += [f"{w.act_kind(x.what)} known {w.when(x.known)} has no effect: {w.plain(x.reason)}" for x in state.listed]
    return found


def _subjects(agreement: Agreement, expect: Expect, met: list[str]) -> list[str]:
    if expect.kind == "no_trigger":
        return met
    if expect.kind in ("norm", "norm_due"):
        return [f"{expect.name} of {expect.who}"]
    return [] if expect.name == agreement.name else [expect.name]


def _say_scenario(scenario: ScenarioJson) -> None:
    mark, style = ("ok", "green") if scenario.passed else ("FAILED", "red")
    print(f"{styled(mark, style)}  {scenario.name}")
    for e in scenario.expectations:
        if e.held:
            continue
        say(f"{e.file}:{e.line}: {e.text}", indent=4)
        say(f"but: {e.actual} (at {_when(e.at)}, as known at {_when(e.known_at)})", indent=6)
        for why in e.why:
            say(why, indent=8)


def _when(text: str) -> str:
    from casus.state.words import plain

    return plain(text)


def _say_counts(counts: dict[str, int], only: str | None) -> None:
    from casus.state.words import counted

    if not counts["scenarios"]:
        named = f" whose name contains {only!r}" if only is not None else ""
        say(f"There is no scenario{named}: write one in a casus-test fence.")
    scenarios, expectations = (counted(counts[what], what[:-1]) for what in ("scenarios", "expectations"))
    faults = f", {counted(counts['faults'], 'fault')} in scenarios, which were left out" if counts["faults"] else ""
    say(f"{scenarios}, {expectations}, {counts['failed']} failed{faults}")
