"""Instants, durations and periods: what adds to what, and what does not."""

from __future__ import annotations

import calendar
import operator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from casus.time import (
    BEGINNING,
    DAY,
    END,
    HOUR,
    Clock,
    Duration,
    Instant,
    InvalidInstant,
    Occurred,
    Period,
    UnknownZone,
    zone_names,
)

instants = st.integers(BEGINNING.us, END.us).map(Instant)
ordinary = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(lambda d: Instant.of(d.replace(tzinfo=UTC)))  # noqa: DTZ001
durations = st.integers(-(10**16), 10**16).map(Duration)
periods = st.integers(0, 1200).map(Period)
zones = st.sampled_from(
    ["UTC", "Europe/Kyiv", "America/New_York", "America/Sao_Paulo", "Asia/Tokyo", "Pacific/Apia", "Australia/Lord_Howe"]
)
clocks = st.builds(Clock, zones, st.sampled_from(["down", "up"]))


# ---------------------------------------------------------------- properties


@given(instants)
def test_an_instant_reads_back_as_written(instant: Instant) -> None:
    assert Instant.parse(str(instant)) == instant


@given(ordinary, durations)
def test_adding_and_taking_away_a_duration_is_exact(instant: Instant, duration: Duration) -> None:
    assume(BEGINNING.us <= instant.us + duration.us <= END.us)
    assert instant + duration - duration == instant
    assert instant + duration - instant == duration


@given(instants, durations)
def test_arithmetic_stops_at_the_ends_of_the_calendar(instant: Instant, duration: Duration) -> None:
    assert BEGINNING <= instant + duration <= END
    assert str(instant + duration)


@given(durations, periods, instants)
def test_duration_and_period_never_mix(duration: Duration, period: Period, instant: Instant) -> None:
    for act in (operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge):
        with pytest.raises(TypeError):
            act(duration, period)
        with pytest.raises(TypeError):
            act(period, duration)
    for act in (operator.add, operator.sub):
        with pytest.raises(TypeError):
            act(instant, period)
    for other in (duration, period, 5):
        with pytest.raises(TypeError):
            assert instant < other
    assert duration != period
    assert instant != duration


@given(durations, st.floats())
def test_a_duration_is_never_multiplied_by_a_float(duration: Duration, factor: float) -> None:
    with pytest.raises(TypeError):
        duration * factor  # type: ignore[operator]
    with pytest.raises(TypeError):
        Period(1) * factor  # type: ignore[operator]


@given(clocks, ordinary, periods)
def test_a_period_keeps_the_day_and_the_time_or_rounds(clock: Clock, instant: Instant, period: Period) -> None:
    before, after = clock.day_of(instant), clock.day_of(clock.add(instant, period))
    months = before.year * 12 + before.month - 1 + period.months
    last = calendar.monthrange(months // 12, months % 12 + 1)[1]
    if before.day <= last:
        expected = date(months // 12, months % 12 + 1, before.day)
    elif clock.rounding == "down":
        expected = date(months // 12, months % 12 + 1, last)
    else:
        expected = date(months // 12, months % 12 + 1, last) + timedelta(days=1)
    assert after == expected


@given(clocks, ordinary, ordinary, periods)
def test_adding_a_period_keeps_the_order_to_a_day(clock: Clock, one: Instant, two: Instant, period: Period) -> None:
    """Only a clock change may turn two instants of one day round; it never moves them a day apart."""
    early, late = min(one, two, key=lambda i: i.us), max(one, two, key=lambda i: i.us)
    assert clock.add(late, period) - clock.add(early, period) > DAY * -1


@given(clocks, instants, periods)
def test_no_clock_sum_of_a_real_instant_raises(clock: Clock, instant: Instant, period: Period) -> None:
    assert BEGINNING <= clock.add(instant, period) <= END
    assert BEGINNING <= clock.midnight_after(instant, period.months) <= END


@given(clocks, ordinary)
def test_nothing_added_changes_nothing(clock: Clock, instant: Instant) -> None:
    assert clock.add(instant, Period(0)) == instant


@given(clocks, ordinary)
def test_midnight_begins_the_day(clock: Clock, instant: Instant) -> None:
    day = clock.day_of(instant)
    midnight = clock.midnight(day)
    assert midnight <= instant
    assert clock.day_of(midnight) == day
    assert clock.day_of(midnight - Duration(1)) < day


@given(instants, instants)
def test_a_bracket_never_ends_before_it_begins(one: Instant, two: Instant) -> None:
    if two < one:
        with pytest.raises(InvalidInstant):
            Occurred(one, two)
    else:
        assert Occurred(one, two).lo == one


@given(st.text(max_size=30))
def test_no_text_does_anything_but_read_or_say_why_not(text: str) -> None:
    for read in (Instant.parse, Clock().parse):
        try:
            instant = read(text)
        except InvalidInstant:
            continue
        assert BEGINNING <= instant <= END


# ---------------------------------------------------------------- examples


@pytest.mark.parametrize(
    ("start", "months", "rounding", "end"),
    [
        ("2027-01-31T12:00Z", 1, "down", "2027-02-28T12:00Z"),
        ("2027-01-31T12:00Z", 1, "up", "2027-03-01T12:00Z"),
        ("2028-01-31T12:00Z", 1, "down", "2028-02-29T12:00Z"),
        ("2028-02-29T00:00Z", 12, "down", "2029-02-28T00:00Z"),
        ("2028-02-29T00:00Z", 48, "down", "2032-02-29T00:00Z"),
        ("2027-12-31T00:00Z", 1, "down", "2028-01-31T00:00Z"),
        ("2027-03-30T00:00Z", 1, "up", "2027-04-30T00:00Z"),
    ],
)
def test_month_sums(start: str, months: int, rounding: str, end: str) -> None:
    clock = Clock("UTC", rounding)  # type: ignore[arg-type]
    assert str(clock.add(Instant.parse(start), Period(months))) == end


def test_a_sum_that_needs_a_rounding_says_so() -> None:
    with pytest.raises(InvalidInstant, match="needs a rounding"):
        Clock().add(Instant.parse("2027-01-31T00:00Z"), Period(1))
    assert str(Clock().add(Instant.parse("2027-01-28T00:00Z"), Period(1))) == "2027-02-28T00:00Z"


def test_the_day_is_counted_in_the_agreements_zone() -> None:
    kyiv = Clock("Europe/Kyiv", "down")
    late = Instant.parse("2027-01-30T22:30Z")  # 31 January, 00:30 in Kyiv
    assert str(kyiv.add(late, Period(1))) == "2027-02-27T22:30Z"
    assert kyiv.day_of(late) == date(2027, 1, 31)
    assert str(kyiv.parse("2027-07-01")) == "2027-06-30T21:00Z"
    assert str(kyiv.midnight_after(late, 3)) == "2027-02-03T22:00Z"


def test_an_hour_that_spring_skips_is_read_with_the_offset_before() -> None:
    clock = Clock("Europe/Kyiv", "down")
    # 28 March 2027 has no 03:30 in Kyiv: with +02:00 it is 01:30 UTC, an hour later on the wall
    assert str(clock.add(Instant.parse("2027-02-28T01:30Z"), Period(1))) == "2027-03-28T01:30Z"


def test_an_hour_that_autumn_repeats_is_its_first() -> None:
    clock = Clock("Europe/Kyiv", "down")
    # 31 October 2027: 03:30 is 00:30 UTC first, 01:30 UTC again
    assert str(clock.add(Instant.parse("2027-08-31T00:30Z"), Period(2))) == "2027-10-31T00:30Z"
    second = Instant.parse("2027-10-31T01:30Z")
    assert str(clock.add(second, Period(2))) == "2027-12-31T01:30Z"
    assert str(clock.add(second, Period(12))) == "2028-10-31T01:30Z"


def test_a_year_with_a_clock_change_is_not_365_days_of_hours() -> None:
    clock = Clock("America/New_York", "down")
    start = Instant.parse("2027-03-01T05:00Z")
    assert clock.add(start, Period(1)) - start == DAY * 31 - HOUR


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-01",
        "2027-03-01T02:10",
        "2027-02-30T00:00Z",
        "2027-03-01T25:00Z",
        "2027-03-01T02:10+24:00",
        "2027-03-01T02:10+02:99",
        "2027-W09-1",
        "٢٠٢٧-03-01T02:10Z",
        "0000-01-01T00:00Z",
        "0001-01-01T00:00+01:00",
        "2027-03-01T23:59:60Z",
        "",
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(InvalidInstant):
        Instant.parse(text)


def test_a_clock_refuses_what_is_no_date() -> None:
    for text in ("2027-W09-1", "2027-02-30", "0000-01-01"):
        with pytest.raises(InvalidInstant):
            Clock().parse(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2027-03-01T02:10+02:00", "2027-03-01T00:10Z"),
        ("2027-03-01 02:10:05.25Z", "2027-03-01T02:10:05.25Z"),
        ("2027-03-01T02:10-0330", "2027-03-01T05:40Z"),
    ],
)
def test_offsets_and_fractions_are_read(text: str, written: str) -> None:
    assert str(Instant.parse(text)) == written


def test_a_naive_datetime_is_no_instant() -> None:
    with pytest.raises(InvalidInstant, match="no zone"):
        Instant.of(datetime(2027, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("name", ["", "Kyiv", "../UTC", "/etc/localtime", "localtime", "europe/kyiv", "Europe"])
def test_only_names_of_the_iana_database_are_zones(name: str) -> None:
    with pytest.raises(UnknownZone):
        Clock(name)


def test_every_zone_of_the_database_opens() -> None:
    noon = Instant.parse("2027-06-01T12:00Z")
    for name in sorted(zone_names()):
        assert Clock(name).day_of(noon) in (date(2027, 6, 1), date(2027, 6, 2))


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (Duration.of(days=14), "14 days"),
        (Duration.of(days=3), "72 hours"),
        (Duration.of(hours=1), "1 hour"),
        (Duration.of(minutes=90), "90 minutes"),
        (Duration.of(seconds=5), "5 seconds"),
        (Duration(1_500_000), "1.5 seconds"),
        (Duration(0), "0 hours"),
    ],
)
def test_durations_are_said_as_people_say_them(duration: Duration, text: str) -> None:
    assert str(duration) == text


def test_periods_are_said_in_years_where_they_are_years() -> None:
    assert [str(Period(n)) for n in (1, 12, 18, 24)] == ["1 month", "1 year", "18 months", "2 years"]
