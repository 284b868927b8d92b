"""The geodesic distance from a point to lines that are straight in longitude and latitude.

Such a line is no geodesic and no rhumb line, so there is no closed form: lines are cut into short pieces, pieces that
cannot be nearest are ruled out by bounds, and along the rest the nearest point is found by stepping to the foot of the
perpendicular. Geodesics are those of the WGS84 ellipsoid (C. F. F. Karney, "Algorithms for geodesics", Journal of
Geodesy 87, 2013), as `pyproj.Geod` computes them; the result is exact to well under a millimetre per 100 km.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_GEOD: Final = Geod(ellps="WGS84")
_RADIUS: Final = 6_371_008.8
# A geodesic on WGS84 is at least 0.9944 and at most 1.0045 times the great circle between the same coordinates.
_LOW, _HIGH = 0.994, 1.005
_METRES_PER_DEGREE_LEAST, _METRES_PER_DEGREE_MOST = 110_570.0, 111_700.0
_PIECE_DEGREES = 0.05
_MOST_PIECES = 100_000
_MOST_PAIRS = 2_000_000
_STEPS = 16
_CLOSE_ENOUGH = 1e-5  # metres along the line; the distance is then exact to the square of it
_GOLDEN = (np.sqrt(5.0) - 1) / 2


def distances(lat: Floats, lon: Floats, to_lat: Floats, to_lon: Floats) -> Floats:
    """Geodesic distances in metres between n pairs of points in degrees."""
    _, _, metres = _GEOD.inv(lon, lat, to_lon, to_lat)
    return np.asarray(metres, dtype=np.float64)


def destination(lat: Floats, lon: Floats, azimuth: Floats, metres: Floats) -> tuple[Floats, Floats]:
    """Where n geodesics end that leave (lat, lon) at an azimuth in degrees and run so far."""
    to_lon, to_lat, _ = _GEOD.fwd(lon, lat, azimuth, metres)
    return np.asarray(to_lat, dtype=np.float64), np.asarray(to_lon, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Lines:
    """Pieces of lines and single points (both ends equal): ends in degrees, shape (n,) each."""

    lat0: Floats
    lon0: Floats
    lat1: Floats
    lon1: Floats

    @classmethod
    def of(cls, geometry: shapely.Geometry) -> Lines:
        """The boundary of polygons, the whole of lines and points, cut into pieces."""
        flat = shapely.get_parts(shapely.get_parts([geometry]))
        areas = shapely.get_dimensions(flat) == 2
        curves = np.concatenate([shapely.get_parts(shapely.boundary(flat[areas])), flat[shapely.get_dimensions(flat) == 1]])
        starts, ends = [], []
        for curve in curves:
            path = shapely.get_coordinates(curve)
            starts.append(path[:-1])
            ends.append(path[1:])
        points = shapely.get_coordinates(flat[shapely.get_dimensions(flat) == 0])
        start, end = np.concatenate([*starts, points.reshape(-1, 2)]), np.concatenate([*ends, points.reshape(-1, 2)])
        reach = np.abs(end - start).max(axis=1)
        step = max(_PIECE_DEGREES, float(reach.sum()) / _MOST_PIECES)
        counts = np.maximum(1, np.ceil(reach / step)).astype(np.intp)
        index = np.repeat(np.arange(len(start)), counts)
        nth = np.arange(len(index)) - np.repeat(np.cumsum(counts) - counts, counts)
        share0, share1 = (nth / counts[index])[:, None], ((nth + 1) / counts[index])[:, None]
        first = start[index] * (1 - share0) + end[index] * share0
        last = start[index] * (1 - share1) + end[index] * share1
        return cls(first[:, 1], first[:, 0], last[:, 1], last[:, 0])

    @cached_property
    def length(self) -> Floats:
        """An upper bound of each piece's length in metres."""
        least = np.where(self.lat0 * self.lat1 <= 0, 0.0, np.minimum(np.abs(self.lat0), np.abs(self.lat1)))
        north = (self.lat1 - self.lat0) * _METRES_PER_DEGREE_MOST
        east = (self.lon1 - self.lon0) * _METRES_PER_DEGREE_MOST * np.cos(np.radians(least))
        return np.asarray(np.hypot(north, east), dtype=np.float64)

    @cached_property
    def tree(self) -> shapely.STRtree:
        ends = np.stack([np.stack([self.lon0, self.lat0], axis=1), np.stack([self.lon1, self.lat1], axis=1)], axis=1)
        return shapely.STRtree(shapely.linestrings(ends))

    def nearest(self, lat: Floats, lon: Floats, limit: Floats) -> Floats:
        """The distance in metres of n points to the nearest line; infinite where it is more than `limit`.

        `limit` may be negative (then the answer is infinite) and differs from point to point.
        """
        result = np.full(lat.shape, np.inf)
        chunk = max(1, min(4096, _MOST_PAIRS // max(1, len(self.lat0))))
        asked = np.flatnonzero(limit >= 0)
        for begin in range(0, asked.size, chunk):
            part = asked[begin : begin + chunk]
            result[part] = self._nearest(lat[part], lon[part], limit[part])
        result[result > limit] = np.inf
        return result

    def _nearest(self, lat: Floats, lon: Floats, limit: Floats) -> Floats:
        point, piece = self._candidates(lat, lon, limit)
        best = np.full(lat.shape, np.inf)
        if not point.size:
            return best
        to_start = _great_circle(lat[point], lon[point], self.lat0[piece], self.lon0[piece])
        to_end = _great_circle(lat[point], lon[point], self.lat1[piece], self.lon1[piece])
        nearer = np.minimum(to_start, to_end)
        upper = limit.copy()
        np.minimum.at(upper, point, _HIGH * nearer + 1e-3)
        keep = _LOW * nearer - self.length[piece] / 2 <= upper[point]
        point, piece = point[keep], piece[keep]
        np.minimum.at(best, point, self._along(lat[point], lon[point], piece))
        return best

    def _candidates(self, lat: Floats, lon: Floats, limit: Floats) -> tuple[Indices, Indices]:
        """Pairs (point, piece) among which are all whose distance is at most the point's limit."""
        high = limit / _METRES_PER_DEGREE_LEAST * 1.001 + 1e-9
        angle = limit / (_RADIUS * _LOW) * 1.001 + 1e-12
        polar = (np.abs(lat) + high >= 89.9) | (angle >= np.pi / 2)
        sine = np.sin(np.minimum(angle, np.pi / 2)) / np.maximum(np.cos(np.radians(lat)), 1e-9)
        wide = np.where(polar | (sine >= 1), 360.0, np.degrees(np.arcsin(np.minimum(sine, 1.0))) + 1e-9)
        every = np.arange(lat.size)
        points, pieces = [], []
        for turn in (0.0, 360.0, -360.0):
            west, east = lon + turn - wide, lon + turn + wide
            reaches = every if turn == 0 else every[(west <= 180) & (east >= -180)]
            if not reaches.size:
                continue
            boxes = shapely.box(west[reaches], (lat - high)[reaches], east[reaches], (lat + high)[reaches])
            found, piece = self.tree.query(boxes)
            points.append(reaches[found])
            pieces.append(piece)
        return np.concatenate(points), np.concatenate(pieces)

    def _along(self, lat: Floats, lon: Floats, piece: Indices) -> Floats:
        """The distance of each point to its piece."""
        lat0, lon0 = self.lat0[piece], self.lon0[piece]
        dlat, dlon = self.lat1[piece] - lat0, self.lon1[piece] - lon0
        best = np.minimum(distances(lat0, lon0, lat, lon), distances(self.lat1[piece], self.lon1[piece], lat, lon))
        share = _planar_foot(lat, lon, lat0, lon0, dlat, dlon)
        moving = np.arange(lat.size)
        for _ in range(_STEPS):
            at_lat, at_lon = lat0[moving] + share[moving] * dlat[moving], lon0[moving] + share[moving] * dlon[moving]
            azimuth, _back, metres = _GEOD.inv(at_lon, at_lat, lon[moving], lat[moving])
            best[moving] = np.minimum(best[moving], metres)
            north, east = _metres_per_degree(at_lat)
            north, east = north * dlat[moving], east * dlon[moving]
            square = north**2 + east**2
            turn = np.radians(azimuth)
            forward = np.asarray(metres) * (np.sin(turn) * east + np.cos(turn) * north)
            step = np.divide(forward, square, out=np.zeros_like(square), where=square > 1e-12)
            after = np.clip(share[moving] + step, 0.0, 1.0)
            moved = np.abs(after - share[moving]) * np.sqrt(square)
            share[moving] = after
            moving = moving[moved > _CLOSE_ENOUGH]
            if not moving.size:
                return best
        best[moving] = np.minimum(
            best[moving], _golden(lat[moving], lon[moving], lat0[moving], lon0[moving], dlat[moving], dlon[moving])
        )
        return best


def _golden(lat: Floats, lon: Floats, lat0: Floats, lon0: Floats, dlat: Floats, dlon: Floats) -> Floats:
    """Golden-section search, for the few pieces (close to a pole) on which stepping does not settle."""

    def measured(share: Floats) -> Floats:
        return distances(lat0 + share * dlat, lon0 + share * dlon, lat, lon)

    low, high = np.zeros_like(lat), np.ones_like(lat)
    best = np.full(lat.shape, np.inf)
    for _ in range(60):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        at_left, at_right = measured(left), measured(right)
        best = np.minimum(best, np.minimum(at_left, at_right))
        nearer = at_left <= at_right
        low, high = np.where(nearer, low, left), np.where(nearer, right, high)
    return best


def _planar_foot(lat: Floats, lon: Floats, lat0: Floats, lon0: Floats, dlat: Floats, dlon: Floats) -> Floats:
    """A first guess at the nearest point of each piece, as the share of its way, on a flat map."""
    flat = np.cos(np.radians(lat0))
    east = ((lon - lon0 + 180) % 360 - 180) * flat
    along = east * dlon * flat + (lat - lat0) * dlat
    square = (dlon * flat) ** 2 + dlat**2
    return np.clip(np.divide(along, square, out=np.zeros_like(square), where=square > 0), 0.0, 1.0)


def _metres_per_degree(lat: Floats) -> tuple[Floats, Floats]:
    """Metres per degree of latitude and of longitude on WGS84."""
    phi = np.radians(lat)
    bend = 1 - _GEOD.es * np.sin(phi) ** 2
    north = _GEOD.a * (1 - _GEOD.es) / bend**1.5
    east = _GEOD.a / np.sqrt(bend) * np.cos(phi)
    return np.radians(north), np.radians(east)


def _great_circle(lat: Floats, lon: Floats, to_lat: Floats, to_lon: Floats) -> Floats:
    """Haversine distance in metres on the mean sphere."""
    phi, to_phi = np.radians(lat), np.radians(to_lat)
    across, along = np.radians(to_lat - lat), np.radians(to_lon - lon)
    half = np.sin(across / 2) ** 2 + np.cos(phi) * np.cos(to_phi) * np.sin(along / 2) ** 2
    return np.asarray(2 * _RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))), dtype=np.float64)
