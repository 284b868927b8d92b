"""`casus fmt`: formats agreements in place, whole or not at all, and only those that parse."""

from __future__ import annotations

import difflib
from pathlib import Path

from casus.cli.console import say
from casus.cli.errors import FINDINGS, FINE, INPUT, Stop
from casus.cli.files import replace_text


def format_files(files: list[Path], *, check_only: bool, diff: bool) -> int:
    code = FINE
    changed = 0
    for file in files:
        before, after = _formatted(file)
        if after is None:
            code = INPUT
            continue
        if after == before:
            continue
        changed += 1
        if diff:
            _show_diff(file, before, after)
        elif check_only:
            say(f"would change: {file}")
        else:
            replace_text(file, after)
            say(f"formatted: {file}")
    if not changed and code == FINE:
        say("Everything is formatted already.")
    return FINDINGS if code == FINE and changed and (check_only or diff) else code


def _formatted(file: Path) -> tuple[str, str | None]:
    """The text of a file and its formatted form; None where it does not parse, which has then been told."""
    from casus.cli.showing import show_diagnostics
    from casus.language.format import format_text
    from casus.language.parse import read

    if not file.is_file():
        raise Stop("there is no such file", place=file, help="name the agreements to format")
    document = read(file)
    errors = [d for d in document.diagnostics if d.severity == "error"]
    if errors:
        show_diagnostics(errors, to_stderr=True)
        say(f"not formatted, because it does not parse: {file}")
        return "", None
    before = file.read_bytes().decode("utf-8")
    return before, format_text(before)


def _show_diff(file: Path, before: str, after: str) -> None:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"{file} (as it is)", f"{file} (formatted)"
    )
    print("".join(lines), end="")
