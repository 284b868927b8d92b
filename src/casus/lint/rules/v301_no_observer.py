"""No observer: a condition asks for what nobody can see, say or grant.

Covers: L25

## What it finds

- A text with triggers on events that has neither a body nor a ladder nor a number of sources: nobody is named to establish
  anything, so a party's own report is all there is.
- An absence ("no violation for 90 days") in a text without a body: an absence is only certain where somebody watched, so it
  stays unknown for ever.
- A kind of event that a definition lists and that can never belong to it, because it has no field that the condition asks for.
- A condition on a place in a zone whose boundary the text does not give: it stays unknown whatever is reported.

A rung of a ladder that nobody grants is the checker's (W603).

## Why it matters

A finding that nobody is competent to make is never made. The mission that watched the line in eastern Ukraine from 2014
recorded hundreds of thousands of explosions and had no mandate to say who fired; its reports led to nothing (OSCE, final
documents of the mission; general knowledge). A relief that ends "when the line has been quiet for 90 days" never ends where
nobody has the right to be at the line.

## Example

```casus
event strike by actor, killed count
event march by actor, troops count
define attack means strike or march where killed >= 10
trigger quiet severity 1
  when no strike for 90 days
```

No march is ever an attack: a march says nothing of those killed. Nobody watches the line for 90 days.

## Better

```casus
body mission "Joint Mission" as verifier
event strike by actor, killed count
event march by actor, troops count
define attack means strike or march where killed >= 10 or troops >= 50
trigger quiet severity 1
  when no strike for 90 days observed by mission
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from casus.diagnostics import Related
from casus.kleene import Truth, all_of, any_of, negate
from casus.language import nodes as n
from casus.language.check.walk import atoms, placed_zones, zone_names
from casus.lint.checklist import listed, ticked
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_ESTABLISH: Final = "name a body, and a ladder that says what it takes: ladder occurrence = reported < confirmed …"


@rule("V301", "no-observer", "S")
def no_observer(draft: Draft) -> Iterator[Finding | Searched]:
    """Who could establish an event, an absence, a field, a place."""
    yield from _nobody(draft)
    yield from _absences(draft)
    for decl in draft.agreement.definitions.values():
        yield from _alternatives(draft, decl)
    yield from _places(draft)


def _nobody(draft: Draft) -> Iterator[Finding]:
    a = draft.agreement
    if a.bodies or a.ladders:
        return
    reading = [
        trigger
        for trigger in a.triggers.values()
        if any(not isinstance(atom, n.TMet) and not isinstance(atom, n.TQuiet) for atom in atoms(trigger.when))
    ]
    if reading:
        names = tuple(trigger.name for trigger in reading)
        said = f"{listed(ticked(names))} {'counts' if len(names) == 1 else 'count'}"
        message = f"{said} events that nobody is named to establish: a report of anybody is all there is"
        yield Finding(message, reading[0].place("name"), names, help=_ESTABLISH)


def _absences(draft: Draft) -> Iterator[Finding]:
    a = draft.agreement
    if a.bodies:
        return
    for trigger in a.triggers.values():
        for atom in atoms(trigger.when):
            if isinstance(atom, n.TQuiet):
                message = f"`{trigger.name}` waits for an absence of {atom.name}, and there is no body to watch for it"
                yield Finding(message, atom.span or trigger.span, (trigger.name,), help="name a body, and: observed by it")
    for effect in a.automatics.values():
        for part in effect.ends_when:
            if isinstance(part, n.EndsQuiet):
                message = f"`{effect.name}` ends after an absence of {part.name}, and there is no body to watch for it"
                yield Finding(message, effect.place("ends_when"), (effect.name,), help="name a body that watches")


def _alternatives(draft: Draft, decl: n.DefineDecl) -> Iterator[Finding]:
    a = draft.agreement
    for name in decl.means:
        types = sorted(a.event_types(name))
        if decl.where is None or not types or any(_possible(draft, decl.where, a.events[t]) is not False for t in types):
            continue
        message = f"no {name} can ever be `{decl.name}`: it has none of the fields that the condition asks for"
        help_ = f"leave {name} out of {decl.name}, or ask for something that is reported of it"
        yield Finding(message, decl.place("means"), (decl.name, name), help=help_)


def _possible(draft: Draft, cond: n.Cond, event: n.EventDecl) -> Truth:
    """False where no event of this type can meet a condition, because it lacks a field."""
    match cond:
        case n.COr(parts=parts):
            return any_of(_possible(draft, part, event) for part in parts)
        case n.CAnd(parts=parts):
            return all_of(_possible(draft, part, event) for part in parts)
        case n.CNot(part=part):
            return negate(_possible(draft, part, event))
        case n.CRef(name=name):
            a = draft.agreement
            elsewhere = name in a.findings or name in a.definitions or name in a.exceptions
            return None if elsewhere or event.field_named(name) is not None else False
        case n.CCompare() | n.CCompareDuration() | n.COneOf() | n.CIs() | n.CIn() | n.CNear():
            return None if event.field_named(cond.field) is not None else False
        case _:
            return None


def _places(draft: Draft) -> Iterator[Finding]:
    zones = {d.name: d for d in draft.agreement.declarations if isinstance(d, n.ZoneDecl)}
    read = {name for trigger in draft.agreement.triggers for name in draft.read_by(trigger)}
    read |= {norm.forbids for norm in draft.agreement.norms.values() if norm.forbids is not None}
    asking = [d for d in draft.agreement.declarations if isinstance(d, n.DefineDecl | n.ExceptionDecl) and d.name in read]
    for name, decl in zones.items():
        if decl.open is None:
            continue
        made_of = {name}
        for _ in zones:  # a zone that is made of one without a boundary has none either
            made_of |= {other for other, zone in zones.items() if made_of & set(zone_names(zone.expr))}
        users = [d for d in asking if any(made_of & set(_zones_of(zone)) for zone in placed_zones(d))]
        if users:
            who = tuple(user.name for user in users)
            said = f"{listed(ticked(who))} {'asks' if len(who) == 1 else 'ask'}"
            message = f"{said} whether something lies in `{name}`, and the text does not say where that is"
            because = tuple(Related(f"{user.name} asks here", user.place("where", "when")) for user in users)
            yield Finding(message, decl.place("name"), (name, *who), because, f"draw {name}, and pin the map")


def _zones_of(zone: n.ZoneExpr | n.CNear) -> Iterator[str]:
    return zone_names(zone.zone if isinstance(zone, n.CNear) else zone)
