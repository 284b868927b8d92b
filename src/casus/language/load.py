"""From a file to a checked agreement: read, choose, parse, check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from casus.language.check import Checked, check
from casus.language.parse import read
from casus.language.variants import choose

__all__ = ["Checked", "load"]


def load(path: Path, options: Sequence[str] = ()) -> Checked:
    """The agreement of a file, or what is wrong with it. Its zones lie in the file's own folder.

    `options` are the options and readings to put into the text (raises casus.language.variants.UnknownChoice); without any, a
    text that has variants is checked in each of them.
    """
    document = read(path)
    return check(choose(document, options) if options else document, path.parent)
