"""Prose against prose, word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that both texts have, that was taken out, or that was put in."""

    what: Literal["same", "out", "in"]
    words: str


MOST_COMPARED: Final = 4_000_000
"""Above so many pairs of words that could match (two prose texts of some thousand words) only what comes first and last is
recognised as the same.
"""


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces in order; how white space is laid out does not count."""
    a, b = re.findall(r"\S+", old), re.findall(r"\S+", new)
    found: list[Piece] = []
    for tag, i, i2, j, j2 in _opcodes(a, b):
        if tag == "equal":
            found.append(Piece("same", " ".join(a[i:i2])))
            continue
        if i < i2:
            found.append(Piece("out", " ".join(a[i:i2])))
        if j < j2:
            found.append(Piece("in", " ".join(b[j:j2])))
    return tuple(found)


def _opcodes(a: list[str], b: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """As of `SequenceMatcher`: of long texts, of what is between the words that both begin and end with."""
    times = Counter(b)
    if sum(times[word] for word in a) <= MOST_COMPARED:
        return SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    short = min(len(a), len(b))
    start = next((i for i in range(short) if a[i] != b[i]), short)
    end = next((i for i in range(short - start) if a[-1 - i] != b[-1 - i]), short - start)
    i, j = len(a) - end, len(b) - end
    middle: list[tuple[str, int, int, int, int]] = [("replace", start, i, start, j)]
    if sum(times[word] for word in a[start:i]) <= MOST_COMPARED:
        inside = SequenceMatcher(None, a[start:i], b[start:j], autojunk=False).get_opcodes()
        middle = [(tag, start + x, start + x2, start + y, start + y2) for tag, x, x2, y, y2 in inside]
    same = [("equal", 0, start, 0, start), *middle, ("equal", i, len(a), j, len(b))]
    return [code for code in same if code[1] < code[2] or code[3] < code[4]]


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
