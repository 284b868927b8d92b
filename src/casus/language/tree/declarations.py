"""Declarations: each callback takes the parts of its head and its clauses and gives one node."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar

from lark import Token
from lark.tree import Meta

from casus.diagnostics import Related, Span
from casus.language import nodes as n
from casus.language.tree.clauses import FREE, Clause, Clauses
from casus.language.tree.values import Children

N = TypeVar("N", bound=n.Node)


RESERVED: Final = frozenset(
    {
        "any",
        "at",
        "breach",
        "by",
        "correct",
        "count",
        "cured",
        "distinct",
        "every",
        "exercise",
        "follows",
        "fulfilment",
        "hindsight",
        "joint",
        "joint_and_several",
        "lapse",
        "latest",
        "no",
        "not",
        "rate",
        "refusal",
        "repeated",
        "reversal",
        "sum",
        "withdraw",
    }
)
"""Words that mean something where a name could stand too: what is called so could be declared but never be spoken of."""


class Builder(Clauses):
    """Makes nodes of the trees of declarations; what it has to say stands in `problems.found` afterwards.

    Two clauses of one slot in a declaration are a fault; the first counts, so that the rest can still be looked at.
    """

    def _made(self, node: type[N], meta: Meta, head: Sequence[str], clauses: Iterable[Any] = (), /, **fields: Any) -> N:
        """The node. `head` names, in order, what Lark's children before the clauses are, for their places."""
        spans: dict[str, Span] = {}
        for name, child in zip(head, self.trees, strict=False):
            place = self._place(child)
            if place is not None:
                spans.setdefault(name, place)
        if fields.get("name") in RESERVED:
            message = f"`{fields['name']}` is a word of the language, which will be read as that elsewhere"
            self.problems.add("W134", message, spans.get("name"), "give it another name")
        said, places = self._gather(c for c in clauses if isinstance(c, Clause))
        return node(span=self.problems.span(meta), clause_spans={**spans, **places}, **fields, **said)

    def _gather(self, clauses: Iterable[Clause]) -> tuple[dict[str, Any], dict[str, Span]]:
        """The fields that the clauses set, and where each stands. A repeated clause is reported."""
        fields: dict[str, Any] = {}
        spans: dict[str, Span] = {}
        first: dict[str, Clause] = {}
        for clause in clauses:
            earlier = first.setdefault(clause.slot, clause)
            if earlier is not clause and clause.slot != FREE:
                self._report_repeated(clause, earlier)
                continue
            for name, value in clause.fields.items():
                fields[name] = (*fields.get(name, ()), *value) if clause.joined else value
                spans.setdefault(name, clause.span)
        return fields, spans

    def _report_repeated(self, clause: Clause, earlier: Clause) -> None:
        because = Related(f"the first `{earlier.word}` stands here", earlier.span)
        if earlier.word == clause.word:
            message = f"`{clause.word}` stands twice in one declaration"
        else:
            message = f"`{clause.word}` says again what `{earlier.word}` has said"
        self.problems.add("E130", message, clause.span, "keep one of the two", because)

    # ------------------------------------------------------------ who, where

    def agreement(self, meta: Meta, c: Children) -> n.AgreementDecl:
        return self._made(n.AgreementDecl, meta, ["name"], c, name=str(c[0]))

    def role(self, meta: Meta, c: Children) -> n.RoleDecl:
        return self._made(n.RoleDecl, meta, ["names"], names=c[0])

    def party(self, meta: Meta, c: Children) -> n.PartyDecl:
        return self._made(n.PartyDecl, meta, ["code", "title", "roles"], code=str(c[0]), title=self._text(c[1]), roles=c[2])

    def body(self, meta: Meta, c: Children) -> n.BodyDecl:
        return self._made(n.BodyDecl, meta, ["name", "title", "roles"], name=str(c[0]), title=self._text(c[1]), roles=c[2])

    def nonparty(self, meta: Meta, c: Children) -> n.NonpartyDecl:
        return self._made(n.NonpartyDecl, meta, ["code", "title"], code=str(c[0]), title=self._text(c[1]))

    def group(self, meta: Meta, c: Children) -> n.GroupDecl:
        return self._made(n.GroupDecl, meta, ["name", "members"], name=str(c[0]), members=c[1])

    def zone(self, meta: Meta, c: Children) -> n.ZoneDecl:
        name = str(c[0])
        if len(c) == 2 and isinstance(c[1], Token) and c[1].type == "STRING":
            return self._made(n.ZoneDecl, meta, ["name", "open"], name=name, open=self._text(c[1]))
        if len(c) == 2:
            return self._made(n.ZoneDecl, meta, ["name", "expr"], name=name, expr=self._zone(c[1]))
        path, feature, pinned = (self._text(token) for token in c[1:])
        head = ["name", "path", "feature", "pinned"]
        return self._made(n.ZoneDecl, meta, head, name=name, path=path, feature=feature, pinned=pinned)

    # ------------------------------------------------------------ what happens

    def t_actor(self, meta: Meta, c: Children) -> tuple[n.FieldType, tuple[str, ...]]:
        return "actor", ()

    def t_point(self, meta: Meta, c: Children) -> tuple[n.FieldType, tuple[str, ...]]:
        return "point", ()

    def t_count(self, meta: Meta, c: Children) -> tuple[n.FieldType, tuple[str, ...]]:
        return "count", ()

    def t_dur(self, meta: Meta, c: Children) -> tuple[n.FieldType, tuple[str, ...]]:
        return "duration", ()

    def t_ref(self, meta: Meta, c: Children) -> tuple[n.FieldType, tuple[str, ...]]:
        return "reference", ()

    def t_money(self, meta: Meta, c: Children) -> tuple[n.FieldType, tuple[str, ...]]:
        return "money", ()

    def t_text(self, meta: Meta, c: Children) -> tuple[n.FieldType, tuple[str, ...]]:
        return "text", ()

    def t_flag(self, meta: Meta, c: Children) -> tuple[n.FieldType, tuple[str, ...]]:
        return "flag", ()

    def t_enum(self, meta: Meta, c: Children) -> tuple[n.FieldType, tuple[str, ...]]:
        return "one_of", tuple(str(value) for value in c)

    def field(self, meta: Meta, c: Children) -> n.FieldDecl:
        kind, values = c[1]
        return n.FieldDecl(str(c[0]), kind, values)

    def event(self, meta: Meta, c: Children) -> n.EventDecl:
        head = ["name", *(f"field {field.name}" for field in c[1:])]
        return self._made(n.EventDecl, meta, head, name=str(c[0]), fields=tuple(c[1:]))

    def estimate(self, meta: Meta, c: Children) -> n.EstimateDecl:
        return self._made(n.EstimateDecl, meta, ["name", "unit", "valid"], name=str(c[0]), unit=str(c[1]), valid=c[2])

    def baseline(self, meta: Meta, c: Children) -> n.BaselineDecl:
        by = next((part for part in c if isinstance(part, n.By)), None)
        head = ["name", "of", *(["by"] if by else []), "start", "end"]
        start, end = self._moment(c[-2]), self._moment(c[-1])
        return self._made(n.BaselineDecl, meta, head, name=str(c[0]), of=str(c[1]), by=by, start=start, end=end)

    # ------------------------------------------------------------ how it is established

    def ladder(self, meta: Meta, c: Children) -> n.LadderDecl:
        rungs = tuple(str(rung) for rung in c[1:] if isinstance(rung, Token))
        head = ["name", *("rungs" for _ in rungs)]
        return self._made(n.LadderDecl, meta, head, c, name=str(c[0]), rungs=rungs)

    def finding(self, meta: Meta, c: Children) -> n.FindingDecl:
        name, on, body, due, otherwise = c
        presumed = str(otherwise) == "presumed_yes" if otherwise.type == "PRESUME" else None
        escalates = None if otherwise.type == "PRESUME" else str(otherwise)
        head = ["name", "on", "body", "due", "presumed" if escalates is None else "escalates_to"]
        fields: dict[str, Any] = {"presumed": presumed, "escalates_to": escalates}
        return self._made(n.FindingDecl, meta, head, name=str(name), on=on, body=str(body), due=due, **fields)

    def determination(self, meta: Meta, c: Children) -> n.DeterminationDecl:
        name, of, body, due, otherwise = c
        head = ["name", "of", "body", "due", "escalates_to"]
        fields: dict[str, Any] = {"body": str(body), "due": due, "escalates_to": otherwise}
        return self._made(n.DeterminationDecl, meta, head, name=str(name), of=str(of), **fields)

    def attributable(self, meta: Meta, c: Children) -> n.AttributableDecl:
        actor, to, *grounds, body = (str(token) for token in c)
        head = ["actor", "to", *("grounds" for _ in grounds), "body"]
        return self._made(n.AttributableDecl, meta, head, actor=actor, to=to, grounds=tuple(grounds), body=body)

    def define(self, meta: Meta, c: Children) -> n.DefineDecl:
        where = c[2] if len(c) > 2 else None
        return self._made(n.DefineDecl, meta, ["name", "means", "where"], name=str(c[0]), means=c[1], where=where)

    def exception(self, meta: Meta, c: Children) -> n.ExceptionDecl:
        return self._made(n.ExceptionDecl, meta, ["name", "to", "when"], name=str(c[0]), to=str(c[1]), when=c[2])

    # ------------------------------------------------------------ what follows from it

    def trigger(self, meta: Meta, c: Children) -> n.TriggerDecl:
        severity = self._number(c[1])
        return self._made(n.TriggerDecl, meta, ["name", "severity", "when"], c, name=str(c[0]), severity=severity, when=c[2])

    def decision(self, meta: Meta, c: Children) -> n.DecisionDecl:
        if not isinstance(c[1], n.PartySet):
            return self._made(n.DecisionDecl, meta, ["name"], c, name=str(c[0]))
        return self._made(n.DecisionDecl, meta, ["name", "members"], c, name=str(c[0]), members=c[1])

    def obligation(self, meta: Meta, c: Children) -> n.NormDecl:
        return self._norm("obligation", meta, c)

    def prohibition(self, meta: Meta, c: Children) -> n.NormDecl:
        return self._norm("prohibition", meta, c)

    def power(self, meta: Meta, c: Children) -> n.NormDecl:
        return self._norm("power", meta, c)

    def _norm(self, kind: str, meta: Meta, c: Children) -> n.NormDecl:
        right, wrong = ("holder", "debtor") if kind == "power" else ("debtor", "holder")
        for clause in c:
            if isinstance(clause, Clause) and clause.word == wrong:
                article = "an" if kind == "obligation" else "a"
                message = f"{article} {kind} has a `{right}`, not a `{wrong}`"
                help_text = f"it is read as `{right}`; write `{right}`"
                self.problems.add("W131", message, clause.span, help_text)
        return self._made(n.NormDecl, meta, ["name"], c, kind=kind, name=str(c[0]))

    def automatic(self, meta: Meta, c: Children) -> n.AutomaticDecl:
        return self._made(n.AutomaticDecl, meta, ["name"], c, name=str(c[0]))

    # ------------------------------------------------------------ annexes, life, the rest

    def schedule(self, meta: Meta, c: Children) -> n.ScheduleDecl:
        return self._made(n.ScheduleDecl, meta, ["name", "table", "key"], name=str(c[0]), table=self._text(c[1]), key=str(c[2]))

    def weights(self, meta: Meta, c: Children) -> n.WeightsDecl:
        head = ["name", "table", "key", "value"]
        fields: dict[str, Any] = {"table": self._text(c[1]), "key": str(c[2]), "value": str(c[3])}
        return self._made(n.WeightsDecl, meta, head, name=str(c[0]), **fields)

    def package(self, meta: Meta, c: Children) -> n.PackageDecl:
        head = ["name", *("items" for _ in c[1:])]
        return self._made(n.PackageDecl, meta, head, name=str(c[0]), items=tuple(self._text(item) for item in c[1:]))

    def pstart(self, meta: Meta, c: Children) -> n.Moment | n.Signal:
        made: n.Moment | n.Signal = self._moment(c[0]) if isinstance(c[0], Token) else c[0]
        return made

    def phase(self, meta: Meta, c: Children) -> n.PhaseDecl:
        return self._made(n.PhaseDecl, meta, ["name", "start", "end"], name=str(c[0]), start=c[1], end=c[2])

    def template(self, meta: Meta, c: Children) -> n.TemplateDecl:
        return self._made(n.TemplateDecl, meta, ["name", "every", "code"], name=str(c[0]), every=str(c[1]), code=str(c[2]))

    def reading(self, meta: Meta, c: Children) -> n.ReadingDecl:
        return self._made(n.ReadingDecl, meta, ["name", "by", "of"], name=str(c[0]), by=c[1], of=c[2])

    def option(self, meta: Meta, c: Children) -> n.OptionDecl:
        name, *on, by, text = c
        head = ["name", *("on" for _ in on), "by", "text"]
        asked = str(on[0]) if on else None
        return self._made(n.OptionDecl, meta, head, name=str(name), on=asked, by=by, text=self._text(text))

    def use(self, meta: Meta, c: Children) -> n.UseDecl:
        path, pinned = self._text(c[1]), self._text(c[2])
        return self._made(n.UseDecl, meta, ["name", "path", "pinned"], name=str(c[0]), path=path, pinned=pinned)

    def term(self, meta: Meta, c: Children) -> n.TermDecl:
        return self._made(n.TermDecl, meta, [], c)

    def suspension(self, meta: Meta, c: Children) -> n.SuspensionDecl:
        return self._made(n.SuspensionDecl, meta, ["by", "at_most"], c, by=str(c[0]), at_most=c[1])

    def procedure(self, meta: Meta, c: Children) -> n.ProcedureDecl:
        return self._made(n.ProcedureDecl, meta, ["name", "of", "acts"], c, name=str(c[0]), of=str(c[1]), acts=c[2])

    def contribution(self, meta: Meta, c: Children) -> n.ContributionDecl:
        fields: dict[str, Any] = {"by": str(c[1]), "text": self._text(c[2])}
        return self._made(n.ContributionDecl, meta, ["name", "by", "text"], c, name=str(c[0]), **fields)

    def ceasefire(self, meta: Meta, c: Children) -> n.CeasefireDecl:
        return self._made(n.CeasefireDecl, meta, ["name"], c, name=str(c[0]))

    def dispute(self, meta: Meta, c: Children) -> n.DisputeDecl:
        return self._made(n.DisputeDecl, meta, ["name"], c, name=str(c[0]))

    # ------------------------------------------------------------ what is known of a text, and what it leaves open

    def source(self, meta: Meta, c: Children) -> n.SourceDecl:
        return self._made(n.SourceDecl, meta, ["name", "title"], c, name=str(c[0]), title=self._text(c[1]))

    def basis(self, meta: Meta, c: Children) -> n.BasisDecl:
        pinpoint = next((self._text(part) for part in c[1:] if isinstance(part, Token)), None)
        of = next((part for part in c[1:] if isinstance(part, tuple)), ())
        head = ["source", *(["pinpoint"] if pinpoint is not None else []), *(["of"] if of else [])]
        return self._made(n.BasisDecl, meta, head, source=str(c[0]), pinpoint=pinpoint, of=of)

    def question(self, meta: Meta, c: Children) -> n.QuestionDecl:
        return self._made(n.QuestionDecl, meta, ["name", "text"], name=str(c[0]), text=self._text(c[1]))

    def claim(self, meta: Meta, c: Children) -> n.ClaimDecl:
        name, on, by = (str(token) for token in c[:3])
        head = ["name", "on", "by", "says"]
        return self._made(n.ClaimDecl, meta, head, c, name=name, on=on, by=by, says=self._text(c[3]))

    def position(self, meta: Meta, c: Children) -> n.PositionDecl:
        holder, on, stance = (str(token) for token in c[:3])
        return self._made(n.PositionDecl, meta, ["holder", "on", "stance"], c, holder=holder, on=on, stance=stance)

    def concession(self, meta: Meta, c: Children) -> n.ConcessionDecl:
        head = ["name", "by", "text", "reversible"]
        fields: dict[str, Any] = {"text": self._text(c[2]), "reversible": str(c[3]) == "reversible"}
        return self._made(n.ConcessionDecl, meta, head, c, name=str(c[0]), by=str(c[1]), **fields)

    def wording(self, meta: Meta, c: Children) -> n.WordingDecl:
        return self._made(n.WordingDecl, meta, ["name", "renders"], c, name=str(c[0]), renders=self._text(c[1]))

    def copy(self, meta: Meta, c: Children) -> n.CopyDecl:
        return self._made(n.CopyDecl, meta, ["name", "of", "table"], name=str(c[0]), of=str(c[1]), table=self._text(c[2]))

    def step(self, meta: Meta, c: Children) -> n.StepDecl:
        return self._made(n.StepDecl, meta, ["name", "text"], c, name=str(c[0]), text=self._text(c[1]))

    def open(self, meta: Meta, c: Children) -> n.OpenDecl:
        what, *of, text = c
        head = ["what", *("of" for _ in of), "text"]
        named = str(of[0]) if of else None
        return self._made(n.OpenDecl, meta, head, what=str(what), of=named, text=self._text(text))
