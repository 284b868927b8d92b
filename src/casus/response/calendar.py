"""Deadlines as an iCalendar file (RFC 5545): one event each, at its instant in UTC, with what happens if nobody acts.

Pure text: the stamp is the knowledge instant of the State, so that the same State gives the same bytes. A UID is made of the
agreement and the item, never of the instant, so that a deadline that a suspension moves replaces itself in a calendar.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Final

from casus import __version__
from casus.response.deadlines import Deadline, local
from casus.time import Clock, Instant

_LINE: Final = 75  # octets, without the line break
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def calendar(title: str, deadlines: Iterable[Deadline], clock: Clock, known_at: Instant, notes: Iterable[str] = ()) -> str:
    """The calendar with CRLF line ends, every line folded at 75 octets. `notes` stand in each description."""
    return "".join(
        f"{folded}\r\n" for line in _lines(title, deadlines, clock, known_at, tuple(notes)) for folded in [_fold(line)]
    )


def uid(deadline: Deadline) -> str:
    """Stable for one item of one agreement: the same whenever and wherever it is asked for."""
    return f"{hashlib.sha256(deadline.key.encode()).hexdigest()[:32]}@casus"


def _lines(title: str, deadlines: Iterable[Deadline], clock: Clock, known_at: Instant, notes: tuple[str, ...]) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield f"PRODID:-//Casus//Casus {__version__}//EN"
    yield "CALSCALE:GREGORIAN"
    yield f"X-WR-CALNAME:{_text(title)}"
    for deadline in deadlines:
        yield "BEGIN:VEVENT"
        yield f"UID:{uid(deadline)}"
        yield f"DTSTAMP:{_utc(known_at)}"
        yield f"DTSTART:{_utc(deadline.at)}"
        yield f"SUMMARY:{_text(summary(deadline))}"
        yield f"DESCRIPTION:{_text(chr(10).join(_description(deadline, clock, notes)))}"
        yield f"CATEGORIES:{_text(deadline.kind)}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def summary(deadline: Deadline) -> str:
    who = f" ({', '.join(deadline.who)})" if deadline.who and deadline.kind not in ("due", "lapse", "approval") else ""
    return f"{deadline.text}{who}"


def _description(deadline: Deadline, clock: Clock, notes: tuple[str, ...]) -> Iterator[str]:
    yield f"At {local(deadline.at, clock)}."
    if deadline.if_nobody_acts:
        yield f"If nobody acts: {'; '.join(deadline.if_nobody_acts)}."
    if deadline.stops:
        yield f"What changes it: {'; '.join(deadline.stops)}."
    yield from notes
    yield deadline.id


def _utc(instant: Instant) -> str:
    """An iCalendar has whole seconds: a part of one is left out, so that a deadline is never shown too late."""
    return instant.to_datetime().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """Escaped as RFC 5545 section 3.3.11 asks; control characters have no place in it."""
    plain = _CONTROL.sub(" ", text.replace("\r\n", "\n"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> str:
    """At most 75 octets to a line, never inside a character; a continuation begins with a blank."""
    parts: list[str] = []
    part, size, room = "", 0, _LINE
    for char in line:
        octets = len(char.encode())
        if size + octets > room:
            parts.append(part)
            part, size, room = "", 0, _LINE - 1
        part += char
        size += octets
    return "\r\n ".join([*parts, part])
