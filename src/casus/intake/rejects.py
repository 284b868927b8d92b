"""The file of rejected rows: row, line, reason, help and the row's own text, as CSV or, for a name in .jsonl, as JSON lines.

The format is described in `docs/formats/rejects.md`.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

from casus.intake.rows import Rejected, UnreadableFile

COLUMNS: Final = ("row", "line", "reason", "help", "raw")


class RejectsFile:
    """Opened at once, so that a folder that does not exist is told before anything is read. Use it in a `with`."""

    def __init__(self, path: Path, source: Path) -> None:
        """Create or overwrite the file (raises UnreadableFile; never overwrites the source)."""
        self.path = path
        if path.exists() and source.exists() and path.samefile(source):
            raise UnreadableFile(f"{path.name}: the rejects would overwrite the file that is read", "choose another name")
        try:
            self._file: TextIO = path.open("w", encoding="utf-8", errors="replace", newline="")
        except OSError as problem:
            raise UnreadableFile(f"{path}: the rejects cannot be written: {problem.strerror or problem}") from None
        self._lines = path.suffix in (".jsonl", ".ndjson")
        self._csv = csv.writer(self._file)
        if not self._lines:
            self._csv.writerow(COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def write(self, reject: Rejected) -> None:
        values = (reject.row, reject.line, reject.reason, reject.help, reject.raw)
        if self._lines:
            self._file.write(json.dumps(dict(zip(COLUMNS, values, strict=True)), ensure_ascii=False) + "\n")
        else:
            self._csv.writerow(values)
