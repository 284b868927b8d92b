"""Reading off a fold what norms hang on beside their dates: phases, ceasefires, disputes, contributions, who waits for whom."""

from __future__ import annotations

from collections.abc import Iterator

from casus.language import nodes as n
from casus.language import phrases as say
from casus.norms import Duties, Instance, lawful
from casus.state import model as m
from casus.state.fold import Fold
from casus.time import Instant


def phases(fold: Fold) -> Iterator[m.PhaseState]:
    for name, phase in fold.phases.phases.items():
        yield m.PhaseState(name, phase.decl.article, phase.since, tuple(phase.history))


def ceasefires(fold: Fold) -> Iterator[m.CeasefireStatus]:
    for name, one in fold.ceasefires.ceasefires.items():
        since = one.since if one.state is not None else None
        yield m.CeasefireStatus(name, one.decl.article, one.state or "none", since, tuple(one.history))


def disputes(fold: Fold) -> Iterator[m.DisputeInstance]:
    for x in sorted(fold.disputes.instances, key=lambda x: (x.opened.us, x.id)):
        yield m.DisputeInstance(
            id=x.id,
            name=x.decl.name,
            article=x.decl.article,
            state=x.state,  # type: ignore[arg-type]
            claimant=x.claimant,
            respondent=x.respondent,
            forum=x.decl.forum,
            remedy=x.decl.remedy,
            opened=x.opened,
            due=x.due,
            answered=x.answered,
            entry=x.entry,
            history=tuple(x.history),
        )


def contributions(fold: Fold) -> Iterator[m.ContributionState]:
    """`mandated`: whether the decision that gives the mandate was adopted the last time that it closed."""
    for x in fold.agreement.contributions.values():
        mandated = None
        if x.mandate is not None:
            closed = [b for b in fold.decisions.ballots[x.mandate] if b.state != "open"]
            mandated = bool(closed) and closed[-1].state == "adopted"
        yield m.ContributionState(
            name=x.name,
            article=x.article,
            party=x.by,
            text=x.text,
            serves=x.serves,
            place=say.zone(x.zone) if x.zone is not None else None,
            mandate=x.mandate or x.mandate_text,
            mandated=mandated,
            purpose=x.purpose,
            engagement=x.engagement,
            strength=f"{x.strength.number.text} {x.strength.unit}" if x.strength is not None else None,
        )


def lawful_times(fold: Fold, instance: Instance, at: Instant) -> Iterator[m.Lawful]:
    """What the debtors' own law asks for, against the date as it stands."""
    if instance.state == "waiting" or instance.decl.kind == "prohibition":
        return
    due = instance.due if instance.decl.kind == "obligation" else None
    limits = [fold.duties.due_at(instance, limit, at) for limit in (due, instance.approval)]
    for x in lawful(fold.agreement, instance.decl, instance.debtors, instance.begun, limits):
        yield m.Lawful(x.party, x.procedure, x.route, x.earliest, x.usual, x.limit, x.gap, x.caveats)


# ---------------------------------------------------------------- who waits for whom


def awaits(duties: Duties, instance: Instance) -> Iterator[str]:
    """What a waiting instance still waits for: instances that are not done, or a norm that has none."""
    if instance.state != "waiting":
        return
    for name, left in duties.awaited(instance.decl).items():
        yield from sorted(x.id for x in left) or [name]


def deadlocks(duties: Duties) -> Iterator[tuple[str, ...]]:
    """Circles of instances that wait for each other, each once, beginning with its least id."""
    waiting = {x.id: x for x in duties.instances.values() if x.state == "waiting"}
    edges = {
        identity: sorted(y.id for left in duties.awaited(x.decl).values() for y in left if y.id in waiting)
        for identity, x in waiting.items()
    }
    reached = {identity: _reach(edges, identity) for identity in edges}
    seen: set[str] = set()
    for identity in sorted(edges):
        if identity not in seen and identity in reached[identity]:
            circle = tuple(sorted(y for y in reached[identity] if identity in reached[y]))
            seen |= set(circle)
            yield circle


def _reach(edges: dict[str, list[str]], start: str) -> set[str]:
    """What can be reached from an instance by one step or more."""
    found: set[str] = set()
    todo = list(edges[start])
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += edges[name]
    return found


def coming(fold: Fold, at: Instant) -> Iterator[m.Coming]:
    """Rulings that are due, the end of the offer, and the edges of phases."""
    for x in fold.disputes.instances:
        if x.state in ("negotiating", "open") and x.due is not None:
            who = (x.decl.forum,) if x.decl.forum is not None else ()
            yield m.Coming(x.due, "dispute", x.id, who, f"{x.decl.name} of {x.claimant} against {x.respondent} is due")
    life = fold.life
    if life.offered is not None and life.since is None and life.lapsed is None:
        yield m.Coming(life.offered, "offer", fold.agreement.name, (), "the offer lapses, unless all have consented")
    for name, phase in fold.phases.phases.items():
        for edge, word in ((phase.decl.start, "begins"), (phase.decl.end, "ends")):
            if isinstance(edge, n.Moment) and fold.agreement.instant(edge) > at:
                yield m.Coming(fold.agreement.instant(edge), "phase", name, (), f"{name} {word}")
