"""The texts that the tests of the rules are run over, each read and checked once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from casus.language.agreement import Agreement
from casus.language.check import check
from casus.language.document import Document
from casus.language.parse import parse, read
from casus.lint import Linted, lint
from casus.lint.draft import Settings
from casus.lint.run import ALL

TESTS = Path(__file__).resolve().parents[1]
RULES = Path(__file__).resolve().parent / "rules"
EXAMPLE = TESTS / "cli" / "compact" / "model-compact.casus.md"
STARTER = TESTS.parent / "src" / "casus" / "cli" / "templates" / "starter.casus.md"
CONFORMANCE = sorted((TESTS / "conformance").glob("*.casus.md"))


@dataclass(frozen=True)
class Text:
    """A text that checks without errors."""

    agreement: Agreement
    document: Document

    def lint(
        self, codes: Collection[str] | None = None, kinds: Collection[str] = ALL, settings: Settings | None = None
    ) -> Linted:
        return lint(self.agreement, self.document, settings, kinds, codes=codes)


def _checked(document: Document, folder: Path | None) -> Text:
    checked = check(document, folder)
    assert checked.agreement is not None, checked.errors
    assert not checked.errors
    return Text(checked.agreement, document)


@cache
def text_of(path: Path) -> Text:
    return _checked(read(path), path.parent)


def text_from(words: str, folder: Path | None = None) -> Text:
    return _checked(parse(words, "text.casus.md"), folder)


def small(declarations: str, prose: str = "") -> Text:
    """An agreement of one article with this prose and these declarations."""
    head = "agreement small\n  language 1\n  instrument treaty\n  clock UTC\n  rounding down\n"
    return text_from(
        f"# A text\n\n```casus\n{head}```\n\n## Article 1. All of it\n\n{prose}\n\n```casus\n{declarations}\n```\n"
    )


def fixtures(code: str, what: str) -> list[Path]:
    """`speaks.casus.md`, `speaks-2.casus.md`, …"""
    return sorted((RULES / code).glob(f"{what}*.casus.md"))
