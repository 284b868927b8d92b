"""E414, W622: the fences of options and readings."""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Diagnostic, Span
from casus.language.check.codes import finding
from casus.language.check.scope import Scope, noun
from casus.language.variants import MOST_COUNTED, MOST_VARIANTS, count


def check_variants(scope: Scope) -> Iterator[Diagnostic]:
    for fence in scope.document.fences:
        name, kind = fence.variant, fence.variant_kind
        if name is None or kind is None:
            continue
        symbol = scope.symbols.get(name)
        line = scope.lines[fence.line - 2]
        span = Span(scope.document.path, fence.line - 1, 1, fence.line - 1, len(line) + 1)
        if symbol is None:
            if name not in scope.document.broken:
                message = f"the fence is of {noun(kind)} {name}, which is not declared"
                yield finding("E414", message, span, help=scope.near(name, {kind}) or f"declare it: {kind} {name} …")
        elif symbol.kind != kind:
            other = symbol.kind if symbol.kind in ("option", "reading") else None
            message = f"the fence is of {noun(kind)}, and {name} is {noun(symbol.kind)}"
            help_ = f"write `{fence.info} {other} {name}`" if other else scope.near(name, {kind})
            yield finding("E414", message, span, because=[symbol.because], help=help_)
    total = count(scope.document)
    if total > MOST_VARIANTS:
        place = next((option.span for option in scope.of("option")), None)
        many = f"more than {total}" if total >= MOST_COUNTED else str(total)
        message = f"the options of the text combine in {many} ways, and not all of these are looked at"
        help_ = "each option is looked at with the first one on every other question; a choice is checked with --option"
        yield finding("W622", message, place, help=help_)
