"""Random records over the Accord of the Two Rivers, for properties of `evaluate`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from casus import acts as a
from casus.journal import Checkpoint, Entry, Reader, View
from casus.language.agreement import Agreement
from casus.language.check import check
from casus.language.parse import parse
from casus.time import HOUR, Instant, Known, Occurred, Recorded

RICH = Path(__file__).parent / "agreements" / "rich.casus.md"
START = Instant.parse("2030-01-01T00:00Z")
PARTIES = ("ALD", "BRN", "CRV", "DRN")
ACTORS = (*PARTIES, "QRT", "QRT", "QRT", "QRT", "QRT", "MLT", "MLT", None)


@cache
def agreement(text: str | None = None) -> Agreement:
    checked = check(parse(text if text is not None else RICH.read_text(encoding="utf-8"), str(RICH)), RICH.parent)
    assert checked.agreement is not None, checked.diagnostics
    return checked.agreement


def hours(n: int) -> Instant:
    return START + HOUR * n


def _event(draw: Callable[[Any], Any], index: int) -> a.Act:
    kind = draw(st.sampled_from(["raid", "raid", "raid", "raid", "blockade", "cure", "meeting", "delivery", "warning"]))
    actor = draw(st.sampled_from(ACTORS if kind in ("raid", "blockade", "warning") else PARTIES))
    fields: dict[str, a.Value] = {}
    if kind == "raid" and draw(st.booleans()):
        low = draw(st.integers(0, 6))
        fields["killed"] = a.Quantity(Decimal(low), Decimal(low + draw(st.sampled_from([0, 0, 3]))))
    if kind == "blockade" and draw(st.booleans()):
        fields["lasted"] = a.Length(draw(st.integers(1, 9)) * HOUR.us)
    if kind in ("cure", "raid") and draw(st.booleans()):
        fields["answers"] = a.Word(f"e{draw(st.integers(0, 12))}")
    if kind == "delivery":
        fields["value"] = a.Money("EUR", Decimal(draw(st.sampled_from([50, 100, 300]))))
    rungs = draw(st.sampled_from([(), ("confirmed", "attributed"), ("confirmed",), ("confirmed",)]))
    return a.Report(event=kind, id=f"e{index}", actor=actor, fields=fields, stands_for=rungs)


def _other(draw: Callable[[Any], Any]) -> a.Act:
    about = f"e{draw(st.integers(0, 20))}"
    vote = draw(st.sampled_from(["yes", "no", "abstain"]))
    who = draw(st.sampled_from(PARTIES))
    body = draw(st.sampled_from(["mission", "court"]))
    makers: Sequence[Callable[[], a.Act]] = (
        lambda: a.Adjudication(body, about, draw(st.sampled_from(["confirmed", "attributed", "rejected", "lifted"]))),
        lambda: a.FindingAnswer(body, draw(st.sampled_from(["justified", "grave"])), vote, about),
        lambda: a.Determination("court", "case_made", vote),
        lambda: a.Attribution("court", "MLT", "QRT", vote),
        lambda: a.Correction(about, {"killed": a.Quantity(Decimal(draw(st.integers(0, 9))), Decimal(9))}),
        lambda: a.Withdrawal(about),
        lambda: a.Withdrawal(about),
        lambda: a.Adjudication(body, about, "rejected"),
        lambda: a.Coverage("mission", draw(st.sampled_from(["violation", "violation", "raid", "blockade"]))),
        lambda: a.Estimate("troops", "mission", "QRT", a.Quantity(Decimal(draw(st.integers(20, 120))), Decimal(130))),
        lambda: a.Ratification(who),
        lambda: a.Denunciation(who),
        lambda: a.Vote(who, "yes", draw(st.sampled_from(["panel", "relief", "pause"]))),
        lambda: a.Vote(who, "yes", "pause"),
        lambda: a.Request("ALD", "pause"),
        lambda: a.Vote(who, vote, draw(st.sampled_from(["panel", "relief", "pause"]))),
        lambda: a.Request(who, draw(st.sampled_from(["panel", "relief", "pause"]))),
        lambda: a.Fulfilment(who, draw(st.sampled_from(["consult", "explain_it", "help"]))),
    )
    return draw(st.sampled_from(makers))()


@st.composite
def records(draw: Callable[[Any], Any], most: int = 26) -> tuple[Entry, ...]:
    """Entries with knowledge at whole hours of some days, so that instants often coincide; ratified at the start."""
    found: list[tuple[Occurred, Instant, a.Act]] = [(Occurred.at(START), START, a.Ratification(p)) for p in PARTIES[:3]]
    for index in range(draw(st.sampled_from([0, 3, most // 2, most, most, most]))):
        event = draw(st.integers(0, 9)) < 5
        act = _event(draw, index) if event else _other(draw)
        at = draw(st.integers(0, 90)) if event else draw(st.integers(0, 160))
        width = draw(st.sampled_from([0, 0, 0, 0, 2, 20]))
        if isinstance(act, a.Coverage):
            at, width = 0, draw(st.integers(50, 160))
        late = draw(st.sampled_from([0, 0, 0, 1, 12, 40]))
        occurred = Occurred(hours(at), hours(at + width))
        found.append((occurred, hours(at + width + late), act))
    return entries(found)


def entries(found: Sequence[tuple[Occurred, Instant, a.Act]]) -> tuple[Entry, ...]:
    made = [
        Entry(f"x{n:03}", n, occurred, Known(known), Recorded(known), "test", "CLEAR", act)
        for n, (occurred, known, act) in enumerate(found)
    ]
    return tuple(sorted(made, key=lambda e: (e.known.us, e.index)))


def view(seen: Sequence[Entry], known_at: Instant) -> View:
    known = tuple(e for e in sorted(seen, key=lambda e: (e.known.us, e.index)) if e.known <= known_at)
    return View("known", known_at, Reader("test"), known, 0, Checkpoint(len(seen), "0"))


def shuffled(seen: Sequence[Entry], order: Sequence[int]) -> tuple[Entry, ...]:
    """The same entries, taken in another order (indexes changed, ids kept)."""
    return tuple(replace(seen[i], index=n) for n, i in enumerate(order))


_SWAP = {"BRN": "CRV", "CRV": "BRN"}


def swap_text(text: str) -> str:
    return re.sub(r"\b(BRN|CRV)\b", lambda m: _SWAP[m[1]], text)


def swap_entries(seen: Sequence[Entry]) -> tuple[Entry, ...]:
    def swapped(act: a.Act) -> a.Act:
        return a.from_payload({k: _SWAP.get(v, v) if isinstance(v, str) else v for k, v in a.to_payload(act).items()})

    return tuple(replace(e, act=swapped(e.act)) for e in seen if e.act is not None)
