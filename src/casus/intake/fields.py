"""The fields of an event from the cells of a row, one small function per rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from casus.acts import Code, Length, Money, Quantity, Text, Value, Word
from casus.intake.mapping import UNIT_US, FieldRule, Mapping, Numbers
from casus.intake.rows import BadValue, did_you_mean, slug
from casus.intake.values import moment, number, whole, zone_named

Cells = Sequence[str]
Losses = list[str]
CellOf = Callable[[Cells], str]
FieldOf = Callable[[Cells, Losses], Value | None]

_YES = frozenset({"yes", "true", "1", "y"})
_NO = frozenset({"no", "false", "0", "n"})


def compile_field(name: str, rule: FieldRule, cell: Callable[[str], CellOf], mapping: Mapping) -> FieldOf:
    """The function that gives the field's value, or None where the cells say nothing (raises BadValue per row)."""
    read = _reader(rule, cell, mapping)
    required = rule.required
    unless = rule.unless
    held = (cell(unless.column), frozenset(unless.equals), unless.loss) if unless is not None else None

    def field(cells: Cells, losses: Losses) -> Value | None:
        if held is not None and held[0](cells) in held[1]:
            losses.append(held[2])
            return None
        try:
            value = read(cells, losses)
        except BadValue as problem:
            raise BadValue(f"{name}: {problem.reason}", problem.help) from None
        except ValueError as problem:
            raise BadValue(f"{name}: {problem}") from None
        if value is None and required:
            raise BadValue(f"{name} is not given, and the mapping requires it")
        return value

    return field


def _reader(rule: FieldRule, cell: Callable[[str], CellOf], mapping: Mapping) -> FieldOf:
    if rule.low or rule.best or rule.high:
        return _bounds(rule, cell, mapping.numbers)
    if rule.start and rule.end:
        occurred = mapping.occurred
        zone = zone_named(occurred.zone) if occurred.zone else None
        return _span(cell(rule.start), cell(rule.end), zone, occurred.format)
    if rule.type in ("text", "word") and len(rule.columns) > 1:
        return _joined([cell(column) for column in rule.columns], rule)
    one = _one(rule, mapping.numbers, cell)
    if rule.value is not None:
        constant = rule.value
        return lambda cells, losses: one(constant, cells)
    read = cell(rule.columns[0])

    def single(cells: Cells, losses: Losses) -> Value | None:
        text = read(cells)
        return one(text, cells) if text else None

    return single


def _one(rule: FieldRule, numbers: Numbers, cell: Callable[[str], CellOf]) -> Callable[[str, Cells], Value]:
    """From the text of one cell to a value of the rule's type."""
    thousands, decimal, words = numbers.thousands, numbers.decimal, rule.words
    match rule.type:
        case "count":
            return lambda text, cells: _exactly(whole(text, thousands=thousands, decimal=decimal))
        case "text":
            return lambda text, cells: _text(text if not words else _listed(text, rule))
        case "word":
            return lambda text, cells: _word(slug(_listed(text, rule) if words else text))
        case "reference":
            return lambda text, cells: _word(slug(_listed(text, rule) if words else text))
        case "flag":
            return lambda text, cells: _word(_flag(_listed(text, rule) if words else text))
        case "duration":
            unit = UNIT_US[rule.unit]
            return lambda text, cells: _length(number(text, thousands=thousands, decimal=decimal), unit)
        case "code":
            return lambda text, cells: Code(_listed(text, rule) if words else text)
        case "money":
            constant = rule.currency
            currency_of = cell(rule.currency_column) if rule.currency_column is not None else None

            def money(text: str, cells: Cells) -> Value:
                currency = currency_of(cells) if currency_of is not None else constant or ""
                if len(currency) != 3 or not (currency.isascii() and currency.isalpha() and currency.isupper()):
                    raise BadValue(f"{currency!r} is not a currency code of ISO 4217")
                return Money(currency, number(text, thousands=thousands, decimal=decimal))

            return money


def _bounds(rule: FieldRule, cell: Callable[[str], CellOf], numbers: Numbers) -> FieldOf:
    """Low, best and high. What is not given: low 0, high without bound."""
    reads = [cell(name) if name else None for name in (rule.low, rule.best, rule.high)]
    thousands, decimal, widen = numbers.thousands, numbers.decimal, rule.disorder == "widen"
    counted = "/".join(name for name in (rule.low, rule.best, rule.high) if name)

    def bounds(cells: Cells, losses: Losses) -> Value | None:
        texts = [read(cells) if read is not None else "" for read in reads]
        if not any(texts):
            return None
        low, best, high = (whole(text, thousands=thousands, decimal=decimal) if text else None for text in texts)
        given = [value for value in (low, best, high) if value is not None]
        if given != sorted(given):
            if not widen:
                raise BadValue(f"{counted} are out of order: {' / '.join(map(str, given))}")
            losses.append(f"{counted} out of order: the range is widened to hold all of them")
            low = min(given) if low is not None else None
            high = max(given) if high is not None else None
        return _quantity(low or Decimal(0), best, high)

    return bounds


def _span(start: CellOf, end: CellOf, zone: ZoneInfo | None, pattern: str) -> FieldOf:
    """How long from the one instant to the other."""

    def span(cells: Cells, losses: Losses) -> Value | None:
        first, last = start(cells), end(cells)
        if not first or not last:
            losses.append("start or end empty: how long it lasted is not known")
            return None
        a, b = moment(first, zone=zone, pattern=pattern), moment(last, zone=zone, pattern=pattern)
        if a.lo != a.hi or b.lo != b.hi:
            losses.append("start or end is not an exact instant: how long it lasted is not known")
            return None
        if b.lo < a.lo:
            raise BadValue(f"it ends ({last}) before it starts ({first})", "are the two columns swapped?")
        return Length(b.lo.us - a.lo.us)

    return span


def _joined(reads: list[CellOf], rule: FieldRule) -> FieldOf:
    join, words = rule.join, rule.type == "word"

    def joined(cells: Cells, losses: Losses) -> Value | None:
        text = join.join(part for read in reads if (part := read(cells)))
        if not text:
            return None
        return _word(slug(text)) if words else _text(text)

    return joined


def infer(text: str) -> Value:
    """A column without a rule: a count where it is a whole number of 0 or more, a text elsewhere."""
    if text.isascii() and text.isdigit() and len(text) <= 15 and (text == "0" or text[0] != "0"):
        return _exactly(Decimal(text))
    return _text(text)


def _listed(text: str, rule: FieldRule) -> str:
    found = rule.words.get(text)
    if found is None:
        raise BadValue(f"{text!r} is not in the table of words{did_you_mean(text, rule.words)}")
    return found


def _flag(text: str) -> str:
    lowered = text.casefold()
    if lowered in _YES:
        return "yes"
    if lowered in _NO:
        return "no"
    raise BadValue(f"{text!r} is neither yes nor no")


def _length(value: Decimal, unit: int) -> Length:
    if value < 0:
        raise BadValue(f"{value} is below 0")
    return Length(int(value * unit))


@lru_cache(maxsize=4096)
def _exactly(value: Decimal) -> Quantity:
    return Quantity(value, value, value)


@lru_cache(maxsize=4096)
def _quantity(low: Decimal, best: Decimal | None, high: Decimal | None) -> Quantity:
    return Quantity(low, high, best)


@lru_cache(maxsize=4096)
def _text(text: str) -> Text:
    return Text(text)


@lru_cache(maxsize=4096)
def _word(word: str) -> Word:
    return Word(word)


__all__ = ["CellOf", "Cells", "FieldOf", "Losses", "compile_field", "infer"]
