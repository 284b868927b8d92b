"""`casus explain`: a fact walked back to entries and treaty text, as text or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from casus.cli.console import say, say_block, say_json, styled
from casus.cli.errors import FINE, Stop
from casus.cli.running import assess

if TYPE_CHECKING:
    from casus.cli.running import Assessed
    from casus.journal import Entry, View
    from casus.state.explanation import Chance, Change, Clause, Explanation, Near, Witness
    from casus.state.model import Measured, State


def explain_fact(
    folder: Path,
    asked: str,
    at: str | None,
    known_at: str | None,
    reader: str | None,
    clearance: str | None,
    options: Sequence[str],
    *,
    show_all: bool,
    as_json: bool,
    chance: Path | None = None,
) -> int:
    from casus.cli.report import SHOWN
    from casus.state.explain import explain
    from casus.state.explanation import Unknown, explanation_to_json

    assessed = assess(folder, at, known_at, reader, clearance, options)
    state = assessed.state
    text = Path(assessed.agreement.path).read_text(encoding="utf-8") if Path(assessed.agreement.path).is_file() else None
    found = explain(state, assessed.view, assessed.agreement, asked, text)
    if isinstance(found, Unknown):
        near = f"did you mean {', or '.join(found.suggestions)}?" if found.suggestions else "casus run lists what there is"
        raise Stop(f"nothing here is called {found.asked!r}", place=_as_of(state), help=near)
    if found.kind == "trigger":
        from casus.analysis.flips import changes

        nearest, change = changes(assessed.agreement, assessed.view, state.at, found.id)
        found = replace(found, near=nearest, change=change)
        if chance is not None:
            found = replace(found, chance=_chance_of(assessed, found.id, nearest, chance))
    elif chance is not None:
        raise Stop(
            f"{found.id} is no trigger", place="--chance", help="a probability is reckoned for the condition of a trigger"
        )
    if as_json:
        say_json(
            explanation_to_json(
                found,
                agreement_hash=state.agreement_hash,
                at=state.at,
                known_at=state.known_at,
                reader=state.reader,
                reconstruction=state.axis == "known",
            )
        )
    else:
        print_explanation(found, state, assessed.view, None if show_all else SHOWN)
    return FINE


def _chance_of(assessed: Assessed, name: str, nearest: Near | None, file: Path) -> Chance:
    """By the calibration in a file, at the latest activation or where the trigger comes nearest (raises Stop)."""
    from casus.analysis.chance import Refused, chance, read_calibration

    if not file.is_file():
        raise Stop("there is no such file", place=file, help="docs/explanations.md says what a calibration is")
    standing = [a.s for a in assessed.state.activations if a.trigger == name and a.reversed is None]
    s = standing[-1] if standing else nearest.s if nearest is not None else None
    try:
        return chance(assessed.agreement, assessed.view, assessed.state.at, name, read_calibration(file), s)
    except Refused as problem:
        raise Stop(f"no probability is shown: {problem}", place=file, help="the assessment stands without one") from None


def _as_of(state: State) -> str:
    from casus.state.words import when

    return f"{state.agreement} at {when(state.at)}, known at {when(state.known_at)}"


def print_explanation(e: Explanation, state: State, view: View, limit: int | None) -> None:
    """The explanation on standard output, from the fact down to the text."""
    from casus.state import words as w

    say(e.headline, hang=2, style="bold")
    say(f"{e.kind} {e.id}", indent=2)
    for name, text in e.facts:
        say(f"{name}: {text}", indent=2, hang=4)
    if e.measured:
        _heading("Measured")
    for m in e.measured:
        _measured(m, limit)
    if e.near is not None and e.near.missing:
        _near(e.near)
    if e.change is not None:
        _change(e.change, limit)
    if e.chance is not None:
        _chance(e.chance)
    if e.history:
        _heading("History")
        for at, what, why in e.history:
            say(f"{w.when(at)} · {w.state_word(what)}" + (f": {w.plain(why)}" if why else ""), indent=2)
    if e.chain:
        _heading("Because of, back to the root")
        for step in e.chain:
            say(step.text, indent=2)
            if step.id is not None:
                say(step.id, indent=6, style="dim")
    if e.witnesses:
        _heading("On the record" if e.kind == "incident" else "Witnesses")
        for witness in e.witnesses[:limit]:
            _witness(witness, view)
        _say_hidden(len(e.witnesses), limit)
    if e.entries:
        _heading("Entries")
        for entry in e.entries[:limit]:
            _entry(entry, view)
        _say_hidden(len(e.entries), limit)
    if e.leads_to:
        _heading(
            "Brought about" if e.kind in ("activation", "trigger", "norm", "decision", "determination", "effect") else "See"
        )
        for step in e.leads_to[:limit]:
            say(step.text, indent=2)
            if step.id is not None:
                say(step.id, indent=6, style="dim")
        _say_hidden(len(e.leads_to), limit)
    for clause in e.clauses:
        _clause(clause)
    print()
    reconstruction = "; a reconstruction" if state.axis == "known" else ""
    say(f"As of {_as_of(state)}; reader {state.reader}{reconstruction}.")
    if state.withheld:
        say(f"{w.counted(state.withheld, 'entry', 'entries')} withheld from this reader; counted, never guessed.")


def _say_hidden(number: int, limit: int | None) -> None:
    if limit is not None and number > limit:
        say(f"and {number - limit} more; --all shows them", indent=2)


def _heading(text: str) -> None:
    print()
    print(styled(text, "bold"))


def _measured(m: Measured, limit: int | None) -> None:
    from casus.state import words as w

    truth = {True: "holds", False: "does not hold", None: "unknown"}[m.truth]
    say(f"{w.measure(m)}: {truth}", indent=2)
    if (span := w.window(m)) is not None:
        say(f"counted {span}", indent=6)
    if m.witnesses:
        say(f"witnesses: {w.names(map(w.short, m.witnesses), most=limit)}", indent=6)
    if m.possible:
        say(f"may count: {w.names(map(w.short, m.possible), most=limit)}", indent=6)
    for reason in m.reasons:
        say(f"because {w.plain(reason)}", indent=6)


def _chance(c: Chance) -> None:
    """How likely it is, with what that assumes; never without its bounds."""
    from casus.state import words as w

    _heading("How likely (analysis; it binds nobody)")
    if c.exact is not None:
        say(f"{c.exact:.3f} that the condition is true at {w.when(c.s)}, if errors are independent", indent=2)
    say(f"between {c.low:.3f} and {c.high:.3f}, whatever the errors have to do with each other", indent=2)
    if c.by_lineage is not None:
        say(f"{c.by_lineage:.3f} if reports of one lineage are right or wrong together", indent=2)
    say(f"over {w.counted(len(c.events), 'reported event')}, by {c.source}", indent=2)
    if c.left_out:
        say(f"left out, because more than the report is in doubt: {w.names(c.left_out, most=8)}", indent=2)
    for text in c.assumes:
        say(f"assumed: {text}", indent=2)


def _near(near: Near) -> None:
    from casus.state import words as w

    _heading("Missing")
    for text in near.missing:
        say(w.plain(text), indent=2)
    say(f"nearest at {w.when(near.s)}", indent=2)


def _change(change: Change, limit: int | None) -> None:
    """What would change the answer, and how far that is proved."""
    from casus.state import words as w

    _heading("What would change this")
    number = w.counted(len(change.events), "event")
    least = "" if change.exact else f" (at least {change.least})"
    if change.how == "reject" and change.events:
        say(f"Without {number}{least} it would be {(change.becomes or 'not met').replace('_', ' ')}:", indent=2)
    elif change.how == "reject":
        say(change.proof, indent=2)
        return
    elif change.events:
        more = ", and more" if change.added else ""
        say(f"With {number}{least} confirmed{more} it would be met:", indent=2)
    else:
        say(f"It would be met{least} with:", indent=2)
    for unit in change.events[:limit]:
        why = f": {w.plain('; '.join(unit.why))}" if unit.why else ""
        by = f" (entry {', '.join(map(w.short, unit.entries))})" if unit.entries else ""
        say(f"{w.short(unit.id)}{by}{why}", indent=4)
    _say_hidden(len(change.events), limit)
    for text in change.added:
        say(w.plain(text), indent=4)
    say(change.proof, indent=2)


def _witness(witness: Witness, view: View) -> None:
    from casus.state import sentences
    from casus.state import words as w

    if witness.incident is not None:
        say(sentences.incident(witness.incident), indent=2)
        details = [f"{name} {text}" for name, text in sorted(witness.incident.fields.items())]
        if witness.incident.place is not None:
            lat, lon, radius = witness.incident.place
            details.insert(0, f"at {lat} {lon}" + (f" radius {radius} m" if radius not in ("0", "") else ""))
        if details:
            say("; ".join(details), indent=6)
    elif not witness.entries:
        say(witness.id, indent=2)
    for change in witness.rungs:
        rungs = ", ".join(f"{ladder} {rung}" for ladder, rung in sorted(change.rungs.items()))
        say(f"from {w.when(change.known)}: {rungs} (by {', '.join(w.short(e) for e in change.entries)})", indent=6)
    for entry in witness.entries:
        _entry(entry, view, indent=6)


def _entry(entry: Entry, view: View, indent: int = 2) -> None:
    from casus.acts import Report
    from casus.state import words as w

    say(f"{w.short(entry.id)} · {w.act(entry.act)}", indent=indent)
    known = f"known {w.when(entry.known)}"
    if view.axis == "recorded" and entry.recorded.us != entry.known.us:
        known += f", recorded {w.when(entry.recorded)}"
    say(f"occurred {w.bracket(entry.occurred)}; {known}; by {entry.author}; {entry.marking}", indent=indent + 4)
    if isinstance(entry.act, Report) and entry.act.sources:
        said = [s.name + (f" (after {s.lineage})" if s.lineage else "") for s in entry.act.sources]
        say(f"sources: {', '.join(said)}", indent=indent + 4)
    if entry.origin:
        say(f"from {entry.origin}", indent=indent + 4)


def _clause(clause: Clause) -> None:
    _heading(f"{clause.title} (line {clause.line})")
    for paragraph in clause.prose.split("\n\n"):
        if paragraph.strip():
            say(" ".join(paragraph.split()), indent=2, hang=0)
    if clause.fence is not None:
        print()
        say_block(clause.fence, indent=4)
