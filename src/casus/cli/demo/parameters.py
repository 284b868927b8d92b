"""The rates of the synthetic year, each with the published figure it is taken from. Change one here or with `--scale`.

The figures describe how truces of the last decades were observed to wear off; what is generated from them is about
fictional states and describes no real place.
"""

from __future__ import annotations

from dataclasses import dataclass

from casus.time import DAY, Duration, Instant


@dataclass(frozen=True, slots=True)
class Rates:
    """Means per day for a line of 420 km, shares from 0 to 1, factors. `scale` is the share of that line which is watched."""

    scale: float = 0.25
    good_truce: float = 33.0
    """Uses of fire a day in a truce that holds (monitors' mean after 27 July 2020; low 17, high 60)."""
    drop: float = 0.15
    """Factor at the start of a truce (2017: x0.38; 2018 and 2020: x0.15 to x0.18; best x0.05)."""
    weekly_creep: float = 0.14
    """Growth a week after the start (autumn 2017: 14 to 16 %; low 2 %, high 40 %)."""
    hotspot_share: float = 0.76
    """Share near the four hotspots (2020; 60 to 90 %)."""
    undetermined: float = 0.6
    """Share of uses of fire whose side is not known. An assumption: no published figure was found."""
    restrictions: float = 22 / 14
    """Refusals of passage a day (a fortnight of September 2021)."""
    denying_side: float = 0.95
    """Share of refusals on the denying side (21 of 22, 8 of 8; 90 to 100 %)."""
    jamming: float = 5.0
    """Jammed flights a day (low 1, high 9)."""
    claims: float = 0.2
    """Claims a day of the beneficiary about the other side. An assumption; not scaled."""
    claims_ratio: float = 1.7
    """Claims of the other side for each of the beneficiary's (Easter 2025; 1 to 5)."""
    deterioration: float = 0.75
    """As in Article 5: a week with so much of the last week before the ceasefire calls for a renewed one."""

    @property
    def first_level(self) -> float:
        """Uses of fire a day right after a (re)commitment, so that the mean between two of them is `good_truce`.

        Growth g a week over the w weeks until the deterioration clause is reached has the mean (g^w - 1) / (w ln g).
        """
        growth = 1 + self.weekly_creep
        weeks = WEEKS_BETWEEN_COMMITMENTS
        mean = sum(growth**week for week in range(weeks)) / weeks
        return self.good_truce / mean


WEEKS_BETWEEN_COMMITMENTS = 13
"""Twelve recommitments in three years (2015 to 2018)."""

KINDS = (("burst", 0.41), ("explosion", 0.42), ("flare", 0.009), ("flash", 0.014), ("projectile", 0.147))
"""What was seen or heard, 27 July 2020 to 17 January 2021."""

BEFORE = 7 * DAY
"""The last week before the ceasefire is on the record: it is what Article 4 measures later weeks against."""

CEASEFIRE = Instant.parse("2024-03-01T00:00Z")
END_OF_YEAR = Instant.parse("2025-03-01T00:00Z")
"""Where the demo looks back from."""

BLIND = (Instant.parse("2025-02-11T03:00Z"), Instant.parse("2025-02-11T19:00Z"))
"""The hours in which the Mission could see nothing: every flight jammed, every patrol turned back."""

DAILY_REPORT = Duration.of(hours=9)
"""The Mission's daily report is out at 09:00 UTC of the day after."""
