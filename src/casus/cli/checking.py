"""`casus check`: every fault of agreements, as text, JSON or SARIF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from casus.cli.console import say, say_json
from casus.cli.errors import FINDINGS, FINE, Stop
from casus.cli.workspace import SETTINGS, load_workspace

if TYPE_CHECKING:
    from casus.diagnostics import Diagnostic

FORMAT: Final = "casus-check/1"


def check_files(paths: list[Path], folder: Path, form: Literal["text", "json", "sarif"], strict: bool) -> int:
    from casus.language.load import load

    files = [_agreement(path) for path in paths] or [load_workspace(folder).agreement]
    for file in files:
        if not file.is_file():
            raise Stop("there is no such file", place=file, help="name the agreements to check, or a workspace with -w")
    found: list[Diagnostic] = []
    for file in dict.fromkeys(files):
        found += load(file).diagnostics
    _show(found, form, len(files))
    errors = any(d.severity == "error" for d in found)
    warnings = any(d.severity == "warning" for d in found)
    return FINDINGS if errors or (strict and warnings) else FINE


def _agreement(path: Path) -> Path:
    if not path.is_dir():
        return path
    if not (path / SETTINGS).is_file():
        raise Stop("this folder is no workspace", place=path, help="name the agreements in it, or lay one out: casus init DIR")
    return load_workspace(path).agreement


def _show(found: list[Diagnostic], form: str, files: int) -> None:
    if form == "json":
        from casus.diagnostics.render import to_json

        say_json({"format": FORMAT, "diagnostics": [to_json(d) for d in found]})
        return
    if form == "sarif":
        from casus import __version__
        from casus.diagnostics.render import to_sarif

        say_json(to_sarif(found, __version__))
        return
    from casus.cli.showing import show_diagnostics
    from casus.state.words import counted

    show_diagnostics(found)
    counts = {severity: sum(d.severity == severity for d in found) for severity in ("error", "warning", "note")}
    said = ", ".join(counted(number, word) for word, number in counts.items() if number) or "nothing to say"
    say(f"{counted(files, 'agreement')}: {said}")
