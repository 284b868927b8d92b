"""`casus power`: who can bring a decision about and who can stop it, then who can stop what the agreement promises."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from casus.cli.console import Item, Section, say, say_json, say_sections, styled
from casus.cli.drafts import load_draft
from casus.cli.errors import FINE, Stop
from casus.cli.workspace import SETTINGS, load_workspace
from casus.state import words as w

if TYPE_CHECKING:
    from casus.language.agreement import Agreement
    from casus.voting import Attendance, Chain, Coalitions, Power
    from casus.voting import Path as Way
    from casus.voting.absence import Absence

FORMAT: Final = "casus-power/1"

_OUTCOME: Final = {
    "adopted": "adopted",
    "rejected": "rejected",
    "escalated": "escalated",
    "open": "it stays open, without end",
}

_BY: Final = {
    "vote": "by voting no in {}",
    "absence": "by staying away from {}",
    "adoption": "by adopting {} alone",
    "silence": "by silence on {}",
    "refusal": "by a no on {}",
    "silence or refusal": "by silence or a no on {}",
    "request": "by not asking for {}",
    "consent": "by not ratifying",
    "act": "by not acting ({})",
    "approval": "by refusing approval at home",
    "suspension": "by suspending the agreement alone ({})",
    "withdrawal": "by leaving",
    "objection": "by objecting to the extension",
    "conduct": "by an act that is {}",
}


_UNCOUNTED: Final = "Power and absences are not counted: the weights of {} players are too unlike to count their coalitions"


def show_power(
    paths: list[Path], folder: Path, decision: str | None, absent: str | None, options: Sequence[str], *, as_json: bool
) -> int:
    """Analyse agreements and print what is found."""
    from casus.voting import analyse, levers
    from casus.voting.absence import without

    files = [load_workspace(x).agreement if (x / SETTINGS).is_file() else x for x in paths]
    shown = []
    for file in files or [load_workspace(folder).agreement]:
        agreement = load_draft(file, options).agreement
        away = _absent(agreement, absent)
        names = [_named(agreement, decision)] if decision is not None else list(agreement.decisions)
        powers = [(analyse(agreement, x), without(agreement, x, away) if away else None) for x in names]
        ways = [x for x in levers(agreement) if decision is None or x.at == names[0]]
        shown.append((file, agreement, powers, ways))
    if as_json:
        from casus.cli.power_shapes import PowerJson, agreement_json

        whole = [agreement_json(agreement, str(file), powers, ways) for file, agreement, powers, ways in shown]
        say_json(PowerJson(format=FORMAT, agreements=whole).model_dump(mode="json"))
        return FINE
    for i, (_, agreement, powers, ways) in enumerate(shown):
        if i:
            print()
        say(styled(f"{agreement.header.title or agreement.name} ({agreement.name})", "bold"))
        say("Read off the text, everybody whom it names being bound.")
        if not powers:
            print()
            say("The agreement has no decisions.")
        say_sections([_block(agreement, power, absence) for power, absence in powers])
        say_sections([Section("Who can stop what", tuple(_stops(agreement, ways, decision)), note=_nothing(decision))])
    return FINE


def _nothing(decision: str | None) -> str:
    if decision is not None:
        return f"No single actor stops a consequence in {decision}."
    return "No single actor stops a consequence, or the agreement has none."


def _named(agreement: Agreement, decision: str) -> str:
    if decision in agreement.decisions:
        return decision
    near = difflib.get_close_matches(decision, agreement.decisions, n=1)
    known = w.names(agreement.decisions) if agreement.decisions else "none"
    raise Stop(
        f"{agreement.name} has no decision {decision!r}",
        place="--decision",
        help=f"did you mean {near[0]}?" if near else f"it has {known}",
    )


def _absent(agreement: Agreement, absent: str | None) -> frozenset[str]:
    codes = [code.strip() for code in (absent or "").split(",") if code.strip()]
    known = {**agreement.parties, **agreement.bodies}
    for code in codes:
        if code not in known:
            near = difflib.get_close_matches(code, known, n=1)
            raise Stop(
                f"{agreement.name} has no party or body {code!r}",
                place="--absent",
                help=f"did you mean {near[0]}?" if near else f"it has {w.names(sorted(known))}",
            )
    return frozenset(codes)


# ---------------------------------------------------------------- one decision


def _block(agreement: Agreement, p: Power, absence: Absence | None) -> Section:
    items = [Item(f"{_who(p)}: {p.rule}")] if p.members else []
    items += [Item(f"The text leaves open {text}", style="yellow") for text in p.open]
    if not p.stated:
        said = "It does not say who votes, or by what rule"
        alone = p.stoppers
        items.append(Item(f"{said}; {w.names(alone, 'or')} can stop it alone" if alone else said))
        return Section(f"{p.decision} ({w.article(agreement, p.article)})", tuple(items))
    if p.adoptable:
        quiet = ("if all others are silent: " + _listed(p.quiet),) if p.quiet != p.winning else ()
        items.append(Item(f"Adopted by: {_listed(p.winning)}, though all others vote no", quiet))
        items.append(Item(f"Stopped by: {_listed(p.blocking)}, voting no", tuple(_other_ways(p))))
        alone = p.stoppers
        say_alone = f"Alone: each of {w.names(alone)} can stop it" if len(alone) > 1 else f"Alone: {w.names(alone)} can stop it"
        items.append(Item(say_alone, style="red") if alone else Item("Alone: nobody can stop it"))
        if p.counted:
            items.append(Item("Power, Shapley-Shubik and Banzhaf (share of all swings)", tuple(_indices(p))))
        else:
            items.append(Item(_UNCOUNTED.format(len(p.players)), style="yellow"))
    else:
        items.append(Item("No votes adopt it", style="red"))
    items.append(Item(f"Nobody acts: {_course(p.unanswered)}"))
    items += list(_absences(p.attendance))
    if absence is not None:
        items.append(_with_absent(absence))
    return Section(f"{p.decision} ({w.article(agreement, p.article)})", tuple(items))


def _who(p: Power) -> str:
    said = f"{w.names(p.members)} vote" if len(p.members) != 1 else f"{p.members[0]} votes"
    if p.recused:
        said += f", {w.names(p.recused)} recused"
    if p.vetoes and p.vetoes == p.members:
        said += ", each with a veto"
    elif p.vetoes:
        said += f", {w.names(p.vetoes)} with a veto"
    if p.outside:
        said += f" ({w.names(p.outside)} without a vote)"
    return said


def _listed(coalitions: Coalitions) -> str:
    texts = [one.text for one in coalitions.minimal]
    if not texts:
        return "nobody" if coalitions.complete else "too many to list"
    return "; or ".join(texts) + ("" if coalitions.complete else "; or others, no smaller")


def _other_ways(p: Power) -> Iterator[str]:
    for what, found in (("by staying away", p.by_silence), ("by abstaining", p.by_abstaining)):
        if found != p.blocking:
            yield f"{what}: {_listed(found)}"
        else:
            yield f"{what}: the same"


def _indices(p: Power) -> Iterator[str]:
    def key(x: str) -> tuple[Fraction, Fraction]:
        return -p.shapley[x], -p.banzhaf_share[x]

    for (shapley, banzhaf), players in groupby(sorted(p.players, key=lambda x: (*key(x), x)), key=key):
        each = list(players)
        yield f"{w.names(each)}{' each' if len(each) > 1 else ''}: {_share(-shapley)}, {_share(-banzhaf)}"
    if p.dummies:
        yield f"{w.names(p.dummies)} never make{'s' if len(p.dummies) == 1 else ''} a difference"


def _share(value: Fraction) -> str:
    """`19.6 % (421/2145)`; the fraction only where it is short. Rounded half up, by whole numbers."""
    per_mille = (value.numerator * 2000 + value.denominator) // (2 * value.denominator)
    said = f"{per_mille // 10}.{per_mille % 10} %"
    return f"{said} ({value})" if value.denominator < 1_000_000 else said


def _course(chain: Chain) -> str:
    parts = [f"{link.decision} {_OUTCOME[link.outcome]}" for link in chain.links]
    if len(parts) == 1:
        text = _OUTCOME[chain.outcome] + ("" if chain.total.nothing else f" after {chain.total}")
    else:
        text = f"{', then '.join(parts)}, {chain.total} in all"
    return text + (", and round again" if chain.circular else "")


def _absences(rows: Sequence[Attendance]) -> Iterator[Item]:
    """Rows that read alike, as one: `with 0 to 1 absent: adopted`."""

    def key(row: Attendance) -> tuple[str, ...]:
        if row.adopting == row.choices:
            when = "as soon as they have voted" if row.latest.nothing else f"at {row.latest} at the latest"
            early = ", at once if they vote at once" if row.earliest != row.latest else ""
            return (f"adopted, {when}{early}",)
        other = _course(row.otherwise) if row.otherwise is not None else ""
        if row.adopting:
            return (f"depends on who: adopted in {row.adopting:,} of {row.choices:,} cases; else {other}",)
        return (other,)

    lines = []
    for (text,), group in groupby(rows, key=key):
        numbers = [row.absent for row in group]
        many = f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"
        lines.append(f"{many} absent: {text}")
    if lines:
        yield Item("With members absent and all others voting yes", tuple(lines))


def _with_absent(absence: Absence) -> Item:
    if not absence.absent:
        return Item("Of those given as absent nobody votes here")
    blocking = f"stopped by: {_listed(absence.blocking)}, voting no"
    return Item(
        f"With {w.names(absence.absent)} absent and all others voting yes: {_course(absence.course)}",
        (blocking,) if absence.course.links[0].outcome == "adopted" else (),
    )


# ---------------------------------------------------------------- who can stop what


def _stops(agreement: Agreement, ways: Sequence[Way], decision: str | None) -> Iterator[Item]:
    """One item for each consequence; under it a line for each lever, with everybody who has it, and where nobody stops its
    way, by when it comes about. Of one decision: what is stopped in it.
    """
    from casus.voting.levers import consequences
    from casus.voting.ways import Ways

    found: dict[str, list[Way]] = {}
    for way in ways:
        found.setdefault(way.consequence, []).append(way)
    reach = Ways(agreement)
    for key in consequences(agreement):
        name = key[1]
        lines: dict[tuple[str, str], list[str]] = {}
        for lever, way in _joined(found.get(name, [])):
            actors = lines.setdefault((_BY[lever].format(way.at), _result(way)), [])
            if way.actor not in actors:
                actors.append(way.actor)
        details = [f"{w.names(actors, 'or')} {by}: {result}" for (by, result), actors in lines.items()]
        if decision is None and not any(way.start is not None for way in found.get(name, [])):
            routes = {start: reach.reach(start).get(key) for start in reach.starts()}
            prefix = "otherwise, " if details else "nobody alone stops it: "
            does = {"norm": "it is owed", "effect": "it takes effect", "adopted": "it is adopted"}[key[0]]
            for start, route in routes.items():
                if route is not None:
                    when = "at once" if route.wait.nothing else f"after {route.wait} at the latest"
                    details.append(f"{prefix}upon {start}, {does} {when}")
        if details:
            yield Item(f"{name} ({w.article(agreement, _article(agreement, name))})", tuple(details))


def _joined(ways: Sequence[Way]) -> Iterator[tuple[str, Way]]:
    """Silence and a no of one body at one place with one result are one line."""
    silent = {(x.actor, x.at, x.start, _result(x)) for x in ways if x.lever == "silence"}
    for way in ways:
        key = (way.actor, way.at, way.start, _result(way))
        if way.lever == "refusal" and key in silent:
            continue
        both = way.lever == "silence" and any(
            x.lever == "refusal" and (x.actor, x.at, x.start, _result(x)) == key for x in ways
        )
        yield ("silence or refusal" if both else way.lever), way


def _result(way: Way) -> str:
    after = f" upon {way.start}" if way.start is not None and way.start != way.at else ""
    if way.lever == "suspension":
        return f"for {way.delay} at most"
    if way.own:
        if way.fallback:
            return f"its own share falls; {way.fallback[-1].what}"
        return "its own share falls"
    if not way.permanent:
        later = f", at {way.delay} at the latest" if way.delay is not None and not way.delay.nothing else ""
        course = "; ".join(station.what for station in way.fallback[1:-1] or way.fallback)
        return f"no: it comes about all the same{after}{later} ({course})"
    if way.elsewhere:
        return f"for good{after}; {w.names(way.elsewhere, 'or')} may bring it about"
    return f"for good{after}"


def _article(agreement: Agreement, name: str) -> str | None:
    for found in (agreement.norms, agreement.automatics, agreement.decisions):
        if name in found:
            return found[name].article
    return None
