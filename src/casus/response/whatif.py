"""What if: a branch of the record in memory, with a few acts more or fewer, and what they change.

A member votes so, stays away or refuses its approval, something else happens: the acts are put where the procedure asks for
them (a vote into every ballot that is open or opens until then), the same agreement is evaluated over the record with and
without them, and the two States are compared. Nothing here can write; a journal is never opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from casus.acts import Act, Refusal, Vote, VoteWord, to_payload
from casus.journal.entry import Entry, View
from casus.language.agreement import Agreement
from casus.response.project import project
from casus.response.statediff import Change, changes
from casus.state.evaluate import evaluate
from casus.state.model import DecisionInstance, NormInstance, State
from casus.time import Duration, Instant, Known, Occurred, Recorded

SUPPOSED: Final = "supposed"
"""The author of what is not on the record."""

_BEAT: Final = Duration.of(seconds=1)
_MOST: Final = 500
"""So many acts are supposed at most; a text that opens one ballot after another for ever is cut there."""


@dataclass(frozen=True, slots=True)
class Voting:
    """`decision` None: wherever the member may vote."""

    member: str
    vote: VoteWord
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class Denial:
    """A party refuses its national approval. `norm` None: wherever it is asked."""

    party: str
    norm: str | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """Anything else that could stand on the record."""

    occurred: Occurred
    known: Instant
    act: Act


@dataclass(frozen=True, slots=True)
class Supposition:
    votes: tuple[Voting, ...] = ()
    absent: tuple[str, ...] = ()
    """These cast no vote in what is open; what they have cast there is left out."""
    denials: tuple[Denial, ...] = ()
    happenings: tuple[Happening, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """`before`: if nothing more arrives; `after`: with what is supposed. Both at `until`."""

    until: Instant
    before: State
    after: State
    supposed: tuple[Entry, ...]
    left_out: tuple[Entry, ...]
    changes: tuple[Change, ...]


def branch(agreement: Agreement, view: View, at: Instant, until: Instant, supposed: Supposition) -> Branch:
    """Compare the record as it is with the record as supposed, both run on until an instant not before `at`."""
    gone = set(_left_out(agreement, view, at, supposed.absent))
    kept = tuple(entry for entry in view.entries if entry.id not in gone)
    added = [_entry(i, h.occurred, h.known, h.act) for i, h in enumerate(supposed.happenings)]
    settled: set[tuple[str, str]] = set()
    while len(added) < _MOST:
        state = project(agreement, _with(view, kept, added, until), until)
        due = sorted(_due(agreement, state, at, supposed, settled), key=lambda x: (x[0].us, x[1]))
        if not due:
            break
        first = due[0][0]  # what comes later may depend on it, so it is asked again
        for moment, key, act in due:
            if moment == first:
                settled.add(key)
                added.append(_entry(len(added), Occurred(moment, moment), moment, act))
    before = evaluate(agreement, _with(view, view.entries, (), until), until)
    after = evaluate(agreement, _with(view, kept, added, until), until)
    left_out = tuple(entry for entry in view.entries if entry.id in gone)
    return Branch(until, before, after, tuple(added), left_out, changes(before, after, agreement))


def horizon(state: State) -> Instant:
    """Where a branch ends unless it is said: at the last deadline that is no review and no expiry, else after 14 days."""
    ahead = [c.at for c in state.coming if c.kind not in ("review", "expiry") and c.at > state.at]
    return max(ahead, default=state.at + Duration.of(days=14))


def _left_out(agreement: Agreement, view: View, at: Instant, absent: Sequence[str]) -> Iterator[str]:
    if absent:
        for decision in project(agreement, view, at).decisions:
            if decision.state == "open":
                yield from (vote.entry for vote in decision.votes if vote.member in absent)


def _due(
    agreement: Agreement, state: State, at: Instant, supposed: Supposition, settled: set[tuple[str, str]]
) -> Iterator[tuple[Instant, tuple[str, str], Act]]:
    """The acts that are supposed and not yet put in, each with its instant."""
    start = at + _BEAT
    for decision in state.decisions:
        if decision.closed is not None and decision.closed <= at:
            continue
        for voting in supposed.votes:
            key = (decision.id, voting.member)
            if voting.decision in (None, decision.name) and key not in settled and _votes(agreement, decision, voting.member):
                # One beat after the opening: at its very instant an act would count for a ballot that closes just then.
                moment = min(max(decision.opened + _BEAT, start), decision.closes)
                yield moment, key, Vote(voting.member, voting.vote, decision.name)
    for norm in state.norms:
        for denial in supposed.denials:
            key = (norm.id, denial.party)
            if denial.norm in (None, norm.name) and key not in settled and _waits(agreement, norm, denial.party, at):
                yield max(norm.activated, start), key, Refusal(denial.party, norm.name)


def _votes(agreement: Agreement, decision: DecisionInstance, member: str) -> bool:
    return member in decision.members or member in agreement.who(agreement.decisions[decision.name].veto)


def _waits(agreement: Agreement, norm: NormInstance, party: str, at: Instant) -> bool:
    """Whether an approval by the party was still waited for after `at`."""
    if agreement.norms[norm.name].approval is None or party not in norm.debtor:
        return False
    settled = [t for t, state, _ in norm.history if state in ("approved", "refused", "lapsed", "replaced", "waived")]
    return not settled or min(settled) > at


def _with(view: View, kept: Sequence[Entry], added: Iterable[Entry], until: Instant) -> View:
    """The view as it would be at `until`."""
    entries = sorted([*kept, *added], key=lambda entry: (view.knowledge(entry).us, entry.index))
    return replace(view, known_at=max(until, view.known_at), entries=tuple(entries))


def _entry(number: int, occurred: Occurred, known: Instant, act: Act) -> Entry:
    content = f"{SUPPOSED} {number} {occurred} {known} {to_payload(act)}"
    identity = "e" + hashlib.sha256(content.encode()).hexdigest()
    return Entry(identity, 2**40 + number, occurred, Known(known), Recorded(known), SUPPOSED, "CLEAR", act)
