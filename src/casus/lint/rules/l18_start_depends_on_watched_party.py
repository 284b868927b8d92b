"""Start depends on the watched party: the guarantee begins when the one it guards against lets it.

Covers: L18

## What it finds

A guarantee whose entry into force waits for the ratification by a party whose conduct its triggers are about, or `requires`
an event that such a party has to bring about (by name, or by its nature: a ceasefire, a truce, an armistice, a peace, a
withdrawal needs both sides). An armistice or another text in which nobody but the sides owes anything is let pass: it cannot
begin without them.

## Why it matters

The Paris Declaration of 6 January 2026 is activated "once a ceasefire enters into force" (president.gov.ua); whoever can
refuse the ceasefire can refuse the guarantee (reported, euromaidanpress.com, unn.ua). Until then nothing deters, and the
refusal costs nothing.

## Example

```casus
term in force when ratified by VDR and OSK and 2 of guarantors
```

## Better

```casus
term in force when ratified by VDR and 2 of guarantors
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casus.diagnostics import Related
from casus.language import nodes as n
from casus.lint.checklist import costs, helps, named_actors, promises_help, span_of, words_of
from casus.lint.draft import Draft
from casus.lint.rule import Finding, Searched, rule

_BOTH: Final = re.compile(r"\b(?:cease\s?fire|truce|armistice|peace|withdraw\w*|pull ?back|disengagement)\b", re.IGNORECASE)


@rule("L18", "start-depends-on-watched-party", "S")
def start_depends_on_watched_party(draft: Draft) -> Iterator[Finding | Searched]:
    a = draft.agreement
    term = a.term
    watched = named_actors(draft) - draft.protected
    if term is None or not watched or not promises_help(draft) or not _others_help(draft, watched):
        return
    help_text = "let it begin without that party, or say what holds from signature until then"
    for code in sorted(watched & set(a.parties)):
        if any(_needed(draft, atom, code) for atom in (term.ratified_by.atoms if term.ratified_by is not None else ())):
            yield Finding(
                f"the text begins only when {code} ratifies, whose conduct its triggers are about",
                term.place("ratified_by"),
                (a.name, code),
                help=help_text,
            )
    by = a.by(term.requires_by)
    for event in term.requires:
        named = by is not None and by <= watched
        if named or (by is None and _BOTH.search(words_of(event))):
            who = " and ".join(sorted(by)) if by is not None else "the side that it guards against"
            yield Finding(
                f"the text begins only with `{event}`, which needs {who}: by refusing it that side refuses the guarantee",
                term.place("requires"),
                (a.name, event),
                (Related(f"`{event}` is declared here", span_of(draft, event)),),
                help_text,
            )


def _needed(draft: Draft, atom: n.Every | n.KOf | n.Named, code: str) -> bool:
    members = draft.agreement.members(atom.name)
    return code in members and not (isinstance(atom, n.KOf) and int(atom.number) < len(members))


def _others_help(draft: Draft, watched: frozenset[str]) -> bool:
    a = draft.agreement
    promises = [norm for norm in a.norms.values() if helps(norm) or costs(norm)]
    return bool(a.automatics) or any(set(a.who(norm.debtor)) - watched for norm in promises)
