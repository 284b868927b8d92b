"""Promised against actual time: of duties, decisions, determinations, effects and findings; who kept what; what needed a vote.

Takes a State and the entries that it was computed from; gives frozen facts. Every party is measured alike, the protected one
too. A response that has not come is measured as far as it has run: its time is at least that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from casus import acts as a
from casus.journal.entry import Entry
from casus.state.model import Activation, DecisionInstance, EffectInstance, Incident, NormInstance, State
from casus.time import Duration, Instant

StepKind = Literal["duty", "decision", "determination", "effect", "finding"]
Needed = Literal["nothing", "determination", "decision"]
FOREVER: Final = Instant.parse("9999-12-31T00:00Z")
_SERVED: Final = ("fulfilled", "cured", "exercised")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `promised` from its start to its date (None: it has none), `actual` to when it came.

    `came` False: it has not come; `actual` is then how long it has run, up to when nothing can come any more.
    """

    kind: StepKind
    id: str
    name: str
    who: tuple[str, ...]
    start: Instant
    promised: Duration | None
    actual: Duration
    came: bool

    @property
    def late(self) -> Duration | None:
        """By how much it came, or has run, beyond its date."""
        if self.promised is None or self.actual <= self.promised:
            return None
        return self.actual - self.promised


@dataclass(frozen=True, slots=True)
class Detection:
    """An event: from when it happened to when it was first known, and from there to the first word of a body on it."""

    event: str
    known_after: Duration
    found_after: Duration | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Response:
    """A duty, power or effect at the end of a chain that a trigger began, and what stood between."""

    id: str
    needed: Needed


@dataclass(frozen=True, slots=True)
class Compliance:
    """What one debtor owed, and what became of it. `late`: after the date; `open`: its date has passed and it is not done."""

    party: str
    owed: int
    in_time: int
    late: int
    open: int
    running: int
    ended: int
    prohibitions: int
    broken: int

    @property
    def due(self) -> int:
        """Of how many the date has come or they were done."""
        return self.in_time + self.late + self.open

    @property
    def share(self) -> Fraction | None:
        """Done in time, of what was due."""
        return Fraction(self.in_time, self.due) if self.due else None


@dataclass(frozen=True, slots=True)
class Speed:
    steps: tuple[Step, ...]
    detections: tuple[Detection, ...]
    responses: tuple[Response, ...]
    compliance: tuple[Compliance, ...]

    @property
    def fresh(self) -> Fraction | None:
        """The share of responses that needed a decision taken for the occasion."""
        if not self.responses:
            return None
        return Fraction(sum(1 for x in self.responses if x.needed == "decision"), len(self.responses))


def speed(state: State, entries: Sequence[Entry], parties: Iterable[str]) -> Speed:
    """All of it, in the order of the steps' beginnings. `parties`: who is measured, also where it owed nothing."""
    steps = sorted(_steps(state), key=lambda x: (x.start.us, x.kind, x.id))
    return Speed(
        tuple(steps),
        tuple(_detections(state, entries)),
        tuple(_responses(state)),
        tuple(_complied(state, party) for party in sorted(set(parties))),
    )


def median(lengths: Iterable[Duration]) -> Duration | None:
    """The middle of them; of an even number the lower of the two in the middle, so that it is one that was measured."""
    ordered = sorted(x.us for x in lengths)
    return Duration(ordered[(len(ordered) - 1) // 2]) if ordered else None


# ---------------------------------------------------------------- steps


def _steps(state: State) -> Iterator[Step]:
    for norm in state.norms:
        if norm.kind == "obligation" and norm.state != "waiting":
            yield _duty(state, norm)
    for decision in state.decisions:
        promised = decision.closes - decision.opened if decision.closes < FOREVER else None
        yield _step(state, "decision", decision.id, decision.name, decision.members, decision.opened, promised, decision.closed)
    for asked in state.determinations:
        promised = asked.due - asked.opened
        yield _step(state, "determination", asked.id, asked.name, (asked.body,), asked.opened, promised, asked.answered)
    for effect in state.effects:
        if effect.state != "stopped":
            began = next((at for at, word, _ in effect.history if word == "in_effect"), None)
            promised = effect.at - effect.activated if effect.at < FOREVER else None
            yield _step(state, "effect", effect.id, effect.name, (), effect.activated, promised, began)


def _duty(state: State, norm: NormInstance) -> Step:
    start = norm.released or norm.activated
    promised = norm.due - start if norm.due is not None else None
    came = next((at for at, word, _ in reversed(norm.history) if word in _SERVED), None) if norm.state in _SERVED else None
    ended = norm.history[-1][0] if norm.history and norm.state in ("waived", "lapsed", "replaced") else None
    return _step(state, "duty", norm.id, norm.name, norm.debtor, start, promised, came, ended)


def _step(
    state: State,
    kind: StepKind,
    identity: str,
    name: str,
    who: tuple[str, ...],
    start: Instant,
    promised: Duration | None,
    came: Instant | None,
    ended: Instant | None = None,
) -> Step:
    until = came or ended or state.at
    return Step(kind, identity, name, who, start, promised, max(until, start) - start, came is not None)


# ---------------------------------------------------------------- from an event to a word on it


def _detections(state: State, entries: Sequence[Entry]) -> Iterator[Detection]:
    words = _words(state, entries)
    for incident in state.incidents:
        said = words.get(incident.id)
        known = max(incident.first_known, incident.occurred.hi) - incident.occurred.hi
        found = max(said[0], incident.first_known) - incident.first_known if said is not None else None
        yield Detection(incident.id, known, found, said[1] if said is not None else None)


def _words(state: State, entries: Sequence[Entry]) -> Mapping[str, tuple[Instant, str]]:
    """The first word of a body on each incident, by the incident or by one of its reports."""
    home: dict[str, Incident] = {}
    reports = {entry: incident for incident in state.incidents for entry in incident.reports}
    for incident in state.incidents:
        home[incident.id] = incident
    for entry in entries:
        if isinstance(entry.act, a.Report) and entry.id in reports:
            home[entry.act.id] = reports[entry.id]
    found: dict[str, tuple[Instant, str]] = {}
    for entry in entries:
        if isinstance(entry.act, a.Adjudication | a.FindingAnswer) and entry.act.on in home:
            known = entry.known if state.axis == "known" else entry.recorded
            said = (Instant(known.us), entry.act.body)
            incident_id = home[entry.act.on].id
            found[incident_id] = min(found.get(incident_id, said), said, key=lambda x: (x[0].us, x[1]))
    return found


# ---------------------------------------------------------------- what stood between a trigger and a response


def _responses(state: State) -> Iterator[Response]:
    """Duties, powers and effects whose chain begins with an activation, and what human act stood in it."""
    activations = {x.id: x for x in state.activations}
    by_norm = {x.id: x for x in state.norms}
    decisions = {x.id: x for x in state.decisions}
    begun: list[NormInstance | EffectInstance] = [x for x in state.norms if x.kind != "prohibition"]
    begun += state.effects
    for x in begun:
        if any(root in activations for root in x.roots):
            yield Response(x.id, _needed(x, activations, by_norm, decisions))


def _needed(
    one: NormInstance | EffectInstance,
    activations: Mapping[str, Activation],
    norms: Mapping[str, NormInstance],
    decisions: Mapping[str, DecisionInstance],
) -> Needed:
    """The chain back from cause to cause. A decision weighs more than a determination: it is taken for the occasion."""
    cause, needed = one.cause, "nothing"
    for _ in range(len(norms) + 2):
        if cause.split(" joined by ")[0] in decisions:
            return "decision"
        if cause in activations:
            break
        before = norms.get(cause.partition(" of ")[2])
        if before is None:
            needed = "determination" if "@" in cause and not cause.startswith("reversal of ") and _answer(cause) else needed
            break
        cause = before.cause
    return "determination" if needed == "determination" else "nothing"


def _answer(cause: str) -> bool:
    """`attack_case@attack@<t>@<s>`: the identity of a determination holds that of its activation."""
    return cause.count("@") >= 3 and not cause.split("@")[1][:4].isdigit()


# ---------------------------------------------------------------- who kept what


def _complied(state: State, party: str) -> Compliance:
    duties = [x for x in state.norms if x.kind == "obligation" and party in x.debtor]
    bans = [x for x in state.norms if x.kind == "prohibition" and party in x.debtor]
    done = [x for x in duties if x.state in _SERVED]
    late = [x for x in done if x.state == "cured" or any(word == "breached" for _, word, _ in x.history)]
    standing = [x for x in duties if x.state == "breached"]
    running = [x for x in duties if x.state in ("in_force", "waiting", "suspended")]
    ended = [x for x in duties if x.state in ("waived", "lapsed", "replaced", "refused")]
    return Compliance(
        party=party,
        owed=len(duties),
        in_time=len(done) - len(late),
        late=len(late),
        open=len(standing),
        running=len(running),
        ended=len(ended),
        prohibitions=len(bans),
        broken=sum(1 for x in bans if any(word == "breached" for _, word, _ in x.history)),
    )
