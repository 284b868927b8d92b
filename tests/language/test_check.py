"""Every code of the checker: a text that is sound but for one fault gives that code, at that line, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from check_fixtures import PIN, SOUND, Bad, add, added, change, checked, spoiled
from check_records import RECORDS

from casus.language.check import CODES
from casus.language.check.codes import CODES as TABLE

ROOT = Path(__file__).resolve().parents[2]


CYCLE = "define one means strike where two\ndefine two means strike where one"
CHAIN = "\n".join(f"define d{i} means {'strike' if i == 0 else f'd{i - 1}'}" for i in range(103))
ZONE_CHAIN = "\n".join(f"zone z{i} = {'land' if i == 0 else f'z{i - 1}'} plus strip" for i in range(103))

HEAD = [
    Bad("E201", "# Nothing\n\nprose only\n", "# Nothing", "no casus fence", "language 1"),
    Bad("E201", '# Some\n\n```casus\nrole guarantor\nparty KST "K" as guarantor\n```\n', "role", "no `agreement`"),
    change("E202", "role beneficiary", "agreement second language 1\nrole beneficiary", "agreement second", "a second"),
    add("E202", "term review every 1 years\nterm lasts 2 years", "term lasts", "states `lasts` twice"),
    add("E202", "suspension by stop for at most 3 days", "suspension by freeze", "one `suspension`"),
    change("E208", "clock UTC", 'clock "Kyiv"', "clock", "not a zone", "Europe/Kyiv"),
    change("E208", "clock UTC", 'clock "Europe/Kiyv"', "clock", "not a zone", "Europe/Kyiv"),
    change("E209", "  language 1\n", "", "agreement compact", "does not say which version", "language 1"),
    change("E209", "  language 1\n", "  language 2\n", "language 2", "not 2", "language 1"),
]

NAMES = [
    change("E203", "every guarantor\ngroup core", "every guarantr\ngroup core", "guarantr", "not declared", "guarantor"),
    change("E203", "to consult  due", "to consult in lnd  due", "in lnd", "a zone", "land"),
    change("E203", "fulfilled by visit", "fulfilled by vist", "fulfilled by vist", "an event", "visit"),
    change("E203", "debtor mission", "debtor missin", "debtor missin", "a body", "mission"),
    change("E203", "incident or attack  debtor", "incident or atack  debtor", "atack", "a trigger", "attack"),
    change("E203", "and not night", "and not nigth", "nigth", "neither a finding, a definition nor a flag", "night"),
    change("E203", "and proportionate", "and proportional", "proportional", "neither a finding", "proportionate"),
    change("E203", "60 percent of weights power", "60 percent of weights powr", "powr", "a table of weights", "power"),
    change("E203", "of strike by OSK from", "of strike by OSQ from", "OSQ", "a nonparty", "OSK"),
    change("E203", "survives assist", "survives asist", "survives asist", "an automatic effect or a norm", "assist"),
    change("E204", "upon measures adopted", "upon measures", "upon measures", "is a decision", "upon measures adopted"),
    change(
        "E204",
        "upon attack_case determined",
        "upon attack_case",
        "upon attack_case",
        "a determination",
        "attack_case determined",
    ),
    change("E204", "upon breach of consult", "upon consult", "upon consult", "is an obligation", "upon breach of consult"),
    change("E204", "upon breach of consult", "upon reversal of consult", "upon reversal", "takes a trigger"),
    change("E204", "upon breach of consult", "upon breach of attack", "upon breach", "takes a norm"),
    change("E204", "fulfilled by visit", "fulfilled by attack", "fulfilled by attack", "is a trigger"),
    change(
        "E204",
        "if silent escalates to measures",
        "if silent escalates to incident",
        "escalates to incident",
        "a body or a decision",
    ),
    add("E204", "define odd means strike where attack", "define odd", "a condition on an event asks"),
    change("E204", "then publish", "then snapback", "then snapback", "an automatic effect; `if refused then` takes a norm"),
    change("E204", "also publish", "also snapback", "also snapback", "takes a norm", "its own cause"),
    change(
        "E204",
        "never suspends consult",
        "never suspends attack",
        "never suspends attack",
        "takes an automatic effect or a norm",
    ),
    change("E204", "level found by commission", "level found by guarantors", "level found by", "is a group"),
    change("E204", "latest troops_near", "latest strike", "latest strike", "takes an estimate"),
    add("E204", "exception odd to attack when repeated within 3 days", "exception odd", "an event"),
    add("E205", "event strike by actor", "event strike by actor\nsus", "an event twice"),
    add("E205", 'party OSK "Oskovia" as guarantor', "party OSK", "a party and a nonparty", "rename"),
    add(
        "E205",
        "determination incident of attack by mission due 1 hours after activation if silent lapses",
        "determination incident",
        "a trigger",
    ),
    add("E205", "define attack means strike", "define attack", "a trigger"),
    change("E206", "debtor mission", "debtor OSK", "debtor OSK", "only act in events"),
    change("E206", "debtor mission", "debtor every outsiders", "every outsiders", "FRM, OSK"),
    change(
        "E206",
        "guarantors and VDR\n  adopts",
        "guarantors and FRM\n  adopts",
        "guarantors and FRM",
        "a nonparty",
        None,
        ("E322",),
    ),
    change("E207", "needs attribution found", "needs attribution fond", "fond", "no rung of attribution", "found"),
    change("E207", "level confirmed by", "level confrmed by", "level confrmed", "reported < confirmed", "confirmed", ("W603",)),
    change(
        "E210",
        "reported < confirmed\n",
        "reported < confirmed < reported\n",
        "ladder occurrence",
        '"reported" is listed twice',
        None,
        ("W603",),
    ),
    change("E210", '"oil", "banks"', '"oil", "oil"', "package", '"oil" is listed twice'),
    change("E210", "event visit by actor", "event visit by actor, by actor", "event visit", '"by"'),
    change("E210", "one of gun | uav,", "one of gun | gun | uav,", "event strike", '"gun"'),
    change("E210", "group core = KST, MRV", "group core = KST, KST", "group core", '"KST"'),
    add("E211", "group a = every b\ngroup b = every a", "group a", "a = every b = every a"),
]

VALUES = [
    change("E301", "killed >= 10", "kiled >= 10", "kiled", "has a field kiled", "killed"),
    change("E301", "sum of troops over incursion", "sum of troops over strike", "over strike", "field troops"),
    change(
        "E301",
        "incursion where at within",
        "visit or incursion where nowhere in land or at within",
        "nowhere",
        "a field nowhere",
    ),
    change(
        "E301",
        "means strike or incursion where at in land",
        "means visit where at in land",
        "means visit",
        "a field at",
        None,
        ("W612",),
    ),
    add(
        "E301",
        "trigger cells severity 1 when distinct cells of visit >= 2 within rolling 2 days needs occurrence confirmed "
        "needs attribution found",
        "trigger cells",
        "a field at",
    ),
    change("E302", "lasted >= 1 hours", "lasted >= 1", "lasted >= 1", "is a duration", "lasted >= 3 hours"),
    change("E302", "killed >= 10", "killed >= 10 hours", "killed >= 10 hours", "is a count", "killed >= 10"),
    change("E302", "killed >= 10", "killed is one of gun", "killed is one", "is a count", None, ()),
    change("E302", "target = KST", "troops = KST", "troops = KST", "is a count"),
    change("E302", "at within 5 km", "troops within 5 km", "troops within", "a zone asks for a point"),
    change("E302", "and not night", "and not killed", "not killed", "alone it is neither true nor false", "killed >= 10"),
    change("E302", "sum of troops over incursion", "sum of value over delivery", "sum of value", "is money"),
    change(
        "E303",
        "event visit by actor",
        "event visit by actor, killed flag\ndefine odd means strike or visit where killed >= 3",
        "define odd",
        "a count and a flag",
    ),
    change("E304", "is one of gun | uav and", "is one of gum | uav and", "gum", "gun | uav", "gun"),
    change("E305", "attack met 3 times", "attack met 2.5 times", "met 2.5", "whole number"),
    change("E305", "quorum 2", "quorum 1.5", "quorum 1.5", "a quorum is a whole number"),
    change("E305", "lasts 10 years", "lasts 1.5 years", "lasts 1.5", "a number of years is a whole number"),
    change("E305", "by 2 independent", "by 2.5 independent", "2.5 independent", "whole number"),
    change("E306", "60 percent of weights", "160 percent of weights", "160 percent", "at most 100"),
    change("E306", "by 2 independent", "by 0 independent", "by 0 independent", "1 or more"),
    change("E306", "until 2027-01-01", "until 2025-01-01", "until 2025", "before it begins"),
    add("E306", "phase odd from 2028-01-01 until 2027-01-01", "phase odd", "before it begins"),
    change("E307", "amount aid.amount", "amount EUT 5", "amount EUT", "no currency", "EUR"),
    change("E308", "event visit by actor", "event visit by count", "event visit", "is an actor, not a count", "by actor"),
    change("E308", "event cure by actor,", "event cure by actor, at text,", "event cure", "is a point, not a text"),
]

FILES = [
    change(
        "E310",
        'from "zones.geojson" feature "line"',
        'from "zone.geojson" feature "line"',
        "zone line",
        "no file zone.geojson",
        "zones.geojson",
    ),
    change("E310", 'from "zones.geojson" feature "line"', 'from "../zones.geojson" feature "line"', "zone line", "outside"),
    change("E310", 'feature "line"', 'feature "lien"', "zone line", 'no feature "lien"', "line"),
    add("E310", f'use other from "other.md" pinned "{PIN}"', "use other", "cannot be read"),
    change("E311", f'feature "line" pinned "{PIN}"', f'feature "line" pinned "sha256:{"0" * 64}"', "zone line", PIN, PIN),
    add("E311", 'use other from "zones.geojson" pinned "sha1:5"', "use other", "64 hex digits", PIN),
    add("E312", "zone far = land within 5 km of strip", "zone far", "strip is itself made with a distance"),
    add("E312", "define odd means strike where at within 5 km of strip", "define odd", "strip is itself"),
    add("E313", "zone none = land minus land", "zone none", "nothing is left of land minus land"),
    add("E407", "zone a = b plus land\nzone b = land minus a", "zone a", "a → b → a"),
    add("E411", ZONE_CHAIN, "zone z98 ", "z98"),
]

TABLES = [
    change("E320", 'table "annex-a"', 'table "annex-c"', "schedule aid", 'no table "annex-c"', "annex-a"),
    change("E320", 'table "annex-b"', 'table "anex-b"', "weights power", 'no table "anex-b"', "annex-b"),
    change("E321", 'table "annex-a" key party', 'table "annex-a" key partie', "schedule aid", "no column partie", "party"),
    change("E321", "aid.amount", "aid.amonut", "aid.amonut", "no column amonut", "amount"),
    change("E321", "value share", "value shares", "weights power", "no column shares", "share"),
    change("E322", "| LYS | EUR 800_000 | 14 |\n", "", "aid.amount", "LYS owes assist", "party LYS"),
    change("E322", "| VDR | 14.5 |\n", "", "weights power", "VDR votes by the weights power"),
    change("E323", "EUR 800_000", "EUR 800.000,5", "aid.amount", "row LYS, column amount", "EUR 800"),
    change("E323", "800_000 | 14 |", "800_000 | 14.5 |", "aid.days", "not a whole number of days"),
    change("E323", "| 25.5 |", "| many |", "weights power", "'many' is not a number"),
    change(
        "E324",
        "| LYS | EUR 800_000 | 14 |\n",
        "| LYS | EUR 800_000 | 14 |\n| LYS | EUR 1 | 14 |\n",
        "schedule aid",
        "2 rows for LYS",
    ),
    Bad(
        "E325",
        spoiled(
            "EUR 800_000",
            "USD 800_000",
            text=spoiled("determined  debtor every guarantor", "determined  debtor joint every guarantor"),
        ),
        "aid.amount",
        "EUR and USD",
    ),
    change(
        "W608",
        "| MRV | EUR 2_000_000 | 30 |\n",
        "| MRV | EUR 2_000_000 | 30 |\n| TRN | EUR 5 | 3 |\n",
        "schedule aid",
        "a row for TRN",
    ),
]

CLAUSES = [
    change(
        "E401",
        "  adopts by consensus minus 1  quorum 2  abstention counts_for_quorum\n",
        "",
        "decision measures",
        "how it adopts",
    ),
    change("E401", "adopts by unanimity  opens on request of VDR", "adopts by unanimity", "decision freeze", "when it opens"),
    change("E401", "VDR  closes 14 days after opening", "VDR", "decision freeze", "when it closes", "closes 24 hours"),
    change("E401", "debtor mission  to publish", "to publish", "obligation publish", "who owes it", "debtor"),
    change("E401", "holder every core  to deploy", "to deploy", "power deploy_force", "who may use it", "holder"),
    change(
        "E401",
        "always  debtor every guarantor  forbids violation",
        "always  debtor every guarantor",
        "prohibition",
        "what it forbids",
    ),
    change("E401", "automatic snapback  upon attack", "automatic snapback", "automatic snapback", "what brings it about"),
    change("E401", "  at 72 hours after activation\n", "\n", "automatic snapback", "when it takes effect"),
    change("E402", "fulfilled by visit", "forbids violation", "forbids violation  if", "belongs to a prohibition"),
    change(
        "E403",
        "within rolling 72 hours\n  needs",
        "within closed fixed 72 hours\n  needs",
        "closed fixed",
        "goes with `rolling`",
    ),
    change("E404", "rearm after 0 hours", "", "attack met 3 times", "met once at most", "rearm after 0 hours"),
    change(
        "E405",
        "every guarantor  creditor VDR\n  to consult",
        "2 of guarantors  creditor VDR\n  to consult",
        "2 of guarantors  creditor",
        "does not say which",
        "every guarantors",
    ),
    add(
        "E406",
        "trigger calm severity 1 when not any strike and not count of strike >= 3 within rolling 2 days\n"
        "  needs occurrence confirmed  needs attribution found",
        "trigger calm",
        "no condition that an event",
    ),
    add("E406", "trigger calm severity 1 when attack met 0 times within rolling 2 days", "trigger calm", "no condition"),
    add("E407", CYCLE, "define one", "one → two → one"),
    add("E407", "define one means one", "define one", "one → one"),
    add("E407", "define one means strike\nexception two to one when one", "exception two", "one → two → one"),
    add("E407", "trigger loop severity 1 when loop met 1 times within rolling 2 days", "trigger loop", "loop → loop"),
    change("E408", "until incident or violation", "until incident or killed >= 3", "until incident", "there is none", "define"),
    change(
        "E409",
        "quorum 2  abstention counts_for_quorum",
        "quorum 0  abstention counts_for_quorum",
        "if silent rejected",
        "never silent",
        "silence procedure",
        ("N505",) * 2,
    ),
    add(
        "E410",
        "obligation a upon breach of b debtor VDR to notify due at activation\n"
        "obligation b upon breach of a debtor VDR to notify due at activation",
        "obligation b",
        "without end",
    ),
    add("E411", CHAIN, "define d100 ", "d100"),
]

FORCE = [
    change(
        "N505",
        "upon attack_case determined",
        "upon attack",
        "upon attack  debtor",
        "assist is a duty to supply that attack brings about",
        "determination",
    ),
    change(
        "N505",
        "upon attack_case determined",
        "upon attack_case determined or incident",
        "upon attack_case",
        "incident brings about",
    ),
    add(
        "N505",
        "obligation shield upon attack debtor KST to air_defence due 3 days after activation",
        "obligation shield",
        "air defence",
    ),
    add(
        "N505",
        "obligation force upon breach of consult debtor KST to deploy due 3 days after activation",
        "obligation force",
        "deploy",
        "determination",
        ("N505",),
    ),
    change(
        "N505",
        "debtor mission  to publish",
        "debtor KST  to supply",
        "to supply  due",
        "publish is a duty to supply",
        None,
        ("N505",),
    ),
    change(
        "N505",
        "needs occurrence confirmed  needs attribution found  absorbs attack",
        "needs occurrence confirmed  needs attribution attributed\n"
        "obligation more upon aggression debtor KST to supply due 3 days after activation",
        "obligation more",
        "aggression brings about",
    ),
    Bad(
        "N505",
        spoiled(
            "rearm after 0 hours",
            "rearm after 0 hours  adds to aggression",
            text=added("obligation more upon aggression debtor KST to supply due 3 days after activation"),
        ),
        "obligation more",
        "aggression",
    ),
    change(
        "N505",
        "closes 24 hours after opening  if silent rejected",
        "closes 24 hours after opening  if silent adopted",
        "if silent adopted",
        "a determination (attack_case)",
        None,
        ("N505",),
    ),
    add(
        "N505",
        "decision send of guarantors adopts by majority opens upon attack closes 3 days after opening if silent adopted\n"
        "power go upon send adopted holder KST to deploy",
        "if silent adopted",
        "deployment (go)",
    ),
    add(
        "N505",
        "decision send of guarantors adopts by consensus quorum 0 opens upon attack closes 3 days after opening\n"
        "obligation tell upon send adopted debtor KST to notify due 3 days after activation if breached also go\n"
        "obligation go debtor KST to deploy due 3 days after activation",
        "quorum 0",
        "a quorum of nobody",
    ),
    Bad(
        "N505",
        spoiled(
            "if silent 72 hours after report lapses",
            "if silent 72 hours after report escalates to send",
            text=added(
                "decision send of guarantors adopts by majority opens upon attack closes 3 days after opening if silent adopted"
            ),
        ),
        "if silent adopted",
        "attribution",
    ),
]

WARNINGS = [
    add("W601", "zone visit = land", "zone visit", "the name of a zone and of an event"),
    change(
        "W602",
        "needs occurrence confirmed  needs attribution attributed  rearm after 7",
        "needs occurrence confirmed  rearm after 7",
        "trigger incident",
        "the lowest is taken: alleged",
        "needs attribution attributed",
    ),
    change("W603", "  level found by commission\n", "", "ladder attribution", "nobody grants the rung found"),
    change("W604", "  rounding down", "", "lasts 10 years", "no rounding is declared", "rounding down"),
    change("W605", "debtor mission  to publish", "debtor mission", "obligation publish", "which act"),
    change("W606", "to publish  due 7 days after activation", "to publish", "obligation publish", "never be breached"),
    add(
        "W607",
        "role observer\nobligation tell upon attack debtor every observer to notify due 3 days after activation",
        "obligation tell",
        "nobody is observer",
    ),
    add(
        "W609",
        "decision ask of guarantors adopts by majority opens upon attack closes 3 days after opening if silent adopted\n"
        "finding grave on strike by mission due 3 days after report escalates to ask",
        "if silent adopted",
        "answers nothing",
    ),
    add(
        "W610",
        "obligation more upon aggression debtor KST to supply due 3 days after activation",
        "attack met 3 times",
        "waits for no body",
    ),
    change(
        "W611",
        "event cure by actor, answers reference",
        "event cure by actor",
        "exception accident",
        "no reference",
        "answers reference",
    ),
    add("W612", "define calls means visit where proportionate", "define calls", "a finding on incursion, strike"),
    change(
        "W613",
        "event visit by actor",
        "event visit note text\ndefine calls means visit where follows visit by OSK within 3 days",
        "define calls",
        "asked by actor",
        "by actor",
    ),
    change("W614", "quorum 2", "quorum 5", "quorum 5", "among 3 members"),
    change("W614", "VDR and 2 of guarantors", "VDR and 4 of guarantors", "4 of guarantors", "never come together"),
    change("W614", "adopts by unanimity", "adopts by 4 votes", "4 votes", "never reached"),
    add(
        "W615",
        "obligation more upon measures rejected debtor KST to supply due 3 days after activation",
        "obligation more",
        "can come of silence",
    ),
    add(
        "W616",
        "ladder custody = held < released\n  level released by mission",
        "ladder custody",
        "no ladder of the law",
        None,
        ("W602",) * 3,
    ),
    change("W618", "reinstate sanctions  at", "at", "automatic snapback", "does not say on what"),
    add(
        "W619",
        "obligation a upon breach of b debtor VDR to notify due 1 days after activation\n"
        "obligation b upon breach of a debtor VDR to notify due at activation",
        "obligation b",
        "in a circle",
    ),
]

WARNINGS.append(
    change(
        "W620",
        "event delivery by actor, value money",
        "event delivery by actor",
        "fulfilled by delivery",
        "owes an amount",
        "value money",
    )
)

SCENARIOS = [
    change("E212", "Z strike by OSK id s1", "Z strik by OSK id s1", "strik by", "strik is not declared", "strike"),
    change("E212", "Z strike by OSK id s1", "Z strike by OSQ id s1", "OSQ", "who acts"),
    change("E212", "votes yes on measures", "votes yes on measure", "on measure", "what is decided", "measures"),
    change("E212", "expect attack met 0", "expect atack met 0", "expect atack", "what is met", "attack"),
    change("W617", "Z VDR ratifies", "Z VDR ratifies\n  2027-01-11T09:00Z OSK ratifies", "OSK ratifies", "is a nonparty"),
    change(
        "W617",
        "Z strike by OSK id s1 at 45 -29 weapon",
        "Z visit by OSK id s1 at 45 -29 weapon",
        "Z visit",
        "declares no field at",
        None,
        ("W617",) * 2,
    ),
    change("W617", "as confirmed attributed", "as certain attributed", "as certain", "no rung"),
]

ALL = [*HEAD, *NAMES, *VALUES, *FILES, *TABLES, *CLAUSES, *FORCE, *WARNINGS, *SCENARIOS, *RECORDS]


@pytest.mark.parametrize("bad", ALL, ids=[f"{bad.code}-{index}" for index, bad in enumerate(ALL)])
def test_a_fault_is_said_with_its_code_place_and_help(bad: Bad, tmp_path: Path) -> None:
    result = checked(bad.text, tmp_path)
    found = [d for d in result.diagnostics if d.code == bad.code]
    assert found, [(d.code, str(d.span), d.message) for d in result.diagnostics]
    said = [d for d in found if bad.said in f"{d.message} {d.help}"]
    assert said, [d.message for d in found]
    lines = bad.text.splitlines()
    assert any(d.span is not None and bad.at in "\n".join(lines[d.span.line - 1 : d.span.end_line + 1]) for d in said), [
        (d.span, lines[d.span.line - 1]) for d in said if d.span
    ]
    if bad.helps is not None:
        assert any(d.help is not None and bad.helps in d.help for d in said), [d.help for d in said]
    assert sorted([bad.code, *bad.also]) == sorted(d.code for d in result.diagnostics), [
        (d.code, d.message) for d in result.diagnostics
    ]
    assert all(d.name == TABLE[d.code] for d in result.diagnostics)
    faults = [d for d in result.diagnostics if d.severity == "error"]
    assert (result.agreement is None) is (any(d.code != "E212" for d in faults) or bool(result.unresolved))
    if result.agreement is not None and faults:
        assert result.agreement.scenarios == ()  # a fault in a scenario costs that scenario, and nothing else


def test_the_sound_text_has_no_fault(tmp_path: Path) -> None:
    result = checked(SOUND, tmp_path)
    assert result.diagnostics == ()
    assert result.agreement is not None


def test_every_code_has_a_text_that_gives_it() -> None:
    assert {bad.code for bad in ALL} == set(CODES)


def test_every_code_has_its_heading_in_the_documentation() -> None:
    page = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    headings = re.findall(r"^### ([A-Z]\d{3}) ([a-z0-9-]+)$", page, re.MULTILINE)
    assert dict(headings) == dict(CODES)
    assert [code for code, _ in headings] == list(CODES)


def test_every_code_in_the_source_is_in_the_table() -> None:
    folder = ROOT / "src" / "casus" / "language" / "check"
    used = {code for path in folder.glob("*.py") for code in re.findall(r'"([ENW]\d{3})"', path.read_text(encoding="utf-8"))}
    assert used == set(CODES)
