"""A treaty as Markdown that a word processor takes over: the text as it stands without its fences.

With `rules` the fences follow at the end, under the heading of their article, as what they are: code.
"""

from __future__ import annotations

import re

from casus.publish.treaty import (
    Block,
    Break,
    Code,
    Grid,
    Inline,
    Items,
    Line,
    Link,
    Marked,
    Paragraph,
    Quote,
    Treaty,
    Words,
    is_rules,
)


def to_markdown(treaty: Treaty, *, rules: bool = False) -> str:
    """The text; its words mean the same to every reader of CommonMark with tables."""
    parts: list[str] = []
    for section in treaty.sections:
        if section.title:
            parts.append(f"{'#' * section.level} {escape(section.title)}")
        parts += [block_text(block) for block in section.blocks if not is_rules(block)]
    if rules:
        held = [(s, b) for s in treaty.sections for b in s.blocks if isinstance(b, Code) and is_rules(b)]
        if held:
            parts.append("## Rules of this text")
        last = None
        for section, block in held:
            if section.id != last:
                parts.append(f"### {escape(section.title)}" if section.title else "### Before the first heading")
            last = section.id
            parts.append(block_text(Code("text", block.content)))
    return "\n\n".join(parts) + "\n"


def block_text(block: Block) -> str:
    """A block as Markdown, without a line end after it."""
    match block:
        case Paragraph(parts=parts):
            return _at_line_start(inline_text(parts))
        case Items(items=items, first=first):
            rows = []
            for index, blocks in enumerate(items):
                mark = "- " if first is None else f"{first + index}. "
                text = "\n\n".join(block_text(b) for b in blocks)
                rows.append(mark + text.replace("\n", "\n" + " " * len(mark)))
            return re.sub(r"(?m)^[ ]+$", "", "\n".join(rows))
        case Quote(blocks=blocks):
            text = "\n\n".join(block_text(b) for b in blocks)
            return "\n".join(f"> {row}".rstrip() for row in text.split("\n"))
        case Code(info=info, content=content):
            longest = max((len(found) for found in re.findall(r"`{3,}", content)), default=2)
            marks = "`" * (longest + 1)
            return f"{marks}{info}\n{content.rstrip(chr(10))}{chr(10) if content.strip() else ''}{marks}"
        case Grid(rows=rows):
            cells = [[inline_text(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
            lines = ["| " + " | ".join(row) + " |" for row in cells]
            return "\n".join([lines[0], "|" + "---|" * len(cells[0]), *lines[1:]])
        case Line():
            return "---"


def inline_text(parts: tuple[Inline, ...]) -> str:
    """Words of a line as Markdown."""
    return "".join(_inline(part) for part in parts)


def _inline(part: Inline) -> str:
    match part:
        case Words(text=text):
            return escape(text)
        case Marked(mark="strong", parts=parts):
            return f"**{inline_text(parts)}**"
        case Marked(mark="emphasis", parts=parts):
            return f"*{inline_text(parts)}*"
        case Marked(parts=parts):
            words = "".join(part.text for part in parts if isinstance(part, Words))
            marks = "`" * (max((len(found) for found in re.findall(r"`+", words)), default=0) + 1)
            room = " " if words.startswith("`") or words.endswith("`") else ""
            return f"{marks}{room}{words}{room}{marks}"
        case Link(href=href, parts=parts):
            return f"[{inline_text(parts)}](<{href}>)" if re.search(r"[\s()]", href) else f"[{inline_text(parts)}]({href})"
        case Break():
            return "  \n"


def escape(text: str) -> str:
    """Words that stay words: nothing in them is markup."""
    text = re.sub(r"([\\`*\[\]<])", r"\\\1", text)
    text = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)
    return re.sub(r"&(?=#?\w+;)", r"\\&", text)


def _at_line_start(text: str) -> str:
    """A paragraph that begins like a heading, a list or a quotation stays a paragraph."""
    text = re.sub(r"^(\d{1,9})([.)])(?=\s|$)", r"\1\\\2", text)
    return re.sub(r"^(?=(?:#{1,6}(?:\s|$)|[-+](?:\s|$)|>|~{3}|\||={3,}\s*$|-{3,}\s*$))", r"\\", text)
