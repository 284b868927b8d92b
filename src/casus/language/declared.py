"""What a declaration is called, and which of the things that a text can be silent on it states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from casus.language import nodes as n

_AGREEMENT: Final[Mapping[str, tuple[str, ...]]] = {
    "duration": ("lasts", "indefinitely"),
    "exit": ("withdrawal_notice",),
    "renewal": ("extends",),
    "start": ("in_force_from", "ratified_by", "requires"),
}
_NORM: Final[Mapping[str, tuple[str, ...]]] = {
    "actors": ("debtor",),
    "debtor": ("debtor",),
    "creditor": ("creditor",),
    "act": ("act", "forbids"),
    "amount": ("amount",),
    "due": ("due",),
    "remedy": ("if_breached",),
    "start": ("upon", "always", "every"),
    "duration": ("until", "lapses"),
}
_STATED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "obligation": _NORM,
    "prohibition": _NORM,
    "power": _NORM,
    "term": _AGREEMENT,
    "decision": {
        "actors": ("members",),
        "members": ("members",),
        "rule": ("rule",),
        "threshold": ("quorum",),
        "closing": ("closes", "early"),
        "start": ("opens_upon", "opens_on_request_of"),
    },
    "automatic": {
        "start": ("upon",),
        "due": ("at",),
        "act": ("reinstate",),
        "closing": ("ends_when",),
        "duration": ("ends_when",),
    },
    "zone": {"territory": ("path", "expr"), "definition": ("path", "expr")},
    "define": {"definition": ("where",)},
    "group": {"members": ("members",)},
    "finding": {"body": ("body",), "due": ("due",)},
    "determination": {"body": ("body",), "due": ("due",)},
    "attributable": {"body": ("body",)},
}
"""The fields of a declaration that state what `open` can say is missing. Of what stands here nowhere nothing is checked."""


def name_of(decl: n.Decl) -> str | None:
    """The name under which a declaration stands in the namespace; None for one that has none of its own."""
    match decl:
        case n.PartyDecl(code=code) | n.NonpartyDecl(code=code):
            return code
        case n.AgreementDecl() | n.RoleDecl() | n.TermDecl() | n.SuspensionDecl() | n.AttributableDecl():
            return None
        case n.BasisDecl() | n.OpenDecl() | n.PositionDecl():
            return None
        case _:
            return decl.name


def term_clauses(decl: n.TermDecl) -> tuple[str, ...]:
    """The clauses that a `term` states."""
    own = {f.name for f in fields(n.TermDecl)} - {f.name for f in fields(n.Node)} - {"kind"}
    return tuple(sorted(name for name in own if getattr(decl, name) not in (None, False, ())))


def stating(decl: n.Decl, what: str) -> str | None:
    """The field in which a declaration states what `open` could say is missing of it; None if it does not."""
    for field in _STATED.get(decl.kind, {}).get(what, ()):
        value = getattr(decl, field)
        if isinstance(value, n.PartySet):
            value = value.atoms
        if value not in (None, False, ()):
            return field
    if what == "threshold" and isinstance(decl, n.DecisionDecl) and isinstance(decl.rule, n.Votes | n.Shares):
        return "rule"
    return None
