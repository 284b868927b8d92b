"""Open texture without a decider: a word on which people differ, and nobody who says what it means in the case.

Covers: L01, L21

## What it finds

A word of an article whose meaning is a matter of degree or of opinion ("serious", "proportionate", "imminent", "sustained",
"without cause", "as it deems necessary" …) where nobody says in the case at hand whether it holds. It is silent where

- a finding, a definition, an event, a trigger or a rung is called after the word: then a body answers, or a condition does;
- the word stands before a term that a condition with a number defines ("a serious incident", where `incident` counts);
- the text says what the word means, or the sentence says who decides.

## Why it matters

The draft that became public in November 2025 as the side paper of the 28 points promised a response to a "significant,
deliberate, and sustained" armed attack, and left open who says that an attack is (as reported in the press; the words are of
the draft). Each of the three words is a door: whoever does not want to act says that the attack was small, or a mistake, or is
over. "Without cause" in a void clause lets one unattributed shot end the promise.

## Example

A serious and sustained attack on Valdria calls for assistance.

```casus
define attack means strike or incursion
trigger aggression severity 3
  when any attack by OSK
```

## Better

An attack is serious when the Commission finds so within three days.

```casus
define attack means strike or incursion where serious
finding serious on strike or incursion by commission due 72 hours after report else presumed_no
trigger aggression severity 3
  when any attack by OSK
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from casus.diagnostics import Span
from casus.language import nodes as n
from casus.language.check.walk import atoms, conditions, window
from casus.lint.checklist_prose import Sentence, sentences
from casus.lint.draft import Draft
from casus.lint.facts import singular
from casus.lint.rule import Finding, Searched, rule
from casus.state.words import article

_STEMS: Final[Mapping[str, str]] = {
    "serious": "serious",
    "seriously": "serious",
    "grave": "grave",
    "gravely": "grave",
    "gross": "gross",
    "proportionate": "proportion",
    "proportionately": "proportion",
    "disproportionate": "proportion",
    "imminent": "imminent",
    "imminently": "imminent",
    "significant": "significan",
    "significantly": "significan",
    "substantial": "substantial",
    "substantially": "substantial",
    "deliberate": "deliberate",
    "deliberately": "deliberate",
    "intentional": "intention",
    "sustained": "sustain",
    "large-scale": "scale",
    "unprovoked": "provo",
    "provocation": "provo",
    "reasonable": "reasonabl",
    "reasonably": "reasonabl",
    "undue": "undue",
    "unduly": "undue",
    "appropriate": "appropriate",
    "adequate": "adequate",
    "adequately": "adequate",
    "sufficient": "sufficien",
    "sufficiently": "sufficien",
    "necessary": "necess",
    "fundamental": "fundamental",
    "exceptional": "exception",
    "justified": "justif",
    "unjustified": "justif",
    "hostile": "hostil",
}
_PHRASES: Final[Mapping[str, str]] = {
    r"without (?:just |good )?cause": "cause",
    r"as (?:it|they|each|the \w+) (?:deems?|considers?|sees?) (?:necessary|fit|appropriate)": "necess",
    r"good faith": "faith",
    r"material (?:breach|change|violation|non-performance)": "material",
    r"force majeure": "majeure",
}
_WORD: Final = re.compile(
    "|".join([*_PHRASES, *(rf"\b{re.escape(word)}\b" for word in sorted(_STEMS, key=len, reverse=True))]), re.IGNORECASE
)
_DECIDES: Final = re.compile(
    r"\b(?:decides?|determines?|finds?|establish(?:es)?|certif(?:y|ies)|declares?|adopted"
    r"|as (?:agreed|decided|determined|found))\b",
    re.IGNORECASE,
)
_EXPLAINED: Final = re.compile(r"\b(?:means?|shall mean|is understood as|refers? to|is .{0,40}\bwhen)\b", re.IGNORECASE)
_AS_GIVEN: Final = re.compile(
    r"\bnecessary (?:to|for|in order)\b|\bmaterial (?:support|assistance|help|damage|means)\b", re.IGNORECASE
)
_HARMLESS: Final = re.compile(r"\b(?:where|when|if|as) (?:necessary|appropriate)\b", re.IGNORECASE)


@rule("D103", "open-texture-without-decider", "X")
def open_texture_without_decider(draft: Draft) -> Iterator[Finding | Searched]:
    """The words of each article, one finding for each article that leaves some open."""
    named = _named(draft)
    measured = _measured(draft)
    deciders = _deciders(draft)
    carrying = {decl.article for decl in draft.agreement.declarations if not isinstance(decl, n.AgreementDecl)}
    found: dict[str, dict[str, Span]] = {}
    opening = draft.agreement.header.article or ""
    opening = "" if opening.startswith("art-") else opening  # the title and what stands under it
    for sentence in sentences(draft):
        place = sentence.article
        if place is None or (place not in carrying and not place.startswith(("art-", "annex-"))) or place == opening:
            continue
        for word, span in _open_words(sentence, named, measured, deciders):
            found.setdefault(place, {}).setdefault(word, span)
    for norm in draft.agreement.norms.values():
        words = norm.act.prose if norm.act is not None else None
        place_of_act = norm.place("act")
        if words and place_of_act is not None and norm.article is not None:
            inside = Sentence(norm.article, words, draft.document.path, place_of_act.line, place_of_act.col)
            for word, _ in _open_words(inside, named, measured, deciders):
                found.setdefault(norm.article, {}).setdefault(word, place_of_act)
    for place, words_there in found.items():
        quoted = [f"“{word}”" for word in words_there]
        said = quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
        verb = "is" if len(quoted) == 1 else "are"
        yield Finding(
            f"{article(draft.agreement, place)} hangs on what {said} {verb}, and nobody is named who says so in the case",
            min(words_there.values()),
            (_owner(draft, place), *words_there),
            help="let a body answer: finding … on … by … due … else presumed_no; or put a number in its place",
        )


def _open_words(
    sentence: Sentence, named: frozenset[str], measured: frozenset[str], deciders: frozenset[str]
) -> Iterator[tuple[str, Span]]:
    """The words of a sentence that nothing settles."""
    text = " ".join(re.split(r"\s", sentence.text))  # of the same length
    lower = text.lower()
    if (_DECIDES.search(text) and any(decider in lower for decider in deciders)) or _EXPLAINED.search(text):
        return
    for match in _WORD.finditer(text):
        word = match[0].lower()
        stem = _STEMS.get(word) or next(s for pattern, s in _PHRASES.items() if re.fullmatch(pattern, word))
        if any(stem in name for name in named) or _is_given(text, match):
            continue
        following = re.findall(r"[\w-]+", text[match.end() :])[:3]
        if any(singular(part.lower()) in measured for part in following):
            continue
        yield word, sentence.span(match)


def _is_given(text: str, match: re.Match[str]) -> bool:
    """Whether the word is used without asking for an opinion: necessary to do something, where appropriate."""
    around = text[max(0, match.start() - 8) : match.end() + 14]
    word = match[0].lower()
    if word == "necessary" and _AS_GIVEN.search(around):
        return True
    return word in ("necessary", "appropriate") and _HARMLESS.search(around) is not None


def _named(draft: Draft) -> frozenset[str]:
    """The names that answer for a word: findings, definitions, exceptions, events with their fields, triggers, rungs."""
    a = draft.agreement
    found = {*a.findings, *a.definitions, *a.exceptions, *a.events, *a.triggers, *a.determinations}
    for event in a.events.values():
        for field in event.fields:
            found |= {field.name, *field.values}
    found |= {rung for ladder in a.ladders.values() for rung in ladder.rungs}
    return frozenset(name.lower() for name in found)


def _measured(draft: Draft) -> frozenset[str]:
    """The words of definitions and triggers that rest on a number."""
    a = draft.agreement
    found: set[str] = set()
    for decl in a.definitions.values():
        if any(isinstance(part, n.CCompare | n.CCompareDuration) for part in conditions(decl.where)):
            found |= set(decl.name.split("_"))
    for trigger in a.triggers.values():
        if any(window(atom) is not None or isinstance(atom, n.TLatest | n.THolds) for atom in atoms(trigger.when)):
            found |= set(trigger.name.split("_"))
    return frozenset(singular(word) for word in found)


def _deciders(draft: Draft) -> frozenset[str]:
    """Bodies and decisions as prose calls them."""
    a = draft.agreement
    words = {word.lower() for body in a.bodies.values() for word in (body.title, body.name.replace("_", " "))}
    heads = {re.split(r"\s+(?:on|of|for)\s+", body.title)[0].split()[-1].lower() for body in a.bodies.values() if body.title}
    return frozenset(words | heads | {name.replace("_", " ") for name in a.decisions})


def _owner(draft: Draft, place: str) -> str:
    """The main declaration of an article; the agreement where it has none."""
    ranked = ("trigger", "obligation", "prohibition", "power", "define", "decision")
    names = {
        decl.kind: name
        for decl in reversed(draft.agreement.declarations)
        if decl.article == place and (name := getattr(decl, "name", None)) is not None
    }
    return next((names[kind] for kind in ranked if kind in names), draft.agreement.name)
