"""The value of a field in the words of the language, for a reader who compares two of them."""

from __future__ import annotations

from typing import Any

from casus.language import nodes as n
from casus.language import phrases as say
from casus.language.printer_practice import becomes, stage_line


def said(value: Any) -> str | None:
    """`24 hours after activation`, `every guarantor`; None where the text states nothing."""
    match value:
        case None | () | False:
            return None
        case True:
            return "yes"
        case str():
            return value
        case n.Number() | n.Moment():
            return value.text
        case n.Dur() | n.Cal():
            return f"{value.number.text} {value.unit}"
        case n.Length():
            return say.length(value)
        case n.DueAfter() | n.DueAt() | n.DueOn() | n.DueColumn():
            return say.due(value)
        case n.PartySet():
            return say.partyset(value) or None
        case n.By():
            return say.actors(value).strip()
        case n.Act():
            prose = f' "{value.prose}"' if value.prose is not None else ""
            return f"{value.verb}{prose}" + (f" in {say.zone(value.zone)}" if value.zone is not None else "")
        case n.MoneyAmount():
            return f"{value.currency} {value.number.text}"
        case n.ColRef():
            return say.column(value)
        case n.PercentOf():
            return f"{value.percent.text} percent of {say.column(value.column)}"
        case tuple():
            return _listed(value)
        case _:
            return _part(value)


def _listed(parts: tuple[Any, ...]) -> str:
    if all(isinstance(part, n.Signal) for part in parts):
        return say.signals(parts)
    if len(parts) == 2 and parts[0] in ("also", "instead"):
        return f"{parts[0]} {parts[1]}"
    return ", ".join(said(part) or "" for part in parts)


def _part(value: Any) -> str:
    match value:
        case n.Signal():
            return say.signal(value)
        case n.Unanimity() | n.Majority():
            return str(value.type)
        case n.Consensus(minus=minus):
            return "consensus" if minus is None else f"consensus minus {minus.text}"
        case n.Votes():
            return f"{value.number.text} votes"
        case n.Coalition():
            return f"coalition of at least {value.least.text}"
        case n.Shares():
            return " and ".join(
                f"{s.percent.text} percent of {f'weights {s.weights}' if s.weights else s.base}" for s in value.shares
            )
        case n.Needs():
            return f"{value.ladder} {value.rung}"
        case n.Opinion():
            return f'{value.grade} according to "{value.according_to}"'
        case n.EveryPeriod():
            start = value.start.text if isinstance(value.start, n.Moment) else value.start
            length = "" if value.length is None else f" for {said(value.length)}"
            return f"every {said(value.period)} from {start}{length}"
        case n.Tier():
            return f"{value.phase} {say.amount(value.amount)}"
        case n.Indexed():
            return f"{value.percent.text} percent every {said(value.period)}"
        case n.Becomes():
            return becomes(value)
        case n.Stage():
            return stage_line(value)
        case n.Caveat():
            return value.text
        case n.Strength():
            return f"{value.number.text} {value.unit}"
        case n.Extends():
            return f"by {said(value.period)} unless {value.number.text} of {value.group} object {said(value.before)} before"
        case n.Survives():
            return ", ".join(value.names) + (f" for {said(value.period)}" if value.period is not None else "")
        case n.Silence():
            goes = "lapses" if value.escalates_to is None else f"escalates to {value.escalates_to}"
            return f"{said(value.dur)} after {value.anchor} {goes}"
        case n.RungDecl():
            return f"{value.name} by {' or '.join(said(source) or '' for source in value.sources)}"
        case n.RungSource():
            return f"{value.count.text} independent sources" if value.count is not None else str(value.body)
        case n.FieldDecl():
            return f"{value.name} {' | '.join(value.values) if value.values else value.type}"
        case n.EndsQuiet():
            return f"no {value.name} for {said(value.dur)}"
        case n.EndsDecision():
            return f"{value.name} {value.outcome}"
        case n.Every():
            return f"every {value.name}"
        case _:
            return _condition(value)


def _condition(value: Any) -> str:
    """Zones and conditions are told apart by their `type`; two kinds of condition share `or`, `and` and `not`."""
    if isinstance(value, n.ZoneExpr):
        return say.zone(value)
    if isinstance(value, n.Cond):
        return say.cond(value)
    if isinstance(value, n.TCond):
        return say.trigger_cond(value)
    if isinstance(value, n.Rolling | n.Fixed | n.Since):
        return say.window(value)
    return str(value)
