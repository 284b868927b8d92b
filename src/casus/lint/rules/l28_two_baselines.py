"""Two baselines: the two sides measure the same duty from two different lines.

Covers: L28

## What it finds

Two duties of the same act (two withdrawals, two limits) that bind different parties, or two definitions of the same events by
different actors, whose zones are measured from different lines: `within 25 km of front_line` for the one, `within 25 km of
agreed_line` for the other. Without a `within` the zones themselves are compared where one of them is left `open`. So is a text
that says of itself that the baseline is `open`.

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

from collections.abc import Iterator
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
    found = False
    for one, two in combinations([*_duties(draft), *_definitions(draft)], 2):
        if one.what == two.what and one.lines and two.lines and one.lines != two.lines and not one.who & two.who:
            found = True
            yield Finding(
                f"`{one.name}` measures {listed(sorted(one.who))} from {listed(ticked(sorted(one.lines)))},"
                f" `{two.name}` measures {listed(sorted(two.who))} from {listed(ticked(sorted(two.lines)))}",
                one.span,
                (one.name, two.name),
                (Related("the other side is measured here", two.span),),
                "measure both from one line, with its date and its map",
            )
    if not found:
        message = "the text does not say from which line its distances are measured"
        yield from left_open(draft, opens(draft, "baseline"), message, "pin one line for both sides, with its date and its map")


def _duties(draft: Draft) -> Iterator[_Measured]:
    a = draft.agreement
    for norm in a.norms.values():
        if norm.act is not None and norm.act.zone is not None and norm.act.verb in ("withdraw", "limit"):
            who = frozenset(a.who(norm.debtor))
            yield _Measured(norm.name, (norm.act.verb,), who, _lines(draft, [norm.act.zone]), norm.place("act"))


def _definitions(draft: Draft) -> Iterator[_Measured]:
    a = draft.agreement
    for decl in a.definitions.values():
        parts = list(conditions(decl.where))
        who = frozenset(code for p in parts if isinstance(p, n.CBy) for name in p.codes for code in a.members(name))
        zones: list[n.ZoneExpr] = [p.zone for p in parts if isinstance(p, n.CIn)]
        near = {x for p in parts if isinstance(p, n.CNear) for x in base_zones(draft, p.zone)}
        if who:
            lines = _lines(draft, zones) | near
            yield _Measured(decl.name, ("define", *sorted(a.event_types(decl.name))), who, frozenset(lines), decl.span)


def _lines(draft: Draft, zones: list[n.ZoneExpr]) -> frozenset[str]:
    """The zones from which distances are measured; without a distance, the zones, where the text leaves one open."""
    measured = {
        name
        for zone in zones
        for part in zone_parts(draft, zone)
        if isinstance(part, n.ZNear)
        for name in base_zones(draft, part.of)
    }
    plain = {name for zone in zones for name in base_zones(draft, zone)}
    is_open = any(getattr(draft.declarations.get(name), "open", None) for name in plain)
    return frozenset(measured or (plain if is_open else ()))
