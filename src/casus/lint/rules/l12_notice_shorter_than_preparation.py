"""Notice shorter than preparation: a party can be gone before an attack is ready.

Covers: L12

## What it finds

The notice of withdrawal is shorter than an attack takes to prepare (12 months unless the reader sets another length). Then
a guarantor that sees the preparation can leave in time, and a planner can wait until it has left.

A bar changes that only if it can close while the notice runs. `barred while attack` cannot: whoever waits for the notice to
end attacks afterwards. The rule is silent where a bar names a trigger that reads a build-up, that is an estimate, and the
bar lasts: something that this trigger calls stays in force as long as the notice runs, or the trigger can be met again. Where
the bar names a build-up and only short duties follow from it, the rule says that the bar is gone with the last of them.

Where the text says that exit is open, the rule says so in the words of the text. A text without a clause on withdrawal is not
blamed: none is implied here.

## Why it matters

The agreement between the United States and Ukraine of June 2024 can be ended with six months' notice (reported,
lawfaremedia.org); the concentration of forces before February 2022 was seen from spring 2021 on (general knowledge). NATO
asks for one year (Article 13, general knowledge).

## Example

```casus
term in force when ratified by VDR and KST
  lasts 10 years
  withdrawal after 6 months notice
```

## Better

```casus
term in force when ratified by VDR and KST
  lasts 10 years
  withdrawal after 18 months notice  barred while build_up or attack
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.language.check.walk import atoms
from casus.lint.checklist import left_open, listed, opens, promises_help, ticked
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule
from casus.time import Duration, Period


@rule("L12", "notice-shorter-than-preparation", "S")
def notice_shorter_than_preparation(draft: Draft) -> Iterator[Finding | Searched]:
    term = draft.agreement.term
    if term is None or term.withdrawal_notice is None:
        silent = opens(draft, "exit")
        yield from left_open(draft, silent, _missing, "say who can leave, with what notice, and what bars it")
        return
    notice, preparation = term.withdrawal_notice.period, draft.settings.preparation
    if notice.months >= preparation.months or not promises_help(draft):
        return
    build_up = [x for x in term.barred_while if _reads_estimate(draft, x)]
    if any(_lasts(draft, x, notice) for x in build_up):
        return
    message = f"a party is gone {notice} after its notice, and to prepare an attack is reckoned to take {preparation}"
    if build_up:
        message += f"; the bar while {listed(build_up, 'or')} ends with the last duty that it calls"
    elif term.barred_while:
        message += f"; {listed(term.barred_while, 'or')} bars it too late: whoever waits attacks afterwards"
    yield Finding(
        message,
        term.place("withdrawal_notice"),
        _about(draft, term),
        tuple(Related(f"{x} is read from what is estimated", draft.agreement.triggers[x].span) for x in build_up),
        "make the notice longer than the preparation, or bar it while a build-up lasts",
    )


def _missing(names: Sequence[str]) -> str:
    return f"how {listed(ticked(names))} can be brought to an end" if names else "whether and how a party can leave"


def _about(draft: Draft, term: n.TermDecl) -> tuple[str, ...]:
    return (
        tuple(term.barred_while)
        or tuple(x.name for x in draft.agreement.norms.values() if x.upon)[:1]
        or (draft.agreement.name,)
    )


def _reads_estimate(draft: Draft, trigger: str) -> bool:
    return any(isinstance(x, n.TLatest) for x in atoms(draft.agreement.triggers[trigger].when))


def _lasts(draft: Draft, trigger: str, notice: Period) -> bool:
    """Whether something with this root can be in force as long as the notice runs: a bar holds no longer than that."""
    a = draft.agreement
    if a.triggers[trigger].rearm is not None:
        return True
    shortest = Duration.of(days=28 * notice.months)
    for name in draft.downstream(trigger):
        norm = a.norms.get(name)
        if norm is None:
            continue
        ends = norm.lapses if norm.kind == "power" else norm.due if norm.kind == "obligation" else None
        if ends is None or _length(ends) >= shortest:
            return True
    return False


def _length(due: object) -> Duration:
    if isinstance(due, n.DueAfter):
        return due.length.duration if isinstance(due.length, n.Dur) else Duration.of(days=28 * due.length.period.months)
    return Duration(0)
