"""The worked example with a record, for tests of the response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from casus.journal.entry import View
from casus.language.agreement import Agreement
from casus.language.check import check
from casus.language.parse import parse
from casus.state.scenarios import entries_of, view_of
from casus.time import Instant

COMPACT = Path(__file__).parents[1] / "cli" / "compact" / "model-compact.casus.md"

IN_FORCE = (
    "2027-01-10T09:00Z VDR ratifies",
    "2027-01-11T09:00Z KST ratifies",
    "2027-01-12T09:00Z LYS ratifies",
    "2027-01-13T09:00Z MRV ratifies",
)

ATTACKS = tuple(
    f"2027-03-0{day}T02:10Z strike by OSK id s{day} at 46.05 -26.30 weapon uav killed 12 as confirmed found"
    for day in (1, 2, 3)
)


def at(text: str) -> Instant:
    return Instant.parse(text)


@cache
def agreement(text: str | None = None, folder: Path = COMPACT.parent) -> Agreement:
    """An agreement of a text, or the worked example."""
    whole = COMPACT.read_text(encoding="utf-8") if text is None else text
    checked = check(parse(whole, str(folder / "agreement.casus.md")), folder)
    assert checked.agreement is not None, [d.message for d in checked.diagnostics]
    return checked.agreement


def with_lines(lines: Sequence[str], text: str | None = None) -> tuple[Agreement, View]:
    """The agreement and the view of a record that these scenario lines make, as known after the last of them."""
    whole = COMPACT.read_text(encoding="utf-8").split("```casus-test")[0] if text is None else text
    body = "\n".join(f"  {line}" for line in lines)
    found = agreement(f"{whole}\n\n```casus-test\nscenario record\n{body}\n  expect no trigger\n```\n")
    entries = entries_of(found, found.scenarios[-1])
    return found, view_of(entries, entries[-1].known if entries else Instant(0))


def known_at(view: View, text: str) -> View:
    instant = at(text)
    return replace(view, known_at=instant, entries=tuple(e for e in view.entries if view.knowledge(e) <= instant))
