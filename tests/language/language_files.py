"""Where the texts for the tests of the language lie, and small helpers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
FIXTURES = HERE / "fixtures"
REPOSITORY = HERE.parents[1]
IDENTITY = FIXTURES / "identity.casus.md"
BAD = sorted((FIXTURES / "bad").glob("*.casus.md"))
OWN_TEXTS = sorted(
    path
    for folder in ("tests", "src", "agreements")
    for path in (REPOSITORY / folder).rglob("*.casus.md")
    if (FIXTURES / "bad") not in path.parents
)
"""Every agreement of the repository that is meant to be sound."""


often = settings(deadline=None, max_examples=int(os.environ.get("CASUS_EXAMPLES", "40")))
"""For the properties of the language; CASUS_EXAMPLES=2000 looks longer."""


def shared(*names: str) -> Path:
    """A file of the folder that lies beside the repository (or where CASUS_SHARED says); skips where there is none."""
    folder = Path(os.environ.get("CASUS_SHARED", REPOSITORY.parent / "shared"))
    path = folder.joinpath(*names)
    if not path.exists():
        pytest.skip(f"{path} is not there: set CASUS_SHARED to the folder of shared material")
    return path


def casus(*lines: str, info: str = "casus") -> str:
    """A text with one fence that begins on line 4."""
    return "\n".join(["# A text", "", f"```{info}", *lines, "```", ""])
