"""The published shapes of the JSON that this room prints: the page, the difference of two texts, the matrix of several."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AnswerJson(_Shape):
    """A line: what the text says, in which article (its id; null: a head), by which declaration (empty: a head)."""

    text: str
    article: str | None
    about: str


class CellJson(_Shape):
    """`state`: the text says it, leaves it open in so many words, or is silent."""

    feature: str
    title: str
    state: Literal["said", "open", "silent"]
    answers: list[AnswerJson]
    open: list[AnswerJson]


class ClockJson(_Shape):
    kind: str
    of: str = Field(description="the declaration")
    part: str = Field(description="its clause")
    due: str = Field(description="as the language writes it")
    anchor: str | None
    text: str
    article: str | None


class VoiceJson(_Shape):
    """Who holds the clause to be of this grade: the text itself, somebody named, or only the name of the instrument."""

    grade: Literal["legal", "political", "aspirational"]
    holder: str
    source: Literal["stated", "opinion", "derived"]
    whole: bool = Field(description="said of the whole agreement, not of this clause")


class ClauseJson(_Shape):
    name: str
    kind: str
    text: str
    article: str | None
    verdict: Literal["legal", "political", "aspirational", "disputed", "not determined"]
    voices: list[VoiceJson]
    because: str


class OpinionJson(_Shape):
    grade: Literal["legal", "political", "aspirational"]
    holder: str


class BindingJson(_Shape):
    instrument: str | None
    consent: str | None
    registered: str | None
    status: str | None
    opinions: list[OpinionJson]
    clauses: list[ClauseJson]


class HangingJson(_Shape):
    name: str
    kind: str
    text: str
    why: str
    article: str | None
    gone: bool = Field(description="nothing can bring it about any more, so it is left out as well")


class BindingOnlyJson(_Shape):
    lost: list[ClauseJson]
    hanging: list[HangingJson]
    remaining: list[ClauseJson]


class MemberJson(_Shape):
    code: str
    title: str
    kind: Literal["party", "body", "nonparty"]
    roles: list[str]
    standing: list[str] = Field(description="protected, watched: what the clauses do with it")


class ShowJson(_Shape):
    """An agreement on one page."""

    format: Literal["casus-show/1"]
    name: str
    title: str
    agreement_hash: str
    members: list[MemberJson]
    life: list[AnswerJson]
    triggers: list[AnswerJson]
    clocks: list[ClockJson]
    consequences: list[AnswerJson]
    standing: list[AnswerJson] = Field(description="what holds all the time")
    blockers: list[AnswerJson]
    binding: BindingJson
    own_duties: list[AnswerJson]
    open: list[AnswerJson]
    scope: list[CellJson]
    binding_only: BindingOnlyJson | None
