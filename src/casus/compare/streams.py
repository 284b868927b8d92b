"""Records on which two texts are tried: streams of events in one vocabulary, made at the edges of what either text asks.

A stream is written in the names of the first text; `Vocabulary` says it in the second's. What a text has no word for is left
out of its record. The edges come from both triggers: counts one below, at and above a threshold, events as far apart as a
window is long and a minute more or less, fields on either side of each comparison, each actor, each rung. After the edges come
streams by chance, from a seed, so that they are the same each time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import product
from typing import Final

from casus import acts
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.check.walk import atoms, conditions, happenings, window
from casus.language.scenario import Line
from casus.lint.search.shapes import Shapes, edge
from casus.lint.stage import Stage, quantity
from casus.time import Duration, Instant

MINUTE: Final = 60_000_000
DAY: Final = 1440 * MINUTE
MOST_EVENTS: Final = 60
LONGEST: Final = 400 * DAY


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing on a record. `at`: microseconds from the start; `rungs`: ladder → rung.

    `answers`: what the bodies answer to findings on it at once. An `estimate` has a `value`; `watch` is coverage until `end`.
    """

    at: int
    name: str
    actor: str | None = None
    fields: tuple[tuple[str, acts.Value], ...] = ()
    rungs: tuple[tuple[str, str], ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    value: acts.Quantity | None = None
    watch: str | None = None
    end: int = 0


Stream = tuple[Mark, ...]


@dataclass(frozen=True)
class Vocabulary:
    """How a text says what the first text says. `names`: name in the first text → name here."""

    agreement: Agreement
    ladders: Mapping[str, n.LadderDecl]
    """Those of the first text."""
    names: Mapping[str, str] = field(default_factory=dict)

    def lines(self, stage: Stage, stream: Stream) -> tuple[Line, ...]:
        """The stream as lines of a record, in the order of their times; `s1`, `s2`, … are the same event in every text."""
        found: list[Line] = []
        for index, mark in enumerate(stream, 1):
            found += self._line(stage, mark, f"s{index}")
        return tuple(sorted(found, key=lambda line: (self.agreement.instant(line.end or line.start).us,)))

    def _line(self, stage: Stage, mark: Mark, ident: str) -> Iterator[Line]:
        at = stage.start + Duration(mark.at)
        name, a = self.names.get(mark.name, mark.name), self.agreement
        actor = self.names.get(mark.actor, mark.actor) if mark.actor is not None else None
        if actor is not None and actor not in (*a.parties, *a.nonparties, *a.bodies):
            return
        if mark.watch is not None:
            body = self.names.get(mark.watch, mark.watch)
            if body in a.bodies and name in a.events:
                yield stage.line(stage.opening, acts.Coverage(body, name), end=stage.start + Duration(mark.end))
        elif mark.value is not None:
            if name in a.estimates:
                body = sorted(a.bodies)[0] if a.bodies else sorted(a.parties)[0]
                yield stage.line(at, acts.Estimate(name, body, actor, mark.value, stands_for=self._rungs(mark)))
        elif name in a.events:
            declared = a.events[name]
            fields = {key: value for key, value in mark.fields if _says(declared.field_named(key), value)}
            if declared.field_named("by") is None and not any(f.type == "actor" for f in declared.fields):
                actor = None
            yield stage.report(at, name, ident, actor, fields, self._rungs(mark))
            for finding, answer in mark.answers:
                decl = a.findings.get(self.names.get(finding, finding))
                if decl is not None and name in {x for on in decl.on for x in a.event_types(on)}:
                    yield stage.line(at, acts.FindingAnswer(decl.body, decl.name, answer, ident))  # type: ignore[arg-type]

    def _rungs(self, mark: Mark) -> tuple[str, ...]:
        """By name where the ladder has that rung; else by place, the highest standing for the highest."""
        said: list[str] = []
        for ladder, rung in mark.rungs:
            own = self.agreement.ladders.get(ladder)
            if own is None:
                continue
            if rung in own.rungs:
                said.append(rung)
                continue
            theirs = self.ladders[ladder].rungs
            place = theirs.index(rung) if rung in theirs else 0
            said.append(own.rungs[-1] if place == len(theirs) - 1 else own.rungs[min(place, len(own.rungs) - 1)])
        return tuple(said)


def _says(declared: n.FieldDecl | None, value: acts.Value) -> bool:
    """Whether a field can say it."""
    if declared is None:
        return False
    if isinstance(value, acts.Word) and declared.type == "one_of":
        return value.word in declared.values
    kinds: dict[str, type] = {"count": acts.Quantity, "duration": acts.Length, "point": acts.Place, "money": acts.Money}
    return isinstance(value, kinds[declared.type]) if declared.type in kinds else True


# ---------------------------------------------------------------- what the texts ask


@dataclass(frozen=True, slots=True)
class Edges:
    """What both triggers turn on, in the names of the first text."""

    events: tuple[str, ...]
    counts: tuple[int, ...]
    spans: tuple[int, ...]
    shapes: Mapping[str, tuple[tuple[tuple[str, acts.Value], ...], ...]]
    actors: tuple[str | None, ...]
    rungs: tuple[tuple[tuple[str, str], ...], ...]
    answers: tuple[tuple[tuple[str, str], ...], ...]
    stocks: tuple[tuple[str, acts.Quantity], ...]
    watches: tuple[tuple[str, str], ...]
    apart: bool
    """Whether places are counted, so that events have to lie apart."""
    horizon: int
    """How long after the last event one has to wait."""


def edges(texts: Sequence[tuple[Agreement, str, Mapping[str, str]]]) -> Edges:
    """From (agreement, trigger, its names in those of the first text)."""
    events: dict[str, None] = {}
    counts: dict[int, None] = {}
    spans: dict[int, None] = {}
    actors: dict[str | None, None] = {}
    stocks: dict[tuple[str, int], None] = {}
    watches: dict[tuple[str, str], None] = {}
    sums: dict[tuple[str, str, int], None] = {}
    for a, trigger, names in texts:
        for atom in _every_atom(a, trigger):
            for name, by in happenings(atom):
                for event in sorted(a.event_types(name)):
                    events[names.get(event, event)] = None
                for code in sorted(a.by(by) or ()):
                    actors[names.get(code, code)] = None
            if isinstance(atom, n.TLatest):
                actors.update(dict.fromkeys(names.get(code, code) for code in sorted(a.by(atom.by) or ())))
            for event in _followed(a, atom):
                events[names.get(event, event)] = None
            _measure(a, atom, names, counts, spans, stocks, watches, sums)
        for code in sorted({*a.nonparties, *a.parties}):
            actors.setdefault(names.get(code, code), None)
    chosen = tuple(events)
    return Edges(
        events=chosen,
        counts=tuple(k for k in dict.fromkeys([*counts, 1, 2]) if 0 < k <= MOST_EVENTS),
        spans=tuple(dict.fromkeys([*(x for d in spans for x in (d, d - MINUTE, d + MINUTE)), MINUTE, DAY])),
        shapes={event: _shapes(texts, event, sums) for event in chosen},
        actors=tuple(actors) or (None,),
        rungs=_rung_sets(texts),
        answers=_answer_sets(texts),
        stocks=tuple((name, quantity(value)) for name, value in stocks),
        watches=tuple(watches),
        apart=any(
            isinstance(atom, n.TDistinct) and atom.what != "days" for a, trigger, _ in texts for atom in _every_atom(a, trigger)
        ),
        horizon=min(LONGEST, max([DAY, *spans, *_waits(texts)]) + DAY),
    )


def _every_atom(a: Agreement, trigger: str, seen: frozenset[str] = frozenset()) -> Iterator[n.TAtom]:
    """The atoms of a trigger, and of the triggers that it counts."""
    for atom in atoms(a.triggers[trigger].when):
        yield atom
        if isinstance(atom, n.TMet) and atom.name not in seen:
            yield from _every_atom(a, atom.name, seen | {trigger})


def _followed(a: Agreement, atom: n.TAtom) -> Iterator[str]:
    """Events that an exception of a definition looks for before an event, or as its cure."""
    todo = [name for name, _ in happenings(atom)]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        asked = (
            a.definitions[name].where if name in a.definitions else a.exceptions[name].when if name in a.exceptions else None
        )
        todo += [e.name for e in a.exceptions_to(name)]
        for part in conditions(asked):
            if isinstance(part, n.CFollows | n.CCured):
                yield from sorted(a.event_types(part.name))


def _measure(
    a: Agreement,
    atom: n.TAtom,
    names: Mapping[str, str],
    counts: dict[int, None],
    spans: dict[int, None],
    stocks: dict[tuple[str, int], None],
    watches: dict[tuple[str, str], None],
    sums: dict[tuple[str, str, int], None],
) -> None:
    asked = window(atom)
    if isinstance(asked, n.Rolling | n.Fixed):
        spans[asked.dur.duration.us] = None
    match atom:
        case n.TCount() | n.TDistinct():
            k = edge(atom.threshold)
            counts.update(dict.fromkeys((k, k - 1, k + 1)))
        case n.TMet():
            k = int(atom.times)
            counts.update(dict.fromkeys((k, k - 1, k + 1)))
        case n.TSum():
            for event in sorted(a.event_types(atom.name)):
                sums[names.get(event, event), atom.quantity, edge(atom.threshold)] = None
        case n.TLatest():
            v = edge(atom.threshold)
            stocks.update(dict.fromkeys((names.get(atom.name, atom.name), x) for x in (v, v - 1, v + 1) if x >= 0))
        case n.TRate() | n.TRatio():
            k = int(atom.factor.value)
            counts.update(dict.fromkeys((k, k + 1, 2 * k)))
        case n.TQuiet():
            spans[atom.dur.duration.us] = None
            bodies = [atom.observer] if atom.observer is not None else sorted(a.bodies)[:1]
            for body in bodies:
                watches.update(
                    dict.fromkeys((names.get(body, body), names.get(e, e)) for e in sorted(a.event_types(atom.name)))
                )
        case n.THolds():
            spans[atom.dur.duration.us] = None
            days = -(-atom.dur.duration.us // DAY)
            counts.update(dict.fromkeys((days + 1, days)))
        case n.TAbsent() | n.TThen():
            spans[atom.dur.duration.us] = None
        case _:
            pass


def _shapes(
    texts: Sequence[tuple[Agreement, str, Mapping[str, str]]], event: str, sums: Mapping[tuple[str, str, int], None]
) -> tuple[tuple[tuple[str, acts.Value], ...], ...]:
    """Every way in which either text can tell such events apart, the gravest first."""
    found: dict[tuple[tuple[str, acts.Value], ...], int] = {}
    for a, _, names in texts:
        own = next((name for name in a.events if names.get(name, name) == event), None)
        if own is None:
            continue
        for shape in Shapes(a).of(own):
            ends = [sorted({r.low, r.low + 1 if r.high is None else r.high}) for r in shape.ranges]
            for levels in product(*ends):
                counts = tuple((r.field, quantity(level)) for r, level in zip(shape.ranges, levels, strict=True))
                found.setdefault((*shape.fields, *counts), sum(levels))
        for of, quantity_name, total in sums:
            if of == event and a.events[own].field_named(quantity_name) is not None:
                for value in (total, total - 1, total + 1, -(-total // 2), -(-total // 3)):
                    found.setdefault(((quantity_name, quantity(max(value, 0))),), value)
    return tuple(sorted(found, key=lambda shape: -found[shape])) or ((),)


def _rung_sets(texts: Sequence[tuple[Agreement, str, Mapping[str, str]]]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The highest rungs, then those that a trigger asks for, then those one below."""
    first, _, _ = texts[0]
    ladders = {name: ladder.rungs for a, _, _ in reversed(texts) for name, ladder in a.ladders.items()}
    ladders |= {name: ladder.rungs for name, ladder in first.ladders.items()}
    top = tuple((name, rungs[-1]) for name, rungs in sorted(ladders.items(), reverse=True))
    found: dict[tuple[tuple[str, str], ...], None] = {top: None}
    for name, rungs in sorted(ladders.items()):
        for rung in reversed(rungs[:-1]):
            found[tuple((ladder, rung if ladder == name else high) for ladder, high in top)] = None
    return tuple(found)


def _answer_sets(texts: Sequence[tuple[Agreement, str, Mapping[str, str]]]) -> tuple[tuple[tuple[str, str], ...], ...]:
    findings = {names.get(name, name): None for a, _, names in texts for name in a.findings}
    if not findings:
        return ((),)
    return (tuple((name, "yes") for name in findings), tuple((name, "no") for name in findings), ())


def _waits(texts: Sequence[tuple[Agreement, str, Mapping[str, str]]]) -> Iterator[int]:
    """How long exceptions and findings may leave an event open."""
    from casus.compare.clocks import span_of

    for a, _, _ in texts:
        for exception in a.exceptions.values():
            for part in conditions(exception.when):
                if isinstance(part, n.CCured):
                    yield span_of(part.due)[0] or 0
        for finding in a.findings.values():
            yield span_of(finding.due)[0] or 0


# ---------------------------------------------------------------- streams


def streams(found: Edges, seed: int) -> Iterator[Stream]:
    """The edges first, nearest to "as grave and as well established as can be"; then without end by chance.

    The same seed gives the same streams.
    """
    yield from _edges(found)
    chance = random.Random(seed)
    while True:
        yield _by_chance(found, chance)


def _edges(found: Edges) -> Iterator[Stream]:
    yield from _quiet(found)
    for (name, value), actor in product(found.stocks, found.actors[:3]):
        yield (Mark(0, name, actor, rungs=found.rungs[0], value=value),)
    lists = (found.events, found.counts, found.spans, found.actors, found.rungs, found.answers)
    dims = [range(len(x)) for x in lists]
    widest = max((len(found.shapes[event]) for event in found.events), default=0)
    everything = product(*dims, range(widest))
    ways = sorted(everything, key=_nearness) if _few(dims, widest) else _nearest(dims, widest)
    for e, k, d, who, rung, answer, shape in ways:
        event = found.events[e]
        if shape >= len(found.shapes[event]) or (found.counts[k] == 1 and d):
            continue
        base = Mark(0, event, found.actors[who], found.shapes[event][shape], found.rungs[rung], found.answers[answer])
        times = _spread(found.counts[k], found.spans[d])
        yield _watched(found, tuple(replace(base, at=at) for at in times))
        if found.apart:
            yield _watched(found, tuple(_moved(replace(base, at=at), index) for index, at in enumerate(times)))
        if e + who + rung + answer == 0 and len(found.events) > 1:
            yield from _pairs(found, event, found.spans[d], found.shapes[event][shape])


def _quiet(found: Edges) -> Iterator[Stream]:
    """Nothing, or one event and then nothing, with somebody looking for as long as is asked, a minute less, a minute more."""
    for span in found.spans if found.watches else ():
        looking = tuple(Mark(0, of, watch=body, end=span) for body, of in found.watches)
        yield looking
        for event in found.events:
            yield (Mark(0, event, found.actors[0], found.shapes[event][0], found.rungs[0], found.answers[0]), *looking)


def _watched(found: Edges, marks: Stream) -> Stream:
    """With coverage until everything that the last event leaves open is over."""
    end = length_of(marks) + found.horizon
    return (*marks, *(Mark(0, of, watch=body, end=end) for body, of in found.watches))


def _moved(mark: Mark, index: int) -> Mark:
    """The same event at a place of its own, a cell farther east each time."""
    fields = dict(mark.fields)
    place = fields.get("at", acts.Place(Decimal(0), Decimal(0), Decimal(0)))
    assert isinstance(place, acts.Place)
    fields["at"] = replace(place, lon=place.lon + Decimal("0.11") * index)
    return replace(mark, fields=tuple(fields.items()))


def _few(dims: Sequence[range], widest: int) -> bool:
    total = widest
    for dim in dims:
        total *= len(dim)
    return total <= 20_000


def _nearness(way: tuple[int, ...]) -> tuple[int, int, tuple[int, ...]]:
    """One choice other than the first before two, and near ones before far ones."""
    return sum(1 for x in way if x), sum(way), way


def _nearest(dims: Sequence[range], widest: int) -> Iterator[tuple[int, ...]]:
    """Where there are too many to sort: at most two of the choices differ from the first of each."""
    sizes = [len(dim) for dim in dims] + [widest]
    if all(sizes):
        yield (0,) * len(sizes)
        singles = [(i, x) for i, size in enumerate(sizes) for x in range(1, size)]
        for i, x in singles:
            yield tuple(x if j == i else 0 for j in range(len(sizes)))
        for (i, x), (j, y) in sorted(product(singles, singles), key=lambda p: (p[0][1] + p[1][1], p)):
            if i < j:
                yield tuple(x if m == i else y if m == j else 0 for m in range(len(sizes)))


def _spread(count: int, span: int) -> list[int]:
    """So many instants, the first and the last `span` apart (a minute or a day apart from each other where that is asked)."""
    if count == 1:
        return [0]
    if span in (MINUTE, DAY):
        return [index * span for index in range(count)]
    return [index * span // (count - 1) // MINUTE * MINUTE if index < count - 1 else span for index in range(count)]


def _pairs(found: Edges, event: str, gap: int, shape: tuple[tuple[str, acts.Value], ...]) -> Iterator[Stream]:
    """Another event before or after this one, by the same actor and by another."""
    for other in found.events:
        for who in found.actors[:3]:
            first = Mark(0, other, who, found.shapes[other][0], found.rungs[0], found.answers[0])
            second = Mark(gap, event, found.actors[0], shape, found.rungs[0], found.answers[0])
            yield (first, second)
            if other != event:
                yield (replace(second, at=0), replace(first, at=gap))


def _by_chance(found: Edges, chance: random.Random) -> Stream:
    """Events at the edges of windows from each other, of any shape."""
    marks: list[Mark] = []
    at = 0
    for _ in range(chance.choice((*found.counts, 3, 5))):
        if found.stocks and (not found.events or chance.random() < 0.3):
            name, value = chance.choice(found.stocks)
            marks.append(Mark(at, name, chance.choice(found.actors[:3]), rungs=found.rungs[0], value=value))
        elif found.events:
            event = chance.choice(found.events)
            actor = found.actors[0] if chance.random() < 0.7 else chance.choice(found.actors)
            rungs = found.rungs[0] if chance.random() < 0.7 else chance.choice(found.rungs)
            shape = chance.choice(found.shapes[event])
            marks.append(Mark(at, event, actor, shape, rungs, chance.choice(found.answers)))
        at += chance.choice([*(span // chance.choice((1, 1, 2, 3, 4)) for span in found.spans), 0, MINUTE]) // MINUTE * MINUTE
    return _watched(found, tuple(marks))


def length_of(stream: Stream) -> int:
    """Microseconds from the first to the last event; coverage and stocks do not count."""
    return max((mark.at for mark in stream), default=0)


def events_in(stream: Stream) -> int:
    return sum(1 for mark in stream if mark.watch is None)


def end_of(stage: Stage, stream: Stream, found: Edges) -> Instant:
    """When a record is read: after everything that the last event can still leave open."""
    return stage.start + Duration(length_of(stream) + found.horizon)
