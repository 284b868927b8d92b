"""What differs between two States of one agreement, fact by fact, in words.

For a what-if (the same record with and without a few acts), for a watch (the same agreement before and after an instant),
and for anything else that has two States. Facts are matched by their id; what only one State has came or went.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from casus.language.agreement import Agreement
from casus.norms import NEVER
from casus.state import sentences as say
from casus.state import words as w
from casus.state.model import (
    Activation,
    Coming,
    DecisionInstance,
    DeterminationInstance,
    EffectInstance,
    FindingQuestion,
    Life,
    NormInstance,
    State,
    TriggerAssessment,
)
from casus.time import Instant

Kind = Literal["life", "trigger", "activation", "finding", "determination", "decision", "norm", "effect", "deadline"]

ORDER: Final[tuple[Kind, ...]] = (
    "life",
    "trigger",
    "activation",
    "finding",
    "determination",
    "decision",
    "norm",
    "effect",
    "deadline",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that is otherwise. `before` None: it is new; `after` None: it is gone. Both are short words."""

    kind: Kind
    id: str
    what: str
    before: str | None
    after: str | None


def changes(before: State, after: State, agreement: Agreement | None = None) -> tuple[Change, ...]:
    """Every fact of `after` that `before` has not, or has otherwise, and the reverse; in the order of `ORDER`, then by id.

    `at`, `known_at`, the checkpoint and the `projected` marks are no facts. Measured values of a trigger that stays unmet
    are not told.
    """
    found = [*_life(before.life, after.life, before.agreement)]
    found += _pairs("trigger", before.assessments, after.assessments, lambda a: a.trigger, _answer, _trigger_name)
    found += _pairs("activation", before.activations, after.activations, lambda a: a.id, _activation, _activation_name)
    found += _pairs("finding", before.findings, after.findings, lambda q: f"{q.finding} on {q.event}", _finding, _finding_name)
    found += _pairs("determination", before.determinations, after.determinations, lambda d: d.id, _determination, _named)
    found += _pairs("decision", before.decisions, after.decisions, lambda d: d.id, _decision, _named)
    found += _pairs("norm", before.norms, after.norms, lambda x: x.id, _norm, lambda x: f"{x.name}: {say.duty(x)}")
    found += _pairs("effect", before.effects, after.effects, lambda e: e.id, _effect, _effect_name)
    found += _pairs(
        "deadline", before.coming, after.coming, lambda c: f"{c.kind} {c.id}", lambda c: w.when(c.at), lambda c: c.text
    )
    return tuple(sorted(found, key=lambda c: (ORDER.index(c.kind), c.id)))


def _pairs(
    kind: Kind,
    before: Sequence[Any],
    after: Sequence[Any],
    key: Callable[[Any], str],
    word: Callable[[Any], str],
    name: Callable[[Any], str],
) -> Iterator[Change]:
    old = {key(item): item for item in before}
    new = {key(item): item for item in after}
    for identity in sorted(old.keys() | new.keys()):
        if kind == "deadline" and not (identity in old and identity in new):
            continue  # what came or went is told where the item itself is
        was = word(old[identity]) if identity in old else None
        is_ = word(new[identity]) if identity in new else None
        if was != is_:
            yield Change(kind, identity, name(new.get(identity, old.get(identity))), was, is_)


def _life(before: Life, after: Life, name: str) -> Iterator[Change]:
    if (was := _life_word(before)) != (is_ := _life_word(after)):
        yield Change("life", name, "the agreement", was, is_)
    for party in sorted(before.bound.keys() ^ after.bound.keys()):
        words = ("bound", "not bound") if party in before.bound else ("not bound", "bound")
        yield Change("life", f"{name}/{party}", party, *words)
    for party in sorted(before.leaving.keys() | after.leaving.keys()):
        was_, now = before.leaving.get(party), after.leaving.get(party)
        if was_ != now:
            yield Change("life", f"{name}/{party} leaves", f"{party} leaves", _when(was_), _when(now))


def _life_word(life: Life) -> str:
    until = f" until {w.when(life.suspended_until)}" if life.suspended_until is not None else ""
    expires = f", expires {w.when(life.expires)}" if life.expires is not None and life.state == "in_force" else ""
    return w.state_word(life.state) + until + expires


def _when(instant: Instant | None) -> str | None:
    return None if instant is None else "at no time that the text gives" if instant == NEVER else w.when(instant)


def _answer(a: TriggerAssessment) -> str:
    until = f" until {w.when(a.until)}" if a.until is not None else ""
    return w.state_word(a.assessment) + until


def _trigger_name(a: TriggerAssessment) -> str:
    return a.trigger


def _activation(a: Activation) -> str:
    word = "met" if a.reversed is None else f"reversed {w.when(a.reversed)}"
    return word if a.effective else f"{word}, without effect"


def _activation_name(a: Activation) -> str:
    return f"{a.trigger} since {w.when(a.s)}, known {w.when(a.t)}"


def _finding(q: FindingQuestion) -> str:
    value = "unknown" if q.value is None else "yes" if q.value else "no"
    return f"{value} ({q.source})"


def _finding_name(q: FindingQuestion) -> str:
    return f"{q.finding} on {q.event}, by {q.body}"


def _named(x: DecisionInstance | DeterminationInstance) -> str:
    return f"{x.name} opened {w.when(x.opened)}"


def _determination(d: DeterminationInstance) -> str:
    return w.state_word(d.state)


def _decision(d: DecisionInstance) -> str:
    why = f" ({w.plain(d.why)})" if d.why else f" ({d.tally})"
    return w.state_word(d.state) + why


def _norm(n: NormInstance) -> str:
    due = f", due {w.when(n.due)}" if n.due is not None and n.state in ("in_force", "suspended", "breached") else ""
    done = f", performed {w.money(n.performed)}" if n.performed else ""
    return w.state_word(n.state) + due + done


def _effect(e: EffectInstance) -> str:
    return f"{w.state_word(e.state)}, {_when(e.at)}" if e.state in ("pending", "in_effect") else w.state_word(e.state)


def _coming(c: Coming) -> str:
    return w.when(c.at)


def _effect_name(e: EffectInstance) -> str:
    return f"{e.name}{f' ({e.package})' if e.package else ''}"
