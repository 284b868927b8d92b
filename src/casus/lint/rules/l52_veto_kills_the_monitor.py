"""Veto kills the monitor: the mission exists only if a vote with a veto creates it.

Covers: L52

## What it finds

A body's duty or power (to inspect, to observe, to report, to deploy) that comes only by a decision with a declared `veto`,
or through the word of an organ of the United Nations, and no other way is ready. It is silent where a rejection escalates to
a decision that brings the same thing about, where the same norm also comes by another signal, and where a veto holder cannot
reach the vote.

## Why it matters

When the Security Council did not agree on a force for Sinai, the parties to the peace treaty of 1979 created the
Multinational Force and Observers by a protocol of their own in 1981; it was possible because the treaty and its protocol had
foreseen another way (reported: encyclopaedia mirror; general knowledge). Where a veto is expected and nothing stands ready,
there is no monitor.

## Example

```casus
decision mandate of council
  adopts by 9 votes  veto permanent
  opens on request of VDR  closes 30 days after opening
power observe
  upon mandate adopted
  holder mission
  to inspect
```

## Better

```casus
decision mandate of council
  adopts by 9 votes  veto permanent
  opens on request of VDR  closes 30 days after opening
  if rejected escalates to own_mission
decision own_mission of guarantors and VDR
  adopts by majority
  closes 14 days after opening
power observe
  upon mandate adopted or own_mission adopted
  holder mission
  to inspect
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from casus.diagnostics import Related
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule
from casus.lint.stops import listed, vetoes
from casus.voting.ways import Against, Ways

_MISSION: Final = frozenset({"inspect", "report", "publish", "deploy", "permit_access", "notify", "inform"})


@rule("L52", "veto-kills-the-monitor", "S")
def veto_kills_the_monitor(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    ways = Ways(a)
    for norm in a.norms.values():
        holders = a.who(norm.debtor)
        by_vote = [s.name for s in norm.upon if s.kind == "adopted"]
        if norm.act is None or norm.act.verb not in _MISSION or not by_vote or not all(x in a.bodies for x in holders):
            continue
        key = ("norm", norm.name)
        starts = [start for start in ways.starts() if key in ways.reach(start)]
        every = {x for name in by_vote for x in vetoes(draft, name)}
        killing = [x for x in sorted(every) if starts and not any(key in ways.reach(start, Against(x)) for start in starts)]
        if killing:
            decision = next(a.decisions[x] for x in by_vote if killing[0] in vetoes(draft, x))
            yield Finding(
                f"`{norm.name}` of {listed(holders, 'and')} exists only if `{decision.name}` is adopted, and one veto of "
                f"{listed(killing)} ends that, with no other way ready",
                norm.place("upon"),
                (norm.name, decision.name),
                (Related("the veto", decision.place("veto")),),
                "let a rejection escalate to a vote of the parties that brings it about, too",
            )
