"""What a reader gives: one result for every row of a source, and what it says of the whole file.

A reader is a generator of `Row`. Every row of the file becomes exactly one `Accepted`, `Rejected` or `Skipped`, so that
read = accepted + rejected + skipped; a `Note` speaks of the file and is no row. Nothing is dropped in silence, and a bad row
says nothing about the good ones around it.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from casus.journal.entry import Draft


class UnreadableFile(ValueError):
    """Nothing can be read: no such file, no header, a column missing, a mapping that does not hold. `help` says what to do."""

    def __init__(self, message: str, advice: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = advice


class BadValue(ValueError):
    """One cell does not say what the mapping expects of it; the row is rejected with this reason."""

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.help = advice


@dataclass(frozen=True, slots=True)
class Accepted:
    """A row that became a draft. `row` counts the records of the file from 1, `line` its lines; the header is line 1.

    `losses` name what the draft does not hold of the row; `warnings` what a person should look at.
    """

    row: int
    line: int
    draft: Draft
    losses: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that did not become a draft, why, what helps, and its text. `fatal`: nothing after it could be read."""

    row: int
    line: int
    reason: str
    help: str
    raw: str
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row left out on purpose, for a reason that the mapping or the format names."""

    row: int
    line: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Note:
    """A statement about the file as a whole: the mapping and what it loses, columns not used, a last line without its end."""

    text: str


Row = Accepted | Rejected | Skipped | Note


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean X?)`, or nothing."""
    close = difflib.get_close_matches(word.casefold(), [k.casefold() for k in known], n=1, cutoff=0.6)
    if not close:
        return ""
    return f" (did you mean {next(k for k in known if k.casefold() == close[0])!r}?)"


_NOT_NAME = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """The text as a name of the language, `[a-z][a-z0-9_]*`; a leading digit gets an `n` before it. See `name_part`."""
    name = name_part(text)
    return f"n{name}" if name[0].isdigit() else name


@lru_cache(maxsize=8192)
def name_part(text: str) -> str:
    """The text in the letters of a name, `[a-z0-9_]+` (raises BadValue for a text without letters or digits).

    Accents are dropped. Where a letter or digit has no ASCII form (`Київ`), eight digits of the text's SHA-256 are added,
    so that two different texts do not become one name.
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    name = _NOT_NAME.sub("_", kept).strip("_")
    if not any(c.isalnum() for c in kept):
        raise BadValue(f"{shorten(text)!r} has no letter or digit to make a name of")
    if not kept.isascii() and any(c.isalnum() and not c.isascii() for c in kept):
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        name = f"{name}_{digest}" if name else f"x{digest}"
    return name


def shorten(text: str, width: int = 60) -> str:
    """The text for a message: at most `width` characters."""
    return text if len(text) <= width else f"{text[: width - 1]}…"
