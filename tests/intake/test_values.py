"""Numbers, days, instants and names out of cells."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casus.intake.rows import BadValue, slug
from casus.intake.values import day, moment, number, whole, whole_days
from casus.time import Instant

KYIV = ZoneInfo("Europe/Kyiv")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6))
def test_a_number_written_out_is_read_back(value: Decimal) -> None:
    assert number(f"{value:f}") == value
    assert number(f"{value:f}".replace(".", ","), decimal=",") == value
    assert number(f"{value:,f}", thousands=",") == value
    assert number(f"{value:,f}".replace(",", " "), thousands=" ") == value


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        assert number(text).is_finite()
    except BadValue as problem:
        assert problem.reason  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize("text", ["", " ", "1,000", "1 000", "١٢", "1_000", "0x10", "1e999", "9" * 50, "nan", "--1", "1.2.3"])
def test_what_could_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        number(text)


def test_a_separator_in_the_wrong_place_is_refused() -> None:
    with pytest.raises(BadValue, match="between thousands"):
        number("1,2345", thousands=",")
    with pytest.raises(BadValue, match="marks decimals"):
        number("1.5", decimal=",")


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert str(whole("5.0")) == "5"
    assert str(whole("1e3")) == "1000"


def test_a_day_may_carry_a_midnight() -> None:
    assert day("2027-03-01") == day("2027-03-01T00:00:00") == day("2027-03-01 00:00:00.000")
    with pytest.raises(BadValue):
        day("2027-03-01T12:00:00")


@given(st.dates(), st.integers(0, 400))
def test_days_bracket_from_midnight_to_the_last_microsecond(first, more: int) -> None:
    if first.toordinal() + more + 1 >= 3_652_059:
        return
    last = first.fromordinal(first.toordinal() + more)
    bracket = whole_days(first, last, None)
    assert bracket.hi.us - bracket.lo.us + 1 == (more + 1) * 86_400_000_000


def test_a_day_of_a_zone_is_its_own_length() -> None:
    spring = moment("2026-03-29", zone=KYIV)
    assert (str(spring.lo), str(spring.hi)) == ("2026-03-28T22:00Z", "2026-03-29T20:59:59.999999Z")


@given(st.datetimes(timezones=st.timezones()))
def test_an_instant_with_an_offset_is_read_exactly(value) -> None:
    if value.utcoffset().total_seconds() % 60 or not 2 <= value.year <= 9998:
        return
    assert moment(value.isoformat()).lo == moment(value.isoformat()).hi == Instant.of(value)


def test_a_clock_time_that_comes_twice_brackets_both() -> None:
    twice = moment("2026-10-25 03:30", zone=KYIV)
    assert (str(twice.lo), str(twice.hi)) == ("2026-10-25T00:30Z", "2026-10-25T01:30Z")


def test_a_clock_time_that_does_not_come_is_refused() -> None:
    with pytest.raises(BadValue, match="does not exist on the clock of Europe/Kyiv"):
        moment("2026-03-29 03:30", zone=KYIV)


@pytest.mark.parametrize(
    ("precision", "lo", "hi"),
    [
        ("instant", "2027-03-01T02:10:25Z", "2027-03-01T02:10:25Z"),
        ("second", "2027-03-01T02:10:25Z", "2027-03-01T02:10:25.999999Z"),
        ("minute", "2027-03-01T02:10Z", "2027-03-01T02:10:59.999999Z"),
        ("hour", "2027-03-01T02:00Z", "2027-03-01T02:59:59.999999Z"),
        ("day", "2027-03-01T00:00Z", "2027-03-01T23:59:59.999999Z"),
    ],
)
def test_the_stated_precision_widens_the_bracket(precision: str, lo: str, hi: str) -> None:
    bracket = moment("2027-03-01T02:10:25Z", precision=precision)
    assert (str(bracket.lo), str(bracket.hi)) == (lo, hi)


def test_serial_days_of_a_spreadsheet_are_read_where_the_mapping_says_so() -> None:
    assert str(moment("46447.5", pattern="excel", zone=ZoneInfo("UTC")).lo) == "2027-03-01T12:00Z"
    for text in ("60", "3000000", "x"):
        with pytest.raises(BadValue):
            moment(text, pattern="excel", zone=ZoneInfo("UTC"))


def test_a_pattern_is_read_as_it_says() -> None:
    assert str(moment("03/01/2027", pattern="%m/%d/%Y", precision="day").lo) == "2027-03-01T00:00Z"
    with pytest.raises(BadValue, match="does not fit the pattern"):
        moment("13/01/2027", pattern="%m/%d/%Y", precision="day")


@given(st.text(max_size=30), st.sampled_from(["iso", "excel", "%d.%m.%Y %H:%M"]), st.sampled_from(["instant", "minute", "day"]))
def test_any_text_is_an_instant_or_refused(text: str, pattern: str, precision: str) -> None:
    try:
        bracket = moment(text, zone=KYIV, pattern=pattern, precision=precision)
    except BadValue:
        return
    assert bracket.lo <= bracket.hi


@given(st.text(max_size=30))
def test_a_slug_is_a_name_of_the_language(text: str) -> None:
    import re

    try:
        name = slug(text)
    except BadValue:
        return
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)


def test_slugs_read_like_the_text_and_tell_texts_apart() -> None:
    assert slug("Vinnytska oblast") == "vinnytska_oblast"
    assert slug("São Tomé") == "sao_tome"
    assert slug("7th Brigade") == "n7th_brigade"
    assert slug("Київ") != slug("Львів")
    with pytest.raises(BadValue):
        slug("--")
