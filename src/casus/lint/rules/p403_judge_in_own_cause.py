"""Judge in own cause: who decides is the one whose conduct is decided on.

## What it finds

A vote in which a party votes, or holds a veto, although the vote is about its conduct, and is not `recused`. A vote is about
the conduct of a party where

- it opens upon a trigger that names the party after `by` (or counts such a trigger), or upon a determination of one,
- it opens upon the breach of a duty that this party alone owes, or
- a finding on events that are defined by this party's acts, or a determination, escalates to it.

A trigger that names nobody is about nobody in particular, and a duty that several owe is the matter of each of them: there
the text cannot say who is to stand aside, and the rule is silent.

## Why it matters

*Nemo judex in causa sua.* Under Article 27(3) of the United Nations Charter a party to a dispute abstains from voting, in
decisions under Chapter VI only; in the Military Armistice Commission of 1953 each side sat over the violations that it was
accused of (general knowledge). Whoever sits over itself either stops the vote or brings it into disrepute.

## Example

```casus
trigger violation severity 2
  when any strike by OSK
decision measures of sides
  adopts by majority
  opens upon violation  closes 48 hours after opening
```

OSK is one of the sides.

## Better

```casus
decision measures of sides
  adopts by majority  recused OSK
  opens upon violation  closes 48 hours after opening
```
"""

from __future__ import annotations

from collections.abc import Iterator

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule
from casus.lint.stops import accused, declaration, listed, named, vetoes, voters


@rule("P403", "judge-in-own-cause", "S")
def judge_in_own_cause(draft: Draft) -> Iterator[Finding | Searched]:
    for name, decision in draft.agreement.decisions.items():
        voting = voters(draft, name)
        for about, whose in sorted(_about(draft, decision).items()):
            own = whose & voting
            if own and len(voting) > 1:
                does = "votes in it" if len(own) == 1 else "vote in it"
                power = ", with a veto" if own & vetoes(draft, name) else ""
                decl = declaration(draft, about) or draft.agreement.findings.get(about)
                yield Finding(
                    f"`{name}` decides on `{about}`, which is about what {listed(own, 'and')} did, and {listed(own, 'and')} "
                    f"{does}{power}",
                    decision.place("members"),
                    (name, about),
                    () if decl is None else (Related("it is about this party's conduct", decl.place("when", "debtor", "on")),),
                    f"add `recused {', '.join(sorted(own))}`, or let a body decide that is neither side",
                )


def _about(draft: Draft, decision: n.DecisionDecl) -> dict[str, frozenset[str]]:
    """What a vote is about, and whose conduct that is."""
    a = draft.agreement
    found: dict[str, frozenset[str]] = {}
    for signal in decision.opens_upon:
        if signal.kind is None and signal.name in a.triggers:
            found[signal.name] = accused(draft, signal.name)
        elif signal.kind == "determined":
            found[a.determinations[signal.name].of] = accused(draft, a.determinations[signal.name].of)
        elif signal.kind == "breach" and len(a.who(a.norms[signal.name].debtor)) == 1:
            found[signal.name] = frozenset(a.who(a.norms[signal.name].debtor))
    for determination in a.determinations.values():
        if determination.escalates_to == decision.name:
            found[determination.of] = accused(draft, determination.of)
    for finding in a.findings.values():
        if finding.escalates_to == decision.name:
            found[finding.name] = frozenset(x for on in finding.on for x in named(draft, on))
    return found
