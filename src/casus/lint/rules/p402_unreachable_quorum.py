"""Unreachable quorum: more votes are asked for than those who may vote can cast.

Covers: L06

## What it finds

A quorum, or a number of votes, that is larger than the number of members that are bound when the agreement enters into force
(less those who are recused), or than what the withdrawal of a single one leaves. A vote in which fewer take part is decided by
the silence clause, whatever they said.

A number that is larger than all the members who can ever vote, less those who are recused, is the checker's (W614).

## Why it matters

A quorum of all gives each member the right to stay away. In a council of four, two for each side, nobody has to vote no (the
Military Armistice Commission in Korea, 1953, was made of two equal sides; general knowledge). The gap opens later, too: one
withdrawal, one ratification that is late, and a procedure that worked on paper has no members to be held with.

## Example

```casus
decision measures of guarantors
  adopts by majority  quorum 4
  opens upon attack  closes 24 hours after opening
  if silent rejected
term in force when ratified by VDR and 3 of guarantors
  withdrawal after 12 months notice
```

With three of four guarantors bound, or after one has left, nothing can be adopted.

## Better

```casus
decision measures of guarantors
  adopts by majority  quorum 3
  opens upon attack  closes 24 hours after opening
  if silent rejected
term in force when ratified by VDR and every guarantor
  withdrawal after 12 months notice
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.language import nodes as n
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("P402", "unreachable-quorum", "S")
def unreachable_quorum(draft: Draft) -> Iterator[Finding | Searched]:
    """Each number of votes against the members there are, at their fewest."""
    a = draft.agreement
    for decision in a.decisions.values():
        members = {code for code in a.who(decision.members) if code in a.parties}
        recused = set(a.who(decision.recused)) & members
        voting = members - recused
        for what, place, needed in _needed(decision):
            reasons = list(_fewer(draft, voting, needed)) if needed <= len(voting) else []  # the checker says the rest
            if reasons:
                message = f"`{decision.name}` needs {what} {needed}: {' and '.join(reasons)}"
                help_ = "ask for fewer, or for a share of those who are bound"
                yield Finding(message, decision.place(place), (decision.name,), help=help_)


def _needed(decision: n.DecisionDecl) -> Iterator[tuple[str, str, int]]:
    if decision.quorum is not None and decision.quorum.value > 1:
        yield "a quorum of", "quorum", int(decision.quorum)
    if isinstance(decision.rule, n.Votes) and decision.rule.number.value > 1:
        yield "yes votes:", "rule", int(decision.rule.number)


def _fewer(draft: Draft, voting: set[str], needed: int) -> Iterator[str]:
    """Why there can be fewer than the members named."""
    term = draft.agreement.term
    if term is None:
        return
    if term.ratified_by is not None and term.in_force_from is None:
        bound = _bound_at_entry(draft, term.ratified_by, voting)
        if bound < needed:
            yield f"{bound or 'none'} of its {len(voting)} members may be bound when the agreement enters into force"
    if term.withdrawal_notice is not None and len(voting) - 1 < needed:
        yield f"the withdrawal of one leaves {len(voting) - 1}"


def _bound_at_entry(draft: Draft, ratified_by: n.PartySet, voting: set[str]) -> int:
    """The fewest of these that are bound when the conditions for force are met."""
    named = {c for atom in ratified_by.atoms if not isinstance(atom, n.KOf) for c in draft.agreement.members(atom.name)}
    more = 0
    for atom in ratified_by.atoms:
        if isinstance(atom, n.KOf):
            members = set(draft.agreement.members(atom.name))
            more = max(more, int(atom.number) - len(members - voting) - len(members & voting & named))
    return min(len(voting), len(named & voting) + more)
