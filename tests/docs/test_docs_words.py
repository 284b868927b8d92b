"""Words that have no place in the project: hosts of registries, paths of a machine, unfinished work."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from house_pages import ROOT

# Written in pieces, so that this file is not its own first find.
FORBIDDEN = re.compile(
    "|".join(
        [
            "pypi" + r"\.org",
            "python" + "hosted",
            "registry" + r"\.npmjs",
            r"(?<![\w.])/" + r"(?:work|home|root|Users)/",
            r"\b" + "TO" + r"DO\b",
            r"\b" + "FIX" + r"ME\b",
            r"\b" + "X" + r"XX\b",
            "Not" + "ImplementedError",
        ]
    )
)
TEXT = {".py", ".md", ".toml", ".lark", ".json", ".geojson", ".txt", ".lock", ".yml", ".yaml", ".cfg", ""}


def tracked() -> list[Path]:
    """The files of the project: those git knows, or all that are no build output."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        names = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        folders = [ROOT / name for name in ("src", "tests", "docs", "changelog.d")]
        names = [*ROOT.glob("*"), *(path for folder in folders for path in folder.rglob("*"))]
    return sorted(path for path in names if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts)


def test_no_file_names_a_registry_host_a_machine_path_or_unfinished_work():
    found = []
    for path in tracked():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if match := FORBIDDEN.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match[0]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    ["see https://" + "pypi" + ".org/simple", "open('/" + "work/main/x')", "# TO" + "DO later", "/" + "home/someone/file"],
)
def test_the_search_finds_what_it_looks_for(line):
    assert FORBIDDEN.search(line)


@pytest.mark.parametrize("line", ["src/work/item.py", "a homework/ folder", "the mastodon", "docs/index.md"])
def test_the_search_leaves_ordinary_words_alone(line):
    assert not FORBIDDEN.search(line)
