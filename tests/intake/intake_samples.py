"""What the intake's tests share: small files, a small agreement, the folder of the real data sets."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from casus.intake import Accepted, KnownRule, Note, Rejected, Row, Skipped, read_rows
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.time import Clock, Instant

NOW = Instant.parse("2028-01-01T00:00Z")

MAPPING = """
[mapping]
name = "patrols"
missing = ["n/a"]

[event]
type = "strike"

[id]
column = "id"

[occurred]
column = "when"

[place]
lat = "lat"
lon = "lon"
radius = 500

[actor]
column = "who"
codes = { "Oskovian army" = "OSK", "Valdrian army" = "VDR" }

[fields.killed]
type = "count"
column = "killed"

[[sources]]
name = "patrol"
group = "mission"
"""

HEADER = "id,when,lat,lon,who,killed"
GOOD = "a1,2027-03-01T02:10Z,50.1,30.2,Oskovian army,3"


def shared(name: str) -> Path:
    """A file of the shared data folder; the test is skipped where it is not there."""
    root = Path(os.environ.get("CASUS_SHARED") or Path(__file__).resolve().parents[2].parent / "shared")
    path = root / "data" / name
    if not path.exists():
        pytest.skip(f"NOT RUN: the real data file {path} is not there (set CASUS_SHARED)")
    return path


def write(folder: Path, content: str | bytes, name: str = "rows.csv", *, packed: bool = False) -> Path:
    data = content.encode() if isinstance(content, str) else content
    path = folder / name
    path.write_bytes(gzip.compress(data) if packed else data)
    return path


def mapping_file(folder: Path, text: str = MAPPING, name: str = "mapping.toml") -> str:
    return str(write(folder, text, name))


def read_csv(folder: Path, content: str | bytes, mapping: str = MAPPING, known: str | None = None, **options: str) -> list[Row]:
    """The rows of a CSV text through a mapping text."""
    given = {"mapping": mapping_file(folder, mapping), **options}
    return list(read_rows(write(folder, content), "csv", given, KnownRule.parse(known)))


def taken(rows: list[Row]) -> list[Accepted]:
    return [row for row in rows if isinstance(row, Accepted)]


def refused(rows: list[Row]) -> list[Rejected]:
    return [row for row in rows if isinstance(row, Rejected)]


def left_out(rows: list[Row]) -> list[Skipped]:
    return [row for row in rows if isinstance(row, Skipped)]


def notes(rows: list[Row]) -> list[str]:
    return [row.text for row in rows if isinstance(row, Note)]


def agreement(*events: n.EventDecl) -> Agreement:
    """An agreement of two parties, one body and these events."""
    by_name = {event.name: event for event in events}
    nothing: dict[str, object] = {}
    parties = {code: n.PartyDecl(code=code, title=code, roles=("guarantor",)) for code in ("VDR", "KST")}
    return Agreement(  # type: ignore[arg-type]
        name="test",
        hash="sha256:0",
        path="test.casus.md",
        header=n.AgreementDecl(name="test"),
        clock=Clock(),
        declarations=(),
        articles=nothing,
        tables=nothing,
        regions=nothing,
        scenarios=(),
        roles=frozenset({"guarantor"}),
        parties=parties,
        bodies={"mission": n.BodyDecl(name="mission", title="Mission", roles=())},
        nonparties={"OSK": n.NonpartyDecl(code="OSK", title="Oskovia")},
        groups=nothing,
        events=by_name,
        ladders=nothing,
        findings=nothing,
        determinations=nothing,
        attributables=(),
        estimates=nothing,
        baselines=nothing,
        definitions=nothing,
        exceptions=nothing,
        triggers=nothing,
        decisions=nothing,
        norms=nothing,
        automatics=nothing,
        schedules=nothing,
        weights=nothing,
        packages=nothing,
        phases=nothing,
        term=None,
        suspension=None,
    )


def event(name: str, **fields: str) -> n.EventDecl:
    """`strike`, killed="count", weapon="one_of missile uav" …"""
    declared = []
    for field, words in fields.items():
        kind, *values = words.split()
        declared.append(n.FieldDecl(field, kind, tuple(values)))  # type: ignore[arg-type]
    return n.EventDecl(name=name, fields=tuple(declared))
