"""The prose of a draft, sentence by sentence, each with its article and its place in the file.

Fences, tables and headings are left out. Rules that listen for words ask here, so that one definition of an operative
sentence holds for all: it stands in a numbered article or annex, or in one that carries declarations, and says what somebody
shall do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from casus.diagnostics import Span
from casus.language import nodes as n
from casus.lint.draft import Draft

OPERATIVE: Final = re.compile(
    r"\b(?:shall|will|undertakes?|commits?|agrees?|pledges?|must)\b"
    r"|зобов['’ʼ]язу\w+|бер(?:е|уть) на себе|повинн\w+|обязу\w+|обязан\w*|долж(?:ен|на|но|ны)\b",
    re.IGNORECASE,
)
"""Words by which a sentence binds. In English, Ukrainian and Russian."""

_PREVAILS: Final = re.compile(
    r"\bprevails?\b|переважа(?:є|тиме)|матиме перевагу|преимущественную силу|имеет преимущество", re.IGNORECASE
)
_NUMBERED: Final = re.compile(r"(?:art|annex)-")
_FENCE: Final = re.compile(r"(`{3,}|~{3,})")
_END: Final = re.compile(r"(?<=[.!?;])\s+(?=[\"«“(]?[A-ZА-ЯЄІЇҐ0-9])|\n(?=\s*(?:[-*+]|\d+[.)]|\([a-z0-9]+\))\s)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`line` and `col` are where its text begins; line breaks are kept in `text`."""

    article: str | None
    text: str
    file: str
    line: int
    col: int

    def span(self, match: re.Match[str]) -> Span:
        """Where a match of a pattern in the sentence stands."""
        line, col = self._place(match.start())
        end_line, end_col = self._place(match.end())
        return Span(self.file, line, col, end_line, end_col)

    @property
    def whole(self) -> Span:
        end_line, end_col = self._place(len(self.text))
        return Span(self.file, self.line, self.col, end_line, end_col)

    def _place(self, offset: int) -> tuple[int, int]:
        before = self.text[:offset]
        breaks = before.count("\n")
        return self.line + breaks, (self.col if not breaks else 1) + len(before) - (before.rfind("\n") + 1)


def sentences(draft: Draft) -> tuple[Sentence, ...]:
    """The sentences of the prose, in the order of the text."""
    starts = tuple(sorted((article.line, article.id) for article in draft.agreement.articles.values()))
    return _sentences(draft.document.text, draft.document.path, starts)


def operative(draft: Draft) -> tuple[Sentence, ...]:
    """The sentences that bind: of numbered articles and of those that carry declarations, with a word that binds."""
    carrying = {decl.article for decl in draft.agreement.declarations}
    return tuple(
        s
        for s in sentences(draft)
        if s.article is not None and (s.article in carrying or _NUMBERED.match(s.article)) and OPERATIVE.search(s.text)
    )


def of_norms(draft: Draft) -> tuple[Sentence, ...]:
    """The sentences of articles that carry a norm, and the operative sentences of the others; in the order of the text."""
    carrying = {norm.article for norm in draft.agreement.norms.values()}
    binding = set(operative(draft))
    return tuple(s for s in sentences(draft) if (s.article is not None and s.article in carrying) or s in binding)


def prevails(draft: Draft) -> bool:
    """Whether the prose says which text or language prevails."""
    return any(_PREVAILS.search(sentence.text) for sentence in sentences(draft))


def norms_of(draft: Draft, article: str | None) -> tuple[n.NormDecl, ...]:
    """The norms that stand in an article."""
    return tuple(norm for norm in draft.agreement.norms.values() if norm.article == article)


def heading(draft: Draft, article: str | None) -> str:
    """The title of an article, as the reader knows it."""
    found = draft.agreement.articles.get(article or "")
    return f"“{found.title}”" if found is not None else "the text before the first heading"


@lru_cache(maxsize=8)
def _sentences(text: str, path: str, starts: tuple[tuple[int, str], ...]) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    for first, paragraph in _paragraphs(text):
        article = next((name for line, name in reversed(starts) if line <= first), None)
        begin = 0
        for end in [*(m.start() for m in _END.finditer(paragraph)), len(paragraph)]:
            piece = paragraph[begin:end]
            lead = len(piece) - len(piece.lstrip())
            if piece.strip():
                before = paragraph[: begin + lead]
                col = len(before) - (before.rfind("\n") + 1) + 1
                found.append(Sentence(article, piece.strip(), path, first + before.count("\n"), col))
            begin = end
    return tuple(found)


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    fence: str | None = None
    first, kept = 0, list[str]()
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        mark = _FENCE.match(line.lstrip(" >"))
        if fence is not None:
            closed = mark is not None and mark[1].startswith(fence) and not line.strip(" >`~")
            fence = None if closed else fence
            continue
        outside = not line.strip() or line.startswith("#") or line.lstrip().startswith("|") or mark is not None
        if not outside:
            first = first or number
            kept.append(line)
            continue
        if kept:
            yield first, "\n".join(kept)
            first, kept = 0, []
        if mark is not None:
            fence = mark[1]
