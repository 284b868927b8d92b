"""Unanimity hold-up: one member's no stops things that have nothing to do with each other.

Covers: L06

## What it finds

A vote that a single member can block by its rule, and on whose adoption two or more consequences of different kinds hang:
duties of different acts (to finance, to impose measures), or a duty and an automatic effect. The message says what the
blocker costs: for good, or until the fallback has run its time.

It is silent where each matter has a vote of its own, and where one member cannot block.

## Why it matters

A loan to a state under attack was held up over a pipeline, where every member had to agree (reported,
thedailyscout). Where several matters hang on one yes, each of them can be the price of another.

## Example

```casus
decision package of guarantors
  adopts by unanimity
  opens on request of VDR  closes 30 days after opening
obligation lend
  upon package adopted
  debtor every guarantor  creditor VDR
  to finance
  due 30 days after activation
obligation sanction
  upon package adopted
  debtor every guarantor  creditor VDR
  to impose_measures
  due 30 days after activation
```

## Better

```casus
decision loan of guarantors
  adopts by 65 percent of weights share
  opens on request of VDR  closes 30 days after opening
decision measures of guarantors
  adopts by consensus minus 1
  opens on request of VDR  closes 30 days after opening
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule
from casus.lint.stops import because, declaration, listed, promised, vetoes, voters
from casus.voting import Path


@rule("L06", "unanimity-hold-up", "S")
def unanimity_hold_up(draft: Draft) -> Iterator[Finding | Searched]:
    for name, decision in draft.agreement.decisions.items():
        if len(voters(draft, name)) < 2:
            continue
        by_rule = [
            path
            for path in draft.levers
            if path.at == name and path.lever in ("vote", "absence") and path.actor not in vetoes(draft, name)
        ]
        held = list(dict.fromkeys(path.consequence for path in by_rule if promised(draft, path.consequence)))
        if len({_kind(draft, x) for x in held}) < 2:
            continue
        said = " and ".join(f"`{x}` ({_lost(by_rule, x)})" for x in held)
        decl = declaration(draft, name)
        yield Finding(
            f"one of {listed({path.actor for path in by_rule})} that blocks `{name}` holds up {said} at once",
            decl.place("rule") if decl is not None else None,
            (name, *held),
            tuple(related for x in held for related in because(draft, x, f"`{x}` waits for it", "upon")),
            f"give each matter a vote of its own, or let `{decision.name}` be adopted by fewer than all",
        )


def _kind(draft: Draft, name: str) -> str:
    norm = draft.agreement.norms.get(name)
    return norm.act.verb if norm is not None and norm.act is not None else "effect"


def _lost(paths: list[Path], consequence: str) -> str:
    """The time that a blocker costs at the most, over the starts."""
    own = [path for path in paths if path.consequence == consequence]
    if any(path.permanent for path in own):
        return "for good"
    longest = max((path.delay for path in own if path.delay is not None), key=lambda wait: wait.order, default=None)
    return f"until up to {longest} later" if longest is not None else "for a time"
