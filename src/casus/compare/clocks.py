"""Every clock of an agreement: each length of time, what it counts from, whom it binds, and where it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from casus.compare import plain
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.check.walk import conditions
from casus.lint.draft import TALK
from casus.time import Duration

ClockKind = Literal[
    "meet", "decide", "deliver", "act", "determine", "find", "verify", "effect", "approve", "lapse", "cure", "life", "pause"
]
"""What a clock is for: to meet, decide or deliver, another act, a determination, a finding, a word on a rung, an effect, an
approval at home, the end of a power, a cure, the life of the agreement, its suspension."""


@dataclass(frozen=True, slots=True)
class ClockOf:
    """`of` names the declaration and `part` its clause; `due` is as the text writes it.

    `microseconds` is the length where it is exact and `months` where it is by the calendar; both None for a fixed day or a
    column of a table. `text` is a sentence without a full stop.
    """

    kind: ClockKind
    of: str
    part: str
    due: str
    anchor: str | None
    text: str
    article: str | None
    microseconds: int | None = None
    months: int | None = None


def clocks(agreement: Agreement) -> tuple[ClockOf, ...]:
    """The clocks in the order of the text."""
    found: list[ClockOf] = []
    for decl in agreement.declarations:
        found += _of(agreement, decl)
    return tuple(found)


def _of(agreement: Agreement, decl: n.Decl) -> Iterator[ClockOf]:
    match decl:
        case n.NormDecl():
            yield from _norm(agreement, decl)
        case n.DecisionDecl() if decl.closes is not None:
            text = f"{plain.name(decl.name)} is decided {plain.due(decl.closes)}"
            yield _clock("decide", decl.name, "closes", decl.closes, text, decl.article)
        case n.DeterminationDecl():
            text = f"{plain.name(decl.body)} answers {plain.name(decl.name)} {plain.due(decl.due)}"
            yield _clock("determine", decl.name, "due", decl.due, text, decl.article)
        case n.FindingDecl():
            text = f"{plain.name(decl.body)} finds whether {plain.name(decl.name)} {plain.due(decl.due)}"
            yield _clock("find", decl.name, "due", decl.due, text, decl.article)
        case n.LadderDecl(silence=n.Silence() as silence):
            then = f"goes to {plain.name(silence.escalates_to)}" if silence.escalates_to is not None else "lapses"
            due = n.DueAfter(silence.dur, silence.anchor)
            yield _clock(
                "verify",
                decl.name,
                "silence",
                due,
                f"a question of {decl.name} that no body answers {plain.due(due)} {then}",
                decl.article,
            )
        case n.AutomaticDecl() if decl.at is not None:
            what = plain.name(decl.reinstate or decl.name)
            text = f"{what} takes effect {plain.due(decl.at).replace('within', 'exactly')}"
            yield _clock("effect", decl.name, "at", decl.at, text, decl.article)
        case n.ExceptionDecl():
            for part in conditions(decl.when):
                if isinstance(part, n.CCured):
                    text = f"{plain.name(decl.name)}: {plain.name(part.name)} {plain.due(part.due)}"
                    yield _clock("cure", decl.name, "when", part.due, text, decl.article)
        case n.TermDecl():
            yield from _term(decl)
        case n.SuspensionDecl():
            due = n.DueAfter(decl.at_most, "activation")
            text = f"suspension lasts at most {plain.length(decl.at_most)} each time"
            yield _clock("pause", "suspension", "at_most", due, text, decl.article, anchor="adoption")
        case _:
            return


def _norm(agreement: Agreement, decl: n.NormDecl) -> Iterator[ClockOf]:
    who = plain.who(agreement, decl.debtor, decl.sharing)
    if decl.due is not None:
        verb = decl.act.verb if decl.act is not None else None
        kind: ClockKind = "meet" if verb in ("consult", "convene") else "act" if verb in TALK or verb is None else "deliver"
        text = f"{who}: {plain.act(decl)} {plain.due(decl.due)}"
        yield _clock(kind, decl.name, "due", decl.due, text, decl.article)
    if decl.every is not None:
        start = decl.every.start
        since = start.text if isinstance(start, n.Moment) else start
        yield ClockOf(
            "act",
            decl.name,
            "every",
            f"every {decl.every.period.number.text} {decl.every.period.unit}",
            since,
            f"{who}: {plain.act(decl)} every {plain.length(decl.every.period)} from {since}",
            decl.article,
            months=decl.every.period.period.months,
        )
    if decl.approval is not None:
        text = f"{who}: approval at home for {plain.name(decl.name)} {plain.due(decl.approval)}, else it is refused"
        yield _clock("approve", decl.name, "approval", decl.approval, text, decl.article)
    if decl.lapses is not None:
        text = f"{plain.name(decl.name)} can be used {plain.due(decl.lapses)}"
        yield _clock("lapse", decl.name, "lapses", decl.lapses, text, decl.article)


def _term(decl: n.TermDecl) -> Iterator[ClockOf]:
    spans: tuple[tuple[str, n.Cal | None, str, str], ...] = (
        ("lasts", decl.lasts, "the agreement lasts {}", "entry into force"),
        ("review", decl.review, "a review every {}", "entry into force"),
        ("extends", decl.extends.period if decl.extends is not None else None, "extended by {} each time", "expiry"),
        ("withdrawal_notice", decl.withdrawal_notice, "withdrawal takes effect {} after notice", "notice"),
    )
    for part, period, text, anchor in spans:
        if period is not None:
            yield ClockOf(
                "life",
                "term",
                part,
                f"{period.number.text} {period.unit}",
                anchor,
                text.format(plain.length(period)),
                decl.article,
                months=period.period.months,
            )
    if decl.extends is not None:
        by = decl.extends
        yield ClockOf(
            "life",
            "term",
            "objection",
            f"{by.before.number.text} {by.before.unit}",
            by.anchor,
            f"objection to extension by {by.number.text} of {by.group} {plain.length(by.before)} before {by.anchor}",
            decl.article,
            microseconds=by.before.duration.us,
        )
    for survivor in decl.survives:
        if survivor.period is not None:
            yield ClockOf(
                "life",
                "term",
                f"survives {', '.join(survivor.names)}",
                f"{survivor.period.number.text} {survivor.period.unit}",
                "expiry",
                f"{plain.names(survivor.names)} for {plain.length(survivor.period)} after the end",
                decl.article,
                months=survivor.period.period.months,
            )


def _clock(
    kind: ClockKind,
    of: str,
    part: str,
    due: n.Due | n.DueColumn,
    text: str,
    article: str | None,
    *,
    anchor: str | None = None,
) -> ClockOf:
    from casus.language import phrases

    micros, months = span_of(due)
    own = anchor or (None if isinstance(due, n.DueOn) else due.anchor)
    return ClockOf(kind, of, part, phrases.due(due), own, text, article, micros, months)


def span_of(due: n.Due | n.DueColumn) -> tuple[int | None, int | None]:
    """(microseconds, months) of a date that counts from an anchor; (None, None) for a fixed day or a column."""
    match due:
        case n.DueAfter(length=n.Dur() as exact):
            return exact.duration.us, None
        case n.DueAfter(length=n.Cal() as calendar):
            return None, calendar.period.months
        case n.DueAt():
            return 0, None
        case _:
            return None, None


def longer(a: tuple[int | None, int | None], b: tuple[int | None, int | None]) -> int | None:
    """1 where `b` is certainly longer than `a`, −1 shorter, 0 the same; None where they cannot be compared.

    A month is between 28 and 31 days, so that "40 days" is longer than "1 months" and "30 days" cannot be said.
    """
    low_a, high_a = _days(a)
    low_b, high_b = _days(b)
    if low_a is None or low_b is None or high_a is None or high_b is None:
        return None
    if a == b:
        return 0
    if low_b > high_a or (a[0] is not None and b[0] is not None and b[0] > a[0]):
        return 1
    if high_b < low_a or (a[0] is not None and b[0] is not None and b[0] < a[0]):
        return -1
    if a[1] is not None and b[1] is not None:
        return (b[1] > a[1]) - (b[1] < a[1])
    return None


def _days(span: tuple[int | None, int | None]) -> tuple[int | None, int | None]:
    """The shortest and longest it can be, in microseconds."""
    micros, months = span
    if micros is not None:
        return micros, micros
    if months is not None:
        day = Duration.of(days=1).us
        return months * 28 * day, months * 31 * day
    return None, None
