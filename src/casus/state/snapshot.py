"""Reading a State off a fold: every mutable thing turned into frozen facts, in an order that depends on content alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from casus import acts as a
from casus.language import nodes as n
from casus.norms import NEVER, Ballot, Instance, tally
from casus.state import model as m
from casus.state import practice
from casus.state.fold import Fold
from casus.time import BEGINNING, END, Duration, Instant
from casus.triggers.conditions import atoms
from casus.triggers.engine import Met
from casus.triggers.measure import Measure, Weighed
from casus.triggers.verdict import Unknown
from casus.verification import IncidentFacts, independent_sources, rungs_by_ladder


def snapshot(fold: Fold, at: Instant, version: str) -> m.State:
    """The State at `at`, without assessments and hindsight."""
    agreement, view = fold.agreement, fold.view
    return m.State(
        agreement=agreement.name,
        agreement_hash=agreement.hash,
        title=agreement.header.title,
        axis=view.axis,
        checkpoint=view.checkpoint,
        reader=view.reader.name,
        version=version,
        at=at,
        known_at=view.known_at,
        projected=at > view.known_at,
        life=_life(fold, at),
        assessments=(),
        activations=tuple(sorted(_activations(fold), key=lambda x: (x.t.us, x.s.us, x.id))),
        norms=tuple(_norm(fold, i, at) for i in _in_order(fold.duties.instances.values())),
        effects=tuple(_effects(fold, at)),
        decisions=tuple(sorted(_decisions(fold), key=lambda x: (x.opened.us, x.id))),
        determinations=tuple(sorted(_determinations(fold), key=lambda x: (x.opened.us, x.id))),
        findings=tuple(_findings(fold)),
        incidents=tuple(_incident(fold, x) for x in sorted(fold.facts.incidents.values(), key=_when)),
        hindsight=(),
        withheld=view.withheld,
        erased=sum(1 for entry in view.entries if entry.act is None),
        listed=tuple(_listed(fold)),
        coming=tuple(sorted(_coming(fold, at), key=lambda x: (x.at.us, x.kind, x.id))),
        gaps=tuple(_gaps(fold, at)),
        phases=tuple(practice.phases(fold)),
        ceasefires=tuple(practice.ceasefires(fold)),
        disputes=tuple(practice.disputes(fold)),
        contributions=tuple(practice.contributions(fold)),
        deadlocks=tuple(practice.deadlocks(fold.duties)),
    )


def _when(incident: IncidentFacts) -> tuple[int, int, str]:
    return incident.occurred.lo.us, incident.occurred.hi.us, incident.id


# ---------------------------------------------------------------- triggers


def number(value: object) -> str:
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def measured(measure: Measure) -> m.Measured:
    """A measure as facts: numbers as text, the window as instants."""
    unknown = isinstance(measure.verdict, Unknown)
    window = (Instant(max(measure.window[0], BEGINNING.us)), Instant(measure.window[1])) if measure.window else None
    return m.Measured(
        what=measure.what,
        truth=None if unknown else measure.verdict is True,
        low=number(measure.low),
        high=None if measure.high is None else number(measure.high),
        threshold=measure.threshold,
        window=window,
        witnesses=measure.witnesses,
        possible=measure.possible,
        reasons=tuple(sorted({r.text for r in measure.verdict.reasons})) if isinstance(measure.verdict, Unknown) else (),
    )


def reasons_of(unknown: Iterable[tuple[int, Weighed]], most: int = 8) -> tuple[str, ...]:
    """The reasons for which a condition is unknown somewhere, each once; the rest is counted."""
    texts: dict[str, None] = {}
    for _, weighed in unknown:
        if isinstance(weighed.verdict, Unknown):
            texts.update(dict.fromkeys(sorted(reason.text for reason in weighed.verdict.reasons)))
    listed = list(texts)
    return tuple(listed[:most]) + ((f"and {len(listed) - most} more reasons",) if len(listed) > most else ())


def _activations(fold: Fold) -> Iterator[m.Activation]:
    for name, state in fold.engine.states.items():
        for met in state.activations:
            yield m.Activation(
                id=met.id,
                trigger=name,
                article=state.decl.article,
                severity=int(state.decl.severity),
                t=met.t,
                s=met.s,
                witnesses=(*met.witnesses, *sorted(met.counted)),
                measured=tuple(measured(x) for x in met.measures),
                effective=met.effective,
                reversed=met.reversed,
                reversal_cause=met.why,
                projected=_is_projected(fold, met),
            )


def _is_projected(fold: Fold, met: Met) -> bool:
    return met.t > fold.view.known_at


# ---------------------------------------------------------------- norms


def _in_order(instances: Iterable[Instance]) -> list[Instance]:
    return sorted(instances, key=lambda i: (i.activated.us, i.cause, i.decl.name, i.debtors))


_MODES: dict[str, str] = {"obligation": "owed", "prohibition": "excluded", "power": "permitted"}


def norm_state(fold: Fold, instance: Instance, at: Instant) -> str:
    """`suspended` while it would be in force but the agreement is suspended."""
    if instance.state == "in_force" and fold.life.is_suspended(at, instance.decl.name):
        return "suspended"
    return instance.state


def _norm(fold: Fold, instance: Instance, at: Instant) -> m.NormInstance:
    decl = instance.decl
    currency, amount = instance.required if instance.required else ("", None)
    return m.NormInstance(
        id=instance.id,
        name=decl.name,
        kind=decl.kind,
        article=decl.article,
        act=decl.act.verb if decl.act else None,
        prose=decl.act.prose if decl.act else None,
        mode=_MODES[decl.kind],  # type: ignore[arg-type]
        grade=decl.grade,
        debtor=instance.debtors,
        creditor=instance.creditors,
        state=norm_state(fold, instance, at),  # type: ignore[arg-type]
        activated=instance.activated,
        due=fold.duties.due_at(instance, instance.due, at),
        cause=instance.cause,
        roots=tuple(sorted(instance.roots)),
        sharing=decl.sharing,
        amount=f"{currency} {number(amount)}" if amount is not None else None,
        performed=f"{currency} {number(instance.performed)}" if amount is not None else None,
        acts=tuple(sorted(instance.acts)),
        history=tuple(instance.history),
        projected=instance.activated > fold.view.known_at,
        outstanding=_outstanding(instance),
        acted=tuple(sorted({actor for act in instance.acts.values() for actor in act.actors} & set(instance.debtors))),
        tier=instance.tier,
        awaits=tuple(practice.awaits(fold.duties, instance)),
        released=instance.released,
        stands_for=instance.stands_for,
        lawful=tuple(practice.lawful_times(fold, instance, at)),
        contributions=tuple(x.name for x in fold.agreement.contributions.values() if serves(x, instance)),
    )


def serves(contribution: n.ContributionDecl, instance: Instance) -> bool:
    return instance.decl.name in contribution.serves and contribution.by in instance.debtors


def _outstanding(instance: Instance) -> str | None:
    """What is still owed of an amount, while it can be."""
    if instance.required is None or not instance.open:
        return None
    currency, amount = instance.required
    return f"{currency} {number(max(amount - instance.performed, Decimal(0)))}"


def _effects(fold: Fold, at: Instant) -> Iterator[m.EffectInstance]:
    for effect in sorted(fold.effects.instances.values(), key=lambda e: (e.activated.us, e.id)):
        yield m.EffectInstance(
            id=effect.id,
            name=effect.decl.name,
            article=effect.decl.article,
            package=effect.decl.reinstate,
            state=effect.state,  # type: ignore[arg-type]
            activated=effect.activated,
            at=fold.effects.due_at(effect, at),
            cause=effect.cause,
            roots=tuple(sorted(effect.roots)),
            history=tuple(effect.history),
        )


# ---------------------------------------------------------------- decisions, determinations, findings


def _decisions(fold: Fold) -> Iterator[m.DecisionInstance]:
    for ballots in fold.decisions.ballots.values():
        for ballot in ballots:
            yield _decision(fold, ballot)


def _decision(fold: Fold, ballot: Ballot) -> m.DecisionInstance:
    standing = fold.decisions.standing(ballot)
    count = tally(ballot.decl, standing.electorate, standing.votes)
    members = standing.electorate.members
    said = f"yes {count.yes}, no {count.no}, abstain {count.abstain} of {len(members)}; quorum {count.quorum}"
    return m.DecisionInstance(
        id=ballot.id,
        name=ballot.decl.name,
        article=ballot.decl.article,
        state=ballot.state,  # type: ignore[arg-type]
        opened=ballot.opened,
        closes=ballot.closes,
        closed=ballot.closed,
        members=members,
        causes=tuple(opener.cause for opener in ballot.openers),
        votes=tuple(
            m.VoteCast(c.member, c.vote, c.known, c.entry)
            for c in sorted(ballot.all_cast, key=lambda c: (c.known.us, c.member))
        ),
        tally=said,
        why=ballot.why,
        proxies=tuple(sorted(standing.carried.items())),
        joined=tuple(sorted(ballot.joined)),
        abstaining=tuple(x for x in members if x in standing.electorate.obliged),
    )


def _determinations(fold: Fold) -> Iterator[m.DeterminationInstance]:
    for name, instances in fold.determinations.instances.items():
        for x in instances:
            yield m.DeterminationInstance(
                id=x.id,
                name=name,
                article=x.decl.article,
                state=x.state,  # type: ignore[arg-type]
                body=x.decl.body,
                opened=x.opened,
                due=x.due,
                activation=x.activation,
                answered=x.answered,
                entry=x.entry,
                history=tuple(x.history),
            )


def _findings(fold: Fold) -> Iterator[m.FindingQuestion]:
    for key in sorted(fold.questions.questions):
        question = fold.questions.questions[key]
        decl = fold.agreement.findings[question.finding]
        escalated = question.escalated is not None and decl.escalates_to is not None
        yield m.FindingQuestion(
            finding=question.finding,
            event=question.incident,
            body=str(decl.escalates_to) if escalated else decl.body,
            asked=question.asked,
            due=question.due,
            value=fold.questions.value(question.finding, question.incident),
            source=fold.questions.source(question),  # type: ignore[arg-type]
        )


# ---------------------------------------------------------------- incidents and entries


def _incident(fold: Fold, incident: IncidentFacts) -> m.Incident:
    agreement = fold.agreement
    actors = fold.facts.actors(incident)
    beneficiaries = {p.code for p in agreement.parties.values() if "beneficiary" in p.roles}
    flags = set(fold.silences.recorded.get(incident.id, ()))
    if incident.withdrawn:
        flags.add("withdrawn")
    place = incident.place
    return m.Incident(
        id=incident.id,
        type=incident.type,
        actor=incident.actor,
        actors=tuple(sorted(actors)),
        occurred=incident.occurred,
        first_known=incident.first_known,
        rungs=rungs_by_ladder(agreement, incident, actors),
        flags=tuple(sorted(flags)),
        reports=incident.entries,
        sources=tuple(source.name for source in incident.sources),
        independent=independent_sources(incident.sources, beneficiaries | actors),
        fields={name: show(value) for name, value in sorted(incident.fields.items()) if name != "at"},
        place=(f"{place.lat:f}", f"{place.lon:f}", number(place.radius)) if place is not None else None,
    )


def show(value: a.Value) -> str:
    """A field's value in words."""
    match value:
        case a.Quantity(low=low, high=high):
            if high is None:
                return f"{number(low)} or more"
            return number(low) if low == high else f"{number(low)} to {number(high)}"
        case a.Length(us=us):
            return str(Duration(us))
        case a.Money(currency=currency, amount=amount):
            return f"{currency} {number(amount)}"
        case a.Code(code=code):
            return code
        case a.Word(word=word):
            return word
        case a.Text(text=text):
            return text
        case a.Place(lat=lat, lon=lon, radius=radius):
            return f"{lat:f} {lon:f} radius {number(radius)} m"


def _listed(fold: Fold) -> Iterator[m.Listed]:
    every = [*fold.listed, *fold.facts.waiting()]
    for entry, reason in sorted(every, key=lambda x: (fold.view.knowledge(x[0]).us, x[0].id, x[1])):
        what = entry.act.kind if entry.act is not None else "destroyed"
        yield m.Listed(entry.id, fold.view.knowledge(entry), what, reason)


# ---------------------------------------------------------------- the agreement's life, and what is coming


def life_state(fold: Fold, at: Instant) -> str:
    life = fold.life
    if life.ended is not None and life.ended <= at:
        return "expired"
    if life.lapsed is not None and life.lapsed <= at:
        return "lapsed"
    if not life.in_force(at):
        return "not_in_force"
    return "suspended" if life.suspension_at(at) is not None else "in_force"


def _life(fold: Fold, at: Instant) -> m.Life:
    life = fold.life
    running = life.suspension_at(at)
    bound = {
        p: since for p in sorted(fold.agreement.parties) if (since := life.bound_since(p)) is not None and life.bound(p, at)
    }
    return m.Life(
        state=life_state(fold, at),  # type: ignore[arg-type]
        in_force_since=life.since,
        counts_from=life.counts_from,
        expires=life.expires,
        suspended_until=running.end if running is not None else None,
        bound=bound,
        leaving={p: effect for p, effect in sorted(life.notices.items()) if p not in life.left},
        reviews=tuple(_reviews(fold, at)),
        history=tuple(life.history),
    )


def _reviews(fold: Fold, at: Instant) -> Iterator[Instant]:
    """The review that comes next, counted from entry into force."""
    term, since = fold.agreement.term, fold.life.since
    if term is None or term.review is None or since is None or since == BEGINNING:
        return
    count = 1
    while (review := fold.agreement.clock.add(since, term.review.period * count)) <= at and review < END:
        count += 1
    if fold.life.expires is None or review < fold.life.expires:
        yield review


def _coming(fold: Fold, at: Instant) -> Iterator[m.Coming]:
    for due, kind, instance in fold.duties.timers(at):
        decl = instance.decl
        prose = f" {decl.act.prose}" if decl.act and decl.act.prose else ""
        what = f"{decl.name}: {decl.act.verb if decl.act else decl.kind}{prose}"
        yield m.Coming(due, kind, instance.id, instance.debtors, what)  # type: ignore[arg-type]
    for due, _, effect in fold.effects.timers(at):
        yield m.Coming(due, "effect", effect.id, (), f"{effect.decl.name} takes effect")
    for name in fold.agreement.decisions:
        ballot = fold.decisions.open_ballot(name)
        if ballot is not None and ballot.closes != NEVER:
            yield m.Coming(ballot.closes, "closing", ballot.id, ballot.electorate.members, f"{name} closes")
    for waiting in fold.determinations.waiting():
        who = (waiting.decl.body,)
        yield m.Coming(waiting.due, "determination", waiting.id, who, f"{waiting.decl.name} is due from {waiting.decl.body}")
    for question in fold.questions.questions.values():
        if fold.questions.source(question) == "open" and question.due > at:
            body = fold.agreement.findings[question.finding].body
            identity = f"{question.finding} on {question.incident}"
            yield m.Coming(question.due, "finding", identity, (body,), f"{identity} is due from {body}")
    yield from practice.coming(fold, at)
    for review in _reviews(fold, at):
        yield m.Coming(review, "review", fold.agreement.name, (), "review")
    if fold.life.expires is not None and fold.life.ended is None:
        yield m.Coming(fold.life.expires, "expiry", fold.agreement.name, (), "expiry, unless extended")
    running = fold.life.suspension_at(at)
    if running is not None:
        yield m.Coming(running.end, "suspension_end", fold.agreement.name, (), "the suspension ends")


def _gaps(fold: Fold, at: Instant) -> Iterator[m.Gap]:
    """Stretches since events count, or since coverage was first recorded, that nobody covered, of what an absence asks for."""
    start = fold.life.counts_from
    if start is None:
        return
    asked: set[tuple[str, str | None]] = set()
    for decl in fold.agreement.triggers.values():
        asked |= {(atom.name, atom.observer) for atom, _ in atoms(decl.when) if isinstance(atom, n.TQuiet)}
    for automatic in fold.agreement.automatics.values():
        asked |= {(part.name, None) for part in automatic.ends_when if isinstance(part, n.EndsQuiet)}
    for name, observer in sorted(asked, key=str):
        covered = fold.facts.covered(name, observer)
        first = start.us if start > BEGINNING else covered[0][0] if covered else at.us
        label = f"{name} by {observer}" if observer else name
        for lo, hi in (*covered, (at.us, at.us)):
            if lo > first and first < at.us:
                yield m.Gap(label, Instant(first), Instant(min(lo, at.us)))
            first = max(first, hi)
