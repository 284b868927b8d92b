"""A workspace: the folder with `casus.toml`, the agreement, its zones and the journal that a command works on."""

from __future__ import annotations

import difflib
import shlex
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from casus.cli.errors import Stop
from casus.cli.linting import LintSettings, read_lint_settings
from casus.cli.response_settings import ResponseSettings, read_response_settings
from casus.time import END, Clock, Instant

if TYPE_CHECKING:
    from casus.journal import Axis, Journal, Reader, View
    from casus.language.agreement import Agreement
    from casus.language.check import Checked

SETTINGS: Final = "casus.toml"
_DEFAULTS: Final = {
    "agreement": "agreement.casus.md",
    "journal": "journal.db",
    "reader": "owner",
    "clearance": "RED",
    "author": "owner",
    "marking": "CLEAR",
}
_TABLES: Final = ("lint", "response", "two_persons", "notice")
_TABLES_SAID: Final = "the tables [lint], [response], [two_persons] and [[notice]]"
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Workspace:
    """What `casus.toml` says, with its paths made absolute or relative to the current folder."""

    folder: Path
    agreement: Path
    journal: Path
    reader: str
    clearance: str
    author: str
    marking: str
    lint: LintSettings = field(default_factory=LintSettings)
    options: tuple[str, ...] = ()
    """The options and readings that are chosen in the agreement's text."""
    response: ResponseSettings = field(default_factory=ResponseSettings)
    agreements: tuple[Path, ...] = ()
    """All agreements over the one journal, where the workspace has several; else none."""
    chosen: Path | None = None
    """The one of several that a command works on; `agreement` is it."""

    @property
    def reply(self) -> str | None:
        return self.response.reply


def where(workspace: Workspace) -> str:
    """The `-w` with which the next command works on the same workspace."""
    if workspace.chosen is not None:
        name = workspace.chosen.name.removesuffix(".casus.md")
        folder = "" if workspace.folder == Path() else str(workspace.folder)
        return f" -w {shlex.quote(f'{folder}#{name}')}"
    return "" if workspace.folder == Path() else f" -w {shlex.quote(str(workspace.folder))}"


def settings_text(agreement: str) -> str:
    """A new `casus.toml`."""
    return (
        "# A Casus workspace. Paths are relative to this file.\n"
        f"workspace = {_VERSION}\n"
        f'agreement = "{agreement}"\n'
        f'journal = "{_DEFAULTS["journal"]}"\n'
        "\n"
        "# Who reads, and up to which marking (CLEAR, GREEN, AMBER, AMBER+STRICT, RED), unless a command says otherwise.\n"
        f'reader = "{_DEFAULTS["reader"]}"\n'
        f'clearance = "{_DEFAULTS["clearance"]}"\n'
        "\n"
        "# Who puts entries on the record by hand, and how they are marked, unless a command says otherwise.\n"
        f'author = "{_DEFAULTS["author"]}"\n'
        f'marking = "{_DEFAULTS["marking"]}"\n'
    )


def load_workspace(folder: Path) -> Workspace:
    """Read `casus.toml` of a folder (raises Stop). `DIR#NAME` chooses one of several agreements."""
    if not folder.exists() and "#" in folder.name:
        from casus.cli.many import find_agreement

        name, _, chosen = folder.name.partition("#")
        return find_agreement(load_workspace(folder.parent if name in ("", ".") else folder.with_name(name)), chosen)
    path = folder / SETTINGS
    if not folder.is_dir():
        raise Stop(
            "there is no such folder", place=folder, help="name the workspace with -w DIR, or lay one out: casus init DIR"
        )
    if not path.is_file():
        raise Stop(
            f"this is no workspace: it has no {SETTINGS}",
            place=folder.resolve(),
            help="name the workspace with -w DIR, or lay one out: casus init DIR",
        )
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise Stop(
            f"it cannot be read as TOML: {problem}", place=path, help='a line reads like: journal = "journal.db"'
        ) from None
    except UnicodeDecodeError as problem:
        raise Stop(f"it is not UTF-8 text: byte {problem.start}", place=path, help="save it as UTF-8") from None
    version = said.pop("workspace", _VERSION)
    if version != _VERSION:
        raise Stop(
            f"workspace = {version!r} is not known to this version of Casus, which knows {_VERSION}",
            place=path,
            help="install the version of Casus that wrote it",
        )
    lint = read_lint_settings(said.pop("lint", {}), path)
    response = read_response_settings(said, path)
    agreements = _several(said.pop("agreements", None), folder, path)
    options = said.pop("options", [])
    if not isinstance(options, list) or not all(isinstance(name, str) for name in options):
        raise Stop(f"options is a list of names, not {options!r}", place=path, help='write: options = ["name_of_it"]')
    for key, value in said.items():
        if key not in _DEFAULTS:
            near = difflib.get_close_matches(key, [*_DEFAULTS, "options", "agreements", *_TABLES], n=1)
            known = (
                f"did you mean {near[0]}?"
                if near
                else f"known are {', '.join(_DEFAULTS)}, options, agreements and {_TABLES_SAID}"
            )
            raise Stop(f"the setting {key!r} is not known", place=path, help=known)
        if not isinstance(value, str) or not value:
            raise Stop(f"the setting {key} is text, not {value!r}", place=path, help=f'write: {key} = "{_DEFAULTS[key]}"')
    values = {**_DEFAULTS, **said}
    return Workspace(
        folder,
        folder / values["agreement"],
        folder / values["journal"],
        values["reader"],
        values["clearance"],
        values["author"],
        values["marking"],
        lint,
        tuple(options),
        response,
        agreements,
    )


def _several(patterns: Any, folder: Path, place: Path) -> tuple[Path, ...]:
    """The files of `agreements`, sorted (raises Stop)."""
    if patterns is None:
        return ()
    if not isinstance(patterns, list) or not patterns or not all(isinstance(p, str) and p for p in patterns):
        help_ = 'write: agreements = ["*.casus.md"]'
        raise Stop(f"agreements is a list of files or patterns, not {patterns!r}", place=place, help=help_)
    found = {path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}
    if not found:
        raise Stop(f"no agreement is called like {', '.join(patterns)}", place=place, help="check `agreements`")
    return tuple(sorted(found))


def texts(files: Sequence[Path], folder: Path, options: Sequence[str]) -> list[tuple[Path, Sequence[str]]]:
    """The agreements that a command names (a workspace's folder stands for its own), each with the options chosen in it."""
    found: list[tuple[Path, Sequence[str]]] = []
    for file in files or [folder]:
        if not files or (file / SETTINGS).is_file():
            workspace = load_workspace(file)
            found.append((workspace.agreement, options or workspace.options))
        else:
            found.append((file, options))
    return found


def reader_of(workspace: Workspace, name: str | None, clearance: str | None) -> Reader:
    from casus.journal import MARKINGS, Reader

    marking = (clearance or workspace.clearance).upper()
    if marking not in MARKINGS:
        where = "--clearance" if clearance else workspace.folder / SETTINGS
        raise Stop(f"{marking!r} is not a marking of TLP 2.0", place=where, help=f"use one of {', '.join(MARKINGS)}")
    return Reader(name or workspace.reader, marking)


def load_agreement(path: Path, options: Sequence[str] = ()) -> Agreement:
    """The checked agreement of a file with these options chosen (raises Stop; UnknownChoice is told as it is)."""
    from casus.language.load import load

    if not path.is_file():
        several = "; of several agreements choose one: -w DIR#NAME" if _has_several(path.parent) else ""
        raise Stop("the agreement is not there", place=path, help=f"check `agreement` in {SETTINGS}{several}")
    return agreement_of(load(path, options), path)


def _has_several(folder: Path) -> bool:
    path = folder / SETTINGS
    return path.is_file() and "agreements" in path.read_text(encoding="utf-8", errors="replace")


def agreement_of(checked: Checked, path: Path) -> Agreement:
    """The agreement; where the text has errors they are shown, where it is bracketed its options are named (raises Stop)."""
    if checked.agreement is not None:
        return checked.agreement
    if checked.unresolved and not checked.errors:
        questions = "; ".join(f"{question}: {' or '.join(names)}" for question, names in checked.unresolved.items())
        first = " ".join(f"--option {names[0]}" for names in checked.unresolved.values())
        help_ = f"choose, say with {first}, or in {SETTINGS}: options = [...]; casus check looks at every variant"
        raise Stop(f"the text leaves a choice that nobody has made ({questions})", place=path, help=help_)
    from casus.cli.showing import show_diagnostics

    show_diagnostics(checked.errors, to_stderr=True)
    raise Stop("the agreement has errors, so nothing can be assessed", place=path, help=f"casus check {path}")


def load_scenarios(path: Path, options: Sequence[str] = ()) -> tuple[Agreement, int]:
    """The agreement of a file and how many faults its scenarios have; the faults are shown."""
    from casus.language.load import load

    agreement = load_agreement(path, options)
    errors = load(path, options).errors
    if errors:
        from casus.cli.showing import show_diagnostics

        show_diagnostics(errors, to_stderr=True)
    return agreement, len(errors)


def open_workspace_journal(workspace: Workspace, *, read_only: bool = True) -> Journal:
    """The journal of a workspace; close it (raises JournalError, which is told as it is)."""
    from casus.journal import open_journal

    if not workspace.journal.exists():
        raise Stop(
            "the journal is not there",
            place=workspace.journal,
            help=f"check `journal` in {workspace.folder / SETTINGS}; `casus init` lays one out with a new workspace",
        )
    return open_journal(workspace.journal, read_only=read_only)


def writing_clock(axis: Axis) -> Instant:
    """Now, for an entry. A set clock (`CASUS_NOW`) is for exercises: a live journal takes nothing by it (raises Stop)."""
    from casus.cli.clock import is_set, now

    if axis == "recorded" and is_set():
        raise Stop(
            "the clock is set by CASUS_NOW, and a live journal records by the real one only",
            place="CASUS_NOW",
            help="unset it; an exercise belongs in a reconstruction: casus init DIR --axis known",
        )
    return now()


@dataclass(frozen=True, slots=True)
class Sight:
    """A view with the instant it is assessed at, and how the instants were chosen where the user left them open."""

    view: View
    at: Instant
    note: str | None


def look(journal: Journal, clock: Clock, reader: Reader, at: str | None, known_at: str | None) -> Sight:
    """The journal as the options of a command ask for it."""
    from casus.cli.clock import moments, read_instant

    wanted_at = None if at is None else read_instant("--at", at, clock)
    wanted_known = None if known_at is None else read_instant("--known-at", known_at, clock)
    if journal.axis == "recorded" or wanted_known is not None:
        chosen = moments(journal.axis, None, wanted_at, wanted_known)
        return Sight(journal.view(chosen.known_at, reader), chosen.at, chosen.note)
    everything = journal.view(END, reader)
    latest = everything.entries[-1].known if everything.entries else None
    chosen = moments(journal.axis, latest, wanted_at, None)
    if chosen.known_at == latest and not everything.withheld:
        return Sight(replace(everything, known_at=chosen.known_at), chosen.at, chosen.note)
    return Sight(journal.view(chosen.known_at, reader), chosen.at, chosen.note)
