"""Small agreements for tests of norms, checked from text."""

from __future__ import annotations

from functools import cache

from casus.language.agreement import Agreement
from casus.language.check import check
from casus.language.parse import parse


@cache
def agreement(text: str, annexes: str = "") -> Agreement:
    """The agreement of a fence's text, and of tables below it."""
    checked = check(parse(f"# Test\n\n```casus\n{text.strip()}\n```\n\n{annexes}", "test.casus.md"), None)
    assert checked.agreement is not None, checked.diagnostics
    return checked.agreement
