"""The published JSON of `casus power`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from casus.voting.model import Lever, Outcome

if TYPE_CHECKING:
    from casus.language.agreement import Agreement
    from casus.voting.absence import Absence
    from casus.voting.model import Chain, Coalitions, Path, Power, Step
    from casus.voting.waits import Wait


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PartJson(_Shape):
    count: int = Field(description="any so many")
    of: list[str]


class CoalitionsJson(_Shape):
    """Minimal coalitions. One entry stands for all coalitions that differ in like players only."""

    minimal: list[list[PartJson]]
    complete: bool = Field(description="false: there are more, none smaller than the last one listed")


class WaitJson(_Shape):
    """Exact minutes and calendar months are never mixed; `open_ended` names what has no length."""

    minutes: int
    months: int
    open_ended: list[str]
    text: str


class LinkJson(_Shape):
    decision: str
    outcome: Outcome
    wait: WaitJson


class ChainJson(_Shape):
    """A decision and what it escalates to, to the end."""

    links: list[LinkJson]
    total: WaitJson
    circular: bool


class PlayerJson(_Shape):
    player: str
    member: bool
    veto: bool
    dummy: bool | None = Field(description="null, as the indices: not counted")
    banzhaf: str | None = Field(description="an exact fraction, `3/8`")
    banzhaf_normalised: str | None
    shapley_shubik: str | None


class AttendanceJson(_Shape):
    """So many members absent, all others voting yes."""

    absent: int
    adopting: int = Field(description="in how many of `choices` ways to choose the absent it is adopted")
    choices: int
    otherwise: ChainJson | None
    earliest: WaitJson
    latest: WaitJson


class AbsenceJson(_Shape):
    """With those of --absent away."""

    absent: list[str]
    course: ChainJson
    blocking: CoalitionsJson


class DecisionJson(_Shape):
    decision: str
    article: str | None
    rule: str
    members: list[str]
    recused: list[str]
    open: list[str] = Field(description="what the text leaves open")
    stated: bool = Field(description="false: the text does not say who votes, or by what rule")
    adoptable: bool
    winning: CoalitionsJson = Field(description="voting yes while all others vote no")
    winning_if_others_are_silent: CoalitionsJson
    blocking: CoalitionsJson = Field(description="by voting no, whatever the others do")
    blocking_by_silence: CoalitionsJson
    blocking_by_abstaining: CoalitionsJson
    counted: bool = Field(description="false: the weights are too unlike to count coalitions; then `attendance` is empty")
    players: list[PlayerJson]
    nobody_acts: ChainJson
    attendance: list[AttendanceJson]
    with_absent: AbsenceJson | None


class StepJson(_Shape):
    name: str
    what: str
    article: str | None
    line: int | None


class PathJson(_Shape):
    """One actor, one consequence: see `casus.voting.model.Path`."""

    consequence: str
    actor: str
    lever: Lever
    at: str
    start: str | None
    steps: list[StepJson]
    permanent: bool
    fallback: list[StepJson]
    delay: WaitJson | None
    elsewhere: list[str]
    own: bool
    stops: bool


class AgreementPowerJson(_Shape):
    agreement: str
    file: str
    decisions: list[DecisionJson]
    paths: list[PathJson]


class PowerJson(_Shape):
    """The outcome of `casus power`."""

    format: Literal["casus-power/1"]
    agreements: list[AgreementPowerJson]


def agreement_json(
    agreement: Agreement, file: str, powers: list[tuple[Power, Absence | None]], paths: list[Path]
) -> AgreementPowerJson:
    return AgreementPowerJson(
        agreement=agreement.name,
        file=file,
        decisions=[_decision(power, absence) for power, absence in powers],
        paths=[_path(path) for path in paths],
    )


def _decision(p: Power, absence: Absence | None) -> DecisionJson:
    return DecisionJson(
        decision=p.decision,
        article=p.article,
        rule=p.rule,
        members=list(p.members),
        recused=list(p.recused),
        open=list(p.open),
        stated=p.stated,
        adoptable=p.adoptable,
        winning=_coalitions(p.winning),
        winning_if_others_are_silent=_coalitions(p.quiet),
        blocking=_coalitions(p.blocking),
        blocking_by_silence=_coalitions(p.by_silence),
        blocking_by_abstaining=_coalitions(p.by_abstaining),
        counted=p.counted,
        players=[
            PlayerJson(
                player=x,
                member=x in p.members,
                veto=x in p.vetoes,
                dummy=x in p.dummies if p.counted else None,
                banzhaf=_exact(p.banzhaf.get(x)),
                banzhaf_normalised=_exact(p.banzhaf_share.get(x)),
                shapley_shubik=_exact(p.shapley.get(x)),
            )
            for x in p.players
        ],
        nobody_acts=_chain(p.unanswered),
        attendance=[
            AttendanceJson(
                absent=row.absent,
                adopting=row.adopting,
                choices=row.choices,
                otherwise=None if row.otherwise is None else _chain(row.otherwise),
                earliest=_wait(row.earliest),
                latest=_wait(row.latest),
            )
            for row in p.attendance
        ],
        with_absent=None
        if absence is None
        else AbsenceJson(absent=list(absence.absent), course=_chain(absence.course), blocking=_coalitions(absence.blocking)),
    )


def _path(p: Path) -> PathJson:
    return PathJson(
        consequence=p.consequence,
        actor=p.actor,
        lever=p.lever,
        at=p.at,
        start=p.start,
        steps=[_step(step) for step in p.steps],
        permanent=p.permanent,
        fallback=[_step(step) for step in p.fallback],
        delay=None if p.delay is None else _wait(p.delay),
        elsewhere=list(p.elsewhere),
        own=p.own,
        stops=p.stops,
    )


def _step(s: Step) -> StepJson:
    return StepJson(name=s.name, what=s.what, article=s.article, line=None if s.span is None else s.span.line)


def _coalitions(c: Coalitions) -> CoalitionsJson:
    listed = [[PartJson(count=part.count, of=list(part.of)) for part in one.parts] for one in c.minimal]
    return CoalitionsJson(minimal=listed, complete=c.complete)


def _chain(c: Chain) -> ChainJson:
    links = [LinkJson(decision=x.decision, outcome=x.outcome, wait=_wait(x.wait)) for x in c.links]
    return ChainJson(links=links, total=_wait(c.total), circular=c.circular)


def _wait(w: Wait) -> WaitJson:
    return WaitJson(minutes=w.duration.us // 60_000_000, months=w.period.months, open_ended=list(w.open_ended), text=str(w))


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else f"{value.numerator}/{value.denominator}"
