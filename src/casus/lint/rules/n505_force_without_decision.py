"""Force without a decision: silence opens the way to arms, short of what the checker refuses.

## What it finds

The checker refuses (as an error N505, which cannot be allowed) a duty to supply, to provide air defence or to deploy that an
activation brings about with neither a determination nor a decision between, and silence that sends force, attributes or
determines: see [the checks](../checks.md#n505-force-without-decision). What remains, and is found here:

- A presumption: a finding that is presumed when its body stays silent makes an event count, and a duty or power of arms
  follows with no determination or decision after it. What nobody answered then opens the way.
- A decision that silence adopts (or that has the quorum 0), and that a duty or power to supply or to provide air defence
  follows. The checker refuses only what would send forces in this way.

A power that a trigger opens is not found: it obliges nobody, and who uses it decides. Whether the trigger can be met by a
false report is [T202](T202.md).

## Why it matters

A threshold is computed from reports, and reports can be wrong, staged or late. In October 1998 and in August 2008 who shot
first was disputed for months (report of the independent fact-finding mission on the conflict in Georgia, 2009, general
knowledge). Between what a program assesses and the use of force stands a human act; a text that leaves it out makes the
count the casus belli.

## Example

```casus
finding unprovoked on strike by mission due 24 hours after report else presumed_yes
define attack_event means strike where unprovoked
trigger attack severity 3
  when any attack_event by OSK
power deploy
  upon attack
  holder every guarantor
  to deploy "a force on the line"
```

## Better

```casus
finding unprovoked on strike by mission due 24 hours after report escalates to measures
define attack_event means strike where unprovoked
trigger attack severity 3
  when any attack_event by OSK
power deploy
  upon attack
  holder every guarantor
  to deploy "a force on the line"
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.check.walk import conditions
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_ARMS: Final = frozenset({"deploy", "air_defence", "supply"})


@rule("N505", "force-without-decision", "S")
def force_without_decision(draft: Draft) -> Iterator[Finding | Searched]:
    """Norms of arms that a trigger or a silent decision reaches by way of norms only."""
    a = draft.agreement
    said: set[tuple[str, str]] = set()
    for trigger in a.triggers.values():
        for norm in _arms(draft, _reached(draft, (trigger.name, *trigger.adds_to))):
            for presumed in _presumed(draft, trigger):
                if (presumed.name, norm.name) in said:
                    continue
                said.add((presumed.name, norm.name))
                message = f"`{presumed.name}` is presumed when {presumed.body} stays silent, and `{norm.name}` follows from it"
                help_ = (
                    f"presume nothing: let {presumed.name} escalate to a decision, or a determination stand before {norm.name}"
                )
                about = (presumed.name, norm.name, trigger.name)
                yield Finding(message, presumed.place("presumed"), about, _because(trigger), help_)
    for decision in a.decisions.values():
        silent = decision.if_silent == "adopted" or (decision.quorum is not None and decision.quorum.value == 0)
        adopted = [x.name for x in a.norms.values() if any(s.name == decision.name and s.kind == "adopted" for s in x.upon)]
        if silent:
            for norm in _arms(draft, (*adopted, *_reached(draft, adopted))):
                message = f"`{decision.name}` is adopted when nobody says anything, and `{norm.name}` follows from it"
                help_ = "let silence reject, or escalate to another decision"
                place = decision.place("if_silent", "quorum")
                yield Finding(message, place, (decision.name, norm.name), help=help_)


def _arms(draft: Draft, names: Iterable[str]) -> list[n.NormDecl]:
    """Those of the norms that send arms or forces, or allow to; each once."""
    norms = [draft.agreement.norms[name] for name in dict.fromkeys(names)]
    return [norm for norm in norms if norm.act is not None and norm.act.verb in _ARMS and norm.kind != "prohibition"]


def _because(trigger: n.TriggerDecl) -> tuple[Related, ...]:
    return (Related(f"by way of {trigger.name}, which stands here", trigger.place("name")),)


def _reached(draft: Draft, causes: Iterable[str]) -> tuple[str, ...]:
    """The norms that these lead to with neither a decision nor a determination between."""
    norms = draft.agreement.norms
    found: dict[str, None] = {}
    todo = list(causes)
    while todo:
        for after in draft.effects_of.get(todo.pop(0), ()):
            if after in norms and after not in found:
                found[after] = None
                todo.append(after)
    return tuple(found)


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
    return tuple(found.values())


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
