"""`evaluate`: the fold of `semantics.md` section 2, handing facts from floor to floor, and what explains its facts."""

from casus.state.evaluate import evaluate
from casus.state.model import State
from casus.state.scenarios import ScenarioResult, run_scenario

__all__ = ["ScenarioResult", "State", "evaluate", "run_scenario"]
