"""`casus log`: show the journal, verify it, prove an entry, export it, destroy a payload, print its checkpoint."""

from __future__ import annotations

import json
import re
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from casus.cli.clock import read_instant
from casus.cli.console import say, say_json
from casus.cli.errors import FINDINGS, FINE, Stop
from casus.cli.workspace import Workspace, load_workspace, open_workspace_journal, reader_of, writing_clock

if TYPE_CHECKING:
    from casus.journal import Checkpoint, Journal, Stored, VerifyReport
    from casus.time import Instant

_CHECKPOINT: Final = re.compile(r"(\d{1,18}):([0-9a-fA-F]{64})")
_PAGE: Final = 1000


def checkpoint(folder: Path, *, as_json: bool) -> int:
    with open_workspace_journal(load_workspace(folder)) as journal:
        found = journal.checkpoint()
    if as_json:
        say_json({"size": found.size, "root": found.root})
    else:
        print(f"{found.size}:{found.root}")
    return FINE


# ---------------------------------------------------------------- show


def show(
    folder: Path,
    which: str | None,
    known_at: str | None,
    reader: str | None,
    clearance: str | None,
    last: int,
    *,
    as_json: bool,
) -> int:
    from casus.journal.marking import readable
    from casus.time import Clock

    workspace = load_workspace(folder)
    allowed = readable(reader_of(workspace, reader, clearance).clearance)
    until = None if known_at is None else read_instant("--known-at", known_at, Clock())
    with open_workspace_journal(workspace) as journal:
        if which is not None:
            found = [journal.show(_which(which))]
        else:
            found = _last(journal, max(last, 0), until)
        axis, at_end = journal.axis, journal.checkpoint()
    if as_json:
        from casus.cli.shapes import LogJson

        parts = [_stored_json(one, allowed) for one in found]
        whole = LogJson(
            format="casus-log/1",
            axis=axis,
            checkpoint={"size": at_end.size, "root": at_end.root},  # type: ignore[arg-type]
            entries=parts,
        )
        say_json(whole.model_dump(mode="json"))
        return FINE
    for one in found:
        _say_stored(one, allowed, whole=which is not None)
    if which is None:
        from casus.state.words import counted

        kind = "a reconstruction" if axis == "known" else "live"
        say()
        say(f"{len(found)} shown of {counted(at_end.size, 'entry', 'entries')}; the journal is {kind}.")
    return FINE


def _which(text: str) -> str | int:
    """An index for plain digits that cannot be the beginning of an id, else the id."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _last(journal: Journal, number: int, until: Instant | None) -> list[Stored]:
    """The last entries in the order of the journal, those known later left out."""
    size = journal.checkpoint().size
    if until is None:
        start = max(0, size - number) if number else 0
        return [one for first in range(start, size, _PAGE) for one in journal.history(first, _PAGE)]
    found: list[Stored] = []
    for first in range(0, size, _PAGE):
        for one in journal.history(first, _PAGE):
            instant = _knowledge(journal, one)
            if instant is not None and instant <= until:
                found.append(one)
    return found[-number:] if number else found


def _knowledge(journal: Journal, one: Stored) -> Instant | None:
    from casus.time import Instant, InvalidInstant

    name = "known" if one.kind == "entry" and journal.axis == "known" else "recorded"
    try:
        return Instant.parse(str(one.header.get(name)))
    except InvalidInstant:
        return None


def _hidden(one: Stored, allowed: frozenset[str]) -> bool:
    return one.kind == "entry" and one.header.get("marking") not in allowed


def _stored_json(one: Stored, allowed: frozenset[str]) -> Any:
    hidden = _hidden(one, allowed)
    return {
        "index": one.index,
        "id": one.id,
        "kind": one.kind,
        "withheld": hidden,
        "header": None if hidden else one.header,
        "payload": None if hidden else one.payload,
        "erased": None if hidden else one.erased,
        "problem": None if hidden else one.problem,
    }


def _say_stored(one: Stored, allowed: frozenset[str], *, whole: bool) -> None:
    from casus.state import words as w

    name = one.id if whole else w.short(one.id)
    if _hidden(one, allowed):
        say(f"{one.index} · {name} · withheld from this reader")
        return
    if one.entry is None:
        text = "destroyed" if one.erased else one.problem or ""
        said = {"genesis": "the journal begins", "erasure": f"destroys the payload of entry {one.header.get('of')}"}
        say(f"{one.index} · {name} · {said.get(one.kind, text)}")
        detail = {k: v for k, v in one.header.items() if k not in ("kind", "v", "format")}
        say("; ".join(f"{k} {v}" for k, v in sorted(detail.items()) if v is not None), indent=4)
        return
    e = one.entry
    say(f"{one.index} · {name} · {w.act(e.act)}")
    say(f"occurred {w.bracket(e.occurred)}; known {w.when(e.known)}; recorded {w.when(e.recorded)}", indent=4)
    say(f"by {e.author}; {e.marking}" + (f"; from {e.origin}" if e.origin else ""), indent=4)
    if one.erased:
        say(f"payload destroyed {one.erased}", indent=4)
    if whole and one.payload is not None:
        print(json.dumps(one.payload, ensure_ascii=False, indent=2))


# ---------------------------------------------------------------- verify, prove, export


def verify(folder: Path, file: Path | None, against: str | None, *, as_json: bool) -> int:
    kept = None if against is None else _checkpoint(against)
    if file is not None:
        return _verify_file(file, kept, as_json=as_json)
    workspace = load_workspace(folder)
    code = _told(_verified(workspace, kept), str(workspace.journal), kept, as_json=as_json)
    return _persons(workspace, as_json=as_json) if code == FINE else code


def _persons(workspace: Workspace, *, as_json: bool) -> int:
    """Whether two persons stand behind every act for which the workspace asks for two, with keys that it lists."""
    from casus.response.twopersons import faults
    from casus.time import END

    rule = workspace.response.two_persons
    with open_workspace_journal(workspace) as journal:
        if journal.axis != "recorded" or not (rule.acts or rule.keys):
            return FINE
        found = faults(journal.view(END).entries, rule.acts, rule.keys)
    for fault in found:
        text = f"entry {fault.index} ({fault.id}): {fault.why}"
        print(text, file=sys.stderr) if as_json else say(text, indent=2, style="red")
    return FINDINGS if found else FINE


def _verified(workspace: Workspace, kept: Checkpoint | None) -> VerifyReport:
    """The report, also of a journal that is too damaged to be opened for anything else."""
    from casus.journal import JournalDamaged
    from casus.journal.database import connect
    from casus.journal.verify import verify_rows

    try:
        with open_workspace_journal(workspace) as journal:
            return journal.verify(kept)
    except JournalDamaged:
        with closing(connect(workspace.journal, 5.0, read_only=True)) as connection:
            return verify_rows(connection, kept, payloads=True)


def _verify_file(file: Path, kept: Checkpoint | None, *, as_json: bool) -> int:
    """An export or a proof, by itself."""
    from casus.journal import check_consistency, check_proof, verify_export

    text = file.read_bytes()
    try:
        one = _proof(text)
        if one is None:
            return _told(verify_export(text.splitlines(keepends=True), kept), str(file), kept, as_json=as_json)
        checked = check_consistency(one, kept) if "second" in one else check_proof(one, kept)
    except RecursionError:
        help_ = "an export or a proof is nested a few levels deep; this file is something else"
        raise Stop("it is nested too deeply to be read", place=file, help=help_) from None
    if as_json:
        say_json({"valid": checked.valid, "reason": checked.reason, "id": checked.id, "index": checked.index})
    else:
        say(f"{file}: {'holds' if checked.valid else 'DOES NOT HOLD'}: {checked.reason}")
    return FINE if checked.valid else FINDINGS


def _proof(text: bytes) -> dict[str, Any] | None:
    """The proof that a file holds; None where it is no single object with the parts of one, so an export if anything."""
    try:
        one = json.loads(text)
    except ValueError:
        return None
    return one if isinstance(one, dict) and ("leaf" in one or "second" in one) else None


def _checkpoint(text: str) -> Checkpoint:
    from casus.journal import Checkpoint

    match = _CHECKPOINT.fullmatch(text.strip())
    if match is None:
        raise Stop("this is not a checkpoint", place="--against", help="give SIZE:ROOT as `casus log checkpoint` prints it")
    return Checkpoint(int(match[1]), match[2].lower())


def _told(report: VerifyReport, place: str, kept: Checkpoint | None, *, as_json: bool) -> int:
    if as_json:
        say_json(verify_to_json(report))
        return FINE if report.ok else FINDINGS
    from casus.state.words import counted

    if report.ok:
        say(f"{place}: intact: {counted(report.entries, 'entry', 'entries')}, {counted(report.batches, 'batch', 'batches')}.")
        if report.erased:
            say(f"{counted(report.erased, 'payload')} destroyed, with the proofs intact.")
        if report.withheld:
            say(f"{counted(report.withheld, 'entry', 'entries')} withheld: only their hashes could be checked.")
        if report.checkpoint is not None:
            print(f"{report.checkpoint.size}:{report.checkpoint.root}")
        if kept is None:
            say("Keep this checkpoint elsewhere: with --against it shows a file that was replaced or cut back.")
        return FINE
    say(f"{place}: NOT INTACT" if not report.intact else f"{place}: intact, but not all of it can be read", style="red")
    for fault in report.file_faults:
        say(fault, indent=2)
    for bad in report.bad:
        say(str(bad), indent=2)
    if report.bad_count > len(report.bad):
        say(f"and {report.bad_count - len(report.bad)} more", indent=2)
    for one in report.unreadable:
        say(f"entry {one.index} ({one.id}): this version of Casus cannot read it: {one.reason}", indent=2)
    say("help: keep the file for inquiry and go back to a copy", indent=0)
    return FINDINGS


def verify_to_json(report: VerifyReport) -> dict[str, Any]:
    from casus.cli.shapes import BadEntryJson, VerifyJson
    from casus.state.output import CheckpointJson

    at = report.checkpoint
    return VerifyJson(
        format="casus-verify/1",
        intact=report.intact,
        readable=not report.unreadable,
        checkpoint=None if at is None else CheckpointJson(size=at.size, root=at.root),
        entries=report.entries,
        erased=report.erased,
        batches=report.batches,
        withheld=report.withheld,
        bad=[BadEntryJson(index=b.index, id=b.id, what=b.what, why=b.why) for b in report.bad],
        bad_count=report.bad_count,
        file_faults=list(report.file_faults),
        unreadable=[BadEntryJson(index=u.index, id=u.id, what="payload", why=u.reason) for u in report.unreadable],
    ).model_dump(mode="json")


def prove(folder: Path, which: str, *, reveal: bool) -> int:
    from casus.journal.marking import readable

    workspace = load_workspace(folder)
    allowed = readable(reader_of(workspace, None, None).clearance)
    with open_workspace_journal(workspace) as journal:
        hidden = _hidden(journal.show(_which(which)), allowed)
        proof = journal.prove(_which(which), reveal=reveal and not hidden)
    say_json(proof)
    if hidden:
        print("note: the payload is withheld from this reader and is not part of the proof", file=sys.stderr)
    return FINE


def export(folder: Path, file: Path, reader: str | None, clearance: str | None) -> int:
    from casus.state.words import counted

    workspace = load_workspace(folder)
    with open_workspace_journal(workspace) as journal:
        found = journal.export(file, reader_of(workspace, reader, clearance))
    say(f"Wrote {counted(found.size, 'entry', 'entries')} to {file}.")
    say(f"Check it by itself: casus log verify {file}")
    return FINE


# ---------------------------------------------------------------- erase


def erase(folder: Path, which: str, reason: str, *, sure: bool) -> int:
    from casus.state import words as w

    if not reason.strip():
        raise Stop("an erasure needs a reason", place="--reason", help="say on whose decision and why, not what is erased")
    with open_workspace_journal(load_workspace(folder), read_only=False) as journal:
        there = journal.show(_which(which))
        if not sure:
            _ask(there)
        done = journal.erase(there.id if there.kind == "entry" else there.index, reason, writing_clock(journal.axis))
    say(f"Destroyed the payload of entry {done.of} ({w.short(done.entry)}).")
    say(f"That stands on the record as entry {done.index}, {w.when(done.recorded)}.")
    say("Its header and every proof remain. Copies and backups of the file still hold it.")
    for note in done.notes:
        say(f"Note: {note}")
    return FINE


def _ask(there: Stored) -> None:
    from casus.state import words as w

    if not sys.stdin.isatty():
        raise Stop("nobody is there to confirm it", place="casus log erase", help="add --yes if it is meant")
    what = w.act(there.entry.act) if there.entry is not None else there.kind
    print(f"This destroys for good: entry {there.index}, {what}")
    try:
        answer = input("Type yes to go on: ")
    except EOFError:
        answer = ""
    if answer.strip().lower() != "yes":
        raise Stop("not confirmed; nothing was destroyed")
