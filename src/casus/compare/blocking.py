"""Who can stop what, as lines for the page, the matrix and the redline: a line for each step that hangs on somebody."""

from __future__ import annotations

from collections.abc import Iterator

from casus.compare import plain
from casus.compare.answer import Answer
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.lint.draft import Draft
from casus.norms.decisions import Electorate, outcome


def tolerance(agreement: Agreement, decision: n.DecisionDecl) -> int | None:
    """How many members may vote no so that it is still adopted, everybody else voting yes; −1: it never is.

    None where there are no members or votes are weighed, so that it depends on who they are.
    """
    members = tuple(x for x in agreement.who(decision.members) if x not in agreement.who(decision.recused))
    weighed = isinstance(decision.rule, n.Shares) and any(share.base == "weights" for share in decision.rule.shares)
    if not members or decision.rule is None or weighed:
        return None
    for against in range(len(members), -1, -1):
        cast = {x: "no" if i < against else "yes" for i, x in enumerate(members)}
        if outcome(decision, Electorate(members), cast)[0] == "adopted":  # type: ignore[arg-type]
            return against
    return -1


def blockers(draft: Draft) -> Iterator[Answer]:
    """Decisions first, then approvals at home, then bodies whose silence ends a way."""
    a = draft.agreement
    for decision in a.decisions.values():
        yield from _of_decision(a, decision)
    for norm in a.norms.values():
        if norm.approval is not None:
            who = plain.who(a, norm.debtor)
            text = f"{plain.name(norm.name)}: {who} by refusing at home, or by no answer {plain.due(norm.approval)}"
            yield Answer(text, norm.article, norm.name)
    for asked in a.determinations.values():
        silence = "" if asked.escalates_to is not None else " or by silence"
        yield Answer(f"{plain.name(asked.name)}: {plain.name(asked.body)} by a no{silence}", asked.article, asked.name)


def _of_decision(a: Agreement, decision: n.DecisionDecl) -> Iterator[Answer]:
    name = plain.name(decision.name)
    if decision.veto is not None:
        yield Answer(f"{name}: {plain.names(a.who(decision.veto), 'or')} by veto", decision.article, decision.name)
    enough = tolerance(a, decision)
    if enough is None:
        return
    members = [x for x in a.who(decision.members) if x not in a.who(decision.recused)]
    listed = plain.names(members)
    if enough < 0:
        text = f"{name}: never adopted, however its members vote"
    elif enough == 0:
        text = f"{name}: any one of {listed} by voting no" if len(members) > 1 else f"{name}: {listed} by voting no"
    else:
        text = f"{name}: any {enough + 1} of {listed} by voting no" if enough < len(members) else f"{name}: nobody by voting no"
    yield Answer(text, decision.article, decision.name)
