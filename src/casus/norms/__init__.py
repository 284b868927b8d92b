"""Who owes what to whom until when: decisions, determinations, duties, powers, automatic effects, and the agreement's life."""

from casus.norms.decisions import Electorate, Tally, outcome, settled, tally
from casus.norms.disputes import Dispute, Disputes
from casus.norms.duties import Duties
from casus.norms.effects import Effect, Effects
from casus.norms.home import Lawful, lawful
from casus.norms.instances import Instance, Service
from casus.norms.life import Life, Suspended
from casus.norms.phases import Ceasefires, Phases
from casus.norms.procedures import NEVER, Asked, Ballot, Cast, Decisions, Determinations, Determining, Opener, Standing
from casus.norms.signals import Anchors, Raised, due_instant

__all__ = [
    "NEVER",
    "Anchors",
    "Asked",
    "Ballot",
    "Cast",
    "Ceasefires",
    "Decisions",
    "Determinations",
    "Determining",
    "Dispute",
    "Disputes",
    "Duties",
    "Effect",
    "Effects",
    "Electorate",
    "Instance",
    "Lawful",
    "Life",
    "Opener",
    "Phases",
    "Raised",
    "Service",
    "Standing",
    "Suspended",
    "Tally",
    "due_instant",
    "lawful",
    "outcome",
    "settled",
    "tally",
]
