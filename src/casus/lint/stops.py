"""What the rules about consent ask of a draft: which consequences one actor alone keeps from ever coming about, and where."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.check.walk import atoms, conditions, happenings
from casus.lint.draft import Draft
from casus.voting import Path
from casus.voting.power import electorate_of

_PROCEDURE: Final = re.compile(r"request|asked|consult|notice|notif|referral|refer|conven|meeting|invit|complain|draft|attend")
"""Names of events that are steps of a procedure, by which nobody is accused of anything."""


@dataclass(frozen=True, slots=True)
class Stop:
    """At one declaration each of these actors, alone, keeps a consequence from ever coming about. `start`: one way there."""

    consequence: str
    at: str
    actors: tuple[str, ...]
    paths: tuple[Path, ...]


def stops(draft: Draft, levers: Collection[str], *, whole: bool = True) -> Iterator[Stop]:
    """In the order of the text. `whole`: from every start; otherwise also those that stop one of several starts."""
    found: dict[tuple[str, str], list[Path]] = {}
    for path in draft.levers:
        if path.lever in levers and (path.stops if whole else path.permanent and not path.own):
            found.setdefault((path.consequence, path.at), []).append(path)
    for (consequence, at), paths in found.items():
        yield Stop(consequence, at, tuple(sorted({path.actor for path in paths})), tuple(paths))


def promised(draft: Draft, name: str) -> bool:
    """Whether it is a duty or an effect, not a vote."""
    return name in draft.agreement.norms or name in draft.agreement.automatics


def voters(draft: Draft, decision: str) -> frozenset[str]:
    """Members and holders of a veto, less the recused."""
    electorate = electorate_of(draft.agreement, draft.agreement.decisions[decision])
    return frozenset((*electorate.members, *electorate.vetoes))


def vetoes(draft: Draft, decision: str) -> frozenset[str]:
    """The holders of a declared veto, less the recused."""
    return frozenset(electorate_of(draft.agreement, draft.agreement.decisions[decision]).vetoes)


def accused(draft: Draft, trigger: str) -> frozenset[str]:
    """Those whose conduct a trigger is about. A trigger that waits for a step of procedure (a request, a notice) is not."""
    a = draft.agreement
    found: set[str] = set()
    for atom in atoms(a.triggers[trigger].when):
        if isinstance(atom, n.TMet):
            found |= accused(draft, atom.name)
        elif isinstance(atom, n.TLatest):
            found |= a.by(atom.by) or frozenset()
        for name, by in happenings(atom):
            if not all(_PROCEDURE.search(kind) for kind in a.event_types(name)):
                found |= a.by(by) or named(draft, name)
    return frozenset(found)


def named(draft: Draft, name: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """Those whom a definition names as its actors."""
    decl = draft.agreement.definitions.get(name)
    if decl is None or name in seen:
        return frozenset()
    here = {code for part in conditions(decl.where) if isinstance(part, n.CBy) for code in part.codes}
    return frozenset(here) or frozenset(x for part in decl.means for x in named(draft, part, seen | {name}))


def watched(draft: Draft) -> frozenset[str]:
    """Those whose conduct triggers and prohibitions are about, procedure left out; and whose acts count as theirs."""
    a = draft.agreement
    found = {x for trigger in a.triggers for x in accused(draft, trigger)}
    found |= {x for norm in a.norms.values() if norm.kind == "prohibition" for x in a.who(norm.debtor)}
    return frozenset(found | {x.actor for x in a.attributables if x.to in found})


def declaration(draft: Draft, name: str) -> n.Node | None:
    a = draft.agreement
    for found in (a.norms, a.automatics, a.decisions, a.determinations, a.triggers):
        if name in found:
            return found[name]
    return None


def because(draft: Draft, name: str, text: str, *clauses: str) -> tuple[Related, ...]:
    decl = declaration(draft, name)
    return () if decl is None else (Related(text, decl.place(*clauses)),)


def listed(codes: Collection[str], last: str = "or") -> str:
    """`KST, LYS or MRV`, by their codes."""
    names = sorted(codes)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"
