"""The fold of semantics section 2: over knowledge instants and timers, floor by floor, until nothing new happens.

A `Fold` is fed the entries of a view and stepped up to an instant. It owns the mutable parts of one evaluation and hands
facts from floor to floor; `casus.state.snapshot` reads a State off it. Nothing here asks what time it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from casus import acts as a
from casus.journal.entry import Entry, View
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.norms import (
    NEVER,
    Anchors,
    Asked,
    Cast,
    Ceasefires,
    Decisions,
    Determinations,
    Disputes,
    Duties,
    Effects,
    Life,
    Opener,
    Phases,
    Raised,
    Service,
    due_instant,
)
from casus.state.answers import Answers
from casus.state.sets import EventSets
from casus.state.timers import Timers
from casus.time import BEGINNING, Instant, Occurred
from casus.triggers import Act, Engine, Membership
from casus.triggers.membership import cures_in
from casus.verification import Facts, IncidentFacts, LadderSilence, Question, Questions, Silences


@dataclass(slots=True)
class Instantly:
    """What one knowledge instant still has to deal with."""

    signals: list[Raised] = field(default_factory=list)
    dirty: set[str] = field(default_factory=set)
    stocks: set[str] = field(default_factory=set)
    coverage: int | None = None
    opens: list[tuple[str, Opener]] = field(default_factory=list)
    votes: list[tuple[Entry, a.Vote]] = field(default_factory=list)
    answers: list[tuple[Entry, a.Determination]] = field(default_factory=list)
    opened: int = 0
    """How many signals have been offered to decisions so far."""
    normed: int = 0
    """How many have been offered to norms."""
    staged: int = 0
    """How many have been offered to phases and ceasefires."""


class Fold(Answers):
    """One evaluation in progress. `engine` makes the executor of its triggers."""

    def __init__(
        self,
        agreement: Agreement,
        view: View,
        engine: Callable[[Agreement, Facts, Membership, Life], Engine] = Engine,
    ) -> None:
        self.agreement = agreement
        self.view = view
        self.now = BEGINNING
        self.life = Life(agreement)
        self.facts = Facts(agreement)
        self.questions = Questions(agreement, self.facts)
        self.silences = Silences()
        self.membership = Membership(agreement, self.facts, self.questions)
        self.engine = engine(agreement, self.facts, self.membership, self.life)
        self.decisions = Decisions(agreement, self.life)
        self.determinations = Determinations(agreement, self.life)
        self.sets = EventSets(agreement, self.facts, self.membership)
        self.duties = Duties(agreement, self.life, self)
        self.effects = Effects(agreement, self.life, self)
        self.disputes = Disputes(agreement, self.life)
        self.phases = Phases(agreement)
        self.ceasefires = Ceasefires(agreement, self.life, self.quiet)
        self.decisions.obliged = self._obliged
        self.listed: list[tuple[Entry, str]] = []
        self.timers = Timers()
        self._limits: dict[str, LadderSilence] = {}
        self._asked: dict[str, Question] = {}
        self._resumed = 0
        self._earliest: dict[str, int] = {}
        self._repeating: list[Raised] = []
        self._repeats = [u for d in agreement.norms.values() if d.every is not None for u in d.upon]
        self._begun = False
        self._cures = [cure for e in agreement.exceptions.values() for cure in cures_in(e.when)]
        self._cures += [cure for d in agreement.definitions.values() for cure in cures_in(d.where)]
        self.timers.set([agreement.instant(b.end).us for b in agreement.baselines.values()], "baseline")
        self.timers.set([moment.us for moment in self.phases.moments()], "phase", lasting=True)
        self._schedule()

    # ------------------------------------------------------------ walking

    def run(self, entries: Sequence[Entry], until: Instant) -> None:
        """Walk over the entries (ordered by knowledge) and the timers up to and including `until`."""
        index = 0
        while True:
            known = self.view.knowledge(entries[index]).us if index < len(entries) else None
            timer = self.timers.next()
            us = min((x for x in (known, timer.us if timer is not None else None) if x is not None), default=until.us + 1)
            if us > until.us:
                break
            batch = []
            while index < len(entries) and self.view.knowledge(entries[index]).us == us:
                batch.append(entries[index])
                index += 1
            self.instant(Instant(us), batch)

    def instant(self, t: Instant, batch: Iterable[Entry]) -> None:
        """Everything that happens at one instant, in the order of the semantics."""
        self.now = self.membership.now = self.questions.now = t
        here = Instantly()
        acts = self._entries(t, list(batch), here)
        self._lives(t)
        self._take(t, acts, here)
        self._due(t, here)
        while True:
            self._learn(t, here)
            moved = self._triggers(t, here)
            moved |= self._determine(t, here)
            moved |= self._decide(t, here)
            moved |= self._norms(t, here)
            self._due(t, here)
            if not moved and not here.dirty and not self._lives(t) and not self._join(t, here):
                break
        for entry, act in here.votes:
            self.listed.append((entry, f"no instance of {act.decision} was open"))
        for entry, answer in here.answers:
            self.listed.append((entry, f"no instance of {answer.determination} waited for an answer"))
        self._schedule()

    # ------------------------------------------------------------ entries

    def _entries(self, t: Instant, batch: list[Entry], here: Instantly) -> list[Entry]:
        """What is about events, and consent; gives the entries in order of content, not of position."""
        batch = self._without_doubles(batch)
        changes = self.facts.apply(t, batch)
        self.listed += changes.listed
        here.dirty |= set(self.facts.incidents) if changes.everything else changes.incidents
        here.stocks |= changes.stocks
        if changes.coverage:
            lows = [entry.occurred.lo.us for entry in batch if isinstance(entry.act, a.Coverage)]
            here.coverage = min(lows, default=BEGINNING.us)
        ordered = sorted(batch, key=lambda e: (str(e.occurred), e.id))
        if self.life.awaits:
            self.membership.forget(set(here.dirty))
        for entry in ordered:
            self._note(entry, self._consent(t, entry))
        return ordered

    def _take(self, t: Instant, entries: list[Entry], here: Instantly) -> None:
        """The acts of parties and bodies, once membership of this instant is settled."""
        for entry in entries:
            self._note(entry, self._act(t, entry, here))

    def _note(self, entry: Entry, reason: str | None) -> None:
        if reason is not None:
            self.listed.append((entry, reason))

    def _without_doubles(self, batch: list[Entry]) -> list[Entry]:
        """Two acts of one member on one instance at one knowledge instant: neither has effect."""
        seen: dict[tuple[str, str, str], list[Entry]] = {}
        for entry in batch:
            for key in self._slots(entry):
                seen.setdefault(key, []).append(entry)
        doubles = {entry.id for entries in seen.values() if len(entries) > 1 for entry in entries}
        self.listed += [(e, "two acts of one member on one instance at one instant") for e in batch if e.id in doubles]
        return [entry for entry in batch if entry.id not in doubles]

    def _slots(self, entry: Entry) -> list[tuple[str, str, str]]:
        """What a member may do once at one instant; a body speaks on each ladder on its own."""
        if isinstance(entry.act, a.Adjudication):
            act = entry.act
            return [("adjudication", act.body, f"{ladder} on {act.on}") for ladder in self.facts.spoken_on(act)]
        key = a.slot(entry.act) if entry.act is not None else None
        return [key] if key is not None else []

    def _consent(self, t: Instant, entry: Entry) -> str | None:
        match entry.act:
            case a.Ratification(party=party):
                return self.life.ratified(t, party, entry.occurred)
            case a.Denunciation(party=party):
                return self.life.denounced(t, party)
            case a.Objection(party=party):
                return self.life.objected(t, party)
            case a.Provisional(party=party, ended=ended):
                reason = self.life.applied(t, party, entry.occurred, ended)
                if ended and reason is None:
                    self.duties.leave(t, party)
                return reason
            case _:
                return None

    def _act(self, t: Instant, entry: Entry, here: Instantly) -> str | None:
        """What is not about events; gives the reason where an entry has no effect."""
        match entry.act:
            case None:
                return "its payload was destroyed"
            case a.Vote() as vote:
                if vote.decision not in self.agreement.decisions:
                    return f"the agreement knows no decision {vote.decision}"
                here.votes.append((entry, vote))
            case a.Request(member=member, decision=name):
                if name not in self.agreement.decisions:
                    return f"the agreement knows no decision {name}"
                return self.decisions.request(t, member, name)
            case a.Determination() as answer:
                if answer.determination not in self.agreement.determinations:
                    return f"the agreement knows no determination {answer.determination}"
                here.answers.append((entry, answer))
            case a.Proxy(member=member, decision=name, holder=holder):
                if name not in self.agreement.decisions:
                    return f"the agreement knows no decision {name}"
                return self.decisions.proxy(t, member, name, holder)
            case a.Claim() | a.Settlement() | a.Ruling():
                return self.dispute(t, entry.act, entry.id, here.signals)
            case a.Fulfilment() | a.Approval() | a.Refusal():
                return self._of_norm(t, entry, entry.act.member, entry.act.norm)
            case a.Waiver(member=member, norm=name, debtor=debtor):
                if name not in self.agreement.norms:
                    return f"the agreement knows no norm {name}"
                return self.duties.waive(t, member, name, debtor)
            case a.Adoption(hash=hash_):
                if hash_ != self.agreement.hash:
                    return "another text of the agreement is adopted: evaluate that text for what happens from then on"
            case _:
                pass
        return None

    def _of_norm(self, t: Instant, entry: Entry, member: str, name: str) -> str | None:
        if name not in self.agreement.norms:
            return f"the agreement knows no norm {name}"
        if isinstance(entry.act, a.Fulfilment):
            service = Service(entry.id, frozenset({member}), entry.occurred, t, whole=True)
            self.duties.tell(name, entry.id, service)
            return None
        return self.duties.approve(t, member, name, isinstance(entry.act, a.Approval))

    # ------------------------------------------------------------ the agreement's life

    def _lives(self, t: Instant) -> bool:
        """Force and membership at t; a barred notice takes effect once nothing bars it. Gives whether anything changed."""
        gone = set(self.life.left)
        before = (self._resumed, self.life.since)
        for name in self.life.awaits:
            self.life.happened(t, name, self._required(name))
        self.life.step(t, self._barred())
        for party in sorted(set(self.life.left) - gone):
            self.duties.leave(t, party)
        if self.life.provisional and (self.life.since is not None or self.life.lapsed is not None):
            for party in sorted(self.life.provisional):
                if not self.life.bound(party, t):
                    self.duties.leave(t, party)
            self.life.provisional.clear()
        if self.life.counts_from is not None and not self._begun:
            self._begun = True
            self.timers.set(self.engine.begin(t), "absence")
        if self.life.ended is not None and self.life.ended <= t:
            self.duties.expire(t)
            self.effects.expire(t)
            self.decisions.expire(t)
            self.determinations.expire(t)
            self.disputes.expire(t)
        for suspended in self.life.suspensions[self._resumed :]:
            if suspended.end <= t:
                self.duties.resume(suspended)
                self.effects.resume(suspended)
                self._resumed += 1
        return set(self.life.left) != gone or (self._resumed, self.life.since) != before

    def _required(self, name: str) -> Iterator[Occurred]:
        """When those events of a type occurred that certainly are what `requires` asks for."""
        term = self.agreement.term
        by = self.agreement.by(term.requires_by) if term is not None else None
        for incident, belongs in self.membership.members(name, self.membership.lowest):
            if belongs is True and self.membership.by(incident, by) is True:
                yield incident.occurred

    def _barred(self) -> bool:
        """While an instance whose root is an activation of one of those triggers is in force."""
        term = self.agreement.term
        if term is None or not term.barred_while:
            return False
        of = self._trigger_of()
        duties = (i.roots for i in self.duties.instances.values() if i.state == "in_force")
        effects = (e.roots for e in self.effects.instances.values() if e.state in ("pending", "in_effect"))
        return any(of.get(root) in term.barred_while for roots in (*duties, *effects) for root in roots)

    def _trigger_of(self) -> dict[str, str]:
        return {identity: met.trigger for identity, met in self.engine.by_id.items()}

    # ------------------------------------------------------------ timers

    def _due(self, t: Instant, here: Instantly) -> None:
        """Take the timers that are due: cures, findings, silences, absences; the rest is asked of each floor in its step."""
        self.disputes.step(t)
        for timer in self.timers.due(t):
            match timer.kind:
                case "cure":
                    here.dirty.add(timer.of)
                case "absence":
                    self.engine.look_again(t)
                case "baseline":
                    self.engine.complete_baselines()
                case "finding":
                    self._finding_due(t, self._asked[timer.of], here)
                case "silence":
                    self._silent(t, self._limits[timer.of], here)
                case _:
                    pass

    def _finding_due(self, t: Instant, question: Question, here: Instantly) -> None:
        to = self.questions.fall_due(question, t)
        here.dirty.add(question.incident)
        if to is not None and to in self.agreement.decisions:
            asked = Asked("finding", question.finding, question.incident)
            here.opens.append(
                (to, Opener(f"{question.finding} on {question.incident}", frozenset(), self._of(question), (asked,)))
            )

    def _silent(self, t: Instant, silence: LadderSilence, here: Instantly) -> None:
        incident = self.facts.incidents[silence.incident]
        if self.silences.fall_due(silence, incident) and silence.escalates_to in self.agreement.decisions:
            anchors = Anchors(incident.occurred.hi, incident.first_known, None)
            cause = f"silence on {silence.ladder} of {silence.incident}"
            here.opens.append((str(silence.escalates_to), Opener(cause, frozenset(), anchors)))

    def _of(self, question: Question) -> Anchors:
        incident = self.facts.incidents[question.incident]
        return Anchors(incident.occurred.hi, incident.first_known, None)

    def _schedule(self) -> None:
        """Put what each floor waits for on the heap; an instant at which nothing is due changes nothing."""
        now = self.now.us
        for at, kind in self.life.timers():
            if at.us > now or (kind == "entry" and not self._begun):
                self.timers.set([at.us], kind, lasting=kind == "extension")
        for at, kind, _ in (*self.duties.timers(self.now), *self.effects.timers(self.now)):
            if at.us > now:
                self.timers.set([at.us], kind)
        for name in self.agreement.decisions:
            ballot = self.decisions.open_ballot(name)
            if ballot is not None and ballot.closes.us > now and ballot.closes != NEVER:
                self.timers.set([ballot.closes.us], "closing")
        for waiting in self.determinations.waiting():
            if waiting.due.us > now:
                self.timers.set([waiting.due.us], "determination")
        for effect in self.effects.instances.values():
            if effect.state == "in_effect" and effect.began is not None:
                for part in effect.decl.ends_when:
                    if isinstance(part, n.EndsQuiet):
                        ends = self.sets.quiet_since(part.name, effect.began) + part.dur.duration.us
                        self.timers.set([ends] if ends > now else [], "quiet")
        for name, since, length in self.ceasefires.waits():
            ends = self.sets.quiet_since(name, since) + length
            self.timers.set([ends] if ends > now else [], "quiet")
        self.timers.set([at.us for at in self.disputes.timers() if at.us > now], "dispute")
        self._schedule_periods()

    def _schedule_periods(self) -> None:
        for decl in self.agreement.norms.values():
            if decl.every is None:
                continue
            for start in self._period_starts(decl):
                _, at = self.duties.periods(decl, start, self.now)
                last = self.duties.last_period(decl, start)
                self.timers.set([at.us] if last is None or at < last else [], "period", lasting=True)

    def _period_starts(self, decl: n.NormDecl) -> list[Instant]:
        assert decl.every is not None
        if decl.upon:
            return sorted({signal.t for signal in self._repeating if any(signal.answers(u) for u in decl.upon)})
        if isinstance(decl.every.start, n.Moment):
            return [self.agreement.instant(decl.every.start)]
        return [self.life.since] if self.life.since is not None else []

    # ------------------------------------------------------------ until nothing new

    def _learn(self, t: Instant, here: Instantly) -> None:
        """Rungs, findings, provisional status and definitions of what changed, and of what may hang on it."""
        if not (here.dirty or here.stocks or here.coverage is not None):
            return
        dirty, stocks, coverage = here.dirty, here.stocks, here.coverage
        here.dirty, here.stocks, here.coverage = set(), set(), None
        for identity in sorted(dirty):
            incident = self.facts.incidents.get(identity)
            if incident is not None:
                self._new(incident)
        dirty = self._affected(dirty)
        self.membership.forget(dirty)
        ahead = self.engine.update(t, dirty, stocks, coverage)
        self.timers.set(ahead, "absence")
        for identity in dirty if self._cures else ():
            self._cures_of(identity)
        changed = self.sets.update(dirty)
        for name, decl in self.agreement.norms.items():
            watched = {"obligation": decl.fulfilled_by, "power": decl.used_by, "prohibition": decl.forbids}[decl.kind]
            if watched is not None:
                for identity in changed.get(watched, ()):
                    self.duties.tell(name, identity, self._service(watched, identity))

    def _new(self, incident: IncidentFacts) -> None:
        """Timers of an incident: its findings, its silences, its cures."""
        for question in self.questions.ask(incident, self._finding_time):
            key = f"{question.finding} {question.incident}"
            self._asked[key] = question
            self.timers.set([question.due.us], "finding", key)
        for silence in self.silences.watch(self.agreement, incident):
            key = f"{silence.ladder} {silence.incident}"
            self._limits[key] = silence
            self.timers.set([silence.due.us], "silence", key)

    def _cures_of(self, identity: str) -> None:
        """The deadlines by which an incident may be cured, at the rungs that each trigger reads."""
        incident = self.facts.incidents[identity]
        for cure in self._cures:
            for needs in {self.membership.lowest, *(state.needs for state in self.engine.states.values())}:
                deadline = self.membership.cure_deadline(incident, cure, needs)
                if deadline > self.now:
                    self.timers.set([deadline.us], "cure", incident.id)

    def _finding_time(self, due: n.Due, incident: IncidentFacts) -> Instant:
        anchors = Anchors(incident.occurred.hi, incident.first_known, incident.first_known)
        return due_instant(self.agreement, due, incident.first_known, anchors, self.life.since, self.life.expires)

    def _affected(self, dirty: set[str]) -> set[str]:
        """What changed, what it answers or is answered by, and, where events look back, all that came at or after it."""
        found = set(dirty)
        for identity in dirty:
            incident = self.facts.incidents.get(identity)
            if incident is not None:
                for value in incident.fields.values():
                    if isinstance(value, a.Word) and value.word in self.facts.incidents:
                        found.add(value.word)
        found = {identity for identity in found if identity in self.facts.incidents}
        if self.membership.reach and found:
            earliest = min(self._began(identity) for identity in found)
            found |= {identity for identity, x in self.facts.incidents.items() if x.occurred.hi.us >= earliest}
        return found

    def _began(self, identity: str) -> int:
        """The earliest µs at which the incident was ever held to have occurred: a correction moves it both ways."""
        lo = self.facts.incidents[identity].occurred.lo.us
        self._earliest[identity] = min(lo, self._earliest.get(identity, lo))
        return self._earliest[identity]

    def _service(self, name: str, identity: str) -> Service | None:
        """An event certainly in `name`, by a known actor, as an act that may serve a norm."""
        if not self.sets.certainly(name, identity):
            return None
        incident = self.facts.incidents[identity]
        actors = self.facts.actors(incident)
        money: dict[str, Decimal] = {}
        names: set[str] = set()
        for value in incident.fields.values():
            if isinstance(value, a.Money):
                money[value.currency] = money.get(value.currency, Decimal(0)) + value.amount
            elif isinstance(value, a.Word):
                names.add(value.word)
        known = max(incident.first_known, self.sets.since(name, identity))
        return Service(identity, actors, incident.occurred, known, money, frozenset(names)) if actors else None

    def _triggers(self, t: Instant, here: Instantly) -> bool:
        found = self.engine.reversals(t)
        while True:
            found += self.engine.activations(t)
            again = self.engine.reversals(t)
            found += again
            if not again:
                break
        for act in found:
            self._signal_of(t, act, here)
        return bool(found)

    def _signal_of(self, t: Instant, act: Act, here: Instantly) -> None:
        met = act.met
        decl = self.agreement.triggers[met.trigger]
        if decl.rearm is not None and act.kind == "met":
            self.timers.set([(met.t + decl.rearm.duration).us], "rearm")
        if not met.effective:
            return
        occurrence, report, verification = self.engine.completing(met)
        anchors = Anchors(occurrence, report, verification)
        roots = frozenset({met.id})
        if act.kind == "reversed":
            here.signals.append(Raised("reversal", (met.trigger,), f"reversal of {met.id}", roots, t, anchors))
            return
        here.signals.append(Raised("met", (met.trigger, *decl.adds_to), met.id, roots, t, anchors))
        self.determinations.open(t, met.trigger, met.id, anchors)

    def _determine(self, t: Instant, here: Instantly) -> bool:
        waiting, here.answers = here.answers, []
        before = len(here.signals)
        for entry, act in waiting:
            raised, reason = self.determinations.answer(t, act.body, act.determination, act.answer, entry.id)
            here.signals += raised
            if reason is not None and "no instance" in reason:
                here.answers.append((entry, act))
            elif reason is not None:
                self.listed.append((entry, reason))
        opens = self.determinations.fall_due(t)
        here.opens += opens
        return len(here.signals) > before or bool(opens) or len(here.answers) < len(waiting)

    def _decide(self, t: Instant, here: Instantly) -> bool:
        """Votes, closings, suspension, openings; votes are offered once more to what has just opened."""
        moved = self._votes(t, here)
        for closed in self.decisions.close_due(t):
            moved = True
            here.signals += closed.raised
            here.opens += closed.opens
            for asked, yes in closed.answers:
                if asked.kind == "finding":
                    self.questions.questions[asked.name, asked.of].decided = yes
                    here.dirty.add(asked.of)
                else:
                    here.signals += self.determinations.decided(t, asked.of, yes)
            if closed.ballot.state == "adopted":
                self.life.adopted(t, closed.ballot.decl.name)
            suspension = self.agreement.suspension
            if suspension is not None and closed.ballot.decl.name == suspension.by and closed.ballot.state == "adopted":
                self.life.suspend(t)
        moved |= self._open(t, here)
        return self._votes(t, here) or moved

    def _open(self, t: Instant, here: Instantly) -> bool:
        openers = list(here.opens)
        here.opens = []
        for signal in here.signals[here.opened :]:
            for name, decl in self.agreement.decisions.items():
                if any(signal.answers(upon) for upon in decl.opens_upon):
                    openers.append((name, Opener(signal.cause, signal.roots, signal.anchors)))
        here.opened = len(here.signals)
        openers += self.decisions.requested(t)
        moved = False
        for name, opener in openers:
            if name in self.agreement.decisions:
                moved |= self.decisions.open(t, name, opener)
        return moved

    def _votes(self, t: Instant, here: Instantly) -> bool:
        waiting, here.votes = here.votes, []
        moved = False
        for entry, act in waiting:
            reason = self.decisions.vote(t, Cast(act.member, act.vote, t, entry.id), act.decision)
            if reason == "later":
                here.votes.append((entry, act))
            elif reason is not None:
                self.listed.append((entry, reason))
            else:
                moved = True
        return moved

    def _norms(self, t: Instant, here: Instantly) -> bool:
        here.signals += self.duties.refusals(t)
        staged = here.signals[here.staged :]
        here.staged = len(here.signals)
        begun = self.phases.step(t, staged)
        self.duties.rise(name for signal in begun for name in signal.names)
        made = [*begun, *self.ceasefires.step(t, staged)]
        here.signals += made
        signals = here.signals[here.normed :]
        here.normed = len(here.signals)
        self._repeating += [signal for signal in signals if any(signal.answers(upon) for upon in self._repeats)]
        moved = self.duties.activate(t, signals)
        moved |= self.duties.stand(t)
        moved |= self.duties.repeat(t, self._repeating)
        moved |= self.effects.activate(t, signals)
        moved |= self.duties.absorb(t, self._trigger_of())
        raised = self.duties.step(t)
        here.signals += raised
        moved |= self.effects.step(t)
        return moved or bool(raised) or bool(made)

    def _join(self, t: Instant, here: Instantly) -> bool:
        """Votes for which no instance is open, or opens: a yes to a coalition that came about joins it."""
        joined = False
        for entry, act in list(here.votes):
            signal = self.decisions.join(t, Cast(act.member, act.vote, t, entry.id), act.decision)
            if signal is not None:
                here.votes.remove((entry, act))
                here.signals.append(signal)
                joined = True
        return joined
