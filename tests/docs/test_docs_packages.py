"""The packages are what docs/architecture.md says they are, and every module says what it is for."""

from __future__ import annotations

import ast
import tomllib

import pytest
from house_pages import DOCS, ROOT

SOURCE = ROOT / "src" / "casus"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "__pycache__" not in path.parts)
TOP = sorted(
    [path.name for path in SOURCE.iterdir() if (path / "__init__.py").is_file()]
    + [path.stem for path in SOURCE.glob("*.py") if path.stem != "__init__" and not path.stem.startswith("_")]
)


@pytest.mark.parametrize("name", TOP)
def test_every_room_stands_in_the_architecture(name):
    assert f"| `casus.{name}` |" in (DOCS / "architecture.md").read_text(encoding="utf-8")


def test_every_room_has_a_floor_in_the_import_contract():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = " ".join(project["tool"]["importlinter"]["contracts"][0]["layers"])
    assert sorted(layer.removeprefix("casus.") for layer in layers.replace("|", " ").replace(":", " ").split()) == TOP


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(SOURCE)))
def test_every_module_opens_with_a_docstring(module):
    text = module.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), f"{module.relative_to(ROOT)} says nothing about what it is for"


def test_no_module_is_much_longer_than_five_hundred_lines_without_a_reason():
    long = {str(module.relative_to(SOURCE)) for module in MODULES if len(module.read_text(encoding="utf-8").splitlines()) > 600}
    reasons = {
        "cli/main.py": "one short function for each command with its options, and nothing else",
        "language/nodes.py": "one flat list of the tree's classes: cut in two it would be harder to read",
        "triggers/conditions.py": "one short function for each kind of condition, in the order of the semantics",
    }
    assert long <= set(reasons)
