"""Records that bring things about: what has to go on record so that a trigger is met, a body says yes, a vote is won, a norm
is in force, breached or fulfilled.

A `Play` proposes lines and asks the reference engine after each step whether they did it; what it gives has been seen in
a State. It evaluates at most as often as the draft's settings allow, and is deterministic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, product
from typing import Final

from casus import acts
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.scenario import Expect, Line, Scenario
from casus.lint.draft import Draft
from casus.lint.happenings import Sought, events_of
from casus.lint.rule import Witness
from casus.lint.stage import Stage, quantity, smallest
from casus.state.model import NormInstance, State
from casus.time import DAY, HOUR, MINUTE, Duration, Instant

_MOST_EVENTS: Final = 60
"""A condition that needs more events than that is not tried."""

_DEEPEST: Final = 6
"""How many causes of causes are followed."""


@dataclass(frozen=True, slots=True)
class Brought:
    """Lines, and the instant at which they have brought it about. `instance`: of a norm, as it is then."""

    lines: tuple[Line, ...]
    at: Instant
    instance: NormInstance | None = None


@dataclass
class Play:
    """Tries records on one draft. Mutable: it counts its evaluations and the events that it makes up."""

    draft: Draft
    tried: int = 0
    made: int = field(default=0, repr=False)

    @property
    def agreement(self) -> Agreement:
        return self.draft.agreement

    @cached_property
    def stage(self) -> Stage:
        return Stage(self.agreement)

    @property
    def start(self) -> Instant:
        """A day after the last consent, and, where that is later, after force has begun."""
        return self.stage.start

    @property
    def spent(self) -> bool:
        return self.tried >= self.draft.budget

    def state(self, lines: Sequence[Line], at: Instant) -> State:
        self.tried += 1
        return self.stage.state(lines, at)

    # ------------------------------------------------------------ events

    def name(self) -> str:
        """An id for an event that nothing in the text is called."""
        while True:
            self.made += 1
            if f"e{self.made}" not in self.draft.declarations:
                return f"e{self.made}"

    def actors(self, by: n.By | None, sought: Sought) -> tuple[str | None, ...]:
        """Who may be said to have done it, whose conduct the text is about first; (None,) where the event has no actor."""
        a = self.agreement
        if not any(x.type == "actor" and x.name == "by" for x in a.events[sought.type].fields):
            return (None,) if by is None and sought.actors is None else ()
        allowed = a.by(by)
        everybody = [*sorted(self.draft.watched - self.draft.protected), *sorted(a.nonparties), *sorted(a.parties)]
        named = [*everybody, *sorted((allowed or frozenset()) - set(everybody))]
        return tuple(
            dict.fromkeys(
                x for x in named if (allowed is None or x in allowed) and (sought.actors is None or x in sought.actors)
            )
        )

    def event(
        self,
        sought: Sought,
        at: Instant,
        actor: str | None,
        rungs: Sequence[str] = (),
        more: Mapping[str, acts.Value] | None = None,
    ) -> tuple[Line, ...]:
        """A report of it, what it follows before it, and the answers of the bodies after it."""
        a, name = self.agreement, self.name()
        before: list[Line] = []
        for follows in sought.after:
            others = [x for x in events_of(a, follows.name) for y in self.actors(follows.by, x) if y is None or y != actor]
            if others:
                other = next((y for y in self.actors(follows.by, others[0]) if y != actor), None)
                half = Duration(follows.dur.duration.us // 2)
                before += self.event(others[0], at - half, other, rungs)
        report = self.stage.report(at, sought.type, name, actor, {**sought.fields, **(more or {})}, rungs)
        answers = [
            self.stage.line(at + MINUTE, acts.FindingAnswer(a.findings[f].body, f, "yes" if yes else "no", name))
            for f, yes in sought.answers
        ]
        return (*before, report, *answers)

    def event_named(self, name: str, at: Instant, by: n.By | None = None, rungs: Sequence[str] = ()) -> tuple[Line, ...] | None:
        """The first proposal for an event of an event type, definition or exception."""
        for sought in events_of(self.agreement, name):
            for actor in self.actors(by, sought):
                return self.event(sought, at, actor, rungs)
        return None

    # ------------------------------------------------------------ triggers

    def met(self, trigger: str, at: Instant, *, actor: str | None = None, rungs: Sequence[str] | None = None) -> Brought | None:
        """The trigger met by events at these rungs (None: the top ones) from `at` on; `actor`: only by what this one did.

        Where an open cure or finding makes it pending, time is let pass.
        """
        decl = self.agreement.triggers[trigger]
        for lines in islice(self._makings(decl.when, at, actor, self.stage.top_rungs() if rungs is None else rungs), 12):
            if self.spent:
                return None
            instant: Instant | None = max((known(line, self.agreement) for line in lines), default=at)
            for _ in range(4):
                if instant is None:
                    break
                state = self.state(lines, instant)
                standing = [x for x in state.activations if x.trigger == trigger and x.reversed is None]
                found = [x for x in standing if x.effective and x.t >= at]
                if found:
                    return Brought(lines, max(x.t for x in found))
                instant = next((x.until for x in state.assessments if x.trigger == trigger), None)
        return None

    def _makings(self, cond: n.TCond, at: Instant, actor: str | None, rungs: Sequence[str]) -> Iterator[tuple[Line, ...]]:
        match cond:
            case n.TOr(parts=parts):
                for part in parts:
                    yield from self._makings(part, at, actor, rungs)
            case n.TAnd(parts=parts):
                ways = [list(islice(self._makings(part, at, actor, rungs), 3)) for part in parts]
                for chosen in product(*ways):
                    yield tuple(sorted((line for lines in chosen for line in lines), key=lambda x: known(x, self.agreement).us))
            case n.TNot():
                yield ()
            case n.TLatest():
                yield from self._stocks(cond, at, actor, rungs)
            case n.TMet(name=name, times=times):
                yield from self._repeated(name, int(times), at, actor, rungs)
            case n.TThen(first=first, second=second, dur=dur):
                half = Duration(dur.duration.us // 2)
                for one in self._events(first, None, at, 1, actor, rungs):
                    for other in self._events(second, None, at + half, 1, actor, rungs):
                        yield (*one, *other)
            case n.TAbsent(after=after, dur=dur, name=name):
                for one in self._events(after, None, at, 1, actor, rungs):
                    yield (*one, *self._coverage(name, None, at, at + dur.duration + HOUR))
            case n.TQuiet(name=name, dur=dur, observer=observer):
                yield self._coverage(name, observer, at, at + dur.duration + HOUR)
            case n.THolds(name=name, dur=dur) if name not in self.agreement.estimates:
                for sought in events_of(self.agreement, name):
                    lasting = [x.name for x in self.agreement.events[sought.type].fields if x.type == "duration"]
                    for who in self.actors(None, sought) if lasting else ():
                        if actor in (None, who):
                            yield self.event(sought, at, who, rungs, {lasting[0]: acts.Length(dur.duration.us)})
                            break
            case n.TSum(threshold=threshold, name=name, by=by, quantity=over):
                wanted = threshold.number.value + (1 if threshold.op == ">" else 0)
                yield from self._events(name, by, at, 1, actor, rungs, {over: quantity(wanted)})
            case n.TCount(threshold=threshold, name=name, by=by):
                yield from self._events(name, by, at, _times(threshold), actor, rungs)
            case n.TDistinct(threshold=threshold, name=name, by=by, what=what):
                step = DAY if what == "days" else MINUTE
                yield from self._events(name, by, at, _times(threshold), actor, rungs, step=step)
            case n.TAny(name=name, by=by) | n.TRate(name=name, by=by) | n.TRatio(name=name, by=by):
                yield from self._events(name, by, at, 1, actor, rungs)
            case _:
                return

    def _events(
        self,
        name: str,
        by: n.By | None,
        at: Instant,
        count: int,
        actor: str | None,
        rungs: Sequence[str],
        more: Mapping[str, acts.Value] | None = None,
        step: Duration = MINUTE,
    ) -> Iterator[tuple[Line, ...]]:
        if not 1 <= count <= _MOST_EVENTS:
            return
        for sought in events_of(self.agreement, name, more):
            who = [x for x in self.actors(by, sought) if actor is None or x == actor]
            for code in who[:2]:
                yield tuple(line for i in range(count) for line in self.event(sought, at + step * i, code, rungs, more))

    def _stocks(self, atom: n.TLatest, at: Instant, actor: str | None, rungs: Sequence[str]) -> Iterator[tuple[Line, ...]]:
        a = self.agreement
        allowed = sorted(a.by(atom.by) or self.draft.watched or a.nonparties)
        for code in [x for x in allowed if actor in (None, x)][:1]:
            for body in sorted(a.bodies)[:2]:
                value = quantity(atom.threshold.number.value + (1 if atom.threshold.op == ">" else 0))
                yield (self.stage.line(at, acts.Estimate(atom.name, body, code, value, None, tuple(rungs))),)

    def _repeated(
        self, name: str, times: int, at: Instant, actor: str | None, rungs: Sequence[str]
    ) -> Iterator[tuple[Line, ...]]:
        rearm = self.agreement.triggers[name].rearm
        wait = (rearm.duration if rearm is not None else Duration(0)) + HOUR
        lines: tuple[Line, ...] = ()
        instant = at
        for _ in range(min(times, _MOST_EVENTS)):
            found = self.met(name, instant, actor=actor, rungs=rungs)
            if found is None:
                return
            lines, instant = (*lines, *found.lines), found.at + wait
        yield lines

    def _coverage(self, name: str, observer: str | None, start: Instant, end: Instant) -> tuple[Line, ...]:
        body = observer or next(iter(sorted(self.agreement.bodies)), None)
        if body is None:
            return ()
        return tuple(
            self.stage.line(start, acts.Coverage(body, kind), end=end) for kind in sorted(self.agreement.event_types(name))
        )

    # ------------------------------------------------------------ bodies and votes

    def determined(self, name: str, at: Instant, depth: int = 0) -> Brought | None:
        """The trigger met, and the body's yes."""
        decl = self.agreement.determinations[name]
        met = self.met(decl.of, at)
        if met is None or depth > _DEEPEST:
            return None
        said = met.at + MINUTE
        lines = (*met.lines, self.stage.line(said, acts.Determination(decl.body, name, "yes")))
        state = self.state(lines, said)
        return Brought(lines, said) if any(x.name == name and x.state == "yes" for x in state.determinations) else None

    def decided(self, name: str, outcome: str, at: Instant, depth: int = 0) -> Brought | None:
        """The decision opened, every member's yes (or nobody's act), and its closing."""
        opened = self._opened(name, at, depth)
        if opened is None:
            return None
        state = self.state(opened.lines, opened.at)
        open_ = [x for x in state.decisions if x.name == name and x.state == "open"]
        if not open_:
            return None
        ballot = max(open_, key=lambda x: (x.opened.us, x.id))
        voted = opened.at + MINUTE
        votes = [self.stage.line(voted, acts.Vote(m, "yes", name)) for m in ballot.members] if outcome == "adopted" else []
        lines = (*opened.lines, *votes)
        for instant in (voted, ballot.closes):
            after = self.state(lines, instant)
            if any(x.id == ballot.id and x.state == outcome for x in after.decisions):
                return Brought(lines, instant)
        return None

    def _opened(self, name: str, at: Instant, depth: int) -> Brought | None:
        decl = self.agreement.decisions[name]
        if decl.opens_on_request_of is not None:
            needed = max((int(x.number) for x in decl.opens_on_request_of.atoms if isinstance(x, n.KOf)), default=1)
            asking = self.agreement.who(decl.opens_on_request_of)[:needed]
            lines = tuple(self.stage.line(at + MINUTE * i, acts.Request(m, name)) for i, m in enumerate(asking))
            return Brought(lines, at + MINUTE * (len(lines) - 1)) if lines else None
        for signal in decl.opens_upon:
            found = self.signal(signal, at, depth + 1)
            if found is not None:
                return found
        return None

    def signal(self, signal: n.Signal, at: Instant, depth: int = 0) -> Brought | None:
        """What a norm, a decision or an effect waits for."""
        a = self.agreement
        if depth > _DEEPEST or self.spent:
            return None
        match signal.kind:
            case None if signal.name in a.triggers:
                adding = [t.name for t in a.triggers.values() if signal.name in t.adds_to]
                return next((x for x in (self.met(t, at) for t in (signal.name, *adding)) if x is not None), None)
            case "determined":
                return self.determined(signal.name, at, depth)
            case "adopted" | "rejected":
                return self.decided(signal.name, signal.kind, at, depth)
            case "breach":
                return self.breached(signal.name, at, depth + 1)
            case "refusal":
                return self.refused(signal.name, at, depth + 1)
            case "fulfilment" | "exercise":
                return self.done(signal.name, at, depth + 1)
            case _:
                return None

    # ------------------------------------------------------------ norms

    def active(self, name: str, at: Instant, depth: int = 0, *, upon: n.Signal | None = None) -> Brought | None:
        """The norm in force for some debtor; `upon`: by this cause of its only."""
        decl = self.agreement.norms[name]
        for found in self._causes(decl, at, depth, upon):
            if found is not None:
                state = self.state(found.lines, found.at)
                instances = [x for x in state.norms if x.name == name and x.state == "in_force"]
                if instances:
                    last = max(instances, key=lambda x: (x.activated.us, x.cause, tuple(reversed(x.debtor))))
                    same = [x for x in instances if (x.activated, x.cause) == (last.activated, last.cause)]
                    return replace(found, instance=min(same, key=lambda x: x.debtor))
        return None

    def _causes(self, decl: n.NormDecl, at: Instant, depth: int, upon: n.Signal | None) -> Iterator[Brought | None]:
        if depth > _DEEPEST or self.spent:
            return
        callers = [x for x in self.agreement.norms.values() if x.if_breached is not None and x.if_breached[1] == decl.name]
        refusers = [x for x in self.agreement.norms.values() if x.if_refused == decl.name]
        if decl.always or (not decl.upon and not callers and not refusers):
            yield Brought((), at)
            return
        for signal in decl.upon if upon is None else (upon,):
            yield self.signal(signal, at, depth + 1)
        if upon is None:
            for caller in callers:
                yield self.breached(caller.name, at, depth + 1)
            for refuser in refusers:
                yield self.refused(refuser.name, at, depth + 1)

    def breached(self, name: str, at: Instant, depth: int = 0) -> Brought | None:
        """The norm in force and not kept: its date past, or the forbidden done."""
        found = self.active(name, at, depth)
        if found is None or found.instance is None:
            return None
        decl = self.agreement.norms[name]
        if decl.kind == "prohibition" and decl.forbids is not None:
            for sought in events_of(self.agreement, decl.forbids):
                for actor in self.actors(None, sought):
                    if actor in found.instance.debtor:
                        instant = found.at + HOUR
                        lines = (*found.lines, *self.event(sought, instant, actor, self.stage.top_rungs()))
                        brought = self._is(lines, instant + MINUTE * 2, name, actor, "breached")
                        if brought is not None:
                            return brought
            return None
        due = found.instance.due
        return None if due is None else self._is(found.lines, max(due, found.at), name, found.instance.debtor[0], "breached")

    def refused(self, name: str, at: Instant, depth: int = 0) -> Brought | None:
        found = self.active(name, at, depth)
        if found is None or found.instance is None or self.agreement.norms[name].approval is None:
            return None
        debtor = found.instance.debtor[0]
        line = self.stage.line(found.at + MINUTE, acts.Refusal(debtor, name))
        state = "refused" if self.agreement.norms[name].kind == "power" else "lapsed"
        return self._is((*found.lines, line), found.at + MINUTE, name, debtor, state)

    def done(self, name: str, at: Instant, depth: int = 0) -> Brought | None:
        """The norm fulfilled, or the power used, by one debtor."""
        found = self.active(name, at, depth)
        if found is None or found.instance is None:
            return None
        decl, debtor = self.agreement.norms[name], found.instance.debtor[0]
        instant = found.at + MINUTE * 2
        approval = (self.stage.line(found.at + MINUTE, acts.Approval(debtor, name)),) if decl.approval is not None else ()
        wanted = "exercised" if decl.kind == "power" else "fulfilled"
        by = decl.used_by or decl.fulfilled_by
        if by is None:
            act = self.stage.line(instant, acts.Fulfilment(debtor, name))
            return self._is((*found.lines, *approval, act), instant, name, debtor, wanted)
        money = self._money(found.instance)
        for sought in events_of(self.agreement, by):
            paying = [x.name for x in self.agreement.events[sought.type].fields if x.type == "money"]
            more = {paying[0]: money} if paying and money is not None else {}
            if debtor in self.actors(None, sought):
                lines = (*found.lines, *approval, *self.event(sought, instant, debtor, self.stage.top_rungs(), more))
                brought = self._is(lines, instant + MINUTE, name, debtor, wanted)
                if brought is not None:
                    return brought
        return None

    def _money(self, instance: NormInstance) -> acts.Money | None:
        if instance.amount is None:
            return None
        currency, _, number = instance.amount.partition(" ")
        return acts.Money(currency, quantity(_decimal(number)).low)

    def _is(self, lines: Sequence[Line], at: Instant, name: str, debtor: str, state: str) -> Brought | None:
        found = [x for x in self.state(lines, at).norms if x.name == name and debtor in x.debtor and x.state == state]
        return Brought(tuple(lines), at, max(found, key=lambda x: (x.activated.us, x.cause))) if found else None

    # ------------------------------------------------------------ witnesses

    def witness(
        self, name: str, lines: Sequence[Line], expects: Sequence[Expect], outcome: str, *, keep: Sequence[Line] = ()
    ) -> Witness | None:
        """The smallest part of the lines with which everything expected still holds; None where it does not hold at all, or
        where nothing is left of what may be tried.

        `keep`: lines that stay because they show that something was tried in vain.
        """

        def whole(some: Sequence[Line]) -> list[Line]:
            return sorted((*some, *keep), key=lambda line: known(line, self.agreement).us)

        cut = False

        def bad(some: Sequence[Line]) -> bool:
            nonlocal cut
            if self.spent:
                cut = True
                return False
            self.tried += 1
            return self.stage.replay(self.stage.scenario(name, whole(some), expects)).passed

        ordered = sorted(lines, key=lambda line: known(line, self.agreement).us)
        if not bad(ordered):
            return None
        kept = whole(_shrunk(ordered, bad))
        return Witness(Scenario(name, (*self.stage.consents, *kept, *expects)), outcome, smallest=not keep and not cut)


def known(line: Line, agreement: Agreement) -> Instant:
    """The knowledge instant of a line."""
    return agreement.instant(line.known or line.end or line.start)


def _shrunk(lines: Sequence[Line], bad: Callable[[Sequence[Line]], bool]) -> tuple[Line, ...]:
    """Until no single line can be left out."""
    kept = tuple(lines)
    while True:
        if kept and bad(()):
            return ()
        less = smallest(kept, bad)
        if len(less) == len(kept):
            return less
        kept = less


def _times(threshold: n.Threshold) -> int:
    number = threshold.number.value
    return max(1, int(number) + 1 if threshold.op == ">" else -int(-number // 1))


def _decimal(text: str) -> int:
    return int(text.replace("_", "").replace(",", "").split(".")[0] or 0)
