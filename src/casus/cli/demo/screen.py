"""The demo's last screen: what is met, what is in effect, what is due next, what is not known, and what to try.

Takes an evaluated year; gives sections of plain sentences. Prints nothing. `casus run` shows the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from casus.cli.console import Item, Section
from casus.cli.demo.files import NOTICE
from casus.cli.demo.run import Year
from casus.state import sentences as say
from casus.state import words as w
from casus.state.model import Activation, NormInstance, State
from casus.state.output import headline

DUE_SHOWN: Final = 6


def head(year: Year) -> list[str]:
    """What this is."""
    state = year.state
    total = w.counted(sum(year.imported.values()), "entry", "entries")
    return [
        f"{state.title}, at {w.when(state.at)}",
        f"{NOTICE.capitalize()}. A reconstruction: {total} on the record, from {len(year.imported)} files.",
    ]


def sections(year: Year, withheld: int) -> list[Section]:
    """In the order of a watch officer's questions. `withheld`: entries that a public reader may not see."""
    state = year.state
    return [
        _met(year),
        Section("In effect, or about to be", tuple(Item(say.effect(year.agreement, one)) for one in state.effects)),
        _not_done(state),
        _next(state),
        _unknown(year, withheld),
    ]


def _met(year: Year) -> Section:
    """One line a trigger, the gravest first, with its latest activation."""
    by_trigger: dict[str, list[Activation]] = {}
    for one in sorted(year.state.activations, key=lambda a: (-a.severity, a.trigger, a.t, a.s)):
        by_trigger.setdefault(one.trigger, []).append(one)
    items = []
    for trigger, all_of_it in by_trigger.items():
        standing = [one for one in all_of_it if one.reversed is None]
        undone = [one for one in all_of_it if one.reversed is not None]
        last = (standing or undone)[-1]
        times = f"met {_times(len(standing))}" if standing else "not met any more"
        text = f"{w.article(year.agreement, last.article)} · {trigger} · {times}"
        if standing:
            text += f", last since {w.when(last.s)}, first known {w.when(last.t)}{_measure(last)}"
        items.append(Item(text, tuple(_reversed(one) for one in undone), "red" if last.severity > 1 else None))
    return Section("Met", tuple(items))


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _measure(one: Activation) -> str:
    measured = headline(one.measured)
    return f": {w.measure(measured)}" if measured is not None else ""


def _reversed(one: Activation) -> str:
    return f"reversed {w.when(one.reversed)}: was met since {w.when(one.s)}; what was done stands" if one.reversed else ""


def _not_done(state: State) -> Section:
    breached = sorted((n for n in state.norms if n.state == "breached"), key=lambda n: (n.due or n.activated, n.id))
    return Section("Not done in time", tuple(Item(_breach(n)) for n in breached), note="Every duty was done in time.")


def _breach(n: NormInstance) -> str:
    due = f"was due {w.when(n.due)}" if n.due else "no date"
    return f"{due}: {say.duty(n)} ({n.name})"


def _next(state: State) -> Section:
    coming = sorted(state.coming, key=lambda one: (one.at, one.kind, one.id))
    items = tuple(Item(f"{w.when(one.at)} · {w.plain(one.text)}{_who(one.who, one.text)}") for one in coming[:DUE_SHOWN])
    return Section("Due next, if nothing more arrives", items, note="Nothing falls due by itself.")


def _who(who: Iterable[str], text: str) -> str:
    missing = [code for code in who if code not in text]
    return f" ({w.names(missing)})" if missing else ""


def _unknown(year: Year, withheld: int) -> Section:
    state = year.state
    items = [
        Item(say.assessment(year.agreement, one), style="yellow")
        for one in state.assessments
        if one.assessment in ("undecided", "pending")
    ]
    items += [
        Item(f"{gap.of}: nobody covered it from {w.when(gap.start)} to {w.when(gap.end)}")
        for gap in state.gaps
        if gap.end < state.at
    ]
    if withheld:
        items.append(
            Item(f"A public reader may not see {w.counted(withheld, 'entry', 'entries')}; they are counted, not shown.")
        )
    return Section("Not known", tuple(items))


def try_next(command: str, folder: str) -> Section:
    """Commands worth running now. `command` is how this program is called, `folder` the workspace."""
    commands = (
        ("run", "", "the whole assessment"),
        ("explain attack", "", "why, back to the reports and the article"),
        ("run", " --known-at 2024-05-13", "as it stood before the market was known for what it was"),
        ("run", " --clearance CLEAR", "what a public reader sees"),
        ("log verify", "", "recompute every hash of the record"),
    )
    items = tuple(Item(f"{command} {verb} -w {folder}{more}", (what,)) for verb, more, what in commands)
    return Section("Try next", items)
