"""The commands with which others check Casus, and follow it: export, recheck, watch. What they do is in the module of each.

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
    app.command("export", short_help="Write an agreement in another format, or an assessment for others to check.")(export_)
    app.command(short_help="Verify an exported assessment without the engine that made it.")(recheck)
    app.command(short_help="Follow a journal and tell what each entry changes.")(watch)


def export_(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="akn, html, text, markdown; or assessment, monpoly.")],
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The agreement; else the workspace's own.")] = None,
    workspace: WorkspaceOption = HERE,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="PATH", help="Write this file (monpoly: folder); it must not exist. Else standard output."
        ),
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="With the fences: folded in HTML, at the end in Markdown.")] = False,
    date: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="The date of the text in Akoma Ntoso, like 2027-03-01.")
    ] = None,
    trigger: Annotated[
        list[str] | None,
        typer.Option(
            "--trigger", metavar="NAME", help="Of an assessment: only this trigger, with those it counts; repeatable."
        ),
    ] = None,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    reader: ReaderOption = None,
    clearance: ClearanceOption = None,
    option: ChoiceOption = None,
) -> int:
    """Write an agreement in another format (Akoma Ntoso carries the rules), or an assessment with its evidence."""
    from casus.cli import exporting

    sight = exporting.Asked(tuple(trigger or ()), at, known_at, reader, clearance, tuple(option or ()))
    return exporting.export(form, file, workspace, out, date, sight, rules=rules)


def recheck(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What casus export wrote.")],
    verdicts: Annotated[
        Path | None,
        typer.Option("--verdicts", metavar="FILE", help="What MonPoly or VeriMon said of the clause whose .json FILE is."),
    ] = None,
    json_: JsonOption = False,
) -> int:
    """Verify an exported assessment without the engine that made it. Exits 1 and names the first thing that is wrong."""
    from casus.cli.rechecking import compare_verdicts, recheck_file

    if verdicts is not None:
        return compare_verdicts(file, verdicts, as_json=json_)
    return recheck_file(file, as_json=json_)


def watch(
    workspace: WorkspaceOption = HERE,
    emit: Annotated[
        str, typer.Option("--emit", metavar="HOW", help="text, json (a line each), or webhook (POST to --url).")
    ] = "text",
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="With --emit webhook: where news go, and nowhere else.")
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="FILE", help="Where it keeps what was told; else watch.json in the workspace."),
    ] = None,
    every: Annotated[float, typer.Option("--every", min=0.1, metavar="SECONDS", help="How often to look.")] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="Look once and leave.")] = False,
    reader: ReaderOption = None,
    clearance: ClearanceOption = None,
) -> int:
    """Follow a journal: activations, reversals and answers that changed, with the entry that did it. Ctrl-C stops it."""
    from casus.cli.watching import watch_journal

    return watch_journal(workspace, emit, url, state, reader, clearance, every, once=once)
