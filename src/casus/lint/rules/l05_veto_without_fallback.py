"""Veto without fallback: on the only way to help stands a vote with a veto, or an organ of the United Nations.

Covers: L05

## What it finds

- A consequence to which every way leads through a decision with a declared `veto`: one holder's no ends it, and the text has
  no other way (no escalation that brings it about, no second decision, no body's determination).
- The same through a body that is, by its title, the Security Council or another organ of the United Nations, whose silence
  or no ends it.
- A text whose only answer to an attack is to `request` the Security Council or the United Nations to act.

It is silent on a reverse vote, where a no lets the effect happen, whoever holds a veto.

## Why it matters

Of paragraph 4 of the Budapest Memorandum (1994) nothing was left in 2014: it promises to seek action of the Council, where
one of the three signatories has a veto (primary text: UN Treaty Series 52241; general knowledge for 2014). The cure has been
tried on another matter: since resolution 2231 (2015) a permanent member that voted no could not keep the measures on Iran
from returning, only from staying away.

## Example

```casus
decision mandate of council
  adopts by 9 votes  veto permanent
  opens upon attack  closes 7 days after opening
obligation assist
  upon mandate adopted
  debtor every guarantor  creditor VDR
  to supply
  due 14 days after activation
```

## Better

```casus
decision mandate of council
  adopts by 9 votes  veto permanent
  opens upon attack  closes 7 days after opening
  if rejected escalates to own_decision
decision own_decision of guarantors
  adopts by majority
  closes 3 days after opening
obligation assist
  upon mandate adopted or own_decision adopted
  debtor every guarantor  creditor VDR
  to supply
  due 14 days after activation
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.language import nodes as n
from casus.lint.draft import HELP, TALK, Draft
from casus.lint.rule import Finding, Searched, rule
from casus.lint.stops import because, declaration, listed, stops, vetoes

_UN: Final = re.compile(
    r"security\s+council|united\s+nations|general\s+assembly"
    r"|рад\w+\s+безпек\w+|совет\w*\s+безопасности|об['’]?єднан\w+\s+націй|объедин[её]нн\w+\s+наций",
    re.IGNORECASE,
)


@rule("L05", "veto-without-fallback", "S")
def veto_without_fallback(draft: Draft) -> Iterator[Finding | Searched]:
    help_ = "say what follows when it is vetoed or nobody decides, or let it happen unless a vote stops it"
    for stop in stops(draft, {"vote"}):
        holders = [x for x in stop.actors if x in vetoes(draft, stop.at)]
        if holders:
            decl = declaration(draft, stop.at)
            what = f"`{stop.consequence}`" if stop.consequence != stop.at else "what it decides"
            yield Finding(
                f"`{stop.at}` is the only way to {what}, one veto of {listed(holders)} ends it, and nothing takes its place",
                decl.place("veto") if decl is not None else None,
                (stop.at, stop.consequence),
                because(draft, stop.consequence, "what then never comes about", "upon") if stop.consequence != stop.at else (),
                help_,
            )
    for stop in stops(draft, {"silence", "refusal"}):
        for body in stop.actors:
            decl = draft.agreement.bodies.get(body)
            if decl is not None and _UN.search(decl.title):
                yield Finding(
                    f"every way to `{stop.consequence}` needs the word of `{body}`, an organ where a veto can end it, on "
                    f"`{stop.at}`, and nothing takes its place",
                    (declaration(draft, stop.at) or decl).place("body"),
                    (stop.at, body, stop.consequence),
                    because(draft, stop.consequence, "what then never comes about", "upon"),
                    help_,
                )
    yield from _only_asked(draft)


def _only_asked(draft: Draft) -> Iterator[Finding]:
    """All that follows an attack is that the Council is asked; a vote there that the text models itself was said above."""
    a = draft.agreement
    if any(norm.act is not None and norm.act.verb in HELP for norm in a.norms.values()) or a.automatics:
        return
    said = {stop.start for stop in draft.levers if stop.lever == "vote" and stop.stops and stop.actor in vetoes(draft, stop.at)}
    for norm in a.norms.values():
        asked = norm.act is not None and norm.act.verb in ("request", "notify", "inform", "report")
        starts = {signal.name for signal in norm.upon if signal.kind is None and signal.name in a.triggers}
        words = norm.act.prose if norm.act is not None and norm.act.prose is not None else ""
        if asked and starts and not starts & said and _UN.search(words) and not _more(draft, norm, starts):
            yield Finding(
                f"all that follows from {listed(starts, 'and')} is `{norm.name}`, which asks an organ where a veto can end it, "
                "and nothing takes its place",
                norm.place("act"),
                (norm.name,),
                help="add what each party does by itself, and by when, whatever the organ does",
            )


def _more(draft: Draft, norm: n.NormDecl, starts: set[str]) -> bool:
    """Whether anything but talk follows from the same triggers, be it only what each deems necessary."""
    others = {x for start in starts for x in draft.downstream(start)} - {norm.name}
    norms = (draft.agreement.norms[x] for x in others if x in draft.agreement.norms)
    return any(x.act is None or x.act.verb not in TALK for x in norms if x.kind != "prohibition")
