"""An act against an agreement: does the text know what the row speaks of, and as what.

`fit` gives the act as the agreement's declarations read it, or says why it cannot. A text becomes a word of an enumeration
where its name is one of them; a field that the event type does not declare stays on the record, has no effect under the
agreement, and is listed as a loss.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from casus.acts import Act, Code, Coverage, Estimate, Report, Text, Value, Word
from casus.intake.rows import BadValue, did_you_mean, slug
from casus.language.agreement import Agreement
from casus.language.nodes import EventDecl, FieldDecl

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_SAME = {"point": "place", "count": "quantity", "duration": "duration", "money": "money", "text": "text", "actor": "code"}
_CALLED = {
    "place": "a place",
    "quantity": "a number",
    "duration": "a length of time",
    "money": "an amount of money",
    "text": "a text",
    "code": "a party's code",
    "word": "a word",
}


@dataclass(frozen=True, slots=True)
class Fitted:
    """The act as the agreement reads it, and what has no effect under it."""

    act: Act
    losses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why the agreement cannot take the act, and what helps."""

    reason: str
    help: str = ""


def fit(act: Act, agreement: Agreement) -> Fitted | Misfit:
    """The act under the agreement. Reports, estimates and coverage are looked at; other acts pass as they are."""
    try:
        match act:
            case Report():
                return _report(act, agreement)
            case Estimate():
                _known(act.estimate, "estimate", agreement.estimates)
                _known(act.body, "body", agreement.bodies)
                _actor(act.actor, agreement)
            case Coverage():
                _known(act.body, "body", agreement.bodies)
                _known(act.of, "event or definition", [*agreement.events, *agreement.definitions])
            case _:
                pass
    except BadValue as problem:
        return Misfit(problem.reason, problem.help)
    return Fitted(act)


def _report(act: Report, agreement: Agreement) -> Fitted:
    _known(act.event, "event", agreement.events)
    _actor(act.actor, agreement)
    declared = agreement.events[act.event]
    losses: list[str] = []
    if act.actor is not None and declared.field_named("by") is None:
        losses.append(f"the actor has no effect: {act.event} declares no actor")
    fields: dict[str, Value] = {}
    for name, value in act.fields.items():
        field = declared.field_named(name)
        if field is None:
            losses.append(_undeclared(name, declared))
            fields[name] = value
        else:
            fields[name] = _typed(name, value, field, agreement)
    for source in act.sources:
        if source.affiliation is not None and source.affiliation not in _actors(agreement):
            losses.append(f"the affiliation {source.affiliation} has no effect: the agreement knows no such party")
    named = replace(act, id=_name(act.id), incident=_name(act.incident) if act.incident is not None else None, fields=fields)
    return Fitted(named, tuple(losses))


def _undeclared(name: str, declared: EventDecl) -> str:
    what = "the place" if name == "at" else f"the field {name}"
    return f"{what} has no effect: {declared.name} does not declare it"


def _typed(name: str, value: Value, field: FieldDecl, agreement: Agreement) -> Value:
    """The value in the type that the event declares (raises BadValue)."""
    if field.type in ("one_of", "flag", "reference"):
        word = slug(value.text) if isinstance(value, Text) else value.word if isinstance(value, Word) else None
        if word is None:
            raise BadValue(f"{name} is {_CALLED[value.type]}, and {_declared(field)} is expected")
        allowed = field.values if field.type == "one_of" else ("yes", "no") if field.type == "flag" else ()
        if allowed and word not in allowed:
            raise BadValue(
                f"{name} {word!r} is not {_declared(field)}{did_you_mean(word, allowed)}", "give it in a table of words"
            )
        return Word(word)
    if field.type == "actor":
        code = value.code if isinstance(value, Code) else value.text if isinstance(value, Text) else None
        if code is None:
            raise BadValue(f"{name} is {_CALLED[value.type]}, and a party's code is expected")
        _actor(code, agreement)
        return Code(code)
    if field.type == "text" and isinstance(value, Word):
        return Text(value.word)
    if value.type != _SAME[field.type]:
        raise BadValue(f"{name} is {_CALLED[value.type]}, and {_declared(field)} is expected")
    return value


def _declared(field: FieldDecl) -> str:
    if field.type == "one_of":
        return f"one of {', '.join(field.values)}"
    if field.type == "flag":
        return "yes or no"
    return "the name of an event" if field.type == "reference" else _CALLED[_SAME[field.type]]


def _known(name: str, what: str, known: Iterable[str]) -> None:
    names = list(known)
    if name not in names:
        listed = f"the agreement has {', '.join(names)}" if names else f"the agreement has no {what}"
        raise BadValue(f"the agreement knows no {what} {name!r}{did_you_mean(name, names)}", listed)


def _actor(code: str | None, agreement: Agreement) -> None:
    if code is not None and code not in _actors(agreement):
        known = _actors(agreement)
        raise BadValue(f"the agreement knows no party {code!r}{did_you_mean(code, known)}", f"its codes are {', '.join(known)}")


def _actors(agreement: Agreement) -> tuple[str, ...]:
    return (*agreement.parties, *agreement.nonparties)


def _name(text: str) -> str:
    return text if _NAME.fullmatch(text) else slug(text)
