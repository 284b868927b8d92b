"""What a campaign is about: the events that triggers with a consequence are made of, in families that share event types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.check.walk import atoms, conditions
from casus.lint.draft import Draft
from casus.lint.search.limits import consequential


@dataclass(frozen=True, slots=True)
class Subject:
    """An atom that events bring about: the trigger, what it reads, of whom. `added`: it reads only a sum of a field."""

    trigger: str
    name: str
    by: frozenset[str] | None
    added: str | None


@dataclass(frozen=True, slots=True)
class Family:
    """Subjects that share event types."""

    events: tuple[str, ...]
    subjects: tuple[Subject, ...]

    @property
    def triggers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(s.trigger for s in self.subjects))

    @property
    def counted(self) -> tuple[Subject, ...]:
        """Those by which an event belongs to the family: a sum alone does not say that an event without it happened."""
        return tuple(s for s in self.subjects if s.added is None) or self.subjects


def families(draft: Draft) -> tuple[Family, ...]:
    """The families of the triggers that lead to a consequence, in the order of the text."""
    a = draft.agreement
    triggers = consequential(a, draft.effects_of)
    together = [group for name in triggers for group in _together(a, name, a.triggers[name].when) if group]
    groups: list[tuple[set[str], list[Subject]]] = []
    for subjects in together:
        events = {event for subject in subjects for event in a.event_types(subject.name)}
        joined = [group for group in groups if group[0] & events]
        groups = [group for group in groups if group not in joined]
        groups.append((events.union(*(g[0] for g in joined)), [*(s for g in joined for s in g[1]), *subjects]))
    order = list(a.events)
    return tuple(Family(tuple(sorted(events, key=order.index)), tuple(dict.fromkeys(subjects))) for events, subjects in groups)


def _together(agreement: Agreement, trigger: str, cond: n.TCond) -> list[list[Subject]]:
    """The subjects of a condition: each branch of an `or` by itself, all parts of an `and` together."""
    match cond:
        case n.TOr(parts):
            return [group for part in parts for group in _together(agreement, trigger, part)]
        case n.TAnd(parts):
            return [[s for part in parts for group in _together(agreement, trigger, part) for s in group]]
        case n.TNot():
            return []
        case _:
            return [list(_subjects(agreement, trigger, cond))]


def _subjects(agreement: Agreement, trigger: str, atom: n.TAtom) -> Iterator[Subject]:
    by = agreement.by(getattr(atom, "by", None))
    match atom:
        case n.TSum():
            yield Subject(trigger, atom.name, by, atom.quantity)
        case n.TAny() | n.TCount() | n.TDistinct() | n.TRate() | n.TRatio():
            yield Subject(trigger, atom.name, by, None)
        case n.TThen(first=first, second=second):
            yield Subject(trigger, first, None, None)
            yield Subject(trigger, second, None, None)
        case n.TAbsent(after=after):
            yield Subject(trigger, after, None, None)
        case n.THolds(name=name) if name not in agreement.estimates:
            yield Subject(trigger, name, None, None)
        case _:
            return


def watched_by_stock(draft: Draft, family: Family) -> bool:
    """Whether each trigger of the family also watches an estimate: what the events add up to is seen, whatever they are."""
    a = draft.agreement

    def stock(atom: n.TAtom) -> bool:
        return isinstance(atom, n.TLatest) or (isinstance(atom, n.THolds) and atom.name in a.estimates)

    return all(any(stock(atom) for atom in atoms(a.triggers[name].when)) for name in family.triggers)


def actors(draft: Draft, family: Family) -> tuple[str, ...]:
    """Whose conduct the family is about. Where it names nobody: anybody outside, else whoever is not protected. Sorted."""
    a = draft.agreement
    named = {code for s in family.subjects for code in s.by or ()}
    for name in {x for trigger in family.triggers for x in draft.read_by(trigger)}:
        if name in a.definitions:
            named |= {code for c in conditions(a.definitions[name].where) if isinstance(c, n.CBy) for code in c.codes}
    if named:
        return tuple(sorted(code for code in named if code in a.parties or code in a.nonparties))
    if not any(a.events[e].field_named("by") for e in family.events):
        return ()
    return tuple(sorted(a.nonparties or [code for code in a.parties if code not in draft.protected] or a.parties))
