"""The lock file names versions and hashes and no address (docs/adr/0002)."""

from __future__ import annotations

import re
import tomllib

from house_pages import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_the_lock_file_holds_no_address():
    assert "://" not in LOCK
    assert not re.search(r"^\s*--(index|extra|find|trusted)", LOCK, re.MULTILINE)


def test_every_package_has_a_version_and_a_hash():
    blocks = re.split(r"\n(?=\S)", "\n".join(line for line in LOCK.splitlines() if not line.lstrip().startswith("#")))
    packages = [block for block in blocks if block.strip()]
    assert len(packages) > 20
    for block in packages:
        assert re.match(r"[A-Za-z0-9._-]+==\S+", block), block.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block.splitlines()[0]


def test_every_dependency_of_the_project_is_locked_within_its_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    locked = {
        canonicalize_name(name): version for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", LOCK, re.MULTILINE)
    }
    for text in [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]:
        requirement = Requirement(text)
        name = canonicalize_name(requirement.name)
        assert name in locked, f"{name} is not locked: run make lock"
        assert requirement.specifier.contains(locked[name], prereleases=True), f"{name} {locked[name]}: run make lock"


def test_the_makefile_installs_by_hash():
    assert "--require-hashes" in (ROOT / "Makefile").read_text(encoding="utf-8")
