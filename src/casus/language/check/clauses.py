"""E4xx: clauses that a declaration must have, that exclude each other or that belong elsewhere.

A clause that the text is declared to lack (`open due of assist "…"`) is not missed.

Where `semantics.md` gives a default nothing is asked: abstention counts for the quorum, a quorum is 1, silence rejects,
without a term the agreement is in force from the beginning of time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from casus.diagnostics import Diagnostic, Related
from casus.language import nodes as n
from casus.language.check.codes import finding
from casus.language.check.scope import Scope, noun
from casus.language.declared import name_of

_PARTYSETS: Final = (
    *("members", "recused", "veto", "debtor", "creditor", "opens_on_request_of", "ratified_by"),
    *("backup", "claimant", "respondent", "accession_of"),
)


def check_clauses(scope: Scope) -> Iterator[Diagnostic]:
    escalated = _escalated_to(scope)
    for decl in scope.of("decision"):
        yield from _decision(scope, decl, escalated)
        yield from _reachable(scope, decl)
    for norm in scope.norms():
        yield from _norm(scope, norm)
    for decl in scope.of("automatic"):
        yield from _automatic(scope, decl)
    for decl in scope.of("dispute"):
        yield from _dispute(scope, decl)
    for decl in scope.declarations:
        yield from _number_of(scope, decl)
        yield from _empty(scope, decl)


def _missing(decl: n.DecisionDecl | n.NormDecl | n.AutomaticDecl | n.DisputeDecl, what: str, clause: str) -> Diagnostic:
    return finding("E401", f"{decl.name} does not say {what}", decl.place("name"), help=f"add: {clause}")


def _escalated_to(scope: Scope) -> frozenset[str]:
    """The decisions that something else opens by escalating to them."""
    found: set[str | None] = set()
    for decl in scope.declarations:
        match decl:
            case n.FindingDecl() | n.DeterminationDecl():
                found.add(decl.escalates_to)
            case n.LadderDecl(silence=n.Silence(escalates_to=name)):
                found.add(name)
            case n.DecisionDecl():
                found |= {decl.if_silent_escalates_to, decl.if_rejected_escalates_to}
    return frozenset(name for name in found if name is not None)


def _decision(scope: Scope, decl: n.DecisionDecl, escalated: frozenset[str]) -> Iterator[Diagnostic]:
    if not decl.members.atoms and not scope.silent(decl.name, "members", "actors"):
        yield _missing(decl, "who decides", "of some_group, or declare: open members of …")
    if decl.rule is None and not scope.silent(decl.name, "rule", "threshold"):
        yield _missing(decl, "how it adopts", "adopts by consensus, majority, unanimity, 3 votes or 60 percent of members")
    opens = decl.opens_upon or decl.opens_on_request_of is not None or decl.name in escalated
    opens = opens or scope.silent(decl.name, "start")
    if not opens and not scope.document.broken:  # what does not parse may be what escalates to it
        yield _missing(decl, "when it opens", "opens upon some_trigger, or opens on request of …")
    if decl.closes is None and not decl.early and not scope.silent(decl.name, "closing"):
        yield _missing(decl, "when it closes", "closes 24 hours after opening")
    silent = "if_silent" if decl.if_silent is not None else "if_silent_escalates_to"
    if decl.quorum is not None and decl.quorum.value == 0 and getattr(decl, silent) is not None:
        yield finding(
            "E409",
            f"with `quorum 0` {decl.name} is never silent, so `if silent` says nothing",
            decl.place(silent),
            because=[Related("the quorum is stated here", decl.place("quorum"))],
            help="leave out `if silent` (consensus with quorum 0 is a silence procedure), or raise the quorum",
        )


def _reachable(scope: Scope, decl: n.DecisionDecl) -> Iterator[Diagnostic]:
    members = len(scope.who(decl.members) - scope.who(decl.recused))
    if members and decl.quorum is not None and decl.quorum.value > members:
        yield finding("W614", f"a quorum of {decl.quorum.text} among {members} members is never reached", decl.place("quorum"))
    if members and isinstance(decl.rule, n.Coalition) and decl.rule.least.value > members:
        message = f"a coalition of {decl.rule.least.text} among {members} members never comes together"
        yield finding("W614", message, decl.place("rule"))
    if members and isinstance(decl.rule, n.Votes) and decl.rule.number.value > members:
        yield finding("W614", f"{decl.rule.number.text} votes among {members} members are never reached", decl.place("rule"))


def _norm(scope: Scope, decl: n.NormDecl) -> Iterator[Diagnostic]:
    if decl.debtor is None and not scope.silent(decl.name, "debtor", "actors"):
        if decl.kind == "power":
            yield _missing(decl, "who may use it", "holder …")
        else:
            yield _missing(decl, "who owes it", "debtor …")
    if decl.kind == "prohibition" and decl.forbids is None and not scope.silent(decl.name, "act", "definition"):
        yield _missing(decl, "what it forbids", "forbids some_event_or_definition")
    for clause, owner in (("forbids", "prohibition"), ("used_by", "power")):
        if getattr(decl, clause) is not None and decl.kind != owner:
            message = f"`{clause.replace('_', ' ')}` belongs to {noun(owner)}, and {decl.name} is {noun(decl.kind)}"
            yield finding("E402", message, decl.place(clause))
    if decl.amount is None and (decl.tiers or decl.indexed is not None) and not scope.silent(decl.name, "amount"):
        what = "what is owed outside of its tiers" if decl.tiers else "which amount is indexed"
        yield _missing(decl, what, "amount EUR 1_000_000")
    if decl.backup is not None and decl.sharing != "several":
        message = f"{decl.name} is owed together, so nobody takes the place of one debtor: it has no backup"
        yield finding("E402", message, decl.place("backup"), help="let each of them owe it, or name the backup as a debtor")
    if decl.backup is not None and decl.kind != "obligation":
        yield finding("E402", f"`backup` belongs to an obligation, and {decl.name} is {noun(decl.kind)}", decl.place("backup"))
    if decl.kind == "obligation" and decl.act is None and not scope.silent(decl.name, "act"):
        message = f"{decl.name} does not say which act is owed"
        yield finding("W605", message, decl.place("name"), help="add: to consult, to supply, to finance …")
    if decl.kind == "obligation" and decl.due is None and not decl.always and not scope.silent(decl.name, "due"):
        message = f"{decl.name} has no date, so it can never be breached"
        yield finding("W606", message, decl.place("name"), help="add: due 24 hours after activation")


def _dispute(scope: Scope, decl: n.DisputeDecl) -> Iterator[Diagnostic]:
    if decl.claimant is None:
        yield _missing(decl, "who may claim", "claimant every …")
    if decl.respondent is None:
        yield _missing(decl, "against whom", "respondent every …")
    if decl.forum is None and not scope.silent(decl.name, "forum"):
        yield _missing(decl, "who rules on it", "forum some_body, or declare: open forum of …")


def _automatic(scope: Scope, decl: n.AutomaticDecl) -> Iterator[Diagnostic]:
    if not decl.upon and not scope.silent(decl.name, "start"):
        yield _missing(decl, "what brings it about", "upon some_trigger")
    if decl.at is None and not scope.silent(decl.name, "due"):
        yield _missing(decl, "when it takes effect", "at 72 hours after activation")
    if decl.reinstate is None and not scope.silent(decl.name, "act"):
        message = f"{decl.name} takes effect, and the text does not say on what"
        yield finding("W618", message, decl.place("name"), help="add: reinstate some_package")


def _number_of(scope: Scope, decl: n.Decl) -> Iterator[Diagnostic]:
    """`n of G` means n different ones since the last time: it stands only where parties act one after the other."""
    for field in _PARTYSETS:
        partyset = getattr(decl, field, None)
        for atom in partyset.atoms if isinstance(partyset, n.PartySet) else ():
            if not isinstance(atom, n.KOf):
                continue
            if field not in ("opens_on_request_of", "ratified_by"):
                yield finding(
                    "E405",
                    f"`{atom.number.text} of {atom.name}` does not say which; it stands only in `ratified by` and `request of`",
                    decl.place(field),
                    help=f"name them, or write: every {atom.name}",
                )
            elif scope.members(atom.name) and atom.number.value > len(scope.members(atom.name)):
                message = (
                    f"{atom.name} has {len(scope.members(atom.name))} members; {atom.number.text} of them never come together"
                )
                yield finding("W614", message, decl.place(field))


def _empty(scope: Scope, decl: n.Decl) -> Iterator[Diagnostic]:
    for field in ("members", "debtor", "opens_on_request_of", "ratified_by"):
        partyset = getattr(decl, field, None)
        for atom in partyset.atoms if isinstance(partyset, n.PartySet) else ():
            symbol = scope.symbols.get(atom.name)
            if scope.silent(name_of(decl), "members", "actors", "debtor") or scope.silent(atom.name, "members", "actors"):
                continue
            if symbol is not None and symbol.kind in ("role", "group") and scope.is_empty(atom.name):
                message = f"nobody is {atom.name}" if symbol.kind == "role" else f"{atom.name} has no members"
                yield finding("W607", message, decl.place(field), because=[symbol.because])
