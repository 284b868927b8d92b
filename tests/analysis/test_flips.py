"""What would change an answer: tried against the record itself, and against every smaller set."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from casus import acts as a
from casus.analysis.flips import changes
from casus.journal import Entry
from casus.language.agreement import Agreement
from casus.state import evaluate
from casus.state.explanation import Change
from casus.time import Occurred
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
ladder occurrence = reported < confirmed
  level confirmed by mission
trigger many severity 1
  when count of raid by OSK >= 3 within rolling 10 hours
  needs occurrence confirmed
  rearm after 1 hours
trigger deadly severity 1
  when sum of killed over raid by OSK >= 10 within rolling 20 hours
  needs occurrence confirmed
trigger spread severity 1
  when distinct days of raid by OSK >= 2 within rolling 60 hours
  needs occurrence confirmed
trigger either severity 1
  when any siege by OSK or count of raid by OSK >= 2 within rolling 5 hours
  needs occurrence confirmed
trigger both severity 1
  when count of siege by OSK >= 1 within rolling 24 hours and count of raid by OSK >= 2 within rolling 24 hours
  needs occurrence confirmed
```
"""
TRIGGERS = ("many", "deadly", "spread", "either", "both")
END = hours(200)


def fords() -> Agreement:
    return rich.agreement(TEXT)


@st.composite
def forays(draw: st.DrawFn, most: int = 9) -> tuple[Entry, ...]:
    found = []
    for index in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from(["raid", "raid", "raid", "siege"]))
        at, width = draw(st.integers(0, 40)), draw(st.sampled_from([0, 0, 0, 3]))
        fields: dict[str, a.Value] = {}
        if kind == "raid" and draw(st.booleans()):
            fields["killed"] = a.Quantity(Decimal(draw(st.integers(0, 6))), Decimal(8))
        stands = draw(st.sampled_from([("confirmed",), ("confirmed",), ()]))
        actor = draw(st.sampled_from(["OSK", "OSK", "OSK", "KST", None]))
        report = a.Report(kind, f"e{index}", actor, fields, (a.Source(f"s{index}"),), stands_for=stands)
        found.append((Occurred(hours(at), hours(at + width)), hours(at + width + draw(st.sampled_from([0, 30]))), report))
    return entries(found)


def answer(seen: tuple[Entry, ...], trigger: str) -> str:
    return next(x.assessment for x in evaluate(fords(), view(seen, END), END).assessments if x.trigger == trigger)


def change_of(seen: tuple[Entry, ...], trigger: str) -> Change | None:
    return changes(fords(), view(seen, END), END, trigger)[1]


def leaving_out(seen: tuple[Entry, ...], gone: set[str]) -> tuple[Entry, ...]:
    return tuple(entry for entry in seen if entry.id not in gone)


slow = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("trigger", TRIGGERS)
@slow
@given(seen=forays())
def test_without_the_named_entries_it_is_not_met_and_without_fewer_it_is(trigger: str, seen: tuple[Entry, ...]) -> None:
    assume(answer(seen, trigger) == "met")
    change = change_of(seen, trigger)
    assert change is not None
    assert change.how == "reject"
    gone = {entry for unit in change.events for entry in unit.entries}
    assert answer(leaving_out(seen, gone), trigger) == change.becomes != "met"
    least = next(
        k
        for k in range(len(seen) + 1)
        if any(answer(leaving_out(seen, set(some)), trigger) != "met" for some in combinations([e.id for e in seen], k))
    )
    assert change.least <= least <= len(change.events)
    if change.exact:
        assert change.least == least == len(change.events)


@pytest.mark.parametrize("trigger", TRIGGERS)
@slow
@given(seen=forays())
def test_counts_sums_and_days_have_a_least_number_that_is_proved(trigger: str, seen: tuple[Entry, ...]) -> None:
    assume(answer(seen, trigger) == "met")
    change = change_of(seen, trigger)
    assert change is not None
    assert change.exact, change.proof


def confirmed(seen: tuple[Entry, ...], which: set[str]) -> tuple[Entry, ...]:
    return tuple(
        replace(e, act=replace(e.act, stands_for=("confirmed",))) if isinstance(e.act, a.Report) and e.act.id in which else e
        for e in seen
    )


@pytest.mark.parametrize("trigger", ["many", "spread", "either", "both"])
@slow
@given(seen=forays())
def test_confirming_the_named_events_meets_it_and_confirming_fewer_does_not(trigger: str, seen: tuple[Entry, ...]) -> None:
    seen = tuple(e for e in seen if isinstance(e.act, a.Report) and e.act.actor is not None and e.occurred.lo == e.occurred.hi)
    assume(answer(seen, trigger) != "met")
    change = change_of(seen, trigger)
    assume(change is not None and change.events and not change.added)
    assert change is not None
    names = {unit.id for unit in change.events}
    assert all(unit.why == ("occurrence confirmed is needed",) for unit in change.events)
    assert answer(confirmed(seen, names), trigger) == "met"
    low = [e.act.id for e in seen if isinstance(e.act, a.Report) and not e.act.stands_for]
    for some in combinations(low, len(names) - 1):
        assert answer(confirmed(seen, set(some)), trigger) != "met"


def test_what_is_missing_is_said_with_the_window_it_is_missing_in() -> None:
    raids = [(Occurred.at(hours(n)), hours(n), a.Report("raid", f"r{n}", "OSK", stands_for=("confirmed",))) for n in (1, 3)]
    near, change = changes(fords(), view(entries(raids), END), END, "many")
    assert near is not None
    assert near.s == hours(3)
    assert near.missing == ("1 more: count of raid by OSK within rolling 10 hours is 2 (>= 3 needed)",)
    assert change is not None
    assert (change.events, change.added, change.least) == (
        (),
        ("1 × raid within rolling 10 hours up to 2030-01-01T03:00Z",),
        1,
    )


def test_a_long_series_is_cut_at_its_latest_events_and_that_is_proved() -> None:
    raids = [(Occurred.at(hours(n)), hours(n), a.Report("raid", f"r{n}", "OSK", stands_for=("confirmed",))) for n in range(60)]
    change = change_of(entries(raids), "many")
    assert change is not None
    assert (len(change.events), change.exact) == (48, True)
    assert change.becomes == "not_met"


def test_where_one_event_may_decide_about_another_no_least_number_is_claimed() -> None:
    force = [(Occurred.at(hours(0)), hours(0), a.Ratification(p)) for p in rich.PARTIES[:3]]
    raids = [(Occurred.at(hours(n)), hours(n), a.Report("raid", f"r{n}", "QRT")) for n in (1, 3, 5)]
    change = changes(rich.agreement(), view(entries([*force, *raids]), hours(100)), hours(100), "alarm")[1]
    assert change is not None
    assert not change.exact
    assert change.least == 1
    assert "another one counts" in change.proof
