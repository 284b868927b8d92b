"""Orphan norm: a norm that nothing activates, or a trigger after which nothing follows.

Covers: L27

## What it finds

- A norm that nothing brings to life: neither a trigger, a decision, a determination nor another norm calls it, and it does
  not stand always.
- A norm that waits for what cannot be: the breach of a duty without a date, the refusal of a power that nobody has to approve.
- A trigger without a consequence: no norm, decision, determination or effect follows it, no other trigger counts or absorbs
  it, and nothing ends or is barred by it.
- A power that needs national approval and does not say what takes its place if that is refused.

## Why it matters

A finding without a consequence is a news item. The reports on the line in eastern Ukraine counted violations for eight years,
and no clause of the 2014 and 2015 documents attached anything to a violation (OSCE, document 484481). A parliament's refusal
that the text does not provide for ends the commitment without a breach.

## Example

```casus
power deploy
  upon aggression
  holder every guarantor
  to deploy "a reassurance force"
  needs national approval 14 days after activation
```

## Better

```casus
power deploy
  upon aggression
  holder every guarantor
  to deploy "a reassurance force"
  needs national approval 14 days after activation
  if refused then substitute_aid
obligation substitute_aid
  upon refusal of deploy
  debtor every guarantor  creditor VDR
  to finance "in place of forces"  amount aid.amount
  due 30 days after activation
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.language import nodes as n
from casus.language.check.walk import atoms, conditions
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("N502", "orphan-norm", "S")
def orphan_norm(draft: Draft) -> Iterator[Finding | Searched]:
    """Norms without a cause, triggers without an effect."""
    a = draft.agreement
    for norm in a.norms.values():
        if not (norm.upon or norm.always or norm.every is not None or draft.causes_of.get(norm.name)):
            message = f"nothing brings `{norm.name}` to life: no trigger, decision or norm calls it"
            help_ = "say upon what, or that it stands always"
            yield Finding(message, norm.place("name"), (norm.name,), help=help_)
        elif norm.upon and not norm.always and norm.every is None:
            yield from _waits_in_vain(draft, norm)
        if norm.approval is not None and norm.if_refused is None and not _answers_refusal(draft, norm.name):
            message = f"`{norm.name}` needs national approval, and nothing takes its place where that is refused"
            yield Finding(message, norm.place("approval"), (norm.name,), help="say what does: if refused then …")
    leading = _leading(draft)
    for trigger in a.triggers.values():
        if trigger.name not in leading:
            message = f"nothing follows when `{trigger.name}` is met"
            yield Finding(message, trigger.place("name"), (trigger.name,), help="let a norm, a decision or an effect follow")


def _waits_in_vain(draft: Draft, norm: n.NormDecl) -> Iterator[Finding]:
    """Where every signal it waits for is one that cannot be given."""
    reasons = [_impossible(draft, signal) for signal in norm.upon]
    called = any(
        norm.name in (other.if_refused, (other.if_breached or ("", ""))[1]) for other in draft.agreement.norms.values()
    )
    if called or any(reason is None for reason in reasons):
        return
    message = f"`{norm.name}` waits in vain: {' and '.join(reason for reason in reasons if reason)}"
    names = (norm.name, *(signal.name for signal in norm.upon))
    yield Finding(message, norm.place("upon"), names, help="give the other norm a date, or an approval to refuse")


def _impossible(draft: Draft, signal: n.Signal) -> str | None:
    of = draft.agreement.norms.get(signal.name)
    if of is None:
        return None
    if signal.kind == "breach" and of.kind == "obligation" and of.due is None:
        return f"{of.name} has no date and is never breached"
    if signal.kind == "refusal" and of.approval is None:
        return f"{of.name} needs no approval and is never refused"
    if signal.kind == "breach" and of.kind == "power":
        return f"{of.name} is a power and is never breached"
    return None


def _answers_refusal(draft: Draft, power: str) -> bool:
    return any(s.kind in ("refusal", "lapse") and s.name == power for norm in draft.agreement.norms.values() for s in norm.upon)


def _leading(draft: Draft) -> set[str]:
    """The triggers after which something follows, or by which something ends or is barred."""
    a = draft.agreement
    found = {name for name in a.triggers if draft.effects_of.get(name)}
    found |= {name for trigger in a.triggers.values() for name in trigger.absorbs}
    found |= {trigger.name for trigger in a.triggers.values() if trigger.absorbs}
    found |= {atom.name for trigger in a.triggers.values() for atom in atoms(trigger.when) if isinstance(atom, n.TMet)}
    for norm in a.norms.values():
        for limit in (norm.until, norm.unless):
            found |= {part.name for part in conditions(limit) if isinstance(part, n.CRef)}
    found |= set(a.term.barred_while) if a.term is not None else set()
    for phase in a.phases.values():
        found |= {end.name for end in (phase.start, phase.end) if isinstance(end, n.Signal)}
    return found
