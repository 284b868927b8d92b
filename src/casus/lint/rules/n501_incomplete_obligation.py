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
from casus.lint.checklist import listed, silences, silent
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Gap, Searched, rule

_LACKS: Final = {
    "debtor": ("who owes it", "`debtor …`"),
    "creditor": ("to whom it is owed", "`creditor …`"),
    "act": ("what is to be done", "an act, such as `to supply …`"),
    "amount": ("how much", "`amount …`"),
    "due": ("by when", "`due … after activation`"),
    "body": ("who decides about it", "a finding or a determination of a body"),
    "forum": ("before whom it can be claimed", "a body that answers for it"),
    "remedy": ("what follows if it is not done", "`if breached …`"),
    "threshold": ("from when on", "a trigger with a number"),
    "evidence": ("what proves it", "`fulfilled by …`, and a rung of a ladder"),
    "members": ("who decides", "`decision … of …`"),
    "rule": ("how it is decided", "`adopts by …`"),
    "closing": ("when the decision falls", "`closes … after opening`"),
    "territory": ("where", "`in …`, a zone"),
    "actors": ("whose conduct", "`by …`"),
    "start": ("from when", "`upon …`"),
    "duration": ("for how long", "`lapses … after activation`"),
    "exit": ("how it can be brought to an end", "`until …`"),
    "renewal": ("whether it is prolonged", "`every …`"),
    "baseline": ("from which line it is measured", "`near …`, a zone with its map"),
    "force": ("by what force", "a schedule with a row for each"),
    "enforcement": ("how it is enforced", "`if breached …`"),
    "mandate": ("with what mandate", "the words of the act"),
    "access": ("with what access", "a duty to permit_access"),
    "attribution": ("who attributes", "a rung of the ladder attribution, by a body"),
    "definition": ("what the word means", "`define … means …`"),
    "wording": ("in which words", "the words of the act"),
}
"""What is missing, and the clause that says it."""


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


def _silent(draft: Draft, norm: n.NormDecl, told: frozenset[Gap] = frozenset()) -> Iterator[Finding]:
    """`told`: what other rules say of it."""
    opened = [one for one in draft.agreement.opens if one.of == norm.name and (one.what, norm.name) not in told]
    lacking: list[str] = list(dict.fromkeys(one.what for one in opened))
    because = list(silences(opened))
    if norm.kind == "obligation" and norm.creditor is None and "creditor" not in lacking:
        lacking.insert(0, "creditor")
        because.insert(0, Related("nobody is named who may call for it, or waive it"))
    if lacking:
        yield Finding(
            f"{silent(opened, f'`{norm.name}`')} {listed(_LACKS[what][0] for what in lacking)}",
            norm.place("name"),
            (norm.name,),
            tuple(because),
            f"say it: {'; '.join(dict.fromkeys(_LACKS[what][1] for what in lacking))}",
            gaps=tuple((what, norm.name) for what in lacking),
            rest=lambda told: next(_silent(draft, norm, told), None),
        )


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
