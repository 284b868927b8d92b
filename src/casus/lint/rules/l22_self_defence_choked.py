"""Self-defence choked: the leave to answer comes after the attack is over.

Covers: L22

## What it finds

An exception excuses what answers an attack, within a time (`follows violation within 6 hours`), and it also asks for something
that takes longer than that time: a finding of a body, with the decision that it escalates to, or an event that is somebody's
duty and may come later (an order, a permission). And the definition is held against the party that defends itself: a
prohibition binds it, or a trigger counts its acts. Then, as long as answering is allowed, nobody who answers can know whether
it is. The witness is an answer in time that is a breach, or counts, all the same.

An exception that asks for an order in the report itself (a flag such as `ordered_by_leadership`) chokes in the same way where
the text does not give the order a time: who is fired upon may not answer until it comes.

It is silent where the finding is presumed to be yes until it is given (`else presumed_yes`), and where the exception is about
acts that nothing holds against the defender.

## Why it matters

Under the measures of July 2020 in Donbas return fire needed an order of the high command, after other means had failed
(reported); a firefight is over before such an order is written. A right that is granted by the time it is no longer needed is
none.

## Example

```casus
finding proportionate on strike by commission due 72 hours after report else presumed_no
define violation means strike where at in area
exception self_defence to violation
  when follows violation within 6 hours and proportionate
prohibition no_fire
  always
  debtor VDR
  forbids violation
```

## Better

```casus
finding proportionate on strike by commission due 72 hours after report else presumed_yes
define violation means strike where at in area
exception self_defence to violation
  when follows violation within 6 hours and proportionate
prohibition no_fire
  always
  debtor VDR
  forbids violation
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from casus import acts
from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.check.walk import conditions
from casus.language.scenario import Line
from casus.lint.checklist import span_of
from casus.lint.draft import Draft
from casus.lint.happenings import Sought, events_of
from casus.lint.life import Play
from casus.lint.norms import finding_limit
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.stage import expect
from casus.time import HOUR, MINUTE, Duration, Instant


@rule("L22", "self-defence-choked", "M")
def self_defence_choked(draft: Draft) -> Iterator[Finding | Searched]:
    play = Play(draft)
    spoken = False
    for exception in draft.agreement.exceptions.values():
        for leave in _leaves(draft, exception):
            for against in _held_against(draft, exception.to):
                witness = _choked(play, exception, leave, against)
                if witness is not None:
                    spoken = True
                    yield _finding(draft, exception, leave, against, witness)
                    break
        ordered = _unordered(play, exception)
        if ordered is not None:
            spoken = True
            yield ordered
    if not spoken:
        yield Searched(f"{play.tried} records of an answer in time, held against what forbids or counts it")


_Record = tuple[tuple[Line, ...], tuple[Line, ...]]
"""The attack, and the answer with what bodies say of it."""


@dataclass(frozen=True, slots=True)
class _Leave:
    """What the exception asks for besides the attack it answers, and how long that may take."""

    attack: n.CFollows
    name: str
    words: str
    takes: Duration
    presumed_no: bool


def _finding(
    draft: Draft, exception: n.ExceptionDecl, leave: _Leave, against: n.NormDecl | n.TriggerDecl, witness: Witness
) -> Finding:
    held = f"{against.name} forbids" if isinstance(against, n.NormDecl) else f"{against.name} counts"
    return Finding(
        f"{exception.name} excuses an answer within {leave.attack.dur.duration}, and {leave.words}: whoever answers "
        "cannot know whether it may",
        exception.place("when"),
        (exception.name, leave.name, against.name),
        (
            Related(f"{leave.name} is asked here", span_of(draft, leave.name)),
            Related(f"{held} what is not excused", against.place("forbids", "when")),
        ),
        "presume the answer lawful until the body has said otherwise (`else presumed_yes`), or let it be judged afterwards",
        witness,
    )


def _leaves(draft: Draft, exception: n.ExceptionDecl) -> Iterator[_Leave]:
    """Findings and owed events that the exception asks for beside `follows`, and that may take longer than its window."""
    a = draft.agreement
    parts = list(conditions(exception.when))
    attacks = [x for x in parts if isinstance(x, n.CFollows) and a.event_types(x.name) & a.event_types(exception.to)]
    for attack in attacks[:1]:
        window = attack.dur.duration
        for part in parts:
            if isinstance(part, n.CRef) and part.name in a.findings:
                finding, limit = a.findings[part.name], finding_limit(draft, part.name)
                if finding.presumed is True or limit is None or limit.length is None or limit.length <= window:
                    continue
                yield _Leave(attack, part.name, limit.words, limit.length, finding.presumed is False)
            elif isinstance(part, n.CFollows) and part is not attack:
                yield from _orders(draft, attack, part)


def _orders(draft: Draft, attack: n.CFollows, order: n.CFollows) -> Iterator[_Leave]:
    a = draft.agreement
    for norm in a.norms.values():
        done = norm.fulfilled_by or norm.used_by
        if done is None or not a.event_types(done) & a.event_types(order.name):
            continue
        due = norm.due if norm.kind == "obligation" else norm.approval or norm.lapses
        if isinstance(due, n.DueAfter) and isinstance(due.length, n.Dur) and due.length.duration > attack.dur.duration:
            who = ", ".join(a.who(norm.debtor))
            words = (
                f"{who} {'has' if len(a.who(norm.debtor)) == 1 else 'have'} {due.length.duration} for the {order.name} it needs"
            )
            yield _Leave(attack, order.name, words, due.length.duration, False)


def _held_against(draft: Draft, name: str) -> Iterator[n.NormDecl | n.TriggerDecl]:
    """Prohibitions and triggers that hold the definition against the protected or any other party of the text."""
    a = draft.agreement
    for norm in a.norms.values():
        if norm.kind == "prohibition" and norm.forbids == name:
            yield norm
    for trigger in a.triggers.values():
        if name in draft.read_by(trigger.name) and draft.downstream(trigger.name):
            yield trigger


def _defenders(draft: Draft, against: n.NormDecl | n.TriggerDecl) -> tuple[str, ...]:
    a = draft.agreement
    if isinstance(against, n.NormDecl):
        return tuple(x for x in a.who(against.debtor) if x in a.parties)
    return tuple(sorted(draft.protected)) if draft.protected else tuple(sorted(a.parties))


def _choked(play: Play, exception: n.ExceptionDecl, leave: _Leave, against: n.NormDecl | n.TriggerDecl) -> Witness | None:
    """An attack, an answer within the window, and the answer breached or counted when the time of the leave is over."""
    a = play.agreement
    for code in _defenders(play.draft, against):
        for attack in events_of(a, leave.attack.name):
            attackers = [x for x in play.actors(leave.attack.by, attack) if x not in (None, code)]
            for answer in events_of(a, exception.to) if attackers else ():
                if code not in play.actors(None, answer):
                    continue
                rungs, at = play.stage.top_rungs(), play.start + HOUR
                half = Duration(leave.attack.dur.duration.us // 2)
                first = play.event(attack, at, attackers[0], rungs)
                second = play.event(answer, at + half, code, rungs)
                over = at + half + leave.takes
                for late in _answers(play, leave, second, over):
                    witness = _held(play, against, code, (first, (*second, *late)), over, leave)
                    if witness is not None:
                        return witness
    return None


def _answers(play: Play, leave: _Leave, answer: tuple[Line, ...], over: Instant) -> Iterator[list[Line]]:
    """Nobody answers; or, where nothing is presumed, the body says no at the end of its time."""
    yield []
    finding = play.agreement.findings.get(leave.name)
    named = [x.act.id for x in answer if isinstance(x.act, acts.Report)]
    if finding is not None and named:
        yield [play.stage.line(over - MINUTE, acts.FindingAnswer(finding.body, finding.name, "no", named[-1]))]


def _held(
    play: Play, against: n.NormDecl | n.TriggerDecl, code: str, record: _Record, over: Instant, leave: _Leave
) -> Witness | None:
    attack, answer = record
    end = over + HOUR
    if isinstance(against, n.NormDecl):
        expects = [expect("norm", against.name, who=code, state="breached", at=end)]
        # an answer without leave is a breach by itself: the attack and the order that comes too late are shown all the same
        keep: tuple[Line, ...] = (*attack, *_ordered(play, leave, over))
        if leave.name in play.agreement.findings:
            expects.insert(0, expect("norm", against.name, who=code, state="in_force", at=over - MINUTE * 2))
            keep = ()
        outcome = (
            f"{code} answers within {leave.attack.dur.duration} and has breached {against.name} when the leave is not given"
        )
        lines = answer if keep else (*attack, *answer)
        return play.witness(f"{code} answers in time and breaches {against.name}", lines, expects, outcome, keep=keep)
    expects = [expect("met", against.name, times=1, at=end)]
    if play.stage.replay(play.stage.scenario("the attack alone", attack, expects)).passed:
        return None  # what is counted is the attack, not the answer
    outcome = f"{code} answers within {leave.attack.dur.duration}, and {against.name} is met by it when the leave is not given"
    return play.witness(f"{code} answers in time and meets {against.name}", (*attack, *answer), expects, outcome)


def _ordered(play: Play, leave: _Leave, over: Instant) -> tuple[Line, ...]:
    """The order, when its time is almost over."""
    for norm in play.agreement.norms.values():
        done = norm.fulfilled_by or norm.used_by
        if done is not None and leave.name not in play.agreement.findings:
            for sought in events_of(play.agreement, leave.name):
                giving = [x for x in play.actors(None, sought) if x in play.agreement.who(norm.debtor)]
                if giving and play.agreement.event_types(done) & {sought.type}:
                    return play.event(sought, over - MINUTE, giving[0], play.stage.top_rungs())
    return ()


# ---------------------------------------------------------------- orders that the report itself has to state

_ORDER: Final = re.compile(r"\b(order\w*|authori[sz]\w*|permi\w*|approv\w*|leave|command\w*|consent\w*)\b")


def _unordered(play: Play, exception: n.ExceptionDecl) -> Finding | None:
    """An answer that has everything the exception asks for but the order, and is a breach."""
    a = play.agreement
    flags = [x.name for x in conditions(exception.when) if isinstance(x, n.CRef) and _ORDER.search(x.name.replace("_", " "))]
    flags = [x for x in flags if x not in a.findings and x not in a.definitions and x not in a.exceptions]
    for ban in a.norms.values() if flags else ():
        if ban.kind != "prohibition" or ban.forbids != exception.to:
            continue
        witness = _without_order(play, exception, ban, flags[0])
        if witness is not None:
            return Finding(
                f"{exception.name} excuses an answer only once it is {flags[0].replace('_', ' ')}, and the text gives that no "
                "time: until then whoever is fired upon may not answer",
                exception.place("when"),
                (exception.name, ban.name),
                (Related(f"{ban.name} forbids what is not excused", ban.place("forbids")),),
                "let self-defence need no order, or let it be judged afterwards by a body with a date",
                witness,
            )
    return None


def _without_order(play: Play, exception: n.ExceptionDecl, ban: n.NormDecl, flag: str) -> Witness | None:
    a, at, minutes = play.agreement, play.start + HOUR, MINUTE * 15
    for answer in events_of(a, exception.name):
        if flag not in answer.fields:
            continue
        for code in [x for x in play.actors(None, answer) if x in a.who(ban.debtor)][:1]:
            others = [x for x in play.actors(None, answer) if x not in (None, code)]
            attack = play.event(Sought(answer.type), at, others[0]) if others else ()
            fields = {**answer.fields, flag: acts.Word("no")}
            shot = play.event(replace(answer, fields=fields), at + minutes, code)
            excused = [*attack, *play.event(answer, at + minutes, code)]
            end = at + HOUR
            kept = [expect("norm", ban.name, who=code, state="in_force", at=end)]
            if not attack or not play.stage.replay(play.stage.scenario("with the order", excused, kept)).passed:
                continue
            expects = [expect("norm", ban.name, who=code, state="breached", at=end)]
            outcome = f"{code} is fired upon, answers a quarter of an hour later without the order, and has breached {ban.name}"
            return play.witness(f"{code} answers without an order", shot, expects, outcome, keep=attack)
    return None
