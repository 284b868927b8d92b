"""`casus watch`: what each batch changes, told once, resumed where it stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

CONFIRMED = (
    "2026-02-03T22:00Z mission says confirmed on s1",
    "2026-02-03T22:30Z mission says confirmed on s2",
    "2026-02-03T23:00Z mission says confirmed on s3",
)


def put(casus, folder: Path, *lines: str) -> list[str]:
    """Entries, each in a batch of its own; their ids."""
    found = []
    for line in lines:
        ended = casus("record", "-w", folder, line, "--author", line.split()[1], "--json")
        assert ended.code == 0, ended.err
        found.append(json.loads(ended.out)["entry"]["id"])
    return found


@pytest.fixture
def valley(casus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reconstruction with three incidents on the record that nobody has confirmed, watched from then on."""
    monkeypatch.setenv("CASUS_NOW", "2026-03-01T00:00Z")
    folder = tmp_path / "valley"
    assert casus("init", folder, "--axis", "known").code == 0
    put(casus, folder, *(f"2026-01-01T{9 + n:02}:00Z {code} ratifies" for n, code in enumerate(("OSK", "VDR", "KST"))))
    put(casus, folder, *(f"2026-02-0{n}T02:00Z shelling by OSK id s{n} killed 0" for n in (1, 2, 3)))
    first = casus("watch", "-w", folder, "--once")
    assert (first.code, first.out) == (0, "")
    assert "watching from entry 7 on" in first.err
    return folder


def test_what_is_met_is_told_once_with_the_entry_that_did_it(casus, valley: Path) -> None:
    _, _, last = put(casus, valley, *CONFIRMED)
    told = casus("watch", "-w", valley, "--once")
    assert "Article 3 · escalation_by_osk · MET since 2026-02-03 02:00 UTC" in told.flat
    assert f"because of entry {last[:9]}" in told.flat
    assert casus("watch", "-w", valley, "--once").out == ""


def test_a_reversal_and_the_answer_it_leaves_are_told_from_old_to_new(casus, valley: Path) -> None:
    put(casus, valley, *CONFIRMED)
    casus("watch", "-w", valley, "--once")
    (rejected,) = put(casus, valley, "2026-02-05T08:00Z mission says rejected on s2")
    told = [json.loads(line) for line in casus("watch", "-w", valley, "--once", "--emit", "json").out.splitlines()]
    mine = [(x["kind"], x["before"], x["after"], x["because"]) for x in told if x["trigger"] == "escalation_by_osk"]
    assert mine == [("reversed", "met", "reversed", [rejected]), ("revised", "met", "not_met", [rejected])]
    assert told[0]["why"]
    assert len({x["key"] for x in told}) == len(told)


def test_every_batch_between_two_looks_is_told_by_itself(casus, valley: Path) -> None:
    ids = put(casus, valley, *CONFIRMED, "2026-02-05T08:00Z mission says rejected on s2")
    told = [json.loads(line) for line in casus("watch", "-w", valley, "--once", "--emit", "json").out.splitlines()]
    mine = [(x["kind"], x["because"]) for x in told if x["trigger"] == "escalation_by_osk"]
    assert [kind for kind, _ in mine] == ["met", "revised", "reversed", "revised"]
    assert [because for _, because in mine] == [[ids[2]], [ids[2]], [ids[3]], [ids[3]]]


def test_the_shape_of_the_news_is_the_published_one(casus, valley: Path) -> None:
    from casus.cli.shapes import WatchJson

    put(casus, valley, *CONFIRMED)
    for line in casus("watch", "-w", valley, "--once", "--emit", "json").out.splitlines():
        WatchJson.model_validate_json(line)


class Receiver(BaseHTTPRequestHandler):
    """Answers with the next of `answers` (the last one for good), and keeps what came."""

    answers: ClassVar[list[int]] = [200]
    came: ClassVar[list[tuple[int, str, dict]]] = []
    elsewhere = 0

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        type(self).came.append((status, self.headers["Idempotency-Key"], body))
        self.send_response(status)
        if status == 307:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        type(self).elsewhere += 1

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[tuple[str, type[Receiver]]]:
    kind = type("Fresh", (Receiver,), {"answers": [200], "came": []})
    server = HTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/news", kind
    server.shutdown()
    server.server_close()


def test_what_a_webhook_refuses_waits_and_comes_again_with_the_same_key(casus, valley: Path, receiver) -> None:
    url, kind = receiver
    kind.answers = [500, 200]
    put(casus, valley, *CONFIRMED)
    watching = ("watch", "-w", valley, "--once", "--emit", "webhook", "--url", url)
    refused = casus(*watching)
    assert (refused.code, "not delivered (HTTP 500); 2 waiting" in refused.err) == (0, True)
    assert len(json.loads((valley / "watch.json").read_text(encoding="utf-8"))["unsent"]) == 2
    assert casus(*watching).code == 0
    assert [status for status, _, _ in kind.came] == [500, 200, 200]
    assert kind.came[0][1] == kind.came[1][1] == kind.came[1][2]["key"]
    assert json.loads((valley / "watch.json").read_text(encoding="utf-8"))["unsent"] == []


def test_news_go_to_the_address_that_was_given_and_nowhere_else(casus, valley: Path, receiver) -> None:
    url, kind = receiver
    kind.answers = [307]
    put(casus, valley, *CONFIRMED)
    ended = casus("watch", "-w", valley, "--once", "--emit", "webhook", "--url", url)
    assert (ended.code, "HTTP 307" in ended.err) == (0, True)
    assert (len(kind.came), kind.elsewhere) == (1, 0)


def test_a_receiver_that_is_not_there_does_not_stop_the_watch(casus, valley: Path) -> None:
    put(casus, valley, *CONFIRMED)
    ended = casus("watch", "-w", valley, "--once", "--emit", "webhook", "--url", "http://127.0.0.1:9/news")
    assert (ended.code, "not delivered" in ended.err) == (0, True)


def test_what_cannot_be_watched_is_told(casus, valley: Path, tmp_path: Path) -> None:
    assert casus("watch", "-w", valley, "--once", "--emit", "pigeon").code == 2
    assert casus("watch", "-w", valley, "--once", "--emit", "webhook").code == 2
    assert casus("watch", "-w", valley, "--once", "--emit", "webhook", "--url", "file:///etc/passwd").code == 2
    other = tmp_path / "other"
    assert casus("init", other, "--axis", "known").code == 0
    wrong = casus("watch", "-w", other, "--once", "--state", valley / "watch.json")
    assert (wrong.code, "belongs to another journal" in wrong.err) == (2, True)
    (tmp_path / "x.json").write_text("[]", encoding="utf-8")
    assert casus("watch", "-w", other, "--once", "--state", tmp_path / "x.json").code == 2


def test_a_live_journal_is_followed_and_ctrl_c_ends_it_cleanly(casus, live: Path) -> None:
    command = [sys.executable, "-m", "casus.cli.main", "watch", "-w", str(live), "--emit", "json", "--every", "0.1"]
    environment = {k: v for k, v in os.environ.items() if k != "CASUS_NOW"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        assert "watching from entry" in process.stderr.readline()
        put(casus, live, *(f"2026-02-0{n}T02:00Z shelling by OSK id s{n} killed 0" for n in (1, 2, 3)))
        ids = put(casus, live, *CONFIRMED)
        told = json.loads(process.stdout.readline())
        while told["kind"] != "met":
            told = json.loads(process.stdout.readline())
        assert told["because"] == [ids[2]]
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert (process.returncode, "stopped; the next watch goes on after entry" in error) == (0, True)
    assert casus("watch", "-w", live, "--once", "--emit", "json").out == ""
