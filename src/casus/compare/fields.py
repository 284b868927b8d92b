"""How a change of one clause is judged: for each field of each declaration, whether the new one makes it more or less.

A rule takes the two values (and both texts) and gives +1 where the declaration now does more (is easier to meet, sooner due,
owed by more, lasts longer), −1 where it does less, 0 where nothing changes, and None where that cannot be said. Whom that
serves is not decided here but by `casus.compare.viewpoint`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from casus.compare import implies
from casus.compare.blocking import tolerance
from casus.compare.clocks import longer, span_of
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.lint.draft import HELP, TALK


@dataclass(frozen=True, slots=True)
class Pair:
    """Two declarations that are one, with the texts in which they stand; the names in `new` are those of the first text.

    `own`: what `new` is called in the second text.
    """

    old: Any
    new: Any
    first: Agreement
    second: Agreement
    own: str

    @property
    def within(self) -> implies.Within:
        return implies.Within(self.first, self.second)


Force = int | None
Judge = Callable[[Pair, Any, Any], Force]


@dataclass(frozen=True, slots=True)
class FieldRule:
    """`says` is what more of it means, in words: "sooner", "easier to meet"; `less` the other way round."""

    judge: Judge
    says: str
    less: str


# ---------------------------------------------------------------- judges


def _sooner(pair: Pair, old: Any, new: Any) -> Force:
    """A date that comes earlier, of the same anchor; a date where there was none is more, none where there was one less."""
    if old is None or new is None:
        return 1 if old is None else -1
    if implies.anchor_of(old) != implies.anchor_of(new):
        return _days(old, new)
    found = longer(span_of(old), span_of(new))
    return None if found is None else -found


def _days(old: Any, new: Any) -> Force:
    if isinstance(old, n.DueOn) and isinstance(new, n.DueOn):
        return (old.moment.text > new.moment.text) - (old.moment.text < new.moment.text)
    return None


def _until_later(pair: Pair, old: Any, new: Any) -> Force:
    """A limit: later is more, and none is most."""
    if old is None or new is None:
        return 1 if new is None else -1
    found = _sooner(pair, old, new)
    return None if found is None else -found


def _moment_later(pair: Pair, old: Any, new: Any) -> Force:
    """A day by which something must have happened: later is more, and none is most."""
    if old is None or new is None:
        return 1 if new is None else -1
    a, b = pair.first.instant(old), pair.second.instant(new)
    return (b > a) - (b < a)


def _approval(pair: Pair, old: Any, new: Any) -> Force:
    """No approval at home is asked for: more. How long it may take says neither more nor less."""
    return None if old is not None and new is not None else _absent(pair, old, new)


def _present(pair: Pair, old: Any, new: Any) -> Force:
    """Something is there that was not: more."""
    if (old is None) == (new is None):
        return None
    return 1 if old is None else -1


def _absent(pair: Pair, old: Any, new: Any) -> Force:
    found = _present(pair, old, new)
    return None if found is None else -found


def _true(pair: Pair, old: Any, new: Any) -> Force:
    return (1 if new else 0) - (1 if old else 0)


def _longer(pair: Pair, old: Any, new: Any) -> Force:
    """A length of time: longer is more; None is none at all."""
    if old is None or new is None:
        return 1 if old is None else -1
    return longer(_span(old), _span(new))


def _shorter(pair: Pair, old: Any, new: Any) -> Force:
    found = _longer(pair, old, new)
    return None if found is None else -found


def _span(part: n.Dur | n.Cal) -> tuple[int | None, int | None]:
    return (part.duration.us, None) if isinstance(part, n.Dur) else (None, part.period.months)


def _number_up(pair: Pair, old: Any, new: Any) -> Force:
    a, b = (Decimal(0) if x is None else x.value for x in (old, new))
    return (b > a) - (b < a)


def _superset(pair: Pair, old: Any, new: Any) -> Force:
    """More names, signals or items."""
    return implies.wider(set(old or ()), set(new or ()), lambda a, b: a <= b)


def _subset(pair: Pair, old: Any, new: Any) -> Force:
    found = _superset(pair, old, new)
    return None if found is None else -found


def _parties(pair: Pair, old: Any, new: Any) -> Force:
    return implies.wider(set(pair.first.who(old)), set(pair.second.who(new)), lambda a, b: a <= b)


def _fewer_parties(pair: Pair, old: Any, new: Any) -> Force:
    found = _parties(pair, old, new)
    return None if found is None else -found


def _trigger(pair: Pair, old: Any, new: Any) -> Force:
    forth, back = pair.within.trigger(old, new), pair.within.back().trigger(new, old)
    return 0 if forth and back else 1 if forth else -1 if back else None


def _event(pair: Pair, old: Any, new: Any) -> Force:
    forth, back = pair.within.event(old, new), pair.within.back().event(new, old)
    return 0 if forth and back else 1 if forth else -1 if back else None


def _limit(pair: Pair, old: Any, new: Any) -> Force:
    """`until`, `unless`: a condition that ends or stops it; a wider one leaves less."""
    if old is None or new is None:
        return 1 if new is None else -1
    found = _event(pair, old, new)
    return None if found is None else -found


def _needs(pair: Pair, old: Any, new: Any) -> Force:
    """The rung of each ladder that is asked for: lower is easier."""
    signs = set()
    for name, ladder in pair.first.ladders.items():
        other = pair.second.ladders.get(name)
        if other is None or ladder.rungs != other.rungs:
            return None
        a, b = (next((ladder.rungs.index(x.rung) for x in needs if x.ladder == name), 0) for needs in (old, new))
        signs.add((a > b) - (a < b))
    signs.discard(0)
    return 0 if not signs else signs.pop() if len(signs) == 1 else None


def _levels(pair: Pair, old: Any, new: Any) -> Force:
    """Who grants a rung: fewer sources, or one body more, make it easier to reach."""
    signs: set[Force] = set()
    by_name = ({level.name: level for level in levels} for levels in (old, new))
    before, after = by_name
    if set(before) != set(after):
        return None
    for name, level in before.items():
        bodies, bodies_new = ({s.body for s in x.sources if s.body} for x in (level, after[name]))
        signs.add(implies.wider(bodies, bodies_new, lambda a, b: a <= b))
        counts = [min((s.count.value for s in x.sources if s.count is not None), default=None) for x in (level, after[name])]
        signs.add(_fewer(counts[0], counts[1]))
    signs.discard(0)
    return 0 if not signs else signs.pop() if len(signs) == 1 else None


def _fewer(a: Decimal | None, b: Decimal | None) -> Force:
    if a is None or b is None:
        return (b is not None) - (a is not None)
    return (a > b) - (a < b)


def _ladder_silence(pair: Pair, old: Any, new: Any) -> Force:
    """A question that goes on is more than one that lapses; sooner is more."""
    if old is None or new is None:
        return None
    goes = (new.escalates_to is not None) - (old.escalates_to is not None)
    return goes or (_shorter(pair, old.dur, new.dur) if old.anchor == new.anchor else None)


def _rule(pair: Pair, old: Any, new: Any) -> Force:
    """How many may vote no, everybody else voting yes. The members are those of each text."""
    a, b = tolerance(pair.first, pair.old), tolerance(pair.second, pair.new)
    if a is None or b is None or old is None or new is None:
        return _weighed(old, new)
    size_a, size_b = len(pair.first.who(pair.old.members)), len(pair.second.who(pair.new.members))
    if size_a != size_b:
        return None
    return (b > a) - (b < a) or (_of_kind(old, new))


def _of_kind(old: Any, new: Any) -> Force:
    """Of two rules that stand as many objections, the one for which an absence does no harm is easier."""
    order = {"unanimity": 0, "consensus": 1}
    if old.type in order and new.type in order:
        return (order[new.type] > order[old.type]) - (order[new.type] < order[old.type])
    return 0 if old.type == new.type else None


def _weighed(old: Any, new: Any) -> Force:
    """Shares of the same bases: lower ones are easier."""
    if not isinstance(old, n.Shares) or not isinstance(new, n.Shares):
        return None
    bases = [{(share.base, share.weights): share.percent.value for share in rule.shares} for rule in (old, new)]
    signs = set()
    for base in {**bases[0], **bases[1]}:
        a, b = bases[0].get(base, Decimal(0)), bases[1].get(base, Decimal(0))
        signs.add((a > b) - (a < b))
    signs.discard(0)
    return 0 if not signs else signs.pop() if len(signs) == 1 else None


def _quorum(pair: Pair, old: Any, new: Any) -> Force:
    """Semantics, section 6: the quorum is 1 where none is written."""
    a, b = (Decimal(1) if x is None else x.value for x in (old, new))
    return (a > b) - (a < b)


def _abstention(pair: Pair, old: Any, new: Any) -> Force:
    """An abstention that counts as no is harder than one that does not, whatever the rule."""
    hard = [x == "counts_as_no" for x in (old, new)]
    return hard[0] - hard[1] if hard[0] != hard[1] else None


def _silent(pair: Pair, old: Any, new: Any) -> Force:
    """Adopted by silence, passed on, rejected by silence: each is easier than the next."""
    order = {"adopted": 2, None: 0, "rejected": 0}
    a = order[old] if pair.old.if_silent_escalates_to is None else 1
    b = order[new] if pair.new.if_silent_escalates_to is None else 1
    return (b > a) - (b < a)


def _act(pair: Pair, old: Any, new: Any) -> Force:
    """From talk to help is more. The same act in a larger zone is more; other acts cannot be put in an order."""
    if old is None or new is None:
        return _present(pair, old, new)
    if old.verb == new.verb:
        if old.prose != new.prose:
            return None
        if old.zone is None or new.zone is None:
            return None
        return implies.wider(old.zone, new.zone, implies.zone)
    if old.verb in TALK and new.verb in HELP:
        return 1
    return -1 if old.verb in HELP and new.verb in TALK else None


def _amount(pair: Pair, old: Any, new: Any) -> Force:
    if old is None or new is None:
        return _present(pair, old, new)
    match old, new:
        case n.MoneyAmount(), n.MoneyAmount() if old.currency == new.currency:
            return (new.number.value > old.number.value) - (new.number.value < old.number.value)
        case n.PercentOf(), n.PercentOf() if old.column == new.column:
            return (new.percent.value > old.percent.value) - (new.percent.value < old.percent.value)
        case n.ColRef(), n.PercentOf() if old == new.column:
            return (new.percent.value > 100) - (new.percent.value < 100)
        case n.PercentOf(), n.ColRef() if old.column == new:
            return (old.percent.value < 100) - (old.percent.value > 100)
        case _:
            return None


def _kind(pair: Pair, old: Any, new: Any) -> Force:
    """What is owed is more than what may be done."""
    order = {"power": 0, "obligation": 1}
    if old in order and new in order:
        return order[new] - order[old]
    return None


GRADES: Final = {"legal": 2, "political": 1, "aspirational": 0}


def _grade(pair: Pair, old: Any, new: Any) -> Force:
    """Against what stands where the clause states none: the grade derived from the instrument."""
    from casus.compare.binding import binding

    a, b = (
        GRADES.get(clause.verdict if clause is not None else "")
        for clause in (binding(pair.first).clause(pair.old.name), binding(pair.second).clause(pair.own))
    )
    return None if a is None or b is None else (b > a) - (b < a)


def _instrument(pair: Pair, old: Any, new: Any) -> Force:
    from casus.compare.binding import DERIVED

    a, b = (GRADES.get(DERIVED.get(x or "", "")) for x in (old, new))
    return None if a is None or b is None else (b > a) - (b < a)


def _presumed(pair: Pair, old: Any, new: Any) -> Force:
    """Presumed yes is more than no answer, and that more than presumed no."""
    order = {True: 2, None: 1, False: 0}
    return (order[new] > order[old]) - (order[new] < order[old])


def _consents(pair: Pair, old: Any, new: Any) -> Force:
    """Fewer consents bring it into force more easily."""
    if old is None or new is None:
        return _absent(pair, old, new)
    a, b = (_asked_of(agreement, parties) for agreement, parties in ((pair.first, old), (pair.second, new)))
    return implies.wider(a, b, lambda x, y: all(x.get(name, 0) >= number for name, number in y.items()))


def _asked_of(agreement: Agreement, parties: n.PartySet) -> dict[str, int]:
    """How many of each set of parties have to consent."""
    found: dict[str, int] = {}
    for atom in parties.atoms:
        members = agreement.members(atom.name)
        if isinstance(atom, n.KOf):
            key = ",".join(members)
            found[key] = max(found.get(key, 0), int(atom.number))
        else:
            found |= dict.fromkeys(members, 1)
    return found


def _survives(pair: Pair, old: Any, new: Any) -> Force:
    def spans(parts: tuple[n.Survives, ...]) -> dict[str, int | None]:
        return {name: None if part.period is None else part.period.period.months for part in parts for name in part.names}

    def contained(a: dict[str, int | None], b: dict[str, int | None]) -> bool:
        return all(name in b and _outlasts(b[name], months) for name, months in a.items())

    return implies.wider(spans(old), spans(new), contained)


def _outlasts(long: int | None, short: int | None) -> bool:
    return long is None or (short is not None and long >= short)


def _extends(pair: Pair, old: Any, new: Any) -> Force:
    if old is None or new is None:
        return _present(pair, old, new)
    signs = {_longer(pair, old.period, new.period), _number_up(pair, old.number, new.number)} - {0}
    if old.group != new.group or old.before != new.before:
        return None
    return 0 if not signs else signs.pop() if len(signs) == 1 else None


def _lasts(pair: Pair, old: Any, new: Any) -> Force:
    """No period with `indefinitely` is the longest; no period and no word is not known."""
    old, new = pair.old.lasts, pair.new.lasts
    if old is None or new is None:
        silent = [span is None and not term.indefinitely for span, term in ((old, pair.old), (new, pair.new))]
        return None if any(silent) else 1 if pair.new.indefinitely else -1
    return _longer(pair, old, new)


def _start(pair: Pair, old: Any, new: Any) -> Force:
    """An earlier instant from which it is in force, or from which events count."""
    if old is None or new is None:
        return None
    a, b = pair.first.instant(old), pair.second.instant(new)
    return (a > b) - (a < b)


def _stale(pair: Pair, old: Any, new: Any) -> Force:
    """A length of which none at all is most: how late an event may become known, how long a notice runs (none: no leaving)."""
    if old is None or new is None:
        return 1 if new is None else -1
    return _longer(pair, old, new)


def _ends_when(pair: Pair, old: Any, new: Any) -> Force:
    """More conditions, and longer quiet, keep an effect up for longer."""

    def kept(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
        return all(any(_keeps(part, other) for other in b) for part in a)

    return implies.wider(tuple(old), tuple(new), kept)


def _keeps(a: Any, b: Any) -> bool:
    if isinstance(a, n.EndsQuiet) and isinstance(b, n.EndsQuiet):
        return a.name == b.name and b.dur.duration >= a.dur.duration
    return bool(a == b)


def _zone_expr(pair: Pair, old: Any, new: Any) -> Force:
    return None if old is None or new is None else implies.wider(old, new, implies.zone)


def _rearm(pair: Pair, old: Any, new: Any) -> Force:
    """Met once only is least; the shorter the rest the more often it is met."""
    if old is None or new is None:
        return 1 if old is None else -1
    return _shorter(pair, old, new)


def _forbidden(pair: Pair, old: Any, new: Any) -> Force:
    """A definition with the same parts and more is wider; other names cannot be compared here."""
    a, b = pair.first.event_types(old or ""), pair.second.event_types(new or "")
    plain = old in pair.first.events and new in pair.second.definitions and pair.second.definitions[new].where is None
    return 1 if plain and a < b else None


def _how_breached(pair: Pair, old: Any, new: Any) -> Force:
    """Something follows a breach; `also` keeps the duty, `instead` ends it."""
    if old is None or new is None:
        return _present(pair, old, new)
    if old[1] == new[1]:
        return 1 if new[0] == "also" else -1
    return None


def _r(judge: Judge, says: str, less: str) -> FieldRule:
    return FieldRule(judge, says, less)


NORM: Final[Mapping[str, FieldRule]] = {
    "kind": _r(_kind, "owed, not only permitted", "permitted, no longer owed"),
    "upon": _r(_superset, "more brings it about", "less brings it about"),
    "always": _r(_true, "it holds all the time", "it no longer holds all the time"),
    "grade": _r(_grade, "a higher grade", "a lower grade"),
    "held": _r(_grade, "a higher grade", "a lower grade"),
    "debtor": _r(_parties, "owed by more", "owed by fewer"),
    "creditor": _r(_parties, "owed to more", "owed to fewer"),
    "act": _r(_act, "more is to be done", "less is to be done"),
    "amount": _r(_amount, "a larger amount", "a smaller amount"),
    "forbids": _r(_forbidden, "more is forbidden", "less is forbidden"),
    "due": _r(_sooner, "due sooner", "due later"),
    "approval": _r(_approval, "no approval at home is needed any more", "approval at home is needed"),
    "backup": _r(_parties, "more stand in for a debtor", "fewer stand in for a debtor"),
    "if_breached": _r(_how_breached, "a breach has a consequence", "a breach has no such consequence any more"),
    "if_refused": _r(_present, "a refusal has a consequence", "a refusal has no consequence any more"),
    "lapses": _r(_until_later, "it can be used for longer", "it can be used for less long"),
    "until": _r(_limit, "less ends it", "more ends it"),
    "unless": _r(_limit, "less stops it", "more stops it"),
}

RULES: Final[Mapping[str, Mapping[str, FieldRule]]] = {
    "obligation": NORM,
    "prohibition": NORM,
    "power": NORM,
    "agreement": {
        "instrument": _r(_instrument, "an instrument that binds more", "an instrument that binds less"),
        "counts_from": _r(_start, "events count from earlier on", "events count from later on"),
        "stale_after": _r(_stale, "events may become known later", "events must become known sooner"),
    },
    "trigger": {
        "when": _r(_trigger, "easier to meet", "harder to meet"),
        "needs": _r(_needs, "a lower rung is enough", "a higher rung is needed"),
        "rearm": _r(_rearm, "met again sooner", "met again later, or not at all"),
        "adds_to": _r(_superset, "it sets off more", "it sets off less"),
        "excluding": _r(_subset, "less is left out", "more is left out"),
        "counting_provisional": _r(_true, "what is still open counts", "what is still open no longer counts"),
    },
    "define": {
        "means": _r(_superset, "it covers more", "it covers less"),
        "where": _r(_event, "it covers more", "it covers less"),
    },
    "exception": {"when": _r(_event, "wider", "narrower")},
    "zone": {"expr": _r(_zone_expr, "a larger area", "a smaller area")},
    "ladder": {
        "levels": _r(_levels, "a rung is easier to reach", "a rung is harder to reach"),
        "silence": _r(
            _ladder_silence, "silence ends the question sooner or passes it on", "silence leaves the question longer"
        ),
    },
    "finding": {
        "on": _r(_superset, "asked of more", "asked of less"),
        "presumed": _r(_presumed, "presumed in its favour", "presumed against it"),
        "escalates_to": _r(_present, "silence passes it on", "silence no longer passes it on"),
    },
    "determination": {
        "due": _r(_sooner, "answered sooner", "answered later"),
        "escalates_to": _r(_present, "silence passes it on", "silence ends it"),
    },
    "decision": {
        "rule": _r(_rule, "easier to adopt", "harder to adopt"),
        "quorum": _r(_quorum, "a lower quorum", "a higher quorum"),
        "abstention": _r(_abstention, "abstention no longer counts as no", "abstention counts as no"),
        "veto": _r(_fewer_parties, "fewer have a veto", "more have a veto"),
        "early": _r(_true, "it closes as soon as it is settled", "it no longer closes early"),
        "opens_upon": _r(_superset, "more opens it", "less opens it"),
        "opens_on_request_of": _r(_present, "it can be asked for", "it can no longer be asked for"),
        "closes": _r(_sooner, "decided sooner", "decided later"),
        "if_silent": _r(_silent, "silence is less of a no", "silence is more of a no"),
        "if_silent_escalates_to": _r(_silent, "silence is less of a no", "silence is more of a no"),
        "if_rejected_escalates_to": _r(_present, "a rejection passes it on", "a rejection ends it"),
        "proxies": _r(_true, "members can vote for each other", "members can no longer vote for each other"),
        "held": _r(_grade, "a higher grade", "a lower grade"),
    },
    "automatic": {
        "upon": _r(_superset, "more brings it about", "less brings it about"),
        "at": _r(_sooner, "sooner", "later"),
        "unless": _r(_absent, "nothing stops it any more", "a decision stops it"),
        "ends_when": _r(_ends_when, "harder to end", "easier to end"),
        "held": _r(_grade, "a higher grade", "a lower grade"),
    },
    "package": {"items": _r(_superset, "more measures", "fewer measures")},
    "estimate": {"valid": _r(_longer, "a value holds for longer", "a value holds for less long")},
    "attributable": {"grounds": _r(_superset, "more grounds", "fewer grounds")},
    "term": {
        "in_force_from": _r(_start, "in force earlier", "in force later"),
        "ratified_by": _r(_consents, "fewer consents are needed", "more consents are needed"),
        "requires": _r(_subset, "less has to happen first", "more has to happen first"),
        "lasts": _r(_lasts, "it lasts longer", "it lasts less long"),
        "indefinitely": _r(_lasts, "it lasts longer", "it lasts less long"),
        "extends": _r(_extends, "extended for longer, or harder to object to", "extended for less, or easier to object to"),
        "withdrawal_notice": _r(_stale, "a longer notice", "a shorter notice"),
        "barred_while": _r(_superset, "withdrawal is barred more often", "withdrawal is barred less often"),
        "provisionally": _r(_superset, "more applies before force", "less applies before force"),
        "consent_until": _r(_moment_later, "open for consent for longer", "open for consent for less long"),
        "survives": _r(_survives, "more outlives the end, or for longer", "less outlives the end, or for less long"),
    },
    "suspension": {
        "at_most": _r(_longer, "a longer pause", "a shorter pause"),
        "renewable": _r(_number_up, "a pause can be renewed more often", "a pause can be renewed less often"),
        "never_suspends": _r(_subset, "more is paused", "less is paused"),
    },
}
"""The rules by the kind of declaration and the field. A field that has none here can only be `changed`."""
