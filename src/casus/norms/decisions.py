"""What a decision comes to: the rule, applied to the votes cast (semantics, section 6). Pure arithmetic, exact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Literal

from casus.acts import VoteWord
from casus.language import nodes as n

Outcome = Literal["adopted", "rejected", "silent"]
"""`silent`: the quorum was not reached; the text's `if silent` says what follows."""


@dataclass(frozen=True, slots=True)
class Electorate:
    """Who takes part: members less recused, holders of a veto (members or not, less recused), and weights by weighting.

    Whatever the `obliged` say counts as an abstention, and they have no veto.
    """

    members: tuple[str, ...]
    vetoes: tuple[str, ...] = ()
    weights: Mapping[str, Mapping[str, Decimal]] | None = None
    obliged: frozenset[str] = frozenset()

    def counted(self, votes: Mapping[str, VoteWord]) -> Mapping[str, VoteWord]:
        """The votes as they count."""
        if not self.obliged:
            return votes
        return {member: "abstain" if member in self.obliged else word for member, word in votes.items()}


@dataclass(frozen=True, slots=True)
class Tally:
    """`against` counts abstentions where the text says so; `present` is what the quorum is measured by."""

    yes: int
    no: int
    abstain: int
    against: int
    present: int
    quorum: int


def tally(decl: n.DecisionDecl, electorate: Electorate, votes: Mapping[str, VoteWord]) -> Tally:
    votes = electorate.counted(votes)
    cast = [votes[member] for member in electorate.members if member in votes]
    yes, no, abstain = (cast.count(word) for word in ("yes", "no", "abstain"))
    against = no + (abstain if decl.abstention == "counts_as_no" else 0)
    present = yes + no + (0 if decl.abstention == "ignored" else abstain)
    return Tally(yes, no, abstain, against, present, int(decl.quorum) if decl.quorum is not None else 1)


def outcome(decl: n.DecisionDecl, electorate: Electorate, votes: Mapping[str, VoteWord]) -> tuple[Outcome, str]:
    """The outcome at closing and the sentence that explains it."""
    votes = electorate.counted(votes)
    count = tally(decl, electorate, votes)
    said = f"yes {count.yes}, no {count.no}, abstain {count.abstain} of {len(electorate.members)}"
    for holder in electorate.vetoes:
        if votes.get(holder) == "no":
            return "rejected", f"{holder} vetoed ({said})"
    rule = decl.rule
    if isinstance(rule, n.Consensus):
        allowed = int(rule.minus) if rule.minus is not None else 0
        if count.against > allowed:
            return "rejected", f"{count.against} against, {allowed} allowed ({said})"
    if isinstance(rule, n.Unanimity) and count.against > 0:
        return "rejected", f"{count.against} against, unanimity needed ({said})"
    if count.present < count.quorum:
        return "silent", f"quorum {count.quorum} not reached ({said})"
    reached, why = _reached(decl, electorate, votes, count)
    return ("adopted" if reached else "rejected"), f"{why} ({said})"


def _reached(decl: n.DecisionDecl, electorate: Electorate, votes: Mapping[str, VoteWord], count: Tally) -> tuple[bool, str]:
    match decl.rule:
        case n.Consensus():
            return True, f"{count.against} against"
        case n.Unanimity():
            needed = len(electorate.members) - (count.abstain if decl.abstention == "ignored" else 0)
            return count.yes == needed, f"{count.yes} of {needed} needed said yes"
        case n.Majority():
            return 2 * count.yes > count.yes + count.against, f"{count.yes} for, {count.against} against"
        case n.Votes(number):
            return count.yes >= number.value, f"{count.yes} for, {number.text} needed"
        case n.Coalition(least):
            return count.yes >= least.value, f"{count.yes} join, {least.text} needed"
        case n.Shares(shares):
            parts = [_share(share, electorate, votes, count) for share in shares]
            return all(reached for reached, _ in parts), "; ".join(text for _, text in parts)
        case None:
            return False, "the text names no rule"


def _share(share: n.Share, electorate: Electorate, votes: Mapping[str, VoteWord], count: Tally) -> tuple[bool, str]:
    """`yes / base ≥ p / 100`, exactly; an empty base is not reached."""
    yes, base = Decimal(count.yes), Decimal(0)
    match share.base:
        case "members":
            base = Decimal(len(electorate.members))
        case "present":
            base = Decimal(count.present)
        case "cast":
            base = Decimal(count.yes + count.against)
        case "weights":
            table = (electorate.weights or {}).get(share.weights or "", {})
            base = sum((table.get(m, Decimal(0)) for m in electorate.members), Decimal(0))
            yes = sum((table.get(m, Decimal(0)) for m in electorate.members if votes.get(m) == "yes"), Decimal(0))
    reached = base > 0 and yes * 100 >= share.percent.value * base
    of = f"weights {share.weights}" if share.base == "weights" else share.base
    return reached, f"{yes:f} of {base:f} {of}, {share.percent.text} percent needed"


def final(decl: n.DecisionDecl, result: Outcome) -> Literal["adopted", "rejected", "escalated"]:
    """The state in which an instance closes: a want of quorum is what the text says silence is (absent: rejected)."""
    if result != "silent":
        return result
    return "escalated" if decl.if_silent_escalates_to is not None else decl.if_silent or "rejected"


def settled(decl: n.DecisionDecl, electorate: Electorate, votes: Mapping[str, VoteWord]) -> bool:
    """Whether no act of those that have not acted yet could change how it closes, votes cast being taken as final."""
    now = final(decl, outcome(decl, electorate, votes)[0])
    return all(
        final(decl, outcome(decl, electorate, {**votes, **more})[0]) == now for more in _completions(decl, electorate, votes)
    )


_WORDS: tuple[VoteWord, ...] = ("yes", "no", "abstain")


def _completions(decl: n.DecisionDecl, electorate: Electorate, votes: Mapping[str, VoteWord]) -> Iterator[dict[str, VoteWord]]:
    """Every way in which the rest could still act, up to what the rule cannot tell apart.

    Members without veto are alike under an unweighted rule, so only how many of them say what matters. Under a weighted
    rule the outcome grows with the yes votes: where the rest is large its extremes decide.
    """
    missing = [m for m in electorate.members if m not in votes]
    vetoes = [m for m in electorate.vetoes if m not in votes and m not in electorate.obliged]
    plain = [m for m in missing if m not in vetoes]
    weighted = isinstance(decl.rule, n.Shares) and any(share.base == "weights" for share in decl.rule.shares)
    for chosen in product((None, *_WORDS), repeat=min(len(vetoes), 4)):
        held: dict[str, VoteWord] = {m: w for m, w in zip(vetoes, chosen, strict=False) if w is not None}
        for rest in _ways(plain, weighted):
            yield {**held, **rest}


def _ways(plain: Sequence[str], weighted: bool) -> Iterator[dict[str, VoteWord]]:
    if weighted and len(plain) <= 6:
        for chosen in product((None, *_WORDS), repeat=len(plain)):
            yield {m: w for m, w in zip(plain, chosen, strict=True) if w is not None}
        return
    size = len(plain)
    for yes in range(size + 1):
        for no in range(size - yes + 1):
            for abstain in range(size - yes - no + 1):
                words = [_WORDS[0]] * yes + [_WORDS[1]] * no + [_WORDS[2]] * abstain
                yield dict(zip(plain, words, strict=False))
