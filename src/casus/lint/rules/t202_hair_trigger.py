"""Hair trigger: one unverified report is enough for measures.

Covers: L21

## What it finds

A trigger that a single report meets, from a single source, of the least grave event that the text knows, at the lowest rung
of every ladder, and from which a duty that is more than talk, or an automatic effect, follows with no human act between: no
determination, no decision but one that silence adopts, no vote that could still stop it (`unless`).

It is silent where a rung above the lowest is asked for, where several events are, where a body determines or a decision is
taken first, and where the consequence is to consult, convene, notify, publish, report or inform.

## Why it matters

A report is what one source says; it can be an error, and it can be made. A draft of 2025 for a peace in Ukraine ends the
guarantee if Ukraine "without cause" fires a missile at Moscow or St Petersburg (28-point draft, as published by the press):
one report of one missile, by nobody in particular, is then the most valuable report there is.

## Example

```casus
trigger attack severity 2
  when any strike by OSK
automatic snapback
  upon attack
  reinstate sanctions  at 1 hours after activation
```

## Better

```casus
ladder occurrence = reported < confirmed
  level confirmed by mission
trigger attack severity 2
  when any strike by OSK
  needs occurrence confirmed
automatic snapback
  upon attack
  reinstate sanctions  at 72 hours after activation
  unless stop_return adopted
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.scenario import Expect
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.search.consequences import direct
from casus.lint.search.meet import Meeter, Meeting, Wanted
from casus.lint.stage import expect


@rule("T202", "hair-trigger", "M")
def hair_trigger(draft: Draft) -> Iterator[Finding | Searched]:
    """One finding for each trigger with a direct consequence that one bare report meets."""
    meeter = Meeter(draft)
    grave = {name: effects for name in draft.agreement.triggers if (effects := direct(draft.agreement, name))}
    for name, effects in grave.items():
        single = next((m for m in meeter.meetings(name, Wanted(rungs=())) if len(m.lines) == 1), None)
        if single is None:
            continue
        trigger = draft.agreement.triggers[name]
        listed = ", ".join(effect.name for effect in effects)
        yield Finding(
            f"a single unverified report meets {name}, and {listed} follows without a decision or a determination",
            trigger.place("when"),
            (name, *(effect.name for effect in effects)),
            tuple(Related(f"{effect.name} follows at once", effect.place("upon")) for effect in effects),
            "ask for a rung that a body has to give, or put a determination between",
            _witness(draft, meeter, name, effects, single),
        )
    yield Searched(f"{len(grave)} triggers with a direct consequence, {meeter.extent}")


def _witness(
    draft: Draft, meeter: Meeter, trigger: str, effects: tuple[n.NormDecl | n.AutomaticDecl, ...], single: Meeting
) -> Witness:
    expects = [expect("met", trigger, times=1, at=single.at), *brought(draft, meeter, effects, single)]
    scenario = meeter.stage.scenario(f"one report, and {trigger} is met", single.lines, expects)
    return Witness(scenario, f"one report that nobody has verified meets {trigger}, and {effects[0].name} follows")


def brought(
    draft: Draft, meeter: Meeter, effects: tuple[n.NormDecl | n.AutomaticDecl, ...], meeting: Meeting
) -> Iterator[Expect]:
    """That the effects are there, in the state that the engine gives them."""
    state = meeter.state(meeting.lines, meeting.at)
    for effect in effects:
        if isinstance(effect, n.AutomaticDecl):
            instances = [x for x in state.effects if x.name == effect.name]
            if instances:
                yield expect("status", effect.name, state=instances[-1].state, at=meeting.at)
            continue
        for code in draft.agreement.who(effect.debtor)[:1]:
            owed = [x for x in state.norms if x.name == effect.name and code in x.debtor]
            if owed:
                yield expect("norm", effect.name, who=code, state=owed[-1].state, at=meeting.at)
