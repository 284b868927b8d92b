"""Running a scenario of a `casus-test` fence: its lines become a record in memory, its expectations are asked of States.

A query sees all lines of the scenario known ≤ its `known`, wherever they stand (semantics, section 8).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from casus.acts import to_payload
from casus.journal.entry import Checkpoint, Entry, Reader, View
from casus.language.agreement import Agreement
from casus.language.scenario import Expect, Line, Scenario
from casus.state.evaluate import evaluate, hindsight
from casus.state.model import Activation, State
from casus.time import BEGINNING, Instant, Known, Occurred, Recorded


@dataclass(frozen=True, slots=True)
class ExpectResult:
    """One expectation: whether it holds, and what the State says instead (`actual`)."""

    expect: Expect
    passed: bool
    actual: str
    at: Instant
    known_at: Instant


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    scenario: Scenario
    results: tuple[ExpectResult, ...]

    @property
    def passed(self) -> bool:
        return all(result.passed for result in self.results)


def run_scenario(agreement: Agreement, scenario: Scenario) -> ScenarioResult:
    """Ask every expectation of the State at its `at`, as known at its `known`."""
    entries = entries_of(agreement, scenario)
    states: dict[tuple[Instant, Instant], State] = {}
    results = []
    latest: Instant | None = None
    for item in scenario.items:
        if isinstance(item, Line):
            known = _known(agreement, item)
            latest = known if latest is None else max(latest, known)
            continue
        at = agreement.instant(item.at) if item.at is not None else latest if latest is not None else BEGINNING
        known_at = agreement.instant(item.known) if item.known is not None else at
        if (at, known_at) not in states:
            states[at, known_at] = evaluate(agreement, view_of(entries, known_at), at)
        state = states[at, known_at]
        if item.hindsight and at == known_at:
            state = replace(state, hindsight=hindsight(agreement, view_of(entries, known_at), at))
        passed, actual = judge(state, item, agreement)
        results.append(ExpectResult(item, passed, actual, at, known_at))
    return ScenarioResult(scenario, tuple(results))


def entries_of(agreement: Agreement, scenario: Scenario) -> tuple[Entry, ...]:
    """The lines as entries of a reconstruction, ordered by knowledge."""
    found = []
    for index, line in enumerate(item for item in scenario.items if isinstance(item, Line)):
        start = agreement.instant(line.start)
        occurred = Occurred(start, agreement.instant(line.end) if line.end is not None else start)
        known = _known(agreement, line)
        content = f"{index} {occurred} {known} {to_payload(line.act)}"
        identity = "e" + hashlib.sha256(content.encode()).hexdigest()
        found.append(Entry(identity, index, occurred, Known(known), Recorded(known), "scenario", "CLEAR", line.act))
    return tuple(sorted(found, key=lambda entry: (entry.known.us, entry.index)))


def _known(agreement: Agreement, line: Line) -> Instant:
    return agreement.instant(line.known or line.end or line.start)


def view_of(entries: tuple[Entry, ...], known_at: Instant) -> View:
    """What is known by an instant, as a view of a reconstruction that nobody signed."""
    seen = tuple(entry for entry in entries if entry.known <= known_at)
    root = hashlib.sha256("".join(entry.id for entry in entries).encode()).hexdigest()
    return View("known", known_at, Reader("scenario"), seen, 0, Checkpoint(len(entries), root))


def judge(state: State, expect: Expect, agreement: Agreement) -> tuple[bool, str]:
    """Whether a State is as expected, and what it is."""
    if expect.hindsight:
        return _hindsight(state, expect)
    of = [x for x in state.activations if x.trigger == expect.name]
    standing = [x for x in of if x.reversed is None]
    match expect.kind:
        case "no_trigger":
            met = sorted({x.trigger for x in state.activations if x.reversed is None})
            return not met, "no trigger" if not met else f"{', '.join(met)} met"
        case "met":
            return len(standing) == expect.times, f"{expect.name} met {len(standing)} times"
        case "effective":
            count = sum(1 for x in standing if x.effective)
            return count == expect.times, f"{expect.name} effective {count} times"
        case "reversed":
            count = len(of) - len(standing)
            return count == expect.times, f"{expect.name} reversed {count} times"
        case "first_known" | "first_occurred":
            return _first(expect, of, agreement)
        case "witnesses":
            last = max(standing, key=lambda x: (x.t.us, x.s.us, x.id), default=None)
            names = set(last.witnesses) if last is not None else set()
            return names == set(expect.names), f"witnesses {', '.join(sorted(names)) or 'none'}"
        case "norm" | "norm_due":
            return _norm(state, expect, agreement)
        case "status":
            found = status_of(state, expect.name, agreement)
            return (expect.state in found) is not expect.negated, f"{expect.name} is {' and '.join(sorted(found))}"


def _first(expect: Expect, of: list[Activation], agreement: Agreement) -> tuple[bool, str]:
    """t and s of the first activation, reversed or not."""
    if not of or expect.instant is None:
        return False, f"{expect.name} never met"
    first = min(of, key=lambda x: (x.t.us, x.s.us, x.id))
    known = expect.kind == "first_known"
    instant = first.t if known else first.s
    return instant == agreement.instant(expect.instant), f"first {'known' if known else 'occurred'} {instant}"


def _norm(state: State, expect: Expect, agreement: Agreement) -> tuple[bool, str]:
    """The latest activated instance (with cause `upon`)."""
    found = [
        x
        for x in state.norms
        if x.name == expect.name
        and expect.who in x.debtor
        and (expect.upon is None or _caused_by(x.cause, expect.upon, agreement))
    ]
    if not found:
        return expect.kind == "norm" and (expect.state == "none") is not expect.negated, f"{expect.name} of {expect.who}: none"
    last = max(found, key=lambda x: (x.activated.us, x.cause))
    if expect.kind == "norm":
        return (last.state == expect.state) is not expect.negated, f"{expect.name} of {expect.who} is {last.state}"
    due = str(last.due) if last.due is not None else "never"
    right = expect.instant is not None and last.due == agreement.instant(expect.instant)
    return right, f"{expect.name} of {expect.who} due {due}"


def _caused_by(cause: str, name: str, agreement: Agreement) -> bool:
    """Whether a cause is a signal of `name`: a trigger (or one that adds to it), a decision, a determination, a norm."""
    names = [name, *(t.name for t in agreement.triggers.values() if name in t.adds_to)]
    kinds = ("breach", "reversal", "exercise", "refusal", "lapse", "fulfilment")
    return any(
        cause.startswith((f"{x}@", f"{x}/", *(f"{kind} of {x}{sign}" for kind in kinds for sign in "@/"))) for x in names
    )


def _hindsight(state: State, expect: Expect) -> tuple[bool, str]:
    if expect.kind == "no_trigger":
        return not state.hindsight, f"in hindsight {', '.join(state.hindsight) or 'no trigger'}"
    held = expect.name in state.hindsight
    wanted = expect.times > 0 if expect.kind == "met" else (expect.state == "met") is not expect.negated
    return held == wanted, f"in hindsight {expect.name} {'holds' if held else 'does not hold'}"


def status_of(state: State, name: str, agreement: Agreement) -> set[str]:
    """The words that a name is now: of a trigger, norm, effect, decision, determination, the agreement, or an event."""
    if name in agreement.triggers:
        return {x.assessment for x in state.assessments if x.trigger == name}
    if name in agreement.decisions:
        decisions = [x for x in state.decisions if x.name == name]
        return {max(decisions, key=lambda x: (x.opened.us, x.id)).state} if decisions else {"none"}
    if name in agreement.determinations:
        instances = [x for x in state.determinations if x.name == name]
        return {max(instances, key=lambda x: (x.opened.us, x.id)).state} if instances else {"none"}
    if name in agreement.automatics:
        effects = [x for x in state.effects if x.name == name]
        return {max(effects, key=lambda x: (x.activated.us, x.cause)).state} if effects else {"none"}
    if name in agreement.norms:
        norms = [x for x in state.norms if x.name == name]
        return {max(norms, key=lambda x: (x.activated.us, x.cause, x.debtor)).state} if norms else {"none"}
    if name in agreement.phases:
        return {"off" if x.since is None else "on" for x in state.phases if x.name == name}
    if name in agreement.ceasefires:
        return {x.state for x in state.ceasefires if x.name == name}
    if name in agreement.disputes:
        claims = [x for x in state.disputes if x.name == name]
        return {max(claims, key=lambda x: (x.opened.us, x.id)).state} if claims else {"none"}
    if name == agreement.name:
        return {state.life.state}
    incident = next((x for x in state.incidents if x.id == name), None)
    if incident is None:
        return {"none"}
    return {"withdrawn"} if "withdrawn" in incident.flags else {*incident.rungs.values(), *incident.flags}
