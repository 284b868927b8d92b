"""When each row became known: the rule of `--known`.

`recorded` (the default) leaves it to the journal. `occurred-end` is the end of the row's bracket, `+72 hours` that much
after it. A column's name reads an instant, or a date: the end of that day, for nobody knew more than that day says. Of a
cell that lists several (`2027-03-01;2027-03-04`) the last counts, since the row as a whole was not known before; say
`first(COLUMN)` where the first report is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal
from zoneinfo import ZoneInfo

from casus.intake.rows import BadValue, UnreadableFile
from casus.intake.values import moment
from casus.time import Duration, Instant, Known, Occurred

_LENGTH = re.compile(r"\+\s*(\d{1,9})\s*(m|min|minutes?|h|hours?|d|days?)", re.ASCII)
_NO_LENGTH = Duration(0)
_UNITS = {"m": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class KnownRule:
    """`recorded`, `occurred-end`, `after` (a length after that), or `column`."""

    kind: Literal["recorded", "occurred-end", "after", "column"] = "recorded"
    length: Duration = _NO_LENGTH
    column: str | None = None
    pick: Literal["first", "last"] = "last"

    @classmethod
    def parse(cls, text: str | None) -> KnownRule:
        """`None`, `recorded`, `occurred-end`, `+72h`, `+3 days`, `COLUMN`, `first(COLUMN)`, `last(COLUMN)`."""
        text = (text or "recorded").strip()
        if text in ("recorded", ""):
            return cls()
        if text == "occurred-end":
            return cls("occurred-end")
        if text.startswith("+"):
            match = _LENGTH.fullmatch(text)
            if not match:
                raise UnreadableFile(
                    f"--known {text}: not a length", "write it like +72h, +90 minutes or +3 days; months have no fixed length"
                )
            return cls("after", length=Duration.of(seconds=int(match[1]) * _UNITS[match[2][0]]))
        match = re.fullmatch(r"(first|last)\((.+)\)", text)
        if match:
            return cls("column", column=match[2].strip(), pick="first" if match[1] == "first" else "last")
        return cls("column", column=text)

    def apply(self, occurred: Occurred, cell: str, zone: ZoneInfo | None) -> Known | None:
        """When the row became known; `cell` is that of the rule's column (raises BadValue)."""
        if self.kind == "recorded":
            return None
        if self.kind == "occurred-end":
            return Known(occurred.hi)
        if self.kind == "after":
            return Known(occurred.hi + self.length)
        if not cell.strip():
            raise BadValue(
                f"{self.column} is empty: when it became known is not given", "choose another --known rule for these rows"
            )
        brackets = [self._read(part.strip(), zone) for part in cell.split(";") if part.strip()]
        instants = [bracket.hi.us for bracket in brackets]
        return Known(Instant(min(instants) if self.pick == "first" else max(instants)))

    def _read(self, part: str, zone: ZoneInfo | None) -> Occurred:
        try:
            return moment(part, zone=zone)
        except BadValue as problem:
            raise BadValue(f"{self.column}: {problem.reason}", problem.help) from None

    def __str__(self) -> str:
        match self.kind:
            case "after":
                return f"{self.length} after the end of the occurrence"
            case "column":
                return f"the {self.pick} date of the column {self.column}"
            case "occurred-end":
                return "the end of the occurrence"
            case _:
                return "when recorded"


RECORDED: Final = KnownRule()
