"""What an explanation rests on: the entries behind a witness, how it came to its rungs, and the clause of the text.

Used by `casus.state.explain` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casus.acts import Adjudication, Attribution, Correction, FindingAnswer, Report, Withdrawal
from casus.journal.entry import Entry, View
from casus.language.agreement import Agreement
from casus.language.nodes import Decl
from casus.state.explanation import Clause, RungChange, Witness
from casus.state.model import Incident, State
from casus.verification.facts import Facts
from casus.verification.rungs import rungs_by_ladder


@dataclass(frozen=True, slots=True)
class Around:
    """What an explanation is made from. `text` is the agreement's file, for quoting its fences."""

    state: State
    view: View
    agreement: Agreement
    text: str | None
    incidents: Mapping[str, Incident]
    home: Mapping[str, str]
    """A report's or an incident's id → the incident it belongs to."""
    about: Mapping[str, tuple[Entry, ...]]
    """An incident's id → every entry that speaks about it, in knowledge order."""
    attributions: tuple[tuple[Entry, Attribution], ...]


def around(state: State, view: View, agreement: Agreement, text: str | None) -> Around:
    """Look once through the entries, so that no explanation has to again."""
    incidents = {i.id: i for i in state.incidents}
    of_entry = {entry: i.id for i in state.incidents for entry in i.reports}
    home = {i: i for i in incidents}
    for e in view.entries:
        if isinstance(e.act, Report) and e.id in of_entry:
            home.setdefault(e.act.id, of_entry[e.id])
    about: dict[str, list[Entry]] = {}
    for e in view.entries:
        match e.act:
            case Adjudication(on=name) | FindingAnswer(on=name) | Correction(id=name) | Withdrawal(id=name):
                incident = home.get(name)
            case _:
                incident = of_entry.get(e.id)
        if incident is not None:
            about.setdefault(incident, []).append(e)
    attributions = tuple((e, e.act) for e in view.entries if isinstance(e.act, Attribution))
    known = {name: tuple(found) for name, found in about.items()}
    return Around(state, view, agreement, text, incidents, home, known, attributions)


def event_of(x: Around, e: Entry) -> str | None:
    """The incident that an entry speaks about."""
    match e.act:
        case Adjudication(on=name) | FindingAnswer(on=name) | Correction(id=name) | Withdrawal(id=name) | Report(id=name):
            return x.home.get(name)
        case _:
            return None


def entries(x: Around, ids: Iterable[str]) -> tuple[Entry, ...]:
    """The entries of these ids; an act that is an event is found through its incident."""
    wanted = set(ids)
    reports = {report for name in wanted & x.incidents.keys() for report in x.incidents[name].reports}
    return tuple(e for e in x.view.entries if e.id in wanted or e.id in reports)


def witnesses(x: Around, ids: Iterable[str]) -> tuple[Witness, ...]:
    """Each witness with the entries about it; one that is no event (an estimate) is its own entry."""
    wanted = list(ids)
    loose = set(wanted) - x.incidents.keys()
    others = {e.id: e for e in x.view.entries if e.id in loose} if loose else {}
    found = []
    for name in wanted:
        incident = x.incidents.get(name)
        if incident is None:
            found.append(Witness(name, None, (others[name],) if name in others else (), ()))
        else:
            about = x.about.get(name, ())
            found.append(Witness(name, incident, _with_attributions(x, incident, about), _rung_changes(x, incident, about)))
    return tuple(found)


def _with_attributions(x: Around, incident: Incident, about: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries about an incident and those for which its acts count as somebody else's too, in knowledge order."""
    if len(incident.actors) < 2:
        return about
    why = [e for e, act in x.attributions if act.actor in incident.actors and act.to in incident.actors]
    return tuple(sorted([*about, *why], key=lambda e: (x.view.knowledge(e), e.index)))


def _rung_changes(x: Around, incident: Incident, entries: tuple[Entry, ...]) -> tuple[RungChange, ...]:
    """How the incident came to its rungs: the same reading of the same entries, one knowledge instant after another."""
    facts = Facts(x.agreement)
    changes: list[RungChange] = []
    for instant in sorted({x.view.knowledge(e) for e in entries}):
        now = tuple(e for e in entries if x.view.knowledge(e) == instant)
        facts.apply(instant, now)
        standing = facts.incident_of(incident.id)
        if standing is None:
            continue
        rungs = rungs_by_ladder(x.agreement, standing, incident.actors)
        if not changes or changes[-1].rungs != rungs:
            changes.append(RungChange(instant, rungs, tuple(e.id for e in now)))
    return tuple(changes)


# ---------------------------------------------------------------- the text


def clauses(x: Around, name: str, article: str | None) -> tuple[Clause, ...]:
    """The clause that declares a name, with its article's prose; the article alone where nothing declares it."""
    decls = [decl for decl in x.agreement.declarations if name in declared(decl)]
    found = tuple(clause(x, decl.article, decl) for decl in decls if decl.article is not None)
    if not found and article is not None:
        found = (clause(x, article, None),)
    return found


def clause(x: Around, article_id: str, decl: Decl | None) -> Clause:
    article = x.agreement.articles.get(article_id)
    fence = None
    line = article.line if article is not None else 1
    if decl is not None and decl.span is not None:
        line = decl.span.line
        if x.text is not None:
            lines = x.text.split("\n")[decl.span.line - 1 : decl.span.end_line]
            fence = "\n".join(lines).rstrip() or None
    title = article.title if article is not None else article_id
    return Clause(article_id, title, article.prose.strip() if article is not None else "", fence, line)


def prose_once(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """The prose of an article with its first declaration only."""
    return tuple(c if n == 0 else Clause(c.article, c.title, "", c.fence, c.line) for n, c in enumerate(clauses))


def declared(decl: Decl) -> tuple[str, ...]:
    """The names that a declaration declares."""
    name = getattr(decl, "name", None) or getattr(decl, "code", None)
    return (name,) if isinstance(name, str) else ()
