"""No own capacity: help is promised for the day of attack, and nothing for the days before.

Covers: L50

## What it finds

A text of security whose help to the protected party comes only when a trigger is met: no standing norm (always, every so often,
or upon a vote that no attack opens) to train, supply, finance, exercise with, advise, rebuild or give air defence to it, and no
such norm by which it builds its own.

## Why it matters

The Paris Declaration of 2026 names long-term support of the armed forces "as first line" beside the force and the commitment
to help (president.gov.ua): who is helped must hold until help comes. A guarantee does not replace a capacity, as monitoring
does not replace a guarantee (gppi.net).

## Example

```casus
obligation assist
  upon attack_case determined
  debtor every guarantor  creditor VDR
  to supply  amount aid.amount
  due 30 days after activation
```

## Better

```casus
obligation assist
  upon attack_case determined
  debtor every guarantor  creditor VDR
  to supply  amount aid.amount
  due 30 days after activation
obligation build
  every 1 years from 2027-01-01
  debtor every guarantor  creditor VDR
  to train "the brigades of Annex IV"
  due 12 months after activation
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from casus.lint.checklist import claims_to_protect, helps, listed, responses, title_of
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_BUILDS: Final = frozenset({"train", "supply", "finance", "exercise", "advise", "reform", "rebuild", "air_defence", "maritime"})


@rule("L50", "no-own-capacity", "S")
def no_own_capacity(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    protected = draft.protected & set(a.parties)
    caused = responses(draft)
    promises = [norm for norm in caused if helps(norm) and set(a.who(norm.creditor)) & protected]
    if not protected or not promises or not claims_to_protect(draft):
        return
    standing = [x for x in a.norms.values() if x not in caused and x.act is not None and x.act.verb in _BUILDS]
    if any((set(a.who(x.creditor)) | set(a.who(x.debtor))) & protected or x.creditor is None for x in standing):
        return
    who = listed(title_of(draft, code) for code in sorted(protected))
    yield Finding(
        f"all help to {who} begins after an attack: no standing clause builds a force of its own",
        promises[0].span,
        tuple(norm.name for norm in promises),
        help="add a standing duty to train, supply or finance, with amounts and dates",
    )
