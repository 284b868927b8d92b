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


# ---------------------------------------------------------------- two texts

Direction = Literal["stronger", "weaker", "changed"]


class TextJson(_Shape):
    name: str
    agreement_hash: str


class RenamedJson(_Shape):
    before: str
    after: str


class ImpactJson(_Shape):
    """What differs in effect. `before` and `after` say it in both texts; `means` are its consequences in sentences."""

    area: Literal["blockers", "clocks", "triggers", "binding", "scope", "faults"]
    about: str
    before: str
    after: str
    means: list[str]


class ChangeJson(_Shape):
    field: str
    before: str | None = Field(description="in the words of the language; null: the text did not state it")
    after: str | None
    direction: Direction
    whom: list[str]
    why: str


class ChangedClauseJson(_Shape):
    name: str
    kind: str
    state: Literal["same", "changed", "added", "removed"]
    direction: Direction | None = Field(description="null where it was only moved or renamed")
    whom: list[str]
    changes: list[ChangeJson]
    article_before: str | None
    article_after: str | None
    renamed_from: str | None
    moved_from: str | None
    before: str | None
    after: str | None


class PieceJson(_Shape):
    what: Literal["same", "out", "in"]
    words: str


class WordingJson(_Shape):
    article: str
    title: str
    before: str | None
    after: str | None
    pieces: list[PieceJson]
    clauses: list[str]


class DiffJson(_Shape):
    """Two texts clause by clause. Stronger and weaker are said from the side of `side`."""

    format: Literal["casus-diff/1"]
    before: TextJson
    after: TextJson
    same: bool
    side: list[str]
    renamed: list[RenamedJson]
    impact: list[ImpactJson]
    clauses: list[ChangedClauseJson]
    unchanged: int
    prose: list[WordingJson]


# ---------------------------------------------------------------- several texts


class ComparedTextJson(_Shape):
    label: str
    name: str
    agreement_hash: str
    chosen: list[str] = Field(description="the options and readings that were put into it")


class EntryJson(_Shape):
    """One answer, or one claim (then with its source, date and words)."""

    text: str
    article: str | None
    source: str | None
    dated: str | None
    quote: str | None


class MatrixCellJson(_Shape):
    state: Literal["said", "open", "silent", "claimed", "not asked"]
    entries: list[EntryJson]


class RowJson(_Shape):
    """`cells` are in the order of `texts`."""

    id: str
    title: str
    question: str
    cells: list[MatrixCellJson]


class BehaviourAnswerJson(_Shape):
    """`holds` null: neither trigger was met at all. `witness`: a record shows it; --witness DIR writes it."""

    question: Literal["first no later", "second no later", "equivalent", "disjoint", "first never", "second never"]
    holds: bool | None
    text: str
    witness: bool


class BehaviourJson(_Shape):
    first: str
    second: str
    records: int
    events: int
    days: int
    answers: list[BehaviourAnswerJson]


class CompareJson(_Shape):
    """Several texts side by side."""

    format: Literal["casus-compare/1"]
    texts: list[ComparedTextJson]
    rows: list[RowJson]
    behaviour: list[BehaviourJson]
