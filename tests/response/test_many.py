"""Several agreements over one journal: each reads what is its own, and the cache never changes what is said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from several import START, drafts, fill, lay_out

from casus.acts import Adjudication, Ratification, Report
from casus.cli.many import find_agreement, overview_of_all
from casus.cli.workspace import load_agreement, load_workspace
from casus.journal import Draft, JournalDamaged, Reader, open_journal
from casus.response.many import evaluated, overview
from casus.response.relevance import concerning, needs, offers
from casus.state.evaluate import evaluate
from casus.time import END, HOUR, Instant, Known, Occurred

NUMBER, BILATERALS, ENTRIES = 8, 3, 700


@pytest.fixture
def several(tmp_path: Path) -> Path:
    folder = tmp_path / "several"
    lay_out(folder, NUMBER, BILATERALS)
    with open_journal(folder / "journal.db") as journal:
        fill(journal, drafts(ENTRIES, NUMBER, BILATERALS))
    return folder


def both(folder: Path, clearance: str = "RED"):
    workspace = load_workspace(folder)
    who = Reader("owner", clearance)
    kept = overview_of_all(workspace, who, None)
    anew = overview_of_all(workspace, who, None, use_cache=False)
    assert (kept.lines, kept.at, kept.checkpoint) == (anew.lines, anew.at, anew.checkpoint)
    return kept


def put(folder: Path, act, at: Instant, agreement: str | None = None, marking: str = "CLEAR") -> None:
    with open_journal(folder / "journal.db") as journal:
        draft = Draft(Occurred(at, at), act, "mission", Known(at), marking, agreement=agreement)
        assert journal.append([draft], at + HOUR).accepted


def strike(name: str) -> Report:
    return Report("strike", name, actor="OSK", stands_for=("confirmed",))


def test_the_cache_gives_what_a_computation_anew_gives_first_and_again(several):
    first = both(several)
    assert first.computed == NUMBER
    assert any(line.met for line in first.lines)
    assert both(several).computed == 0


def test_a_new_entry_makes_only_those_be_computed_again_that_read_it(several):
    later = both(several).at + HOUR
    put(several, Report("raid_aad", "new", actor="OSK", stands_for=("confirmed",)), later)
    found = both(several)
    assert found.at == later
    assert found.computed < NUMBER
    put(several, Report("raid_aad", "newer", actor="OSK"), later)
    assert both(several).computed == 1


def test_removing_the_cache_changes_nothing(several):
    before = both(several).lines
    (several / "journal.db.cache").unlink()
    assert both(several).lines == before


def test_a_damaged_cache_is_begun_anew(several):
    before = both(several).lines
    (several / "journal.db.cache").write_bytes(b"this is no database at all, and never was one" * 50)
    assert both(several).lines == before


def test_a_changed_text_is_read_again(several):
    both(several)
    path = next(several.glob("pact_aad*.casus.md"))
    path.write_text(path.read_text().replace(">= 3 within", ">= 1 within"), encoding="utf-8")
    assert both(several).computed == 1


def test_a_reader_of_another_clearance_gets_no_line_of_the_first(several):
    later = both(several).at + HOUR
    put(several, Report("raid_aad", "secret", actor="OSK", stands_for=("confirmed",)), later, marking="RED")
    assert {line.withheld for line in both(several, "GREEN").lines} == {0}
    put(several, Report("noise_1", "plain"), later + HOUR)
    full = {line.name: line for line in both(several).lines}
    low = {line.name: line for line in both(several, "GREEN").lines}
    assert full["pact_aad"].withheld == 0
    assert low["pact_aad"].withheld == 1
    assert low["pact_aae"].withheld == 0
    assert {line.name: line for line in both(several).lines} == full


def test_a_word_on_a_report_that_comes_later_counts_once_it_is_there(several):
    later = both(several).at + HOUR
    put(several, Adjudication("mission", "late", "confirmed"), later)
    both(several)
    put(several, Report("strike", "late", actor="OSK"), later + HOUR)
    both(several)


def test_a_destroyed_payload_is_seen(several):
    both(several)
    with open_journal(several / "journal.db") as journal:
        victim = next(e for e in journal.view(END).entries if isinstance(e.act, Report) and e.act.event == "strike")
        journal.erase(victim.id, "by order of the court", START + HOUR * 100_000)
    both(several)


def test_an_altered_file_gives_no_line(several):
    both(several)
    raw = bytearray((several / "journal.db").read_bytes())
    with open_journal(several / "journal.db") as journal:
        leaf = bytes.fromhex(journal.show(5).id[1:])
    place = raw.index(leaf)
    raw[place] ^= 1
    (several / "journal.db").write_bytes(bytes(raw))
    with pytest.raises(JournalDamaged):
        overview_of_all(load_workspace(several), Reader(), None)


def test_a_cache_of_another_journal_is_not_used(several, tmp_path):
    both(several)
    other = tmp_path / "other"
    lay_out(other, NUMBER, BILATERALS)
    with open_journal(other / "journal.db") as journal:
        fill(journal, drafts(200, NUMBER, BILATERALS, seed=9))
    (other / "journal.db.cache").write_bytes((several / "journal.db.cache").read_bytes())
    both(other)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["strike", "raid_aad", "raid_aae", "word", "consent"]), st.integers(1, 200)),
        min_size=1,
        max_size=6,
    )
)
def test_after_any_entries_the_cache_equals_a_computation_anew(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("any") / "w"
    lay_out(folder, 5, 2)
    with open_journal(folder / "journal.db") as journal:
        fill(journal, drafts(60, 5, 2))
    at = both(folder).at
    for number, (kind, hours) in enumerate(steps):
        at = at + HOUR * hours
        match kind:
            case "word":
                put(folder, Adjudication("mission", f"n{number - 1}", "rejected"), at)
            case "consent":
                put(folder, Ratification("AAC"), at)
            case _:
                put(folder, Report(kind, f"n{number}", actor="OSK", stands_for=("confirmed",)), at)
        both(folder)


def test_a_line_holds_until_the_instant_that_is_said(several):
    workspace = load_workspace(several)
    with open_journal(several / "journal.db", read_only=True) as journal:
        view = journal.view(END)
    for path in workspace.agreements:
        agreement = load_agreement(path)
        own = concerning(agreement, view.entries)
        mine = replace(view, known_at=own[-1].known, entries=own)
        state, until = evaluated(agreement, mine, mine.known_at)
        assert state == evaluate(agreement, mine, mine.known_at)
        if until < END:
            just_before = Instant(until.us - 1)
            later = replace(mine, known_at=just_before)
            assert overview(agreement, evaluate(agreement, later, just_before), 0) == overview(agreement, state, 0)


def test_what_an_agreement_does_not_read_does_not_change_it(several):
    """Over all entries the State is the same but for talks of parties to other texts, and what is listed."""
    workspace = load_workspace(several)
    with open_journal(several / "journal.db", read_only=True) as journal:
        view = journal.view(END)
    path = workspace.agreements[-1]
    agreement = load_agreement(path)
    unaddressed = tuple(e for e in view.entries if e.agreement in (None, agreement.name))
    at = view.entries[-1].known
    whole = evaluate(agreement, replace(view, known_at=at, entries=unaddressed), at)
    own = evaluate(agreement, replace(view, known_at=at, entries=concerning(agreement, unaddressed)), at)
    assert len(own.incidents) > 0
    assert replace(whole, listed=(), incidents=()) == replace(own, listed=(), incidents=())


def test_an_addressed_entry_is_read_by_one_agreement_and_any_other_by_all_that_know_its_names(several):
    workspace = load_workspace(several)
    agreements = [load_agreement(path) for path in workspace.agreements]
    with open_journal(several / "journal.db", read_only=True) as journal:
        entries = journal.view(END).entries
    addressed = next(e for e in entries if e.agreement is not None)
    assert [a.name for a in agreements if needs(addressed, {}.get) <= offers(a)] == [addressed.agreement]
    struck = next(e for e in entries if isinstance(e.act, Report) and e.act.event == "strike")
    assert sum(needs(struck, {}.get) <= offers(a) for a in agreements) == BILATERALS


def test_run_lists_all_and_shows_one(casus, several):
    code, out, err = casus("run", "-w", several)
    assert code == 0, err
    assert f"{NUMBER} agreements over one journal" in out
    whole = json.loads(casus("run", "-w", several, "--json")[1])
    assert len(whole["agreements"]) == NUMBER
    name = next(a["name"] for a in whole["agreements"] if a["met"])
    one = json.loads(casus("run", "-w", several, "--agreement", name, "--json")[1])
    assert one["agreement"]["id"] == name
    assert {a["trigger"] for a in one["activations"]} == {"alarm"}
    assert casus("due", "-w", f"{several}#{name}")[0] == 0
    assert casus("case", "-w", f"{several}#{name}")[0] == 0
    assert casus("run", "-w", several, "--agreement", "nothing")[0] == 2
    assert "-w DIR#NAME" in casus("due", "-w", several)[2]


def test_what_a_party_does_under_one_of_several_texts_is_addressed_to_it(casus, several, monkeypatch):
    monkeypatch.setenv("CASUS_NOW", "2029-01-01T00:00Z")
    workspace = find_agreement(load_workspace(several), "pact_aad")
    assert casus("record", "-w", f"{several}#pact_aad", "2028-06-01T00:00Z AAE votes yes on help")[0] in (0, 2)
    assert casus("record", "-w", f"{several}#pact_aad", "2028-06-01T00:00Z raid_aad by OSK id one")[0] == 0
    assert casus("record", "-w", f"{several}#pact_aad", "2028-06-01T01:00Z AAD votes yes on help")[0] == 0
    with open_journal(workspace.journal, read_only=True) as journal:
        *_, event, vote = journal.view(END).entries
    assert (event.agreement, vote.agreement) == (None, "pact_aad")
