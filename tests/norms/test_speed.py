"""Promised against actual time, from an event to a word on it, what needed a vote, and who kept what: worked out by hand."""

from __future__ import annotations

from fractions import Fraction

from casus.language.check import check
from casus.language.parse import parse
from casus.state import evaluate
from casus.state.scenarios import entries_of, view_of
from casus.state.speed import Speed, median, speed
from casus.time import Duration, Instant

TEXT = """# T

```casus
agreement timed
  language 1  clock UTC  rounding down  instrument treaty
role guarantor, beneficiary, verifier
party VDR "Valdria" as beneficiary
party KST "Kestria" as guarantor
party LYS "Lysmark" as guarantor
body mission "Joint Mission" as verifier
nonparty OSK "Oskovia"
group guarantors = every guarantor
event strike by actor
ladder occurrence = reported < confirmed
  level confirmed by mission
trigger attack severity 1 when any strike by OSK needs occurrence confirmed
determination attack_case of attack by mission due 24 hours after activation if silent lapses
decision measures of guarantors adopts by majority
  opens upon attack_case determined  closes 24 hours after opening
obligation consult upon attack debtor every guarantor creditor VDR to consult due 24 hours after activation
obligation inform upon attack debtor VDR creditor KST to inform due 12 hours after activation
obligation convene_all upon attack_case determined debtor KST to convene due 24 hours after activation
obligation aid upon measures adopted debtor every guarantor creditor VDR to supply due 5 days after activation
  if breached also explain
obligation explain debtor every guarantor to report due 2 days after activation
prohibition peace_kept always debtor VDR forbids strike
automatic hold upon attack reinstate ban at 72 hours after activation
package ban items "oil"
```

```casus-test
scenario all of it
  2030-01-01T00:00Z strike by OSK id s1 known 2030-01-01T06:00Z
  2030-01-01T10:00Z mission says confirmed on s1
  2030-01-01T12:00Z mission determines attack_case yes
  2030-01-01T13:00Z KST votes yes on measures
  2030-01-01T14:00Z KST fulfils consult
  2030-01-02T12:00Z LYS fulfils consult
  2030-01-03T12:00Z KST fulfils aid
  expect attack met 1 times
```
"""


def measured(at: str) -> Speed:
    agreement = check(parse(TEXT, "timed.casus.md"), None).agreement
    assert agreement is not None
    entries = entries_of(agreement, agreement.scenarios[0])
    when = Instant.parse(at)
    view = view_of(entries, when)
    return speed(evaluate(agreement, view, when), view.entries, (*agreement.parties, *agreement.bodies))


def hours(number: int) -> Duration:
    return Duration.of(hours=number)


def test_every_step_has_its_promised_and_its_actual_time() -> None:
    by = {x.name: x for x in measured("2030-01-10T00:00Z").steps if x.kind != "duty"}
    case = by["attack_case"]
    assert (case.promised, case.actual, case.came, case.late) == (hours(24), hours(2), True, None)
    vote = by["measures"]
    assert (vote.promised, vote.actual) == (hours(24), hours(24))
    effect = by["hold"]
    assert (effect.promised, effect.actual, effect.came) == (hours(72), hours(72), True)


def test_a_late_duty_is_late_by_what_it_took_beyond_its_date() -> None:
    steps = {(x.name, x.who): x for x in measured("2030-01-10T00:00Z").steps}
    assert steps["consult", ("KST",)].actual == hours(4)
    assert steps["consult", ("LYS",)].actual == hours(26)
    assert steps["consult", ("LYS",)].late == hours(2)
    assert steps["aid", ("KST",)].late is None


def test_what_has_not_come_is_measured_as_far_as_it_has_run() -> None:
    steps = {(x.name, x.who): x for x in measured("2030-01-02T00:00Z").steps}
    inform = steps["inform", ("VDR",)]
    assert (inform.came, inform.actual, inform.late) == (False, hours(14), hours(2))


def test_from_the_event_to_its_report_and_to_the_first_word_on_it() -> None:
    (found,) = measured("2030-01-10T00:00Z").detections
    assert (found.event, found.known_after, found.found_after, found.by) == ("s1", hours(6), hours(4), "mission")


def test_the_share_of_responses_that_needed_a_decision_counts_what_follows_from_one() -> None:
    found = measured("2030-01-10T00:00Z")
    needed = {" ".join(x.id.split("/")[:2]): x.needed for x in found.responses}
    assert needed["consult KST"] == "nothing"
    assert needed["convene_all KST"] == "determination"
    assert needed["aid KST"] == "decision"
    assert needed["explain LYS"] == "decision"
    # consult of two, inform, convene_all, hold; aid of two and the explanation that one of them owes
    assert found.fresh == Fraction(3, 8)


def test_all_parties_are_measured_alike_the_protected_one_too() -> None:
    kept = {x.party: x for x in measured("2030-01-10T00:00Z").compliance}
    assert set(kept) == {"KST", "LYS", "VDR", "mission"}
    assert (kept["KST"].in_time, kept["KST"].late, kept["KST"].open) == (2, 0, 1)
    assert (kept["LYS"].in_time, kept["LYS"].late, kept["LYS"].open) == (0, 1, 2)
    assert (kept["VDR"].in_time, kept["VDR"].open, kept["VDR"].prohibitions, kept["VDR"].broken) == (0, 1, 1, 0)
    assert kept["VDR"].share == Fraction(0)
    assert kept["mission"].share is None


def test_the_middle_of_an_even_number_is_one_that_was_measured() -> None:
    assert median([hours(3), hours(1), hours(9), hours(2)]) == hours(2)
    assert median([]) is None
