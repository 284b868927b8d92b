"""Covers what the protected starts: the answer to its own attack calls the guarantee.

Covers: L38

## What it finds

A duty of assistance follows from a trigger with no body and no vote between, and nothing takes out what the protected party
began: none of what the trigger counts has an exception for an act that `follows` another, and the duty has neither `until` nor
`unless`. Then a party that strikes first and is struck back is defended. It is silent where a determination or a decision
stands between, since whoever decides can refuse, and where the trigger counts nothing that anybody does (an estimate).

## Why it matters

A guarantee that covers everything makes its holder bold, and drags its giver in (on moral hazard and entrapment, reported:
defensepriorities.org). That self-defence is an exception is commonly written for ceasefire violations and left out for the
graver term that calls the help.

## Example

```casus
define armed_attack means strike where killed >= 10
trigger attack severity 2
  when any armed_attack by OSK
obligation assist
  upon attack
  debtor every guarantor  creditor VDR
  to finance  amount aid.amount
  due 14 days after activation
```

## Better

```casus
define armed_attack means strike where killed >= 10
exception self_defence to armed_attack
  when follows armed_attack by VDR within 24 hours and proportionate
trigger attack severity 2
  when any armed_attack by OSK
obligation assist
  upon attack
  debtor every guarantor  creditor VDR
  to finance  amount aid.amount
  due 14 days after activation
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.check.walk import atoms, conditions, happenings
from casus.lint.checklist import helps, listed
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("L38", "covers-what-the-protected-starts", "S")
def covers_what_the_protected_starts(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    for norm in a.norms.values():
        if norm.kind != "obligation" or not helps(norm) or norm.until is not None or norm.unless is not None:
            continue
        protected = sorted(set(a.who(norm.creditor)) & set(a.parties)) or sorted(draft.protected)
        if not protected or set(protected) & set(a.who(norm.debtor)):
            continue  # mutual defence has no side that is protected alone
        for signal in norm.upon:
            trigger = a.triggers.get(signal.name) if signal.kind is None else None
            bare = _bare(draft, trigger, protected[0]) if trigger is not None else ()
            if trigger is None or not bare:
                continue
            yield Finding(
                f"{trigger.name} calls {norm.name} even where {listed(protected, 'or')} attacked first: {listed(bare)} "
                f"{'has' if len(bare) == 1 else 'have'} no exception for an answer",
                trigger.place("when"),
                (norm.name, trigger.name),
                (Related(f"{norm.name} follows without a determination or a decision", norm.place("upon")),),
                "except what follows an attack of the protected party, or let a body determine who began",
            )


def _bare(draft: Draft, trigger: n.TriggerDecl, protected: str) -> tuple[str, ...]:
    """What the trigger counts of others' acts without an exception for answers to the protected party's."""
    a = draft.agreement
    if trigger.excluding:
        return ()
    found: dict[str, None] = {}
    for atom in atoms(trigger.when):
        if isinstance(atom, n.TQuiet | n.TAbsent):
            continue
        for name, by in happenings(atom):
            actors = a.by(by)
            hostile = any(
                f.type == "point" or f.name in ("killed", "troops", "weapon")
                for kind in a.event_types(name)
                for f in a.events[kind].fields
            )
            if (actors is None or protected not in actors) and hostile and not _answers(draft, name, frozenset()):
                found[name] = None
    return tuple(found)


def _answers(draft: Draft, name: str, seen: frozenset[str]) -> bool:
    """Whether some exception to it looks at what came before (`follows`), or its own condition does."""
    a = draft.agreement
    if name in seen:
        return False
    decl = a.definitions.get(name)
    own = any(isinstance(x, n.CFollows) for x in conditions(decl.where)) if decl is not None else False
    excepted = any(isinstance(x, n.CFollows) for e in a.exceptions_to(name) for x in conditions(e.when))
    inner = decl.means if decl is not None else ()
    return own or excepted or any(_answers(draft, x, seen | {name}) for x in inner if x in a.definitions)
