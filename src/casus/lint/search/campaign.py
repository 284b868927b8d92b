"""The heaviest campaign that one actor can repeat for ever while no limit is ever reached.

Events are placed one after the other in time, as many as the limits let pass; then each is made as grave as they let it be.
A limit looks only back, so a campaign that has gone on for two of the measured stretches goes on for ever. Nothing here
evaluates an agreement: whoever uses a campaign has it judged by the reference engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from casus.language import nodes as n
from casus.lint.search.limits import Limit, Moment, Weights, peak, reach
from casus.lint.search.shapes import Range, Shape
from casus.lint.search.words import by_gravity, intensive
from casus.time import DAY, Duration, Instant

_MINUTE: Final = 60_000_000
_HOUR: Final = 60 * _MINUTE
STRETCH: Final = Duration.of(days=30)
"""Over which a campaign is measured, where no window is longer."""
_READABLE: Final = 150
_MOST: Final = 300
"""More events than that in a stretch are not tried: where a text lets more pass, what is shown is less than the most."""
_NOMINAL: Final = 10


@dataclass(frozen=True, slots=True)
class Placed:
    """An event of a campaign: when (µs), its shape, and its counts."""

    at: int
    shape: Shape
    levels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Body:
    """The shapes that differ only in their counts, `base` being the one with the least."""

    base: Shape
    siblings: tuple[Shape, ...]


@dataclass(frozen=True)
class Campaign:
    """`events` go over two stretches; what is measured is the first.

    `unbounded`: the fields to which there is no limit, and `""` where there is none to the number of events.
    """

    actor: str
    start: Instant
    stretch: Duration
    events: tuple[Placed, ...]
    limits: tuple[Limit, ...]
    peaks: Mapping[Limit, int]
    unbounded: frozenset[str] = field(default_factory=frozenset)

    @property
    def measured(self) -> tuple[Placed, ...]:
        return tuple(e for e in self.events if e.at < self.start.us + self.stretch.us)

    @property
    def count(self) -> int:
        return len(self.measured)

    def total(self, name: str) -> int:
        return sum(e.levels.get(name, 0) for e in self.measured)

    @property
    def fields(self) -> tuple[str, ...]:
        """The counts that its events carry, gravest first."""
        return by_gravity({name for e in self.events for name in e.levels})

    def weight(self, fields: Sequence[str]) -> tuple[float, ...]:
        """For comparing: how many events, then each field's total; infinite where there is no limit."""
        number = float("inf") if "" in self.unbounded else float(self.count)
        return number, *(float("inf") if name in self.unbounded else float(self.total(name)) for name in fields)

    @property
    def end(self) -> Instant:
        return self.start + self.stretch


class Packing:
    """Packs the events of one actor under one set of limits."""

    def __init__(self, weights: Weights, limits: Sequence[Limit], start: Instant, counts_from: Instant) -> None:
        self.weights = weights
        self.limits = tuple(limits)
        self.start = start
        self.origin = counts_from.us

    # ------------------------------------------------------------ which events

    def bodies(self, shapes: Sequence[Shape]) -> tuple[Body, ...]:
        """The shapes that can be repeated, alike ones once: those that no limit forbids for good."""
        groups: dict[tuple[str, object], list[Shape]] = {}
        for shape in shapes:
            if self.repeatable(shape):
                groups.setdefault((shape.event, shape.fields), []).append(shape)
        found: dict[object, Body] = {}
        for members in groups.values():
            ordered = sorted(members, key=lambda s: (self._least(s), tuple(r.low for r in s.ranges)))
            alike = members[0].event, frozenset((s.ranges, self._counted(s)) for s in members)
            found.setdefault(alike, Body(ordered[0], tuple(ordered)))
        return tuple(found.values())

    def repeatable(self, shape: Shape) -> bool:
        for limit in self.limits:
            least = self.weights.least(limit, shape)
            if limit.run is None and (least > limit.capacity or (limit.forever and least > 0)):
                return False
        return True

    def _least(self, shape: Shape) -> tuple[int, ...]:
        return tuple(self.weights.least(limit, shape) for limit in self.limits)

    def _counted(self, shape: Shape) -> tuple[bool, ...]:
        return tuple(self.weights.counts(limit, shape) for limit in self.limits)

    def binding(self, shape: Shape) -> tuple[Limit, ...]:
        """The limits under which an event of this shape takes room."""
        return tuple(limit for limit in self.limits if self.weights.least(limit, shape) > 0)

    def campaigns(self, body: Body, others: Sequence[Body]) -> Iterator[Campaign]:
        """Campaigns whose main event is of `body`, joined by whatever takes room elsewhere."""
        binding = self.binding(body.base)
        longest = max((x.length or 0 for x in binding), default=0)
        for stretch in self._stretches(body):
            for events in self._placings(body.base, stretch):
                first = sum(1 for e in events if e.at < events[0].at + stretch.us)
                if not first or first > _MOST:
                    continue
                if first > _READABLE and stretch.us > longest:
                    break
                yield self._grave(self._joined(body, events, others, stretch), body, others, stretch, not binding)

    def _stretches(self, body: Body) -> Iterator[Duration]:
        """The measured stretch: the longest window if it is longer than thirty days; a shorter one if there are too many."""
        limits = [x for x in self.limits if any(self.weights.counts(x, s) for s in body.siblings)]
        lengths = sorted({x.length for x in limits if x.length is not None}, reverse=True)
        longer = [Duration(us) for us in lengths if us > STRETCH.us]
        shorter = [Duration(us) for us in lengths if us < STRETCH.us]
        yield from dict.fromkeys([*longer, STRETCH, *shorter])

    # ------------------------------------------------------------ when

    def _placings(self, shape: Shape, stretch: Duration) -> Iterator[list[Placed]]:
        """Evenly spaced; each as early as it can be; and on both sides of a fixed edge."""
        binding = self.binding(shape)
        until = self.start.us + 2 * stretch.us
        sized = [(x.length, x.capacity // max(1, self.weights.least(x, shape)), x) for x in binding if x.length]
        spacing = max((_spacing(size, room, x) for size, room, x in sized if room), default=DAY.us)
        if any(x.run is not None for x in binding):
            spacing = max(spacing, DAY.us + _MINUTE)
        steps = [_up(spacing, _HOUR), _up(spacing, _MINUTE)]
        if sized and stretch.us <= max(size for size, _, _ in sized):
            steps.append(_up(max(spacing, -(-stretch.us // _MOST)), _MINUTE))
        for step in dict.fromkeys(steps):
            yield self._fit([(at, shape) for at in range(self.start.us, until, step)])
        if sized:
            pause = min(max(_MINUTE, min(_HOUR, _down(size // (2 * max(room, 1)), _MINUTE))) for size, room, _ in sized)
            yield self._earliest(shape, pause, until)
        for size, room, limit in sized:
            if limit.window is not None and limit.window.type == "fixed":
                yield self._fit([(at, shape) for at in self._straddling(size, room, 2 * stretch.us)])

    def _earliest(self, shape: Shape, pause: int, until: int) -> list[Placed]:
        """One after the other with a pause, and after the limits are reached as soon as something is forgotten."""
        moments: dict[Limit, list[Moment]] = {limit: [] for limit in self.binding(shape)}
        taken: list[Placed] = []
        at = self.start.us
        while at < until and len(taken) <= 2 * _MOST:
            later = at
            for limit, before in moments.items():
                added = [*before, Moment(at, self.weights.least(limit, shape))]
                if peak(limit, added, self.origin) > limit.capacity:
                    kept = [m.at for m in before if (end := reach(limit, m.at, self.origin)) is None or end >= at]
                    freed = reach(limit, kept[0], self.origin) if kept and limit.run is None else at + DAY.us
                    later = max(later, _up(freed + 1, _MINUTE) if freed is not None else until)
            if later > at:
                at = later
                continue
            for limit, before in moments.items():
                before.append(Moment(at, self.weights.least(limit, shape)))
            taken.append(Placed(at, shape, {r.field: r.low for r in shape.ranges}))
            at += pause
        return taken

    def _straddling(self, length: int, room: int, until: int) -> list[int]:
        """At the end of one fixed window and the start of the next, by turns."""
        step = max(_MINUTE, min(_HOUR, length // (2 * max(room, 1)) // _MINUTE * _MINUTE))
        edge = self.origin + -(-(self.start.us - self.origin) // length) * length + length
        found: list[int] = []
        while edge < self.start.us + length + until:
            found += [edge - i * step for i in reversed(range(room))]
            found += [edge + (i + 1) * step for i in range(room)]
            edge += 2 * length
        return found

    # ------------------------------------------------------------ how many

    def _fit(self, slots: Sequence[tuple[int, Shape]]) -> list[Placed]:
        """The slots in the order of time, each taken if no limit is reached."""
        taken: list[Placed] = []
        moments: dict[Limit, list[Moment]] = {}
        for at, shape in sorted(slots, key=lambda slot: slot[0]):
            added = {x: Moment(at, self.weights.least(x, shape)) for x in self.binding(shape)}
            if all(peak(x, [*moments.get(x, ()), m], self.origin) <= x.capacity for x, m in added.items()):
                for limit, moment in added.items():
                    moments.setdefault(limit, []).append(moment)
                taken.append(Placed(at, shape, {r.field: r.low for r in shape.ranges}))
            if len(taken) > 2 * _MOST:
                break
        return taken

    def _joined(self, body: Body, events: list[Placed], others: Sequence[Body], stretch: Duration) -> list[Placed]:
        """With the events of bodies that take no room where the ones before them do; those without any limit stay out."""
        used = set(self.binding(body.base))
        slots = [(e.at, e.shape) for e in events]
        for other in others:
            room = set(self.binding(other.base))
            if other is body or not room or room & used:
                continue
            best = max(self._placings(other.base, stretch), key=len)
            slots += [(e.at, e.shape) for e in best]
            used |= room
        return self._fit(slots) if len(slots) > len(events) else events

    # ------------------------------------------------------------ how grave

    def _grave(self, events: list[Placed], body: Body, others: Sequence[Body], stretch: Duration, unlimited: bool) -> Campaign:
        siblings = {s: b.siblings for b in (*others, body) for s in b.siblings}
        unbounded: set[str] = {""} if unlimited else set()
        fields = by_gravity({r.field for e in events for r in e.shape.ranges})
        for name in fields:
            if not intensive(name):
                for index in range(len(events)):
                    if self._raise(events, index, name, siblings):
                        unbounded.add(name)
        start = Instant(events[0].at)
        peaks = {limit: peak(limit, self._moments(limit, events), self.origin) for limit in self.limits}
        return Campaign(self.weights.actor, start, stretch, tuple(events), self.limits, peaks, frozenset(unbounded))

    def _raise(self, events: list[Placed], index: int, name: str, siblings: Mapping[Shape, tuple[Shape, ...]]) -> bool:
        """Give one event the most of a field that the limits let pass; whether nothing limits it."""
        event = events[index]
        own = event.shape.range(name)
        if own is None:
            return False
        rest = tuple(r for r in event.shape.ranges if r.field != name)
        choices = [
            (r, s)
            for s in siblings[event.shape]
            if tuple(x for x in s.ranges if x.field != name) == rest and (r := s.range(name)) is not None and r.low >= own.low
        ]
        for found, shape in sorted(choices, key=lambda pair: -pair[0].low):
            level, free = self._highest(events, index, name, found, shape)
            if level is not None:
                events[index] = replace(event, shape=shape, levels={**event.levels, name: level})
                return free
        return False

    def _highest(self, events: list[Placed], index: int, name: str, found: Range, shape: Shape) -> tuple[int | None, bool]:
        """The highest level in a range, None if even the lowest is too much; and whether only the record bounds it."""
        event = events[index]
        level = found.high if found.high is not None else max(found.low, _NOMINAL)
        sums = [x for x in self.limits if x.quantity == name and self.weights.counts(x, shape)]
        if found.high is None and sums:
            level = max(found.low, max(x.capacity for x in sums))
        for limit in self.limits:
            if limit.quantity not in (None, name):
                continue
            tried = replace(event, shape=shape, levels={**event.levels, name: level})
            if not self.weights.counts(limit, shape):
                continue
            if limit.quantity == name:
                if limit.forever:
                    level = 0
                else:
                    excess = peak(limit, self._moments(limit, events, {index: tried}), self.origin) - limit.capacity
                    level -= max(0, excess)
                if level < found.low:
                    return None, False
            elif not self.weights.counts(limit, event.shape) and (
                limit.forever or peak(limit, self._moments(limit, events, {index: tried}), self.origin) > limit.capacity
            ):
                return None, False
        return level, found.high is None and not sums

    def _moments(self, limit: Limit, events: Sequence[Placed], instead: Mapping[int, Placed] | None = None) -> list[Moment]:
        found = []
        for index, event in enumerate(events):
            event = (instead or {}).get(index, event)
            if self.weights.counts(limit, event.shape):
                weight = 1 if limit.quantity is None else event.levels.get(limit.quantity, 0)
                found.append(Moment(event.at, weight))
        return found


def _spacing(length: int, room: int, limit: Limit) -> int:
    """The least distance at which `room` events, and never more, lie in each window of a length (µs)."""
    closed = isinstance(limit.window, n.Rolling) and limit.window.closed
    return length // room + _MINUTE if closed else -(-length // room)


def _down(us: int, unit: int) -> int:
    return us // unit * unit


def _up(us: int, unit: int) -> int:
    return -(-us // unit) * unit
