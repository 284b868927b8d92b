"""The demo's source files as text: what a mission, a press desk, a treasury and a secretariat would hand in.

`source_files` gives file name → content for a seed; the same seed and rates give the same bytes. Every file says that
its data are synthetic and its states fictional.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from casus.cli.demo import parameters as p
from casus.cli.demo.fire import Firing, Jammed, Refusal, volume
from casus.cli.demo.story import Delivery, Line, deliveries, record
from casus.cli.demo.strikes import Strike, Told, claimed, drawn, planned
from casus.time import Instant

NOTICE: Final = "synthetic data; all states are fictional"

AGREEMENT: Final = "agreements/valdria-compact.casus.md"
ZONES: Final = "agreements/zones/valdria.geojson"
RECORD: Final = "sources/record.acts"
RECORD_MARKED: Final = "sources/record-amber.acts"

SHIPPED: Final = (
    AGREEMENT,
    ZONES,
    "mappings/firing.toml",
    "mappings/refusals.toml",
    "mappings/jamming.toml",
    "mappings/strikes.toml",
    "mappings/claims.toml",
    "mappings/deliveries.toml",
    "README.md",
)
"""What is laid out as it comes with Casus; everything else is made from the seed."""


@dataclass(frozen=True, slots=True)
class Import:
    """One file to import: its format, its mapping, and the column that says when a row was known."""

    path: str
    format: str
    mapping: str
    known: str = "known"


IMPORTS: Final = (
    Import("sources/firing.csv", "csv", "mappings/firing.toml"),
    Import("sources/refusals.csv", "csv", "mappings/refusals.toml"),
    Import("sources/jamming.geojson", "geojson", "mappings/jamming.toml"),
    Import("sources/strikes.csv", "csv", "mappings/strikes.toml"),
    Import("sources/claims.csv", "csv", "mappings/claims.toml"),
    Import("sources/deliveries.csv", "csv", "mappings/deliveries.toml"),
)
RECORDS: Final = ((RECORD, "CLEAR"), (RECORD_MARKED, "AMBER"))
"""The acts, by marking."""


def shipped_files() -> dict[str, bytes]:
    """The files that do not depend on the seed."""
    folder = files("casus.cli.demo") / "files"
    return {name: folder.joinpath(*name.split("/")).read_bytes() for name in SHIPPED}


def source_files(seed: int, rates: p.Rates) -> dict[str, str]:
    """The files made from the seed, in the order in which they are imported."""
    counted = volume(seed, rates)
    story = planned()
    strikes = sorted([*story, *drawn(seed, rates, story)], key=lambda strike: (strike.known, strike.id))
    claims = sorted(claimed(seed, rates), key=lambda strike: (strike.known, strike.id))
    acts = record(seed, rates, counted, strikes)
    return {
        "sources/firing.csv": _firing_csv(counted.firings),
        "sources/refusals.csv": _refusals_csv(counted.refusals),
        "sources/jamming.geojson": _jamming_geojson(counted.jammed),
        "sources/strikes.csv": _strikes_csv(strikes),
        "sources/claims.csv": _claims_csv(claims),
        "sources/deliveries.csv": _deliveries_csv(deliveries()),
        RECORD: _acts(line for line in acts if not line.marked),
        RECORD_MARKED: _acts(line for line in acts if line.marked),
    }


def _csv(header: Sequence[str], rows: Iterable[Sequence[str | int | Instant]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*header, "notice"])
    writer.writerows([*map(str, row), NOTICE] for row in rows)
    return out.getvalue()


def _firing_csv(firings: Iterable[Firing]) -> str:
    header = ("id", "from", "to", "known", "side", "lat", "lon", "radius_m", "kind", "rounds_low", "rounds_high")
    return _csv(
        header,
        (
            (
                f.id,
                f.first,
                f.last,
                f.reported,
                f.side or "",
                f.lat,
                f.lon,
                f.radius_m,
                f.kind,
                f.rounds_low,
                "" if f.rounds_high is None else f.rounds_high,
            )
            for f in firings
        ),
    )


def _refusals_csv(refusals: Iterable[Refusal]) -> str:
    return _csv(("id", "at", "known", "side", "lat", "lon"), ((r.id, r.at, r.reported, r.side, r.lat, r.lon) for r in refusals))


def _jamming_geojson(jammed: Iterable[Jammed]) -> str:
    head = json.dumps({"type": "FeatureCollection", "notice": NOTICE})[:-1]
    features = ",\n".join(
        json.dumps(
            {
                "type": "Feature",
                "properties": {"id": j.id, "at": str(j.at), "known": str(j.reported), "minutes": j.minutes},
                "geometry": {"type": "Point", "coordinates": [float(j.lon), float(j.lat)]},
            }
        )
        for j in jammed
    )
    return f'{head}, "features": [\n{features}\n]}}\n'


VOICES: Final = 3


def _strikes_csv(strikes: Iterable[Strike]) -> str:
    voices = [f"{what}_{n}" for n in range(1, VOICES + 1) for what in ("source", "origin", "owner")]
    header = ("id", "from", "to", "known", "side", "lat", "lon", "radius_m", "weapon", "killed_low", "killed_high")
    return _csv(
        (*header, *voices, "model"),
        (
            (
                s.id,
                s.first,
                s.last,
                s.known,
                s.actor,
                s.lat,
                s.lon,
                s.radius_m,
                s.weapon,
                s.killed_low,
                s.killed_high,
                *_voices(s),
                next((told.voice.name for told in s.told if told.voice.model), ""),
            )
            for s in strikes
        ),
    )


def _voices(strike: Strike) -> list[str]:
    cells: list[str] = []
    told: list[Told] = [told for told in strike.told if not told.voice.model]
    for number, one in enumerate(told, 1):
        cells += [one.voice.name, f"{strike.id} report {1 if one.repeats else number}", one.voice.group]
    return cells + [""] * (3 * VOICES - len(cells))


def _claims_csv(claims: Iterable[Strike]) -> str:
    header = ("id", "at", "known", "side", "lat", "lon", "radius_m", "weapon", "killed_low", "killed_high", "source")
    return _csv(
        header,
        (
            (
                c.id,
                c.last,
                c.known,
                c.actor,
                c.lat,
                c.lon,
                c.radius_m,
                c.weapon,
                c.killed_low,
                c.killed_high,
                c.told[0].voice.name,
            )
            for c in claims
        ),
    )


def _deliveries_csv(given: Iterable[Delivery]) -> str:
    rows = ((d.id, str(d.day)[:10], d.known, d.party, "EUR", d.euros) for d in given)
    return _csv(("id", "day", "known", "party", "currency", "amount"), rows)


def _acts(lines: Iterable[Line]) -> str:
    head = f"# The record of the secretariat: {NOTICE}.\n# One act a line, as in a scenario (docs/language.md).\n"
    return head + "".join(f"{line}\n" for line in lines)
