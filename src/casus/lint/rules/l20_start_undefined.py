"""Start undefined: the guarantee begins when something ends that nobody ends.

Covers: L20

## What it finds

1. The text says itself that its start is open: the rule says so in the words of the text.
2. Force `requires` an event and nobody establishes it: no body of the text says that it has happened (by a rung of the ladder
   of occurrence or by a finding). One report is enough then, and one report is contested.
3. The article on entry into force, or the one of a duty, begins "after the current hostilities end" or with like words, and
   no clause of the text waits for an event that would say when that is.

## Why it matters

The Ukraine Compact of July 2024 promises a response to an attack "following the conclusion of current hostilities" (reported,
pravda.com.ua). Fighting that nobody ends formally leaves a guarantee that has not begun; Korea's war has been suspended since
1953 (general knowledge).

## Example

```casus
event hostilities_ended by actor
term requires hostilities_ended
open start "after the current hostilities end"
```

## Better

```casus
event hostilities_ended by actor
ladder occurrence = reported < confirmed
  level confirmed by mission
term in force when ratified by VDR and KST
  requires hostilities_ended
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.language import nodes as n
from casus.lint.checklist import gap_of, listed, opens, silences, silent
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_AFTER: Final = re.compile(
    r"\b(after|upon|once|following|when|from) (the )?((conclusion|end|cessation|termination) of )?(the )?"
    r"((current|present|ongoing) )?(hostilities|war|fighting|armed conflict)"
    r"( (have |has )?(end|ends|ended|ceases?|ceased|concludes?|concluded|stops?|stopped|is over|are over))?\b",
    re.IGNORECASE,
)
_ENDING: Final = re.compile(r"conclusion|cessation|terminat|\bend|cease|conclude|stop|over", re.IGNORECASE)


@rule("L20", "start-undefined", "S")
def start_undefined(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    said = opens(draft, "start")
    for gap in said:
        yield Finding(
            f"{silent([gap])} when {f'`{gap.of}`' if gap.of not in (None, a.name) else 'it'} begins",
            gap.span,
            (gap.of or a.name,),
            silences([gap]),
            gaps=(gap_of(draft, gap),),
            help="name the act that begins it, who establishes that act, and a date by which it begins at the latest",
        )
    term = a.term
    if term is not None:
        unseen = [event for event in term.requires if not _established(draft, event)]
        if unseen:
            yield Finding(
                f"force waits for {listed(unseen)}, and no body of the text establishes that it has happened",
                term.place("requires"),
                tuple(unseen),
                help="let a body confirm it (a rung of the ladder occurrence, or a finding), or name a date as well",
            )
    if not said and (term is None or not term.requires):
        yield from _in_words(draft)


def _established(draft: Draft, event: str) -> bool:
    a = draft.agreement
    ladder = a.ladders.get("occurrence")
    if ladder is not None and any(source.body is not None for level in ladder.levels for source in level.sources):
        return True
    return any(event in finding.on for finding in a.findings.values())


def _in_words(draft: Draft) -> Iterator[Finding]:
    """Articles that hang the start on the end of hostilities, where they hold the term or a norm and no clause says it."""
    a = draft.agreement
    for decl in a.declarations:
        if not isinstance(decl, n.TermDecl | n.NormDecl) or decl.article is None or decl.article not in a.articles:
            continue
        if isinstance(decl, n.NormDecl) and (
            decl.until is not None or decl.unless is not None or _first(draft, decl) is not decl
        ):
            continue
        for match in _AFTER.finditer(a.articles[decl.article].prose):
            if _ENDING.search(match[0]):
                name = decl.name if isinstance(decl, n.NormDecl) else a.name
                yield Finding(
                    f'{name} begins "{" ".join(match[0].split())}", and no clause says which act that is',
                    decl.span,
                    (name,),
                    help="let `term … requires` name the event, and a body that establishes it",
                )
                return


def _first(draft: Draft, norm: n.NormDecl) -> n.NormDecl:
    return next(x for x in draft.agreement.norms.values() if x.article == norm.article)
