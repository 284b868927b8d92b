"""What the rules about duties and their time ask of a draft: consequences of a breach, how long proof can take, who is on whose
side, and what must come before what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.check.walk import atoms, conditions, happenings
from casus.lint.draft import TALK, Draft
from casus.time import Duration

MINOR: Final = TALK - {"consult"}
"""Acts whose omission harms nobody by itself."""


# ---------------------------------------------------------------- consequences


def consequences(draft: Draft, norm: n.NormDecl) -> tuple[str, ...]:
    """What a breach of the norm leads to, in one step: what it calls, and what waits for its breach. Sorted.

    An event that a prohibition forbids may meet a trigger, and an absence may be of the event that fulfils a duty: then what
    that trigger brings about is a consequence, too.
    """
    a = draft.agreement
    found = {norm.if_breached[1]} if norm.if_breached is not None else set()
    waiting: list[tuple[str, tuple[n.Signal, ...]]] = [(x.name, x.upon) for x in a.norms.values()]
    waiting += [(x.name, x.upon) for x in a.automatics.values()]
    waiting += [(x.name, x.opens_upon) for x in a.decisions.values()]
    found |= {name for name, upon in waiting if any(s.kind == "breach" and s.name == norm.name for s in upon)}
    if norm.forbids is not None:
        found |= {t for t in _reading(draft, a.event_types(norm.forbids)) if draft.downstream(t)}
    if norm.fulfilled_by is not None:
        absent = {t.name for t in a.triggers.values() for x in atoms(t.when) if _misses(a, x, norm.fulfilled_by)}
        found |= {t for t in absent if draft.downstream(t)}
    return tuple(sorted(found))


def _misses(a: Agreement, atom: n.TAtom, name: str) -> bool:
    return isinstance(atom, n.TAbsent | n.TQuiet) and bool(a.event_types(atom.name) & a.event_types(name))


def _reading(draft: Draft, types: frozenset[str]) -> tuple[str, ...]:
    """The triggers whose condition counts events of these types."""
    a = draft.agreement
    found = []
    for trigger in a.triggers.values():
        counted = {kind for atom in atoms(trigger.when) for name, _ in happenings(atom) for kind in a.event_types(name)}
        if counted & types:
            found.append(trigger.name)
    return tuple(found)


def matters(draft: Draft, norm: n.NormDecl) -> bool:
    """Whether its breach should have a consequence: not a remedy or a secretary's duty that is talk, nor a mere aspiration."""
    if norm.kind == "power" or norm.grade == "aspirational":
        return False
    if norm.kind == "prohibition":
        return True
    parties = set(draft.agreement.who(norm.debtor)) & set(draft.agreement.parties)
    return bool(parties) and (norm.act is None or norm.act.verb not in MINOR)


# ---------------------------------------------------------------- how long proof takes


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take. `length` None: the text sets no limit. `words` say whose time it is."""

    length: Duration | None
    words: str
    about: str

    def longer_than(self, other: Duration) -> bool:
        return self.length is None or self.length > other


def proof(draft: Draft, trigger: n.TriggerDecl) -> Limit | None:
    """The longest that the rungs which a trigger needs may take from the first report; None where it needs none.

    It is the time that the ladder gives its bodies, if only bodies, or bodies besides a number of sources, grant the rung.
    """
    found: list[Limit] = []
    for need in trigger.needs:
        ladder = draft.agreement.ladders.get(need.ladder)
        if ladder is None or need.rung not in ladder.rungs or ladder.rungs.index(need.rung) == 0:
            continue
        body = granting(draft, need.ladder, need.rung)
        if body is None:
            continue
        length = ladder.silence.dur.duration if ladder.silence is not None else None
        time = f"{length}" if length is not None else "any length of time"
        found.append(Limit(length, f"{body} may take {time} to say {need.rung}", need.ladder))
    return max(found, key=lambda x: (x.length is None, x.length.us if x.length is not None else 0), default=None)


def granting(draft: Draft, ladder: str, rung: str) -> str | None:
    """The first body that grants a rung or a higher one."""
    decl = draft.agreement.ladders[ladder]
    for name in decl.rungs[decl.rungs.index(rung) :]:
        for level in decl.levels:
            for source in level.sources if level.name == name else ():
                if source.body is not None:
                    return source.body
    return None


def finding_limit(draft: Draft, name: str) -> Limit | None:
    """The longest that a finding may take, and with it the decision that it escalates to; None where it has another anchor."""
    decl = draft.agreement.findings[name]
    length = _fixed(decl.due, ("report", "occurrence"))
    if length is None:
        return None
    words = f"{decl.body} has {length} for {name}"
    if decl.escalates_to is not None:
        decision = draft.agreement.decisions.get(decl.escalates_to)
        more = _fixed(decision.closes, ("opening",)) if decision is not None and decision.closes is not None else None
        if more is not None:
            return Limit(length + more, f"{words}, then {decl.escalates_to} {more}", name)
    return Limit(length, words, name)


def _fixed(due: n.Due, anchors: tuple[str, ...]) -> Duration | None:
    if isinstance(due, n.DueAt) and due.anchor in anchors:
        return Duration(0)
    if isinstance(due, n.DueAfter) and due.anchor in anchors:
        return due.length.duration if isinstance(due.length, n.Dur) else Duration.of(days=28 * due.length.period.months)
    return None


def counted_from_event(due: object) -> Duration | None:
    """The length of a date that is counted from the event or its report, not from the instant at which it was proven."""
    return _fixed(due, ("report", "occurrence")) if isinstance(due, n.DueAfter | n.DueAt) else None


# ---------------------------------------------------------------- time


def finite(draft: Draft) -> n.Cal | None:
    """How long the text lasts, where it ends by itself."""
    term = draft.agreement.term
    return term.lasts if term is not None and not term.indefinitely else None


# ---------------------------------------------------------------- what must come before what


def waits_for(draft: Draft) -> Mapping[str, tuple[frozenset[str], ...]]:
    """For each norm, decision, step and `force`: the things of which one of each set must have come about before it can.

    What needs nothing of the text (an event, a request, a ratification) is not among them.
    """
    a = draft.agreement
    found: dict[str, list[frozenset[str]]] = {"force": []}
    begins = a.term is not None and (
        a.term.in_force_from is not None or a.term.ratified_by is not None or bool(a.term.requires)
    )
    force = [frozenset({"force"})] if begins else []
    for norm in a.norms.values():
        found[norm.name] = list(force)
        causes = {_cause(s) for s in norm.upon} | {f"breach of {x.name}" for x in a.norms.values() if _calls(x, norm.name)}
        if norm.upon or (causes and not norm.always):
            found[norm.name].append(frozenset(causes))
        for kind in ("fulfilment", "exercise", "breach", "refusal", "lapse"):
            found[f"{kind} of {norm.name}"] = [frozenset({norm.name})]
    for decision in a.decisions.values():
        found[decision.name] = list(force)
        if decision.opens_upon and decision.opens_on_request_of is None:
            escalating = {f for f in a.findings if a.findings[f].escalates_to == decision.name}
            if not escalating:
                found[decision.name].append(frozenset(_cause(s) for s in decision.opens_upon))
    for trigger in a.triggers.values():
        found[trigger.name] = list(force)
        counted = [frozenset({x.name}) for x in atoms(trigger.when) if isinstance(x, n.TMet)]
        if counted and len(counted) == len(list(atoms(trigger.when))):
            found[trigger.name] += counted if isinstance(trigger.when, n.TAnd) else [frozenset().union(*counted)]
    for determination in a.determinations.values():
        found[determination.name] = [*force, frozenset({determination.of})]
    if a.term is not None:
        found["force"] = [_performers(draft, event, a.term) for event in a.term.requires]
    for step in a.steps.values():
        found[step.name] = [frozenset({_came(a, name)}) for name in step.after]
    return {name: tuple(x for x in sets if x) for name, sets in found.items()}


def _came(a: Agreement, name: str) -> str:
    """What a step waits for where it names a norm: its fulfilment, or that the power is used."""
    norm = a.norms.get(name)
    if norm is None or norm.kind == "prohibition":
        return name
    return f"{'exercise' if norm.kind == 'power' else 'fulfilment'} of {name}"


def _performers(draft: Draft, event: str, term: n.TermDecl) -> frozenset[str]:
    """The norms by which the actors that force waits for owe the event: `fulfilment of withdraw`; empty where none do."""
    a = draft.agreement
    by = a.by(term.requires_by)
    found = set()
    for norm in a.norms.values():
        done = norm.fulfilled_by or norm.used_by
        if done is not None and a.event_types(done) & a.event_types(event) and (by is None or by & set(a.who(norm.debtor))):
            found.add(f"{'exercise' if norm.kind == 'power' else 'fulfilment'} of {norm.name}")
    return frozenset(found)


def _cause(signal: n.Signal) -> str:
    return (
        signal.name
        if signal.kind in (None, "adopted", "rejected", "determined", "reversal")
        else f"{signal.kind} of {signal.name}"
    )


def _calls(norm: n.NormDecl, name: str) -> bool:
    return (norm.if_breached is not None and norm.if_breached[1] == name) or norm.if_refused == name


def never(waiting: Mapping[str, tuple[frozenset[str], ...]]) -> frozenset[str]:
    """What can never come about: the least fixed point of what can leaves it out."""
    able: set[str] = set()
    while True:
        more = {
            name
            for name, sets in waiting.items()
            if name not in able and all(any(x in able or x not in waiting for x in one) for one in sets)
        }
        if not more:
            return frozenset(waiting) - able
        able |= more


def circles(waiting: Mapping[str, tuple[frozenset[str], ...]]) -> Iterator[tuple[str, ...]]:
    """The shortest circle through each thing that can never come about, each circle once, from its least member."""
    dead = never(waiting)
    edges = {name: sorted({x for one in waiting[name] if one <= dead for x in one}) for name in sorted(dead)}
    told: set[frozenset[str]] = set()
    for start in sorted(dead):
        way = _back(edges, start)
        if way is not None and frozenset(way) not in told and not any(known <= frozenset(way) for known in told):
            told.add(frozenset(way))
            yield way


def _back(edges: Mapping[str, Iterable[str]], start: str) -> tuple[str, ...] | None:
    todo: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while todo:
        way = todo.pop(0)
        for after in edges.get(way[-1], ()):
            if after == start:
                return way
            if after not in seen:
                seen.add(after)
                todo.append((*way, after))
    return None


def actors_of(draft: Draft, name: str) -> frozenset[str]:
    """Who takes a step or owes a norm."""
    a = draft.agreement
    if name in a.steps:
        return a.by(a.steps[name].by) or frozenset()
    return frozenset(a.who(a.norms[name].debtor)) if name in a.norms else frozenset()


def two_sides(draft: Draft, circle: Iterable[str]) -> bool:
    """Whether a circle is one of steps and duties of different actors."""
    a = draft.agreement
    names = {x.rpartition(" ")[2] for x in circle}
    if not names <= {*a.steps, *a.norms}:
        return False
    who = [actors_of(draft, name) for name in sorted(names)]
    return all(who) and any(not one & other for one in who for other in who)


# ---------------------------------------------------------------- conditions of `until` and `unless`


def named_in(cond: n.Cond | None) -> tuple[str, ...]:
    """The triggers and definitions that an `until` or `unless` names, in the order of the text."""
    return tuple(dict.fromkeys(part.name for part in conditions(cond) if isinstance(part, n.CRef)))
