"""How fast the journal takes, shows and proves entries: `python bench/journal.py [entries] [folder]`.

Prints entries per second, best of three rounds on a fresh file each, with the disk synced at the end of each batch.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from casus.acts import Place, Quantity, Report, Source, Word
from casus.journal import Draft, create_journal
from casus.journal.merkle import tree_root
from casus.time import Duration, Instant, Known, Occurred

T = TypeVar("T")

START = Instant.parse("2027-01-01T00:00Z")
NOW = Instant.parse("2028-01-01T00:00Z")


def drafts(count: int) -> list[Draft]:
    """Reports of strikes with two fields, a place and a source: about 290 bytes of payload each."""
    found = []
    for i in range(count):
        instant = START + Duration(i * 60_000_000)
        fields = {
            "killed": Quantity(Decimal(i % 5), Decimal(i % 5 + 2)),
            "at": Place(Decimal("48.1"), Decimal("37.2"), Decimal(500)),
            "weapon": Word("drone"),
        }
        act = Report("strike", f"r{i}", "OSK", fields, (Source("mission", f"line{i}", "mission"),))
        found.append(Draft(Occurred.at(instant), act, "mission", Known(instant), "CLEAR", f"strikes.csv row {i}"))
    return found


def timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def one_round(folder: Path, given: list[Draft], round_number: int) -> dict[str, float]:
    with create_journal(folder / f"bench{round_number}.db", "recorded", START) as journal:
        count = len(given)
        rates: dict[str, float] = {}
        seconds, result = timed(lambda: journal.append(given, NOW))
        assert len(result.accepted) == count
        rates["append, one batch"] = count / seconds
        seconds, again = timed(lambda: journal.append(given, NOW))
        assert len(again.duplicates) == count
        rates["append again, all duplicates"] = count / seconds
        seconds, view = timed(lambda: journal.view(NOW))
        assert len(view.entries) == count
        rates["view, every hash checked"] = count / seconds
        seconds, report = timed(lambda: journal.verify(payloads=False))
        assert report.ok
        rates["verify, every hash and page"] = count / seconds
        seconds, report = timed(journal.verify)
        assert report.ok
        rates["verify, and every payload read"] = count / seconds
        seconds, _ = timed(lambda: [journal.prove(index) for index in (1, count // 2, count)])
        rates["inclusion proofs, leaves read for each"] = 3 / seconds
        leaves = [bytes.fromhex(entry.id[1:]) for entry in view.entries]
        seconds, _ = timed(lambda: tree_root(leaves))
        rates["tree over leaf hashes"] = count / seconds
    with create_journal(folder / f"small{round_number}.db", "recorded", START) as journal:
        for size, batches in ((1, 200), (100, 20), (1000, 5)):
            seconds, _ = timed(
                lambda size=size, batches=batches: [  # type: ignore[misc]
                    journal.append(given[i * size : (i + 1) * size], NOW, dedup=False) for i in range(batches)
                ]
            )
            rates[f"append, batches of {size}"] = size * batches / seconds
    return rates


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    given = drafts(count)
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        rounds = [one_round(Path(folder), given, number) for number in range(3)]
    for name in rounds[0]:
        print(f"{name:40} {max(result[name] for result in rounds):>12,.0f}/s")


if __name__ == "__main__":
    main()
