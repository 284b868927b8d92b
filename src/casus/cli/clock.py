"""The one place where the clock enters, and where an instant written by a user is read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from casus.cli.errors import Stop
from casus.journal.entry import Axis
from casus.time import Clock, Instant, InvalidInstant

SETTING: Final = "CASUS_NOW"
"""For exercises and replays: the instant that counts as now. A live journal records nothing by it."""


def now() -> Instant:
    """The machine's clock, or what `CASUS_NOW` says (raises Stop)."""
    said = os.environ.get(SETTING)
    return read_instant(SETTING, said, Clock()) if said else Instant.of(datetime.now(UTC))


def is_set() -> bool:
    return bool(os.environ.get(SETTING))


def read_instant(option: str, text: str, clock: Clock) -> Instant:
    """An instant with a zone, or a date: its 00:00 on the agreement's clock."""
    try:
        return clock.parse(text.strip())
    except InvalidInstant as problem:
        raise Stop(
            str(problem), place=option, help=f"{option} takes 2027-03-01T02:10Z, or 2027-03-01 for its 00:00 in {clock.zone}"
        ) from None


@dataclass(frozen=True, slots=True)
class Moments:
    """The two instants of an assessment; `note` says how they were chosen where the user did not choose both."""

    at: Instant
    known_at: Instant
    note: str | None


def moments(axis: Axis, latest: Instant | None, at: Instant | None, known_at: Instant | None) -> Moments:
    """`at` and `known_at` with their defaults.

    A live journal is read as of now; a reconstruction as of its latest knowledge instant (`latest`; None: it is empty).
    With `--at` alone what was known by then counts; with `--known-at` alone, `at` is the same instant.
    """
    live = axis == "recorded"
    if at is not None and known_at is not None and not live:
        return Moments(at, known_at, None)
    horizon = now() if live or latest is None else latest
    if live and known_at is not None and known_at > horizon:
        raise Stop(
            f"--known-at {known_at} lies in the future; nobody knows yet what will be known then",
            place="--known-at",
            help="leave it out, or use --at for what follows if nothing more arrives",
        )
    if at is not None and known_at is not None:
        return Moments(at, known_at, None)
    if known_at is not None:
        return Moments(known_at, known_at, None)
    if at is not None:
        return Moments(at, min(at, horizon), None)
    why = (
        "now" if live else ("the journal is empty, so now" if latest is None else "the latest knowledge instant in the journal")
    )
    return Moments(horizon, horizon, f"at and known-at: {why}")
