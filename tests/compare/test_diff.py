"""The difference of two texts: nothing with itself, the same both ways, and a direction only where the rules give one."""

from __future__ import annotations

import dataclasses
import typing

import pytest
from compare_texts import PACT, altered, draft, swapped

from casus.cli.main import run_command
from casus.compare.changes import difference
from casus.compare.fields import RULES
from casus.compare.impact import impacts
from casus.compare.redline import marked, word_diff
from casus.compare.shapes import DiffJson
from casus.language import nodes as n

OPPOSITE = {"stronger": "weaker", "weaker": "stronger", "changed": "changed"}


def diff(tmp_path, new, old=PACT, **more):
    return difference(draft(tmp_path, old, "a.casus.md"), draft(tmp_path, new, "b.casus.md"), **more)


def only(found):
    """The one change of the one clause that changed."""
    (clause,) = [one for one in found.clauses if one.state == "changed"]
    (change,) = clause.changes
    return change


# (what is replaced, by what, the field, the direction for the protected party): one for each field that has a rule.
EDITS = [
    ("due 24 hours after activation", "due 48 hours after activation", "due", "weaker"),
    ("due 24 hours after activation", "due 12 hours after activation", "due", "stronger"),
    ("due 24 hours after activation\n", "", "due", "weaker"),
    ("due 30 days after activation", "due 60 days after activation", "due", "stronger"),  # its own duty
    ("due 14 days after activation", "due 1 months after activation", "due", "weaker"),
    ("upon tension or attack\n", "upon attack\n", "upon", "weaker"),
    (
        "debtor every guarantor  creditor VDR\n  to consult",
        "debtor KST and LYS  creditor VDR\n  to consult",
        "debtor",
        "weaker",
    ),
    ('to supply "military assistance"  amount', 'to consult "military assistance"  amount', "act", "weaker"),
    ('to publish "its reasons"', 'to train "its reasons"', "act", "stronger"),
    ('to consult "at the highest level"', 'to consult "at a low level"', "act", "changed"),
    ("amount EUR 500_000_000", "amount EUR 400_000_000", "amount", "weaker"),
    ("amount EUR 500_000_000", "amount USD 600_000_000", "amount", "changed"),
    ("  amount EUR 500_000_000", "", "amount", "weaker"),
    ("  if breached also explain_why\n", "", "if_breached", "weaker"),
    ("  fulfilled by meeting\n", "  fulfilled by meeting\n  grade political\n", "grade", "weaker"),
    ("  fulfilled by meeting\n", '  fulfilled by meeting\n  held aspirational according to "Kestria"\n', "held", "weaker"),
    ("  fulfilled by meeting\n", "  fulfilled by meeting\n  unless tension\n", "unless", "weaker"),
    ("  fulfilled by meeting\n", "  fulfilled by meeting\n  until tension\n", "until", "weaker"),
    ("obligation assist\n", "power assist\n", "kind", "weaker"),
    ("count of strike by OSK >= 3", "count of strike by OSK >= 2", "when", "stronger"),
    ("count of strike by OSK >= 3", "count of strike by OSK > 3", "when", "weaker"),
    ("rolling 72 hours", "rolling 96 hours", "when", "stronger"),
    ("within rolling 72 hours", "within closed rolling 72 hours", "when", "stronger"),
    ("within rolling 72 hours", "within fixed 72 hours", "when", "weaker"),
    ("any attack_event by OSK or sum", "any attack_event by OSK and sum", "when", "weaker"),
    ("any attack_event by OSK or sum", "sum", "when", "weaker"),
    ("any attack_event by OSK or sum", "any attack_event or sum", "when", "stronger"),
    ("count of strike by OSK >= 3", "count of incursion by OSK >= 3", "when", "changed"),
    ("needs occurrence reported", "needs occurrence confirmed", "needs", "weaker"),
    ("rearm after 7 days", "rearm after 9 days", "rearm", "weaker"),
    ("  rearm after 7 days\n", "", "rearm", "weaker"),
    ("  rearm after 7 days\n", "  rearm after 7 days\n  adds to attack\n", "adds_to", "stronger"),
    ("  rearm after 7 days\n", "  rearm after 7 days\n  excluding attack_event\n", "excluding", "weaker"),
    ("  rearm after 7 days\n", "  rearm after 7 days\n  counting provisional\n", "counting_provisional", "stronger"),
    ("killed >= 3 or troops >= 10", "killed >= 2 or troops >= 10", "where", "stronger"),
    ("killed >= 3 or troops >= 10", "killed >= 3", "where", "weaker"),
    (" where killed >= 3 or troops >= 10", "", "where", "stronger"),
    ("means strike or incursion where", "means strike or incursion or meeting where", "means", "stronger"),
    ("2 independent sources", "3 independent sources", "levels", "weaker"),
    ("sources or mission", "sources", "levels", "weaker"),
    ("if silent 48 hours after report lapses", "if silent 24 hours after report lapses", "silence", "stronger"),
    ("consensus minus 1", "consensus", "rule", "weaker"),
    ("consensus minus 1", "consensus minus 2", "rule", "stronger"),
    ("consensus minus 1", "unanimity", "rule", "weaker"),
    ("quorum 2", "quorum 3", "quorum", "weaker"),
    ("abstention counts_for_quorum", "abstention counts_as_no", "abstention", "weaker"),
    ("  if silent rejected\n", "  if silent rejected\n  veto KST\n", "veto", "weaker"),
    ("  if silent rejected\n", "  if silent rejected\n  early\n", "early", "stronger"),
    ("opens upon attack  closes", "opens upon attack or tension  closes", "opens_upon", "stronger"),
    ("opens upon attack  closes", "opens upon attack  opens on request of VDR  closes", "opens_on_request_of", "stronger"),
    ("closes 48 hours", "closes 72 hours", "closes", "weaker"),
    ("  if silent rejected\n", "  if silent adopted\n", "if_silent", "stronger"),
    ("VDR and 2 of guarantor", "VDR and 3 of guarantor", "ratified_by", "weaker"),
    ("lasts 10 years", "lasts 5 years", "lasts", "weaker"),
    ("lasts 10 years", "lasts indefinitely", "lasts", "stronger"),
    ("withdrawal after 12 months", "withdrawal after 6 months", "withdrawal_notice", "weaker"),
    ("  barred while attack\n", "\n", "barred_while", "weaker"),
    ("survives assist for 2 years", "survives assist for 1 years", "survives", "weaker"),
    ("survives assist for 2 years", "survives assist", "survives", "stronger"),
    ("instrument treaty", "instrument declaration", "instrument", "changed"),
    ("consent by ratification", "consent by signature", "consent", "changed"),
]


def changes_named(found, field):
    return [change for clause in found.clauses for change in clause.changes if change.field == field]


@pytest.mark.parametrize(("old", "new", "field", "direction"), EDITS)
def test_a_change_of_one_field_has_its_direction_and_the_opposite_one_back(tmp_path, old, new, field, direction):
    text = altered((old, new))
    forth = changes_named(diff(tmp_path, text), field)
    back = changes_named(diff(tmp_path, PACT, text), field)
    assert [change.direction for change in forth] == [direction]
    assert [change.direction for change in back] == [OPPOSITE[direction]]
    assert forth[0].whom == (("VDR",) if direction != "changed" else ())
    assert (forth[0].before, forth[0].after) == (back[0].after, back[0].before)


MORE = """
```casus
exception answer to attack_event
  when follows strike within 6 hours
finding grave on strike by mission due 24 hours after report else presumed_no
determination case of attack by mission due 24 hours after activation if silent lapses
package relief_stop items "oil", "banks"
automatic back
  upon attack
  reinstate relief_stop  at 72 hours after activation
  ends when no strike for 90 days
decision pause of VDR and every guarantor
  adopts by unanimity  quorum 4
  opens on request of every guarantor  closes 14 days after opening  if silent rejected
suspension by pause for at most 90 days
  renewable 1 times  never suspends consult
power base
  upon attack
  holder every guarantor  creditor VDR
  to deploy "a force"
  needs national approval 14 days after activation
  if refused then explain_why
  lapses 180 days after activation
attributable OSK to MRV on instruction | control by mission
zone near_river open "the river"
```
"""

OWN_DUTY = 'obligation restraint\n  always\n  debtor VDR  creditor KST\n  to limit "its arms"\n  due 30 days after activation\n'
HELP_ONLY = altered((OWN_DUTY, "")) + MORE

MORE_EDITS = [
    ("within 6 hours", "within 12 hours", "when", "weaker"),
    ("at 72 hours after activation", "at 24 hours after activation", "at", "stronger"),
    ("ends when no strike for 90 days", "ends when no strike for 30 days", "ends_when", "weaker"),
    ('items "oil", "banks"', 'items "oil"', "items", "weaker"),
    ("at most 90 days", "at most 60 days", "at_most", "stronger"),
    ("renewable 1 times", "renewable 2 times", "renewable", "weaker"),
    ("never suspends consult", "never suspends consult, assist", "never_suspends", "stronger"),
    ("needs national approval 14 days after activation\n", "\n", "approval", "stronger"),
    ("  if refused then explain_why\n", "", "if_refused", "weaker"),
    ("lapses 180 days", "lapses 90 days", "lapses", "weaker"),
    ("adopts by unanimity  quorum 4", "adopts by majority  quorum 4", "rule", "weaker"),  # easier to pause
    ("presumed_no", "presumed_yes", "presumed", "changed"),  # nothing reads the finding
]


@pytest.mark.parametrize(("old", "new", "field", "direction"), MORE_EDITS)
def test_what_hangs_on_other_clauses_is_directed_by_what_follows_from_it(tmp_path, old, new, field, direction):
    text = altered((old, new), text=HELP_ONLY)
    forth = changes_named(diff(tmp_path, text, HELP_ONLY), field)
    back = changes_named(diff(tmp_path, HELP_ONLY, text), field)
    assert [change.direction for change in forth] == [direction]
    assert [change.direction for change in back] == [OPPOSITE[direction]]


def test_every_rule_is_of_a_field_that_the_declaration_has():
    kinds = {}
    for cls in typing.get_args(n.Decl):
        names = {field.name for field in dataclasses.fields(cls)}
        for kind in typing.get_args(cls.__annotations__["kind"]) or [getattr(cls, "kind", None)]:
            kinds[kind] = names
    kinds |= {key: {field.name for field in dataclasses.fields(n.NormDecl)} for key in ("obligation", "prohibition", "power")}
    kinds |= {
        cls.__dataclass_fields__["kind"].default: {f.name for f in dataclasses.fields(cls)} for cls in typing.get_args(n.Decl)
    }
    for kind, rules in RULES.items():
        assert set(rules) <= kinds[kind], kind


def test_a_text_has_no_difference_from_itself(tmp_path):
    a = draft(tmp_path, PACT + MORE)
    found = difference(a, a)
    assert found.empty
    assert impacts(a, a, found) == ()


def test_layout_and_comments_are_no_difference(tmp_path):
    text = altered(("trigger tension severity 1\n  when", "# what is said of it\ntrigger tension severity 1 when"))
    assert diff(tmp_path, text).empty


def test_a_renamed_clause_is_found_again_and_what_mentions_it_has_not_changed(tmp_path):
    text = PACT.replace("tension", "unrest").replace("obligation consult", "obligation talks").replace("of consult", "of talks")
    found = diff(tmp_path, text)
    assert {(one.renamed_from, one.name, one.state) for one in found.clauses} == {
        ("tension", "unrest", "same"),
        ("consult", "talks", "same"),
    }
    assert found.names == {"unrest": "tension", "talks": "consult"}


def test_a_thing_called_by_a_word_of_the_language_is_renamed_and_nothing_else_is(tmp_path):
    text = PACT.replace("tension", "hours").replace("explain_why", "obligation_to_explain")
    found = diff(tmp_path, text)
    assert {(one.renamed_from, one.state) for one in found.clauses} == {("tension", "same"), ("explain_why", "same")}
    assert diff(tmp_path, PACT, text).names == {"tension": "hours", "explain_why": "obligation_to_explain"}


def test_a_clause_that_is_renamed_and_changed_is_one_clause(tmp_path):
    text = altered(
        ("obligation assist\n", "obligation help_in_arms\n"),
        ("survives assist", "survives help_in_arms"),
        ("EUR 500_000_000", "EUR 1"),
    )
    (clause,) = diff(tmp_path, text).clauses
    assert (clause.renamed_from, clause.name, clause.state, clause.direction) == ("assist", "help_in_arms", "changed", "weaker")


def test_short_declarations_are_one_only_where_something_uses_them_alike(tmp_path):
    used = altered(("event meeting by actor", "event session by actor"), ("fulfilled by meeting", "fulfilled by session"))
    assert diff(tmp_path, used).names == {"session": "meeting"}
    unused = PACT + "\n```casus\nevent parade by actor\n```\n"
    other = PACT + "\n```casus\nevent audit by actor\n```\n"
    found = diff(tmp_path, other, unused)
    assert not found.names
    assert {(one.name, one.state) for one in found.clauses} == {("parade", "removed"), ("audit", "added")}


def test_a_name_that_likeness_does_not_show_can_be_given(tmp_path):
    text = altered(
        ("event meeting by actor", "event session by actor, place text, number count, secret flag"),
        ("fulfilled by meeting", "fulfilled by session"),
    )
    states = {one.name: one.state for one in diff(tmp_path, text).clauses}
    assert states["session"] == "added"
    given = diff(tmp_path, text, names={"session": "meeting"})
    assert {one.name: one.state for one in given.clauses} == {"session": "changed"}


def test_a_clause_in_another_article_has_moved_and_renumbering_moves_nothing(tmp_path):
    fence = "decision measures of every guarantor"
    moved = altered((fence, "```\n\n## Article 5 bis. Votes\n\n```casus\n" + fence))
    found = diff(tmp_path, moved)
    assert {(one.name, one.moved_from) for one in found.clauses} == {
        (name, "art-5") for name in ("measures", "assist", "restraint")
    }
    numbered = altered(("## Article 6. Duration", "## Article 9. Duration"))
    assert diff(tmp_path, numbered).empty


def test_what_came_and_went_has_a_direction_by_whom_it_serves(tmp_path):
    (gone,) = diff(tmp_path, altered((OWN_DUTY, ""))).clauses
    assert (gone.state, gone.direction, gone.whom) == ("removed", "stronger", ("VDR",))
    (came,) = diff(tmp_path, PACT, altered((OWN_DUTY, ""))).clauses
    assert (came.state, came.direction) == ("added", "weaker")


def test_a_pause_of_what_serves_and_of_what_burdens_has_no_direction(tmp_path):
    text = PACT + altered(("at most 90 days", "at most 60 days"), text=MORE)
    (change,) = changes_named(diff(tmp_path, text, PACT + MORE), "at_most")
    assert change.direction == "changed"
    assert "for some less" in change.why


def test_the_side_can_be_chosen_and_turns_the_direction(tmp_path):
    text = altered(("due 30 days after activation", "due 60 days after activation"))
    assert only(diff(tmp_path, text)).direction == "stronger"
    other = only(diff(tmp_path, text, side=("KST",)))
    assert (other.direction, other.whom) == ("weaker", ("KST",))


@pytest.mark.parametrize(("old", "new", "field", "direction"), EDITS)
def test_swapping_two_parties_swaps_them_in_the_difference_and_nothing_else(tmp_path, old, new, field, direction):
    ours = changes_named(diff(tmp_path, altered((old, new))), field)
    theirs = changes_named(diff(tmp_path, swapped(altered((old, new))), swapped(PACT)), field)
    assert [(change.direction, change.why) for change in ours] == [(change.direction, change.why) for change in theirs]
    assert [change.whom for change in ours] == [tuple(swapped(code) for code in change.whom) for change in theirs]


def test_the_impact_says_who_can_now_block_and_what_that_means(tmp_path):
    a, b = draft(tmp_path, PACT, "a.casus.md"), draft(tmp_path, altered(("consensus minus 1", "consensus")), "b.casus.md")
    found = impacts(a, b, difference(a, b))
    (block,) = [one for one in found if one.area == "blockers" and one.about == "assist"]
    assert block.before == "none"
    assert block.after == "every guarantor by voting no on measures"
    assert "If any one of KST, LYS and MRV votes no on measures, assist is never due." in block.means


def test_the_impact_of_a_renamed_clause_is_none(tmp_path):
    a, b = draft(tmp_path, PACT, "a.casus.md"), draft(tmp_path, PACT.replace("tension", "unrest"), "b.casus.md")
    assert impacts(a, b, difference(a, b)) == ()


def test_the_impact_names_faults_that_came(tmp_path):
    a, b = (
        draft(tmp_path, PACT, "a.casus.md"),
        draft(tmp_path, altered(("within rolling 72 hours", "within fixed 72 hours")), "b.casus.md"),
    )
    faults = [one for one in impacts(a, b, difference(a, b)) if one.area == "faults"]
    assert any(one.about.startswith("T205") and one.before == "none" for one in faults)


def test_prose_is_compared_by_words():
    pieces = word_diff("Within 24 hours the Parties consult.", "Within 72 hours the Parties consult.")
    assert [(piece.what, piece.words) for piece in pieces] == [
        ("same", "Within"),
        ("out", "24"),
        ("in", "72"),
        ("same", "hours the Parties consult."),
    ]
    assert marked(pieces) == "Within [-24-] {+72+} hours the Parties consult."


def test_long_prose_of_the_same_words_is_compared_in_moments():
    """Each word of one could be any word of the other: a hundred million pairs."""
    words = "the Party shall " * 4000
    pieces = word_diff(f"{words}consult {words}", f"{words}act {words}")
    assert [(piece.what, piece.words) for piece in pieces if piece.what != "same"] == [("out", "consult"), ("in", "act")]
    assert [piece.words for piece in pieces if piece.what == "same"] == [words.strip(), words.strip()]
    assert [piece.what for piece in word_diff(f"a {words} b", f"c {words} d")] == ["out", "in"]


def test_prose_that_changed_without_its_clauses_is_told(tmp_path):
    (wording,) = diff(
        tmp_path, altered(("Within 24 hours the Parties consult.", "Within 72 hours the Parties consult."))
    ).wordings
    assert (wording.article, wording.clauses) == ("art-4", ())


def test_the_command_exits_as_diff_does_and_prints_the_published_shape(tmp_path, capsys):
    draft(tmp_path, PACT, "a.casus.md")
    draft(tmp_path, altered(("consensus minus 1", "consensus")), "b.casus.md")
    a, b = str(tmp_path / "a.casus.md"), str(tmp_path / "b.casus.md")
    assert run_command(["diff", a, a]) == 0
    assert run_command(["diff", a, b]) == 1
    out = capsys.readouterr().out
    assert "weaker for VDR: measures" in out
    assert run_command(["diff", a, b, "--json"]) == 1
    DiffJson.model_validate_json(capsys.readouterr().out)
    assert run_command(["diff", a, b, "--for", "QQQ"]) == 2
    assert run_command(["diff", a]) == 2
