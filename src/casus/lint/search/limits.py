"""What has to stay unmet: the atoms of triggers as limits on a stream of events.

A `Limit` is one atom: which events it counts with which weight, how much fits under it, and in which window. To keep a
trigger unmet one keeps every branch of an `or` unmet, and of an `and` one part of one's choice; `ways` lists the choices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Final

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.check.walk import atoms, window
from casus.lint.search.outcomes import Assume, Judge
from casus.lint.search.shapes import Shape, edge
from casus.time import DAY, Duration

_MOST_WAYS: Final = 32


@dataclass(frozen=True, slots=True)
class Limit:
    """`capacity`: the most that may lie in one window. `quantity`: the field that is added up (None: events are counted)."""

    trigger: str
    name: str
    by: frozenset[str] | None
    capacity: int
    window: n.Window | None
    quantity: str | None = None
    run: int | None = None
    """For `holds for`: how long (µs) events no more than a day apart may go on."""
    lasts: int | None = None
    """For `holds for` of events with a duration field: the duration (µs) that meets it."""

    @property
    def forever(self) -> bool:
        """Whether what was counted once is counted for ever."""
        return self.window is None or isinstance(self.window, n.Since)

    @property
    def length(self) -> int | None:
        """The window in µs; None where it has no end."""
        return None if self.window is None or isinstance(self.window, n.Since) else self.window.dur.duration.us


def consequential(agreement: Agreement, effects: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The triggers that lead to anything: a norm, an effect, a decision, a determination. In the order of the text."""
    things = {*agreement.norms, *agreement.automatics, *agreement.decisions, *agreement.determinations}

    def leads(name: str, seen: frozenset[str]) -> bool:
        after = effects.get(name, ())
        return any(x in things or (x not in seen and leads(x, seen | {x})) for x in after)

    return tuple(name for name in agreement.triggers if leads(name, frozenset({name})))


def ways(agreement: Agreement, triggers: Sequence[str]) -> tuple[tuple[Limit, ...], ...]:
    """Every way to keep all of these triggers unmet, as the limits that it takes. At most a few dozen."""
    each = [_ways(agreement, name, agreement.triggers[name].when) for name in triggers]
    if any(not choices for choices in each):
        return ()
    found = []
    for chosen in islice(product(*each), _MOST_WAYS):
        found.append(tuple(dict.fromkeys(limit for part in chosen for limit in part)))
    return tuple(dict.fromkeys(found))


def _ways(agreement: Agreement, trigger: str, cond: n.TCond) -> list[tuple[Limit, ...]]:
    match cond:
        case n.TOr(parts):
            choices = [_ways(agreement, trigger, part) for part in parts]
            if any(not choice for choice in choices):
                return []
            return [tuple(x for part in chosen for x in part) for chosen in islice(product(*choices), _MOST_WAYS)]
        case n.TAnd(parts):
            found = [way for part in parts if not isinstance(part, _WATCHED) for way in _ways(agreement, trigger, part)]
            return found or [()]
        case n.TNot():
            return []
        case _:
            return [tuple(_limit(agreement, trigger, cond))]


_WATCHED = n.TQuiet | n.TLatest
"""What an observer reports and the actor does not bring about: no way of staying under that one could rely on."""


def _limit(agreement: Agreement, trigger: str, atom: n.TAtom) -> Iterator[Limit]:
    """The limit of an atom; none for what no event brings about."""
    by = agreement.by(getattr(atom, "by", None))
    match atom:
        case n.TCount(threshold=t) | n.TDistinct(threshold=t):
            if isinstance(atom, n.TDistinct) and atom.what != "days" and _capacity(t) >= 1:
                return  # everything at one place
            yield Limit(trigger, atom.name, by, _capacity(t), atom.window)
        case n.TSum(threshold=t):
            yield Limit(trigger, atom.name, by, _capacity(t), atom.window, atom.quantity)
        case n.TAny() | n.TRate() | n.TRatio():
            yield Limit(trigger, atom.name, by, 0, None)
        case n.TThen(second=second):
            yield Limit(trigger, second, None, 0, None)
        case n.TAbsent(after=after):
            yield Limit(trigger, after, None, 0, None)
        case n.THolds(name=name, dur=dur) if name not in agreement.estimates:
            length = dur.duration.us
            lasting = any(f.type == "duration" for e in agreement.event_types(name) for f in agreement.events[e].fields)
            if lasting:
                yield Limit(trigger, name, None, 0, None, lasts=length)
            else:
                yield Limit(trigger, name, None, 0, None, run=length)
        case _:
            return


def _capacity(threshold: n.Threshold) -> int:
    """The most that leaves a threshold unmet; 0 for `fewer than`, which one event can meet."""
    if threshold.op in ("<", "<="):
        return 0
    return max(0, edge(threshold) - 1)


class Weights:
    """How much an event of a shape counts under a limit, as far as a text could ever count it."""

    def __init__(self, agreement: Agreement, judge: Judge, actor: str) -> None:
        self.agreement = agreement
        self.judge = judge
        self.actor = actor
        self._memo: dict[tuple[str, str, Shape, bool], bool] = {}

    def counts(self, limit: Limit, shape: Shape, *, meant: bool = False) -> bool:
        """Whether it may be counted while nobody answers a finding; `meant`: if findings were answered in that sense."""
        if limit.by is not None and self.actor not in limit.by:
            return False
        key = limit.trigger, limit.name, shape, meant
        if key not in self._memo:
            self._memo[key] = self._counts(limit, shape, meant)
        found = self._memo[key]
        if found and limit.lasts is not None:
            return any(getattr(value, "us", 0) >= limit.lasts for _, value in shape.fields)
        return found

    def _counts(self, limit: Limit, shape: Shape, meant: bool) -> bool:
        decl = self.agreement.triggers.get(limit.trigger)
        sample = shape.sample(self.actor)
        assume = Assume(findings="free" if meant else "unanswered")
        outcomes = self.judge.holds(sample, limit.name, assume)
        for out in decl.excluding if decl is not None else ():
            if self.judge.holds(sample, out, assume) == {True}:
                return False
        return True in outcomes or (decl is not None and decl.counting_provisional and None in outcomes)

    def least(self, limit: Limit, shape: Shape) -> int:
        """The least weight of an event of this shape."""
        if not self.counts(limit, shape):
            return 0
        if limit.quantity is None:
            return 1
        found = shape.range(limit.quantity)
        return 0 if found is None else found.low


@dataclass(frozen=True, slots=True)
class Moment:
    """A weight at an instant (µs)."""

    at: int
    weight: int


def reach(limit: Limit, at: int, start: int) -> int | None:
    """The last instant at which what happens at `at` is still counted by a window that ends there (µs); None: always."""
    match limit.window:
        case n.Rolling(dur, closed):
            return at + dur.duration.us - (0 if closed else 1)
        case n.Fixed(dur):
            size = dur.duration.us
            return start + -((start - at) // size) * size
        case _:
            return None


def peak(limit: Limit, moments: Sequence[Moment], start: int) -> int:
    """The most that lies in one window of a limit, over moments in order of time; `start` is F (µs)."""
    if limit.run is not None:
        return 1 if _longest_run(moments) >= limit.run else 0
    highest = total = 0
    first = 0
    for moment in moments:
        total += moment.weight
        while (end := reach(limit, moments[first].at, start)) is not None and end < moment.at:
            total -= moments[first].weight
            first += 1
        highest = max(highest, total)
    return highest


def _longest_run(moments: Sequence[Moment]) -> int:
    longest, begun, last = 0, None, 0
    for moment in moments:
        if not moment.weight:
            continue
        if begun is None or moment.at - last > DAY.us:
            begun = moment.at
        last = moment.at
        longest = max(longest, last - begun)
    return longest


def windows(agreement: Agreement, triggers: Sequence[str]) -> tuple[Duration, ...]:
    """The lengths of the windows of these triggers, shortest first."""
    found = {
        w.dur.duration
        for name in triggers
        for atom in atoms(agreement.triggers[name].when)
        if (w := window(atom)) is not None and not isinstance(w, n.Since)
    }
    return tuple(sorted(found, key=lambda d: d.us))
