"""Contradictory norms: the same party must and must not, or must without a measure.

## What it finds

1. An act that fulfils a duty (or uses a power) of a party is itself forbidden to that party: the event that fulfils the one
   belongs to what the other forbids, both can be in force at once, and no exception lets it through. The record shows one
   act that fulfils and breaches.
2. Two duties of one party that one event calls exclude each other in one zone: to withdraw from where it must deploy, to lift
   what it must impose.
3. The weaker form: a promise of money or arms without a quantity. The smallest delivery fulfils it, and the record shows it.
   Where the text says that the amount is open, the rule says so in the words of the text.

## Why it matters

A party that is bound both ways chooses. Limits on forces that were agreed for peace have stood in the way of the help that
was promised for war: reinforcement was banned by paragraph 13(d) of the Korean armistice until one side declared that it
would not be bound any more (general knowledge). Promises of support without a sum were kept with helmets (general knowledge on
deliveries early in 2022).

## Example

```casus
prohibition no_reinforcement
  always
  debtor KST
  forbids arrival
obligation deploy
  upon attack
  debtor KST  creditor VDR
  to deploy "a reassurance force"
  due 10 days after activation
  fulfilled by arrival
```

## Better

```casus
prohibition no_reinforcement
  always
  debtor KST
  forbids arrival
  until attack
obligation deploy
  upon attack
  debtor KST  creditor VDR
  to deploy "a reassurance force"
  due 10 days after activation
  fulfilled by arrival
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from casus import acts
from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.check.walk import conditions
from casus.lint.checklist import listed
from casus.lint.draft import Draft
from casus.lint.happenings import events_of
from casus.lint.life import Play
from casus.lint.norms import matters
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.stage import expect, quantity
from casus.time import HOUR, MINUTE

_OPPOSITE: Final = (
    frozenset({"withdraw", "deploy"}),
    frozenset({"lift_measures", "impose_measures"}),
    frozenset({"lift_measures", "freeze"}),
    frozenset({"lift_measures", "immobilise"}),
)

_MEASURED: Final = frozenset({"finance", "supply", "air_defence", "compensate"})
"""Acts of which there can be more or less, in money or in kind."""

_NUMBER: Final = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|twelve|dozen|hundred|thousand)\b", re.IGNORECASE
)


@rule("N504", "contradictory-norms", "M")
def contradictory_norms(draft: Draft) -> Iterator[Finding | Searched]:
    play = Play(draft)
    found = [*_forbidden(play), *_opposite(draft), *_unmeasured(play)]
    yield from found
    if not any(x.witness is not None for x in found):
        yield Searched(f"{play.tried} records of acts that fulfil a duty, held against what is forbidden to its debtor")


# ---------------------------------------------------------------- 1. must and must not


def _forbidden(play: Play) -> Iterator[Finding]:
    a = play.agreement
    for ban in a.norms.values():
        for norm in a.norms.values() if ban.forbids is not None else ():
            done = norm.fulfilled_by or norm.used_by
            both = set(a.who(ban.debtor)) & set(a.who(norm.debtor))
            if done is None or norm.kind == "prohibition" or not both or not _within(play, done, ban, norm):
                continue
            witness = _torn(play, ban, norm, done)
            if witness is None:
                continue
            may = "may" if norm.kind == "power" else "must"
            yield Finding(
                f"{listed(sorted(both))} {may} do by {norm.name} what {ban.name} forbids: any {done} is a breach",
                norm.place("fulfilled_by", "used_by"),
                (norm.name, ban.name),
                (Related(f"{ban.name} forbids {ban.forbids}", ban.place("forbids")),),
                f"let {ban.name} end, or not begin, where {norm.name} is called",
                witness,
            )


def _within(play: Play, done: str, ban: n.NormDecl, norm: n.NormDecl) -> bool:
    """Whether whatever does the one is of what the other forbids: no condition, exception or place lets any of it through."""
    a = play.agreement
    assert ban.forbids is not None
    if done == ban.forbids:
        return not a.exceptions_to(done)
    if a.exceptions_to(ban.forbids) or not a.event_types(done) <= a.event_types(ban.forbids):
        return False
    decl = a.definitions.get(ban.forbids)
    if decl is None:
        return True
    if any(inner in a.definitions for inner in decl.means):
        return False
    zone = norm.act.zone if norm.act is not None else None
    return all(isinstance(x, n.CIn) and zone is not None and x.zone == zone for x in conditions(decl.where))


def _torn(play: Play, ban: n.NormDecl, norm: n.NormDecl, done: str) -> Witness | None:
    """One act of one debtor by which the duty is done and the prohibition breached."""
    found = play.active(norm.name, play.start)
    if found is None or found.instance is None or ban.forbids is None:
        return None
    at = found.at + HOUR
    standing = {x for i in play.state(found.lines, at).norms if i.name == ban.name and i.state == "in_force" for x in i.debtor}
    wanted = "exercised" if norm.kind == "power" else "fulfilled"
    owing = [i for i in play.state(found.lines, at).norms if i.name == norm.name and i.state == "in_force"]
    for debtor in sorted(x for i in owing for x in i.debtor if x in standing):
        for sought in (*events_of(play.agreement, done), *events_of(play.agreement, ban.forbids)):
            if debtor not in play.actors(None, sought):
                continue
            paying = [x.name for x in play.agreement.events[sought.type].fields if x.type == "money"]
            amount = next((i.amount for i in owing if debtor in i.debtor), None)
            more = {paying[0]: _money(amount)} if paying and amount is not None else {}
            approval = (play.stage.line(found.at + MINUTE, acts.Approval(debtor, norm.name)),) if norm.approval else ()
            lines = (*found.lines, *approval, *play.event(sought, at, debtor, play.stage.top_rungs(), more))
            expects = [
                expect("norm", norm.name, who=debtor, state=wanted, at=at + MINUTE),
                expect("norm", ban.name, who=debtor, state="breached", at=at + MINUTE),
            ]
            outcome = f"by one act {debtor} has {wanted} {norm.name} and breached {ban.name}"
            witness = play.witness(f"{norm.name} against {ban.name}", lines, expects, outcome)
            if witness is not None:
                return witness
    return None


def _money(amount: str) -> acts.Money:
    currency, _, number = amount.partition(" ")
    return acts.Money(currency, quantity(int(number.split(".")[0])).low)


# ---------------------------------------------------------------- 2. two duties that exclude each other


def _opposite(draft: Draft) -> Iterator[Finding]:
    a = draft.agreement
    owed = [x for x in a.norms.values() if x.kind == "obligation"]
    for one, other in combinations(owed, 2):
        if one.act is None or other.act is None:
            continue
        both = sorted(set(a.who(one.debtor)) & set(a.who(other.debtor)))
        if not both or frozenset({one.act.verb, other.act.verb}) not in _OPPOSITE or one.act.zone != other.act.zone:
            continue
        causes = {(s.name, s.kind) for s in one.upon} & {(s.name, s.kind) for s in other.upon}
        if not causes and not (one.always and other.always):
            continue
        when = f"when {min(name for name, _ in causes)} comes" if causes else "at all times"
        yield Finding(
            f"{listed(both)} must {_said(one)} by {one.name} and {_said(other)} by {other.name}, {when}",
            other.place("act"),
            (other.name, one.name),
            (Related(f"{one.name} asks for the opposite", one.place("act")),),
            "say which of the two goes first, or give each its own zone",
        )


def _said(norm: n.NormDecl) -> str:
    return norm.act.verb.replace("_", " ") if norm.act is not None else "act"


# ---------------------------------------------------------------- 3. without a quantity


def _unmeasured(play: Play) -> Iterator[Finding]:
    a = play.agreement
    for norm in a.norms.values():
        if norm.kind != "obligation" or norm.act is None or norm.act.verb not in _MEASURED or norm.amount is not None:
            continue
        gaps = [x for x in a.opens if x.what == "amount" and x.of == norm.name]
        if not matters(play.draft, norm) or (norm.act.prose is not None and _NUMBER.search(norm.act.prose)):
            continue
        witness = _token(play, norm)
        yield Finding(
            f"`{norm.name}` promises to {_said(norm)} without saying how much: anything at all fulfils it",
            norm.place("act"),
            (norm.name,),
            tuple(Related(f"the text is silent: {x.text}", x.span) for x in gaps),
            "state an amount, a schedule, or a number in kind",
            witness,
            gaps=(("amount", norm.name),),
        )


def _token(play: Play, norm: n.NormDecl) -> Witness | None:
    """The duty fulfilled by the least: one unit of money where the event has a sum, an event or a word where it has none."""
    found = play.active(norm.name, play.start)
    if found is None or found.instance is None:
        return None
    debtor, at = found.instance.debtor[0], found.at + HOUR
    lines = found.lines
    if norm.fulfilled_by is None:
        lines = (*lines, play.stage.line(at, acts.Fulfilment(debtor, norm.name)))
    else:
        for sought in events_of(play.agreement, norm.fulfilled_by):
            if debtor in play.actors(None, sought):
                paying = [x.name for x in play.agreement.events[sought.type].fields if x.type == "money"]
                more = {paying[0]: acts.Money("EUR", quantity(1).low)} if paying else {}
                lines = (*lines, *play.event(sought, at, debtor, play.stage.top_rungs(), more))
                break
    expects = [expect("norm", norm.name, who=debtor, state="fulfilled", at=at + MINUTE)]
    least = "with EUR 1" if "EUR" in str(lines[-1:]) else "with whatever it calls by that name"
    return play.witness(f"the least that fulfils {norm.name}", lines, expects, f"{debtor} fulfils {norm.name} {least}")
