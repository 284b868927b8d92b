"""Promise is not delivery: an amount that is owed and nothing that counts as handing it over.

Covers: L14

## What it finds

A duty of assistance with an amount and no `fulfilled by`: no event says what counts as delivery, so it is fulfilled as soon
as somebody puts on the record that it is. (Where the event has no field of money, W620 says that one act of it fulfils the
whole.)

## Why it matters

A commitment is a promise; an allocation is a package that is set aside for it; neither has arrived. The Kiel Institute's
tracker keeps them apart; the gap between them has been as large as EUR 144 billion promised against EUR 77 billion allocated
(reported copy of Kiel figures; releases at ifw-kiel.de). A text that does not say which of the stages fulfils the duty lets
the debtor choose the first.

## Example

```casus
obligation assist
  upon attack_case determined
  debtor every guarantor  creditor VDR
  to supply  amount aid.amount
  due 14 days after activation
```

## Better

```casus
event delivery by actor, value money
obligation assist
  upon attack_case determined
  debtor every guarantor  creditor VDR
  to supply  amount aid.amount
  due 14 days after activation
  fulfilled by delivery
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.lint.checklist import helps
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("L14", "promise-is-not-delivery", "S")
def promise_is_not_delivery(draft: Draft) -> Iterator[Finding | Searched]:
    for norm in draft.agreement.norms.values():
        if norm.kind == "obligation" and helps(norm) and norm.amount is not None and norm.fulfilled_by is None:
            yield Finding(
                f"`{norm.name}` owes an amount, and no event counts as its delivery: whoever says that it is done has done it",
                norm.place("amount"),
                (norm.name,),
                help="declare an event with a field of money, such as a delivery or an acceptance, and write `fulfilled by` it",
            )
