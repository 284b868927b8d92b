"""The reference executor over one key of a benchmark log: the same rows as reports, corrections and words of a body."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from casus import acts as a
from casus.journal import Checkpoint, Entry, Reader, View
from casus.language.check import check
from casus.language.parse import parse
from casus.state.fold import Fold
from casus.time import Instant, Known, Occurred, Recorded
from casus.triggers.counting import Log
from casus.triggers.tally import CountClause, Tally

TEXT = """# Accord on a Count

*Invented states, for benchmarks.*

```casus
agreement counted
  language 1
  title "Accord on a Count"
  instrument treaty  consent by ratification
  clock UTC  rounding down
  authentic en
role beneficiary, guarantor, verifier
party VDR "Valdria" as beneficiary
party KST "Kestria" as guarantor
body mission "Joint Mission" as verifier
nonparty OSK "Oskovia"
ladder occurrence = reported < confirmed
  level confirmed by mission
event shelling by actor
trigger counted severity 1
  when count of shelling by OSK >= {least} within {closed}rolling {hours} hours
  needs occurrence confirmed
  rearm after 0 hours
```
"""
Line = tuple[int, int, frozenset[int], int | None]


@dataclass(frozen=True, slots=True)
class Judged:
    rows: int
    expected: set[Line]
    live: set[Line]


def by_reference(log: Log, clause: CountClause, key: int, most: int) -> Judged:
    """The first rows of one key that ever count, by the reference and live."""
    ever = np.isin(log.id, np.unique(log.id[log.counts])) & (log.key == key)
    rows = np.flatnonzero(ever)[:most]
    part = Log(*(getattr(log, name)[rows] for name in Log.__slots__))
    text = TEXT.format(least=clause.least, closed="closed " if clause.closed else "", hours=clause.window // 3600)
    checked = check(parse(text, "bench"), Path())
    assert checked.agreement is not None, checked.diagnostics
    entries: list[Entry] = []
    reported: set[int] = set()
    for known, name, ts, counts in zip(*(x.tolist() for x in (part.known, part.id, part.ts, part.counts)), strict=True):
        t, occurred = Instant(known * 1_000_000), Occurred.at(Instant(ts * 1_000_000))
        acts: list[tuple[Occurred, a.Act]] = []
        if name not in reported:
            reported.add(name)
            acts.append((occurred, a.Report(event="shelling", id=str(name), actor="OSK", fields={})))
        acts.append((Occurred.at(t), a.Adjudication("mission", str(name), "confirmed" if counts else "lifted")))
        for when, act in acts:
            entries.append(Entry(f"x{len(entries):07}", len(entries), when, Known(t), Recorded(t), "bench", "CLEAR", act))
    end = entries[-1].known
    fold = Fold(checked.agreement, View("known", end, Reader("bench"), tuple(entries), 0, Checkpoint(len(entries), "0")))
    fold.run(entries, end)
    expected = {
        (m.t.us // 1_000_000, m.s.us // 1_000_000, *_told(frozenset(map(int, m.witnesses)), m.reversed))
        for m in fold.engine.by_id.values()
    }
    tally = Tally(clause)
    tally.take(*(x.tolist() for x in (part.known, part.id, part.key, part.ts, part.counts)))
    found = {
        (m.t, m.s, frozenset(m.witnesses) if m.reversed is None else frozenset(), m.reversed)
        for m in tally.activations.get(key, [])
    }
    return Judged(len(rows), expected, found)


def _told(witnesses: frozenset[int], gone: Instant | None) -> tuple[frozenset[int], int | None]:
    return (witnesses, None) if gone is None else (frozenset(), gone.us // 1_000_000)
