"""Whether a trigger's condition can come true at all: worked out from the text, each atom for itself, in favour of the text.

What is said to be impossible is so whatever happens. What hangs on other events, on answers or on estimates is taken as
possible; a zone without a boundary is taken to hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import permutations
from typing import Final

from casus import acts
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.lint.search.outcomes import Assume
from casus.lint.search.places import SIDE
from casus.lint.search.shapes import Shape, Shapes, edge
from casus.time import DAY, HOUR

_FREE: Final = Assume(findings="free", others="free", zones="free")
_DENSE: Final = 6 * SIDE
_SHORTEST_DAY: Final = 23 * HOUR.us
"""The day on which clocks go forward."""


class Possible:
    """Answers for one agreement."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.shapes = Shapes(agreement)
        self.tried = 0

    @cached_property
    def _dense(self) -> Shapes:
        return Shapes(self.agreement, _DENSE)

    def why_never(self, trigger: str) -> str | None:
        """Why the trigger can never be met; None where it may be."""
        decl = self.agreement.triggers[trigger]
        return self._cond(decl, decl.when)

    def _cond(self, decl: n.TriggerDecl, cond: n.TCond) -> str | None:
        match cond:
            case n.TOr(parts):
                reasons = [self._cond(decl, part) for part in parts]
                return "; ".join(dict.fromkeys(r for r in reasons if r)) if all(reasons) else None
            case n.TAnd(parts):
                return next((r for part in parts if (r := self._cond(decl, part))), None) or _contradiction(parts)
            case n.TNot():
                return None
            case _:
                return self._atom(decl, cond)

    def _atom(self, decl: n.TriggerDecl, atom: n.TAtom) -> str | None:
        by = getattr(atom, "by", None)
        match atom:
            case n.TMet(name=name):
                return f"{name} is never met" if self.why_never(name) else None
            case n.TLatest() | n.TQuiet():
                return None
            case n.TThen(first=first, second=second):
                return self._nothing(decl, first, None) or self._nothing(decl, second, None)
            case n.TAbsent(after=after):
                return self._nothing(decl, after, None)
            case n.THolds(name=name):
                return self._never_lasts(decl, atom) if name not in self.agreement.estimates else None
            case n.TCount(threshold=t) | n.TDistinct(threshold=t) if t.op in ("<", "<="):
                return self._nothing(decl, atom.name, by)
            case n.TSum(quantity=quantity, threshold=t) if t.op in (">", ">="):
                return self._nothing(decl, atom.name, by) or self._adds_nothing(decl, atom.name, by, quantity)
            case n.TDistinct(threshold=t):
                return self._nothing(decl, atom.name, by) or self._too_many(atom, edge(t))
            case _:
                return self._nothing(decl, atom.name, by)

    # ------------------------------------------------------------ reasons

    def _members(self, decl: n.TriggerDecl, name: str, by: n.By | None, shapes: Shapes) -> Iterator[Shape]:
        a = self.agreement
        codes = a.by(by)
        everybody = sorted(codes) if codes is not None else [*sorted(a.nonparties), *sorted(a.parties)]
        for kind in sorted(a.event_types(name)):
            actors = everybody if a.events[kind].field_named("by") is not None else [None]
            for shape in shapes.of(kind):
                for actor in actors:
                    self.tried += 1
                    sample = shape.sample(actor)
                    if True not in shapes.judge.holds(sample, name, _FREE):
                        continue
                    if all(shapes.judge.holds(sample, out, _FREE) != {True} for out in decl.excluding):
                        yield shape
                        break

    def _nothing(self, decl: n.TriggerDecl, name: str, by: n.By | None) -> str | None:
        """No event of any shape belongs to a name; points are then tried on a finer grid before it is said."""
        kinds = self.agreement.event_types(name)
        if any(True for _ in self._members(decl, name, by, self.shapes)) or kinds & self.shapes.cut_short:
            return None
        if any(self.shapes.points(f.name) for k in kinds for f in self.agreement.events[k].fields if f.type == "point") and (
            any(True for _ in self._members(decl, name, by, self._dense)) or kinds & self._dense.cut_short
        ):
            return None
        who = f" by {' or '.join(sorted(self.agreement.by(by) or ()))}" if by is not None else ""
        return f"no event{who} can be {name}"

    def _adds_nothing(self, decl: n.TriggerDecl, name: str, by: n.By | None, quantity: str) -> str | None:
        for shape in self._members(decl, name, by, self.shapes):
            found = shape.range(quantity)
            if found is not None and (found.high is None or found.high > 0):
                return None
        if self.agreement.event_types(name) & self.shapes.cut_short:
            return None
        return f"no event that is {name} has any {quantity}"

    def _too_many(self, atom: n.TDistinct, need: int) -> str | None:
        """More days than a window can touch, or more places than events that have none."""
        if atom.what == "days":
            if isinstance(atom.window, n.Since):
                return None
            shortest = DAY.us if self.agreement.clock.zone == "UTC" else _SHORTEST_DAY
            touched = -(-atom.window.dur.duration.us // shortest) + 1
            length = f"{atom.window.dur.number.text} {atom.window.dur.unit}"
            return f"{length} never touch {need} days" if need > touched else None
        placed = any(self.agreement.events[kind].field_named("at") for kind in self.agreement.event_types(atom.name))
        return None if placed or need <= 1 else f"no event that is {atom.name} has a place"

    def _never_lasts(self, decl: n.TriggerDecl, atom: n.THolds) -> str | None:
        reason = self._nothing(decl, atom.name, None)
        if reason is not None:
            return reason
        kinds = self.agreement.event_types(atom.name)
        if (
            not any(f.type == "duration" for k in kinds for f in self.agreement.events[k].fields)
            or kinds & self.shapes.cut_short
        ):
            return None
        for shape in self._members(decl, atom.name, None, self.shapes):
            if any(isinstance(v, acts.Length) and v.us >= atom.dur.duration.us for _, v in shape.fields):
                return None
        return f"no event that is {atom.name} lasts {atom.dur.number.text} {atom.dur.unit}"


def _contradiction(parts: tuple[n.TCond, ...]) -> str | None:
    """Parts of one `and` of which one excludes another."""
    for one, other in permutations(parts, 2):
        if isinstance(other, n.TNot) and other.part == one:
            return "one part of its condition is the negation of another"
        if isinstance(one, n.TCount) and isinstance(other, n.TCount) and _apart(one, other):
            return f"the count of {one.name} would have to be above and below a number at once"
    return None


def _apart(one: n.TCount, other: n.TCount) -> bool:
    """Whether `one` asks for at least what `other` asks to stay below, of the same events in the same window."""
    if (one.name, one.by, one.window) != (other.name, other.by, other.window):
        return False
    if one.threshold.op in ("<", "<=") or other.threshold.op in (">", ">="):
        return False
    return edge(one.threshold) >= edge(other.threshold)
