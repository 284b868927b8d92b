"""Whether two triggers are met by the same records: a search for one that tells them apart, within a bound that is said.

Both texts are replayed by the reference engine on the same streams (see `casus.compare.streams`), every party bound, every
event known as it happens. What is found is a witness, made as small as it can be; what is not found is "none found within N
records of up to K events over D days", and never "impossible".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from casus.compare.align import align
from casus.compare.streams import DAY, Edges, Stream, Vocabulary, edges, end_of, events_in, length_of, streams
from casus.language.agreement import Agreement
from casus.language.scenario import Line, Scenario
from casus.lint.stage import Stage, expect
from casus.state.model import Activation
from casus.time import Instant

Question = Literal["first no later", "second no later", "equivalent", "disjoint", "first never", "second never"]
BUDGET: Final = 300
_SHRINK: Final = 120
"""How many records one witness may cost to be made smaller."""


@dataclass(frozen=True)
class Together(Stage):
    """A stage that opens when both texts can."""

    since: Instant

    @cached_property
    def opening(self) -> Instant:
        return self.since


@dataclass(frozen=True, slots=True)
class Meeting:
    """What became of a stream under both texts: when each trigger was met, and whether one event was witness of both."""

    first: tuple[Instant, ...]
    second: tuple[Instant, ...]
    shared: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record that shows the outcome: as a scenario over each text, whose expectations hold when it is run."""

    first: Scenario
    second: Scenario
    events: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Answered:
    """`holds` False: the witness shows the opposite. True: no record was found that would. None: nothing was met at all."""

    question: Question
    text: str
    holds: bool | None
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Extent:
    """How far the search looked."""

    records: int
    events: int
    days: int

    def __str__(self) -> str:
        return f"{self.records:,} records of up to {self.events} events over {self.days} days"


@dataclass(frozen=True, slots=True)
class Compared:
    """`first` and `second` are the triggers' names in their texts."""

    first: str
    second: str
    extent: Extent
    answers: tuple[Answered, ...]

    def answer(self, question: Question) -> Answered:
        return next(one for one in self.answers if one.question == question)


def same_named(first: Agreement, second: Agreement, names: Mapping[str, str] | None = None) -> tuple[tuple[str, str], ...]:
    """The triggers that both texts have under one name. `names`: name in the second text → name in the first."""
    back = {(names or {}).get(name, name): name for name in second.triggers}
    return tuple((name, back[name]) for name in first.triggers if name in back)


def compare_triggers(
    first: Agreement,
    second: Agreement,
    pair: tuple[str, str],
    names: Mapping[str, str] | None = None,
    *,
    budget: int = BUDGET,
    seed: int = 1,
) -> Compared:
    """Try both triggers. `names`: name in the second text → name in the first; what was renamed is found besides."""
    known = {**align(first, second, names).names, **(names or {})}
    return _Search(first, second, pair, known, budget, seed).run()


class _Search:
    def __init__(
        self, first: Agreement, second: Agreement, pair: tuple[str, str], names: Mapping[str, str], budget: int, seed: int
    ) -> None:
        self.pair, self.budget, self.seed = pair, budget, seed
        since = max(Stage(first).opening, Stage(second).opening)
        self.stages = (Together(first, since), Together(second, since))
        back = {own: name for name, own in names.items()}
        self.words = (Vocabulary(first, first.ladders), Vocabulary(second, first.ladders, back))
        self.edges: Edges = edges([(first, pair[0], {}), (second, pair[1], names)])
        self.seen: dict[Stream, Meeting] = {}

    def run(self) -> Compared:
        tests: dict[str, Callable[[Meeting], bool]] = {
            "first late": lambda m: bool(m.second) and (not m.first or m.first[0] > m.second[0]),
            "second late": lambda m: bool(m.first) and (not m.second or m.second[0] > m.first[0]),
            "unequal": lambda m: m.first != m.second,
            "shared": lambda m: m.shared,
            "first met": lambda m: bool(m.first),
            "second met": lambda m: bool(m.second),
        }
        found: dict[str, Stream] = {}
        tried = events = span = 0
        source = streams(self.edges, self.seed)
        asked: set[Stream] = set()
        idle = 0
        while tried < self.budget and len(found) < len(tests) and idle < 50 * self.budget:
            stream = next(source)
            if stream in asked:
                idle += 1
                continue
            asked.add(stream)
            tried, events, span = tried + 1, max(events, events_in(stream)), max(span, length_of(stream))
            meeting = self.meeting(stream)
            for name, test in tests.items():
                if name not in found and test(meeting):
                    found[name] = stream
        extent = Extent(tried, events, -(-span // DAY))
        smallest = {name: self.smaller(stream, tests[name]) for name, stream in found.items()}
        return Compared(self.pair[0], self.pair[1], extent, tuple(self.answers(extent, smallest)))

    # ------------------------------------------------------------ trying

    def meeting(self, stream: Stream) -> Meeting:
        if stream not in self.seen:
            both = [self._activations(index, stream) for index in (0, 1)]
            witnesses = [{name for one in found for name in one.witnesses} for found in both]
            times = [tuple(sorted(one.t for one in found)) for found in both]
            self.seen[stream] = Meeting(times[0], times[1], bool(witnesses[0] & witnesses[1]))
        return self.seen[stream]

    def _activations(self, index: int, stream: Stream) -> list[Activation]:
        stage = self.stages[index]
        lines = self.words[index].lines(stage, stream)
        state = stage.state(lines, end_of(stage, stream, self.edges))
        return [x for x in state.activations if x.trigger == self.pair[index] and x.reversed is None]

    def smaller(self, stream: Stream, test: Callable[[Meeting], bool]) -> Stream:
        """Everything left out that the outcome does not need; the times and ids of the rest stay."""
        spent = 0
        kept = stream
        size = max(1, len(kept) // 2)
        while size >= 1:
            index = 0
            while index < len(kept) and spent < _SHRINK:
                without = kept[:index] + kept[index + size :]
                spent += 1
                if without and test(self.meeting(without)):
                    kept = without
                else:
                    index += size
            size //= 2
        return kept

    # ------------------------------------------------------------ saying

    def answers(self, extent: Extent, found: Mapping[str, Stream]) -> list[Answered]:
        a, b = self._called()
        none = f"none found within {extent}"
        met = "first met" in found or "second met" in found

        def shown(question: Question, key: str, no: str, yes: str) -> Answered:
            if key in found:
                return Answered(question, no, False, self._evidence(found[key], no))
            if not met:
                return Answered(question, f"neither was met: {none}", None, None)
            return Answered(question, f"{yes}: {none}", True, None)

        def never(question: Question, key: str, name: str) -> Answered:
            if key in found:
                met_text = f"{name} can be met"
                return Answered(question, met_text, False, self._evidence(found[key], met_text))
            return Answered(question, f"no record meets {name}: {none}", True, None)

        late = "a record meets {} and not {} by then"
        return [
            shown("first no later", "first late", late.format(b, a), f"no record meets {b} before {a}"),
            shown("second no later", "second late", late.format(a, b), f"no record meets {a} before {b}"),
            shown("equivalent", "unequal", f"a record meets {a} and {b} at different times", "no record tells them apart"),
            shown("disjoint", "shared", f"one event counts for both {a} and {b}", "no event counts for both"),
            never("first never", "first met", a),
            never("second never", "second met", b),
        ]

    def _called(self) -> tuple[str, str]:
        (a, b), (one, two) = self.pair, (stage.agreement for stage in self.stages)
        if a != b:
            return a, b
        return (f"{a} of {one.name}", f"{b} of {two.name}") if one.name != two.name else (f"{a} (first)", f"{b} (second)")

    def _evidence(self, stream: Stream, outcome: str) -> Evidence:
        meeting = self.meeting(stream)
        made = [self._scenario(index, stream, times, outcome) for index, times in enumerate((meeting.first, meeting.second))]
        return Evidence(made[0], made[1], events_in(stream), outcome)

    def _scenario(self, index: int, stream: Stream, times: Sequence[Instant], outcome: str) -> Scenario:
        stage, trigger = self.stages[index], self.pair[index]
        lines: tuple[Line, ...] = self.words[index].lines(stage, stream)
        end = end_of(stage, stream, self.edges)
        expects = [expect("met", trigger, times=len(times), at=end)]
        if times:
            expects.append(expect("met", trigger, times=sum(1 for t in times if t == times[0]), at=times[0]))
        return stage.scenario(outcome.replace("(", "").replace(")", ""), lines, expects)
