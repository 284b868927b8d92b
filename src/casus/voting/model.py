"""What an analysis of votes gives: the power in one decision, and the ways on which one actor stops a consequence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb, prod
from typing import Literal

from casus.diagnostics import Span
from casus.voting.waits import Wait


@dataclass(frozen=True, slots=True)
class Part:
    """Any `count` of players that the decision cannot tell apart."""

    count: int
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coalition:
    """One coalition, or all that differ in players only that the decision cannot tell apart."""

    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def number(self) -> int:
        """How many coalitions these are."""
        return prod(comb(len(part.of), part.count) for part in self.parts)

    def sets(self) -> tuple[frozenset[str], ...]:
        """Each of them. Their number grows fast: for small ones."""
        found: tuple[frozenset[str], ...] = (frozenset(),)
        for part in self.parts:
            found = tuple(one | set(chosen) for one in found for chosen in combinations(part.of, part.count))
        return found

    @property
    def text(self) -> str:
        """`VDR and any 3 of KST, LYS, MRV, TRN`; `nobody` for the empty one."""
        alone = [code for part in self.parts if part.count == len(part.of) for code in part.of]
        some = [f"any {part.count} of {', '.join(part.of)}" for part in self.parts if 0 < part.count < len(part.of)]
        listed = [*alone, *some]
        if not listed:
            return "nobody"
        return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"


@dataclass(frozen=True, slots=True)
class Coalitions:
    """Minimal coalitions, the smallest first. Not `complete`: there are more, no smaller than those listed."""

    minimal: tuple[Coalition, ...]
    complete: bool = True

    @property
    def alone(self) -> tuple[str, ...]:
        """The players each of whom is one of these coalitions."""
        return tuple(
            sorted(code for c in self.minimal if c.size == 1 for part in c.parts if part.count == 1 for code in part.of)
        )


Outcome = Literal["adopted", "rejected", "escalated", "open"]
"""`open`: no time closes it, and the votes leave it unsettled."""


@dataclass(frozen=True, slots=True)
class Link:
    """A decision of a chain of escalations: how it closes, and how long that takes at the most."""

    decision: str
    outcome: Outcome
    wait: Wait


@dataclass(frozen=True, slots=True)
class Chain:
    """From a decision through its escalations to the end. `circular`: it comes back to a decision that it has passed."""

    links: tuple[Link, ...]
    total: Wait
    circular: bool = False

    @property
    def outcome(self) -> Outcome:
        return self.links[-1].outcome


@dataclass(frozen=True, slots=True)
class Attendance:
    """With `absent` members who do not act, all others voting yes.

    `adopting` of `choices` ways to choose the absent end in adoption. `otherwise`: how it closes in the rest, and where that
    leads if the same members stay away throughout. `earliest` is from the opening, with votes cast at once.
    """

    absent: int
    adopting: int
    choices: int
    otherwise: Chain | None
    earliest: Wait
    latest: Wait


@dataclass(frozen=True, slots=True)
class Power:
    """One decision: who brings it about, who stops it. Everybody whom the text names is taken to be bound.

    - `winning`: those who adopt by voting yes though all others vote no; `quiet`: though all others stay silent.
    - `blocking`: those who prevent adoption by voting no; `by_silence`, `by_abstaining`: by that alone; whatever others do.
    - `vetoes` are the holders of a declared veto, `outside` those of them that are no members.
    - `banzhaf`: swings over 2^(n-1); `banzhaf_share`: swings over all swings; `shapley`: Shapley-Shubik. Of the game in which
      whoever does not say yes says no. All 0 where nothing can be adopted or stopped. Not `counted`: so many players have so
      unlike weights that the coalitions cannot be counted; then nobody has an index, and `attendance` and `dummies` are empty.
    - `open`: what the text itself says it leaves open. Not `stated`: it does not say who votes, or by what rule; then only the
      holders of a declared veto are known to block, and of the rest nothing is said.
    """

    decision: str
    article: str | None
    span: Span | None
    rule: str
    members: tuple[str, ...]
    recused: tuple[str, ...]
    vetoes: tuple[str, ...]
    outside: tuple[str, ...]
    open: tuple[str, ...]
    stated: bool
    adoptable: bool
    winning: Coalitions
    quiet: Coalitions
    blocking: Coalitions
    by_silence: Coalitions
    by_abstaining: Coalitions
    counted: bool
    dummies: tuple[str, ...]
    banzhaf: Mapping[str, Fraction]
    banzhaf_share: Mapping[str, Fraction]
    shapley: Mapping[str, Fraction]
    unanswered: Chain
    """Nobody acts."""
    attendance: tuple[Attendance, ...]

    @property
    def players(self) -> tuple[str, ...]:
        return (*self.members, *self.outside)

    @property
    def stoppers(self) -> tuple[str, ...]:
        """Each of whom alone can prevent adoption, by voting no, abstaining or staying away."""
        return tuple(sorted({*self.blocking.alone, *self.by_silence.alone, *self.by_abstaining.alone}))


Lever = Literal[
    "vote",
    "absence",
    "adoption",
    "silence",
    "refusal",
    "request",
    "consent",
    "act",
    "approval",
    "suspension",
    "withdrawal",
    "objection",
    "conduct",
]
"""How an actor stops a consequence.

`vote`: by voting no (or abstaining where that counts as no). `absence`: by not voting, where voting no would not do.
`adoption`: by adopting, alone, what ends or prevents it. `silence`: a body that does not answer. `refusal`: a body that
answers no. `request`: by not asking for what opens only on request. `consent`: by not ratifying. `act`: by leaving undone
what it waits for. `approval`: by refusing national approval. `suspension`: by suspending, alone. `withdrawal`: by leaving.
`objection`: to the extension. `conduct`: by an act on which the text lets it fall.
"""


@dataclass(frozen=True, slots=True)
class Step:
    """A station of a way: a declaration, what happens there, where it stands."""

    name: str
    what: str
    span: Span | None
    article: str | None


@dataclass(frozen=True, slots=True)
class Path:
    """A way on which one actor stops a consequence.

    - `at`: the declaration at which the actor acts; `steps`: the way to the consequence through it, from its start.
    - `start`: the trigger or the decision opened on request from which the way comes; None for what stops every way.
    - `permanent`: nothing brings it about from this start against the actor's will. Else `fallback` is the way on which it
      comes about nevertheless, and `delay` how long after the start that is at the latest, everybody taking all the time
      there is. (Of a suspension: how long it can last.)
    - `elsewhere`: other starts from which it comes about against the actor's will.
    - `own`: only the actor's own share falls.
    """

    consequence: str
    actor: str
    lever: Lever
    at: str
    start: str | None
    steps: tuple[Step, ...]
    permanent: bool
    fallback: tuple[Step, ...] = ()
    delay: Wait | None = None
    elsewhere: tuple[str, ...] = ()
    own: bool = False

    @property
    def stops(self) -> bool:
        """Whether the consequence, whole, never comes about from any start if the actor so wants."""
        return self.permanent and not self.elsewhere and not self.own
