"""The codes of what can be wrong with a text before its names are looked at. Each has an entry in `docs/language.md`.

E100 to E119 the file and its Markdown, E120 to E139 declarations, E140 to E149 scenarios. A code's first letter gives its
severity: only a W does not stop an agreement from being used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from casus.diagnostics import Diagnostic, Related, Span

CODES: Final[Mapping[str, str]] = {
    "E100": "unreadable-file",
    "E101": "not-utf-8",
    "E102": "text-too-large",
    "E103": "control-character",
    "E104": "unclosed-fence",
    "E105": "misplaced-fence",
    "W106": "unknown-fence-word",
    "E107": "fence-in-fence",
    "W107": "fence-in-fence",
    "E108": "same-heading",
    "W108": "same-heading",
    "E109": "ragged-table",
    "W110": "turned-text",
    "E111": "unnamed-variant",
    "E112": "declared-in-a-variant",
    "E120": "unknown-declaration",
    "E121": "unknown-clause",
    "E122": "unexpected-word",
    "E123": "unfinished",
    "E124": "unclosed-string",
    "E125": "bad-character",
    "E126": "bad-name",
    "E127": "bad-number",
    "E128": "wrong-unit",
    "E129": "bad-instant",
    "E130": "duplicate-clause",
    "W131": "holder-or-debtor",
    "E132": "too-deep",
    "E133": "too-many-faults",
    "W134": "reserved-name",
    "E140": "line-without-scenario",
    "E141": "bad-value",
    "E142": "bad-bracket",
    "E143": "same-id",
    "W144": "long-scenario-name",
    "W145": "empty-coverage",
    "E146": "two-acts-at-one-instant",
    "W147": "same-scenario-name",
}


def fault(code: str, message: str, span: Span | None, help: str, *because: Related) -> Diagnostic:  # noqa: A002
    """A diagnostic of one of `CODES`; its name and severity follow from the code."""
    return Diagnostic(code, CODES[code], message, span, "warning" if code.startswith("W") else "error", because, help)
