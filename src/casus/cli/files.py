"""Writes files so that a failure leaves what was there: first beside the file, then in its place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from casus.cli.errors import Stop


def replace_text(path: Path, text: str) -> None:
    """Put new text into an existing file, keeping its mode; whole or not at all. Follows a link to the file it names."""
    target = path.resolve()
    mode = target.stat().st_mode & 0o7777
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(mode)
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_new(path: Path, text: str) -> None:
    """Write a file that must not be there yet (raises FileExistsError); a failure leaves none."""
    with path.open("x", encoding="utf-8", newline="") as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        except BaseException as problem:
            path.unlink(missing_ok=True)
            if isinstance(problem, OSError) and problem.filename is None:
                raise OSError(problem.errno, problem.strerror, str(path)) from problem
            raise


def write_witnesses(folder: Path, pages: Mapping[str, str]) -> list[Path]:
    """Write each page to a file of its own; nothing is written where a file with other contents would be lost."""
    if folder.exists() and not folder.is_dir():
        raise Stop("this is a file, and witnesses are written to a folder", place=folder, help="name a folder: --witness DIR")
    paths = {folder / name: text for name, text in pages.items()}
    for path, text in paths.items():
        if path.exists() and (not path.is_file() or path.read_bytes() != text.encode()):
            help_ = "name another folder, or remove it; nothing was written"
            raise Stop("another witness has this name", place=path, help=help_)
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in paths.items():
        if not path.exists():
            write_new(path, text)
    return list(paths)
