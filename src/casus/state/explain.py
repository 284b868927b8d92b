"""Walks any fact of a State back to the entries and the treaty text that it rests on.

`explain(state, view, agreement, asked, text)` takes an id or a name (an activation, a trigger, `consult of KST`, a decision,
an event, an entry or the beginning of its id, an article, a word the text declares) and gives an `Explanation`, or an
`Unknown` with the nearest names that exist. It computes nothing of its own: it only follows what `evaluate` has put down.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from casus.acts import FindingAnswer, Report
from casus.journal.entry import Entry, View
from casus.language.agreement import Agreement
from casus.language.nodes import Decl
from casus.norms import NEVER
from casus.state import sentences as say
from casus.state import words as w
from casus.state.explain_sources import Around, around, clause, clauses, declared, entries, event_of, prose_once, witnesses
from casus.state.explanation import Explanation, Step, Unknown
from casus.state.model import (
    Activation,
    DecisionInstance,
    DeterminationInstance,
    EffectInstance,
    FindingQuestion,
    Incident,
    NormInstance,
    State,
    TriggerAssessment,
)

Fact = Activation | NormInstance | EffectInstance | DecisionInstance | DeterminationInstance
"""What can be the cause of something, and has one."""

_SHORTEST_PREFIX: Final = 6
_FINDINGS_SHOWN: Final = 8


def explain(state: State, view: View, agreement: Agreement, asked: str, text: str | None = None) -> Explanation | Unknown:
    """The explanation of an id or a name. `text` None: declarations are not quoted."""
    x = around(state, view, agreement, text)
    asked = " ".join(asked.split())
    index = _index(x)
    if asked in index:
        return index[asked]()
    if (of := re.fullmatch(r"(\S+) of (\S+)", asked)) and (latest := _latest_norm(state, of[1], of[2])):
        return _norm(x, latest)
    begun = sorted({name for name in index if name.startswith(asked)}) if len(asked) >= _SHORTEST_PREFIX else []
    if len(begun) == 1:
        return index[begun[0]]()
    nearest = begun or _nearest(asked, [*index, *(f"{n.name} of {code}" for n in state.norms for code in n.debtor)])
    return Unknown(asked, tuple(nearest[:_FINDINGS_SHOWN]))


def _index(x: Around) -> dict[str, Callable[[], Explanation]]:
    """Every id and name that can be asked for; where two facts share a name the more particular one has it."""
    found: dict[str, Callable[[], Explanation]] = {}

    def add(name: str, make: Callable[[], Explanation]) -> None:
        found.setdefault(name, make)

    for activation in x.state.activations:
        add(activation.id, partial(_activation, x, activation))
    for norm in x.state.norms:
        add(norm.id, partial(_norm, x, norm))
    for effect in x.state.effects:
        add(effect.id, partial(_effect, x, effect))
    for decision in x.state.decisions:
        add(decision.id, partial(_decision, x, decision))
    for determination in x.state.determinations:
        add(determination.id, partial(_determination, x, determination))
    for question in x.state.findings:
        add(f"{question.finding} on {question.event}", partial(_finding, x, question))
    for incident in x.state.incidents:
        add(incident.id, partial(_incident, x, incident))
    for answer in x.state.assessments:
        add(answer.trigger, partial(_trigger, x, answer))
    for report, home in x.home.items():
        add(report, partial(_incident, x, x.incidents[home]))
    for entry in x.view.entries:
        add(entry.id, partial(_entry, x, entry))
    for decl in x.agreement.declarations:
        for name in declared(decl):
            add(name, partial(_declaration, x, name, decl))
    for article in x.agreement.articles:
        add(article, partial(_article, x, article))
    return found


def _nearest(asked: str, known: Iterable[str]) -> list[str]:
    """The names most like the one asked for; those that contain it first, for it may be the middle of an id."""
    names = list(dict.fromkeys(known))
    inside = [name for name in names if asked and asked.lower() in name.lower()]
    return list(dict.fromkeys([*inside, *difflib.get_close_matches(asked, names, n=_FINDINGS_SHOWN, cutoff=0.5)]))


def _latest_norm(state: State, name: str, who: str) -> NormInstance | None:
    """`consult of KST`: the latest activated instance."""
    of = [n for n in state.norms if n.name == name and who in n.debtor]
    return max(of, key=lambda n: (n.activated, n.cause), default=None)


# ---------------------------------------------------------------- each kind of fact


def _activation(x: Around, a: Activation) -> Explanation:
    facts = [("severity", str(a.severity)), ("met at", w.when(a.s)), ("first known", w.when(a.t))]
    facts.append(("effective", "yes" if a.effective else "no: the agreement was not in force"))
    if a.reversed is not None:
        because = f" because {w.plain(a.reversal_cause)}" if a.reversal_cause else ""
        facts.append(("reversed", f"{w.when(a.reversed)}{because}; what was done before stands"))
    return Explanation(
        id=a.id,
        kind="activation",
        headline=say.activation(x.agreement, a),
        facts=tuple(facts),
        measured=a.measured,
        witnesses=witnesses(x, a.witnesses),
        leads_to=_effects_of(x, a.id),
        clauses=clauses(x, a.trigger, a.article),
    )


def _trigger(x: Around, answer: TriggerAssessment) -> Explanation:
    met = [a for a in x.state.activations if a.trigger == answer.trigger]
    standing = [a for a in met if a.reversed is None]
    seen = (
        standing[-1].witnesses
        if standing
        else tuple(dict.fromkeys(i for m in answer.measured for i in (*m.witnesses, *m.possible)))
    )
    facts = [("severity", str(answer.severity))]
    facts += [("because", w.plain(reason)) for reason in answer.reasons]
    if answer.nearest is not None and not standing:
        facts.append(("nearest to its threshold", w.when(answer.nearest)))
    if answer.trigger in x.state.hindsight:
        facts.append(("hindsight", "its condition holds with what became known later; that has no legal effect"))
    headline = say.activation(x.agreement, standing[-1]) if standing else say.assessment(x.agreement, answer)
    return Explanation(
        id=answer.trigger,
        kind="trigger",
        headline=headline,
        facts=tuple(facts),
        measured=standing[-1].measured if standing else answer.measured,
        witnesses=witnesses(x, seen),
        leads_to=_of_trigger(x, met),
        clauses=clauses(x, answer.trigger, answer.article),
    )


def _of_trigger(x: Around, met: list[Activation]) -> tuple[Step, ...]:
    """What its activations brought about; before that the activations themselves where there is more than one to tell of."""
    told = met if len(met) > 1 or any(a.reversed is not None for a in met) else []
    steps = [Step(a.id, say.activation(x.agreement, a)) for a in told]
    return (*steps, *(step for a in met for step in _effects_of(x, a.id)))


def _norm(x: Around, n: NormInstance) -> Explanation:
    facts = [("kind", n.kind), ("state", w.state_word(n.state)), ("debtor", w.names(n.debtor))]
    if n.creditor:
        facts.append(("creditor", w.names(n.creditor)))
    facts += [("activated", w.when(n.activated)), ("due", w.when(n.due) if n.due is not None else "no date")]
    facts += [(name, text) for name, text in (("grade", n.grade), ("amount", n.amount), ("performed", n.performed)) if text]
    return Explanation(
        id=n.id,
        kind="norm",
        headline=say.norm(x.agreement, n),
        facts=tuple(facts),
        entries=entries(x, n.acts),
        history=n.history,
        chain=_chain(x, n.cause),
        leads_to=_effects_of(x, n.id),
        clauses=clauses(x, n.name, n.article),
    )


def _effect(x: Around, e: EffectInstance) -> Explanation:
    at = "at no time that the text gives" if e.at == NEVER else w.when(e.at)
    facts = [("state", w.state_word(e.state)), ("activated", w.when(e.activated)), ("takes effect", at)]
    if e.package:
        facts.append(("package", e.package))
    quoted = clauses(x, e.name, e.article) + (clauses(x, e.package, None) if e.package else ())
    return Explanation(
        id=e.id,
        kind="effect",
        headline=say.effect(x.agreement, e),
        facts=tuple(facts),
        history=e.history,
        chain=_chain(x, e.cause),
        leads_to=_effects_of(x, e.id),
        clauses=quoted,
    )


def _decision(x: Around, d: DecisionInstance) -> Explanation:
    silent = [member for member in d.members if member not in {vote.member for vote in d.votes}]
    facts = [("state", w.state_word(d.state)), ("members", w.names(d.members)), ("opened", w.when(d.opened))]
    closes = "at no time that the text gives" if d.closes == NEVER else w.when(d.closes)
    facts += [("closes" if d.state == "open" else "was to close", closes)]
    if d.closed is not None:
        facts.append(("closed", w.when(d.closed)))
    facts += [("tally", d.tally), ("why", w.plain(d.why))]
    facts += [(f"vote of {vote.member}", f"{vote.vote}, known {w.when(vote.known)}") for vote in d.votes]
    facts.append(("have not acted", w.names(silent)))
    chain = tuple(step for cause in d.causes for step in _chain(x, cause))
    return Explanation(
        id=d.id,
        kind="decision",
        headline=say.decision(x.agreement, d),
        facts=tuple(facts),
        entries=entries(x, [vote.entry for vote in d.votes]),
        chain=tuple(dict.fromkeys(chain)),
        leads_to=_effects_of(x, d.id),
        clauses=clauses(x, d.name, d.article),
    )


def _determination(x: Around, d: DeterminationInstance) -> Explanation:
    facts = [("state", w.state_word(d.state)), ("body", d.body), ("asked", w.when(d.opened)), ("due", w.when(d.due))]
    if d.answered is not None:
        facts.append(("answered", w.when(d.answered)))
    return Explanation(
        id=d.id,
        kind="determination",
        headline=say.determination(x.agreement, d),
        facts=tuple(facts),
        entries=entries(x, [d.entry] if d.entry else []),
        history=d.history,
        chain=_chain(x, d.activation),
        leads_to=_effects_of(x, d.id),
        clauses=clauses(x, d.name, d.article),
    )


def _finding(x: Around, f: FindingQuestion) -> Explanation:
    answers = [
        e for e in x.view.entries if isinstance(e.act, FindingAnswer) and (e.act.finding, e.act.on) == (f.finding, f.event)
    ]
    return Explanation(
        id=f"{f.finding} on {f.event}",
        kind="finding",
        headline=say.finding(f),
        facts=(("body", f.body), ("asked", w.when(f.asked)), ("due", w.when(f.due))),
        witnesses=witnesses(x, [f.event]),
        entries=tuple(answers),
        clauses=clauses(x, f.finding, None),
    )


def _incident(x: Around, i: Incident) -> Explanation:
    facts = [("event", i.type), ("actor", i.actor or "not known"), ("occurred", w.bracket(i.occurred))]
    further = [actor for actor in i.actors if actor != i.actor]
    if further:
        facts.append(("counts also as an act of", w.names(further)))
    facts += [(f"{ladder} rung", rung) for ladder, rung in sorted(i.rungs.items())]
    facts.append(("sources", f"{w.names(i.sources)} ({w.counted(i.independent, 'independent source')})"))
    facts += [(name, text) for name, text in sorted(i.fields.items())]
    facts += [("finding", say.finding(f)) for f in x.state.findings if f.event == i.id]
    if i.flags:
        facts.append(("flags", w.names(i.flags)))
    return Explanation(
        id=i.id,
        kind="incident",
        headline=say.incident(i),
        facts=tuple(facts),
        witnesses=witnesses(x, [i.id]),
        leads_to=_counted_in(x, i.id),
        clauses=clauses(x, i.type, None),
    )


def _entry(x: Around, e: Entry) -> Explanation:
    facts = [("occurred", w.bracket(e.occurred)), ("known", w.when(e.known)), ("recorded", w.when(e.recorded))]
    facts += [("author", e.author), ("marking", e.marking), ("place in the journal", f"entry {e.index}")]
    if e.origin:
        facts.append(("origin", e.origin))
    if isinstance(e.act, Report):
        facts += [("source", _source(s)) for s in e.act.sources]
    facts += [("without effect", w.plain(listed.reason)) for listed in x.state.listed if listed.entry == e.id]
    return Explanation(
        id=e.id,
        kind="entry",
        headline=w.act(e.act),
        facts=tuple(facts),
        leads_to=_uses_of_entry(x, e),
    )


def _article(x: Around, article: str) -> Explanation:
    facts: list[Step] = []
    for answer in x.state.assessments:
        if answer.article == article:
            met = [a for a in x.state.activations if a.trigger == answer.trigger and a.reversed is None]
            facts.append(
                Step(answer.trigger, say.activation(x.agreement, met[-1]) if met else say.assessment(x.agreement, answer))
            )
    facts += [Step(d.id, say.decision(x.agreement, d)) for d in x.state.decisions if d.article == article]
    facts += [Step(d.id, say.determination(x.agreement, d)) for d in x.state.determinations if d.article == article]
    facts += [Step(n.id, say.norm(x.agreement, n)) for n in x.state.norms if n.article == article]
    facts += [Step(e.id, say.effect(x.agreement, e)) for e in x.state.effects if e.article == article]
    own = [decl for decl in x.agreement.declarations if decl.article == article]
    quoted = tuple(clause(x, article, decl) for decl in own) or (clause(x, article, None),)
    return Explanation(
        id=article,
        kind="article",
        headline=x.agreement.articles[article].title,
        leads_to=tuple(facts),
        clauses=prose_once(quoted),
    )


def _declaration(x: Around, name: str, decl: Decl) -> Explanation:
    """A word that the text declares: its clause, and the instances that live now."""
    alive = [Step(n.id, say.norm(x.agreement, n)) for n in x.state.norms if n.name == name]
    alive += [Step(d.id, say.decision(x.agreement, d)) for d in x.state.decisions if d.name == name]
    alive += [Step(d.id, say.determination(x.agreement, d)) for d in x.state.determinations if d.name == name]
    alive += [Step(e.id, say.effect(x.agreement, e)) for e in x.state.effects if e.name == name]
    alive += [Step(f"{f.finding} on {f.event}", say.finding(f)) for f in x.state.findings if f.finding == name]
    alive += [Step(n.id, say.norm(x.agreement, n)) for n in x.state.norms if name in n.debtor]
    facts = () if alive else (("instances", "none by then"),) if decl.kind in _LIVING else ()
    return Explanation(
        id=name,
        kind="declaration",
        headline=f"{decl.kind} {name} · {w.article(x.agreement, decl.article)}",
        facts=facts,
        leads_to=tuple(alive),
        clauses=clauses(x, name, decl.article),
    )


_LIVING: Final = ("obligation", "prohibition", "power", "decision", "determination", "automatic", "finding")


def _source(s: object) -> str:
    parts = [getattr(s, "name", "")]
    parts += [f"{label} {getattr(s, label)}" for label in ("lineage", "group", "affiliation") if getattr(s, label, None)]
    return ", ".join(parts) + (" (a model)" if getattr(s, "model", False) else "")


# ---------------------------------------------------------------- causes and consequences


def fact_of_cause(state: State, cause: str) -> Fact | None:
    """The fact that a cause names: an activation, a decision, a determination, or what is behind `breach of …`."""
    facts: list[Fact] = [*state.activations, *state.norms, *state.effects, *state.decisions, *state.determinations]
    by_id = {fact.id: fact for fact in facts}
    if cause in by_id:
        return by_id[cause]
    for behind in (cause.partition(" of ")[2], cause.rpartition(" period ")[0]):
        if behind and (found := fact_of_cause(state, behind)) is not None:
            return found
    return by_id.get(cause.partition(" ")[0])


def _chain(x: Around, cause: str) -> tuple[Step, ...]:
    """From the immediate cause to the root. Where a decision has several causes each is followed, oldest first."""
    steps: list[Step] = []
    seen: set[str] = set()
    todo = [cause]
    while todo:
        text = todo.pop(0)
        if text in seen:
            continue
        seen.add(text)
        fact = fact_of_cause(x.state, text)
        if fact is None:
            steps.append(Step(None, w.plain(text)))
            continue
        steps.append(Step(fact.id, _signal(text, fact.id) + _sentence(x, fact)))
        match fact:
            case NormInstance(cause=before) | EffectInstance(cause=before):
                todo.append(before)
            case DecisionInstance(causes=causes):
                todo.extend(causes)
            case DeterminationInstance(activation=activation):
                todo.append(activation)
            case Activation():
                pass
    return tuple(steps)


def _signal(cause: str, fact_id: str) -> str:
    """`breach of ` in front of the norm whose breach it is."""
    kind = cause[: cause.index(fact_id)] if fact_id in cause else ""
    return kind if kind.endswith(" of ") else ""


def _sentence(x: Around, fact: Fact) -> str:
    match fact:
        case Activation():
            return say.activation(x.agreement, fact)
        case NormInstance():
            return say.norm(x.agreement, fact)
        case EffectInstance():
            return say.effect(x.agreement, fact)
        case DecisionInstance():
            return say.decision(x.agreement, fact)
        case DeterminationInstance():
            return say.determination(x.agreement, fact)


def _effects_of(x: Around, fact_id: str) -> tuple[Step, ...]:
    """What a fact brought about directly."""

    def caused(cause: str) -> bool:
        if cause == fact_id:
            return True
        behind = fact_of_cause(x.state, cause) if fact_id in cause else None
        return behind is not None and behind.id == fact_id

    found: list[Step] = []
    found += [Step(d.id, say.determination(x.agreement, d)) for d in x.state.determinations if caused(d.activation)]
    found += [Step(d.id, say.decision(x.agreement, d)) for d in x.state.decisions if any(caused(c) for c in d.causes)]
    found += [Step(n.id, say.norm(x.agreement, n)) for n in x.state.norms if caused(n.cause)]
    found += [Step(e.id, say.effect(x.agreement, e)) for e in x.state.effects if caused(e.cause)]
    return tuple(found)


def _counted_in(x: Around, event: str) -> tuple[Step, ...]:
    """The activations that an event is a witness of, and the triggers for which it may still count."""
    found = [Step(a.id, say.activation(x.agreement, a)) for a in x.state.activations if event in a.witnesses]
    for answer in x.state.assessments:
        if answer.assessment == "met":
            continue
        if any(event in m.witnesses for m in answer.measured):
            found.append(Step(answer.trigger, f"counts towards {say.assessment(x.agreement, answer)}"))
        elif any(event in m.possible for m in answer.measured):
            found.append(Step(answer.trigger, f"may count towards {say.assessment(x.agreement, answer)}"))
    return tuple(found)


def _uses_of_entry(x: Around, e: Entry) -> tuple[Step, ...]:
    about = event_of(x, e)
    found = [Step(i.id, f"part of {say.incident(i)}") for i in x.state.incidents if e.id in i.reports or i.id == about]
    found += _counted_in(x, e.id)
    found += [Step(n.id, f"serves {say.norm(x.agreement, n)}") for n in x.state.norms if e.id in n.acts]
    for d in x.state.decisions:
        if any(vote.entry == e.id for vote in d.votes):
            found.append(Step(d.id, f"counts in {say.decision(x.agreement, d)}"))
    for answered in x.state.determinations:
        if answered.entry == e.id:
            found.append(Step(answered.id, f"answers {say.determination(x.agreement, answered)}"))
    return tuple(found)
