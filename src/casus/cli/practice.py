"""Sections of `casus run` on how a text is carried out: who waits for whom, laws at home, truces, disputes, contributions."""

from __future__ import annotations

from collections.abc import Iterator

from casus.cli.console import Item, Section
from casus.state import words as w
from casus.state.model import NormInstance, State


def practice_sections(state: State) -> list[Section]:
    """Empty ones are not shown."""
    return [
        Section("Waiting", tuple(_waiting(state))),
        Section("Too soon for the law at home", tuple(_gaps(state))),
        Section("Ceasefires and phases", tuple(_stretches(state))),
        Section("Disputes", tuple(_disputes(state))),
        Section("Contributions", tuple(_contributions(state))),
    ]


def _waiting(state: State) -> Iterator[Item]:
    """Each step that waits, with whose step it waits for; circles first."""
    by_id = {norm.id: norm for norm in state.norms}
    for circle in state.deadlocks:
        steps = " → ".join(_step(by_id[x]) if x in by_id else x for x in (*circle, *circle[:1]))
        yield Item(f"DEADLOCK: {steps}", ("no clock ends this; a waiver, or one of the steps, does",), "red")
    for norm in state.norms:
        if norm.state == "waiting":
            names = [_step(by_id[x]) if x in by_id else f"{x}, which nobody owes yet" for x in norm.awaits]
            yield Item(f"{_step(norm)} waits for {w.names(names)}; its time does not run")


def _step(norm: NormInstance) -> str:
    return f"{norm.name} of {w.names(norm.debtor)}"


def _gaps(state: State) -> Iterator[Item]:
    for norm in state.norms:
        for x in norm.lawful:
            if x.gap is not None and x.limit is not None and norm.state in ("in_force", "suspended", "breached"):
                text = f"{norm.name} of {x.party}: due {w.when(x.limit)}, earliest lawful {w.when(x.earliest)}: gap of {x.gap}"
                lines = (f"by {x.procedure}, {x.route} route; usually {w.when(x.usual)}", *(f"caveat: {y}" for y in x.caveats))
                yield Item(text, lines, "yellow")


def _stretches(state: State) -> Iterator[Item]:
    for one in state.ceasefires:
        since = f" since {w.when(one.since)}" if one.since is not None else ""
        why = (w.plain(one.history[-1][2]),) if one.history and one.history[-1][2] else ()
        yield Item(f"{one.name} is {one.state}{since}", why, "red" if one.state in ("suspended", "collapsed") else None)
    for phase in state.phases:
        if phase.since is not None:
            yield Item(f"{phase.name} is on since {w.when(phase.since)}")


def _disputes(state: State) -> Iterator[Item]:
    for x in state.disputes:
        due = f", due {w.when(x.due)}" if x.due is not None and x.state in ("negotiating", "open") else ""
        forum = x.forum or "the text names no forum"
        remedy = f"; if upheld: {x.remedy}" if x.remedy is not None and x.state in ("negotiating", "open") else ""
        yield Item(f"{x.name}: {x.claimant} against {x.respondent} is {x.state}{due} ({forum}{remedy})")


def _contributions(state: State) -> Iterator[Item]:
    for x in state.contributions:
        parts = [x.strength, f"in {x.place}" if x.place else None, f"as {x.purpose}" if x.purpose else None]
        text = f"{x.party}: {x.text}" + "".join(f", {part}" for part in parts if part)
        mandate = f"mandate: {x.mandate}" if x.mandate else "no mandate is stated"
        if x.mandated is False:
            mandate += ", which has not been adopted"
        yield Item(text, (mandate, f"engagement: {x.engagement}" if x.engagement else "no rules of engagement are stated"))
