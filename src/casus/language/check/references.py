"""Every name that a declaration uses, with the kinds of things that may stand at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from casus.diagnostics import Span
from casus.language import nodes as n
from casus.language.check.scope import ANYTHING, FORCE, HAPPENINGS, NORMS, UNNAMED, WHO
from casus.language.check.walk import atoms, conditions, happenings, zone_names
from casus.language.phrases import AFTER_THE_NAME

_ROLE: Final = frozenset({"role"})
_EVENTS: Final = frozenset({"event", "define"})
_BODY: Final = frozenset({"body"})
_CODES: Final = frozenset({"party", "nonparty"})
_TRIGGER: Final = frozenset({"trigger"})
_DECISION: Final = frozenset({"decision"})
_ANSWERS: Final = frozenset({"body", "decision"})
_EFFECTS: Final = NORMS | {"automatic"}
_HOLDERS: Final = WHO | {"nonparty"}
LANGUAGE: Final = "language"
"""An authentic language, in which a text is read; it is declared in the head."""
_SOURCE: Final = frozenset({"source"})
_QUESTION: Final = frozenset({"question"})
_COUNTERPARTS: Final = _EFFECTS | {"claim", "concession", "question", "step"}
_WAITED_FOR: Final = _EFFECTS | {"step", "trigger", "decision", "determination"}
_MANY: Final = frozenset({"group", "role"})
_PHASE: Final = frozenset({"phase"})
_CEASEFIRE: Final = frozenset({"ceasefire"})
_DISPUTE: Final = frozenset({"dispute"})
_SIGNAL: Final[Mapping[str | None, frozenset[str]]] = {
    None: _TRIGGER,
    "adopted": _DECISION,
    "rejected": _DECISION,
    "determined": frozenset({"determination"}),
    "reversal": _TRIGGER,
    "upheld": _DISPUTE,
    "dismissed": _DISPUTE,
    **dict.fromkeys(("active", "degraded", "suspended", "collapsed"), _CEASEFIRE),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """`name` stands after `what`, where one of `kinds` belongs; `what` None: where no word tells its place.

    `acting`: as one who owes, holds, votes or is bound.
    """

    name: str
    kinds: frozenset[str]
    what: str | None
    span: Span | None
    acting: bool = False


def references(decl: n.Decl) -> Iterator[Reference]:
    """The names that a declaration uses, in the order of the grammar."""
    match decl:
        case n.PartyDecl(roles=roles) | n.BodyDecl(roles=roles):
            for role in roles:
                yield Reference(role, _ROLE, "as", decl.place("roles"))
        case n.GroupDecl(members=n.Every(name=name)):
            yield Reference(name, _MANY, "every", decl.place("members"))
        case n.GroupDecl(members=tuple() as codes):
            for code in codes:
                yield Reference(code, _CODES, "group", decl.place("members"))
        case n.ZoneDecl(expr=expr):
            yield from _zones(expr, decl.place("expr"))
        case n.LadderDecl():
            for level in decl.levels:
                for source in level.sources:
                    if source.body is not None:
                        yield Reference(source.body, _BODY, f"level {level.name} by", level.span or decl.span)
            if decl.silence is not None and decl.silence.escalates_to is not None:
                yield Reference(decl.silence.escalates_to, _ANSWERS, "escalates to", decl.place("silence"))
        case n.FindingDecl():
            for name in decl.on:
                yield Reference(name, _EVENTS, "on", decl.place("on"))
            yield Reference(decl.body, _BODY, "by", decl.place("body"))
            yield from _maybe(decl.escalates_to, _ANSWERS, "escalates to", decl.place("escalates_to"))
        case n.DeterminationDecl():
            yield Reference(decl.of, _TRIGGER, "of", decl.place("of"))
            yield Reference(decl.body, _BODY, "by", decl.place("body"))
            yield from _maybe(decl.escalates_to, _ANSWERS, "escalates to", decl.place("escalates_to"))
        case n.AttributableDecl():
            yield Reference(decl.actor, _CODES, "attributable", decl.place("actor"))
            yield Reference(decl.to, _CODES, "to", decl.place("to"))
            yield Reference(decl.body, _BODY, "by", decl.place("body"))
        case n.BaselineDecl():
            yield Reference(decl.of, HAPPENINGS, "count of", decl.place("of"))
            yield from _by(decl.by, decl.place("by"))
        case n.DefineDecl():
            for name in decl.means:
                yield Reference(name, HAPPENINGS, "means", decl.place("means"))
            yield from _condition(decl.where, decl.place("where"))
        case n.ExceptionDecl():
            yield Reference(decl.to, HAPPENINGS, "exception … to", decl.place("to"))
            yield from _condition(decl.when, decl.place("when"))
        case n.TriggerDecl():
            yield from _trigger(decl)
        case n.DecisionDecl():
            yield from _decision(decl)
        case n.NormDecl():
            yield from _norm(decl)
        case n.AutomaticDecl():
            yield from _automatic(decl)
        case _:
            yield from _others(decl)


def _trigger(decl: n.TriggerDecl) -> Iterator[Reference]:
    for atom in atoms(decl.when):
        span = atom.span or decl.place("when")
        kinds = frozenset({"event", "define", "exception", "estimate"}) if isinstance(atom, n.THolds) else HAPPENINGS
        for name, by in happenings(atom):
            yield Reference(name, kinds, None, span)
            yield from _by(by, span)
        match atom:
            case n.TRate(baseline=name):
                yield Reference(name, frozenset({"baseline"}), "baseline", span)
            case n.TQuiet(observer=str() as name):
                yield Reference(name, _BODY, "observed by", span)
            case n.TLatest():
                yield Reference(atom.name, frozenset({"estimate"}), "latest", span)
                yield from _by(atom.by, span)
            case n.TMet(name=name):
                yield Reference(name, _TRIGGER, "met … times", span)
    for need in decl.needs:
        yield Reference(need.ladder, frozenset({"ladder"}), "needs", decl.place("needs"))
    for name in decl.absorbs:
        yield Reference(name, _TRIGGER, "absorbs", decl.place("absorbs"))
    for name in decl.adds_to:
        yield Reference(name, _TRIGGER, "adds to", decl.place("adds_to"))
    for name in decl.excluding:
        yield Reference(name, HAPPENINGS, "excluding", decl.place("excluding"))


def _decision(decl: n.DecisionDecl) -> Iterator[Reference]:
    yield from _who(decl.members, "of", decl.place("members"))
    yield from _who(decl.recused, "recused", decl.place("recused"))
    yield from _who(decl.veto, "veto", decl.place("veto"))
    yield from _signals(decl.opens_upon, decl.place("opens_upon"))
    yield from _who(decl.opens_on_request_of, "request of", decl.place("opens_on_request_of"))
    for field in ("if_silent_escalates_to", "if_rejected_escalates_to"):
        yield from _maybe(getattr(decl, field), _ANSWERS, "escalates to", decl.place(field))
    if isinstance(decl.rule, n.Shares):
        for share in decl.rule.shares:
            yield from _maybe(share.weights, frozenset({"weights"}), "weights", decl.place("rule"))
    yield from _maybe(decl.parties_abstain, _DISPUTE, "parties to", decl.place("parties_abstain"))


def _norm(decl: n.NormDecl) -> Iterator[Reference]:
    yield from _signals(decl.upon, decl.place("upon"))
    yield from _who(decl.debtor, "holder" if decl.kind == "power" else "debtor", decl.place("debtor"))
    yield from _who(decl.creditor, "creditor", decl.place("creditor"))
    if decl.act is not None:
        yield from _zones(decl.act.zone, decl.place("act"))
    for stated, field in ((decl.amount, "amount"), *((tier.amount, "tiers") for tier in decl.tiers)):
        amount = stated.column if isinstance(stated, n.PercentOf) else stated
        if isinstance(amount, n.ColRef):
            yield Reference(amount.schedule, frozenset({"schedule"}), "amount", decl.place(field))
    if isinstance(decl.due, n.DueColumn):
        yield Reference(decl.due.column.schedule, frozenset({"schedule"}), "due", decl.place("due"))
    yield from _maybe(decl.forbids, _EVENTS, "forbids", decl.place("forbids"))
    yield from _maybe(decl.used_by, _EVENTS, "used by", decl.place("used_by"))
    yield from _maybe(decl.fulfilled_by, _EVENTS, "fulfilled by", decl.place("fulfilled_by"))
    if decl.if_breached is not None:
        yield Reference(decl.if_breached[1], NORMS, f"if breached {decl.if_breached[0]}", decl.place("if_breached"))
    yield from _maybe(decl.if_refused, NORMS, "if refused then", decl.place("if_refused"))
    for name in decl.during:
        yield Reference(name, _PHASE, "during", decl.place("during"))
    for tier in decl.tiers:
        yield Reference(tier.phase, _PHASE, "tier", decl.place("tiers"))
    for name in decl.waits_for:
        yield Reference(name, NORMS, "waits for", decl.place("waits_for"))
    yield from _who(decl.backup, "backup", decl.place("backup"))
    for field in ("until", "unless"):
        for cond in conditions(getattr(decl, field)):
            if isinstance(cond, n.CRef):
                yield Reference(cond.name, HAPPENINGS | _TRIGGER, field, cond.span or decl.place(field))


def _automatic(decl: n.AutomaticDecl) -> Iterator[Reference]:
    yield from _signals(decl.upon, decl.place("upon"))
    yield from _maybe(decl.reinstate, frozenset({"package"}), "reinstate", decl.place("reinstate"))
    if decl.unless is not None:
        yield Reference(decl.unless.name, _DECISION, "unless", decl.place("unless"))
    for part in decl.ends_when:
        kinds = _DECISION if isinstance(part, n.EndsDecision) else HAPPENINGS
        yield Reference(part.name, kinds, "ends when", decl.place("ends_when"))


def _others(decl: n.Decl) -> Iterator[Reference]:
    match decl:
        case n.PhaseDecl():
            for field in ("start", "end"):
                value = getattr(decl, field)
                if isinstance(value, n.Signal):
                    yield from _signals((value,), decl.place(field))
        case n.TemplateDecl():
            yield Reference(decl.every, _MANY, "for every", decl.place("every"))
        case n.ReadingDecl():
            for name in decl.by:
                yield Reference(name, _HOLDERS | {LANGUAGE}, "by", decl.place("by"))
            for name in decl.of:
                yield from _of(name, decl.place("of"))
        case n.OptionDecl():
            yield from _maybe(decl.on, _QUESTION, "on", decl.place("on"))
            for name in decl.by:
                yield Reference(name, _CODES, "proposed by", decl.place("by"))
        case n.TermDecl():
            yield from _who(decl.ratified_by, "ratified by", decl.place("ratified_by"))
            if decl.extends is not None:
                yield Reference(decl.extends.group, _MANY, "objection by … of", decl.place("extends"), acting=True)
            for name in decl.barred_while:
                yield Reference(name, _TRIGGER | _DECISION, "barred while", decl.place("barred_while"))
            for survives in decl.survives:
                for name in survives.names:
                    yield Reference(name, _EFFECTS, "survives", decl.place("survives"))
            for name in decl.requires:
                yield Reference(name, frozenset({"event"}), "requires", decl.place("requires"))
            yield from _by(decl.requires_by, decl.place("requires"))
            for name in decl.provisionally:
                yield Reference(name, NORMS, "provisionally", decl.place("provisionally"))
            yield from _who(decl.accession_of, "accession of", decl.place("accession_of"))
            yield from _maybe(decl.accession_when, _DECISION, "accession when", decl.place("accession_of"))
        case n.SuspensionDecl():
            yield Reference(decl.by, _DECISION, "suspension by", decl.place("by"))
            for name in decl.never_suspends:
                yield Reference(name, _EFFECTS, "never suspends", decl.place("never_suspends"))
        case _:
            yield from _practice(decl)
            yield from _records(decl)


def _practice(decl: n.Decl) -> Iterator[Reference]:
    """Procedures at home, contributions, ceasefires, disputes."""
    match decl:
        case n.ProcedureDecl():
            yield Reference(decl.of, frozenset({"party"}), "of", decl.place("of"))
            for source in (*(stage.source for stage in decl.stages), *(caveat.source for caveat in decl.caveats)):
                yield from _maybe(source, _SOURCE, "source", decl.place("stages", "caveats"))
        case n.ContributionDecl():
            yield Reference(decl.by, frozenset({"party"}), "by", decl.place("by"))
            for name in decl.serves:
                yield Reference(name, NORMS, "for", decl.place("serves"))
            yield from _zones(decl.zone, decl.place("zone"))
            yield from _maybe(decl.mandate, _DECISION, "mandate", decl.place("mandate"))
        case n.CeasefireDecl():
            for becomes in decl.becomes:
                yield from _signals(becomes.upon, decl.place("becomes"))
                yield from _maybe(becomes.quiet, HAPPENINGS, "after no", decl.place("becomes"))
        case n.DisputeDecl():
            for name in decl.over:
                yield Reference(name, _EFFECTS, "over", decl.place("over"))
            yield from _who(decl.claimant, "claimant", decl.place("claimant"))
            yield from _who(decl.respondent, "respondent", decl.place("respondent"))
            yield from _maybe(decl.forum, _BODY, "forum", decl.place("forum"))
            yield from _maybe(decl.remedy, NORMS, "remedy", decl.place("remedy"))
        case _:
            return


def _records(decl: n.Decl) -> Iterator[Reference]:
    """What a text rests on, what is claimed of it, what it leaves open."""
    match decl:
        case n.BasisDecl():
            yield Reference(decl.source, _SOURCE, "basis", decl.place("source"))
            for name in decl.of:
                yield from _of(name, decl.place("of"))
        case n.ClaimDecl():
            yield Reference(decl.on, _QUESTION, "on", decl.place("on"))
            yield Reference(decl.by, _SOURCE, "by", decl.place("by"))
            yield from _maybe(decl.holder, _HOLDERS, "holder", decl.place("holder"))
        case n.OpenDecl():
            if decl.of is not None:
                yield from _of(decl.of, decl.place("of"))
        case n.PositionDecl():
            yield Reference(decl.holder, _HOLDERS, "position", decl.place("holder"))
            yield Reference(decl.on, _QUESTION | {"option"}, "on", decl.place("on"))
            yield from _maybe(decl.source, _SOURCE, "source", decl.place("source"))
        case n.ConcessionDecl():
            yield Reference(decl.by, _CODES, "by", decl.place("by"))
            for name in decl.in_return:
                yield Reference(name, _COUNTERPARTS, "for", decl.place("in_return"))
            yield from _maybe(decl.source, _SOURCE, "source", decl.place("source"))
        case n.WordingDecl():
            yield from _maybe(decl.source, _SOURCE, "source", decl.place("source"))
        case n.CopyDecl():
            yield Reference(decl.of, _CODES, "of", decl.place("of"))
        case n.StepDecl():
            yield from _by(decl.by, decl.place("by"))
            for name in decl.after:
                if name != FORCE:
                    yield Reference(name, _WAITED_FOR, "after", decl.place("after"))
        case _:
            return


def _condition(cond: n.Cond | None, place: Span | None) -> Iterator[Reference]:
    """Names of a condition on an event; flags and fields are looked at with the event's fields."""
    for atom in conditions(cond):
        match atom:
            case n.CFollows():
                yield Reference(atom.name, HAPPENINGS, "follows", atom.span or place)
                yield from _by(atom.by, atom.span or place)
            case n.CCured():
                yield Reference(atom.name, _EVENTS, "cured by", atom.span or place)
            case n.CIn(zone=zone) | n.CNear(zone=zone):
                yield from _zones(zone, place)
            case n.CBy(codes=codes):
                for code in codes:
                    yield Reference(code, _CODES, "by", place)
            case n.CIs(code=code):
                yield Reference(code, _CODES, f"{atom.field} =", place)


def _signals(signals: tuple[n.Signal, ...], place: Span | None) -> Iterator[Reference]:
    for signal in signals:
        what = "upon" if signal.kind is None else signal.kind if signal.kind in AFTER_THE_NAME else f"{signal.kind} of"
        yield Reference(signal.name, _SIGNAL.get(signal.kind, NORMS), what, signal.span or place)


def _who(partyset: n.PartySet | None, what: str, place: Span | None) -> Iterator[Reference]:
    for atom in partyset.atoms if partyset is not None else ():
        many = isinstance(atom, n.Every | n.KOf)
        name = f"{what} every" if isinstance(atom, n.Every) else what
        yield Reference(atom.name, _MANY if many else WHO, name, place, acting=True)


def _by(by: n.By | None, place: Span | None) -> Iterator[Reference]:
    if by is None:
        return
    for code in by.codes:
        yield Reference(code, _CODES, "by", place)
    yield from _maybe(by.name, _MANY | _BODY, "by", place)


def _zones(expr: n.ZoneExpr | None, place: Span | None) -> Iterator[Reference]:
    for name in zone_names(expr):
        yield Reference(name, frozenset({"zone"}), None, place)


def _of(name: str, place: Span | None) -> Iterator[Reference]:
    """A declaration of any kind; some have no name but their keyword."""
    if name not in UNNAMED:
        yield Reference(name, ANYTHING, "of", place)


def _maybe(name: str | None, kinds: frozenset[str], what: str, place: Span | None) -> Iterator[Reference]:
    if name is not None:
        yield Reference(name, kinds, what, place)
