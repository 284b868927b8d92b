"""A draft as the rules see it: the checked agreement, its text, and what several rules ask of both.

`Draft` is made once for an agreement; its properties are computed once and kept. Names in it are those of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.check.walk import atoms, conditions
from casus.language.document import Document
from casus.time import Period
from casus.voting import Path, levers

TALK: Final = frozenset({"consult", "convene", "notify", "publish", "report", "request", "inform"})
"""Acts that help nobody by themselves."""

HELP: Final = frozenset({"finance", "supply", "train", "share_intelligence", "deploy", "air_defence", "maritime", "demine"})
"""Acts of assistance."""


_LARGE: Final = 100
"""Up to so many declarations a text may be searched as far as the settings say."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a reader may set. `preparation`: how long an attack takes to prepare, against which notice periods are held."""

    preparation: Period = field(default=Period(12))
    budget: int = 2000
    """How many records one searching rule may evaluate."""


@dataclass(frozen=True)
class Draft:
    """A checked agreement with its text."""

    agreement: Agreement
    document: Document
    settings: Settings = field(default_factory=Settings)

    @cached_property
    def declarations(self) -> Mapping[str, n.Decl]:
        """The declarations by name (parties and nonparties by code); heads, terms and the like have no name."""
        found: dict[str, n.Decl] = {}
        for decl in self.agreement.declarations:
            name = getattr(decl, "name", None) or getattr(decl, "code", None)
            if isinstance(name, str) and not isinstance(decl, n.AgreementDecl):
                found[name] = decl
        return found

    # ------------------------------------------------------------ what leads to what

    @cached_property
    def effects_of(self) -> Mapping[str, tuple[str, ...]]:
        """For each trigger, decision, determination, norm and effect: what it brings to life, in one step, sorted."""
        a = self.agreement
        edges: dict[str, set[str]] = {
            name: set() for name in (*a.triggers, *a.decisions, *a.determinations, *a.norms, *a.automatics)
        }

        def edge(cause: str, effect: str | None) -> None:
            if effect is not None:
                edges.setdefault(cause, set()).add(effect)

        for effect in a.automatics.values():
            for signal in effect.upon:
                edge(signal.name, effect.name)
        for norm in a.norms.values():
            for signal in norm.upon:
                edge(signal.name, norm.name)
            if norm.if_breached is not None:
                edge(norm.name, norm.if_breached[1])
            edge(norm.name, norm.if_refused)
        for decision in a.decisions.values():
            for signal in decision.opens_upon:
                edge(signal.name, decision.name)
            edge(decision.name, decision.if_silent_escalates_to)
            edge(decision.name, decision.if_rejected_escalates_to)
        for determination in a.determinations.values():
            edge(determination.of, determination.name)
            edge(determination.name, determination.escalates_to)
        for trigger in a.triggers.values():
            for other in trigger.adds_to:
                edge(trigger.name, other)
            for atom in atoms(trigger.when):
                if isinstance(atom, n.TMet):
                    edge(atom.name, trigger.name)
        return {name: tuple(sorted(after)) for name, after in edges.items()}

    @cached_property
    def causes_of(self) -> Mapping[str, tuple[str, ...]]:
        """The other way round: what brings each to life, in one step, sorted."""
        back: dict[str, set[str]] = {name: set() for name in self.effects_of}
        for cause, effects in self.effects_of.items():
            for effect in effects:
                back.setdefault(effect, set()).add(cause)
        return {name: tuple(sorted(causes)) for name, causes in back.items()}

    def downstream(self, name: str) -> tuple[str, ...]:
        """Everything that `name` can bring about, nearest first."""
        return _reach(self.effects_of, name)

    def upstream(self, name: str) -> tuple[str, ...]:
        """Everything that can bring `name` about, nearest first."""
        return _reach(self.causes_of, name)

    @cached_property
    def budget(self) -> int:
        """How many records a searching rule may evaluate: those of the settings, and of a large text fewer, as its records
        grow with it.
        """
        size = len(self.agreement.declarations)
        return self.settings.budget if size <= _LARGE else max(5, self.settings.budget * _LARGE**2 // size**2)

    @cached_property
    def levers(self) -> tuple[Path, ...]:
        """Every path on which one actor stops a consequence (`casus.voting`)."""
        return levers(self.agreement)

    # ------------------------------------------------------------ who

    @cached_property
    def watched(self) -> frozenset[str]:
        """The actors whose conduct the triggers, definitions and prohibitions are about.

        They are those named after `by` (and those whose acts can be attributed to them), and the debtors of prohibitions. A
        text that names nobody watches nobody. It is a word for a place in the text, not a judgement.
        """
        a = self.agreement
        found: set[str] = set()
        for trigger in a.triggers.values():
            for atom in atoms(trigger.when):
                found |= a.by(getattr(atom, "by", None)) or frozenset()
        for decl in a.definitions.values():
            for part in conditions(decl.where):
                if isinstance(part, n.CBy):
                    found |= set(part.codes)
        for norm in a.norms.values():
            if norm.kind == "prohibition":
                found |= set(a.who(norm.debtor))
        found |= {x.actor for x in a.attributables if x.to in found}
        return frozenset(found)

    @cached_property
    def protected(self) -> frozenset[str]:
        """The creditors of duties of assistance; where none is named, the parties that have the role `beneficiary`."""
        a = self.agreement
        named = {code for norm in a.norms.values() if norm.act and norm.act.verb in HELP for code in a.who(norm.creditor)}
        return frozenset(named or {p.code for p in a.parties.values() if "beneficiary" in p.roles})

    # ------------------------------------------------------------ triggers

    def read_by(self, trigger: str) -> frozenset[str]:
        """The definitions, exceptions, event types and estimates that the condition of a trigger reads, by any way."""
        a = self.agreement
        found: set[str] = set()
        todo = [name for atom in atoms(a.triggers[trigger].when) for name in _named(atom)]
        while todo:
            name = todo.pop()
            if name in found or name in a.triggers:
                continue
            found.add(name)
            if name in a.definitions:
                todo += [*a.definitions[name].means, *_asked(a.definitions[name].where)]
                todo += [e.name for e in a.exceptions_to(name)]
            elif name in a.exceptions:
                todo += [*_asked(a.exceptions[name].when), *(e.name for e in a.exceptions_to(name))]
        return frozenset(found)


def _named(atom: n.TAtom) -> Iterator[str]:
    for attribute in ("name", "other", "after", "first", "second"):
        value = getattr(atom, attribute, None)
        if isinstance(value, str):
            yield value


def _asked(cond: n.Cond | None) -> Iterator[str]:
    for part in conditions(cond) if cond is not None else ():
        if isinstance(part, n.CRef | n.CFollows | n.CCured):
            yield part.name


def _reach(edges: Mapping[str, tuple[str, ...]], start: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    todo = list(edges.get(start, ()))
    while todo:
        name = todo.pop(0)
        if name not in found:
            found[name] = None
            todo += edges.get(name, ())
    return tuple(found)
