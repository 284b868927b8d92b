"""`casus demo`: the year comes out as its story says, the record has one root, and the last screen tells it."""

from __future__ import annotations

import shutil
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from casus.cli.console import say_sections
from casus.cli.demo import parameters as p
from casus.cli.demo.command import SEED
from casus.cli.demo.files import AGREEMENT, IMPORTS, RECORD, RECORD_MARKED
from casus.cli.demo.run import JOURNAL, Year, fill_journal, lay_out, read_acts, year
from casus.cli.demo.screen import head, sections
from casus.cli.main import run_command
from casus.journal import Reader, open_journal
from casus.language.load import load
from casus.state.evaluate import evaluate
from casus.state.model import Incident, State
from casus.time import Instant


@dataclass(frozen=True)
class Shown:
    year: Year
    steps: list[str]

    @property
    def state(self) -> State:
        return self.year.state

    def incident(self, name: str) -> Incident:
        return next(one for one in self.state.incidents if one.id == name)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    steps: list[str] = []
    folder = tmp_path_factory.mktemp("demo") / "year"
    made = year(folder, SEED, p.Rates(), lambda what, done, of: steps.append(what) if what not in steps else None)
    return Shown(made, steps)


def at(text: str) -> Instant:
    return Instant.parse(text)


def looked_at(demo: Shown, known: str, reader: Reader) -> State:
    with open_journal(demo.year.folder / JOURNAL, read_only=True) as journal:
        view = journal.view(at(known), reader)
    return evaluate(demo.year.agreement, view, at(known))


OWNER = Reader()
PUBLIC = Reader("public", "CLEAR")


# ---------------------------------------------------------------- what is laid out


def test_the_compact_has_no_fault_and_its_scenarios_hold(demo, capsys):
    assert not load(demo.year.folder / AGREEMENT).diagnostics
    assert run_command(["test", "-w", str(demo.year.folder)]) == 0


def test_every_row_and_every_act_is_on_the_record(demo):
    assert set(demo.year.imported) == {one.path for one in IMPORTS} | {RECORD, RECORD_MARKED}
    for one in IMPORTS:
        text = (demo.year.folder / one.path).read_text()
        told = text.count('"Feature"') if one.path.endswith(".geojson") else text.count("\n") - 1
        assert demo.year.imported[one.path] == told
    assert 3_000 <= sum(demo.year.imported.values()) <= 6_000
    assert demo.state.checkpoint.size == sum(demo.year.imported.values()) + 1  # and the genesis


def test_it_is_a_reconstruction_and_says_so(demo):
    assert demo.state.axis == "known"
    assert "A reconstruction" in " ".join(head(demo.year))


def test_the_same_seed_gives_the_same_files_and_the_same_root(tmp_path):
    checkpoints = []
    for name in ("a", "b"):
        lay_out(tmp_path / name, 3, p.Rates(scale=0.05))
        agreement = load(tmp_path / name / AGREEMENT).agreement
        fill_journal(tmp_path / name, agreement, 3, lambda *_: None)
        with open_journal(tmp_path / name / JOURNAL, read_only=True) as journal:
            checkpoints.append(journal.checkpoint())
    assert checkpoints[0] == checkpoints[1]
    for one in sorted((tmp_path / "a").rglob("*")):
        other = tmp_path / "b" / one.relative_to(tmp_path / "a")
        if one.is_file() and not one.name.startswith(JOURNAL):
            assert one.read_bytes() == other.read_bytes(), one


def test_the_story_holds_for_another_seed(tmp_path):
    other = year(tmp_path / "year", 2, p.Rates(scale=0.05), lambda *_: None).state
    met = {(one.trigger, str(one.s)) for one in other.activations if one.reversed is None}
    assert {("attack", "2024-09-14T02:10Z"), ("attack", "2025-02-26T22:10Z")} <= met
    assert [str(one.s) for one in other.activations if one.trigger == "incident"] == [
        "2024-04-24T04:30Z",
        "2024-06-27T20:00Z",
        "2024-11-21T02:05Z",
    ]


# ---------------------------------------------------------------- the story, as computed


def test_the_false_flag_is_met_then_reversed_and_what_was_done_stands(demo):
    first, *others = [one for one in demo.state.activations if one.trigger == "attack"]
    assert (first.witnesses, str(first.t), str(first.reversed)) == (("market",), "2024-05-12T17:40Z", "2024-05-21T09:00Z")
    assert [one.reversed for one in others] == [None, None]
    consulted = [n for n in demo.state.norms if n.name == "consult" and first.id in n.cause]
    assert [(n.debtor, n.state) for n in consulted] == [((code,), "fulfilled") for code in ("KST", "LYS", "MRV", "TRN")]
    assert demo.incident("market").actor == "VDR"


def test_before_the_correction_nobody_knew_better(demo):
    then = looked_at(demo, "2024-05-13T00:00Z", OWNER)
    assert [(one.witnesses, one.reversed) for one in then.activations if one.trigger == "attack"] == [(("market",), None)]
    assert next(one for one in then.incidents if one.id == "market").actor == "OSK"


def test_the_protected_party_answers_for_its_own_breach(demo):
    breach = next(one for one in demo.state.activations if one.trigger == "own_breach")
    assert (breach.witnesses, str(breach.t)) == (("market",), "2024-05-24T16:00Z")
    account = next(n for n in demo.state.norms if n.name == "account")
    assert (account.debtor, account.state) == (("VDR",), "fulfilled")


def test_a_silent_commission_escalates_and_two_objections_reject(demo):
    asked = demo.state.determinations[0]
    assert any(state == "escalated" for _, state, _ in asked.history)
    outcomes = [(str(one.opened), one.state) for one in demo.state.decisions if one.name == "measures"]
    assert outcomes[:3] == [
        ("2024-04-24T07:30Z", "rejected"),
        ("2024-05-12T17:40Z", "rejected"),
        ("2024-05-13T17:40Z", "rejected"),
    ]


def test_a_late_report_makes_an_incident_that_was_not_known_before(demo):
    late = [one for one in demo.state.activations if one.trigger == "incident"][1]
    assert (str(late.s), str(late.t)) == ("2024-06-27T20:00Z", "2024-07-29T12:00Z")
    before = looked_at(demo, "2024-07-29T11:00Z", OWNER)
    assert len([one for one in before.activations if one.trigger == "incident"]) == 1


def test_formations_count_only_once_they_are_attributed(demo):
    witnesses = {name for one in demo.state.activations if one.trigger == "incident" for name in one.witnesses}
    assert not {name for name in witnesses if name.startswith("june_")}
    assert {"november_2", "november_4"} <= witnesses
    assert demo.incident("november_2").actors == ("FRM", "OSK")


def test_an_accident_made_good_and_a_proportionate_answer_are_no_violations(demo):
    witnesses = {name for one in demo.state.activations for name in one.witnesses}
    assert not {"accident", "answer", "mistaken"} & witnesses
    answered = next(q for q in demo.state.findings if q.event == "answer")
    assert (answered.value, answered.source) == (True, "answered")
    assert "withdrawn" in demo.incident("mistaken").flags


def test_party_claims_hold_no_rung_and_count_nowhere(demo):
    claims = [one for one in demo.state.incidents if one.id.startswith("claim_")]
    assert len(claims) > 100
    assert {tuple(sorted(one.rungs.values())) for one in claims} == {("alleged", "reported")}
    assert {one.actor for one in claims} == {"OSK", "VDR"}
    assert not {one.id for one in claims} & {name for a in demo.state.activations for name in a.witnesses}


def test_a_repeated_report_and_a_model_alone_make_no_rung(demo):
    by_voice = {one.id: one for one in demo.state.incidents if one.type == "strike" and one.independent <= 1}
    alone = [
        one for one in by_voice.values() if one.sources in (("Skywatch classifier",), ("Eastern Monitor", "Coast Gazette"))
    ]
    assert len(alone) > 5
    assert {one.rungs["occurrence"] for one in alone} == {"reported"}


def test_effects_are_stopped_in_effect_and_pending(demo):
    assert [(one.name, one.state, str(one.at)) for one in demo.state.effects] == [
        ("precaution", "stopped", "2024-08-12T12:00Z"),
        ("snapback", "in_effect", "2024-09-17T23:00Z"),
        ("snapback", "pending", "2025-03-02T21:00Z"),
    ]


def test_aid_is_delivered_in_full_late_and_in_part(demo):
    first = [n for n in demo.state.norms if n.name == "assist"][:4]
    assert {n.debtor[0]: (n.state, n.performed) for n in first} == {
        "KST": ("fulfilled", "EUR 1500000000"),
        "LYS": ("breached", "EUR 500000000"),
        "MRV": ("cured", "EUR 2000000000"),
        "TRN": ("breached", "EUR 750000000"),
    }


def test_one_guarantor_consults_late_and_one_not_at_all(demo):
    consult = {(n.debtor[0], str(n.due)): n.state for n in demo.state.norms if n.name == "consult"}
    assert consult["LYS", "2024-09-15T08:00Z"] == "cured"
    assert consult["TRN", "2024-11-22T05:05Z"] == "cured"
    assert consult["LYS", "2025-02-28T05:00Z"] == "breached"
    assert [n.state for n in demo.state.norms if n.name == "publish_default"].count("in_force") == 1


def test_the_blind_day_leaves_the_quiet_undecided(demo):
    clear = next(one for one in demo.state.assessments if one.trigger == "buffer_clear")
    assert clear.assessment == "undecided"
    assert any("covered" in reason for reason in clear.reasons)
    assert any((gap.start, gap.end) == p.BLIND for gap in demo.state.gaps)


def test_an_incursion_of_unknown_size_leaves_aggression_undecided(demo):
    assert next(one for one in demo.state.assessments if one.trigger == "aggression").assessment == "undecided"


def test_estimates_make_a_build_up_only_where_their_low_values_reach_the_threshold(demo):
    build_up = next(one for one in demo.state.activations if one.trigger == "build_up")
    assert (str(build_up.s), str(build_up.t)) == ("2024-08-05T00:00Z", "2024-08-05T12:00Z")
    stock = next(one for one in build_up.measured if one.what.startswith("latest concentration"))
    assert (int(stock.low) >= 40_000, int(stock.high) > int(stock.low), len(stock.witnesses)) == (True, True, 3)


def test_fire_before_the_ceasefire_meets_nothing(demo):
    began = {one.id: one.occurred.lo for one in demo.state.incidents}
    earlier = [at for at in began.values() if at < p.CEASEFIRE]
    assert len(earlier) > 100
    counted = {name for one in demo.state.activations for name in one.witnesses if name in began}
    assert min(began[name].us for name in counted) >= p.CEASEFIRE.us


def test_the_truce_is_renewed_after_each_deterioration(demo):
    found = [one for one in demo.state.activations if one.trigger == "deterioration"]
    renewals = [one for one in demo.state.decisions if one.name == "renewal"]
    assert len(found) >= 3
    assert [one.opened for one in renewals] == [one.t for one in found]
    assert {one.state for one in renewals} == {"adopted"}


def test_a_public_reader_is_told_what_is_withheld_and_not_what_it_says(demo):
    state = looked_at(demo, "2025-03-01T00:00Z", PUBLIC)
    assert state.withheld == demo.year.imported[RECORD_MARKED] > 100
    assert demo.state.withheld == 0
    build_up = next(one for one in state.assessments if one.trigger == "build_up")
    assert build_up.assessment == "undecided"
    assert any("withheld" in reason for reason in build_up.reasons)


def test_no_act_is_without_effect_but_what_came_too_late(demo):
    assert not demo.state.listed


# ---------------------------------------------------------------- the command


@pytest.fixture(scope="module")
def small_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as out:
        patch.chdir(folder)
        patch.setenv("COLUMNS", "80")
        assert run_command(["demo", "small", "--scale", "0.05", "--seed", "4"]) == 0
    (folder / "screen.txt").write_text(out.getvalue())
    return folder


@pytest.fixture
def screen(small_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The last screen of a small year, in a folder where its workspace `small` lies."""
    shutil.copytree(small_once, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    return (small_once / "screen.txt").read_text()


def test_the_last_screen_says_what_is_met_what_is_next_and_what_is_not_known(screen):
    flat = " ".join(screen.split())
    assert "synthetic data; all states are fictional" in flat.lower()
    places = [screen.index(f"\n{title}\n") for title in ("Met", "Due next, if nothing more arrives", "Not known", "Try next")]
    assert places == sorted(places)
    for words in ("attack · met twice", "reversed 2024-05-21 09:00 UTC", "snapback takes effect", "buffer_clear · UNDECIDED"):
        assert words in flat
    assert "A public reader may not see" in flat


def test_the_commands_it_proposes_run(screen, casus):
    proposed = [line.split()[1:] for line in screen[screen.index("\nTry next\n") :].splitlines() if " -w small" in line]
    assert len(proposed) == 5
    for words in proposed:
        assert casus(*words).code == 0, words


def test_a_later_act_goes_onto_the_record_of_the_demo(screen, casus):
    ended = casus("record", "-w", "small", "2025-03-01T04:00Z MRV votes no on stop_return")
    assert (ended.code, ended.err) == (0, "")
    assert "no 3" in casus("explain", "stop_return@2025-02-27T05:00Z", "-w", "small", "--at", "2025-03-01T04:30Z").flat


def test_an_imported_file_adds_nothing_the_second_time(screen, casus):
    ended = casus(
        *("import", "csv", "small/sources/strikes.csv", "-w", "small", "--known", "known"),
        *("--mapping", "small/mappings/strikes.toml"),
    )
    assert ended.code == 0
    assert "0 recorded" in ended.out


def test_it_refuses_a_folder_with_something_in_it(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert run_command(["demo", str(tmp_path)]) == 2
    assert "something there already" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt"]


@pytest.mark.parametrize("scale", ["0", "-1", "4", "nan"])
def test_it_refuses_a_scale_out_of_range(scale, tmp_path, capsys):
    assert run_command(["demo", str(tmp_path / "d"), "--scale", scale]) == 2
    assert "--scale" in capsys.readouterr().err
    assert not (tmp_path / "d").exists()


def test_an_act_that_is_none_is_told_with_its_place(demo, tmp_path):
    from casus.cli.errors import Stop

    broken = tmp_path / "broken.acts"
    broken.write_text("2024-03-01T00:00Z KST vots yes on measures\n")
    with pytest.raises(Stop) as told:
        read_acts(broken, demo.year.agreement)
    assert told.value.place


def test_the_readme_shows_what_the_last_screen_says(demo, capsys, plain_surroundings):
    with open_journal(demo.year.folder / JOURNAL, read_only=True) as journal:
        withheld = journal.view(p.END_OF_YEAR, PUBLIC).withheld
    say_sections(sections(demo.year, withheld))
    said = capsys.readouterr().out.splitlines()
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    shown = readme.split("```text\n")[1].split("```")[0].splitlines()
    assert len(shown) > 12
    assert [line for line in shown if line not in said] == []
