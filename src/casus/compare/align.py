"""Which declaration of one text is which of another: by name first, then, among those left over, by likeness.

Names of what was renamed are carried over, so that a clause that only mentions a renamed one is not a changed one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Final, TypeVar

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.printer import print_node

LIKE: Final = 0.6
"""So alike two declarations without their names have to be to count as one that was renamed."""

SHORT: Final = 12
"""Of declarations of fewer words likeness says little: what uses them has to have changed the one name for the other."""

_NO_NAMES: Final = frozenset(
    (
        *("title", "text", "prose", "says", "quotes", "words", "according_to", "holder_text", "pinpoint", "registered"),
        *("path", "pinned", "feature", "authentic", "clock", "items"),
        *("kind", "type", "unit", "op", "verb", "grade", "anchor", "instrument", "consent", "status", "rounding", "standing"),
        *("abstention", "if_silent", "sharing", "outcome", "what", "base", "currency", "values", "grounds"),
        *("table", "key", "column", "value"),
    )
)
"""Fields that hold words of the text or of the language, or places in a table: never what somebody called something."""

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Matched:
    """A declaration in both texts (or in one: the other is None). `new` bears the names of the first text."""

    key: str
    old: n.Decl | None
    new: n.Decl | None
    new_key: str | None

    @property
    def renamed(self) -> bool:
        return self.old is not None and self.new is not None and self.new_key != self.key


@dataclass(frozen=True, slots=True)
class Alignment:
    """`names`: each name of the second text that was renamed, and what it is called in the first."""

    matched: tuple[Matched, ...]
    names: Mapping[str, str]


def family(decl: n.Decl) -> str:
    """Declarations of one family can be one another's new form: a duty may become a power."""
    return "norm" if isinstance(decl, n.NormDecl) else decl.kind


def key_of(decl: n.Decl) -> str:
    """What a declaration is known by in its text."""
    match decl:
        case n.AgreementDecl():
            return "agreement"
        case n.TermDecl():
            return "term"
        case n.SuspensionDecl():
            return "suspension"
        case n.RoleDecl():
            return ", ".join(decl.names)
        case n.PartyDecl() | n.NonpartyDecl():
            return decl.code
        case n.AttributableDecl():
            return f"{decl.actor} to {decl.to}"
        case n.OpenDecl():
            return f"{decl.what} of {decl.of or 'the agreement'}"
        case n.CopyDecl():
            return f"{decl.name} of {decl.of}"
        case _:
            name = getattr(decl, "name", None)
            return name if isinstance(name, str) and name else print_node(replace(decl, comments=()))


def declarations(agreement: Agreement) -> dict[tuple[str, str], n.Decl]:
    """The declarations by family and key, in the order of the text; several `term` are the one they make together."""
    found: dict[tuple[str, str], n.Decl] = {}
    for decl in agreement.declarations:
        one: n.Decl = agreement.term if isinstance(decl, n.TermDecl) and agreement.term is not None else decl
        if isinstance(one, n.SourceDecl | n.BasisDecl):
            continue  # where a text was read is no part of what it says
        key = (family(one), key_of(one))
        count = 2
        while key in found and not isinstance(one, n.TermDecl):  # two declarations that say the same
            key = (key[0], f"{key_of(one)} ({count})")
            count += 1
        found.setdefault(key, one)
    return found


def align(first: Agreement, second: Agreement, given: Mapping[str, str] | None = None) -> Alignment:
    """Match the declarations. `given` says of names of the second text what they are called in the first."""
    before, after = declarations(first), declarations(second)
    names = dict(given or {})
    pairs: dict[tuple[str, str], tuple[str, str]] = {}
    for key in after:
        own = (key[0], names.get(key[1], key[1]))
        if own in before and own not in pairs.values():
            pairs[key] = own
    for key, own in _alike(before, after, pairs, names):
        pairs[key] = own
        names[key[1]] = own[1]
    back = {own: key for key, own in pairs.items()}
    matched = []
    for own, decl in before.items():
        other = back.get(own)
        new = renamed(after[other], names) if other is not None else None
        matched.append(Matched(own[1], decl, new, other[1] if other is not None else None))
    matched += [
        Matched(names.get(key[1], key[1]), None, renamed(decl, names), key[1])
        for key, decl in after.items()
        if key not in pairs
    ]
    return Alignment(tuple(matched), {name: own for name, own in sorted(names.items()) if name != own})


def _alike(
    before: Mapping[tuple[str, str], n.Decl],
    after: Mapping[tuple[str, str], n.Decl],
    pairs: Mapping[tuple[str, str], tuple[str, str]],
    names: Mapping[str, str],
) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """The pairs of what is left over, the most alike first; of two that are as alike, the first by name.

    Only what has a name of its own can be renamed: a party's code stands for a state, and a state is not another one.
    """
    used = set(pairs.values())
    old = [key for key in before if key not in used and _nameable(before[key])]
    new = [key for key in after if key not in pairs and _nameable(after[key])]
    known = dict(names)
    for _ in range(3):  # a rename found makes what mentions it more alike
        scored = sorted((-_likeness(before[a], after[b], known), a, b) for b in new for a in old if a[0] == b[0])
        taken_a: set[tuple[str, str]] = set()
        found: list[tuple[tuple[str, str], tuple[str, str]]] = []
        for score, a, b in scored:
            if (
                -score >= LIKE
                and (_long(before[a], after[b]) or _used_alike(a[1], b[1], before, after, pairs))
                and a not in taken_a
                and all(b != key for key, _ in found)
            ):
                taken_a.add(a)
                found.append((b, a))
        learnt = {**names, **{b[1]: a[1] for b, a in found}}
        if learnt == known:
            break
        known = learnt
    return found if old and new else []


def _long(a: n.Decl, b: n.Decl) -> bool:
    return min(len(re.findall(r"\w+", print_node(replace(decl, comments=())))) for decl in (a, b)) >= SHORT


def _used_alike(
    old: str,
    new: str,
    before: Mapping[tuple[str, str], n.Decl],
    after: Mapping[tuple[str, str], n.Decl],
    pairs: Mapping[tuple[str, str], tuple[str, str]],
) -> bool:
    """Whether a clause of both texts differs in a field by nothing but this name."""
    for key, own in pairs.items():
        a, b = before[own], after[key]
        if type(a) is not type(b):
            continue
        for one in fields(a):
            x, y = getattr(a, one.name), getattr(b, one.name)
            if one.compare and x != y and one.name not in _NO_NAMES and _renamed(y, {new: old}) == x:
                return True
    return False


def _nameable(decl: n.Decl) -> bool:
    return not isinstance(
        decl,
        n.AgreementDecl
        | n.TermDecl
        | n.SuspensionDecl
        | n.PartyDecl
        | n.NonpartyDecl
        | n.RoleDecl
        | n.AttributableDecl
        | n.OpenDecl
        | n.CopyDecl,
    )


def _likeness(a: n.Decl, b: n.Decl, names: Mapping[str, str]) -> float:
    """Between 0 and 1: the share of words that both declarations have in order, their own names left out."""
    words = []
    for decl, own in ((a, key_of(a)), (renamed(b, names), names.get(key_of(b), key_of(b)))):
        said = re.findall(r"\w+|[^\w\s]", print_node(replace(decl, comments=())))
        words.append([word for word in said[1:] if word != own])
    return SequenceMatcher(None, words[0], words[1], autojunk=False).ratio()


def renamed(node: D, names: Mapping[str, str]) -> D:
    """The node with the names of the other text."""
    if not names:
        return node
    found: Any = _renamed(node, names)
    return found  # type: ignore[no-any-return]


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, tuple):
        return tuple(_renamed(part, names) for part in value)
    if is_dataclass(value) and not isinstance(value, type) and type(value).__module__ == n.__name__:
        changed = {
            one.name: _renamed(getattr(value, one.name), names)
            for one in fields(value)
            if one.init and one.name not in _NO_NAMES and one.compare
        }
        return replace(value, **changed)
    return value
