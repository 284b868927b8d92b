"""A treaty as plain text: lines of at most 76 columns, tables drawn, nothing of the markup and none of the rules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from casus.publish.treaty import Block, Code, Grid, Items, Line, Paragraph, Quote, Treaty, is_rules, plain

WIDTH: Final = 76


def to_text(treaty: Treaty) -> str:
    """The text, each block separated from the next by an empty line."""
    parts: list[str] = []
    for section in treaty.sections:
        if section.title:
            line = "=" if section.level == 1 else "-" if section.level == 2 else ""
            title = textwrap.fill(section.title, WIDTH)
            width = max(len(row) for row in title.split("\n"))
            parts.append(f"{title}\n{line * width}" if line else title)
        parts += ["\n".join(rows) for rows in map(list, map(_rows, section.blocks)) if rows]
    return "\n\n".join(parts) + "\n"


def _rows(block: Block, width: int = WIDTH) -> Iterator[str]:
    if is_rules(block):
        return
    match block:
        case Paragraph(parts=parts):
            for line in plain(parts).split("\n"):
                yield from textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
        case Items(items=items, first=first):
            for index, blocks in enumerate(items):
                mark = "-" if first is None else f"{first + index}."
                yield from _indented(blocks, f"{mark} ", width)
        case Quote(blocks=blocks):
            yield from _indented(blocks, "  ", width)
        case Code(content=content):
            yield from (f"    {row}" for row in content.rstrip("\n").split("\n"))
        case Grid(rows=rows):
            yield from _grid([[plain(cell) for cell in row] for row in rows])
        case Line():
            yield "* * *"


def _indented(blocks: Sequence[Block], mark: str, width: int) -> Iterator[str]:
    """The blocks with a mark before the first row and as much room before the others."""
    room = " " * len(mark)
    first = True
    for position, block in enumerate(blocks):
        if position and not isinstance(block, Items):
            yield ""
        for row in _rows(block, max(20, width - len(mark))):
            yield (mark if first else room) + row
            first = False


def _grid(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(len(row[i]) if i < len(row) else 0 for row in rows) for i in range(len(rows[0]))]
    for number, row in enumerate(rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
        if number == 0:
            yield "  ".join("-" * width for width in widths)
