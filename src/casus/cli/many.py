"""`casus run` over a workspace with several agreements: a line on each, from a cache where nothing has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from casus.cli.clock import now, read_instant
from casus.cli.console import Item, Section, say, say_json, say_sections
from casus.cli.errors import FINE, Stop
from casus.cli.running import Assessed, assess
from casus.cli.workspace import Workspace, load_agreement, open_workspace_journal, reader_of, where
from casus.time import END, Clock, Instant

if TYPE_CHECKING:
    from casus.journal import Checkpoint, Journal, Reader, View
    from casus.language.agreement import Agreement
    from casus.response.cache import Cache, Text
    from casus.response.overview import Overview


@dataclass(frozen=True, slots=True)
class All:
    """The lines of all agreements and what they were made from. `computed`: how many were not taken from the cache."""

    lines: tuple[Overview, ...]
    checkpoint: Checkpoint
    axis: str
    at: Instant
    reader: Reader
    computed: int


def assess_each(workspace: Workspace) -> Iterator[Assessed]:
    """Every agreement of a workspace, evaluated over what it reads."""
    if not workspace.agreements:
        yield assess(workspace.folder, None, None, None, None)
        return
    from casus.response.many import evaluated, narrowed
    from casus.response.relevance import concerning

    who = reader_of(workspace, None, None)
    with open_workspace_journal(workspace) as journal:
        view = _view(journal, who, None)
    for path in workspace.agreements:
        agreement = load_agreement(path, workspace.options)
        own = narrowed(view, concerning(agreement, view.entries))
        state, _ = evaluated(agreement, own, view.known_at)
        yield Assessed(workspace, agreement, own, state, None)


def _view(journal: Journal, who: Reader, at: Instant | None) -> View:
    """Everything known now, or in a reconstruction everything there is."""
    if journal.axis == "recorded":
        return journal.view(at if at is not None else now(), who)
    view = journal.view(END if at is None else at, who)
    latest = view.entries[-1].known if view.entries else now()
    return replace(view, known_at=at if at is not None else Instant(latest.us))


def run_all(
    workspace: Workspace, at: str | None, reader: str | None, clearance: str | None, *, show_all: bool, as_json: bool
) -> int:
    who = reader_of(workspace, reader, clearance)
    moment = None if at is None else read_instant("--at", at, Clock())
    found = overview_of_all(workspace, who, moment)
    if as_json:
        from casus.cli.overview_shapes import OverviewJson, OverviewsJson, RootJson

        rows = [OverviewJson(**line.to_json()) for line in found.lines]
        checkpoint = RootJson(size=found.checkpoint.size, root=found.checkpoint.root)
        whole = OverviewsJson(
            format="casus-overview/1",
            at=str(found.at),
            axis="known" if found.axis == "known" else "recorded",
            checkpoint=checkpoint,
            reader=found.reader.name,
            agreements=rows,
        )
        say_json(whole.model_dump(mode="json"))
    else:
        _say(workspace, found, show_all=show_all)
    return FINE


def overview_of_all(workspace: Workspace, who: Reader, at: Instant | None, *, use_cache: bool = True) -> All:
    """The line of every agreement. With `at` given, or `use_cache` off, everything is computed anew."""
    with open_workspace_journal(workspace) as journal:
        if at is not None or not use_cache:
            return _anew(workspace, journal, who, at)
        return _kept(workspace, journal, who)


def _anew(workspace: Workspace, journal: Journal, who: Reader, at: Instant | None) -> All:
    """Without any cache: every entry read, every text, every agreement evaluated."""
    from casus.journal import Reader
    from casus.response.many import evaluated, narrowed, overview
    from casus.response.relevance import concerning

    view = _view(journal, Reader(who.name, "RED"), at)
    seen = _view(journal, who, at)
    moment = seen.known_at
    ids = {entry.id for entry in seen.entries}
    lines = []
    for path in workspace.agreements:
        agreement = load_agreement(path, workspace.options)
        own = [e for e in concerning(agreement, view.entries) if view.knowledge(e) <= moment]
        shown = [e for e in own if e.id in ids]
        mine = replace(narrowed(seen, shown), withheld=len(own) - len(shown))
        state, _ = evaluated(agreement, mine, moment)
        lines.append(overview(agreement, state, len(shown)))
    return All(tuple(lines), seen.checkpoint, journal.axis, moment, who, len(lines))


def _kept(workspace: Workspace, journal: Journal, who: Reader) -> All:
    from casus.response.cache import Cache

    key = {"journal": journal.genesis.journal, "axis": journal.axis, "clearance": who.clearance}
    with Cache(workspace.journal.with_name(workspace.journal.name + ".cache"), key) as cache:
        checkpoint = _read_on(journal, cache, who)
        if journal.axis == "recorded":
            at = max(now(), Instant(journal.batches()[-1].recorded.us))
        else:
            at = cache.latest or now()
        kinds = _by_first_name(cache.kinds())
        hidden = cache.hidden(at)
        lines: list[Overview] = []
        computed = 0
        for path in workspace.agreements:
            line, fresh = _line(workspace, journal, cache, path, kinds, hidden, at, checkpoint, who)
            lines.append(line)
            computed += fresh
        cache.save()
    return All(tuple(lines), checkpoint, journal.axis, at, who, computed)


def _read_on(journal: Journal, cache: Cache, who: Reader) -> Checkpoint:
    """Bring the cache up to the journal's end: what came after its checkpoint, or all of it where that does not hold."""
    from casus.journal import Reader
    from casus.journal.incremental import since
    from casus.journal.marking import readable

    visible = readable(who.clearance)
    known = cache.checkpoint
    later = since(journal, known) if known is not None else None
    if later is not None and not later.erased and cache.add(later.entries, visible, later.checkpoint):
        return later.checkpoint
    whole = journal.view(END, Reader(who.name, "RED"))
    cache.clear()
    cache.add(sorted(whole.entries, key=lambda entry: entry.index), visible, whole.checkpoint)
    return whole.checkpoint


def _line(
    workspace: Workspace,
    journal: Journal,
    cache: Cache,
    path: Path,
    kinds: _Kinds,
    hidden: dict[int, int],
    at: Instant,
    checkpoint: Checkpoint,
    who: Reader,
) -> tuple[Overview, bool]:
    """The line of one agreement, from the cache if it still holds; and whether it was computed."""
    from casus.journal.entry import View
    from casus.journal.incremental import entries_at
    from casus.response.cache import Line
    from casus.response.overview import Overview

    agreement: Agreement | None = None
    text = cache.text(path, workspace.options)
    if text is None:
        agreement = load_agreement(path, workspace.options)
        text = _text(path, agreement, workspace.options)
        cache.keep_text(text)
    own = _own(kinds, text.offers)
    chain = hashlib.sha256(text.digest.encode() + b"".join(chain for _, chain in own)).hexdigest()
    withheld = sum(hidden.get(number, 0) for number, _ in own)
    kept = cache.line(path)
    holds = kept is not None and kept.chain == chain and kept.at <= at and (at < kept.until or at == kept.at)
    if kept is not None and holds and kept.line["withheld"] == withheld:
        return Overview.from_json(dict(kept.line)), False
    from casus.response.many import evaluated, overview

    if agreement is None:
        agreement = load_agreement(path, workspace.options)
    entries = list(entries_at(journal, cache.places(number for number, _ in own)))
    if journal.axis == "known":
        entries.sort(key=lambda entry: (entry.known.us, entry.index))
    view = View(journal.axis, at, who, tuple(entries), withheld, checkpoint)
    state, until = evaluated(agreement, view, at)
    line = overview(agreement, state, len(entries))
    cache.keep_line(path, Line(chain, at, until, line.to_json()))
    return line, True


_Kinds = dict[str, list[tuple[int, frozenset[str], bytes]]]
"""Kinds of entries under the first of the names that they need: one that few agreements know, as a rule."""


def _by_first_name(kinds: dict[int, tuple[frozenset[str], bytes]]) -> _Kinds:
    found: _Kinds = {}
    for number, (names, chain) in kinds.items():
        found.setdefault(min(names, default=""), []).append((number, names, chain))
    return found


def _own(kinds: _Kinds, offers: frozenset[str]) -> list[tuple[int, bytes]]:
    """The kinds of entries whose names are all known, with their chains, in order."""
    near = (kind for name in ("", *offers) for kind in kinds.get(name, ()))
    return sorted((number, chain) for number, names, chain in near if names <= offers)


def _text(path: Path, agreement: Agreement, options: tuple[str, ...]) -> Text:
    from casus.response.cache import Text, digest_of
    from casus.response.relevance import offers

    files = tuple(sorted(agreement.files))
    digest = digest_of(path, files, options)
    return Text(str(path), digest, agreement.name, agreement.hash, agreement.clock.zone, files, offers(agreement))


def find_agreement(workspace: Workspace, name: str) -> Workspace:
    """The workspace with one of its agreements chosen: by its name, or the beginning of its file's (raises Stop)."""
    found = [p for p in workspace.agreements if p.name == name or p.name.removesuffix(".casus.md") == name]
    if not found:
        found = [p for p in workspace.agreements if load_agreement(p, workspace.options).name == name]
    if len(found) != 1:
        names = ", ".join(p.name.removesuffix(".casus.md") for p in workspace.agreements[:8])
        raise Stop(f"there is no agreement {name} here", place=workspace.folder, help=f"there are {names}…")
    return replace(workspace, agreement=found[0], chosen=found[0])


def _say(workspace: Workspace, found: All, *, show_all: bool) -> None:
    from casus.cli.report import SHOWN
    from casus.state import words as w

    lines = found.lines
    say(f"{w.counted(len(lines), 'agreement')} over one journal of {found.checkpoint.size} entries", style="bold")
    say(f"At {w.when(found.at)}, as known then.")
    if found.axis == "known":
        say("A RECONSTRUCTION: the instants of knowledge are those claimed, not witnessed by this journal.")
    told = [line for line in lines if line.met or line.breached or line.owed or line.open_decisions or line.stuck]
    told.sort(key=lambda line: (-line.breached, -len(line.met), line.next_at or "9999", line.name))
    items = tuple(_item(line) for line in (told if show_all else told[:SHOWN]))
    quiet = len(lines) - len(told)
    sections = [Section("Agreements in which something is met, owed or open", items, "None.", len(told) - len(items))]
    if quiet:
        sections.append(Section("Others", (Item(f"In {w.counted(quiet, 'agreement')} nothing is met, owed or open."),)))
    say_sections(sections)
    print()
    say(f"journal root {found.checkpoint.root}; reader {found.reader.name} ({found.reader.clearance})", indent=2)
    name = told[0].name if told else lines[0].name if lines else "NAME"
    say(f"Try next: casus run --agreement {name}{where(workspace)}")


def _item(line: Overview) -> Item:
    parts = [f"met: {', '.join(line.met)}"] if line.met else []
    for number, word in ((line.breached, "breached"), (line.owed, "owed"), (line.open_decisions, "open to decide")):
        if number:
            parts.append(f"{number} {word}")
    if line.effects:
        parts.append(f"{line.effects} in effect")
    if line.stuck:
        parts.append(f"{line.stuck} without a next step")
    after = (f"next {line.next_at.replace('T', ' ').replace('Z', ' UTC')}: {line.next}",) if line.next_at else ()
    return Item(f"{line.title} ({line.name}), {line.life}: {'; '.join(parts)}", after, "red" if line.breached else None)
