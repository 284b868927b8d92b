"""Every command that the pages quote exists, with the options they give it."""

from __future__ import annotations

import re
import shlex

import pytest
from house_pages import ROOT, pages
from typer.main import get_command

from casus.cli.main import app

_QUOTED = re.compile(r"`(casus [a-z][^`\n]*)`")
_SHOWN = re.compile(r"^(?:    |\$ )(?:\.venv/bin/)?(casus [a-z][^\n#]*)", re.MULTILINE)
_FENCE = re.compile(r"^```(?:sh|console|text|bash)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
_IN_FENCE = re.compile(r"^(?:\$ )?(casus [a-z][^\n#]*)", re.MULTILINE)


def quoted() -> list[tuple[str, str]]:
    """(page, command line) of everything that looks like a command."""
    found = set()
    for page in pages():
        text = page.read_text(encoding="utf-8")
        lines = [*_QUOTED.findall(text), *_SHOWN.findall(text)]
        lines += [line for fence in _FENCE.findall(text) for line in _IN_FENCE.findall(fence)]
        # `casus inclusion proof 1` names a format, not a command.
        lines = [line for line in lines if not re.fullmatch(r"casus [a-z ]+ \d+", line.strip())]
        found |= {(str(page.relative_to(ROOT)), line.strip()) for line in lines}
    return sorted(found)


QUOTED = quoted()


def words_of(line: str) -> list[str]:
    """The words; a line with an ellipsis, a pipe or an open quote is taken as far as it can be split."""
    line = re.split(r"[|…]| \.\.\.", line)[0]
    try:
        return shlex.split(line)[1:]
    except ValueError:
        return line.split()[1:]


@pytest.mark.parametrize(("page", "line"), QUOTED, ids=lambda value: value)
def test_a_quoted_command_and_its_options_exist(page, line):
    command = get_command(app)
    words = words_of(line)
    while words and hasattr(command, "commands"):
        assert words[0] in command.commands, f"{page} quotes `{line}`: there is no command {words[0]}"
        command = command.commands[words.pop(0)]
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    options |= {"--help", "-h"}
    for word in words:
        if re.match(r"--?[a-zA-Z]", word):
            assert word.split("=")[0] in options, f"{page} quotes `{line}`: {command.name} has no option {word}"


def test_the_pages_quote_every_command():
    def names(command, before=""):
        for name, sub in command.commands.items():
            if hasattr(sub, "commands"):
                yield from names(sub, f"{before}{name} ")
            else:
                yield f"{before}{name}"

    said = {" ".join(line.split()[1:]) for _, line in QUOTED}
    missing = [name for name in names(get_command(app)) if not any(f"{line} ".startswith(f"{name} ") for line in said)]
    assert not missing, f"no page quotes casus {', casus '.join(missing)}"
