"""What the pages show of the language is the language."""

from __future__ import annotations

import pytest
from house_pages import ROOT, fences, pages

from casus.language.parse import parse

SHOWN = [
    pytest.param(content, id=f"{page.relative_to(ROOT)}-{number}")
    for page in pages()
    for number, content in enumerate(fences(page.read_text(encoding="utf-8"), "casus"), 1)
]


@pytest.mark.parametrize("content", SHOWN)
def test_every_casus_fence_parses(content):
    document = parse(f"# A page\n\n```casus\n{content}```\n", "page.md")
    assert not [d for d in document.diagnostics if d.severity == "error"]
    assert document.declarations


TESTS = [
    pytest.param(content, id=f"{page.relative_to(ROOT)}-{number}")
    for page in pages()
    for number, content in enumerate(fences(page.read_text(encoding="utf-8"), "casus-test"), 1)
]


@pytest.mark.skipif(not TESTS, reason="no page shows a scenario")
@pytest.mark.parametrize("content", TESTS)
def test_every_scenario_fence_parses(content):
    document = parse(f"# A page\n\n```casus-test\n{content}```\n", "page.md")
    assert not [d for d in document.diagnostics if d.severity == "error"]
    assert document.scenarios


def test_there_is_something_to_parse():
    assert len(SHOWN) >= 3
