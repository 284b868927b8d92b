"""Files to records: plain or gzip, line by line, in constant memory, and never stopped by one bad record.

`CsvFile` gives the header and then a `Record` or a `Rejected` for every record of the file. A record that cannot be read
(a quote that is never closed, bytes that are not UTF-8, a NUL, a field without end) is rejected alone: reading goes on at the
line after the one on which it began, so that an open quote does not swallow the good rows that follow it.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self, cast

from casus.intake.rows import Rejected, Skipped, UnreadableFile, did_you_mean, shorten

MAX_LINE: Final = 16 * 1024 * 1024
"""Bytes; a line longer than this is rejected without being held in memory."""
_RAW_SHOWN: Final = 65_536
_DAMAGE = (EOFError, OSError, zlib.error)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its number from 1, the line on which it begins, its cells, its text."""

    row: int
    line: int
    cells: list[str]
    raw: str


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked if it is gzip by its first bytes (raises UnreadableFile)."""
    if path.exists() and not path.is_file():
        raise UnreadableFile(f"{path.name}: cannot be read: it is no file", "save the data to a file first")
    try:
        head = path.open("rb")
    except OSError as problem:
        raise UnreadableFile(f"{path.name}: cannot be opened: {problem.strerror or problem}") from None
    with head:
        try:
            magic = head.read(4)
        except OSError as problem:
            raise UnreadableFile(f"{path.name}: cannot be read: {problem.strerror or problem}") from None
    if not magic:
        raise UnreadableFile(f"{path.name}: the file is empty")
    if magic[:2] == b"PK":
        raise UnreadableFile(
            f"{path.name}: this is a zip archive or a spreadsheet", "unpack it, or export the sheet as CSV (UTF-8)"
        )
    if magic[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableFile(f"{path.name}: the file is UTF-16", "save it as UTF-8")
    if magic[:2] == b"\x1f\x8b":
        return cast("IO[bytes]", gzip.open(path, "rb"))
    if path.suffix == ".gz":
        raise UnreadableFile(f"{path.name}: its name ends in .gz, but it is not gzip", "rename it, or fetch it again")
    return path.open("rb")


class _TooLong(Exception):
    pass


class _Lines:
    """The decoded lines, with those of the current record kept so that it can be given back."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        try:
            first = stream.readline(MAX_LINE)
        except _DAMAGE as problem:
            raise UnreadableFile(f"{name}: the file is damaged: {problem}", "fetch it again") from None
        self._again: deque[bytes] = deque([first.removeprefix(codecs.BOM_UTF8)])
        self.taken: list[bytes] = []
        self.line = 1
        self.offset = 0
        self.bad: str | None = None
        self.ended_open = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        raw = self._again.popleft() if self._again else self._stream.readline(MAX_LINE)
        if not raw:
            raise StopIteration
        self.taken.append(raw)
        if not raw.endswith(b"\n"):
            if len(raw) == MAX_LINE:
                self._skip_to_next_line()
                raise _TooLong
            self.ended_open = True
        if b"\0" in raw and self.bad is None:
            self.bad = f"a NUL byte at byte {self._here() + raw.index(0)} of the file"
        try:
            return raw.decode()
        except UnicodeDecodeError as problem:
            if self.bad is None:
                self.bad = (
                    f"bytes that are not UTF-8 at byte {self._here() + problem.start} of the file ({raw[problem.start]:#04x})"
                )
            return raw.decode(errors="replace")

    def begin(self) -> None:
        """A new record begins; what was taken before is done with."""
        self.line += len(self.taken)
        self.offset += sum(map(len, self.taken))
        self.taken.clear()
        self.bad = None

    def give_back(self) -> None:
        """Keep the first line of the current record and read the others anew."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]

    def text(self) -> str:
        joined = b"".join(self.taken)
        text = joined[:_RAW_SHOWN].decode(errors="replace").rstrip("\r\n")
        return text if len(joined) <= _RAW_SHOWN else f"{text}… ({len(joined)} bytes)"

    def _here(self) -> int:
        return self.offset + sum(map(len, self.taken[:-1]))

    def _skip_to_next_line(self) -> None:
        while True:
            more = self._stream.readline(MAX_LINE)
            self.offset += len(more)
            if not more or more.endswith(b"\n"):
                return


class CsvFile:
    """A CSV file, opened: `header` and, by iterating once, its records. Use it in a `with`."""

    def __init__(self, path: Path, delimiter: str = ",") -> None:
        """Reads the header (raises UnreadableFile: no file, empty, not text, no header)."""
        self.path = path
        self.delimiter = delimiter
        self._stream = open_bytes(path)
        self._resync = 0
        try:
            self._lines = _Lines(self._stream, path.name)
            self._reader = csv.reader(self._lines, delimiter=delimiter, strict=True)
            self.header = self._header()
        except UnreadableFile:
            self._stream.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stream.close()

    @property
    def ended_open(self) -> bool:
        """The last line of the file has no line break (known when the records have been read)."""
        return self._lines.ended_open

    def require(self, *names: str) -> None:
        """Every column is there, once (raises UnreadableFile with what was found)."""
        missing = [name for name in names if name not in self.header]
        if missing:
            found = ", ".join(shorten(name, 30) for name in self.header[:60])
            hints = "; ".join(f"{name!r}{did_you_mean(name, self.header)}" for name in missing)
            advice = None
            if len(self.header) == 1:
                other = next((c for c in ";\t|," if c != self.delimiter and c in self.header[0]), None)
                advice = f"is the file delimited by {other!r}? Set the option delimiter" if other else None
            raise UnreadableFile(f"{self.path.name}: no column {hints}; found: {found}", advice)
        double = [name for name in names if self.header.count(name) > 1]
        if double:
            raise UnreadableFile(f"{self.path.name}: the column {double[0]!r} stands more than once in the header")

    def __iter__(self) -> Iterator[Record | Rejected | Skipped]:
        lines, reader, width, row = self._lines, self._reader, len(self.header), 0
        while True:
            lines.begin()
            row += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                yield self._malformed(row, str(problem))
                continue
            except _TooLong:
                yield self._malformed(row, f"the line is longer than {MAX_LINE // 1024 // 1024} MiB")
                continue
            except _DAMAGE as problem:
                yield self._damaged(row, problem)
                return
            if lines.bad is not None and len(lines.taken) == 1:
                yield Rejected(row, lines.line, f"the row holds {lines.bad}", "save the file as UTF-8", lines.text())
            elif not cells:
                yield Skipped(row, lines.line, "blank line", "")
            elif len(cells) != width:
                yield self._wrong_width(row, len(cells))
            elif lines.bad is not None:
                yield Rejected(row, lines.line, f"the row holds {lines.bad}", "save the file as UTF-8", lines.text())
            elif lines.line <= self._resync and len(lines.taken) == 1 and lines.taken[0].count(b'"') % 2:
                yield self._fragment(row)
            else:
                yield Record(row, lines.line, cells, lines.text())

    def _header(self) -> list[str]:
        try:
            header = next(self._reader)
        except StopIteration:
            raise UnreadableFile(f"{self.path.name}: the file is empty") from None
        except csv.Error as problem:
            if b"\r" in self._lines.taken[0].rstrip(b"\r\n"):
                reason, advice = "its lines end in a carriage return alone", "save it with LF or CRLF line ends"
            else:
                reason, advice = f"the header cannot be read: {problem}", "is this a CSV file?"
            raise UnreadableFile(f"{self.path.name}: {reason}", advice) from None
        except _TooLong:
            raise UnreadableFile(f"{self.path.name}: the first line has no end", "is this a CSV file?") from None
        except _DAMAGE as problem:
            raise UnreadableFile(f"{self.path.name}: the file is damaged: {problem}", "fetch it again") from None
        if self._lines.bad is not None:
            raise UnreadableFile(f"{self.path.name}: the header holds {self._lines.bad}", "save the file as UTF-8")
        header = [name.strip() for name in header]
        if not any(header):
            raise UnreadableFile(f"{self.path.name}: the first line is blank, where the column names should stand")
        return header

    def _malformed(self, row: int, problem: str) -> Rejected:
        """The record's first line is rejected and the others are read anew."""
        lines = self._lines
        open_quote = len(lines.taken) > 1 or "unexpected end" in problem
        if open_quote:
            self._give_back()
            reason = f"a quoted field opens on line {lines.line} and is not closed properly ({problem})"
            return Rejected(row, lines.line, reason, "close the quotation mark, or double it inside a field", lines.text())
        return Rejected(
            row, lines.line, f"the row cannot be split into fields ({problem})", "see the row as it stands", lines.text()
        )

    def _wrong_width(self, row: int, count: int) -> Rejected:
        lines, width = self._lines, len(self.header)
        reason = f"{count} fields, and the header has {width}"
        if len(lines.taken) > 1:
            reason = (
                f"a quoted field opens on line {lines.line} and closes on line {lines.line + len(lines.taken) - 1}: {reason}"
            )
            self._give_back()
            return Rejected(row, lines.line, reason, "close the quotation mark, or double it inside a field", lines.text())
        if lines.line <= self._resync and lines.taken[0].count(b'"') % 2:
            return self._fragment(row)
        advice = (
            "was the file cut short here?" if lines.ended_open else "put a field that holds the delimiter in quotation marks"
        )
        return Rejected(row, lines.line, reason, advice, lines.text())

    def _fragment(self, row: int) -> Rejected:
        lines = self._lines
        reason = "an unpaired quotation mark, in the wake of a quoted field that was not closed"
        return Rejected(row, lines.line, reason, "mend the rows rejected just before it", lines.text())

    def _give_back(self) -> None:
        self._resync = max(self._resync, self._lines.line + len(self._lines.taken) - 1)
        self._lines.give_back()

    def _damaged(self, row: int, problem: Exception) -> Rejected:
        reason = f"the file is damaged from here on ({problem}); nothing after it was read"
        line = self._lines.line + len(self._lines.taken)
        return Rejected(row, line, reason, "fetch the file again: rows are missing", self._lines.text(), fatal=True)
