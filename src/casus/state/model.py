"""What `evaluate` gives: every fact of the State with its reasons, as frozen data.

Ids are readable and stable: an activation is `incident@<t>@<s>`, a norm instance `consult/KST/<cause>`, a decision
instance `measures@<opening>`, a determination `attack_case@<activation>`. Anything listed here can be asked of `explain`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from casus.journal.entry import Axis, Checkpoint
from casus.time import Duration, Instant, Occurred

Assessment = Literal["met", "not_met", "pending", "undecided"]
NormState = Literal[
    "in_force", "waiting", "fulfilled", "breached", "cured", "waived", "lapsed", "replaced", "suspended", "exercised", "refused"
]
EffectState = Literal["pending", "in_effect", "stopped", "ended"]
DecisionState = Literal["open", "adopted", "rejected", "escalated", "lapsed"]
DeterminationState = Literal["open", "yes", "no", "escalated", "lapsed"]
LifeState = Literal["not_in_force", "in_force", "suspended", "expired", "lapsed"]
CeasefireState = Literal["none", "active", "degraded", "suspended", "collapsed"]
DisputeState = Literal["negotiating", "open", "upheld", "dismissed", "settled", "lapsed"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One condition of a trigger at one instant: `low`..`high` of what was counted, against `threshold`.

    `what` reads like `count of violation by OSK within rolling 72 hours`; `window` is (after, until]; `high` None: no bound.
    """

    what: str
    truth: bool | None
    low: str
    high: str | None
    threshold: str
    window: tuple[Instant, Instant] | None
    witnesses: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Activation:
    """A trigger's condition became met: known at `t`, at instant `s` of the world."""

    id: str
    trigger: str
    article: str | None
    severity: int
    t: Instant
    s: Instant
    witnesses: tuple[str, ...]
    measured: tuple[Measured, ...]
    effective: bool
    reversed: Instant | None = None
    reversal_cause: str | None = None
    projected: bool = False


@dataclass(frozen=True, slots=True)
class TriggerAssessment:
    """Met, not met, pending until `until`, or undecided because of `reasons`."""

    trigger: str
    article: str | None
    severity: int
    assessment: Assessment
    until: Instant | None = None
    reasons: tuple[str, ...] = ()
    measured: tuple[Measured, ...] = ()
    """What was measured at the latest activation, else at the instant nearest to the threshold."""
    nearest: Instant | None = None


@dataclass(frozen=True, slots=True)
class Lawful:
    """What a debtor's own law asks for before it may act, against the time that the text gives: an assessment.

    `limit`: the due, or the time of the approval at home where that is sooner; `gap`: by how much it comes too soon.
    """

    party: str
    procedure: str
    route: str
    earliest: Instant
    usual: Instant
    limit: Instant | None
    gap: Duration | None
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NormInstance:
    """A duty, prohibition or power brought to life. `due` None: no date. `history` holds (instant, state, why)."""

    id: str
    name: str
    kind: Literal["obligation", "prohibition", "power"]
    article: str | None
    act: str | None
    prose: str | None
    mode: Literal["owed", "excluded", "permitted"]
    grade: str | None
    debtor: tuple[str, ...]
    creditor: tuple[str, ...]
    state: NormState
    activated: Instant
    due: Instant | None
    cause: str
    roots: tuple[str, ...]
    sharing: Literal["several", "joint", "joint_and_several"] = "several"
    amount: str | None = None
    performed: str | None = None
    acts: tuple[str, ...] = ()
    history: tuple[tuple[Instant, str, str], ...] = ()
    projected: bool = False
    outstanding: str | None = None
    """What is still owed of the amount."""
    acted: tuple[str, ...] = ()
    """Which debtors have acted."""
    tier: str | None = None
    """The phase whose amount is owed; None: the ordinary amount."""
    awaits: tuple[str, ...] = ()
    """What a waiting instance still waits for: norms, or instances of them."""
    released: Instant | None = None
    """When its time began to run, where it had to wait."""
    stands_for: str | None = None
    """The instance whose debtor it is the backup of."""
    lawful: tuple[Lawful, ...] = ()
    contributions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhaseState:
    """`since` None: it is off. `history` holds (instant, on or off, why)."""

    name: str
    article: str | None
    since: Instant | None
    history: tuple[tuple[Instant, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CeasefireStatus:
    name: str
    article: str | None
    state: CeasefireState
    since: Instant | None
    history: tuple[tuple[Instant, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DisputeInstance:
    """A claim of one party against another; `forum` None: the text names none."""

    id: str
    name: str
    article: str | None
    state: DisputeState
    claimant: str
    respondent: str
    forum: str | None
    remedy: str | None
    opened: Instant
    due: Instant | None
    answered: Instant | None = None
    entry: str | None = None
    history: tuple[tuple[Instant, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ContributionState:
    """What a party puts in. `mandated` None: the text gives the mandate in words, or none."""

    name: str
    article: str | None
    party: str
    text: str
    serves: tuple[str, ...]
    place: str | None
    mandate: str | None
    mandated: bool | None
    purpose: str | None
    engagement: str | None
    strength: str | None


@dataclass(frozen=True, slots=True)
class EffectInstance:
    """An automatic effect: pending until `at`, then in effect until it ends; or stopped by a decision."""

    id: str
    name: str
    article: str | None
    package: str | None
    state: EffectState
    activated: Instant
    at: Instant
    cause: str
    roots: tuple[str, ...]
    history: tuple[tuple[Instant, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class VoteCast:
    member: str
    vote: str
    known: Instant
    entry: str


@dataclass(frozen=True, slots=True)
class DecisionInstance:
    """`tally` reads like `yes 2, no 1, abstain 0 of 5; quorum 3`; `why` says how the outcome came about."""

    id: str
    name: str
    article: str | None
    state: DecisionState
    opened: Instant
    closes: Instant
    closed: Instant | None
    members: tuple[str, ...]
    causes: tuple[str, ...]
    votes: tuple[VoteCast, ...]
    tally: str
    why: str
    proxies: tuple[tuple[str, str], ...] = ()
    """Who is held to have cast what its holder cast: (member, holder)."""
    joined: tuple[str, ...] = ()
    """Who has joined a coalition."""
    abstaining: tuple[str, ...] = ()
    """Members that must abstain."""


@dataclass(frozen=True, slots=True)
class DeterminationInstance:
    id: str
    name: str
    article: str | None
    state: DeterminationState
    body: str
    opened: Instant
    due: Instant
    activation: str
    answered: Instant | None = None
    entry: str | None = None
    history: tuple[tuple[Instant, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FindingQuestion:
    """A question that a finding puts on one event. `value` None: unknown."""

    finding: str
    event: str
    body: str
    asked: Instant
    due: Instant
    value: bool | None
    source: Literal["open", "answered", "presumed", "escalated", "decided"]


@dataclass(frozen=True, slots=True)
class Incident:
    """What we hold to have happened: its bracket, its rungs, the reports behind it and what became of it."""

    id: str
    type: str
    actor: str | None
    actors: tuple[str, ...]
    occurred: Occurred
    first_known: Instant
    rungs: Mapping[str, str]
    """Ladder → rung, or `rejected`."""
    flags: tuple[str, ...]
    """Of `withdrawn`, `escalated`, `lapsed`."""
    reports: tuple[str, ...]
    """Entry ids."""
    sources: tuple[str, ...]
    independent: int
    fields: Mapping[str, str]
    place: tuple[str, str, str] | None
    """Latitude, longitude and error radius in metres, as given."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry that has no effect, and why: nothing is dropped silently."""

    entry: str
    known: Instant
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Life:
    """The agreement's own life. `bound` maps a party to the instant from which it is bound."""

    state: LifeState
    in_force_since: Instant | None
    counts_from: Instant | None
    expires: Instant | None
    suspended_until: Instant | None
    bound: Mapping[str, Instant]
    leaving: Mapping[str, Instant]
    reviews: tuple[Instant, ...] = ()
    history: tuple[tuple[Instant, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that falls due by itself if nothing more arrives: kind, instant, and what it is about."""

    at: Instant
    kind: Literal[
        "due",
        "closing",
        "effect",
        "determination",
        "finding",
        "lapse",
        "approval",
        "review",
        "expiry",
        "suspension_end",
        "dispute",
        "offer",
        "phase",
    ]
    id: str
    who: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without coverage of what some absence asks for."""

    of: str
    start: Instant
    end: Instant


@dataclass(frozen=True, slots=True)
class State:
    """Everything computed from (agreement, view, at). `projected`: at > known_at, so timers ran with no more entries."""

    agreement: str
    agreement_hash: str
    title: str | None
    axis: Axis
    checkpoint: Checkpoint
    reader: str
    version: str
    at: Instant
    known_at: Instant
    projected: bool
    life: Life
    assessments: tuple[TriggerAssessment, ...]
    activations: tuple[Activation, ...]
    norms: tuple[NormInstance, ...]
    effects: tuple[EffectInstance, ...]
    decisions: tuple[DecisionInstance, ...]
    determinations: tuple[DeterminationInstance, ...]
    findings: tuple[FindingQuestion, ...]
    incidents: tuple[Incident, ...]
    hindsight: tuple[str, ...]
    """Triggers whose condition holds at some s ≤ at over what is known at known_at; empty unless at < known_at."""
    withheld: int
    erased: int
    listed: tuple[Listed, ...]
    coming: tuple[Coming, ...]
    gaps: tuple[Gap, ...] = field(default=())
    phases: tuple[PhaseState, ...] = ()
    ceasefires: tuple[CeasefireStatus, ...] = ()
    disputes: tuple[DisputeInstance, ...] = ()
    contributions: tuple[ContributionState, ...] = ()
    deadlocks: tuple[tuple[str, ...], ...] = ()
    """Norm instances that wait for each other in a circle."""
