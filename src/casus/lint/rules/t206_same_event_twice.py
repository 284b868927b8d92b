"""Same event twice: one event makes the same debt due twice, or its copies reach a threshold.

## What it finds

- A duty of more than talk that several triggers bring about, where one and the same event meets two of them and neither
  absorbs the other: it is owed once for each.
- A trigger that asks that two others have been met, where one event meets both.
- A trigger with a direct consequence that several events have to meet, at rungs that need no body: the same event, reported
  again under another name, is counted again. Reports join into one incident only where somebody says that they are one.

It is silent where `absorbs` stands between the triggers, where a body has to give the rung that is asked for (it sees what
it has in hand), and where days or places are counted.

## Why it matters

The monitoring mission in eastern Ukraine entered each explosion, flash and burst that a camera or a patrol saw or heard; such
counts are a sample, fit for comparing weeks and not for adding up what happened (press and research on its daily reports,
2016 to 2021). Where money or measures hang on a sum, the double entry is a way to reach it.

## Example

```casus
trigger incident severity 1
  when any strike by OSK
trigger attack severity 2
  when any armed_attack by OSK
obligation pay
  upon incident or attack
  debtor every guarantor  creditor VDR
  to finance  amount EUR 5_000_000
  due 30 days after activation
```

A strike that is an armed attack costs ten million.

## Better

```casus
trigger attack severity 2
  when any armed_attack by OSK
  absorbs incident
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from casus import acts
from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.scenario import Line
from casus.lint.draft import TALK, Draft
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.rules.t202_hair_trigger import brought
from casus.lint.search.consequences import direct, signals
from casus.lint.search.meet import Meeter, Meeting, Wanted
from casus.lint.stage import expect, smallest
from casus.state.model import State

_SHOWN: Final = 60


@rule("T206", "same-event-twice", "M")
def same_event_twice(draft: Draft) -> Iterator[Finding | Searched]:
    """Debts that fall due twice, triggers met twice, and copies that add up."""
    meeter = Meeter(draft)
    for norm in draft.agreement.norms.values():
        found = _owed_twice(draft, meeter, norm)
        if found is not None:
            yield found
    for trigger in draft.agreement.triggers.values():
        found = _met_twice(draft, meeter, trigger) or _copies(draft, meeter, trigger)
        if found is not None:
            yield found
    a = draft.agreement
    yield Searched(f"{len(a.norms)} norms and {len(a.triggers)} triggers, {meeter.extent}")


def _shared(state: State, first: str, second: str) -> bool:
    """Whether some event is a witness of both triggers."""
    standing = [x for x in state.activations if x.reversed is None and x.effective]
    mine = {w for x in standing if x.trigger == first for w in x.witnesses}
    return bool(mine & {w for x in standing if x.trigger == second for w in x.witnesses})


# ---------------------------------------------------------------- owed twice


def _owed_twice(draft: Draft, meeter: Meeter, norm: n.NormDecl) -> Finding | None:
    """A duty by two triggers that one event meets."""
    a = draft.agreement
    if norm.kind != "obligation" or norm.act is None or norm.act.verb in TALK or norm.amount is None:
        return None
    named = {s.name for s in norm.upon if s.kind is None}
    causes = [name for name in a.triggers if signals(a, name) & named]
    for first, second in combinations(causes, 2):
        if second in a.triggers[first].absorbs or first in a.triggers[second].absorbs:
            continue
        for meeting in (*meeter.meetings(first), *meeter.meetings(second)):
            debtor = _twice(draft, meeter, norm, (first, second), meeting.lines, meeting)
            if debtor is None:
                continue

            def bad(lines: Sequence[Line], meeting: Meeting = meeting, pair: tuple[str, str] = (first, second)) -> bool:
                return _twice(draft, meeter, norm, pair, lines, meeting) is not None

            lines = smallest(meeting.lines, bad) if len(meeting.lines) <= _SHOWN else meeting.lines
            expects = [expect("met", name, times=1, at=meeting.at) for name in (first, second)]
            state = meeter.state(lines, meeting.at)
            for name in (first, second):
                owed = [x for x in state.norms if x.name == norm.name and debtor in x.debtor]
                last = [x for x in owed if x.cause.startswith(f"{name}@")][-1]
                expects.append(expect("norm", norm.name, who=debtor, upon=name, state=last.state, at=meeting.at))
            scenario = meeter.stage.scenario(f"{norm.name} is owed twice for one event", lines, expects)
            return Finding(
                f"one event meets {first} and {second}, and {norm.name} is owed for each",
                norm.place("upon"),
                (norm.name, first, second),
                tuple(Related(f"{name} asks for this", a.triggers[name].place("when")) for name in (first, second)),
                f"let the graver of {first} and {second} absorb the other",
                Witness(scenario, f"the same event meets {first} and {second}, and {debtor} owes {norm.name} twice"),
            )
    return None


def _twice(
    draft: Draft, meeter: Meeter, norm: n.NormDecl, pair: tuple[str, str], lines: Sequence[Line], meeting: Meeting
) -> str | None:
    """The debtor who owes the norm for each of the two triggers, which share an event; each met once."""
    state = meeter.state(lines, meeting.at)
    if not _shared(state, *pair):
        return None
    if any(sum(1 for x in state.activations if x.trigger == name and x.reversed is None) != 1 for name in pair):
        return None
    for code in draft.agreement.who(norm.debtor):
        owed = [x for x in state.norms if x.name == norm.name and code in x.debtor and x.state != "replaced"]
        if all(any(x.cause.startswith(f"{name}@") for x in owed) for name in pair):
            return code
    return None


# ---------------------------------------------------------------- met twice


def _met_twice(draft: Draft, meeter: Meeter, trigger: n.TriggerDecl) -> Finding | None:
    """A conjunction of two triggers that one event meets."""
    for parts in _conjunctions(trigger.when):
        counted = sorted({part.name for part in parts if isinstance(part, n.TMet)})
        for first, second in combinations(counted, 2):
            for inner in (*meeter.meetings(first), *meeter.meetings(second)):
                state = meeter.state(inner.lines, inner.at)
                met = {x.trigger for x in state.activations if x.reversed is None}
                if trigger.name not in met or not _shared(state, first, second):
                    continue
                names = (first, second, trigger.name)

                def bad(lines: Sequence[Line], at: Meeting = inner, names: tuple[str, str, str] = names) -> bool:
                    state = meeter.state(lines, at.at)
                    return _shared(state, names[0], names[1]) and meeter.met(lines, at.at, names[2])

                lines = smallest(inner.lines, bad) if len(inner.lines) <= _SHOWN else inner.lines
                expects = [expect("met", name, times=1, at=inner.at) for name in names]
                return Finding(
                    f"{trigger.name} asks for {first} and {second}, and one event meets both",
                    trigger.place("when"),
                    (trigger.name, first, second),
                    tuple(Related(f"{x} asks for this", draft.agreement.triggers[x].place("when")) for x in (first, second)),
                    f"count the events themselves, or let {first} leave out (`excluding`) what {second} is about",
                    Witness(
                        meeter.stage.scenario(f"one event meets {first}, {second} and {trigger.name}", lines, expects),
                        f"the same event is counted in {first} and in {second}, and {trigger.name} is met by it",
                    ),
                )
    return None


def _conjunctions(cond: n.TCond) -> Iterator[tuple[n.TCond, ...]]:
    match cond:
        case n.TAnd(parts):
            yield parts
            for part in parts:
                yield from _conjunctions(part)
        case n.TOr(parts):
            for part in parts:
                yield from _conjunctions(part)
        case _:
            return


# ---------------------------------------------------------------- copies


def _copies(draft: Draft, meeter: Meeter, trigger: n.TriggerDecl) -> Finding | None:
    """Several copies of one bare report."""
    effects = direct(draft.agreement, trigger.name)
    if not effects:
        return None
    for meeting in meeter.meetings(trigger.name, Wanted(rungs=())):
        copies = _copied(meeting.lines)
        if copies is None or not meeter.met(copies, meeting.at, trigger.name):
            continue
        number = len(copies)
        copied = replace(meeting, lines=copies)
        expects = [expect("met", trigger.name, times=1, at=meeting.at), *brought(draft, meeter, effects[:1], copied)]
        scenario = meeter.stage.scenario(f"one event, reported {number} times, meets {trigger.name}", copies, expects)
        return Finding(
            f"one event reported {number} times meets {trigger.name}: no rung is asked for at which somebody would see that",
            trigger.place("when"),
            (trigger.name, *(effect.name for effect in effects)),
            tuple(Related(f"{effect.name} follows at once", effect.place("upon")) for effect in effects),
            "ask for a rung that a body has to give, or count distinct places or days",
            Witness(
                scenario, f"{number} reports of one instant and content meet {trigger.name}, and {effects[0].name} follows"
            ),
        )
    return None


def _copied(lines: Sequence[Line]) -> tuple[Line, ...] | None:
    """The last report as many times as there are reports, each under its own name; None where other acts are needed."""
    reports = [line for line in lines if isinstance(line.act, acts.Report)]
    if len(reports) != len(lines) or not 2 <= len(reports) <= _SHOWN:
        return None
    last = reports[-1].act
    assert isinstance(last, acts.Report)
    return tuple(replace(reports[-1], act=replace(last, id=f"copy_{i + 1}")) for i in range(len(reports)))
