"""Points with an error, zones, and whether one lies in the other."""

from casus.geo.boundary import distances
from casus.geo.feature import FeatureZone
from casus.geo.load import ZoneFile, ZoneProblem, check_pin, feature_zone, load_feature, parse_zone_file, read_zone_file
from casus.geo.region import Both, Minus, Near, Open, Plus, Region, holds_many, straight, within

__all__ = [
    "Both",
    "FeatureZone",
    "Minus",
    "Near",
    "Open",
    "Plus",
    "Region",
    "ZoneFile",
    "ZoneProblem",
    "check_pin",
    "distances",
    "feature_zone",
    "holds_many",
    "load_feature",
    "parse_zone_file",
    "read_zone_file",
    "straight",
    "within",
]
