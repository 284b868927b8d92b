"""Notices: recorded once, sent at least once with one key, also across a kill between sending and remembering; acknowledged."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from live import call, put

from casus.acts import Notice
from casus.journal import open_journal
from casus.response.notices import recorded
from casus.response.outbox import Busy, Outbox
from casus.time import END, Instant


class Receiver:
    """A local webhook. `act` is what it does with a request before it answers."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, object]]] = []
        self.act = lambda: 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.seen.append((self.headers["Idempotency-Key"], body))
                status = outer.act()
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def ask(folder: Path, **settings: object) -> None:
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    path = folder / "casus.toml"
    path.write_text(path.read_text() + "\n[[notice]]\n" + lines)


def on_record(folder: Path) -> dict[str, Notice]:
    with open_journal(folder / "journal.db", read_only=True) as journal:
        return {key: entry.act for key, entry in recorded(journal.view(END).entries).items()}


def test_a_notice_is_recorded_once_and_sent_once_while_nothing_goes_wrong(casus, accord, receiver):
    ask(accord, name="alarms", when="met", via="webhook", url=receiver.url, to="duty officer")
    put(accord, call())
    assert "due" in casus("notices", "-w", accord)[1]
    assert receiver.seen == []
    for _ in range(3):
        assert casus("notices", "--send", "-w", accord)[0] == 0
    assert len(on_record(accord)) == 1
    [(key, body)] = receiver.seen
    assert key == body["key"] == next(iter(on_record(accord)))
    assert "alarm" in str(body["subject"])
    assert casus("log", "verify", "-w", accord)[0] == 0


def test_a_channel_that_refuses_is_told_and_tried_again(casus, accord, receiver):
    ask(accord, name="alarms", when="met", via="webhook", url=receiver.url)
    put(accord, call())
    receiver.act = lambda: 503
    code, out, _ = casus("notices", "--send", "-w", accord)
    assert code == 1
    assert "failed" in out
    receiver.act = lambda: 200
    code, out, _ = casus("notices", "--send", "-w", accord)
    assert code == 0
    assert "attempt 2" in out
    assert len({key for key, _ in receiver.seen}) == 1


def test_a_kill_between_sending_and_remembering_sends_again_with_the_same_key(casus, accord, receiver):
    """The receiver kills the sender while it waits for the answer; nothing can be remembered of what was sent."""
    ask(accord, name="alarms", when="met", via="webhook", url=receiver.url)
    put(accord, call())
    process = subprocess.Popen([sys.executable, "-m", "casus.cli.main", "notices", "--send", "-w", str(accord)])

    def kill() -> int:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return 200

    receiver.act = kill
    assert process.wait(60) == -signal.SIGKILL
    receiver.act = lambda: 200
    assert "recorded" in casus("notices", "-w", accord)[1]
    assert casus("notices", "--send", "-w", accord)[0] == 0
    assert len(receiver.seen) == 2
    assert len({key for key, _ in receiver.seen}) == 1
    assert len(on_record(accord)) == 1
    assert casus("notices", "--send", "-w", accord)[0] == 0
    assert len(receiver.seen) == 2


def test_without_its_outbox_everything_is_sent_once_more_and_recorded_no_more(casus, accord, receiver):
    ask(accord, name="alarms", when="met", via="webhook", url=receiver.url)
    put(accord, call())
    casus("notices", "--send", "-w", accord)
    (accord / "notices.db").unlink()
    casus("notices", "--send", "-w", accord)
    assert len(receiver.seen) == 2
    assert len(on_record(accord)) == 1


def test_an_acknowledgement_stands_on_the_record_once_and_is_shown(casus, accord):
    ask(accord, name="alarms", when="met", via="file", path="notices.jsonl")
    put(accord, call())
    casus("notices", "--send", "-w", accord)
    [key] = on_record(accord)
    assert casus("ack", key[:8], "--by", "watch officer", "--note", "called", "-w", accord)[0] == 0
    code, out, _ = casus("ack", key, "-w", accord)
    assert code == 0
    assert "by watch officer" in out
    assert "acknowledged" in casus("notices", "-w", accord)[1]
    assert casus("ack", "ffffffff", "-w", accord)[0] == 2


def test_a_file_and_standard_output_carry_the_key(casus, accord):
    ask(accord, name="to_file", when="met", via="file", path="notices.jsonl")
    ask(accord, name="to_screen", when="open", via="stdout")
    put(accord, call())
    _, out, _ = casus("notices", "--send", "-w", accord)
    [line] = (accord / "notices.jsonl").read_text().splitlines()
    assert json.loads(line)["rule"] == "to_file"
    keys = on_record(accord)
    assert json.loads(line)["key"] in keys
    assert f"(notice {next(k for k, n in keys.items() if n.rule == 'to_screen')}, to the duty officer)" in out


def test_a_deadline_is_told_of_before_it_and_filtered_by_party_and_name(casus, accord):
    ask(accord, name="soon", when="due", before="73h", via="file", path="a.jsonl", party="AAA", about=["reply"])
    ask(accord, name="later", when="due", before="1h", via="file", path="b.jsonl")
    put(accord, call())
    casus("notices", "--send", "-w", accord)
    [line] = (accord / "a.jsonl").read_text().splitlines()
    assert "If nobody acts: it is breached" in json.loads(line)["body"]
    assert not (accord / "b.jsonl").exists()


def test_a_notice_that_needs_two_persons_is_sent_only_when_confirmed(casus, accord, tmp_path, capfd):
    ask(accord, name="alarms", when="met", via="file", path="notices.jsonl")
    lines = []
    for name in ("anna", "boris"):
        casus("key", "new", name, "--out", tmp_path / f"{name}.pem")
    from casus.journal.signing import public_key

    for name in ("anna", "boris"):
        lines.append(f'{name} = "ed25519:{public_key((tmp_path / f"{name}.pem").read_text())}"')
    path = accord / "casus.toml"
    path.write_text(path.read_text() + '[two_persons]\nacts = ["notice"]\n[two_persons.keys]\n' + "\n".join(lines) + "\n")
    put(accord, call())
    assert casus("notices", "--send", "-w", accord)[0] == 2
    assert casus("notices", "--send", "--key", tmp_path / "anna.pem", "-w", accord)[0] == 0
    assert not (accord / "notices.jsonl").exists()
    [waiting] = json.loads(casus("confirm", "-w", accord, "--json")[1])["pending"]
    assert waiting["name"] == "anna"
    assert casus("confirm", waiting["id"], "--key", tmp_path / "boris.pem", "-w", accord)[0] == 0
    assert casus("notices", "--send", "--key", tmp_path / "anna.pem", "-w", accord)[0] == 0
    assert len((accord / "notices.jsonl").read_text().splitlines()) == 1


def test_one_process_sends_at_a_time(tmp_path):
    with Outbox(tmp_path / "notices.db", writing=True), pytest.raises(Busy):
        Outbox(tmp_path / "notices.db", writing=True)
    with Outbox(tmp_path / "notices.db", writing=True) as again:
        assert again.deliver("k", lambda: None, lambda: Instant(5)).sent == Instant(5)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"name": "x", "when": "sometimes", "via": "file", "path": "p"}, "when = 'sometimes' is not known"),
        ({"name": "x", "when": "met", "via": "pigeon"}, "via = 'pigeon' is not known"),
        ({"name": "x", "when": "met", "via": "file"}, "path of the notice x"),
        ({"name": "x", "when": "due", "via": "stdout"}, "before says how long"),
        ({"name": "x", "when": "met", "via": "smtp", "host": "h", "from": "f", "to": "nobody"}, "to is an address"),
        ({"name": "x y", "when": "met", "via": "stdout"}, "is no name for a notice"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(casus, accord, settings, said):
    ask(accord, **settings)
    code, _, err = casus("notices", "-w", accord)
    assert code == 2
    assert said in err
