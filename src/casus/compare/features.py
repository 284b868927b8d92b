"""What one asks of every guarantee, and what a text answers: the questions of the page and of the matrix.

A question is a function from a draft to answers, each with its article. Where none is given the text is silent, or says by
`open` what it leaves open; silence is an answer too and is never filled in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from casus.compare import plain
from casus.compare.answer import Answer
from casus.compare.binding import binding, status
from casus.compare.blocking import blockers
from casus.compare.clocks import ClockKind, clocks
from casus.language import nodes as n
from casus.language import phrases
from casus.language.check.walk import atoms, conditions
from casus.lint.draft import HELP, Draft

SILENT: Final = "the text is silent"

ENFORCING: Final = frozenset({"impose_measures", "freeze", "immobilise", "seize"})
"""Acts that fall on whoever did what the agreement is about."""


Find = Callable[[Draft], Iterator[Answer]]


@dataclass(frozen=True, slots=True)
class Feature:
    """`opens`: the subjects of `open` declarations that leave this question open. `scope`: a text has to answer it."""

    id: str
    title: str
    question: str
    find: Find
    opens: frozenset[str] = frozenset()
    scope: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """The answer of one text to one question; `open` holds what the text says it leaves open."""

    feature: Feature
    answers: tuple[Answer, ...]
    open: tuple[Answer, ...]

    @property
    def state(self) -> Literal["said", "open", "silent"]:
        return "said" if self.answers else "open" if self.open else "silent"


def ask(draft: Draft, feature: Feature) -> Cell:
    """What a text answers. Equal answers of one article are given once."""
    answers = tuple(dict.fromkeys(feature.find(draft)))
    return Cell(feature, answers, tuple(_opens(draft, feature)))


def _opens(draft: Draft, feature: Feature) -> Iterator[Answer]:
    for gap in draft.agreement.opens:
        if gap.what in feature.opens and _belongs(draft, feature, gap.what, gap.of):
            yield Answer(gap.text, gap.article, gap.of or "")


def _belongs(draft: Draft, feature: Feature, what: str, of: str | None) -> bool:
    """A date left open is that of meeting, of deciding or of delivery, by what it is the date of."""
    norm = draft.agreement.norms.get(of or "")
    if what not in ("due", "amount") or norm is None:
        return True
    verb = norm.act.verb if norm.act is not None else ""
    kind = "clock_meet" if verb in ("consult", "convene") else "clock_deliver"
    return feature.id in (kind, "money", "response")


# ---------------------------------------------------------------- what brings it into play


def _triggers(draft: Draft) -> Iterator[Answer]:
    for trigger in draft.agreement.triggers.values():
        yield Answer(f"{plain.name(trigger.name)}: {plain.trigger_condition(trigger.when)}", trigger.article, trigger.name)


def _acts(draft: Draft) -> Iterator[Answer]:
    """The kinds of event and the definitions that triggers and prohibitions read."""
    a = draft.agreement
    read = {name for trigger in a.triggers for name in draft.read_by(trigger)}
    read |= {norm.forbids for norm in a.norms.values() if norm.forbids is not None}
    for definition in a.definitions.values():
        if definition.name in read:
            where = f", {plain.condition(definition.where)}" if definition.where is not None else ""
            means = plain.names(definition.means, "or")
            yield Answer(f"{plain.name(definition.name)}: {means}{where}", definition.article, definition.name)
    defined = {name for definition in a.definitions.values() for name in definition.means}
    for event in a.events.values():
        if event.name in read - defined:
            yield Answer(plain.name(event.name), event.article, event.name)
    for estimate in a.estimates.values():
        if estimate.name in read:
            yield Answer(f"the size of {plain.name(estimate.name)}", estimate.article, estimate.name)


def _exceptions(draft: Draft) -> Iterator[Answer]:
    for one in draft.agreement.exceptions.values():
        text = f"{plain.name(one.name)}, from {plain.name(one.to)}: {plain.condition(one.when)}"
        yield Answer(text, one.article, one.name)


def _territory(draft: Draft) -> Iterator[Answer]:
    a = draft.agreement
    where = [(decl.name, decl.where, decl.article) for decl in a.definitions.values()]
    where += [(decl.name, decl.when, decl.article) for decl in a.exceptions.values()]
    for name, condition, article in where:
        for part in conditions(condition):
            if isinstance(part, n.CIn | n.CNear):
                yield Answer(f"{plain.name(name)}: {plain.condition(part)}", article, name)
    for norm in a.norms.values():
        if norm.act is not None and norm.act.zone is not None:
            yield Answer(f"{plain.name(norm.name)}: in {plain.zone(norm.act.zone)}", norm.article, norm.name)


def _persons(draft: Draft) -> Iterator[Answer]:
    a = draft.agreement
    for trigger in a.triggers.values():
        named = sorted({code for part in atoms(trigger.when) for code in a.by(getattr(part, "by", None)) or ()})
        if named:
            yield Answer(f"{plain.name(trigger.name)}: acts of {plain.names(named)}", trigger.article, trigger.name)
    for decl in a.definitions.values():
        for part in conditions(decl.where):
            if isinstance(part, n.CBy):
                yield Answer(f"{plain.name(decl.name)}: acts of {plain.names(part.codes)}", decl.article, decl.name)
    for norm in a.norms.values():
        if norm.kind == "prohibition":
            text = f"{plain.name(norm.name)}: acts of {plain.names(a.who(norm.debtor))}"
            yield Answer(text, norm.article, norm.name)


DOMAINS: Final = {
    "land": r"land|ground|troops?|incursions?|artillery|tanks?|armou?r\w*|infantry|shelling",
    "air": r"air|airspace|aircraft|missiles?|uavs?|drones?|air_defence|aerial|skies|sky",
    "sea": r"sea|seas|maritime|naval|navy|vessels?|ships?|ports?|blockades?|waters|demine",
    "cyber": r"cyber\w*|networks?|malware|hacking",
}


def _domains(draft: Draft) -> Iterator[Answer]:
    """Land, sea, air and cyber, by the words that name acts, fields, weapons and measures."""
    for domain, pattern in DOMAINS.items():
        for decl in draft.agreement.declarations:
            words = " ".join(_own_words(decl)).replace("_", " ").lower()
            if match := re.search(rf"\b({pattern.replace('_', ' ')})\b", words):
                yield Answer(f'{domain}: by the word "{match[0]}"', decl.article, getattr(decl, "name", ""))
                break


def _own_words(decl: n.Decl) -> Iterator[str]:
    match decl:
        case n.EventDecl():
            yield decl.name
            for one in decl.fields:
                yield from (one.name, *one.values)
        case n.DefineDecl() | n.EstimateDecl() | n.PackageDecl():
            yield decl.name
            yield from getattr(decl, "items", ())
        case n.NormDecl() if decl.act is not None:
            yield decl.act.verb
            yield decl.act.prose or ""
        case _:
            return


# ---------------------------------------------------------------- clocks and decisions


def _clock(*kinds: ClockKind) -> Find:
    def find(draft: Draft) -> Iterator[Answer]:
        for clock in clocks(draft.agreement):
            if clock.kind in kinds:
                yield Answer(clock.text, clock.article, clock.of)

    return find


def _rules(draft: Draft) -> Iterator[Answer]:
    for decision in draft.agreement.decisions.values():
        members = plain.names(draft.agreement.who(decision.members))
        quorum = f", quorum {decision.quorum.text}" if decision.quorum is not None else ""
        veto = f", veto of {plain.names(draft.agreement.who(decision.veto))}" if decision.veto is not None else ""
        rule = (
            f"{plain.rule(decision)} of {members}" if decision.rule is not None else f"the rule is not said; members {members}"
        )
        text = f"{plain.name(decision.name)}: {rule}{quorum}{veto}"
        yield Answer(text, decision.article, decision.name)


def _silence(draft: Draft) -> Iterator[Answer]:
    a = draft.agreement
    for decision in a.decisions.values():
        to = decision.if_silent_escalates_to
        then = f"goes to {plain.name(to)}" if to is not None else f"is {decision.if_silent}" if decision.if_silent else None
        if then is not None:
            yield Answer(f"{plain.name(decision.name)}: nobody acts, so it {then}", decision.article, decision.name)
    for asked in a.determinations.values():
        then = f"goes to {plain.name(asked.escalates_to)}" if asked.escalates_to is not None else "lapses"
        text = f"{plain.name(asked.name)}: {plain.name(asked.body)} is silent, so it {then}"
        yield Answer(text, asked.article, asked.name)
    for finding in a.findings.values():
        presumed = f"is presumed {'yes' if finding.presumed else 'no'}"
        then = f"goes to {plain.name(finding.escalates_to)}" if finding.escalates_to is not None else presumed
        text = f"{plain.name(finding.name)}: {plain.name(finding.body)} is silent, so it {then}"
        yield Answer(text, finding.article, finding.name)
    for ladder in a.ladders.values():
        if ladder.silence is not None:
            to = ladder.silence.escalates_to
            then = f"goes to {plain.name(to)}" if to is not None else "lapses"
            yield Answer(f"{ladder.name}: no body speaks, so the question {then}", ladder.article, ladder.name)


def _forum(draft: Draft) -> Iterator[Answer]:
    a = draft.agreement
    for decision in a.decisions.values():
        text = f"{plain.name(decision.name)}: {plain.names(a.who(decision.members))}"
        yield Answer(text, decision.article, decision.name)
    for asked in a.determinations.values():
        yield Answer(f"{plain.name(asked.name)}: {plain.name(asked.body)}", asked.article, asked.name)


# ---------------------------------------------------------------- what is owed


def _response(draft: Draft) -> Iterator[Answer]:
    """What is owed once something has happened: every duty and power that is not always there."""
    for norm in draft.agreement.norms.values():
        if norm.kind == "prohibition" or norm.always or norm.every is not None:
            continue
        what = "may be used: " if norm.kind == "power" else ""
        upon = f" when {plain.signals(norm.upon)}" if norm.upon else ""
        yield Answer(f"{what}{plain.act(norm)}{upon}", norm.article, norm.name)


def _owes(draft: Draft) -> Iterator[Answer]:
    a = draft.agreement
    for norm in a.norms.values():
        if norm.kind == "obligation":
            to = f" to {plain.names(a.who(norm.creditor))}" if norm.creditor is not None else ""
            text = f"{plain.name(norm.name)}: {plain.who(a, norm.debtor, norm.sharing)}{to}"
            yield Answer(text, norm.article, norm.name)


def own_duties(draft: Draft) -> Iterator[Answer]:
    """What the protected party owes or must not do itself."""
    a = draft.agreement
    for norm in a.norms.values():
        if norm.kind != "power" and draft.protected & set(a.who(norm.debtor)):
            must = "must not: " if norm.kind == "prohibition" else ""
            when = f" when {plain.signals(norm.upon)}" if norm.upon else " always" if norm.always else ""
            due = f", {plain.due(norm.due)}" if norm.due is not None else ""
            yield Answer(f"{must}{plain.act(norm)}{when}{due}", norm.article, norm.name)


def _money(draft: Draft) -> Iterator[Answer]:
    a = draft.agreement
    for norm in a.norms.values():
        match norm.amount:
            case None:
                continue
            case n.MoneyAmount():
                yield Answer(f"{plain.name(norm.name)}: {plain.money(norm.amount)}", norm.article, norm.name)
            case n.ColRef() | n.PercentOf() as amount:
                column = amount.column if isinstance(amount, n.PercentOf) else amount
                share = f"{amount.percent.text} percent of " if isinstance(amount, n.PercentOf) else ""
                decl = a.schedules[column.schedule]
                rows = [f"{row[decl.key]} {row[column.column].replace('_', ',')}" for row in a.tables[decl.table].rows]
                yield Answer(f"{plain.name(norm.name)}: {share}{'; '.join(rows)}", norm.article, norm.name)


def _remedy(draft: Draft) -> Iterator[Answer]:
    a = draft.agreement
    for norm in a.norms.values():
        if norm.if_breached is not None:
            how, other = norm.if_breached
            text = f"breach of {plain.name(norm.name)}: {'also' if how == 'also' else 'instead'} {plain.name(other)}"
            yield Answer(text, norm.article, norm.name)
        for signal in norm.upon:
            if signal.kind == "breach" and (a.norms[signal.name].if_breached or ("", ""))[1] != norm.name:
                yield Answer(f"breach of {plain.name(signal.name)}: {plain.act(norm)}", norm.article, norm.name)
        if norm.act is not None and norm.act.verb == "compensate":
            yield Answer(f"{plain.name(norm.name)}: {plain.act(norm)}", norm.article, norm.name)
    upon = [(decl.name, decl.upon, decl.article) for decl in a.automatics.values()]
    upon += [(decl.name, decl.opens_upon, decl.article) for decl in a.decisions.values()]
    for name, signals, article in upon:
        for signal in signals:
            if signal.kind == "breach":
                yield Answer(f"breach of {plain.name(signal.name)}: {plain.name(name)}", article, name)


def _enforcement(draft: Draft) -> Iterator[Answer]:
    a = draft.agreement
    for norm in a.norms.values():
        if norm.act is not None and norm.act.verb in ENFORCING:
            who = plain.who(a, norm.debtor, norm.sharing)
            yield Answer(f"{plain.name(norm.name)}: {who} {plain.act(norm)}", norm.article, norm.name)
        elif norm.kind == "power" and norm.act is not None and norm.act.verb in HELP:
            who = plain.who(a, norm.debtor, norm.sharing)
            yield Answer(f"{plain.name(norm.name)}: {who} may {plain.act(norm)}", norm.article, norm.name)
    yield from _returns(draft)


def _returns(draft: Draft) -> Iterator[Answer]:
    for effect in draft.agreement.automatics.values():
        at = plain.due(effect.at).replace("within", "exactly") if effect.at is not None else "at no stated time"
        what = plain.name(effect.reinstate or effect.name)
        unless = f", unless {plain.name(effect.unless.name)} is {effect.unless.outcome}" if effect.unless is not None else ""
        yield Answer(f"{what} by itself {at}, when {plain.signals(effect.upon)}{unless}", effect.article, effect.name)


# ---------------------------------------------------------------- how it is known


def _verification(draft: Draft) -> Iterator[Answer]:
    yield from _ladder(draft, "occurrence")
    a = draft.agreement
    for norm in a.norms.values():
        if norm.act is not None and norm.act.verb in ("permit_access", "inspect"):
            text = f"{plain.name(norm.name)}: {plain.who(a, norm.debtor, norm.sharing)} {plain.act(norm)}"
            yield Answer(text, norm.article, norm.name)
    for trigger in a.triggers.values():
        for part in atoms(trigger.when):
            if isinstance(part, n.TQuiet) and part.observer is not None:
                text = f"{plain.name(part.observer)} observes {plain.name(part.name)}"
                yield Answer(text, trigger.article, trigger.name)


def _attribution(draft: Draft) -> Iterator[Answer]:
    yield from _ladder(draft, "attribution")
    for one in draft.agreement.attributables:
        grounds = plain.names(one.grounds, "or")
        yield Answer(f"{one.actor} to {one.to}, on {grounds}, by {plain.name(one.body)}", one.article, one.actor)


def _ladder(draft: Draft, name: str) -> Iterator[Answer]:
    ladder = draft.agreement.ladders.get(name)
    if ladder is None:
        return
    by = {
        level.name: plain.names(
            [f"{s.count.text} independent sources" if s.count is not None else str(s.body) for s in level.sources], "or"
        )
        for level in ladder.levels
    }
    rungs = ", ".join(f"{plain.name(rung)} (by {by[rung]})" if rung in by else plain.name(rung) for rung in ladder.rungs)
    yield Answer(rungs, ladder.article, ladder.name)


# ---------------------------------------------------------------- its own life


def _start(draft: Draft) -> Iterator[Answer]:
    for term in _terms(draft):
        if term.in_force_from is not None:
            yield Answer(f"in force from {term.in_force_from.text}", term.article, "term")
        if term.ratified_by is not None:
            who = plain.name(phrases.partyset(term.ratified_by))
            yield Answer(f"in force when {who} have consented", term.article, "term")
        if term.requires:
            yield Answer(f"in force only after {plain.names(term.requires)}{plain.by(term.requires_by)}", term.article, "term")
    if draft.agreement.header.counts_from is not None:
        head = draft.agreement.header
        yield Answer(f"events count from {draft.agreement.header.counts_from.text}", head.article)


def _duration(draft: Draft) -> Iterator[Answer]:
    for term in _terms(draft):
        if term.lasts is not None or term.indefinitely:
            text = "indefinitely" if term.lasts is None else plain.length(term.lasts)
            yield Answer(text, term.article, "term")
        if term.extends is not None:
            e = term.extends
            text = (
                f"extended by {plain.length(e.period)} each time, unless {e.number.text} of {plain.name(e.group)} object "
                f"{plain.length(e.before)} before {e.anchor}"
            )
            yield Answer(text, term.article, "term")


def _exit(draft: Draft) -> Iterator[Answer]:
    for term in _terms(draft):
        if term.withdrawal_notice is not None:
            yield Answer(f"withdrawal after {plain.length(term.withdrawal_notice)} notice", term.article, "term")
        if term.barred_while:
            yield Answer(f"no withdrawal while {plain.names(term.barred_while, 'or')}", term.article, "term")
    if draft.agreement.suspension is not None:
        s = draft.agreement.suspension
        text = f"suspension by {plain.name(s.by)} for at most {plain.length(s.at_most)}"
        if s.renewable is not None:
            text += f", renewable {s.renewable.text} times"
        yield Answer(text, s.article, "suspension")


def _survivals(draft: Draft) -> Iterator[Answer]:
    for term in _terms(draft):
        for part in term.survives:
            period = f" for {plain.length(part.period)}" if part.period is not None else " without end"
            yield Answer(f"{plain.names(part.names)}{period}", term.article, "term")


def _terms(draft: Draft) -> Iterator[n.TermDecl]:
    return (decl for decl in draft.agreement.declarations if isinstance(decl, n.TermDecl))


def _binding(draft: Draft) -> Iterator[Answer]:
    found = binding(draft.agreement)
    head = draft.agreement.header
    parts = [plain.name(found.instrument)] if found.instrument is not None else []
    parts += [f"consent by {found.consent}"] if found.consent is not None else []
    parts += [f"status: {said}"] if (said := status(head)) is not None else []
    parts += [f"registered: {found.registered}"] if found.registered is not None else []
    if parts:
        yield Answer(", ".join(parts), head.article)
    for voice in found.opinions:
        yield Answer(f"{voice.grade} according to {voice.holder}", head.article)
    for clause in found.clauses:
        if clause.voices and not clause.voices[0].whole and clause.voices[0].source != "derived":
            yield Answer(f"{plain.name(clause.name)}: {clause.verdict} ({clause.because})", clause.article, clause.name)


def _feature(ident: str, title: str, question: str, find: Find, opens: str = "", *, scope: bool = False) -> Feature:
    return Feature(ident, title, question, find, frozenset(opens.split()), scope)


FEATURES: Final[tuple[Feature, ...]] = (
    _feature("trigger", "Trigger", "What brings it into play?", _triggers, "definition threshold wording baseline"),
    _feature("acts", "Acts", "Which acts does it cover?", _acts, "definition act", scope=True),
    _feature("exceptions", "Exceptions", "What is excepted?", _exceptions),
    _feature("territory", "Territory", "Where does it hold?", _territory, "territory", scope=True),
    _feature("domains", "Domains", "Land, sea, air, cyber?", _domains, scope=True),
    _feature("persons", "Persons", "Whose acts count?", _persons, "actors", scope=True),
    _feature("clock_meet", "Clock to meet", "By when do they meet?", _clock("meet"), "due"),
    _feature("clock_decide", "Clock to decide", "By when is it decided?", _clock("decide", "determine"), "closing due"),
    _feature("clock_deliver", "Clock to deliver", "By when is help there?", _clock("deliver"), "due"),
    _feature("rule", "Decision rule", "Who decides, and how?", _rules, "rule members"),
    _feature("blockers", "Who can block", "On whose consent or conduct does it hang?", blockers),
    _feature("silence", "Silence", "What follows where nobody acts?", _silence),
    _feature("response", "Response owed", "What is owed then?", _response, "act amount mandate"),
    _feature("owes", "Who owes", "Who owes it, and to whom?", _owes, "debtor creditor"),
    _feature("verification", "Verification", "Who says what happened?", _verification, "evidence access", scope=True),
    _feature("attribution", "Attribution", "Who says whose act it was?", _attribution, "attribution", scope=True),
    _feature("forum", "Forum", "Where is it decided?", _forum, "forum body", scope=True),
    _feature("remedy", "Remedy", "What follows where a duty is not done?", _remedy, "remedy", scope=True),
    _feature("enforcement", "Enforcement", "What is done against a violation?", _enforcement, "enforcement", scope=True),
    _feature("returns", "Return of measures", "What comes back by itself?", _returns),
    _feature("money", "Money", "How much?", _money, "amount"),
    _feature("own_duties", "Own duties", "What does the protected party owe?", own_duties),
    _feature("start", "Start", "From when is it in force?", _start, "start force", scope=True),
    _feature("duration", "Duration", "For how long?", _duration, "duration renewal", scope=True),
    _feature("exit", "Exit", "How does a party leave, or pause it?", _exit, "exit", scope=True),
    _feature("survivals", "Survivals", "What outlives it?", _survivals),
    _feature("binding", "Binding", "What binds, and in whose opinion?", _binding, "force"),
)
"""Every question, in the order in which a reader asks them."""

SCOPE: Final = tuple(feature for feature in FEATURES if feature.scope)
"""What a text has to answer to be a guarantee at all."""
