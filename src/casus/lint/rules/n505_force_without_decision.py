"""Force without a decision: silence or a program alone opens the way to arms, short of what the checker refuses.

## What it finds

The checker refuses (as an error N505, which cannot be allowed) a duty to supply, to provide air defence or to deploy that an
activation brings about with neither a determination nor a decision between, and silence that sends force, attributes or
determines: see [the checks](../checks.md#n505-force-without-decision). What remains, and is found here:

- A *power* to deploy or to provide air defence that an activation alone opens: no body determined anything, nobody decided,
  and no national approval is needed. Whoever can make the count come out can have the licence.
- A presumption: a finding that is presumed when its body stays silent stands in the way to arms, and no determination or
  decision comes after it. What nobody answered then opens the way.

## Why it matters

A threshold is computed from reports, and reports can be wrong, staged or late. In October 1998 and in August 2008 who shot
first was disputed for months (report of the independent fact-finding mission on the conflict in Georgia, 2009, general
knowledge). Between what a program assesses and the use of force stands a human act; a text that leaves it out makes the
count the casus belli.

## Example

```casus
trigger attack severity 3
  when count of strike by OSK >= 5 within rolling 72 hours
power deploy
  upon attack
  holder every guarantor
  to deploy "a force on the line"
```

## Better

```casus
trigger attack severity 3
  when count of strike by OSK >= 5 within rolling 72 hours
determination attack_case of attack by commission due 24 hours after activation if silent lapses
power deploy
  upon attack_case determined
  holder every guarantor
  to deploy "a force on the line"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.check.walk import atoms, conditions
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_FORCE: Final = frozenset({"deploy", "air_defence"})
_ARMS: Final = _FORCE | {"supply"}


@rule("N505", "force-without-decision", "S")
def force_without_decision(draft: Draft) -> Iterator[Finding | Searched]:
    """Norms of arms that a trigger reaches by way of norms only."""
    a = draft.agreement
    for trigger in a.triggers.values():
        for name in _reached(draft, trigger.name):
            norm = a.norms[name]
            if norm.act is None or norm.act.verb not in _ARMS:
                continue
            if (
                norm.kind == "power"
                and norm.act.verb in _FORCE
                and norm.approval is None
                and not _found_by_a_body(draft, trigger)
            ):
                message = (
                    f"the power `{name}` is open as soon as `{trigger.name}` is met: nobody determines or decides anything"
                )
                help_ = f"let a body determine {trigger.name} first, a decision open it, or national approval be needed"
                yield Finding(message, norm.place("upon"), (name, trigger.name), _because(trigger), help_)
            for presumed in _presumed(draft, trigger):
                message = f"`{presumed.name}` is presumed when {presumed.body} stays silent, and `{name}` follows from it"
                help_ = f"presume nothing: let {presumed.name} lapse, or escalate to a decision"
                yield Finding(
                    message, presumed.place("presumed"), (name, presumed.name, trigger.name), _because(trigger), help_
                )


def _because(trigger: n.TriggerDecl) -> tuple[Related, ...]:
    return (Related(f"by way of {trigger.name}, which stands here", trigger.place("name")),)


def _reached(draft: Draft, trigger: str) -> tuple[str, ...]:
    """The norms that an activation leads to with neither a decision nor a determination between."""
    norms = draft.agreement.norms
    found: dict[str, None] = {}
    todo = [trigger, *draft.agreement.triggers[trigger].adds_to]
    while todo:
        for after in draft.effects_of.get(todo.pop(0), ()):
            if after in norms and after not in found:
                found[after] = None
                todo.append(after)
    return tuple(found)


def _found_by_a_body(draft: Draft, trigger: n.TriggerDecl) -> bool:
    """Whether it waits for a body to find who did it: the highest rung of attribution, which only bodies grant."""
    ladder = draft.agreement.ladders.get("attribution")
    if ladder is None or not any(need.ladder == "attribution" and need.rung == ladder.rungs[-1] for need in trigger.needs):
        return False
    sources = [source for level in ladder.levels if level.name == ladder.rungs[-1] for source in level.sources]
    return bool(sources) and all(source.body is not None for source in sources)


def _presumed(draft: Draft, trigger: n.TriggerDecl) -> tuple[n.FindingDecl, ...]:
    """The findings with a presumption that make an event count for a trigger when nobody answers."""
    a = draft.agreement
    found: dict[str, n.FindingDecl] = {}
    for name in sorted(draft.read_by(trigger.name)):
        decl = a.definitions.get(name)
        exception = a.exceptions.get(name)
        for cond, wanted in ((decl.where if decl else None, True), (exception.when if exception else None, False)):
            for asked, positive in _findings(cond, wanted):
                finding = a.findings.get(asked)
                if finding is not None and finding.presumed is positive:
                    found[asked] = finding
    counted = any(isinstance(atom, n.TMet) for atom in atoms(trigger.when))
    return () if counted and not found else tuple(found.values())


def _findings(cond: n.Cond | None, wanted: bool) -> Iterator[tuple[str, bool]]:
    """Each name that a condition asks for, with the answer that helps it to `wanted`."""
    match cond:
        case None:
            return
        case n.CNot(part=part):
            yield from _findings(part, not wanted)
        case n.COr(parts=parts) | n.CAnd(parts=parts):
            for part in parts:
                yield from _findings(part, wanted)
        case n.CRef(name=name):
            yield name, wanted
        case _:
            yield from ((part.name, wanted) for part in conditions(cond) if isinstance(part, n.CRef))
