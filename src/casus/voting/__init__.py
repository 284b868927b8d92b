"""Who can bring a decision about and who can stop it: coalitions, power, and the paths that hang on one party.

`analyse(agreement, decision)` gives the power in one decision, `stated`, `blocking` and `stoppers` a part of it;
`levers(agreement)` every path on which one actor stops a consequence. Nothing here is computed from a record: it is read off
the text, everybody whom it names being bound.
"""

from casus.voting.levers import levers
from casus.voting.model import Attendance, Chain, Coalition, Coalitions, Lever, Link, Part, Path, Power, Step
from casus.voting.power import analyse, blocking, stated, stoppers
from casus.voting.waits import Wait

__all__ = [
    "Attendance",
    "Chain",
    "Coalition",
    "Coalitions",
    "Lever",
    "Link",
    "Part",
    "Path",
    "Power",
    "Step",
    "Wait",
    "analyse",
    "blocking",
    "levers",
    "stated",
    "stoppers",
]
