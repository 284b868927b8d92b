"""Every format, option, mapping key and reject column has its place in the documentation."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from casus.intake import FORMATS
from casus.intake import mapping as m
from casus.intake.rejects import COLUMNS

DOCS = Path(__file__).resolve().parents[2] / "docs"
INTAKE = (DOCS / "intake.md").read_text(encoding="utf-8")
MAPPING = (DOCS / "formats" / "mapping.md").read_text(encoding="utf-8")
REJECTS = (DOCS / "formats" / "rejects.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_heading_and_its_options_a_row(name: str) -> None:
    assert f"\n### {name}\n" in INTAKE
    assert FORMATS[name].about
    for option in FORMATS[name].options:
        row = next((line for line in INTAKE.splitlines() if line.startswith(f"| `{option.name}` |")), None)
        assert row is not None, option.name
        formats = row.split("|")[2]
        assert "all" in formats or f"`{name}`" in formats, (option.name, name)


def test_every_shipped_mapping_is_named() -> None:
    for name in m.shipped_mappings():
        assert f"`{name}" in INTAKE or f"### {name}" in INTAKE, name


def test_every_key_of_a_mapping_is_documented() -> None:
    tables = [one for one in vars(m).values() if isinstance(one, type) and issubclass(one, BaseModel) and one.model_fields]
    assert len(tables) == 17
    words = set(re.findall(r"[a-z_]+", MAPPING))
    for table in tables:
        for name, field in table.model_fields.items():
            assert (field.alias or name) in words, f"{table.__name__}.{name}"


def test_the_example_of_the_documentation_is_a_mapping() -> None:
    text = MAPPING.split("```toml\n")[1].split("```")[0]
    mapping = m.parse_mapping(text, "example")
    assert mapping.event.kinds["Parade"].skip == "no use of force"


def test_the_columns_of_the_rejects_are_documented() -> None:
    for column in COLUMNS:
        assert f"| `{column}` |" in REJECTS
    sample = REJECTS.split("```csv\n")[1].split("```")[0]
    [row] = csv.DictReader(io.StringIO(sample))
    assert tuple(row) == COLUMNS


def test_the_radii_of_the_documentation_are_those_of_the_mapping() -> None:
    metres = m.shipped_mapping("ucdp-ged").place.radius_by.metres  # type: ignore[union-attr]
    for code, radius in metres.items():
        assert re.search(rf"^\| {code} \|[^|]*\| {radius / 1000:,} km", INTAKE, re.MULTILINE), code
