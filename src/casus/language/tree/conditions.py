"""Conditions on one event (`where`, `when` of an exception) and conditions of a trigger."""

from __future__ import annotations

from typing import Any, TypeVar

from lark import Token
from lark.tree import Meta

from casus.language import nodes as n
from casus.language.tree.values import Children, Values

T = TypeVar("T")


def _flat(kind: type[Any], parts: Children) -> Any:
    """`a or (b or c)` says the same as `a or b or c`: one node holds all alternatives."""
    flat: list[Any] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    return kind(tuple(flat))


def _take(children: Children, kind: type[T]) -> T | None:
    """Removes and gives the first child of a kind (an optional part)."""
    for index, child in enumerate(children):
        if isinstance(child, kind):
            del children[index]
            return child
    return None


class Conditions(Values):
    """Callbacks for conditions. The alternatives of `or` and `and` are flat, whatever the parentheses."""

    # ------------------------------------------------------------ of one event

    def cond(self, meta: Meta, c: Children) -> n.Cond:
        made: n.Cond = _flat(n.COr, c)
        return made

    def conj(self, meta: Meta, c: Children) -> n.Cond:
        made: n.Cond = _flat(n.CAnd, c)
        return made

    def c_not(self, meta: Meta, c: Children) -> n.Cond:
        return n.CNot(c[0])

    def c_cmp(self, meta: Meta, c: Children) -> n.Cond:
        return n.CCompare(str(c[0]), str(c[1]), self._number(c[2]))

    def c_cmp_dur(self, meta: Meta, c: Children) -> n.Cond:
        return n.CCompareDuration(str(c[0]), str(c[1]), c[2])

    def c_enum(self, meta: Meta, c: Children) -> n.Cond:
        return n.COneOf(str(c[0]), tuple(str(value) for value in c[1:]))

    def c_is(self, meta: Meta, c: Children) -> n.Cond:
        return n.CIs(str(c[0]), str(c[1]))

    def c_in(self, meta: Meta, c: Children) -> n.Cond:
        return n.CIn(str(c[0]), self._zone(c[1]))

    def c_near(self, meta: Meta, c: Children) -> n.Cond:
        return n.CNear(str(c[0]), c[1], self._zone(c[2]))

    def c_at(self, meta: Meta, c: Children) -> n.Cond:
        return n.CIn("at", self._zone(c[0]))

    def c_at_near(self, meta: Meta, c: Children) -> n.Cond:
        return n.CNear("at", c[0], self._zone(c[1]))

    def c_by(self, meta: Meta, c: Children) -> n.Cond:
        return n.CBy((str(c[0]),))

    def c_by_in(self, meta: Meta, c: Children) -> n.Cond:
        return n.CBy(tuple(str(code) for code in c), listed=True)

    def c_ref(self, meta: Meta, c: Children) -> n.Cond:
        return n.CRef(str(c[0]), self.problems.span(meta))

    def c_follows(self, meta: Meta, c: Children) -> n.Cond:
        return n.CFollows(str(c[0]), _take(c, n.By), c[-1], self.problems.span(meta))

    def c_cured(self, meta: Meta, c: Children) -> n.Cond:
        return n.CCured(str(c[0]), c[1], self.problems.span(meta))

    def c_repeated(self, meta: Meta, c: Children) -> n.Cond:
        return n.CRepeated(c[0])

    def where(self, meta: Meta, c: Children) -> n.Cond:
        made: n.Cond = c[0]
        return made

    # ------------------------------------------------------------ of a trigger

    def tcond(self, meta: Meta, c: Children) -> n.TCond:
        made: n.TCond = _flat(n.TOr, c)
        return made

    def tconj(self, meta: Meta, c: Children) -> n.TCond:
        made: n.TCond = _flat(n.TAnd, c)
        return made

    def t_not(self, meta: Meta, c: Children) -> n.TCond:
        return n.TNot(c[0])

    def thr(self, meta: Meta, c: Children) -> n.Threshold:
        return n.Threshold(str(c[0]), self._number(c[1]))

    def window(self, meta: Meta, c: Children) -> n.Window:
        closed = c[0].type == "BOUND"
        kind = n.Fixed if str(c[-2]) == "fixed" else n.Rolling
        return kind(c[-1], closed)

    def w_since(self, meta: Meta, c: Children) -> n.Window:
        return n.Since(self._moment(c[0]) if c else None)

    def t_any(self, meta: Meta, c: Children) -> n.TCond:
        return n.TAny(str(c[0]), _take(c, n.By), self.problems.span(meta))

    def t_countof(self, meta: Meta, c: Children) -> n.TCond:
        by = _take(c, n.By)
        return n.TCount(str(c[0]), by, c[1], c[2], self.problems.span(meta))

    def t_sumof(self, meta: Meta, c: Children) -> n.TCond:
        by = _take(c, n.By)
        return n.TSum(str(c[0]), str(c[1]), by, c[2], c[3], self.problems.span(meta))

    def t_distinct(self, meta: Meta, c: Children) -> n.TCond:
        by = _take(c, n.By)
        what: Any = str(c[0])
        return n.TDistinct(what, str(c[1]), by, c[2], c[3], self.problems.span(meta))

    def t_rate(self, meta: Meta, c: Children) -> n.TCond:
        by = _take(c, n.By)
        return n.TRate(str(c[0]), by, str(c[1]), self._number(c[2]), str(c[3]), c[4], self.problems.span(meta))

    def t_ratio(self, meta: Meta, c: Children) -> n.TCond:
        by = _take(c[1:2], n.By)
        name, (op, factor, other, *rest) = c[0], c[1 if by is None else 2 :]
        other_by, window = _take(rest, n.By), rest[-1]
        span = self.problems.span(meta)
        return n.TRatio(str(name), by, str(op), self._number(factor), str(other), other_by, window, span)

    def t_quiet(self, meta: Meta, c: Children) -> n.TCond:
        by, dur = _take(c, n.By), _take(c, n.Dur)
        assert dur is not None
        return n.TQuiet(str(c[0]), by, dur, str(c[1]) if len(c) > 1 else None, self.problems.span(meta))

    def t_absent(self, meta: Meta, c: Children) -> n.TCond:
        by = _take(c, n.By)
        return n.TAbsent(str(c[0]), by, c[1], str(c[2]), self.problems.span(meta))

    def t_for(self, meta: Meta, c: Children) -> n.TCond:
        return n.THolds(str(c[0]), c[1], self.problems.span(meta))

    def t_seq(self, meta: Meta, c: Children) -> n.TCond:
        return n.TThen(str(c[0]), str(c[1]), c[2], self.problems.span(meta))

    def t_latest(self, meta: Meta, c: Children) -> n.TCond:
        by = _take(c, n.By)
        return n.TLatest(str(c[0]), by, c[1], self.problems.span(meta))

    def t_met(self, meta: Meta, c: Children) -> n.TCond:
        return n.TMet(str(c[0]), self._number(c[1]), c[2], self.problems.span(meta))

    # ------------------------------------------------------------ signals

    def tsignal(self, meta: Meta, c: Children) -> n.Signal:
        """`NAME`, `signal of NAME` or `NAME adopted`: the name is the child that is a token."""
        kind = next((child for child in c if not isinstance(child, Token)), None)
        name = next(child for child in c if isinstance(child, Token))
        return n.Signal(str(name), kind, self.problems.span(meta))

    def determined(self, meta: Meta, c: Children) -> n.Signal:
        return n.Signal(str(c[0]), "determined", self.problems.span(meta))

    def cf_state(self, meta: Meta, c: Children) -> str:
        return str(c[0])

    def ruled(self, meta: Meta, c: Children) -> str:
        return str(c[0])

    def signals(self, meta: Meta, c: Children) -> tuple[n.Signal, ...]:
        return tuple(c)

    def s_breach(self, meta: Meta, c: Children) -> str:
        return "breach"

    def s_reversal(self, meta: Meta, c: Children) -> str:
        return "reversal"

    def s_use(self, meta: Meta, c: Children) -> str:
        return "exercise"

    def s_refusal(self, meta: Meta, c: Children) -> str:
        return "refusal"

    def s_lapse(self, meta: Meta, c: Children) -> str:
        return "lapse"

    def s_fulf(self, meta: Meta, c: Children) -> str:
        return "fulfilment"

    def adopted(self, meta: Meta, c: Children) -> str:
        return "adopted"

    def rejected(self, meta: Meta, c: Children) -> str:
        return "rejected"
