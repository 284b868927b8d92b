"""`casus whatif`: a branch of the record in memory, and what it changes, as text or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from casus.cli.clock import read_instant
from casus.cli.console import Item, Section, say, say_json, say_sections
from casus.cli.errors import FINE, Stop
from casus.cli.running import Assessed, assess
from casus.time import Occurred

if TYPE_CHECKING:
    from casus.acts import VoteWord
    from casus.language.agreement import Agreement
    from casus.response.whatif import Branch, Denial, Happening, Supposition, Voting

_TITLES: Final = {
    "life": "The agreement",
    "trigger": "Triggers",
    "activation": "Met",
    "finding": "Findings",
    "determination": "Determinations",
    "decision": "Decisions",
    "norm": "Duties, powers and prohibitions",
    "effect": "Effects",
    "deadline": "Deadlines",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options suppose."""

    votes: Sequence[str]
    absent: Sequence[str]
    deny: Sequence[str]
    occurs: Sequence[str]
    until: str | None


def show_whatif(
    folder: Path,
    at: str | None,
    known_at: str | None,
    reader: str | None,
    clearance: str | None,
    options: Sequence[str],
    asked: Asked,
    *,
    as_json: bool,
) -> int:
    from casus.response.whatif import branch, horizon

    if not (asked.votes or asked.absent or asked.deny or asked.occurs):
        help_ = "say what to suppose: --vote KST=no, --absent LYS, --deny MRV, --occurs LINE"
        raise Stop("nothing is supposed", place="casus whatif", help=help_)
    assessed = assess(folder, at, known_at, reader, clearance, options)
    agreement, state = assessed.agreement, assessed.state
    supposed = _supposed(assessed, asked)
    if asked.until is not None:
        until = read_instant("--until", asked.until, agreement.clock)
        if until < state.at:
            raise Stop(f"{until} lies before {state.at}", place="--until", help="what is supposed comes after what is known")
    else:
        until = max([horizon(state), *(h.known for h in supposed.happenings)])
    found = branch(agreement, assessed.view, state.at, until, supposed)
    if as_json:
        _say_json(assessed, found)
    else:
        _say(assessed, found)
    return FINE


def _supposed(assessed: Assessed, asked: Asked) -> Supposition:
    from casus.response.whatif import Supposition

    agreement = assessed.agreement
    votes = tuple(_voting(agreement, text) for text in asked.votes)
    absent = tuple(_party(agreement, code.strip(), "--absent") for text in asked.absent for code in text.split(","))
    both = sorted({v.member for v in votes} & set(absent))
    if both:
        raise Stop(f"{both[0]} cannot both vote and stay away", place="--absent", help="leave out one of the two")
    denials = tuple(_denial(agreement, text) for text in asked.deny)
    return Supposition(votes, absent, denials, tuple(_happenings(assessed, asked.occurs)))


def _party(agreement: Agreement, code: str, option: str) -> str:
    if code not in agreement.parties and code not in agreement.bodies:
        known = ", ".join(sorted([*agreement.parties, *agreement.bodies]))
        raise Stop(f"{code} is no party and no body", place=option, help=f"there are {known}")
    return code


def _voting(agreement: Agreement, text: str) -> Voting:
    from casus.response.whatif import Voting

    member, sign, rest = text.partition("=")
    word, _, decision = rest.partition("@")
    if not sign or word not in ("yes", "no", "abstain"):
        raise Stop(f"{text!r} is no vote", place="--vote", help="write KST=no, or KST=no@measures for one decision")
    if decision and decision not in agreement.decisions:
        known = ", ".join(agreement.decisions) or "none"
        raise Stop(f"there is no decision {decision}", place="--vote", help=f"decisions: {known}")
    chosen: VoteWord = "yes" if word == "yes" else "no" if word == "no" else "abstain"
    return Voting(_party(agreement, member, "--vote"), chosen, decision or None)


def _denial(agreement: Agreement, text: str) -> Denial:
    from casus.response.whatif import Denial

    party, _, norm = text.partition("=")
    if norm and norm not in agreement.norms:
        raise Stop(f"there is no norm {norm}", place="--deny", help=f"norms: {', '.join(agreement.norms) or 'none'}")
    return Denial(_party(agreement, party, "--deny"), norm or None)


def _happenings(assessed: Assessed, lines: Sequence[str]) -> list[Happening]:
    """Lines as `casus record` reads them; they may lie in the future."""
    from dataclasses import replace

    from casus.cli.recording import fitting, read_line, with_id
    from casus.journal import Entry
    from casus.response.whatif import Happening
    from casus.time import Known, Recorded

    agreement = assessed.agreement
    standing = assessed.view.entries
    found: list[Happening] = []
    for text in lines:
        read = read_line(agreement, assessed.workspace.agreement, text)
        act = fitting(agreement, with_id(read, standing), standing)
        start = agreement.instant(read.line.start)
        occurred = Occurred(start, agreement.instant(read.line.end) if read.line.end is not None else start)
        known = agreement.instant(read.line.known) if read.line.known is not None else occurred.hi
        if known <= assessed.state.at and assessed.view.axis == "recorded":
            known = assessed.state.at  # on a live journal nothing becomes known in the past
        found.append(Happening(occurred, known, act))
        entry = Entry(f"supposed {len(found)}", 0, occurred, Known(known), Recorded(known), "supposed", "CLEAR", act)
        standing = (*standing, replace(entry, index=len(standing)))
    return found


# ---------------------------------------------------------------- shown


def _say_json(assessed: Assessed, found: Branch) -> None:
    from casus.cli.asof import as_of
    from casus.cli.response_shapes import ChangeJson, WhatIfJson
    from casus.state.explanation import entry_to_json

    whole = WhatIfJson(
        format="casus-whatif/1",
        as_of=as_of(assessed.state),
        until=str(found.until),
        supposed=[entry_to_json(entry) for entry in found.supposed],
        left_out=[entry.id for entry in found.left_out],
        changes=[ChangeJson(kind=c.kind, id=c.id, what=c.what, before=c.before, after=c.after) for c in found.changes],
    )
    say_json(whole.model_dump(mode="json"))


def _say(assessed: Assessed, found: Branch) -> None:
    from casus.response.deadlines import local
    from casus.state import words as w

    state, clock = assessed.state, assessed.agreement.clock
    say(f"What if: {state.title or state.agreement} ({state.agreement})", style="bold")
    say("NOTHING OF THIS IS ON THE RECORD. Compared: the record with nothing more, and with what is supposed.")
    say(f"From {local(state.at, clock)} until {local(found.until, clock)}.")
    items = [Item(f"{local(e.known, clock)}: {w.act(e.act)}") for e in found.supposed]
    items += [Item(f"left out: {w.act(e.act)} ({w.short(e.id)})") for e in found.left_out]
    sections = [Section("Supposed", tuple(items), note="No procedure asks for it until then: no act was put in.")]
    for kind, title in _TITLES.items():
        rows = [Item(f"{c.what}: {c.before or 'none'} → {c.after or 'none'}") for c in found.changes if c.kind == kind]
        sections.append(Section(title, tuple(rows)))
    if not found.changes:
        sections.append(Section("Changes", note="Nothing changes."))
    say_sections(sections)
