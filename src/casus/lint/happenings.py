"""Events that a text asks for: what a report has to say so that a definition or a part of a trigger's condition counts it.

A condition is read as what it asks of one event (fields, place, actor, answers of bodies), by its first branch that can be
had. What comes out is a proposal: the reference engine, not this module, says whether it meets anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from casus import acts
from casus.geo import Region
from casus.geo.feature import FeatureZone
from casus.geo.region import Minus, Near, Plus
from casus.language import nodes as n
from casus.language.agreement import Agreement

_CANDIDATES: Final = 8
"""How many ways to have an event are proposed at most."""

_GRID: Final = 24
"""Places are tried on a grid of so many by so many over the zones that a condition names."""

Wish = tuple[str, bool, n.Cond]
"""A field, whether the condition on it must hold, and the condition."""


@dataclass(frozen=True, slots=True)
class Sought:
    """One event that would do: its type, what its fields say, who may have done it, and which findings must be answered how."""

    type: str
    fields: Mapping[str, acts.Value] = field(default_factory=dict)
    actors: frozenset[str] | None = None
    answers: tuple[tuple[str, bool], ...] = ()
    after: tuple[n.CFollows, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    wishes: tuple[Wish, ...] = ()
    actors: frozenset[str] | None = None
    answers: tuple[tuple[str, bool], ...] = ()
    after: tuple[n.CFollows, ...] = ()

    def plus(self, other: _Asked) -> _Asked | None:
        actors = self.actors if other.actors is None else other.actors
        if self.actors is not None and other.actors is not None:
            actors = self.actors & other.actors
            if not actors:
                return None
        return _Asked(self.wishes + other.wishes, actors, self.answers + other.answers, self.after + other.after)


def events_of(agreement: Agreement, name: str, more: Mapping[str, acts.Value] | None = None) -> tuple[Sought, ...]:
    """Events that belong to an event type, definition or exception; `more` are fields that they must state besides."""
    found: list[Sought] = []
    for kind, asked in _ways(agreement, name, frozenset()):
        fields = _fields(agreement, kind, asked.wishes)
        if fields is None or any(agreement.events[kind].field_named(x) is None for x in more or ()):
            continue
        fields.update(more or {})
        found.append(Sought(kind, dict(sorted(fields.items(), key=_order)), asked.actors, asked.answers, asked.after))
        if len(found) == _CANDIDATES:
            break
    return tuple(found)


def place_in(region: Region) -> acts.Place | None:
    """A place that certainly lies in a zone, if the grid finds one."""
    return _place([(region, True)])


def _order(item: tuple[str, acts.Value]) -> tuple[bool, str]:
    return item[0] != "at", item[0]


def _ways(agreement: Agreement, name: str, seen: frozenset[str]) -> Iterator[tuple[str, _Asked]]:
    if name in seen:
        return
    if name in agreement.events:
        yield name, _Asked()
    elif name in agreement.definitions:
        decl = agreement.definitions[name]
        for inner in decl.means:
            for kind, asked in _ways(agreement, inner, seen | {name}):
                for more in _asks(agreement, decl.where, True):
                    both = asked.plus(more)
                    if both is not None:
                        yield kind, both
    elif name in agreement.exceptions:
        exception = agreement.exceptions[name]
        for kind, asked in _ways(agreement, exception.to, seen | {name}):
            for more in _asks(agreement, exception.when, True):
                both = asked.plus(more)
                if both is not None:
                    yield kind, both


def _asks(agreement: Agreement, cond: n.Cond | None, holds: bool) -> Iterator[_Asked]:
    match cond:
        case None:
            yield _Asked()
        case n.CNot(part=part):
            yield from _asks(agreement, part, not holds)
        case n.CAnd(parts=parts) | n.COr(parts=parts):
            if isinstance(cond, n.CAnd) is holds:
                yield from _all(agreement, list(parts), holds)
            else:
                for part in parts:
                    yield from _asks(agreement, part, holds)
        case n.CBy(codes=codes):
            everybody = frozenset((*agreement.parties, *agreement.nonparties, *agreement.bodies))
            named = frozenset(code for name in codes for code in agreement.members(name))
            yield _Asked(actors=named if holds else everybody - named)
        case n.CRef(name=name) if name in agreement.findings:
            yield _Asked(answers=((name, holds),))
        case n.CRef(name=name) if name in agreement.definitions and holds:
            yield from _asks(agreement, agreement.definitions[name].where, True)
        case n.CRef(name=name) if name in agreement.definitions or name in agreement.exceptions:
            if not holds:
                yield _Asked()
        case n.CRef(name=name):
            yield _Asked(wishes=((name, holds, cond),))
        case n.CFollows():
            yield _Asked(after=(cond,)) if holds else _Asked()
        case n.CCured() | n.CRepeated():
            if not holds:
                yield _Asked()
        case n.CCompare() | n.CCompareDuration() | n.COneOf() | n.CIs() | n.CIn() | n.CNear():
            yield _Asked(wishes=((cond.field, holds, cond),))


def _all(agreement: Agreement, parts: list[n.Cond], holds: bool) -> Iterator[_Asked]:
    if not parts:
        yield _Asked()
        return
    for first in _asks(agreement, parts[0], holds):
        for rest in _all(agreement, parts[1:], holds):
            both = first.plus(rest)
            if both is not None:
                yield both


# ---------------------------------------------------------------- values


def _fields(agreement: Agreement, kind: str, wishes: Iterable[Wish]) -> dict[str, acts.Value] | None:
    """A value for each field that is asked for, or None where none would do."""
    decl = agreement.events[kind]
    by_field: dict[str, list[Wish]] = {}
    for wish in wishes:
        by_field.setdefault(wish[0], []).append(wish)
    found: dict[str, acts.Value] = {}
    for name, asked in by_field.items():
        declared = decl.field_named(name)
        if declared is None:
            if any(holds for _, holds, _ in asked):
                return None  # a field that the event does not have is false for it
            continue
        value = _value(agreement, declared, asked)
        if value is None:
            return None
        found[name] = value
    return found


def _value(agreement: Agreement, declared: n.FieldDecl, asked: list[Wish]) -> acts.Value | None:
    match declared.type:
        case "count":
            numbers = {Decimal(0)} | {c.number.value + d for _, _, c in asked if isinstance(c, n.CCompare) for d in (-1, 0, 1)}
            fits = [x for x in sorted(numbers) if x >= 0 and all(_compares(x, c, holds) for _, holds, c in asked)]
            return acts.Quantity(fits[0], fits[0]) if fits else None
        case "duration":
            lengths = {0} | {
                c.dur.duration.us + d
                for _, _, c in asked
                if isinstance(c, n.CCompareDuration)
                for d in (-60_000_000, 0, 60_000_000)
            }
            long = [x for x in sorted(lengths) if x >= 0 and all(_compares(x, c, holds) for _, holds, c in asked)]
            return acts.Length(long[0]) if long else None
        case "one_of":
            words = [w for w in declared.values if all((w in c.values) is h for _, h, c in asked if isinstance(c, n.COneOf))]
            return acts.Word(words[0]) if words else None
        case "flag":
            wanted = {holds for _, holds, _ in asked}
            return acts.Word("yes" if wanted == {True} else "no") if len(wanted) == 1 else None
        case "actor":
            codes = sorted({*agreement.parties, *agreement.nonparties})
            fits_code = [x for x in codes if all((x == c.code) is h for _, h, c in asked if isinstance(c, n.CIs))]
            return acts.Code(fits_code[0]) if fits_code else None
        case "point":
            regions: list[tuple[Region, bool]] = []
            for _, holds, cond in asked:
                if isinstance(cond, n.CIn):
                    regions.append((agreement.region(cond.zone), holds))
                elif isinstance(cond, n.CNear):
                    regions.append((agreement.near(cond.length, cond.zone), holds))
            return _place(regions)
        case _:
            return None


def _compares(value: Decimal | int, cond: n.Cond, holds: bool) -> bool:
    match cond:
        case n.CCompare(op=op, number=number):
            left, right = Decimal(value), number.value
        case n.CCompareDuration(op=op, dur=dur):
            left, right = Decimal(value), Decimal(dur.duration.us)
        case _:
            return True
    said = {">=": left >= right, ">": left > right, "<=": left <= right, "<": left < right}[op]
    return said is holds


def _place(regions: list[tuple[Region, bool]]) -> acts.Place | None:
    """A place on a grid over the zones at which each answers as asked; two decimals where they suffice."""
    parts = [feature for region, _ in regions for feature in _features(region)]
    if not parts:
        return None
    boxes = [feature.geometry.bounds for feature in parts]
    west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
    east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
    for digits in (2, 4):
        for i in range(1, _GRID):
            for j in range(1, _GRID):
                lat = Decimal(str(round(south + (north - south) * i / _GRID, digits)))
                lon = Decimal(str(round(west + (east - west) * j / _GRID, digits)))
                if all(region.holds(float(lat), float(lon), 0.0) is holds for region, holds in regions):
                    return acts.Place(lat, lon)
    return None


def _features(region: Region) -> Iterator[FeatureZone]:
    match region:
        case FeatureZone():
            yield region
        case Near(zone=zone, of=of):
            yield from _features(of if zone is None else zone)
        case Minus(left=left, right=right) | Plus(left=left, right=right):
            yield from _features(left)
            yield from _features(right)
