"""What a State asks of people: deadlines, notices, case files, letters, what-if, the two-person rule, many agreements.

Everything here reads States and Views that `casus.state` and `casus.journal` give. `deadlines` and `due_notices` are the two
calls that a program needs which watches a workspace.
"""

from casus.response.deadlines import Deadline, deadlines, next_deadline
from casus.response.statediff import Change, changes

__all__ = ["Change", "Deadline", "changes", "deadlines", "next_deadline"]
