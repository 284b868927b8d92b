"""`casus check`, `casus fmt`, `casus schema`: texts in, findings and clean texts out."""

from __future__ import annotations

import json
import os
import re
import stat

import pytest
from cli_states import COMPACT

from casus.cli.files import replace_text, write_new
from casus.cli.schemas import SCHEMAS

FAULTY = """# A text

```casus
agreement small
  language 1
party KST "Kestria" as nobody
trigger x severity 1
  when count of strik >= 5 within rolling 72 hours
```
"""


@pytest.fixture
def faulty(tmp_path):
    file = tmp_path / "faulty.casus.md"
    file.write_text(FAULTY, encoding="utf-8")
    return file


# ---------------------------------------------------------------- check


def test_a_fault_is_shown_with_its_line_and_a_caret(casus, faulty):
    ended = casus("check", faulty)
    assert ended.code == 1
    assert f"{faulty}:8:" in ended.out
    assert "when count of strik >= 5" in ended.out
    assert "^" in ended.out
    assert "error" in ended.out.splitlines()[-1]


def test_warnings_are_findings_only_where_asked(casus):
    assert casus("check", COMPACT).code == 0
    assert casus("check", COMPACT, "--strict").code == 1
    assert "warning" in casus("check", COMPACT).out


def test_a_workspace_stands_for_its_agreement(casus, live):
    said = casus("check", live).out
    assert said == casus("check", "-w", live).out
    assert re.fullmatch(r"1 agreement: nothing to say \(\d allowed\)", said.splitlines()[-1])


def test_check_json_and_sarif_say_the_same_faults(casus, faulty):
    listed = casus("check", faulty, "--json")
    sarif = casus("check", faulty, "--sarif")
    assert listed.code == sarif.code == 1
    found = json.loads(listed.out)
    assert found["format"] == "casus-check/2"
    results = json.loads(sarif.out)["runs"][0]["results"]
    assert sorted(d["code"] for d in found["diagnostics"]) == sorted(r["ruleId"] for r in results)


def test_a_file_that_is_not_there_is_told(casus, tmp_path):
    ended = casus("check", tmp_path / "nowhere.casus.md")
    assert ended.code == 2
    assert "there is no such file" in ended.err


def test_a_file_that_is_no_text_is_a_fault_of_the_file(casus, tmp_path):
    file = tmp_path / "bytes.casus.md"
    file.write_bytes(b"\xff\xfe\x00")
    ended = casus("check", file)
    assert ended.code == 1
    assert "not UTF-8" in ended.flat
    assert str(file.name) in ended.out


# ---------------------------------------------------------------- fmt

LOOSE = """# A text

```casus
agreement   small
    language 1
  clock   UTC
```

Prose   stays.
"""


@pytest.fixture
def loose(tmp_path):
    file = tmp_path / "loose.casus.md"
    file.write_text(LOOSE, encoding="utf-8")
    return file


def test_fmt_formats_in_place_once_and_keeps_the_mode(casus, loose):
    loose.chmod(0o640)
    assert casus("fmt", loose).code == 0
    text = loose.read_text(encoding="utf-8")
    assert "agreement small\n  language 1\n  clock UTC\n" in text
    assert "Prose   stays." in text
    assert stat.S_IMODE(loose.stat().st_mode) == 0o640
    assert "Everything is formatted already." in casus("fmt", loose).out
    assert [p.name for p in loose.parent.iterdir()] == [loose.name]


@pytest.mark.parametrize("flag", ["--check", "--diff"])
def test_fmt_can_only_look(casus, loose, flag):
    ended = casus("fmt", loose, flag)
    assert ended.code == 1
    assert loose.read_text(encoding="utf-8") == LOOSE
    assert loose.name in ended.out
    if flag == "--diff":
        assert "-agreement   small" in ended.out
        assert "+agreement small" in ended.out


def test_fmt_leaves_a_text_that_does_not_parse_as_it_is(casus, tmp_path):
    file = tmp_path / "broken.casus.md"
    text = "```casus\nagreement   small\n  langage 1\n```\n"
    file.write_text(text, encoding="utf-8")
    ended = casus("fmt", file)
    assert ended.code == 2
    assert file.read_text(encoding="utf-8") == text
    assert "langage" in ended.err


def test_a_replacement_that_fails_leaves_the_old_text(tmp_path, monkeypatch):
    file = tmp_path / "text.md"
    file.write_text("old", encoding="utf-8")

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_text(file, "new")
    with pytest.raises(OSError, match="No space"):
        write_new(tmp_path / "other.md", "new")
    assert file.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["text.md"]


def test_a_link_stays_a_link_and_its_file_is_formatted(casus, loose):
    link = loose.parent / "link.casus.md"
    link.symlink_to(loose)
    assert casus("fmt", link).code == 0
    assert link.is_symlink()
    assert "agreement small" in loose.read_text(encoding="utf-8")


# ---------------------------------------------------------------- schema


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_schema_prints(casus, name):
    ended = casus("schema", name)
    shown = json.loads(ended.out)
    assert ended.code == 0
    assert shown["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert shown.keys() & {"properties", "oneOf", "anyOf", "$ref"}
    references = set(_references(shown))
    assert references <= {f"#/$defs/{name}" for name in shown.get("$defs", {})}


def _references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for one in value.values():
            yield from _references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)


def test_the_schemas_are_listed(casus):
    assert [line.split(":")[0] for line in casus("schema").out.splitlines()] == list(SCHEMAS)
