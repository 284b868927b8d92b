"""The shapes of `casus run --json`: one class for each part, every key described. See `casus.state.output`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from casus.journal.entry import Axis
from casus.state.model import (
    Assessment,
    CeasefireState,
    DecisionState,
    DeterminationState,
    DisputeState,
    EffectState,
    LifeState,
    NormState,
)


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
