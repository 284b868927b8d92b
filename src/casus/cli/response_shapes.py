"""The published JSON of what a State asks of people: deadlines, what-if, cases, letters, notices, many agreements."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from casus.journal.entry import Axis
from casus.state.explanation import EntryJson
from casus.state.output import CheckpointJson


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AsOfJson(_Shape):
    """What an answer was made from: anyone with the same gets the same."""

    agreement: str
    agreement_hash: str
    axis: Axis
    checkpoint: CheckpointJson
    reader: str
    at: str
    known_at: str
    withheld: int
    version: str


class DeadlineJson(_Shape):
    key: str = Field(description="names the deadline whatever its instant is")
    at: str
    local: str = Field(description="the same instant on the agreement's clock")
    kind: str
    id: str
    who: list[str]
    to: list[str]
    article: str | None
    text: str
    if_nobody_acts: list[str]
    stops: list[str]


class DueJson(_Shape):
    """Every deadline ahead, the nearest first."""

    format: Literal["casus-due/1"]
    as_of: AsOfJson
    zone: str
    until: str | None
    party: str | None
    deadlines: list[DeadlineJson]


class ChangeJson(_Shape):
    kind: str
    id: str
    what: str
    before: str | None = Field(description="null: it is not there without the supposed acts")
    after: str | None


class WhatIfJson(_Shape):
    """What supposed acts change. Nothing of `supposed` is on the record."""

    format: Literal["casus-whatif/1"]
    as_of: AsOfJson
    until: str
    supposed: list[EntryJson]
    left_out: list[str] = Field(description="ids of entries that the branch leaves out")
    changes: list[ChangeJson]


class NextJson(_Shape):
    at: str | None = Field(description="null: whenever somebody acts")
    text: str


class StandingJson(_Shape):
    """Where a case stands. `stuck`: it has neither a next step nor a closure."""

    id: str
    name: str
    status: Literal["open", "closed", "stuck"]
    opened: str
    next: list[NextJson]
    unsettled: list[str]
    closed: str | None


class CasesJson(_Shape):
    """Every case, the latest first."""

    format: Literal["casus-cases/1"]
    as_of: AsOfJson
    cases: list[StandingJson]


class StepJson(_Shape):
    phase: str
    at: str
    text: str
    entries: list[str]
    article: str | None
    id: str | None


class ReplyJson(_Shape):
    who: list[str]
    since: str
    until: str | None = Field(description="null: no time is set")
    entries: list[str]


class CaseJson(_Shape):
    """One case from the evidence to its closure."""

    format: Literal["casus-case/1"]
    as_of: AsOfJson
    standing: StandingJson
    steps: list[StepJson]
    dissent: list[StepJson]
    reply: ReplyJson


class PendingJson(_Shape):
    """An act that waits for a second person."""

    id: str = Field(description="of the entry with which it was entered")
    document: str = Field(description="the SHA-256 of what is signed")
    author: str
    marking: str
    act: dict[str, Any]
    entered: str
    key: str
    name: str | None = Field(description="of the key, where the workspace lists it")


class PendingListJson(_Shape):
    format: Literal["casus-pending/1"]
    pending: list[PendingJson]


class NoticeJson(_Shape):
    key: str
    rule: str
    to: str
    subject: str
    status: str = Field(description="due, to confirm, recorded, failed, sent or acknowledged")
    detail: str | None


class NoticesJson(_Shape):
    """Every notice: those that are due, and those on the record."""

    format: Literal["casus-notices/1"]
    notices: list[NoticeJson]
