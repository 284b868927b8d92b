"""The layout, by examples; its properties are tested in test_language_round_trip."""

from __future__ import annotations

import pytest
from language_files import casus

from casus.language.format import format_text

PAIRS = [
    # declarations begin in column 1, clauses are indented by 2, what continues a line by 4
    ("  role   a ,b", "role a, b"),
    ("trigger a severity 1\nwhen any x\n or any y\nneeds l r", "trigger a severity 1\n  when any x\n    or any y\n  needs l r"),
    ("define a means b\n where c\n   and d", "define a means b\n  where c\n    and d"),
    ("exception a to b\nwhen c", "exception a to b\n  when c"),
    ("role a,\nb", "role a,\n    b"),
    ("ladder a = b < c\nlevel c by d\n or e\nif silent 1 hours after report lapses",
     "ladder a = b < c\n  level c by d\n    or e\n  if silent 1 hours after report lapses"),
    ('zone a from "x"\nfeature "y"\npinned "z"', 'zone a from "x"\n  feature "y"\n  pinned "z"'),
    # two spaces between two clauses, one after the head
    ("decision a of b adopts by majority quorum 3", "decision a of b adopts by majority  quorum 3"),
    ("agreement a\n  clock UTC rounding down", "agreement a\n  clock UTC  rounding down"),
    ("trigger a severity 1 when any x rearm after 1 hours", "trigger a severity 1 when any x  rearm after 1 hours"),
    ("define  a  means  b  where  c", "define a means b where c"),
    ("term  lasts 1 years review every 1 years", "term lasts 1 years  review every 1 years"),
    # signs
    ("define a means b where(c>=1 or d in( e minus f ))and by is one of A1|B1",
     "define a means b where (c >= 1 or d in (e minus f)) and by is one of A1 | B1"),
    ("obligation a due b . c after activation", "obligation a due b.c after activation"),
    ("trigger a severity 1 when any x rearm after 72hours", "trigger a severity 1 when any x  rearm after 72 hours"),
    # comments
    ("role a# why", "role a  # why"),
    ("   # before\nrole a", "# before\nrole a"),
    ("trigger a severity 1\n# inside\nwhen any x", "trigger a severity 1\n  # inside\n  when any x"),
    ("role a\n   # last  ", "role a\n# last"),
    # lines
    ("role a\n \t \n\nrole b  ", "role a\n\n\nrole b"),
    ("role a role b", "role a\nrole b"),
    # what does not parse stays, what does is laid out
    ("role   a\ntriger   x\nrole   b", "role a\ntriger   x\nrole b"),
    ("trigger   a\n      severity   1\nrole   b", "trigger   a\n      severity   1\nrole b"),
    ("  role   a\n  triger   x", "  role   a\n  triger   x"),
]  # fmt: skip

SCENARIOS = [
    ("  scenario  a  b\n2030-01-01   x\n expect no   trigger", "scenario a b\n  2030-01-01 x\n  expect no trigger"),
    ("scenario a\n2030-01-01 x by\nQRT", "scenario a\n  2030-01-01 x by\n    QRT"),
    ("scenario a\n# c\n2030-01-01 x # d\n # e\nscenario b", "scenario a\n  # c\n  2030-01-01 x  # d\n# e\nscenario b"),
    ("scenario a\n    expct   x\nexpect no trigger", "scenario a\n    expct   x\n  expect no trigger"),
    ("scenario a 2030-01-01 x expect no trigger", "scenario a\n  2030-01-01 x\n  expect no trigger"),
]


@pytest.mark.parametrize(("written", "laid_out"), PAIRS)
def test_declarations_are_laid_out(written: str, laid_out: str):
    assert format_text(casus(written)) == casus(laid_out)


@pytest.mark.parametrize(("written", "laid_out"), SCENARIOS)
def test_scenarios_are_laid_out(written: str, laid_out: str):
    assert format_text(casus(written, info="casus-test")) == casus(laid_out, info="casus-test")


def test_prose_tables_and_other_fences_stay_byte_for_byte():
    around = "#  A  \n\n  two  spaces \t\n\n|a|b|\n|-|-|\n|1|  2|\n\n```text\n  role   a\n```\n\n"
    around += "- ```casus\n  role   a\n  ```\n\n"
    assert format_text(around + casus("role   a")) == around + casus("role a")


def test_the_end_of_the_text_is_kept():
    assert format_text("```casus\nrole   a") == "```casus\nrole a"
    assert format_text("```casus\nrole   a\n\n\n") == "```casus\nrole a\n\n\n"


def test_a_text_with_stray_carriage_returns_is_left_alone():
    assert format_text("```casus\rrole   a\r```") == "```casus\rrole   a\r```"
