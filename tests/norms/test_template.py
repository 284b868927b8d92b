"""One text for many: 28 bilaterals from one, each a text of its own that checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from casus.language.check import check
from casus.language.load import load
from casus.language.parse import parse
from casus.language.template import NoTemplate, expand

CODES = [f"G{number:02}" for number in range(28)]
TEXT = """# Agreement between Valdria and GTE

GTE assists Valdria.

```casus
agreement bilateral
  language 1  clock UTC  rounding down  instrument treaty
template each_one for every guarantor as GTE
role guarantor, beneficiary
party VDR "Valdria" as beneficiary
{parties}
nonparty OSK "Oskovia"
event strike by actor
trigger attack severity 1 when any strike by OSK
schedule aid from table "annex" key party
obligation assist
  upon attack
  debtor GTE  creditor VDR
  to finance  amount aid.amount  due 5 days after activation
```

```casus-test
scenario GTE owes it
  2030-01-01 strike by OSK
  expect assist of GTE is in_force
```

## Annex

| party | amount |
| --- | --- |
{rows}
"""
WHOLE = TEXT.format(
    parties="\n".join(f'party {code} "State {code}" as guarantor' for code in CODES),
    rows="\n".join(f"| {code} | EUR {1000 + index} |" for index, code in enumerate(CODES)),
)


def test_a_text_of_28_parties_becomes_28_texts_that_check() -> None:
    copies = expand(WHOLE)
    assert [copy.party for copy in copies] == CODES
    for copy in copies:
        checked = check(parse(copy.text, f"{copy.party}.casus.md"), None)
        assert checked.agreement is not None, checked.diagnostics
        assert not checked.diagnostics, checked.diagnostics
        assert set(checked.agreement.parties) == {"VDR", copy.party}
        assert checked.agreement.name == f"bilateral_{copy.party.lower()}"
        assert f"State {copy.party} assists Valdria." in copy.text
        assert len(checked.agreement.tables["annex"].rows) == 1


def test_the_scenarios_of_a_copy_are_of_its_party(tmp_path: Path) -> None:
    from casus.state.scenarios import run_scenario

    path = tmp_path / "g07.casus.md"
    path.write_text(expand(WHOLE)[7].text, encoding="utf-8")
    agreement = load(path).agreement
    assert agreement is not None
    assert [run_scenario(agreement, scenario).passed for scenario in agreement.scenarios] == [True]


def test_a_changed_copy_shows_its_difference(tmp_path: Path) -> None:
    """What was negotiated in one of the copies is found by comparing it with the one that was made."""
    from casus.compare.changes import difference
    from casus.lint.draft import Draft

    made = expand(WHOLE)[3].text
    drafts = []
    for text in (made, made.replace("5 days after", "50 days after")):
        checked = check(parse(text, "copy.casus.md"), None)
        assert checked.agreement is not None
        drafts.append(Draft(checked.agreement, parse(text, "copy.casus.md")))
    found = [clause.name for clause in difference(*drafts).clauses if clause.state != "same"]
    assert found == ["assist"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (WHOLE.replace("template each_one for every guarantor as GTE\n", ""), "no `template`"),
        (WHOLE.replace("for every guarantor as", "for every nobody as"), "no party is one"),
    ],
)
def test_a_text_that_makes_none_says_so(text: str, said: str) -> None:
    with pytest.raises(NoTemplate, match=said):
        expand(text)
