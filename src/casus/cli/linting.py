"""The table `[lint]` of `casus.toml`: what the rules of `casus check` go by in a workspace."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from casus.cli.errors import Stop

if TYPE_CHECKING:
    from casus.lint.draft import Settings

_MONTHS: Final = {"month": 1, "months": 1, "year": 12, "years": 12}


@dataclass(frozen=True, slots=True)
class LintSettings:
    """`preparation_months`: how long an attack takes to prepare. `budget`: records that one searching rule may evaluate."""

    preparation_months: int = 12
    budget: int = 2000

    def settings(self) -> Settings:
        from casus.lint.draft import Settings
        from casus.time import Period

        return Settings(Period(self.preparation_months), self.budget)


def read_lint_settings(table: Any, path: Path) -> LintSettings:
    """The settings of a table, with the defaults for what it leaves out (raises Stop)."""
    if not isinstance(table, dict):
        raise Stop("lint is a table", place=path, help="write: [lint], and its settings on the lines below")
    settings = LintSettings()
    for key, value in table.items():
        match key:
            case "preparation":
                settings = LintSettings(_preparation(value, path), settings.budget)
            case "budget":
                settings = LintSettings(settings.preparation_months, _budget(value, path))
            case _:
                raise Stop(f"the setting {key!r} of [lint] is not known", place=path, help="known are preparation, budget")
    return settings


def _preparation(value: Any, path: Path) -> int:
    match = re.fullmatch(r"(\d{1,4}) (months?|years?)", value) if isinstance(value, str) else None
    if match is None:
        raise Stop(f"preparation is a time, not {value!r}", place=path, help='write: preparation = "12 months"')
    return int(match[1]) * _MONTHS[match[2]]


def _budget(value: Any, path: Path) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise Stop(f"budget is a number of records, not {value!r}", place=path, help="write: budget = 2000")
    return value
