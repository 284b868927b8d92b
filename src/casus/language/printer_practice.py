"""The text of the declarations about how a text is carried out: procedures at home, contributions, ceasefires, disputes."""

from __future__ import annotations

from collections.abc import Iterator

from casus.language import nodes as n
from casus.language import phrases as say
from casus.language.scan import escape


def practice_lines(decl: n.Decl) -> list[str]:
    """The head and the clauses of such a declaration, a line each; nothing for any other."""
    match decl:
        case n.ProcedureDecl():
            return [f"procedure {decl.name} of {decl.of} to {say.names(decl.acts)}", *_procedure(decl)]
        case n.ContributionDecl():
            return [f"contribution {decl.name} by {decl.by} {escape(decl.text)}", *_contribution(decl)]
        case n.CeasefireDecl():
            return [f"ceasefire {decl.name}", *(becomes(part) for part in decl.becomes)]
        case n.DisputeDecl():
            return [f"dispute {decl.name}", *_dispute(decl)]
        case _:
            return []


def _sourced(source: str | None) -> str:
    return "" if source is None else f" source {source}"


def _procedure(decl: n.ProcedureDecl) -> Iterator[str]:
    for stage in decl.stages:
        yield stage_line(stage)
    for caveat in decl.caveats:
        yield f"caveat {escape(caveat.text)}{_sourced(caveat.source)}"


def _contribution(decl: n.ContributionDecl) -> Iterator[str]:
    if decl.serves:
        yield f"for {say.names(decl.serves)}"
    if decl.zone is not None:
        yield f"in {say.zone(decl.zone)}"
    if decl.mandate is not None:
        yield f"mandate {decl.mandate}"
    if decl.mandate_text is not None:
        yield f"mandate {escape(decl.mandate_text)}"
    if decl.purpose is not None:
        yield f"purpose {decl.purpose}"
    if decl.engagement is not None:
        yield f"engagement {escape(decl.engagement)}"
    if decl.strength is not None:
        yield f"strength {decl.strength.number.text} {decl.strength.unit}"


def stage_line(part: n.Stage) -> str:
    """A stage of a procedure, as the clause that states it."""
    times = f"at least {say.dur(part.least)} usually {say.dur(part.usual)}"
    lead = "emergency stage" if part.emergency else "stage"
    return f"{lead} {part.name} {escape(part.text)} {times}{_sourced(part.source)}"


def becomes(part: n.Becomes) -> str:
    if part.quiet is not None and part.dur is not None:
        return f"becomes {part.state} after no {part.quiet} for {say.dur(part.dur)}"
    return f"becomes {part.state} upon {say.signals(part.upon)}"


def _dispute(decl: n.DisputeDecl) -> Iterator[str]:
    if decl.over:
        yield f"over {say.names(decl.over)}"
    if decl.claimant is not None:
        yield f"claimant {say.partyset(decl.claimant)}"
    if decl.respondent is not None:
        yield f"respondent {say.partyset(decl.respondent)}"
    if decl.forum is not None:
        yield f"forum {decl.forum}"
    if decl.negotiation is not None:
        yield f"negotiation {say.dur(decl.negotiation)}"
    if decl.due is not None:
        yield f"due {say.due(decl.due)}"
    if decl.remedy is not None:
        yield f"remedy {decl.remedy}"
