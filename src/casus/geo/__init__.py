"""Points with an error, zones, and whether one lies in the other."""

from casus.geo.region import Region

__all__ = ["Region"]
