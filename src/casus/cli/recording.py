"""`casus record`: one entry by hand, written as a line of a scenario and checked against the agreement."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from casus.cli.clock import is_set, read_instant
from casus.cli.confirming import proposed
from casus.cli.console import say, say_json
from casus.cli.errors import FINE, Stop
from casus.cli.workspace import load_agreement, load_workspace, open_workspace_journal, where, writing_clock
from casus.time import END, Instant, Known, Occurred

if TYPE_CHECKING:
    from casus.acts import Act
    from casus.diagnostics import Diagnostic
    from casus.journal import Axis, Draft, Entry, Journal
    from casus.language.agreement import Agreement
    from casus.language.scenario import Line

_PLACE: Final = "<entry>"
_OF_THE_WORLD: Final = (
    "report",
    "estimate",
    "coverage",
    "adjudication",
    "finding",
    "attribution",
    "correction",
    "withdrawal",
)
"""What is said of the world is for every agreement that knows it; what a party or body does under a text is for that text."""
_EXAMPLE: Final = 'a line reads like: casus record "2027-03-03T20:00Z KST votes yes on measures"'


@dataclass(frozen=True, slots=True)
class ReadLine:
    """The line as an act with its instants, whether it names its event, and doubts about it."""

    line: Line
    named: bool
    warnings: tuple[Diagnostic, ...]


def record_line(
    folder: Path,
    text: str,
    author: str | None,
    marking: str | None,
    known: str | None,
    key: Path | None = None,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    if option := next((word for word in text.split() if word.startswith("--")), None):
        raise Stop(f"no such option: {option}", place=_PLACE, help="casus record --help")
    workspace = load_workspace(folder)
    agreement = load_agreement(workspace.agreement, workspace.options)
    read = read_line(agreement, workspace.agreement, text)
    with open_workspace_journal(workspace, read_only=dry_run) as journal:
        standing = journal.view(END).entries
        act = fitting(agreement, with_id(read, standing), standing)
        draft = _draft(agreement, read.line, act, journal.axis, known)
        draft = replace(draft, author=author or workspace.author, marking=(marking or workspace.marking).upper())
        if workspace.chosen is not None and act.kind not in _OF_THE_WORLD:
            draft = replace(draft, agreement=agreement.name)
        _check_marking(draft.marking)
        warnings = [*(d.message for d in read.warnings), *_doubts(read.line, draft)]
        proposal = proposed(workspace, journal, draft, key)
        if proposal is not None:
            draft = proposal
            warnings.append("it has no effect until somebody else confirms it: casus confirm")
        entry, duplicate, notes = (None, None, ()) if dry_run else _append(journal, draft)
        warnings += notes
        checkpoint = journal.checkpoint()
        axis = journal.axis
    if as_json:
        from casus.acts import to_payload
        from casus.cli.shapes import RecordJson
        from casus.state.explanation import entry_to_json
        from casus.state.output import CheckpointJson

        told = RecordJson(
            format="casus-record/1",
            dry_run=dry_run,
            duplicate_of=duplicate,
            entry=None if entry is None else entry_to_json(entry),
            act=to_payload(act if proposal is None else draft.act),
            axis=axis,
            checkpoint=CheckpointJson(size=checkpoint.size, root=checkpoint.root),
            warnings=warnings,
        )
        say_json(told.model_dump(mode="json"))
        return FINE
    _say(draft, entry, duplicate, axis, warnings, where(workspace))
    return FINE


# ---------------------------------------------------------------- reading the line


def read_line(agreement: Agreement, path: Path, text: str) -> ReadLine:
    """Read the line as the scenario that the agreement's own checker would read (raises Stop)."""
    from casus.language.check import check
    from casus.language.parse import parse
    from casus.language.parse import read as read_document
    from casus.language.scan import scan
    from casus.language.scenario import Line
    from casus.language.variants import choose

    flat = " ".join(text.split("\n")).strip()
    if not flat:
        raise Stop("there is nothing to record", place=_PLACE, help=_EXAMPLE)
    tokens = list(scan(flat))
    if tokens and tokens[0].text in ("expect", "scenario"):
        raise Stop(f"`{tokens[0].text}` belongs in a casus-test fence, not on the record", place=_PLACE, help=_EXAMPLE)
    document = read_document(path)
    offset = document.text.count("\n") + 4
    whole = parse(f"{document.text}\n\n```casus-test\nscenario by_hand\n{flat}\n```\n", str(path))
    whole = choose(whole, agreement.chosen)
    found = [_moved(d, offset) for d in check(whole, path.parent).diagnostics if d.span is not None and d.span.line >= offset]
    errors = [d for d in found if d.severity == "error"]
    if errors:
        raise _stop_of(errors[0], flat)
    lines = [item for s in whole.scenarios for item in s.items if isinstance(item, Line) and _line_of(item) >= offset]
    if len(lines) != 1:
        raise Stop(f"this is {len(lines)} entries; record one at a time", place=_PLACE, help=_EXAMPLE)
    named = any(t.text == "id" and after.kind == "word" for t, after in pairwise(tokens))
    return ReadLine(lines[0], named, tuple(found))


def _line_of(line: Line) -> int:
    return line.span.line if line.span is not None else 0


def _moved(d: Diagnostic, offset: int) -> Diagnostic:
    if d.span is None:
        return d
    span = replace(d.span, file=_PLACE, line=d.span.line - offset + 1, end_line=d.span.end_line - offset + 1)
    return replace(d, span=span)


def _stop_of(d: Diagnostic, text: str) -> Stop:
    place = _PLACE
    if d.span is not None:
        width = max(1, d.span.end_col - d.span.col) if d.span.end_line == d.span.line else 1
        place = f"character {d.span.col}:\n    {text}\n    {' ' * (d.span.col - 1)}{'^' * width}"
    return Stop(d.message, place=place, help=d.help or _EXAMPLE)


# ---------------------------------------------------------------- from the line to a draft


def with_id(read: ReadLine, standing: tuple[Entry, ...]) -> Act:
    """The act; an event without an id gets the next free one of its kind."""
    from casus.acts import Report

    act = read.line.act
    if not isinstance(act, Report):
        return act
    taken = {e.act.id for e in standing if isinstance(e.act, Report)}
    if not read.named:
        number = 1
        while f"{act.event}_{number}" in taken:
            number += 1
        return replace(act, id=f"{act.event}_{number}")
    if act.id in taken:
        raise Stop(
            f"an event {act.id} is on the record already",
            place=_PLACE,
            help=f"give another id; to change it: correct {act.id} …; to take it back: withdraw {act.id}",
        )
    return act


def fitting(agreement: Agreement, act: Act, standing: tuple[Entry, ...]) -> Act:
    """The act as the agreement reads it, about something that is there (raises Stop)."""
    from casus.acts import Adjudication, Correction, FindingAnswer, Report, Withdrawal
    from casus.intake.fit import Misfit, fit

    match act:
        case Adjudication(on=name) | FindingAnswer(on=name) | Correction(id=name) | Withdrawal(id=name):
            known = [e.act.id for e in standing if isinstance(e.act, Report)]
            if name not in known and name not in {e.id for e in standing}:
                near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
                hint = f"did you mean {', or '.join(near)}?" if near else "casus log show lists what there is"
                raise Stop(f"nothing with the id {name} is on the record", place=_PLACE, help=hint)
        case _:
            pass
    fitted = fit(act, agreement)
    if isinstance(fitted, Misfit):
        raise Stop(fitted.reason, place=_PLACE, help=fitted.help or None)
    return fitted.act


def _draft(agreement: Agreement, line: Line, act: Act, axis: Axis, known: str | None) -> Draft:
    """`known` is what the line or the option says; else when it is recorded or, in a reconstruction, when it occurred."""
    from casus.journal import Draft

    start = agreement.instant(line.start)
    occurred = Occurred(start, agreement.instant(line.end) if line.end is not None else start)
    said: Instant | None = agreement.instant(line.known) if line.known is not None else None
    if known is not None:
        if said is not None:
            raise Stop("when it became known is said twice", place="--known", help="leave out one of the two")
        said = read_instant("--known", known, agreement.clock)
    if said is None and axis == "known":
        said = occurred.hi
    return Draft(occurred, act, author="", known=None if said is None else Known(said), origin="by hand")


def _check_marking(marking: str) -> None:
    from casus.journal import MARKINGS

    if marking not in MARKINGS:
        raise Stop(f"{marking!r} is not a marking of TLP 2.0", place="--marking", help=f"use one of {', '.join(MARKINGS)}")


def _doubts(line: Line, draft: Draft) -> list[str]:
    """What a person should think about once more."""
    from casus.acts import Estimate, Report

    if isinstance(line.act, Report | Estimate) and line.act.stands_for:
        rungs = " ".join(line.act.stands_for)
        return [f"`as {rungs}` stands for sources that are not on the record; it is {draft.author} alone who says so"]
    return []


def _append(journal: Journal, draft: Draft) -> tuple[Entry | None, str | None, tuple[str, ...]]:
    """The entry, or the id of the one that says the same already, and what the journal notes besides."""
    now = writing_clock(journal.axis)
    result = journal.append([draft], now)
    if result.rejected:
        help_ = "check the instants: an entry occurs, is known, and is recorded, in this order"
        if draft.occurred.lo > now and journal.axis == "known":
            help_ = f"for an exercise set the clock: CASUS_NOW={draft.known or draft.occurred.hi} casus record …"
        elif draft.occurred.lo > now:
            help_ = "what has not happened cannot be recorded; an exercise needs a reconstruction (casus init --axis known)"
        raise Stop(f"the journal does not take it: {result.rejected[0].reason}", place=_PLACE, help=help_)
    if result.duplicates:
        return None, result.duplicates[0].entry, result.notes
    return result.accepted[0], None, () if is_set() else result.notes


def _say(draft: Draft, entry: Entry | None, duplicate: str | None, axis: Axis, warnings: list[str], next_where: str) -> None:
    from casus.state import words as w

    if duplicate is not None:
        say(f"On the record already, as {w.short(duplicate)}: {w.act(draft.act)}. Nothing was added.")
    elif entry is None:
        say(f"Would be recorded: {w.act(draft.act)}")
        say(f"occurred {w.bracket(draft.occurred)}; by {draft.author}; {draft.marking}", indent=2)
    else:
        say(f"Recorded as entry {entry.index}: {w.act(entry.act)}")
        say(entry.id, indent=2)
        say(f"occurred {w.bracket(entry.occurred)}; known {w.when(entry.known)}; recorded {w.when(entry.recorded)}", indent=2)
        say(f"by {entry.author}; {entry.marking}" + ("; a reconstruction" if axis == "known" else ""), indent=2)
        say(f"proof: casus log prove {w.short(entry.id)}{next_where}", indent=2)
    for warning in warnings:
        say(f"note: {warning}", style="yellow")
    if entry is not None:
        say(f"Try next: casus run{next_where}")
