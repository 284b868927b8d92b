"""What a party's own law asks for before it may do an act, against the time that the text gives it: an assessment.

Pure: takes the text and an instance's instants, gives the earliest lawful and the usual instant and the gap. It changes no
state and no date (semantics, section 7, procedures at home).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.time import Duration, Instant


@dataclass(frozen=True, slots=True)
class Route:
    """The stages of one way, one after the other."""

    name: str
    stages: tuple[n.Stage, ...]

    @property
    def least(self) -> Duration:
        return Duration(sum(stage.least.duration.us for stage in self.stages))

    @property
    def usual(self) -> Duration:
        return Duration(sum(stage.usual.duration.us for stage in self.stages))


@dataclass(frozen=True, slots=True)
class Lawful:
    """When a debtor can lawfully act at the earliest and usually does; `gap`: by how much the date comes before that."""

    party: str
    procedure: str
    route: str
    earliest: Instant
    usual: Instant
    limit: Instant | None
    """The due, or the time by which it has to be approved at home where that is sooner."""
    gap: Duration | None
    caveats: tuple[str, ...]


def routes(decl: n.ProcedureDecl) -> tuple[Route, ...]:
    """The ordinary way and the one of an emergency, as far as the procedure has them."""
    ordinary = tuple(stage for stage in decl.stages if not stage.emergency)
    emergency = tuple(stage for stage in decl.stages if stage.emergency)
    return tuple(Route(name, stages) for name, stages in (("ordinary", ordinary), ("emergency", emergency)) if stages)


def shortest(decl: n.ProcedureDecl) -> Route | None:
    """The way that takes the least; of two alike the ordinary one."""
    return min(routes(decl), key=lambda route: route.least.us, default=None)


def procedure_for(agreement: Agreement, party: str, act: str) -> n.ProcedureDecl | None:
    """The first procedure that the text declares of a party and an act."""
    return next((p for p in agreement.procedures.values() if p.of == party and act in p.acts), None)


def lawful(
    agreement: Agreement, decl: n.NormDecl, debtors: Iterable[str], begun: Instant, limits: Iterable[Instant | None]
) -> tuple[Lawful, ...]:
    """For each debtor whose law the text describes: the earliest and the usual instant, and the gap to the sooner limit."""
    found = []
    limit = min((x for x in limits if x is not None), default=None)
    for party in debtors:
        procedure = procedure_for(agreement, party, decl.act.verb) if decl.act is not None else None
        if procedure is None:
            continue
        caveats = tuple(caveat.text for caveat in procedure.caveats)
        way = shortest(procedure)
        if way is None:
            found.append(Lawful(party, procedure.name, "none stated", begun, begun, limit, None, caveats))
            continue
        earliest, usual = begun + way.least, begun + routes(procedure)[0].usual
        gap = earliest - limit if limit is not None and earliest > limit else None
        found.append(Lawful(party, procedure.name, way.name, earliest, usual, limit, gap, caveats))
    return tuple(found)
