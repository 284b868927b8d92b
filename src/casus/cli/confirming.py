"""`casus confirm`: what waits for a second person, and its confirmation with a second key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from casus.cli.console import say, say_json
from casus.cli.errors import FINE, Stop
from casus.cli.keys import password, read_key
from casus.cli.workspace import Workspace, load_workspace, open_workspace_journal, where, writing_clock
from casus.time import END

if TYPE_CHECKING:
    from casus.cli.response_shapes import PendingJson
    from casus.journal import Draft, Entry, Journal
    from casus.response.twopersons import Pending


def confirm_act(folder: Path, which: str | None, key: Path | None, *, as_json: bool) -> int:
    from casus.response.twopersons import pending

    workspace = load_workspace(folder)
    with open_workspace_journal(workspace, read_only=which is None) as journal:
        entries = journal.view(END).entries
        waiting = pending(entries)
        if which is None:
            _list(workspace, waiting, as_json=as_json)
            return FINE
        one = _find(waiting, which)
        if key is None:
            raise Stop("a confirmation is signed", place="--key", help="name the file of your private key: --key FILE")
        entry = _confirm(workspace, journal, entries, one, key)
    _say(entry, workspace, as_json=as_json)
    return FINE


def _find(waiting: tuple[Pending, ...], which: str) -> Pending:
    found = [p for p in waiting if p.id.startswith(which)] if len(which) >= 5 else []
    if len(found) != 1:
        names = ", ".join(p.id[:12] for p in waiting[:6]) or "nothing waits"
        raise Stop("no such act waits, or more than one begins like this", place=which, help=f"waiting: {names}")
    return found[0]


def _confirm(workspace: Workspace, journal: Journal, entries: tuple[Entry, ...], one: Pending, key: Path) -> Entry:
    from casus.journal.signing import public_key
    from casus.response.twopersons import Unconfirmable, confirm, first_signature

    pem = read_key(key)
    known_key(workspace, public_key(pem, password()), key)
    first = next(first_signature(entry) for entry in entries if entry.id == one.id)
    try:
        draft = confirm(journal.genesis.journal, one, pem, password(), first)
    except Unconfirmable as problem:
        raise Stop(str(problem), place=one.id[:12], help="casus confirm lists what waits, with who entered it") from None
    result = journal.append([draft], writing_clock(journal.axis), dedup=False)
    if result.rejected:
        raise Stop(f"the journal does not take it: {result.rejected[0].reason}", place=one.id[:12])
    return result.accepted[0]


def known_key(workspace: Workspace, public: str, place: Path) -> str:
    """The name under which the workspace lists a key (raises Stop)."""
    name = workspace.response.two_persons.name_of(public)
    if name is None:
        help_ = f'put it under [two_persons.keys] of casus.toml: name = "ed25519:{public}"'
        raise Stop("the workspace does not list this key", place=place, help=help_)
    return name


def proposed(workspace: Workspace, journal: Journal, draft: Draft, key: Path | None) -> Draft | None:
    """The proposal to record instead of a draft, where two persons are needed for its kind (raises Stop); else None."""
    from casus.journal.signing import public_key
    from casus.response.twopersons import propose

    rule = workspace.response.two_persons
    if journal.axis != "recorded" or draft.act.kind not in rule.acts:
        if key is not None:
            help_ = "leave --key out; casus.toml says in [two_persons] for which kinds two persons are needed"
            raise Stop(f"a {draft.act.kind} needs no signature here", place="--key", help=help_)
        return None
    if key is None:
        help_ = "--key FILE, your private key; then somebody else confirms it: casus confirm"
        raise Stop(f"a {draft.act.kind} needs two persons here, and the first signs it", place="--key", help=help_)
    pem = read_key(key)
    known_key(workspace, public_key(pem, password()), key)
    return propose(journal.genesis.journal, draft, pem, password())


def said_pending(workspace: Workspace, one: Pending) -> str:
    """`waits for a second person: KST votes yes on measures (entered 2027-… by anna)`."""
    from casus.state import words as w

    who = workspace.response.two_persons.name_of(one.key) or f"the key {one.key[:16]}…"
    return f"{w.act(one.act)} (by {one.author}; entered {w.when(one.entered)} with the key of {who}; {w.short(one.id)})"


def _list(workspace: Workspace, waiting: tuple[Pending, ...], *, as_json: bool) -> None:
    if as_json:
        from casus.cli.response_shapes import PendingListJson

        rows = [pending_json(workspace, p) for p in waiting]
        say_json(PendingListJson(format="casus-pending/1", pending=rows).model_dump(mode="json"))
        return
    if not waiting:
        say("Nothing waits for a second person.")
    for one in waiting:
        say(said_pending(workspace, one))
        say(f"document {one.document}", indent=2, style="dim")


def pending_json(workspace: Workspace, one: Pending) -> PendingJson:
    from casus.acts import to_payload
    from casus.cli.response_shapes import PendingJson

    return PendingJson(
        id=one.id,
        document=one.document,
        author=one.author,
        marking=one.marking,
        act=to_payload(one.act),
        entered=str(one.entered),
        key=one.key,
        name=workspace.response.two_persons.name_of(one.key),
    )


def _say(entry: Entry, workspace: Workspace, *, as_json: bool) -> None:
    from casus.state import words as w

    if as_json:
        from casus.state.explanation import entry_to_json

        say_json(entry_to_json(entry).model_dump(mode="json"))
        return
    rule = workspace.response.two_persons
    assert entry.signed is not None  # a confirmation carries both
    names = [rule.name_of(one.key) or one.key[:16] for one in (entry.signed.entered, entry.signed.confirmed)]
    say(f"Confirmed as entry {entry.index}: {w.act(entry.act)}")
    say(entry.id, indent=2)
    say(f"entered by {names[0]}, confirmed by {names[1]}; in effect from {w.when(entry.recorded)}", indent=2)
    say(f"Try next: casus run{where(workspace)}")
