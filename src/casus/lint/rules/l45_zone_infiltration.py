"""Zone infiltration: weapons may not enter, people may.

Covers: L45

## What it finds

A zone from which weapons are kept (a withdrawal or limit in it, a prohibition or a trigger on weapons in it), in a text in
which no trigger and no prohibition reads an event of entry or of a change of control: an incursion, a crossing, personnel, a
post taken, a flag raised.

## Why it matters

The worry about a demilitarised zone is less the gun than the man in plain clothes who takes over the town hall. Kyiv named
infiltration "in civilian clothes" as its objection to the free zone of the 2025 drafts (reported, newsbeep.com,
abcnews.al). Control changes without a shot, and no clause notices.

## Example

```casus
zone strip open "the demilitarised strip"
define weapon_in_strip means heavy_weapon where at in strip
prohibition no_weapons
  always
  debtor VDR and OSK
  forbids weapon_in_strip
```

## Better

```casus
zone strip open "the demilitarised strip"
event control_change by actor, at point, plain_clothes flag
define weapon_in_strip means heavy_weapon where at in strip
define takeover means control_change where at in strip
trigger infiltration severity 2
  when any takeover
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.diagnostics import Span
from casus.language import nodes as n
from casus.language.check.walk import conditions, zone_names
from casus.lint.checklist import about, events_in_play, listed, ticked
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_WEAPON: Final = re.compile(
    r"weapon|artillery|tank|mortar|armou?r|missile|rocket|calibre|howitzer|mlrs|equipment", re.IGNORECASE
)
_ENTRY: Final = re.compile(
    r"incursion|entry|enter|cross|infiltrat|control|personnel|presence|patrol|takeover|seiz|occup|advance|troops?|plain|militia"
    r"|checkpoint|flag|raid|assault|hostile",
    re.IGNORECASE,
)


@rule("L45", "zone-infiltration", "S")
def zone_infiltration(draft: Draft) -> Iterator[Finding | Searched]:
    if about(events_in_play(draft), _ENTRY):
        return
    kept = list(_kept_clear(draft))
    if kept:
        zones, names = dict.fromkeys(zone for zone, _, _ in kept), dict.fromkeys(name for _, name, _ in kept)
        yield Finding(
            f"weapons are kept out of {listed(ticked(zones))}, and no trigger and no prohibition reads who enters",
            kept[0][2],
            (*names, *zones),
            help="declare an event of entry and of change of control, plain clothes or not, and let a trigger read it",
        )


def _kept_clear(draft: Draft) -> Iterator[tuple[str, str, Span | None]]:
    """Zones from which weapons are kept: the zone, the declaration that keeps them out, and where it does."""
    a = draft.agreement
    for norm in a.norms.values():
        act = norm.act
        if act is not None and act.zone is not None and act.verb in ("withdraw", "limit"):
            yield next(zone_names(act.zone)), norm.name, norm.place("act")
    in_play = {name for trigger in a.triggers for name in draft.read_by(trigger)}
    in_play |= {norm.forbids for norm in a.norms.values() if norm.forbids is not None}
    for decl in a.definitions.values():
        if decl.name not in in_play or not about([decl.name, *a.event_types(decl.name)], _WEAPON):
            continue
        for part in conditions(decl.where):
            if isinstance(part, n.CIn | n.CNear):
                yield next(zone_names(part.zone)), decl.name, decl.span
