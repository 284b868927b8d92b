"""Amounts are exact, keep their currency, and say how they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casus.money import MINOR_UNITS, Amount, DifferentCurrencies, InvalidAmount, total

currencies = st.sampled_from(sorted(MINOR_UNITS))


@st.composite
def amounts(draw: st.DrawFn, currency: str | None = None) -> Amount:
    code = currency or draw(currencies)
    return Amount(code, Decimal(draw(st.integers(0, 10**20))).scaleb(-MINOR_UNITS[code]))


@given(amounts())
def test_an_amount_reads_back_as_written(amount: Amount) -> None:
    assert Amount.parse(str(amount)) == amount


@given(st.lists(amounts("EUR"), max_size=8), st.randoms())
def test_a_sum_is_exact_whatever_the_order(parts: list[Amount], random: object) -> None:
    shuffled = sorted(parts, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert total(parts, "EUR") == total(shuffled, "EUR")
    assert int(total(parts, "EUR").value * 100) == sum(int(p.value * 100) for p in parts)


@given(amounts("EUR"), amounts("EUR"))
def test_subtracting_undoes_adding(one: Amount, two: Amount) -> None:
    assert one + two - two == one
    assert (one <= one + two) is True
    assert (one < two) is (one.value < two.value)
    assert (one >= two) is not (one < two)
    assert (one > two) is (two < one)


def test_two_currencies_neither_add_nor_compare() -> None:
    euro, dollar = Amount.parse("EUR 1"), Amount.parse("USD 1")
    for act in (lambda: euro + dollar, lambda: euro - dollar, lambda: euro < dollar, lambda: euro >= dollar):
        with pytest.raises(DifferentCurrencies, match="EUR 1 and USD 1"):
            act()
    with pytest.raises(DifferentCurrencies):
        total([dollar], "EUR")


def test_an_amount_mixes_with_no_other_number() -> None:
    with pytest.raises(TypeError):
        Amount.parse("EUR 1") + 1  # type: ignore[operator]
    with pytest.raises(TypeError):
        Amount.parse("EUR 1") * 0.5  # type: ignore[operator]
    assert 3 * Amount.parse("EUR 1.50") == Amount.parse("EUR 4.50")
    with pytest.raises(InvalidAmount):
        Amount("EUR", 1.5)  # type: ignore[arg-type]
    with pytest.raises(InvalidAmount):
        Amount("EUR", Decimal("NaN"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("EUR 1_500_000_000", "EUR 1_500_000_000"),
        (" EUR 12.50 ", "EUR 12.50"),
        ("EUR\u00a05.5", "EUR 5.50"),
        ("JPY 100", "JPY 100"),
        ("KWD 0.125", "KWD 0.125"),
    ],
)
def test_annex_cells_are_read(text: str, written: str) -> None:
    assert str(Amount.parse(text)) == written


@pytest.mark.parametrize(
    ("text", "said", "helps"),
    [
        ("EUR 1,5", "is not an amount", "write EUR 1.5"),
        ("EUR 1,500,000", "is not an amount", "write EUR 1_500_000"),
        ("EUR 1.500.000,50", "is not an amount", "write EUR 1_500_000.50"),
        ("EUR 800.000,5", "is not an amount", "write EUR 800_000.5"),
        ("EUR 1,500", "is not an amount", "write EUR 1_500 for thousands, or EUR 1.500 for a decimal point"),
        ("EUR 1 500 000", "is not an amount", "write EUR 1_500_000"),
        ("1500 EUR", "is not an amount", "write EUR 1500"),
        ("1500", "is not an amount", "write EUR 1500"),
        ("€ 5", "is not an amount", "write a currency of ISO 4217"),
        ("EUR -5", "is not an amount", "write a currency"),
        ("", "is not an amount", "write a currency"),
        ("EUR 1e9", "is not an amount", "write a currency"),
        ("eur 5", "eur is no currency", "write EUR"),
        ("EUT 5", "EUT is no currency", "EUR"),
        ("EUR 1.005", "finer than the smallest amount, 0.01 EUR", None),
        ("EUR 1" + "0" * 300, "301 digits", None),
        ("EUR \u0663", "is not an amount", "write"),
        ("JPY 1.5", "finer than the smallest amount, 1 JPY", None),
    ],
)
def test_other_cells_are_refused_with_what_to_write(text: str, said: str, helps: str | None) -> None:
    with pytest.raises(InvalidAmount) as caught:
        Amount.parse(text)
    assert said in str(caught.value)
    if helps is None:
        assert caught.value.help is None
    else:
        assert caught.value.help is not None
        assert helps in caught.value.help


@given(st.text(max_size=20))
def test_no_text_does_anything_but_read_or_say_why_not(text: str) -> None:
    try:
        amount = Amount.parse(text)
    except InvalidAmount:
        return
    assert Amount.parse(str(amount)) == amount


def test_minor_units_are_those_of_the_standard() -> None:
    assert [MINOR_UNITS[c] for c in ("EUR", "USD", "UAH", "JPY", "KWD", "CLF", "ISK", "HUF")] == [2, 2, 2, 0, 3, 4, 0, 2]
    assert all(len(code) == 3 and code.isupper() for code in MINOR_UNITS)
    assert "XAU" not in MINOR_UNITS
