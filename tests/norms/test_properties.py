"""Properties of norms, decisions, ceasefires and disputes over random records of one text that uses them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casus import acts as a
from casus.journal import Checkpoint, Entry, Reader, View
from casus.language import nodes as n
from casus.norms.signals import Anchors, due_instant
from casus.state import evaluate
from casus.state.model import State
from casus.time import HOUR, Duration, Instant, Known, Occurred, Recorded
from tests.norms.texts import agreement

TEXT = """
agreement everything
  language 1  clock "Europe/Lisbon"  rounding down  instrument treaty
role guarantor, beneficiary
party VDR "Valdria" as beneficiary
party KST "Kestria" as guarantor
party LYS "Lysmark" as guarantor
party MRV "Morvane" as guarantor
body court "Court" as guarantor
nonparty OSK "Oskovia"
group guarantors = KST, LYS, MRV
group all = VDR, KST, LYS, MRV
term in force from 2030-01-01T00:00Z  withdrawal after 1 months notice
event raid by actor
event calm by actor
event delivery by actor, value money
trigger attack severity 2 when any raid by OSK rearm after 6 hours
trigger peace severity 1 when any calm rearm after 0 hours
phase war from attack until peace
ceasefire truce
  becomes degraded upon attack
  becomes collapsed upon breach of supply_it
  becomes active upon peace
decision joint of guarantors
  adopts by coalition of at least 2  proxies  must abstain parties to quarrel
  opens upon attack  closes 10 hours after opening
decision pause of all adopts by majority  proxies at most 1
  opens on request of all  closes 5 hours after opening
suspension by pause for at most 2 days  renewable 1 times  never suspends note
obligation supply_it upon joint adopted debtor every guarantors creditor VDR backup MRV
  to supply  amount EUR 100  tier war amount EUR 300  due 30 hours after activation  fulfilled by delivery
obligation first_step upon attack debtor KST creditor VDR to withdraw due 20 hours after activation
obligation next_step upon attack debtor VDR creditor KST to permit_access due 20 hours after activation waits for first_step
obligation note upon truce degraded debtor LYS to notify due 10 hours after activation
obligation watch during war debtor every guarantors to report due 40 hours after activation
power pass_through upon attack holder KST to maritime lapses 30 hours after activation
automatic hold upon attack reinstate ban  at 30 hours after activation  unless joint adopted
package ban items "oil"
dispute quarrel over supply_it claimant VDR  respondent every guarantors
  negotiation 10 hours  forum court  due 5 days after opening  remedy pay
obligation pay debtor every guarantors creditor VDR to compensate  amount EUR 1  due 5 days after activation
"""
START = Instant.parse("2030-01-01T00:00Z")
END = START + Duration.of(days=30)
FINAL = {"waived", "lapsed", "replaced", "refused", "stopped", "ended", "upheld", "dismissed", "settled"}
"""States that nothing leaves. (`fulfilled` is left where the act that served is withdrawn, `breached` by a cure.)"""


def hours(number: int) -> Instant:
    return START + HOUR * number


PARTIES = ("VDR", "KST", "LYS", "MRV")


def _burst(draw: Callable[[Any], Any], index: int) -> list[a.Act]:
    """Acts that follow one another: a vote with its opening, a claim with its ruling, or one act alone."""
    who = draw(st.sampled_from(PARTIES[1:]))
    other = draw(st.sampled_from([x for x in PARTIES[1:] if x != who]))
    word = draw(st.sampled_from(["yes", "yes", "yes", "no", "abstain"]))
    norm = draw(st.sampled_from(["supply_it", "first_step", "next_step", "note", "watch", "pay", "pass_through"]))
    value = {"value": a.Money("EUR", Decimal(draw(st.sampled_from([100, 200, 300]))))}
    raid = a.Report("raid", f"e{index}", "OSK")
    joint: list[a.Act] = [a.Vote(who, "yes", "joint"), a.Vote(other, word, "joint")]
    makers: list[list[a.Act]] = [
        [raid, *joint],
        [raid, a.Proxy(other, "joint", who), joint[0]],
        [raid, *joint, a.Report("delivery", f"d{index}", who, value)],
        [a.Vote(x, "yes", "joint") for x in PARTIES[1:]],
        [a.Request(who, "pause"), a.Vote("VDR", "yes", "pause"), a.Vote(other, word, "pause")],
        [a.Claim("VDR", "quarrel", who), a.Ruling("court", "quarrel", "VDR", draw(st.sampled_from(["upheld", "dismissed"])))],
        [a.Report("calm", f"e{index}", who)],
        [a.Report("delivery", f"e{index}", who, value)],
        [a.Withdrawal(f"e{draw(st.integers(0, 9))}")],
        [a.Proxy(who, draw(st.sampled_from(["joint", "pause"])))],
        [a.Fulfilment(draw(st.sampled_from(PARTIES)), norm)],
        [a.Waiver("VDR", norm, who)],
        [a.Denunciation(who)],
        [a.Settlement("VDR", "quarrel")],
    ]
    return draw(st.sampled_from(makers))


@st.composite
def records(draw: Callable[[Any], Any]) -> tuple[Entry, ...]:
    """Entries of a live journal: each is recorded, and so known, after the one before; it may have occurred long before."""
    made: list[Entry] = []
    known = 0
    for index in range(draw(st.integers(1, 9))):
        known += draw(st.sampled_from([1, 6, 12, 30]))
        for act in _burst(draw, index):
            known += draw(st.sampled_from([1, 1, 2, 5]))
            occurred = hours(known - draw(st.sampled_from([0, 0, 0, 5, 50])))
            at = hours(known)
            name = f"x{len(made)}"
            made.append(Entry(name, len(made), Occurred.at(occurred), Known(at), Recorded(at), "test", "CLEAR", act))
    return tuple(made)


def state(entries: tuple[Entry, ...], known: Instant, at: Instant) -> State:
    seen = tuple(entry for entry in entries if entry.recorded <= known)
    view = View("recorded", known, Reader("test"), seen, 0, Checkpoint(len(entries), "00"))
    return evaluate(agreement(TEXT), view, at)


many = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@many
@given(records())
def test_an_instance_has_one_terminal_state_at_most(entries: tuple[Entry, ...]) -> None:
    found = state(entries, END, END)
    for one in (*found.norms, *found.effects, *found.disputes):
        states = [word for _, word, _ in one.history]
        last = [
            index for index, word in enumerate(states) if word in FINAL and not (word == "lapsed" and one in found.disputes)
        ]
        assert len(last) <= 1, (one.id, states)
        assert not last or last[0] == len(states) - 1, (one.id, states)


@many
@given(records())
def test_no_clock_of_a_duty_runs_while_the_agreement_is_suspended(entries: tuple[Entry, ...]) -> None:
    found = state(entries, END, END)
    spans = suspensions(found)
    for one in found.norms:
        if one.name == "note":
            continue
        timed = [at for at, word, why in one.history if word == "breached" and "not known" in why]
        timed += [at for at, word, why in one.history if word == "lapsed" and why.startswith("at ")]
        assert not any(start <= at < end for at in timed for start, end in spans), (one.id, one.history, spans)
        begins = [at for at, word, why in one.history if why.startswith("upon ")]
        assert not any(start <= at < end for at in begins for start, end in spans), (one.id, spans)
    for effect in found.effects:
        begun = [at for at, word, _ in effect.history if word == "in_effect"]
        assert not any(start <= at < end for at in begun for start, end in spans), (effect.id, spans)


def suspensions(found: State) -> list[tuple[Instant, Instant]]:
    """The stretches of suspension, as the agreement's life tells them."""
    spans: list[tuple[Instant, Instant]] = []
    for at, what in found.life.history:
        if what.startswith("suspended until "):
            spans.append((at, Instant.parse(what.removeprefix("suspended until "))))
        elif what.startswith("suspension renewed until "):
            spans[-1] = (spans[-1][0], Instant.parse(what.removeprefix("suspension renewed until ")))
    return spans


@many
@given(records(), st.integers(0, 500))
def test_a_late_entry_never_rewrites_what_was_shown_for_an_earlier_instant(entries: tuple[Entry, ...], hour: int) -> None:
    then = state(entries, hours(hour), hours(hour))
    later = state(entries, END, hours(hour))
    for part in ("activations", "norms", "effects", "decisions", "disputes", "phases", "ceasefires", "deadlocks", "life"):
        assert getattr(then, part) == getattr(later, part), part


@many
@given(records())
def test_what_is_due_never_comes_before_its_beginning_and_a_waiting_duty_has_no_date(entries: tuple[Entry, ...]) -> None:
    for one in state(entries, END, END).norms:
        if one.state == "waiting":
            assert one.due is None
            assert one.awaits
        elif one.due is not None:
            assert one.due >= (one.released or one.activated)


@many
@given(records())
def test_only_members_that_joined_a_coalition_owe_what_it_adopted(entries: tuple[Entry, ...]) -> None:
    found = state(entries, END, END)
    joined = {decision.id: set(decision.joined) for decision in found.decisions}
    for one in found.norms:
        if one.name == "supply_it" and one.stands_for is None:
            assert set(one.debtor) <= joined[one.cause.split(" joined by ")[0]]


@many
@given(records(), st.randoms(use_true_random=False))
def test_the_order_of_entries_known_at_one_instant_changes_nothing(entries: tuple[Entry, ...], rng: Any) -> None:
    bunched = []
    for entry in entries:
        at = hours((entry.known - START).us // HOUR.us // 24 * 24 + 24)
        bunched.append(replace(entry, known=Known(at), recorded=Recorded(at)))
    mixed = list(bunched)
    rng.shuffle(mixed)
    mixed.sort(key=lambda e: e.known.us)

    def facts(found: list[Entry]) -> tuple[Any, ...]:
        seen = state(tuple(found), END, END)
        return seen.norms, seen.effects, seen.decisions, seen.disputes, seen.phases, seen.ceasefires, seen.life.state

    assert facts(bunched) == facts(mixed)


DUES = [
    n.DueAfter(n.Dur(n.Number("36"), "hours"), "activation"),
    n.DueAfter(n.Dur(n.Number("2"), "days"), "occurrence"),
    n.DueAt("activation"),
    n.DueOn(n.Moment("2030-06-01")),
]


@given(st.sampled_from(DUES), st.integers(0, 20_000), st.integers(0, 20_000))
def test_deadlines_are_monotone_in_their_anchor(due: n.Due, one: int, other: int) -> None:
    first, second = sorted((hours(one), hours(other)))
    dues = [due_instant(agreement(TEXT), due, x, Anchors(occurrence=x), START, None) for x in (first, second)]
    assert dues[0] <= dues[1]


@given(st.integers(1, 24), st.integers(0, 20_000), st.integers(0, 20_000))
def test_calendar_deadlines_are_monotone_in_the_day_of_their_anchor(months: int, one: int, other: int) -> None:
    """By the day: a month from 30 January, noon, and from 31 January, 10:00, end on one day, the later anchor earlier in it."""
    first, second = sorted((hours(one), hours(other)))
    clock = agreement(TEXT).clock
    due = n.DueAfter(n.Cal(n.Number(str(months)), "months"), "activation")
    found = [due_instant(agreement(TEXT), due, x, Anchors(), START, None) for x in (first, second)]
    assert clock.day_of(found[0]) <= clock.day_of(found[1])
