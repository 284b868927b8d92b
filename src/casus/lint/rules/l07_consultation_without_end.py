"""Consultation without end: talk that no clock ends.

Covers: L07

## What it finds

A duty to consult or convene that a trigger or decision brings about, and whose way to an act has no clocks. Three are
needed: one for the meeting, one for the decision, one for the delivery of what was decided. It speaks where the meeting has
no date; and where acts follow from the same events, but none of them has a date. A text in which nothing but talk follows
at all is the matter of L09.

## Why it matters

During the Istanbul talks of 2022 the Ukrainian side held that consultations of an alliance have no limit in time and "could
last a year", and asked for three days at most, after which each guarantor acts by itself (reported, interfax.com.ua). In the
US–Ukraine agreement of 2024 the parties meet within 24 hours "where possible", and no clock runs after the meeting
(reported, lawfaremedia.org).

## Example

```casus
obligation consult
  upon attack
  debtor every guarantor  creditor VDR
  to consult "on the steps to be taken"
```

## Better

```casus
obligation consult
  upon attack
  debtor every guarantor  creditor VDR
  to consult
  due 24 hours after activation
decision measures of guarantors
  adopts by majority
  opens upon attack  closes 72 hours after opening  if silent rejected
obligation assist
  upon measures adopted
  debtor every guarantor  creditor VDR
  to supply  amount aid.amount
  due 14 days after activation
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.language import nodes as n
from casus.lint.checklist import deeds, listed, opens, silences, ticked
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("L07", "consultation-without-end", "S")
def consultation_without_end(draft: Draft) -> Iterator[Finding | Searched]:
    for norm in draft.agreement.norms.values():
        if norm.kind != "obligation" or norm.act is None or norm.act.verb not in ("consult", "convene") or not norm.upon:
            continue
        acts = _acts(draft, norm)
        undated = [act.name for act in acts if not _dated(act)]
        missing = []
        if norm.due is None:
            missing.append("no date for the meeting")
        missing += [f"no date by which `{name}` closes" for name in _open_ended(draft, norm)]
        if acts and len(undated) == len(acts):
            missing.append(f"no date for what is to be done ({listed(ticked(undated))})")
        elif not acts and missing:
            missing.append("nothing dated that has to follow")
        if missing:
            silent = [x for x in opens(draft, "due", "closing", "forum") if x.of in (None, norm.name, *undated)]
            yield Finding(
                f"`{norm.name}` can go on for ever: {listed(missing)}",
                norm.place("act"),
                (norm.name, *undated),
                silences(silent),
                "give the meeting, the decision and the delivery a date each, all counted from one activation",
                gaps=tuple(
                    [("due", norm.name)] * (norm.due is None)
                    + [("closing", name) for name in (norm.name, *_open_ended(draft, norm))]
                    + [("due", name) for name in undated]
                ),
            )


def _acts(draft: Draft, norm: n.NormDecl) -> tuple[n.NormDecl | n.AutomaticDecl, ...]:
    causes = [signal.name for signal in norm.upon]
    found = {act.name: act for cause in causes for act in deeds(draft, cause)}
    return tuple(act for act in found.values() if act.kind != "prohibition")


def _dated(act: n.NormDecl | n.AutomaticDecl) -> bool:
    if isinstance(act, n.AutomaticDecl):
        return act.at is not None
    return act.due is not None if act.kind == "obligation" else act.lapses is not None or act.approval is not None


def _open_ended(draft: Draft, norm: n.NormDecl) -> tuple[str, ...]:
    a = draft.agreement
    reached = dict.fromkeys(name for signal in norm.upon for name in draft.downstream(signal.name) if name in a.decisions)
    return tuple(name for name in reached if a.decisions[name].closes is None)
