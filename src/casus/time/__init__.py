"""Instants, exact durations, calendar periods and brackets of the world's time.

No clock lives here: nothing in this package asks what time it is. `Duration` (exact) and `Period` (calendar) are
different types and never mix: adding a `Period` needs a clock and a rounding, adding a `Duration` needs neither.
"""

from casus.time.clock import Clock, Rounding, UnknownZone, zone_names
from casus.time.instant import (
    BEGINNING,
    DAY,
    END,
    HOUR,
    MINUTE,
    SECOND,
    Duration,
    Instant,
    InvalidInstant,
    Known,
    Occurred,
    Period,
    Recorded,
)

__all__ = [
    "BEGINNING",
    "DAY",
    "END",
    "HOUR",
    "MINUTE",
    "SECOND",
    "Clock",
    "Duration",
    "Instant",
    "InvalidInstant",
    "Known",
    "Occurred",
    "Period",
    "Recorded",
    "Rounding",
    "UnknownZone",
    "zone_names",
]
