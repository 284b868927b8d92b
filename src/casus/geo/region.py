"""Whether a place known up to an error lies in a zone: one point at a time, or many at once.

A place is a point (WGS84 degrees) with a radius of error in metres: the disc of all points at most that far away,
geodesically. The answer is Kleene's: true where the whole disc lies in the zone, false where none of it does, else
unknown. Edges of zones are straight in longitude and latitude; a zone's boundary belongs to it. Compound zones answer
by Kleene's logic over their parts (`semantics.md`, section 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from casus.geo.boundary import Floats, destination
from casus.geo.feature import FeatureZone
from casus.kleene import Truth

Truths = npt.NDArray[np.int8]
"""1 for true, 0 for false, -1 for unknown."""

_TRUE, _FALSE, _UNKNOWN = 1, 0, -1
_AZIMUTHS = np.linspace(0.0, 360.0, 16, endpoint=False)
_MOST_CELLS = 20_000


class Region(Protocol):
    """A set of points of the earth."""

    def holds(self, lat: float, lon: float, radius: float) -> Truth:
        """Whether the disc of `radius` metres around (lat, lon), in degrees, lies in the region."""
        ...


def holds_many(region: Region, lats: Sequence[float] | Floats, lons: Sequence[float] | Floats, radii: object) -> Truths:
    """`region.holds` for n places at once: 1 true, 0 false, -1 unknown.

    `lats` and `lons` are degrees, shape (n,); `radii` metres, shape (n,) or one number for all. A place that is not
    known (NaN in any of the three) is unknown.
    """
    lat, lon = np.asarray(lats, dtype=np.float64), np.asarray(lons, dtype=np.float64)
    radius = np.broadcast_to(np.asarray(radii, dtype=np.float64), lat.shape)
    result = np.full(lat.shape, _UNKNOWN, dtype=np.int8)
    known = ~(np.isnan(lat) | np.isnan(lon) | np.isnan(radius))
    if known.any():
        result[known] = _many(region, lat[known], lon[known], radius[known])
    return result


@dataclass(frozen=True, slots=True)
class Open:
    """A zone whose boundary nobody has drawn: whether any place lies in it is unknown."""

    def holds(self, lat: float, lon: float, radius: float) -> Truth:
        return None


@dataclass(frozen=True, slots=True)
class Near:
    """`zone within metres of of`: in `zone`, and at most so far from `of`. `zone` None: wherever it is."""

    zone: Region | None
    metres: float
    of: FeatureZone

    def holds(self, lat: float, lon: float, radius: float) -> Truth:
        return _one(self, lat, lon, radius)


@dataclass(frozen=True, slots=True)
class Minus:
    """In `left` and not in `right`; the boundary of `right` is outside."""

    left: Region
    right: Region

    def holds(self, lat: float, lon: float, radius: float) -> Truth:
        return _one(self, lat, lon, radius)


@dataclass(frozen=True, slots=True)
class Plus:
    """In `left` or in `right`."""

    left: Region
    right: Region

    def holds(self, lat: float, lon: float, radius: float) -> Truth:
        return _one(self, lat, lon, radius)


@dataclass(frozen=True, slots=True)
class Both:
    """In `left` and in `right`."""

    left: Region
    right: Region

    def holds(self, lat: float, lon: float, radius: float) -> Truth:
        return _one(self, lat, lon, radius)


def within(zone: Region | None, metres: float, of: Region) -> Region | None:
    """What lies in `zone` (None: anywhere) and within metres of `of`; None where no distance to `of` can be measured.

    That is where it is itself made with a distance. Distances to an open zone are unknown, and those to a zone that is
    partly made of one as far as its other parts do not settle them.
    """
    edges = straight(of)
    if edges is not None:
        return Near(zone, metres, edges)
    near = _near_open(metres, of)
    return near if near is None or zone is None else Both(zone, near)


def _near_open(metres: float, of: Region) -> Region | None:
    match of:
        case Open():
            return of
        case Plus(left, right):  # near the whole is near either part
            first, second = within(None, metres, left), within(None, metres, right)
            return None if first is None or second is None else Plus(first, second)
        case Minus(left, right):  # what is left may be near where the left part is, and nowhere else
            first = within(None, metres, left)
            return None if first is None or within(None, metres, right) is None else Both(first, Open())
        case _:
            return None


def straight(region: Region) -> FeatureZone | None:
    """The region as one zone of straight edges, or None where it has others (a distance is part of it) or none are known.

    Only to such a zone can a distance be measured. Of a difference this is the closure: distances to it are the same.
    """
    match region:
        case FeatureZone():
            return region
        case Minus(left, right) | Plus(left, right):
            first, second = straight(left), straight(right)
            if first is None or second is None:
                return None
            return first.minus(second) if isinstance(region, Minus) else first.plus(second)
        case _:
            return None


def _one(region: Region, lat: float, lon: float, radius: float) -> Truth:
    value = int(_many(region, np.array([lat]), np.array([lon]), np.array([radius], dtype=np.float64))[0])
    return None if value == _UNKNOWN else value == _TRUE


def _many(region: Region, lat: Floats, lon: Floats, radius: Floats) -> Truths:
    match region:
        case FeatureZone():
            return region.holds_many(lat, lon, radius)
        case Near(zone, metres, of):
            near = _within(of, metres, lat, lon, radius)
            return near if zone is None else _and(_many(zone, lat, lon, radius), near)
        case Open():
            return np.full(lat.shape, _UNKNOWN, dtype=np.int8)
        case Minus(left, right):
            return _and(_many(left, lat, lon, radius), _not(_many(right, lat, lon, radius)))
        case Both(left, right):
            return _and(_many(left, lat, lon, radius), _many(right, lat, lon, radius))
        case Plus(left, right):
            return _not(_and(_not(_many(left, lat, lon, radius)), _not(_many(right, lat, lon, radius))))
        case _:
            values = [region.holds(float(a), float(b), float(r)) for a, b, r in zip(lat, lon, radius, strict=True)]
            return np.array([_UNKNOWN if v is None else int(v) for v in values], dtype=np.int8)


def _and(left: Truths, right: Truths) -> Truths:
    both: Truths = np.where(
        (left == _FALSE) | (right == _FALSE), _FALSE, np.where((left == _TRUE) & (right == _TRUE), _TRUE, _UNKNOWN)
    ).astype(np.int8)
    return both


def _not(value: Truths) -> Truths:
    opposite: Truths = np.where(value == _UNKNOWN, _UNKNOWN, 1 - value).astype(np.int8)
    return opposite


def _within(of: FeatureZone, metres: float, lat: Floats, lon: Floats, radius: Floats) -> Truths:
    """Whether each disc lies within `metres` of a zone."""
    distance = of.signed_distance(lat, lon, metres + radius, radius - metres)
    result = np.full(lat.shape, _UNKNOWN, dtype=np.int8)
    result[distance - radius > metres] = _FALSE  # the nearest point of the disc is too far
    result[distance + radius <= metres] = _TRUE  # no point of the disc can be farther than that
    # Left are discs whose far side is beyond the limit, unless the zone comes round to meet them there.
    open_ = np.flatnonzero((result == _UNKNOWN) & (distance <= metres))
    if open_.size:
        result[open_[_wholly_within(of, metres, lat[open_], lon[open_], radius[open_])]] = _TRUE
    return result


def _wholly_within(of: FeatureZone, metres: float, lat: Floats, lon: Floats, radius: Floats) -> npt.NDArray[np.bool_]:
    """Whether no point of each disc is farther than `metres` from the zone, to a thousandth of the radius."""
    count = len(_AZIMUTHS)
    rim_lat, rim_lon = destination(
        np.repeat(lat, count), np.repeat(lon, count), np.tile(_AZIMUTHS, lat.size), np.repeat(radius, count)
    )
    rim = of.signed_distance(rim_lat, rim_lon, np.full(rim_lat.shape, metres), np.zeros(rim_lat.shape))
    inside = np.asarray((rim <= metres).reshape(lat.size, count).all(axis=1), dtype=np.bool_)
    for index in np.flatnonzero(inside):
        inside[index] = _covered(of, metres, float(lat[index]), float(lon[index]), float(radius[index]))
    return inside


def _covered(of: FeatureZone, metres: float, lat: float, lon: float, radius: float) -> bool:
    """Divide the disc until every part is certainly near enough, or a point of it is too far.

    A disc is covered by seven of half its radius. Each cell is a centre (azimuth and distance from the disc's own) and
    its radius; the radius of a cell is taken 1 % larger, for the earth is not flat.
    """
    x, y, size = np.zeros(1), np.zeros(1), radius
    while size > radius / 1000 and x.size <= _MOST_CELLS:
        away = np.hypot(x, y)
        cell_lat, cell_lon = destination(np.full(x.shape, lat), np.full(x.shape, lon), np.degrees(np.arctan2(x, y)), away)
        reach = 1.01 * size
        distance = of.signed_distance(cell_lat, cell_lon, np.full(x.shape, metres), np.full(x.shape, max(reach - metres, 0.0)))
        if bool(((distance > metres) & (away <= radius)).any()):
            return False
        rest = distance + reach > metres
        if not rest.any():
            return True
        turns = np.radians(np.arange(6) * 60.0)
        dx = np.concatenate([[0.0], np.sin(turns) * size * np.sqrt(3) / 2])
        dy = np.concatenate([[0.0], np.cos(turns) * size * np.sqrt(3) / 2])
        size /= 2
        x, y = (x[rest][:, None] + dx).ravel(), (y[rest][:, None] + dy).ravel()
        meets = np.hypot(x, y) <= radius + size
        x, y = x[meets], y[meets]
    return False
