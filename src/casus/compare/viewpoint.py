"""From whose side a change is called stronger or weaker, and how a declaration bears on that side.

The side is a set of parties: those whom the text protects, or those that the reader names. A declaration bears on it with a
sign: +1 where more of it (a wider definition, an easier trigger, a longer survival) gives that side more, −1 where it gives it
less or asks more of it, both where it does one and the other. The signs are found by walking from the declaration to what
follows from it; that a finding which nobody answers goes to a decision is left out of the walk. It is a reading of the
clauses: exchange two parties in the text and their signs are exchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from casus.compare.features import ENFORCING
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.lint.draft import HELP, Draft

Signs = frozenset[int]
NEITHER: Signs = frozenset()
BOTH: Signs = frozenset({1, -1})


@dataclass(frozen=True)
class Viewpoint:
    """A draft seen from one side."""

    draft: Draft
    side: frozenset[str]

    @cached_property
    def edges(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """For each name: what it bears on in one step, and whether more of it means more (1) or less (−1) of that."""
        found: dict[str, dict[tuple[str, int], None]] = {}
        for source, target, sign in _edges(self.draft.agreement):
            found.setdefault(source, {})[target, sign] = None
        return {name: tuple(steps) for name, steps in found.items()}

    def signs(self, name: str) -> Signs:
        """How more of the declaration bears on the side, by every way that leads from it."""
        found: set[int] = set()
        seen: set[tuple[str, int]] = set()
        todo = [(name, 1)]
        while todo:
            at, sign = todo.pop()
            if (at, sign) in seen:
                continue
            seen.add((at, sign))
            found |= {sign * own for own in self.own(at)}
            todo += [(target, sign * step) for target, step in self.edges.get(at, ())]
        return frozenset(found)

    def own(self, name: str) -> Signs:
        """How the declaration itself bears on the side: a duty by who owes it to whom."""
        a = self.draft.agreement
        if name in a.norms:
            return self.of_norm(a.norms[name])
        if name in a.automatics:
            return self._of_automatic(name)
        if name == "term":
            return frozenset({1}) if self.side else NEITHER
        return NEITHER

    def of_norm(self, norm: n.NormDecl) -> Signs:
        a = self.draft.agreement
        owes, gets = self.side & set(a.who(norm.debtor)), self.side & set(a.who(norm.creditor))
        if norm.kind == "power":
            if owes:
                return frozenset({1})
            helps = norm.act is not None and norm.act.verb in HELP | ENFORCING
            return frozenset({1}) if gets or (helps and norm.creditor is None and self.side) else NEITHER
        if gets and owes:
            return BOTH
        if owes:
            return BOTH if set(a.who(norm.debtor)) - self.side and norm.creditor is None else frozenset({-1})
        return frozenset({1}) if gets or (norm.creditor is None and self.side) else NEITHER

    def _of_automatic(self, name: str) -> Signs:
        """An effect answers the acts that its triggers watch: those of the side itself, or those of others."""
        a = self.draft.agreement
        watched: set[str] = set()
        for cause in self.draft.upstream(name):
            if cause in a.triggers:
                watched |= set(_actors(a, a.triggers[cause].when))
        if not self.side:
            return NEITHER
        if watched and watched <= self.side:
            return frozenset({-1})
        return BOTH if watched & self.side else frozenset({1})


def _actors(a: Agreement, condition: n.TCond) -> Iterator[str]:
    from casus.language.check.walk import atoms

    for part in atoms(condition):
        yield from a.by(getattr(part, "by", None)) or ()


# ---------------------------------------------------------------- what bears on what


def _edges(a: Agreement) -> Iterator[tuple[str, str, int]]:
    for trigger in a.triggers.values():
        for name, sign in _read(trigger.when, 1):
            yield name, trigger.name, sign
        for name in trigger.excluding:
            yield name, trigger.name, -1
        for name in trigger.adds_to:
            yield trigger.name, name, 1
        for name in a.ladders:
            yield name, trigger.name, 1
    for definition in a.definitions.values():
        for name in definition.means:
            yield name, definition.name, 1
        for name, sign in _asked(definition.where, 1):
            yield name, definition.name, sign
    for exception in a.exceptions.values():
        yield exception.name, exception.to, -1
        for name, sign in _asked(exception.when, 1):
            yield name, exception.name, sign
    for asked in a.determinations.values():
        yield asked.of, asked.name, 1
        if asked.escalates_to is not None:
            yield asked.escalates_to, asked.name, 1
    for decision in a.decisions.values():
        yield from _signals(decision.opens_upon, _opened(decision.name))
        for other in (decision.if_silent_escalates_to, decision.if_rejected_escalates_to):
            if other is not None:
                yield _opened(decision.name), _opened(other), 1
    for norm in a.norms.values():
        yield from _signals(norm.upon, norm.name)
        for condition in (norm.until, norm.unless):
            for name, sign in _asked(condition, -1):
                yield name, norm.name, sign
        if norm.amount is not None and not isinstance(norm.amount, n.MoneyAmount):
            column = norm.amount.column if isinstance(norm.amount, n.PercentOf) else norm.amount
            yield column.schedule, norm.name, 1
    for zone in a.declarations:
        if isinstance(zone, n.ZoneDecl) and zone.expr is not None:
            for name, sign in _zone(zone.expr, 1):
                yield name, zone.name, sign
    yield from _of_effects(a)
    yield from _of_life(a)


def _of_effects(a: Agreement) -> Iterator[tuple[str, str, int]]:
    for effect in a.automatics.values():
        yield from _signals(effect.upon, effect.name)
        if effect.reinstate is not None:
            yield effect.reinstate, effect.name, 1
        if effect.unless is not None:
            yield effect.unless.name, effect.name, -1 if effect.unless.outcome == "adopted" else 1
        for part in effect.ends_when:
            ends = isinstance(part, n.EndsDecision) and part.outcome == "adopted"
            yield part.name, effect.name, -1 if ends else 1


def _of_life(a: Agreement) -> Iterator[tuple[str, str, int]]:
    if a.term is not None:
        for name in a.term.barred_while:
            yield name, "term", 1
    if a.suspension is not None:
        yield a.suspension.by, "suspension", 1
        for name in (*a.norms, *a.automatics):
            if name not in a.suspension.never_suspends:
                yield "suspension", name, -1


def _signals(signals: tuple[n.Signal, ...], target: str) -> Iterator[tuple[str, str, int]]:
    """A decision bears on what its adoption or rejection brings; the breach of a norm says nothing of more or less of it.

    That a decision opens more often bears on what it can bring, not on what it can stop: there it is only one more safeguard.
    """
    for signal in signals:
        if signal.kind == "adopted":
            yield _opened(signal.name), target, 1
        if signal.kind in (None, "adopted", "determined"):
            yield signal.name, target, 1
        elif signal.kind in ("rejected", "reversal"):
            yield signal.name, target, -1


def _opened(decision: str) -> str:
    """The openings of a decision, apart from how easily it is adopted."""
    return f"{decision} opens"


def _read(condition: n.TCond, sign: int) -> Iterator[tuple[str, int]]:
    match condition:
        case n.TOr(parts=parts) | n.TAnd(parts=parts):
            for part in parts:
                yield from _read(part, sign)
        case n.TNot(part=part):
            yield from _read(part, -sign)
        case n.TQuiet():
            yield condition.name, -sign
        case n.TAbsent():
            yield condition.name, -sign
            yield condition.after, sign
        case n.TThen():
            yield condition.first, sign
            yield condition.second, sign
        case n.TRatio():
            over = 1 if condition.op in (">", ">=") else -1
            yield condition.name, sign * over
            yield condition.other, -sign * over
        case n.TRate():
            over = 1 if condition.op in (">", ">=") else -1
            yield condition.name, sign * over
            yield condition.baseline, -sign * over
        case n.TCount() | n.TSum() | n.TDistinct() | n.TLatest():
            yield condition.name, sign if condition.threshold.op in (">", ">=") else -sign
        case n.TAny() | n.THolds() | n.TMet():
            yield condition.name, sign


def _asked(condition: n.Cond | None, sign: int) -> Iterator[tuple[str, int]]:
    match condition:
        case None:
            return
        case n.COr(parts=parts) | n.CAnd(parts=parts):
            for part in parts:
                yield from _asked(part, sign)
        case n.CNot(part=part):
            yield from _asked(part, -sign)
        case n.CRef() | n.CFollows() | n.CCured():
            yield condition.name, sign
        case n.CIn(zone=zone):
            for name, step in _zone(zone, sign):
                yield name, step
        case n.CNear(zone=zone):
            for name, step in _zone(zone, sign):
                yield name, step
        case _:
            return


def _zone(zone: n.ZoneExpr, sign: int) -> Iterator[tuple[str, int]]:
    match zone:
        case n.ZName(name=name):
            yield name, sign
        case n.ZMinus(left=left, right=right):
            yield from _zone(left, sign)
            yield from _zone(right, -sign)
        case n.ZPlus(left=left, right=right) | n.ZNear(zone=left, of=right):
            yield from _zone(left, sign)
            yield from _zone(right, sign)
