"""No access right: a monitor that has to be let in, and nobody who has to let it in.

Covers: L23

## What it finds

A text in which a body goes and sees (it grants rungs of occurrence, or a quiet period is observed by it), something more than
talk hangs on what it sees, and no party owes `permit_access`. A right of access against one side only, where the triggers are
about a party that does not owe it. And a right of access whose denial has no consequence: no clause on its breach, no norm
upon it, and no trigger or prohibition that counts denials.

## Why it matters

The OSCE's mission in Ukraine met 22 restrictions in a fortnight, 21 of them in areas outside government control (reported,
glasnostgone.org); the EU mission in Georgia has never been let into Abkhazia and South Ossetia (general knowledge; copies of
eumm.eu). A denial cost nothing and was counted as nothing, so the record went quiet where it mattered.

## Example

```casus
event access_denied by actor, at point
ladder occurrence = reported < confirmed
  level confirmed by mission
```

## Better

```casus
obligation access
  always
  debtor VDR
  to permit_access "to every place in the area, at once"
  if breached also publish_denial
trigger obstruction severity 1
  when count of access_denied >= 3 within rolling 14 days
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from casus.language import nodes as n
from casus.lint.checklist import (
    about,
    deeds,
    events_in_play,
    gap_of,
    left_open,
    listed,
    named_actors,
    opens,
    silences,
    ticked,
    watchers,
)
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_DENIAL: Final = re.compile(
    r"\b(?:access|denial|den(?:y|ied)|refus\w*|restrict\w*|obstruct\w*|hinder\w*|jam\w*|block(?:ed)? patrol)\b", re.IGNORECASE
)


@rule("L23", "no-access-right", "S")
def no_access_right(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    bodies = watchers(draft)
    silent = opens(draft, "access")
    if not bodies or not any(deeds(draft, trigger) for trigger in a.triggers):
        yield from left_open(draft, silent, _missing, _HELP)
        return
    duties = [x for x in a.norms.values() if x.kind == "obligation" and x.act is not None and x.act.verb == "permit_access"]
    if not duties:
        yield Finding(
            f"{listed(ticked(bodies))} {'has' if len(bodies) == 1 else 'have'} to see what happens, and no party has to let"
            f" {'it' if len(bodies) == 1 else 'them'} in",
            a.bodies[bodies[0]].span,
            bodies,
            silences(silent),
            _HELP,
            gaps=tuple(gap_of(draft, x) for x in silent),
        )
        return
    owing = {code for duty in duties for code in a.who(duty.debtor)}
    free = sorted((named_actors(draft) & set(a.parties)) - owing)
    if free:
        yield Finding(
            f"{listed(ticked(x.name for x in duties))} binds {listed(sorted(owing))} and not {listed(free)}, whose conduct"
            " the triggers are about",
            duties[0].place("debtor"),
            tuple(x.name for x in duties),
            help="let every party on whose ground something can happen owe access",
        )
    if not about(events_in_play(draft), _DENIAL):
        for duty in duties:
            if not _matters(draft, duty):
                yield Finding(
                    f"to deny what `{duty.name}` owes has no consequence and is counted by no trigger",
                    duty.place("act"),
                    (duty.name,),
                    help="say what follows `if breached`, or let a trigger count denials of access",
                )


def _missing(names: Sequence[str]) -> str:
    return f"what has to be opened to those who verify{f' ({listed(ticked(names))})' if names else ''}"


_HELP: Final = "oblige the parties to permit access, and make a denial a violation that a trigger counts"


def _matters(draft: Draft, duty: n.NormDecl) -> bool:
    return duty.if_breached is not None or bool(draft.effects_of[duty.name])
