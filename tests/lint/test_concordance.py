"""The bank of terms knows inflected forms, prefers the longer term, and passes over what it does not know."""

from __future__ import annotations

import pytest

from casus.lint.concordance import CONCEPTS, concepts


def names(language: str, words: str) -> list[str]:
    return [concept.name for concept in concepts(language, words)]


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("en", "Security Assurances", ["assurance"]),
        ("uk", "гарантіями", ["guarantee"]),
        ("ru", "заверениям", ["assurance"]),
        ("ru", "обязуется", ["duty"]),
        ("uk", "зобов’язується", ["duty"]),
        ("uk", "зобовʼязується", ["duty"]),
        ("uk", "збройним нападом", ["armed attack"]),
        ("ru", "вооружённое нападение", ["armed attack"]),
        ("en", "territorial integrity", ["territorial integrity"]),
        ("ru", "территориальной целостности", ["territorial integrity"]),
    ],
)
def test_an_inflected_form_renders_its_concept(language, words, expected):
    assert names(language, words) == expected


def test_a_longer_term_goes_before_one_that_is_part_of_it():
    assert names("en", "armed attack") == ["armed attack"]
    assert names("en", "attack") == ["attack"]
    assert names("en", "an attack or an armed attack") == ["attack", "armed attack"]


def test_a_guarantor_is_not_a_guarantee():
    assert names("en", "guarantors") == names("uk", "гаранти") == names("ru", "гаранты") == []


def test_one_word_can_render_two_concepts():
    assert names("uk", "зобов'язання") == ["commitment", "obligation"]
    assert names("ru", "перемирие") == ["truce", "armistice"]


def test_an_unknown_word_or_language_renders_nothing():
    assert names("en", "serviette") == names("fr", "assurances") == []


def test_every_term_is_found_by_its_own_words():
    for concept in CONCEPTS:
        for language, terms in concept.terms.items():
            for term in terms:
                assert concept.name in names(language, term.replace("*", "")), f"{concept.name} {language} {term}"


def test_no_two_concepts_share_a_name_and_each_says_where_its_terms_are_from():
    assert len({concept.name for concept in CONCEPTS}) == len(CONCEPTS)
    assert all(concept.source and set(concept.terms) == {"en", "uk", "ru"} for concept in CONCEPTS)
