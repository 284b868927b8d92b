"""Obligations, prohibitions and powers: one instance for each (norm, cause, debtor), through its life.

`Duties.step` is called by the fold at each instant with the signals of that instant, after entries, triggers and
decisions. States follow semantics section 7: in force → fulfilled | breached (→ cured) | waived | lapsed | replaced, and for
a power exercised | refused. What an instance says of itself (breach, fulfilment, …) comes out as signals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.norms.amounts import required_amount, whole_periods
from casus.norms.instances import RUNNING, Events, Instance, Service
from casus.norms.life import Life, Suspended
from casus.norms.signals import Anchors, Raised, SignalKind, due_instant
from casus.time import Duration, Instant

_LONGEST_MONTH = 31 * 86_400_000_000


class Duties:
    """All norm instances of one evaluation."""

    def __init__(self, agreement: Agreement, life: Life, events: Events) -> None:
        self.agreement = agreement
        self.life = life
        self.events = events
        self.instances: dict[str, Instance] = {}
        self.by_norm: dict[str, list[Instance]] = {name: [] for name in agreement.norms}
        self.services: dict[str, dict[str, Service]] = {name: {} for name in agreement.norms}
        """The acts that may serve (or, of a prohibition, breach) each norm, by id."""
        self.changed: dict[str, set[str]] = {name: set() for name in agreement.norms}
        self.called = {
            called
            for decl in agreement.norms.values()
            for called in (decl.if_breached[1] if decl.if_breached else None, decl.if_refused)
            if called is not None
        } | {decl.remedy for decl in agreement.disputes.values() if decl.remedy is not None}
        self.touched: set[str] = set()
        """Norms of which an instance was made or opened again since they were last looked at."""

    # ------------------------------------------------------------ told by entries

    def tell(self, name: str, identity: str, service: Service | None) -> None:
        """An act may serve a norm now, or (None) no longer does."""
        if self.services[name].get(identity) == service:
            return
        if service is None:
            self.services[name].pop(identity, None)
        else:
            self.services[name][identity] = service
        self.changed[name].add(identity)

    def approve(self, t: Instant, member: str, name: str, yes: bool) -> str | None:
        """A national approval or refusal, for the oldest instance that waits for it. Gives why it has no effect."""
        for instance in self.by_norm[name]:
            if instance.state in RUNNING and not instance.approved and member in instance.debtors:
                if yes:
                    instance.approved = True
                    instance.history.append((t, "approved", f"{member} approves"))
                else:
                    self._refuse(t, instance, f"{member} refuses")
                self.touched.add(name)
                return None
        return f"no instance of {name} waits for an approval by {member}"

    def waive(self, t: Instant, member: str, name: str, debtor: str | None) -> str | None:
        found = False
        for instance in self.by_norm[name]:
            if instance.open and member in instance.creditors and debtor in (None, *instance.debtors):
                instance.become(t, "waived", f"{member} waives")
                found = True
        return None if found else f"{member} is creditor of no open instance of {name}"

    # ------------------------------------------------------------ activation

    def activate(self, t: Instant, signals: Iterable[Raised]) -> bool:
        """Bring to life what the signals call for. Under suspension nothing is, but what is exempt; nor later."""
        changed = False
        for decl in self.agreement.norms.values():
            for signal in signals if decl.every is None else ():
                if self._answers(decl, signal):
                    changed |= self._activate(t, decl, signal)
        return changed

    def _answers(self, decl: n.NormDecl, signal: Raised) -> bool:
        if any(signal.answers(upon) for upon in decl.upon) or (signal.kind == "call" and decl.name in signal.names):
            return True
        begins = signal.kind == "begins" and not decl.upon and decl.name not in self.called
        return begins and any(name in decl.during for name in signal.names)

    def stand(self, t: Instant) -> bool:
        """Norms that stand without a cause (`always`, or `every` period), for every debtor that is bound by now."""
        changed = False
        for decl in self.agreement.norms.values():
            if decl.upon or decl.name in self.called or self.agreement.silent(decl.name, "start"):
                continue
            if decl.every is not None and isinstance(decl.every.start, n.Moment):
                start = self.agreement.instant(decl.every.start)
            elif decl.during and decl.every is None:
                continue
            elif self.life.since is not None:
                start = self.life.since
            elif self.life.provisional_since is not None and decl.every is None:
                start = self.life.provisional_since
            else:
                continue
            signal = Raised("met", (decl.name,), "force", frozenset(), start, Anchors())
            if decl.every is not None:
                changed |= self._period(t, decl, signal, start)
            elif self.life.active(t):
                changed |= self._activate(t, decl, signal)
        return changed

    def repeat(self, t: Instant, signals: Iterable[Raised]) -> bool:
        """Norms due `every` period from the activation of each of their causes."""
        changed = False
        for decl in self.agreement.norms.values():
            if decl.every is not None and decl.upon:
                for signal in signals:
                    if any(signal.answers(upon) for upon in decl.upon):
                        changed |= self._period(t, decl, signal, signal.t)
        return changed

    def periods(self, decl: n.NormDecl, start: Instant, after: Instant) -> tuple[int, Instant]:
        """The number and the instant of the first period that starts after an instant."""
        assert decl.every is not None
        number = max(0, (after - start).us // _LONGEST_MONTH // max(1, decl.every.period.period.months) - 1)
        while (at := self.agreement.clock.add(start, decl.every.period.period * number)) <= after:
            number += 1
        return number, at

    def last_period(self, decl: n.NormDecl, start: Instant) -> Instant | None:
        """Before which instant the last period begins; None: there is no last one."""
        length = decl.every.length if decl.every is not None else None
        return self.agreement.clock.add(start, length.period) if length is not None else None

    def _period(self, t: Instant, decl: n.NormDecl, signal: Raised, start: Instant) -> bool:
        assert decl.every is not None
        if start > t:
            return False
        number, _ = self.periods(decl, start, t)
        at = self.agreement.clock.add(start, decl.every.period.period * (number - 1))
        last = self.last_period(decl, start)
        if at != t or (last is not None and at >= last):
            return False
        cause = f"{signal.cause} period {number}"
        return self._activate(t, decl, replace(signal, kind="met", cause=cause, t=t))

    def _activate(self, t: Instant, decl: n.NormDecl, signal: Raised) -> bool:
        life = self.life
        provisional = life.provisionally(t, decl.name)
        outlives = life.survives(decl.name) and signal.debtors is not None and life.since is not None
        if not life.in_force(t) and not outlives and not provisional:
            return False
        if life.is_suspended(t, decl.name):
            return False
        if decl.unless is not None and self.events.until(decl.unless, None, t):
            return False
        if decl.during and not self.events.on(decl.during):
            return False
        debtors = tuple(x for x in self.agreement.who(decl.debtor) if life.bound(x, t) or not life.in_force(t))
        if provisional:
            debtors = tuple(x for x in debtors if x in life.provisional or x in self.agreement.bodies)
        if signal.debtors is not None and set(signal.debtors) & set(debtors):
            debtors = tuple(x for x in debtors if x in signal.debtors)
        debtors = tuple(x for x in debtors if x not in signal.outside and (signal.only is None or x in signal.only))
        if not debtors and (signal.outside or signal.only is not None):
            return False
        groups = [debtors] if decl.sharing != "several" and debtors else [(x,) for x in debtors]
        return sum(self._create(t, decl, signal, group) for group in groups) > 0

    def _tier(self, decl: n.NormDecl) -> str | None:
        """The last written of the tiers whose phase is on."""
        return next((tier.phase for tier in reversed(decl.tiers) if self.events.on((tier.phase,))), None)

    def _required(
        self, decl: n.NormDecl, debtors: tuple[str, ...], tier: str | None, activated: Instant
    ) -> tuple[str, Decimal] | None:
        start = decl.every.start if decl.every is not None else None
        base = self.agreement.instant(start) if isinstance(start, n.Moment) else self.life.since
        periods = whole_periods(self.agreement, decl.indexed, base, activated)
        return required_amount(self.agreement, decl, debtors, tier, periods)

    def _create(
        self, t: Instant, decl: n.NormDecl, signal: Raised, debtors: tuple[str, ...], stands_for: str | None = None
    ) -> bool:
        identity = f"{decl.name}/{'+'.join(debtors)}/{signal.cause}"
        if identity in self.instances:
            return False
        instance = Instance(
            id=identity,
            decl=decl,
            debtors=debtors,
            creditors=self.agreement.who(decl.creditor),
            cause=signal.cause,
            roots=signal.roots,
            anchors=signal.anchors,
            activated=t,
            due=self._due(decl, debtors, t, signal.anchors),
            lapses=self._at(decl.lapses, t, signal.anchors),
            approval=self._at(decl.approval, t, signal.anchors),
            required=self._required(decl, debtors, tier := self._tier(decl), t),
            tier=tier,
            stands_for=stands_for,
            outside=signal.outside,
            approved=decl.approval is None,
        )
        if decl.waits_for and not self._done(decl):
            instance.state = "waiting"
            instance.due = instance.lapses = instance.approval = None
        instance.history.append((t, instance.state, f"upon {signal.cause}"))
        self.instances[identity] = instance
        self.by_norm[decl.name].append(instance)
        self.by_norm[decl.name].sort(key=lambda i: (i.activated.us, i.cause, i.debtors))
        self.touched.add(decl.name)
        return True

    def _due(self, decl: n.NormDecl, debtors: tuple[str, ...], t: Instant, anchors: Anchors) -> Instant | None:
        if not isinstance(decl.due, n.DueColumn):
            return self._at(decl.due, t, anchors)
        column = decl.due.column
        days = max(int(self.agreement.row(column.schedule, x)[column.column].replace("_", "")) for x in debtors)
        start = self._at(n.DueAt(decl.due.anchor), t, anchors)
        return start + Duration.of(days=days) if start is not None else None

    def _at(self, due: n.Due | None, t: Instant, anchors: Anchors) -> Instant | None:
        if due is None:
            return None
        return due_instant(self.agreement, due, t, anchors, self.life.since, self.life.expires)

    # ------------------------------------------------------------ waiting, tiers, backup

    def awaited(self, decl: n.NormDecl) -> dict[str, tuple[Instance, ...]]:
        """What a norm still waits for: each norm that is not done, with those of its instances that are not."""
        found = {}
        for name in decl.waits_for:
            instances = self.by_norm[name]
            left = tuple(x for x in instances if x.open)
            if left or not instances:
                found[name] = left
        return found

    def _done(self, decl: n.NormDecl) -> bool:
        return not self.awaited(decl)

    def _release(self, t: Instant, instance: Instance) -> None:
        """What it waits for is done: its time runs from now, and nothing falls due before."""
        decl = instance.decl
        instance.released = t
        instance.become(t, "in_force", f"done: {', '.join(decl.waits_for)}")
        moved = (self._due(decl, instance.debtors, t, instance.anchors), self._at(decl.lapses, t, instance.anchors))
        approval = self._at(decl.approval, t, instance.anchors)
        instance.due, instance.lapses, instance.approval = (max(x, t) if x is not None else None for x in (*moved, approval))

    def rise(self, names: Iterable[str]) -> None:
        """Phases begin: what is owed in force rises to their tiers, and never falls."""
        begun = set(names)
        for instance in self.instances.values():
            tier = self._tier(instance.decl) if instance.state in RUNNING and instance.decl.tiers else None
            if tier is None or tier not in begun:
                continue
            higher = self._required(instance.decl, instance.debtors, tier, instance.activated)
            now = instance.required
            if higher is not None and now is not None and higher[0] == now[0] and higher[1] > now[1]:
                instance.tier, instance.required = tier, higher
                self.touched.add(instance.decl.name)

    def _stand_in(self, t: Instant, instance: Instance, cause: str) -> None:
        """The backups owe what the debtor has not done. A backup has none itself."""
        decl = instance.decl
        if decl.backup is None or instance.stands_for is not None or not self.life.in_force(t):
            return
        signal = Raised("call", (decl.name,), cause, instance.roots, t, instance.anchors, outside=instance.outside)
        for party in self.agreement.who(decl.backup):
            if self.life.bound(party, t) and party not in instance.debtors and not self.life.is_suspended(t, decl.name):
                self._create(t, decl, signal, (party,), instance.id)

    def _relieve(self, t: Instant, instance: Instance) -> None:
        """The debtor has performed: who stands in for it need not any more."""
        for backup in self.by_norm[instance.decl.name] if instance.decl.backup is not None else ():
            if backup.stands_for == instance.id and backup.state in RUNNING:
                backup.become(t, "lapsed", f"{', '.join(instance.debtors)} has performed")

    # ------------------------------------------------------------ absorption

    def absorb(self, t: Instant, of: Mapping[str, str]) -> bool:
        """Replace what a graver trigger has absorbed; `of` maps an activation's id to its trigger.

        Instances in force whose root is an activation of X are replaced when an absorbing trigger has activated the same
        norm for the same debtors; the new one has the earlier due and the performance so far.
        """
        changed = False
        for instances in self.by_norm.values():
            for new in instances:
                absorbed = {x for root in new.roots if root in of for x in self.agreement.triggers[of[root]].absorbs}
                for old in instances if absorbed else ():
                    if (
                        old is not new
                        and old.state == "in_force"
                        and old.debtors == new.debtors
                        and old.activated <= new.activated
                        and any(of.get(root) in absorbed for root in old.roots)
                        and new.state in ("in_force", "fulfilled")
                    ):
                        old.become(t, "replaced", f"by {new.id}")
                        if old.due is not None:
                            new.due = old.due if new.due is None else min(old.due, new.due)
                        new.acts.update(old.acts)
                        old.acts = {}
                        self.touched.add(new.decl.name)
                        changed = True
        return changed

    # ------------------------------------------------------------ a step of time

    def step(self, t: Instant) -> list[Raised]:
        """Serve, breach, lapse and refuse what is due at t; gives the signals."""
        raised: list[Raised] = []
        touched, self.touched = self.touched, set()
        for name, instances in self.by_norm.items():
            changed, self.changed[name] = self.changed[name], set()
            if (changed or name in touched) and instances:
                looked_at = set(self.services[name]) if name in touched else changed
                if self.agreement.norms[name].kind == "prohibition":
                    self._violate(instances, looked_at | changed)
                else:
                    self._serve(t, instances, looked_at, changed)
            for instance in list(instances):
                raised += self._advance(t, instance)
        waiting = [x for x in self.instances.values() if x.state == "waiting" and self._done(x.decl)]
        for instance in waiting:
            self._release(t, instance)
        return [*raised, *(self.step(t) if waiting or self.touched else ())]

    def _serve(self, t: Instant, instances: list[Instance], looked_at: set[str], changed: set[str]) -> None:
        """An act serves at most one instance: its actor's oldest open one with activation ≤ occurred, or the one it names."""
        services = self.services[instances[0].decl.name]
        if any(changed & set(instance.acts) for instance in instances):
            looked_at = set(services)  # what is given up here may leave room for an act that is already on the record
        for instance in instances:
            if changed & set(instance.acts):
                kept = {key: services[key] for key in instance.acts if key in services}
                instance.acts = {key: act for key, act in kept.items() if key not in changed or self._fits(instance, act)}
        self._settle(t, instances)
        taken = {key for instance in instances for key in instance.acts}
        free = [services[key] for key in looked_at if key in services and key not in taken]
        for service in sorted(free, key=lambda s: (s.known.us, s.occurred.lo.us, s.id)):
            for instance in instances:
                if instance.open and instance.approved and self._fits(instance, service):
                    instance.acts[service.id] = service
                    self._settle(t, [instance])
                    break

    def _fits(self, instance: Instance, service: Service) -> bool:
        if not service.actors & set(instance.debtors) or service.occurred.lo < instance.activated:
            return False
        named = {x for x in service.names if x in self.agreement.norms or x in self.instances}
        if named and instance.decl.name not in named and instance.id not in named:
            return False
        return service.whole or not self._added(instance) or self._pays(instance, service)

    def _pays(self, instance: Instance, service: Service) -> bool:
        return instance.required is not None and bool(service.money.get(instance.required[0]))

    def _added(self, instance: Instance) -> bool:
        """Whether serving acts are added up: an amount is owed, and what fulfils it has a field for money."""
        by = instance.decl.fulfilled_by
        kinds = self.agreement.event_types(by) if by is not None else frozenset[str]()
        money = any(f.type == "money" for kind in kinds for f in self.agreement.events[kind].fields)
        return instance.required is not None and money

    def _violate(self, instances: list[Instance], looked_at: set[str]) -> None:
        """A prohibition is breached by an event that occurred while it was in force and not suspended."""
        name = instances[0].decl.name
        for instance in instances:
            for identity in looked_at:
                event = self.services[name].get(identity)
                if (
                    event is not None
                    and instance.state in ("in_force", "breached")
                    and event.actors & set(instance.debtors)
                    and event.occurred.lo >= instance.activated
                    and not self.life.is_suspended(event.occurred.lo, name)
                ):
                    instance.acts[identity] = event
                else:
                    instance.acts.pop(identity, None)

    def _settle(self, t: Instant, instances: Iterable[Instance]) -> None:
        """Bring each state into line with the acts that serve it now."""
        for instance in instances:
            served = self._served(instance)
            done = "exercised" if instance.decl.kind == "power" else "fulfilled"
            if served and instance.state in RUNNING:
                instance.become(t, done, f"by {', '.join(instance.acts)}")
                self._relieve(t, instance)
            elif served and instance.state == "breached" and instance.still_due:
                instance.become(t, "cured", f"by {', '.join(instance.acts)}")
                self._relieve(t, instance)
            elif not served and instance.state == done and instance.decl.kind != "prohibition":
                waits = bool(instance.decl.waits_for) and instance.released is None and not self._done(instance.decl)
                instance.become(t, "waiting" if waits else "in_force", "what served it no longer does")
            elif not served and instance.state == "cured":
                instance.become(t, "breached", "what cured it no longer does")

    def _served(self, instance: Instance) -> bool:
        acts = instance.acts.values()
        if any(act.whole for act in acts) and instance.decl.sharing != "joint":
            return True
        if instance.required is not None and self._added(instance):
            whole = instance.decl.sharing == "joint" and self._all_acted(instance, [a for a in acts if a.whole])
            return bool(whole) or instance.performed >= instance.required[1]
        if instance.decl.sharing == "joint":
            return self._all_acted(instance, acts)
        return bool(instance.acts)

    def _all_acted(self, instance: Instance, acts: Iterable[Service]) -> bool:
        acted = {actor for act in acts for actor in act.actors}
        return acted >= set(instance.debtors)

    def _advance(self, t: Instant, instance: Instance) -> list[Raised]:
        raised: list[Raised] = []
        decl = instance.decl
        if decl.kind == "prohibition":
            if instance.state == "in_force" and instance.acts:
                first = min(instance.acts.values(), key=lambda s: (s.known.us, s.occurred.lo.us, s.id))
                instance.become(t, "breached", f"by {first.id}")
                raised += self._signal(t, instance, "breach")
            elif instance.state == "breached" and not instance.acts:
                instance.become(t, "in_force", "the event that breached it no longer counts")
        if instance.state in ("fulfilled", "exercised"):
            raised += self._signal(t, instance, "fulfilment" if instance.state == "fulfilled" else "exercise")
        if instance.state == "breached":
            raised += self._signal(t, instance, "breach")
        if instance.state == "lapsed" and not instance.signalled & {"refusal", "refusal pending"}:
            raised += self._signal(t, instance, "lapse")
        if instance.state not in RUNNING:
            return raised
        if decl.during and not self.events.on(decl.during):
            instance.become(t, "lapsed", f"{' and '.join(decl.during)} is over")
            return raised + self._signal(t, instance, "lapse")
        if decl.until is not None and self.events.until(decl.until, instance.activated, t):
            instance.become(t, "lapsed", "what it lasts until has come")
            return raised + self._signal(t, instance, "lapse")
        if self.life.is_suspended(t, decl.name) or instance.state == "waiting":
            return raised
        if not instance.approved and instance.approval is not None and instance.approval <= t:
            self._refuse(t, instance, "no answer by the time is a refusal")
        if instance.state == "refused" or "refusal pending" in instance.signalled:
            return raised + self._refused(t, instance)
        if decl.kind == "obligation" and instance.due is not None and instance.due <= t:
            instance.become(t, "breached", f"not known to be done by {instance.due}")
            return raised + self._signal(t, instance, "breach")
        if instance.lapses is not None and instance.lapses <= t:
            instance.become(t, "lapsed", f"at {instance.lapses}")
            raised += self._signal(t, instance, "lapse")
        return raised

    def _refuse(self, t: Instant, instance: Instance, why: str) -> None:
        instance.become(t, "refused" if instance.decl.kind == "power" else "lapsed", why)
        instance.signalled.add("refusal pending")

    def _refused(self, t: Instant, instance: Instance) -> list[Raised]:
        instance.signalled.discard("refusal pending")
        return self._signal(t, instance, "refusal")

    def refusals(self, t: Instant) -> list[Raised]:
        """The signals of refusals that entries of this instant brought."""
        waiting = [i for i in self.instances.values() if "refusal pending" in i.signalled]
        return [signal for instance in waiting for signal in self._refused(t, instance)]

    def _signal(self, t: Instant, instance: Instance, kind: SignalKind) -> list[Raised]:
        """Once for each instance; a breach or refusal also calls the norm that the text names for it."""
        if kind in instance.signalled:
            return []
        instance.signalled.add(kind)
        decl = instance.decl
        cause = f"{kind} of {instance.id}"
        chain = (cause, instance.roots, t, instance.anchors, instance.debtors, instance.outside)
        raised = [Raised(kind, (decl.name,), *chain)]
        called = (
            decl.if_breached[1] if kind == "breach" and decl.if_breached else decl.if_refused if kind == "refusal" else None
        )
        if called is not None:
            raised.append(Raised("call", (called,), *chain))
        if kind == "breach" and decl.if_breached is not None and decl.if_breached[0] == "instead":
            instance.still_due = False
        if kind == "breach":
            self._stand_in(t, instance, cause)
        return raised

    # ------------------------------------------------------------ the agreement's life

    def resume(self, over: Suspended) -> None:
        """A suspension ended: what was frozen moves by its length."""
        decl = self.agreement.suspension
        exempt = decl.never_suspends if decl is not None else ()
        for instance in self.instances.values():
            if instance.decl.name in exempt or instance.state != "in_force":
                continue
            moved = [
                self.life.moved(x, instance.begun, over) if x is not None else None
                for x in (instance.due, instance.lapses, instance.approval)
            ]
            instance.due, instance.lapses, instance.approval = moved

    def expire(self, t: Instant) -> bool:
        """At expiry instances in force that do not survive lapse; breached ones stay breached."""
        changed = False
        for instance in self.instances.values():
            if instance.state in RUNNING and not self.life.outlives(instance.decl.name, t):
                instance.become(t, "lapsed", "the agreement expired")
                changed = True
        return changed

    def leave(self, t: Instant, party: str) -> None:
        """Duties of a party whose denunciation takes effect lapse unless they survive."""
        for instance in list(self.instances.values()):
            if instance.state in RUNNING and party in instance.debtors and not self.life.survives(instance.decl.name):
                if len(instance.debtors) > 1:
                    instance.debtors = tuple(x for x in instance.debtors if x != party)
                    instance.required = self._required(instance.decl, instance.debtors, instance.tier, instance.activated)
                    instance.history.append((t, instance.state, f"{party} is no longer bound"))
                    self.touched.add(instance.decl.name)
                else:
                    instance.become(t, "lapsed", f"{party} is no longer bound")
                    self._stand_in(t, instance, f"leaving of {instance.id}")

    def due_at(self, instance: Instance, due: Instant | None, t: Instant) -> Instant | None:
        """A due of an instance as it stands at t."""
        if instance.state != "in_force":
            return due
        return self.life.as_moved(due, instance.begun, instance.decl.name, t)

    def timers(self, t: Instant) -> Iterable[tuple[Instant, str, Instance]]:
        """What falls due by itself after t, as it stands at t."""
        for instance in self.instances.values():
            if instance.state != "in_force":
                continue
            owed = instance.due if instance.decl.kind == "obligation" else None
            waits = instance.approval if not instance.approved else None
            for due, kind in ((owed, "due"), (instance.lapses, "lapse"), (waits, "approval")):
                moved = self.due_at(instance, due, t)
                if moved is not None:
                    yield moved, kind, instance
