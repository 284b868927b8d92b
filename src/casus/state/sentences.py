"""One sentence for each kind of fact, as a lawyer could check it and a minister could say it.

Used by `casus run`, by the explanations and by whatever else shows a State.
"""

from __future__ import annotations

from typing import Final

from casus.language.agreement import Agreement
from casus.norms import NEVER
from casus.state import words as w
from casus.state.model import (
    Activation,
    DecisionInstance,
    DeterminationInstance,
    EffectInstance,
    FindingQuestion,
    Incident,
    NormInstance,
    TriggerAssessment,
)
from casus.state.output import headline

WITNESSES: Final = 12
"""So many are named in a sentence; the others are counted (`explain` and the JSON have them all)."""

_MODES: Final = {"owed": "owes", "permitted": "may", "excluded": "must not"}


def activation(agreement: Agreement | None, a: Activation) -> str:
    """`Article 5 · incident · MET since 2027-03-03 05:00 UTC: count of … is 5 (5 needed); witnesses s1, …; first known …`."""
    head = headline(a.measured)
    parts = [w.measure(head)] if head is not None else []
    others = len([m for m in a.measured if m is not head and m.truth is True])
    if others:
        parts.append(f"and {w.counted(others, 'further condition')} of it")
    if a.witnesses:
        parts.append(f"witnesses {w.names(map(w.short, a.witnesses), most=WITNESSES)}")
    parts.append(f"first known {w.when(a.t)}")
    word = "MET since" if a.reversed is None else "reversed: was met since"
    text = f"{w.article(agreement, a.article)} · {a.trigger} · {word} {w.when(a.s)}: {'; '.join(parts)}"
    if a.reversed is not None:
        text += f"; reversed {w.when(a.reversed)}" + (f" ({w.plain(a.reversal_cause)})" if a.reversal_cause else "")
    if not a.effective:
        text += "; without effect: the agreement was not in force"
    return text + ("; projected" if a.projected else "")


def assessment(agreement: Agreement | None, a: TriggerAssessment) -> str:
    """The answer on a trigger with what was measured, for one that is pending, undecided or not met."""
    where = f"{w.article(agreement, a.article)} · {a.trigger} · "
    match a.assessment:
        case "met":
            return f"{where}MET"
        case "pending":
            until = w.when(a.until) if a.until is not None else "an instant not known"
            return f"{where}PENDING until {until}{_because(a)}"
        case "undecided":
            return f"{where}UNDECIDED{_because(a)}"
        case _:
            return f"{where}NOT MET{_because(a)}"


def _because(a: TriggerAssessment) -> str:
    if a.reasons:
        return f": {'; '.join(w.plain(reason) for reason in a.reasons)}"
    head = a.measured[0] if a.measured else None
    if head is None:
        return ": nothing that could count is on the record"
    nearest = f"nearest at {w.when(a.nearest)}, " if a.nearest is not None else ""
    return f": {nearest}{w.measure(head)}"


def duty(n: NormInstance) -> str:
    """`KST owes VDR: consult "at the highest level"`."""
    to = f" {w.names(n.creditor)}" if n.creditor and n.mode == "owed" else ""
    what = n.act.replace("_", " ") if n.act else n.name.replace("_", " ")
    said = f' "{n.prose}"' if n.prose else ""
    amount = f", {w.money(n.amount)}" if n.amount else ""
    done = f" (performed: {w.money(n.performed)})" if n.performed else ""
    colon = ":" if n.mode == "owed" else ""
    mode = "owe" if n.mode == "owed" and len(n.debtor) > 1 else _MODES[n.mode]
    shared = {"several": "", "joint": " jointly", "joint_and_several": " jointly and severally"}[n.sharing]
    how = shared if len(n.debtor) > 1 else ""
    return f"{w.names(n.debtor)}{how} {mode}{to}{colon} {what}{said}{amount}{done}"


def norm(agreement: Agreement | None, n: NormInstance) -> str:
    due = f", due {w.when(n.due)}" if n.due is not None else ", no date"
    projected = "; projected" if n.projected else ""
    return f"{w.article(agreement, n.article)} · {n.name} · {duty(n)}{due}: {w.state_word(n.state)}{projected}"


def effect(agreement: Agreement | None, e: EffectInstance) -> str:
    package = f" ({e.package})" if e.package else ""
    moment = {"pending": "takes effect at", "in_effect": "in effect since"}.get(e.state, "was to take effect at")
    state = w.state_word(e.state)
    if e.at == NEVER:
        text = "pending, with no time at which it takes effect" if e.state == "pending" else state
    elif e.state in ("pending", "in_effect"):
        text = f"{moment} {w.when(e.at)}"
    else:
        text = f"{state}; {moment} {w.when(e.at)}"
    return f"{w.article(agreement, e.article)} · {e.name}{package} · {text}"


def decision(agreement: Agreement | None, d: DecisionInstance) -> str:
    if d.state == "open":
        state = "open, with no time at which it closes" if d.closes == NEVER else f"open until {w.when(d.closes)}"
    else:
        state = f"{w.state_word(d.state)} {w.when(d.closed or d.closes)}"
    count = f"{d.tally} ({w.plain(d.why)})" if d.why else d.tally
    if d.why and "abstain" in d.why:  # the reason of an outcome quotes the tally itself
        count = w.plain(d.why)
    return f"{w.article(agreement, d.article)} · {d.name} · opened {w.when(d.opened)}, {state}: {count}"


def determination(agreement: Agreement | None, d: DeterminationInstance) -> str:
    match d.state:
        case "open":
            state = f"for {d.body} to answer by {w.when(d.due)}"
        case "yes" | "no":
            who = d.body if d.entry is not None else "the decision it escalated to"
            state = f"{who} answered {d.state}" + (f" {w.when(d.answered)}" if d.answered is not None else "")
        case _:
            state = f"{d.body} was silent until {w.when(d.due)}: {w.state_word(d.state)}"
            if d.answered is not None:
                state += f"; answered {w.when(d.answered)}"
    return f"{w.article(agreement, d.article)} · {d.name} · {state}"


def finding(f: FindingQuestion) -> str:
    answer = "unknown" if f.value is None else ("yes" if f.value else "no")
    if f.source == "open":
        return f"{f.finding} on {f.event}: for {f.body} to answer by {w.when(f.due)}"
    if f.source == "presumed":
        return f"{f.finding} on {f.event}: {answer} (presumed: {f.body} did not answer by {w.when(f.due)})"
    return f"{f.finding} on {f.event}: {answer} ({f.source} by {f.body})"


def incident(i: Incident) -> str:
    actor = i.actor or "an actor not known"
    others = [one for one in i.actors if one != i.actor]
    if others:
        actor += f", attributed to {w.names(others)}"
    rungs = ", ".join(f"{ladder} {rung}" for ladder, rung in sorted(i.rungs.items())) or "no ladder"
    flags = f"; {w.names(i.flags)}" if i.flags else ""
    return f"{i.type} {i.id} by {actor} · {w.bracket(i.occurred)}: {rungs}; first known {w.when(i.first_known)}{flags}"
