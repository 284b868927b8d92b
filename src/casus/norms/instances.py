"""Instances of norms: what is owed, permitted or excluded for whom, since when, by what date, and the acts that serve it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from casus.language import nodes as n
from casus.norms.signals import Anchors
from casus.time import Instant, Occurred


@dataclass(frozen=True, slots=True)
class Service:
    """An act that may serve a norm: an event (by its incident) or an entry that says so.

    `money` by currency; `names` is what its reference fields name; `whole`: an entry that says the norm is fulfilled.
    """

    id: str
    actors: frozenset[str]
    occurred: Occurred
    known: Instant
    money: Mapping[str, Decimal] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    whole: bool = False


class Events(Protocol):
    """What duties ask about events and triggers (the fold answers)."""

    def until(self, cond: n.Cond, since: Instant | None, t: Instant) -> bool:
        """Whether a trigger of the condition was met at or after `since`, or an event of its definitions occurred then."""
        ...

    def on(self, phases: Iterable[str]) -> bool:
        """Whether one of these phases is on."""
        ...


RUNNING = ("in_force", "waiting")
"""States of an instance that nothing has ended and no date has passed."""
DONE = ("fulfilled", "cured", "exercised", "waived")
"""States in which nothing more is to be done."""


@dataclass(slots=True)
class Instance:
    """A norm brought to life for its debtors. Mutable; owned by `Duties`."""

    id: str
    decl: n.NormDecl
    debtors: tuple[str, ...]
    creditors: tuple[str, ...]
    cause: str
    roots: frozenset[str]
    anchors: Anchors
    activated: Instant
    due: Instant | None
    lapses: Instant | None
    approval: Instant | None
    required: tuple[str, Decimal] | None
    outside: frozenset[str] = frozenset()
    """Members of a coalition's decision that owe nothing on this chain of norms."""
    tier: str | None = None
    """The phase whose amount is owed."""
    released: Instant | None = None
    """When what it waits for was done; None: it waits, or waits for nothing."""
    stands_for: str | None = None
    """The instance whose debtor it is the backup of."""
    state: str = "in_force"
    approved: bool = True
    still_due: bool = True
    acts: dict[str, Service] = field(default_factory=dict)
    signalled: set[str] = field(default_factory=set)
    history: list[tuple[Instant, str, str]] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether an act can still serve it."""
        return self.state in RUNNING or (self.state == "breached" and self.still_due)

    @property
    def begun(self) -> Instant:
        """From when its time runs."""
        return self.released or self.activated

    @property
    def performed(self) -> Decimal:
        currency = self.required[0] if self.required else ""
        return sum((act.money.get(currency, Decimal(0)) for act in self.acts.values()), Decimal(0))

    def become(self, t: Instant, state: str, why: str) -> None:
        self.state = state
        self.history.append((t, state, why))
