"""`casus case` and `casus letters`: what one activation has set going, and drafts of the letters that it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from casus.cli.console import Item, Section, say, say_json, say_sections
from casus.cli.due import length
from casus.cli.errors import FINE, Stop
from casus.cli.running import Assessed, assess
from casus.time import Duration

if TYPE_CHECKING:
    from casus.cli.response_shapes import StandingJson
    from casus.response.case import CaseFile, Standing, Step

_TITLES: Final = {
    "evidence": "Evidence",
    "finding": "Finding",
    "attribution": "Attribution",
    "determination": "Determination",
    "decision": "Decision",
    "consequence": "Consequence",
    "closure": "Closure",
}
_WORDS: Final = {"open": "OPEN", "closed": "CLOSED", "stuck": "NO NEXT STEP AND NO CLOSURE"}


def show_case(
    folder: Path,
    which: str | None,
    at: str | None,
    known_at: str | None,
    reader: str | None,
    clearance: str | None,
    options: Sequence[str],
    reply: str | None,
    *,
    show_all: bool,
    as_json: bool,
) -> int:
    from casus.response.case import standing

    assessed = assess(folder, at, known_at, reader, clearance, options)
    if which is None:
        _list(assessed, standing(assessed.agreement, assessed.state), as_json=as_json, show_all=show_all)
        return FINE
    found = _find(assessed, which, reply)
    if as_json:
        _json(assessed, found)
    else:
        _say(assessed, found, show_all=show_all)
    return FINE


def write_letters(
    folder: Path,
    which: str,
    out: Path,
    at: str | None,
    known_at: str | None,
    reader: str | None,
    clearance: str | None,
    options: Sequence[str],
    reply: str | None,
) -> int:
    from casus.cli.files import write_new
    from casus.response.letters import as_markdown, letters

    assessed = assess(folder, at, known_at, reader, clearance, options)
    case = _find(assessed, which, reply)
    pages = {
        out / f"{letter.name}.md": as_markdown(letter, assessed.view, assessed.state, case)
        for letter in letters(assessed.agreement, assessed.view, assessed.state, case)
    }
    there = [path for path in pages if path.exists()]
    if there:
        raise Stop("a file is there already, and a draft that somebody may have completed is not overwritten", place=there[0])
    out.mkdir(parents=True, exist_ok=True)
    for path, text in pages.items():
        write_new(path, text)
        say(f"draft written: {path}")
    say("Drafts for a person to judge, complete and sign. Nothing was sent.")
    return FINE


def _find(assessed: Assessed, which: str, reply: str | None) -> CaseFile:
    """A case by its id, the beginning of it, or the name of what it began with (the latest of that name) (raises Stop)."""
    from casus.response.case import case_file, standing

    every = standing(assessed.agreement, assessed.state)
    named = [s for s in every if s.id == which] or [s for s in every if s.name == which][:1]
    named = named or [s for s in every if len(which) >= 6 and s.id.startswith(which)]
    if len(named) != 1:
        names = ", ".join(s.id for s in (named or every)[:6]) or "none"
        what = "more than one case begins like this" if named else "there is no such case"
        raise Stop(what, place=which, help=f"casus case lists them: {names}")
    found = case_file(assessed.agreement, assessed.view, assessed.state, named[0].id, _reply_time(assessed, reply))
    assert found is not None  # it stands in the list
    return found


def _reply_time(assessed: Assessed, reply: str | None) -> Duration | None:
    text = reply if reply is not None else assessed.workspace.reply
    return None if text is None else length("--reply" if reply is not None else "reply", text)


# ---------------------------------------------------------------- shown


def _list(assessed: Assessed, every: Sequence[Standing], *, as_json: bool, show_all: bool) -> None:
    from casus.cli.report import SHOWN

    if as_json:
        from casus.cli.asof import as_of
        from casus.cli.response_shapes import CasesJson

        rows = [standing_json(s) for s in every]
        say_json(CasesJson(format="casus-cases/1", as_of=as_of(assessed.state), cases=rows).model_dump(mode="json"))
        return
    _head(assessed)
    print()
    if not every:
        say("There is no case: no trigger was ever met, and nobody asked for a decision.")
    for s in every if show_all else every[:SHOWN]:
        say(f"{s.id}: {_WORDS[s.status]}", indent=2, style="red" if s.status == "stuck" else None)
        for line in _where(s, 3):
            say(line, indent=6)
    if len(every) > SHOWN and not show_all:
        say(f"and {len(every) - SHOWN} more; --all shows them", indent=2)


def _head(assessed: Assessed) -> None:
    from casus.cli import report

    first, *others = report.head(assessed.state, assessed.note)
    say(first, style="bold")
    for line in others:
        say(line)


def _where(s: Standing, most: int | None = None) -> list[str]:
    from casus.state import words as w

    lines = [f"next: {f'{w.when(n.at)}, ' if n.at is not None else ''}{n.text}" for n in s.next[:most]]
    if most is not None and len(s.next) > most:
        lines.append(f"and {len(s.next) - most} more next steps")
    lines += [f"unsettled: {text}" for text in s.unsettled[:most]]
    if s.closed is not None:
        lines.append(s.closed)
    return lines


def _say(assessed: Assessed, case: CaseFile, *, show_all: bool) -> None:
    from casus.cli.report import SHOWN
    from casus.state import sentences
    from casus.state import words as w

    s = case.standing
    _head(assessed)
    print()
    say(f"Case {s.id}: {_WORDS[s.status]}", style="bold")
    if case.activation is not None:
        say(sentences.activation(assessed.agreement, case.activation), indent=2)
    sections = []
    for phase, title in _TITLES.items():
        steps = [step for step in case.steps if step.phase == phase]
        shown = steps if show_all else steps[:SHOWN]
        items = tuple(_item(step) for step in shown)
        sections.append(Section(title, items, None if items else "None on the record.", len(steps) - len(shown)))
    reply = case.reply
    who = w.names(reply.who) if reply.who else "nobody who is named"
    until = f"until {w.when(reply.until)}" if reply.until is not None else "with no time that the settings give"
    lead = Item(f"{who} may reply from {w.when(reply.since)} {until}")
    said = tuple(Item(f"{w.when(e.known)}: {w.act(e.act)} ({e.author}) [{w.short(e.id)}]") for e in reply.entries)
    sections.append(Section("Reply", (lead, *(said or (Item("No reply is on the record."),)))))
    sections.append(Section("Dissent", tuple(_item(step) for step in case.dissent), note="None on the record."))
    sections.append(Section("Where it stands", tuple(Item(line) for line in _where(s))))
    say_sections(sections)


def _item(step: Step) -> Item:
    from casus.state import words as w

    text = re.sub(r"e[0-9a-f]{64}", lambda m: w.short(m[0]), step.text)
    marks = "".join(f" [{w.short(entry)}]" for entry in step.entries[:6])
    more = f" and {len(step.entries) - 6} more" if len(step.entries) > 6 else ""
    return Item(f"{w.when(step.at)}: {text}{marks}{more}")


def standing_json(s: Standing) -> StandingJson:
    from casus.cli.response_shapes import NextJson, StandingJson

    return StandingJson(
        id=s.id,
        name=s.name,
        status=s.status,
        opened=str(s.opened),
        next=[NextJson(at=None if n.at is None else str(n.at), text=n.text) for n in s.next],
        unsettled=list(s.unsettled),
        closed=s.closed,
    )


def _json(assessed: Assessed, case: CaseFile) -> None:
    from casus.cli.asof import as_of
    from casus.cli.response_shapes import CaseJson, ReplyJson, StepJson

    def step(s: Step) -> StepJson:
        return StepJson(phase=s.phase, at=str(s.at), text=s.text, entries=list(s.entries), article=s.article, id=s.id)

    reply = case.reply
    whole = CaseJson(
        format="casus-case/1",
        as_of=as_of(assessed.state),
        standing=standing_json(case.standing),
        steps=[step(s) for s in case.steps],
        dissent=[step(s) for s in case.dissent],
        reply=ReplyJson(
            who=list(reply.who),
            since=str(reply.since),
            until=None if reply.until is None else str(reply.until),
            entries=[e.id for e in reply.entries],
        ),
    )
    say_json(whole.model_dump(mode="json"))
