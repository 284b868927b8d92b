"""Unratified: what one government signs, the next can leave.

Covers: L11

## What it finds

A text with duties to which the parties bind themselves by signature, or that is an executive agreement: no parliament has
consented, and none need be asked before somebody leaves. The finding names who can leave, and by what notice. A text of a
status `signed` that waits for ratification is told as well. An armistice and a resolution are let pass, as they are made that
way, and so are a declaration, a communiqué, a proposal and a draft, which bind nobody yet.

## Why it matters

The US–Ukraine agreement of 2024 is an executive agreement; the White House conceded that a successor could cancel it
(reported, lawfaremedia.org, eurointegration.com.ua). In the spring of 2024 none of the bilateral agreements had been ratified
(ECFR, ecfr.eu).

## Example

```casus
agreement pact
  language 1
  instrument executive_agreement  consent by signature
```

## Better

```casus
agreement pact
  language 1
  instrument treaty  consent by ratification
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.lint.checklist import listed, period_in_words
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("L11", "unratified", "S")
def unratified(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    head = a.header
    owing = sorted({code for norm in a.norms.values() for code in a.who(norm.debtor) if code in a.parties})
    if not owing or head.instrument not in ("treaty", "protocol", "executive_agreement", "memorandum", None):
        return
    if head.consent == "signature" or (head.consent is None and head.instrument == "executive_agreement"):
        how = "is an executive agreement" if head.instrument == "executive_agreement" else "binds by signature alone"
        notice = a.term.withdrawal_notice if a.term is not None else None
        leave = f"with {period_in_words(notice)} notice" if notice is not None else "as no clause on leaving says otherwise"
        yield Finding(
            f"`{a.name}` {how}: a later government of {_who(owing)} can leave it by a signature, {leave}",
            head.place("consent", "instrument"),
            (a.name,),
            help="let the parties consent by ratification, and let leaving need what entering needed",
        )
    elif head.status == "signed" and head.consent == "ratification":
        yield Finding(
            f"`{a.name}` is signed and not ratified: until then it binds none of {listed(owing)}",
            head.place("status"),
            (a.name,),
            help="say by when the parties ratify, and what holds until then",
        )


def _who(codes: list[str]) -> str:
    return listed(codes, "or") if len(codes) <= 5 else f"any of {len(codes)} parties"
