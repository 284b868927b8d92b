"""Sooner than lawful: a date by which a debtor's own law does not let it act.

Covers: L13

## What it finds

A duty, or a power that needs national approval, of a party whose procedure for that act the text declares, where even the
shorter of its ways (the ordinary one, or that of an emergency) takes longer than the time that the text gives: due in 72
hours, earliest lawful day 6. Times that count from the activation are compared, and those that count from what comes before
it, since what is left of them then is shorter still.

A calendar period is taken at its longest (31 days a month), so that only what is certainly too soon is said. What is due at
once is compared too.

## Why it matters

A promise to send forces within days meets constitutions that ask parliament first. Germany's armed forces act abroad with the
consent of the Bundestag, which a law of 2005 asks for before the deployment and in urgent danger lets follow at once
[general knowledge: Parlamentsbeteiligungsgesetz]. Such a debtor either breaks the treaty or its own law, and everybody knew.

## Example

```casus
obligation send_brigade
  upon attack_case determined
  debtor KST  creditor VDR
  to deploy  due 72 hours after activation
procedure kestria_sends of KST to deploy
  stage consent "The Diet consents" at least 6 days usually 21 days
```

## Better

```casus
obligation send_brigade
  upon attack_case determined
  debtor KST  creditor VDR
  to deploy  due 72 hours after activation
procedure kestria_sends of KST to deploy
  stage consent "The Diet consents" at least 6 days usually 21 days
  emergency stage order "The Government orders; the Diet may recall" at least 12 hours usually 1 days
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule
from casus.norms.home import procedure_for, shortest
from casus.time import Duration

_EARLIER = ("activation", "occurrence", "report", "verification", "opening")
"""Anchors that never come after the activation: the time that is left from there is at most the time stated."""


@rule("N506", "sooner-than-lawful", "S")
def sooner_than_lawful(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    for norm in a.norms.values():
        if norm.act is None or norm.kind == "prohibition":
            continue
        due = norm.due if norm.kind == "obligation" else None
        limits = [("due", "due", due), ("approval", "to be approved", norm.approval)]
        for field, said, stated in limits:
            given = _given(draft, norm, stated)
            for party in a.who(norm.debtor) if given is not None else ():
                procedure = procedure_for(a, party, norm.act.verb)
                way = shortest(procedure) if procedure is not None else None
                if procedure is None or way is None or given is None or not given < way.least:
                    continue
                yield Finding(
                    message=f"{norm.name} of {party} is {said} within {given}, and the {way.name} way of {procedure.name}"
                    f" takes {way.least} at least: a gap of {way.least - given}",
                    span=norm.place(field),
                    about=(norm.name, party, procedure.name),
                    because=(Related(f"the stages of {procedure.name} are here", procedure.place("stages")),),
                    help="give it that time, or have the procedure shortened: an emergency stage, or consent given beforehand",
                )


def _given(draft: Draft, norm: n.NormDecl, stated: n.Due | n.DueColumn | None) -> Duration | None:
    """The most time that the text leaves between the activation and a date; None: that cannot be said."""
    match stated:
        case n.DueAfter(length=n.Dur() as length, anchor=anchor) if anchor in _EARLIER:
            return length.duration
        case n.DueAfter(length=n.Cal() as length, anchor=anchor) if anchor in _EARLIER:
            return Duration.of(days=31 * length.period.months)
        case n.DueAt(anchor=anchor) if anchor in _EARLIER:
            return Duration(0)
        case n.DueColumn(column=column, anchor=anchor) if anchor in _EARLIER:
            days = [draft.agreement.row(column.schedule, x)[column.column] for x in draft.agreement.who(norm.debtor)]
            return Duration.of(days=max((int(cell.replace("_", "")) for cell in days), default=0)) if days else None
        case _:
            return None
