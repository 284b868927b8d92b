"""The options that several commands share, so that one word means one thing everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", metavar="DIR", help="The workspace: the folder that holds casus.toml.")
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="INSTANT",
        help="The instant to assess: 2027-03-01T02:10Z, or a date for its 00:00 on the agreement's clock.",
    ),
]
KnownAtOption = Annotated[
    str | None, typer.Option("--known-at", metavar="INSTANT", help="Use only what was known by this instant.")
]
ReaderOption = Annotated[str | None, typer.Option("--reader", metavar="NAME", help="Who reads; stands on the assessment.")]
ClearanceOption = Annotated[
    str | None,
    typer.Option(
        "--clearance",
        metavar="MARKING",
        help="The highest marking shown: CLEAR, GREEN, AMBER, AMBER+STRICT or RED. The rest is counted as withheld.",
    ),
]
ChoiceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--option", metavar="NAME", help="Put this option or reading of the text into it; repeatable. Else as casus.toml says."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON; `casus schema` prints its shape.")]

HERE = Path()
