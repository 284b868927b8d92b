"""Drafts for the journal's tests, and the strategies that make them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from casus.acts import Coverage, Determination, Length, Money, Place, Quantity, Report, Source, Text, Vote, Word
from casus.journal import MARKINGS, Draft
from casus.time import Duration, Instant, Known, Occurred

START = Instant.parse("2027-01-01T00:00Z")
LATE = Instant.parse("2028-01-01T00:00Z")
HOUR = 3_600_000_000
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where hundreds of journals of a property test go; a disk would be synced for each of their batches."""


def hours(count: int) -> Instant:
    """`count` hours after the start of 2027."""
    return START + Duration(count * HOUR)


def report(name: str = "r1", at: int = 1, known: int | None = None, **more: object) -> Draft:
    """A report of a strike that occurred `at` hours after the start."""
    act = Report("strike", name, "OSK", {"killed": Quantity(Decimal(1), Decimal(2))}, (Source("mission"),))
    claimed = None if known is None else Known(hours(known))
    return Draft(Occurred.at(hours(at)), act, "mission", claimed, **more)  # type: ignore[arg-type]


def vote(member: str = "VDR", word: str = "yes", at: int = 1, known: int | None = None, **more: object) -> Draft:
    claimed = None if known is None else Known(hours(known))
    return Draft(Occurred.at(hours(at)), Vote(member, word, "consult"), member, claimed, **more)  # type: ignore[arg-type]


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
_amounts = st.decimals(min_value=0, max_value=10**9, places=3)
_values = st.one_of(
    st.builds(lambda low, more: Quantity(low, low + more), _amounts, _amounts),
    st.builds(Length, st.integers(-(2**53) + 1, 2**53 - 1)),
    st.builds(Money, st.just("EUR"), _amounts),
    st.builds(Word, _texts),
    st.builds(Text, _texts),
    st.builds(Place, st.decimals(-90, 90, places=4), st.decimals(-180, 180, places=4), _amounts),
)
_sources = st.builds(Source, _names, st.none() | _names, st.none() | _names, st.none() | _names, st.booleans())
reports = st.builds(
    Report,
    _names,
    _names,
    st.none() | st.sampled_from(["OSK", "VDR", "KST"]),
    st.dictionaries(_names, _values, max_size=3),
    st.lists(_sources, max_size=2).map(tuple),
)
acts = st.one_of(
    reports,
    st.builds(Coverage, _names, _names),
    st.builds(Vote, st.sampled_from(["VDR", "KST"]), st.sampled_from(["yes", "no"]), st.just("consult")),
    st.builds(Determination, st.sampled_from(["court", "council"]), st.sampled_from(["yes", "no"]), _texts),
)


@st.composite
def drafts(draw: st.DrawFn, markings: tuple[str, ...] = MARKINGS) -> Draft:
    """A draft of the first 240 hours of 2027; some are untimely once recorded, some collide."""
    low = draw(st.integers(0, 240))
    high = low + draw(st.integers(0, 20))
    known = draw(st.none() | st.integers(max(0, low - 2), low + 40))
    return Draft(
        Occurred(hours(low), hours(high)),
        draw(acts),
        draw(_names.filter(lambda name: bool(name.strip()))),
        None if known is None else Known(hours(known)),
        draw(st.sampled_from(markings)),
        draw(st.none() | _texts),
    )


batches = st.lists(st.lists(drafts(), max_size=6), max_size=5)
"""What somebody appends, batch after batch."""
