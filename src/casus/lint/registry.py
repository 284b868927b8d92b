"""Every rule there is: one for each module of `casus.lint.rules`, ordered by code."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from casus.lint import rules as folder
from casus.lint.rule import Rule


@cache
def rules() -> Mapping[str, Rule]:
    """The rules by their codes."""
    found: dict[str, Rule] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(folder.__path__)):
        for value in vars(import_module(f"{folder.__name__}.{module}")).values():
            if isinstance(value, Rule):
                assert value.code not in found, f"two rules have the code {value.code}"
                found[value.code] = value
    return dict(sorted(found.items()))
