"""The events that norms and effects look at, by name: certain or possible at the lowest rungs, kept up as knowledge changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.time import Instant
from casus.triggers import Membership, Verdict
from casus.verification import Facts


class EventSets:
    """For each name that a norm or an effect watches: incident → (lo µs, hi µs, whether it certainly belongs)."""

    def __init__(self, agreement: Agreement, facts: Facts, membership: Membership) -> None:
        self.agreement = agreement
        self.facts = facts
        self.membership = membership
        self.sets: dict[str, dict[str, tuple[int, int, Verdict]]] = {name: {} for name in sorted(watched_names(agreement))}
        self._since: dict[tuple[str, str], Instant] = {}
        self._types = {name: agreement.event_types(name) for name in self.sets}

    def update(self, incidents: Iterable[str]) -> dict[str, set[str]]:
        """Ask again about these incidents; gives name → those that changed in it (or whose content may have)."""
        changed: dict[str, set[str]] = {}
        for identity in incidents:
            incident = self.facts.incidents[identity]
            for name, known in self.sets.items():
                if incident.type not in self._types[name]:
                    continue
                verdict = self.membership.holds(identity, name, self.membership.lowest)
                changed.setdefault(name, set()).add(identity)
                if verdict is False:
                    known.pop(identity, None)
                else:
                    known[identity] = (incident.occurred.lo.us, incident.occurred.hi.us, verdict)
                if verdict is True:
                    self._since.setdefault((name, identity), self.membership.now)
                else:
                    self._since.pop((name, identity), None)
        return changed

    def certainly(self, name: str, identity: str) -> bool:
        known = self.sets[name].get(identity)
        return known is not None and known[2] is True

    def since(self, name: str, identity: str) -> Instant:
        """The knowledge instant from which the incident certainly belonged."""
        return self._since[name, identity]

    def occurred_since(self, name: str, since: Instant | None) -> bool:
        """Whether an event certainly in `name` occurred at or after `since` (None: at any time)."""
        return any(verdict is True and (since is None or lo >= since.us) for lo, _, verdict in self.sets.get(name, {}).values())

    def quiet_since(self, name: str, since: Instant) -> int:
        """The end (µs) of the last event that is or may be in `name`, but not before `since`."""
        return max([since.us, *(hi for _, hi, _ in self.sets.get(name, {}).values())])


def watched_names(agreement: Agreement) -> set[str]:
    """Event types and definitions that a norm or an automatic effect asks about."""
    found: set[str] = set()
    for decl in agreement.norms.values():
        found |= {name for name in (decl.fulfilled_by, decl.used_by, decl.forbids) if name is not None}
        found |= {name for cond in (decl.until, decl.unless) for name in _named(cond) if name not in agreement.triggers}
    for automatic in agreement.automatics.values():
        found |= {part.name for part in automatic.ends_when if isinstance(part, n.EndsQuiet)}
    for ceasefire in agreement.ceasefires.values():
        found |= {part.quiet for part in ceasefire.becomes if part.quiet is not None}
    return found


def _named(cond: n.Cond | None) -> Iterator[str]:
    match cond:
        case n.COr(parts) | n.CAnd(parts):
            for part in parts:
                yield from _named(part)
        case n.CNot(part):
            yield from _named(part)
        case n.CRef(name=name):
            yield name
        case _:
            return
