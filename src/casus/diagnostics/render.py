"""Diagnostics as text for people, as JSON for programs and as SARIF 2.1.0 for code review tools.

Text is shown with its line and a mark under the place. Whatever stands in the line (tabs, wide or combining characters,
control characters that would speak to the terminal, a line of a megabyte) the mark stands under what is meant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import quote

from pydantic import TypeAdapter

from casus.diagnostics.finding import Diagnostic, Related, Span

MAX_WIDTH: Final = 120
"""Columns of the source shown at most; a longer line is cut around the place."""
_TAB: Final = 4
_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_COLORS: Final[Mapping[str, str]] = {"error": "31;1", "warning": "33;1", "note": "36;1", "help": "32", "place": "1"}


def render_text(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], color: bool = False) -> str:
    """One block for each diagnostic, with a blank line between two.

    `sources` holds the texts by the file names of the spans; a file that is not among them is shown without its line.
    """
    texts = _Sources(sources)
    blocks = ["\n".join(_block(diagnostic, texts, color)) for diagnostic in diagnostics]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def to_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """The diagnostic as JSON values; `json_schema` describes them."""
    dumped: dict[str, Any] = _adapter().dump_python(diagnostic, mode="json")
    return dumped


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what `to_json` gives."""
    made = _adapter().json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Casus diagnostic", **made}


def to_sarif(diagnostics: Iterable[Diagnostic], version: str | None = None) -> dict[str, Any]:
    """A SARIF 2.1.0 log with one run (OASIS, Static Analysis Results Interchange Format, 2020). Columns are code points."""
    results = list(diagnostics)
    codes = sorted({(found.code, found.name) for found in results})
    index = {code: number for number, code in enumerate(codes)}
    driver: dict[str, Any] = {"name": "casus", "rules": [{"id": code, "name": name} for code, name in codes]}
    if version is not None:
        driver["version"] = version
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(found, index[found.code, found.name]) for found in results],
            }
        ],
    }


@cache
def _adapter() -> TypeAdapter[Diagnostic]:
    return TypeAdapter(Diagnostic)


# ---------------------------------------------------------------- text


class _Sources:
    """The lines of the texts, split when first needed."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._lines: dict[str, list[str]] = {}

    def line(self, span: Span) -> str | None:
        if span.file not in self._texts:
            return None
        if span.file not in self._lines:
            text = self._texts[span.file].removeprefix("\ufeff")
            self._lines[span.file] = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        lines = self._lines[span.file]
        return lines[span.line - 1] if span.line <= len(lines) else None


def _block(diagnostic: Diagnostic, sources: _Sources, color: bool) -> Iterator[str]:
    def paint(style: str, text: str) -> str:
        return f"\x1b[{_COLORS[style]}m{text}\x1b[0m" if color else text

    place = "" if diagnostic.span is None else paint("place", f"{_visible(str(diagnostic.span))}:") + " "
    head = paint(diagnostic.severity, f"{diagnostic.severity}[{diagnostic.code}] {diagnostic.name}:")
    yield f"{place}{head} {_visible(diagnostic.message)}"
    if diagnostic.span is not None:
        yield from _excerpt(diagnostic.span, sources, "^", lambda mark: paint(diagnostic.severity, mark))
    for related in diagnostic.because:
        yield from _because(related, diagnostic.span, sources)
    if diagnostic.help is not None:
        yield f"  {paint('help', 'help:')} {_visible(diagnostic.help)}"


def _because(related: Related, first: Span | None, sources: _Sources) -> Iterator[str]:
    if related.span is None:
        yield f"  because: {_visible(related.message)}"
        return
    other_file = first is None or related.span.file != first.file
    place = str(related.span) if other_file else f"line {related.span.line}"
    yield f"  because, {_visible(place)}: {_visible(related.message)}"
    yield from _excerpt(related.span, sources, "-", str)


def _excerpt(span: Span, sources: _Sources, mark: str, paint: Any) -> Iterator[str]:
    line = sources.line(span)
    if line is None:
        return
    end = span.end_col if span.end_line == span.line else len(line) + 1
    shown, start, width = _cut(line, span.col - 1, max(end, span.col + 1) - 1)
    number = str(span.line)
    yield f"  {number} | {shown}".rstrip()
    more = " …" if span.end_line > span.line else ""
    yield f"  {' ' * len(number)} | {' ' * start}{paint(mark * width)}{more}"


def _cut(line: str, start: int, end: int) -> tuple[str, int, int]:
    """The line as shown, where in it the mark begins and how wide it is, in columns of the screen."""
    first, last = 0, len(line)
    cells = _cells(line[max(0, start - MAX_WIDTH) : start + 2 * MAX_WIDTH])
    offset = max(0, start - MAX_WIDTH)
    begin = sum(width for _, width in cells[: start - offset])
    if offset or len(line) > offset + len(cells) or sum(width for _, width in cells) > MAX_WIDTH:
        keep = max(0, begin - MAX_WIDTH // 3)
        first, last = _window(cells, keep, MAX_WIDTH)
        cells, before = cells[first:last], sum(width for _, width in cells[:first])
        begin -= before
        cut_left, cut_right = offset + first > 0, offset + last < len(line)
    else:
        cut_left = cut_right = False
        last = len(cells)
    marked = cells[max(0, start - offset - first) : max(0, end - offset - first)]
    width = max(1, sum(cell for _, cell in marked))
    text = "".join(shown for shown, _ in cells)
    return ("… " if cut_left else "") + text + (" …" if cut_right else ""), begin + (2 if cut_left else 0), width


def _window(cells: Sequence[tuple[str, int]], start: int, width: int) -> tuple[int, int]:
    """The first and last cell of a stretch that begins at column `start` and is at most `width` wide."""
    first = column = 0
    while first < len(cells) and column < start:
        column += cells[first][1]
        first += 1
    last, used = first, 0
    while last < len(cells) and used + cells[last][1] <= width:
        used += cells[last][1]
        last += 1
    return first, last


def _cells(text: str) -> list[tuple[str, int]]:
    """Each character as shown, and how many columns it takes."""
    cells: list[tuple[str, int]] = []
    column = 0
    for character in text:
        shown = " " * (_TAB - column % _TAB) if character == "\t" else _safe(character)
        width = sum(_width(part) for part in shown)
        cells.append((shown, width))
        column += width
    return cells


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _safe(character: str) -> str:
    """A picture of a character that would speak to the terminal or turn the line round."""
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0x80 <= code < 0xA0 or character in _TURNING or 0xD800 <= code < 0xE000 or character in "\u2028\u2029":
        return "\ufffd"
    return character


def _visible(text: str) -> str:
    """A message may quote the source; it stays on one line."""
    return "".join(_safe(character) for character in text)


# ---------------------------------------------------------------- SARIF


def _sarif_result(found: Diagnostic, rule: int) -> dict[str, Any]:
    text = found.message if found.help is None else f"{found.message}\nhelp: {found.help}"
    result: dict[str, Any] = {"ruleId": found.code, "ruleIndex": rule, "level": found.severity, "message": {"text": text}}
    if found.span is not None:
        result["locations"] = [{"physicalLocation": _sarif_place(found.span)}]
    related = [
        {"id": number, "message": {"text": part.message}, "physicalLocation": _sarif_place(part.span)}
        for number, part in enumerate(found.because)
        if part.span is not None
    ]
    if related:
        result["relatedLocations"] = related
    unplaced = [part.message for part in found.because if part.span is None]
    if unplaced:
        result["message"]["text"] += "".join(f"\nbecause: {message}" for message in unplaced)
    return result


def _sarif_place(span: Span) -> dict[str, Any]:
    region = {"startLine": span.line, "startColumn": span.col, "endLine": span.end_line, "endColumn": span.end_col}
    return {"artifactLocation": {"uri": quote(span.file)}, "region": region}
