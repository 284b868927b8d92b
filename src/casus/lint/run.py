"""Runs the rules over a draft: what they find as diagnostics in the order of the text, how far the searching ones looked,
and the witnesses. What the drafters allow is set apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from casus.diagnostics import Diagnostic, Related
from casus.language.agreement import Agreement
from casus.language.document import Document
from casus.lint.allow import Allowance, Allowances, allowances
from casus.lint.draft import Draft, Settings
from casus.lint.registry import rules
from casus.lint.rule import Finding, Gap, Kind, Rule, Searched, Witness

ALL: Final[frozenset[Kind]] = frozenset({"S", "M", "X"})
QUICK: Final[frozenset[Kind]] = frozenset({"S", "X"})
MOST: Final = 500
"""So many findings of one rule are shown of a text; whoever has more has one fault in all of it."""

_TELLS_LATER: Final = {code: rank for rank, code in enumerate(("L02", "N504", "L13", "L27", "N503", "N501"), 1)}
"""Who tells a gap: the rules that know what it does, then those that see it in one duty, last those that only list."""

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
    witness, how far it looked. `broken`: rules that stopped by a fault of Casus, with its words; the others are not
    hidden. `curtailed`: rules that had more to say than `MOST` findings.
    """

    found: tuple[Found, ...]
    allowed: tuple[Found, ...]
    searched: Mapping[str, tuple[str, ...]]
    broken: Mapping[str, str]
    ran: frozenset[str]
    allowances: Allowances
    used: tuple[Allowance, ...]
    curtailed: frozenset[str] = frozenset()

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """The findings that stand, and a note for each rule that broke or was cut short, in the order of the text."""
        notes = [_broken(rules()[code], words) for code, words in self.broken.items()]
        notes += [_curtailed(rules()[code]) for code in sorted(self.curtailed)]
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
    curtailed: set[str] = set()
    for rule in chosen:
        try:
            for number, said in enumerate(rule.find(draft)):
                if number == MOST:
                    curtailed.add(rule.code)
                    break
                if isinstance(said, Searched):
                    searched[rule.code] = (*searched.get(rule.code, ()), said.extent)
                else:
                    found.append(Found(rule, said, as_diagnostic(rule, said)))
        except Exception as problem:  # noqa: BLE001  (whatever a rule stumbles over, the other rules still speak)
            broken[rule.code] = f"{type(problem).__name__}: {problem}"
    found = sorted(_told_once(found), key=lambda x: place(x.diagnostic))
    ran = frozenset(rule.code for rule in chosen)
    return replace(_apart(given or allowances(document), found, searched, broken, ran), curtailed=frozenset(curtailed))


def _told_once(found: Iterable[Found]) -> Iterator[Found]:
    """Without the findings that tell of a gap what another one tells better."""
    told: dict[Gap, str] = {}
    for x in sorted(found, key=lambda x: (_TELLS_LATER.get(x.rule.code, 0), place(x.diagnostic))):
        gaps = frozenset(gap for gap in x.finding.gaps if told.get(gap, x.rule.code) != x.rule.code)
        told = dict.fromkeys(x.finding.gaps, x.rule.code) | told
        if not gaps:
            yield x
        elif x.finding.rest is not None:
            left = x.finding.rest(gaps)
            if left is not None:
                yield Found(x.rule, left, as_diagnostic(x.rule, left))
        elif gaps != frozenset(x.finding.gaps):
            yield x


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


def _curtailed(rule: Rule) -> Diagnostic:
    message = f"this rule has more than {MOST} findings in this text; only the first {MOST} are shown"
    return Diagnostic(rule.code, rule.name, message, None, "note")
