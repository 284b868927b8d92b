"""One-year money: sums for a year in a text that lasts for many.

Covers: L15

## What it finds

1. A text that lasts two years or more, or without end, owes money once: the sum stands without `every 1 years`, at all times
   or on a date. The finding states the coverage, the years that are funded of the years that are promised. Sums that an event
   calls (aid after an attack) are not meant.
2. A sum that is "up to" so much, in the words of the duty or of its article: a ceiling is owed, and nothing is the least that
   keeps it.

Where the text says that an amount is open, the rule says so in the words of the text. Sums of one debtor on different dates
are counted together, a year for each.

## Why it matters

The agreements of 2024 run for ten years, and the sums stand for 2024 only (reported, ecfr.eu, spring 2024): the United
Kingdom for one fiscal year, Germany subject to its parliament, France "up to" EUR 3 billion (reported, osw.waw.pl,
babel.ua). One year of ten is a tenth.

## Example

```casus
obligation support
  always
  debtor KST  creditor VDR
  to finance "up to three billion"  amount EUR 3_000_000_000
  due on 2027-12-31
term in force from 2027-01-01
  lasts 10 years
```

## Better

```casus
obligation support
  every 1 years from 2027-01-01
  debtor KST  creditor VDR
  to finance  amount EUR 3_000_000_000
  due 12 months after activation
term in force from 2027-01-01
  lasts 10 years
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.checklist import listed, silences, silent
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_CEILING: Final = re.compile(
    r"\b(up to|not exceeding|no more than|at most|a maximum of)\s+(?P<sum>[^.;,\n]{0,40})", re.IGNORECASE
)
_MONEY: Final = re.compile(r"\d|[€£$]|\b(EUR|USD|GBP|million|billion|thousand|euro|dollar|pound)", re.IGNORECASE)
_LONG: Final = 24
"""From so many months on a text lasts for years."""


@rule("L15", "one-year-money", "S")
def one_year_money(draft: Draft) -> Iterator[Finding | Searched]:
    term = draft.agreement.term
    sums = [x for x in draft.agreement.norms.values() if x.kind == "obligation" and x.amount is not None]
    for norm in sums:
        ceiling = _ceiling(draft, norm)
        if ceiling is not None:
            yield Finding(
                f'{norm.name} owes "{ceiling}": a ceiling, of which nothing is the least',
                norm.place("act", "amount"),
                (norm.name,),
                help="state the least that is owed",
            )
    if term is None or not (term.indefinitely or (term.lasts is not None and term.lasts.period.months >= _LONG)):
        return
    yield from _once(draft, term, sums)
    for gap in draft.agreement.opens:
        norm_ = draft.agreement.norms.get(gap.of or "")
        if gap.what == "amount" and norm_ is not None and not norm_.upon:
            yield Finding(
                f"`{norm_.name}` is promised for {_promised(term)}, and {silent([gap])} how much",
                gap.span,
                (norm_.name,),
                silences([gap]),
                gaps=(("amount", norm_.name),),
                help="state a sum for each year, or a rule by which it is set",
            )


def _once(draft: Draft, term: n.TermDecl, sums: list[n.NormDecl]) -> Iterator[Finding]:
    """One finding for those who owe the same: their sums together fund so many years of those that are promised."""
    groups: dict[tuple[str, ...], list[n.NormDecl]] = {}
    for norm in sums:
        if not norm.upon and not _called(draft, norm):
            groups.setdefault(draft.agreement.who(norm.debtor), []).append(norm)
    for debtors, norms in groups.items():
        if any(norm.every is not None for norm in norms):
            continue
        funded = _funded(norms)
        promised = term.lasts.period.months if term.lasts is not None and not term.indefinitely else None
        if promised is not None and funded * 12 >= promised:
            continue
        ratio = "" if promised is None else f" ({_percent(funded, promised)})"
        names = [x.name for x in norms]
        yield Finding(
            f"{listed(names)} {'funds' if len(names) == 1 else 'fund'} {funded} of {_promised(term)} that {listed(debtors)} "
            f"{'promises' if len(debtors) == 1 else 'promise'}{ratio}",
            norms[0].place("amount"),
            tuple(names),
            (Related(f"the text lasts {_promised(term)}", term.place("lasts", "indefinitely")),),
            "let the sum be owed `every 1 years`, or say how the later years are funded",
        )


def _funded(norms: list[n.NormDecl]) -> int:
    """A year for each calendar year in which a sum is due; sums without a date are one."""
    dated = {x.due.moment.text[:4] for x in norms if isinstance(x.due, n.DueOn)}
    return len(dated) or 1


def _promised(term: n.TermDecl) -> str:
    return "an unlimited time" if term.indefinitely or term.lasts is None else str(term.lasts.period)


def _percent(funded: int, months: int) -> str:
    share = (Decimal(funded * 1200) / Decimal(months)).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{share} percent"


def _called(draft: Draft, norm: n.NormDecl) -> bool:
    return bool(draft.causes_of.get(norm.name))


def _ceiling(draft: Draft, norm: n.NormDecl) -> str | None:
    """The words of a ceiling on money: of the act, else of the article that owes only this one sum."""
    words = norm.act.prose if norm.act is not None and norm.act.prose is not None else ""
    same = [x for x in draft.agreement.norms.values() if x.article == norm.article and x.amount is not None]
    if len(same) == 1 and norm.article in draft.agreement.articles:
        words += "\n" + draft.agreement.articles[norm.article or ""].prose
    for match in _CEILING.finditer(words):
        if _MONEY.search(match["sum"]) or match.start() < len(norm.act.prose or "" if norm.act is not None else ""):
            return " ".join(match[0].split())
    return None
