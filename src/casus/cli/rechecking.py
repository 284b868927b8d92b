"""`casus recheck`: what was exported, verified without the engine."""

from __future__ import annotations

import json
from pathlib import Path

from casus.cli.console import say, say_json
from casus.cli.errors import FINDINGS, FINE, Stop

MOST_BYTES = 512 * 1024 * 1024


def read_json(file: Path) -> object:
    """The JSON of a file (raises Stop)."""
    if not file.is_file():
        raise Stop("there is no such file", place=file, help="casus export assessment --out FILE writes one")
    if file.stat().st_size > MOST_BYTES:
        raise Stop("the file is larger than 512 MiB", place=file, help="export fewer triggers: --trigger NAME")
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as problem:
        raise Stop(f"it is no JSON: {problem}", place=file, help="casus export assessment --out FILE writes one") from None


def recheck_file(file: Path, *, as_json: bool) -> int:
    from casus.recheck.checker import Wrong, recheck

    export = read_json(file)
    wrong: str | None = None
    lines: list[str] = []
    try:
        lines = recheck(export)
    except Wrong as problem:
        wrong = str(problem)
    except (KeyError, TypeError, IndexError, ValueError, AttributeError, ZeroDivisionError, RecursionError) as problem:
        named = f"{type(problem).__name__}: {problem}"
        raise Stop(
            f"it is no exported assessment: {named}", place=file, help="docs/formats/assessment.md describes it"
        ) from None
    if as_json:
        from casus.cli.shapes import RecheckJson

        told = RecheckJson(format="casus-recheck/1", holds=wrong is None, wrong=wrong, verified=lines)
        say_json(told.model_dump(mode="json"))
    elif wrong is not None:
        say(f"WRONG: {wrong}", style="red")
    else:
        for line in lines:
            say(line)
        say("Every claim holds.", style="green")
    return FINE if wrong is None else FINDINGS


def compare_verdicts(file: Path, verdicts: Path, *, as_json: bool) -> int:
    """A monitor's verdicts on an exported clause, compared with what Casus says of it."""
    from casus.analysis import monpoly

    clause = read_json(file)
    keys = {"points", "holds", "until", "trigger"}
    if not isinstance(clause, dict) or clause.get("format") != monpoly.FORMAT or not keys <= set(clause):
        raise Stop("it is no clause that casus export monpoly wrote", place=file, help="name the .json beside the .mfotl")
    if not verdicts.is_file():
        raise Stop("there is no such file", place=verdicts, help="monpoly … > FILE writes it")
    try:
        wrong = monpoly.compare(clause, verdicts.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise Stop(str(problem), place=verdicts, help="give the output of monpoly as it is") from None
    compared = sum(1 for point in clause["points"] if point <= clause["until"])
    if as_json:
        from casus.cli.shapes import RecheckJson

        lines = [] if wrong else [f"{clause['trigger']}: {compared} time points"]
        told = RecheckJson(format="casus-recheck/1", holds=not wrong, wrong=wrong[0] if wrong else None, verified=lines)
        say_json(told.model_dump(mode="json"))
    elif wrong:
        say(f"{clause['trigger']}: {wrong[0]}" + (f"; and {len(wrong) - 1} more" if len(wrong) > 1 else ""), style="red")
    else:
        say(f"{clause['trigger']}: both say the same at {compared} time points.", style="green")
    return FINDINGS if wrong else FINE
