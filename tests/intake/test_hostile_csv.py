"""Files as they come: cut, mixed, mislabelled, broken. A bad row is rejected with its reason and harms no other row."""

from __future__ import annotations

import contextlib
import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_samples import GOOD, HEADER, MAPPING, left_out, notes, read_csv, refused, taken, write

from casus.intake import Accepted, KnownRule, Note, Rejected, Skipped, UnreadableFile, read_rows
from casus.intake.formats import FORMATS
from casus.intake.lines import CsvFile

OTHER = "a2,2027-03-02T02:10Z,50.2,30.3,Valdrian army,0"


def ids(rows: list[object]) -> list[str]:
    return [row.draft.act.id for row in rows if isinstance(row, Accepted)]  # type: ignore[union-attr]


def test_a_good_file_is_read(tmp_path: Path) -> None:
    rows = read_csv(tmp_path, f"{HEADER}\n{GOOD}\n{OTHER}\n")
    assert ids(rows) == ["a1", "a2"]
    assert taken(rows)[1].draft.origin == "rows.csv row 2"
    assert taken(rows)[1].line == 3


def test_a_file_cut_within_a_row_rejects_that_row(tmp_path: Path) -> None:
    rows = read_csv(tmp_path, f"{HEADER}\n{GOOD}\na2,2027-03-02T02")
    assert ids(rows) == ["a1"]
    [reject] = refused(rows)
    assert reject.reason == "2 fields, and the header has 6"
    assert "cut short" in reject.help
    assert any("no line break" in note for note in notes(rows))


def test_a_file_cut_within_a_quote_names_the_line_where_it_opens(tmp_path: Path) -> None:
    rows = read_csv(tmp_path, f'{HEADER}\n{GOOD}\na2,2027-03-02T02:10Z,50.2,30.3,"Valdrian')
    assert ids(rows) == ["a1"]
    assert "a quoted field opens on line 3 and is not closed" in refused(rows)[0].reason


def test_an_open_quote_swallows_no_good_row(tmp_path: Path) -> None:
    bad = 'a2,2027-03-02T02:10Z,50.2,30.3,"Valdrian army,0'
    more = [f"b{i},2027-03-02T02:10Z,50.2,30.3,Valdrian army,0" for i in range(5_000)]
    rows = read_csv(tmp_path, "\n".join([HEADER, GOOD, bad, *more]) + "\n")
    assert ids(rows) == ["a1", *(f"b{i}" for i in range(5_000))]
    [reject] = refused(rows)
    assert (reject.row, reject.line) == (2, 3)
    assert reject.raw == bad


def test_an_open_quote_before_a_quoted_row_costs_no_good_row(tmp_path: Path) -> None:
    bad = 'a2,2027-03-02T02:10Z,50.2,30.3,"Valdrian army,0'
    good = 'a3,2027-03-02T02:10Z,50.2,30.3,"Valdrian army",0'
    assert ids(read_csv(tmp_path, f"{HEADER}\n{bad}\n{good}\n{GOOD}\n")) == ["a3", "a1"]


def test_a_line_break_inside_quotes_is_kept(tmp_path: Path) -> None:
    mapping = MAPPING + '\n[fields.note]\ntype = "text"\ncolumn = "note"\n'
    rows = read_csv(tmp_path, f'{HEADER},note\n{GOOD},"one\ntwo"\n{OTHER},three\n', mapping)
    assert [row.draft.act.fields["note"].text for row in taken(rows)] == ["one\ntwo", "three"]  # type: ignore[union-attr]
    assert [row.line for row in taken(rows)] == [2, 4]


def test_a_cut_gzip_gives_its_good_rows_and_says_that_it_is_cut(tmp_path: Path) -> None:
    lines = [f"b{i},2027-03-02T02:10Z,50.{i},30.3,Valdrian army,{i}" for i in range(20_000)]
    packed = gzip.compress("\n".join([HEADER, *lines]).encode())
    path = write(tmp_path, packed[: len(packed) // 2], "rows.csv.gz")
    rows = list(read_rows(path, "csv", {"mapping": str(write(tmp_path, MAPPING, "m.toml"))}))
    assert len(taken(rows)) > 1_000
    [reject] = refused(rows)
    assert reject.fatal
    assert "damaged from here on" in reject.reason


def test_bytes_that_are_not_utf8_reject_their_row_with_the_byte(tmp_path: Path) -> None:
    bad = b"a2,2027-03-02T02:10Z,50.2,30.3,Valdrian arm\xff,0"
    rows = read_csv(tmp_path, "\n".join([HEADER, GOOD]).encode() + b"\n" + bad + b"\n" + OTHER.encode() + b"\n")
    assert ids(rows) == ["a1", "a2"]
    at = len(HEADER) + len(GOOD) + 2 + bad.index(b"\xff")
    assert f"not UTF-8 at byte {at} of the file (0xff)" in refused(rows)[0].reason


def test_a_nul_byte_rejects_its_row(tmp_path: Path) -> None:
    rows = read_csv(tmp_path, f"{HEADER}\na0,2027-03-02T02:10Z,50.2,30.3,Valdrian\0army,0\n{GOOD}\n")
    assert ids(rows) == ["a1"]
    assert "a NUL byte at byte" in refused(rows)[0].reason


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    assert ids(read_csv(tmp_path, f"\ufeff{HEADER}\n{GOOD}\n")) == ["a1"]
    assert ids(read_csv(tmp_path, f'\ufeff"id",{HEADER[3:]}\n{GOOD}\n')) == ["a1"]


def test_crlf_lines_are_read_like_others(tmp_path: Path) -> None:
    assert ids(read_csv(tmp_path, f"{HEADER}\r\n{GOOD}\r\n{OTHER}\r\n")) == ["a1", "a2"]


def test_a_wrong_delimiter_is_told_with_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_csv(tmp_path, f"{HEADER}\n{GOOD}\n".replace(",", ";"))
    assert "found: " in caught.value.message
    assert caught.value.help == "is the file delimited by ';'? Set the option delimiter"
    assert ids(read_csv(tmp_path, f"{HEADER}\n{GOOD}\n".replace(",", "\t"), delimiter="tab")) == ["a1"]


def test_a_missing_column_is_told_with_its_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"no column 'killed' \(did you mean 'kiled'\?\); found: id, when"):
        read_csv(tmp_path, f"{HEADER.replace('killed', 'kiled')}\n{GOOD}\n")


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="'id' stands more than once"):
        read_csv(tmp_path, f"{HEADER},id\n{GOOD},x\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the first line is blank"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"PK\x03\x04rest", "zip archive or a spreadsheet"),
        (b"\xff\xfei\x00d\x00", "UTF-16"),
        (b"id,when\ra1,x\r", "carriage return alone"),
        (b'"id,when\nno end', "the header cannot be read"),
        (b"\x1f\x8b\x08\x00cut", "damaged"),
    ],
)
def test_a_file_that_is_no_csv_says_what_it_is(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_csv(tmp_path, content)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        list(read_rows(tmp_path / "none.csv", "ucdp-ged"))
    with pytest.raises(UnreadableFile, match="cannot be"):
        list(read_rows(tmp_path, "ucdp-ged"))


def test_a_name_in_gz_that_is_not_gzip_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="it is not gzip"):
        list(read_rows(write(tmp_path, HEADER, "rows.csv.gz"), "ucdp-ged"))


def test_a_header_without_rows_is_a_note(tmp_path: Path) -> None:
    rows = read_csv(tmp_path, f"{HEADER}\n")
    assert all(isinstance(row, Note) for row in rows)
    assert "the file has a header and no rows" in notes(rows)


def test_blank_lines_and_a_tag_row_are_skipped_by_name(tmp_path: Path) -> None:
    rows = read_csv(tmp_path, f"{HEADER}\n#meta+id,#date,#geo+lat,#geo+lon,#org,#affected\n\n{GOOD}\n\n")
    assert ids(rows) == ["a1"]
    assert [row.reason for row in left_out(rows)] == ["HXL tag row", "blank line", "blank line"]


def test_an_absurdly_long_field_rejects_its_row_only(tmp_path: Path) -> None:
    rows = read_csv(tmp_path, f"{HEADER}\na2,{'9' * 200_000},1,1,x,1\n{GOOD}\n")
    assert ids(rows) == ["a1"]
    assert "field larger than field limit" in refused(rows)[0].reason


def test_a_line_without_end_is_not_held_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casus.intake.lines.MAX_LINE", 4_096)
    rows = read_csv(tmp_path, f"{HEADER}\n{'z' * 50_000}\n{GOOD}\n")
    assert ids(rows) == ["a1"]
    assert "the line is longer than" in refused(rows)[0].reason


@pytest.mark.parametrize(
    ("bad", "reason", "advice"),
    [
        ("b,2027-03-01T02:10Z,120.1,30.2,Oskovian army,3", "are latitude and longitude swapped?", "the mapping reads latitude"),
        ("b,2027-03-01T02:10Z,50.1,200,Oskovian army,3", "longitude 200 is not between", "the mapping reads latitude"),
        ("b,2027-03-01T02:10Z,50.1,,Oskovian army,3", "lon is empty, and the other coordinate is not", ""),
        ("b,2027-03-01T02:10Z,NaN,30,Oskovian army,3", "not a finite number", "leave the cell empty"),
        ("b,2027-03-01T02:10Z,50,-Infinity,Oskovian army,3", "not a finite number", "leave the cell empty"),
        ("b,2027-03-01T02:10Z,50.1,30.2,Oskovian army,-1", "killed: '-1' is below 0", ""),
        ("b,2027-03-01T02:10Z,50.1,30.2,Oskovian army,2.5", "killed: '2.5' is not a whole number", ""),
        ('b,2027-03-01T02:10Z,50.1,30.2,Oskovian army,"1,234"', "a number with separators", "[numbers]"),
        ("b,2027-03-01T02:10Z,50.1,30.2,Oskovian army,1e99999", "'1e99999' is not a number", ""),
        ("b,2027-03-01T02:10Z,50.1,30.2,Oskovian army,1_0", "'1_0' is not a number", ""),
        ("b,2027-02-30,50.1,30.2,Oskovian army,3", "names a day that does not exist", ""),
        ("b,2027-03-01T25:10Z,50.1,30.2,Oskovian army,3", "names an instant that does not exist", ""),
        ("b,2027-03-01T02:10,50.1,30.2,Oskovian army,3", "has no zone", "`zone` under [occurred]"),
        ("b,46447,50.1,30.2,Oskovian army,3", "'46447' is not a date", "serial day of a spreadsheet"),
        ("b,01/02/2027,50.1,30.2,Oskovian army,3", "'01/02/2027' is not a date", "day/month or month/day?"),
        ("b,,50.1,30.2,Oskovian army,3", "when is empty: when did it happen?", ""),
        (",2027-03-01T02:10Z,50.1,30.2,Oskovian army,3", "id is empty", "give each row its own id"),
        ("---,2027-03-01T02:10Z,50.1,30.2,Oskovian army,3", "no letter or digit", ""),
        ("b,2027-03-01T02:10Z,50.1,30.2,Oskovian Army,3", "did you mean 'Oskovian army'?", "[actor.codes]"),
        ("b,2027-03-01T02:10Z,50.1,30.2,Oskovian army,3,4", "7 fields, and the header has 6", "in quotation marks"),
        ('b,2027-03-01T02:10Z,50.1,30.2,"Osk"ovian,3', "cannot be split into fields", ""),
    ],
)
def test_a_bad_cell_rejects_its_row_with_reason_and_help(tmp_path: Path, bad: str, reason: str, advice: str) -> None:
    rows = read_csv(tmp_path, f"{HEADER}\n{GOOD}\n{bad}\n{OTHER}\n")
    assert ids(rows) == ["a1", "a2"]
    [reject] = refused(rows)
    assert reason in reject.reason
    assert advice in reject.help
    assert (reject.row, reject.line, reject.raw) == (2, 3, bad)


def test_a_place_outside_the_stated_box_is_accepted_with_a_warning(tmp_path: Path) -> None:
    rows = read_csv(tmp_path, f"{HEADER}\n{GOOD}\na2,2027-03-02T02:10Z,30.2,50.1,Valdrian army,0\n", bbox="22,44,41,53")
    assert [row.warnings for row in taken(rows)] == [(), ("outside the stated box (swapped, they would lie in it)",)]


def test_an_end_before_the_start_rejects_the_row(tmp_path: Path) -> None:
    header = Path(tmp_path / "ged.csv")
    names = (
        "id,type_of_violence,side_a,side_b,conflict_name,dyad_name,source_office,source_date,where_prec,where_coordinates,adm_1,"
        "latitude,longitude,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,"
        "best,high,low"
    )
    row = "7,1,A,B,C,D,Wire;Post,2027-01-01;2027-01-02,1,Town,North,50,30,1,{prec},{start},{end},0,0,1,0,1,1,1"
    lines = [
        row.format(prec=1, start="2027-01-03", end="2027-01-02"),
        row.format(prec=3, start="2027-01-03", end="2027-01-03"),
        row.format(prec=9, start="2027-01-03", end="2027-01-03"),
    ]
    header.write_text("\n".join([names, *lines]) + "\n")
    rows = [row for row in read_rows(header, "ucdp-ged") if not isinstance(row, Note)]
    assert "it ends (date_end 2027-01-02) before it starts (date_start 2027-01-03)" in rows[0].reason  # type: ignore[union-attr]
    assert isinstance(rows[1], Accepted)
    assert str(rows[1].draft.occurred) == "2026-12-28T00:00Z to 2027-01-09T23:59:59.999999Z"
    assert rows[1].losses == ("date_prec 3 with a single day: the bracket is widened by 6 days on both sides",)
    assert "date_prec '9' is not in the table" in rows[2].reason  # type: ignore[union-attr]


def test_a_format_or_option_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="did you mean 'sirens'"):
        list(read_rows(tmp_path / "x.csv", "siren"))
    with pytest.raises(UnreadableFile, match=r"sirens has no option 'markings' \(did you mean 'marking'\?\)"):
        list(read_rows(tmp_path / "x.csv", "sirens", {"markings": "RED"}))
    for options in ({"marking": "SECRET"}, {"event": "Not A Name"}, {"bbox": "1,2,3"}, {"radius": "9:1"}, {"delimiter": "ab"}):
        with pytest.raises(UnreadableFile):
            list(read_rows(tmp_path / "x.csv", "ucdp-ged", options))


# ---------------------------------------------------------------- properties

_cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_lines = st.lists(st.one_of(st.just(GOOD), st.just(OTHER), _cells, st.lists(_cells, max_size=8).map(",".join)), max_size=12)


@settings(max_examples=150, deadline=None)
@given(_lines)
def test_whatever_the_rows_hold_each_is_accounted_for_and_nothing_is_raised(tmp_path_factory, lines: list[str]) -> None:
    folder = tmp_path_factory.mktemp("any")
    rows = [row for row in read_csv(folder, "\n".join([HEADER, *lines])) if not isinstance(row, Note)]
    assert [row.row for row in rows] == list(range(1, len(rows) + 1))
    assert all(isinstance(row, Accepted | Rejected | Skipped) for row in rows)
    assert sum(row.reason == "" for row in rows if isinstance(row, Rejected)) == 0


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_whatever_the_bytes_are_each_format_reads_them_or_says_why_not(tmp_path_factory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    mapping = str(write(folder, MAPPING, "m.toml"))
    for name in FORMATS:
        for head in (b"", f"{HEADER}\n".encode(), b'{"type":"FeatureCollection","features":['):
            with contextlib.suppress(UnreadableFile):
                list(read_rows(write(folder, head + data), name, {"mapping": mapping} if name in ("csv", "geojson") else {}))


_bad = st.one_of(
    st.sampled_from(
        ["a2,x", '"', 'a"b', "a,b,c,d,e,f", 'a2,2027-03-02T02:10Z,50.2,30.3,"Valdrian army,0', "\0", ",,,,,", "''"]
    ),
    _cells.map(lambda text: text.replace("\n", " ").replace("\r", " ")),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 99), min_size=1, max_size=8, unique=True), _bad, st.data())
def test_a_bad_row_never_changes_what_the_others_give(tmp_path_factory, numbers: list[int], bad: str, data) -> None:
    folder = tmp_path_factory.mktemp("bad")
    good = [f"g{i},2027-03-01T02:10Z,50.{i},30.2,Oskovian army,{i}" for i in numbers]
    at = data.draw(st.integers(0, len(good)))
    alone = [row.draft for row in taken(read_csv(folder, "\n".join([HEADER, *good]) + "\n"))]
    mixed = taken(read_csv(folder, "\n".join([HEADER, *good[:at], bad, *good[at:]]) + "\n"))
    said = {draft.act.id: (draft.act, draft.occurred) for draft in alone}  # type: ignore[union-attr]
    others = {row.draft.act.id: (row.draft.act, row.draft.occurred) for row in mixed if row.raw != bad}  # type: ignore[union-attr]
    assert others == said


def test_records_are_given_one_by_one(tmp_path: Path) -> None:
    path = write(tmp_path, "\n".join([HEADER, *[GOOD] * 10]))
    with CsvFile(path) as file:
        first = next(iter(file))
    assert first.row == 1
    known = KnownRule.parse("occurred-end")
    rows = read_rows(path, "csv", {"mapping": str(write(tmp_path, MAPPING, "m.toml"))}, known)
    assert sum(1 for row in rows if isinstance(row, Accepted) and row.draft.known is not None) == 10
