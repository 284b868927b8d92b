"""Watched party decides: the response needs the consent of the one it responds to.

Covers: L04

## What it finds

A consequence (a duty of assistance or of measures, an automatic effect, a vote on measures) that a party whose conduct the
text watches can stop for good, alone: by its vote or veto, by not voting where its presence is needed, or by not asking for
a vote that opens only on its request. Every other way to the consequence must be closed to it, too: where a body's
determination or another vote brings it about without that party, the rule is silent.

Watched is whom the triggers name after `by`, or whose acts a prohibition forbids. It is a word for a place in the text, not a
judgement. That a party has to ratify the agreement is L18's matter; that it votes at all in its own cause is P403's.

## Why it matters

In Istanbul in 2022 one side asked that the guarantors act only by agreement of all of them, itself among them (reported,
wp.pl after Die Welt; jamestown.org). Such a guarantee works against everybody except the one whom it is about.

## Example

```casus
trigger attack severity 3
  when any strike by OSK
decision response of guarantors and OSK
  adopts by consensus
  opens upon attack  closes 72 hours after opening
```

## Better

```casus
decision response of guarantors and OSK
  adopts by consensus  recused OSK
  opens upon attack  closes 72 hours after opening
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule
from casus.lint.stops import Stop, accused, because, declaration, listed, stops
from casus.lint.stops import watched as watched_of

_HOW = {
    "vote": "by its vote in",
    "absence": "by staying away from",
    "request": "by not asking for",
    "adoption": "by adopting, alone,",
}


@rule("L04", "watched-party-decides", "S")
def watched_party_decides(draft: Draft) -> Iterator[Finding | Searched]:
    for stop in stops(draft, set(_HOW)):
        watched = _watched(draft, stop)
        if not watched:
            continue
        lever = next(path.lever for path in stop.paths if path.actor in watched)
        decl = declaration(draft, stop.at)
        alone = "each of them alone" if len(watched) > 1 else "alone"
        yield Finding(
            f"{listed(watched, 'and')}, whose conduct the text watches, can stop `{stop.consequence}` for good, {alone}, "
            f"{_HOW[lever]} `{stop.at}`",
            decl.place("members", "opens_on_request_of") if decl is not None else None,
            (stop.at, stop.consequence),
            because(draft, stop.consequence, "what it stops", "upon", "opens_upon"),
            f"add `recused {', '.join(watched)}`, or give a way that does not need it",
        )


def _watched(draft: Draft, stop: Stop) -> list[str]:
    """Those of the actors whom the start of the way is about; where it names nobody, whom the text watches at all."""
    found = set()
    for path in stop.paths:
        about = accused(draft, path.start) if path.start in draft.agreement.triggers and path.start is not None else frozenset()
        found |= {path.actor} & (about or watched_of(draft))
    return sorted(found)
