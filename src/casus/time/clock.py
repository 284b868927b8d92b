"""Calendar arithmetic in an agreement's zone, with the rounding its text declares.

Zones are those of the IANA database in the `tzdata` package, never the machine's own: two machines with the same
version of Casus give the same days.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Final, Literal
from zoneinfo import ZoneInfo

from casus.time.instant import BEGINNING, END, Instant, InvalidInstant, Period

Rounding = Literal["down", "up"]

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


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
        if self.zone not in zone_names():
            raise UnknownZone(f"{self.zone!r} is not a zone of the IANA time zone database")

    def add(self, instant: Instant, period: Period) -> Instant:
        """`instant` + `period`: same day of the month and same clock time, rounded where the day does not exist.

        `down` gives the month's last day, `up` the first of the next. A clock time that does not exist (spring) is
        read with the offset before the change, one that exists twice (autumn) is its first. A sum past 9999 is `END`.
        Nothing added changes nothing.
        """
        if period.months == 0:
            return instant
        local = self._local(instant)
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
        return self._at(day, local.time())

    def day_of(self, instant: Instant) -> date:
        """The calendar day of the agreement's clock on which the instant falls."""
        return self._local(instant).date()

    def midnight(self, day: date) -> Instant:
        """00:00 of a day on the agreement's clock."""
        return self._at(day, time())

    def midnight_after(self, instant: Instant, days: int) -> Instant:
        """Midnight after the n-th day: the end of the n-th calendar day that follows the instant's own day."""
        try:
            day = self.day_of(instant) + timedelta(days=days + 1)
        except OverflowError:
            return END if days >= 0 else BEGINNING
        return self.midnight(day)

    def parse(self, text: str) -> Instant:
        """An instant with a zone, or a date alone: its 00:00 on this clock."""
        if _DATE.fullmatch(text):
            try:
                return self.midnight(date.fromisoformat(text))
            except ValueError as problem:
                raise InvalidInstant(f"{text!r} names a day that does not exist: {problem}") from None
        return Instant.parse(text)

    def local(self, instant: Instant) -> datetime:
        """The instant as this clock shows it, with its offset; for showing, never for counting."""
        return self._local(instant)

    def _local(self, instant: Instant) -> datetime:
        try:
            return instant.to_datetime().astimezone(_zone(self.zone))
        except OverflowError:  # the first or last hours of the calendar, which no zone's offset may leave
            return instant.to_datetime()

    def _at(self, day: date, clock_time: time) -> Instant:
        local = datetime.combine(day, clock_time.replace(fold=0, tzinfo=_zone(self.zone)))
        try:
            return Instant.of(local.astimezone(UTC))
        except OverflowError:
            return END if day.year > 5000 else BEGINNING


@cache
def zone_names() -> frozenset[str]:
    """The names of all zones."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


@cache
def _zone(name: str) -> ZoneInfo:
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)
