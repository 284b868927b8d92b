"""A file onto the record: read, fit, sort out, append, and say exactly what became of every row.

read = accepted + duplicates + rejected + skipped, always. The accepted rows of a file are one batch of the journal, whole or
not at all; a file of more than `BATCH` accepted rows is several. What the journal itself refuses lands in the same file of
rejects. A dry run decides the same in the same way and leaves the journal as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from casus.acts import Report
from casus.intake.fit import Misfit, fit
from casus.intake.formats import read_rows
from casus.intake.known import RECORDED, KnownRule
from casus.intake.rejects import RejectsFile
from casus.intake.rows import Accepted, Note, Rejected, Skipped
from casus.journal import Checkpoint, Draft, Entry, Journal, JournalError
from casus.journal.database import connect
from casus.journal.drafts import Standing, prepare, sort_out
from casus.journal.lookup import Lookup, last_batch
from casus.language.agreement import Agreement
from casus.time import END, Instant

BATCH: Final = 100_000
"""Accepted rows that one batch holds at most; they are held in memory until it is on the record."""
_FIGURES: Final = re.compile(r"'[^']*'|\b(?:ged_|row |line |byte |entry e)?[-+]?\d[\w:.\-]*")
_SHOWN: Final = 20
_STEP: Final = 1_000

Progress = Callable[[int], None]
"""Called with the number of rows read so far."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file. `read` = `accepted` + `duplicates` + `rejected` + `skipped`.

    `losses`, `warnings` and `skips` count rows by their text, `reasons` those of rejection by theirs without its figures
    and quotations; `first_rejects` are the first 20 as they are.
    `first` and `last` bracket what the accepted rows speak of. `damaged` says why the file could not be read to its end,
    `stopped` why the journal took no more after the batches that stand.
    """

    file: str
    digest: str
    format: str
    known: str
    axis: str | None
    dry_run: bool
    read: int
    accepted: int
    duplicates: int
    rejected: int
    skipped: int
    losses: Mapping[str, int]
    warnings: Mapping[str, int]
    skips: Mapping[str, int]
    reasons: Mapping[str, int]
    notes: tuple[str, ...]
    first_rejects: tuple[Rejected, ...]
    rejects_path: Path | None
    first: Instant | None
    last: Instant | None
    before: Checkpoint | None
    after: Checkpoint | None
    batches: int
    damaged: str | None = None
    stopped: str | None = None


@dataclass(slots=True)
class _Tally:
    """The counts while the file is read."""

    read: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    skipped: int = 0
    batches: int = 0
    losses: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    skips: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    first_rejects: list[Rejected] = field(default_factory=list)
    first: Instant | None = None
    last: Instant | None = None
    damaged: str | None = None
    stopped: str | None = None


def import_file(
    journal: Journal | None,
    path: Path,
    format_name: str,
    *,
    now: Instant,
    options: Mapping[str, str] | None = None,
    known: KnownRule = RECORDED,
    agreement: Agreement | None = None,
    dry_run: bool = False,
    rejects_path: Path | None = None,
    progress: Progress | None = None,
    batch: int = BATCH,
    refused: Collection[str] = (),
) -> ImportReport:
    """Read the file and put its rows on the record at `now`.

    Without an agreement the rows are taken as the mapping gives them; acts of a kind that is `refused` are rejected.
    `journal` None is for a dry run without one: then nothing is compared with a record. Raises UnreadableFile where nothing
    can be read, JournalError where the journal takes nothing; if it refuses a later batch of a large file, the report says so
    in `stopped` and earlier batches stand.
    """
    if journal is None and not dry_run:
        raise ValueError("an import without a journal can only be a dry run")
    with ExitStack() as stack:
        rejects = stack.enter_context(RejectsFile(rejects_path, path)) if rejects_path is not None else None
        before = journal.checkpoint() if journal is not None else None
        intake = _Intake(journal, now, dry_run, agreement, rejects, refused)
        for row in read_rows(path, format_name, options, known):
            intake.take(row)
            if progress is not None and intake.tally.read % _STEP == 0 and not isinstance(row, Note):
                progress(intake.tally.read)
            if len(intake.pending) >= batch and not intake.flush():
                break
        intake.flush()
        if progress is not None:
            progress(intake.tally.read)
        after = journal.checkpoint() if journal is not None else None
    return _report(intake.tally, path, format_name, known, journal, dry_run, rejects_path, before, after)


class _Intake:
    """The rows of one file on their way."""

    def __init__(
        self,
        journal: Journal | None,
        now: Instant,
        dry_run: bool,
        agreement: Agreement | None,
        rejects: RejectsFile | None,
        refused: Collection[str],
    ) -> None:
        self._refused = frozenset(refused)
        self._journal = journal
        self._now = now
        self._dry_run = dry_run
        self._agreement = agreement
        self._rejects = rejects
        self._standing = _reports(journal)
        self._seen: dict[str, tuple[int, int]] = {}
        self._repeats: dict[str, list[Accepted]] = {}
        self.pending: list[Accepted] = []
        self.tally = _Tally()

    def take(self, row: Accepted | Rejected | Skipped | Note) -> None:
        """Count a row; an accepted one waits for its batch."""
        tally = self.tally
        if isinstance(row, Note):
            tally.notes.append(row.text)
            return
        tally.read += 1
        if isinstance(row, Rejected):
            self._reject(row)
        elif isinstance(row, Skipped):
            tally.skipped += 1
            tally.skips[row.reason] += 1
        else:
            self._accept(row)

    def flush(self) -> bool:
        """Put what waits on the record. False: the journal takes no more."""
        waiting, self.pending = self.pending, []
        if not waiting:
            return self.tally.stopped is None
        drafts = [row.draft for row in waiting]
        try:
            gone, refused, notes = self._append(drafts)
        except JournalError as problem:
            if not self.tally.batches:
                raise
            self._stop(problem, waiting)
            return False
        self.tally.batches += 1
        self.tally.notes += [note for note in notes if note not in self.tally.notes]
        reasons = dict(refused)
        for i, row in enumerate(waiting):
            if i in reasons:
                self._refuse(row, reasons[i], _advice(reasons[i]))
            elif i in gone:
                self.tally.duplicates += 1
            else:
                self._count(row)
        return True

    def _accept(self, row: Accepted) -> None:
        fitted = self._fitted(row)
        if isinstance(fitted, Misfit):
            self._reject(Rejected(row.row, row.line, fitted.reason, fitted.help, row.raw))
            return
        act = fitted.draft.act
        if act.kind in self._refused:
            reason = f"a {act.kind} needs two persons here, and an import has none"
            self._reject(Rejected(row.row, row.line, reason, "enter it with casus record --key, and confirm it", row.raw))
            return
        if not isinstance(act, Report) or self._is_new(act, fitted):
            self.pending.append(fitted)

    def _fitted(self, row: Accepted) -> Accepted | Misfit:
        if self._agreement is None:
            return row
        result = fit(row.draft.act, self._agreement)
        if isinstance(result, Misfit):
            return result
        return replace(row, draft=replace(row.draft, act=result.act), losses=row.losses + result.losses)

    def _is_new(self, act: Report, row: Accepted) -> bool:
        """Its id is neither in the file nor on the record yet; otherwise it is counted as what it is.

        Of two reports with one id only the first would have an effect, so a second must not slip onto the record.
        """
        mark = _mark(act, row.draft)
        seen_row, seen_mark = self._seen.setdefault(act.id, (row.row, mark))
        if seen_row != row.row:
            if seen_mark == mark:
                self._repeats.setdefault(act.id, []).append(row)
                self.tally.duplicates += 1
            else:
                self._refuse(row, f"its id {act.id} is that of row {seen_row}, with other content", "give each row its own id")
            return False
        standing = self._standing.get(act.id)
        if standing is None:
            return True
        if any(_says(entry, row.draft) for entry in standing):
            self.tally.duplicates += 1
        else:
            reason = f"a report {act.id} is on the record with other content (entry {standing[0].id[:12]})"
            self._refuse(row, reason, "put a correction of it on the record, or give this row another id")
        return False

    def _refuse(self, row: Accepted, reason: str, advice: str) -> None:
        """Reject an accepted row after all; those that only repeat it share its fate."""
        self._reject(Rejected(row.row, row.line, reason, advice, row.raw))
        act = row.draft.act
        if isinstance(act, Report) and self._seen.get(act.id, (0, 0))[0] == row.row:
            for other in self._repeats.pop(act.id, ()):
                self.tally.duplicates -= 1
                self._reject(Rejected(other.row, other.line, f"it repeats row {row.row}, which is rejected", "", other.raw))

    def _append(self, drafts: Sequence[Draft]) -> tuple[frozenset[int], Sequence[tuple[int, str]], Sequence[str]]:
        """Places of duplicates, (place, reason) of rejects, notes. A dry run asks what would become of them."""
        if self._journal is None:
            return frozenset(), _untimely(drafts, self._now), ()
        if not self._dry_run:
            result = self._journal.append(drafts, self._now)
            return frozenset(d.draft for d in result.duplicates), [(r.draft, r.reason) for r in result.rejected], result.notes
        sound, unfit = prepare(drafts)
        with closing(connect(self._journal.path, 5.0, read_only=True)) as connection:
            found = last_batch(connection, self._journal.path)
            recorded = self._now.us if found is None else max(self._now.us, found[0].recorded + 1)
            decided = sort_out(sound, recorded, self._journal.axis, True, Lookup(connection, self._journal.axis))
        gone = frozenset([d.draft for d in decided.duplicates] + [place for place, _ in decided.repeats])
        return gone, [(r.draft, r.reason) for r in (*unfit, *decided.rejected)], ()

    def _reject(self, row: Rejected) -> None:
        tally = self.tally
        tally.rejected += 1
        tally.reasons[_gist(row.reason)] += 1
        if row.fatal:
            tally.damaged = row.reason
        if len(tally.first_rejects) < _SHOWN:
            tally.first_rejects.append(row)
        if self._rejects is not None:
            self._rejects.write(row)

    def _count(self, row: Accepted) -> None:
        tally = self.tally
        tally.accepted += 1
        tally.losses.update(row.losses)
        tally.warnings.update(row.warnings)
        lo, hi = row.draft.occurred.lo, row.draft.occurred.hi
        tally.first = lo if tally.first is None or lo < tally.first else tally.first
        tally.last = hi if tally.last is None or tally.last < hi else tally.last

    def _stop(self, problem: JournalError, waiting: Sequence[Accepted]) -> None:
        self.tally.stopped = f"the journal took {self.tally.batches} batches and refused the next: {problem}"
        for row in waiting:
            self._refuse(row, f"not on the record: {problem.reason}", "import the file again")


def _reports(journal: Journal | None) -> dict[str, list[Entry]]:
    """The reports that stand, by their id."""
    found: dict[str, list[Entry]] = {}
    if journal is not None:
        for entry in journal.view(END).entries:
            if isinstance(entry.act, Report):
                found.setdefault(entry.act.id, []).append(entry)
    return found


def _mark(act: Report, draft: Draft) -> int:
    """What the row says, as a number, to tell a repeated row from another one of the same id."""
    return hash((draft.occurred, draft.known, act.event, act.actor, tuple(act.fields.items()), act.sources))


def _says(entry: Entry, draft: Draft) -> bool:
    """The entry is what the draft would become, origin aside."""
    return (
        entry.act == draft.act
        and entry.occurred == draft.occurred
        and (entry.author, entry.marking) == (draft.author, draft.marking)
        and entry.known == (entry.recorded if draft.known is None else draft.known)
    )


def _untimely(drafts: Sequence[Draft], now: Instant) -> list[tuple[int, str]]:
    """What the journal would say to these at `now`, where there is none to ask."""
    sound, unfit = prepare(drafts)
    nothing = sort_out(sound, now.us, "recorded", False, _Nothing())
    return [(r.draft, r.reason) for r in (*unfit, *nothing.rejected)]


class _Nothing:
    """A record on which nothing stands."""

    def with_fingerprints(self, fingerprints: Sequence[int]) -> Mapping[int, Sequence[Standing]]:
        return {}

    def with_slots(self, slots: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], str]:
        return {}


def _gist(reason: str) -> str:
    """The reason without its figures and quotations, so that like is counted with like."""
    return _FIGURES.sub("…", reason)


def _advice(reason: str) -> str:
    if "after it is recorded" in reason:
        return "the row speaks of the future, or the clock given is behind; check the column of --known"
    if "it occurred at" in reason:
        return "nothing is known before it happens: choose another --known rule, or mend the dates"
    return ""


def _report(
    tally: _Tally,
    path: Path,
    format_name: str,
    known: KnownRule,
    journal: Journal | None,
    dry_run: bool,
    rejects_path: Path | None,
    before: Checkpoint | None,
    after: Checkpoint | None,
) -> ImportReport:
    return ImportReport(
        file=path.name,
        digest=_digest(path),
        format=format_name,
        known=str(known),
        axis=journal.axis if journal is not None else None,
        dry_run=dry_run,
        read=tally.read,
        accepted=tally.accepted,
        duplicates=tally.duplicates,
        rejected=tally.rejected,
        skipped=tally.skipped,
        losses=_sorted(tally.losses),
        warnings=_sorted(tally.warnings),
        skips=_sorted(tally.skips),
        reasons=_sorted(tally.reasons),
        notes=tuple(tally.notes),
        first_rejects=tuple(tally.first_rejects),
        rejects_path=rejects_path,
        first=tally.first,
        last=tally.last,
        before=before,
        after=after,
        batches=tally.batches,
        damaged=tally.damaged,
        stopped=tally.stopped,
    )


def _sorted(counts: Counter[str]) -> dict[str, int]:
    """The most frequent first, equal ones by their text."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
