"""Renewal by consensus: what is to last ends unless everybody agrees to go on, again and again.

Covers: L17

## What it finds

- A term that is extended *unless objection by 1 of* several: one objection ends the agreement and what does not survive it.
- A power or duty that lapses after a time and comes back only by a vote that one member can block.
- An automatic effect that ends when a vote to go on is *rejected*, and one member can bring that about.

It is silent where more than one has to object or block, where what lapses has another way to come back, and where the term
has no extension at all (a sunset is L16's matter).

## Why it matters

Measures of the European Union against Russia are renewed by unanimity every six months; the mandate of the OSCE mission in
Ukraine was renewed every year by consensus of 57 states, and ended in March 2022 when one did not agree (reported, aalep.eu;
thefrontierpost.com; general knowledge for the OSCE). Each date is an opportunity for whoever wants something else.

## Example

```casus
decision renewal of members
  adopts by consensus
  opens on request of members  closes 30 days after opening
power observe
  upon renewal adopted
  holder mission
  to inspect
  lapses 12 months after activation
```

## Better

```casus
decision termination of members
  adopts by consensus
  opens on request of members  closes 30 days after opening
power observe
  always
  holder mission
  to inspect
  until mandate_ended
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule
from casus.lint.stops import listed, voters
from casus.voting import stoppers
from casus.voting.ways import Against, Ways


@rule("L17", "renewal-by-consensus", "S")
def renewal_by_consensus(draft: Draft) -> Iterator[Finding | Searched]:
    yield from _term(draft)
    yield from _lapsing(draft)
    yield from _ending(draft)


def _term(draft: Draft) -> Iterator[Finding]:
    term = draft.agreement.term
    if term is None or term.extends is None or int(term.extends.number) != 1:
        return
    group = draft.agreement.members(term.extends.group)
    if len(group) > 1:
        yield Finding(
            f"the agreement goes on after its term only if none of {listed(group, 'and')} objects: one objection ends it",
            term.place("extends"),
            (draft.agreement.name, term.extends.group),
            help="ask for objections by more than one, or extend by decision of a majority",
        )


def _lapsing(draft: Draft) -> Iterator[Finding]:
    a = draft.agreement
    called = {norm.if_refused for norm in a.norms.values()}
    called |= {norm.if_breached[1] for norm in a.norms.values() if norm.if_breached is not None}
    for norm in a.norms.values():
        ends = norm.lapses is not None and not isinstance(norm.lapses, n.DueOn)
        by_vote = [signal.name for signal in norm.upon if signal.kind == "adopted"]
        if not ends or not by_vote or len(by_vote) < len(norm.upon) or norm.always or norm.name in called:
            continue
        # a vote that an event opens is an answer to that event, not a renewal
        renewing = [x for x in by_vote if a.decisions[x].opens_on_request_of is not None and not a.decisions[x].opens_upon]
        if len(renewing) < len(by_vote) or not all(len(voters(draft, x)) > 1 and stoppers(a, x) for x in by_vote):
            continue
        blocking = set.intersection(*(set(stoppers(a, x)) for x in by_vote))
        if blocking:
            decision = a.decisions[by_vote[0]]
            yield Finding(
                f"`{norm.name}` lapses and comes back only by `{by_vote[0]}`, which {listed(blocking)}, alone, can prevent "
                "each time",
                norm.place("lapses"),
                (norm.name, *by_vote),
                (Related("the vote that renews it", decision.place("rule", "veto")),),
                "let it go on unless a vote ends it, or renew it by fewer than all",
            )


def _ending(draft: Draft) -> Iterator[Finding]:
    ways = Ways(draft.agreement)
    for effect in draft.agreement.automatics.values():
        for part in effect.ends_when:
            if not isinstance(part, n.EndsDecision) or part.outcome != "rejected" or len(effect.ends_when) > 1:
                continue
            decl = draft.agreement.decisions[part.name]
            ending = [
                x
                for x in voters(draft, part.name)
                if "rejected" in ways.ends(decl, Against(x), "yes") and ways.known_rule(part.name)
            ]
            if ending and len(voters(draft, part.name)) > 1:
                yield Finding(
                    f"`{effect.name}` ends when `{part.name}` is rejected, and {listed(ending)}, alone, can have it rejected",
                    effect.place("ends_when"),
                    (effect.name, part.name),
                    (Related("the vote to go on", decl.place("rule", "veto")),),
                    "let it go on unless a vote to end it is adopted",
                )
