"""The commands of the tutorial run, and show what the page says they show."""

from __future__ import annotations

import re
import shlex
import shutil

import pytest
from house_pages import DOCS, fences

from casus.cli.main import run_command

PAGE = DOCS / "tutorial.md"


def steps() -> list[tuple[str, str]]:
    """(command, what the page shows under it), in the order of the page."""
    found = []
    for fence in fences(PAGE.read_text(encoding="utf-8"), "console"):
        for part in re.split(r"(?m)^\$ ", fence)[1:]:
            command, _, shown = part.partition("\n")
            found.append((command, shown))
    return found


def test_the_tutorial_shows_every_command_of_a_draft():
    commands = {command.split()[1] for command, _ in steps()}
    assert commands >= {"skeleton", "check", "test", "power", "diff", "compare", "show"}


def test_every_command_of_the_tutorial_shows_what_the_page_says(tmp_path, monkeypatch, capsys):
    for file in (DOCS / "tutorial").iterdir():
        (shutil.copytree if file.is_dir() else shutil.copy)(file, tmp_path / file.name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    for command, shown in steps():
        words = shlex.split(command)
        assert words[0] == "casus"
        code = run_command(words[1:])
        told = capsys.readouterr()
        assert code in (0, 1), f"{command}: {told.err}"
        assert told.err == ""
        assert _pattern(shown).fullmatch(told.out), f"$ {command}\n{told.out}\n--- the page has\n{shown}"


def _pattern(shown: str) -> re.Pattern[str]:
    """A line `…` stands for any lines, `…` within a line for any words; breaks of lines and indents may fall elsewhere."""
    words = [r"[\s\S]*?".join(map(re.escape, word.split("…"))) for word in shown.split()]
    joined = "".join(r"\s*" + word if "…" in was else r"\s+" + word for word, was in zip(words, shown.split(), strict=True))
    return re.compile(joined.replace(r"[\s\S]*?\s+", r"[\s\S]*?\s*").removeprefix(r"\s+") + r"\s*")


@pytest.mark.parametrize("name", ["draft.txt", "pact.casus.md", "pact-2.casus.md"])
def test_the_files_of_the_tutorial_are_there(name):
    assert (DOCS / "tutorial" / name).is_file()
