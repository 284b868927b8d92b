"""What a lowered condition is worth at one instant s of a book: the evaluator of the executors for a single s.

It says the same as `casus.triggers.conditions`, which is the judge, without its measures and reasons: 1 true, 0 unknown,
-1 false, with the witnesses. Instants are µs; a bound is inclusive because µs are whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from casus.time import DAY
from casus.triggers.book import Book, Found
from casus.triggers.membership import COMPARE
from casus.triggers.plan import (
    Absent,
    And,
    Count,
    Distinct,
    Latest,
    Node,
    Not,
    Or,
    Quiet,
    Rate,
    Ratio,
    Run,
    Then,
    Times,
    Total,
    Window,
)
from casus.triggers.stream import UNDECLARED, Row, Stock

Named = tuple[str, Row]


def weigh(book: Book, node: Node, s: int, t: int) -> Found:
    """All atoms are evaluated at one s; only satisfied branches of an `or` give witnesses."""
    match node:
        case Or(parts):
            found = [weigh(book, part, s, t) for part in parts]
            best = max(f.truth for f in found)
            satisfied = [f for f in found if f.truth == 1] or [f for f in found if f.truth != -1]
            return _joined(best, found, satisfied)
        case And(parts):
            found = [weigh(book, part, s, t) for part in parts]
            return _joined(min(f.truth for f in found), found, found)
        case Not(part):
            inner = weigh(book, part, s, t)
            return Found(-inner.truth, possible=inner.possible)
        case Count():
            return _count(book, node, s)
        case Total():
            return _total(book, node, s)
        case Distinct():
            return _distinct(book, node, s)
        case Rate():
            return _rate(book, node, s, t)
        case Ratio():
            return _ratio(book, node, s)
        case Quiet():
            return _quiet(book, node, s)
        case Absent():
            return _absent(book, node, s)
        case Then():
            return _then(book, node, s)
        case Run():
            return _run(book, node, s)
        case Latest():
            return _latest(book, node, s)
        case Times():
            return _times(book, node, s, t)


def _joined(truth: int, every: list[Found], satisfied: list[Found]) -> Found:
    joined = Found(truth)
    for found in every:
        joined.possible |= found.possible
    for found in satisfied:
        joined.witnesses |= found.witnesses
        joined.counted |= found.counted
        joined.spans |= found.spans
    return joined


def interval(op: str, low: Decimal | int, high: Decimal | int | None, bound: Decimal) -> int:
    """`x op bound` for an x somewhere in [low, high] (None: no bound above)."""
    holds = COMPARE[op]
    if op in (">=", ">"):
        if holds(low, bound):  # type: ignore[arg-type]
            return 1
        return 0 if high is None or holds(high, bound) else -1  # type: ignore[arg-type]
    if high is not None and holds(high, bound):  # type: ignore[arg-type]
        return 1
    return 0 if holds(low, bound) else -1  # type: ignore[arg-type]


def ratio(op: str, low: Decimal, high: Decimal, other_low: Decimal, other_high: Decimal) -> int:
    """`x op y` for x in [low, high] and y in [other_low, other_high]."""
    holds = COMPARE[op]
    if op in (">=", ">"):
        best, worst = holds(high, other_low), holds(low, other_high)
    else:
        best, worst = holds(low, other_high), holds(high, other_low)
    return 1 if worst else 0 if best else -1


def _start(book: Book) -> int:
    assert book.start is not None
    return book.start


def split(book: Book, pool: int, floor: int, s: int, *, consumed: bool = False) -> tuple[list[Named], list[Named]]:
    """Events certainly in [floor, s], and those that only may be."""
    sure: list[Named] = []
    maybe: list[Named] = []
    for name, row in book.pools[pool].between(floor, s):
        if consumed or book.free(name):
            (sure if row.sure and row.lo >= floor and row.hi <= s else maybe).append((name, row))
    return sure, maybe


def _in(book: Book, pool: int, window: Window, s: int) -> tuple[list[Named], list[Named]]:
    floor = window.floor(s, _start(book))
    return split(book, pool, floor, s)


def _found(truth: int, sure: Sequence[Named], maybe: Sequence[Named]) -> Found:
    return Found(truth, {name for name, _ in sure}, {name for name, _ in maybe})


def _count(book: Book, atom: Count, s: int) -> Found:
    sure, maybe = _in(book, atom.pool, atom.window, s)
    if atom.lasting is not None:
        sure, maybe = _lasted(atom.lasting, sure, maybe)
    return _found(interval(atom.op, len(sure), len(sure) + len(maybe), atom.bound), sure, maybe)


def _lasted(lasting: tuple[int, int], sure: list[Named], maybe: list[Named]) -> tuple[list[Named], list[Named]]:
    """An event that does not report how long it lasted may have lasted anything."""
    slot, need = lasting
    enough: list[Named] = []
    perhaps: list[Named] = []
    for of, certain in ((sure, True), (maybe, False)):
        for name, row in of:
            value = row.values[slot]
            if value == UNDECLARED or (isinstance(value, int) and value < need):
                continue
            (enough if certain and value is not None else perhaps).append((name, row))
    return enough, perhaps


def _total(book: Book, atom: Total, s: int) -> Found:
    sure, maybe = _in(book, atom.pool, atom.window, s)
    low, high = Decimal(0), Decimal(0)
    unbounded = False
    for of, certain in ((sure, True), (maybe, False)):
        for _, row in of:
            value = row.values[atom.slot]
            assert isinstance(value, tuple)
            low += value[0] if certain else 0
            if value[1] is None:
                unbounded = True
            else:
                high += value[1]
    return _found(interval(atom.op, low, None if unbounded else high, atom.bound), sure, maybe)


def _distinct(book: Book, atom: Distinct, s: int) -> Found:
    sure, maybe = _in(book, atom.pool, atom.window, s)
    certain = {key for _, row in sure if (key := row.values[atom.slot]) is not None}
    possible = certain | {key for _, row in maybe if (key := row.values[atom.slot]) is not None}
    nowhere = sum(1 for _, row in (*sure, *maybe) if row.values[atom.slot] is None)
    low = max(len(certain), 1 if sure else 0)
    return _found(interval(atom.op, low, len(possible) + nowhere, atom.bound), sure, maybe)


def _rate(book: Book, atom: Rate, s: int, t: int) -> Found:
    floor = atom.window.floor(s, _start(book))
    sure, maybe = split(book, atom.pool, floor, s)
    counted = book.baselines.get(atom.baseline) if t >= atom.ends else None
    if counted is None:
        return Found(0 if sure or maybe else -1)
    begins = floor if atom.window.kind == "since" else s - atom.window.us
    scale = atom.factor * (s - begins)
    low, high = Decimal(len(sure)), Decimal(len(sure) + len(maybe))
    truth = ratio(atom.op, low * atom.length, high * atom.length, counted[0] * scale, counted[1] * scale)
    if atom.op in (">=", ">") and not sure:
        truth = 0 if truth != -1 and maybe else -1
    return _found(truth, sure, maybe)


def _ratio(book: Book, atom: Ratio, s: int) -> Found:
    """Needs at least one event on the left."""
    sure, maybe = _in(book, atom.pool, atom.window, s)
    other_sure, other_maybe = _in(book, atom.other, atom.window, s)
    low, high = Decimal(len(sure)), Decimal(len(sure) + len(maybe))
    other_low = len(other_sure) * atom.factor
    other_high = (len(other_sure) + len(other_maybe)) * atom.factor
    truth = ratio(atom.op, low, high, other_low, other_high)
    if not sure:
        truth = 0 if truth != -1 and maybe else -1
    return _found(truth, (*sure, *other_sure), (*maybe, *other_maybe))


def _quiet(book: Book, atom: Quiet, s: int) -> Found:
    """True only where no possible E lies in (s−d, s] and the union of coverage contains it; else unknown, or false."""
    start = s - atom.us
    if start < _start(book) or start < book.free_from():
        return Found(-1)
    sure, maybe = split(book, atom.pool, start + 1, s, consumed=True)
    covered = any(lo <= start and s <= hi for lo, hi in book.covers[atom.cover])
    truth = -1 if sure else 0 if maybe or not covered else 1
    return Found(truth, possible={name for name, _ in maybe}, spans={s} if truth == 1 else set())


def _absent(book: Book, atom: Absent, s: int) -> Found:
    """True at s = o+d if no E lies in [o, o+d]; the F that was not answered is the witness."""
    at, start = s - atom.us, _start(book)
    found = Found(-1)
    for name, first in book.pools[atom.after].between(at, at):
        if first.hi != at or first.lo < start or not book.free(name):
            continue
        answered = False
        maybe: list[str] = []
        for other, row in book.pools[atom.pool].between(first.lo, s):
            if other == name:
                continue
            if row.sure and row.lo >= first.hi and row.hi <= first.lo + atom.us:
                answered = True
            else:
                maybe.append(other)
        truth = min(1 if first.sure else 0, -1 if answered else 0 if maybe else 1)
        found.truth = max(found.truth, truth)
        found.possible |= set(maybe)
        if truth == 1:
            found.witnesses.add(name)
    return found


def _then(book: Book, atom: Then, s: int) -> Found:
    """`A then B within d`: o1 < o2 ≤ o1+d, whoever acted, both witnesses, s = o2."""
    start = _start(book)
    found = Found(-1)
    if s < start:
        return found
    for name, second in book.pools[atom.second].between(s, s):
        if second.hi != s or not book.free(name):
            continue
        for other, first in book.pools[atom.first].between(max(second.lo - atom.us, start), s):
            if other == name or first.lo >= second.hi or not book.free(other):
                continue
            order = first.hi < second.lo and second.hi <= first.lo + atom.us and min(first.lo, second.lo) >= start
            truth = 1 if order and first.sure and second.sure else 0
            found.truth = max(found.truth, truth)
            if truth == 1:
                found.witnesses |= {name, other}
    return found


def _run(book: Book, atom: Run, s: int) -> Found:
    """Successive events of D, no more than a day apart, that lead up to the last one by s."""
    sure, maybe = split(book, atom.pool, _start(book), s)
    run = _chain([pair for pair in sure if pair[1].hi <= s])
    longest = _chain([*sure, *maybe], generous=True)
    low = max(run[-1][1].lo - run[0][1].hi, 0) if run else 0
    high = longest[-1][1].hi - longest[0][1].lo if longest else 0
    chained = {name for name, _ in longest}
    within = [pair for pair in maybe if pair[0] in chained]
    return _found(interval(">=", low, high, Decimal(atom.us)), run, within)


def _chain(pairs: Sequence[Named], generous: bool = False) -> list[Named]:
    chain: list[Named] = []
    for name, row in sorted(pairs, key=lambda pair: (pair[1].hi, pair[0]), reverse=True):
        if chain:
            after = chain[-1][1]
            if (after.lo - row.hi if generous else after.hi - row.lo) > DAY.us:
                break
        chain.append((name, row))
    return chain[::-1]


def _latest(book: Book, atom: Latest, s: int) -> Found:
    """The sum over places of the newest (by occurrence) estimate that is valid at s."""
    start = _start(book)
    at_place: dict[str, list[Stock]] = {}
    for stock in book.stocks[atom.stock]:
        if stock.counts is not None and stock.lo <= s < stock.hi + atom.valid and stock.hi >= start:
            at_place.setdefault(stock.place, []).append(stock)
    low, high, unbounded = Decimal(0), Decimal(0), False
    counted: set[str] = set()
    for stocks in at_place.values():
        newest = _newest(stocks, s, atom.valid)
        low += min(stock.low if sure else Decimal(0) for stock, sure in newest)
        most = [stock.high for stock, _ in newest]
        unbounded = unbounded or None in most
        high += max((m for m in most if m is not None), default=Decimal(0))
        counted |= {stock.id for stock, sure in newest if sure}
    truth = interval(atom.op, low, None if unbounded else high, atom.bound)
    if not at_place and atom.op in ("<=", "<"):
        truth = 0
    return Found(truth, counted)


def _newest(stocks: list[Stock], s: int, valid: int) -> list[tuple[Stock, bool]]:
    """Those that may be the newest at s: one where instants are exact; True where it certainly stands."""
    latest = max((x.lo for x in stocks if x.counts and x.hi <= s < x.lo + valid), default=None)
    newest = [x for x in stocks if latest is None or x.hi >= latest]
    if len(newest) > 1 and len({(x.lo, x.hi) for x in newest}) == 1:
        last = max(x.known for x in newest)
        newest = [x for x in newest if x.known == last]
    return [(x, bool(x.counts) and x.hi <= s < x.lo + valid) for x in newest]


def _times(book: Book, atom: Times, s: int, t: int) -> Found:
    floor = atom.window.floor(s, _start(book))
    inside = {name for at, name in book.met(atom.trigger, t) if floor <= at <= s}
    return Found(1 if len(inside) >= atom.times else -1, counted=inside)
