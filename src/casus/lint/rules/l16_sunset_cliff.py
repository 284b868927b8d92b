"""Sunset cliff: the day after the term nothing lives.

Covers: L16

## What it finds

The text ends on a day, is not prolonged by itself, and

1. nothing survives: no duty, no effect, from one day to the next; or
2. something survives, and the right to bring measures back does not: an automatic effect that `survives` does not name can
   never come about again, although what it would bring back stays lifted.

It speaks of texts that promise help or measures. What is still pending on the last day is the matter of E601. Where the text
says that its duration or its renewal is open, the rule says so in the words of the text.

## Why it matters

The right to bring back the sanctions of the Iran arrangement ended on Termination Day, ten years after adoption (text of the
arrangement, as copied). The draft guarantees of December 2025 were offered for fifteen years, and thirty to fifty were asked
for (reported, kyivindependent). Who can wait for a date waits for it.

## Example

```casus
term in force when ratified by VDR and KST
  lasts 10 years
```

## Better

```casus
term in force when ratified by VDR and KST
  lasts 10 years
  extends by 5 years unless objection by 2 of guarantors 180 days before expiry
  survives assist, snapback
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casus.lint.checklist import left_open, listed, opens, promises_help, silences, ticked
from casus.lint.draft import Draft
from casus.lint.norms import finite
from casus.lint.rule import Finding, Searched, rule


@rule("L16", "sunset-cliff", "S")
def sunset_cliff(draft: Draft) -> Iterator[Finding | Searched]:
    a, term, lasts = draft.agreement, draft.agreement.term, finite(draft)
    if term is None or (lasts is None and not term.indefinitely):
        silent = opens(draft, "duration")
        yield from left_open(draft, silent, _missing, "say how long it lasts, how it is prolonged, and what outlives it")
    if term is None or lasts is None or term.extends is not None or not promises_help(draft):
        return
    survivors = {name for part in term.survives for name in part.names}
    dead = [x for x in a.automatics if x not in survivors]
    places = silences([x for x in opens(draft, "renewal", "duration") if x.of in (None, a.name)])
    if not survivors:
        alive = [x.name for x in a.norms.values() if x.kind != "prohibition"]
        yield Finding(
            f"the day after {lasts.period} nothing of the text lives: {listed([*alive, *a.automatics])} end with it",
            term.place("lasts"),
            (*a.automatics, *alive),
            places,
            "prolong it unless somebody objects, say what survives, and for how long",
        )
    elif dead:
        yield Finding(
            f"the right to {listed(dead)} dies after {lasts.period}; only {listed(sorted(survivors))} "
            f"{'survives' if len(survivors) == 1 else 'survive'}",
            term.place("survives"),
            tuple(dead),
            places,
            f"let {listed(dead)} survive, or end what it would bring back for good on that day, in words",
        )


def _missing(names: Sequence[str]) -> str:
    return f"how long {listed(ticked(names))} {'lasts' if len(names) == 1 else 'last'}" if names else "how long it lasts"
