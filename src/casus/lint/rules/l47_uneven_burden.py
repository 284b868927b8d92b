"""Uneven burden: when the largest giver leaves, most of it is gone.

Covers: L47

## What it finds

A duty of assistance of three debtors or more, each of whom owes the amount beside its name, of which one owes more than half.
The finding says what remains if that one leaves or does not pay. Half is the line because beyond it the promise is in truth
one state's: the others together do not make up for it. A duty that all owe jointly and severally is let pass.

## Why it matters

Twenty of 42 donors to Ukraine were active when the Kiel Institute looked (reported, menafn.com on Kiel). A guarantee by many
names can be a guarantee by one treasury, and its elections.

## Example

```markdown
| party | amount         |
|-------|----------------|
| KST   | EUR 80_000_000 |
| LYS   | EUR 10_000_000 |
| MRV   | EUR 10_000_000 |
```

```casus
schedule aid from table "annex-ii" key party
obligation assist
  upon attack_case determined
  debtor every guarantor  creditor VDR
  to supply  amount aid.amount
  due 14 days after activation
```

## Better

```casus
schedule aid from table "annex-ii" key party
obligation assist
  upon attack_case determined
  debtor joint_and_several guarantors  creditor VDR
  to supply  amount aid.amount
  due 14 days after activation
```
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.checklist import helps
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("L47", "uneven-burden", "S")
def uneven_burden(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    for norm in a.norms.values():
        column = norm.amount.column if isinstance(norm.amount, n.PercentOf) else norm.amount
        if not helps(norm) or not isinstance(column, n.ColRef) or norm.sharing == "joint_and_several":
            continue
        owed: dict[str, tuple[str, Decimal]] = {}
        for code in a.who(norm.debtor):
            currency, _, number = a.row(column.schedule, code)[column.column].strip().partition(" ")
            owed[code] = (currency, Decimal(number.replace("_", "")))
        currencies = {currency for currency, _ in owed.values()}
        total = sum((amount for _, amount in owed.values()), Decimal(0))
        if len(owed) < 3 or len(currencies) != 1 or not total:
            continue
        largest = max(sorted(owed), key=lambda code: owed[code][1])
        most = owed[largest][1]
        if most * 2 > total:
            share, (currency,) = int(most * 100 // total), currencies
            yield Finding(
                f"{largest} owes {share} of every 100 of `{norm.name}`: without it {currency} {total - most:,f} of"
                f" {total:,f} remain",
                norm.place("amount"),
                (norm.name, column.schedule, largest),
                (Related("the amounts are read here", a.schedules[column.schedule].span),),
                "spread the amounts, or let the others answer for the share of one who leaves (joint_and_several)",
            )
