"""Threshold gaming: one large event is split into several that stay just under a limit.

Covers: L51

## What it finds

A limit on a number of a single event (`troops >= 13_000`, `killed >= 10`) in what a trigger with a consequence reads, or in
what is forbidden, where nothing adds up the same number over several events. Two events within the hour, each one under the
limit, are then twice as large as it and count for nothing. The rule shows both: the event that is counted, and the two that
are not.

It is silent where a trigger with a consequence sums up the field, where an estimate watches a stock of the same events, where
the two smaller events meet some trigger as they are, for what does not add up (a calibre, a distance, a speed), and for
what is a total already (a strength, the sum of a month).

## Why it matters

Exercises of more than 13,000 troops had to be opened to observers under the Vienna Document. "Zapad 2021" and its
forerunner of 2017 were declared at 12,800 and 12,700 and held as several exercises at once (press reports on Zapad;
figures as declared).

## Example

```casus
define large_exercise means exercise where troops >= 13000
trigger notable severity 1
  when any large_exercise by OSK
```

## Better

```casus
define large_exercise means exercise where troops >= 13000
trigger notable severity 1
  when any large_exercise by OSK
    or sum of troops over exercise by OSK >= 13000 within rolling 14 days
```
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from casus.acts import Report
from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.check.walk import atoms, conditions
from casus.language.scenario import Expect, Line
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.search.context import judged
from casus.lint.search.limits import consequential
from casus.lint.search.meet import Event, Meeter, Wanted
from casus.lint.search.shapes import least_over
from casus.lint.search.words import intensive, whole
from casus.lint.stage import expect
from casus.time import DAY, HOUR, Duration, Instant


@dataclass(frozen=True)
class _Limit:
    """A number of one event that something with a consequence asks for."""

    reader: str
    """The trigger or the prohibition."""
    name: str
    """The definition that it reads."""
    by: frozenset[str] | None
    stated: str
    """The definition in which the number stands."""
    field: str
    least: int


@rule("L51", "threshold-gaming", "M")
def threshold_gaming(draft: Draft) -> Iterator[Finding | Searched]:
    """One finding for each number of a definition that nothing adds up."""
    meeter = Meeter(draft)
    limits = list(_limits(draft))
    said: set[tuple[str, str]] = set()
    for limit in limits:
        if (limit.stated, limit.field) not in said and not _added_up(draft, limit):
            found = _split(draft, meeter, limit)
            if found is not None:
                said.add((limit.stated, limit.field))
                yield found
    yield Searched(f"{len(limits)} limits on a number of one event, {meeter.extent}")


def _limits(draft: Draft) -> Iterator[_Limit]:
    a = draft.agreement
    readers: list[tuple[str, str, frozenset[str] | None]] = []
    for trigger in consequential(a, draft.effects_of):
        for atom in atoms(a.triggers[trigger].when):
            if isinstance(atom, n.TAny | n.TCount):
                readers.append((trigger, atom.name, a.by(atom.by)))
    for norm in a.norms.values():
        if norm.kind == "prohibition" and norm.forbids is not None:
            readers.append((norm.name, norm.forbids, frozenset(a.who(norm.debtor))))
    for reader, name, by in readers:
        todo = [name]
        seen: set[str] = set()
        while todo:
            decl = a.definitions.get(todo.pop(0))
            if decl is None or decl.name in seen:
                continue
            seen.add(decl.name)
            todo += decl.means
            for cond in conditions(decl.where):
                if (
                    isinstance(cond, n.CCompare)
                    and cond.op in (">=", ">")
                    and not intensive(cond.field)
                    and not whole(cond.field)
                ):
                    least = least_over(cond.op, cond.number.value)
                    if least >= 2:
                        yield _Limit(reader, name, by, decl.name, cond.field, least)


def _added_up(draft: Draft, limit: _Limit) -> bool:
    """Whether a trigger with a consequence sums the field over some of the events, or watches a stock beside them."""
    a = draft.agreement
    kinds = {kind for kind in a.event_types(limit.name) if a.events[kind].field_named(limit.field) is not None}
    for trigger in consequential(a, draft.effects_of):
        every = list(atoms(a.triggers[trigger].when))
        if any(isinstance(x, n.TSum) and x.quantity == limit.field and a.event_types(x.name) & kinds for x in every):
            return True
        if trigger == limit.reader and any(isinstance(x, n.TLatest) for x in every):
            return True
    return False


def _split(draft: Draft, meeter: Meeter, limit: _Limit) -> Finding | None:
    """Whether one event at the limit counts, and two just under it do not, with nothing else met by them."""
    a = draft.agreement
    watched = consequential(a, draft.effects_of)
    for event in meeter.event(limit.name, limit.by, Wanted()):
        found = event.shape.range(limit.field)
        if found is None or found.low < limit.least or event.answers or whole(event.shape.event):
            continue
        under = limit.least - 1
        at = meeter.instant(limit.reader) if limit.reader in a.triggers else meeter.stage.start + DAY
        end = at + HOUR + meeter.settling
        single = _record(meeter, event, at, limit.field, [found.low])
        parts = _record(meeter, event, at, limit.field, [under, under])
        if not _counts(meeter, single, end, limit) or _counts(meeter, parts, end, limit):
            continue
        state = meeter.state(parts, end)
        if {x.trigger for x in state.activations} & set(watched):
            continue
        if limit.reader in a.triggers:
            expects = [expect("met", limit.reader, times=0, at=end)]
        else:
            expects = list(_unbroken(meeter, parts, end, limit))
            if not expects:
                continue
        who = f" by {event.actor}" if event.actor is not None else ""
        return Finding(
            f"two {event.shape.event}{who} of {under} {limit.field} each within an hour are not {limit.stated}, "
            f"which begins at {limit.least}, and nothing adds up {limit.field}",
            a.definitions[limit.stated].place("where"),
            (limit.stated, limit.reader),
            (Related(f"{limit.reader} rests on it", draft.declarations[limit.reader].span),),
            f"add `or sum of {limit.field} over {event.shape.event} … >= {limit.least} within rolling …`",
            Witness(
                meeter.stage.scenario(f"twice {under} {limit.field}, and nothing follows", parts, expects),
                f"two events with {under} {limit.field} each, {2 * under} together, stay under a limit of {limit.least}",
                smallest=False,
            ),
        )
    return None


def _record(meeter: Meeter, event: Event, at: Instant, field: str, levels: list[int]) -> tuple[Line, ...]:
    """Events of one shape a few minutes apart, each with its number, at the highest rungs."""
    kind = event.shape.event
    lines = []
    for index, level in enumerate(levels):
        stated = event.shape.sample(event.actor, {field: level}).fields
        fields = {f.name: stated[f.name] for f in meeter.agreement.events[kind].fields if f.name in stated}
        when = at + Duration.of(minutes=30 * index)
        lines.append(meeter.stage.report(when, kind, f"{kind}_{index + 1}", event.actor, fields, meeter.stage.top_rungs()))
    return tuple(lines)


def _counts(meeter: Meeter, lines: tuple[Line, ...], at: Instant, limit: _Limit) -> bool:
    """Whether an event of the record is what the definition says."""
    return any(judged(meeter, lines, at, line.act.id, limit.name) is True for line in lines if isinstance(line.act, Report))


def _unbroken(meeter: Meeter, lines: tuple[Line, ...], at: Instant, limit: _Limit) -> tuple[Expect, ...]:
    """That the prohibition stands unbreached; empty where it does not bind then."""
    found = [x for x in meeter.state(lines, at).norms if x.name == limit.reader]
    if not found or any(x.state == "breached" for x in found):
        return ()
    return (expect("norm", limit.reader, who=found[-1].debtor[0], state=found[-1].state, at=at),)
