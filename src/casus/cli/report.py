"""`casus run` as text: what is met and why, what is owed, what is open, what is not known, and where it comes from.

Takes a State; gives sections of plain sentences. Prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from casus.cli.console import Item, Section
from casus.cli.practice import practice_sections
from casus.language.agreement import Agreement
from casus.state import sentences as say
from casus.state import words as w
from casus.state.explain import fact_of_cause
from casus.state.model import (
    Activation,
    DecisionInstance,
    DeterminationInstance,
    NormInstance,
    State,
    TriggerAssessment,
)
from casus.time import END, Instant

SHOWN: Final = 20
"""How many items of a section are shown unless all are asked for."""

_OPEN_DUTIES: Final = ("in_force", "breached", "suspended")
_NOT_SETTLED: Final = (*_OPEN_DUTIES, "waiting")
_OPEN_EFFECTS: Final = ("pending", "in_effect", "suspended")
_STATE_STYLE: Final = {"breached": "red", "in_force": None, "suspended": "yellow"}


def head(state: State, note: str | None) -> list[str]:
    """The lines above the sections: which agreement, as of when, known when, and in what state it is."""
    known = "as known then" if state.known_at == state.at else f"as known at {w.when(state.known_at)}"
    lines = [f"{state.title or state.agreement} ({state.agreement})", f"At {w.when(state.at)}, {known}."]
    if note:
        lines.append(f"({note[0].upper()}{note[1:]}.)")
    if state.axis == "known":
        lines.append("A RECONSTRUCTION: the instants of knowledge are those claimed, not witnessed by this journal.")
    if state.projected:
        lines.append("PROJECTED: the timers ran from then on as if nothing more arrived.")
    if state.at < state.known_at:
        lines.append("Met, owed and decided are as known at that instant; what was learned later is under Hindsight.")
    return [*lines, *_life(state)]


def _life(state: State) -> list[str]:
    life = state.life
    match life.state:
        case "in_force":
            text = "The agreement is in force"
            if life.in_force_since is not None and life.in_force_since.us > _EARLIEST:
                text += f" since {w.when(life.in_force_since)}"
            if life.expires is not None and life.expires < END:
                text += f", expires {w.when(life.expires)}"
        case "suspended":
            until = f" until {w.when(life.suspended_until)}" if life.suspended_until is not None else ""
            text = f"The agreement is SUSPENDED{until}"
        case "expired":
            text = "The agreement has EXPIRED"
        case "lapsed":
            text = "The offer has LAPSED: the agreement did not come into force in time"
        case _:
            text = "The agreement is NOT IN FORCE"
    bound = f"Bound: {w.names(sorted(life.bound))}." if life.bound else "Nobody is bound."
    lines = [f"{text}. {bound}"]
    lines += [f"{party} leaves {w.when(at)}." for party, at in sorted(life.leaving.items())]
    return lines


_EARLIEST: Final = Instant.parse("0002-01-01T00:00Z").us
"""Before it, "in force since" only means that the text says nothing about force."""


def sections(state: State, agreement: Agreement | None, show_all: bool = False) -> list[Section]:
    """The sections in the order of the question a watch officer asks: what holds, what follows, what is not known."""
    limit = None if show_all else SHOWN
    found = [
        _met(state, agreement),
        _owed(state, agreement),
        _bans_and_powers(state, agreement),
        *practice_sections(state),
        _open(state, agreement),
        _effects(state, agreement),
        _pending(state, agreement),
        _undecided(state, agreement),
        _not_met(state, agreement),
        _hindsight(state),
        _settled(state, agreement),
        _listed(state),
        _gaps(state),
        _withheld(state),
        _stuck(state, agreement),
        _next(state),
    ]
    return [_cut(section, limit) for section in found]


def _cut(section: Section, limit: int | None) -> Section:
    if limit is None or len(section.items) <= limit:
        return section
    return Section(section.title, section.items[:limit], section.note, len(section.items) - limit)


def _met(state: State, agreement: Agreement | None) -> Section:
    standing = [a for a in state.activations if a.reversed is None]
    reversed_ = [a for a in state.activations if a.reversed is not None]
    items = [Item(say.activation(agreement, a), _conditions(a), "red") for a in _gravest_first(standing)]
    items += [
        Item(say.activation(agreement, a), ("what was done before the reversal stands",)) for a in _gravest_first(reversed_)
    ]
    return Section("Met", tuple(items), note="No trigger is met.")


def _gravest_first(activations: Iterable[Activation]) -> list[Activation]:
    """The gravest first, of equal ones the latest."""
    return sorted(activations, key=lambda a: (-a.severity, -a.t.us, -a.s.us, a.id))


def _conditions(a: Activation) -> tuple[str, ...]:
    """What the sentence leaves out: the window counted, and further conditions."""
    if len(a.measured) == 1:
        span = w.window(a.measured[0])
        return (f"counted {span}",) if span is not None else ()
    return tuple(f"{_TRUTH[m.truth]}: {w.measure(m)}" + (f"; counted {w.window(m)}" if m.window else "") for m in a.measured)


_TRUTH: Final = {True: "holds", False: "does not hold", None: "unknown"}


def _owed(state: State, agreement: Agreement | None) -> Section:
    duties = [n for n in state.norms if n.mode == "owed" and n.kind != "prohibition" and n.state in _OPEN_DUTIES]
    duties.sort(key=lambda n: (n.due or END, n.debtor, n.creditor, n.name, n.id))
    items = tuple(Item(_owed_line(state, n, agreement), _last_word(n), _STATE_STYLE.get(n.state)) for n in _together(duties))
    return Section("Owed", items, note="Nothing is owed.")


def _together(norms: Iterable[NormInstance]) -> list[NormInstance]:
    """Instances that differ in their one debtor only (`every guarantor`), told as one; in the order of the first."""
    groups: dict[object, list[NormInstance]] = {}
    for n in norms:
        same = n.name, n.cause, n.state, n.due, n.creditor, n.amount, n.performed, n.projected, _last_word(n)
        groups.setdefault(same if len(n.debtor) == 1 else n.id, []).append(n)
    return [replace(found[0], debtor=tuple(code for n in found for code in n.debtor)) for found in groups.values()]


def _owed_line(state: State, n: NormInstance, agreement: Agreement | None) -> str:
    match n.state, n.due:
        case "in_force", None:
            lead = "No date"
        case "in_force", Instant() as due:
            lead = f"By {w.when(due)}"
        case "suspended", Instant() as due:
            lead = f"SUSPENDED, due {w.when(due)}"
        case "suspended", None:
            lead = "SUSPENDED, no date"
        case _, Instant() as due:
            lead = f"BREACHED, was due {w.when(due)}"
        case _:
            lead = "BREACHED, no date"
    mark = "; projected" if n.projected else ""
    return f"{lead}: {say.duty(n)} ({n.name}, {w.article(agreement, n.article)}, upon {_upon(state, n.cause)}{mark})"


def _upon(state: State, cause: str) -> str:
    """What brought a norm to life, by name: `incident`, `breach of consult of LYS`, `attack_case determined`."""
    match fact_of_cause(state, cause):
        case Activation(trigger=trigger):
            return f"reversal of {trigger}" if cause.startswith("reversal ") else trigger
        case DeterminationInstance(name=name):
            return f"{name} determined"
        case DecisionInstance(name=name, state=outcome):
            return f"{name} {w.state_word(outcome)}"
        case NormInstance(name=name, debtor=debtor):
            kind = cause.partition(" of ")[0] if " of " in cause else "call"
            return f"{kind} of {name} of {w.names(debtor)}"
        case _:
            return w.plain(cause)


def _last_word(n: NormInstance) -> tuple[str, ...]:
    """When and why it was breached."""
    if n.state != "breached" or not n.history:
        return ()
    at, _, why = n.history[-1]
    return (f"since {w.when(at)}: {w.plain(why)}",) if why else ()


def _bans_and_powers(state: State, agreement: Agreement | None) -> Section:
    norms = [n for n in state.norms if (n.mode != "owed" or n.kind == "prohibition") and n.state in _OPEN_DUTIES]
    norms.sort(key=lambda n: (n.kind, n.debtor, n.name, n.id))
    return Section("Permitted and excluded", tuple(Item(say.norm(agreement, n), _last_word(n)) for n in norms))


def _open(state: State, agreement: Agreement | None) -> Section:
    items: list[tuple[Instant, Item]] = []
    for d in state.decisions:
        if d.state == "open":
            silent = [m for m in d.members if m not in {v.member for v in d.votes}]
            items.append((d.closes, Item(say.decision(agreement, d), (f"have not acted: {w.names(silent)}",))))
    for asked in state.determinations:
        if asked.state == "open":
            items.append((asked.due, Item(say.determination(agreement, asked), (f"about {asked.activation}",))))
    for question in state.findings:
        if question.source == "open":
            items.append((question.due, Item(say.finding(question))))
    items.sort(key=lambda one: (one[0], one[1].text))
    return Section("Open to decide", tuple(item for _, item in items), note="Nothing is open to decide.")


def _effects(state: State, agreement: Agreement | None) -> Section:
    effects = sorted(state.effects, key=lambda e: (e.state not in _OPEN_EFFECTS, e.at, e.id))
    return Section("Automatic effects", tuple(Item(say.effect(agreement, e)) for e in effects))


def _answers(state: State, answer: str) -> list[TriggerAssessment]:
    return sorted((a for a in state.assessments if a.assessment == answer), key=lambda a: (-a.severity, a.trigger))


def _pending(state: State, agreement: Agreement | None) -> Section:
    return Section(
        "Pending", tuple(Item(say.assessment(agreement, a), _measures(a), "yellow") for a in _answers(state, "pending"))
    )


def _undecided(state: State, agreement: Agreement | None) -> Section:
    items = tuple(Item(say.assessment(agreement, a), _measures(a), "yellow") for a in _answers(state, "undecided"))
    return Section("Undecided", items)


def _measures(a: TriggerAssessment) -> tuple[str, ...]:
    """The values under an answer, with the events that may or may not count."""
    if not a.reasons:
        return ()
    lines = []
    for m in a.measured:
        possible = f"; may count: {w.names(map(w.short, m.possible), most=say.WITNESSES)}" if m.possible else ""
        lines.append(f"{w.measure(m)}{possible}")
    return tuple(lines)


def _not_met(state: State, agreement: Agreement | None) -> Section:
    return Section("Not met", tuple(Item(say.assessment(agreement, a), _measures(a)) for a in _answers(state, "not_met")))


def _hindsight(state: State) -> Section:
    text = f"With what is known at {w.when(state.known_at)} the condition holds of: {{}}. This has no legal effect."
    return Section("Hindsight", (Item(text.format(w.names(state.hindsight))),) if state.hindsight else ())


def _settled(state: State, agreement: Agreement | None) -> Section:
    items: list[tuple[Instant, Item]] = []
    items += [(d.closed or d.closes, Item(say.decision(agreement, d))) for d in state.decisions if d.state != "open"]
    items += [(d.answered or d.due, Item(say.determination(agreement, d))) for d in state.determinations if d.state != "open"]
    done = [n for n in state.norms if n.state not in _NOT_SETTLED]
    items += [(n.history[-1][0] if n.history else n.activated, Item(say.norm(agreement, n))) for n in _together(done)]
    items.sort(key=lambda one: (-one[0].us, one[1].text))
    return Section("Settled", tuple(item for _, item in items))


def _listed(state: State) -> Section:
    items = tuple(Item(f"{w.when(x.known)} · {x.what} ({w.short(x.entry)}): {w.plain(x.reason)}") for x in state.listed)
    return Section("Listed without effect", items)


def _gaps(state: State) -> Section:
    items = tuple(Item(f"{g.of}: nobody covered it after {w.when(g.start)} until {w.when(g.end)}") for g in state.gaps)
    return Section("Not covered", items)


def _withheld(state: State) -> Section:
    items = []
    if state.withheld:
        has = "has" if state.withheld == 1 else "have"
        items.append(
            Item(
                f"{w.counted(state.withheld, 'entry', 'entries')} that this reader may not see {has} been left out and counted."
            )
        )
    if state.erased:
        items.append(Item(f"The payload of {w.counted(state.erased, 'entry', 'entries')} was destroyed; the proofs remain."))
    return Section("Withheld", tuple(items), note="Nothing is withheld from this reader.")


def _next(state: State) -> Section:
    coming = sorted(state.coming, key=lambda c: (c.at, c.kind, c.id))
    items = tuple(Item(f"{w.when(c.at)} · {w.state_word(c.kind)} · {w.plain(c.text)}{_who(c.who, c.text)}") for c in coming)
    return Section("Next, if nothing more arrives", items, note="Nothing falls due by itself.")


def _stuck(state: State, agreement: Agreement | None) -> Section:
    """Cases that nothing moves any more, and that are not closed either."""
    from casus.response.case import stuck

    found = stuck(agreement, state) if agreement is not None else ()
    return Section("Cases without a next step", tuple(Item(f"{s.id}: {'; '.join(s.unsettled)}") for s in found))


def _who(who: Sequence[str], text: str) -> str:
    missing = [code for code in who if code not in text]
    return f" ({w.names(missing)})" if missing else ""


def provenance(state: State, clearance: str) -> list[str]:
    """What anyone needs to compute the same again. Hashes stand on their own lines, whole."""
    axis = "knowledge as claimed: a reconstruction" if state.axis == "known" else "knowledge as recorded"
    return [
        f"agreement {state.agreement}",
        f"  {state.agreement_hash}",
        f"journal of {w.counted(state.checkpoint.size, 'entry', 'entries')}, its genesis among them; Merkle root",
        f"  {state.checkpoint.root}",
        f"{axis}; at {w.when(state.at)}; known at {w.when(state.known_at)}",
        f"reader {state.reader} ({clearance}); Casus {state.version}",
    ]


def next_command(state: State, where: str = "") -> str:
    """A command that is worth running after this one; `where` is the `-w` that the user gave."""
    met = _gravest_first(a for a in state.activations if a.reversed is None)
    if met:
        return f"casus explain {met[0].trigger}{where}"
    for answer in ("pending", "undecided", "not_met"):
        if found := _answers(state, answer):
            return f"casus explain {found[0].trigger}{where}"
    return f"casus log show{where}"
