"""Clashing exceptions: one event is exempt and counted at once.

## What it finds

- An exception to a wide definition that a graver one beside it does not know: every event of the graver definition is one of
  the wide one too, but the graver one is made of the events themselves and not of the wide definition. What the exception
  excuses there is counted here, and a trigger with a consequence reads it.
- Two exceptions to one definition, one of which has an exception of its own: an event can be taken out by the one and put
  back by the exception to the other. The text does not say which of the two prevails.

It is silent where the graver definition is made of the wide one, and where an exception of its own says the same.

## Why it matters

Self-defence is the case. A text excuses the return of fire in its definition of a violation and forgets it in its definition
of an attack: the reply of the one who was hit then sets off what was meant against the one who hit. (A party's own right to
defend itself stands beside every text, Article 51 of the Charter; what a text counts is another question.)

## Example

```casus
define violation means strike where at in territory
define armed_attack means strike where at in territory and killed >= 10
exception self_defence to violation
  when follows violation within 6 hours and proportionate
```

A proportionate reply that kills ten is no violation, and an armed attack.

## Better

```casus
define violation means strike where at in territory
exception self_defence to violation
  when follows violation within 6 hours and proportionate
define armed_attack means violation where killed >= 10
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Final

from casus.acts import Report
from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.check.walk import atoms, conditions
from casus.language.scenario import Line
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.search.context import branches, judged, surroundings
from casus.lint.search.limits import consequential
from casus.lint.search.meet import Meeter
from casus.lint.search.outcomes import Assume, Sample
from casus.lint.stage import expect
from casus.time import DAY, Instant

_FREE: Final = Assume(findings="free", others="free")
_SHAPES: Final = 12

_Shown = tuple[tuple[Line, ...], str, Instant]
"""A record, the event in it that it is about, and an instant after it."""


@rule("D104", "clashing-exceptions", "M")
def clashing_exceptions(draft: Draft) -> Iterator[Finding | Searched]:
    """One finding for each exception that a graver definition forgets, and for each pair that pulls both ways."""
    meeter = Meeter(draft)
    for wide in draft.agreement.definitions:
        yield from _forgotten(draft, meeter, wide)
    for first, second in permutations(draft.agreement.exceptions.values(), 2):
        if first.to == second.to:
            found = _both_ways(draft, meeter, first, second)
            if found is not None:
                yield found
    yield Searched(f"{len(draft.agreement.exceptions)} exceptions, {meeter.extent}")


# ---------------------------------------------------------------- exempt here, counted there


def _forgotten(draft: Draft, meeter: Meeter, wide: str) -> Iterator[Finding]:
    """One finding for each graver definition that the exceptions to a wide one do not reach."""
    a = draft.agreement
    said: set[str] = set()
    for trigger in consequential(a, draft.effects_of):
        decl = a.triggers[trigger]
        for atom in atoms(decl.when):
            if not isinstance(atom, n.TAny | n.TCount) or atom.name not in a.definitions or atom.name in said:
                continue
            if atom.name == wide or wide in decl.excluding or not _within(draft, meeter, atom.name, wide):
                continue
            shown = {
                exception.name: found
                for exception in a.exceptions_to(wide)
                if exception.name not in decl.excluding and (found := _excused(draft, meeter, exception, trigger)) is not None
            }
            if shown:
                said.add(atom.name)
                yield _counted_there(meeter, wide, atom.name, trigger, shown)


def _counted_there(meeter: Meeter, wide: str, graver: str, trigger: str, shown: Mapping[str, _Shown]) -> Finding:
    a = meeter.agreement
    first, (lines, event, at) = next(iter(shown.items()))
    return Finding(
        f"what {' or '.join(shown)} takes out of {wide} is still {graver}, and {trigger} is met by it",
        a.exceptions[first].span,
        (first, graver, trigger),
        (Related(f"{graver} is made of the events, not of {wide}", a.definitions[graver].span),),
        f"let {graver} mean {wide}, or make an exception to {graver} too",
        Witness(
            meeter.stage.scenario(
                f"{event} is {first} and still meets {trigger}", lines, [expect("met", trigger, times=1, at=at)]
            ),
            f"{event} is excused as {first} and is no {wide}, and {trigger} is met by it",
            smallest=False,
        ),
    )


def _within(draft: Draft, meeter: Meeter, graver: str, wide: str) -> bool:
    """Whether every event of the one is, before exceptions, one of the other, which is not built into it."""
    a = draft.agreement
    if wide in _built_on(draft, graver) or not a.event_types(graver) <= a.event_types(wide) or graver in _built_on(draft, wide):
        return False
    if not a.event_types(graver) or a.exceptions_to(graver):
        return False
    some = False
    for kind in sorted(a.event_types(graver)):
        for shape in meeter.shapes.of(kind):
            sample = shape.sample(None)
            if True in meeter.shapes.judge.before_exceptions(sample, graver, _FREE):
                some = True
                if True not in meeter.shapes.judge.before_exceptions(sample, wide, _FREE):
                    return False
    return some


def _built_on(draft: Draft, name: str) -> frozenset[str]:
    """The definitions of which one is made, by way of `means` and of what its condition asks."""
    found: set[str] = set()
    todo = [name]
    while todo:
        decl = draft.agreement.definitions.get(todo.pop())
        if decl is not None and decl.name not in found:
            found.add(decl.name)
            todo += [*decl.means, *(x.name for x in conditions(decl.where) if isinstance(x, n.CRef))]
    return frozenset(found - {name})


def _excused(draft: Draft, meeter: Meeter, exception: n.ExceptionDecl, trigger: str) -> _Shown | None:
    """A record with an event that the exception takes out of the wide definition, and that meets the trigger."""
    for line, report in _single(draft, meeter, trigger):
        found = _surrounded(draft, meeter, line, report, (exception,))
        if found is None:
            continue
        lines, at = found
        excused = judged(meeter, lines, at, report.id, exception.name) is True
        excused = excused and judged(meeter, lines, at, report.id, exception.to) is False
        if excused and meeter.met(lines, at, trigger):
            return lines, report.id, at
    return None


def _single(draft: Draft, meeter: Meeter, trigger: str) -> Iterator[tuple[Line, Report]]:
    """A single report that should meet the trigger, in each shape that its event can have."""
    a = draft.agreement
    for meeting in meeter.meetings(trigger):
        reports = [(line, line.act) for line in meeting.lines if isinstance(line.act, Report)]
        if len(reports) != 1:
            continue
        line, report = reports[0]
        yield line, report
        declared = [f.name for f in a.events[report.event].fields]
        for shape in meeter.shapes.of(report.event)[:_SHAPES]:
            stated = shape.sample(report.actor).fields
            fields = {name: stated[name] for name in declared if name in stated}
            if fields != report.fields:
                other = replace(report, fields=fields)
                yield replace(line, act=other), other


def _surrounded(
    draft: Draft, meeter: Meeter, line: Line, report: Report, exceptions: Sequence[n.ExceptionDecl]
) -> tuple[tuple[Line, ...], Instant] | None:
    """The report with what it takes for all of these exceptions to hold, and an instant after it; None where that cannot be."""
    a = draft.agreement
    when = a.instant(line.start)
    sample = Sample(report.event, report.actor, report.fields)
    lines = [line]
    for exception in exceptions:
        tried = (
            surroundings(meeter, sample, report.id, when, branch, _others(draft, report.actor), f"{exception.name}_of")
            for branch in branches(exception.when)
        )
        around = next((x for x in tried if x is not None), None)
        if around is None:
            return None
        lines += [x for x in around if x not in lines]
    return tuple(sorted(lines, key=lambda x: x.start.text)), when + DAY + meeter.settling


def _others(draft: Draft, actor: str | None) -> tuple[str, ...]:
    """Who may have acted before: those whom the text protects first, none whose acts can be attributed to the actor."""
    a = draft.agreement
    own = {actor, *(x.actor for x in a.attributables if x.to == actor)}
    others = [code for code in (*a.parties, *a.nonparties) if code not in own]
    return tuple(sorted(others, key=lambda code: (code not in draft.protected, code in a.nonparties, code)))


# ---------------------------------------------------------------- out by one, back by the other


def _both_ways(draft: Draft, meeter: Meeter, out: n.ExceptionDecl, other: n.ExceptionDecl) -> Finding | None:
    """`out` takes an event out; `other` would, too, but an exception to it puts the event back."""
    a = draft.agreement
    if out.to not in a.definitions:
        return None
    for back in a.exceptions_to(other.name):
        for trigger in consequential(a, draft.effects_of):
            if out.to not in draft.read_by(trigger):
                continue
            found = _pulled(draft, meeter, (out, other, back), trigger)
            if found is not None:
                lines, event, at = found
                expects = [expect("met", trigger, times=0, at=at)]
                return Finding(
                    f"one event can be {out.name}, which takes it out of {out.to}, and {back.name}, which puts it back",
                    out.span,
                    (out.name, back.name, other.name),
                    (Related(f"{back.name} restores what {other.name} takes out", back.span),),
                    f"say which prevails: make {back.name} an exception to {out.name} too, or narrow {out.name}",
                    Witness(
                        meeter.stage.scenario(f"{event} is {out.name} and {back.name} at once", lines, expects),
                        f"{event} is put back by {back.name} and taken out by {out.name}, and {trigger} is not met",
                        smallest=False,
                    ),
                )
    return None


def _pulled(
    draft: Draft, meeter: Meeter, three: tuple[n.ExceptionDecl, n.ExceptionDecl, n.ExceptionDecl], trigger: str
) -> _Shown | None:
    """A record with an event under all three exceptions, which the trigger then does not count."""
    out, _, back = three
    for line, report in _single(draft, meeter, trigger):
        found = _surrounded(draft, meeter, line, report, three)
        if found is None:
            continue
        lines, at = found
        held = all(judged(meeter, lines, at, report.id, x.name) is True for x in (out, back))
        if held and not meeter.met(lines, at, trigger):
            return lines, report.id, at
    return None
