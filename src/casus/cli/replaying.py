"""Witnesses and other pages with scenarios, run over an agreement: `casus test --with`, `casus run --scenario`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from casus.cli.console import say_json
from casus.cli.errors import FINE, Stop
from casus.cli.workspace import load_workspace

if TYPE_CHECKING:
    from casus.language.agreement import Agreement
    from casus.language.scenario import Scenario


def scenarios_with(path: Path, file: Path) -> tuple[Agreement, tuple[Scenario, ...], int]:
    """The agreement of `file`, the scenarios of the page `path` over it, and how many faults they have; those are shown."""
    from casus.cli.showing import show_diagnostics
    from casus.language.parse import read
    from casus.language.variants import UnknownChoice
    from casus.lint.witness import read_witness

    if not path.is_file():
        raise Stop("there is no such file", place=path, help="casus check --witness DIR writes witnesses")
    if not file.is_file():
        raise Stop("the agreement is not there", place=file, help="name the agreement's file")
    try:
        found = read_witness(path, read(file), file.parent)
    except UnknownChoice as problem:
        raise Stop(problem.reason, place=problem.place, help=problem.help) from None
    errors = [d for d in found.diagnostics if d.severity == "error"]
    show_diagnostics(errors, to_stderr=True)
    if found.agreement is None:
        raise Stop("the page cannot be run over this text", place=file, help=f"casus check {file}")
    if found.made_for not in (None, found.agreement.hash):
        print(f"note: {path} was made for another edition of the text ({found.made_for})", file=sys.stderr)
    return found.agreement, found.scenarios, len(errors)


def run_scenario_file(
    path: Path, agreement: Path | None, folder: Path, at: str | None, known_at: str | None, *, show_all: bool, as_json: bool
) -> int:
    """The State that the record of a page leads to: at its last line or expectation, unless it is said."""
    from casus.cli.clock import read_instant
    from casus.cli.running import print_state
    from casus.language.scenario import Line
    from casus.state.evaluate import evaluate
    from casus.state.scenarios import entries_of, view_of

    text, scenarios, faults = scenarios_with(path, agreement or load_workspace(folder).agreement)
    if len(scenarios) != 1:
        said = "no scenario that can be run" if not scenarios else f"{len(scenarios)} scenarios, and one can be shown"
        raise Stop(f"it holds {said}", place=path, help="mend its faults" if faults else "casus test --with runs them all")
    scenario = scenarios[0]
    moments = [
        moment
        for item in scenario.items
        for moment in ((item.known or item.end or item.start,) if isinstance(item, Line) else (item.at, item.known))
        if moment is not None
    ]
    if at is None and known_at is None and not moments:
        raise Stop("it holds no record", place=path, help="say an instant with --at")
    wanted_at = read_instant("--at", at or known_at, text.clock) if at or known_at else None  # type: ignore[arg-type]
    instant = wanted_at if wanted_at is not None else max(text.instant(moment) for moment in moments)
    known = read_instant("--known-at", known_at, text.clock) if known_at else instant
    state = evaluate(text, view_of(entries_of(text, scenario), known), instant)
    if as_json:
        from casus.state.output import state_to_json

        say_json(state_to_json(state))
        return FINE
    note = None if wanted_at is not None else "no instant was asked for: that of the last line or expectation"
    print_state(state, text, "RED", note, show_all=show_all, scenario=scenario.name)
    return FINE
