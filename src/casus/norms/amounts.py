"""How much a norm asks for: a sum in the text, a column of an annex, or a share of one. Exact."""

from __future__ import annotations

from decimal import Decimal

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.money import Amount


def required_amount(agreement: Agreement, decl: n.NormDecl, debtors: tuple[str, ...]) -> tuple[str, Decimal] | None:
    """(currency, amount) that the debtors owe together; None where the norm names none.

    A sum in the text is one sum, however many owe it jointly; the rows of several debtors add up.
    """
    match decl.amount:
        case None:
            return None
        case n.MoneyAmount(currency, number):
            return currency, number.value
        case n.ColRef() as column:
            return _rows(agreement, column, debtors)
        case n.PercentOf(percent, column):
            currency, total = _rows(agreement, column, debtors)
            return currency, total * percent.value / 100


def _rows(agreement: Agreement, column: n.ColRef, debtors: tuple[str, ...]) -> tuple[str, Decimal]:
    amounts = [Amount.parse(agreement.row(column.schedule, debtor)[column.column]) for debtor in debtors]
    total = amounts[0]
    for amount in amounts[1:]:
        total = total + amount
    return total.currency, total.value
