"""Responsible signatory: an armed actor for whose acts nobody answers.

Covers: L32

## What it finds

A `nonparty` that is by its title no state (formations, a militia, an armed group, self-styled authorities), and whose acts are
`attributable` to nobody, in a text whose triggers or prohibitions are about what actors do. What it does is done by nobody
who signed, nor by anybody the text watches.

## Why it matters

In Minsk one state signed as a mediator and denied being a party; the "armed formations" of the areas acted, and no signatory
answered for them (reported, worldcrunch.com, euromaidanpress.com). Each violation was somebody else's.

## Example

```casus
nonparty OSK "Oskovia"
nonparty FRM "Armed formations of the eastern districts"
```

## Better

```casus
nonparty OSK "Oskovia"
nonparty FRM "Armed formations of the eastern districts"
attributable FRM to OSK on instruction | control by commission
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.lint.checklist import claims_to_protect, forbidden_events, is_truce, named_actors
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_IRREGULAR: Final = re.compile(
    r"\b(?:formations?|militias?|armed\s+groups?|groups?|separatists?|rebels?|insurgents?|mercenar\w+|volunteers?|irregulars?"
    r"|battalions?|detachments?|(?:certain|particular)\s+(?:areas|districts|regions)|self-(?:styled|proclaimed)\s+\w+"
    r"|people[’']s\s+republics?)\b"
    r"|\b(?:формуван\w+|ополчен\w+|угрупован\w+|найман\w+|загон\w*|формировани\w+|группировк\w+|наёмник\w*|отряд\w*)",
    re.IGNORECASE,
)


@rule("L32", "responsible-signatory", "S")
def responsible_signatory(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    answered = {x.actor for x in a.attributables}
    if not (claims_to_protect(draft) or is_truce(draft)) or not (named_actors(draft) or forbidden_events(draft)):
        return
    for actor in a.nonparties.values():
        if actor.code not in answered and _IRREGULAR.search(actor.title):
            yield Finding(
                f"nobody answers for what {actor.code} ({actor.title}) does: it is no party, and its acts are nobody else's",
                actor.span,
                (actor.code,),
                help=f"say to whom the acts of {actor.code} are attributable, on what grounds, and who decides it",
            )
