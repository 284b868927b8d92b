"""A State at an instant without its assessments: what is due and what becomes of it needs no answer on every trigger."""

from __future__ import annotations

from casus import __version__
from casus.journal.entry import View
from casus.language.agreement import Agreement
from casus.state.fold import Fold
from casus.state.model import State
from casus.state.snapshot import snapshot
from casus.time import Instant


def project(agreement: Agreement, view: View, at: Instant) -> State:
    """The facts at `at` if nothing arrives beyond the view. `assessments` and `hindsight` are empty."""
    fold = Fold(agreement, view)
    horizon = min(at, view.known_at)
    fold.run([entry for entry in view.entries if view.knowledge(entry) <= horizon], at)
    fold.now = at
    return snapshot(fold, at, __version__)
