"""Beside the assessment, never instead of it: its evidence for others to check, what would change it, how likely it is.

Nothing here decides anything. `evidence` exports an assessment so that it can be verified without Casus, `flips` says what
would change it, `chance` what calibrated doubt makes of a condition, `monpoly` asks another monitor.
"""
