"""Differing annexes: the parties hold copies that do not say the same.

Covers: L29

## What it finds

Two copies of one annex (`copy … of … from table`) that differ: rows that only one of them has, and rows whose cells differ.
The rows are shown. Order does not count, nor does white space.

## Why it matters

In the energy truce of March 2025 the two sides published lists of protected classes of objects, and the lists differed: gas
and oil production stood on one and not on the other (reported, kyivindependent.com). A strike on what stands on one list only
is a breach for one side and none for the other.

## Example

```casus
copy objects of VDR from table "annex-i"
copy objects of OSK from table "annex-ii"
```

## Better

```casus
copy objects of VDR from table "annex-i"
copy objects of OSK from table "annex-i"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.checklist import listed
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_SHOWN = 6


@rule("L29", "differing-annexes", "S")
def differing_annexes(draft: Draft) -> Iterator[Finding | Searched]:
    copies = [x for x in draft.agreement.declarations if isinstance(x, n.CopyDecl)]
    for one, two in combinations(copies, 2):
        if one.name != two.name:
            continue
        left, right = _rows(draft, one), _rows(draft, two)
        only_left = [row for row in left if row not in right]
        only_right = [row for row in right if row not in left]
        if not only_left and not only_right:
            continue
        found = [(one, row) for row in only_left] + [(two, row) for row in only_right]
        because = [Related(f"only in the copy of {decl.of}: {_shown(row)}", decl.span) for decl, row in found[:_SHOWN]]
        if len(found) > _SHOWN:
            because.append(Related(f"and {len(found) - _SHOWN} more rows"))
        counted = [f"{len(rows)} only in that of {decl.of}" for decl, rows in ((one, only_left), (two, only_right)) if rows]
        yield Finding(
            f"the copies of `{one.name}` held by {one.of} and {two.of} differ: {listed(counted)}",
            one.span,
            (one.name, one.of, two.of),
            tuple(because),
            "let all parties sign one annex, and say which copy prevails",
        )


def _rows(draft: Draft, copy: n.CopyDecl) -> list[Mapping[str, str]]:
    table = draft.agreement.tables[copy.table]
    return [{column: " ".join(cell.split()) for column, cell in row.items()} for row in table.rows]


def _shown(row: Mapping[str, str]) -> str:
    return " | ".join(row.values())
