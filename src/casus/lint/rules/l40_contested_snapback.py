"""Contested snapback: measures return by themselves, and nobody says that they have.

Covers: L40

## What it finds

An automatic effect comes about when a trigger is met, and no body stands behind it: no determination, no decision, no rung that
only bodies grant between what is assessed and what takes effect, and no duty of a body to notify or publish that it has. The
measures are in effect, and whoever does not like it says that they are not.

Where the text says that the body or the enforcement is open, its words stand beside the finding.

## Why it matters

The return of the United Nations' sanctions on Iran was notified in August 2025 and held to be valid by some; Russia, China and
Iran hold that it never took effect (reported). In 2020 thirteen members of the Council refused to treat an earlier notice as
valid at all (general knowledge). An effect without a declaration has as many dates as readers.

## Example

```casus
automatic snapback
  upon attack
  reinstate sanctions  at 72 hours after activation
```

## Better

```casus
determination attack_case of attack by commission due 24 hours after activation if silent lapses
automatic snapback
  upon attack_case determined
  reinstate sanctions  at 72 hours after activation
obligation declare
  upon attack_case determined
  debtor commission
  to publish "that the measures return, and from when"
  due 24 hours after activation
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.check.force import is_human
from casus.language.check.scope import Scope, build_scope
from casus.lint.checklist import gap_of, opens, silences, span_of
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("L40", "contested-snapback", "S")
def contested_snapback(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    scope: Scope | None = None
    for effect in a.automatics.values():
        for signal in effect.upon:
            if signal.kind is not None or signal.name not in a.triggers or _declared(draft, signal.name):
                continue
            scope = scope or build_scope(draft.document, None)
            if is_human(scope, signal.name):
                continue
            said = [x for x in opens(draft, "enforcement", "body") if x.of in (None, a.name, effect.name)]
            yield Finding(
                f"{effect.name} comes about when {signal.name} is met, and no body determines that or declares that it has",
                effect.place("upon"),
                (effect.name, signal.name),
                (Related(f"{signal.name} is assessed, not determined", span_of(draft, signal.name)), *silences(said)),
                f"let it follow a determination of {signal.name}, and oblige a body to publish that and when it takes effect",
                gaps=tuple(gap_of(draft, x) for x in said if x.what == "body"),
            )


def _declared(draft: Draft, trigger: str) -> bool:
    """Whether a body has to say it: notify or publish upon the same trigger."""
    a = draft.agreement
    return any(
        norm.kind == "obligation"
        and norm.act is not None
        and norm.act.verb in ("notify", "publish", "report")
        and set(a.who(norm.debtor)) & set(a.bodies)
        and any(s.kind is None and s.name == trigger for s in norm.upon)
        for norm in _norms(draft)
    )


def _norms(draft: Draft) -> tuple[n.NormDecl, ...]:
    return tuple(draft.agreement.norms.values())
