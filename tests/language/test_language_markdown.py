"""Headings give articles, fences belong to the last heading, tables are data."""

from __future__ import annotations

import pytest
from language_files import shared

from casus.language.markdown import article_id, intended_word, plain
from casus.language.parse import parse, read

TEXT = """Before all.

```casus
role first
```

# A Compact

Its words.

## Article 1. Parties

Who they are.

```casus
role second
```

And more.


## Annex II

| party | amount     | note  |
|:------|-----------:|-------|
| KST   | EUR 1_000  | `a` b |
| LYS   | EUR 2 \\| 3 | *c*   |

| party |
|-------|
| VDR   |

```casus-test
scenario a
```
"""


@pytest.mark.parametrize(
    ("title", "identifier"),
    [
        ("Article 5. Triggers", "art-5"),
        ("Article 5", "art-5"),
        ("ARTICLE 5 - Triggers", "art-5"),
        ("Art. 5: Triggers", "art-5"),
        ("Article 12 bis. Triggers", "art-12bis"),
        ("Article 12a. Triggers", "art-12a"),
        ("Article XII. Triggers", "art-xii"),
        ("Стаття 5. Тригери", "art-5"),
        ("Article 5(2). Triggers", "article-5-2-triggers"),
        ("Article I think is missing", "article-i-think-is-missing"),
        ("Articles", "articles"),
        ("Annex II", "annex-ii"),
        ("Annex II. Contributions", "annex-ii"),
        ("ANNEX B", "annex-b"),
        ("Annex 3: Measures", "annex-3"),
        ("Додаток 1", "annex-1"),
        ("Annex I.A oil", "annex-i-a-oil"),
        ("Schedule of payments", "schedule-of-payments"),
        ("Стягнення", "стягнення"),
        ("?!", "section"),
    ],
)
def test_a_heading_gives_an_id(title: str, identifier: str):
    assert article_id(title) == identifier


def test_a_fence_belongs_to_the_last_heading_before_it():
    document = parse(TEXT)
    assert [(fence.info, fence.line, fence.article) for fence in document.fences] == [
        ("casus", 4, None),
        ("casus", 16, "art-1"),
        ("casus-test", 34, "annex-ii"),
    ]
    assert [decl.article for decl in document.declarations] == [None, "art-1"]


def test_an_article_has_its_prose_without_fences():
    articles = parse(TEXT).articles
    assert list(articles) == ["a-compact", "art-1", "annex-ii"]
    assert articles["art-1"].title == "Article 1. Parties"
    assert articles["art-1"].prose == "Who they are.\n\nAnd more."
    assert articles["art-1"].line == 11


def test_a_table_is_named_after_its_heading_and_the_second_one_numbered():
    tables = parse(TEXT).tables
    assert list(tables) == ["annex-ii", "annex-ii-2"]
    assert tables["annex-ii"].columns == ("party", "amount", "note")
    assert tables["annex-ii"].rows == (
        {"party": "KST", "amount": "EUR 1_000", "note": "a b"},
        {"party": "LYS", "amount": "EUR 2 | 3", "note": "c"},
    )
    assert tables["annex-ii-2"].rows == ({"party": "VDR"},)


def test_a_table_has_a_place():
    spans = parse(TEXT, "t.md").table_spans
    assert (str(spans["annex-ii"]), spans["annex-ii"].end_line) == ("t.md:24:1", 27)


def test_the_worked_example_has_its_articles_and_tables():
    document = read(shared("design", "example", "model-compact.casus.md"))
    assert [name for name in document.articles if name.startswith("art-")] == [f"art-{number}" for number in range(1, 10)]
    assert document.tables["annex-ii"].rows[2] == {"party": "MRV", "amount": "EUR 2_000_000_000", "days": "30"}
    assert {decl.article for decl in document.declarations if decl.kind == "trigger"} == {"art-5"}


def test_the_same_article_twice_is_an_error_and_another_heading_twice_a_warning():
    document = parse("## Article 1\n\n## Article 1\n\n## Notes\n\n## Notes\n")
    assert [(found.code, found.span.line, found.because[0].span.line) for found in document.diagnostics] == [
        ("E108", 3, 1),
        ("W108", 7, 5),
    ]
    assert list(document.articles) == ["art-1", "art-1-2", "notes", "notes-2"]


@pytest.mark.parametrize("row", ["| a |", "| a | b | c |", "|", "a"])
def test_a_row_with_more_or_fewer_cells_than_columns_is_reported(row: str):
    (found,) = parse(f"| x | y |\n|---|---|\n{row}\n").diagnostics
    assert (found.code, found.span.line) == ("E109", 3)


@pytest.mark.parametrize("row", ["| a | b |", "a | b", "| a \\| c | b", "|  |  |"])
def test_a_row_with_a_cell_for_each_column_is_sound(row: str):
    assert parse(f"| x | y |\n|---|---|\n{row}\n").diagnostics == ()


def test_two_columns_of_one_name_are_reported():
    (found,) = parse("| x | x |\n|---|---|\n| 1 | 2 |\n").diagnostics
    assert found.code == "E109"


@pytest.mark.parametrize(
    ("word", "meant"),
    [("Casus", "casus"), ("casus_test", "casus-test"), ("casus-tests", "casus-test"), ("CASUS", "casus"), ("causus", "casus")],
)
def test_a_slip_in_the_word_of_a_fence_is_seen(word: str, meant: str):
    assert intended_word(word) == meant


@pytest.mark.parametrize("word", ["", "casus", "casus-test", "text", "python", "causes", "cases", "mermaid"])
def test_words_of_other_languages_are_left_alone(word: str):
    assert intended_word(word) is None


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("**Article** 5", "Article 5"),
        ("a_b_c * d", "a_b_c * d"),
        ("`EUR_5` \\*", "EUR_5 *"),
        ("_under_ __two__", "under two"),
        ("x" * 2_000, "x" * 2_000),
    ],
)
def test_marks_of_emphasis_are_no_words(written: str, words: str):
    assert plain(written) == words
