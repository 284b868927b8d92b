"""How much a norm asks for: a sum in the text, a column of an annex, or a share of one; by tier, and indexed. Exact."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from casus.language import nodes as n
from casus.language.agreement import Agreement
from casus.money import MINOR_UNITS, Amount
from casus.time import BEGINNING, END, Instant

Stated = n.ColRef | n.MoneyAmount | n.PercentOf


def required_amount(
    agreement: Agreement, decl: n.NormDecl, debtors: tuple[str, ...], tier: str | None = None, periods: int = 0
) -> tuple[str, Decimal] | None:
    """(currency, amount) that the debtors owe together; None where the norm names none.

    A sum in the text is one sum, however many owe it jointly; the rows of several debtors add up. `tier` is the phase whose
    amount is owed (None: `amount`), `periods` how often it has been indexed.
    """
    stated: Stated | None = next((x.amount for x in decl.tiers if x.phase == tier), decl.amount)
    if stated is None:
        return None
    currency, amount = _stated(agreement, stated, debtors)
    return currency, indexed(decl.indexed, currency, amount, periods)


def _stated(agreement: Agreement, stated: Stated, debtors: tuple[str, ...]) -> tuple[str, Decimal]:
    match stated:
        case n.MoneyAmount(currency, number):
            return currency, number.value
        case n.ColRef() as column:
            return _rows(agreement, column, debtors)
        case n.PercentOf(percent, column):
            currency, total = _rows(agreement, column, debtors)
            return currency, total * percent.value / 100


def indexed(by: n.Indexed | None, currency: str, amount: Decimal, periods: int) -> Decimal:
    """The amount times (1 + p/100)^k, rounded once, half up, to the currency's smallest unit."""
    if by is None or periods <= 0:
        return amount
    unit: int = 10 ** (MINOR_UNITS.get(currency) or 0)
    exact = Fraction(amount) * (1 + Fraction(by.percent.value) / 100) ** periods * unit
    whole = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return Decimal(whole) / unit


def whole_periods(agreement: Agreement, by: n.Indexed | None, base: Instant | None, at: Instant) -> int:
    """How many whole periods of the index lie between its base and an instant."""
    if by is None or base is None or at <= base or base == BEGINNING or by.period.period.months == 0:
        return 0
    count = 0
    while at < END and agreement.clock.add(base, by.period.period * (count + 1)) <= at:
        count += 1
    return count


def _rows(agreement: Agreement, column: n.ColRef, debtors: tuple[str, ...]) -> tuple[str, Decimal]:
    amounts = [Amount.parse(agreement.row(column.schedule, debtor)[column.column]) for debtor in debtors]
    total = amounts[0]
    for amount in amounts[1:]:
        total = total + amount
    return total.currency, total.value
