"""One of several agreements in a line. It needs nothing of the language or the engine, so a cached line is read at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Overview:
    """One agreement in a line. Everything here stays as it is until the next timer."""

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
    entries: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Overview:
        kept: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
        return cls(**kept)
