"""What is installed, what docs/third-party.md says of it, and what the product may not touch."""

from __future__ import annotations

import ast
import re
from importlib import metadata

import pytest
from house_pages import DOCS, ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ORACLES = {"pymerkle", "cobalt", "lxml"}
BARRED = re.compile(r"\bA?GPL|GNU (Affero )?General Public|non-?commercial|CC-BY-NC", re.IGNORECASE)


def needed(names: set[str]) -> set[str]:
    """The installed distributions that these need, themselves included (canonical names)."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = canonicalize_name(todo.pop())
        if name in found:
            continue
        found.add(name)
        for text in metadata.requires(name) or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                todo.append(requirement.name)
    return found


def licence_of(name: str) -> str:
    """What the metadata says: the expression, or the classifiers, or the first line of the text."""
    said = metadata.metadata(name)
    classifiers = [c.rpartition(" :: ")[2] for c in said.get_all("Classifier") or [] if c.startswith("License :: ")]
    return said.get("License-Expression") or ", ".join(classifiers) or (said.get("License") or "").partition("\n")[0]


def table(heading: str) -> dict[str, str]:
    """Package → licence of one section of the page."""
    text = (DOCS / "third-party.md").read_text(encoding="utf-8")
    section = re.split(r"^## ", text, flags=re.MULTILINE)
    part = next(part for part in section if part.startswith(heading))
    rows = re.findall(r"^\| (\S+) \| ([^|]+) \|", part, re.MULTILINE)
    return {canonicalize_name(name): licence.strip() for name, licence in rows if name not in ("package", "---")}


PRODUCT = needed({"casus"}) - {"casus"}
SAID = table("What the product needs")


def test_every_dependency_of_the_product_is_listed():
    assert set(SAID) >= PRODUCT
    elsewhere = {"colorama", "greenlet"}  # needed on other platforms only
    assert set(SAID) - PRODUCT <= elsewhere


@pytest.mark.parametrize("name", sorted(PRODUCT))
def test_no_dependency_of_the_product_is_gpl_or_non_commercial(name):
    said = licence_of(name)
    assert said, f"{name} states no licence; read its files and note it in docs/third-party.md"
    assert not BARRED.search(said), f"{name}: {said}"
    assert not BARRED.search(SAID[name])


def test_the_oracle_is_gpl_and_stays_outside_the_product():
    assert BARRED.search(licence_of("pymerkle")), "the search finds what it looks for"
    assert not PRODUCT & ORACLES
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in ORACLES], f"{path} imports an oracle"


def test_every_tool_of_the_work_is_listed():
    listed = set(table("What the work on it needs")) | set(SAID)
    locked = set(re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    missing = {canonicalize_name(name) for name in locked} - listed
    assert not missing, f"docs/third-party.md does not name {', '.join(sorted(missing))}"
