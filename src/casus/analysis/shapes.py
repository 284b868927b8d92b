"""The published JSON of an exported assessment; `docs/formats/assessment.md` describes it, `casus recheck` verifies it."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from casus.journal.entry import Axis
from casus.state.model import Assessment

FORMAT: Final = "casus-assessment/1"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _text(description: str) -> Any:
    return Field(description=description)


class AgreementJson(_Shape):
    id: str
    title: str | None
    hash: str
    hashed: dict[str, Any] | None = _text("what the hash is the SHA-256 of, in canonical form; null: the text is not at hand")


class CheckpointJson(_Shape):
    size: int
    root: str


class EventJson(_Shape):
    type: str
    actor: str | None
    actors: list[str] = _text("with those to whom its acts are attributed")
    rungs: dict[str, str] = _text("ladder to rung, or rejected, at the end")
    entries: list[str]


class EntryJson(_Shape):
    header: dict[str, Any] = _text("what the entry's id is the leaf hash of, where it has a commitment")
    act: dict[str, Any] | None = _text("the payload; null: destroyed")


class PoolEventJson(_Shape):
    id: str
    states: list[dict[str, Any]] = _text("from each step on: lo, hi, sure, values; why, if it only may count; out: no longer")


class PoolJson(_Shape):
    of: str
    by: list[str] | None = _text("codes; null: whoever acted")
    events: list[PoolEventJson]


class CoverJson(_Shape):
    of: str
    observer: str | None
    states: list[dict[str, Any]] = _text("from each step on: stretches in which it was covered")


class StockJson(_Shape):
    of: str
    by: list[str] | None
    events: list[PoolEventJson]


class BaselineJson(_Shape):
    name: str
    states: list[dict[str, Any]] = _text("from each step on: low and high count over its span")


class TriggerJson(_Shape):
    trigger: str
    article: str | None
    severity: int
    assessment: Assessment
    until: str | None
    reasons: list[str]
    when: dict[str, Any] = _text("the condition: and, or, not over atoms")
    needs: dict[str, str] = _text("ladder to the lowest rung that counts")
    excluding: list[str]
    counting_provisional: bool
    rearm_us: int | None = _text("null: met once")
    stale_us: int | None
    pools: list[PoolJson]
    covers: list[CoverJson]
    stocks: list[StockJson]
    baselines: list[BaselineJson]
    nearest: dict[str, Any] | None = _text("where it is not met: s, and what was measured there")


class AssessmentExport(_Shape):
    """An assessment with the evidence it rests on."""

    format: Literal["casus-assessment/1"]
    version: str
    agreement: AgreementJson
    checkpoint: CheckpointJson
    axis: Axis
    reconstruction: bool
    reader: str
    withheld: int
    at: str
    known_at: str
    counts_from: str | None = _text("F: an event before it never counts")
    begins: int | None = _text("the step from which F is known")
    force: list[str | None] = _text("in force from, until; null: never, without end")
    steps: list[str] = _text("knowledge instants at which the triggers were asked, in order; several may be equal")
    entries: dict[str, EntryJson]
    events: dict[str, EventJson]
    triggers: list[TriggerJson]
    acts: list[dict[str, Any]] = _text(
        "what happened, in order: met, reversed, witnesses (new ones for those that dropped out)"
    )
    digest: str = _text("SHA-256 of the canonical form of all the rest")
