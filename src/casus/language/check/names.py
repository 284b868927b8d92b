"""E2xx: the agreement's head, what is declared twice, and names that stand for nothing or for the wrong thing."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from casus.diagnostics import Diagnostic, Related, Span
from casus.language import nodes as n
from casus.language.check.codes import finding
from casus.language.check.cycles import find_cycles, group_edges
from casus.language.check.references import LANGUAGE, Reference, references
from casus.language.check.scope import ANYTHING, NORMS, Scope, noun, one_of
from casus.language.declared import term_clauses
from casus.time import zone_names

_LANGUAGE: Final = 1
_UNREAD: Final = frozenset({"unreadable-file", "not-utf-8", "text-too-large"})
_PLACES: Final = (
    frozenset({"event", "define", "exception", "finding", "estimate", "trigger"}),
    frozenset({"role", "party", "nonparty", "body", "group", "decision"}),
    frozenset({"trigger", "decision", "determination", "automatic", "step", "claim", "concession", "question"}) | NORMS,
    frozenset({"question", "option"}),
)
"""Kinds that can stand at one place. Two of them under one name would leave open which is meant."""


def check_names(scope: Scope) -> Iterator[Diagnostic]:
    yield from _head(scope)
    yield from _declared_twice(scope)
    for decl in scope.declarations:
        for reference in references(decl):
            yield from _resolved(scope, reference)
    yield from _listed_twice(scope)
    yield from _ladders(scope)
    yield from _groups(scope)


def _head(scope: Scope) -> Iterator[Diagnostic]:
    headers = [d for d in scope.declarations if isinstance(d, n.AgreementDecl)]
    if not headers:
        if any(d.name in _UNREAD for d in scope.document.diagnostics):
            return  # nothing was read, and that is said already
        if "agreement" not in scope.document.broken and not any(f.info == "casus" for f in scope.document.fences):
            yield finding(
                "E201",
                "the text has no casus fence",
                Span(scope.document.path, 1, 1, 1, 1),
                help="open a fence with ```casus and begin with: agreement name_of_it, language 1",
            )
        elif not any(d.severity == "error" for d in scope.document.diagnostics):
            place = next((d.span for d in scope.declarations), None) or Span(scope.document.path, 1, 1, 1, 1)
            yield finding("E201", "no `agreement` is declared", place, help="begin with: agreement name_of_it, language 1")
        return
    first = headers[0]
    for other in headers[1:]:
        because = [Related("the first one is here", first.place("name"))]
        yield finding("E202", "a text holds one agreement; this is a second", other.place("name"), because=because)
    if first.language is None:
        yield finding(
            "E209",
            "the agreement does not say which version of the language it uses",
            first.place("name"),
            help="add: language 1",
        )
    elif first.language.value != _LANGUAGE:
        message = f"this version of Casus reads language {_LANGUAGE}, not {first.language.text}"
        yield finding("E209", message, first.place("language"), help=f"write: language {_LANGUAGE}")
    if first.clock is not None and first.clock not in zone_names():
        near = difflib.get_close_matches(first.clock, zone_names(), 3, cutoff=0.5)
        near += [z for z in sorted(zone_names()) if z.rpartition("/")[2] == first.clock and z not in near]
        yield finding(
            "E208",
            f'"{first.clock}" is not a zone of the IANA time zone database',
            first.place("clock"),
            help=f"did you mean {' or '.join(near)}?" if near else 'write UTC, or a zone like "Europe/Kyiv"',
        )


def _declared_twice(scope: Scope) -> Iterator[Diagnostic]:
    for later, first in scope.repeats:
        because = [Related("first declared here", first.place)]
        if later.kind == first.kind or any({later.kind, first.kind} <= place for place in _PLACES):
            what = f"{noun(later.kind)} and {noun(first.kind)}" if later.kind != first.kind else f"{noun(later.kind)} twice"
            yield finding(
                "E205", f"{later.name} is declared as {what}", later.place, because=because, help="rename one of them"
            )
        else:
            message = f"{later.name} is the name of {noun(later.kind)} and of {noun(first.kind)}"
            yield finding("W601", message, later.place, because=because, help="a reader is helped by two names")
    suspensions = [d for d in scope.declarations if isinstance(d, n.SuspensionDecl)]
    for second in suspensions[1:]:
        because = [Related("the first one is here", suspensions[0].span)]
        yield finding("E202", "an agreement has one `suspension`; this is a second", second.span, because=because)
    yield from _terms(scope)


def _terms(scope: Scope) -> Iterator[Diagnostic]:
    stated: dict[str, n.TermDecl] = {}
    for decl in scope.declarations:
        if not isinstance(decl, n.TermDecl):
            continue
        for clause in term_clauses(decl):
            first = stated.setdefault(clause, decl)
            if first is not decl and clause not in ("survives", "barred_while", "requires_by"):
                because = [Related("first stated here", first.place(clause))]
                yield finding(
                    "E202", f"the term states `{clause.replace('_', ' ')}` twice", decl.place(clause), because=because
                )


def _resolved(scope: Scope, reference: Reference) -> Iterator[Diagnostic]:
    symbol = scope.symbols.get(reference.name)
    if symbol is None and reference.kinds == ANYTHING and scope.header is not None and reference.name == scope.header.name:
        return  # the agreement itself, whose name is outside of the namespace
    if symbol is None and LANGUAGE in reference.kinds and scope.header is not None and reference.name in scope.header.authentic:
        return
    span = scope.narrow(reference.span, reference.name)
    wanted = (
        f"`{reference.what}` takes {one_of(reference.kinds)}" if reference.what else f"here belongs {one_of(reference.kinds)}"
    )
    if symbol is None:
        if reference.name not in scope.document.broken:
            message = f"{reference.name} is not declared; {wanted}"
            yield finding("E203", message, span, help=scope.near(reference.name, reference.kinds))
    elif symbol.kind in reference.kinds:
        if symbol.kind == "group" and reference.acting:
            yield from _members_may_act(scope, reference)
    elif symbol.kind == "nonparty" and reference.acting:
        message = f"{reference.name} is a nonparty: it can only act in events, not stand after `{reference.what}`"
        yield finding("E206", message, span, because=[symbol.because], help="declare it as a party if it is bound")
    else:
        message = f"{reference.name} is {noun(symbol.kind)}; {wanted}"
        help_ = _instead(reference, symbol.kind) or scope.near(reference.name, reference.kinds)
        yield finding("E204", message, span, because=[symbol.because], help=help_)


def _members_may_act(scope: Scope, reference: Reference) -> Iterator[Diagnostic]:
    outside = sorted(code for code in scope.members(reference.name) if scope.kind(code) == "nonparty")
    if outside:
        symbol = scope.symbols[reference.name]
        message = f"{reference.name} counts {', '.join(outside)} among its members, and a nonparty can only act in events"
        yield finding("E206", message, scope.narrow(reference.span, reference.name), because=[symbol.because])


def _instead(reference: Reference, kind: str) -> str | None:
    """What the writer meant where a signal has lost its verb."""
    if reference.what == "upon":
        return {
            "decision": f"write: upon {reference.name} adopted",
            "determination": f"write: upon {reference.name} determined",
            "define": f"declare a trigger: trigger … severity 1 when any {reference.name}",
            "event": f"declare a trigger: trigger … severity 1 when any {reference.name}",
        }.get(kind, f"write: upon breach of {reference.name}" if kind in NORMS else None)
    if reference.what is not None and reference.what.startswith("if breached") and kind == "automatic":
        return "give the effect its own cause: upon breach of …"
    return None


def _twice(names: Sequence[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _listed_twice(scope: Scope) -> Iterator[Diagnostic]:
    for decl in scope.declarations:
        lists: list[tuple[str, Sequence[str], str]] = []
        match decl:
            case n.EventDecl():
                lists.append(("fields", [f.name for f in decl.fields], "field"))
                lists += [("fields", f.values, f"word of {f.name}") for f in decl.fields]
            case n.LadderDecl():
                lists.append(("rungs", decl.rungs, "rung"))
                lists.append(("levels", [level.name for level in decl.levels], "level"))
            case n.PackageDecl():
                lists.append(("items", decl.items, "item"))
            case n.PartyDecl(roles=roles) | n.BodyDecl(roles=roles):
                lists.append(("roles", roles, "role"))
            case n.GroupDecl(members=tuple() as codes):
                lists.append(("members", codes, "member"))
            case n.TriggerDecl():
                lists.append(("needs", [need.ladder for need in decl.needs], "ladder"))
            case n.BasisDecl(of=of):
                lists.append(("of", of, "declaration"))
            case n.WordingDecl(terms=terms):
                lists.append(("terms", [term.language for term in terms], "language"))
            case n.StepDecl(after=after):
                lists.append(("after", after, "name"))
            case n.TermDecl(requires=requires):
                lists.append(("requires", requires, "event"))
        for field, names, what in lists:
            for name in _twice(names):
                yield finding("E210", f'{what} "{name}" is listed twice', decl.place(field))


def _ladders(scope: Scope) -> Iterator[Diagnostic]:
    for decl in scope.of("ladder"):
        if decl.name not in ("occurrence", "attribution"):
            message = f"{decl.name} is no ladder of the law: events have an occurrence and an attribution"
            yield finding("W616", message, decl.place("name"), help="call it occurrence or attribution")
        for level in decl.levels:
            if level.name not in decl.rungs:
                yield _no_rung(scope, decl, level.name, level.span or decl.span)
        granted = {level.name for level in decl.levels}
        for index, rung in enumerate(decl.rungs[1:], start=1):
            if not granted & set(decl.rungs[index:]):
                yield finding(
                    "W603",
                    f"nobody grants the rung {rung} of {decl.name}, nor a higher one",
                    scope.narrow(decl.span, rung),
                    help=f"add: level {rung} by … (a body, or so many independent sources)",
                )
    for decl in scope.of("trigger"):
        for need in decl.needs:
            ladder = scope.get(need.ladder, "ladder")
            if ladder is not None and need.rung not in ladder.rungs:
                yield _no_rung(scope, ladder, need.rung, decl.span)


def _no_rung(scope: Scope, ladder: n.LadderDecl, rung: str, span: Span | None) -> Diagnostic:
    near = difflib.get_close_matches(rung, ladder.rungs, 1)
    return finding(
        "E207",
        f"{rung} is no rung of {ladder.name}: {' < '.join(ladder.rungs)}",
        scope.narrow(span, rung),
        because=[scope.symbols[ladder.name].because] if ladder.name in scope.symbols else (),
        help=f"did you mean {near[0]}?" if near else None,
    )


def _groups(scope: Scope) -> Iterator[Diagnostic]:
    edges = group_edges(scope)
    for cycle in find_cycles(edges):
        decl = scope.get(cycle[0], "group")
        path = " = every ".join((*cycle, cycle[0]))
        yield finding("E211", f"the group is made of itself: {path}", decl.place("members"))
