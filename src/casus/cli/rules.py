"""`casus rules`: the rules that look for drafting faults, and the page of each."""

from __future__ import annotations

import difflib

from casus.cli.console import printable, say
from casus.cli.errors import FINE, Stop


def show_rules(code: str | None) -> int:
    from casus.lint.pages import page, summary
    from casus.lint.registry import rules

    known = rules()
    if code is None:
        for rule in known.values():
            say(f"{rule.code} {rule.name} ({rule.kind}): {summary(rule)}", hang=5)
        return FINE
    wanted = code.strip()
    rule_ = known.get(wanted.upper()) or next((rule for rule in known.values() if rule.name == wanted.lower()), None)
    if rule_ is None:
        near = difflib.get_close_matches(wanted.upper(), known, n=1)
        near = near or difflib.get_close_matches(wanted.lower(), [rule.name for rule in known.values()], n=1)
        help_ = f"did you mean {near[0]}?" if near else "casus rules lists them"
        raise Stop(f"there is no rule {wanted!r}", place="casus rules", help=help_)
    print(printable(page(rule_)), end="")
    return FINE
