"""Kleene's third value with its reasons: what is unknown, and who or what could settle it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ReasonKind = Literal["finding", "cure", "actor", "place", "quantity", "time", "coverage", "circular"]


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    kind: ReasonKind
    text: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Neither true nor false. It is *provisional* where only a decision is missing that somebody still has to take."""

    reasons: frozenset[Reason]

    @classmethod
    def because(cls, kind: ReasonKind, text: str) -> Unknown:
        return cls(frozenset({Reason(kind, text)}))

    @property
    def provisional(self) -> bool:
        return all(reason.kind in ("finding", "cure") for reason in self.reasons)


Verdict = bool | Unknown


def all_hold(parts: Iterable[Verdict]) -> Verdict:
    reasons: frozenset[Reason] = frozenset()
    for part in parts:
        if part is False:
            return False
        if isinstance(part, Unknown):
            reasons |= part.reasons
    return Unknown(reasons) if reasons else True


def any_holds(parts: Iterable[Verdict]) -> Verdict:
    reasons: frozenset[Reason] = frozenset()
    for part in parts:
        if part is True:
            return True
        if isinstance(part, Unknown):
            reasons |= part.reasons
    return Unknown(reasons) if reasons else False


def negation(part: Verdict) -> Verdict:
    return part if isinstance(part, Unknown) else not part
