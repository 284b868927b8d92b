"""What the floors below ask the fold: triggers and events for `until`, outcomes and quiet for effects, who must abstain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casus import acts as a
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.norms import Ballot, Decisions, Disputes, Phases, Raised
from casus.state.sets import EventSets
from casus.time import Instant
from casus.triggers import Engine
from casus.verification import Facts


class Answers:
    """The part of a fold that answers; the parts that it reads are made by the fold."""

    agreement: Agreement
    facts: Facts
    engine: Engine
    decisions: Decisions
    disputes: Disputes
    phases: Phases
    sets: EventSets

    def on(self, phases: Iterable[str]) -> bool:
        return self.phases.on(phases)

    def _obliged(self, ballot: Ballot) -> frozenset[str]:
        """Who must abstain: those accused of what opened an instance, and the parties to a dispute."""
        found = frozenset[str]()
        if ballot.decl.accused_abstain:
            for root in ballot.roots:
                for identity in self._witnesses(root):
                    found |= self.facts.actors(self.facts.incidents[identity])
        if ballot.decl.parties_abstain is not None:
            found |= self.disputes.parties_to(ballot.decl.parties_abstain)
        return found

    def _witnesses(self, root: str) -> Iterator[str]:
        """The events of an activation, and of those that it counted."""
        met = self.engine.by_id.get(root)
        for identity in (*met.witnesses, *met.counted) if met is not None else ():
            if identity in self.facts.incidents:
                yield identity
            else:
                yield from self._witnesses(identity)

    def until(self, cond: n.Cond, since: Instant | None, t: Instant) -> bool:
        """`until` and `unless` name triggers and definitions only."""
        match cond:
            case n.CRef(name=name) if name in self.agreement.triggers:
                return any(since is None or met.t >= since for met in self.engine.states[name].standing)
            case n.CRef(name=name):
                return self.sets.occurred_since(name, since)
            case n.COr(parts):
                return any(self.until(part, since, t) for part in parts)
            case n.CAnd(parts):
                return all(self.until(part, since, t) for part in parts)
            case n.CNot(part):
                return not self.until(part, since, t)
            case _:
                return False

    def stopped_by(self, name: str, outcome: str, roots: frozenset[str], since: Instant, by: Instant) -> str | None:
        for ballot in self.decisions.ballots[name]:
            in_time = ballot.state == outcome and ballot.closed is not None and ballot.closed <= by
            if in_time and (ballot.roots & roots or ballot.opened >= since):
                return ballot.id
        return None

    def decided_since(self, name: str, outcome: str, since: Instant, t: Instant) -> bool:
        return any(
            ballot.state == outcome and ballot.closed is not None and since <= ballot.closed <= t
            for ballot in self.decisions.ballots[name]
        )

    def quiet(self, name: str, length: int, since: Instant, t: Instant) -> bool:
        start = self.sets.quiet_since(name, since)
        return any(max(start, lo) + length <= min(hi, t.us) for lo, hi in self.facts.covered(name, None))

    def dispute(self, t: Instant, act: a.Claim | a.Settlement | a.Ruling, entry: str, signals: list[Raised]) -> str | None:
        """What is done about a dispute; gives the reason where it has no effect."""
        if act.dispute not in self.agreement.disputes:
            return f"the agreement knows no dispute {act.dispute}"
        match act:
            case a.Claim(member=member, dispute=name, respondent=respondent):
                return self.disputes.claim(t, member, name, respondent)
            case a.Settlement(member=member, dispute=name):
                return self.disputes.settle(t, member, name)
            case a.Ruling(body=body, dispute=name, claimant=claimant, answer=answer):
                raised, reason = self.disputes.rule(t, body, name, claimant, answer, entry)
                signals += raised
                return reason
