"""Who can stop what: every way on which one actor's consent or conduct stops a consequence of the agreement.

Consequences are duties of assistance and of measures, automatic effects, and votes on measures. A way is looked at from each
start (a trigger that is met, a vote asked for) with one actor against it and everybody else in favour; what needs two to stop
it is not listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from casus.acts import VoteWord
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.check.walk import atoms as atoms_of
from casus.language.check.walk import conditions, happenings
from casus.time import Duration
from casus.voting.model import Lever, Path, Step
from casus.voting.reading import trigger_stopped
from casus.voting.waits import Wait, wait_of
from casus.voting.ways import Against, Key, Route, Ways, step

ASSISTANCE: Final = frozenset(
    {"finance", "supply", "train", "share_intelligence", "deploy", "air_defence", "maritime", "demine", "rebuild"}
)
"""Acts that help the protected."""

MEASURES: Final = frozenset({"impose_measures", "freeze", "immobilise", "seize", "compensate"})
"""Acts that bear on whoever broke the agreement."""

ANYONE: Final = "anyone"
"""The actor of a path where the text does not say whose act it is."""


def levers(agreement: Agreement) -> tuple[Path, ...]:
    """Every path, in the order of the consequences in the text; what stops for good first."""
    finder = _Finder(agreement, Ways(agreement))
    found: list[Path] = []
    for key in consequences(agreement):
        paths = [*finder.on_the_way(key), *finder.beside_the_way(key)]
        found += sorted(
            dict.fromkeys(paths), key=lambda p: (not p.stops, not p.permanent, p.own, p.actor, p.lever, p.at, p.start or "")
        )
    return tuple(found)


def consequences(agreement: Agreement) -> tuple[Key, ...]:
    """What an agreement promises: duties to assist or to take measures (or to act in a way that the text leaves open),
    automatic effects, votes on measures.
    """
    a = agreement
    found: list[tuple[int, Key]] = []
    for norm in a.norms.values():
        unnamed = norm.act is None and bool(norm.upon) and a.silent(norm.name, "act")
        if norm.kind == "obligation" and (unnamed or (norm.act is not None and norm.act.verb in ASSISTANCE | MEASURES)):
            found.append((_line(norm), ("norm", norm.name)))
    found += [(_line(effect), ("effect", effect.name)) for effect in a.automatics.values()]
    found += [(_line(decl), ("adopted", decl.name)) for decl in a.decisions.values() if _on_measures(a, decl)]
    return tuple(key for _, key in sorted(found))


def _line(decl: n.Node) -> int:
    return decl.span.line if decl.span is not None else 0


def _on_measures(a: Agreement, decl: n.DecisionDecl) -> bool:
    """A vote that is a consequence itself: opened by what happened, and nothing else hangs on its adoption."""
    signals = [s for norm in a.norms.values() for s in norm.upon] + [s for e in a.automatics.values() for s in e.upon]
    used = {s.name for s in signals if s.kind in ("adopted", "rejected")}
    used |= {s.name for d in a.decisions.values() for s in d.opens_upon if s.kind in ("adopted", "rejected")}
    for effect in a.automatics.values():
        used |= {part.name for part in effect.ends_when if isinstance(part, n.EndsDecision)}
        used |= {effect.unless.name} if effect.unless is not None else set()
    used |= {a.suspension.by} if a.suspension is not None else set()
    return bool(decl.opens_upon) and decl.name not in used


@dataclass(frozen=True)
class _Finder:
    agreement: Agreement
    ways: Ways

    @cached_property
    def actors(self) -> tuple[str, ...]:
        return (*sorted(self.agreement.parties), *sorted(self.agreement.bodies))

    # ------------------------------------------------------------ on the way

    def on_the_way(self, key: Key) -> Iterator[Path]:
        """The levers that an actor has at a station of the way."""
        routes = {start: self.ways.reach(start) for start in self.ways.starts()}
        starts = [start for start, found in routes.items() if key in found]
        for start in starts:
            route = routes[start][key]
            for actor in self.actors:
                for refuses in (False, True) if actor in self.agreement.bodies else (True,):
                    against = Against(actor, refuses)
                    stations = list(self._stations(key, start, route, against))
                    if stations:
                        yield from self._paths(key, start, starts, route, against, stations)

    def _paths(
        self, key: Key, start: str, starts: Sequence[str], route: Route, against: Against, stations: Iterable[tuple[Lever, str]]
    ) -> Iterator[Path]:
        left = self._left(key, start, against)
        if left is not None and left.steps == route.steps:
            return
        elsewhere = tuple(x for x in starts if x != start and self._left(key, x, against) is not None)
        for lever, at in stations:
            yield Path(
                consequence=key[1],
                actor=against.actor,
                lever=lever,
                at=at,
                start=start,
                steps=route.steps,
                permanent=left is None,
                fallback=() if left is None else left.steps,
                delay=None if left is None else left.wait,
                elsewhere=elsewhere,
            )

    def _left(self, key: Key, start: str, against: Against) -> Route | None:
        """The way that an actor cannot close. A vote is had as well where what it escalates to is adopted."""
        found = self.ways.reach(start, against)
        instead = [key]
        for kind, name in instead:
            decl = self.agreement.decisions.get(name) if kind == "adopted" else None
            for to in (decl.if_silent_escalates_to, decl.if_rejected_escalates_to) if decl is not None else ():
                if to is not None and ("adopted", to) not in instead:
                    instead.append(("adopted", to))
        return min((found[x] for x in instead if x in found), key=lambda route: route.wait.order, default=None)

    def _stations(self, key: Key, start: str, route: Route, against: Against) -> Iterator[tuple[Lever, str]]:
        """Where on a route an actor can do something against it."""
        a, actor = self.agreement, against.actor
        answering: Lever = "refusal" if against.refuses else "silence"
        if start in a.triggers:
            if actor in a.bodies and trigger_stopped(a, start, actor, against.refuses):
                yield answering, start
        elif actor in self.ways.indispensable(start):
            yield "request", start
        for name in dict.fromkeys(station.name for station in route.steps):
            if name in a.determinations and a.determinations[name].body == actor:
                yield answering, name
            elif name in a.decisions:
                lever = self._vote(name, against)
                if lever is not None:
                    yield lever, name
            elif name in a.norms and (key[0] != "norm" or name != key[1]) and a.who(a.norms[name].debtor) == (actor,):
                yield "act", name
        effect = a.automatics.get(key[1]) if key[0] == "effect" else None
        if effect is not None and effect.unless is not None and self.ways.prevented(effect, against):
            yield "adoption", effect.unless.name

    def _vote(self, decision: str, against: Against) -> Lever | None:
        """How an actor, alone, keeps a decision from being adopted while all others vote yes."""
        decl, electorate = self.agreement.decisions[decision], self.ways.electorates[decision]
        everybody = (*electorate.members, *electorate.vetoes)
        if not self.ways.known_rule(decision):
            return "vote" if against.actor in electorate.vetoes else None
        if against.actor not in everybody:
            return None
        others: dict[str, VoteWord] = {x: "yes" for x in everybody if x != against.actor}
        words: tuple[VoteWord, ...] = ("no", "abstain")
        for word in words:
            if self.ways.end(decl, {**others, against.actor: word}) != "adopted":
                return "vote"
        return "absence" if self.ways.end(decl, others) != "adopted" else None

    # ------------------------------------------------------------ beside the way

    def beside_the_way(self, key: Key) -> Iterator[Path]:
        """Consent, withdrawal, suspension, objection, approval at home, and conduct on which the text lets it fall."""
        yield from self._force(key)
        yield from self._suspending(key)
        kind, name = key
        if kind == "norm":
            yield from self._own_share(self.agreement.norms[name])
            yield from self._conduct(self.agreement.norms[name])
        elif kind == "effect":
            yield from self._ended(self.agreement.automatics[name])

    def _force(self, key: Key) -> Iterator[Path]:
        term = self.agreement.term
        if term is None:
            return
        for atom in term.ratified_by.atoms if term.ratified_by is not None else ():
            of = [x for x in self.agreement.members(atom.name) if x in self.agreement.parties]
            if not isinstance(atom, n.KOf) or int(atom.number) == len(of):
                for x in of:
                    yield self._stop(key, x, "consent", "term", step(term, f"{x} ratifies", "ratified_by"))
        by = self.agreement.by(term.requires_by)
        for event in term.requires:
            what = step(term, f"{event} by {' or '.join(sorted(by)) if by else ANYONE}", "requires")
            for x in by if by is not None and len(by) == 1 else ():
                yield self._stop(key, x, "act", "term", what)
        extends = term.extends
        if extends is not None and int(extends.number) == 1 and not self._survives(key[1]):
            for x in self.agreement.members(extends.group):
                what = step(term, f"an objection of {x} ends the agreement with its term", "extends")
                yield self._stop(key, x, "objection", "term", what)

    def _survives(self, name: str) -> bool:
        term = self.agreement.term
        return term is not None and any(name in part.names for part in term.survives)

    def _suspending(self, key: Key) -> Iterator[Path]:
        decl = self.agreement.suspension
        if decl is None or key[1] in decl.never_suspends or key[0] == "adopted" or not self.ways.known_rule(decl.by):
            return
        times = 1 + (int(decl.renewable) if decl.renewable is not None else 0)
        lasts = Wait(duration=Duration(decl.at_most.duration.us * times))
        by = self.agreement.decisions[decl.by]
        for x in self.ways.electorates[decl.by].members:
            against = Against(x)
            if all("adopted" in self.ways.ends(by, against, word) for word in ("yes", "no", None)):
                steps = (step(by, f"{x} adopts {by.name} alone"), step(decl, f"the agreement is suspended for {lasts} at most"))
                yield Path(key[1], x, "suspension", by.name, None, steps, permanent=False, delay=lasts)

    def _own_share(self, norm: n.NormDecl) -> Iterator[Path]:
        """What only takes away the actor's own part of a duty."""
        term, debtors = self.agreement.term, self.agreement.who(norm.debtor)
        parties = [x for x in debtors if x in self.agreement.parties]
        own = len(debtors) > 1
        if norm.approval is not None:
            refused = step(norm, "no approval at home is a refusal", "approval")
            instead = self.agreement.norms.get(norm.if_refused or "")
            fallback = () if instead is None else (step(instead, f"{instead.name} takes its place"),)
            for x in debtors:
                delay = None if instead is None else wait_of(norm.approval)
                yield Path(norm.name, x, "approval", norm.name, None, (refused,), instead is None, fallback, delay, own=own)
        if term is not None and term.withdrawal_notice is not None and not self._survives(norm.name):
            notice = Wait(period=term.withdrawal_notice.period)
            for x in parties:
                what = step(term, f"{x} leaves after {notice} notice", "withdrawal_notice")
                yield Path(norm.name, x, "withdrawal", "term", None, (what,), permanent=True, own=own)

    def _conduct(self, norm: n.NormDecl) -> Iterator[Path]:
        for clause, cond in (("unless", norm.unless), ("until", norm.until)):
            for part in conditions(cond):
                if isinstance(part, n.CRef):
                    what = step(
                        norm, f"{norm.name} {'lapses upon' if clause == 'until' else 'is void upon'} {part.name}", clause
                    )
                    for actor in self._whose(part.name, frozenset()):
                        yield self._stop(("norm", norm.name), actor, "conduct", part.name, what)

    def _whose(self, name: str, seen: frozenset[str]) -> tuple[str, ...]:
        """Whose acts make a trigger met, or belong to a definition; `anyone` where the text does not say."""
        a = self.agreement
        if name in seen:
            return ()
        found: set[str] = set()
        if name in a.triggers:
            for atom in atoms_of(a.triggers[name].when):
                if isinstance(atom, n.TMet):
                    found |= set(self._whose(atom.name, seen | {name}))
                for event, by in happenings(atom):
                    found |= a.by(by) or set(self._whose(event, seen | {name}))
        elif name in a.definitions:
            named = [x for part in conditions(a.definitions[name].where) if isinstance(part, n.CBy) for x in part.codes]
            inner = {x for part in a.definitions[name].means for x in self._whose(part, seen | {name})}
            found |= set(named) or inner
        return tuple(sorted(found)) or (ANYONE,)

    def _ended(self, effect: n.AutomaticDecl) -> Iterator[Path]:
        """An effect that ends when a decision is adopted which one member can adopt alone."""
        parts = [part for part in effect.ends_when if isinstance(part, n.EndsDecision)]
        said = " and ".join(f"{part.name} is {part.outcome}" for part in parts)
        for x in self.actors if parts and len(parts) == len(effect.ends_when) else ():
            if all(self._alone(part, x) for part in parts):
                what = step(effect, f"{effect.name} ends when {said}", "ends_when")
                yield self._stop(("effect", effect.name), x, "adoption", parts[0].name, what)

    def _alone(self, part: n.EndsDecision, actor: str) -> bool:
        decl = self.agreement.decisions[part.name]
        return self.ways.known_rule(part.name) and all(
            part.outcome in self.ways.ends(decl, Against(actor), word) for word in ("yes", "no", None)
        )

    def _stop(self, key: Key, actor: str, lever: Lever, at: str, what: Step) -> Path:
        return Path(key[1], actor, lever, at, None, (what,), permanent=True)
