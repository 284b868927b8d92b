"""Conditions → activations with witnesses. The reference executor: short, naive, the judge of every later one.

`Membership` says which events belong to which definition, `conditions` what a condition is worth at one instant, `Engine`
when a trigger is met, reversed, and what it consumed.
"""

from casus.triggers.engine import Act, Engine, Met
from casus.triggers.membership import Membership
from casus.triggers.verdict import Reason, Unknown, Verdict

__all__ = ["Act", "Engine", "Membership", "Met", "Reason", "Unknown", "Verdict"]
