"""Prints text that fits the terminal: wrapped with a hanging indent, coloured only where colour is wanted.

80 columns where there is no terminal. NO_COLOR and pipes get no colour; meaning never hangs on colour alone.
"""

from __future__ import annotations

import json
import os
import re
import sys
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TextIO

_NARROWEST: Final = 40
_WIDEST: Final = 110
_STYLES: Final = {"bold": "1", "red": "31", "yellow": "33", "green": "32", "dim": "2"}
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Text from outside with control characters (which could drive a terminal) made visible."""
    return _UNPRINTABLE.sub(lambda m: f"\\x{ord(m[0]):02x}" if ord(m[0]) < 256 else f"\\u{ord(m[0]):04x}", text)


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph of a section and the lines under it."""

    text: str
    details: tuple[str, ...] = ()
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """`note` is said where there are no items; a section with neither is left out."""

    title: str
    items: tuple[Item, ...] = ()
    note: str | None = None
    hidden: int = 0
    """How many further items are not shown."""


def width() -> int:
    try:
        columns = int(os.environ.get("COLUMNS", "0"))
    except ValueError:
        columns = 0
    if columns <= 0:
        try:
            columns = os.get_terminal_size(sys.stdout.fileno()).columns
        except (OSError, ValueError):
            columns = 80
    return max(_NARROWEST, min(columns or 80, _WIDEST))


def coloured(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def styled(text: str, style: str | None) -> str:
    if style is None or not coloured(sys.stdout):
        return text
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def say(text: str = "", indent: int = 0, hang: int = 2, style: str | None = None) -> None:
    """One paragraph, wrapped; words that are longer than the line (ids, hashes) are never broken."""
    for line in wrapped(text, indent, hang):
        print(styled(line, style))


def wrapped(text: str, indent: int = 0, hang: int = 2) -> list[str]:
    if not text:
        return [""]
    return textwrap.wrap(
        printable(text),
        width=width(),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def say_sections(sections: Iterable[Section]) -> None:
    for section in sections:
        if not section.items and section.note is None:
            continue
        print()
        print(styled(section.title, "bold"))
        if not section.items and section.note is not None:
            say(section.note, indent=2)
        for item in section.items:
            say(item.text, indent=2, hang=2, style=item.style)
            for detail in item.details:
                say(detail, indent=6, hang=2, style="dim")
        if section.hidden:
            say(f"and {section.hidden} more; --all shows them", indent=2)


def say_block(text: str, indent: int) -> None:
    """Quoted text, line by line as it stands."""
    for line in text.splitlines():
        print(" " * indent + printable(line) if line.strip() else "")


def say_json(value: Any) -> None:
    """JSON on standard output: UTF-8, two spaces, keys in the order of the schema."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
