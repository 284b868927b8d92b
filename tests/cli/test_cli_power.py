"""`casus power`: what it prints of the example, and that its JSON has the published shape."""

from __future__ import annotations

import json

from cli_states import COMPACT

from casus.cli.power_shapes import PowerJson


def test_a_decision_is_said_with_who_adopts_who_stops_and_what_silence_does(casus):
    ended = casus("power", COMPACT, "--decision", "measures")
    assert ended.code == 0
    for text in (
        "KST, LYS, MRV and TRN vote: consensus, 1 may object; quorum 3",
        "Adopted by: any 3 of KST, LYS, MRV, TRN, though all others vote no",
        "Stopped by: any 2 of KST, LYS, MRV, TRN, voting no",
        "Alone: nobody can stop it",
        "KST, LYS, MRV and TRN each: 25.0 % (1/4), 25.0 % (1/4)",
        "Nobody acts: rejected after 24 hours",
        "0 to 1 absent: adopted, at 24 hours at the latest",
        "2 to 4 absent: rejected after 24 hours",
    ):
        assert text in ended.flat
    assert "stop_return" not in ended.out


def test_who_can_stop_what_says_for_good_or_all_the_same(casus):
    said = casus("power", COMPACT).flat
    assert "VDR by not ratifying: for good" in said
    assert (
        "commission by silence on attack_case: no: it comes about all the same upon attack, at 48 hours at the latest" in said
    )


def test_a_line_never_passes_the_width_of_the_terminal(casus, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, casus("power", COMPACT).out.splitlines())) <= 60


def test_absent_members_are_left_out(casus):
    said = casus("power", COMPACT, "--absent", "KST,LYS", "--decision", "relief").flat
    assert "With KST and LYS absent and all others voting yes: rejected after 30 days" in said


def test_json_has_the_published_shape_and_exact_fractions(casus):
    ended = casus("power", COMPACT, "--json")
    whole = json.loads(ended.out)
    assert PowerJson.model_validate(whole).model_dump(mode="json") == whole
    (one,) = whole["agreements"]
    assert [x["decision"] for x in one["decisions"]] == ["measures", "stop_return", "relief", "suspend_compact"]
    assert {p["shapley_shubik"] for p in one["decisions"][0]["players"]} == {"1/4"}
    assert {"consequence": "assist", "actor": "VDR", "lever": "consent", "stops": True}.items() <= next(
        x for x in one["paths"] if x["consequence"] == "assist" and x["actor"] == "VDR"
    ).items()
    assert casus("schema", "power").code == 0


def test_a_decision_or_party_that_is_not_there_is_told_with_the_nearest(casus):
    ended = casus("power", COMPACT, "--decision", "mesures")
    assert ended.code == 2
    assert "did you mean measures?" in ended.err
    ended = casus("power", COMPACT, "--absent", "KTS")
    assert ended.code == 2
    assert "did you mean KST?" in ended.err
