"""Choices of `docs/semantics.md` that no scenario can state."""

from __future__ import annotations

from casus import acts as a
from casus.state import evaluate
from casus.time import Occurred
from tests.state.records import agreement, entries, hours, view


def test_another_text_adopted_is_listed_with_the_reason() -> None:
    adopted = a.Adoption("sha256:another", "2030-01-02T00:00Z")
    own = a.Adoption(agreement().hash, "2030-01-02T00:00Z")
    made = entries([(Occurred.at(hours(0)), hours(1), adopted), (Occurred.at(hours(0)), hours(2), own)])
    listed = evaluate(agreement(), view(made, hours(9)), hours(9)).listed
    assert [x.what for x in listed] == ["adoption"]
    assert "evaluate that text" in listed[0].reason
