"""Markings of the Traffic Light Protocol 2.0 (FIRST, 2022), in rising order of restriction."""

from __future__ import annotations

from typing import Final

from casus.journal.errors import UnknownMarking

MARKINGS: Final = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")


def readable(clearance: str) -> frozenset[str]:
    """The markings that a reader with this clearance may see (raises UnknownMarking)."""
    if clearance not in MARKINGS:
        raise UnknownMarking(f"clearance {clearance!r}", "is not a marking of TLP 2.0", f"use one of {', '.join(MARKINGS)}")
    return frozenset(MARKINGS[: MARKINGS.index(clearance) + 1])
