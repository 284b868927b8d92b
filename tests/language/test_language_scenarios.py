"""Lines of a scenario become acts of the record; what they cannot be is said at its place."""

from __future__ import annotations

from decimal import Decimal

import pytest
from language_files import casus

from casus import acts
from casus.language.nodes import Moment
from casus.language.parse import parse
from casus.language.scenario import Expect, Line


def act_of(words: str) -> acts.Act:
    document = parse(casus("scenario a", f"  2030-02-01T00:00Z {words}", info="casus-test"))
    assert [found for found in document.diagnostics if found.severity == "error"] == []
    (line,) = document.scenarios[0].items
    assert isinstance(line, Line)
    return line.act


def expected(words: str) -> Expect:
    (item,) = parse(casus("scenario a", f"  expect {words}", info="casus-test")).scenarios[0].items
    assert isinstance(item, Expect)
    return item


def number(low: str, high: str | None = None) -> acts.Quantity:
    return acts.Quantity(Decimal(low), Decimal(high or low))


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("raid", acts.Report("raid", "e1")),
        ("raid by QRT id r1", acts.Report("raid", "r1", "QRT")),
        ("raid id r1 by mission", acts.Report("raid", "r1", "mission")),
        ("raid killed 8 to 12", acts.Report("raid", "e1", fields={"killed": number("8", "12")})),
        ("raid killed 1_000", acts.Report("raid", "e1", fields={"killed": number("1000")})),
        ("raid lasted 90 minutes", acts.Report("raid", "e1", fields={"lasted": acts.Length(5_400_000_000)})),
        ("raid lasted 1.5 hours", acts.Report("raid", "e1", fields={"lasted": acts.Length(5_400_000_000)})),
        ("raid value EUR 5.50", acts.Report("raid", "e1", fields={"value": acts.Money("EUR", Decimal("5.50"))})),
        ("raid target KST", acts.Report("raid", "e1", fields={"target": acts.Code("KST")})),
        ("raid weapon gun", acts.Report("raid", "e1", fields={"weapon": acts.Word("gun")})),
        ('raid note "a \\"b\\""', acts.Report("raid", "e1", fields={"note": acts.Text('a "b"')})),
        (
            "raid at 46.05 -26.30 radius 500",
            acts.Report("raid", "e1", fields={"at": acts.Place(Decimal("46.05"), Decimal("-26.30"), Decimal(500))}),
        ),
        ("raid as confirmed", acts.Report("raid", "e1", stands_for=("confirmed",))),
        ("raid as confirmed found", acts.Report("raid", "e1", stands_for=("confirmed", "found"))),
        ("mission estimates troops by QRT 5", acts.Estimate("troops", "mission", "QRT", number("5"))),
        ("mission estimates troops 5 to 9 place north", acts.Estimate("troops", "mission", None, number("5", "9"), "north")),
        ("mission observes raid", acts.Coverage("mission", "raid")),
        ("mission says confirmed on r1", acts.Adjudication("mission", "r1", "confirmed")),
        ("mission says attribution rejected on r1", acts.Adjudication("mission", "r1", "rejected", "attribution")),
        ("court finds fair no on r1", acts.FindingAnswer("court", "fair", "no", "r1")),
        ("court determines case yes", acts.Determination("court", "case", "yes")),
        ("court attributes MLT to QRT yes", acts.Attribution("court", "MLT", "QRT", "yes")),
        ("correct r1 by QRT", acts.Correction("r1", {"by": acts.Code("QRT")})),
        ("correct r1 killed 9 weapon gun", acts.Correction("r1", {"killed": number("9"), "weapon": acts.Word("gun")})),
        ("correct r1 occurred", acts.Correction("r1", {}, occurred=True)),
        ("withdraw r1", acts.Withdrawal("r1")),
        ("VDR ratifies", acts.Ratification("VDR")),
        ("VDR denounces", acts.Denunciation("VDR")),
        ("VDR objects", acts.Objection("VDR")),
        ("KST votes abstain on measures", acts.Vote("KST", "abstain", "measures")),
        ("mission requests measures", acts.Request("mission", "measures")),
        ("KST fulfils consult", acts.Fulfilment("KST", "consult")),
        ("KST approves deploy", acts.Approval("KST", "deploy")),
        ("KST refuses deploy", acts.Refusal("KST", "deploy")),
        ("VDR waives consult", acts.Waiver("VDR", "consult")),
        ("VDR waives consult of KST", acts.Waiver("VDR", "consult", "KST")),
    ],
)
def test_a_line_becomes_an_act(words: str, act: acts.Act):
    assert act_of(words) == act


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("no trigger", Expect("no_trigger")),
        ("a met 2 times", Expect("met", "a", 2)),
        ("a effective 0 times", Expect("effective", "a", 0)),
        ("a reversed 1 times", Expect("reversed", "a", 1)),
        ("hindsight a met 1 times", Expect("met", "a", 1, hindsight=True)),
        ("a first known 2030-02-01", Expect("first_known", "a", instant=Moment("2030-02-01"))),
        ("a first occurred 2030-02-01", Expect("first_occurred", "a", instant=Moment("2030-02-01"))),
        ("a witnesses r1, r2", Expect("witnesses", "a", names=("r1", "r2"))),
        ("n of KST is breached", Expect("norm", "n", who="KST", state="breached")),
        ("n of mission upon a is in_force", Expect("norm", "n", who="mission", upon="a", state="in_force")),
        ("n of KST due 2030-02-01", Expect("norm_due", "n", who="KST", instant=Moment("2030-02-01"))),
        ("a is not met", Expect("status", "a", state="met", negated=True)),
        ("a is met at 2030-02-01", Expect("status", "a", state="met", at=Moment("2030-02-01"))),
        (
            "a is met known 2030-02-02 at 2030-02-01",
            Expect("status", "a", state="met", at=Moment("2030-02-01"), known=Moment("2030-02-02")),
        ),
    ],
)
def test_an_expectation_is_read_with_its_words(words: str, made: Expect):
    item = expected(words)
    assert item.text == f"expect {words}"
    assert Expect(**{**fields(item), "text": ""}) == made


def fields(item: Expect) -> dict[str, object]:
    return {name: getattr(item, name) for name in Expect.__dataclass_fields__ if name != "span"}


def test_events_without_an_id_are_numbered_past_the_ids_that_are_given():
    lines = [f"  2030-02-01 raid{words}" for words in ("", " id e2", "", " id x", "")]
    (scenario,) = parse(casus("scenario a", *lines, info="casus-test")).scenarios
    assert [item.act.id for item in scenario.items] == ["e1", "e2", "e3", "x", "e4"]


def test_a_bracket_and_the_instant_of_knowledge_are_kept_as_written():
    words = "  2030-02-01T00:00Z to 2030-02-01T12:00+02:00 raid known 2030-02-02"
    (line,) = parse(casus("scenario a", words, info="casus-test")).scenarios[0].items
    assert (line.start.text, line.end.text, line.known.text) == ("2030-02-01T00:00Z", "2030-02-01T12:00+02:00", "2030-02-02")


@pytest.mark.parametrize(
    ("words", "code", "col"),
    [
        ("raid at 99 5", "E141", 26),
        ("raid at 5 181", "E141", 26),
        ("raid at 5 5 radius -1", "E141", 26),
        ("raid killed -3", "E141", 33),
        ("raid killed 9 to 3", "E141", 33),
        ("raid value EUR -5", "E141", 32),
        ("raid lasted -5 hours", "E141", 33),
        ("raid known 2030-01-31", "E142", 3),
        ("raid known 2030-02-30", "E129", 32),
        ("raid known 2030-02-01T00:00", "E129", 32),
        ("raid killed 1 killed 2", "E130", 35),
        ("raid by QRT by ALD", "E130", 33),
        ("correct r1 id r2", "E141", 21),
        ("rade by QRT id 5", "E122", 36),
        ("raid killed", "E123", 26),
        ("KST votes maybe on x", "E122", 31),
    ],
)
def test_a_bad_line_is_named_and_its_scenario_left_out(words: str, code: str, col: int):
    lines = ["scenario bad", f"  2030-02-01T00:00Z {words}", "scenario good", "  2030-02-01 raid"]
    document = parse(casus(*lines, info="casus-test"), "s.md")
    (found,) = document.diagnostics
    assert (found.code, str(found.span)) == (code, f"s.md:5:{col}")
    assert [scenario.name for scenario in document.scenarios] == ["good"]


def test_the_end_before_the_beginning_is_named():
    document = parse(casus("scenario a", "  2030-02-02 to 2030-02-01 raid", info="casus-test"))
    assert [found.code for found in document.diagnostics] == ["E142"]


def test_a_date_alone_is_midnight_on_the_agreement_s_clock():
    """In Auckland 1 February begins on 31 January, 11:00 UTC."""
    head = casus("agreement a", '  clock "Pacific/Auckland"')
    for known, expected_codes in (("2030-01-31T11:00Z", []), ("2030-01-31T10:59Z", ["E142"])):
        text = head + casus("scenario a", f"  2030-02-01 raid known {known}", info="casus-test").replace("# A text", "")
        assert [found.code for found in parse(text).diagnostics] == expected_codes


def test_several_faults_of_one_scenario_are_all_named():
    lines = ["scenario a", "  2030-02-01 raid killed -1", "  expct a met 1 times", "  2030-02-01 raid at 99 1", "  expect a"]
    document = parse(casus(*lines, info="casus-test"))
    assert [found.span.line for found in document.diagnostics] == [5, 6, 7, 8]
    assert document.scenarios == ()


def test_two_events_of_one_id_are_an_error_with_both_places():
    lines = ["scenario a", "  2030-02-01 raid id r", "  2030-02-02 march id r"]
    (found,) = parse(casus(*lines, info="casus-test")).diagnostics
    assert (found.code, found.span.line, found.because[0].span.line) == ("E143", 6, 5)


def test_two_acts_of_one_member_on_one_instance_at_one_instant_are_an_error():
    lines = ["scenario a", "  2030-02-01 KST votes yes on m", "  2030-01-01 KST votes no on m known 2030-02-01T00:00Z"]
    (found,) = parse(casus(*lines, info="casus-test")).diagnostics
    assert found.code == "E146"
    sound = [
        "scenario a",
        "  2030-02-01 KST votes yes on m",
        "  2030-02-01 KST votes yes on n",
        "  2030-02-01 LYS votes yes on m",
    ]
    assert parse(casus(*sound, info="casus-test")).diagnostics == ()


def test_a_line_before_the_first_scenario_is_an_error():
    (found,) = parse(casus("  expect a met 1 times", "scenario a", info="casus-test")).diagnostics
    assert found.code == "E140"


def test_lines_may_be_broken_where_they_can_only_go_on():
    lines = [
        "scenario a",
        "  2030-02-01 to",
        "  2030-02-02 raid by",
        "    QRT known",
        "  2030-02-03",
        "  expect a first known",
        "  2030-02-03",
    ]
    document = parse(casus(*lines, info="casus-test"))
    assert document.diagnostics == ()
    line, expect = document.scenarios[0].items
    assert (line.act.actor, line.known.text, expect.instant.text) == ("QRT", "2030-02-03", "2030-02-03")
    assert expect.text == "expect a first known 2030-02-03"


def test_words_of_the_language_can_be_words_of_a_name():
    document = parse(casus("scenario no 72 hours to the KST votes", "  expect no trigger", info="casus-test"))
    assert document.diagnostics == ()
    assert document.scenarios[0].name == "no 72 hours to the KST votes"


def test_a_scenario_belongs_to_its_own_fence():
    one = casus("scenario a", info="casus-test")
    document = parse(one + casus("  2030-02-01 raid", info="casus-test").replace("# A text", ""))
    assert [found.code for found in document.diagnostics] == ["E140"]
