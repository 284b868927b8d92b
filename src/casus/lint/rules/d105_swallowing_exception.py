"""Swallowing exception: it covers all that its definition covers, or whoever it binds can always invoke it.

Covers: L21

## What it finds

- An exception whose condition holds for every event of its definition: nothing is left of the definition.
- An exception that the actor itself can bring about for every event, without limit: each act is made good afterwards
  (`cured by …`) and nothing says `not repeated`, nothing is found by anybody. Every violation of a campaign can be undone on
  paper.
- An exception for what answers somebody else's act (`follows …` without `by`), where the text itself names an actor whose
  acts may be attributed to the one that is watched, and no body has to find anything: the formation strikes first, its patron
  replies, and the reply is excused.

The record shows a trigger that is met without the exception and is never met with it.

It is silent where `repeated` limits the exception, where a finding is asked for, and where `by` names who must have acted
before.

## Why it matters

What reads as a case at the margin covers the whole rule as soon as whoever is bound by it can choose to stand in it. A state
that denies being a party to a conflict can reply to what its own side began: who was a party to the truces of Minsk stayed
in dispute as long as they lasted (as told by the press).

## Example

```casus
exception accident to violation
  when cured by regret within 24 hours after report
```

Who says each time that he is sorry has violated nothing.

## Better

```casus
exception accident to violation
  when cured by regret within 24 hours after report and not repeated within 30 days
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casus import acts
from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.scenario import Line
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.search.context import branches, surroundings
from casus.lint.search.limits import consequential
from casus.lint.search.meet import Meeter, Meeting, Wanted
from casus.lint.search.outcomes import Assume, Sample
from casus.lint.stage import expect
from casus.time import Instant

_FREE = Assume(findings="free", others="free")


@rule("D105", "swallowing-exception", "M")
def swallowing_exception(draft: Draft) -> Iterator[Finding | Searched]:
    """One finding for each exception that leaves nothing."""
    meeter = Meeter(draft)
    for exception in draft.agreement.exceptions.values():
        if exception.to not in draft.agreement.definitions:
            continue
        found = _covers_all(draft, meeter, exception) or _at_will(draft, meeter, exception)
        if found is not None:
            yield found
    yield Searched(f"{len(draft.agreement.exceptions)} exceptions, {meeter.extent}")


# ---------------------------------------------------------------- it covers everything


def _covers_all(draft: Draft, meeter: Meeter, exception: n.ExceptionDecl) -> Finding | None:
    a = draft.agreement
    judge = meeter.shapes.judge
    samples: list[Sample] = []
    for kind in sorted(a.event_types(exception.to)):
        actors = [*sorted(a.nonparties), *sorted(a.parties)] if a.events[kind].field_named("by") is not None else [None]
        for shape in meeter.shapes.of(kind):
            for actor in actors:
                sample = shape.sample(actor)
                if True in judge.before_exceptions(sample, exception.to, _FREE):
                    if judge.cond(sample, exception.when, _FREE) != {True} or a.exceptions_to(exception.name):
                        return None
                    samples.append(sample)
        if kind in meeter.shapes.cut_short:
            return None
    reading = [name for name in consequential(a, draft.effects_of) if exception.to in draft.read_by(name)]
    if not samples or not reading:
        return None
    at = meeter.instant(reading[0])
    lines = [_report(meeter, at, sample, index) for index, sample in enumerate(samples[:12])]
    expects = [expect("met", name, times=0, at=at) for name in reading if not meeter.met(lines, at, name)]
    return Finding(
        f"{exception.name} takes out every event that is {exception.to}: nothing is left of it",
        exception.span,
        (exception.name, exception.to),
        (Related(f"{exception.to} is defined here", a.definitions[exception.to].span),),
        "narrow the exception, or leave the definition out",
        Witness(
            meeter.stage.scenario(f"every kind of {exception.to} is {exception.name}", lines, expects),
            f"{len(lines)} events, one of every shape that is {exception.to}, are all {exception.name}",
            smallest=False,
        )
        if expects
        else None,
    )


def _report(meeter: Meeter, at: Instant, sample: Sample, index: int) -> Line:
    declared = [f.name for f in meeter.agreement.events[sample.event].fields]
    fields = {name: sample.fields[name] for name in declared if name in sample.fields}
    return meeter.stage.report(at, sample.event, f"{sample.event}_{index + 1}", sample.actor, fields, meeter.stage.top_rungs())


# ---------------------------------------------------------------- it can always be invoked


def _at_will(draft: Draft, meeter: Meeter, exception: n.ExceptionDecl) -> Finding | None:
    """An exception that each event of a campaign can be given, by its own actor or by one that acts for it."""
    a = draft.agreement
    for trigger in consequential(a, draft.effects_of):
        if exception.to not in draft.read_by(trigger):
            continue
        for actor in sorted(draft.watched) or [*sorted(a.nonparties), *sorted(a.parties)]:
            proxies = sorted(x.actor for x in a.attributables if x.to == actor)
            for branch in branches(exception.when):
                if not _free(branch, proxies):
                    continue
                found = _invoked(draft, meeter, exception, branch, trigger, actor, proxies)
                if found is None:
                    continue
                lines, at, number = found
                expects = [expect("met", trigger, times=0, at=at)]
                return Finding(
                    f"{actor} can invoke {exception.name} for each event that is {exception.to}, and {trigger} is never met",
                    exception.span,
                    (exception.name, exception.to, trigger),
                    (Related(f"{trigger} reads {exception.to}", a.triggers[trigger].place("when")),),
                    "limit it (`not repeated within …`), say whose act it must answer, or let a body find that it applies",
                    Witness(
                        meeter.stage.scenario(f"{exception.name} each time, and {trigger} is not met", lines, expects),
                        f"{number} events that would meet {trigger} are each made {exception.name}, and it is not met",
                        smallest=False,
                    ),
                )
    return None


def _free(branch: Sequence[tuple[n.Cond, bool]], proxies: Sequence[str]) -> bool:
    """Whether the actor needs nobody but itself and those who act for it, as often as it likes."""
    invoked = False
    for atom, holds in branch:
        match atom:
            case n.CRepeated() | n.CRef():
                return False
            case n.CCured() if holds:
                invoked = True
            case n.CFollows(by=by) if holds:
                if by is not None or not proxies:
                    return False
                invoked = True
            case _:
                continue
    return invoked


def _invoked(
    draft: Draft,
    meeter: Meeter,
    exception: n.ExceptionDecl,
    branch: Sequence[tuple[n.Cond, bool]],
    trigger: str,
    actor: str,
    proxies: Sequence[str],
) -> tuple[tuple[Line, ...], Instant, int] | None:
    a = draft.agreement
    for meeting in meeter.meetings(trigger, Wanted(actor=actor)):
        lines = list(meeting.lines)
        number = 0
        for line in meeting.lines:
            if isinstance(line.act, acts.Report):
                number += 1
                sample = Sample(line.act.event, line.act.actor, line.act.fields)
                when = a.instant(line.start)
                around = surroundings(meeter, sample, line.act.id, when, branch, proxies, f"{exception.name}_{number}")
                if around is None:
                    break
                lines += around
        else:
            record = tuple(sorted(lines, key=lambda x: x.start.text))
            at = _later(meeting, meeter)
            if number and not meeter.met(record, at, trigger):
                return record, at, number
    return None


def _later(meeting: Meeting, meeter: Meeter) -> Instant:
    return meeting.at + meeter.settling
