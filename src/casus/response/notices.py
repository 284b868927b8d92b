"""Which notices are due: what a State says that somebody asked to be told. Pure: nothing is recorded or sent here.

Each notice has a key made of the agreement, the rule and what it is about, never of when it was asked for: asked again, by
whatever process, it is the same notice, and receivers can tell a repetition by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from casus.acts import Acknowledgement
from casus.acts import Notice as NoticeAct
from casus.journal.entry import Entry, View
from casus.language.agreement import Agreement
from casus.response.case import stuck
from casus.response.deadlines import deadlines, local
from casus.response.twopersons import pending
from casus.state import sentences as say
from casus.state import words as w
from casus.state.model import State
from casus.time import Duration, Instant

WHEN: Final = ("due", "met", "breached", "open", "closed", "effect", "stuck", "pending")


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom to tell what. `before`: how long before a deadline. `about`: names of triggers, norms, decisions…; empty: all."""

    name: str
    when: str
    to: str
    before: Duration | None = None
    party: str | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """A notice that is due. `at`: the instant that it is about."""

    key: str
    rule: str
    about: str
    to: str
    at: Instant
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class _Fact:
    """Something that a rule may want told."""

    about: str
    name: str
    who: tuple[str, ...]
    at: Instant
    text: str
    more: tuple[str, ...] = ()


def due_notices(agreement: Agreement, view: View, state: State, rules: Sequence[Rule]) -> tuple[Due, ...]:
    """Every notice that the rules ask for at this State, whether or not it has been recorded or sent; by (instant, key)."""
    found = []
    for rule in rules:
        for fact in _facts(agreement, view, state, rule):
            about_it = not rule.about or fact.name in rule.about
            if about_it and (rule.party is None or rule.party in fact.who):
                found.append(_notice(agreement, state, rule, fact))
    return tuple(sorted(found, key=lambda n: (n.at.us, n.key)))


def recorded(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The notices on the record, by their key."""
    return {entry.act.key: entry for entry in entries if isinstance(entry.act, NoticeAct)}


def acknowledged(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The first acknowledgement of each notice, by the notice's key."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if isinstance(entry.act, Acknowledgement):
            found.setdefault(entry.act.notice, entry)
    return found


def _notice(agreement: Agreement, state: State, rule: Rule, fact: _Fact) -> Due:
    said = f"casus notice 1\n{agreement.name}\n{rule.name}\n{rule.when}\n{fact.about}"
    key = hashlib.sha256(said.encode()).hexdigest()[:32]
    lines = [fact.text, *fact.more, "", f"{state.title or state.agreement} ({state.agreement})"]
    if state.axis == "known":
        lines.append("A RECONSTRUCTION: an exercise, not a live record.")
    lines.append("Casus assesses; bodies determine. casus explain walks this back to the record.")
    subject = f"{'EXERCISE: ' if state.axis == 'known' else ''}{agreement.name}: {fact.text}"
    return Due(key, rule.name, fact.about, rule.to, fact.at, subject[:200], "\n".join(lines))


def _facts(agreement: Agreement, view: View, state: State, rule: Rule) -> Iterator[_Fact]:
    match rule.when:
        case "due":
            until = state.at + rule.before if rule.before is not None else None
            for d in deadlines(agreement, view, state, until):
                more: tuple[str, ...] = (f"If nobody acts: {'; '.join(d.if_nobody_acts)}.",)
                if d.stops:
                    more += (f"What changes it: {'; '.join(d.stops)}.",)
                # A deadline that moves is another one to be told of, so its instant is part of what it is about.
                yield _Fact(f"{d.key}@{d.at}", _named(d.id), d.who, d.at, f"{local(d.at, agreement.clock)}: {d.text}", more)
        case "met":
            for a in state.activations:
                if a.effective:
                    yield _Fact(a.id, a.trigger, (), a.t, say.activation(agreement, a))
        case "breached":
            for n in state.norms:
                for at, word, why in n.history:
                    if word == "breached":
                        text = f"breached: {say.duty(n)} ({n.name})"
                        yield _Fact(f"breach of {n.id}@{at}", n.name, n.debtor, at, text, (w.plain(why),))
        case "open" | "closed":
            for b in state.decisions:
                if (b.closed is not None) == (rule.when == "closed"):
                    at = b.closed if b.closed is not None else b.opened
                    yield _Fact(f"{rule.when} {b.id}", b.name, b.members, at, say.decision(agreement, b))
        case "effect":
            for e in state.effects:
                if e.state == "in_effect":
                    yield _Fact(f"effect {e.id}", e.name, (), e.at, say.effect(agreement, e))
        case "stuck":
            for s in stuck(agreement, state):
                text = f"case without a next step: {s.id}"
                yield _Fact(f"stuck {s.id}", s.name, (), s.opened, text, s.unsettled)
        case _:
            for p in pending(view.entries):
                text = f"waits for a second person: {w.act(p.act)}"
                yield _Fact(f"pending {p.id}", p.act.kind, (), Instant(p.entered.us), text)


def _named(identity: str) -> str:
    """The name of what an id is of: `consult/KST/…`, `measures@…`, `proportionate on s1`."""
    return identity.split("/")[0].split("@")[0].split(" on ")[0]
