"""Scenarios: the lines of `casus-test` fences, as acts of the record and expectations of it.

Lines are read one by one, so that a fault in one does not hide the faults of the others; but a scenario with a fault is left
out as a whole, for without one of its lines it would test something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Final

from lark import Tree

from casus.acts import Report, slot
from casus.diagnostics import Diagnostic, Related, Span
from casus.language.document import Fence
from casus.language.explain import explain
from casus.language.faults import fault
from casus.language.grammar import Feeding, Rejected, grammar
from casus.language.nodes import AgreementDecl
from casus.language.scan import Token, scan
from casus.language.scenario import Expect, Line, Scenario
from casus.language.tree.lines import Head, LineBuilder
from casus.time import Clock, Instant, InvalidInstant, UnknownZone

MAX_FAULTS: Final = 200
"""As for declarations: the first faults are what has to be mended."""


@dataclass(slots=True)
class _Open:
    """A scenario under way. `head` None: its first line did not parse."""

    head: Head | None
    items: list[Line | Expect] = field(default_factory=list)
    faulty: bool = False


def lines(tokens: Sequence[Token]) -> Iterator[tuple[list[Token], Feeding]]:
    """The tokens of each line of a fence with their parse; a line goes on where the next one can only continue it."""
    language = grammar("casus-test")
    current: list[Token] = []
    feeding = language.feeding()
    previous_line = 0
    for token in tokens:
        if token.kind == "comment":
            continue
        if current and token.line != previous_line and _begins(token, feeding):
            yield current, feeding
            current, feeding = [], language.feeding()
        current.append(token)
        feeding.feed(token)
        previous_line = token.line
    if current:
        yield current, feeding


def _begins(token: Token, feeding: Feeding) -> bool:
    """Whether the first token of a row of text begins a line of a scenario.

    A word that looks like a misspelt `expect` does, even where a name could stand: it must not vanish into a field or a title.
    """
    if token.kind == "word" and get_close_matches(token.text[:20], ("expect", "scenario"), 1, 0.7):
        return True
    if feeding.rejected:
        return token.kind == "instant"  # the rest of a line that failed makes no second fault
    if token.kind == "instant":
        return feeding.complete() or not feeding.takes(token)
    return not feeding.takes(token)


class ScenarioReader:
    """Collects the scenarios of a document's fences; `header` gives the clock on which a date alone is 00:00."""

    def __init__(self, path: str, header: AgreementDecl | None) -> None:
        self.path = path
        self.clock = _clock(header)
        self.scenarios: list[Scenario] = []
        self.found: list[Diagnostic] = []
        self._faults = 0
        self._names: dict[tuple[str | None, str], Span] = {}
        self._variant: str | None = None

    def read(self, fence: Fence) -> None:
        text = fence.content.split("\n")
        self._variant = fence.variant
        scenario: _Open | None = None
        for tokens, feeding in lines(list(scan(fence.content, fence.line))):
            if self._faults >= MAX_FAULTS:
                self._give_up(tokens)
                break
            items, faulty = self._items(tokens, feeding)
            if tokens[0].text == "scenario" and not any(isinstance(item, Head) for item in items):
                self._close(scenario)
                scenario = _Open(None)
            for item in items:
                if isinstance(item, Head):
                    self._close(scenario)
                    scenario = _Open(item)
                    continue
                if scenario is None:
                    scenario = _Open(None)
                    self._report_no_scenario(item)
                scenario.items.append(_with_text(item, text, fence.line))
            if scenario is not None:
                scenario.faulty |= faulty
        self._close(scenario)

    def _items(self, tokens: list[Token], feeding: Feeding) -> tuple[list[Any], bool]:
        """What a line holds (as a rule one thing), and whether something is wrong with it."""
        made = feeding.finish()
        if isinstance(made, Rejected):
            self._faults += 1
            self.found.append(explain(grammar("casus-test"), tokens, made, self.path))
            return [], True
        builder = LineBuilder(self.path, self.clock)
        items = [builder.build(child) for child in made.children if isinstance(child, Tree)]
        self.found += builder.problems.found
        errors = sum(problem.severity == "error" for problem in builder.problems.found)
        self._faults += errors
        return items, errors > 0

    def _close(self, scenario: _Open | None) -> None:
        """Keeps a scenario that is whole."""
        if scenario is None or scenario.head is None:
            return
        items = _with_ids(scenario.items)
        problems = [*self._same_ids(items), *self._same_instants(items)]
        self.found += problems
        if not scenario.faulty and not problems:
            self._report_same_name(scenario.head)
            self.scenarios.append(Scenario(scenario.head.name, tuple(items), scenario.head.span, self._variant))

    # ------------------------------------------------------------ what only the whole scenario shows

    def _same_ids(self, items: list[Line | Expect]) -> Iterator[Diagnostic]:
        first: dict[str, Line] = {}
        for line in items:
            if isinstance(line, Line) and isinstance(line.act, Report):
                earlier = first.setdefault(line.act.id, line)
                if earlier is not line:
                    because = Related("the first event with this id", earlier.span)
                    message = f"a second event has the id `{line.act.id}`"
                    help_text = "give it another id; to say more about the same event, use `correct`"
                    yield fault("E143", message, line.span, help_text, because)

    def _same_instants(self, items: list[Line | Expect]) -> Iterator[Diagnostic]:
        first: dict[tuple[tuple[str, str, str], Instant], Line] = {}
        for line in items:
            place = slot(line.act) if isinstance(line, Line) else None
            if place is None or not isinstance(line, Line):
                continue
            moment = line.known or line.end or line.start
            try:
                instant = self.clock.parse(moment.text)
            except InvalidInstant:
                continue  # reported where the instant stands
            earlier = first.setdefault((place, instant), line)
            if earlier is not line:
                because = Related("the other act", earlier.span)
                message = f"two acts of `{place[1]}` on `{place[2]}` become known at one instant"
                help_text = "nobody can say which of them counts: give one a later instant"
                yield fault("E146", message, line.span, help_text, because)

    def _report_same_name(self, head: Head) -> None:
        earlier = self._names.setdefault((self._variant, head.name), head.span)
        if earlier is not head.span:
            because = Related("the first stands here", earlier)
            message = f"a second scenario is called {head.name!r}"
            help_text = "call it differently, so that a report can say which of them failed"
            self.found.append(fault("W147", message, head.span, help_text, because))

    def _report_no_scenario(self, item: Line | Expect) -> None:
        message = "this line stands before the first `scenario`"
        help_text = "begin the scenario with a line `scenario` and the words of its name"
        self.found.append(fault("E140", message, item.span, help_text))

    def _give_up(self, tokens: list[Token]) -> None:
        if self._faults == MAX_FAULTS:
            first = tokens[0]
            span = Span(self.path, first.line, first.col, first.line, first.end_col)
            message = f"{MAX_FAULTS} lines of scenarios are at fault; those from here on were not read"
            self.found.append(fault("E133", message, span, "mend the faults above first"))
        self._faults += MAX_FAULTS


def _clock(header: AgreementDecl | None) -> Clock:
    try:
        return Clock(header.clock if header and header.clock else "UTC")
    except UnknownZone:
        return Clock()  # the checker reports the zone


def _with_text(item: Line | Expect, text: list[str], first_line: int) -> Line | Expect:
    """An expectation with its words as written, in one line."""
    if isinstance(item, Line):
        return item
    span = item.span
    assert span is not None
    rows = [row.split("#", 1)[0] for row in text[span.line - first_line : span.end_line - first_line]]
    rows.append(text[span.end_line - first_line][: span.end_col - 1])
    rows[0] = rows[0][span.col - 1 :]
    return replace(item, text=" ".join(" ".join(rows).split()))


def _with_ids(items: list[Line | Expect]) -> list[Line | Expect]:
    """Gives the events without an id `e1`, `e2`, … in their order, past the ids that the scenario itself gives."""
    given = {item.act.id for item in items if isinstance(item, Line) and isinstance(item.act, Report)}
    number = 0
    made: list[Line | Expect] = []
    for item in items:
        if isinstance(item, Line) and isinstance(item.act, Report) and not item.act.id:
            number += 1
            while f"e{number}" in given:
                number += 1
            item = replace(item, act=replace(item.act, id=f"e{number}"))
        made.append(item)
    return made
