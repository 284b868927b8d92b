"""The power in one decision: `analyse`.

Coalitions and indices are those of the yes-no game in which the rest votes no; what silence and abstention do stands beside
them. The rule itself is asked of `casus.norms.decisions`, never written a second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import comb, factorial

from casus.acts import VoteWord
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.norms.decisions import Electorate, final, outcome, settled
from casus.voting.coalitions import Holds, minimal
from casus.voting.games import Game, Rest, game
from casus.voting.model import Attendance, Chain, Coalition, Coalitions, Link, Outcome, Part, Power
from casus.voting.waits import NONE, closing, total
from casus.voting.words import rule_words


def electorate_of(agreement: Agreement, decl: n.DecisionDecl) -> Electorate:
    """Members and veto holders less the recused, everybody being bound, with the weights of the text."""
    recused = set(agreement.who(decl.recused))
    weights = {
        name: {row[w.key]: Decimal(row[w.value].replace("_", "")) for row in agreement.tables[w.table].rows}
        for name, w in agreement.weights.items()
    }
    return Electorate(
        tuple(x for x in agreement.who(decl.members) if x not in recused),
        tuple(x for x in agreement.who(decl.veto) if x not in recused),
        weights,
    )


def analyse(agreement: Agreement, decision: str) -> Power:
    """The power in a decision of the agreement. Raises KeyError where it has no decision of that name."""
    decl = agreement.decisions[decision]
    electorate = electorate_of(agreement, decl)
    against, silent, abstaining = (game(decl, electorate, rest) for rest in ("no", "silent", "abstain"))
    rule_known = stated(agreement, decision)
    swings = _swings(against)
    attendance = _attendance(agreement, decl, electorate, against, silent) if rule_known else ()
    adopted = against.wins(frozenset(against.players))
    return Power(
        decision=decl.name,
        article=decl.article,
        span=decl.span,
        rule=rule_words(decl),
        members=electorate.members,
        recused=agreement.who(decl.recused),
        vetoes=electorate.vetoes,
        outside=tuple(x for x in electorate.vetoes if x not in electorate.members),
        open=_left_open(agreement, decl.name),
        stated=rule_known,
        adoptable=adopted,
        winning=minimal(against.kinds, against.wins, ordered=against.ordered),
        quiet=minimal(silent.kinds, silent.wins, ordered=silent.ordered),
        blocking=_blocking(decl, electorate, against, "no") if rule_known else _vetoes(electorate),
        by_silence=_blocking(decl, electorate, silent, "silent") if rule_known else Coalitions(()),
        by_abstaining=_blocking(decl, electorate, abstaining, "abstain") if rule_known else Coalitions(()),
        counted=bool(swings) == bool(against.players) and attendance is not None,
        dummies=tuple(x for x in swings if adopted and not swings[x]),
        banzhaf={x: Fraction(swings[x], 2 ** (len(against.players) - 1)) for x in swings},
        banzhaf_share={x: Fraction(swings[x], sum(swings.values()) or 1) for x in swings},
        shapley=_shapley(against),
        unanswered=chain(agreement, decl.name, frozenset(agreement.parties) | frozenset(agreement.bodies)),
        attendance=attendance or (),
    )


def stated(agreement: Agreement, decision: str) -> bool:
    """Whether the text says who votes and by what rule."""
    decl = agreement.decisions[decision]
    return decl.rule is not None and bool(electorate_of(agreement, decl).members)


def blocking(agreement: Agreement, decision: str) -> Coalitions | None:
    """`Power.blocking` by itself, of a decision whose rule is stated. None: no votes adopt it."""
    decl = agreement.decisions[decision]
    electorate = electorate_of(agreement, decl)
    of = game(decl, electorate, "no")
    return _blocking(decl, electorate, of, "no") if of.wins(frozenset(of.players)) else None


def stoppers(agreement: Agreement, decision: str) -> tuple[str, ...]:
    """`Power.stoppers` by itself: it takes a moment however many vote and whatever weights they have."""
    decl = agreement.decisions[decision]
    electorate = electorate_of(agreement, decl)
    if not stated(agreement, decision):
        return tuple(sorted(electorate.vetoes))
    words: tuple[Rest, ...] = ("no", "silent", "abstain")
    return tuple(sorted({x for word in words for x in _alone(decl, electorate, game(decl, electorate, word), word)}))


def _alone(decl: n.DecisionDecl, electorate: Electorate, of: Game, word: Rest) -> tuple[str, ...]:
    """Those who, each alone, prevent what could be adopted without them standing against it."""
    holds = _prevents(decl, electorate, of, word)
    return () if holds(frozenset()) else tuple(x for kind in of.kinds if holds(frozenset(kind[:1])) for x in kind)


def _vetoes(electorate: Electorate) -> Coalitions:
    """All that is known to block where the text names no rule."""
    return Coalitions((Coalition((Part(1, electorate.vetoes),)),) if electorate.vetoes else ())


def blocks(decl: n.DecisionDecl, electorate: Electorate, coalition: frozenset[str], word: Rest) -> bool:
    """Whether nothing is adopted while a coalition votes no, abstains or stays silent, whatever all others do.

    What others can do best is to vote yes, or, where silence adopts, to stay away.
    """
    own: dict[str, VoteWord] = {} if word == "silent" else dict.fromkeys(sorted(coalition), word)
    rest = [x for x in (*electorate.members, *electorate.vetoes) if x not in coalition]
    attempts: list[dict[str, VoteWord]] = [{**own, **dict.fromkeys(rest, "yes")}, own]
    return all(final(decl, outcome(decl, electorate, votes)[0]) != "adopted" for votes in attempts)


def _blocking(decl: n.DecisionDecl, electorate: Electorate, of: Game, word: Rest) -> Coalitions:
    return minimal(of.kinds, _prevents(decl, electorate, of, word), ordered=of.ordered)


def _prevents(decl: n.DecisionDecl, electorate: Electorate, of: Game, word: Rest) -> Holds:
    everybody = frozenset(of.players)

    def holds(coalition: frozenset[str]) -> bool:
        if of.wins(everybody - coalition):
            return False
        return decl.if_silent != "adopted" or blocks(decl, electorate, coalition, word)

    return holds


# ---------------------------------------------------------------- indices


def _swings(of: Game) -> dict[str, int]:
    """The coalitions that win with a player and lose without; of nobody where they are not counted."""
    if of.counts is None:
        return {}
    winning = sum(of.counts.winning)
    return {x: 2 * sum(of.counts.with_player[x]) - winning for x in of.players}


def _shapley(of: Game) -> Mapping[str, Fraction]:
    """The share of all orders of the players in which a player is the one that makes the coalition win."""
    if of.counts is None:
        return {}
    size = len(of.players)
    orders = [factorial(i) for i in range(size + 1)]
    found = {}
    for kind in of.kinds:
        pivotal = 0
        for s, (all_, its) in enumerate(zip(of.counts.winning, of.counts.with_player[kind[0]], strict=True)):
            pivotal += its * orders[s - 1] * orders[size - s] if its else 0
            pivotal -= (all_ - its) * orders[s] * orders[size - s - 1] if all_ - its else 0
        found.update(dict.fromkeys(kind, Fraction(pivotal, orders[size])))
    return {x: found[x] for x in of.players}


# ---------------------------------------------------------------- silence and absence


def timeless(agreement: Agreement, decl: n.DecisionDecl) -> bool:
    """No time closes it, only votes that settle it; a text that leaves its closing open says that there is one."""
    return decl.closes is None and not agreement.silent(decl.name, "closing")


def end(agreement: Agreement, decl: n.DecisionDecl, electorate: Electorate, votes: Mapping[str, VoteWord]) -> Outcome:
    """The state in which a decision closes; `open` where no time closes it and the votes leave it unsettled."""
    if timeless(agreement, decl) and not (votes and settled(decl, electorate, votes)):
        return "open"
    return final(decl, outcome(decl, electorate, votes)[0])


def chain(agreement: Agreement, decision: str, absent: frozenset[str]) -> Chain:
    """How a decision closes, and what it escalates to closes, where some stay away throughout and all others vote yes."""
    links: list[Link] = []
    passed: set[str] = set()
    name: str | None = decision
    while name is not None and name not in passed:
        passed.add(name)
        decl = agreement.decisions[name]
        electorate = electorate_of(agreement, decl)
        votes: dict[str, VoteWord] = {x: "yes" for x in electorate.members if x not in absent}
        state = end(agreement, decl, electorate, votes)
        links.append(Link(name, state, NONE if decl.closes is None else closing(decl)))
        name = decl.if_silent_escalates_to if state == "escalated" else None
        if state == "rejected":
            name = decl.if_rejected_escalates_to
    return Chain(tuple(links), total(link.wait for link in links), circular=name is not None)


def _attendance(
    agreement: Agreement, decl: n.DecisionDecl, electorate: Electorate, against: Game, silent: Game
) -> tuple[Attendance, ...] | None:
    """None where the coalitions are not counted."""
    if against.counts is None or silent.counts is None:
        return None
    members = len(electorate.members)
    forced_outside = len(against.players) - members
    order = _worst_first(agreement, decl, electorate, silent)
    found = []
    for absent in range(members + 1):
        choices = comb(members, absent)
        present = members - absent
        adopting = silent.counts.winning[present]
        if decl.if_silent == "adopted" and present < (int(decl.quorum) if decl.quorum is not None else 1):
            adopting = choices
        at_once = against.counts.winning[present + forced_outside] if silent.counts.winning[present] else 0
        if timeless(agreement, decl):
            adopting = at_once  # it closes only where nobody who is away could still change it
        early = decl.early and at_once > 0
        otherwise = None if adopting == choices else chain(agreement, decl.name, frozenset(order[:absent]))
        latest = closing(decl)
        if timeless(agreement, decl):
            latest = NONE
        found.append(Attendance(absent, adopting, choices, otherwise, NONE if early else latest, latest))
    return tuple(found)


def _worst_first(agreement: Agreement, decl: n.DecisionDecl, electorate: Electorate, of: Game) -> Sequence[str]:
    """Whose absence harms most: who is missed in the decisions that follow as well, then the heavy."""
    later = [
        set(electorate_of(agreement, agreement.decisions[link.decision]).members)
        for link in chain(agreement, decl.name, frozenset(agreement.parties) | frozenset(agreement.bodies)).links
    ]
    weight = {x: sum(Fraction(q.weights[x], max(1, sum(q.weights.values()))) for q in of.quotas) for x in electorate.members}
    return sorted(electorate.members, key=lambda x: (-weight[x], -sum(x in members for members in later), x))


def _left_open(agreement: Agreement, name: str) -> tuple[str, ...]:
    """What the text is declared to be silent on (`open members of …`)."""
    return tuple(f"{gap.what}: {gap.text}" for gap in agreement.opens if gap.of == name)
