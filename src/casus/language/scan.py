"""Cuts the text of a fence into tokens: words, numbers, instants, strings, signs and comments, each with its place.

The parser and the formatter read the same tokens. Nothing is refused here: what is no token of the language comes out as
a `bad` one, so that the message about it can say more than "unexpected character".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

TokenKind = Literal["word", "number", "instant", "string", "open_string", "sign", "comment", "bad"]

_PARTS: Final = (
    r"(?P<space>[ \t\f\v\r\n]+)",
    r"(?P<comment>\#[^\n]*)",
    r'(?P<string>"(?:[^"\\\n]|\\[^\n])*")',
    r'(?P<open_string>"[^\n]*)',
    r"(?P<instant>[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt][0-9:.]*(?:[Zz]|[+-][0-9:]*)?)?(?![\w-]))",
    r"(?P<number>-?[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?)",
    r"(?P<word>[^\W\d]\w*)",
    r"(?P<sign>>=|<=|[<>=|,.()])",
    r"(?P<bad>.)",
)
_TOKEN: Final = re.compile("|".join(_PARTS), re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """`line` and `col` count from 1 in the file; a token never crosses a line."""

    kind: TokenKind
    text: str
    line: int
    col: int

    @property
    def end_col(self) -> int:
        return self.col + len(self.text)


def scan(text: str, first_line: int = 1) -> Iterator[Token]:
    """The tokens of a fence's content, whose first line is line `first_line` of the file. Comments are among them."""
    line, line_start = first_line, 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "space":
            breaks = match[0].count("\n")
            if breaks:
                line += breaks
                line_start = match.start() + match[0].rindex("\n") + 1
        else:
            yield Token(kind, match[0], line, match.start() - line_start + 1)  # type: ignore[arg-type]


def unescape(literal: str) -> str:
    r"""The text of a string as written: `\"` is a quotation mark, `\\` a backslash, any other backslash is itself."""
    return re.sub(r'\\(["\\])', r"\1", literal[1:-1])


def escape(text: str) -> str:
    """The string as it is written in the language; the reverse of `unescape`."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
