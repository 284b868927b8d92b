"""Drafts of the letters that a case asks for: request, Article 51 report, convening note, parliamentary notice.

Each sentence is made of one fact and points to the entries, or to the article, that it rests on; what nobody has put on the
record stays blank (`____`). They are drafts for a person to judge, complete and sign: nothing is sent, and nothing here calls
an event by a name that the text or a body has not given it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from casus.journal.entry import Entry, View
from casus.language.agreement import Agreement
from casus.norms import NEVER
from casus.response.case import CaseFile
from casus.response.deadlines import local
from casus.state import sentences as say
from casus.state import words as w
from casus.state.model import Incident, NormInstance, State
from casus.time import Instant

BLANK: Final = "____"
_EVENTS: Final = 40
"""So many events a letter names; the others are counted, and stand in the case file."""

_MEASURES: Final = ("supply", "train", "exercise", "deploy", "air_defence", "maritime", "demine", "impose_measures")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`rests_on`: ids of entries, or an article of the agreement."""

    text: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """`name` is its file's; `head` the lines above the text, of which none states a fact."""

    name: str
    title: str
    head: tuple[str, ...]
    parts: tuple[tuple[str, tuple[Sentence, ...]], ...]


def letters(agreement: Agreement, view: View, state: State, case: CaseFile) -> tuple[Letter, ...]:
    """The four drafts of a case."""
    d = _Drafter(agreement, view, state, case)
    return d.request(), d.article_51(), d.convening(), d.parliament()


def as_markdown(letter: Letter, view: View, state: State, case: CaseFile) -> str:
    """The draft as a page, each sentence with its sources, and under it what each source is."""
    lines = [f"# {letter.title}", "", "**DRAFT. Not sent, not signed. For a person to judge, complete and sign.**", ""]
    if state.axis == "known":
        lines += ["**A RECONSTRUCTION: an exercise. The instants of knowledge are those claimed.**", ""]
    for line in letter.head:
        lines += [line, ""]
    used: dict[str, None] = {}
    for title, sentences in letter.parts:
        lines += [f"## {title}", ""]
        for sentence in sentences:
            used.update(dict.fromkeys(sentence.rests_on))
            marks = " ".join(f"[{w.short(source)}]" for source in sentence.rests_on)
            lines += [f"{_one_line(sentence.text)} {marks}".rstrip(), ""]
    entries = {entry.id: entry for entry in view.entries}
    lines += ["## What the sentences rest on", ""]
    for source in used:
        lines.append(f"- `{w.short(source)}` {_source(source, entries, view)}")
    lines += ["", f"Case {case.standing.id}; agreement {state.agreement} {state.agreement_hash}; journal of"]
    lines += [f"{state.checkpoint.size} entries, root {state.checkpoint.root}; as known at {state.known_at}.", ""]
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _source(source: str, entries: dict[str, Entry], view: View) -> str:
    entry = entries.get(source)
    if entry is None:
        return "article of the agreement"
    return f"{w.act(entry.act)}; {entry.author}; occurred {w.bracket(entry.occurred)}; known {w.when(view.knowledge(entry))}"


@dataclass(frozen=True, slots=True)
class _Drafter:
    agreement: Agreement
    view: View
    state: State
    case: CaseFile

    # ------------------------------------------------------------ the four letters

    def request(self) -> Letter:
        owed = [n for n in self.case.parts.norms if n.mode == "owed" and n.kind == "obligation"]
        return Letter(
            "request",
            f"Request under {self._title()}",
            (f"From: {self._names(self._with_role('beneficiary'))}", f"To: {self._names(self._holders(owed))}", *self._place()),
            (
                ("What has happened", tuple(self._events())),
                ("What the Agreement provides", (*self._met(), *self._determined())),
                (
                    "What is requested",
                    tuple(self._owed(owed)) or self._no("Requested", "the assistance that is asked for"),
                ),
                ("Whom to speak to", self._no("Contact", "name and telephone of the officer on duty")),
            ),
        )

    def article_51(self) -> Letter:
        measures = [
            n for n in self.case.parts.norms if n.act in _MEASURES and n.state in ("fulfilled", "cured", "exercised") and n.acts
        ]
        taken = tuple(self._measure(norm) for norm in measures)
        return Letter(
            "article-51",
            "Report to the Security Council under Article 51 of the Charter",
            (
                f"From: the Permanent Representative of {BLANK} to the United Nations",
                f"To: the President of the Security Council ({BLANK})",
                *self._place(),
            ),
            (
                ("What has happened", tuple(self._events())),
                (
                    "Findings and attribution",
                    (*self._said("finding"), *self._said("attribution"), *self._determined())
                    or self._no("Attribution", "who is held to have acted, and on whose finding"),
                ),
                (
                    "Measures taken",
                    taken or self._no("Measures taken in the exercise of the right", "what, where, since when"),
                ),
                (
                    "Necessity and proportionality",
                    self._no("Why the measures were needed and how they are limited", "by whom assessed"),
                ),
                ("Dissent and reply", tuple(self._dissent())),
            ),
        )

    def convening(self) -> Letter:
        ballots = [d for d in self.case.parts.decisions if d.state == "open"]
        meetings = [n for n in self.case.parts.norms if n.act in ("consult", "convene", "meet") and n.state == "in_force"]
        who = sorted({m for d in ballots for m in d.members} | {c for n in meetings for c in n.debtor})
        agenda: list[Sentence] = []
        for d in ballots:
            decl = self.agreement.decisions[d.name]
            closes = BLANK if d.closes == NEVER else local(d.closes, self.agreement.clock)
            agenda.append(self._of(f"{d.name} is open since {self._when(d.opened)} and closes {closes}.", d.article))
            agenda.append(
                self._of(f"Members are {w.names(d.members)}; so far: {d.tally}.", d.article, *(v.entry for v in d.votes))
            )
            silent = decl.if_silent or (
                f"passed on to {decl.if_silent_escalates_to}" if decl.if_silent_escalates_to else "rejected"
            )
            agenda.append(self._of(f"Without a quorum it is {silent}.", d.article))
        agenda += list(self._owed(meetings))
        return Letter(
            "convening",
            f"Convening note, {self._title()}",
            (f"From: {BLANK}", f"To: {self._names(who)}", *self._place()),
            (
                ("Why", (*self._met(), *self._determined()) or self._no("Occasion", "what the meeting is called for")),
                ("To decide", tuple(agenda) or self._no("Agenda", "nothing that is open is on the record")),
                ("Place and time", self._no("Place, time and form of the meeting", "as the chair decides")),
            ),
        )

    def parliament(self) -> Letter:
        asked = [n for n in self.case.parts.norms if self.agreement.norms[n.name].approval is not None]
        body: list[Sentence] = []
        waiting = {c.id: c.at for c in self.state.coming if c.kind == "approval"}
        for norm in asked:
            decl = self.agreement.norms[norm.name]
            by = f" by {self._when(waiting[norm.id])}" if norm.id in waiting else ""
            body.append(
                self._of(f"{say.duty(norm)}; national approval is asked{by}: {w.state_word(norm.state)}.", norm.article)
            )
            if decl.if_refused is not None:
                body.append(self._of(f"If it is refused, or not given in time, {decl.if_refused} follows.", norm.article))
        others = [n for n in self.case.parts.norms if n not in asked and n.mode == "owed" and n.kind == "obligation"]
        return Letter(
            "parliament",
            f"Notice to Parliament, {self._title()}",
            (f"From: the Government of {BLANK}", f"To: the Parliament of {BLANK}", *self._place()),
            (
                ("What has happened", (*self._events(), *self._met(), *self._determined())),
                ("What needs approval", tuple(body) or self._no("Approval", "the text asks for none in this case")),
                (
                    "What is owed besides",
                    tuple(self._owed(others)) or self._no("Other obligations", "none is on the record"),
                ),
                ("Cost and forces", self._no("Cost, forces, duration", "as the Government estimates")),
            ),
        )

    # ------------------------------------------------------------ sentences

    def _title(self) -> str:
        return self.state.title or self.state.agreement

    def _place(self) -> tuple[str, ...]:
        return (f"Place and date: {BLANK}", f"Reference: {BLANK}")

    def _names(self, codes: Iterable[str]) -> str:
        found = [self._name(code) for code in codes]
        return w.names(found) if found else BLANK

    def _name(self, code: str) -> str:
        for group in (self.agreement.parties, self.agreement.bodies, self.agreement.nonparties):
            decl = group.get(code)
            if decl is not None:
                return f"{decl.title} ({code})" if decl.title else code
        return code

    def _with_role(self, role: str) -> list[str]:
        return (
            [code for code in self.agreement.members(role) if code in self.agreement.parties]
            if role in self.agreement.roles
            else []
        )

    def _holders(self, norms: Sequence[NormInstance]) -> list[str]:
        return sorted({code for norm in norms for code in norm.debtor if code in self.agreement.parties})

    def _when(self, instant: Instant) -> str:
        return local(instant, self.agreement.clock)

    def _of(self, text: str, article: str | None, *entries: str) -> Sentence:
        return Sentence(text, (*dict.fromkeys(entries), *((article,) if article is not None else ())))

    def _blank(self, what: str, hint: str) -> Sentence:
        return Sentence(f"{what}: {BLANK} ({hint}).", ())

    def _no(self, what: str, hint: str) -> tuple[Sentence, ...]:
        return (self._blank(what, hint),)

    def _incidents(self) -> list[Incident]:
        wanted = set(self.case.activation.witnesses) if self.case.activation is not None else set()
        return [i for i in self.state.incidents if i.id in wanted]

    def _events(self) -> Iterator[Sentence]:
        incidents = self._incidents()
        for incident in incidents[:_EVENTS]:
            actor = self._name(incident.actor) if incident.actor else BLANK
            where = f", at {incident.place[0]} {incident.place[1]}" if incident.place is not None else ""
            fields = "".join(f", {name.replace('_', ' ')} {value}" for name, value in incident.fields.items())
            rungs = ", ".join(f"{ladder} {rung}" for ladder, rung in sorted(incident.rungs.items()))
            what = f"{incident.type.replace('_', ' ')} by {actor}{where}{fields}; {rungs or BLANK}"
            yield Sentence(f"On {w.bracket(incident.occurred)}: {what}.", incident.reports)
        if len(incidents) > _EVENTS:
            yield self._of(
                f"{len(incidents) - _EVENTS} further events are in the case file.", None, *incidents[_EVENTS].reports
            )
        if not incidents:
            yield self._blank("Events", "no event is on the record of this case")

    def _met(self) -> Iterator[Sentence]:
        activation = self.case.activation
        if activation is None:
            return
        reports = tuple(r for i in self._incidents()[:_EVENTS] for r in i.reports)
        name = activation.trigger.replace("_", " ")
        article = w.article(self.agreement, activation.article)
        text = f"Under {article} the condition of {name} is met since {self._when(activation.s)}"
        if activation.reversed is not None:
            text += f", and was reversed {self._when(activation.reversed)}"
        yield self._of(f"{text}; this is an assessment by computation, not a determination.", activation.article, *reports)

    def _determined(self) -> Iterator[Sentence]:
        for d in self.case.parts.determinations:
            body = self._name(d.body)
            if d.state in ("yes", "no"):
                when = self._when(d.answered) if d.answered is not None else BLANK
                yield self._of(f"{body} determined {d.name}: {d.state}, {when}.", d.article, *((d.entry,) if d.entry else ()))
            else:
                yield self._of(
                    f"{d.name} is for {body} to determine by {self._when(d.due)}: {w.state_word(d.state)}.", d.article
                )

    def _owed(self, norms: Sequence[NormInstance]) -> Iterator[Sentence]:
        for norm in norms:
            due = f", due {self._when(norm.due)}" if norm.due is not None else f", due {BLANK}"
            yield self._of(f"{say.duty(norm)}{due} ({w.state_word(norm.state)}).", norm.article, *self._acts(norm))

    def _measure(self, norm: NormInstance) -> Sentence:
        return self._of(f"{say.duty(norm)}: {w.state_word(norm.state)}.", norm.article, *self._acts(norm))

    def _acts(self, norm: NormInstance) -> tuple[str, ...]:
        reports = {i.id: i.reports for i in self.state.incidents if i.id in norm.acts}
        return tuple(r for act in norm.acts for r in reports.get(act, (act,)))

    def _said(self, phase: str) -> Iterator[Sentence]:
        for step in self.case.steps:
            if step.phase == phase and step.entries:
                yield Sentence(f"{step.text}, known {self._when(step.at)}.", step.entries)

    def _dissent(self) -> Iterator[Sentence]:
        for step in self.case.dissent:
            yield Sentence(f"{step.text}.", step.entries)
        reply = self.case.reply
        for entry in reply.entries:
            yield Sentence(f"{self._name(entry.author)}: {w.act(entry.act)}.", (entry.id,))
        if not reply.entries:
            yield Sentence(f"No reply of {self._names(reply.who)} is on the record: {BLANK}.", ())
