"""Strikes and who reported them: the drawn ones of every week, the planned ones of the story, and the parties' claims.

A strike is one row of `strikes.csv`, with the voices that told of it. Press and relief workers are independent of each
other where neither repeats the other (same origin) and nobody stands behind both (same owner); what a side says of the
other side is affiliated and makes no rung.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from casus.cli.demo import parameters as p
from casus.cli.demo.draws import Draws
from casus.cli.demo.places import along, point
from casus.time import DAY, HOUR, MINUTE, Duration, Instant


@dataclass(frozen=True, slots=True)
class Voice:
    """A source: its independence group, the side with which it is affiliated, and whether it is a model."""

    name: str
    group: str = ""
    side: str = ""
    model: bool = False


MONITOR = Voice("Eastern Monitor", "eastern")
WIRE = Voice("Harbour Wire", "harbour")
GAZETTE = Voice("Coast Gazette", "harbour")
RELIEF = Voice("Relief Council", "relief")
IMAGERY = Voice("Meridian Imagery", "imagery")
CLASSIFIER = Voice("Skywatch classifier", "skywatch", model=True)
MINISTRY = Voice("Valdrian Ministry", "ministry", side="VDR")
COMMAND = Voice("Oskovian Command", "command", side="OSK")


@dataclass(frozen=True, slots=True)
class Told:
    """A voice tells of a strike `after` its happening; `repeats`: it only repeats the first report."""

    voice: Voice
    after: Duration
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Strike:
    """`confirmed` and `attributed` are when the Mission says so (None: it does not)."""

    id: str
    first: Instant
    last: Instant
    actor: str
    lat: str
    lon: str
    radius_m: int
    weapon: str
    killed_low: int
    killed_high: int
    told: tuple[Told, ...]
    confirmed: Instant | None = None
    attributed: Instant | None = None

    @property
    def known(self) -> Instant:
        """When the last of its voices has spoken: then the Mission's desk puts it on the record."""
        return self.last + max((told.after for told in self.told), key=lambda after: after.us)


# ---------------------------------------------------------------- drawn

QUIET = Duration.of(days=4)
"""No drawn strike falls within so many days of a planned one, so that the story's counts are its own."""

SPACING = {
    "OSK": (Duration.of(hours=48), Duration.of(hours=120)),
    "FRM": (Duration.of(days=8), Duration.of(days=16)),
    "VDR": (Duration.of(days=9), Duration.of(days=18)),
}
"""Least and greatest time between two drawn strikes of one actor: never five of one side within 72 hours."""


def drawn(seed: int, rates: p.Rates, planned: Iterable[Strike]) -> Iterator[Strike]:
    """The strikes of every week, of both sides and of the formations."""
    taken = [strike.last for strike in planned]
    for actor, (low, high) in SPACING.items():
        draws = Draws(seed, f"strikes {actor}")
        at = p.CEASEFIRE + Duration.of(days=13)
        number = 0
        while True:
            at = draws.later(at, low, high)
            if at >= p.END_OF_YEAR - DAY:
                break
            if any(abs((at - other).us) < QUIET.us for other in taken):
                continue
            number += 1
            yield _drawn(draws, rates, f"{actor.lower()}{number:03d}", actor, at)


def _drawn(draws: Draws, rates: p.Rates, name: str, actor: str, last: Instant) -> Strike:
    lat, lon = point(along(draws, rates), draws.between(12, 32))
    killed = draws.weighted(((0, 0.72), (1, 0.16), (2, 0.08), (3, 0.04)))
    spread = draws.weighted(((0, 0.8), (1, 0.2)))
    weapon = draws.weighted((("artillery", 0.5), ("uav", 0.4), ("missile", 0.07), ("aircraft", 0.03)))
    bracket = MINUTE * draws.weighted(((0, 0.7), (20, 0.2), (90, 0.1)))
    soon, later = MINUTE * draws.whole(40, 180), MINUTE * draws.whole(200, 420)
    ruling = last + HOUR * draws.whole(8, 30)
    told: tuple[Told, ...]
    confirmed: Instant | None = None
    attributed: Instant | None = None
    match draws.weighted(
        (("confirmed", 0.45), ("two sources", 0.25), ("seen only", 0.12), ("repeated", 0.12), ("model", 0.06))
    ):
        case "confirmed":
            told, confirmed, attributed = (Told(MONITOR, soon), Told(WIRE, later)), ruling, ruling + MINUTE * 30
        case "two sources":
            told = (Told(WIRE, soon), Told(RELIEF, later))
        case "seen only":
            told, confirmed = (Told(RELIEF, soon),), ruling
        case "repeated":
            told = (Told(MONITOR, soon), Told(GAZETTE, later, repeats=True))
        case _:
            told = (Told(CLASSIFIER, soon),)
    return Strike(
        name,
        last - bracket,
        last,
        actor,
        lat,
        lon,
        draws.one_of((100, 300, 500)),
        weapon,
        killed,
        killed + spread,
        told,
        confirmed,
        attributed,
    )


def claimed(seed: int, rates: p.Rates) -> Iterator[Strike]:
    """What each side says of the other: the other side claims `claims_ratio` times as often, and both count high."""
    sides = (("OSK", MINISTRY, rates.claims), ("VDR", COMMAND, rates.claims * rates.claims_ratio))
    for actor, voice, per_day in sides:
        draws = Draws(seed, f"claims on {actor}")
        number = 0
        day = p.CEASEFIRE
        while day < p.END_OF_YEAR - DAY:
            for _ in range(draws.poisson(per_day)):
                number += 1
                last = day + MINUTE * draws.whole(0, 1439)
                lat, lon = point(along(draws, rates), draws.between(12, 32))
                killed = draws.weighted(((0, 0.5), (2, 0.3), (8, 0.15), (30, 0.05)))
                weapon = draws.one_of(("artillery", "uav", "missile"))
                told = (Told(voice, HOUR * draws.whole(1, 20)),)
                name = f"claim_{actor.lower()}{number:03d}"
                yield Strike(name, last, last, actor, lat, lon, 2000, weapon, killed, killed * 2, told)
            day += DAY


# ---------------------------------------------------------------- planned


def _at(text: str) -> Instant:
    return Instant.parse(text)


def _five(
    prefix: str, latitude: float, when: tuple[str, ...], actors: tuple[str, ...], late: int | None = None
) -> list[Strike]:
    """A cluster: two independent sources for each, the Mission's word some hours later. One may become known late."""
    found = []
    for number, (text, actor) in enumerate(zip(when, actors, strict=True), 1):
        last = _at(text)
        lat, lon = point(latitude + number * 0.006, 14 + number)
        told = (Told(WIRE, HOUR * 2), Told(RELIEF, HOUR * 3))
        confirmed: Instant | None = last + HOUR * 6
        if number == late:
            delay = LATE_KNOWN - last
            told, confirmed = (Told(IMAGERY, delay), Told(RELIEF, delay + HOUR)), None
        attributed = confirmed + MINUTE * 30 if confirmed else None
        killed = 1 if number in (1, 4) else 0
        found.append(
            Strike(f"{prefix}_{number}", last, last, actor, lat, lon, 200, "uav", killed, killed, told, confirmed, attributed)
        )
    return found


LATE_KNOWN = Instant.parse("2024-07-29T11:00Z")

APRIL = ("2024-04-22T03:10Z", "2024-04-22T21:45Z", "2024-04-23T02:20Z", "2024-04-23T23:05Z", "2024-04-24T04:30Z")
JUNE = ("2024-06-11T02:00Z", "2024-06-11T20:00Z", "2024-06-12T03:00Z", "2024-06-12T23:00Z", "2024-06-13T02:30Z")
LATE_JUNE = ("2024-06-25T04:00Z", "2024-06-25T22:00Z", "2024-06-26T03:15Z", "2024-06-26T23:30Z", "2024-06-27T20:00Z")
NOVEMBER = ("2024-11-19T01:20Z", "2024-11-19T19:40Z", "2024-11-20T03:30Z", "2024-11-20T22:15Z", "2024-11-21T02:05Z")
MIXED = ("OSK", "FRM", "OSK", "FRM", "OSK")


def planned() -> list[Strike]:
    """The strikes that the story of the year is about."""
    return [
        _one("accident", "2024-03-10T13:20Z", "OSK", 45.15, 13, "artillery", 0, "2024-03-10T20:00Z"),
        *_five("april", 46.2, APRIL, ("OSK",) * 5),
        _market(),
        *_five("june", 47.6, JUNE, MIXED),
        *_five("late_june", 47.55, LATE_JUNE, ("OSK",) * 5, late=3),
        _one("kellmoor", "2024-09-14T02:10Z", "OSK", 46.2, 16, "missile", 17, "2024-09-14T08:00Z", high=25),
        _one("answer", "2024-09-14T05:20Z", "VDR", 46.3, 13, "artillery", 2, "2024-09-14T15:00Z"),
        _one("overcount", "2024-10-07T16:00Z", "OSK", 43.75, 15, "artillery", 6, "2024-10-07T22:00Z"),
        *_five("november", 43.8, NOVEMBER, MIXED),
        _one("mistaken", "2024-12-02T09:15Z", "OSK", 45.2, 15, "uav", 1, None),
        _one("tollby", "2025-02-26T22:10Z", "OSK", 45.15, 16, "missile", 14, "2025-02-27T05:00Z"),
    ]


def _one(
    name: str,
    when: str,
    actor: str,
    latitude: float,
    inside: float,
    weapon: str,
    killed: int,
    confirmed: str | None,
    high: int | None = None,
) -> Strike:
    """A strike told by two independent sources within three hours, then by the Mission; attributed half an hour later."""
    last = _at(when)
    lat, lon = point(latitude, inside)
    told = (Told(MONITOR, HOUR * 2), Told(WIRE, HOUR * 3)) if confirmed else (Told(MONITOR, HOUR * 2),)
    word = _at(confirmed) if confirmed else None
    attributed = word + MINUTE * 30 if word else None
    return Strike(name, last, last, actor, lat, lon, 150, weapon, killed, high or killed, told, word, attributed)


def _market() -> Strike:
    """The false flag: two independent sources name Oskovia within hours; nine days later the craters say otherwise."""
    last = _at("2024-05-12T10:40Z")
    lat, lon = point(43.75, 14)
    told = (
        Told(MONITOR, HOUR),
        Told(GAZETTE, HOUR * 2, repeats=True),
        Told(RELIEF, HOUR * 4),
    )
    return Strike("market", last, last, "OSK", lat, lon, 50, "artillery", 12, 12, told, last + HOUR * 7, None)
