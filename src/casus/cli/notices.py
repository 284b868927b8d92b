"""`casus notices` and `casus ack`: what is due to be told, recorded once, sent at least once, and acknowledged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from casus.cli.clock import now
from casus.cli.confirming import proposed
from casus.cli.console import say, say_json
from casus.cli.due import length
from casus.cli.errors import FINDINGS, FINE, Stop
from casus.cli.workspace import Workspace, load_workspace, open_workspace_journal, where, writing_clock
from casus.time import END, Instant, Known, Occurred

if TYPE_CHECKING:
    from casus.acts import Notice
    from casus.journal import Draft, Entry, Journal
    from casus.response.notices import Due, Rule
    from casus.response.outbox import Outbox

OUTBOX: Final = "notices.db"


@dataclass(frozen=True, slots=True)
class _Line:
    """A notice and where it stands: `due`, `to confirm`, `recorded`, `failed`, `sent`, `acknowledged`."""

    key: str
    subject: str
    to: str
    rule: str
    status: str
    detail: str | None = None


def rules_of(workspace: Workspace) -> tuple[Rule, ...]:
    """The rules of `[[notice]]` (raises Stop)."""
    from casus.response.notices import Rule

    return tuple(
        Rule(
            rule.name,
            rule.when,
            rule.to,
            None if rule.before is None else length(f"before of {rule.name}", rule.before),
            rule.party,
            rule.about,
        )
        for rule in workspace.response.notices
    )


def show_notices(folder: Path, key: Path | None, *, send: bool, as_json: bool) -> int:
    """List the notices; with `send`, record those that are new and send what no channel has taken yet."""
    from casus.response.outbox import Busy, Outbox

    workspace = load_workspace(folder)
    if not workspace.response.notices:
        raise Stop("no notice is asked for", place=workspace.folder / "casus.toml", help="write [[notice]] with its settings")
    due, at = _due(workspace)
    try:
        with Outbox(workspace.folder / OUTBOX, writing=send) as outbox:
            with open_workspace_journal(workspace, read_only=not send) as journal:
                if send:
                    _record(workspace, journal, due, at, key)
                entries = journal.view(END).entries
            if send:
                from casus.response.notices import recorded

                for entry in recorded(entries).values():
                    _send(workspace, outbox, entry)
            lines = _lines(entries, due, outbox)
    except Busy:
        raise Stop("another process is sending", place=workspace.folder / OUTBOX, help="wait for it to end") from None
    _tell(lines, workspace, as_json=as_json)
    return FINDINGS if any(line.status == "failed" for line in lines) else FINE


def _due(workspace: Workspace) -> tuple[tuple[Due, ...], Instant]:
    from casus.cli.many import assess_each
    from casus.response.notices import due_notices

    found: list[Due] = []
    at = Instant(0)
    rules = rules_of(workspace)
    for one in assess_each(workspace):
        found += due_notices(one.agreement, one.view, one.state, rules)
        at = max(at, one.state.at)
    return tuple(found), at


def _record(workspace: Workspace, journal: Journal, due: tuple[Due, ...], at: Instant, key: Path | None) -> None:
    """Put on the record what is due and is not there; with two persons it waits for the second."""
    from casus.acts import Notice
    from casus.journal import Draft
    from casus.response.notices import recorded
    from casus.response.twopersons import pending

    entries = journal.view(END).entries
    there = set(recorded(entries)) | {p.act.key for p in pending(entries) if isinstance(p.act, Notice)}
    drafts: list[Draft] = []
    moment = at if journal.axis == "known" else writing_clock(journal.axis)
    for notice in due:
        if notice.key in there:
            continue
        there.add(notice.key)
        act = Notice(notice.key, notice.rule, notice.about, notice.to, notice.subject, notice.body)
        known = Known(moment) if journal.axis == "known" else None
        draft = Draft(Occurred(moment, moment), act, workspace.author, known, workspace.marking.upper())
        drafts.append(proposed(workspace, journal, draft, key) or draft)
    if drafts:
        result = journal.append(drafts, writing_clock(journal.axis), dedup=False)
        if result.rejected:
            raise Stop(f"the journal does not take it: {result.rejected[0].reason}", place=str(journal.path))


def _send(workspace: Workspace, outbox: Outbox, entry: Entry) -> None:
    from casus.acts import Notice
    from casus.response.channels import sender

    assert isinstance(entry.act, Notice)  # only notices are among the recorded
    notice: Notice = entry.act
    rule = next((r for r in workspace.response.notices if r.name == notice.rule), None)
    if rule is None:
        return  # the rule is gone from casus.toml: nobody wants it sent any more
    send = sender(notice, rule.via, rule.settings, workspace.folder, print)
    outbox.deliver(notice.key, send, now)


def _lines(entries: tuple[Entry, ...], due: tuple[Due, ...], outbox: Outbox) -> list[_Line]:
    from casus.acts import Notice
    from casus.response.notices import acknowledged, recorded
    from casus.response.twopersons import pending

    there, acks = recorded(entries), acknowledged(entries)
    waiting = {p.act.key: p for p in pending(entries) if isinstance(p.act, Notice)}
    lines = [_Line(n.key, n.subject, n.to, n.rule, "due") for n in due if n.key not in there and n.key not in waiting]
    for p in waiting.values():
        assert isinstance(p.act, Notice)  # chosen for it above
        lines.append(_Line(p.act.key, p.act.subject, p.act.to, p.act.rule, "to confirm", p.id[:12]))
    for key, entry in there.items():
        assert isinstance(entry.act, Notice)  # recorded() gives notices only
        delivery = outbox.of(key)
        line = _Line(key, entry.act.subject, entry.act.to, entry.act.rule, "recorded")
        if delivery.sent is not None:
            line = replace(line, status="sent", detail=f"{delivery.sent}, attempt {delivery.attempts}")
        elif delivery.problem is not None:
            line = replace(line, status="failed", detail=f"attempt {delivery.attempts}: {delivery.problem}")
        if key in acks:
            line = replace(line, status="acknowledged", detail=f"{acks[key].known} by {acks[key].author}")
        lines.append(line)
    return lines


def _tell(lines: list[_Line], workspace: Workspace, *, as_json: bool) -> None:
    if as_json:
        from casus.cli.response_shapes import NoticeJson, NoticesJson

        rows = [NoticeJson(key=n.key, rule=n.rule, to=n.to, subject=n.subject, status=n.status, detail=n.detail) for n in lines]
        say_json(NoticesJson(format="casus-notices/1", notices=rows).model_dump(mode="json"))
        return
    if not lines:
        say("Nobody is to be told anything.")
    for line in lines:
        detail = f" ({line.detail})" if line.detail else ""
        say(f"{line.key[:12]} · {line.status}{detail} · to {line.to}: {line.subject}")
    if any(line.status in ("due", "failed") for line in lines):
        say(f"Try next: casus notices --send{where(workspace)}")


def acknowledge(folder: Path, which: str, by: str | None, note: str | None, *, as_json: bool) -> int:
    """Put an acknowledgement on the record: an officer has the notice and acts on it."""
    from casus.acts import Acknowledgement
    from casus.journal import Draft
    from casus.response.notices import acknowledged, recorded

    workspace = load_workspace(folder)
    with open_workspace_journal(workspace, read_only=False) as journal:
        entries = journal.view(END).entries
        keys = [key for key in recorded(entries) if len(which) >= 4 and key.startswith(which)]
        if len(keys) != 1:
            what = "more than one notice begins like this" if keys else "no such notice is on the record"
            raise Stop(what, place=which, help="casus notices lists them")
        done = acknowledged(entries).get(keys[0])
        if done is None:
            moment = entries[-1].known if journal.axis == "known" else writing_clock(journal.axis)
            known = Known(moment) if journal.axis == "known" else None
            act = Acknowledgement(keys[0], by or workspace.author, note)
            draft = Draft(Occurred(moment, moment), act, by or workspace.author, known, workspace.marking.upper())
            result = journal.append([draft], writing_clock(journal.axis))
            if result.rejected:
                raise Stop(f"the journal does not take it: {result.rejected[0].reason}", place=which)
            done = result.accepted[0] if result.accepted else None
    if as_json and done is not None:
        from casus.state.explanation import entry_to_json

        say_json(entry_to_json(done).model_dump(mode="json"))
    elif done is not None:
        say(f"Acknowledged {done.known} by {done.author}: notice {keys[0][:12]}.")
    return FINE
