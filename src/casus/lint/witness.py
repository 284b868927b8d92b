"""Witnesses as files: a page with a paragraph, the agreement's name and hash, and the scenario; and such a page read again."""

from __future__ import annotations

import re
import textwrap
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
from casus.language.variants import choose
from casus.lint.run import Shown

SUFFIX: Final = ".casus-test.md"
_HASH: Final = re.compile(r"sha256:[0-9a-f]{64}")
_CHOSEN: Final = re.compile(r",\s+with\s+([a-z0-9_]+(?:,\s+[a-z0-9_]+)*)\s+chosen\)")


def file_name(shown: Shown, number: int) -> str:
    """`T204-salami-gap-1.casus-test.md`."""
    return f"{shown.rule.code}-{shown.rule.name}-{number}{SUFFIX}"


def page(shown: Shown, agreement: Agreement, names: tuple[str, ...] = ()) -> str:
    """The page of a witness. `names`: the options or readings that were chosen in the text."""
    outcome = shown.witness.outcome.strip().rstrip(".")
    variant = f", with {', '.join(names)} chosen" if names else ""
    title = f"*{agreement.header.title}* " if agreement.header.title else ""
    said = (
        f"{outcome}. This record shows it over {title}({agreement.name}{variant}), the text with the hash {agreement.hash}. "
        "Nothing in it has happened."
    )
    paragraph = "\n".join(textwrap.wrap(said, 120, break_long_words=False, break_on_hyphens=False))
    scenario = replace(shown.witness.scenario, name=_title(shown.witness.scenario.name))
    return (
        f"# {shown.rule.code} {shown.rule.name}: a witness\n\n{paragraph}\n\n```casus-test\n{print_scenario(scenario)}\n```\n"
    )


def _title(name: str) -> str:
    """The name as a scenario can have it: small words, codes and numbers."""
    words = re.findall(r"[A-Za-z][A-Za-z0-9_]*|[0-9]+", name)
    return " ".join(word if re.fullmatch(r"[A-Z]{3}", word) else word.lower() for word in words) or "a witness"


@dataclass(frozen=True, slots=True)
class Read:
    """Scenarios of a page and the agreement over which they can be run, in the variant that the page names.

    `agreement` is None where the text has errors. `diagnostics` are about the page, or else about the text in that variant.
    `made_for`: the hash of the text that the page names.
    """

    agreement: Agreement | None
    scenarios: tuple[Scenario, ...]
    diagnostics: tuple[Diagnostic, ...]
    made_for: str | None


def read_witness(path: Path, document: Document, base: Path | None) -> Read:
    """Read the scenarios of a page and check them against a text. Raises UnknownChoice (of `casus.language.variants`)."""
    source = read_source(path)
    if source.text is None:
        return Read(None, (), source.diagnostics, None)
    chosen = _CHOSEN.search(source.text)
    if chosen is not None:
        document = choose(document, re.split(r",\s+", chosen[1]))
    parts = outline(source.text, path.as_posix())
    header = next((decl for decl in document.declarations if decl.kind == "agreement"), None)
    reader = ScenarioReader(path.as_posix(), header)
    fences = tuple(fence for fence in parts.fences if fence.info == "casus-test")
    for fence in fences:
        reader.read(fence)
    own = [fence for fence in document.fences if fence.info != "casus-test"]
    faults = tuple(d for d in document.diagnostics if d.severity == "error")
    checked = check(replace(document, fences=(*own, *fences), scenarios=tuple(reader.scenarios), diagnostics=faults), base)
    named = _HASH.search(source.text)
    made_for = named[0] if named else None
    if checked.agreement is None:
        return Read(None, (), checked.errors, made_for)
    found = [*source.diagnostics, *parts.diagnostics, *reader.found]
    found += [d for d in checked.diagnostics if d.span is not None and d.span.file == path.as_posix()]
    return Read(checked.agreement, checked.agreement.scenarios, tuple(found), made_for)
