"""What has to stand around an event so that an exception holds for it: an act before it, a cure after it, answers.

`surroundings` proposes lines; `judged` asks the reference engine what the event belongs to with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Final

from casus import acts
from casus.language import nodes as n
from casus.language.scenario import Line
from casus.lint.search.meet import Meeter, Wanted
from casus.lint.search.outcomes import Assume, Sample
from casus.state.fold import Fold
from casus.state.scenarios import entries_of, view_of
from casus.time import HOUR, Duration, Instant
from casus.triggers.verdict import Verdict

_MOST: Final = 8
_MINUTE: Final = Duration.of(minutes=1)


def branches(cond: n.Cond) -> Iterator[tuple[tuple[n.Cond, bool], ...]]:
    """The ways in which a condition can hold: its atoms, each with whether it must hold or must not."""
    yield from islice(_branches(cond, True), _MOST)


def _branches(cond: n.Cond, holds: bool) -> Iterator[tuple[tuple[n.Cond, bool], ...]]:
    match cond:
        case n.CNot(part):
            yield from _branches(part, not holds)
        case n.COr(parts) | n.CAnd(parts):
            if isinstance(cond, n.CAnd) is holds:
                for chosen in product(*(tuple(_branches(part, holds)) for part in parts)):
                    yield tuple(atom for branch in chosen for atom in branch)
            else:
                for part in parts:
                    yield from _branches(part, holds)
        case _:
            yield ((cond, holds),)


def surroundings(
    meeter: Meeter,
    sample: Sample,
    name: str,
    at: Instant,
    atoms: Sequence[tuple[n.Cond, bool]],
    others: Sequence[str],
    tag: str,
) -> tuple[Line, ...] | None:
    """Lines around an event `name` at an instant under which these atoms hold; None where that cannot be had.

    `others`: who may have acted before it. `tag` begins the names of new events.
    """
    lines: list[Line] = []
    for number, (atom, holds) in enumerate(atoms):
        found = _around(meeter, sample, name, at, atom, holds, others, f"{tag}_{number + 1}")
        if found is None:
            return None
        lines += found
    return tuple(lines)


def _around(
    meeter: Meeter, sample: Sample, name: str, at: Instant, atom: n.Cond, holds: bool, others: Sequence[str], new: str
) -> list[Line] | None:
    a = meeter.agreement
    match atom:
        case n.CFollows(name=before, by=by, dur=dur):
            if not holds:
                return []
            pause = Duration(max(_MINUTE.us, min(HOUR.us, dur.duration.us // 2)))
            allowed = [x for x in others if x != sample.actor and x in (a.by(by) or others)]
            tried = (_event(meeter, before, frozenset({x}), at - pause, new) for x in allowed)
            return next((x for x in tried if x is not None), None)
        case n.CCured(name=cure):
            if not holds:
                return []
            own = frozenset({sample.actor}) if sample.actor is not None else None
            return _event(meeter, cure, own, at + _MINUTE, new, name)
        case n.CRepeated():
            return None if holds else []
        case n.CRef(name=asked) if asked in a.findings:
            body = a.findings[asked].body
            return [meeter.stage.line(at, acts.FindingAnswer(body, asked, "yes" if holds else "no", name))]
        case _:
            outcomes = meeter.shapes.judge.cond(sample, atom, Assume(others="free"))
            return [] if holds in outcomes else None


def _event(
    meeter: Meeter, of: str, by: frozenset[str] | None, at: Instant, name: str, answers: str | None = None
) -> list[Line] | None:
    """An event of a name, at the highest rungs; `answers`: the event to which its reference points."""
    event = next(meeter.event(of, by, Wanted()), None)
    if event is None or event.answers:
        return None
    kind = meeter.agreement.events[event.shape.event]
    stated: Mapping[str, acts.Value] = event.shape.sample(event.actor).fields
    fields = {f.name: stated[f.name] for f in kind.fields if f.name in stated}
    if answers is not None:
        reference = next((f.name for f in kind.fields if f.type == "reference"), None)
        if reference is None:
            return None
        fields[reference] = acts.Word(answers)
    return [meeter.stage.report(at, kind.name, name, event.actor, fields, meeter.stage.top_rungs())]


def judged(meeter: Meeter, lines: Sequence[Line], at: Instant, event: str, name: str) -> Verdict:
    """Whether the event belongs to a definition or exception at the lowest rungs, by the reference engine, as known then."""
    meeter.evaluations += 1
    agreement = meeter.agreement
    entries = entries_of(agreement, meeter.stage.scenario("search", lines))
    view = view_of(entries, at)
    fold = Fold(agreement, view)
    fold.run(view.entries, at)
    return fold.membership.holds(event, name, fold.membership.lowest)
