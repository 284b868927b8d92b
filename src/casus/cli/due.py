"""`casus due`: every deadline ahead with what happens if nobody acts, as text, JSON or an iCalendar file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from casus.cli.console import say, say_json
from casus.cli.errors import FINE, Stop
from casus.cli.running import Assessed, assess
from casus.time import Duration

if TYPE_CHECKING:
    from casus.response.deadlines import Deadline

_LENGTH: Final = re.compile(r"(\d+)\s*(h|hours?|d|days?|m|minutes?|w|weeks?)")


def length(option: str, text: str) -> Duration:
    """`72h`, `14 days`, `90m` (raises Stop)."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise Stop(f"{text!r} is no length of time", place=option, help="write 72h, 90m, 14d or 2w")
    number = int(match[1])
    unit = match[2][0]
    if number > 1_000_000:
        raise Stop(f"{text!r} is too long", place=option, help="write 72h, 90m, 14d or 2w")
    hours = {"h": 1, "d": 24, "w": 168}.get(unit)
    return Duration.of(minutes=number) if hours is None else Duration.of(hours=number * hours)


def show_due(
    folder: Path,
    at: str | None,
    known_at: str | None,
    reader: str | None,
    clearance: str | None,
    options: Sequence[str],
    party: str | None,
    within: str | None,
    ics: Path | None,
    *,
    as_json: bool,
) -> int:
    from casus.response.deadlines import deadlines

    window = length("--within", within) if within is not None else None
    assessed = assess(folder, at, known_at, reader, clearance, options)
    state, agreement = assessed.state, assessed.agreement
    if party is not None and party not in (*agreement.parties, *agreement.bodies):
        known = ", ".join(sorted([*agreement.parties, *agreement.bodies]))
        raise Stop(f"{party} is no party and no body", place="--party", help=f"there are {known}")
    until = state.at + window if window is not None else None
    found = deadlines(agreement, assessed.view, state, until)
    if party is not None:
        found = tuple(deadline for deadline in found if deadline.concerns(party))
    if ics is not None:
        _write_calendar(ics, assessed, found)
    if as_json:
        _say_json(assessed, found, party, None if until is None else str(until))
    else:
        _say(assessed, found, within)
        if ics is not None:
            say(f"calendar written: {ics}")
    return FINE


def _write_calendar(path: Path, assessed: Assessed, found: Sequence[Deadline]) -> None:
    """A calendar is written anew each time: that is how a calendar program is kept up to date."""
    from casus.cli.files import replace_text, write_new
    from casus.response.calendar import calendar

    state = assessed.state
    notes = [f"{state.agreement}, as known at {state.known_at}, reader {state.reader}."]
    if state.axis == "known":
        notes.append("A reconstruction: an exercise, not a live record.")
    text = calendar(state.title or state.agreement, found, assessed.agreement.clock, state.known_at, notes)
    if not path.exists():
        write_new(path, text)
    elif path.read_bytes()[:15] == b"BEGIN:VCALENDAR":
        replace_text(path, text)
    else:
        raise Stop("the file is no calendar, and it is not overwritten", place=path, help="name another file: --ics FILE")


def _say_json(assessed: Assessed, found: Sequence[Deadline], party: str | None, until: str | None) -> None:
    from casus.cli.asof import as_of
    from casus.cli.response_shapes import DeadlineJson, DueJson
    from casus.response.deadlines import local

    clock = assessed.agreement.clock
    rows = [
        DeadlineJson(
            key=d.key,
            at=str(d.at),
            local=local(d.at, clock),
            kind=d.kind,
            id=d.id,
            who=list(d.who),
            to=list(d.for_),
            article=d.article,
            text=d.text,
            if_nobody_acts=list(d.if_nobody_acts),
            stops=list(d.stops),
        )
        for d in found
    ]
    whole = DueJson(
        format="casus-due/1", as_of=as_of(assessed.state), zone=clock.zone, until=until, party=party, deadlines=rows
    )
    say_json(whole.model_dump(mode="json"))


def _say(assessed: Assessed, found: Sequence[Deadline], within: str | None) -> None:
    from casus.cli import report
    from casus.response.deadlines import local
    from casus.state import words as w

    first, *others = report.head(assessed.state, assessed.note)
    say(first, style="bold")
    for line in others:
        say(line)
    print()
    if not found:
        say("Nothing falls due" + (f" within {within}." if within is not None else " by itself."))
    for d in found:
        say(f"{local(d.at, assessed.agreement.clock)}, in {_in(d.until_then)}: {d.text}", indent=2, style="bold")
        say(f"{w.article(assessed.agreement, d.article)}; {d.kind.replace('_', ' ')}; {d.id}", indent=6, style="dim")
        say(f"if nobody acts: {'; '.join(d.if_nobody_acts)}", indent=6)
        if d.stops:
            say(f"what changes it: {'; '.join(d.stops)}", indent=6)
    if assessed.state.withheld:
        say(f"{assessed.state.withheld} entries are withheld from this reader; what hangs on them is not here.")


def _in(us: int) -> str:
    """`3 h 20 min`, `2 d 4 h`: two units at most, rounded down."""
    minutes = us // 60_000_000
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (left, "min")]
    while parts and not parts[0][0]:
        parts = parts[1:]
    return " ".join(f"{number} {unit}" for number, unit in parts[:2] if number) or "less than a minute"
