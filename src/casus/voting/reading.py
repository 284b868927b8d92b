"""What of an agreement hangs on one body's word: rungs that nobody else grants, findings that nobody else answers."""

from __future__ import annotations

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.check.walk import happenings


def trigger_stopped(agreement: Agreement, trigger: str, body: str, refuses: bool) -> tuple[str, ...]:
    """The ladders and findings by which a body keeps a trigger from being met; none: it cannot.

    It stays silent, or (`refuses`) rejects what is reported and answers whatever harms. Everybody else helps.
    """
    decl = agreement.triggers[trigger]
    ladders = tuple(need.ladder for need in decl.needs if rung_withheld(agreement, need.ladder, need.rung, body, refuses))
    return ladders or _condition_stopped(agreement, decl, decl.when, body, refuses)


def rung_withheld(agreement: Agreement, ladder: str, rung: str, body: str, refuses: bool) -> bool:
    """Whether no event reaches a rung without the word of a body (or, if it `refuses`, against it)."""
    decl = agreement.ladders[ladder]
    asked = decl.rungs.index(rung)
    enough = [source for level in decl.levels if decl.rungs.index(level.name) >= asked for source in level.sources]
    if any(source.body is not None and source.body != body for source in enough):
        return False
    speaks = any(source.body == body for level in decl.levels for source in level.sources)
    if speaks and refuses:
        return True
    return asked > 0 and speaks and not any(source.count is not None for source in enough)


def _condition_stopped(agreement: Agreement, decl: n.TriggerDecl, cond: n.TCond, body: str, refuses: bool) -> tuple[str, ...]:
    match cond:
        case n.TOr(parts=parts):
            found = [_condition_stopped(agreement, decl, part, body, refuses) for part in parts]
            return tuple(dict.fromkeys(name for names in found for name in names)) if all(found) else ()
        case n.TAnd(parts=parts):
            found = [_condition_stopped(agreement, decl, part, body, refuses) for part in parts]
            return next((names for names in found if names), ())
        case n.TNot():
            return ()
        case n.TMet(name=name):
            return trigger_stopped(agreement, name, body, refuses)
        case n.TQuiet() | n.TAbsent():
            return ()
        case _:
            names = [name for name, _ in happenings(cond)]
            stopped = [_events_stopped(agreement, decl, name, body, refuses, frozenset()) for name in names]
            return next((found for found in stopped if found), ())


def _events_stopped(
    agreement: Agreement, trigger: n.TriggerDecl, name: str, body: str, refuses: bool, seen: frozenset[str]
) -> tuple[str, ...]:
    """The findings by which a body keeps every event of a definition from counting."""
    decl = agreement.definitions.get(name)
    if decl is None or name in seen:
        return ()
    stopped: list[str] = []
    if not _can(agreement, trigger, decl.where, True, body, refuses, stopped):
        return tuple(stopped)
    for exception in agreement.exceptions_to(name):
        if not _can(agreement, trigger, exception.when, False, body, refuses, stopped):
            return tuple(stopped)
    inner = [_events_stopped(agreement, trigger, part, body, refuses, seen | {name}) for part in decl.means]
    return inner[0] if inner and all(inner) else ()


def _can(
    agreement: Agreement,
    trigger: n.TriggerDecl,
    cond: n.Cond | None,
    wanted: bool,
    body: str,
    refuses: bool,
    stopped: list[str],
) -> bool:
    """Whether a condition can come out as wanted for some event, in spite of the body."""
    match cond:
        case None:
            return wanted
        case n.CNot(part=part):
            return _can(agreement, trigger, part, not wanted, body, refuses, stopped)
        case n.CAnd(parts=parts) | n.COr(parts=parts):
            found = [_can(agreement, trigger, part, wanted, body, refuses, stopped) for part in parts]
            return all(found) if isinstance(cond, n.CAnd) is wanted else any(found)
        case n.CRef(name=name) if name in agreement.findings:
            finding = agreement.findings[name]
            if finding.body != body:
                return True
            if refuses:
                stopped.append(name)
                return False
            if finding.escalates_to is not None or finding.presumed is wanted:
                return True
            stopped.append(name)
            return False
        case n.CRef(name=name) if name in agreement.definitions and wanted:
            return _can(agreement, trigger, agreement.definitions[name].where, True, body, refuses, stopped)
        case _:
            return True
