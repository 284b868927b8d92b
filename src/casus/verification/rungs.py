"""The rungs of an incident on each ladder, from its bodies' last words and from its sources (semantics, section 4)."""

from __future__ import annotations

from collections.abc import Iterable

from casus.acts import Source
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.verification.facts import IncidentFacts

Needs = tuple[tuple[str, int], ...]
"""(ladder, lowest index that counts), sorted by ladder."""

REJECTED = -1


def rung_of(agreement: Agreement, ladder: str, incident: IncidentFacts, actors: Iterable[str]) -> int:
    """The index of the incident's rung on a ladder; -1 where it is rejected, so below the lowest.

    The highest among the bodies' last words and, unless a body of that ladder currently rejects, what its sources give.
    """
    words = incident.words.get(ladder, {}).values()
    rungs = [word.rung for word in words if word.rung is not None]
    if not any(word.word == "rejected" for word in words):
        rungs.append(given_by_sources(agreement, ladder, incident, actors))
    return max(rungs, default=REJECTED)


def given_by_sources(agreement: Agreement, ladder: str, incident: IncidentFacts, actors: Iterable[str]) -> int:
    """The index of the rung that sources alone give; what only a model verified stays at the lowest."""
    decl = agreement.ladders[ladder]
    stated = [decl.rungs.index(word) for word in incident.stands_for if word in decl.rungs]
    if incident.sources and all(source.model for source in incident.sources):
        return 0
    beneficiaries = {p.code for p in agreement.parties.values() if "beneficiary" in p.roles}
    count = independent_sources(incident.sources, beneficiaries | set(actors))
    granted = [decl.rungs.index(level.name) for level in decl.levels if _enough(level, count)]
    return max([0, *stated, *granted])


def _enough(level: n.RungDecl, count: int) -> bool:
    return any(source.count is not None and count >= int(source.count) for source in level.sources)


def independent_sources(sources: Iterable[Source], affiliated: Iterable[str]) -> int:
    """How many sources differ pairwise in lineage and in independence group, none of them affiliated or a model.

    It is the size of the largest matching between lineages and groups (augmenting paths; the sets are small).
    """
    barred = set(affiliated)
    edges: dict[str, set[str]] = {}
    for source in sources:
        if source.model or (source.affiliation is not None and source.affiliation in barred):
            continue
        lineage = f"lineage {source.lineage}" if source.lineage is not None else f"name {source.name}"
        edges.setdefault(lineage, set()).add(source.group if source.group is not None else f"name {source.name}")
    taken: dict[str, str] = {}

    def place(lineage: str, tried: set[str]) -> bool:
        for group in sorted(edges[lineage]):
            if group not in tried:
                tried.add(group)
                if group not in taken or place(taken[group], tried):
                    taken[group] = lineage
                    return True
        return False

    return sum(place(lineage, set()) for lineage in sorted(edges))


def rungs_by_ladder(agreement: Agreement, incident: IncidentFacts, actors: Iterable[str]) -> dict[str, str]:
    """Ladder → the rung's name, or `rejected`."""
    found = {}
    for name, decl in agreement.ladders.items():
        index = rung_of(agreement, name, incident, actors)
        found[name] = "rejected" if index == REJECTED else decl.rungs[index]
    return found
