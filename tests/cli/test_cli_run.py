"""`casus run` and `casus explain` on the worked example, recorded line by line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from casus.cli import clock
from casus.cli.explaining import print_explanation
from casus.cli.main import run_command
from casus.cli.running import assess
from casus.state.explain import explain
from casus.state.explanation import ExplanationJson, Unknown, explanation_to_json
from casus.state.output import Run
from casus.time import Instant


def test_the_example_is_met_owed_and_explained(casus, compact):
    ended = casus("run", "-w", compact)
    assert ended.code == 0
    assert (
        "Article 5 · incident · MET since 2027-03-03 05:00 UTC: count of violation by OSK within rolling 72 hours is 5"
        " (5 needed); witnesses s1, s2, s3, s4 and s5; first known 2027-03-03 05:00 UTC" in ended.flat
    )
    assert (
        'By 2027-03-04 05:00 UTC: LYS and MRV owe VDR: consult "at the highest level" (consult, Article 6, upon incident)'
        in ended.flat
    )
    assert "KST owes VDR" in ended.out.split("Settled")[1]
    assert "A RECONSTRUCTION" in ended.out
    assert "At and known-at: the latest knowledge instant in the journal" in ended.flat
    assert [line for line in ended.out.splitlines() if len(line) > 80] == []


def test_run_json_is_a_run_and_agrees_with_the_text(casus, compact):
    shown = json.loads(casus("run", "-w", compact, "--json").out)
    Run.model_validate(shown)
    (activation,) = shown["activations"]
    assert (activation["trigger"], activation["value"], activation["threshold"]) == ("incident", "5", ">= 5")
    assert activation["witnesses"] == ["s1", "s2", "s3", "s4", "s5"]
    assert {(n["debtor"][0], n["state"]) for n in shown["norms"]} == {
        ("KST", "fulfilled"),
        ("LYS", "in_force"),
        ("MRV", "in_force"),
    }
    assert (shown["axis"], shown["reconstruction"], shown["withheld"]) == ("known", True, 0)


def test_the_same_run_gives_the_same_bytes(casus, compact):
    asked = ("run", "-w", compact, "--json", "--at", "2027-03-05")
    assert casus(*asked).out == casus(*asked).out


def test_before_the_fifth_strike_nothing_is_met(casus, compact):
    shown = json.loads(casus("run", "-w", compact, "--at", "2027-03-03T02:00Z", "--json").out)
    assert shown["activations"] == []
    assert "incident" in {a["trigger"] for a in shown["not_met"]}


def test_known_at_hides_what_became_known_later_and_hindsight_shows_it(casus, compact):
    early = json.loads(casus("run", "-w", compact, "--known-at", "2027-03-02", "--json").out)
    assert (early["at"], early["known_at"]) == ("2027-03-02T00:00Z", "2027-03-02T00:00Z")
    assert len(early["incidents"]) == 2
    casus(
        "record",
        "-w",
        compact,
        "2027-03-03T04:00Z strike by OSK id late at 46.05 -26.30 as confirmed attributed known 2027-03-06T00:00Z",
    )
    late = json.loads(casus("run", "-w", compact, "--at", "2027-03-03T04:30Z", "--known-at", "2027-03-07", "--json").out)
    assert (late["activations"], late["hindsight"]) == ([], ["incident"])


def test_a_date_alone_is_its_midnight_on_the_agreements_clock(casus, compact):
    assert json.loads(casus("run", "-w", compact, "--at", "2027-03-05", "--json").out)["at"] == "2027-03-05T00:00Z"


def test_after_the_last_knowledge_the_timers_run_on_and_say_so(casus, compact):
    ended = casus("run", "-w", compact, "--at", "2027-03-05T00:00Z")
    assert "PROJECTED" in ended.out
    assert "BREACHED, was due 2027-03-04 05:00 UTC: LYS and MRV owe VDR" in ended.flat


def test_a_reader_below_the_marking_sees_a_count_and_no_guess(casus, compact):
    casus(
        "record",
        "-w",
        compact,
        "2027-03-03T21:00Z strike by OSK id secret at 46.05 -26.30 as confirmed attributed",
        "--marking",
        "red",
    )
    ended = casus("run", "-w", compact, "--clearance", "GREEN", "--reader", "press", "--known-at", "2027-03-04")
    assert "1 entry that this reader may not see has been left out" in ended.flat
    assert "secret" not in ended.out
    assert "reader press (GREEN)" in ended.out
    assert "UNDECIDED" in ended.out


def test_a_live_journal_is_read_as_of_now(casus, live, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: Instant.parse("2031-05-01T00:00Z"))
    ended = casus("run", "-w", live)
    assert "At 2031-05-01 00:00 UTC, as known then." in ended.out
    assert "(At and known-at: now.)" in ended.out
    assert "RECONSTRUCTION" not in ended.out


def test_nobody_can_ask_a_live_journal_what_will_be_known(casus, live):
    ended = casus("run", "-w", live, "--known-at", "2099-01-01")
    assert ended.code == 2
    assert "lies in the future" in ended.err
    assert "help: " in ended.err


# ---------------------------------------------------------------- explain


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        ("incident", "trigger", "MET since 2027-03-03 05:00 UTC"),
        ("incident@2027-03-03T05:00Z@2027-03-03T05:00Z", "activation", "count of violation by OSK"),
        ("consult of KST", "norm", "fulfilled"),
        ("measures", "declaration", "decision measures"),
        ("measures@2027-03-03T05:00Z", "decision", "yes 0, no 0, abstain 0 of 3; quorum 3"),
        ("proportionate on s1", "finding", "for commission to answer by 2027-03-04 02:10 UTC"),
        ("s1", "incident", "strike s1 by OSK"),
        ("attendance_1", "incident", "attendance attendance_1 by KST"),
        ("attack", "trigger", "NOT MET"),
        ("art-5", "article", "Article 5. Triggers"),
        ("violation", "declaration", "define violation"),
        ("VDR", "declaration", "party VDR"),
    ],
)
def test_any_fact_can_be_explained(casus, compact, asked, kind, said):
    ended = casus("explain", "-w", compact, *asked.split())
    assert ended.code == 0, ended.err
    assert said in ended.flat
    shown = json.loads(casus("explain", "-w", compact, asked, "--json").out)
    ExplanationJson.model_validate(shown)
    assert shown["kind"] == kind


def test_a_trigger_is_walked_back_to_entries_and_to_the_words_of_the_text(casus, compact):
    shown = json.loads(casus("explain", "-w", compact, "incident", "--json").out)
    assert [w["id"] for w in shown["witnesses"]] == ["s1", "s2", "s3", "s4", "s5"]
    for witness in shown["witnesses"]:
        (entry,) = witness["entries"]
        assert entry["act"]["id"] == witness["id"]
        assert witness["rungs"][0]["rungs"] == {"attribution": "attributed", "occurrence": "confirmed"}
        assert witness["rungs"][0]["entries"] == [entry["id"]]
    (clause,) = shown["clauses"]
    assert clause["fence"].startswith("trigger incident severity 1\n  when count of violation by OSK >= 5")
    assert clause["fence"].endswith("rearm after 7 days")
    assert {step["id"].split("/")[0] for step in shown["leads_to"] if "/" in step["id"]} == {"consult"}


def test_an_article_is_quoted_with_its_prose(casus, compact):
    ended = casus("explain", "-w", compact, "consult", "of", "LYS")
    assert "Within 24 hours the Parties consult. Measures are adopted unless two object." in ended.flat
    assert "  obligation consult\n" in ended.out


def test_a_breach_is_walked_back_to_its_root(casus, compact):
    run = json.loads(casus("run", "-w", compact, "--at", "2027-03-05", "--json").out)
    default = next(n["id"] for n in run["norms"] if n["name"] == "publish_default")
    shown = json.loads(casus("explain", "-w", compact, default, "--at", "2027-03-05", "--json").out)
    assert [step["id"].split("/")[0].split("@")[0] for step in shown["chain"]] == ["consult", "incident"]
    assert shown["chain"][0]["text"].startswith("breach of ")


def test_the_rungs_of_a_witness_have_their_history(casus, compact):
    casus("record", "-w", compact, "2027-03-04T00:00Z strike by OSK id s9 at 46.05 -26.30")
    casus("record", "-w", compact, "2027-03-04T10:00Z mission says confirmed on s9")
    casus("record", "-w", compact, "2027-03-05T10:00Z mission says rejected on s9")
    shown = json.loads(casus("explain", "-w", compact, "s9", "--json").out)
    (witness,) = shown["witnesses"]
    assert [r["rungs"]["occurrence"] for r in witness["rungs"]] == ["reported", "confirmed", "rejected"]
    assert len(witness["entries"]) == 3


def test_an_entry_is_found_by_the_beginning_of_its_id(casus, compact):
    first = json.loads(casus("log", "show", "-w", compact, "1", "--json").out)["entries"][0]["id"]
    shown = json.loads(casus("explain", "-w", compact, first[:10], "--json").out)
    assert (shown["id"], shown["kind"], shown["headline"]) == (first, "entry", "VDR ratifies")


def test_an_unknown_id_lists_the_nearest_that_exist(casus, compact):
    ended = casus("explain", "-w", compact, "insident")
    assert ended.code == 2
    assert "error: nothing here is called 'insident'" in ended.err
    assert "did you mean incident" in ended.err


def test_a_withheld_event_is_not_explained_to_those_who_may_not_see_it(casus, compact):
    casus("record", "-w", compact, "2027-03-03T21:00Z strike by OSK id hidden_one at 46.05 -26.30", "--marking", "RED")
    assert casus("explain", "-w", compact, "hidden_one").code == 0
    ended = casus("explain", "-w", compact, "hidden_one", "--clearance", "CLEAR")
    assert ended.code == 2
    assert "did you mean hidden_one" not in ended.err


MORE = (
    "2027-03-03T07:00Z KST votes yes on measures",
    "2027-03-03T08:00Z LYS votes no on measures",
    "2027-03-03T09:00Z commission finds proportionate no on s1",
    "2027-03-10T01:00Z strike by FRM id s6 at 46.05 -26.30 weapon missile killed 12 to 20",
    "2027-03-10T03:00Z mission says confirmed on s6",
    "2027-03-10T04:00Z mission says attributed on s6",
    "2027-03-10T05:00Z commission attributes FRM to OSK yes",
    "2027-03-10T09:00Z commission determines attack_case yes",
    "2027-03-11T09:00Z VDR requests relief",
    "2027-03-12T09:00Z KST delivery value EUR 500_000_000",
    "2027-03-12T09:00Z delivery by KST value EUR 500_000_000",
    "2027-03-13T09:00Z commission finds proportionate yes on s6",
    "2027-03-14T00:00Z mission estimates concentration by OSK 42_000 to 45_000 as confirmed",
    "2027-03-15T00:00Z withdraw s2",
)


@pytest.fixture(scope="session")
def busy_once(compact_once, tmp_path_factory):
    """The worked example with much more on the record, assessed a month later."""
    folder = Path(shutil.copytree(compact_once, tmp_path_factory.mktemp("busy") / "w"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASUS_NOW", "2027-04-01T00:00Z")
        taken = [line for line in MORE if run_command(["record", "-w", str(folder), line]) == 0]
    assert len(taken) == len(MORE) - 1  # one of them is no line of a scenario
    return assess(folder, "2027-03-20T00:00Z", None, None, None)


def test_every_fact_that_a_run_lists_can_be_explained_and_shown(busy_once, capsys):
    state = busy_once.state
    text = Path(busy_once.agreement.path).read_text(encoding="utf-8")
    facts = [*state.activations, *state.norms, *state.effects, *state.decisions, *state.determinations, *state.incidents]
    asked = [fact.id for fact in facts] + [a.trigger for a in state.assessments]
    asked += [f"{f.finding} on {f.event}" for f in state.findings] + [e.id for e in busy_once.view.entries]
    asked += [c.id for c in state.coming if c.kind in ("due", "closing", "effect", "determination")]
    asked += list(busy_once.agreement.articles)
    assert {"attack", "s6", "concentration"} <= {*asked, *busy_once.agreement.estimates}
    for one in dict.fromkeys(asked):
        found = explain(state, busy_once.view, busy_once.agreement, one, text)
        assert not isinstance(found, Unknown), one
        print_explanation(found, state, busy_once.view, None)
        about = {"agreement_hash": state.agreement_hash, "at": state.at, "known_at": state.known_at, "reader": state.reader}
        shown = explanation_to_json(found, **about, reconstruction=True)
        ExplanationJson.model_validate_json(json.dumps(shown))
    assert "None" not in capsys.readouterr().out


def test_every_cause_is_walked_to_a_root_that_exists(busy_once):
    state = busy_once.state
    roots = {a.id for a in state.activations} | {d.id for d in state.decisions}
    seen = 0
    for fact in (*state.norms, *state.effects, *state.determinations):
        found = explain(state, busy_once.view, busy_once.agreement, fact.id)
        assert found.chain, fact.id
        assert all(step.id is not None for step in found.chain), fact.id
        assert found.chain[-1].id in roots, fact.id
        seen += 1
    assert seen > 10


def test_what_leads_to_what_is_the_reverse_of_because(busy_once):
    state = busy_once.state
    for fact in (*state.norms, *state.effects):
        because = explain(state, busy_once.view, busy_once.agreement, fact.id).chain[0].id
        back = explain(state, busy_once.view, busy_once.agreement, because)
        assert fact.id in {step.id for step in back.leads_to}


def test_an_attribution_is_among_the_entries_of_an_event_that_counts_by_it(busy_once):
    found = explain(busy_once.state, busy_once.view, busy_once.agreement, "s6")
    (witness,) = found.witnesses
    assert "attribution" in {e.act.kind for e in witness.entries}
    assert "by FRM, attributed to OSK" in found.headline


def test_an_event_that_is_withdrawn_says_so(busy_once):
    found = explain(busy_once.state, busy_once.view, busy_once.agreement, "s2")
    assert "withdrawn" in found.headline
    assert "withdrawal" in {e.act.kind for e in found.witnesses[0].entries}
