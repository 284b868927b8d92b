"""The text of `casus run`: plain sentences with values, units and zones, at 80 columns, for a State made by hand."""

from __future__ import annotations

import dataclasses

import pytest
from cli_states import CONSULT, COUNT, INCIDENT, MEASURES, MET, at, state, states
from hypothesis import HealthCheck, given, settings

from casus.cli import console, report
from casus.cli.running import print_state
from casus.state import model as m
from casus.state import sentences, words


@pytest.fixture
def shown(capsys, monkeypatch):
    """What is printed of a State, on 80 columns without colour."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def show(one: m.State, *, show_all: bool = False) -> str:
        print_state(one, None, "RED", None, show_all=show_all)
        return capsys.readouterr().out

    return show


def flat(text: str) -> str:
    return " ".join(text.split())


def section(text: str, title: str) -> str:
    """The lines of a section."""
    lines = text.splitlines()
    start = lines.index(title) + 1
    end = next((n for n in range(start, len(lines)) if not lines[n]), len(lines))
    return "\n".join(lines[start:end])


def test_what_is_met_says_value_threshold_window_witnesses_article_and_when_it_was_known(shown):
    text = flat(section(shown(state()), "Met"))
    assert (
        "Article 5 · incident · MET since 2027-03-03 05:00 UTC: count of violation by OSK within rolling 72 hours is 5"
        " (5 needed); witnesses s1, s2, s3, s4 and s5; first known 2027-03-03 05:00 UTC" in text
    )
    assert "counted after 2027-02-28 05:00 UTC until 2027-03-03 05:00 UTC" in text


def test_what_is_owed_says_by_whom_to_whom_and_until_when(shown):
    text = flat(section(shown(state()), "Owed"))
    assert 'By 2027-03-04 05:00 UTC: KST owes VDR: consult "at the highest level" (consult, Article 6, upon incident)' in text


def test_duties_are_listed_by_due_date_and_those_without_one_last(shown):
    later = dataclasses.replace(CONSULT, id="b", debtor=("LYS",), due=at("2027-03-05T00:00Z"))
    never = dataclasses.replace(CONSULT, id="c", debtor=("MRV",), due=None)
    text = section(shown(state(norms=(never, later, CONSULT))), "Owed")
    assert text.index("KST") < text.index("LYS") < text.index("MRV")
    assert "No date: MRV owes VDR" in text


def test_what_every_member_owes_alike_is_told_once(shown):
    others = tuple(dataclasses.replace(CONSULT, id=code, debtor=(code,)) for code in ("LYS", "MRV"))
    late = dataclasses.replace(CONSULT, id="late", debtor=("TRN",), state="breached")
    text = flat(section(shown(state(norms=(CONSULT, *others, late))), "Owed"))
    assert "By 2027-03-04 05:00 UTC: KST, LYS and MRV owe VDR: consult" in text
    assert "BREACHED, was due 2027-03-04 05:00 UTC: TRN owes VDR" in text


def test_a_duty_names_the_breach_that_brought_it_about(shown):
    default = dataclasses.replace(CONSULT, id="d", name="publish_default", debtor=("mission",), cause=f"breach of {CONSULT.id}")
    text = flat(section(shown(state(norms=(CONSULT, default))), "Owed"))
    assert "(publish_default, Article 6, upon breach of consult of KST)" in text


def test_many_witnesses_are_counted_and_entry_ids_shortened(shown):
    many = tuple(f"f{n:03}" for n in range(40))
    text = flat(shown(state(activations=(dataclasses.replace(MET, witnesses=("e" + "a1" * 32, *many)),))))
    assert f"witnesses {'ea1a1a1a1a1a1'[:12]}, f000" in text
    assert "and 29 more" in text


def test_a_breach_says_when_and_why(shown):
    history = (*CONSULT.history, (at("2027-03-04T05:00Z"), "breached", "not known to be done by 2027-03-04T05:00Z"))
    broken = dataclasses.replace(CONSULT, state="breached", history=history)
    text = flat(section(shown(state(norms=(broken,))), "Owed"))
    assert "BREACHED, was due 2027-03-04 05:00 UTC: KST owes VDR" in text
    assert "since 2027-03-04 05:00 UTC: not known to be done by 2027-03-04 05:00 UTC" in text


def test_an_open_decision_says_tally_quorum_closing_and_who_has_not_acted(shown):
    text = flat(section(shown(state()), "Open to decide"))
    assert "measures · opened 2027-03-03 05:00 UTC, open until 2027-03-04 05:00 UTC" in text
    assert "yes 1, no 0, abstain 0 of 3; quorum 3" in text
    assert "have not acted: LYS and MRV" in text


def test_a_closed_decision_is_settled_and_does_not_say_its_tally_twice(shown):
    why = "quorum 3 not reached (yes 1, no 0, abstain 0 of 3)"
    closed = dataclasses.replace(MEASURES, state="rejected", closed=MEASURES.closes, why=why)
    text = flat(section(shown(state(decisions=(closed,))), "Settled"))
    assert f"rejected 2027-03-04 05:00 UTC: {why}" in text
    assert text.count("abstain") == 1


def test_undecided_gives_reasons_and_the_events_that_may_count(shown):
    unsure = dataclasses.replace(COUNT, truth=None, low="3", high="6", possible=("s8",), reasons=("s8 lies near the edge",))
    answer = m.TriggerAssessment("attack", "art-5", 2, "undecided", reasons=("s8 lies near the edge",), measured=(unsure,))
    text = flat(section(shown(state(assessments=(answer,))), "Undecided"))
    assert "attack · UNDECIDED: s8 lies near the edge" in text
    assert "is between 3 and 6 (5 needed); may count: s8" in text


def test_pending_says_until_when(shown):
    answer = m.TriggerAssessment("quiet", None, 1, "pending", until=at("2027-04-01T00:00Z"))
    assert "quiet · PENDING until 2027-04-01 00:00 UTC" in flat(section(shown(state(assessments=(answer,))), "Pending"))


def test_not_met_shows_the_nearest_miss(shown):
    miss = dataclasses.replace(COUNT, truth=False, low="4", high="4", witnesses=("s1",))
    answer = m.TriggerAssessment("incident", "art-5", 1, "not_met", measured=(miss,), nearest=at("2027-03-02T03:00Z"))
    text = flat(section(shown(state(activations=(), assessments=(answer,))), "Not met"))
    assert "NOT MET: nearest at 2027-03-02 03:00 UTC, count of violation by OSK within rolling 72 hours is 4 (5 needed)" in text


def test_withheld_entries_are_counted_and_nothing_is_guessed(shown):
    assert "3 entries that this reader may not see have been left out" in flat(shown(state(withheld=3)))
    assert "Nothing is withheld from this reader." in shown(state())


def test_a_reconstruction_says_so_above_and_below(shown):
    text = shown(state(axis="known"))
    assert "A RECONSTRUCTION" in section(text, text.splitlines()[0]) or "A RECONSTRUCTION" in text.split("Met")[0]
    assert "reconstruction" in text.split("This assessment")[1]
    assert "reconstruction" not in shown(state()).lower()


def test_a_projection_says_so(shown):
    assert "PROJECTED" in shown(state(projected=True, at=at("2027-03-09T00:00Z")))


def test_the_provenance_has_every_hash_whole(shown):
    text = shown(state())
    one = state()
    for needed in (one.agreement_hash, one.checkpoint.root, "2027-03-03 06:00 UTC", "reader owner (RED)", "Casus 0.1.0"):
        assert needed in text
    assert text.rstrip().splitlines()[-1] == "Try next: casus explain incident"


def test_a_reversed_activation_is_not_shown_as_met(shown):
    gone = dataclasses.replace(MET, reversed=at("2027-03-06T00:00Z"), reversal_cause="s1 no longer qualifies")
    text = flat(section(shown(state(activations=(gone,))), "Met"))
    assert "reversed 2027-03-06 00:00 UTC (s1 no longer qualifies)" in text
    assert "MET since" not in text
    assert "what was done before the reversal stands" in text


def test_met_outside_force_says_that_it_has_no_effect(shown):
    text = flat(shown(state(activations=(dataclasses.replace(MET, effective=False),))))
    assert "without effect: the agreement was not in force" in text


def test_a_long_section_is_cut_and_says_how_to_see_it_all(shown):
    many = tuple(
        dataclasses.replace(CONSULT, id=f"n{n}", debtor=(f"D{n:02}",), cause=f"cause {n}") for n in range(report.SHOWN + 5)
    )
    text = shown(state(norms=many))
    assert "and 5 more; --all shows them" in text
    assert "D24" not in text
    assert "D24" in shown(state(norms=many), show_all=True)


@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(states)
def test_any_state_can_be_shown(one):
    found = report.sections(one, None, show_all=True)
    assert [s.title for s in found][:2] == ["Met", "Owed"]
    assert report.head(one, None)
    assert report.next_command(one).startswith("casus ")
    standing = sum(a.reversed is None for a in one.activations)
    assert len(found[0].items) == standing + sum(a.reversed is not None for a in one.activations)


def test_no_line_is_longer_than_80_columns_but_for_ids_and_hashes(shown):
    text = shown(state(axis="known", withheld=2))
    assert [line for line in text.splitlines() if len(line) > 80 and "sha256:" not in line] == []


def test_control_characters_of_a_hostile_text_never_reach_the_terminal(shown):
    text = shown(state(title="\x1b[2J\x1b]0;owned\x07 Compact \u202e"))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\x1b[2J" in text


@pytest.mark.parametrize(
    ("threshold", "said"),
    [(">= 5", "5 needed"), ("> 5", "more than 5 needed"), ("<= 2", "at most 2 allowed"), ("5", "5 needed")],
)
def test_thresholds_are_said_in_words(threshold, said):
    assert words.needed(threshold) == said


def test_ids_inside_a_reason_keep_their_instants():
    assert words.plain(f"upon {INCIDENT}") == f"upon {INCIDENT}"
    assert words.plain("known by 2027-03-04T05:00Z, not before") == "known by 2027-03-04 05:00 UTC, not before"


def test_a_power_may_and_a_prohibition_must_not():
    power = dataclasses.replace(CONSULT, kind="power", mode="permitted", act="deploy", prose=None)
    ban = dataclasses.replace(CONSULT, kind="prohibition", mode="excluded", act="deploy", prose=None)
    assert sentences.duty(power) == "KST may deploy"
    assert sentences.duty(ban) == "KST must not deploy"


def test_colour_only_on_a_terminal_and_never_against_no_color(monkeypatch):
    class Terminal:
        def isatty(self):
            return True

    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert console.coloured(Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not console.coloured(Terminal())
