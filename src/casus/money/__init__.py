"""Exact amounts of money in the currencies of ISO 4217. No floats, and no conversion without a rate."""

from casus.money.amount import Amount, DifferentCurrencies, InvalidAmount, total
from casus.money.currencies import MINOR_UNITS

__all__ = ["MINOR_UNITS", "Amount", "DifferentCurrencies", "InvalidAmount", "total"]
