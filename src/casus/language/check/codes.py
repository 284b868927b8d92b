"""The codes of the checker and how a finding with one is made. Each code has a heading in `docs/checks.md`.

E2xx names, E3xx values, zones and tables, E4xx clauses and conditions, N505 what no machine may bring about alone,
W6xx warnings. A code's first letter gives its severity: only a W does not stop an agreement from being used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from casus.diagnostics import Diagnostic, Related, Span

CODES: Final[Mapping[str, str]] = {
    "E201": "no-agreement",
    "E202": "second-declaration",
    "E203": "undefined-name",
    "E204": "wrong-kind",
    "E205": "duplicate-name",
    "E206": "nonparty-cannot-act-here",
    "E207": "unknown-rung",
    "E208": "unknown-clock",
    "E209": "unsupported-language",
    "E210": "listed-twice",
    "E211": "group-of-itself",
    "E212": "unknown-name-in-scenario",
    "E301": "unknown-field",
    "E302": "wrong-field-type",
    "E303": "clashing-field-types",
    "E304": "unknown-word",
    "E305": "not-a-whole-number",
    "E306": "number-out-of-range",
    "E307": "unknown-currency",
    "E308": "reserved-field",
    "E309": "impossible-instant",
    "E310": "unusable-file",
    "E311": "pin-mismatch",
    "E312": "distance-to-a-curved-zone",
    "E313": "empty-zone",
    "E315": "unknown-language",
    "E320": "missing-table",
    "E321": "missing-column",
    "E322": "missing-row",
    "E323": "bad-cell",
    "E324": "duplicate-row",
    "E325": "different-currencies",
    "E401": "missing-clause",
    "E402": "clause-out-of-place",
    "E403": "closed-fixed-window",
    "E404": "counted-without-rearm",
    "E405": "number-of-outside-its-place",
    "E406": "no-positive-condition",
    "E407": "cyclic-definition",
    "E408": "condition-without-event",
    "E409": "silence-without-quorum",
    "E410": "endless-norms",
    "E411": "nested-too-deeply",
    "E412": "norm-in-claims",
    "E413": "open-and-stated",
    "E414": "unknown-variant",
    "N505": "force-without-decision",
    "W601": "one-name-for-two-things",
    "W602": "default-rung",
    "W603": "ungranted-rung",
    "W604": "undeclared-rounding",
    "W605": "duty-without-act",
    "W606": "duty-without-date",
    "W607": "nobody-named",
    "W608": "row-without-debtor",
    "W609": "finding-answered-by-silence",
    "W610": "counted-without-attribution",
    "W611": "cure-without-reference",
    "W612": "finding-of-other-events",
    "W613": "event-without-actor",
    "W614": "more-than-there-are",
    "W615": "duty-by-rejection",
    "W616": "unknown-ladder",
    "W617": "doubtful-scenario",
    "W618": "effect-without-content",
    "W619": "norms-in-a-circle",
    "W620": "amount-without-money",
    "W621": "basis-of-nothing",
    "W622": "too-many-variants",
}


def finding(
    code: str,
    message: str,
    span: Span | None,
    *,
    because: Iterable[Related] = (),
    help: str | None = None,  # noqa: A002
) -> Diagnostic:
    """A diagnostic of one of `CODES`; its name and severity follow from the code."""
    return Diagnostic(code, CODES[code], message, span, "warning" if code.startswith("W") else "error", tuple(because), help)
