"""`casus check` with the rules: findings, extents, witnesses written and replayed, settings; `casus rules`."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from cli_states import COMPACT

RULES = Path(__file__).resolve().parents[1] / "lint" / "rules"
SALAMI = RULES / "T204" / "speaks.casus.md"
MENDED = RULES / "T204" / "silent.casus.md"
WEEKLY = RULES / "T205" / "speaks.casus.md"
RECORD = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ? +(?:to |strike|[A-Z]{3} (?:ratifies|votes))|casus-test\b.*scenario")


@pytest.fixture
def written(casus, tmp_path):
    """The folder to which the witness of a gap was written."""
    folder = tmp_path / "witnesses"
    assert casus("check", SALAMI, "--witness", folder).code == 0
    return folder


def only(folder: Path) -> Path:
    (file,) = [file for file in folder.iterdir() if file.name.startswith("T204")]
    return file


# ---------------------------------------------------------------- findings


def test_a_rule_speaks_as_a_warning_with_its_line_and_what_helps(casus):
    ended = casus("check", WEEKLY)
    assert ended.code == 0
    assert "warning[T205] window-straddle: " in ended.out
    assert "within fixed 7 days" in ended.out
    assert "help: count within rolling 7 days" in ended.out
    assert casus("check", WEEKLY, "--strict").code == 1


def test_an_allowed_finding_is_counted_and_not_shown(casus, tmp_path):
    text = WEEKLY.read_text("utf-8").replace(
        "agreement weekly", "# casus: allow T205 because a week is a week\nagreement weekly"
    )
    file = tmp_path / "allowed.casus.md"
    file.write_text(text, encoding="utf-8")
    ended = casus("check", file)
    assert "T205" not in ended.out
    assert "(2 allowed)" in ended.out
    found = json.loads(casus("check", file, "--json").out)
    assert [d["code"] for d in found["allowed"]] == ["T205", "T205"]


def test_quick_leaves_the_searching_rules_out(casus):
    assert "warning[T204]" in casus("check", SALAMI).out
    assert "warning[T204]" not in casus("check", SALAMI, "--quick").out
    found = json.loads(casus("check", SALAMI, "--quick", "--json").out)
    assert found["quick"]
    assert found["searched"] == []


def test_what_the_searches_looked_through_is_counted_and_on_request_told(casus):
    assert re.search(r"\d+ searching rules? found nothing; --extent says how far each looked", casus("check", MENDED).flat)
    told = casus("check", MENDED, "--extent").flat
    assert re.search(r"T204 salami-gap: \d", told)
    assert "--extent" not in told


def test_json_has_the_shape_that_is_published(casus):
    found = json.loads(casus("check", SALAMI, "--json").out)
    schema = json.loads(casus("schema", "check").out)
    assert set(found) == set(schema["properties"]) == set(schema["required"])
    assert found["format"] == schema["properties"]["format"]["const"] == "casus-check/2"
    assert found["witnesses"]["count"] >= 1
    assert found["witnesses"]["written"] == []
    assert {"file", "code", "name", "variant", "found", "extent"} == set(found["searched"][0])


def test_sarif_has_the_page_of_each_rule_and_the_extents(casus):
    run = json.loads(casus("check", SALAMI, "--sarif").out)["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    salami = next(rule for rule in rules if rule["id"] == "T204")
    assert salami["helpUri"] == "docs/rules/T204.md"
    assert "## Why it matters" in salami["help"]["markdown"]
    assert all(rule["helpUri"].startswith("docs/") for rule in rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    (invocation,) = run["invocations"]
    notes = invocation["toolExecutionNotifications"]
    assert notes
    for note in notes:
        assert rules[note["associatedRule"]["index"]]["id"] == note["associatedRule"]["id"]


# ---------------------------------------------------------------- witnesses


@pytest.mark.parametrize("form", [(), ("--extent",), ("--json",), ("--sarif",)])
def test_a_witness_is_never_printed(casus, tmp_path, form):
    for more in ((), ("--witness", tmp_path / "w")):
        said = casus("check", SALAMI, *form, *more)
        assert "a witness exists; --witness DIR writes it" in said.flat
        assert not RECORD.search(said.out + said.err)


def test_a_witness_is_a_page_that_says_what_it_shows_over_which_text(casus, written):
    text = only(written).read_text("utf-8")
    assert only(written).name == "T204-salami-gap-1.casus-test.md"
    assert re.search(r"sha256:[0-9a-f]{64}", text)
    assert "Nothing in it has happened." in text
    assert text.count("```casus-test\n") == 1
    assert "\n  expect " in text


def test_a_witness_replays_over_its_text_and_fails_over_the_mended_one(casus, written):
    ended = casus("test", SALAMI, "--with", only(written))
    assert ended.code == 0
    assert "1 scenario" in ended.out
    assert "0 failed" in ended.out
    assert ended.err == ""
    mended = casus("test", MENDED, "--with", only(written))
    assert mended.code == 1
    assert "made for another edition" in mended.err


def test_the_state_that_a_witness_leads_to_can_be_seen(casus, written):
    ended = casus("run", "--scenario", only(written), "--agreement", SALAMI)
    assert ended.code == 0
    assert "THE RECORD OF A SCENARIO" in ended.out
    assert "Not met" in ended.out
    state = json.loads(casus("run", "--scenario", only(written), "--agreement", SALAMI, "--json").out)
    earlier = json.loads(
        casus("run", "--scenario", only(written), "--agreement", SALAMI, "--at", "2027-01-01T00:00Z", "--json").out
    )
    assert earlier["at"] < state["at"]


def test_a_witness_is_written_once_and_nothing_is_overwritten(casus, written):
    file = only(written)
    assert casus("check", SALAMI, "--witness", written).code == 0
    file.write_text("something else", encoding="utf-8")
    ended = casus("check", SALAMI, "--witness", written)
    assert ended.code == 2
    assert "another witness has this name" in ended.err
    assert file.read_text("utf-8") == "something else"


def test_a_file_is_no_folder_for_witnesses(casus, tmp_path):
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    assert casus("check", SALAMI, "--witness", file).code == 2


def test_a_page_that_cannot_be_run_is_told(casus, written, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```casus-test\nscenario one\n  expect nothing_of_it met 1 times\n```\n", encoding="utf-8")
    assert casus("test", SALAMI, "--with", page).code == 1
    assert "E212" in casus("test", SALAMI, "--with", page).err
    assert casus("run", "--scenario", page, "--agreement", SALAMI).code == 2
    assert casus("test", SALAMI, "--with", tmp_path / "nowhere.md").code == 2
    assert casus("test", SALAMI, MENDED, "--with", only(written)).code == 2
    assert casus("run", "--agreement", SALAMI).code == 2


# ---------------------------------------------------------------- settings


@pytest.fixture
def workspace(casus, tmp_path):
    folder = tmp_path / "w"
    assert casus("init", folder, "--agreement", COMPACT).code == 0
    return folder


def configure(folder: Path, lines: str) -> None:
    with (folder / "casus.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{lines}\n")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('[lint]\npreparation = "soon"', "preparation is a time"),
        ("[lint]\nbudget = 0", "budget is a number of records"),
        ("[lint]\nbudget = true", "budget is a number of records"),
        ("[lint]\nspeed = 3", "the setting 'speed' of [lint] is not known"),
    ],
)
def test_a_setting_that_cannot_be_is_told(casus, workspace, lines, said):
    configure(workspace, lines)
    ended = casus("check", workspace)
    assert ended.code == 2
    assert said in ended.err


def test_the_settings_of_a_workspace_hold_for_its_files_too(casus, workspace):
    from casus.cli.workspace import load_workspace
    from casus.time import Period

    configure(workspace, '[lint]\npreparation = "2 years"\nbudget = 7')
    settings = load_workspace(workspace).lint.settings()
    assert settings.preparation == Period(24)
    assert settings.budget == 7
    agreement = next(workspace.glob("*.casus.md"))
    assert casus("check", workspace, "--quick", "--json").out == casus("check", agreement, "--quick", "--json").out


# ---------------------------------------------------------------- rules


def test_the_rules_are_listed_and_each_has_its_page(casus):
    listed = casus("rules")
    assert listed.code == 0
    assert "T205 window-straddle (S): " in listed.out
    page = casus("rules", "T205")
    assert page.out.startswith("# T205 window-straddle\n")
    assert page.out == casus("rules", "window-straddle").out == casus("rules", "t205").out


def test_a_rule_that_is_not_there_is_told_with_the_nearest(casus):
    ended = casus("rules", "T295")
    assert ended.code == 2
    assert "did you mean T205?" in ended.err


def test_several_agreements_are_told_apart(casus, tmp_path):
    copy = Path(shutil.copy(SALAMI, tmp_path / "copy.casus.md"))
    folder = tmp_path / "w"
    assert casus("check", SALAMI, copy, "--witness", folder).code == 0
    assert {file.name for file in folder.iterdir()} >= {f"T204-salami-gap-{n}.casus-test.md" for n in (1, 2)}
    told = casus("check", MENDED, copy, "--extent").flat
    assert f"{MENDED}: T204 salami-gap: " in told
    assert f"{copy}: T204 salami-gap: no further one; " in told


# ---------------------------------------------------------------- folders, and what is in the way


def test_a_folder_that_is_no_workspace_stands_for_the_agreements_beneath_it(casus, tmp_path):
    (tmp_path / "drafts" / "old").mkdir(parents=True)
    shutil.copy(WEEKLY, tmp_path / "drafts" / "b.casus.md")
    shutil.copy(WEEKLY, tmp_path / "drafts" / "old" / "a.casus.md")
    done = casus("check", tmp_path / "drafts", "--quick", "--json")
    found = {Path(one["span"]["file"]).name for one in json.loads(done.out)["diagnostics"]}
    assert found == {"a.casus.md", "b.casus.md"}
    (tmp_path / "empty").mkdir()
    none = casus("check", tmp_path / "empty")
    assert none.code == 2
    assert "no *.casus.md lies beneath it" in none.err


@pytest.mark.parametrize("other", [b"other words", b"\xff\x00", None], ids=["text", "binary", "folder"])
def test_a_witness_takes_the_place_of_nothing(casus, tmp_path, written, other):
    path = only(written)
    path.unlink()
    path.mkdir() if other is None else path.write_bytes(other)
    before = sorted(written.iterdir())
    done = casus("check", SALAMI, "--witness", written)
    assert done.code == 2
    assert "another witness has this name" in done.err
    assert sorted(written.iterdir()) == before
    assert other is None or path.read_bytes() == other


def test_a_record_that_shows_a_difference_takes_the_place_of_nothing(casus, tmp_path):
    folder = tmp_path / "shown"
    compared = ("compare", SALAMI, MENDED, "--behaviour", "--budget", 40, "--witness", folder)
    assert casus(*compared).code == 0
    path = sorted(folder.iterdir())[0]
    assert casus(*compared).code == 0, "the same once more is no other"
    path.write_text("other words", encoding="utf-8")
    done = casus(*compared)
    assert done.code == 2
    assert path.read_text(encoding="utf-8") == "other words"
