"""The text of the parts of a declaration: conditions, windows, zones, parties, lengths of time, as the language writes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from casus.language import nodes as n

AFTER_THE_NAME: Final = frozenset(
    {"adopted", "rejected", "determined", "upheld", "dismissed", "active", "degraded", "suspended", "collapsed"}
)
"""Signals that are said after the name: `measures adopted`; the others before it: `breach of consult`."""

# ---------------------------------------------------------------- conditions


def cond(condition: n.Cond) -> str:
    """A condition on one event, with parentheses only where they are needed."""
    match condition:
        case n.COr(parts=parts):
            return " or ".join(f"({cond(p)})" if isinstance(p, n.COr) else cond(p) for p in parts)
        case n.CAnd(parts=parts):
            return " and ".join(_cond_atom(p) for p in parts)
        case n.CNot(part=part):
            return f"not {_cond_atom(part)}"
        case n.CCompare():
            return f"{condition.field} {condition.op} {condition.number.text}"
        case n.CCompareDuration():
            return f"{condition.field} {condition.op} {dur(condition.dur)}"
        case n.COneOf():
            return f"{condition.field} is one of {' | '.join(condition.values)}"
        case n.CIs():
            return f"{condition.field} = {condition.code}"
        case n.CIn():
            return f"{condition.field} in {_zone_atom(condition.zone)}"
        case n.CNear():
            return f"{condition.field} within {length(condition.length)} of {_zone_atom(condition.zone)}"
        case n.CBy(codes=codes, listed=listed):
            return f"by is one of {' | '.join(codes)}" if listed else f"by = {codes[0]}"
        case n.CRef():
            return condition.name
        case n.CFollows():
            return f"follows {condition.name}{actors(condition.by)} within {dur(condition.dur)}"
        case n.CCured():
            return f"cured by {condition.name} within {due(condition.due)}"
        case n.CRepeated():
            return f"repeated within {dur(condition.dur)}"


def _cond_atom(part: n.Cond) -> str:
    return f"({cond(part)})" if isinstance(part, n.COr | n.CAnd) else cond(part)


def trigger_cond(condition: n.TCond) -> str:
    """A condition of a trigger, with parentheses only where they are needed."""
    match condition:
        case n.TOr(parts=parts):
            return " or ".join(f"({trigger_cond(p)})" if isinstance(p, n.TOr) else trigger_cond(p) for p in parts)
        case n.TAnd(parts=parts):
            return " and ".join(_trigger_atom(p) for p in parts)
        case n.TNot(part=part):
            return f"not {_trigger_atom(part)}"
        case _:
            return atom(condition)


def _trigger_atom(part: n.TCond) -> str:
    return f"({trigger_cond(part)})" if isinstance(part, n.TOr | n.TAnd) else trigger_cond(part)


def atom(part: n.TAtom) -> str:
    """One test of a trigger: `count of violation by OSK >= 5 within rolling 72 hours`."""
    match part:
        case n.TAny():
            return f"any {part.name}{actors(part.by)}"
        case n.TCount():
            return f"count of {part.name}{actors(part.by)} {threshold(part.threshold)} {window(part.window)}"
        case n.TSum():
            of = f"sum of {part.quantity} over {part.name}{actors(part.by)}"
            return f"{of} {threshold(part.threshold)} {window(part.window)}"
        case n.TDistinct():
            of = f"distinct {part.what} of {part.name}{actors(part.by)}"
            return f"{of} {threshold(part.threshold)} {window(part.window)}"
        case n.TRate():
            of = f"rate of {part.name}{actors(part.by)} {part.op} {part.factor.text} times baseline {part.baseline}"
            return f"{of} {window(part.window)}"
        case n.TRatio():
            of = f"count of {part.name}{actors(part.by)} {part.op} {part.factor.text} times count of {part.other}"
            return f"{of}{actors(part.other_by)} {window(part.window)}"
        case n.TQuiet():
            observed = "" if part.observer is None else f" observed by {part.observer}"
            return f"no {part.name}{actors(part.by)} for {dur(part.dur)}{observed}"
        case n.TAbsent():
            return f"no {part.name}{actors(part.by)} within {dur(part.dur)} after {part.after}"
        case n.THolds():
            return f"{part.name} holds for at least {dur(part.dur)}"
        case n.TThen():
            return f"{part.first} then {part.second} within {dur(part.dur)}"
        case n.TLatest():
            return f"latest {part.name}{actors(part.by)} {threshold(part.threshold)}"
        case n.TMet():
            return f"{part.name} met {part.times.text} times {window(part.window)}"


def window(part: n.Window) -> str:
    """`within rolling 72 hours`, `since 2027-03-01`."""
    if isinstance(part, n.Since):
        return f"since {'in_force' if part.moment is None else part.moment.text}"
    kind = "fixed" if isinstance(part, n.Fixed) else "rolling"
    return f"within {'closed ' if part.closed else ''}{kind} {dur(part.dur)}"


def zone(expr: n.ZoneExpr) -> str:
    """A zone, with parentheses only where they are needed."""
    match expr:
        case n.ZName(name=name):
            return name
        case n.ZNear():
            return f"{_zone_atom(expr.zone)} within {length(expr.length)} of {_zone_atom(expr.of)}"
        case n.ZMinus(left=left, right=right):
            return f"{zone(left)} minus {_zone_atom(right)}"
        case n.ZPlus(left=left, right=right):
            return f"{zone(left)} plus {_zone_atom(right)}"


def _zone_atom(expr: n.ZoneExpr) -> str:
    return expr.name if isinstance(expr, n.ZName) else f"({zone(expr)})"


# ---------------------------------------------------------------- small parts


def names(listed: Iterable[str]) -> str:
    return ", ".join(listed)


def actors(by: n.By | None) -> str:
    return "" if by is None else f" by {by.name if by.name is not None else ' | '.join(by.codes)}"


def threshold(part: n.Threshold) -> str:
    return f"{part.op} {part.number.text}"


def dur(part: n.Dur) -> str:
    return f"{part.number.text} {part.unit}"


def cal(part: n.Cal) -> str:
    return f"{part.number.text} {part.unit}"


def length(part: n.Length) -> str:
    return f"{part.number.text} {part.unit}"


def column(part: n.ColRef) -> str:
    return f"{part.schedule}.{part.column}"


def due(part: n.Due | n.DueColumn) -> str:
    match part:
        case n.DueAfter(length=n.Dur() as exact):
            return f"{dur(exact)} after {part.anchor}"
        case n.DueAfter(length=n.Cal() as calendar):
            return f"{cal(calendar)} after {part.anchor}"
        case n.DueAt():
            return f"at {part.anchor}"
        case n.DueOn():
            return f"on {part.moment.text}"
        case n.DueColumn():
            return f"{column(part.column)} after {part.anchor}"
    raise ValueError(f"no text says {part!r}")


def amount(part: n.ColRef | n.MoneyAmount | n.PercentOf) -> str:
    match part:
        case n.MoneyAmount():
            return f"{part.currency} {part.number.text}"
        case n.PercentOf():
            return f"{part.percent.text} percent of {column(part.column)}"
        case n.ColRef():
            return column(part)


def partyset(parts: n.PartySet) -> str:
    return " and ".join(_party(part) for part in parts.atoms)


def _party(part: n.Every | n.KOf | n.Named) -> str:
    match part:
        case n.Every():
            return f"every {part.name}"
        case n.KOf():
            return f"{part.number.text} of {part.name}"
        case n.Named():
            return part.name


def signals(parts: Iterable[n.Signal]) -> str:
    return " or ".join(signal(part) for part in parts)


def signal(part: n.Signal) -> str:
    if part.kind is None:
        return part.name
    if part.kind in AFTER_THE_NAME:
        return f"{part.name} {part.kind}"
    return f"{part.kind} of {part.name}"
