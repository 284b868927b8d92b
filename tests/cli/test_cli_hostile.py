"""Whatever is typed or lies on the disk: a command ends with a code it promised, says why, and shows no trace of Python."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil

import pytest
from cli_states import COMPACT
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casus.cli.main import run_command
from casus.cli.schemas import SCHEMAS

FUZZ = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
PROMISED = (0, 1, 2)


def ended(*arguments: str) -> tuple[int, str]:
    """Exit code and everything that was printed."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        code = run_command(arguments)
    return code, out.getvalue()


words = st.sampled_from(
    [
        *(
            "2027-03-04T00:00Z",
            "2027-03-04",
            "to",
            "known",
            "strike",
            "by",
            "OSK",
            "KST",
            "id",
            "s1",
            "s9",
            "at",
            "46.05",
            "as",
        ),
        *("votes", "yes", "on", "measures", "mission", "says", "confirmed", "correct", "withdraw", "killed", "8", "EUR", '"x"'),
        "-26.30",
    ]
)
options = st.sampled_from(["--at", "--json", "-w", "--known-at", "--clearance", "2027-01-01", "s1"])
argument_texts = st.text(max_size=12) | options


@FUZZ
@given(st.lists(words, min_size=1, max_size=9).map(" ".join) | st.text(max_size=40))
@example("\x00")
@example("```")
@example("2027-03-04T00:00Z " + "(" * 5000)
@example("2027-03-04T00:00Z strike by OSK killed " + "9" * 5000)
@example("2027-03-04T00:00Z KST votes yes on measures # and a comment")
def test_any_line_is_taken_or_refused_with_a_reason(compact_once, line):
    code, said = ended("record", "-w", str(compact_once), line, "--dry-run")
    assert code in PROMISED, said
    assert "Traceback" not in said
    assert code == 0 or "error: " in said


@FUZZ
@given(
    st.sampled_from(["run", "explain", "check", "fmt", "schema", "test", "import", "record", "log", "init", "nope"]),
    st.lists(argument_texts, max_size=4),
)
def test_any_arguments_end_with_a_promised_code(tmp_path_factory, command, arguments):
    with contextlib.chdir(tmp_path_factory.mktemp("empty")):
        code, said = ended(command, *arguments)
    assert code in PROMISED, said
    assert "Traceback" not in said


@FUZZ
@given(asked=st.text(min_size=1, max_size=30))
@example("consult of KST of LYS")
@example("e")
@example("incident@")
def test_anything_asked_of_explain_is_answered(compact_once, asked):
    code, said = ended("explain", "-w", str(compact_once), "--", asked)
    assert code in PROMISED, said
    assert code == 0 or "error: nothing here is called" in said


@pytest.mark.parametrize(
    "content",
    [b"", b"[" * 100_000, b"{}", b"null", b"\xff\xfe", b'{"checkpoint": 3}', b'{"leaf": 1, "checkpoint": 2}', b"[]\n[]\n"],
)
def test_what_is_no_export_and_no_proof_is_found_out(casus, tmp_path, content):
    file = tmp_path / "file"
    file.write_bytes(content)
    assert casus("log", "verify", file).code == (2 if content.startswith(b"[[") else 1)


@pytest.mark.parametrize("content", [b"a = " + b"[" * 10_000, b"\x00", b"[a]\nb = 1"])
def test_settings_of_any_kind_are_read_or_refused(casus, compact, content):
    (compact / "casus.toml").write_bytes(content)
    done = casus("run", "-w", compact)
    assert done.code == 2
    assert "casus.toml" in done.err


def test_a_journal_begun_for_another_agreement_is_noted(casus, compact):
    text = (compact / COMPACT.name).read_text(encoding="utf-8").replace("agreement model_compact", "agreement other_compact")
    (compact / COMPACT.name).write_text(text, encoding="utf-8")
    done = casus("run", "-w", compact, "--json")
    assert "the journal was begun for model_compact, and this agreement is other_compact" in done.err
    assert json.loads(done.out)["agreement"]["id"] == "other_compact"


def test_a_cut_off_journal_is_told_and_nothing_is_written(casus, compact):
    path = compact / "journal.db"
    for suffix in ("-wal", "-shm"):
        (compact / f"journal.db{suffix}").unlink(missing_ok=True)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    before = path.read_bytes()
    for command in (("run",), ("log", "show"), ("record", "2027-03-04T00:00Z KST votes yes on measures")):
        done = casus(*command, "-w", compact)
        assert done.code == 2, done.out
        assert done.err.startswith("error: ")
        assert "help: " in done.err
    assert path.read_bytes()[: len(before)][100:] == before[100:]
    assert casus("log", "verify", "-w", compact).code in (1, 2)


def test_swapping_two_guarantors_swaps_them_in_the_run_and_changes_nothing_else(casus, compact, tmp_path):
    """Neutral by construction: the codes of LYS and MRV, who did the same, can be exchanged everywhere."""

    def swapped(text):
        return text.replace("LYS", "@@").replace("MRV", "LYS").replace("@@", "MRV")

    shutil.copytree(COMPACT.parent, tmp_path / "other")
    file = tmp_path / "other" / COMPACT.name
    head, scenario = COMPACT.read_text(encoding="utf-8").split("```casus-test")
    file.write_text(swapped(head) + "```casus-test" + scenario, encoding="utf-8")
    assert casus("init", tmp_path / "w2", "--axis", "known", "--agreement", file).code == 0
    from cli_states import lines_of_the_example

    for line in lines_of_the_example():
        assert casus("record", "-w", tmp_path / "w2", swapped(line)).code == 0
    one = casus("run", "-w", compact, "--at", "2027-03-05").out.split("This assessment")[0]
    other = casus("run", "-w", tmp_path / "w2", "--at", "2027-03-05").out.split("This assessment")[0]

    def without_order(text):
        return sorted(re.findall(r"[\w.:-]+", text))

    assert without_order(swapped(one)) == without_order(other)


def test_every_published_shape_forbids_what_it_does_not_name():
    for name in ("run", "explanation", "test", "import", "record", "log", "verify", "check"):
        assert SCHEMAS[name][1]()["additionalProperties"] is False
