"""Disputes as they run: a claim, a time to negotiate, the forum's answer, and the remedy of what is upheld.

Semantics section 6. One running instance for each claimant and respondent; what it answers comes out as signals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.norms.life import Life
from casus.norms.signals import Anchors, Raised, SignalKind, due_instant
from casus.time import Instant

RUNNING = ("negotiating", "open", "lapsed")
"""States in which the forum's answer still counts (`negotiating`: once the time to negotiate is over)."""


@dataclass(slots=True)
class Dispute:
    """A claim of one party against another. Mutable; owned by `Disputes`."""

    id: str
    decl: n.DisputeDecl
    claimant: str
    respondent: str
    opened: Instant
    negotiated: Instant
    """When the time to negotiate is over."""
    due: Instant | None
    state: str = "negotiating"
    answered: Instant | None = None
    entry: str | None = None
    history: list[tuple[Instant, str, str]] = field(default_factory=list)

    def become(self, t: Instant, state: str, why: str) -> None:
        self.state = state
        self.history.append((t, state, why))


class Disputes:
    """All disputes of one evaluation."""

    def __init__(self, agreement: Agreement, life: Life) -> None:
        self.agreement = agreement
        self.life = life
        self.instances: list[Dispute] = []

    def claim(self, t: Instant, member: str, name: str, respondent: str) -> str | None:
        """A party claims. Gives the reason where it has no effect."""
        decl = self.agreement.disputes[name]
        for who, named, what in ((member, decl.claimant, "claim"), (respondent, decl.respondent, "answer for")):
            if who not in self.agreement.who(named):
                return f"{who} is not named as one who may {what} {name}"
            if not self.life.bound(who, t):
                return f"{who} is not bound"
        if member == respondent:
            return "nobody has a dispute with itself"
        if any(x.state in ("negotiating", "open") for x in self._between(name, member, respondent)):
            return f"{name} between {member} and {respondent} is running already"
        anchors = Anchors(opening=t)
        due = None
        if decl.due is not None:
            due = due_instant(self.agreement, decl.due, t, anchors, self.life.since, self.life.expires)
        negotiated = t + decl.negotiation.duration if decl.negotiation is not None else t
        made = Dispute(f"{name}@{t}@{member}@{respondent}", decl, member, respondent, t, negotiated, due)
        made.become(t, "negotiating" if negotiated > t else "open", f"{member} claims against {respondent}")
        self.instances.append(made)
        return None

    def settle(self, t: Instant, member: str, name: str) -> str | None:
        running = [x for x in self.instances if x.decl.name == name and x.claimant == member and x.state in RUNNING]
        for found in running:
            found.become(t, "settled", f"{member} settles")
        return None if running else f"{member} has no claim of {name} that is running"

    def rule(
        self, t: Instant, body: str, name: str, claimant: str, answer: SignalKind, entry: str
    ) -> tuple[list[Raised], str | None]:
        """The forum's first answer counts, also after the due; not before the time to negotiate is over."""
        decl = self.agreement.disputes[name]
        if body != decl.forum:
            return [], f"{name} is for {decl.forum or 'a forum that the text does not name'} to rule on, not for {body}"
        of = [x for x in self.instances if x.decl.name == name and x.claimant == claimant and x.state in RUNNING]
        waiting = [x for x in of if x.negotiated <= t]
        if not waiting:
            why = (
                f"{name} of {claimant} is still being negotiated"
                if of
                else f"{claimant} has no claim of {name} that is running"
            )
            return [], why
        raised: list[Raised] = []
        for found in waiting:
            found.answered, found.entry = t, entry
            found.become(t, answer, f"{body} rules")
            chain = (found.id, frozenset({found.id}), t, Anchors(opening=found.opened))
            raised.append(Raised(answer, (name,), *chain))
            if answer == "upheld" and decl.remedy is not None:
                raised.append(Raised("call", (decl.remedy,), *chain, (found.respondent,)))
        return raised, None

    def step(self, t: Instant) -> bool:
        """The time to negotiate ends; what nobody answered by its due lapses."""
        changed = False
        for found in self.instances:
            if found.state == "negotiating" and found.negotiated <= t:
                found.become(t, "open", "the time to negotiate is over")
                changed = True
            if found.state == "open" and found.due is not None and found.due <= t:
                found.become(t, "lapsed", f"no ruling by {found.due}")
                changed = True
        return changed

    def expire(self, t: Instant) -> None:
        """At expiry what is running ends as lapsed, unless its remedy survives."""
        for found in self.instances:
            survives = found.decl.remedy is not None and self.life.survives(found.decl.remedy)
            if found.state in ("negotiating", "open") and not survives:
                found.become(t, "lapsed", "the agreement expired")

    def parties_to(self, name: str) -> frozenset[str]:
        """Who is claimant or respondent of an instance that is negotiating or open."""
        running = [x for x in self.instances if x.decl.name == name and x.state in ("negotiating", "open")]
        return frozenset(x for found in running for x in (found.claimant, found.respondent))

    def timers(self) -> Iterator[Instant]:
        for found in self.instances:
            if found.state == "negotiating":
                yield found.negotiated
            if found.state in ("negotiating", "open") and found.due is not None:
                yield found.due

    def _between(self, name: str, claimant: str, respondent: str) -> Iterable[Dispute]:
        return (x for x in self.instances if (x.decl.name, x.claimant, x.respondent) == (name, claimant, respondent))
