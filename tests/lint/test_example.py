"""What the rules say of the worked example, kept as a record. `CASUS_UPDATE=1` writes it anew; read what changed."""

from __future__ import annotations

import os
from pathlib import Path

from lint_texts import EXAMPLE, text_of

RECORD = Path(__file__).resolve().parent / "findings" / "model-compact.txt"


def lines() -> list[str]:
    found = text_of(EXAMPLE).lint().findings
    return [f"{d.span.line if d.span is not None else 0}: {d.code} {d.name}: {d.message}" for d in found]


def test_the_findings_of_the_example_are_those_on_record():
    said = "".join(f"{line}\n" for line in lines())
    if os.environ.get("CASUS_UPDATE"):
        RECORD.parent.mkdir(exist_ok=True)
        RECORD.write_text(said, encoding="utf-8")
    assert said == RECORD.read_text("utf-8"), "CASUS_UPDATE=1 writes the record anew"


def test_the_faults_that_the_example_keeps_on_purpose_are_found():
    said = {line.split()[1]: line for line in reversed(lines())}
    assert "strike 40 times in 30 days, with 49 killed" in said["T204"]
    assert any("consult and deploy die when the text expires" in line for line in lines() if " E601 " in line)


def test_the_words_of_the_example_say_what_its_code_says():
    assert not text_of(EXAMPLE).lint({"X110", "D101", "D102", "D103", "N501", "N502", "N505", "V301", "T205"}).found
