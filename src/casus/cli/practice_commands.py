"""Commands on how a text is carried out (`casus speed`), and on one text for many (`casus expand`).

`register` puts them among the others of `casus.cli.main`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casus.cli.options import (
    HERE,
    AtOption,
    ChoiceOption,
    ClearanceOption,
    JsonOption,
    KnownAtOption,
    ReaderOption,
    WorkspaceOption,
)


def register(app: typer.Typer) -> None:
    app.command(short_help="Promised against actual time, and who kept what.")(speed)
    app.command(short_help="One text for each party of a template.")(expand)


def speed(
    workspace: WorkspaceOption = HERE,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    reader: ReaderOption = None,
    clearance: ClearanceOption = None,
    option: ChoiceOption = None,
    json_: JsonOption = False,
) -> int:
    """Measure each step from its beginning to its date and to when it came, and what each party kept, all alike."""
    from casus.cli.speed import run_speed

    return run_speed(workspace, at, known_at, reader, clearance, option or [], as_json=json_)


def expand(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A text with a template.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Where the texts are written.")] = Path("."),
) -> int:
    """Write one text for each party that a template names, with its code and name in place of the template's code."""
    from casus.cli.expanding import run_expand

    return run_expand(file, out)
