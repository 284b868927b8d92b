"""A diagnostic: a coded finding with its place, a "because" with a second place, and a "help"."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file. Lines and columns count from 1, columns in characters; the end is exclusive."""

    file: str
    line: int
    col: int
    end_line: int
    end_col: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col}"


@dataclass(frozen=True, slots=True)
class Related:
    """The second place of a diagnostic: "because …"."""

    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `code` is stable (`E102`), `name` is the kebab-case name of the rule."""

    code: str
    name: str
    message: str
    span: Span | None = None
    severity: Severity = "error"
    because: tuple[Related, ...] = field(default=())
    help: str | None = None
