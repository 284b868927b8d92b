"""Self-serving trigger: whoever gains by a consequence can bring it about.

Covers: L21, L38

## What it finds

A trigger from which a duty that is more than talk, or an automatic effect, follows with no human act between, and which an
act of the one for whose good it is meets: the condition does not say by whom the event must be done, or allows for the
beneficiary among others. A false flag then needs no false evidence: the beneficiary's own act counts, found to be its own.

It is silent where a `by`, in the condition or the definition, names others, and where a determination or a decision stands
between. That a bare report is enough, whoever makes it, is T202.

## Why it matters

A clause that does not say who must have done it can be met by anyone. Shots at Mainila in November 1939 were reported as an
attack and ended a treaty of non-aggression (general knowledge); and a guarantee that covers what its beneficiary starts
invites it to start (the objection of moral hazard, made by opponents of a guarantee for Ukraine).

## Example

```casus
trigger attack severity 2
  when any strike
obligation pay
  upon attack
  debtor KST  creditor VDR
  to finance "the repair"  due 30 days after activation
```

A strike by Valdria on itself obliges Kestria to pay.

## Better

```casus
trigger attack severity 2
  when any strike by OSK
  needs attribution attributed
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Related
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.rules.t202_hair_trigger import brought
from casus.lint.search.consequences import beneficiaries, direct
from casus.lint.search.meet import Meeter, Meeting, Wanted
from casus.lint.stage import expect


@rule("T207", "self-serving-trigger", "M")
def self_serving(draft: Draft) -> Iterator[Finding | Searched]:
    """One finding for each trigger that the beneficiary of a direct consequence can meet by its own acts."""
    a = draft.agreement
    meeter = Meeter(draft)
    tried = 0
    for name in a.triggers:
        effects = direct(a, name)
        for effect in effects:
            gains = [code for code in beneficiaries(a, effect) if code in a.parties]
            tried += len(gains)
            found = next(((code, m) for code in gains if (m := _own(draft, meeter, name, code)) is not None), None)
            if found is None:
                continue
            code, meeting = found
            expects = [expect("met", name, times=1, at=meeting.at), *brought(draft, meeter, (effect,), meeting)]
            scenario = meeter.stage.scenario(f"acts of {code} meet {name}", meeting.lines, expects)
            trigger = a.triggers[name]
            yield Finding(
                f"{code} gains by {effect.name}, and acts of {code} alone meet {name}, which brings it about",
                trigger.place("when"),
                (name, effect.name),
                (Related(f"{effect.name} is for the good of {code}", effect.place("creditor", "upon")),),
                "say after `by` whose acts count, and ask for a rung of attribution",
                Witness(scenario, f"only {code} acts, {name} is met, and {effect.name} follows for its good"),
            )
            break
    yield Searched(f"{len(a.triggers)} triggers, {tried} beneficiaries of a direct consequence, {meeter.extent}")


def _own(draft: Draft, meeter: Meeter, trigger: str, code: str) -> Meeting | None:
    """A record in which nobody but the beneficiary acts, and in which its acts are needed."""
    found = meeter.meeting(trigger, Wanted(actor=code))
    if found is None:
        return None
    reports = [line.act for line in found.lines if line.act.kind == "report"]
    return found if reports and all(act.actor == code for act in reports) else None
