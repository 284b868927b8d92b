"""Questions that findings put on events: who is in charge, what is presumed, what escalates, and what is answered by now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.time import Instant
from casus.verification.facts import Facts, IncidentFacts


@dataclass(slots=True)
class Question:
    """One finding's question on one incident. `escalated`: since when it is its second body's, or a decision's."""

    finding: str
    incident: str
    asked: Instant
    due: Instant
    escalated: Instant | None = None
    decided: bool | None = None


class Questions:
    """All questions of one evaluation; asked of every event of a finding's types, from its first report."""

    def __init__(self, agreement: Agreement, facts: Facts) -> None:
        self.agreement = agreement
        self.facts = facts
        self.now = Instant(0)
        self.questions: dict[tuple[str, str], Question] = {}
        self._types = {
            name: frozenset(kind for on in decl.on for kind in agreement.event_types(on))
            for name, decl in agreement.findings.items()
        }

    def ask(self, incident: IncidentFacts, due: Callable[[n.Due, IncidentFacts], Instant]) -> list[Question]:
        """Put the questions of a new incident; `due` gives the instant of a due. Gives the new ones."""
        new = []
        for name, decl in self.agreement.findings.items():
            if incident.type in self._types[name] and (name, incident.id) not in self.questions:
                question = Question(name, incident.id, incident.first_known, due(decl.due, incident))
                self.questions[name, incident.id] = question
                new.append(question)
        return new

    def fall_due(self, question: Question, t: Instant) -> str | None:
        """At its due: the body or decision to which an unanswered question escalates, if it does."""
        decl = self.agreement.findings[question.finding]
        if decl.escalates_to is None or question.escalated is not None or self._answer(question, decl.body) is not None:
            return None
        if self.facts.incidents[question.incident].withdrawn:
            return None
        question.escalated = t
        return decl.escalates_to

    def value(self, finding: str, incident: str) -> bool | None:
        """Of two bodies that differ the one last in charge prevails, and of its own answers the latest. None: unknown."""
        question = self.questions.get((finding, incident))
        decl = self.agreement.findings[finding]
        if question is None:
            return None
        if question.escalated is not None:
            if question.decided is not None:
                return question.decided
            if decl.escalates_to in self.agreement.bodies:
                second = self._answer(question, str(decl.escalates_to))
                if second is not None:
                    return second
        first = self._answer(question, decl.body)
        if first is not None:
            return first
        return decl.presumed if question.due <= self.now else None

    def source(self, question: Question) -> str:
        """Where a question's value comes from: open, answered, presumed, escalated, decided."""
        decl = self.agreement.findings[question.finding]
        if question.decided is not None:
            return "decided"
        if self._answer(question, decl.body) is not None:
            return "answered"
        if question.escalated is not None:
            second = decl.escalates_to in self.agreement.bodies and self._answer(question, str(decl.escalates_to)) is not None
            return "answered" if second else "escalated"
        return "presumed" if decl.presumed is not None and question.due <= self.now else "open"

    def _answer(self, question: Question, body: str) -> bool | None:
        """A body's latest answer; the second body's only from the time on at which the question became its own."""
        answers = self.facts.answers.get((question.finding, question.incident), ())
        own = self.agreement.findings[question.finding].body == body
        counted = [
            a for a in answers if a.body == body and (own or (question.escalated is not None and a.known >= question.escalated))
        ]
        return counted[-1].answer == "yes" if counted else None
