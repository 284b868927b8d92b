"""Two baselines: the two sides measure the same duty from two different lines.

Covers: L28

## What it finds

Two duties of the same act (two withdrawals, two limits) that bind different parties, or two definitions of the same events by
different actors, whose zones are measured from different lines: `within 25 km of front_line` for the one, `within 25 km of
agreed_line` for the other. A text that leaves the `baseline` open is told as well.

## Why it matters

The Minsk Package of 12 February 2015 has one side withdraw heavy weapons from the actual line of contact and the other from
the line of 19 September 2014 (reported, kyivpost.com). Between the two lay ground that was taken in the months between.
Each could say that it complied and the other did not, and both could be right.

## Example

```casus
zone actual_line open "the actual line of contact"
zone agreed_line open "the line of the memorandum"
obligation withdraw_first
  always
  debtor VDR
  to withdraw "heavy weapons" in territory within 25 km of actual_line
obligation withdraw_second
  always
  debtor EDR
  to withdraw "heavy weapons" in territory within 25 km of agreed_line
```

## Better

```casus
zone agreed_line from "zones/lines.geojson" feature "line" pinned "sha256:00ff"
obligation withdraw_both
  always
  debtor VDR and EDR
  to withdraw "heavy weapons" in territory within 25 km of agreed_line
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from casus.diagnostics import Related, Span
from casus.language import nodes as n
from casus.language.check.walk import conditions
from casus.lint.checklist import base_zones, left_open, listed, opens, ticked, zone_parts
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@dataclass(frozen=True)
class _Measured:
    """Something that binds `who` and is measured from `lines`. `what`: two are compared where it is the same."""

    name: str
    what: tuple[str, ...]
    who: frozenset[str]
    lines: frozenset[str]
    span: Span | None


@rule("L28", "two-baselines", "S")
def two_baselines(draft: Draft) -> Iterator[Finding | Searched]:
    pairs: dict[tuple[object, ...], tuple[list[_Measured], list[_Measured]]] = {}
    for one, two in combinations([*_duties(draft), *_definitions(draft)], 2):
        if one.what == two.what and one.lines != two.lines and not one.who & two.who:
            left, right = (one, two) if sorted(one.lines) < sorted(two.lines) else (two, one)
            key = (left.what, *sorted(left.who), "", *sorted(right.who), "", *sorted(left.lines), "", *sorted(right.lines))
            for measured, kept in zip((left, right), pairs.setdefault(key, ([], [])), strict=True):
                if measured not in kept:
                    kept.append(measured)
    for lefts, rights in pairs.values():
        one, two = lefts[0], rights[0]
        yield Finding(
            f"{_says(lefts)}, {_says(rights)}",
            one.span,
            (one.name, two.name, *(x.name for x in (*lefts[1:], *rights[1:]))),
            (Related("the other side is measured here", two.span),),
            "measure both from one line, with its date and its map",
        )
    if not pairs:
        help_text = "pin one line for both sides, with its date and its map"
        yield from left_open(draft, opens(draft, "baseline"), _missing, help_text)


def _missing(names: Sequence[str]) -> str:
    of = listed(ticked(names))
    return f"from which line {f'the distances of {of}' if of else 'its distances'} are measured"


def _says(measured: list[_Measured]) -> str:
    names, verb = listed(ticked(x.name for x in measured)), "measures" if len(measured) == 1 else "measure"
    return f"{names} {verb} {listed(sorted(measured[0].who))} from {listed(ticked(sorted(measured[0].lines)))}"


def _duties(draft: Draft) -> Iterator[_Measured]:
    a = draft.agreement
    for norm in a.norms.values():
        if norm.act is not None and norm.act.zone is not None and norm.act.verb in ("withdraw", "limit"):
            yield from _measured(draft, norm.name, (norm.act.verb,), a.who(norm.debtor), [norm.act.zone], norm.place("act"))


def _definitions(draft: Draft) -> Iterator[_Measured]:
    a = draft.agreement
    for decl in a.definitions.values():
        parts = list(conditions(decl.where))
        who = sorted({code for p in parts if isinstance(p, n.CBy) for name in p.codes for code in a.members(name)})
        zones = [p.zone for p in parts if isinstance(p, n.CIn)]
        near = [n.ZNear(p.zone, p.length, p.zone) for p in parts if isinstance(p, n.CNear)]
        what = ("define", *sorted(a.event_types(decl.name)))
        yield from _measured(draft, decl.name, what, who, [*zones, *near], decl.span)


def _measured(
    draft: Draft, name: str, what: tuple[str, ...], who: Iterable[str], zones: Iterable[n.ZoneExpr], span: Span | None
) -> Iterator[_Measured]:
    """With the zones from which distances are measured, where there are any and somebody is bound."""
    parts = [part for zone in zones for part in zone_parts(draft, zone) if isinstance(part, n.ZNear)]
    lines = frozenset(line for part in parts for line in base_zones(draft, part.of))
    if lines and (bound := frozenset(who)):
        yield _Measured(name, what, bound, lines, span)
