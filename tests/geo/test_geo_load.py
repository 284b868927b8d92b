"""Zones from files: what is accepted, and what is said of the rest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casus.geo import FeatureZone, ZoneFile, ZoneProblem, feature_zone, load_feature, parse_zone_file

SQUARE = [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]


def collection(*features: tuple[str, object]) -> bytes:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "id": i, "properties": {"name": i.title()}, "geometry": g} for i, g in features],
        }
    ).encode()


def written(folder: Path, content: bytes, name: str = "zones.geojson") -> str:
    (folder / name).write_bytes(content)
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def load(folder: Path, geometry: object) -> FeatureZone | ZoneProblem:
    pin = written(folder, collection(("land", geometry)))
    return load_feature(folder, "zones.geojson", "land", pin)


@pytest.mark.parametrize(
    ("kind", "coordinates", "inside"),
    [
        ("Polygon", SQUARE, (1, 1)),
        ("MultiPolygon", [SQUARE, [[[5, 5], [6, 5], [6, 6], [5, 5]]]], (5.1, 5.5)),
        ("MultiPolygon", [SQUARE, [[[2, 0], [4, 0], [4, 2], [2, 2], [2, 0]]]], (1, 2)),
        ("LineString", [[0, 0], [2, 2]], (1, 1)),
        ("MultiLineString", [[[0, 0], [2, 2]], [[3, 3], [4, 4]]], (3, 3)),
        ("Point", [7, 8], (8, 7)),
        ("Polygon", [[[*p, 12.5] for p in SQUARE[0]]], (1, 1)),
    ],
)
def test_each_kind_of_geometry_is_read(tmp_path: Path, kind: str, coordinates: object, inside: tuple[float, float]) -> None:
    zone = load(tmp_path, {"type": kind, "coordinates": coordinates})
    assert isinstance(zone, FeatureZone)
    assert zone.holds(*inside, 0) is True
    assert zone.holds(-60, 100, 1000) is False


def test_parts_that_share_an_edge_are_one_area(tmp_path: Path) -> None:
    zone = load(tmp_path, {"type": "MultiPolygon", "coordinates": [SQUARE, [[[2, 0], [4, 0], [4, 2], [2, 2], [2, 0]]]]})
    assert isinstance(zone, FeatureZone)
    assert zone.holds(1, 2, 10_000) is True


def test_feature_is_found_by_id_or_name(tmp_path: Path) -> None:
    pin = written(tmp_path, collection(("land", {"type": "Point", "coordinates": [0, 0]})))
    assert isinstance(load_feature(tmp_path, "zones.geojson", "Land", pin), FeatureZone)
    missing = load_feature(tmp_path, "zones.geojson", "lnad", pin)
    assert isinstance(missing, ZoneProblem)
    assert "lnad" in missing.message
    assert missing.help is not None
    assert "land" in missing.help


def test_wrong_pin_shows_both_hashes_and_the_right_line(tmp_path: Path) -> None:
    pin = written(tmp_path, collection(("land", {"type": "Point", "coordinates": [0, 0]})))
    other = "sha256:" + "0" * 64
    problem = load_feature(tmp_path, "zones.geojson", "land", other)
    assert isinstance(problem, ZoneProblem)
    assert problem.reason == "pin"
    assert pin in problem.message
    assert other in problem.message
    assert problem.help == f'if this is the right file, write: pinned "{pin}"'


def test_file_that_is_not_there_is_named_with_its_neighbours(tmp_path: Path) -> None:
    written(tmp_path, b"{}", "zones.geojson")
    problem = load_feature(tmp_path, "zone.geojson", "land", "sha256:0")
    assert isinstance(problem, ZoneProblem)
    assert problem.reason == "missing"
    assert problem.help == "did you mean zones.geojson?"
    nowhere = load_feature(tmp_path, "maps/zone.geojson", "land", "sha256:0")
    assert isinstance(nowhere, ZoneProblem)
    assert nowhere.help == "there is no folder maps"


@pytest.mark.parametrize("path", ["../secret.geojson", "/etc/hostname", "a/../../secret.geojson", "link.geojson"])
def test_path_may_not_leave_the_folder(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "treaty"
    folder.mkdir()
    written(tmp_path, collection(("land", {"type": "Point", "coordinates": [0, 0]})), "secret.geojson")
    (folder / "link.geojson").symlink_to(tmp_path / "secret.geojson")
    problem = load_feature(folder, path, "land", None)
    assert isinstance(problem, ZoneProblem)
    assert problem.reason == "outside"


def test_file_larger_than_eight_mebibytes_is_refused(tmp_path: Path) -> None:
    written(tmp_path, b" " * (8 * 1024 * 1024 + 1))
    problem = load_feature(tmp_path, "zones.geojson", "land", None)
    assert isinstance(problem, ZoneProblem)
    assert problem.reason == "too_large"


def test_folder_instead_of_a_file_is_no_traceback(tmp_path: Path) -> None:
    assert isinstance(load_feature(tmp_path, ".", "land", None), ZoneProblem)
    assert isinstance(load_feature(tmp_path, "a\0b", "land", None), ZoneProblem)


@pytest.mark.parametrize(
    ("geometry", "reason", "said"),
    [
        ({"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}, "geometry", "latitude 1, longitude 1"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2]]]}, "geometry", "open"),
        ({"type": "Polygon", "coordinates": []}, "geometry", "empty"),
        ({"type": "Polygon", "coordinates": [[]]}, "geometry", "empty"),
        ({"type": "MultiPolygon", "coordinates": [SQUARE, []]}, "geometry", "no ring"),
        ({"type": "MultiPolygon", "coordinates": [SQUARE, [[]]]}, "geometry", "a ring is empty"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, "geometry", "three different points"),
        ({"type": "LineString", "coordinates": [[0, 0], [0, 0]]}, "geometry", "two different points"),
        ({"type": "LineString", "coordinates": [[0, 0]]}, "geometry", "two different points"),
        ({"type": "GeometryCollection", "geometries": []}, "geometry", "GeometryCollection"),
        (None, "geometry", "nothing"),
        ({"type": "Point", "coordinates": [50, 91]}, "coordinates", "no place on earth"),
        ({"type": "LineString", "coordinates": [[10, 120], [10, 121]]}, "coordinates", "no place on earth"),
        ({"type": "Point", "coordinates": ["1", 2]}, "coordinates", "a position is"),
        ({"type": "Point", "coordinates": [1]}, "coordinates", "a position is"),
        ({"type": "Point", "coordinates": {"a": 1}}, "coordinates", "not lists"),
        ({"type": "Polygon", "coordinates": [[1, 2], [3, 4]]}, "coordinates", "not lists"),
        ({"type": "Point", "coordinates": [10**400, 1]}, "coordinates", "finite"),
        ({"type": "Polygon", "coordinates": [[[-179, 0], [179, 0], [179, 2], [-179, 0]]]}, "span", "180 degrees"),
        ({"type": "LineString", "coordinates": [[-179, 0], [179, 0]]}, "span", "180 degrees"),
    ],
)
def test_bad_geometry_is_said_with_its_place(tmp_path: Path, geometry: object, reason: str, said: str) -> None:
    problem = load(tmp_path, geometry)
    assert isinstance(problem, ZoneProblem)
    assert problem.reason == reason
    assert said in problem.message
    assert 'zones.geojson, feature "land"' in problem.message


def test_swapped_coordinates_are_recognised(tmp_path: Path) -> None:
    problem = load(tmp_path, {"type": "LineString", "coordinates": [[48.5, 132.0], [48.6, 133.0]]})
    assert isinstance(problem, ZoneProblem)
    assert problem.help is not None
    assert "swapped" in problem.help


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "line 1, column 2"),
        (b"\xff\xfe", "UTF-8"),
        (b"[]", "neither a FeatureCollection nor a Feature"),
        (b'{"type": "FeatureCollection"}', "not a list"),
        (b'{"type": "FeatureCollection", "features": [1]}', "not a list"),
        (b'{"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "EPSG:3857"}}}', "coordinate system"),
        (b'{"type": "Feature", "geometry": {"type": "Point", "coordinates": [NaN, 1]}}', "NaN is not a number"),
        (b"[" * 100_000, "not GeoJSON"),
    ],
)
def test_what_is_no_geojson_is_said(content: bytes, said: str) -> None:
    problem = parse_zone_file("zones.geojson", content)
    assert isinstance(problem, ZoneProblem)
    assert said in problem.message


def test_two_features_of_one_id_are_ambiguous() -> None:
    point = {"type": "Point", "coordinates": [0, 0]}
    file = parse_zone_file("zones.geojson", collection(("land", point), ("land", point)))
    assert isinstance(file, ZoneFile)
    problem = feature_zone(file, "land")
    assert isinstance(problem, ZoneProblem)
    assert "2 features" in problem.message


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=20,
)
kinds = st.sampled_from(["Point", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "Circle"])
positions = st.lists(st.integers(-200, 200) | st.floats(-90, 90), min_size=2, max_size=3)
curves = st.lists(positions, max_size=6)


@settings(max_examples=300, deadline=None)
@given(
    kinds, positions | curves | st.lists(curves, max_size=3) | st.lists(st.lists(curves, max_size=3), max_size=3) | json_values
)
def test_no_geometry_makes_the_reader_raise(kind: str, coordinates: object) -> None:
    file = parse_zone_file("z.geojson", collection(("land", {"type": kind, "coordinates": coordinates})))
    assert isinstance(file, ZoneFile)
    zone = feature_zone(file, "land")
    assert isinstance(zone, FeatureZone | ZoneProblem)
    if isinstance(zone, FeatureZone):
        assert zone.holds(1.0, 1.0, 10.0) in (True, False, None)
