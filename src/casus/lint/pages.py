"""The pages of the rules: `docs/rules/CODE.md`, made of the docstring of the rule's module, and `docs/rules/index.md`.

`python -m casus.lint.pages` writes them; a test fails where they are stale. `casus rules` shows the same.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from casus.lint.failures import BEYOND, FAILURES
from casus.lint.registry import rules
from casus.lint.rule import Rule

SECTIONS: Final = ("What it finds", "Why it matters", "Example", "Better")
"""What each page says, in this order; more sections may follow."""

KINDS: Final[Mapping[str, str]] = {
    "S": "read off the text",
    "M": "searches for a witness",
    "X": "prose against code",
}

_INDEX: Final = """# The rules

A text that checks without error can still leave a gap. `casus check` looks for those that are known from treaties that
failed: each rule has a page that says what it finds, why that matters, with the case, and what is better. How to allow a
finding that is meant, and what a witness is, stands in [the checks](../checks.md#drafting-faults).

Kind S is read off the text. Kind M searches for a witness, a record that replays to the bad outcome, and says how far it
looked where it found none; `casus check --quick` leaves these out. Kind X holds prose against code.

| code | name | kind | what it finds | checklist |
| --- | --- | --- | --- | --- |
{rules}

## The checklist

What has gone wrong with guarantees, armistices and assurances, and what tests it.

| | failure | tested by |
| --- | --- | --- |
{tests}
"""

_COVERS: Final = re.compile(r"^Covers: *(.+?)\.?$\n*", re.MULTILINE)
_ITEM: Final = re.compile(r"L\d\d")


def summary(rule: Rule) -> str:
    """What it finds, in a sentence: the first line of the page."""
    return rule.page.strip().split("\n", 1)[0].strip()


def covers(rule: Rule) -> tuple[str, ...]:
    """The failures of the checklist that the rule tests."""
    return tuple(sorted({item for match in _COVERS.finditer(rule.page) for item in _ITEM.findall(match[1])}))


def page(rule: Rule) -> str:
    """The page of a rule, in Markdown."""
    body = _COVERS.sub("", rule.page.strip().partition("\n")[2]).strip()
    tested = "".join(
        f", tests {item} of the [checklist](index.md#the-checklist)" for item in (", ".join(covers(rule)),) if item
    )
    return f"# {rule.code} {rule.name}\n\n{summary(rule)}\n\n*Kind {rule.kind}: {KINDS[rule.kind]}{tested}.*\n\n{body}\n"


def index() -> str:
    """`docs/rules/index.md`: the rules, and the checklist with the rules that test it."""
    rows = [
        f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.kind} | {_cell(_finds(rule))} | {', '.join(covers(rule))} |"
        for rule in rules().values()
    ]
    tests = [f"| {item} | {_cell(text)} | {_cell(_tested_by(item))} |" for item, text in FAILURES.items()]
    return _INDEX.format(rules="\n".join(rows), tests="\n".join(tests))


def _finds(rule: Rule) -> str:
    said = summary(rule).partition(": ")[2] or summary(rule)
    return said.rstrip(".")


def _tested_by(item: str) -> str:
    by = [f"[{rule.code}]({rule.code}.md)" for rule in rules().values() if item in covers(rule)]
    if item in BEYOND:
        by.append(f"not machine-testable: {BEYOND[item]}")
    return ", ".join(by) or "no rule"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def every_page() -> Mapping[str, str]:
    """The text of each file of `docs/rules`, by its name."""
    return {"index.md": index(), **{f"{rule.code}.md": page(rule) for rule in rules().values()}}


def write(folder: Path) -> tuple[str, ...]:
    """Write the pages; the names of those that changed. A page whose rule is gone is taken away."""
    wanted = every_page()
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in wanted.items():
        file = folder / name
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            changed.append(name)
    for file in sorted(folder.glob("*.md")):
        if file.name not in wanted:
            file.unlink()
            changed.append(file.name)
    return tuple(changed)


if __name__ == "__main__":
    sys.stdout.write("".join(f"{name}\n" for name in write(Path("docs") / "rules")))
