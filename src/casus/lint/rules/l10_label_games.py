"""Label games: a guarantee in name.

Covers: L10

## What it finds

A title, a heading of an article, or a term of an authentic text (`wording`) that says "guarantee" (гарантія, гарантия), in a
text in which nobody owes assistance by a legal duty. The grade of a duty is the one it states; where it states none, it is
legal in a treaty, protocol, armistice, resolution or executive agreement. A power is no duty.

## Why it matters

The Budapest Memorandum of 1994 has "assurances" in English and "гарантії" in Ukrainian, and no duty to help (UN Treaty
Series I-52241). The German text of 2024 says "cooperation" and is called a guarantee by others (reported,
eurointegration.com.ua). What a text is called is no measure of what it does: count the duties.

## Example

```casus
agreement guarantees
  language 1
  title "Treaty on Security Guarantees for Valdria"
  instrument declaration  consent by signature
obligation consult
  upon attack
  debtor every guarantor  creditor VDR
  to consult
  due 24 hours after activation
```

## Better

```casus
obligation assist
  upon attack_case determined
  grade legal
  debtor every guarantor  creditor VDR
  to supply  amount aid.amount
  due 14 days after activation
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.diagnostics import Related, Span
from casus.language import nodes as n
from casus.lint.checklist import grade, helps, opens, wordings
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_LABEL: Final = re.compile(r"\bguarantee[sd]?\b|\bгаранті[яїйюєях]\w*|\bгаранти[яийюею]\w*", re.IGNORECASE)


@rule("L10", "label-games", "S")
def label_games(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    duties = [norm for norm in a.norms.values() if norm.kind == "obligation" and (helps(norm) or _unnamed(draft, norm))]
    if not a.norms or any(grade(draft, norm) == "legal" for norm in duties):
        return
    labels = list(_labels(draft))
    if not labels:
        return
    held = f"the duties to help are {grade(draft, duties[0]) or 'not graded'}" if duties else "nobody owes any help"
    where, place = labels[0]
    yield Finding(
        f"{where}, and {held}",
        place,
        tuple(norm.name for norm in duties) or (a.name,),
        tuple(Related(f"{other} here as well", span) for other, span in labels[1:]),
        "grade a duty of assistance as legal, or call the text what it is",
    )


def _unnamed(draft: Draft, norm: n.NormDecl) -> bool:
    """Whether the text says that something is owed, and leaves open what."""
    return norm.act is None and any(gap.of == norm.name for gap in opens(draft, "act"))


def _labels(draft: Draft) -> Iterator[tuple[str, Span | None]]:
    a = draft.agreement
    if a.header.title is not None and _LABEL.search(a.header.title):
        yield "the title says guarantee", a.header.place("title")
    for wording in wordings(draft):
        for term in wording.terms:
            if _LABEL.search(term.words):
                yield f"the authentic text in {term.language} says “{term.words}”", wording.span
    for article in a.articles.values():
        if _LABEL.search(article.title) and article.title != a.header.title:
            yield f"the heading “{article.title}” says guarantee", Span(a.path, article.line, 1, article.line, 1)
