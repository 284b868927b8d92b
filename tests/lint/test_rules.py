"""Every rule speaks where it must, is silent where it must be, and proves what it says with a record that replays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from lint_texts import CONFORMANCE, EXAMPLE, RULES, STARTER, Text, fixtures, text_from, text_of

from casus import acts
from casus.diagnostics import Diagnostic
from casus.language.scenario import Expect, Line
from casus.language.scenario_printer import print_expect, print_line
from casus.lint import witness
from casus.lint.draft import Settings
from casus.lint.registry import rules
from casus.lint.rule import Witness
from casus.lint.run import QUICK
from casus.state.scenarios import run_scenario

CODES = sorted(rules())
SPEAKS = [
    pytest.param(code, path, id=f"{code}-{path.name.split('.')[0]}") for code in CODES for path in fixtures(code, "speaks")
]
SILENT = [
    pytest.param(code, path, id=f"{code}-{path.name.split('.')[0]}") for code in CODES for path in fixtures(code, "silent")
]


@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_a_text_where_it_speaks_and_one_where_it_is_silent(code):
    assert fixtures(code, "speaks")
    assert fixtures(code, "silent")


def test_no_fixture_is_of_a_rule_that_is_not_there():
    assert {folder.name for folder in RULES.iterdir() if folder.is_dir()} <= set(CODES)


@pytest.mark.parametrize(("code", "path"), SPEAKS)
def test_a_rule_speaks(code, path):
    linted = text_of(path).lint({code})
    assert not linted.broken
    assert linted.found
    for found in linted.found:
        assert found.finding.about, "a finding names the declarations it rests on"
        assert not found.finding.message.endswith("."), "a message is a sentence without a full stop"
        assert found.diagnostic.severity == "warning"


@pytest.mark.parametrize(("code", "path"), SILENT)
def test_a_rule_is_silent(code, path):
    linted = text_of(path).lint({code})
    assert not linted.broken
    assert not [found.diagnostic.message for found in (*linted.found, *linted.allowed)]


@pytest.mark.parametrize(("code", "path"), [case for case in SPEAKS if rules()[case.values[0]].kind == "M"])
def test_a_searching_rule_has_a_witness_that_replays_and_is_the_smallest(code, path):
    text = text_of(path)
    witnesses = [shown.witness for shown in text.lint({code}).witnesses]
    assert witnesses or path.name != "speaks.casus.md", "a searching rule shows what it found"
    for one in witnesses:
        results = run_scenario(text.agreement, one.scenario).results
        assert results, "a witness expects something"
        assert not [f"{r.expect.text}: {r.actual}" for r in results if not r.passed]
        if one.smallest:
            assert not dispensable(text, one), "a line can be left out"


@pytest.mark.parametrize(("code", "path"), [case for case in SPEAKS if rules()[case.values[0]].kind == "M"])
def test_a_witness_that_is_written_to_a_page_replays_when_it_is_read_again(code, path, tmp_path):
    text = text_of(path)
    for shown in text.lint({code}).witnesses:
        page = tmp_path / witness.file_name(shown, shown.number)
        page.write_text(witness.page(shown, text.agreement), encoding="utf-8")
        found = witness.read_witness(page, text.document, path.parent)
        assert not found.diagnostics
        assert found.made_for == text.agreement.hash
        (scenario,) = found.scenarios
        assert [print_item(item) for item in scenario.items] == [print_item(item) for item in shown.witness.scenario.items]
        assert found.agreement is not None
        assert run_scenario(found.agreement, scenario).passed


def print_item(item: Line | Expect) -> str:
    return print_line(item) if isinstance(item, Line) else print_expect(item)


def dispensable(text: Text, one: Witness) -> list[Line]:
    """The lines but consents without which everything that is expected still holds."""
    items = one.scenario.items
    found = []
    for index, line in enumerate(items):
        if isinstance(line, Expect) or isinstance(line.act, acts.Ratification):
            continue
        without = replace(one.scenario, items=items[:index] + items[index + 1 :])
        if run_scenario(text.agreement, without).passed:
            found.append(line)
    return found


@pytest.mark.parametrize("path", [*CONFORMANCE, EXAMPLE, STARTER], ids=lambda path: path.name.split(".")[0])
def test_no_rule_stumbles_over_any_text(path):
    assert not text_of(path).lint(settings=Settings(budget=20)).broken


def test_the_findings_are_the_same_each_time_and_in_the_order_of_the_text():
    first, second = (text_of(EXAMPLE).lint(kinds=QUICK).findings for _ in range(2))
    assert first == second
    lines = [d.span.line if d.span is not None else 0 for d in first]
    assert lines == sorted(lines)


def swapped(text: str, left: str, right: str) -> str:
    return re.sub(rf"\b({left}|{right})\b", lambda m: right if m[0] == left else left, text)


@pytest.mark.parametrize("path", [EXAMPLE, STARTER], ids=lambda path: path.name.split(".")[0])
def test_swapping_two_parties_swaps_them_in_the_findings_and_changes_nothing_else(path: Path):
    words = path.read_text("utf-8")
    text = text_of(path)
    pairs = sorted(text.agreement.parties)[:2]
    turned = text_from(swapped(words, *pairs), path.parent)
    was = Counter(words_of(finding) for finding in text.lint(kinds=QUICK).findings)
    now = Counter(words_of(finding, pairs) for finding in turned.lint(kinds=QUICK).findings)
    assert was == now


def words_of(finding: Diagnostic, pairs: Sequence[str] = ()) -> tuple[str, tuple[str, ...], int]:
    """The message as its words in any order: a list of parties is in the order of their codes."""
    message = swapped(finding.message, *pairs) if pairs else finding.message
    return finding.code, tuple(sorted(re.findall(r"[\w-]+", message))), finding.span.line if finding.span else 0
