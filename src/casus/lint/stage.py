"""Records on which a searching rule tries an agreement: what brings it into force, then whatever the rule adds.

A stage knows nothing about any rule. It makes lines and expectations, replays them, and makes a failing record smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final

from casus import acts
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.scenario import Expect, ExpectKind, Line, Scenario
from casus.language.scenario_printer import print_expect
from casus.state.evaluate import evaluate
from casus.state.model import State
from casus.state.scenarios import ScenarioResult, entries_of, run_scenario, view_of
from casus.time import DAY, HOUR, Duration, Instant

OPENING: Final = Instant.parse("2027-01-01T00:00Z")
"""When a stage begins where the text names no instant itself."""


@dataclass(frozen=True)
class Stage:
    """An agreement and a record that has brought it into force, every party bound."""

    agreement: Agreement

    @cached_property
    def opening(self) -> Instant:
        """Midnight on or after every instant that the head and term of the text name."""
        a = self.agreement
        named = [a.header.counts_from, a.term.in_force_from if a.term is not None else None]
        latest = max((a.instant(moment) for moment in named if moment is not None), default=OPENING)
        latest = max(latest, *(a.instant(b.end) for b in a.baselines.values()), OPENING)
        days = -(-(latest.us - OPENING.us) // DAY.us)
        return OPENING + DAY * days

    @cached_property
    def consents(self) -> tuple[Line, ...]:
        """Every party consents, a minute apart, where force waits for consent or anybody can be bound by it.

        Where force waits for events as well (`requires`), one of each follows.
        """
        term = self.agreement.term
        codes = sorted(self.agreement.parties)
        if term is None or (term.in_force_from is None and term.ratified_by is None and not term.requires):
            return tuple(self.line(self.opening, acts.Ratification(code)) for code in codes)
        found = [self.line(self._minute(i), acts.Ratification(code)) for i, code in enumerate(codes)]
        by = sorted(self.agreement.by(term.requires_by) or {*self.agreement.nonparties, *codes})[0]
        for name in term.requires:
            actor = by if self.agreement.events[name].field_named("by") is not None else None
            found.append(self.report(self._minute(len(found)), name, f"required_{name}", actor))
        return tuple(found)

    def _minute(self, number: int) -> Instant:
        return self.opening + Duration.of(minutes=number)

    @cached_property
    def start(self) -> Instant:
        """The first instant that rules use: a day after the last consent."""
        return self.opening + DAY

    # ------------------------------------------------------------ lines

    def line(self, at: Instant, act: acts.Act, *, end: Instant | None = None, known: Instant | None = None) -> Line:
        return Line(n.Moment(str(at)), _moment(end), _moment(known), act)

    def report(
        self,
        at: Instant,
        event: str,
        name: str,
        actor: str | None = None,
        fields: Mapping[str, acts.Value] | None = None,
        rungs: Sequence[str] = (),
        *,
        known: Instant | None = None,
    ) -> Line:
        """`at event by actor id name … as rungs`."""
        return self.line(at, acts.Report(event, name, actor, dict(fields or {}), stands_for=tuple(rungs)), known=known)

    def top_rungs(self) -> tuple[str, ...]:
        """The highest rung of each ladder: an event `as` these counts wherever rungs are asked for."""
        return tuple(ladder.rungs[-1] for name, ladder in sorted(self.agreement.ladders.items(), reverse=True))

    # ------------------------------------------------------------ replay

    def scenario(self, name: str, lines: Sequence[Line], expects: Sequence[Expect] = ()) -> Scenario:
        """The consents, the lines in the order of their knowledge, then the expectations."""
        return Scenario(name, (*self.consents, *lines, *expects))

    def state(self, lines: Sequence[Line], at: Instant, known_at: Instant | None = None) -> State:
        """The State at an instant, over the consents and the lines."""
        entries = entries_of(self.agreement, self.scenario("stage", lines))
        return evaluate(self.agreement, view_of(entries, known_at or at), at)

    def replay(self, scenario: Scenario) -> ScenarioResult:
        return run_scenario(self.agreement, scenario)


def expect(
    kind: ExpectKind, name: str = "", *, at: Instant | None = None, known: Instant | None = None, **more: object
) -> Expect:
    """An expectation with its own text: `expect("met", "attack", times=0, at=t)`."""
    made = Expect(kind, name, at=_moment(at), known=_moment(known), **more)  # type: ignore[arg-type]
    return Expect(kind, name, at=made.at, known=made.known, text=print_expect(made), **more)  # type: ignore[arg-type]


def smallest(items: Sequence[Line], bad: Callable[[Sequence[Line]], bool]) -> tuple[Line, ...]:
    """The lines with everything left out that the outcome does not need (delta debugging; `bad` holds for the result)."""
    kept = list(items)
    size = max(1, len(kept) // 2)
    while size >= 1:
        index = 0
        while index < len(kept):
            without = kept[:index] + kept[index + size :]
            if len(without) < len(kept) and bad(without):
                kept = without
            else:
                index += size
        size //= 2
    return tuple(kept)


def quantity(number: int | Decimal) -> acts.Quantity:
    """An exact number."""
    exact = Decimal(number)
    return acts.Quantity(exact, exact)


def hours(count: int) -> Duration:
    return HOUR * count


def names(prefix: str) -> Iterator[str]:
    """`s1`, `s2`, …"""
    index = 0
    while True:
        index += 1
        yield f"{prefix}{index}"


def _moment(instant: Instant | None) -> n.Moment | None:
    return None if instant is None else n.Moment(str(instant))
