"""Automatic effects: pending until their instant, then in effect until they end; a decision adopted in time stops them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.norms.life import Life, Suspended
from casus.norms.procedures import NEVER
from casus.norms.signals import Anchors, Raised, due_instant
from casus.time import Instant


@dataclass(slots=True)
class Effect:
    """An automatic effect brought to life by a cause. Mutable; owned by `Effects`."""

    id: str
    decl: n.AutomaticDecl
    cause: str
    roots: frozenset[str]
    root_since: Instant
    """The activation of its root."""
    activated: Instant
    at: Instant
    state: str = "pending"
    began: Instant | None = None
    history: list[tuple[Instant, str, str]] = field(default_factory=list)

    def become(self, t: Instant, state: str, why: str) -> None:
        self.state = state
        self.history.append((t, state, why))


class Outcomes(Protocol):
    """What effects ask about decisions and quiet (the fold answers)."""

    def stopped_by(self, name: str, outcome: str, roots: frozenset[str], since: Instant, by: Instant) -> str | None:
        """An instance of the decision with that outcome, closed ≤ `by`, that shares a root or opened at or after `since`."""
        ...

    def decided_since(self, name: str, outcome: str, since: Instant, t: Instant) -> bool: ...

    def quiet(self, name: str, length: int, since: Instant, t: Instant) -> bool:
        """No `name` for `length` µs up to t, in a span that begins at or after `since`, with coverage."""
        ...


class Effects:
    """All automatic effects of one evaluation."""

    def __init__(self, agreement: Agreement, life: Life, outcomes: Outcomes) -> None:
        self.agreement = agreement
        self.life = life
        self.outcomes = outcomes
        self.instances: dict[str, Effect] = {}

    def activate(self, t: Instant, signals: Iterable[Raised]) -> bool:
        """Bring to life what the signals call for; under suspension only what is exempt."""
        changed = False
        for decl in self.agreement.automatics.values():
            for signal in signals:
                identity = f"{decl.name}/{signal.cause}"
                if identity in self.instances or not any(signal.answers(upon) for upon in decl.upon):
                    continue
                if not self.life.in_force(t) or self.life.is_suspended(t, decl.name):
                    continue
                since = min((_instant_of(root) for root in signal.roots), default=t)
                effect = Effect(identity, decl, signal.cause, signal.roots, since, t, self._at(decl, t, signal.anchors))
                effect.history.append((t, "pending", f"upon {signal.cause}"))
                self.instances[identity] = effect
                changed = True
        return changed

    def _at(self, decl: n.AutomaticDecl, t: Instant, anchors: Anchors) -> Instant:
        if decl.at is None:
            return NEVER
        return due_instant(self.agreement, decl.at, t, anchors, self.life.since, self.life.expires)

    def step(self, t: Instant) -> bool:
        """Stop, begin and end what is due at t."""
        changed = False
        for effect in self.instances.values():
            before = effect.state
            if effect.state == "pending":
                self._stop_or_begin(t, effect)
            if effect.state == "in_effect":
                self._end(t, effect)
            changed |= effect.state != before
        return changed

    def _stop_or_begin(self, t: Instant, effect: Effect) -> None:
        unless = effect.decl.unless
        if unless is not None:
            by = self.outcomes.stopped_by(unless.name, unless.outcome, effect.roots, effect.root_since, min(t, effect.at))
            if by is not None:
                effect.become(t, "stopped", f"{by} {unless.outcome}")
                return
        if effect.at != NEVER and effect.at <= t and not self.life.is_suspended(t, effect.decl.name):
            effect.began = effect.at
            effect.become(t, "in_effect", f"at {effect.at}")

    def _end(self, t: Instant, effect: Effect) -> None:
        """At the first instant at which all parts hold."""
        if not effect.decl.ends_when or effect.began is None:
            return
        for part in effect.decl.ends_when:
            if isinstance(part, n.EndsDecision):
                if not self.outcomes.decided_since(part.name, part.outcome, effect.began, t):
                    return
            elif not self.outcomes.quiet(part.name, part.dur.duration.us, effect.began, t):
                return
        effect.become(t, "ended", "all that it ends upon holds")

    def resume(self, over: Suspended) -> None:
        """A suspension ended: the instants of pending effects move by its length."""
        decl = self.agreement.suspension
        exempt = decl.never_suspends if decl is not None else ()
        for effect in self.instances.values():
            if effect.state == "pending" and effect.at != NEVER and effect.decl.name not in exempt:
                effect.at = self.life.moved(effect.at, effect.activated, over)

    def expire(self, t: Instant) -> bool:
        """Effects pending or in effect end at expiry unless they survive."""
        changed = False
        for effect in self.instances.values():
            if effect.state in ("pending", "in_effect") and not self.life.outlives(effect.decl.name, t):
                effect.become(t, "ended", "the agreement expired")
                changed = True
        return changed

    def due_at(self, effect: Effect, t: Instant) -> Instant:
        """The instant of an effect as it stands at t: a suspension that runs has moved a pending one."""
        if effect.state != "pending" or effect.at == NEVER:
            return effect.at
        return self.life.as_moved(effect.at, effect.activated, effect.decl.name, t) or effect.at

    def timers(self, t: Instant) -> Iterable[tuple[Instant, str, Effect]]:
        """What takes effect by itself after t, as it stands at t."""
        for effect in self.instances.values():
            if effect.state == "pending" and effect.at != NEVER:
                yield self.due_at(effect, t), "effect", effect


def _instant_of(root: str) -> Instant:
    """A root's id carries the instant at which it came about: `attack@<t>@<s>`, `relief@<opening>`."""
    return Instant.parse(root.split("@")[1])
