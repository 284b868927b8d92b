"""Two triggers on the same records: what differs by one minute or one event is found, what only reads otherwise is not."""

from __future__ import annotations

import pytest
from compare_texts import PACT, altered, draft

from casus.cli.main import run_command
from casus.compare.behaviour import compare_triggers
from casus.compare.shapes import CompareJson
from casus.language.parse import read
from casus.lint.witness import read_witness
from casus.state.scenarios import run_scenario

BUDGET = 150


def tried(tmp_path, *changes, trigger="tension", names=None, old=PACT, new=None):
    a = draft(tmp_path, old, "a.casus.md").agreement
    b = draft(tmp_path, new if new is not None else altered(*changes), "b.casus.md").agreement
    other = {own: name for name, own in (names or {}).items()}.get(trigger, trigger)
    return a, b, compare_triggers(a, b, (trigger, other), names, budget=BUDGET)


def holds(found):
    return {one.question: one.holds for one in found.answers}


def replayed(a, b, found):
    """Every witness replays to what it says, over both texts; gives how many there were."""
    count = 0
    for one in found.answers:
        if one.evidence is not None:
            assert run_scenario(a, one.evidence.first).passed, one.question
            assert run_scenario(b, one.evidence.second).passed, one.question
            count += 1
    return count


@pytest.mark.parametrize(
    "change",
    [
        ("count of strike by OSK >= 3", "count of strike by OSK > 2"),
        ("rolling 72 hours", "rolling 3 days"),
        (
            "when count of strike by OSK >= 3",
            "when not count of strike by OSK < 3 within rolling 72 hours and count of strike by OSK >= 3",
        ),
        ("when count of strike by OSK >= 3 within rolling 72 hours", "when count of shot by OSK >= 3 within rolling 72 hours"),
    ],
)
def test_what_only_reads_otherwise_is_equivalent_within_the_bound(tmp_path, change):
    text = altered(change)
    if "shot" in change[1]:
        text = text.replace("define attack_event", "define shot means strike\ndefine attack_event")
    a, b, found = tried(tmp_path, new=text)
    assert holds(found)["equivalent"] is True
    assert "none found within" in found.answer("equivalent").text
    assert found.extent.records == BUDGET
    assert holds(found)["first never"] is False
    assert replayed(a, b, found) >= 3


@pytest.mark.parametrize(
    ("change", "earlier"),
    [
        (("within rolling 72 hours", "within closed rolling 72 hours"), "second"),
        (("rolling 72 hours", "rolling 71 hours"), "first"),
        (("strike by OSK >= 3", "strike by OSK >= 4"), "first"),
        (("strike by OSK >= 3", "strike by OSK >= 2"), "second"),
        (("within rolling 72 hours", "within fixed 72 hours"), "first"),
        (("count of strike by OSK >= 3", "count of strike >= 3"), "second"),
        (("needs occurrence reported", "needs occurrence confirmed"), "first"),
    ],
)
def test_one_minute_one_event_one_actor_or_one_rung_is_found(tmp_path, change, earlier):
    a, b, found = tried(tmp_path, change)
    answers = holds(found)
    assert answers["equivalent"] is False
    late = "second no later" if earlier == "first" else "first no later"
    never_late = "first no later" if earlier == "first" else "second no later"
    assert answers[late] is False
    assert answers[never_late] is True
    assert replayed(a, b, found) >= 4


def test_the_witness_of_a_closed_window_is_no_larger_than_it_has_to_be(tmp_path):
    _, _, found = tried(tmp_path, ("within rolling 72 hours", "within closed rolling 72 hours"))
    assert found.answer("first no later").evidence.events == 3


def test_a_field_at_its_threshold_is_found(tmp_path):
    a, b, found = tried(tmp_path, ("killed >= 3 or troops", "killed >= 4 or troops"), trigger="attack")
    assert holds(found)["second no later"] is False
    assert replayed(a, b, found) >= 4


def test_a_sum_at_its_threshold_is_found(tmp_path):
    old = altered(("any attack_event by OSK or sum", "sum"))
    a, b, found = tried(tmp_path, old=old, new=old.replace(">= 20 within", ">= 21 within"), trigger="attack")
    assert holds(found)["second no later"] is False
    assert holds(found)["first no later"] is True
    assert replayed(a, b, found) >= 4


def test_triggers_on_different_events_are_disjoint(tmp_path):
    a, b, found = tried(tmp_path, ("count of strike by OSK >= 3", "count of incursion by OSK >= 3"))
    answers = holds(found)
    assert answers["disjoint"] is True
    assert answers["first no later"] is False
    assert answers["second no later"] is False
    assert replayed(a, b, found) >= 4


def test_a_trigger_that_nothing_meets_is_told(tmp_path):
    a, b, found = tried(tmp_path, ("count of strike by OSK >= 3", "count of strike by KST >= 61"))
    assert holds(found)["second never"] is True
    assert replayed(a, b, found) >= 2


KINDS = """
```casus
estimate troops_there unit persons valid 14 days
trigger calm severity 1
  when no strike by OSK for 30 days observed by mission
trigger build_up severity 1
  when latest troops_there by OSK >= 4_000
trigger sequence severity 1
  when strike then incursion within 6 hours
trigger spread severity 1
  when distinct days of strike by OSK >= 3 within rolling 14 days
trigger again severity 2
  when attack met 2 times within rolling 10 days
```
"""


@pytest.mark.parametrize(
    ("trigger", "change"),
    [
        ("calm", ("for 30 days observed", "for 31 days observed")),
        ("build_up", (">= 4_000", ">= 4_001")),
        ("sequence", ("incursion within 6 hours", "incursion within 5 hours")),
        ("spread", ("by OSK >= 3 within rolling 14 days", "by OSK >= 4 within rolling 14 days")),
        ("again", ("met 2 times", "met 3 times")),
    ],
)
def test_every_kind_of_condition_is_tried_at_its_edge(tmp_path, trigger, change):
    a, b, found = tried(tmp_path, old=PACT + KINDS, new=PACT + altered(change, text=KINDS), trigger=trigger)
    assert holds(found)["second no later"] is False
    assert holds(found)["first no later"] is True
    assert replayed(a, b, found) >= 3


def test_names_can_be_mapped(tmp_path):
    new = PACT.replace("tension", "unrest").replace("strike", "bombing").replace("weapon one of", "means_used one of")
    names = {"unrest": "tension", "bombing": "strike"}
    _, _, found = tried(tmp_path, new=new, names=names)
    assert (found.first, found.second) == ("tension", "unrest")
    assert holds(found)["equivalent"] is True


def test_the_same_seed_gives_the_same_answers(tmp_path):
    change = ("strike by OSK >= 3", "strike by OSK >= 4")
    _, _, one = tried(tmp_path, change)
    _, _, two = tried(tmp_path, change)
    assert one == two


def test_exchanging_the_texts_exchanges_the_answers(tmp_path):
    text = altered(("within rolling 72 hours", "within closed rolling 72 hours"))
    forth = holds(tried(tmp_path, new=text)[2])
    back = holds(tried(tmp_path, old=text, new=PACT)[2])
    turned = {
        "first no later": "second no later",
        "second no later": "first no later",
        "first never": "second never",
        "second never": "first never",
    }
    assert {turned.get(question, question): held for question, held in back.items()} == forth


def test_a_witness_is_written_where_it_is_asked_for_and_never_printed(tmp_path, capsys):
    draft(tmp_path, PACT, "a.casus.md")
    draft(tmp_path, altered(("strike by OSK >= 3", "strike by OSK >= 4")), "b.casus.md")
    a, b = str(tmp_path / "a.casus.md"), str(tmp_path / "b.casus.md")
    few = ["--row", "trigger", "--budget", "60"]
    assert run_command(["compare", a, b, "--trigger", "tension", *few]) == 0
    assert "id s1" not in capsys.readouterr().out
    folder = tmp_path / "witnesses"
    assert run_command(["compare", a, b, "--trigger", "tension", *few, "--witness", str(folder)]) == 0
    said = capsys.readouterr()
    assert "id s1" not in said.out + said.err
    pages = sorted(folder.iterdir())
    assert pages
    for page in pages:
        text = tmp_path / ("a.casus.md" if page.name.endswith("-1.casus-test.md") else "b.casus.md")
        read_back = read_witness(page, read(text), tmp_path)
        assert read_back.agreement is not None
        assert read_back.made_for == read_back.agreement.hash
        assert all(run_scenario(read_back.agreement, scenario).passed for scenario in read_back.scenarios)
        assert read_back.scenarios
    assert run_command(["compare", a, b, "--behaviour", *few, "--format", "json"]) == 0
    found = CompareJson.model_validate_json(capsys.readouterr().out)
    assert [(one.first, one.second) for one in found.behaviour] == [("tension", "tension"), ("attack", "attack")]


def test_a_trigger_that_a_text_does_not_have_is_refused(tmp_path, capsys):
    draft(tmp_path, PACT, "a.casus.md")
    a = str(tmp_path / "a.casus.md")
    assert run_command(["compare", a, a, "--trigger", "weather"]) == 2
    assert "there are tension, attack" in capsys.readouterr().err
    assert run_command(["compare", a, a, "--witness", str(tmp_path / "w")]) == 2
