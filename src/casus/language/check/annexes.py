"""E32x: the annex tables that schedules and weights read: the table, its columns, a row for each debtor, its cells."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from casus.diagnostics import Diagnostic, Related, Span
from casus.language import nodes as n
from casus.language.agreement import Table
from casus.language.check.codes import finding
from casus.language.check.scope import Scope
from casus.money import Amount, InvalidAmount

_WHOLE: Final = re.compile(r"[0-9]+(_[0-9]+)*")
_NUMBER: Final = re.compile(r"[0-9]+(_[0-9]+)*(\.[0-9]+)?")
_LONGEST: Final = 1_000_000


def check_annexes(scope: Scope) -> Iterator[Diagnostic]:
    for schedule in scope.of("schedule"):
        table = scope.document.tables.get(schedule.table)
        if table is None:
            yield _no_table(scope, schedule)
        elif schedule.key not in table.columns:
            yield _no_column(scope, table, schedule.key, schedule.place("key"))
        else:
            yield from _rows(scope, schedule, table)
    for weights in scope.of("weights"):
        yield from _weights(scope, weights)
    for copy in scope.of("copy"):
        if copy.table not in scope.document.tables:
            yield _no_table(scope, copy)


def _no_table(scope: Scope, decl: n.ScheduleDecl | n.WeightsDecl | n.CopyDecl) -> Diagnostic:
    near = difflib.get_close_matches(decl.table, scope.document.tables, 3) or list(scope.document.tables)[:5]
    return finding(
        "E320",
        f'there is no table "{decl.table}" under a heading of that id',
        decl.place("table"),
        help=f"the tables are {', '.join(near)}" if near else "put a Markdown table under a heading, such as: ## Annex II",
    )


def _no_column(scope: Scope, table: Table, column: str, span: Span | None) -> Diagnostic:
    near = difflib.get_close_matches(column, table.columns, 1)
    return finding(
        "E321",
        f'the table "{table.id}" has no column {column}: {", ".join(table.columns)}',
        span,
        because=_table(scope, table),
        help=f"did you mean {near[0]}?" if near else None,
    )


def _table(scope: Scope, table: Table) -> list[Related]:
    return [Related(f'the table "{table.id}" is here', scope.document.table_spans.get(table.id))]


def _rows(scope: Scope, schedule: n.ScheduleDecl, table: Table) -> Iterator[Diagnostic]:
    """What the norms that use a schedule need of its table."""
    rows = _keyed(table, schedule.key)
    yield from _duplicates(scope, table, rows, schedule.place("table"))
    users = [norm for norm in scope.norms() if schedule.name in {ref.schedule for ref, _ in _columns(norm)}]
    debtors: set[str] = set()
    for norm in users:
        debtors |= scope.who(norm.debtor) | scope.who(norm.backup)
        for debtor in sorted(scope.who(norm.debtor) | scope.who(norm.backup)):
            if debtor not in rows:
                yield finding(
                    "E322",
                    f'{debtor} owes {norm.name}, and the table "{table.id}" has no row for it',
                    norm.place("amount", "due"),
                    because=_table(scope, table),
                    help=f"add a row with {schedule.key} {debtor}",
                )
        for reference, clause in _columns(norm):
            if reference.schedule == schedule.name:
                yield from _column(scope, norm, table, rows, reference.column, clause)
    for key in rows:
        if users and key not in debtors:
            yield finding(
                "W608",
                f'the table "{table.id}" has a row for {key or "nobody"}, who owes nothing by it',
                schedule.place("table"),
                because=_table(scope, table),
                help=scope.near(key, {"party", "body"}),
            )


def _keyed(table: Table, key: str) -> dict[str, list[Mapping[str, str]]]:
    rows: dict[str, list[Mapping[str, str]]] = {}
    for row in table.rows:
        rows.setdefault(row.get(key, ""), []).append(row)
    return rows


def _duplicates(
    scope: Scope, table: Table, rows: Mapping[str, Sequence[Mapping[str, str]]], span: Span | None
) -> Iterator[Diagnostic]:
    for key, found in rows.items():
        if len(found) > 1:
            yield finding("E324", f'the table "{table.id}" has {len(found)} rows for {key}', span, because=_table(scope, table))


def _columns(norm: n.NormDecl) -> Iterator[tuple[n.ColRef, str]]:
    for stated, clause in ((norm.amount, "amount"), *((tier.amount, "tiers") for tier in norm.tiers)):
        amount = stated.column if isinstance(stated, n.PercentOf) else stated
        if isinstance(amount, n.ColRef):
            yield amount, clause
    if isinstance(norm.due, n.DueColumn):
        yield norm.due.column, "due"


def _column(
    scope: Scope, norm: n.NormDecl, table: Table, rows: Mapping[str, Sequence[Mapping[str, str]]], column: str, clause: str
) -> Iterator[Diagnostic]:
    place = norm.place(clause)
    if column not in table.columns:
        yield _no_column(scope, table, column, place)
        return
    currencies: dict[str, str] = {}
    for debtor in sorted(scope.who(norm.debtor) | scope.who(norm.backup)):
        for row in rows.get(debtor, ())[:1]:
            cell = row.get(column, "").strip()
            where = f'row {debtor}, column {column} of the table "{table.id}"'
            if clause == "due":
                if not _WHOLE.fullmatch(cell) or int(cell.replace("_", "")[:12]) > _LONGEST:
                    message = f"{where}: {cell!r} is not a whole number of days"
                    yield finding("E323", message, place, because=_table(scope, table), help="write a number like 21")
                continue
            try:
                currencies.setdefault(Amount.parse(cell).currency, debtor)
            except InvalidAmount as problem:
                yield finding("E323", f"{where}: {problem}", place, because=_table(scope, table), help=problem.help)
    if norm.sharing != "several" and len(currencies) > 1:
        yield finding(
            "E325",
            f"{norm.name} is owed together, and its amounts are in {' and '.join(sorted(currencies))}: they do not add up",
            place,
            because=_table(scope, table),
        )


def _weights(scope: Scope, weights: n.WeightsDecl) -> Iterator[Diagnostic]:
    table = scope.document.tables.get(weights.table)
    if table is None:
        yield _no_table(scope, weights)
        return
    missing = [(c, f) for c, f in ((weights.key, "key"), (weights.value, "value")) if c not in table.columns]
    for column, field in missing:
        yield _no_column(scope, table, column, weights.place(field))
    if missing:
        return
    rows = _keyed(table, weights.key)
    yield from _duplicates(scope, table, rows, weights.place("table"))
    members = sorted({m for d in scope.of("decision") if _weighed(d, weights.name) for m in scope.who(d.members)})
    total = Decimal(0)
    for member in members:
        if member not in rows:
            message = f'{member} votes by the weights {weights.name}, and the table "{table.id}" has no row for it'
            help_ = f"add a row with {weights.key} {member}"
            yield finding("E322", message, weights.place("table"), because=_table(scope, table), help=help_)
            continue
        cell = rows[member][0].get(weights.value, "").strip()
        if not _NUMBER.fullmatch(cell):
            message = f'row {member}, column {weights.value} of the table "{table.id}": {cell!r} is not a number'
            yield finding(
                "E323", message, weights.place("value"), because=_table(scope, table), help="write a number like 12.5"
            )
        else:
            total += Decimal(cell.replace("_", ""))
    if (
        members
        and total == 0
        and all(_NUMBER.fullmatch(rows[m][0].get(weights.value, "").strip()) for m in members if m in rows)
    ):
        message = f'all weights in the table "{table.id}" are 0: no share of them is ever reached'
        yield finding("W614", message, weights.place("value"), because=_table(scope, table))


def _weighed(decision: n.DecisionDecl, weights: str) -> bool:
    return isinstance(decision.rule, n.Shares) and any(share.weights == weights for share in decision.rule.shares)
