"""GeoJSON: a feature is a row; what is no point, no JSON or no feature is rejected alone."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_samples import MAPPING, mapping_file, notes, refused, taken, write

from casus.acts import Place, Quantity, Report, Source, Text
from casus.intake import KnownRule, Note, Row, UnreadableFile, read_rows


def feature(name: str = "a1", lon: Any = 30.2, lat: Any = 50.1, geometry: Any = ..., **properties: Any) -> dict[str, Any]:
    properties = {"event": "strike", "occurred": "2027-03-01T02:10Z", **properties}
    where = {"type": "Point", "coordinates": [lon, lat]} if geometry is ... else geometry
    return {"type": "Feature", "id": name, "geometry": where, "properties": properties}


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def read(folder: Path, text: str | bytes, known: str | None = None, **options: str) -> list[Row]:
    return list(read_rows(write(folder, text, "points.geojson"), "geojson", options, KnownRule.parse(known)))


def ids(rows: list[Row]) -> list[str]:
    return [row.draft.act.id for row in taken(rows)]  # type: ignore[union-attr]


def test_a_point_under_conventional_names_is_a_report(tmp_path: Path) -> None:
    [row] = taken(
        read(tmp_path, collection(feature(actor="OSK", radius=250, source="patrol", killed=3, town="Hill", lit=True)))
    )
    act = row.draft.act
    assert isinstance(act, Report)
    assert (act.event, act.id, act.actor, act.sources) == ("strike", "a1", "OSK", (Source("patrol"),))
    assert act.fields["at"] == Place(Decimal("50.1"), Decimal("30.2"), Decimal(250))
    assert act.fields["killed"] == Quantity(Decimal(3), Decimal(3), Decimal(3))
    assert (act.fields["town"], act.fields["lit"]) == (Text("Hill"), Text("yes"))
    assert str(row.draft.occurred) == "2027-03-01T02:10Z"


def test_a_start_and_an_end_bracket_the_instant(tmp_path: Path) -> None:
    both = feature(occurred=None, start="2027-03-01", end="2027-03-03")
    [row] = taken(read(tmp_path, collection(both)))
    assert str(row.draft.occurred) == "2027-03-01T00:00Z to 2027-03-03T23:59:59.999999Z"


def test_one_feature_a_line_is_read_too(tmp_path: Path) -> None:
    lines = [json.dumps(feature("a1")), "{broken", json.dumps(feature("a2")), "", "\x1e" + json.dumps(feature("a3"))]
    rows = read(tmp_path, "\n".join(lines))
    assert ids(rows) == ["a1", "a2", "a3"]
    [reject] = refused(rows)
    assert (reject.row, reject.line) == (2, 2)
    assert "not JSON" in reject.reason


def test_features_over_several_lines_are_read_one_after_the_other(tmp_path: Path) -> None:
    text = json.dumps(feature("a1"), indent=2) + "\n" + json.dumps(feature("a2"), indent=2)
    assert ids(read(tmp_path, text)) == ["a1", "a2"]


def test_a_packed_file_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    packed = gzip.compress(("\ufeff" + collection(feature())).encode())
    assert ids(list(read_rows(write(tmp_path, packed, "x.geojson.gz"), "geojson"))) == ["a1"]


def test_a_mapping_reads_properties_and_coordinates_by_their_names(tmp_path: Path) -> None:
    text = MAPPING.replace('"lat"', '"geometry.lat"').replace('"lon"', '"geometry.lon"')
    properties = {"when": "2027-03-01T02:10Z", "who": "Oskovian army", "killed": 2, "weather": "rain"}
    rows = read(tmp_path, collection(feature(**properties)), mapping=mapping_file(tmp_path, text))
    [row] = taken(rows)
    assert (row.draft.act.id, row.draft.act.actor) == ("a1", "OSK")  # type: ignore[union-attr]
    assert any(note.startswith("properties not kept: event, occurred, weather") for note in notes(rows))


def test_a_feature_without_a_place_is_kept_and_told(tmp_path: Path) -> None:
    [row] = taken(read(tmp_path, collection(feature(geometry=None))))
    assert "at" not in row.draft.act.fields  # type: ignore[union-attr]
    assert "no coordinates: the report has no place" in row.losses


BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0, 2], [2, 2], [2, 0], [0, 0]]]}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (feature(geometry=SQUARE), "the geometry is a Polygon, and a report needs a Point"),
        (feature(geometry=BOW_TIE), "a Polygon that is not valid (Self-intersection[1 1]), and a report needs a Point"),
        (feature(geometry={"type": "Polygon", "coordinates": "x"}), "whose coordinates cannot be read"),
        (feature(geometry={"type": "MultiPoint", "coordinates": [[1, 2]]}), "the geometry is a MultiPoint"),
        (feature(geometry="Point"), "the geometry is not an object"),
        (feature(geometry={"type": "Point", "coordinates": [30]}), "[longitude, latitude]"),
        (feature(geometry={"type": "Point", "coordinates": ["30", "50"]}), "[longitude, latitude]"),
        (feature(lon=50.1, lat=130.2), "are latitude and longitude swapped?"),
        (feature(lon=float("nan")), "NaN is not a finite number"),
        (feature(killed=float("inf")), "Infinity is not a finite number"),
        (feature(lon=10**50), "is not a number of this world"),
        (feature(occurred=None), "when did it happen?"),
        (feature(actor="Oskovia"), "is not in the table of codes"),
        (feature(event=None), "event is empty: which event type is it?"),
        (feature(town="a\0b"), "holds a NUL character"),
        (feature(town="\ud800"), "half of a surrogate pair"),
        ({"type": "Features"}, "not a GeoJSON Feature"),
        ({"type": "Feature", "geometry": None, "properties": [1]}, "the properties are not an object"),
        (5, "not a feature"),
        ([1, [2]], "not a feature"),
    ],
)
def test_a_bad_feature_is_rejected_alone(tmp_path: Path, bad: Any, reason: str) -> None:
    rows = read(tmp_path, collection(feature("a1"), bad, feature("a2")))
    assert ids(rows) == ["a1", "a2"]
    assert reason in refused(rows)[0].reason


def test_a_feature_that_is_not_closed_costs_no_other(tmp_path: Path) -> None:
    good = json.dumps(feature("a1")), json.dumps(feature("a2"))
    for broken in ('{"type":"Feature","id":"b","properties":{"event":"x"', '{"type":"Feature","id":"b}'):
        text = f'{{"type":"FeatureCollection","features":[{good[0]},{broken},{good[1]}]}}'
        rows = read(tmp_path, text)
        assert ids(rows) == ["a1", "a2"]
        assert refused(rows)[0].reason == "the feature is not closed before the next one begins"


def test_a_file_cut_within_a_feature_says_so(tmp_path: Path) -> None:
    text = collection(feature("a1"), feature("a2"))
    rows = read(tmp_path, text[:-20])
    assert ids(rows) == ["a1"]
    assert refused(rows)[-1].fatal
    rows = read(tmp_path, text[:-2])
    assert ids(rows) == ["a1", "a2"]
    assert refused(rows)[-1].reason == "the list of features is not closed"


def test_a_cut_gzip_says_so(tmp_path: Path) -> None:
    packed = gzip.compress(collection(*(feature(f"a{i}", killed=i, lat=i % 90) for i in range(20_000))).encode())
    rows = list(read_rows(write(tmp_path, packed[: len(packed) // 2], "x.geojson.gz"), "geojson"))
    assert len(taken(rows)) > 100
    assert refused(rows)[-1].fatal
    assert "damaged" in refused(rows)[-1].reason


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  \n", "blank"),
        ("[1, 2]", "it begins with"),
        ('{"type":"Topology"}', "no list of features"),
        ("id,when\n", "it begins"),
    ],
)
def test_a_file_that_is_no_geojson_says_so(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read(tmp_path, text)


def test_an_empty_collection_is_a_note(tmp_path: Path) -> None:
    rows = read(tmp_path, collection())
    assert all(isinstance(row, Note) for row in rows)
    assert "the collection holds no feature" in notes(rows)


def test_the_known_column_is_a_property_and_its_lack_rejects_the_feature(tmp_path: Path) -> None:
    rows = read(tmp_path, collection(feature("a1", published="2027-03-02"), feature("a2")), known="published")
    assert ids(rows) == ["a1"]
    assert str(taken(rows)[0].draft.known) == "2027-03-02T23:59:59.999999Z"
    assert "published is empty" in refused(rows)[0].reason


_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(_json, st.builds(feature, lon=_json, lat=_json, town=_json), st.just(feature())), max_size=6),
    st.booleans(),
)
def test_whatever_the_features_are_each_is_accounted_for(tmp_path_factory, features: list[Any], by_line: bool) -> None:
    folder = tmp_path_factory.mktemp("any")
    text = "\n".join([json.dumps(feature("g")), *map(json.dumps, features)]) if by_line else collection(feature("g"), *features)
    rows = [row for row in read(folder, text) if not isinstance(row, Note)]
    assert [row.row for row in rows] == list(range(1, len(rows) + 1))
    objects = sum(isinstance(item, dict) for item in features)
    assert len(rows) >= 1 + objects
    assert ids(rows)[0] == "g"  # type: ignore[arg-type]
