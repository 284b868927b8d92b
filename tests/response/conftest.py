"""The command line inside the test's process, in plain surroundings, and a live workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from live import TEXT

from casus.cli.main import run_command


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("FORCE_COLOR", "NO_COLOR", "CASUS_NOW", "CASUS_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def casus(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: object) -> tuple[int, str, str]:
        capfd.readouterr()
        code = run_command([str(a) for a in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return code, " ".join(out.split()), err

    return run


@pytest.fixture
def accord(tmp_path: Path) -> Path:
    """A live workspace with a short agreement."""
    source = tmp_path / "accord.casus.md"
    source.write_text(TEXT, encoding="utf-8")
    folder = tmp_path / "live"
    assert run_command(["init", str(folder), "--agreement", str(source)]) == 0
    return folder
