"""The count clause for many keys, in columns: `count of E >= n within rolling d` for each party, zone or whatever the key is.

`Keyed` sorts events once by (key, instant); any number of clauses is asked of the same sort. `hits` gives every event whose
own window is full; `met` the activations with consumption, as section 5 of the semantics has them, when events became known
in the order in which they occurred; `replay` the same from a log in any order, with corrections and withdrawals. Instants are
whole numbers of one unit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from casus.triggers.kernels import Ints, Marks
from casus.triggers.tally import CountClause

Codes = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Keyed:
    """Events ordered by (key, instant). `row`: where each stood before; `line`: key and instant in one rising number.

    `tied`: which have the same key and instant as the next one; None where no two have.
    """

    row: NDArray[np.intp]
    line: Ints
    starts: int
    stride: int
    tied: Marks | None

    @classmethod
    def of(cls, key: Codes, ts: Ints, widest: int, where: Marks | None = None) -> Keyed:
        """`key` counts from 0, the fewer bits the faster; `widest` is the longest window that will be asked."""
        rows = np.flatnonzero(where) if where is not None else np.arange(len(ts))
        key, ts = key[rows], ts[rows]
        if not len(rows):
            return cls(rows, np.zeros(0, np.int64), 0, 1, None)
        starts = int(ts.min())
        stride = int(ts.max()) - starts + widest + 2
        if int(key.max()) >= (1 << 62) // stride:
            raise ValueError("too many keys over too long a time for one column: split the keys")
        if bool((ts[1:] >= ts[:-1]).all()):
            order = np.argsort(key, kind="stable")
        else:
            order = np.argsort(key.astype(np.int64) * stride + (ts - starts), kind="stable")
        line = key[order].astype(np.int64) * stride + (ts[order] - starts)
        return cls(rows[order], line, starts, stride, _tied(line))

    def only(self, where: Marks) -> Keyed:
        """Those for which `where` (by the original row) holds; the order stays."""
        kept = where[self.row]
        return Keyed(self.row[kept], self.line[kept], self.starts, self.stride, _tied(self.line[kept]))

    @property
    def ts(self) -> Ints:
        return self.line % self.stride + self.starts

    @property
    def key(self) -> Ints:
        return self.line // self.stride


def _tied(line: Ints) -> Marks | None:
    same = line[1:] == line[:-1]
    return same if same.any() else None


def full(events: Keyed, clause: CountClause) -> Marks:
    """Which events' own windows hold enough: n events fill a window if the first and last of n neighbours are near enough."""
    line, least = events.line, clause.least
    marks = np.zeros(len(line), np.bool_)
    if len(line) < least:
        return marks
    np.less_equal(line[least - 1 :] - line[: len(line) - least + 1], clause.width, out=marks[least - 1 :])
    if events.tied is not None:
        last = np.append(np.flatnonzero(~events.tied), len(line) - 1)
        marks = np.repeat(marks[last], np.diff(last, prepend=-1))
    return marks


def hits(events: Keyed, clause: CountClause) -> NDArray[np.intp]:
    """The rows of the events whose own window is full, in the order of the input."""
    rows = events.row[full(events, clause)]
    marks = np.zeros(int(rows.max()) + 1 if len(rows) else 0, np.bool_)
    marks[rows] = True
    return np.flatnonzero(marks)


def met(events: Keyed, clause: CountClause, known: Ints) -> list[tuple[int, int, int, list[int]]]:
    """(key, t, s, witness rows) of each activation, where `known` rises with the instant and `rearm` is 0.

    After an activation no window can reach back to what it consumed, so the next one is the first full window at least n
    events later: the columns say where, and only activations are walked.
    """
    if clause.rearm != 0:
        raise ValueError("met answers for `rearm after 0 hours`; replay takes any")
    if len(known) and not bool((known[events.row][1:] >= known[events.row][:-1])[_same_key(events)].all()):
        raise ValueError("events did not become known in the order in which they occurred: replay takes any order")
    marks = full(events, clause)
    _refuse_split_instants(events, known)
    ends = np.flatnonzero(marks & np.append(events.line[1:] != events.line[:-1], True))
    found = []
    line, size = events.line, len(ends)
    begin_of = np.searchsorted(line, line[ends] - clause.width, "left")
    key, ts, at = events.key, events.ts, 0
    free = 0
    while at < size:
        end = int(ends[at])
        begin = max(free, int(begin_of[at]))
        if end - begin + 1 >= clause.least:
            rows = events.row[begin : end + 1]
            found.append((int(key[end]), int(known[rows].max()), int(ts[end]), rows.tolist()))
            free = end + 1
            at = int(np.searchsorted(ends, free + clause.least - 1, "left"))
        else:
            at += 1
    return found


def _same_key(events: Keyed) -> Marks:
    return np.asarray(events.key[1:] == events.key[:-1], np.bool_)


def _refuse_split_instants(events: Keyed, known: Ints) -> None:
    when = known[events.row]
    if events.tied is not None and bool((when[1:] != when[:-1])[events.tied].any()):
        raise ValueError("events of one instant became known at different ones: replay takes any order")


# ---------------------------------------------------------------- any order, with corrections


@dataclass(frozen=True, slots=True)
class Log:
    """What is held of each event: from `known` on, `id` lies at `ts` under `key` and counts or not. Ordered by `known`."""

    known: Ints
    id: Ints
    key: Codes
    ts: Ints
    counts: Marks

    def as_known(self, at: int) -> Log:
        """The last word on each event by `at`."""
        upto = int(np.searchsorted(self.known, at, "right"))
        last = upto - 1 - np.unique(self.id[:upto][::-1], return_index=True)[1]
        last.sort()
        return Log(self.known[last], self.id[last], self.key[last], self.ts[last], self.counts[last])


@dataclass(slots=True)
class Activation:
    t: int
    s: int
    witnesses: frozenset[int]
    reversed: int | None = None


def replay(log: Log, clause: CountClause) -> dict[int, list[Activation]]:
    """Key → its activations in the order of knowledge.

    Columns first: over everything that ever counted, which windows could be full, and which events lie in one; all others
    are left out, and where `rearm` is 0 stretches that share no such window are settled each by itself. What remains is
    walked in the order of knowledge, each instant afresh.
    """
    if clause.rearm not in (0,):
        raise ValueError("replay answers for `rearm after 0 hours`")
    once = np.unique(np.stack([log.key.astype(np.int64), log.ts, log.id])[:, log.counts], axis=1)
    events = Keyed.of(once[0], once[1], clause.window)
    line = events.line
    ends = np.flatnonzero(full(events, clause))
    begins = np.searchsorted(line, line[ends] - clause.width, "left")
    edges = np.zeros(len(line) + 1, np.int64)
    np.add.at(edges, begins, 1)
    np.add.at(edges, ends + 1, -1)
    cover = np.cumsum(edges[:-1])
    joined = np.zeros(len(line), np.int64)
    np.add.at(joined, begins, 1)
    np.add.at(joined, ends, -1)
    island = np.cumsum(np.concatenate([[1], (np.cumsum(joined)[:-1] == 0).astype(np.int64)])) if len(line) else joined
    hot = cover > 0
    of = {
        (key, ts, name): number
        for key, ts, name, number in zip(
            *(once[i][events.row[hot]].tolist() for i in range(3)), island[hot].tolist(), strict=True
        )
    }
    walks: dict[int, _Walk] = {}
    held: dict[int, tuple[int, int, int]] = {}
    for t, name, key, ts, counts in _changes(log):
        before = held.pop(name, None)
        now = (key, ts, name) if counts and (key, ts, name) in of else None
        if now is not None:
            held[name] = now
        if before == now:
            continue
        for one, arrives in ((before, False), (now, True)):
            if one is not None:
                number = of[one]
                walk = walks.get(number)
                if walk is None:
                    walk = walks[number] = _Walk(clause, one[0])
                walk.note(t, name, one[1], arrives)
    found: dict[int, list[Activation]] = {}
    for number in sorted(walks):
        walks[number].test()
        found.setdefault(walks[number].key, []).extend(walks[number].activations)
    for of_key in found.values():
        of_key.sort(key=lambda m: (m.t, m.s))
    return dict(sorted(found.items()))


def _changes(log: Log) -> Iterator[tuple[int, int, int, int, bool]]:
    return zip(log.known.tolist(), log.id.tolist(), log.key.tolist(), log.ts.tolist(), log.counts.tolist(), strict=True)


class _Walk:
    """One stretch, walked in the order of knowledge; at each instant the windows near what changed are counted afresh."""

    def __init__(self, clause: CountClause, key: int) -> None:
        self.clause = clause
        self.key = key
        self.activations: list[Activation] = []
        self.there: dict[int, int] = {}
        self.owner: dict[int, Activation] = {}
        self.free: list[tuple[int, int]] = []
        self.t: int | None = None
        self.changed: dict[int, None] = {}
        self.near: list[int] = []

    def note(self, t: int, name: int, ts: int, arrives: bool) -> None:
        if t != self.t:
            self.test()
            self.t = t
        self.changed[name] = None
        before = self.there.pop(name, None)
        if before is not None and name not in self.owner:
            self._drop(before, name)
        if arrives:
            self.there[name] = ts
            if name not in self.owner:
                insort(self.free, (ts, name))
            self.near.append(ts)

    def _drop(self, ts: int, name: int) -> None:
        del self.free[bisect_left(self.free, (ts, name))]

    def test(self) -> None:
        if self.t is None:
            return
        touched = {id(met): met for name in self.changed if (met := self.owner.get(name)) is not None}
        for met in [m for m in self.activations if id(m) in touched]:
            self._examine(met)
        while self.near and self._meet():
            pass
        self.changed, self.near = {}, []

    def _window(self, s: int) -> list[tuple[int, int]]:
        first = bisect_left(self.free, (s - self.clause.width, -1))
        return self.free[first : bisect_right(self.free, (s, 1 << 62))]

    def _examine(self, met: Activation) -> None:
        kept = {name for name in met.witnesses if name in self.there and 0 <= met.s - self.there[name] <= self.clause.width}
        lost = met.witnesses - kept
        inside = self._window(met.s)
        enough = len(kept) + len(inside) >= self.clause.least
        if enough and not lost:
            return
        for name in lost if enough else met.witnesses:
            del self.owner[name]
            if name in self.there:
                insort(self.free, (self.there[name], name))
                self.near.append(self.there[name])
        if enough:
            joining = [name for _, name in inside]
            for ts, name in inside:
                self._drop(ts, name)
            self.owner |= dict.fromkeys(joining, met)
            met.witnesses = frozenset(kept | set(joining))
        else:
            met.reversed = self.t

    def _meet(self) -> bool:
        free, least, width = self.free, self.clause.least, self.clause.width
        lowest, highest = min(self.near), max(self.near) + width
        for last in range(max(bisect_left(free, (lowest, -1)), least - 1), len(free)):
            s = free[last][0]
            if s > highest:
                return False
            if s - free[last - least + 1][0] <= width:
                witnesses = self._window(s)
                assert self.t is not None
                met = Activation(self.t, s, frozenset(name for _, name in witnesses))
                self.activations.append(met)
                for ts, name in witnesses:
                    self._drop(ts, name)
                    self.owner[name] = met
                return True
        return False
