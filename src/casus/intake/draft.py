"""A mapping and a header become a function from a row's cells to a draft.

Everything that can be decided once is decided here (columns to positions, tables to dictionaries); what is left per row is
reading cells. A cell that does not fit raises `BadValue`, a row that is left out on purpose raises `SkipRow`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from casus.acts import Act, Coverage, Estimate, Place, Quantity, Report, Source, Value
from casus.intake.fields import Cells, Losses, compile_field, infer
from casus.intake.known import RECORDED, KnownRule
from casus.intake.mapping import (
    CoverageRule,
    EstimateRule,
    EventRule,
    FieldRule,
    IdRule,
    Mapping,
    OccurredRule,
    PlaceRule,
    SourceRule,
)
from casus.intake.rows import BadValue, UnreadableFile, did_you_mean, name_part, slug
from casus.intake.values import day, moment, number, whole_days, zone_named
from casus.journal.entry import Draft
from casus.time import DAY, Occurred


class SkipRow(Exception):
    """The row is left out on purpose; the argument is the reason."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the caller may say beyond the mapping. `bbox`: west, south, east, north in degrees."""

    name: str = "file"
    known: KnownRule = RECORDED
    bbox: tuple[Decimal, Decimal, Decimal, Decimal] | None = None
    flags: frozenset[str] = frozenset()


@dataclass(slots=True)
class Header:
    """Where the columns stand. `missing` are the cells that say "not known"."""

    names: Sequence[str]
    aliases: MappingOf[str, Sequence[str]] = field(default_factory=dict)
    missing: frozenset[str] = frozenset({""})

    def has(self, name: str) -> bool:
        return any(n in self.names for n in (name, *self.aliases.get(name, ())))

    def resolve(self, name: str) -> str:
        """The name under which the column stands (raises UnreadableFile)."""
        for candidate in (name, *self.aliases.get(name, ())):
            if candidate in self.names:
                return candidate
        raise UnreadableFile(f"no column {name!r}{did_you_mean(name, self.names)}; found: {', '.join(self.names)}")

    def cell(self, name: str) -> Callable[[Cells], str]:
        """A function from the cells to the stripped text of the column; "" where it says "not known"."""
        at, missing = list(self.names).index(self.resolve(name)), self.missing

        def read(cells: Cells) -> str:
            text = cells[at].strip()
            return "" if text in missing else text

        return read


_CODE = re.compile(r"[A-Z][A-Z0-9]{1,7}", re.ASCII)

ActOf = Callable[[Cells, Losses, Losses], Act]
DraftOf = Callable[[int, Cells, Losses, Losses], Draft]
"""Row number, cells, losses to add to, warnings to add to → the draft (raises BadValue, SkipRow)."""


def compile_mapping(mapping: Mapping, names: Sequence[str], settings: Settings) -> DraftOf:
    """The function that drafts a row (raises UnreadableFile where the header lacks a column)."""
    header = Header(names, mapping.mapping.aliases, frozenset({"", *mapping.mapping.missing}))
    skips = [(header.cell(rule.column), frozenset(rule.equals), rule.reason) for rule in mapping.skip]
    occurred = _occurred(mapping.occurred, header)
    act = _act(mapping, header, settings)
    zone = zone_named(mapping.occurred.zone) if mapping.occurred.zone else None
    known, known_cell = settings.known, None
    if known.column is not None:
        known_cell = header.cell(known.column)

    def draft(row: int, cells: Cells, losses: Losses, warnings: Losses) -> Draft:
        for read, values, reason in skips:
            if read(cells) in values:
                raise SkipRow(reason)
        made = act(cells, losses, warnings)
        when = occurred(cells, losses)
        at = known.apply(when, known_cell(cells) if known_cell else "", zone)
        return Draft(when, made, mapping.author, at, mapping.marking, f"{settings.name} row {row}")

    return draft


def _act(mapping: Mapping, header: Header, settings: Settings) -> ActOf:
    if mapping.coverage is not None:
        return _coverage(mapping.coverage, header)
    if mapping.estimate is not None:
        return _estimate(mapping.estimate, header, mapping)
    assert mapping.event is not None  # the mapping's own check
    return _report(mapping.event, header, mapping, settings)


def _report(rule: EventRule, header: Header, mapping: Mapping, settings: Settings) -> ActOf:
    event = _event(rule, header)
    name = _id(mapping.id, header)
    place = _place(mapping.place, header, mapping, settings) if mapping.place else None
    actor = _actor(mapping, header)
    fields = [
        (key, compile_field(key, field_rule, header.cell, mapping))
        for key, field_rule in mapping.fields.items()
        if field_rule.option is None or field_rule.option in settings.flags
    ]
    rest = [(slug(n), header.cell(n)) for n in unused(mapping, header.names) if n.strip()] if mapping.rest == "keep" else []
    sources = _sources(mapping.sources, header)

    def report(cells: Cells, losses: Losses, warnings: Losses) -> Act:
        kind = event(cells, losses)
        given: dict[str, Value] = {}
        if place is not None:
            where = place(cells, losses, warnings)
            if where is not None:
                given["at"] = where
        for key, value_of in fields:
            value = value_of(cells, losses)
            if value is not None:
                given[key] = value
        for key, read in rest:
            text = read(cells)
            if text and key not in given:
                given[key] = infer(text)
        called = name(cells)
        return Report(kind, called, actor(cells, losses), given, sources(cells, called))

    return report


def _coverage(rule: CoverageRule, header: Header) -> ActOf:
    body, of = _named(rule.body, rule.body_column, header), _named(rule.of, rule.of_column, header)
    return lambda cells, losses, warnings: Coverage(body(cells), of(cells))


def _estimate(rule: EstimateRule, header: Header, mapping: Mapping) -> ActOf:
    body = _named(rule.body, rule.body_column, header)
    actor = _actor(mapping, header)
    columns = (rule.column,) if rule.column else ()
    bounds = FieldRule(type="count", column=columns, low=rule.low, best=rule.best, high=rule.high, required=True)
    value_of = compile_field(rule.name, bounds, header.cell, mapping)
    place = header.cell(rule.place_column) if rule.place_column is not None else None

    def estimate(cells: Cells, losses: Losses, warnings: Losses) -> Act:
        value = value_of(cells, losses)
        assert isinstance(value, Quantity)  # required, and a count
        where = place(cells) if place is not None else ""
        return Estimate(rule.name, body(cells), actor(cells, losses), value, slug(where) if where else None)

    return estimate


def _named(constant: str | None, column: str | None, header: Header) -> Callable[[Cells], str]:
    """A name that is the same for every row, or that of a column (raises BadValue where it is empty)."""
    if constant is not None:
        return lambda cells: constant
    read = header.cell(column or "")

    def named(cells: Cells) -> str:
        text = read(cells)
        if not text:
            raise BadValue(f"{column} is empty")
        return slug(text)

    return named


def unused(mapping: Mapping, names: Sequence[str]) -> tuple[str, ...]:
    """The columns of the header that the mapping does not read."""
    read: set[str] = set()
    for name in mapping.columns():
        read.update((name, *mapping.mapping.aliases.get(name, ())))
    return tuple(name for name in names if name not in read)


def _event(rule: EventRule, header: Header) -> Callable[[Cells, Losses], str]:
    if rule.type is not None:
        constant = rule.type
        return lambda cells, losses: constant
    column = rule.column or ""
    read, kinds = header.cell(column), rule.kinds

    def event(cells: Cells, losses: Losses) -> str:
        text = read(cells)
        if not kinds:
            if not text:
                raise BadValue(f"{column} is empty: which event type is it?")
            return slug(text)
        kind = kinds.get(text)
        if kind is None:
            raise BadValue(
                f"{column} {text!r} is not in the table of kinds{did_you_mean(text, kinds)}", "add it under [event.kinds]"
            )
        if kind.skip is not None:
            raise SkipRow(kind.skip)
        if kind.loss is not None:
            losses.append(kind.loss)
        assert kind.type is not None  # the mapping's own check
        return kind.type

    return event


def _id(rule: IdRule, header: Header) -> Callable[[Cells], str]:
    prefix, by_hash = rule.prefix, rule.empty == "hash"

    def hashed(cells: Cells) -> str:
        return f"{prefix or 'x'}{hashlib.sha256(chr(31).join(cells).encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"

    if not rule.columns:
        return hashed
    reads = [(column, header.cell(column)) for column in rule.columns]
    if len(reads) == 1:
        only, read = reads[0]

        def single(cells: Cells) -> str:
            text = read(cells)
            if not text and by_hash:
                return hashed(cells)
            if not text:
                raise BadValue(f"{only} is empty: the report has no name", "give each row its own id")
            return prefix + name_part(text) if prefix else slug(text)

        return single

    def several(cells: Cells) -> str:
        parts = [name_part(text) for _, read in reads if (text := read(cells))]
        if not parts and by_hash:
            return hashed(cells)
        if not parts:
            raise BadValue(f"{', '.join(rule.columns)} are all empty: the report has no name")
        return slug(prefix + "_".join(parts)) if not prefix else prefix + "_".join(parts)

    return several


def _occurred(rule: OccurredRule, header: Header) -> Callable[[Cells, Losses], Occurred]:
    zone, pattern, precision = zone_named(rule.zone) if rule.zone else None, rule.format, rule.precision
    start_name, end_name = rule.start or rule.column or "", rule.end or rule.column or ""
    start, end = header.cell(start_name), header.cell(end_name)
    by_start = rule.end_empty == "start"
    days_only = precision == "day" and pattern == "iso"
    widen = _imprecise(rule, header)

    def read(cells: Cells, name: str, cell: Callable[[Cells], str]) -> Occurred:
        text = cell(cells)
        if not text:
            raise BadValue(f"{name} is empty: when did it happen?")
        try:
            if days_only:
                first = day(text)
                return whole_days(first, first, zone)
            return moment(text, zone=zone, precision=precision, pattern=pattern)
        except BadValue as problem:
            raise BadValue(f"{name}: {problem.reason}", problem.help) from None

    def occurred(cells: Cells, losses: Losses) -> Occurred:
        first = read(cells, start_name, start)
        if start_name == end_name or (by_start and not end(cells)):
            last = first
        else:
            last = read(cells, end_name, end)
        if last.hi < first.lo:
            raise BadValue(
                f"it ends ({end_name} {end(cells)}) before it starts ({start_name} {start(cells)})", "are the two swapped?"
            )
        bracket = first if last == first else Occurred(first.lo, last.hi)
        return widen(cells, bracket, losses) if widen is not None else bracket

    return occurred


def _imprecise(rule: OccurredRule, header: Header) -> Callable[[Cells, Occurred, Losses], Occurred] | None:
    table = rule.imprecise
    if table is None:
        return None
    read, days = header.cell(table.column), table.days

    def widen(cells: Cells, bracket: Occurred, losses: Losses) -> Occurred:
        code = read(cells)
        if code not in days and code:
            raise BadValue(f"{table.column} {code!r} is not in the table of precisions ({', '.join(days)})")
        within = days[code] if code else max(days.values())
        if within <= 1 or bracket.hi - bracket.lo >= DAY:
            return bracket
        losses.append(
            f"{table.column} {code or 'empty'} with a single day: the bracket is widened by {within - 1} days on both sides"
        )
        return Occurred(bracket.lo - DAY * (within - 1), bracket.hi + DAY * (within - 1))

    return widen


def _place(
    rule: PlaceRule, header: Header, mapping: Mapping, settings: Settings
) -> Callable[[Cells, Losses, Losses], Place | None]:
    lat_of, lon_of, radius_of = header.cell(rule.lat), header.cell(rule.lon), _radius(rule, header, mapping)
    thousands, decimal, bbox = mapping.numbers.thousands, mapping.numbers.decimal, settings.bbox

    def place(cells: Cells, losses: Losses, warnings: Losses) -> Place | None:
        lat_text, lon_text = lat_of(cells), lon_of(cells)
        if not lat_text and not lon_text:
            losses.append("no coordinates: the report has no place")
            return None
        if not lat_text or not lon_text:
            raise BadValue(f"{rule.lat if not lat_text else rule.lon} is empty, and the other coordinate is not")
        try:
            lat, lon = (number(text, thousands=thousands, decimal=decimal) for text in (lat_text, lon_text))
            found = Place(lat, lon, radius_of(cells, losses))
        except BadValue as problem:
            raise BadValue(f"{rule.lat}, {rule.lon}: {problem.reason}", problem.help) from None
        except ValueError as problem:
            raise BadValue(
                str(problem), f"the mapping reads latitude from {rule.lat!r} and longitude from {rule.lon!r}"
            ) from None
        if bbox is not None and not _inside(bbox, lat, lon):
            swapped = " (swapped, they would lie in it)" if _inside(bbox, lon, lat) else ""
            warnings.append(f"outside the stated box{swapped}")
        return found

    return place


def _inside(bbox: tuple[Decimal, Decimal, Decimal, Decimal], lat: Decimal, lon: Decimal) -> bool:
    west, south, east, north = bbox
    across = west <= lon <= east if west <= east else lon >= west or lon <= east
    return across and south <= lat <= north


def _radius(rule: PlaceRule, header: Header, mapping: Mapping) -> Callable[[Cells, Losses], Decimal]:
    if rule.radius_by is not None:
        column, metres = rule.radius_by.column, rule.radius_by.metres
        read = header.cell(column)

        def by_code(cells: Cells, losses: Losses) -> Decimal:
            code = read(cells)
            if not code:
                losses.append(f"{column} is empty: the largest radius of error is taken")
                return max(metres.values())
            if code not in metres:
                raise BadValue(f"{column} {code!r} is not in the table of radii ({', '.join(metres)})")
            return metres[code]

        return by_code
    if rule.radius_column is not None:
        cell, constant = header.cell(rule.radius_column), rule.radius
        thousands, decimal = mapping.numbers.thousands, mapping.numbers.decimal
        return lambda cells, losses: number(text, thousands=thousands, decimal=decimal) if (text := cell(cells)) else constant
    radius = rule.radius
    return lambda cells, losses: radius


def _actor(mapping: Mapping, header: Header) -> Callable[[Cells, Losses], str | None]:
    rule = mapping.actor
    if rule is None:
        return lambda cells, losses: None
    if rule.column is None:
        constant = rule.code
        return lambda cells, losses: constant
    column, codes, unlisted = rule.column, rule.codes, rule.unlisted
    read = header.cell(column)

    def actor(cells: Cells, losses: Losses) -> str | None:
        text = read(cells)
        if not text:
            losses.append(f"{column} is empty: the actor is unknown")
            return None
        if not codes and _CODE.fullmatch(text):
            return text
        code = codes.get(text)
        if code is None and unlisted == "reject":
            raise BadValue(
                f"{column} {text!r} is not in the table of codes{did_you_mean(text, codes)}", "add it under [actor.codes]"
            )
        if code is None:
            losses.append(f"{column} {text!r} has no code: the actor is unknown")
        return code

    return actor


def _sources(rules: Sequence[SourceRule], header: Header) -> Callable[[Cells, str], tuple[Source, ...]]:
    usual = [_source(rule, header) for rule in rules if not rule.fallback]
    last = [_source(rule, header) for rule in rules if rule.fallback]

    def sources(cells: Cells, called: str) -> tuple[Source, ...]:
        found = tuple(source for of in usual for source in of(cells, called))
        return found or tuple(source for of in last for source in of(cells, called))

    return sources


def _source(rule: SourceRule, header: Header) -> Callable[[Cells, str], Sequence[Source]]:
    if rule.name is not None and rule.lineage is None and not (rule.group or "").startswith("@"):
        group = rule.name if rule.group == "name" else rule.group
        fixed = (Source(rule.name, None, group, rule.affiliation.get(rule.name, rule.affiliated), rule.model),)
        return lambda cells, called: fixed
    name_of = header.cell(rule.column) if rule.column is not None else None
    details = [header.cell(column) for column in rule.detail]
    lineage_of = header.cell(rule.lineage) if rule.lineage not in (None, "per_report") else None
    group_of = header.cell(rule.group[1:]) if rule.group and rule.group.startswith("@") else None

    def sources(cells: Cells, called: str) -> Sequence[Source]:
        text = name_of(cells) if name_of is not None else rule.name or ""
        names = [part for part in map(str.strip, text.split(rule.split) if rule.split else (text,)) if part]
        extra = [" ".join(parts) for parts in zip(*(_parts(of(cells), rule.split, len(names)) for of in details), strict=True)]
        found = []
        for i, name in enumerate(names):
            group = group_of(cells) or None if group_of is not None else name if rule.group == "name" else rule.group
            if lineage_of is not None:
                lineage = lineage_of(cells) or None
            elif rule.lineage == "per_report":
                lineage = " ".join(filter(None, (f"{called}#{i + 1}", name, extra[i] if extra else "")))
            else:
                lineage = None
            found.append(Source(name, lineage, group, rule.affiliation.get(name, rule.affiliated), rule.model))
        return found

    return sources


@lru_cache(maxsize=4096)
def _parts(text: str, split: str | None, count: int) -> tuple[str, ...]:
    """The parts of a cell that is split alike; all empty where their number differs."""
    parts = tuple(part.strip() for part in text.split(split)) if split else (text,)
    return parts if len(parts) == count else ("",) * count
