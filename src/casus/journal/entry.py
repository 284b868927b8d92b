"""An entry of the record and the view of a reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from casus.acts import Act
from casus.time import Instant, Known, Occurred, Recorded

Axis = Literal["recorded", "known"]
"""`recorded`: a live journal. `known`: a reconstruction, which says so on everything it shows."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A public Ed25519 key and its signature, both in hex."""

    key: str
    signature: str


@dataclass(frozen=True, slots=True)
class Signed:
    """Two persons stand for an act: who entered it, who confirmed it, over the hash of one document."""

    document: str
    """The SHA-256 (hex) of the document: see `casus.journal.signing`."""
    entered: Signature
    confirmed: Signature
    proposal: str
    """The id of the entry with which it was entered."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before the journal takes it. `known` None: known when recorded."""

    occurred: Occurred
    act: Act
    author: str
    known: Known | None = None
    marking: str = "CLEAR"
    origin: str | None = None
    """Where it came from (`ged.csv.gz row 17`), kept with the payload."""
    agreement: str | None = None
    """The one agreement that it is addressed to; None: every one that knows what it names."""
    signed: Signed | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands on the record. `act` None: its payload was destroyed; header and proofs remain."""

    id: str
    index: int
    occurred: Occurred
    known: Known
    recorded: Recorded
    author: str
    marking: str
    act: Act | None
    origin: str | None = None
    agreement: str | None = None
    """The one agreement that it is addressed to; None: every one that knows what it names."""
    signed: Signed | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The size and the RFC 6962 root (hex) of the journal at some batch."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and up to which marking (TLP 2.0: CLEAR < GREEN < AMBER < AMBER+STRICT < RED)."""

    name: str = "owner"
    clearance: str = "RED"


@dataclass(frozen=True, slots=True)
class View:
    """The journal as known at `known_at` to a reader.

    `entries` hold those with knowledge instant ≤ known_at that the reader may see, ordered by (knowledge instant, index);
    the others known by then are counted in `withheld`.
    """

    axis: Axis
    known_at: Instant
    reader: Reader
    entries: tuple[Entry, ...]
    withheld: int
    checkpoint: Checkpoint

    def knowledge(self, entry: Entry) -> Instant:
        """The entry's place on the journal's knowledge axis."""
        return entry.known if self.axis == "known" else entry.recorded
