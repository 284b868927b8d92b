"""Random agreements and random records for the executors: every kind of condition, late and corrected and withdrawn data."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from casus import acts as a
from casus.journal import Entry
from casus.language.agreement import Agreement
from casus.language.check import check
from casus.language.parse import parse
from casus.time import HOUR, Instant, Occurred
from tests.state.records import START, entries, hours

HEAD = """# Accord on Random Conditions

*Invented states, for tests.*

```casus
agreement random_conditions
  language 1
  title "Accord on Random Conditions"
  instrument treaty  consent by ratification
  clock UTC  rounding down
  authentic en{header}
role beneficiary, guarantor, verifier
party VDR "Valdria" as beneficiary
party KST "Kestria" as guarantor
body mission "Joint Mission" as verifier
body court "Court of Arbiters" as verifier
nonparty OSK "Oskovia"
nonparty FRM "Armed formations"
attributable FRM to OSK on control by court
term in force {force}
ladder occurrence = reported < confirmed
  level confirmed by mission
event raid by actor, at point, killed count, lasted duration, answers reference
event foray by actor, killed count
event meeting by actor, answers reference
estimate camp unit persons valid 30 hours
baseline usual is count of raid by OSK from 2030-01-01T00:00Z until {until}
finding justified on raid by court due 12 hours after report else presumed_no
define assault means raid or foray
define deadly means raid where killed >= 3
exception answer to assault when justified
exception mended to deadly when cured by meeting within 20 hours after report
{triggers}
```
"""
EVENTS = ("raid", "foray", "assault", "deadly", "meeting")


class _Text:
    """Conditions drawn from one seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.pick: Callable[[Any], Any] = self.rng.choice

    def event(self) -> str:
        return str(self.pick(EVENTS))

    def by(self) -> str:
        return str(self.pick(["", " by OSK", " by OSK", " by FRM | VDR"]))

    def window(self) -> str:
        width = self.pick([5, 10, 24, 50])
        return str(
            self.pick(
                [f"within rolling {width} hours"] * 3
                + [f"within closed rolling {width} hours", f"within fixed {width} hours", "since in_force"]
                + ["since 2030-01-02T00:00Z"]
            )
        )

    def op(self) -> str:
        return str(self.pick([">=", ">=", ">=", ">", "<=", "<"]))

    def positive(self) -> str:
        e, f, by, window = self.event(), self.event(), self.by(), self.window()
        kinds = [
            f"any {e}{by}",
            f"count of {e}{by} >= {self.pick([1, 2, 2, 3])} {window}",
            f"count of {e}{by} >= {self.pick([2, 2, 3])} {window}",
            f"count of {e}{by} {self.op()} {self.pick([1, 2, 3])} {window}",
            f"sum of killed over {self.pick(['raid', 'assault', 'foray'])}{by} {self.op()} {self.pick([3, 6, '4.5'])} {window}",
            f"distinct {self.pick(['days', 'cells', 'places'])} of {e}{by} {self.op()} {self.pick([1, 2, 3])} {window}",
            f"rate of raid{by} {self.op()} {self.pick([1, 2, '0.5'])} times baseline usual {window}",
            f"count of {e}{by} {self.op()} {self.pick([1, 2, '1.5'])} times count of {f} {window}",
            f"no {e}{by} for {self.pick([6, 12, 24])} hours{self.pick(['', ' observed by mission'])}",
            f"no {e}{by} within {self.pick([4, 12])} hours after {f}",
            f"{e} then {f} within {self.pick([6, 24])} hours",
            f"{self.pick(['raid', 'assault', 'foray', 'meeting'])} holds for at least {self.pick([4, 10, 30])} hours",
            f"latest camp{self.pick(['', ' by OSK'])} {self.op()} {self.pick([50, 90])}",
        ]
        return str(self.pick(kinds))

    def condition(self) -> str:
        first = self.positive()
        return str(
            self.pick(
                [first] * 3
                + [f"{first} or {self.positive()}", f"{first} and {self.positive()}", f"{first} and not {self.positive()}"]
                + [f"({first} or {self.positive()}) and {self.positive()}"]
            )
        )

    def trigger(self, name: str, condition: str, *, again: bool = False) -> str:
        extra = ""
        if self.rng.random() < 0.4:
            extra += f"\n  needs occurrence {self.pick(['reported', 'confirmed'])}"
        if self.rng.random() < 0.25:
            extra += "\n  counting provisional"
        rearm = self.pick(["", "\n  rearm after 0 hours", "\n  rearm after 0 hours", "\n  rearm after 9 hours"])
        if again and not rearm:
            rearm = "\n  rearm after 0 hours"
        if "0 hours" in rearm and any(word in condition for word in ("<", "latest", " or ", " met ", "holds", "times count")):
            rearm = "\n  rearm after 9 hours"  # what need not consume anything would be met at one instant without end
        return f"trigger {name} severity 1\n  when {condition}{extra}{rearm}"

    def agreement(self) -> str:
        found = [self.trigger("one", self.condition(), again=True), self.trigger("two", self.condition())]
        met = f"one met {self.pick([1, 2])} times {self.window()}"
        wider = self.pick([met, f"{met} and {self.positive()}", f"{self.positive()} and not {met}"])
        found.append(self.trigger("three", str(wider)))
        return HEAD.format(
            header=self.pick(["", "", "\n  stale after 20 hours"]),
            force=self.pick(["from 2030-01-01", "from 2030-01-01", "when ratified by VDR and KST"]),
            until=self.pick(["2030-01-02T00:00Z", "2030-01-04T00:00Z"]),
            triggers="\n".join(found),
        )


@cache
def agreement_of(seed: int) -> Agreement | None:
    """The agreement of a seed; None where what was drawn is refused (a condition that is never positive, say)."""
    text = _Text(seed).agreement()
    return check(parse(text, f"seed {seed}"), Path()).agreement


def _event(rng: random.Random, index: int) -> a.Act:
    kind = rng.choice(["raid", "raid", "raid", "foray", "foray", "meeting"])
    actor = rng.choice(["OSK", "OSK", "OSK", "OSK", "FRM", "VDR", None])
    fields: dict[str, a.Value] = {}
    if kind in ("raid", "foray") and rng.random() < 0.75:
        low = rng.randint(0, 5)
        fields["killed"] = a.Quantity(Decimal(low), Decimal(low + rng.choice([0, 0, 3])))
    if kind == "raid" and rng.random() < 0.5:
        fields["lasted"] = a.Length(rng.randint(1, 12) * HOUR.us)
    if kind == "raid" and rng.random() < 0.75:
        fields["at"] = a.Place(Decimal(rng.choice(["48.05", "48.15", "48.150"])), Decimal("37.5"))
    if kind in ("meeting", "raid") and rng.random() < 0.5:
        fields["answers"] = a.Word(f"e{rng.randint(0, 6)}")
    return a.Report(event=kind, id=f"e{index}", actor=actor, fields=fields, stands_for=rng.choice([(), ("confirmed",)]))


def _other(rng: random.Random, events: int) -> a.Act:
    about = f"e{rng.randint(0, max(events - 1, 0))}"
    covered = rng.choice(["raid", "assault", "meeting", "foray"])
    value = a.Quantity(Decimal(rng.choice([20, 60])), Decimal(60))
    found: list[a.Act] = [
        a.Adjudication("mission", about, rng.choice(["confirmed", "rejected", "lifted"])),
        a.Adjudication("mission", about, "rejected"),
        a.FindingAnswer("court", "justified", rng.choice(["yes", "no"]), about),
        a.Correction(about, {"killed": a.Quantity(Decimal(rng.randint(0, 5)), Decimal(5))}),
        a.Correction(about, {"by": a.Code(rng.choice(["OSK", "VDR"]))}),
        a.Correction(about, {}, occurred=True),
        a.Correction(about, {}, occurred=True),
        a.Withdrawal(about),
        a.Withdrawal(about),
        a.Attribution("court", "FRM", "OSK", rng.choice(["yes", "no"])),
        a.Coverage("mission", covered),
        a.Coverage("mission", covered),
        a.Estimate("camp", "mission", rng.choice(["OSK", None]), value, rng.choice(["", "north"])),
    ]
    return rng.choice(found)


def records_of(seed: int, most: int = 18) -> tuple[Entry, ...]:
    """Entries at whole hours, so that instants and the edges of windows often coincide."""
    rng = random.Random(seed)
    found: list[tuple[Occurred, Instant, a.Act]] = [(Occurred.at(START), START, a.Ratification(p)) for p in ("VDR", "KST")]
    events = 0
    for _ in range(rng.choice([2, 6, most, most, most])):
        is_event = events == 0 or rng.random() < 0.6
        act = _event(rng, events) if is_event else _other(rng, events)
        events += is_event
        at, width = rng.randint(-2, 60), rng.choice([0, 0, 0, 0, 0, 3, 15])
        if isinstance(act, a.Coverage):
            at, width = rng.randint(0, 20), rng.choice([10, 40, 80])
        late = rng.choice([0, 0, 0, 1, 5, 24])
        found.append((Occurred(hours(at), hours(at + width)), hours(at + width + late), act))
    return entries(found)
