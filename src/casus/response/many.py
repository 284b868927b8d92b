"""Many agreements over one record: a line on each, kept until something that it rests on changes.

`evaluated` gives a State and the instant until which its line holds if nothing arrives: the next timer of its fold. Adding an
instant at which nothing is due changes nothing (`semantics.md`, section 2), so until then the line is what a computation anew
would give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from casus import __version__
from casus.journal.entry import Entry, View
from casus.language.agreement import Agreement
from casus.response.case import stuck
from casus.response.overview import Overview
from casus.state import words as w
from casus.state.evaluate import assess
from casus.state.fold import Fold
from casus.state.model import State
from casus.state.snapshot import snapshot
from casus.time import END, Instant

_OPEN: Final = ("in_force", "suspended")


def evaluated(agreement: Agreement, view: View, at: Instant) -> tuple[State, Instant]:
    """What `evaluate` gives for at ≥ known_at, and the instant up to which nothing happens by itself."""
    fold = Fold(agreement, view)
    fold.run([entry for entry in view.entries if view.knowledge(entry) <= min(at, view.known_at)], at)
    fold.now = at
    ahead = [instant for instant in (fold.timers.next(),) if instant is not None]
    ahead += [i.occurred.hi for i in fold.facts.incidents.values() if i.occurred.hi > at]
    state = snapshot(fold, at, __version__)
    state = replace(state, assessments=assess(fold, at))
    left = fold.timers.next()
    unsettled = any(a.assessment in ("undecided", "not_met") for a in state.assessments)
    cut_short = unsettled and fold.timers.run_on() and _beyond(agreement, at, left)
    return state, at if cut_short else min(ahead, default=END)


def _beyond(agreement: Agreement, at: Instant, left: Instant | None) -> bool:
    """Whether the projection ended at one term ahead: a little later it would reach further."""
    term = agreement.term
    if left is None or term is None or term.lasts is None:
        return False
    return left > agreement.clock.add(at, term.lasts.period)


def overview(agreement: Agreement, state: State, entries: int) -> Overview:
    """The line of one agreement."""
    coming = min((c for c in state.coming if c.at > state.at), key=lambda c: (c.at.us, c.kind, c.id), default=None)
    owed = [n for n in state.norms if n.kind == "obligation"]
    said: dict[str, tuple[str, ...]] = {}
    for word in ("met", "pending", "undecided"):
        said[word] = tuple(a.trigger for a in state.assessments if a.assessment == word)
    return Overview(
        name=state.agreement,
        title=state.title or state.agreement,
        hash=state.agreement_hash,
        life=w.state_word(state.life.state),
        met=said["met"],
        pending=said["pending"],
        undecided=said["undecided"],
        owed=sum(n.state in _OPEN for n in owed),
        breached=sum(n.state == "breached" for n in state.norms),
        open_decisions=sum(d.state == "open" for d in state.decisions),
        effects=sum(e.state == "in_effect" for e in state.effects),
        stuck=len(stuck(agreement, state)),
        next_at=str(coming.at) if coming is not None else None,
        next=coming.text if coming is not None else None,
        withheld=state.withheld,
        entries=entries,
    )


def narrowed(view: View, entries: Sequence[Entry]) -> View:
    """The view of one agreement: the same checkpoint and reader, the entries that it reads."""
    return replace(view, entries=tuple(entries))
