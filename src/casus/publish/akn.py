"""A treaty as Akoma Ntoso 3.0 XML (OASIS LegalDocML, part 2 of the standard of 2018), for parliaments and registers.

Articles keep their numbers as ids by the naming convention (`art-5` becomes `art_5`), so that an id is stable as long as the
number is. The rules travel in `meta/proprietary`, each fence with the id of its article and its place among the article's
blocks: who imports the file gets them back, and every other reader passes over them.

An agreement between states belongs to no jurisdiction: `FRBRcountry` is `xx`, which ISO 3166-1 leaves to its users.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

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
    is_rules,
)

NAMESPACE: Final = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
RULES: Final = "urn:casus:rules:1"
UNDATED: Final = "0001-01-01"
"""Akoma Ntoso demands a date; this one says that the text gives none."""

_NUMBERED: Final = re.compile(
    r"(?P<num>(?:article|art\.?|стаття|статья|annexe?|додаток|part|chapter|section|title)\s+[\w.-]*?[\w](?:\s(?:bis|ter|quater))?[.:)]?)"
    r"(?:[\s–—-]+(?P<heading>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_LANGUAGES: Final = {
    "en": "eng",
    "uk": "ukr",
    "ru": "rus",
    "fr": "fra",
    "de": "deu",
    "es": "spa",
    "pl": "pol",
    "zh": "zho",
    "ar": "ara",
}


@dataclass(frozen=True, slots=True)
class Named:
    """What the head of the file says beside the text: a date (`2027-03-01`), and the hash of the agreement."""

    date: str = UNDATED
    hash: str | None = None


def to_akn(treaty: Treaty, named: Named | None = None) -> str:
    """The document as XML with a line end; equal treaties give equal bytes."""
    ET.register_namespace("", NAMESPACE)
    ET.register_namespace("casus", RULES)
    root = _Writer(treaty, named or Named()).document()
    _indent(root, "\n")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


class _Writer:
    def __init__(self, treaty: Treaty, named: Named) -> None:
        self.treaty = treaty
        self.named = named
        self.work = "/akn/xx/act/{}/{}".format(named.date, (treaty.name or "text").replace("_", "-"))

    def document(self) -> ET.Element:
        root = _element("akomaNtoso")
        act = _child(root, "act", name="treaty")
        main = [s for s in self.treaty.sections if not _is_annex(s)]
        opening = [s for s in main if s.level <= 1]
        self._meta(act, "", main)
        titles = [s for s in opening if s.title]
        if titles:
            preface = _child(act, "preface")
            for section in titles:
                line = _child(preface, "p", eId=eid(section.id))
                _child(line, "docTitle").text = section.title
        blocks = [(s, b) for s in opening for b in s.blocks if not is_rules(b)]
        if blocks:
            preamble = _child(act, "preamble")
            for section, block in blocks:
                _blocks(preamble, [block], f"{eid(section.id)}__")
        body = _child(act, "body")
        self._tree(body, [s for s in main if s.level > 1])
        if len(body) == 0:
            _child(_child(_child(body, "hcontainer", eId="hcontainer_1", name="text"), "content"), "p")
        self._annexes(act)
        return root

    def _tree(self, body: ET.Element, sections: Sequence[Section]) -> None:
        """Sections within sections, as their levels say."""
        open_: list[tuple[int, ET.Element]] = []
        made: list[ET.Element] = []
        for section in sections:
            while open_ and open_[-1][0] >= section.level:
                open_.pop()
            parent = open_[-1][1] if open_ else body
            element = _container(parent, section)
            made.append(element)
            open_.append((section.level, element))
        for element in made:
            if not any(_local(child) in ("paragraph", "article", "hcontainer") for child in element):
                _child(_child(element, "content"), "p")

    def _annexes(self, act: ET.Element) -> None:
        annexes: list[list[Section]] = []
        for section in self.treaty.sections:
            if section.id.startswith("annex-"):
                annexes.append([section])
            elif annexes and section.level > annexes[-1][0].level:
                annexes[-1].append(section)
        if not annexes:
            return
        attachments = _child(act, "attachments")
        for number, sections in enumerate(annexes, 1):
            head = sections[0]
            attachment = _child(attachments, "attachment", eId=f"att_{number}")
            doc = _child(attachment, "doc", name="annex")
            self._meta(doc, f"-annex_{number}", sections)
            line = _child(_child(doc, "preface"), "p", eId=eid(head.id))
            _child(line, "docTitle").text = head.title
            main = _child(doc, "mainBody")
            _blocks(main, [b for b in head.blocks if not is_rules(b)], f"{eid(head.id)}__")
            self._tree(main, sections[1:])
            if len(main) == 0:
                _child(main, "p")

    # ------------------------------------------------------------ meta

    def _meta(self, parent: ET.Element, part: str, sections: Sequence[Section]) -> None:
        meta = _child(parent, "meta")
        languages = self.treaty.languages or ("en",)
        language = _LANGUAGES.get(languages[0], "und")
        identification = _child(meta, "identification", source="#tlc-casus")
        work = _child(identification, "FRBRWork")
        expression = _child(identification, "FRBRExpression")
        manifestation = _child(identification, "FRBRManifestation")
        said = f"{self.work}/{language}@"
        for element, uri in ((work, self.work), (expression, said), (manifestation, f"{said}.akn")):
            _child(element, "FRBRthis", value=f"{uri}/!{part[1:] or 'main'}")
            _child(element, "FRBRuri", value=uri)
            if element is work:
                _child(element, "FRBRalias", name="title", value=self.treaty.title or self.treaty.name or "untitled")
                if self.named.hash is not None:
                    _child(element, "FRBRalias", name="hash", value=self.named.hash)
            _child(element, "FRBRdate", date=self.named.date, name="unknown" if self.named.date == UNDATED else "agreement")
            _child(element, "FRBRauthor", **{"href": f"#tlc{part}-parties", "as": f"#tlc{part}-author"})
        _child(work, "FRBRcountry", value="xx")
        _child(work, "FRBRname", value=self.treaty.name or "text")
        for one in languages:
            _child(expression, "FRBRlanguage", language=_LANGUAGES.get(one, one))
        references = _child(meta, "references", source="#tlc-casus")
        known = [("casus", "Casus"), ("parties", "The Parties"), *(self.treaty.parties if not part else ())]
        for name, title in known:
            known_as = f"/ontology/organization/{name}"
            _child(references, "TLCOrganization", eId=f"tlc{part}-{name}", href=known_as, showAs=title)
        _child(references, "TLCRole", eId=f"tlc{part}-author", href="/ontology/role/author", showAs="Author")
        self._rules(meta, sections)

    def _rules(self, meta: ET.Element, sections: Sequence[Section]) -> None:
        held = [(s, place, b) for s in sections for place, b in enumerate(s.blocks) if isinstance(b, Code) and is_rules(b)]
        if not held:
            return
        proprietary = _child(meta, "proprietary", source="#tlc-casus")
        for section, place, block in held:
            fence = ET.SubElement(proprietary, f"{{{RULES}}}fence")
            fence.attrib.update({"of": eid(section.id) if section.id else "", "at": str(place), "info": block.info})
            fence.text = block.content


def _is_annex(section: Section) -> bool:
    return section.id.startswith("annex-")


# ---------------------------------------------------------------- sections and blocks


def eid(identifier: str) -> str:
    """An id of the language as an eId: no hyphens."""
    return identifier.replace("-", "_")


def _container(parent: ET.Element, section: Section) -> ET.Element:
    article = section.id.startswith("art-")
    name = {"eId": eid(section.id)}
    element = _child(parent, "article", **name) if article else _child(parent, "hcontainer", **name, name="section")
    match = _NUMBERED.fullmatch(section.title)
    if match is not None:
        _child(element, "num").text = match["num"]
        if match["heading"]:
            _child(element, "heading").text = match["heading"]
    else:
        _child(element, "heading").text = section.title
    for number, block in enumerate((b for b in section.blocks if not is_rules(b)), 1):
        paragraph = _child(element, "paragraph", eId=f"{eid(section.id)}__para_{number}")
        _blocks(_child(paragraph, "content"), [block], f"{eid(section.id)}__para_{number}__")
    return element


def _blocks(parent: ET.Element, blocks: Sequence[Block], prefix: str) -> None:
    for block in blocks:
        _block(parent, block, prefix)


def _block(parent: ET.Element, block: Block, prefix: str) -> None:
    match block:
        case Paragraph(parts=parts):
            _inlines(_child(parent, "p"), parts)
        case Items(items=items, first=None):
            listed = _child(parent, "ul")
            for item in items:
                entry = _child(listed, "li")
                _blocks(entry, item, prefix)
        case Items(items=items, first=first):
            identifier = f"{prefix}list_{sum(1 for x in parent if _local(x) == 'blockList') + 1}"
            listed = _child(parent, "blockList", eId=identifier)
            for number, item in enumerate(items, first or 1):
                entry = _child(listed, "item", eId=f"{identifier}__item_{number}")
                _child(entry, "num").text = f"{number}."
                _blocks(entry, item or (Paragraph(()),), f"{identifier}__item_{number}__")
        case Quote(blocks=inner):
            _blocks(_child(parent, "blockContainer", **{"class": "quote"}), inner or (Paragraph(()),), prefix)
        case Code(info=info, content=content):
            line = _child(parent, "p", **{"class": f"code {info}".strip()})
            _inlines(line, tuple(_with_breaks(content.rstrip("\n").split("\n"))))
        case Grid(rows=rows):
            table = _child(parent, "table")
            for position, row in enumerate(rows):
                line = _child(table, "tr")
                for cell in row:
                    _inlines(_child(_child(line, "td" if position else "th"), "p"), cell)
        case Line():
            _child(parent, "p", **{"class": "line"})


def _with_breaks(lines: Sequence[str]) -> Iterator[Inline]:
    for number, line in enumerate(lines):
        if number:
            yield Break()
        yield Words(line)


def _inlines(parent: ET.Element, parts: Sequence[Inline]) -> None:
    for part in parts:
        match part:
            case Words(text=text):
                _say(parent, text)
            case Marked(mark="strong", parts=inner):
                _inlines(_child(parent, "b"), inner)
            case Marked(mark="emphasis", parts=inner):
                _inlines(_child(parent, "i"), inner)
            case Marked(parts=inner):
                _inlines(_child(parent, "inline", name="code"), inner)
            case Link(href=href, parts=inner):
                _inlines(_child(parent, "ref", href=href), inner)
            case Break():
                _child(parent, "eol")


def _say(parent: ET.Element, text: str) -> None:
    """Append words after what the element holds so far. What XML cannot hold (control characters) is left out."""
    text = re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _element(tag: str) -> ET.Element:
    return ET.Element(f"{{{NAMESPACE}}}{tag}")


def _child(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


_WORDS: Final = frozenset({"p", "num", "heading", "docTitle", "fence"})


def _indent(element: ET.Element, newline: str) -> None:
    """Line breaks between elements, but none where words stand: there a space would be one more word boundary."""
    if _local(element) in _WORDS or len(element) == 0:
        return
    element.text = newline + "  "
    for child in element:
        _indent(child, newline + "  ")
        child.tail = newline + "  "
    element[-1].tail = newline
