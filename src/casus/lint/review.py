"""A text looked at as a whole: what the checks and the rules say of it, what its drafters allow, what was searched.

This is what `casus check` shows. A text with variants is looked at in each of them; what does not stand in all says in which.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from casus.diagnostics import Diagnostic
from casus.language.agreement import Agreement
from casus.language.check import CODES as CHECKS
from casus.language.check import check
from casus.language.document import Document
from casus.language.faults import CODES as FAULTS
from casus.language.scenario_printer import print_scenario
from casus.language.variants import choose, has_variants, merged, variants
from casus.lint.allow import Allowance, allowances
from casus.lint.draft import Settings
from casus.lint.registry import rules
from casus.lint.rule import Kind, Rule
from casus.lint.run import ALL, Linted, Shown, lint, place

_WARNINGS: Final = frozenset(code for code in (*CHECKS, *FAULTS) if code.startswith("W"))


@dataclass(frozen=True, slots=True)
class Edition:
    """One variant of a text: its label, the names chosen, and what was found in it. A text without variants has one."""

    label: str
    names: tuple[str, ...]
    agreement: Agreement
    linted: Linted


@dataclass(frozen=True, slots=True)
class Search:
    """How far a searching rule looked. `found`: it has a finding too, and found no more."""

    rule: Rule
    label: str
    extent: str
    found: bool


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A witness with the variant of the text that it is over."""

    shown: Shown
    edition: Edition


@dataclass(frozen=True, slots=True)
class Reviewed:
    """`diagnostics` are in the order of the text; `allowed` are those that the drafters allow."""

    diagnostics: tuple[Diagnostic, ...]
    allowed: tuple[Diagnostic, ...]
    editions: tuple[Edition, ...]

    @property
    def searches(self) -> tuple[Search, ...]:
        """Of every edition, in the order of the codes."""
        found = []
        for edition in self.editions:
            speaking = {x.rule.code for x in (*edition.linted.found, *edition.linted.allowed)}
            for code, extents in edition.linted.searched.items():
                found += [Search(rules()[code], edition.label, extent, code in speaking) for extent in extents]
        return tuple(found)

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """A witness that several variants have is shown once."""
        found: dict[tuple[str, str], Exhibit] = {}
        for edition in self.editions:
            for shown in edition.linted.witnesses:
                found.setdefault((shown.rule.code, print_scenario(shown.witness.scenario)), Exhibit(shown, edition))
        return tuple(found.values())


def review(document: Document, base: Path | None, settings: Settings | None = None, kinds: Collection[Kind] = ALL) -> Reviewed:
    """Check a parsed text and run the rules over it. `base` is the folder in which its zones lie."""
    given = allowances(document)
    used: list[Allowance] = []
    ran: set[str] = set()
    stand: dict[str, list[Diagnostic]] = {}
    allowed: dict[Diagnostic, None] = {}
    editions = []
    for label, names, text in _variants(document):
        checked = check(text, base)
        here = stand.setdefault(label, [])
        for diagnostic in checked.diagnostics:
            covering = given.covering(diagnostic)
            used += covering
            if covering:
                allowed[diagnostic] = None
            else:
                here.append(diagnostic)
        if checked.agreement is None:
            continue
        linted = lint(checked.agreement, text, settings, kinds, given=given)
        here += linted.findings
        allowed |= dict.fromkeys(x.diagnostic for x in linted.allowed)
        used += linted.used
        ran |= linted.ran
        editions.append(Edition(label, names, checked.agreement, linted))
    found = [*merged(stand), *given.problems, *given.unused(used, _WARNINGS | ran)]
    return Reviewed(tuple(sorted(found, key=place)), tuple(sorted(allowed, key=place)), tuple(editions))


def _variants(document: Document) -> Iterator[tuple[str, tuple[str, ...], Document]]:
    """Label, chosen names and text of each variant; a text without any, or with its choice made, has one, without a label."""
    if document.chosen is not None or not has_variants(document):
        yield "", document.chosen or (), document
        return
    for variant in variants(document):
        yield variant.label, variant.names, choose(document, variant.names)
