"""Zones from a GeoJSON file (RFC 7946), pinned by the hash of its bytes; what is wrong comes back as a value."""

from __future__ import annotations

import difflib
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import shapely

from casus.geo.feature import FeatureZone

MAX_BYTES: Final = 8 * 1024 * 1024
_DEPTH: Final = {"Point": 0, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_WGS84: Final = ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326")


@dataclass(frozen=True, slots=True)
class ZoneProblem:
    """Why there is no zone. `reason`: missing, outside, too_large, pin, json, feature, geometry, coordinates, span."""

    reason: str
    message: str
    help: str | None = None


@dataclass(frozen=True, slots=True)
class ZoneFile:
    """A GeoJSON file as read: `sha256` (hex) of its bytes, and its features in order."""

    path: str
    sha256: str
    features: tuple[Mapping[str, Any], ...]


def load_feature(folder: Path, path: str, feature: str, pinned: str | None) -> FeatureZone | ZoneProblem:
    """The zone of one feature of a file, by the feature's id or its property `name`.

    `path` is relative to `folder` (the agreement's) and stays inside it; `pinned` is `sha256:` and 64 hex digits.
    """
    file = read_zone_file(folder, path)
    if isinstance(file, ZoneProblem):
        return file
    problem = check_pin(file, pinned)
    return problem if problem is not None else feature_zone(file, feature)


def read_zone_file(folder: Path, path: str) -> ZoneFile | ZoneProblem:
    """Read a file of zones inside a folder, at most 8 MiB."""
    if "\0" in path:
        return ZoneProblem("missing", f"{path!r} is not the name of a file")
    full = (folder / path).resolve()
    if Path(path).is_absolute() or not full.is_relative_to(folder.resolve()):
        return ZoneProblem(
            "outside", f"{path} lies outside the agreement's folder", "keep the zones in a folder beside the agreement"
        )
    try:
        size = full.stat().st_size
        if size > MAX_BYTES:
            return ZoneProblem(
                "too_large",
                f"{path} is {size / 1024 / 1024:.1f} MiB; a zone file may have {MAX_BYTES // 1024 // 1024} MiB",
                "simplify the boundary, or split the file by feature",
            )
        content = full.read_bytes()
    except FileNotFoundError:
        return ZoneProblem("missing", f"there is no file {path} beside the agreement", _near_files(full, path))
    except (OSError, ValueError) as problem:
        return ZoneProblem("missing", f"{path} cannot be read: {problem}")
    return parse_zone_file(path, content)


def parse_zone_file(path: str, content: bytes) -> ZoneFile | ZoneProblem:
    """The features of a GeoJSON text: a FeatureCollection or a single Feature."""
    try:
        root = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        return ZoneProblem("json", f"{path} is not UTF-8 text")
    except json.JSONDecodeError as problem:
        return ZoneProblem("json", f"{path} is not JSON: line {problem.lineno}, column {problem.colno}: {problem.msg}")
    except (ValueError, RecursionError) as problem:
        return ZoneProblem("json", f"{path} is not GeoJSON: {problem}")
    if not isinstance(root, dict) or root.get("type") not in ("FeatureCollection", "Feature"):
        return ZoneProblem("json", f"{path} is not GeoJSON: it is neither a FeatureCollection nor a Feature")
    reference = root.get("crs")
    if reference is not None and not any(name in json.dumps(reference) for name in _WGS84):
        return ZoneProblem(
            "json", f"{path} names a coordinate system of its own", "convert it to WGS84 (RFC 7946 allows no other)"
        )
    features = root.get("features") if root["type"] == "FeatureCollection" else [root]
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        return ZoneProblem("json", f"{path} is not GeoJSON: its features are not a list of objects")
    return ZoneFile(path, hashlib.sha256(content).hexdigest(), tuple(features))


def check_pin(file: ZoneFile, pinned: str | None) -> ZoneProblem | None:
    """Whether the file is the one the text was agreed with."""
    actual = f"sha256:{file.sha256}"
    if pinned == actual:
        return None
    told = "is not pinned" if pinned is None else f"is not the file that was pinned: its hash is {actual}, the pin is {pinned}"
    return ZoneProblem("pin", f"{file.path} {told}", f'if this is the right file, write: pinned "{actual}"')


def feature_zone(file: ZoneFile, feature: str) -> FeatureZone | ZoneProblem:
    """The zone of one feature, by its id or else by its property `name`."""
    by_id = [f for f in file.features if str(f.get("id")) == feature]
    found = by_id or [f for f in file.features if (f.get("properties") or {}).get("name") == feature]
    if not found:
        names = [str(f.get("id") or (f.get("properties") or {}).get("name")) for f in file.features]
        near = difflib.get_close_matches(feature, names, 3) or names[:5]
        return ZoneProblem(
            "feature", f'{file.path} has no feature "{feature}"', f"it has {', '.join(near)}" if near else "it has no features"
        )
    if len(found) > 1:
        return ZoneProblem(
            "feature", f'{file.path} has {len(found)} features "{feature}"', "give each feature an id of its own"
        )
    geometry = _geometry(f'{file.path}, feature "{feature}"', found[0].get("geometry"))
    return geometry if isinstance(geometry, ZoneProblem) else FeatureZone(feature, geometry, file.sha256)


def _geometry(place: str, raw: object) -> shapely.Geometry | ZoneProblem:
    kind = raw.get("type") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or kind not in _DEPTH:
        return ZoneProblem("geometry", f"{place}: a zone is a {', '.join(sorted(_DEPTH))}, not {kind or 'nothing'}")
    try:
        coordinates = _positions(raw.get("coordinates"), _DEPTH[kind])
    except ValueError as problem:
        return ZoneProblem("coordinates", f"{place}: {problem}")
    flat = _flatten(coordinates, _DEPTH[kind])
    if not flat:
        return ZoneProblem("geometry", f"{place}: the geometry is empty")
    wrong = _wrong_coordinates(place, flat) or _wrong_span(place, kind, coordinates) or _wrong_rings(place, kind, coordinates)
    return wrong if wrong is not None else _built(place, kind, coordinates)


def _built(place: str, kind: str, coordinates: Any) -> shapely.Geometry | ZoneProblem:
    match kind:
        case "Point":
            return shapely.Point(coordinates)
        case "LineString":
            return shapely.LineString(coordinates)
        case "MultiLineString":
            return shapely.MultiLineString(coordinates)
    rings = [coordinates] if kind == "Polygon" else coordinates
    polygons = [shapely.Polygon(polygon[0], polygon[1:]) for polygon in rings]
    for polygon in polygons:
        reason = shapely.is_valid_reason(polygon)
        if reason != "Valid Geometry":
            return ZoneProblem("geometry", f"{place}: {_crossing(reason)}", "draw each ring without crossing itself or another")
    whole = shapely.MultiPolygon(polygons)
    # Parts that share an edge or overlap are one area: the edge between them is no boundary.
    return whole if shapely.is_valid(whole) else shapely.union_all(polygons)


def _crossing(reason: str) -> str:
    """GEOS says `Self-intersection[x y]`; say where in the words of the text, latitude first."""
    what, _, where = reason.partition("[")
    try:
        lon, lat = (float(part) for part in where.rstrip("]").split()[:2])
    except ValueError:
        return what.lower()
    names = {"Self-intersection": "the boundary crosses itself", "Ring Self-intersection": "a ring touches itself"}
    return f"{names.get(what, what.lower())} at latitude {lat:.6g}, longitude {lon:.6g}"


def _positions(raw: object, depth: int) -> Any:
    if not isinstance(raw, list):
        raise ValueError("its coordinates are not lists of numbers")
    if depth:
        return [_positions(part, depth - 1) for part in raw]
    if len(raw) < 2 or not all(isinstance(x, int | float) and not isinstance(x, bool) for x in raw[:2]):
        raise ValueError(f"a position is [longitude, latitude], not {json.dumps(raw)[:60]}")
    try:
        position = (float(raw[0]), float(raw[1]))
    except OverflowError:
        raise ValueError("a coordinate is not a finite number") from None
    if not all(math.isfinite(x) for x in position):
        raise ValueError("a coordinate is not a finite number")
    return position


def _flatten(coordinates: Any, depth: int) -> list[tuple[float, float]]:
    if depth == 0:
        return [coordinates]
    return [position for part in coordinates for position in _flatten(part, depth - 1)]


def _wrong_coordinates(place: str, flat: Sequence[tuple[float, float]]) -> ZoneProblem | None:
    for lon, lat in flat:
        if abs(lat) > 90 or abs(lon) > 180:
            swapped = all(abs(a) <= 90 and abs(b) <= 180 for a, b in flat)
            return ZoneProblem(
                "coordinates",
                f"{place}: [{lon:g}, {lat:g}] is no place on earth: GeoJSON writes [longitude, latitude]",
                "latitude and longitude look swapped: write the longitude first" if swapped else None,
            )
    return None


def _curves(kind: str, coordinates: Any) -> list[list[tuple[float, float]]]:
    match kind:
        case "LineString":
            return [coordinates]
        case "Polygon" | "MultiLineString":
            return list(coordinates)
        case "MultiPolygon":
            return [ring for polygon in coordinates for ring in polygon]
        case _:
            return []


def _wrong_span(place: str, kind: str, coordinates: Any) -> ZoneProblem | None:
    for curve in _curves(kind, coordinates):
        west, east = min((p[0] for p in curve), default=0.0), max((p[0] for p in curve), default=0.0)
        if east - west > 180:
            return ZoneProblem(
                "span",
                f"{place}: a line from longitude {west:g} to {east:g} spans more than 180 degrees",
                "cut the zone at the meridian of 180 degrees into the parts of a MultiPolygon or MultiLineString",
            )
    return None


def _wrong_rings(place: str, kind: str, coordinates: Any) -> ZoneProblem | None:
    for curve in _curves(kind, coordinates):
        if "Polygon" not in kind:
            if len(set(curve)) < 2:
                return ZoneProblem("geometry", f"{place}: a line needs two different points")
            continue
        if not curve:
            return ZoneProblem("geometry", f"{place}: a ring is empty")
        lon, lat = curve[0]
        if curve[0] != curve[-1]:
            return ZoneProblem(
                "geometry",
                f"{place}: a ring is open: it begins at [{lon:g}, {lat:g}] and ends at [{curve[-1][0]:g}, {curve[-1][1]:g}]",
                "end each ring with its first position",
            )
        if len(set(curve)) < 3:
            return ZoneProblem("geometry", f"{place}: a ring needs three different points")
    if kind in ("Polygon", "MultiPolygon") and any(
        not polygon for polygon in ([coordinates] if kind == "Polygon" else coordinates)
    ):
        return ZoneProblem("geometry", f"{place}: a polygon has no ring")
    return None


def _near_files(full: Path, path: str) -> str | None:
    folder = full.parent
    if not folder.is_dir():
        return f"there is no folder {Path(path).parent.as_posix()}"
    names = sorted(f.name for f in folder.iterdir() if f.is_file())
    near = difflib.get_close_matches(full.name, names, 3, cutoff=0.5)
    return f"did you mean {', '.join((Path(path).parent / name).as_posix() for name in near)}?" if near else None


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is not a number of JSON")
