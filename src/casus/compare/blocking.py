"""Who can stop what, as lines for the page, the matrix and the redline; what can be stopped stands in `casus.voting`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from casus.compare import plain
from casus.compare.answer import Answer
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.lint.draft import Draft
from casus.norms.decisions import Electorate, outcome
from casus.voting.levers import consequences, levers
from casus.voting.model import Lever
from casus.voting.power import blocking

_BY: Final[Mapping[Lever, str]] = {
    "vote": "by voting no on {}",
    "absence": "by not voting on {}",
    "adoption": "by adopting {}",
    "silence": "by silence on {}",
    "refusal": "by a no on {}",
    "request": "by not asking for {}",
    "consent": "by not consenting to the agreement",
    "act": "by leaving {} undone",
    "approval": "by refusing {} at home",
    "suspension": "by suspending the agreement",
    "withdrawal": "by leaving the agreement",
    "objection": "by objecting to the extension",
    "conduct": "by {}",
}
_IF: Final[Mapping[Lever, str]] = {
    "vote": "If {} votes no on {}",
    "absence": "If {} does not vote on {}",
    "adoption": "If {} adopts {}",
    "silence": "If {} is silent on {}",
    "refusal": "If {} says no on {}",
    "request": "If {} does not ask for {}",
    "consent": "If {} does not consent to the agreement",
    "act": "If {} leaves {} undone",
    "approval": "If {} refuses {} at home",
    "suspension": "If {} suspends the agreement",
    "withdrawal": "If {} leaves the agreement",
    "objection": "If {} objects to the extension",
    "conduct": "If {} does {}",
}


@dataclass(frozen=True, slots=True)
class Block:
    """One actor that alone keeps a consequence from coming about: for good, or only where it comes from the start `upon`."""

    consequence: str
    actor: str
    lever: Lever
    at: str
    upon: str | None

    @property
    def by(self) -> str:
        """`by voting no on measures`, `by a no on attack case upon attack`."""
        said = _BY[self.lever].format(plain.name(self.at))
        return said + (f" upon {plain.name(self.upon)}" if self.upon not in (None, self.at) else "")

    def sentence(self, actors: Sequence[str], what: str) -> str:
        """`If any one of KST and LYS votes no on measures, assist is never due.`"""
        start = f" upon {plain.name(self.upon)}" if self.upon is not None else ""
        who = plain.names(actors) if len(actors) == 1 else f"any one of {plain.names(actors)}"
        return f"{_IF[self.lever].format(who, plain.name(self.at))}, {what}{start}."


def blocks(agreement: Agreement) -> tuple[Block, ...]:
    """Everybody who alone can stop a consequence, in the order of the text. Whose own share alone falls is not listed."""
    found = [
        Block(path.consequence, path.actor, path.lever, path.at, None if path.stops else path.start)
        for path in levers(agreement)
        if path.permanent and not path.own
    ]
    return tuple(dict.fromkeys(found))


def consequence_names(agreement: Agreement) -> tuple[str, ...]:
    """What the agreement promises: duties to assist or to take measures, effects, votes on measures."""
    return tuple(dict.fromkeys(key[1] for key in consequences(agreement)))


def never(agreement: Agreement, name: str) -> str:
    """What then does not happen: `assist is never due`, `snapback never takes effect`, `measures is never adopted`."""
    word = "never due" if name in agreement.norms else "never adopted" if name in agreement.decisions else None
    return f"{plain.name(name)} is {word}" if word is not None else f"{plain.name(name)} never takes effect"


def everyone(agreement: Agreement, actors: Iterable[str]) -> str:
    """`every guarantor` where those are all of a role or group; else their codes."""
    listed = tuple(sorted(set(actors)))
    if len(listed) > 1:
        for name in [*sorted(agreement.roles), *agreement.groups]:
            members = tuple(code for code in agreement.members(name) if code in agreement.parties)
            if members == listed:
                return f"every {plain.name(name)}" if name in agreement.roles else f"each of {plain.name(name)}"
    return plain.names(listed, "or")


def tolerance(agreement: Agreement, decision: n.DecisionDecl) -> int | None:
    """How many members may vote no so that it is still adopted, everybody else voting yes; −1: it never is.

    None where there are no members or votes are weighed, so that it depends on who they are.
    """
    members = tuple(x for x in agreement.who(decision.members) if x not in agreement.who(decision.recused))
    weighed = isinstance(decision.rule, n.Shares) and any(share.base == "weights" for share in decision.rule.shares)
    if not members or decision.rule is None or weighed:
        return None
    for against in range(len(members), -1, -1):
        cast = {x: "no" if i < against else "yes" for i, x in enumerate(members)}
        if outcome(decision, Electorate(members), cast)[0] == "adopted":  # type: ignore[arg-type]
            return against
    return -1


def blockers(draft: Draft) -> Iterator[Answer]:
    """Decisions first: who together stops one by voting no. Then who alone stops what the agreement promises, for good and
    wherever it comes from (`casus power` has the ways that leave another one)."""
    a = draft.agreement
    for decision in a.decisions.values():
        yield Answer(f"{plain.name(decision.name)}: {_coalitions(a, decision)}", decision.article, decision.name)
    of: dict[str, dict[str, list[str]]] = {}
    for block in blocks(a):
        if block.upon is not None:
            continue
        actors = of.setdefault(block.consequence, {}).setdefault(block.by, [])
        if block.actor not in actors:
            actors.append(block.actor)
    for name in consequence_names(a):
        ways = [f"{everyone(a, actors)} {by}" for by, actors in of.get(name, {}).items()]
        text = (
            f"{plain.name(name)}: alone, {'; '.join(ways)}" if ways else f"{plain.name(name)}: nobody alone, from every start"
        )
        yield Answer(text, _article(a, name), name)


def _coalitions(a: Agreement, decision: n.DecisionDecl) -> str:
    if decision.rule is None or not a.who(decision.members):
        return "the text does not say who decides, or how"
    coalitions = blocking(a, decision.name)
    if coalitions is None:
        return "never adopted, however its members vote"
    together = [plain.name(one.text) for one in coalitions.minimal]
    if not together and not coalitions.complete:
        return "coalitions too many to list"
    if not coalitions.complete:
        together.append("others, no smaller")
    return f"{'; or '.join(together)} by voting no" if together else "nobody by voting no"


def _article(a: Agreement, name: str) -> str | None:
    if name in a.norms:
        return a.norms[name].article
    return a.automatics[name].article if name in a.automatics else a.decisions[name].article
