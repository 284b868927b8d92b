"""E407, E410, W619: what depends on itself; and the order in which triggers are tested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from casus.diagnostics import Diagnostic, Related, Span
from casus.language import nodes as n
from casus.language.check.codes import finding
from casus.language.check.scope import Scope, noun
from casus.language.check.walk import atoms, conditions, happenings

Edges = Mapping[str, Sequence[tuple[str, Span | None]]]
"""What each name depends on, and where the text says so."""

MOST_NESTED: Final = 100
"""How deep definitions, triggers, groups and zones may be made of each other."""

_NORM_SIGNALS: Final = ("breach", "exercise", "refusal", "lapse", "fulfilment")


def check_cycles(scope: Scope) -> Iterator[Diagnostic]:
    edges = meanings(scope)
    for cycle in find_cycles(edges):
        yield finding(
            "E407",
            f"{cycle[0]} depends on itself: {' → '.join((*cycle, cycle[0]))}",
            _edge(edges, cycle[0], cycle[1 % len(cycle)]),
            because=_steps(scope, edges, cycle),
            help="only `follows` may come back to where it started: it looks at earlier events",
        )
    calls = norm_calls(scope)
    for cycle in find_cycles(calls):
        path = " → ".join((*cycle, cycle[0]))
        place = _edge(calls, cycle[0], cycle[1 % len(cycle)])
        if all(_at_once(scope.norm(name)) for name in cycle):
            message = f"each brings about the next at the same instant, without end: {path}"
            yield finding(
                "E410",
                message,
                place,
                because=_steps(scope, calls, cycle),
                help="give one of them a time: due 7 days after activation",
            )
        else:
            yield finding(
                "W619", f"norms bring each other about in a circle: {path}", place, because=_steps(scope, calls, cycle)
            )


def check_depth(scope: Scope) -> Iterator[Diagnostic]:
    """E411: what is nested deeper than anybody reads, or a program follows."""
    edges = {**meanings(scope), **group_edges(scope)}
    for name, depth in depths(edges).items():
        symbol = scope.symbols.get(name)
        if depth == MOST_NESTED + 1 and symbol is not None:
            yield finding("E411", f"{name} rests on others nested more than {MOST_NESTED} deep", symbol.place)


def ordered_triggers(scope: Scope) -> tuple[n.TriggerDecl, ...]:
    """The triggers so that one that counts another (`X met n times`) comes after it; otherwise as in the text."""
    waiting: dict[str, n.TriggerDecl] = {t.name: t for t in scope.of("trigger")}
    result: list[n.TriggerDecl] = []
    while waiting:
        ready = [t for t in waiting.values() if not any(c in waiting and c != t.name for c in _counted(t))]
        for trigger in ready[:1] or list(waiting.values()):  # a cycle is an error; its order does not matter
            result.append(waiting.pop(trigger.name))
    return tuple(result)


def meanings(scope: Scope) -> Edges:
    """Definitions, exceptions and triggers, and what each reads at its own instant."""
    edges: dict[str, list[tuple[str, Span | None]]] = {}
    for decl in scope.of("define"):
        out = edges.setdefault(decl.name, [])
        out += [(name, decl.place("means")) for name in decl.means]
        out += _asked(decl.where, decl.place("where"))
    for decl in scope.of("exception"):
        edges.setdefault(decl.name, []).extend(_asked(decl.when, decl.place("when")))
        edges.setdefault(decl.to, []).append((decl.name, decl.place("to")))
    for decl in scope.of("trigger"):
        out = edges.setdefault(decl.name, [])
        for atom in atoms(decl.when):
            out += [(name, atom.span or decl.place("when")) for name, _ in happenings(atom)]
        out += [(name, decl.place("excluding")) for name in decl.excluding]
        out += [(name, decl.place("when")) for name in _counted(decl)]
    return edges


def group_edges(scope: Scope) -> Edges:
    """The groups that are made of every member of another group or role."""
    groups = [d for d in scope.of("group") if isinstance(d.members, n.Every)]
    return {d.name: [(d.members.name, d.place("members"))] for d in groups}


def norm_calls(scope: Scope) -> Edges:
    """Norms, and those that a breach, refusal, use, lapse or fulfilment of them brings about."""
    edges: dict[str, list[tuple[str, Span | None]]] = {}
    for norm in scope.norms():
        out = edges.setdefault(norm.name, [])
        if norm.if_breached is not None:
            out.append((norm.if_breached[1], norm.place("if_breached")))
        if norm.if_refused is not None:
            out.append((norm.if_refused, norm.place("if_refused")))
        for signal in norm.upon:
            if signal.kind in _NORM_SIGNALS:
                edges.setdefault(signal.name, []).append((norm.name, signal.span or norm.place("upon")))
    return edges


def find_cycles(edges: Edges) -> Iterator[tuple[str, ...]]:
    """Each cycle that a walk from the first name on finds, once, beginning with the name that was met first."""
    done: set[str] = set()
    for root in edges:
        path: list[str] = []
        on_path: set[str] = set()
        stack: list[tuple[str, Iterator[tuple[str, Span | None]]]] = []

        def enter(name: str) -> None:
            path.append(name)  # noqa: B023 - called at once, within this turn of the loop
            on_path.add(name)  # noqa: B023
            stack.append((name, iter(edges.get(name, ()))))  # noqa: B023

        if root not in done:
            enter(root)
        while stack:
            name, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                stack.pop()
                path.pop()
                on_path.discard(name)
                done.add(name)
            elif target[0] in on_path:
                yield tuple(path[path.index(target[0]) :])
            elif target[0] not in done:
                enter(target[0])


def depths(edges: Edges) -> dict[str, int]:
    """How many steps each name is from one that depends on nothing; a step back in a cycle does not count."""
    result: dict[str, int] = {}
    for root in edges:
        stack, on_path = [root], {root}
        while stack:
            name = stack[-1]
            below = [target for target, _ in edges.get(name, ()) if target not in on_path]
            waiting = next((target for target in below if target not in result), None)
            if waiting is not None and name not in result:
                stack.append(waiting)
                on_path.add(waiting)
            else:
                result.setdefault(name, 1 + max((result[t] for t in below), default=-1))
                stack.pop()
                on_path.discard(name)
    return result


def _counted(decl: n.TriggerDecl) -> list[str]:
    return [atom.name for atom in atoms(decl.when) if isinstance(atom, n.TMet)]


def _asked(cond: n.Cond | None, place: Span | None) -> list[tuple[str, Span | None]]:
    """What a condition on an event reads of other names; `follows` looks back and is no dependence."""
    return [(a.name, a.span or place) for a in conditions(cond) if isinstance(a, n.CRef | n.CCured)]


def _edge(edges: Edges, start: str, end: str) -> Span | None:
    return next((span for name, span in edges.get(start, ()) if name == end), None)


def _steps(scope: Scope, edges: Edges, cycle: Sequence[str]) -> list[Related]:
    steps = []
    for index, name in enumerate(cycle):
        after = cycle[(index + 1) % len(cycle)]
        symbol = scope.symbols.get(name)
        what = f"{noun(symbol.kind)} {name}".split(" ", 1)[1] if symbol is not None else name
        steps.append(Related(f"{what} leads to {after}", _edge(edges, name, after)))
    return steps


def _at_once(norm: n.NormDecl | None) -> bool:
    match norm.due if norm is not None else None:
        case n.DueAt():
            return True
        case n.DueAfter(length=n.Dur() | n.Cal() as length):
            return length.number.value == 0
        case _:
            return False
