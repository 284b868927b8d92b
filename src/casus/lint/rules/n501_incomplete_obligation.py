"""Incomplete obligation: a duty that lacks one of the parts without which nobody can call for it.

Covers: L07

## What it finds

- An obligation without a creditor: nobody is named who may call for it, or waive it.
- Joint debtors without shares: they owe one thing together, and no row or sum says how much each of them.
- A date that counts from something that what activates the duty does not have (from an occurrence, where no event stands
  behind it; from an opening, where no vote does): it silently counts from the activation.
- A clause of which the model says, with `open`, that the text is silent: who owes, to whom, what, how much, by when, before
  which forum, with which remedy. The words of the `open` are shown.

That an act or a date is missing without the text being known to be silent is the checker's (W605, W606), and so is an empty
group of debtors (W607).

## Why it matters

The Budapest Memorandum of 1994 obliges its signatories to consult where a question arises about their commitments, and says
neither by when, nor where, nor what follows (UN Treaty Series I-52241). In March 2014 a meeting was called for and one of
the four did not come; no clause was broken by that.

## Example

```casus
obligation supply_gas
  upon crisis
  debtor joint guarantors
  to supply "winter reserves"
  due 24 hours after opening
```

## Better

```casus
obligation supply_gas
  upon crisis
  debtor joint guarantors  creditor VDR
  to supply "winter reserves"  amount reserves.amount
  due 24 hours after activation
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_LACKS: Final = {
    "debtor": "who owes it",
    "creditor": "to whom it is owed",
    "act": "what is to be done",
    "amount": "how much",
    "due": "by when",
    "body": "who decides about it",
    "forum": "before whom it can be claimed",
    "remedy": "what follows if it is not done",
    "threshold": "from when on",
    "evidence": "what proves it",
    "members": "who decides",
    "rule": "how it is decided",
    "closing": "when the decision falls",
    "territory": "where",
    "actors": "whose conduct",
    "start": "from when",
    "duration": "for how long",
    "enforcement": "how it is enforced",
    "mandate": "with what mandate",
    "access": "with what access",
    "attribution": "who attributes",
    "definition": "what the word means",
}


@rule("N501", "incomplete-obligation", "S")
def incomplete_obligation(draft: Draft) -> Iterator[Finding | Searched]:
    """Each norm for its parts: those that it lacks, and those that the text is known to be silent about."""
    for norm in draft.agreement.norms.values():
        yield from _silent(draft, norm)
        if norm.kind != "obligation":
            continue
        if norm.sharing == "joint" and isinstance(norm.amount, n.MoneyAmount):
            who = " and ".join(draft.agreement.who(norm.debtor))
            message = f"`{norm.name}` is owed by {who} together, and nothing says what share each of them bears"
            yield Finding(message, norm.place("debtor"), (norm.name,), help="give each a row: amount SCHEDULE.amount")
        elif norm.sharing == "joint" and norm.amount is None and _divisible(norm):
            message = f"`{norm.name}` is owed jointly, and neither a sum nor a share says how much each debtor gives"
            help_ = "give each a row: amount SCHEDULE.amount; or let each owe the whole: joint_and_several"
            yield Finding(message, norm.place("debtor"), (norm.name,), help=help_)
        yield from _anchor(draft, norm)


def _silent(draft: Draft, norm: n.NormDecl) -> Iterator[Finding]:
    opened = tuple(one for one in draft.agreement.opens if one.of == norm.name)
    lacking = [_LACKS.get(one.what, f"its {one.what}") for one in opened]
    because = [Related(f"the text is silent on it: “{one.text}”", one.span) for one in opened]
    if norm.kind == "obligation" and norm.creditor is None and not any(one.what == "creditor" for one in opened):
        lacking.insert(0, _LACKS["creditor"])
        because.insert(0, Related("nobody is named who may call for it, or waive it"))
    if lacking:
        said = list(dict.fromkeys(lacking))
        listed = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
        message = f"`{norm.name}` does not say {listed}"
        yield Finding(message, norm.place("name"), (norm.name,), tuple(because), "let the text say it")


def _divisible(norm: n.NormDecl) -> bool:
    return norm.act is not None and norm.act.verb in ("finance", "supply", "compensate", "rebuild")


# ---------------------------------------------------------------- dates


def _anchor(draft: Draft, norm: n.NormDecl) -> Iterator[Finding]:
    anchor = getattr(norm.due, "anchor", None)
    if anchor is None or norm.due is None:
        return
    if anchor in ("occurrence", "report", "verification") and not _has_event(draft, norm):
        lacking = f"an {anchor}" if anchor == "occurrence" else f"a {anchor}"
    elif anchor == "opening" and not _has_vote(draft, norm):
        lacking = "an opening"
    elif anchor == "expiry" and (draft.agreement.term is None or draft.agreement.term.lasts is None):
        lacking = "an expiry"
    else:
        return
    message = f"`{norm.name}` is due counting from {anchor}, and nothing that activates it has {lacking}"
    help_ = "it counts from the activation instead: write so, or name another cause"
    yield Finding(message, norm.place("due"), (norm.name,), help=help_)


def _has_event(draft: Draft, norm: n.NormDecl) -> bool:
    """Whether a trigger stands somewhere behind it."""
    return any(name in draft.agreement.triggers for name in draft.upstream(norm.name))


def _has_vote(draft: Draft, norm: n.NormDecl) -> bool:
    return any(name in draft.agreement.decisions for name in draft.upstream(norm.name))
