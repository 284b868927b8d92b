"""The live executor: state for each trigger; a change touches only the windows that hold it.

Every arrival, word of a body, correction or withdrawal comes as a step of a stream, in the order of knowledge. What it can
change lies between the beginning of its bracket and the end of the last window that holds it; only candidates there are
asked. `take` gives what happened: met, revised (other witnesses), reversed, each with the events that had changed.
"""

from __future__ import annotations

from casus.triggers.book import Book, Found
from casus.triggers.control import Executor
from casus.triggers.weighing import weigh


class Live(Executor):
    """Fed step by step, as entries come in."""

    def _first(self, book: Book, t: int) -> tuple[int, Found] | None:
        found: set[int] = set()
        for begin, end in book.soils:
            found |= book.candidates(t, begin, end)
        for s in sorted(found):
            weighed = weigh(book, book.clause.when, s, t)
            if weighed.truth == 1 and weighed.consumes:
                return s, weighed
        return None
