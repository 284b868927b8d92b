"""Veto deadlock: one member can always prevent the only way out.

## What it finds

A duty of assistance, a duty to take measures or an automatic effect to which every way of the text leads through one vote,
where the rule of that vote lets a single member prevent adoption: by voting no, by abstaining where that counts, or by
staying away. It is the rule that gives the power (unanimity, consensus, a quorum of all); a veto that the text declares is
L05's.

Also a vote that no time closes (`early` without `closes`): as long as one member has not acted and could still change the
outcome it stays open, and what waits for it never comes.

It is silent where another way is left: an escalation to another vote or body that brings the same thing about, a second
decision, a body's determination, or a trigger that brings it about without the vote. It is silent on a reverse vote
(`automatic … unless D adopted`): there a no does not stop the effect, it lets it happen. A vote of one member is that
member's own decision, no deadlock.

## Why it matters

In the Istanbul draft of April 2022 the demand was reported that the guarantors act only as all of them agree, the attacker
being one of them (reported; the project's gallery keeps it as an option beside the other side's text). A promise that needs
everybody's yes when it falls due is a promise of the most reluctant.

## Example

```casus
decision assistance of guarantors
  adopts by unanimity
  opens upon attack  closes 72 hours after opening
  if silent rejected
obligation assist
  upon assistance adopted
  debtor every guarantor  creditor VDR
  to supply
  due 14 days after activation
```

## Better

```casus
decision assistance of guarantors
  adopts by consensus minus 1
  opens upon attack  closes 72 hours after opening
  if silent rejected
obligation assist
  upon assistance adopted
  debtor every guarantor  creditor VDR
  to supply
  due 14 days after activation
```

Or each guarantor acts on its own after a body has determined the attack, and a vote can only stop that (a reverse vote).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from casus import acts
from casus.language.scenario import Expect, Line
from casus.lint.draft import Draft
from casus.lint.life import Play
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.stage import expect
from casus.lint.stops import Stop, because, declaration, listed, promised, stops, vetoes, voters
from casus.time import DAY, Instant


@rule("P401", "veto-deadlock", "M")
def veto_deadlock(draft: Draft) -> Iterator[Finding | Searched]:
    play = Play(draft)
    witnesses = 0
    for stop in stops(draft, {"vote", "absence"}):
        blockers = tuple(x for x in stop.actors if x not in vetoes(draft, stop.at))
        if not blockers or not promised(draft, stop.consequence) or len(voters(draft, stop.at)) < 2:
            continue
        away = all(path.lever == "absence" for path in stop.paths if path.actor in blockers)
        how = "by staying away from" if away else "with one vote in"
        witness = _witness(play, replace(stop, actors=blockers), away)
        witnesses += witness is not None
        decl = declaration(draft, stop.at)
        yield Finding(
            f"`{stop.consequence}` comes about only if `{stop.at}` is adopted, and {listed(blockers)}, alone, can prevent that "
            f"{how} it",
            decl.place("rule") if decl is not None else None,
            (stop.at, stop.consequence),
            because(draft, stop.consequence, f"`{stop.consequence}` waits for it", "upon"),
            "let some fewer than all adopt it, give a rejection a way on, or let it happen unless a vote stops it",
            witness,
        )
    if not witnesses:
        yield Searched(f"{len(draft.levers)} ways on which one actor stops something, {play.tried} records")


def _witness(play: Play, stop: Stop, away: bool) -> Witness | None:
    """The record on which all goes well, but for one member's vote."""
    a = play.agreement
    norm = a.norms.get(stop.consequence)
    if norm is not None:
        good = play.active(stop.consequence, play.start)
    else:
        upon = a.automatics[stop.consequence].upon
        good = next((x for x in (play.signal(s, play.start) for s in upon) if x is not None), None)
    if good is None:
        return None
    for blocker in stop.actors:
        votes: list[Line] = []
        others: list[Line] = []
        hit = False
        for line in good.lines:
            if isinstance(line.act, acts.Vote) and line.act.decision == stop.at and line.act.member == blocker:
                hit = True
                if not away:
                    votes.append(replace(line, act=replace(line.act, vote="no")))
            elif isinstance(line.act, acts.Vote):
                votes.append(line)
            else:
                others.append(line)
        if not hit:
            continue
        late = good.at + DAY * 30
        missed = _none(play, stop, late)
        by = "stays away" if away else "votes no"
        state = next((x.state for x in reversed(play.state([*others, *votes], late).decisions) if x.name == stop.at), None)
        if state is None:
            continue
        expects: list[Expect] = [expect("status", stop.at, state=state, at=late), *missed]
        outcome = f"every other member votes yes, {blocker} alone {by}, and `{stop.consequence}` never comes about"
        witness = play.witness(f"{blocker} alone {by}", others, expects, outcome, keep=votes)
        if witness is not None:
            return witness
    return None


def _none(play: Play, stop: Stop, at: Instant) -> Sequence[Expect]:
    norm = play.agreement.norms.get(stop.consequence)
    if norm is None:
        return [expect("status", stop.consequence, state="none", at=at)]
    debtors = play.agreement.who(norm.debtor)
    return [expect("norm", stop.consequence, who=x, state="none", at=at) for x in debtors[:1]]
