"""A checked agreement: every name resolves, every table row is there, every zone is loaded and matches its pin.

This is what the floors above read. It is made by `casus.language.check` only; nothing here can fail for a user's mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from casus.geo import Region
from casus.language import nodes as n
from casus.language.scenario import Scenario
from casus.time import Clock, Instant

NearKey = tuple[n.Length, n.ZoneExpr]
"""A distance to a zone, as `at within 5 km of contact_line` states it."""


@dataclass(frozen=True, slots=True)
class Table:
    """An annex table as data: `id` is the slug of its heading (`annex-ii`)."""

    id: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A heading of the text with the prose under it (fences left out)."""

    id: str
    title: str
    prose: str
    line: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """`hash` covers text, zones, annexes and mappings (`sha256:…`)."""

    name: str
    hash: str
    path: str
    header: n.AgreementDecl
    clock: Clock
    declarations: tuple[n.Decl, ...]
    articles: Mapping[str, Article]
    tables: Mapping[str, Table]
    regions: Mapping[str, Region]
    scenarios: tuple[Scenario, ...]

    roles: frozenset[str]
    parties: Mapping[str, n.PartyDecl]
    bodies: Mapping[str, n.BodyDecl]
    nonparties: Mapping[str, n.NonpartyDecl]
    groups: Mapping[str, n.GroupDecl]
    events: Mapping[str, n.EventDecl]
    ladders: Mapping[str, n.LadderDecl]
    findings: Mapping[str, n.FindingDecl]
    determinations: Mapping[str, n.DeterminationDecl]
    attributables: tuple[n.AttributableDecl, ...]
    estimates: Mapping[str, n.EstimateDecl]
    baselines: Mapping[str, n.BaselineDecl]
    definitions: Mapping[str, n.DefineDecl]
    exceptions: Mapping[str, n.ExceptionDecl]
    triggers: Mapping[str, n.TriggerDecl]
    """In dependency order: a trigger that counts another (`X met n times`) comes after it."""
    decisions: Mapping[str, n.DecisionDecl]
    norms: Mapping[str, n.NormDecl]
    automatics: Mapping[str, n.AutomaticDecl]
    schedules: Mapping[str, n.ScheduleDecl]
    weights: Mapping[str, n.WeightsDecl]
    packages: Mapping[str, n.PackageDecl]
    phases: Mapping[str, n.PhaseDecl]
    term: n.TermDecl | None
    suspension: n.SuspensionDecl | None
    others: tuple[n.Decl, ...] = field(default=())
    """Templates, readings, options, uses: kept and shown, without effect on an evaluation."""
    chosen: tuple[str, ...] = ()
    """The options and readings that were put into the text."""
    sources: Mapping[str, n.SourceDecl] = field(default_factory=dict)
    questions: Mapping[str, n.QuestionDecl] = field(default_factory=dict)
    claims: Mapping[str, n.ClaimDecl] = field(default_factory=dict)
    concessions: Mapping[str, n.ConcessionDecl] = field(default_factory=dict)
    options: Mapping[str, n.OptionDecl] = field(default_factory=dict)
    readings: Mapping[str, n.ReadingDecl] = field(default_factory=dict)
    wordings: Mapping[str, n.WordingDecl] = field(default_factory=dict)
    steps: Mapping[str, n.StepDecl] = field(default_factory=dict)
    procedures: Mapping[str, n.ProcedureDecl] = field(default_factory=dict)
    contributions: Mapping[str, n.ContributionDecl] = field(default_factory=dict)
    ceasefires: Mapping[str, n.CeasefireDecl] = field(default_factory=dict)
    disputes: Mapping[str, n.DisputeDecl] = field(default_factory=dict)
    opens: tuple[n.OpenDecl, ...] = ()
    bases: tuple[n.BasisDecl, ...] = ()
    positions: tuple[n.PositionDecl, ...] = ()
    copies: tuple[n.CopyDecl, ...] = ()
    zone_expressions: Mapping[n.ZoneExpr, Region] = field(default_factory=dict)
    distances: Mapping[NearKey, Region] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    """The SHA-256 (hex) of each file that the text is pinned to, by its path."""

    def silent(self, name: str | None, what: str) -> bool:
        """Whether the text is declared to be silent on something of a declaration (None: of the agreement)."""
        return any(gap.of == name and gap.what == what for gap in self.opens)

    def resting_on(self, decl: n.Decl) -> tuple[n.BasisDecl, ...]:
        """The sources that a declaration rests on: those that name it, and those of its article that name nothing."""
        name = getattr(decl, "name", getattr(decl, "code", None))
        return tuple(b for b in self.bases if (name in b.of if b.of else b.article == decl.article))

    def region(self, zone: n.ZoneExpr) -> Region:
        """The region of a zone wherever the text uses one: a name, or an expression after `in`."""
        return self.regions[zone.name] if isinstance(zone, n.ZName) else self.zone_expressions[zone]

    def near(self, length: n.Length, zone: n.ZoneExpr) -> Region:
        """The region of `within 5 km of zone` in a condition."""
        return self.distances[(length, zone)]

    def instant(self, moment: n.Moment) -> Instant:
        """An instant of the text; a date alone is its 00:00 on the agreement's clock."""
        return self.clock.parse(moment.text)

    def members(self, name: str) -> tuple[str, ...]:
        """The codes behind the name of a role, a group, a party, a nonparty; a body stands for itself. Sorted."""
        group = self.groups.get(name)
        while group is not None and isinstance(group.members, n.Every):
            name = group.members.name
            group = self.groups.get(name)
        if group is not None and not isinstance(group.members, n.Every):
            return tuple(sorted(group.members))
        if name in self.parties or name in self.nonparties or name in self.bodies:
            return (name,)
        with_role = [p.code for p in self.parties.values() if name in p.roles]
        with_role += [b.name for b in self.bodies.values() if name in b.roles]
        return tuple(sorted(with_role))

    def who(self, partyset: n.PartySet | None) -> tuple[str, ...]:
        """The union of what a partyset names. Sorted."""
        if partyset is None:
            return ()
        return tuple(sorted({code for atom in partyset.atoms for code in self.members(atom.name)}))

    def by(self, by: n.By | None) -> frozenset[str] | None:
        """The actors of a `by`; None where there is none."""
        if by is None:
            return None
        return frozenset(self.members(by.name)) if by.name is not None else frozenset(by.codes)

    def event_types(self, name: str) -> frozenset[str]:
        """The event types of which an event type, a definition or an exception is made."""
        found: set[str] = set()
        seen: set[str] = set()
        todo = [name]
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self.events:
                found.add(name)
            elif name in self.definitions:
                todo.extend(self.definitions[name].means)
            elif name in self.exceptions:
                todo.append(self.exceptions[name].to)
        return frozenset(found)

    def exceptions_to(self, name: str) -> tuple[n.ExceptionDecl, ...]:
        return tuple(e for e in self.exceptions.values() if e.to == name)

    def row(self, schedule: str, key: str) -> Mapping[str, str]:
        """The annex row of a debtor (the checker has made sure that it is there)."""
        decl = self.schedules[schedule]
        return next(row for row in self.tables[decl.table].rows if row[decl.key] == key)

    def granted(self, body: str, ladder: str) -> int | None:
        """The index of the highest rung that a body grants on a ladder; None if it grants none."""
        decl = self.ladders[ladder]
        granted = [decl.rungs.index(level.name) for level in decl.levels for source in level.sources if source.body == body]
        return max(granted, default=None)
