"""The commands about what a State asks of people, with their options; what they do is in the module of each.

`register` puts them among the others of `casus.cli.main`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

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

_COMMANDS: Final[list[tuple[str, Callable[..., int]]]] = []

_Function = Callable[..., int]


def _command(short_help: str) -> Callable[[_Function], _Function]:
    def keep(function: _Function) -> _Function:
        _COMMANDS.append((short_help, function))
        return function

    return keep


key = typer.Typer(
    help="Keys of persons who enter and confirm acts.",
    short_help="Keys of persons who enter and confirm.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
)


def register(app: typer.Typer) -> None:
    for short_help, function in _COMMANDS:
        app.command(short_help=short_help)(function)
    app.add_typer(key, name="key")


@key.command("new", short_help="Make a key.")
def key_new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is, as casus.toml will list it.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file of the private key; it must not exist.")],
) -> int:
    """Make an Ed25519 key: the private one in a file for its owner alone, the public one as a line for casus.toml."""
    from casus.cli.keys import new_key

    return new_key(name, out)


@_command("Every deadline ahead, and what happens if nobody acts.")
def due(
    workspace: WorkspaceOption = HERE,
    party: Annotated[
        str | None, typer.Option("--party", metavar="CODE", help="Only what this party or body has to do or can still stop.")
    ] = None,
    within: Annotated[
        str | None, typer.Option("--within", metavar="LENGTH", help="Only what falls due within 72h, 14d, 2w, 90m.")
    ] = None,
    ics: Annotated[
        Path | None, typer.Option("--ics", metavar="FILE", help="Write a calendar (RFC 5545) too; an older one is replaced.")
    ] = None,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    reader: ReaderOption = None,
    clearance: ClearanceOption = None,
    option: ChoiceOption = None,
    json_: JsonOption = False,
) -> int:
    """Every deadline ahead on the agreement's clock, who has to act, and what happens by itself if nobody does."""
    from casus.cli.due import show_due

    return show_due(workspace, at, known_at, reader, clearance, option or [], party, within, ics, as_json=json_)


@_command("What a few votes, absences or events would change.")
def whatif(
    workspace: WorkspaceOption = HERE,
    vote: Annotated[
        list[str] | None,
        typer.Option("--vote", metavar="CODE=WORD", help="It votes yes, no or abstain; KST=no@measures for one decision only."),
    ] = None,
    absent: Annotated[
        list[str] | None,
        typer.Option("--absent", metavar="CODE,...", help="It casts no vote, and has cast none in what is open."),
    ] = None,
    deny: Annotated[
        list[str] | None,
        typer.Option("--deny", metavar="CODE", help="It refuses its national approval; MRV=deploy for one norm only."),
    ] = None,
    occurs: Annotated[
        list[str] | None, typer.Option("--occurs", metavar="LINE", help="Anything else, as a line of a scenario; repeatable.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="INSTANT", help="Compare at this instant; else at the last deadline ahead.")
    ] = None,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    reader: ReaderOption = None,
    clearance: ClearanceOption = None,
    option: ChoiceOption = None,
    json_: JsonOption = False,
) -> int:
    """What changes if a member votes so, stays away or refuses: a branch in memory; the journal is not touched."""
    from casus.cli.whatif import Asked, show_whatif

    asked = Asked(vote or [], absent or [], deny or [], occurs or [], until)
    return show_whatif(workspace, at, known_at, reader, clearance, option or [], asked, as_json=json_)


@_command("What an activation has set going, from evidence to closure.")
def case(
    which: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The case: an activation's id, or its trigger's name for the latest.")
    ] = None,
    workspace: WorkspaceOption = HERE,
    reply: Annotated[
        str | None, typer.Option("--reply", metavar="LENGTH", help="How long those may reply whom it is about: 72h, 14d.")
    ] = None,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    reader: ReaderOption = None,
    clearance: ClearanceOption = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show every step of every section.")] = False,
    option: ChoiceOption = None,
    json_: JsonOption = False,
) -> int:
    """A case file: evidence, finding, attribution, determination, decision, consequence, closure; without ID, all cases."""
    from casus.cli.case import show_case

    return show_case(workspace, which, at, known_at, reader, clearance, option or [], reply, show_all=show_all, as_json=json_)


@_command("Drafts of the letters that a case asks for.")
def letters(
    which: Annotated[str, typer.Argument(metavar="CASE", help="The case, as casus case lists it.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for the drafts; none is overwritten.")],
    workspace: WorkspaceOption = HERE,
    reply: Annotated[
        str | None, typer.Option("--reply", metavar="LENGTH", help="How long those may reply whom it is about: 72h, 14d.")
    ] = None,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    reader: ReaderOption = None,
    clearance: ClearanceOption = None,
    option: ChoiceOption = None,
) -> int:
    """Drafts of the request, the Article 51 report, the convening note and the notice to parliament. Nothing is sent."""
    from casus.cli.case import write_letters

    return write_letters(workspace, which, out, at, known_at, reader, clearance, option or [], reply)


@_command("Confirm an act that waits for a second person.")
def confirm(
    which: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="What waits: its id or the beginning of it; without it, the list.")
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Your private key; another than the one it was entered with.")
    ] = None,
    workspace: WorkspaceOption = HERE,
    json_: JsonOption = False,
) -> int:
    """Confirm an act with a second key, and give it effect; without ID, list what waits."""
    from casus.cli.confirming import confirm_act

    return confirm_act(workspace, which, key_file, as_json=json_)


@_command("Who is to be told what: recorded once, sent at least once.")
def notices(
    send: Annotated[
        bool, typer.Option("--send", help="Put new notices on the record, and send what no channel has taken yet.")
    ] = False,
    key_file: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Your private key, where notices need two persons.")
    ] = None,
    workspace: WorkspaceOption = HERE,
    json_: JsonOption = False,
) -> int:
    """The notices that casus.toml asks for: due, waiting, recorded, failed, sent, acknowledged. Exits 1 if sending failed."""
    from casus.cli.notices import show_notices

    return show_notices(workspace, key_file, send=send, as_json=json_)


@_command("Acknowledge a notice.")
def ack(
    which: Annotated[str, typer.Argument(metavar="ID", help="The notice's key, or the beginning of it.")],
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who acknowledges; else the author of casus.toml.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="What is being done.")] = None,
    workspace: WorkspaceOption = HERE,
    json_: JsonOption = False,
) -> int:
    """Put on the record that an officer on duty has a notice and acts on it."""
    from casus.cli.notices import acknowledge

    return acknowledge(workspace, which, by, note, as_json=json_)
