"""Sources, lineages and rungs: what reports give, and what they never give."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from casus import acts as a
from casus.state import State, evaluate
from casus.time import Instant
from casus.verification import independent_sources
from tests.state.records import agreement, entries, hours, view

END = hours(400)
names = st.sampled_from(["one", "two", "three", None])
sources = st.lists(
    st.builds(a.Source, st.sampled_from("abcd"), lineage=names, group=names, affiliation=st.sampled_from([None, "QRT", "ALD"])),
    max_size=6,
)


def raid(identity: str, *said: a.Source, actor: str = "QRT", incident: str | None = None) -> a.Report:
    return a.Report("raid", identity, actor, {"killed": a.Quantity(Decimal(1), Decimal(1))}, said, incident)


def run(*acts: tuple[int, a.Act]) -> State:
    from casus.time import Occurred

    made = entries([(Occurred.at(hours(0)), hours(known), act) for known, act in acts])
    return evaluate(agreement(), view(made, END), END)


def rung(state: State, name: str = "r1") -> str:
    return next(x.rungs["occurrence"] for x in state.incidents if x.id == name)


@given(sources, st.randoms(use_true_random=False))
def test_how_many_are_independent_hangs_neither_on_order_nor_on_repetition(said: list[a.Source], random: object) -> None:
    count = independent_sources(said, ())
    shuffled = [*said, *said]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert independent_sources(shuffled, ()) == count
    assert count <= len({(s.name, s.lineage, s.group) for s in said})
    assert independent_sources(said, ("QRT", "ALD")) <= count


def test_two_lineages_of_two_houses_are_independent() -> None:
    said = (a.Source("north post", lineage="x", group="north"), a.Source("south post", lineage="y", group="south"))
    assert rung(run((1, raid("r1", *said)))) == "confirmed"


def test_one_lineage_repeated_by_many_is_one_source() -> None:
    said = tuple(a.Source(f"paper {n}", lineage="the same wire", group=f"house {n}") for n in range(5))
    assert rung(run((1, raid("r1", *said)))) == "reported"


def test_two_papers_of_one_house_are_one_source() -> None:
    said = (a.Source("paper", lineage="x", group="house"), a.Source("paper abroad", lineage="y", group="house"))
    assert rung(run((1, raid("r1", *said)))) == "reported"


def test_neither_the_accused_nor_the_beneficiary_corroborates() -> None:
    neutral = a.Source("mission post", lineage="x", group="mission")
    for party in ("QRT", "ALD"):
        partisan = a.Source("ministry", lineage="y", group="ministry", affiliation=party)
        assert rung(run((1, raid("r1", neutral, partisan)))) == "reported"
    third = a.Source("embassy", lineage="y", group="embassy", affiliation="BRN")
    assert rung(run((1, raid("r1", neutral, third)))) == "confirmed"


def test_reports_that_share_a_lineage_are_one_incident_and_others_are_not() -> None:
    wire = a.Source("wire", lineage="w1", group="wire")
    copy = a.Source("paper", lineage="w1", group="paper")
    state = run((1, raid("r1", wire)), (2, raid("r2", copy)), (3, raid("r3", a.Source("radio", lineage="z"))))
    assert sorted(x.id for x in state.incidents) == ["r1", "r3"]


def test_a_report_that_names_an_incident_corroborates_it_until_it_is_withdrawn() -> None:
    first = raid("r1", a.Source("north", lineage="x", group="north"))
    second = raid("r2", a.Source("south", lineage="y", group="south"), incident="r1")
    assert rung(run((1, first), (2, second))) == "confirmed"
    assert rung(run((1, first), (2, second), (3, a.Withdrawal("r2")))) == "reported"


def test_what_only_models_saw_stays_reported() -> None:
    said = tuple(a.Source(f"model {n}", lineage=str(n), group=str(n), model=True) for n in range(4))
    assert rung(run((1, raid("r1", *said)))) == "reported"


def test_a_second_report_under_a_taken_id_is_listed_and_changes_nothing() -> None:
    state = run((1, raid("r1")), (2, raid("r1", actor="BRN")))
    assert [x.actor for x in state.incidents] == ["QRT"]
    assert any("on the record already" in x.reason for x in state.listed)


def test_words_about_what_nobody_reported_are_listed_until_it_is_reported() -> None:
    word = a.Adjudication("mission", "r1", "confirmed")
    assert any("nothing with the id r1" in x.reason for x in run((1, word)).listed)
    later = run((1, word), (5, raid("r1", a.Source("one", lineage="x"))))
    assert rung(later) == "confirmed"
    assert next(x.first_known for x in later.incidents) == hours(5)
    assert Instant.parse("2030-01-01T05:00Z") == hours(5)
