"""One text for many: `template … for every guarantor as GTE` makes a text for each of them (28 bilaterals from one).

Pure: takes the text, gives texts. In each the template's code is one party's code in the fences and its title in the prose; the
other parties of the group, and the rows of tables that are theirs, are left out; the agreement's name ends with the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from casus.language import nodes as n
from casus.language.document import Document
from casus.language.parse import parse


class NoTemplate(ValueError):
    """The text has no template, several, or one that stands for nobody; the message says which."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The text made for one party."""

    party: str
    title: str
    text: str


def expand(text: str, path: str = "<text>") -> tuple[Copy, ...]:
    """A text for each party that the template stands for, in the order of their codes (raises NoTemplate)."""
    document = parse(text, path)
    templates = [decl for decl in document.declarations if isinstance(decl, n.TemplateDecl)]
    if len(templates) != 1:
        several = "the text has several templates, and one is made into many"
        raise NoTemplate(several if templates else "the text has no `template`")
    template = templates[0]
    parties = {decl.code: decl for decl in document.declarations if isinstance(decl, n.PartyDecl)}
    members = [code for code in sorted(_members(document, template.every)) if code in parties]
    if not members:
        raise NoTemplate(f"the template stands for every {template.every}, and no party is one")
    return tuple(Copy(x, parties[x].title, _copy(document, text, template, x, set(members) - {x})) for x in members)


def _members(document: Document, name: str) -> set[str]:
    """The codes behind a group or role."""
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        group = next((d for d in document.declarations if isinstance(d, n.GroupDecl) and d.name == name), None)
        if group is None:
            break
        if not isinstance(group.members, n.Every):
            return set(group.members)
        name = group.members.name
    return {d.code for d in document.declarations if isinstance(d, n.PartyDecl) and name in d.roles}


def _copy(document: Document, text: str, template: n.TemplateDecl, party: str, others: set[str]) -> str:
    parties = {decl.code: decl for decl in document.declarations if isinstance(decl, n.PartyDecl)}
    gone: list[n.Decl] = [template, *(parties[x] for x in others)]
    dropped = {line for decl in gone for line in _lines(decl)}
    fences = [fence for fence in document.fences if fence.info.startswith("casus")]
    fenced = {line for fence in fences for line in _fence_lines(fence.line, fence.content)}
    header = next((d for d in document.declarations if isinstance(d, n.AgreementDecl)), None)
    named = header.span.line if header is not None and header.span is not None else 0
    code = re.compile(rf"(?<![\w]){re.escape(template.code)}(?![\w])")
    made = []
    for number, line in enumerate(text.split("\n"), start=1):
        if number in dropped or (number not in fenced and _row_of(line, others)):
            continue
        if number == named and header is not None:
            line = re.sub(rf"(agreement\s+){header.name}\b", rf"\g<1>{header.name}_{party.lower()}", line, count=1)
        made.append(code.sub(party if number in fenced or line.lstrip().startswith("|") else parties[party].title, line))
    return "\n".join(made)


def _lines(decl: n.Decl) -> Iterator[int]:
    if decl.span is not None:
        yield from range(decl.span.line, decl.span.end_line + 1)


def _fence_lines(first: int, content: str) -> range:
    return range(first, first + content.count("\n") + 1)


def _row_of(line: str, others: set[str]) -> bool:
    """Whether a line is the row of a table that belongs to one of the others."""
    stripped = line.strip()
    return stripped.startswith("|") and any(cell.strip() in others for cell in stripped.strip("|").split("|"))
