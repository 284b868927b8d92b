"""Running the rules: order, extents, witnesses, a rule that breaks, and what is known of texts with variants."""

from __future__ import annotations

import pytest
from lint_texts import EXAMPLE, fixtures, small, text_of

from casus.language.parse import parse
from casus.language.variants import choose
from casus.lint import lint, review, run, witness
from casus.lint.rule import Finding, Rule, Searched
from casus.state.scenarios import run_scenario

SPEAKING = "event strike by actor\ntrigger incident severity 1\n  when count of strike >= 5 within fixed 7 days"


def stands_in(monkeypatch: pytest.MonkeyPatch, *more: Rule) -> None:
    """Further rules beside those there are."""
    known = {**run.rules(), **{rule.code: rule for rule in more}}
    monkeypatch.setattr(run, "rules", lambda: known)


def test_a_rule_that_breaks_is_told_and_hides_nothing(monkeypatch):
    def find(draft):
        yield Finding("the first thing", None, ("incident",))
        raise KeyError("beneath")

    stands_in(monkeypatch, Rule("A999", "broken", "S", find, "page"))
    linted = small(SPEAKING).lint({"A999", "T205"})
    said = {(d.code, d.severity) for d in linted.findings}
    assert said == {("A999", "warning"), ("A999", "note"), ("T205", "warning")}
    (note,) = [d for d in linted.findings if d.severity == "note"]
    assert "KeyError: 'beneath'" in note.message
    assert "fault of Casus" in note.message
    assert "the first thing" in {d.message for d in linted.findings}


def test_extents_are_kept_for_each_rule_in_their_order(monkeypatch):
    def find(draft):
        yield Searched("2 records")
        yield Searched("3 more")

    stands_in(monkeypatch, Rule("A999", "searching", "M", find, "page"))
    linted = small(SPEAKING).lint({"A999"})
    assert linted.searched == {"A999": ("2 records", "3 more")}
    assert linted.ran == {"A999"}


def test_only_the_kinds_that_are_asked_for_run():
    assert small(SPEAKING).lint(kinds={"X"}).ran <= {rule.code for rule in run.rules().values() if rule.kind == "X"}
    assert "T205" not in {x.rule.code for x in small(SPEAKING).lint(kinds={"M", "X"}).found}


def test_witnesses_are_numbered_for_each_rule_and_their_contents_are_not_in_the_findings():
    (path, *_) = fixtures("T204", "speaks")
    linted = text_of(path).lint({"T204"})
    assert [shown.number for shown in linted.witnesses] == list(range(1, len(linted.witnesses) + 1))
    for shown in linted.witnesses:
        assert run.WITNESS_EXISTS in [because.message for because in shown.finding.because]
        assert not any(str(item) in shown.finding.message for item in shown.witness.scenario.items)


def test_the_key_of_a_finding_outlives_an_edition():
    moved = small(f"# a comment\n{SPEAKING}")
    (was,), (now,) = small(SPEAKING).lint({"T205"}).found, moved.lint({"T205"}).found
    assert was.key == now.key
    assert was.diagnostic.span != now.diagnostic.span


def test_without_settings_every_rule_runs():
    text = text_of(EXAMPLE)
    assert lint(text.agreement, text.document, kinds=run.QUICK).ran == {
        rule.code for rule in run.rules().values() if rule.kind != "M"
    }


def test_a_rule_that_has_no_end_of_findings_is_cut_short_and_says_so(monkeypatch):
    def find(draft):
        for number in range(10**9):
            yield Finding(f"the thing {number}", None, ("incident",))

    stands_in(monkeypatch, Rule("A999", "endless", "S", find, "page"))
    linted = small(SPEAKING).lint({"A999"})
    assert len(linted.found) == run.MOST
    (note,) = [d for d in linted.findings if d.severity == "note"]
    assert f"more than {run.MOST} findings" in note.message


# ---------------------------------------------------------------- what is left open

SILENT = """role side, guarantor
party VDR "Valdria" as side
party KST "Kestria" as guarantor
event strike by actor
trigger attack severity 1
  when any strike
decision help of KST
  adopts by unanimity
  opens upon attack  closes 72 hours after opening
obligation assist
  upon help adopted
  debtor KST  creditor VDR
  to supply "what it can"
"""


def messages(text: str, codes: set[str] | None = None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for x in small(text).lint(codes).found:
        found.setdefault(x.rule.code, []).append(x.diagnostic.message)
    return found


@pytest.mark.parametrize(
    ("gap", "of", "teller", "words"),
    [
        ("amount", "assist", "L02", "how much"),
        ("due", "assist", "L02", "by when"),
        ("remedy", "assist", "N503", "what follows"),
        ("access", "assist", "L23", "those who verify"),
        ("attribution", "assist", "L25", "whose act"),
        ("duration", "assist", "L16", "how long"),
        ("exit", "assist", "L12", "brought to an end"),
        ("forum", "assist", "N501", "before whom"),
    ],
)
def test_what_is_left_open_is_told_once_by_the_rule_that_tells_it_best(gap, of, teller, words):
    said = messages(f'{SILENT}open {gap} of {of} "the text is silent"')
    telling = [code for code, found in said.items() for message in found if words in message and of in message]
    assert telling == [teller]
    assert messages(f'{SILENT}open {gap} of {of} "it is"', {"N501"}), "by itself the list of gaps has it, too"


def test_of_what_others_tell_the_list_of_gaps_keeps_the_rest():
    said = messages(f'{SILENT}open remedy of assist "nothing"\nopen forum of assist "nothing"')
    assert said["N501"] == ["`assist` does not say before whom it can be claimed"]


def test_what_was_not_read_is_no_silence_of_the_text():
    said = messages(f'{SILENT}open exit "Not read: how a party leaves"\nopen forum of assist "Not read"')
    assert said["L12"] == ["what was read of the text does not say whether and how a party can leave"]
    assert said["N501"] == ["what was read of `assist` does not say before whom it can be claimed"]


# ---------------------------------------------------------------- variants

BRACKETED = """# A text

```casus
agreement small
  language 1
  clock UTC
party VDR "Valdria" as side
party KST "Kestria" as side
role side
question window "How is it counted?"
option weekly on window proposed by VDR text "in a week"
option rolling_week on window proposed by KST text "in seven days"
event strike by actor
trigger monthly severity 1
  when count of strike >= 9 within fixed 30 days
```

```casus option weekly
trigger incident severity 1
  when count of strike >= 5 within fixed 7 days
```

```casus option rolling_week
trigger incident severity 1
  when count of strike >= 5 within rolling 7 days
```
"""


def test_a_text_with_options_is_looked_at_in_each_and_what_is_not_in_all_says_where():
    reviewed = review.review(parse(BRACKETED, "text.casus.md"), None, kinds={"S"})
    assert len(reviewed.editions) == 2
    messages = [d.message for d in reviewed.diagnostics if d.code == "T205"]
    assert len(messages) == 2
    assert sum(message.startswith("with option weekly: `incident` counts strike") for message in messages) == 1
    assert sum(message.startswith("`monthly` counts strike") for message in messages) == 1


def test_a_text_whose_choice_is_made_is_looked_at_as_it_then_stands():
    chosen = choose(parse(BRACKETED, "text.casus.md"), ["rolling_week"])
    (edition,) = review.review(chosen, None, kinds={"S"}).editions
    assert edition.names == ("rolling_week",)
    assert [x.finding.about for x in edition.linted.found if x.rule.code == "T205"] == [("monthly",)]


def test_a_witness_of_a_variant_is_replayed_over_that_variant(tmp_path):
    (path, *_) = fixtures("T204", "speaks")
    text = path.read_text("utf-8")
    begin, end = text.index("trigger "), text.index("```", text.index("trigger "))
    fenced = f'{text[:begin]}option mild proposed by KST text "as it was"\n```\n\n```casus option mild\n{text[begin:]}'
    reviewed = review.review(parse(fenced, "text.casus.md"), None)
    exhibits = [exhibit for exhibit in reviewed.exhibits if exhibit.shown.rule.code == "T204"]
    assert end > begin
    assert exhibits
    assert exhibits[0].edition.names == ("mild",)
    page = tmp_path / "page.md"
    page.write_text(witness.page(exhibits[0].shown, exhibits[0].edition.agreement, exhibits[0].edition.names), encoding="utf-8")
    found = witness.read_witness(page, parse(fenced, "text.casus.md"), None)
    assert not found.diagnostics
    assert found.agreement is not None
    assert found.made_for == found.agreement.hash
    assert run_scenario(found.agreement, found.scenarios[0]).passed


def test_an_allowance_in_the_fence_of_an_option_holds_there():
    allowing = BRACKETED.replace(
        "trigger incident severity 1", "# casus: allow T205 because they count by week\ntrigger incident severity 1", 1
    )
    reviewed = review.review(parse(allowing, "text.casus.md"), None, kinds={"S"})
    assert [d.message.split("`")[1] for d in reviewed.diagnostics if d.code == "T205"] == ["monthly"]
    assert [d.code for d in reviewed.allowed] == ["T205"]
    assert "A001" not in {d.code for d in reviewed.diagnostics}
