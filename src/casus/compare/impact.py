"""What a change of text changes in effect, before and after: who can block, clocks, triggers, what binds, drafting faults."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from casus.compare import plain
from casus.compare.binding import binding
from casus.compare.blocking import Block, blocks, consequence_names, everyone, never
from casus.compare.changes import Difference
from casus.compare.clocks import clocks
from casus.compare.features import SCOPE, ask
from casus.language.agreement import Agreement
from casus.lint.draft import Draft
from casus.lint.rule import Kind
from casus.lint.run import QUICK, lint

Ways = dict[tuple[Any, str, str | None], tuple[str, ...]]
"""(lever, at, upon) → the actors that have it."""

Area = Literal["blockers", "clocks", "triggers", "binding", "scope", "faults"]
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Impact:
    """`about` is what it is about; `before` and `after` say it in both texts; `means` is the consequence in sentences."""

    area: Area
    about: str
    before: str
    after: str
    means: tuple[str, ...] = ()


def impacts(first: Draft, second: Draft, found: Difference, kinds: Collection[Kind] = QUICK) -> tuple[Impact, ...]:
    """What differs in effect. Names of the second text are carried back, so that a renamed clause is no difference."""
    names = found.names
    return (
        *_blockers(first.agreement, second.agreement, names),
        *_clocks(first.agreement, second.agreement, names),
        *_triggers(found),
        *_binding(first.agreement, second.agreement, names),
        *_scope(first, second),
        *_faults(first, second, names, kinds),
    )


def _blockers(first: Agreement, second: Agreement, names: Mapping[str, str]) -> Iterator[Impact]:
    before, after = _by_consequence(first, {}), _by_consequence(second, names)
    ours, theirs = consequence_names(first), [names.get(name, name) for name in consequence_names(second)]
    called = {names.get(name, name): name for name in consequence_names(second)}
    for name in dict.fromkeys([*ours, *theirs]):
        old, new = before.get(name, {}), after.get(name, {})
        if _for_good(old) != _for_good(new):  # who blocks one start only is told where nothing else differs
            old, new = _for_good(old), _for_good(new)
        if old == new or name not in theirs:
            continue
        came = {key: actors for key, actors in new.items() if actors != old.get(key)}
        went = {key: actors for key, actors in old.items() if actors != new.get(key)}
        means: list[str] = []
        for key, actors in came.items():
            gained = [actor for actor in actors if actor not in old.get(key, ())]
            if gained:
                one = Block(name, gained[0], key[0], key[1], key[2])
                means.append(one.sentence(gained, never(second, called[name])))
        before_words = _ways(first, went) if name in ours else "nothing of the kind is promised"
        yield Impact("blockers", name, before_words, _ways(second, came), tuple(dict.fromkeys(means)))


def _by_consequence(agreement: Agreement, names: Mapping[str, str]) -> dict[str, Ways]:
    """consequence → (lever, at, upon) → actors."""
    found: dict[str, Ways] = {}
    for block in blocks(agreement):
        upon = names.get(block.upon, block.upon) if block.upon is not None else None
        key = (block.lever, names.get(block.at, block.at), upon)
        of = found.setdefault(names.get(block.consequence, block.consequence), {})
        of[key] = (*of.get(key, ()), block.actor)
    return found


def _for_good(ways: Ways) -> Ways:
    return {key: actors for key, actors in ways.items() if key[2] is None}


def _ways(agreement: Agreement, ways: Ways) -> str:
    said = [f"{everyone(agreement, actors)} {Block('', '', *key).by}" for key, actors in ways.items()]
    return "; ".join(dict.fromkeys(said)) or NONE


def _clocks(first: Agreement, second: Agreement, names: Mapping[str, str]) -> Iterator[Impact]:
    before = {(c.of, c.part): c for c in clocks(first)}
    after = {(names.get(c.of, c.of), c.part): c for c in clocks(second)}
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if old is None or new is None or old.due != new.due:
            about = f"{plain.name(key[0])}: {plain.name(key[1])}"
            yield Impact("clocks", about, old.due if old is not None else NONE, new.due if new is not None else NONE)


def _triggers(found: Difference) -> Iterator[Impact]:
    """What of the texts bears on when triggers are met: their own clauses, and the definitions and ladders that they read."""
    for clause in found.clauses:
        if (
            clause.kind not in ("trigger", "define", "exception", "ladder", "finding", "determination")
            or clause.state == "same"
        ):
            continue
        if clause.state in ("added", "removed"):
            there = (NONE, "there") if clause.state == "added" else ("there", NONE)
            yield Impact("triggers", clause.name, *there, (f"{clause.kind} {clause.state}",))
        for change in clause.changes:
            means = (
                () if change.direction == "changed" else (f"{change.why}: {change.direction} for {plain.names(change.whom)}",)
            )
            yield Impact("triggers", f"{clause.name}: {change.field}", change.before or NONE, change.after or NONE, means)


def _binding(first: Agreement, second: Agreement, names: Mapping[str, str]) -> Iterator[Impact]:
    a, b = binding(first), binding(second)
    for field in ("instrument", "consent", "registered", "status"):
        old, new = getattr(a, field), getattr(b, field)
        if old != new:
            yield Impact("binding", field, old or NONE, new or NONE)
    before = {clause.name: clause for clause in a.clauses}
    after = {names.get(clause.name, clause.name): clause for clause in b.clauses}
    for name in before:
        if name in after and before[name].verdict != after[name].verdict:
            means = (f"{after[name].because}",)
            yield Impact("binding", name, before[name].verdict, after[name].verdict, means)


def _scope(first: Draft, second: Draft) -> Iterator[Impact]:
    """A question that every guarantee has to answer, answered in one text and not in the other."""
    for feature in SCOPE:
        old, new = ask(first, feature).state, ask(second, feature).state
        if old != new:
            yield Impact("scope", feature.title.lower(), old, new)


def _faults(first: Draft, second: Draft, names: Mapping[str, str], kinds: Collection[Kind]) -> Iterator[Impact]:
    """The same finding has the same code and is about the same declarations."""

    def keyed(draft: Draft, known: Mapping[str, str]) -> dict[tuple[str, tuple[str, ...]], str]:
        found = lint(draft.agreement, draft.document, draft.settings, kinds).found
        return {(x.rule.code, tuple(known.get(name, name) for name in x.finding.about)): x.finding.message for x in found}

    before, after = keyed(first, {}), keyed(second, names)
    for key in sorted({*before, *after}):
        if (key in before) != (key in after):
            about = " ".join([key[0], ", ".join(key[1])]).strip()
            if key in before:
                yield Impact("faults", about, before[key], NONE)
            else:
                yield Impact("faults", about, NONE, after[key])
