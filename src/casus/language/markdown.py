"""The Markdown around the norms: headings give articles, fences give code, tables give data.

Only what stands at the top level of the text is read. A `casus` fence that stands elsewhere (in a list, a quotation, HTML,
another fence) is reported, so that no norm is left out in silence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from typing import Final, Literal, get_args

from markdown_it import MarkdownIt
from markdown_it.token import Token

from casus.diagnostics import Diagnostic, Related, Span
from casus.language.agreement import Article, Table
from casus.language.document import Fence
from casus.language.faults import fault

_ARTICLE: Final = re.compile(
    r"(?:article|art\.?|стаття|статья)\s+"
    r"(?:(?P<number>\d+[a-z]?(?:\s*(?:bis|ter|quater))?)\s*(?:[.:)–—-]?(?:\s|$))"
    r"|(?P<roman>[ivxlcdm]+)\s*(?:[.:)–—-](?:\s|$)|$))",
    re.IGNORECASE,
)
_ANNEX: Final = re.compile(r"(?:annexe?|додаток)\s+(\d+|[ivxlcdm]+|[a-z])\s*(?:[.:)–—-](?:\s|$)|$)", re.IGNORECASE)
_OPENING: Final = re.compile(r"^[ \t>*+\d.)-]*(?P<marks>`{3,}|~{3,})\s*(?P<word>casus(?:-test)?)(?![\w-])", re.MULTILINE)
_CODE_WORDS: Final = ("casus", "casus-test")


@dataclass(frozen=True, slots=True)
class Outline:
    """What the Markdown of a text holds, in the order of the text."""

    fences: tuple[Fence, ...]
    articles: Mapping[str, Article]
    tables: Mapping[str, Table]
    table_spans: Mapping[str, Span]
    diagnostics: tuple[Diagnostic, ...]


@cache
def _markdown() -> MarkdownIt:
    # Inline markup is not needed, and is where Markdown parsers are slow on hostile input.
    return MarkdownIt("commonmark").enable("table").disable("inline")


@dataclass(frozen=True, slots=True)
class _Heading:
    id: str
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Block:
    """A fence of any kind: line numbers from 0, `end` exclusive, `closed` by its own last line."""

    info: str
    marks: str
    start: int
    end: int
    closed: bool
    level: int


def outline(text: str, path: str) -> Outline:
    """Headings, fences and tables of a text with `\\n` at the end of its lines."""
    return _Reader(text, path).read()


class _Reader:
    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.text = text
        self.lines = text.split("\n")
        self.tokens = _markdown().parse(text)
        self.found: list[Diagnostic] = []
        self.blocks = [self._block(token) for token in self.tokens if token.type == "fence"]
        self.block_starts = [block.start for block in self.blocks]

    def read(self) -> Outline:
        headings = list(self._headings())
        starts = [heading.start for heading in headings]
        fences = tuple(self._fences(headings, starts))
        self._look_for_unread()
        tables, spans = self._tables(headings, starts)
        ends = [*starts[1:], len(self.lines)]
        fenced = {line for block in self.blocks for line in range(block.start, block.end)}
        articles = {heading.id: self._article(heading, end, fenced) for heading, end in zip(headings, ends, strict=False)}
        return Outline(fences, articles, tables, spans, tuple(self.found))

    # ------------------------------------------------------------ articles

    def _headings(self) -> Iterator[_Heading]:
        first: dict[str, _Heading] = {}
        names = _Names()
        for index, token in enumerate(self.tokens):
            if token.type != "heading_open" or token.level or token.map is None:
                continue
            title = plain(self.tokens[index + 1].content)
            start, end = token.map
            identifier = article_id(title)
            heading = _Heading(names.free(identifier), title, start, end)
            earlier = first.setdefault(identifier, heading)
            if earlier is not heading:
                self._report_same_heading(heading, earlier)
            yield heading

    def _report_same_heading(self, heading: _Heading, earlier: _Heading) -> None:
        numbered = re.match(r"(art|annex)-", earlier.id)
        message = f"a second heading gives the id `{earlier.id}`; this one is `{heading.id}`"
        because = Related(f"the first is {earlier.title!r}", self._span(earlier.start))
        help_text = "number it differently: a reference to this article could mean either"
        self.found.append(fault("E108" if numbered else "W108", message, self._span(heading.start), help_text, because))

    def _article(self, heading: _Heading, end: int, fenced: set[int]) -> Article:
        prose = "\n".join(self.lines[line] for line in range(heading.end, end) if line not in fenced)
        return Article(heading.id, heading.title, re.sub(r"\n{3,}", "\n\n", prose).strip(), heading.start + 1)

    # ------------------------------------------------------------ fences

    def _block(self, token: Token) -> _Block:
        assert token.map is not None
        start, end = token.map
        closing = re.compile(rf"[\s>]*{re.escape(token.markup[0])}{{{len(token.markup)},}}\s*")
        closed = end - 1 > start and closing.fullmatch(self.lines[end - 1]) is not None
        return _Block(token.info.strip(), token.markup, start, end, closed, token.level)

    def _fences(self, headings: list[_Heading], starts: list[int]) -> Iterator[Fence]:
        for block in self.blocks:
            word = block.info.split()[0] if block.info else ""
            code = word in _CODE_WORDS
            if not code:
                self._check_word(block, word)
            elif block.level or not self.lines[block.start].startswith(block.marks):
                self._report_misplaced(block.start, "a list, a quotation or an indented block")
                continue
            elif block.info != word and not _means_variant(block.info):
                message = f"what stands after `{word}` on the line of a fence is not read"
                self.found.append(fault("W106", message, self._span(block.start), "write it on a line of its own"))
            if not block.closed and (code or _OPENING.search("\n".join(self.lines[block.start + 1 : block.end]))):
                self._report_unclosed(block)
            if block.level:
                continue
            variant = self._variant(block) if code else (None, None)
            if variant is None:
                continue
            last = block.end - 1 if block.closed else block.end
            content = "".join(line + "\n" for line in self.lines[block.start + 1 : last])
            position = bisect_right(starts, block.start) - 1
            article = headings[position].id if position >= 0 else None
            name, kind = variant
            yield Fence(word, block.start + 2, content, article, name, kind)

    def _variant(self, block: _Block) -> tuple[str | None, VariantKind | None] | None:
        """The option or reading that a fence belongs to, none where it names none; None where nobody can tell which."""
        if not _means_variant(block.info):
            return None, None
        word, meant, *names = block.info.split()
        kind: VariantKind = "reading" if _near_kind(meant) == "reading" else "option"
        article = "an option" if kind == "option" else "a reading"
        help_text = f"write `{word} {kind} name_of_it`, with the name of {article} that the text declares"
        if meant != kind:
            message, help_text = f"`{meant}` says nothing about a fence; `{kind}` does", f"write `{word} {kind} …`"
        elif not names:
            message = f"this fence is of {article}, and does not say of which"
        elif len(names) > 1:
            message = f"a fence belongs to one {kind}; this one names {len(names)} ({', '.join(names[:5])})"
        elif not re.fullmatch("[a-z][a-z0-9_]*", names[0]):
            message = f"`{names[0][:40]}` is no name of {article}"
        else:
            return names[0], kind
        self.found.append(fault("E111", f"{message}; it was not read", self._span(block.start), help_text))
        return None

    def _check_word(self, block: _Block, word: str) -> None:
        known = intended_word(word)
        if known is not None:
            message = f"a fence of `{word}` is not read"
            help_text = f"write `{known}` if it holds norms" if known == "casus" else f"write `{known}` if it holds scenarios"
            span = self._span(block.start)
            self.found.append(fault("W106", message, span, help_text))

    def _report_unclosed(self, block: _Block) -> None:
        help_text = f"end it with a line {block.marks}"
        message = "this fence is never closed: all text after it belongs to it"
        self.found.append(fault("E104", message, self._span(block.start), help_text))

    def _report_misplaced(self, line: int, where: str) -> None:
        message = f"a casus fence in {where} is not read"
        help_text = "begin the fence in column 1, outside of lists, quotations and HTML"
        self.found.append(fault("E105", message, self._span(line), help_text))

    def _look_for_unread(self) -> None:
        """Reports each line that looks like the opening of a casus fence and is none."""
        line, counted = 0, 0
        for match in _OPENING.finditer(self.text):
            line, counted = line + self.text.count("\n", counted, match.start("marks")), match.start("marks")
            position = bisect_right(self.block_starts, line) - 1
            around = self.blocks[position] if position >= 0 else None
            if around is not None and around.start == line:
                continue
            if around is None or line >= around.end:
                self._report_misplaced(line, "HTML, an indented block or the middle of a line")
            elif around.marks[0] == match["marks"][0] and len(around.marks) <= len(match["marks"]):
                self._report_swallowed(line, around)

    def _report_swallowed(self, line: int, around: _Block) -> None:
        serious = not around.closed or around.info.split()[:1] in [[word] for word in _CODE_WORDS]
        message = "this casus fence stands inside another fence and is not read"
        because = Related("the fence around it begins here", self._span(around.start))
        help_text = (
            f"close the other fence first; if this is an example, begin the other with more than {len(around.marks)} marks"
        )
        self.found.append(fault("E107" if serious else "W107", message, self._span(line), help_text, because))

    # ------------------------------------------------------------ tables

    def _tables(self, headings: list[_Heading], starts: list[int]) -> tuple[dict[str, Table], dict[str, Span]]:
        tables: dict[str, Table] = {}
        spans: dict[str, Span] = {}
        names = _Names()
        for index, token in enumerate(self.tokens):
            if token.type != "table_open" or token.level or token.map is None:
                continue
            position = bisect_right(starts, token.map[0]) - 1
            identifier = names.free(headings[position].id if position >= 0 else "table")
            cells = list(self._cells(index))
            spans[identifier] = self._span(token.map[0], token.map[1] - 1)
            tables[identifier] = self._table(identifier, cells, token.map[0])
        return tables, spans

    def _cells(self, index: int) -> Iterator[tuple[str, ...]]:
        row: list[str] = []
        for position in range(index + 1, len(self.tokens)):
            token = self.tokens[position]
            if token.type in ("th_open", "td_open"):
                row.append(plain(self.tokens[position + 1].content))
            elif token.type == "tr_close":
                yield tuple(row)
                row = []
            elif token.type == "table_close":
                return

    def _table(self, identifier: str, cells: list[tuple[str, ...]], start: int) -> Table:
        columns, *rows = cells
        for number, column in enumerate(columns):
            if column in columns[:number]:
                message = f"two columns of this table are called {column!r}"
                self._report_table(message, start, "give each column a name of its own")
        for number in range(len(rows)):
            line = start + 2 + number
            count = _cell_count(self.lines[line])
            if count != len(columns):
                message = f"this row has {count} cell{'' if count == 1 else 's'}, the table {len(columns)} columns"
                self._report_table(message, line, "give each column one cell; write `\\|` for a bar inside a cell")
        return Table(identifier, columns, tuple(dict(zip(columns, row, strict=False)) for row in rows))

    def _report_table(self, message: str, line: int, help_text: str) -> None:
        self.found.append(fault("E109", message, self._span(line), help_text))

    def _span(self, first: int, last: int | None = None) -> Span:
        last = first if last is None else last
        return Span(self.path, first + 1, 1, last + 1, len(self.lines[last]) + 1)


# ---------------------------------------------------------------- names and cells


def article_id(title: str) -> str:
    """`Article 5. Triggers` → `art-5`, `Annex II` → `annex-ii`, another heading → its words joined by `-`."""
    match = _ARTICLE.match(title)
    if match:
        return "art-" + re.sub(r"\s+", "", match["number"] or match["roman"]).lower()
    match = _ANNEX.match(title)
    if match:
        return f"annex-{match[1].lower()}"
    return re.sub(r"[\W_]+", "-", title.casefold()).strip("-") or "section"


def intended_word(word: str) -> str | None:
    """The fence word that somebody who wrote `casus_test` or `Casus` had in mind; None for another language."""
    plain_word = re.sub(r"[\W_]+", "-", word.casefold()).strip("-")
    if not plain_word or word in _CODE_WORDS:
        return None
    close = {known: SequenceMatcher(None, plain_word, known).ratio() for known in _CODE_WORDS}
    best = max(close, key=lambda known: close[known])
    return best if close[best] > 0.85 else None


VariantKind = Literal["option", "reading"]


def _means_variant(info: str) -> bool:
    """Whether what stands after a fence's word is, or is meant to be, the option or reading it belongs to."""
    words = info.split(maxsplit=2)
    return len(words) > 1 and _near_kind(words[1]) is not None


def _near_kind(word: str) -> str | None:
    close = get_close_matches(word[:20].lower(), get_args(VariantKind), 1, 0.75)
    return close[0] if close else None


def plain(text: str) -> str:
    """The words of a heading or cell without emphasis, code marks and backslashes."""
    if len(text) > 1000:  # no heading or amount is so long, and the patterns below are slow on hostile ones
        return text.strip()
    text = re.sub(r"(?<!\\)(`+)(.+?)\1", r"\2", text)
    text = re.sub(r"(?<![\\\w*])(\*{1,3})(?=\S)([^*]+?)(?<=\S)\1(?![\w*])", r"\2", text)
    text = re.sub(r"(?<![\\\w_])(_{1,3})(?=\S)([^_]+?)(?<=\S)\1(?![\w_])", r"\2", text)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text).strip()


def _cell_count(line: str) -> int:
    """How many cells a row has; a bar after a backslash does not end a cell."""
    line = line.strip()
    line = line.removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return len(re.findall(r"(?<!\\)\|", line)) + 1


class _Names:
    """Gives each name once: the second `annex-ii` is `annex-ii-2`."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def free(self, name: str) -> str:
        found = name
        while found in self._taken:
            number = self._next.get(name, 2)
            self._next[name] = number + 1
            found = f"{name}-{number}"
        self._taken.add(found)
        return found
