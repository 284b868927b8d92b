"""Delimited text: the records of a CSV file through a mapping to rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from casus.intake.draft import DraftOf, Settings, SkipRow, compile_mapping, unused
from casus.intake.lines import CsvFile, Record
from casus.intake.mapping import Mapping
from casus.intake.rows import Accepted, BadValue, Note, Rejected, Row, Skipped, UnreadableFile


def read_delimited(
    path: Path, mapping_for: Callable[[Sequence[str]], Mapping], settings: Settings, delimiter: str = ","
) -> Iterator[Row]:
    """Every record of the file as a row; the mapping is chosen by the header (raises UnreadableFile at the first step)."""
    with CsvFile(path, delimiter) as file:
        mapping = mapping_for(file.header)
        _require(file, mapping)
        draft = compile_mapping(mapping, file.header, settings)
        yield from notes_of(mapping, unused(mapping, file.header))
        empty = True
        for record in file:
            empty = False
            if isinstance(record, Record):
                if record.row == 1 and _is_hxl(record.cells):
                    yield Skipped(record.row, record.line, "HXL tag row", record.raw)
                else:
                    yield row_of(draft, record.row, record.line, record.cells, record.raw)
            else:
                yield record
        if empty:
            yield Note("the file has a header and no rows")
        if file.ended_open:
            yield Note("the last line has no line break: if the file was cut short, the last row may be cut too")


def row_of(draft: DraftOf, row: int, line: int, cells: Sequence[str], raw: str) -> Accepted | Rejected | Skipped:
    """One row's cells through the mapping."""
    losses: list[str] = []
    warnings: list[str] = []
    try:
        made = draft(row, cells, losses, warnings)
    except BadValue as problem:
        return Rejected(row, line, problem.reason, problem.help, raw)
    except SkipRow as left_out:
        return Skipped(row, line, str(left_out), raw)
    return Accepted(row, line, made, tuple(losses), tuple(warnings), raw)


def notes_of(mapping: Mapping, not_read: Sequence[str]) -> Iterator[Note]:
    """What the mapping is, what it loses, and the columns that it does not read."""
    yield Note(f"mapping {mapping.mapping.name}, version {mapping.mapping.version}")
    for loss in mapping.mapping.losses:
        yield Note(f"lost by the mapping: {loss}")
    if not_read and mapping.rest == "drop":
        yield Note(f"columns not kept: {', '.join(name or '(no name)' for name in not_read)}")


def _require(file: CsvFile, mapping: Mapping) -> None:
    """The columns of the mapping are there, under their own names or another (raises UnreadableFile)."""
    aliases = mapping.mapping.aliases
    standing = []
    for name in mapping.columns():
        found = [n for n in (name, *aliases.get(name, ())) if n in file.header]
        if len(found) > 1:
            raise UnreadableFile(
                f"{file.path.name}: the columns {' and '.join(found)} both stand for {name!r}", "remove one of them"
            )
        standing.append(found[0] if found else name)
    file.require(*standing)


def _is_hxl(cells: Sequence[str]) -> bool:
    """The second line of a file of the Humanitarian Data Exchange may hold tags (`#date+start`) under the names."""
    tags = [cell.strip() for cell in cells if cell.strip()]
    return bool(tags) and all(tag.startswith("#") and len(tag) > 1 and tag[1].isalpha() for tag in tags)
