"""E305 to E309: numbers that must be whole or lie in a range, currencies, instants; W604: sums that need a rounding."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from casus.diagnostics import Diagnostic, Span
from casus.language import nodes as n
from casus.language.check.codes import finding
from casus.language.check.scope import Scope
from casus.language.check.walk import atoms, window
from casus.money import MINOR_UNITS
from casus.time import Clock, InvalidInstant, zone_names


@dataclass(frozen=True, slots=True)
class _Rule:
    """`number` is `what`; `whole` where it counts things, and within `least` to `most` (None: no bound)."""

    number: n.Number
    what: str
    span: Span | None
    whole: bool = True
    least: int = 0
    most: int | None = None


def check_numbers(scope: Scope) -> Iterator[Diagnostic]:
    clock = clock_of(scope)
    for decl in scope.declarations:
        for rule in _numbers(decl):
            yield from _kept(rule)
        for moment, span in moments(decl):
            try:
                clock.parse(moment.text)
            except InvalidInstant as problem:
                yield finding("E309", str(problem), span, help="write a day, or an instant with its zone: 2027-03-01T02:10Z")
    for decl in scope.of("baseline"):
        yield from _backwards(clock, decl, decl.start, decl.end)
    for decl in scope.of("phase"):
        if isinstance(decl.start, n.Moment) and isinstance(decl.end, n.Moment):
            yield from _backwards(clock, decl, decl.start, decl.end)
    for decl in (*scope.norms(), *scope.of("claim")):
        tiers = decl.tiers if isinstance(decl, n.NormDecl) else ()
        for amount, field in ((decl.amount, "amount"), *((tier.amount, "tiers") for tier in tiers)):
            if isinstance(amount, n.MoneyAmount) and amount.currency not in MINOR_UNITS:
                near = difflib.get_close_matches(amount.currency, MINOR_UNITS, 2)
                yield finding(
                    "E307",
                    f"{amount.currency} is no currency of ISO 4217",
                    decl.place(field),
                    help=f"did you mean {' or '.join(near)}?" if near else None,
                )
    yield from _roundings(scope)


def clock_of(scope: Scope) -> Clock:
    """The agreement's clock; UTC where the text's zone is unknown. Without a rounding sums are rounded down (W604)."""
    header = scope.header
    zone = header.clock if header is not None and header.clock in zone_names() else "UTC"
    return Clock(zone or "UTC", (header.rounding if header is not None else None) or "down")


def _kept(rule: _Rule) -> Iterator[Diagnostic]:
    value = rule.number.value
    if rule.whole and value != value.to_integral_value():
        yield finding("E305", f"{rule.what} is a whole number, not {rule.number.text}", rule.span)
    elif value < rule.least:
        yield finding("E306", f"{rule.what} is {rule.least} or more, not {rule.number.text}", rule.span)
    elif rule.most is not None and value > rule.most:
        yield finding("E306", f"{rule.what} is at most {rule.most}, not {rule.number.text}", rule.span)


def _numbers(decl: n.Decl) -> Iterator[_Rule]:
    for length, span in _lengths(decl):
        if isinstance(length, n.Cal):
            yield _Rule(length.number, f"a number of {length.unit}", span)
    match decl:
        case n.LadderDecl():
            for level in decl.levels:
                for source in level.sources:
                    if source.count is not None:
                        yield _Rule(source.count, "a number of sources", level.span or decl.span, least=1)
        case n.TriggerDecl():
            yield _Rule(decl.severity, "a severity", decl.place("severity"))
            for atom in atoms(decl.when):
                if isinstance(atom, n.TMet):
                    yield _Rule(atom.times, "how often a trigger is met", atom.span or decl.place("when"))
        case n.DecisionDecl():
            yield from _voting(decl)
        case n.NormDecl():
            yield from _of_norm(decl)
        case n.TermDecl(extends=n.Extends(number=number)):
            yield _Rule(number, "the number of objections", decl.place("extends"), least=1)
        case n.SuspensionDecl(renewable=n.Number() as number):
            yield _Rule(number, "how often a suspension is renewed", decl.place("renewable"))
    for partyset, span in _partysets(decl):
        for part in partyset.atoms:
            if isinstance(part, n.KOf):
                yield _Rule(part.number, "a number of parties", span, least=1)


def _of_norm(decl: n.NormDecl) -> Iterator[_Rule]:
    for amount, field in ((decl.amount, "amount"), *((tier.amount, "tiers") for tier in decl.tiers)):
        if isinstance(amount, n.PercentOf):
            yield _Rule(amount.percent, "a percentage of an amount", decl.place(field), whole=False)
    if decl.indexed is not None:
        yield _Rule(decl.indexed.percent, "a percentage of an amount", decl.place("indexed"), whole=False)
        yield _Rule(decl.indexed.period.number, f"a number of {decl.indexed.period.unit}", decl.place("indexed"), least=1)
    if decl.every is not None and decl.every.length is not None:
        length = decl.every.length
        yield _Rule(length.number, f"a number of {length.unit}", decl.place("every"), least=1)


def _voting(decl: n.DecisionDecl) -> Iterator[_Rule]:
    if decl.proxies_at_most is not None:
        yield _Rule(decl.proxies_at_most, "a number of proxies", decl.place("proxies"), least=1)
    if decl.quorum is not None:
        yield _Rule(decl.quorum, "a quorum", decl.place("quorum"))
    match decl.rule:
        case n.Consensus(minus=n.Number() as minus):
            yield _Rule(minus, "the number of objections", decl.place("rule"))
        case n.Coalition(least=least):
            yield _Rule(least, "how many join", decl.place("rule"), least=1)
        case n.Votes(number=number):
            yield _Rule(number, "a number of votes", decl.place("rule"), least=1)
        case n.Shares(shares=shares):
            for share in shares:
                yield _Rule(share.percent, "a percentage of votes", decl.place("rule"), whole=False, most=100)


def _partysets(decl: n.Decl) -> Iterator[tuple[n.PartySet, Span | None]]:
    for field in ("members", "recused", "veto", "opens_on_request_of", "debtor", "creditor", "ratified_by"):
        value = getattr(decl, field, None)
        if isinstance(value, n.PartySet):
            yield value, decl.place(field)


def _lengths(decl: n.Decl) -> Iterator[tuple[n.Dur | n.Cal, Span | None]]:
    """The durations and periods of dues and of the agreement's life."""
    for field in ("due", "closes", "approval", "lapses", "at"):
        value = getattr(decl, field, None)
        if isinstance(value, n.DueAfter):
            yield value.length, decl.place(field)
    match decl:
        case n.NormDecl(every=n.EveryPeriod(period=period)):
            yield period, decl.place("every")
        case n.TermDecl():
            for field in ("lasts", "review", "withdrawal_notice"):
                value = getattr(decl, field)
                if value is not None:
                    yield value, decl.place(field)
            if decl.extends is not None:
                yield decl.extends.period, decl.place("extends")
            for survives in decl.survives:
                if survives.period is not None:
                    yield survives.period, decl.place("survives")


def moments(decl: n.Decl) -> Iterator[tuple[n.Moment, Span | None]]:
    """The instants that a declaration states."""
    for field in ("counts_from", "status_on", "dated", "read", "in_force_from", "start", "end"):
        value = getattr(decl, field, None)
        if isinstance(value, n.Moment):
            yield value, decl.place(field)
    for field in ("due", "closes", "approval", "lapses", "at"):
        value = getattr(decl, field, None)
        if isinstance(value, n.DueOn):
            yield value.moment, decl.place(field)
    match decl:
        case n.NormDecl(every=n.EveryPeriod(start=n.Moment() as start)):
            yield start, decl.place("every")
        case n.TriggerDecl():
            for atom in atoms(decl.when):
                since = window(atom)
                if isinstance(since, n.Since) and since.moment is not None:
                    yield since.moment, atom.span or decl.place("when")


def _backwards(clock: Clock, decl: n.BaselineDecl | n.PhaseDecl, start: n.Moment, end: n.Moment) -> Iterator[Diagnostic]:
    try:
        first, last = clock.parse(start.text), clock.parse(end.text)
    except InvalidInstant:
        return
    if last <= first:
        yield finding("E306", f"{decl.name} ends ({end.text}) before it begins ({start.text})", decl.place("end"))


def _roundings(scope: Scope) -> Iterator[Diagnostic]:
    header = scope.header
    if header is None or header.rounding is not None:
        return
    for decl in scope.declarations:
        for length, span in _lengths(decl):
            if isinstance(length, n.Cal):
                told = f"{length.number.text} {length.unit} can end on a day that does not exist, and no rounding is declared"
                yield finding(
                    "W604",
                    f"{told}: down is taken",
                    span,
                    help=f"add to `agreement {header.name}`: rounding down (the month's last day) or rounding up",
                )
                return
