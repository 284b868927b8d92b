"""`casus compare`: several texts side by side, and whether their triggers are met by the same records."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from casus.cli.console import Item, Section, printable, say, say_json, say_sections
from casus.cli.drafts import load_draft, mapped
from casus.cli.errors import FINE, Stop
from casus.cli.files import write_witnesses

if TYPE_CHECKING:
    from casus.compare.behaviour import Answered, Compared
    from casus.compare.matrix import Matrix, MatrixCell
    from casus.lint.draft import Draft

Form = Literal["text", "markdown", "csv", "json", "html"]
FORMS: Final = ("text", "markdown", "csv", "json", "html")
SUFFIX: Final = ".casus-test.md"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the options ask of behaviour: `triggers` by name, or every pair of one name (`every`)."""

    every: bool = False
    triggers: tuple[str, ...] = ()
    budget: int = 300
    seed: int = 1
    witness: Path | None = None

    @property
    def asked(self) -> bool:
        return self.every or bool(self.triggers)


def compare_files(
    files: Sequence[Path], options: Sequence[str], form: str, rows: Sequence[str], names: Sequence[str], behaviour: Behaviour
) -> int:
    from casus.compare.features import FEATURES
    from casus.compare.matrix import matrix

    if form not in FORMS:
        raise Stop(f"there is no format {form!r}", place="--format", help=f"there are {', '.join(FORMS)}")
    drafts = [load_draft(file) for file in files] if len(files) > 1 else _variants(files, options)
    table = matrix(drafts, rows)
    if rows and not table.rows:
        raise Stop(f"there is no row {', '.join(rows)}", place="--row", help=f"there are {', '.join(f.id for f in FEATURES)}")
    known = mapped(names)
    found = list(_behaviour(drafts, known, behaviour)) if behaviour.asked else []
    if behaviour.witness is not None and not behaviour.asked:
        raise Stop(
            "no behaviour is compared, so there is no witness", place="--witness", help="add --behaviour or --trigger NAME"
        )
    written = _write(behaviour.witness, drafts, found) if behaviour.witness is not None else []
    _show(table, found, form, len(drafts))
    for path in written:
        print(f"witness: {path}", file=sys.stderr)
    return FINE


def _variants(files: Sequence[Path], options: Sequence[str]) -> list[Draft]:
    """One text in several variants."""
    if len(options) < 2:
        raise Stop("one text is given", place="casus compare", help="name several files, or --option twice for variants of one")
    return [load_draft(files[0], (option,)) for option in options]


def _behaviour(drafts: Sequence[Draft], names: Mapping[str, str], asked: Behaviour) -> Iterator[Compared]:
    """The first text against each of the others."""
    from casus.compare.behaviour import compare_triggers, same_named

    first = drafts[0].agreement
    for draft in drafts[1:]:
        second = draft.agreement
        back = {own: name for name, own in names.items()}
        if asked.every:
            pairs = same_named(first, second, names)
        else:
            pairs = tuple((name, back.get(name, name)) for name in asked.triggers)
        for one, other in pairs:
            for agreement, name in ((first, one), (second, other)):
                if name not in agreement.triggers:
                    there = ", ".join(agreement.triggers) or "none"
                    help_ = f"there are {there}; --map A=B says that A of the first is B of the second"
                    raise Stop(f"no trigger is called {name}", place=agreement.path, help=help_)
            yield compare_triggers(first, second, (one, other), names, budget=asked.budget, seed=asked.seed)


def _show(table: Matrix, found: Sequence[Compared], form: str, texts: int) -> None:
    from casus.compare import render

    match form:
        case "json":
            say_json(render.matrix_json(table, found))
        case "markdown":
            sys.stdout.write(printable(render.to_markdown(table)))
            for one in found:
                sys.stdout.write(f"\n{_title(one)} ({one.extent})\n\n")
                sys.stdout.write("".join(f"- {line}\n" for line in map(_answer, one.answers)))
        case "csv":
            sys.stdout.write(render.to_csv(table))
        case "html":
            sys.stdout.write(render.to_html(table))
        case _:
            _text(table, found)


def _text(table: Matrix, found: Sequence[Compared]) -> None:
    for index, column in enumerate(table.columns, 1):
        say(f"{index}  {column.label}", style="bold")
    say_sections(
        Section(
            f"{row.title}: {row.question}" if row.title != row.question else row.title,
            tuple(_cell(index, cell) for index, cell in enumerate(row.cells, 1)),
        )
        for row in table.rows
    )
    for one in found:
        answers = tuple(Item(_answer(x)) for x in one.answers)
        say_sections([Section(f"{_title(one)} ({one.extent})", answers)])


def _cell(index: int, cell: MatrixCell) -> Item:
    first, *rest = cell.lines
    style = "yellow" if cell.state in ("silent", "open") else None
    return Item(f"{index}  {first}", tuple(rest), style)


def _title(one: Compared) -> str:
    return f"Behaviour of {one.first}" if one.first == one.second else f"Behaviour of {one.first} and {one.second}"


def _answer(one: Answered) -> str:
    held = {True: "yes", False: "no", None: "not known"}[one.holds]
    question = {
        "first no later": "Is the first met no later than the second?",
        "second no later": "Is the second met no later than the first?",
        "equivalent": "Are they equivalent?",
        "disjoint": "Are they disjoint?",
        "first never": "Is the first never met?",
        "second never": "Is the second never met?",
    }[one.question]
    found = "; --witness DIR writes the record" if one.evidence is not None else ""
    as_far = ", as far as was searched" if one.holds else ""
    return f"{question} {held}{as_far}: {one.text}{found}"


# ---------------------------------------------------------------- witnesses


def _write(folder: Path, drafts: Sequence[Draft], found: Sequence[Compared]) -> list[Path]:
    """For each witness a page over each of the two texts, which `casus run --scenario` or a test can replay."""
    from casus.language.scenario_printer import print_scenario

    made: dict[str, str] = {}
    per_pair = len(found) // max(1, len(drafts) - 1) or 1
    for index, one in enumerate(found):
        second = drafts[1 + index // per_pair] if len(found) == per_pair * (len(drafts) - 1) else drafts[1]
        for answer in one.answers:
            if answer.evidence is None:
                continue
            question = answer.question.replace(" ", "-")
            pages = ((1, drafts[0], answer.evidence.first), (2, second, answer.evidence.second))
            for number, draft, scenario in pages:
                a = draft.agreement
                chosen = f", with {', '.join(a.chosen)} chosen" if a.chosen else ""
                made[f"{one.first}-{one.second}-{index + 1}-{question}-{number}{SUFFIX}"] = (
                    f"# {answer.evidence.outcome}\n\nThis record is over ({a.name}{chosen}), the text with the hash {a.hash}. "
                    f"Nothing in it has happened.\n\n```casus-test\n{print_scenario(scenario)}\n```\n"
                )
    return write_witnesses(folder, made)
