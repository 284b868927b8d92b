"""Changes are told: fragments stand until a release puts them together."""

from __future__ import annotations

import re

from house_pages import ROOT


def test_fragments_are_bullet_lines():
    fragments = sorted((ROOT / "changelog.d").glob("*.md"))
    assert fragments or re.search(r"^## \d", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    for fragment in fragments:
        lines = fragment.read_text(encoding="utf-8").splitlines()
        assert lines, f"{fragment.name} is empty"
        assert lines[0].startswith("- "), f"{fragment.name} begins with a bullet"
        assert all(re.match(r"- \S|  \S|$", line) for line in lines), f"{fragment.name} holds bullet lines only"
