"""An exact amount of money: a currency and a decimal number, never a float."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from typing import Final

from casus.money.currencies import MINOR_UNITS

_CELL: Final = re.compile(r"([A-Za-z]{3})[ \u00a0\u202f]+([0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?)")
_TOO_MUCH: Final = Decimal(10) ** 30
_EXACT: Final = Context(prec=200, traps=[Inexact])


class InvalidAmount(ValueError):
    """The text is not an amount, or the currency is none of ISO 4217. `help` says how to write it, where that is known."""

    def __init__(self, message: str, help: str | None = None) -> None:  # noqa: A002 (the word of every diagnostic)
        super().__init__(message)
        self.help = help


class DifferentCurrencies(ValueError):
    """Amounts of two currencies add up or compare only at a rate, and a rate has a source and a date."""


@dataclass(frozen=True, slots=True)
class Amount:
    """`value` units of an ISO 4217 `currency`, with no more decimals than its minor unit (raises InvalidAmount)."""

    currency: str
    value: Decimal

    def __post_init__(self) -> None:
        digits = MINOR_UNITS.get(self.currency)
        if digits is None:
            raise InvalidAmount(f"{self.currency} is no currency of ISO 4217", _near(self.currency))
        if not isinstance(self.value, Decimal) or not self.value.is_finite():
            raise InvalidAmount(f"{self.value} is not an exact finite number")
        if abs(self.value) >= _TOO_MUCH:
            raise InvalidAmount(f"{self.currency} with {self.value.adjusted() + 1} digits is no amount of money")
        if self.value != self.value.quantize(Decimal(1).scaleb(-digits), context=Context(prec=200)):
            least = Decimal(1).scaleb(-digits)
            raise InvalidAmount(f"{self.value} {self.currency} is finer than the smallest amount, {least:f} {self.currency}")

    @classmethod
    def parse(cls, text: str) -> Amount:
        """Read `EUR 1_500_000_000` or `EUR 12.50` (raises InvalidAmount with a help)."""
        match = _CELL.fullmatch(text.strip())
        if match is None:
            raise InvalidAmount(f"{text.strip()!r} is not an amount of money", _how_to_write(text.strip()))
        code = match[1]
        if code not in MINOR_UNITS and code.upper() in MINOR_UNITS:
            raise InvalidAmount(f"{code} is no currency of ISO 4217", f"write {code.upper()}")
        return cls(code, Decimal(match[2].replace("_", "")))

    def __add__(self, other: Amount) -> Amount:
        if type(other) is not Amount:
            return NotImplemented
        return Amount(self._same(other), _EXACT.add(self.value, other.value))

    def __sub__(self, other: Amount) -> Amount:
        if type(other) is not Amount:
            return NotImplemented
        return Amount(self._same(other), _EXACT.subtract(self.value, other.value))

    def __mul__(self, factor: int) -> Amount:
        return Amount(self.currency, _EXACT.multiply(self.value, Decimal(factor))) if type(factor) is int else NotImplemented

    __rmul__ = __mul__

    def __lt__(self, other: Amount) -> bool:
        return self._same(other) != "" and self.value < other.value if type(other) is Amount else NotImplemented

    def __le__(self, other: Amount) -> bool:
        return self._same(other) != "" and self.value <= other.value if type(other) is Amount else NotImplemented

    def __gt__(self, other: Amount) -> bool:
        return self._same(other) != "" and self.value > other.value if type(other) is Amount else NotImplemented

    def __ge__(self, other: Amount) -> bool:
        return self._same(other) != "" and self.value >= other.value if type(other) is Amount else NotImplemented

    def __str__(self) -> str:
        """As an annex writes it: `EUR 1_500_000_000`, `EUR 12.50`; decimals only where there are any."""
        digits = 0 if self.value == self.value.to_integral_value() else MINOR_UNITS[self.currency]
        return f"{self.currency} {self.value:,.{digits}f}".replace(",", "_")

    def _same(self, other: Amount) -> str:
        if self.currency != other.currency:
            raise DifferentCurrencies(f"{self} and {other} are of different currencies")
        return self.currency


def total(amounts: Iterable[Amount], currency: str) -> Amount:
    """The sum of amounts of one currency (raises DifferentCurrencies); zero for none."""
    result = Amount(currency, Decimal(0))
    for amount in amounts:
        result = result + amount
    return result


def _near(code: str) -> str | None:
    found = difflib.get_close_matches(code.upper(), MINOR_UNITS, 3, cutoff=0.6)
    return f"did you mean {', '.join(found)}?" if found else None


def _how_to_write(text: str) -> str:
    """What the writer probably meant, in the one form that has one reading."""
    bare = re.fullmatch(r"([A-Za-z]{3})?\s*([\d.,_'\s]*\d)\s*([A-Za-z]{3})?", text)
    code, number, after = bare.groups() if bare else (None, "", None)
    code = (code or after or "EUR").upper()
    groups = re.sub(r"[\s']", "_", number or "")
    if re.fullmatch(r"\d{1,3}(_\d{3})+,\d{3}", groups) or re.fullmatch(r"\d{1,3}(,\d{3}){2,}(\.\d+)?", groups):
        return f"write {code} {groups.replace(',', '_')}"
    if re.fullmatch(r"\d{1,3}((\.\d{3})+,\d+|(\.\d{3}){2,})", groups):
        return f"write {code} {groups.replace('.', '_').replace(',', '.')}"
    if re.fullmatch(r"\d{1,3},\d{3}", groups):
        return (
            f"write {code} {groups.replace(',', '_')} for thousands, or {code} {groups.replace(',', '.')} for a decimal point"
        )
    if re.fullmatch(r"[\d_]+,\d+", groups):
        return f"the decimal sign is a point: write {code} {groups.replace(',', '.')}"
    if re.fullmatch(r"\d+(_\d+)*(\.\d+)?", groups):
        return f"write {code} {groups}"
    return "write a currency of ISO 4217 and a number: EUR 1_500_000 or EUR 12.50"
