"""Runs the rules over a draft: what they find as diagnostics in the order of the text, how far the searching ones looked,
and the witnesses. What the drafters allow is set apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from casus.diagnostics import Diagnostic, Related
from casus.language.agreement import Agreement
from casus.language.document import Document
from casus.lint.allow import Allowance, Allowances, allowances
from casus.lint.draft import Draft, Settings
from casus.lint.registry import rules
from casus.lint.rule import Finding, Kind, Rule, Searched, Witness

ALL: Final[frozenset[Kind]] = frozenset({"S", "M", "X"})
QUICK: Final[frozenset[Kind]] = frozenset({"S", "X"})
WITNESS_EXISTS: Final = "a witness exists; --witness DIR writes it"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with its rule, and as the diagnostic that is shown."""

    rule: Rule
    finding: Finding
    diagnostic: Diagnostic

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """What is the same for the same finding in two editions of a text."""
        return self.rule.code, self.finding.about


@dataclass(frozen=True, slots=True)
class Shown:
    """A witness, with the rule it is of and its number among that rule's, from 1."""

    rule: Rule
    number: int
    witness: Witness
    finding: Diagnostic


@dataclass(frozen=True, slots=True)
class Linted:
    """What the rules say of a draft.

    `found` and `allowed` are in the order of the text. `searched`: for each searching rule that ended without a (further)
    witness, how far it looked. `broken`: rules that stopped by a fault of Casus, with its words; the others are not hidden.
    """

    found: tuple[Found, ...]
    allowed: tuple[Found, ...]
    searched: Mapping[str, tuple[str, ...]]
    broken: Mapping[str, str]
    ran: frozenset[str]
    allowances: Allowances
    used: tuple[Allowance, ...]

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """The findings that stand, and a note for each rule that broke, in the order of the text."""
        notes = [_broken(rules()[code], words) for code, words in self.broken.items()]
        return tuple(sorted([*(x.diagnostic for x in self.found), *notes], key=place))

    @property
    def witnesses(self) -> tuple[Shown, ...]:
        """Of the findings that stand; numbered for each rule in the order of the text."""
        shown: list[Shown] = []
        count: dict[str, int] = {}
        for x in self.found:
            if x.finding.witness is not None:
                count[x.rule.code] = count.get(x.rule.code, 0) + 1
                shown.append(Shown(x.rule, count[x.rule.code], x.finding.witness, x.diagnostic))
        return tuple(shown)


def lint(
    agreement: Agreement,
    document: Document,
    settings: Settings | None = None,
    kinds: Collection[Kind] = ALL,
    *,
    codes: Collection[str] | None = None,
    given: Allowances | None = None,
) -> Linted:
    """Run the rules of these kinds (and, where `codes` is given, only those with these codes).

    `given`: what the drafters allow, where it is known already; else it is read from the document.
    """
    draft = Draft(agreement, document, settings or Settings())
    chosen = [rule for rule in rules().values() if rule.kind in kinds and (codes is None or rule.code in codes)]
    found: list[Found] = []
    searched: dict[str, tuple[str, ...]] = {}
    broken: dict[str, str] = {}
    for rule in chosen:
        try:
            for said in rule.find(draft):
                if isinstance(said, Searched):
                    searched[rule.code] = (*searched.get(rule.code, ()), said.extent)
                else:
                    found.append(Found(rule, said, as_diagnostic(rule, said)))
        except Exception as problem:  # noqa: BLE001  (whatever a rule stumbles over, the other rules still speak)
            broken[rule.code] = f"{type(problem).__name__}: {problem}"
    found.sort(key=lambda x: place(x.diagnostic))
    return _apart(given or allowances(document), found, searched, broken, frozenset(rule.code for rule in chosen))


def _apart(
    given: Allowances,
    found: Iterable[Found],
    searched: Mapping[str, tuple[str, ...]],
    broken: Mapping[str, str],
    ran: frozenset[str],
) -> Linted:
    stand: list[Found] = []
    allowed: list[Found] = []
    used: list[Allowance] = []
    for x in found:
        covering = given.covering(x.diagnostic, x.finding.about)
        (allowed if covering else stand).append(x)
        used += covering
    return Linted(tuple(stand), tuple(allowed), searched, broken, ran, given, tuple(used))


def as_diagnostic(rule: Rule, finding: Finding) -> Diagnostic:
    """The finding with its rule's code and name. That it has a witness is said; what is in it is not."""
    because = finding.because
    if finding.witness is not None:
        because = (*because, Related(WITNESS_EXISTS))
    return Diagnostic(rule.code, rule.name, finding.message, finding.span, "warning", because, finding.help)


def place(diagnostic: Diagnostic) -> tuple[str, int, int, str, str]:
    """The order of a text: what has no place comes first."""
    span = diagnostic.span
    if span is None:
        return ("", 0, 0, diagnostic.code, diagnostic.message)
    return (span.file, span.line, span.col, diagnostic.code, diagnostic.message)


def _broken(rule: Rule, words: str) -> Diagnostic:
    message = f"this rule stopped by a fault of Casus ({words}); what it would have found is not known"
    return Diagnostic(rule.code, rule.name, message, None, "note")
