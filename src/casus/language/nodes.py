"""The tree of an agreement: one frozen class for each declaration and clause of the grammar.

Nodes hold what the text says, with names as text; nothing is resolved here (`casus.language.check` does that).
Two nodes are equal when they say the same: spans and articles do not take part in comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Discriminator, StringConstraints

from casus.diagnostics import Span
from casus.time import Duration, Period

BY_TYPE: Final = Discriminator("type")
"""In the JSON of the tree a part says by its `type` which of several it is."""

# ---------------------------------------------------------------- values


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written (`40_000`, `2.5`); `value` is exact."""

    text: Annotated[str, StringConstraints(pattern=r"^[0-9]+(_[0-9]+)*(\.[0-9]+)?$")]

    @property
    def value(self) -> Decimal:
        return Decimal(self.text.replace("_", ""))

    def __int__(self) -> int:
        return int(self.value)


@dataclass(frozen=True, slots=True)
class Dur:
    """An exact duration as written: `72 hours`."""

    number: Number
    unit: Literal["minutes", "hours", "days"]
    type: Literal["duration"] = "duration"

    @property
    def duration(self) -> Duration:
        minutes = {"minutes": 1, "hours": 60, "days": 1440}[self.unit]
        return Duration(int(self.number.value * minutes * 60_000_000))


@dataclass(frozen=True, slots=True)
class Cal:
    """A calendar period as written: `10 years`."""

    number: Number
    unit: Literal["months", "years"]
    type: Literal["period"] = "period"

    @property
    def period(self) -> Period:
        return Period(int(self.number) * (12 if self.unit == "years" else 1))


@dataclass(frozen=True, slots=True)
class Length:
    """A distance as written: `15 km`."""

    number: Number
    unit: Literal["km", "m"]

    @property
    def metres(self) -> Decimal:
        return self.number.value * (1000 if self.unit == "km" else 1)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as written; a date alone is its 00:00 on the agreement's clock (`Agreement.instant`)."""

    text: str


@dataclass(frozen=True, slots=True)
class MoneyAmount:
    """`EUR 2_000_000_000`."""

    currency: str
    number: Number
    type: Literal["money"] = "money"


@dataclass(frozen=True, slots=True)
class ColRef:
    """`aid.amount`: a column of a schedule."""

    schedule: str
    column: str
    type: Literal["column"] = "column"


Anchor = Literal["occurrence", "report", "verification", "activation", "opening", "deposit", "expiry"]


@dataclass(frozen=True, slots=True)
class DueAfter:
    """`24 hours after activation`, `3 months after deposit`."""

    length: Annotated[Dur | Cal, BY_TYPE]
    anchor: Anchor
    type: Literal["after"] = "after"


@dataclass(frozen=True, slots=True)
class DueAt:
    """`at activation`: at once."""

    anchor: Anchor
    type: Literal["at"] = "at"


@dataclass(frozen=True, slots=True)
class DueOn:
    """`on 2027-03-01`."""

    moment: Moment
    type: Literal["on"] = "on"


@dataclass(frozen=True, slots=True)
class DueColumn:
    """`aid.days after activation`: the debtor's row gives the days."""

    column: ColRef
    anchor: Anchor
    type: Literal["column_after"] = "column_after"


Due = DueAfter | DueAt | DueOn

# ---------------------------------------------------------------- who


@dataclass(frozen=True, slots=True)
class Every:
    """`every guarantor`, of a role or a group."""

    name: str
    type: Literal["every"] = "every"


@dataclass(frozen=True, slots=True)
class KOf:
    """`3 of guarantors`."""

    number: Number
    name: str
    type: Literal["k_of"] = "k_of"


@dataclass(frozen=True, slots=True)
class Named:
    """A party's code, or the name of a body, group or role."""

    name: str
    type: Literal["named"] = "named"


@dataclass(frozen=True, slots=True)
class PartySet:
    """The union of what it names."""

    atoms: tuple[Annotated[Every | KOf | Named, BY_TYPE], ...]


# ---------------------------------------------------------------- zones


@dataclass(frozen=True, slots=True)
class ZName:
    name: str
    type: Literal["name"] = "name"


@dataclass(frozen=True, slots=True)
class ZNear:
    """`within 15 km of contact_line`: as an operand of a zone, or alone after `at`."""

    zone: Annotated[ZoneExpr, BY_TYPE]
    length: Length
    of: Annotated[ZoneExpr, BY_TYPE]
    type: Literal["near"] = "near"


@dataclass(frozen=True, slots=True)
class ZMinus:
    left: Annotated[ZoneExpr, BY_TYPE]
    right: Annotated[ZoneExpr, BY_TYPE]
    type: Literal["minus"] = "minus"


@dataclass(frozen=True, slots=True)
class ZPlus:
    left: Annotated[ZoneExpr, BY_TYPE]
    right: Annotated[ZoneExpr, BY_TYPE]
    type: Literal["plus"] = "plus"


ZoneExpr = ZName | ZNear | ZMinus | ZPlus

# ---------------------------------------------------------------- conditions on one event


@dataclass(frozen=True, slots=True)
class COr:
    parts: tuple[Annotated[Cond, BY_TYPE], ...]
    type: Literal["or"] = "or"


@dataclass(frozen=True, slots=True)
class CAnd:
    parts: tuple[Annotated[Cond, BY_TYPE], ...]
    type: Literal["and"] = "and"


@dataclass(frozen=True, slots=True)
class CNot:
    part: Annotated[Cond, BY_TYPE]
    type: Literal["not"] = "not"


@dataclass(frozen=True, slots=True)
class CCompare:
    """`killed >= 10`."""

    field: str
    op: str
    number: Number
    type: Literal["compare"] = "compare"


@dataclass(frozen=True, slots=True)
class CCompareDuration:
    """`lasted >= 3 hours`."""

    field: str
    op: str
    dur: Dur
    type: Literal["compare_duration"] = "compare_duration"


@dataclass(frozen=True, slots=True)
class COneOf:
    """`weapon is one of artillery | missile`."""

    field: str
    values: tuple[str, ...]
    type: Literal["one_of"] = "one_of"


@dataclass(frozen=True, slots=True)
class CIs:
    """`target = KST`."""

    field: str
    code: str
    type: Literal["is"] = "is"


@dataclass(frozen=True, slots=True)
class CIn:
    """`at in territory`, `origin in buffer`: a point field and a zone."""

    field: str
    zone: Annotated[ZoneExpr, BY_TYPE]
    type: Literal["in"] = "in"


@dataclass(frozen=True, slots=True)
class CNear:
    """`at within 5 km of contact_line`."""

    field: str
    length: Length
    zone: Annotated[ZoneExpr, BY_TYPE]
    type: Literal["near"] = "near"


@dataclass(frozen=True, slots=True)
class CBy:
    """`by = OSK`, `by is one of OSK | FRM`."""

    codes: tuple[str, ...]
    listed: bool = False
    type: Literal["by"] = "by"


@dataclass(frozen=True, slots=True)
class CRef:
    """A finding, flag, definition or exception, asked of the event; in `until` and `unless` a trigger or a definition."""

    name: str
    span: Span | None = field(default=None, compare=False)
    type: Literal["ref"] = "ref"


@dataclass(frozen=True, slots=True)
class CFollows:
    """`follows violation by OSK within 6 hours`."""

    name: str
    by: By | None
    dur: Dur
    span: Span | None = field(default=None, compare=False)
    type: Literal["follows"] = "follows"


@dataclass(frozen=True, slots=True)
class CCured:
    """`cured by cure within 24 hours after report`."""

    name: str
    due: Annotated[Due, BY_TYPE]
    span: Span | None = field(default=None, compare=False)
    type: Literal["cured"] = "cured"


@dataclass(frozen=True, slots=True)
class CRepeated:
    """`repeated within 30 days`."""

    dur: Dur
    type: Literal["repeated"] = "repeated"


Cond = COr | CAnd | CNot | CCompare | CCompareDuration | COneOf | CIs | CIn | CNear | CBy | CRef | CFollows | CCured | CRepeated

# ---------------------------------------------------------------- conditions of a trigger


@dataclass(frozen=True, slots=True)
class By:
    """`by OSK | FRM` (codes) or `by core` (one group or role)."""

    codes: tuple[str, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    op: str
    number: Number


@dataclass(frozen=True, slots=True)
class Rolling:
    """`within rolling 72 hours`; `closed` makes both ends belong to it."""

    dur: Dur
    closed: bool = False
    type: Literal["rolling"] = "rolling"


@dataclass(frozen=True, slots=True)
class Fixed:
    """`within fixed 7 days`. `closed` is kept so that the checker can refuse it."""

    dur: Dur
    closed: bool = False
    type: Literal["fixed"] = "fixed"


@dataclass(frozen=True, slots=True)
class Since:
    """`since 2027-03-01`; moment None is `since in_force`."""

    moment: Moment | None
    type: Literal["since"] = "since"


Window = Rolling | Fixed | Since


@dataclass(frozen=True, slots=True)
class TOr:
    parts: tuple[Annotated[TCond, BY_TYPE], ...]
    type: Literal["or"] = "or"


@dataclass(frozen=True, slots=True)
class TAnd:
    parts: tuple[Annotated[TCond, BY_TYPE], ...]
    type: Literal["and"] = "and"


@dataclass(frozen=True, slots=True)
class TNot:
    part: Annotated[TCond, BY_TYPE]
    type: Literal["not"] = "not"


@dataclass(frozen=True, slots=True)
class TAny:
    name: str
    by: By | None
    span: Span | None = field(default=None, compare=False)
    type: Literal["any"] = "any"


@dataclass(frozen=True, slots=True)
class TCount:
    name: str
    by: By | None
    threshold: Threshold
    window: Annotated[Window, BY_TYPE]
    span: Span | None = field(default=None, compare=False)
    type: Literal["count"] = "count"


@dataclass(frozen=True, slots=True)
class TSum:
    """`sum of killed over violation by OSK >= 50 within …`: `quantity` is the field."""

    quantity: str
    name: str
    by: By | None
    threshold: Threshold
    window: Annotated[Window, BY_TYPE]
    span: Span | None = field(default=None, compare=False)
    type: Literal["sum"] = "sum"


@dataclass(frozen=True, slots=True)
class TDistinct:
    what: Literal["days", "cells", "places"]
    name: str
    by: By | None
    threshold: Threshold
    window: Annotated[Window, BY_TYPE]
    span: Span | None = field(default=None, compare=False)
    type: Literal["distinct"] = "distinct"


@dataclass(frozen=True, slots=True)
class TRate:
    """`rate of E by X >= 2 times baseline B within …`."""

    name: str
    by: By | None
    op: str
    factor: Number
    baseline: str
    window: Annotated[Window, BY_TYPE]
    span: Span | None = field(default=None, compare=False)
    type: Literal["rate"] = "rate"


@dataclass(frozen=True, slots=True)
class TRatio:
    """`count of E by X >= 2 times count of F by Y within …`."""

    name: str
    by: By | None
    op: str
    factor: Number
    other: str
    other_by: By | None
    window: Annotated[Window, BY_TYPE]
    span: Span | None = field(default=None, compare=False)
    type: Literal["ratio"] = "ratio"


@dataclass(frozen=True, slots=True)
class TQuiet:
    """`no E by X for 30 days observed by mission`."""

    name: str
    by: By | None
    dur: Dur
    observer: str | None
    span: Span | None = field(default=None, compare=False)
    type: Literal["quiet"] = "quiet"


@dataclass(frozen=True, slots=True)
class TAbsent:
    """`no E by X within 24 hours after F`."""

    name: str
    by: By | None
    dur: Dur
    after: str
    span: Span | None = field(default=None, compare=False)
    type: Literal["absent"] = "absent"


@dataclass(frozen=True, slots=True)
class THolds:
    """`D holds for at least 3 days`."""

    name: str
    dur: Dur
    span: Span | None = field(default=None, compare=False)
    type: Literal["holds"] = "holds"


@dataclass(frozen=True, slots=True)
class TThen:
    """`A then B within 6 hours`."""

    first: str
    second: str
    dur: Dur
    span: Span | None = field(default=None, compare=False)
    type: Literal["then"] = "then"


@dataclass(frozen=True, slots=True)
class TLatest:
    """`latest concentration by OSK >= 40000`."""

    name: str
    by: By | None
    threshold: Threshold
    span: Span | None = field(default=None, compare=False)
    type: Literal["latest"] = "latest"


@dataclass(frozen=True, slots=True)
class TMet:
    """`attack met 3 times within …`."""

    name: str
    times: Number
    window: Annotated[Window, BY_TYPE]
    span: Span | None = field(default=None, compare=False)
    type: Literal["met"] = "met"


TAtom = TAny | TCount | TSum | TDistinct | TRate | TRatio | TQuiet | TAbsent | THolds | TThen | TLatest | TMet
TCond = TOr | TAnd | TNot | TAtom

# ---------------------------------------------------------------- signals

SignalKind = Literal["breach", "reversal", "exercise", "refusal", "lapse", "fulfilment"]


CeasefireState = Literal["active", "degraded", "suspended", "collapsed"]


@dataclass(frozen=True, slots=True)
class Signal:
    """What brings a norm or a decision to life. `kind` None: a trigger by its name (or, from a norm, that norm's own call).

    `adopted` and `rejected` are of a decision, `determined` of a determination, `upheld` and `dismissed` of a dispute, a state
    of a ceasefire, the rest of a norm (reversal: of a trigger).
    """

    name: str
    kind: SignalKind | Literal["adopted", "rejected", "determined", "upheld", "dismissed"] | CeasefireState | None = None
    span: Span | None = field(default=None, compare=False)


# ---------------------------------------------------------------- declarations


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What every declaration has: where it stands, the id of its article (`art-5`) and its comments.

    `variant` names the option or reading in whose fence it stands; None is the text that stands whatever is chosen.
    `comments` are those before it and inside it, without the `#`. `clause_spans` says where each of its fields is
    written (`"debtor"`, `"due"`, `"name"`, …), by the field's name; a field that the text does not state has no place.
    """

    span: Span | None = field(default=None, compare=False)
    article: str | None = field(default=None, compare=False)
    variant: str | None = field(default=None, compare=False)
    comments: tuple[str, ...] = field(default=(), compare=False)
    clause_spans: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)

    def place(self, *names: str) -> Span | None:
        """Where the first of these fields that is written stands; else where the declaration stands."""
        return next((self.clause_spans[name] for name in names if name in self.clause_spans), self.span)


Grade = Literal["legal", "political", "aspirational"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """`held legal according to "…"`: a grade is somebody's opinion."""

    grade: Grade
    according_to: str


Status = Literal["idea", "recommendation", "draft", "initialled", "signed", "ratified", "in_force", "lapsed", "superseded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDecl(Node):
    name: str
    title: str | None = None
    clock: str | None = None
    rounding: Literal["down", "up"] | None = None
    authentic: tuple[str, ...] = ()
    language: Number | None = None
    counts_from: Moment | None = None
    stale_after: Dur | None = None
    instrument: str | None = None
    consent: str | None = None
    registered: str | None = None
    status: Status | None = None
    status_on: Moment | None = None
    opinions: tuple[Opinion, ...] = ()
    kind: Literal["agreement"] = "agreement"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDecl(Node):
    names: tuple[str, ...]
    kind: Literal["role"] = "role"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDecl(Node):
    code: str
    title: str
    roles: tuple[str, ...]
    kind: Literal["party"] = "party"


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyDecl(Node):
    name: str
    title: str
    roles: tuple[str, ...]
    kind: Literal["body"] = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class NonpartyDecl(Node):
    code: str
    title: str
    kind: Literal["nonparty"] = "nonparty"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDecl(Node):
    """`members` is a role's `Every` or the codes."""

    name: str
    members: Every | tuple[str, ...]
    kind: Literal["group"] = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneDecl(Node):
    """A pinned feature of a file, an expression over zones, or (`open`) what the text calls it without giving its boundary."""

    name: str
    path: str | None = None
    feature: str | None = None
    pinned: str | None = None
    expr: Annotated[ZoneExpr, BY_TYPE] | None = None
    open: str | None = None
    kind: Literal["zone"] = "zone"


FieldType = Literal["actor", "point", "count", "duration", "reference", "money", "text", "flag", "one_of"]


@dataclass(frozen=True, slots=True)
class FieldDecl:
    """A field of an event. `by` is its actor and `at` its place."""

    name: str
    type: FieldType
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDecl(Node):
    name: str
    fields: tuple[FieldDecl, ...]
    kind: Literal["event"] = "event"

    def field_named(self, name: str) -> FieldDecl | None:
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True, slots=True)
class RungSource:
    """`2 independent sources` (count) or a body (name)."""

    count: Number | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class RungDecl:
    """`level confirmed by mission or …`."""

    name: str
    sources: tuple[RungSource, ...]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Silence:
    """`if silent 48 hours after report escalates to X` (escalates_to) or `lapses` (None)."""

    dur: Dur
    anchor: Anchor
    escalates_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderDecl(Node):
    """`rungs` are ordered from the lowest."""

    name: str
    rungs: tuple[str, ...]
    levels: tuple[RungDecl, ...] = ()
    silence: Silence | None = None
    kind: Literal["ladder"] = "ladder"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDecl(Node):
    """`presumed` or `escalates_to`: exactly one is set."""

    name: str
    on: tuple[str, ...]
    body: str
    due: Annotated[Due, BY_TYPE]
    presumed: bool | None = None
    escalates_to: str | None = None
    kind: Literal["finding"] = "finding"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeterminationDecl(Node):
    """`of` is a trigger; `escalates_to` None means that silence lapses."""

    name: str
    of: str
    body: str
    due: Annotated[Due, BY_TYPE]
    escalates_to: str | None = None
    kind: Literal["determination"] = "determination"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributableDecl(Node):
    actor: str
    to: str
    grounds: tuple[str, ...]
    body: str
    kind: Literal["attributable"] = "attributable"


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateDecl(Node):
    name: str
    unit: str
    valid: Dur
    kind: Literal["estimate"] = "estimate"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineDecl(Node):
    name: str
    of: str
    by: By | None
    start: Moment
    end: Moment
    kind: Literal["baseline"] = "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineDecl(Node):
    name: str
    means: tuple[str, ...]
    where: Annotated[Cond, BY_TYPE] | None = None
    kind: Literal["define"] = "define"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionDecl(Node):
    name: str
    to: str
    when: Annotated[Cond, BY_TYPE]
    kind: Literal["exception"] = "exception"


@dataclass(frozen=True, slots=True)
class Needs:
    ladder: str
    rung: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerDecl(Node):
    name: str
    severity: Number
    when: Annotated[TCond, BY_TYPE]
    needs: tuple[Needs, ...] = ()
    rearm: Dur | None = None
    absorbs: tuple[str, ...] = ()
    adds_to: tuple[str, ...] = ()
    counting_provisional: bool = False
    excluding: tuple[str, ...] = ()
    kind: Literal["trigger"] = "trigger"


@dataclass(frozen=True, slots=True)
class Unanimity:
    type: Literal["unanimity"] = "unanimity"


@dataclass(frozen=True, slots=True)
class Consensus:
    """At most `minus` members may object."""

    minus: Number | None = None
    type: Literal["consensus"] = "consensus"


@dataclass(frozen=True, slots=True)
class Majority:
    type: Literal["majority"] = "majority"


@dataclass(frozen=True, slots=True)
class Votes:
    """`9 votes`."""

    number: Number
    type: Literal["votes"] = "votes"


@dataclass(frozen=True, slots=True)
class Coalition:
    """`coalition of at least 3`: whoever votes yes joins; the others are not bound by what follows."""

    least: Number
    type: Literal["coalition"] = "coalition"


@dataclass(frozen=True, slots=True)
class Share:
    """`65 percent of weights population`, `55 percent of members`."""

    percent: Number
    base: Literal["members", "present", "cast", "weights"]
    weights: str | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    shares: tuple[Share, ...]
    type: Literal["shares"] = "shares"


Rule = Unanimity | Consensus | Majority | Votes | Coalition | Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDecl(Node):
    """`members` names nobody where the text does not say who decides (`open members of …`).

    `proxies`: a member may vote for another; `proxies_at_most` so many. `parties_abstain` names a dispute.
    """

    name: str
    members: PartySet = PartySet(())
    rule: Annotated[Rule, BY_TYPE] | None = None
    quorum: Number | None = None
    abstention: Literal["counts_for_quorum", "counts_as_no", "ignored"] | None = None
    recused: PartySet | None = None
    veto: PartySet | None = None
    early: bool = False
    opens_upon: tuple[Signal, ...] = ()
    opens_on_request_of: PartySet | None = None
    closes: Annotated[Due, BY_TYPE] | None = None
    if_silent: Literal["adopted", "rejected"] | None = None
    if_silent_escalates_to: str | None = None
    if_rejected_escalates_to: str | None = None
    proxies: bool = False
    proxies_at_most: Number | None = None
    accused_abstain: bool = False
    parties_abstain: str | None = None
    held: tuple[Opinion, ...] = ()
    kind: Literal["decision"] = "decision"


@dataclass(frozen=True, slots=True)
class Act:
    """`to supply "military assistance" in territory minus buffer`: the word is typed, the string is prose."""

    verb: str
    prose: str | None = None
    zone: Annotated[ZoneExpr, BY_TYPE] | None = None


@dataclass(frozen=True, slots=True)
class PercentOf:
    """`50 percent of aid.amount`."""

    percent: Number
    column: ColRef
    type: Literal["percent_of"] = "percent_of"


@dataclass(frozen=True, slots=True)
class EveryPeriod:
    """`every 1 months from activation` or `from 2027-01-01`, for ever or `for 30 years`."""

    period: Cal
    start: Anchor | Moment
    length: Cal | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """`tier attack amount EUR 20_000_000`: what is owed while a phase is on."""

    phase: str
    amount: Annotated[ColRef | MoneyAmount | PercentOf, BY_TYPE]


@dataclass(frozen=True, slots=True)
class Indexed:
    """`indexed 3 percent every 1 years`: compound, by whole periods."""

    percent: Number
    period: Cal


@dataclass(frozen=True, slots=True, kw_only=True)
class NormDecl(Node):
    """An obligation, a prohibition or a power. `debtor` of a power is its holder."""

    kind: Literal["obligation", "prohibition", "power"]
    name: str
    upon: tuple[Signal, ...] = ()
    always: bool = False
    every: EveryPeriod | None = None
    grade: Grade | None = None
    debtor: PartySet | None = None
    sharing: Literal["several", "joint", "joint_and_several"] = "several"
    creditor: PartySet | None = None
    act: Act | None = None
    amount: Annotated[ColRef | MoneyAmount | PercentOf, BY_TYPE] | None = None
    forbids: str | None = None
    used_by: str | None = None
    due: Annotated[Due | DueColumn, BY_TYPE] | None = None
    fulfilled_by: str | None = None
    approval: Annotated[Due, BY_TYPE] | None = None
    if_breached: tuple[Literal["also", "instead"], str] | None = None
    if_refused: str | None = None
    lapses: Annotated[Due, BY_TYPE] | None = None
    until: Annotated[Cond, BY_TYPE] | None = None
    unless: Annotated[Cond, BY_TYPE] | None = None
    during: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    backup: PartySet | None = None
    tiers: tuple[Tier, ...] = ()
    indexed: Indexed | None = None
    held: tuple[Opinion, ...] = ()


@dataclass(frozen=True, slots=True)
class EndsQuiet:
    """`no violation for 90 days`, as a part of `ends when`."""

    name: str
    dur: Dur
    type: Literal["quiet"] = "quiet"


@dataclass(frozen=True, slots=True)
class EndsDecision:
    """`relief adopted`."""

    name: str
    outcome: Literal["adopted", "rejected"]
    type: Literal["decision"] = "decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticDecl(Node):
    name: str
    upon: tuple[Signal, ...] = ()
    reinstate: str | None = None
    at: Annotated[Due, BY_TYPE] | None = None
    unless: EndsDecision | None = None
    ends_when: tuple[Annotated[EndsQuiet | EndsDecision, BY_TYPE], ...] = ()
    held: tuple[Opinion, ...] = ()
    kind: Literal["automatic"] = "automatic"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleDecl(Node):
    """An annex table read by key; `table` is the annex's id (`annex-ii`)."""

    name: str
    table: str
    key: str
    kind: Literal["schedule"] = "schedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsDecl(Node):
    name: str
    table: str
    key: str
    value: str
    kind: Literal["weights"] = "weights"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageDecl(Node):
    name: str
    items: tuple[str, ...]
    kind: Literal["package"] = "package"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseDecl(Node):
    name: str
    start: Moment | Signal
    end: Moment | Signal
    kind: Literal["phase"] = "phase"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDecl(Node):
    name: str
    every: str
    code: str
    kind: Literal["template"] = "template"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingDecl(Node):
    name: str
    by: tuple[str, ...]
    of: tuple[str, ...]
    kind: Literal["reading"] = "reading"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionDecl(Node):
    """A wording that somebody proposes. Options `on` one question are alternatives."""

    name: str
    by: tuple[str, ...]
    text: str
    on: str | None = None
    kind: Literal["option"] = "option"


@dataclass(frozen=True, slots=True, kw_only=True)
class UseDecl(Node):
    name: str
    path: str
    pinned: str
    kind: Literal["use"] = "use"


@dataclass(frozen=True, slots=True)
class Extends:
    """`extends by 5 years unless objection by 2 of guarantors 180 days before expiry`."""

    period: Cal
    number: Number
    group: str
    before: Dur
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Survives:
    names: tuple[str, ...]
    period: Cal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermDecl(Node):
    """`lasts` None with `indefinitely` False: the text says nothing.

    `requires`: events without which force does not begin, by the actors of `requires_by` (None: whoever acted).
    `provisionally`: norms that apply before force among those who say so. After `consent_until` nobody can consent any more.
    `accession_of`: who is bound only when the decision `accession_when` has been adopted.
    """

    in_force_from: Moment | None = None
    ratified_by: PartySet | None = None
    requires: tuple[str, ...] = ()
    requires_by: By | None = None
    lasts: Cal | None = None
    indefinitely: bool = False
    review: Cal | None = None
    extends: Extends | None = None
    withdrawal_notice: Cal | None = None
    barred_while: tuple[str, ...] = ()
    survives: tuple[Survives, ...] = ()
    provisionally: tuple[str, ...] = ()
    consent_until: Moment | None = None
    accession_of: PartySet | None = None
    accession_when: str | None = None
    kind: Literal["term"] = "term"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionDecl(Node):
    by: str
    at_most: Dur
    renewable: Number | None = None
    never_suspends: tuple[str, ...] = ()
    kind: Literal["suspension"] = "suspension"


@dataclass(frozen=True, slots=True)
class Stage:
    """`stage parliament "…" at least 5 days usually 21 days source constitution`: a lawful step of a national procedure."""

    name: str
    text: str
    least: Dur
    usual: Dur
    emergency: bool = False
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Caveat:
    text: str
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureDecl(Node):
    """What a party's own law asks for before it may do these acts: stages one after the other, an emergency route, limits."""

    name: str
    of: str
    acts: tuple[str, ...]
    stages: tuple[Stage, ...] = ()
    caveats: tuple[Caveat, ...] = ()
    kind: Literal["procedure"] = "procedure"


@dataclass(frozen=True, slots=True)
class Strength:
    """`strength 3_000 persons`."""

    number: Number
    unit: str


Purpose = Literal["reassurance", "tripwire", "monitor", "defence", "training"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionDecl(Node):
    """What a party puts in, where, by whose mandate (a decision, or words) and by which rules of engagement."""

    name: str
    by: str
    text: str
    serves: tuple[str, ...] = ()
    zone: Annotated[ZoneExpr, BY_TYPE] | None = None
    mandate: str | None = None
    mandate_text: str | None = None
    purpose: Purpose | None = None
    engagement: str | None = None
    strength: Strength | None = None
    kind: Literal["contribution"] = "contribution"


@dataclass(frozen=True, slots=True)
class Becomes:
    """`becomes degraded upon incident`; with `quiet` and `dur`: `becomes active after no violation for 7 days`."""

    state: CeasefireState
    upon: tuple[Signal, ...] = ()
    quiet: str | None = None
    dur: Dur | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CeasefireDecl(Node):
    name: str
    becomes: tuple[Becomes, ...] = ()
    kind: Literal["ceasefire"] = "ceasefire"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeDecl(Node):
    """Who may claim against whom that something was not kept, before which body, and what follows if it is upheld."""

    name: str
    over: tuple[str, ...] = ()
    claimant: PartySet | None = None
    respondent: PartySet | None = None
    forum: str | None = None
    negotiation: Dur | None = None
    due: Annotated[Due, BY_TYPE] | None = None
    remedy: str | None = None
    kind: Literal["dispute"] = "dispute"


# ---------------------------------------------------------------- what is known of a text, and what it leaves open

Standing = Literal["primary", "reported", "party", "weak", "general_knowledge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDecl(Node):
    """`by` is its author or publisher, `read` when somebody looked at it, `at` where it is."""

    name: str
    title: str
    standing: Standing
    by: str | None = None
    dated: Moment | None = None
    read: Moment | None = None
    at: str | None = None
    kind: Literal["source"] = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisDecl(Node):
    """The declarations `of` rest on the source; none named: those of the same article."""

    source: str
    pinpoint: str | None = None
    of: tuple[str, ...] = ()
    kind: Literal["basis"] = "basis"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDecl(Node):
    """A point at issue."""

    name: str
    text: str
    kind: Literal["question"] = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDecl(Node):
    """What a source says on a question. `says` is a paraphrase, `quotes` the exact words.

    Who holds it is a declared code or name (`holder`) or words (`holder_text`), or not said.
    """

    name: str
    on: str
    by: str
    says: str
    quotes: str | None = None
    holder: str | None = None
    holder_text: str | None = None
    dated: Moment | None = None
    amount: MoneyAmount | None = None
    kind: Literal["claim"] = "claim"


Gap = Literal[
    "definition",
    "territory",
    "actors",
    "debtor",
    "creditor",
    "act",
    "amount",
    "due",
    "body",
    "forum",
    "remedy",
    "threshold",
    "evidence",
    "members",
    "rule",
    "closing",
    "start",
    "duration",
    "exit",
    "renewal",
    "baseline",
    "force",
    "mandate",
    "access",
    "attribution",
    "enforcement",
    "wording",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDecl(Node):
    """The text is silent on `what` of a declaration; `of` None is the agreement."""

    what: Gap
    text: str
    of: str | None = None
    kind: Literal["open"] = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionDecl(Node):
    """Where somebody stands on a question or an option."""

    holder: str
    on: str
    stance: Literal["accepts", "rejects", "reserves"]
    dated: Moment | None = None
    source: str | None = None
    words: str | None = None
    kind: Literal["position"] = "position"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcessionDecl(Node):
    """What a party gives; `in_return` names what it gets for it."""

    name: str
    by: str
    text: str
    reversible: bool
    in_return: tuple[str, ...] = ()
    source: str | None = None
    kind: Literal["concession"] = "concession"


@dataclass(frozen=True, slots=True)
class Rendering:
    """`uk "гарантії"`."""

    language: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingDecl(Node):
    """How the authentic texts say one thing; `renders` says which."""

    name: str
    renders: str
    terms: tuple[Rendering, ...]
    source: str | None = None
    kind: Literal["wording"] = "wording"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyDecl(Node):
    """A party's copy of an annex; copies of one name, by different parties, can differ."""

    name: str
    of: str
    table: str
    kind: Literal["copy"] = "copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDecl(Node):
    """A political step. `after` names steps, norms, triggers, decisions, or `force` (entry into force)."""

    name: str
    text: str
    by: By | None = None
    after: tuple[str, ...] = ()
    kind: Literal["step"] = "step"


Decl = (
    AgreementDecl
    | RoleDecl
    | PartyDecl
    | BodyDecl
    | NonpartyDecl
    | GroupDecl
    | ZoneDecl
    | EventDecl
    | LadderDecl
    | FindingDecl
    | DeterminationDecl
    | AttributableDecl
    | EstimateDecl
    | BaselineDecl
    | DefineDecl
    | ExceptionDecl
    | TriggerDecl
    | DecisionDecl
    | NormDecl
    | AutomaticDecl
    | ScheduleDecl
    | WeightsDecl
    | PackageDecl
    | PhaseDecl
    | TemplateDecl
    | ReadingDecl
    | OptionDecl
    | UseDecl
    | TermDecl
    | SuspensionDecl
    | ProcedureDecl
    | ContributionDecl
    | CeasefireDecl
    | DisputeDecl
    | SourceDecl
    | BasisDecl
    | QuestionDecl
    | ClaimDecl
    | OpenDecl
    | PositionDecl
    | ConcessionDecl
    | WordingDecl
    | CopyDecl
    | StepDecl
)
