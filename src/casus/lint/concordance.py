"""A small bank of treaty terms in English, Ukrainian and Russian: which concept a word renders, whatever its inflection.

Concepts that can be mistaken for each other, or put in each other's place, stand in one family; where they give more or less
they are ordered (`strength`, 0 where they are not). A word can render several: Ukrainian and Russian have one word for
obligation and commitment. A word that the bank does not know renders nothing, and nothing is said of it.

A term is one or more stems; `*` stands for any ending, a stem without it is the whole word. Case, stress marks, the letter ё
and the kind of apostrophe do not matter. `source` says where the equivalence is from; where it says general knowledge it was
not read on a page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

GENERAL: Final = "general knowledge"


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """`terms`: for each language the terms that render it."""

    name: str
    family: str
    strength: int
    terms: Mapping[str, tuple[str, ...]]
    source: str = GENERAL


def _concept(name: str, family: str, strength: int, en: str, uk: str, ru: str, source: str = GENERAL) -> Concept:
    terms = {language: tuple(x.strip() for x in said.split(",")) for language, said in (("en", en), ("uk", uk), ("ru", ru))}
    return Concept(name, family, strength, terms, source)


BUDAPEST: Final = "UN Treaty Series I-52241 (1994): English “assurances” where the Ukrainian text has “гарантії”"
CHARTER: Final = "Charter of the United Nations, Articles 2(4) and 51 (general knowledge)"
DEFINITION: Final = "UN General Assembly resolution 3314 (1974) (general knowledge)"
MINSK: Final = "Minsk Memorandum and Package, 2014 and 2015, as reported"

CONCEPTS: Final[tuple[Concept, ...]] = (
    _concept("assurance", "promise", 1, "assuranc*, assure*", "запевнен*, запевня*", "заверен*, заверя*", BUDAPEST),
    _concept("guarantee", "promise", 2, "guarantee, guarantees, guaranteed", "гаранті*, гарантув*", "гаранти*", BUDAPEST),
    _concept("may", "modality", 1, "may", "може, можуть", "может, могут, вправе"),
    _concept("intention", "modality", 2, "intend*, intention*", "намір*, наміри", "намерен*, намерева*"),
    _concept(
        "endeavour", "modality", 3, "endeavour*, endeavor*, strive*", "прагн*, докладат* зусил*", "стрем*, прилож* усили*"
    ),
    _concept("recommendation", "modality", 4, "should, ought", "слід", "следует"),
    _concept("duty", "modality", 5, "shall, undertake*, must", "зобов'язу*, повинн*", "обязу*, обязан*, долж*"),
    _concept("commitment", "duty", 1, "commitment*", "зобов'язання, зобов'язань", "обязательств*"),
    _concept("obligation", "duty", 2, "obligation*", "зобов'язання, зобов'язань, обов'яз*", "обязательств*, обязанност*"),
    _concept("use of force", "violence", 0, "use of force", "застосуван* сил*", "применен* сил*", CHARTER),
    _concept("attack", "violence", 0, "attack*", "напад*, атак*", "нападен*, атак*"),
    _concept("armed attack", "violence", 0, "armed attack*", "збройн* напад*", "вооруженн* нападен*", CHARTER),
    _concept("aggression", "violence", 0, "aggress*", "агрес*", "агресс*", DEFINITION),
    _concept("armed aggression", "violence", 0, "armed aggress*", "збройн* агрес*", "вооруженн* агресс*"),
    _concept("information", "talk", 0, "inform*, notif*", "інформ*, повідомл*", "информ*, уведомл*"),
    _concept("consultation", "talk", 0, "consult*", "консульт*", "консульт*"),
    _concept("negotiation", "talk", 0, "negotiat*", "переговор*", "переговор*"),
    _concept("cooperation", "help", 1, "cooperat*, co-operat*", "співпрац*, співробітниц*", "сотруднич*"),
    _concept("assistance", "help", 2, "assist*, aid, support*", "допомо*, підтрим*", "помощ*, поддерж*"),
    _concept("defence", "help", 3, "defend*, defence, defense", "захист*, захища*, оборон*", "защит*, защища*, оборон*"),
    _concept("sovereignty", "status", 0, "sovereign*", "суверен*", "суверен*"),
    _concept("political independence", "status", 0, "independen*", "незалежн*", "независим*", CHARTER),
    _concept("inviolability of borders", "territory", 0, "inviolab*", "непорушн*, недоторк*", "нерушим*, неприкосновен*"),
    _concept(
        "territorial integrity",
        "territory",
        2,
        "territorial integrity",
        "територіальн* цілісн*",
        "территориальн* целостн*",
        CHARTER,
    ),
    _concept("truce", "pause", 0, "truce*", "перемир*", "перемир*"),
    _concept("ceasefire", "pause", 0, "ceasefire*, cease-fire*", "припинен* вогн*", "прекращен* огн*", MINSK),
    _concept("armistice", "pause", 0, "armistice*", "перемир*", "перемир*"),
    _concept("peace", "pause", 0, "peace", "мир, миру", "мир, мира"),
    _concept("disengagement", "pull-back", 0, "disengag*", "розведен*", "разведен*, развод*", MINSK),
    _concept("withdrawal", "pull-back", 0, "withdraw*", "відведен*, відвод*, виведен*", "отвод*, отведен*, вывод*", MINSK),
    _concept("monitoring", "oversight", 1, "monitor*, observ*", "моніторинг*, спостереж*", "мониторинг*, наблюд*"),
    _concept("verification", "oversight", 2, "verif*", "верифік*, перевір*", "верифик*, провер*"),
    _concept("control", "oversight", 3, "control*", "контрол*", "контрол*"),
    _concept("recommend", "outcome", 0, "recommend*", "рекоменд*", "рекоменд*"),
    _concept("decide", "outcome", 0, "decid*, decision*", "виріш*, рішен*", "реш*"),
    _concept("compensation", "loss", 0, "compensat*", "компенс*, відшкод*", "компенс*, возмещ*"),
    _concept("reparation", "loss", 0, "reparation*", "репарац*", "репарац*"),
)


def concepts(language: str, words: str) -> tuple[Concept, ...]:
    """The concepts that words of a language render, in the order of the bank.

    A longer term goes before a shorter one that is part of it: “armed attack” is not also “attack”.
    """
    tokens = _tokens(words)
    hits = [(at, size, concept) for concept in CONCEPTS for at, size in _found(concept, language, tokens)]
    kept = [
        concept
        for at, size, concept in hits
        if not any(a <= at and at + size <= a + s and s > size and other.family == concept.family for a, s, other in hits)
    ]
    return tuple(concept for concept in CONCEPTS if concept in kept)


def _found(concept: Concept, language: str, tokens: tuple[str, ...]) -> list[tuple[int, int]]:
    found = []
    for term in concept.terms.get(language, ()):
        stems = tuple(_plain(stem) for stem in term.split())
        for at in range(len(tokens) - len(stems) + 1):
            if all(_is(stem, token) for stem, token in zip(stems, tokens[at:], strict=False)):
                found.append((at, len(stems)))
    return found


def _is(stem: str, token: str) -> bool:
    return token.startswith(stem[:-1]) if stem.endswith("*") else token == stem


@cache
def _tokens(words: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[\w'-]+", _plain(words)))


@cache
def _plain(words: str) -> str:
    folded = words.casefold().replace("ё", "е").replace("’", "'").replace("ʼ", "'")
    stressed = unicodedata.normalize("NFD", folded).replace("\u0301", "")
    return unicodedata.normalize("NFC", stressed)
