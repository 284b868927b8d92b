"""Links resolve, and every page can be found."""

from __future__ import annotations

import re

import pytest
from house_pages import DOCS, INDEX, ROOT, anchors, links, pages


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_resolve(page):
    for target, anchor in links(page):
        assert target.exists(), f"{page.relative_to(ROOT)} links to {target}, which is not there"
        assert target.is_relative_to(ROOT), f"{page.relative_to(ROOT)} links out of the project"
        if anchor:
            assert anchor in anchors(target), f"{page.relative_to(ROOT)}: {target.name} has no heading #{anchor}"


def test_every_page_is_reachable_from_the_index():
    seen = {INDEX}
    todo = [INDEX]
    while todo:
        for target, _ in links(todo.pop()):
            if target.suffix == ".md" and target.exists() and target not in seen:
                seen.add(target)
                todo.append(target)
    lost = [str(page.relative_to(ROOT)) for page in sorted(DOCS.rglob("*.md")) if page not in seen]
    assert not lost, f"no way from docs/index.md to {', '.join(lost)}"


def test_the_readme_leads_to_the_index():
    assert INDEX in {target for target, _ in links(ROOT / "README.md")}


def test_every_page_has_one_title():
    for page in DOCS.rglob("*.md"):
        text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1, f"{page.relative_to(ROOT)} needs exactly one title"
