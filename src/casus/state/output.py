"""The State as published JSON, and the schema of it.

Takes a `State`; gives a `dict` of JSON values (`casus run --json`) whose shape is `Run` below, the same for the same State.
Instants are ISO 8601 text in UTC; amounts and measured values are text, because JSON numbers are binary floats.
The shape is described in `docs/formats/run.md`; a change that breaks a reader of it changes `FORMAT`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from casus.state.model import (
    Activation,
    Assessment,
    CeasefireStatus,
    Coming,
    ContributionState,
    DecisionInstance,
    DeterminationInstance,
    DisputeInstance,
    EffectInstance,
    FindingQuestion,
    Gap,
    Incident,
    Lawful,
    Life,
    Listed,
    Measured,
    NormInstance,
    PhaseState,
    State,
    TriggerAssessment,
)
from casus.state.output_shapes import (
    ActivationJson,
    AgreementJson,
    AssessmentJson,
    CeasefireJson,
    ComingJson,
    ContributionJson,
    DecisionJson,
    DeterminationJson,
    DisputeJson,
    EffectJson,
    FindingJson,
    GapJson,
    LawfulJson,
    LifeEventJson,
    LifeJson,
    ListedJson,
    NormJson,
    OccurredJson,
    PhaseJson,
    PlaceJson,
    VoteJson,
)
from casus.state.output_shapes import (
    CheckpointJson as CheckpointJson,
)
from casus.state.output_shapes import (
    HistoryJson as HistoryJson,
)
from casus.state.output_shapes import (
    IncidentJson as IncidentJson,
)
from casus.state.output_shapes import (
    MeasuredJson as MeasuredJson,
)
from casus.state.output_shapes import (
    Run as Run,
)
from casus.time import Instant

FORMAT: Final = "casus-run/1"


def state_to_json(state: State) -> dict[str, Any]:
    """The State as JSON values in the shape of `Run`; the same State gives the same dict, key order included."""
    by_answer = {answer: [_assessment(a) for a in state.assessments if a.assessment == answer] for answer in _LISTED_ANSWERS}
    run = Run(
        format=FORMAT,
        version=state.version,
        agreement=AgreementJson(id=state.agreement, hash=state.agreement_hash, title=state.title),
        checkpoint=CheckpointJson(size=state.checkpoint.size, root=state.checkpoint.root),
        axis=state.axis,
        reconstruction=state.axis == "known",
        at=str(state.at),
        known_at=str(state.known_at),
        projected=state.projected,
        reader=state.reader,
        life=_life(state.life),
        activations=[_activation(a) for a in state.activations],
        norms=[_norm(norm) for norm in state.norms],
        decisions=[_decision(d) for d in state.decisions],
        determinations=[_determination(d) for d in state.determinations],
        effects=[_effect(e) for e in state.effects],
        pending=by_answer["pending"],
        undecided=by_answer["undecided"],
        not_met=by_answer["not_met"],
        findings=[_finding(f) for f in state.findings],
        hindsight=list(state.hindsight),
        withheld=state.withheld,
        erased=state.erased,
        listed=[_listed(entry) for entry in state.listed],
        coming=[_coming(c) for c in state.coming],
        incidents=[incident_to_json(i) for i in state.incidents],
        gaps=[_gap(g) for g in state.gaps],
        phases=[_phase(p) for p in state.phases],
        ceasefires=[_ceasefire(c) for c in state.ceasefires],
        disputes=[_dispute(d) for d in state.disputes],
        contributions=[_contribution(c) for c in state.contributions],
        deadlocks=[list(circle) for circle in state.deadlocks],
    )
    return run.model_dump(mode="json")


def run_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of `state_to_json`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Run.model_json_schema(mode="serialization")}


_LISTED_ANSWERS: Final[tuple[Assessment, ...]] = ("pending", "undecided", "not_met")


def value_text(measured: Measured) -> str:
    """`5` where the value is certain, `5..7` where it is not, `5..` without an upper bound."""
    if measured.high is None:
        return f"{measured.low}.."
    return measured.low if measured.low == measured.high else f"{measured.low}..{measured.high}"


def headline(measured: tuple[Measured, ...]) -> Measured | None:
    """The condition that an activation is named after: the first that is true, else the first."""
    return next((m for m in measured if m.truth is True), measured[0] if measured else None)


def _opt(instant: Instant | None) -> str | None:
    return None if instant is None else str(instant)


def _history(history: Iterable[tuple[Instant, str, str]]) -> list[HistoryJson]:
    return [HistoryJson(at=str(at), state=state, why=why) for at, state, why in history]


def measured_to_json(m: Measured) -> MeasuredJson:
    return MeasuredJson(
        what=m.what,
        truth=m.truth,
        low=m.low,
        high=m.high,
        value=value_text(m),
        threshold=m.threshold,
        window=None if m.window is None else (str(m.window[0]), str(m.window[1])),
        witnesses=list(m.witnesses),
        possible=list(m.possible),
        reasons=list(m.reasons),
    )


def _activation(a: Activation) -> ActivationJson:
    head = headline(a.measured)
    return ActivationJson(
        id=a.id,
        trigger=a.trigger,
        article=a.article,
        severity=a.severity,
        t=str(a.t),
        s=str(a.s),
        known=str(a.t),
        value=None if head is None else value_text(head),
        threshold=None if head is None else head.threshold,
        witnesses=list(a.witnesses),
        measured=[measured_to_json(m) for m in a.measured],
        effective=a.effective,
        reversed=_opt(a.reversed),
        reversal_cause=a.reversal_cause,
        projected=a.projected,
    )


def _assessment(a: TriggerAssessment) -> AssessmentJson:
    return AssessmentJson(
        trigger=a.trigger,
        article=a.article,
        severity=a.severity,
        assessment=a.assessment,
        until=_opt(a.until),
        reasons=list(a.reasons),
        measured=[measured_to_json(m) for m in a.measured],
        nearest=_opt(a.nearest),
    )


def _norm(norm: NormInstance) -> NormJson:
    return NormJson(
        id=norm.id,
        name=norm.name,
        kind=norm.kind,
        article=norm.article,
        act=norm.act,
        prose=norm.prose,
        mode=norm.mode,
        grade=norm.grade,
        debtor=list(norm.debtor),
        sharing=norm.sharing,
        creditor=list(norm.creditor),
        state=norm.state,
        activated=str(norm.activated),
        due=_opt(norm.due),
        cause=norm.cause,
        roots=list(norm.roots),
        amount=norm.amount,
        performed=norm.performed,
        acts=list(norm.acts),
        history=_history(norm.history),
        projected=norm.projected,
        outstanding=norm.outstanding,
        acted=list(norm.acted),
        tier=norm.tier,
        awaits=list(norm.awaits),
        released=_opt(norm.released),
        stands_for=norm.stands_for,
        lawful=[_lawful(x) for x in norm.lawful],
        contributions=list(norm.contributions),
    )


def _lawful(x: Lawful) -> LawfulJson:
    return LawfulJson(
        party=x.party,
        procedure=x.procedure,
        route=x.route,
        earliest=str(x.earliest),
        usual=str(x.usual),
        limit=_opt(x.limit),
        gap=str(x.gap) if x.gap is not None else None,
        caveats=list(x.caveats),
    )


def _phase(p: PhaseState) -> PhaseJson:
    return PhaseJson(name=p.name, article=p.article, since=_opt(p.since), history=_history(p.history))


def _ceasefire(c: CeasefireStatus) -> CeasefireJson:
    return CeasefireJson(name=c.name, article=c.article, state=c.state, since=_opt(c.since), history=_history(c.history))


def _dispute(d: DisputeInstance) -> DisputeJson:
    return DisputeJson(
        id=d.id,
        name=d.name,
        article=d.article,
        state=d.state,
        claimant=d.claimant,
        respondent=d.respondent,
        forum=d.forum,
        remedy=d.remedy,
        opened=str(d.opened),
        due=_opt(d.due),
        answered=_opt(d.answered),
        entry=d.entry,
        history=_history(d.history),
    )


def _contribution(c: ContributionState) -> ContributionJson:
    return ContributionJson(
        name=c.name,
        article=c.article,
        party=c.party,
        text=c.text,
        serves=list(c.serves),
        place=c.place,
        mandate=c.mandate,
        mandated=c.mandated,
        purpose=c.purpose,
        engagement=c.engagement,
        strength=c.strength,
    )


def _effect(e: EffectInstance) -> EffectJson:
    return EffectJson(
        id=e.id,
        name=e.name,
        article=e.article,
        package=e.package,
        state=e.state,
        activated=str(e.activated),
        at=str(e.at),
        cause=e.cause,
        roots=list(e.roots),
        history=_history(e.history),
    )


def _decision(d: DecisionInstance) -> DecisionJson:
    return DecisionJson(
        id=d.id,
        name=d.name,
        article=d.article,
        state=d.state,
        opened=str(d.opened),
        closes=str(d.closes),
        closed=_opt(d.closed),
        members=list(d.members),
        causes=list(d.causes),
        votes=[VoteJson(member=v.member, vote=v.vote, known=str(v.known), entry=v.entry) for v in d.votes],
        tally=d.tally,
        why=d.why,
        proxies=dict(d.proxies),
        joined=list(d.joined),
        abstaining=list(d.abstaining),
    )


def _determination(d: DeterminationInstance) -> DeterminationJson:
    return DeterminationJson(
        id=d.id,
        name=d.name,
        article=d.article,
        state=d.state,
        body=d.body,
        opened=str(d.opened),
        due=str(d.due),
        activation=d.activation,
        answered=_opt(d.answered),
        entry=d.entry,
        history=_history(d.history),
    )


def _finding(f: FindingQuestion) -> FindingJson:
    return FindingJson(
        finding=f.finding, event=f.event, body=f.body, asked=str(f.asked), due=str(f.due), value=f.value, source=f.source
    )


def incident_to_json(i: Incident) -> IncidentJson:
    place = None if i.place is None else PlaceJson(lat=i.place[0], lon=i.place[1], radius=i.place[2])
    return IncidentJson(
        id=i.id,
        type=i.type,
        actor=i.actor,
        actors=list(i.actors),
        occurred=OccurredJson(lo=str(i.occurred.lo), hi=str(i.occurred.hi)),
        first_known=str(i.first_known),
        rungs=dict(sorted(i.rungs.items())),
        flags=list(i.flags),
        reports=list(i.reports),
        sources=list(i.sources),
        independent=i.independent,
        fields=dict(sorted(i.fields.items())),
        place=place,
    )


def _listed(entry: Listed) -> ListedJson:
    return ListedJson(entry=entry.entry, known=str(entry.known), what=entry.what, reason=entry.reason)


def _life(life: Life) -> LifeJson:
    return LifeJson(
        state=life.state,
        in_force_since=_opt(life.in_force_since),
        counts_from=_opt(life.counts_from),
        expires=_opt(life.expires),
        suspended_until=_opt(life.suspended_until),
        bound={party: str(at) for party, at in sorted(life.bound.items())},
        leaving={party: str(at) for party, at in sorted(life.leaving.items())},
        reviews=[str(at) for at in life.reviews],
        history=[LifeEventJson(at=str(at), what=what) for at, what in life.history],
    )


def _coming(c: Coming) -> ComingJson:
    return ComingJson(at=str(c.at), kind=c.kind, id=c.id, who=list(c.who), text=c.text)


def _gap(g: Gap) -> GapJson:
    return GapJson(of=g.of, start=str(g.start), end=str(g.end))
