"""`casus init`: lays out a workspace and never overwrites; what a failed attempt has written it takes away again."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Final, cast

from casus.cli.clock import now
from casus.cli.console import say
from casus.cli.errors import FINE, Stop
from casus.cli.files import write_new
from casus.cli.workspace import SETTINGS, settings_text
from casus.journal.entry import Axis

_AXES: Final = ("recorded", "known")
_STARTER: Final = "agreement.casus.md"


@dataclass(slots=True)
class _Laid:
    """What this attempt has made, newest last."""

    made: list[Path] = field(default_factory=list)

    def folder(self, path: Path) -> None:
        missing = [p for p in (path, *path.parents) if not p.exists()]
        for p in reversed(missing):
            p.mkdir()
            self.made.append(p)

    def file(self, path: Path, write: Callable[[Path], object]) -> None:
        self.folder(path.parent)
        write(path)
        self.made.append(path)

    def take_away(self) -> None:
        for path in reversed(self.made):
            if path.is_dir():
                path.rmdir()
            else:
                for suffix in ("", "-wal", "-shm"):
                    path.with_name(path.name + suffix).unlink(missing_ok=True)


def initialise(folder: Path, axis: str, agreement: Path | None) -> int:
    if axis not in _AXES:
        near = difflib.get_close_matches(axis, _AXES, n=1)
        raise Stop(
            f"{axis!r} is not an axis of knowledge",
            place="--axis",
            help=f"did you mean {near[0]}?" if near else "recorded (a live journal) or known (a reconstruction)",
        )
    source = agreement
    copies = _copies(source, folder) if source is not None else {}
    name = source.name if source is not None else _STARTER
    settings, text, record = folder / SETTINGS, folder / name, folder / "journal.db"
    if folder.exists() and not folder.is_dir():
        raise Stop("there is a file of that name", place=folder, help="choose another name for the workspace")
    if source is not None and text.exists() and text.samefile(source):
        source_stays, copies = True, {}
    else:
        source_stays = False
    for path in (settings, record, *copies.values(), *(() if source_stays else (text,))):
        if path.exists() or path.is_symlink():
            raise Stop("it is there already, and init never overwrites", place=path, help="choose an empty or new folder")
    laid = _Laid()
    try:
        if not source_stays:
            _lay_out_text(laid, text, source, copies)
        lineage = _lay_out(laid, settings, text, record, cast("Axis", axis))
    except BaseException:
        laid.take_away()
        raise
    _say_what(folder, name, axis, lineage, starter=source is None)
    return FINE


def _lay_out_text(laid: _Laid, text: Path, source: Path | None, copies: dict[Path, Path]) -> None:
    """The agreement and the files that it pins; the starter where none is given."""
    if source is None:
        starter = (files("casus.cli") / "templates" / "starter.casus.md").read_text(encoding="utf-8")
        laid.file(text, lambda path: write_new(path, starter))
    else:
        laid.file(text, lambda path: shutil.copyfile(source, path))
    for original, copy in copies.items():
        laid.file(copy, partial(shutil.copyfile, original))


def _lay_out(laid: _Laid, settings: Path, text: Path, record: Path, axis: Axis) -> str | None:
    """The settings and the journal; the name of the agreement it is kept for."""
    from casus.journal import create_journal
    from casus.language.load import load

    laid.file(settings, lambda path: write_new(path, settings_text(text.name)))
    agreement = load(text).agreement
    lineage = agreement.name if agreement is not None else None
    laid.file(record, lambda path: create_journal(path, axis, now(), lineage=lineage).close())
    return lineage


def _copies(source: Path, folder: Path) -> dict[Path, Path]:
    """The files that an agreement pins, each with the place it is copied to."""
    from casus.language.nodes import UseDecl, ZoneDecl
    from casus.language.parse import read

    if not source.is_file():
        raise Stop("there is no such file", place=source, help="name the agreement: casus init DIR --agreement FILE")
    found: dict[Path, Path] = {}
    for decl in read(source).declarations:
        if not isinstance(decl, ZoneDecl | UseDecl) or decl.path is None:
            continue
        path = decl.path
        if Path(path).is_absolute() or ".." in Path(path).parts:
            raise Stop(
                f"{decl.name} names a file outside the agreement's folder: {path}",
                place=None if decl.span is None else str(decl.span),
                help="move the file beside the agreement, so that both travel together",
            )
        original = source.parent / path
        if not original.is_file():
            raise Stop(f"the file of {decl.name} is not there", place=original, help="put it beside the agreement")
        found[original] = folder / path
    return found


def _say_what(folder: Path, name: str, axis: str, lineage: str | None, *, starter: bool) -> None:
    what = "a starter agreement between fictional states" if starter else "the agreement"
    kind = "live: knowledge is what it records" if axis == "recorded" else "a reconstruction: knowledge is what entries claim"
    say(f"Laid out the workspace {folder}:")
    say(f"{SETTINGS}: which agreement, which journal, who reads", indent=2)
    say(f"{name}: {what}", indent=2)
    say(f"journal.db: a journal with its genesis ({kind})", indent=2)
    if lineage is None:
        say(f"The agreement has errors: casus check {folder / name}")
    say(f"Try next: casus run -w {folder}")
