"""Substitution: what is not on the list is free.

Covers: L31

## What it finds

An event with a list of weapons, means or targets (`weapon one of …`), of which triggers and prohibitions ask for some words
only. The words that can meet no trigger and breach no prohibition are named. It is silent where any trigger or prohibition
takes the event whatever the word, or under another condition.

## Why it matters

When one kind of weapon is counted the other takes its place: in the truce of May 2026 fire fell and one type of drone rose,
stockpiled beforehand (reported, americancourant.com on ISW). The energy truce of March 2025 protected listed classes of
objects; gas and oil production were not among them (reported, kyivindependent.com).

## Example

```casus
event strike by actor, weapon one of artillery | missile | uav
define violation means strike where weapon is one of artillery | missile
prohibition no_strikes
  always
  debtor VDR
  forbids violation
```

## Better

```casus
event strike by actor, weapon one of artillery | missile | uav | other
prohibition no_strikes
  always
  debtor VDR
  forbids strike
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.language import nodes as n
from casus.language.check.walk import atoms, happenings
from casus.lint.checklist import listed
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_MEANS: Final = re.compile(
    r"weapon|arm|system|munition|calibre|means|method|vehicle|platform|target|object|facility|site|class"
)
_UNSAID: Final = frozenset({"unknown", "undetermined", "unidentified", "none"})


@rule("L31", "substitution", "S")
def substitution(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    uses = {name for t in a.triggers.values() for atom in atoms(t.when) for name, _ in happenings(atom)}
    uses |= {norm.forbids for norm in a.norms.values() if norm.forbids is not None}
    for event in a.events.values():
        for field in event.fields:
            if field.type != "one_of" or not _MEANS.search(field.name):
                continue
            reading = sorted(name for name in uses if event.name in a.event_types(name))
            caught = {v for v in field.values for name in reading if _catches(draft, name, event.name, field.name, v)}
            free = [v for v in field.values if v not in caught and v not in _UNSAID]
            if caught and free:
                yield Finding(
                    f"`{event.name}` by {listed(free, 'or')} meets no trigger and breaches no prohibition:"
                    f" only {listed([v for v in field.values if v in caught])} is asked for",
                    event.span,
                    (event.name, *(x for x in reading if x in a.definitions)),
                    help=f"take `{event.name}` whatever its {field.name}, or say why {listed(free)} is left out",
                )


def _catches(draft: Draft, name: str, event: str, field: str, value: str) -> bool:
    """Whether an event with this word can be one of what is called `name`."""
    a = draft.agreement
    if name == event:
        return True
    decl = a.definitions.get(name)
    if decl is None:
        return event in a.event_types(name)
    inside = any(_catches(draft, x, event, field, value) for x in decl.means if event in a.event_types(x))
    return inside and (decl.where is None or _can(decl.where, field, value)[0])


def _can(cond: n.Cond, field: str, value: str) -> tuple[bool, bool]:
    """Whether a condition can be true, and whether it can be false, of an event with this word."""
    match cond:
        case n.COneOf(field=f, values=values) if f == field:
            return value in values, value not in values
        case n.CNot(part=part):
            true, false = _can(part, field, value)
            return false, true
        case n.CAnd(parts=parts) | n.COr(parts=parts):
            each = [_can(part, field, value) for part in parts]
            if isinstance(cond, n.CAnd):
                return all(t for t, _ in each), any(f for _, f in each)
            return any(t for t, _ in each), all(f for _, f in each)
        case _:
            return True, True
