"""Carve-out: ground that the definition leaves out is a free target.

Covers: L46

## What it finds

A definition that a trigger or prohibition reads and that counts events only in an area less a part of it (`territory minus
islands`), or air defence owed in such an area, while what happens in the part left out is counted by no other definition, nor
by the event itself.

## Why it matters

The Istanbul Communiqué of 2022 left Crimea and parts of two regions out of the guarantees (glostat.com copy of the text). The
Sky Shield proposal of 2025 covers the west and centre and not the front or the east (reported from The Guardian, unn.ua). What
is left out is not less likely to be attacked; it is known in advance that nothing follows.

## Example

```casus
zone territory open "the territory of Valdria"
zone islands open "the outer islands"
define armed_attack means strike where at in (territory minus islands)
trigger attack severity 3
  when any armed_attack by OSK
```

## Better

```casus
zone territory open "the territory of Valdria"
zone islands open "the outer islands"
define armed_attack means strike where at in (territory minus islands)
define island_attack means strike where at in islands
trigger attack severity 3
  when any armed_attack by OSK
trigger attack_on_islands severity 2
  when any island_attack by OSK
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.check.walk import atoms, conditions, happenings
from casus.lint.checklist import base_zones, listed, span_of, ticked, zone_parts
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("L46", "carve-out", "S")
def carve_out(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    uses = {name for trigger in a.triggers for name in draft.read_by(trigger) if name in a.definitions}
    uses |= {x for norm in a.norms.values() if (x := norm.forbids) is not None and x in a.definitions}
    for decl in a.definitions.values():
        if decl.name in uses and a.event_types(decl.name):
            for left_out in _left_out(draft, _zones(decl)):
                if not any(_covers(draft, other, decl, left_out) for other in sorted(uses - {decl.name})) and not _bare(
                    draft, decl
                ):
                    yield Finding(
                        f"`{decl.name}` leaves out {listed(ticked(sorted(left_out)))}: what happens there counts for nothing",
                        decl.span,
                        (decl.name, *sorted(left_out)),
                        tuple(Related(f"`{x}` is declared here", span_of(draft, x)) for x in sorted(left_out)),
                        "count what happens there in a definition of its own, with a trigger of its own",
                    )
    for norm in a.norms.values():
        if norm.act is not None and norm.act.verb == "air_defence":
            for left_out in _left_out(draft, [norm.act.zone] if norm.act.zone is not None else []):
                yield Finding(
                    f"`{norm.name}` defends all but {listed(ticked(sorted(left_out)))}: what is left out is known in advance",
                    norm.place("act"),
                    (norm.name, *sorted(left_out)),
                    help="say what is owed for the part left out",
                )


def _zones(decl: n.DefineDecl) -> list[n.ZoneExpr]:
    return [part.zone for part in conditions(decl.where) if isinstance(part, n.CIn)]


def _left_out(draft: Draft, zones: list[n.ZoneExpr]) -> Iterator[frozenset[str]]:
    """For each `minus` in the zones: the zones that it takes out."""
    for zone in zones:
        for part in zone_parts(draft, zone):
            if isinstance(part, n.ZMinus):
                named = frozenset({part.right.name}) if isinstance(part.right, n.ZName) else base_zones(draft, part.right)
                yield named


def _covers(draft: Draft, name: str, decl: n.DefineDecl, left_out: frozenset[str]) -> bool:
    """Whether another definition in use counts such events in what is left out."""
    a = draft.agreement
    other = a.definitions[name]
    if not a.event_types(name) & a.event_types(decl.name) or name in decl.means or decl.name in other.means:
        return False
    zones = _zones(other)
    if any(out & left_out for out in _left_out(draft, zones)):
        return False
    wanted = left_out | {x for zone in left_out for x in base_zones(draft, n.ZName(zone))}
    left = {x for zone in _zones(decl) for x in base_zones(draft, zone)} - wanted
    return not zones or any(base_zones(draft, zone) & (wanted | left) for zone in zones)


def _bare(draft: Draft, decl: n.DefineDecl) -> bool:
    """Whether a trigger or prohibition takes the events themselves, wherever they are."""
    a = draft.agreement
    direct = {name for t in a.triggers for name in draft.read_by(t) if name in a.events and _direct(draft, t, name)}
    direct |= {x for norm in a.norms.values() if (x := norm.forbids) is not None and x in a.events}
    return bool(direct & a.event_types(decl.name))


def _direct(draft: Draft, trigger: str, event: str) -> bool:
    return any(name == event for atom in atoms(draft.agreement.triggers[trigger].when) for name, _ in happenings(atom))
