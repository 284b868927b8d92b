"""`casus speed`: promised against actual time, from detection to finding, what needed a vote, and who kept what."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from casus.cli.console import Item, Section, say, say_json, say_sections
from casus.cli.errors import FINE
from casus.cli.running import assess
from casus.state import words as w
from casus.state.speed import Compliance, Detection, Speed, Step, median, speed
from casus.time import Duration


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StepJson(_Shape):
    kind: str = Field(description="duty, decision, determination or effect")
    id: str
    name: str
    who: list[str]
    start: str
    promised: str | None = Field(description="from its start to its date; null: it has no date")
    actual: str = Field(description="to when it came; where it has not, how long it has run")
    came: bool
    late: str | None = Field(description="by how much it came, or has run, beyond its date")


class DetectionJson(_Shape):
    event: str
    known_after: str = Field(description="from when it happened to when it was first known")
    found_after: str | None = Field(description="from there to the first word of a body on it; null: none yet")
    by: str | None


class ResponseStepJson(_Shape):
    id: str
    needed: str = Field(description="what stood between the trigger and it: nothing, a determination, or a decision")


class ComplianceJson(_Shape):
    party: str
    owed: int
    in_time: int
    late: int = Field(description="done after the date")
    open: int = Field(description="the date has passed and it is not done")
    running: int
    ended: int = Field(description="waived, lapsed, replaced or refused")
    prohibitions: int
    broken: int
    share: str | None = Field(description="done in time of what was due, as an exact fraction; null: nothing was due")


class SpeedJson(_Shape):
    """Promised against actual time."""

    format: Literal["casus-speed/1"] = "casus-speed/1"
    agreement: str
    at: str
    known_at: str
    steps: list[StepJson]
    detections: list[DetectionJson]
    responses: list[ResponseStepJson]
    fresh: str | None = Field(description="the share of responses that needed a decision for the occasion; null: no responses")
    compliance: list[ComplianceJson]


def run_speed(
    folder: Path,
    at: str | None,
    known_at: str | None,
    reader: str | None,
    clearance: str | None,
    options: Sequence[str],
    *,
    as_json: bool,
) -> int:
    assessed = assess(folder, at, known_at, reader, clearance, options)
    state, agreement = assessed.state, assessed.agreement
    found = speed(state, assessed.view.entries, (*agreement.parties, *agreement.bodies))
    if as_json:
        say_json(to_json(found, state.agreement, str(state.at), str(state.known_at)))
        return FINE
    say(f"{state.title or state.agreement}: promised and actual time at {w.when(state.at)}", style="bold")
    say_sections(sections(found))
    return FINE


def to_json(found: Speed, agreement: str, at: str, known_at: str) -> dict[str, Any]:
    return SpeedJson(
        agreement=agreement,
        at=at,
        known_at=known_at,
        steps=[_step(x) for x in found.steps],
        detections=[_detection(x) for x in found.detections],
        responses=[ResponseStepJson(id=x.id, needed=x.needed) for x in found.responses],
        fresh=_fraction(found.fresh),
        compliance=[_compliance(x) for x in found.compliance],
    ).model_dump(mode="json")


def _step(x: Step) -> StepJson:
    return StepJson(
        kind=x.kind,
        id=x.id,
        name=x.name,
        who=list(x.who),
        start=str(x.start),
        promised=_length(x.promised),
        actual=str(x.actual),
        came=x.came,
        late=_length(x.late),
    )


def _detection(x: Detection) -> DetectionJson:
    return DetectionJson(event=x.event, known_after=str(x.known_after), found_after=_length(x.found_after), by=x.by)


def _compliance(x: Compliance) -> ComplianceJson:
    return ComplianceJson(
        party=x.party,
        owed=x.owed,
        in_time=x.in_time,
        late=x.late,
        open=x.open,
        running=x.running,
        ended=x.ended,
        prohibitions=x.prohibitions,
        broken=x.broken,
        share=_fraction(x.share),
    )


def _length(x: Duration | None) -> str | None:
    return None if x is None else str(x)


def _fraction(x: Fraction | None) -> str | None:
    return None if x is None else f"{x.numerator}/{x.denominator}"


# ---------------------------------------------------------------- as text


def sections(found: Speed) -> list[Section]:
    return [
        Section("Step by step", tuple(_kinds(found)), note="No step has begun."),
        Section("From the event to a word on it", tuple(_found(found)), note="Nothing has happened."),
        Section("What a response needed", tuple(_needed(found)), note="No response has begun."),
        Section("Who kept what", tuple(_kept(x) for x in found.compliance)),
    ]


def length(of: Duration) -> str:
    """`3 days 4 hours`, `26 hours`, `19 minutes`: as exact as one reads it; the JSON has it exact."""
    minutes = of.us // 60_000_000
    days, hours = divmod(minutes // 60, 24)
    if days >= 2:
        parts = [w.counted(days, "day", "days"), w.counted(hours, "hour", "hours") if hours else ""]
    elif minutes >= 60:
        parts = [
            w.counted(minutes // 60, "hour", "hours"),
            w.counted(minutes % 60, "minute", "minutes") if minutes % 60 else "",
        ]
    else:
        parts = [w.counted(minutes, "minute", "minutes")]
    return " ".join(part for part in parts if part)


def _kinds(found: Speed) -> list[Item]:
    """A line for each duty, decision, determination and effect, over all its instances."""
    names = dict.fromkeys((x.kind, x.name) for x in found.steps)
    items = []
    for kind, name in names:
        steps = [x for x in found.steps if (x.kind, x.name) == (kind, name)]
        came = [x for x in steps if x.came]
        late = [x for x in steps if x.late is not None]
        promised, actual = median(x.promised for x in steps if x.promised is not None), median(x.actual for x in came)
        text = f"{name} ({kind}): promised {length(promised) if promised is not None else 'no time'}"
        text += f", actual {length(actual)}" if actual is not None else ", none has come"
        text += f"; {len(came)} of {len(steps)} came, {len(late)} beyond the date"
        worst = max(late, key=lambda x: (x.late or Duration(0), x.id), default=None)
        lines = (f"the longest beyond it: {worst.id}, by {length(worst.late or Duration(0))}",) if worst is not None else ()
        items.append(Item(text, lines, "yellow" if late else None))
    return items


def _found(found: Speed) -> list[Item]:
    if not found.detections:
        return []
    said = [x.found_after for x in found.detections if x.found_after is not None]
    known = median(x.known_after for x in found.detections)
    text = f"{w.counted(len(found.detections), 'event', 'events')}: known after {length(known or Duration(0))} (the middle one)"
    middle = median(said)
    words = f"a word of a body on {len(said)} of them" + (f", after {length(middle)}" if middle is not None else "")
    return [Item(text), Item(words)]


def _needed(found: Speed) -> list[Item]:
    if found.fresh is None:
        return []
    count = {need: sum(1 for x in found.responses if x.needed == need) for need in ("nothing", "determination", "decision")}
    number = w.counted(len(found.responses), "response", "responses")
    text = f"{count['decision']} of {number} needed a decision for the occasion"
    return [Item(text, (f"{count['determination']} a determination, {count['nothing']} nothing further",))]


def _kept(x: Compliance) -> Item:
    text = f"{x.party}: {x.in_time} of {x.due} due in time" if x.due else f"{x.party}: nothing was due"
    parts = [(x.late, "late"), (x.open, "not done"), (x.running, "running"), (x.ended, "ended otherwise")]
    said = [f"{number} {word}" for number, word in parts if number]
    if x.prohibitions:
        said.append(f"{x.broken} of {w.counted(x.prohibitions, 'prohibition', 'prohibitions')} broken")
    return Item(text + (f"; {', '.join(said)}" if said else ""))
