"""The variants of a text: which of its options and readings can be chosen together, and the text with some of them chosen.

Options on one question are alternatives, and a text in which they have fences is bracketed until one is chosen. An option on
no question may be taken or left. A reading is chosen beside the rest: the text stands without any. What has no fence changes
no text, and makes no variant by itself.
"""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from itertools import islice, product
from typing import Any, Final

from casus.diagnostics import Diagnostic
from casus.language import nodes as n
from casus.language.declared import name_of, stating, term_clauses
from casus.language.document import Document

MOST_VARIANTS: Final = 64
"""More than these are not looked at one by one: then each option is, with the first one on every other question."""

MOST_COUNTED: Final = 1_000_000
_LONGEST: Final = 80
"""How much of a label a message shows."""
_SAME: Final = {"indefinitely": "lasts", "requires_by": "requires"}
"""Fields of a term that are part of a clause of another name."""


class UnknownChoice(ValueError):
    """A name was chosen that cannot be: none of the text, or the second on one question."""

    def __init__(self, reason: str, place: str, help: str) -> None:  # noqa: A002
        super().__init__(reason)
        self.reason = reason
        self.place = place
        self.help = help


@dataclass(frozen=True, slots=True)
class Variant:
    """`names` are those chosen, in the order of the text; `label` says them. A text without variants has one without either."""

    label: str
    names: tuple[str, ...]


def variants(document: Document) -> tuple[Variant, ...]:
    """Every combination of one option for each question, and after them each reading, with the first of the combinations.

    The text without any choice is the first one where it is not bracketed. At most MOST_VARIANTS, besides the readings. A
    text in which something was chosen is its only variant.
    """
    kinds = _declared(document)
    if document.chosen is not None:
        return (_labelled(kinds, document.chosen),)
    made = [*_combinations(document)]
    made += [(*made[0], name) for name in _fenced(document, "reading")]
    order = {name: index for index, name in enumerate(kinds)}
    named = [tuple(sorted(names, key=lambda name: order[name])) for names in dict.fromkeys(made)]
    return tuple(_labelled(kinds, names) for names in named)


def _labelled(kinds: Mapping[str, n.OptionDecl | n.ReadingDecl], names: tuple[str, ...]) -> Variant:
    return Variant(", ".join(f"{kinds[name].kind} {name}" for name in names), names)


def choose(document: Document, names: Iterable[str]) -> Document:
    """The text with these options and readings chosen: their declarations replace those of the same name, or are added.

    A reading is one of the text as it then stands, so that what it states goes before what an option states. `term` has no
    name: each clause that a variant states replaces that clause. What a variant states is no longer `open`. Raises
    UnknownChoice.
    """
    chosen = _checked(document, names)
    layers = _layers(document, chosen)
    stand = [decl for decl in document.declarations if decl.variant is None or decl.variant in chosen]
    over: dict[Hashable, int] = {}
    for decl in stand:
        for key in (*_keys(decl), *_clause_keys(decl)):
            over[key] = max(over.get(key, 0), layers[decl.variant])
    kept: list[n.Decl] = []
    for decl in stand:
        layer = layers[decl.variant]
        if isinstance(decl, n.TermDecl):
            left = _without(decl, {clause for clause in term_clauses(decl) if over["term", _said(clause)] > layer})
            kept += [left] if term_clauses(left) else []
        elif not any(over[key] > layer for key in _keys(decl)):
            kept.append(decl)
    scenarios = tuple(s for s in document.scenarios if s.variant is None or s.variant in chosen)
    return replace(document, declarations=tuple(_without_closed(kept, layers)), scenarios=scenarios, chosen=chosen)


def has_variants(document: Document) -> bool:
    """Whether anything in the text hangs on a choice."""
    return any(fence.variant is not None for fence in document.fences)


def unresolved(document: Document) -> Mapping[str, tuple[str, ...]]:
    """The questions on which an option has yet to be chosen, each with its options. Empty: the text is not bracketed."""
    chosen = document.chosen or ()
    questions = _questions(document)
    return {question: names for question, names in questions.items() if not any(name in chosen for name in names)}


def count(document: Document) -> int:
    """How many combinations of options there are, MOST_COUNTED at most; `variants` gives no more than MOST_VARIANTS."""
    total = 1
    for alternatives in _alternatives(document):
        total *= len(alternatives)
        if total >= MOST_COUNTED:
            return MOST_COUNTED
    return total


def merged(found: Mapping[str, Sequence[Diagnostic]]) -> list[Diagnostic]:
    """The diagnostics of several variants, by label: what stands in all of them as it is, the rest with where it stands."""
    labels: dict[Diagnostic, list[str]] = {}
    first: dict[Hashable, Diagnostic] = {}
    for label, diagnostics in found.items():
        for diagnostic in dict.fromkeys(diagnostics):
            # what is told of it besides may lie in another fence of each variant
            same = first.setdefault((diagnostic.code, diagnostic.message, diagnostic.span), diagnostic)
            if label not in labels.setdefault(same, []):
                labels[same].append(label)
    where: dict[tuple[str, ...], str] = {tuple(found): ""}
    for named in labels.values():
        if tuple(named) not in where:
            where[tuple(named)] = f"{_where(named, found)}: "
    return [replace(diagnostic, message=where[tuple(named)] + diagnostic.message) for diagnostic, named in labels.items()]


def _where(labels: Sequence[str], every: Iterable[str]) -> str:
    """`with option late`, if that is what these variants have in common and no other has; else the first of them."""
    inside = [set(label.split(", ")) for label in labels]
    outside = [set(label.split(", ")) for label in every if label not in labels]
    for part in sorted(set.intersection(*inside)):
        if part and not any(part in parts for parts in outside):
            return f"with {part}"
    shown = [
        f"with {label[:_LONGEST]}{'…' * (len(label) > _LONGEST)}" if label else "with nothing chosen" for label in labels[:3]
    ]
    more = [f"in {len(labels) - 3} more"] if len(labels) > 3 else []
    return " and ".join([*shown, *more])


# ---------------------------------------------------------------- what can be chosen


def _declared(document: Document) -> Mapping[str, n.OptionDecl | n.ReadingDecl]:
    """The options and readings by name, in the order of the text."""
    found: dict[str, n.OptionDecl | n.ReadingDecl] = {}
    for decl in document.declarations:
        if isinstance(decl, n.OptionDecl | n.ReadingDecl):
            found.setdefault(decl.name, decl)
    return found


def _fenced(document: Document, kind: str) -> tuple[str, ...]:
    """The options or readings that have a fence, in the order of their declarations."""
    used = {fence.variant for fence in document.fences if fence.variant_kind == kind}
    return tuple(name for name, decl in _declared(document).items() if decl.kind == kind and name in used)


def _questions(document: Document) -> Mapping[str, tuple[str, ...]]:
    """The questions on which an option has a fence, with all their options."""
    on: dict[str, list[str]] = {}
    for name, decl in _declared(document).items():
        if isinstance(decl, n.OptionDecl) and decl.on is not None:
            on.setdefault(decl.on, []).append(name)
    fenced = set(_fenced(document, "option"))
    return {question: tuple(names) for question, names in on.items() if any(name in fenced for name in names)}


def _alternatives(document: Document) -> list[tuple[tuple[str, ...], ...]]:
    """For each question its options; for each option on none that it is left, or taken."""
    kinds = _declared(document)
    found: list[tuple[tuple[str, ...], ...]] = [tuple((name,) for name in names) for names in _questions(document).values()]
    for name in _fenced(document, "option"):
        decl = kinds[name]
        if isinstance(decl, n.OptionDecl) and decl.on is None:
            found.append(((), (name,)))
    return found


def _combinations(document: Document) -> Iterator[tuple[str, ...]]:
    alternatives = _alternatives(document)
    if count(document) <= MOST_VARIANTS:
        for picked in product(*alternatives):
            yield tuple(name for names in picked for name in names)
        return
    yield from islice(_one_by_one(alternatives), MOST_VARIANTS)


def _one_by_one(alternatives: Sequence[Sequence[tuple[str, ...]]]) -> Iterator[tuple[str, ...]]:
    """The first alternative of each; then each other one, with the first of all the rest."""
    first = [options[0] for options in alternatives]
    yield tuple(name for names in first for name in names)
    for index, options in enumerate(alternatives):
        for option in options[1:]:
            yield tuple(name for names in (*first[:index], option, *first[index + 1 :]) for name in names)


def _checked(document: Document, names: Iterable[str]) -> tuple[str, ...]:
    """The names in the order of the text, each once (raises UnknownChoice)."""
    kinds = _declared(document)
    wanted = tuple(dict.fromkeys(names))
    taken: dict[str, str] = {}
    for name in wanted:
        decl = kinds.get(name)
        if decl is None:
            near = difflib.get_close_matches(name, kinds, 3)
            known = f"did you mean {' or '.join(near)}?" if near else f"it knows {', '.join(kinds) or 'none'}"
            raise UnknownChoice(f"the text knows no option or reading {name}", document.path, known)
        if isinstance(decl, n.OptionDecl) and decl.on is not None:
            other = taken.setdefault(decl.on, name)
            if other != name:
                reason = f"{other} and {name} are alternatives: both are options on {decl.on}"
                raise UnknownChoice(reason, document.path, "choose one of them")
    return tuple(name for name in kinds if name in wanted)


# ---------------------------------------------------------------- what replaces what


def _keys(decl: n.Decl) -> Iterator[Hashable]:
    """What a declaration is known by; one of a variant replaces the others that are known by the same."""
    match decl:
        case n.CopyDecl():
            yield decl.kind, decl.name, decl.of
        case n.AttributableDecl():
            yield decl.kind, decl.actor, decl.to
        case n.OpenDecl():
            yield decl.kind, decl.what, decl.of
        case n.SuspensionDecl():
            yield decl.kind
        case _:
            name = name_of(decl)
            if name is not None:
                yield "name", name


def _layers(document: Document, chosen: Iterable[str]) -> Mapping[str | None, int]:
    """What goes before what: the text as it stands, the options in it, the readings of it."""
    kinds = _declared(document)
    return {None: 0, **{name: 1 if kinds[name].kind == "option" else 2 for name in chosen}}


def _clause_keys(decl: n.Decl) -> Iterator[Hashable]:
    if isinstance(decl, n.TermDecl):
        for clause in term_clauses(decl):
            yield "term", _said(clause)


def _said(clause: str) -> str:
    """The clause of a term, or the one that says the same thing in another way."""
    return _SAME.get(clause, clause)


def _without(decl: n.TermDecl, clauses: Iterable[str]) -> n.TermDecl:
    """The term without these clauses."""
    empty: dict[str, Any] = {
        field.name: field.default for field in fields(n.TermDecl) if field.name in clauses and field.default is not MISSING
    }
    spans = {name: span for name, span in decl.clause_spans.items() if name not in empty}
    return replace(decl, **empty, clause_spans=spans) if empty else decl


def _without_closed(declarations: Sequence[n.Decl], layers: Mapping[str | None, int]) -> Iterator[n.Decl]:
    """Without the gaps of the text that a variant of it fills."""
    head = next((decl.name for decl in declarations if isinstance(decl, n.AgreementDecl)), None)
    filling: dict[str | None, list[n.Decl]] = {}
    for decl in declarations:
        if decl.variant is not None:
            whose = ("term", None, head) if isinstance(decl, n.TermDecl) else (name_of(decl) or decl.kind,)
            for name in whose:
                filling.setdefault(name, []).append(decl)
    for decl in declarations:
        if not isinstance(decl, n.OpenDecl) or not any(
            layers[other.variant] > layers[decl.variant] and stating(other, decl.what) is not None
            for other in filling.get(decl.of, ())
        ):
            yield decl
