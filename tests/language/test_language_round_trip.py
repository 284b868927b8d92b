"""What the printer writes, the parser reads as the same; the formatter moves white space only and does it once."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st
from language_files import casus, often
from language_trees import declarations, scenarios, soup

from casus.acts import Report, slot
from casus.language.format import format_text
from casus.language.parse import parse
from casus.language.printer import print_node
from casus.language.scan import scan
from casus.language.scenario import Expect, Line
from casus.language.scenario_printer import print_expect, print_scenario
from casus.language.tree_json import from_json, to_json


@often
@given(declarations)
def test_a_printed_declaration_reads_as_the_same(decl):
    document = parse(casus(print_node(decl)))
    assert [found for found in document.diagnostics if found.severity == "error"] == []
    assert document.declarations == (decl,)


@often
@given(st.lists(declarations, min_size=1, max_size=4))
def test_printed_declarations_are_a_fixed_point_of_the_formatter(decls):
    text = casus(*map(print_node, decls))
    assert format_text(text) == text


@often
@given(st.lists(declarations, max_size=3))
def test_declarations_survive_the_way_through_json(decls):
    document = parse(casus(*map(print_node, decls)))
    assert from_json(to_json(document)) == document


@often
@given(scenarios)
def test_a_printed_scenario_reads_as_the_same(scenario):
    _assume_sound(scenario)
    expected = replace(
        scenario,
        items=tuple(replace(item, text=print_expect(item)) if isinstance(item, Expect) else item for item in scenario.items),
    )
    text = casus(print_scenario(scenario), info="casus-test")
    document = parse(text)
    assert [found for found in document.diagnostics if found.severity == "error"] == []
    assert document.scenarios == (expected,)
    assert format_text(text) == text


def _assume_sound(scenario):
    """Without two events of one id or two acts of one member on one instance at one instant: these are refused."""
    lines = [item for item in scenario.items if isinstance(item, Line)]
    ids = [line.act.id for line in lines if isinstance(line.act, Report)]
    slots = [slot(line.act) for line in lines if slot(line.act) is not None]
    assume(len(set(ids)) == len(ids) and len(set(slots)) == len(slots))


@often
@given(st.lists(declarations, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_formatting_undoes_any_change_of_white_space(decls, random):
    """Every gap between two tokens becomes another one; what is said stays, and formatting twice is formatting once."""
    printed = "\n".join(map(print_node, decls))
    ragged = []
    for token in scan(printed):
        begins = token.col == 1
        gap = "\n" if begins else random.choice([" ", "   ", "\t", "\n   ", "\n\n \t", " # a comment\n  "])
        ragged.append(gap + token.text)
    text = casus("".join(ragged))
    before, once = parse(text), format_text(text)
    assert before.declarations == tuple(decls)
    after = parse(once)
    assert after.declarations == before.declarations
    assert [d.comments for d in after.declarations] == [d.comments for d in before.declarations]
    assert format_text(once) == once


@often
@given(soup, st.sampled_from(["casus", "casus-test"]))
def test_words_in_no_order_never_raise(text, info):
    document = parse(casus(text, info=info))
    for found in document.diagnostics:
        assert found.message
        assert found.span is not None
    assert from_json(to_json(document)) == document


@often
@given(soup, st.lists(declarations, max_size=2), st.sampled_from(["casus", "casus-test"]))
def test_formatting_is_idempotent_and_says_the_same_even_among_faults(text, decls, info):
    whole = casus(*map(print_node, decls), text, *map(print_node, decls), info=info)
    once = format_text(whole)
    before, after = parse(whole), parse(once)
    assert after.declarations == before.declarations
    assert after.scenarios == before.scenarios
    assert [found.code for found in after.diagnostics] == [found.code for found in before.diagnostics]
    assert format_text(once) == once


@often
@given(st.text(max_size=200))
def test_any_text_is_read_without_a_crash(text):
    document = parse(text)
    assert isinstance(format_text(text), str)
    assert from_json(to_json(document)) == document


@often
@given(st.text(max_size=120), st.sampled_from(["casus", "casus-test"]))
def test_any_content_of_a_fence_is_read_without_a_crash(content, info):
    text = casus(content, info=info)
    parse(text)
    once = format_text(text)
    assert format_text(once) == once
