"""The commands of the response, run as a user runs them, over a reconstruction and over a live journal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import icalendar
import pytest
from records import ATTACKS, COMPACT, IN_FORCE

from casus.cli.main import run_command
from casus.journal import open_journal


@pytest.fixture(scope="session")
def attacked_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("attacked") / "w"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASUS_NOW", "2027-04-01T00:00Z")
        assert run_command(["init", str(folder), "--axis", "known", "--agreement", str(COMPACT)]) == 0
        for line in (*IN_FORCE, *ATTACKS, "2027-03-03T05:00Z KST votes yes on measures"):
            assert run_command(["record", "-w", str(folder), line]) == 0
    return folder


@pytest.fixture
def attacked(attacked_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(attacked_once, tmp_path / "w"))


def checkpoint(folder: Path):
    with open_journal(folder / "journal.db", read_only=True) as journal:
        return journal.checkpoint()


def test_due_lists_what_a_party_has_to_do_within_a_time(casus, attacked):
    code, out, _ = casus("due", "-w", attacked, "--party", "LYS", "--within", "24h")
    assert code == 0
    assert "measures closes" in out
    assert "if nobody acts: it is rejected: quorum 3 not reached" in out
    assert "snapback" not in out
    _, whole, _ = casus("due", "-w", attacked, "--party", "LYS", "--json")
    assert {d["kind"] for d in json.loads(whole)["deadlines"]} >= {"due", "closing", "effect"}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["due", "--within", "soon"], "'soon' is no length of time"),
        (["due", "--party", "QQQ"], "QQQ is no party and no body"),
        (["whatif"], "nothing is supposed"),
        (["whatif", "--vote", "KST"], "'KST' is no vote"),
        (["whatif", "--vote", "KST=maybe"], "'KST=maybe' is no vote"),
        (["whatif", "--vote", "KST=no@nothing"], "there is no decision nothing"),
        (["whatif", "--vote", "KST=no", "--absent", "KST"], "KST cannot both vote and stay away"),
        (["whatif", "--deny", "KST=nothing"], "there is no norm nothing"),
        (["whatif", "--deny", "KST", "--until", "2027-01-01"], "lies before"),
        (["whatif", "--occurs", "2027-03-09T00:00Z nonsense"], ""),
        (["case", "nothing"], "there is no such case"),
        (["letters", "nothing", "--out", "x"], "there is no such case"),
    ],
)
def test_what_cannot_be_taken_is_said(casus, attacked, arguments, error):
    code, _, err = casus(*arguments, "-w", attacked)
    assert code == 2
    assert error in err


def test_due_writes_a_calendar_and_replaces_only_a_calendar(casus, attacked, tmp_path):
    target = tmp_path / "due.ics"
    assert casus("due", "-w", attacked, "--ics", target)[0] == 0
    first = target.read_bytes()
    assert len(list(icalendar.Calendar.from_ical(first).walk("VEVENT"))) > 3
    assert casus("due", "-w", attacked, "--ics", target)[0] == 0
    assert target.read_bytes() == first
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    assert casus("due", "-w", attacked, "--ics", other)[0] == 2
    assert other.read_text() == "mine"


def test_whatif_says_what_changes_and_leaves_the_journal_as_it_was(casus, attacked):
    before = checkpoint(attacked), (attacked / "journal.db").read_bytes()
    code, out, _ = casus("whatif", "-w", attacked, "--vote", "LYS=yes", "--vote", "MRV=yes")
    assert code == 0
    assert "NOTHING OF THIS IS ON THE RECORD" in out
    assert "quorum 3 not reached" in out
    assert "→ adopted" in out
    line = "2027-03-09T05:00Z strike by OSK id s9 at 46.05 -26.30 weapon uav killed 4 as confirmed attributed"
    code, out, _ = casus("whatif", "-w", attacked, "--absent", "KST", "--occurs", line, "--json")
    told = json.loads(out)
    assert [e["act"]["id"] for e in told["supposed"]] == ["s9"]
    assert len(told["left_out"]) == 1
    assert (checkpoint(attacked), (attacked / "journal.db").read_bytes()) == before


def test_a_case_is_listed_shown_and_drafted_and_no_draft_is_overwritten(casus, attacked, tmp_path):
    _, out, _ = casus("case", "-w", attacked)
    assert "aggression@2027-03-03T02:10Z@2027-03-03T02:10Z: OPEN" in out
    _, out, _ = casus("case", "attack", "-w", attacked, "--reply", "72h")
    assert "OSK may reply from 2027-03-03 02:10 UTC until 2027-03-06 02:10 UTC" in out
    _, out, _ = casus("case", "attack", "-w", attacked, "--json")
    assert json.loads(out)["reply"]["until"] is None
    target = tmp_path / "letters"
    assert casus("letters", "attack", "-w", attacked, "--out", target)[0] == 0
    assert sorted(p.name for p in target.iterdir()) == ["article-51.md", "convening.md", "parliament.md", "request.md"]
    assert all("DRAFT" in p.read_text() for p in target.iterdir())
    assert casus("letters", "attack", "-w", attacked, "--out", target)[0] == 2


def test_run_lists_a_case_without_a_next_step(casus, attacked):
    _, out, _ = casus("run", "-w", attacked, "--at", "2029-01-01")
    assert "Cases without a next step" in out
    _, early, _ = casus("run", "-w", attacked, "--at", "2027-02-01")
    assert "Cases without a next step" not in early


def test_the_time_for_a_reply_is_a_setting_of_the_workspace(casus, attacked):
    settings = attacked / "casus.toml"
    settings.write_text(settings.read_text() + '\n[response]\nreply = "48h"\n')
    _, out, _ = casus("case", "attack", "-w", attacked, "--json")
    assert json.loads(out)["reply"]["until"] == "2027-03-05T02:10Z"
    settings.write_text(settings.read_text().replace("48h", "two days"))
    assert casus("case", "attack", "-w", attacked)[0] == 2
