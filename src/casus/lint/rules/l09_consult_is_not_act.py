"""Consult is not act: whatever happens, only talk follows.

Covers: L09

## What it finds

A text with triggers that lead to something, and all they lead to is talk: to consult, convene, notify, request, report,
publish. A vote at the end of the talk is talk as well, as long as nothing hangs on its outcome. One finding for the text,
at its gravest trigger. Where only bodies have to report, L27 says so.

## Why it matters

A state that reads "guarantee" expects that somebody acts. The bilateral agreements of 2024 have the partners consult within
24 hours of an attack; a comparison of them on 17 criteria finds that the clauses on the response itself are not detailed
(OPORA, oporaua.org). The Budapest Memorandum of 1994 ends in a duty to consult as well.

## Example

```casus
trigger attack severity 3
  when any armed_attack by OSK
obligation consult
  upon attack
  debtor every guarantor  creditor VDR
  to consult
  due 24 hours after activation
```

## Better

```casus
determination attack_case of attack by commission due 24 hours after activation if silent lapses
obligation consult
  upon attack
  debtor every guarantor  creditor VDR
  to consult
  due 24 hours after activation
obligation assist
  upon attack_case determined
  debtor every guarantor  creditor VDR
  to supply  amount aid.amount
  due 14 days after activation
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.checklist import after, claims_to_protect, deeds, listed, opens, silences, ticked
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("L09", "consult-is-not-act", "S")
def consult_is_not_act(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    if not claims_to_protect(draft) or any(deeds(draft, trigger) for trigger in a.triggers):
        return
    talk = {t.name: [x for x in after(draft, t.name) if isinstance(x, n.NormDecl)] for t in a.triggers.values()}
    leading = [t for t in a.triggers.values() if any(_of_parties(draft, norm) for norm in talk[t.name])]
    if not leading:
        return
    gravest = max(leading, key=lambda t: t.severity.value)
    acts = dict.fromkeys(norm.act.verb for t in leading for norm in talk[t.name] if norm.act is not None)
    votes = dict.fromkeys(x for t in leading for x in draft.downstream(t.name) if x in a.decisions)
    because = tuple(Related(f"nothing hangs on the outcome of `{name}`", a.decisions[name].span) for name in votes)
    yield Finding(
        f"whatever meets {listed(ticked(t.name for t in leading), 'or')}, all that follows is to {listed(acts, 'and to')}",
        gravest.span,
        (gravest.name, *(norm.name for norm in talk[gravest.name])),
        (*because, *silences(opens(draft, "act", "remedy"))),
        "let the gravest trigger lead, by way of a determination or a decision, to an act with a date",
    )


def _of_parties(draft: Draft, norm: n.NormDecl) -> bool:
    return any(code in draft.agreement.parties for code in draft.agreement.who(norm.debtor))
