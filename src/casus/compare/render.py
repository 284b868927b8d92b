"""A matrix as Markdown, CSV, HTML and JSON values. Text for a terminal is printed by the command line."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from casus.compare.behaviour import Compared
from casus.compare.matrix import Matrix, MatrixCell

FORMAT: Final = "casus-compare/1"

_STYLE: Final = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem; color: #1b1b1b; background: #fff; }
table { border-collapse: collapse; }
th, td { border: 1px solid #b9b9b9; padding: .4rem .6rem; vertical-align: top; text-align: left; max-width: 34rem; }
thead th { position: sticky; top: 0; background: #f2f2f2; }
td.silent, td.open { background: #fdf6e3; }
td.not-asked { color: #5a5a5a; }
p { margin: 0 0 .35rem; }
details p { margin: .3rem 0 .3rem 1rem; color: #3a3a3a; }
@media (prefers-color-scheme: dark) {
  body { color: #eee; background: #161616; }
  thead th { background: #262626; }
  td.silent, td.open { background: #3a3214; }
  td.not-asked, details p { color: #bbb; }
}
"""


def to_markdown(table: Matrix) -> str:
    """One table; lines of a cell are set apart by `<br>`, and a bar in a text is escaped."""

    def cell(lines: tuple[str, ...]) -> str:
        return "<br>".join(_plain(line) for line in lines)

    rows = [["", *(_plain(column.label) for column in table.columns)], ["---"] * (len(table.columns) + 1)]
    rows += [[_plain(row.title), *(cell(x.lines) for x in row.cells)] for row in table.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def _plain(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return " ".join(escaped.split())


def to_csv(table: Matrix) -> str:
    """RFC 4180: a header, then a row for each question; the lines of a cell are lines of the cell.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["question", *(_safe(column.label) for column in table.columns)])
    for row in table.rows:
        writer.writerow([_safe(row.title), *(_safe("\n".join(cell.lines)) for cell in row.cells)])
    return out.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def to_html(table: Matrix) -> str:
    """One page that needs nothing else. A cell opens the prose of its article."""
    title = html.escape(" · ".join(column.label for column in table.columns))
    head = "".join(f'<th scope="col">{html.escape(column.label)}</th>' for column in table.columns)
    body = []
    for row in table.rows:
        cells = "".join(_html_cell(table, index, cell) for index, cell in enumerate(row.cells))
        body.append(f'<tr><th scope="row" title="{html.escape(row.question)}">{html.escape(row.title)}</th>{cells}</tr>')
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body>\n<table>\n<thead><tr><td></td>{head}</tr></thead>\n<tbody>\n"
        + "\n".join(body)
        + "\n</tbody>\n</table>\n</body>\n</html>\n"
    )


def _html_cell(table: Matrix, column: int, cell: MatrixCell) -> str:
    return f'<td class="{cell.state.replace(" ", "-")}">{"".join(_html_lines(table, column, cell))}</td>'


def _html_lines(table: Matrix, column: int, cell: MatrixCell) -> Iterator[str]:
    if not cell.entries:
        yield from (f"<p>{html.escape(line)}</p>" for line in cell.lines)
        return
    for line, entry in zip(cell.lines, cell.entries, strict=True):
        title, prose = table.columns[column].prose.get(entry.article or "", ("", ""))
        paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in prose.split("\n\n") if part.strip())
        if paragraphs:
            yield f"<details><summary>{html.escape(line)}</summary><p><b>{html.escape(title)}</b></p>{paragraphs}</details>"
        else:
            yield f"<p>{html.escape(line)}</p>"


def matrix_json(table: Matrix, behaviour: Sequence[Compared] = ()) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "texts": [
            {"label": x.label, "name": x.name, "agreement_hash": x.hash, "chosen": list(x.chosen)} for x in table.columns
        ],
        "rows": [
            {
                "id": row.id,
                "title": row.title,
                "question": row.question,
                "cells": [
                    {
                        "state": cell.state,
                        "entries": [
                            {
                                "text": entry.text,
                                "article": entry.article,
                                "source": entry.source,
                                "dated": entry.dated,
                                "quote": entry.quote,
                            }
                            for entry in cell.entries
                        ],
                    }
                    for cell in row.cells
                ],
            }
            for row in table.rows
        ],
        "behaviour": [
            {
                "first": one.first,
                "second": one.second,
                "records": one.extent.records,
                "events": one.extent.events,
                "days": one.extent.days,
                "answers": [
                    {"question": x.question, "holds": x.holds, "text": x.text, "witness": x.evidence is not None}
                    for x in one.answers
                ],
            }
            for one in behaviour
        ],
    }
