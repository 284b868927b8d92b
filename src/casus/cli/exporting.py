"""`casus export` and `casus skeleton`: agreements in other formats, out and in; an assessment with its evidence, out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from casus.cli.console import say
from casus.cli.errors import FINE, Stop
from casus.cli.files import write_new
from casus.cli.workspace import SETTINGS, load_workspace, open_workspace_journal

if TYPE_CHECKING:
    from casus.cli.running import Assessed

FORMATS: Final = {
    "akn": "Akoma Ntoso 3.0 XML with stable ids; carries the rules",
    "html": "one HTML page",
    "text": "plain text",
    "markdown": "Markdown without fences, which a word processor takes over",
}
OF_A_WORKSPACE: Final = {
    "assessment": "the assessment with its evidence (JSON), which casus recheck verifies",
    "monpoly": "each clause as signature, formula and log for MonPoly and VeriMon, in a new folder",
}
MOST_BYTES: Final = 32 * 1024 * 1024
MOST_OF_PLAIN_TEXT: Final = 8 * 1024 * 1024
"""A longer agreement is not read, so that none is made either."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which assessment of a workspace, and of which triggers (none: of all)."""

    triggers: tuple[str, ...]
    at: str | None
    known_at: str | None
    reader: str | None
    clearance: str | None
    options: tuple[str, ...]

    def given(self) -> list[str]:
        """The options that were given."""
        said = {
            "--trigger": self.triggers,
            "--at": self.at,
            "--known-at": self.known_at,
            "--reader": self.reader,
            "--clearance": self.clearance,
            "--option": self.options,
        }
        return [option for option, value in said.items() if value]


def export(form: str, file: Path | None, folder: Path, out: Path | None, date: str | None, asked: Asked, *, rules: bool) -> int:
    """Write an agreement in another format, or what belongs to a workspace's assessment."""
    if form in OF_A_WORKSPACE:
        if file is not None:
            raise Stop("an assessment is of a workspace, not of a file", place=file, help="name the workspace with -w DIR")
        if rules or date is not None:
            raise Stop("this goes with an agreement only", place="--rules" if rules else "--date", help="leave it out")
        return export_of_workspace(form, folder, out, asked)
    if asked.given():
        raise Stop("this goes with an assessment only", place=asked.given()[0], help="casus export assessment --out FILE")
    return export_agreement(form, file, folder, out, date, rules=rules)


def export_of_workspace(form: str, folder: Path, out: Path | None, asked: Asked) -> int:
    from casus.analysis.evidence import export_assessment
    from casus.cli.running import assess

    assessed = assess(folder, asked.at, asked.known_at, asked.reader, asked.clearance, asked.options)
    for name in asked.triggers:
        check_trigger(assessed, name)
    if form == "monpoly":
        return _export_monpoly(assessed, out, asked.triggers)
    text = Path(assessed.agreement.path).read_bytes().decode("utf-8")
    made = export_assessment(
        assessed.agreement,
        assessed.view,
        assessed.state.at,
        text=text,
        headers=_headers(assessed),
        only=asked.triggers,
    )
    _hand_out(json.dumps(made, ensure_ascii=False, indent=1) + "\n", out)
    return FINE


def _export_monpoly(assessed: Assessed, out: Path | None, only: tuple[str, ...]) -> int:
    """A folder with a file of each kind for each clause; what cannot be said is told, with the reason."""
    from casus.analysis import monpoly

    if out is None:
        raise Stop("a folder is written, so it needs a name", place="--out", help="--out DIR, which must not exist")
    if out.exists():
        raise Stop("it exists already", place=out, help="give another name, or remove it first")
    state = assessed.state
    made, why = monpoly.exported(assessed.agreement, assessed.view, state.at, only)
    out.mkdir(parents=True)
    for clause in made:
        expected = {
            "format": monpoly.FORMAT,
            "agreement_hash": state.agreement_hash,
            "at": str(state.at),
            "known_at": str(state.known_at),
            "trigger": clause.trigger,
            "unit": clause.unit,
            "until": clause.until,
            "points": list(clause.points),
            "holds": list(clause.holds),
        }
        write_new(out / f"{clause.trigger}.sig", clause.signature)
        write_new(out / f"{clause.trigger}.mfotl", clause.formula)
        write_new(out / f"{clause.trigger}.log", clause.log)
        write_new(out / f"{clause.trigger}.json", json.dumps(expected, ensure_ascii=False, indent=1) + "\n")
        say(f"{clause.trigger}: {len(clause.points)} time points, holds at {len(clause.holds)}", hang=4)
    for name, reason in why.items():
        say(f"{name}: not written: {reason}", hang=4)
    if made:
        first = out / made[0].trigger
        say(f"then: monpoly -sig {first}.sig -formula {first}.mfotl -log {first}.log -nonewlastts > {first}.verdicts", hang=6)
        say(f"and: casus recheck {first}.json --verdicts {first}.verdicts", hang=6)
    return FINE


def check_trigger(assessed: Assessed, name: str) -> None:
    """Raises Stop for a name that is no trigger."""
    import difflib

    known = list(assessed.agreement.triggers)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        help_ = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
        raise Stop(f"no trigger is called {name}", place="--trigger", help=help_)


def _headers(assessed: Assessed) -> dict[str, dict[str, object]]:
    """The headers that the ids are the hashes of, as the journal holds them."""
    wanted = {entry.id for entry in assessed.view.entries}
    found: dict[str, dict[str, object]] = {}
    with open_workspace_journal(assessed.workspace) as journal:
        size, page = journal.checkpoint().size, 5000
        for first in range(0, size, page):
            found |= {one.id: one.header for one in journal.history(first, page) if one.id in wanted}
    return found


def export_agreement(form: str, file: Path | None, folder: Path, out: Path | None, date: str | None, *, rules: bool) -> int:
    """Write an agreement in another format to `out`, or to standard output."""
    if form not in FORMATS:
        known = "; ".join(f"{name}: {what}" for name, what in (FORMATS | OF_A_WORKSPACE).items())
        raise Stop(f"there is no format {form!r}", place="casus export", help=known)
    if date is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", date):
        raise Stop(f"{date!r} is no date", place="--date", help="write it like 2027-03-01")
    path = file if file is not None else load_workspace(folder).agreement
    if (path / SETTINGS).is_file():
        path = load_workspace(path).agreement
    if not path.is_file():
        raise Stop("there is no such file", place=path, help="name an agreement")
    _hand_out(_written(form, path, date, rules), out)
    return FINE


def _written(form: str, path: Path, date: str | None, rules: bool) -> str:
    from casus.cli.showing import show_diagnostics
    from casus.language import nodes as n
    from casus.language.check import check
    from casus.language.parse import read
    from casus.publish.akn import UNDATED, Named, to_akn
    from casus.publish.html import to_html
    from casus.publish.markdown import to_markdown
    from casus.publish.text import to_text
    from casus.publish.treaty import treaty

    document = read(path)
    unreadable = [d for d in document.diagnostics if d.severity == "error" and not document.text]
    if unreadable:
        show_diagnostics(unreadable, to_stderr=True)
        raise Stop("the text cannot be read", place=path)
    made = treaty(document)
    match form:
        case "html":
            return to_html(made, rules=rules)
        case "text":
            return to_text(made)
        case "markdown":
            return to_markdown(made, rules=rules)
    checked = check(document, path.parent)
    head = next((d for d in document.declarations if isinstance(d, n.AgreementDecl)), None)
    stated = head.status_on.text[:10] if head is not None and head.status_on is not None else UNDATED
    return to_akn(made, Named(date or stated, checked.agreement.hash if checked.agreement is not None else None))


def make_skeleton(file: Path, out: Path | None) -> int:
    """A text that has no rules yet, as an agreement with an empty fence under each article."""
    from casus.publish.akn_reader import from_akn
    from casus.publish.skeleton import from_text, to_skeleton

    if not file.is_file():
        raise Stop("there is no such file", place=file, help="name a plain text or a file of Akoma Ntoso")
    if file.stat().st_size > MOST_BYTES:
        raise Stop("the file is larger than 32 MiB", place=file, help="a treaty is shorter: is it the right file?")
    text = file.read_bytes().decode("utf-8-sig")
    if "\0" in text:
        raise Stop("the file holds NUL characters: it is no text", place=file, help="save it as plain text in UTF-8")
    marked_up = text.lstrip().startswith("<")
    if not marked_up and file.stat().st_size > MOST_OF_PLAIN_TEXT:
        raise Stop("the text is larger than 8 MiB", place=file, help="a treaty is shorter: is it the right file?")
    _hand_out(to_skeleton(from_akn(text) if marked_up else from_text(text)), out)
    return FINE


def _hand_out(text: str, out: Path | None) -> None:
    if out is None:
        print(text, end="")
        return
    try:
        write_new(out, text)
    except FileExistsError:
        raise Stop("the file exists already", place=out, help="give another name, or remove it first") from None
    say(f"written: {out}")
