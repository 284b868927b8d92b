"""A treaty text as sections and blocks: what every format is written from and read into.

`treaty(document)` keeps everything that stands in the text, in its order. Ids of sections are those of the language
(`art-5`, `annex-ii`), so that a reference made in one format finds the same place in every other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from casus.language import nodes as n
from casus.language.document import Document

# ---------------------------------------------------------------- words of a line


@dataclass(frozen=True, slots=True)
class Words:
    text: str


@dataclass(frozen=True, slots=True)
class Marked:
    """`mark` is `strong`, `emphasis` or `code`."""

    mark: str
    parts: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    parts: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Break:
    """The line ends here, within a paragraph."""


Inline = Words | Marked | Link | Break

# ---------------------------------------------------------------- blocks


@dataclass(frozen=True, slots=True)
class Paragraph:
    parts: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list. `first` is the number of the first item of an ordered list, None for bullets."""

    items: tuple[tuple[Block, ...], ...]
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the first row holds the names of the columns."""

    rows: tuple[tuple[tuple[Inline, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A fence with the word after its marks; `casus` and `casus-test` are the rules and scenarios of the text."""

    info: str
    content: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line drawn across the page."""


Block = Paragraph | Items | Grid | Quote | Code | Line


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it until the next one. `level` 0 and no title: before the first heading."""

    id: str
    title: str
    level: int
    blocks: tuple[Block, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Treaty:
    """`name`, `languages` and `parties` (code and title) are those of the head; empty where the text has none."""

    sections: tuple[Section, ...]
    name: str = ""
    title: str = ""
    languages: tuple[str, ...] = ()
    parties: tuple[tuple[str, str], ...] = ()


def treaty(document: Document) -> Treaty:
    """The text of a document as sections."""
    head = next((d for d in document.declarations if isinstance(d, n.AgreementDecl)), None)
    sections = tuple(_sections(document))
    first = next((section.title for section in sections if section.level == 1), "")
    return Treaty(
        sections,
        name=head.name if head is not None else "",
        title=(head.title if head is not None else None) or first,
        languages=head.authentic if head is not None else (),
        parties=tuple((d.code, d.title) for d in document.declarations if isinstance(d, n.PartyDecl)),
    )


def is_rules(block: Block) -> bool:
    """Whether a block is a fence of the language: rules or scenarios."""
    return isinstance(block, Code) and block.info.split(" ")[0] in ("casus", "casus-test")


def plain(parts: Sequence[Inline]) -> str:
    """The words alone."""
    return "".join(_plain(part) for part in parts)


def joined(parts: Iterable[Inline]) -> tuple[Inline, ...]:
    """The same words with no two runs of words side by side."""
    found: list[Inline] = []
    for part in parts:
        if isinstance(part, Words) and found and isinstance(found[-1], Words):
            found[-1] = Words(found[-1].text + part.text)
        elif part != Words(""):
            found.append(part)
    return tuple(found)


def _plain(part: Inline) -> str:
    match part:
        case Words(text=text):
            return text
        case Marked(parts=parts) | Link(parts=parts):
            return plain(parts)
        case Break():
            return "\n"


# ---------------------------------------------------------------- from Markdown


def _sections(document: Document) -> Iterator[Section]:
    ids = {article.line: article.id for article in document.articles.values()}
    tree = SyntaxTreeNode(MarkdownIt("commonmark", {"html": False}).enable("table").parse(document.text))
    section = Section("", "", 0)
    blocks: list[Block] = []
    for node in tree.children:
        if node.type == "heading":
            if section.level or blocks:
                yield Section(section.id, section.title, section.level, tuple(blocks))
            line = node.map[0] + 1 if node.map else 0
            section = Section(ids.get(line, f"line-{line}"), plain(_inlines(node)), int(node.tag[1:]))
            blocks = []
        else:
            blocks += _block(node)
    yield Section(section.id, section.title, section.level, tuple(blocks))


def _block(node: SyntaxTreeNode) -> Iterator[Block]:
    match node.type:
        case "paragraph":
            yield Paragraph(_inlines(node))
        case "bullet_list" | "ordered_list":
            items = tuple(_blocks(item) for item in node.children)
            yield Items(items, int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None)
        case "table":
            yield Grid(tuple(tuple(_inlines(cell) for cell in row.children) for part in node.children for row in part.children))
        case "blockquote":
            yield Quote(_blocks(node))
        case "fence":
            yield Code(node.info.strip(), node.content)
        case "code_block":
            yield Code("", node.content)
        case "hr":
            yield Line()
        case _:  # a heading inside a list or quotation: its words stay
            yield Paragraph(_inlines(node))


def _blocks(node: SyntaxTreeNode) -> tuple[Block, ...]:
    return tuple(block for child in node.children for block in _block(child))


def _inlines(node: SyntaxTreeNode) -> tuple[Inline, ...]:
    return joined(part for child in node.children for part in _inline(child))


def _inline(node: SyntaxTreeNode) -> Iterator[Inline]:
    match node.type:
        case "inline":
            yield from _inlines(node)
        case "text":
            yield Words(node.content)
        case "softbreak":
            yield Words(" ")
        case "hardbreak":
            yield Break()
        case "code_inline":
            yield Marked("code", (Words(node.content),))
        case "strong":
            yield Marked("strong", _inlines(node))
        case "em":
            yield Marked("emphasis", _inlines(node))
        case "link":
            yield Link(str(node.attrs.get("href", "")), _inlines(node))
        case "image":
            yield Words(node.content)
        case _:
            yield Words(node.content)
