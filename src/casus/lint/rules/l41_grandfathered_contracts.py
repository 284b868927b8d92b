"""Grandfathered contracts: what was signed while relief lasted stays outside of what returns.

Covers: L41

## What it finds

A package of measures can be lifted and comes back by itself, and the text says nothing about contracts that were concluded in
between: whether they go on, until when they are wound down. It speaks once for each package that an automatic effect brings
back, only where the text has relief (a duty to lift measures, a decision that ends the effect, an end of the effect by
itself), and only where neither prose, nor duties, nor the items of the package mention contracts.

## Why it matters

The return of measures under the resolution on Iran's arrangement was not to apply with retroactive effect to contracts signed
before it (reported, infodecay on Reuters): long contracts signed in the years of relief were out of reach. A snapback that
exempts them is weaker every year; one that breaks them without a word deters every relief.

## Example

```casus
package sanctions items "oil", "banks", "shipping"
automatic snapback
  upon attack_case determined
  reinstate sanctions  at 72 hours after activation
  ends when relief adopted
```

## Better

```casus
package sanctions items "oil", "banks", "shipping", "contracts concluded during relief: wound down within 90 days"
automatic snapback
  upon attack_case determined
  reinstate sanctions  at 72 hours after activation
  ends when relief adopted
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.diagnostics import Related
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_CONTRACTS: Final = re.compile(r"\bcontract|\bgrandfather|\bwind(ing)?[ -]?down|\bwound down|\bretroactive", re.IGNORECASE)


@rule("L41", "grandfathered-contracts", "S")
def grandfathered_contracts(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    if _mentioned(draft):
        return
    lifting = [x for x in a.norms.values() if x.act is not None and x.act.verb == "lift_measures"]
    for effect in a.automatics.values():
        if effect.reinstate is None or effect.reinstate not in a.packages or not (lifting or effect.ends_when):
            continue
        relief = lifting[0].place("act") if lifting else effect.place("ends_when")
        yield Finding(
            f"{effect.name} brings {effect.reinstate} back after relief, and the text is silent on contracts made meanwhile",
            effect.place("reinstate"),
            (effect.name, effect.reinstate),
            (Related("relief is granted here", relief),),
            "say whether such contracts go on, and by when those that do not are wound down",
        )


def _mentioned(draft: Draft) -> bool:
    a = draft.agreement
    said = [article.prose for article in a.articles.values()]
    said += [x.act.prose or "" for x in a.norms.values() if x.act is not None]
    said += [item for package in a.packages.values() for item in package.items]
    said += [cell for table in a.tables.values() for row in table.rows for cell in row.values()]
    return any(_CONTRACTS.search(text) for text in said)
