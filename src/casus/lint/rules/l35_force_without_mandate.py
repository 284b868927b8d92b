"""Force without mandate: soldiers, and no word on what for.

Covers: L35

## What it finds

A duty or power to deploy that does not say where (no zone), or not what kind of force it is: reassurance, tripwire,
interposition, monitoring, training. Where rules for the use of force are missing as well that is said too; missing rules alone
are no finding, as they often stand in a document that is not published. A text that leaves the `force`, or the
`mandate` of such a norm, open is told as well.

## Why it matters

A reassurance force, a tripwire and a monitoring mission need different clauses: where they stand, what they may do when
shot at, who reinforces them. The European-led force for Ukraine of 2025 was described as reassurance, not peacekeeping, not a
tripwire, not at the front and not the monitor (BBC, copy), and analysts asked which of these it was to be (rusi.org,
Freedman). What the text leaves open is decided under fire.

## Example

```casus
power deploy
  upon aggression
  holder every guarantor
  to deploy
  lapses 180 days after activation
```

## Better

```casus
power deploy
  upon aggression
  holder every guarantor
  to deploy "a reassurance force under the rules of Annex III" in territory minus buffer
  lapses 180 days after activation
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.lint.checklist import gap_of, left_open, listed, opens, silences, ticked
from casus.lint.checklist_prose import sentences
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_KIND: Final = re.compile(
    r"reassur|deterr|trip-?\s?wire|peace-?\s?keep|monitor|observ|interpos|stabili[sz]|train|to defend|defensive|combat"
    r"|air polic|mine|protect|evacuat|humanitarian|regenerat|стримуван|миротвор|спостереж|сдерживан|наблюд",
    re.IGNORECASE,
)
_RULES: Final = re.compile(
    r"rules? of engagement|use of force|mandate|self-defen[cs]e|under the rules|правил\w* застосування|мандат", re.I
)


@rule("L35", "force-without-mandate", "S")
def force_without_mandate(draft: Draft) -> Iterator[Finding | Searched]:
    found = False
    for norm in draft.agreement.norms.values():
        if norm.act is None or norm.act.verb != "deploy" or norm.kind == "prohibition":
            continue
        words = " ".join([norm.act.prose or "", *(s.text for s in sentences(draft) if s.article == norm.article)])
        missing = ["where"] if norm.act.zone is None else []
        missing += [] if _KIND.search(words) else ["what for"]
        if not missing:
            continue
        missing += [] if _RULES.search(words) else ["by which rules on the use of force"]
        found = True
        silent = [x for x in opens(draft, "mandate", "force", "territory") if x.of in (None, norm.name)]
        yield Finding(
            f"`{norm.name}` sends forces and does not say {listed(missing)}",
            norm.place("act"),
            (norm.name,),
            silences(silent),
            "name the zone, and say whether it is reassurance, tripwire, interposition or monitoring",
            gaps=tuple(gap_of(draft, x) for x in silent),
        )
    if not found:
        deploying = {x.name for x in draft.agreement.norms.values() if x.act is not None and x.act.verb == "deploy"}
        unsaid = [x for x in opens(draft, "mandate", "force") if x.what == "force" or x.of in deploying]
        yield from left_open(
            draft,
            unsaid,
            lambda names: f"what the forces that are sent may do{f' ({listed(ticked(names))})' if names else ''}",
            "say whether it is reassurance, tripwire, interposition or monitoring, and where",
        )
