"""Whether one condition, window, zone or set of actors is contained in another, read off the text alone.

`trigger(a, b)` and the like are true only where whatever satisfies `a` certainly satisfies `b`; false means "not shown", never
"shown not to".
From both directions follows which of two texts asks for less: `wider`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from casus.compare.clocks import longer, span_of
from casus.language import nodes as n
from casus.language.agreement import Agreement

T = TypeVar("T")


def wider(old: T, new: T, contained: Callable[[T, T], bool]) -> int | None:
    """1 where the new one takes in more, −1 less, 0 the same; None where that cannot be said."""
    grows, shrinks = contained(old, new), contained(new, old)
    if grows and shrinks:
        return 0
    return 1 if grows else -1 if shrinks else None


@dataclass(frozen=True, slots=True)
class Within:
    """Containment between conditions of two texts, whose names have been made one; groups are resolved in each text."""

    first: Agreement
    second: Agreement

    def back(self) -> Within:
        return Within(self.second, self.first)

    # ------------------------------------------------------------ triggers

    def trigger(self, a: n.TCond, b: n.TCond) -> bool:
        """Whether every record that meets `a` (of the first text) meets `b` (of the second)."""
        if isinstance(a, n.TOr):
            return all(self.trigger(part, b) for part in a.parts)
        if isinstance(b, n.TAnd):
            return all(self.trigger(a, part) for part in b.parts)
        if isinstance(b, n.TOr) and any(self.trigger(a, part) for part in b.parts):
            return True
        if isinstance(a, n.TAnd):
            return any(self.trigger(part, b) for part in a.parts)
        if isinstance(a, n.TNot) and isinstance(b, n.TNot):
            return self.back().trigger(b.part, a.part)
        if isinstance(a, n.TNot | n.TOr) or isinstance(b, n.TNot | n.TOr):
            return False
        return self._atom(a, b)

    def _atom(self, a: n.TAtom, b: n.TAtom) -> bool:
        match a, b:
            case n.TAny(), n.TAny():
                return a.name == b.name and self.by(a.by, b.by)
            case n.TCount(), n.TAny():
                return a.name == b.name and self.by(a.by, b.by) and a.threshold.op in (">=", ">") and _least(a.threshold) >= 1
            case n.TAny(), n.TCount():
                return a.name == b.name and self.by(a.by, b.by) and b.threshold.op == ">=" and b.threshold.number.value <= 1
            case n.TCount(), n.TCount():
                return a.name == b.name and self._measured(a.by, a.threshold, a.window, b.by, b.threshold, b.window)
            case n.TSum(), n.TSum():
                same = (a.quantity, a.name) == (b.quantity, b.name)
                return same and self._measured(a.by, a.threshold, a.window, b.by, b.threshold, b.window)
            case n.TDistinct(), n.TDistinct():
                same = (a.what, a.name) == (b.what, b.name)
                return same and self._measured(a.by, a.threshold, a.window, b.by, b.threshold, b.window)
            case n.TRate(), n.TRate():
                same = (a.name, a.baseline, a.window) == (b.name, b.baseline, b.window) and self._same_by(a.by, b.by)
                return same and bounded(n.Threshold(a.op, a.factor), n.Threshold(b.op, b.factor))
            case n.TRatio(), n.TRatio():
                same = (a.name, a.other, a.window) == (b.name, b.other, b.window)
                same = same and self._same_by(a.by, b.by) and self._same_by(a.other_by, b.other_by)
                return same and bounded(n.Threshold(a.op, a.factor), n.Threshold(b.op, b.factor))
            case n.TQuiet(), n.TQuiet():
                same = (a.name, a.observer) == (b.name, b.observer)
                return same and self.back().by(b.by, a.by) and _us(a.dur) >= _us(b.dur)
            case n.TAbsent(), n.TAbsent():
                same = (a.name, a.after) == (b.name, b.after)
                return same and self.back().by(b.by, a.by) and _us(a.dur) >= _us(b.dur)
            case n.THolds(), n.THolds():
                return a.name == b.name and _us(a.dur) >= _us(b.dur)
            case n.TThen(), n.TThen():
                return (a.first, a.second) == (b.first, b.second) and _us(a.dur) <= _us(b.dur)
            case n.TLatest(), n.TLatest():
                rising = a.threshold.op in (">", ">=")
                actors = self.by(a.by, b.by) if rising else self.back().by(b.by, a.by)
                return a.name == b.name and actors and bounded(a.threshold, b.threshold)
            case n.TMet(), n.TMet():
                return a.name == b.name and a.times.value >= b.times.value and window(a.window, b.window)
            case _:
                return False

    def _measured(
        self,
        by: n.By | None,
        threshold: n.Threshold,
        span: n.Window,
        by_b: n.By | None,
        threshold_b: n.Threshold,
        span_b: n.Window,
    ) -> bool:
        """More actors and a longer window help a count that has to be reached, and harm one that must stay below."""
        if threshold.op in (">", ">="):
            return bounded(threshold, threshold_b) and self.by(by, by_b) and window(span, span_b)
        return bounded(threshold, threshold_b) and self.back().by(by_b, by) and window(span_b, span)

    def by(self, a: n.By | None, b: n.By | None) -> bool:
        """Whether the actors of `a` are among those of `b`; nobody named is everybody."""
        theirs, ours = self.second.by(b), self.first.by(a)
        return theirs is None or (ours is not None and ours <= theirs)

    def _same_by(self, a: n.By | None, b: n.By | None) -> bool:
        return self.by(a, b) and self.back().by(b, a)

    # ------------------------------------------------------------ events

    def event(self, a: n.Cond | None, b: n.Cond | None) -> bool:
        """Whether every event that is as `a` is as `b`; no condition is one that every event satisfies."""
        if b is None:
            return True
        if a is None:
            return False
        if isinstance(a, n.COr):
            return all(self.event(part, b) for part in a.parts)
        if isinstance(b, n.CAnd):
            return all(self.event(a, part) for part in b.parts)
        if isinstance(b, n.COr) and any(self.event(a, part) for part in b.parts):
            return True
        if isinstance(a, n.CAnd):
            return any(self.event(part, b) for part in a.parts)
        if isinstance(a, n.CNot) and isinstance(b, n.CNot):
            return self.back().event(b.part, a.part)
        return self._test(a, b)

    def _test(self, a: n.Cond, b: n.Cond) -> bool:
        match a, b:
            case n.CCompare(), n.CCompare():
                return a.field == b.field and bounded(n.Threshold(a.op, a.number), n.Threshold(b.op, b.number))
            case n.CCompareDuration(), n.CCompareDuration():
                return a.field == b.field and _bounded(a.op, Decimal(_us(a.dur)), b.op, Decimal(_us(b.dur)))
            case n.COneOf(), n.COneOf():
                return a.field == b.field and set(a.values) <= set(b.values)
            case n.CIn(), n.CIn():
                return a.field == b.field and zone(a.zone, b.zone)
            case n.CNear(), n.CNear():
                return a.field == b.field and a.zone == b.zone and a.length.metres <= b.length.metres
            case n.CBy(), n.CBy():
                return set(a.codes) <= set(b.codes)
            case n.CFollows(), n.CFollows():
                return a.name == b.name and self.by(a.by, b.by) and _us(a.dur) <= _us(b.dur)
            case n.CCured(), n.CCured():
                same = a.name == b.name and anchor_of(a.due) == anchor_of(b.due)
                return same and longer(span_of(a.due), span_of(b.due)) in (0, 1)
            case n.CRepeated(), n.CRepeated():
                return _us(a.dur) <= _us(b.dur)
            case _:
                return a == b


# ---------------------------------------------------------------- numbers, windows, zones


def bounded(a: n.Threshold, b: n.Threshold) -> bool:
    """Whether what reaches `a` reaches `b`."""
    return _bounded(a.op, a.number.value, b.op, b.number.value)


def _bounded(op: str, value: Decimal, op_b: str, value_b: Decimal) -> bool:
    if op in (">", ">=") and op_b in (">", ">="):
        return value_b < value or (value_b == value and not (op_b == ">" and op == ">="))
    if op in ("<", "<=") and op_b in ("<", "<="):
        return value_b > value or (value_b == value and not (op_b == "<" and op == "<="))
    return False


def _least(threshold: n.Threshold) -> Decimal:
    return threshold.number.value + (1 if threshold.op == ">" else 0)


def _us(dur: n.Dur) -> int:
    return dur.duration.us


def window(a: n.Window, b: n.Window) -> bool:
    """Whether every window of `a` lies in some window of `b` that ends with it."""
    match a, b:
        case n.Rolling(), n.Rolling():
            return _us(b.dur) > _us(a.dur) or (_us(b.dur) == _us(a.dur) and (b.closed or not a.closed))
        case n.Fixed(), n.Rolling():
            return _us(b.dur) >= _us(a.dur)
        case n.Rolling() | n.Fixed(), n.Since(moment=None):
            return True
        case _:
            return a == b


def zone(a: n.ZoneExpr, b: n.ZoneExpr) -> bool:
    """Whether a place in `a` is in `b`."""
    if a == b:
        return True
    if isinstance(a, n.ZPlus):
        return zone(a.left, b) and zone(a.right, b)
    if isinstance(b, n.ZPlus) and (zone(a, b.left) or zone(a, b.right)):
        return True
    if isinstance(a, n.ZMinus):
        return zone(a.left, b) or (isinstance(b, n.ZMinus) and zone(a.left, b.left) and zone(b.right, a.right))
    if isinstance(a, n.ZNear):
        near = isinstance(b, n.ZNear) and zone(a.zone, b.zone) and a.of == b.of and a.length.metres <= b.length.metres
        return near or zone(a.zone, b)
    return False


def anchor_of(due: n.Due | n.DueColumn | None) -> str | None:
    """What a date counts from; for a fixed day, the day itself."""
    match due:
        case None:
            return None
        case n.DueOn():
            return due.moment.text
        case n.DueColumn():
            return f"{due.column.schedule}.{due.column.column} after {due.anchor}"
        case _:
            return due.anchor
