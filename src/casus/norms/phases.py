"""Stretches of time and states that norms hang on: phases, and the state of a ceasefire (semantics, section 7).

Both are stepped by the fold with the signals of an instant, in as many rounds as the instant takes: what they come to
depends on the set of the signals, not on the round in which each was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.norms.life import Life
from casus.norms.signals import Anchors, Raised
from casus.time import BEGINNING, Instant

History = list[tuple[Instant, str, str]]


@dataclass(slots=True)
class Phase:
    """A phase, and since when it is on (None: it is off). Mutable; owned by `Phases`."""

    decl: n.PhaseDecl
    since: Instant | None = None
    history: History = field(default_factory=list)
    at: Instant | None = None
    """The instant of the signals seen below."""
    was: Instant | None = None
    """Since when it was on before that instant."""
    begun: Raised | None = None
    ended: bool = False


class Phases:
    """All phases of one evaluation."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.phases = {name: Phase(decl) for name, decl in agreement.phases.items()}

    def on(self, names: Iterable[str]) -> bool:
        return any(self.phases[name].since is not None for name in names)

    def step(self, t: Instant, signals: Sequence[Raised]) -> list[Raised]:
        """Begin and end what begins and ends at t; gives the beginnings."""
        found = []
        for name, phase in self.phases.items():
            if phase.at != t:
                phase.at, phase.was, phase.begun, phase.ended = t, phase.since, None, False
            start = self._given(phase.decl.start, t, signals, f"{name}@{t}", name)
            phase.begun = phase.begun or start
            phase.ended = phase.ended or self._given(phase.decl.end, t, signals, f"{name}@{t}", name) is not None
            since = phase.was
            if phase.ended:
                since = None
            if phase.begun is not None and since is None:
                since = t
            if since == phase.since:
                continue
            phase.since = since
            phase.history.append((t, "on" if since is not None else "off", phase.begun.cause if since and phase.begun else ""))
            if since is not None and phase.begun is not None:
                found.append(phase.begun)
        return found

    def _given(self, edge: n.Moment | n.Signal, t: Instant, signals: Sequence[Raised], cause: str, name: str) -> Raised | None:
        """The beginning that this edge makes at t, by its instant or by a signal."""
        if isinstance(edge, n.Moment):
            if self.agreement.instant(edge) != t:
                return None
            return Raised("begins", (name,), cause, frozenset({cause}), t, Anchors())
        by = [signal for signal in signals if signal.answers(edge)]
        if not by:
            return None
        roots = frozenset[str]().union(*(signal.roots for signal in by)) or frozenset({cause})
        return Raised("begins", (name,), cause, roots, t, by[0].anchors)

    def moments(self) -> Iterator[Instant]:
        for phase in self.phases.values():
            for edge in (phase.decl.start, phase.decl.end):
                if isinstance(edge, n.Moment):
                    yield self.agreement.instant(edge)


STATES: Final[tuple[n.CeasefireState, ...]] = ("active", "degraded", "suspended", "collapsed")
"""From the best to the worst."""

Quiet = Callable[[str, int, Instant, Instant], bool]


@dataclass(slots=True)
class Ceasefire:
    """A ceasefire and its state (None: not in force yet). Mutable; owned by `Ceasefires`."""

    decl: n.CeasefireDecl
    state: n.CeasefireState | None = None
    since: Instant = BEGINNING
    history: History = field(default_factory=list)
    at: Instant | None = None
    was: n.CeasefireState | None = None
    asked: dict[n.CeasefireState, list[Raised]] = field(default_factory=dict)
    """What the signals of the instant `at` ask for."""


class Ceasefires:
    """All ceasefires of one evaluation. `quiet` answers whether nothing of a kind happened for so long, with coverage."""

    def __init__(self, agreement: Agreement, life: Life, quiet: Quiet) -> None:
        self.agreement = agreement
        self.life = life
        self.quiet = quiet
        self.ceasefires = {name: Ceasefire(decl) for name, decl in agreement.ceasefires.items()}

    def step(self, t: Instant, signals: Sequence[Raised]) -> list[Raised]:
        """Change what changes at t; gives the changes as signals."""
        found = []
        for name, one in self.ceasefires.items():
            if not self.life.in_force(t):
                continue
            if one.at != t:
                one.at, one.was, one.asked = t, one.state, {}
            for part in one.decl.becomes:
                by = [s for s in signals if any(s.answers(upon) for upon in part.upon)]
                if by:
                    one.asked.setdefault(part.state, []).extend(by)
            state = self._state(one, t)
            if state == one.state or one.state == "collapsed":
                continue
            cause = f"{name}@{t}@{state}"
            by = one.asked.get(state, [])
            roots = frozenset[str]().union(*(s.roots for s in by)) if by else frozenset({cause})
            why = ", ".join(sorted({s.cause for s in by})) or ("in force" if one.state is None else "quiet")
            one.state, one.since = state, t
            one.history.append((t, state, why))
            found.append(Raised(state, (name,), cause, roots or frozenset({cause}), t, by[0].anchors if by else Anchors()))
        return found

    def _state(self, one: Ceasefire, t: Instant) -> n.CeasefireState:
        """Of what signals ask for the worst; else what quiet brings; else what it was."""
        if one.asked:
            return max(one.asked, key=STATES.index)
        if one.was is None:
            return "active"
        calm = [p.state for p in one.decl.becomes if p.quiet is not None and self._calm(one, p, t)]
        return min(calm, key=STATES.index) if calm else one.state or one.was

    def _calm(self, one: Ceasefire, part: n.Becomes, t: Instant) -> bool:
        if part.quiet is None or part.dur is None or part.state == one.was:
            return False
        return self.quiet(part.quiet, part.dur.duration.us, one.since, t)

    def waits(self) -> Iterator[tuple[str, Instant, int]]:
        """For what quiet, since when and how long, each ceasefire waits."""
        for one in self.ceasefires.values():
            for part in one.decl.becomes:
                if part.quiet is not None and part.dur is not None and one.state not in (None, "collapsed", part.state):
                    yield part.quiet, one.since, part.dur.duration.us
