"""Dead definition: a definition, exception or zone that nothing rests on.

## What it finds

A definition that no trigger, prohibition, baseline or limit of a norm asks for; an exception to such a one; a zone in which
nothing is asked or owed; an estimate or baseline that no trigger reads; a package that no effect reinstates. What only dead
things use is dead itself and is not listed again. A finding that nothing waits for is [L27](L27.md).

## Why it matters

Words of a treaty are read so that each has an effect (the principle of effectiveness: International Law Commission,
commentary on the law of treaties, 1966, general knowledge). A definition that nothing uses invites a dispute about where it
was meant to be used, and it is the trace of a clause that was traded away: the term stands, the consequence is gone. A zone
that is drawn and in which nothing is forbidden protects nobody.

## Example

```casus
zone buffer = territory within 15 km of contact_line
event weapon by actor, at point
define weapon_in_buffer means weapon where at in buffer
```

## Better

```casus
zone buffer = territory within 15 km of contact_line
event weapon by actor, at point
define weapon_in_buffer means weapon where at in buffer
prohibition keep_out
  always
  debtor VDR
  forbids weapon_in_buffer
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.language import nodes as n
from casus.language.check.walk import atoms, conditions, placed_zones, zone_names
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_KINDS = ("define", "exception", "zone", "estimate", "baseline", "package")
_WORDS = {"define": "definition"}


@rule("D102", "dead-definition", "S")
def dead_definition(draft: Draft) -> Iterator[Finding | Searched]:
    """What triggers and norms name, and what that is made of, is alive."""
    a = draft.agreement
    named = [x for x in a.declarations if x.kind in _KINDS]
    made_of = {str(getattr(decl, "name", "")): _names(draft, decl) for decl in named}
    alive = {name for decl in a.declarations if decl.kind not in _KINDS for name in _names(draft, decl)}
    todo = sorted(alive)
    while todo:
        for name in sorted(made_of.get(todo.pop(), set()) - alive):
            alive.add(name)
            todo.append(name)
        for exception in a.exceptions.values():
            if exception.to in alive and exception.name not in alive:
                alive.add(exception.name)
                todo.append(exception.name)
    dead = {str(getattr(decl, "name", "")): decl for decl in named if getattr(decl, "name", "") not in alive}
    used_by_dead = {used for name in dead for used in made_of[name] if used != name}
    for name, decl in dead.items():
        if name in used_by_dead or (isinstance(decl, n.ExceptionDecl) and decl.to in dead):
            continue
        word = _WORDS.get(decl.kind, decl.kind)
        yield Finding(
            f"nothing in the text rests on the {word} `{name}`",
            decl.place("name"),
            (name,),
            help=f"let a trigger or a norm ask for {name}, or leave it out",
        )


def _names(draft: Draft, decl: n.Decl) -> set[str]:
    """The definitions, exceptions, zones and the like that a declaration names."""
    found: set[str] = set()
    for zone in placed_zones(decl):
        found |= set(zone_names(zone.zone if isinstance(zone, n.CNear) else zone))
    match decl:
        case n.ZoneDecl():
            found |= set(zone_names(decl.expr))
        case n.DefineDecl():
            found |= {*decl.means, *_asked(decl.where)}
        case n.ExceptionDecl():
            found |= _asked(decl.when)  # that it is an exception to something keeps nothing alive
        case n.BaselineDecl():
            found.add(decl.of)
        case n.TriggerDecl():
            for atom in atoms(decl.when):
                parts = ("name", "other", "after", "first", "second", "baseline")
                found |= {value for part in parts if isinstance(value := getattr(atom, part, None), str)}
            found |= set(decl.excluding)
        case n.NormDecl():
            found |= {name for name in (decl.forbids, decl.used_by, decl.fulfilled_by) if name is not None}
            found |= {*_asked(decl.until), *_asked(decl.unless)}
        case n.AutomaticDecl():
            found |= {part.name for part in decl.ends_when if isinstance(part, n.EndsQuiet)}
            found |= {decl.reinstate} if decl.reinstate is not None else set()
    return found


def _asked(cond: n.Cond | None) -> set[str]:
    return {part.name for part in conditions(cond) if isinstance(part, n.CRef | n.CFollows | n.CCured)}
