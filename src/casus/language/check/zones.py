"""E31x: the files a text is pinned to, and the regions that its zones stand for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from casus.diagnostics import Diagnostic, Span
from casus.geo import (
    FeatureZone,
    Minus,
    Open,
    Plus,
    Region,
    ZoneFile,
    ZoneProblem,
    check_pin,
    feature_zone,
    read_zone_file,
    straight,
    within,
)
from casus.language import nodes as n
from casus.language.agreement import NearKey
from casus.language.check.codes import finding
from casus.language.check.cycles import MOST_NESTED, depths, find_cycles
from casus.language.check.scope import Scope
from casus.language.check.walk import placed_zones, zone_names

_PIN: Final = re.compile(r"sha256:[0-9a-f]{64}")
_MOST_BYTES: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Zones:
    """Every zone of a text that could be made, and the hash (hex) of every file that was read."""

    named: Mapping[str, Region] = field(default_factory=dict)
    expressions: Mapping[n.ZoneExpr, Region] = field(default_factory=dict)
    near: Mapping[NearKey, Region] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(slots=True)
class _Builder:
    scope: Scope
    regions: dict[str, Region] = field(default_factory=dict)
    files: dict[str, ZoneFile | ZoneProblem] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)


def build_zones(scope: Scope) -> Zones:
    """Read the files, check their pins and make the regions. What cannot be made is said, and left out."""
    made = _Builder(scope)
    for zone in _in_order(made):
        region = _region(made, zone)
        if region is not None:
            made.regions[zone.name] = region
    expressions: dict[n.ZoneExpr, Region] = {}
    near: dict[NearKey, Region] = {}
    for decl in scope.declarations:
        place = decl.place("where", "when", "act")
        for used in placed_zones(decl):
            if isinstance(used, n.CNear):
                distance = _near(made, None, used.length, used.zone, place)
                if distance is not None:
                    near[(used.length, used.zone)] = distance
            else:
                whole = _expression(made, used, place)
                if whole is not None:
                    expressions[used] = whole
    for decl in scope.of("use"):
        _use(made, decl)
    return Zones(made.regions, expressions, near, made.hashes, tuple(made.found))


def _region(made: _Builder, zone: n.ZoneDecl) -> Region | None:
    if zone.open is not None:
        return Open()
    return _feature(made, zone) if zone.expr is None else _expression(made, zone.expr, zone.place("expr"))


def _in_order(made: _Builder) -> list[n.ZoneDecl]:
    """The zones so that each comes after those it is made of; without those made of themselves, or too deep."""
    edges = {z.name: [(part, z.place("expr")) for part in zone_names(z.expr)] for z in made.scope.of("zone")}
    bad: set[str] = set()
    for cycle in find_cycles(edges):
        bad |= set(cycle)
        decl = made.scope.get(cycle[0], "zone")
        message = f"the zone {cycle[0]} is made of itself: {' → '.join((*cycle, cycle[0]))}"
        because = [made.scope.symbols[name].because for name in cycle[1:]]
        made.found.append(finding("E407", message, decl.place("expr"), because=because))
    depth = depths(edges)
    deep: list[n.ZoneDecl] = []
    for zone in made.scope.of("zone"):
        if depth[zone.name] + _depth(zone.expr) > MOST_NESTED and zone.name not in bad:
            deep.append(zone)
    if deep:
        zone = min(deep, key=lambda z: depth[z.name])
        message = f"{zone.name} is made of zones nested more than {MOST_NESTED} deep"
        made.found.append(finding("E411", message, zone.place("expr")))
        bad |= {z.name for z in deep}
    return sorted((z for z in made.scope.of("zone") if z.name not in bad), key=lambda z: depth[z.name])


def _depth(expr: n.ZoneExpr | None) -> int:
    match expr:
        case n.ZNear(zone=left, of=right) | n.ZMinus(left=left, right=right) | n.ZPlus(left=left, right=right):
            return 1 + max(_depth(left), _depth(right))
        case _:
            return 0


def _feature(made: _Builder, decl: n.ZoneDecl) -> Region | None:
    file = _file(made, decl.path or "")
    problem = file if isinstance(file, ZoneProblem) else check_pin(file, decl.pinned)
    if problem is None and isinstance(file, ZoneFile):
        zone = feature_zone(file, decl.feature or "")
        if isinstance(zone, FeatureZone):
            return zone
        problem = zone
    if problem is not None:
        place = {"pin": "pinned", "feature": "feature"}.get(problem.reason, "path")
        code = "E311" if problem.reason == "pin" else "E310"
        made.found.append(finding(code, problem.message, decl.place(place), help=problem.help))
    return None


def _file(made: _Builder, path: str) -> ZoneFile | ZoneProblem:
    folder = made.scope.folder
    if folder is None:
        return ZoneProblem("missing", f"{path} lies beside the agreement, and this text has no folder", "load it from a file")
    if path not in made.files:
        made.files[path] = read_zone_file(folder, path)
    file = made.files[path]
    if isinstance(file, ZoneFile):
        made.hashes[path] = file.sha256
    return file


def _expression(made: _Builder, expr: n.ZoneExpr, span: Span | None) -> Region | None:
    match expr:
        case n.ZName(name=name):
            return made.regions.get(name)
        case n.ZNear(zone=zone, length=length, of=of):
            inner = _expression(made, zone, span)
            return None if inner is None else _near(made, inner, length, of, span)
        case n.ZMinus(left=left, right=right) | n.ZPlus(left=left, right=right):
            first, second = _expression(made, left, span), _expression(made, right, span)
            if first is None or second is None:
                return None
            whole: Region = Minus(first, second) if isinstance(expr, n.ZMinus) else Plus(first, second)
            edges = straight(whole)
            if edges is not None and edges.is_empty:
                message = f"nothing is left of {_words(expr)}"
                made.found.append(finding("E313", message, span, help="look at which zone is taken from which"))
                return None
            return whole


def _near(made: _Builder, zone: Region | None, length: n.Length, of: n.ZoneExpr, span: Span | None) -> Region | None:
    target = _expression(made, of, span)
    if target is None:
        return None
    near = within(zone, float(length.metres), target)
    if near is None:
        made.found.append(
            finding(
                "E312",
                f"a distance is measured to a zone with straight edges; {_words(of)} is itself made with a distance",
                span,
                help="measure to the zone or line that it was made from, with a larger or smaller distance",
            )
        )
        return None
    return near


def _words(expr: n.ZoneExpr) -> str:
    match expr:
        case n.ZName(name=name):
            return name
        case n.ZNear(zone=zone, length=length, of=of):
            return f"{_words(zone)} within {length.number.text} {length.unit} of {_words(of)}"
        case n.ZMinus(left=left, right=right):
            return f"{_words(left)} minus {_words(right)}"
        case n.ZPlus(left=left, right=right):
            return f"{_words(left)} plus {_words(right)}"


def _use(made: _Builder, decl: n.UseDecl) -> None:
    """A text that this one relies on: any file beside it, pinned like a zone."""
    folder = made.scope.folder
    actual = _sha256(folder, decl.path) if folder is not None else None
    if actual is None:
        message = f"{decl.path} cannot be read beside the agreement"
        made.found.append(
            finding("E310", message, decl.place("path"), help="put it into the agreement's folder (8 MiB at most)")
        )
        return
    made.hashes[decl.path] = actual
    if decl.pinned != f"sha256:{actual}":
        looks = "" if _PIN.fullmatch(decl.pinned) else " (a pin is sha256: and 64 hex digits)"
        made.found.append(
            finding(
                "E311",
                f"{decl.path} is not the file that was pinned: its hash is sha256:{actual}, the pin is {decl.pinned}{looks}",
                decl.place("pinned"),
                help=f'if this is the right file, write: pinned "sha256:{actual}"',
            )
        )


def _sha256(folder: Path, path: str) -> str | None:
    if "\0" in path or Path(path).is_absolute():
        return None
    full = (folder / path).resolve()
    try:
        if not full.is_relative_to(folder.resolve()) or full.stat().st_size > _MOST_BYTES:
            return None
        return hashlib.sha256(full.read_bytes()).hexdigest()
    except OSError:
        return None
