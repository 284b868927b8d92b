"""Circular conditions: what each waits for waits for it.

Covers: L19

## What it finds

Force, steps, duties, votes and triggers wait for each other in a circle that nothing enters from outside, so that none of them
ever begins: the guarantee waits for the deal, the deal for the withdrawal, the withdrawal for the guarantee. What counts is
what has to come first: `requires` of the term (the event is owed by a norm of this text, which is owed only once it is in
force), `after` of a step, `upon` of a norm, `opens upon` of a decision, and triggers that count others. A way in from outside
ends the circle: an event that anybody can bring about, a request, one alternative that does not wait.

Circles of the duties and steps of two sides alone, without force in them, are the matter of L33.

## Why it matters

In 2025 each part of a settlement was reported to be offered after the other: guarantees after a peace agreement, the agreement
after a withdrawal, the withdrawal after guarantees (reported, digester.org on the Financial Times).

## Example

```casus
event withdrawal_done by actor
term requires withdrawal_done by KST
obligation withdraw
  always
  debtor KST  creditor VDR
  to withdraw
  due 30 days after activation
  fulfilled by withdrawal_done
```

## Better

```casus
event withdrawal_done by actor
term in force when ratified by VDR and KST
obligation withdraw
  always
  debtor KST  creditor VDR
  to withdraw
  due 30 days after activation
  fulfilled by withdrawal_done
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Related, Span
from casus.lint.checklist import span_of
from casus.lint.draft import Draft
from casus.lint.norms import circles, two_sides, waits_for
from casus.lint.rule import Finding, Searched, rule


@rule("L19", "circular-conditions", "S")
def circular_conditions(draft: Draft) -> Iterator[Finding | Searched]:
    for circle in circles(waits_for(draft)):
        if "force" not in circle and two_sides(draft, circle):
            continue
        names = tuple(dict.fromkeys(x.rpartition(" ")[2] for x in circle if x != "force"))
        way = " waits for ".join("force" if x == "force" else x for x in (*circle, circle[0]))
        yield Finding(
            f"nothing in this circle ever begins: {way}",
            _span(draft, circle[0]),
            names or (draft.agreement.name,),
            tuple(Related(f"{x} waits for what comes after it in the circle", _span(draft, x)) for x in circle[1:]),
            "let one of them begin without the others, on a date or by an act outside of the circle",
        )


def _span(draft: Draft, name: str) -> Span | None:
    if name == "force":
        return draft.agreement.term.place("requires") if draft.agreement.term is not None else None
    return span_of(draft, name.rpartition(" ")[2])
