"""Window straddle: a fixed window splits a burst that a rolling one would catch.

Covers: L03, L51

## What it finds

A trigger counts or adds up `within fixed …`. Fixed windows follow one another from entry into force, and a burst that lies
across the boundary between two of them is counted in two halves: almost twice the threshold can happen within an hour and
reach it in neither window. The instants of the boundaries are known to everybody who knows when the text entered into force.

It is silent where the threshold is one, and where the same is also counted in a rolling window that is at least as long and
asks for no more.

## Why it matters

A limit per calendar period invites a rush before and after its end. Limits on exercises were met by splitting what was one
exercise into several parts that stood below the line each (Vienna Document, threshold of 13,000 troops; press reports on
the declared sizes, general knowledge). Who counts by the week gives whoever counts with him one day a week without a count.

## Example

```casus
trigger incident severity 1
  when count of strike by OSK >= 5 within fixed 7 days
```

Four strikes on Sunday evening and four on Monday morning are eight strikes in a night, and no incident.

## Better

```casus
trigger incident severity 1
  when count of strike by OSK >= 5 within rolling 7 days
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.language import nodes as n
from casus.language.check.walk import atoms, window
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_GROWS = ("=", ">", ">=")


@rule("T205", "window-straddle", "S")
def window_straddle(draft: Draft) -> Iterator[Finding | Searched]:
    """Each count, sum or ratio of a trigger in a fixed window that no rolling one backs."""
    every = [atom for trigger in draft.agreement.triggers.values() for atom in atoms(trigger.when)]
    for trigger in draft.agreement.triggers.values():
        for atom in atoms(trigger.when):
            fixed = window(atom)
            if not isinstance(fixed, n.Fixed) or not _splits(atom) or any(_backs(other, atom) for other in every):
                continue
            length = f"{fixed.dur.number.text} {fixed.dur.unit}"
            message = f"`{trigger.name}` {_counts(atom)} within fixed {length}: {_unseen(atom)} on both sides of a boundary"
            yield Finding(
                f"{message} reach the threshold in neither window",
                getattr(atom, "span", None) or trigger.span,
                (trigger.name,),
                help=f"count within rolling {length}, or in both",
            )


def _splits(atom: n.TAtom) -> bool:
    """Whether two halves can each stay below what the whole reaches."""
    match atom:
        case n.TCount(threshold=threshold) | n.TDistinct(threshold=threshold):
            return threshold.op in _GROWS and threshold.number.value > (0 if threshold.op == ">" else 1)
        case n.TSum(threshold=threshold):
            return threshold.op in _GROWS and threshold.number.value > 0
        case n.TMet(times=times):
            return times.value > 1
        case n.TRate(op=op):
            return op in _GROWS
        case _:
            return False


def _backs(other: n.TAtom, atom: n.TAtom) -> bool:
    """Whether `other` asks the same in a rolling window that is no shorter, and for no more."""
    if type(other) is not type(atom):
        return False
    rolling, fixed = window(other), window(atom)
    if not isinstance(rolling, n.Rolling | n.Since) or not isinstance(fixed, n.Fixed):
        return False
    if isinstance(rolling, n.Rolling) and rolling.dur.duration < fixed.dur.duration:
        return False
    same = ("name", "by", "quantity", "what", "baseline")
    if any(getattr(other, part, None) != getattr(atom, part, None) for part in same):
        return False
    return _asked(other) <= _asked(atom)


def _asked(atom: n.TAtom) -> tuple[object, ...]:
    match atom:
        case n.TMet(times=number) | n.TRate(factor=number):
            return (number.value, False)
        case n.TCount(threshold=t) | n.TDistinct(threshold=t) | n.TSum(threshold=t):
            return (t.number.value, t.op == ">")
        case _:
            return (0, False)


def _counts(atom: n.TAtom) -> str:
    match atom:
        case n.TSum(quantity=quantity, name=name):
            return f"adds up {quantity} of {name}"
        case n.TDistinct(what=what, name=name):
            return f"counts distinct {what} of {name}"
        case n.TMet(name=name):
            return f"counts how often {name} is met"
        case _:
            return f"counts {getattr(atom, 'name', 'events')}"


def _unseen(atom: n.TAtom) -> str:
    """The most that a split hides."""
    match atom:
        case n.TCount(threshold=t, name=name):
            most = int(t.number.value) if t.op == ">" else -int(-t.number.value // 1) - 1
            return f"{2 * most} of {name}"
        case n.TMet(times=times, name=name):
            return f"{2 * (int(times) - 1)} times {name}"
        case n.TSum(threshold=t):
            return f"almost {2 * t.number.value:f} in sum"
        case _:
            return "almost twice as many"
