"""Witnesses as files: a page with a paragraph, the agreement's name and hash, and the scenario; and such a page read again."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from casus.diagnostics import Diagnostic
from casus.language.agreement import Agreement
from casus.language.check import check
from casus.language.document import Document
from casus.language.markdown import outline
from casus.language.scenario import Scenario
from casus.language.scenario_printer import print_scenario
from casus.language.scenarios import ScenarioReader
from casus.language.source import read_source
from casus.lint.run import Shown

SUFFIX: Final = ".casus-test.md"
_HASH: Final = re.compile(r"sha256:[0-9a-f]{64}")


def file_name(shown: Shown, number: int) -> str:
    """`T204-salami-gap-1.casus-test.md`."""
    return f"{shown.rule.code}-{shown.rule.name}-{number}{SUFFIX}"


def page(shown: Shown, agreement: Agreement, names: tuple[str, ...] = ()) -> str:
    """The page of a witness. `names`: the options or readings that were chosen in the text."""
    outcome = shown.witness.outcome.strip().rstrip(".")
    title = agreement.header.title or agreement.name
    variant = f", with {' and '.join(names)} chosen" if names else ""
    return (
        f"# {shown.rule.code} {shown.rule.name}: a witness\n\n"
        f"{outcome}. This record shows it over *{title}* ({agreement.name}{variant}), the text with the hash\n"
        f"{agreement.hash}. Nothing in it has happened.\n\n"
        f"```casus-test\n{print_scenario(shown.witness.scenario)}\n```\n"
    )


@dataclass(frozen=True, slots=True)
class Read:
    """Scenarios of a page that can be run over an agreement. `made_for`: the hash of the text that the page names."""

    scenarios: tuple[Scenario, ...]
    diagnostics: tuple[Diagnostic, ...]
    made_for: str | None


def read_witness(path: Path, document: Document, base: Path | None) -> Read:
    """Read the scenarios of a page and check them against a text (that checks without error); places are in the page."""
    source = read_source(path)
    if source.text is None:
        return Read((), source.diagnostics, None)
    parts = outline(source.text, path.as_posix())
    header = next((decl for decl in document.declarations if decl.kind == "agreement"), None)
    reader = ScenarioReader(path.as_posix(), header)
    fences = tuple(fence for fence in parts.fences if fence.info == "casus-test")
    for fence in fences:
        reader.read(fence)
    own = [fence for fence in document.fences if fence.info != "casus-test"]
    mixed = replace(document, fences=(*own, *fences), scenarios=tuple(reader.scenarios), diagnostics=())
    checked = check(mixed, base)
    found = [*source.diagnostics, *parts.diagnostics, *reader.found]
    found += [d for d in checked.diagnostics if d.span is not None and d.span.file == path.as_posix()]
    named = _HASH.search(source.text)
    scenarios = checked.agreement.scenarios if checked.agreement is not None else ()
    return Read(scenarios, tuple(found), named[0] if named else None)
