"""E315, E412, E413, W621: what a text rests on, what is claimed of it, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from casus.diagnostics import Diagnostic, Related, Span
from casus.language import nodes as n
from casus.language.check.codes import finding
from casus.language.check.scope import UNNAMED, Scope, noun
from casus.language.declared import stating

_CLAIMS_HAVE_NO: Final = (
    *("obligation", "prohibition", "power", "trigger", "decision", "determination", "automatic"),
    *("term", "suspension"),
)
_ISO_639_1: Final = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka "
    "kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng "
    "nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su "
    "sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)


def check_records(scope: Scope) -> Iterator[Diagnostic]:
    for gap in scope.of("open"):
        yield from _contradicted(scope, gap)
    for wording in scope.of("wording"):
        yield from _languages(scope, wording)
    for basis in scope.of("basis"):
        yield from _rests(scope, basis)
    if scope.header is not None and scope.header.instrument == "claims":
        yield from _only_claims(scope, scope.header)


def spoken_of(scope: Scope, gap: n.OpenDecl) -> n.Decl | None:
    """The declaration whose gap it is; what an agreement says of its own life stands in its term."""
    own_name = scope.header.name if scope.header is not None else None
    if gap.of in (None, "term", own_name):
        return scope.term
    if gap.of == "suspension":
        return next(iter(scope.of("suspension")), None)
    symbol = scope.symbols.get(gap.of or "")
    return symbol.decl if symbol is not None else None


def _contradicted(scope: Scope, gap: n.OpenDecl) -> Iterator[Diagnostic]:
    decl = spoken_of(scope, gap)
    field = stating(decl, gap.what) if decl is not None else None
    if decl is None or field is None:
        return
    whose = f"the {gap.what} of {gap.of}" if gap.of is not None else f"the {gap.what} of the agreement"
    yield finding(
        "E413",
        f"{whose} is declared open, and the text states it",
        gap.place("what"),
        because=[Related(f"{noun(decl.kind)} states it here", decl.place(field))],
        help="take out the one that is not so",
    )


def _languages(scope: Scope, wording: n.WordingDecl) -> Iterator[Diagnostic]:
    languages = {*_ISO_639_1.split(), *(scope.header.authentic if scope.header is not None else ())}
    for term in wording.terms:
        if term.language not in languages:
            yield finding(
                "E315",
                f"{term.language} is neither a code of ISO 639-1 nor an authentic language of this agreement",
                scope.narrow(wording.place("terms"), term.language),
                help="write two small letters, like en, fr, uk",
            )


def _rests(scope: Scope, basis: n.BasisDecl) -> Iterator[Diagnostic]:
    if basis.of:
        return
    if all(decl is basis or decl.kind in ("basis", "source") or decl.article != basis.article for decl in scope.declarations):
        message = f"nothing is declared in this article that could rest on {basis.source}"
        yield finding("W621", message, basis.place("source"), help="name what rests on it: basis … of …")


def _only_claims(scope: Scope, header: n.AgreementDecl) -> Iterator[Diagnostic]:
    because = [Related("the text is one of claims", header.place("instrument"))]
    for fence in scope.document.fences:
        if fence.variant is not None:
            message = f"a text of claims holds no norms, so {fence.variant} has nothing to put into it"
            span = Span(scope.document.path, fence.line - 1, 1, fence.line - 1, 1)
            help_ = "say what the option proposes in its `text`, or as a claim"
            yield finding("E412", message, span, because=because, help=help_)
    for decl in scope.of(*_CLAIMS_HAVE_NO):
        what = f"the {decl.kind}" if decl.kind in UNNAMED else f"{noun(decl.kind)} ({decl.name})"
        yield finding(
            "E412",
            f"a text of claims lists what others say; it holds no norms, and this is {what}",
            decl.place("name"),
            because=because,
            help="say what kind of text it is (instrument draft, proposal, …), or state the words as a claim",
        )
