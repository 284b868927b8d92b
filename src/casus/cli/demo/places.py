"""Where things happen in the fictional country: along the line of contact, mostly near its four hotspots."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from casus.cli.demo.draws import Draws
from casus.cli.demo.parameters import Rates

LINE: Final = ((43.2, -26.0), (44.0, -26.3), (44.9, -25.8), (45.6, -26.1), (46.4, -25.6), (47.3, -26.2), (48.4, -26.0))
"""The line of contact of `zones/valdria.geojson`, (latitude, longitude) from south to north. Valdria lies west of it."""

HOTSPOTS: Final = (("Dunmark", 43.75), ("Tollby", 45.15), ("Kellmoor", 46.2), ("Varnesh", 47.6))

KM_PER_DEGREE: Final = 77.5
"""Of longitude, at these latitudes: good enough to place synthetic points, used for nothing else."""


def line_longitude(latitude: float) -> float:
    """The longitude of the line of contact at a latitude between its ends."""
    for (south, west), (north, east) in pairwise(LINE):
        if south <= latitude <= north:
            return west + (east - west) * (latitude - south) / (north - south)
    raise ValueError(f"the line of contact does not reach latitude {latitude}")


def along(draws: Draws, rates: Rates) -> float:
    """A latitude on the line: near a hotspot (within 8 km or so) or anywhere."""
    if draws.chance(rates.hotspot_share):
        _, latitude = draws.one_of(HOTSPOTS)
        return latitude + draws.between(-0.07, 0.07)
    return draws.between(LINE[0][0] + 0.05, LINE[-1][0] - 0.05)


def point(latitude: float, km_inside: float) -> tuple[str, str]:
    """A point so many kilometres inside Valdria (negative: outside), as text with four decimals (about 10 m)."""
    return f"{latitude:.4f}", f"{line_longitude(latitude) - km_inside / KM_PER_DEGREE:.4f}"
