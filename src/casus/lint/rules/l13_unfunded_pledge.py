"""Unfunded pledge: assistance that waits for somebody else's money.

Covers: L13

## What it finds

A standing pledge (one that no trigger has to bring about) to finance or supply without an amount. And the prose of an
article with a duty to finance, supply, train or rebuild that reserves the money: "subject to the availability of funds",
"subject to appropriation", "subject to authorisation by parliament". Whether sums cover all the years promised is another
rule's matter.

## Why it matters

The German agreement of February 2024 names EUR 7.1 billion for 2024 and puts all money under the authorisation of the
Bundestag (copy of the text, reported at osw.waw.pl). ECFR found in spring 2024 that the sums of the bilateral agreements
were fixed for that year only (ecfr.eu). A parliament may reserve its budget; the text should then say what is owed if it
says no.

## Example

```casus
obligation support
  every 1 years from 2027-01-01
  debtor every guarantor  creditor VDR
  to finance "long-term support"
  due 12 months after activation
```

## Better

```casus
obligation support
  every 1 years from 2027-01-01
  debtor every guarantor  creditor VDR
  to finance "long-term support"  amount aid.amount
  due 12 months after activation
  if breached also explain
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.lint.checklist import opens, responses, silences
from casus.lint.checklist_prose import heading, norms_of, sentences
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_MONEY: Final = frozenset({"finance", "supply", "train", "rebuild", "air_defence"})
_RESERVE: Final = re.compile(
    r"\bsubject\s+to\s+(?:[\w’'-]+\s+){0,6}?(?:availab\w+|appropriat\w+|authori[sz]ation|budget\w*|parliament\w*)"
    r"|\bwithin\s+(?:the\s+limits\s+of\s+)?(?:the\s+)?available\s+(?:funds|resources|means|appropriations)"
    r"|\b(?:in|у|в)\s+межах\s+(?:наявн\w+|бюджетн\w+|доступн\w+)|за\s+(?:умови|наявності)\s+(?:\w+\s+){0,3}?(?:кошт|бюджет|асигнуван|схвалення)\w*"
    r"|\bв\s+пределах\s+(?:имеющ\w+|бюджетн\w+|доступн\w+)|при\s+(?:условии|наличии)\s+(?:\w+\s+){0,3}?(?:средств|бюджет|ассигнован|одобрени)\w*",
    re.IGNORECASE,
)


@rule("L13", "unfunded-pledge", "S")
def unfunded_pledge(draft: Draft) -> Iterator[Finding | Searched]:
    caused = responses(draft)
    for norm in draft.agreement.norms.values():
        if norm.kind != "obligation" or norm.act is None or norm in caused or norm.amount is not None:
            continue
        if norm.act.verb in ("finance", "supply") and not re.search(r"\d", norm.act.prose or ""):
            silent = [x for x in opens(draft, "amount") if x.of == norm.name]
            yield Finding(
                f"`{norm.name}` pledges to {norm.act.verb} and names no amount",
                norm.place("act"),
                (norm.name,),
                silences(silent),
                "name an amount for each year, or a schedule with a row for each debtor",
                gaps=(("amount", norm.name),),
            )
    for sentence in sentences(draft):
        match = _RESERVE.search(sentence.text)
        pledges = [x for x in norms_of(draft, sentence.article) if x.act is not None and x.act.verb in _MONEY]
        pledges = [x for x in pledges if x.kind == "obligation" and x.if_breached is None and not draft.effects_of[x.name]]
        if match is not None and pledges:
            words = " ".join(match[0].split())
            yield Finding(
                f"{heading(draft, sentence.article)} puts `{pledges[0].name}` under a reserve (“{words}”),"
                " and nothing is owed if the money is refused",
                sentence.span(match),
                tuple(x.name for x in pledges),
                help="obtain the authorisation before signature, or say with `if breached` what is owed when it is refused",
            )
