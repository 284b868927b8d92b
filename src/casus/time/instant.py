"""Points and lengths of time.

An `Instant` is a count of microseconds since 1970-01-01T00:00Z, so comparing, hashing and subtracting are exact. It
compares with instants only; a `Duration` compares with durations only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NewType, overload

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_TEXT: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d|[+-]\d\d\d\d|[+-]\d\d))?",
    re.ASCII,
)


class InvalidInstant(ValueError):
    """The text is not an instant with a zone, or names a day or hour that does not exist."""


@dataclass(frozen=True, slots=True)
class Duration:
    """An exact length of time in microseconds. A day is 86,400 s; calendar lengths are `Period`."""

    us: int

    @classmethod
    def of(cls, *, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> Duration:
        return cls((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000_000)

    def __add__(self, other: Duration) -> Duration:
        return Duration(self.us + other.us) if type(other) is Duration else NotImplemented

    def __sub__(self, other: Duration) -> Duration:
        return Duration(self.us - other.us) if type(other) is Duration else NotImplemented

    def __mul__(self, factor: int) -> Duration:
        return Duration(self.us * factor) if type(factor) is int else NotImplemented

    __rmul__ = __mul__

    def __lt__(self, other: Duration) -> bool:
        return self.us < other.us if type(other) is Duration else NotImplemented

    def __le__(self, other: Duration) -> bool:
        return self.us <= other.us if type(other) is Duration else NotImplemented

    def __gt__(self, other: Duration) -> bool:
        return self.us > other.us if type(other) is Duration else NotImplemented

    def __ge__(self, other: Duration) -> bool:
        return self.us >= other.us if type(other) is Duration else NotImplemented

    def __str__(self) -> str:
        """In the largest unit that divides it: `72 hours`, `14 days`, `90 minutes`."""
        for size, name in ((86_400_000_000, "day"), (3_600_000_000, "hour"), (60_000_000, "minute")):
            if self.us % size == 0 and (self.us or name == "hour"):
                n = self.us // size
                if name == "day" and n < 4:  # people say 72 hours, not 3 days, for a clock that runs
                    continue
                return f"{n} {name}{'' if n == 1 else 's'}"
        seconds = f"{self.us / 1_000_000:f}".rstrip("0").rstrip(".")
        return f"{seconds} seconds"


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar length in months (a year is twelve). How long it is depends on where it starts; see `Clock.add`."""

    months: int

    def __mul__(self, factor: int) -> Period:
        return Period(self.months * factor) if type(factor) is int else NotImplemented

    def __str__(self) -> str:
        n, unit = (self.months // 12, "year") if self.months % 12 == 0 else (self.months, "month")
        return f"{n} {unit}{'' if n == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time: microseconds since 1970-01-01T00:00Z, from year 1 to year 9999."""

    us: int

    @classmethod
    def parse(cls, text: str) -> Instant:
        """Read `2027-03-01T02:10Z`, with seconds, fractions or an offset. A zone is required (raises InvalidInstant)."""
        match = _TEXT.fullmatch(text.strip())
        if not match:
            raise InvalidInstant(f"{text!r} is not an instant; write it like 2027-03-01T02:10Z")
        zone = match[8]
        if zone is None:
            raise InvalidInstant(f"{text!r} has no zone; write it like {text[:10]}T00:00Z")
        try:
            offset = timedelta()
            if zone != "Z":
                digits = zone[1:].replace(":", "")
                hours, minutes = int(digits[:2]), int(digits[2:] or 0)
                if hours > 23 or minutes > 59:
                    raise ValueError("an offset goes up to 23:59")
                offset = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
            year, month, day, hour, minute, second = (int(match[i] or 0) for i in range(1, 7))
            fraction = int((match[7] or "0").ljust(6, "0"))
            return cls.of(datetime(year, month, day, hour, minute, second, fraction, tzinfo=UTC) - offset)
        except (ValueError, OverflowError) as problem:
            raise InvalidInstant(f"{text!r} names an instant that does not exist: {problem}") from None

    @classmethod
    def of(cls, moment: datetime) -> Instant:
        """From an aware datetime (raises InvalidInstant for a naive one)."""
        if moment.tzinfo is None:
            raise InvalidInstant(f"{moment.isoformat()} has no zone")
        return cls((moment - _EPOCH) // _MICROSECOND)

    def to_datetime(self) -> datetime:
        return _EPOCH + timedelta(microseconds=self.us)

    def __add__(self, other: Duration) -> Instant:
        return _clamped(self.us + other.us) if type(other) is Duration else NotImplemented

    @overload
    def __sub__(self, other: Instant) -> Duration: ...
    @overload
    def __sub__(self, other: Duration) -> Instant: ...
    def __sub__(self, other: Instant | Duration) -> Instant | Duration:
        if type(other) is Instant:
            return Duration(self.us - other.us)
        return _clamped(self.us - other.us) if type(other) is Duration else NotImplemented

    def __lt__(self, other: Instant) -> bool:
        return self.us < other.us if type(other) is Instant else NotImplemented

    def __le__(self, other: Instant) -> bool:
        return self.us <= other.us if type(other) is Instant else NotImplemented

    def __gt__(self, other: Instant) -> bool:
        return self.us > other.us if type(other) is Instant else NotImplemented

    def __ge__(self, other: Instant) -> bool:
        return self.us >= other.us if type(other) is Instant else NotImplemented

    def __str__(self) -> str:
        """ISO 8601 in UTC; seconds and fractions only where there are any: `2027-03-01T02:10Z`."""
        moment = self.to_datetime()
        text = f"{moment.year:04d}-{moment.month:02d}-{moment.day:02d}T{moment.hour:02d}:{moment.minute:02d}"
        if moment.second or moment.microsecond:
            text += f":{moment.second:02d}"
        if moment.microsecond:
            text += f".{moment.microsecond:06d}".rstrip("0")
        return text + "Z"


BEGINNING: Final = Instant.of(datetime(1, 1, 1, tzinfo=UTC))
END: Final = Instant.of(datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC))


def _clamped(us: int) -> Instant:
    """Arithmetic past year 1 or 9999 stops there: such an instant only ever stands for "before all" or "never"."""
    return Instant(min(max(us, BEGINNING.us), END.us))


SECOND: Final = Duration(1_000_000)
MINUTE: Final = Duration(60_000_000)
HOUR: Final = Duration(3_600_000_000)
DAY: Final = Duration(86_400_000_000)

Known = NewType("Known", Instant)
"""When the author of an entry says it became known."""

Recorded = NewType("Recorded", Instant)
"""When the journal took an entry: one per batch, strictly increasing."""


@dataclass(frozen=True, slots=True)
class Occurred:
    """A bracket [lo, hi] around the one instant at which something is counted; not how long it lasted."""

    lo: Instant
    hi: Instant

    def __post_init__(self) -> None:
        if self.hi < self.lo:
            raise InvalidInstant(f"the bracket ends ({self.hi}) before it begins ({self.lo})")

    @classmethod
    def at(cls, instant: Instant) -> Occurred:
        return cls(instant, instant)

    def __str__(self) -> str:
        return str(self.lo) if self.lo == self.hi else f"{self.lo} to {self.hi}"
