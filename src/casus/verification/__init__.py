"""From reports to incidents: rungs, findings, attribution, coverage and estimates, as known so far.

`Facts` takes entries in the order of knowledge and answers for the present instant of the fold; it judges nothing by
the treaty's rules, which live above. First version: each report is an incident of its own unless it names one or
shares a lineage.
"""

from casus.verification.facts import Changes, Facts, IncidentFacts, Stock, Watch
from casus.verification.findings import Question, Questions
from casus.verification.rungs import Needs, independent_sources, rung_of, rungs_by_ladder
from casus.verification.silence import LadderSilence, Silences

__all__ = [
    "Changes",
    "Facts",
    "IncidentFacts",
    "LadderSilence",
    "Needs",
    "Question",
    "Questions",
    "Silences",
    "Stock",
    "Watch",
    "independent_sources",
    "rung_of",
    "rungs_by_ladder",
]
