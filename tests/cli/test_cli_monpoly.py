"""`casus export monpoly` and `casus recheck --verdicts`, on a real workspace."""

from __future__ import annotations

import json
from pathlib import Path

from tests.analysis.mfotl import monitor


def test_a_clause_goes_out_and_the_verdicts_come_back(casus, compact: Path, tmp_path: Path) -> None:
    folder = tmp_path / "second"
    ended = casus("export", "monpoly", "-w", compact, "--out", folder)
    assert ended.code == 0, ended.err
    assert "not written: a quiet needs coverage" in ended.flat or "not written" in ended.flat
    signature, formula, log = ((folder / f"incident.{kind}").read_text(encoding="utf-8") for kind in ("sig", "mfotl", "log"))
    assert "ONCE[0,259200) e0(i)" in formula
    verdicts = folder / "incident.verdicts"
    verdicts.write_text(monitor(signature, formula, log), encoding="utf-8")
    agreed = casus("recheck", folder / "incident.json", "--verdicts", verdicts)
    assert (agreed.code, "both say the same at" in agreed.out) == (0, True)
    verdicts.write_text(verdicts.read_text(encoding="utf-8").replace("true", "false"), encoding="utf-8")
    other = casus("recheck", folder / "incident.json", "--verdicts", verdicts)
    assert (other.code, "Casus says that it holds" in other.flat) == (1, True)
    assert json.loads(casus("recheck", folder / "incident.json", "--verdicts", verdicts, "--json").out)["holds"] is False


def test_a_folder_is_never_replaced_and_what_is_no_clause_is_told(casus, compact: Path, tmp_path: Path) -> None:
    assert casus("export", "monpoly", "-w", compact).code == 2
    assert casus("export", "monpoly", "-w", compact, "--out", tmp_path).code == 2
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    assert casus("recheck", tmp_path / "x.json", "--verdicts", tmp_path / "x.json").code == 2
