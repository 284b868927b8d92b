from __future__ import annotations

from typing import Protocol

from casus.kleene import Truth


class Region(Protocol):
    def holds(self, lat: float, lon: float, radius: float) -> Truth: ...
