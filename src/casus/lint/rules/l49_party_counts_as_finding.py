"""Party counts as finding: a side of the conflict judges its own case.

Covers: L49

## What it finds

A rung of a ladder, a finding, a determination or an attribution that is given by a body of one of the sides: a body whose title
says so ("General Staff of Valdria", "Valdria's border guard"), or that has the role of the protected party. A body of both
sides is let pass; who votes in a decision on its own conduct is P403's. (A side is no independent source
either: its reports never count towards a rung of several sources.)

## Why it matters

At Easter 2025 Kyiv counted 2,935 breaches of the truce by the other side, Moscow more than 4,900 (reported, meduza.io,
babel.ua). Such a number is a claim; a text in which it is a finding has two truths.

## Example

```casus
body staff "General Staff of Valdria" as beneficiary
ladder occurrence = reported < confirmed
  level confirmed by staff
```

## Better

```casus
body mission "Joint Mission" as verifier
ladder occurrence = reported < confirmed
  level confirmed by mission
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from casus.diagnostics import Related, Span
from casus.language import nodes as n
from casus.lint.checklist import sides, title_of
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("L49", "party-counts-as-finding", "S")
def party_counts_as_finding(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    belongs = {body.name: side for body in a.bodies.values() if (side := _side_of(draft, body)) is not None}
    for body, what, name, span in _judgements(draft):
        if body in belongs:
            yield Finding(
                f"{what} is given by `{body}`, which is of {title_of(draft, belongs[body])}, a side of the conflict",
                span,
                (name, body),
                (Related(f"`{body}` is declared here", a.bodies[body].span),),
                "let a body of neither side give it; what a side counts stays a report",
            )


def _judgements(draft: Draft) -> Iterator[tuple[str, str, str, Span | None]]:
    a = draft.agreement
    for ladder in a.ladders.values():
        for level in ladder.levels:
            for source in level.sources:
                if source.body is not None:
                    yield source.body, f"the rung `{level.name}` of {ladder.name}", ladder.name, level.span or ladder.span
    for finding in a.findings.values():
        yield finding.body, f"the finding `{finding.name}`", finding.name, finding.place("body")
    for determination in a.determinations.values():
        yield determination.body, f"the determination `{determination.name}`", determination.name, determination.place("body")
    for attributable in a.attributables:
        yield attributable.body, f"the attribution of {attributable.actor}", attributable.actor, attributable.place("body")


def _side_of(draft: Draft, body: n.BodyDecl) -> str | None:
    of = [code for code in sides(draft) if code not in draft.agreement.bodies and _names(body.title, title_of(draft, code))]
    if len(of) == 1:
        return of[0]
    roles = [c for c in sorted(draft.protected) if c in draft.agreement.parties]
    same = [c for c in roles if set(draft.agreement.parties[c].roles) & set(body.roles) & {"beneficiary"}]
    return same[0] if len(same) == 1 and not of else None


def _names(title: str, state: str) -> bool:
    """`General Staff of Valdria`, `Valdria's border guard`, `Valdrian`; not `Mission to Valdria`."""
    said = re.escape(state)
    return (
        re.search(rf"^(?:the\s+)?{said}(?:n|['’]s)?\b|\bof\s+(?:the\s+)?{said}\b|\b{said}['’]s\b", title, re.IGNORECASE)
        is not None
    )
