"""What the journal answers: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casus.journal.drafts import Duplicate, Rejected
from casus.journal.entry import Axis, Checkpoint, Entry
from casus.time import Recorded


@dataclass(frozen=True, slots=True)
class AppendResult:
    """What became of a batch. `recorded` is None where nothing was accepted: then nothing was written."""

    accepted: tuple[Entry, ...]
    duplicates: tuple[Duplicate, ...]
    rejected: tuple[Rejected, ...]
    recorded: Recorded | None
    notes: tuple[str, ...] = ()
    """What the user should be told besides: a recording instant moved on, a copy into the main file that has to wait."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """A destroyed payload: the entry, the reason, and the erasure's own index and instant on the record."""

    entry: str
    of: int
    reason: str
    index: int
    recorded: Recorded
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Genesis:
    """What leaf 0 says. `predecessor`: the checkpoint of the journal that this one succeeds."""

    journal: str
    axis: Axis
    recorded: Recorded
    lineage: str | None
    predecessor: Checkpoint | None


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """One append: its instant, and the checkpoint of the journal after it."""

    recorded: Recorded
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Stored:
    """One leaf as it stands: a genesis, an entry or an erasure, with its header and, for an entry, its payload."""

    index: int
    id: str
    kind: str
    header: dict[str, Any]
    payload: dict[str, Any] | None
    entry: Entry | None
    """The entry; None for the other kinds, and where this version cannot read the payload (see `problem`)."""
    erased: str | None
    """When and why the payload was destroyed; None where it stands."""
    problem: str | None = None
