"""Clauses: what a clause says, as the fields of the node that it sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from lark import Token
from lark.tree import Meta

from casus.diagnostics import Span
from casus.language import nodes as n
from casus.language.tree.conditions import Conditions
from casus.language.tree.values import Children

FREE: Final = ""
"""The slot of a clause that may stand any number of times."""


@dataclass(frozen=True, slots=True)
class Clause:
    """`word` names the clause in messages. Two clauses of one slot in a declaration say the same thing twice.

    The values of a `joined` clause are tuples, to which the declaration's next clause of that kind adds its own.
    """

    word: str
    fields: dict[str, Any]
    span: Span
    slot: str
    joined: bool = False


class Clauses(Conditions):
    """Callbacks for the clauses of all declarations."""

    def _clause(self, meta: Meta, word: str, slot: str | None = None, **fields: Any) -> Clause:
        return Clause(word, fields, self.problems.span(meta), slot or next(iter(fields)))

    def _joined(self, meta: Meta, word: str, slot: str, **fields: tuple[Any, ...]) -> Clause:
        return Clause(word, fields, self.problems.span(meta), slot, joined=True)

    # ------------------------------------------------------------ agreement

    def title(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "title", title=self._text(c[0]))

    def clock(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "clock", clock=self._text(c[0]) if c else "UTC")

    def rounding(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "rounding", rounding=str(c[0]))

    def authentic(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "authentic", authentic=c[0])

    def langver(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "language", language=self._number(c[0]))

    def counts_from(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "counts from", counts_from=self._moment(c[0]))

    def stale(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "stale after", stale_after=c[0])

    def instrument(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "instrument", instrument=str(c[0]))

    def consent(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "consent by", consent=str(c[0]))

    def registered(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "registered", registered=self._text(c[0]))

    def opinion(self, meta: Meta, c: Children) -> Clause:
        grade: Any = str(c[0])
        return self._joined(meta, "held", FREE, opinions=(n.Opinion(grade=grade, according_to=self._text(c[1])),))

    def status(self, meta: Meta, c: Children) -> Clause:
        if len(c) > 1:
            return self._clause(meta, "status", status=str(c[0]), status_on=self._moment(c[1]))
        return self._clause(meta, "status", status=str(c[0]))

    # ------------------------------------------------------------ ladder

    def rung_source(self, meta: Meta, c: Children) -> n.RungSource:
        if c[0].type == "NUMBER":
            return n.RungSource(count=self._number(c[0]))
        return n.RungSource(body=str(c[0]))

    def rung(self, meta: Meta, c: Children) -> Clause:
        level = n.RungDecl(str(c[0]), tuple(c[1:]), self.problems.span(meta))
        return self._joined(meta, f"level {level.name}", f"level {level.name}", levels=(level,))

    def silence(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "if silent", silence=n.Silence(c[0], c[1], c[2]))

    def escalates(self, meta: Meta, c: Children) -> str:
        return str(c[0])

    def lapses_away(self, meta: Meta, c: Children) -> None:
        return None

    # ------------------------------------------------------------ trigger

    def needs(self, meta: Meta, c: Children) -> Clause:
        needed = n.Needs(str(c[0]), str(c[1]))
        return self._joined(meta, f"needs {needed.ladder}", f"needs {needed.ladder}", needs=(needed,))

    def rearm(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "rearm", rearm=c[0])

    def absorbs(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "absorbs", absorbs=c[0])

    def addsto(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "adds to", adds_to=c[0])

    def counting(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "counting provisional", counting_provisional=True)

    def excluding(self, meta: Meta, c: Children) -> Clause:
        return self._joined(meta, "excluding", f"excluding {c[0]}", excluding=(str(c[0]),))

    # ------------------------------------------------------------ decision

    def adopts(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "adopts by", rule=c[0])

    def unanimity(self, meta: Meta, c: Children) -> n.Rule:
        return n.Unanimity()

    def consensus(self, meta: Meta, c: Children) -> n.Rule:
        return n.Consensus(self._number(c[0]) if c else None)

    def majority(self, meta: Meta, c: Children) -> n.Rule:
        return n.Majority()

    def kvotes(self, meta: Meta, c: Children) -> n.Rule:
        return n.Votes(self._number(c[0]))

    def coalition(self, meta: Meta, c: Children) -> n.Rule:
        return n.Coalition(self._number(c[0]))

    def share(self, meta: Meta, c: Children) -> n.Share:
        percent = self._number(c[0])
        if c[1].type == "BASE":
            base: Any = str(c[1])
            return n.Share(percent, base)
        return n.Share(percent, "weights", str(c[1]))

    def shares(self, meta: Meta, c: Children) -> n.Rule:
        return n.Shares(tuple(c))

    def quorum(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "quorum", quorum=self._number(c[0]))

    def abstention(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "abstention", abstention=str(c[0]))

    @staticmethod
    def _set(child: Any) -> n.PartySet:
        assert isinstance(child, n.PartySet)
        return child

    def recused(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "recused", recused=self._set(c[0]))

    def veto(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "veto", veto=self._set(c[0]))

    def early(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "early", early=True)

    def opens(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "opens upon", opens_upon=c[0])

    def opens_req(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "opens on request of", opens_on_request_of=self._set(c[0]))

    def closes(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "closes", closes=c[0])

    def ifsilent(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "if silent", slot="silent", if_silent=str(c[0]))

    def ifsil_esc(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "if silent", slot="silent", if_silent_escalates_to=str(c[0]))

    def ifrej_esc(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "if rejected", if_rejected_escalates_to=str(c[0]))

    def proxies(self, meta: Meta, c: Children) -> Clause:
        if c:
            return self._clause(meta, "proxies", proxies=True, proxies_at_most=self._number(c[0]))
        return self._clause(meta, "proxies", proxies=True)

    def accused_abstain(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "must abstain accused", accused_abstain=True)

    def parties_abstain(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "must abstain parties to", parties_abstain=str(c[0]))

    # ------------------------------------------------------------ norms and automatic effects

    def upon(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "upon", upon=c[0])

    def grade(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "grade", grade=str(c[0]))

    def anchor_or_instant(self, meta: Meta, c: Children) -> n.Anchor | n.Moment:
        start: Any = self._moment(c[0]) if isinstance(c[0], Token) else c[0]
        made: n.Anchor | n.Moment = start
        return made

    def every_period(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "every", every=n.EveryPeriod(*c))

    def always(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "always", always=True)

    def debtor(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "debtor", debtor=self._set(c[0]))

    def debtor_joint(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "debtor", debtor=self._set(c[0]), sharing="joint")

    def debtor_js(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "debtor", debtor=self._set(c[0]), sharing="joint_and_several")

    def holder(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "holder", debtor=self._set(c[0]))

    def creditor(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "creditor", creditor=self._set(c[0]))

    def act(self, meta: Meta, c: Children) -> Clause:
        prose: str | None = None
        zone: n.ZoneExpr | None = None
        for part in c[1:]:
            if isinstance(part, Token):
                prose = self._text(part)
            else:
                zone = part
        return self._clause(meta, "to", act=n.Act(str(c[0]), prose, zone))

    def amount(self, meta: Meta, c: Children) -> Clause:
        value = n.PercentOf(self._number(c[0]), c[1]) if isinstance(c[0], Token) else c[0]
        return self._clause(meta, "amount", amount=value)

    def tier(self, meta: Meta, c: Children) -> Clause:
        value = n.PercentOf(self._number(c[1]), c[2]) if isinstance(c[1], Token) else c[1]
        return self._joined(meta, f"tier {c[0]}", f"tier {c[0]}", tiers=(n.Tier(str(c[0]), value),))

    def indexed(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "indexed", indexed=n.Indexed(self._number(c[0]), c[1]))

    def during(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "during", during=c[0])

    def waits_for(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "waits for", waits_for=c[0])

    def backup(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "backup", backup=self._set(c[0]))

    def forbids(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "forbids", forbids=str(c[0]))

    def used_by(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "used by", used_by=str(c[0]))

    def due_c(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "due", due=c[0])

    def due_col(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "due", due=n.DueColumn(c[0], c[1]))

    def fulfilled(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "fulfilled by", fulfilled_by=str(c[0]))

    def approval(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "needs national approval", approval=c[0])

    def if_breached(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "if breached", if_breached=(str(c[0]), str(c[1])))

    def if_refused(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "if refused", if_refused=str(c[0]))

    def lapses(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "lapses", lapses=c[0])

    def until(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "until", until=c[0])

    def unless(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "unless", unless=c[0])

    def held(self, meta: Meta, c: Children) -> Clause:
        grade: Any = str(c[0])
        return self._joined(meta, "held", FREE, held=(n.Opinion(grade=grade, according_to=self._text(c[1])),))

    def reinstate(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "reinstate", reinstate=str(c[0]))

    def at_c(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "at", at=c[0])

    def at_now(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "at", at=n.DueAt(c[0]))

    def unless_dec(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "unless", unless=n.EndsDecision(str(c[0]), c[1]))

    def ends(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "ends when", ends_when=c[0])

    def econd(self, meta: Meta, c: Children) -> tuple[n.EndsQuiet | n.EndsDecision, ...]:
        return tuple(c)

    def e_adopted(self, meta: Meta, c: Children) -> n.EndsDecision:
        return n.EndsDecision(str(c[0]), c[1])

    def e_quiet(self, meta: Meta, c: Children) -> n.EndsQuiet:
        return n.EndsQuiet(str(c[0]), c[1])

    # ------------------------------------------------------------ term and suspension

    def inforce_at(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "in force from", in_force_from=self._moment(c[0]))

    def inforce(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "in force when ratified by", ratified_by=self._set(c[0]))

    def lasts(self, meta: Meta, c: Children) -> Clause:
        if c:
            return self._clause(meta, "lasts", slot="lasts", lasts=c[0])
        return self._clause(meta, "lasts", slot="lasts", indefinitely=True)

    def review(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "review", review=c[0])

    def due_before(self, meta: Meta, c: Children) -> tuple[n.Dur, n.Anchor]:
        return c[0], c[1]

    def extends(self, meta: Meta, c: Children) -> Clause:
        before, anchor = c[3]
        return self._clause(meta, "extends", extends=n.Extends(c[0], self._number(c[1]), str(c[2]), before, anchor))

    def withdrawal(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "withdrawal", withdrawal_notice=c[0])

    def barred(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "barred while", barred_while=c[0])

    def survives(self, meta: Meta, c: Children) -> Clause:
        return self._joined(meta, "survives", FREE, survives=(n.Survives(c[0], c[1] if len(c) > 1 else None),))

    def requires(self, meta: Meta, c: Children) -> Clause:
        if len(c) > 1:
            return self._clause(meta, "requires", requires=c[0], requires_by=c[1])
        return self._clause(meta, "requires", requires=c[0])

    def renewable(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "renewable", renewable=self._number(c[0]))

    def never(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "never suspends", never_suspends=c[0])

    def provisionally(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "provisionally", provisionally=c[0])

    def consent_until(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "consent until", consent_until=self._moment(c[0]))

    def accession(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "accession", accession_of=self._set(c[0]), accession_when=str(c[1]))

    # ------------------------------------------------------------ procedures, contributions, ceasefires, disputes

    def acts(self, meta: Meta, c: Children) -> tuple[str, ...]:
        return tuple(str(act) for act in c)

    def stage(self, meta: Meta, c: Children) -> Clause:
        source = next((part.fields["source"] for part in c if isinstance(part, Clause)), None)
        emergency = isinstance(c[0], Token) and c[0].type == "EMERGENCY"
        name, text, least, usual = c[1:5] if emergency else c[:4]
        made = n.Stage(str(name), self._text(text), least, usual, emergency, source)
        return self._joined(meta, f"stage {name}", f"stage {name}", stages=(made,))

    def caveat(self, meta: Meta, c: Children) -> Clause:
        source = next((part.fields["source"] for part in c if isinstance(part, Clause)), None)
        return self._joined(meta, "caveat", FREE, caveats=(n.Caveat(self._text(c[0]), source),))

    def serves(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "for", serves=c[0])

    def placed(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "in", zone=self._zone(c[0]))

    def mandate(self, meta: Meta, c: Children) -> Clause:
        if c[0].type == "STRING":
            return self._clause(meta, "mandate", slot="mandate", mandate_text=self._text(c[0]))
        return self._clause(meta, "mandate", mandate=str(c[0]))

    def purpose(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "purpose", purpose=str(c[0]))

    def engagement(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "engagement", engagement=self._text(c[0]))

    def strength(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "strength", strength=n.Strength(self._number(c[0]), str(c[1])))

    def becomes(self, meta: Meta, c: Children) -> Clause:
        state: Any = c[0]
        return self._joined(meta, "becomes", FREE, becomes=(n.Becomes(state, upon=c[1]),))

    def becomes_quiet(self, meta: Meta, c: Children) -> Clause:
        state: Any = c[0]
        return self._joined(meta, "becomes", FREE, becomes=(n.Becomes(state, quiet=str(c[1]), dur=c[2]),))

    def over(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "over", over=c[0])

    def claimant(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "claimant", claimant=self._set(c[0]))

    def respondent(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "respondent", respondent=self._set(c[0]))

    def forum(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "forum", forum=str(c[0]))

    def negotiation(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "negotiation", negotiation=c[0])

    def remedy(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "remedy", remedy=str(c[0]))

    # ------------------------------------------------------------ what is known of a text

    def publisher(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "by", by=self._text(c[0]))

    def dated(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "dated", dated=self._moment(c[0]))

    def read_on(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "read", read=self._moment(c[0]))

    def address(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "at", at=self._text(c[0]))

    def standing_clause(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "standing", standing=str(c[0]))

    def quotes(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "quotes", quotes=self._text(c[0]))

    def claim_holder(self, meta: Meta, c: Children) -> Clause:
        if c[0].type == "STRING":
            return self._clause(meta, "holder", slot="holder", holder_text=self._text(c[0]))
        return self._clause(meta, "holder", holder=str(c[0]))

    def sourced_clause(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "source", source=str(c[1]))

    def pos_words(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "words", words=self._text(c[0]))

    def in_return(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "for", in_return=c[0])

    def rendering(self, meta: Meta, c: Children) -> n.Rendering:
        return n.Rendering(str(c[0]), self._text(c[1]))

    def rendering_clause(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "words", terms=tuple(c))

    def step_by(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "by", by=c[0])

    def step_after(self, meta: Meta, c: Children) -> Clause:
        return self._clause(meta, "after", after=c[0])
