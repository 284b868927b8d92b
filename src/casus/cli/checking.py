"""`casus check`: faults and drafting faults of agreements, as text, JSON or SARIF; their witnesses as files, where asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from casus.cli.console import say, say_json
from casus.cli.errors import FINDINGS, FINE, Stop
from casus.cli.files import write_witnesses
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

    named = [one for path in paths for one in _agreements(path)] if paths else [_of_workspace(folder)]
    files = {file: (lint, chosen) for file, lint, chosen in named}
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


def _agreements(path: Path) -> list[_Chosen]:
    """An agreement's file, that of a workspace, or every `*.casus.md` beneath a folder that is none.

    The settings are those of the workspace, or of the file's folder.
    """
    if path.is_dir():
        if (path / SETTINGS).is_file():
            return [_of_workspace(path)]
        beneath = sorted(x for x in path.rglob("*.casus.md") if x.is_file())
        if not beneath:
            help_ = "name the agreements, or lay a workspace out: casus init DIR"
            raise Stop("this folder is no workspace, and no *.casus.md lies beneath it", place=path, help=help_)
        return [one for file in beneath for one in _agreements(file)]
    if (path.parent / SETTINGS).is_file():
        return [(path, load_workspace(path.parent).lint, ())]
    return [(path, LintSettings(), ())]


def _of_workspace(folder: Path) -> _Chosen:
    workspace = load_workspace(folder)
    return workspace.agreement, workspace.lint, workspace.options


# ---------------------------------------------------------------- witnesses


def _write_witnesses(done: Sequence[_File], folder: Path) -> list[Path]:
    from casus.lint.witness import file_name, page

    pages: dict[str, str] = {}
    counted: dict[str, int] = {}
    for file in done:
        for exhibit in file.reviewed.exhibits:
            code = exhibit.shown.rule.code
            counted[code] = counted.get(code, 0) + 1
            name = file_name(exhibit.shown, counted[code])
            pages[name] = page(exhibit.shown, exhibit.edition.agreement, exhibit.edition.names)
    return write_witnesses(folder, pages)


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
