"""What binds: for each clause its grade, whose opinion that is, and what is left where only the legal clauses count.

Binding is never one bit. An agreement has an instrument, a way of consent, a registration and a status; a clause has a grade
that the text states, that somebody holds, or that is only derived from the instrument. Where two voices differ the clause is
disputed, and nothing here decides between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from casus.compare import plain
from casus.language import nodes as n
from casus.language.agreement import Agreement

Verdict = Literal["legal", "political", "aspirational", "disputed", "not determined"]
Source = Literal["stated", "opinion", "derived"]

DERIVED: Final[Mapping[str, n.Grade]] = {
    "treaty": "legal",
    "protocol": "legal",
    "armistice": "legal",
    "executive_agreement": "legal",
    "declaration": "political",
    "communique": "political",
}
"""What the name of an instrument lets one expect. A memorandum or a resolution can be either, a draft is not yet anything."""

Graded = n.NormDecl | n.AutomaticDecl | n.DecisionDecl
"""The declarations that can bind somebody."""


@dataclass(frozen=True, slots=True)
class Voice:
    """`grade` as somebody sees it: `holder` is "the text", whoever is named after `according to`, or the instrument."""

    grade: n.Grade
    holder: str
    source: Source
    whole: bool = False
    """Said of the whole agreement, not of this clause."""


@dataclass(frozen=True, slots=True)
class ClauseGrade:
    """`text` says the clause in one sentence without a full stop."""

    name: str
    kind: str
    text: str
    article: str | None
    voices: tuple[Voice, ...]
    verdict: Verdict

    @property
    def because(self) -> str:
        """`stated in the text`, `legal according to KST, political according to LYS`, `derived from: treaty`."""
        if not self.voices:
            return "the instrument does not say, and nobody's opinion is recorded"
        if self.verdict != "disputed" and self.voices[0].source == "stated":
            return "stated in the text"
        if self.voices[0].source == "derived":
            return f"derived from the instrument: {self.voices[0].holder}"
        whole = " (of the whole)" if self.voices[0].whole else ""
        return ", ".join(_said(voice) for voice in self.voices) + whole


def _said(voice: Voice) -> str:
    return f"{voice.grade} in the text" if voice.source == "stated" else f"{voice.grade} according to {voice.holder}"


@dataclass(frozen=True, slots=True)
class Binding:
    """`status` is None where the text states none; `opinions` are those of the whole."""

    instrument: str | None
    consent: str | None
    registered: str | None
    status: str | None
    opinions: tuple[Voice, ...]
    clauses: tuple[ClauseGrade, ...]

    def clause(self, name: str) -> ClauseGrade | None:
        return next((clause for clause in self.clauses if clause.name == name), None)


def binding(agreement: Agreement, according_to: str | None = None) -> Binding:
    """What binds. `according_to`: follow this holder's opinion wherever it gave one."""
    head = agreement.header
    whole = _of_the_whole(agreement)
    clauses = tuple(
        _clause(agreement, decl, whole, according_to) for decl in agreement.declarations if isinstance(decl, Graded)
    )
    return Binding(head.instrument, head.consent, head.registered, status(head), whole, clauses)


def clause_grade(agreement: Agreement, decl: Graded) -> ClauseGrade:
    """What `binding` says of one clause of the agreement."""
    return _clause(agreement, decl, _of_the_whole(agreement), None)


def _of_the_whole(agreement: Agreement) -> tuple[Voice, ...]:
    return tuple(Voice(opinion.grade, opinion.according_to, "opinion", whole=True) for opinion in agreement.header.opinions)


def status(head: n.AgreementDecl) -> str | None:
    """`signed on 2027-03-01`; None where the text states none."""
    if head.status is None:
        return None
    return plain.name(head.status) + (f" on {head.status_on.text}" if head.status_on is not None else "")


def holders(agreement: Agreement) -> tuple[str, ...]:
    """Everybody whose opinion on a grade the text records, sorted."""
    own = [opinion.according_to for opinion in agreement.header.opinions]
    own += [opinion.according_to for decl in agreement.declarations for opinion in opinions_on(decl)]
    return tuple(sorted(set(own)))


def opinions_on(decl: n.Decl) -> tuple[n.Opinion, ...]:
    """The opinions that stand beside one clause."""
    return decl.held if isinstance(decl, Graded) else ()


def _clause(agreement: Agreement, decl: Graded, whole: tuple[Voice, ...], according_to: str | None) -> ClauseGrade:
    own: tuple[Voice, ...] = tuple(Voice(opinion.grade, opinion.according_to, "opinion") for opinion in opinions_on(decl))
    if isinstance(decl, n.NormDecl) and decl.grade is not None:
        own = (Voice(decl.grade, "the text", "stated"), *own)
    voices = own or whole or _derived(agreement)
    heard = voices
    if according_to is not None:
        theirs = [voice for voice in (*own, *whole) if voice.holder == according_to]
        heard = (theirs[0],) if theirs else voices
    grades = {voice.grade for voice in heard}
    verdict: Verdict = "not determined" if not grades else "disputed" if len(grades) > 1 else heard[0].grade
    return ClauseGrade(decl.name, decl.kind, sentence(agreement, decl), decl.article, voices, verdict)


def _derived(agreement: Agreement) -> tuple[Voice, ...]:
    instrument = agreement.header.instrument
    grade = DERIVED.get(instrument or "")
    return () if grade is None or instrument is None else (Voice(grade, plain.name(instrument), "derived"),)


def sentence(agreement: Agreement, decl: Graded) -> str:
    """The clause in one sentence without a full stop: who does what by when."""
    match decl:
        case n.DecisionDecl():
            closes = f", {plain.due(decl.closes)}" if decl.closes is not None else ""
            return f"{plain.names(agreement.who(decl.members))} decide on {plain.name(decl.name)} by {plain.rule(decl)}{closes}"
        case n.AutomaticDecl():
            at = f" {plain.due(decl.at)}" if decl.at is not None else ""
            return f"{plain.name(decl.reinstate or decl.name)} takes effect by itself{at}".replace("itself within", "itself")
        case n.NormDecl():
            who = plain.who(agreement, decl.debtor, decl.sharing)
            owe = "owe" if " and " in who and not who.startswith("each") else "owes"
            verb = {"obligation": owe, "power": "may", "prohibition": "must not"}[decl.kind]
            to = f" {plain.names(agreement.who(decl.creditor))}" if decl.creditor is not None else ""
            to = f"{to}:" if decl.kind == "obligation" else ""
            due = f" {plain.due(decl.due)}" if decl.due is not None else ""
            return f"{who} {verb}{to} {plain.act(decl)}{due}"
