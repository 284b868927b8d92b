"""Quantities as prose writes them, and what the fences of an article say."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lint_texts import EXAMPLE, text_of

from casus.lint.draft import Draft
from casus.lint.facts import FactsReader, singular
from casus.lint.quantities import number, quantities

DAY = 1440


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("forty-eight", 48),
        ("one hundred and eighty", 180),
        ("two thousand five hundred", 2500),
        ("12,800", 12800),
        ("40 000", 40000),
        ("1_500_000", 1500000),
        ("2.5 billion", 2_500_000_000),
        ("3bn", 3_000_000_000),
        ("nineteen", 19),
        ("hundred", 100),
    ],
)
def test_a_number_in_words_or_figures(words, value):
    assert number(words) == Decimal(value)


@pytest.mark.parametrize(
    ("words", "kind", "value", "unit"),
    [
        ("within thirty days", "duration", 30 * DAY, ""),
        ("within forty-eight (48) hours", "duration", 48 * 60, ""),
        ("a day", "duration", DAY, ""),
        ("two weeks", "duration", 14 * DAY, ""),
        ("a fortnight", "duration", 14 * DAY, ""),
        ("a fourteen-day period", "duration", 14 * DAY, ""),
        ("one year", "duration", -12, ""),
        ("one year", "duration", 365 * DAY, ""),
        ("twelve months", "duration", -12, ""),
        ("EUR 2 billion", "money", 2_000_000_000, "EUR"),
        ("€3bn", "money", 3_000_000_000, "EUR"),
        ("two million euros", "money", 2_000_000, "EUR"),
        ("55 per cent", "percent", 55, ""),
        ("65%", "percent", 65, ""),
        ("15 km", "length", 15000, ""),
        ("two kilometres", "length", 2000, ""),
        ("on 1 March 2027", "date", 20270301, ""),
        ("2027-03-01", "date", 20270301, ""),
        ("five strikes", "count", 5, ""),
    ],
)
def test_a_quantity_with_its_unit(words, kind, value, unit):
    (found,) = quantities(words)
    assert (found.kind, found.unit) == (kind, unit)
    assert Decimal(value) in found.values


@pytest.mark.parametrize(
    "words", ["Article 5", "Annex 2", "Articles 3 and 4", "point 7", "paragraph 5(b)", "resolution 2202", "s1"]
)
def test_a_reference_is_no_quantity(words):
    assert not list(quantities(words))


def test_a_number_that_says_two_things_is_seen():
    (found,) = quantities("thirty (31) days")
    assert found.contradicts_itself
    (found,) = quantities("thirty (30) days")
    assert not found.contradicts_itself


def test_a_quantity_over_a_line_break_keeps_its_place():
    text = "within thirty\ndays of it"
    (found,) = quantities(text)
    assert text[found.match.start() : found.match.end()] == "thirty\ndays"


@pytest.mark.parametrize(("many", "one"), [("violations", "violation"), ("parties", "party"), ("loss", "loss"), ("gas", "gas")])
def test_a_plural_is_its_singular(many, one):
    assert singular(many) == one


def test_the_fences_of_an_article_give_their_quantities_tables_and_parties():
    text = text_of(EXAMPLE)
    reader = FactsReader(Draft(text.agreement, text.document))
    facts = reader.of(["art-8"])
    assert Decimal(21 * DAY) in facts.values("duration", ""), "a row of the annex gives the days"
    assert Decimal(800_000_000) in facts.values("money", "EUR")
    assert Decimal(180 * DAY) in facts.values("duration", "")
    assert {"VDR", "KST", "TRN"} <= facts.codes
    assert "15 km" in reader.of(["art-2"]).written("length")


def test_a_heading_below_an_article_is_a_part_of_it():
    text = text_of(EXAMPLE)
    where = FactsReader(Draft(text.agreement, text.document)).places
    assert where["art-5"] == "art-5"
    assert set(where) == set(text.agreement.articles)
