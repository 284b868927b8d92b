"""Two persons: an act waits without effect until a second key confirms it; every signature is checked, and tampering named."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from live import call, now, put

from casus.acts import Proposal, Vote
from casus.cli.main import run_command
from casus.journal import Draft, Signature, create_journal, open_journal, verify_export
from casus.journal.canonical import canonical
from casus.journal.signing import digest, document, new_key, sign
from casus.response.twopersons import Unconfirmable, confirm, first_signature, pending, propose
from casus.time import END, HOUR, Instant, Occurred


@pytest.fixture
def two(accord: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> tuple[Path, Path, Path]:
    """A live workspace that asks for two persons, with the keys of two."""
    keys = []
    lines = []
    for name in ("anna", "boris"):
        file = tmp_path / f"{name}.pem"
        capfd.readouterr()
        assert run_command(["key", "new", name, "--out", str(file)]) == 0
        lines.append(capfd.readouterr().out.splitlines()[-1])
        keys.append(file)
    settings = accord / "casus.toml"
    text = settings.read_text() + '\n[two_persons]\nacts = ["vote", "determination", "notice"]\n[two_persons.keys]\n'
    settings.write_text(text + "\n".join(lines) + "\n")
    put(accord, call())
    return accord, keys[0], keys[1]


def entered(casus, folder, key, word="yes", member="AAA"):
    line = f"{now()} {member} votes {word} on help"
    code, out, err = casus("record", "-w", folder, line, "--author", member, "--key", key, "--json")
    assert code == 0, err
    return json.loads(out)["entry"]["id"]


def ballot(casus, folder):
    return json.loads(casus("run", "-w", folder, "--json")[1])["decisions"][0]


def test_an_act_waits_without_effect_until_a_second_person_confirms_it(casus, two):
    folder, anna, boris = two
    waiting = entered(casus, folder, anna)
    assert ballot(casus, folder)["votes"] == []
    _, out, _ = casus("run", "-w", folder)
    assert "Waiting for a second person, without effect AAA votes yes on help" in out
    assert "with the key of anna" in out
    code, out, err = casus("confirm", waiting, "-w", folder, "--key", boris)
    assert code == 0, err
    assert "entered by anna, confirmed by boris" in out
    assert [v["vote"] for v in ballot(casus, folder)["votes"]] == ["yes"]
    assert "Waiting for a second person" not in casus("run", "-w", folder)[1]
    assert casus("confirm", "-w", folder)[1] == "Nothing waits for a second person."
    assert casus("log", "verify", "-w", folder)[0] == 0


def test_the_effect_begins_with_the_confirmation(casus, two):
    folder, anna, boris = two
    waiting = entered(casus, folder, anna)
    between = now()
    casus("confirm", waiting, "-w", folder, "--key", boris)
    then = json.loads(casus("run", "-w", folder, "--known-at", between, "--json")[1])
    assert then["decisions"][0]["votes"] == []


@pytest.mark.parametrize("which", ["same", "unlisted", "none", "gone"])
def test_a_confirmation_by_the_same_or_an_unknown_key_is_refused_and_records_nothing(casus, two, tmp_path, which):
    folder, anna, _ = two
    waiting = entered(casus, folder, anna)
    casus("key", "new", "carla", "--out", tmp_path / "carla.pem")
    before = size(folder)
    key = {
        "same": ["--key", anna],
        "unlisted": ["--key", tmp_path / "carla.pem"],
        "none": [],
        "gone": ["--key", tmp_path / "x"],
    }
    code, _, err = casus("confirm", waiting, "-w", folder, *key[which])
    assert code == 2
    said = {
        "same": "entered with the same key",
        "unlisted": "does not list this key",
        "none": "is signed",
        "gone": "no such key",
    }
    assert said[which] in err
    assert size(folder) == before


def size(folder):
    with open_journal(folder / "journal.db", read_only=True) as journal:
        return journal.checkpoint().size


def test_without_a_key_such_an_act_is_not_taken_and_other_acts_need_none(casus, two):
    folder, anna, _ = two
    code, _, err = casus("record", "-w", folder, f"{now()} AAA votes yes on help")
    assert code == 2
    assert "needs two persons here" in err
    assert casus("record", "-w", folder, f"{now()} answer by AAA")[0] == 0
    assert "needs no signature here" in casus("record", "-w", folder, f"{now()} answer by AAA id a2", "--key", anna)[2]


def test_a_reconstruction_needs_no_second_person(casus, two, monkeypatch):
    folder, *_ = two
    (folder / "journal.db").unlink()
    create_journal(folder / "journal.db", "known", Instant.parse("2027-01-01T00:00Z")).close()
    monkeypatch.setenv("CASUS_NOW", "2027-05-01T00:00Z")
    assert casus("record", "-w", folder, "2027-03-01T00:00Z AAA votes yes on help")[0] == 0


def test_a_vote_cannot_be_confirmed_twice(casus, two):
    folder, anna, boris = two
    waiting = entered(casus, folder, anna)
    assert casus("confirm", waiting, "-w", folder, "--key", boris)[0] == 0
    assert casus("confirm", waiting, "-w", folder, "--key", boris)[0] == 2


def test_verification_names_an_act_that_only_one_person_stands_behind(casus, two):
    folder, *_ = two
    moment = now()
    put(folder, Draft(Occurred(moment, moment), Vote("AAA", "yes", "help"), "AAA"))
    code, out, _ = casus("log", "verify", "-w", folder)
    assert code == 1
    assert "a vote on which only one person stands" in out


def test_verification_names_a_key_that_is_no_longer_listed(casus, two):
    folder, anna, _ = two
    entered(casus, folder, anna)
    settings = folder / "casus.toml"
    settings.write_text(re.sub(r"^anna = .*\n", "", settings.read_text(), flags=re.MULTILINE))
    code, out, _ = casus("log", "verify", "-w", folder)
    assert code == 1
    assert "is not one that the workspace lists" in out


def test_a_private_key_is_for_its_owner_alone_never_overwritten_and_may_be_encrypted(casus, tmp_path, monkeypatch):
    file = tmp_path / "k.pem"
    assert casus("key", "new", "k", "--out", file)[0] == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert casus("key", "new", "k", "--out", file)[0] == 2
    monkeypatch.setenv("CASUS_KEY_PASSWORD", "a good one")
    assert casus("key", "new", "l", "--out", tmp_path / "l.pem")[0] == 0
    assert "ENCRYPTED" in (tmp_path / "l.pem").read_text()


# ---------------------------------------------------------------- the journal's own checks

START = Instant.parse("2027-01-01T00:00Z")
VOTE = Draft(Occurred(START + HOUR, START + HOUR), Vote("AAA", "no", "help"), "AAA")


@pytest.fixture
def journal(tmp_path):
    with create_journal(tmp_path / "j.db", "recorded", START) as made:
        yield made


def both(journal, draft=VOTE):
    """A proposal on the record, and the draft that confirms it."""
    one, two = new_key()[0], new_key()[0]
    proposal = journal.append([propose(journal.genesis.journal, draft, one)], START + HOUR * 2).accepted[0]
    [waiting] = pending(journal.view(END).entries)
    return confirm(journal.genesis.journal, waiting, two, first=first_signature(proposal))


def test_what_is_confirmed_comes_back_as_it_was_said_with_both_signatures(journal):
    draft = both(journal)
    entry = journal.append([draft], START + HOUR * 3).accepted[0]
    assert journal.view(END).entries[-1] == entry
    assert entry.act == VOTE.act
    assert entry.signed.entered.key != entry.signed.confirmed.key
    assert journal.verify().ok
    payload = journal.show(entry.index).payload
    assert payload["v"] == 2
    assert payload["signed"]["proposal"] == entry.signed.proposal


@pytest.mark.parametrize("what", ["vote", "author", "agreement", "occurred", "entered", "confirmed", "one key", "swapped"])
def test_a_signature_that_does_not_hold_never_gets_on_the_record(journal, what):
    draft = both(journal)
    s = draft.signed
    later = Occurred(START, START)
    changed = {
        "vote": lambda: replace(draft, act=Vote("AAA", "yes", "help")),
        "author": lambda: replace(draft, author="BBB"),
        "agreement": lambda: replace(draft, agreement="another"),
        "occurred": lambda: replace(draft, occurred=later),
        "entered": lambda: replace(draft, signed=replace(s, entered=replace(s.entered, signature="00" * 64))),
        "confirmed": lambda: replace(draft, signed=replace(s, confirmed=Signature(new_key()[1], s.confirmed.signature))),
        "one key": lambda: replace(draft, signed=replace(s, confirmed=s.entered)),
        "swapped": lambda: replace(draft, signed=replace(s, entered=s.confirmed, confirmed=s.entered)),
    }[what]()
    result = journal.append([changed], START + HOUR * 3)
    assert not result.accepted
    assert re.search("hash|signature|both entered and confirmed", result.rejected[0].reason)


def test_signatures_of_another_journal_do_not_hold(journal, tmp_path):
    draft = both(journal)
    with create_journal(tmp_path / "other.db", "recorded", START) as other:
        assert other.append([draft], START + HOUR * 3).rejected


def test_a_proposal_whose_document_was_exchanged_is_not_taken(journal):
    pem, public = new_key()
    said = document(journal.genesis.journal, VOTE.occurred, None, "AAA", "CLEAR", VOTE.act)
    one = sign(pem, said, "entered")
    exchanged = {**said, "author": "BBB"}
    proposal = Draft(VOTE.occurred, Proposal(exchanged, public, one.signature), "AAA")
    assert "does not hold" in journal.append([proposal], START + HOUR * 2).rejected[0].reason


def test_a_tampered_signature_is_named_by_verification_in_the_journal_and_in_an_export(journal, tmp_path):
    """Someone rewrites the whole file consistently, hashes and all; only the signature shows it."""
    from casus.journal import database, leaf, merkle, rows

    entry = journal.append([both(journal)], START + HOUR * 3).accepted[0]
    journal.close()
    path = tmp_path / "j.db"
    connection = sqlite3.connect(path)
    for trigger in [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        connection.execute(f"DROP TRIGGER {trigger}")
    payload = json.loads(connection.execute("SELECT payload FROM payloads WHERE idx = ?", (entry.index,)).fetchone()[0])
    payload["act"]["vote"] = "yes"
    raw = canonical(payload)
    salt = connection.execute("SELECT salt FROM payloads WHERE idx = ?", (entry.index,)).fetchone()[0]
    commitment = leaf.commit(salt, raw)
    act = canonical(payload["act"])
    row = rows.Row._make(next(iter(connection.execute(rows.SELECT + "WHERE e.idx = ?", (entry.index,)))))
    mark = leaf.fingerprint(row.lo, row.hi, None, row.author, row.marking, act)
    header = leaf.entry_header(row.lo, row.hi, row.known, row.recorded, row.author, row.marking, commitment)
    connection.execute("UPDATE payloads SET payload = ?, fingerprint = ? WHERE idx = ?", (raw, mark, entry.index))
    new_leaf = merkle.leaf_hash(header)
    connection.execute("UPDATE entries SET commitment = ?, leaf = ? WHERE idx = ?", (commitment, new_leaf, entry.index))
    leaves = [x for (x,) in connection.execute("SELECT leaf FROM entries ORDER BY idx")]
    frontier = merkle.Frontier().extend(leaves)
    sql = "UPDATE batches SET root = ?, peaks = ? WHERE size = ?"
    connection.execute(sql, (frontier.root(), b"".join(frontier.peaks), len(leaves)))
    for statement in database.SCHEMA:
        if statement.startswith("CREATE TRIGGER"):
            connection.execute(statement)
    connection.commit()
    connection.close()
    with open_journal(path) as again:
        report = again.verify()
        assert [(bad.index, bad.what) for bad in report.bad] == [(entry.index, "signature")]
        assert "what was signed is not what it says" in report.bad[0].why
        again.export(tmp_path / "out.jsonl")
    exported = verify_export((tmp_path / "out.jsonl").read_bytes().splitlines(keepends=True), None)
    assert [(bad.index, bad.what) for bad in exported.bad] == [(entry.index, "signature")]


def test_an_untampered_export_with_signatures_is_intact(journal, tmp_path):
    journal.append([both(journal)], START + HOUR * 3)
    journal.export(tmp_path / "out.jsonl")
    assert verify_export((tmp_path / "out.jsonl").read_bytes().splitlines(keepends=True), None).ok


def test_a_document_is_hashed_in_canonical_form():
    said = document("j", VOTE.occurred, None, "AAA", "CLEAR", VOTE.act)
    assert digest(said) == digest(dict(reversed(said.items())))


def test_confirming_with_the_first_key_is_refused(journal):
    pem, _ = new_key()
    proposal = journal.append([propose(journal.genesis.journal, VOTE, pem)], START + HOUR * 2).accepted[0]
    [waiting] = pending(journal.view(END).entries)
    with pytest.raises(Unconfirmable, match="same key"):
        confirm(journal.genesis.journal, waiting, pem, first=first_signature(proposal))


# ---------------------------------------------------------------- addressed entries


def test_entries_addressed_to_different_agreements_are_different_entries_and_share_no_slot(journal):
    drafts = [replace(VOTE, agreement=name) for name in (None, "one", "two")]
    result = journal.append(drafts, START + HOUR * 2)
    assert len(result.accepted) == 3
    assert [e.agreement for e in journal.view(END).entries] == [None, "one", "two"]
    again = journal.append(drafts, START + HOUR * 3)
    assert len(again.duplicates) == 3
    assert journal.verify().ok
    collide = journal.append([replace(VOTE, act=Vote("AAA", "yes", "help"), agreement="one", author="x")], START + HOUR * 4)
    assert collide.accepted
