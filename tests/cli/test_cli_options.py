"""Options and readings of a text on the command line: `--option`, `options` in casus.toml, and a choice nobody has made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

TEXT = """# Accord

```casus
agreement accord
  language 1
  clock UTC  rounding down
role beneficiary, guarantor
party VDR "Valdria" as beneficiary
party KST "Kestria" as guarantor
nonparty OSK "Oskovia"
term in force from 2027-01-01  lasts 10 years
event raid by actor
event talk by actor
trigger alarm severity 1
  when any raid by OSK
question by_when "How soon?"
option promptly on by_when proposed by KST text "promptly"
option in_a_day on by_when proposed by VDR text "within 24 hours"
reading mild by KST of consult
obligation consult
  upon alarm  debtor KST  creditor VDR
  to consult  fulfilled by talk
open due of consult "“[promptly] [within 24 hours]”"
```

```casus option in_a_day
obligation consult
  upon alarm  debtor KST  creditor VDR
  to consult  due 24 hours after activation  fulfilled by talk
```

```casus reading mild
obligation consult
  upon alarm  debtor KST  creditor VDR
  to inform  due 9 days after activation  fulfilled by talk
```

```casus-test
scenario a raid calls for talks
  2027-02-01 raid by OSK
  expect consult of KST is in_force
```

```casus-test option in_a_day
scenario after a day it is too late
  2027-02-01 raid by OSK
  expect consult of KST is breached at 2027-02-02
```

```casus-test option promptly
scenario after a year it is not too late
  2027-02-01 raid by OSK
  expect consult of KST is in_force at 2028-02-02
```
"""

RAID = ("2027-02-01T00:00Z", "raid", "by", "OSK", "id", "r1")


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "accord.casus.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def workspace(casus, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CASUS_NOW", "2027-04-01T00:00Z")
    assert casus("init", tmp_path / "w", "--axis", "known", "--agreement", text).code == 0
    return tmp_path / "w"


def choose(workspace: Path, *names: str) -> None:
    """Put the choice into casus.toml."""
    path = workspace / "casus.toml"
    said = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("options")]
    path.write_text("\n".join([*said, f"options = {json.dumps(names)}", ""]), encoding="utf-8")


def test_a_bracketed_text_is_not_run_before_somebody_chooses(casus, text: Path):
    ended = casus("test", text)
    assert ended.code == 2
    assert "leaves a choice that nobody has made (by_when: promptly or in_a_day)" in ended.err
    assert "--option promptly" in ended.err


@pytest.mark.parametrize(("option", "own"), [("in_a_day", "after a day"), ("promptly", "after a year")])
def test_the_scenarios_of_an_option_are_run_where_it_is_chosen(casus, text: Path, option: str, own: str):
    ended = casus("test", text, "--option", option)
    assert ended.code == 0, ended.out
    assert own in ended.out
    assert "2 scenarios, 2 expectations, 0 failed" in ended.out


def test_check_looks_at_every_variant_and_says_where_a_finding_stands(casus, text: Path):
    text.write_text(
        TEXT.replace("to consult  due 24 hours after activation", "to consult  due 24 hours after deposit  amount EUX 5")
    )
    ended = casus("check", text, "--quick")
    assert ended.code == 1
    assert "with option in_a_day: EUX is no currency" in ended.flat
    assert casus("check", text, "--quick", "--option", "promptly").code == 0
    assert "EUX is no currency" in casus("check", text, "--quick", "--option", "in_a_day").flat


def test_check_with_a_choice_takes_a_whole_one(casus, text: Path):
    ended = casus("check", text, "--quick", "--option", "mild")
    assert ended.code == 2
    assert "leave another choice open (by_when: promptly or in_a_day)" in ended.err


@pytest.mark.parametrize(
    ("options", "said", "helps"),
    [
        (["promtly"], "knows no option or reading promtly", "did you mean promptly?"),
        (["promptly", "in_a_day"], "both are options on by_when", "choose one of them"),
    ],
)
def test_a_choice_that_cannot_be_made_is_told(casus, text: Path, options: list[str], said: str, helps: str):
    for command in ("check", "test"):
        ended = casus(command, text, *(word for name in options for word in ("--option", name)))
        assert ended.code == 2
        assert said in ended.err
        assert helps in ended.err


def test_a_workspace_says_once_what_is_chosen(casus, workspace: Path):
    refused = casus("record", "-w", workspace, *RAID)
    assert refused.code == 2
    assert "leaves a choice" in refused.err
    choose(workspace, "in_a_day")
    assert casus("record", "-w", workspace, *RAID).code == 0
    assert "due 2027-02-02" in casus("explain", "-w", workspace, "consult of KST").flat
    assert casus("test", "-w", workspace).code == 0
    said = json.loads(casus("run", "-w", workspace, "--json").out)
    assert [norm["due"] for norm in said["norms"]] == ["2027-02-02T00:00Z"]


def test_an_option_on_the_command_line_goes_before_the_workspace(casus, workspace: Path):
    choose(workspace, "in_a_day")
    assert casus("record", "-w", workspace, *RAID).code == 0
    first = json.loads(casus("run", "-w", workspace, "--json").out)
    other = json.loads(casus("run", "-w", workspace, "--option", "promptly", "--option", "mild", "--json").out)
    assert [norm["due"] for norm in other["norms"]] == ["2027-02-10T00:00Z"]
    assert first["agreement"]["hash"] != other["agreement"]["hash"]
    explained = casus("explain", "-w", workspace, "--option", "promptly", "consult of KST")
    assert "no date" in explained.flat


@pytest.mark.parametrize("written", ['"in_a_day"', "[1]", "true"])
def test_options_of_a_workspace_are_a_list_of_names(casus, workspace: Path, written: str):
    path = workspace / "casus.toml"
    path.write_text(path.read_text(encoding="utf-8") + f"options = {written}\n", encoding="utf-8")
    ended = casus("run", "-w", workspace)
    assert ended.code == 2
    assert "options is a list of names" in ended.err


def test_a_page_says_itself_what_is_chosen(casus, text: Path, tmp_path: Path):
    page = tmp_path / "page.casus-test.md"
    page.write_text(
        "# A page\n\nOver (accord, with in_a_day chosen).\n\n```casus-test\nscenario late\n  2027-02-01 raid by OSK\n"
        "  expect consult of KST is breached at 2027-02-02\n```\n"
    )
    assert casus("test", text, "--with", page).code == 0
    for words in (("test", text, "--with", page), ("run", "--scenario", page, "--agreement", text)):
        ended = casus(*words, "--option", "promptly")
        assert ended.code == 2
        assert "a page says itself" in ended.err
