"""Expiry gap: what was called in time is dead the day after.

Covers: L16

## What it finds

The last day of a text is a date that everybody knows. Five things go wrong on it, each shown by a record:

1. a duty, a power or an automatic effect that was called before the expiry, and that `survives` does not name, lapses while
   it is still owed. An attack the day before is answered with nothing;
2. a body is still asked when the text ends. Its answer comes too late to call anything: a duty that would have survived
   never comes about;
3. a duty survives, and the norm that answers its breach does not: afterwards it is owed and nothing follows;
4. an effect survives, and the decision by which it ends can no longer be taken: nobody is bound, so nobody is a member;
5. a party that gave notice in time leaves while its duty is running, and nothing bars it.

Where the text is prolonged unless some object, the record contains their objections. Where the text says that its duration
or its renewal is open, the rule says so in the words of the text.

## Why it matters

Sunset dates are agreed in calm years and reached in tense ones. The sanctions of the Iran arrangement could return until one
day in October 2025, and the return was called in the last weeks before it (reported). Ten-year agreements of 2024 end on
dates that a planner can read (reported, ukrinform.de). Help that was called on the last day and is owed on the first day
without a treaty is help that a government may stop.

## Example

```casus
term in force when ratified by VDR and KST
  lasts 10 years
obligation assist
  upon attack
  debtor KST  creditor VDR
  to finance  amount EUR 1_000_000
  due 30 days after activation
```

## Better

```casus
term in force when ratified by VDR and KST
  lasts 10 years
  extends by 5 years unless objection by 1 of guarantors 180 days before expiry
  withdrawal after 12 months notice  barred while attack
  survives assist, report_breach
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from casus import acts
from casus.diagnostics import Related, Span
from casus.language import nodes as n
from casus.language.scenario import Expect, Line
from casus.lint.checklist import left_open, listed, ticked
from casus.lint.draft import TALK, Draft
from casus.lint.life import Brought, Play
from casus.lint.norms import MINOR, finite
from casus.lint.rule import Finding, Searched, Witness, rule
from casus.lint.stage import expect
from casus.time import DAY, HOUR, MINUTE, Duration, Instant

Bring = Callable[[Instant], Brought | None]
"""Brings something about from an instant on."""


@rule("E601", "expiry-gap", "M")
def expiry_gap(draft: Draft) -> Iterator[Finding | Searched]:
    play = Play(draft)
    found = [*_left_open(draft)]
    end = _end(play)
    if end is not None:
        for kind in (_called, _asked, _remedies, _endless):
            found += kind(play, end)
    found += _leaving(play)
    yield from found
    if not any(x.witness is not None for x in found):
        yield Searched(f"{play.tried} records of something called up to the expiry or a withdrawal, each replayed after it")


@dataclass(frozen=True, slots=True)
class _End:
    """The instant of expiry, and the objections without which it would be prolonged. `after`: the day after."""

    at: Instant
    objections: tuple[Line, ...]
    able: str
    """Who can bring it about: `2 of guarantors`; empty where it comes by itself."""

    @property
    def after(self) -> Instant:
        return self.at + DAY

    @property
    def words(self) -> str:
        return f"when the text expires{f', which {self.able} can bring about by objecting' if self.able else ''}"


def _end(play: Play) -> _End | None:
    a = play.agreement
    if finite(play.draft) is None or a.term is None:
        return None
    since = play.state((), play.start).life
    if since.expires is None:
        return None
    objectors: list[str] = []
    able = ""
    if a.term.extends is not None:
        members = [x for x in a.members(a.term.extends.group) if x in a.parties]
        objectors = members[: int(a.term.extends.number)]
        able = f"{a.term.extends.number.text} of {a.term.extends.group}"
    lines = tuple(play.stage.line(play.start + MINUTE * i, acts.Objection(code)) for i, code in enumerate(objectors))
    return _End(since.expires, lines, able)


def _left_open(draft: Draft) -> Iterator[Finding]:
    for gap in draft.agreement.opens:
        if gap.what == "renewal":
            yield from left_open(
                draft,
                [gap],
                lambda names: f"whether {listed(ticked(names)) or 'it'} is prolonged",
                "say what stands the day after, and for how long",
            )


# ---------------------------------------------------------------- 1. called, and dead


def _called(play: Play, end: _End) -> Iterator[Finding]:
    """Norms and effects that a trigger, a body or a decision calls: one finding for those that one record shows together."""
    a, term = play.agreement, play.agreement.term
    assert term is not None
    survivors = {name for part in term.survives for name in part.names}
    shown: dict[str, tuple[Sequence[Line], Expect]] = {}
    for norm in a.norms.values():
        if norm.kind == "prohibition" or not norm.upon or norm.every is not None or norm.name in survivors:
            continue
        if norm.act is not None and norm.act.verb in MINOR:
            continue
        if any(s.kind in ("breach", "refusal", "lapse") for s in norm.upon):
            continue  # what answers for another norm is told with that norm
        lapsed = _lapses(play, end, norm)
        if lapsed is not None:
            shown[norm.name] = lapsed
    for effect in a.automatics.values():
        ended = _ends(play, end, effect) if effect.name not in survivors else None
        if ended is not None:
            shown[effect.name] = ended
    if not shown:
        return
    witness = _together(play, end, shown)
    lines = f"; only {listed(sorted(survivors))} {_verb(survivors, 'survives', 'survive')}" if survivors else ""
    first = a.norms.get(next(iter(shown))) or a.automatics[next(iter(shown))]
    places = [(x, a.norms.get(x) or a.automatics[x]) for x in shown if x != first.name]
    yield Finding(
        f"{listed(shown)} {_verb(shown, 'dies', 'die')} {end.words}, although called before and still pending{lines}",
        term.place("survives", "lasts"),
        tuple(shown),
        (
            Related(f"{first.name} is called here", first.place("upon")),
            *(Related(f"{name} is called here", decl.place("upon")) for name, decl in places),
            *((Related("nothing bars an objection while something is pending", term.place("extends")),) if end.able else ()),
        ),
        f"let {listed(shown)} survive what was called before the expiry, or let the text run on while anything is pending",
        witness,
    )


def _lapses(play: Play, end: _End, norm: n.NormDecl) -> tuple[Sequence[Line], Expect] | None:
    for signal in reversed(norm.upon):  # the gravest cause stands last by custom; whichever does it is shown
        for before in (HOUR, DAY * 3):
            found = _just_before(play, end, partial(play.active, norm.name, upon=signal), before)
            if found is None or found.instance is None:
                continue
            debtor = found.instance.debtor[0]
            later = play.state((*end.objections, *found.lines), end.after)
            if any(x.name == norm.name and debtor in x.debtor and x.state == "lapsed" for x in later.norms):
                return found.lines, expect("norm", norm.name, who=debtor, state="lapsed", at=end.after)
    return None


def _ends(play: Play, end: _End, effect: n.AutomaticDecl) -> tuple[Sequence[Line], Expect] | None:
    for signal in reversed(effect.upon):
        found = _just_before(play, end, partial(play.signal, signal), HOUR)
        if found is None:
            continue
        lines = (*end.objections, *found.lines)
        alive = [
            x for x in play.state(lines, found.at).effects if x.name == effect.name and x.state in ("pending", "in_effect")
        ]
        later = [x for x in play.state(lines, end.after).effects if x.name == effect.name]
        if alive and later and all(x.state == "ended" for x in later):
            return found.lines, expect("status", effect.name, state="ended", at=end.after)
    return None


def _just_before(play: Play, end: _End, bring: Bring, before: Duration) -> Brought | None:
    """What `bring` brings about so late that it is done less than three days before the expiry, and yet before it."""
    first = bring(play.start)
    if first is None:
        return None
    took = first.at - play.start
    moved = bring(end.at - before - took)
    return moved if moved is not None and moved.at < end.at else None


def _together(play: Play, end: _End, shown: dict[str, tuple[Sequence[Line], Expect]]) -> Witness | None:
    """One record for all, if the lines of one do for every one; else for as many as the lines of the first do."""
    best: tuple[int, list[Line], list[Expect]] | None = None
    for lines, _ in shown.values():
        record = [*end.objections, *lines]
        results = play.stage.replay(play.stage.scenario("all", record, [e for _, e in shown.values()])).results
        play.tried += 1
        holds = [r.expect for r in results if r.passed]
        if best is None or len(holds) > best[0]:
            best = (len(holds), record, holds)
    if best is None or not best[2]:
        return None
    expects = [expect("status", play.agreement.name, state="expired", at=end.after), *best[2]]
    outcome = f"what was called shortly before the expiry ({end.at}) is dead a day after it: {listed(e.name for e in best[2])}"
    return play.witness("called before the expiry and dead after it", best[1], expects, outcome)


# ---------------------------------------------------------------- 2. asked, and never answered


def _asked(play: Play, end: _End) -> Iterator[Finding]:
    """Determinations that are answered, and votes that are cast, after the text has ended."""
    a = play.agreement
    for determination in a.determinations.values():
        body, name = determination.body, determination.name
        answer = play.stage.line(end.at + HOUR, acts.Determination(body, name, "yes"))
        called = _Late(
            name, "determined", "yes", (answer,), f"{body} answers {name}", f"{body} says yes", determination.place("due")
        )
        yield from _too_late(play, end, called, partial(play.met, determination.of))
    for decision in a.decisions.values():
        members = a.who(decision.members)
        votes = tuple(play.stage.line(end.at + HOUR, acts.Vote(m, "yes", decision.name)) for m in members)
        words = f"{listed(members)} vote on {decision.name}"
        called = _Late(decision.name, "adopted", "lapsed", votes, words, "everybody votes yes", decision.place("closes"))
        yield from _too_late(play, end, called, partial(_opened, play, decision))


@dataclass(frozen=True, slots=True)
class _Late:
    """A determination or decision that is open when the text ends, and what is done about it then."""

    name: str
    kind: str
    becomes: str
    acts: tuple[Line, ...]
    words: str
    done: str
    place: Span | None


def _too_late(play: Play, end: _End, late: _Late, bring: Bring) -> Iterator[Finding]:
    a, term = play.agreement, play.agreement.term
    assert term is not None
    survivors = {name for part in term.survives for name in part.names}
    norms = [x for x in a.norms.values() if x.name in survivors and _waits(x, late)]
    effects = [x for x in a.automatics.values() if x.name in survivors and _waits(x, late)]
    waiting = [*(x.name for x in norms), *(x.name for x in effects)]
    found = _just_before(play, end, bring, HOUR) if waiting else None
    if found is None:
        return
    expects = [expect("status", late.name, state=late.becomes, at=end.after)]
    expects += [expect("norm", x.name, who=a.who(x.debtor)[0], state="none", at=end.after) for x in norms]
    expects += [expect("status", x.name, state="none", at=end.after) for x in effects]
    outcome = f"what calls for {late.name} happens before the expiry, {late.done} after it, and nothing follows"
    keep = late.acts if late.kind == "adopted" else ()  # a vote that is too late leaves no trace: it is shown all the same
    lines = [*end.objections, *found.lines, *(late.acts if not keep else ())]
    witness = play.witness("an answer after the expiry", lines, expects, outcome, keep=keep)
    if witness is not None:
        yield Finding(
            f"{listed(waiting)} {_verb(waiting, 'survives', 'survive')} the expiry, but {_verb(waiting, 'is', 'are')} not "
            f"called where {late.words} after it",
            late.place,
            (late.name, *waiting),
            (Related(f"{listed(waiting)} {_verb(waiting, 'survives', 'survive')} the expiry", term.place("survives")),),
            "say that an answer on what happened before the expiry counts after it, or let the text run on meanwhile",
            witness,
        )


def _waits(decl: n.NormDecl | n.AutomaticDecl, late: _Late) -> bool:
    return any(s.kind == late.kind and s.name == late.name for s in decl.upon)


def _opened(play: Play, decision: n.DecisionDecl, at: Instant) -> Brought | None:
    if decision.opens_on_request_of is not None:
        return None  # whoever asks at the last hour knows that it is
    return next((x for x in (play.signal(s, at) for s in decision.opens_upon) if x is not None), None)


# ---------------------------------------------------------------- 3. surviving duties without what answers their breach


def _remedies(play: Play, end: _End) -> Iterator[Finding]:
    a, term = play.agreement, play.agreement.term
    assert term is not None
    survivors = {name for part in term.survives for name in part.names}
    for norm in a.norms.values():
        called = norm.if_breached[1] if norm.if_breached is not None else None
        if norm.name not in survivors or called is None or called in survivors or norm.kind != "obligation":
            continue
        found = _just_before(play, end, partial(play.active, norm.name), HOUR)
        if found is None or found.instance is None or found.instance.due is None or found.instance.due < end.at:
            continue
        debtor, after = found.instance.debtor[0], found.instance.due + DAY
        answering = a.who(a.norms[called].debtor)
        who = debtor if debtor in answering else answering[0]
        expects = [
            expect("norm", norm.name, who=debtor, state="breached", at=after),
            expect("norm", called, who=who, state="none", at=after),
        ]
        outcome = f"{norm.name} outlives the text and is breached, and {called} is not called"
        witness = play.witness("a breach after the expiry", [*end.objections, *found.lines], expects, outcome)
        if witness is not None:
            yield Finding(
                f"{norm.name} survives the expiry and {called}, which answers its breach, does not",
                term.place("survives"),
                (norm.name, called),
                (Related(f"{called} is called here", norm.place("if_breached")),),
                f"let {called} survive, too",
                witness,
            )


# ---------------------------------------------------------------- 4. surviving effects that nobody can end


def _endless(play: Play, end: _End) -> Iterator[Finding]:
    a, term = play.agreement, play.agreement.term
    assert term is not None
    survivors = {part_name: part for part in term.survives for part_name in part.names}
    for effect in a.automatics.values():
        deciding = [x.name for x in effect.ends_when if isinstance(x, n.EndsDecision) and x.outcome == "adopted"]
        part = survivors.get(effect.name)
        if not deciding or part is None or part.period is not None:
            continue
        found = _just_before(play, end, partial(_first, play, effect), DAY * 10)
        decision = a.decisions[deciding[0]]
        later = end.after + DAY
        asking = a.who(decision.opens_on_request_of)
        if found is None or not asking:
            continue
        request = [play.stage.line(later, acts.Request(m, decision.name)) for m in asking]
        votes = [play.stage.line(later + HOUR, acts.Vote(m, "yes", decision.name)) for m in a.who(decision.members)]
        far = later + Duration.of(days=365)
        expects = [
            expect("status", a.name, state="expired", at=far),
            expect("status", effect.name, state="in_effect", at=far),
            expect("status", decision.name, state="none", at=far),
        ]
        outcome = f"{effect.name} is in effect a year after the expiry; {decision.name} is asked for, voted on, and cannot open"
        lines = [*end.objections, *found.lines]
        witness = play.witness("an effect that nobody can end", lines, expects, outcome, keep=[*request, *votes])
        if witness is not None:
            yield Finding(
                f"{effect.name} survives the expiry without end: it ends only with {decision.name}, "
                "and then nobody is bound who could adopt it",
                effect.place("ends_when"),
                (effect.name, decision.name),
                (Related(f"{effect.name} survives", term.place("survives")),),
                f"let {effect.name} survive for a period, or say who decides on its end after the expiry",
                witness,
            )


def _first(play: Play, effect: n.AutomaticDecl, at: Instant) -> Brought | None:
    return next((x for x in (play.signal(s, at) for s in effect.upon) if x is not None), None)


# ---------------------------------------------------------------- 5. leaving in time


def _leaving(play: Play) -> Iterator[Finding]:
    """A debtor whose notice takes effect while its duty is in force: the bars of the text do not hold it."""
    a, term = play.agreement, play.agreement.term
    if term is None or term.withdrawal_notice is None:
        return
    gone: dict[str, Witness] = {}
    for norm in a.norms.values():
        if norm.kind == "prohibition" or not norm.upon or norm.every is not None or (norm.act and norm.act.verb in TALK):
            continue
        if any(s.kind in ("breach", "refusal", "lapse") for s in norm.upon):
            continue
        witness = _escape(play, term, norm)
        if witness is not None:
            gone[norm.name] = witness
    if gone:
        name, shown = next(iter(gone.items()))
        bars = listed(term.barred_while, "or")
        barred = f"nothing but {bars} bars it" if bars else "nothing bars it"
        yield Finding(
            f"whoever gave notice {term.withdrawal_notice.period} before leaves while {listed(gone)} "
            f"{_verb(gone, 'is', 'are')} owed, and {barred}",
            term.place("withdrawal_notice"),
            tuple(gone),
            (Related(f"{name} is called here", a.norms[name].place("upon")),),
            f"let {listed(gone)} survive a withdrawal, or bar it while anything is pending",
            shown,
        )


def _escape(play: Play, term: n.TermDecl, norm: n.NormDecl) -> Witness | None:
    assert term.withdrawal_notice is not None
    a = play.agreement
    notice = play.start
    effect = a.clock.add(notice, term.withdrawal_notice.period)
    for signal in norm.upon:
        first = play.active(norm.name, play.start, upon=signal)
        if first is None:
            continue
        found = play.active(norm.name, effect - HOUR - (first.at - play.start), upon=signal)
        parties = [
            x for x in (found.instance.debtor if found is not None and found.instance is not None else ()) if x in a.parties
        ]
        if found is None or not parties or found.at >= effect:
            continue
        leaver = parties[0]
        lines = [play.stage.line(notice, acts.Denunciation(leaver)), *found.lines]
        expects = [
            expect("norm", norm.name, who=leaver, state="in_force", at=found.at),
            expect("norm", norm.name, who=leaver, state="lapsed", at=effect),
        ]
        outcome = f"{leaver} owes {norm.name} for an hour; then its notice takes effect and it owes nothing"
        witness = play.witness("notice given in time", lines, expects, outcome)
        if witness is not None:
            return witness
    return None


def _verb(names: object, one: str, many: str) -> str:
    return one if len(names) == 1 else many  # type: ignore[arg-type]
