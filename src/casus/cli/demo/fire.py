"""The volume of the year: uses of fire as the Mission counts them, refusals of passage, jammed flights.

Fire drops at the ceasefire, creeps up week by week, and drops again whenever a renewed ceasefire is called for; that
is called for when the Mission's count reaches what Article 5 calls a deterioration. Takes rates and draws, gives rows.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from casus.cli.demo import parameters as p
from casus.cli.demo.draws import Draws
from casus.cli.demo.places import along, point
from casus.time import DAY, HOUR, MINUTE, Duration, Instant


@dataclass(frozen=True, slots=True)
class Firing:
    """One use of fire: seen (`first` = `last`) or heard between two instants. `rounds_high` None: at least so many."""

    id: str
    first: Instant
    last: Instant
    reported: Instant
    side: str | None
    lat: str
    lon: str
    radius_m: int
    kind: str
    rounds_low: int
    rounds_high: int | None


@dataclass(frozen=True, slots=True)
class Refusal:
    id: str
    at: Instant
    reported: Instant
    side: str
    lat: str
    lon: str


@dataclass(frozen=True, slots=True)
class Jammed:
    id: str
    at: Instant
    reported: Instant
    lat: str
    lon: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Volume:
    """`deteriorations` are the instants of the daily reports that made one; the truce is renewed three days after each."""

    firings: tuple[Firing, ...]
    refusals: tuple[Refusal, ...]
    jammed: tuple[Jammed, ...]
    deteriorations: tuple[Instant, ...]


RENEWED_AFTER = Duration.of(days=3)
WINDOW = Duration.of(days=7)
REARM = Duration.of(days=21)


def volume(seed: int, rates: p.Rates) -> Volume:
    """The year of a seed, in order of time: what has been reported by its end."""
    firings, deteriorations = _firings(Draws(seed, "fire"), rates)
    refusals, jammed = _refusals(Draws(seed, "refusals"), rates), _jammed(Draws(seed, "jamming"), rates)
    return Volume(
        tuple(one for one in firings if one.reported <= p.END_OF_YEAR),
        tuple(one for one in refusals if one.reported <= p.END_OF_YEAR),
        tuple(one for one in jammed if one.reported <= p.END_OF_YEAR),
        tuple(report for report in deteriorations if report <= p.END_OF_YEAR),
    )


def days(start: Instant, end: Instant) -> Iterator[Instant]:
    """The midnights from start to before end."""
    day = start
    while day < end:
        yield day
        day += DAY


def report_of(instant: Instant) -> Instant:
    """When the Mission's daily report tells of it."""
    return Instant(instant.us - instant.us % DAY.us) + DAY + p.DAILY_REPORT


def _firings(draws: Draws, rates: p.Rates) -> tuple[list[Firing], list[Instant]]:
    before = rates.first_level / rates.drop
    committed = p.CEASEFIRE
    firings: list[Firing] = []
    found: list[Instant] = []
    baseline = 0
    for day in days(p.CEASEFIRE - p.BEFORE, p.END_OF_YEAR):
        weeks = (day - committed).us / WINDOW.us
        level = before if day < p.CEASEFIRE else min(before, rates.first_level * (1 + rates.weekly_creep) ** weeks)
        for _ in range(draws.poisson(level * rates.scale)):
            firings.append(_firing(draws, rates, day, len(firings) + 1))
        if day < p.CEASEFIRE:
            baseline = len(firings)
            continue
        report = report_of(day)
        waiting = bool(found) and report < found[-1] + REARM
        if not waiting and _worst_week(firings, day) >= rates.deterioration * baseline:
            found.append(report)
        if found and day + DAY > found[-1] + RENEWED_AFTER > committed:
            committed = found[-1] + RENEWED_AFTER
    return sorted(firings, key=lambda f: (f.last, f.id)), found


def _worst_week(firings: list[Firing], day: Instant) -> int:
    """The most uses of fire that lie wholly in seven days ending with one of this day's; none before the ceasefire."""
    counted = [firing for firing in firings if firing.first >= p.CEASEFIRE and firing.last > day - WINDOW]
    begun, ended = sorted(f.first.us for f in counted), sorted(f.last.us for f in counted)
    ends = ended[bisect_left(ended, day.us) :]
    return max((bisect_right(ended, end) - bisect_right(begun, end - WINDOW.us) for end in ends), default=0)


def _firing(draws: Draws, rates: p.Rates, day: Instant, number: int) -> Firing:
    night = draws.chance(0.62)
    hour = draws.between(18, 30) % 24 if night else draws.between(6, 18)
    last = day + MINUTE * int(hour * 60)
    heard = draws.chance(0.2)
    first = max(day, last - MINUTE * draws.whole(5, 50)) if heard else last
    kind = draws.weighted(p.KINDS)
    low = 1 if kind in ("flare", "flash") else draws.weighted(((1, 0.5), (2, 0.2), (3, 0.12), (5, 0.1), (12, 0.08)))
    uncountable = kind in ("burst", "explosion") and draws.chance(0.1)
    side = None if draws.chance(rates.undetermined) else draws.weighted((("OSK", 0.4), ("FRM", 0.25), ("VDR", 0.35)))
    lat, lon = point(along(draws, rates), draws.between(-6, 8))
    radius = draws.one_of((1000, 2000, 5000)) if heard else draws.one_of((100, 300, 500))
    return Firing(
        f"f{number:05d}", first, last, report_of(day), side, lat, lon, radius, kind, low, None if uncountable else low
    )


WAVE = (Instant.parse("2024-10-02T00:00Z"), Instant.parse("2024-10-16T00:00Z"))
"""A fortnight in which the Mission is turned back six times as often."""


def _refusals(draws: Draws, rates: p.Rates) -> Iterator[Refusal]:
    number = 0
    for day in days(p.CEASEFIRE, p.END_OF_YEAR):
        factor = 6 if WAVE[0] <= day < WAVE[1] else 1
        for _ in range(draws.poisson(rates.restrictions * rates.scale * factor)):
            number += 1
            at = day + MINUTE * draws.whole(7 * 60, 17 * 60)
            side = "OSK" if draws.chance(rates.denying_side) else "VDR"
            lat, lon = point(along(draws, rates), draws.between(0.5, 12))
            yield Refusal(f"r{number:04d}", at, report_of(at), side, lat, lon)


def _jammed(draws: Draws, rates: p.Rates) -> Iterator[Jammed]:
    number = 0
    blind_day = Instant(p.BLIND[0].us - p.BLIND[0].us % DAY.us)
    for day in days(p.CEASEFIRE, p.END_OF_YEAR):
        factor = 4 if day == blind_day else 1
        for _ in range(draws.poisson(rates.jamming * rates.scale * factor)):
            number += 1
            at = day + HOUR * 5 + MINUTE * draws.whole(0, 14 * 60)
            lat, lon = point(along(draws, rates), draws.between(-2, 10))
            yield Jammed(f"j{number:04d}", at, report_of(at), lat, lon, draws.whole(2, 90))
