"""What an answer was made from, as JSON, for the commands beside `casus run`."""

from __future__ import annotations

from casus.cli.response_shapes import AsOfJson
from casus.state.model import State
from casus.state.output import CheckpointJson


def as_of(state: State) -> AsOfJson:
    return AsOfJson(
        agreement=state.agreement,
        agreement_hash=state.agreement_hash,
        axis=state.axis,
        checkpoint=CheckpointJson(size=state.checkpoint.size, root=state.checkpoint.root),
        reader=state.reader,
        at=str(state.at),
        known_at=str(state.known_at),
        withheld=state.withheld,
        version=state.version,
    )
