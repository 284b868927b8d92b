"""What is known at the present instant of the fold: incidents, words of bodies, estimates, coverage, answers.

`Facts.apply` takes the entries of one knowledge instant as a set: nothing depends on their order inside it. It gives the
incidents that changed and the entries that have no effect, with the reason. Facts only grow or change by entries; what time
does to them (silence, presumptions, deadlines) is computed by whoever asks, from the instant asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from casus.acts import (
    Act,
    Adjudication,
    Attribution,
    Code,
    Correction,
    Coverage,
    Estimate,
    FindingAnswer,
    Place,
    Report,
    Source,
    Value,
    Withdrawal,
    to_payload,
)
from casus.journal.entry import Entry
from casus.language.agreement import Agreement
from casus.time import Instant, Occurred


@dataclass(frozen=True, slots=True)
class Word:
    """A body's last word on one ladder: a rung's index, or `rejected`, or `lifted`."""

    rung: int | None
    word: str
    known: Instant
    entry: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a finding's question on an incident."""

    body: str
    answer: str
    known: Instant
    entry: str


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """An incident as its reports and corrections give it now. `actor` None: unknown."""

    id: str
    type: str
    actor: str | None
    occurred: Occurred
    first_known: Instant
    fields: Mapping[str, Value]
    said: Mapping[str, tuple[Source, ...]]
    """Report id → the sources it speaks for. A withdrawn report is not among them."""
    stands_for: tuple[str, ...]
    entries: tuple[str, ...]
    words: Mapping[str, Mapping[str, Word]] = field(default_factory=dict)
    """Ladder → body → last word."""
    acted: Mapping[str, tuple[Instant, ...]] = field(default_factory=dict)
    """Ladder → the knowledge instants at which a body of that ladder acted."""
    withdrawn: bool = False

    @property
    def reports(self) -> tuple[str, ...]:
        return tuple(self.said)

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(dict.fromkeys(source for sources in self.said.values() for source in sources))

    @property
    def place(self) -> Place | None:
        value = self.fields.get("at")
        return value if isinstance(value, Place) else None


@dataclass(frozen=True, slots=True)
class Stock:
    """One estimate of a stock: valid from its occurrence on."""

    id: str
    estimate: str
    body: str
    actor: str | None
    low: str
    high: str | None
    place: str
    occurred: Occurred
    known: Instant
    stands_for: tuple[str, ...]
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    """A stretch [lo, hi] in which a body could have seen every event of `of`."""

    body: str
    of: str
    lo: Instant
    hi: Instant
    entry: str


@dataclass(slots=True)
class Changes:
    """What one set of entries changed. `everything`: an attribution changed, so every incident may have."""

    incidents: set[str] = field(default_factory=set)
    stocks: set[str] = field(default_factory=set)
    coverage: bool = False
    everything: bool = False
    listed: list[tuple[Entry, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.incidents or self.stocks or self.coverage or self.everything)


class Facts:
    """The present knowledge of the fold. Mutable; owned by one evaluation."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.incidents: dict[str, IncidentFacts] = {}
        self.stocks: dict[str, Stock] = {}
        self.coverage: list[Watch] = []
        self.attributed: dict[tuple[str, str], bool] = {}
        self.answers: dict[tuple[str, str], tuple[Answer, ...]] = {}
        self.references: dict[str, set[str]] = {}
        """Incident id → incidents that refer to it (a cure that answers it)."""
        self._joined: dict[str, str] = {}
        self._lineages: dict[str, str] = {}
        self._waiting: dict[str, list[tuple[Instant, Entry]]] = {}
        self._attributable = {(a.actor, a.to): a.body for a in agreement.attributables}

    # ------------------------------------------------------------ entries

    def apply(self, t: Instant, entries: Iterable[Entry]) -> Changes:
        """Take the verification entries of one knowledge instant; others are left alone."""
        changes = Changes()
        for entry in sorted(entries, key=_order):
            self._take(t, entry, changes)
        return changes

    def waiting(self) -> Iterable[tuple[Entry, str]]:
        """Entries about an incident that nobody has reported (yet)."""
        for name, entries in self._waiting.items():
            for _, entry in entries:
                yield entry, f"nothing with the id {name} is on the record"

    def _take(self, t: Instant, entry: Entry, changes: Changes) -> None:
        match entry.act:
            case Report() as act:
                self._report(t, entry, act, changes)
            case Correction(id=name) | Withdrawal(id=name) | Adjudication(on=name) | FindingAnswer(on=name):
                self._about(t, entry, name, changes)
            case Estimate() as act:
                self._estimate(t, entry, act, changes)
            case Coverage() as act:
                self._coverage(entry, act, changes)
            case Attribution() as act:
                self._attribution(entry, act, changes)
            case _:
                pass

    def _report(self, t: Instant, entry: Entry, act: Report, changes: Changes) -> None:
        if act.event not in self.agreement.events:
            changes.listed.append((entry, f"the agreement knows no event {act.event}"))
            return
        sources = act.sources or (_author(entry, self.agreement),)
        home = self._home(act, sources)
        known = self.incidents.get(home) if home is not None else None
        if known is not None and known.type == act.event:
            known = replace(
                known,
                said={**known.said, act.id: sources},
                withdrawn=False,
                entries=(*known.entries, entry.id),
                stands_for=tuple(dict.fromkeys(known.stands_for + act.stands_for)),
            )
        else:
            if known is not None:
                changes.listed.append((entry, f"it names the incident {known.id}, which is a {known.type}; kept apart from it"))
            if act.id in self.incidents or act.id in self._joined:
                changes.listed.append((entry, f"a report with the id {act.id} is on the record already"))
                return
            known = IncidentFacts(
                id=act.id,
                type=act.event,
                actor=act.actor,
                occurred=entry.occurred,
                first_known=t,
                fields=act.fields,
                said={act.id: sources},
                stands_for=act.stands_for,
                entries=(entry.id,),
            )
        self._joined[act.id] = known.id
        for source in sources:
            if source.lineage is not None:
                self._lineages.setdefault(source.lineage, known.id)
        self._set(known, changes)
        for name in {act.id, known.id}:
            for at, waiting in self._waiting.pop(name, ()):
                self._about(at, waiting, name, changes)

    def _home(self, act: Report, sources: tuple[Source, ...]) -> str | None:
        """The incident that a report joins: the one it names, else the one that shares a lineage with it."""
        if act.incident is not None:
            return self._joined.get(act.incident, act.incident)
        for source in sources:
            if source.lineage is not None and source.lineage in self._lineages:
                return self._lineages[source.lineage]
        return None

    def _about(self, t: Instant, entry: Entry, name: str, changes: Changes) -> None:
        home = self._joined.get(name)
        if home is None:
            if name in self.stocks and isinstance(entry.act, Withdrawal):
                self.stocks[name] = replace(self.stocks[name], withdrawn=True)
                changes.stocks.add(name)
                return
            if isinstance(entry.act, Withdrawal) and any(watch.entry == name for watch in self.coverage):
                self.coverage = [watch for watch in self.coverage if watch.entry != name]
                changes.coverage = True
                return
            self._waiting.setdefault(name, []).append((t, entry))
            return
        incident = self.incidents[home]
        match entry.act:
            case Withdrawal():
                left = {report: sources for report, sources in incident.said.items() if report != name}
                entries = (*incident.entries, entry.id)
                self._set(replace(incident, said=left, withdrawn=not left, entries=entries), changes)
            case Correction() as act:
                self._correct(entry, act, incident, changes)
            case Adjudication() as act:
                self._adjudicate(t, entry, act, incident, changes)
            case FindingAnswer() as act:
                self._answer(t, entry, act, incident, changes)
            case _:
                pass

    def _correct(self, entry: Entry, act: Correction, incident: IncidentFacts, changes: Changes) -> None:
        declared = self.agreement.events[incident.type]
        fields = dict(incident.fields)
        actor = incident.actor
        for name, value in act.fields.items():
            if name == "by" and isinstance(value, Code):
                actor = value.code
            elif declared.field_named(name) is None:
                changes.listed.append((entry, f"a {incident.type} has no field {name}"))
            else:
                fields[name] = value
        occurred = entry.occurred if act.occurred else incident.occurred
        entries = (*incident.entries, entry.id)
        self._set(replace(incident, fields=fields, actor=actor, occurred=occurred, entries=entries), changes)

    def _adjudicate(self, t: Instant, entry: Entry, act: Adjudication, incident: IncidentFacts, changes: Changes) -> None:
        act = self._ladder_first(act)
        reasons = []
        words = dict(incident.words)
        acted = dict(incident.acted)
        effect = False
        for ladder in self.spoken_on(act):
            granted = self.agreement.granted(act.body, ladder)
            if granted is None:
                reasons.append(f"{act.body} grants no rung of {ladder}")
                continue
            rung = None if act.word in ("rejected", "lifted") else self.agreement.ladders[ladder].rungs.index(act.word)
            if rung is not None and rung > granted:
                highest = self.agreement.ladders[ladder].rungs[granted]
                reasons.append(f"{act.body} grants {ladder} up to {highest}, not {act.word}")
                continue
            effect = True
            words[ladder] = {**words.get(ladder, {}), act.body: Word(rung, act.word, t, entry.id)}
            acted[ladder] = (*acted.get(ladder, ()), t)
        if effect:
            self._set(replace(incident, words=words, acted=acted, entries=(*incident.entries, entry.id)), changes)
        else:
            changes.listed.append((entry, "; ".join(reasons) or f"no ladder has a rung {act.word}"))

    def _ladder_first(self, act: Adjudication) -> Adjudication:
        """`says occurrence rejected` and `says rejected occurrence` say the same: one of the two words is a ladder."""
        swapped = act.ladder is not None and act.word in self.agreement.ladders and act.ladder not in self.agreement.ladders
        return replace(act, ladder=act.word, word=act.ladder or "") if swapped else act

    def spoken_on(self, act: Adjudication) -> list[str]:
        """The ladders on which a word is spoken: a rung on its own, `rejected` and `lifted` on all that the body grants."""
        ladders = self.agreement.ladders
        act = self._ladder_first(act)
        if act.word in ("rejected", "lifted"):
            return [x for x in ladders if self.agreement.granted(act.body, x) is not None and act.ladder in (None, x)]
        return [x for x, decl in ladders.items() if act.word in decl.rungs and act.ladder in (None, x)]

    def _answer(self, t: Instant, entry: Entry, act: FindingAnswer, incident: IncidentFacts, changes: Changes) -> None:
        decl = self.agreement.findings.get(act.finding)
        if decl is None:
            changes.listed.append((entry, f"the agreement knows no finding {act.finding}"))
        elif act.body not in (decl.body, decl.escalates_to):
            changes.listed.append((entry, f"{act.finding} is for {decl.body} to answer, not for {act.body}"))
        elif act.answer == "abstain":
            changes.listed.append((entry, "a finding is answered yes or no"))
        else:
            key = (act.finding, incident.id)
            self.answers[key] = (*self.answers.get(key, ()), Answer(act.body, act.answer, t, entry.id))
            changes.incidents.add(incident.id)

    def _estimate(self, t: Instant, entry: Entry, act: Estimate, changes: Changes) -> None:
        if act.estimate not in self.agreement.estimates:
            changes.listed.append((entry, f"the agreement knows no estimate {act.estimate}"))
            return
        stock = Stock(
            id=entry.id,
            estimate=act.estimate,
            body=act.body,
            actor=act.actor,
            low=str(act.value.low),
            high=None if act.value.high is None else str(act.value.high),
            place=act.place or "",
            occurred=entry.occurred,
            known=t,
            stands_for=act.stands_for,
        )
        self.stocks[stock.id] = stock
        changes.stocks.add(stock.id)

    def _coverage(self, entry: Entry, act: Coverage, changes: Changes) -> None:
        if act.of not in self.agreement.events and act.of not in self.agreement.definitions:
            changes.listed.append((entry, f"the agreement knows no event or definition {act.of}"))
            return
        self.coverage.append(Watch(act.body, act.of, entry.occurred.lo, entry.occurred.hi, entry.id))
        changes.coverage = True

    def _attribution(self, entry: Entry, act: Attribution, changes: Changes) -> None:
        body = self._attributable.get((act.actor, act.to))
        if body is None:
            changes.listed.append((entry, f"the text makes no acts of {act.actor} attributable to {act.to}"))
        elif body != act.body:
            changes.listed.append((entry, f"attribution of {act.actor} to {act.to} is for {body}, not for {act.body}"))
        elif act.answer == "abstain":
            changes.listed.append((entry, "an attribution is yes or no"))
        else:
            self.attributed[act.actor, act.to] = act.answer == "yes"
            changes.everything = True

    def _set(self, incident: IncidentFacts, changes: Changes) -> None:
        before = self.incidents.get(incident.id)
        for name in _referred(before) if before else ():
            self.references.get(name, set()).discard(incident.id)
            changes.incidents.add(name)
        for name in _referred(incident):
            self.references.setdefault(name, set()).add(incident.id)
            changes.incidents.add(name)
        self.incidents[incident.id] = incident
        changes.incidents.add(incident.id)

    # ------------------------------------------------------------ asked for

    def actors(self, incident: IncidentFacts) -> frozenset[str]:
        """The event's actor and everyone to whom its acts are attributed by now; empty where nobody is known."""
        if incident.actor is None:
            return frozenset()
        found = {incident.actor}
        todo = [incident.actor]
        while todo:
            actor = todo.pop()
            for (of, to), yes in self.attributed.items():
                if yes and of == actor and to not in found:
                    found.add(to)
                    todo.append(to)
        return frozenset(found)

    def incident_of(self, name: str) -> IncidentFacts | None:
        """The incident to which a report's id belongs."""
        home = self._joined.get(name)
        return self.incidents.get(home) if home is not None else None

    def covered(self, name: str, observer: str | None) -> tuple[tuple[int, int], ...]:
        """The union of stretches (µs) in which `name` is covered: by itself, or by each event type of which it is made."""
        own = [(w.lo.us, w.hi.us) for w in self.coverage if w.of == name and observer in (None, w.body)]
        types = self.agreement.event_types(name)
        common: list[tuple[int, int]] | None = None
        for kind in sorted(types):
            one = _union([(w.lo.us, w.hi.us) for w in self.coverage if w.of == kind and observer in (None, w.body)])
            common = one if common is None else _intersection(common, one)
        return tuple(_union(own + (common or [])))


_RANK = {Report: 0, Estimate: 0, Coverage: 0, Attribution: 1, Correction: 2, Adjudication: 3, FindingAnswer: 4, Withdrawal: 5}


def _order(entry: Entry) -> tuple[int, str, str]:
    """Entries of one instant form a set: reports before what is about them, then by content, never by position."""
    act: Act | None = entry.act
    if act is None:
        return 9, "", entry.id
    return _RANK.get(type(act), 8), str(entry.occurred), str(to_payload(act))


def _author(entry: Entry, agreement: Agreement) -> Source:
    """A report without sources speaks for its author; a party's own word is affiliated with that party."""
    party = entry.author if entry.author in agreement.parties or entry.author in agreement.nonparties else None
    return Source(name=entry.author, affiliation=party, lineage=None if party else entry.id)


def _referred(incident: IncidentFacts) -> set[str]:
    return {value.word for value in incident.fields.values() if value.type == "word"}


def _union(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Closed intervals, merged where they touch."""
    merged: list[tuple[int, int]] = []
    for lo, hi in sorted(intervals):
        if merged and lo <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(hi, merged[-1][1]))
        else:
            merged.append((lo, hi))
    return merged


def _intersection(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> list[tuple[int, int]]:
    met = [(max(a, c), min(b, d)) for a, b in left for c, d in right]
    return [(lo, hi) for lo, hi in met if lo <= hi]
