"""Declarations in plain words: conditions, windows, signals, acts and lengths of time as a reader of treaties says them.

It takes nodes of a checked agreement and gives text. What the language itself would write stands in `casus.language.phrases`;
this is the same said to somebody who does not read the language.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from casus.language import nodes as n
from casus.language import phrases as say
from casus.language.agreement import Agreement
from casus.state import words as w

_ANCHORS: Final = {
    "occurrence": "the event",
    "report": "the first report",
    "verification": "verification",
    "activation": "activation",
    "opening": "opening",
    "deposit": "deposit of the last instrument",
    "expiry": "expiry",
}
_SIGNALS: Final = {
    "adopted": "{} is adopted",
    "rejected": "{} is rejected",
    "determined": "{} is answered yes",
    "breach": "{} is breached",
    "reversal": "{} is reversed",
    "exercise": "{} is used",
    "refusal": "{} is refused at home",
    "lapse": "{} lapses",
    "fulfilment": "{} is fulfilled",
}
_OPS: Final = {">=": "at least {}", ">": "more than {}", "<=": "at most {}", "<": "fewer than {}"}
_VERBS: Final = {"air_defence": "provide air defence", "maritime": "act at sea"}
_RULES: Final = {"unanimity": "unanimity", "majority": "a majority of yes over no"}


def name(text: str) -> str:
    """A name of the text as words: `armed_attack` is `armed attack`; a code stays."""
    return text.replace("_", " ")


def names(listed: Iterable[str], last: str = "and") -> str:
    return w.names([name(one) for one in listed], last)


def length(part: n.Dur | n.Cal) -> str:
    """`24 hours`, `1 hour`."""
    unit = part.unit[:-1] if part.number.value == 1 else part.unit
    return f"{number(part.number)} {unit}"


def number(part: n.Number) -> str:
    """`40,000`."""
    return f"{part.value:,f}"


def due(part: n.Due | n.DueColumn) -> str:
    """`within 24 hours after activation`, `at once`, `on 2027-03-01`."""
    match part:
        case n.DueAfter():
            return f"within {length(part.length)} after {_ANCHORS[part.anchor]}"
        case n.DueAt(anchor="activation"):
            return "at once"
        case n.DueAt():
            return f"at {_ANCHORS[part.anchor]}"
        case n.DueOn():
            return f"by {part.moment.text}"
        case n.DueColumn():
            return f"within the {part.column.column} of its row in {part.column.schedule} after {_ANCHORS[part.anchor]}"


def money(amount: n.ColRef | n.MoneyAmount | n.PercentOf) -> str:
    match amount:
        case n.MoneyAmount():
            return f"{amount.currency} {number(amount.number)}"
        case n.ColRef():
            return f"the {amount.column} of its row in {amount.schedule}"
        case n.PercentOf():
            return f"{number(amount.percent)} percent of the {amount.column.column} of its row in {amount.column.schedule}"


# ---------------------------------------------------------------- who


def who(agreement: Agreement, parties: n.PartySet | None, sharing: str = "several") -> str:
    """`each of KST and LYS`, `KST and LYS jointly`; `nobody named` where the text names none."""
    if parties is None:
        return "nobody named"
    if any(isinstance(atom, n.KOf) for atom in parties.atoms):
        return say.partyset(parties)
    codes = agreement.who(parties)
    if not codes:
        return f"{say.partyset(parties)} (nobody yet)"
    if len(codes) == 1:
        return name(codes[0])
    listed = names(codes)
    return {"joint": f"{listed} jointly", "joint_and_several": f"any of {listed}"}.get(sharing, f"each of {listed}")


def by(part: n.By | None) -> str:
    if part is None:
        return ""
    return f" by {name(part.name) if part.name is not None else w.names(part.codes, 'or')}"


# ---------------------------------------------------------------- conditions of a trigger


def window(part: n.Window) -> str:
    match part:
        case n.Rolling():
            return f"within any {length(part.dur)}" + (", both ends included" if part.closed else "")
        case n.Fixed():
            return f"within one of the stretches of {length(part.dur)} counted from entry into force"
        case n.Since(moment=moment):
            return "since entry into force" if moment is None else f"since {moment.text}"


def trigger_condition(condition: n.TCond) -> str:
    """What must have happened, in words."""
    match condition:
        case n.TOr(parts=parts):
            return ", or ".join(trigger_condition(part) for part in parts)
        case n.TAnd(parts=parts):
            return " and ".join(_grouped(part) for part in parts)
        case n.TNot(part=part):
            return f"it is not so that {_grouped(part)}"
        case _:
            return atom(condition)


def _grouped(part: n.TCond) -> str:
    return f"({trigger_condition(part)})" if isinstance(part, n.TOr | n.TAnd) else trigger_condition(part)


def atom(part: n.TAtom) -> str:
    match part:
        case n.TAny():
            return f"any {name(part.name)}{by(part.by)}"
        case n.TCount():
            return f"{name(part.name)}{by(part.by)} {_times(part.threshold)} {window(part.window)}"
        case n.TSum():
            return (
                f"the {name(part.quantity)} of {name(part.name)}{by(part.by)} adding up to "
                f"{_asked(part.threshold)} {window(part.window)}"
            )
        case n.TDistinct():
            where = "on {} different days" if part.what == "days" else f"in {{}} different {part.what}"
            return f"{name(part.name)}{by(part.by)} {where.format(_asked(part.threshold))} {window(part.window)}"
        case n.TRate():
            often = _OPS[part.op].format(f"{number(part.factor)} times")
            return f"{name(part.name)}{by(part.by)} {often} as often as usual ({name(part.baseline)}) {window(part.window)}"
        case n.TRatio():
            often = _OPS[part.op].format(f"{number(part.factor)} times")
            other = f"{name(part.other)}{by(part.other_by)}"
            return f"{name(part.name)}{by(part.by)} {often} as often as {other} {window(part.window)}"
        case n.TQuiet():
            seen = f", {name(part.observer)} looking all the time" if part.observer is not None else ""
            return f"no {name(part.name)}{by(part.by)} for {length(part.dur)}{seen}"
        case n.TAbsent():
            return f"no {name(part.name)}{by(part.by)} within {length(part.dur)} after {name(part.after)}"
        case n.THolds():
            return f"{name(part.name)} lasting at least {length(part.dur)}"
        case n.TThen():
            return f"{name(part.first)}, then {name(part.second)} within {length(part.dur)}"
        case n.TLatest():
            return f"the newest {name(part.name)}{by(part.by)} adding up to {_asked(part.threshold)}"
        case n.TMet():
            return f"{name(part.name)} met {part.times.text} times {window(part.window)}"


def _asked(threshold: n.Threshold) -> str:
    return _OPS[threshold.op].format(number(threshold.number))


def _times(threshold: n.Threshold) -> str:
    return f"{_asked(threshold)} times"


# ---------------------------------------------------------------- conditions on an event


def condition(part: n.Cond) -> str:
    """What an event must be like, in words."""
    match part:
        case n.COr(parts=parts):
            return " or ".join(condition(one) for one in parts)
        case n.CAnd(parts=parts):
            return " and ".join(f"({condition(one)})" if isinstance(one, n.COr) else condition(one) for one in parts)
        case n.CNot(part=inner):
            return f"not {f'({condition(inner)})' if isinstance(inner, n.COr | n.CAnd) else condition(inner)}"
        case n.CCompare():
            return f"{name(part.field)} {_OPS[part.op].format(number(part.number))}"
        case n.CCompareDuration():
            return f"{name(part.field)} {_OPS[part.op].format(length(part.dur))}"
        case n.COneOf():
            return f"{name(part.field)} {names(part.values, 'or')}"
        case n.CIs():
            return f"{name(part.field)} {part.code}"
        case n.CIn():
            return f"{'' if part.field == 'at' else name(part.field) + ' '}in {zone(part.zone)}"
        case n.CNear():
            field = "" if part.field == "at" else f"{name(part.field)} "
            return f"{field}within {say.length(part.length)} of {zone(part.zone)}"
        case n.CBy(codes=codes):
            return f"by {w.names(codes, 'or')}"
        case n.CRef():
            return name(part.name)
        case n.CFollows():
            return f"following {name(part.name)}{by(part.by)} within {length(part.dur)}"
        case n.CCured():
            return f"cured by {name(part.name)} {due(part.due)}"
        case n.CRepeated():
            return f"repeated within {length(part.dur)}"


def zone(expr: n.ZoneExpr) -> str:
    return name(say.zone(expr))


# ---------------------------------------------------------------- signals, acts, decisions


def signal(part: n.Signal) -> str:
    """`attack is met`, `measures is adopted`."""
    if part.kind is None:
        return f"{name(part.name)} is met"
    return _SIGNALS[part.kind].format(name(part.name))


def signals(parts: Iterable[n.Signal]) -> str:
    """`attack or aggression is met or measures is adopted`: what is said alike is said once."""
    by_kind: dict[str | None, list[str]] = {}
    for part in parts:
        by_kind.setdefault(part.kind, []).append(part.name)
    return " or ".join(signal(n.Signal(names(dict.fromkeys(found), "or"), kind)) for kind, found in by_kind.items())  # type: ignore[arg-type]


def act(norm: n.NormDecl) -> str:
    """What is owed, permitted or forbidden: `consult "at the highest level"`, `supply … amounting to …`."""
    if norm.forbids is not None:
        return f"{name(norm.forbids)}"
    if norm.act is None:
        return name(norm.name)
    said = f' "{norm.act.prose}"' if norm.act.prose is not None else ""
    where = f" in {zone(norm.act.zone)}" if norm.act.zone is not None else ""
    amount = f" ({money(norm.amount)})" if norm.amount is not None else ""
    return f"{_VERBS.get(norm.act.verb, name(norm.act.verb))}{said}{where}{amount}"


def rule(decision: n.DecisionDecl) -> str:
    """`consensus with at most 1 against`, `at least 65 percent of the weights population`."""
    match decision.rule:
        case None:
            return "a rule that is not said"
        case n.Consensus(minus=minus):
            return "consensus" if minus is None else f"consensus with at most {minus.text} against"
        case n.Votes(number=votes):
            return f"{votes.text} votes"
        case n.Shares(shares=shares):
            return " and ".join(
                f"{share.percent.text} percent of {f'the weights {share.weights}' if share.weights else share.base}"
                for share in shares
            )
        case other:
            return _RULES[other.type]
