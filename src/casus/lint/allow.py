"""`# casus: allow T204 because …`: a comment by which the drafters say that a warning is meant.

It holds for the declaration that it stands in or right before; in the head of the agreement for the whole text; of findings
in the prose, for its own article. An error cannot be allowed. An allowance that allows nothing, gives no reason or names no
rule is reported, so that none outlives what it was for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from casus.diagnostics import Diagnostic, Span
from casus.language import nodes as n
from casus.language.check import CODES as CHECKS
from casus.language.document import Document, Fence
from casus.language.faults import CODES as FAULTS
from casus.language.scan import scan
from casus.lint.registry import rules

CODES: Final[Mapping[str, str]] = {"A001": "unused-allow", "A002": "allow-without-reason", "A003": "unknown-code"}

_COMMENT: Final = re.compile(r"#\s*casus:\s*allow\b(?P<codes>.*?)(?:\bbecause\b(?P<reason>.*))?$")
_SEPARATOR: Final = re.compile(r"\s*,\s*|\s+")


@dataclass(frozen=True, slots=True)
class Allowance:
    """One code that one comment allows. `decl` is the declaration it belongs to, the head's for the whole text."""

    code: str
    reason: str
    span: Span
    decl: n.Decl | None

    def holds_for(self, found: Diagnostic, about: tuple[str, ...], article: str | None) -> bool:
        """`about`: the declarations that the finding rests on; `article`: the one it stands in, if it stands in prose."""
        if found.severity == "error" or found.code != self.code or self.decl is None:
            return False
        if isinstance(self.decl, n.AgreementDecl):
            return True
        if article is not None:
            return article == self.decl.article
        here, there = self.decl.span, found.span
        if here is not None and there is not None and min(here.line, self.span.line) <= there.line <= here.end_line:
            return True
        name = getattr(self.decl, "name", None) or getattr(self.decl, "code", None)
        return name is not None and about[:1] == (name,)


@dataclass(frozen=True, slots=True)
class Allowances:
    """What a text allows, and what is wrong with the comments that say so."""

    document: Document
    found: tuple[Allowance, ...]
    problems: tuple[Diagnostic, ...]

    def covering(self, found: Diagnostic, about: tuple[str, ...] = ()) -> tuple[Allowance, ...]:
        """The allowances that hold for a finding."""
        if not self.found:
            return ()
        article = _article_of_prose(self.document, found.span)
        return tuple(allowance for allowance in self.found if allowance.holds_for(found, about, article))

    def unused(self, used: Collection[Allowance], asked: Collection[str]) -> Iterator[Diagnostic]:
        """The allowances of codes that were looked for (`asked`) and that nothing was found for."""
        for allowance in self.found:
            if allowance not in used and allowance.code in asked:
                message = f"{allowance.code} ({known_codes()[allowance.code]}) is allowed, and nothing here has that finding"
                yield Diagnostic("A001", CODES["A001"], message, allowance.span, "warning", help="leave the allowance out")


def known_codes() -> Mapping[str, str]:
    """Every code that can stand on a finding, with its name: of the rules, the checks, and the reading of texts."""
    return {**FAULTS, **CHECKS, **{rule.code: rule.name for rule in rules().values()}, **CODES}


def allowances(document: Document) -> Allowances:
    """Read the comments of a text's fences."""
    found: list[Allowance] = []
    problems: list[Diagnostic] = []
    for fence in document.fences:
        if fence.info != "casus" or "casus:" not in fence.content:
            continue
        for token in scan(fence.content, fence.line):
            match = _COMMENT.match(token.text) if token.kind == "comment" else None
            if match is None:
                continue
            span = Span(document.path, token.line, token.col, token.line, token.end_col)
            owner = _owner(document, fence, token.line)
            _read(match["codes"], (match["reason"] or "").strip(), span, owner, found, problems)
    return Allowances(document, tuple(found), tuple(problems))


def _read(
    codes: str, reason: str, span: Span, owner: n.Decl | None, found: list[Allowance], problems: list[Diagnostic]
) -> None:
    named = [word for word in _SEPARATOR.split(codes.strip()) if word]
    if not reason:
        example = ", ".join(named) or "T204"
        problems.append(
            _problem("A002", "it is not said why this is allowed, so it is not", span, f"# casus: allow {example} because …")
        )
        return
    if not named:
        problems.append(_problem("A003", "it is not said what is allowed", span, "name a rule: # casus: allow T204 because …"))
    known = known_codes()
    by_name = {name: code for code, name in known.items()}
    for word in named:
        code = word if word in known else by_name.get(word)
        if code is None:
            near = get_close_matches(word, [*known, *by_name], 1)
            help_ = f"did you mean {near[0]}?" if near else "casus rules lists the rules"
            problems.append(_problem("A003", f"no rule or warning has the code {word}", span, help_))
        elif code.startswith("E") and code not in rules():
            problems.append(_problem("A003", f"{code} is an error, and no error can be allowed", span, "mend the text"))
        elif code in CODES:
            problems.append(_problem("A003", f"{code} is about allowances themselves and cannot be allowed", span, None))
        else:
            found.append(Allowance(code, reason, span, owner))


def _problem(code: str, message: str, span: Span, help_: str | None) -> Diagnostic:
    return Diagnostic(code, CODES[code], message, span, "warning", help=help_)


def _owner(document: Document, fence: Fence, line: int) -> n.Decl | None:
    """The declaration that a comment stands in, else the next one of its fence, else the last one."""
    last = fence.line + fence.content.count("\n")
    here = [d for d in document.declarations if d.span is not None and fence.line <= d.span.line <= last]
    inside = [d for d in here if d.span is not None and d.span.line <= line <= d.span.end_line]
    after = [d for d in here if d.span is not None and d.span.line > line]
    return next(iter(inside), None) or next(iter(after), None) or next(iter(reversed(here)), None)


def _article_of_prose(document: Document, span: Span | None) -> str | None:
    """The article whose prose a place is in; None where it is in a fence of the language or in no article."""
    if span is None or any(
        f.info == "casus" and f.line <= span.line < f.line + max(1, f.content.count("\n")) for f in document.fences
    ):
        return None
    before = [article for article in document.articles.values() if article.line <= span.line]
    return max(before, key=lambda article: article.line).id if before else None
