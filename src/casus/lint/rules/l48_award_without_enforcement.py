"""Award without enforcement: damages are owed, and nothing makes anybody pay.

Covers: L48

## What it finds

A duty to compensate whose breach has no consequence, in a text that freezes, immobilises, seizes or returns nothing: no clause
on its breach, no norm upon it, no measure and no automatic effect out of which the award could be met. A text that leaves
`enforcement` of a duty to compensate open is told as well.

## Why it matters

The commission on claims for Ukraine decides claims; enforcement is left to national law and the money to later (reported,
opiniojuris.org). The Register of Damage held 86,000 claims when the convention was signed (reported, jurist.org). A claim
that has been decided and cannot be enforced is a finding.

## Example

```casus
obligation repair
  upon attack_case determined
  debtor OSK  creditor VDR
  to compensate "the damage found by the commission"
  due 12 months after activation
```

## Better

```casus
obligation repair
  upon attack_case determined
  debtor OSK  creditor VDR
  to compensate "the damage found by the commission"
  due 12 months after activation
  if breached also pay_out
obligation pay_out
  debtor every guarantor  creditor VDR
  to seize "assets held in its jurisdiction, up to the award"
  due 90 days after activation
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.lint.checklist import costs, opens, silences
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("L48", "award-without-enforcement", "S")
def award_without_enforcement(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    if a.automatics or any(costs(norm) for norm in a.norms.values()):
        return
    for norm in a.norms.values():
        if (
            norm.kind == "obligation"
            and norm.act is not None
            and norm.act.verb == "compensate"
            and not draft.effects_of[norm.name]
        ):
            silent = [x for x in opens(draft, "enforcement", "remedy") if x.of in (None, norm.name)]
            yield Finding(
                f"`{norm.name}` awards compensation, and nothing follows if it is not paid",
                norm.place("act"),
                (norm.name,),
                silences(silent),
                "say what follows `if breached`, and out of which assets the award is met",
                gaps=(("remedy", norm.name), ("enforcement", norm.name)),
            )
