"""Whether a disc of error lies in a zone."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from casus.geo import Both, FeatureZone, Minus, Near, Open, Plus, Region, distances, holds_many, straight, within
from casus.geo.boundary import Lines
from casus.kleene import Truth

GEOD = Geod(ellps="WGS84")
LAND = FeatureZone("land", shapely.box(-40, 10, -38, 12))
LINE = FeatureZone("line", shapely.LineString([(-38, 10), (-38, 12)]))
STRIP = Near(LAND, 10_000, LINE)


def sampled_distance(lat: float, lon: float, coordinates: list[tuple[float, float]], count: int = 200_001) -> float:
    """The oracle: the nearest of very many points along each straight edge."""
    best = math.inf
    for (lon0, lat0), (lon1, lat1) in pairwise(coordinates):
        share = np.linspace(0, 1, count)
        lats, lons = lat0 + share * (lat1 - lat0), lon0 + share * (lon1 - lon0)
        best = min(best, float(distances(lats, lons, np.full(count, lat), np.full(count, lon)).min()))
    return best


def nearest(lat: float, lon: float, coordinates: list[tuple[float, float]], limit: float = 3e7) -> float:
    lines = Lines.of(shapely.LineString(coordinates))
    return float(lines.nearest(np.array([lat]), np.array([lon]), np.array([limit]))[0])


degrees_lat, degrees_lon = st.floats(-85, 85), st.floats(-179, 179)


@settings(max_examples=40, deadline=None)
@given(degrees_lat, degrees_lon, degrees_lat, degrees_lon, st.floats(-3, 3), st.floats(-3, 3))
@example(60.0, 0.0, 61.0, 0.0, 0.0, 3.0)  # along a parallel: nothing like a geodesic
@example(84.9, 10.0, 84.0, 170.0, 0.5, 3.0)
@example(0.0, 179.0, 0.0, -179.0, 0.1, 0.1)  # the point and the line on either side of the antimeridian
def test_distance_to_a_straight_edge_is_that_of_its_nearest_point(
    lat: float, lon: float, lat0: float, lon0: float, dlat: float, dlon: float
) -> None:
    line = [(lon0, lat0), (max(-180.0, min(180.0, lon0 + dlon)), lat0 + dlat)]
    exact, sampled = nearest(lat, lon, line), sampled_distance(lat, lon, line, 20_001)
    assert exact <= sampled + 1e-3
    spacing = GEOD.inv(line[0][0], line[0][1], line[1][0], line[1][1])[2] / 20_000
    assert sampled - exact <= spacing


def test_distance_at_a_hundred_kilometres_is_exact_to_a_millimetre() -> None:
    line = [(-26.0, 43.2), (-26.3, 44.0), (-25.8, 44.9), (-26.1, 45.6)]
    for lat, lon in ((44.2, -24.9), (45.0, -27.4), (43.0, -26.9)):
        assert nearest(lat, lon, line) == pytest.approx(sampled_distance(lat, lon, line), abs=1e-3)


def test_distance_round_a_pole_settles() -> None:
    line = [(-90.0, 89.9), (85.0, 89.9)]
    for lat, lon in ((90.0, 0.0), (89.0, -3.0), (89.95, 170.0)):
        assert nearest(lat, lon, line) == pytest.approx(sampled_distance(lat, lon, line), abs=0.01)


def test_distance_beyond_the_limit_is_infinite() -> None:
    assert nearest(0, 0, [(10, 10), (11, 11)], limit=1000) == math.inf


def test_boundary_belongs_to_the_zone() -> None:
    assert LAND.holds(10, -39, 0) is True
    assert LAND.holds(12, -38, 0) is True
    assert LAND.holds(12, -38, 1) is None
    assert LINE.holds(11, -38, 0) is True
    assert LINE.holds(11, -38, 1) is None


def test_disc_is_inside_outside_or_across() -> None:
    _, _, metres = GEOD.inv(-38.02, 11, -38, 11)
    assert LAND.holds(11, -38.02, metres - 1) is True
    assert LAND.holds(11, -38.02, metres + 1) is None
    assert LAND.holds(11, -37.98, metres - 1) is False
    assert LAND.holds(11, -37.98, metres + 1) is None


def test_an_error_larger_than_the_zone_is_unknown() -> None:
    assert LAND.holds(11, -39, 1_000_000) is None
    assert LAND.holds(11, 0, 20_000_000) is None


def test_hole_is_outside() -> None:
    ring = FeatureZone("ring", shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (3, 1), (3, 3), (1, 3)]]))
    assert ring.holds(2, 2, 100) is False
    assert ring.holds(0.5, 0.5, 100) is True
    assert ring.holds(1, 2, 0) is True
    assert ring.holds(2, 2, 200_000) is None


def test_point_zone_holds_only_itself() -> None:
    here = FeatureZone("here", shapely.Point(5, 50))
    assert here.holds(50, 5, 0) is True
    assert here.holds(50, 5, 1) is None
    assert here.holds(50, 5.01, 1) is False
    assert Near(None, 1000, here).holds(50, 5.01, 0) is True
    assert Near(None, 700, here).holds(50, 5.01, 0) is False


def test_distance_limit_is_included() -> None:
    lon, lat, _ = GEOD.fwd(5, 50, 70, 1500)
    metres = GEOD.inv(5, 50, lon, lat)[2]
    here = FeatureZone("here", shapely.Point(5, 50))
    assert Near(None, metres, here).holds(lat, lon, 0) is True
    assert Near(None, math.nextafter(metres, 0), here).holds(lat, lon, 0) is False


@pytest.mark.parametrize(
    ("lon", "radius", "strip", "inner"),
    [
        (-38.05, 0, True, False),
        (-38.20, 5000, False, True),
        (-38.09, 500, None, None),  # across the border of the strip
        (-38.02, 5000, None, None),  # reaches beyond the land
        (-37.90, 0, False, False),
        (-37.99, 0, False, False),  # near the line, off the land
    ],
)
def test_strip_along_a_line(lon: float, radius: float, strip: Truth, inner: Truth) -> None:
    assert STRIP.holds(11, lon, radius) is strip
    assert Minus(LAND, STRIP).holds(11, lon, radius) is inner


def test_disc_inside_an_area_is_near_it_however_large() -> None:
    near = Near(None, 100, LAND)
    assert near.holds(11, -39, 50_000) is True
    assert near.holds(11, -38.001, 150) is True
    assert near.holds(11, -38.001, 250) is None
    _, _, depth = GEOD.inv(-38.001, 11, -38, 11)
    assert near.holds(11, -38.001, depth + 99) is True
    assert near.holds(11, -38.001, depth + 101) is None


def test_zone_that_comes_round_holds_a_disc_between_its_arms() -> None:
    """The far side of the disc is near the other arm, so all of it is near the zone."""
    arms = FeatureZone("arms", shapely.MultiLineString([[(0, -1), (0, 1)], [(0.02, -1), (0.02, 1)]]))
    near = Near(None, 1500, arms)
    assert near.holds(0, 0.001, 1450) is True
    assert near.holds(0, 0.001, 1700) is None  # the far side to the west meets no arm
    assert near.holds(0, 0.01, 1000) is True
    assert Near(None, 1000, arms).holds(0, 0.0095, 900) is None  # the middle is 1.1 km from either
    assert Near(None, 1150, arms).holds(0, 0.0095, 1000) is True


def test_shared_edge_of_two_parts_is_no_boundary() -> None:
    both = straight(Plus(LAND, FeatureZone("next", shapely.box(-38, 10, -36, 12))))
    assert both is not None
    assert both.holds(11, -38, 5000) is True
    assert Plus(LAND, FeatureZone("next", shapely.box(-38, 10, -36, 12))).holds(11, -38, 5000) is None


def test_only_zones_of_straight_edges_have_distances_to_them() -> None:
    assert straight(STRIP) is None
    assert straight(Plus(LAND, STRIP)) is None
    rest = straight(Minus(LAND, FeatureZone("west", shapely.box(-41, 9, -39, 13))))
    assert rest is not None
    assert rest.holds(11, -39.5, 0) is False
    assert rest.holds(11, -38.5, 0) is True
    nothing = straight(Minus(LAND, LAND))
    assert nothing is not None
    assert nothing.is_empty


def test_the_meridian_of_180_degrees_has_two_names() -> None:
    east = FeatureZone("east", shapely.box(179, 0, 180, 1))
    assert east.holds(0.5, -180, 0) is True
    assert east.holds(0.5, -179.999, 0) is False
    assert east.holds(0.5, -179.999, 500) is None
    assert Near(None, 500, east).holds(0.5, -179.999, 0) is True


regions = st.sampled_from(
    [
        LAND,
        LINE,
        STRIP,
        Minus(LAND, STRIP),
        Plus(STRIP, FeatureZone("isle", shapely.box(-37.9, 10.9, -37.8, 11.1))),
        Near(None, 30_000, LAND),
        Near(Minus(LAND, LINE), 5000, FeatureZone("corner", shapely.Point(-38, 10))),
    ]
)
lats, lons = st.floats(9.5, 12.5), st.floats(-40.5, -37.5)
radii = st.one_of(st.just(0.0), st.floats(0, 60_000))


@settings(max_examples=150, deadline=None)
@given(regions, lats, lons, radii, st.lists(st.tuples(st.floats(0, 360), st.floats(0, 1)), min_size=3, max_size=12))
def test_a_certain_answer_is_that_of_every_point_of_the_disc(
    region: Region, lat: float, lon: float, radius: float, inside: list[tuple[float, float]]
) -> None:
    answer = region.holds(lat, lon, radius)
    if answer is None:
        return
    for azimuth, share in inside:
        to_lon, to_lat, _ = GEOD.fwd(lon, lat, azimuth, share * radius * 0.999_999)
        assert region.holds(to_lat, to_lon, 0) is answer


@settings(max_examples=150, deadline=None)
@given(regions, lats, lons, radii, radii)
def test_a_larger_error_never_makes_an_answer_surer(region: Region, lat: float, lon: float, one: float, two: float) -> None:
    small, large = region.holds(lat, lon, min(one, two)), region.holds(lat, lon, max(one, two))
    assert large is None or large is small


@settings(max_examples=60, deadline=None)
@given(regions, st.lists(st.tuples(lats, lons, radii), min_size=1, max_size=30))
def test_many_places_at_once_are_as_one_by_one(region: Region, places: list[tuple[float, float, float]]) -> None:
    many = holds_many(region, *(list(column) for column in zip(*places, strict=True)))
    assert many.dtype == np.int8
    assert [None if v < 0 else v == 1 for v in many.tolist()] == [region.holds(*place) for place in places]


@settings(max_examples=60, deadline=None)
@given(regions, regions, lats, lons, radii)
def test_de_morgan_holds_for_compound_zones(one: Region, two: Region, lat: float, lon: float, radius: float) -> None:
    """A minus (B plus C) = (A minus B) minus C, in all three values."""
    assert Minus(LAND, Plus(one, two)).holds(lat, lon, radius) is Minus(Minus(LAND, one), two).holds(lat, lon, radius)


def test_an_unknown_place_is_unknown_in_bulk() -> None:
    assert holds_many(LAND, [11, math.nan, 11, 11], [-39, -39, math.nan, -39], [0, 0, 0, math.nan]).tolist() == [1, -1, -1, -1]
    assert holds_many(LAND, [11, 20], [-39, -39], 0).tolist() == [1, 0]
    assert holds_many(LAND, [], [], []).tolist() == []


def test_a_region_of_another_kind_is_asked_point_by_point() -> None:
    class North:
        def holds(self, lat: float, lon: float, radius: float) -> Truth:
            return None if abs(lat) * 111_000 < radius else lat > 0

    assert holds_many(Plus(North(), LAND), [1, -1, 0], [0, 0, 0], [0, 0, 1]).tolist() == [1, 0, -1]


def test_a_long_boundary_is_measured_quickly_enough_to_count() -> None:
    """A border of 5000 corners and 20 000 discs: ruled out by bounds or measured, the answers agree with a sample."""
    angle = np.linspace(0, 2 * np.pi, 5001)
    reach = 3 + 0.3 * np.sin(40 * angle)
    ring = np.stack([30 + reach * np.cos(angle), 48 + reach * np.sin(angle)], axis=1)
    ring[-1] = ring[0]
    zone = FeatureZone("round", shapely.Polygon(ring))
    generator = np.random.default_rng(7)
    lat, lon = generator.uniform(44, 52, 20_000), generator.uniform(26, 34, 20_000)
    answers = holds_many(zone, lat, lon, 500.0)
    assert set(answers.tolist()) == {1, 0, -1}
    for index in range(0, 20_000, 997):
        single = zone.holds(float(lat[index]), float(lon[index]), 500.0)
        assert (None if answers[index] < 0 else bool(answers[index])) is single


# ---------------------------------------------------------------- zones that nobody has drawn

SHAPES = st.sampled_from(["land", "line", "open", "minus", "plus", "near", "of"])


def made(shape: str, unknown: Region) -> Region:
    """A region of which a part is `unknown`."""
    match shape:
        case "land":
            return LAND
        case "line":
            return LINE
        case "open":
            return unknown
        case "minus":
            return Minus(LAND, unknown)
        case "plus":
            return Plus(LAND, unknown)
        case "near":
            near = within(LAND, 20_000, unknown)
        case _:
            near = within(None, 20_000, Plus(LINE, unknown))
    assert near is not None
    return near


@settings(max_examples=200, deadline=None)
@given(SHAPES, st.floats(-42, -36), st.floats(8, 14), st.floats(0, 30_000), st.floats(-42, -37), st.floats(8, 13))
def test_what_is_certain_of_an_open_zone_is_so_wherever_its_boundary_may_be(
    shape: str, lon: float, lat: float, radius: float, west: float, south: float
) -> None:
    drawn = FeatureZone("drawn", shapely.box(west, south, west + 1, south + 1))
    answer = made(shape, Open()).holds(lat, lon, radius)
    assert answer in (None, made(shape, drawn).holds(lat, lon, radius))


def test_an_open_zone_holds_nothing_for_certain_and_nothing_not() -> None:
    assert Open().holds(11, -39, 0) is None
    assert holds_many(Open(), [11, 15], [-39, -39], 0).tolist() == [-1, -1]
    assert straight(Open()) is None
    assert straight(Plus(LAND, Open())) is None


@pytest.mark.parametrize(
    ("region", "inside", "outside"),
    [
        (Minus(LAND, Open()), None, False),
        (Minus(Open(), LAND), False, None),
        (Plus(LAND, Open()), True, None),
        (Both(LAND, Open()), None, False),
        (within(LAND, 10_000, Open()), None, False),
        (within(None, 10_000, Open()), None, None),
        (within(None, 10_000, Plus(LAND, Open())), True, None),
        (within(None, 10_000, Minus(LAND, Open())), None, False),
        (within(LAND, 10_000, LAND), True, False),
    ],
)
def test_an_open_part_leaves_unknown_only_what_hangs_on_it(region: Region, inside: Truth, outside: Truth) -> None:
    assert (region.holds(11, -39, 0), region.holds(20, -39, 0)) == (inside, outside)


def test_no_distance_is_measured_to_what_is_made_with_one() -> None:
    assert within(LAND, 5, STRIP) is None
    assert within(LAND, 5, Plus(Open(), STRIP)) is None
    assert within(LAND, 5, Minus(Open(), STRIP)) is None
