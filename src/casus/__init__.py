"""Casus makes an international security guarantee executable.

`State = evaluate(agreement, journal.view(known_at, reader), at)`: see `docs/architecture.md`.
"""

__version__ = "0.1.0"
