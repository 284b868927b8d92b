"""The pages of the project, their links and their fences, for the tests in this folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
INDEX = DOCS / "index.md"

_FENCE = re.compile(r"^(`{3,})(\S*)[^\n]*\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)


def pages() -> list[Path]:
    """Every Markdown page of the documentation and of the root."""
    return sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


def prose(text: str) -> str:
    """The text without fences and code."""
    return _CODE.sub("", _FENCE.sub("", text))


def fences(text: str, info: str) -> Iterator[str]:
    """The contents of the fences of one kind."""
    return (match[3] for match in _FENCE.finditer(text) if match[2] == info)


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """(file, anchor) of every relative link of a page."""
    for target in _LINK.findall(prose(page.read_text(encoding="utf-8"))):
        if not re.match(r"[a-z][a-z0-9+.-]*:", target):
            name, _, anchor = target.partition("#")
            yield ((page.parent / name).resolve() if name else page), anchor


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    found = set()
    for heading in _HEADING.findall(text):
        plain = re.sub(r"[`*]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading))
        found.add(re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-"))
    return found
