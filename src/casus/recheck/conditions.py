"""What a condition of an exported assessment is worth at an instant s: by what is certain, and by what may be.

Kinds and keys stand in docs/formats/assessment.md."""

from fractions import Fraction
from typing import Any

from casus.recheck.evidence import EVER, OPS, Evidence, exact, last, us


class Trigger(Evidence):
    """One trigger at step k: what holds there, and when it could become met."""

    def holds(self, a: Any, s: int, hope: bool = False) -> Any:
        """What is used up where `a` holds at s, else None: by low values and certain events, with `hope` by what may be."""
        kind, sets = a["kind"], [self.holds(part, s, hope) for part in a.get("parts", ())]
        if kind in ("and", "or"):
            met = [one for one in sets if one is not None]
            return set().union(*met) if met and (kind == "or" or met == sets) else None
        if kind == "not":
            return set() if self.holds(a["part"], s, not hope) is None else None
        if kind == "quiet":
            start, spent = s - a["us"], [use for act in self.before() for use in act["uses"]]
            sure, maybe = self.split(a["pool"], start, False, s, True)
            seen = last(self.data["covers"][a["cover"]]["states"], self.k).get("stretches", [])
            silent = not sure and (hope or (not maybe and any(us(lo) <= start and s <= us(hi) for lo, hi in seen)))
            return {s} if silent and start >= max(self.start, *(x for x in spent if isinstance(x, int)), self.start) else None
        if kind == "absent":
            ids = set()
            for first in self.rows("pools", a["after"]):
                if first[1] + a["us"] == s and first[0] >= self.start and (hope or first[3]["sure"]):
                    rows = [
                        row for part in self.split(a["pool"], first[0], True, s, True) for row in part if row[2] != first[2]
                    ]
                    answers = [x for x in rows if x[3]["sure"] and first[1] <= x[0] and x[1] <= first[0] + a["us"]]
                    ids |= set() if (answers if hope else rows) else {first[2]}
            return ids or None
        if kind == "then":
            ends = [row for row in self.rows("pools", a["second"]) if row[1] == s >= self.start and (hope or row[3]["sure"])]
            pairs = [
                (one, two)
                for two in ends
                for one in self.rows("pools", a["first"])
                if one[2] != two[2] and (hope or one[3]["sure"])
            ]
            loose = [(x, y) for x, y in pairs if x[0] < y[1] and y[0] <= x[1] + a["us"] and x[1] >= self.start]
            tight = [(x, y) for x, y in loose if x[1] < y[0] and y[1] <= x[0] + a["us"] and min(x[0], y[0]) >= self.start]
            return {row[2] for pair in (loose if hope else tight) for row in pair} or None
        (low, high, sure, maybe), up = self.value(a, s), a["op"][0] == ">"
        least = most = exact(a.get("bound", "0"))
        if kind == "ratio":
            other, perhaps = self.split(a["other"], *self.window(a["window"], s), s)
            least, most = Fraction(a["factor"]) * len(other), Fraction(a["factor"]) * len(other + perhaps)
        if kind == "rate":
            base, width = (
                last(self.data["baselines"][a["baseline"]]["states"], self.k),
                a["window"].get("us") or s - self.window(a["window"], s)[0],
            )
            if "out" in base:
                return set() if hope and high else None
            least, most = (Fraction(base[end]) * Fraction(a["factor"]) * width / a["span_us"] for end in ("low", "high"))
        x, y = (low, most) if up is not hope else (high, least)
        some = sure or (hope and maybe) or kind not in ("rate", "ratio") or (kind == "rate" and not up)
        return {row[2] for row in sure + (other if kind == "ratio" else [])} if some and OPS[a["op"]](x, y) else None

    def leaves(self, a: Any) -> list[Any]:
        parts = a["parts"] if "parts" in a else [a["part"]] if "part" in a else None
        return [a] if parts is None else [leaf for part in parts for leaf in self.leaves(part)]

    def measures(self, s: int) -> list[Any]:
        """What each atom counts at s, as the export writes it; of absences and sequences only whether they hold."""
        made = []
        for a in self.leaves(self.data["when"]):
            truth = True if self.holds(a, s) is not None else None if self.holds(a, s, True) is not None else False
            if a["kind"] in ("quiet", "absent", "then"):
                made.append((truth, s - a["us"], s))
                continue
            low, high, sure, maybe = self.value(a, s)
            if a["kind"] == "ratio":
                other, perhaps = self.split(a["other"], *self.window(a["window"], s), s)
                sure, maybe = sure + other, maybe + perhaps
            if a["kind"] == "rate" and "out" in last(self.data["baselines"][a["baseline"]]["states"], self.k):
                sure, maybe = [], []
            window = (None, None) if a["kind"] == "latest" else (self.window(a["window"], s)[0], s)
            made.append((truth, *window, low, high, {row[2] for row in sure}, {row[2] for row in maybe}))
        return made

    def counted(self, a: Any, s: int) -> set[str]:
        """The certain events of the branches that hold, or else may hold: what witnesses are replaced by."""
        if "part" in a:
            return set()
        if "parts" in a:
            met = [p for p in a["parts"] if self.holds(p, s) is not None]
            open_ = [p for p in a["parts"] if self.holds(p, s, True) is not None]
            return set().union(*(self.counted(p, s) for p in (a["parts"] if a["kind"] == "and" else met or open_)))
        if a["kind"] in ("quiet", "absent", "then"):
            return {use for use in self.holds(a, s) or () if isinstance(use, str)}
        index = self.leaves(self.data["when"]).index(a)
        return self.measures(s)[index][5]  # type: ignore[no-any-return]

    def perhaps(self, s: int) -> set[str]:
        """Events that may count at s in some atom."""
        return {name for measure in self.measures(s) if len(measure) > 6 for name in measure[6]}

    def candidates(self, t: int, everywhere: bool = False) -> list[int]:
        """The instants s at which the condition can become true; `everywhere`: or unknown."""
        found, pools = set(), range(len(self.data["pools"]))
        for rows in [self.rows("pools", n) for n in pools]:
            found |= {row[1] for row in rows if everywhere or row[3]["sure"]} | {row[0] for row in rows if everywhere}
        for rows in [self.rows("stocks", n, everywhere) for n in range(len(self.data["stocks"]))]:
            found |= {row[1] for row in rows} | {row[0] for row in rows if everywhere}
        for a in self.leaves(self.data["when"]):
            if a["kind"] == "times":
                acts = [act for act in self.everyone[a["trigger"]].stand if act["effective"] and self.free(act["activation"])]
                found |= {us(act["s"]) for act in acts}
            if a["kind"] == "quiet":
                begins = {self.start, *(use for act in self.stand for use in act["uses"] if isinstance(use, int))}
                begins |= {row[1] for row in self.rows("pools", a["pool"], True)}
                begins |= {us(lo) for lo, _ in last(self.data["covers"][a["cover"]]["states"], self.k).get("stretches", [])}
                found |= {begin + a["us"] for begin in begins if begin >= self.start and begin + a["us"] <= t}
            if a["kind"] == "absent":
                found |= {row[1] + a["us"] for row in self.rows("pools", a["after"], True) if row[1] + a["us"] <= t}
        return sorted(s for s in found if self.data["stale_us"] is None or t - s <= self.data["stale_us"])

    def met_at(self, t: int, since: int = EVER, until: int | None = None) -> list[int]:
        """The instants at which it is met at t, from `since` on and before `until`."""
        inside = [s for s in self.candidates(t) if s >= since and (until is None or s < until)]
        return [s for s in inside if self.holds(self.data["when"], s) is not None]

    def soil(self, k: int, before: int | None, acts: list[Any]) -> None:
        """Take in step k (`before`: the instant of the last one): what is true at s hangs only on what begins by s."""
        self.k, self.again = k, None
        lows, kinds = [self.dirty] if self.dirty is not None else [], {leaf["kind"] for leaf in self.leaves(self.data["when"])}
        for event in (event for part in ("pools", "stocks") for pool in self.data[part] for event in pool["events"]):
            if any(state["step"] == k for state in event["states"]):
                lows += [us(state["lo"]) for state in (last(event["states"], k - 1), last(event["states"], k)) if "lo" in state]
        for cover in self.data["covers"]:
            old, new = ({tuple(x) for x in last(cover["states"], n).get("stretches", [])} for n in (k - 1, k))
            lows += [us(lo) for lo, _ in old ^ new]
        fresh = any(state["step"] == k for baseline in self.data["baselines"] for state in baseline["states"])
        own = any(act["trigger"] == self.name or "times" in kinds for act in acts)
        lows += [EVER] if before is None or fresh or own else [before] if kinds & {"quiet", "absent"} else []
        self.dirty = min(lows) if lows else None

    def replaced(self, act: Any) -> tuple[set[str], set[str]]:
        """The witnesses of an activation that no longer qualify, and all that it has instead."""
        uses = self.counted(self.data["when"], us(act["s"])) - set(act["counted"])
        lost = set(act["witnesses"]) - uses - self.perhaps(us(act["s"]))
        return lost, (set(act["witnesses"]) - lost) | uses
