"""Finding without consequence: an answer for which nothing waits.

Covers: L27

## What it finds

A determination whose yes brings nothing about; a finding that no definition and no exception asks for; a rung of attribution
that a body alone can grant, and that no trigger waits for; and a text in which all that ever follows is that a body reports or
publishes. A text that leaves `enforcement` open is told as well. (A trigger after which nothing at all happens is N502's, a
duty whose breach has no consequence N503's.)

## Why it matters

The chief of the OSCE's monitoring mission in Ukraine said in April 2021 that there was no third party to enforce what the
mission found (osce.org 484481). The Minsk texts attach no consequence to a violation: the mission's daily reports were
their only effect, for seven years.

## Example

```casus
determination attack_case of attack by commission due 24 hours after activation if silent lapses
obligation tell
  upon attack
  debtor mission
  to report
  due 24 hours after activation
```

## Better

```casus
determination attack_case of attack by commission due 24 hours after activation if silent lapses
automatic snapback
  upon attack_case determined
  reinstate sanctions  at 72 hours after activation
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casus.language import nodes as n
from casus.language.check.walk import conditions
from casus.lint.checklist import after, left_open, listed, opens, silences, talks, ticked
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule


@rule("L27", "finding-without-consequence", "S")
def finding_without_consequence(draft: Draft) -> Iterator[Finding | Searched]:
    found = [*_determinations(draft), *_findings(draft), *_rungs(draft), *_reports(draft)]
    yield from found
    if not found:
        yield from left_open(draft, opens(draft, "enforcement"), _missing, "let what is found bring about an act")


def _missing(names: Sequence[str]) -> str:
    return f"how {listed(ticked(names)) or 'what is found'} {'is' if len(names) < 2 else 'are'} enforced"


def _determinations(draft: Draft) -> Iterator[Finding]:
    a = draft.agreement
    upon = [*(x.upon for x in a.norms.values()), *(x.upon for x in a.automatics.values())]
    waited = {signal.name for signals in upon for signal in signals if signal.kind == "determined"}
    waited |= {s.name for x in a.decisions.values() for s in x.opens_upon if s.kind == "determined"}
    waited |= {s.name for x in a.phases.values() for s in (x.start, x.end) if isinstance(s, n.Signal)}
    for decl in a.determinations.values():
        if decl.name not in waited:
            yield Finding(
                f"`{decl.body}` determines `{decl.name}`, and nothing waits for the answer",
                decl.span,
                (decl.name,),
                help=f"let a duty or an effect come about `upon {decl.name} determined`",
            )


def _findings(draft: Draft) -> Iterator[Finding]:
    a = draft.agreement
    asked = {p.name for d in a.definitions.values() for p in conditions(d.where) if isinstance(p, n.CRef)}
    asked |= {p.name for d in a.exceptions.values() for p in conditions(d.when) if isinstance(p, n.CRef)}
    asked |= {p.name for d in a.norms.values() for c in (d.until, d.unless) for p in conditions(c) if isinstance(p, n.CRef)}
    for decl in a.findings.values():
        if decl.name not in asked:
            yield Finding(
                f"`{decl.body}` finds `{decl.name}`, and no definition and no exception asks for it",
                decl.span,
                (decl.name,),
                help="ask for it in a definition or an exception, or leave the finding out",
            )


def _rungs(draft: Draft) -> Iterator[Finding]:
    a = draft.agreement
    ladder = a.ladders.get("attribution")
    if ladder is None or not any(after(draft, trigger) for trigger in a.triggers):
        return
    asked = [ladder.rungs.index(x.rung) for t in a.triggers.values() for x in t.needs if x.ladder == "attribution"]
    for level in ladder.levels:
        bodies = [source.body for source in level.sources if source.body is not None]
        beyond = ladder.rungs.index(level.name) > max(asked, default=0)
        if bodies and len(bodies) == len(level.sources) and beyond:
            yield Finding(
                f"{listed(ticked(bodies))} establishes that an act is {level.name}, and no trigger waits for that",
                level.span or ladder.span,
                ("attribution", level.name),
                help=f"let a trigger with consequences need `attribution {level.name}`",
            )


def _reports(draft: Draft) -> Iterator[Finding]:
    a = draft.agreement
    leading = [t for t in a.triggers.values() if draft.downstream(t.name)]
    following = dict.fromkeys(x for t in leading for x in draft.downstream(t.name))
    norms = [a.norms[x] for x in following if x in a.norms]
    if len(norms) < len(following) or not all(talks(x) and set(a.who(x.debtor)) <= set(a.bodies) for x in norms) or not norms:
        return
    gravest = max(leading, key=lambda t: t.severity.value)
    verbs = dict.fromkeys(x.act.verb for x in norms if x.act is not None)
    yield Finding(
        f"whatever meets {listed(ticked(t.name for t in leading), 'or')}, a body has to {listed(verbs, 'and to')},"
        " and nothing else follows",
        gravest.span,
        (gravest.name, *(x.name for x in norms)),
        silences(opens(draft, "enforcement", "remedy")),
        "attach an act of the parties or an effect to what is found",
    )
