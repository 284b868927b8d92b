"""What a lint rule is: a code, a name, a kind, a page, and a function from a draft to what it finds.

A rule stands alone in its module under `casus.lint.rules`; the module's docstring is the rule's page. Adding a rule is adding
a module: `casus.lint.registry` finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from casus.diagnostics import Related, Span
from casus.language.scenario import Scenario

if TYPE_CHECKING:
    from casus.lint.draft import Draft

Kind = Literal["S", "M", "X"]
"""S: read off the text. M: searches for a witness within a bound. X: prose against code."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A record of acts that replays to the bad outcome.

    Every expectation of `scenario` holds when it is run over the draft; `outcome` says in one sentence what it shows.
    `smallest`: without any one of its lines but the consents some expectation fails. It is not so for the heaviest record
    under which nothing is met, for example.
    """

    scenario: Scenario
    outcome: str
    smallest: bool = True


Gap = tuple[str, str | None]
"""What the text does not say (`due`, `remedy`, … as in `open`), and of which declaration; None: of the whole."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `message` names the declarations and says what is wrong, in one sentence without a full stop.

    `about` names the declarations the finding rests on, the main one first: two editions of a text have the same finding
    where code and `about` are the same.

    `gaps`: what the text does not say, as far as that is what the finding is about. A gap is told once, by the rule that tells
    it best: a finding whose gaps others have told all is left out, or `rest` makes one of what remains of it.
    """

    message: str
    span: Span | None
    about: tuple[str, ...] = ()
    because: tuple[Related, ...] = field(default=())
    help: str | None = None
    witness: Witness | None = None
    gaps: tuple[Gap, ...] = ()
    rest: Callable[[frozenset[Gap]], Finding | None] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Searched:
    """A searching rule ended without a (further) witness; `extent` says what it looked through, with numbers."""

    extent: str


Find = Callable[["Draft"], Iterator["Finding | Searched"]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`page` is the docstring of the rule's module."""

    code: str
    name: str
    kind: Kind
    find: Find
    page: str


def rule(code: str, name: str, kind: Kind) -> Callable[[Find], Rule]:
    """Makes the function below it the rule of its module; the module then has it as an attribute of type Rule."""

    def made(find: Find) -> Rule:
        import sys

        page = sys.modules[find.__module__].__doc__
        assert page, f"{find.__module__} has no docstring, and it is the rule's page"
        return Rule(code, name, kind, find, page)

    return made
