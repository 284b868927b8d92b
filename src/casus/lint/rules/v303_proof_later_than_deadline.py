"""Proof later than deadline: the time in which something is proven is longer than the time that hangs on it.

## What it finds

How long proof may take stands in the text: the time that a ladder leaves to its bodies before they count as silent, the date
of a finding with the decision that it escalates to. Windows look at when a thing happened, so that late proof takes nothing
from them. Four other times run while the proof is still awaited:

1. a date counted from the event or its report (`due 24 hours after report`, also of a power's end, an approval, a
   determination or a vote): the duty is breached, the power over, the question closed in the instant in which it comes about;
2. `stale after`: what is proven later than that never counts;
3. a cure: it counts at the rungs of the trigger that reads it, and what is not proven by its date is no cure. The trigger is
   met, and reversed when the proof comes; what it called stands;
4. an act that has to come within a time of another (`no notice within 24 hours after strike`): done in time and proven later
   it counts as left out.

It is silent on `repeated within`: a repetition that is proven late counts from then on, and nothing is lost meanwhile.

## Why it matters

Monitors need time: a patrol that is let through the next day reports the day after. Under the compact of this project's
example the attribution of a strike may take 72 hours, while the accident that is made good within 24 hours is to be excused.
In the Iran arrangement each stage had its days, and the stages were longer together than the notice that some exports needed
(general knowledge).

## Example

```casus
ladder occurrence = reported < confirmed
  level confirmed by mission
  if silent 48 hours after report lapses
trigger attack severity 2
  when any strike by OSK
  needs occurrence confirmed
obligation consult
  upon attack
  debtor every guarantor  creditor VDR
  to consult
  due 24 hours after report
```

## Better

```casus
ladder occurrence = reported < confirmed
  level confirmed by mission
  if silent 48 hours after report lapses
trigger attack severity 2
  when any strike by OSK
  needs occurrence confirmed
obligation consult
  upon attack
  debtor every guarantor  creditor VDR
  to consult
  due 24 hours after activation
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from casus import acts
from casus.diagnostics import Related, Span
from casus.language import nodes as n
from casus.language.check.walk import atoms, conditions
from casus.language.scenario import Expect, Line
from casus.lint.draft import Draft
from casus.lint.happenings import events_of
from casus.lint.life import Brought, Play, known
from casus.lint.norms import Limit, counted_from_event, granting, proof
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.stage import expect
from casus.time import HOUR, MINUTE, Duration, Instant


@rule("V303", "proof-later-than-deadline", "M")
def proof_later_than_deadline(draft: Draft) -> Iterator[Finding | Searched]:
    play = Play(draft)
    found: list[Finding] = []
    for trigger in draft.agreement.triggers.values():
        limit = proof(draft, trigger)
        if limit is not None:
            found += _dates(play, trigger, limit)
            found += _stale(play, trigger, limit)
            found += _absences(play, trigger, limit)
    found += _cures(play)
    yield from found
    if not any(x.witness is not None for x in found):
        yield Searched(f"{play.tried} records in which proof comes as late as the text lets it")


def _help() -> str:
    return "count the time from `activation` or `verification`, or make it longer than the proof may take"


def _because(play: Play, limit: Limit) -> Related:
    return Related(limit.words, play.agreement.ladders[limit.about].place("silence", "name"))


# ---------------------------------------------------------------- late proof on the record


@dataclass(frozen=True, slots=True)
class _Late:
    """A record on which the trigger is met only when the bodies have spoken, `length` after the report."""

    lines: tuple[Line, ...]
    reported: Instant
    proven: Instant


def _unproven(lines: Sequence[Line]) -> list[Line]:
    return [replace(x, act=replace(x.act, stands_for=())) if isinstance(x.act, acts.Report) else x for x in lines]


def _words(play: Play, needs: Sequence[n.Needs], names: Sequence[str], at: Instant) -> list[Line]:
    """The bodies say the rungs that are needed, of each event."""
    said = []
    for need in needs:
        body = granting(play.draft, need.ladder, need.rung)
        ladder = play.agreement.ladders[need.ladder]
        if body is None or ladder.rungs.index(need.rung) == 0:
            continue
        said += [play.stage.line(at, acts.Adjudication(body, name, need.rung, need.ladder)) for name in names]
    return said


def _late(play: Play, trigger: n.TriggerDecl, deadline: Duration) -> _Late | None:
    met = play.met(trigger.name, play.start)
    if met is None:
        return None
    lines = _unproven(met.lines)
    reports = [x for x in lines if isinstance(x.act, acts.Report)]
    names = [x.act.id for x in reports if isinstance(x.act, acts.Report)]
    if not names:
        return None
    reported = max(known(x, play.agreement) for x in reports)
    proven = reported + deadline + HOUR
    return _Late((*lines, *_words(play, trigger.needs, names, proven)), reported, proven)


# ---------------------------------------------------------------- 1. dates counted from the event


def _dates(play: Play, trigger: n.TriggerDecl, limit: Limit) -> Iterator[Finding]:
    a = play.agreement
    for norm in a.norms.values():
        if not any(s.kind is None and s.name == trigger.name for s in norm.upon):
            continue
        for clause, date, state in (
            ("due", norm.due if norm.kind == "obligation" else None, "breached"),
            ("lapses", norm.lapses, "lapsed"),
            ("approval", norm.approval, "refused" if norm.kind == "power" else "lapsed"),
        ):
            length = counted_from_event(date)
            if length is not None and limit.longer_than(length):
                expected = expect("norm", norm.name, who=a.who(norm.debtor)[0], state=state)
                yield from _born_late(play, trigger, limit, length, expected, norm.place(clause))
    for determination in a.determinations.values():
        length = counted_from_event(determination.due) if determination.of == trigger.name else None
        if length is not None and limit.longer_than(length):
            state = "escalated" if determination.escalates_to is not None else "lapsed"
            yield from _born_late(
                play, trigger, limit, length, expect("status", determination.name, state=state), determination.place("due")
            )
    for decision in a.decisions.values():
        opens = any(s.kind is None and s.name == trigger.name for s in decision.opens_upon)
        length = counted_from_event(decision.closes) if opens and decision.closes is not None else None
        if length is not None and limit.longer_than(length):
            state = "escalated" if decision.if_silent_escalates_to is not None else (decision.if_silent or "rejected")
            yield from _born_late(
                play, trigger, limit, length, expect("status", decision.name, state=state), decision.place("closes")
            )


def _born_late(
    play: Play, trigger: n.TriggerDecl, limit: Limit, length: Duration, expected: Expect, span: Span | None
) -> Iterator[Finding]:
    name, state = expected.name, expected.state
    late = _late(play, trigger, length)
    if late is None:
        return
    expects = [expect("met", trigger.name, times=1, at=late.proven), _at(expected, late.proven)]
    outcome = f"{name} comes about {length + HOUR} after the report and is {state} in the same instant"
    witness = play.witness(f"{name} is {state} before it begins", late.lines, expects, outcome)
    if witness is not None:
        yield Finding(
            f"{name} has {length} from the event or its report, and the proof that {trigger.name} needs may take longer: it is "
            f"{state} in the instant in which it comes about",
            span,
            (name, trigger.name),
            (_because(play, limit),),
            _help(),
            witness,
        )


def _at(expected: Expect, at: Instant) -> Expect:
    return expect(expected.kind, expected.name, who=expected.who, state=expected.state, at=at)


# ---------------------------------------------------------------- 2. stale


def _stale(play: Play, trigger: n.TriggerDecl, limit: Limit) -> Iterator[Finding]:
    stale = play.agreement.header.stale_after
    if stale is None or not limit.longer_than(stale.duration):
        return
    late = _late(play, trigger, stale.duration)
    if late is None:
        return
    expects = [expect("met", trigger.name, times=0, at=late.proven + HOUR * 24)]
    names = [x.act.id for x in late.lines if isinstance(x.act, acts.Report)]
    rungs = [need.rung for need in trigger.needs if play.agreement.ladders[need.ladder].rungs.index(need.rung) > 0]
    expects += [expect("status", name, state=rungs[0], at=late.proven) for name in names[:1]]
    outcome = f"what {trigger.name} asks for is proven {stale.duration + HOUR} after it happened, and does not count any more"
    if not play.stage.replay(play.stage.scenario("stale", late.lines, expects)).passed:
        return
    yield Finding(
        f"what becomes proven later than {stale.duration} after it happened never counts, and the proof that {trigger.name} "
        "needs may take longer",
        play.agreement.header.place("stale_after"),
        (trigger.name,),
        (_because(play, limit),),
        "make the time after which an event is stale longer than the proof may take",
        play.witness(f"proven too late for {trigger.name}", (), expects, outcome, keep=late.lines),
    )


# ---------------------------------------------------------------- 3. cures


def _cures(play: Play) -> Iterator[Finding]:
    a = play.agreement
    for exception in a.exceptions.values():
        for cure in conditions(exception.when):
            length = counted_from_event(cure.due) if isinstance(cure, n.CCured) else None
            if not isinstance(cure, n.CCured) or length is None:
                continue
            reading = []
            for trigger in a.triggers.values():
                limit = proof(play.draft, trigger)
                if limit is not None and limit.longer_than(length) and exception.name in play.draft.read_by(trigger.name):
                    reading.append((trigger, limit))
            for trigger, limit in reading:
                witness = _unexcused(play, trigger, exception, cure, length)
                if witness is None:
                    continue
                also = [x.name for x, _ in reading if x.name != trigger.name]
                yield Finding(
                    f"{exception.name} asks for a {cure.name} within {length}, and {trigger.name} counts only what is proven, "
                    f"which may take longer: {trigger.name} is met by what was cured in time",
                    cure.span or exception.place("when"),
                    (exception.name, trigger.name, *also),
                    (_because(play, limit), Related(f"{trigger.name} reads it at these rungs", trigger.place("needs"))),
                    "count the cure's time from `verification`, or make it longer than the proof may take",
                    witness,
                )
                break


def _unexcused(
    play: Play, trigger: n.TriggerDecl, exception: n.ExceptionDecl, cure: n.CCured, length: Duration
) -> Witness | None:
    """The trigger met at a cure's date although the cure was made at once, and reversed when the cure is proven."""
    met = play.met(trigger.name, play.start)
    types = play.agreement.event_types(exception.to)
    if met is None:
        return None
    reports = [x for x in met.lines if isinstance(x.act, acts.Report) and x.act.event in types]
    cures: list[Line] = []
    for line in reports:
        assert isinstance(line.act, acts.Report)
        for sought in events_of(play.agreement, cure.name):
            answering = [x.name for x in play.agreement.events[sought.type].fields if x.type == "reference"]
            if answering:
                more = {answering[0]: acts.Word(line.act.id)}
                at = known(line, play.agreement) + HOUR
                cures += play.event(sought, at, line.act.actor, (), more)
                break
    if not cures:
        return None
    names = [x.act.id for x in cures if isinstance(x.act, acts.Report)]
    proven = max(met.at, max(known(x, play.agreement) for x in reports) + length) + HOUR
    lines = [*met.lines, *cures, *_words(play, trigger.needs, names, proven)]
    expects: list[Expect] = [
        expect("met", trigger.name, times=1, at=proven - MINUTE),
        expect("reversed", trigger.name, times=1, at=proven),
        *_standing(play, trigger, lines, proven),
    ]
    outcome = (
        f"what met {trigger.name} had been made good within the hour; when that is proven {trigger.name} is reversed, "
        "and what it called stands"
    )
    return play.witness(f"{trigger.name} by what was cured in time", lines, expects, outcome)


def _standing(play: Play, trigger: n.TriggerDecl, lines: Sequence[Line], at: Instant) -> list[Expect]:
    """What the trigger called and what stands when it is reversed: one norm is enough to show it."""
    for norm in play.state(lines, at).norms:
        if norm.cause.startswith(f"{trigger.name}@") and norm.state in ("in_force", "breached"):
            return [expect("norm", norm.name, who=norm.debtor[0], state=norm.state, at=at)]
    return []


# ---------------------------------------------------------------- 4. absences


def _absences(play: Play, trigger: n.TriggerDecl, limit: Limit) -> Iterator[Finding]:
    for atom in atoms(trigger.when):
        if not isinstance(atom, n.TAbsent) or not limit.longer_than(atom.dur.duration):
            continue
        met = play.met(trigger.name, play.start)
        witness = None if met is None else _done_unproven(play, trigger, atom, met)
        if witness is not None:
            yield Finding(
                f"{trigger.name} is met where no {atom.name} is proven within {atom.dur.duration} after {atom.after}, and the "
                "proof may take longer: what was done in time counts as left out",
                atom.span or trigger.place("when"),
                (trigger.name,),
                (_because(play, limit),),
                "give the absence a time that is longer than the proof may take, or let it need no more than a report",
                witness,
            )


def _done_unproven(play: Play, trigger: n.TriggerDecl, atom: n.TAbsent, met: Brought) -> Witness | None:
    by = atom.by
    at = play.start + MINUTE
    done = play.event_named(atom.name, at, by)
    if done is None:
        return None
    names = [x.act.id for x in done if isinstance(x.act, acts.Report)]
    proven = met.at + HOUR * 2
    lines = [*met.lines, *done, *_words(play, trigger.needs, names, proven)]
    expects = [
        expect("met", trigger.name, times=1, at=met.at),
        expect("reversed", trigger.name, times=1, at=proven),
    ]
    outcome = f"{atom.name} comes a minute after {atom.after}; {trigger.name} is met all the same, until it is proven"
    return play.witness(f"{trigger.name} by what was done in time", lines, expects, outcome)
