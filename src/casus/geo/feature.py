"""A zone made of polygons, lines or points, with straight edges in longitude and latitude."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from casus.geo.boundary import Floats, Lines
from casus.kleene import Truth


@dataclass(frozen=True, eq=False)
class FeatureZone:
    """`geometry` holds (longitude, latitude); `sha256` is the hash of the file's bytes (None: made of other zones)."""

    name: str
    geometry: shapely.Geometry
    sha256: str | None = None

    def __post_init__(self) -> None:
        shapely.prepare(self.geometry)

    @property
    def is_empty(self) -> bool:
        return bool(self.geometry.is_empty)

    @cached_property
    def lines(self) -> Lines:
        return Lines.of(self.geometry)

    @cached_property
    def _areas(self) -> shapely.Geometry:
        """The polygons alone: only an area has an inside."""
        parts = shapely.get_parts(shapely.get_parts([self.geometry]))
        areas = shapely.MultiPolygon([p for p in parts if p.geom_type == "Polygon"])
        shapely.prepare(areas)
        return areas

    def plus(self, other: FeatureZone) -> FeatureZone:
        return FeatureZone(f"{self.name} plus {other.name}", shapely.union(self.geometry, other.geometry))

    def minus(self, other: FeatureZone) -> FeatureZone:
        """The closure of the difference."""
        return FeatureZone(f"{self.name} minus {other.name}", shapely.difference(self.geometry, other.geometry))

    def holds(self, lat: float, lon: float, radius: float) -> Truth:
        value = int(self.holds_many(np.array([lat]), np.array([lon]), np.array([radius], dtype=np.float64))[0])
        return None if value < 0 else value == 1

    def holds_many(self, lat: Floats, lon: Floats, radius: Floats) -> npt.NDArray[np.int8]:
        """1: the whole disc lies in the zone, 0: none of it, -1: some may."""
        inside = _meets(self.geometry, lat, lon)
        result = inside.astype(np.int8)
        discs = np.flatnonzero(radius > 0)
        if discs.size:
            edge = self.lines.nearest(lat[discs], lon[discs], radius[discs])
            # A disc that only touches the boundary from within lies inside; one that touches it from without meets it.
            crosses = np.where(_meets(self._areas, lat[discs], lon[discs]), edge < radius[discs], edge <= radius[discs])
            result[discs[crosses]] = -1
        return result

    def signed_distance(self, lat: Floats, lon: Floats, limit: Floats, depth_limit: Floats) -> Floats:
        """The distance in metres of n points to the zone, negative by the depth of those inside an area.

        Outside, infinite where it exceeds `limit`; inside, minus infinite where the depth exceeds `depth_limit`, and
        zero or less in any case.
        """
        inside = _meets(self._areas, lat, lon)
        away = self.lines.nearest(lat, lon, np.where(inside, depth_limit, limit))
        return np.where(inside, -away, np.where(_meets(self.geometry, lat, lon), 0.0, away))


def _meets(geometry: shapely.Geometry, lat: Floats, lon: Floats) -> npt.NDArray[np.bool_]:
    """Which points lie in the geometry or on its boundary. The meridian of 180 degrees has two names."""
    found: npt.NDArray[np.bool_] = shapely.intersects_xy(geometry, lon, lat)
    twice = np.flatnonzero(np.abs(lon) == 180)
    if twice.size:
        found[twice] |= shapely.intersects_xy(geometry, -lon[twice], lat[twice])
    return found
