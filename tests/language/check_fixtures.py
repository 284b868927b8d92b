"""A sound agreement for the tests of the checker, and the two ways to spoil it: change a passage, or add one."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from casus.language.check import Checked, check
from casus.language.parse import parse

ZONES = b"""{"type": "FeatureCollection", "features": [
 {"type": "Feature", "id": "land", "properties": {"name": "Valdria"},
  "geometry": {"type": "Polygon", "coordinates": [[[-30, 44], [-28, 44], [-28, 46], [-30, 46], [-30, 44]]]}},
 {"type": "Feature", "id": "line", "properties": {"name": "Line"},
  "geometry": {"type": "LineString", "coordinates": [[-28, 44], [-28, 46]]}}]}
"""
PIN = f"sha256:{hashlib.sha256(ZONES).hexdigest()}"

SOUND = f"""# Compact

```casus
agreement compact
  language 1
  title "Compact"
  clock UTC  rounding down
```

## Article 1. Parties

```casus
role beneficiary, guarantor, verifier
party VDR "Valdria" as beneficiary
party KST "Kestria" as guarantor
party LYS "Lysmark" as guarantor
party MRV "Morvane" as guarantor
body mission "Joint Mission" as verifier
body commission "Commission" as verifier
nonparty OSK "Oskovia"
nonparty FRM "Armed formations"
attributable FRM to OSK on control by commission
group guarantors = every guarantor
group core = KST, MRV
group outsiders = OSK, FRM
```

## Article 2. Events

```casus
zone land from "zones.geojson" feature "land" pinned "{PIN}"
zone line from "zones.geojson" feature "line" pinned "{PIN}"
zone strip = land within 10 km of line
zone inner = land minus strip
event strike by actor, at point, weapon one of gun | uav, killed count, night flag, lasted duration
event incursion by actor, at point, troops count, target actor
event cure by actor, answers reference
event visit by actor
event delivery by actor, value money
estimate troops_near unit persons valid 14 days
baseline usual is count of strike by OSK from 2026-01-01 until 2027-01-01
ladder occurrence = reported < confirmed
  level confirmed by mission
  if silent 48 hours after report escalates to commission
ladder attribution = alleged < attributed < found
  level attributed by 2 independent sources or mission
  level found by commission
  if silent 72 hours after report lapses
finding proportionate on strike or incursion by commission due 72 hours after report else presumed_no
define violation means strike or incursion where at in land
define heavy means strike where killed >= 10 and weapon is one of gun | uav and lasted >= 1 hours and not night
define near_line means incursion where at within 5 km of line or target = KST or by = OSK
exception self_defence to violation when follows violation within 6 hours and proportionate
exception accident to violation when cured by cure within 24 hours after report and not repeated within 30 days
```

## Article 3. Triggers

```casus
trigger incident severity 1
  when count of violation by OSK >= 5 within rolling 72 hours
  needs occurrence confirmed  needs attribution attributed  rearm after 7 days
trigger attack severity 2
  when any heavy by outsiders or latest troops_near by OSK >= 1000
  needs occurrence confirmed  needs attribution attributed  rearm after 0 hours
trigger aggression severity 3
  when sum of troops over incursion by OSK >= 2000 within rolling 72 hours or attack met 3 times within rolling 60 days
  needs occurrence confirmed  needs attribution found  absorbs attack
```

## Article 4. Decisions

```casus
determination attack_case of attack by commission due 24 hours after activation if silent escalates to measures
decision measures of guarantors
  adopts by consensus minus 1  quorum 2  abstention counts_for_quorum
  opens upon incident or attack  closes 24 hours after opening  if silent rejected
decision stop of guarantors and VDR
  adopts by 60 percent of weights power and 50 percent of members
  opens on request of 2 of guarantors  closes 48 hours after opening
decision freeze of guarantors
  adopts by unanimity  opens on request of VDR  closes 14 days after opening
weights power from table "annex-b" key party value share
package sanctions items "oil", "banks"
```

## Article 5. Norms

```casus
obligation consult
  upon incident or attack  debtor every guarantor  creditor VDR
  to consult  due 24 hours after activation  fulfilled by visit  if breached also publish
obligation publish  upon breach of consult  debtor mission  to publish  due 7 days after activation
schedule aid from table "annex-a" key party
obligation assist
  upon attack_case determined  debtor every guarantor  creditor VDR
  to supply "arms" in inner  amount aid.amount  due aid.days after activation  fulfilled by delivery
  until incident or violation
power deploy_force upon measures adopted  holder every core  to deploy  needs national approval 14 days after activation
  if refused then publish
prohibition keep_away  always  debtor every guarantor  forbids violation
automatic snapback  upon attack  reinstate sanctions  at 72 hours after activation
  unless stop adopted  ends when no violation for 90 days and stop adopted
term in force when ratified by VDR and 2 of guarantors
  lasts 10 years  withdrawal after 12 months notice  barred while attack  survives assist
suspension by freeze for at most 90 days  renewable 1 times  never suspends consult
```

## Annex A

| party | amount | days |
|-------|--------|------|
| KST | EUR 1_500_000 | 21 |
| LYS | EUR 800_000 | 14 |
| MRV | EUR 2_000_000 | 30 |

## Annex B

| party | share |
|-------|-------|
| KST | 40 |
| LYS | 25.5 |
| MRV | 20 |
| VDR | 14.5 |

```casus-test
scenario a raid
  2027-01-10T09:00Z VDR ratifies
  2027-03-01T02:10Z strike by OSK id s1 at 45 -29 weapon uav killed 11 as confirmed attributed
  2027-03-01T05:00Z KST votes yes on measures
  expect attack met 0 times
```
"""


def spoiled(old: str, new: str, *, text: str = SOUND) -> str:
    """The text with one passage changed; the passage must be there once."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the text"
    return text.replace(old, new)


def added(passage: str) -> str:
    """The text with declarations added after its norms."""
    return spoiled("suspension by freeze", f"{passage}\nsuspension by freeze")


def checked(text: str, folder: Path) -> Checked:
    (folder / "zones.geojson").write_bytes(ZONES)
    return check(parse(text, "compact.casus.md"), folder)


def shared() -> Path:
    """The folder of shared data beside the repository; the test is skipped where it is absent."""
    folder = Path(os.environ.get("CASUS_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no shared data in {folder}")
    return folder


@dataclass(frozen=True)
class Bad:
    """`text` gives `code` at the line that holds `at`, saying `said`, with `also` as other codes."""

    code: str
    text: str
    at: str
    said: str
    helps: str | None = None
    also: tuple[str, ...] = ()


def change(code: str, old: str, new: str, at: str, said: str, helps: str | None = None, also: tuple[str, ...] = ()) -> Bad:
    return Bad(code, spoiled(old, new), at, said, helps, also)


def add(code: str, passage: str, at: str, said: str, helps: str | None = None, also: tuple[str, ...] = ()) -> Bad:
    return Bad(code, added(passage), at, said, helps, also)
