"""Strategies for the nodes of the language: every tree that a text can give, in the one form in which it is read."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from casus import acts
from casus.language import nodes as n
from casus.language.grammar import grammar
from casus.language.scenario import Expect, Line, Scenario

WORDS = grammar("casus").keywords | grammar("casus-test").keywords

names = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).filter(lambda name: name not in WORDS)
codes = st.from_regex(r"[A-Z][A-Z0-9]{1,3}", fullmatch=True).filter(lambda code: code != "UTC")
texts = st.text(st.characters(codec="utf-8", exclude_characters="\n\r", exclude_categories=["Cc", "Cs"]), max_size=12)
numbers = st.builds(n.Number, st.sampled_from(["0", "1", "7", "40_000", "2.5", "1_000.25", "007"]))
durs = st.builds(n.Dur, numbers, st.sampled_from(["minutes", "hours", "days"]))
cals = st.builds(n.Cal, st.sampled_from(["0", "1", "12", "1_000"]).map(n.Number), st.sampled_from(["months", "years"]))
lengths = st.builds(n.Length, numbers, st.sampled_from(["km", "m"]))
moments = st.builds(n.Moment, st.sampled_from(["2030-01-01", "2030-02-01T02:10Z", "2030-02-01T02:10:05+02:00"]))
anchors = st.sampled_from(["occurrence", "report", "verification", "activation", "opening", "deposit", "expiry"])
dues = st.one_of(st.builds(n.DueAfter, durs | cals, anchors), st.builds(n.DueAt, anchors), st.builds(n.DueOn, moments))
columns = st.builds(n.ColRef, names, names)
several = lambda part, most=3: st.lists(part, min_size=1, max_size=most).map(tuple)  # noqa: E731
maybe_several = lambda part, most=3: st.lists(part, max_size=most).map(tuple)  # noqa: E731
maybe = lambda part: st.none() | part  # noqa: E731

party_atoms = st.builds(n.Every, names) | st.builds(n.KOf, numbers, names) | st.builds(n.Named, names | codes)
partysets = st.builds(n.PartySet, several(party_atoms))
bys = st.builds(n.By, codes=several(codes)) | st.builds(n.By, name=names)
kinds = st.sampled_from(
    [
        *(None, "breach", "reversal", "exercise", "refusal", "lapse", "fulfilment", "adopted", "rejected", "determined"),
        *("upheld", "dismissed", "active", "degraded", "suspended", "collapsed"),
    ]
)
signals = st.builds(n.Signal, names, kinds)
_ceasefire_states = st.sampled_from(["active", "degraded", "suspended", "collapsed"])
operators = st.sampled_from([">=", "<=", ">", "<"])
grades = st.sampled_from(["legal", "political", "aspirational"])

zones = st.recursive(
    st.builds(n.ZName, names),
    lambda zone: st.builds(n.ZNear, zone, lengths, zone) | st.builds(n.ZMinus, zone, zone) | st.builds(n.ZPlus, zone, zone),
    max_leaves=5,
)


def _joined(kind: type[Any], part: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """`a or b or …`: two parts at least, none of them of the same kind."""
    parts = st.lists(part.filter(lambda made: not isinstance(made, kind)), min_size=2, max_size=3)
    return parts.map(lambda made: kind(tuple(made)))


_conditions = st.one_of(
    st.builds(n.CCompare, names, operators, numbers),
    st.builds(n.CCompareDuration, names, operators, durs),
    st.builds(n.COneOf, names, several(names)),
    st.builds(n.CIs, names, codes),
    st.builds(n.CIn, names | st.just("at"), zones),
    st.builds(n.CNear, names | st.just("at"), lengths, zones),
    st.builds(n.CBy, codes.map(lambda code: (code,))),
    st.builds(n.CBy, several(codes), st.just(True)),
    st.builds(n.CRef, names),
    st.builds(n.CFollows, names, maybe(bys), durs),
    st.builds(n.CCured, names, dues),
    st.builds(n.CRepeated, durs),
)
conditions = st.recursive(
    _conditions,
    lambda part: _joined(n.COr, part) | _joined(n.CAnd, part) | st.builds(n.CNot, part),
    max_leaves=6,
)

windows = st.one_of(
    st.builds(n.Rolling, durs, st.booleans()), st.builds(n.Fixed, durs, st.booleans()), st.builds(n.Since, maybe(moments))
)
thresholds = st.builds(n.Threshold, operators, numbers)
_atoms = st.one_of(
    st.builds(n.TAny, names, maybe(bys)),
    st.builds(n.TCount, names, maybe(bys), thresholds, windows),
    st.builds(n.TSum, names, names, maybe(bys), thresholds, windows),
    st.builds(n.TDistinct, st.sampled_from(["days", "cells", "places"]), names, maybe(bys), thresholds, windows),
    st.builds(n.TRate, names, maybe(bys), operators, numbers, names, windows),
    st.builds(n.TRatio, names, maybe(bys), operators, numbers, names, maybe(bys), windows),
    st.builds(n.TQuiet, names, maybe(bys), durs, maybe(names)),
    st.builds(n.TAbsent, names, maybe(bys), durs, names),
    st.builds(n.THolds, names, durs),
    st.builds(n.TThen, names, names, durs),
    st.builds(n.TLatest, names, maybe(bys), thresholds),
    st.builds(n.TMet, names, numbers, windows),
)
trigger_conditions = st.recursive(
    _atoms,
    lambda part: _joined(n.TOr, part) | _joined(n.TAnd, part) | st.builds(n.TNot, part),
    max_leaves=5,
)


def _unique(key: Any, part: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(part, max_size=most, unique_by=key).map(tuple)


def _with_a_clause(decl: Any) -> bool:
    """The language has no declaration of this kind without a clause."""
    bare = type(decl)(**{name: getattr(decl, name) for name in ("kind", "name", "members") if hasattr(decl, name)})
    return bool(decl != bare)


opinions = maybe_several(st.builds(n.Opinion, grade=grades, according_to=texts))
_status = st.just({}) | st.builds(
    lambda status, on: {"status": status, "status_on": on},
    st.sampled_from(["idea", "draft", "signed", "ratified", "in_force", "superseded"]),
    maybe(moments),
)
agreements = st.builds(
    lambda status, **fields: n.AgreementDecl(**fields, **status),
    _status,
    name=names,
    title=maybe(texts),
    clock=maybe(st.just("UTC") | texts),
    rounding=st.sampled_from([None, "down", "up"]),
    authentic=maybe_several(names),
    language=maybe(numbers),
    counts_from=maybe(moments),
    stale_after=maybe(durs),
    instrument=st.sampled_from([None, "treaty", "memorandum", "claims", "communique", "draft"]),
    consent=st.sampled_from([None, "signature", "adoption"]),
    registered=maybe(texts),
    opinions=opinions,
)
_fields = st.one_of(
    st.builds(
        n.FieldDecl, names, st.sampled_from(["actor", "point", "count", "duration", "reference", "money", "text", "flag"])
    ),
    st.builds(n.FieldDecl, names, st.just("one_of"), several(names)),
)
_zone_decls = st.builds(n.ZoneDecl, name=names, path=texts, feature=texts, pinned=texts) | st.builds(
    n.ZoneDecl, name=names, expr=zones
)
_open_zones = st.builds(n.ZoneDecl, name=names, open=texts)
_sources = st.builds(n.RungSource, count=numbers) | st.builds(n.RungSource, body=names)
ladders = st.builds(
    n.LadderDecl,
    name=names,
    rungs=st.lists(names, min_size=2, max_size=4).map(tuple),
    levels=_unique(lambda level: level.name, st.builds(n.RungDecl, names, several(_sources))),
    silence=maybe(st.builds(n.Silence, durs, anchors, maybe(names))),
)
_findings = st.builds(n.FindingDecl, name=names, on=several(names), body=names, due=dues, presumed=st.booleans()) | st.builds(
    n.FindingDecl, name=names, on=several(names), body=names, due=dues, escalates_to=names
)
triggers = st.builds(
    n.TriggerDecl,
    name=names,
    severity=numbers,
    when=trigger_conditions,
    needs=_unique(lambda need: need.ladder, st.builds(n.Needs, names, names)),
    rearm=maybe(durs),
    absorbs=maybe_several(names),
    adds_to=maybe_several(names),
    counting_provisional=st.booleans(),
    excluding=_unique(lambda name: name, names),
)
_shares = st.one_of(
    st.builds(n.Share, numbers, st.sampled_from(["members", "present", "cast"])),
    st.builds(n.Share, numbers, st.just("weights"), names),
)
rules = st.one_of(
    st.builds(n.Unanimity),
    st.builds(n.Consensus, maybe(numbers)),
    st.builds(n.Majority),
    st.builds(n.Votes, numbers),
    st.builds(n.Coalition, numbers),
    st.builds(n.Shares, several(_shares)),
)
_silent = st.one_of(
    st.just({}),
    st.sampled_from(["adopted", "rejected"]).map(lambda word: {"if_silent": word}),
    names.map(lambda name: {"if_silent_escalates_to": name}),
)
decisions = st.builds(
    lambda silent, proxies, **fields: n.DecisionDecl(**fields, **silent, **proxies),
    _silent,
    st.just({}) | maybe(numbers).map(lambda number: {"proxies": True, "proxies_at_most": number}),
    accused_abstain=st.booleans(),
    parties_abstain=maybe(names),
    name=names,
    members=partysets | st.just(n.PartySet(())),
    held=opinions,
    rule=maybe(rules),
    quorum=maybe(numbers),
    abstention=st.sampled_from([None, "counts_for_quorum", "counts_as_no", "ignored"]),
    recused=maybe(partysets),
    veto=maybe(partysets),
    early=st.booleans(),
    opens_upon=maybe_several(signals),
    opens_on_request_of=maybe(partysets),
    closes=maybe(dues),
    if_rejected_escalates_to=maybe(names),
).filter(_with_a_clause)
_debtors = st.one_of(
    st.just({}),
    st.builds(
        lambda who, sharing: {"debtor": who, "sharing": sharing},
        partysets,
        st.sampled_from(["several", "joint", "joint_and_several"]),
    ),
)
_amounts = columns | st.builds(n.MoneyAmount, codes, numbers) | st.builds(n.PercentOf, numbers, columns)
norms = st.builds(
    lambda debtor, **fields: n.NormDecl(**fields, **debtor),
    _debtors,
    kind=st.sampled_from(["obligation", "prohibition", "power"]),
    name=names,
    upon=maybe_several(signals),
    always=st.booleans(),
    every=maybe(st.builds(n.EveryPeriod, cals, anchors | moments, maybe(cals))),
    during=maybe_several(names),
    waits_for=maybe_several(names),
    backup=maybe(partysets),
    tiers=_unique(lambda tier: tier.phase, st.builds(n.Tier, names, _amounts)),
    indexed=maybe(st.builds(n.Indexed, numbers, cals)),
    grade=maybe(grades),
    creditor=maybe(partysets),
    act=maybe(st.builds(n.Act, st.sampled_from(["consult", "report", "air_defence"]), maybe(texts), maybe(zones))),
    amount=maybe(_amounts),
    forbids=maybe(names),
    used_by=maybe(names),
    due=maybe(dues | st.builds(n.DueColumn, columns, anchors)),
    fulfilled_by=maybe(names),
    approval=maybe(dues),
    if_breached=maybe(st.tuples(st.sampled_from(["also", "instead"]), names)),
    if_refused=maybe(names),
    lapses=maybe(dues),
    until=maybe(conditions),
    unless=maybe(conditions),
    held=opinions,
).filter(_with_a_clause)
_ends_decision = st.builds(n.EndsDecision, names, st.sampled_from(["adopted", "rejected"]))
automatics = st.builds(
    n.AutomaticDecl,
    name=names,
    upon=maybe_several(signals),
    reinstate=maybe(names),
    at=maybe(dues),
    unless=maybe(_ends_decision),
    ends_when=maybe_several(_ends_decision | st.builds(n.EndsQuiet, names, durs)),
    held=opinions,
).filter(_with_a_clause)
terms = st.builds(
    lambda lasts, requires, accession, **fields: n.TermDecl(**fields, **lasts, **requires, **accession),
    st.just({}) | st.just({"indefinitely": True}) | cals.map(lambda cal: {"lasts": cal}),
    st.just({}) | st.builds(lambda names, by: {"requires": names, "requires_by": by}, several(names), maybe(bys)),
    st.just({}) | st.builds(lambda of, when: {"accession_of": of, "accession_when": when}, partysets, names),
    provisionally=maybe_several(names),
    consent_until=maybe(moments),
    in_force_from=maybe(moments),
    ratified_by=maybe(partysets),
    review=maybe(cals),
    extends=maybe(st.builds(n.Extends, cals, numbers, names, durs, anchors)),
    withdrawal_notice=maybe(cals),
    barred_while=maybe_several(names),
    survives=maybe_several(st.builds(n.Survives, several(names), maybe(cals))),
).filter(_with_a_clause)

_standings = st.sampled_from(["primary", "reported", "party", "weak", "general_knowledge"])
_gaps = st.sampled_from(["definition", "debtor", "amount", "due", "force", "closing", "wording", "act", "rule"])
_holders = st.just({}) | (names | codes).map(lambda name: {"holder": name}) | texts.map(lambda text: {"holder_text": text})
_languages = st.sampled_from(["en", "uk", "ru", "is", "no", "or", "to"])
records = st.one_of(
    st.builds(
        n.SourceDecl,
        name=names,
        title=texts,
        standing=_standings,
        by=maybe(texts),
        dated=maybe(moments),
        read=maybe(moments),
        at=maybe(texts),
    ),
    st.builds(n.BasisDecl, source=names, pinpoint=maybe(texts), of=maybe_several(names | codes)),
    st.builds(n.QuestionDecl, name=names, text=texts),
    st.builds(
        lambda holder, **fields: n.ClaimDecl(**fields, **holder),
        _holders,
        name=names,
        on=names,
        by=names,
        says=texts,
        quotes=maybe(texts),
        dated=maybe(moments),
        amount=maybe(st.builds(n.MoneyAmount, codes, numbers)),
    ),
    st.builds(n.OpenDecl, what=_gaps, text=texts, of=maybe(names | codes | st.sampled_from(["term", "suspension"]))),
    st.builds(
        n.PositionDecl,
        holder=names | codes,
        on=names,
        stance=st.sampled_from(["accepts", "rejects", "reserves"]),
        dated=maybe(moments),
        source=maybe(names),
        words=maybe(texts),
    ),
    st.builds(
        n.ConcessionDecl,
        name=names,
        by=codes,
        text=texts,
        reversible=st.booleans(),
        in_return=maybe_several(names),
        source=maybe(names),
    ),
    st.builds(
        n.WordingDecl,
        name=names,
        renders=texts,
        terms=several(st.builds(n.Rendering, _languages, texts)),
        source=maybe(names),
    ),
    st.builds(n.CopyDecl, name=names, of=codes, table=texts),
    st.builds(n.StepDecl, name=names, text=texts, by=maybe(bys), after=maybe_several(names | st.just("force"))),
)

_stages = st.builds(n.Stage, names, texts, durs, durs, st.booleans(), maybe(names))
practice = st.one_of(
    st.builds(
        n.ProcedureDecl,
        name=names,
        of=codes,
        acts=several(st.sampled_from(["deploy", "supply", "air_defence"])),
        stages=_unique(lambda stage: stage.name, _stages),
        caveats=maybe_several(st.builds(n.Caveat, texts, maybe(names))),
    ).filter(lambda made: made.stages or made.caveats),
    st.builds(
        lambda mandate, **fields: n.ContributionDecl(**fields, **mandate),
        st.just({}) | names.map(lambda name: {"mandate": name}) | texts.map(lambda text: {"mandate_text": text}),
        name=names,
        by=codes,
        text=texts,
        serves=maybe_several(names),
        zone=maybe(zones),
        purpose=st.sampled_from([None, "reassurance", "tripwire", "monitor", "defence", "training"]),
        engagement=maybe(texts),
        strength=maybe(st.builds(n.Strength, numbers, names)),
    ),
    st.builds(
        n.CeasefireDecl,
        name=names,
        becomes=several(
            st.builds(n.Becomes, _ceasefire_states, several(signals))
            | st.builds(lambda state, name, dur: n.Becomes(state, quiet=name, dur=dur), _ceasefire_states, names, durs)
        ),
    ),
    st.builds(
        n.DisputeDecl,
        name=names,
        over=several(names),
        claimant=maybe(partysets),
        respondent=maybe(partysets),
        forum=maybe(names),
        negotiation=maybe(durs),
        due=maybe(dues),
        remedy=maybe(names),
    ),
)

declarations = st.one_of(
    agreements,
    records,
    practice,
    _open_zones,
    st.builds(n.RoleDecl, names=several(names)),
    st.builds(n.PartyDecl, code=codes, title=texts, roles=several(names)),
    st.builds(n.BodyDecl, name=names, title=texts, roles=several(names)),
    st.builds(n.NonpartyDecl, code=codes, title=texts),
    st.builds(n.GroupDecl, name=names, members=st.builds(n.Every, names) | several(codes)),
    _zone_decls,
    st.builds(n.EventDecl, name=names, fields=several(_fields)),
    ladders,
    _findings,
    st.builds(n.DeterminationDecl, name=names, of=names, body=names, due=dues, escalates_to=maybe(names)),
    st.builds(
        n.AttributableDecl,
        actor=codes,
        to=codes,
        grounds=several(st.sampled_from(["organ", "instruction", "control", "adoption"])),
        body=names,
    ),
    st.builds(n.EstimateDecl, name=names, unit=names, valid=durs),
    st.builds(n.BaselineDecl, name=names, of=names, by=maybe(bys), start=moments, end=moments),
    st.builds(n.DefineDecl, name=names, means=several(names), where=maybe(conditions)),
    st.builds(n.ExceptionDecl, name=names, to=names, when=conditions),
    triggers,
    decisions,
    norms,
    automatics,
    st.builds(n.ScheduleDecl, name=names, table=texts, key=names),
    st.builds(n.WeightsDecl, name=names, table=texts, key=names, value=names),
    st.builds(n.PackageDecl, name=names, items=several(texts)),
    st.builds(n.PhaseDecl, name=names, start=moments | signals, end=moments | signals),
    st.builds(n.TemplateDecl, name=names, every=names, code=codes),
    st.builds(n.ReadingDecl, name=names, by=several(names) | several(codes), of=several(names)),
    st.builds(n.OptionDecl, name=names, by=several(codes), text=texts, on=maybe(names)),
    st.builds(n.UseDecl, name=names, path=texts, pinned=texts),
    terms,
    st.builds(n.SuspensionDecl, by=names, at_most=durs, renewable=maybe(numbers), never_suspends=maybe_several(names)),
)

# ---------------------------------------------------------------- scenarios

_decimals = st.decimals(0, 100_000, allow_nan=False, allow_infinity=False, places=2)
_quantities = st.tuples(_decimals, _decimals).map(lambda pair: acts.Quantity(min(pair), max(pair)))
_places = st.builds(acts.Place, st.decimals(-90, 90, places=3), st.decimals(-180, 180, places=3), _decimals)
_values = st.one_of(
    _quantities,
    st.integers(0, 10**7).map(lambda minutes: acts.Length(minutes * 60_000_000)),
    st.builds(acts.Money, codes, _decimals),
    st.builds(acts.Code, codes),
    st.builds(acts.Word, names),
    st.builds(acts.Text, texts),
)
_reported = st.builds(
    lambda fields, place: {**fields, **place},
    st.dictionaries(names, _values, max_size=3),
    st.just({}) | _places.map(lambda place: {"at": place}),
)
_who = codes | names
_rungs = maybe_several(names, 2)
_answers = st.sampled_from(["yes", "no", "abstain"])
_acts = st.one_of(
    st.builds(acts.Report, names, names, maybe(_who), _reported, stands_for=_rungs),
    st.builds(acts.Estimate, names, names, maybe(_who), _quantities, maybe(names), _rungs),
    st.builds(acts.Coverage, names, names),
    st.builds(acts.Adjudication, names, names, names, maybe(names)),
    st.builds(acts.FindingAnswer, names, names, _answers, names),
    st.builds(acts.Determination, names, names, _answers),
    st.builds(acts.Attribution, names, codes, codes, _answers),
    st.builds(acts.Correction, names, _reported.filter(bool), st.booleans()),
    st.builds(acts.Withdrawal, names),
    st.builds(acts.Ratification, codes),
    st.builds(acts.Denunciation, codes),
    st.builds(acts.Objection, codes),
    st.builds(acts.Vote, _who, _answers, names),
    st.builds(acts.Request, _who, names),
    st.builds(acts.Fulfilment, _who, names),
    st.builds(acts.Approval, _who, names),
    st.builds(acts.Refusal, _who, names),
    st.builds(acts.Waiver, _who, names, maybe(_who)),
    st.builds(acts.Proxy, _who, names, maybe(_who)),
    st.builds(acts.Provisional, codes, st.booleans()),
    st.builds(acts.Claim, _who, names, _who),
    st.builds(acts.Settlement, _who, names),
    st.builds(acts.Ruling, names, names, _who, st.sampled_from(["upheld", "dismissed"])),
)
# instants in one order, so that no line is known before it happens
lines = st.builds(
    Line,
    st.just(n.Moment("2030-01-01")),
    maybe(st.just(n.Moment("2030-01-02T00:00Z"))),
    maybe(st.just(n.Moment("2030-01-03"))),
    _acts,
)
_results = st.one_of(
    st.just({"kind": "no_trigger"}),
    st.builds(
        lambda kind, name, times: {"kind": kind, "name": name, "times": times},
        st.sampled_from(["met", "effective", "reversed"]),
        names,
        st.integers(0, 9),
    ),
    st.builds(
        lambda kind, name, instant: {"kind": kind, "name": name, "instant": instant},
        st.sampled_from(["first_known", "first_occurred"]),
        names,
        moments,
    ),
    st.builds(lambda name, listed: {"kind": "witnesses", "name": name, "names": listed}, names, several(names)),
    st.builds(
        lambda name, who, upon, state: {"kind": "norm", "name": name, "who": who, "upon": upon, "state": state},
        names,
        _who,
        maybe(names),
        names,
    ),
    st.builds(
        lambda name, who, upon, instant: {"kind": "norm_due", "name": name, "who": who, "upon": upon, "instant": instant},
        names,
        _who,
        maybe(names),
        moments,
    ),
    st.builds(
        lambda name, negated, state: {"kind": "status", "name": name, "negated": negated, "state": state},
        names,
        st.booleans(),
        names,
    ),
)
expectations = st.builds(
    lambda result, hindsight, at, known: Expect(**result, hindsight=hindsight, at=at, known=known),
    _results,
    st.booleans(),
    maybe(moments),
    maybe(moments),
)
scenarios = st.builds(
    Scenario,
    st.lists(names | codes, min_size=1, max_size=4).map(" ".join),
    st.lists(lines | expectations, max_size=3).map(tuple),
)

soup = st.lists(
    st.sampled_from([*sorted(WORDS), "a", "b1", "VDR", "72", "-3", "2.5", '"x"', '"open', "2030-01-01", "2030-99-01T00:00Z"])
    | st.sampled_from(["(", ")", "|", ",", ".", "=", "<", ">=", "\n", "\n", "\n  ", "# c\n", "а", "§", "\t", "1_", "72hours"]),
    max_size=40,
).map(" ".join)
"""Words of the language in no order."""
