"""State = evaluate(agreement, view, at). Pure: the same three give the same State, on any machine, at any time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from casus import __version__
from casus.journal.entry import View
from casus.language.agreement import Agreement
from casus.state.fold import Fold
from casus.state.model import State, TriggerAssessment
from casus.state.snapshot import measured, reasons_of, snapshot
from casus.time import END, Instant
from casus.triggers.measure import Weighed


def evaluate(agreement: Agreement, view: View, at: Instant) -> State:
    """The State of an agreement at an instant of the world, over what the view knows.

    Activations, norms and decisions are those of the fold up to min(at, view.known_at). Where `at` lies before
    `known_at`, `hindsight` says what the later knowledge shows; where it lies after, timers ran as if nothing more arrived and
    the State is `projected`.
    """
    fold = Fold(agreement, view)
    horizon = min(at, view.known_at)
    entries = [entry for entry in view.entries if view.knowledge(entry) <= horizon]
    fold.run(entries, at)
    fold.now = at
    state = snapshot(fold, at, __version__)
    seen_later = hindsight(agreement, view, at) if at < view.known_at else ()
    return replace(state, hindsight=seen_later, assessments=assess(fold, at))


def hindsight(agreement: Agreement, view: View, at: Instant) -> tuple[str, ...]:
    """Triggers whose condition holds at some s ≤ at over the events that qualify as known at known_at; no legal effect."""
    fold = Fold(agreement, view)
    fold.run(view.entries, view.known_at)
    return tuple(name for name in agreement.triggers if fold.engine.holds_by(name, view.known_at, at))


@dataclass(slots=True)
class _Open:
    """A trigger that is not met, while the projection runs on."""

    nearest: tuple[int, Weighed] | None
    unknown: list[tuple[int, Weighed]]
    version: int
    until: Instant | None = None
    settled: bool = False


def assess(fold: Fold, at: Instant) -> tuple[TriggerAssessment, ...]:
    """The four values of each trigger. The fold is run on past `at`, so take the snapshot first."""
    view, agreement = fold.view, fold.agreement
    found: dict[str, TriggerAssessment] = {}
    opens: dict[str, _Open] = {}
    for name, decl in agreement.triggers.items():
        standing = fold.engine.states[name].standing
        severity = int(decl.severity)
        if standing:
            last = max(standing, key=lambda met: (met.t.us, met.s.us, met.id))
            values = tuple(measured(m) for m in last.measures)
            found[name] = TriggerAssessment(name, decl.article, severity, "met", measured=values, nearest=last.s)
        else:
            everywhere = [(s, w) for s, w in fold.engine.weighed_everywhere(name, at) if s <= at.us]
            unknown = [(s, w) for s, w in everywhere if not isinstance(w.verdict, bool)]
            nearest = max(everywhere, key=_nearness, default=None)
            opens[name] = _Open(nearest, unknown, fold.engine.states[name].version)
    _project(fold, at, opens)
    entries = "1 entry is" if view.withheld == 1 else f"{view.withheld} entries are"
    hidden = (f"{entries} withheld from a reader cleared for {view.reader.clearance}",)
    for name, open_ in opens.items():
        decl = agreement.triggers[name]
        shown = open_.unknown[-1] if open_.unknown else open_.nearest
        reasons = reasons_of(open_.unknown)
        base = TriggerAssessment(name, decl.article, int(decl.severity), "not_met", reasons=reasons)
        if shown is not None:
            base = replace(base, measured=tuple(measured(m) for m in shown[1].measures), nearest=Instant(shown[0]))
        if view.withheld:
            base = replace(base, assessment="undecided", reasons=(*hidden, *reasons))
        elif open_.until is not None:
            base = replace(base, assessment="pending", until=open_.until)
        elif open_.unknown:
            base = replace(base, assessment="undecided")
        found[name] = base
    return tuple(found[name] for name in agreement.triggers)


def _project(fold: Fold, at: Instant, opens: dict[str, _Open]) -> None:
    """Run the timers on with no further entries, until every open trigger is settled or the timers run out.

    A projection ends at the last timer that is no extension or period, at most one term ahead.
    """
    term = fold.agreement.term
    end = fold.agreement.clock.add(at, term.lasts.period) if term is not None and term.lasts is not None else END
    while any(not open_.settled for open_ in opens.values()) and fold.timers.run_on():
        t = fold.timers.next()
        if t is None or t > end:
            return
        fold.instant(t, ())
        for name, open_ in opens.items():
            if open_.settled:
                continue
            state = fold.engine.states[name]
            if state.standing:
                open_.until, open_.settled = t, True
            elif open_.unknown and state.version != open_.version:
                open_.version = state.version
                if not fold.engine.unknown_at(name, t, [s for s, _ in open_.unknown]):
                    open_.until, open_.settled = t, True


def _nearness(found: tuple[int, Weighed]) -> tuple[float, int]:
    """How much of its threshold the first condition reached: for showing a near miss, never for deciding."""
    s, weighed = found
    if not weighed.measures:
        return 0.0, s
    measure = weighed.measures[0]
    return float(measure.low), s
