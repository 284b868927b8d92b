"""Soft adverbs: words that take back what the verb gives.

Covers: L08

## What it finds

Words such as "swiftly", "where possible", "intends to", "best efforts", in English, Ukrainian or Russian, in the prose of an
article that carries a norm, in the operative sentences of other articles (those with "shall", "will", "undertake"), and in
the words of an act. One finding an article, with every word and its line. A word of haste ("swiftly", "promptly") is let
pass where a number stands beside it or a norm of its article has a date: the clock is then elsewhere.

## Why it matters

Each such word lowers the grade of the clause it stands in: what is owed "where possible" is not owed when it is hard. The
US–Ukraine agreement of 2024 has the meeting after an attack within 24 hours "where possible" (reported, lawfaremedia.org);
the Ukraine Compact of 2024 convenes "swiftly" and gives no hour (reported, pravda.com.ua).

## Example

```casus
obligation assist
  upon attack_case determined
  debtor every guarantor  creditor VDR
  to supply "assistance as appropriate, where possible and to the fullest extent possible"
```

## Better

```casus
obligation assist
  upon attack_case determined
  debtor every guarantor  creditor VDR
  to supply "the assistance of Annex II"  amount aid.amount
  due 14 days after activation
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.diagnostics import Related, Span
from casus.lint.checklist import listed
from casus.lint.checklist_prose import heading, norms_of, of_norms
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_HASTE: Final = re.compile(
    r"\b(?:swiftly|promptly|rapidly|expeditiously|speedily|in\s+a\s+timely\s+manner|without\s+(?:undue\s+)?delay|in\s+due\s+course"
    r"|as\s+soon\s+as\s+(?:possible|practicable|feasible)|at\s+the\s+earliest\s+(?:opportunity|possible\s+date))\b"
    r"|\b(?:оперативно|якнайшвидше|щонайшвидше|своєчасно|у\s+(?:найкоротш\w+|належн\w+)\s+(?:строк|термін)\w*)\b"
    r"|\b(?:незамедлительно|своевременно|в\s+(?:кратчайш\w+|надлежащ\w+)\s+срок\w*)\b",
    re.IGNORECASE,
)
_SOFT: Final = re.compile(
    r"\b(?:(?:where|when|if|as\s+far\s+as|wherever|whenever)\s+(?:possible|feasible|practicable|appropriate|necessary)"
    r"|as\s+(?:appropriate|necessary|they\s+see\s+fit)|to\s+the\s+(?:fullest\s+|greatest\s+|maximum\s+)?extent\s+(?:possible|practicable|feasible)"
    r"|(?:use|make)\s+(?:their\s+|its\s+)?(?:best|reasonable|every|all)\s+(?:reasonable\s+)?efforts?|best\s+endeavours|endeavou?rs?\s+to"
    r"|intends?\s+to|aims?\s+to|seeks?\s+to|strives?\s+to|hopes?\s+to|(?:circumstances|resources|means)\s+permitting"
    r"|(?:stand|stands)\s+ready\s+to|may\s+(?:wish\s+to\s+)?consider|give\s+(?:due\s+|sympathetic\s+|positive\s+)consideration)\b"
    r"|\b(?:(?:по|за|у\s+разі)\s+можливості|за\s+(?:потреби|необхідності)|наскільки\s+(?:це\s+)?можливо"
    r"|ма(?:є|ють)\s+намір|прагну(?:ть|тим\w+)|доклада(?:є|ють|тим\w+)\s+(?:всіх\s+)?зусиль)\b"
    r"|\b(?:по\s+(?:мере\s+)?возможности|при\s+необходимости|в\s+случае\s+необходимости|насколько\s+(?:это\s+)?возможно"
    r"|намерен[аыо]?|намерева\w+ся|стрем(?:ится|ятся)|прилож\w+\s+(?:все\s+)?усили\w+)\b",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"\d+\s*(?:minutes?|hours?|days?|weeks?|months?|годин\w*|д(?:ень|ні|нів|ней|ня|ні)|тижн\w+|місяц\w+|час(?:а|ов)?|сут\w+|недел\w+|месяц\w+)",
    re.IGNORECASE,
)


@rule("L08", "soft-adverbs", "S")
def soft_adverbs(draft: Draft) -> Iterator[Finding | Searched]:
    found: dict[str | None, list[tuple[str, Span]]] = {}
    for sentence in of_norms(draft):
        timed = bool(_CLOCK.search(sentence.text)) or any(norm.due is not None for norm in norms_of(draft, sentence.article))
        for match in _matches(sentence.text, timed=timed):
            found.setdefault(sentence.article, []).append((" ".join(match[0].split()).lower(), sentence.span(match)))
    for norm in draft.agreement.norms.values():
        place = norm.place("act")
        if norm.act is not None and place is not None:
            for match in _matches(norm.act.prose or "", timed=norm.due is not None):
                found.setdefault(norm.article, []).append((" ".join(match[0].split()).lower(), place))
    for article, words in found.items():
        words.sort(key=lambda word: word[1])
        said = listed(f"“{word}” (line {span.line})" for word, span in words)
        yield Finding(
            f"{heading(draft, article)} is softened by {said}",
            words[0][1],
            tuple(norm.name for norm in norms_of(draft, article)) or (draft.agreement.name,),
            tuple(Related(f"“{word}” stands here", span) for word, span in words[1:]),
            "put a number, a date or a condition that somebody can check in the place of each",
        )


def _matches(text: str, *, timed: bool) -> list[re.Match[str]]:
    return [*_SOFT.finditer(text), *([] if timed else _HASTE.finditer(text))]
