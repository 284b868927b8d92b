"""The gallery keeps what docs/gallery.md promises: files check, behave as their scenarios say, and rest on sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from tests.conformance.test_conformance import altered

from casus.cli.main import run_command
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.check import check
from casus.language.document import Document
from casus.language.format import format_text
from casus.language.parse import read
from casus.language.scenario import Expect, Line, Scenario
from casus.language.variants import choose, variants
from casus.lint.review import review
from casus.state.scenarios import run_scenario

GALLERY = Path(__file__).resolve().parents[2] / "agreements"
NORMS = sorted((GALLERY / "norms").glob("*.casus.md"))
PARTIAL = sorted((GALLERY / "partial").glob("*.casus.md"))
CLAIMS = sorted((GALLERY / "claims").glob("*.casus.md"))
FILES = [*NORMS, *PARTIAL]

EXECUTABLE = frozenset(
    (
        *("party", "body", "group", "zone", "event", "estimate", "baseline", "define", "exception", "ladder", "finding"),
        *("determination", "attributable", "trigger", "decision", "obligation", "prohibition", "power", "automatic"),
        *("package", "schedule", "weights", "term", "suspension", "phase", "copy", "wording", "option", "reading", "step"),
    )
)
"""Kinds of declarations that change what is computed, or that state what the text says."""


def name_of(path: Path) -> str:
    return path.name.removesuffix(".casus.md")


@cache
def document(path: Path) -> Document:
    return read(path)


@dataclass(frozen=True)
class Reading:
    """A file with one choice among its options and readings."""

    path: Path
    label: str
    names: tuple[str, ...]


@cache
def agreement(path: Path, names: tuple[str, ...]) -> Agreement:
    checked = check(choose(document(path), names), path.parent)
    errors = [found for found in checked.diagnostics if found.severity == "error"]
    assert checked.agreement is not None, f"{path.name} does not check: {errors}"
    return checked.agreement


def readings(path: Path) -> list[Reading]:
    return [Reading(path, found.label, found.names) for found in variants(document(path))]


ALL = [pytest.param(one, id=f"{name_of(path)} {one.label}".strip()) for path in FILES for one in readings(path)]


def scenarios_of(one: Reading) -> list[Scenario]:
    """What is to hold under this choice: the scenarios of the whole text, and those of what was chosen."""
    return [s for s in agreement(one.path, one.names).scenarios if s.variant is None or s.variant in one.names]


def declarations(path: Path) -> list[n.Decl]:
    return list(document(path).declarations)


def names_of(decl: n.Decl) -> set[str]:
    return {str(getattr(decl, field)) for field in ("name", "code") if getattr(decl, field, None) is not None}


# ---------------------------------------------------------------- what is there


def test_the_gallery_has_what_it_was_meant_to_hold():
    assert {name_of(path) for path in NORMS} >= {
        *("budapest-1994", "iran-snapback-2015", "korea-1953", "minsk-memorandum-2014", "minsk-package-2015"),
        *("ceasefire-measures-2020", "nato-articles-4-6", "teu-article-42-7", "us-ukraine-2024"),
    }
    assert {name_of(path) for path in PARTIAL} >= {
        *("uk-ukraine-2024", "uk-ukraine-100-years", "ukraine-compact-2024", "kyiv-security-compact-2022"),
        *("paris-declaration-2026", "istanbul-2022", "us-side-draft-2025"),
    }


def test_the_index_lists_every_file_and_no_other():
    index = (GALLERY / "README.md").read_text("utf-8")
    listed = re.findall(r"\]\(([a-z]+/[^)]+\.casus\.md)\)", index)
    assert sorted(listed) == sorted(str(path.relative_to(GALLERY)) for path in [*FILES, *CLAIMS])


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_claim_sheets_are_texts_of_claims(path):
    headers = [decl for decl in declarations(path) if isinstance(decl, n.AgreementDecl)]
    assert [header.instrument == "claims" for header in headers] == [False]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_says_that_its_prose_is_a_paraphrase(path):
    opening = " ".join(path.read_text("utf-8").split("```", 1)[0].split())
    assert "our paraphrase" in opening or "not a text" in opening


# ---------------------------------------------------------------- form and behaviour


@pytest.mark.parametrize("one", ALL)
def test_a_file_checks_without_errors_under_every_choice(one):
    assert agreement(one.path, one.names).header is not None


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_is_laid_out_byte_for_byte(path):
    text = path.read_bytes().decode("utf-8")
    assert format_text(text) == text


@pytest.mark.parametrize("one", ALL)
def test_every_scenario_holds(one):
    found = [
        f"{scenario.name}: {result.expect.text}: {result.actual}"
        for scenario in scenarios_of(one)
        for result in run_scenario(agreement(one.path, one.names), scenario).results
        if not result.passed
    ]
    assert found == []


@pytest.mark.parametrize("one", ALL)
def test_every_expectation_fails_when_it_is_altered(one):
    own = agreement(one.path, one.names)
    for scenario in scenarios_of(one):
        items: list[Line | Expect] = []
        for item in scenario.items:
            items += altered(item, own) if isinstance(item, Expect) else [item]
        results = run_scenario(own, replace(scenario, items=tuple(items))).results
        assert results, scenario.name
        assert [found.expect for found in results if found.passed] == [], scenario.name


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_shows_its_behaviour(path):
    """Two scenarios at least; a file with choices has one for each of them."""
    chosen = readings(path)
    shown = {scenario.name for one in chosen for scenario in scenarios_of(one)}
    assert len(shown) >= 2
    assert all(scenarios_of(one) for one in chosen)


# ---------------------------------------------------------------- sources


def covered(path: Path) -> Iterator[tuple[n.Decl, set[str]]]:
    """Each declaration that needs a source, and the sources that it rests on."""
    all_of_them = declarations(path)
    bases = [decl for decl in all_of_them if isinstance(decl, n.BasisDecl)]
    for decl in all_of_them:
        if decl.kind not in EXECUTABLE:
            continue
        own = {b.source for b in bases if b.of and names_of(decl) & set(b.of)}
        of_article = {b.source for b in bases if not b.of and b.article == decl.article}
        yield decl, own | of_article


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_declaration_that_is_executed_rests_on_a_source(path):
    bare = [f"{decl.kind} {sorted(names_of(decl))} in {decl.article}" for decl, sources in covered(path) if not sources]
    assert bare == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_source_has_a_standing_a_date_and_a_use(path):
    all_of_them = declarations(path)
    sources = {decl.name: decl for decl in all_of_them if isinstance(decl, n.SourceDecl)}
    used = {
        decl.source for decl in all_of_them if isinstance(decl, n.BasisDecl | n.PositionDecl | n.ConcessionDecl | n.WordingDecl)
    }
    used |= {decl.by for decl in all_of_them if isinstance(decl, n.ClaimDecl)}
    assert set(sources) - used == set()
    for name, source in sources.items():
        assert source.standing, name
        assert source.dated or source.read, f"{name} has no date"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_general_knowledge_is_labelled_and_nothing_else_is(path):
    for decl in declarations(path):
        if isinstance(decl, n.SourceDecl):
            said = "general knowledge" in (decl.by or "")
            assert said == (decl.standing == "general_knowledge"), decl.name
            assert (decl.read is None) == (decl.standing == "general_knowledge"), decl.name


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_scenario_says_whether_it_is_history_or_hypothetical(path):
    prose = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert re.search("hypothetical|reported|on record", prose)
    if "hypothetical" in prose and "scenarios are hypothetical" in " ".join(prose.split()).lower():
        return
    for scenario in (s for one in readings(path) for s in scenarios_of(one)):
        year = re.match(r"(hypothetical|\d{4}|in force|after the)\b", scenario.name)
        assert year, f"{scenario.name}: neither a year nor hypothetical"


@pytest.mark.parametrize("path", PARTIAL, ids=name_of)
def test_a_text_modelled_in_part_says_what_is_open(path):
    gaps = [decl for decl in declarations(path) if isinstance(decl, n.OpenDecl)]
    assert len(gaps) >= 3


# ---------------------------------------------------------------- what each was made to show


def one_of(name: str, *names: str) -> Agreement:
    path = next(path for path in FILES if name_of(path) == name)
    return agreement(path, names)


def test_budapest_has_no_clock_no_forum_and_no_remedy():
    budapest = one_of("budapest-1994")
    assert [norm.name for norm in budapest.norms.values() if norm.due is not None or norm.if_breached is not None] == []
    gaps = {(gap.what, gap.of) for gap in budapest.opens}
    assert {("due", "consult"), ("forum", "consult"), ("remedy", "consult")} <= gaps
    words = {term.language: term.words for term in budapest.wordings["promise"].terms}
    assert words == {"en": "assurances", "uk": "гарантії", "ru": "гарантии"}


def test_the_two_sides_of_the_minsk_package_measure_from_two_lines():
    decls = declarations(next(path for path in FILES if name_of(path) == "minsk-package-2015"))
    zones = {decl.name: decl for decl in decls if isinstance(decl, n.ZoneDecl)}
    assert zones["actual_line"].open is not None
    assert zones["line_2014"].open is not None
    assert zones["ukr_artillery_zone"].expr != zones["cadlr_artillery_zone"].expr


def test_what_has_a_clock_in_the_hundred_year_partnership_is_political():
    norms = one_of("uk-ukraine-100-years").norms
    assert {norm.name for norm in norms.values() if norm.due is not None} == {"consult"}
    assert norms["consult"].grade == "political"
    assert {norm.name for norm in norms.values() if norm.grade == "legal"} == {"deepen_defence", "maritime_partnership"}


def test_paris_waits_for_a_ceasefire():
    term = one_of("paris-declaration-2026").term
    assert term is not None
    assert term.requires == ("ceasefire",)


def test_istanbul_has_two_proposals_for_one_clause():
    path = next(path for path in FILES if name_of(path) == "istanbul-2022")
    assert {one.names for one in readings(path)} == {("ukr",), ("rus",)}
    assert "activate" in one_of("istanbul-2022", "rus").decisions
    assert "activate" not in one_of("istanbul-2022", "ukr").decisions


def test_the_three_adjectives_of_the_side_draft_are_answered_by_one_office():
    findings = one_of("us-side-draft-2025").findings
    assert {name: found.body for name, found in findings.items()} == dict.fromkeys(
        ("significant", "deliberate", "sustained"), "president_us"
    )


def test_the_two_lists_of_the_energy_truce_differ():
    truce = one_of("energy-truce-2025")
    lists = [truce.tables[copy.table].rows for copy in truce.copies]
    assert len(lists) == 2
    assert lists[0] != lists[1]


# ---------------------------------------------------------------- what the rules say of them


@cache
def said_of(name: str) -> dict[str, list[str]]:
    """The findings of `casus check` in a file, by code."""
    path = next(path for path in FILES if name_of(path) == name)
    found: dict[str, list[str]] = {}
    for diagnostic in review(document(path), path.parent).diagnostics:
        found.setdefault(diagnostic.code, []).append(diagnostic.message)
    return found


@pytest.mark.parametrize(
    ("name", "code", "about"),
    [
        ("budapest-1994", "L07", "no date"),
        ("budapest-1994", "L05", "council_action"),
        ("budapest-1994", "L25", "whose act"),
        ("budapest-1994", "L27", "enforced"),
        ("budapest-1994", "C701", "гарантії"),
        ("minsk-package-2015", "L28", "line"),
        ("minsk-package-2015", "L25", "whose act"),
        ("minsk-package-2015", "L27", "enforced"),
        ("minsk-package-2015", "L33", "areas_agree"),
        ("ceasefire-measures-2020", "L22", "ordered_return"),
        ("istanbul-2022", "P401", "option rus"),
        ("istanbul-2022", "L46", "excluded_area"),
        ("us-side-draft-2025", "T204", "significant, deliberate and sustained"),
        ("us-ukraine-2024", "L08", "where possible"),
        ("uk-ukraine-2024", "L15", "aid_2024"),
        ("ukraine-compact-2024", "L07", "convene"),
        ("paris-declaration-2026", "L18", "ceasefire"),
        ("paris-declaration-2026", "L36", "United States of America"),
        ("energy-truce-2025", "L29", "facilities"),
    ],
)
def test_a_rule_says_of_an_instrument_what_is_known_of_it(name, code, about):
    assert any(about in message for message in said_of(name).get(code, ())), said_of(name).get(code)


def who_can_stop(capsys: pytest.CaptureFixture[str], *names: str) -> str:
    """What `casus power` says of the Istanbul draft with these options, below the decisions."""
    path = next(path for path in FILES if name_of(path) == "istanbul-2022")
    assert run_command(["power", str(path), *(x for name in names for x in ("--option", name))]) == 0
    return " ".join(capsys.readouterr().out.partition("Who can stop what")[2].split())


def test_under_one_istanbul_option_one_guarantor_blocks_for_good_and_under_the_other_help_is_owed_after_three_days(capsys):
    assert "CHN, FRA, GBR, RUS or USA by voting no in activate: for good upon attack" in who_can_stop(capsys, "rus")
    other = who_can_stop(capsys, "ukr")
    assert "voting" not in other
    assert "otherwise, upon attack, it is owed after 72 hours at the latest" in other


def test_the_vote_turned_around_raises_no_alarm_of_a_veto():
    assert {"P401", "L04", "L05", "L06"} & set(said_of("iran-snapback-2015")) == set()
