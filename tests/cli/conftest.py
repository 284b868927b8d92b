"""The command line inside the test's process, and workspaces with the worked example in them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cli_states import COMPACT, lines_of_the_example

from casus.cli.main import run_command

EXERCISE = "2027-04-01T00:00Z"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def flat(self) -> str:
        """The output without its line breaks."""
        return " ".join(self.out.split())


Casus = Callable[..., Ended]


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """80 columns, no colour, no set clock, no report of crashes, whatever the tests run in."""
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("FORCE_COLOR", "NO_COLOR", "CASUS_NOW", "CASUS_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def casus(capfd: pytest.CaptureFixture[str]) -> Casus:
    """Run a command line; its exit code and what it printed."""

    def run(*arguments: object) -> Ended:
        capfd.readouterr()
        code = run_command([str(a) for a in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Ended(code, out, err)

    return run


@pytest.fixture(scope="session")
def compact_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("compact") / "w"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASUS_NOW", EXERCISE)
        assert run_command(["init", str(folder), "--axis", "known", "--agreement", str(COMPACT)]) == 0
        for line in lines_of_the_example():
            assert run_command(["record", "-w", str(folder), line]) == 0
    return folder


@pytest.fixture
def compact(compact_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reconstruction of the worked example: every line of its scenario recorded by hand. The clock is set."""
    monkeypatch.setenv("CASUS_NOW", EXERCISE)
    return Path(shutil.copytree(compact_once, tmp_path / "w"))


@pytest.fixture
def live(casus: Casus, tmp_path: Path) -> Path:
    """A live workspace with the starter agreement, in force."""
    folder = tmp_path / "live"
    assert casus("init", folder).code == 0
    for code, hour in (("OSK", 9), ("VDR", 10), ("KST", 11)):
        assert casus("record", "-w", folder, f"2026-01-01T{hour:02}:00Z {code} ratifies").code == 0
    return folder
