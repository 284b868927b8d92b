"""Several texts side by side: a row for each question, a column for each text, in each cell the answer with its article.

A claim sheet states nothing itself: its rows are the questions at issue, its cells what its sources claim, each with source,
date and words. Claims that contradict each other stand beside each other; nothing merges them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from casus.compare.features import FEATURES, SILENT, ask
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.lint.draft import Draft
from casus.state.words import article as heading

CellState = Literal["said", "open", "silent", "claimed", "not asked"]
NOT_ASKED: Final = "the sheet does not put this question"
NO_CLAIM: Final = "no source says anything on it"


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer: `where` is the article's heading in short (empty for a head), `source` whose claim it is."""

    text: str
    where: str = ""
    article: str | None = None
    source: str | None = None
    dated: str | None = None
    quote: str | None = None

    @property
    def line(self) -> str:
        """`Article 4: 24 hours after activation`, `"words" (source, date)`."""
        if self.source is None:
            return f"{self.where}: {self.text}" if self.where else self.text
        words = f' "{self.quote}"' if self.quote is not None else ""
        return f"{self.text}{words} ({self.source}{', ' + self.dated if self.dated is not None else ''})"


@dataclass(frozen=True, slots=True)
class MatrixCell:
    state: CellState
    entries: tuple[Entry, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        if self.state == "open":
            return tuple(f"open: {entry.line}" for entry in self.entries)
        if not self.entries:
            return ({"silent": SILENT, "not asked": NOT_ASKED, "claimed": NO_CLAIM}.get(self.state, SILENT),)
        return tuple(entry.line for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Row:
    """`id` is a feature, or the name of a question of a claim sheet."""

    id: str
    title: str
    question: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """`label` tells it from the others: its title, and its file where two have one title."""

    label: str
    name: str
    path: str
    hash: str
    chosen: tuple[str, ...]
    prose: dict[str, tuple[str, str]]
    """Article → its title and prose, for a reader who wants to open a cell."""


@dataclass(frozen=True, slots=True)
class Matrix:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def is_claims(agreement: Agreement) -> bool:
    return agreement.header.instrument == "claims"


def matrix(drafts: Sequence[Draft], only: Sequence[str] = ()) -> Matrix:
    """The matrix of texts and claim sheets. `only`: the ids of the rows that are wanted (all where it is empty)."""
    rows: list[Row] = []
    if not all(is_claims(draft.agreement) for draft in drafts):
        rows += _features(drafts)
    rows += _questions(drafts)
    wanted = [row for row in rows if not only or row.id in only]
    return Matrix(_columns(drafts), tuple(wanted))


def _columns(drafts: Sequence[Draft]) -> tuple[Column, ...]:
    titles = [draft.agreement.header.title or draft.agreement.name for draft in drafts]
    columns = []
    for draft, title in zip(drafts, titles, strict=True):
        a = draft.agreement
        label = title if titles.count(title) == 1 else f"{title} ({', '.join(a.chosen) or a.path})"
        prose = {one.id: (one.title, one.prose) for one in a.articles.values()}
        columns.append(Column(label, a.name, a.path, a.hash, a.chosen, prose))
    return tuple(columns)


def _features(drafts: Sequence[Draft]) -> Iterator[Row]:
    for feature in FEATURES:
        cells = []
        for draft in drafts:
            if is_claims(draft.agreement):
                cells.append(MatrixCell("not asked", (Entry("a claim sheet: it states no clause"),)))
                continue
            cell = ask(draft, feature)
            shown = cell.answers or cell.open
            entries = tuple(Entry(x.text, _where(draft.agreement, x.article), x.article) for x in shown)
            if cell.answers:
                entries += tuple(Entry(f"open: {x.text}", _where(draft.agreement, x.article), x.article) for x in cell.open)
            cells.append(MatrixCell(cell.state, entries))
        yield Row(feature.id, feature.title, feature.question, tuple(cells))


def _where(agreement: Agreement, article: str | None) -> str:
    return "" if article is None else heading(agreement, article)


# ---------------------------------------------------------------- claims


def _questions(drafts: Sequence[Draft]) -> Iterator[Row]:
    """Questions of one wording are one row, whatever they are called; in the order in which they first stand."""
    asked: dict[str, n.QuestionDecl] = {}
    for draft in drafts:
        for question in draft.agreement.questions.values():
            asked.setdefault(_key(question), question)
    for key, question in asked.items():
        yield Row(question.name, question.text, question.text, tuple(_claims(draft.agreement, key) for draft in drafts))


def _key(question: n.QuestionDecl) -> str:
    return " ".join(question.text.casefold().split())


def _claims(a: Agreement, key: str) -> MatrixCell:
    own = {question.name for question in a.questions.values() if _key(question) == key}
    if not own:
        return MatrixCell("not asked", ())
    return MatrixCell("claimed", tuple(_claim(a, claim) for claim in a.claims.values() if claim.on in own))


def _claim(a: Agreement, claim: n.ClaimDecl) -> Entry:
    source = a.sources[claim.by]
    holder = claim.holder_text or claim.holder
    title = source.by or source.title
    amount = f" ({claim.amount.currency} {claim.amount.number.value:,f})" if claim.amount is not None else ""
    dated = claim.dated or source.dated
    return Entry(
        f"{holder + ': ' if holder is not None else ''}{claim.says}{amount}",
        _where(a, claim.article),
        claim.article,
        f"{title}, {source.standing.replace('_', ' ')}",
        dated.text if dated is not None else None,
        claim.quotes,
    )
