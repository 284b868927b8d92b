"""Decision after effect: the vote that governs something closes when it has already happened.

## What it finds

- An automatic effect `unless` a decision is adopted, where the decision, opened as soon as it can be, closes later than the
  effect takes place. Whatever is voted, it comes too late.
- A duty that comes by the adoption of a decision and is due a time after the *event* or its report, where the decision takes
  at least that long: the duty is breached in the instant in which it comes about.

It is silent where the decision closes `early`, as soon as no vote can change it, where it closes at the effect's instant or
before, and where the date is counted from the activation.

## Why it matters

In the Iran arrangement the thirty days of the Council end a day before the measures are back, so that a vote could have
stopped them: the order of the two dates is the whole mechanism (primary text: resolution 2231 (2015), paragraphs 11 and 12).
Drafted the other way round the vote would have been theatre.

## Example

```casus
decision stop_return of guarantors
  adopts by majority
  opens upon attack  closes 7 days after opening
automatic snapback
  upon attack
  reinstate sanctions  at 72 hours after activation
  unless stop_return adopted
```

## Better

```casus
decision stop_return of guarantors
  adopts by majority
  opens upon attack  closes 48 hours after opening
automatic snapback
  upon attack
  reinstate sanctions  at 72 hours after activation
  unless stop_return adopted
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus import acts
from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.scenario import Line
from casus.lint.draft import Draft
from casus.lint.life import Play
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.stage import expect
from casus.lint.stops import voters
from casus.time import MINUTE, Duration


@rule("P404", "decision-after-effect", "M")
def decision_after_effect(draft: Draft) -> Iterator[Finding | Searched]:
    play = Play(draft)
    found = [*_stopping(play), *_enabling(play)]
    yield from found
    if not any(x.witness is not None for x in found):
        yield Searched(f"{len(draft.agreement.decisions)} decisions with what they govern, {play.tried} records")


# ---------------------------------------------------------------- a vote that is to stop an effect


def _stopping(play: Play) -> Iterator[Finding]:
    a = play.agreement
    for effect in a.automatics.values():
        decl = a.decisions[effect.unless.name] if effect.unless is not None and effect.unless.outcome == "adopted" else None
        takes = _takes(decl) if decl is not None else None
        if decl is None or takes is None or not voters(play.draft, decl.name):
            continue
        for signal in effect.upon:
            comes, start = _quickest(a, signal), _start(a, signal)
            at = _after(effect.at, "activation")
            if comes is None or at is None or start is None or not _opens_at(a, decl, start):
                continue
            if takes > comes + at:
                yield Finding(
                    f"`{decl.name}` can stop `{effect.name}` only until {comes + at} after `{start}` and closes {takes} after "
                    "it opens: whatever is voted comes too late",
                    decl.place("closes"),
                    (decl.name, effect.name),
                    (Related("the effect takes place", effect.place("at", "name")),),
                    f"let `{decl.name}` close by then, or `early`, or let the effect wait longer",
                    _too_late(play, effect, decl, signal),
                )
                break


def _takes(decl: n.DecisionDecl) -> Duration | None:
    """From its opening to its closing at the earliest; None where votes can close it, or the text gives no exact time."""
    return None if decl.early else _after(decl.closes, "opening", "activation")


def _after(due: n.Due | n.DueColumn | None, *anchors: n.Anchor) -> Duration | None:
    match due:
        case None:
            return Duration(0) if "activation" in anchors and "opening" not in anchors else None
        case n.DueAt(anchor=anchor) if anchor in anchors:
            return Duration(0)
        case n.DueAfter(length=n.Dur() as length, anchor=anchor) if anchor in anchors:
            return length.duration
        case _:
            return None


def _quickest(a: Agreement, signal: n.Signal) -> Duration | None:
    """How soon after its trigger a signal can come: a body may answer at once, a vote takes its time."""
    match signal.kind:
        case None if signal.name in a.triggers:
            return Duration(0)
        case "determined":
            return Duration(0)
        case "adopted":
            return _takes(a.decisions[signal.name])
        case _:
            return None


def _start(a: Agreement, signal: n.Signal) -> str | None:
    """The trigger that a signal comes from."""
    match signal.kind:
        case None if signal.name in a.triggers:
            return signal.name
        case "determined":
            return a.determinations[signal.name].of
        case "adopted":
            opening = (_start(a, s) for s in a.decisions[signal.name].opens_upon if s.kind != "adopted")
            return next((x for x in opening if x is not None), None)
        case _:
            return None


def _opens_at(a: Agreement, decl: n.DecisionDecl, start: str) -> bool:
    """Whether it opens with the trigger at the earliest, or on request."""
    return decl.opens_on_request_of is not None or any(_start(a, signal) == start for signal in decl.opens_upon)


def _too_late(play: Play, effect: n.AutomaticDecl, decl: n.DecisionDecl, signal: n.Signal) -> Witness | None:
    """Everybody votes for stopping it within minutes, and it takes place all the same."""
    good = play.signal(signal, play.start)
    if good is None:
        return None
    lines: list[Line] = list(good.lines)
    if decl.opens_on_request_of is not None:
        asking = play.agreement.who(decl.opens_on_request_of)
        needed = max((int(x.number) for x in decl.opens_on_request_of.atoms if isinstance(x, n.KOf)), default=1)
        lines += [play.stage.line(good.at, acts.Request(x, decl.name)) for x in asking[:needed]]
    state = play.state(lines, good.at)
    ballot = next((x for x in state.decisions if x.name == decl.name and x.state == "open"), None)
    pending = next((x for x in state.effects if x.name == effect.name), None)
    if ballot is None or pending is None:
        return None
    voted = good.at + MINUTE
    votes = [play.stage.line(voted, acts.Vote(x, "yes", decl.name)) for x in ballot.members]
    expects = [
        expect("status", decl.name, state="adopted", at=ballot.closes),
        expect("status", effect.name, state="in_effect", at=ballot.closes),
    ]
    if pending.at < ballot.closes:
        expects.insert(0, expect("status", decl.name, state="open", at=max(pending.at, voted)))
    outcome = f"every member votes for `{decl.name}` within minutes, and `{effect.name}` takes place before it is adopted"
    return play.witness(f"{decl.name} comes too late", lines, expects, outcome, keep=votes)


# ---------------------------------------------------------------- a vote that brings a duty


def _enabling(play: Play) -> Iterator[Finding]:
    a = play.agreement
    for norm in a.norms.values():
        length = _after(norm.due, "occurrence", "report", "verification") if norm.kind == "obligation" and norm.due else None
        for signal in norm.upon if length is not None else ():
            decl = a.decisions.get(signal.name) if signal.kind == "adopted" else None
            takes = _takes(decl) if decl is not None else None
            if decl is not None and length is not None and takes is not None and takes >= length and decl.opens_upon:
                yield Finding(
                    f"`{norm.name}` is due {length} after the event and comes by `{decl.name}`, which closes {takes} after "
                    "it opens: it is breached when it comes about",
                    norm.place("due"),
                    (norm.name, decl.name),
                    (Related("the vote closes", decl.place("closes")),),
                    "count the date from the activation, or let the vote close sooner",
                    _born_breached(play, norm, decl),
                )


def _born_breached(play: Play, norm: n.NormDecl, decl: n.DecisionDecl) -> Witness | None:
    good = play.decided(decl.name, "adopted", play.start)
    if good is None:
        return None
    votes = [x for x in good.lines if isinstance(x.act, acts.Vote)]
    others = [x for x in good.lines if not isinstance(x.act, acts.Vote)]
    debtor = play.agreement.who(norm.debtor)[0]
    expects = [
        expect("status", decl.name, state="adopted", at=good.at),
        expect("norm", norm.name, who=debtor, state="breached", at=good.at),
    ]
    outcome = f"`{norm.name}` is breached in the instant in which `{decl.name}` is adopted"
    return play.witness(f"{norm.name} comes too late", others, expects, outcome, keep=votes)
