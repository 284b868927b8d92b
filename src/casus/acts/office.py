"""What those who run the record put on it: an act that waits for a second person, a notice, its acknowledgement.

None of them means anything to an agreement. An act that waits is without effect; once confirmed it stands as an entry of its
own, with both signatures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Proposal:
    """An act that somebody has entered and nobody has confirmed: its document, and the signature of the first key over it.

    `document` is what `casus.journal.signing` signs; `key` and `signature` are hex.
    """

    document: Mapping[str, Any]
    key: str
    signature: str
    kind: Literal["proposal"] = "proposal"


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody was to be told something. `key` names what it is about for ever, so that it is recorded once."""

    key: str
    rule: str
    about: str
    to: str
    subject: str
    body: str
    agreement: str | None = None
    kind: Literal["notice"] = "notice"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An officer says that a notice has reached somebody who will act on it."""

    notice: str
    by: str
    note: str | None = None
    kind: Literal["acknowledgement"] = "acknowledgement"
