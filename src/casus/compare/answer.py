"""A line of a page or a cell: what a text says, where, and which declaration says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """`about` names the declaration that says so; empty for a head."""

    text: str
    article: str | None
    about: str = ""
