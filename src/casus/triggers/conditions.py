"""What a trigger's condition is worth at one instant s: the reference, one function for each kind of condition.

It reads `Sources`, which give the qualifying events of a name (certain and possible ones), and returns a `Weighed`: the
truth, what was counted against which threshold, the events that would be its witnesses, and the reasons for an unknown.
Instants inside are microseconds, so that comparing is cheap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from casus.acts import Length, Quantity
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.time import BEGINNING, DAY, Instant
from casus.triggers.measure import Item, Measure, Sources, Span, Weighed
from casus.triggers.membership import interval_truth
from casus.triggers.verdict import Reason, Unknown, Verdict, all_hold, any_holds, negation
from casus.verification import Stock

# ---------------------------------------------------------------- the tree


def weigh(agreement: Agreement, sources: Sources, cond: n.TCond, s: int) -> Weighed:
    """All atoms are evaluated at one s; only satisfied branches of an `or` give witnesses."""
    match cond:
        case n.TOr(parts):
            found = [weigh(agreement, sources, part, s) for part in parts]
            satisfied = [w for w in found if w.verdict is True] or [w for w in found if w.verdict is not False]
            return _joined(any_holds(w.verdict for w in found), found, satisfied)
        case n.TAnd(parts):
            found = [weigh(agreement, sources, part, s) for part in parts]
            return _joined(all_hold(w.verdict for w in found), found, found)
        case n.TNot(part):
            inner = weigh(agreement, sources, part, s)
            return Weighed(negation(inner.verdict), measures=inner.measures)
        case _:
            return _Atom(agreement, sources, s).weigh(cond)


def _joined(verdict: Verdict, all_parts: list[Weighed], satisfied: list[Weighed]) -> Weighed:
    return Weighed(
        verdict,
        frozenset[str]().union(*(w.witnesses for w in satisfied)),
        frozenset[str]().union(*(w.activations for w in satisfied)),
        frozenset[int]().union(*(w.spans for w in satisfied)),
        tuple(m for w in all_parts for m in w.measures),
    )


def atoms(cond: n.TCond, negated: bool = False) -> Iterator[tuple[n.TAtom, bool]]:
    """Every atom of a condition, with whether it stands under an odd number of `not`."""
    match cond:
        case n.TOr(parts) | n.TAnd(parts):
            for part in parts:
                yield from atoms(part, negated)
        case n.TNot(part):
            yield from atoms(part, not negated)
        case _:
            yield cond, negated


def names_in(atom: n.TAtom) -> Iterator[tuple[str, n.By | None]]:
    """The events (by name and actor) that an atom looks at."""
    match atom:
        case n.TRatio(name=name, by=by, other=other, other_by=other_by):
            yield name, by
            yield other, other_by
        case n.TAbsent(name=name, by=by, after=after):
            yield name, by
            yield after, None
        case n.TThen(first=first, second=second):
            yield first, None
            yield second, None
        case n.THolds(name=name):
            yield name, None
        case n.TLatest() | n.TMet():
            return
        case _:
            yield atom.name, atom.by


def only_grows(cond: n.TCond) -> bool:
    """Whether more events can only make the condition truer (then taking events away never makes it true)."""

    def grows(atom: n.TAtom, negated: bool) -> bool:
        match atom:
            case n.TCount(threshold=t) | n.TSum(threshold=t) | n.TDistinct(threshold=t):
                return (t.op in (">=", ">")) is not negated
            case n.TAny() | n.TThen() | n.TMet():
                return not negated
            case n.TRate(op=op):
                return (op in (">=", ">")) is not negated
            case _:
                return False

    return all(grows(atom, negated) for atom, negated in atoms(cond))


def window_span(agreement: Agreement, window: n.Window, s: int, start: int) -> Span:
    """The window at s, never reaching before F (`start`)."""
    match window:
        case n.Rolling(dur, closed):
            span = Span(s - dur.duration.us, s, closed)
        case n.Fixed(dur):
            size = dur.duration.us
            span = Span(start + (-((start - s) // size) - 1) * size, s)
        case n.Since(None):
            span = Span(start, s, closed=True)
        case n.Since(moment=n.Moment() as moment):
            span = Span(agreement.instant(moment).us, s, closed=True)
    return _from_start(span, start)


def _from_start(span: Span, start: int) -> Span:
    """An event at exactly F counts; before it, never."""
    return span if span.start >= start else Span(start, span.end, closed=True)


def _by_text(by: n.By | None) -> str:
    if by is None:
        return ""
    return f" by {by.name if by.name is not None else ' | '.join(by.codes)}"


def _window_text(window: n.Window) -> str:
    match window:
        case n.Rolling(dur, closed):
            return f"within {'closed ' if closed else ''}rolling {dur.number.text} {dur.unit}"
        case n.Fixed(dur):
            return f"within fixed {dur.number.text} {dur.unit}"
        case n.Since(moment):
            return f"since {moment.text if moment is not None else 'in_force'}"


class _Atom:
    """The atoms, one method each."""

    def __init__(self, agreement: Agreement, sources: Sources, s: int) -> None:
        self.agreement = agreement
        self.sources = sources
        self.s = s

    def weigh(self, atom: n.TAtom) -> Weighed:
        match atom:
            case n.TAny(name, by):
                span = _from_start(Span(BEGINNING.us, self.s, closed=True), self.sources.start)
                return self._count(f"any {name}{_by_text(by)}", name, by, n.Threshold(">=", n.Number("1")), span)
            case n.TCount(name, by, threshold, window):
                what = f"count of {name}{_by_text(by)} {_window_text(window)}"
                return self._count(what, name, by, threshold, self._span(window))
            case n.TSum():
                return self._sum(atom)
            case n.TDistinct():
                return self._distinct(atom)
            case n.TRate():
                return self._rate(atom)
            case n.TRatio():
                return self._ratio(atom)
            case n.TQuiet():
                return self._quiet(atom)
            case n.TAbsent():
                return self._absent(atom)
            case n.THolds():
                return self._holds(atom)
            case n.TThen():
                return self._then(atom)
            case n.TLatest():
                return self._latest(atom)
            case n.TMet():
                return self._met(atom)

    def _span(self, window: n.Window) -> Span:
        return window_span(self.agreement, window, self.s, self.sources.start)

    def _split(self, name: str, by: n.By | None, span: Span, *, consumed: bool = False) -> tuple[list[Item], list[Item]]:
        """Items certainly in the span, and those that only may be."""
        sure, maybe = [], []
        for item in self.sources.items(name, by, span, consumed=consumed):
            if item.certain and span.surely(item):
                sure.append(item)
            elif span.maybe(item):
                maybe.append(item)
        return sure, maybe

    def _weighed(
        self,
        what: str,
        op: str,
        bound: Decimal,
        low: Decimal,
        high: Decimal | None,
        span: Span,
        sure: Sequence[Item],
        maybe: Sequence[Item],
        *,
        vague: Sequence[Reason] = (),
        threshold: str | None = None,
    ) -> Weighed:
        truth = interval_truth(op, low, high, bound)
        verdict: Verdict = truth if truth is not None else Unknown(frozenset(vague) | _reasons(maybe, span))
        witnesses = tuple(item.id for item in sorted(sure, key=_in_order))
        possible = tuple(item.id for item in sorted(maybe, key=_in_order))
        measure = Measure(
            what, verdict, low, high, threshold or f"{op} {bound.normalize():f}", (span.start, span.end), witnesses, possible
        )
        return Weighed(verdict, frozenset(witnesses), measures=(measure,))

    def _count(self, what: str, name: str, by: n.By | None, threshold: n.Threshold, span: Span) -> Weighed:
        sure, maybe = self._split(name, by, span)
        low = Decimal(len(sure))
        high = Decimal(len(sure) + len(maybe))
        return self._weighed(what, threshold.op, threshold.number.value, low, high, span, sure, maybe)

    def _sum(self, atom: n.TSum) -> Weighed:
        span = self._span(atom.window)
        sure, maybe = self._split(atom.name, atom.by, span)
        low, high = Decimal(0), Decimal(0)
        unbounded = False
        vague = []
        for item, certain in [(x, True) for x in sure] + [(x, False) for x in maybe]:
            least, most = self._quantity(item, atom.quantity)
            low += least if certain else 0
            if most is None:
                unbounded = True
            else:
                high += most
            if certain and most != least:
                vague.append(Reason("quantity", f"{atom.quantity} of {item.id} is not known exactly enough"))
        what = f"sum of {atom.quantity} over {atom.name}{_by_text(atom.by)} {_window_text(atom.window)}"
        bound = atom.threshold.number.value
        return self._weighed(what, atom.threshold.op, bound, low, None if unbounded else high, span, sure, maybe, vague=vague)

    def _quantity(self, item: Item, name: str) -> tuple[Decimal, Decimal | None]:
        """A field that the type does not declare is 0 in a sum; an unreported one is anything."""
        declared = self.agreement.events[item.event.type].field_named(name)
        if declared is None:
            return Decimal(0), Decimal(0)
        value = item.event.fields.get(name)
        if isinstance(value, Quantity):
            return value.low, value.high
        if isinstance(value, Length):
            return Decimal(value.us), Decimal(value.us)
        return Decimal(0), None

    def _distinct(self, atom: n.TDistinct) -> Weighed:
        span = self._span(atom.window)
        sure, maybe = self._split(atom.name, atom.by, span)
        certain = {key for item in sure if (key := self._key(atom.what, item)) is not None}
        possible = certain | {key for item in maybe if (key := self._key(atom.what, item)) is not None}
        nowhere = sum(1 for item in (*sure, *maybe) if self._key(atom.what, item) is None)
        low = Decimal(max(len(certain), 1 if sure else 0))
        high = Decimal(len(possible) + nowhere)
        vague = [Reason("place", f"where {x.id} happened is not reported") for x in sure if self._key(atom.what, x) is None]
        what = f"distinct {atom.what} of {atom.name}{_by_text(atom.by)} {_window_text(atom.window)}"
        return self._weighed(what, atom.threshold.op, atom.threshold.number.value, low, high, span, sure, maybe, vague=vague)

    def _key(self, what: str, item: Item) -> object | None:
        if what == "days":
            return self.agreement.clock.day_of(Instant(item.hi))
        place = item.event.place
        if place is None:
            return None
        if what == "places":
            return place.lat, place.lon
        return (place.lat * 10).__floor__(), (place.lon * 10).__floor__()

    def _rate(self, atom: n.TRate) -> Weighed:
        """The mean of the baseline is per window over its span; exact, without division of what was counted."""
        span = self._span(atom.window)
        sure, maybe = self._split(atom.name, atom.by, span)
        decl = self.agreement.baselines[atom.baseline]
        length = Decimal(self.agreement.instant(decl.end).us - self.agreement.instant(decl.start).us)
        width = Decimal(span.end - span.start if isinstance(atom.window, n.Since) else atom.window.dur.duration.us)
        low, high = Decimal(len(sure)), Decimal(len(sure) + len(maybe))
        counted = self.sources.baseline(atom.baseline)
        if counted is None:
            return self._too_early(atom, span, low, high)
        base_low, base_high = counted
        scale = atom.factor.value * width
        truth = _ratio_truth(atom.op, low * length, high * length, base_low * scale, base_high * scale)
        if atom.op in (">=", ">") and not sure:
            truth = None if truth is not False and maybe else False
        what = f"rate of {atom.name}{_by_text(atom.by)} {_window_text(atom.window)}"
        mean = (base_low * width / length).quantize(Decimal("0.001")).normalize()
        text = f"{atom.op} {atom.factor.text} times baseline {atom.baseline} ({mean:f} a window)"
        return self._compared(what, truth, low, high, text, span, sure, maybe, base_low != base_high)

    def _too_early(self, atom: n.TRate, span: Span, low: Decimal, high: Decimal) -> Weighed:
        """A baseline whose span has not ended measures nothing yet; without any event there is no rate either way."""
        end = self.agreement.instant(self.agreement.baselines[atom.baseline].end)
        open_ = Unknown.because("time", f"the baseline {atom.baseline} is not complete before {end}")
        verdict: Verdict = open_ if high > 0 else False
        what = f"rate of {atom.name}{_by_text(atom.by)} {_window_text(atom.window)}"
        text = f"{atom.op} {atom.factor.text} times baseline {atom.baseline}"
        return Weighed(verdict, measures=(Measure(what, verdict, low, high, text, (span.start, span.end), (), ()),))

    def _ratio(self, atom: n.TRatio) -> Weighed:
        """Needs at least one event on the left."""
        span = self._span(atom.window)
        sure, maybe = self._split(atom.name, atom.by, span)
        other_sure, other_maybe = self._split(atom.other, atom.other_by, span)
        low, high = Decimal(len(sure)), Decimal(len(sure) + len(maybe))
        factor = atom.factor.value
        other_low, other_high = Decimal(len(other_sure)), Decimal(len(other_sure) + len(other_maybe))
        truth = _ratio_truth(atom.op, low, high, other_low * factor, other_high * factor)
        if not sure:
            truth = None if truth is not False and maybe else False
        what = f"count of {atom.name}{_by_text(atom.by)} {_window_text(atom.window)}"
        text = f"{atom.op} {atom.factor.text} times count of {atom.other}{_by_text(atom.other_by)} ({other_low:f})"
        both = list({item.id: item for item in (*sure, *other_sure)}.values())
        return self._compared(what, truth, low, high, text, span, both, [*maybe, *other_maybe], False)

    def _compared(
        self,
        what: str,
        truth: bool | None,
        low: Decimal,
        high: Decimal,
        threshold: str,
        span: Span,
        sure: Sequence[Item],
        maybe: Sequence[Item],
        vague_baseline: bool,
    ) -> Weighed:
        reasons = _reasons(maybe, span)
        if vague_baseline:
            reasons |= {Reason("quantity", "the baseline's own count is uncertain")}
        verdict: Verdict = truth if truth is not None else Unknown(reasons)
        witnesses = tuple(item.id for item in sorted(sure, key=_in_order))
        possible = tuple(item.id for item in sorted(maybe, key=_in_order))
        measure = Measure(what, verdict, low, high, threshold, (span.start, span.end), witnesses, possible)
        return Weighed(verdict, frozenset(witnesses), measures=(measure,))

    def _quiet(self, atom: n.TQuiet) -> Weighed:
        """True only where no possible E lies in (s−d, s] and the union of coverage contains it; else unknown, or false."""
        start = self.s - atom.dur.duration.us
        what = f"no {atom.name}{_by_text(atom.by)} for {atom.dur.number.text} {atom.dur.unit}"
        span = Span(start, self.s)
        if start < self.sources.start or start < self.sources.free_from():
            measure = Measure(what, False, Decimal(0), None, "none, over the whole span", (start, self.s), (), ())
            return Weighed(False, measures=(measure,))
        sure, maybe = self._split(atom.name, atom.by, span, consumed=True)
        covered = any(lo <= start and self.s <= hi for lo, hi in self.sources.covered(atom.name, atom.observer))
        verdict: Verdict = True
        if sure:
            verdict = False
        elif maybe or not covered:
            reasons = _reasons(maybe, span)
            if not covered:
                watched = f" by {atom.observer}" if atom.observer else ""
                reasons |= {Reason("coverage", f"{atom.name} is not covered{watched} over the whole span")}
            verdict = Unknown(reasons)
        names = tuple(item.id for item in sure), tuple(item.id for item in maybe)
        count = Decimal(len(sure))
        measure = Measure(what, verdict, count, count + len(maybe), "none", (start, self.s), *names)
        return Weighed(verdict, spans=frozenset({self.s}) if verdict is True else frozenset(), measures=(measure,))

    def _absent(self, atom: n.TAbsent) -> Weighed:
        """True at s = o+d if no E lies in [o, o+d]; the F that was not answered is the witness."""
        width = atom.dur.duration.us
        reach = Span(self.s - width, self.s - width, closed=True)
        verdicts: list[Verdict] = []
        witnesses: list[str] = []
        possible: list[str] = []
        for first in self.sources.items(atom.after, None, _from_start(reach, self.sources.start)):
            if first.hi + width != self.s or first.lo < self.sources.start:
                continue
            sure, maybe = self._split(atom.name, atom.by, Span(first.lo, self.s, closed=True), consumed=True)
            answered = [item for item in sure if item.lo >= first.hi and item.hi <= first.lo + width and item.id != first.id]
            maybe = [item for item in (*sure, *maybe) if item.id != first.id and item not in answered]
            silent: Verdict = False if answered else Unknown(_reasons(maybe, reach)) if maybe else True
            verdict = all_hold([first.verdict, silent])
            verdicts.append(verdict)
            possible += [item.id for item in maybe]
            if verdict is True:
                witnesses.append(first.id)
        verdict = any_holds(verdicts)
        what = f"no {atom.name}{_by_text(atom.by)} within {atom.dur.number.text} {atom.dur.unit} after {atom.after}"
        low, high = Decimal(len(witnesses)), Decimal(sum(1 for v in verdicts if v is not False))
        window = (self.s - width, self.s)
        measure = Measure(what, verdict, low, high, ">= 1", window, tuple(witnesses), tuple(possible))
        return Weighed(verdict, frozenset(witnesses), measures=(measure,))

    def _holds(self, atom: n.THolds) -> Weighed:
        what = f"{atom.name} holds for at least {atom.dur.number.text} {atom.dur.unit}"
        need = atom.dur.duration.us
        if atom.name in self.agreement.estimates:
            return self._stock_holds(atom, what, need)
        span = _from_start(Span(BEGINNING.us, self.s, closed=True), self.sources.start)
        sure, maybe = self._split(atom.name, None, span)
        field = self._duration_field(atom.name)
        if field is not None:
            return self._lasted(what, need, field, span, sure, maybe)
        run = _run(sure, self.s)
        longest = _run(sorted((*sure, *maybe), key=_in_order), self.s, generous=True)
        low = Decimal(max(run[-1].lo - run[0].hi, 0)) if run else Decimal(0)
        high = Decimal(longest[-1].hi - longest[0].lo) if longest else Decimal(0)
        within = [item for item in maybe if item in longest]
        text = f">= {atom.dur.number.text} {atom.dur.unit}"
        vague = [Reason("time", f"for how long {atom.name} held is not known exactly enough")]
        return self._weighed(what, ">=", Decimal(need), low, high, span, run, within, vague=vague, threshold=text)

    def _duration_field(self, name: str) -> str | None:
        for kind in sorted(self.agreement.event_types(name)):
            for declared in self.agreement.events[kind].fields:
                if declared.type == "duration":
                    return declared.name
        return None

    def _lasted(self, what: str, need: int, field: str, span: Span, sure: Sequence[Item], maybe: Sequence[Item]) -> Weighed:
        """Events whose duration field says enough; one that does not report it may have lasted anything."""
        enough: list[Item] = []
        perhaps: list[Item] = []
        for item, certain in [(x, True) for x in sure] + [(x, False) for x in maybe]:
            value = item.event.fields.get(field)
            declared = self.agreement.events[item.event.type].field_named(field) is not None
            if not declared or (isinstance(value, Length) and value.us < need):
                continue
            (enough if certain and isinstance(value, Length) else perhaps).append(item)
        vague = [Reason("quantity", f"{field} of {x.id} is not reported") for x in perhaps if field not in x.event.fields]
        low, high = Decimal(len(enough)), Decimal(len(enough) + len(perhaps))
        return self._weighed(what, ">=", Decimal(1), low, high, span, enough, perhaps, vague=vague)

    def _stock_holds(self, atom: n.THolds, what: str, need: int) -> Weighed:
        """An estimate in a unit of time: its value is how long it holds."""
        unit = {"minutes": 60_000_000, "hours": 3_600_000_000, "days": 86_400_000_000}[self.agreement.estimates[atom.name].unit]
        bound = Decimal(need) / unit
        return self._stock(what, n.Threshold(">=", n.Number(f"{bound:f}")), atom.name, None)

    def _then(self, atom: n.TThen) -> Weighed:
        """`A then B within d`: o1 < o2 ≤ o1+d, whoever acted, both witnesses, s = o2."""
        width = atom.dur.duration.us
        start = self.sources.start
        verdicts: list[Verdict] = []
        witnesses: set[str] = set()
        for second in self.sources.items(atom.second, None, Span(self.s, self.s, closed=True)):
            if second.hi != self.s or second.hi < start:
                continue
            for first in self.sources.items(atom.first, None, Span(second.lo - width, self.s, closed=True)):
                if first.id == second.id or first.lo >= second.hi or second.lo > first.hi + width or first.hi < start:
                    continue
                sure = first.hi < second.lo and second.hi <= first.lo + width and min(first.lo, second.lo) >= start
                order: Verdict = sure or Unknown.because("time", f"whether {first.id} came before {second.id} is uncertain")
                verdict = all_hold([first.verdict, second.verdict, order])
                verdicts.append(verdict)
                if verdict is True:
                    witnesses |= {first.id, second.id}
        verdict = any_holds(verdicts)
        what = f"{atom.first} then {atom.second} within {atom.dur.number.text} {atom.dur.unit}"
        low = Decimal(sum(1 for v in verdicts if v is True))
        high = Decimal(sum(1 for v in verdicts if v is not False))
        window = (self.s - width, self.s)
        measure = Measure(what, verdict, low, high, ">= 1", window, tuple(sorted(witnesses)), ())
        return Weighed(verdict, frozenset(witnesses), measures=(measure,))

    def _latest(self, atom: n.TLatest) -> Weighed:
        return self._stock(f"latest {atom.name}{_by_text(atom.by)}", atom.threshold, atom.name, atom.by)

    def _stock(self, what: str, threshold: n.Threshold, name: str, by: n.By | None) -> Weighed:
        """The sum over places of the newest (by occurrence) estimate that is valid at s; reached at low, possibly at high."""
        valid = self.agreement.estimates[name].valid.duration.us
        at_place: dict[tuple[str, str | None], list[tuple[Stock, Verdict]]] = {}
        for stock, verdict in self.sources.stocks(name, by):
            if stock.occurred.lo.us <= self.s < stock.occurred.hi.us + valid and stock.occurred.hi.us >= self.sources.start:
                at_place.setdefault((stock.place, None), []).append((stock, verdict))
        low, high, unbounded = Decimal(0), Decimal(0), False
        reasons: set[Reason] = set()
        counted: list[str] = []
        for candidates in at_place.values():
            newest = _newest(candidates, self.s, valid)
            least = min(Decimal(stock.low) if sure else Decimal(0) for stock, sure in newest)
            most = [None if stock.high is None else Decimal(stock.high) for stock, _ in newest]
            low += least
            unbounded = unbounded or None in most
            high += max((m for m in most if m is not None), default=Decimal(0))
            counted += [stock.id for stock, sure in newest if sure]
            reasons |= {Reason("quantity", f"estimate {stock.id[:12]} is a range or uncertain") for stock, _ in newest}
        truth = interval_truth(threshold.op, low, None if unbounded else high, threshold.number.value)
        if not at_place and threshold.op in ("<=", "<"):
            truth, reasons = None, {Reason("coverage", f"there is no valid estimate of {name}")}
        verdict_: Verdict = truth if truth is not None else Unknown(frozenset(reasons))
        text = f"{threshold.op} {threshold.number.text}"
        measure = Measure(what, verdict_, low, None if unbounded else high, text, None, tuple(sorted(counted)), ())
        return Weighed(verdict_, frozenset(counted), measures=(measure,))

    def _met(self, atom: n.TMet) -> Weighed:
        span = self._span(atom.window)
        inside = [
            (s, name)
            for s, name in self.sources.met(atom.name)
            if (s > span.start or (span.closed and s == span.start)) and s <= span.end
        ]
        count = Decimal(len(inside))
        verdict = count >= atom.times.value
        names = tuple(name for _, name in sorted(inside))
        what = f"{atom.name} met {_window_text(atom.window)}"
        measure = Measure(what, verdict, count, count, f">= {atom.times.text}", (span.start, span.end), names, ())
        return Weighed(verdict, activations=frozenset(names), measures=(measure,))


# ---------------------------------------------------------------- small things


def _in_order(item: Item) -> tuple[int, int, str]:
    return item.lo, item.hi, item.id


def _reasons(maybe: Sequence[Item], span: Span) -> frozenset[Reason]:
    reasons: set[Reason] = set()
    for item in maybe:
        if isinstance(item.verdict, Unknown):
            reasons |= item.verdict.reasons
        if not span.surely(item):
            reasons.add(Reason("time", f"whether {item.id} falls into the window is uncertain"))
    return frozenset(reasons)


def _ratio_truth(op: str, low: Decimal, high: Decimal, other_low: Decimal, other_high: Decimal) -> bool | None:
    """`x op y` for x in [low, high] and y in [other_low, other_high]."""
    if op in (">=", ">"):
        best, worst = interval_truth(op, high, high, other_low), interval_truth(op, low, low, other_high)
    else:
        best, worst = interval_truth(op, low, low, other_high), interval_truth(op, high, high, other_low)
    return True if worst else None if best else False


def _run(items: Sequence[Item], end: int, generous: bool = False) -> list[Item]:
    """The successive events, each no more than a day after the one before, that lead up to the last one by `end`."""
    run: list[Item] = []
    for item in sorted((x for x in items if x.hi <= end or generous), key=lambda x: (x.hi, x.id), reverse=True):
        gap = 0 if not run else (run[0].lo - item.hi if generous else run[0].hi - item.lo)
        if run and gap > DAY.us:
            break
        run.insert(0, item)
    return run


def _newest(candidates: list[tuple[Stock, Verdict]], s: int, valid: int) -> list[tuple[Stock, bool]]:
    """Those that may be the newest at s: one where instants are exact; `True` where it certainly stands."""
    sure = [(stock, v) for stock, v in candidates if v is True and stock.occurred.hi.us <= s < stock.occurred.lo.us + valid]
    latest = max((stock.occurred.lo.us for stock, _ in sure), default=None)
    newest = [(stock, v) for stock, v in candidates if latest is None or stock.occurred.hi.us >= latest]
    best: dict[str, tuple[Stock, bool]] = {}
    exact = {(stock.occurred.lo, stock.occurred.hi) for stock, _ in newest}
    if len(exact) == 1 and len(newest) > 1:
        last = max(stock.known for stock, _ in newest)
        newest = [(stock, v) for stock, v in newest if stock.known == last]
    for stock, verdict in newest:
        certain = verdict is True and stock.occurred.hi.us <= s < stock.occurred.lo.us + valid
        best[stock.id] = (stock, certain)
    return sorted(best.values(), key=lambda pair: pair[0].id)
