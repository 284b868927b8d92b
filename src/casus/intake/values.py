"""Cells to values: numbers, days and instants, read strictly.

Each function takes the text of one cell and gives a value or raises `BadValue` with the reason and what helps. Nothing is
guessed: a thousands separator, a serial day of a spreadsheet or a date whose order is not known is refused with the setting
that would make it readable.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casus.intake.rows import BadValue, shorten
from casus.time import Instant, InvalidInstant, Occurred

_NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[,. '\u00a0\u202f]\d{3})+(?:[.,]\d+)?", re.ASCII)
_SERIAL_DAY = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_SLASHED = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}", re.ASCII)
_US = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_PRECISION = {
    "instant": timedelta(),
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
}
_CUT = {
    "second": {"microsecond": 0},
    "minute": {"second": 0, "microsecond": 0},
    "hour": {"minute": 0, "second": 0, "microsecond": 0},
}


def number(text: str, *, thousands: str = "", decimal: str = ".") -> Decimal:
    """A finite decimal number of at most 30 digits on either side of the point."""
    return _number(text.strip(), thousands, decimal)


@lru_cache(maxsize=8192)
def _number(text: str, thousands: str, decimal: str) -> Decimal:
    plain = text
    if thousands:
        if thousands in plain and not re.fullmatch(
            rf"[+-]?\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+(?:{re.escape(decimal)}\d+)?", plain
        ):
            raise BadValue(f"{shorten(text)!r} is not a number with {thousands!r} between thousands")
        plain = plain.replace(thousands, "")
    if decimal != ".":
        if "." in plain:
            raise BadValue(f"{shorten(text)!r} has a point, and the mapping says that {decimal!r} marks decimals")
        plain = plain.replace(decimal, ".")
    if _NUMBER.fullmatch(plain):
        return Decimal(plain)
    if plain.casefold().lstrip("+-") in {"nan", "inf", "infinity"}:
        raise BadValue(f"{shorten(text)!r} is not a finite number", "leave the cell empty where the value is not known")
    if _GROUPED.fullmatch(plain):
        raise BadValue(
            f"{shorten(text)!r} looks like a number with separators",
            "set `thousands` and `decimal` under [numbers] in the mapping",
        )
    raise BadValue(f"{shorten(text)!r} is not a number")


def whole(text: str, *, thousands: str = "", decimal: str = ".") -> Decimal:
    """A number of persons or things: whole and 0 or more (`5.0` is 5)."""
    value = number(text, thousands=thousands, decimal=decimal)
    if value < 0:
        raise BadValue(f"{shorten(text)!r} is below 0", "leave the cell empty where the number is not known")
    rounded = value.to_integral_value()
    if rounded != value:
        raise BadValue(f"{shorten(text)!r} is not a whole number")
    return Decimal(int(rounded))


def zone_named(name: str) -> ZoneInfo:
    """A zone of the IANA database (raises ValueError)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ValueError(f"{name!r} is not a zone of the IANA time zone database") from None


@lru_cache(maxsize=8192)
def day(text: str) -> date:
    """`2027-03-01`, also followed by a midnight (`2027-03-01T00:00:00`, `… 00:00:00.000`): the day alone."""
    if len(text) > 10 and re.fullmatch(r"[T ]00:00(?::00(?:\.0{1,9})?)?Z?", text[10:]):
        text = text[:10]
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        raise BadValue(f"{shorten(text)!r} is not a date", _help_with(text) or "write it like 2027-03-01, or set `format`")
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise BadValue(f"{text!r} names a day that does not exist ({problem})") from None


def whole_days(first: date, last: date, zone: ZoneInfo | None) -> Occurred:
    """From 00:00 of the first day to the last microsecond of the last one, on the zone's clock (None: UTC)."""
    if last < first:
        raise BadValue(f"it ends ({last}) before it starts ({first})", "are the two columns swapped?")
    return _whole_days(first, last, zone)


@lru_cache(maxsize=8192)
def _whole_days(first: date, last: date, zone: ZoneInfo | None) -> Occurred:
    try:
        start = datetime(first.year, first.month, first.day, tzinfo=zone or UTC)
        after = last + _DAY
        end = datetime(after.year, after.month, after.day, tzinfo=zone or UTC)
        return Occurred(Instant.of(start.astimezone(UTC)), Instant.of(end.astimezone(UTC) - _US))
    except OverflowError:
        raise BadValue(f"{last} lies outside the years 1 to 9999") from None


@lru_cache(maxsize=8192)
def moment(text: str, *, zone: ZoneInfo | None = None, precision: str = "instant", pattern: str = "iso") -> Occurred:
    """The bracket of one cell: an exact instant, or a minute, an hour, a day, by what the text holds and `precision` says.

    `pattern` is `iso`, `excel` (serial days of the 1900 system) or a strptime pattern. A text without a zone is read on the
    clock of `zone`, and refused where there is none; a clock time that comes twice (autumn) brackets both, one that does not
    come (spring) is refused. A date alone is its whole day.
    """
    if pattern == "iso":
        if len(text) <= 10:
            first = day(text)
            return whole_days(first, first, zone)
        parsed = _iso(text)
    elif pattern == "excel":
        parsed = _excel(text)
    else:
        try:
            parsed = datetime.strptime(text, pattern)  # noqa: DTZ007 (the zone is added below)
        except ValueError:
            raise BadValue(f"{shorten(text)!r} does not fit the pattern {pattern!r}") from None
    if precision == "day":
        return whole_days(parsed.date(), parsed.date(), zone)
    if precision in _CUT:
        parsed = parsed.replace(**_CUT[precision])  # type: ignore[arg-type]
    return _bracket(parsed, zone, _PRECISION[precision], text)


def _iso(text: str) -> datetime:
    if text[12:13] == ":" and text[11:12].isdigit():
        text = f"{text[:11]}0{text[11:]}"  # `2027-03-01 3:30` can be read one way only
    if len(text) < 16 or text[4] != "-" or text[7] != "-" or text[10] not in "T ":
        raise BadValue(
            f"{shorten(text)!r} is not an instant", _help_with(text) or "write it like 2027-03-01T02:10Z, or set `format`"
        )
    try:
        return datetime.fromisoformat(text)
    except ValueError as problem:
        raise BadValue(f"{shorten(text)!r} names an instant that does not exist ({shorten(str(problem), 80)})") from None


def _excel(text: str) -> datetime:
    serial = number(text)
    if not 61 <= serial < 2_958_466:  # below 61 the 1900 system counts a 29 February that never was
        raise BadValue(f"{shorten(text)!r} is not a serial day of a spreadsheet (1900 system, from 1 March 1900)")
    seconds = (serial * 86_400).to_integral_value()
    return datetime(1899, 12, 30) + timedelta(seconds=int(seconds))  # noqa: DTZ001 (the zone is added by the caller)


def _bracket(parsed: datetime, zone: ZoneInfo | None, width: timedelta, text: str) -> Occurred:
    try:
        if parsed.tzinfo is not None:
            lo = hi = parsed
        elif zone is None:
            raise BadValue(f"{shorten(text)!r} has no zone", "add one to the cell, or set `zone` under [occurred]")
        else:
            lo, hi = parsed.replace(tzinfo=zone, fold=0), parsed.replace(tzinfo=zone, fold=1)
            if lo.astimezone(UTC) > hi.astimezone(UTC):
                raise BadValue(f"{shorten(text)!r} does not exist on the clock of {zone.key} (it goes forward then)")
        first = Instant.of(lo)
        if hi is lo and not width:
            return Occurred(first, first)
        last = hi.astimezone(UTC)
        return Occurred(first, Instant.of(last + width - _US if width else last))
    except (OverflowError, InvalidInstant) as problem:
        raise BadValue(f"{shorten(text)!r}: {problem}") from None


def _help_with(text: str) -> str:
    if _SERIAL_DAY.fullmatch(text):
        return 'it looks like a serial day of a spreadsheet: export the column as YYYY-MM-DD, or set `format = "excel"`'
    if _SLASHED.fullmatch(text):
        return 'day/month or month/day? Say which: `format = "%d/%m/%Y"` or `"%m/%d/%Y"` under [occurred]'
    return ""
