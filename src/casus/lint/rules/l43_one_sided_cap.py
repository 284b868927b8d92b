"""One-sided cap: one side may have so many, the other as many as it likes.

Covers: L43

## What it finds

Duties to `limit` that bind some of the sides of the conflict (those that the triggers watch, and those that the text
protects) and leave another free. Forces that a party sends to help are no side.

## Why it matters

The drafts of 2025 cap the army of one party at 600,000 or 800,000 and name no number for the other (reported, its9ja.com,
euromaidanpress.com, ukrinform.net). A cap on one side fixes the balance of the day of signature and lets it move in one
direction only. The treaty of 1979 between Egypt and Israel limits forces in zones on both sides of the border (reported,
stratfor.com).

## Example

```casus
obligation army_cap
  always
  debtor VDR
  to limit "peacetime strength to 600 000"
```

## Better

```casus
obligation army_cap
  always
  debtor VDR and OSK
  to limit "strength in the zones of Annex II to the numbers beside their names"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.lint.checklist import listed, sides, ticked
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("L43", "one-sided-cap", "S")
def one_sided_cap(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    caps = [norm for norm in a.norms.values() if norm.act is not None and norm.act.verb == "limit"]
    capped = {code for norm in caps for code in a.who(norm.debtor)}
    answered = {x.actor for x in a.attributables}
    free = [code for code in sides(draft) if code not in capped and code not in answered]
    bound = [code for code in sides(draft) if code in capped]
    if bound and free:
        yield Finding(
            f"{listed(ticked(norm.name for norm in caps))} limits {listed(bound)}, and nothing limits {listed(free)}",
            caps[0].place("act"),
            tuple(norm.name for norm in caps),
            help="limit both sides, each in zones and numbers of its own, or say what is given for the cap",
        )
