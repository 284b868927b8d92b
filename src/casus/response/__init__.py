"""What a State asks of people: deadlines, notices, case files, letters, what-if, the two-person rule, many agreements.

Everything here reads States and Views that `casus.state` and `casus.journal` give. The calls that a program needs which watches
a workspace are `deadlines.next_deadline`, `deadlines.deadlines`, `notices.due_notices` and `statediff.changes`. Nothing is
imported here: a cached line on an agreement should not wait for the language to load.
"""
