"""The lines of a scenario: acts with their instants, and expectations."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from lark import Token
from lark.tree import Meta

from casus import acts
from casus.diagnostics import Related, Span
from casus.language import nodes as n
from casus.language.scan import unescape
from casus.language.scenario import Expect, Line
from casus.language.tree.values import Children, Walker, check_number
from casus.time import Clock, Instant, InvalidInstant

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Head:
    """`scenario …`."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line that may stand or not; `name` is a field's name, or `by`, `id`, `to`, `known`, `at`, `as`, `place`."""

    name: str
    value: Any
    span: Span


class LineBuilder(Walker):
    """Makes heads, lines and expectations. Whatever is wrong with a value stands in `problems.found`."""

    def __init__(self, path: str, clock: Clock) -> None:
        super().__init__(path)
        self.clock = clock

    def _value(self, meta: Meta, help_text: str, make: type[T], *arguments: Any, fallback: T) -> T:
        """What a class of `casus.acts` makes of these values; its refusal is reported here."""
        try:
            return make(*arguments)
        except ValueError as problem:
            self.problems.add("E141", str(problem), self.problems.span(meta), help_text)
            return fallback

    def _decimal(self, token: Token) -> Decimal:
        return check_number(self.problems, token).value

    def _times(self, token: Token) -> int:
        number = self._decimal(token)
        if number < 0 or number != number.to_integral_value():
            message = f"something happens a whole number of times, 0 or more, not {token}"
            self.problems.add("E141", message, self.problems.at(token), "write 0, 1, 2, …")
        return int(number)

    def _moment(self, token: Token) -> n.Moment:
        """The instant as written; one that does not exist or lacks its zone is reported."""
        try:
            self.clock.parse(str(token))
        except InvalidInstant as problem:
            help_text = "write a day like 2027-03-01 (its 00:00 on the agreement's clock) or an instant like 2027-03-01T02:10Z"
            self.problems.add("E129", str(problem), self.problems.at(token), help_text)
        return n.Moment(str(token))

    def _parts(self, children: Children) -> tuple[Any, dict[str, Any]]:
        """The children that always stand, and the optional ones by name. One that stands twice is reported."""
        fixed: list[Any] = []
        parts: dict[str, Part] = {}
        for child in children:
            if not isinstance(child, Part):
                fixed.append(child)
                continue
            earlier = parts.setdefault(child.name, child)
            if earlier is not child:
                message = f"`{child.name}` stands twice in this line"
                because = Related("the first stands here", earlier.span)
                self.problems.add("E130", message, child.span, "keep one of the two", because)
        return fixed, {name: part.value for name, part in parts.items()}

    def _part(self, meta: Meta, name: str, value: Any) -> Part:
        return Part(name, value, self.problems.span(meta))

    # ------------------------------------------------------------ heads and lines

    def scenario(self, meta: Meta, c: Children) -> Head:
        if meta.line != meta.end_line:
            message = "the name of a scenario goes over several lines"
            help_text = "if the second line is no part of the name, begin it with an instant or with `expect`"
            self.problems.add("W144", message, self.problems.span(meta), help_text)
        return Head(" ".join(c), self.problems.span(meta))

    def word(self, meta: Meta, c: Children) -> str:
        return str(c[0])

    def entry(self, meta: Meta, c: Children) -> Line:
        (start, act), parts = self._parts(c)
        begin = self._moment(start)
        line = Line(begin, parts.get("to"), parts.get("known"), act, self.problems.span(meta))
        self._check_bracket(line)
        return line

    def _check_bracket(self, line: Line) -> None:
        try:
            start, end, known = (self._instant(moment) for moment in (line.start, line.end, line.known))
        except InvalidInstant:
            return  # reported where the instant stands
        assert start is not None
        if end is not None and end < start:
            message = f"the bracket ends ({end}) before it begins ({start})"
            self.problems.add("E142", message, line.span, "write the earlier instant first")
        elif known is not None and known < start:
            message = f"known ({known}) before it can have happened ({start})"
            help_text = "an act is known when it happens or later"
            self.problems.add("E142", message, line.span, help_text)
        elif end is None and isinstance(line.act, acts.Coverage):
            message = "coverage of a single instant sees nothing"
            help_text = f"write `{line.start.text} to …` with the end of what could be seen"
            self.problems.add("W145", message, line.span, help_text)

    def _instant(self, moment: n.Moment | None) -> Instant | None:
        return None if moment is None else self.clock.parse(moment.text)

    def until(self, meta: Meta, c: Children) -> Part:
        return self._part(meta, "to", self._moment(c[0]))

    def known(self, meta: Meta, c: Children) -> Part:
        return self._part(meta, "known", self._moment(c[0]))

    def at(self, meta: Meta, c: Children) -> Part:
        return self._part(meta, "at", self._moment(c[0]))

    # ------------------------------------------------------------ parts of acts

    def actor(self, meta: Meta, c: Children) -> Part:
        return self._part(meta, "by", str(c[0]))

    def ident(self, meta: Meta, c: Children) -> Part:
        return self._part(meta, "id", str(c[0]))

    def place(self, meta: Meta, c: Children) -> Part:
        return self._part(meta, "place", str(c[0]))

    def rungs(self, meta: Meta, c: Children) -> Part:
        return self._part(meta, "as", tuple(str(rung) for rung in c))

    def upon(self, meta: Meta, c: Children) -> Part:
        return self._part(meta, "upon", str(c[0]))

    def point(self, meta: Meta, c: Children) -> Part:
        numbers = [self._decimal(token) for token in c]
        help_text = "write latitude, then longitude, in degrees, and the radius of error in metres: at 46.05 -26.30 radius 500"
        return self._part(
            meta, "at", self._value(meta, help_text, acts.Place, *numbers, fallback=acts.Place(Decimal(0), Decimal(0)))
        )

    def fval(self, meta: Meta, c: Children) -> Part:
        return self._part(meta, str(c[0]), c[1])

    def _quantity(self, meta: Meta, low: Token, high: Token) -> acts.Quantity:
        values = self._decimal(low), self._decimal(high)
        help_text = "write a number of 0 or more, or a range with the lower number first: 8 to 12"
        return self._value(meta, help_text, acts.Quantity, *values, fallback=acts.Quantity(Decimal(0), None))

    def value(self, meta: Meta, c: Children) -> acts.Quantity:
        return self._quantity(meta, c[0], c[0])

    def range(self, meta: Meta, c: Children) -> acts.Quantity:
        return self._quantity(meta, c[0], c[1])

    def dur(self, meta: Meta, c: Children) -> acts.Length:
        us = self._decimal(c[0]) * {"minutes": 1, "hours": 60, "days": 1440}[str(c[1])] * 60_000_000
        if us < 0 or us != us.to_integral_value() or us > 10**21:
            message = f"{c[0]} {c[1]} is no length of time from 0 on in whole microseconds"
            self.problems.add("E141", message, self.problems.span(meta), "write it in a smaller unit")
        return acts.Length(int(us))

    def money(self, meta: Meta, c: Children) -> acts.Money:
        amount = self._decimal(c[1])
        if amount < 0:
            message = "an amount of money is 0 or more"
            self.problems.add("E141", message, self.problems.span(meta), "write it without the sign")
        return acts.Money(str(c[0]), amount)

    def code(self, meta: Meta, c: Children) -> acts.Code:
        return acts.Code(str(c[0]))

    def name_value(self, meta: Meta, c: Children) -> acts.Word:
        return acts.Word(str(c[0]))

    def text(self, meta: Meta, c: Children) -> acts.Text:
        return acts.Text(unescape(str(c[0])))

    # ------------------------------------------------------------ acts

    def event(self, meta: Meta, c: Children) -> acts.Report:
        """A report without an id gets one when the whole scenario is known."""
        (name,), parts = self._parts(c)
        actor, identifier, rungs = parts.pop("by", None), parts.pop("id", ""), parts.pop("as", ())
        return acts.Report(str(name), identifier, actor, parts, stands_for=rungs)

    def estimate(self, meta: Meta, c: Children) -> acts.Estimate:
        (body, name, *numbers), parts = self._parts(c)
        value = self._quantity(meta, numbers[0], numbers[-1])
        return acts.Estimate(str(name), str(body), parts.get("by"), value, parts.get("place"), parts.get("as", ()))

    def coverage(self, meta: Meta, c: Children) -> acts.Coverage:
        return acts.Coverage(str(c[0]), str(c[1]))

    def adjudicate(self, meta: Meta, c: Children) -> acts.Adjudication:
        body, *words, on = (str(word) for word in c)
        return acts.Adjudication(body, on, words[-1], words[0] if len(words) > 1 else None)

    def find(self, meta: Meta, c: Children) -> acts.FindingAnswer:
        return acts.FindingAnswer(str(c[0]), str(c[1]), c[2], str(c[3]))

    def determine(self, meta: Meta, c: Children) -> acts.Determination:
        return acts.Determination(str(c[0]), str(c[1]), c[2])

    def attribute(self, meta: Meta, c: Children) -> acts.Attribution:
        return acts.Attribution(str(c[0]), str(c[1]), str(c[2]), c[3])

    def correct(self, meta: Meta, c: Children) -> acts.Correction:
        (identifier,), parts = self._parts(c)
        if "id" in parts:
            help_text = "withdraw the report and give the other one its own line"
            self.problems.add("E141", "a correction does not change an id", self.problems.span(meta), help_text)
        if "by" in parts:
            parts["by"] = acts.Code(parts["by"])
        return acts.Correction(str(identifier), parts)

    def correct_time(self, meta: Meta, c: Children) -> acts.Correction:
        made = self.correct(meta, c)
        return acts.Correction(made.id, made.fields, occurred=True)

    def withdraw(self, meta: Meta, c: Children) -> acts.Withdrawal:
        return acts.Withdrawal(str(c[0]))

    def ratify(self, meta: Meta, c: Children) -> acts.Ratification:
        return acts.Ratification(str(c[0]))

    def denounce(self, meta: Meta, c: Children) -> acts.Denunciation:
        return acts.Denunciation(str(c[0]))

    def object_(self, meta: Meta, c: Children) -> acts.Objection:
        return acts.Objection(str(c[0]))

    def vote_on(self, meta: Meta, c: Children) -> acts.Vote:
        return acts.Vote(str(c[0]), c[1], str(c[2]))

    def request(self, meta: Meta, c: Children) -> acts.Request:
        return acts.Request(str(c[0]), str(c[1]))

    def fulfil(self, meta: Meta, c: Children) -> acts.Fulfilment:
        return acts.Fulfilment(str(c[0]), str(c[1]))

    def approve(self, meta: Meta, c: Children) -> acts.Approval:
        return acts.Approval(str(c[0]), str(c[1]))

    def refuse(self, meta: Meta, c: Children) -> acts.Refusal:
        return acts.Refusal(str(c[0]), str(c[1]))

    def waive(self, meta: Meta, c: Children) -> acts.Waiver:
        return acts.Waiver(str(c[0]), str(c[1]), str(c[2]) if len(c) > 2 else None)

    def give_proxy(self, meta: Meta, c: Children) -> acts.Proxy:
        return acts.Proxy(str(c[0]), str(c[2]), str(c[1]))

    def revoke_proxy(self, meta: Meta, c: Children) -> acts.Proxy:
        return acts.Proxy(str(c[0]), str(c[1]))

    def provisional(self, meta: Meta, c: Children) -> acts.Provisional:
        return acts.Provisional(str(c[0]))

    def end_provisional(self, meta: Meta, c: Children) -> acts.Provisional:
        return acts.Provisional(str(c[0]), ended=True)

    def claim(self, meta: Meta, c: Children) -> acts.Claim:
        return acts.Claim(str(c[0]), str(c[1]), str(c[2]))

    def settle(self, meta: Meta, c: Children) -> acts.Settlement:
        return acts.Settlement(str(c[0]), str(c[1]))

    def uphold(self, meta: Meta, c: Children) -> acts.Ruling:
        return acts.Ruling(str(c[0]), str(c[1]), str(c[2]), "upheld")

    def dismiss(self, meta: Meta, c: Children) -> acts.Ruling:
        return acts.Ruling(str(c[0]), str(c[1]), str(c[2]), "dismissed")

    def yes(self, meta: Meta, c: Children) -> str:
        return "yes"

    def no(self, meta: Meta, c: Children) -> str:
        return "no"

    def abstain(self, meta: Meta, c: Children) -> str:
        return "abstain"

    # ------------------------------------------------------------ expectations

    def expect(self, meta: Meta, c: Children) -> Expect:
        (result,), parts = self._parts(c)
        at, known = parts.get("at"), parts.get("known")
        return Expect(**result, at=at, known=known, hindsight="hindsight" in parts, span=self.problems.span(meta))

    def hindsight(self, meta: Meta, c: Children) -> Part:
        return self._part(meta, "hindsight", True)

    def none(self, meta: Meta, c: Children) -> dict[str, Any]:
        return {"kind": "no_trigger"}

    def met(self, meta: Meta, c: Children) -> dict[str, Any]:
        return {"kind": "met", "name": str(c[0]), "times": self._times(c[1])}

    def effective(self, meta: Meta, c: Children) -> dict[str, Any]:
        return {"kind": "effective", "name": str(c[0]), "times": self._times(c[1])}

    def reversed(self, meta: Meta, c: Children) -> dict[str, Any]:
        return {"kind": "reversed", "name": str(c[0]), "times": self._times(c[1])}

    def firstknown(self, meta: Meta, c: Children) -> dict[str, Any]:
        return {"kind": "first_known", "name": str(c[0]), "instant": self._moment(c[1])}

    def firstoccurred(self, meta: Meta, c: Children) -> dict[str, Any]:
        return {"kind": "first_occurred", "name": str(c[0]), "instant": self._moment(c[1])}

    def witnesses(self, meta: Meta, c: Children) -> dict[str, Any]:
        return {"kind": "witnesses", "name": str(c[0]), "names": tuple(str(name) for name in c[1:])}

    def norm(self, meta: Meta, c: Children) -> dict[str, Any]:
        (name, who, state), parts = self._parts(c)
        return {"kind": "norm", "name": str(name), "who": str(who), "upon": parts.get("upon"), "state": str(state)}

    def normdue(self, meta: Meta, c: Children) -> dict[str, Any]:
        (name, who, due), parts = self._parts(c)
        instant = self._moment(due)
        return {"kind": "norm_due", "name": str(name), "who": str(who), "upon": parts.get("upon"), "instant": instant}

    def status(self, meta: Meta, c: Children) -> dict[str, Any]:
        (name, state), parts = self._parts(c)
        return {"kind": "status", "name": str(name), "negated": "negated" in parts, "state": str(state)}

    def negated(self, meta: Meta, c: Children) -> Part:
        return self._part(meta, "negated", True)
