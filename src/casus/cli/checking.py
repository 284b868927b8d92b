"""`casus check`: faults and drafting faults of agreements, as text, JSON or SARIF; their witnesses as files, where asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from casus.cli.console import say, say_json
from casus.cli.errors import FINDINGS, FINE, Stop
from casus.cli.linting import LintSettings
from casus.cli.workspace import SETTINGS, load_workspace

if TYPE_CHECKING:
    from casus.diagnostics import Diagnostic
    from casus.language.document import Document
    from casus.lint.review import Reviewed, Search

FORMAT: Final = "casus-check/2"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options ask for."""

    form: Literal["text", "json", "sarif"] = "text"
    strict: bool = False
    quick: bool = False
    extent: bool = False
    witness: Path | None = None


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    reviewed: Reviewed


def check_files(paths: list[Path], folder: Path, options: Sequence[str], wanted: Wanted) -> int:
    """Check files, each in all of its variants; `options`: with these chosen, which then must leave none open."""
    from casus.lint.review import review
    from casus.lint.run import ALL, QUICK

    files = {file: (lint, chosen) for file, lint, chosen in [_agreement(path) for path in paths] or [_of_workspace(folder)]}
    for path in files:
        if not path.is_file():
            raise Stop("there is no such file", place=path, help="name the agreements to check, or a workspace with -w")
    kinds = QUICK if wanted.quick else ALL
    done = [
        _File(path, review(_document(path, options or chosen), path.parent, lint.settings(), kinds))
        for path, (lint, chosen) in files.items()
    ]
    written = _write_witnesses(done, wanted.witness) if wanted.witness is not None else []
    _show(done, written, wanted)
    found = [d for file in done for d in file.reviewed.diagnostics]
    errors = any(d.severity == "error" for d in found)
    warnings = any(d.severity == "warning" for d in found)
    return FINDINGS if errors or (wanted.strict and warnings) else FINE


_Chosen = tuple[Path, LintSettings, tuple[str, ...]]


def _document(path: Path, options: Sequence[str]) -> Document:
    """The text of a file, with the options chosen in it if any are (raises Stop)."""
    from casus.language.parse import read
    from casus.language.variants import choose, unresolved

    document = read(path)
    if not options:
        return document
    document = choose(document, options)
    if left := unresolved(document):
        questions = "; ".join(f"{question}: {' or '.join(names)}" for question, names in left.items())
        help_ = "choose one on every question, or none: then every variant is checked"
        raise Stop(f"the options chosen leave another choice open ({questions})", place=path, help=help_)
    return document


def _agreement(path: Path) -> _Chosen:
    """An agreement's file, or that of a workspace. The settings are those of the workspace, or of the file's folder."""
    if path.is_dir():
        if not (path / SETTINGS).is_file():
            help_ = "name the agreements in it, or lay one out: casus init DIR"
            raise Stop("this folder is no workspace", place=path, help=help_)
        return _of_workspace(path)
    if (path.parent / SETTINGS).is_file():
        return path, load_workspace(path.parent).lint, ()
    return path, LintSettings(), ()


def _of_workspace(folder: Path) -> _Chosen:
    workspace = load_workspace(folder)
    return workspace.agreement, workspace.lint, workspace.options


# ---------------------------------------------------------------- witnesses


def _write_witnesses(done: Sequence[_File], folder: Path) -> list[Path]:
    """Write each witness to a file of its own; nothing is written where a file with other contents would be lost."""
    from casus.cli.files import write_new
    from casus.lint.witness import file_name, page

    pages: dict[Path, str] = {}
    counted: dict[str, int] = {}
    for file in done:
        for exhibit in file.reviewed.exhibits:
            rule = exhibit.shown.rule
            counted[rule.code] = counted.get(rule.code, 0) + 1
            name = file_name(exhibit.shown, counted[rule.code])
            pages[folder / name] = page(exhibit.shown, exhibit.edition.agreement, exhibit.edition.names)
    if folder.exists() and not folder.is_dir():
        raise Stop("this is a file, and witnesses are written to a folder", place=folder, help="name a folder: --witness DIR")
    there = [path for path, text in pages.items() if path.exists() and path.read_text(encoding="utf-8") != text]
    if there:
        help_ = "name another folder, or remove it; nothing was written"
        raise Stop("another witness has this name", place=there[0], help=help_)
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in pages.items():
        if not path.exists():
            write_new(path, text)
    return list(pages)


# ---------------------------------------------------------------- shown


def _show(done: Sequence[_File], written: Sequence[Path], wanted: Wanted) -> None:
    found = [d for file in done for d in file.reviewed.diagnostics]
    if wanted.form == "json":
        say_json(_as_json(done, found, written, wanted))
    elif wanted.form == "sarif":
        from casus.cli.sarif import sarif

        searches = [search for file in done for search in file.reviewed.searches]
        say_json(sarif(found, [(s.rule.code, s.rule.name, _extent(s)) for s in searches]))
    else:
        _show_text(done, found, written, wanted)


def _as_json(done: Sequence[_File], found: Sequence[Diagnostic], written: Sequence[Path], wanted: Wanted) -> dict[str, object]:
    from casus.cli.shapes import CheckJson, SearchedJson, WitnessesJson

    searched = [
        SearchedJson(
            file=file.path.as_posix(),
            code=search.rule.code,
            name=search.rule.name,
            variant=search.label,
            found=search.found,
            extent=search.extent,
        )
        for file in done
        for search in file.reviewed.searches
    ]
    count = sum(len(file.reviewed.exhibits) for file in done)
    whole = CheckJson(
        format=FORMAT,
        quick=wanted.quick,
        diagnostics=list(found),
        allowed=[d for file in done for d in file.reviewed.allowed],
        searched=searched,
        witnesses=WitnessesJson(count=count, written=[path.as_posix() for path in written]),
    )
    return whole.model_dump(mode="json")


def _show_text(done: Sequence[_File], found: Sequence[Diagnostic], written: Sequence[Path], wanted: Wanted) -> None:
    from casus.cli.showing import show_diagnostics
    from casus.state.words import counted

    show_diagnostics(found)
    for path in written:
        say(f"witness written: {path}")
    searches = [(file, search) for file in done for search in file.reviewed.searches]
    if wanted.extent:
        for file, search in searches:
            place = f"{file.path}: " if len(done) > 1 else ""
            say(f"{place}{search.rule.code} {search.rule.name}: {_extent(search)}")
    else:
        silent = {(file.path, search.rule.code) for file, search in searches if not search.found}
        if silent:
            said = counted(len(silent), "searching rule") if len(done) == 1 else counted(len(silent), "search", "searches")
            say(f"{said} found nothing; --extent says how far each looked")
    counts = {severity: sum(d.severity == severity for d in found) for severity in ("error", "warning", "note")}
    said = ", ".join(counted(number, word) for word, number in counts.items() if number) or "nothing to say"
    allowed = sum(len(file.reviewed.allowed) for file in done)
    say(f"{counted(len(done), 'agreement')}: {said}" + (f" ({allowed} allowed)" if allowed else ""))


def _extent(search: Search) -> str:
    said = f"with {search.label}: {search.extent}" if search.label else search.extent
    return f"no further one; {said}" if search.found else said
