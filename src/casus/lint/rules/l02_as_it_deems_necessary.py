"""As it deems necessary: a response of which nothing at all is owed.

Covers: L02

## What it finds

A duty of assistance that a trigger brings about and that has no floor: it is owed to finance, supply, deploy or provide air
defence, and no amount, no number in its words and no row of a schedule says how much; or the text leaves its act `open`. The
words of an article that leave the act to the debtor's own opinion ("such action as it deems necessary") while no norm of that
article has a floor. And a text all of whose assistance is a power: everybody may help, nobody has to.

A duty without a date (W606) or without an act (W605) is the checker's; here they are named where they go together with a
missing quantity.

## Why it matters

Article 5 of the North Atlantic Treaty obliges each Ally to take "such action as it deems necessary"; it creates no automatic
involvement of anybody and was invoked once, in 2001 (reference pages at clingendael.org and of the European Parliament's
research service). What holds there is the force behind the words, not the words. A text that borrows the words without the
force is performed in full by a telegram of sympathy.

## Example

```casus
obligation assist
  upon attack_case determined
  debtor every guarantor  creditor VDR
  to supply "such assistance as it deems necessary"
  due 30 days after activation
```

## Better

```casus
obligation assist
  upon attack_case determined
  debtor every guarantor  creditor VDR
  to supply "military assistance"  amount aid.amount
  due aid.days after activation
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.language import nodes as n
from casus.lint.checklist import claims_to_protect, helps, listed, opens, responses, silences, ticked
from casus.lint.checklist_prose import heading, norms_of, of_norms
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_OPINION: Final = re.compile(
    r"\b(?:as|which|that|what(?:ever)?)\s+(?:it|they|each(?:\s+of\s+(?:them|the\s+\w+))?|he|the\s+\w+)\s+(?:itself\s+)?(?:may\s+)?"
    r"(?:deems?|considers?|judges?|thinks?|finds?)\s+(?:to\s+be\s+)?(?:necessary|appropriate|fit|expedient|proper)"
    r"|\bat\s+(?:its|their)\s+(?:own\s+)?(?:sole\s+)?discretion"
    r"|як[іуийе]\s+(?:вона|він|воно|вони|кожна|кожен)?\s*(?:вважатим\w+|вважа\w+|визна\w+)\s+(?:за\s+)?(?:необхідн|доцільн|потрібн)\w+"
    r"|на\s+(?:свій|власний)\s+розсуд"
    r"|как\w+\s+(?:она|он|они|каждая)?\s*(?:соч[тёе]\w+|счита\w+|призна\w+)\s+(?:необходим|целесообразн|нужн)\w+"
    r"|по\s+(?:своему|собственному)\s+усмотрению",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty|hundred|thousand)\b", re.IGNORECASE
)
_MEASURED: Final = frozenset({"finance", "supply", "deploy", "air_defence"})


@rule("L02", "as-it-deems-necessary", "S")
def as_it_deems_necessary(draft: Draft) -> Iterator[Finding | Searched]:
    assistance = [norm for norm in responses(draft) if helps(norm)]
    owed = [norm for norm in assistance if norm.kind == "obligation"]
    for norm in owed:
        if not _has_floor(norm):
            yield _without_floor(draft, norm)
    for norm in responses(draft):
        silent = [x for x in opens(draft, "act") if x.of == norm.name]
        if silent and norm.kind == "obligation" and norm.act is None:
            owed.append(norm)
            yield Finding(
                f"`{norm.name}` owes an act that the text does not name: whatever its debtor does fulfils it",
                norm.span,
                (norm.name,),
                silences(silent),
                "name the least that is owed: an act, an amount and a date",
                gaps=(("act", norm.name), ("amount", norm.name)),
            )
    if assistance and not owed and claims_to_protect(draft):
        names = tuple(norm.name for norm in assistance)
        powers = f"a power ({listed(ticked(names))})"
        yield Finding(
            f"all the assistance that can be called for is {powers}: whoever holds it may help and owes nothing",
            assistance[0].span,
            names,
            help="make at least one of them an obligation with an amount and a date",
        )
    seen: set[str | None] = set()
    for sentence in of_norms(draft):
        match = _OPINION.search(sentence.text)
        here = norms_of(draft, sentence.article)
        if match is None or sentence.article in seen or any(n.kind == "obligation" and _has_floor(n) for n in here if helps(n)):
            continue
        if any(norm in owed for norm in here):
            continue
        seen.add(sentence.article)
        words = " ".join(match[0].split())
        yield Finding(
            f"in {heading(draft, sentence.article)} the debtor alone says what it owes (“{words}”)",
            sentence.span(match),
            tuple(norm.name for norm in here) or (draft.agreement.name,),
            help="say beside it the least that is owed: an act, an amount and a date",
        )


def _has_floor(norm: n.NormDecl) -> bool:
    if norm.act is None or _OPINION.search(norm.act.prose or ""):
        return False
    return norm.act.verb not in _MEASURED or norm.amount is not None or bool(_NUMBER.search(norm.act.prose or ""))


def _without_floor(draft: Draft, norm: n.NormDecl) -> Finding:
    verb = norm.act.verb if norm.act is not None else "act"
    missing = "how much and by when" if norm.due is None else "how much"
    silent = [x for x in opens(draft, "amount", "act", "due") if x.of == norm.name]
    return Finding(
        f"`{norm.name}` owes to {verb.replace('_', ' ')} and does not say {missing}: next to nothing fulfils it",
        norm.place("act"),
        (norm.name,),
        silences(silent),
        "give it an amount, a row of a schedule, or a number in its words",
        gaps=(("amount", norm.name), *((("due", norm.name),) if norm.due is None else ())),
    )
