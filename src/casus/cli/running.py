"""`casus run`: the assessment of a workspace, as text or JSON."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from casus.cli.console import Item, Section, say, say_json, say_sections
from casus.cli.errors import FINE, Stop
from casus.cli.workspace import Sight, Workspace, load_agreement, load_workspace, look, open_workspace_journal, reader_of, where

if TYPE_CHECKING:
    from casus.journal import View
    from casus.language.agreement import Agreement
    from casus.state.model import State


@dataclass(frozen=True, slots=True)
class Assessed:
    """One assessment and what it was made from."""

    workspace: Workspace
    agreement: Agreement
    view: View
    state: State
    note: str | None


def assess(
    folder: Path,
    at: str | None,
    known_at: str | None,
    reader: str | None,
    clearance: str | None,
    options: Sequence[str] = (),
) -> Assessed:
    """Read a workspace and evaluate it as the options say."""
    workspace = load_workspace(folder)
    who = reader_of(workspace, reader, clearance)
    agreement = load_agreement(workspace.agreement, options or workspace.options)
    with open_workspace_journal(workspace) as journal:
        sight = look(journal, agreement.clock, who, at, known_at)
        begun_for = journal.genesis.lineage
    if workspace.chosen is not None:
        sight = _own(sight, agreement)
        begun_for = None
    if begun_for not in (None, agreement.name):
        print(f"note: the journal was begun for {begun_for}, and this agreement is {agreement.name}", file=sys.stderr)
    from casus.state.evaluate import evaluate

    return Assessed(workspace, agreement, sight.view, evaluate(agreement, sight.view, sight.at), sight.note)


def _own(sight: Sight, agreement: Agreement) -> Sight:
    """What one of several agreements reads of the common record. What is withheld from the reader stays counted whole."""
    from casus.response.relevance import concerning

    return replace(sight, view=replace(sight.view, entries=concerning(agreement, sight.view.entries)))


def run_assessment(
    folder: Path,
    at: str | None,
    known_at: str | None,
    reader: str | None,
    clearance: str | None,
    options: Sequence[str],
    *,
    show_all: bool,
    as_json: bool,
) -> int:
    workspace = load_workspace(folder)
    if workspace.agreements and workspace.chosen is None:
        from casus.cli.many import run_all

        if known_at is not None:
            raise Stop("of several agreements choose one", place="--known-at", help="--agreement NAME, or -w DIR#NAME")
        return run_all(workspace, at, reader, clearance, show_all=show_all, as_json=as_json)
    assessed = assess(folder, at, known_at, reader, clearance, options)
    if as_json:
        from casus.state.output import state_to_json

        say_json(state_to_json(assessed.state))
    else:
        print_state(
            assessed.state,
            assessed.agreement,
            assessed.view.reader.clearance,
            assessed.note,
            show_all=show_all,
            where=where(assessed.workspace),
            waiting=_waiting(assessed),
        )
    return FINE


def _waiting(assessed: Assessed) -> tuple[str, ...]:
    """What somebody has entered and nobody has confirmed."""
    from casus.cli.confirming import said_pending
    from casus.response.twopersons import pending

    return tuple(said_pending(assessed.workspace, one) for one in pending(assessed.view.entries))


def print_state(
    state: State,
    agreement: Agreement | None,
    clearance: str,
    note: str | None,
    *,
    show_all: bool,
    where: str = "",
    scenario: str | None = None,
    waiting: Sequence[str] = (),
) -> None:
    """The whole report on standard output. `scenario`: the record is that scenario's, and no journal can be asked further."""
    from casus.cli import report

    first, *others = report.head(state, note)
    say(first, style="bold")
    if scenario is not None:
        say(f"THE RECORD OF A SCENARIO, {scenario}: nothing in it has happened.")
    for line in others:
        say(line)
    say_sections(report.sections(state, agreement, show_all))
    say_sections([Section("Waiting for a second person, without effect", tuple(Item(text) for text in waiting))])
    print()
    say("This assessment", style="bold")
    for line in report.provenance(state, clearance):
        say(line.strip(), indent=2 + len(line) - len(line.lstrip()))
    if scenario is not None:
        return
    print()
    say(f"Try next: {report.next_command(state, where)}")
