"""The one layout of an agreement's fences. It works on tokens, so that it can only move white space.

The author's line breaks, comments, prose, tables and other fences stay as they are. In a `casus` fence a declaration begins
in column 1, a clause on a line of its own is indented by 2, what continues a line by 4; tokens are one space apart, and two
spaces set a clause off from another one on its line. A declaration or line that does not parse is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from lark import Tree

from casus.language.chunks import pieces
from casus.language.document import Fence
from casus.language.grammar import Rejected, grammar
from casus.language.markdown import outline
from casus.language.scan import Token, scan
from casus.language.scenarios import lines as scenario_lines
from casus.language.source import clean

_HEAD_PARTS: Final[Mapping[str, int]] = {
    "agreement": 1,
    "claim": 4,
    "concession": 4,
    "decision": 1,
    "position": 3,
    "source": 2,
    "step": 2,
    "suspension": 2,
    "term": 0,
    "trigger": 3,
    "wording": 2,
}
"""How many parts of a declaration come before its clauses; one (its name) where it is not listed."""

_HEAD_WORDS: Final[Mapping[str, frozenset[str]]] = {
    keyword: frozenset(words.split())
    for keyword, words in {
        "party": "as",
        "body": "as",
        "group": "=",
        "zone": "from feature pinned = open",
        "attributable": "to on by",
        "estimate": "unit valid",
        "baseline": "is by from until",
        "finding": "on by due else escalates",
        "determination": "of by due if",
        "define": "means",
        "exception": "to when",
        "trigger": "severity when",
        "decision": "of",
        "schedule": "from key",
        "weights": "from key value",
        "package": "items",
        "phase": "from until",
        "template": "for as",
        "reading": "by of",
        "option": "on proposed text",
        "use": "from pinned",
        "suspension": "by for",
        "basis": "of",
        "claim": "on by says",
        "concession": "by",
        "copy": "of from",
        "open": "of",
        "position": "on",
    }.items()
}
"""Words of a head that are indented like a clause where an author begins a line with them."""

_SPACE: Final = " \t\f\v\r"
_Role = str
"""What a token is in its declaration: `declaration`, `clause`, `head` (see above), or nothing special."""

_Roles = Mapping[tuple[int, int], _Role]
"""Roles by line and column."""


def format_text(text: str) -> str:
    """The text in the one layout. What cannot be read (too large, stray carriage returns) is given back as it is."""
    source = clean(text, "")
    if source.text is None or re.search(r"\r(?!\n)", text):
        return text
    lines = text.split("\n")
    for fence in reversed(outline(source.text, "").fences):
        if fence.info in ("casus", "casus-test"):
            start, count = fence.line - 1, fence.content.count("\n")
            laid_out = _declarations(fence) if fence.info == "casus" else _scenarios(fence)
            lines[start : start + count] = [
                new + ("\r" if lines[start + number].endswith("\r") else "")
                for number, news in enumerate(laid_out)
                for new in news
            ]
    return "\n".join(lines)


# ---------------------------------------------------------------- casus


def _declarations(fence: Fence) -> list[list[str]]:
    """For each line of the fence the line or lines that take its place."""
    tokens = list(scan(fence.content))
    roles: dict[tuple[int, int], _Role] = {}
    untouched: set[int] = set()
    margin = next((token.col for token in tokens if token.kind != "comment"), 1)
    for chunk, feeding, depth in pieces(tokens, grammar("casus")):
        made = feeding.finish() if depth.beyond is None else None
        if isinstance(made, Tree):
            roles |= _roles(made, chunk.tokens)
        elif margin > 1:
            return [[line] for line in fence.content.split("\n")[:-1]]  # columns say where the faulty declaration ends
        else:
            untouched |= set(range(chunk.tokens[0].line, chunk.tokens[-1].line + 1))
            roles[chunk.tokens[0].line, chunk.tokens[0].col] = "declaration"
    return _laid_out(fence, tokens, roles, untouched, {"declaration": 0, "clause": 2, "head": 2})


def _roles(tree: Tree[Any], tokens: Sequence[Token]) -> dict[tuple[int, int], _Role]:
    """The roles of the tokens of a chunk, by their places."""
    roles: dict[tuple[int, int], _Role] = {}
    for decl in tree.children:
        assert isinstance(decl, Tree)
        own = tokens[decl.meta.start_pos : decl.meta.end_pos]
        clauses = _clauses(decl)
        first_clause = min((clause.meta.start_pos for clause in clauses), default=decl.meta.end_pos)
        words = _HEAD_WORDS.get(own[0].text, frozenset())
        for number, token in enumerate(own, decl.meta.start_pos):
            if token.text in words and token.kind in ("word", "sign") and number < first_clause:
                roles[token.line, token.col] = "head"
        for clause in clauses:
            first = tokens[clause.meta.start_pos]
            roles[first.line, first.col] = "clause"
        if own[0].text in ("trigger", "exception"):
            roles[own[4].line, own[4].col] = "clause"  # `when` is always the fifth word
        roles[own[0].line, own[0].col] = "declaration"
    return roles


def _clauses(decl: Tree[Any]) -> list[Tree[Any]]:
    parts = decl.children[_HEAD_PARTS.get(decl.data, 1) :]
    if decl.data == "define":
        return [part for part in parts if isinstance(part, Tree) and part.data == "where"]
    if (decl.data in _HEAD_WORDS and decl.data not in _HEAD_PARTS) or decl.data in ("role", "event", "question"):
        return []
    return [part for part in parts if isinstance(part, Tree) and part.data != "partyset"]  # a decision's members


# ---------------------------------------------------------------- casus-test


def _scenarios(fence: Fence) -> list[list[str]]:
    tokens = list(scan(fence.content))
    roles: dict[tuple[int, int], _Role] = {}
    untouched: set[int] = set()
    for row, feeding in scenario_lines(tokens):
        made = feeding.finish()
        if isinstance(made, Rejected):
            untouched |= set(range(row[0].line, row[-1].line + 1))
            roles[row[0].line, row[0].col] = "scenario" if row[0].text == "scenario" else "line"
            continue
        for item in made.children:
            assert isinstance(item, Tree)
            first = row[item.meta.start_pos]
            roles[first.line, first.col] = "scenario" if item.data == "scenario" else "line"
    return _laid_out(fence, tokens, roles, untouched, {"scenario": 0, "line": 2})


# ---------------------------------------------------------------- layout


def _laid_out(
    fence: Fence,
    tokens: Sequence[Token],
    roles: _Roles,
    untouched: set[int],
    indents: Mapping[str, int],
) -> list[list[str]]:
    rows: dict[int, list[Token]] = {}
    for token in tokens:
        rows.setdefault(token.line, []).append(token)
    originals = fence.content.split("\n")[:-1]
    made: list[list[str]] = []
    below = "" if "line" not in indents else "line"
    comment_indent = indents.get(below, 0)
    for number in range(len(originals), 0, -1):
        row = rows.get(number, [])
        if number in untouched:
            made.append([originals[number - 1]])
            comment_indent = indents.get(_role(roles, row[:1]) or below, 4) if row else comment_indent
        elif not row:
            made.append([""])
        elif row[0].kind == "comment":
            made.append([" " * comment_indent + row[0].text.rstrip(_SPACE)])
        else:
            news = list(_rows(row, roles, indents))
            made.append(news)
            comment_indent = len(news[0]) - len(news[0].lstrip(" "))
    return made[::-1]


def _role(roles: _Roles, tokens: Iterable[Token]) -> _Role | None:
    return next((roles.get((token.line, token.col)) for token in tokens), None)


def _rows(row: Sequence[Token], roles: _Roles, indents: Mapping[str, int]) -> Iterable[str]:
    """The tokens of a line, as one line for each declaration (or line of a scenario) that begins in it."""
    parts: list[list[Token]] = [[]]
    for token in row:
        if parts[-1] and roles.get((token.line, token.col)) in ("declaration", "scenario", "line"):
            parts.append([])
        parts[-1].append(token)
    for part in parts:
        role = roles.get((part[0].line, part[0].col))
        yield " " * indents.get(role or "", 4) + _spaced(part, roles)


def _spaced(part: Sequence[Token], roles: _Roles) -> str:
    text = part[0].text.rstrip(_SPACE)
    clause_before = roles.get((part[0].line, part[0].col)) == "clause"
    for before, token in pairwise(part):
        clause = roles.get((token.line, token.col)) == "clause"
        text += _gap(before, token, clause and clause_before) + token.text.rstrip(_SPACE)
        clause_before |= clause
    return text


def _gap(before: Token, after: Token, between_clauses: bool) -> str:
    if after.kind == "comment" or between_clauses:
        return "  "
    if after.kind == "sign" and after.text in (",", ".", ")"):
        return ""
    return "" if before.kind == "sign" and before.text in (".", "(") else " "
