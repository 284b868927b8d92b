"""What comes about from a start although one actor stands against it, and by when at the latest.

From a trigger that is met, or a vote that somebody asks for, everybody helps but one: the others answer, vote as it takes,
ask for votes, use their powers, each taking all the time there is. The actor does whatever hinders. What is reached all the
same comes about against its will. The outcome of a vote is asked of `casus.norms.decisions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from casus.acts import VoteWord
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.norms.decisions import Electorate
from casus.voting.model import Step
from casus.voting.power import electorate_of, end
from casus.voting.reading import trigger_stopped
from casus.voting.waits import NONE, WITHOUT_LIMIT, Wait, closing, wait_of

Key = tuple[str, str]
"""What comes about: `met`, `called` (as if met), `determined`, `open`, `adopted`, `rejected`, `norm`, `effect`, or a norm's
signal, with a name; `asks D` with a decision: it is to answer determination D."""

_OPTIONS: tuple[VoteWord | None, ...] = ("yes", "no", "abstain", None)


@dataclass(frozen=True, slots=True)
class Route:
    """The way to what comes about, and how long it takes at the most."""

    wait: Wait
    steps: tuple[Step, ...]

    def then(self, wait: Wait, *steps: Step) -> Route:
        return Route(self.wait + wait, (*self.steps, *steps))


@dataclass(frozen=True, slots=True)
class Against:
    """An actor that hinders. `refuses`: a body does not only stay silent, it answers no."""

    actor: str
    refuses: bool = True


@dataclass(frozen=True)
class Ways:
    agreement: Agreement

    @cached_property
    def electorates(self) -> Mapping[str, Electorate]:
        return {name: electorate_of(self.agreement, decl) for name, decl in self.agreement.decisions.items()}

    @cached_property
    def _reached(self) -> dict[tuple[str, Against | None], Mapping[Key, Route]]:
        """What was asked for before: every consequence asks the same of every start and actor."""
        return {}

    @cached_property
    def _waiting(self) -> Mapping[str, tuple[n.DecisionDecl | n.NormDecl | n.AutomaticDecl, ...]]:
        """The decisions, norms and effects that wait for a signal of each name, in this order and that of the text."""
        a = self.agreement
        found: dict[str, dict[str, n.DecisionDecl | n.NormDecl | n.AutomaticDecl]] = {}
        for decision in a.decisions.values():
            for signal in decision.opens_upon:
                found.setdefault(signal.name, {})[decision.name] = decision
        others: tuple[n.NormDecl | n.AutomaticDecl, ...] = (*a.norms.values(), *a.automatics.values())
        for other in others:
            for signal in other.upon:
                found.setdefault(signal.name, {})[other.name] = other
        return {name: tuple(decls.values()) for name, decls in found.items()}

    def known_rule(self, decision: str) -> bool:
        """Whether the text says who votes and how. Of what it leaves open nothing is said."""
        decl = self.agreement.decisions[decision]
        return decl.rule is not None and bool(self.electorates[decision].members)

    # ------------------------------------------------------------ starts

    def starts(self) -> tuple[str, ...]:
        """The triggers, and the decisions that open on request."""
        asked = (name for name, decl in self.agreement.decisions.items() if decl.opens_on_request_of is not None)
        return (*self.agreement.triggers, *asked)

    def indispensable(self, decision: str) -> tuple[str, ...]:
        """Those without whose request a decision does not open."""
        asked = self.agreement.decisions[decision].opens_on_request_of
        ways: list[tuple[tuple[str, ...], int]] = []
        for atom in asked.atoms if asked is not None else ():
            of = self.agreement.members(atom.name)
            ways.append((of, int(atom.number) if isinstance(atom, n.KOf) else 1))
        everybody = sorted({x for of, _ in ways for x in of})
        return tuple(x for x in everybody if all(len([y for y in of if y != x]) < needed for of, needed in ways))

    # ------------------------------------------------------------ reaching

    def reach(self, start: str, against: Against | None = None) -> Mapping[Key, Route]:
        """Everything that comes about from a start against the will of an actor, each by its quickest way."""
        if (start, against) not in self._reached:
            self._reached[start, against] = self._reach(start, against)
        return self._reached[start, against]

    def _reach(self, start: str, against: Against | None) -> Mapping[Key, Route]:
        found: dict[Key, Route] = {}
        for key, route in self._first(start, against):
            found[key] = route
        todo = list(found)
        while todo:
            key = todo.pop(0)
            for more, route in self._next(key, found[key], against):
                if more not in found or route.wait.order < found[more].wait.order:
                    found[more] = route
                    todo.append(more)
        return found

    def _first(self, start: str, against: Against | None) -> Iterator[tuple[Key, Route]]:
        if start in self.agreement.triggers:
            trigger = self.agreement.triggers[start]
            if against is not None and trigger_stopped(self.agreement, start, against.actor, against.refuses):
                return
            route = Route(NONE, (step(trigger, f"{start} is met"),))
            yield ("met", start), route
            for name in trigger.adds_to:
                yield ("called", name), route
            return
        decl = self.agreement.decisions[start]
        if against is None or against.actor not in self.indispensable(start):
            yield ("open", start), Route(NONE, (step(decl, f"{start} opens on request"),))

    def _next(self, key: Key, route: Route, against: Against | None) -> Iterator[tuple[Key, Route]]:
        kind, name = key
        a = self.agreement
        if kind == "met":
            for determination in a.determinations.values():
                if determination.of == name:
                    yield from self._determined(determination, route, against)
        elif kind == "open" or kind.startswith("asks "):
            yield from self._closed(kind, a.decisions[name], route, against)
        elif kind == "norm":
            yield from self._of_norm(a.norms[name], route, against)
        if kind == "called" and name in a.norms:
            yield ("norm", name), route.then(NONE, step(a.norms[name], f"{name} is activated", "upon"))
        for decl in self._waiting.get(name, ()):
            match decl:
                case n.DecisionDecl() if any(_answers(signal, key) for signal in decl.opens_upon):
                    yield ("open", decl.name), route.then(NONE, step(decl, f"{decl.name} opens", "opens_upon"))
                case n.NormDecl() if any(_answers(signal, key) for signal in decl.upon):
                    yield ("norm", decl.name), route.then(NONE, step(decl, f"{decl.name} is activated", "upon"))
                case n.AutomaticDecl() if any(_answers(signal, key) for signal in decl.upon):
                    if not self.prevented(decl, against):
                        yield ("effect", decl.name), route.then(wait_of(decl.at), step(decl, f"{decl.name} takes effect"))

    def _determined(self, decl: n.DeterminationDecl, route: Route, against: Against | None) -> Iterator[tuple[Key, Route]]:
        due = wait_of(decl.due)
        if against is None or decl.body != against.actor:
            yield ("determined", decl.name), route.then(due, step(decl, f"{decl.body} determines {decl.name}"))
        elif not against.refuses and decl.escalates_to is not None:
            passed = route.then(due, step(decl, f"{decl.body} is silent; it escalates to {decl.escalates_to}", "escalates_to"))
            if decl.escalates_to in self.agreement.decisions:
                yield (f"asks {decl.name}", decl.escalates_to), passed
                yield ("open", decl.escalates_to), passed
            elif decl.escalates_to != against.actor:
                says = step(decl, f"{decl.escalates_to} determines {decl.name}")
                yield ("determined", decl.name), passed.then(WITHOUT_LIMIT, says)

    def _closed(self, kind: str, decl: n.DecisionDecl, route: Route, against: Against | None) -> Iterator[tuple[Key, Route]]:
        """What certainly follows from an open decision: for some way in which the others vote, whatever the actor does."""
        for word in ("yes", "no", None):
            found = [self._follows(kind, decl, state, route) for state in sorted(self.ends(decl, against, word))]
            for key in found[0]:
                if all(key in one for one in found):
                    yield key, max((one[key] for one in found), key=lambda r: r.wait.order)

    def ends(self, decl: n.DecisionDecl, against: Against | None, others: VoteWord | None) -> frozenset[str]:
        """The states in which a decision can close, by the actor's choice, while all others do one thing."""
        electorate = self.electorates[decl.name]
        if not self.known_rule(decl.name):
            stopped = others != "yes" or (against is not None and against.actor in electorate.vetoes)
            return frozenset({"adopted"} if others == "yes" else ()) | frozenset({"rejected"} if stopped else ())
        everybody = (*electorate.members, *electorate.vetoes)
        own = _OPTIONS if against is not None and against.actor in everybody else (others,)
        ends = set()
        for word in own:
            votes = {x: word if against is not None and x == against.actor else others for x in everybody}
            cast = {x: vote for x, vote in votes.items() if vote is not None}
            ends.add(self.end(decl, cast))
        return frozenset(ends)

    def end(self, decl: n.DecisionDecl, votes: Mapping[str, VoteWord]) -> str:
        """The state in which a decision closes, or `open`."""
        return end(self.agreement, decl, self.electorates[decl.name], votes)

    def _follows(self, kind: str, decl: n.DecisionDecl, state: str, route: Route) -> dict[Key, Route]:
        # without a time it closes as soon as the votes settle it
        after = route.then(NONE if decl.closes is None else closing(decl), step(decl, f"{decl.name} is {state}"))
        to = (
            decl.if_silent_escalates_to
            if state == "escalated"
            else decl.if_rejected_escalates_to
            if state == "rejected"
            else None
        )
        found: dict[Key, Route] = {}
        if to is not None:
            found[kind, to] = after.then(NONE, step(self.agreement.decisions[to], f"{to} opens"))
        if kind == "open" and state in ("adopted", "rejected"):
            found[state, decl.name] = after
        elif kind != "open" and state == "adopted":
            asked = self.agreement.determinations[kind.removeprefix("asks ")]
            found["determined", asked.name] = after.then(NONE, step(asked, f"so {asked.name} is determined"))
        return found

    def _of_norm(self, norm: n.NormDecl, route: Route, against: Against | None) -> Iterator[tuple[Key, Route]]:
        """Signals that a norm gives. One that its debtor alone could give is not given where the debtor hinders."""
        debtors = self.agreement.who(norm.debtor)
        own = against is not None and debtors == (against.actor,)
        due = wait_of(norm.due)
        if norm.kind == "power":
            if not own:
                yield ("exercise", norm.name), route.then(NONE, step(norm, f"{norm.name} is used"))
            if norm.approval is not None:
                refused = route.then(wait_of(norm.approval), step(norm, f"{norm.name} is refused", "approval"))
                yield ("refusal", norm.name), refused
                if norm.if_refused is not None:
                    yield ("called", norm.if_refused), refused
            if norm.lapses is not None:
                yield ("lapse", norm.name), route.then(wait_of(norm.lapses), step(norm, f"{norm.name} lapses", "lapses"))
        elif norm.kind == "obligation" and not own:
            yield ("fulfilment", norm.name), route.then(due, step(norm, f"{norm.name} is fulfilled"))
        if norm.kind != "power":
            breach = route.then(due, step(norm, f"{norm.name} is breached"))
            yield ("breach", norm.name), breach
            if norm.if_breached is not None:
                yield ("called", norm.if_breached[1]), breach

    def prevented(self, effect: n.AutomaticDecl, against: Against | None) -> bool:
        """Whether an actor, alone, brings about what an automatic effect does not survive, all others voting against that."""
        if effect.unless is None or against is None:
            return False
        decl = self.agreement.decisions[effect.unless.name]
        wished = effect.unless.outcome
        return self.known_rule(decl.name) and all(wished in self.ends(decl, against, word) for word in ("yes", "no", None))


def _answers(signal: n.Signal, key: Key) -> bool:
    kind, name = key
    if signal.name != name:
        return False
    return kind in ("met", "called") if signal.kind is None else kind == signal.kind


def step(decl: n.Node, what: str, *clauses: str) -> Step:
    return Step(getattr(decl, "name", ""), what, decl.place(*clauses), decl.article)
