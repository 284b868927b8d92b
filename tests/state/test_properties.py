"""What holds of every State, whatever the record."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casus.journal import Entry
from casus.state import State, evaluate
from casus.state.fold import Fold
from casus.time import HOUR, Instant
from tests.state.records import RICH, agreement, hours, records, shuffled, swap_entries, swap_text, view

END = hours(400)
slow = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def facts(state: State) -> str:
    """The State as text, in an order that depends on content alone."""
    parts = [
        sorted(map(repr, part))
        for part in (
            state.assessments,
            state.activations,
            state.norms,
            state.effects,
            state.decisions,
            state.determinations,
            state.findings,
            state.incidents,
            state.hindsight,
            state.listed,
            state.coming,
            state.gaps,
        )
    ]
    return "\n".join(line for part in parts for line in part) + repr(state.life)


@slow
@given(records(), st.integers(0, 300), st.integers(0, 300))
def test_what_was_met_by_an_instant_stays_the_beginning_of_what_is_met_later(
    seen: tuple[Entry, ...], first: int, second: int
) -> None:
    k1, k2 = hours(min(first, second)), hours(max(first, second))
    early = evaluate(agreement(), view(seen, k1), k1)
    late = evaluate(agreement(), view(seen, k2), k2)

    def trimmed(state: State) -> list[tuple[str, Instant, Instant, bool]]:
        met = [x for x in state.activations if x.t <= k1]
        return [(x.id, x.t, x.s, x.reversed is not None and x.reversed <= k1) for x in met]

    assert trimmed(early) == trimmed(late)
    assert all(x.t > k1 for x in late.activations[len(early.activations) :])


@slow
@given(records(), st.randoms(use_true_random=False))
def test_the_order_of_entries_of_one_instant_changes_nothing(seen: tuple[Entry, ...], random: object) -> None:
    order = list(range(len(seen)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert facts(evaluate(agreement(), view(seen, END), END)) == facts(
        evaluate(agreement(), view(shuffled(seen, order), END), END)
    )


@slow
@given(records(), st.integers(0, 300))
def test_two_parties_swapped_everywhere_are_swapped_in_the_result_and_nothing_else(seen: tuple[Entry, ...], at: int) -> None:
    other = agreement(swap_text(RICH.read_text(encoding="utf-8")))
    state = evaluate(agreement(), view(seen, END), hours(at))
    swapped = evaluate(other, view(swap_entries(seen), END), hours(at))

    def normal(text: str) -> list[str]:
        return sorted("".join(sorted(line)) for line in text.split("\n"))

    assert normal(swap_text(facts(state))) == normal(facts(swapped))


@slow
@given(records(), st.lists(st.integers(0, 400 * 60), max_size=20))
def test_an_instant_at_which_nothing_is_due_changes_nothing(seen: tuple[Entry, ...], minutes: list[int]) -> None:
    plain = Fold(agreement(), view(seen, END))
    plain.run(seen, END)
    busy = Fold(agreement(), view(seen, END))
    busy.timers.set([hours(0).us + m * HOUR.us // 60 for m in minutes], "nothing")
    busy.run(seen, END)
    from casus.state.snapshot import snapshot

    assert facts(snapshot(plain, END, "")) == facts(snapshot(busy, END, ""))


@slow
@given(records())
def test_asking_only_where_something_changed_finds_what_asking_everywhere_finds(seen: tuple[Entry, ...]) -> None:
    """The engine asks again from the earliest change on; a fold that forgets this and asks everywhere agrees."""
    plain = Fold(agreement(), view(seen, END))
    plain.run(seen, END)
    naive = Fold(agreement(), view(seen, END))
    step = naive.engine.activations

    def everywhere(t: Instant) -> object:
        for state in naive.engine.states.values():
            state.soil(-(10**18))
        return step(t)

    naive.engine.activations = everywhere  # type: ignore[assignment, method-assign]
    naive.run(seen, END)
    assert [*plain.engine.by_id] == [*naive.engine.by_id]
    assert [(m.id, m.witnesses, m.reversed) for m in plain.engine.by_id.values()] == [
        (m.id, m.witnesses, m.reversed) for m in naive.engine.by_id.values()
    ]


@slow
@given(records(), st.integers(1, 22))
def test_what_a_reader_may_not_see_is_never_reported_as_quiet(seen: tuple[Entry, ...], hidden: int) -> None:
    whole = view(seen, END)
    kept = tuple(e for e in whole.entries if e.index % hidden or e.index < 3)
    partly = replace(whole, entries=kept, withheld=len(whole.entries) - len(kept))
    state = evaluate(agreement(), partly, END)
    if partly.withheld:
        assert all(x.assessment in ("met", "undecided") for x in state.assessments)
