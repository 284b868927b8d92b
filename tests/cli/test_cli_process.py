"""How the process behaves: hostile surroundings, errors of the system, what is loaded for `--help`."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from casus.cli import clock, errors, workspace
from casus.cli.errors import Stop, guarded
from casus.time import Clock, Instant

PYTHON = [sys.executable, "-m", "casus.cli.main"]
SURROUNDINGS = {
    "PATH": os.environ["PATH"],
    "CASUS_NOW": "2027-04-01T00:00Z",
    "COLUMNS": "80",
    "PYTHONDONTWRITEBYTECODE": "1",  # a process with a limit of file size would leave half a module behind
}


def process(*arguments, **options):
    """A real process; what it printed as text."""
    environment = {**SURROUNDINGS, **options.pop("env", {})}
    return subprocess.run(
        [*PYTHON, *map(str, arguments)], env=environment, text=True, encoding="utf-8", timeout=60, check=False, **options
    )


def test_help_loads_nothing_heavy():
    heavy = ["pydantic", "lark", "shapely", "pyproj", "polars", "numpy", "sqlalchemy", "sqlite3", "markdown_it", "rich"]
    code = (
        "import sys\nfrom casus.cli.main import run_command\nrun_command(['--help'])\n"
        f"print('loaded:', [m for m in {heavy!r} if m in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], env=SURROUNDINGS, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "loaded: []"


def test_a_reader_that_goes_away_ends_it_quietly(compact):
    running = subprocess.Popen(
        [*PYTHON, "log", "show", "-w", str(compact), "--json", "-n", "0"],
        env=SURROUNDINGS,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    running.stdout.close()
    err = running.stderr.read()
    running.stderr.close()
    assert running.wait(60) == errors.PIPE_CLOSED
    assert err == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("arguments", [("run",), ("run", "--json"), ("explain", "incident"), ("log", "prove", "3")])
def test_a_full_disk_is_told_and_the_code_says_it(compact, arguments):
    with open("/dev/full", "w", encoding="utf-8") as full:
        ended = process(*arguments, "-w", compact, stdout=full, stderr=subprocess.PIPE)
    assert ended.returncode == errors.INPUT
    assert "error: the disk or quota is full" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


def test_a_limit_of_file_size_loses_nothing_that_stood(compact, casus):
    before = casus("log", "checkpoint", "-w", compact).out

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    line = "2027-03-03T22:00Z KST votes yes on measures"
    ended = process("record", "-w", compact, line, preexec_fn=limited, capture_output=True)
    assert ended.returncode == errors.INPUT
    assert ended.stderr.startswith("error: ")
    assert "Traceback" not in ended.stderr
    assert casus("log", "verify", "-w", compact).code == 0
    assert casus("log", "checkpoint", "-w", compact).out == before
    assert casus("record", "-w", compact, line).code == 0


def test_a_terminal_that_knows_only_ascii_gets_escapes_and_no_crash(compact):
    ended = process("run", "-w", compact, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}, capture_output=True)
    assert ended.returncode == 0
    assert "Article 5 \\xb7 incident" in ended.stdout


def test_bytes_that_are_no_text_in_an_argument_are_shown_escaped(compact):
    ended = subprocess.run(
        [*PYTHON, "explain", "-w", str(compact), b"s\xff1"],
        env={**SURROUNDINGS, "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == errors.INPUT
    assert b"\\udcff" in ended.stderr
    shown = subprocess.run(
        [*PYTHON, "run", "-w", str(compact), "--json", "--reader", b"x\xff"],
        env={**SURROUNDINGS, "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
    )
    assert shown.returncode == 0


# ---------------------------------------------------------------- the one handler


def raising(problem):
    def command():
        raise problem

    return command


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Stop("it cannot be", place="here", help="do that"), "error: it cannot be\n  at here\nhelp: do that\n"),
        (OSError(errno.ENOSPC, "No space left", "/x/y"), "the disk or quota is full"),
        (OSError(errno.EFBIG, "File too large", "/x/y"), "the disk or quota is full"),
        (PermissionError(errno.EACCES, "Permission denied", "/x/y"), "error: permission denied\n  at /x/y"),
        (FileNotFoundError(errno.ENOENT, "No such file", "/x/y"), "error: no such file or folder\n  at /x/y"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "/x/y"), "this is a folder where a file is needed\n  at /x/y"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory", "/x/y"), "this is a file where a folder is needed\n  at /x/y"),
        (OSError(errno.EIO, "Input/output error", "/x/y"), "error: the system refused: Input/output error\n  at /x/y"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "the file is not UTF-8 text"),
    ],
)
def test_an_expected_error_is_told_with_place_and_help_and_ends_with_2(capsys, problem, said):
    assert guarded(raising(problem)) == errors.INPUT
    err = capsys.readouterr().err
    assert said in err
    assert "help: " in err
    assert "Traceback" not in err


def test_stopping_by_hand_is_no_fault(capsys):
    assert guarded(raising(KeyboardInterrupt())) == errors.STOPPED
    assert capsys.readouterr().err == "stopped\n"


def test_a_fault_of_ours_apologises_and_keeps_the_trace_for_those_who_ask(capsys, monkeypatch, tmp_path):
    assert guarded(raising(RuntimeError("a bug"))) == errors.FAULT
    err = capsys.readouterr().err
    assert "a fault in Casus, not in what you gave it" in err
    assert "CASUS_DEBUG" in err
    assert "Traceback" not in err
    monkeypatch.setenv("CASUS_DEBUG", str(tmp_path / "crash.txt"))
    assert guarded(raising(RuntimeError("a bug"))) == errors.FAULT
    assert "Traceback" in (tmp_path / "crash.txt").read_text(encoding="utf-8")


def test_control_characters_in_an_error_do_not_reach_the_terminal(capsys):
    guarded(raising(Stop("\x1b[2Jgone", place="\x1b]0;x\x07")))
    assert "\x1b" not in capsys.readouterr().err


# ---------------------------------------------------------------- usage


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rnu",), "did you mean casus run?"),
        (("log", "verfy"), "did you mean casus log verify?"),
        (("run", "--nope"), "no such option: --nope"),
        (("explain",), "missing argument"),
        (("log", "show", "-n", "many"), "-n"),
        (("schema", "rum"), "did you mean run?"),
    ],
)
def test_a_mistake_of_usage_is_told_and_ends_with_2(casus, arguments, said):
    ended = casus(*arguments)
    assert ended.code == 2
    assert said in ended.err
    assert ended.err.startswith("error: ")
    assert ended.out == ""


def test_without_a_command_the_help_is_shown(casus):
    assert "Commands:" in casus().out


def test_the_version_is_printed(casus):
    from casus import __version__

    ended = casus("--version")
    assert (ended.code, ended.out) == (0, f"casus {__version__}\n")


# ---------------------------------------------------------------- the workspace's settings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("agreemnt = 'x'", "did you mean agreement?"),
        ("journal = 3", "the setting journal is text, not 3"),
        ("journal = ''", "the setting journal is text"),
        ("this is not toml", "it cannot be read as TOML"),
        ("workspace = 9", "install the version of Casus that wrote it"),
        ("clearance = 'SECRET'\nagreement = 'a'", "'SECRET' is not a marking of TLP 2.0"),
    ],
)
def test_a_fault_in_the_settings_names_the_file(casus, compact, text, said):
    (compact / "casus.toml").write_text(text, encoding="utf-8")
    ended = casus("run", "-w", compact)
    assert ended.code == 2
    assert said in ended.err
    assert "casus.toml" in ended.err


def test_settings_that_are_no_text_are_told(casus, compact):
    (compact / "casus.toml").write_bytes(b"\xff\xfe")
    ended = casus("run", "-w", compact)
    assert ended.code == 2
    assert "not UTF-8" in ended.err


def test_a_folder_without_settings_is_no_workspace(casus, tmp_path):
    ended = casus("run", "-w", tmp_path)
    assert ended.code == 2
    assert "this is no workspace" in ended.err
    assert "casus init DIR" in ended.err


def test_new_settings_can_be_read_again(tmp_path):
    (tmp_path / "casus.toml").write_text(workspace.settings_text("treaty.casus.md"), encoding="utf-8")
    found = workspace.load_workspace(tmp_path)
    assert found.agreement == tmp_path / "treaty.casus.md"
    assert (found.reader, found.clearance, found.marking) == ("owner", "RED", "CLEAR")


def test_an_agreement_with_errors_shows_them_and_ends_with_2(casus, compact):
    text = compact / "model-compact.casus.md"
    text.write_text(text.read_text(encoding="utf-8").replace("upon incident or", "upon insident or"), encoding="utf-8")
    ended = casus("run", "-w", compact)
    assert ended.code == 2
    assert "insident" in ended.err
    assert "the agreement has errors" in ended.err


# ---------------------------------------------------------------- the clock


def at(text):
    return Instant.parse(text)


NOW = at("2027-06-01T00:00Z")


@pytest.mark.parametrize(
    ("axis", "latest", "asked_at", "asked_known", "expected"),
    [
        ("recorded", None, None, None, (NOW, NOW)),
        ("recorded", None, at("2027-05-01T00:00Z"), None, (at("2027-05-01T00:00Z"), at("2027-05-01T00:00Z"))),
        ("recorded", None, at("2027-07-01T00:00Z"), None, (at("2027-07-01T00:00Z"), NOW)),
        ("recorded", None, None, at("2027-05-01T00:00Z"), (at("2027-05-01T00:00Z"), at("2027-05-01T00:00Z"))),
        ("known", at("2027-03-01T00:00Z"), None, None, (at("2027-03-01T00:00Z"), at("2027-03-01T00:00Z"))),
        ("known", at("2027-03-01T00:00Z"), at("2027-04-01T00:00Z"), None, (at("2027-04-01T00:00Z"), at("2027-03-01T00:00Z"))),
        ("known", at("2027-03-01T00:00Z"), at("2027-02-01T00:00Z"), None, (at("2027-02-01T00:00Z"), at("2027-02-01T00:00Z"))),
        ("known", None, None, None, (NOW, NOW)),
        (
            *("known", at("2027-03-01T00:00Z"), at("2027-02-01T00:00Z"), at("2027-09-01T00:00Z")),
            (at("2027-02-01T00:00Z"), at("2027-09-01T00:00Z")),
        ),
    ],
)
def test_what_is_not_asked_for_has_a_default(monkeypatch, axis, latest, asked_at, asked_known, expected):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    chosen = clock.moments(axis, latest, asked_at, asked_known)
    assert (chosen.at, chosen.known_at) == expected
    assert (chosen.note is None) == (asked_at is not None or asked_known is not None)


def test_the_set_clock_counts_as_now_and_a_bad_one_is_told(monkeypatch):
    monkeypatch.setenv("CASUS_NOW", "2027-06-01")
    assert clock.now() == NOW
    monkeypatch.setenv("CASUS_NOW", "yesterday")
    with pytest.raises(Stop) as stopped:
        clock.now()
    assert stopped.value.place == "CASUS_NOW"


@pytest.mark.parametrize("text", ["2027-13-01", "2027-03-01T02:10", "soon", "2027-03-01T25:00Z", ""])
def test_an_instant_that_is_none_says_how_to_write_one(text):
    with pytest.raises(Stop) as stopped:
        clock.read_instant("--at", text, Clock())
    assert stopped.value.help is not None
    assert "2027-03-01T02:10Z" in stopped.value.help


def test_a_closed_output_is_told_and_nothing_is_run(tmp_path):
    ended = subprocess.run(
        ["/bin/sh", "-c", f'"{sys.executable}" -m casus.cli.main rules >&-'],
        env=SURROUNDINGS,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert ended.returncode == errors.INPUT
    assert ended.stderr.startswith("error: standard output is closed")
