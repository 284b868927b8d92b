"""Options and readings: what can be chosen together, and what the text then says."""

from __future__ import annotations

from pathlib import Path

import pytest

from casus.language.check import check
from casus.language.document import Document
from casus.language.format import format_text
from casus.language.load import load
from casus.language.parse import parse
from casus.language.tree_json import from_json, to_json
from casus.language.variants import (
    MOST_COUNTED,
    MOST_VARIANTS,
    UnknownChoice,
    choose,
    count,
    has_variants,
    merged,
    unresolved,
    variants,
)
from casus.state.scenarios import run_scenario

HEAD = """# Accord

```casus
agreement accord
  language 1
  clock UTC  rounding down
  authentic en, vd
role beneficiary, guarantor
party VDR "Valdria" as beneficiary
party KST "Kestria" as guarantor
party LYS "Lysmark" as guarantor
nonparty OSK "Oskovia"
group guarantors = every guarantor
event raid by actor
event pullback by actor
trigger alarm severity 1
  when any raid by OSK
"""
BRACKETED = (
    HEAD
    + """question who_decides "Can one stop it?"
question begins "When does it begin?"
option all_of_them on who_decides proposed by OSK text "by consensus"
option each_alone on who_decides proposed by VDR text "each acts"
option at_once on begins proposed by VDR text "at once"
option after on begins proposed by OSK text "after the pullback"
option yearly proposed by KST text "shall be reviewed"
reading narrow by vd of help
open due of help "“promptly”"
open start "The date is left blank."
obligation help
  debtor every guarantor  creditor VDR
  to supply
open start of help "What calls for it is in brackets."
```

```casus option all_of_them
decision together of guarantors and VDR
  adopts by unanimity  quorum 3
  opens upon alarm  closes 3 days after opening
obligation help
  upon together adopted  debtor every guarantor  creditor VDR
  to supply
```

```casus option each_alone
obligation help
  upon alarm  debtor every guarantor  creditor VDR
  to consult  due 3 days after activation
```

```casus option after
term requires pullback by OSK
```

```casus option at_once
term in force from 2027-01-01
```

```casus option yearly
term review every 1 years
```

```casus reading narrow
open act of help "“Help” names no act."
obligation help
  upon alarm  debtor every guarantor  creditor VDR
```

```casus-test option each_alone
scenario each is bound to consult
  2027-01-01 pullback by OSK
  2027-01-02 raid by OSK
  expect help of KST due 2027-01-05
```

```casus-test option after
scenario nothing begins before the pullback
  expect accord is not_in_force at 2030-01-01
```

```casus-test
scenario a raid is an alarm
  2027-02-01 pullback by OSK
  2027-02-02 raid by OSK
  expect alarm met 1 times
```
"""
)


def names(document: Document) -> list[str]:
    return [getattr(decl, "name", decl.kind) for decl in document.declarations if decl.variant is not None]


def test_a_text_without_variants_has_one_without_a_label():
    document = parse(HEAD + "```\n")
    assert [(v.label, v.names) for v in variants(document)] == [("", ())]
    assert not has_variants(document)
    assert unresolved(document) == {}
    assert choose(document, ()).declarations == document.declarations


def test_every_combination_of_one_option_for_each_question_and_then_each_reading():
    found = variants(parse(BRACKETED))
    assert [variant.names for variant in found] == [
        ("all_of_them", "at_once"),
        ("all_of_them", "at_once", "yearly"),
        ("all_of_them", "after"),
        ("all_of_them", "after", "yearly"),
        ("each_alone", "at_once"),
        ("each_alone", "at_once", "yearly"),
        ("each_alone", "after"),
        ("each_alone", "after", "yearly"),
        ("all_of_them", "at_once", "narrow"),
    ]
    assert found[0].label == "option all_of_them, option at_once"
    assert found[-1].label == "option all_of_them, option at_once, reading narrow"


def test_an_option_without_a_fence_is_an_alternative_that_leaves_the_text_as_it_is():
    text = HEAD + (
        'question when "When?"\noption early on when proposed by VDR text "soon"\n'
        'option late on when proposed by OSK text "later"\n```\n\n```casus option late\nevent handover by actor\n```\n'
    )
    document = parse(text)
    assert [variant.names for variant in variants(document)] == [("early",), ("late",)]
    assert dict(unresolved(document)) == {"when": ("early", "late")}
    early = choose(document, ["early"])
    assert unresolved(early) == {}
    assert names(early) == []
    assert names(choose(document, ["late"])) == ["handover"]


def test_options_of_which_none_has_a_fence_make_no_variants():
    text = HEAD + 'question when "When?"\noption early on when proposed by VDR text "soon"\n```\n'
    assert [variant.names for variant in variants(parse(text))] == [()]
    assert check(parse(text), None).agreement is not None


def test_a_text_in_which_something_was_chosen_is_its_only_variant():
    chosen = choose(parse(BRACKETED), ["each_alone", "after", "narrow"])
    (only,) = variants(chosen)
    assert (only.names, only.label) == (chosen.chosen, "option each_alone, option after, reading narrow")
    assert choose(chosen, only.names) == chosen


def test_what_is_chosen_replaces_what_has_the_same_name():
    document = parse(BRACKETED)
    (before,) = [decl for decl in choose(document, ()).declarations if getattr(decl, "name", "") == "help"]
    assert before.variant is None
    chosen = choose(document, ["each_alone", "at_once"])
    (after,) = [decl for decl in chosen.declarations if getattr(decl, "name", "") == "help"]
    assert (after.variant, after.upon[0].name) == ("each_alone", "alarm")
    assert chosen.chosen == ("each_alone", "at_once")


def test_what_is_chosen_closes_the_gaps_that_it_states_and_no_others():
    def gaps(*options: str) -> set[tuple[str, str | None]]:
        return {(d.what, d.of) for d in choose(parse(BRACKETED), options).declarations if d.kind == "open"}

    assert gaps() == {("due", "help"), ("start", None), ("start", "help")}
    assert gaps("all_of_them") == {("due", "help"), ("start", None)}
    assert gaps("each_alone") == {("start", None)}
    assert gaps("after") == {("due", "help"), ("start", "help")}


def test_each_clause_of_a_term_replaces_that_clause():
    text = HEAD + (
        "term in force from 2027-01-01  lasts indefinitely  review every 2 years\n"
        'term withdrawal after 6 months notice\noption short proposed by OSK text "two years"\n```\n\n'
        "```casus option short\nterm lasts 2 years  withdrawal after 3 months notice\n```\n"
    )
    checked = check(choose(parse(text), ["short"]), None)
    assert checked.diagnostics == ()
    assert checked.agreement is not None
    assert checked.agreement.term is not None
    term = checked.agreement.term
    assert term.lasts is not None
    assert term.withdrawal_notice is not None
    assert term.review is not None
    assert (term.lasts.number.text, term.indefinitely, term.withdrawal_notice.number.text) == ("2", False, "3")
    assert term.in_force_from is not None


def test_a_reading_is_one_of_the_text_with_its_options():
    chosen = choose(parse(BRACKETED), ["all_of_them", "at_once", "narrow"])
    (norm,) = [decl for decl in chosen.declarations if getattr(decl, "name", "") == "help"]
    assert (norm.variant, norm.act) == ("narrow", None)
    assert {(d.what, d.variant) for d in chosen.declarations if d.kind == "open"} == {("due", None), ("act", "narrow")}


def test_copies_gaps_and_attributions_are_known_by_more_than_a_name():
    text = HEAD + (
        'body board "Board" as guarantor\nnonparty FRM "Formations"\nattributable FRM to OSK on control by board\n'
        'copy list of VDR from table "annex"\ncopy list of KST from table "annex"\n'
        'open forum "none"\noption other proposed by KST text "x"\n```\n\n## Annex\n\n| a |\n|---|\n| 1 |\n\n'
        "| a |\n|---|\n| 2 |\n\n"
        '```casus option other\nattributable FRM to OSK on organ by board\ncopy list of KST from table "annex-2"\n'
        'open forum "a court that is not named"\n```\n'
    )
    agreement = check(choose(parse(text), ["other"]), None).agreement
    assert agreement is not None
    assert [a.grounds for a in agreement.attributables] == [("organ",)]
    assert [(c.of, c.table) for c in agreement.copies] == [("VDR", "annex"), ("KST", "annex-2")]
    assert [gap.text for gap in agreement.opens] == ["a court that is not named"]


def test_a_scenario_in_the_fence_of_an_option_is_one_of_that_text():
    document = parse(BRACKETED)
    assert [scenario.variant for scenario in document.scenarios] == ["each_alone", "after", None]
    assert [s.name for s in choose(document, ["each_alone", "at_once"]).scenarios] == [
        "each is bound to consult",
        "a raid is an alarm",
    ]


@pytest.mark.parametrize("variant", variants(parse(BRACKETED)), ids=lambda variant: variant.label)
def test_each_variant_is_a_sound_agreement_whose_scenarios_hold(variant):
    checked = check(choose(parse(BRACKETED), variant.names), None)
    assert [d for d in checked.diagnostics if d.severity == "error"] == []
    assert checked.agreement is not None
    assert checked.agreement.chosen == variant.names
    for scenario in checked.agreement.scenarios:
        assert run_scenario(checked.agreement, scenario).passed, scenario.name


def test_two_variants_are_two_agreements_by_their_hash():
    document = parse(BRACKETED)
    found = [check(choose(document, variant.names), None).agreement for variant in variants(document)]
    hashes = [agreement.hash for agreement in found if agreement is not None]
    assert len(set(hashes)) == len(hashes) == 9
    turned = check(choose(document, ["at_once", "all_of_them"]), None).agreement
    assert turned is not None
    assert turned.hash == hashes[0]


def test_a_bracketed_text_is_checked_in_every_variant_and_is_no_agreement():
    checked = check(parse(BRACKETED), None)
    assert checked.agreement is None
    assert checked.errors == ()
    assert dict(checked.unresolved) == {"who_decides": ("all_of_them", "each_alone"), "begins": ("at_once", "after")}
    assert len(checked.variants) == 9
    assert all(agreement is not None for _, agreement in checked.variants)


def test_a_choice_that_leaves_a_question_open_is_no_agreement():
    checked = check(choose(parse(BRACKETED), ["after"]), None)
    assert checked.agreement is None
    assert dict(checked.unresolved) == {"who_decides": ("all_of_them", "each_alone")}


def test_what_does_not_stand_in_every_variant_says_in_which():
    text = BRACKETED.replace("upon together adopted  debtor", "upon together adoptd  debtor")
    text = text.replace(
        "  upon alarm  debtor every guarantor  creditor VDR\n  to consult", "  upon alrm  debtor VDR\n  to consult"
    )
    checked = check(parse(text), None)
    (found,) = [d for d in checked.errors if d.code == "E203"]
    assert found.message.startswith("with option each_alone: alrm is not declared")
    assert [d.code for d in checked.errors if not d.message.startswith("with")] == ["E121"]


def test_a_reading_is_chosen_beside_a_text_that_stands_without_it():
    text = HEAD + (
        "obligation help\n  upon alarm  debtor KST  creditor VDR\n  to consult  due 3 days after activation\n"
        "reading long by OSK of help\n```\n\n```casus reading long\nobligation help\n  upon alarm  debtor KST  creditor VDR\n"
        "  to consult  due 9 days after activation\n```\n"
    )
    checked = check(parse(text), None)
    assert [variant.label for variant, _ in checked.variants] == ["", "reading long"]
    assert checked.unresolved == {}
    assert checked.agreement is not None
    assert checked.agreement.norms["help"].variant is None
    broken = check(parse(text.replace("9 days after activation", "9 days after activation  if breached also nothing")), None)
    assert [d.message.split(":")[0] for d in broken.errors] == ["with reading long"]
    assert broken.agreement is None


@pytest.mark.parametrize(
    ("chosen", "said", "helps"),
    [
        (["at_onse"], "no option or reading at_onse", "at_once"),
        (["help"], "no option or reading help", "knows"),
        (["at_once", "after"], "both are options on begins", "one of them"),
    ],
)
def test_a_choice_that_cannot_be_made_is_refused(chosen: list[str], said: str, helps: str):
    with pytest.raises(UnknownChoice, match=said) as told:
        choose(parse(BRACKETED, "a.casus.md"), chosen)
    assert helps in told.value.help
    assert told.value.place == "a.casus.md"


def test_a_choice_of_a_text_that_has_none_is_refused():
    with pytest.raises(UnknownChoice) as told:
        choose(parse(HEAD + "```\n"), ["x"])
    assert told.value.help == "it knows none"


def test_the_same_name_in_the_fences_of_two_chosen_options_is_an_error_of_that_variant():
    text = HEAD + (
        'option one proposed by VDR text "1"\noption two proposed by VDR text "2"\n```\n\n'
        "```casus option one\nevent act by actor\n```\n\n```casus option two\nevent act by actor\n```\n"
    )
    checked = check(parse(text), None)
    assert [(d.code, d.message.split(":")[0]) for d in checked.errors] == [("E205", "with option one, option two")]


def many(questions: int, options: int) -> str:
    declared = "".join(
        f'question q{q} "?"\n' + "".join(f'option q{q}_{o} on q{q} proposed by VDR text "x"\n' for o in range(options))
        for q in range(questions)
    )
    fences = "".join(f"\n```casus option q{q}_1\nevent e{q} by actor\n```\n" for q in range(questions))
    return HEAD + declared + "```\n" + fences


def test_too_many_combinations_are_not_all_looked_at_but_every_option_is():
    document = parse(many(40, 2))
    found = variants(document)
    assert count(document) == MOST_COUNTED
    assert len(found) <= MOST_VARIANTS
    assert {name for variant in found for name in variant.names} == {f"q{q}_{o}" for q in range(40) for o in range(2)}
    assert [d.code for d in check(parse(many(7, 2)), None).diagnostics] == ["W622"]


def test_a_question_of_very_many_options_stays_bounded():
    assert len(variants(parse(many(1, 200)))) <= MOST_VARIANTS


@pytest.mark.parametrize(
    ("stands", "said"),
    [
        (["option a, option c", "option a, option d"], "with option a"),
        (["option b, option d"], "with option b, option d"),
        (["option a, option c", "option b, option d"], "with option a, option c and with option b, option d"),
        (["option a, option c", "option a, option d", "option b, option c"], None),
        (["option a, option c", "option b, option c", "reading " + "r" * 99], None),
    ],
)
def test_what_variants_have_in_common_is_said_in_one_word(stands: list[str], said: str | None):
    every = ["option a, option c", "option a, option d", "option b, option c", "option b, option d", "reading " + "r" * 99]
    (one,) = parse(HEAD.replace("when any raid", "when any raid raid")).diagnostics[:1]
    (found,) = merged({label: [one] if label in stands else [] for label in every})
    where = found.message.removesuffix(f": {one.message}")
    assert where == (
        said if said is not None else " and ".join(f"with {label[:80]}{'…' * (len(label) > 80)}" for label in stands)
    )


def test_a_text_of_very_many_options_is_answered():
    document = parse(many(3_000, 2))
    assert count(document) == MOST_COUNTED
    assert len(variants(document)) == MOST_VARIANTS
    assert any(d.code == "W622" and "more than" in d.message for d in check(choose(document, ["q0_1"]), None).diagnostics)


def test_merging_keeps_what_stands_in_all_and_labels_the_rest():
    (one,) = parse(HEAD.replace("when any raid", "when any raid raid")).diagnostics[:1]
    assert merged({"": [one], "option a": [one]}) == [one]
    assert merged({"": [], "option a": [one]})[0].message.startswith("with option a: ")
    assert merged({"": [one], "option a": []})[0].message.startswith("with nothing chosen: ")


def test_a_text_with_variants_survives_formatting_and_the_way_through_json():
    once = format_text(BRACKETED)
    assert format_text(once) == once
    before, after = parse(BRACKETED), parse(once)
    assert after.declarations == before.declarations
    assert [d.variant for d in after.declarations] == [d.variant for d in before.declarations]
    back = from_json(to_json(before))
    assert back == before
    assert [d.variant for d in back.declarations] == [d.variant for d in before.declarations]
    chosen = choose(before, ["after"])
    assert from_json(to_json(chosen)).chosen == ("after",)


def test_a_file_is_loaded_with_options(tmp_path: Path):
    path = tmp_path / "accord.casus.md"
    path.write_text(BRACKETED, encoding="utf-8")
    assert load(path).agreement is None
    agreement = load(path, ["each_alone", "at_once"]).agreement
    assert agreement is not None
    assert agreement.norms["help"].variant == "each_alone"
