"""The instants at which something may happen by itself, in order. One too many does no harm: nothing is due at it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from casus.time import Instant


@dataclass(frozen=True, slots=True, order=True)
class Timer:
    """`lasting`: an extension or a period, which never run out. `of`: what it is about, for kinds that need it."""

    us: int
    lasting: bool = False
    kind: str = ""
    of: str = ""


class Timers:
    """Each timer rings once, however often it is set."""

    def __init__(self) -> None:
        self._heap: list[Timer] = []
        self._seen: set[Timer] = set()

    def set(self, instants: Iterable[int], kind: str, of: str = "", *, lasting: bool = False) -> None:
        """Ring at these instants (µs)."""
        for us in instants:
            timer = Timer(us, lasting, kind, of)
            if timer not in self._seen:
                self._seen.add(timer)
                heapq.heappush(self._heap, timer)

    def next(self) -> Instant | None:
        return Instant(self._heap[0].us) if self._heap else None

    def due(self, t: Instant) -> Iterator[Timer]:
        """Those that ring at or before t, also such as are set meanwhile."""
        while self._heap and self._heap[0].us <= t.us:
            yield heapq.heappop(self._heap)

    def run_on(self) -> bool:
        """Whether one is left that is no extension or period."""
        return any(not timer.lasting for timer in self._heap)
