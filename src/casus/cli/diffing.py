"""`casus diff`: two texts clause by clause, what became stronger or weaker and for whom, and what that changes in effect."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from casus.cli.console import Item, Section, say, say_json, say_sections
from casus.cli.drafts import load_draft, mapped
from casus.cli.errors import FINDINGS, FINE, Stop

if TYPE_CHECKING:
    from casus.compare.changes import Clause, Difference, Wording
    from casus.compare.impact import Impact
    from casus.language.agreement import Agreement
    from casus.lint.draft import Draft

_AREAS: Final = {
    "blockers": "Who can block",
    "clocks": "Clocks",
    "triggers": "Triggers",
    "binding": "What binds",
    "scope": "Must be said",
    "faults": "Drafting faults",
}


def diff_files(
    first: Path,
    second: Path | None,
    options: Sequence[str],
    side: Sequence[str],
    names: Sequence[str],
    *,
    search: bool,
    as_json: bool,
) -> int:
    from casus.compare.changes import difference
    from casus.compare.difference_json import difference_json
    from casus.compare.impact import impacts
    from casus.lint.run import ALL, QUICK

    a, b = _two(first, second, options)
    known = {*a.agreement.parties, *b.agreement.parties, *a.agreement.nonparties, *b.agreement.nonparties}
    for code in side:
        if code not in known:
            raise Stop(f"{code} is no party of either text", place="--for", help=f"there are {', '.join(sorted(known))}")
    found = difference(a, b, tuple(side), mapped(names))
    effect = impacts(a, b, found, ALL if search else QUICK)
    if as_json:
        say_json(difference_json(a, b, found, effect))
    else:
        _print(a.agreement, b.agreement, found, effect)
    return FINE if found.empty and not effect else FINDINGS


def _two(first: Path, second: Path | None, options: Sequence[str]) -> tuple[Draft, Draft]:
    """Two files, or two variants of one."""
    if second is not None:
        return load_draft(first, options), load_draft(second, options)
    if not options:
        raise Stop("one text is given", place="casus diff", help="name a second file, or --option for a variant of this one")
    if len(options) > 2:
        raise Stop("two variants are compared", place="--option", help="name one (against the text without it) or two")
    before = options[:1] if len(options) == 2 else ()
    return load_draft(first, before), load_draft(first, options[-1:])


def _print(a: Agreement, b: Agreement, found: Difference, effect: Sequence[Impact]) -> None:
    say(f"From {_called(a)} to {_called(b)}", style="bold")
    if found.empty and not effect:
        say("They say the same.")
        return
    side = ", ".join(found.side)
    say(
        f"Stronger and weaker: from the side of {side}."
        if found.side
        else "Stronger and weaker: from the side of each duty's creditor, as neither text protects anybody."
    )
    if found.names:
        say(f"Renamed: {', '.join(f'{old} is now {new}' for new, old in found.names.items())}.")
    for area, title in _AREAS.items():
        items = [_impact(one) for one in effect if one.area == area]
        say_sections([Section(f"Redline impact: {title}", tuple(items))])
    say_sections([Section("Clauses", tuple(_clause(a, b, one) for one in found.clauses))])
    say_sections([Section("Prose", tuple(_wording(one) for one in found.wordings))])
    counts = {word: sum(one.direction == word for one in found.clauses) for word in ("stronger", "weaker", "changed")}
    moved = sum(one.state == "same" for one in found.clauses)
    print()
    said = ", ".join(f"{number} {word}" for word, number in counts.items())
    say(f"{said}, {moved} only moved or renamed, {found.same} the same.")


def _called(a: Agreement) -> str:
    return a.path + (f" ({', '.join(a.chosen)})" if a.chosen else "")


def _impact(one: Impact) -> Item:
    return Item(f"{one.about.replace('_', ' ')}: {one.before} → {one.after}.", tuple(one.means))


def _clause(a: Agreement, b: Agreement, one: Clause) -> Item:
    from casus.state.words import article, names

    where = article(b, one.article_after) if one.state != "removed" else article(a, one.article_before)
    what = f"{one.direction}" if one.direction is not None else "the same"
    whom = f" for {names(one.whom)}" if one.whom else ""
    state = f", {one.state}" if one.state in ("added", "removed") else ""
    details = []
    if one.renamed_from is not None:
        details.append(f"renamed: it was {one.renamed_from}")
    if one.moved_from is not None:
        details.append(f"moved: it stood in {article(a, one.moved_from)}")
    for change in one.changes:
        of = f" for {names(change.whom)}" if change.whom and change.whom != one.whom else ""
        details.append(
            f"{change.field.replace('_', ' ')}: {change.before or 'nothing'} → {change.after or 'nothing'} "
            f"({change.direction}{of}: {change.why})"
        )
    if one.state in ("added", "removed"):
        details += (one.after or one.before or "").splitlines()
    style = {"stronger": "green", "weaker": "red"}.get(one.direction or "")
    return Item(f"{what}{whom}: {one.name} ({one.kind}, {where}{state})", tuple(details), style)


def _wording(one: Wording) -> Item:
    from casus.compare.redline import marked

    clauses = f"clauses: {', '.join(one.clauses)}" if one.clauses else "no clause beside it changed"
    return Item(f"{one.title} ({clauses})", (marked(one.pieces),))
