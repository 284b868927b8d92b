"""A second opinion: a trigger's condition as signature, formula and log for MonPoly and VeriMon; their verdicts read.

The log holds, by the instant of the world, the events that certainly qualify as known (rungs, definitions and exceptions are
Casus's), one time point per timestamp, so that late reports never reach the monitor late. The formula is the condition alone:
consumption, rearming, staleness and knowledge time are not in it. `holds` are the time points at which Casus says that the
condition holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import gcd
from typing import Final

from casus.analysis.lowering import Json
from casus.analysis.model import Supposed, suppose
from casus.journal.entry import View
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.state.fold import Fold
from casus.time import END, Instant
from casus.triggers.conditions import atoms, only_grows
from casus.triggers.measure import Item, Span

FORMAT: Final = "casus-monpoly/1"
_SECOND: Final = 1_000_000


class Inexpressible(Exception):
    """Metric first-order temporal logic cannot say this, or not over this record; the message says why."""


@dataclass(frozen=True, slots=True)
class Exported:
    """One clause for the monitor. `holds`: the timestamps at which its formula is true as Casus sees it."""

    trigger: str
    signature: str
    formula: str
    log: str
    unit: str
    points: tuple[int, ...]
    holds: tuple[int, ...]
    until: int
    """Time points after this one are not compared: what an answer would need may lie beyond the record."""


@dataclass(slots=True)
class _Written:
    """The formula as it is written, with the predicates that it uses: name → (types, rows of (µs, values))."""

    model: Supposed
    tick: int
    predicates: dict[str, tuple[str, list[tuple[int, str]]]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def predicate(self, items: Sequence[Item], types: str, values: Sequence[str] | None = None) -> str:
        name = f"e{len(self.predicates)}"
        said = values if values is not None else [""] * len(items)
        rows = [(item.hi, f"({self.named(item.id)}{value})") for item, value in zip(items, said, strict=True)]
        self.predicates[name] = types, rows
        return name

    def named(self, identity: str) -> str:
        """An id as a string of the log, another one for every event."""
        if identity not in self.names:
            said = _quoted(identity)
            self.names[identity] = said if said not in self.names.values() else _quoted(f"{identity}#{len(self.names)}")
        return self.names[identity]

    def interval(self, us: int | None, *, closed: bool, opens: str = "[0") -> str:
        if us is None:
            return f"{opens},*)"
        return f"{opens},{us // self.tick}{']' if closed else ')'}"


def exported(agreement: Agreement, view: View, at: Instant, only: Sequence[str] = ()) -> tuple[list[Exported], dict[str, str]]:
    """Every clause that the logic can express, and of the others why it cannot."""
    fold = Fold(agreement, view)
    fold.run([entry for entry in view.entries if view.knowledge(entry) <= min(at, view.known_at)], at)
    fold.now = at
    made: list[Exported] = []
    why: dict[str, str] = {}
    for name in only or agreement.triggers:
        if fold.life.counts_from is None:
            why[name] = "the agreement is not in force, so that no event counts yet"
            continue
        try:
            made.append(_export(suppose(fold, name, at)))
        except Inexpressible as problem:
            why[name] = str(problem)
    return made, why


def _export(model: Supposed) -> Exported:
    decl = model.state.decl
    _expressible(model, decl)
    lengths = [us for atom, _ in atoms(decl.when) if (us := _length(atom)) is not None]
    instants = [item.hi for pool in model.state.pools.values() for item in pool.items.values()]
    whole = 0
    for us in (*lengths, *instants):
        whole = gcd(whole, us)
    tick = _SECOND if whole % _SECOND == 0 else 1
    written = _Written(model, tick)
    absent = decl.when if isinstance(decl.when, n.TAbsent) else None
    formula = _absent(written, absent) if absent is not None else _formula(written, decl.when)
    if any(us < 0 for us in instants):
        raise Inexpressible("an event lies before 1970, and timestamps are no negative numbers")
    points = sorted({us for _, rows in written.predicates.values() for us, _ in rows})
    shift = absent.dur.duration.us if absent is not None else 0
    holds = [us for us in points if model.weigh(decl.when, us + shift).verdict is True]
    until = (END.us if absent is None else model.t.us - shift) // tick
    log = "".join(_line(written, us, tick) for us in points)
    signature = "".join(f"{name}({types})\n" for name, (types, _) in written.predicates.items())
    unit = "s" if tick == _SECOND else "us"
    ticks = tuple(us // tick for us in points)
    return Exported(decl.name, signature, formula + "\n", log, unit, ticks, tuple(us // tick for us in holds), until)


def _line(written: _Written, us: int, tick: int) -> str:
    parts = [
        f"{name} {' '.join(said)}"
        for name, (_, rows) in written.predicates.items()
        if (said := [row for instant, row in rows if instant == us])
    ]
    return f"@{us // tick} {' '.join(parts)}\n"


def _expressible(model: Supposed, decl: n.TriggerDecl) -> None:
    """What no formula over this log could be (raises Inexpressible)."""
    every = [item for pool in model.state.pools.values() for item in pool.items.values()]
    vague = sorted({item.id for item in every if item.lo != item.hi})
    if vague:
        raise Inexpressible(f"{_some(vague)}: when it occurred is a bracket, and the logic knows one instant for an event")
    possible = sorted({item.id for item in every if not item.certain})
    if possible and not only_grows(decl.when):
        raise Inexpressible(f"{_some(possible)}: whether it counts is unknown, and the logic knows true and false only")
    if any(isinstance(atom, n.TAbsent) for atom, _ in atoms(decl.when)) and not isinstance(decl.when, n.TAbsent):
        raise Inexpressible("an unanswered event is true when its time is over, which here is combined with other instants")


def _some(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _length(atom: n.TAtom) -> int | None:
    match atom:
        case n.TThen(dur=dur) | n.TAbsent(dur=dur):
            return dur.duration.us
        case n.TCount(window=n.Rolling(dur)) | n.TSum(window=n.Rolling(dur)) | n.TDistinct(window=n.Rolling(dur)):
            return dur.duration.us
        case n.TRatio(window=n.Rolling(dur)):
            return dur.duration.us
        case _:
            return None


def _formula(written: _Written, cond: n.TCond) -> str:
    match cond:
        case n.TOr(parts):
            return " OR ".join(f"({_formula(written, part)})" for part in parts)
        case n.TAnd(parts):
            ordered = sorted(parts, key=lambda part: isinstance(part, n.TNot))  # a negation has to stand to the right
            return " AND ".join(f"({_formula(written, part)})" for part in ordered)
        case n.TNot(part):
            return f"NOT ({_formula(written, part)})"
        case n.TAny(name, by):
            e = written.predicate(_certain(written.model, name, by, None), "id:string")
            return f"EXISTS i. (ONCE{written.interval(None, closed=False)} {e}(i))"
        case n.TCount(name, by, threshold, window):
            once = _once(written, name, by, window)
            return f"EXISTS c. ((c <- CNT i ({once})) AND ({_compare('c', threshold.op, threshold.number.value)}))"
        case n.TRatio():
            return _ratio(written, cond)
        case n.TSum():
            return _sum(written, cond)
        case n.TDistinct():
            return _distinct(written, cond)
        case n.TThen(first, second, dur):
            one = written.predicate(_certain(written.model, first, None, None), "id:string")
            two = written.predicate(_certain(written.model, second, None, None), "id:string")
            return f"EXISTS i, j. ({two}(j) AND (ONCE{written.interval(dur.duration.us, closed=True, opens='(0')} {one}(i)))"
        case n.TQuiet():
            raise Inexpressible(
                "a quiet needs coverage: what nobody watched is unknown, and the logic takes it as nothing happened"
            )
        case n.TLatest():
            raise Inexpressible("the newest of several estimates at each place, while it is valid, is no event in a window")
        case n.TMet():
            raise Inexpressible("it counts activations, which use up their witnesses; the logic has no consumption")
        case n.TRate():
            raise Inexpressible("the mean of a baseline over its span is a fraction of another log")
        case n.THolds():
            raise Inexpressible("how long something lasted, and runs of days, are measured, not seen in a window")
        case n.TAbsent():
            raise Inexpressible("an unanswered event is true when its time is over")


def _certain(model: Supposed, name: str, by: n.By | None, since: int | None) -> list[Item]:
    start = max(model.start, since if since is not None else model.start)
    span = Span(start, END.us, closed=True)
    return [item for item in model.items(name, by, span) if item.certain and item.lo >= start]


def _window(written: _Written, window: n.Window) -> tuple[str, int | None]:
    """The interval of ONCE, and the instant from which events count. (s−d, s] reaches back less than d, [s−d, s] up to d."""
    match window:
        case n.Rolling(dur, closed):
            return written.interval(dur.duration.us, closed=closed), None
        case n.Since(None):
            return written.interval(None, closed=False), None
        case n.Since(moment=n.Moment() as moment):
            return written.interval(None, closed=False), written.model.agreement.instant(moment).us
    raise Inexpressible(
        "a fixed window begins anew at multiples of its length, and the logic only looks back from each instant"
    )


def _once(written: _Written, name: str, by: n.By | None, window: n.Window) -> str:
    interval, since = _window(written, window)
    e = written.predicate(_certain(written.model, name, by, since), "id:string")
    return f"ONCE{interval} {e}(i)"


def _compare(left: str, op: str, bound: Decimal) -> str:
    if bound != bound.to_integral_value():
        low = int(bound.to_integral_value(rounding="ROUND_FLOOR"))
        return f"{left} {'>' if op in ('>', '>=') else '<='} {low}"
    return f"{left} {op} {int(bound)}"


def _ratio(written: _Written, atom: n.TRatio) -> str:
    """x op f·y in whole numbers: the factor's denominator goes to the left. At least one on the left."""
    above, below = atom.factor.value.as_integer_ratio()
    left, right = _once(written, atom.name, atom.by, atom.window), _once(written, atom.other, atom.other_by, atom.window)
    counts = f"(c <- CNT i ({left})) AND (d <- CNT i ({right}))"
    x, y = "c" if below == 1 else f"{below} * c", "d" if above == 1 else f"{above} * d"
    return f"EXISTS c, d. (({counts}) AND (c >= 1) AND ({x} {atom.op} {y}))"


def _sum(written: _Written, atom: n.TSum) -> str:
    """Low values as whole numbers, scaled where they have decimals."""
    from casus.analysis.record import bounds

    interval, since = _window(written, atom.window)
    items = _certain(written.model, atom.name, atom.by, since)
    declared = written.model.agreement.events
    known = [
        bounds(declared[x.event.type].field_named(atom.quantity) is not None, x.event.fields.get(atom.quantity)) for x in items
    ]
    vague = [x.id for x, (low, high) in zip(items, known, strict=True) if high is None or Decimal(high) != Decimal(low)]
    if vague and atom.threshold.op in ("<", "<="):
        raise Inexpressible(f"{_some(vague)}: {atom.quantity} is a range, and the logic knows one number")
    lows = [Decimal(low) for low, _ in known]
    exponents = [x.normalize().as_tuple().exponent for x in (*lows, atom.threshold.number.value)]
    scale = Decimal(10) ** max(0, *(-x for x in exponents if isinstance(x, int)))
    e = written.predicate(items, "id:string, q:int", [f",{int(low * scale)}" for low in lows])
    compared = _compare("t", atom.threshold.op, atom.threshold.number.value * scale)
    return f"EXISTS t. ((t <- SUM q (ONCE{interval} {e}(i,q))) AND ({compared}))"


def _distinct(written: _Written, atom: n.TDistinct) -> str:
    from casus.analysis.flips import _key

    interval, since = _window(written, atom.window)
    items = _certain(written.model, atom.name, atom.by, since)
    keys = [_key(written.model, atom, item) for item in items]
    if None in keys:
        nowhere = [item.id for item, key in zip(items, keys, strict=True) if key is None]
        raise Inexpressible(f"{_some(nowhere)}: where it happened is not reported")
    e = written.predicate(items, "id:string, k:string", [f",{_quoted(str(key))}" for key in keys])
    compared = _compare("c", atom.threshold.op, atom.threshold.number.value)
    return f"EXISTS c. ((c <- CNT k (EXISTS i. (ONCE{interval} {e}(i,k)))) AND ({compared}))"


def _absent(written: _Written, atom: n.TAbsent) -> str:
    """F without E in [o, o+d]: said at o of what comes, where Casus says it at o+d."""
    model = written.model
    types = model.agreement.event_types
    if types(atom.name) & types(atom.after):
        raise Inexpressible("the answer may be an event of the same kind, and an event does not answer itself")
    vague = [i.id for i in model.state.pools[atom.name, atom.by].items.values() if not i.certain]
    vague += [i.id for i in model.state.pools[atom.after, None].items.values() if not i.certain]
    if vague:
        raise Inexpressible(f"{_some(sorted(vague))}: whether it counts is unknown, and the logic knows true and false only")
    first = written.predicate(_certain(model, atom.after, None, None), "id:string")
    answer = written.predicate(_certain(model, atom.name, atom.by, None), "id:string")
    answered = f"EVENTUALLY{written.interval(atom.dur.duration.us, closed=True)} {answer}(j)"
    return f"(EXISTS i. {first}(i)) AND (NOT (EXISTS j. ({answered})))"


def _quoted(text: str) -> str:
    """A string of the log: MonPoly has no escapes in it, so what would end it is written as _."""
    return '"' + re.sub(r'["\\()\s,]', "_", text) + '"'


# ---------------------------------------------------------------- verdicts

_VERDICT: Final = re.compile(r"@(\d+)(?:\.\d*)?\s*\(time point (\d+)\):\s*(.*)")


def said_true(text: str) -> set[int]:
    """The timestamps at which a monitor's output says that the formula holds (`true`, or a row); `false` and `()` do not.

    Raises ValueError for a line that begins with `@` and is none.
    """
    found: set[int] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("@"):
            continue
        match = _VERDICT.fullmatch(line.strip())
        if match is None:
            raise ValueError(f"line {number} is no verdict: {line[:60]}")
        if match[3].strip() not in ("false", "()", ""):
            found.add(int(match[1]))
    return found


def compare(clause: Json, verdicts: str) -> list[str]:
    """The first disagreements between what Casus says (`expected.json`) and the verdicts; empty where they agree."""
    points = [p for p in clause["points"] if p <= clause["until"]]
    ours, theirs = set(clause["holds"]), said_true(verdicts)
    found = [
        f"at @{p} Casus says that it {'holds' if p in ours else 'does not hold'}, and the monitor says otherwise"
        for p in points
        if (p in ours) != (p in theirs)
    ]
    strange = sorted(theirs - set(clause["points"]) - {p for p in theirs if p > clause["until"]})
    return found + [f"the monitor speaks of @{p}, which is no time point of the log" for p in strange]


__all__ = ["Exported", "Inexpressible", "compare", "exported", "said_true"]
