"""From text to a `Document`: Markdown, fences, declarations, scenarios, and everything that is wrong with them.

Nothing is resolved and nothing is looked up: names stay names until `casus.language.check`. No input raises: what cannot be
read becomes a diagnostic with its place, and the rest is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from lark import Tree

from casus.diagnostics import Diagnostic, Span
from casus.language.chunks import MAX_NESTING, Chunk, Depth, pieces
from casus.language.document import Document, Fence
from casus.language.explain import explain
from casus.language.faults import fault
from casus.language.grammar import Feeding, Rejected, grammar
from casus.language.markdown import outline
from casus.language.nodes import AgreementDecl, Decl, OptionDecl, QuestionDecl, ReadingDecl
from casus.language.scan import Token, scan
from casus.language.scenarios import ScenarioReader
from casus.language.source import Source, clean, read_source
from casus.language.tree import Builder

_NOT_IN_A_VARIANT: Final = (AgreementDecl, OptionDecl, QuestionDecl, ReadingDecl)
MAX_FAULTS: Final = 200
"""After so many faults the rest of a text is not read: the first ones are what has to be mended."""


def read(path: Path) -> Document:
    """The document of a file. A file that cannot be read, is not UTF-8 or is too large gives an empty one with the reason."""
    return _document(read_source(path), path.as_posix())


def parse(text: str, path: str = "<text>") -> Document:
    """The document of a text; `path` is only the name under which places in it are given."""
    return _document(clean(text, path), path)


def _document(source: Source, path: str) -> Document:
    if source.text is None:
        return Document(path, "", (), (), {}, {}, {}, (), source.diagnostics)
    parts = outline(source.text, path)
    reader = _Declarations(path)
    for fence in parts.fences:
        if fence.info == "casus":
            reader.read(fence)
    header = next((decl for decl in reader.declarations if isinstance(decl, AgreementDecl)), None)
    scenarios = ScenarioReader(path, header)
    for fence in parts.fences:
        if fence.info == "casus-test":
            scenarios.read(fence)
    diagnostics = [*source.diagnostics, *parts.diagnostics, *reader.found, *scenarios.found]
    return Document(
        path,
        source.text,
        parts.fences,
        tuple(reader.declarations),
        parts.articles,
        parts.tables,
        parts.table_spans,
        tuple(scenarios.scenarios),
        tuple(sorted(diagnostics, key=_place)),
        frozenset(reader.broken),
    )


def _place(diagnostic: Diagnostic) -> tuple[int, int]:
    return (diagnostic.span.line, diagnostic.span.col) if diagnostic.span else (0, 0)


@dataclass(slots=True)
class _Declarations:
    """Reads casus fences one after the other and collects what they hold."""

    path: str
    declarations: list[Decl] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    faults: int = 0

    def read(self, fence: Fence) -> None:
        for chunk, feeding, depth in pieces(list(scan(fence.content, fence.line)), grammar("casus")):
            if self.faults >= MAX_FAULTS:
                self._give_up(chunk)
                return
            self._take(chunk, feeding, depth, fence)

    def _take(self, chunk: Chunk, feeding: Feeding, depth: Depth, fence: Fence) -> None:
        """The declarations of a chunk, or what is wrong with it."""
        if depth.beyond is not None:
            self._fault(chunk, _too_deep(self.path, depth.beyond))
            return
        made = feeding.finish()
        if isinstance(made, Rejected):
            self._fault(chunk, explain(grammar("casus"), chunk.tokens, made, self.path))
        else:
            self._build(made, chunk, fence)

    def _build(self, tree: Tree[Any], chunk: Chunk, fence: Fence) -> None:
        builder = Builder(self.path)
        comments = list(chunk.comments)
        for child in tree.children:
            assert isinstance(child, Tree)
            decl: Decl = builder.build(child)
            last = child.meta.end_line if child is not tree.children[-1] else comments[-1].line if comments else 0
            if fence.variant is not None and isinstance(decl, _NOT_IN_A_VARIANT):
                self.found.append(_misplaced(decl, fence.variant))
                continue
            mine = tuple(comment.text[1:].strip() for comment in comments if comment.line <= last)
            comments = [comment for comment in comments if comment.line > last]
            self.declarations.append(replace(decl, article=fence.article, variant=fence.variant, comments=mine))
        self.found += builder.problems.found

    def _fault(self, chunk: Chunk, diagnostic: Diagnostic) -> None:
        self.faults += 1
        self.found.append(diagnostic)
        language = grammar("casus")
        for word, name in zip(chunk.tokens, chunk.tokens[1:], strict=False):
            if word.text in language.declarations and name.kind == "word":
                self.broken.add(name.text)

    def _give_up(self, chunk: Chunk) -> None:
        if self.faults == MAX_FAULTS:
            first = chunk.tokens[0]
            span = Span(self.path, first.line, first.col, first.line, first.end_col)
            message = f"{MAX_FAULTS} declarations do not parse; those from here on were not read"
            self.found.append(fault("E133", message, span, "mend the faults above first"))
        self.faults += 1


def _misplaced(decl: Decl, variant: str) -> Diagnostic:
    same = "the head is the same" if isinstance(decl, AgreementDecl) else "what there is to choose is the same"
    message = f"`{decl.kind}` stands in the fence of {variant}; {same} whatever is chosen"
    return fault("E112", message, decl.place("name"), "declare it in a fence of `casus` alone")


def _too_deep(path: str, token: Token) -> Diagnostic:
    span = Span(path, token.line, token.col, token.line, token.end_col)
    message = f"more than {MAX_NESTING} levels of parentheses, `not`, or zones added and subtracted"
    return fault("E132", message, span, "name the parts: `define` a condition, or a `zone`, and use it")
