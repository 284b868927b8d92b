"""Only shots counted: no trigger sees what is prepared.

Covers: L30

## What it finds

A guarantee or ceasefire whose triggers read violence only: none reads an estimate of a stock, and none reads an event of
preparation (a build-up, a concentration, weapons or troops where they may not be, a rotation, reinforcement, exercise, notice,
or movement). The finding names events and estimates of that kind that are declared and read by nobody.

## Why it matters

In the truce of 9 to 11 May 2026 fire fell, while rotations, reinforcement and logistics rose (reported, americancourant.com on
ISW). A truce that counts shots alone is a pause in which to prepare; by the time the shots come the preparation is over.

## Example

```casus
trigger attack severity 3
  when count of strike by OSK >= 5 within rolling 72 hours
```

## Better

```casus
estimate concentration unit persons valid 14 days
trigger build_up severity 1
  when latest concentration by OSK >= 40_000
trigger attack severity 3
  when count of strike by OSK >= 5 within rolling 72 hours
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.diagnostics import Related
from casus.lint.checklist import (
    about,
    after,
    claims_to_protect,
    events_in_play,
    is_truce,
    listed,
    promises_help,
    span_of,
    ticked,
)
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_PREPARES: Final = re.compile(
    r"build|mass|concentrat|mobili[sz]|reinforc|rotat|deploy|logistic|transport|stock|suppl|exercise|movement|troop|weapon"
    r"|equipment|staging|rearm|regroup|fortif|threat|danger|concern|notice|notif|unusual|prepar|position|presence",
    re.IGNORECASE,
)


@rule("L30", "only-shots-counted", "S")
def only_shots_counted(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    leading = [t for t in a.triggers.values() if after(draft, t.name)]
    guards = claims_to_protect(draft) and promises_help(draft)
    if not leading or not (guards or is_truce(draft)):
        return
    seen = events_in_play(draft)
    if seen & set(a.estimates) or about(seen | set(a.triggers), _PREPARES):
        return
    unread = sorted(x for x in {*a.estimates, *about(a.events, _PREPARES)} - seen if not _serves(draft, x))
    gravest = max(leading, key=lambda t: t.severity.value)
    yield Finding(
        f"the triggers read {listed(ticked(sorted(seen & set(a.events))))} and nothing that is prepared:"
        " a build-up meets none of them",
        gravest.span,
        tuple(sorted(t.name for t in leading)),
        tuple(Related(f"`{name}` is declared, and no trigger reads it", span_of(draft, name)) for name in unread),
        "let a trigger read an estimate of forces, or events of build-up, rotation or supply",
    )


def _serves(draft: Draft, event: str) -> bool:
    """Whether the event is there for a norm: its fulfilment or use."""
    return any(event in (x.fulfilled_by, x.used_by) for x in draft.agreement.norms.values())
