"""Cuts a casus fence where declarations begin, so that a fault in one declaration does not hide the others.

A declaration begins on a line of its own, no deeper than the fence's first one, with its keyword. A word there that is no
word of the language begins a chunk too: it is either a misspelt keyword or, rarely, a name that continues the line before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from casus.language.grammar import Feeding, Grammar
from casus.language.scan import Token

MAX_NESTING: Final = 64
"""Parentheses and `not` within one another, or zones added and subtracted in one expression. At this depth two trees can
still be compared with Python's default stack; no text that a person can follow comes near it."""
_NEW_ZONE: Final = ("zone", "at", "in", "upon", "where", "when", "and", "or")
"""Words after which a `minus` or `plus` belongs to another expression than those before."""


@dataclass(slots=True)
class Chunk:
    """Tokens that should make one declaration or more; `comments` belong to them. `doubtful`: see the module."""

    tokens: list[Token] = field(default_factory=list)
    comments: list[Token] = field(default_factory=list)
    doubtful: bool = False

    def join(self, other: Chunk) -> None:
        self.tokens += other.tokens
        self.comments += other.comments


def chunks(tokens: Sequence[Token], grammar: Grammar) -> list[Chunk]:
    """The chunks of a fence. Comments before a declaration go with it, the others with the declaration they stand in."""
    code = [token for token in tokens if token.kind != "comment"]
    if not code:
        return []
    margin = code[0].col
    made = [Chunk()]
    waiting: list[Token] = []
    previous_line = 0
    for token in tokens:
        if token.kind == "comment":
            (made[-1].comments if token.line == previous_line else waiting).append(token)
            continue
        begins = token.line != previous_line and token.kind == "word" and token.col <= margin
        known = token.text in grammar.declarations
        if made[-1].tokens and begins and (known or token.text not in grammar.keywords):
            made.append(Chunk(doubtful=not known))
        made[-1].comments += waiting
        waiting = []
        made[-1].tokens.append(token)
        previous_line = token.line
    made[-1].comments += waiting
    return made


def pieces(tokens: Sequence[Token], grammar: Grammar) -> Iterator[tuple[Chunk, Feeding, Depth]]:
    """Each chunk with its parse; a doubtful one goes on with the chunk before it where a name is due there."""
    waiting: Chunk | None = None
    feeding, depth = grammar.feeding(), Depth()
    for chunk in chunks(tokens, grammar):
        if waiting is not None and chunk.doubtful and feeding.takes(chunk.tokens[0]):
            waiting.join(chunk)
        else:
            if waiting is not None:
                yield waiting, feeding, depth
            waiting, feeding, depth = chunk, grammar.feeding(), Depth()
        for token in chunk.tokens:
            depth.see(token)
            if depth.beyond is not None or not feeding.feed(token):
                break
    if waiting is not None:
        yield waiting, feeding, depth


class Depth:
    """Watches how deep the tokens of one declaration nest; `beyond` is the first one deeper than `MAX_NESTING`."""

    def __init__(self) -> None:
        self.beyond: Token | None = None
        self._open: list[str] = []
        self._zone_steps = 0

    def see(self, token: Token) -> None:
        if token.text in ("(", "not") and token.kind in ("sign", "word"):
            self._open.append(token.text)
        else:
            while self._open and self._open[-1] == "not":
                self._open.pop()
            if token.text == ")" and token.kind == "sign" and self._open:
                self._open.pop()
        if token.kind == "word":
            if token.text in ("minus", "plus"):
                self._zone_steps += 1
            elif token.text in _NEW_ZONE:
                self._zone_steps = 0
        if self.beyond is None and (len(self._open) > MAX_NESTING or self._zone_steps > MAX_NESTING):
            self.beyond = token
