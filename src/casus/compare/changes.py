"""What became of each clause from one text to the other: the same, moved, renamed, changed, added, removed; and for whom a
change makes it stronger or weaker.

The direction of a change is derived, never judged: `casus.compare.fields` says whether the clause now does more or less,
`casus.compare.viewpoint` whether more of it serves the side from which one looks. Where either cannot be said it is `changed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal

from casus.compare.align import Alignment, Matched, align, declarations, family
from casus.compare.binding import Graded, clause_grade
from casus.compare.fields import RULES, FieldRule, Pair
from casus.compare.redline import Piece, word_diff
from casus.compare.said import said
from casus.compare.viewpoint import BOTH, Signs, Viewpoint
from casus.language import nodes as n
from casus.language.agreement import Agreement, Article
from casus.language.printer import print_node
from casus.lint.draft import Draft

Direction = Literal["stronger", "weaker", "changed"]
State = Literal["same", "changed", "added", "removed"]

_OWN: Final = frozenset({"span", "article", "variant", "comments", "clause_spans"})
_TIMED: Final = frozenset({("decision", "closes"), ("decision", "early")})
"""To be decided sooner helps only where the decision helps."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field. `before` and `after` are in the words of the language; None: the text did not state it.

    `why` says what the direction rests on ("due later"), `whom` for whom it is so; nobody where it is only `changed`.
    """

    field: str
    before: str | None
    after: str | None
    direction: Direction
    whom: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A declaration in both texts. `renamed_from`: what it was called; `moved_from`: the article it stood in."""

    name: str
    kind: str
    state: State
    direction: Direction | None
    whom: tuple[str, ...]
    changes: tuple[Change, ...]
    article_before: str | None
    article_after: str | None
    renamed_from: str | None
    moved_from: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Wording:
    """The prose of an article in both texts; `article` is that of the second text, or of the first if it is gone."""

    article: str
    title: str
    before: str | None
    after: str | None
    pieces: tuple[Piece, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """`side`: from whose side stronger and weaker are said. `clauses` holds those that are not the same."""

    side: tuple[str, ...]
    clauses: tuple[Clause, ...]
    same: int
    wordings: tuple[Wording, ...]
    names: Mapping[str, str]

    @property
    def empty(self) -> bool:
        return not self.clauses and not self.wordings


def difference(first: Draft, second: Draft, side: tuple[str, ...] = (), names: Mapping[str, str] | None = None) -> Difference:
    """From the first text to the second. Without `side`, from that of whom either text protects."""
    seen = frozenset(side) or first.protected | second.protected
    aligned = align(first.agreement, second.agreement, names)
    views = (Viewpoint(first, seen), Viewpoint(second, seen))
    articles = _articles(first.agreement, second.agreement)
    found = [_clause(first.agreement, second.agreement, one, aligned, views, articles) for one in aligned.matched]
    clauses = tuple(one for one in found if one.state != "same" or one.renamed_from or one.moved_from)
    same = len(found) - len(clauses)
    wordings = tuple(_wordings(first.agreement, second.agreement, articles, clauses))
    return Difference(tuple(sorted(seen)), clauses, same, wordings, aligned.names)


def _clause(
    first: Agreement,
    second: Agreement,
    one: Matched,
    aligned: Alignment,
    views: tuple[Viewpoint, Viewpoint],
    articles: Mapping[str, str],
) -> Clause:
    old, new = one.old, one.new
    decl = new if new is not None else old
    assert decl is not None
    name = one.new_key if one.new_key is not None else one.key
    moved = None
    if old is not None and new is not None and old.article is not None:
        moved = old.article if articles.get(old.article) != new.article else None
    changes = tuple(_changes(first, second, old, new, one, views)) if old is not None and new is not None else ()
    state: State = "added" if old is None else "removed" if new is None else "changed" if changes else "same"
    direction, whom = _of_whole(one, state, changes, views)
    return Clause(
        name,
        decl.kind,
        state,
        direction,
        whom,
        changes,
        old.article if old is not None else None,
        new.article if new is not None else None,
        one.key if one.renamed else None,
        moved,
        _text(old),
        _text(_unrenamed(second, one)),
    )


def _text(decl: n.Decl | None) -> str | None:
    return None if decl is None else print_node(replace(decl, comments=()))


def _unrenamed(second: Agreement, one: Matched) -> n.Decl | None:
    return None if one.new is None or one.new_key is None else declarations(second)[family(one.new), one.new_key]


def _of_whole(
    one: Matched, state: State, changes: tuple[Change, ...], views: tuple[Viewpoint, Viewpoint]
) -> tuple[Direction | None, tuple[str, ...]]:
    """Of a changed clause what its fields have in common; of one that came or went, whether it serves the side."""
    if state == "same":
        return None, ()
    if state == "changed":
        known = {(change.direction, change.whom) for change in changes if change.direction != "changed"}
        return known.pop() if len(known) == 1 else ("changed", ())
    view, key = (views[1], one.new_key) if state == "added" else (views[0], one.key)
    decl = one.new if state == "added" else one.old
    if isinstance(decl, n.DecisionDecl | n.TermDecl):
        return "changed", ()  # that there is a decision is neither more nor less of what it is about
    return _directed(1 if state == "added" else -1, view.signs(key or ""), view, decl)


def _directed(force: int | None, signs: Signs, view: Viewpoint, decl: Any) -> tuple[Direction, tuple[str, ...]]:
    if force is None or signs == BOTH:
        return "changed", ()
    if signs:
        (sign,) = signs
        return ("stronger" if force * sign > 0 else "weaker"), tuple(sorted(view.side))
    if isinstance(decl, n.NormDecl) and decl.creditor is not None and decl.kind == "obligation":
        return ("stronger" if force > 0 else "weaker"), view.draft.agreement.who(decl.creditor)
    return "changed", ()


def _changes(
    first: Agreement, second: Agreement, old: n.Decl, new: n.Decl, one: Matched, views: tuple[Viewpoint, Viewpoint]
) -> Iterator[Change]:
    pair = Pair(old, new, first, second, one.new_key or "")
    rules = RULES.get(new.kind, {}) if type(old) is type(new) else {}
    signs = views[0].signs(one.key) | views[1].signs(one.new_key or "")
    for field in fields(new):
        if field.name in _OWN or (field.name == "name" and one.renamed):
            continue
        before, after = getattr(old, field.name, None), getattr(new, field.name)
        if before == after and not _resolved(pair, field.name, before, after):
            continue
        if field.name == "indefinitely" and getattr(old, "lasts", None) != getattr(new, "lasts", None):
            continue  # said of `lasts`
        rule = rules.get(field.name)
        force = rule.judge(pair, before, after) if rule is not None else None
        if before == after and not force:
            continue
        yield _change(pair, field.name, rule, force, signs, views[1])
    yield from _table(first, second, old, new, signs, views[1])
    yield from _graded(pair, views[1], signs)


def _resolved(pair: Pair, field: str, before: Any, after: Any) -> bool:
    """Whether equal words stand for other parties: a group or role of the same name with other members."""
    return isinstance(before, n.PartySet) and pair.first.who(before) != pair.second.who(after)


def _change(pair: Pair, field: str, rule: FieldRule | None, force: int | None, signs: Signs, view: Viewpoint) -> Change:
    before, after = said(getattr(pair.old, field, None)), said(getattr(pair.new, field))
    if field == "lasts":
        before, after = (x or ("indefinitely" if y.indefinitely else None) for x, y in ((before, pair.old), (after, pair.new)))
    if before == after:  # the words are the same, those they stand for are not
        before = ", ".join(pair.first.who(getattr(pair.old, field)))
        after = ", ".join(pair.second.who(getattr(pair.new, field)))
    if rule is None or not force:
        why = "no direction is declared for this" if rule is None else "which way cannot be said from the text"
        return Change(field, before, after, "changed", (), why if force is None else "it comes to the same")
    timed = (pair.new.kind, field) in _TIMED and signs != frozenset({1})
    direction, whom = _directed(None if timed else force, signs, view, pair.new)
    said_why = rule.says if force > 0 else rule.less
    if direction == "changed":
        said_why += "; for some of what follows that is more, for some less" if signs == BOTH else ""
    return Change(field, before, after, direction, whom, said_why)


def _table(first: Agreement, second: Agreement, old: n.Decl, new: n.Decl, signs: Signs, view: Viewpoint) -> Iterator[Change]:
    """The rows of a schedule or of weights: what stands for whom."""
    if not isinstance(old, n.ScheduleDecl | n.WeightsDecl) or not isinstance(new, n.ScheduleDecl | n.WeightsDecl):
        return
    rows = [
        {(row[decl.key], column): value for row in agreement.tables[decl.table].rows for column, value in row.items()}
        for agreement, decl in ((first, old), (second, new))
    ]
    for cell in dict.fromkeys([*rows[0], *rows[1]]):
        before, after = rows[0].get(cell), rows[1].get(cell)
        if before == after or cell[1] == old.key:
            continue
        force = _larger(before, after) if isinstance(new, n.ScheduleDecl) else None
        if cell[1] in _columns_of_days(first, old.name) | _columns_of_days(second, new.name) and force is not None:
            force = -force
        direction, whom = _directed(force, signs, view, None)
        why = {1: "more, or sooner", -1: "less, or later", 0: "it comes to the same", None: "it cannot be put in an order"}[
            force
        ]
        yield Change(f"{cell[0]} {cell[1]}", before, after, direction if force else "changed", whom if force else (), why)


def _columns_of_days(agreement: Agreement, schedule: str) -> set[str]:
    """The columns that are read as days: a larger number is later."""
    dues = [norm.due for norm in agreement.norms.values()]
    return {due.column.column for due in dues if isinstance(due, n.DueColumn) and due.column.schedule == schedule}


def _larger(before: str | None, after: str | None) -> int | None:
    from decimal import Decimal, InvalidOperation

    if before is None or after is None:
        return 1 if before is None else -1
    a, b = before.rsplit(" ", 1), after.rsplit(" ", 1)
    if a[:-1] != b[:-1]:
        return None
    try:
        x, y = (Decimal(part[-1].replace("_", "")) for part in (a, b))
    except InvalidOperation:
        return None
    return (y > x) - (y < x)


def _graded(pair: Pair, view: Viewpoint, signs: Signs) -> Iterator[Change]:
    """A grade that changes without a word of the clause: because the head, or an opinion of the whole, has changed."""
    old, new = pair.old, pair.new
    if not isinstance(old, Graded) or not isinstance(new, Graded):
        return
    if getattr(old, "grade", None) != getattr(new, "grade", None) or old.held != new.held:
        return
    a = clause_grade(pair.first, old)
    b = clause_grade(pair.second, new)
    if a.verdict == b.verdict:
        return
    from casus.compare.fields import GRADES

    x, y = GRADES.get(a.verdict), GRADES.get(b.verdict)
    force = None if x is None or y is None else (y > x) - (y < x)
    direction, whom = _directed(force, signs, view, new)
    yield Change(
        "binding", f"{a.verdict} ({a.because})", f"{b.verdict} ({b.because})", direction, whom, "by what is said of the whole"
    )


# ---------------------------------------------------------------- articles and prose


def _articles(first: Agreement, second: Agreement) -> dict[str, str]:
    """Which article of the first text is which of the second: by the words of the heading, else by its id."""

    def words(article: Article) -> str:
        import re

        return re.sub(r"^\s*(article|annex|art\.?)?\s*[0-9ivxlc]*\s*(bis|ter)?\s*[.:·\-–—]*\s*", "", article.title.lower())

    by_words: dict[str, list[str]] = {}
    for article in second.articles.values():
        by_words.setdefault(words(article), []).append(article.id)
    found: dict[str, str] = {}
    for article in first.articles.values():
        same = by_words.get(words(article), [])
        if words(article) and len(same) == 1:
            found[article.id] = same[0]
        elif article.id in second.articles and article.id not in found.values():
            found[article.id] = article.id
    return found


def _wordings(
    first: Agreement, second: Agreement, articles: Mapping[str, str], clauses: tuple[Clause, ...]
) -> Iterator[Wording]:
    """The articles whose prose is not the same, with the changed clauses that stand in them."""
    back = {new: old for old, new in articles.items()}
    for article in second.articles.values():
        old = first.articles.get(back.get(article.id, ""))
        before, after = old.prose if old is not None else "", article.prose
        if before.split() != after.split():
            yield _wording(article, before if old is not None else None, after, clauses)
    for article in first.articles.values():
        if article.id not in articles and article.prose.strip():
            yield _wording(article, article.prose, None, clauses)


def _wording(article: Article, before: str | None, after: str | None, clauses: tuple[Clause, ...]) -> Wording:
    there = tuple(one.name for one in clauses if article.id in (one.article_after, one.article_before))
    return Wording(article.id, article.title, before, after, word_diff(before or "", after or ""), there)
