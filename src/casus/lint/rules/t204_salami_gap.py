"""Salami gap: a campaign that stays under every threshold can be repeated for ever.

Covers: L01, L03

## What it finds

The heaviest campaign that an actor whom the text watches can repeat without end while no trigger that leads to a
consequence is ever met. Every event of it is one that the triggers' own definitions describe, at the highest rungs of both
ladders: it is confirmed and attributed, nothing is hidden. It stays below because each threshold counts so many within so
long, and the actor stops one short.

The rule packs events under all limits at once: counts, sums, days, in rolling, fixed and lifetime windows. The heaviest
campaign is the one with the most events in thirty days (or in the longest window, where that is longer), then the most
killed, then the most of the other counts. What the search proposes is replayed by the reference engine over two such
stretches before it is shown, and the message says how near each trigger came. Where more than three hundred events would
pass in a stretch, it shows three hundred.

A finding that nobody must answer is a way of staying below, too: where an attack counts only if a body calls it
"significant", what counts here is the attack before the adjective, and the question stays open. (Where the answer is
presumed to be yes there is no such gap.)

It is silent where nothing can be repeated: any single event meets a trigger, a count since entry into force closes the
gap, or an estimate watches what the events add up to. An event below the threshold of a single event ("ten killed") is the
matter of L51. A rate against a past and a ratio between two sides are taken to be met by any event.

## Why it matters

Nobody who has read the text needs to cross its lines. Boundary signs were moved in South Ossetia a few hundred metres at a
time ("borderization", since 2008: general knowledge). After the truce of July 2020 in eastern Ukraine the recorded
violations crept from some 17 a day to some 270 a day within fourteen months, and no step was large (daily reports of the
OSCE Special Monitoring Mission, as told by the press).

## Example

```casus
trigger incident severity 1
  when count of strike by OSK >= 5 within rolling 72 hours
trigger attack severity 2
  when sum of killed over strike by OSK >= 50 within rolling 30 days
```

A strike every eighteen hours makes four in any 72 hours, forty in a month, and kills 49. It can go on for years.

## Better

```casus
trigger incident severity 1
  when count of strike by OSK >= 5 within rolling 72 hours
    or count of strike by OSK >= 20 since in_force
trigger attack severity 2
  when sum of killed over strike by OSK >= 50 within rolling 30 days
```

A long memory beside the short one: what was counted once is not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.search.campaign import Campaign
from casus.lint.search.heaviest import Gap, Search, peaks_by_trigger
from casus.lint.search.limits import Limit
from casus.lint.stage import expect
from casus.time import Duration


@rule("T204", "salami-gap", "M")
def salami_gap(draft: Draft) -> Iterator[Finding | Searched]:
    """One finding for each family of events that leaves a gap, then how far the search went."""
    search = Search(draft)
    if not search.triggers:
        yield Searched("no trigger leads to a consequence, so there is nothing to stay under")
        return
    for gap in search.gaps():
        yield _finding(draft, search, gap)
    done = search.extent
    closed = "".join(f"; {reason}" for reason in done.closed)
    yield Searched(
        f"{done.campaigns} campaigns of {done.shapes} shapes of events against {len(search.triggers)} triggers, "
        f"at most 300 events in a stretch, {done.evaluations} replayed over two stretches{closed}"
    )


def _finding(draft: Draft, search: Search, gap: Gap) -> Finding:
    a = draft.agreement
    campaign = gap.campaign
    near = peaks_by_trigger(campaign, a.triggers)
    about = tuple(near) or gap.family.triggers
    margins = [f"{name} stays at {' and '.join(_margin(limit, most) for limit, most in found)}" for name, found in near.items()]
    stays = f": {', '.join(margins)}" if margins else f", and {_listed(gap.family.triggers)} {_be(gap.family.triggers)} not met"
    stays += f" while nobody answers {_listed(gap.findings)}" if gap.findings else ""
    return Finding(
        f"{campaign.actor} can go on for ever with {_said(campaign)}{stays}",
        a.triggers[about[0]].place("when"),
        about,
        (
            *(Related(f"{name} stays unmet at this", a.triggers[name].place("when")) for name in about[1:]),
            *(Related(f"nobody has to answer {name}", a.findings[name].span) for name in gap.findings),
            *([Related(f"or instead {'; or '.join(_said(x) for x in gap.lighter)}")] if gap.lighter else []),
            *([Related(f"{_listed(gap.also)} can do as much")] if gap.also else []),
        ),
        _help(gap),
        _witness(search, gap),
    )


def _be(names: tuple[str, ...]) -> str:
    return "is" if len(names) == 1 else "are"


def _help(gap: Gap) -> str:
    if gap.findings:
        return (
            f"presume the answer (`{gap.findings[0]} … else presumed_yes`), or add a trigger that counts the events "
            "before the question is answered"
        )
    return "add what does not forget: a count over a much longer window, or `since in_force`, beside the short one"


def _said(campaign: Campaign) -> str:
    """`strike 40 times in 30 days, with 49 killed`."""
    kinds: dict[str, int] = {}
    for event in campaign.measured:
        kinds[event.shape.event] = kinds.get(event.shape.event, 0) + 1
    if "" in campaign.unbounded:
        counted = f"{_listed(tuple(kinds))} any number of times"
    else:
        counted = f"{_listed(tuple(f'{kind} {number} times' for kind, number in kinds.items()))} in {campaign.stretch}"
    harms = []
    for name in campaign.fields:
        if name in campaign.unbounded:
            harms.append(f"any number {name}")
        elif campaign.total(name):
            harms.append(f"{_digits(campaign.total(name))} {name}")
    return counted + (f", with {_listed(tuple(harms))}" if harms else "")


def _margin(limit: Limit, most: int) -> str:
    """`4 of 5 in 72 hours`, `49 of 50 killed in 30 days`."""
    what = f" {limit.quantity}" if limit.quantity is not None else ""
    match limit.window:
        case n.Rolling(dur=dur):
            within = f" in {dur.duration}"
        case n.Fixed(dur=dur):
            within = f" in each fixed {dur.duration}"
        case _:
            within = ""
    return f"{_digits(most)} of {_digits(limit.capacity + 1)}{what}{within}"


def _witness(search: Search, gap: Gap) -> Witness:
    """One stretch, at whose end nothing is met."""
    campaign = gap.campaign
    lines = search.lines(campaign.measured, campaign.actor)
    state = search.evaluate(lines, campaign.end)
    met = sorted({x.trigger for x in state.activations if x.reversed is None})
    expects = [expect("no_trigger", at=campaign.end)]
    if met:
        expects = [expect("met", name, times=0, at=campaign.end) for name in search.triggers if name not in met]
    said = {x.trigger: x.assessment for x in state.assessments}
    for name in gap.family.triggers:
        if said[name] in ("not_met", "undecided"):
            expects.append(expect("status", name, state=said[name], at=campaign.end))
    title = f"{_said(campaign)}, and nothing is met"
    spaced = _spacing(campaign)
    return Witness(
        search.stage.scenario(title, lines, expects),
        f"{campaign.actor} goes on with {_said(campaign)}{spaced}, all of it at the highest rungs, and no trigger that leads "
        "to a consequence is met; nothing ever ends it",
        smallest=False,
    )


def _spacing(campaign: Campaign) -> str:
    """`, one every 18 hours`, where they are evenly spaced."""
    instants = [event.at for event in campaign.measured]
    steps = {second - first for first, second in pairwise(instants)}
    return f", one every {Duration(steps.pop())}" if len(steps) == 1 else ""


def _digits(number: int) -> str:
    """As numbers are written in the language: `1_960`."""
    return f"{number:_}" if number >= 10_000 else str(number)


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
