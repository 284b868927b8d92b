"""`casus export` and `casus skeleton`: agreements in other formats, out and in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from casus.cli.console import say
from casus.cli.errors import FINE, Stop
from casus.cli.files import write_new
from casus.cli.workspace import SETTINGS, load_workspace

FORMATS: Final = {
    "akn": "Akoma Ntoso 3.0 XML with stable ids; carries the rules",
    "html": "one HTML page",
    "text": "plain text",
    "markdown": "Markdown without fences, which a word processor takes over",
}
MOST_BYTES: Final = 32 * 1024 * 1024


def export_agreement(form: str, file: Path | None, folder: Path, out: Path | None, date: str | None, *, rules: bool) -> int:
    """Write an agreement in another format to `out`, or to standard output."""
    if form not in FORMATS:
        known = "; ".join(f"{name}: {what}" for name, what in FORMATS.items())
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
