"""The text of a scenario: what `parse` reads as an equal one again, in the layout that `format_text` leaves as it is.

It is also how a stream of events found by a search is handed to a reader: as a scenario that can be run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from casus import acts
from casus.language.scan import escape
from casus.language.scenario import Expect, Line, Scenario


def print_scenario(scenario: Scenario) -> str:
    """The scenario without a line end after it. Raises ValueError for an act that no line can say."""
    rows = [print_expect(item) if isinstance(item, Expect) else print_line(item) for item in scenario.items]
    return "\n".join([f"scenario {scenario.name}", *(f"  {row}" for row in rows)])


def print_line(line: Line) -> str:
    """`2027-03-01T02:10Z to 2027-03-01T03:00Z strike by OSK id s1 known 2027-03-02`."""
    until = "" if line.end is None else f" to {line.end.text}"
    known = "" if line.known is None else f" known {line.known.text}"
    return f"{line.start.text}{until} {_act(line.act)}{known}"


def print_expect(expect: Expect) -> str:
    """`expect incident met 1 times at 2027-03-04`."""
    hindsight = "hindsight " if expect.hindsight else ""
    at = "" if expect.at is None else f" at {expect.at.text}"
    known = "" if expect.known is None else f" known {expect.known.text}"
    return f"expect {hindsight}{_result(expect)}{at}{known}"


def _result(expect: Expect) -> str:
    upon = "" if expect.upon is None else f" upon {expect.upon}"
    instant = "" if expect.instant is None else expect.instant.text
    match expect.kind:
        case "no_trigger":
            return "no trigger"
        case "met" | "effective" | "reversed":
            return f"{expect.name} {expect.kind} {expect.times} times"
        case "first_known" | "first_occurred":
            return f"{expect.name} {expect.kind.replace('_', ' ')} {instant}"
        case "witnesses":
            return f"{expect.name} witnesses {', '.join(expect.names)}"
        case "norm":
            return f"{expect.name} of {expect.who}{upon} is {expect.state}"
        case "norm_due":
            return f"{expect.name} of {expect.who}{upon} due {instant}"
        case "status":
            return f"{expect.name} is {'not ' if expect.negated else ''}{expect.state}"


def _act(act: acts.Act) -> str:
    match act:
        case acts.Report():
            return _report(act)
        case acts.Estimate():
            return _estimate(act)
        case acts.Correction():
            return " ".join([f"correct {act.id}", *(["occurred"] if act.occurred else []), *_fields(act.fields)])
        case acts.Withdrawal():
            return f"withdraw {act.id}"
        case acts.Coverage():
            return f"{act.body} observes {act.of}"
        case acts.Adjudication():
            ladder = "" if act.ladder is None else f"{act.ladder} "
            return f"{act.body} says {ladder}{act.word} on {act.on}"
        case acts.FindingAnswer():
            return f"{act.body} finds {act.finding} {act.answer} on {act.on}"
        case acts.Determination():
            return f"{act.body} determines {act.determination} {act.answer}"
        case acts.Attribution():
            return f"{act.body} attributes {act.actor} to {act.to} {act.answer}"
        case _:
            return _of_member(act)


def _of_member(act: acts.Act) -> str:
    match act:
        case acts.Ratification():
            return f"{act.party} ratifies"
        case acts.Denunciation():
            return f"{act.party} denounces"
        case acts.Objection():
            return f"{act.party} objects"
        case acts.Vote():
            return f"{act.member} votes {act.vote} on {act.decision}"
        case acts.Request():
            return f"{act.member} requests {act.decision}"
        case acts.Fulfilment():
            return f"{act.member} fulfils {act.norm}"
        case acts.Approval():
            return f"{act.member} approves {act.norm}"
        case acts.Refusal():
            return f"{act.member} refuses {act.norm}"
        case acts.Waiver():
            return f"{act.member} waives {act.norm}" + ("" if act.debtor is None else f" of {act.debtor}")
        case acts.Proxy(holder=None):
            return f"{act.member} revokes proxy on {act.decision}"
        case acts.Proxy():
            return f"{act.member} gives proxy to {act.holder} on {act.decision}"
        case acts.Provisional():
            return f"{act.party} {'ends provisional application' if act.ended else 'applies provisionally'}"
        case acts.Claim():
            return f"{act.member} claims {act.dispute} against {act.respondent}"
        case acts.Settlement():
            return f"{act.member} settles {act.dispute}"
        case acts.Ruling():
            return f"{act.body} {'upholds' if act.answer == 'upheld' else 'dismisses'} {act.dispute} of {act.claimant}"
        case _:
            raise ValueError(f"no line of a scenario says {act.kind}")


def _report(report: acts.Report) -> str:
    if report.sources or report.incident is not None:
        raise ValueError("a line of a scenario names no sources and joins no incident: it states the rungs (`as`)")
    by = [] if report.actor is None else [f"by {report.actor}"]
    rungs = [f"as {' '.join(report.stands_for)}"] if report.stands_for else []
    return " ".join([report.event, *by, f"id {report.id}", *_fields(report.fields), *rungs])


def _estimate(estimate: acts.Estimate) -> str:
    by = "" if estimate.actor is None else f" by {estimate.actor}"
    place = "" if estimate.place is None else f" place {estimate.place}"
    rungs = f" as {' '.join(estimate.stands_for)}" if estimate.stands_for else ""
    return f"{estimate.body} estimates {estimate.estimate}{by} {_value(estimate.value)}{place}{rungs}"


def _fields(fields: Mapping[str, acts.Value]) -> Iterator[str]:
    for name, value in fields.items():
        yield _value(value) if isinstance(value, acts.Place) else f"{name} {_value(value)}"


def _value(value: acts.Value) -> str:
    match value:
        case acts.Quantity():
            if value.high is None or value.best is not None:
                raise ValueError("a line of a scenario gives one number or a range with both ends")
            return _number(value.low) if value.low == value.high else f"{_number(value.low)} to {_number(value.high)}"
        case acts.Length():
            return _length(value.us)
        case acts.Money():
            return f"{value.currency} {_number(value.amount)}"
        case acts.Code():
            return value.code
        case acts.Word():
            return value.word
        case acts.Text():
            return escape(value.text)
        case acts.Place():
            radius = f" radius {_number(value.radius)}" if value.radius else ""
            return f"at {_number(value.lat)} {_number(value.lon)}{radius}"


def _number(number: Decimal) -> str:
    return f"{number:f}"


def _length(us: int) -> str:
    for unit, size in (("days", 86_400_000_000), ("hours", 3_600_000_000), ("minutes", 60_000_000)):
        if us % size == 0:
            return f"{us // size} {unit}"
    minutes = Decimal(us) / 60_000_000
    if minutes * 60_000_000 != us:
        raise ValueError(f"{us} microseconds are no decimal number of minutes")
    return f"{_number(minutes)} minutes"
