"""Unilateral suspension: one side alone can take a limit off that binds both.

Covers: L44

## What it finds

A prohibition, or a duty to limit or withdraw, binds parties of two sides, and

1. the suspension of the text reaches it, and the decision by which it is suspended can be adopted by one side without any vote
   of another (its members are the only ones, or their yes is enough); or
2. it ends by its own `until` upon an act of one of them alone: a declaration, a denunciation.

Sides are told apart by the roles of the parties; parties that share a role are one side.

## Why it matters

On 21 June 1957 the ban on reinforcement in paragraph 13(d) of the Korean armistice was declared to be no longer binding by one
side; inspections had been suspended the year before (reported, copy of a study). Nothing in the text said that a limit for
both takes both to lift.

## Example

```casus
prohibition no_reinforcement
  always
  debtor VDR and OSK
  forbids reinforcement
  until declared_void
define declared_void means declaration where by = OSK
```

## Better

```casus
decision lift_limit of VDR and OSK
  adopts by unanimity  quorum 2
  opens on request of VDR  closes 30 days after opening  if silent rejected
prohibition no_reinforcement
  always
  debtor VDR and OSK
  forbids reinforcement
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from casus.acts import VoteWord
from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.check.walk import atoms, conditions
from casus.lint.checklist import listed, span_of
from casus.lint.draft import Draft
from casus.lint.norms import named_in
from casus.lint.rule import Finding, Searched, rule
from casus.norms.decisions import Electorate, final, outcome

_LIMITS: Final = frozenset({"limit", "withdraw", "demine", "freeze"})


@rule("L44", "unilateral-suspension", "S")
def unilateral_suspension(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    for norm in a.norms.values():
        limit = norm.kind == "prohibition" or (norm.kind == "obligation" and norm.act is not None and norm.act.verb in _LIMITS)
        sides = _sides(draft, norm) if limit else ()
        if len(sides) < 2:
            continue
        yield from _suspended(draft, norm, sides)
        yield from _ended(draft, norm)


def _sides(draft: Draft, norm: n.NormDecl) -> tuple[tuple[str, ...], ...]:
    """The debtors by their roles: parties that share one are on one side."""
    sides: list[set[str]] = []
    for code in draft.agreement.who(norm.debtor):
        party = draft.agreement.parties.get(code)
        if party is None:
            continue
        mine = next((s for s in sides if any(set(party.roles) & set(draft.agreement.parties[x].roles) for x in s)), None)
        if mine is None:
            sides.append({code})
        else:
            mine.add(code)
    return tuple(tuple(sorted(s)) for s in sides)


def _suspended(draft: Draft, norm: n.NormDecl, sides: tuple[tuple[str, ...], ...]) -> Iterator[Finding]:
    a = draft.agreement
    suspension = a.suspension
    decision = a.decisions.get(suspension.by) if suspension is not None else None
    if suspension is None or decision is None or norm.name in suspension.never_suspends:
        return
    for debtors in sides:
        roles = {role for code in debtors for role in a.parties[code].roles}
        side = tuple(sorted(code for code, party in a.parties.items() if roles & set(party.roles)))
        if _alone(draft, decision, side):
            yield Finding(
                f"{listed(side)} alone can suspend {norm.name}, which binds {listed(a.who(norm.debtor))}, by {decision.name}",
                suspension.place("by"),
                (norm.name, decision.name),
                (Related(f"{norm.name} binds both sides", norm.place("debtor")),),
                f"let {decision.name} take a yes of each side, or never suspend {norm.name}",
            )
            return


def _alone(draft: Draft, decision: n.DecisionDecl, side: tuple[str, ...]) -> bool:
    """Whether the yes of this side adopts although every other member says no."""
    a = draft.agreement
    recused = set(a.who(decision.recused))
    members = tuple(x for x in a.who(decision.members) if x not in recused)
    if decision.rule is None or not set(side) & set(members):
        return False
    votes: dict[str, VoteWord] = {x: "yes" if x in side else "no" for x in members}
    weights = None
    if isinstance(decision.rule, n.Shares) and any(s.base == "weights" for s in decision.rule.shares):
        weights = {name: _weights(draft, name) for name in a.weights}
    vetoes = tuple(x for x in a.who(decision.veto) if x not in recused and x not in side)
    if vetoes:
        return False
    electorate = Electorate(members, vetoes, weights)
    return final(decision, outcome(decision, electorate, votes)[0]) == "adopted"


def _weights(draft: Draft, name: str) -> Mapping[str, Decimal]:
    decl = draft.agreement.weights[name]
    rows = draft.agreement.tables[decl.table].rows
    return {row[decl.key]: Decimal(row[decl.value].replace("_", "")) for row in rows}


def _ended(draft: Draft, norm: n.NormDecl) -> Iterator[Finding]:
    """An `until` that one of those whom it binds can meet by an act of its own, and nobody else."""
    a = draft.agreement
    binds = set(a.who(norm.debtor))
    for name in named_in(norm.until):
        actors = _actors(draft, name)
        alone = sorted(actors & binds) if actors is not None else []
        if actors is not None and len(alone) == 1 and len(actors) == 1:
            yield Finding(
                f"{alone[0]} alone ends {norm.name}, which binds {listed(sorted(binds))}, by {name}",
                norm.place("until"),
                (norm.name, name),
                (Related(f"{name} is an act of {alone[0]}", span_of(draft, name)),),
                "let the limit end by a decision that takes a yes of each side",
            )


def _actors(draft: Draft, name: str) -> frozenset[str] | None:
    """Whose acts a trigger or a definition is about; None where it does not say."""
    a = draft.agreement
    if name in a.triggers:
        named = [a.by(getattr(x, "by", None)) for x in atoms(a.triggers[name].when)]
        if any(x is None for x in named):
            return None
        return frozenset().union(*(x for x in named if x is not None))
    decl = a.definitions.get(name)
    for part in conditions(decl.where if decl is not None else None):
        if isinstance(part, n.CBy):
            return frozenset(member for code in part.codes for member in a.members(code))
    return None
