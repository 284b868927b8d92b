"""`casus export assessment` and `casus recheck`, on a real workspace."""

from __future__ import annotations

import json
from pathlib import Path

from casus.analysis.evidence import digest
from casus.analysis.shapes import AssessmentExport


def test_what_is_exported_is_verified_with_the_hashes_of_the_journal(casus, compact: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    assert casus("export", "assessment", "-w", compact, "--out", file).code == 0
    export = json.loads(file.read_text(encoding="utf-8"))
    AssessmentExport.model_validate(export)
    assert export["agreement"]["hashed"]["text"].startswith("# ")
    assert export["entries"]
    assert all("commitment" in entry["header"] for entry in export["entries"].values())
    ended = casus("recheck", file)
    assert ended.code == 0, ended.out
    assert "incident: met, 1 activations, 1 standing" in ended.out
    told = json.loads(casus("recheck", file, "--json").out)
    assert (told["holds"], told["wrong"]) == (True, None)


def test_an_altered_export_is_named_and_exits_1(casus, compact: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    assert casus("export", "assessment", "-w", compact, "--trigger", "incident", "--out", file).code == 0
    export = json.loads(file.read_text(encoding="utf-8"))
    assert [t["trigger"] for t in export["triggers"]] == ["incident"]
    name = sorted(export["entries"])[0]
    export["entries"][name]["header"]["known"] = "2027-01-01T00:00:00.000000Z"
    file.write_text(json.dumps({**export, "digest": digest(export)}), encoding="utf-8")
    ended = casus("recheck", file)
    assert ended.code == 1
    assert f"WRONG: entry {name} is not what its id is the hash of" in ended.flat


def test_an_assessment_is_of_a_workspace_and_a_trigger_has_to_be_one(casus, compact: Path, tmp_path: Path) -> None:
    wrong = casus("export", "assessment", "-w", compact, "--trigger", "incidnet")
    assert (wrong.code, "did you mean incident?" in wrong.err) == (2, True)
    assert casus("export", "assessment", tmp_path / "x.casus.md").code == 2
    assert casus("export", "html", "-w", compact, "--at", "2027-03-01").code == 2
    assert casus("recheck", tmp_path / "nothing.json").code == 2
    (tmp_path / "x.json").write_text("[]", encoding="utf-8")
    assert casus("recheck", tmp_path / "x.json").code == 2
