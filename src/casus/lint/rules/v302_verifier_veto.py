"""Verifier veto: by saying nothing a body keeps a promise from ever falling due.

## What it finds

A duty of assistance or of measures, an automatic effect or a vote on measures that never comes about, from any start, as
long as one body is silent:

- the triggers need a rung that only this body grants: no number of sources gives it, no other body may, and the silence of
  the ladder escalates to nobody who grants it,
- the events count only once the body has answered a finding, nothing is presumed, and the question goes to nobody else,
- the body alone determines, and its silence lets the determination lapse.

It is silent where another body may speak, where the question escalates to a body or a vote that can answer, where something
is presumed, and where another trigger brings the same about without the body. Casus never lets silence attribute or send
force; so the cure is somebody else who may speak, not silence that counts as a yes.

## Why it matters

The monitors of the Special Monitoring Mission in Ukraine reported and did not attribute (reported, reliefweb.int), and a
mission that is kept from its place sees nothing. Whoever can keep a body silent, by denying access, money or a quorum, holds
its veto.

## Example

```casus
determination attack_case of attack by commission due 24 hours after activation if silent lapses
obligation assist
  upon attack_case determined
  debtor every guarantor  creditor VDR
  to supply
  due 14 days after activation
```

## Better

```casus
determination attack_case of attack by commission due 24 hours after activation if silent escalates to measures
decision measures of guarantors
  adopts by consensus minus 1
  closes 24 hours after opening
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from casus import acts
from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.scenario import Expect, Line
from casus.lint.draft import Draft
from casus.lint.life import Play
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.stage import expect
from casus.lint.stops import because, listed, stops
from casus.time import DAY, Instant
from casus.voting.reading import trigger_stopped


@dataclass(frozen=True, slots=True)
class _Hold:
    """What a body withholds: a ladder's rung, an answer, a determination; the triggers and consequences that wait for it."""

    body: str
    of: str
    triggers: tuple[str, ...]
    consequences: tuple[str, ...]


@rule("V302", "verifier-veto", "M")
def verifier_veto(draft: Draft) -> Iterator[Finding | Searched]:
    play = Play(draft)
    witnesses = 0
    for hold in _holds(draft):
        witness = _witness(play, hold)
        witnesses += witness is not None
        yield _finding(draft, hold, witness)
    if not witnesses:
        yield Searched(f"{len(draft.agreement.bodies)} bodies, {len(draft.levers)} ways, {play.tried} records")


def _holds(draft: Draft) -> tuple[_Hold, ...]:
    """By body and by what it withholds, in the order of the text."""
    found: dict[tuple[str, str], tuple[dict[str, None], dict[str, None]]] = {}
    for stop in stops(draft, {"silence"}):
        for body in stop.actors:
            a = draft.agreement
            reasons = trigger_stopped(a, stop.at, body, False) if stop.at in a.triggers else (stop.at,)
            for reason in reasons:
                triggers, consequences = found.setdefault((body, reason), ({}, {}))
                consequences[stop.consequence] = None
                triggers[stop.at if stop.at in a.triggers else a.determinations[stop.at].of] = None
    return tuple(_Hold(body, of, tuple(t), tuple(c)) for (body, of), (t, c) in found.items())


def _finding(draft: Draft, hold: _Hold, witness: Witness | None) -> Finding:
    a, decl = draft.agreement, _declared(draft, hold.of)
    never = f"{_quoted(hold.consequences)} never {'comes' if len(hold.consequences) == 1 else 'come'} about"
    if hold.of in a.ladders:
        met = f"{_quoted(hold.triggers)} {'is' if len(hold.triggers) == 1 else 'are'} not met"
        message = (
            f"as long as `{hold.body}` is silent, no event reaches the rung of `{hold.of}` that is needed: {met}, and {never}"
        )
        help_ = "let a second body or independent sources grant the rung, or let silence escalate to a body that grants it"
    elif hold.of in a.findings:
        message = f"as long as `{hold.body}` does not answer `{hold.of}`, {_quoted(hold.triggers)} cannot be met, and {never}"
        help_ = "say what is presumed, or let the question escalate to somebody who can answer it"
    else:
        message = f"`{hold.of}` lapses where `{hold.body}` is silent, and then {never}"
        help_ = "let silence escalate to another body or to a vote"
    place = decl.place("silence", "escalates_to", "due") if decl is not None else None
    related = tuple(x for name in hold.consequences for x in because(draft, name, f"`{name}` waits for it", "upon"))
    body = a.bodies.get(hold.body)
    whose = () if body is None else (Related("the body", body.span),)
    return Finding(message, place, (hold.of, hold.body, *hold.consequences), (*whose, *related), help_, witness)


def _quoted(names: Sequence[str]) -> str:
    return listed([f"`{x}`" for x in names], "and")


def _declared(draft: Draft, name: str) -> n.Node | None:
    a = draft.agreement
    return a.ladders.get(name) or a.findings.get(name) or a.determinations.get(name)


# ---------------------------------------------------------------- witness


def _witness(play: Play, hold: _Hold) -> Witness | None:
    """Events that would do if the body spoke; it does not, and a year later nothing has come about. The shortest record."""
    found: list[Witness] = []
    for trigger in hold.triggers:
        good = play.met(trigger, play.start)
        if good is None:
            continue
        late = good.at + DAY * 365
        missed = [_none(play, name, late) for name in hold.consequences[:2]]
        if hold.of in play.agreement.determinations:
            expects = [expect("status", hold.of, state="lapsed", at=late), *missed]
            outcome = f"`{trigger}` is met, `{hold.body}` says nothing, and a year later nothing has followed"
            witness = play.witness(f"{hold.body} is silent", good.lines, expects, outcome)
        else:
            kept = [x for line in good.lines if (x := _unsaid(play, hold, trigger, line)) is not None]
            expects = [expect("met", trigger, times=0, at=late), *missed]
            outcome = f"the same events meet `{trigger}` once `{hold.body}` speaks; it says nothing, and nothing follows"
            witness = play.witness(f"{hold.body} is silent", (), expects, outcome, keep=kept)
        if witness is not None:
            found.append(witness)
    return min(found, key=lambda x: len(x.scenario.items), default=None)


def _none(play: Play, name: str, at: Instant) -> Expect:
    norm = play.agreement.norms.get(name)
    if norm is None:
        return expect("status", name, state="none", at=at)
    return expect("norm", name, who=play.agreement.who(norm.debtor)[0], state="none", at=at)


def _unsaid(play: Play, hold: _Hold, trigger: str, line: Line) -> Line | None:
    """A line without what only the body could have said: its answer, or the rung and those above it."""
    act = line.act
    ladder = play.agreement.ladders.get(hold.of)
    if ladder is None:
        return None if isinstance(act, acts.FindingAnswer) and act.finding == hold.of else line
    if not isinstance(act, acts.Report | acts.Estimate):
        return line
    needed = next((x.rung for x in play.agreement.triggers[trigger].needs if x.ladder == hold.of), ladder.rungs[-1])
    below = ladder.rungs[max(0, ladder.rungs.index(needed) - 1)]
    stands = tuple(below if rung in ladder.rungs else rung for rung in act.stands_for)
    return replace(line, act=replace(act, stands_for=stands))
