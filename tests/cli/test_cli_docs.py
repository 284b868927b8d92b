"""The pages about the command line say every command, option and key, and their examples run as they are shown."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from casus.cli.main import app
from casus.cli.schemas import SCHEMAS
from casus.cli.workspace import settings_text

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "cli.md").read_text(encoding="utf-8")
SHARED = "Options that several commands share"


def sections() -> dict[str, set[str]]:
    """The headings of level 2, each with the options that have a heading of level 3 under it."""
    found: dict[str, set[str]] = {}
    current = ""
    for line in PAGE.splitlines():
        if line.startswith("## "):
            current = line[3:].replace("`", "")
            found[current] = set()
        elif line.startswith("### "):
            found[current] |= set(re.findall(r"`(-{1,2}[a-z-]+)`", line))
    return found


def commands() -> dict[str, set[str]]:
    """Every command by its full name, with its options."""
    found: dict[str, set[str]] = {}

    def walk(name: str, command) -> None:
        options = {flag for p in command.params if p.param_type_name == "option" for flag in p.opts}
        found[name] = options - {"--help", "-h"}
        for child, one in getattr(command, "commands", {}).items():
            walk(f"{name} {child}", one)

    walk("casus", typer.main.get_command(app))
    return found


COMMANDS = commands()


def test_every_command_has_its_heading_and_no_heading_is_of_none():
    headings = {title for title in sections() if title.startswith("casus") and title != "casus.toml"}
    assert headings == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_has_its_heading_and_no_heading_is_of_none(name):
    said = sections()
    missing = COMMANDS[name] - said[name] - said[SHARED]
    assert not missing, f"docs/cli.md does not say {', '.join(sorted(missing))} of {name}"
    gone = said[name] - COMMANDS[name]
    assert not gone, f"docs/cli.md says {', '.join(sorted(gone))} of {name}, which has no such option"


def test_every_shared_option_is_an_option():
    assert sections()[SHARED] <= {flag for flags in COMMANDS.values() for flag in flags} | {"--help", "-h"}


def test_every_setting_of_a_workspace_is_in_the_table():
    for setting in re.findall(r"^(\w+) = ", settings_text("x"), re.MULTILINE):
        assert f"| `{setting}` |" in PAGE


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_schema_is_named(name):
    assert f"`{name}`" in PAGE.split("## `casus schema`")[1].split("\n## ")[0]


@pytest.mark.parametrize(
    ("page", "schemas"),
    [
        ("run.md", ["run"]),
        ("speed.md", ["speed"]),
        ("explanation.md", ["explanation"]),
        ("assessment.md", ["assessment", "recheck"]),
        ("response.md", ["due", "whatif", "cases", "case", "pending", "notices", "overview"]),
        ("output.md", ["check", "test", "import", "record", "log", "verify", "watch"]),
    ],
)
def test_every_key_of_an_output_is_described(page, schemas):
    text = (DOCS / "formats" / page).read_text(encoding="utf-8")
    if page != "run.md":
        text += (DOCS / "formats" / "run.md").read_text(encoding="utf-8") + (DOCS / "formats" / "explanation.md").read_text(
            encoding="utf-8"
        )
    for name in schemas:
        schema = SCHEMAS[name][1]()
        keys = set(schema["properties"])
        for definition in schema.get("$defs", {}).values():
            keys |= set(definition.get("properties", {}))
        missing = {key for key in keys if f"`{key}`" not in text}
        assert not missing, f"docs/formats/{page} does not say {', '.join(sorted(missing))}"


def test_the_examples_run_as_they_are_shown(casus, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = 0
    for fence in re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        for block in re.split(r"^\$ ", fence, flags=re.MULTILINE)[1:]:
            line, *shown = block.splitlines()
            command, _, note = line.partition("  # exits ")
            words = shlex.split(command)
            if words[0] == "export":
                monkeypatch.setenv(*words[1].split("=", 1))
            elif words[0] == "cd":
                monkeypatch.chdir(words[1])
            else:
                assert words[0] == "casus"
                ended = casus(*words[1:])
                assert ended.code == int(note or 0), ended.err
                said = (ended.out + ended.err).splitlines()
                for text in shown:
                    assert text in said, f"{command} no longer says: {text}"
                ran += 1
    assert ran >= 20
