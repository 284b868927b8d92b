"""A naive evaluator of the fragment of MonPoly's language that is exported: relations at each time point, by the definitions.

It shares nothing with Casus: it parses the three files and evaluates the formula at every time point of the log.
"""

from __future__ import annotations

import operator
import re
from typing import Any

Row = dict[str, Any]
TOKEN = re.compile(r'\s*(<-|<=|>=|[A-Za-z_]\w*|\d+|"[^"]*"|[\[\](),.*@<>=;:])')
COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq}
Log = list[tuple[int, dict[str, list[tuple[Any, ...]]]]]


def tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        assert match, text[at:]
        found.append(match[1])
        at = match.end()
    return found


def read_log(text: str) -> Log:
    made: Log = []
    for line in text.splitlines():
        stream = tokens(line)
        assert stream[0] == "@"
        facts: dict[str, list[tuple[Any, ...]]] = {}
        at, name = 2, ""
        while at < len(stream):
            if stream[at] != "(":
                name, at = stream[at], at + 1
                continue
            end = stream.index(")", at)
            facts.setdefault(name, []).append(tuple(value(x) for x in stream[at + 1 : end] if x != ","))
            at = end + 1
        made.append((int(stream[1]), facts))
    assert [ts for ts, _ in made] == sorted({ts for ts, _ in made}), "one time point per timestamp, in order"
    return made


def value(text: str) -> Any:
    return text[1:-1] if text.startswith('"') else int(text)


class Parser:
    def __init__(self, text: str) -> None:
        self.stream, self.at = tokens(text), 0

    def take(self, *wanted: str) -> str | None:
        if self.at < len(self.stream) and (not wanted or self.stream[self.at] in wanted):
            self.at += 1
            return self.stream[self.at - 1]
        return None

    def need(self, word: str) -> None:
        assert self.take(word), (word, self.stream[self.at :])

    def formula(self) -> Any:
        left = self.conjunction()
        while self.take("OR"):
            left = ("or", left, self.conjunction())
        return left

    def conjunction(self) -> Any:
        left = self.unary()
        while self.take("AND"):
            left = ("and", left, self.unary())
        return left

    def unary(self) -> Any:
        if self.take("NOT"):
            return "not", self.unary()
        if self.take("EXISTS"):
            names = [self.take()]
            while self.take(","):
                names.append(self.take())
            self.need(".")
            return "exists", names, self.unary()
        if kind := self.take("ONCE", "EVENTUALLY"):
            return kind, self.interval(), self.unary()
        if self.take("("):
            inner = self.formula()
            self.need(")")
            return inner
        name = self.take()
        assert name
        if self.take("("):
            names = [self.take()]
            while self.take(","):
                names.append(self.take())
            self.need(")")
            return "predicate", name, names
        if self.take("<-"):
            kind = self.take("CNT", "SUM")
            over = self.take()
            return "aggregate", name, kind, over, self.unary()
        left = self.term(name)
        op = self.take(*COMPARE)
        assert op
        first = self.take()
        assert first
        return "compare", op, left, self.term(first)

    def term(self, first: str) -> tuple[int, str | None]:
        if not first.isdigit():
            return 1, first
        return (int(first), self.take()) if self.take("*") else (int(first), None)

    def interval(self) -> tuple[int, bool, int | None, bool]:
        opens = self.take("[", "(")
        low = self.take()
        self.need(",")
        high = self.take()
        closes = self.take("]", ")")
        assert low
        assert high
        return int(low), opens == "[", None if high == "*" else int(high), closes == "]"


def inside(interval: tuple[int, bool, int | None, bool], distance: int) -> bool:
    low, opens, high, closes = interval
    return (distance > low or (opens and distance == low)) and (
        high is None or distance < high or (closes and distance == high)
    )


def rows(f: Any, log: Log, i: int) -> list[Row]:
    """The satisfying assignments of f at time point i, each once."""
    match f:
        case "predicate", name, names:
            found = [dict(zip(names, fact, strict=True)) for fact in log[i][1].get(name, [])]
        case "and", left, ("not", right):
            against = rows(right, log, i)
            found = [row for row in rows(left, log, i) if not any(_agree(row, other) for other in against)]
        case "and", left, ("compare", op, x, y):
            found = [row for row in rows(left, log, i) if COMPARE[op](_number(x, row), _number(y, row))]
        case "and", left, right:
            others = rows(right, log, i)
            found = [row | other for row in rows(left, log, i) for other in others if _agree(row, other)]
        case "or", left, right:
            found = rows(left, log, i) + rows(right, log, i)
        case "not", part:
            found = [] if rows(part, log, i) else [{}]
        case "exists", names, part:
            found = [{k: v for k, v in row.items() if k not in names} for row in rows(part, log, i)]
        case "aggregate", name, kind, over, part:
            inner = rows(part, log, i)
            assert all(over in row for row in inner)
            found = [{name: len(inner) if kind == "CNT" else sum(row[over] for row in inner)}]
        case "ONCE", interval, part:
            found = [row for j in range(i + 1) if inside(interval, log[i][0] - log[j][0]) for row in rows(part, log, j)]
        case "EVENTUALLY", interval, part:
            found = [row for j in range(i, len(log)) if inside(interval, log[j][0] - log[i][0]) for row in rows(part, log, j)]
        case _:
            raise AssertionError(f)
    return [dict(row) for row in sorted({tuple(sorted(row.items())) for row in found}, key=repr)]


def _agree(left: Row, right: Row) -> bool:
    return all(left[k] == right[k] for k in left.keys() & right.keys())


def _number(term: tuple[int, str | None], row: Row) -> int:
    return term[0] if term[1] is None else term[0] * row[term[1]]


def monitor(signature: str, formula: str, log: str) -> str:
    """What MonPoly would print of a closed formula, at every time point."""
    declared = {line.split("(")[0]: line.count(":") for line in signature.splitlines()}
    facts = read_log(log)
    for _, here in facts:
        assert all(len(fact) == declared[name] for name, some in here.items() for fact in some)
    parser = Parser(formula)
    parsed = parser.formula()
    assert parser.at == len(parser.stream), parser.stream[parser.at :]
    return "".join(
        f"@{ts}. (time point {i}): {'true' if rows(parsed, facts, i) else 'false'}\n" for i, (ts, _) in enumerate(facts)
    )
