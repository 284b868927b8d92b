"""Scenarios of a `casus-test` fence: a record of acts, and what is expected of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Discriminator

from casus.acts import Act
from casus.diagnostics import Span
from casus.language.nodes import Moment


@dataclass(frozen=True, slots=True)
class Line:
    """`I [to J] act [known K]`."""

    start: Moment
    end: Moment | None
    known: Moment | None
    act: Annotated[Act, Discriminator("kind")]
    span: Span | None = field(default=None, compare=False)


ExpectKind = Literal[
    "no_trigger", "met", "effective", "reversed", "first_known", "first_occurred", "witnesses", "norm", "norm_due", "status"
]


@dataclass(frozen=True, slots=True)
class Expect:
    """`expect …`. Which fields are set depends on `kind`.

    - met, effective, reversed: `name`, `times`
    - first_known, first_occurred: `name`, `instant`
    - witnesses: `name`, `names`
    - norm: `name` of `who` [upon `upon`] is `state`; norm_due: … due `instant`
    - status: `name` is [not: `negated`] `state`
    """

    kind: ExpectKind
    name: str = ""
    times: int = 0
    names: tuple[str, ...] = ()
    who: str = ""
    upon: str | None = None
    state: str = ""
    instant: Moment | None = None
    negated: bool = False
    hindsight: bool = False
    at: Moment | None = None
    known: Moment | None = None
    text: str = ""
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Scenario:
    """`name` is the words after `scenario`; `items` are in the order of the text.

    `variant` is the option or reading in whose fence it stands: it speaks of the text in which that is chosen.
    """

    name: str
    items: tuple[Line | Expect, ...]
    span: Span | None = field(default=None, compare=False)
    variant: str | None = None
