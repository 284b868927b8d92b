"""Lays out the demo's workspace, imports the year, evaluates it, and says what came of it.

Takes a folder, a seed and rates; every step goes through the functions that `casus import`, `casus record` and `casus run`
use. The instants of recording are given and not taken from a clock, and the salts come from the seed, so the journal has
the same root wherever the demo is run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from casus import acts as a
from casus.cli.demo import files as f
from casus.cli.demo import parameters as p
from casus.cli.errors import Stop
from casus.cli.workspace import SETTINGS, settings_text
from casus.intake import KnownRule, fit, import_file
from casus.intake.fit import Misfit
from casus.journal import Draft, Journal, Reader, View, create_journal
from casus.language.agreement import Agreement
from casus.language.load import load
from casus.language.parse import parse
from casus.language.scenario import Line
from casus.state.evaluate import evaluate
from casus.state.model import State
from casus.time import HOUR, MINUTE, Instant, Known, Occurred

JOURNAL = "journal.db"
RECORDED = p.END_OF_YEAR + 12 * HOUR
"""When the reconstruction was made; each batch is a minute later than the one before."""

Step = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Year:
    """The laid-out year, evaluated at its end for its owner."""

    folder: Path
    agreement: Agreement
    view: View
    state: State
    imported: dict[str, int]
    """File → entries on the record."""


def lay_out(folder: Path, seed: int, rates: p.Rates) -> None:
    """Write the workspace's files, the journal aside (raises Stop where something is there already)."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Stop("there is something there already", place=folder, help="name a folder that does not exist or is empty")
    laid = f.shipped_files() | {name: text.encode() for name, text in f.source_files(seed, rates).items()}
    laid[SETTINGS] = f"# {f.NOTICE}\n{settings_text(f.AGREEMENT)}".encode()
    for name, content in laid.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def fill_journal(folder: Path, agreement: Agreement, seed: int, step: Step) -> dict[str, int]:
    """Create the journal and put the year on it: the files first, then the acts (raises Stop if anything is refused)."""
    salts = Random(f"casus demo {seed} salts")
    imported: dict[str, int] = {}
    journal = create_journal(
        folder / JOURNAL, "known", RECORDED, lineage=agreement.name, entropy=lambda size: salts.randbytes(size)
    )
    with journal:
        now = RECORDED
        for one in f.IMPORTS:
            now += MINUTE
            path = folder / one.path
            total = path.read_bytes().count(b"\n")
            report = import_file(
                journal,
                path,
                one.format,
                now=now,
                options={"mapping": str(folder / one.mapping)},
                known=KnownRule.parse(one.known),
                agreement=agreement,
                progress=lambda rows, path=path, total=total: step(f"importing {path.name}", rows, total),  # type: ignore[misc]
            )
            if report.accepted != report.read:
                reasons = "; ".join(report.reasons)
                raise Stop(f"{report.read - report.accepted} rows were not taken: {reasons}", place=path)
            imported[one.path] = report.accepted
        for name, marking in f.RECORDS:
            now += MINUTE
            step(f"recording {Path(name).name}", 0, 1)
            imported[name] = _record(journal, folder / name, agreement, marking, now)
            step(f"recording {Path(name).name}", 1, 1)
    return imported


def _record(journal: Journal, path: Path, agreement: Agreement, marking: str, now: Instant) -> int:
    """Put a file of acts, one a line, on the record as one batch (raises Stop if one is refused)."""
    drafts = [replace(draft, marking=marking) for draft in read_acts(path, agreement)]
    result = journal.append(drafts, now)
    if result.rejected or result.duplicates:
        first = result.rejected[0].reason if result.rejected else "it stands already"
        raise Stop(f"{len(result.rejected) + len(result.duplicates)} acts were not taken: {first}", place=path)
    return len(result.accepted)


def read_acts(path: Path, agreement: Agreement) -> list[Draft]:
    """The acts of a file, each line as in a scenario (raises Stop for a line that is none)."""
    document = parse(f"```casus-test\nscenario record\n{path.read_text(encoding='utf-8')}```\n", str(path))
    for fault in document.diagnostics:
        raise Stop(fault.message, place=str(fault.span), help=fault.help)
    drafts = []
    for number, line in enumerate((item for item in document.scenarios[0].items if isinstance(item, Line)), 1):
        start = agreement.instant(line.start)
        occurred = Occurred(start, agreement.instant(line.end) if line.end else start)
        known = agreement.instant(line.known) if line.known else occurred.hi
        fitted = fit(line.act, agreement)
        if isinstance(fitted, Misfit):
            raise Stop(fitted.reason, place=f"{path} act {number}", help=fitted.help)
        drafts.append(Draft(occurred, fitted.act, author_of(fitted.act), Known(known), origin=f"{path.name} act {number}"))
    return drafts


SEEN_BY_THE_MISSION = frozenset({"heavy_weapon", "incursion"})


def author_of(act: a.Act) -> str:
    """Who puts an act on the record: the member or body that acts, the Mission, or the secretariat."""
    match act:
        case a.Vote(member=who) | a.Request(member=who) | a.Fulfilment(member=who) | a.Waiver(member=who):
            return who
        case a.Approval(member=who) | a.Refusal(member=who):
            return who
        case a.Ratification(party=who) | a.Denunciation(party=who) | a.Objection(party=who):
            return who
        case a.Adjudication(body=who) | a.FindingAnswer(body=who) | a.Determination(body=who) | a.Attribution(body=who):
            return who
        case a.Estimate(body=who) | a.Coverage(body=who):
            return who
        case a.Report(event=event) if event in SEEN_BY_THE_MISSION:
            return "mission"
        case a.Correction() | a.Withdrawal():
            return "mission"
        case _:
            return "secretariat"


def year(folder: Path, seed: int, rates: p.Rates, step: Step) -> Year:
    """Lay out, import and evaluate (raises Stop)."""
    step("writing the files", 0, 1)
    lay_out(folder, seed, rates)
    step("writing the files", 1, 1)
    step("checking the compact", 0, 1)
    checked = load(folder / f.AGREEMENT)
    if checked.agreement is None:
        raise Stop(checked.diagnostics[0].message, place=str(checked.diagnostics[0].span), help=checked.diagnostics[0].help)
    step("checking the compact", 1, 1)
    imported = fill_journal(folder, checked.agreement, seed, step)
    state, view = assess(folder, checked.agreement, step)
    return Year(folder, checked.agreement, view, state, imported)


def assess(folder: Path, agreement: Agreement, step: Step, reader: Reader = Reader()) -> tuple[State, View]:
    """The State at the end of the year."""
    from casus.journal import open_journal

    with open_journal(folder / JOURNAL, read_only=True) as journal:
        view = journal.view(p.END_OF_YEAR, reader)
    step("evaluating the year", 0, 1)
    state = evaluate(agreement, view, p.END_OF_YEAR)
    step("evaluating the year", 1, 1)
    return state, view
