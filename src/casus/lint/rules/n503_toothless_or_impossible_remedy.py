"""Toothless or impossible remedy: a breach has no consequence, or one that can no longer be done.

Covers: L27, L48

## What it finds

Three things:

1. a duty or prohibition that matters can be breached and nothing follows: it calls no other norm, nothing waits for its
   breach, and no trigger reads what it forbids. A duty that only answers the breach of another one by notifying or
   publishing is let be, as is one that the text grades aspirational;
2. the remedy is there and its date is past when it is called (`due 3 days after occurrence` for a breach that takes a week),
   it has lapsed by then, or its own `until` or `unless` is met by what brought it about;
3. the remedy can never be called, because what it answers has no date and so is never breached.

Where the text says that its remedies or their enforcement are open, the rule says so in the words of the text.

## Why it matters

The Budapest memorandum of 1994 names no remedy: a breach leads to consultations, and consultations lead to nothing (text as
copied on several pages). In Minsk thousands of violations a day were found and reported, and no clause attached anything to
a finding (OSCE document 484481). Awards of claims commissions stayed paper where national enforcement was optional
(reported, opiniojuris.org). That a sanction can ask for what is impossible when it arises is a known fault of rights
languages, too (general knowledge on ODRL).

## Example

```casus
obligation assist
  upon attack
  debtor every guarantor  creditor VDR
  to finance  amount aid.amount
  due 14 days after activation
```

## Better

```casus
obligation assist
  upon attack
  debtor every guarantor  creditor VDR
  to finance  amount aid.amount
  due 14 days after activation
  if breached also replace_aid
obligation replace_aid
  upon breach of assist
  debtor joint_and_several guarantors  creditor VDR
  to finance  amount aid.amount
  due 14 days after activation
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.checklist import left_open, listed, ticked, unread
from casus.lint.draft import Draft
from casus.lint.life import Brought, Play
from casus.lint.norms import consequences, matters
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.stage import expect
from casus.state.model import NormInstance
from casus.time import MINUTE, Duration


@rule("N503", "toothless-or-impossible-remedy", "M")
def toothless_or_impossible_remedy(draft: Draft) -> Iterator[Finding | Searched]:
    play = Play(draft)
    found = [*_left_open(draft), *_toothless(play), *_never_called(draft), *_impossible(play)]
    yield from found
    if not any(x.witness is not None for x in found):
        yield Searched(f"{play.tried} records that bring about each breach or refusal which the text answers")


def _left_open(draft: Draft) -> Iterator[Finding]:
    norms = draft.agreement.norms
    gaps = [gap for gap in draft.agreement.opens if gap.what in ("remedy", "enforcement")]
    for known in (True, False):
        of_norms = [gap for gap in gaps if gap.of in norms and unread(gap) != known]
        others = [gap for gap in gaps if gap.of not in norms and unread(gap) != known]
        yield from left_open(draft, of_norms, _breached, _ANSWER)
        yield from left_open(draft, others, _failing, _ANSWER)


_ANSWER: Final = "name a norm after `if breached`, or a trigger that reads the failure"


def _breached(names: Sequence[str]) -> str:
    return f"what follows when {listed(ticked(names), 'or')} is breached"


def _failing(names: Sequence[str]) -> str:
    return f"what follows when {listed(ticked(names), 'or')} fails" if names else "what follows from a breach"


# ---------------------------------------------------------------- 1. nothing follows


def _toothless(play: Play) -> Iterator[Finding]:
    draft = play.draft
    norms = draft.agreement.norms
    said = {gap.of for gap in draft.agreement.opens if gap.what in ("remedy", "enforcement")}
    bare = [x for x in norms.values() if matters(draft, x) and not consequences(draft, x) and x.name not in said]
    if not bare or None in said:
        return
    every = len(bare) == sum(matters(draft, x) for x in norms.values()) and len(bare) > 1
    witness = next((w for w in (_shown(play, x) for x in bare) if w is not None), None)
    names = [x.name for x in bare]
    said_of_it = "no duty of the text has a consequence" if every else "nothing follows"
    yield Finding(
        f"{said_of_it} when {listed(ticked(names), 'or')} is breached",
        bare[0].place("debtor", "name"),
        tuple(names),
        tuple(Related(f"{x.name} is breached without consequence, too", x.place("name")) for x in bare[1:]),
        "say after `if breached` what is owed instead or besides, or let a trigger or a decision follow",
        witness,
    )


def _shown(play: Play, norm: n.NormDecl) -> Witness | None:
    """The breach, and the same a year later: everything that the breach could have called is absent."""
    found = play.breached(norm.name, play.start)
    if found is None or found.instance is None:
        return None
    later = found.at + Duration.of(days=365)
    debtor = found.instance.debtor[0]
    here, there = (play.state(found.lines, at) for at in (found.at, later))
    causes = [*(x.cause for x in there.norms), *(x.cause for x in there.effects)]
    if any(found.instance.id in cause for cause in causes) or any(
        found.instance.id in cause for x in there.decisions for cause in x.causes
    ):
        return None
    if not any(x.id == found.instance.id and x.state == "breached" for x in there.norms) or here.life.state != "in_force":
        return None
    expects = [expect("norm", norm.name, who=debtor, state="breached", at=at) for at in (found.at, later)]
    outcome = f"{debtor} breaches {norm.name}; a year later nothing has followed from it"
    return play.witness(f"a breach of {norm.name} without consequence", found.lines, expects, outcome)


# ---------------------------------------------------------------- 3. never called


def _never_called(draft: Draft) -> Iterator[Finding]:
    norms = draft.agreement.norms
    said = {gap.of for gap in draft.agreement.opens if gap.what == "due"}
    for norm in norms.values():
        if norm.kind != "obligation" or norm.due is not None or norm.name in said:
            continue
        called = [norm.if_breached[1]] if norm.if_breached is not None else []
        called += [x.name for x in norms.values() if any(s.kind == "breach" and s.name == norm.name for s in x.upon)]
        for name in dict.fromkeys(called):
            yield Finding(
                f"{name} answers a breach of {norm.name}, which has no date and so is never breached",
                norm.place("if_breached", "name"),
                (norm.name, name),
                help=f"say by when {norm.name} is due",
            )


# ---------------------------------------------------------------- 2. no longer possible


def _impossible(play: Play) -> Iterator[Finding]:
    for norm in play.agreement.norms.values():
        for name, kind in _remedies(play, norm):
            found = play.breached(norm.name, play.start) if kind == "breach" else play.refused(norm.name, play.start)
            if found is None or found.instance is None:
                continue
            fault = _fault(play, found, name)
            if fault is not None:
                yield _finding(play, norm, name, kind, *fault)


def _remedies(play: Play, norm: n.NormDecl) -> Iterator[tuple[str, str]]:
    norms = play.agreement.norms
    called = [(norm.if_breached[1], "breach")] if norm.if_breached is not None else []
    called += [(norm.if_refused, "refusal")] if norm.if_refused is not None else []
    for other in norms.values():
        called += [(other.name, s.kind) for s in other.upon if s.name == norm.name and s.kind in ("breach", "refusal")]
    yield from dict.fromkeys(called)


def _fault(play: Play, found: Brought, name: str) -> tuple[str, Witness] | None:
    """What is wrong with the remedy at the instant that calls it, and the record; None where it can still be done."""
    assert found.instance is not None
    decl = play.agreement.norms[name]
    mine = [x for x in play.state(found.lines, found.at).norms if x.name == name and found.instance.id in x.cause]
    who = (mine[0].debtor if mine else play.agreement.who(decl.debtor))[0]
    if not mine and decl.unless is None:
        return None  # nobody who owes it was bound, or it has been called before: not a fault of its own
    if not mine:
        return _record(play, found, name, who, "none", "its own `unless` is met by what brings it about")
    return _state(play, found, name, mine[0])


def _state(play: Play, found: Brought, name: str, instance: NormInstance) -> tuple[str, Witness] | None:
    who = instance.debtor[0]
    if instance.state == "breached" and instance.due is not None and instance.due <= instance.activated:
        return _record(play, found, name, who, "breached", "its date is past when it is called")
    if instance.state == "lapsed":
        decl = play.agreement.norms[name]
        why = (
            "its own `until` is met by what brings it about" if decl.until is not None else "its time is over when it is called"
        )
        return _record(play, found, name, who, "lapsed", why)
    return None


def _record(play: Play, found: Brought, name: str, who: str, state: str, why: str) -> tuple[str, Witness] | None:
    assert found.instance is not None
    expects = [
        expect("norm", found.instance.name, who=found.instance.debtor[0], state=found.instance.state, at=found.at),
        expect("norm", name, who=who, state=state, at=found.at + MINUTE),
    ]
    outcome = f"{name} is called and is {state} at once"
    if state == "none":
        outcome = f"{name} is not called at all"
    witness = play.witness(f"{name} cannot be done any more", found.lines, expects, outcome)
    return None if witness is None else (why, witness)


def _finding(play: Play, norm: n.NormDecl, name: str, kind: str, why: str, witness: Witness) -> Finding:
    decl = play.agreement.norms[name]
    places: Sequence[str] = ("due", "lapses", "until", "unless", "name")
    return Finding(
        f"{name} answers the {kind} of {norm.name} and cannot be done any more: {why}",
        decl.place(*places),
        (name, norm.name),
        (Related(f"{name} is called here", norm.place("if_breached", "if_refused", "name")),),
        "count its dates from its own activation, and let nothing that has happened by then exclude it",
        witness,
    )
