"""What the rules of the drafting checklist (codes L..) ask of a draft: who acts, who talks, who is capped, what is left open.

A rule of the checklist holds a text against a known way in which guarantees and ceasefires have failed. It speaks only where
the text makes a promise that can fail that way: a text that promises no help is not blamed for having no money.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from casus.diagnostics import Related, Span
from casus.language import nodes as n
from casus.language.check.walk import atoms, conditions
from casus.lint.draft import HELP, TALK, Draft
from casus.lint.rule import Finding, Gap

MEASURES: Final = frozenset({"impose_measures", "freeze", "immobilise", "seize"})
"""Acts that cost the side they are aimed at something."""

BINDING: Final = frozenset({"treaty", "protocol", "armistice", "resolution", "executive_agreement"})
"""Instruments whose duties are legal where the text does not grade them."""


Missing = Callable[[Sequence[str]], str]
"""What is missing, in words, given the names of what it is missing of."""


def listed(items: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; in the order given."""
    names = list(items)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}" if names else ""


def ticked(names: Iterable[str]) -> list[str]:
    """Names as a message shows them."""
    return [f"`{name}`" for name in names]


# ---------------------------------------------------------------- what follows from what


def talks(norm: n.NormDecl) -> bool:
    """Whether the act owed or allowed is talk. A norm that names no act is not known to be."""
    return norm.kind != "prohibition" and norm.act is not None and norm.act.verb in TALK


def helps(norm: n.NormDecl) -> bool:
    """Whether the act owed or allowed is assistance."""
    return norm.kind != "prohibition" and norm.act is not None and norm.act.verb in HELP


def costs(norm: n.NormDecl) -> bool:
    """Whether the act owed or allowed is a measure against somebody."""
    return norm.act is not None and norm.act.verb in MEASURES


def after(draft: Draft, name: str) -> tuple[n.NormDecl | n.AutomaticDecl, ...]:
    """The norms and automatic effects that something can bring about, nearest first."""
    a = draft.agreement
    found: list[n.NormDecl | n.AutomaticDecl] = []
    for other in draft.downstream(name):
        if other in a.norms:
            found.append(a.norms[other])
        elif other in a.automatics:
            found.append(a.automatics[other])
    return tuple(found)


def deeds(draft: Draft, name: str) -> tuple[n.NormDecl | n.AutomaticDecl, ...]:
    """Those of them that are more than talk."""
    return tuple(x for x in after(draft, name) if isinstance(x, n.AutomaticDecl) or not talks(x))


def responses(draft: Draft) -> tuple[n.NormDecl, ...]:
    """The norms that come about because a trigger was met, in the order of the text."""
    caused = {name for trigger in draft.agreement.triggers for name in draft.downstream(trigger)}
    return tuple(norm for norm in draft.agreement.norms.values() if norm.name in caused)


def promises_help(draft: Draft) -> bool:
    """Whether the text is a guarantee: when a trigger is met somebody owes or may give assistance, or measures follow."""
    automatic = {x for t in draft.agreement.triggers for x in draft.downstream(t)} & set(draft.agreement.automatics)
    return bool(automatic) or any(helps(norm) or costs(norm) for norm in responses(draft))


_PROTECTS: Final = re.compile(
    r"\b(?:attack|aggression|invasion|armed|guarantee|assurance|security|defence|defense)|напад|агрес|агресс|гарант|безпек|безопасност",
    re.IGNORECASE,
)


def claims_to_protect(draft: Draft) -> bool:
    """Whether the text holds itself out as one of security: by its title, or by what it calls its triggers and definitions."""
    a = draft.agreement
    return any(_PROTECTS.search(words_of(x)) for x in (a.header.title or "", a.name, *a.triggers, *a.definitions))


_TRUCE: Final = re.compile(r"cease-?\s?fire|truce|armistice|перемир|припинення вогню|прекращени\w+ огня", re.IGNORECASE)


def is_truce(draft: Draft) -> bool:
    """Whether the text is by its kind or title one that ends fire."""
    head = draft.agreement.header
    return head.instrument == "armistice" or bool(_TRUCE.search(head.title or words_of(head.name)))


def grade(draft: Draft, norm: n.NormDecl) -> str | None:
    """The grade that a norm states; else legal in an instrument that binds; else none is known."""
    return norm.grade or ("legal" if draft.agreement.header.instrument in BINDING else None)


def period_in_words(period: n.Cal) -> str:
    """`6 months`, `1 year`."""
    unit = period.unit if int(period.number) != 1 else period.unit.removesuffix("s")
    return f"{period.number.text} {unit}"


# ---------------------------------------------------------------- whose conduct


def named_actors(draft: Draft) -> frozenset[str]:
    """The actors that conditions of triggers and of definitions name after `by`: whose conduct the text is about."""
    a = draft.agreement
    found: set[str] = set()
    for trigger in a.triggers.values():
        for atom in atoms(trigger.when):
            for by in (getattr(atom, "by", None), getattr(atom, "other_by", None)):
                found |= a.by(by) or frozenset()
    for decl in a.definitions.values():
        for part in conditions(decl.where):
            if isinstance(part, n.CBy):
                found |= {code for name in part.codes for code in a.members(name)}
    return frozenset(found)


def sides(draft: Draft) -> tuple[str, ...]:
    """The sides of the conflict that the text is about: whose conduct it watches, and whom it protects. Sorted."""
    return tuple(sorted(named_actors(draft) | draft.protected))


def title_of(draft: Draft, code: str) -> str:
    """What a party, nonparty or body is called in words."""
    a = draft.agreement
    for group in (a.parties, a.nonparties, a.bodies):
        if code in group:
            return str(group[code].title)
    return code


# ---------------------------------------------------------------- verification


def watchers(draft: Draft) -> tuple[str, ...]:
    """The bodies that go and see: that grant rungs of occurrence, or whose observation a quiet period needs. Sorted."""
    a = draft.agreement
    found: set[str] = set()
    if "occurrence" in a.ladders:
        found |= {s.body for level in a.ladders["occurrence"].levels for s in level.sources if s.body is not None}
    for trigger in a.triggers.values():
        found |= {x.observer for x in atoms(trigger.when) if isinstance(x, n.TQuiet) and x.observer is not None}
    return tuple(sorted(found & set(a.bodies)))


def read_events(draft: Draft) -> frozenset[str]:
    """The event types and estimates that triggers read, by any way."""
    a = draft.agreement
    names = {name for trigger in a.triggers for name in draft.read_by(trigger)}
    return frozenset(names & (set(a.events) | set(a.estimates)))


def forbidden_events(draft: Draft) -> frozenset[str]:
    """The event types that prohibitions forbid."""
    a = draft.agreement
    return frozenset(e for norm in a.norms.values() if norm.forbids is not None for e in a.event_types(norm.forbids))


def events_in_play(draft: Draft) -> frozenset[str]:
    """The event types and estimates with a consequence: a trigger reads or a prohibition forbids them."""
    return read_events(draft) | forbidden_events(draft)


def words_of(name: str) -> str:
    """A name as words: `access_denied` is `access denied`."""
    return name.replace("_", " ")


def about(names: Iterable[str], pattern: re.Pattern[str]) -> tuple[str, ...]:
    """The names whose words match. Sorted."""
    return tuple(sorted(name for name in names if pattern.search(words_of(name))))


# ---------------------------------------------------------------- zones


def zone_parts(draft: Draft, expr: n.ZoneExpr | None) -> Iterator[n.ZoneExpr]:
    """A zone expression and all that it is made of, declared zones opened; every part once."""
    declared: Mapping[str, n.Decl] = draft.declarations
    seen: set[str] = set()
    todo: list[n.ZoneExpr] = [] if expr is None else [expr]
    while todo:
        part = todo.pop(0)
        yield part
        match part:
            case n.ZName(name=name):
                decl = declared.get(name)
                if name not in seen and isinstance(decl, n.ZoneDecl) and decl.expr is not None:
                    todo.append(decl.expr)
                seen.add(name)
            case n.ZMinus(left=left, right=right) | n.ZPlus(left=left, right=right) | n.ZNear(zone=left, of=right):
                todo += [left, right]


def base_zones(draft: Draft, expr: n.ZoneExpr | None) -> frozenset[str]:
    """The zones of files, or left open, of which an expression is made."""
    found = {part.name for part in zone_parts(draft, expr) if isinstance(part, n.ZName)}
    return frozenset(x for x in found if getattr(draft.declarations.get(x), "expr", None) is None)


# ---------------------------------------------------------------- what the text leaves open


def opens(draft: Draft, *whats: n.Gap) -> tuple[n.OpenDecl, ...]:
    """The declarations by which the text says that it is silent on something of these kinds."""
    return tuple(x for x in draft.agreement.declarations if isinstance(x, n.OpenDecl) and x.what in whats)


def silences(found: Sequence[n.OpenDecl]) -> tuple[Related, ...]:
    """The second places: where the text says that it is silent."""
    return tuple(Related(_unsaid(x), x.span) for x in found)


def _unsaid(found: n.OpenDecl) -> str:
    left = _UNREAD.sub("", found.text, count=1)
    return (f"not read: {left}" if left else "not read") if unread(found) else f"the text is silent: {found.text}"


_UNREAD: Final = re.compile(r"not read\b[\s:.]*", re.IGNORECASE)
"""So begins what only our sources do not say: of the text itself nothing is known then."""


def left_open(draft: Draft, found: Sequence[n.OpenDecl], missing: Missing, help_text: str) -> Iterator[Finding]:
    """One finding for what the text itself leaves open, where no declaration is there to blame.

    `missing` says what that is, given the names of what it is open of: `how long it lasts`.
    """
    if found:
        yield _left_open(draft, found, missing, help_text)


def _left_open(draft: Draft, found: Sequence[n.OpenDecl], missing: Missing, help_text: str) -> Finding:
    whole = draft.agreement.name
    of = [x.of for x in found if x.of is not None and x.of != whole]
    names = tuple(dict.fromkeys(of)) if len(of) == len(found) else ()

    def rest(told: frozenset[Gap]) -> Finding | None:
        left = [x for x in found if gap_of(draft, x) not in told]
        return _left_open(draft, left, missing, help_text) if left else None

    return Finding(
        f"{silent(found)} {missing(names)}",
        found[0].span,
        tuple(dict.fromkeys(of)) or (whole,),
        silences(found),
        help_text,
        gaps=tuple(gap_of(draft, x) for x in found),
        rest=rest,
    )


def gap_of(draft: Draft, found: n.OpenDecl) -> Gap:
    """What is left open, and of what; None: of the whole."""
    return found.what, None if found.of == draft.agreement.name else found.of


def unread(found: n.OpenDecl) -> bool:
    """Whether only our sources are silent, and of the text nothing is known."""
    return _UNREAD.match(found.text) is not None


def silent(found: Sequence[n.OpenDecl], whose: str = "the text") -> str:
    """`the text does not say`; where nobody has read it, that what was read does not."""
    read = any(not unread(x) for x in found)
    return f"{whose} does not say" if read or not found else f"what was read of {whose} does not say"


def span_of(draft: Draft, name: str) -> Span | None:
    """Where a name is declared."""
    decl = draft.declarations.get(name)
    return None if decl is None else decl.span


def wordings(draft: Draft) -> tuple[n.WordingDecl, ...]:
    """The declarations of the terms that the authentic texts use."""
    return tuple(x for x in draft.agreement.declarations if isinstance(x, n.WordingDecl))
