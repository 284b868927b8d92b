"""The State as published JSON, and the schema of it.

Takes a `State`; gives a `dict` of JSON values (`casus run --json`) whose shape is `Run` below, the same for the same State.
Instants are ISO 8601 text in UTC; amounts and measured values are text, because JSON numbers are binary floats.
The shape is described in `docs/formats/run.md`; a change that breaks a reader of it changes `FORMAT`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from casus.journal.entry import Axis
from casus.state.model import (
    Activation,
    Assessment,
    CeasefireState,
    CeasefireStatus,
    Coming,
    ContributionState,
    DecisionInstance,
    DecisionState,
    DeterminationInstance,
    DeterminationState,
    DisputeInstance,
    DisputeState,
    EffectInstance,
    EffectState,
    FindingQuestion,
    Gap,
    Incident,
    Lawful,
    Life,
    LifeState,
    Listed,
    Measured,
    NormInstance,
    NormState,
    PhaseState,
    State,
    TriggerAssessment,
)
from casus.time import Instant

FORMAT: Final = "casus-run/1"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _text(description: str) -> Any:
    return Field(description=description)


InstantText = str


class AgreementJson(_Shape):
    id: str = _text("the agreement's name in its own text")
    hash: str = _text("content hash over text, zones, annexes and mappings")
    title: str | None


class CheckpointJson(_Shape):
    size: int = _text("number of entries of the journal")
    root: str = _text("RFC 6962 Merkle root over them, hex")


class MeasuredJson(_Shape):
    what: str = _text("what was counted, in words")
    truth: bool | None = _text("null: unknown")
    low: str
    high: str | None = _text("null: no upper bound")
    value: str = _text("low, or low..high where they differ")
    threshold: str
    window: tuple[InstantText, InstantText] | None = _text("(after, until]")
    witnesses: list[str]
    possible: list[str] = _text("events that may or may not count")
    reasons: list[str]


class ActivationJson(_Shape):
    id: str
    trigger: str
    article: str | None
    severity: int
    t: InstantText = _text("knowledge instant at which the condition became met")
    s: InstantText = _text("instant of the world at which it is met")
    known: InstantText = _text("the same instant as t, under the name that reports use")
    value: str | None = _text("of the first condition that is true; all of them are in measured")
    threshold: str | None
    witnesses: list[str]
    measured: list[MeasuredJson]
    effective: bool = _text("false: met while the agreement was not in force; it brings nothing to life")
    reversed: InstantText | None
    reversal_cause: str | None
    projected: bool


class AssessmentJson(_Shape):
    trigger: str
    article: str | None
    severity: int
    assessment: Assessment
    until: InstantText | None
    reasons: list[str]
    measured: list[MeasuredJson]
    nearest: InstantText | None = _text("the instant at which it comes nearest to its threshold")


class HistoryJson(_Shape):
    at: InstantText
    state: str
    why: str


class LawfulJson(_Shape):
    party: str
    procedure: str
    route: str = _text("ordinary or emergency, whichever takes the least")
    earliest: InstantText = _text("the earliest lawful instant by the debtor's own procedure")
    usual: InstantText
    limit: InstantText | None = _text("the due, or the time of the approval at home where that is sooner")
    gap: str | None = _text("by how much the limit comes before the earliest lawful instant; null: it does not")
    caveats: list[str]


class NormJson(_Shape):
    id: str
    name: str
    kind: Literal["obligation", "prohibition", "power"]
    article: str | None
    act: str | None
    prose: str | None
    mode: Literal["owed", "excluded", "permitted"]
    grade: str | None
    debtor: list[str]
    sharing: Literal["several", "joint", "joint_and_several"] = _text("how several debtors owe it")
    creditor: list[str]
    state: NormState
    activated: InstantText
    due: InstantText | None = _text("null: no date")
    cause: str
    roots: list[str] = _text("the trigger activations, or openings on request, at the start of the chain of causes")
    amount: str | None
    performed: str | None
    acts: list[str] = _text("entries that serve it")
    history: list[HistoryJson]
    projected: bool
    outstanding: str | None = _text("what is still owed of the amount; null: nothing can serve it any more, or it names none")
    acted: list[str] = _text("debtors that have acted")
    tier: str | None = _text("the phase whose amount is owed; null: the ordinary amount")
    awaits: list[str] = _text("what a waiting instance still waits for: instances, or a norm that has none")
    released: InstantText | None = _text("when its time began to run, where it had to wait")
    stands_for: str | None = _text("the instance whose debtor it is the backup of")
    lawful: list[LawfulJson] = _text("what each debtor's own law asks for, against the date")
    contributions: list[str] = _text("what its debtors put in for it")


class PhaseJson(_Shape):
    name: str
    article: str | None
    since: InstantText | None = _text("null: it is off")
    history: list[HistoryJson]


class CeasefireJson(_Shape):
    name: str
    article: str | None
    state: CeasefireState
    since: InstantText | None
    history: list[HistoryJson]


class DisputeJson(_Shape):
    id: str
    name: str
    article: str | None
    state: DisputeState
    claimant: str
    respondent: str
    forum: str | None = _text("null: the text names none")
    remedy: str | None
    opened: InstantText
    due: InstantText | None
    answered: InstantText | None
    entry: str | None
    history: list[HistoryJson]


class ContributionJson(_Shape):
    name: str
    article: str | None
    party: str
    text: str
    serves: list[str] = _text("norms that it is for")
    place: str | None
    mandate: str | None = _text("a decision's name, or words")
    mandated: bool | None = _text(
        "whether that decision was adopted the last time that it closed; null: the mandate is words, or none"
    )
    purpose: str | None
    engagement: str | None
    strength: str | None


class EffectJson(_Shape):
    id: str
    name: str
    article: str | None
    package: str | None
    state: EffectState
    activated: InstantText
    at: InstantText
    cause: str
    roots: list[str]
    history: list[HistoryJson]


class VoteJson(_Shape):
    member: str
    vote: str
    known: InstantText
    entry: str


class DecisionJson(_Shape):
    id: str
    name: str
    article: str | None
    state: DecisionState
    opened: InstantText
    closes: InstantText
    closed: InstantText | None
    members: list[str]
    causes: list[str]
    votes: list[VoteJson]
    tally: str
    why: str
    proxies: dict[str, str] = _text("who is held to have cast what its holder cast: member to holder")
    joined: list[str] = _text("who has joined a coalition")
    abstaining: list[str] = _text("members that must abstain")


class DeterminationJson(_Shape):
    id: str
    name: str
    article: str | None
    state: DeterminationState
    body: str
    opened: InstantText
    due: InstantText
    activation: str
    answered: InstantText | None
    entry: str | None
    history: list[HistoryJson]


class FindingJson(_Shape):
    finding: str
    event: str
    body: str
    asked: InstantText
    due: InstantText
    value: bool | None = _text("null: unknown")
    source: Literal["open", "answered", "presumed", "escalated", "decided"]


class OccurredJson(_Shape):
    lo: InstantText
    hi: InstantText


class PlaceJson(_Shape):
    lat: str = _text("degrees, WGS84, as given")
    lon: str
    radius: str = _text("radius of error in metres")


class IncidentJson(_Shape):
    id: str
    type: str
    actor: str | None
    actors: list[str]
    occurred: OccurredJson
    first_known: InstantText
    rungs: dict[str, str] = _text("ladder to rung, or rejected")
    flags: list[str]
    reports: list[str]
    sources: list[str]
    independent: int = _text("number of independent sources")
    fields: dict[str, str]
    place: PlaceJson | None


class ListedJson(_Shape):
    entry: str
    known: InstantText
    what: str
    reason: str


class LifeEventJson(_Shape):
    at: InstantText
    what: str


class LifeJson(_Shape):
    state: LifeState
    in_force_since: InstantText | None
    counts_from: InstantText | None
    expires: InstantText | None
    suspended_until: InstantText | None
    bound: dict[str, InstantText]
    leaving: dict[str, InstantText]
    reviews: list[InstantText]
    history: list[LifeEventJson]


class ComingJson(_Shape):
    at: InstantText
    kind: str
    id: str
    who: list[str]
    text: str


class GapJson(_Shape):
    of: str
    start: InstantText
    end: InstantText


class Run(_Shape):
    """One assessment: anyone with the same agreement, view and instants recomputes it."""

    format: Literal["casus-run/1"]
    version: str = _text("of Casus")
    agreement: AgreementJson
    checkpoint: CheckpointJson
    axis: Axis
    reconstruction: bool = _text("true on the axis known: knowledge instants are claimed, not witnessed by the journal")
    at: InstantText
    known_at: InstantText
    projected: bool = _text("at lies after known_at: timers ran as if nothing more arrived")
    reader: str
    life: LifeJson
    activations: list[ActivationJson]
    norms: list[NormJson]
    decisions: list[DecisionJson]
    determinations: list[DeterminationJson]
    effects: list[EffectJson]
    pending: list[AssessmentJson]
    undecided: list[AssessmentJson]
    not_met: list[AssessmentJson]
    findings: list[FindingJson]
    hindsight: list[str] = _text("triggers that hold with what was known later; no legal effect")
    withheld: int = _text("entries this reader may not see; counted, never guessed")
    erased: int = _text("entries whose payload was destroyed")
    listed: list[ListedJson] = _text("entries without effect, and why")
    coming: list[ComingJson] = _text("what falls due by itself")
    incidents: list[IncidentJson]
    gaps: list[GapJson] = _text("stretches without the coverage that an absence asks for")
    phases: list[PhaseJson]
    ceasefires: list[CeasefireJson]
    disputes: list[DisputeJson]
    contributions: list[ContributionJson]
    deadlocks: list[list[str]] = _text("norm instances that wait for each other in a circle")


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
