"""What to say about a token that the grammar does not take."""

from __future__ import annotations

from collections.abc import Sequence

from casus.diagnostics import Diagnostic, Span
from casus.language.grammar import Grammar, Rejected
from casus.language.scan import Token


def explain(grammar: Grammar, tokens: Sequence[Token], rejected: Rejected, path: str) -> Diagnostic:
    token = tokens[min(rejected.index, len(tokens) - 1)]
    span = Span(path, token.line, token.col, token.line, token.end_col)
    return Diagnostic(
        "E122", "unexpected-word", f"`{token.text}` is not expected here", span, help=str(sorted(rejected.accepted))
    )
