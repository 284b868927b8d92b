"""From a draft to its heaviest repeatable campaigns, one for each family of events that triggers with a consequence read.

`search` gives campaigns that the reference engine has judged over two of the measured stretches, and how far it looked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from casus.language import nodes as n
from casus.language.scenario import Line
from casus.lint.draft import Draft
from casus.lint.search.campaign import Campaign, Packing, Placed
from casus.lint.search.families import Family, actors, families, watched_by_stock
from casus.lint.search.limits import Limit, Weights, consequential, ways
from casus.lint.search.shapes import Range, Shape, Shapes
from casus.lint.search.words import by_gravity
from casus.lint.stage import Stage, quantity
from casus.state.evaluate import evaluate
from casus.state.model import State
from casus.state.scenarios import entries_of, view_of
from casus.time import Instant

_LEAST: Final = 2
"""A single event in a stretch is no campaign."""


@dataclass
class Extent:
    """How far a search looked."""

    shapes: int = 0
    campaigns: int = 0
    evaluations: int = 0
    closed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Gap:
    """A campaign that stays under everything; `lighter`: of other event types, what else could be repeated instead.

    `findings`: open questions without whose answer its events are not counted. `also`: other actors who can do as much.
    """

    family: Family
    campaign: Campaign
    findings: tuple[str, ...]
    lighter: tuple[Campaign, ...]
    also: tuple[str, ...]


class Search:
    """One draft, its stage and its shapes."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.agreement = draft.agreement
        self.stage = Stage(draft.agreement)
        self.shapes = Shapes(draft.agreement)
        self.extent = Extent()
        self.triggers = consequential(draft.agreement, draft.effects_of)

    # ------------------------------------------------------------ gaps

    def gaps(self) -> Iterator[Gap]:
        """The heaviest campaign of each family that leaves one."""
        for family in families(self.draft):
            name = ", ".join(dict.fromkeys(s.name for s in family.counted))
            if watched_by_stock(self.draft, family):
                self.extent.closed.append(f"an estimate watches what {name} add up to")
                continue
            gap = self._gap(family)
            if gap is not None:
                yield gap
            else:
                self.extent.closed.append(f"no campaign of {name} can be repeated")

    def _gap(self, family: Family) -> Gap | None:
        best: dict[str, list[Campaign]] = {}
        for actor in actors(self.draft, family):
            found = list(self._campaigns(family, actor))
            if found:
                best[actor] = found
        if not best:
            return None
        fields = by_gravity({name for found in best.values() for c in found for name in c.fields})
        for found in best.values():
            found.sort(key=lambda c: tuple(-x for x in c.weight(fields)))
        order = sorted(best, key=lambda actor: (tuple(-x for x in best[actor][0].weight(fields)), actor))
        for actor in order:
            for campaign in best[actor]:
                if self.extent.evaluations >= self.draft.budget:
                    return None
                if campaign.count >= _LEAST and self.stays_unmet(campaign):
                    also = tuple(x for x in order if x != actor and best[x][0].weight(fields) == campaign.weight(fields))
                    lighter = _lighter(campaign, best[actor])
                    return Gap(family, campaign, self._open_findings(campaign), lighter, also)
        return None

    def _campaigns(self, family: Family, actor: str) -> Iterator[Campaign]:
        counts_from = self.counts_from
        if counts_from is None:
            return
        weights = Weights(self.agreement, self.shapes.judge, actor)
        meant = [shape for event in family.events for shape in self._meant(family, weights, event)]
        self.extent.shapes += len(meant)
        for limits in ways(self.agreement, self.triggers):
            packing = Packing(weights, (*limits, *self._prohibitions(actor)), self.stage.start, counts_from)
            bodies = packing.bodies(meant)
            for body in bodies:
                for campaign in packing.campaigns(body, bodies):
                    self.extent.campaigns += 1
                    yield campaign

    def _meant(self, family: Family, weights: Weights, event: str) -> Iterator[Shape]:
        """The shapes of the events that the triggers are about, before any finding is answered."""
        for shape in self.shapes.of(event):
            for subject in family.counted:
                limit = Limit(subject.trigger, subject.name, subject.by, 0, None)
                if weights.counts(limit, shape, meant=True):
                    found = shape if subject.added is None else _at_least_one(shape, subject.added)
                    if found is not None:
                        yield found
                        break

    def _prohibitions(self, actor: str) -> Iterator[Limit]:
        """What a party must not do, where a breach has a consequence."""
        for norm in self.agreement.norms.values():
            owed = norm.kind == "prohibition" and norm.forbids is not None and actor in self.agreement.who(norm.debtor)
            if owed and norm.forbids is not None and self.draft.effects_of.get(norm.name):
                yield Limit(norm.name, norm.forbids, None, 0, None)

    def _open_findings(self, campaign: Campaign) -> tuple[str, ...]:
        """The findings that keep events of the campaign from being counted."""
        weights = Weights(self.agreement, self.shapes.judge, campaign.actor)
        shapes = {e.shape for e in campaign.events}
        found: dict[str, None] = {}
        for limit in campaign.limits:
            if limit.trigger not in self.agreement.triggers:
                continue
            for shape in shapes:
                if weights.counts(limit, shape, meant=True) and not weights.counts(limit, shape):
                    read = self.draft.read_by(limit.trigger)
                    found.update(dict.fromkeys(x for x in self.agreement.findings if x in read))
        return tuple(found)

    # ------------------------------------------------------------ judged

    @property
    def counts_from(self) -> Instant | None:
        return self.stage.state((), self.stage.start).life.counts_from

    def lines(self, events: tuple[Placed, ...], actor: str) -> tuple[Line, ...]:
        """The events as lines of a scenario, at the highest rungs: nothing stays under for want of proof."""
        rungs = self.stage.top_rungs()
        number: dict[str, int] = {}
        found = []
        for event in events:
            kind = event.shape.event
            number[kind] = number.get(kind, 0) + 1
            decl = self.agreement.events[kind]
            known = {**dict(event.shape.fields), **{name: quantity(level) for name, level in event.levels.items()}}
            fields = {f.name: known[f.name] for f in decl.fields if f.name in known}
            by = actor if decl.field_named("by") is not None else None
            found.append(self.stage.report(Instant(event.at), kind, f"{kind}_{number[kind]}", by, fields, rungs))
        return tuple(found)

    def stays_unmet(self, campaign: Campaign) -> bool:
        """Whether no trigger with a consequence is met in two stretches, by the reference engine."""
        self.extent.evaluations += 1
        end = campaign.start + campaign.stretch + campaign.stretch
        state = self.evaluate(self.lines(campaign.events, campaign.actor), end)
        met = {x.trigger for x in state.activations} & set(self.triggers)
        breached = {x.name for x in state.norms if x.state in ("breached", "cured")}
        return not met and not any(limit.trigger in breached for limit in campaign.limits)

    def evaluate(self, lines: tuple[Line, ...], at: Instant) -> State:
        entries = entries_of(self.agreement, self.stage.scenario("search", lines))
        return evaluate(self.agreement, view_of(entries, at), at)


def _at_least_one(shape: Shape, name: str) -> Shape | None:
    """The shape with at least one in a field that is added up: without any, nothing happened that the text asks about."""
    found = shape.range(name)
    if found is None:
        return None
    if found.low >= 1:
        return shape
    if found.high is not None and found.high < 1:
        return None
    ranges = tuple(Range(r.field, 1, r.high) if r.field == name else r for r in shape.ranges)
    return replace(shape, ranges=ranges)


def _lighter(campaign: Campaign, found: list[Campaign]) -> tuple[Campaign, ...]:
    """The heaviest campaigns of one event type each that the main one does not hold."""
    held = {e.shape.event for e in campaign.events}
    kept: dict[str, Campaign] = {}
    for other in found:
        kinds = {e.shape.event for e in other.events}
        if len(kinds) == 1 and not kinds & held and other.count >= _LEAST and other.stretch == campaign.stretch:
            kept.setdefault(next(iter(kinds)), other)
    return tuple(kept.values())


def peaks_by_trigger(campaign: Campaign, agreement_triggers: Mapping[str, n.TriggerDecl]) -> dict[str, list[tuple[Limit, int]]]:
    """For each trigger the limits under which the campaign takes room, with the most that lies in one window."""
    found: dict[str, list[tuple[Limit, int]]] = {}
    for limit, highest in campaign.peaks.items():
        if highest and limit.trigger in agreement_triggers:
            found.setdefault(limit.trigger, []).append((limit, highest))
    return found
