"""From Akoma Ntoso XML to a treaty: sections, blocks, tables, and the rules where the file carries them.

Any version of the standard is read by the names of its elements. What has no form of its own here (a point within a
paragraph, an unknown element) keeps its words and its number as a paragraph: nothing that can be read is left out. A document
type declaration is refused, so that no entity is ever expanded and nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from xml.etree import ElementTree as ET

from casus.language.markdown import article_id
from casus.publish.akn import RULES
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
    Section,
    Treaty,
    Words,
    joined,
    plain,
)

MOST_NESTED: Final = 200

_HEADED: Final = frozenset(
    {"article", "section", "part", "chapter", "title", "book", "tome", "division", "rule", "subpart", "subchapter"}
    | {"subtitle", "subsection", "subdivision", "subrule", "proviso", "transitional", "hcontainer", "clause"}
    | {"level"}
)
_NUMBERED: Final = frozenset(
    {"paragraph", "subparagraph", "alinea", "point", "list", "indent", "subclause", "sublist", "item", "crossHeading"}
    | {"tblock"}
)
_TRANSPARENT: Final = frozenset(
    {"content", "intro", "wrapUp", "wrap", "body", "mainBody", "preamble", "preface", "conclusions", "container"}
    | {"recitals", "recital", "citations", "citation", "formula", "longTitle", "blockContainer", "div", "listIntroduction"}
    | {"listWrapUp", "foreign", "quotedStructure", "embeddedStructure", "components", "component", "collectionBody"}
    | {"documentCollection"}
)
_SPACE: Final = re.compile(r"[ \t\r\n]+")


class UnreadableAkn(ValueError):
    """The file is not Akoma Ntoso that can be read; `place`, `reason` and `help` say why."""

    def __init__(self, reason: str, help: str, place: str | None = None) -> None:  # noqa: A002
        super().__init__(reason)
        self.reason = reason
        self.help = help
        self.place = place


def from_akn(text: str) -> Treaty:
    """The treaty of an XML text (raises UnreadableAkn)."""
    root = _parsed(text)
    if _local(root) != "akomaNtoso" or len(root) == 0:
        raise UnreadableAkn(
            f"the first element is `{_local(root)}`, not `akomaNtoso` with a document in it",
            "give a file of Akoma Ntoso, or the text without markup",
        )
    reader = _Reader()
    reader.document(root[0], 1)
    return Treaty(
        tuple(reader.closed()),
        title=reader.title,
        languages=tuple(dict.fromkeys(x.get("language", "") for x in root.iter() if _local(x) == "FRBRlanguage")),
    )


def _parsed(text: str) -> ET.Element:
    if re.search(r"<!\s*(?:DOCTYPE|ENTITY)", text):
        raise UnreadableAkn("the file has a document type declaration, which is not read", "take the <!DOCTYPE …> out")
    try:
        root = ET.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except ET.ParseError as problem:
        line, column = problem.position
        raise UnreadableAkn(
            f"this is no XML: {problem.msg}", "mend it at that place", f"line {line}, column {column + 1}"
        ) from None
    deepest, level = 0, [root]
    while level:
        deepest, level = deepest + 1, [child for element in level for child in element]
    if deepest > MOST_NESTED:
        raise UnreadableAkn(f"elements are nested {deepest} deep", f"a treaty needs fewer than {MOST_NESTED}")
    return root


@dataclass(slots=True)
class _Reader:
    title: str = ""
    sections: list[Section] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    rules: dict[str, list[tuple[int, Code]]] = field(default_factory=dict)
    eids: list[str] = field(default_factory=list)

    def document(self, element: ET.Element, level: int) -> None:
        """One document: its rules, its title, its body, its annexes."""
        for fence in element.iterfind(f"./{{*}}meta/{{*}}proprietary/{{{RULES}}}fence"):
            place = fence.get("at", "")
            code = Code(fence.get("info", "casus"), fence.text or "")
            self.rules.setdefault(fence.get("of", ""), []).append((int(place) if place.isdecimal() else 0, code))
        for part in element:
            match _local(part):
                case "meta" | "coverPage":
                    pass
                case "preface":
                    self._preface(part, level)
                case "attachments" | "components":
                    for attachment in part:
                        for inner in attachment:
                            if _local(inner) not in ("num", "heading", "subheading"):
                                self.document(inner, level + 1)
                case "conclusions":
                    self._open("Conclusions", min(level + 1, 6), "")
                    self.blocks += _blocks(part)
                case _:
                    self._hierarchy(part, level)

    def closed(self) -> Iterator[Section]:
        """The sections with their rules back in place, and with the ids that the language gives their headings."""
        self._close()
        for section, identifier in zip(self.sections, self.eids, strict=True):
            blocks = list(section.blocks)
            for place, code in sorted(self.rules.get(identifier, []), key=lambda found: found[0]):
                blocks.insert(min(place, len(blocks)), code)
            yield replace(section, blocks=tuple(blocks))

    def _preface(self, part: ET.Element, level: int) -> None:
        for child in part:
            found = next((x for x in child.iter() if _local(x) in ("docTitle", "shortTitle")), None)
            if found is not None:
                title = _clean("".join(found.itertext()))
                self.title = self.title or title
                self._open(title, level, child.get("eId", ""))
            else:
                self.blocks += _blocks(child, itself=True)

    def _hierarchy(self, element: ET.Element, level: int) -> None:
        name = _local(element)
        titled = any(_local(child) in ("num", "heading") for child in element)
        if name in _HEADED and (titled or name != "hcontainer"):
            words = [_clean("".join(x.itertext())) for x in element if _local(x) in ("num", "heading", "subheading")]
            title = " ".join(word for word in words if word)
            level = min(level + 1, 6)
            self._open(title or "Untitled", level, element.get("eId", element.get("id", "")))
            for child in element:
                if _local(child) not in ("num", "heading", "subheading"):
                    self._hierarchy(child, level)
        elif name in {*_TRANSPARENT, "hcontainer"} and any(_local(x) in _HEADED for x in element.iter() if x is not element):
            for child in element:
                self._hierarchy(child, level)
        else:
            self.blocks += _blocks(element, itself=name not in {*_TRANSPARENT, "hcontainer"})

    def _open(self, title: str, level: int, identifier: str) -> None:
        self._close()
        self.sections.append(Section(article_id(title), title, level))
        self.eids.append(identifier)

    def _close(self) -> None:
        if not self.sections:
            if not self.blocks and "" not in self.rules:
                return
            self.sections.append(Section("", "", 0))
            self.eids.append("")
        last = self.sections[-1]
        self.sections[-1] = replace(last, blocks=(*last.blocks, *self.blocks))
        self.blocks = []


# ---------------------------------------------------------------- blocks


def _blocks(element: ET.Element, *, itself: bool = False) -> list[Block]:
    """The blocks within an element; of the element itself too where `itself`."""
    if itself:
        return _block(element)
    found: list[Block] = []
    if (element.text or "").strip():
        found.append(Paragraph((Words(_clean(element.text or "")),)))
    for child in element:
        found += _block(child)
        if (child.tail or "").strip():
            found.append(Paragraph((Words(_clean(child.tail or "")),)))
    return found


def _block(element: ET.Element) -> list[Block]:
    match _local(element):
        case "p" | "block" | "heading" | "subheading" | "tocItem":
            return _paragraph(element)
        case "ul":
            return [Items(tuple(_entry(entry) for entry in element))]
        case "ol":
            return [Items(tuple(_entry(entry) for entry in element), 1)]
        case "blockList":
            return _block_list(element)
        case "table":
            return _table(element)
        case "blockContainer" if element.get("class") == "quote":
            return [Quote(tuple(_blocks(element)))]
        case "num" | "meta":
            return []
        case name if name in _NUMBERED:
            return _with_number(element)
        case name if name in _TRANSPARENT or any(_local(child) in _TRANSPARENT | _NUMBERED | {"p"} for child in element):
            return _blocks(element)
        case _:
            return _paragraph(element)


def _paragraph(element: ET.Element) -> list[Block]:
    if element.get("class") == "line":
        return [Line()]
    kind, _, info = element.get("class", "").partition(" ")
    if kind == "code":
        return [Code(info, plain(_inlines(element, keep=True)) + "\n")]
    parts = _stripped(_inlines(element))
    return [Paragraph(parts)] if parts else []


def _with_number(element: ET.Element) -> list[Block]:
    """A numbered paragraph: its number stands before its first words."""
    number = next((_clean("".join(x.itertext())) for x in element if _local(x) == "num"), "")
    blocks = _blocks(element)
    if not number:
        return blocks
    if blocks and isinstance(blocks[0], Paragraph):
        return [Paragraph((Words(f"{number} "), *blocks[0].parts)), *blocks[1:]]
    return [Paragraph((Words(number),)), *blocks]


def _entry(element: ET.Element) -> tuple[Block, ...]:
    """An item of a list, whose words may stand with or without a paragraph around them."""
    if any(_local(child) in ("p", "ul", "ol", "blockList", "table", "blockContainer") for child in element):
        return tuple(_blocks(element))
    return tuple(_paragraph(element))


def _block_list(element: ET.Element) -> list[Block]:
    found: list[Block] = []
    numbers: list[str] = []
    items: list[tuple[Block, ...]] = []
    for child in element:
        if _local(child) == "item":
            numbers.append(next((_clean("".join(x.itertext())) for x in child if _local(x) == "num"), ""))
            items.append(tuple(_blocks(child)))
        else:
            found += _block(child)
    first = re.fullmatch(r"(\d{1,9})[.)]", numbers[0]) if numbers else None
    if first is not None and [f"{int(first[1]) + i}." for i in range(len(numbers))] == [x.replace(")", ".") for x in numbers]:
        return [*found, Items(tuple(items), int(first[1]))]
    for number, blocks in zip(numbers, items, strict=True):
        start = Words(f"{number} ") if number else Words("")
        head = blocks[0].parts if blocks and isinstance(blocks[0], Paragraph) else ()
        found += [Paragraph((start, *head)), *(blocks[1:] if head else blocks)]
    return found


def _table(element: ET.Element) -> list[Block]:
    rows = [tuple(_cell(cell) for cell in row) for row in element.iter() if _local(row) == "tr"]
    width = max((len(row) for row in rows), default=0)
    if not width:
        return []
    return [Grid(tuple((*row, *[()] * (width - len(row))) for row in rows))]


def _cell(element: ET.Element) -> tuple[Inline, ...]:
    parts: list[Inline] = []
    paragraphs = [child for child in element if _local(child) == "p"] or [element]
    for number, paragraph in enumerate(paragraphs):
        parts += [Words(" ")] if number else []
        parts += _inlines(paragraph)
    return _stripped(tuple(parts))


# ---------------------------------------------------------------- words

_MARKS: Final[Mapping[str, str]] = {"b": "strong", "i": "emphasis"}


def _inlines(element: ET.Element, *, keep: bool = False) -> tuple[Inline, ...]:
    """The words of an element; runs of space are one space unless `keep`."""

    def words(text: str) -> Words:
        return Words(text if keep else _SPACE.sub(" ", text))

    parts: list[Inline] = [words(element.text)] if element.text else []
    for child in element:
        name = _local(child)
        inner = _inlines(child, keep=keep)
        if name in ("eol", "br"):
            parts.append(Break())
        elif name in _MARKS and inner:
            parts.append(Marked(_MARKS[name], inner))
        elif name == "inline" and child.get("name") == "code":
            parts.append(Marked("code", (Words(plain(inner)),)))
        elif name in ("ref", "a") and child.get("href") and inner:
            parts.append(Link(child.get("href", ""), inner))
        else:
            parts += inner
        if child.tail:
            parts.append(words(child.tail))
    return joined(parts)


def _stripped(parts: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Without space at the ends."""
    found = list(parts)
    while found and isinstance(found[0], Words) and not found[0].text.strip():
        found.pop(0)
    while found and isinstance(found[-1], Words) and not found[-1].text.strip():
        found.pop()
    if found and isinstance(found[0], Words):
        found[0] = Words(found[0].text.lstrip())
    if found and isinstance(found[-1], Words):
        found[-1] = Words(found[-1].text.rstrip())
    return tuple(found)


def _clean(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _local(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]
