"""An agreement on one page: who is in it, its clocks, what brings it into play, what follows, who can stop that, what binds,
and which of the questions that every guarantee has to answer the text leaves unanswered.

`sheet` gives data; the command line prints them, `sheet_json` gives them to programs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from casus.compare import plain
from casus.compare.answer import Answer
from casus.compare.binding import Binding, binding
from casus.compare.blocking import blockers
from casus.compare.clocks import ClockOf, clocks
from casus.compare.features import SCOPE, Cell, ask, own_duties
from casus.compare.strip import Stripped
from casus.language import nodes as n
from casus.language import phrases
from casus.language.agreement import Agreement
from casus.lint.draft import Draft

FORMAT: Final = "casus-show/1"


@dataclass(frozen=True, slots=True)
class Member:
    """A party, body or nonparty. `standing`: `protected`, `watched`, both or neither, by what the clauses do with it."""

    code: str
    title: str
    kind: str
    roles: tuple[str, ...]
    standing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page. Every answer has its article; `life` says start, duration and exit."""

    name: str
    title: str
    hash: str
    members: tuple[Member, ...]
    life: tuple[Answer, ...]
    triggers: tuple[Answer, ...]
    clocks: tuple[ClockOf, ...]
    consequences: tuple[Answer, ...]
    standing: tuple[Answer, ...]
    blockers: tuple[Answer, ...]
    binding: Binding
    own_duties: tuple[Answer, ...]
    open: tuple[Answer, ...]
    scope: tuple[Cell, ...]

    @property
    def missing(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.scope if cell.state != "said")


def sheet(draft: Draft, according_to: str | None = None) -> Sheet:
    a = draft.agreement
    scope = tuple(ask(draft, feature) for feature in SCOPE)
    life = tuple(answer for cell in scope if cell.feature.id in ("start", "duration", "exit") for answer in cell.answers)
    return Sheet(
        a.name,
        a.header.title or plain.name(a.name),
        a.hash,
        tuple(_members(draft)),
        life,
        tuple(_triggers(a)),
        clocks(a),
        tuple(_consequences(draft)),
        tuple(_standing(draft)),
        tuple(blockers(draft)),
        binding(a, according_to),
        tuple(own_duties(draft)),
        tuple(_open(draft)),
        scope,
    )


def _members(draft: Draft) -> Iterator[Member]:
    a = draft.agreement
    for party in a.parties.values():
        yield Member(party.code, party.title, "party", party.roles, _place_of(draft, party.code))
    for body in a.bodies.values():
        yield Member(body.name, body.title, "body", body.roles, _place_of(draft, body.name))
    for other in a.nonparties.values():
        yield Member(other.code, other.title, "nonparty", (), _place_of(draft, other.code))


def _place_of(draft: Draft, code: str) -> tuple[str, ...]:
    found = ["protected"] if code in draft.protected else []
    return tuple([*found, "watched"] if code in draft.watched else found)


def _triggers(a: Agreement) -> Iterator[Answer]:
    """Each trigger with its thresholds, the rungs that it asks for and when it can be met again."""
    for trigger in a.triggers.values():
        parts = [plain.trigger_condition(trigger.when)]
        needs = {need.ladder: need.rung for need in trigger.needs}
        rungs = [f"{plain.name(needs.get(name, ladder.rungs[0]))} ({name})" for name, ladder in sorted(a.ladders.items())]
        if rungs:
            parts.append(f"each at least {plain.names(reversed(rungs))}")
        if trigger.counting_provisional:
            parts.append("counting what is still open")
        if trigger.excluding:
            parts.append(f"without {plain.names(trigger.excluding)}")
        if trigger.rearm is None:
            parts.append("met once")
        elif trigger.rearm.duration.us:
            parts.append(f"again after {plain.length(trigger.rearm)}")
        if trigger.absorbs:
            parts.append(f"takes the place of {plain.names(trigger.absorbs)}")
        yield Answer(f"{plain.name(trigger.name)}: {'; '.join(parts)}", trigger.article, trigger.name)


def _consequences(draft: Draft) -> Iterator[Answer]:
    """`If attack is met, then …`, one for each thing that follows from something."""
    a = draft.agreement
    for decl in a.declarations:
        match decl:
            case n.DeterminationDecl():
                silent = f"goes to {plain.name(decl.escalates_to)}" if decl.escalates_to is not None else "lapses"
                yield Answer(
                    f"If {plain.name(decl.of)} is met, then {plain.name(decl.body)} says {plain.due(decl.due)} whether "
                    f"{plain.name(decl.name)}; silence: it {silent}",
                    decl.article,
                    decl.name,
                )
            case n.DecisionDecl():
                yield Answer(_decision(a, decl), decl.article, decl.name)
            case n.AutomaticDecl():
                yield Answer(_automatic(decl), decl.article, decl.name)
            case n.NormDecl() if not (decl.always or decl.every is not None):
                yield Answer(_norm(a, decl), decl.article, decl.name)
            case _:
                pass


def _norm(a: Agreement, decl: n.NormDecl) -> str:
    called: list[n.Signal] = []
    for other in a.norms.values():
        if other.if_refused == decl.name:
            called.append(n.Signal(other.name, "refusal"))
        if other.if_breached is not None and other.if_breached[1] == decl.name:
            called.append(n.Signal(other.name, "breach"))
    causes = plain.signals([*decl.upon, *called])
    when = f"If {causes}, then " if causes else "Then "
    text = when + _does(a, decl)
    if decl.approval is not None:
        text += f", once approved at home {plain.due(decl.approval)}"
    if decl.lapses is not None:
        text += f", usable {plain.due(decl.lapses)}"
    for word, condition in (("until", decl.until), ("unless", decl.unless)):
        if condition is not None:
            text += f", {word} {plain.condition(condition)}"
    return text


def _does(a: Agreement, decl: n.NormDecl) -> str:
    who = plain.who(a, decl.debtor, decl.sharing)
    to = f" towards {plain.names(a.who(decl.creditor))}" if decl.creditor is not None else ""
    word = {"obligation": "shall", "power": "may", "prohibition": "must not do:"}[decl.kind]
    due = f" {plain.due(decl.due)}" if decl.due is not None else " (no date)" if decl.kind == "obligation" else ""
    return f"{who} {word} {plain.act(decl)}{to}{due}"


def _decision(a: Agreement, decl: n.DecisionDecl) -> str:
    opens = [plain.signals(decl.opens_upon)] if decl.opens_upon else []
    if decl.opens_on_request_of is not None:
        opens.append(f"{plain.name(phrases.partyset(decl.opens_on_request_of))} asks for it")
    opens += [
        f"{plain.name(one.name)} goes on to it"
        for one in a.decisions.values()
        if decl.name in (one.if_silent_escalates_to, one.if_rejected_escalates_to)
    ]
    when = f"If {' or '.join(opens)}, then " if opens else ""
    members = plain.names(a.who(decl.members)) if decl.members.atoms else "those whom the text does not name"
    closes = f" {plain.due(decl.closes)}" if decl.closes is not None else ""
    silent = ""
    if decl.if_silent_escalates_to is not None:
        silent = f"; silence: it goes to {plain.name(decl.if_silent_escalates_to)}"
    elif decl.if_silent is not None:
        silent = f"; silence: it is {decl.if_silent}"
    return f"{when}{members} decide on {plain.name(decl.name)}{closes} by {plain.rule(decl)}{silent}"


def _automatic(decl: n.AutomaticDecl) -> str:
    at = plain.due(decl.at) if decl.at is not None else "at no stated time"
    at = at.removeprefix("within ")
    text = f"If {plain.signals(decl.upon)}, then {_what(decl)} takes effect by itself {at}"
    if decl.unless is not None:
        text += f", unless {plain.name(decl.unless.name)} is {decl.unless.outcome}"
    if decl.ends_when:
        ends = [
            f"no {plain.name(part.name)} for {plain.length(part.dur)}"
            if isinstance(part, n.EndsQuiet)
            else f"{plain.name(part.name)} {part.outcome}"
            for part in decl.ends_when
        ]
        text += f"; it ends when {plain.names(ends)}"
    return text


def _what(decl: n.AutomaticDecl) -> str:
    return f"the package {plain.name(decl.reinstate)}" if decl.reinstate is not None else plain.name(decl.name)


def _standing(draft: Draft) -> Iterator[Answer]:
    """What holds all the time: duties without a cause, duties by the period, prohibitions."""
    a = draft.agreement
    for norm in a.norms.values():
        if norm.always or norm.every is not None:
            when = "Always" if norm.every is None else f"Every {plain.length(norm.every.period)}"
            yield Answer(f"{when}: {_does(a, norm)}", norm.article, norm.name)


def _open(draft: Draft) -> Iterator[Answer]:
    for gap in draft.agreement.opens:
        of = f" of {plain.name(gap.of)}" if gap.of is not None else ""
        yield Answer(f"{plain.name(gap.what)}{of}: {gap.text}", gap.article, gap.of or "")


# ---------------------------------------------------------------- as JSON


def sheet_json(page: Sheet, stripped: Stripped | None = None) -> dict[str, Any]:
    """The page as JSON values; `docs/formats/comparison.md` says what each key is."""
    found: dict[str, Any] = {
        "format": FORMAT,
        "name": page.name,
        "title": page.title,
        "agreement_hash": page.hash,
        "members": [
            {"code": m.code, "title": m.title, "kind": m.kind, "roles": list(m.roles), "standing": list(m.standing)}
            for m in page.members
        ],
        "life": answers_json(page.life),
        "triggers": answers_json(page.triggers),
        "clocks": [clock_json(clock) for clock in page.clocks],
        "consequences": answers_json(page.consequences),
        "standing": answers_json(page.standing),
        "blockers": answers_json(page.blockers),
        "binding": binding_json(page.binding),
        "own_duties": answers_json(page.own_duties),
        "open": answers_json(page.open),
        "scope": [cell_json(cell) for cell in page.scope],
        "binding_only": None,
    }
    if stripped is not None:
        found["binding_only"] = {
            "lost": [clause_json(clause) for clause in stripped.lost],
            "hanging": [
                {"name": h.name, "kind": h.kind, "text": h.text, "why": h.why, "article": h.article, "gone": h.gone}
                for h in stripped.hanging
            ],
            "remaining": [clause_json(clause) for clause in stripped.remaining],
        }
    return found


def answers_json(answers: tuple[Answer, ...]) -> list[dict[str, Any]]:
    return [{"text": answer.text, "article": answer.article, "about": answer.about} for answer in answers]


def cell_json(cell: Cell) -> dict[str, Any]:
    return {
        "feature": cell.feature.id,
        "title": cell.feature.title,
        "state": cell.state,
        "answers": answers_json(cell.answers),
        "open": answers_json(cell.open),
    }


def clock_json(clock: ClockOf) -> dict[str, Any]:
    return {
        "kind": clock.kind,
        "of": clock.of,
        "part": clock.part,
        "due": clock.due,
        "anchor": clock.anchor,
        "text": clock.text,
        "article": clock.article,
    }


def binding_json(found: Binding) -> dict[str, Any]:
    return {
        "instrument": found.instrument,
        "consent": found.consent,
        "registered": found.registered,
        "status": found.status,
        "opinions": [{"grade": voice.grade, "holder": voice.holder} for voice in found.opinions],
        "clauses": [clause_json(clause) for clause in found.clauses],
    }


def clause_json(clause: Any) -> dict[str, Any]:
    return {
        "name": clause.name,
        "kind": clause.kind,
        "text": clause.text,
        "article": clause.article,
        "verdict": clause.verdict,
        "voices": [
            {"grade": voice.grade, "holder": voice.holder, "source": voice.source, "whole": voice.whole}
            for voice in clause.voices
        ],
        "because": clause.because,
    }
