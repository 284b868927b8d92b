"""Which entries of a common record an agreement reads, where a workspace has several agreements.

An entry that is addressed to one agreement is read by that one. Any other is read by every agreement that knows all the names
in it: the event and who did it, the decision and the member, the body and what it speaks about. What an agreement does not know
cannot change it; left out, it is not listed there as without effect either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from casus import acts as a
from casus.journal.entry import Entry

if TYPE_CHECKING:
    from casus.language.agreement import Agreement

EVERY: frozenset[str] = frozenset()
"""Needs nothing: read by every agreement (an entry whose payload was destroyed, a text adopted)."""
NOBODY: frozenset[str] = frozenset({"nobody:"})
"""Read by no agreement: what those who run the record put on it for themselves."""


def offers(agreement: Agreement) -> frozenset[str]:
    """Every name that entries may use, by kind."""
    found: set[str] = {f"agreement:{agreement.name}"}
    kinds: tuple[tuple[str, Iterable[str]], ...] = (
        ("who", (*agreement.parties, *agreement.bodies, *agreement.nonparties)),
        ("event", (*agreement.events, *agreement.definitions)),
        ("estimate", agreement.estimates),
        ("decision", agreement.decisions),
        ("determination", agreement.determinations),
        ("norm", agreement.norms),
        ("finding", agreement.findings),
        ("dispute", getattr(agreement, "disputes", {})),
    )
    for kind, names in kinds:
        found |= {f"{kind}:{name}" for name in names}
    return frozenset(found)


def needs(entry: Entry, event_of: Callable[[str], str | None]) -> frozenset[str]:
    """The names that an agreement has to know to read an entry. `event_of` gives the event of a report by its id."""
    if entry.agreement is not None:
        return frozenset({f"agreement:{entry.agreement}"})
    return frozenset(_names(entry.act, event_of)) if entry.act is not None else EVERY


def refers_to(act: a.Act | None) -> str | None:
    """The report that an act is about."""
    match act:
        case a.Adjudication(on=name) | a.FindingAnswer(on=name) | a.Correction(id=name) | a.Withdrawal(id=name):
            return name
        case _:
            return None


def _names(act: a.Act, event_of: Callable[[str], str | None]) -> Iterable[str]:
    match act:
        case a.Report(event=event, actor=actor):
            return [f"event:{event}", *([f"who:{actor}"] if actor is not None else [])]
        case a.Estimate(estimate=name, body=body):
            return [f"estimate:{name}", f"who:{body}"]
        case a.Coverage(body=body, of=of):
            return [f"who:{body}", f"event:{of}"]
        case a.Adjudication(body=body, on=on):
            return [f"who:{body}", *_event(event_of(on))]
        case a.FindingAnswer(body=body, finding=name, on=on):
            return [f"who:{body}", f"finding:{name}", *_event(event_of(on))]
        case a.Correction(id=on) | a.Withdrawal(id=on):
            return _event(event_of(on))
        case a.Determination(determination=name, body=body):
            return [f"determination:{name}", f"who:{body}"]
        case a.Attribution(body=body, actor=actor):
            return [f"who:{body}", f"who:{actor}"]
        case a.Ratification(party=who) | a.Denunciation(party=who) | a.Objection(party=who) | a.Provisional(party=who):
            return [f"who:{who}"]
        case a.Vote(member=who, decision=name) | a.Request(member=who, decision=name) | a.Proxy(member=who, decision=name):
            return [f"who:{who}", f"decision:{name}"]
        case a.Adoption():
            return EVERY
        case a.Proposal() | a.Notice() | a.Acknowledgement():
            return NOBODY
        case _:
            return _rest(act)


def _event(name: str | None) -> list[str]:
    return [] if name is None else [f"event:{name}"]


def _rest(act: a.Act) -> list[str]:
    """Acts on a norm or a dispute, by the fields that they share."""
    found = []
    for kind, attribute in (("who", "member"), ("who", "body"), ("norm", "norm"), ("dispute", "dispute")):
        name = getattr(act, attribute, None)
        if name is not None:
            found.append(f"{kind}:{name}")
    return found


def concerning(agreement: Agreement, entries: Iterable[Entry], events: Mapping[str, str] | None = None) -> tuple[Entry, ...]:
    """The entries that an agreement reads, in their order. `events`: report id → event, where it is known already."""
    listed = list(entries)
    known = events if events is not None else {e.act.id: e.act.event for e in listed if isinstance(e.act, a.Report)}
    offered = offers(agreement)
    return tuple(entry for entry in listed if needs(entry, known.get) <= offered)
