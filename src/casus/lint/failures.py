"""The checklist of what has gone wrong with guarantees, armistices and assurances, L01 to L52, and what of it no text shows.

A rule says in its page which of these it tests (`Covers: L03, L51`). What stands in `BEYOND` cannot be read off a text or
found by replaying records over it; it says why, and what Casus shows instead where it shows something.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FAILURES: Final[Mapping[str, str]] = {
    "L01": "attack or aggression is not defined",
    "L02": "the response is what each deems necessary",
    "L03": "salami tactics",
    "L04": "the one who attacks is among those who decide",
    "L05": "a veto in the Security Council",
    "L06": "one holds up unanimity, for an unrelated matter",
    "L07": "consultation without an end",
    "L08": "soft adverbs: swiftly, where possible, intends",
    "L09": "to consult is not to act",
    "L10": "label games: cooperation, assurance, guarantee",
    "L11": "not ratified, or an executive agreement only",
    "L12": "a cheap exit",
    "L13": "an unfunded pledge, a parliament's reserve",
    "L14": "promised is not allocated is not delivered",
    "L15": '"up to" sums, one year\'s sum in a ten-year pact',
    "L16": "a sunset cliff",
    "L17": "periodic renewal by consensus",
    "L18": "the start depends on the one it guards against",
    "L19": "circular conditions",
    "L20": "only after current hostilities end",
    "L21": "a void clause is abused, a false flag",
    "L22": "self-defence is choked",
    "L23": "no right of access on one side",
    "L24": "sensors are blinded",
    "L25": "the monitor cannot attribute",
    "L26": "the monitor is run by consensus of the parties",
    "L27": "no enforcement is attached",
    "L28": "two baselines, two maps",
    "L29": "the lists differ",
    "L30": "only shots are counted",
    "L31": "substitution by what is not listed",
    "L32": "a party denies that it is one",
    "L33": "political steps are hostage to security steps, or the reverse",
    "L34": "ambiguity was the price of a signature",
    "L35": "force without mandate or rules of engagement",
    "L36": "the backstop is missing",
    "L37": "more is promised than will be done",
    "L38": "moral hazard, entrapment",
    "L39": "announcing it prolongs the war",
    "L40": "the snapback is contested",
    "L41": "contracts of the relief period are exempt",
    "L42": "relief cannot be undone",
    "L43": "a cap binds one side only",
    "L44": "a ban on rearmament is dropped by one side",
    "L45": "a zone is infiltrated",
    "L46": "a carve-out of territory is a free target",
    "L47": "uneven burdens, free riders",
    "L48": "an award is not enforced",
    "L49": "inflation of competing claims",
    "L50": "a guarantee instead of a capacity",
    "L51": "gaming of thresholds",
    "L52": "an expected veto kills the monitor",
}

BEYOND: Final[Mapping[str, str]] = {
    "L37": "what a state will be willing to do when the day comes stands in no text; show what it has promised, and delivered",
    "L39": "an incentive before the text is in force, for somebody who is no party to it: nothing that the text does shows it",
}
