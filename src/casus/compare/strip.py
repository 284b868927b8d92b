"""An agreement with only its legal clauses: what is lost, what then hangs in the air, and what remains.

`strip` gives a checked agreement again, so that everything that reads one (the page, the matrix, voting power) reads what
remains in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from casus.compare import plain
from casus.compare.binding import ClauseGrade, binding, sentence
from casus.language import nodes as n
from casus.language.agreement import Agreement


@dataclass(frozen=True, slots=True)
class Hanging:
    """A clause that is left without what it needs. `gone`: it can have no effect any more and is left out as well."""

    name: str
    kind: str
    text: str
    why: str
    article: str | None
    gone: bool


@dataclass(frozen=True, slots=True)
class Stripped:
    agreement: Agreement
    lost: tuple[ClauseGrade, ...]
    hanging: tuple[Hanging, ...]
    remaining: tuple[ClauseGrade, ...]


def strip(agreement: Agreement, according_to: str | None = None) -> Stripped:
    """Take out every clause whose grade is not legal, then whatever nothing can bring about any more."""
    graded = binding(agreement, according_to)
    lost = tuple(clause for clause in graded.clauses if clause.verdict != "legal")
    removed = {clause.name for clause in lost}
    hanging: list[Hanging] = []
    while found := _without_cause(agreement, removed):
        hanging += found
        removed |= {one.name for one in found}
    hanging += _without_consequence(agreement, removed)
    remaining = tuple(clause for clause in graded.clauses if clause.name not in removed)
    return Stripped(_without(agreement, removed), lost, tuple(hanging), remaining)


def _without_cause(agreement: Agreement, removed: set[str]) -> list[Hanging]:
    """Norms, effects, decisions all of whose causes are gone."""
    found = []
    for decl in agreement.declarations:
        if not isinstance(decl, n.NormDecl | n.AutomaticDecl | n.DecisionDecl) or decl.name in removed:
            continue
        causes = set(_causes(agreement, decl))
        if causes and causes <= removed:
            what = plain.names(sorted(causes))
            why = f"nothing brings it about any more: {what} {'is' if len(causes) == 1 else 'are'} lost"
            found.append(Hanging(decl.name, decl.kind, sentence(agreement, decl), why, decl.article, gone=True))
    return found


def _causes(agreement: Agreement, decl: n.NormDecl | n.AutomaticDecl | n.DecisionDecl) -> Iterable[str]:
    """The names that can bring it about; nothing where it needs none."""
    match decl:
        case n.NormDecl():
            if decl.always or decl.every is not None:
                return
            yield from (signal.name for signal in decl.upon)
            for other in agreement.norms.values():
                if decl.name == other.if_refused or (other.if_breached is not None and other.if_breached[1] == decl.name):
                    yield other.name
        case n.AutomaticDecl():
            yield from (signal.name for signal in decl.upon)
        case n.DecisionDecl():
            if decl.opens_on_request_of is not None:
                return
            yield from (signal.name for signal in decl.opens_upon)
            for one in agreement.decisions.values():
                if decl.name in (one.if_silent_escalates_to, one.if_rejected_escalates_to):
                    yield one.name
            yield from (one.name for one in agreement.determinations.values() if one.escalates_to == decl.name)
            yield from (one.name for one in agreement.findings.values() if one.escalates_to == decl.name)


def _without_consequence(agreement: Agreement, removed: set[str]) -> list[Hanging]:
    """What remains and leads to nothing, or has lost a part of what it says."""
    before, after = _wanted(agreement, set()), _wanted(agreement, removed)
    found = []
    for decl in agreement.declarations:
        match decl:
            case n.TriggerDecl() if decl.name in before - after:
                why = "when it is met nothing follows any more"
                found.append(Hanging(decl.name, decl.kind, _trigger(decl), why, decl.article, gone=False))
            case n.DeterminationDecl() if decl.name in before - after and decl.name not in removed:
                text = f"{plain.name(decl.body)} determines {plain.name(decl.name)}"
                found.append(
                    Hanging(decl.name, decl.kind, text, "nothing follows from its answer any more", decl.article, gone=False)
                )
            case n.FindingDecl(name=name, body=body, escalates_to=str() as other) if other in removed:
                found.append(_orphaned(name, decl, body, other))
            case n.DeterminationDecl(name=name, body=body, escalates_to=str() as other) if other in removed:
                found.append(_orphaned(name, decl, body, other))
            case n.NormDecl() if decl.name not in removed:
                for word, other in (("breach", (decl.if_breached or ("", ""))[1]), ("refusal", decl.if_refused or "")):
                    if other in removed:
                        why = f"nothing follows its {word} any more: {plain.name(other)} is lost"
                        found.append(Hanging(decl.name, decl.kind, sentence(agreement, decl), why, decl.article, gone=False))
            case n.SuspensionDecl() if decl.by in removed:
                why = f"the decision that suspends, {plain.name(decl.by)}, is lost"
                found.append(Hanging("suspension", decl.kind, "the agreement can be suspended", why, decl.article, gone=True))
            case _:
                pass
    return found


def _orphaned(name: str, decl: n.FindingDecl | n.DeterminationDecl, body: str, other: str) -> Hanging:
    why = f"where it is silent the question went to {plain.name(other)}, which is lost"
    return Hanging(name, decl.kind, f"{plain.name(body)} answers {plain.name(name)}", why, decl.article, gone=False)


def _trigger(decl: n.TriggerDecl) -> str:
    return f"{plain.name(decl.name)}: {plain.trigger_condition(decl.when)}"


def _wanted(agreement: Agreement, removed: set[str]) -> set[str]:
    """The triggers and determinations from which something follows."""
    found: set[str] = set()
    todo: list[str] = []
    for decl in agreement.declarations:
        if getattr(decl, "name", None) in removed:
            continue
        match decl:
            case n.NormDecl() | n.AutomaticDecl():
                todo += [signal.name for signal in decl.upon]
            case n.DecisionDecl():
                todo += [signal.name for signal in decl.opens_upon]
            case n.TermDecl():
                todo += decl.barred_while
            case _:
                pass
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        if name in agreement.determinations:
            todo.append(agreement.determinations[name].of)
        elif name in agreement.triggers:
            trigger = agreement.triggers[name]
            todo += trigger_names(trigger.when)
            todo += [other.name for other in agreement.triggers.values() if name in other.adds_to]
    return found


def trigger_names(condition: n.TCond) -> list[str]:
    """The triggers that a condition counts."""
    from casus.language.check.walk import atoms

    return [part.name for part in atoms(condition) if isinstance(part, n.TMet)]


def _without(agreement: Agreement, removed: set[str]) -> Agreement:
    """The agreement less what is removed, and less every mention of it."""
    suspension = agreement.suspension
    gone = suspension is not None and suspension.by in removed
    kept = tuple(
        _mended(decl, removed)
        for decl in agreement.declarations
        if getattr(decl, "name", None) not in removed and not (gone and isinstance(decl, n.SuspensionDecl))
    )
    return replace(
        agreement,
        declarations=kept,
        norms={decl.name: decl for decl in kept if isinstance(decl, n.NormDecl)},
        automatics={decl.name: decl for decl in kept if isinstance(decl, n.AutomaticDecl)},
        decisions={decl.name: decl for decl in kept if isinstance(decl, n.DecisionDecl)},
        findings={decl.name: decl for decl in kept if isinstance(decl, n.FindingDecl)},
        determinations={decl.name: decl for decl in kept if isinstance(decl, n.DeterminationDecl)},
        term=_mended_term(agreement.term, removed),
        suspension=next((decl for decl in kept if isinstance(decl, n.SuspensionDecl)), None),
        scenarios=(),
    )


def _mended(decl: n.Decl, removed: set[str]) -> n.Decl:
    """The declaration without its mentions of what is removed."""

    def still(name: str | None) -> str | None:
        return None if name in removed else name

    def heard(signals: tuple[n.Signal, ...]) -> tuple[n.Signal, ...]:
        return tuple(signal for signal in signals if signal.name not in removed)

    match decl:
        case n.NormDecl():
            also = decl.if_breached if decl.if_breached is not None and still(decl.if_breached[1]) else None
            return replace(decl, upon=heard(decl.upon), if_breached=also, if_refused=still(decl.if_refused))
        case n.AutomaticDecl():
            unless = decl.unless if decl.unless is not None and decl.unless.name not in removed else None
            ends = tuple(part for part in decl.ends_when if part.name not in removed)
            return replace(decl, upon=heard(decl.upon), unless=unless, ends_when=ends)
        case n.DecisionDecl():
            return replace(
                decl,
                opens_upon=heard(decl.opens_upon),
                if_silent_escalates_to=still(decl.if_silent_escalates_to),
                if_rejected_escalates_to=still(decl.if_rejected_escalates_to),
            )
        case n.FindingDecl() | n.DeterminationDecl():
            return replace(decl, escalates_to=still(decl.escalates_to))
        case n.TermDecl():
            return _mended_term(decl, removed) or decl
        case n.SuspensionDecl():
            return replace(decl, never_suspends=tuple(name for name in decl.never_suspends if name not in removed))
        case _:
            return decl


def _mended_term(term: n.TermDecl | None, removed: set[str]) -> n.TermDecl | None:
    if term is None:
        return None
    survives = tuple(
        replace(part, names=names)
        for part in term.survives
        if (names := tuple(name for name in part.names if name not in removed))
    )
    return replace(term, survives=survives)
