"""`casus init`, `casus record`, `casus import`, `casus test`: what goes onto the record, and what is refused with a reason."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3

import pytest
from cli_states import COMPACT

from casus.cli.shapes import ImportJson, RecordJson, ScenariosJson

# ---------------------------------------------------------------- init


def test_init_lays_out_a_workspace_that_tests_and_runs(casus, tmp_path):
    folder = tmp_path / "a" / "new"
    ended = casus("init", folder)
    assert ended.code == 0
    assert {p.name for p in folder.iterdir()} >= {"casus.toml", "agreement.casus.md", "journal.db"}
    assert casus("test", "-w", folder).code == 0
    assert casus("run", "-w", folder).code == 0
    assert casus("log", "verify", "-w", folder).code == 0


def test_init_takes_an_agreement_with_the_zones_it_pins(casus, tmp_path):
    assert casus("init", tmp_path / "w", "--agreement", COMPACT, "--axis", "known").code == 0
    assert (tmp_path / "w" / "zones" / "valdria.geojson").read_bytes() == (
        COMPACT.parent / "zones" / "valdria.geojson"
    ).read_bytes()
    assert casus("run", "-w", tmp_path / "w").code == 0


@pytest.mark.parametrize("name", ["casus.toml", "agreement.casus.md", "journal.db"])
def test_init_never_overwrites(casus, tmp_path, name):
    (tmp_path / name).write_text("mine", encoding="utf-8")
    ended = casus("init", tmp_path)
    assert ended.code == 2
    assert "never overwrites" in ended.err
    assert name in ended.err
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_init_can_lay_out_the_folder_in_which_the_agreement_is(casus, tmp_path):
    folder = shutil.copytree(COMPACT.parent, tmp_path / "here")
    ended = casus("init", folder, "--agreement", folder / COMPACT.name)
    assert ended.code == 0, ended.err
    assert casus("run", "-w", folder).code == 0
    assert (folder / COMPACT.name).read_bytes() == COMPACT.read_bytes()


def test_an_init_that_fails_takes_away_what_it_made(casus, tmp_path, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device", str(tmp_path / "new" / "journal.db"))

    monkeypatch.setattr("casus.journal.create_journal", full)
    ended = casus("init", tmp_path / "new")
    assert ended.code == 2
    assert "the disk or quota is full" in ended.err
    assert not (tmp_path / "new").exists()


def test_init_says_what_an_axis_is(casus, tmp_path):
    ended = casus("init", tmp_path / "w", "--axis", "recorde")
    assert ended.code == 2
    assert "did you mean recorded?" in ended.err
    assert not (tmp_path / "w").exists()


def test_a_zone_outside_the_agreements_folder_does_not_travel(casus, tmp_path):
    text = COMPACT.read_text(encoding="utf-8").replace('"zones/valdria.geojson"', '"../valdria.geojson"')
    (tmp_path / "far.casus.md").write_text(text, encoding="utf-8")
    ended = casus("init", tmp_path / "w", "--agreement", tmp_path / "far.casus.md")
    assert ended.code == 2
    assert "outside the agreement's folder" in ended.err
    assert "far.casus.md:" in ended.err


# ---------------------------------------------------------------- record


def test_an_entry_by_hand_shows_its_id_and_how_to_prove_it(casus, compact):
    ended = casus("record", "-w", compact, "2027-03-03T22:00Z KST votes yes on measures", "--author", "watch officer")
    assert ended.code == 0
    assert "KST votes yes on measures" in ended.out
    assert "by watch officer; CLEAR; a reconstruction" in ended.out
    proof = re.search(r"proof: casus log prove (\w+) -w", ended.flat)[1]
    assert json.loads(casus("log", "prove", "-w", compact, proof).out)["payload"]["act"]["kind"] == "vote"
    assert "yes 1, no 0" in casus("run", "-w", compact).flat


def test_in_a_reconstruction_an_entry_is_known_when_it_occurred_unless_it_says_otherwise(casus, compact):
    asked = ("record", "-w", compact, "--json")
    one = json.loads(casus(*asked, "2027-03-03T22:00Z KST votes yes on measures").out)
    RecordJson.model_validate(one)
    assert one["entry"]["known"] == "2027-03-03T22:00Z"
    two = json.loads(casus(*asked, "2027-03-03T22:00Z LYS votes yes on measures known 2027-03-03T23:00Z").out)
    assert two["entry"]["known"] == "2027-03-03T23:00Z"
    three = json.loads(casus(*asked, "2027-03-03T22:00Z MRV votes no on measures", "--known", "2027-03-03T23:30Z").out)
    assert three["entry"]["known"] == "2027-03-03T23:30Z"


def test_in_a_live_journal_an_entry_is_known_when_it_is_recorded(casus, live):
    one = json.loads(casus("record", "-w", live, "--json", "2026-02-01T02:00Z shelling by OSK killed 0").out)["entry"]
    assert one["known"] == one["recorded"]
    assert one["act"]["id"] == "shelling_1"


def test_events_without_an_id_get_the_next_free_one(casus, live):
    ids = [
        json.loads(casus("record", "-w", live, "--json", f"2026-02-01T0{hour}:00Z shelling by OSK").out)["act"]["id"]
        for hour in (1, 2, 3)
    ]
    assert ids == ["shelling_1", "shelling_2", "shelling_3"]


@pytest.mark.parametrize(
    ("line", "error", "help_"),
    [
        ("2027-03-04T00:00Z KST vots yes on measures", "`vots` is not expected here", "did you mean `votes`"),
        ("2027-03-04T00:00Z KST votes yes on measure", "measure is not declared", "did you mean measures?"),
        ("2027-03-04T00:00Z KTS votes yes on measures", "KTS is not declared", "did you mean KST?"),
        ("2027-03-04T00:00Z strik by OSK", "strik is not declared", "did you mean strike?"),
        ("2027-03-04T00:00Z strike by OSK weapon uva", "weapon 'uva' is not one of", ""),
        ("2027-03-04T00:00Z mission says confirmed on s11", "nothing with the id s11 is on the record", "did you mean s"),
        ("2027-03-04T00:00Z strike by OSK id s1 at 46.05 -26.30", "an event s1 is on the record already", "correct s1"),
        ("2027-03-04T00:00Z strike by OSK at 146.05 -26.30", "latitude 146.05 is not between", ""),
        ("expect no trigger", "`expect` belongs in a casus-test fence", "a line reads like"),
        ("", "there is nothing to record", "a line reads like"),
        ("2027-03-04T00:00Z KST ratifies 2027-03-04T00:00Z LYS ratifies", "2 entries; record one at a time", ""),
        ("2027-03-04 KST votes yes on measures\n```\n", "", ""),
        ("2027-02-30T00:00Z KST votes yes on measures", "2027-02-30", ""),
        ("2029-03-04T00:00Z KST votes yes on measures", "after it is recorded", "CASUS_NOW=2029-03-04T00:00Z"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why_and_records_nothing(casus, compact, line, error, help_):
    before = casus("log", "checkpoint", "-w", compact).out
    ended = casus("record", "-w", compact, line)
    assert ended.code == 2
    assert error in ended.err
    assert help_ in ended.err
    assert casus("log", "checkpoint", "-w", compact).out == before


def test_a_line_needs_no_quotes_though_a_longitude_looks_like_an_option(casus, compact):
    line = "2027-03-04T00:00Z strike by OSK id s6 at 46.05 -26.30 radius 500"
    assert casus("record", "-w", compact, *line.split()).code == 0
    ended = casus("record", "-w", compact, *["2027-03-04T00:00Z", "KST", "votes", "yes", "on", "measures", "--auther", "me"])
    assert ended.code == 2
    assert "no such option: --auther" in ended.err


def test_a_dry_run_records_nothing(casus, compact):
    before = casus("log", "checkpoint", "-w", compact).out
    ended = casus("record", "-w", compact, "2027-03-04T00:00Z KST votes yes on measures", "--dry-run")
    assert ended.code == 0
    assert "Would be recorded: KST votes yes on measures" in ended.out
    assert casus("log", "checkpoint", "-w", compact).out == before


def test_the_same_entry_twice_is_said_and_added_once(casus, compact):
    asked = ("record", "-w", compact, "2027-03-03T22:00Z KST votes yes on measures")
    casus(*asked)
    ended = casus(*asked)
    assert ended.code == 0
    assert "On the record already" in ended.out


def test_two_votes_of_one_member_at_one_instant_are_refused(casus, compact):
    casus("record", "-w", compact, "2027-03-03T22:00Z KST votes yes on measures")
    ended = casus("record", "-w", compact, "2027-03-03T22:00Z KST votes no on measures")
    assert ended.code == 2
    assert "a second act of one member on one instance" in ended.err


def test_rungs_that_stand_for_sources_are_pointed_out(casus, live):
    ended = casus("record", "-w", live, "2026-02-01T02:00Z shelling by OSK as confirmed", "--author", "KST")
    assert "stands for sources that are not on the record; it is KST alone who says so" in ended.flat


def test_a_live_journal_takes_nothing_by_a_set_clock(casus, live, monkeypatch):
    monkeypatch.setenv("CASUS_NOW", "2030-01-01T00:00Z")
    ended = casus("record", "-w", live, "2026-02-01T02:00Z shelling by OSK")
    assert ended.code == 2
    assert "a live journal records by the real one only" in ended.err


def test_a_marking_that_is_none_is_refused(casus, compact):
    ended = casus("record", "-w", compact, "2027-03-03T22:00Z KST votes yes on measures", "--marking", "SECRET")
    assert ended.code == 2
    assert "use one of CLEAR, GREEN, AMBER, AMBER+STRICT, RED" in ended.err


# ---------------------------------------------------------------- import

MAPPING = """
author = "register"

[mapping]
name = "strikes"

[event]
type = "strike"

[id]
column = "number"

[occurred]
column = "when"

[place]
lat = "lat"
lon = "lon"
"""


@pytest.fixture
def strikes(tmp_path):
    """Three rows to take, one without a date."""
    file = tmp_path / "strikes.csv"
    file.write_text(
        "number,when,lat,lon\n"
        "s11,2027-03-05T01:00Z,46.05,-26.30\n"
        "s12,2027-03-05T02:00Z,46.05,-26.30\n"
        "s13,,46.05,-26.30\n"
        "s14,2027-03-05T03:00Z,46.05,-26.30\n",
        encoding="utf-8",
    )
    return file


@pytest.fixture
def mapping(tmp_path):
    from casus.intake.mapping import load_mapping

    file = tmp_path / "mapping.toml"
    file.write_text(MAPPING, encoding="utf-8")
    load_mapping(file)
    return file


def test_an_import_counts_every_row_and_names_the_rejected(casus, compact, strikes, mapping, tmp_path):
    rejects = tmp_path / "rejects.csv"
    asked = ("import", "csv", strikes, "-w", compact, "--mapping", mapping, "--known", "occurred-end", "--rejects", rejects)
    dry = casus(*asked, "--dry-run")
    assert dry.code == 1
    assert "3 would be recorded" in dry.out
    assert "Nothing was recorded: this was a dry run." in dry.out
    ended = casus(*asked)
    assert ended.code == 1
    assert "4 rows read:" in ended.out
    assert "3 recorded" in ended.out
    assert "1 rejected" in ended.out
    assert "row 3 (line 4)" in ended.out
    assert "s13" in rejects.read_text(encoding="utf-8")
    again = json.loads(casus(*asked, "--json").out)
    ImportJson.model_validate(again)
    assert (again["read"], again["accepted"], again["duplicates"], again["rejected"]) == (4, 0, 3, 1)


def test_an_import_without_faults_ends_well(casus, compact, strikes, mapping):
    strikes.write_text("".join(strikes.read_text().splitlines(keepends=True)[:3]), encoding="utf-8")
    asked = ("import", "csv", strikes, "-w", compact, "--option", f"mapping={mapping}", "--known", "occurred-end")
    assert casus(*asked).code == 0
    assert {"s11", "s12"} <= {i["id"] for i in json.loads(casus("run", "-w", compact, "--json").out)["incidents"]}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("csvv", "FILE"), "no format 'csvv' (did you mean 'csv'?)"),
        (("csv", "FILE"), "csv needs a mapping"),
        (("csv", "nowhere.csv", "--option", "mapping=x.toml"), ""),
        (("csv", "FILE", "--option", "mapping"), "is not an option of a format"),
        (("csv", "FILE", "--option", "delimeter=;"), "did you mean 'delimiter'?"),
        (("csv",), "FORMAT and FILE are needed"),
        (("csv", "FILE", "--known", "+3 months"), "not a length"),
    ],
)
def test_an_import_that_cannot_begin_says_why(casus, compact, strikes, arguments, error):
    ended = casus("import", *(strikes if a == "FILE" else a for a in arguments), "-w", compact)
    assert ended.code == 2
    assert error in ended.err
    assert ended.err.startswith("error: ")


def test_the_formats_are_listed_with_their_options(casus):
    from casus.intake import FORMATS

    ended = casus("import", "--formats")
    assert ended.code == 0
    for name, one in FORMATS.items():
        assert f"{name}: " in ended.out
        for option in one.options:
            assert f"--option {option.name}=" in ended.out


# ---------------------------------------------------------------- test


def test_scenarios_that_hold_are_counted(casus):
    ended = casus("test", COMPACT)
    assert ended.code == 0
    assert "ok  five attributed strikes in three days are an incident" in ended.out
    assert ended.out.endswith("1 scenario, 5 expectations, 0 failed\n")


@pytest.fixture
def wrong(tmp_path):
    """The worked example with two expectations that do not hold."""
    shutil.copytree(COMPACT.parent, tmp_path / "wrong")
    file = tmp_path / "wrong" / COMPACT.name
    text = COMPACT.read_text(encoding="utf-8")
    text = text.replace("expect incident met 1 times", "expect incident met 2 times")
    text = text.replace("expect consult of LYS is breached", "expect consult of LYS is fulfilled")
    file.write_text(text, encoding="utf-8")
    return file


def test_a_failing_expectation_says_where_what_and_why(casus, wrong):
    ended = casus("test", wrong)
    assert ended.code == 1
    line = next(n for n, text in enumerate(wrong.read_text().splitlines(), 1) if "met 2 times" in text)
    assert f"{wrong}:{line}: expect incident met 2 times" in ended.out.replace("\n      ", " ")
    assert "but: incident met 1 times (at 2027-03-03 05:00 UTC, as known at 2027-03-03 05:00 UTC)" in ended.flat
    assert "count of violation by OSK within rolling 72 hours is 5 (5 needed)" in ended.flat
    assert "breached, not known to be done by 2027-03-04 05:00 UTC" in ended.flat
    assert "1 scenario, 5 expectations, 2 failed" in ended.out


def test_a_failing_test_as_json(casus, wrong):
    ended = casus("test", wrong, "--json")
    shown = json.loads(ended.out)
    ScenariosJson.model_validate(shown)
    assert (ended.code, shown["passed"], shown["counts"]["failed"]) == (1, False, 2)
    failing = [e for s in shown["scenarios"] for e in s["expectations"] if not e["held"]]
    assert [e["actual"] for e in failing] == ["incident met 1 times", "consult of LYS is breached"]
    assert all(e["why"] for e in failing)


def test_scenarios_can_be_chosen_by_their_words(casus, live):
    ended = casus("test", "-w", live, "--only", "unconfirmed")
    assert "1 scenario, 4 expectations, 0 failed" in ended.out
    assert (
        "There is no scenario whose name contains 'nothing like it'"
        in casus("test", "-w", live, "--only", "nothing like it").out
    )


# ---------------------------------------------------------------- log


def test_a_journal_that_was_altered_is_found_out(casus, compact):
    kept = casus("log", "checkpoint", "-w", compact).out.strip()
    assert casus("log", "verify", "-w", compact, "--against", kept).code == 0
    path = compact / "journal.db"
    with sqlite3.connect(path) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE entries SET author = 'someone else' WHERE idx = 3")
    connection.close()
    for command in (("run",), ("log", "show")):
        ended = casus(*command, "-w", compact)
        assert ended.code == 2
        assert "schema was altered" in ended.err
    ended = casus("log", "verify", "-w", compact)
    assert ended.code == 1
    assert "NOT INTACT" in ended.flat
    assert "entry 3" in ended.out
    shown = json.loads(casus("log", "verify", "-w", compact, "--json").out)
    assert (shown["intact"], [b["index"] for b in shown["bad"]]) == (False, [3])


def test_a_journal_that_is_none_is_told(casus, compact):
    for suffix in ("-wal", "-shm"):
        (compact / f"journal.db{suffix}").unlink(missing_ok=True)
    (compact / "journal.db").write_bytes(b"not a journal at all, but long enough to be looked at" * 40)
    ended = casus("run", "-w", compact)
    assert ended.code == 2
    assert "is no SQLite file" in ended.err
    assert "journal.db" in ended.err


def test_a_missing_journal_is_told(casus, compact):
    (compact / "journal.db").unlink()
    ended = casus("run", "-w", compact)
    assert ended.code == 2
    assert "the journal is not there" in ended.err


def test_proofs_and_exports_verify_by_themselves(casus, compact, tmp_path):
    export = tmp_path / "journal.jsonl"
    assert casus("log", "export", export, "-w", compact).code == 0
    assert casus("log", "verify", export).code == 0
    assert casus("log", "export", export, "-w", compact).code == 2
    proof = tmp_path / "proof.json"
    proof.write_text(casus("log", "prove", "5", "-w", compact).out, encoding="utf-8")
    kept = casus("log", "checkpoint", "-w", compact).out.strip()
    assert "proof.json: holds: " in casus("log", "verify", proof, "--against", kept).flat
    proof.write_text(proof.read_text(encoding="utf-8").replace("s1", "s2"), encoding="utf-8")
    ended = casus("log", "verify", proof, "--against", kept)
    assert ended.code == 1
    assert "DOES NOT HOLD" in ended.flat


def test_an_erased_payload_is_gone_and_the_proofs_stay(casus, compact):
    ended = casus("log", "erase", "5", "--reason", "order 12", "-w", compact)
    assert ended.code == 2
    assert "add --yes" in ended.err
    ended = casus("log", "erase", "5", "--reason", "order 12", "--yes", "-w", compact)
    assert ended.code == 0
    assert casus("log", "verify", "-w", compact).code == 0
    assert "payload destroyed" in casus("log", "show", "5", "-w", compact).out
    assert "The payload of 1 entry was destroyed" in casus("run", "-w", compact).flat


def test_the_log_shows_the_last_entries_and_withholds_what_the_reader_may_not_see(casus, compact):
    casus("record", "-w", compact, "2027-03-03T21:00Z strike by OSK id hush at 46.05 -26.30", "--marking", "AMBER")
    assert "hush" in casus("log", "show", "-w", compact, "-n", "1").out
    ended = casus("log", "show", "-w", compact, "--clearance", "GREEN", "-n", "1")
    assert "withheld from this reader" in ended.out
    assert "hush" not in ended.out
    shown = json.loads(casus("log", "show", "-w", compact, "--clearance", "GREEN", "--json", "-n", "0").out)
    assert [e["withheld"] for e in shown["entries"]].count(True) == 1
    assert "hush" not in json.dumps(shown)
    early = casus("log", "show", "-w", compact, "--known-at", "2027-01-11T09:00Z", "-n", "0", "--json")
    assert [e["payload"]["act"]["party"] for e in json.loads(early.out)["entries"] if e["payload"]] == ["VDR", "KST"]


def test_an_entry_that_is_not_there_is_told(casus, compact):
    ended = casus("log", "show", "ffffffff", "-w", compact)
    assert ended.code == 2
    assert ended.err.startswith("error: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(casus, tmp_path):
    tmp_path.chmod(0o500)
    ended = casus("init", tmp_path / "w")
    assert ended.code == 2
    assert "permission denied" in ended.err
