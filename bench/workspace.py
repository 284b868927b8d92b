"""Many agreements in one workspace: how long `casus run` takes without a cache, with one, and after one new entry.

    python bench/workspace.py [ENTRIES] [AGREEMENTS] [BILATERALS]

Everything is synthetic and fictional. Each figure is a whole process, from start to end.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "response"))

from several import drafts, fill, lay_out

from casus.acts import Report
from casus.journal import Draft, Journal, open_journal
from casus.time import END, HOUR, Instant, Known, Occurred


def run(folder: Path) -> float:
    """Seconds of one `casus run --json`."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "casus.cli.main", "run", "-w", str(folder), "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def put(journal: Journal, at: Instant, event: str, name: str) -> None:
    act = Report(event, name, actor="OSK", stands_for=("confirmed",))
    assert journal.append([Draft(Occurred(at, at), act, "mission", Known(at))], at + HOUR).accepted


def main(arguments: Sequence[str]) -> None:
    entries, agreements, bilaterals = ([int(x) for x in arguments] + [100_000, 200, 28][len(arguments) :])[:3]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "w"
        lay_out(folder, agreements, bilaterals)
        with open_journal(folder / "journal.db") as journal:
            fill(journal, drafts(entries, agreements, bilaterals))
            at = journal.view(END).entries[-1].known
        print(f"{agreements} agreements, {bilaterals} of one template, {entries:,} entries; load {os.getloadavg()[0]:.1f}")
        (folder / "journal.db.cache").unlink(missing_ok=True)
        print(f"{'no cache':<55}{run(folder):8.2f} s")
        for name in ("again, nothing new", "once more"):
            print(f"{name:<55}{run(folder):8.2f} s")
        news = [("noise_1", "one new entry that no agreement reads")]
        news += [(f"raid_{p.name[5:8]}", "one new entry that one agreement reads") for p in sorted(folder.glob("pact_*"))[:1]]
        news += [("strike", f"one new entry that {bilaterals} agreements read")]
        for number, (event, what) in enumerate(news):
            with open_journal(folder / "journal.db") as journal:
                put(journal, Instant(at.us + number + 1), event, f"new{number}")
            print(f"{what:<55}{run(folder):8.2f} s")
            print(f"{'   and again':<55}{run(folder):8.2f} s")
        (folder / "journal.db.cache").unlink()
        print(f"{'the cache removed':<55}{run(folder):8.2f} s")
        print(f"cache {((folder / 'journal.db.cache').stat().st_size) / 1e6:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
