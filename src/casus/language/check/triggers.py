"""E403, E404, E406, W602: whether a trigger's condition can come to hold, and on what evidence."""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Diagnostic
from casus.language import nodes as n
from casus.language.check.codes import finding
from casus.language.check.scope import Scope
from casus.language.check.walk import atoms, happenings, window


def check_triggers(scope: Scope) -> Iterator[Diagnostic]:
    for decl in scope.of("trigger"):
        if not is_positive(decl.when):
            yield finding(
                "E406",
                f"{decl.name} has no condition that an event or an activation could bring about",
                decl.place("when"),
                help="join it by `and` with one that does not stand under `not`: any, count of …, latest, no … for",
            )
        for atom in atoms(decl.when):
            yield from _window(decl, atom)
            yield from _counted(scope, decl, atom)
        yield from _rungs(scope, decl)


def is_positive(cond: n.TCond) -> bool:
    """Whether something that happens (or an absence that becomes complete) can bring the condition about."""
    match cond:
        case n.TOr(parts=parts) | n.TAnd(parts=parts):
            return any(is_positive(part) for part in parts)
        case n.TNot():
            return False
        case n.TMet(times=times):
            return times.value >= 1
        case _:
            return True


def _window(decl: n.TriggerDecl, atom: n.TAtom) -> Iterator[Diagnostic]:
    found = window(atom)
    if isinstance(found, n.Fixed) and found.closed:
        yield finding(
            "E403",
            "`closed` goes with `rolling` only: fixed windows follow each other without a gap and without sharing an instant",
            atom.span or decl.place("when"),
            help="leave out `closed`, or write: within closed rolling …",
        )


def _counted(scope: Scope, decl: n.TriggerDecl, atom: n.TAtom) -> Iterator[Diagnostic]:
    if not isinstance(atom, n.TMet) or atom.times.value <= 1:
        return
    counted = scope.get(atom.name, "trigger")
    if counted is not None and counted.rearm is None:
        yield finding(
            "E404",
            f"{counted.name} is met once at most, for it does not rearm; {decl.name} counts {atom.times.text} times",
            atom.span or decl.place("when"),
            because=[scope.symbols[counted.name].because],
            help=f"add to {counted.name}: rearm after 0 hours (or another time)",
        )


def _rungs(scope: Scope, decl: n.TriggerDecl) -> Iterator[Diagnostic]:
    found = list(atoms(decl.when))
    if not any(True for atom in found for _ in happenings(atom)) and not any(isinstance(atom, n.TLatest) for atom in found):
        return  # it counts activations only, and those have met their own rungs
    for ladder in scope.of("ladder"):
        if ladder.name not in [need.ladder for need in decl.needs]:
            lowest, second = ladder.rungs[0], ladder.rungs[min(1, len(ladder.rungs) - 1)]
            yield finding(
                "W602",
                f"{decl.name} does not say which rung of {ladder.name} it needs; the lowest is taken: {lowest}",
                decl.place("name"),
                help=f"add: needs {ladder.name} {second} (or, to say it: needs {ladder.name} {lowest})",
            )
