"""A first agreement from a text that has no rules yet: the whole text, and an empty fence under every article.

The text comes as Akoma Ntoso or as plain text. Nothing is guessed about what it means; the head holds what the language
demands, and the drafter writes the rest beside the words that it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from casus.language.markdown import article_id
from casus.language.scan import escape as quoted
from casus.publish.markdown import block_text, escape
from casus.publish.treaty import Block, Code, Paragraph, Section, Treaty, Words, is_rules

_WORD: Final = r"(?:article|art\.|стаття|статья)"
_ANNEX_WORD: Final = r"(?:annexe?|appendix|schedule|додаток|приложение)"
_PART_WORD: Final = r"(?:part|chapter|section|title|частина|розділ|глава|раздел)"
_NUMBER: Final = r"(?:\d+[a-z]?|[ivxlcdm]+|[a-z])"
_HEADING: Final = re.compile(
    rf"(?P<kind>{_WORD}|{_ANNEX_WORD}|{_PART_WORD})\s+(?P<number>{_NUMBER})\s*[.:)–—-]?(?:\s+(?P<title>\S.*))?", re.IGNORECASE
)
_MOST_OF_A_TITLE: Final = 120
_MOST_WORDS: Final = 5


def from_text(text: str) -> Treaty:
    """The sections of a plain text: its first lines are the title, `Article 5` and the like begin sections."""
    sections: list[Section] = []
    blocks: list[Block] = []
    current = Section("", "", 0)
    paragraphs = list(_paragraphs(text))
    position = 0
    while position < len(paragraphs):
        lines = paragraphs[position]
        position += 1
        heading = _heading(lines, paragraphs[position] if position < len(paragraphs) else [])
        if heading is None and not current.title and not blocks:
            heading = (" ".join(lines), 1, [], 0)
        if heading is None:
            blocks.append(Paragraph((Words(" ".join(lines)),)))
            continue
        title, level, rest, taken = heading
        position += taken
        if current.title or blocks:
            sections.append(replace(current, blocks=tuple(blocks)))
        current, blocks = Section(article_id(title), title, level), []
        if rest:
            blocks.append(Paragraph((Words(" ".join(rest)),)))
    if current.title or blocks:
        sections.append(replace(current, blocks=tuple(blocks)))
    return Treaty(tuple(sections), title=sections[0].title if sections and sections[0].level == 1 else "")


def to_skeleton(treaty: Treaty) -> str:
    """The agreement as a Markdown text that parses, with a fence under every article and those that the treaty has."""
    has_head = any(isinstance(b, Code) and re.search(r"(?m)^agreement\s", b.content) for s in treaty.sections for b in s.blocks)
    sections = treaty.sections or (Section("", "", 0),)
    parts: list[str] = []
    for number, section in enumerate(sections):
        if section.title:
            parts.append(f"{'#' * max(1, section.level)} {escape(section.title)}")
        parts += [block_text(block) for block in section.blocks]
        if number == 0 and not has_head:
            parts.append(f"```casus\n{_head(treaty)}```")
        elif section.id.startswith("art-") and not any(is_rules(block) for block in section.blocks):
            parts.append("```casus\n```")
    return "\n\n".join(parts) + "\n"


def _head(treaty: Treaty) -> str:
    title = treaty.title or "Untitled agreement"
    name = re.sub(r"[^a-z0-9]+", "_", title.casefold()).strip("_")[:60].rstrip("_")
    if not re.match(r"[a-z]", name):
        name = f"text_{name}".rstrip("_")
    languages = [_TWO_LETTERS.get(code, code) for code in treaty.languages if re.fullmatch(r"[a-z]{2,3}", code)]
    authentic = f"  authentic {', '.join(languages)}\n" if languages else ""
    return f"agreement {name}\n  language 1\n  title {quoted(title)}\n{authentic}"


_TWO_LETTERS: Final = {
    "eng": "en",
    "ukr": "uk",
    "rus": "ru",
    "fra": "fr",
    "fre": "fr",
    "deu": "de",
    "ger": "de",
    "spa": "es",
    "pol": "pl",
}


def _paragraphs(text: str) -> Iterator[list[str]]:
    """Runs of lines with nothing between them; a heading line ends a run even without an empty line."""
    run: list[str] = []
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n"):
        line = " ".join(raw.split())
        starts = _line_heading(line) is not None
        if (not line or starts) and run:
            yield run
            run = []
        if line:
            run.append(line)
    if run:
        yield run


def _line_heading(line: str) -> re.Match[str] | None:
    """The match of a line that is a heading by itself: short, and not the beginning of a sentence about an article."""
    match = _HEADING.fullmatch(line)
    if match is None or len(line) > _MOST_OF_A_TITLE:
        return None
    title = match["title"] or ""
    words = len(title.split())
    ends = title.endswith((";", ",")) or (title.endswith(".") and words > _MOST_WORDS)  # `Article 2. Duration.` is a heading
    sentence = ends or (title[:1].islower() and not match.group(0).isupper())
    return None if sentence else match


def _heading(lines: Sequence[str], following: Sequence[str]) -> tuple[str, int, list[str], int] | None:
    """(title, level, lines of text under it, paragraphs of the title taken after it), or None."""
    match = _line_heading(lines[0])
    if match is None:
        return None
    level = 2
    rest = list(lines[1:])
    title = match["title"]
    head = re.sub(r"[\s.:)–—-]+$", "", lines[0]) if title is None else lines[0]
    if title is not None:
        return head, level, rest, 0
    if rest and _is_title(rest[0]):
        return f"{head}. {rest[0]}", level, rest[1:], 0
    if not rest and len(following) == 1 and _is_title(following[0]) and _line_heading(following[0]) is None:
        return f"{head}. {following[0]}", level, [], 1
    return head, level, rest, 0


def _is_title(line: str) -> bool:
    """A short line that ends like no sentence."""
    return len(line) <= 80 and not line.endswith((".", ";", ",", ":")) and not re.match(r"[\d(]", line)
