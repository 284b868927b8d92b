"""E212, W617: scenarios speak of what the agreement declares.

A name that the agreement does not know at all is an error: such a line could only be passed over. What is known but
does not fit (a member who has no vote, a field the event does not declare) is a doubt, for a scenario may mean it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from casus import acts
from casus.diagnostics import Diagnostic, Span
from casus.language import nodes as n
from casus.language.check.codes import finding
from casus.language.check.scope import NORMS, WHO, Scope, noun, one_of
from casus.language.scenario import Expect, Line

_ACTORS: Final = frozenset({"party", "nonparty"})
_NORMS: Final = NORMS | {"automatic"}
_SCORED: Final = frozenset({"trigger"})
_TRIGGERED: Final = frozenset({"met", "effective", "reversed", "first_known", "first_occurred", "witnesses"})


def check_scenarios(scope: Scope) -> Iterator[Diagnostic]:
    for scenario in scope.document.scenarios:
        lines = [item.act for item in scenario.items if isinstance(item, Line)]
        reported = {act.id: act.event for act in lines if isinstance(act, acts.Report)}
        for item in scenario.items:
            if isinstance(item, Line):
                for name, kinds, what in _act(item.act):
                    yield from _known(scope, name, kinds, what, item.span)
                yield from _fields(scope, item, reported)
            else:
                yield from _expected(scope, item, reported)


def _known(scope: Scope, name: str, kinds: frozenset[str], what: str, span: Span | None) -> Iterator[Diagnostic]:
    symbol = scope.symbols.get(name)
    if symbol is None:
        if name not in scope.document.broken:
            message = f"{name} is not declared; {what} is {one_of(kinds)}"
            yield finding("E212", message, span, help=scope.near(name, kinds))
    elif symbol.kind not in kinds:
        message = f"{name} is {noun(symbol.kind)}; {what} is {one_of(kinds)}"
        yield finding("W617", message, span, because=[symbol.because])


def _act(act: acts.Act) -> Iterator[tuple[str, frozenset[str], str]]:
    """The names of an act, with what each should be."""
    match act:
        case acts.Report(event=event, actor=actor):
            yield event, frozenset({"event"}), "what happens"
            if actor is not None:
                yield actor, _ACTORS, "who acts"
        case acts.Estimate(estimate=estimate, body=body, actor=actor):
            yield estimate, frozenset({"estimate"}), "what is estimated"
            yield body, frozenset({"body"}), "who estimates"
            if actor is not None:
                yield actor, _ACTORS, "whose it is"
        case acts.Coverage(body=body, of=of):
            yield body, frozenset({"body"}), "who observes"
            yield of, frozenset({"event", "define", "exception"}), "what is observed"
        case acts.Adjudication(body=body):
            yield body, frozenset({"body"}), "who says a rung"
        case acts.FindingAnswer(body=body, finding=name):
            yield body, frozenset({"body"}), "who finds"
            yield name, frozenset({"finding"}), "what is found"
        case acts.Determination(body=body, determination=name):
            yield body, frozenset({"body"}), "who determines"
            yield name, frozenset({"determination"}), "what is determined"
        case acts.Attribution(body=body, actor=actor, to=to):
            yield body, frozenset({"body"}), "who attributes"
            yield actor, _ACTORS, "whose acts they are"
            yield to, _ACTORS, "to whom they are attributed"
        case acts.Ratification(party=party) | acts.Denunciation(party=party) | acts.Objection(party=party):
            yield party, frozenset({"party"}), "who is bound"
        case acts.Vote(member=member, decision=name) | acts.Request(member=member, decision=name):
            yield member, frozenset({"party", "body"}), "who votes or requests"
            yield name, frozenset({"decision"}), "what is decided"
        case acts.Fulfilment(member=member, norm=name) | acts.Waiver(member=member, norm=name):
            yield member, frozenset({"party", "body"}), "who acts"
            yield name, NORMS, "what is fulfilled"
        case acts.Approval(member=member, norm=name) | acts.Refusal(member=member, norm=name):
            yield member, frozenset({"party", "body"}), "who approves or refuses"
            yield name, NORMS, "what is approved or refused"
        case acts.Proxy(member=member, decision=name, holder=holder):
            yield member, frozenset({"party", "body"}), "who gives a proxy"
            if holder is not None:
                yield holder, frozenset({"party", "body"}), "who votes for another"
            yield name, frozenset({"decision"}), "what is decided"
        case acts.Provisional(party=party):
            yield party, frozenset({"party"}), "who applies it"
        case acts.Claim(member=member, dispute=name, respondent=respondent):
            yield member, frozenset({"party", "body"}), "who claims"
            yield respondent, frozenset({"party", "body"}), "against whom it claims"
            yield name, frozenset({"dispute"}), "what is claimed"
        case acts.Settlement(member=member, dispute=name):
            yield member, frozenset({"party", "body"}), "who settles"
            yield name, frozenset({"dispute"}), "what is settled"
        case acts.Ruling(body=body, dispute=name, claimant=claimant):
            yield body, frozenset({"body"}), "who rules"
            yield name, frozenset({"dispute"}), "what is ruled on"
            yield claimant, frozenset({"party", "body"}), "whose claim it is"
        case _:
            return


_FITS: Final[Mapping[str, frozenset[str]]] = {
    "actor": frozenset({"code", "word"}),
    "count": frozenset({"quantity"}),
    "duration": frozenset({"duration"}),
    "flag": frozenset({"word"}),
    "money": frozenset({"money"}),
    "one_of": frozenset({"word"}),
    "point": frozenset({"place"}),
    "reference": frozenset({"word"}),
    "text": frozenset({"text", "word"}),
}


def _fields(scope: Scope, line: Line, reported: Mapping[str, str]) -> Iterator[Diagnostic]:
    act = line.act
    if not isinstance(act, acts.Report | acts.Correction):
        return
    event = scope.get(act.event if isinstance(act, acts.Report) else reported.get(act.id, ""), "event")
    if not isinstance(event, n.EventDecl):
        return
    actor = ["by"] if isinstance(act, acts.Report) and act.actor is not None else []
    for name in [*act.fields, *actor]:
        declared = event.field_named(name)
        if declared is None:
            message = f"{event.name} declares no field {name}, so what the line says of it counts for nothing"
            yield finding("W617", message, line.span, because=[scope.symbols[event.name].because])
        elif name in act.fields and act.fields[name].type not in _FITS[declared.type]:
            message = f"{name} of {event.name} is a {declared.type}; what the line says is a {act.fields[name].type}"
            help_ = "write it like 90 minutes, 3 hours or 2 days" if declared.type == "duration" else None
            yield finding("W617", message, line.span, because=[scope.symbols[event.name].because], help=help_)
    if not isinstance(act, acts.Report):
        return
    rungs = {rung for ladder in scope.of("ladder") for rung in ladder.rungs}
    for rung in act.stands_for:
        if rung not in rungs:
            yield finding("W617", f"{rung} is no rung of a ladder of this agreement", line.span)


def _expected(scope: Scope, expect: Expect, reported: Mapping[str, str]) -> Iterator[Diagnostic]:
    if expect.kind in _TRIGGERED:
        yield from _known(scope, expect.name, _SCORED, "what is met", expect.span)
    elif expect.kind in ("norm", "norm_due"):
        yield from _known(scope, expect.name, _NORMS, "what is owed or takes effect", expect.span)
        yield from _known(scope, expect.who, WHO | {"nonparty"}, "who owes it", expect.span)
        if expect.upon is not None:
            yield from _known(
                scope, expect.upon, frozenset(scope.kind(expect.upon) or "trigger" for _ in "1"), "a cause", expect.span
            )
    elif expect.kind == "status" and expect.name not in reported and expect.name != "agreement":
        if scope.header is not None and expect.name == scope.header.name:
            return
        kinds = frozenset({"trigger", "decision", "determination", "phase", "ceasefire", "dispute"}) | _NORMS
        yield from _known(scope, expect.name, kinds, "what has a state", expect.span)
