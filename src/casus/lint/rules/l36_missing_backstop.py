"""Missing backstop: a clause leans on somebody who has not signed.

Covers: L36

## What it finds

A sentence of an operative article, or the words of an act, in which something is backed, supported, led, guaranteed or
reinforced by a state or organisation that is no party: one declared as a `nonparty` whose conduct the text does not watch, or a
state or alliance known by its name that is declared nowhere as a party or body.

## Why it matters

Words committing the United States to back the force if it is attacked were removed from the Paris Declaration of January 2026
before it was published, and the United States is no signatory; what remained is "proposed" support (reported,
eurointegration.com.ua; text at president.gov.ua). A clause that leans on somebody who owes nothing holds as long as he likes.

## Example

```casus
nonparty TRN "Tarnia"
power deploy
  upon attack_case determined
  holder every guarantor
  to deploy "a reassurance force supported by Tarnia"
```

## Better

```casus
party TRN "Tarnia" as guarantor
obligation back_up
  upon exercise of deploy
  debtor TRN  creditor every guarantor
  to air_defence "of the force"
  due 48 hours after activation
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from casus.diagnostics import Span
from casus.lint.checklist import named_actors
from casus.lint.checklist_prose import of_norms
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_KNOWN: Final[Mapping[str, str]] = {
    "United States": r"United\s+States|\bU\.?S\.?A?\b|Сполучен\w+\s+Штат\w+|\bСША\b|Соединённ?\w+\s+Штат\w+",
    "United Kingdom": r"United\s+Kingdom|Велик\w+\s+Британі\w+|Великобритани\w+",
    "France": r"\bFrance\b|\bФранці\w+|\bФранци\w+",
    "Germany": r"\bGermany\b|\bНімеччин\w+|\bГермани\w+",
    "NATO": r"\bNATO\b|North\s+Atlantic\s+(?:Alliance|Treaty\s+Organi[sz]ation)|\bНАТО\b",
    "European Union": r"European\s+Union|\bEU\b|Європейськ\w+\s+Союз\w*|Европейск\w+\s+Союз\w*",
    "United Nations": r"United\s+Nations(?!\s+Security\s+Council)",
    "OSCE": r"\bOSCE\b|\bОБСЄ\b|\bОБСЕ\b",
    "Türkiye": r"\bTürkiye\b|\bTurkey\b",
    "Poland": r"\bPoland\b|\bПольщ\w+|\bПольш\w+",
    "China": r"\bChina\b",
}
"""States and organisations by which real texts are backed, by the names under which they appear; a choice, no list of all."""

_LEANS: Final = (
    r"(?:back(?:ed|ing|stop\w*)?|support(?:ed)?|assist(?:ance|ed)|led|guarantee[ds]?|reinforce\w*|underwrit\w+|cover(?:ed)?)"
)
_LEANS_LOCAL: Final = (
    r"(?:підтрим\w+|за\s+участ\w+|на\s+чолі\s+з|під\s+проводом|поддерж\w+|при\s+участии|во\s+главе\s+с|гарант\w+)"
)


@rule("L36", "missing-backstop", "S")
def missing_backstop(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    texts: list[tuple[str, Span | None, str | None]] = [(s.text, s.whole, s.article) for s in of_norms(draft)]
    texts += [(x.act.prose, x.place("act"), x.name) for x in a.norms.values() if x.act is not None and x.act.prose]
    for name, pattern in _absent(draft).items():
        leans = re.compile(
            rf"\b{_LEANS}\s+(?:of|by|from)\s+(?:the\s+)?(?:forces\s+of\s+)?(?:{pattern})"
            rf"|(?:{pattern})(?:['’]s)?(?:[-\s]+\w+)?[-\s]+{_LEANS}\b|{_LEANS_LOCAL}\s+(?:\w+\s+)?(?:{pattern})",
        )
        for text, place, where in texts:
            match = leans.search(text)
            if match is not None:
                words = " ".join(match[0].split())
                about = next((x.name for x in a.norms.values() if where in (x.name, x.article)), a.name)
                yield Finding(
                    f"the text leans on {name} (“{words}”), which is no party to it and owes nothing",
                    place,
                    (about,),
                    help=f"let {name} sign with a duty of its own, or say what holds without it",
                )
                break


def _absent(draft: Draft) -> Mapping[str, str]:
    """Those who are no party, by name, with the pattern of their name."""
    a = draft.agreement
    watched = named_actors(draft)
    here = [*(x.title for x in a.parties.values()), *(x.title for x in a.bodies.values()), *a.parties]
    absent = {x.title: re.escape(x.title) for x in a.nonparties.values() if x.code not in watched}
    watched_titles = [x.title for x in a.nonparties.values() if x.code in watched]
    for name, pattern in _KNOWN.items():
        known = [*here, *watched_titles, *absent]
        if not any(re.search(pattern, title) for title in known):
            absent[name] = pattern
    return absent
