"""A mapping file: which column of a source becomes which part of a report, as data (TOML), with what is lost on the way.

The format is described in `docs/formats/mapping.md`; the shipped mappings in `casus/intake/mappings/` are of it. Here stands
its shape and how it is loaded; `casus.intake.draft` applies it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from casus.intake.rows import UnreadableFile, did_you_mean
from casus.intake.values import zone_named

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Prefix = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]*)?$")]
PartyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,7}$")]
Columns = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]
"""One column's name, or a list of them."""
Exact = Annotated[Decimal, BeforeValidator(lambda value: str(value) if isinstance(value, float) else value)]
Marking = Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]
Precision = Literal["instant", "second", "minute", "hour", "day"]
MappedType = Literal["count", "text", "word", "flag", "duration", "money", "code", "reference"]
UNIT_US = {"seconds": 1_000_000, "minutes": 60_000_000, "hours": 3_600_000_000, "days": 86_400_000_000}


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Head(_Table):
    """`[mapping]`: what this is, and in words what it does not keep."""

    name: str
    version: int = 1
    about: str = ""
    losses: tuple[str, ...] = ()
    missing: tuple[str, ...] = ("",)
    """Cells that say "not known"; compared after stripping blanks. The empty cell always does."""
    aliases: dict[str, Columns] = {}
    """Other names under which a column may stand in the header."""


class Kind(_Table):
    """What one value of the kind column becomes: an event type, or a reason to skip the row."""

    type: Name | None = None
    skip: str | None = None
    loss: str | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Kind:
        if (self.type is None) == (self.skip is None):
            raise ValueError("a kind has either a type or a reason to skip")
        return self


class EventRule(_Table):
    """`[event]`: a constant type, or a column with a table of kinds."""

    type: Name | None = None
    column: str | None = None
    kinds: dict[str, Annotated[Kind, BeforeValidator(lambda value: {"type": value} if isinstance(value, str) else value)]] = {}

    @model_validator(mode="after")
    def _one_of(self) -> EventRule:
        if (self.type is None) == (self.column is None):
            raise ValueError("give either `type` (a constant) or `column`")
        if self.kinds and self.column is None:
            raise ValueError("`kinds` needs a `column`")
        return self


class CoverageRule(_Table):
    """`[coverage]`: each row says that a body could have seen every event of `of` in the whole of its bracket."""

    body: Name | None = None
    body_column: str | None = None
    of: Name | None = None
    of_column: str | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> CoverageRule:
        if (self.body is None) == (self.body_column is None) or (self.of is None) == (self.of_column is None):
            raise ValueError("give `body` or `body_column`, and `of` or `of_column`")
        return self


class EstimateRule(_Table):
    """`[estimate]`: each row is a body's estimate of a stock, exact or from low to high, at a place or at none."""

    name: Name
    body: Name | None = None
    body_column: str | None = None
    column: str | None = None
    low: str | None = None
    best: str | None = None
    high: str | None = None
    place_column: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> EstimateRule:
        if (self.body is None) == (self.body_column is None):
            raise ValueError("give `body` or `body_column`")
        if (self.column is None) == (not any((self.low, self.best, self.high))):
            raise ValueError("give either `column`, or `low`, `best`, `high`")
        return self


class IdRule(_Table):
    """`[id]`: the columns that name a report; none: the first 16 digits of the SHA-256 of its cells."""

    columns: Columns = Field(default=(), alias="column")
    prefix: Prefix = ""
    empty: Literal["reject", "hash"] = "reject"
    """A row whose columns are empty: rejected, or named by its cells as if there were no columns."""


class Imprecise(_Table):
    """A column that says how precise the date is: code → days within which the instant lies."""

    column: str
    days: dict[str, int]


class OccurredRule(_Table):
    """`[occurred]`: one column, or `start` and `end`, that bracket the instant at which the event is counted."""

    column: str | None = None
    start: str | None = None
    end: str | None = None
    format: str = "iso"
    zone: str | None = None
    precision: Precision = "instant"
    imprecise: Imprecise | None = None
    end_empty: Literal["reject", "start"] = "reject"
    """A row without an end: rejected, or counted at its start."""

    @model_validator(mode="after")
    def _whole(self) -> OccurredRule:
        if (self.column is None) == (self.start is None):
            raise ValueError("give either `column`, or `start` and `end`")
        if (self.start is None) != (self.end is None):
            raise ValueError("`start` and `end` go together")
        if self.zone is not None:
            zone_named(self.zone)
        return self


class RadiusTable(_Table):
    """A column that says how precise the place is: code → radius of error in metres."""

    column: str
    metres: dict[str, Exact]


class PlaceRule(_Table):
    """`[place]`: WGS84 degrees and the radius of error in metres, constant, from a column, or by a table of codes."""

    lat: str
    lon: str
    radius: Exact = Decimal(0)
    radius_column: str | None = None
    radius_by: RadiusTable | None = None


class ActorRule(_Table):
    """`[actor]`: who did it. A source that does not say so has no `[actor]`. Without `codes` the cell is a code itself."""

    column: str | None = None
    code: PartyCode | None = None
    codes: dict[str, PartyCode] = {}
    unlisted: Literal["reject", "unknown"] = "reject"

    @model_validator(mode="after")
    def _one_of(self) -> ActorRule:
        if (self.code is None) == (self.column is None):
            raise ValueError("give either `code` (a constant) or `column`")
        return self


class Unless(_Table):
    """The field is left out where a column holds a value, and the loss is named."""

    column: str
    equals: Columns
    loss: str


class FieldRule(_Table):
    """`[fields.NAME]`: a field of the event."""

    type: MappedType
    columns: Columns = Field(default=(), alias="column")
    value: str | None = None
    join: str = ", "
    low: str | None = None
    best: str | None = None
    high: str | None = None
    disorder: Literal["reject", "widen"] = "reject"
    start: str | None = None
    end: str | None = None
    unit: Literal["seconds", "minutes", "hours", "days"] = "seconds"
    words: dict[str, str] = {}
    currency: str | None = None
    currency_column: str | None = None
    required: bool = False
    unless: Unless | None = None
    option: str | None = None
    """Kept only where the reader's option of this name is given."""

    @model_validator(mode="after")
    def _fits_type(self) -> FieldRule:
        bounds = any((self.low, self.best, self.high))
        span = any((self.start, self.end))
        if sum((bool(self.columns), self.value is not None, bounds, span)) != 1:
            raise ValueError("give one of `column`, `value`, `low`/`best`/`high`, or `start` and `end`")
        if bounds and self.type != "count":
            raise ValueError("`low`, `best` and `high` are for a count")
        if span and not (self.type == "duration" and self.start and self.end):
            raise ValueError("`start` and `end` go together and are for a duration")
        if len(self.columns) > 1 and self.type not in ("text", "word"):
            raise ValueError("several columns make a text or a word only")
        if self.type == "money" and (self.currency is None) == (self.currency_column is None):
            raise ValueError("money needs either `currency` or `currency_column`")
        return self


class SourceRule(_Table):
    """`[[sources]]`: who says it. With `split`, one cell lists several; with `fallback`, used only where no other was found."""

    name: str | None = None
    column: str | None = None
    split: str | None = None
    detail: Columns = ()
    """Columns split alike, whose parts are added to the lineage; left out where the counts differ."""
    lineage: str | None = None
    """A column; `per_report`: this report's own, joined to no other; none: the source's name stands for it."""
    group: str | None = None
    """A constant; `@column`: from a column; `name`: the source's name; none: the source's name stands for it."""
    affiliation: dict[str, PartyCode] = {}
    """The source's name → the code of the party that it speaks for."""
    affiliated: PartyCode | None = None
    """The party for which a source speaks that `affiliation` does not list."""
    model: bool = False
    fallback: bool = False

    @model_validator(mode="after")
    def _one_of(self) -> SourceRule:
        if (self.name is None) == (self.column is None):
            raise ValueError("give either `name` (a constant) or `column`")
        return self


class SkipRule(_Table):
    """`[[skip]]`: rows left out on purpose, with the reason."""

    column: str
    equals: Columns
    reason: str


class Numbers(_Table):
    thousands: Annotated[str, StringConstraints(max_length=1)] = ""
    decimal: Literal[".", ","] = "."

    @model_validator(mode="after")
    def _differ(self) -> Numbers:
        if self.thousands == self.decimal:
            raise ValueError("the thousands separator and the decimal mark are the same")
        return self


class Mapping(_Table):
    """A whole mapping file."""

    mapping: Head
    event: EventRule | None = None
    coverage: CoverageRule | None = None
    estimate: EstimateRule | None = None
    id: IdRule = IdRule()
    occurred: OccurredRule
    place: PlaceRule | None = None
    actor: ActorRule | None = None
    fields: dict[Name, FieldRule] = {}
    sources: tuple[SourceRule, ...] = ()
    skip: tuple[SkipRule, ...] = ()
    numbers: Numbers = Numbers()
    marking: Marking = "CLEAR"
    author: str = "intake"
    rest: Literal["drop", "keep"] = "drop"
    """`keep`: every column that nothing else uses becomes a field, a count where it is a number and a text elsewhere."""

    @model_validator(mode="after")
    def _one_act(self) -> Mapping:
        if sum(rule is not None for rule in (self.event, self.coverage, self.estimate)) != 1:
            raise ValueError("give one of [event], [coverage] and [estimate]")
        only_reports = self.place is not None or self.fields or self.sources or self.rest == "keep" or self.id.columns
        if self.event is None and (only_reports or (self.coverage and self.actor)):
            raise ValueError("give [id], [place], [fields], [[sources]] and `rest` for reports only, [actor] not for coverage")
        return self

    @model_validator(mode="after")
    def _no_reserved_field(self) -> Mapping:
        for name, instead in (("at", "[place]"), ("by", "[actor]")):
            if name in self.fields:
                raise ValueError(f"the field `{name}` is given by {instead}")
        return self

    def columns(self) -> tuple[str, ...]:
        """Every column that the mapping reads, in the order in which they are first named."""
        found: dict[str, None] = {}
        for name in _columns(self):
            found.setdefault(name)
        return tuple(found)


def find_mapping(name: str) -> Mapping:
    """The mapping file of that path, or else the shipped mapping of that name (raises UnreadableFile)."""
    shipped = shipped_mappings()
    if name in shipped and not Path(name).exists():
        return shipped_mapping(name)
    path = Path(name)
    if not path.exists():
        hint = did_you_mean(name, shipped)
        raise UnreadableFile(f"no mapping file {name!r}{hint}", f"give a file, or one of {', '.join(shipped)}")
    return load_mapping(path)


def shipped_mappings() -> tuple[str, ...]:
    """The names of the mappings that come with Casus."""
    found = (file.name for file in (files("casus.intake") / "mappings").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def load_mapping(path: Path) -> Mapping:
    """The mapping of a TOML file (raises UnreadableFile with the place in it and what was expected there)."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise UnreadableFile(f"{path.name}: cannot be opened: {problem.strerror or problem}") from None
    except UnicodeDecodeError:
        raise UnreadableFile(f"{path.name}: the mapping is not UTF-8 text") from None
    return parse_mapping(text, path.name)


def shipped_mapping(name: str) -> Mapping:
    """One of the mappings that come with Casus (`ucdp-ged`)."""
    return parse_mapping((files("casus.intake") / "mappings" / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


def parse_mapping(text: str, name: str) -> Mapping:
    """The mapping of a TOML text; `name` stands in messages (raises UnreadableFile)."""
    try:
        return Mapping.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        raise UnreadableFile(f"{name}: not TOML: {problem}", "see docs/formats/mapping.md") from None
    except ValidationError as problem:
        raise UnreadableFile(f"{name}: {_first(problem)}", "see docs/formats/mapping.md") from None


def _first(problem: ValidationError) -> str:
    error = problem.errors(include_url=False)[0]
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{place}: no such key{did_you_mean(str(error['loc'][-1]), _keys_at(error['loc'][:-1]))}"
    if error["type"] == "missing":
        return f"{place}: missing"
    return f"{place}: {error['msg'].removeprefix('Value error, ')}" if place else error["msg"].removeprefix("Value error, ")


def _keys_at(place: Sequence[int | str]) -> tuple[str, ...]:
    """The keys that the table at this place may hold."""
    model: type[BaseModel] = Mapping
    for part in place:
        found = model.model_fields.get(str(part))
        if found is None:
            continue  # an index of a list, or the name of a field
        inner = _model_in(found.annotation)
        if inner is None:
            return ()
        model = inner
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part)) is not None), None)


def _columns(mapping: Mapping) -> list[str]:
    read: list[str | None] = [mapping.event.column if mapping.event else None, *mapping.id.columns]
    if mapping.coverage:
        read += [mapping.coverage.body_column, mapping.coverage.of_column]
    if mapping.estimate:
        estimate = mapping.estimate
        read += [estimate.body_column, estimate.column, estimate.low, estimate.best, estimate.high, estimate.place_column]
    at = mapping.occurred
    read += [at.column, at.start, at.end, at.imprecise.column if at.imprecise else None]
    if mapping.place:
        read += [mapping.place.lat, mapping.place.lon, mapping.place.radius_column]
        read.append(mapping.place.radius_by.column if mapping.place.radius_by else None)
    read.append(mapping.actor.column if mapping.actor else None)
    for rule in mapping.fields.values():
        read += [*rule.columns, rule.low, rule.best, rule.high, rule.start, rule.end, rule.currency_column]
        read.append(rule.unless.column if rule.unless else None)
    for source in mapping.sources:
        read += [source.column, *source.detail]
        read.append(source.lineage if source.lineage not in (None, "per_report") else None)
        read.append(source.group[1:] if source.group and source.group.startswith("@") else None)
    read += [skip.column for skip in mapping.skip]
    return [name for name in read if name is not None]


def with_changes(mapping: Mapping, changes: MappingOf[str, Any]) -> Mapping:
    """The mapping with some of its top tables replaced, checked anew (raises UnreadableFile)."""
    data = mapping.model_dump(by_alias=True, exclude_unset=True)
    data.update(changes)
    try:
        return Mapping.model_validate(data)
    except ValidationError as problem:
        raise UnreadableFile(_first(problem), "see the options of the format") from None
