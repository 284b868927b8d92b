"""A case: what one activation has set going, from the evidence to its closure, and whether anything still moves it.

`standing(agreement, state)` says of every case whether it is closed, has a next step, or has neither: then it is stuck, and
nobody's clock runs. `case_file(…)` puts one together with the entries behind each step, the window for a reply by those whom
it is about, and dissent. Everything is read off a State and its view; nothing is decided here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from casus.acts import Adjudication, Attribution, Correction, FindingAnswer, Report, Withdrawal
from casus.journal.entry import Entry, View
from casus.language.agreement import Agreement
from casus.norms import NEVER
from casus.state import sentences as say
from casus.state import words as w
from casus.state.explain_sources import Around, around
from casus.state.model import Activation, DecisionInstance, DeterminationInstance, EffectInstance, NormInstance, State
from casus.time import Duration, Instant

Phase = Literal["evidence", "finding", "attribution", "determination", "decision", "consequence", "closure"]
PHASES: Final[tuple[Phase, ...]] = (
    "evidence",
    "finding",
    "attribution",
    "determination",
    "decision",
    "consequence",
    "closure",
)
Status = Literal["open", "closed", "stuck"]

_SETTLED_NORMS: Final = ("fulfilled", "cured", "waived", "lapsed", "replaced", "exercised", "refused")


@dataclass(frozen=True, slots=True)
class Next:
    """A next step: at an instant (None: whenever somebody acts), and what it is."""

    at: Instant | None
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands. `unsettled`: why it is not closed; `closed`: why it is."""

    id: str
    name: str
    status: Status
    opened: Instant
    next: tuple[Next, ...]
    unsettled: tuple[str, ...]
    closed: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case file: when it became known, what it is, and the entries that say so."""

    phase: Phase
    at: Instant
    text: str
    entries: tuple[str, ...] = ()
    article: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The time for those whom the case is about to answer. `until` None: neither text nor settings give one."""

    who: tuple[str, ...]
    since: Instant
    until: Instant | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    standing: Standing
    activation: Activation | None
    steps: tuple[Step, ...]
    dissent: tuple[Step, ...]
    reply: Reply
    parts: Parts


@dataclass(slots=True)
class Parts:
    """What belongs to one case."""

    determinations: list[DeterminationInstance] = field(default_factory=list)
    decisions: list[DecisionInstance] = field(default_factory=list)
    norms: list[NormInstance] = field(default_factory=list)
    effects: list[EffectInstance] = field(default_factory=list)

    def ids(self) -> set[str]:
        return (
            {x.id for x in self.determinations}
            | {x.id for x in self.decisions}
            | {x.id for x in self.norms}
            | {x.id for x in self.effects}
        )


# ---------------------------------------------------------------- what belongs to which case


def _parts(state: State) -> dict[str, Parts]:
    """Case → what belongs to it: every activation, and every ballot that a request has opened."""
    found: dict[str, Parts] = {a.id: Parts() for a in state.activations}
    witnesses = defaultdict(list)
    for activation in state.activations:
        for witness in activation.witnesses:
            witnesses[witness].append(activation.id)
    of: dict[str, set[str]] = {a.id: {a.id} for a in state.activations}
    for determination in state.determinations:
        if determination.activation in found:
            found[determination.activation].determinations.append(determination)
            of[determination.id] = {determination.activation}
    for norm in state.norms:
        of[norm.id] = set(norm.roots)
    for effect in state.effects:
        of[effect.id] = set(effect.roots)
    for _ in range(2):  # one may pass on to another at the same instant, in whatever order they are listed
        for decision in state.decisions:
            of[decision.id] = {case for cause in decision.causes for case in _of_cause(cause, of, witnesses)}
            if any(cause.startswith("request of ") for cause in decision.causes):
                of[decision.id].add(decision.id)
    for decision in state.decisions:
        for case in of[decision.id]:
            found.setdefault(case, Parts()).decisions.append(decision)
    for norm in state.norms:
        for case in of[norm.id]:
            found.setdefault(case, Parts()).norms.append(norm)
    for effect in state.effects:
        for case in of[effect.id]:
            found.setdefault(case, Parts()).effects.append(effect)
    return found


def _of_cause(cause: str, of: dict[str, set[str]], witnesses: dict[str, list[str]]) -> set[str]:
    """The cases that a cause belongs to: an id, `breach of ID`, `FINDING on EVENT`, `silence on LADDER of EVENT`."""
    if cause in of:
        return of[cause]
    _, _, rest = cause.partition(" of ")
    if rest in of:
        return of[rest]
    event = cause.partition(" on ")[2] if " on " in cause and not cause.startswith("silence on ") else rest
    return set(witnesses.get(event, ()))


# ---------------------------------------------------------------- where each stands


def standing(agreement: Agreement, state: State) -> tuple[Standing, ...]:
    """Every case of a State, the latest first."""
    activations = {a.id: a for a in state.activations}
    dated: dict[str, list[Next]] = defaultdict(list)
    for coming in state.coming:
        dated[coming.id].append(Next(coming.at, coming.text))
    found = [_standing(agreement, case, activations.get(case), parts, dated) for case, parts in _parts(state).items()]
    return tuple(sorted(found, key=lambda s: (-s.opened.us, s.id)))


def stuck(agreement: Agreement, state: State) -> tuple[Standing, ...]:
    """The cases that have neither a next step nor a closure."""
    return tuple(s for s in standing(agreement, state) if s.status == "stuck")


def _standing(
    agreement: Agreement, case: str, activation: Activation | None, parts: Parts, dated: dict[str, list[Next]]
) -> Standing:
    ahead: list[Next] = []
    unsettled: list[str] = []
    for determination in parts.determinations:
        if determination.state == "open":
            ahead += dated[determination.id]
        elif determination.state == "lapsed":
            unsettled.append(f"{determination.body} did not answer {determination.name}")
    for decision in parts.decisions:
        if decision.state == "open":
            ahead += dated[decision.id] or [Next(None, f"{decision.name} is open to be voted on")]
        elif decision.state == "lapsed":
            unsettled.append(f"{decision.name} lapsed")
        elif decision.state == "rejected" and not decision.votes:
            unsettled.append(f"nobody voted on {decision.name}")
    for norm in parts.norms:
        if norm.state in ("in_force", "suspended"):
            ahead += dated[norm.id] or ([Next(None, say.duty(norm))] if norm.kind != "prohibition" else [])
        elif norm.state == "breached":
            unsettled.append(f"{norm.name} of {w.names(norm.debtor)} is breached")
    for effect in parts.effects:
        if effect.state == "pending":
            ahead += dated[effect.id] or [Next(None, f"{effect.name} may take effect")]
        elif effect.state == "in_effect":
            ends = agreement.automatics[effect.name].ends_when
            ahead.append(Next(None, f"{effect.name} is in effect{'' if ends else ', with no end in the text'}"))
    if activation is not None and activation.reversed is None:
        for event in activation.witnesses:
            for name in agreement.findings:
                ahead += dated.get(f"{name} on {event}", [])
    began = activation.t if activation is not None else min((d.opened for d in parts.decisions), default=Instant(0))
    name = activation.trigger if activation is not None else case.partition("@")[0]
    ahead = sorted(dict.fromkeys(ahead), key=lambda n: (n.at is None, n.at.us if n.at is not None else 0, n.text))
    if activation is not None and not activation.effective and not parts.ids():
        return Standing(case, name, "closed", began, (), (), "without effect: the agreement was not in force")
    if activation is not None and activation.reversed is not None and not ahead:
        return Standing(case, name, "closed", began, (), (), f"reversed {w.when(activation.reversed)}")
    if not parts.ids():
        unsettled.append("nothing in the text has followed from it")
    if ahead:
        return Standing(case, name, "open", began, tuple(ahead), tuple(unsettled), None)
    if unsettled:
        return Standing(case, name, "stuck", began, (), tuple(dict.fromkeys(unsettled)), None)
    return Standing(case, name, "closed", began, (), (), _closure(parts))


def _closure(parts: Parts) -> str:
    counts: dict[str, int] = defaultdict(int)
    states = [x.state for x in parts.determinations] + [x.state for x in parts.decisions]
    for state in (*states, *(x.state for x in parts.norms), *(x.state for x in parts.effects)):
        counts[w.state_word(state)] += 1
    return "all that it set going is settled: " + ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))


# ---------------------------------------------------------------- the file


def case_file(agreement: Agreement, view: View, state: State, case: str, reply: Duration | None = None) -> CaseFile | None:
    """The whole of one case, by its id; None where the State has none of that id. `reply`: the time for an answer."""
    where = next((s for s in standing(agreement, state) if s.id == case), None)
    if where is None:
        return None
    parts = _parts(state)[case]
    activation = next((a for a in state.activations if a.id == case), None)
    x = around(state, view, agreement, None)
    steps = [*_from_evidence(x, activation), *_from_bodies(parts), *_consequences(x, parts)]
    if where.closed is not None:
        last = max((s.at for s in steps), default=where.opened)
        steps.append(Step("closure", last, where.closed))
    steps.sort(key=lambda s: (PHASES.index(s.phase), s.at.us, s.text))
    return CaseFile(
        where, activation, tuple(steps), tuple(_dissent(x, activation, parts)), _reply(x, activation, where, reply), parts
    )


def _from_evidence(x: Around, activation: Activation | None) -> Iterator[Step]:
    if activation is None:
        return
    at_all: set[str] = set()
    for witness in activation.witnesses:
        incident = x.incidents.get(witness)
        about = x.about.get(witness, ())
        for entry in about:
            at_all.add(entry.id)
            text = f"{w.act(entry.act)} ({entry.author})"
            yield Step(_phase(x.agreement, entry), x.view.knowledge(entry), text, (entry.id,), id=witness)
        if incident is None:
            for entry in x.view.entries:
                if entry.id == witness:
                    yield Step("evidence", x.view.knowledge(entry), f"{w.act(entry.act)} ({entry.author})", (entry.id,))
        for question in x.state.findings:
            if question.event == witness and question.source in ("presumed", "decided", "escalated", "open"):
                yield Step("finding", question.asked, say.finding(question), id=f"{question.finding} on {witness}")
    actors = {code for witness in activation.witnesses if witness in x.incidents for code in x.incidents[witness].actors}
    for entry, act in x.attributions:
        if act.actor in actors or act.to in actors:
            yield Step("attribution", x.view.knowledge(entry), f"{w.act(act)} ({entry.author})", (entry.id,))
    yield Step("finding", activation.t, say.activation(x.agreement, activation), (), activation.article, activation.id)


def _phase(agreement: Agreement, entry: Entry) -> Phase:
    match entry.act:
        case Adjudication(word=word, ladder=ladder):
            attribution = agreement.ladders.get("attribution")
            on_it = ladder == "attribution" or (ladder is None and attribution is not None and word in attribution.rungs)
            return "attribution" if on_it else "finding"
        case FindingAnswer():
            return "finding"
        case Attribution():
            return "attribution"
        case _:
            return "evidence"


def _from_bodies(parts: Parts) -> Iterator[Step]:
    for d in parts.determinations:
        yield Step("determination", d.opened, f"{d.name} is put to {d.body}, due {w.when(d.due)}", (), d.article, d.id)
        for at, word, why in d.history[1:]:
            entries = (d.entry,) if d.entry is not None and at == d.answered else ()
            yield Step("determination", at, f"{d.name}: {w.state_word(word)} ({w.plain(why)})", entries, d.article, d.id)
    for ballot in parts.decisions:
        closes = "with no time to close" if ballot.closes == NEVER else f"until {w.when(ballot.closes)}"
        text = f"{ballot.name} opens, {closes}, for {w.names(ballot.members)}"
        yield Step("decision", ballot.opened, text, (), ballot.article, ballot.id)
        for vote in ballot.votes:
            yield Step("decision", vote.known, f"{vote.member} votes {vote.vote}", (vote.entry,), ballot.article, ballot.id)
        if ballot.closed is not None:
            text = f"{ballot.name} is {w.state_word(ballot.state)}: {w.plain(ballot.why)}"
            votes = tuple(vote.entry for vote in ballot.votes)
            yield Step("decision", ballot.closed, text, votes, ballot.article, ballot.id)


def _consequences(x: Around, parts: Parts) -> Iterator[Step]:
    for norm in parts.norms:
        for place, (at, word, why) in enumerate(norm.history):
            served = word in ("fulfilled", "cured", "exercised", "breached") and norm.acts
            entries = _reports(x, norm.acts) if served else ()
            due = f", due {w.when(norm.due)}" if place == 0 and norm.due is not None else ""
            text = f"{norm.name}: {say.duty(norm)}{due}" if place == 0 else f"{norm.name} of {w.names(norm.debtor)}"
            yield Step("consequence", at, f"{text}: {w.state_word(word)} ({w.plain(why)})", entries, norm.article, norm.id)
    for effect in parts.effects:
        for at, word, why in effect.history:
            text = f"{effect.name}: {w.state_word(word)} ({w.plain(why)})"
            yield Step("consequence", at, text, (), effect.article, effect.id)


def _reports(x: Around, acts: Iterable[str]) -> tuple[str, ...]:
    """The entries behind acts; an act that is an event is found through its incident."""
    found: list[str] = []
    for act in acts:
        incident = x.incidents.get(act)
        found += incident.reports if incident is not None else [act]
    return tuple(dict.fromkeys(found))


def _dissent(x: Around, activation: Activation | None, parts: Parts) -> Iterator[Step]:
    """Votes against the outcome, and bodies that said otherwise than what counts."""
    for ballot in parts.decisions:
        last = {vote.member: vote for vote in ballot.votes}
        against = {"adopted": ("no", "abstain"), "rejected": ("yes", "abstain")}.get(ballot.state, ("no", "abstain"))
        for vote in last.values():
            if vote.vote in against:
                text = f"{vote.member} votes {vote.vote} on {ballot.name}, which is {w.state_word(ballot.state)}"
                yield Step("decision", vote.known, text, (vote.entry,), ballot.article, ballot.id)
    for witness in activation.witnesses if activation is not None else ():
        for entry in x.about.get(witness, ()):
            match entry.act:
                case Adjudication(word="rejected" | "lifted"):
                    yield Step("finding", x.view.knowledge(entry), f"{w.act(entry.act)} ({entry.author})", (entry.id,))
                case FindingAnswer(finding=name, answer=answer, on=on):
                    question = next((q for q in x.state.findings if q.finding == name and q.event == x.home.get(on, on)), None)
                    if question is not None and question.value is not None and question.value is not (answer == "yes"):
                        yield Step("finding", x.view.knowledge(entry), f"{w.act(entry.act)} ({entry.author})", (entry.id,))
                case _:
                    pass


def _reply(x: Around, activation: Activation | None, where: Standing, time: Duration | None) -> Reply:
    """Those whom the evidence is about, and what they have put on the record since the case was known."""
    about: set[str] = set()
    for witness in activation.witnesses if activation is not None else ():
        incident = x.incidents.get(witness)
        about |= set(incident.actors) if incident is not None else set()
    entries = tuple(e for e in x.view.entries if _speaks(e, about) and x.view.knowledge(e) >= where.opened)
    until = where.opened + time if time is not None else None
    return Reply(tuple(sorted(about)), where.opened, until, entries)


def _speaks(entry: Entry, codes: set[str]) -> bool:
    if entry.author in codes:
        return True
    match entry.act:
        case Report(sources=sources):
            return any(source.affiliation in codes for source in sources)
        case Correction() | Withdrawal():
            return False
        case _:
            return False
