"""Who owes what to whom until when: decisions, determinations, duties, powers, automatic effects, and the agreement's life."""

from casus.norms.decisions import Electorate, Tally, outcome, settled, tally
from casus.norms.duties import Duties, Instance, Service
from casus.norms.effects import Effect, Effects
from casus.norms.life import Life, Suspended
from casus.norms.procedures import NEVER, Asked, Ballot, Cast, Decisions, Determinations, Determining, Opener
from casus.norms.signals import Anchors, Raised, due_instant

__all__ = [
    "NEVER",
    "Anchors",
    "Asked",
    "Ballot",
    "Cast",
    "Decisions",
    "Determinations",
    "Determining",
    "Duties",
    "Effect",
    "Effects",
    "Electorate",
    "Instance",
    "Life",
    "Opener",
    "Raised",
    "Service",
    "Suspended",
    "Tally",
    "due_instant",
    "outcome",
    "settled",
    "tally",
]
