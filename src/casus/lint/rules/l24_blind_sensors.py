"""Blind sensors: quiet ends something, and quiet is what the blind see.

Covers: L24

## What it finds

A time without violations ends an effect or brings something about, and

1. the text does not say whose observation counts: `no violation for 30 days` without `observed by`, with nobody's decision
   besides. Coverage by any body is taken then, also by one that does not verify; or
2. observers depend on access, and to deny it costs nothing: no duty or prohibition is about access, and no trigger reads a
   denial. Then whoever keeps the observers out for a day holds up what the quiet would end or begin, for as long as it likes.

In Casus a day without coverage is never quiet, so that blinding the observers cannot itself produce quiet. What is left is the
hold-up, and the question whose eyes count. Where the text says that access is open, its words stand beside the finding.

## Why it matters

The monitors of the Special Monitoring Mission were kept out 22 times in a fortnight, mostly on one side, and its aircraft were
jammed 122 times in a fortnight of September 2021 (reported, glasnostgone, censor.net). The European monitors in Georgia have
never been let into two regions (reported). Neither text attached anything to it.

## Example

```casus
event access_denied by actor, at point
trigger calm severity 1
  when no violation for 30 days observed by mission
```

## Better

```casus
event access_denied by actor, at point
trigger calm severity 1
  when no violation for 30 days observed by mission
trigger blinded severity 1
  when count of access_denied by OSK >= 3 within rolling 14 days
  needs occurrence confirmed  rearm after 7 days
obligation consult_on_access
  upon blinded
  debtor every guarantor  creditor VDR
  to consult
  due 24 hours after activation
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.language import nodes as n
from casus.language.check.walk import atoms
from casus.lint.checklist import about, events_in_play, listed, opens, silences
from casus.lint.draft import Draft
from casus.lint.norms import named_in
from casus.lint.rule import Finding, Searched, rule

_DENIAL: Final = re.compile(
    r"\b(access|denied|denial|obstruct\w*|jam\w*|blind\w*|blocked|restrict\w*|hinder\w*)\b", re.IGNORECASE
)


@rule("L24", "blind-sensors", "S")
def blind_sensors(draft: Draft) -> Iterator[Finding | Searched]:
    for name, quiet, decl in _quiets(draft):
        if isinstance(quiet, n.TQuiet) and quiet.observer is None and len(draft.agreement.bodies) != 1:
            yield Finding(
                f"{name} hangs on {quiet.dur.duration} without {quiet.name}, and the text does not say who has to have looked",
                quiet.span or decl.span,
                (name, quiet.name),
                help="add `observed by` and the body that verifies",
            )
    watched = [(name, quiet, decl) for name, quiet, decl in _quiets(draft)]
    if watched and draft.agreement.bodies and not _denial_costs(draft):
        name, quiet, decl = watched[0]
        denials = about(draft.agreement.events, _DENIAL)
        what = f": {listed(denials)} is declared and read by no clause" if denials else ""
        waiting = list(dict.fromkeys(x for x, _, _ in watched))
        yield Finding(
            f"{listed(waiting)} {'waits' if len(waiting) == 1 else 'wait'} for quiet that has to be observed, and "
            f"nothing follows where a party keeps the observers out{what}",
            decl.place("ends_when", "when"),
            (*waiting, *denials),
            silences(opens(draft, "access")),
            "oblige the parties to let the observers in, and let a denial meet a trigger",
        )


def _quiets(draft: Draft) -> Iterator[tuple[str, n.TQuiet | n.EndsQuiet, n.TriggerDecl | n.AutomaticDecl]]:
    """Quiet times that bring something about, or end it."""
    a = draft.agreement
    for trigger in a.triggers.values():
        if draft.downstream(trigger.name) or _ends_norm(draft, trigger.name):
            for atom in atoms(trigger.when):
                if isinstance(atom, n.TQuiet):
                    yield trigger.name, atom, trigger
    for effect in a.automatics.values():
        for part in effect.ends_when:
            if isinstance(part, n.EndsQuiet):
                yield effect.name, part, effect


def _ends_norm(draft: Draft, trigger: str) -> bool:
    return any(trigger in named_in(norm.until) for norm in draft.agreement.norms.values())


def _denial_costs(draft: Draft) -> bool:
    """Whether access is somebody's duty, or a denial is forbidden or read by a trigger that leads somewhere."""
    a = draft.agreement
    if any(x.act is not None and x.act.verb in ("permit_access", "inspect") for x in a.norms.values()):
        return True
    return bool(set(about(a.events, _DENIAL)) & events_in_play(draft))
