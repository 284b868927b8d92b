"""A workspace with several fictional agreements over one journal: bilaterals of one template, and others of their own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from casus.acts import Act, Adjudication, Code, Ratification, Report, Vote
from casus.journal import Draft, Journal, create_journal
from casus.time import HOUR, Instant, Known, Occurred

START = Instant.parse("2027-01-01T00:00Z")

BILATERAL = """# Agreement on Security Cooperation between {first} and {second}

```casus
agreement {name}
  language 1
  title "Agreement on Security Cooperation, {first} and {second}"
role giver, taker
party {second} "{second}" as giver
party {first} "{first}" as taker
body mission "Joint Mission" as giver
nonparty OSK "Oskovia"
```

## Article 1. Events

```casus
event {event} by actor
event talks by actor
ladder occurrence = reported < confirmed
  level confirmed by mission
trigger alarm severity 1
  when count of {event} by OSK >= {threshold} within rolling 72 hours
  needs occurrence confirmed
  rearm after 7 days
```

## Article 2. Response

```casus
obligation consult
  upon alarm
  debtor {second}  creditor {first}
  to consult "at the level of ministers"
  due {hours} hours after activation
  fulfilled by talks
decision help of giver and taker
  adopts by consensus  quorum 2
  opens upon alarm  closes 48 hours after opening  if silent rejected
term in force when ratified by {first} and {second}
  lasts 10 years
```
"""


def codes(number: int) -> list[str]:
    """So many codes of fictional states."""
    letters = "ABCDEFGHIJKLMNPQRSTUVWXYZ"
    return [f"{letters[i // 25 // 25]}{letters[i // 25 % 25]}{letters[i % 25]}" for i in range(number)]


def lay_out(folder: Path, number: int, bilaterals: int, axis: str = "known") -> list[str]:
    """A workspace with so many agreements, the first `bilaterals` VDR's, of one template with one event. Gives their names."""
    folder.mkdir()
    settings = 'workspace = 1\nagreements = ["*.casus.md"]\njournal = "journal.db"\n'
    (folder / "casus.toml").write_text(settings, encoding="utf-8")
    names = []
    for place, code in enumerate(codes(number)):
        of_template = place < bilaterals
        name = f"{'bilateral' if of_template else 'pact'}_{code.lower()}"
        text = BILATERAL.format(
            name=name,
            first="VDR" if of_template else f"{code[:2]}Z{code[2]}",
            second=code,
            event="strike" if of_template else f"raid_{code.lower()}",
            threshold=3,
            hours=24 + place % 3 * 24,
        )
        (folder / f"{name}.casus.md").write_text(text, encoding="utf-8")
        names.append(name)
    create_journal(folder / "journal.db", "known" if axis == "known" else "recorded", START).close()
    return names


def drafts(number: int, agreements: int, bilaterals: int, seed: int = 1) -> Iterator[Draft]:
    """A record of so many entries: consents addressed to each agreement, then events, words of the mission, votes, talks."""
    chance = random.Random(seed)
    every = codes(agreements)
    made = 0

    def draft(at: Instant, act: Act, author: str, agreement: str | None = None) -> Draft:
        return Draft(Occurred(at, at), act, author, Known(at), agreement=agreement)

    for place, code in enumerate(every):
        name = f"{'bilateral' if place < bilaterals else 'pact'}_{code.lower()}"
        first = "VDR" if place < bilaterals else f"{code[:2]}Z{code[2]}"
        for party in (first, code):
            yield draft(START + HOUR, Ratification(party), party, name)
            made += 1
    at = START + HOUR * 2
    while made < number:
        at = Instant(at.us + chance.randrange(1, 8) * 60_000_000)
        place = chance.randrange(agreements)
        code = every[place]
        event = "strike" if place < bilaterals else f"raid_{code.lower()}"
        match chance.randrange(12):
            case 0:
                name = f"{'bilateral' if place < bilaterals else 'pact'}_{code.lower()}"
                yield draft(at, Vote(code, chance.choice(["yes", "no"]), "help"), code, name)
            case 1:
                yield draft(at, Report("talks", f"t{made}", actor=code), code)
            case 2:
                yield draft(at, Report(event, f"x{made}", actor="OSK", stands_for=("confirmed",)), "mission")
            case 3:
                yield draft(at, Report(event, f"y{made}", actor="OSK"), "press")
                at = Instant(at.us + 60_000_000)
                yield draft(at, Adjudication("mission", f"y{made}", "confirmed"), "mission")
                made += 1
            case _:
                yield draft(
                    at, Report(f"noise_{chance.randrange(300)}", f"z{made}", actor=code, fields={"of": Code(code)}), "press"
                )
        made += 1


def fill(journal: Journal, entries: Iterator[Draft], batch: int = 10_000) -> None:
    waiting: list[Draft] = []
    for one in entries:
        waiting.append(one)
        if len(waiting) == batch:
            _put(journal, waiting)
            waiting = []
    if waiting:
        _put(journal, waiting)


def _put(journal: Journal, waiting: list[Draft]) -> None:
    now = Instant(max(d.known.us for d in waiting if d.known is not None) + 1)
    result = journal.append(waiting, now, dedup=False)
    assert not result.rejected, result.rejected[0]
