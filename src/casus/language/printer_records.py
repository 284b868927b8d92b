"""The text of the declarations that say what a text rests on, what is claimed of it, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casus.language import nodes as n
from casus.language import phrases as say
from casus.language.scan import escape


def record_lines(decl: n.Decl) -> list[str]:
    """The head and the clauses of such a declaration, a line each; nothing for any other."""
    match decl:
        case n.SourceDecl():
            return [f"source {decl.name} {escape(decl.title)}", *_source(decl)]
        case n.BasisDecl():
            pinpoint = "" if decl.pinpoint is None else f" {escape(decl.pinpoint)}"
            return [f"basis {decl.source}{pinpoint}" + (f" of {say.names(decl.of)}" if decl.of else "")]
        case n.QuestionDecl():
            return [f"question {decl.name} {escape(decl.text)}"]
        case n.ClaimDecl():
            return [f"claim {decl.name} on {decl.on} by {decl.by} says {escape(decl.says)}", *_claim(decl)]
        case n.OpenDecl():
            return [f"open {decl.what}{'' if decl.of is None else f' of {decl.of}'} {escape(decl.text)}"]
        case n.PositionDecl():
            return [f"position {decl.holder} on {decl.on} {decl.stance}", *_position(decl)]
        case n.ConcessionDecl():
            kind = "reversible" if decl.reversible else "irreversible"
            return [f"concession {decl.name} by {decl.by} {escape(decl.text)} {kind}", *_concession(decl)]
        case n.WordingDecl():
            terms = ", ".join(f"{term.language} {escape(term.words)}" for term in decl.terms)
            return [f"wording {decl.name} {escape(decl.renders)}", terms, *_sourced(decl.source)]
        case n.CopyDecl():
            return [f"copy {decl.name} of {decl.of} from table {escape(decl.table)}"]
        case n.StepDecl():
            return [f"step {decl.name} {escape(decl.text)}", *_step(decl)]
        case _:
            return []


def held(opinions: Iterable[n.Opinion]) -> Iterator[str]:
    """The clauses that say who holds something to be how binding."""
    for opinion in opinions:
        yield f"held {opinion.grade} according to {escape(opinion.according_to)}"


def _sourced(source: str | None) -> Iterator[str]:
    if source is not None:
        yield f"source {source}"


def _dated(moment: n.Moment | None) -> Iterator[str]:
    if moment is not None:
        yield f"dated {moment.text}"


def _source(decl: n.SourceDecl) -> Iterator[str]:
    if decl.by is not None:
        yield f"by {escape(decl.by)}"
    yield from _dated(decl.dated)
    if decl.read is not None:
        yield f"read {decl.read.text}"
    if decl.at is not None:
        yield f"at {escape(decl.at)}"
    yield f"standing {decl.standing}"


def _claim(decl: n.ClaimDecl) -> Iterator[str]:
    if decl.quotes is not None:
        yield f"quotes {escape(decl.quotes)}"
    if decl.holder is not None:
        yield f"holder {decl.holder}"
    elif decl.holder_text is not None:
        yield f"holder {escape(decl.holder_text)}"
    yield from _dated(decl.dated)
    if decl.amount is not None:
        yield f"amount {decl.amount.currency} {decl.amount.number.text}"


def _position(decl: n.PositionDecl) -> Iterator[str]:
    yield from _dated(decl.dated)
    yield from _sourced(decl.source)
    if decl.words is not None:
        yield escape(decl.words)


def _concession(decl: n.ConcessionDecl) -> Iterator[str]:
    if decl.in_return:
        yield f"for {say.names(decl.in_return)}"
    yield from _sourced(decl.source)


def _step(decl: n.StepDecl) -> Iterator[str]:
    if decl.by is not None:
        yield say.actors(decl.by).strip()
    if decl.after:
        yield f"after {say.names(decl.after)}"
