"""Accepted ambiguity: two readings of the same words, and nothing that says which holds.

Covers: L34

## What it finds

Declarations of which the text holds two readings or more (`reading … by … of …`), both of which can be used: two understandings
of the same words stand side by side, by different parties or in different authentic languages. It is silent where the prose
says which prevails.

## Why it matters

An ambiguity is often the price of a signature (reported, thesanfranciscojournal.com): each side signs its own reading. It is
paid back at the first incident, when each acts on its own. The return of United Nations sanctions on Iran in 2025 took place
under one reading and did not under another; the states still disagree (reported, citizenportal.ai, devdiscourse.com).

## Example

```casus
reading narrow by OSK of assist
reading wide by VDR, KST of assist
```

## Better

```casus
finding covered on strike by commission due 72 hours after report else presumed_no
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.checklist import listed, opens, silences, span_of
from casus.lint.checklist_prose import prevails
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("L34", "accepted-ambiguity", "S")
def accepted_ambiguity(draft: Draft) -> Iterator[Finding | Searched]:
    readings = [x for x in draft.agreement.declarations if isinstance(x, n.ReadingDecl)]
    if prevails(draft) or any(reading.name in (draft.document.chosen or ()) for reading in readings):
        return
    by_words: dict[tuple[str, ...], list[str]] = {}
    for name in dict.fromkeys(name for reading in readings for name in reading.of):
        of = tuple(reading.name for reading in readings if name in reading.of)
        if len(of) > 1:
            by_words.setdefault(of, []).append(name)
    held = {reading.name: reading for reading in readings}
    for of, names in by_words.items():
        both = [f"`{name}` by {listed(held[name].by)}" for name in of]
        words = ", ".join(f"`{name}`" for name in names)
        yield Finding(
            f"the words of {words} are read as {listed(both)}, and nothing says which reading holds",
            span_of(draft, names[0]) or held[of[0]].span,
            (*names, *of),
            (
                *(Related(f"the reading `{name}` is declared here", held[name].span) for name in of),
                *silences(opens(draft, "wording")),
            ),
            "decide it in the text, or name a body that says which reading holds, and by when",
        )
