"""What an explanation is, and its published JSON: a fact walked back to the entries and the text it rests on.

`casus.state.explain` makes it; the command line prints it; `casus explain --json` gives `explanation_to_json`.
The shape is described in `docs/formats/explanation.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from casus.acts import to_payload
from casus.journal.entry import Entry
from casus.state.model import Assessment, Incident, Measured
from casus.state.output import HistoryJson, IncidentJson, MeasuredJson, incident_to_json, measured_to_json
from casus.time import Instant

FORMAT: Final = "casus-explanation/1"

FactKind = Literal[
    "activation",
    "trigger",
    "norm",
    "effect",
    "decision",
    "determination",
    "finding",
    "incident",
    "entry",
    "article",
    "declaration",
]


@dataclass(frozen=True, slots=True)
class RungChange:
    """From `known` on the incident stood on these rungs (ladder → rung), because of `entries`."""

    known: Instant
    rungs: Mapping[str, str]
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """What counts, or may count: `incident` None where it is not an event (an estimate, a span of coverage)."""

    id: str
    incident: Incident | None
    entries: tuple[Entry, ...]
    rungs: tuple[RungChange, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Another fact and how it is connected: ask `explain` for `id`. `id` None: it is not a fact of this State."""

    id: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Clause:
    """The article's own prose and the declaration as it stands in the fence; `line` counts from 1."""

    article: str
    title: str
    prose: str
    fence: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Near:
    """The instant `s` at which a trigger comes nearest to its threshold; `missing` says what is wanting there."""

    s: Instant
    measured: tuple[Measured, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """An event or estimate with the entries that report it; `why` says what keeps it from counting."""

    id: str
    entries: tuple[str, ...]
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """The fewest events that would change the answer: rejected (`reject`) or confirmed, and `added` to (`confirm`).

    `exact`: `least` is proved to be the least number, `proof` says how; else at least `least` are needed. `becomes` is what the
    record without the rejected events gives when it is evaluated; None: not evaluated.
    """

    now: Assessment
    how: Literal["reject", "confirm"]
    events: tuple[Unit, ...]
    added: tuple[str, ...]
    least: int
    exact: bool
    proof: str
    becomes: Assessment | None


@dataclass(frozen=True, slots=True)
class ChanceOf:
    """An event and the probability that it is as reported."""

    id: str
    probability: float


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely a condition is at `s`, by a calibration; it binds nobody.

    `exact` holds if errors are independent (None: only bounds are known), `low`..`high` under any dependence, `by_lineage` if
    reports of one lineage are right or wrong together. `left_out`: events whose place, instant or actor is not sure.
    """

    s: Instant
    exact: float | None
    low: float
    high: float
    by_lineage: float | None
    assumes: tuple[str, ...]
    source: str
    events: tuple[ChanceOf, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One fact with its reasons.

    `chain` goes from the immediate cause to the root; `leads_to` lists what this fact brought about.
    `entries` are the entries that make the fact itself (votes, answers, acts that serve), in knowledge order.
    """

    id: str
    kind: FactKind
    headline: str
    facts: tuple[tuple[str, str], ...] = ()
    measured: tuple[Measured, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    entries: tuple[Entry, ...] = ()
    history: tuple[tuple[Instant, str, str], ...] = ()
    chain: tuple[Step, ...] = ()
    leads_to: tuple[Step, ...] = ()
    clauses: tuple[Clause, ...] = ()
    near: Near | None = None
    change: Change | None = None
    chance: Chance | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing in this State has that id or name; `suggestions` are the nearest that exist."""

    asked: str
    suggestions: tuple[str, ...]


# ---------------------------------------------------------------- JSON


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EntryJson(_Shape):
    id: str
    index: int
    occurred: tuple[str, str]
    known: str
    recorded: str
    author: str
    marking: str
    act: dict[str, Any] | None = Field(description="the payload; null: destroyed")
    origin: str | None


class RungChangeJson(_Shape):
    known: str
    rungs: dict[str, str]
    entries: list[str]


class WitnessJson(_Shape):
    id: str
    incident: IncidentJson | None
    entries: list[EntryJson]
    rungs: list[RungChangeJson]


class StepJson(_Shape):
    id: str | None
    text: str


class ClauseJson(_Shape):
    article: str
    title: str
    prose: str
    fence: str | None
    line: int


class FactJson(_Shape):
    name: str
    text: str


class NearJson(_Shape):
    s: str
    measured: list[MeasuredJson]
    missing: list[str]


class UnitJson(_Shape):
    id: str
    entries: list[str]
    why: list[str]


class ChangeJson(_Shape):
    now: Assessment
    how: Literal["reject", "confirm"]
    events: list[UnitJson]
    added: list[str] = Field(description="events that are not on the record")
    least: int
    exact: bool = Field(description="false: at least so many")
    proof: str
    becomes: Assessment | None = Field(description="what the record without them gives; null: not evaluated")


class ChanceOfJson(_Shape):
    id: str
    probability: float


class ChanceJson(_Shape):
    s: str
    exact: float | None = Field(description="if errors are independent; null: only bounds are known")
    low: float = Field(description="under any dependence")
    high: float
    by_lineage: float | None = Field(description="if reports of one lineage are right or wrong together")
    assumes: list[str]
    source: str = Field(description="of the calibration")
    events: list[ChanceOfJson]
    left_out: list[str]


class ExplanationJson(_Shape):
    """One fact walked back to entries and treaty text."""

    format: Literal["casus-explanation/1"]
    agreement_hash: str
    at: str
    known_at: str
    reader: str
    reconstruction: bool
    id: str
    kind: FactKind
    headline: str
    facts: list[FactJson]
    measured: list[MeasuredJson]
    witnesses: list[WitnessJson]
    entries: list[EntryJson]
    history: list[HistoryJson]
    chain: list[StepJson] = Field(description="from the immediate cause to the root")
    leads_to: list[StepJson]
    clauses: list[ClauseJson]
    near: NearJson | None = Field(description="of a trigger: where it comes nearest to its threshold")
    change: ChangeJson | None = Field(description="of a trigger: the fewest events that would change the answer")
    chance: ChanceJson | None = Field(description="with --chance: how likely its condition is; it binds nobody")


def explanation_to_json(
    e: Explanation, *, agreement_hash: str, at: Instant, known_at: Instant, reader: str, reconstruction: bool
) -> dict[str, Any]:
    """The explanation as JSON values in the shape of `ExplanationJson`, with the assessment that it belongs to."""
    return ExplanationJson(
        format=FORMAT,
        agreement_hash=agreement_hash,
        at=str(at),
        known_at=str(known_at),
        reader=reader,
        reconstruction=reconstruction,
        id=e.id,
        kind=e.kind,
        headline=e.headline,
        facts=[FactJson(name=name, text=text) for name, text in e.facts],
        measured=[measured_to_json(m) for m in e.measured],
        witnesses=[_witness(w) for w in e.witnesses],
        entries=[entry_to_json(entry) for entry in e.entries],
        history=[HistoryJson(at=str(at), state=state, why=why) for at, state, why in e.history],
        chain=[StepJson(id=s.id, text=s.text) for s in e.chain],
        leads_to=[StepJson(id=s.id, text=s.text) for s in e.leads_to],
        clauses=[ClauseJson(article=c.article, title=c.title, prose=c.prose, fence=c.fence, line=c.line) for c in e.clauses],
        near=None if e.near is None else _near(e.near),
        change=None if e.change is None else _change(e.change),
        chance=None if e.chance is None else _chance(e.chance),
    ).model_dump(mode="json")


def explanation_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of `explanation_to_json`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ExplanationJson.model_json_schema(mode="serialization"),
    }


def entry_to_json(entry: Entry) -> EntryJson:
    """An entry with both its clocks and its payload."""
    return EntryJson(
        id=entry.id,
        index=entry.index,
        occurred=(str(entry.occurred.lo), str(entry.occurred.hi)),
        known=str(entry.known),
        recorded=str(entry.recorded),
        author=entry.author,
        marking=entry.marking,
        act=None if entry.act is None else to_payload(entry.act),
        origin=entry.origin,
    )


def _near(near: Near) -> NearJson:
    return NearJson(s=str(near.s), measured=[measured_to_json(m) for m in near.measured], missing=list(near.missing))


def _chance(c: Chance) -> ChanceJson:
    return ChanceJson(
        s=str(c.s),
        exact=c.exact,
        low=c.low,
        high=c.high,
        by_lineage=c.by_lineage,
        assumes=list(c.assumes),
        source=c.source,
        events=[ChanceOfJson(id=x.id, probability=x.probability) for x in c.events],
        left_out=list(c.left_out),
    )


def _change(c: Change) -> ChangeJson:
    units = [UnitJson(id=u.id, entries=list(u.entries), why=list(u.why)) for u in c.events]
    return ChangeJson(
        now=c.now,
        how=c.how,
        events=units,
        added=list(c.added),
        least=c.least,
        exact=c.exact,
        proof=c.proof,
        becomes=c.becomes,
    )


def _witness(w: Witness) -> WitnessJson:
    return WitnessJson(
        id=w.id,
        incident=None if w.incident is None else incident_to_json(w.incident),
        entries=[entry_to_json(entry) for entry in w.entries],
        rungs=[
            RungChangeJson(known=str(r.known), rungs=dict(sorted(r.rungs.items())), entries=list(r.entries)) for r in w.rungs
        ],
    )
