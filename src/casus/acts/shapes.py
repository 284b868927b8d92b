"""The acts, one frozen class each; `kind` names them in a payload, `type` names a field's value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, TypeAdapter, ValidationError

from casus.acts.office import Acknowledgement as Acknowledgement
from casus.acts.office import Notice as Notice
from casus.acts.office import Proposal as Proposal

ACT_SCHEMA_VERSION: Final = 1


class InvalidAct(ValueError):
    """The payload is not an act; the message names the field and what was expected there."""


# ---------------------------------------------------------------- values of fields


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of something: certainly at least `low`, at most `high` (None: no upper bound)."""

    low: Decimal
    high: Decimal | None = None
    best: Decimal | None = None
    type: Literal["quantity"] = "quantity"

    def __post_init__(self) -> None:
        if not self.low.is_finite() or self.low < 0:
            raise ValueError("a quantity is a finite number of 0 or more")
        if self.high is not None and (not self.high.is_finite() or self.high < self.low):
            raise ValueError(f"the high value {self.high} is below the low value {self.low}")
        if self.best is not None and (self.best < self.low or (self.high is not None and self.best > self.high)):
            raise ValueError(f"the best value {self.best} lies outside {self.low} to {self.high}")


@dataclass(frozen=True, slots=True)
class Length:
    """How long something lasted, in microseconds."""

    us: int
    type: Literal["duration"] = "duration"


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in an ISO 4217 currency."""

    currency: str
    amount: Decimal
    type: Literal["money"] = "money"


@dataclass(frozen=True, slots=True)
class Code:
    """A party or nonparty."""

    code: str
    type: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Word:
    """One of an enumeration's words, a reference to an event's id, or yes/no for a flag."""

    word: str
    type: Literal["word"] = "word"


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Place:
    """WGS84 degrees as given, with the radius of error in metres."""

    lat: Decimal
    lon: Decimal
    radius: Decimal = Decimal(0)
    type: Literal["place"] = "place"

    def __post_init__(self) -> None:
        if not (self.lat.is_finite() and abs(self.lat) <= 90):
            raise ValueError(f"latitude {self.lat} is not between -90 and 90 (are latitude and longitude swapped?)")
        if not (self.lon.is_finite() and abs(self.lon) <= 180):
            raise ValueError(f"longitude {self.lon} is not between -180 and 180")
        if not (self.radius.is_finite() and self.radius >= 0):
            raise ValueError(f"an error radius is 0 m or more, not {self.radius}")


Value = Annotated[Quantity | Length | Money | Code | Word | Text | Place, Discriminator("type")]


@dataclass(frozen=True, slots=True)
class Source:
    """Who says it. `lineage`: the original it repeats; `group`: who stands behind it; `affiliation`: a party's code."""

    name: str
    lineage: str | None = None
    group: str | None = None
    affiliation: str | None = None
    model: bool = False


# ---------------------------------------------------------------- acts


@dataclass(frozen=True, slots=True)
class Report:
    """A source says that an event happened.

    `id` names the report and, unless it joins another, its incident. `incident` names the incident it joins;
    `stands_for` gives what the sources grant where a scenario states the rungs (`as confirmed attributed`).
    """

    event: str
    id: str
    actor: str | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    incident: str | None = None
    stands_for: tuple[str, ...] = ()
    kind: Literal["report"] = "report"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A body estimates a stock (`actor` None: of nobody in particular) at a place (None: the empty place)."""

    estimate: str
    body: str
    actor: str | None
    value: Quantity
    place: str | None = None
    stands_for: tuple[str, ...] = ()
    kind: Literal["estimate"] = "estimate"


@dataclass(frozen=True, slots=True)
class Coverage:
    """A body says that it could have seen every event of `of` in the whole of the entry's `occurred`."""

    body: str
    of: str
    kind: Literal["coverage"] = "coverage"


@dataclass(frozen=True, slots=True)
class Adjudication:
    """A body says a rung, `rejected` or `lifted` of an incident (`ladder` None: see `semantics.md` section 4)."""

    body: str
    on: str
    word: str
    ladder: str | None = None
    kind: Literal["adjudication"] = "adjudication"


VoteWord = Literal["yes", "no", "abstain"]


@dataclass(frozen=True, slots=True)
class FindingAnswer:
    body: str
    finding: str
    answer: VoteWord
    on: str
    kind: Literal["finding"] = "finding"


@dataclass(frozen=True, slots=True)
class Determination:
    body: str
    determination: str
    answer: VoteWord
    kind: Literal["determination"] = "determination"


@dataclass(frozen=True, slots=True)
class Attribution:
    """A body says that the acts of `actor` are attributable to `to`."""

    body: str
    actor: str
    to: str
    answer: VoteWord
    kind: Literal["attribution"] = "attribution"


@dataclass(frozen=True, slots=True)
class Correction:
    """Replaces the stated fields of a report from its own knowledge instant.

    `by` is the actor (a Code), `at` the place; `occurred`: True where the entry's own bracket replaces the report's.
    """

    id: str
    fields: Mapping[str, Value] = field(default_factory=dict)
    occurred: bool = False
    kind: Literal["correction"] = "correction"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Removes a report (by its id) from its own knowledge instant on."""

    id: str
    kind: Literal["withdrawal"] = "withdrawal"


@dataclass(frozen=True, slots=True)
class Ratification:
    party: str
    kind: Literal["ratification"] = "ratification"


@dataclass(frozen=True, slots=True)
class Denunciation:
    party: str
    kind: Literal["denunciation"] = "denunciation"


@dataclass(frozen=True, slots=True)
class Objection:
    party: str
    kind: Literal["objection"] = "objection"


@dataclass(frozen=True, slots=True)
class Vote:
    member: str
    vote: VoteWord
    decision: str
    kind: Literal["vote"] = "vote"


@dataclass(frozen=True, slots=True)
class Request:
    member: str
    decision: str
    kind: Literal["request"] = "request"


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """`member` says, and the record accepts, that it has done what `norm` asks."""

    member: str
    norm: str
    kind: Literal["fulfilment"] = "fulfilment"


@dataclass(frozen=True, slots=True)
class Approval:
    member: str
    norm: str
    kind: Literal["approval"] = "approval"


@dataclass(frozen=True, slots=True)
class Refusal:
    member: str
    norm: str
    kind: Literal["refusal"] = "refusal"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A creditor releases `debtor` (None: every debtor) from what `norm` asks."""

    member: str
    norm: str
    debtor: str | None = None
    kind: Literal["waiver"] = "waiver"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A member lets `holder` vote for it in a decision whenever it does not vote itself; None takes that back."""

    member: str
    decision: str
    holder: str | None = None
    kind: Literal["proxy"] = "proxy"


@dataclass(frozen=True, slots=True)
class Provisional:
    """A party applies the agreement before it is in force, or no longer does."""

    party: str
    ended: bool = False
    kind: Literal["provisional"] = "provisional"


@dataclass(frozen=True, slots=True)
class Claim:
    """`member` brings a dispute against `respondent`."""

    member: str
    dispute: str
    respondent: str
    kind: Literal["claim"] = "claim"


@dataclass(frozen=True, slots=True)
class Settlement:
    """A claimant gives up what it claimed in a dispute: the parties agree."""

    member: str
    dispute: str
    kind: Literal["settlement"] = "settlement"


@dataclass(frozen=True, slots=True)
class Ruling:
    """The forum's answer to a claimant's dispute."""

    body: str
    dispute: str
    claimant: str
    answer: Literal["upheld", "dismissed"]
    kind: Literal["ruling"] = "ruling"


@dataclass(frozen=True, slots=True)
class Adoption:
    """The parties adopt another text of the agreement, by its hash, for what happens from `effective` on."""

    hash: str
    effective: str
    kind: Literal["adoption"] = "adoption"


Act = (
    Report
    | Estimate
    | Coverage
    | Adjudication
    | FindingAnswer
    | Determination
    | Attribution
    | Correction
    | Withdrawal
    | Ratification
    | Denunciation
    | Objection
    | Vote
    | Request
    | Fulfilment
    | Approval
    | Refusal
    | Waiver
    | Proxy
    | Provisional
    | Claim
    | Settlement
    | Ruling
    | Adoption
    | Proposal
    | Notice
    | Acknowledgement
)

_ADAPTER: Final[TypeAdapter[Act]] = TypeAdapter(Annotated[Act, Discriminator("kind")])


def to_payload(act: Act) -> dict[str, Any]:
    """The act as JSON values; exact numbers as strings; None and empty fields left out."""
    dumped: dict[str, Any] = _ADAPTER.dump_python(act, mode="json", exclude_none=True)
    return {key: value for key, value in dumped.items() if value not in ({}, [], False)}


def from_payload(payload: Mapping[str, Any]) -> Act:
    """The act of a payload (raises InvalidAct)."""
    try:
        return _ADAPTER.validate_python(dict(payload))
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"][1:]) or "kind"
        raise InvalidAct(f"{place}: {first['msg']}") from None


def act_schema() -> dict[str, Any]:
    """JSON Schema of a payload."""
    return _ADAPTER.json_schema()


def slot(act: Act) -> tuple[str, str, str] | None:
    """What one member may do only once at one knowledge instant: (kind, member, instance), or None.

    `semantics.md` section 1: two acts of one member on one instance with the same knowledge instant are rejected.
    """
    match act:
        case Vote(member=member, decision=name):
            return "vote", member, name
        case Approval(member=member, norm=name) | Refusal(member=member, norm=name):
            return "approval", member, name
        case Proxy(member=member, decision=name):
            return "proxy", member, name
        case Provisional(party=party):
            return "provisional", party, "force"
        case Claim(member=member, dispute=name, respondent=respondent):
            return "claim", member, f"{name} against {respondent}"
        case Ruling(body=body, dispute=name, claimant=claimant):
            return "ruling", body, f"{name} of {claimant}"
        case Determination(body=body, determination=name):
            return "determination", body, name
        case FindingAnswer(body=body, finding=name, on=on):
            return "finding", body, f"{name} on {on}"
        case Adjudication(body=body, on=on, ladder=ladder, word=word):
            return "adjudication", body, f"{ladder or word} on {on}"
        case Attribution(body=body, actor=actor, to=to):
            return "attribution", body, f"{actor} to {to}"
        case _:
            return None
