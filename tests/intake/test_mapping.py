"""Mapping files: what each rule makes of a row, and what is said of a file that does not hold."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from intake_samples import GOOD, HEADER, MAPPING, left_out, mapping_file, notes, read_csv, refused, taken, write

from casus.acts import Code, Coverage, Estimate, Length, Money, Quantity, Report, Source, Text, Word
from casus.intake import UnreadableFile, load_mapping, read_rows
from casus.intake.mapping import parse_mapping, shipped_mapping, shipped_mappings

BARE = '[mapping]\nname = "m"\n[occurred]\ncolumn = "when"\n[id]\ncolumn = "id"\n'
STRIKE = '[event]\ntype = "strike"\n'


def report(folder: Path, mapping: str, header: str, row: str) -> Report:
    rows = read_csv(folder, f"id,when,{header}\na1,2027-03-01T02:10Z,{row}\n", BARE + mapping)
    assert refused(rows) == []
    act = taken(rows)[0].draft.act
    assert isinstance(act, Report)
    return act


@pytest.mark.parametrize(
    ("rule", "header", "row", "value"),
    [
        ('type = "count"\ncolumn = "x"', "x", "12", Quantity(Decimal(12), Decimal(12), Decimal(12))),
        ('type = "count"\nbest = "x"', "x", "12", Quantity(Decimal(0), None, Decimal(12))),
        ('type = "count"\nlow = "l"\nhigh = "h"', "l,h", "3,9", Quantity(Decimal(3), Decimal(9), None)),
        ('type = "count"\nlow = "l"\nhigh = "h"', "l,h", "3,", Quantity(Decimal(3), None, None)),
        ('type = "text"\ncolumn = ["a", "b"]', "a,b", "North,Hill", Text("North, Hill")),
        ('type = "text"\nvalue = "given"', "x", "", Text("given")),
        ('type = "word"\ncolumn = "x"', "x", "Cruise missile", Word("cruise_missile")),
        ('type = "word"\ncolumn = "x"\nwords = { M = "missile" }', "x", "M", Word("missile")),
        ('type = "flag"\ncolumn = "x"', "x", "TRUE", Word("yes")),
        ('type = "flag"\ncolumn = "x"\nwords = { ja = "yes", nein = "no" }', "x", "nein", Word("no")),
        ('type = "reference"\ncolumn = "x"', "x", "a-0", Word("a_0")),
        ('type = "duration"\ncolumn = "x"\nunit = "minutes"', "x", "1.5", Length(90_000_000)),
        (
            'type = "duration"\nstart = "s"\nend = "e"',
            "s,e",
            "2027-03-01T00:00Z,2027-03-01T02:00+01:00",
            Length(3_600_000_000),
        ),
        ('type = "money"\ncolumn = "x"\ncurrency = "EUR"', "x", "12.50", Money("EUR", Decimal("12.50"))),
        ('type = "money"\ncolumn = "x"\ncurrency_column = "c"', "x,c", "7,USD", Money("USD", Decimal(7))),
        ('type = "code"\ncolumn = "x"\nwords = { Oskovia = "OSK" }', "x", "Oskovia", Code("OSK")),
    ],
)
def test_a_field_is_what_its_rule_says(tmp_path: Path, rule: str, header: str, row: str, value: object) -> None:
    assert report(tmp_path, f"{STRIKE}[fields.f]\n{rule}\n", header, row).fields["f"] == value


@pytest.mark.parametrize(
    ("rule", "header", "row", "reason"),
    [
        ('type = "count"\nlow = "l"\nhigh = "h"', "l,h", "9,3", "l/h are out of order: 9 / 3"),
        ('type = "count"\ncolumn = "x"\nrequired = true', "x", "", "f is not given, and the mapping requires it"),
        (
            'type = "word"\ncolumn = "x"\nwords = { M = "missile" }',
            "x",
            "m",
            "f: 'm' is not in the table of words (did you mean",
        ),
        ('type = "flag"\ncolumn = "x"', "x", "maybe", "f: 'maybe' is neither yes nor no"),
        ('type = "duration"\ncolumn = "x"', "x", "-1", "f: -1 is below 0"),
        ('type = "duration"\nstart = "s"\nend = "e"', "s,e", "2027-03-01T02:00Z,2027-03-01T01:00Z", "before it starts"),
        ('type = "money"\ncolumn = "x"\ncurrency_column = "c"', "x,c", "7,euro", "'euro' is not a currency code"),
    ],
)
def test_a_field_that_does_not_fit_its_rule_rejects_the_row(
    tmp_path: Path, rule: str, header: str, row: str, reason: str
) -> None:
    mapping = f"{BARE}{STRIKE}[fields.f]\n{rule}\n"
    [reject] = refused(read_csv(tmp_path, f"id,when,{header}\na1,2027-03-01T02:10Z,{row}\n", mapping))
    assert reason in reject.reason


def test_an_empty_or_missing_cell_leaves_the_field_out(tmp_path: Path) -> None:
    rows = read_csv(tmp_path, f"{HEADER}\n{GOOD[:-1]}n/a\n")
    assert "killed" not in taken(rows)[0].draft.act.fields  # type: ignore[union-attr]


def test_kinds_turn_values_into_event_types_and_name_what_is_lost(tmp_path: Path) -> None:
    mapping = BARE + (
        '[event]\ncolumn = "kind"\n[event.kinds]\nArtillery = "shelling"\n'
        'Battle = { type = "clash", loss = "which side began is not kept" }\nProtest = { skip = "no use of force" }\n'
    )
    lines = [f"a{i},2027-03-01T02:10Z,{kind}" for i, kind in enumerate(("Artillery", "Battle", "Protest", "Batle"))]
    rows = read_csv(tmp_path, "\n".join(["id,when,kind", *lines]) + "\n", mapping)
    assert [row.draft.act.event for row in taken(rows)] == ["shelling", "clash"]  # type: ignore[union-attr]
    assert taken(rows)[1].losses == ("which side began is not kept",)
    assert [row.reason for row in left_out(rows)] == ["no use of force"]
    assert "kind 'Batle' is not in the table of kinds (did you mean 'Battle'?)" in refused(rows)[0].reason


def test_rows_are_skipped_with_the_reason_that_the_mapping_names(tmp_path: Path) -> None:
    mapping = MAPPING + '\n[[skip]]\ncolumn = "killed"\nequals = ["0", "00"]\nreason = "nobody was killed"\n'
    rows = read_csv(tmp_path, f"{HEADER}\n{GOOD}\n{GOOD[:-1].replace('a1', 'a2')}0\n", mapping)
    assert len(taken(rows)) == 1
    assert [(row.row, row.reason) for row in left_out(rows)] == [(2, "nobody was killed")]


def test_an_actor_that_is_not_listed_is_rejected_or_unknown(tmp_path: Path) -> None:
    row = GOOD.replace("Oskovian army", "someone")
    assert "'someone' is not in the table of codes" in refused(read_csv(tmp_path, f"{HEADER}\n{row}\n"))[0].reason
    lenient = MAPPING.replace('column = "who"', 'column = "who"\nunlisted = "unknown"')
    rows = taken(read_csv(tmp_path, f"{HEADER}\n{row}\n", lenient))
    assert rows[0].draft.act.actor is None  # type: ignore[union-attr]
    assert rows[0].losses == ("who 'someone' has no code: the actor is unknown",)


def test_sources_are_split_named_and_grouped(tmp_path: Path) -> None:
    mapping = STRIKE + (
        '[[sources]]\ncolumn = "by"\nsplit = ";"\nlineage = "per_report"\ngroup = "name"\naffiliation = { Herald = "OSK" }\n'
        '[[sources]]\nname = "desk"\nfallback = true\n'
    )
    both = report(tmp_path, mapping, "by", "Herald; Wire ;").sources
    assert [(s.name, s.group, s.affiliation) for s in both] == [("Herald", "Herald", "OSK"), ("Wire", "Wire", None)]
    assert both[0].lineage != both[1].lineage
    assert report(tmp_path, mapping, "by", "").sources == (Source("desk"),)


def test_a_lineage_column_joins_rows_that_repeat_one_original(tmp_path: Path) -> None:
    mapping = STRIKE + '[[sources]]\ncolumn = "by"\nlineage = "original"\ngroup = "@owner"\n'
    [source] = report(tmp_path, mapping, "by,original,owner", "Herald,post 17,Press House").sources
    assert source == Source("Herald", "post 17", "Press House")


def test_the_affiliation_option_speaks_for_every_source(tmp_path: Path) -> None:
    rows = taken(read_csv(tmp_path, f"{HEADER}\n{GOOD}\n", affiliation="VDR"))
    assert rows[0].draft.act.sources == (Source("patrol", None, "mission", "VDR"),)  # type: ignore[union-attr]


def test_marking_author_and_event_can_be_stated(tmp_path: Path) -> None:
    [row] = taken(read_csv(tmp_path, f"{HEADER}\n{GOOD}\n", marking="RED", author="desk", event="raid"))
    assert (row.draft.marking, row.draft.author, row.draft.act.event) == ("RED", "desk", "raid")  # type: ignore[union-attr]


def test_a_row_without_an_id_is_named_by_its_content(tmp_path: Path) -> None:
    mapping = MAPPING.replace('[id]\ncolumn = "id"', '[id]\nprefix = "r_"')
    first = taken(read_csv(tmp_path, f"{HEADER}\n{GOOD}\n", mapping))[0].draft.act.id  # type: ignore[union-attr]
    again = taken(read_csv(tmp_path, f"{HEADER}\n{GOOD}\n", mapping))[0].draft.act.id  # type: ignore[union-attr]
    other = taken(read_csv(tmp_path, f"{HEADER}\n{GOOD[:-1]}4\n", mapping))[0].draft.act.id  # type: ignore[union-attr]
    assert first == again != other
    assert first.startswith("r_")


def test_columns_that_are_not_kept_are_named(tmp_path: Path) -> None:
    rows = read_csv(tmp_path, f"{HEADER},weather,crew\n{GOOD},rain,4\n")
    assert "columns not kept: weather, crew" in notes(rows)


def test_the_rest_is_kept_where_the_mapping_says_so(tmp_path: Path) -> None:
    rows = taken(read_csv(tmp_path, f"{HEADER},Weather,crew,code\n{GOOD},rain,4,007\n", 'rest = "keep"\n' + MAPPING))
    fields = rows[0].draft.act.fields  # type: ignore[union-attr]
    assert fields["weather"] == Text("rain")
    assert fields["crew"] == Quantity(Decimal(4), Decimal(4), Decimal(4))
    assert fields["code"] == Text("007")


def test_thousands_and_decimal_marks_are_read_where_they_are_declared(tmp_path: Path) -> None:
    mapping = MAPPING + '\n[numbers]\nthousands = "."\ndecimal = ","\n'
    row = 'a1,2027-03-01T02:10Z,"50,1","30,2",Oskovian army,1.234'
    act = taken(read_csv(tmp_path, f"{HEADER}\n{row}\n", mapping))[0].draft.act
    assert act.fields["killed"].low == 1234  # type: ignore[union-attr]
    assert str(act.fields["at"].lat) == "50.1"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[mapping", "not TOML"),
        ('[mapping]\nname = "m"\n[event]\ntype = "strike"\n', "occurred: missing"),
        (f'{BARE}[event]\ntypo = "strike"\n', r"event.typo: no such key \(did you mean 'type'\?\)"),
        (f"{BARE}{STRIKE}[place]\nlat = 'a'\nlon = 'b'\nradus = 5\n", r"place.radus: no such key \(did you mean 'radius'\?\)"),
        (f"{BARE}{STRIKE}[fields.f]\ntype = 'count'\nlowe = 'x'\n", "fields.f.lowe: no such key"),
        (f"{BARE}{STRIKE}[fields.f]\ntype = 'counts'\ncolumn = 'x'\n", "fields.f.type: "),
        (f"{BARE}{STRIKE}[fields.f]\ntype = 'count'\n", "fields.f: give one of"),
        (f"{BARE}{STRIKE}[fields.f]\ntype = 'text'\nlow = 'x'\n", "are for a count"),
        (f"{BARE}{STRIKE}[fields.f]\ntype = 'money'\ncolumn = 'x'\n", "money needs either"),
        (f"{BARE}{STRIKE}[fields.at]\ntype = 'text'\ncolumn = 'x'\n", r"the field `at` is given by \[place\]"),
        (f"{BARE}{STRIKE}[fields.Big]\ntype = 'text'\ncolumn = 'x'\n", "fields.Big"),
        (f"{BARE}[event]\n", "event: give either"),
        (f"marking = 'SECRET'\n{BARE}{STRIKE}", "marking: "),
        (BARE.replace('"when"', '"when"\nzone = "Mars/Base"') + STRIKE, "not a zone of the IANA"),
        (BARE.replace('"when"', '"when"\nstart = "when"') + STRIKE, "occurred: "),
        (f"{BARE}{STRIKE}[actor]\ncolumn = 'x'\ncodes = {{ a = 'not a code' }}\n", "actor.codes.a"),
    ],
)
def test_a_mapping_that_does_not_hold_names_the_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        load_mapping(Path(mapping_file(tmp_path, text)))


def test_every_shipped_mapping_holds_and_says_what_it_loses() -> None:
    assert shipped_mappings() == (
        "geojson",
        "sirens-official",
        "sirens-volunteer",
        "ua-missile-attacks",
        "ucdp-ged",
        "viina-targets",
    )
    for name in shipped_mappings():
        mapping = shipped_mapping(name)
        assert mapping.mapping.name == name
        assert mapping.mapping.about
        assert mapping.mapping.losses or name == "geojson"


def test_a_mapping_is_found_by_its_shipped_name_or_told(tmp_path: Path) -> None:
    path = write(tmp_path, f"{HEADER}\n")
    with pytest.raises(UnreadableFile, match="did you mean 'viina-targets'"):
        list(read_rows(path, "csv", {"mapping": "viina-target"}))
    with pytest.raises(UnreadableFile, match="no column 'event_id_1pd'"):
        list(read_rows(path, "csv", {"mapping": "viina-targets"}))


def test_a_siren_mapping_never_names_an_actor_or_an_attack() -> None:
    for name in ("sirens-official", "sirens-volunteer", "ucdp-ged", "viina-targets", "ua-missile-attacks"):
        assert shipped_mapping(name).actor is None
    assert parse_mapping(BARE + STRIKE, "m").actor is None


COVERED = '[mapping]\nname = "log"\n[occurred]\nstart = "from"\nend = "to"\n'


def test_a_row_can_be_coverage(tmp_path: Path) -> None:
    mapping = COVERED + '[coverage]\nbody_column = "who"\nof = "strike"\n'
    lines = ["from,to,who", "2027-03-01T00:00Z,2027-03-02T00:00Z,Joint Mission", "2027-03-02T00:00Z,2027-03-03T00:00Z,"]
    rows = read_csv(tmp_path, "\n".join(lines) + "\n", mapping)
    assert [row.draft.act for row in taken(rows)] == [Coverage("joint_mission", "strike")]
    assert str(taken(rows)[0].draft.occurred) == "2027-03-01T00:00Z to 2027-03-02T00:00Z"
    assert refused(rows)[0].reason == "who is empty"


def test_a_row_can_be_an_estimate(tmp_path: Path) -> None:
    mapping = COVERED + (
        '[estimate]\nname = "concentration"\nbody = "mission"\nlow = "low"\nhigh = "high"\nplace_column = "where"\n'
        '[actor]\ncolumn = "of"\n'
    )
    day = "2027-03-01,2027-03-01"
    rows = read_csv(tmp_path, f"from,to,low,high,where,of\n{day},100,250,East Bank,OSK\n{day},,,,\n{day},,,,OSK\n", mapping)
    value = Quantity(Decimal(100), Decimal(250))
    assert [row.draft.act for row in taken(rows)] == [Estimate("concentration", "mission", "OSK", value, "east_bank")]
    assert [row.row for row in refused(rows)] == [2, 3]


@pytest.mark.parametrize(
    "text",
    [
        COVERED,
        COVERED + STRIKE + '[coverage]\nbody = "b"\nof = "c"\n',
        COVERED + '[coverage]\nbody = "b"\n',
        COVERED + '[coverage]\nbody = "b"\nof = "c"\n[actor]\ncode = "OSK"\n',
        COVERED + '[estimate]\nname = "n"\nbody = "b"\n',
        COVERED + '[estimate]\nname = "n"\nbody = "b"\ncolumn = "x"\n[fields.f]\ntype = "text"\ncolumn = "y"\n',
    ],
)
def test_a_mapping_has_one_kind_of_act(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableFile, match="give"):
        load_mapping(Path(mapping_file(tmp_path, text)))
