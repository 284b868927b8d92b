"""`python -m casus.lint.new T999 some-gap M` lays out a rule: its module with the sections of its page, and its fixtures.

What it lays out does not pass the tests as it is: the page is empty, and the rule finds nothing.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_MODULE = '''"""{title}: what is wrong, in one sentence.

## What it finds

## Why it matters

## Example

```casus
```

## Better

```casus
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("{code}", "{name}", "{kind}")
def {function}(draft: Draft) -> Iterator[Finding | Searched]:
    """What is looked at, and why that shows the fault."""
    yield from ()
'''

_FIXTURE = """# {code} {what}

*A fictional text.*

```casus
agreement {function}_{what}
  language 1
  instrument treaty
  clock UTC
  rounding down
```
"""


def lay_out(root: Path, code: str, name: str, kind: str = "S") -> tuple[Path, ...]:
    """The files of a new rule. Raises ValueError for a code, name or kind that is none, FileExistsError for what is there."""
    if not re.fullmatch(r"[A-Z]\d{3}", code) or not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise ValueError("a rule has a code like T204 and a name like salami-gap")
    if kind not in ("S", "M", "X"):
        raise ValueError("a rule is of kind S, M or X")
    words = {"code": code, "name": name, "kind": kind, "function": name.replace("-", "_")}
    title = name.replace("-", " ").capitalize()
    fixtures = root / "tests" / "lint" / "rules" / code
    made = {
        root / "src" / "casus" / "lint" / "rules" / f"{code.lower()}_{words['function']}.py": _MODULE.format(
            title=title, **words
        ),
        **{fixtures / f"{what}.casus.md": _FIXTURE.format(what=what, **words) for what in ("speaks", "silent")},
    }
    for file in made:
        if file.exists():
            raise FileExistsError(f"{file} is there already")
    for file, text in made.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tuple(made)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("python -m casus.lint.new CODE name [S|M|X]")
    sys.stdout.write("".join(f"{file}\n" for file in lay_out(Path(), *sys.argv[1:])))
