"""Texts side by side: every cell has its article, silence stays silence, claims are never merged."""

from __future__ import annotations

import csv
import html.parser
import io

import pytest
from compare_texts import PACT, altered, draft

from casus.cli.main import run_command
from casus.compare.features import FEATURES
from casus.compare.matrix import matrix
from casus.compare.render import to_csv, to_html, to_markdown
from casus.compare.shapes import CompareJson

SHEET = """# Claims on the pact

```casus
agreement claims_{name}
  language 1
  title "{title}"
  instrument claims
source paper "An account" by "Valdrian Gazette" dated 2027-01-05 standing reported
source capital "A statement" by "Government of Kestria" dated 2027-01-06 standing party
question begin "When does it begin?"
claim one on begin by paper says "At once" quotes "from the first day"
claim two on begin by capital says "{says}" dated 2027-01-07
{more}
```
"""


def sheet(tmp_path, name, says, more=""):
    return draft(tmp_path, SHEET.format(name=name, title=f"Sheet {name}", says=says, more=more), f"{name}.casus.md")


def cells(table, row):
    return next(one for one in table.rows if one.id == row).cells


def test_every_question_is_a_row_and_every_answer_names_its_article(tmp_path):
    table = matrix([draft(tmp_path)])
    assert [row.id for row in table.rows] == [feature.id for feature in FEATURES]
    (meet,) = cells(table, "clock_meet")
    assert meet.lines == (
        'Article 4: each of KST, LYS and MRV: consult "at the highest level" within 24 hours after activation',
    )
    for row in table.rows:
        for entry in row.cells[0].entries:
            assert entry.article is not None or row.id == "binding"


def test_silence_is_said_and_not_filled_in(tmp_path):
    table = matrix(
        [
            draft(tmp_path),
            draft(tmp_path, altered(("event meeting by actor", 'event meeting by actor\nopen territory "the river"'))),
        ]
    )
    silent, left_open = cells(table, "territory")
    assert silent.lines == ("the text is silent",)
    assert left_open.lines == ("open: Article 2: the river",)


def test_a_clause_that_is_taken_out_leaves_its_cell_silent(tmp_path):
    text = altered(("  withdrawal after 12 months notice  barred while attack\n", ""))
    with_it, without = cells(matrix([draft(tmp_path), draft(tmp_path, text)]), "exit")
    assert (with_it.state, without.state) == ("said", "silent")


def test_claims_stand_side_by_side_with_source_date_and_words(tmp_path):
    table = matrix([sheet(tmp_path, "a", "After a year"), sheet(tmp_path, "b", "Never")])
    (row,) = table.rows
    assert row.question == "When does it begin?"
    first, second = row.cells
    assert first.lines == (
        'At once "from the first day" (Valdrian Gazette, reported, 2027-01-05)',
        "After a year (Government of Kestria, party, 2027-01-07)",
    )
    assert second.lines[1] == "Never (Government of Kestria, party, 2027-01-07)"


def test_a_question_that_a_sheet_does_not_put_is_not_silence(tmp_path):
    more = 'question stop "When does it end?"\nclaim three on stop by paper says "After ten years"'
    table = matrix([sheet(tmp_path, "a", "x", more), sheet(tmp_path, "b", "y")])
    asked, not_asked = cells(table, "stop")
    assert asked.state == "claimed"
    assert not_asked.lines == ("the sheet does not put this question",)


def test_a_sheet_beside_a_text_is_not_taken_for_one_that_is_silent(tmp_path):
    table = matrix([draft(tmp_path), sheet(tmp_path, "a", "x")])
    assert cells(table, "trigger")[1].state == "not asked"
    assert cells(table, "begin")[0].state == "not asked"


def test_csv_holds_every_line_and_no_formula(tmp_path):
    table = matrix([draft(tmp_path, altered(('title "Pact', 'title "=Pact')))])
    header, *rows = csv.reader(io.StringIO(to_csv(table)))
    assert header[1].startswith("'=Pact")
    assert len(rows) == len(table.rows)
    assert [row[1].removeprefix("'").split("\n") for row in rows] == [list(row.cells[0].lines) for row in table.rows]


def test_markdown_is_one_table_whatever_stands_in_a_cell(tmp_path):
    table = matrix([draft(tmp_path, altered(('"military assistance"', '"a | b"')))])
    lines = to_markdown(table).splitlines()
    assert len(lines) == len(table.rows) + 2
    assert {line.replace("\\|", "").count("|") for line in lines} == {3}


def test_html_opens_the_article_and_escapes_its_words(tmp_path):
    class Reader(html.parser.HTMLParser):
        def __init__(self):
            super().__init__()
            self.open, self.text = [], []

        def handle_starttag(self, tag, attrs):
            if tag not in ("meta",):
                self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

        def handle_data(self, data):
            self.text.append(data)

    page = to_html(matrix([draft(tmp_path, altered(("Within 24 hours the Parties consult.", "Within 24 <hours> & no more.")))]))
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    assert "Within 24 <hours> & no more." in reader.text
    assert "<hours>" not in page


@pytest.mark.parametrize("form", ["text", "markdown", "csv", "json", "html"])
def test_the_command_prints_each_format(tmp_path, capsys, form):
    draft(tmp_path, PACT, "a.casus.md")
    draft(tmp_path, altered(("lasts 10 years", "lasts 5 years")), "b.casus.md")
    a, b = str(tmp_path / "a.casus.md"), str(tmp_path / "b.casus.md")
    assert run_command(["compare", a, b, "--format", form, "--row", "duration"]) == 0
    out = capsys.readouterr().out
    assert "10 years" in out
    assert "5 years" in out
    if form == "json":
        found = CompareJson.model_validate_json(out)
        assert [row.id for row in found.rows] == ["duration"]


def test_an_unknown_format_or_row_is_refused(tmp_path, capsys):
    draft(tmp_path, PACT, "a.casus.md")
    a = str(tmp_path / "a.casus.md")
    assert run_command(["compare", a, a, "--format", "pdf"]) == 2
    assert run_command(["compare", a, a, "--row", "weather"]) == 2
    assert run_command(["compare", a]) == 2
