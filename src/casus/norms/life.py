"""The agreement's own life: consent, entry into force, membership, denunciation, extension, expiry, suspension.

Force is [entry, end), suspended is [adoption, end). A party is bound from the later of entry into force and its own
consent. `counts_from` is F, before which no event counts (semantics, sections 5 and 7).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.time import BEGINNING, Duration, Instant, Occurred


@dataclass(frozen=True, slots=True)
class Suspended:
    """A stretch of suspension [start, end)."""

    start: Instant
    end: Instant
    renewals: int = 0


@dataclass(slots=True)
class Life:
    """Mutable; owned by one fold. `step` is called at each instant, after the entries of that instant were told."""

    agreement: Agreement
    since: Instant | None = None
    """Force begins: the knowledge instant of the act that completes it."""
    start: Instant | None = None
    """F: that act's occurrence."""
    expires: Instant | None = None
    ended: Instant | None = None
    lapsed: Instant | None = None
    """The offer lapsed: the consents were not there by the instant of `consent until`."""
    provisional: dict[str, Instant] = field(default_factory=dict)
    """Who applies the agreement before force, and since when."""
    provisional_since: Instant | None = None
    """The first time that anybody said so."""
    provisional_start: Instant | None = None
    """The occurrence of that act."""
    admitted: dict[str, Instant] = field(default_factory=dict)
    """When a party of `accession of` was admitted."""
    required: dict[str, tuple[Instant, Occurred]] = field(default_factory=dict)
    """The events that `requires` names and that are on the record: since when known to be, and when they occurred."""
    consents: dict[str, tuple[Instant, Occurred]] = field(default_factory=dict)
    notices: dict[str, Instant] = field(default_factory=dict)
    left: dict[str, Instant] = field(default_factory=dict)
    objections: list[tuple[str, Instant]] = field(default_factory=list)
    suspensions: list[Suspended] = field(default_factory=list)
    history: list[tuple[Instant, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        term = self.agreement.term
        if term is None or (term.in_force_from is None and term.ratified_by is None and not term.requires):
            self._enter(BEGINNING, BEGINNING)

    # ------------------------------------------------------------ told by entries

    def ratified(self, t: Instant, party: str, occurred: Occurred) -> str | None:
        """A party's consent. Gives the reason where it has no effect."""
        if party not in self.agreement.parties:
            return f"{party} is not a party"
        if party in self.consents:
            return f"{party} has consented already"
        if self.offered is not None and t > self.offered:
            return f"consent could be given until {self.offered}"
        self.consents[party] = (t, occurred)
        return None

    def applied(self, t: Instant, party: str, occurred: Occurred, ended: bool) -> str | None:
        """A party applies the agreement provisionally, or no longer does. Gives the reason where it has no effect."""
        term = self.agreement.term
        if party not in self.agreement.parties:
            return f"{party} is not a party"
        if term is None or not term.provisionally:
            return "the text knows no provisional application"
        if ended:
            return None if self.provisional.pop(party, None) is not None else f"{party} does not apply it provisionally"
        if self.since is not None or self.lapsed is not None:
            return "the agreement is in force" if self.since is not None else "the offer has lapsed"
        if party in self.provisional:
            return f"{party} applies it provisionally already"
        self.provisional[party] = t
        if self.provisional_since is None:
            self.provisional_since, self.provisional_start = t, occurred.hi
        self.history.append((t, f"{party} applies it provisionally"))
        return None

    def adopted(self, t: Instant, decision: str) -> None:
        """A decision was adopted: it admits those of `accession of` that have consented."""
        term = self.agreement.term
        if term is None or term.accession_when != decision:
            return
        for party in self.agreement.who(term.accession_of):
            if party in self.consents and party not in self.admitted:
                self.admitted[party] = t
                self.history.append((t, f"{party} is admitted"))

    def denounced(self, t: Instant, party: str) -> str | None:
        term = self.agreement.term
        if party not in self.agreement.parties:
            return f"{party} is not a party"
        if term is None or term.withdrawal_notice is None:
            return "the text knows no withdrawal"
        if not self.bound(party, t):
            return f"{party} is not bound"
        if party in self.notices:
            return f"{party} has given notice already"
        self.notices[party] = self.agreement.clock.add(t, term.withdrawal_notice.period)
        self.history.append((t, f"{party} gives notice of withdrawal"))
        return None

    def objected(self, t: Instant, party: str) -> str | None:
        term = self.agreement.term
        if term is None or term.extends is None:
            return "the text knows no extension to object to"
        if party not in self.agreement.members(term.extends.group):
            return f"{party} is not one of {term.extends.group}"
        if not self.bound(party, t):
            return f"{party} is not bound"
        self.objections.append((party, t))
        return None

    @property
    def awaits(self) -> tuple[str, ...]:
        """The event types without which force cannot begin, as long as it has not."""
        return self.agreement.term.requires if self.agreement.term is not None and self.since is None else ()

    def happened(self, t: Instant, name: str, occurred: Iterable[Occurred]) -> None:
        """Which events of a type that `requires` names are on the record at t. The earliest of the first ones stands."""
        first = min(occurred, key=lambda o: (o.hi.us, o.lo.us), default=None)
        if first is None:
            self.required.pop(name, None)
        else:
            self.required.setdefault(name, (t, first))

    # ------------------------------------------------------------ stepped by time

    def step(self, t: Instant, barred: bool) -> bool:
        """What is due at t: entry, departures (none while `barred`), extension, expiry. Gives whether anything changed."""
        before = (self.since, self.expires, self.ended, len(self.left), self.lapsed)
        self._entry(t)
        self._offer(t)
        if self.since is not None and self.ended is None:
            self._departures(t, barred)
            self._end(t)
        return before != (self.since, self.expires, self.ended, len(self.left), self.lapsed)

    def _offer(self, t: Instant) -> None:
        """Without the consents that it needs by the instant of `consent until` the text lapses."""
        term, until = self.agreement.term, self.offered
        if until is None or term is None or self.since is not None or self.lapsed is not None or t < until:
            return
        if term.ratified_by is not None and not self._ratified(term.ratified_by):
            self.lapsed = until
            self.history.append((until, "the offer lapsed"))

    def _entry(self, t: Instant) -> None:
        term = self.agreement.term
        if self.since is not None or term is None or self.lapsed is not None:
            return
        acts = [*self.consents.values(), *self.required.values()]
        complete = (term.ratified_by is None or self._ratified(term.ratified_by)) and set(term.requires) <= set(self.required)
        if not complete:
            return
        if term.in_force_from is not None:
            moment = self.agreement.instant(term.in_force_from)
            waits = term.ratified_by is not None or bool(term.requires)
            if moment <= t:
                self._enter(max(moment, t) if waits else moment, moment)
        elif term.ratified_by is not None or term.requires:
            completing = [occurred.hi for known, occurred in acts if known == t]
            self._enter(t, max(completing, default=t))

    def _enter(self, since: Instant, start: Instant) -> None:
        self.since, self.start = since, start
        term = self.agreement.term
        if term is not None and term.lasts is not None:
            self.expires = self.agreement.clock.add(since, term.lasts.period)
        if since > BEGINNING:
            self.history.append((since, "in force"))

    def _ratified(self, partyset: n.PartySet) -> bool:
        """`and` and `every` are conditions; `n of G` asks for n different ones."""
        return all(self._atom_ratified(atom) for atom in partyset.atoms)

    def _atom_ratified(self, atom: n.Every | n.KOf | n.Named) -> bool:
        parties = [code for code in self.agreement.members(atom.name) if code in self.agreement.parties]
        given = sum(1 for code in parties if code in self.consents)
        return given >= int(atom.number) if isinstance(atom, n.KOf) else given == len(parties)

    def _departures(self, t: Instant, barred: bool) -> None:
        """A barred notice runs, but takes effect only at the bar's end."""
        for party, effect in sorted(self.notices.items()):
            if effect <= t and not barred and party not in self.left:
                self.left[party] = t
                self.history.append((t, f"the withdrawal of {party} takes effect"))

    def _end(self, t: Instant) -> None:
        while self.expires is not None and self.expires <= t and self.ended is None:
            if self._extended(self.expires):
                continue
            self.ended = self.expires
            self.history.append((self.ended, "expired"))

    def _extended(self, expiry: Instant) -> bool:
        """Objections count if known ≤ the stated instant, whenever they were made; extension repeats."""
        term = self.agreement.term
        if term is None or term.extends is None:
            return False
        extends = term.extends
        stated = expiry - extends.before.duration
        objectors = {party for party, known in self.objections if known <= stated}
        if len(objectors) >= int(extends.number):
            return False
        self.expires = self.agreement.clock.add(expiry, extends.period.period)
        self.history.append((expiry, f"extended until {self.expires}"))
        return True

    def suspend(self, t: Instant) -> bool:
        """The suspending decision was adopted at t. While suspended it renews, as often as the text allows."""
        decl = self.agreement.suspension
        if decl is None or not self.in_force(t):
            return False
        length = decl.at_most.duration
        running = self.suspension_at(t)
        if running is None:
            self.suspensions.append(Suspended(t, t + length))
            self.history.append((t, f"suspended until {t + length}"))
            return True
        if decl.renewable is None or running.renewals >= int(decl.renewable):
            return False
        longer = Suspended(running.start, running.end + length, running.renewals + 1)
        self.suspensions[self.suspensions.index(running)] = longer
        self.history.append((t, f"suspension renewed until {longer.end}"))
        return True

    # ------------------------------------------------------------ asked for

    @property
    def counts_from(self) -> Instant | None:
        """F: events count from it; `counts from` in the text takes its place. None: nothing counts yet."""
        stated = self.agreement.header.counts_from
        if stated is not None:
            return self.agreement.instant(stated)
        return self.provisional_start if self.provisional_start is not None else self.start

    @property
    def offered(self) -> Instant | None:
        """Until when consent can be given; None: for ever."""
        term = self.agreement.term
        return self.agreement.instant(term.consent_until) if term is not None and term.consent_until is not None else None

    def active(self, t: Instant) -> bool:
        """Whether an activation has effect: in force, or applied by somebody before force."""
        return self.in_force(t) or (self.since is None and self.lapsed is None and bool(self.provisional))

    def provisionally(self, t: Instant, name: str) -> bool:
        """Whether a norm applies at t before force."""
        term = self.agreement.term
        return term is not None and name in term.provisionally and self.since is None and self.active(t)

    def in_force(self, t: Instant) -> bool:
        return self.since is not None and self.since <= t and (self.ended is None or t < self.ended)

    def suspension_at(self, t: Instant) -> Suspended | None:
        return next((s for s in self.suspensions if s.start <= t < s.end), None)

    def is_suspended(self, t: Instant, name: str | None = None) -> bool:
        """Whether the agreement is suspended at t and, for a norm or an effect, not exempt by `never suspends`."""
        decl = self.agreement.suspension
        if decl is None or (name is not None and name in decl.never_suspends):
            return False
        return self.suspension_at(t) is not None

    def bound_since(self, party: str) -> Instant | None:
        """The later of entry into force and the party's own consent."""
        if self.since is None:
            return None
        if party in self.agreement.bodies:
            return self.since
        term = self.agreement.term
        if term is not None and term.accession_of is not None and party in self.agreement.who(term.accession_of):
            if party not in self.consents or party not in self.admitted:
                return None
            return max(self.since, self.consents[party][0], self.admitted[party])
        if term is None or term.ratified_by is None:
            return self.since
        if party not in self.consents:
            return None
        return max(self.since, self.consents[party][0])

    def bound(self, party: str, t: Instant) -> bool:
        since = self.bound_since(party)
        return self.in_force(t) and since is not None and since <= t and party not in self.left

    def bound_among(self, codes: Iterable[str], t: Instant) -> tuple[str, ...]:
        return tuple(code for code in codes if self.bound(code, t))

    def survives(self, name: str) -> bool:
        """Whether the text lets a norm or an effect survive expiry."""
        term = self.agreement.term
        return term is not None and any(name in part.names for part in term.survives)

    def outlives(self, name: str, t: Instant) -> bool:
        """Whether it still survives at t, after expiry."""
        term, ended = self.agreement.term, self.ended
        if term is None or ended is None:
            return False
        return any(
            name in part.names and (part.period is None or t < self.agreement.clock.add(ended, part.period.period))
            for part in term.survives
        )

    def moved(self, due: Instant, activated: Instant, over: Suspended) -> Instant:
        """A due d ≥ a of an instance moves by b − max(a, activation)."""
        if due < over.start:
            return due
        shift: Duration = over.end - max(over.start, activated)
        return due + shift if shift.us > 0 else due

    def as_moved(self, due: Instant | None, activated: Instant, name: str, t: Instant) -> Instant | None:
        """A due as it stands at t: a suspension that runs has moved it already, by as much as is known now."""
        running = self.suspension_at(t)
        if due is None or running is None or not self.is_suspended(t, name):
            return due
        return self.moved(due, activated, running)

    def timers(self) -> Iterable[tuple[Instant, str]]:
        """Instants at which the life itself changes, with their kind."""
        term = self.agreement.term
        if term is not None and self.since is None and term.in_force_from is not None:
            yield self.agreement.instant(term.in_force_from), "entry"
        if self.offered is not None and self.since is None and self.lapsed is None:
            yield self.offered, "offer"
        if self.expires is not None and self.ended is None:
            yield self.expires, "extension" if term is not None and term.extends is not None else "expiry"
        for part in term.survives if term is not None else ():
            if part.period is not None and self.ended is not None:
                yield self.agreement.clock.add(self.ended, part.period.period), "survival"
        for party, effect in self.notices.items():
            if party not in self.left:
                yield effect, "withdrawal"
        for suspended in self.suspensions:
            yield suspended.end, "suspension_end"
