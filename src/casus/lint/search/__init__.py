"""Searching for records: which events a text can tell apart, what keeps its triggers unmet, what meets them.

`shapes` and `outcomes` say what an event can look like and what a definition is worth for it; `limits` what the triggers let
pass; `campaign` and `heaviest` the most that can be repeated for ever below them. A search proposes; the reference engine
judges.
"""
