"""The published JSON of several agreements in a line each. It imports nothing of the language."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RootJson(_Shape):
    size: int
    root: str


class OverviewJson(_Shape):
    """One of several agreements, in a line."""

    name: str
    title: str
    hash: str
    life: str
    met: tuple[str, ...]
    pending: tuple[str, ...]
    undecided: tuple[str, ...]
    owed: int
    breached: int
    open_decisions: int
    effects: int
    stuck: int
    next_at: str | None
    next: str | None
    withheld: int
    entries: int = Field(description="how many entries of the common record it reads")


class OverviewsJson(_Shape):
    """`casus run --json` of a workspace with several agreements."""

    format: Literal["casus-overview/1"]
    at: str
    axis: Literal["recorded", "known"]
    checkpoint: RootJson
    reader: str
    agreements: list[OverviewJson]
