"""Acts against an agreement."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from intake_samples import agreement, event

from casus.acts import Code, Coverage, Estimate, Length, Place, Quantity, Report, Source, Text, Value, Vote, Word
from casus.intake import Fitted, Misfit, fit

TEXT = agreement(
    event("strike", by="actor", at="point", weapon="one_of missile cruise_missile uav", killed="count", night="flag"),
    event("note", remark="text", lasted="duration", answers="reference", victim="actor"),
)
ONE = Quantity(Decimal(1), Decimal(1))


def strike(**fields: Value) -> Report:
    return Report("strike", "a1", "OSK", fields)


def fitted(act: Report) -> Fitted:
    result = fit(act, TEXT)
    assert isinstance(result, Fitted)
    return result


def test_what_the_event_declares_passes_unchanged() -> None:
    act = strike(at=Place(Decimal(50), Decimal(30)), killed=ONE, weapon=Word("uav"), night=Word("yes"))
    assert fitted(act) == Fitted(act)


def test_a_text_becomes_the_word_that_it_names() -> None:
    assert fitted(strike(weapon=Text("Cruise missile"))).act == strike(weapon=Word("cruise_missile"))
    assert fitted(strike(night=Text("Yes"))).act == strike(night=Word("yes"))


def test_a_word_becomes_a_text_and_a_code_a_party() -> None:
    act = Report("note", "n1", None, {"remark": Word("short"), "victim": Text("KST"), "answers": Text("a-1")})
    assert fitted(act).act == replace(act, fields={"remark": Text("short"), "victim": Code("KST"), "answers": Word("a_1")})


def test_a_field_that_is_not_declared_stays_and_is_listed() -> None:
    act = Report("note", "n1", "OSK", {"colour": Text("red"), "at": Place(Decimal(1), Decimal(2))})
    result = fitted(act)
    assert result.act == act
    assert result.losses == (
        "the actor has no effect: note declares no actor",
        "the field colour has no effect: note does not declare it",
        "the place has no effect: note does not declare it",
    )


def test_an_affiliation_with_nobody_is_listed() -> None:
    act = replace(strike(), sources=(Source("herald", affiliation="XYZ"), Source("wire", affiliation="VDR")))
    assert fitted(act).losses == ("the affiliation XYZ has no effect: the agreement knows no such party",)


def test_an_id_that_is_no_name_becomes_one() -> None:
    act = replace(strike(), id="Row 7/b", incident="Case-2")
    assert (fitted(act).act.id, fitted(act).act.incident) == ("row_7_b", "case_2")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("act", "reason", "advice"),
    [
        (
            replace(strike(), event="strikes"),
            "knows no event 'strikes' (did you mean 'strike'?)",
            "the agreement has strike, note",
        ),
        (replace(strike(), actor="OSX"), "knows no party 'OSX' (did you mean 'OSK'?)", "its codes are VDR, KST, OSK"),
        (strike(weapon=Word("rocket")), "weapon 'rocket' is not one of missile, cruise_missile, uav", "table of words"),
        (strike(night=Word("perhaps")), "night 'perhaps' is not yes or no", ""),
        (strike(weapon=ONE), "weapon is a number, and one of missile, cruise_missile, uav is expected", ""),
        (strike(killed=Text("many")), "killed is a text, and a number is expected", ""),
        (strike(at=Text("Hill")), "at is a text, and a place is expected", ""),
        (strike(weapon=Text("--")), "no letter or digit", ""),
        (Report("note", "n1", None, {"lasted": ONE}), "lasted is a number, and a length of time is expected", ""),
        (Report("note", "n1", None, {"victim": Text("nobody")}), "knows no party 'nobody'", ""),
        (Report("note", "n1", None, {"victim": ONE}), "victim is a number, and a party's code is expected", ""),
        (Report("note", "n1", None, {"answers": Length(1)}), "the name of an event is expected", ""),
        (Estimate("troops", "mission", "OSK", ONE), "knows no estimate 'troops'", "the agreement has no estimate"),
        (Coverage("patrols", "strike"), "knows no body 'patrols'", "the agreement has mission"),
        (Coverage("mission", "stroke"), "knows no event or definition 'stroke' (did you mean 'strike'?)", ""),
    ],
)
def test_what_the_agreement_does_not_know_is_told(act: Report, reason: str, advice: str) -> None:
    result = fit(act, TEXT)
    assert isinstance(result, Misfit)
    assert reason in result.reason
    assert advice in result.help


def test_other_acts_pass() -> None:
    for act in (Vote("VDR", "yes", "measures"), Coverage("mission", "strike")):
        assert fit(act, TEXT) == Fitted(act)
