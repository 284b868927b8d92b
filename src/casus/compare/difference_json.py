"""The difference of two texts as JSON values; `docs/formats/comparison.md` says what each key is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from casus.compare.changes import Change, Clause, Difference, Wording
from casus.compare.impact import Impact
from casus.lint.draft import Draft

FORMAT: Final = "casus-diff/1"


def difference_json(first: Draft, second: Draft, found: Difference, effect: Sequence[Impact]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "before": {"name": first.agreement.name, "agreement_hash": first.agreement.hash},
        "after": {"name": second.agreement.name, "agreement_hash": second.agreement.hash},
        "same": found.empty and not effect,
        "side": list(found.side),
        "renamed": [{"before": old, "after": new} for new, old in found.names.items()],
        "impact": [
            {"area": x.area, "about": x.about, "before": x.before, "after": x.after, "means": list(x.means)} for x in effect
        ],
        "clauses": [_clause(one) for one in found.clauses],
        "unchanged": found.same,
        "prose": [_wording(one) for one in found.wordings],
    }


def _clause(one: Clause) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "state": one.state,
        "direction": one.direction,
        "whom": list(one.whom),
        "changes": [_change(change) for change in one.changes],
        "article_before": one.article_before,
        "article_after": one.article_after,
        "renamed_from": one.renamed_from,
        "moved_from": one.moved_from,
        "before": one.before,
        "after": one.after,
    }


def _change(one: Change) -> dict[str, Any]:
    return {
        "field": one.field,
        "before": one.before,
        "after": one.after,
        "direction": one.direction,
        "whom": list(one.whom),
        "why": one.why,
    }


def _wording(one: Wording) -> dict[str, Any]:
    return {
        "article": one.article,
        "title": one.title,
        "before": one.before,
        "after": one.after,
        "pieces": [{"what": piece.what, "words": piece.words} for piece in one.pieces],
        "clauses": list(one.clauses),
    }
