"""A trigger's condition as plain JSON: atoms over numbered pools of events, every length in microseconds.

`any` is a count of one since F; `holds` is a count over a duration field, an estimate, or a run of events. The kinds and their
keys stand in `docs/formats/assessment.md`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.state.snapshot import number
from casus.triggers.conditions import atoms, names_in

PoolKey = tuple[str, n.By | None]
Json = dict[str, Any]

_UNIT_US: Final = {"minutes": 60_000_000, "hours": 3_600_000_000, "days": 86_400_000_000}
_SINCE: Final[Json] = {"kind": "since", "from": None}


class Lowered:
    """One trigger: its condition, and what the condition reads in the order of the numbers it uses."""

    def __init__(self, agreement: Agreement, decl: n.TriggerDecl) -> None:
        self.agreement = agreement
        self.pools: list[PoolKey] = []
        self.stocks: list[PoolKey] = []
        self.covers: list[tuple[str, str | None]] = []
        self.baselines: list[str] = []
        self.counts: list[str] = []
        self.values: dict[PoolKey, list[tuple[str, str]]] = {}
        """What has to be known of each event of a pool: (what, field)."""
        for atom, _ in atoms(decl.when):
            for key in names_in(atom):
                _number(self.pools, key)
                self.values.setdefault(key, [])
        self.when = self._node(decl.when)
        self.leaves = _leaves(self.when)

    def _node(self, cond: n.TCond) -> Json:
        match cond:
            case n.TOr(parts):
                return {"kind": "or", "parts": [self._node(part) for part in parts]}
            case n.TAnd(parts):
                return {"kind": "and", "parts": [self._node(part) for part in parts]}
            case n.TNot(part):
                return {"kind": "not", "part": self._node(part)}
            case _:
                return self._atom(cond)

    def _atom(self, atom: n.TAtom) -> Json:
        match atom:
            case n.TAny(name, by):
                return {"kind": "count", "pool": self._pool(name, by), "op": ">=", "bound": "1", "window": _SINCE}
            case n.TCount(name, by, threshold, window):
                return {"kind": "count", "pool": self._pool(name, by), **_bound(threshold), "window": self._window(window)}
            case n.TSum(quantity, name, by, threshold, window):
                reads = {"pool": self._pool(name, by), "field": self._value((name, by), "quantity", quantity)}
                return {"kind": "sum", **reads, **_bound(threshold), "window": self._window(window)}
            case n.TDistinct(what, name, by, threshold, window):
                reads = {"pool": self._pool(name, by), "what": self._value((name, by), what, what)}
                return {"kind": "distinct", **reads, **_bound(threshold), "window": self._window(window)}
            case n.TRate():
                return self._rate(atom)
            case n.TRatio(name, by, op, factor, other, other_by, window):
                pools = {"pool": self._pool(name, by), "other": self._pool(other, other_by)}
                return {"kind": "ratio", **pools, "op": op, "factor": number(factor.value), "window": self._window(window)}
            case n.TQuiet(name, by, dur, observer):
                cover = _number(self.covers, (name, observer))
                return {"kind": "quiet", "pool": self._pool(name, by), "us": dur.duration.us, "cover": cover}
            case n.TAbsent(name, by, dur, after):
                return {
                    "kind": "absent",
                    "pool": self._pool(name, by),
                    "after": self._pool(after, None),
                    "us": dur.duration.us,
                }
            case n.THolds():
                return self._holds(atom)
            case n.TThen(first, second, dur):
                pools = {"first": self._pool(first, None), "second": self._pool(second, None)}
                return {"kind": "then", **pools, "us": dur.duration.us}
            case n.TLatest(name, by, threshold):
                return self._latest(name, by, threshold.op, threshold.number.value)
            case n.TMet(name, times, window):
                _number(self.counts, name)
                return {
                    "kind": "times",
                    "trigger": name,
                    "op": ">=",
                    "bound": number(times.value),
                    "window": self._window(window),
                }

    def _rate(self, atom: n.TRate) -> Json:
        decl = self.agreement.baselines[atom.baseline]
        span = self.agreement.instant(decl.end).us - self.agreement.instant(decl.start).us
        baseline = _number(self.baselines, atom.baseline)
        compared = {"op": atom.op, "factor": number(atom.factor.value), "baseline": baseline, "span_us": span}
        return {"kind": "rate", "pool": self._pool(atom.name, atom.by), **compared, "window": self._window(atom.window)}

    def _holds(self, atom: n.THolds) -> Json:
        need = atom.dur.duration.us
        if atom.name in self.agreement.estimates:
            return self._latest(atom.name, None, ">=", Decimal(need) / _UNIT_US[self.agreement.estimates[atom.name].unit])
        key: PoolKey = (atom.name, None)
        for kind in sorted(self.agreement.event_types(atom.name)):
            for declared in self.agreement.events[kind].fields:
                if declared.type == "duration":
                    field = self._value(key, "lasting", declared.name)
                    lasting = {"field": field, "us": need}
                    return {
                        "kind": "count",
                        "pool": self._pool(*key),
                        "op": ">=",
                        "bound": "1",
                        "window": _SINCE,
                        "lasting": lasting,
                    }
        return {"kind": "run", "pool": self._pool(*key), "op": ">=", "bound": str(need), "window": _SINCE}

    def _latest(self, name: str, by: n.By | None, op: str, bound: Decimal) -> Json:
        valid = self.agreement.estimates[name].valid.duration.us
        return {
            "kind": "latest",
            "stock": _number(self.stocks, (name, by)),
            "op": op,
            "bound": number(bound),
            "valid_us": valid,
        }

    def _pool(self, name: str, by: n.By | None) -> int:
        return self.pools.index((name, by))

    def _value(self, key: PoolKey, what: str, field: str) -> str:
        if (what, field) not in self.values[key]:
            self.values[key].append((what, field))
        return field

    def _window(self, window: n.Window) -> Json:
        match window:
            case n.Rolling(dur, closed):
                return {"kind": "rolling", "us": dur.duration.us, "closed": closed}
            case n.Fixed(dur):
                return {"kind": "fixed", "us": dur.duration.us}
            case n.Since(moment):
                return {"kind": "since", "from": None if moment is None else str(self.agreement.instant(moment))}


def _bound(threshold: n.Threshold) -> Json:
    return {"op": threshold.op, "bound": number(threshold.number.value)}


def _number(numbered: list[Any], key: Any) -> int:
    if key not in numbered:
        numbered.append(key)
    return numbered.index(key)


def _leaves(node: Json) -> list[Json]:
    """The atoms in the order in which they stand."""
    if "part" in node:
        return _leaves(node["part"])
    return [leaf for part in node["parts"] for leaf in _leaves(part)] if "parts" in node else [node]
