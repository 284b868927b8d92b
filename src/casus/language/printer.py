"""The text of a node: what `parse` reads as an equal node again, in the layout that `format_text` leaves as it is."""

from __future__ import annotations

from collections.abc import Iterator

from casus.language import nodes as n
from casus.language import phrases as say
from casus.language.printer_practice import practice_lines
from casus.language.printer_records import held, record_lines
from casus.language.scan import escape

MAX_WIDTH = 100
"""A definition longer than this has its `where` on a line of its own."""


def print_node(decl: n.Decl) -> str:
    """The declaration with its comments before it, without a line end after it.

    Raises ValueError for a node that no text can give (a party without a code, a rule that the language does not know).
    """
    comments = "".join(f"# {comment}\n" if comment else "#\n" for comment in decl.comments)
    head, *clauses = _declaration(decl)
    return comments + "\n".join([head, *(f"  {clause}" for clause in clauses)])


def _declaration(decl: n.Decl) -> list[str]:
    """The head and the clauses, a line each."""
    match decl:
        case n.RoleDecl():
            return [f"role {say.names(decl.names)}"]
        case n.PartyDecl():
            return [f"party {decl.code} {escape(decl.title)} as {say.names(decl.roles)}"]
        case n.BodyDecl():
            return [f"body {decl.name} {escape(decl.title)} as {say.names(decl.roles)}"]
        case n.NonpartyDecl():
            return [f"nonparty {decl.code} {escape(decl.title)}"]
        case n.GroupDecl(members=n.Every(name=role)):
            return [f"group {decl.name} = every {role}"]
        case n.GroupDecl(members=tuple() as codes):
            return [f"group {decl.name} = {say.names(codes)}"]
        case n.ZoneDecl():
            return [_zone_decl(decl)]
        case n.EventDecl():
            return [f"event {decl.name} {', '.join(_field(field) for field in decl.fields)}"]
        case n.EstimateDecl():
            return [f"estimate {decl.name} unit {decl.unit} valid {say.dur(decl.valid)}"]
        case n.BaselineDecl():
            return [
                f"baseline {decl.name} is count of {decl.of}{say.actors(decl.by)} from {decl.start.text} until {decl.end.text}"
            ]
        case n.FindingDecl() | n.DeterminationDecl() | n.AttributableDecl():
            return [_established(decl)]
        case n.DefineDecl():
            head = f"define {decl.name} means {' or '.join(decl.means)}"
            where = [] if decl.where is None else [f"where {say.cond(decl.where)}"]
            return [" ".join([head, *where])] if len(head) + sum(map(len, where)) < MAX_WIDTH else [head, *where]
        case n.ExceptionDecl():
            return [f"exception {decl.name} to {decl.to}", f"when {say.cond(decl.when)}"]
        case n.AgreementDecl():
            return [f"agreement {decl.name}", *_agreement(decl)]
        case n.LadderDecl():
            return [f"ladder {decl.name} = {' < '.join(decl.rungs)}", *_ladder(decl)]
        case n.TriggerDecl():
            return [
                f"trigger {decl.name} severity {decl.severity.text}",
                f"when {say.trigger_cond(decl.when)}",
                *_trigger(decl),
            ]
        case n.DecisionDecl():
            of = f" of {say.partyset(decl.members)}" if decl.members.atoms else ""
            return [f"decision {decl.name}{of}", *_decision(decl)]
        case n.NormDecl():
            return [f"{decl.kind} {decl.name}", *_norm(decl)]
        case n.AutomaticDecl():
            return [f"automatic {decl.name}", *_automatic(decl)]
        case n.TermDecl():
            first, *rest = _term(decl)
            return [f"term {first}", *rest]
        case n.SuspensionDecl():
            return [f"suspension by {decl.by} for at most {say.dur(decl.at_most)}", *_suspension(decl)]
        case _:
            return record_lines(decl) or practice_lines(decl) or [_annexed(decl)]


# ---------------------------------------------------------------- declarations of one line


def _zone_decl(decl: n.ZoneDecl) -> str:
    if decl.open is not None:
        return f"zone {decl.name} open {escape(decl.open)}"
    if decl.expr is not None:
        return f"zone {decl.name} = {say.zone(decl.expr)}"
    if decl.path is None or decl.feature is None or decl.pinned is None:
        raise ValueError(f"the zone {decl.name} has neither an expression nor a pinned feature")
    return f"zone {decl.name} from {escape(decl.path)} feature {escape(decl.feature)} pinned {escape(decl.pinned)}"


def _field(field: n.FieldDecl) -> str:
    return f"{field.name} {'one of ' + ' | '.join(field.values) if field.type == 'one_of' else field.type}"


def _established(decl: n.FindingDecl | n.DeterminationDecl | n.AttributableDecl) -> str:
    if isinstance(decl, n.AttributableDecl):
        return f"attributable {decl.actor} to {decl.to} on {' | '.join(decl.grounds)} by {decl.body}"
    escalates = f"escalates to {decl.escalates_to}"
    if isinstance(decl, n.DeterminationDecl):
        silent = "lapses" if decl.escalates_to is None else escalates
        return f"determination {decl.name} of {decl.of} by {decl.body} due {say.due(decl.due)} if silent {silent}"
    otherwise = escalates if decl.presumed is None else f"else presumed_{'yes' if decl.presumed else 'no'}"
    return f"finding {decl.name} on {' or '.join(decl.on)} by {decl.body} due {say.due(decl.due)} {otherwise}"


def _annexed(decl: n.Decl) -> str:
    match decl:
        case n.ScheduleDecl():
            return f"schedule {decl.name} from table {escape(decl.table)} key {decl.key}"
        case n.WeightsDecl():
            return f"weights {decl.name} from table {escape(decl.table)} key {decl.key} value {decl.value}"
        case n.PackageDecl():
            return f"package {decl.name} items {', '.join(escape(item) for item in decl.items)}"
        case n.PhaseDecl():
            return f"phase {decl.name} from {_start(decl.start)} until {_start(decl.end)}"
        case n.TemplateDecl():
            return f"template {decl.name} for every {decl.every} as {decl.code}"
        case n.ReadingDecl():
            return f"reading {decl.name} by {say.names(decl.by)} of {say.names(decl.of)}"
        case n.OptionDecl():
            on = "" if decl.on is None else f" on {decl.on}"
            return f"option {decl.name}{on} proposed by {say.names(decl.by)} text {escape(decl.text)}"
        case n.UseDecl():
            return f"use {decl.name} from {escape(decl.path)} pinned {escape(decl.pinned)}"
        case _:
            raise ValueError(f"no text says {decl!r}")


def _start(start: n.Moment | n.Signal) -> str:
    return start.text if isinstance(start, n.Moment) else say.signal(start)


# ---------------------------------------------------------------- clauses


def _agreement(decl: n.AgreementDecl) -> Iterator[str]:
    if decl.language is not None:
        yield f"language {decl.language.text}"
    if decl.title is not None:
        yield f"title {escape(decl.title)}"
    if decl.instrument is not None:
        yield f"instrument {decl.instrument}"
    if decl.consent is not None:
        yield f"consent by {decl.consent}"
    if decl.registered is not None:
        yield f"registered {escape(decl.registered)}"
    if decl.status is not None:
        yield f"status {decl.status}" + ("" if decl.status_on is None else f" on {decl.status_on.text}")
    if decl.clock is not None:
        yield "clock UTC" if decl.clock == "UTC" else f"clock {escape(decl.clock)}"
    if decl.rounding is not None:
        yield f"rounding {decl.rounding}"
    if decl.authentic:
        yield f"authentic {say.names(decl.authentic)}"
    if decl.counts_from is not None:
        yield f"counts from {decl.counts_from.text}"
    if decl.stale_after is not None:
        yield f"stale after {say.dur(decl.stale_after)}"
    yield from held(decl.opinions)


def _ladder(decl: n.LadderDecl) -> Iterator[str]:
    for level in decl.levels:
        yield f"level {level.name} by {' or '.join(_source(source) for source in level.sources)}"
    if decl.silence is not None:
        goes = "lapses" if decl.silence.escalates_to is None else f"escalates to {decl.silence.escalates_to}"
        yield f"if silent {say.dur(decl.silence.dur)} after {decl.silence.anchor} {goes}"


def _source(source: n.RungSource) -> str:
    return f"{source.count.text} independent sources" if source.count is not None else str(source.body)


def _trigger(decl: n.TriggerDecl) -> Iterator[str]:
    for need in decl.needs:
        yield f"needs {need.ladder} {need.rung}"
    if decl.rearm is not None:
        yield f"rearm after {say.dur(decl.rearm)}"
    if decl.absorbs:
        yield f"absorbs {say.names(decl.absorbs)}"
    if decl.adds_to:
        yield f"adds to {say.names(decl.adds_to)}"
    if decl.counting_provisional:
        yield "counting provisional"
    for name in decl.excluding:
        yield f"excluding {name}"


def _decision(decl: n.DecisionDecl) -> Iterator[str]:
    if decl.rule is not None:
        yield f"adopts by {_rule(decl.rule)}"
    if decl.quorum is not None:
        yield f"quorum {decl.quorum.text}"
    if decl.abstention is not None:
        yield f"abstention {decl.abstention}"
    if decl.recused is not None:
        yield f"recused {say.partyset(decl.recused)}"
    if decl.veto is not None:
        yield f"veto {say.partyset(decl.veto)}"
    if decl.early:
        yield "early"
    if decl.opens_upon:
        yield f"opens upon {say.signals(decl.opens_upon)}"
    if decl.opens_on_request_of is not None:
        yield f"opens on request of {say.partyset(decl.opens_on_request_of)}"
    if decl.closes is not None:
        yield f"closes {say.due(decl.closes)}"
    if decl.if_silent is not None:
        yield f"if silent {decl.if_silent}"
    if decl.if_silent_escalates_to is not None:
        yield f"if silent escalates to {decl.if_silent_escalates_to}"
    if decl.if_rejected_escalates_to is not None:
        yield f"if rejected escalates to {decl.if_rejected_escalates_to}"
    if decl.proxies:
        yield "proxies" + ("" if decl.proxies_at_most is None else f" at most {decl.proxies_at_most.text}")
    if decl.accused_abstain:
        yield "must abstain accused"
    if decl.parties_abstain is not None:
        yield f"must abstain parties to {decl.parties_abstain}"
    yield from held(decl.held)


def _rule(rule: n.Rule) -> str:
    match rule:
        case n.Unanimity():
            return "unanimity"
        case n.Consensus(minus=minus):
            return "consensus" if minus is None else f"consensus minus {minus.text}"
        case n.Majority():
            return "majority"
        case n.Votes(number=number):
            return f"{number.text} votes"
        case n.Coalition(least=least):
            return f"coalition of at least {least.text}"
        case n.Shares(shares=shares):
            return " and ".join(
                f"{s.percent.text} percent of {f'weights {s.weights}' if s.weights else s.base}" for s in shares
            )


def _norm(decl: n.NormDecl) -> Iterator[str]:
    if decl.upon:
        yield f"upon {say.signals(decl.upon)}"
    if decl.always:
        yield "always"
    if decl.every is not None:
        start = decl.every.start
        length = "" if decl.every.length is None else f" for {say.cal(decl.every.length)}"
        yield f"every {say.cal(decl.every.period)} from {start.text if isinstance(start, n.Moment) else start}{length}"
    if decl.grade is not None:
        yield f"grade {decl.grade}"
    if decl.debtor is not None:
        sharing = "" if decl.sharing == "several" else f"{decl.sharing} "
        yield f"{'holder' if decl.kind == 'power' and not sharing else 'debtor'} {sharing}{say.partyset(decl.debtor)}"
    if decl.creditor is not None:
        yield f"creditor {say.partyset(decl.creditor)}"
    if decl.act is not None:
        prose = "" if decl.act.prose is None else f" {escape(decl.act.prose)}"
        yield f"to {decl.act.verb}{prose}" + ("" if decl.act.zone is None else f" in {say.zone(decl.act.zone)}")
    if decl.amount is not None:
        yield f"amount {say.amount(decl.amount)}"
    for tier in decl.tiers:
        yield f"tier {tier.phase} amount {say.amount(tier.amount)}"
    if decl.indexed is not None:
        yield f"indexed {decl.indexed.percent.text} percent every {say.cal(decl.indexed.period)}"
    if decl.forbids is not None:
        yield f"forbids {decl.forbids}"
    if decl.used_by is not None:
        yield f"used by {decl.used_by}"
    if decl.due is not None:
        yield f"due {say.due(decl.due)}"
    if decl.fulfilled_by is not None:
        yield f"fulfilled by {decl.fulfilled_by}"
    yield from _norm_ends(decl)


def _norm_ends(decl: n.NormDecl) -> Iterator[str]:
    if decl.approval is not None:
        yield f"needs national approval {say.due(decl.approval)}"
    if decl.if_breached is not None:
        yield f"if breached {decl.if_breached[0]} {decl.if_breached[1]}"
    if decl.if_refused is not None:
        yield f"if refused then {decl.if_refused}"
    if decl.lapses is not None:
        yield f"lapses {say.due(decl.lapses)}"
    if decl.until is not None:
        yield f"until {say.cond(decl.until)}"
    if decl.unless is not None:
        yield f"unless {say.cond(decl.unless)}"
    if decl.during:
        yield f"during {' or '.join(decl.during)}"
    if decl.waits_for:
        yield f"waits for {say.names(decl.waits_for)}"
    if decl.backup is not None:
        yield f"backup {say.partyset(decl.backup)}"
    yield from held(decl.held)


def _automatic(decl: n.AutomaticDecl) -> Iterator[str]:
    if decl.upon:
        yield f"upon {say.signals(decl.upon)}"
    if decl.reinstate is not None:
        yield f"reinstate {decl.reinstate}"
    if decl.at is not None:
        yield say.due(decl.at) if isinstance(decl.at, n.DueAt) else f"at {say.due(decl.at)}"
    if decl.unless is not None:
        yield f"unless {decl.unless.name} {decl.unless.outcome}"
    if decl.ends_when:
        yield f"ends when {' and '.join(_end(part) for part in decl.ends_when)}"
    yield from held(decl.held)


def _end(part: n.EndsQuiet | n.EndsDecision) -> str:
    return f"{part.name} {part.outcome}" if isinstance(part, n.EndsDecision) else f"no {part.name} for {say.dur(part.dur)}"


def _term(decl: n.TermDecl) -> Iterator[str]:
    if decl.in_force_from is not None:
        yield f"in force from {decl.in_force_from.text}"
    if decl.ratified_by is not None:
        yield f"in force when ratified by {say.partyset(decl.ratified_by)}"
    if decl.requires:
        yield f"requires {say.names(decl.requires)}{say.actors(decl.requires_by)}"
    if decl.lasts is not None or decl.indefinitely:
        yield f"lasts {'indefinitely' if decl.lasts is None else say.cal(decl.lasts)}"
    if decl.review is not None:
        yield f"review every {say.cal(decl.review)}"
    if decl.extends is not None:
        by = decl.extends
        objection = f"unless objection by {by.number.text} of {by.group} {say.dur(by.before)} before {by.anchor}"
        yield f"extends by {say.cal(by.period)} {objection}"
    if decl.withdrawal_notice is not None:
        yield f"withdrawal after {say.cal(decl.withdrawal_notice)} notice"
    if decl.barred_while:
        yield f"barred while {' or '.join(decl.barred_while)}"
    for survivor in decl.survives:
        yield f"survives {say.names(survivor.names)}" + ("" if survivor.period is None else f" for {say.cal(survivor.period)}")
    yield from _term_more(decl)


def _term_more(decl: n.TermDecl) -> Iterator[str]:
    if decl.provisionally:
        yield f"provisionally {say.names(decl.provisionally)}"
    if decl.consent_until is not None:
        yield f"consent until {decl.consent_until.text}"
    if decl.accession_of is not None:
        yield f"accession of {say.partyset(decl.accession_of)} when {decl.accession_when} adopted"


def _suspension(decl: n.SuspensionDecl) -> Iterator[str]:
    if decl.renewable is not None:
        yield f"renewable {decl.renewable.text} times"
    if decl.never_suspends:
        yield f"never suspends {say.names(decl.never_suspends)}"
