"""Concordance: the authentic languages say different things.

Covers: L10

## What it finds

A term of the text (`wording`) whose languages render different concepts of one family: an assurance here and a guarantee there,
"shall" here and "should" there, an armed attack here and aggression there. The concepts are those of a small bank of treaty
terms in English, Ukrainian and Russian that knows inflected forms; a word that it does not know is passed over, and a word that
renders both concepts agrees with both. It is silent where the prose says which language prevails.

## Why it matters

The Budapest Memorandum of 1994 has three authentic languages and gives Ukraine "assurances" in English and "гарантії" in
Ukrainian (UN Treaty Series I-52241). Each side could read out its own text for thirty years. Where terms differ and no
language prevails, the law of treaties looks for the meaning that best reconciles the texts (Vienna Convention on the Law of
Treaties, Article 33(4), general knowledge): that is, in practice, for the weaker.

## Example

```casus
wording promise "what is given" en "security assurances", uk "гарантії безпеки"
```

## Better

```casus
wording promise "what is given" en "security guarantees", uk "гарантії безпеки"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.checklist import listed, wordings
from casus.lint.checklist_prose import prevails
from casus.lint.concordance import Concept, concepts
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("C701", "concordance", "S")
def concordance(draft: Draft) -> Iterator[Finding | Searched]:
    if prevails(draft):
        return
    for wording in wordings(draft):
        rendered = {term.language: (term, concepts(term.language, term.words)) for term in wording.terms}
        families = dict.fromkeys(concept.family for _, found in rendered.values() for concept in found)
        for family in families:
            yield from _differing(wording, family, rendered)


def _differing(
    wording: n.WordingDecl, family: str, rendered: dict[str, tuple[n.Rendering, tuple[Concept, ...]]]
) -> Iterator[Finding]:
    said = {x: tuple(c for c in found if c.family == family) for x, (_, found) in rendered.items()}
    said = {language: found for language, found in said.items() if found}
    if len(said) < 2 or all(set(one) & set(two) for one in said.values() for two in said.values()):
        return
    by_meaning: dict[tuple[Concept, ...], list[str]] = {}
    for language, found in said.items():
        by_meaning.setdefault(found, []).append(language)
    parts = [
        f"{listed((concept.name for concept in found), 'or')} in"
        f" {listed(f'{language} (“{rendered[language][0].words}”)' for language in languages)}"
        for found, languages in by_meaning.items()
    ]
    strengths = {found: max(concept.strength for concept in found) for found in by_meaning}
    weakest = min(by_meaning, key=lambda found: strengths[found])
    least = (Related(f"{listed(by_meaning[weakest])} gives the least"),) if len(set(strengths.values())) > 1 else ()
    sources = dict.fromkeys(concept.source for found in by_meaning for concept in found)
    yield Finding(
        f"`{wording.name}` says {listed(parts)}",
        wording.span,
        (wording.name, family),
        (*least, *(Related(f"which term renders which: {source}") for source in sources)),
        "use terms of one concept, or say which language prevails",
    )
