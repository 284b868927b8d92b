"""Re-verifies an exported assessment (docs/formats/assessment.md) without the engine that made it; needs nothing but Python.

`recheck` replays what is claimed over the evidence beside it and raises `Wrong` for the first thing that does not hold. Taken
as given: which event qualifies from when on (rungs, definitions, exceptions), and what timers would do after `at`.
"""

import hashlib
import json
from typing import Any

from casus.recheck.conditions import Trigger
from casus.recheck.evidence import measured, us


class Wrong(Exception):
    """The first thing that does not hold."""


def claim(holds: Any, text: str) -> None:
    if not holds:
        raise Wrong(text)


def sha(value: Any, before: bytes = b"") -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(before + text.encode()).hexdigest()


def recheck(export: Any) -> list[str]:
    """Verify every claim of an export (raises Wrong); gives a line for each trigger."""
    claim(export.get("format") == "casus-assessment/1", "it is not in the format casus-assessment/1")
    rest = {key: value for key, value in export.items() if key != "digest"}
    claim(export["digest"] == f"sha256:{sha(rest)}", "the file was changed: its digest is another")
    whole, steps, at = export["agreement"]["hashed"], [us(step) for step in export["steps"]], us(export["at"])
    claim(whole is None or export["agreement"]["hash"] == f"sha256:{sha(whole)}", "the text does not have the agreement's hash")
    claim(steps == sorted(steps) and (not steps or steps[-1] <= at), "its steps are not in order, or go past `at`")
    known = {name: entry(name, x["header"], export["axis"]) for name, x in export["entries"].items()}
    everyone: dict[str, Trigger] = {}
    for data in export["triggers"]:
        everyone[data["trigger"]] = Trigger(data, us(export["counts_from"] or "9999-12-31T00:00Z"), everyone)
        for part in ("pools", "stocks"):
            for event in (event for pool in data[part] for event in pool["events"]):
                behind = export["events"][event["id"]]["entries"] if part == "pools" else [event["id"]]
                grounded(data["trigger"], event, [known[x] for x in behind if x in known], steps)
    for k, t in enumerate(steps):
        acts = [act for act in export["acts"] if act["step"] == k]
        for act in acts:
            replay(everyone[act["trigger"]], act, t, export["force"])
        for trigger in everyone.values() if export["begins"] is not None and k >= export["begins"] else ():
            trigger.soil(k, steps[k - 1] if k > export["begins"] else None, acts)
            if trigger.dirty is not None and not trigger.waits(t):
                missed = trigger.met_at(t, since=trigger.dirty)
                claim(not missed, f"{trigger.name}: an activation is missing, known at {export['steps'][k]}")
                trigger.dirty = None
    return [conclude(trigger, len(steps) - 1, at, export) for trigger in everyone.values()]


def entry(name: str, header: Any, axis: str) -> tuple[int, int, int]:
    """(lo, hi, when known); the id is the hash of the header where that carries its commitment."""
    claim("commitment" not in header or name == "e" + sha(header, b"\0"), f"entry {name} is not what its id is the hash of")
    return us(header["occurred"][0]), us(header["occurred"][1]), us(header[axis])


def grounded(name: str, event: Any, behind: list[tuple[int, int, int]], steps: list[int]) -> None:
    """What is counted lies where an entry puts it that was known by then."""
    numbers = [state["step"] for state in event["states"]]
    claim(numbers == sorted(set(numbers)), f"{name}: what is said of {event['id']} is not in order")
    for state in (state for state in event["states"] if "out" not in state):
        lo, hi = us(state["lo"]), us(state["hi"])
        said = any((lo, hi) == (x, y) and known <= steps[state["step"]] for x, y, known in behind)
        claim(said, f"{name}: no entry known by then puts {event['id']} at {state['lo']} to {state['hi']}")


def replay(trigger: Trigger, act: Any, t: int, in_force: Any) -> None:
    """One thing that happened at the instant t."""
    name, when = act["activation"], trigger.data["when"]
    trigger.k, trigger.again = act["step"], None
    if act["kind"] == "met":
        s = us(act["s"])
        twins = sum((x["t"], x["s"]) == (act["t"], act["s"]) for x in trigger.acts)
        made = f"{trigger.name}@{act['t']}@{act['s']}" + (f"#{twins + 1}" if twins else "")
        claim(name == made and us(act["t"]) == t, f"{name}: the id does not go with its instants, which make {made}")
        claim(not trigger.waits(t), f"{name}: {trigger.name} was not rearmed yet")
        twice = [x for x in (*act["witnesses"], *act["counted"]) if not trigger.free(x)]
        claim(not twice, f"{name}: {', '.join(twice)} was used up by another activation")
        uses = trigger.holds(when, s)
        claim(uses is not None, f"{name}: by what is certain the condition does not hold at {act['s']}")
        ids = {use for use in uses if isinstance(use, str)}
        claim(ids == {*act["witnesses"], *act["counted"]}, f"{name}: its witnesses are {', '.join(sorted(ids))}")
        claim(measured(act["measured"]) == trigger.measures(s), f"{name}: what it measured is something else")
        claim(s in trigger.candidates(t), f"{name}: nothing happened at {act['s']}")
        claim(not trigger.met_at(t, until=s), f"{name}: it was met at an earlier s")
        since, until = (None if x is None else us(x) for x in in_force)
        force = since is not None and since <= t and (until is None or t < until)
        claim(act["effective"] == force, f"{name}: whether the agreement was in force is told wrongly")
        trigger.acts.append({**act, "uses": uses})
        trigger.stand.append(trigger.acts[-1])
        return
    found: dict[str, Any] = next((x for x in trigger.stand if x["activation"] == name), {})
    claim(found, f"{name}: nothing of that id was standing")
    trigger.again = found
    if act["kind"] == "reversed":
        claim(trigger.holds(when, us(found["s"]), True) is None, f"{name}: reversed, though the condition may hold")
        trigger.stand.remove(found)
        return
    lost, kept = trigger.replaced(found)
    claim(lost and kept == set(act["witnesses"]), f"{name}: its witnesses became {', '.join(sorted(kept))}")
    found["uses"] = kept | {use for use in found["uses"] if use not in found["witnesses"]}
    found["witnesses"] = act["witnesses"]


def conclude(trigger: Trigger, k: int, at: int, export: Any) -> str:
    """What stands at the end, and that nothing was left out."""
    data, name, when = trigger.data, trigger.name, trigger.data["when"]
    trigger.k = k
    for act in trigger.stand:
        trigger.again = act
        claim(
            trigger.holds(when, us(act["s"]), True) is not None,
            f"{act['activation']}: it no longer holds, and should be reversed",
        )
        claim(not trigger.replaced(act)[0], f"{act['activation']}: a witness of it no longer qualifies")
    trigger.again = None
    said = data["assessment"]
    claim(
        (said == "met") == bool(trigger.stand),
        f"{name}: {'something' if trigger.stand else 'nothing'} stands, and it says {said}",
    )
    if said != "met":
        near = [s for s in trigger.candidates(at, True) if s <= at] if export["begins"] is not None else []
        unknown = any(trigger.holds(when, s) is None and trigger.holds(when, s, True) is not None for s in near)
        doubt = bool(export["withheld"]) or unknown
        claim(
            said == "pending" or (said == "undecided") == doubt,
            f"{name}: it says {said}, and is {'' if doubt else 'not '}in doubt",
        )
        claim(said != "pending" or us(data["until"]) > at, f"{name}: pending until an instant that has passed")
    if data["nearest"] is not None:
        told = measured(data["nearest"]["measured"]) == trigger.measures(us(data["nearest"]["s"]))
        claim(told, f"{name}: what was measured at {data['nearest']['s']} is something else")
    given = "; until when is taken as given" if said == "pending" else ""
    return f"{name}: {said.replace('_', ' ')}, {len(trigger.acts)} activations, {len(trigger.stand)} standing{given}"
