"""The executors agree with the reference: what is met, when, by which witnesses, and what is reversed, at every instant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from casus import acts as a
from casus.journal import Entry
from casus.language.agreement import Agreement
from casus.state.fold import Fold
from casus.state.stream import stream_of
from casus.time import Instant, Occurred
from casus.triggers.columnar import history
from casus.triggers.control import Executor
from casus.triggers.live import Live
from casus.triggers.stream import Recording, Stream
from tests.state import records as rich
from tests.state.records import hours, view
from tests.triggers.clauses import HEAD, agreement_of, records_of

END = hours(220)
Line = tuple[str, int, int, tuple[str, ...], int | None, bool]
Seen = tuple[Entry, ...]
slow = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
BATCHES = 20
CASES = 105
"""In each batch; each case is compared at every knowledge instant."""


class _Watched(Recording):
    """The reference, which writes its stream down and, after each instant, what it holds."""

    def lines(self) -> list[Line]:
        return [
            (m.id, m.t.us, m.s.us, m.witnesses, m.reversed.us if m.reversed is not None else None, m.effective)
            for m in self.by_id.values()
        ]


class _Stepped(Fold):
    """A fold that notes the reference's activations after each of its instants."""

    def instant(self, t: Instant, batch: object) -> None:
        super().instant(t, batch)  # type: ignore[arg-type]
        assert isinstance(self.engine, _Watched)
        self.__dict__.setdefault("noted", []).append((t.us, self.engine.lines()))


def by_reference(agreement: Agreement, seen: Seen, until: Instant) -> tuple[Stream, list[tuple[int, list[Line]]]]:
    """The stream, and what the reference holds after each instant."""
    fold = _Stepped(agreement, view(seen, until), _Watched)
    fold.run(view(seen, until).entries, until)
    assert isinstance(fold.engine, _Watched)
    return fold.engine.stream, fold.__dict__.get("noted", [])


def lines(executor: Executor) -> list[Line]:
    return [(m.id, m.t, m.s, m.witnesses, m.reversed, m.effective) for m in executor.activations]


def by_live(stream: Stream, instants: list[int]) -> Iterator[tuple[int, list[Line]]]:
    executor = Live(stream.plan)
    steps = iter([*stream.steps, None])
    step = next(steps)
    for t in instants:
        while step is not None and step.t <= t:
            executor.take(step)
            step = next(steps)
        executor.advance(t)
        yield t, lines(executor)


def disagree(agreement: Agreement, seen: Seen, until: Instant) -> str | None:
    """The first instant at which an executor and the reference differ."""
    stream, noted = by_reference(agreement, seen, until)
    instants = [t for t, _ in noted]
    for (t, expected), (_, found) in zip(noted, by_live(stream, instants), strict=True):
        if found != expected:
            return f"live at {Instant(t)}: {found} instead of {expected}"
    asked = {instants[-1], *instants[len(seen) % 5 :: 9]}
    for t, expected in noted:
        if t in asked and (found := lines(history(stream, t))) != expected:
            return f"columnar at {Instant(t)}: {found} instead of {expected}"
    return None


def smallest(agreement: Agreement, seen: Seen, until: Instant) -> str:
    """The disagreement with as few entries as possible."""
    index = 0
    while index < len(seen):
        fewer = seen[:index] + seen[index + 1 :]
        if disagree(agreement, fewer, until) is not None:
            seen = fewer
        else:
            index += 1
    told = "\n".join(f"{e.occurred} known {e.known}: {e.act}" for e in seen)
    return f"{disagree(agreement, seen, until)}\n{told}\n{agreement.triggers}"


@pytest.mark.parametrize("batch", range(BATCHES))
def test_reference_live_and_columnar_agree_at_every_knowledge_instant(batch: int) -> None:
    """Random texts and records: every kind of condition, late, corrected, withdrawn and rejected reports."""
    for seed in range(batch * CASES, (batch + 1) * CASES):
        agreement, seen = agreement_of(seed % 400), records_of(seed)
        if agreement is not None and disagree(agreement, seen, END) is not None:
            pytest.fail(f"seed {seed}: {smallest(agreement, seen, END)}")


@settings(max_examples=60, **slow)  # type: ignore[arg-type]
@given(rich.records())
def test_they_agree_over_a_text_in_which_decisions_answer_findings(seen: Seen) -> None:
    assert disagree(rich.agreement(), seen, hours(400)) is None


def test_a_stream_without_the_reference_beside_it_is_the_same() -> None:
    compared = 0
    for seed in range(60):
        agreement = agreement_of(seed)
        if agreement is not None:
            seen = records_of(seed)
            stream = stream_of(agreement, view(seen, END), END)
            executor = Live(stream.plan)
            executor.run(stream.steps, END.us)
            assert lines(executor) == by_reference(agreement, seen, END)[1][-1][1]
            compared += len(executor.activations)
    assert compared > 20


def test_how_long_uncertain_instants_lasted_is_unknown_also_inside_an_and() -> None:
    """One event within ten hours may have lasted them or none: nothing is met."""
    text = HEAD.format(
        header="",
        force="from 2030-01-01",
        until="2030-01-02T00:00Z",
        triggers="trigger one severity 1 when meeting holds for at least 4 hours and not any foray",
    )
    agreement = rich.agreement(text)
    report = a.Report(event="meeting", id="m", actor="VDR", fields={})
    seen = rich.entries([(Occurred(hours(5), hours(15)), hours(15), report)])
    assert by_reference(agreement, seen, END)[1][-1][1] == []
    assert disagree(agreement, seen, END) is None
