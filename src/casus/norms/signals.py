"""What brings norms and decisions to life: signals with their identity (cause), their roots and the anchors they carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.time import Instant

SignalKind = Literal[
    "met",
    "reversal",
    "adopted",
    "rejected",
    "determined",
    "breach",
    "exercise",
    "refusal",
    "lapse",
    "fulfilment",
    "call",
    "upheld",
    "dismissed",
    "active",
    "degraded",
    "suspended",
    "collapsed",
    "begins",
]


@dataclass(frozen=True, slots=True)
class Anchors:
    """The instants that a due can hang on, as the root of a chain gives them. None: the chain has no such event."""

    occurrence: Instant | None = None
    report: Instant | None = None
    verification: Instant | None = None
    opening: Instant | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """A signal, raised at t.

    `names`: what it answers to (a trigger and what it adds to; else one name). `cause` is its identity as text. `roots`:
    ids of the trigger activations (or the request-opened decision) at the start of its chains. `debtors`: of the norm
    instance that raised it.
    """

    kind: SignalKind
    names: tuple[str, ...]
    cause: str
    roots: frozenset[str]
    t: Instant
    anchors: Anchors
    debtors: tuple[str, ...] | None = None
    outside: frozenset[str] = frozenset()
    """Members of a coalition's decision that have not joined: they owe nothing on this chain."""
    only: frozenset[str] | None = None
    """Whom alone the signal concerns; None: everybody."""

    def answers(self, signal: n.Signal) -> bool:
        """Whether a text's `upon` means this signal."""
        if signal.name not in self.names:
            return False
        return self.kind == "met" if signal.kind is None else self.kind == signal.kind


def anchor_instant(
    agreement: Agreement, anchor: n.Anchor, activated: Instant, anchors: Anchors, entry: Instant | None, expiry: Instant | None
) -> Instant:
    """The instant of an anchor; one that the chain does not have falls back to the activation."""
    found: Instant | None
    match anchor:
        case "activation":
            found = activated
        case "occurrence":
            found = anchors.occurrence
        case "report":
            found = anchors.report
        case "verification":
            found = anchors.verification
        case "opening":
            found = anchors.opening
        case "deposit":
            found = entry
        case "expiry":
            found = expiry
    return found if found is not None else activated


def due_instant(
    agreement: Agreement, due: n.Due, activated: Instant, anchors: Anchors, entry: Instant | None, expiry: Instant | None
) -> Instant:
    """When something is due that was activated at `activated`."""
    match due:
        case n.DueOn(moment):
            return agreement.instant(moment)
        case n.DueAt(anchor):
            return anchor_instant(agreement, anchor, activated, anchors, entry, expiry)
        case n.DueAfter(length, anchor):
            start = anchor_instant(agreement, anchor, activated, anchors, entry, expiry)
            return start + length.duration if isinstance(length, n.Dur) else agreement.clock.add(start, length.period)
