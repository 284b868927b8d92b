"""`casus export assessment`: an assessment with all that its triggers went by, so that it is verified without the engine.

The result is plain JSON in the shape of `casus.analysis.shapes`; `casus.recheck` verifies it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from casus import __version__
from casus.acts import to_payload
from casus.analysis.lowering import Json, PoolKey
from casus.analysis.record import Keeping, Kept, keep, measured
from casus.analysis.shapes import (
    FORMAT,
    AgreementJson,
    AssessmentExport,
    BaselineJson,
    CheckpointJson,
    CoverJson,
    EntryJson,
    EventJson,
    PoolEventJson,
    PoolJson,
    StockJson,
    TriggerJson,
)
from casus.journal.entry import Entry, View
from casus.journal.leaf import timestamp
from casus.language.agreement import Agreement
from casus.state.evaluate import assess
from casus.state.fold import Fold
from casus.state.model import TriggerAssessment
from casus.time import Instant
from casus.triggers.conditions import weigh
from casus.verification import rungs_by_ladder

Headers = Mapping[str, Json]
"""Entry id → the header as the journal holds it."""


def export_assessment(
    agreement: Agreement,
    view: View,
    at: Instant,
    *,
    text: str | None = None,
    headers: Headers | None = None,
    only: Iterable[str] = (),
) -> Json:
    """The assessment of (agreement, view, at) with its evidence. `text`: the agreement's, so that its hash is recomputed.

    `only` names triggers; those whose activations they count come with them. Raises KeyError for a name that is no trigger.
    """
    fold, keeping = keep(agreement, view, at)
    names = _with_counted(agreement, keeping, list(only) or list(agreement.triggers))
    near = {name: _nearest(keeping, name, at) for name in names}
    parts = {name: _evidence(fold, keeping, name) for name in names}
    seen = {event.id for _, kept in parts.items() for pool in kept[0] for event in pool.events}
    stocks = {event.id for _, kept in parts.items() for pool in kept[1] for event in pool.events}
    life = fold.life
    begun = fold.life.counts_from
    force = [_opt(life.since), _opt(life.ended)]
    events = {identity: _event(fold, identity) for identity in sorted(seen)}
    steps, acts = list(map(str, keeping.steps)), [act for act in keeping.acts if act["trigger"] in names]
    begins = keeping.begins
    bare = {name: _trigger(agreement, keeping.kept[name], name, parts[name], near[name]) for name in names}
    answers = {answer.trigger: answer for answer in assess(fold, at)}  # runs the fold on: what it went by is taken off above
    whole = AssessmentExport(
        format=FORMAT,
        version=__version__,
        agreement=AgreementJson(
            id=agreement.name, title=agreement.header.title, hash=agreement.hash, hashed=hashed(agreement, text)
        ),
        checkpoint=CheckpointJson(size=view.checkpoint.size, root=view.checkpoint.root),
        axis=view.axis,
        reconstruction=view.axis == "known",
        reader=view.reader.name,
        withheld=view.withheld,
        at=str(at),
        known_at=str(view.known_at),
        counts_from=_opt(begun),
        begins=begins,
        force=force,
        steps=steps,
        entries=_entries(view, [*(e for event in events.values() for e in event.entries), *stocks], headers or {}),
        events=events,
        triggers=[_answered(bare[name], answers[name]) for name in names],
        acts=acts,
        digest="",
    ).model_dump(mode="json")
    return {**whole, "digest": digest(whole)}


def digest(export: Json) -> str:
    """SHA-256 over the canonical form of everything but the digest."""
    rest = {key: value for key, value in export.items() if key != "digest"}
    canonical = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def hashed(agreement: Agreement, text: str | None) -> Json | None:
    """What the agreement's hash covers (`docs/formats/agreement-hash.md`); None where the text at hand is not that text."""
    if text is None:
        return None
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    files = [{"path": path, "sha256": agreement.files[path]} for path in sorted(agreement.files)]
    content: Json = {"files": files, "format": "casus agreement 1", "text": plain}
    if agreement.chosen:
        content["options"] = sorted(set(agreement.chosen))
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return content if agreement.hash == f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}" else None


def _opt(instant: Instant | None) -> str | None:
    return None if instant is None else str(instant)


def _with_counted(agreement: Agreement, keeping: Keeping, asked: list[str]) -> list[str]:
    found: set[str] = set()
    todo = list(asked)
    while todo:
        name = todo.pop()
        if name not in agreement.triggers:
            raise KeyError(name)
        if name not in found:
            found.add(name)
            todo += keeping.kept[name].lowered.counts
    return [name for name in agreement.triggers if name in found]


def _evidence(fold: Fold, keeping: Keeping, name: str) -> tuple[list[PoolJson], list[StockJson]]:
    kept = keeping.kept[name]

    def codes(key: PoolKey) -> list[str] | None:
        found = fold.agreement.by(key[1])
        return None if found is None else sorted(found)

    def events(rows: Mapping[str, list[Json]]) -> list[PoolEventJson]:
        counted = {identity: states for identity, states in rows.items() if any("out" not in state for state in states)}
        return [PoolEventJson(id=identity, states=counted[identity]) for identity in sorted(counted)]

    pools = [
        PoolJson(of=key[0], by=codes(key), events=events(rows))
        for key, rows in zip(kept.lowered.pools, kept.pools, strict=True)
    ]
    stocks = [
        StockJson(of=key[0], by=codes(key), events=events(rows))
        for key, rows in zip(kept.lowered.stocks, kept.stocks, strict=True)
    ]
    return pools, stocks


def _nearest(keeping: Keeping, name: str, at: Instant) -> Json | None:
    """The instant at which the condition comes nearest, as `casus run` shows it; None where it is met or never asked."""
    state = keeping.states[name]
    if state.standing:
        return None
    best: tuple[float, int] | None = None
    for s, weighed in keeping.weighed_everywhere(name, at):
        if s <= at.us and weighed.measures:
            reached = float(weighed.measures[0].low), s
            best = reached if best is None else max(best, reached)
    if best is None:
        return None
    weighed = weigh(keeping.agreement, keeping.reading(state), state.decl.when, best[1])
    return {"s": str(Instant(best[1])), "measured": measured(weighed, keeping.kept[name].lowered.leaves)}


def _event(fold: Fold, identity: str) -> EventJson:
    incident = fold.facts.incidents[identity]
    actors = fold.facts.actors(incident)
    rungs = dict(sorted(rungs_by_ladder(fold.agreement, incident, actors).items()))
    return EventJson(
        type=incident.type, actor=incident.actor, actors=sorted(actors), rungs=rungs, entries=list(incident.entries)
    )


def _entries(view: View, wanted: Iterable[str], headers: Headers) -> dict[str, EntryJson]:
    of = {entry.id: entry for entry in view.entries}
    return {
        identity: EntryJson(
            header=headers.get(identity) or _header(of[identity]),
            act=None if (act := of[identity].act) is None else to_payload(act),
        )
        for identity in sorted(set(wanted))
        if identity in of
    }


def _header(entry: Entry) -> dict[str, Any]:
    """The header without its commitment, for a record that no journal holds."""
    return {
        "author": entry.author,
        "kind": "entry",
        "known": timestamp(entry.known.us),
        "marking": entry.marking,
        "occurred": [timestamp(entry.occurred.lo.us), timestamp(entry.occurred.hi.us)],
        "recorded": timestamp(entry.recorded.us),
    }


def _trigger(
    agreement: Agreement,
    kept: Kept,
    name: str,
    evidence: tuple[list[PoolJson], list[StockJson]],
    near: Json | None,
) -> TriggerJson:
    decl = agreement.triggers[name]
    stale = agreement.header.stale_after
    stated = {need.ladder: need.rung for need in decl.needs}
    lowered = kept.lowered
    covers = [
        CoverJson(of=of, observer=who, states=states) for (of, who), states in zip(lowered.covers, kept.covers, strict=True)
    ]
    return TriggerJson(
        trigger=name,
        article=decl.article,
        severity=int(decl.severity),
        assessment="not_met",
        until=None,
        reasons=[],
        when=lowered.when,
        needs={ladder: stated.get(ladder, decl_.rungs[0]) for ladder, decl_ in sorted(agreement.ladders.items())},
        excluding=list(decl.excluding),
        counting_provisional=decl.counting_provisional,
        rearm_us=None if decl.rearm is None else decl.rearm.duration.us,
        stale_us=None if stale is None else stale.duration.us,
        pools=evidence[0],
        covers=covers,
        stocks=evidence[1],
        baselines=[BaselineJson(name=of, states=states) for of, states in zip(lowered.baselines, kept.baselines, strict=True)],
        nearest=near,
    )


def _answered(bare: TriggerJson, answer: TriggerAssessment) -> TriggerJson:
    said = {"assessment": answer.assessment, "until": _opt(answer.until), "reasons": list(answer.reasons)}
    return bare.model_copy(update=said)
