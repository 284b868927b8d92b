"""Sequence deadlock: each side's step waits for the other's.

Covers: L33

## What it finds

1. Duties or steps of two sides wait for each other in a circle: A pays upon the fulfilment of what B owes, and B owes it upon
   the fulfilment of what A owes. Nothing ever begins.
2. Without a circle, the hostages are mutual: a step of one side waits for one of the other, and another of the other side
   for one of the first, and neither of those that are waited for has a date. Whoever is asked to go first holds the
   other's step, and loses nothing by waiting.
3. One step of one side, without a date, holds two or more others, of the other side among them: whoever takes it alone decides
   whether anything after it ever comes. One step after another in one order is not meant.

## Why it matters

In the Minsk package of 2015 control of the border was to return after local elections, and the elections were not held
without control of the border; neither came (reported, worldcrunch.com). A sequence without dates is a veto of each side.

## Example

```casus
step elections "local elections" by OSK  after border
step border "control of the border returns" by VDR  after elections
```

## Better

```casus
step border "control of the border returns" by VDR
step elections "local elections" by OSK  after border
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Related
from casus.lint.checklist import listed, span_of
from casus.lint.draft import Draft
from casus.lint.norms import actors_of, circles, two_sides, waits_for
from casus.lint.rule import Finding, Searched, rule


@rule("L33", "sequence-deadlock", "S")
def sequence_deadlock(draft: Draft) -> Iterator[Finding | Searched]:
    circular = False
    for circle in circles(waits_for(draft)):
        if "force" in circle or not two_sides(draft, circle):
            continue
        circular = True
        names = tuple(dict.fromkeys(x.rpartition(" ")[2] for x in circle))
        yield Finding(
            f"each side waits for the other and nothing begins: {' waits for '.join((*names, names[0]))}",
            span_of(draft, names[0]),
            names,
            tuple(Related(f"{x} waits for what comes after it in the circle", span_of(draft, x)) for x in names[1:]),
            "let one side begin, in parts if need be, or give both a date that does not wait",
        )
    if not circular:
        mutual = list(_hostages(draft))
        yield from mutual or _held_up(draft)


def _hostages(draft: Draft) -> Iterator[Finding]:
    """The first pair of waits that hold each other, without a circle."""
    waits = list(_waits(draft))
    for one, other in waits:
        for theirs, ours in waits:
            left, right = actors_of(draft, one), actors_of(draft, other)
            if {one, other} != {theirs, ours} and actors_of(draft, theirs) == right and actors_of(draft, ours) == left:
                yield Finding(
                    f"{one} waits for {other}, and {theirs} for {ours}; neither {other} nor {ours} has a date, so that each "
                    "side can hold the other's step for ever",
                    span_of(draft, one),
                    (one, other, theirs, ours),
                    (Related(f"{theirs} waits for {ours}", span_of(draft, theirs)),),
                    f"give {other} and {ours} a date, and say what follows where it passes",
                )
                return


def _held_up(draft: Draft) -> Iterator[Finding]:
    """A step of one side on which two or more others wait, in one step or several."""
    a = draft.agreement
    for step in a.steps.values():
        if step.after or not actors_of(draft, step.name):
            continue
        waiting = _after(draft, step.name)
        others = [x for x in waiting if _apart(draft, step.name, x)]
        if len(waiting) > 1 and others:
            who = listed(sorted(actors_of(draft, step.name)))
            yield Finding(
                f"{listed(waiting)} wait for {step.name}, which {who} alone takes and which has no date",
                step.span,
                (step.name, *waiting),
                tuple(Related(f"{x} waits for it", span_of(draft, x)) for x in waiting),
                f"say by when {step.name} is taken, and what follows where it is not",
            )


def _after(draft: Draft, name: str) -> tuple[str, ...]:
    """The steps that wait for one, directly or by way of others, in the order of the text."""
    held = {name}
    while True:
        more = {x.name for x in draft.agreement.steps.values() if set(x.after) & held} - held
        if not more:
            return tuple(x for x in draft.agreement.steps if x in held and x != name)
        held |= more


def _waits(draft: Draft) -> Iterator[tuple[str, str]]:
    """What one side does only after something that the other side owes without a date."""
    a = draft.agreement
    for step in a.steps.values():
        for name in step.after:
            if _undated(draft, name) and _apart(draft, step.name, name):
                yield step.name, name
    for norm in a.norms.values():
        for signal in norm.upon:
            if signal.kind == "fulfilment" and _undated(draft, signal.name) and _apart(draft, norm.name, signal.name):
                yield norm.name, signal.name


def _undated(draft: Draft, name: str) -> bool:
    norm = draft.agreement.norms.get(name)
    return name in draft.agreement.steps or (norm is not None and norm.kind == "obligation" and norm.due is None)


def _apart(draft: Draft, one: str, other: str) -> bool:
    left, right = actors_of(draft, one), actors_of(draft, other)
    return bool(left) and bool(right) and not left & right
