"""Deadlines: each is ahead, what is said to happen is what happens, and calendars read back as they were meant."""

from __future__ import annotations

from dataclasses import replace

import icalendar
import pytest
from records import ATTACKS, IN_FORCE, at, with_lines

from casus.response.calendar import calendar, uid
from casus.response.deadlines import deadlines, local, next_deadline
from casus.state.evaluate import evaluate
from casus.time import Clock, Instant

CLOCKED = """# Accord

```casus
agreement accord
  language 1
  title "Accord, of the North; with \\"care\\""
  clock "{zone}" rounding down
role giver, taker
party AAA "Alda" as giver
party BBB "Brenn" as taker
event call by actor
event answer by actor
trigger alarm severity 1
  when any call
obligation reply
  upon alarm
  debtor AAA  creditor BBB
  to publish "{prose}"
  due {due} after activation
  fulfilled by answer
```
"""


def accord(zone: str = "UTC", due: str = "24 hours", prose: str = "an answer") -> str:
    return CLOCKED.format(zone=zone, due=due, prose=prose)


def ahead(lines, text=None, until=None):
    agreement, view = with_lines(lines, text)
    state = evaluate(agreement, view, view.known_at)
    return agreement, view, state, deadlines(agreement, view, state, until)


def test_every_deadline_of_the_state_is_told_in_order_and_lies_ahead():
    _, _, state, found = ahead([*IN_FORCE, *ATTACKS])
    assert [d.id for d in found] == [c.id for c in state.coming if c.at > state.at]
    assert [d.at for d in found] == sorted(d.at for d in found)
    assert next_deadline(state) == found[0].at


def test_what_is_said_to_happen_is_what_the_run_without_further_entries_shows():
    agreement, view, _, found = ahead([*IN_FORCE, *ATTACKS])
    told = {d.kind: d for d in found}
    effect = told["effect"]
    later = evaluate(agreement, view, effect.at)
    assert next(e for e in later.effects if e.id == effect.id).state == "in_effect"
    assert effect.if_nobody_acts == ("it takes effect (sanctions)",)
    assert effect.stops == ("stop_return adopted by then",)
    assert effect.who == ("KST", "LYS", "MRV", "VDR")
    determination = told["determination"]
    assert determination.if_nobody_acts[0] == "it passes on"
    assert determination.if_nobody_acts[1].startswith("then measures is open until")


def test_a_breach_is_told_with_the_duty_that_it_brings():
    lines = [*IN_FORCE, "2027-03-01T02:10Z strike by OSK id s1 at 46.05 -26.30 weapon uav killed 12 as confirmed attributed"]
    _, _, _, found = ahead(lines)
    consult = next(d for d in found if d.id.startswith("consult/KST/"))
    assert consult.if_nobody_acts[0] == "it is breached"
    assert consult.if_nobody_acts[1].startswith('then mission owes VDR: publish "the name of the Guarantor in breach"')
    assert consult.stops == ("attendance by KST",)


def test_only_what_falls_due_within_the_time_asked_for_is_told():
    agreement, view, state, found = ahead([*IN_FORCE, *ATTACKS])
    until = at("2027-03-04T02:10Z")
    within = deadlines(agreement, view, state, until)
    assert within == tuple(d for d in found if d.at <= until)
    assert 0 < len(within) < len(found)


def test_expiry_says_how_it_is_extended():
    *_, found = ahead(IN_FORCE)
    expiry = next(d for d in found if d.kind == "expiry")
    assert expiry.if_nobody_acts == ("it is extended by 5 years unless 2 of guarantors object by 2036-07-17 09:00 UTC",)


def test_a_party_is_concerned_by_its_own_acts_and_by_dates_of_the_agreement():
    *_, found = ahead([*IN_FORCE, *ATTACKS])
    of_commission = {d.kind for d in found if d.concerns("commission")}
    assert of_commission == {"determination", "finding", "review", "expiry"}
    assert not [d for d in found if d.concerns("TRN") and d.kind == "closing"]


@pytest.mark.parametrize(
    ("zone", "call", "due", "utc", "shown"),
    [
        ("Europe/Kyiv", "2027-03-27T01:30Z", "24 hours", "2027-03-28T01:30Z", "2027-03-28 04:30 +03:00 (Europe/Kyiv)"),
        ("Europe/Kyiv", "2027-10-30T00:30Z", "24 hours", "2027-10-31T00:30Z", "2027-10-31 03:30 +03:00 (Europe/Kyiv)"),
        ("Europe/Kyiv", "2027-10-30T01:30Z", "24 hours", "2027-10-31T01:30Z", "2027-10-31 03:30 +02:00 (Europe/Kyiv)"),
        ("Europe/Kyiv", "2027-02-28T01:30Z", "1 months", "2027-03-28T01:30Z", "2027-03-28 04:30 +03:00 (Europe/Kyiv)"),
        ("UTC", "2028-02-29T12:00Z", "1 years", "2029-02-28T12:00Z", "2029-02-28 12:00 UTC"),
        ("UTC", "2028-01-31T12:00Z", "1 months", "2028-02-29T12:00Z", "2028-02-29 12:00 UTC"),
    ],
)
def test_zones_summer_time_and_leap_days(zone, call, due, utc, shown):
    agreement, _, _, found = ahead([f"{call} call by BBB id c1"], accord(zone, due))
    assert [d.at for d in found] == [at(utc)]
    assert local(found[0].at, agreement.clock) == shown


# ---------------------------------------------------------------- calendars


def written(found, title="Accord", zone="UTC", known="2027-03-03T06:00Z"):
    return calendar(title, found, Clock(zone), at(known), ("A note.",))


def test_a_calendar_is_read_by_another_program_as_it_was_meant():
    *_, found = ahead([*IN_FORCE, *ATTACKS])
    text = written(found)
    read = icalendar.Calendar.from_ical(text)
    events = list(read.walk("VEVENT"))
    assert len(events) == len(found)
    for event, deadline in zip(events, found, strict=True):
        assert event.errors == []
        assert Instant.of(event.decoded("DTSTART")) == deadline.at
        assert str(event["UID"]) == uid(deadline)
        assert deadline.text in str(event["SUMMARY"])
        for words in (*deadline.if_nobody_acts, *deadline.stops, deadline.id, "A note."):
            assert words in str(event["DESCRIPTION"])


def test_calendar_lines_are_folded_and_none_is_cut_inside_a_character():
    prose = "відповідь ; with, signs \\ " * 12
    *_, found = ahead(["2027-03-01T00:00Z call by BBB id c1"], accord(prose=prose.replace("\\", "")))
    found = [replace(d, text=prose) for d in found]
    raw = written(found, title='A; "title", with \\ and\nlines').encode()
    assert raw.endswith(b"END:VCALENDAR\r\n")
    lines = raw.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode()
    read = icalendar.Calendar.from_ical(raw)
    assert b'X-WR-CALNAME:A\\; "title"\\, with \\\\ and\\nlines' in raw
    assert str(next(iter(read.walk("VEVENT")))["SUMMARY"]) == prose


def test_a_deadline_that_moves_keeps_its_uid_and_every_item_has_its_own():
    *_, found = ahead([*IN_FORCE, *ATTACKS])
    assert len({uid(d) for d in found}) == len(found)
    moved = replace(found[0], at=at("2030-01-01T00:00Z"))
    assert uid(moved) == uid(found[0])
    assert uid(found[0]) in written([moved]).replace("\r\n ", "")


def test_the_same_state_gives_the_same_bytes():
    first = ahead([*IN_FORCE, *ATTACKS])[3]
    second = ahead([*IN_FORCE, *ATTACKS])[3]
    assert written(first) == written(second)
