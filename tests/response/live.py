"""A live workspace over a short agreement, for what a reconstruction does not do: two persons, notices."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from casus.acts import Report
from casus.journal import Draft, open_journal
from casus.time import HOUR, Instant, Occurred

TEXT = """# Accord

```casus
agreement accord
  language 1
  title "Accord of the North"
role giver, taker
party AAA "Alda" as giver
party BBB "Brenn" as taker
party CCC "Cerra" as giver
body board "Board" as giver
event call by actor
event answer by actor
trigger alarm severity 1
  when any call
  rearm after 0 hours
decision help of giver and taker
  adopts by consensus  quorum 2
  opens upon alarm  closes 240 hours after opening  if silent rejected
obligation reply
  upon alarm
  debtor AAA  creditor BBB
  to publish "an answer"
  due 72 hours after activation
  fulfilled by answer
```
"""


def put(folder: Path, *drafts: Draft) -> None:
    with open_journal(folder / "journal.db") as journal:
        result = journal.append(list(drafts), now())
    assert not result.rejected, result.rejected


def now() -> Instant:
    return Instant.of(datetime.now(UTC))


def call(name: str = "c1", author: str = "board") -> Draft:
    moment = now()
    earlier = Instant(moment.us - HOUR.us)
    return Draft(Occurred(earlier, earlier), Report("call", name, actor="BBB"), author)
