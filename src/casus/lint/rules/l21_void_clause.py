"""Void clause: one shot by nobody knows whom ends the guarantee.

Covers: L21

## What it finds

A duty or power of help, or a measure, has an `until` or `unless` that the conduct of the protected party meets: its shot, its
incursion, or that of whoever is said to be it. And nobody attributes it: the clause names a definition, which is read at the
lowest rungs and asks no body for a finding, or a trigger that does not need a rung of attribution which only bodies grant. The
witness is one report, at the lowest rung, that says the protected party did it; after it the guarantee is gone.

It is silent where the clause asks for a finding of a body, where it names a trigger with such a rung, where it names only what
others do, and where what it names is no act of force (an accession, a treaty).

## Why it matters

The drafts of November and December 2025 end the guarantee where the protected state "invades" or "opens fire … unprovoked";
one of them names a missile on two cities "without cause" (reported, euromaidanpress). None of them says who finds that, to
what standard. A shot at Mainila in 1939, which nobody attributed but the side that used it, opened a war (general knowledge).

## Example

```casus
event strike by actor, at point, killed count
define provocation means strike where by = VDR
obligation assist
  upon attack
  debtor every guarantor  creditor VDR
  to finance  amount aid.amount
  due 14 days after activation
  unless provocation
```

## Better

```casus
event strike by actor, at point, killed count
finding deliberate on strike by commission due 72 hours after report else presumed_no
define provocation means strike where by = VDR and deliberate
obligation assist
  upon attack
  debtor every guarantor  creditor VDR
  to finance  amount aid.amount
  due 14 days after activation
  unless provocation
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.check.walk import atoms, conditions, happenings
from casus.language.scenario import Line
from casus.lint.checklist import costs, helps, listed, span_of
from casus.lint.draft import Draft
from casus.lint.happenings import Sought, events_of
from casus.lint.life import Brought, Play
from casus.lint.norms import named_in
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.stage import expect
from casus.time import HOUR, MINUTE, Instant


@rule("L21", "void-clause", "M")
def void_clause(draft: Draft) -> Iterator[Finding | Searched]:
    play = Play(draft)
    spoken = False
    for norm in draft.agreement.norms.values():
        if norm.kind == "prohibition" or not (helps(norm) or costs(norm)) or not norm.upon:
            continue
        for clause, cond in (("until", norm.until), ("unless", norm.unless)):
            for name in named_in(cond):
                witness = _killed(play, norm, clause, name)
                if witness is not None:
                    spoken = True
                    yield _finding(draft, norm, clause, name, witness)
    if not spoken:
        yield Searched(f"{play.tried} records of one unattributed act of a protected party, held against `until` and `unless`")


def _finding(draft: Draft, norm: n.NormDecl, clause: str, name: str, witness: Witness) -> Finding:
    who = listed(_protected(draft, norm), "or")
    return Finding(
        f"{norm.name} is void {clause} {name}: one report that {who} did it is enough, and no body attributes it",
        norm.place(clause),
        (norm.name, name),
        (Related(f"{name} asks no body", span_of(draft, name)),),
        "let the clause name a finding of a body, or a trigger that needs the highest rung of attribution",
        witness,
    )


def _protected(draft: Draft, norm: n.NormDecl) -> tuple[str, ...]:
    creditors = set(draft.agreement.who(norm.creditor)) & set(draft.agreement.parties)
    return tuple(sorted((creditors or set(draft.protected)) - set(draft.agreement.who(norm.debtor))))


def _killed(play: Play, norm: n.NormDecl, clause: str, name: str) -> Witness | None:
    a = play.agreement
    for code in _protected(play.draft, norm):
        if name in a.triggers:
            made = _by_trigger(play, name, code)
        else:
            made = [
                (x, ())
                for x in events_of(a, name)
                if _forceful(play.draft, x) and not x.answers and code in play.actors(None, x)
            ]
        for sought, lines in made:
            witness = _shown(play, norm, clause, code, sought, lines)
            if witness is not None:
                return witness
    return None


def _by_trigger(play: Play, name: str, code: str) -> list[tuple[Sought | None, tuple[Line, ...]]]:
    """The trigger met by this party's acts, where no body has to attribute them."""
    a, trigger = play.agreement, play.agreement.triggers[name]
    types = {kind for atom in atoms(trigger.when) for thing, _ in happenings(atom) for kind in a.event_types(thing)}
    if _attributed(play.draft, trigger) or not any(_forceful(play.draft, Sought(kind)) for kind in types):
        return []
    asks = [x for t in play.draft.read_by(name) if t in a.definitions for x in conditions(a.definitions[t].where)]
    if any(isinstance(x, n.CRef) and x.name in a.findings for x in asks):
        return []
    met = play.met(name, play.start, actor=code, rungs=_asked(play.draft, trigger))
    return [] if met is None else [(None, met.lines)]


def _attributed(draft: Draft, trigger: n.TriggerDecl) -> bool:
    """Whether it needs a rung of attribution above the lowest that no number of sources grants."""
    ladder = draft.agreement.ladders.get("attribution")
    for need in trigger.needs:
        if ladder is not None and need.ladder == "attribution" and ladder.rungs.index(need.rung) > 0:
            above = ladder.rungs[ladder.rungs.index(need.rung) :]
            sources = [s for level in ladder.levels if level.name in above for s in level.sources]
            return bool(sources) and all(s.body is not None for s in sources)
    return False


def _asked(draft: Draft, trigger: n.TriggerDecl) -> tuple[str, ...]:
    """The rungs that it needs above the lowest: no event is said to be better known than that."""
    return tuple(x.rung for x in trigger.needs if draft.agreement.ladders[x.ladder].rungs.index(x.rung) > 0)


def _forceful(draft: Draft, sought: Sought) -> bool:
    """Whether it is an act of force as far as the text shows: it has a place, a toll or a weapon, or a trigger counts it."""
    a = draft.agreement
    if any(f.type in ("point", "count", "one_of") for f in a.events[sought.type].fields):
        return True
    counted = {k for t in a.triggers.values() for x in atoms(t.when) for name, _ in happenings(x) for k in a.event_types(name)}
    return sought.type in counted


def _shown(play: Play, norm: n.NormDecl, clause: str, code: str, sought: Sought | None, more: Sequence[Line]) -> Witness | None:
    """The clause met by one report: after the duty has come about (`until`), before it (`unless`)."""
    found = play.active(norm.name, play.start + HOUR * 2)
    if found is None or found.instance is None:
        return None
    return (
        _until(play, norm, code, sought, more, found) if clause == "until" else _unless(play, norm, code, sought, more, found)
    )


def _until(
    play: Play, norm: n.NormDecl, code: str, sought: Sought | None, more: Sequence[Line], found: Brought
) -> Witness | None:
    assert found.instance is not None
    at = found.at + HOUR
    shot = play.event(sought, at, code) if sought is not None else _moved(play, norm, code, at)
    who = found.instance.debtor[0]
    expects = [
        expect("norm", norm.name, who=who, state="in_force", at=at - MINUTE),
        expect("norm", norm.name, who=who, state="lapsed", at=at + HOUR),
    ]
    outcome = f"{norm.name} of {who} lapses upon one report that names {code}, which nobody has attributed"
    return play.witness(f"{norm.name} lapses by one report", [*found.lines, *shot], expects, outcome)


def _moved(play: Play, norm: n.NormDecl, code: str, at: Instant) -> Sequence[Line]:
    for name in named_in(norm.until):
        trigger = play.agreement.triggers.get(name)
        met = play.met(name, at, actor=code, rungs=_asked(play.draft, trigger)) if trigger is not None else None
        if met is not None:
            return met.lines
    return ()


def _unless(
    play: Play, norm: n.NormDecl, code: str, sought: Sought | None, more: Sequence[Line], found: Brought
) -> Witness | None:
    assert found.instance is not None
    shot = play.event(sought, play.start, code) if sought is not None else tuple(more)
    who = found.instance.debtor[0]
    at = found.at + HOUR
    without = [expect("norm", norm.name, who=who, state="in_force", at=at)]
    if not play.stage.replay(play.stage.scenario("without", found.lines, without)).passed:
        return None
    expects = [expect("norm", norm.name, who=who, state="none", at=at)]
    for signal in norm.upon:
        if signal.kind is None and signal.name in play.agreement.triggers:
            expects.append(expect("met", signal.name, times=1, at=at))
            break
    else:
        expects += [expect("status", signal.name, state=_called(signal), at=at) for signal in norm.upon[:1]]
    outcome = f"{norm.name} of {who} never comes about, by one report that names {code}, which nobody has attributed"
    return play.witness(f"{norm.name} is void by one report", [*shot, *found.lines], expects, outcome)


def _called(signal: n.Signal) -> str:
    return {"determined": "yes", "adopted": "adopted", "rejected": "rejected"}.get(str(signal.kind), "breached")
