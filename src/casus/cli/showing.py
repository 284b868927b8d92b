"""Shows diagnostics with the lines they speak of."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casus.diagnostics import Diagnostic


def sources_of(diagnostics: Iterable[Diagnostic]) -> dict[str, str]:
    """The text of every file that a diagnostic names; a file that cannot be read is left out."""
    names = {span.file for d in diagnostics for span in (d.span, *(r.span for r in d.because)) if span is not None}
    found: dict[str, str] = {}
    for name in sorted(names):
        try:
            found[name] = Path(name).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            continue  # the diagnostic itself says what is wrong with the file
    return found


def show_diagnostics(diagnostics: Iterable[Diagnostic], *, to_stderr: bool = False) -> None:
    """Each with its source line, caret, because and help."""
    from casus.cli.console import coloured
    from casus.diagnostics.render import render_text

    stream = sys.stderr if to_stderr else sys.stdout
    listed = list(diagnostics)
    text = render_text(listed, sources_of(listed), color=coloured(stream))
    if text:
        print(text.rstrip("\n"), file=stream)
