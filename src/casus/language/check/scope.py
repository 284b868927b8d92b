"""What the names of a text stand for: the tables that every check reads.

Nothing here fails: where a name is declared twice the first declaration stands, and what is not declared is absent.
"""

from __future__ import annotations

import difflib
import heapq
import operator
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from casus.diagnostics import Related, Span
from casus.language import nodes as n
from casus.language.declared import name_of, term_clauses
from casus.language.document import Document

NORMS: Final = frozenset({"obligation", "prohibition", "power"})
WHO: Final = frozenset({"party", "body", "group", "role"})
HAPPENINGS: Final = frozenset({"event", "define", "exception"})
SIGNALS: Final = frozenset({"trigger", "decision", "determination", "automatic", "ceasefire", "dispute"}) | NORMS

FORCE: Final = "force"
"""After `after` of a step: the agreement's entry into force."""

NOUNS: Final[Mapping[str, str]] = {
    "role": "a role",
    "party": "a party",
    "body": "a body",
    "nonparty": "a nonparty",
    "group": "a group",
    "zone": "a zone",
    "event": "an event",
    "ladder": "a ladder",
    "finding": "a finding",
    "determination": "a determination",
    "estimate": "an estimate",
    "baseline": "a baseline",
    "define": "a definition",
    "exception": "an exception",
    "trigger": "a trigger",
    "decision": "a decision",
    "obligation": "an obligation",
    "prohibition": "a prohibition",
    "power": "a power",
    "automatic": "an automatic effect",
    "schedule": "a schedule",
    "weights": "a table of weights",
    "package": "a package",
    "phase": "a phase",
    "template": "a template",
    "reading": "a reading",
    "option": "an option",
    "use": "a used text",
    "source": "a source",
    "question": "a question",
    "claim": "a claim",
    "concession": "a concession",
    "wording": "a wording",
    "copy": "a copy of an annex",
    "step": "a step",
    "procedure": "a procedure at home",
    "contribution": "a contribution",
    "ceasefire": "a ceasefire",
    "dispute": "a kind of dispute",
    "language": "an authentic language",
}


ANYTHING: Final = frozenset(NOUNS)
"""Every kind of declaration that has a name."""
UNNAMED: Final = ("term", "suspension")
"""Declarations without a name of their own, which `of` can name by their keyword."""


def noun(kind: str) -> str:
    return NOUNS.get(kind, kind)


def one_of(kinds: Iterable[str]) -> str:
    """`a body, a group or a party`, with the three kinds of norm as one."""
    found = set(kinds)
    if found >= ANYTHING:
        return "the name of a declaration"
    words = sorted(noun(k) for k in found - NORMS)
    if found & NORMS:
        words.append("a norm" if found >= NORMS else " or ".join(sorted(noun(k) for k in found & NORMS)))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A declared name. `decl` is where it is declared (a role shares its declaration with others)."""

    name: str
    kind: str
    decl: n.Decl

    @property
    def place(self) -> Span | None:
        return self.decl.place("name", "code", "names")

    @property
    def because(self) -> Related:
        return Related(f"{self.name} is {noun(self.kind)}, declared here", self.place)


@dataclass(frozen=True, slots=True)
class Scope:
    """`symbols` has every declared name once, `repeats` the later declarations of a name."""

    document: Document
    folder: Path | None
    header: n.AgreementDecl | None
    term: n.TermDecl | None
    symbols: Mapping[str, Symbol]
    repeats: tuple[tuple[Symbol, Symbol], ...]
    """(the later one, the first one)."""
    by_kind: Mapping[str, tuple[tuple[int, n.Decl], ...]]
    """With the place of each in the text's order."""
    lines: tuple[str, ...]

    @property
    def declarations(self) -> tuple[n.Decl, ...]:
        return self.document.declarations

    def of(self, *kinds: str) -> Iterator[Any]:
        """The declarations of some kinds, in the order of the text, each name once."""
        found = (self.by_kind.get(kind, ()) for kind in kinds)
        yield from (decl for _, decl in heapq.merge(*found, key=operator.itemgetter(0)))

    def get(self, name: str | None, *kinds: str) -> Any:
        """The declaration of a name if it is of one of these kinds, else None."""
        symbol = self.symbols.get(name or "")
        return symbol.decl if symbol is not None and symbol.kind in kinds else None

    def kind(self, name: str | None) -> str | None:
        symbol = self.symbols.get(name or "")
        return symbol.kind if symbol is not None else None

    def norms(self) -> Iterator[n.NormDecl]:
        yield from self.of(*NORMS)

    def norm(self, name: str | None) -> n.NormDecl | None:
        found: n.NormDecl | None = self.get(name, *NORMS)
        return found

    def silent(self, name: str | None, *gaps: str) -> bool:
        """Whether the text declares that it is silent on one of these of a declaration (None: of the agreement)."""
        return any(decl.of == name and decl.what in gaps for decl in self.of("open"))

    def near(self, name: str, kinds: Iterable[str]) -> str | None:
        """A "did you mean" among the names of these kinds, else, for a name that is not declared, among all."""
        wanted = set(kinds)
        pools = [[s.name for s in self.symbols.values() if s.kind in wanted]]
        if name not in self.symbols:
            pools.append(list(self.symbols))
        for pool in pools:
            close = difflib.get_close_matches(name, pool, 3, cutoff=0.6)
            if close:
                return f"did you mean {' or '.join(close)}?"
        return None

    def narrow(self, span: Span | None, word: str) -> Span | None:
        """The first place of a word within a stretch of the text, or the stretch itself."""
        if span is None:
            return None
        pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        for number in range(span.line, min(span.end_line, len(self.lines)) + 1):
            line = self.lines[number - 1]
            end = span.end_col - 1 if number == span.end_line else len(line)
            found = pattern.search(line, span.col - 1 if number == span.line else 0, end)
            if found and "#" not in line[: found.start()]:
                return Span(span.file, number, found.start() + 1, number, found.end() + 1)
        return span

    def members(self, name: str) -> frozenset[str]:
        """The codes and bodies behind a name; empty for one that has none, or that is its own group."""
        decl = self.symbols[name].decl if name in self.symbols else None
        seen = {name}
        while isinstance(decl, n.GroupDecl) and isinstance(decl.members, n.Every):
            name = decl.members.name
            if name in seen or name not in self.symbols:
                return frozenset()
            seen.add(name)
            decl = self.symbols[name].decl
        match decl:
            case n.GroupDecl(members=tuple() as codes):
                return frozenset(codes)
            case n.RoleDecl():
                found = {p.code for p in self.of("party") if name in p.roles}
                return frozenset(found | {b.name for b in self.of("body") if name in b.roles})
            case n.PartyDecl() | n.BodyDecl() | n.NonpartyDecl():
                return frozenset({name})
            case _:
                return frozenset()

    def is_empty(self, name: str) -> bool:
        """Whether a role or group has no members, though all that it is made of is declared."""
        decl = self.symbols[name].decl
        if isinstance(decl, n.GroupDecl) and isinstance(decl.members, n.Every):
            inner = self.kind(decl.members.name)
            return inner == "role" and self.is_empty(decl.members.name)
        return not self.members(name)

    def who(self, partyset: n.PartySet | None) -> frozenset[str]:
        atoms = partyset.atoms if partyset is not None else ()
        return frozenset(code for atom in atoms for code in self.members(atom.name))

    def event_types(self, name: str) -> tuple[n.EventDecl, ...]:
        """The event types of which an event type, a definition or an exception is made, in the order of the text."""
        found: dict[str, n.EventDecl] = {}
        seen: set[str] = set()
        todo = [name]
        while todo:
            current = todo.pop()
            if current in seen:
                continue
            seen.add(current)
            match self.get(current, *HAPPENINGS):
                case n.EventDecl() as event:
                    found[event.name] = event
                case n.DefineDecl(means=means):
                    todo.extend(means)
                case n.ExceptionDecl(to=to):
                    todo.append(to)
        return tuple(event for event in self.of("event") if event.name in found)


def build_scope(document: Document, folder: Path | None) -> Scope:
    """The names of a document. `folder` is where its zones lie."""
    symbols: dict[str, Symbol] = {}
    repeats: list[tuple[Symbol, Symbol]] = []
    copies: dict[tuple[str, str], Symbol] = {}
    for decl in document.declarations:
        own = name_of(decl)
        names = decl.names if isinstance(decl, n.RoleDecl) else () if own is None else (own,)
        for name in names:
            symbol = Symbol(name, decl.kind, decl)
            first = symbols.setdefault(name, symbol)
            if isinstance(decl, n.CopyDecl) and isinstance(first.decl, n.CopyDecl):
                first = copies.setdefault((decl.name, decl.of), symbol)  # each party has its copy of one annex
            if first is not symbol:
                repeats.append((symbol, first))
        if isinstance(decl, n.TemplateDecl):
            symbols.setdefault(decl.code, Symbol(decl.code, "party", decl))  # whoever the text will be made for
    by_kind: dict[str, list[tuple[int, n.Decl]]] = {}
    for index, decl in enumerate(document.declarations):
        standing = symbols.get(name_of(decl) or "")
        if isinstance(decl, n.CopyDecl) and standing is not None and isinstance(standing.decl, n.CopyDecl):
            standing = copies[decl.name, decl.of]
        if standing is None or standing.decl is decl:
            by_kind.setdefault(decl.kind, []).append((index, decl))
    return Scope(
        document,
        folder,
        header=next((d for d in document.declarations if isinstance(d, n.AgreementDecl)), None),
        term=merged_term(document.declarations),
        symbols=symbols,
        repeats=tuple(repeats),
        by_kind={kind: tuple(decls) for kind, decls in by_kind.items()},
        lines=tuple(document.text.split("\n")),
    )


def merged_term(declarations: Iterable[n.Decl]) -> n.TermDecl | None:
    """The clauses of all `term` declarations as one: a text may state them in several articles."""
    result: n.TermDecl | None = None
    for decl in declarations:
        if not isinstance(decl, n.TermDecl):
            continue
        if result is None:
            result = decl
            continue
        stated = {f: getattr(decl, f) for f in term_clauses(decl) if f not in term_clauses(result)}
        both = {f: (*getattr(result, f), *getattr(decl, f)) for f in ("survives", "barred_while", "provisionally")}
        result = replace(result, **{**stated, **both, "clause_spans": {**decl.clause_spans, **result.clause_spans}})
    return result
