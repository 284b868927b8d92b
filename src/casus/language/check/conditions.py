"""E3xx: whether what a condition asks of an event can be asked: its fields are declared, and of the right type."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from casus.diagnostics import Diagnostic, Related, Span
from casus.language import nodes as n
from casus.language.check.codes import finding
from casus.language.check.scope import Scope, noun
from casus.language.check.walk import atoms, conditions, happenings

_TYPES: Final[Mapping[str, str]] = {
    "actor": "an actor",
    "point": "a point",
    "count": "a count",
    "duration": "a duration",
    "reference": "a reference",
    "money": "money",
    "text": "a text",
    "flag": "a flag",
    "one_of": "one of several words",
}
_ASKED_LIKE: Final[Mapping[str, str]] = {
    "actor": "{0} = CODE",
    "point": "{0} in some_zone",
    "count": "{0} >= 10",
    "duration": "{0} >= 3 hours",
    "flag": "{0}",
    "one_of": "{0} is one of …",
}
_RESERVED: Final[Mapping[str, str]] = {"by": "actor", "at": "point"}


def check_conditions(scope: Scope) -> Iterator[Diagnostic]:
    for event in scope.of("event"):
        for field in event.fields:
            wanted = _RESERVED.get(field.name, field.type)
            if field.type != wanted:
                message = f"`{field.name}` of an event is {_TYPES[wanted]}, not {_TYPES[field.type]}"
                yield finding("E308", message, event.place("fields"), help=f"write: {field.name} {wanted}, or rename the field")
    for decl in scope.of("define", "exception"):
        types = scope.event_types(decl.name)
        cond, place = (decl.where, decl.place("where")) if decl.kind == "define" else (decl.when, decl.place("when"))
        for atom in conditions(cond):
            yield from _asked(scope, decl.name, types, atom, place)
    for trigger in scope.of("trigger"):
        for measured in atoms(trigger.when):
            yield from _measured(scope, measured, measured.span or trigger.place("when"))
    for baseline in scope.of("baseline"):
        yield from _acted(scope, baseline.of, baseline.by, baseline.place("by", "of"))
    for norm in scope.norms():
        for clause in ("until", "unless"):
            yield from _only_names(norm, clause)
        yield from _paid(scope, norm)


def _asked(scope: Scope, name: str, types: Sequence[n.EventDecl], atom: n.Cond, place: Span | None) -> Iterator[Diagnostic]:
    match atom:
        case n.CCompare(field=field):
            yield from _typed(scope, name, types, field, "count", "a comparison with a number", place)
        case n.CCompareDuration(field=field):
            yield from _typed(scope, name, types, field, "duration", "a comparison with a duration", place)
        case n.COneOf(field=field):
            yield from _typed(scope, name, types, field, "one_of", "`is one of`", place)
            yield from _words(scope, types, atom, place)
        case n.CIs(field=field):
            yield from _typed(scope, name, types, field, "actor", f"`{field} =`", place)
        case n.CIn(field=field) | n.CNear(field=field):
            yield from _typed(scope, name, types, field, "point", "a zone", place)
        case n.CBy():
            yield from _typed(scope, name, types, "by", "actor", "`by`", place)
        case n.CFollows():
            yield from _acted(scope, atom.name, atom.by, atom.span or place)
        case n.CCured():
            answering = scope.event_types(atom.name)
            if answering and not any(f.type == "reference" for event in answering for f in event.fields):
                message = f"{atom.name} has no reference to what it answers, so none can be told to cure a given event"
                yield finding("W611", message, atom.span or place, help="add a field: answers reference")
        case n.CRef():
            yield from _named(scope, name, types, atom, atom.span or place)


def _named(scope: Scope, name: str, types: Sequence[n.EventDecl], atom: n.CRef, span: Span | None) -> Iterator[Diagnostic]:
    """A finding, a definition, an exception or a flag, asked of the event."""
    symbol = scope.symbols.get(atom.name)
    if symbol is not None and symbol.kind in ("define", "exception", "event"):
        return
    if symbol is not None and symbol.kind == "finding":
        asked = {event.name for on in scope.get(atom.name, "finding").on for event in scope.event_types(on)}
        if types and asked and not asked & {event.name for event in types}:
            message = f"{atom.name} is a finding on {', '.join(sorted(asked))}, and {name} is made of other events"
            yield finding("W612", message, span, because=[symbol.because])
        return
    fields = _fields(types, atom.name)
    if any(f.type == "flag" for _, f in fields):
        return
    if fields:
        kind = fields[0][1].type
        how = _ASKED_LIKE.get(kind, "").format(atom.name)
        message = f"{atom.name} is {_TYPES[kind]}; alone it is neither true nor false"
        yield finding("E302", message, span, because=_declared(fields), help=f"ask like: {how}" if how else None)
    elif symbol is not None:
        message = f"{atom.name} is {noun(symbol.kind)}; a condition on an event asks a finding, a definition or a flag"
        yield finding("E204", message, span, because=[symbol.because])
    elif atom.name not in scope.document.broken:
        flags = [f.name for event in types for f in event.fields if f.type == "flag"]
        near = difflib.get_close_matches(atom.name, flags, 1)
        yield finding(
            "E203",
            f"{atom.name} is neither a finding, a definition nor a flag of the event",
            span,
            help=f"did you mean {near[0]}?" if near else scope.near(atom.name, {"finding", "define", "exception"}),
        )


def _typed(
    scope: Scope, name: str, types: Sequence[n.EventDecl], field: str, wanted: n.FieldType, what: str, place: Span | None
) -> Iterator[Diagnostic]:
    """At least one alternative declares the field, and all that do declare it with this type."""
    if not types:
        return  # what it is made of is undefined, and said elsewhere
    fields = _fields(types, field)
    place = scope.narrow(place, field)
    if not fields:
        every = sorted({f.name for event in types for f in event.fields})
        near = difflib.get_close_matches(field, every, 1)
        made = ", ".join(event.name for event in types)
        yield finding(
            "E301",
            f"no event of {name} ({made}) has a field {field}",
            place,
            because=[Related(f"{types[0].name} is declared here", types[0].place("name"))],
            help=f"did you mean {near[0]}?" if near else f"add to an event: {field} {wanted.replace('_', ' ')}",
        )
        return
    kinds = sorted({f.type for _, f in fields})
    if len(kinds) > 1:
        message = f"{field} is {' and '.join(_TYPES[k] for k in kinds)} in different events of {name}"
        yield finding("E303", message, place, because=_declared(fields), help="give the fields different names")
    elif kinds[0] != wanted:
        how = _ASKED_LIKE.get(kinds[0], "").format(field)
        message = f"{field} is {_TYPES[kinds[0]]}; {what} asks for {_TYPES[wanted]}"
        yield finding("E302", message, place, because=_declared(fields), help=f"ask like: {how}" if how else None)


def _words(scope: Scope, types: Sequence[n.EventDecl], atom: n.COneOf, place: Span | None) -> Iterator[Diagnostic]:
    fields = [(event, f) for event, f in _fields(types, atom.field) if f.type == "one_of"]
    known = [word for _, f in fields for word in f.values]
    for word in atom.values:
        if fields and word not in known:
            near = difflib.get_close_matches(word, known, 1)
            yield finding(
                "E304",
                f"{word} is no word of {atom.field}: {' | '.join(dict.fromkeys(known))}",
                scope.narrow(place, word),
                because=_declared(fields),
                help=f"did you mean {near[0]}?" if near else None,
            )


def _measured(scope: Scope, atom: n.TAtom, span: Span | None) -> Iterator[Diagnostic]:
    for name, by in happenings(atom):
        yield from _acted(scope, name, by, span)
    match atom:
        case n.TSum(quantity=field, name=name):
            yield from _typed(scope, name, scope.event_types(name), field, "count", "a sum", span)
        case n.TDistinct(what="cells" | "places", name=name):
            yield from _typed(scope, name, scope.event_types(name), "at", "point", "a number of places", span)


def _acted(scope: Scope, name: str, by: n.By | None, span: Span | None) -> Iterator[Diagnostic]:
    types = scope.event_types(name)
    if by is not None and types and not _fields(types, "by"):
        message = f"{name} is asked by actor, and none of its events ({', '.join(e.name for e in types)}) declares one"
        because = [Related(f"{types[0].name} is declared here", types[0].place("name"))]
        yield finding("W613", message, span, because=because, help="add to the event: by actor")


def _paid(scope: Scope, norm: n.NormDecl) -> Iterator[Diagnostic]:
    types = scope.event_types(norm.fulfilled_by or "")
    if norm.amount is not None and types and not any(f.type == "money" for event in types for f in event.fields):
        message = f"{norm.name} owes an amount, and {norm.fulfilled_by} says none: any one of them fulfils it whole"
        because = [Related(f"{types[0].name} is declared here", types[0].place("name"))]
        yield finding("W620", message, norm.place("fulfilled_by"), because=because, help="add to the event: value money")


def _only_names(norm: n.NormDecl, clause: str) -> Iterator[Diagnostic]:
    cond = norm.until if clause == "until" else norm.unless
    for atom in conditions(cond):
        if not isinstance(atom, n.CRef):
            yield finding(
                "E408",
                f"`{clause}` of a norm names triggers and definitions; this asks something of an event, and there is none",
                norm.place(clause),
                help="define the events first (define … means … where …) and name the definition here",
            )
            return


def _fields(types: Sequence[n.EventDecl], name: str) -> list[tuple[n.EventDecl, n.FieldDecl]]:
    return [(event, f) for event in types for f in event.fields if f.name == name]


def _declared(fields: Sequence[tuple[n.EventDecl, n.FieldDecl]]) -> list[Related]:
    """One place for each type with which the field is declared."""
    seen: dict[str, n.EventDecl] = {}
    for event, field in fields:
        seen.setdefault(field.type, event)
    return [Related(f"{event.name} declares it as {_TYPES[kind]}", event.place("fields")) for kind, event in seen.items()]
