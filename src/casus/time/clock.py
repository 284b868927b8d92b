"""Calendar arithmetic in an agreement's zone, with the rounding its text declares."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casus.time.instant import END, Instant, InvalidInstant, Period

Rounding = Literal["down", "up"]


class UnknownZone(ValueError):
    """The name is not a zone of the IANA time zone database."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The zone in which an agreement counts days and months, and what "a month after 31 January" means.

    `rounding` None: the text declares none, and a sum that needs one raises `InvalidInstant`.
    """

    zone: str = "UTC"
    rounding: Rounding | None = None

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise UnknownZone(f"{self.zone!r} is not a zone of the IANA time zone database") from None

    def add(self, instant: Instant, period: Period) -> Instant:
        """`instant` + `period`: same day of the month and same clock time, rounded where the day does not exist.

        `down` gives the month's last day, `up` the first of the next. A clock time that does not exist (spring) is
        read with the offset before the change, one that exists twice (autumn) is its first. A sum past 9999 is `END`.
        """
        local = instant.to_datetime().astimezone(ZoneInfo(self.zone))
        year, month0 = divmod(local.year * 12 + local.month - 1 + period.months, 12)
        month = month0 + 1
        if year > 9999:
            return END
        if year < 1:
            raise InvalidInstant(f"{instant} + {period} lies before year 1")
        last = calendar.monthrange(year, month)[1]
        if local.day <= last:
            day = date(year, month, local.day)
        elif self.rounding == "down":
            day = date(year, month, last)
        elif self.rounding == "up":
            day = date(year, month, last) + timedelta(days=1)
        else:
            raise InvalidInstant(f"{instant} + {period} needs a rounding, and the agreement declares none")
        return self._at(day, local)

    def day_of(self, instant: Instant) -> date:
        """The calendar day of the agreement's clock on which the instant falls."""
        return instant.to_datetime().astimezone(ZoneInfo(self.zone)).date()

    def midnight(self, day: date) -> Instant:
        """00:00 of a day on the agreement's clock."""
        return self._at(day, datetime(2000, 1, 1, tzinfo=UTC))

    def midnight_after(self, instant: Instant, days: int) -> Instant:
        """Midnight after the n-th day: the end of the n-th calendar day that follows the instant's own day."""
        return self.midnight(self.day_of(instant) + timedelta(days=days + 1))

    def parse(self, text: str) -> Instant:
        """An instant with a zone, or a date alone: its 00:00 on this clock."""
        if len(text) == 10:
            try:
                return self.midnight(date.fromisoformat(text))
            except ValueError as problem:
                raise InvalidInstant(f"{text!r} names a day that does not exist: {problem}") from None
        return Instant.parse(text)

    def _at(self, day: date, clock_time: datetime) -> Instant:
        local = datetime.combine(day, clock_time.time(), tzinfo=ZoneInfo(self.zone))
        return Instant.of(local.astimezone(UTC))
