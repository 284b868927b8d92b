"""`casus show`: an agreement on one page, or what is left of it where only its legal clauses count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from casus.cli.console import Item, Section, say, say_json, say_sections
from casus.cli.drafts import load_draft
from casus.cli.errors import FINE, Stop

if TYPE_CHECKING:
    from casus.compare.answer import Answer
    from casus.compare.binding import Binding
    from casus.compare.features import Cell
    from casus.compare.sheet import Member, Sheet
    from casus.compare.strip import Stripped
    from casus.language.agreement import Agreement


def show_agreement(
    file: Path | None,
    folder: Path,
    options: Sequence[str],
    according_to: str | None,
    *,
    binding_only: bool,
    as_json: bool,
) -> int:
    from dataclasses import replace

    from casus.cli.workspace import load_workspace
    from casus.compare.binding import holders
    from casus.compare.sheet import sheet, sheet_json
    from casus.compare.strip import strip

    draft = load_draft(file or load_workspace(folder).agreement, options)
    a = draft.agreement
    if according_to is not None and according_to not in holders(a):
        known = ", ".join(f'"{holder}"' for holder in holders(a))
        help_ = f"opinions are recorded of {known}" if known else "the text records nobody's opinion (held … according to …)"
        raise Stop(f'no opinion of "{according_to}" is in the text', place=a.path, help=help_)
    stripped = strip(a, according_to) if binding_only else None
    page = sheet(draft, according_to)
    if as_json:
        say_json(sheet_json(page, stripped))
    elif stripped is None:
        _print(page, a)
    else:
        _print_binding_only(page, sheet(replace(draft, agreement=stripped.agreement), according_to), stripped, a)
    return FINE


def _head(page: Sheet) -> None:
    say(page.title, style="bold")
    b = page.binding
    parts = [b.instrument.replace("_", " ") if b.instrument is not None else "instrument not stated"]
    parts.append(f"consent by {b.consent}" if b.consent is not None else "form of consent not stated")
    parts.append(f"status: {b.status}" if b.status is not None else "status not stated")
    parts.append(f"registered: {b.registered}" if b.registered is not None else "registration not stated")
    say("; ".join(parts))
    say(f"{page.name}, {page.hash[:19]}", style="dim")


def _print(page: Sheet, a: Agreement) -> None:
    _head(page)
    say_sections(
        [
            Section("Parties", tuple(Item(_member(member)) for member in page.members)),
            Section("Start and end", _items(page.life, a), "the text is silent"),
            Section("Triggers", _items(page.triggers, a), "the text has none"),
            Section("If, then", _items(page.consequences, a), "nothing follows from anything"),
            Section("At all times", _items(page.standing, a)),
            Section("Clocks", tuple(Item(_placed(c.text, c.article, a)) for c in page.clocks), "the text has none"),
            Section("Who can block", _items(page.blockers, a), "nothing hangs on anybody's consent"),
            Section("What binds", tuple(_binding(page.binding, a)), "nothing in it is owed"),
            Section("What the protected party owes", _items(page.own_duties, a)),
            Section("Left open by the text", _items(page.open, a)),
            Section("Must be said", tuple(_scope(page.scope, a))),
        ]
    )
    missing = [cell.feature.title.lower() for cell in page.missing]
    print()
    say(f"Silent or open on {len(missing)} of {len(page.scope)} points: {', '.join(missing) or 'none'}.")


def _member(member: Member) -> str:
    roles = ", ".join(role.replace("_", " ") for role in member.roles) or ("not bound" if member.kind == "nonparty" else "")
    said = [*([roles] if roles else []), *member.standing]
    return f"{member.code} {member.title} ({member.kind}{': ' if said else ''}{', '.join(said)})"


def _items(answers: Iterable[Answer], a: Agreement) -> tuple[Item, ...]:
    return tuple(Item(_placed(answer.text, answer.article, a)) for answer in answers)


def _placed(text: str, article: str | None, a: Agreement) -> str:
    from casus.state.words import article as heading

    return text if article is None else f"{text} [{heading(a, article)}]"


def _binding(found: Binding, a: Agreement) -> Iterable[Item]:
    from casus.compare import plain

    for voice in found.opinions:
        yield Item(f"the whole: {voice.grade} according to {voice.holder}")
    alike: dict[tuple[str, str], list[str]] = {}
    for clause in found.clauses:
        alike.setdefault((clause.verdict, clause.because), []).append(_placed(plain.name(clause.name), clause.article, a))
    for (verdict, because), clauses in alike.items():
        yield Item(f"{verdict} ({because}): {', '.join(clauses)}")


def _scope(cells: Iterable[Cell], a: Agreement) -> Iterable[Item]:
    from casus.compare.features import SILENT
    from casus.state.words import article as heading

    for cell in cells:
        if cell.state == "silent":
            yield Item(f"{cell.feature.title}: {SILENT}", style="yellow")
        elif cell.state == "open":
            words = "; ".join(_placed(answer.text, answer.article, a) for answer in cell.open)
            yield Item(f"{cell.feature.title}: open: {words}", style="yellow")
        else:
            places = dict.fromkeys(heading(a, answer.article) for answer in cell.answers)
            yield Item(f"{cell.feature.title}: {', '.join(places)}{_domains(cell)}")


def _domains(cell: Cell) -> str:
    """Which of the domains are named, and on which nothing is said."""
    from casus.compare.features import DOMAINS

    if cell.feature.id != "domains":
        return ""
    missing = [x for x in DOMAINS if not any(answer.text.startswith(x) for answer in cell.answers)]
    named = [answer.text.partition(":")[0] for answer in cell.answers]
    rest = f"; nothing on {', '.join(missing)}" if missing else ""
    return f" ({', '.join(named)}{rest})"


def _print_binding_only(page: Sheet, left: Sheet, stripped: Stripped, a: Agreement) -> None:
    """What is lost with a minus, what hangs in the air with a tilde, what remains with two blanks."""
    from casus.state.words import counted

    _head(page)
    print()
    lost = [Item(_placed(f"- {c.text}: lost, {c.verdict}: {c.because}", c.article, a), style="red") for c in stripped.lost]
    hanging = [
        Item(_placed(f"{'-' if h.gone else '~'} {h.text}: {h.why}", h.article, a), style="red" if h.gone else "yellow")
        for h in stripped.hanging
    ]
    kept = {(clock.of, clock.part) for clock in left.clocks}
    clocks = [
        Item(_placed(f"- {clock.text}", clock.article, a), style="red")
        for clock in page.clocks
        if (clock.of, clock.part) not in kept
    ]
    answered = {cell.feature.id: cell.state for cell in left.scope}
    silent = [
        Item(f"- {cell.feature.title}: nothing legal answers it any more", style="red")
        for cell in page.scope
        if cell.state == "said" and answered[cell.feature.id] != "said"
    ]
    say_sections(
        [
            Section("Lost", tuple(lost), "nothing: every clause is legal"),
            Section("Left hanging", tuple(hanging)),
            Section("Clocks lost", tuple(clocks)),
            Section("Questions that lose their answer", tuple(silent)),
            Section(
                "Remains",
                tuple(Item(_placed(f"  {c.text}: {c.because}", c.article, a)) for c in stripped.remaining),
                "nothing",
            ),
        ]
    )
    print()
    gone = sum(1 for h in stripped.hanging if h.gone and h.kind != "suspension")
    lost_words = counted(len(stripped.lost), "clause")
    say(f"{lost_words} lost, {gone} more without a cause, {len(stripped.remaining)} remain.")
