"""A decision with certain members away throughout: what is left of it, and who can then stop it."""

from __future__ import annotations

from dataclasses import dataclass

from casus.acts import VoteWord
from casus.language.agreement import Agreement
from casus.norms.decisions import final, outcome
from casus.voting.coalitions import minimal
from casus.voting.games import game
from casus.voting.model import Chain, Coalitions
from casus.voting.power import chain, electorate_of


@dataclass(frozen=True, slots=True)
class Absence:
    """`absent`: those of the given who are players of this decision. `course`: how it goes if all others vote yes.

    `blocking`: who among the others prevents adoption by voting no while everybody else who is there votes yes.
    """

    absent: tuple[str, ...]
    course: Chain
    blocking: Coalitions


def without(agreement: Agreement, decision: str, absent: frozenset[str]) -> Absence:
    """A decision while some stay away. Raises KeyError where the agreement has none of that name."""
    decl = agreement.decisions[decision]
    electorate = electorate_of(agreement, decl)
    of = game(decl, electorate, "no")
    kinds = tuple(left for kind in of.kinds if (left := tuple(x for x in kind if x not in absent)))
    there = [x for kind in kinds for x in kind]

    def prevents(coalition: frozenset[str]) -> bool:
        votes: dict[str, VoteWord] = {x: "no" if x in coalition else "yes" for x in there}
        return final(decl, outcome(decl, electorate, votes)[0]) != "adopted"

    return Absence(
        tuple(x for x in of.players if x in absent),
        chain(agreement, decision, absent),
        minimal(kinds, prevents, ordered=of.ordered),
    )
