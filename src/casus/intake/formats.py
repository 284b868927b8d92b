"""The formats that `casus import` reads, each with its options; the command line and the documentation list them from here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from casus.intake import mapping as m
from casus.intake.delimited import read_delimited
from casus.intake.draft import Settings
from casus.intake.geojson import read_geojson
from casus.intake.known import KnownRule
from casus.intake.rows import BadValue, Row, UnreadableFile, did_you_mean
from casus.intake.values import number

Options = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One `--option NAME=VALUE`. `default` None: nothing is set where it is not given."""

    name: str
    meaning: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A format by its name; `read` gives the rows of a file (raises UnreadableFile before the first one)."""

    name: str
    about: str
    options: tuple[Option, ...]
    read: Callable[[Path, Options, KnownRule], Iterator[Row]]


def read_rows(path: Path, format_name: str, options: Options | None = None, known: KnownRule | None = None) -> Iterator[Row]:
    """Every row of the file in the named format (raises UnreadableFile for a format, an option or a file that is none)."""
    chosen = FORMATS.get(format_name)
    if chosen is None:
        raise UnreadableFile(
            f"no format {format_name!r}{did_you_mean(format_name, FORMATS)}", f"the formats are {', '.join(FORMATS)}"
        )
    names = [option.name for option in chosen.options]
    for name in options or {}:
        if name not in names:
            raise UnreadableFile(
                f"{format_name} has no option {name!r}{did_you_mean(name, names)}", f"its options are {', '.join(names)}"
            )
    return chosen.read(path, options or {}, known or KnownRule())


_EVENT = Option("event", "the event type of every report, instead of the mapping's")
_MARKING = Option("marking", "the marking of every entry: CLEAR, GREEN, AMBER, AMBER+STRICT or RED", "CLEAR")
_AUTHOR = Option("author", "who puts the entries on the record")
_BBOX = Option("bbox", "west,south,east,north in degrees: a place outside is accepted with a warning")
_DELIMITER = Option("delimiter", "the character between fields (`tab` for a tabulator)", ",")
_RADIUS = Option("radius", "radii of error in metres by where_prec, instead of the mapping's: 1:2000,4:120000")
_DYAD = Option("dyad", "`yes`: keep the names of the conflict and of the dyad as text fields", "no")
_MAPPING = Option("mapping", "the mapping file (TOML), or the name of a shipped mapping; see docs/formats/mapping.md")
_AFFILIATION = Option("affiliation", "the code of the party for which every source of the file speaks")
_COMMON = (_EVENT, _MARKING, _AUTHOR, _AFFILIATION, _BBOX)


def _changed(mapping: m.Mapping, options: Options) -> m.Mapping:
    """The mapping with the common options in it."""
    changes: dict[str, Any] = {name: options[name] for name in ("marking", "author") if name in options}
    if "event" in options:
        if mapping.event is None:
            raise UnreadableFile("event: the rows of this mapping are no reports")
        changes["event"] = {"type": options["event"]}
    if "affiliation" in options:
        sources = [source.model_dump(exclude_unset=True) for source in mapping.sources]
        changes["sources"] = [{**source, "affiliated": options["affiliation"]} for source in sources]
    if "radius" in options:
        changes["place"] = _with_radii(mapping, options["radius"])
    return m.with_changes(mapping, changes) if changes else mapping


def _with_radii(mapping: m.Mapping, text: str) -> dict[str, Any]:
    if mapping.place is None or mapping.place.radius_by is None:
        raise UnreadableFile("radius: the mapping has no table of radii")
    metres = dict(mapping.place.radius_by.metres)
    for part in text.split(","):
        code, colon, value = part.partition(":")
        try:
            if not colon or code.strip() not in metres:
                raise BadValue(f"{part!r} names no code of {mapping.place.radius_by.column}")
            metres[code.strip()] = number(value)
        except BadValue as problem:
            raise UnreadableFile(f"radius: {problem.reason}", "write it like 1:2000,4:120000") from None
    place = mapping.place.model_dump(exclude_unset=True)
    place["radius_by"] = {"column": mapping.place.radius_by.column, "metres": metres}
    return place


def _settings(path: Path, options: Options, known: KnownRule, *flags: str) -> Settings:
    return Settings(
        path.name, known, _bbox(options.get("bbox")), frozenset(f for f in flags if options.get(f, "no") in ("yes", "true"))
    )


def _bbox(text: str | None) -> tuple[Decimal, Decimal, Decimal, Decimal] | None:
    if text is None:
        return None
    try:
        west, south, east, north = (number(part) for part in text.split(","))
    except ValueError:
        raise UnreadableFile(
            f"bbox {text!r}: not four numbers", "write it like 22.1,44.2,40.3,52.4 (west,south,east,north)"
        ) from None
    if not (south <= north and all(abs(lat) <= 90 for lat in (south, north)) and all(abs(lon) <= 180 for lon in (west, east))):
        raise UnreadableFile(f"bbox {text!r}: not west,south,east,north in degrees")
    return west, south, east, north


def _delimiter(options: Options) -> str:
    given = options.get("delimiter", ",")
    given = {"tab": "\t", "\\t": "\t"}.get(given, given)
    if len(given) != 1 or given in '"\r\n':
        raise UnreadableFile(f"delimiter {given!r}: not a single character")
    return given


def _read_ged(path: Path, options: Options, known: KnownRule) -> Iterator[Row]:
    mapping = _changed(m.shipped_mapping("ucdp-ged"), options)
    return read_delimited(path, lambda header: mapping, _settings(path, options, known, "dyad"), _delimiter(options))


def _read_sirens(path: Path, options: Options, known: KnownRule) -> Iterator[Row]:
    def by_header(header: Sequence[str]) -> m.Mapping:
        shape = "sirens-volunteer" if "region" in header and "oblast" not in header else "sirens-official"
        return _changed(m.shipped_mapping(shape), options)

    return read_delimited(path, by_header, _settings(path, options, known), _delimiter(options))


def _read_csv(path: Path, options: Options, known: KnownRule) -> Iterator[Row]:
    if "mapping" not in options:
        raise UnreadableFile(
            "csv needs a mapping", "give one with the option mapping=FILE; docs/formats/mapping.md says how to write it"
        )
    mapping = _changed(m.find_mapping(options["mapping"]), options)
    return read_delimited(path, lambda header: mapping, _settings(path, options, known), _delimiter(options))


def _read_geojson(path: Path, options: Options, known: KnownRule) -> Iterator[Row]:
    own = options.get("mapping")
    mapping = _changed(m.find_mapping(own) if own else m.shipped_mapping("geojson"), options)
    return read_geojson(path, mapping, _settings(path, options, known))


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Format(
                "ucdp-ged",
                "fatal events of the UCDP Georeferenced Event Dataset, CSV",
                (*_COMMON, _DELIMITER, _RADIUS, _DYAD),
                _read_ged,
            ),
            Format(
                "sirens",
                "air raid sirens of Ukraine, official or volunteer list (told by the header), CSV; a siren is not an attack",
                (*_COMMON, _DELIMITER),
                _read_sirens,
            ),
            Format("csv", "any CSV, by a mapping file", (_MAPPING, *_COMMON, _DELIMITER), _read_csv),
            Format(
                "geojson",
                "points of a GeoJSON FeatureCollection or of GeoJSON text sequences, by a mapping or by conventional names",
                (_MAPPING, *_COMMON),
                _read_geojson,
            ),
        )
    }
)
