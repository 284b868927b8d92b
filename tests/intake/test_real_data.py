"""The readers on the real data sets: golden counts and single rows looked up in the source."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cache

import pytest
from intake_samples import NOW, left_out, notes, refused, shared, taken

from casus.acts import Length, Place, Quantity, Report, Text, Word
from casus.intake import KnownRule, Row, import_file, read_rows
from casus.journal import create_journal
from casus.time import Instant

UKRAINE = "ucdp_ged_ukraine/ged_ukraine_2014_201904.csv.gz"
CAR = "ucdp_ged_car/ged_car_v23_1.csv.gz"
OFFICIAL = "sirens_ukraine/official_en.csv.gz"
VOLUNTEER = "sirens_ukraine/volunteer_en.csv.gz"


@cache
def whole(name: str, format_name: str) -> list[Row]:
    """All rows of a file, read once for all tests."""
    return list(read_rows(shared(name), format_name))


def by_id(rows: list[Row], name: str) -> Report:
    return next(row.draft.act for row in taken(rows) if row.draft.act.id == name)  # type: ignore[union-attr,return-value]


@pytest.mark.parametrize(
    ("name", "format_name", "read", "rejected"),
    [
        (UKRAINE, "ucdp-ged", 2_544, 0),
        (CAR, "ucdp-ged", 1_848, 0),
        (OFFICIAL, "sirens", 26_361, 0),
        (VOLUNTEER, "sirens", 32_392, 0),
    ],
)
def test_every_row_of_a_real_file_is_accounted_for(name: str, format_name: str, read: int, rejected: int) -> None:
    rows = whole(name, format_name)
    assert len(taken(rows)) == read - rejected
    assert len(refused(rows)) == rejected
    assert left_out(rows) == []
    assert len({row.draft.act.id for row in taken(rows)}) == read - rejected  # type: ignore[union-attr]


def test_ged_brackets_the_days_of_the_row_and_names_no_actor() -> None:
    rows = taken(whole(UKRAINE, "ucdp-ged"))
    assert all(row.draft.act.actor is None for row in rows)  # type: ignore[union-attr]
    days = 86_400_000_000
    assert all((row.draft.occurred.hi.us - row.draft.occurred.lo.us + 1) % days == 0 for row in rows)
    late = [row for row in rows if row.draft.occurred.lo.us >= Instant.parse("2015-02-16T00:00Z").us]
    assert len(late) == 914
    assert sum(row.draft.occurred.hi.us - row.draft.occurred.lo.us >= days for row in late) == 382


def test_a_ged_row_is_what_the_source_says() -> None:
    rows = whole(UKRAINE, "ucdp-ged")
    first = taken(rows)[0].draft
    assert (str(first.occurred.lo), str(first.occurred.hi)) == ("2014-01-22T00:00Z", "2014-01-22T23:59:59.999999Z")
    report = by_id(rows, "ged_147997")
    assert report.event == "fatal_event"
    assert report.fields["killed"] == Quantity(Decimal(5), Decimal(5), Decimal(5))
    assert report.fields["at"] == Place(Decimal("50.45"), Decimal("30.52333"), Decimal(5000))
    assert report.fields["violence"] == Word("state_based")
    assert report.fields["side_b"] == Text("Maidan")
    assert len(report.sources) == 5
    assert {source.group for source in report.sources} == {"Agence France Presse"}
    assert len({source.lineage for source in report.sources}) == 5


def test_two_ged_rows_never_share_a_lineage() -> None:
    """The same article stands in several rows; a shared lineage would join events that the coders told apart."""
    rows = taken(whole(UKRAINE, "ucdp-ged"))
    lineages = Counter(source.lineage for row in rows for source in row.draft.act.sources)  # type: ignore[union-attr]
    assert max(lineages.values()) == 1


def test_a_ged_row_whose_figures_are_out_of_order_is_widened_and_counted() -> None:
    rows = whole(UKRAINE, "ucdp-ged")
    assert by_id(rows, "ged_155425").fields["killed"] == Quantity(Decimal(6), Decimal(7), Decimal(7))
    assert sum("low/best/high out of order" in loss for row in taken(rows) for loss in row.losses) == 11


def test_a_ged_row_without_listed_sources_speaks_for_the_data_set_alone() -> None:
    rows = whole(CAR, "ucdp-ged")
    report = by_id(rows, "ged_36210")
    assert [source.name for source in report.sources] == ["UCDP GED"]
    alone = sum(row.draft.act.sources[0].name == "UCDP GED" for row in taken(rows))  # type: ignore[union-attr]
    assert alone == 229


def test_the_radius_of_ged_follows_the_precision_and_the_option() -> None:
    usual = by_id(whole(CAR, "ucdp-ged"), "ged_36210").fields["at"]
    stated = by_id(list(read_rows(shared(CAR), "ucdp-ged", {"radius": "5:333000"})), "ged_36210").fields["at"]
    assert (usual.radius, stated.radius) == (Decimal(250_000), Decimal(333_000))  # type: ignore[union-attr]


def test_the_dyad_of_ged_is_kept_only_where_asked_for() -> None:
    path = shared(UKRAINE)
    assert "dyad" not in by_id(list(read_rows(path, "ucdp-ged")), "ged_147997").fields
    kept = by_id(list(read_rows(path, "ucdp-ged", {"dyad": "yes"})), "ged_147997").fields["dyad"]
    assert kept == Text("Government of Ukraine - Maidan")


def test_a_siren_is_an_exact_instant_with_its_length_and_no_attack() -> None:
    rows = whole(OFFICIAL, "sirens")
    draft = taken(rows)[0].draft
    assert draft.occurred.lo == draft.occurred.hi == Instant.parse("2022-03-15T16:10:34Z")
    assert isinstance(draft.act, Report)
    assert draft.act.event == "siren"
    assert draft.act.fields["lasted"] == Length((39 * 60 + 33) * 1_000_000)
    assert draft.act.fields["region"] == Text("Vinnytska oblast")
    assert "at" not in draft.act.fields
    assert any("a siren is not an attack" in note for note in notes(rows))


def test_a_siren_whose_end_is_not_known_has_no_length() -> None:
    rows = taken(whole(VOLUNTEER, "sirens"))
    without = [row for row in rows if "lasted" not in row.draft.act.fields]  # type: ignore[union-attr]
    assert len(without) == 1_348
    assert all("not known" in row.losses[0] for row in without)


def test_the_levels_of_the_official_sirens_are_kept() -> None:
    rows = taken(whole(OFFICIAL, "sirens"))
    levels = Counter(row.draft.act.fields["level"].word for row in rows)  # type: ignore[union-attr]
    assert levels == {"oblast": 21_994, "hromada": 3_476, "raion": 891}


def test_the_shipped_mappings_of_other_sets_read_them() -> None:
    viina = list(read_rows(shared("viina_targets/viina_targets_2022_2023.csv.gz"), "csv", {"mapping": "viina-targets"}))
    assert (len(taken(viina)), len(refused(viina))) == (2_710, 0)
    options = {"mapping": "ua-missile-attacks", "affiliation": "VDR"}
    attacks = list(read_rows(shared("missile_attacks/missile_attacks_daily.csv.gz"), "csv", options))
    assert (len(taken(attacks)), len(refused(attacks))) == (2_179, 0)
    assert {source.affiliation for row in taken(attacks) for source in row.draft.act.sources} == {"VDR"}  # type: ignore[union-attr]


def test_real_areas_are_no_points() -> None:
    rows = list(read_rows(shared("geo_ukraine/oblasts_osm_lowres.geojson.gz"), "geojson"))
    assert (len(taken(rows)), len(refused(rows))) == (0, 27)
    assert sum("not valid" in row.reason for row in refused(rows)) == 1


def test_a_real_file_imported_twice_adds_nothing(tmp_path) -> None:
    path, known = shared(UKRAINE), KnownRule.parse("source_date")
    with create_journal(tmp_path / "journal.db", "known", Instant.parse("2013-01-01T00:00Z")) as journal:
        rehearsed = import_file(journal, path, "ucdp-ged", now=NOW, known=known, dry_run=True)
        first = import_file(journal, path, "ucdp-ged", now=NOW, known=known)
        again = import_file(journal, path, "ucdp-ged", now=NOW, known=known)
    assert (rehearsed.accepted, rehearsed.rejected) == (first.accepted, first.rejected) == (2_513, 31)
    assert (again.accepted, again.duplicates, again.rejected) == (0, 2_513, 31)
    assert again.before == again.after == first.after
    assert (str(first.first), str(first.last)) == ("2014-01-22T00:00Z", "2019-05-16T23:59:59.999999Z")
