"""A review as SARIF 2.1.0: the results, the page of each rule, and how far the searches went as notifications."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from casus.diagnostics import Diagnostic

_CHECKS: Final = "docs/checks.md"


def sarif(diagnostics: Sequence[Diagnostic], searched: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """`searched`: (code, name, extent) of each search."""
    from casus import __version__
    from casus.diagnostics.render import to_sarif

    log = to_sarif(diagnostics, __version__)
    run = log["runs"][0]
    descriptors = run["tool"]["driver"]["rules"]
    known = {(rule["id"], rule["name"]) for rule in descriptors}
    descriptors += [
        {"id": code, "name": name}
        for code, name in dict.fromkeys((code, name) for code, name, _ in searched)
        if (code, name) not in known
    ]
    for descriptor in descriptors:
        descriptor |= _help(descriptor["id"], descriptor["name"])
    index = {rule["id"]: number for number, rule in enumerate(descriptors)}
    notes = [
        {"level": "note", "associatedRule": {"id": code, "index": index[code]}, "message": {"text": f"{code} {name}: {extent}"}}
        for code, name, extent in searched
    ]
    run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": notes}]
    return log


def _help(code: str, name: str) -> dict[str, Any]:
    """The page of a rule; for a check, where its code is explained."""
    from casus.lint.pages import page, summary
    from casus.lint.registry import rules

    rule = rules().get(code)
    if rule is None or rule.name != name:
        return {"helpUri": f"{_CHECKS}#{code.lower()}-{name}" if not code.startswith("A") else f"{_CHECKS}#allowing-a-finding"}
    text = page(rule)
    return {
        "shortDescription": {"text": summary(rule)},
        "help": {"text": text, "markdown": text},
        "helpUri": f"docs/rules/{code}.md",
    }
