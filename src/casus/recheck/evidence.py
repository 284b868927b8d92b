"""What a trigger of an exported assessment reads: its events, estimates and windows, and what an atom counts in them.

Nothing but Python is needed. Rows of events are (lo, hi, id, state); instants are microseconds.
"""

import operator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

OPS: Any = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
DAY, EVER, NO_BOUND = 86_400_000_000, -(1 << 62), float("inf")


@cache
def us(text: str) -> int:
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def exact(text: str | None) -> Any:
    return NO_BOUND if text is None else Fraction(text)


def last(states: Any, k: int) -> Any:
    return next((state for state in reversed(states) if state["step"] <= k), {"out": True})


class Evidence:
    """What one trigger reads at step k, over what its standing activations have not used up."""

    def __init__(self, data: Any, start: int, everyone: Any) -> None:
        self.data, self.name, self.start, self.everyone, self.k = data, data["trigger"], start, everyone, 0
        self.again: Any = None
        self.table: dict[Any, Any] = {}
        self.dirty: int | None = None  # the earliest s at which the condition may have become true since it was last asked
        self.acts: list[Any] = []
        self.stand: list[Any] = []  # those that are not reversed, oldest first

    def free(self, name: Any) -> bool:
        return not any(name in act["uses"] for act in self.stand if act is not self.again)

    def before(self) -> list[Any]:
        """The standing activations that came before the one that is looked at again; all, where none is."""
        return self.stand[: self.stand.index(self.again)] if self.again in self.stand else self.stand

    def waits(self, t: int) -> bool:
        return bool(self.stand) and (self.data["rearm_us"] is None or us(self.stand[-1]["t"]) + self.data["rearm_us"] > t)

    def rows(self, part: str, number: int, used: bool = False) -> Any:  # (lo, hi, id, state); what is used up on demand
        if (part, number, self.k) not in self.table:
            states = [(last(event["states"], self.k), event["id"]) for event in self.data[part][number]["events"]]
            made = [(us(state["lo"]), us(state["hi"]), name, state) for state, name in states if "out" not in state]
            self.table[part, number, self.k] = sorted(made, key=lambda row: row[:3])
        spent = set().union(*(act["uses"] for act in self.stand if act is not self.again and not used))
        return [row for row in self.table[part, number, self.k] if row[2] not in spent]

    def split(self, pool: int, start: int, closed: bool, end: int, used: bool = False) -> Any:  # surely inside, perhaps
        sure, maybe = [], []
        for row in self.rows("pools", pool, used):
            if row[3]["sure"] and row[0] + closed > start and row[1] <= end:
                sure.append(row)
            elif row[1] + closed > start and row[0] <= end:
                maybe.append(row)
        return sure, maybe

    def window(self, w: Any, s: int) -> tuple[int, bool]:
        start, closed = self.start, w["kind"] == "since" or w.get("closed", False)
        if w["kind"] == "fixed":
            start -= ((self.start - s) // w["us"] + 1) * w["us"]
        elif w["kind"] == "rolling" or w["from"]:
            start = s - w["us"] if w["kind"] == "rolling" else us(w["from"])
        return (start, closed) if start >= self.start else (self.start, True)

    def value(self, a: Any, s: int) -> Any:  # what an atom counts at s: low, high, the events that surely and perhaps count
        if a["kind"] == "latest":
            return self.stock(a, s)
        start, closed = self.window(a["window"], s)
        if a["kind"] == "times":
            acts = [act for act in self.everyone[a["trigger"]].stand if act["effective"] and self.free(act["activation"])]
            inside = [(0, 0, act["activation"]) for act in acts if start < us(act["s"]) + closed and us(act["s"]) <= s]
            return len(inside), len(inside), inside, []
        sure, maybe = self.split(a["pool"], start, closed, s)
        if "lasting" in a:
            read = {row[2]: row[3]["values"][a["lasting"]["field"]] for row in sure + maybe}
            need, told = a["lasting"]["us"], {name for name, value in read.items() if value not in (None, "undeclared")}
            rows = [row for row in sure + maybe if read[row[2]] is None or (row[2] in told and read[row[2]] >= need)]
            unsure = [row for row in rows if row in maybe or read[row[2]] is None]
            sure, maybe = [row for row in rows if row not in unsure], unsure
        low, high = len(sure), len(sure + maybe)
        if a["kind"] == "sum":
            low = sum(exact(row[3]["values"][a["field"]][0]) for row in sure)
            high = sum(exact(row[3]["values"][a["field"]][1]) for row in sure + maybe)
        elif a["kind"] == "distinct":
            keys, others = ([row[3]["values"][a["what"]] for row in rows] for rows in (sure, maybe))
            low = max(len({*keys} - {None}), 1 if sure else 0)
            high = len({*keys, *others} - {None}) + (keys + others).count(None)
        elif a["kind"] == "run":  # successive events, each no more than a day after the one before
            least: list[Any] = []
            most: list[Any] = []
            for chain, rows, near, far in ((least, sure, 1, 0), (most, sure + maybe, 0, 1)):
                for row in sorted(rows, key=lambda row: (row[1], row[2]), reverse=True):
                    if chain and chain[0][near] - row[far] > DAY:
                        break
                    chain.insert(0, row)
            low, high = max(least[-1][0] - least[0][1], 0) if least else 0, most[-1][1] - most[0][0] if most else 0
            sure, maybe = least, [row for row in maybe if row in most]
        return low, high, sure, maybe

    def stock(self, a: Any, s: int) -> Any:  # the sum over places of the newest estimate that is valid at s
        rows = [row for row in self.rows("stocks", a["stock"], True) if row[3]["counts"] is not None and row[1] >= self.start]
        rows = [row for row in rows if row[0] <= s < row[1] + a["valid_us"]]
        low, high, counted = Fraction(0), Fraction(0) if rows or a["op"][0] == ">" else NO_BOUND, []
        for place in {row[3]["place"] for row in rows}:
            here = [row for row in rows if row[3]["place"] == place]
            certain = [row for row in here if row[3]["counts"] and row[1] <= s < row[0] + a["valid_us"]]
            newest = [row for row in here if row[1] >= max((row[0] for row in certain), default=row[1])]
            if len({row[:2] for row in newest}) == 1:
                newest = [row for row in newest if us(row[3]["known"]) == max(us(other[3]["known"]) for other in newest)]
            low += min(exact(row[3]["low"]) if row in certain else 0 for row in newest)
            high += max(exact(row[3]["high"]) for row in newest)
            counted += [row for row in newest if row in certain]
        return low, high, counted, []


def measured(measures: Any) -> list[Any]:
    """What the export says was measured, to be compared with what is."""
    made = []
    for m in measures:
        window = (None, None) if m["window"] is None else (us(m["window"][0]), us(m["window"][1]))
        rest = (exact(m["low"]), exact(m["high"]), set(m["witnesses"]), set(m["possible"])) if "low" in m else ()
        made.append((m["truth"], *window, *rest))
    return made
