"""What follows from a trigger by itself: without a decision, a determination or the use of a power between."""

from __future__ import annotations

from typing import Final

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.lint.draft import TALK

_LIGHT: Final = frozenset({"lift_measures", "recognise", "rebuild", "permit_access", "inspect"}) | frozenset(
    {"share_intelligence", "advise", "train", "exercise", "reform"}
)
"""Acts that ease, only look, or do no harm where they are done for nothing."""


def signals(agreement: Agreement, trigger: str) -> frozenset[str]:
    """The triggers as which an activation counts: itself, and those it adds to."""
    return frozenset({trigger, *agreement.triggers[trigger].adds_to})


def silent_decisions(agreement: Agreement, names: frozenset[str]) -> frozenset[str]:
    """The decisions that one of these signals opens and that silence adopts."""
    return frozenset(
        decision.name
        for decision in agreement.decisions.values()
        if any(s.kind is None and s.name in names for s in decision.opens_upon)
        and (decision.if_silent == "adopted" or (decision.quorum is not None and int(decision.quorum) == 0))
    )


def direct(agreement: Agreement, trigger: str) -> tuple[n.NormDecl | n.AutomaticDecl, ...]:
    """The duties that are more than talk, and the automatic effects, that follow with no human act between.

    An effect that a decision can stop in time (`unless`, a reverse vote) has one between.
    """
    names = signals(agreement, trigger)
    silent = silent_decisions(agreement, names)

    def follows(upon: tuple[n.Signal, ...]) -> bool:
        return any((s.kind is None and s.name in names) or (s.kind == "adopted" and s.name in silent) for s in upon)

    found: list[n.NormDecl | n.AutomaticDecl] = [
        x for x in agreement.automatics.values() if x.unless is None and follows(x.upon)
    ]
    found += [
        norm
        for norm in agreement.norms.values()
        if norm.kind == "obligation" and norm.act is not None and norm.act.verb not in TALK | _LIGHT and follows(norm.upon)
    ]
    return tuple(found)


def beneficiaries(agreement: Agreement, effect: n.NormDecl | n.AutomaticDecl) -> tuple[str, ...]:
    """For whose good an effect is: its creditors; of an automatic measure, the parties with the role `beneficiary`."""
    if isinstance(effect, n.NormDecl):
        return agreement.who(effect.creditor)
    return tuple(sorted(p.code for p in agreement.parties.values() if "beneficiary" in p.roles))
