"""Severity inversion: the graver trigger asks less than the lesser one, or takes its place and loses its consequences.

## What it finds

Two triggers of which one is declared graver (`severity`) and presupposes the other, and

- both measure the same (the same events, by the same actors, counted or added up), and the graver one asks for no more, in
  a window that is no shorter, at rungs that are no higher, and for less in one of them: whatever meets the lesser one has
  met the graver one before; or
- the graver one `absorbs` or `adds to` the lesser one and can be met while the lesser one is not, and something that the
  lesser one brings about then never comes: no norm, effect or decision of the graver one stands in for it.

The first is read off the text and shown by a record; the second is searched for: the rule builds the records that meet the
graver trigger, one for each way its condition can come true, and looks at what they leave out.

## Why it matters

A ladder of consequences works only if its steps are climbed in order. Where the step above can be reached without the one
below, the parties find themselves with sanctions due and nobody convened; where the graver one asks less, the lesser one is
dead letter. (A fault of drafts that grow by amendment: general knowledge.)

## Example

```casus
trigger incident severity 1
  when count of strike by OSK >= 5 within rolling 72 hours
trigger attack severity 2
  when count of strike by OSK >= 3 within rolling 7 days
```

Three strikes within a week are an attack before they can be an incident.

## Better

```casus
trigger incident severity 1
  when count of strike by OSK >= 3 within rolling 7 days
trigger attack severity 2
  when count of strike by OSK >= 5 within rolling 72 hours
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.scenario import Line
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.search.meet import Meeter, Meeting
from casus.lint.search.shapes import edge
from casus.lint.stage import expect, smallest

_Measured = n.TCount | n.TSum | n.TDistinct


@rule("T203", "severity-inversion", "M")
def severity_inversion(draft: Draft) -> Iterator[Finding | Searched]:
    """One finding for each pair, the graver trigger first."""
    a = draft.agreement
    meeter = Meeter(draft)
    pairs = 0
    for graver in a.triggers.values():
        for lesser in a.triggers.values():
            if int(graver.severity) <= int(lesser.severity):
                continue
            pairs += 1
            finding = _asks_less(draft, meeter, graver, lesser) or _loses(draft, meeter, graver, lesser)
            if finding is not None:
                yield finding
    yield Searched(f"{pairs} pairs of triggers of different severity, {meeter.extent}")


# ---------------------------------------------------------------- it asks less


def _asks_less(draft: Draft, meeter: Meeter, graver: n.TriggerDecl, lesser: n.TriggerDecl) -> Finding | None:
    a = draft.agreement
    ours = [p for p in _branches(graver.when) if isinstance(p, _Measured)]
    theirs = _branches(lesser.when)
    for mine in ours:
        if not theirs or not all(isinstance(x, _Measured) and _less(a, (graver, mine), (lesser, x)) for x in theirs):
            continue
        meeting = next((m for m in meeter.meetings(graver.name) if not meeter.met(m.lines, m.at, lesser.name)), None)
        if meeting is None:
            continue
        return Finding(
            f"{graver.name} is graver than {lesser.name} and asks for less: whatever meets {lesser.name} has met it before",
            graver.place("when"),
            (graver.name, lesser.name),
            (Related(f"{lesser.name} asks for this", lesser.place("when")),),
            "let the graver trigger ask for more, or change the severities",
            _witness(meeter, graver.name, lesser.name, meeting),
        )
    return None


def _branches(cond: n.TCond) -> tuple[n.TCond, ...]:
    if isinstance(cond, n.TOr):
        return tuple(branch for part in cond.parts for branch in _branches(part))
    return (cond,)


def _less(a: Agreement, graver: tuple[n.TriggerDecl, _Measured], lesser: tuple[n.TriggerDecl, _Measured]) -> bool:
    """Whether the graver one asks the same of the same events, for no more in anything, and for less in something."""
    (g, mine), (h, other) = graver, lesser
    same = type(mine) is type(other) and (mine.name, a.by(mine.by)) == (other.name, a.by(other.by))
    parts = ("quantity", "what")
    if not same or any(getattr(mine, part, None) != getattr(other, part, None) for part in parts):
        return False
    if mine.threshold.op in ("<", "<=") or other.threshold.op in ("<", "<=") or g.excluding or h.counting_provisional:
        return False
    windows = _window(mine.window), _window(other.window)
    numbers = edge(mine.threshold), edge(other.threshold)
    rungs = [(_rung(a, g, ladder), _rung(a, h, ladder)) for ladder in a.ladders]
    if windows[0] is None or windows[1] is None or windows[0] < windows[1]:
        return False
    if numbers[0] > numbers[1] or any(x > y for x, y in rungs):
        return False
    return windows[0] > windows[1] or numbers[0] < numbers[1] or any(x < y for x, y in rungs)


def _window(window: n.Window) -> float | None:
    """How long it looks back; None where that cannot be compared."""
    match window:
        case n.Rolling(dur=dur, closed=closed):
            return dur.duration.us + (0.5 if closed else 0)
        case n.Since(moment=None):
            return float("inf")
        case _:
            return None


def _rung(a: Agreement, trigger: n.TriggerDecl, ladder: str) -> int:
    return next((a.ladders[ladder].rungs.index(x.rung) for x in trigger.needs if x.ladder == ladder), 0)


# ---------------------------------------------------------------- it loses consequences


def _loses(draft: Draft, meeter: Meeter, graver: n.TriggerDecl, lesser: n.TriggerDecl) -> Finding | None:
    if lesser.name not in graver.absorbs and lesser.name not in graver.adds_to:
        return None
    if lesser.name in graver.adds_to:
        return None  # what follows from the lesser one follows then, too
    things = {*draft.agreement.norms, *draft.agreement.automatics, *draft.agreement.decisions}
    own = set(draft.downstream(graver.name))
    lost = [x for x in draft.downstream(lesser.name) if x in things and x not in own]
    if not lost:
        return None
    for meeting in meeter.meetings(graver.name):
        if not meeter.met(meeting.lines, meeting.at, lesser.name):
            return Finding(
                f"{graver.name} takes the place of {lesser.name} and can be met without it: {_some(lost)} then never comes",
                graver.place("absorbs", "when"),
                (graver.name, lesser.name),
                (Related(f"{lost[0]} comes by {lesser.name} only", lesser.span),),
                f"let {graver.name} bring about what {lesser.name} does, or let it add to {lesser.name}",
                _witness(meeter, graver.name, lesser.name, meeting),
            )
    return None


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _witness(meeter: Meeter, graver: str, lesser: str, meeting: Meeting) -> Witness:
    def bad(lines: Sequence[Line]) -> bool:
        state = meeter.state(lines, meeting.at)
        met = {x.trigger for x in state.activations if x.reversed is None}
        return graver in met and lesser not in met

    lines = smallest(meeting.lines, bad) if len(meeting.lines) <= 60 else meeting.lines
    expects = [expect("met", graver, times=1, at=meeting.at), expect("met", lesser, times=0, at=meeting.at)]
    scenario = meeter.stage.scenario(f"{graver} is met and {lesser} is not", lines, expects)
    return Witness(scenario, f"{graver}, the graver one, is met, and {lesser} is not", smallest=len(meeting.lines) <= 60)
