"""N505, W609, W610, W615: between what a machine assesses and a duty to send arms or forces stands a human act.

Two things are refused (`semantics.md`, section 6). A duty of supply, air defence or deployment whose cause is an
activation with neither a determination nor a decision between; and silence, or a quorum of nobody, that leads to
deployment, attribution or a determination. What counts as a determination is said in `docs/checks.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from casus.diagnostics import Diagnostic, Related, Span
from casus.language import nodes as n
from casus.language.check.codes import finding
from casus.language.check.cycles import Edges, norm_calls
from casus.language.check.scope import Scope
from casus.language.check.triggers import is_positive
from casus.language.check.walk import atoms

_ARMS: Final = ("supply", "air_defence", "deploy")
_HELP: Final = (
    "let a body decide first: determination … of {0} by … due … if silent lapses, then `upon … determined`; "
    "or a decision, then `upon … adopted`"
)


def check_force(scope: Scope) -> Iterator[Diagnostic]:
    yield from _duties(scope)
    for decl in scope.of("decision"):
        if decl.if_silent == "adopted" or (decl.quorum is not None and decl.quorum.value == 0):
            yield from _silence(scope, decl)
    yield from _rejections(scope)


# ---------------------------------------------------------------- duties whose cause is an activation


def _duties(scope: Scope) -> Iterator[Diagnostic]:
    calls = norm_calls(scope)
    for trigger in scope.of("trigger"):
        human = is_human(scope, trigger.name)
        for name, path in _brought_about(scope, calls, trigger.name).items():
            norm = scope.norm(name)
            if norm is None or norm.kind != "obligation" or norm.act is None or norm.act.verb not in _ARMS:
                continue
            if not human:
                what = f"{name} is a duty to {_verb(norm)} that {trigger.name} brings about"
                yield finding(
                    "N505",
                    f"{what} with neither a determination nor a decision between",
                    _caused_at(norm, trigger.name) or norm.place("act"),
                    because=[scope.symbols[trigger.name].because, *_path(scope, path)],
                    help=_HELP.format(trigger.name),
                )
            else:
                yield from _counted_only(scope, trigger, norm)


def _brought_about(scope: Scope, calls: Edges, trigger: str) -> dict[str, tuple[str, ...]]:
    """The norms that an activation of a trigger brings about without a decision or determination, and the way to each."""
    found: dict[str, tuple[str, ...]] = {}
    todo: list[tuple[str, tuple[str, ...]]] = [
        (norm.name, (norm.name,)) for norm in scope.norms() if _caused(scope, norm, trigger)
    ]
    while todo:
        name, path = todo.pop(0)
        if name in found:
            continue
        found[name] = path
        todo += [(after, (*path, after)) for after, _ in calls.get(name, ())]
    return found


def _caused(scope: Scope, norm: n.NormDecl, trigger: str) -> bool:
    """Whether a trigger brings a norm about: by its own signal, by a state of a ceasefire or a phase that hangs on it."""
    if any(s.name == trigger and s.kind in (None, "reversal") for s in norm.upon):
        return True
    if any(_changes(scope.get(s.name, "ceasefire"), s.kind, trigger) for s in norm.upon):
        return True
    return not norm.upon and any(_begins(scope, scope.get(name, "phase"), trigger) for name in norm.during)


def _changes(ceasefire: n.CeasefireDecl | None, state: str | None, trigger: str) -> bool:
    parts = ceasefire.becomes if ceasefire is not None else ()
    signals = [s for part in parts if part.state == state for s in part.upon]
    return any(s.name == trigger and s.kind in (None, "reversal") for s in signals)


def _begins(scope: Scope, phase: n.PhaseDecl | None, trigger: str) -> bool:
    if phase is None or not isinstance(phase.start, n.Signal):
        return False
    start = phase.start
    if start.name == trigger and start.kind in (None, "reversal"):
        return True
    return _changes(scope.get(start.name, "ceasefire"), start.kind, trigger)


def is_human(scope: Scope, trigger: str) -> bool:
    """Whether an activation of a trigger, and every other signal by its name, is itself an act of a body.

    It is where the trigger needs the highest rung of `attribution`, only bodies grant that rung, and every branch of the
    condition rests on events at that rung (or on counted activations of a trigger that is such an act itself, or of
    which a determination is declared); and the same holds of every trigger that adds to it.
    """
    seen: set[str] = set()
    todo = [trigger]
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        decl = scope.get(name, "trigger")
        if decl is None or not _needs_found(scope, decl) or not _rests_on_events(scope, decl.when, frozenset({name})):
            return False
        todo += [other.name for other in scope.of("trigger") if name in other.adds_to]
    return True


def _needs_found(scope: Scope, decl: n.TriggerDecl) -> bool:
    ladder = scope.get("attribution", "ladder")
    if ladder is None or not any(need.ladder == ladder.name and need.rung == ladder.rungs[-1] for need in decl.needs):
        return False
    sources = [source for level in ladder.levels if level.name == ladder.rungs[-1] for source in level.sources]
    return bool(sources) and all(source.body is not None for source in sources)


def _rests_on_events(scope: Scope, cond: n.TCond, seen: frozenset[str]) -> bool:
    match cond:
        case n.TOr(parts=parts):
            return all(_rests_on_events(scope, part, seen) for part in parts)
        case n.TAnd(parts=parts):
            return any(_rests_on_events(scope, part, seen) for part in parts)
        case n.TNot() | n.TQuiet() | n.TLatest():
            return False
        case n.THolds(name=name):
            return scope.kind(name) != "estimate"
        case n.TMet(name=name):
            return is_positive(cond) and (_determined(scope, name) or _attributed(scope, name, seen))
        case _:
            return is_positive(cond)


def _attributed(scope: Scope, name: str, seen: frozenset[str]) -> bool:
    decl = scope.get(name, "trigger")
    if decl is None or name in seen:
        return False
    return _needs_found(scope, decl) and _rests_on_events(scope, decl.when, seen | {name})


def _determined(scope: Scope, trigger: str) -> bool:
    return any(d.of == trigger for d in scope.of("determination"))


def _counted_only(scope: Scope, trigger: n.TriggerDecl, norm: n.NormDecl) -> Iterator[Diagnostic]:
    """The branch that counts another trigger's activations does not wait for the answers of its determination."""
    for atom in atoms(trigger.when):
        if isinstance(atom, n.TMet) and not _attributed(scope, atom.name, frozenset({trigger.name})):
            yield finding(
                "W610",
                f"{norm.name} can come about by `{atom.name} met {atom.times.text} times`, and {atom.name} waits for no body",
                atom.span or trigger.place("when"),
                because=[Related(f"{norm.name} is a duty to {_verb(norm)} upon {trigger.name}", norm.place("upon"))],
                help=f"let {norm.name} follow a determination of {trigger.name}",
            )


# ---------------------------------------------------------------- silence


def _silence(scope: Scope, decision: n.DecisionDecl) -> Iterator[Diagnostic]:
    if decision.if_silent == "adopted":
        how, place = f"{decision.name} is adopted by silence", decision.place("if_silent")
    else:
        how, place = f"{decision.name} can be adopted by a quorum of nobody", decision.place("quorum")
    for what, span in _leads_to(scope, decision.name):
        yield finding(
            "N505",
            f"{how}, and its adoption leads to {what}",
            place,
            because=[Related("it does so here", span)],
            help="let members act: `if silent rejected` and a quorum of 1 or more (silence may convene, escalate or lapse)",
        )
    for decl in scope.of("finding"):
        if decl.escalates_to == decision.name:
            message = f"{how}; for the finding {decl.name} an outcome at which no member acted answers nothing"
            yield finding("W609", message, place, because=[Related("it escalates to it here", decl.place("escalates_to"))])


def _leads_to(scope: Scope, decision: str) -> Iterator[tuple[str, Span | None]]:
    calls = norm_calls(scope)
    todo = [norm.name for norm in scope.norms() if any(s.name == decision and s.kind == "adopted" for s in norm.upon)]
    seen: set[str] = set()
    while todo:
        name = todo.pop(0)
        if name in seen:
            continue
        seen.add(name)
        norm = scope.norm(name)
        if norm is not None and norm.act is not None and norm.act.verb == "deploy":
            yield f"deployment ({name})", norm.place("act")
        todo += [after for after, _ in calls.get(name, ())]
    for decl in scope.of("determination"):
        if decl.escalates_to == decision:
            yield f"a determination ({decl.name})", decl.place("escalates_to")
    for decl in scope.of("ladder"):
        if decl.name == "attribution" and decl.silence is not None and decl.silence.escalates_to == decision:
            yield "attribution", decl.place("silence")


def _rejections(scope: Scope) -> Iterator[Diagnostic]:
    for norm in scope.norms():
        for signal in norm.upon:
            decision = scope.get(signal.name, "decision")
            if signal.kind == "rejected" and decision is not None and norm.act is not None and norm.act.verb in _ARMS:
                what = "a power" if norm.kind == "power" else "a duty"
                yield finding(
                    "W615",
                    f"{norm.name}, {what} to {_verb(norm)}, can come of silence: {decision.name} is rejected when nobody acts",
                    signal.span or norm.place("upon"),
                    because=[scope.symbols[decision.name].because],
                )


# ---------------------------------------------------------------- words and places


def _verb(norm: n.NormDecl) -> str:
    return norm.act.verb.replace("_", " ") if norm.act is not None else ""


def _caused_at(norm: n.NormDecl, trigger: str) -> Span | None:
    return next((s.span or norm.place("upon") for s in norm.upon if s.name == trigger), None)


def _path(scope: Scope, path: tuple[str, ...]) -> list[Related]:
    """The norms between, nearest to the duty first; a long way is cut."""
    return [Related(f"by way of {name}", scope.symbols[name].place) for name in path[-2::-1][:5] if name in scope.symbols]
