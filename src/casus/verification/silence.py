"""Silence of a ladder's bodies on an incident: it escalates or lapses, and never grants a rung."""

from __future__ import annotations

from dataclasses import dataclass

from casus.language.agreement import Agreement
from casus.time import Instant
from casus.verification.facts import IncidentFacts


@dataclass(frozen=True, slots=True)
class LadderSilence:
    """The time that a ladder's bodies have for one incident, and where it goes if none of them acts."""

    ladder: str
    incident: str
    due: Instant
    escalates_to: str | None

    def fell_silent(self, incident: IncidentFacts) -> bool:
        """No body of the ladder acted in (first report, due]."""
        return not any(incident.first_known < t <= self.due for t in incident.acted.get(self.ladder, ()))


def silences(agreement: Agreement, incident: IncidentFacts) -> list[LadderSilence]:
    """One for each ladder whose text limits the time; counted from the first report unless it says `occurrence`."""
    found = []
    for name, ladder in agreement.ladders.items():
        if ladder.silence is not None:
            start = incident.occurred.hi if ladder.silence.anchor == "occurrence" else incident.first_known
            due = start + ladder.silence.dur.duration
            found.append(LadderSilence(name, incident.id, due, ladder.silence.escalates_to))
    return found


class Silences:
    """The limited times of all incidents; what fell silent is recorded once and for good."""

    def __init__(self) -> None:
        self.limits: dict[str, list[LadderSilence]] = {}
        self.recorded: dict[str, set[str]] = {}
        """Incident → of `escalated`, `lapsed`."""

    def watch(self, agreement: Agreement, incident: IncidentFacts) -> list[LadderSilence]:
        """Begin to watch a new incident; gives the times it has."""
        if incident.id in self.limits:
            return []
        self.limits[incident.id] = silences(agreement, incident)
        return self.limits[incident.id]

    def fall_due(self, silence: LadderSilence, incident: IncidentFacts) -> bool:
        """At its due: record whether the ladder's bodies fell silent on the incident."""
        if incident.withdrawn or not silence.fell_silent(incident):
            return False
        self.recorded.setdefault(incident.id, set()).add("lapsed" if silence.escalates_to is None else "escalated")
        return True
