"""Records that meet a trigger: for each way its condition can come true, the fewest events, estimates and answers.

A way is proposed from the condition alone; `Meeting`s are what the reference engine has confirmed. Findings that a way needs
are answered on the record by the body that they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Final

from casus import acts
from casus.language import nodes as n
from casus.language.check.walk import atoms
from casus.language.scenario import Line
from casus.lint.draft import Draft
from casus.lint.search.limits import windows
from casus.lint.search.outcomes import Assume
from casus.lint.search.shapes import Shape, Shapes, edge
from casus.lint.stage import Stage, quantity, smallest
from casus.state.evaluate import evaluate
from casus.state.model import State
from casus.state.scenarios import entries_of, view_of
from casus.time import DAY, HOUR, Duration, Instant

_MINUTE: Final = Duration.of(minutes=1)
_MOST_WAYS: Final = 12
_MOST_EVENTS: Final = 400
_MOST_FINDINGS: Final = 3
_SHRUNK: Final = 60
"""Longer records are shown as they were built."""


@dataclass(frozen=True)
class Meeting:
    """Lines after which a trigger is met, and an instant at which it is."""

    lines: tuple[Line, ...]
    at: Instant


@dataclass(frozen=True)
class Wanted:
    """How to build: who acts (None: whoever the condition names), which rungs the events hold."""

    actor: str | None = None
    rungs: tuple[str, ...] | None = None
    """None: the highest of each ladder."""
    avoid: tuple[str, ...] = ()
    """Definitions to which no event may belong."""


class Meeter:
    """Builds records over one draft."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.agreement = draft.agreement
        self.stage = Stage(draft.agreement)
        self.shapes = Shapes(draft.agreement)
        self.evaluations = 0

    @property
    def spent(self) -> bool:
        """Whether the records that the settings allow have been evaluated: nothing further is tried then."""
        return self.evaluations >= self.draft.budget

    @property
    def extent(self) -> str:
        return f"{self.evaluations} records" + (", all that were allowed" if self.spent else "")

    # ------------------------------------------------------------ asked for

    def meetings(self, trigger: str, wanted: Wanted | None = None) -> Iterator[Meeting]:
        """The confirmed ones, as they were built; one for each way at most."""
        at = self.instant(trigger)
        settled = at + self.settling
        for lines in self.ways(trigger, at, wanted or Wanted()):
            if self.spent:
                return
            if len(lines) <= _MOST_EVENTS and self.met(lines, settled, trigger):
                yield Meeting(lines, settled)

    @cached_property
    def settling(self) -> Duration:
        """How long what an author may still make good stays open, and then a minute; nothing where no text asks for it."""
        dues = [
            c.due.length.duration
            for c in self.shapes.asked
            if isinstance(c, n.CCured) and isinstance(c.due, n.DueAfter) and isinstance(c.due.length, n.Dur)
        ]
        return max(dues, key=lambda d: d.us) + _MINUTE if dues else Duration(0)

    def meeting(self, trigger: str, wanted: Wanted | None = None) -> Meeting | None:
        """The confirmed one with the fewest lines, made as small as it can be."""
        found = min(self.meetings(trigger, wanted), key=lambda m: len(m.lines), default=None)
        if found is None or len(found.lines) > _SHRUNK:
            return found
        kept = smallest(found.lines, lambda lines: self.met(tuple(lines), found.at, trigger))
        return replace(found, lines=kept)

    def instant(self, trigger: str) -> Instant:
        """Noon of a day late enough for every window and span of the trigger and of those it counts."""
        names = [trigger, *self.draft.upstream(trigger)]
        triggers = [name for name in names if name in self.agreement.triggers]
        longest = max((d.us for d in windows(self.agreement, triggers)), default=0)
        spans = [
            atom.dur.duration.us
            for name in triggers
            for atom in atoms(self.agreement.triggers[name].when)
            if isinstance(atom, n.TQuiet | n.TAbsent | n.THolds | n.TThen)
        ]
        days = -(-(longest + max(spans, default=0)) // DAY.us) + 3
        return self.stage.start + DAY * days + HOUR * 12

    def met(self, lines: Sequence[Line], at: Instant, trigger: str) -> bool:
        state = self.state(lines, at)
        return any(x.trigger == trigger and x.reversed is None for x in state.activations)

    def state(self, lines: Sequence[Line], at: Instant) -> State:
        self.evaluations += 1
        entries = entries_of(self.agreement, self.stage.scenario("search", lines))
        return evaluate(self.agreement, view_of(entries, at), at)

    # ------------------------------------------------------------ ways

    def ways(self, trigger: str, at: Instant, wanted: Wanted) -> Iterator[tuple[Line, ...]]:
        """Records that should meet the trigger at an instant, not yet confirmed."""
        builder = _Builder(self, wanted, self.agreement.triggers[trigger])
        for number, pieces in enumerate(builder.cond(self.agreement.triggers[trigger].when, at)):
            if number == _MOST_WAYS:
                return
            yield tuple(sorted(pieces, key=lambda line: (line.known or line.end or line.start).text))

    def event(self, name: str, by: frozenset[str] | None, wanted: Wanted, need: Shape | None = None) -> Iterator[Event]:
        """Events that belong to a name, the least grave first: shape, actor, and the answers it takes."""
        a = self.agreement
        everybody = sorted(a.nonparties) + sorted(a.parties)
        allowed = [code for code in everybody if by is None or code in by]
        if wanted.actor is not None:
            allowed = [code for code in allowed if code == wanted.actor]
        order = list(a.events)
        for kind in sorted(a.event_types(name), key=order.index):
            for shape in sorted(self.shapes.of(kind), key=lambda s: tuple(r.low for r in s.ranges)):
                if need is not None and shape != need:
                    continue
                actors: Sequence[str | None] = allowed if a.events[kind].field_named("by") is not None else [None]
                for actor in actors:
                    answers = self._answers(shape, name, actor, wanted)
                    if answers is not None:
                        yield Event(shape, actor, answers)
                        break

    def _answers(self, shape: Shape, name: str, actor: str | None, wanted: Wanted) -> tuple[tuple[str, bool], ...] | None:
        """The answers with which the event belongs to a name; None where there are none."""
        a = self.agreement
        judge = self.shapes.judge
        sample = shape.sample(actor)
        asked = [f for f, decl in a.findings.items() if any(shape.event in a.event_types(on) for on in decl.on)]
        for given in product((None, True, False), repeat=min(len(asked), _MOST_FINDINGS)):
            answers = tuple((f, value) for f, value in zip(asked, given, strict=False) if value is not None)
            assume = Assume(given=dict(answers))
            if True in judge.holds(sample, name, assume) and not any(
                True in judge.holds(sample, x, assume) for x in wanted.avoid
            ):
                return answers
        return None


@dataclass(frozen=True)
class Event:
    """An event to put on the record."""

    shape: Shape
    actor: str | None
    answers: tuple[tuple[str, bool], ...]


class _Builder:
    """One trigger's record under way: names its events."""

    def __init__(self, meeter: Meeter, wanted: Wanted, trigger: n.TriggerDecl) -> None:
        self.meeter = meeter
        self.agreement = meeter.agreement
        self.stage = meeter.stage
        self.wanted = wanted
        self.trigger = trigger
        self.rungs = meeter.stage.top_rungs() if wanted.rungs is None else wanted.rungs
        self._number = 0

    def cond(self, cond: n.TCond, at: Instant) -> Iterator[list[Line]]:
        match cond:
            case n.TOr(parts):
                for part in parts:
                    yield from self.cond(part, at)
            case n.TAnd(parts):
                for chosen in product(*(list(self.cond(part, at))[:3] for part in parts)):
                    yield [line for lines in chosen for line in lines]
            case n.TNot():
                yield []
            case _:
                yield from self._atom(cond, at)

    def _atom(self, atom: n.TAtom, at: Instant) -> Iterator[list[Line]]:
        by = self.agreement.by(getattr(atom, "by", None))
        match atom:
            case n.TAny() | n.TRate() | n.TRatio():
                yield from self._several(atom.name, by, 1, DAY, at)
            case n.TCount(threshold=t):
                yield from self._several(atom.name, by, _need(t), _size(atom.window), at)
            case n.TSum(threshold=t):
                yield from self._sum(atom, by, _need(t), at)
            case n.TDistinct(threshold=t):
                yield from self._distinct(atom, by, _need(t), at)
            case n.TQuiet(name=name, dur=dur, observer=observer):
                body = observer or next(iter(sorted(self.agreement.bodies)), None)
                if body is not None:
                    begins = at - dur.duration
                    yield [self.stage.line(begins, acts.Coverage(body, kind), end=at) for kind in self._kinds(name)]
            case n.TAbsent(after=after, dur=dur):
                yield from self._several(after, None, 1, DAY, at - dur.duration)
            case n.THolds():
                yield from self._holds(atom, at)
            case n.TThen(first=first, second=second, dur=dur):
                pause = Duration(max(_MINUTE.us, min(HOUR.us, dur.duration.us // 2)))
                for earlier in list(self._several(first, None, 1, DAY, at - pause))[:2]:
                    for later in list(self._several(second, None, 1, DAY, at))[:2]:
                        yield [*earlier, *later]
            case n.TLatest(threshold=t):
                yield from self._estimate(atom.name, sorted(by) if by else [None], _need(t), at)
            case n.TMet():
                yield from self._met(atom, at)

    # ------------------------------------------------------------ atoms

    def _several(
        self, name: str, by: frozenset[str] | None, number: int, size: Duration, at: Instant, step: Duration | None = None
    ) -> Iterator[list[Line]]:
        """So many events, the last at `at`, all within a window."""
        if number > _MOST_EVENTS:
            return
        pause = step or Duration(max(_MINUTE.us, min(HOUR.us, size.us // (number + 1))))
        for event in self.meeter.event(name, by, self.wanted):
            yield [line for i in reversed(range(number)) for line in self._lines(event, at - pause * i)]

    def _sum(self, atom: n.TSum, by: frozenset[str] | None, need: int, at: Instant) -> Iterator[list[Line]]:
        """One event if it may be as large, else as many as it takes."""
        for event in self.meeter.event(atom.name, by, self.wanted):
            found = event.shape.range(atom.quantity)
            if found is None or (found.high is not None and found.high < 1):
                continue
            most = max(need, found.low) if found.high is None else found.high
            number = -(-need // most)
            if number > _MOST_EVENTS:
                continue
            pause = Duration(max(_MINUTE.us, min(HOUR.us, _size(atom.window).us // (number + 1))))
            levels = {atom.quantity: most}
            yield [line for i in reversed(range(number)) for line in self._lines(event, at - pause * i, levels)]

    def _distinct(self, atom: n.TDistinct, by: frozenset[str] | None, need: int, at: Instant) -> Iterator[list[Line]]:
        size = _size(atom.window)
        if atom.what == "days":
            step = DAY if DAY.us * (need - 1) < size.us else Duration((size.us - _MINUTE.us) // max(1, need - 1))
            yield from self._several(atom.name, by, need, size, at if step == DAY else at - HOUR * 12 + _MINUTE, step)
            return
        judge = self.meeter.shapes.judge
        unit = 10 if atom.what == "cells" else 100
        for event in self.meeter.event(atom.name, by, self.wanted):
            place = dict(event.shape.fields).get("at")
            if not isinstance(place, acts.Place):
                place = acts.Place(quantity(0).low, quantity(0).low)
            lines: list[Line] = []
            number = 0
            for k in range(40 * 40):
                if number == need:
                    break
                moved = acts.Place(place.lat + quantity(k // 40).low / unit, place.lon + quantity(k % 40).low / unit)
                shape = replace(event.shape, fields=tuple({**dict(event.shape.fields), "at": moved}.items()))
                if True in judge.holds(shape.sample(event.actor), atom.name, Assume(given=dict(event.answers))):
                    lines += self._lines(replace(event, shape=shape), at - _MINUTE * number)
                    number += 1
            if number == need:
                yield lines

    def _holds(self, atom: n.THolds, at: Instant) -> Iterator[list[Line]]:
        need = atom.dur.duration
        if atom.name in self.agreement.estimates:
            unit = {"minutes": 60_000_000, "hours": 3_600_000_000, "days": 86_400_000_000}
            size = unit.get(self.agreement.estimates[atom.name].unit)
            if size is not None:
                yield from self._estimate(atom.name, [None], -(-need.us // size), at)
            return
        lasting = any(f.type == "duration" for e in self._kinds(atom.name) for f in self.agreement.events[e].fields)
        if lasting:
            for event in self.meeter.event(atom.name, None, self.wanted):
                if any(isinstance(v, acts.Length) and v.us >= need.us for _, v in event.shape.fields):
                    yield self._lines(event, at)
            return
        yield from self._several(atom.name, None, need.us // (HOUR.us * 12) + 2, need, at, HOUR * 12)

    def _estimate(self, name: str, actors: Sequence[str | None], need: int, at: Instant) -> Iterator[list[Line]]:
        body = next(iter(sorted(self.agreement.bodies)), None)
        if body is not None:
            yield [self.stage.line(at, acts.Estimate(name, body, actors[0], quantity(need), stands_for=tuple(self.rungs)))]

    def _met(self, atom: n.TMet, at: Instant) -> Iterator[list[Line]]:
        """The counted trigger met again and again, each time after its rest."""
        decl = self.agreement.triggers[atom.name]
        rest = decl.rearm.duration if decl.rearm is not None else DAY
        pause = Duration(max(HOUR.us, rest.us + _MINUTE.us))
        times = int(atom.times)
        inner = _Builder(self.meeter, self.wanted, decl)
        inner._number = 1000 * (self._number + 1)
        instants = [at - pause * i for i in reversed(range(times))]
        first = list(inner.cond(decl.when, at))[:4]
        for index in range(len(first)):
            record: list[Line] = []
            for instant in instants:
                built = list(inner.cond(decl.when, instant))
                record += built[index] if index < len(built) else []
            yield record

    # ------------------------------------------------------------ lines

    def _lines(self, event: Event, at: Instant, levels: dict[str, int] | None = None) -> list[Line]:
        self._number += 1
        kind = event.shape.event
        name = f"{kind}_{self._number}"
        fields = event.shape.sample(event.actor, levels).fields
        declared = [f.name for f in self.agreement.events[kind].fields]
        stated = {x: fields[x] for x in declared if x in fields}
        found = [self.stage.report(at, kind, name, event.actor, stated, self.rungs)]
        for finding, answer in event.answers:
            body = self.agreement.findings[finding].body
            found.append(self.stage.line(at, acts.FindingAnswer(body, finding, "yes" if answer else "no", name)))
        return found

    def _kinds(self, name: str) -> tuple[str, ...]:
        order = list(self.agreement.events)
        return tuple(sorted(self.agreement.event_types(name), key=order.index))


def _need(threshold: n.Threshold) -> int:
    """The least number that reaches a threshold; for `fewer than`, one."""
    return 1 if threshold.op in ("<", "<=") else max(1, edge(threshold))


def _size(window: n.Window) -> Duration:
    return DAY * 30 if isinstance(window, n.Since) else window.dur.duration
