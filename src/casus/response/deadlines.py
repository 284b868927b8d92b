"""Every deadline ahead of a State, and what happens at each if nobody acts.

What happens is not read off the text but computed: the timers run on over the same record with no further entry, and what
became of each item at its instant is told. Where the text says who may still stop it, that is told too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

from casus.journal.entry import View
from casus.language.agreement import Agreement
from casus.norms import NEVER
from casus.response.project import project
from casus.state import sentences as say
from casus.state import words as w
from casus.state.model import Coming, NormInstance, State
from casus.time import Clock, Instant

_CALENDAR: Final = ("review", "expiry")
"""Years ahead as a rule; what they bring is read from the term, so that nothing has to be run that far."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that falls due by itself. `key` names it whatever its instant is, so that a moved one is the same one."""

    key: str
    at: Instant
    kind: str
    id: str
    who: tuple[str, ...]
    """Whose act would change it."""
    for_: tuple[str, ...]
    """To whom it is owed."""
    article: str | None
    text: str
    if_nobody_acts: tuple[str, ...]
    stops: tuple[str, ...]
    """What can still stop or change it, and who may."""
    until_then: int
    """Microseconds from the State's instant."""

    def concerns(self, party: str) -> bool:
        """Whether the party has to act; a date of the agreement itself concerns everyone."""
        return party in self.who or self.kind in (*_CALENDAR, "suspension_end")


def next_deadline(state: State) -> Instant | None:
    """The first instant after the State's at which something falls due by itself; what a clock should wake for."""
    return min((coming.at for coming in state.coming if coming.at > state.at), default=None)


def deadlines(agreement: Agreement, view: View, state: State, until: Instant | None = None) -> tuple[Deadline, ...]:
    """The deadlines after `state.at` and not after `until`, the nearest first; of `state`, which is of this view.

    Raises nothing; the timers are run on once, up to the last deadline told that is no review and no expiry.
    """
    ahead = [c for c in state.coming if c.at > state.at and (until is None or c.at <= until)]
    runs = [c.at for c in ahead if c.kind not in _CALENDAR]
    later = project(agreement, view, max(runs)) if runs else state
    teller = _Teller(agreement, state, later)
    return tuple(teller.deadline(coming) for coming in ahead)


@dataclass(frozen=True, slots=True)
class _Teller:
    agreement: Agreement
    now: State
    later: State

    def deadline(self, c: Coming) -> Deadline:
        article, for_ = self._about(c)
        return Deadline(
            key=f"{self.now.agreement}/{c.kind}/{c.id}",
            at=c.at,
            kind=c.kind,
            id=c.id,
            who=c.who or tuple(sorted({code for codes, _ in self._stoppers(c) for code in codes})),
            for_=for_,
            article=article,
            text=self._text(c),
            if_nobody_acts=tuple(self._outcome(c)),
            stops=tuple(text for _, text in self._stoppers(c)),
            until_then=c.at.us - self.now.at.us,
        )

    # ------------------------------------------------------------ what it is

    def _about(self, c: Coming) -> tuple[str | None, tuple[str, ...]]:
        norm = _find(self.now.norms, c.id)
        if norm is not None:
            return norm.article, norm.creditor
        articles = {x.id: x.article for x in self.now.effects}
        articles |= {x.id: x.article for x in self.now.decisions}
        articles |= {x.id: x.article for x in self.now.determinations}
        if c.id in articles:
            return articles[c.id], ()
        if c.kind == "finding":
            return self.agreement.findings[c.id.split(" on ")[0]].article, ()
        if c.kind in _CALENDAR and self.agreement.term is not None:
            return self.agreement.term.article, ()
        return None, ()

    def _text(self, c: Coming) -> str:
        norm = _find(self.now.norms, c.id)
        if norm is not None:
            lead = {"lapse": "lapses: ", "approval": "needs national approval by then: "}.get(c.kind, "")
            return f"{lead}{say.duty(norm)} ({norm.name})"
        decision = _find(self.now.decisions, c.id)
        if decision is not None:
            return f"{decision.name} closes: {decision.tally}"
        return c.text

    # ------------------------------------------------------------ what happens

    def _outcome(self, c: Coming) -> Iterator[str]:
        match c.kind:
            case "due" | "lapse" | "approval":
                yield from self._norm(c)
            case "closing":
                yield from self._closing(c)
            case "determination":
                yield from self._determination(c)
            case "finding":
                yield from self._finding(c)
            case "effect":
                effect = _find(self.later.effects, c.id)
                if effect is not None:
                    package = f" ({effect.package})" if effect.package else ""
                    word = {"in_effect": "it takes effect", "ended": "it takes effect"}.get(effect.state)
                    yield (
                        f"{word}{package}" if word else f"it is {w.state_word(effect.state)}: {w.plain(effect.history[-1][2])}"
                    )
            case "expiry":
                yield from self._expiry(c)
            case "suspension_end":
                yield "the agreement applies again; dues that stood still run on"
            case _:
                yield "nothing happens by itself"

    def _norm(self, c: Coming) -> Iterator[str]:
        norm = _find(self.later.norms, c.id)
        if norm is None:
            return
        reached = next((state for at, state, _ in norm.history if at >= c.at), norm.state)
        word = (
            {"due": "it is breached", "lapse": "it lapses"}.get(c.kind, "no answer is a refusal") if reached in _TURNS else ""
        )
        yield word or f"it is {w.state_word(reached)}"
        yield from self._follows(lambda cause: cause.endswith(f" of {c.id}"))

    def _closing(self, c: Coming) -> Iterator[str]:
        decision = _find(self.later.decisions, c.id)
        if decision is None:
            return
        yield f"it is {w.state_word(decision.state)}" + (f": {w.plain(decision.why)}" if decision.why else "")
        yield from self._follows(lambda cause: cause == c.id)

    def _determination(self, c: Coming) -> Iterator[str]:
        found = _find(self.later.determinations, c.id)
        if found is None:
            return
        passed = next((state for at, state, _ in found.history if at >= c.at), found.state)
        yield {"lapsed": "it lapses unanswered", "escalated": "it passes on"}.get(passed, f"it is {w.state_word(passed)}")
        yield from self._follows(lambda cause: cause == c.id)

    def _finding(self, c: Coming) -> Iterator[str]:
        name, _, event = c.id.partition(" on ")
        question = next((q for q in self.later.findings if q.finding == name and q.event == event), None)
        if question is None:
            return
        if question.source == "presumed":
            yield f"it is presumed: {'yes' if question.value else 'no'}"
        elif question.source in ("escalated", "decided"):
            yield f"it passes on to {question.body}"
        else:
            yield "it stays unknown"
        yield from self._follows(lambda cause: cause == c.id)

    def _expiry(self, c: Coming) -> Iterator[str]:
        term = self.agreement.term
        if term is not None and term.extends is not None:
            stated = c.at - term.extends.before.duration
            period = str(term.extends.period.period)
            objectors = f"{int(term.extends.number)} of {term.extends.group}"
            yield f"it is extended by {period} unless {objectors} object by {w.when(stated)}"
        else:
            yield "the agreement expires; what does not survive ends"

    def _follows(self, caused: Callable[[str], bool]) -> Iterator[str]:
        """What comes into being in the run without further entries and was not there before."""
        known = {x.id for x in self.now.norms} | {x.id for x in self.now.effects} | {x.id for x in self.now.decisions}
        for norm in _together([x for x in self.later.norms if x.id not in known and caused(x.cause)]):
            due = f", due {w.when(norm.due)}" if norm.due is not None else ""
            yield f"then {say.duty(norm)} ({norm.name}{due})"
        for effect in self.later.effects:
            if effect.id not in known and caused(effect.cause):
                when = "at no time that the text gives" if effect.at == NEVER else w.when(effect.at)
                yield f"then {effect.name} takes effect {when}"
        for decision in self.later.decisions:
            if decision.id not in known and any(caused(cause) for cause in decision.causes):
                closes = "" if decision.closes == NEVER else f" until {w.when(decision.closes)}"
                yield f"then {decision.name} is open{closes}, for {w.names(decision.members)}"

    # ------------------------------------------------------------ who can stop it

    def _stoppers(self, c: Coming) -> Iterator[tuple[tuple[str, ...], str]]:
        norm = _find(self.now.norms, c.id)
        if norm is not None and norm.kind == "obligation" and c.kind == "due":
            decl = self.agreement.norms[norm.name]
            if decl.fulfilled_by is not None:
                yield norm.debtor, f"{decl.fulfilled_by} by {w.names(norm.debtor, last='or')}"
            else:
                yield norm.debtor, f"{w.names(norm.debtor, last='or')} fulfils {norm.name}"
        if norm is not None and c.kind == "approval":
            yield norm.debtor, f"{w.names(norm.debtor, last='or')} approves {norm.name}"
        effect = _find(self.now.effects, c.id)
        if effect is not None:
            unless = self.agreement.automatics[effect.name].unless
            if unless is not None:
                decl_ = self.agreement.decisions[unless.name]
                bound = tuple(code for code in self.agreement.who(decl_.members) if code in self.now.life.bound)
                yield bound, f"{unless.name} {w.state_word(unless.outcome)} by then"
        decision = _find(self.now.decisions, c.id)
        if decision is not None:
            yield decision.members, f"votes of {w.names(decision.members)}"


_TURNS: Final = ("breached", "lapsed", "refused")


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_HasId)


def _find(items: Sequence[_T], identity: str) -> _T | None:
    return next((item for item in items if item.id == identity), None)


def _together(norms: Iterable[NormInstance]) -> list[NormInstance]:
    """Instances that differ in their one debtor only, told as one."""
    groups: dict[object, list[NormInstance]] = {}
    for norm in norms:
        same = (norm.name, norm.cause, norm.due, norm.creditor, norm.amount) if len(norm.debtor) == 1 else norm.id
        groups.setdefault(same, []).append(norm)
    return [replace(found[0], debtor=tuple(code for norm in found for code in norm.debtor)) for found in groups.values()]


def local(instant: Instant, clock: Clock) -> str:
    """`2027-03-28 03:30 +03:00 (Europe/Kyiv)`: an instant on an agreement's clock with its offset; plain for UTC."""
    if clock.zone == "UTC":
        return w.when(instant)
    moment = clock.local(instant)
    offset = moment.strftime("%z")
    seconds = f":{moment:%S}" if moment.second else ""
    return f"{moment:%Y-%m-%d %H:%M}{seconds} {offset[:3]}:{offset[3:5]} ({clock.zone})"
