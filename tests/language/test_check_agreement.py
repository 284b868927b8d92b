"""What a checked agreement holds, what is accepted, and that no text makes the checker raise."""

from __future__ import annotations

import hashlib
import json
import random
import re
from pathlib import Path

import pytest
from check_fixtures import PIN, SOUND, ZONES, added, checked, shared, spoiled
from hypothesis import given, settings
from hypothesis import strategies as st

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.language.check import check
from casus.language.load import load
from casus.language.parse import parse
from casus.time import Period


def sound(folder: Path, text: str = SOUND) -> Agreement:
    result = checked(text, folder)
    assert result.agreement is not None, [(d.code, d.message) for d in result.diagnostics]
    return result.agreement


# ---------------------------------------------------------------- what is accepted


def test_the_model_compact_has_no_errors() -> None:
    result = load(shared() / "design" / "example" / "model-compact.casus.md")
    assert result.errors == ()
    assert result.agreement is not None
    assert {d.code for d in result.diagnostics} == {"W602", "W610"}


def test_every_conformance_file_has_no_errors() -> None:
    paths = sorted((shared() / "conformance").glob("*.casus.md"))
    assert paths
    for path in paths:
        result = load(path)
        assert result.diagnostics == (), path.name
        assert result.agreement is not None
        assert result.agreement.scenarios


BARE = """
```casus
agreement bare language 1
role guarantor
party KST "Kestria" as guarantor
nonparty OSK "Oskovia"
body mission "Mission" as guarantor
event strike by actor
{}
```
"""


ALLOWED = """

---
term in force from 2030-01-01
term lasts 2 years
---
group enemies = OSK
trigger t severity 1 when any strike by enemies
---
trigger t severity 1 when no strike by OSK for 30 days observed by mission
---
trigger t severity 1 when count of strike >= 2 within closed rolling 3 days and not any strike by KST
---
trigger t severity 1 when no strike within 24 hours after strike rearm after 0 hours
trigger u severity 1 when t met 2 times since in_force
---
trigger t severity 1 when any strike
decision d of every guarantor adopts by consensus quorum 0 opens upon t closes 3 days after opening
obligation o upon d adopted debtor KST to publish due 1 days after activation
---
trigger t severity 1 when any strike
decision d of every guarantor adopts by consensus opens upon t closes 3 days after opening if silent adopted
package p items "oil"
automatic a upon d adopted reinstate p at 1 hours after activation
---
trigger t severity 1 when any strike
decision d of every guarantor adopts by majority opens upon t closes at opening
obligation o upon d adopted debtor KST to deploy due 1 days after activation
---
trigger t severity 1 when any strike
determination c of t by mission due 3 hours after activation if silent lapses
obligation o upon c determined debtor KST to air_defence due 1 days after activation
---
trigger t severity 1 when any strike
power p upon t holder KST to supply
---
obligation o always debtor KST to supply
---
obligation o every 1 months from 2030-01-01 debtor KST to supply due 10 days after activation
---
define a means strike
exception e to a when follows a within 3 hours
exception f to e when repeated within 3 days
---
trigger t severity 1 when any strike
obligation o upon t debtor KST to notify due 1 days after activation unless t or strike
---
trigger t severity 1 when any strike
obligation o upon t debtor mission to report due 1 days after activation
---
trigger t severity 1 when any strike
decision d of every guarantor adopts by majority early opens upon t
"""


@pytest.mark.parametrize("passage", ALLOWED.split("---"))
def test_what_the_law_allows_is_accepted(passage: str) -> None:
    result = check(parse(BARE.format(passage)), None)
    assert result.errors == (), [(d.code, d.message) for d in result.errors]
    assert result.agreement is not None


def test_one_trigger_counts_as_a_determination() -> None:
    """It needs the highest rung of attribution, only a body grants it, and every branch rests on events."""
    ladder = "ladder attribution = alleged < found\n  level found by {}\n"
    duty = "obligation o upon t debtor KST to supply due 3 days after activation\n"

    def codes(sources: str, trigger: str) -> list[str]:
        result = check(parse(BARE.format(ladder.format(sources) + trigger + "\n" + duty)), None)
        return [d.code for d in result.diagnostics]

    any_strike = "trigger t severity 1 when any strike by OSK needs attribution {}"
    assert codes("mission", any_strike.format("found")) == []
    assert codes("mission", any_strike.format("alleged")) == ["N505"]
    assert codes("mission or 3 independent sources", any_strike.format("found")) == ["N505"]
    quiet = "trigger t severity 1 when {} needs attribution found"
    assert codes("mission", quiet.format("no strike by OSK for 3 days")) == ["N505"]
    assert codes("mission", quiet.format("any strike or no strike by OSK for 3 days")) == ["N505"]
    assert codes("mission", quiet.format("any strike and no strike by OSK for 3 days")) == []
    assert codes("mission", quiet.format("not any strike or any strike")) == ["N505"]
    counted = "trigger u severity 1 when any strike needs attribution {} rearm after 0 hours\n" + quiet.format(
        "u met 2 times within rolling 3 days"
    )
    assert codes("mission", counted.format("found")) == []
    assert codes("mission", counted.format("alleged")) == ["N505"]
    determined = counted + "\ndetermination c of u by mission due 3 hours after activation if silent lapses"
    assert codes("mission", determined.format("alleged")) == ["W610"]


# ---------------------------------------------------------------- what it holds


def test_a_checked_agreement_answers_what_its_names_stand_for(tmp_path: Path) -> None:
    agreement = sound(tmp_path)
    assert agreement.members("guarantors") == ("KST", "LYS", "MRV")
    assert agreement.members("verifier") == ("commission", "mission")
    assert agreement.event_types("self_defence") == {"strike", "incursion"}
    assert agreement.by(n.By(name="outsiders")) == {"FRM", "OSK"}
    assert [e.name for e in agreement.exceptions_to("violation")] == ["self_defence", "accident"]
    assert agreement.row("aid", "LYS")["amount"] == "EUR 800_000"
    assert agreement.granted("mission", "attribution") == 1
    assert list(agreement.norms) == ["consult", "publish", "assist", "deploy_force", "keep_away"]
    assert agreement.clock.add(agreement.instant(n.Moment("2027-01-31")), Period(1)) == agreement.instant(
        n.Moment("2027-02-28")
    )


def test_every_zone_that_the_text_uses_has_its_region(tmp_path: Path) -> None:
    agreement = sound(
        tmp_path,
        added(
            "define odd means strike where at in (land minus (strip plus inner)) or not at within 3 km of (line plus land)\n"
            "obligation more upon attack_case determined debtor KST to train in land plus strip due 3 days after activation"
        ),
    )
    assert set(agreement.regions) == {"land", "line", "strip", "inner"}
    assert agreement.regions["strip"].holds(45, -28.05, 0) is True
    assert agreement.regions["inner"].holds(45, -28.05, 0) is False
    for decl in (*agreement.definitions.values(), *agreement.exceptions.values()):
        for cond in _leaves(decl.where if isinstance(decl, n.DefineDecl) else decl.when):
            if isinstance(cond, n.CIn):
                assert agreement.region(cond.zone).holds(0, 0, 0) is False
            elif isinstance(cond, n.CNear):
                assert agreement.near(cond.length, cond.zone).holds(0, 0, 0) is False
    for norm in agreement.norms.values():
        if norm.act is not None and norm.act.zone is not None:
            assert agreement.region(norm.act.zone).holds(0, 0, 0) is False
    assert agreement.region(n.ZName("land")) is agreement.regions["land"]


def _leaves(cond: n.Cond | None) -> list[n.Cond]:
    match cond:
        case None:
            return []
        case n.COr(parts=parts) | n.CAnd(parts=parts):
            return [leaf for part in parts for leaf in _leaves(part)]
        case n.CNot(part=part):
            return _leaves(part)
        case _:
            return [cond]


@given(st.permutations(range(8)))
@settings(max_examples=30, deadline=None)
def test_a_trigger_comes_after_those_it_counts_wherever_they_stand(order: list[int]) -> None:
    triggers = ["trigger t0 severity 1 when any strike rearm after 0 hours"]
    triggers += [
        f"trigger t{i} severity 1 when t{i // 2} met 2 times within rolling 3 days\n"
        f"  or t{i - 1} met 1 times within rolling 3 days rearm after 0 hours"
        for i in range(1, 8)
    ]
    result = check(parse(BARE.format("\n".join(triggers[i] for i in order))), None)
    assert result.agreement is not None
    assert list(result.agreement.triggers) == [f"t{i}" for i in range(8)]


def test_terms_of_several_articles_are_one(tmp_path: Path) -> None:
    agreement = sound(tmp_path, added("term review every 2 years  survives snapback"))
    assert agreement.term is not None
    assert agreement.term.review == n.Cal(n.Number("2"), "years")
    assert agreement.term.lasts == n.Cal(n.Number("10"), "years")
    assert [name for s in agreement.term.survives for name in s.names] == ["assist", "snapback"]


# ---------------------------------------------------------------- identity


def test_the_hash_is_that_of_the_format(tmp_path: Path) -> None:
    agreement = sound(tmp_path)
    content = {
        "files": [{"path": "zones.geojson", "sha256": hashlib.sha256(ZONES).hexdigest()}],
        "format": "casus agreement 1",
        "text": SOUND,
    }
    canonical = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    assert agreement.hash == f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def test_the_example_of_the_format_page_is_right() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "formats" / "agreement-hash.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```\n(\{.*\})\n```$", page, re.MULTILINE)[-1]
    assert f"sha256:{hashlib.sha256(shown.encode()).hexdigest()}" in page


def test_line_ends_do_not_change_the_hash_and_words_do(tmp_path: Path) -> None:
    plain = sound(tmp_path).hash
    for written in (SOUND.replace("\n", "\r\n"), "\ufeff" + SOUND):
        (tmp_path / "compact.casus.md").write_bytes(written.encode())
        result = load(tmp_path / "compact.casus.md")
        assert result.agreement is not None
        assert result.agreement.hash == plain
    assert sound(tmp_path, SOUND.replace("# Compact", "# Compact.")).hash != plain
    assert sound(tmp_path, SOUND.replace("EUR 800_000", "EUR 800_001")).hash != plain


def test_the_hash_covers_the_zone_files(tmp_path: Path) -> None:
    plain = sound(tmp_path).hash
    other = ZONES.replace(b"[-30, 46]", b"[-30.5, 46]")
    (tmp_path / "zones.geojson").write_bytes(other)
    pin = f"sha256:{hashlib.sha256(other).hexdigest()}"
    result = check(parse(SOUND.replace(PIN, pin)), tmp_path)
    assert result.agreement is not None
    assert result.agreement.hash != plain
    assert dict(result.agreement.files) == {"zones.geojson": pin.removeprefix("sha256:")}


# ---------------------------------------------------------------- robustness


def test_several_faults_are_said_in_one_run_in_the_order_of_the_text(tmp_path: Path) -> None:
    text = spoiled("fulfilled by visit", "fulfilled by vist", text=spoiled("killed >= 10", "kiled >= 10"))
    text = spoiled("| LYS | EUR 800_000 | 14 |\n", "", text=text)
    result = checked(text, tmp_path)
    assert [d.code for d in result.diagnostics] == ["E301", "E203", "E322"]
    lines = [d.span.line for d in result.diagnostics if d.span is not None]
    assert lines == sorted(lines)


def test_a_name_of_a_declaration_that_does_not_parse_is_not_missed_as_well(tmp_path: Path) -> None:
    result = checked(spoiled("event visit by actor", "event visit by by by"), tmp_path)
    assert result.agreement is None
    assert [d.code[:2] for d in result.diagnostics] == ["E1"]


def test_a_text_without_a_folder_says_that_its_zones_are_missing() -> None:
    result = check(parse(SOUND), None)
    assert {d.code for d in result.diagnostics} == {"E310"}


def test_a_file_that_is_not_there_is_an_error_with_a_place(tmp_path: Path) -> None:
    result = load(tmp_path / "nothing.casus.md")
    assert result.agreement is None
    assert any(d.severity == "error" for d in result.diagnostics)


def test_long_chains_end_in_a_diagnostic_and_not_in_the_stack() -> None:
    """Declared backwards, so that nothing is ready when it is first asked for."""
    names = range(1199, 0, -1)
    chains = {
        "define": [f"define d{i} means d{i - 1}" for i in names] + ["define d0 means strike"],
        "trigger": [f"trigger t{i} severity 1 when t{i - 1} met 1 times within rolling 3 days" for i in names]
        + ["trigger t0 severity 1 when any strike"],
        "group": [f"group g{i} = every g{i - 1}" for i in names] + ["group g0 = every guarantor"],
        "zone": [f"zone z{i} = z{i - 1} plus z{i - 1}" for i in names] + ["zone z0 = z0"],
        "norm": [f"obligation n{i} upon breach of n{i - 1} debtor KST to supply due at activation" for i in names]
        + ["trigger t severity 1 when any strike\nobligation n0 upon t debtor KST to notify due at activation"],
    }
    for kind, lines in chains.items():
        result = check(parse(BARE.format("\n".join(lines))), None)
        codes = {d.code for d in result.diagnostics}
        assert codes & {"E411", "E407", "N505"}, (kind, codes)


WORDS = re.findall(r"[A-Za-z_]\w*|[0-9][\w.\-:]*|\"[^\"]*\"|[<>]=?|[=|,()]", SOUND)
DECLARATIONS = re.findall(r"^(?=[a-z]+ )(?:.+\n(?:  .+\n)*)", SOUND.split("```casus-test")[0], re.MULTILINE)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_no_soup_of_declarations_makes_the_checker_raise(seed: int, changes: int) -> None:
    """Sound declarations, shuffled, repeated and left out, with names and numbers swapped for others of the text."""
    chance = random.Random(seed)
    chosen = chance.choices(DECLARATIONS, k=chance.randrange(1, 60))
    tokens = re.split(r"(\s+)", "".join(["agreement soup language 1\n", *chosen]))
    places = [i for i, token in enumerate(tokens) if re.fullmatch(r"[a-z_]+|[A-Z]{3}|[0-9._]+", token)]
    for _ in range(changes):
        tokens[chance.choice(places)] = chance.choice(WORDS)
    text = f"# Soup\n\n```casus\n{''.join(tokens)}\n```\n"
    result = check(parse(text), None)
    assert (result.agreement is None) is bool(result.errors)
    for diagnostic in result.diagnostics:
        assert diagnostic.message
        assert diagnostic.span is not None
        assert 1 <= diagnostic.span.line <= text.count("\n") + 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=80))
def test_no_soup_of_words_makes_the_checker_raise(words: list[str]) -> None:
    check(parse(f"```casus\nagreement soup language 1\n{' '.join(words)}\n```\n"), None)


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_leaving_out_a_declaration_never_makes_the_checker_raise(chance: random.Random) -> None:
    lines = SOUND.splitlines(keepends=True)
    kept = [line for line in lines if line.startswith("```") or chance.random() > 0.15]
    check(parse("".join(kept)), None)
