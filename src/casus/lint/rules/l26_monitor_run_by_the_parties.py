"""Monitor run by the parties: what the monitor may do or say hangs on a vote of those whom it watches.

Covers: L26

## What it finds

A vote in which a watched party votes, or both sides do, and which one of them can block (by its rule, or because the text
leaves the rule open), where

- a body's duty or power to inspect, to observe, to report or to publish comes only by that vote, or
- a finding or a determination comes to that vote when the body is silent, and nobody else can answer.

A veto that the text declares, and which ends a monitor's mandate, is L52's. It is silent where those who are watched are
recused or cannot block, and where the body may act without the vote.

## Why it matters

The Military Armistice Commission in Korea (1953) had five officers of each side and no chairman, and its inspection teams
were split two and two; the missions of the OSCE work by consensus of its 57 states, those included on whose territory they
are (general knowledge; the text of the armistice: paragraphs 20 to 31). Deadlock in the monitor is silence exactly when it
matters.

## Example

```casus
decision violation_determined of sides
  adopts by consensus
  opens upon incident  closes 72 hours after opening
obligation report_violation
  upon violation_determined adopted
  debtor mission
  to publish
  due 24 hours after activation
```

## Better

```casus
obligation report_violation
  upon incident
  debtor mission
  to publish
  due 72 hours after activation
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule
from casus.lint.stops import listed, vetoes, voters, watched
from casus.voting import stated, stoppers

MONITORING: Final = frozenset({"inspect", "report", "publish", "permit_access", "notify", "inform"})
"""Acts by which a body says what it has seen, or gets to see it."""


@rule("L26", "monitor-run-by-the-parties", "S")
def monitor_run_by_the_parties(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    for name, decision in a.decisions.items():
        blocking = _blocking(draft, name)
        if not blocking:
            continue
        for norm in a.norms.values():
            if _of_monitor(draft, norm) and {(s.name, s.kind) for s in norm.upon} == {(name, "adopted")}:
                yield Finding(
                    f"`{norm.name}` of {listed(a.who(norm.debtor), 'and')} comes only by `{name}`, which {listed(blocking)}, "
                    "whose conduct is watched, can prevent",
                    norm.place("upon"),
                    (norm.name, name),
                    (Related(f"how `{name}` is adopted", decision.place("rule", "members")),),
                    "let the body act by itself, or recuse those whom it watches",
                )
        questions: tuple[n.FindingDecl | n.DeterminationDecl, ...] = (*a.findings.values(), *a.determinations.values())
        for asked in questions:
            if asked.escalates_to == name:
                yield Finding(
                    f"where `{asked.body}` is silent, `{asked.name}` is for `{name}` to answer, and {listed(blocking)}, whose "
                    "conduct is watched, can prevent that",
                    asked.place("escalates_to"),
                    (asked.name, name),
                    (Related(f"how `{name}` is adopted", decision.place("rule", "members")),),
                    "let it escalate to a body, say what is presumed, or recuse those whom it is about",
                )


def _blocking(draft: Draft, decision: str) -> frozenset[str]:
    """The watched who vote and of whom one can block; where the rule is left open, all of them."""
    voting = (voters(draft, decision) & watched(draft)) - vetoes(draft, decision)
    if len(voters(draft, decision)) < 2 or not stated(draft.agreement, decision):
        unsaid = draft.agreement.silent(decision, "rule") and len(voters(draft, decision)) > 1
        return voting if unsaid else frozenset()
    return voting & set(stoppers(draft.agreement, decision))


def _of_monitor(draft: Draft, norm: n.NormDecl) -> bool:
    debtors = draft.agreement.who(norm.debtor)
    bodies = bool(debtors) and all(x in draft.agreement.bodies for x in debtors)
    return bodies and norm.act is not None and norm.act.verb in MONITORING
