"""Prose against prose, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that both texts have, that was taken out, or that was put in."""

    what: Literal["same", "out", "in"]
    words: str


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces in order; how white space is laid out does not count."""
    a, b = re.findall(r"\S+", old), re.findall(r"\S+", new)
    found: list[Piece] = []
    for tag, i, i2, j, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", " ".join(a[i:i2])))
            continue
        if i < i2:
            found.append(Piece("out", " ".join(a[i:i2])))
        if j < j2:
            found.append(Piece("in", " ".join(b[j:j2])))
    return tuple(found)


def marked(pieces: Iterable[Piece], *, around: int = 12) -> str:
    """`… within [-24-]{+72+} hours …`: what is the same is cut down to some words around a change."""
    listed = list(pieces)
    parts = []
    for index, piece in enumerate(listed):
        match piece.what:
            case "out":
                parts.append(f"[-{piece.words}-]")
            case "in":
                parts.append(f"{{+{piece.words}+}}")
            case "same":
                parts.append(_cut(piece.words, around, first=index == 0, last=index == len(listed) - 1))
    return " ".join(part for part in parts if part)


def _cut(words: str, around: int, *, first: bool, last: bool) -> str:
    listed = words.split()
    if first and last:
        return words
    if first:
        return words if len(listed) <= around else "… " + " ".join(listed[-around:])
    if last:
        return words if len(listed) <= around else " ".join(listed[:around]) + " …"
    if len(listed) <= 2 * around:
        return words
    return f"{' '.join(listed[:around])} … {' '.join(listed[-around:])}"
