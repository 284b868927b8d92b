"""The published JSON of commands that are not about a State: imports, records, test runs, checks, the journal."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from casus.diagnostics import Diagnostic
from casus.journal.entry import Axis
from casus.state.explanation import EntryJson
from casus.state.output import CheckpointJson, MeasuredJson


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SearchedJson(_Shape):
    """How far a searching rule looked."""

    file: str
    code: str
    name: str
    variant: str = Field(description="the options chosen in the text; empty where it has none")
    found: bool = Field(description="whether the rule has a finding too, and found no more")
    extent: str


class WitnessesJson(_Shape):
    """How many witnesses there are, and the files to which they were written. What is in them is never printed."""

    count: int
    written: list[str]


class CheckJson(_Shape):
    """What the checks and the rules say of agreements, in the order of each text."""

    format: Literal["casus-check/2"]
    quick: bool = Field(description="whether the searching rules were left out")
    diagnostics: list[Diagnostic]
    allowed: list[Diagnostic] = Field(description="findings that the drafters allow")
    searched: list[SearchedJson]
    witnesses: WitnessesJson


class RejectJson(_Shape):
    row: int
    line: int
    reason: str
    help: str
    raw: str


class ImportJson(_Shape):
    """What became of every row of a file: read = accepted + duplicates + rejected + skipped."""

    format: Literal["casus-import/1"]
    file: str
    digest: str
    source_format: str
    known: str = Field(description="the rule of --known, in words")
    axis: Axis | None
    dry_run: bool
    read: int
    accepted: int
    duplicates: int
    rejected: int
    skipped: int
    losses: dict[str, int]
    warnings: dict[str, int]
    skips: dict[str, int]
    reasons: dict[str, int] = Field(description="of rejection, with the number of rows")
    notes: list[str]
    first_rejects: list[RejectJson]
    rejects_path: str | None
    first: str | None
    last: str | None
    before: CheckpointJson | None
    after: CheckpointJson | None
    batches: int
    damaged: str | None = Field(description="why the file could not be read to its end")
    stopped: str | None = Field(description="why the journal took no more")


class RecordJson(_Shape):
    """One entry put on the record by hand; `entry` is null for a dry run or a duplicate."""

    format: Literal["casus-record/1"]
    dry_run: bool
    duplicate_of: str | None
    entry: EntryJson | None
    act: dict[str, Any]
    axis: Axis
    checkpoint: CheckpointJson
    warnings: list[str]


class ExpectationJson(_Shape):
    """One expectation of a scenario: what was expected, what is, and why."""

    text: str
    file: str
    line: int
    held: bool
    actual: str
    at: str
    known_at: str
    why: list[str] = Field(description="what the State says of it, where it does not hold")


class ScenarioJson(_Shape):
    name: str
    file: str
    line: int
    passed: bool
    expectations: list[ExpectationJson]


class ScenariosJson(_Shape):
    """The outcome of `casus test`."""

    format: Literal["casus-test/1"]
    scenarios: list[ScenarioJson]
    passed: bool
    counts: dict[str, int]


class StoredJson(_Shape):
    """One leaf of the journal. `withheld`: the reader may not see it, so all but its place, id and kind is null."""

    index: int
    id: str
    kind: str
    withheld: bool
    header: dict[str, Any] | None
    payload: dict[str, Any] | None
    erased: str | None
    problem: str | None


class LogJson(_Shape):
    """Entries of the journal as they stand."""

    format: Literal["casus-log/1"]
    axis: Axis
    checkpoint: CheckpointJson
    entries: list[StoredJson]


class BadEntryJson(_Shape):
    index: int
    id: str | None
    what: str
    why: str


class VerifyJson(_Shape):
    """The outcome of `casus log verify`."""

    format: Literal["casus-verify/1"]
    intact: bool
    readable: bool
    checkpoint: CheckpointJson | None
    entries: int
    erased: int
    batches: int
    withheld: int
    bad: list[BadEntryJson]
    bad_count: int
    file_faults: list[str]
    unreadable: list[BadEntryJson]


class RecheckJson(_Shape):
    """The outcome of `casus recheck`."""

    format: Literal["casus-recheck/1"]
    holds: bool
    wrong: str | None = Field(description="the first thing that is wrong")
    verified: list[str] = Field(description="a line for each trigger")


class WatchJson(_Shape):
    """One piece of news of `casus watch`: a line of `--emit json`, the body of a webhook."""

    format: Literal["casus-watch/1"]
    kind: Literal["met", "reversed", "revised"]
    agreement: str
    agreement_hash: str
    at: str = Field(description="as of which instant")
    trigger: str
    article: str | None
    severity: int
    before: str | None = Field(description="the answer before; null: an activation that is new")
    after: str
    because: list[str] = Field(description="ids of the entries that did it; empty: time has passed")
    why: str | None
    activation: str | None
    witnesses: list[str]
    measured: list[MeasuredJson]
    key: str = Field(description="SHA-256 of the canonical form of all the rest: the same however often it is told")
