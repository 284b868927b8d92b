"""Prose-code drift: what an article says and what its fence computes are two things.

Covers: L34

## What it finds

In an article that carries declarations: a length of time, a date, a sum, a percentage, a distance, or a number of something
declared, that has no match in the article's fences (numbers in words too: "thirty days" is 30 days, "within a day" is 24
hours); a word and a figure that contradict each other ("thirty (31) days"); a party that is named and that nothing in the
fence is about; a "may" whose fence obliges, a "shall" whose fence only permits. And an article in which a party shall do
something, and nothing of it is computed.

What another article is referred to for is looked up there, and so are the tables of annexes.

## Why it matters

Where words and code differ, each side quotes the one that suits it. The two authentic versions of an instrument are the old
form of this fault (Budapest Memorandum of 1994: "assurances" in English, "гарантії" in Ukrainian; UN Treaty Series I-52241).
Casus computes the fence; the parties signed the words.

## Example

Within thirty days of an incident the Guarantors shall consult.

```casus
obligation consult
  upon incident
  debtor every guarantor  creditor VDR
  to consult
  due 24 hours after activation
```

## Better

Within a day of an incident the Guarantors shall consult.

```casus
obligation consult
  upon incident
  debtor every guarantor  creditor VDR
  to consult
  due 24 hours after activation
```
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from casus.language import nodes as n
from casus.lint.checklist_prose import OPERATIVE, Sentence, sentences
from casus.lint.draft import Draft
from casus.lint.facts import Facts, FactsReader, singular
from casus.lint.quantities import Quantity, QuantityKind, quantities
from casus.lint.rule import Finding, Searched, rule
from casus.state.words import article

_RULING: Final = frozenset({"obligation", "prohibition", "power", "automatic", "decision", "determination", "trigger"})
_NEUTRAL: Final = frozenset({"role", "party", "body", "nonparty", "group", "zone", "event", "estimate", "baseline", "use"})
_BINDING: Final = r"(?:shall|must|undertakes?|commits?|pledges?|agrees?)\b"
_ELSEWHERE: Final = re.compile(
    r"\b(?:set out|set forth|laid down|below|following|hereunder|herein|(?:under|of|in|with) this \w+|articles?"
    r"|annex(?:es)?)\b",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(r"(?:art|annex|para|point|section|clause|step|chapter|title|part)\w*-[\divx]", re.IGNORECASE)
_KINDS: Final[Mapping[QuantityKind, str]] = {
    "duration": "length of time",
    "money": "sum",
    "percent": "percentage",
    "length": "distance",
    "date": "date",
    "count": "number",
}


@rule("X110", "prose-code-drift", "X")
def prose_code_drift(draft: Draft) -> Iterator[Finding | Searched]:
    """Each sentence of an article against what its fences say."""
    reader = FactsReader(draft)
    everything = reader.of(reader.places.values())
    for sentence in sentences(draft):
        place = reader.places.get(sentence.article or "")
        if place is None:
            continue
        own = reader.of([place])
        if not own.declarations:
            if place.startswith("art-"):
                yield from _owed(draft, sentence, own)
            continue
        if _NUMBERED.match(place) or OPERATIVE.search(sentence.text):
            referred = reader.of(_referred(draft, sentence))
            yield from _quantities(draft, sentence, own, referred, everything)
        if _RULING & {decl.kind for decl in own.declarations}:
            yield from _parties(draft, sentence, own)
            yield from _modals(draft, sentence, own)
        if {decl.kind for decl in own.declarations} <= _NEUTRAL:
            yield from _owed(draft, sentence, own)


# ---------------------------------------------------------------- quantities


def _quantities(draft: Draft, sentence: Sentence, own: Facts, referred: Facts, everything: Facts) -> Iterator[Finding]:
    for quantity in quantities(sentence.text):
        if quantity.contradicts_itself:
            message = f"“{quantity.text}” says two things, a number in words and another one in figures"
            yield _finding(draft, sentence, own, quantity.match, message, "write the same number twice, or once")
        if quantity.kind == "count" and not _of_something(quantity, sentence, own):
            continue
        if _agrees(quantity, own) or _agrees(quantity, referred):
            continue
        said = _said(quantity, own)
        if not said and _agrees(quantity, everything):
            continue  # the fence speaks of no such thing, and another article does
        if quantity.kind == "date" and not said:
            continue  # a day on which something happened, as in a recital
        place = article(draft.agreement, own.place)
        what = f"the fence says {said}" if said else f"its fence has no such {_KINDS[quantity.kind]}"
        noun = re.match(r"\s+\w+", sentence.text[quantity.match.end() :]) if quantity.kind == "count" else None
        message = f"{place} says “{quantity.text}{' ' + noun[0].strip() if noun else ''}”, and {what}"
        yield _finding(draft, sentence, own, quantity.match, message, "make the two say the same")


def _agrees(quantity: Quantity, facts: Facts) -> bool:
    if quantity.kind == "count":
        near = {value + step for value in facts.values("count", "") for step in (-1, 0, 1)}
        return bool(quantity.values & (near | facts.sizes))
    known = facts.values(quantity.kind, quantity.unit)
    if quantity.kind == "duration":  # a column of an annex is in days; a share of a length is not looked for
        return bool(quantity.values & known)
    return bool(quantity.values & (known | facts.values("count", "")))


def _said(quantity: Quantity, own: Facts) -> str:
    """What the fence has of the kind, as it is written there."""
    if quantity.kind == "count":
        return ""
    written = own.written(quantity.kind)
    return " and ".join(written[:3]) + (" and more" if len(written) > 3 else "")


def _of_something(quantity: Quantity, sentence: Sentence, own: Facts) -> bool:
    """Whether a plain number counts something that the article's fence declares or names."""
    if max(quantity.values) < 2:
        return False
    after = sentence.text[quantity.match.end() :]
    words = [singular(word.lower()) for word in re.findall(r"^\W{0,2}(\w+)(?:\s+(\w+))?", after)[:1] for word in word if word]
    return any(word in own.vocabulary for word in words)


def _referred(draft: Draft, sentence: Sentence) -> Iterator[str]:
    """The articles and annexes that a sentence refers to."""
    for kind, numbers in re.findall(
        r"\b(articles?|annex(?:es)?)\s+((?:[\dIVX]+(?:\s*(?:,|and|or|to)\s*)?)+)", sentence.text, re.I
    ):
        prefix = "art" if kind.lower().startswith("art") else "annex"
        for number in re.findall(r"[\dIVXivx]+", numbers):
            if f"{prefix}-{number.lower()}" in draft.agreement.articles:
                yield f"{prefix}-{number.lower()}"


# ---------------------------------------------------------------- parties, may and shall


def _parties(draft: Draft, sentence: Sentence, own: Facts) -> Iterator[Finding]:
    titles = {code: decl.title for code, decl in draft.agreement.parties.items()}
    titles |= {code: decl.title for code, decl in draft.agreement.nonparties.items()}
    for code, title in sorted(titles.items()):
        match = re.search(rf"\b{re.escape(title)}\b", sentence.text)
        short = " ".join(title.lower().split()[:2])  # as strings and names say it: the United States, support_ukraine
        if match is not None and code not in own.codes and short not in own.words:
            message = f"{article(draft.agreement, own.place)} names {title}, and nothing in its fence is about {code}"
            yield _finding(draft, sentence, own, match, message, f"name {code} in the fence, or leave {title} out of the words")


def _modals(draft: Draft, sentence: Sentence, own: Facts) -> Iterator[Finding]:
    norms = [decl for decl in own.declarations if isinstance(decl, n.NormDecl) and decl.act is not None]
    for norm in norms:
        assert norm.act is not None
        same = {other.kind for other in norms if other.act is not None and other.act.verb == norm.act.verb}
        verb = norm.act.verb.replace("_", " ")
        wrong, says = (
            (rf"may (?:\w+ )?{verb}\b", "may") if norm.kind == "obligation" else (rf"shall (?:\w+ )?{verb}\b", "shall")
        )
        match = re.search(wrong, sentence.text)
        if len(same) == 1 and norm.kind in ("obligation", "power") and match is not None:
            fence = "obliges" if norm.kind == "obligation" else "only permits"
            message = f"the words say “{match[0]}”, and `{norm.name}` {fence}"
            help_ = (
                f"say shall, or make {norm.name} a power" if says == "may" else f"say may, or make {norm.name} an obligation"
            )
            yield _finding(draft, sentence, own, match, message, help_, norm.name)


def _owed(draft: Draft, sentence: Sentence, own: Facts) -> Iterator[Finding]:
    """A party shall do something in an article that rules nothing."""
    match = re.search(rf"\b(?:{_subjects(draft)})\b(?:[’']s)?[^.;:]{{0,40}}?\b{_BINDING}", sentence.text)
    if match is None or _ELSEWHERE.search(sentence.text):
        return
    words = " ".join(match[0].split())
    message = f"{article(draft.agreement, own.place)} says “{words} …”, and nothing of it is computed"
    yield _finding(draft, sentence, own, match, message, "write it as a norm, or say with `open` what the text leaves out")


def _subjects(draft: Draft) -> str:
    a = draft.agreement
    titles = {decl.title for decl in a.parties.values()} | {decl.title for decl in a.bodies.values()}
    titles |= {form for name in (*a.roles, *a.groups) for word in (name.replace("_", " "),) for form in _forms(word)}
    return "|".join(
        re.escape(title) for title in sorted({*titles, "Parties", "Party", "Each Party"}, key=lambda t: (-len(t), t))
    )


def _forms(word: str) -> Iterable[str]:
    title = word[:1].upper() + word[1:]
    return {title, title if title.endswith("s") else f"{title}s"}


def _finding(
    draft: Draft, sentence: Sentence, own: Facts, match: re.Match[str], message: str, help_: str, *about: str
) -> Finding:
    names = [*about, *(name for decl in own.declarations if (name := getattr(decl, "name", None)) and decl.kind in _RULING)]
    main = names[0] if names else draft.agreement.name
    return Finding(message, sentence.span(match), (main, " ".join(match[0].split())), help=help_)
