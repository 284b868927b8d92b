"""Irreversible relief: what is given cannot be taken back, and what is got is a promise.

Covers: L42

## What it finds

1. A concession is irreversible, and nothing is named that it is given for; or all that it is given for does not bind: norms
   that are graded political or aspirational, claims, questions.
2. A duty to lift measures has no way back: no automatic effect and no duty to impose measures would bring them back, while
   the one that they are lifted for still owes something.
3. A duty to recognise or to compensate is performed at once, for what the other side only promises at a lower grade.

## Why it matters

Recognition, returned land and paid money do not snap back. One draft of November 2025 wrote that recognition would be "revoked"
on a breach (reported), which no instrument of recognition has ever known (general knowledge). A party that gives what cannot
be returned for what can be withdrawn has nothing in hand on the day after.

## Example

```casus
concession border by VDR "the line of contact is recognised" irreversible for consult
obligation consult
  upon attack
  grade political
  debtor every guarantor  creditor VDR
  to consult
  due 24 hours after activation
```

## Better

```casus
concession border by VDR "troops are withdrawn by 10 km" reversible for assist
obligation assist
  upon attack
  grade legal
  debtor every guarantor  creditor VDR
  to finance  amount aid.amount
  due 14 days after activation
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.checklist import grade, listed, span_of
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_SOFT = ("political", "aspirational", None)


@rule("L42", "irreversible-relief", "S")
def irreversible_relief(draft: Draft) -> Iterator[Finding | Searched]:
    yield from _concessions(draft)
    yield from _lifting(draft)
    yield from _giving(draft)


def _concessions(draft: Draft) -> Iterator[Finding]:
    a = draft.agreement
    for concession in a.concessions.values():
        if concession.reversible:
            continue
        soft = [name for name in concession.in_return if _soft(draft, name)]
        if concession.in_return and len(soft) < len(concession.in_return):
            continue
        message = f"{concession.by} gives {concession.name} for good"
        got = (
            f"for {listed(soft)}, which {'does' if len(soft) == 1 else 'do'} not bind"
            if soft
            else "and nothing is named that it gets"
        )
        yield Finding(
            f"{message}, {got}",
            concession.place("name"),
            (concession.name, *soft),
            tuple(Related(f"{name} is what it is given for", span_of(draft, name)) for name in soft),
            "name a counter-performance that binds, or give it so that it can be taken back",
        )


def _soft(draft: Draft, name: str) -> bool:
    """Whether it is no more than a promise: a norm that does not bind legally, or a mere claim or question."""
    a = draft.agreement
    if name in a.norms:
        return grade(draft, a.norms[name]) in _SOFT
    return name in a.claims or name in a.questions


def _lifting(draft: Draft) -> Iterator[Finding]:
    """Measures that are lifted for something still owed, with nothing that would bring them back."""
    a = draft.agreement
    back = [x for x in a.automatics.values() if x.reinstate is not None]
    imposing = [x for x in a.norms.values() if x.act is not None and x.act.verb in ("impose_measures", "freeze", "immobilise")]
    if back or imposing:
        return
    for norm in a.norms.values():
        if norm.kind != "obligation" or norm.act is None or norm.act.verb != "lift_measures":
            continue
        owing = [x for x in _owed_back(draft, norm) if not _waited_for(norm, x)]
        if owing:
            names = [x.name for x in owing]
            yield Finding(
                f"{norm.name} lifts measures and no clause brings them back, while {listed(names)} "
                f"{'is' if len(names) == 1 else 'are'} still owed for it",
                norm.place("act"),
                (norm.name, *names),
                tuple(Related(f"{x.name} is owed in return", x.place("name")) for x in owing),
                "let an automatic effect reinstate them where what they were lifted for fails",
            )


def _giving(draft: Draft) -> Iterator[Finding]:
    """Recognition and payment that is due now, for what the other side owes by a lower grade."""
    a = draft.agreement
    for norm in a.norms.values():
        if norm.kind != "obligation" or norm.act is None or norm.act.verb not in ("recognise", "compensate"):
            continue
        if norm.upon or grade(draft, norm) != "legal":
            continue
        soft = [x for x in _owed_back(draft, norm) if grade(draft, x) in _SOFT]
        if soft and len(soft) == len(_owed_back(draft, norm)):
            names = [x.name for x in soft]
            yield Finding(
                f"{norm.name} is owed at once and cannot be undone, for {listed(names)}, which "
                f"{'does' if len(names) == 1 else 'do'} not bind",
                norm.place("act"),
                (norm.name, *names),
                tuple(Related(f"{x.name} is graded {grade(draft, x)}", x.place("grade", "name")) for x in soft),
                "give it in parts, upon the fulfilment of what it is given for",
            )


def _owed_back(draft: Draft, norm: n.NormDecl) -> list[n.NormDecl]:
    """Obligations of those to whom it is owed, towards those who owe it."""
    a = draft.agreement
    givers, takers = set(a.who(norm.debtor)), set(a.who(norm.creditor))
    return [
        x
        for x in a.norms.values()
        if x.kind != "power"
        and x.name != norm.name
        and takers & set(a.who(x.debtor))
        and (givers & set(a.who(x.creditor)) or x.forbids)
    ]


def _waited_for(norm: n.NormDecl, other: n.NormDecl) -> bool:
    return any(s.kind == "fulfilment" and s.name == other.name for s in norm.upon)
