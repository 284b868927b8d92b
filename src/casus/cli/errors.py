"""What ends a command early, and how it is told: `error: …`, the place, `help: …`; never a traceback for a user's mistake.

Exit codes: 0 fine, 1 findings or failed expectations, 2 usage or input, 70 a fault of Casus itself, 130 stopped by the
user, 141 the reader of the output went away.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final

from casus.cli.console import printable

FINE: Final = 0
FINDINGS: Final = 1
INPUT: Final = 2
FAULT: Final = 70
STOPPED: Final = 130
PIPE_CLOSED: Final = 141

_FULL: Final = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


class Stop(Exception):
    """A mistake in what the user gave, or in what lies on the disk: reason, place and help."""

    def __init__(self, reason: str, *, place: str | Path | None = None, help: str | None = None) -> None:  # noqa: A002
        super().__init__(reason)
        self.reason = reason
        self.place = None if place is None else str(place)
        self.help = help


def tell(reason: str, place: str | None = None, help: str | None = None) -> None:  # noqa: A002
    """Print an error on standard error."""
    print(f"error: {printable(reason)}", file=sys.stderr)
    if place:
        print(f"  at {printable(place)}", file=sys.stderr)
    if help:
        print(f"help: {printable(help)}", file=sys.stderr)


def open_streams() -> bool:
    """Whether there is an output to write to. What the terminal cannot show is escaped, never a crash."""
    if sys.stderr is None:  # closed by whoever started it: nothing can be told there
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        tell("standard output is closed", None, "leave it open, or send it to a file: casus … > FILE")
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        return False
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    return True


def guarded(command: Callable[[], int]) -> int:
    """Run a command; give its exit code, or that of the error it ended in, which has then been told."""
    try:
        code = command()
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        _let_go_of_stdout()
        return PIPE_CLOSED
    except Exception as problem:  # noqa: BLE001 - the outermost place: everything not expected is told as a fault
        return _told(problem)
    return code


def _told(problem: Exception) -> int:
    if isinstance(problem, Stop):
        tell(problem.reason, problem.place, problem.help)
    elif _is_told_error(problem):
        place, reason, help_ = (getattr(problem, name) for name in ("place", "reason", "help"))
        tell(str(reason), None if place is None else str(place), None if help_ is None else str(help_))
    elif isinstance(problem, UnicodeDecodeError):
        tell(f"the file is not UTF-8 text: {problem.reason} at byte {problem.start}", None, "save it as UTF-8 and try again")
    elif isinstance(problem, OSError):
        return _told_by_the_system(problem)
    else:
        return _fault(problem)
    return INPUT


def _is_told_error(problem: Exception) -> bool:
    """The errors of the rooms below carry place, reason and help of their own."""
    return type(problem).__module__.startswith("casus.") and all(hasattr(problem, n) for n in ("place", "reason", "help"))


def _told_by_the_system(problem: OSError) -> int:
    place = None if problem.filename is None else str(problem.filename)
    if problem.errno in _FULL:
        if place is None:
            _let_go_of_stdout()
        tell("the disk or quota is full, so the output is not complete", place, "free some space and run the command again")
    elif isinstance(problem, PermissionError):
        tell("permission denied", place, "check who owns the file and the folder, and whether they may be written")
    elif isinstance(problem, FileNotFoundError):
        tell("no such file or folder", place, "check the name; `casus init DIR` lays out a new workspace")
    elif isinstance(problem, IsADirectoryError):
        tell("this is a folder where a file is needed", place, "name the file")
    elif isinstance(problem, NotADirectoryError):
        tell("this is a file where a folder is needed", place, "name the folder")
    else:
        tell(f"the system refused: {problem.strerror or problem}", place, "check the path and the disk")
    return INPUT


def _let_go_of_stdout() -> None:
    """Nothing more can be written there; without this the interpreter would complain once more at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # standard output is no file of the system's, as in a test
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def _fault(problem: Exception) -> int:
    print("Sorry: this is a fault in Casus, not in what you gave it.", file=sys.stderr)
    print(f"  {type(problem).__name__}: {printable(str(problem))}", file=sys.stderr)
    wanted = os.environ.get("CASUS_DEBUG")
    if not wanted:
        print("help: set CASUS_DEBUG=crash.txt and run it again; the report is written there", file=sys.stderr)
        return FAULT
    report = Path("casus-crash.txt" if wanted == "1" else wanted)
    try:
        report.write_text("".join(traceback.format_exception(problem)), encoding="utf-8")
        print(f"help: the report is in {report}; it names files and arguments, so read it before you send it", file=sys.stderr)
    except OSError as refused:
        print(f"help: the report could not be written to {report} ({refused.strerror})", file=sys.stderr)
    return FAULT
