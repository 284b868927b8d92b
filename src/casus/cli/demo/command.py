"""`casus demo DIR`: runs the steps with progress, then prints the last screen."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from casus.cli.console import say, say_sections
from casus.cli.demo import parameters as p
from casus.cli.demo import run, screen
from casus.cli.demo.files import NOTICE
from casus.cli.errors import FINE, Stop
from casus.journal import Reader, open_journal

SEED = 1
SCALES = (0.05, 3.0)
"""Below it weeks are too thin to compare, above it the evaluation takes minutes."""
_WIDEST_STEP = 26


def demo(directory: Path, seed: int = SEED, scale: float = p.Rates().scale) -> int:
    """Lay out the workspace in a new or empty folder, import the year, evaluate it, say what came of it (raises Stop)."""
    low, high = SCALES
    if not low <= scale <= high:
        raise Stop(
            f"a scale of {scale:g} is not between {low:g} and {high:g}",
            place="--scale",
            help=f"the default is {p.Rates().scale:g}: that share of a line of 420 km is watched",
        )
    say(f"A year after a ceasefire: {NOTICE}.")
    with _progress() as step:
        year = run.year(directory, seed, p.Rates(scale=scale), step)
        step("looking as the public", 0, 1)
        with open_journal(directory / run.JOURNAL, read_only=True) as journal:
            withheld = journal.view(p.END_OF_YEAR, Reader("public", "CLEAR")).withheld
        step("looking as the public", 1, 1)
    first, *others = screen.head(year)
    print()
    say(first, style="bold")
    for line in others:
        say(line)
    say_sections([*screen.sections(year, withheld), screen.try_next(_called(), str(directory))])
    return FINE


def _called() -> str:
    """How the user can call this program: by name, or as it was called now where the name is not on the path."""
    here = Path(sys.argv[0])
    return os.path.relpath(here) if here.name == "casus" and not shutil.which("casus") else "casus"


@contextmanager
def _progress() -> Iterator[run.Step]:
    """A bar for each step, on a terminal only; what is piped stays plain."""
    console = Console(stderr=True)
    columns = TextColumn(f"{{task.description:<{_WIDEST_STEP}}}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def step(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done, total=max(of, done))

        yield step
