"""What is new in a State since the one before: activations, reversals, and answers that changed, with the entries that did it.

Pure: `remember` keeps the little of a State that the next comparison needs (it goes to JSON and back), `news` compares. Whoever
follows a journal decides when to look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from casus.journal.entry import Entry
from casus.state.model import Activation, State
from casus.time import Instant

Kind = Literal["met", "reversed", "revised"]


@dataclass(frozen=True, slots=True)
class Remembered:
    """Of a State: each trigger's answer, and each activation with the instant of its reversal (None: it stands)."""

    answers: tuple[tuple[str, str], ...] = ()
    activations: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """`before` → `after` for a trigger, or an activation. `because`: ids of entries; none: time passed."""

    kind: Kind
    trigger: str
    article: str | None
    severity: int
    at: Instant
    activation: Activation | None
    before: str | None
    after: str
    because: tuple[str, ...]
    why: str | None = None


def remember(state: State) -> Remembered:
    return Remembered(
        tuple((a.trigger, a.assessment) for a in state.assessments),
        tuple((a.id, None if a.reversed is None else str(a.reversed)) for a in state.activations),
    )


def news(before: Remembered, state: State, arrived: Sequence[Entry]) -> tuple[News, ...]:
    """What `state` says that `before` did not, in the order: activations, reversals, answers. `arrived` came in between."""
    known = dict(before.activations)
    declared = {a.trigger: a for a in state.assessments}
    found: list[News] = []

    def told(kind: Kind, a: Activation, was: str | None, now: str, events: Sequence[str], why: str | None = None) -> News:
        because = _because(state, arrived, events)
        return News(kind, a.trigger, a.article, a.severity, state.at, a, was, now, because, why)

    for a in state.activations:
        if a.id not in known:
            found.append(told("met", a, None, "met", a.witnesses))
    for a in state.activations:
        if a.reversed is not None and known.get(a.id) is None:
            found.append(told("reversed", a, "met", "reversed", a.witnesses, a.reversal_cause))
    gone = sorted(set(known) - {a.id for a in state.activations})
    for identity in gone:
        name = identity.partition("@")[0]
        if name in declared:
            answer, because = declared[name], tuple(entry.id for entry in arrived)
            gone_why = f"{identity} is not met by what is known now"
            found.append(
                News(
                    "revised",
                    name,
                    answer.article,
                    answer.severity,
                    state.at,
                    None,
                    "met",
                    answer.assessment,
                    because,
                    gone_why,
                )
            )
    answers = dict(before.answers)
    for answer in state.assessments:
        was = answers.get(answer.trigger)
        if was is not None and was != answer.assessment:
            events = [x for m in answer.measured for x in (*m.witnesses, *m.possible)]
            because = _because(state, arrived, events)
            why = "; ".join(answer.reasons) or None
            found.append(
                News(
                    "revised",
                    answer.trigger,
                    answer.article,
                    answer.severity,
                    state.at,
                    None,
                    was,
                    answer.assessment,
                    because,
                    why,
                )
            )
    return tuple(found)


def _because(state: State, arrived: Sequence[Entry], events: Sequence[str]) -> tuple[str, ...]:
    """Of the entries that arrived those about these events; all of them, where none is."""
    about = {entry for i in state.incidents if i.id in events for entry in i.reports} | set(events)
    return tuple(e.id for e in arrived if e.id in about) or tuple(e.id for e in arrived)
