"""Texts for the tests of this room: one small pact between fictional states, and ways to alter it."""

from __future__ import annotations

from pathlib import Path

from casus.language.check import check
from casus.language.parse import read
from casus.lint.draft import Draft

PACT = """# Pact of the Two Rivers

```casus
agreement two_rivers
  language 1
  title "Pact of the Two Rivers"
  instrument treaty  consent by ratification
```

## Article 1. Parties

The Guarantors stand by Valdria.

```casus
role beneficiary, guarantor
party VDR "Valdria" as beneficiary
party KST "Kestria" as guarantor
party LYS "Lysmark" as guarantor
party MRV "Morvane" as guarantor
body mission "Joint Mission" as beneficiary
nonparty OSK "Oskovia"
```

## Article 2. Acts

A strike is an attack by fire. The Mission confirms.

```casus
event strike by actor, killed count, weapon one of artillery | missile
event incursion by actor, troops count
event meeting by actor
ladder occurrence = reported < confirmed
  level confirmed by 2 independent sources or mission
  if silent 48 hours after report lapses
define attack_event means strike or incursion where killed >= 3 or troops >= 10
```

## Article 3. Attack

Three strikes within three days are an attack.

```casus
trigger tension severity 1
  when count of strike by OSK >= 3 within rolling 72 hours
  needs occurrence reported
  rearm after 7 days
trigger attack severity 2
  when any attack_event by OSK or sum of killed over strike by OSK >= 20 within rolling 30 days
  needs occurrence confirmed
  rearm after 0 hours
```

## Article 4. Consultation

Within 24 hours the Parties consult.

```casus
obligation consult
  upon tension or attack
  debtor every guarantor  creditor VDR
  to consult "at the highest level"
  due 24 hours after activation
  fulfilled by meeting
  if breached also explain_why
obligation explain_why
  upon breach of consult
  debtor every guarantor  creditor VDR
  to publish "its reasons"
  due 7 days after activation
```

## Article 5. Assistance

Assistance is decided by consensus less one.

```casus
decision measures of every guarantor
  adopts by consensus minus 1  quorum 2  abstention counts_for_quorum
  opens upon attack  closes 48 hours after opening
  if silent rejected
obligation assist
  upon measures adopted
  debtor every guarantor  creditor VDR
  to supply "military assistance"  amount EUR 500_000_000
  due 14 days after activation
obligation restraint
  always
  debtor VDR  creditor KST
  to limit "its arms"
  due 30 days after activation
```

## Article 6. Duration

The Pact lasts ten years.

```casus
term in force when ratified by VDR and 2 of guarantor
  lasts 10 years
  withdrawal after 12 months notice  barred while attack
  survives assist for 2 years
```
"""


def draft(folder: Path, text: str = PACT, name: str = "pact.casus.md") -> Draft:
    """The draft of a text; a text with errors fails the test with its faults."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    document = read(path)
    checked = check(document, path.parent)
    assert checked.agreement is not None, "\n".join(f"{d.span}: {d.message}" for d in checked.errors)
    return Draft(checked.agreement, document)


def altered(*changes: tuple[str, str], text: str = PACT) -> str:
    """The text with each first part replaced by the second; each must stand in it exactly once."""
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


SWAP = {"VDR": "KST", "KST": "VDR", "Valdria": "Kestria", "Kestria": "Valdria"}


def swapped(text: str, pairs: dict[str, str] = SWAP) -> str:
    """The text with names exchanged for each other at once."""
    import re

    return re.sub("|".join(sorted(pairs, key=len, reverse=True)), lambda match: pairs[match[0]], text)
