"""What the fences of an article say, as far as its prose can say the same: quantities, names, parties.

They are read off the tokens of the fences, so that whatever the language can say is compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from casus.language import nodes as n
from casus.language.document import Fence
from casus.language.scan import Token, scan, unescape
from casus.lint.draft import Draft
from casus.lint.quantities import QuantityKind, lengths, quantities

_MINUTES: Final = {"minutes": 1, "hours": 60, "days": 1440}
_MONTHS: Final = {"months": 1, "years": 12}
_METRES: Final = {"km": 1000, "m": 1}
_HEADING: Final = re.compile(r"^(#{1,6}) ")
_COUNTED: Final = frozenset({"killed", "dead", "death", "fatality", "casualty", "troop", "soldier", "person", "time", "vote"})

Fact = tuple[QuantityKind, str, frozenset[Decimal], str]
"""Kind, unit, equal readings, and how it is written."""


@dataclass(frozen=True)
class Facts:
    """`place`: the article. `sizes`: how many members groups have, and how many of each kind are declared."""

    place: str
    declarations: tuple[n.Decl, ...]
    facts: tuple[Fact, ...]
    sizes: frozenset[Decimal]
    vocabulary: frozenset[str]
    codes: frozenset[str]
    words: str
    """The strings and names of the fences, in small letters."""

    def values(self, kind: QuantityKind, unit: str) -> frozenset[Decimal]:
        return frozenset(value for k, u, values, _ in self.facts if k == kind and u == unit for value in values)

    def written(self, kind: QuantityKind) -> list[str]:
        """The quantities of a kind as the fence writes them, each once."""
        return list(dict.fromkeys(text for k, _, values, text in self.facts if k == kind and any(values)))


def singular(word: str) -> str:
    """`violations` and `violation` are one word, `parties` and `party` too."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def places(draft: Draft) -> Mapping[str, str]:
    """For each heading the article that it belongs to: a heading deeper than that of an article is a part of it."""
    lines = draft.document.text.split("\n")
    found: dict[str, str] = {}
    owner, depth = "", 9
    for article in sorted(draft.agreement.articles.values(), key=lambda x: x.line):
        match = _HEADING.match(lines[article.line - 1]) if article.line <= len(lines) else None
        level = len(match[1]) if match is not None else 2
        if not owner or level <= depth or article.id.startswith(("art-", "annex-")):
            owner, depth = article.id, level if level > 1 else 9  # the title of the text owns no article
        found[article.id] = owner
    return found


class FactsReader:
    """Reads the facts of articles, each once."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.places = places(draft)
        self._declared = frozenset(_declared(draft))
        self._texts = {name: _words_of(draft, decl) for name, decl in draft.declarations.items()}
        self._read: dict[frozenset[str], Facts] = {}

    def of(self, articles: Iterable[str]) -> Facts:
        """What the fences and tables of these articles say."""
        wanted = frozenset(articles)
        if wanted not in self._read:
            self._read[wanted] = _facts(self.draft, wanted, self.places, self._declared, self._texts)
        return self._read[wanted]


def _facts(
    draft: Draft,
    wanted: frozenset[str],
    where: Mapping[str, str],
    declared: frozenset[str],
    texts: Mapping[str, set[str]],
) -> Facts:
    chosen = (None, *(draft.document.chosen or ()))
    casus = [f for f in draft.document.fences if f.info == "casus" and f.variant in chosen]
    fences = [f for f in casus if where.get(f.article or "") in wanted]
    lines = {line for f in fences for line in range(f.line, f.line + f.content.count("\n") + 1)}
    declarations = tuple(
        d
        for d in draft.agreement.declarations
        if d.span is not None and d.span.line in lines and not isinstance(d, n.AgreementDecl)
    )
    tokens = [token for fence in fences for token in scan(fence.content, fence.line) if token.kind != "comment"]
    facts = [*_of_tokens(tokens), *_of_tables(draft, tokens, wanted, where)]
    words = {token.text for token in tokens if token.kind == "word"}
    vocabulary = {singular(part) for word in words & declared for part in word.lower().split("_")} | _COUNTED
    return Facts(
        min(wanted, default=""),
        declarations,
        tuple(facts),
        frozenset(_sizes(draft, declarations)),
        frozenset(vocabulary),
        _codes(draft, words, texts),
        " ".join(token.text.replace("_", " ").lower() for token in tokens if token.kind in ("string", "word")),
    )


def _of_tokens(tokens: list[Token]) -> Iterator[Fact]:
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        if token.kind == "string":
            for quantity in quantities(unescape(token.text)):
                yield quantity.kind, quantity.unit, quantity.values, quantity.text
        elif token.kind == "instant":
            yield "date", "", frozenset({Decimal(token.text[:10].replace("-", ""))}), token.text
        elif token.kind == "number" and not token.text.startswith("-"):
            yield from _of_number(token, before, after)


def _of_number(token: Token, before: Token | None, after: Token | None) -> Iterator[Fact]:
    value = Decimal(token.text.replace("_", ""))
    unit = after.text if after is not None and after.kind == "word" else ""
    text = f"{token.text} {unit}"
    if unit in _MINUTES:
        yield "duration", "", lengths(minutes=value * _MINUTES[unit]), text
    elif unit in _MONTHS:
        yield "duration", "", lengths(months=value * _MONTHS[unit]), text
    elif unit in _METRES:
        yield "length", "", frozenset({value * _METRES[unit]}), text
    elif unit == "percent":
        yield "percent", "", frozenset({value}), text
    elif before is not None and re.fullmatch(r"[A-Z]{3}", before.text):
        yield "money", before.text, frozenset({value}), f"{before.text} {token.text}"
    else:
        yield "count", "", frozenset({value}), token.text


def _of_tables(draft: Draft, tokens: list[Token], wanted: frozenset[str], where: Mapping[str, str]) -> Iterator[Fact]:
    """The cells of the tables that the fences read or that stand in the articles; a plain number is also one of days."""
    named = {unescape(token.text) for token in tokens if token.kind == "string"}
    named |= {decl.table for decl in draft.agreement.schedules.values() if any(t.text == decl.name for t in tokens)}
    named |= {decl.table for decl in draft.agreement.weights.values() if any(t.text == decl.name for t in tokens)}
    for name, table in sorted(draft.document.tables.items()):
        if name not in named and where.get(name) not in wanted:
            continue
        for row in table.rows:
            for cell in row.values():
                if re.fullmatch(r"[\d_]+", cell):
                    value = Decimal(cell.replace("_", ""))
                    yield "count", "", frozenset({value}), cell
                    yield "duration", "", lengths(minutes=value * 1440), f"{cell} days"
                for quantity in quantities(cell):
                    yield quantity.kind, quantity.unit, quantity.values, quantity.text


def _declared(draft: Draft) -> Iterator[str]:
    """Every name that the text declares, with fields and rungs."""
    for decl in draft.agreement.declarations:
        for part in ("name", "code"):
            if isinstance(value := getattr(decl, part, None), str):
                yield value
        if isinstance(decl, n.EventDecl):
            yield from (field.name for field in decl.fields)
        if isinstance(decl, n.RoleDecl):
            yield from decl.names


def _sizes(draft: Draft, declarations: tuple[n.Decl, ...]) -> Iterator[Decimal]:
    a = draft.agreement
    for name in (*a.groups, *a.roles):
        yield Decimal(len(a.members(name)))
    for decision in a.decisions.values():
        yield Decimal(len(a.who(decision.members)))
    kinds = [decl.kind for decl in declarations]
    yield from (Decimal(kinds.count(kind)) for kind in dict.fromkeys(kinds))
    yield from (Decimal(len(table.rows)) for _, table in sorted(a.tables.items()))
    yield from (Decimal(len(package.items)) for package in a.packages.values())
    yield Decimal(len(a.parties))


def _codes(draft: Draft, words: set[str], texts: Mapping[str, set[str]]) -> frozenset[str]:
    """The parties and nonparties that these names are about, by whatever way."""
    a = draft.agreement
    seen: set[str] = set()
    todo = sorted(words)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += sorted(texts.get(name, set()) - seen)
    return frozenset(code for name in seen for code in (*a.members(name), name) if code in a.parties or code in a.nonparties)


def _words_of(draft: Draft, decl: n.Decl) -> set[str]:
    """The words of a declaration as written."""
    if decl.span is None:
        return set()
    fence: Fence | None = next(
        (f for f in draft.document.fences if f.line <= decl.span.line <= f.line + f.content.count("\n")), None
    )
    if fence is None:
        return set()
    lines = fence.content.split("\n")[decl.span.line - fence.line : decl.span.end_line - fence.line + 1]
    return set(re.findall(r"[^\W\d]\w*", "\n".join(line.split("#")[0] for line in lines)))
