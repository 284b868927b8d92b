"""What is exported for MonPoly says what Casus says: an evaluator of its own reads the files and gives the same verdicts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casus import acts as a
from casus.analysis.model import suppose
from casus.analysis.monpoly import compare, exported, said_true
from casus.journal import Entry
from casus.state.fold import Fold
from casus.time import Instant, Occurred
from casus.triggers.conditions import only_grows
from tests.analysis.mfotl import monitor
from tests.state import records as rich
from tests.state.records import entries, hours, view

TEXT = """# Pact of the Fords

```casus
agreement fords
  language 1
  instrument treaty  consent by signature
  clock UTC  rounding down
role beneficiary, guarantor, verifier
party VDR "Valdria" as beneficiary
party KST "Kestria" as guarantor
nonparty OSK "Oskovia"
body mission "Mission" as verifier
event raid by actor, at point, killed count
event siege by actor
event meeting by actor
estimate troops unit persons valid 10 days
trigger many severity 1
  when count of raid by OSK >= 3 within rolling 10 hours
trigger many_closed severity 1
  when count of raid by OSK >= 3 within closed rolling 10 hours
trigger few severity 1
  when any siege and count of raid <= 1 within rolling 5 hours
trigger deadly severity 1
  when sum of killed over raid by OSK >= 7.5 within rolling 20 hours
trigger spread severity 1
  when distinct days of raid by OSK >= 2 within rolling 60 hours
trigger mixed severity 1
  when (any siege by OSK or count of raid > 2 within rolling 5 hours) and not count of meeting >= 1 within rolling 6 hours
trigger twice severity 1
  when count of raid by OSK >= 1.5 times count of raid by KST within rolling 12 hours
trigger order severity 1
  when siege then raid within 4 hours
trigger unanswered severity 1
  when no meeting within 6 hours after siege
trigger later severity 1
  when count of raid >= 4 since 2030-01-01T10:00Z
trigger weekly severity 1
  when count of raid by OSK >= 3 within fixed 7 days
trigger calm severity 1
  when no raid for 12 hours
trigger massed severity 1
  when latest troops by OSK >= 10
trigger again severity 1
  when many met 1 times within rolling 10 days
```
"""
SAID = ("many", "many_closed", "few", "deadly", "spread", "mixed", "twice", "order", "unanswered", "later")
REFUSED = {"weekly": "begins anew", "calm": "coverage", "massed": "newest", "again": "consumption"}
END = hours(100)


@st.composite
def forays(draw: st.DrawFn) -> tuple[Entry, ...]:
    found = []
    for index in range(draw(st.integers(0, 14))):
        kind = draw(st.sampled_from(["raid", "raid", "raid", "siege", "meeting"]))
        at, late = draw(st.integers(0, 30)), draw(st.sampled_from([0, 0, 20]))
        fields: dict[str, a.Value] = {}
        if kind == "raid":
            killed = Decimal(draw(st.sampled_from(["0", "1", "2.5", "4"])))
            fields["killed"] = a.Quantity(killed, killed)
        report = a.Report(kind, f"e {index}", draw(st.sampled_from(["OSK", "OSK", "KST"])), fields)
        found.append((Occurred.at(hours(at)), hours(at + late), report))
    return entries(found)


@settings(deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))
@given(forays())
def test_another_evaluator_gives_the_verdicts_of_the_reference(seen: tuple[Entry, ...]) -> None:
    made, why = exported(rich.agreement(TEXT), view(seen, END), END)
    assert tuple(clause.trigger for clause in made) == SAID
    assert set(why) == set(REFUSED)
    for clause in made:
        verdicts = monitor(clause.signature, clause.formula, clause.log)
        said = {"points": list(clause.points), "holds": list(clause.holds), "until": clause.until}
        assert compare(said, verdicts) == [], clause.formula


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(forays())
def test_the_expected_verdicts_are_those_of_the_engine_at_each_instant(seen: tuple[Entry, ...]) -> None:
    agreement = rich.agreement(TEXT)
    fold = Fold(agreement, view(seen, END))
    fold.run(seen, END)
    made, _ = exported(agreement, view(seen, END), END)
    for clause in made:
        if clause.trigger == "unanswered":
            continue
        held = {us // 1_000_000 for us in clause.holds} if clause.unit == "us" else set(clause.holds)
        model = suppose(fold, clause.trigger, END)
        asked = {
            ts for ts in clause.points if model.weigh(agreement.triggers[clause.trigger].when, ts * 1_000_000).verdict is True
        }
        assert asked == held
        if only_grows(agreement.triggers[clause.trigger].when):
            assert {m.s.us // 1_000_000 for m in fold.engine.states[clause.trigger].standing} <= held


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_logic_cannot_say_is_refused_with_the_reason(name: str) -> None:
    _, why = exported(rich.agreement(TEXT), view((), END), END)
    assert REFUSED[name] in why[name]


def raid(name: str, at: int, until: int | None = None, actor: str | None = "OSK") -> tuple[Occurred, Instant, a.Act]:
    end = hours(at if until is None else until)
    return Occurred(hours(at), end), end, a.Report("raid", name, actor)


def test_a_bracket_and_an_unknown_actor_are_refused_where_they_matter() -> None:
    made, why = exported(rich.agreement(TEXT), view(entries([raid("r1", 1, 3)]), END), END, ["many"])
    assert (made, "r1: when it occurred is a bracket" in why["many"]) == ([], True)
    some = entries([raid("r1", 1, actor=None), raid("r2", 2)])
    made, why = exported(rich.agreement(TEXT), view(some, END), END, ["many", "twice"])
    assert [clause.trigger for clause in made] == ["many"]
    assert "r1" not in made[0].log
    assert "r1: whether it counts is unknown" in why["twice"]


def test_the_window_is_open_where_it_begins() -> None:
    raids = entries([raid("r1", 0), raid("r2", 5), raid("r3", 10)])
    made, _ = exported(rich.agreement(TEXT), view(raids, END), END, ["many", "many_closed"])
    assert "ONCE[0,36000) e0(i)" in made[0].formula
    assert "ONCE[0,36000] e0(i)" in made[1].formula
    assert (made[0].holds, made[1].holds) == ((), (hours(10).us // 1_000_000,))


def test_verdicts_are_read_as_monpoly_and_verimon_print_them() -> None:
    text = (
        "The analyzed formula is:\n  ...\nAt time point 0:\n@10. (time point 0): true\n"
        "@20. (time point 1): ()\n@30 (time point 2): ((3))\n@40 (time point 3): false\n"
    )
    assert said_true(text) == {10, 30}
    with pytest.raises(ValueError, match="line 1 is no verdict"):
        said_true("@10 whatever")
    clause = {"trigger": "x", "points": [10, 20, 30, 40], "holds": [10, 20], "until": 25}
    assert compare(clause, text) == ["at @20 Casus says that it holds, and the monitor says otherwise"]
    assert compare(
        {**clause, "points": [10, 20]}, "@10 (time point 0): true\n@20 (time point 1): true\n@21 (time point 2): true"
    ) == ["the monitor speaks of @21, which is no time point of the log"]
