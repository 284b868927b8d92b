"""`casus import`: the rows of a file onto the record, with a count of what became of every one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from casus.cli.clock import now
from casus.cli.console import say, say_json
from casus.cli.errors import FINDINGS, FINE, INPUT, Stop
from casus.cli.workspace import Workspace, load_agreement, load_workspace, open_workspace_journal, where, writing_clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from casus.intake.importing import ImportReport
    from casus.journal import Axis, Checkpoint

FORMAT: Final = "casus-import/1"
_LISTED: Final = 10


def list_formats() -> int:
    """The formats with their options."""
    from casus.intake.formats import FORMATS

    for one in FORMATS.values():
        say(f"{one.name}: {one.about}")
        for option in one.options:
            default = f" (default: {option.default})" if option.default is not None else ""
            say(f"--option {option.name}=…: {option.meaning}{default}", indent=4)
    say("--mapping FILE stands for --option mapping=FILE.")
    return FINE


def import_rows(
    folder: Path,
    format_name: str,
    file: Path,
    known: str | None,
    mapping: Path | None,
    options: list[str],
    rejects: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    from casus.intake.importing import import_file
    from casus.intake.known import KnownRule
    from casus.intake.rows import UnreadableFile

    workspace = load_workspace(folder)
    chosen = _options(options, mapping)
    if file.is_dir():
        raise Stop("this is a folder where a file is needed", place=file, help="name the file to import")
    agreement = load_agreement(workspace.agreement, workspace.options)
    try:
        with open_workspace_journal(workspace, read_only=dry_run) as journal, _progress(file) as progress:
            report = import_file(
                journal,
                file,
                format_name,
                now=now() if dry_run else writing_clock(journal.axis),
                options=chosen,
                known=KnownRule.parse(known),
                agreement=agreement,
                dry_run=dry_run,
                rejects_path=rejects,
                progress=progress,
                refused=workspace.response.two_persons.acts if journal.axis == "recorded" else (),
            )
    except UnreadableFile as problem:
        raise Stop(problem.message, place=file, help=problem.help) from None
    if as_json:
        say_json(report_to_json(report))
    else:
        _print(report, workspace)
    if report.damaged is not None or report.stopped is not None:
        return INPUT
    return FINDINGS if report.rejected else FINE


def _options(given: list[str], mapping: Path | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise Stop(f"{one!r} is not an option of a format", place="--option", help="write it as --option NAME=VALUE")
        if name in found:
            raise Stop(f"{name} is given twice", place="--option", help="give each option once")
        found[name] = value
    if mapping is not None:
        if "mapping" in found:
            raise Stop("the mapping is given twice", place="--mapping", help="leave out --option mapping=…")
        found["mapping"] = str(mapping)
    return found


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[int], None] | None]:
    """A running count on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,} rows"), TimeElapsedColumn())
    with ExitStack() as stack:
        bar = stack.enter_context(Progress(*columns, console=Console(stderr=True), transient=True))
        task = bar.add_task(file.name, total=None)
        yield lambda read: bar.update(task, completed=read)


def _print(report: ImportReport, workspace: Workspace) -> None:
    from casus.state.words import counted, when

    verb = "would be recorded" if report.dry_run else "recorded"
    say(f"{report.file} ({report.format}; known: {report.known})", style="bold")
    say(f"{counted(report.read, 'row')} read:", indent=2)
    say(f"{report.accepted:,} {verb}", indent=4)
    say(f"{report.duplicates:,} already on the record", indent=4)
    say(f"{report.rejected:,} rejected", indent=4)
    say(f"{report.skipped:,} skipped on purpose", indent=4)
    if report.first is not None and report.last is not None:
        say(f"They speak of {when(report.first)} until {when(report.last)}.", indent=2)
    for title, counts in (
        ("Rejected because", report.reasons),
        ("Skipped because", report.skips),
        ("Not kept of the rows", report.losses),
        ("To look at", report.warnings),
    ):
        _counts(title, counts)
    for reject in report.first_rejects[:_LISTED]:
        place = f"row {reject.row} (line {reject.line})"
        say(f"{place}: {reject.reason}" + (f"; {reject.help}" if reject.help else ""), indent=4)
    if report.rejected > _LISTED:
        more = f" are in {report.rejects_path}" if report.rejects_path else ": --rejects FILE writes them all"
        say(f"all {report.rejected:,} rejected rows{more}", indent=4)
    for note in report.notes:
        say(f"Note: {note}")
    for trouble in (report.damaged, report.stopped):
        if trouble is not None:
            say(f"NOT COMPLETE: {trouble}", style="red")
    if report.dry_run:
        say("Nothing was recorded: this was a dry run.")
    elif report.after is not None:
        axis = "; a reconstruction" if report.axis == "known" else ""
        say(f"The journal now has {counted(report.after.size, 'entry', 'entries')}{axis}.")
        say(f"Try next: casus run{where(workspace)}")


def _counts(title: str, counts: Mapping[str, int]) -> None:
    if not counts:
        return
    say(f"{title}:", indent=2)
    for text, number in list(counts.items())[:_LISTED]:
        say(f"{number:,} × {text}", indent=4)
    if len(counts) > _LISTED:
        say(f"and {len(counts) - _LISTED} more reasons", indent=4)


def report_to_json(report: ImportReport) -> dict[str, Any]:
    """The report as JSON values in the shape of `casus schema import`."""
    from casus.cli.shapes import ImportJson, RejectJson
    from casus.state.output import CheckpointJson

    def checkpoint(c: Checkpoint | None) -> CheckpointJson | None:
        return None if c is None else CheckpointJson(size=c.size, root=c.root)

    return ImportJson(
        format=FORMAT,
        file=report.file,
        digest=report.digest,
        source_format=report.format,
        known=report.known,
        axis=cast("Axis | None", report.axis),
        dry_run=report.dry_run,
        read=report.read,
        accepted=report.accepted,
        duplicates=report.duplicates,
        rejected=report.rejected,
        skipped=report.skipped,
        losses=dict(report.losses),
        warnings=dict(report.warnings),
        skips=dict(report.skips),
        reasons=dict(report.reasons),
        notes=list(report.notes),
        first_rejects=[
            RejectJson(row=r.row, line=r.line, reason=r.reason, help=r.help, raw=r.raw) for r in report.first_rejects
        ],
        rejects_path=None if report.rejects_path is None else str(report.rejects_path),
        first=None if report.first is None else str(report.first),
        last=None if report.last is None else str(report.last),
        before=checkpoint(report.before),
        after=checkpoint(report.after),
        batches=report.batches,
        damaged=report.damaged,
        stopped=report.stopped,
    ).model_dump(mode="json")
