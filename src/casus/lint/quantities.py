"""Quantities as prose writes them: `forty-eight (48) hours`, `a fortnight`, `EUR 2 billion`, `55 per cent`, `1 March 2027`.

English only; digits in any language. What follows `Article`, `Annex` and the like is a reference and no quantity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

QuantityKind = Literal["duration", "money", "percent", "length", "date", "count"]

_SMALL_WORDS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
)
_TEN_WORDS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_MONTH_WORDS: Final = "january february march april may june july august september october november december"
_ONES: Final = re.findall(r"\w+", _SMALL_WORDS)
_TENS: Final = {word: 10 * index for index, word in enumerate(re.findall(r"\w+", _TEN_WORDS), 2)}
_SMALL: Final = {**{word: value for value, word in enumerate(_ONES)}, **_TENS}
_SCALES: Final = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "bn": 10**9, "m": 10**6}
_MINUTES: Final = {"minute": 1, "hour": 60, "day": 1440, "week": 7 * 1440, "fortnight": 14 * 1440}
_MONTHS: Final = {"month": 1, "year": 12, "decade": 120}
_METRES: Final = {"km": 1000, "kilometre": 1000, "kilometer": 1000, "metre": 1, "meter": 1, "mile": 1609, "m": 1}
_MONTH_NAMES: Final = re.findall(r"\w+", _MONTH_WORDS)
_CURRENCIES: Final = {"€": "EUR", "$": "USD", "£": "GBP", "euro": "EUR", "dollar": "USD", "pound": "GBP"}

_WORD = "|".join(sorted([*_SMALL, "hundred", "thousand", "million", "billion"], key=len, reverse=True))
_SPELT = rf"(?:(?:{_WORD})(?:(?:[ -]|[ ]and[ ])(?:{_WORD}))*)"
_DIGITS = r"\d{1,3}(?:[,  _]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBER = rf"(?:{_DIGITS}|{_SPELT})(?:[  ](?:hundred|thousand|million|billion)\b|[  ]?bn\b)?"
_QUANTITY: Final = re.compile(
    rf"(?P<iso>\b\d{{4}}-\d\d-\d\d\b)"
    rf"|\b(?P<day>\d{{1,2}}) (?P<month>{'|'.join(_MONTH_NAMES)}) (?P<year>\d{{4}})\b"
    rf"|(?P<sign>[€$£])\s?(?P<money1>{_NUMBER})"
    rf"|\b(?P<code>(?-i:[A-Z]{{3}}))[  ](?P<money2>{_NUMBER})"
    rf"|\b(?P<number>{_NUMBER})(?!\([a-z]\))(?P<paren>\s*\((?P<again>\d+)\))?"
    r"(?P<unit>[  -]?(?:(?:full|whole|calendar|working|consecutive)[ ])?"
    r"(?:minutes?|hours?|days?|weeks?|fortnights?|months?|years?|decades?|km|kilomet(?:re|er)s?|met(?:re|er)s?|miles?"
    r"|per\s?cent|percent|euros?|dollars?|pounds?)\b|\s?%)?"
    r"|\b(?P<article>an?|half an?)[ ](?P<single>minute|hour|day|week|fortnight|month|year|decade)\b",
    re.IGNORECASE,
)
_REFERENCE: Final = re.compile(
    r"(?:articles?|art\.|annex(?:es)?|paragraphs?|para\.|sections?|chapters?|points?|items?|resolutions?|steps?|phases?|no\.|nos\.|"
    r"number|part|schedule|table|protocol|§)\s*(?:\d+(?:\(\d+\))?\s*(?:,|and|or|to|–|-)\s*)*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """`values`: equal readings of it (a week is 7 days). `unit` tells apart what cannot be compared, as currencies."""

    kind: QuantityKind
    values: frozenset[Decimal]
    unit: str
    text: str
    match: re.Match[str]
    contradicts_itself: bool = False


def quantities(text: str) -> Iterator[Quantity]:
    """The quantities of a text, in its order."""
    flat = re.sub(r"\s", " ", text)  # of the same length, so that places stay
    for match in _QUANTITY.finditer(flat):
        before = flat[max(0, match.start() - 60) : match.start()]
        if _REFERENCE.search(before) or (match["number"] is not None and re.search(r"[\w.]$", before)):
            continue
        yield _read(match)


def _read(match: re.Match[str]) -> Quantity:
    said = match[0].strip()
    if match["iso"]:
        return Quantity("date", frozenset({Decimal(match["iso"].replace("-", ""))}), "", said, match)
    if match["year"]:
        month = _MONTH_NAMES.index(match["month"].lower()) + 1
        value = Decimal(f"{match['year']}{month:02}{int(match['day']):02}")
        return Quantity("date", frozenset({value}), "", said, match)
    if match["article"]:
        half = Decimal("0.5") if match["article"].lower().startswith("half") else Decimal(1)
        return _with_unit(half, match["single"].lower(), said, match)
    if match["sign"]:
        return Quantity("money", frozenset({number(match["money1"])}), _CURRENCIES[match["sign"]], said, match)
    if match["code"]:
        return Quantity("money", frozenset({number(match["money2"])}), match["code"], said, match)
    value = number(match["number"])
    own = match["again"] is not None and Decimal(match["again"]) != value
    unit = (match["unit"] or "").strip(" -\u00a0").lower()
    unit = re.sub(r"^(?:full|whole|calendar|working|consecutive) ", "", unit)
    if not unit:
        return Quantity("count", frozenset({value}), "", said, match, own)
    found = _with_unit(value, unit, said, match)
    return found if not own else Quantity(found.kind, found.values, found.unit, said, match, True)


def _with_unit(value: Decimal, unit: str, said: str, match: re.Match[str]) -> Quantity:
    if unit in ("%", "percent", "per cent"):
        return Quantity("percent", frozenset({value}), "", said, match)
    single = unit.removesuffix("s")
    if single in _CURRENCIES:
        return Quantity("money", frozenset({value}), _CURRENCIES[single], said, match)
    if single in _METRES:
        return Quantity("length", frozenset({value * _METRES[single]}), "", said, match)
    if single in _MINUTES:
        return Quantity("duration", lengths(minutes=value * _MINUTES[single]), "", said, match)
    return Quantity("duration", lengths(months=value * _MONTHS[single]), "", said, match)


def lengths(*, minutes: Decimal = Decimal(0), months: Decimal = Decimal(0)) -> frozenset[Decimal]:
    """A length of time in minutes, in every reading that people take for the same: a year is 12 months, 365 or 366 days."""
    if not months:
        return frozenset({minutes})
    days = {months * 30, months * 31}
    if months % 12 == 0:
        days |= {months / 12 * 365, months / 12 * 366, months / 12 * 360}
    return frozenset({-months, *(day * 1440 for day in days)})


def number(text: str) -> Decimal:
    """`forty-eight`, `12,800`, `2.5 billion`, `one hundred and eighty`."""
    words = re.split(r"[\s\u00a0-]+", re.sub(r"(?<=\d)(?=[a-z])", " ", text.lower().strip()))
    if re.fullmatch(r"[\d.,_]+", words[0]):
        while len(words) > 1 and re.fullmatch(r"\d{3}", words[1]):
            words[:2] = [words[0] + words[1]]
        value = Decimal(re.sub(r"[,_]", "", words[0]))
        for word in words[1:]:
            value *= _SCALES.get(word, 1)
        return value
    total, group = 0, 0
    for word in words:
        if word in _SMALL:
            group += _SMALL[word]
        elif word == "hundred":
            group = max(group, 1) * 100
        elif word in _SCALES:
            total, group = total + max(group, 1) * _SCALES[word], 0
    return Decimal(total + group)
