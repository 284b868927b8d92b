"""Never triggerable: no record of events can meet the trigger.

## What it finds

A trigger whose condition cannot come true, whatever happens: no event of any shape belongs to what it counts (the words of
its definition exclude each other, its zone and the definition's have no point in common, the actor after `by` is not the
one that the definition asks for, `excluding` takes everything out), what it adds up is a field that none of those events can
have, it asks for more days than its window can touch, or for a part and its negation at once. A trigger that counts such a
one is never met either.

The rule tries every shape that the text can tell apart: each side of each number, each listed word, each way to lie in the
zones, each actor. What hangs on other events, on answers and on estimates is taken as possible, so what is said is so
whatever happens. The witness is a record of every kind of event, at the highest rungs, after which the trigger is not met.

Rungs that nobody grants are W603 of the [checks](../checks.md), a count below zero cannot be written, and an event without
an actor under `by` is W613.

## Why it matters

A consequence hangs on a condition that reads well and can never be shown. The guarantee of 1994 to Ukraine sends a victim
"in which nuclear weapons are used" to the Security Council: the case it covers is not the case that came (Budapest
Memorandum, paragraph 4, as deposited).

## Example

```casus
define raid means strike where by = FRM and killed >= 10
trigger attack severity 2
  when any raid by OSK
```

Nobody is both. What looks like a trigger is none.

## Better

```casus
define raid means strike where by is one of OSK | FRM and killed >= 10
trigger attack severity 2
  when any raid by OSK
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from casus.language.check.walk import atoms, happenings
from casus.language.scenario import Line
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.search.meet import Meeter
from casus.lint.search.possible import Possible
from casus.lint.stage import expect
from casus.time import HOUR

_SHAPES: Final = 8
_ACTORS: Final = 3


@rule("T201", "never-triggerable", "M")
def never_triggerable(draft: Draft) -> Iterator[Finding | Searched]:
    """One finding for each trigger that nothing can meet."""
    possible = Possible(draft.agreement)
    open_ = 0
    for name, trigger in draft.agreement.triggers.items():
        reason = possible.why_never(name)
        if reason is None:
            open_ += 1
            continue
        about = (name, *(x for x in sorted(draft.read_by(name)) if x in draft.agreement.definitions and x in reason.split()))
        yield Finding(
            f"{name} can never be met: {reason}",
            trigger.place("when"),
            about,
            help="change the definition or the condition so that some event belongs to it",
            witness=_witness(draft, name, reason),
        )
    yield Searched(
        f"{possible.tried} events of all shapes and actors; {open_} of {len(draft.agreement.triggers)} triggers can be met"
    )


def _witness(draft: Draft, trigger: str, reason: str) -> Witness:
    """Everything at once, and the trigger is not met."""
    meeter = Meeter(draft)
    a = draft.agreement
    asked = [trigger, *(name for name in draft.upstream(trigger) if name in a.triggers)]
    read = [name for x in asked for atom in atoms(a.triggers[x].when) for name, _ in happenings(atom)]
    kinds = {kind for name in read for kind in a.event_types(name)}
    actors = [*sorted(a.nonparties), *sorted(a.parties)][:_ACTORS]
    stage = meeter.stage
    at = stage.start
    lines: list[Line] = []
    for kind in sorted(kinds, key=list(a.events).index):
        for shape in meeter.shapes.of(kind)[:_SHAPES]:
            for actor in actors if a.events[kind].field_named("by") is not None else [None]:
                at = at + HOUR
                stated = shape.sample(actor).fields
                fields = {f.name: stated[f.name] for f in a.events[kind].fields if f.name in stated}
                lines.append(stage.report(at, kind, f"{kind}_{len(lines) + 1}", actor, fields, stage.top_rungs()))
    scenario = stage.scenario(
        f"events of every shape, and {trigger} is not met", lines, [expect("met", trigger, times=0, at=at)]
    )
    return Witness(
        scenario, f"{len(lines)} events of every shape at the highest rungs do not meet {trigger}: {reason}", smallest=False
    )
