"""From a file to a checked agreement: read, parse, check."""

from __future__ import annotations

from pathlib import Path

from casus.language.check import Checked, check
from casus.language.parse import read

__all__ = ["Checked", "load"]


def load(path: Path) -> Checked:
    """The agreement of a file, or what is wrong with it. Its zones lie in the file's own folder."""
    return check(read(path), path.parent)
