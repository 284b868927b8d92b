"""The commands of `casus` with their options. What they do is in the module of each; it is loaded only when it is run."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import Abort, Exit, TyperException

from casus import __version__
from casus.cli import opinion_commands, practice_commands, response_commands
from casus.cli.errors import INPUT, STOPPED, Stop, guarded, open_streams, tell
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

app = typer.Typer(
    name="casus",
    help="Makes an international security guarantee executable: treaty text in, reasoned and provable assessment out.",
    epilog="Exit codes: 0 fine, 1 findings or failed expectations, 2 usage or input. Start with casus demo DIR.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
log = typer.Typer(
    help="The journal: show it, verify it, prove an entry, export it, destroy a payload.",
    short_help="The journal: show, verify, prove, export, erase.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)
app.add_typer(log, name="log")


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point: runs a command and ends the process with its exit code."""
    raise SystemExit(run_command(sys.argv[1:] if arguments is None else list(arguments)))


def run_command(arguments: Sequence[str]) -> int:
    """Run a command line; every error has been told by the time this gives its exit code."""
    if not open_streams():
        return INPUT
    return guarded(lambda: _dispatch(list(arguments)))


def _dispatch(arguments: list[str]) -> int:
    try:
        code = app(arguments, prog_name="casus", standalone_mode=False)
    except Exit as ended:
        return ended.exit_code
    except SystemExit:  # the framework's own answer to a reader of the output that went away
        raise BrokenPipeError from None
    except Abort as ended:
        if isinstance(ended.__cause__, EOFError):
            raise ended.__cause__ from None
        print("stopped", file=sys.stderr)
        return STOPPED
    except TyperException as problem:
        return _told_usage(problem)
    return code if isinstance(code, int) else 0


def _told_usage(problem: TyperException) -> int:
    """An unknown command or option, a missing argument: what is wrong and where to read on."""
    context = getattr(problem, "ctx", None)
    path = context.command_path if context is not None else "casus"
    words = problem.format_message() if hasattr(problem, "format_message") else str(problem)
    if type(problem).__name__ == "NoArgsIsHelpError":
        print(context.get_help() if context is not None else words)
        return INPUT
    near = _nearest_command(words, context)
    tell(words[0].lower() + words[1:].rstrip("."), None, f"did you mean {near}?" if near else f"{path} --help")
    return INPUT


def _nearest_command(words: str, context: object) -> str | None:
    if "No such command" not in words:
        return None
    commands = getattr(getattr(context, "command", None), "commands", {})
    near = difflib.get_close_matches(words.split("'")[1] if "'" in words else "", commands, n=1)
    return f"{getattr(context, 'command_path', 'casus')} {near[0]}" if near else None


def _version(wanted: bool) -> None:
    if wanted:
        print(f"casus {__version__}")
        raise Exit


@app.callback()
def _casus(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Makes an international security guarantee executable: treaty text in, reasoned and provable assessment out."""


# ---------------------------------------------------------------- a workspace and its text


@app.command(short_help="Lay out a workspace.")
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to lay out; made if it does not exist.")],
    axis: Annotated[
        str,
        typer.Option(
            "--axis",
            metavar="AXIS",
            help="recorded: a live journal. known: a reconstruction from claimed instants. It never changes.",
        ),
    ] = "recorded",
    agreement: Annotated[
        Path | None,
        typer.Option("--agreement", metavar="FILE", help="Copy this agreement and its zones; else a short starter."),
    ] = None,
) -> int:
    """Lay out a workspace: casus.toml, an agreement, a journal with its genesis. Never overwrites."""
    from casus.cli.initialise import initialise

    return initialise(directory, axis, agreement)


@app.command(short_help="Check agreements; say every fault with its place.")
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE|DIR]...", help="Agreements; a workspace stands for its own, a folder for all beneath it."
        ),
    ] = None,
    workspace: WorkspaceOption = HERE,
    json_: JsonOption = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="Print SARIF 2.1.0, for editors and code review.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 for warnings too.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the rules that search for a witness.")] = False,
    extent: Annotated[
        bool, typer.Option("--extent", help="Say of each searching rule that found nothing how far it looked.")
    ] = False,
    witness: Annotated[
        Path | None,
        typer.Option("--witness", metavar="DIR", help="Write each witness to a file here; they are never printed."),
    ] = None,
    option: ChoiceOption = None,
) -> int:
    """Check agreements: faults and drafting faults with their line, the reason, what helps. Exits 1 if there are errors."""
    from casus.cli.checking import Wanted, check_files

    wanted = Wanted("json" if json_ else "sarif" if sarif else "text", strict, quick, extent, witness)
    return check_files(paths or [], workspace, option or [], wanted)


@app.command(short_help="The rules of casus check.")
def rules(
    code: Annotated[
        str | None, typer.Argument(metavar="[CODE]", help="Print the page of this rule; without it, list the rules.")
    ] = None,
) -> int:
    """List the rules that look for drafting faults, or print the page of one: what it finds, why it matters, what is better."""
    from casus.cli.rules import show_rules

    return show_rules(code)


@app.command(short_help="An agreement on one page.")
def show(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The agreement; without it, the workspace's own.")
    ] = None,
    workspace: WorkspaceOption = HERE,
    binding_only: Annotated[
        bool, typer.Option("--binding-only", help="Take out every clause that is not legal; show what is lost and remains.")
    ] = False,
    according_to: Annotated[
        str | None, typer.Option("--according-to", metavar="NAME", help="Grade by this holder's opinion where it gave one.")
    ] = None,
    options: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="NAME", help="Put this option or reading of the text into it; repeatable."),
    ] = None,
    json_: JsonOption = False,
) -> int:
    """An agreement on one page: parties, triggers, consequences, clocks, who can block, what binds, what is missing."""
    from casus.cli.showing_agreement import show_agreement

    return show_agreement(file, workspace, options or (), according_to, binding_only=binding_only, as_json=json_)


@app.command(short_help="Two texts clause by clause, and what changes in effect.")
def diff(
    first: Annotated[Path, typer.Argument(metavar="A", help="The text before.")],
    second: Annotated[Path | None, typer.Argument(metavar="[B]", help="The text after; without it, a variant of A.")] = None,
    options: Annotated[
        list[str] | None,
        typer.Option(
            "--option", metavar="NAME", help="Of one text: the variant to compare; two: from the first to the second."
        ),
    ] = None,
    side: Annotated[
        list[str] | None,
        typer.Option("--for", metavar="CODE", help="From whose side stronger and weaker are said; repeatable."),
    ] = None,
    names: Annotated[
        list[str] | None, typer.Option("--map", metavar="A=B", help="What is called A in the first is B in the second.")
    ] = None,
    search: Annotated[bool, typer.Option("--search", help="Compare the faults of the searching rules, too.")] = False,
    json_: JsonOption = False,
) -> int:
    """Two texts clause by clause: moved, renamed, stronger, weaker; and the redline impact. Exits 1 if they differ."""
    from casus.cli.diffing import diff_files

    return diff_files(first, second, options or (), side or (), names or (), search=search, as_json=json_)


@app.command(short_help="Several texts side by side, in words and in behaviour.")
def compare(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Agreements and claim sheets.")],
    options: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="NAME", help="Of one text: the variants to compare; give two or more."),
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, markdown, csv, json or html.")] = "text",
    rows: Annotated[
        list[str] | None, typer.Option("--row", metavar="ID", help="Only this row (trigger, clock_meet, …); repeatable.")
    ] = None,
    names: Annotated[
        list[str] | None, typer.Option("--map", metavar="A=B", help="What is called A in the first is B in the second.")
    ] = None,
    behaviour: Annotated[
        bool, typer.Option("--behaviour", help="Try every pair of triggers of one name: no later, equivalent, disjoint, never?")
    ] = False,
    triggers: Annotated[
        list[str] | None, typer.Option("--trigger", metavar="NAME", help="Try this trigger of the first text; repeatable.")
    ] = None,
    budget: Annotated[
        int, typer.Option("--budget", min=1, metavar="N", help="How many records are tried for each pair.")
    ] = 300,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Other records by chance, after those at the edges.")] = 1,
    witness: Annotated[
        Path | None, typer.Option("--witness", metavar="DIR", help="Write the records that show it, a page for each text.")
    ] = None,
) -> int:
    """Several texts side by side: what each says to each question, with its article; and whether their triggers are alike."""
    from casus.cli.comparing import Behaviour, compare_files

    wanted = Behaviour(behaviour, tuple(triggers or ()), budget, seed, witness)
    return compare_files(files, options or (), form, rows or (), names or (), wanted)


@app.command(short_help="Format agreements.")
def fmt(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Agreements to format in place.")],
    check_only: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if a file would change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show what would change.")] = False,
) -> int:
    """Format the fences of agreements; the prose stays as it is."""
    from casus.cli.formatting import format_files

    return format_files(files, check_only=check_only, diff=diff)


opinion_commands.register(app)
practice_commands.register(app)


@app.command(short_help="Make an agreement with empty fences of a text without rules.")
def skeleton(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A treaty as Akoma Ntoso XML or as plain text.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PATH", help="Write this file; it must not exist. Else standard output.")
    ] = None,
) -> int:
    """Make an agreement of a treaty text that has no rules yet: the whole text, an empty fence under each article."""
    from casus.cli.exporting import make_skeleton

    return make_skeleton(file, out)


@app.command(short_help="Print the JSON Schema of an output.")
def schema(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Which; without it, the names.")] = None,
) -> int:
    """Print the JSON Schema of an output: agreement, act, run, explanation, diagnostic, test, import, check…"""
    from casus.cli.schemas import print_schema

    return print_schema(name)


@app.command("test", short_help="Run the scenarios of casus-test fences.")
def run_scenarios(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Agreements; without any, the workspace's own.")
    ] = None,
    workspace: WorkspaceOption = HERE,
    only: Annotated[
        str | None, typer.Option("--only", metavar="WORDS", help="Run the scenarios whose name contains these words.")
    ] = None,
    with_: Annotated[
        list[Path] | None,
        typer.Option("--with", metavar="WITNESS", help="Run the scenarios of this page over the agreement; repeatable."),
    ] = None,
    option: ChoiceOption = None,
    json_: JsonOption = False,
) -> int:
    """Run the scenarios of casus-test fences. Exits 1 if an expectation fails."""
    from casus.cli.testing import test_files

    return test_files(files or [], workspace, only, with_ or [], option or [], as_json=json_)


@app.command(short_help="Who can bring a decision about, and who can stop what.")
def power(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Agreements; without any, the workspace's own.")
    ] = None,
    workspace: WorkspaceOption = HERE,
    decision: Annotated[str | None, typer.Option("--decision", metavar="NAME", help="Only this decision.")] = None,
    absent: Annotated[
        str | None,
        typer.Option("--absent", metavar="CODE,...", help="Say also how each decision goes while these stay away."),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="NAME", help="Put this option or reading of the text into it; repeatable."),
    ] = None,
    json_: JsonOption = False,
) -> int:
    """Who can adopt each decision, who can stop it, what silence does; then who can stop what the agreement promises."""
    from casus.cli.power import show_power

    return show_power(files or [], workspace, decision, absent, option or [], as_json=json_)


# ---------------------------------------------------------------- the record


@app.command("import", short_help="Put the rows of a file on the record.")
def import_(
    format_name: Annotated[
        str | None, typer.Argument(metavar="FORMAT", help="The format; --formats lists them with their options.")
    ] = None,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The file to read.")] = None,
    workspace: WorkspaceOption = HERE,
    known: Annotated[
        str | None,
        typer.Option(
            "--known", metavar="RULE", help="When rows became known: recorded, occurred-end, +DURATION or a column's name."
        ),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="FILE", help="The mapping of columns to fields (TOML).")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option("--option", "-o", metavar="NAME=VALUE", help="An option of the format; repeatable.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", metavar="FILE", help="Write rejected rows and their reasons here (CSV).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and judge every row; record nothing.")] = False,
    formats: Annotated[bool, typer.Option("--formats", help="List the formats and their options.")] = False,
    json_: JsonOption = False,
) -> int:
    """Put the rows of a file on the record. A rejected row is counted and told, never dropped in silence."""
    from casus.cli.importing import import_rows, list_formats

    if formats:
        return list_formats()
    if format_name is None or file is None:
        raise Stop("FORMAT and FILE are needed", place="casus import", help="casus import --formats lists the formats")
    return import_rows(workspace, format_name, file, known, mapping, option or [], rejects, dry_run=dry_run, as_json=json_)


@app.command(
    short_help="Put one entry on the record by hand.",
    context_settings={"ignore_unknown_options": True},  # so that a longitude of -26.30 is no option
)
def record(
    line: Annotated[
        list[str],
        typer.Argument(metavar="LINE...", help='As in a scenario: "2027-03-03T20:00Z KST votes yes on measures".'),
    ],
    workspace: WorkspaceOption = HERE,
    author: Annotated[str | None, typer.Option("--author", metavar="NAME", help="Who puts it on the record.")] = None,
    marking: Annotated[
        str | None, typer.Option("--marking", metavar="MARKING", help="CLEAR, GREEN, AMBER, AMBER+STRICT or RED.")
    ] = None,
    known: Annotated[
        str | None,
        typer.Option("--known", metavar="INSTANT", help="When it became known, if not when it is recorded."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Your private key, where casus.toml asks for two persons.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the line; record nothing.")] = False,
    json_: JsonOption = False,
) -> int:
    """Put one entry on the record by hand: a vote, a notice, an attendance, a delivery, a finding, a determination…"""
    from casus.cli.recording import record_line

    return record_line(workspace, " ".join(line), author, marking, known, key, dry_run=dry_run, as_json=json_)


# ---------------------------------------------------------------- what follows


@app.command(short_help="Assess: what is met, owed, open, not known, and why.")
def run(
    workspace: WorkspaceOption = HERE,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    reader: ReaderOption = None,
    clearance: ClearanceOption = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show every item of every section.")] = False,
    option: ChoiceOption = None,
    scenario: Annotated[
        Path | None,
        typer.Option("--scenario", metavar="WITNESS", help="Assess the record of this page instead of the journal."),
    ] = None,
    agreement: Annotated[
        Path | None,
        typer.Option("--agreement", metavar="NAME", help="One of several agreements; with --scenario: the agreement's file."),
    ] = None,
    json_: JsonOption = False,
) -> int:
    """Assess the agreement: what is met and why, what is owed by whom until when, what is open, what is not known."""
    from casus.cli.running import run_assessment

    if scenario is not None and option:
        raise Stop("a page says itself over which variant it is run", place="--option", help="leave out --option")
    if scenario is not None:
        from casus.cli.replaying import run_scenario_file

        return run_scenario_file(scenario, agreement, workspace, at, known_at, show_all=show_all, as_json=json_)
    if agreement is not None:
        workspace = Path(f"{workspace}#{agreement}")
    return run_assessment(workspace, at, known_at, reader, clearance, option or [], show_all=show_all, as_json=json_)


@app.command(short_help="Walk any fact back to entries and treaty text.")
def explain(
    fact: Annotated[
        list[str],
        typer.Argument(
            metavar="ID...", help="An id or name: incident, consult of KST, s1, art-5, the beginning of an entry id."
        ),
    ],
    workspace: WorkspaceOption = HERE,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    reader: ReaderOption = None,
    clearance: ClearanceOption = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show every witness and every consequence.")] = False,
    option: ChoiceOption = None,
    chance: Annotated[
        Path | None,
        typer.Option("--chance", metavar="FILE", help="Of a trigger: how likely its condition is, by this calibration (TOML)."),
    ] = None,
    json_: JsonOption = False,
) -> int:
    """Walk any fact back to the entries and the treaty text that it rests on."""
    from casus.cli.explaining import explain_fact

    return explain_fact(
        workspace,
        " ".join(fact),
        at,
        known_at,
        reader,
        clearance,
        option or [],
        show_all=show_all,
        as_json=json_,
        chance=chance,
    )


response_commands.register(app)


@app.command(short_help="A synthetic year between fictional states, explained.")
def demo(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="An empty or new folder for the demonstration.")],
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Another year; the same number gives the same files.")] = 1,
    scale: Annotated[
        float, typer.Option("--scale", metavar="X", help="How much of a line of 420 km is watched: more is more reports.")
    ] = 0.25,
) -> int:
    """A synthetic year after a ceasefire between fictional states: imported, run and explained."""
    from casus.cli.demo import demo as run_demo

    return run_demo(directory, seed, scale)


# ---------------------------------------------------------------- the journal


@log.command("show", short_help="Show entries.")
def log_show(
    which: Annotated[
        str | None, typer.Argument(metavar="[ENTRY]", help="One entry: its id, the beginning of it, or its place.")
    ] = None,
    workspace: WorkspaceOption = HERE,
    known_at: KnownAtOption = None,
    reader: ReaderOption = None,
    clearance: ClearanceOption = None,
    last: Annotated[
        int, typer.Option("--last", "-n", min=0, metavar="N", help="How many entries, counted from the end; 0: all.")
    ] = 20,
    json_: JsonOption = False,
) -> int:
    """Show entries: when it occurred, when it was known, who said it, and what."""
    from casus.cli.journal import show

    return show(workspace, which, known_at, reader, clearance, last, as_json=json_)


@log.command("verify", short_help="Recompute every hash.")
def log_verify(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="An export or a proof to verify, instead of the workspace's journal."),
    ] = None,
    workspace: WorkspaceOption = HERE,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="SIZE:ROOT", help="A checkpoint kept elsewhere; shows a replaced or shortened file."),
    ] = None,
    json_: JsonOption = False,
) -> int:
    """Recompute every hash of the journal, of an export or a proof. Exits 1 and names the first bad entry."""
    from casus.cli.journal import verify

    return verify(workspace, file, against, as_json=json_)


@log.command("checkpoint", short_help="Print size and root, to keep elsewhere.")
def log_checkpoint(workspace: WorkspaceOption = HERE, json_: JsonOption = False) -> int:
    """Print size and root of the journal, to keep elsewhere."""
    from casus.cli.journal import checkpoint

    return checkpoint(workspace, as_json=json_)


@log.command("prove", short_help="Prove that an entry stands in the journal.")
def log_prove(
    which: Annotated[str, typer.Argument(metavar="ENTRY", help="The entry: its id, the beginning of it, or its place.")],
    workspace: WorkspaceOption = HERE,
    hide_payload: Annotated[bool, typer.Option("--hide-payload", help="Prove the header alone; keep the payload out.")] = False,
) -> int:
    """Print a proof (JSON) that an entry stands in the journal; anyone checks it against a checkpoint."""
    from casus.cli.journal import prove

    return prove(workspace, which, reveal=not hide_payload)


@log.command("export", short_help="Write the whole journal as JSON lines.")
def log_export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist.")],
    workspace: WorkspaceOption = HERE,
    reader: ReaderOption = None,
    clearance: ClearanceOption = None,
) -> int:
    """Write the whole journal as JSON lines, which verify without Casus."""
    from casus.cli.journal import export

    return export(workspace, file, reader, clearance)


@log.command("erase", short_help="Destroy the payload of an entry for good.")
def log_erase(
    which: Annotated[str, typer.Argument(metavar="ENTRY", help="The entry: its id, the beginning of it, or its place.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="On whose decision and why. It stays on the record.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; destroy it.")] = False,
    workspace: WorkspaceOption = HERE,
) -> int:
    """Destroy the payload of an entry for good. Its header and every proof remain."""
    from casus.cli.journal import erase

    return erase(workspace, which, reason, sure=yes)


if __name__ == "__main__":
    main()
