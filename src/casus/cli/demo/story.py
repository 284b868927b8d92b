"""What the parties and bodies of the synthetic year did, as lines of the record.

Each line is one act in the language of scenarios (`docs/language.md`): votes, attendances, determinations, estimates,
corrections. The dates follow from the strikes of `strikes.py`; what is met, owed, in time or too late is left to `evaluate`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from casus.cli.demo import parameters as p
from casus.cli.demo.draws import Draws
from casus.cli.demo.fire import Volume, days
from casus.cli.demo.places import along, point
from casus.cli.demo.strikes import LATE_KNOWN, Strike
from casus.time import DAY, HOUR, Duration, Instant


@dataclass(frozen=True, slots=True)
class Line:
    """One act: when it happened (to `until` where it is a stretch), in words, and when it was known (None: then).

    `marked` lines are for the Parties only (TLP:AMBER).
    """

    at: Instant
    text: str
    until: Instant | None = None
    known: Instant | None = None
    marked: bool = False

    @property
    def knowledge(self) -> Instant:
        return self.known or self.until or self.at

    def __str__(self) -> str:
        until = f" to {self.until}" if self.until else ""
        known = f" known {self.known}" if self.known else ""
        return f"{self.at}{until} {self.text}{known}"


def record(seed: int, rates: p.Rates, volume: Volume, strikes: Iterable[Strike]) -> list[Line]:
    """Every act known by the end of the year, in the order in which it became known."""
    lines = [
        *_force(),
        *_words_of_the_mission(strikes),
        *_spring(),
        *_summer(),
        *_autumn(),
        *_winter(),
        *_renewals(seed, volume),
        *_obstruction(volume),
        *_estimates(seed),
        *_heavy_weapons(seed, rates),
        *_coverage(),
    ]
    known = (line for line in lines if line.knowledge <= p.END_OF_YEAR)
    return sorted(known, key=lambda line: (line.knowledge, line.at, line.text))


def _at(text: str) -> Instant:
    return Instant.parse(text)


def _line(when: str, text: str, *, marked: bool = False) -> Line:
    return Line(_at(when), text, marked=marked)


def _attend(case: str, start: str, **hours: int) -> Iterator[Line]:
    """Guarantors consult so many hours after the start: `KST=4`."""
    for party, after in hours.items():
        yield Line(_at(start) + HOUR * after, f"attendance by {party} id {case}_{party.lower()}")


def _vote(decision: str, start: str, **votes: str) -> Iterator[Line]:
    """Votes an hour apart, from the start on: `KST="yes"`."""
    for number, (party, vote) in enumerate(votes.items()):
        yield Line(_at(start) + HOUR * number, f"{party} votes {vote} on {decision}")


def _force() -> Iterator[Line]:
    yield _line("2024-02-10T09:00Z", "VDR ratifies")
    yield _line("2024-02-14T09:00Z", "KST ratifies")
    yield _line("2024-02-20T09:00Z", "LYS ratifies")
    yield _line("2024-03-01T00:00Z", "MRV ratifies")
    yield _line("2024-04-15T09:00Z", "TRN ratifies")


def _words_of_the_mission(strikes: Iterable[Strike]) -> Iterator[Line]:
    for strike in strikes:
        if strike.confirmed:
            yield Line(strike.confirmed, f"mission says confirmed on {strike.id}")
        if strike.attributed:
            yield Line(strike.attributed, f"mission says attributed on {strike.id}")


def _spring() -> Iterator[Line]:
    """An accident made good; an incident on which only two vote; a false flag and its reversal."""
    yield _line("2024-03-11T07:00Z", "cure by OSK id apology answers accident")

    yield from _attend("april", "2024-04-24T07:30Z", KST=5, MRV=7, TRN=14, LYS=20)
    yield from _vote("measures", "2024-04-24T12:00Z", KST="yes", MRV="yes")

    yield from _attend("market", "2024-05-12T17:40Z", KST=3, MRV=6, TRN=15, LYS=22)
    yield from _vote("measures", "2024-05-12T22:00Z", KST="yes", MRV="yes", TRN="no", LYS="no")
    yield from _vote("measures", "2024-05-14T09:00Z", KST="yes", MRV="abstain", TRN="no", LYS="no")
    yield _line("2024-05-21T09:00Z", "correct market by VDR")
    yield _line("2024-05-24T16:00Z", "commission says found on market")
    yield _line("2024-06-03T10:00Z", "VDR fulfils account")


def _summer() -> Iterator[Line]:
    """A strike known a month late completes an incident; a build-up and a closing of ports that is stopped."""
    late = str(LATE_KNOWN + HOUR)
    yield from _attend("late_june", late, KST=4, MRV=8, TRN=10, LYS=18)
    yield from _vote("measures", late, KST="yes", MRV="yes", TRN="no", LYS="no")

    yield from _attend("build_up", "2024-08-05T12:00Z", KST=3, MRV=9, TRN=12, LYS=16)
    yield from _vote("stop_closure", "2024-08-08T10:00Z", VDR="no", KST="yes", LYS="yes", TRN="yes", MRV="abstain")


def _autumn() -> Iterator[Line]:
    """The armed attack on Kellmoor: determined, measures adopted and returned, aid delivered in part."""
    yield _line("2024-09-14T21:30Z", "commission says found on kellmoor", marked=True)
    yield _line("2024-09-14T23:00Z", "commission determines attack_case yes")
    yield from _attend("kellmoor", "2024-09-14T08:00Z", KST=2, MRV=4, TRN=10, LYS=31)
    yield from _vote("measures", "2024-09-14T18:00Z", KST="yes", MRV="yes", TRN="yes", LYS="no")
    yield from _vote("stop_return", "2024-09-15T12:00Z", VDR="no", KST="no", MRV="abstain", TRN="yes", LYS="yes")
    yield _line("2024-09-16T18:00Z", "commission finds proportionate yes on answer", marked=True)
    yield _line("2024-09-18T09:00Z", "correct kellmoor killed 17")
    for when, party in (("2024-09-18T10:00Z", "KST"), ("2024-09-20T10:00Z", "MRV"), ("2024-09-27T10:00Z", "TRN")):
        yield _line(when, f"implementation by {party} id measures_september_{party.lower()}")
    for when in ("2024-09-18T12:00Z", "2024-10-02T12:00Z", "2024-10-16T12:00Z", "2024-10-17T12:00Z"):
        yield _line(when, "mission fulfils publish_default")
    yield _line("2024-10-09T11:00Z", "correct overcount killed 2")
    yield _line("2024-10-20T12:00Z", "commission attributes FRM to OSK yes")
    yield from _attend("november", "2024-11-21T05:05Z", KST=4, MRV=6, LYS=12, TRN=40)
    yield from _vote("measures", "2024-11-21T12:00Z", KST="yes", MRV="yes", LYS="yes", TRN="abstain")
    yield _line("2024-11-25T12:00Z", "mission fulfils publish_default")
    for when, party in (("2024-11-26T10:00Z", "KST"), ("2024-11-29T10:00Z", "LYS"), ("2024-12-03T10:00Z", "MRV")):
        yield _line(when, f"implementation by {party} id measures_november_{party.lower()}")
    yield _line("2024-12-09T10:00Z", "implementation by TRN id measures_november_trn")


def _winter() -> Iterator[Line]:
    """A withdrawn report; an incursion of unknown size; the attack on Tollby, two days before the demo looks back."""
    yield _line("2024-12-05T14:00Z", "withdraw mistaken")
    yield Line(
        _at("2025-01-20T01:00Z"),
        "incursion by OSK id incursion at 44.9000 -26.0000 radius 500 lasted 9 hours",
        until=_at("2025-01-20T04:00Z"),
        known=_at("2025-01-20T10:00Z"),
    )
    yield _line("2025-01-20T20:00Z", "mission says confirmed on incursion")
    yield _line("2025-01-22T15:00Z", "commission says found on incursion")
    yield _line("2025-02-27T20:30Z", "commission says found on tollby", marked=True)
    yield _line("2025-02-27T21:00Z", "commission determines attack_case yes")
    yield from _attend("tollby", "2025-02-27T05:00Z", KST=6, MRV=10, TRN=22)
    yield from _vote("measures", "2025-02-27T16:00Z", KST="yes", MRV="yes", LYS="yes", TRN="no")
    yield from _vote("stop_return", "2025-02-28T10:00Z", VDR="no", KST="no")


def _renewals(seed: int, volume: Volume) -> Iterator[Line]:
    """The Parties call for a renewed ceasefire after each deterioration."""
    draws = Draws(seed, "renewals")
    for opened in volume.deteriorations:
        votes = (("VDR", "yes"), ("KST", "yes"), ("MRV", "yes"), ("LYS", "abstain"), ("TRN", draws.one_of(("yes", "no"))))
        for party, vote in votes:
            yield Line(draws.later(opened, Duration.of(hours=12), Duration.of(hours=66)), f"{party} votes {vote} on renewal")


REFUSED_TOO_OFTEN = (20, Duration.of(days=14), Duration.of(days=60))
"""Article 5, obstruction: so many refusals by Oskovia, within, and not again before."""


def _obstruction(volume: Volume) -> Iterator[Line]:
    """The Mission reports four days after the refusals have become too many."""
    count, window, rearm = REFUSED_TOO_OFTEN
    refused = [refusal for refusal in volume.refusals if refusal.side == "OSK"]
    last: Instant | None = None
    for number, refusal in enumerate(refused):
        if last is not None and refusal.reported < last + rearm:
            continue
        if number + 1 >= count and refused[number + 1 - count].at > refusal.at - window:
            last = refusal.reported
            yield Line(last + DAY * 4, "mission fulfils report_obstruction")


BUILD_UP = (_at("2024-08-05T12:00Z"), _at("2024-08-26T12:00Z"))
DISTRICTS = ("north", "centre", "south")


def _estimates(seed: int) -> Iterator[Line]:
    """Oskovia's troops near the line, each Monday by district; for the Parties only. In August they pass 40,000."""
    draws = Draws(seed, "estimates")
    for monday in days(_at("2024-03-04T00:00Z"), p.END_OF_YEAR):
        if (monday - _at("2024-03-04T00:00Z")).us % (7 * DAY).us:
            continue
        known = monday + HOUR * 12
        massed = BUILD_UP[0] <= known < BUILD_UP[1]
        for district in DISTRICTS:
            low = draws.whole(138, 146) * 100 if massed else draws.whole(88, 104) * 100
            text = f"mission estimates concentration by OSK {low} to {low + 1500} place {district} as confirmed"
            yield Line(monday, text, known=known, marked=True)


def _heavy_weapons(seed: int, rates: p.Rates) -> Iterator[Line]:
    """Heavy weapons seen inside the buffer, of whichever side, every eight to twelve days; none after 24 January."""
    draws = Draws(seed, "heavy weapons")
    at, last = _at("2024-03-05T10:00Z"), _at("2025-01-24T10:00Z")
    number = 0
    while at <= last:
        number += 1
        side = draws.weighted((("OSK", 0.4), ("FRM", 0.25), ("VDR", 0.35)))
        lat, lon = point(along(draws, rates), draws.between(3, 9))
        calibre = draws.one_of((120, 122, 152))
        name = f"heavy_{number:02d}"
        text = f"heavy_weapon by {side} id {name} at {lat} {lon} radius 200 calibre_mm {calibre}"
        yield Line(at, text, known=at + HOUR * 5)
        yield Line(at + HOUR * 9, f"mission says confirmed on {name}")
        left = last - at
        at = last if Duration(0) < left < Duration.of(days=20) else draws.later(at, Duration.of(days=8), Duration.of(days=12))


WEEK = Duration.of(days=7)


def _coverage() -> Iterator[Line]:
    """The Mission says each week what it could have seen; for sixteen hours of February it could see nothing."""
    start = p.CEASEFIRE
    while start < p.END_OF_YEAR:
        end = Instant(min((start + WEEK).us, p.END_OF_YEAR.us))
        parts = [(start, p.BLIND[0]), (p.BLIND[1], end)] if start < p.BLIND[0] < end else [(start, end)]
        for lo, hi in parts:
            for what in ("violation", "weapon_in_buffer"):
                known = min(end + p.DAILY_REPORT, p.END_OF_YEAR, key=lambda instant: instant.us)
                yield Line(lo, f"mission observes {what}", until=hi, known=known)
        start = end


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that Valdria has accepted: an exact amount in euros, known at 18:00 of its day."""

    id: str
    day: Instant
    party: str
    euros: int

    @property
    def known(self) -> Instant:
        return self.day + HOUR * 18


def deliveries() -> list[Delivery]:
    """After Kellmoor: Kestria in full and in time, Lysmark and Tarnia in part, Morvane late; after Tollby a first one."""
    million = 1_000_000
    given = (
        ("2024-09-25", "LYS", 300 * million),
        ("2024-09-28", "KST", 900 * million),
        ("2024-10-02", "MRV", 1_200 * million),
        ("2024-10-04", "KST", 600 * million),
        ("2024-10-10", "TRN", 400 * million),
        ("2024-10-12", "MRV", 500 * million),
        ("2024-10-29", "MRV", 300 * million),
        ("2024-11-20", "LYS", 200 * million),
        ("2024-12-01", "TRN", 350 * million),
        ("2025-02-28", "KST", 200 * million),
    )
    return [
        Delivery(f"delivery_{number:02d}", Instant.parse(f"{day}T00:00Z"), party, euros)
        for number, (day, party, euros) in enumerate(given, 1)
    ]
