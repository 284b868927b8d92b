"""Monitor cannot attribute: it is established that something happened, and never who did it.

Covers: L25

## What it finds

A text whose triggers or definitions name actors, with a body that establishes what happened, and with no body that
establishes who did it: there is no ladder `attribution`, or no body grants a rung of it, and no determination stands after
the triggers. A text that says itself that attribution is left `open` is told as well. What follows when an attributing body
keeps silent is the matter of V302.

## Why it matters

The OSCE's monitors in Ukraine recorded hundreds of violations a day and named no side; their chief said in October 2020 that
they cannot be "an adjudicator" (reliefweb.int). Each side then counted the other's. The Paris Declaration of 2026 answers
with a Special Commission that is to attribute responsibility (president.gov.ua).

## Example

```casus
ladder occurrence = reported < confirmed
  level confirmed by mission
trigger incident severity 1
  when count of violation by OSK >= 5 within rolling 72 hours
  needs occurrence confirmed
```

## Better

```casus
ladder attribution = alleged < found
  level found by commission
  if silent 72 hours after report lapses
trigger incident severity 1
  when count of violation by OSK >= 5 within rolling 72 hours
  needs occurrence confirmed  needs attribution found
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from casus.diagnostics import Related
from casus.lint.checklist import after, gap_of, left_open, listed, named_actors, opens, silences, ticked, watchers
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_HELP: Final = "name a body that attributes, the standard by which, and by when; triggers that name actors wait for it"


@rule("L25", "monitor-cannot-attribute", "S")
def monitor_cannot_attribute(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    silent = opens(draft, "attribution")
    ladder = a.ladders.get("attribution")
    attributing = {s.body for level in (ladder.levels if ladder is not None else ()) for s in level.sources if s.body}
    seeing = watchers(draft)
    matters = any(after(draft, trigger) for trigger in a.triggers) or any(x.kind == "prohibition" for x in a.norms.values())
    if attributing or a.determinations or a.attributables:
        return
    if not seeing or not named_actors(draft) or not matters:
        yield from left_open(draft, silent, _missing, _HELP)
        return
    what = "no body grants a rung of attribution" if ladder is not None else "nobody says who did it"
    place = ladder.span if ladder is not None else a.ladders["occurrence"].span if "occurrence" in a.ladders else None
    named = listed(sorted(named_actors(draft)), "or")
    yield Finding(
        f"{listed(ticked(seeing))} establishes what happened, {what}, and the triggers ask whether it was {named}",
        place,
        (*seeing, *sorted(named_actors(draft))),
        (*(Related("this body establishes what happened", a.bodies[x].span) for x in seeing), *silences(silent)),
        _HELP,
        gaps=tuple(gap_of(draft, x) for x in silent),
    )


def _missing(names: Sequence[str]) -> str:
    return f"who establishes whose act something was{f' ({listed(ticked(names))})' if names else ''}"
