"""What the other builders share: places, numbers, lengths of time, instants, parties and zones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from lark import Token, Tree
from lark.tree import Meta

from casus.diagnostics import Diagnostic, Related, Span
from casus.language import nodes as n
from casus.language.faults import fault
from casus.language.scan import unescape

MAX_DIGITS: Final = 24
"""More digits than any amount of money on earth needs; exact arithmetic stays exact below it."""
MAX_DAYS: Final = 3_660_000
"""Ten thousand years: longer than the calendar of years 1 to 9999."""

Children = list[Any]


class Problems:
    """Collects the findings of a builder about one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: list[Diagnostic] = []

    def add(self, code: str, message: str, span: Span | None, help: str, *because: Related) -> None:  # noqa: A002
        self.found.append(fault(code, message, span, help, *because))

    def span(self, meta: Meta) -> Span:
        return Span(self.path, meta.line, meta.column, meta.end_line, meta.end_column)

    def at(self, token: Token) -> Span:
        return Span(self.path, token.line or 1, token.column or 1, token.end_line or 1, token.end_column or 1)


def check_number(problems: Problems, token: Token) -> n.Number:
    """The number as written; one that is too long to be exact in every sum is reported, and read as 0."""
    if len(token) > MAX_DIGITS and sum(c.isdigit() for c in token) > MAX_DIGITS:
        problems.add("E127", f"a number has at most {MAX_DIGITS} digits", problems.at(token), "shorten it")
        return n.Number("0")
    return n.Number(str(token))


class Walker:
    """Builds from the leaves up, without recursion: a tree may be deeper than Python's stack.

    The method with the name of a rule (or of its alias) gets the rule's place and what its children became.
    """

    def __init__(self, path: str) -> None:
        self.problems = Problems(path)
        self.trees: Children = []
        """The children of the rule at hand as Lark gave them; they know their places."""

    def build(self, tree: Tree[Any]) -> Any:
        order: list[Any] = []
        todo: list[Any] = [tree]
        while todo:
            part = todo.pop()
            order.append(part)
            if isinstance(part, Tree):
                todo.extend(part.children)
        built: list[Any] = []
        for part in reversed(order):
            if isinstance(part, Tree):
                count = len(part.children)
                children = built[len(built) - count :]
                del built[len(built) - count :]
                self.trees = part.children
                built.append(getattr(self, part.data)(part.meta, children))
            else:
                built.append(part)
        return built[0]

    def _place(self, child: Any) -> Span | None:
        """Where a child stands: a token, or a tree that is not empty."""
        if isinstance(child, Token):
            return self.problems.at(child)
        return None if child.meta.empty else self.problems.span(child.meta)


class Values(Walker):
    """Callbacks for the small parts."""

    # ------------------------------------------------------------ numbers and time

    def _number(self, token: Token) -> n.Number:
        return check_number(self.problems, token)

    @staticmethod
    def _moment(token: Token) -> n.Moment:
        """As written: the checker knows the agreement's clock and looks at it."""
        return n.Moment(str(token))

    def dur(self, meta: Meta, c: Children) -> n.Dur:
        number = self._number(c[0])
        unit: Any = str(c[1])
        exact = number.value * {"minutes": 1, "hours": 60, "days": 1440}[unit] * 60_000_000
        span = self.problems.span(meta)
        if exact > Decimal(MAX_DAYS) * 86_400_000_000:
            self.problems.add("E127", f"{number.text} {unit} is longer than the calendar", span, "shorten it")
            number = n.Number("0")
        elif exact != exact.to_integral_value():
            text = f"{number.text} {unit} is no whole number of microseconds"
            self.problems.add("E127", text, span, "write it in a smaller unit")
        return n.Dur(number, unit)

    def cal(self, meta: Meta, c: Children) -> n.Cal:
        unit: Any = str(c[1])
        number = self._number(c[0])
        if number.value * (12 if unit == "years" else 1) > 120_000:
            text = f"{number.text} {unit} is longer than the calendar"
            self.problems.add("E127", text, self.problems.span(meta), "shorten it")
            number = n.Number("0")
        return n.Cal(number, unit)

    def quantity(self, meta: Meta, c: Children) -> n.Length:
        unit: Any = str(c[1])
        return n.Length(self._number(c[0]), unit)

    def money(self, meta: Meta, c: Children) -> n.MoneyAmount:
        return n.MoneyAmount(str(c[0]), self._number(c[1]))

    def colref(self, meta: Meta, c: Children) -> n.ColRef:
        return n.ColRef(str(c[0]), str(c[1]))

    def anchor(self, meta: Meta, c: Children) -> n.Anchor:
        return str(c[0])  # type: ignore[return-value]  # the grammar takes nothing else

    def due(self, meta: Meta, c: Children) -> n.Due:
        return n.DueAfter(c[0], c[1])

    def due_now(self, meta: Meta, c: Children) -> n.Due:
        return n.DueAt(c[0])

    def due_date(self, meta: Meta, c: Children) -> n.Due:
        return n.DueOn(self._moment(c[0]))

    # ------------------------------------------------------------ who

    def every(self, meta: Meta, c: Children) -> n.Every:
        return n.Every(str(c[0]))

    def kof(self, meta: Meta, c: Children) -> n.KOf:
        return n.KOf(self._number(c[0]), str(c[1]))

    def partyset(self, meta: Meta, c: Children) -> n.PartySet:
        return n.PartySet(tuple(n.Named(str(atom)) if isinstance(atom, Token) else atom for atom in c))

    def names(self, meta: Meta, c: Children) -> tuple[str, ...]:
        return tuple(str(name) for name in c)

    names_or = names
    codes = names
    refs = names

    def codes_or(self, meta: Meta, c: Children) -> n.By:
        if c[0].type == "NAME":
            return n.By(name=str(c[0]))
        return n.By(codes=tuple(str(code) for code in c))

    def bydecl(self, meta: Meta, c: Children) -> n.By:
        by: n.By = c[0]
        return by

    # ------------------------------------------------------------ zones

    @staticmethod
    def _zone(child: Any) -> n.ZoneExpr:
        return n.ZName(str(child)) if isinstance(child, Token) else child

    def zin(self, meta: Meta, c: Children) -> n.ZoneExpr:
        return self._zone(c[0])

    def znear(self, meta: Meta, c: Children) -> n.ZoneExpr:
        return n.ZNear(self._zone(c[0]), c[1], self._zone(c[2]))

    def zminus(self, meta: Meta, c: Children) -> n.ZoneExpr:
        return n.ZMinus(self._zone(c[0]), self._zone(c[1]))

    def zplus(self, meta: Meta, c: Children) -> n.ZoneExpr:
        return n.ZPlus(self._zone(c[0]), self._zone(c[1]))

    # ------------------------------------------------------------ text

    @staticmethod
    def _text(token: Token) -> str:
        return unescape(str(token))
