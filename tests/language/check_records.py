"""Texts at fault in what they rest on, what is claimed of them, and what they leave open (see `test_check`)."""

from __future__ import annotations

from check_fixtures import Bad, add, change

SOURCE = 'source paper "A paper" standing reported\nquestion when "When?"\n'
CLAIMS = """# Claims

```casus
agreement sheet language 1 instrument claims
nonparty OSK "Oskovia"
source paper "A paper" standing party
question when "When?"
claim soon on when by paper says "soon" holder OSK
position OSK on when accepts
option later on when proposed by OSK text "later"
wording noun "the noun" en "assurances"
"""

OPTION = 'option mild proposed by VDR text "may"\n'
MANY = "\n".join(
    f'question q{i} "?"\noption o{i}_a on q{i} proposed by VDR text "a"\noption o{i}_b on q{i} proposed by VDR text "b"'
    for i in range(7)
)


def fence(info: str) -> str:
    """Ends the fence at hand, gives one with these words, and begins another."""
    return f"```\n\n```casus {info}\nterm review every 2 years\n```\n\n```casus"


RECORDS = [
    add("E203", SOURCE + 'claim soon on whn by paper says "soon"', "on whn", "a question", "when"),
    add("E203", SOURCE + 'claim soon on when by papr says "soon"', "by papr", "a source", "paper"),
    add("E204", SOURCE + 'claim soon on when by when says "soon"', "by when", "when is a question"),
    add("E203", SOURCE + 'claim soon on when by paper says "soon" holder OSQ', "OSQ", "a nonparty"),
    add("E203", SOURCE + "position OSQ on when accepts", "position OSQ", "not declared", "OSK"),
    add("E204", SOURCE + "position OSK on paper accepts", "on paper", "paper is a source"),
    add("E203", SOURCE + "position OSK on when accepts source papr", "papr", "a source", "paper"),
    add("E203", 'option mild on wen proposed by VDR text "may"', "option mild", "a question"),
    add("E203", SOURCE + "basis papr of consult", "basis papr", "a source", "paper"),
    add("E203", SOURCE + "basis paper of consul", "of consul", "the name of a declaration", "consult"),
    add("E203", SOURCE + 'concession gate by VDR "opens it" reversible for consul', "for consul", "a norm", "consult"),
    add("E203", 'concession gate by VDQ "opens it" reversible', "concession gate", "a nonparty or a party", "VDR"),
    add("E204", 'step vote "votes" after mission', "after mission", "mission is a body"),
    add("E203", 'step vote "votes" after consul', "after consul", "a step", "consult"),
    add("E203", 'wording noun "the noun" en "assurances" source paper', "source paper", "a source"),
    add("E203", 'open due of consul "no date"', "open due", "the name of a declaration", "consult"),
    change("E203", "lasts 10 years", "requires strik  lasts 10 years", "requires strik", "an event", "strike"),
    change("E204", "lasts 10 years", "requires violation  lasts 10 years", "violation", "is a definition"),
    change("E203", "lasts 10 years", "requires strike by OSQ  lasts 10 years", "OSQ", "not declared", "OSK"),
    add("E205", 'source paper "A" standing weak\nsource paper "B" standing weak', 'paper "B"', "twice"),
    add(
        "E205",
        'copy list of VDR from table "annex-a"\ncopy list of KST from table "annex-b"\ncopy list of KST from table "annex-a"',
        "list of KST",
        "twice",
    ),
    add("E205", 'question when "When?"\noption when proposed by VDR text "now"', "option when", "an option and a question"),
    add("E210", 'wording noun "the noun" en "assurances", en "guarantees"', "wording noun", "listed twice"),
    add("E210", 'step one "one"\nstep two "two" after one, one', "after one", "listed twice"),
    add("E307", SOURCE + 'claim price on when by paper says "much" amount EUX 5', "amount EUX", "no currency", "EUR"),
    change("E309", "  clock UTC", "  counts from 2027-02-30\n  clock UTC", "counts from", "does not exist"),
    add("E309", 'source late "Late" dated 2027-13-01 standing weak', "source late", "does not exist", "2027-03-01"),
    add(
        "E309",
        "trigger odd severity 1 when count of strike >= 1 since 2027-02-29 needs occurrence confirmed\n"
        "  needs attribution found",
        "since",
        "does not exist",
    ),
    change("E309", "closes 14 days after opening", "closes on 2027-06-31", "closes on", "does not exist"),
    add(
        "E315",
        'wording noun "the noun" en "assurances", qq "garansel"',
        "qq",
        "neither a code of ISO 639-1",
        "two small letters",
    ),
    add("E320", 'copy list of VDR from table "annex-c"', "copy list", 'no table "annex-c"', "annex-a"),
    change("E401", "decision measures of guarantors", "decision measures", "decision measures", "who decides", "open members"),
    Bad("E412", CLAIMS + "term lasts indefinitely\n```\n", "term lasts", "this is the term", "as a claim"),
    Bad("E412", CLAIMS + "power go holder OSK to deploy\n```\n", "power go", "a power (go)", None, ("E206",)),
    add("E413", 'open due of consult "no date"', "open due", "the due of consult is declared open", "take out"),
    add("E413", 'open exit "no way out"', "open exit", "the exit of the agreement"),
    add("E413", 'open closing of measures "never ends"', "open closing", "the closing of measures"),
    add("E413", 'open threshold of stop "how many"', "open threshold", "the threshold of stop"),
    add("E413", 'open territory of land "where"', "open territory", "the territory of land"),
    add("E413", 'open members of core "who"', "open members", "the members of core"),
    change(
        "W621",
        "## Article 2. Events",
        '## Article 1 bis. Nothing\n\n```casus\nsource paper "A" standing weak\nbasis paper\n```\n\n## Article 2. Events',
        "basis paper",
        "nothing is declared",
        "name what rests on it",
    ),
    add("E414", OPTION + fence("option mildr"), "option mildr", "not declared", "mild"),
    add("E414", OPTION + fence("reading mild"), "reading mild", "mild is an option", "casus option mild"),
    add("E414", fence("option consult"), "option consult", "consult is an obligation"),
    Bad(
        "E412",
        CLAIMS + "```\n\n```casus option later\nrole r\n```\n",
        "option later",
        "has nothing to put into it",
        "as a claim",
    ),
    add(
        "W622",
        MANY + "\n" + "\n".join(fence(f"option o{i}_b") for i in range(7)),
        "option o0_a",
        "combine in 128 ways",
        "--option",
    ),
]
