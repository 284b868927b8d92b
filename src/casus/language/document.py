"""A parsed text, before anything is resolved: what `casus.language.parse` gives and the checker takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Discriminator

from casus.diagnostics import Diagnostic, Span
from casus.language.agreement import Article, Table
from casus.language.nodes import Decl
from casus.language.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block.

    `info` is its word (`casus`, `casus-test`, or another), `line` the file line of its first content line. `variant` is the
    option or reading (`variant_kind`) that it belongs to; None is the text that stands whatever is chosen.
    """

    info: str
    line: int
    content: str
    article: str | None
    variant: str | None = None
    variant_kind: Literal["option", "reading"] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The declarations that parsed, in the order of the text; what did not parse is in `diagnostics` and nowhere else.

    `text` has its lines ended by `\\n` and no byte order mark. `broken` holds the names of the declarations that did not
    parse, so that a check of names does not report their uses as well. A scenario with a fault is left out.

    `chosen` holds the options and readings whose fences were put into the text (`casus.language.variants.choose`); None: nobody
    has chosen, and the declarations of all variants stand side by side, each with its `variant`.
    """

    path: str
    text: str
    fences: tuple[Fence, ...]
    declarations: tuple[Annotated[Decl, Discriminator("kind")], ...]
    articles: Mapping[str, Article]
    tables: Mapping[str, Table]
    table_spans: Mapping[str, Span]
    scenarios: tuple[Scenario, ...]
    diagnostics: tuple[Diagnostic, ...]
    broken: frozenset[str] = frozenset()
    chosen: tuple[str, ...] | None = None
