"""From a parsed text to a checked agreement, or to what is wrong with it.

Each module looks at one subject and yields diagnostics; none stops at the first fault. What they ask for, and why, is in
`docs/checks.md`, one heading for each code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from casus.diagnostics import Diagnostic
from casus.language.agreement import Agreement
from casus.language.check.annexes import check_annexes
from casus.language.check.build import build_agreement
from casus.language.check.clauses import check_clauses
from casus.language.check.codes import CODES
from casus.language.check.conditions import check_conditions
from casus.language.check.cycles import check_cycles, check_depth
from casus.language.check.force import check_force
from casus.language.check.names import check_names
from casus.language.check.numbers import check_numbers
from casus.language.check.records import check_records
from casus.language.check.scenarios import check_scenarios
from casus.language.check.scope import build_scope
from casus.language.check.triggers import check_triggers
from casus.language.check.variants import check_variants
from casus.language.check.zones import build_zones
from casus.language.document import Document
from casus.language.scenario import Scenario
from casus.language.variants import Variant, choose, has_variants, merged, unresolved, variants

__all__ = ["CODES", "Checked", "check"]


@dataclass(frozen=True, slots=True)
class Checked:
    """`agreement` is None exactly when the text itself has an error, or nobody has chosen among its options (`unresolved`).

    A fault in a scenario is an error too, but costs only that scenario: it is left out of `agreement.scenarios`.
    `unresolved` gives each question on which an option has yet to be chosen, with its options. Of a text with variants in
    which nothing was chosen, `variants` has each with its agreement, and the diagnostics are those of all of them.
    """

    agreement: Agreement | None
    diagnostics: tuple[Diagnostic, ...]
    unresolved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    variants: tuple[tuple[Variant, Agreement | None], ...] = ()

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self.diagnostics if d.severity == "error")


def check(document: Document, base: Path | None) -> Checked:
    """Check a parsed text. `base` is the folder in which its zones lie (None: it has no folder, and no zone files).

    The diagnostics are those of the document and of the checks, in the order of the text. A text with variants is checked
    in each of them; what does not stand in all says in which.
    """
    if document.chosen is None and has_variants(document):
        return _check_all(document, base)
    left = unresolved(document)
    done = _check_one(document, base)
    return replace(done, agreement=None, unresolved=left) if left else done


def _check_all(document: Document, base: Path | None) -> Checked:
    done = {variant: _check_one(choose(document, variant.names), base) for variant in variants(document)}
    found = merged({variant.label: one.diagnostics for variant, one in done.items()})
    sound = all(one.agreement is not None for one in done.values())
    plain = next((one.agreement for variant, one in done.items() if not variant.names), None)
    return Checked(
        plain if sound else None,
        tuple(sorted(found, key=_place)),
        unresolved(document),
        tuple((variant, one.agreement) for variant, one in done.items()),
    )


def _check_one(document: Document, base: Path | None) -> Checked:
    scope = build_scope(document, base)
    found: list[Diagnostic] = list(document.diagnostics)
    for one in (
        check_names,
        check_numbers,
        check_clauses,
        check_records,
        check_variants,
        check_cycles,
        check_annexes,
        check_depth,
    ):
        found += one(scope)
    if not any(d.code == "E411" for d in found):  # what follows descends
        for one in (check_conditions, check_triggers, check_force):
            found += one(scope)
    zones = build_zones(scope)
    found += zones.diagnostics
    found += check_scenarios(scope)
    diagnostics = tuple(sorted(dict.fromkeys(found), key=_place))
    errors = [d for d in diagnostics if d.severity == "error"]
    if scope.header is None or not all(_in_a_scenario(document, d) for d in errors):
        return Checked(None, diagnostics)
    agreement = build_agreement(scope, scope.header, zones)
    return Checked(replace(agreement, scenarios=_without_faults(agreement.scenarios, errors)), diagnostics)


def _in_a_scenario(document: Document, diagnostic: Diagnostic) -> bool:
    span = diagnostic.span
    fences = [fence for fence in document.fences if fence.info == "casus-test"]
    return span is not None and any(f.line <= span.line < f.line + f.content.count("\n") + 1 for f in fences)


def _without_faults(scenarios: tuple[Scenario, ...], errors: list[Diagnostic]) -> tuple[Scenario, ...]:
    """The scenarios that no error stands in: a scenario reaches to the line before the next one."""
    starts = sorted(s.span.line for s in scenarios if s.span is not None)
    lines = [d.span.line for d in errors if d.span is not None]
    faulty = {max((start for start in starts if start <= line), default=0) for line in lines}
    return tuple(s for s in scenarios if s.span is None or s.span.line not in faulty)


def _place(diagnostic: Diagnostic) -> tuple[int, int, str, str]:
    span = diagnostic.span
    return (span.line, span.col, diagnostic.code, diagnostic.message) if span is not None else (0, 0, diagnostic.code, "")
