"""The reference keeps its sections: other pages, docstrings and tests cite them by number."""

from __future__ import annotations

import re

from house_pages import DOCS

SECTIONS = [
    "1. Knowledge",
    "2. The fold",
    "3. Uncertain input",
    "4. Rungs, findings, exceptions",
    "5. Triggers",
    "6. Determinations and decisions",
    "7. Norms and the agreement's life",
    "8. Scenarios",
    "9. Versions and identity",
    "Choices",
]


def test_the_sections_of_the_semantics_stand():
    text = (DOCS / "semantics.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
