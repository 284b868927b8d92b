"""States made by hand for the tests of what shows them, and any State that the types allow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from casus.journal.entry import Checkpoint
from casus.state import model as m
from casus.time import Instant, Occurred

COMPACT = Path(__file__).parent / "compact" / "model-compact.casus.md"
"""The worked example: its zones lie beside it."""


def lines_of_the_example() -> list[str]:
    """What its scenario puts on the record, a line each."""
    text = COMPACT.read_text(encoding="utf-8").split("```casus-test")[1]
    return re.findall(r"^ +(2027\S.*)$", text, re.MULTILINE)


def at(text: str) -> Instant:
    return Instant.parse(text)


S5 = at("2027-03-03T05:00Z")
INCIDENT = "incident@2027-03-03T05:00Z@2027-03-03T05:00Z"

COUNT = m.Measured(
    what="count of violation by OSK within rolling 72 hours",
    truth=True,
    low="5",
    high="5",
    threshold=">= 5",
    window=(at("2027-02-28T05:00Z"), S5),
    witnesses=("s1", "s2", "s3", "s4", "s5"),
)
MET = m.Activation(INCIDENT, "incident", "art-5", 1, S5, S5, COUNT.witnesses, (COUNT,), effective=True)
CONSULT = m.NormInstance(
    id=f"consult/KST/{INCIDENT}",
    name="consult",
    kind="obligation",
    article="art-6",
    act="consult",
    prose="at the highest level",
    mode="owed",
    grade=None,
    debtor=("KST",),
    creditor=("VDR",),
    state="in_force",
    activated=S5,
    due=at("2027-03-04T05:00Z"),
    cause=INCIDENT,
    roots=(INCIDENT,),
    history=((S5, "in_force", f"upon {INCIDENT}"),),
)
MEASURES = m.DecisionInstance(
    id="measures@2027-03-03T05:00Z",
    name="measures",
    article="art-6",
    state="open",
    opened=S5,
    closes=at("2027-03-04T05:00Z"),
    closed=None,
    members=("KST", "LYS", "MRV"),
    causes=(INCIDENT,),
    votes=(m.VoteCast("KST", "yes", at("2027-03-03T09:00Z"), "evote"),),
    tally="yes 1, no 0, abstain 0 of 3; quorum 3",
    why="",
)
LIFE = m.Life("in_force", at("2027-01-13T09:00Z"), at("2027-01-13T09:00Z"), None, None, {"VDR": at("2027-01-10T09:00Z")}, {})


def state(**changes: object) -> m.State:
    """An incident is met, Kestria owes consultation, measures are open; `changes` replace fields."""
    base = m.State(
        agreement="model_compact",
        agreement_hash="sha256:" + "ab" * 32,
        title="Model Compact on the Security of Valdria",
        axis="recorded",
        checkpoint=Checkpoint(12, "cd" * 32),
        reader="owner",
        version="0.1.0",
        at=at("2027-03-03T06:00Z"),
        known_at=at("2027-03-03T06:00Z"),
        projected=False,
        life=LIFE,
        assessments=(m.TriggerAssessment("incident", "art-5", 1, "met", measured=(COUNT,), nearest=S5),),
        activations=(MET,),
        norms=(CONSULT,),
        effects=(),
        decisions=(MEASURES,),
        determinations=(),
        findings=(),
        incidents=(),
        hindsight=(),
        withheld=0,
        erased=0,
        listed=(),
        coming=(m.Coming(at("2027-03-04T05:00Z"), "due", CONSULT.id, ("KST",), "consult: consult at the highest level"),),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


instants = st.integers(min_value=0, max_value=4_102_444_800).map(lambda s: Instant(s * 1_000_000))
_words = st.text(max_size=6)
_made: dict[object, st.SearchStrategy[object]] = {
    str: _words,
    int: st.integers(0, 2**40),
    bool: st.booleans(),
    type(None): st.none(),
    Instant: instants,
    Occurred: st.tuples(instants, instants).map(lambda pair: Occurred(min(pair), max(pair))),
}


def of(hint: object) -> st.SearchStrategy[object]:
    """Any value of a field's type; collections are short, so that a State is made fast."""
    if hint not in _made:
        origin, arguments = get_origin(hint), get_args(hint)
        if isinstance(hint, type) and is_dataclass(hint):
            hints = get_type_hints(hint)
            _made[hint] = st.builds(hint, **{f.name: of(hints[f.name]) for f in fields(hint)})
        elif origin is Literal:
            _made[hint] = st.sampled_from(arguments)
        elif origin is tuple and arguments[-1] is ...:
            _made[hint] = st.lists(of(arguments[0]), max_size=2).map(tuple)
        elif origin is tuple:
            _made[hint] = st.tuples(*map(of, arguments))
        elif origin is Mapping:
            _made[hint] = st.dictionaries(of(arguments[0]), of(arguments[1]), max_size=2)
        else:
            _made[hint] = st.one_of(*map(of, arguments))
    return _made[hint]


states = of(m.State)
