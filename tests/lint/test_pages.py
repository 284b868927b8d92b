"""The pages of the rules are those of the rules, and say what a page has to say."""

from __future__ import annotations

import re

import pytest
from lint_texts import TESTS

from casus.language.parse import parse
from casus.lint import new, pages
from casus.lint.failures import BEYOND, FAILURES
from casus.lint.registry import rules

DOCS = TESTS.parent / "docs" / "rules"
RULES = list(rules().values())


def test_the_written_pages_are_those_of_the_rules():
    written = {file.name: file.read_text("utf-8") for file in DOCS.glob("*.md")}
    stale = sorted(name for name, text in pages.every_page().items() if written.get(name) != text)
    assert not stale, f"make rules writes them anew: {', '.join(stale)}"
    assert not set(written) - set(pages.every_page()), "a page is of no rule"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_page_has_its_sections_and_a_summary_in_a_sentence(rule):
    headings = re.findall(r"^## (.+)$", rule.page, re.MULTILINE)
    assert tuple(headings[:4]) == pages.SECTIONS
    assert re.fullmatch(r"[A-Z][^:]*: .+\.", pages.summary(rule)), "the first line reads `Name: what is wrong.`"
    for section in re.split(r"^## .+$", rule.page, flags=re.MULTILINE)[1:]:
        assert section.strip(), "a section says something"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
@pytest.mark.parametrize("section", ["Example", "Better"])
def test_the_examples_of_a_page_are_the_language(rule, section):
    text = pages.page(rule).split(f"## {section}\n")[1].split("\n## ")[0]
    document = parse(f"# A page\n\n{text}\n", "page.md")
    assert not [d.message for d in document.diagnostics if d.severity == "error"]
    assert document.declarations


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_module_of_a_rule_is_called_after_it(rule):
    assert rule.find.__module__.endswith(f".{rule.code.lower()}_{rule.name.replace('-', '_')}")


def test_what_a_rule_covers_is_on_the_checklist():
    covered = {item for rule in RULES for item in pages.covers(rule)}
    assert covered <= set(FAILURES)
    assert covered | set(BEYOND) == set(FAILURES), "each failure is tested by a rule, or it is said why none can"
    assert not covered & set(BEYOND)


def test_the_26_rules_of_the_design_are_there():
    wanted = "D101-D105 E601 N501-N505 P401-P404 T201-T207 V301-V303 X110"
    codes = set()
    for part in wanted.split():
        first, _, last = part.partition("-")
        codes |= {f"{first[0]}{number}" for number in range(int(first[1:]), int((last or first)[1:]) + 1)}
    assert len(codes) == 26
    assert codes <= {rule.code for rule in RULES}


def test_writing_pages_writes_what_changed_and_takes_away_what_is_of_no_rule(tmp_path):
    (tmp_path / "Z999.md").write_text("# of no rule")
    assert set(pages.write(tmp_path)) == {*pages.every_page(), "Z999.md"}
    assert not pages.write(tmp_path)
    (tmp_path / "index.md").write_text("stale")
    assert pages.write(tmp_path) == ("index.md",)


def test_a_new_rule_is_laid_out_once(tmp_path):
    made = new.lay_out(tmp_path, "T999", "some-gap", "M")
    assert [file.relative_to(tmp_path).as_posix() for file in made] == [
        "src/casus/lint/rules/t999_some_gap.py",
        "tests/lint/rules/T999/speaks.casus.md",
        "tests/lint/rules/T999/silent.casus.md",
    ]
    compile(made[0].read_text(), str(made[0]), "exec")
    assert not parse(made[1].read_text()).diagnostics
    with pytest.raises(FileExistsError):
        new.lay_out(tmp_path, "T999", "some-gap")


@pytest.mark.parametrize("words", [("t204", "some-gap"), ("T204", "Some gap"), ("T204", "some-gap", "Q")])
def test_a_rule_has_a_code_a_name_and_a_kind(tmp_path, words):
    with pytest.raises(ValueError, match="a rule"):
        new.lay_out(tmp_path, *words)
    assert not list(tmp_path.iterdir())
