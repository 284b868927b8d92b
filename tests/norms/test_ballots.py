"""Every ballot of two small bodies, against tables that were written from the text of the rule and not from the code."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from casus.acts import Vote, VoteWord
from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.scenario import Line
from casus.norms.decisions import Electorate, final, outcome
from casus.state import evaluate
from casus.state.scenarios import entries_of, view_of
from casus.time import Instant
from tests.norms.texts import agreement

WORDS: tuple[VoteWord | None, ...] = ("yes", "no", "abstain", None)
"""None: silent."""

PARTIES = "\n".join(f'party {code} "{code}" as member' for code in ("KST", "LYS", "MRV", "TRN", "VDR"))
TEXT = f"""
agreement ballots
  language 1  clock UTC  rounding down  instrument treaty
role member
{PARTIES}
group four = KST, LYS, MRV, TRN
group five = KST, LYS, MRV, TRN, VDR
event call_for by actor
trigger called severity 1 when any call_for
decision four_decide of four
  adopts by consensus minus 1  quorum 3  abstention counts_for_quorum
  opens upon called  closes 24 hours after opening  if silent rejected
decision five_decide of five
  adopts by majority  quorum 3  abstention counts_as_no
  opens upon called  closes 24 hours after opening  if silent rejected
"""

# Two may not object, and at least three of the four must take part; an abstention takes part.
# A row for each number of votes against, a column for each number of silent members.
CONSENSUS_MINUS_ONE = """
no \\ silent  0 1 2 3 4
0            A A R R R
1            A A R R .
2            R R R . .
3            R R . . .
4            R . . . .
"""

# More for than against and abstaining together, and at least three of the five must take part.
# A row for each number of votes for, a column for each number of silent members.
MAJORITY = """
yes \\ silent 0 1 2 3 4 5
0            R R R R R R
1            R R R R R .
2            R R A R . .
3            A A A . . .
4            A A . . . .
5            A . . . . .
"""


def table(text: str) -> dict[tuple[int, int], str]:
    rows = [line.split() for line in text.strip().splitlines()[1:]]
    words = {"A": "adopted", "R": "rejected"}
    return {(int(row[0]), silent): words[cell] for row in rows for silent, cell in enumerate(row[1:]) if cell != "."}


def ballots(members: int) -> Iterator[tuple[VoteWord | None, ...]]:
    return product(WORDS, repeat=members)


CASES = [
    ("four_decide", ("KST", "LYS", "MRV", "TRN"), "no", table(CONSENSUS_MINUS_ONE), 256),
    ("five_decide", ("KST", "LYS", "MRV", "TRN", "VDR"), "yes", table(MAJORITY), 1024),
]


def decided(decl: n.DecisionDecl, members: tuple[str, ...], ballot: tuple[VoteWord | None, ...]) -> str:
    votes = {member: word for member, word in zip(members, ballot, strict=True) if word is not None}
    return str(final(decl, outcome(decl, Electorate(members), votes)[0]))


@pytest.mark.parametrize(("name", "members", "counted", "expected", "number"), CASES, ids=[case[0] for case in CASES])
def test_every_ballot_comes_out_as_the_table_says(
    name: str, members: tuple[str, ...], counted: str, expected: dict[tuple[int, int], str], number: int
) -> None:
    decl = agreement(TEXT).decisions[name]
    found = {ballot: decided(decl, members, ballot) for ballot in ballots(len(members))}
    assert len(found) == number
    wrong = {b: said for b, said in found.items() if said != expected[b.count(counted), b.count(None)]}
    assert wrong == {}
    assert set(found.values()) == {"adopted", "rejected"}


def scenario_state(text: Agreement, name: str, votes: dict[str, VoteWord]) -> str:
    """The outcome of a ballot that is put on record and evaluated."""
    from casus.acts import Report
    from casus.language.scenario import Scenario

    day = n.Moment("2030-01-01T00:00Z")
    lines = [Line(day, None, None, Report("call_for", "c1", "KST"))]
    lines += [Line(n.Moment("2030-01-01T01:00Z"), None, None, Vote(member, word, name)) for member, word in votes.items()]
    at = Instant.parse("2030-01-02T00:00Z")
    state = evaluate(text, view_of(entries_of(text, Scenario("ballot", tuple(lines))), at), at)
    return str(next(decision.state for decision in state.decisions if decision.name == name))


def test_the_256_ballots_of_four_come_out_so_on_record_too() -> None:
    name, members, counted, expected, _ = CASES[0]
    for ballot in ballots(4):
        votes = {member: word for member, word in zip(members, ballot, strict=True) if word is not None}
        assert scenario_state(agreement(TEXT), name, votes) == expected[ballot.count(counted), ballot.count(None)]


def test_whoever_must_abstain_is_counted_so_whatever_it_says() -> None:
    """A body of four with one obliged to abstain decides as one in which that one said abstain, on every ballot."""
    decl = agreement(TEXT).decisions["four_decide"]
    members = ("KST", "LYS", "MRV", "TRN")
    for ballot in ballots(4):
        votes = {member: word for member, word in zip(members, ballot, strict=True) if word is not None}
        obliged = Electorate(members, ("KST",), obliged=frozenset({"KST"}))
        plain = {**votes, **({"KST": "abstain"} if "KST" in votes else {})}
        assert outcome(decl, obliged, votes) == outcome(decl, Electorate(members), plain)
