"""Drafting faults: what a text that checks without error still leaves open to whoever wants to use the gap."""

from casus.lint.run import Found, Linted, Shown, lint

__all__ = ["Found", "Linted", "Shown", "lint"]
