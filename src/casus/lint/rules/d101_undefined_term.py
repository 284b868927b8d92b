"""Undefined term: the words use a capitalised term that nothing defines.

Covers: L01

## What it finds

A term that the prose writes with a capital and an article, as defined terms are ("the Buffer Zone", "each Serious Incident"),
where no party, body, role, group, zone, event, definition, trigger, decision, norm, package or annex is called so and the
text does not say what it means. A singular and a plural are one term, and the words of a declared name may stand in any order
("the Mission" is the Joint Mission).

It does not speak of the first word of a sentence, of titles, of names of states and of known institutions, of months, or of
the parts of the text itself (Article, Annex, Party …). A name in a fence that is not declared is the checker's (E203).

## Why it matters

A capital letter promises a definition. The North Atlantic Treaty speaks of an armed attack and defines the area, not the
attack; what is one was left to the case, and so it is in most texts that borrow the word (European Parliament, research
service, reported). What is not defined is what each side says it is.

## Example

Weapons are kept out of the Buffer Zone.

```casus
zone territory open "Valdria within its borders"
```

## Better

Weapons are kept out of the Buffer Zone.

```casus
zone territory open "Valdria within its borders"
zone buffer_zone = territory within 15 km of contact_line
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.language import nodes as n
from casus.lint.checklist_prose import sentences
from casus.lint.draft import Draft
from casus.lint.facts import singular
from casus.lint.rule import Finding, Searched, rule

_TERM: Final = re.compile(
    r"\b(?P<article>the|an?|each|every|any|such|this|that|no|all)\s+"
    r"(?P<term>[A-Z][a-z]+(?:-[A-Za-z]+)?(?:\s+(?:(?:of|on|for|and|to)\s+(?:the\s+)?)?[A-Z][a-z]+(?:-[A-Za-z]+)?)*)\b"
)
_LINKS: Final = frozenset({"of", "on", "for", "and", "to", "the"})


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))


_PARTS: Final = _words(
    "agreement treaty compact memorandum protocol accord convention pact declaration communique armistice package "
    "measure article annex annexe chapter section paragraph preamble schedule appendix part point table title "
    "clause page list step party state signatory member side government contracting high participant country "
    "parliament minister president secretary head general depositary ambassador text english"
)
"""The text and its parts, and words for those who make it."""

_PROPER: Final = _words(
    "united nations council security assembly charter union federation republic kingdom european atlantic north "
    "south east west eastern western northern southern central sea ocean river strait peninsula bay gulf court "
    "international federal national congress senate duma rada bundestag embassy ministry treasury commonwealth "
    "geneva vienna vilnius convention act resolution organization organisation world bank fund nuclear agency final "
    "budapest helsinki russian ukrainian american british french german korean iranian soviet alliance ally euro "
    "normandy trilateral contact group people army tropic cancer house cold war"
)
"""Words of names of states, places, institutions and instruments that stand outside of the text."""

_MONTHS: Final = _words(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday"
)
"""Months and days."""

_NOUNS: Final = _words(
    "zone area line incident attack aggression force mission commission committee body mechanism weapon territory "
    "period date guarantee assurance assistance threat violation personnel equipment operation site facility system "
    "corridor region breach event conflict hostility ceasefire obligation commitment response sanction panel board "
    "observer monitor expert arbitrator tribunal"
)
"""What treaties define: a term that ends so is one at its first use, any other one at its second."""

_NAMES: Final = frozenset(
    {"party", "nonparty", "body", "group", "zone", "event", "define", "exception", "trigger", "decision", "determination",
     "obligation", "prohibition", "power", "automatic", "package", "schedule", "finding", "estimate", "ladder", "baseline",
     "phase", "suspension", "weights", "step"}
)  # fmt: skip


@rule("D101", "undefined-term", "S")
def undefined_term(draft: Draft) -> Iterator[Finding | Searched]:
    """Each capitalised term, at the first place where it is used."""
    known = _known(draft)
    outside = _PARTS | _PROPER | _MONTHS
    seen: set[tuple[str, ...]] = set()
    carrying = {decl.article for decl in draft.agreement.declarations if not isinstance(decl, n.AgreementDecl)}
    opening = draft.agreement.header.article or ""
    opening = "" if opening.startswith("art-") else opening  # the title and what stands under it
    for sentence in sentences(draft):
        place = sentence.article
        if place is None or (place not in carrying and not place.startswith(("art-", "annex-"))) or place == opening:
            continue
        for match in _TERM.finditer(sentence.text):
            words = tuple(singular(word.lower()) for word in re.findall(r"[\w-]+", match["term"]) if word not in _LINKS)
            if words in seen or not words or _capital_by_place(sentence.text, match):
                continue
            seen.add(words)
            own = [word for word in words if word not in _PARTS]
            if not own or set(words) & (_PROPER | _MONTHS) or any(set(own) <= name for name in known):
                continue
            if not (set(own) - outside) or _defined_in_words(draft, match["term"]):
                continue
            if words[-1] not in _NOUNS and len(re.findall(rf"\b{re.escape(match['term'])}s?\b", draft.document.text)) < 2:
                continue
            term = " ".join(match["term"].split())
            message = f"“{term}” is written as a defined term, and nothing in the text defines it"
            help_ = f"declare what {term} is, say in the text what it means, or write it small"
            yield Finding(message, sentence.span(match), (term,), help=help_)


def _capital_by_place(text: str, match: re.Match[str]) -> bool:
    """Whether the capital is that of a quotation or a title in quotation marks."""
    before = text[: match.start("term")].rstrip()
    return before.endswith(("“", '"', "«", "*", "_"))


def _known(draft: Draft) -> list[frozenset[str]]:
    """The words of everything that the text declares, and of its headings, each as a set."""
    a = draft.agreement
    said: list[str] = []
    for decl in a.declarations:
        if decl.kind in _NAMES:
            said += [str(value) for part in ("name", "title", "code") if (value := getattr(decl, part, None))]
        if isinstance(decl, n.RoleDecl):
            said += decl.names
        if isinstance(decl, n.EventDecl):
            said += [field.name for field in decl.fields]
        if isinstance(decl, n.PackageDecl):
            said += decl.items
        if isinstance(decl, n.LadderDecl):
            said += decl.rungs
        if isinstance(decl, n.ZoneDecl):
            said += [decl.open] if decl.open else []
    said += [article.title for article in a.articles.values()]
    said += [a.header.title or ""]
    return [frozenset(singular(word) for word in re.findall(r"[^\W_]+(?:-[^\W_]+)*", text.lower())) for text in said]


def _defined_in_words(draft: Draft, term: str) -> bool:
    """`“Term” means …`, `(the “Term”)`, `**Term** is …`, `hereinafter the Term`."""
    name = r"\s+".join(re.escape(word) for word in term.split())
    quoted = rf"[“\"«*_]{{1,3}}(?:the\s+)?{name}s?[”\"»*_]{{1,3}}"
    explained = rf"\b{name}s?\b[”\"»*_]*\s+(?:means?|shall\s+mean|refers?\s+to|is\s+understood|denotes?)\b"
    return re.search(rf"{quoted}|{explained}|hereinafter\s+(?:the\s+)?{name}", draft.document.text) is not None
