"""`casus expand`: the texts that a template makes, written beside one another."""

from __future__ import annotations

from pathlib import Path

from casus.cli.console import say
from casus.cli.errors import FINE, Stop
from casus.language.template import NoTemplate, expand


def run_expand(file: Path, out: Path) -> int:
    """Write one text for each party. One that is there and says something else is kept: it may have been negotiated."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Stop(f"it cannot be read: {problem}", place=str(file)) from None
    try:
        copies = expand(text, str(file))
    except NoTemplate as problem:
        raise Stop(str(problem), place=str(file), help="add: template each_one for every some_role as ABC") from None
    stem = file.name.removesuffix(".casus.md").removesuffix(".md")
    paths = {copy.party: out / f"{stem}-{copy.party.lower()}.casus.md" for copy in copies}
    for copy in copies:
        path = paths[copy.party]
        if path.exists() and path.read_text(encoding="utf-8") != copy.text:
            help_ = f"compare the two: casus diff {file} {path}; then move it away, or give --out another folder"
            raise Stop("it is there and says something else", place=str(path), help=help_)
    out.mkdir(parents=True, exist_ok=True)
    for copy in copies:
        paths[copy.party].write_text(copy.text, encoding="utf-8")
        say(f"{paths[copy.party]}: {copy.title} ({copy.party})")
    return FINE
