"""The State as JSON: its shape is published, it says everything, and the same State gives the same bytes."""

from __future__ import annotations

import dataclasses
import json

from cli_states import COUNT, INCIDENT, MET, at, state, states
from hypothesis import HealthCheck, given, settings

from casus.state.model import TriggerAssessment
from casus.state.output import Run, headline, run_schema, state_to_json, value_text

SLOW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)


@SLOW
@given(states)
def test_any_state_fits_the_published_shape(one):
    shown = state_to_json(one)
    assert Run.model_validate_json(json.dumps(shown)).model_dump(mode="json") == shown


@SLOW
@given(states)
def test_the_same_state_gives_the_same_bytes(one):
    again = dataclasses.replace(one)
    assert json.dumps(state_to_json(one)) == json.dumps(state_to_json(again))


@SLOW
@given(states)
def test_nothing_of_a_state_is_left_out(one):
    shown = state_to_json(one)
    for name in ("activations", "norms", "effects", "decisions", "determinations", "findings", "incidents", "listed", "coming"):
        assert len(shown[name]) == len(getattr(one, name))
    answers = [*shown["pending"], *shown["undecided"], *shown["not_met"]]
    assert sorted(a["trigger"] for a in answers) == sorted(a.trigger for a in one.assessments if a.assessment != "met")
    assert (shown["withheld"], shown["erased"]) == (one.withheld, one.erased)
    assert shown["reconstruction"] is (one.axis == "known")


def test_it_has_the_keys_that_readers_were_promised():
    shown = state_to_json(state())
    assert set(shown) >= {
        *("agreement", "checkpoint", "axis", "at", "known_at", "activations", "norms", "decisions"),
        *("determinations", "effects", "pending", "undecided", "hindsight", "withheld"),
    }
    assert set(shown["agreement"]) >= {"id", "hash"}
    assert set(shown["activations"][0]) >= {
        *(
            "id",
            "trigger",
            "article",
            "severity",
            "t",
            "s",
            "known",
            "value",
            "threshold",
            "witnesses",
            "effective",
            "reversed",
        ),
    }
    assert set(shown["norms"][0]) >= {"id", "name", "kind", "act", "mode", "debtor", "creditor", "state", "due", "cause"}


def test_an_activation_gives_value_against_threshold():
    shown = state_to_json(state())["activations"][0]
    assert shown["id"] == INCIDENT
    assert (shown["value"], shown["threshold"]) == ("5", ">= 5")
    assert shown["t"] == shown["known"] == "2027-03-03T05:00Z"
    assert shown["witnesses"] == ["s1", "s2", "s3", "s4", "s5"]
    assert shown["reversed"] is None


def test_the_headline_is_the_first_condition_that_holds():
    other = dataclasses.replace(COUNT, truth=False, what="latest concentration by OSK")
    assert headline((other, COUNT)) is COUNT
    assert headline((other,)) is other
    assert headline(()) is None


def test_a_value_that_is_uncertain_is_an_interval():
    assert value_text(dataclasses.replace(COUNT, low="3", high="7")) == "3..7"
    assert value_text(dataclasses.replace(COUNT, low="3", high=None)) == "3.."
    assert value_text(COUNT) == "5"


def test_numbers_are_text_so_that_no_float_rounds_them():
    money = dataclasses.replace(state().norms[0], amount="EUR 1500000000.01")
    text = json.dumps(state_to_json(state(norms=(money,))))
    assert "1500000000.01" in text
    assert not any(isinstance(value, float) for value in _leaves(json.loads(text)))


def _leaves(value):
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    else:
        yield value


def test_pending_undecided_and_not_met_are_kept_apart():
    def answer(trigger, what):
        return TriggerAssessment(trigger, "art-5", 2, what, until=at("2027-03-04T00:00Z") if what == "pending" else None)

    shown = state_to_json(state(assessments=(answer("a", "pending"), answer("b", "undecided"), answer("c", "not_met"))))
    assert [a["trigger"] for a in shown["pending"]] == ["a"]
    assert shown["pending"][0]["until"] == "2027-03-04T00:00Z"
    assert [a["trigger"] for a in shown["undecided"]] == ["b"]
    assert [a["trigger"] for a in shown["not_met"]] == ["c"]


def test_a_reversed_activation_says_when():
    reversed_ = dataclasses.replace(MET, reversed=at("2027-03-05T00:00Z"), reversal_cause="s1 is rejected")
    shown = state_to_json(state(activations=(reversed_,)))["activations"][0]
    assert shown["reversed"] == "2027-03-05T00:00Z"
    assert shown["reversal_cause"] == "s1 is rejected"


def test_the_schema_describes_every_key_of_a_run():
    schema = run_schema()
    shown = state_to_json(state())
    assert schema["$schema"].endswith("2020-12/schema")
    assert set(schema["properties"]) == set(shown) == set(schema["required"])
    assert schema["additionalProperties"] is False
