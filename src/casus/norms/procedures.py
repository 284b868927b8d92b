"""Decisions and determinations as they run: what opens them, whose acts count, how they close, what they pass on.

A decision has at most one open instance; a further opener joins it as a cause. A determination has one instance for each
activation of its trigger. Both come out as signals; what they answer (a finding, a determination) comes out as `Answered`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from casus.acts import VoteWord
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.norms.decisions import Electorate, final, outcome, settled
from casus.norms.life import Life
from casus.norms.signals import Anchors, Raised, due_instant
from casus.time import Instant

NEVER = Instant.parse("9999-12-31T23:59:59Z")
"""When a decision closes that gives no time: only `early`, by what is voted, or when the agreement expires. Likewise an
automatic effect whose time the text leaves open: it stays pending."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that escalated to a decision: a finding on an incident, or a determination's instance."""

    kind: str
    name: str
    of: str


@dataclass(frozen=True, slots=True)
class Opener:
    """Why a decision opens. `roots` empty: the chain starts here (a request), and the opening itself is the root."""

    cause: str
    roots: frozenset[str]
    anchors: Anchors
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Cast:
    member: str
    vote: VoteWord
    known: Instant
    entry: str


@dataclass(slots=True)
class Ballot:
    """An instance of a decision. Mutable; owned by `Decisions`."""

    id: str
    decl: n.DecisionDecl
    opened: Instant
    closes: Instant
    electorate: Electorate
    openers: list[Opener]
    cast: dict[str, Cast] = field(default_factory=dict)
    all_cast: list[Cast] = field(default_factory=list)
    state: str = "open"
    closed: Instant | None = None
    why: str = ""
    joined: dict[str, Instant] = field(default_factory=dict)
    """Who has joined a coalition, and since when."""
    counted: Standing | None = None
    """What stood at the closing."""
    ignored_silence: bool = False
    """An outcome at which no member acted, or by want of quorum: it answers nothing."""

    @property
    def roots(self) -> frozenset[str]:
        found = frozenset[str]().union(*(opener.roots for opener in self.openers))
        return found | ({self.id} if any(not opener.roots for opener in self.openers) else frozenset())

    @property
    def votes(self) -> dict[str, VoteWord]:
        return {member: cast.vote for member, cast in self.cast.items()}


@dataclass(frozen=True, slots=True)
class Standing:
    """Who takes part in an instance now, and what each is held to have cast; `carried` gives the holder of who did not act."""

    electorate: Electorate
    votes: Mapping[str, VoteWord]
    carried: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Given:
    """A proxy that a member gave, known at an instant."""

    holder: str
    known: Instant


@dataclass(frozen=True, slots=True)
class Closed:
    """What a closing brings: signals, decisions that open now, and answers to what had escalated to it."""

    ballot: Ballot
    raised: tuple[Raised, ...]
    opens: tuple[tuple[str, Opener], ...]
    answers: tuple[tuple[Asked, bool], ...]


class Decisions:
    """All instances of all decisions of one evaluation."""

    def __init__(self, agreement: Agreement, life: Life) -> None:
        self.agreement = agreement
        self.life = life
        self.ballots: dict[str, list[Ballot]] = {name: [] for name in agreement.decisions}
        self.requests: dict[str, dict[str, Instant]] = {name: {} for name in agreement.decisions}
        self.proxies: dict[str, dict[str, Given]] = {name: {} for name in agreement.decisions}
        self.obliged: Callable[[Ballot], frozenset[str]] = lambda ballot: frozenset()
        """Who must abstain in an instance (the fold answers)."""
        self._opened: set[tuple[str, str]] = set()
        self._weights = {
            name: {row[decl.key]: Decimal(row[decl.value].replace("_", "")) for row in agreement.tables[decl.table].rows}
            for name, decl in agreement.weights.items()
        }

    def open_ballot(self, name: str) -> Ballot | None:
        last = self.ballots[name][-1] if self.ballots[name] else None
        return last if last is not None and last.state == "open" else None

    def open(self, t: Instant, name: str, opener: Opener) -> bool:
        """Open an instance, or join the open one as a further cause. Each cause opens once."""
        if (name, opener.cause) in self._opened or not self.life.in_force(t):
            return False
        self._opened.add((name, opener.cause))
        running = self.open_ballot(name)
        if running is not None:
            running.openers.append(opener)
            return True
        decl = self.agreement.decisions[name]
        recused = set(self.agreement.who(decl.recused))
        members = tuple(x for x in self.agreement.who(decl.members) if self.life.bound(x, t) and x not in recused)
        vetoes = tuple(x for x in self.agreement.who(decl.veto) if x not in recused)
        anchors = Anchors(opener.anchors.occurrence, opener.anchors.report, opener.anchors.verification, t)
        closes = NEVER
        if decl.closes is not None:
            closes = max(t, due_instant(self.agreement, decl.closes, t, anchors, self.life.since, self.life.expires))
        electorate = Electorate(members, vetoes, self._weights)
        self.ballots[name].append(Ballot(f"{name}@{t}", decl, t, closes, electorate, [opener]))
        return True

    def request(self, t: Instant, member: str, name: str) -> str | None:
        """A member's request; it opens at `requested`. Gives the reason where it has no effect."""
        asked = self.agreement.decisions[name].opens_on_request_of
        if asked is None:
            return f"{name} does not open on request"
        if member not in self.agreement.who(asked):
            return f"{member} may not request {name}"
        if not self.life.bound(member, t):
            return f"{member} is not bound"
        self.requests[name][member] = t
        return None

    def requested(self, t: Instant) -> list[tuple[str, Opener]]:
        """Openers of the requests known at t: any one of those named, or n different ones since the last instance closed."""
        found = []
        for name, requests in self.requests.items():
            asked = self.agreement.decisions[name].opens_on_request_of
            if asked is None or t not in requests.values():
                continue
            for atom in asked.atoms:
                of = [x for x in self.agreement.members(atom.name) if x in requests]
                needed = int(atom.number) if isinstance(atom, n.KOf) else 1
                if len(of) >= needed and any(requests[x] == t for x in of):
                    who = ", ".join(x for x in of if requests[x] == t)
                    found.append((name, Opener(f"request of {who}@{t}", frozenset(), Anchors())))
                    break
        return found

    def vote(self, t: Instant, cast: Cast, name: str) -> str | None:
        """Count a vote for the instance that was open before t; if there was none, for one that opens at t.

        Gives the reason where it has no effect, or `later` where an instance may still open at this instant.
        """
        if not self._takes_part(cast.member, name):
            return f"{cast.member} is no member of {name}"
        candidates = [b for b in self.ballots[name] if b.opened < t <= b.closes and (b.closed is None or b.closed == t)]
        candidates = candidates or [b for b in self.ballots[name] if b.opened == t and b.state == "open"]
        if not candidates or candidates[0].state != "open":
            return "later"
        ballot = candidates[0]
        if cast.member not in ballot.electorate.members and cast.member not in ballot.electorate.vetoes:
            return f"{cast.member} was not bound, or is recused, when {name} opened"
        ballot.cast[cast.member] = cast
        ballot.all_cast.append(cast)
        return None

    def proxy(self, t: Instant, member: str, name: str, holder: str | None) -> str | None:
        """A member gives its proxy, or takes it back. Gives the reason where it has no effect."""
        decl = self.agreement.decisions[name]
        members = self.agreement.who(decl.members)
        if not decl.proxies:
            return f"{name} allows no proxies"
        if member not in members:
            return f"{member} is no member of {name}"
        if holder is None:
            return None if self.proxies[name].pop(member, None) is not None else f"{member} has given no proxy on {name}"
        if holder not in members or holder == member:
            return f"{holder} is no other member of {name}"
        self.proxies[name][member] = Given(holder, t)
        return None

    def standing(self, ballot: Ballot) -> Standing:
        """The members at the opening, what they cast or are held to have cast, and who must abstain."""
        if ballot.counted is not None:
            return ballot.counted
        members, votes = ballot.electorate.members, ballot.votes
        carried = self._carried(ballot.decl, members, votes)
        electorate = replace(ballot.electorate, obliged=self.obliged(ballot))
        return Standing(electorate, {**votes, **{x: votes[holder] for x, holder in carried.items()}}, carried)

    def _carried(self, decl: n.DecisionDecl, members: tuple[str, ...], votes: Mapping[str, VoteWord]) -> dict[str, str]:
        """Who has not acted, and whose holder has. A holder acts for the first that gave it theirs."""
        if not decl.proxies:
            return {}
        given = {x: given for x, given in self.proxies[decl.name].items() if x in members and given.holder in members}
        most = int(decl.proxies_at_most) if decl.proxies_at_most is not None else len(members)
        found: dict[str, str] = {}
        for holder in sorted({one.holder for one in given.values()}):
            first = sorted((one.known.us, x) for x, one in given.items() if one.holder == holder)[:most]
            found |= {x: holder for _, x in first if x not in votes and holder in votes}
        return found

    def join(self, t: Instant, cast: Cast, name: str) -> Raised | None:
        """A member joins a coalition that came about: a yes after the closing. None: there is nothing to join."""
        ballot = self.ballots[name][-1] if self.ballots[name] else None
        if ballot is None or ballot.state != "adopted" or ballot.closed is None or not ballot.closed < t or cast.vote != "yes":
            return None
        member = cast.member
        if not isinstance(ballot.decl.rule, n.Coalition) or member not in ballot.electorate.members:
            return None
        if member in ballot.joined or not self.life.bound(member, t):
            return None
        ballot.joined[member] = t
        ballot.all_cast.append(cast)
        outside = frozenset(ballot.electorate.members) - set(ballot.joined)
        cause = f"{ballot.id} joined by {member}"
        return Raised("adopted", (name,), cause, ballot.roots, t, self._anchors(ballot), None, outside, frozenset({member}))

    def _takes_part(self, member: str, name: str) -> bool:
        decl = self.agreement.decisions[name]
        return member in self.agreement.who(decl.members) or member in self.agreement.who(decl.veto)

    # ------------------------------------------------------------ closing

    def close_due(self, t: Instant) -> list[Closed]:
        found = []
        for name in self.ballots:
            ballot = self.open_ballot(name)
            if ballot is None:
                continue
            standing = self.standing(ballot)
            early = ballot.decl.early and bool(ballot.cast) and settled(ballot.decl, standing.electorate, standing.votes)
            if ballot.closes <= t or early:
                found.append(self._close(t, ballot, standing))
        return found

    def _close(self, t: Instant, ballot: Ballot, standing: Standing) -> Closed:
        decl = ballot.decl
        result, why = outcome(decl, standing.electorate, standing.votes)
        ballot.closed, ballot.why, ballot.counted = t, why, standing
        acted = any(member in standing.electorate.members for member in standing.votes)
        ballot.ignored_silence = result == "silent" or not acted
        opens: list[tuple[str, Opener]] = []
        asked = tuple(question for opener in ballot.openers for question in opener.asked)
        anchors = self._anchors(ballot)
        passed_on = Opener(ballot.id, ballot.roots, anchors, asked)
        ballot.state = final(decl, result)
        if ballot.state == "escalated":
            opens.append((str(decl.if_silent_escalates_to), passed_on))
        if ballot.state == "rejected" and decl.if_rejected_escalates_to is not None:
            opens.append((decl.if_rejected_escalates_to, passed_on))
        self.requests[decl.name] = {x: known for x, known in self.requests[decl.name].items() if known == t}
        raised: list[Raised] = []
        if ballot.state == "adopted":
            outside = self._joined(t, ballot, standing)
            raised.append(Raised("adopted", (decl.name,), ballot.id, ballot.roots, t, anchors, None, outside))
        elif ballot.state == "rejected":
            raised.append(Raised("rejected", (decl.name,), ballot.id, ballot.roots, t, anchors))
        answers: tuple[tuple[Asked, bool], ...] = ()
        if ballot.state in ("adopted", "rejected") and not ballot.ignored_silence:
            answers = tuple((question, ballot.state == "adopted") for question in asked)
        return Closed(ballot, tuple(raised), tuple(opens), answers)

    def _joined(self, t: Instant, ballot: Ballot, standing: Standing) -> frozenset[str]:
        """Note who joins a coalition that comes about; gives the members that do not."""
        if not isinstance(ballot.decl.rule, n.Coalition):
            return frozenset()
        said = standing.electorate.counted(standing.votes)
        ballot.joined = {x: t for x in standing.electorate.members if said.get(x) == "yes"}
        return frozenset(ballot.electorate.members) - set(ballot.joined)

    def _anchors(self, ballot: Ballot) -> Anchors:
        first = ballot.openers[0].anchors
        return Anchors(first.occurrence, first.report, first.verification, ballot.opened)

    def expire(self, t: Instant) -> bool:
        changed = False
        for name in self.ballots:
            ballot = self.open_ballot(name)
            if ballot is not None:
                ballot.state, ballot.closed, ballot.why, changed = "lapsed", t, "the agreement expired", True
        return changed


@dataclass(slots=True)
class Determining:
    """An instance of a determination, for one activation of its trigger. Mutable; owned by `Determinations`."""

    id: str
    decl: n.DeterminationDecl
    activation: str
    opened: Instant
    due: Instant
    anchors: Anchors
    state: str = "open"
    answered: Instant | None = None
    entry: str | None = None
    escalated: Instant | None = None
    history: list[tuple[Instant, str, str]] = field(default_factory=list)

    def become(self, t: Instant, state: str, why: str) -> None:
        self.state = state
        self.history.append((t, state, why))


class Determinations:
    """All instances of all determinations of one evaluation."""

    def __init__(self, agreement: Agreement, life: Life) -> None:
        self.agreement = agreement
        self.life = life
        self.instances: dict[str, list[Determining]] = {name: [] for name in agreement.determinations}

    def open(self, t: Instant, trigger: str, activation: str, anchors: Anchors) -> None:
        for name, decl in self.agreement.determinations.items():
            if decl.of == trigger and self.life.in_force(t):
                due = due_instant(self.agreement, decl.due, t, anchors, self.life.since, self.life.expires)
                instance = Determining(f"{name}@{activation}", decl, activation, t, due, anchors)
                instance.history.append((t, "open", f"upon {activation}"))
                self.instances[name].append(instance)

    def answer(self, t: Instant, body: str, name: str, answer: VoteWord, entry: str) -> tuple[list[Raised], str | None]:
        """The first answer counts, also after lapse or escalation; `no` ends it without signal."""
        if answer == "abstain":
            return [], "a determination is answered yes or no"
        decl = self.agreement.determinations[name]
        if body != decl.body and body != decl.escalates_to:
            return [], f"{name} is for {decl.body} to determine, not for {body}"
        waiting = [
            x
            for x in self.instances[name]
            if x.answered is None and (body == decl.body or (x.escalated is not None and x.escalated <= t))
        ]
        if not waiting:
            return [], f"{name} has no instance that waits for an answer of {body}"
        return [
            signal for x in waiting for signal in self._answered(t, x, answer == "yes", f"{body} says {answer}", entry)
        ], None

    def decided(self, t: Instant, instance: str, yes: bool) -> list[Raised]:
        """The decision to which it escalated answers it, unless somebody has."""
        found = next(x for instances in self.instances.values() for x in instances if x.id == instance)
        return [] if found.answered is not None else self._answered(t, found, yes, "by the decision it escalated to", None)

    def _answered(self, t: Instant, instance: Determining, yes: bool, why: str, entry: str | None) -> list[Raised]:
        instance.answered, instance.entry = t, entry
        instance.become(t, "yes" if yes else "no", why)
        if not yes:
            return []
        roots = frozenset({instance.activation})
        return [Raised("determined", (instance.decl.name,), instance.id, roots, t, instance.anchors)]

    def fall_due(self, t: Instant) -> list[tuple[str, Opener]]:
        """What nobody answered by its due lapses or escalates; gives the decisions that open."""
        opens = []
        for instances in self.instances.values():
            for x in instances:
                if x.state == "open" and x.due <= t:
                    to = x.decl.escalates_to
                    x.become(t, "lapsed" if to is None else "escalated", f"no answer by {x.due}")
                    x.escalated = t if to is not None else None
                    if to in self.agreement.decisions:
                        asked = Asked("determination", x.decl.name, x.id)
                        opens.append((str(to), Opener(x.id, frozenset({x.activation}), x.anchors, (asked,))))
        return opens

    def expire(self, t: Instant) -> bool:
        changed = False
        for instances in self.instances.values():
            for x in instances:
                if x.state == "open":
                    x.become(t, "lapsed", "the agreement expired")
                    changed = True
        return changed

    def waiting(self) -> Iterable[Determining]:
        return (x for instances in self.instances.values() for x in instances if x.state == "open")
