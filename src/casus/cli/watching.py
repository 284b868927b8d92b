"""`casus watch`: follows a journal and tells what each batch of entries changes, as text, as JSON lines or to a webhook.

What was told is kept in a state file, so that the next watch goes on where this one stopped. News for a webhook stay there
until they are delivered: each has a key that never changes, so that a receiver can drop what it has had already.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from casus.cli.clock import now
from casus.cli.console import say
from casus.cli.errors import FINE, Stop
from casus.cli.files import replace_text, write_new
from casus.cli.workspace import Workspace, load_agreement, load_workspace, open_workspace_journal, reader_of
from casus.time import END, Instant

if TYPE_CHECKING:
    from casus.journal import Entry, Journal, Reader, View
    from casus.language.agreement import Agreement
    from casus.state.model import State
    from casus.state.news import News, Remembered

FORMAT: Final = "casus-watch/1"
STATE: Final = "watch.json"
EMITS: Final = ("text", "json", "webhook")
SECONDS_TO_ANSWER: Final = 5
LONGEST_PAUSE: Final = 300.0
SECONDS_BETWEEN: Final = 30.0
"""A live journal to which nothing was added is assessed again after so long, for what time alone does."""
SHOWN: Final = 8

Assess = Callable[["View", Instant], "State"]
"""How a view is assessed: the reference, or an executor that keeps its state."""


@dataclass(slots=True)
class Memory:
    """What the state file holds. `unsent`: news for the webhook, oldest first."""

    journal: str
    agreement_hash: str
    size: int
    remembered: Remembered
    unsent: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Watch:
    """One watch: where it looks, how it assesses, where it tells."""

    workspace: Workspace
    agreement: Agreement
    reader: Reader
    assess: Assess
    memory: Memory
    tell: Callable[[News], None]
    deliver: Callable[[dict[str, Any]], str | None] | None = None
    failures: int = 0
    not_before: float = 0.0
    look_again: float = 0.0


def watch_journal(
    folder: Path,
    emit: str,
    url: str | None,
    state: Path | None,
    reader: str | None,
    clearance: str | None,
    every: float,
    *,
    once: bool,
) -> int:
    from casus.state.evaluate import evaluate

    if emit not in EMITS:
        raise Stop(f"there is no way to tell called {emit!r}", place="--emit", help=f"use {', '.join(EMITS)}")
    if (emit == "webhook") is not (url is not None):
        raise Stop("a webhook has a URL, and only a webhook has", place="--url", help="--emit webhook --url https://…")
    if url is not None and not url.startswith(("https://", "http://")):
        raise Stop(f"{url!r} is no address for a webhook", place="--url", help="it begins with https:// or http://")
    workspace = load_workspace(folder)
    agreement = load_agreement(workspace.agreement, workspace.options)
    file = state if state is not None else workspace.folder / STATE
    who = reader_of(workspace, reader, clearance)

    def assess(view: View, at: Instant) -> State:
        return evaluate(agreement, view, at)

    with open_workspace_journal(workspace) as journal:
        memory, first = _begin(file, journal, agreement, who, assess)
    deliver = None if url is None else lambda body: post(url, body)
    watch = Watch(workspace, agreement, who, assess, memory, _teller(agreement, emit, memory), deliver)
    if first:
        print(f"watching from entry {memory.size} on; what stands already is not told again", file=sys.stderr)
    try:
        while True:
            look(watch)
            _send(watch)
            _keep(file, watch.memory)
            if once:
                break
            time.sleep(every)
    except KeyboardInterrupt:
        _keep(file, watch.memory)
        print(f"stopped; the next watch goes on after entry {watch.memory.size}", file=sys.stderr)
    return FINE


# ---------------------------------------------------------------- looking


def look(watch: Watch) -> None:
    """Take in what arrived, batch by batch, and what only time has done since; tell what is new."""
    from casus.state.news import news, remember

    with open_workspace_journal(watch.workspace) as journal:
        for view, at, arrived, size in _views(watch, journal):
            state = watch.assess(view, at)
            for one in news(watch.memory.remembered, state, arrived):
                watch.tell(one)
            watch.memory.remembered, watch.memory.size = remember(state), size


def _views(watch: Watch, journal: Journal) -> Iterator[tuple[View, Instant, tuple[Entry, ...], int]]:
    """The view after each batch that is new, then (of a live journal) as of now."""
    live = journal.axis == "recorded"
    size = journal.checkpoint().size
    if size < watch.memory.size:
        raise Stop("the journal is shorter than it was", place=watch.workspace.journal, help="casus log verify --against")
    whole = journal.view(now() if live else END, watch.reader)
    fresh = sorted((e for e in whole.entries if e.index >= watch.memory.size), key=lambda e: e.index)
    for recorded in sorted({e.recorded.us for e in fresh}):
        batch = tuple(e for e in fresh if e.recorded.us == recorded)
        until = batch[-1].index + 1
        entries = tuple(e for e in whole.entries if e.index < until)
        at = Instant(recorded) if live else max(Instant(e.known.us) for e in entries)
        yield replace(whole, entries=entries, known_at=at), at, batch, until
    if live and (fresh or time.monotonic() >= watch.look_again):
        watch.look_again = time.monotonic() + SECONDS_BETWEEN
        yield whole, whole.known_at, (), max(size, watch.memory.size)
    elif size > watch.memory.size:
        watch.memory.size = size


def _begin(file: Path, journal: Journal, agreement: Agreement, who: Reader, assess: Assess) -> tuple[Memory, bool]:
    """Where the last watch stopped, else here and now (raises Stop for a state of another journal)."""
    from casus.state.news import Remembered, remember

    if file.exists():
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
            answers = tuple((str(name), str(answer)) for name, answer in said["answers"])
            met = tuple((str(name), None if over is None else str(over)) for name, over in said["activations"])
            kept = Memory(said["journal"], said["agreement_hash"], int(said["size"]), Remembered(answers, met), said["unsent"])
            right = said["format"] == FORMAT
        except (ValueError, KeyError, TypeError):
            right = False
        if not right:
            raise Stop("it is no state of casus watch", place=file, help="give another file with --state, or remove it")
        if kept.journal != journal.genesis.journal:
            raise Stop("it belongs to another journal", place=file, help="give another file with --state")
        if kept.agreement_hash != agreement.hash:
            print("note: the agreement's text is another since; what it changes is told as a revision", file=sys.stderr)
            kept.agreement_hash = agreement.hash
        return kept, False
    live = journal.axis == "recorded"
    view = journal.view(now() if live else END, who)
    size = journal.checkpoint().size
    if not live:
        view = replace(view, known_at=view.entries[-1].known if view.entries else now())
    state = assess(view, view.known_at)
    return Memory(journal.genesis.journal, agreement.hash, size, remember(state)), True


def _keep(file: Path, memory: Memory) -> None:
    said = {
        "format": FORMAT,
        "journal": memory.journal,
        "agreement_hash": memory.agreement_hash,
        "size": memory.size,
        "answers": [list(pair) for pair in memory.remembered.answers],
        "activations": [list(pair) for pair in memory.remembered.activations],
        "unsent": memory.unsent,
    }
    text = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
    if file.exists():
        replace_text(file, text)
    else:
        write_new(file, text)


# ---------------------------------------------------------------- telling


def to_json(agreement: Agreement, one: News) -> dict[str, Any]:
    """News as JSON values; `key` is the hash of the rest and so the same however often it is told."""
    from casus.state.output import measured_to_json

    a = one.activation
    said: dict[str, Any] = {
        "format": FORMAT,
        "kind": one.kind,
        "agreement": agreement.name,
        "agreement_hash": agreement.hash,
        "at": str(one.at),
        "trigger": one.trigger,
        "article": one.article,
        "severity": one.severity,
        "before": one.before,
        "after": one.after,
        "because": list(one.because),
        "why": one.why,
        "activation": None if a is None else a.id,
        "witnesses": [] if a is None else list(a.witnesses),
        "measured": [] if a is None else [measured_to_json(m).model_dump(mode="json") for m in a.measured],
    }
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {**said, "key": hashlib.sha256(canonical.encode()).hexdigest()}


def _teller(agreement: Agreement, emit: str, memory: Memory) -> Callable[[News], None]:
    def as_text(one: News) -> None:
        for number, line in enumerate(lines(agreement, one)):
            say(line, indent=4 if number else 0, hang=4)
        sys.stdout.flush()

    def as_json(one: News) -> None:
        sys.stdout.write(json.dumps(to_json(agreement, one), ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def to_webhook(one: News) -> None:
        memory.unsent.append(to_json(agreement, one))

    return {"text": as_text, "json": as_json, "webhook": to_webhook}[emit]


def lines(agreement: Agreement, one: News) -> list[str]:
    from casus.state import sentences
    from casus.state import words as w

    if one.kind == "met" and one.activation is not None:
        said = sentences.activation(agreement, replace(one.activation, reversed=None))
    elif one.kind == "reversed" and one.activation is not None:
        said = f"{w.article(agreement, one.article)} · {one.trigger} · REVERSED: {one.activation.id}"
    else:
        words = [str(x).replace("_", " ") for x in (one.before, one.after)]
        said = f"{w.article(agreement, one.article)} · {one.trigger} · {words[0]} → {words[1]}"
    entries = w.names(map(w.short, one.because), most=SHOWN)
    because = f"because of entry {entries}" if one.because else "because time has passed"
    return [f"{w.when(one.at)} · {said}", because, *([w.plain(one.why)] if one.why else [])]


class _Stay(urllib.request.HTTPRedirectHandler):
    """News go to the address that was given, and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def post(url: str, body: dict[str, Any]) -> str | None:
    """POST as JSON with the key in `Idempotency-Key`; None, or why it was not taken. Waits a few seconds at most."""
    said = json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": body["key"], "User-Agent": "casus-watch"}
    request = urllib.request.Request(url, data=said, headers=headers, method="POST")
    opener = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=SECONDS_TO_ANSWER) as answer:
            return None if 200 <= answer.status < 300 else f"HTTP {answer.status}"
    except urllib.error.HTTPError as problem:
        return f"HTTP {problem.code}"
    except (OSError, HTTPException, ValueError) as problem:
        return str(getattr(problem, "reason", None) or problem or type(problem).__name__)


def _send(watch: Watch) -> None:
    """Deliver what waits, oldest first; after a failure the rest waits, longer each time, and looking goes on meanwhile."""
    if watch.deliver is None or time.monotonic() < watch.not_before:
        return
    while watch.memory.unsent:
        refused = watch.deliver(watch.memory.unsent[0])
        if refused is not None:
            watch.failures += 1
            pause = min(2.0**watch.failures, LONGEST_PAUSE)
            watch.not_before = time.monotonic() + pause
            waiting = len(watch.memory.unsent)
            print(f"not delivered ({refused}); {waiting} waiting, next try in {pause:.0f} s", file=sys.stderr)
            return
        watch.failures = 0
        watch.memory.unsent.pop(0)
