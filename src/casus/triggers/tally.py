"""The count clause for many keys, live: `count of E >= n within rolling d` for each party, zone or whatever the key is.

Every key is a trigger of its own with the semantics of section 5 (consumption, `rearm`, reversal), over events whose instant
is exact. Because n events fill a window if and only if the first and the last of n neighbours lie close enough, an arrival
asks at most n pairs, the usual one in order asks one; a withdrawal asks the activation that counted it and nobody else.
Instants are whole numbers of one unit (µs, or seconds as in the source).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class CountClause:
    """At least `least` events within `window`; `rearm` None: at most one unreversed activation of a key."""

    least: int
    window: int
    closed: bool = False
    rearm: int | None = 0

    @property
    def width(self) -> int:
        """The largest distance of two instants in one window."""
        return self.window if self.closed else self.window - 1


class Told(NamedTuple):
    """`met`, `revised` or `reversed` at t, with the witnesses before and after, because of the change of `because`."""

    kind: str
    t: int
    key: int
    s: int
    before: tuple[int, ...]
    after: tuple[int, ...]
    because: int


@dataclass(slots=True, eq=False)
class Counted:
    """An activation of a key, with its number among the key's own; witness → its instant."""

    t: int
    s: int
    witnesses: dict[int, int]
    number: int
    reversed: int | None = None


@dataclass(slots=True)
class _Key:
    """One key: unconsumed events by (instant, arrival), who consumed what, and what still has to be asked."""

    ts: list[int] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    owner: dict[int, Counted] = field(default_factory=dict)
    standing: dict[int, Counted] = field(default_factory=dict)
    """The unreversed activations by number, oldest first."""
    met: int = 0
    """How many there were, reversed ones too."""
    pending: int | None = None
    """The earliest instant that changed while a wait ran."""
    cold_ts: array[int] = field(default_factory=lambda: array("q"))
    cold_ids: array[int] = field(default_factory=lambda: array("q"))
    """Settled: unconsumed events older than what is asked in the usual course, in order, 16 bytes each."""


class Tally:
    """Live state of one count clause over all keys."""

    def __init__(self, clause: CountClause, *, told: bool = True) -> None:
        self.clause = clause
        self.keys: dict[int, _Key] = {}
        self.activations: dict[int, list[Counted]] = {}
        """Key → its activations in order, the reversed ones too."""
        self.held: dict[int, tuple[int, int]] = {}
        """For `take`: event that counts → its key and instant."""
        self.told: list[Told] | None = [] if told else None
        self._timers: dict[int, set[int]] = {}

    # ------------------------------------------------------------ a log

    def take(
        self, known: Sequence[int], ids: Sequence[int], keys: Sequence[int], ts: Sequence[int], counts: Sequence[bool]
    ) -> None:
        """Rows in the order of `known`: from then on the event `id` lies at `ts` under `key` and counts, or does not.

        What is held of each event that counts is remembered, so that a later row replaces it.
        """
        held, arrive, size, at = self.held, self.arrive, len(known), 0
        while at < size:
            t, name = known[at], ids[at]
            if self._timers:
                self.advance(t - 1)
            if at + 1 < size and known[at + 1] == t:
                end = at + 1
                while end < size and known[end] == t:
                    end += 1
                self._together(t, zip(ids[at:end], keys[at:end], ts[at:end], counts[at:end], strict=True))
                at = end
            else:
                before = held.get(name)
                if before is None:
                    if counts[at]:
                        held[name] = keys[at], ts[at]
                        arrive(t, keys[at], name, ts[at])
                elif not counts[at]:
                    del held[name]
                    self.leave(t, before[0], name, before[1])
                elif before != (keys[at], ts[at]):
                    self._together(t, ((name, keys[at], ts[at], True),))
                at += 1
            if self._timers:
                self.advance(t)

    def _together(self, t: int, rows: Iterable[tuple[int, int, int, bool]]) -> None:
        """The rows of one instant, key by key; of several on one event the last holds."""
        gone: dict[int, list[tuple[int, int]]] = {}
        new: dict[int, list[tuple[int, int]]] = {}
        for name, (key, ts, counts) in {name: (key, ts, counts) for name, key, ts, counts in rows}.items():
            before = self.held.get(name)
            after = (key, ts) if counts else None
            if before == after:
                continue
            if before is not None:
                gone.setdefault(before[0], []).append((name, before[1]))
                del self.held[name]
            if after is not None:
                new.setdefault(key, []).append((name, ts))
                self.held[name] = after
        for key in sorted({*gone, *new}):
            if key not in gone and len(new[key]) == 1:
                self.arrive(t, key, *new[key][0])
            elif key not in new and len(gone[key]) == 1:
                self.leave(t, key, *gone[key][0])
            else:
                self.change(t, key, gone.get(key, ()), new.get(key, ()))

    # ------------------------------------------------------------ one change

    def arrive(self, t: int, key: int, name: int, ts: int) -> None:
        """An event counts from t on; nothing else of its key changes at t."""
        book = self.keys.get(key)
        if book is None:
            book = self.keys[key] = _Key()
        if book.cold_ts and ts - self.clause.width <= book.cold_ts[-1]:
            self._thaw(book)
        a = book.ts
        size = len(a)
        if not size or ts >= a[-1]:
            at = size
            a.append(ts)
            book.ids.append(name)
        else:
            at = bisect_right(a, ts)
            a.insert(at, ts)
            book.ids.insert(at, name)
        least, width = self.clause.least, self.clause.width
        for last in range(max(at, least - 1), min(at + least, size + 1)):
            if a[last] - a[last - least + 1] <= width:
                self._ask(t, key, book, [ts], name)
                return

    def leave(self, t: int, key: int, name: int, ts: int) -> None:
        """An event that lay at ts counts no longer; nothing else of its key changes at t."""
        book = self.keys[key]
        if name in book.owner:
            self.change(t, key, [(name, ts)], [])
        else:
            self._remove(book, name, ts)

    def change(self, t: int, key: int, gone: Sequence[tuple[int, int]], new: Sequence[tuple[int, int]]) -> None:
        """All that changes for a key at t: events (id, instant) that count no longer, and those that do from now on."""
        book = self.keys.setdefault(key, _Key())
        soiled: list[int] = []
        arriving = dict(new)
        touched: dict[int, tuple[Counted, tuple[int, ...], int]] = {}
        for name, ts in gone:
            met = book.owner.get(name)
            if met is None:
                self._remove(book, name, ts)
                continue
            if name in arriving and 0 <= met.s - arriving[name] <= self.clause.width:
                met.witnesses[name] = arriving.pop(name)
                continue
            touched.setdefault(met.number, (met, tuple(met.witnesses), name))
            del met.witnesses[name], book.owner[name]
        for name, ts in arriving.items():
            self._insert(book, name, ts)
            soiled.append(ts)
        for number in sorted(touched):
            soiled += self._examine(t, key, book, *touched[number])
        if soiled or book.pending is not None:
            self._ask(t, key, book, soiled, gone[0][0] if gone else next(iter(dict(new)), -1))

    def advance(self, until: int) -> None:
        """Let waits end, up to and including `until`: before the changes of t up to t − 1, after them up to t."""
        while self._timers:
            t = min(self._timers)
            if t > until:
                return
            for key in sorted(self._timers.pop(t)):
                self._ask(t, key, self.keys[key], [], -1)

    def settle(self, before: int) -> None:
        """Put unconsumed events that lie wholly before every window from `before` on into compact columns.

        They are taken out again when something late or corrected reaches them, so nothing is ever forgotten.
        """
        edge = before - self.clause.width
        for book in self.keys.values():
            if book.pending is None:
                count = bisect_left(book.ts, edge)
                book.cold_ts.extend(book.ts[:count])
                book.cold_ids.extend(book.ids[:count])
                del book.ts[:count], book.ids[:count]

    # ------------------------------------------------------------ kept and resumed

    def save(self) -> dict[str, Any]:
        """The state as plain JSON values."""
        c = self.clause
        keys = []
        for key, book in sorted(self.keys.items()):
            self._thaw(book)
            acts = [[m.t, m.s, m.reversed, list(m.witnesses.items())] for m in self.activations.get(key, [])]
            keys.append([key, book.ts, book.ids, book.pending, acts])
        timers = [[t, sorted(of)] for t, of in sorted(self._timers.items())]
        return {
            "clause": [c.least, c.window, c.closed, c.rearm],
            "keys": keys,
            "timers": timers,
            "held": sorted(self.held.items()),
        }

    @classmethod
    def resume(cls, saved: dict[str, Any], *, told: bool = True) -> Tally:
        tally = cls(CountClause(*saved["clause"]), told=told)
        for key, ts, ids, pending, acts in saved["keys"]:
            book = tally.keys[key] = _Key(list(ts), list(ids), pending=pending)
            for t, s, gone, witnesses in acts:
                met = Counted(t, s, dict(witnesses), book.met, gone)
                book.met += 1
                tally.activations.setdefault(key, []).append(met)
                if gone is None:
                    book.standing[met.number] = met
                    book.owner |= dict.fromkeys(met.witnesses, met)
        tally.held = {name: (key, ts) for name, (key, ts) in saved["held"]}
        tally._timers = {t: set(of) for t, of in saved["timers"]}
        return tally

    # ------------------------------------------------------------ inside

    def _thaw(self, book: _Key) -> None:
        book.ts[:0] = book.cold_ts.tolist()
        book.ids[:0] = book.cold_ids.tolist()
        book.cold_ts, book.cold_ids = array("q"), array("q")

    def _insert(self, book: _Key, name: int, ts: int) -> None:
        if book.cold_ts and ts - self.clause.width <= book.cold_ts[-1]:
            self._thaw(book)
        at = bisect_right(book.ts, ts)
        book.ts.insert(at, ts)
        book.ids.insert(at, name)

    def _remove(self, book: _Key, name: int, ts: int) -> None:
        if book.cold_ts and ts <= book.cold_ts[-1]:
            self._thaw(book)
        at = bisect_left(book.ts, ts)
        while book.ids[at] != name:
            at += 1
            if book.ts[at] != ts:
                raise KeyError(f"no unconsumed event {name} at {ts}")
        del book.ts[at], book.ids[at]

    def _examine(self, t: int, key: int, book: _Key, met: Counted, before: tuple[int, ...], because: int) -> list[int]:
        """An activation that lost a witness: the rest of its window stands in, or it is reversed. Gives what was released."""
        if book.cold_ts and met.s - self.clause.width <= book.cold_ts[-1]:
            self._thaw(book)
        begin, end = bisect_left(book.ts, met.s - self.clause.width), bisect_right(book.ts, met.s)
        if len(met.witnesses) + end - begin >= self.clause.least:
            for name, ts in zip(book.ids[begin:end], book.ts[begin:end], strict=True):
                met.witnesses[name] = ts
                book.owner[name] = met
            del book.ts[begin:end], book.ids[begin:end]
            if self.told is not None:
                self.told.append(Told("revised", t, key, met.s, before, tuple(met.witnesses), because))
            return []
        met.reversed = t
        del book.standing[met.number]
        released = list(met.witnesses.items())
        for name, ts in released:
            del book.owner[name]
            self._insert(book, name, ts)
        if self.told is not None:
            self.told.append(Told("reversed", t, key, met.s, before, (), because))
        return [ts for _, ts in released]

    def _ask(self, t: int, key: int, book: _Key, soiled: list[int], because: int) -> None:
        """Meet the clause at the smallest s of a window that holds one of these instants, again and again."""
        if book.pending is not None:
            soiled = [*soiled, book.pending]
        rearm = self.clause.rearm
        while True:
            if rearm != 0 and book.standing:
                ends = None if rearm is None else next(reversed(book.standing.values())).t + rearm
                if ends is None or ends > t:
                    book.pending = min(soiled, default=book.pending)
                    if ends is not None and book.pending is not None:
                        self._timers.setdefault(ends, set()).add(key)
                    return
            found = self._first(book, soiled, book.pending)
            if found is None:
                book.pending = None
                return
            self._meet(t, key, book, found, because)

    def _first(self, book: _Key, soiled: Iterable[int], everything_from: int | None) -> int | None:
        """The smallest s whose window is full and holds one of the instants (or anything from an instant on)."""
        a, least, width = book.ts, self.clause.least, self.clause.width
        size = len(a)
        best: int | None = None
        for ts in soiled:
            open_end = ts == everything_from
            for last in range(max(bisect_left(a, ts), least - 1), size):
                begins = a[last - least + 1]
                if a[last] - begins <= width:
                    best = a[last] if best is None else min(best, a[last])
                    break
                if (begins > ts and not open_end) or (best is not None and a[last] >= best):
                    break
        return best

    def _meet(self, t: int, key: int, book: _Key, s: int, because: int) -> None:
        begin, end = bisect_left(book.ts, s - self.clause.width), bisect_right(book.ts, s)
        met = Counted(t, s, dict(zip(book.ids[begin:end], book.ts[begin:end], strict=True)), book.met)
        del book.ts[begin:end], book.ids[begin:end]
        book.standing[met.number] = met
        book.met += 1
        for name in met.witnesses:
            book.owner[name] = met
        self.activations.setdefault(key, []).append(met)
        if self.told is not None:
            self.told.append(Told("met", t, key, s, (), tuple(met.witnesses), because))
