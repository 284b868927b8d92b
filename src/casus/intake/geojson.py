"""GeoJSON (RFC 7946) and GeoJSON text sequences (one feature a line, RFC 8142 marks allowed): points to rows.

The file is not loaded whole: features are cut out of it one by one by their braces, so that a feature that is no JSON, or no
point, is rejected alone. Longitude comes first in a position. What is no point is not guessed at: it is rejected, and a ring
that crosses itself is named.
"""

from __future__ import annotations

import codecs
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Final, NoReturn

import shapely
from shapely.geometry import shape
from shapely.validation import explain_validity

from casus.intake.delimited import notes_of, row_of
from casus.intake.draft import DraftOf, Settings, compile_mapping
from casus.intake.lines import open_bytes
from casus.intake.mapping import Mapping
from casus.intake.rows import BadValue, Note, Rejected, Row, UnreadableFile, shorten

MAX_FEATURE: Final = 16 * 1024 * 1024
"""Bytes; a feature larger than this ends the reading of the file."""
_CHUNK: Final = 1 << 16
_FEATURES = re.compile(rb'"features"\s*:\s*\[')
_NEXT_FEATURE = re.compile(rb'\{\s*"type"\s*:\s*"Feature"')
_CUT_SHORT: Final = "the file was cut short: fetch it again"
_UNPAIRED: Final = "mend its braces and quotation marks"
_MARK = re.compile(rb'["{}\[\]]')
_STRING_END = re.compile(rb'["\\]')
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BARE = re.compile(rb".[^,{\]\s]*", re.DOTALL)
_COORDINATES = ("geometry.lat", "geometry.lon")


def read_geojson(path: Path, mapping: Mapping, settings: Settings) -> Iterator[Row]:
    """Every feature of the file as a row; its line is that on which it begins (raises UnreadableFile at the first step)."""
    with open_bytes(path) as stream:
        cutter = _Cutter(stream, path.name)
        plan = _Plan(mapping, settings)
        yield from notes_of(mapping, ())
        row = 0
        for piece in cutter:
            row += 1
            text = piece.raw.decode(errors="replace").strip()
            shown = shorten(text, 65_536)
            if piece.problem:
                yield Rejected(row, piece.line, piece.problem, piece.help, shown, fatal=piece.fatal)
                continue
            try:
                feature = _parse(piece.raw)
                cells, draft = plan.cells(feature)
            except BadValue as problem:
                yield Rejected(row, piece.line, problem.reason, problem.help, shown)
                continue
            yield row_of(draft, row, piece.line, cells, shown)
        if row == 0:
            yield Note("the collection holds no feature")
        if plan.kept_out:
            yield Note(f"properties not kept: {', '.join(sorted(plan.kept_out))}")


class _Plan:
    """The mapping for features, whose properties may differ from one to the next."""

    def __init__(self, mapping: Mapping, settings: Settings) -> None:
        self._mapping = mapping
        self._settings = settings
        known = settings.known.column
        self._columns = tuple(dict.fromkeys((*mapping.columns(), *((known,) if known is not None else ()))))
        self._compiled: dict[tuple[str, ...], DraftOf] = {}
        self._own = {name for column in self._columns for name in (column, *mapping.mapping.aliases.get(column, ()))}
        self.kept_out: set[str] = set()

    def cells(self, feature: dict[str, Any]) -> tuple[list[str], DraftOf]:
        """The feature's properties as cells, and the function that drafts them."""
        properties = feature.get("properties") or {}
        if not isinstance(properties, dict):
            raise BadValue("the properties are not an object")
        values = {name: _cell(name, value) for name, value in properties.items()}
        if feature.get("id") is not None:
            values.setdefault("id", _cell("id", feature["id"]))
        values |= dict(zip(_COORDINATES, _position(feature.get("geometry")), strict=True))
        rest = [name for name in values if name not in self._own and name not in _COORDINATES]
        if self._mapping.rest == "drop":
            self.kept_out.update(rest[: 200 - len(self.kept_out)])
            rest = []
        names = (*self._columns, *rest)
        draft = self._compiled.get(names)
        if draft is None:
            if len(self._compiled) > 256:
                self._compiled.clear()
            draft = self._compiled[names] = compile_mapping(self._mapping, names, self._settings)
        aliases = self._mapping.mapping.aliases
        firsts = (
            next((values[n] for n in (column, *aliases.get(column, ())) if values.get(n)), "") for column in self._columns
        )
        return [*firsts, *(values[name] for name in rest)], draft


def _cell(name: str, value: object) -> str:
    """A property as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        if "\0" in value:
            raise BadValue(f"the property {shorten(name)!r} holds a NUL character")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BadValue(f"the property {shorten(name)!r} holds half of a surrogate pair") from None
        return value
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, default=str, ensure_ascii=False, sort_keys=True)


def _position(geometry: object) -> tuple[str, str]:
    """Latitude and longitude of a point, or two empty texts for a feature without a place (raises BadValue)."""
    if geometry is None:
        return "", ""
    if not isinstance(geometry, dict):
        raise BadValue("the geometry is not an object")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind != "Point":
        raise BadValue(
            f"the geometry is a {shorten(str(kind))}{_flaw(geometry)}, and a report needs a Point",
            "give the point with its radius of error",
        )
    if (
        not isinstance(coordinates, list)
        or not 2 <= len(coordinates) <= 3
        or not all(isinstance(n, Decimal) for n in coordinates)
    ):
        raise BadValue("the coordinates of a Point are [longitude, latitude]")
    return str(coordinates[1]), str(coordinates[0])


def _flaw(geometry: dict[str, Any]) -> str:
    """What is wrong with an area, for the message: ` whose ring crosses itself near …`."""
    try:
        drawn = shape(json.loads(json.dumps(geometry, default=float)))
        if drawn.is_valid:
            return ""
        return f" that is not valid ({explain_validity(drawn)})"
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError, shapely.errors.ShapelyError):
        return " whose coordinates cannot be read"


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        text = raw.decode()
    except UnicodeDecodeError as problem:
        raise BadValue(
            f"the feature holds bytes that are not UTF-8 ({raw[problem.start]:#04x})", "save the file as UTF-8"
        ) from None
    try:
        feature = json.loads(text, parse_float=Decimal, parse_int=_integer, parse_constant=_not_finite)
    except json.JSONDecodeError as problem:
        raise BadValue(f"not JSON: {problem.msg} at character {problem.pos} of the feature") from None
    except RecursionError:
        raise BadValue("the feature is nested too deeply") from None
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise BadValue("not a GeoJSON Feature", 'a feature has "type": "Feature"')
    return feature


def _integer(text: str) -> Decimal:
    if len(text) > 40:
        raise BadValue(f"{shorten(text)!r} is not a number of this world")
    return Decimal(text)


def _not_finite(text: str) -> NoReturn:
    raise BadValue(f"{text} is not a finite number (nor JSON)", "use null where a value is not known")


@dataclass(frozen=True, slots=True)
class _Piece:
    """The bytes of one feature, or why there are none."""

    line: int
    raw: bytes
    problem: str = ""
    help: str = ""
    fatal: bool = False


def _is_feature(text: bytes) -> bool:
    """It begins with a feature, not with a collection: the first type that it names, nesting aside, is Feature."""
    return re.search(rb'"type"\s*:\s*"Feature"', text[:_CHUNK]) is not None


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


class _Cutter:
    """Cuts features out of a stream of bytes by their braces, without reading it whole."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        """Finds out which of the forms it is (raises UnreadableFile if none)."""
        self._stream = stream
        self._buffer = b""
        self._line = 1
        self._damage: str | None = None
        self._fill()
        self._buffer = self._buffer.removeprefix(codecs.BOM_UTF8)
        first = self._buffer.lstrip(b"\x1e \t\r\n")
        if not first:
            raise UnreadableFile(f"{name}: {self._damage or 'the file is blank'}")
        if not first.startswith(b"{"):
            raise UnreadableFile(
                f"{name}: not GeoJSON: it begins with {first[:20].decode(errors='replace')!r}", "a GeoJSON file begins with {"
            )
        # Three forms: a list within a collection; a feature a line; features one after the other, over several lines.
        self._listed = _FEATURES.search(self._buffer) is not None or not _is_feature(first)
        self._by_lines = not self._listed and (self._buffer.lstrip().startswith(b"\x1e") or _is_json(first.split(b"\n", 1)[0]))
        if self._listed and not self._find_features():
            raise UnreadableFile(f"{name}: not GeoJSON: no list of features", 'a FeatureCollection has "features": [ … ]')

    def __iter__(self) -> Iterator[_Piece]:
        return self._by_line() if self._by_lines else self._by_brace()

    def _fill(self) -> bool:
        """More bytes in the buffer; False at the end of the file, or where it is damaged."""
        try:
            more = self._stream.read(_CHUNK)
        except (EOFError, OSError, zlib.error) as problem:
            self._damage = f"the file is damaged from here on ({problem}); nothing after it was read"
            return False
        self._buffer += more
        return bool(more)

    def _take(self, count: int) -> bytes:
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        self._line += taken.count(b"\n")
        return taken

    def _find_features(self) -> bool:
        """Stands just after the bracket that opens the list of features."""
        while (match := _FEATURES.search(self._buffer)) is None:
            if len(self._buffer) > MAX_FEATURE or not self._fill():
                return False
        self._take(match.end())
        return True

    def _by_line(self) -> Iterator[_Piece]:
        while True:
            at = self._buffer.find(b"\n")
            while at < 0 and len(self._buffer) <= MAX_FEATURE and self._fill():
                at = self._buffer.find(b"\n")
            if len(self._buffer) > MAX_FEATURE and at < 0:
                yield _Piece(self._line, self._buffer[:200], "the line has no end; nothing after it was read", fatal=True)
                return
            line = self._line
            raw = self._take(at + 1 if at >= 0 else len(self._buffer)).strip(b"\x1e \t\r\n")
            if raw:
                yield _Piece(line, raw)
            if at < 0:
                if self._damage:
                    yield _Piece(self._line, b"", self._damage, "fetch the file again: features are missing", fatal=True)
                return

    def _by_brace(self) -> Iterator[_Piece]:
        while True:
            self._skip_between()
            line = self._line
            if not self._buffer:
                if self._listed or self._damage:
                    yield _Piece(line, b"", self._damage or "the list of features is not closed", _CUT_SHORT, fatal=True)
                return
            if self._listed and self._buffer[:1] == b"]":
                return
            if self._buffer[:1] != b"{":
                yield _Piece(line, self._take(self._end_of_stray()), "not a feature", "a list of features holds objects only")
                continue
            end = self._end_of_value()
            after = _NEXT_FEATURE.search(self._buffer, 1, len(self._buffer) if end is None else end)
            if after is not None and (
                end is None or not _is_json(self._buffer[:end])
            ):  # no feature lies in another: the first one lacks a brace or a quotation mark
                yield _Piece(line, self._take(after.start()), "the feature is not closed before the next one begins", _UNPAIRED)
            elif end is None:
                problem = self._damage or "the feature is not closed; nothing after it was read"
                yield _Piece(line, self._buffer[:1000], problem, _CUT_SHORT, fatal=True)
                return
            else:
                yield _Piece(line, self._take(end))

    def _skip_between(self) -> None:
        """Blanks, commas and record marks before the next feature."""
        while True:
            rest = self._buffer.lstrip(b" \t\r\n,\x1e")
            self._take(len(self._buffer) - len(rest))
            if self._buffer or not self._fill():
                return

    def _end_of_stray(self) -> int:
        """How many bytes something takes that is no object: a list, a string, a bare word. At least one."""
        if self._buffer[:1] == b"[":
            return self._end_of_value() or len(self._buffer)
        pattern = _STRING if self._buffer[:1] == b'"' else _BARE
        while (found := pattern.match(self._buffer)) is None or found.end() == len(self._buffer):
            if len(self._buffer) > MAX_FEATURE or not self._fill():
                return found.end() if found is not None else len(self._buffer)
        return found.end()

    def _end_of_value(self) -> int | None:
        """How many bytes the next value takes; None if it does not end."""
        at, depth, in_string = 0, 0, False
        while True:
            match = (_STRING_END if in_string else _MARK).search(self._buffer, at)
            if match is None:
                at = len(self._buffer)
                if at > MAX_FEATURE or not self._fill():
                    return None
                continue
            at = match.end()
            mark = match[0]
            if in_string:
                if mark == b"\\":
                    at += 1
                else:
                    in_string = False
            elif mark == b'"':
                in_string = True
            elif mark in b"{[":
                depth += 1
            else:
                depth -= 1
                if depth == 0:
                    return at
